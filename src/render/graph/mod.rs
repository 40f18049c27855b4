//! A router as a picture: the conditions in their order, and where each leads.
//!
//! In: a [`Plan`], the definition that it was made of, and what the analysis proved of it. Out: Mermaid or SVG as text.
//! It draws what would be decided, decides nothing itself, and draws no order of candidates that nobody knows.

mod mermaid;
mod svg;
mod text;

use crate::analyze::Never;
use crate::cel::ast::{Kind, Literal};
use crate::cel::print;
use crate::compile::{self, Plan, Rank};
use crate::diag::suggest::and_list;
use crate::model::{Direction, Router};

pub use mermaid::{Mermaid, mermaid};
pub use svg::svg;

/// What is drawn.
#[derive(Clone, Debug)]
pub struct Graph {
    /// Bare name of the router.
    name: String,
    display_name: Option<String>,
    /// The routes with a condition, in order.
    steps: Vec<Step>,
    /// Where the others go; none if the service answers that there is no route.
    default: Option<Target>,
    /// Why none of them are left.
    none_left: Option<String>,
}

/// A condition and where it leads.
#[derive(Clone, Debug)]
struct Step {
    condition: String,
    target: Target,
    /// Why no request takes it.
    never: Option<String>,
}

/// A route.
#[derive(Clone, Debug)]
struct Target {
    id: String,
    branches: Vec<Branch>,
}

/// A variant.
#[derive(Clone, Debug)]
struct Branch {
    id: String,
    share: u32,
    /// What is tried, in order.
    attempts: Vec<Attempt>,
    /// By which figures the service chooses, where it chooses.
    by: Option<String>,
}

/// What is tried at one place of the order.
#[derive(Clone, Debug)]
enum Attempt {
    /// This model.
    Model(String),
    /// These, in an order that rests on figures nobody gave.
    OneOf(Vec<String>),
    /// Whatever the service offers.
    Any,
}

/// More candidates than these are counted, not named.
const NAMED: usize = 5;
/// More attempts than these are counted, not named.
const TRIED: usize = 6;

impl Graph {
    /// Of a plan. `never` is what the analysis proved of each route, and last of what matches none.
    pub fn new(plan: &Plan, router: &Router, never: &[Option<Never>]) -> Self {
        let ids: Vec<&str> = plan.routes.iter().map(|route| &*route.id).collect();
        let why = |at: usize| never.get(at).and_then(Option::as_ref).map(|never| reason(never, &ids));
        let steps = plan.routes.iter().enumerate().map(|(at, route)| {
            let ast = route.condition.as_ref().map(|condition| &*condition.expression.ast);
            let is_off = ast.is_some_and(
                |ast| matches!(ast.kind(ast.root()), Kind::Literal(Literal::Bool(value)) if !value),
            );
            Step {
                condition: route.condition.as_ref().map(written).unwrap_or_default(),
                target: target(route, router.routes.get(at)),
                never: why(at).map(|why| if is_off { "switched off".to_owned() } else { why }),
            }
        });
        Self {
            name: plan.router.to_string(),
            display_name: router.display_name.as_ref().map(|name| name.value.clone()),
            steps: steps.collect(),
            default: plan.default.as_ref().map(|route| target(route, router.default.as_ref())),
            none_left: never.get(plan.routes.len()).and_then(Option::as_ref).map(|never| {
                let earlier = names(&never.earlier, &ids);
                let verb = if never.earlier.len() == 1 { "leaves" } else { "leave" };
                format!("never reached: {earlier} {verb} no request over")
            }),
        }
    }
}

/// A condition on one line, as it was written where that can be.
fn written(condition: &compile::Condition) -> String {
    text::one_line(&condition.text).unwrap_or_else(|| print(&condition.expression.ast))
}

fn names(routes: &[usize], ids: &[&str]) -> String {
    and_list(routes.iter().filter_map(|at| ids.get(*at))).replace('`', "")
}

fn reason(never: &Never, ids: &[&str]) -> String {
    let verb = if never.earlier.len() == 1 { "takes" } else { "take" };
    if never.earlier.is_empty() {
        return "never reached: the condition is never true".to_owned();
    }
    format!("never reached: {} {verb} all its requests", names(&never.earlier, ids))
}

fn target(route: &compile::Route, written: Option<&crate::model::Route>) -> Target {
    let branches = route.variants.iter().enumerate().map(|(at, variant)| {
        let attempts: Vec<Attempt> = variant.chain.ranks.iter().map(attempt).collect();
        let is_open = attempts.iter().any(|attempt| !matches!(attempt, Attempt::Model(_)));
        let sort = written.and_then(|route| route.variants.get(at)).and_then(|v| v.selection.sort.as_ref());
        Branch {
            id: variant.id.to_string(),
            share: variant.weight,
            by: sort.filter(|_| is_open).map(|sort| by(&sort.value)),
            attempts,
        }
    });
    Target { id: route.id.to_string(), branches: branches.collect() }
}

fn by(sort: &[crate::model::Criterion]) -> String {
    let words = sort.iter().filter_map(|criterion| {
        let metric = criterion.metric?.as_str();
        Some(match criterion.direction {
            Some(Direction::Descending) => format!("{metric} (most first)"),
            Some(Direction::Ascending) => format!("{metric} (least first)"),
            None => metric.to_owned(),
        })
    });
    words.collect::<Vec<_>>().join(", then ")
}

fn attempt(rank: &Rank) -> Attempt {
    match rank {
        Rank::Model(id) => Attempt::Model(id.to_string()),
        Rank::Tied(ids) => Attempt::OneOf(ids.iter().map(ToString::to_string).collect()),
        Rank::Open => Attempt::Any,
    }
}

impl Branch {
    /// What is tried, one line each; the first is what is asked first.
    fn lines(&self) -> Vec<String> {
        let by = self.by.as_ref().map_or(String::new(), |by| format!(", by {by}"));
        let mut lines = Vec::new();
        for attempt in self.attempts.iter().take(TRIED) {
            match attempt {
                Attempt::Model(id) => lines.push(id.clone()),
                Attempt::Any => lines.push(format!("any model{by}")),
                Attempt::OneOf(ids) => {
                    lines.push(format!("one of {}{by}:", ids.len()));
                    lines.extend(ids.iter().take(NAMED).map(|id| format!("· {id}")));
                    let more = ids.len().saturating_sub(NAMED);
                    if more > 0 {
                        lines.push(format!("· and {more} more"));
                    }
                }
            }
        }
        let more = self.attempts.len().saturating_sub(TRIED);
        if more > 0 {
            lines.push(format!("{more} more"));
        }
        if lines.is_empty() {
            lines.push("nothing: every candidate is ignored".to_owned());
        }
        lines
    }
}
