//! What CEL itself cannot know: where a name that people expect in a condition really stands.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::conditions::{Use, plain_place};
use super::{Pass, errors};
use crate::cel::env::Names;
use crate::cel::errors::{CheckKind, Member, Operand};
use crate::cel::{Env, Issue, IssueKind, Type};
use crate::diag::{Diagnostic, Fix};
use crate::model::{Condition, Declarations};
use crate::source::Span;

/// Names of whole objects that hold metadata elsewhere.
const METADATA_HOLDERS: &[&str] = &["metadata", "meta", "extra_body"];
/// Names of the request as a whole.
const REQUEST_NAMES: &[&str] = &["request", "req", "input", "body"];
/// Parts of a request that conditions cannot see.
const HIDDEN: &[&str] = &[
    "user", "model", "headers", "header", "time", "now", "tools", "temperature", "max_tokens", "stream", "system",
    "prompt",
];

/// The router's own words for an issue, where it has better ones.
pub(super) fn router_words(
    issue: &Issue,
    condition: &Condition,
    env: &Env,
    metadata: Option<&Declarations>,
) -> Option<Diagnostic> {
    let IssueKind::Check(CheckKind::Undeclared { name, suggestions, member }) = &issue.kind else { return None };
    let span = condition.place(issue.span);
    let declared: Vec<&str> = metadata.iter().flat_map(|m| m.keys.keys()).map(|k| &**k).collect();
    if let Some(diagnostic) = holder(name, member.as_ref(), span, condition) {
        return Some(diagnostic);
    }
    if HIDDEN.contains(&&**name) {
        return Some(errors::hidden_from_conditions(span, name, true));
    }
    let near = suggestions.first().map(|s| &**s).filter(|s| env.variables.contains_key(*s));
    let fix_span = plain_place(condition, issue.span);
    Some(errors::undeclared(span, name, near, fix_span, &declared))
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
    let fix = plain_place(condition, member.span)
        .map(|place| Fix::safe(format!("write `{}`", member.field), place, &*member.field));
    Some(errors::metadata_prefix(whole, name, Some(&member.field), fix))
}

/// Where the variable that an issue speaks of was declared, and what as.
pub(super) fn declared_at(issue: &Issue, metadata: Option<&Declarations>) -> Option<(Span, String)> {
    let IssueKind::Check(kind) = &issue.kind else { return None };
    let metadata = metadata?;
    let path: Option<&Arc<str>> = match kind {
        CheckKind::Mismatch { left, right, .. } => left.path.as_ref().or(right.path.as_ref()),
        CheckKind::NoOperator { operands, .. } => operands.iter().find_map(|o| o.path.as_ref()),
        CheckKind::Arguments { given, .. } => given.iter().find_map(|o| o.path.as_ref()),
        CheckKind::NotBool { operand, .. } | CheckKind::NoFields { operand, .. } => operand.path.as_ref(),
        CheckKind::ImpossibleValue { path, .. } => Some(path),
        _ => None,
    };
    let root = path?.split('.').next()?;
    let declaration = metadata.keys.get(root)?;
    let words = match &declaration.field.ty {
        Type::Record(_) => format!("`{root}` is declared here"),
        _ if matches!(kind, CheckKind::ImpossibleValue { .. }) => "its values are declared here".to_owned(),
        ty => format!("`{root}` is declared {ty} here"),
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
        o.path.as_ref().and_then(|p| p.split('.').next()).is_some_and(|root| !env.variables.contains_key(root))
    })
}

impl Pass<'_> {
    /// What only a look at all conditions of a definition shows, when nobody declared what callers send.
    pub(super) fn inferred(&mut self, uses: &FxHashMap<Arc<str>, Vec<Use>>) {
        let mut names: Vec<(&Arc<str>, &Vec<Use>)> = uses.iter().filter(|(_, u)| !u.is_empty()).collect();
        names.sort_by_key(|(_, uses)| uses.first().map(|u| u.span));
        for (name, uses) in &names {
            let Some(first) = uses.first() else { continue };
            if METADATA_HOLDERS.contains(&&***name) || REQUEST_NAMES.contains(&&***name) {
                self.push(errors::probably_holder(first.span, name), None, None, first.path.clone());
                continue;
            }
            if HIDDEN.contains(&&***name) {
                let diagnostic = errors::hidden_from_conditions(first.span, name, false);
                self.push(diagnostic, None, None, first.path.clone());
                continue;
            }
            self.disagreement(name, uses);
            if uses.len() == 1
                && name.chars().count() > 3
                && let Some((near, other)) = names.iter().find(|(other, theirs)| {
                    theirs.len() > 1 && other != name && strsim::osa_distance(other, name) == 1
                })
                && let Some(place) = other.first()
            {
                let diagnostic = errors::suspicious_variable(first.span, name, near, place.span);
                self.push(diagnostic, None, None, first.path.clone());
            }
        }
    }

    /// Two conditions that take one name for different things.
    fn disagreement(&mut self, name: &str, uses: &[Use]) {
        let mut typed = uses.iter().filter(|u| !matches!(u.ty, Type::Dyn | Type::Error));
        let Some(first) = typed.next() else { return };
        if let Some(other) = typed.find(|u| !agree(&first.ty, &u.ty)) {
            let diagnostic = errors::types_disagree(other.span, name, &other.ty, first.span, &first.ty);
            self.push(diagnostic, None, None, other.path.clone());
        }
    }
}

/// Whether one value can be of both types.
fn agree(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Dyn | Type::Error, _) | (_, Type::Dyn | Type::Error) => true,
        (a, b) if a.is_numeric() && b.is_numeric() => true,
        (Type::Null, _) | (_, Type::Null) => true,
        (Type::List(a), Type::List(b)) => agree(a, b),
        (Type::Map(..) | Type::Record(_), Type::Map(..) | Type::Record(_)) => true,
        (a, b) => a == b,
    }
}
