//! What changed: which requests two definitions of a router answer differently, and how.
//!
//! In: two definitions without errors, each with the catalogue it is read against. Out: the pairs of routes between which
//! requests move, each with a request, a condition and what changes; changes of what callers promise; and what was
//! written differently and changes nothing. Requests of a log can be counted against it. And what another catalogue does
//! to one definition.
//!
//! It refuses to know files, texts and which change is welcome.

mod change;
mod contract;
mod impact;
mod limit;
mod notes;
mod outcome;
mod traffic;

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analyze::Budget;
use crate::analyze::compare::{self, Case, Compared, Evidence};
use crate::catalogue::Catalogue;
use crate::check::Checked;
use crate::compile::cost::{Costs, Tokens, Usd};
use crate::compile::{self, Plan};
use crate::simulate::{Decision, sticky_slot};

pub use change::{Change, What};
pub use contract::{ContractChange, Promise};
pub use impact::{Impact, PriceStep, RouteImpact, VariantImpact, impact};
pub use limit::{BadLimit, Limit, Measure, Verdict};
pub use notes::Note;
pub use traffic::{Replay, Stray, Sum, Traffic};

use outcome::{Depth, Numbers, Outcome};

/// One of the two.
#[derive(Debug)]
pub struct Side<'a> {
    /// The definition.
    pub checked: &'a Checked,
    /// What is known of models and prices.
    pub catalogue: &'a Catalogue,
    plan: Plan,
}

impl<'a> Side<'a> {
    /// `None` for a definition with errors.
    pub fn new(checked: &'a Checked, catalogue: &'a Catalogue) -> Option<Self> {
        Some(Self { checked, catalogue, plan: compile::compile(checked, catalogue)? })
    }

    fn routes(&self) -> impl Iterator<Item = Option<&compile::Route>> {
        self.plan.routes.iter().map(Some).chain([self.plan.default.as_ref()])
    }
}

/// What a comparison rests on.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How long a request is taken to be.
    pub tokens: Tokens,
    /// How many steps the analysis may take.
    pub budget: Budget,
}

impl Options {
    /// `steps`: what the analysis of one definition may take. A comparison may take five times as many: somebody waits
    /// for one answer here, not for the findings of a thousand files.
    pub fn new(tokens: Tokens, steps: u64) -> Self {
        Self { tokens, budget: Budget { steps: steps.saturating_mul(5), ..Budget::default() } }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new(Tokens::default(), Budget::default().steps)
    }
}

/// What one router's definitions come to.
#[derive(Debug)]
pub struct Difference<'a> {
    sides: [&'a Side<'a>; 2],
    outcomes: [Vec<Outcome>; 2],
    numbers: [Vec<usize>; 2],
    /// Requests that are answered differently.
    pub moves: Vec<Move>,
    /// Pairs of routes of which it is not known whether a request moves between them.
    pub undecided: Vec<[End; 2]>,
    /// Whether there may be more that was not found.
    pub exhausted: bool,
    /// What callers promise, where that changed.
    pub contract: Vec<ContractChange>,
    /// What changed besides.
    pub notes: Vec<Note>,
    /// Routes that are as they were at another price.
    pub prices: Vec<PriceChange>,
    /// Of whose callers the claims speak: those of the old definition, those of the new one.
    pub contracts: [bool; 2],
    /// Ids of the assumptions about the service.
    pub assumptions: Vec<&'static str>,
}

/// What can be said of all requests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// None is answered differently. That is proved.
    Same,
    /// Some are, though perhaps only when a first attempt fails.
    Different,
    /// None was found, and it is not proved that there is none.
    Unknown,
}

/// Requests that are answered differently.
#[derive(Clone, Debug)]
pub struct Move {
    /// Where they went, and where they go.
    pub ends: [End; 2],
    /// Which ones.
    pub cases: Vec<Case>,
    /// Whether `cases` are all of them.
    pub complete: bool,
    /// Whether these are all requests of the old route, and all of the new one.
    pub whole: [bool; 2],
    /// One of them, as JSON.
    pub witness: String,
    /// Whether users are drawn anew, because the route or the router has another name.
    pub redrawn: bool,
    /// The share of these requests whose first attempt goes to another model, or has other settings: from 0 to 1.
    pub share: f64,
    /// The share of these requests for which anything changes, such as what is tried after a failure: from 0 to 1.
    pub touched: f64,
    /// What changes.
    pub changes: Vec<Change>,
    /// The providers that may be asked, then and now; `*` for any.
    pub providers: [Vec<String>; 2],
    /// US dollars of a thousand such requests, then and now.
    pub usd: [Option<Usd>; 2],
    /// Models whose price is not known; `*` for any.
    pub unpriced: Vec<Arc<str>>,
}

/// A route, from outside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct End {
    /// Its place; behind the last one stands the default route, or none.
    pub place: usize,
    /// Its id; none where the request fails.
    pub route: Option<Arc<str>>,
    /// Its variants: id, share in percent, model.
    pub variants: Vec<(Arc<str>, u32, String)>,
}

/// A route whose requests cost something else.
#[derive(Clone, PartialEq, Debug)]
pub struct PriceChange {
    /// Its id.
    pub route: Arc<str>,
    /// US dollars of a thousand requests, then and now.
    pub usd: [Option<Usd>; 2],
}

/// Compares two definitions of a router.
pub fn compare<'a>(old: &'a Side<'a>, new: &'a Side<'a>, options: &Options) -> Difference<'a> {
    let mut numbers = Numbers::default();
    let outcomes = [old, new].map(|side| numbers.outcomes(&side.checked.definition, &side.plan));
    let [before, after] = &outcomes;
    let mut number = |side: &Side<'_>, outcomes: &[Outcome]| -> Vec<usize> {
        outcomes.iter().map(|outcome| numbers.number(&side.plan.router, outcome)).collect()
    };
    let numbers = [number(old, before), number(new, after)];
    let [first, second] = &numbers;
    let sides = [(old, first), (new, second)].map(|(side, outcomes)| compare::Side {
        checked: side.checked,
        plan: &side.plan,
        outcomes,
    });
    let plans = [&old.plan, &new.plan];
    let at = |side: &[Outcome], place: usize| side.get(place).cloned().unwrap_or_default();
    let user = |i: usize, j: usize| moved_user(plans, [&at(before, i), &at(after, j)]);
    let differs = |was: &Decision<'_>, is: &Decision<'_>| {
        behaviour(&old.plan, before, was) != behaviour(&new.plan, after, is)
    };
    let evidence = Evidence { user: &user, differs: &differs };
    let compared = compare::compare(sides, &evidence, new.catalogue, options.budget);
    // Definitions with errors have no plan, and do not get here.
    let compared = compared.unwrap_or(Compared { exhausted: true, ..Compared::default() });
    let costs =
        [old, new].map(|side| side.routes().map(|r| Costs::of(r, side.catalogue)).collect::<Vec<_>>());
    let ends = |i: usize, j: usize| [end(before, i), end(after, j)];
    let mut assumptions = compared.assumptions;
    let mut moves = Vec::new();
    for found in compared.moves {
        let (was, is) = (at(before, found.old), at(after, found.new));
        let redrawn = is_redrawn(plans, [&was, &is]);
        if was.is_divided() || is.is_divided() {
            assumptions.push("A06");
        }
        let [old_costs, new_costs] = [(&costs[0], found.old), (&costs[1], found.new)].map(|(c, i)| c.get(i));
        let per_thousand = |c: Option<&Costs>| c?.usd(options.tokens).map(|usd| usd.times(1000.0));
        let mut unpriced: Vec<Arc<str>> =
            [old_costs, new_costs].into_iter().flatten().flat_map(|c| c.unpriced.iter().cloned()).collect();
        unpriced.sort();
        unpriced.dedup();
        moves.push(Move {
            ends: ends(found.old, found.new),
            cases: found.cases,
            complete: found.complete,
            whole: found.whole,
            witness: found.witness,
            redrawn,
            share: was.moved(&is, redrawn, Depth::First),
            touched: was.moved(&is, redrawn, Depth::All),
            changes: change::changes(&was, &is),
            providers: [was.providers(), is.providers()],
            usd: [per_thousand(old_costs), per_thousand(new_costs)],
            unpriced,
        });
    }
    for plan in plans {
        let variants = plan.routes.iter().chain(&plan.default).flat_map(|route| &route.variants);
        assumptions.extend(variants.flat_map(|v| v.chain.assumptions.iter().copied()));
    }
    assumptions.sort_unstable();
    assumptions.dedup();
    let mut contract = Vec::new();
    let silent = |side: &Side<'_>| side.checked.definition.form == crate::model::Form::Wire;
    let block = |side: &'a Side<'a>| side.checked.metadata.as_ref();
    // The wire form cannot say what callers send: that it does not is no change.
    if !(silent(old) && block(old).is_none() || silent(new) && block(new).is_none()) {
        contract::compare("metadata", block(old), block(new), &mut contract);
    }
    let variables = |side: &'a Side<'a>| side.checked.definition.contract.prompt_variables.as_ref();
    if !(silent(old) || silent(new)) {
        contract::compare("prompt_variables", variables(old), variables(new), &mut contract);
    }
    let mut difference = Difference {
        sides: [old, new],
        moves,
        undecided: compared.undecided.into_iter().map(|(i, j)| ends(i, j)).collect(),
        exhausted: compared.exhausted,
        contract,
        notes: Vec::new(),
        prices: Vec::new(),
        contracts: compared.contracts,
        assumptions,
        outcomes,
        numbers,
    };
    let at_home = |found: &&Move| found.ends[0].route == found.ends[1].route;
    let moved: FxHashSet<Arc<str>> =
        difference.moves.iter().filter(at_home).filter_map(|found| found.ends[0].route.clone()).collect();
    let mut prices = prices([old, new], &costs, options.tokens);
    prices.retain(|change| !moved.contains(&change.route));
    difference.prices = prices;
    difference.notes = notes::notes(&difference, &compared.renamed, compared.renamed_open);
    difference
}

impl Difference<'_> {
    /// What can be said of all requests.
    pub fn answer(&self) -> Answer {
        let [old, new] = self.names();
        if !self.moves.is_empty() || old != new {
            Answer::Different
        } else if self.exhausted || !self.undecided.is_empty() {
            Answer::Unknown
        } else {
            Answer::Same
        }
    }

    /// Whether some request's first attempt is another one.
    pub fn moves_any(&self) -> bool {
        self.moves.iter().any(|found| found.share > 0.0)
    }

    /// Bare names, then and now.
    pub fn names(&self) -> [&str; 2] {
        self.sides.map(|side| &*side.plan.router)
    }

    /// Whether the callers' promises were declared, then and now.
    pub fn declares(&self) -> [bool; 2] {
        self.sides.map(|side| side.checked.metadata.is_some())
    }
}

impl Difference<'_> {
    /// The number of what a route comes to.
    fn number(&self, side: usize, place: usize) -> Option<usize> {
        self.numbers.get(side)?.get(place).copied()
    }

    /// The share of the requests between two routes that are answered differently.
    fn share(&self, old: usize, new: usize) -> f64 {
        let [was, is] = [(0, old), (1, new)].map(|(side, place)| {
            self.outcomes.get(side).and_then(|all| all.get(place)).cloned().unwrap_or_default()
        });
        was.moved(&is, is_redrawn(self.sides.map(|side| &side.plan), [&was, &is]), Depth::First)
    }
}

/// Routes of one name and outcome whose price differs.
fn prices(sides: [&Side<'_>; 2], costs: &[Vec<Costs>; 2], tokens: Tokens) -> Vec<PriceChange> {
    let [old, new] = costs;
    let mut out = Vec::new();
    let others: FxHashMap<&Arc<str>, (&compile::Route, &Costs)> = sides[1]
        .routes()
        .zip(new)
        .filter_map(|(route, costs)| route.map(|route| (&route.id, (route, costs))))
        .collect();
    for (route, costs) in sides[0].routes().zip(old) {
        let Some(route) = route else { continue };
        let Some((other, after)) = others.get(&route.id) else { continue };
        let ranks = |route: &compile::Route| -> Vec<_> {
            let chosen = route.variants.iter().filter(|variant| variant.weight > 0);
            chosen.map(|variant| (variant.weight, variant.chain.ranks.first().cloned())).collect()
        };
        if ranks(other) != ranks(route) {
            continue;
        }
        let usd = [costs, after].map(|costs| costs.usd(tokens).map(|usd| usd.times(1000.0)));
        if usd[0] != usd[1] {
            out.push(PriceChange { route: Arc::clone(&route.id), usd });
        }
    }
    out
}

fn end(outcomes: &[Outcome], place: usize) -> End {
    let outcome = outcomes.get(place).cloned().unwrap_or_default();
    let model = |variant: &outcome::Variant| variant.ranks.first().map_or_else(String::new, change::rank);
    End {
        place,
        variants: outcome.variants.iter().map(|v| (Arc::clone(&v.id), v.weight, model(v))).collect(),
        route: outcome.route,
    }
}

/// Whether users are drawn anew: the draw is made from the names of router and route.
fn is_redrawn(plans: [&Plan; 2], ends: [&Outcome; 2]) -> bool {
    let [old, new] = ends;
    old.is_divided() && new.is_divided() && (plans[0].router != plans[1].router || old.route != new.route)
}

/// A user who is answered differently, where not everybody is.
fn moved_user(plans: [&Plan; 2], ends: [&Outcome; 2]) -> Option<String> {
    let [old, new] = ends;
    if !old.is_divided() && !new.is_divided() {
        return None;
    }
    let behaviour = |plan: &Plan, outcome: &Outcome, user: &str| {
        outcome.at(sticky_slot(&plan.router, outcome.route.as_deref()?, user))
    };
    let mut users = (1..=compile::SLOTS).map(|n| format!("user-{n}"));
    users.find(|user| behaviour(plans[0], old, user) != behaviour(plans[1], new, user))
}

/// The number of what a decision comes to.
fn behaviour(plan: &Plan, outcomes: &[Outcome], decision: &Decision<'_>) -> Option<usize> {
    let outcome = outcomes.get(compare::place(plan, decision))?;
    let id = &decision.variant?.id;
    outcome.variants.iter().find(|variant| variant.id == *id).map(|variant| variant.behaviour)
}
