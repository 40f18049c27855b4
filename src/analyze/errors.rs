//! All wording of this pass.

use super::rules;
use crate::diag::Diagnostic;
use crate::model::{Form, Route};
use crate::source::Span;

/// Names in backticks, as a list.
fn list(names: &[&str]) -> String {
    joined(&names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>())
}

fn joined(parts: &[String]) -> String {
    match parts.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

fn sentence(text: &str, given: &str) -> String {
    if given.is_empty() { text.to_owned() } else { format!("{text}; {given}") }
}

pub(super) fn unreachable(
    span: Span,
    route: &Route,
    earlier: &[&str],
    takes_all: bool,
    given: &str,
) -> Diagnostic {
    let name = route.name();
    let (message, note) = if takes_all {
        let message = format!("route `{name}` is never reached: {} takes every request", list(earlier));
        (message, "the first route that matches wins, and every request matches the earlier one".to_owned())
    } else if earlier.len() > 1 {
        let message = format!(
            "route `{name}` is never reached: every request that matches it is taken by {}",
            list(earlier)
        );
        (
            message,
            format!("each of these {} routes takes a part, and together they leave nothing", earlier.len()),
        )
    } else {
        let message = format!(
            "route `{name}` is never reached: every request that matches it is taken by {}",
            list(earlier)
        );
        (message, "the first route that matches wins, and the earlier one is at least as wide".to_owned())
    };
    Diagnostic::new(&rules::UNREACHABLE_ROUTE, span, message)
        .note(sentence(&note, given))
        .help(format!("move `{name}` before {}, narrow what stands before it, or remove it", list(earlier)))
}

/// The label of a route that stands in the way.
pub(super) fn takes_first(route: &Route) -> String {
    format!("`{}` is tried first", route.name())
}

pub(super) fn always_false(span: Span, route: &Route, given: &str) -> Diagnostic {
    let name = route.name();
    let message = format!("the condition of `{name}` is never true");
    let note = sentence("no request that callers can send makes it true, so the route is never taken", given);
    Diagnostic::new(&rules::CONDITION_ALWAYS_FALSE, span, message)
        .note(note)
        .help("look for parts that exclude each other; to take a route out of use, remove it")
}

pub(super) fn always_true(span: Span, route: &Route, default: bool, given: &str) -> Diagnostic {
    let name = route.name();
    let message = format!("the condition of `{name}` is true for every request");
    let note = if default {
        "it decides nothing, and the default route is never reached"
    } else {
        "it decides nothing"
    };
    Diagnostic::new(&rules::CONDITION_ALWAYS_TRUE, span, message)
        .note(sentence(note, given))
        .help("write `when: true` if the route is to take all that is left, or correct the condition")
}

pub(super) fn default_unreachable(span: Span, earlier: &[&str], given: &str) -> Diagnostic {
    let message = format!("the default route is never reached: {} leave no request over", list(earlier));
    Diagnostic::new(&rules::DEFAULT_UNREACHABLE, span, message)
        .note(sentence("every request that callers can send matches one of the routes", given))
        .help("correct the routes if something is to be left to the default route, or turn the last of them into it")
}

pub(super) fn no_route(span: Span, form: Form, witness: &str) -> Diagnostic {
    let key = match form {
        Form::Authoring => "default",
        Form::Wire => "defaultRoute",
    };

    Diagnostic::new(
        &rules::NO_ROUTE_FOR_SOME_REQUESTS,
        span,
        "some requests reach no route, and there is no default route",
    )
    .note(format!("the service answers them with an error, as it would this one: {witness}"))
    .help(format!("add a `{key}`, for what the other routes leave over"))
}

pub(super) fn caller_never_matches(span: Span, route: &Route, caller: Span, title: &str) -> Diagnostic {
    let message = format!("no request of {title} takes `{}`", route.name());
    Diagnostic::new(&rules::CALLER_NEVER_MATCHES, span, message)
        .also(caller, "calls this router")
        .note("it sends no routing metadata, and without any this condition is never true")
        .help("look at `messages`, or leave these requests to the routes behind")
}

pub(super) fn caller_without_route(span: Span, form: Form, title: &str, witness: &str) -> Diagnostic {
    let key = match form {
        Form::Authoring => "default",
        Form::Wire => "defaultRoute",
    };
    let message = format!("requests of {title} reach no route, and there is no default route");
    Diagnostic::new(&rules::CALLER_WITHOUT_ROUTE, span, message)
        .note(format!("the service answers them with an error, as it would this one: {witness}"))
        .help(format!("add a `{key}`, for what the other routes leave over"))
}

pub(super) fn can_error(span: Span, route: &Route, reason: &str, witness: &str) -> Diagnostic {
    let name = route.name();
    let message = format!("the condition of `{name}` fails for some requests: {reason}");
    Diagnostic::new(&rules::CONDITION_CAN_ERROR, span, message)
        .note(format!(
            "a condition that fails does not match, and the route is passed over, as for this request: {witness}"
        ))
        .help("test for the case before it, with `&&`")
}

/// Of whom an invariant speaks.
fn who(route: Option<&Route>, variant: Option<&str>) -> String {
    match (route, variant) {
        (Some(route), Some(variant)) => format!("variant `{variant}` of `{}`", route.name()),
        (Some(route), None) => format!("route `{}`", route.name()),
        (None, _) => String::new(),
    }
}

pub(super) fn invariant_violated(
    span: Span,
    name: &str,
    route: Option<&Route>,
    variant: Option<&str>,
    what: &str,
    witness: &str,
) -> Diagnostic {
    let who = who(route, variant);
    let message = format!("{name} does not hold: {}", format!("{who} {what}").trim());
    Diagnostic::new(&rules::INVARIANT_VIOLATED, span, message)
        .note(format!("this request gets there: {witness}"))
        .help("change the route, or the invariant if it says more than is meant")
}

/// The label of what breaks an invariant.
pub(super) fn breaks_it(name: &str) -> String {
    format!("this breaks {name}")
}

fn why_unknown(exhausted: bool) -> &'static str {
    if exhausted {
        "the conditions are too hard for the steps that an analysis may take"
    } else {
        "the conditions compare or compute what the analysis does not take apart"
    }
}

pub(super) fn reachability_unknown(span: Span, route: Option<&Route>, exhausted: bool) -> Diagnostic {
    let message = match route {
        Some(route) => format!("cannot tell whether route `{}` is ever reached", route.name()),
        None => "cannot tell whether every request reaches a route".to_owned(),
    };
    Diagnostic::new(&rules::REACHABILITY_UNKNOWN, span, message)
        .note(format!("no request was found or excluded that gets there: {}", why_unknown(exhausted)))
}

/// At most so many names are listed.
const LISTED: usize = 3;

/// Routes, as the subject of a sentence; `None` is no route.
fn routes(names: &[Option<&str>], none: &str) -> String {
    let mut parts: Vec<String> =
        names.iter().take(LISTED).map(|n| n.map_or(none.to_owned(), |name| format!("`{name}`"))).collect();
    if let more @ 1.. = names.len().saturating_sub(LISTED) {
        parts.push(format!("{more} more"));
    }
    joined(&parts)
}

pub(super) fn incomplete(
    span: Span,
    reached: &[Option<&str>],
    fails: &[Option<&str>],
    steps: u64,
) -> Diagnostic {
    let open = reached.len() + fails.len();
    let (questions, they_are) =
        if open == 1 { ("one question", "it is") } else { (&*format!("{open} questions"), "they are") };
    let message = format!("the analysis leaves {questions} open: {they_are} too hard for its bounds");
    let mut parts = Vec::new();
    if !reached.is_empty() {
        parts.push(format!("whether requests reach {}", routes(reached, "no route")));
    }
    if !fails.is_empty() {
        parts.push(format!("whether the conditions of {} may fail", routes(fails, "")));
    }
    Diagnostic::new(&rules::ANALYSIS_INCOMPLETE, span, message)
        .note(format!("nothing is claimed about {}", parts.join(", and ")))
        .help(format!(
            "allow it more than these {steps} steps with `--analysis-budget`, or simplify the conditions"
        ))
}

pub(super) fn invariant_unknown(
    span: Span,
    name: &str,
    route: Option<&Route>,
    what: &str,
    exhausted: bool,
) -> Diagnostic {
    let who = who(route, None);
    let message = format!("cannot tell whether {name} holds");
    let reason = why_unknown(exhausted);
    let open = format!("{who} {what}");
    Diagnostic::new(&rules::INVARIANT_UNKNOWN, span, message)
        .note(format!("{}, and no request was found or excluded that gets there: {reason}", open.trim()))
        .help("state the conditions with comparisons, `in`, `startsWith`, `contains` or `matches` of single keys")
}

/// What a route loses where a key is absent.
pub(super) struct Lost<'a> {
    pub(super) route: &'a Route,
    /// What is absent.
    pub(super) key: &'a str,
    /// The test for the value that it denies.
    pub(super) affirmed: &'a str,
    /// The keys that callers need not send: the one that is read, and what it is part of.
    pub(super) optional: &'a [&'a str],
    /// Where the request goes.
    pub(super) to: Option<&'a Route>,
    /// The test with a guard before it, where CEL can express one.
    pub(super) guarded: Option<String>,
    /// Where a declaration of them is to stand, if there is no block yet.
    pub(super) undeclared: Option<Form>,
    pub(super) witness: &'a str,
}

pub(super) fn lost_when_missing(span: Span, lost: &Lost<'_>) -> Diagnostic {
    let Lost { route, key, affirmed, optional, to, guarded, undeclared, witness } = lost;
    let goes = match to {
        Some(to) => format!("goes to `{}`", to.name()),
        None => "reaches no route".to_owned(),
    };
    let message = format!("a request without `{key}` misses `{}` and {goes}", route.name());
    let note = format!("the condition is an error for this request, and an error does not match: {witness}");
    let them = if optional.len() > 1 { "them" } else { "it" };
    let place = match undeclared {
        None => "",
        Some(Form::Authoring) => " under `metadata:`",
        Some(Form::Wire) => " in a file for `--metadata`",
    };
    let promise =
        format!("if callers always send {}, declare {them} `required: true`{place}", list(optional));
    let otherwise = match guarded {
        Some(guarded) => format!("otherwise write `{guarded}`"),
        None => format!(
            "otherwise let a route with `{affirmed}` stand before this one, and leave the test out here"
        ),
    };
    Diagnostic::new(&rules::LOST_WHEN_MISSING, span, message)
        .label(format!("an error without `{key}`"))
        .note(note)
        .help(format!("{promise}; {otherwise}"))
}

/// The label of the route that a request goes to instead.
pub(super) fn takes_instead(route: &Route) -> String {
    format!("`{}` takes it", route.name())
}

/// Why a part of a condition decides nothing.
pub(super) enum Idle {
    /// Others decide it already.
    Decided,
    /// It is an operand of `&&` and never anything but true.
    AlwaysTrue,
    /// It is an operand of `||` and never true.
    NeverTrue,
}

pub(super) fn redundant(span: Span, route: &Route, part: &str, idle: &Idle, given: &str) -> Diagnostic {
    let message = format!("`{part}` adds nothing to the condition of `{}`", route.name());
    let note = match idle {
        Idle::Decided => "without it the condition is true for the same requests",
        Idle::AlwaysTrue => "it is true for every request that callers can send",
        Idle::NeverTrue => "it is true for no request that callers can send",
    };
    Diagnostic::new(&rules::REDUNDANT_CONDITION, span, message)
        .note(sentence(note, given))
        .help("leave it out, or correct it if it was to say something else")
}

/// The label of what decides already.
pub(super) fn decides_it(with_others: bool) -> String {
    if with_others { "part of what decides it already" } else { "this decides it already" }.to_owned()
}

pub(super) fn leave_out(part: &str) -> String {
    format!("leave out `{part}`")
}

pub(super) fn overlapping(span: Span, route: &Route, earlier: &[&str], witness: &str) -> Diagnostic {
    let first = earlier.first().copied().unwrap_or_default();
    let message = format!("some requests match `{}` and also {}", route.name(), list(earlier));
    Diagnostic::new(&rules::OVERLAPPING_ROUTES, span, message)
        .note(format!(
            "the first route that matches wins: `{first}` takes this request, which matches both: {witness}"
        ))
        .help("if the order of the two is not to matter, narrow one of them")
}
