//! All wording of this pass.

use super::expect::Mismatch;
use super::rules::{TEST_FAILED, UNREADABLE_TEST, VARIANT_RESTS_ON_ASSUMPTION};
use crate::catalogue::assumptions;
use crate::diag::Diagnostic;
use crate::diag::suggest::{and_list, nearest};
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
