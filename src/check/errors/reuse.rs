//! The wording of what concerns named conditions and pools.

use crate::check::rules::{CAPTURED_VARIABLE, CONDITION_CYCLE, NAME_TAKEN, UNKNOWN_POOL, UNUSED_NAME};
use crate::diag::suggest::{and_list, is_slip};
use crate::diag::{Diagnostic, Fix};
use crate::model::rules::REUSE_LIMIT;
use crate::source::{Span, Spanned};

/// More steps of a cycle are not shown.
const MOST_STEPS: usize = 8;

pub(in crate::check) fn condition_cycle(span: Span, steps: &[(&str, Span)]) -> Diagnostic {
    let first = steps.first().map_or("", |(name, _)| name);
    let message = match steps.len() {
        1 => format!("the condition `{first}` uses itself"),
        _ => {
            let shown: Vec<String> =
                steps.iter().take(MOST_STEPS).map(|(name, _)| format!("`{name}`")).collect();
            let more = if steps.len() > MOST_STEPS { " → …" } else { "" };
            format!("conditions use each other in a circle: {}{more} → `{first}`", shown.join(" → "))
        }
    };
    let mut out = Diagnostic::new(&CONDITION_CYCLE, span, message)
        .note("a condition is put in where its name stands, and this would never end")
        .help("write out in one of them what it is to mean");
    for (step, (_, place)) in steps.iter().enumerate().take(MOST_STEPS) {
        let next = steps.get(step + 1).map_or(first, |(name, _)| name);
        out = out.also(*place, format!("uses `{next}`"));
    }
    out
}

pub(in crate::check) fn names_too_deep(span: Span, name: &str, most: u32) -> Diagnostic {
    Diagnostic::new(
        &REUSE_LIMIT,
        span,
        format!("`{name}` uses conditions that use others, more than {most} levels deep"),
    )
    .note("what uses it is not built")
    .help("write out one of those in between")
}

pub(in crate::check) fn condition_too_large(span: Span, name: &str, most: usize) -> Diagnostic {
    Diagnostic::new(
        &REUSE_LIMIT,
        span,
        format!("`{name}` grows to more than {most} bytes with the conditions that it names put in"),
    )
    .note("a condition that uses another twice is more than twice as long: a few levels of that grow without end")
    .help("say it with fewer repetitions")
}

pub(in crate::check) fn grows_too_large(span: Span, most: usize) -> Diagnostic {
    Diagnostic::new(
        &REUSE_LIMIT,
        span,
        format!("this condition grows to more than {most} bytes with the conditions that it names put in"),
    )
    .note("nothing is built of a definition with a condition that large")
    .help("say it with fewer repetitions")
}

pub(in crate::check) fn all_grow_too_large(span: Span, most: usize) -> Diagnostic {
    Diagnostic::new(
        &REUSE_LIMIT,
        span,
        format!(
            "the conditions of this router grow to more than {most} bytes with those that they name put in"
        ),
    )
    .note("this one and those behind it are not looked at, and nothing is built")
    .help("say it with fewer repetitions, or in fewer routes")
}

pub(in crate::check) fn captured_variable(
    span: Span,
    named: &str,
    variable: &str,
    meant: Span,
    binds: Span,
) -> Diagnostic {
    Diagnostic::new(
        &CAPTURED_VARIABLE,
        span,
        format!("`{named}` reads `{variable}`, which is something else in this place"),
    )
    .also(meant, format!("`{variable}` of the request is meant here"))
    .also(binds, "this variable would be taken for it")
    .note(
        "the condition is put in where its name stands, and would ask about the elements of the list instead",
    )
    .help(format!("give the variable another name, such as `{}`", other_name(variable)))
}

fn other_name(variable: &str) -> String {
    if variable == "x" { "item".to_owned() } else { "x".to_owned() }
}

pub(in crate::check) fn unknown_pool(
    name: &Spanned<String>,
    known: &[&str],
    near: Option<&str>,
) -> Diagnostic {
    let out = Diagnostic::new(&UNKNOWN_POOL, name.span, format!("there is no pool `{}`", name.value))
        .note("without it the list is not known, and nothing is built");
    if let Some(near) = near {
        return out.label(format!("did you mean `{near}`?")).help(format!("write `{near}`")).fix(Fix {
            safe: is_slip(&name.value, near),
            ..Fix::safe(format!("write `{near}`"), name.span, near)
        });
    }
    match known.len() {
        0 => out.help(format!(
            "define it: `pools:` with `{}: […]`, or take it from a file with `use:`",
            name.value
        )),
        1..=8 => out.help(format!("the pools are {}", and_list(known))),
        n => out.help(format!("there are {n} pools; define this one under `pools:`")),
    }
}

pub(in crate::check) fn too_many_pool_models(name: &Spanned<String>, most: usize) -> Diagnostic {
    Diagnostic::new(
        &REUSE_LIMIT,
        name.span,
        format!("pools put more than {most} models into the lists of this router"),
    )
    .note("this pool and those behind it are not looked at, and nothing is built")
    .help("name fewer models")
}

pub(in crate::check) fn named_as_key(span: Span, name: &str, declared: Span) -> Diagnostic {
    Diagnostic::new(&NAME_TAKEN, span, format!("`{name}` names a condition and a metadata key"))
        .also(declared, "the key is declared here")
        .note(
            "where a condition says `{name}`, nobody could tell which of the two is meant"
                .replace("{name}", name),
        )
        .help(format!("give the condition another name, such as `is_{name}`"))
}

pub(in crate::check) fn named_as_builtin(span: Span, name: &str, what: &str) -> Diagnostic {
    Diagnostic::new(
        &NAME_TAKEN,
        span,
        format!("a condition cannot be named `{name}`: CEL has {what} of that name"),
    )
    .note("where a condition says it, nobody could tell which of the two is meant")
    .help(format!("give it another name, such as `is_{name}`"))
}

pub(in crate::check) fn defined_twice(span: Span, what: &str, name: &str, first: Span) -> Diagnostic {
    Diagnostic::new(&NAME_TAKEN, span, format!("there are two {what}s named `{name}`"))
        .label("defined again here")
        .also(first, "first defined here")
        .note("which of the two is meant cannot be told")
        .help("give one of them another name, or take only one of the files in")
}

/// A key that a definition and a file that it uses both declare, or two such files.
pub fn key_declared_twice(span: Span, name: &str, first: Span) -> Diagnostic {
    Diagnostic::new(&NAME_TAKEN, span, format!("the metadata key `{name}` is declared twice"))
        .label("declared again here")
        .also(first, "first declared here")
        .note("which of the two callers keep cannot be told")
        .help("remove one of the two")
}

pub(in crate::check) fn unused_name(span: Span, what: &str, name: &str) -> Diagnostic {
    Diagnostic::new(&UNUSED_NAME, span, format!("the {what} `{name}` is never used"))
        .note("it is not deployed: only what routes and invariants name is")
        .help("name it where it belongs, or remove it")
}
