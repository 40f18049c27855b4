//! Which few requests show all that a router does?
//!
//! In: a [`Checked`] definition without errors, and requests that are at hand already. Out: [`Cases`]: requests that
//! between them take every route, make every part of every condition true, false and, where callers may leave keys
//! out, without a value, and stand on both sides of every number; each with what became of it. What no request can do
//! is proved and said, and so is what was neither shown nor excluded.
//!
//! Where it can be, a part is shown where it alone decides: a test of `seats >= 500` beside a tier that does not match
//! would notice no change. No request can be left out without losing something that only it shows.

mod goals;
mod observe;
mod pack;
mod search;
#[cfg(test)]
mod tests;
mod words;

use super::{Budget, Pass};
use crate::catalogue::Catalogue;
use crate::cel::Value;
use crate::cel::ast::NodeId;
use crate::check::Checked;
use crate::compile::Plan;
use crate::diag::Sink;
use crate::simulate::{Decision, Request};
use crate::source::Sources;

/// Requests that show all that can be shown.
#[derive(Clone, Debug, Default)]
pub struct Cases {
    /// In the order of the routes that they take.
    pub cases: Vec<Case>,
    /// What no request does.
    pub impossible: Vec<Gap>,
    /// What was neither shown nor excluded.
    pub undecided: Vec<Gap>,
    /// The assumptions about the service that the outcomes rest on, in order.
    pub assumptions: Vec<&'static str>,
}

/// A request and what becomes of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it shows, in a few words; no other case has the same.
    pub name: String,
    /// In the bare form.
    pub request: Value,
    /// What becomes of it today.
    pub outcome: Outcome,
    /// What it shows that no case before it does.
    pub shows: Vec<Point>,
}

/// What becomes of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Id of the route; none where the service answers that there is none.
    pub route: Option<String>,
    /// Percent of each variant, where there are several.
    pub shares: Vec<(String, u32)>,
    /// The model that is asked first, where there is one variant and no figures decide that nobody gave.
    pub model: Option<String>,
}

/// Something that a request can show.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Id of the route; none for requests that take no route.
    pub route: Option<String>,
    /// The text of a part of its condition; none for the route itself.
    pub part: Option<String>,
    /// What the route or the part comes to.
    pub what: What,
    /// The same in words.
    pub text: String,
}

/// What a route or a part of a condition comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum What {
    /// The route is taken.
    Taken,
    /// The part is true.
    True,
    /// The part is false.
    False,
    /// The part has no value, for something that it reads is absent.
    NoValue,
    /// What the part compares with a number is this one.
    At(f64),
}

/// Something that no request shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// What it is.
    pub point: Point,
    /// That and why, as a sentence without a full stop.
    pub reason: String,
}

/// Something that a request can show, and whether some do.
#[derive(Clone, Debug)]
pub struct Covered {
    /// What it is.
    pub point: Point,
    /// The place of its route; behind the last one the default route.
    pub route: usize,
    /// The part of the condition; none for the route itself.
    pub node: Option<NodeId>,
    /// Whether one of the requests shows it.
    pub shown: bool,
    /// A request that would.
    pub request: Option<Value>,
}

/// Why there are no cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The definition has errors.
    Unsound,
    /// Its conditions have so many parts together; at most [`PARTS`] are taken on.
    TooLarge(usize),
}

/// How many parts all conditions may have together.
pub const PARTS: usize = 2_000;

/// The steps for cases where an analysis may take so many: more, for a command that does nothing else.
pub fn budget(usual: Budget) -> Budget {
    Budget { steps: usual.steps.saturating_mul(20), ..usual }
}

/// Finds requests that show all that `known` do not. `taken` are names that no case may have.
pub fn cases(
    checked: &Checked,
    catalogue: &Catalogue,
    sources: &Sources,
    budget: Budget,
    known: &[Request],
    taken: &[&str],
) -> Result<Cases, Refused> {
    let mut sink = Sink::new();
    let Some(mut pass) = Pass::open(checked, catalogue, sources, budget, &mut sink) else {
        return Err(Refused::Unsound);
    };
    Ok(search::Search::open(&mut pass)?.run(known, taken))
}

/// What requests show of a router: each route taken, each part of each condition true and false. What no request can show
/// is left out.
pub fn coverage(
    checked: &Checked,
    catalogue: &Catalogue,
    sources: &Sources,
    budget: Budget,
    known: &[Request],
) -> Result<Vec<Covered>, Refused> {
    let mut sink = Sink::new();
    let Some(mut pass) = Pass::open(checked, catalogue, sources, budget, &mut sink) else {
        return Err(Refused::Unsound);
    };
    let mut search = search::Search::open(&mut pass)?;
    let cases = search.run(known, &[]);
    Ok(search.covered(&cases))
}

impl Outcome {
    /// Of a decision.
    fn of(decision: &Decision<'_>) -> Self {
        let variants = decision.route.map_or(&[][..], |route| &route.variants);
        let shares = variants.iter().map(|v| (v.id.to_string(), v.weight));
        let model = match decision.plan.first() {
            Some(crate::compile::Rank::Model(id)) if variants.len() == 1 => Some(id.to_string()),
            _ => None,
        };
        Self {
            route: decision.route.map(|route| route.id.to_string()),
            shares: if variants.len() > 1 { shares.collect() } else { Vec::new() },
            model,
        }
    }
}

/// The id of a route by its place; the default route stands behind the others.
fn route_id(plan: &Plan, at: usize) -> Option<&str> {
    plan.routes.get(at).or(plan.default.as_ref().filter(|_| at == plan.routes.len())).map(|route| &*route.id)
}
