//! What CEL itself cannot know: where a name that people expect in a condition really stands.

use std::sync::Arc;

use super::{At, Pass, errors};
use crate::cel::checker::merge;
use crate::cel::env::Names;
use crate::cel::errors::{CheckKind, Member, Operand, SyntaxKind};
use crate::cel::{Checked, Env, Issue, IssueKind, Type, Value};
use crate::diag::suggest::{self, is_slip};
use crate::diag::{Diagnostic, Fix};
use crate::model::{Condition, Declarations, Reuse};
use crate::source::Span;

/// Names of whole objects that hold metadata elsewhere.
const METADATA_HOLDERS: &[&str] = &["metadata", "meta"];
/// Names of the request as a whole.
const REQUEST_NAMES: &[&str] = &["request", "req", "input", "body", "extra_body"];
/// Parts of a request that conditions cannot see.
const HIDDEN: &[&str] = &[
    "user",
    "model",
    "headers",
    "header",
    "time",
    "now",
    "tools",
    "temperature",
    "max_tokens",
    "stream",
    "system",
    "prompt",
];

/// A closed set of up to so many is listed whole.
const MOST_LISTED: usize = 8;

/// A condition whose names are to be looked at together with those of the others.
pub(super) struct Part<'d> {
    pub(super) condition: &'d Condition,
    pub(super) checked: Arc<Checked>,
    pub(super) at: At<'d>,
}

/// The router's own words for an issue, where it has better ones.
pub(super) fn router_words(
    issue: &Issue,
    condition: &Condition,
    env: &Env,
    (metadata, reuse): (Option<&Declarations>, &Reuse),
) -> Option<Diagnostic> {
    let IssueKind::Check(CheckKind::Undeclared { name, suggestions, member }) = &issue.kind else {
        return None;
    };
    let span = condition.place(issue.span);
    let declared: Vec<&str> = metadata.iter().flat_map(|m| m.keys.keys()).map(|k| &**k).collect();
    if let Some(diagnostic) = holder(name, member.as_ref(), span, condition) {
        return Some(diagnostic);
    }
    if HIDDEN.contains(&&**name) {
        return Some(errors::hidden_from_conditions(span, name, true));
    }
    if member.is_none() && is_value(env, name) {
        return Some(errors::text_without_quotes(span, name));
    }
    let near = suggestions.first().map(|s| &**s).filter(|s| env.variables.contains_key(*s));
    // Of what is shared only that has a variable which is named somewhere.
    let near = near.or_else(|| suggest::nearest(name, reuse.condition_names()));
    let named: Vec<&str> = reuse.condition_names().take(MOST_LISTED + 1).collect();
    let fix_span = condition.verbatim(issue.span);
    Some(errors::undeclared(span, name, near, fix_span, (&declared, &named)))
}

/// Whether an issue of types may only follow from a fault of the text: where a bracket is not closed, what it holds is
/// not what was meant to be in it, and a name in other letters has been reported as such.
pub(super) fn follows_from(issue: &Issue, syntax: &[Issue]) -> bool {
    let unclosed = |issue: &Issue| {
        matches!(issue.kind, IssueKind::Syntax(SyntaxKind::Unclosed { .. } | SyntaxKind::WrongCloser { .. }))
    };
    match &issue.kind {
        IssueKind::Check(CheckKind::Undeclared { name, suggestions, .. }) => {
            !name.is_ascii() || (suggestions.is_empty() && syntax.iter().any(unclosed))
        }
        _ => issue.repeats(syntax) || syntax.iter().any(unclosed),
    }
}

/// What to write where the list of messages is taken for one message, or a function of it for a field.
pub(super) fn messages_help(issue: &Issue) -> Option<String> {
    match &issue.kind {
        IssueKind::Check(CheckKind::NoFields { operand, field })
            if operand.text.as_deref() == Some("messages") =>
        {
            match &**field {
                "first" | "last" | "has" => Some(format!("call it: `messages.{field}()`")),
                "role" | "content" | "name" | "tool_calls" | "tool_call_id" => Some(format!(
                    "name a message, as in `messages.last().{field}`, or ask all: `messages.exists(m, m.{field} …)`"
                )),
                _ => None,
            }
        }
        IssueKind::Check(CheckKind::Arguments { .. }) => issue
            .help()
            .filter(|help| help.contains("list(message)"))
            .map(|help| help.replace("list(message)", "messages")),
        _ => None,
    }
}

/// Whether some variable is declared to have this text as a value.
fn is_value(env: &Env, text: &str) -> bool {
    let mut values = env.variables.values().filter_map(|field| field.domain.one_of.as_deref()).flatten();
    values.any(|value| matches!(value, Value::String(value) if **value == *text))
}

/// `metadata.tier`, `request.messages`, `request.metadata.tier`
fn holder(name: &Arc<str>, member: Option<&Member>, span: Span, condition: &Condition) -> Option<Diagnostic> {
    let request = REQUEST_NAMES.contains(&&**name);
    if !request && !METADATA_HOLDERS.contains(&&**name) {
        return None;
    }
    let Some(member) = member else {
        return Some(errors::bare_holder(span, name, request));
    };
    let whole = condition.place(member.span);
    if request && METADATA_HOLDERS.contains(&&*member.field) {
        return Some(errors::metadata_prefix(whole, &format!("{name}.{}", member.field), None, None));
    }
    if request && HIDDEN.contains(&&*member.field) {
        return Some(errors::hidden_from_conditions(whole, &member.field, true));
    }
    let fix = condition
        .verbatim(member.span)
        .map(|place| Fix::safe(format!("write `{}`", member.field), place, &*member.field));
    Some(errors::metadata_prefix(whole, name, Some(&member.field), fix))
}

/// Where the variable that an issue speaks of was declared, and what as.
pub(super) fn declared_at(
    issue: &Issue,
    metadata: Option<&Declarations>,
    reuse: &Reuse,
) -> Option<(Span, String)> {
    let IssueKind::Check(kind) = &issue.kind else { return None };
    let path: Option<&Arc<str>> = match kind {
        CheckKind::Mismatch { left, right, .. } => left.path.as_ref().or(right.path.as_ref()),
        CheckKind::NoOperator { operands, .. } => operands.iter().find_map(|o| o.path.as_ref()),
        CheckKind::Arguments { given, .. } => given.iter().find_map(|o| o.path.as_ref()),
        CheckKind::NotBool { operand, .. } | CheckKind::NoFields { operand, .. } => operand.path.as_ref(),
        CheckKind::ImpossibleValue { path, .. } => Some(path),
        _ => None,
    };
    let root = path?.split('.').next()?;
    if let Some(named) = reuse.conditions(root).next() {
        return Some((named.name_span, format!("`{root}` is a condition, defined here")));
    }
    let declaration = metadata?.keys.get(root)?;
    let words = match &declaration.field.ty {
        Type::Record(_) => format!("`{root}` is declared here"),
        _ if matches!(kind, CheckKind::ImpossibleValue { .. }) => "its values are declared here".to_owned(),
        ty => format!("`{root}` is declared `{ty}` here"),
    };
    Some((declaration.name_span, words))
}

/// Whether what is wrong rests on an inferred type: the deployed CEL is dynamic, so it is no certain fault.
pub(super) fn rests_on_inference(issue: &Issue, env: &Env) -> bool {
    if env.names != Names::Inferred {
        return false;
    }
    let IssueKind::Check(kind) = &issue.kind else { return false };
    let operands: Vec<&Operand> = match kind {
        CheckKind::Mismatch { left, right, .. } => vec![left, right],
        CheckKind::NoOperator { operands, .. } => operands.iter().collect(),
        CheckKind::Arguments { given, .. } => given.iter().collect(),
        CheckKind::NotBool { operand, .. } | CheckKind::NoFields { operand, .. } => vec![operand],
        _ => return false,
    };
    operands.iter().any(|o| {
        o.path
            .as_ref()
            .and_then(|p| p.split('.').next())
            .is_some_and(|root| !env.variables.contains_key(root))
    })
}

impl Pass<'_> {
    /// What only a look at all conditions of a definition shows, when nobody declared what callers send.
    pub(super) fn inferred(&mut self, parts: &[Part<'_>]) {
        let merged = merge(parts.iter().map(|part| &*part.checked));
        for name in merged.variables.keys() {
            let first = parts.iter().find_map(|part| {
                let used = part.checked.inferred.get(name)?.uses.first()?;
                Some((part, part.condition.place(used.span)))
            });
            let Some((part, span)) = first else { continue };
            let diagnostic = if METADATA_HOLDERS.contains(&&**name) || REQUEST_NAMES.contains(&&**name) {
                errors::probably_holder(span, name)
            } else if HIDDEN.contains(&&**name) {
                errors::hidden_from_conditions(span, name, false)
            } else if **name != *"messages" && is_slip(name, "messages") {
                errors::probably_no_key(span, name, "messages")
            } else if let Some(meant) = self.reuse.condition_names().find(|meant| is_slip(name, meant)) {
                errors::probably_no_key(span, name, meant)
            } else if let Some(meant) = yaml_1_1(name) {
                errors::probably_no_key(span, name, meant)
            } else {
                continue;
            };
            self.push(diagnostic, None, None, part.at.to_string());
        }
        let place = |(part, span): (usize, crate::cel::Span)| {
            parts.get(part).map(|part| (part.condition.place(span), part.at.to_string()))
        };
        for conflict in &merged.conflicts {
            let (first, second) = (conflict.first, conflict.second);
            let (Some((here, path)), Some((there, _))) =
                (place((second.0, second.1)), place((first.0, first.1)))
            else {
                continue;
            };
            self.push(errors::types_disagree(here, conflict, there), None, None, path);
        }
        for slip in &merged.suspicious {
            let near = parts.iter().find_map(|part| {
                let used = part.checked.inferred.get(&slip.near)?.uses.first()?;
                Some(part.condition.place(used.span))
            });
            if let (Some((here, path)), Some(near_at)) = (place(slip.at), near) {
                self.push(
                    errors::suspicious_variable(here, &slip.name, &slip.near, near_at),
                    None,
                    None,
                    path,
                );
            }
        }
    }
}

/// What YAML 1.1 and many people take for true and false.
fn yaml_1_1(name: &str) -> Option<&'static str> {
    match name {
        "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "True" | "TRUE" => Some("true"),
        "no" | "No" | "NO" | "off" | "Off" | "OFF" | "False" | "FALSE" => Some("false"),
        _ => None,
    }
}
