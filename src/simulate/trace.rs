//! Why a request goes where it goes: every condition with its value, or the reason it has none.

use std::sync::Arc;

use super::decide::Seen;
use super::unknown::mentions;
use super::{Decision, Request};
use crate::catalogue::assumptions::Assumed;
use crate::catalogue::functions::MESSAGES;
use crate::cel::ast::{Kind, NodeId};
use crate::cel::interpret::explain;
use crate::cel::value::{EvalError, EvalErrorKind};
use crate::cel::{self, Value};
use crate::compile::Plan;

/// The conditions that were looked at, in order.
#[derive(Debug)]
pub struct Trace {
    /// One for each.
    pub steps: Vec<Step>,
}

/// One condition.
#[derive(Debug)]
pub struct Step {
    /// The route that it belongs to.
    pub route: String,
    /// Its text.
    pub condition: String,
    /// Its value, or why it has none.
    pub result: Shown,
    /// Its parts with their values, as far as they were evaluated.
    pub parts: Vec<(String, Shown)>,
}

/// What an expression came to, as far as it is to be seen.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// This.
    Value(Value),
    /// No value.
    Error(EvalError),
    /// Something that may hold what users said: what kind of thing.
    Hidden(String),
}

/// How many parts of one condition a trace shows.
const MOST_PARTS: usize = 12;

/// Explains a decision: the reference interpreter walks the conditions that the programs decided. `content`: whether what
/// users said is to be seen.
pub fn trace(
    plan: &Plan,
    request: &Request,
    decision: &Decision<'_>,
    assumed: &Assumed,
    content: bool,
) -> Trace {
    let seen = Seen { request, assumed };
    let mut steps = Vec::new();
    for route in plan.routes.iter().take(decision.verdicts.len()) {
        let Some(condition) = &route.condition else { continue };
        let ast = &condition.expression.ast;
        let open = content || !condition.reads_messages;
        let bound = if open { Vec::new() } else { bound(ast) };
        let shown = |id: NodeId, result: Result<Value, EvalError>| {
            if open || !may_say(ast, id, &bound) { Shown::from(result) } else { hidden(result) }
        };
        let (result, values) = explain(ast, &plan.env, &seen);
        let mut parts = Vec::new();
        for (id, value) in values {
            if parts.len() == MOST_PARTS {
                break;
            }
            let same_reason = value.as_ref().err().is_some_and(|e| result.as_ref().err() == Some(e));
            if id != ast.root() && tells(ast, id) && !same_reason {
                let text = written(&condition.text, ast.span(id));
                if !parts.iter().any(|(known, _)| *known == text) {
                    parts.push((text, shown(id, value)));
                }
            }
        }
        steps.push(Step {
            route: route.id.to_string(),
            condition: condition.text.to_string(),
            result: shown(ast.root(), result),
            parts,
        });
    }
    Trace { steps }
}

impl From<Result<Value, EvalError>> for Shown {
    fn from(result: Result<Value, EvalError>) -> Self {
        result.map_or_else(Shown::Error, Shown::Value)
    }
}

/// The variables that macros of a condition bind: elements of messages among them.
fn bound(ast: &cel::Ast) -> Vec<Arc<str>> {
    let vars = ast.ids().filter_map(|id| match ast.kind(id) {
        Kind::Macro(call) => Some(&call.vars),
        _ => None,
    });
    vars.flatten().map(|variable| variable.text.clone()).collect()
}

/// Whether what users said may show in the value of a part.
fn may_say(ast: &cel::Ast, id: NodeId, bound: &[Arc<str>]) -> bool {
    mentions(ast, id, |name| *name == *MESSAGES || bound.iter().any(|bound| **bound == *name))
}

/// What it is, without what it says.
fn hidden(result: Result<Value, EvalError>) -> Shown {
    match result {
        Ok(Value::String(text)) => {
            Shown::Hidden(format!("text of {}", some(text.chars().count(), "character")))
        }
        Ok(Value::List(items)) => Shown::Hidden(format!("a list of {}", some(items.iter().count(), "item"))),
        Ok(Value::Map(map)) => Shown::Hidden(format!("a map of {}", some(map.iter().count(), "key"))),
        Ok(value @ (Value::Null | Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::Double(_))) => {
            Shown::Value(value)
        }
        Ok(value) => Shown::Hidden(format!("a value of type {}", value.type_name())),
        Err(error) if matches!(error.kind, EvalErrorKind::Invalid(_) | EvalErrorKind::NoSuchKey(_)) => {
            Shown::Hidden("an error that tells what was said".to_owned())
        }
        Err(error) => Shown::Error(error),
    }
}

fn some(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// The text of a part on one line, as it was written.
fn written(condition: &str, place: cel::Span) -> String {
    let text = condition.get(place.start as usize..place.end as usize).unwrap_or_default();
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

/// Whether a node's value says something: what is looked up, not what is put together from it.
fn tells(ast: &cel::Ast, id: NodeId) -> bool {
    matches!(
        ast.kind(id),
        Kind::Ident { .. } | Kind::Select { .. } | Kind::Index { .. } | Kind::Call { .. } | Kind::Macro(_)
    )
}
