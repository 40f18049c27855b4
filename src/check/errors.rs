//! All wording of this pass.

mod reuse;

use super::Violation;
use super::callers::Needs;
use super::models::Place;
use super::rules::{
    AMBIGUOUS_NUMBER, BACKSPACE_IN_REGEX, CALLER_LACKS_REQUIRED, CALLER_NEEDS_CONTEXT, CALLER_NEEDS_TOOLS,
    CEL_LIMIT, CEL_SYNTAX, CHAINED_COMPARISON, CONDITION_NOT_BOOL, DUPLICATE_ID, DUPLICATE_ROUTER,
    HAS_ON_VARIABLE, IMPOSSIBLE_VALUE, INVALID_MODEL_ID, INVALID_REGEX, REQUEST_BREAKS_CONTRACT,
    RETIRED_MODEL, RETIRING_MODEL, ROUTER_AS_MODEL, SUSPICIOUS_VARIABLE, TYPE_MISMATCH, UNDECLARED_VARIABLE,
    UNKNOWN_FUNCTION, UNKNOWN_MODEL, UNKNOWN_PROVIDER, UNKNOWN_REFERENCE, WEIGHTS_NOT_100,
};
use crate::catalogue::{Catalogue, Date, ModelIdError, Reason, Suggestion};
use crate::cel::checker::Conflict;
use crate::cel::errors::{CheckKind, NumberUse, SyntaxKind};
use crate::cel::{Issue, IssueKind, Type};
use crate::diag::suggest::{and_list, is_slip_of_one, or_list};
use crate::diag::{Diagnostic, Fix, Meta, Severity};
use crate::model::Caller;
use crate::source::{Span, Spanned};
pub use reuse::key_declared_twice;
pub(super) use reuse::{
    all_grow_too_large, captured_variable, condition_cycle, condition_too_large, defined_twice,
    grows_too_large, named_as_builtin, named_as_key, names_too_deep, too_many_pool_models, unknown_pool,
    unused_name,
};

const SKIPPED: &str =
    "the condition is an error for every request, an error does not match, so the route is never taken";

pub(super) fn duplicate_id(id: &Spanned<String>, first: Span, what: &str, whole: &str) -> Diagnostic {
    Diagnostic::new(
        &DUPLICATE_ID,
        id.span,
        format!("the {what} id `{}` is used twice in this {whole}", id.value),
    )
    .label("used again here")
    .also(first, "first used here")
    .note("the service refuses it: answers, traces and tests could not tell the two apart")
    .help("give one of them another id")
}

pub(super) fn duplicate_name(name: &Spanned<String>, first: Span, what: &str) -> Diagnostic {
    Diagnostic::new(&DUPLICATE_ID, name.span, format!("two {what}s are named `{}`", name.value))
        .label("used again here")
        .also(first, "first used here")
        .note("where one of them fails, the report could not tell which")
        .help("give one of them another name")
}

pub(super) fn weights_not_100(span: Span, weights: &[&Spanned<u32>], sum: u64) -> Diagnostic {
    let missing =
        if sum < 100 { format!("{} are missing", 100 - sum) } else { format!("{} are too many", sum - 100) };
    let mut out =
        Diagnostic::new(&WEIGHTS_NOT_100, span, format!("the weights of this route sum to {sum}, not 100"))
            .label(missing)
            .note("weights are percent and are not scaled: the service refuses the router");
    if let [only] = weights {
        out.span = only.span;
        return out.help("write `100`, or leave the weight of an only variant out");
    }
    for weight in weights.iter().take(8) {
        out = out.also(weight.span, format!("{}", weight.value));
    }
    out.help(if sum < 100 {
        "who gets the rest is yours to say: raise weights until they sum to exactly 100"
    } else {
        "who gets less is yours to say: lower weights until they sum to exactly 100"
    })
}

pub(super) fn unknown_reference(
    name: &Spanned<String>,
    what: &str,
    known: &[&str],
    near: Option<&str>,
) -> Diagnostic {
    let mut out =
        Diagnostic::new(&UNKNOWN_REFERENCE, name.span, format!("this router has no {what} `{}`", name.value))
            .note("what names something that is not there claims nothing");
    if let Some(near) = near {
        out = out.label(format!("did you mean `{near}`?")).fix(Fix {
            safe: is_slip_of_one(&name.value, near, known.iter().copied()),
            ..Fix::safe(format!("write `{near}`"), name.span, near)
        });
    }
    match known.len() {
        0 => out,
        1..=8 => out.help(format!("it has {}", and_list(known))),
        n => out.help(format!("it has {n} of them")),
    }
}

/// The date of the facts that a finding rests on.
fn snapshot() -> String {
    Catalogue::snapshot().date.map_or_else(|| "an unknown day".to_owned(), |d| d.to_string())
}

pub(super) fn unknown_model(name: &Spanned<String>, near: &[Suggestion], authoritative: bool) -> Diagnostic {
    let best = near.first();
    let slip = best.is_some_and(|s| s.slip);
    let mut out = Diagnostic::new(&UNKNOWN_MODEL, name.span, format!("unknown model `{}`", name.value));
    if authoritative {
        out = out
            .note("your catalogue does not list it: every request that reaches it would fail over or fail");
    } else if slip {
        out =
            out.note("the service has no such model: every request that reaches it would fail over or fail");
    } else {
        out = out.severity(Severity::Warning).note(format!(
            "the embedded catalogue, of {}, does not list it; it may be newer, and then all is well",
            snapshot()
        ));
    }
    if let Some(best) = best {
        out = match best.reason {
            Reason::OtherProvider => out.label(format!("there is `{}`", best.id)),
            _ => out.label(format!("did you mean `{}`?", best.id)),
        };
        out = out.fix(Fix::unsafe_(format!("write `{}`", best.id), name.span, best.id.as_str()));
        if near.len() > 1 {
            return out.help(format!("write {}", or_list(near.iter().map(|s| &s.id))));
        }
        return out.help(format!("write `{}`", best.id));
    }
    if authoritative {
        out.help("`irc models list` shows what there is; `models.extra` in `irc.toml` declares more")
    } else {
        out.help(
            "give your own models with `--catalog FILE`, or declare this one in `models.extra` of `irc.toml`",
        )
    }
}

pub(super) fn unknown_provider_of_model(
    name: &Spanned<String>,
    provider: &str,
    near_models: &[Suggestion],
    near_provider: Option<&str>,
    known: &[&str],
) -> Diagnostic {
    let span =
        Span { end: name.span.start.saturating_add(u32::try_from(provider.len()).unwrap_or(0)), ..name.span };
    // A quoted id begins behind its quote; then the whole is the place.
    let span = if name.span.len() == name.value.len() { span } else { name.span };
    let mut out = Diagnostic::new(&UNKNOWN_PROVIDER, span, format!("unknown provider `{provider}`"))
        .note("a model id is `provider/model`; the service serves no such provider");
    if let Some(best) = near_models.first() {
        return out
            .label(format!("did you mean `{}`?", best.id))
            .help(format!("write {}", or_list(near_models.iter().map(|s| &s.id))))
            .fix(Fix::unsafe_(format!("write `{}`", best.id), name.span, best.id.as_str()));
    }
    if let Some(near) = near_provider {
        out = out.label(format!("did you mean `{near}`?"));
    }
    out.help(format!("the providers are {}", and_list(known)))
}

pub(super) fn unknown_provider(name: &Spanned<String>, near: Option<&str>, known: &[&str]) -> Diagnostic {
    let out = Diagnostic::new(&UNKNOWN_PROVIDER, name.span, format!("unknown provider `{}`", name.value))
        .note("a name that fits no provider has no effect");
    match near {
        Some(near) => out
            .label(format!("did you mean `{near}`?"))
            .help(format!("write `{near}`"))
            .fix(Fix::unsafe_(format!("write `{near}`"), name.span, near)),
        None => out.help(format!("the providers are {}", and_list(known))),
    }
}

pub(super) fn model_as_provider(name: &Spanned<String>, provider: &str, in_order: bool) -> Diagnostic {
    let out = Diagnostic::new(
        &INVALID_MODEL_ID,
        name.span,
        format!("`{}` is a model where a provider is expected", name.value),
    )
    .fix(Fix::unsafe_(format!("write `{provider}`"), name.span, provider));
    if in_order {
        out.note("`order` lists who serves the model, not which model")
            .help(format!("write `{provider}`; other models to try belong in `fallbacks`"))
    } else {
        out.help(format!("write `{provider}`, or compare the `model`"))
    }
}

pub(super) fn unreadable_model(name: &Spanned<String>, fault: ModelIdError) -> Diagnostic {
    let (message, help) = match fault {
        ModelIdError::Empty => ("this model id is empty".to_owned(), "write an id such as `openai/gpt-5.2`"),
        ModelIdError::NoProvider => (
            format!("`{}` names no provider before the `/`", name.value),
            "write `provider/model`, such as `openai/gpt-5.2`",
        ),
        ModelIdError::NoModel => {
            (format!("`{}` names no model", name.value), "write `provider/model`, such as `openai/gpt-5.2`")
        }
        ModelIdError::Blank { .. } => (
            format!("`{}` is no model id: it holds a blank", name.value),
            "a model id is `provider/model` without blanks, such as `openai/gpt-5.2`",
        ),
    };
    Diagnostic::new(&INVALID_MODEL_ID, name.span, message)
        .note("the service cannot resolve it: every request that reaches it would fail over or fail")
        .help(help)
}

pub(super) fn auto_here(name: &Spanned<String>, place: Place) -> Diagnostic {
    let (what, help) = match place {
        Place::Fallback => {
            ("`auto` cannot be a fallback", "name a model; `auto` stands only as the `model` of a variant")
        }
        Place::Candidate => ("`auto` cannot be in its own pool", "name models or providers"),
        Place::Ignore => ("`auto` is no model that could be ignored", "name models or providers"),
        Place::Primary | Place::Reference => {
            ("`auto` is no model that could answer", "name the model that is expected to answer")
        }
    };
    Diagnostic::new(&INVALID_MODEL_ID, name.span, what)
        .note("`auto` asks the service to choose; what the service makes of it here is not documented")
        .help(help)
}

pub(super) fn provider_as_model(name: &Spanned<String>, place: Place) -> Diagnostic {
    let help = match place {
        Place::Primary => {
            format!("write `{0}/<model>`, or `model: auto` with `candidates: [{0}]`", name.value)
        }
        Place::Fallback => {
            format!("write `{}/<model>`; a whole provider can only be a candidate of `auto`", name.value)
        }
        _ => format!("write `{}/<model>`, or compare the `provider`", name.value),
    };
    Diagnostic::new(
        &INVALID_MODEL_ID,
        name.span,
        format!("`{}` is a provider where a model is expected", name.value),
    )
    .note("the service cannot resolve it: every request that reaches it would fail over or fail")
    .help(help)
}

pub(super) fn router_as_model(name: &Spanned<String>, router: &str, near: Option<&Suggestion>) -> Diagnostic {
    let out = Diagnostic::new(
        &ROUTER_AS_MODEL,
        name.span,
        format!("`{}` is the router `{router}`, not a model", name.value),
    )
    .note("whether a router may lead to another is not documented");
    match near {
        Some(near) => out.help(format!("did you mean the model `{}`?", near.id)),
        None => out.help(format!("name a model; one that Inworld hosts is `inworld/models/{router}`")),
    }
}

pub(super) fn retiring(name: &Spanned<String>, on: Date, days: u32) -> Diagnostic {
    Diagnostic::new(&RETIRING_MODEL, name.span, format!("`{}` retires on {on}", name.value))
        .label(format!("in {days} days"))
        .note("from that day on its provider refuses it: requests fail over, or fail")
        .help(format!("choose its successor before {on}"))
}

pub(super) fn retired(name: &Spanned<String>, on: Date) -> Diagnostic {
    Diagnostic::new(&RETIRED_MODEL, name.span, format!("`{}` retired on {on}", name.value))
        .note("its provider refuses it: requests fail over, or fail")
        .help("choose its successor")
}

pub(super) fn breaks_contract(span: Span, violation: &Violation) -> Diagnostic {
    Diagnostic::new(&REQUEST_BREAKS_CONTRACT, span, format!("`{}` {}", violation.key, violation.what))
        .note("what is claimed of all requests holds only for those that keep what `metadata` declares")
        .help("change the request, or the declaration")
}

/// A name that two definitions have; `other` says where the first is: a file or a place in the same one.
pub fn duplicate_router(name: &Spanned<String>, other: &str) -> Diagnostic {
    Diagnostic::new(
        &DUPLICATE_ROUTER,
        name.span,
        format!("there are two routers named `{}`", crate::model::bare_name(&name.value)),
    )
    .label("named again here")
    .note(format!("the first is {other}; deployed one after the other, the later would replace the earlier"))
    .help("give one of them another name")
}

pub(super) fn condition_not_bool(span: Span, ty: &Type, text: &str) -> Diagnostic {
    let shown: String = text.chars().take(40).collect();
    let help = match ty {
        Type::String => format!("compare it, as in `{} == \"…\"`", shown.trim()),
        ty if ty.is_numeric() => format!("compare it, as in `{} > 0`", shown.trim()),
        Type::List(_) => format!("ask something of it, as in `size({}) > 0`", shown.trim()),
        _ => "write an expression that is true or false".to_owned(),
    };
    Diagnostic::new(
        &CONDITION_NOT_BOOL,
        span,
        format!("this condition is {}, not true or false", article(ty)),
    )
    .note("a route is taken only when its condition is exactly `true`, so this one never is")
    .help(help)
}

fn article(ty: &Type) -> String {
    match ty {
        Type::Int | Type::Opaque(..) => format!("an `{ty}`"),
        Type::List(_) => "a list".to_owned(),
        Type::Map(..) | Type::Record(_) => "a map".to_owned(),
        Type::Null => "null".to_owned(),
        other => format!("a `{other}`"),
    }
}

pub(super) fn undeclared(
    span: Span,
    name: &str,
    near: Option<&str>,
    fix: Option<Span>,
    (declared, named): (&[&str], &[&str]),
) -> Diagnostic {
    let out = Diagnostic::new(&UNDECLARED_VARIABLE, span, format!("undeclared variable `{name}`"))
        .note("no request is declared to carry it: where it is absent the condition is an error, and an error does not match")
        .assumes("A02");
    if let Some(near) = near {
        let out = out.label(format!("did you mean `{near}`?")).help(format!("write `{near}`"));
        return match fix {
            Some(place) => out.fix(Fix {
                safe: is_slip_of_one(name, near, declared.iter().copied().chain(["messages"])),
                ..Fix::safe(format!("write `{near}`"), place, near)
            }),
            None => out,
        };
    }
    match name {
        "True" | "TRUE" => return out.help("CEL writes `true`"),
        "False" | "FALSE" => return out.help("CEL writes `false`"),
        "None" | "nil" | "NULL" | "Null" | "undefined" => return out.help("CEL writes `null`"),
        _ => {}
    }
    let conditions = match named.len() {
        1 => format!("; there is one condition with a name, `{}`", named.concat()),
        2..=8 => format!("; conditions with names are {}", and_list(named)),
        _ => String::new(),
    };
    let help = match declared.len() {
        0 => format!("declare it: `metadata:` with `{name}: string`, or the type that callers send"),
        1..=8 => format!(
            "declare it under `metadata:`; declared are {} and `messages`",
            declared.iter().map(|d| format!("`{d}`")).collect::<Vec<_>>().join(", ")
        ),
        n => format!("declare it under `metadata:`, where {n} keys are"),
    };
    out.label("not declared").help(help + &conditions)
}

pub(super) fn text_without_quotes(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(&UNDECLARED_VARIABLE, span, format!("undeclared variable `{name}`"))
        .label("text stands in quotes")
        .note("without quotes it names a metadata key that no request is declared to carry: the condition is an error, and an error does not match")
        .help(format!("write `\"{name}\"`"))
        .assumes("A02")
}

pub(super) fn metadata_prefix(span: Span, prefix: &str, field: Option<&str>, fix: Option<Fix>) -> Diagnostic {
    let (message, help) = match field {
        Some("messages") => {
            (format!("`{prefix}.messages` is just `messages` here"), "write `messages`".to_owned())
        }
        Some(field) => (format!("`{prefix}.{field}` is just `{field}` here"), format!("write `{field}`")),
        None => (
            format!("metadata keys stand bare here, without `{prefix}`"),
            "write the key alone, such as `tier`".to_owned(),
        ),
    };
    let mut out = Diagnostic::new(&UNDECLARED_VARIABLE, span, message)
        .label(format!("there is no `{prefix}` in a condition"))
        .note("conditions see each metadata key as a variable of its own, and `messages`; nothing else")
        .help(help);
    out.fixes.extend(fix);
    out
}

pub(super) fn bare_holder(span: Span, name: &str, request: bool) -> Diagnostic {
    let what = if request { "the request as a whole" } else { "the metadata as a whole" };
    Diagnostic::new(&UNDECLARED_VARIABLE, span, format!("conditions cannot see {what}: there is no `{name}`"))
        .note("conditions see each metadata key as a variable of its own, and `messages`; nothing else")
        .help("name a metadata key, such as `tier`")
}

pub(super) fn hidden_from_conditions(span: Span, name: &str, declared_mode: bool) -> Diagnostic {
    let rule: &'static Meta = if declared_mode { &UNDECLARED_VARIABLE } else { &SUSPICIOUS_VARIABLE };
    let message = if declared_mode {
        format!("conditions cannot see the request's `{name}`")
    } else {
        format!("`{name}` is read from the metadata here, not from the request")
    };
    Diagnostic::new(rule, span, message)
        .note("conditions see the keys of `extra_body.metadata`, and `messages`; nothing else of the request is documented to be there")
        .help(format!("have callers send it in the metadata, and declare it: `metadata:` with `{name}: string`"))
        .assumes("A02")
}

pub(super) fn probably_holder(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(&SUSPICIOUS_VARIABLE, span, format!("`{name}` is taken as a metadata key of that name"))
        .note("conditions see each metadata key as a variable of its own: `tier`, not `metadata.tier`")
        .help(
            "write the key alone, or `messages`; if a key is really called so, declare it under `metadata:`",
        )
}

pub(super) fn probably_no_key(span: Span, name: &str, meant: &str) -> Diagnostic {
    Diagnostic::new(&SUSPICIOUS_VARIABLE, span, format!("`{name}` is taken as a metadata key of that name"))
        .label(format!("did you mean `{meant}`?"))
        .note("where no request carries it the condition is an error, and an error does not match")
        .help(format!("write `{meant}`; if a key is really called so, declare it under `metadata:`"))
        .assumes("A02")
}

pub(super) fn suspicious_variable(span: Span, name: &str, near: &str, place: Span) -> Diagnostic {
    Diagnostic::new(
        &SUSPICIOUS_VARIABLE,
        span,
        format!("`{name}` is used once, and `{near}` is one letter away"),
    )
    .label(format!("did you mean `{near}`?"))
    .also(place, format!("`{near}` is used here"))
    .note("where no request carries it the condition is an error, and an error does not match")
    .help("declare what callers send under `metadata:`, and such slips become errors")
    .assumes("A02")
}

pub(super) fn types_disagree(span: Span, conflict: &Conflict, first: Span) -> Diagnostic {
    let root = conflict.path.split('.').next().unwrap_or_default();
    Diagnostic::new(&TYPE_MISMATCH, span, conflict.message())
        .severity(Severity::Warning)
        .also(first, "the other use")
        .note("a value has one type: for every request at least one of the two does not do what it says")
        .help(format!("declare `{root}` under `metadata:`, then it is checked everywhere"))
        .assumes("A11")
}

/// An issue of CEL's own, under the rule that it belongs to. Deployed CEL is dynamic: what rests on an inferred type is
/// no certain fault.
pub(super) fn issue(issue: &Issue, span: Span, inferred: bool) -> Diagnostic {
    let (rule, note): (&'static Meta, Option<&str>) = match &issue.kind {
        IssueKind::Syntax(SyntaxKind::HasOnBareName { .. }) => (&HAS_ON_VARIABLE, None),
        IssueKind::Syntax(
            SyntaxKind::TooLong { .. }
            | SyntaxKind::TooManyNodes { .. }
            | SyntaxKind::TooDeep { .. }
            | SyntaxKind::TooManyComprehensions { .. },
        ) => (&CEL_LIMIT, None),
        IssueKind::Syntax(_) => (&CEL_SYNTAX, Some("the service refuses a condition that is no CEL")),
        IssueKind::Check(kind) => match kind {
            CheckKind::Undeclared { .. } => (&UNDECLARED_VARIABLE, Some(SKIPPED)),
            CheckKind::UnknownFunction { .. }
            | CheckKind::OtherProfile { .. }
            | CheckKind::UnknownMessage { .. } => (&UNKNOWN_FUNCTION, Some(SKIPPED)),
            CheckKind::ImpossibleValue { op: "!=", .. } => {
                (&IMPOSSIBLE_VALUE, Some("this comparison is true for every request"))
            }
            CheckKind::ImpossibleValue { .. } => (
                &IMPOSSIBLE_VALUE,
                Some("this comparison is false for every request that keeps the declaration"),
            ),
            CheckKind::InvalidRegex { .. } => (&INVALID_REGEX, Some(SKIPPED)),
            CheckKind::BackspaceInRegex => (
                &BACKSPACE_IN_REGEX,
                Some("the pattern asks for a backspace character, which no message holds"),
            ),
            CheckKind::ChainedComparison { .. } => (&CHAINED_COMPARISON, Some(SKIPPED)),
            CheckKind::AmbiguousNumber { .. } => (&AMBIGUOUS_NUMBER, None),
            CheckKind::TooDeep { .. }
            | CheckKind::TooManyComprehensions { .. }
            | CheckKind::TooManyRegexes { .. }
            | CheckKind::TooComplex { .. } => (&CEL_LIMIT, None),
            CheckKind::Mismatch { op: "!=", .. } => (
                &TYPE_MISMATCH,
                Some("values of different types are never equal, so this is true for every request"),
            ),
            CheckKind::Mismatch { .. } => (
                &TYPE_MISMATCH,
                Some("values of different types are never equal, so this is false for every request"),
            ),
            _ => (&TYPE_MISMATCH, Some(SKIPPED)),
        },
    };
    let mut out = Diagnostic::new(rule, span, issue.message());
    if matches!(&issue.kind, IssueKind::Syntax(SyntaxKind::HasOnBareName { .. })) {
        return out
            .label("a bare name is no field of anything")
            .note("CEL's `has()` asks for a field: `has(account.plan)`. A condition that reads an absent metadata key is an error, and an error does not match")
            .help("declare the key `required: true` if callers always send it, or put the stricter route last")
            .assumes("A02");
    }
    out.note = issue.note().or_else(|| note.map(str::to_owned));
    out.help = issue.help();
    if let IssueKind::Check(kind) = &issue.kind {
        if !kind.is_error() {
            out.severity = Severity::Warning;
        }
        match kind {
            CheckKind::Mismatch { .. } => out.assumptions.push("A11"),
            CheckKind::AmbiguousNumber { number, how } => {
                out.assumptions.push("A03");
                out.note = out.note.map(|note| {
                    let skipped = if *how == NumberUse::Text { "" } else { " and does not match" };
                    format!("JSON `7` is an int and `7.5` a double: {note}{skipped}")
                });
                if let Some(path) = &number.path {
                    out.help = out
                        .help
                        .map(|help| format!("{help}; or declare `{path}` as `int`, if it is always whole"));
                }
            }
            _ => {}
        }
    }
    if inferred {
        out.severity = Severity::Warning;
    }
    out
}

/// How many places are pointed at.
const MOST_LABELS: usize = 5;

pub(super) fn caller_needs_tools(
    name: &Spanned<String>,
    caller: &Spanned<Caller>,
    title: &str,
) -> Diagnostic {
    let message = format!("`{}` calls no tools, and {title} needs a model that does", name.value);
    Diagnostic::new(&CALLER_NEEDS_TOOLS, name.span, message)
        .also(caller.span, "calls this router")
        .note(format!("the requests of {title} carry tools: they fail here, or go on to a fallback"))
        .help("take another model: `irc models list --can function_calling` shows which there are")
}

pub(super) fn caller_needs_context(
    name: &Spanned<String>,
    caller: &Spanned<Caller>,
    needs: &Needs,
    room: u32,
) -> Diagnostic {
    let title = needs.title;
    let message =
        format!("`{}` has room for {room} tokens, and {title} sends up to {}", name.value, needs.context);
    Diagnostic::new(&CALLER_NEEDS_CONTEXT, name.span, message)
        .also(caller.span, "calls this router")
        .note("longer conversations fail here, in the midst of the work, or go on to a fallback")
        .help("take a model with more room: `irc models list` shows how much each has")
}

pub(super) fn caller_lacks_required(
    caller: &Spanned<Caller>,
    title: &str,
    required: &[(&str, Span)],
) -> Diagnostic {
    let names = and_list(required.iter().map(|(name, _)| name));
    let are = if required.len() == 1 { "is" } else { "are" };
    let message = format!("{names} {are} required, and {title} sends no metadata");
    let mut out = Diagnostic::new(&CALLER_LACKS_REQUIRED, caller.span, message);
    for (name, span) in required.iter().take(MOST_LABELS) {
        out = out.also(*span, format!("`{name}` is declared here"));
    }
    out.assumes("A05")
        .note(format!("what is proved of requests that carry it does not hold for those of {title}"))
        .help("take `required` away, or route this caller in a definition of its own")
}
