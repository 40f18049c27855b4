//! Why a request goes where it goes: every condition with its value, or the reason it has none.

use super::decide::variable;
use super::{Decision, Request};
use crate::catalogue::assumptions::Assumed;
use crate::cel::interpret::{Activation, explain};
use crate::cel::value::EvalError;
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
    pub result: Result<Value, EvalError>,
    /// Its parts with their values, as far as they were evaluated: text and value or error.
    pub parts: Vec<(String, Result<Value, EvalError>)>,
}

/// How many parts of one condition a trace shows.
const MOST_PARTS: usize = 12;

struct Seen<'a> {
    request: &'a Request,
    assumed: &'a Assumed,
}

impl Activation for Seen<'_> {
    fn variable(&self, name: &str) -> Option<Value> {
        variable(self.request, name, self.assumed)
    }
}

/// Explains a decision: the reference interpreter walks the conditions that the programs decided.
pub fn trace(plan: &Plan, request: &Request, decision: &Decision<'_>, assumed: &Assumed) -> Trace {
    let seen = Seen { request, assumed };
    let mut steps = Vec::new();
    for route in plan.routes.iter().take(decision.verdicts.len()) {
        let Some(condition) = &route.condition else { continue };
        let ast = &condition.expression.ast;
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
                    parts.push((text, value));
                }
            }
        }
        steps.push(Step {
            route: route.id.to_string(),
            condition: condition.text.to_string(),
            result,
            parts,
        });
    }
    Trace { steps }
}

/// The text of a part on one line, as it was written.
fn written(condition: &str, place: cel::Span) -> String {
    let text = condition.get(place.start as usize..place.end as usize).unwrap_or_default();
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

/// Whether a node's value says something: what is looked up, not what is put together from it.
fn tells(ast: &cel::Ast, id: cel::ast::NodeId) -> bool {
    use cel::ast::Kind;
    matches!(
        ast.kind(id),
        Kind::Ident { .. } | Kind::Select { .. } | Kind::Index { .. } | Kind::Call { .. } | Kind::Macro(_)
    )
}
