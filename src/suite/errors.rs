//! All wording of this pass.

use super::expect::{Mismatch, shown};
use super::rules::{
    IMPOSSIBLE_EXPECTATION, OBSOLETE_SNAPSHOT, SNAPSHOT_DIFFERS, SNAPSHOT_MISSING, TEST_FAILED,
    UNREADABLE_TEST, VARIANT_RESTS_ON_ASSUMPTION,
};
use super::snapshot::{self, Difference};
use crate::catalogue::assumptions;
use crate::diag::Diagnostic;
use crate::diag::suggest::{and_list, nearest};
use crate::model::Data;
use crate::source::{Span, Spanned};

/// How many things that are not as they must be are told of one request.
const MOST: usize = 6;

/// `place`: which of several requests it was; empty where there is one.
pub(super) fn failed(test: &str, place: &str, first: &Mismatch, all: &[Mismatch]) -> Diagnostic {
    if let Mismatch { rests_on: Some(shares), .. } = first {
        return variant_rests_on(test, first.span, shares);
    }
    let of = if place.is_empty() { String::new() } else { format!(" for {place}") };
    let mut diagnostic =
        Diagnostic::new(&TEST_FAILED, first.span, format!("test `{test}` fails{of}: {}", first.words))
            .label(first.short.clone());
    for other in all.iter().skip(1).take(MOST) {
        diagnostic = diagnostic.also(other.span, other.words.clone());
    }
    let notes: Vec<&str> = all.iter().filter_map(|mismatch| mismatch.note.as_deref()).take(1).collect();
    match notes.first() {
        Some(note) => diagnostic.note(*note),
        None => diagnostic,
    }
}

fn variant_rests_on(test: &str, span: Span, shares: &str) -> Diagnostic {
    Diagnostic::new(
        &VARIANT_RESTS_ON_ASSUMPTION,
        span,
        format!("test `{test}` expects a variant of several, and does not say that it assumes A06"),
    )
    .label("who draws which variant is assumed")
    .note("the shares of variants are exact; which users get which one is not documented, and may differ at the service")
    .help(format!("expect `shares: {{{shares}}}`, or add `assume: [A06]` to the test"))
    .assumes("A06")
}

/// Something that no request can meet.
pub(super) struct Impossible {
    /// The smallest text of it.
    pub(super) span: Span,
    /// What is impossible.
    pub(super) words: String,
    /// The same beside the text.
    pub(super) label: String,
    /// What it goes against.
    pub(super) other: Option<(Span, String)>,
    /// What to write instead.
    pub(super) help: String,
}

/// The same for all cases of a test, which is told once.
pub(super) fn impossible(found: Impossible) -> Diagnostic {
    let diagnostic = Diagnostic::new(&IMPOSSIBLE_EXPECTATION, found.span, found.words)
        .label(found.label)
        .note("no request can meet this expectation, so the test would fail for ever")
        .help(found.help);
    match found.other {
        Some((span, words)) => diagnostic.also(span, words),
        None => diagnostic,
    }
}

/// `why`: the conditions that decided.
pub(super) fn differs(test: &str, key: Span, differences: &[Difference], why: &str) -> Diagnostic {
    let mut spans = differences.iter().map(|one| one.span);
    let first = spans.next().unwrap_or(key);
    let mut names: Vec<&str> = differences.iter().take(MOST).map(|one| one.path.as_str()).collect();
    names.dedup();
    let more = differences.len().saturating_sub(MOST);
    let and_more = if more > 0 { format!(", and {more} more") } else { String::new() };
    let mut diagnostic = Diagnostic::new(
        &SNAPSHOT_DIFFERS,
        first,
        format!("test `{test}` differs from its snapshot in {}{and_more}", and_list(names)),
    );
    // What was not there has no place of its own.
    let mut places: Vec<(Span, Vec<String>)> = Vec::new();
    for one in differences.iter().take(MOST) {
        let short = match (&one.was, &one.is) {
            (None, _) => format!("lacks `{}`", one.path),
            (_, Some(data)) => format!("is now {}", shown(data)),
            (_, None) => "is no longer there".to_owned(),
        };
        match places.iter_mut().find(|(span, _)| *span == one.span) {
            Some((_, words)) => words.push(short),
            None => places.push((one.span, vec![short])),
        }
    }
    for (at, (span, words)) in places.into_iter().enumerate() {
        let words = words.join(", ");
        diagnostic = if at == 0 { diagnostic.label(words) } else { diagnostic.also(span, words) };
    }
    let legend = "`-` is the snapshot, `+` is what becomes of it now:";
    diagnostic
        .note(format!("{legend}\n{}\n{why}", snapshot::lines(differences)))
        .help("if this is meant, `irc test --update` writes the new snapshot")
}

pub(super) fn missing(test: &str, key: Span, is: &Data) -> Diagnostic {
    Diagnostic::new(&SNAPSHOT_MISSING, key, format!("test `{test}` has no snapshot yet"))
        .label("nothing is written here")
        .note(format!("what becomes of it now:\n{}", snapshot::new_lines(is, key)))
        .help("`irc test --update` writes that here; read it before you commit it")
}

pub(super) fn obsolete(test: &str, key: Span) -> Diagnostic {
    Diagnostic::new(&OBSOLETE_SNAPSHOT, key, format!("the snapshot of `{test}` is of no request"))
        .label("each case has its own")
        .note("beside `cases` nothing is compared with it")
        .help("write `snapshot:` into the cases that want one; `irc test --update` removes this one")
}

pub(super) fn unreadable(test: &str, span: Span, reason: &str) -> Diagnostic {
    Diagnostic::new(&UNREADABLE_TEST, span, format!("test `{test}` cannot be run: {reason}"))
}

/// A suite whose definition cannot be read.
pub fn unreadable_router(router: &Spanned<String>, path: &str, reason: &str) -> Diagnostic {
    Diagnostic::new(
        &UNREADABLE_TEST,
        router.span,
        format!("the router of this suite cannot be read: {reason}"),
    )
    .note("none of its tests is run")
    .help(format!(
        "write the path of a definition as it is seen from the folder of this file; `{path}` is not there"
    ))
}

/// A suite for a router that its file does not hold.
pub fn no_such_router(router: &Spanned<String>, known: &[String]) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(&UNREADABLE_TEST, router.span, format!("`{}` is no router", router.value))
            .note("none of the tests of this suite is run");
    match known {
        [] => diagnostic.help("name a file that holds a definition"),
        names => diagnostic.help(format!("the file holds {}", and_list(names.iter().take(8)))),
    }
}

/// A suite for a file that holds several routers.
pub fn several_routers(router: &Spanned<String>, known: &[String]) -> Diagnostic {
    let first = known.first().map_or("name", String::as_str);
    Diagnostic::new(
        &UNREADABLE_TEST,
        router.span,
        format!("`{}` holds {} routers", router.value, known.len()),
    )
    .note("none of the tests of this suite is run")
    .help(format!("name one of {}, as in `{}:{first}`", and_list(known.iter().take(8)), router.value))
}

pub(super) fn no_assumption(text: &str) -> String {
    let ids = assumptions::ALL.iter().map(|assumption| assumption.id);
    let meant = nearest(text, ids).map_or_else(String::new, |id| format!("; did you mean `{id}`?"));
    format!(
        "`{text}` is no assumption: write an id, as in `A06`, or an alternative, as in `numbers=double`{meant}"
    )
}
