//! Why a request went where it went, for somebody who expected otherwise.

use super::expect::{Asked, place};
use crate::cel::Value;
use crate::cel::value::EvalErrorKind;
use crate::simulate::{self, Shown, Trace};

/// How many parts of a condition are shown with their values.
const MOST: usize = 6;
/// How much of a value is shown.
const WIDTH: usize = 60;

/// The conditions that decided: that of the route that was taken, and that of the one that was wanted.
pub(super) fn why(asked: &Asked<'_>, wanted: Option<&str>, plan_matters: bool) -> String {
    let Asked { plan, request, decision, assumed, .. } = *asked;
    let trace = simulate::trace(plan, request, decision, assumed, true);
    let taken = decision.route.map(|route| &*route.id);
    let mut lines = Vec::new();
    let wanted = wanted.filter(|wanted| Some(*wanted) != taken);
    if let Some(wanted) = wanted {
        match step(&trace, wanted) {
            Some(line) => lines.push(line),
            None if plan.default.as_ref().is_some_and(|route| *route.id == *wanted) => {}
            None => lines.push(format!("`{wanted}` is not looked at: a route before it is taken")),
        }
    }
    match (taken, decision.position) {
        (Some(taken), Some(_)) => lines.extend(step(&trace, taken)),
        (Some(taken), None) => lines.push(format!("`{taken}` is taken because no condition is true")),
        (None, _) => lines.push("no condition is true, and there is no default route".to_owned()),
    }
    if plan_matters && !decision.plan.is_empty() {
        let plan: Vec<String> = decision.plan.iter().map(|rank| place(Some(rank))).collect();
        lines.push(format!("the plan is {}", plan.join(", then ")));
    }
    lines.join("; ")
}

/// What the condition of a route came to.
fn step(trace: &Trace, route: &str) -> Option<String> {
    let step = trace.steps.iter().find(|step| step.route == route)?;
    let condition: Vec<&str> = step.condition.split_whitespace().collect();
    let result = match &step.result {
        Shown::Error(error) => match &error.kind {
            EvalErrorKind::MissingVariable(name) => {
                format!("has no value, for the request carries no `{name}`")
            }
            _ => format!("has no value: {error}"),
        },
        other => format!("is {}", value(other)),
    };
    let parts: Vec<String> = step
        .parts
        .iter()
        .filter(|(_, shown)| !matches!(shown, Shown::Error(_)))
        .take(MOST)
        .map(|(text, shown)| format!("`{text}` is {}", value(shown)))
        .collect();
    let parts = if parts.is_empty() { String::new() } else { format!(", where {}", parts.join(", ")) };
    Some(format!("the condition of `{route}`, `{}`, {result}{parts}", condition.join(" ")))
}

fn value(shown: &Shown) -> String {
    match shown {
        Shown::Value(Value::Bool(value)) => value.to_string(),
        Shown::Value(value) => format!("`{}`", value.show(WIDTH)),
        Shown::Error(error) => error.to_string(),
        Shown::Hidden(what) => what.clone(),
    }
}
