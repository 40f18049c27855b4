//! What holds for every request?
//!
//! In: a [`Checked`] definition without errors. Out: diagnostics about routes that no request reaches, requests that
//! reach no route, conditions that say nothing or may have no value, and invariants that do not hold.
//!
//! Conditions become literals (`translate`) about the places of a request (`places`); a SAT solver and theories of
//! numbers and text (`solve`, `theory`) say what can hold together. A claim that something is impossible is a proof.
//! A claim that something is possible is a request, which was decided by `simulate`. What is neither is not claimed.
//!
//! What needs no proof is not asked: requests that were made up show it (`evident`).
//!
//! It refuses to know what would be wise, and it guesses nothing: budgets are counted in steps, and what they do not
//! reach is left open.

mod attempts;
mod callers;
pub mod cases;
pub mod compare;
mod errors;
mod evident;
mod invariants;
mod overlap;
mod pairs;
mod places;
mod presence;
mod question;
mod reach;
mod redundant;
pub mod rules;
mod solve;
mod standing;
mod theory;
mod translate;
mod witness;

use crate::catalogue::Catalogue;
use crate::check::{Checked, Expression, Needs};
use crate::diag::{Diagnostic, Sink, Subject};
use crate::model::{Form, Route};
use crate::source::Sources;
use evident::Evident;
use question::Universe;
use solve::Lit;
pub use standing::{Never, never_taken};
use translate::Condition;

/// Steps that are allowed where nobody says how many.
pub const STEPS: u64 = 20_000_000;

/// How many steps may be spent on a definition. A step is a literal that the solver propagates, a part of a clause that
/// a condition becomes, or a move of an automaton.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Budget {
    /// Altogether. A tenth of them may go into one question.
    pub steps: u64,
    /// Whether any are spent on a request for each route, to say of which none was found or excluded.
    pub every_route: bool,
    /// Whether any are spent on routes that overlap: a question for each two of them.
    pub overlaps: bool,
}

impl Budget {
    /// For one question.
    fn of_question(self) -> u64 {
        self.steps / 10
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self { steps: STEPS, every_route: false, overlaps: false }
    }
}

/// Analyses a definition. One with errors is passed over: what it means is not known yet.
pub fn analyze(checked: &Checked, catalogue: &Catalogue, sources: &Sources, budget: Budget, sink: &mut Sink) {
    if checked.sound {
        analyze_with(Evident::of(checked), checked, catalogue, sources, budget, sink);
    }
}

fn analyze_with(
    evident: Evident,
    checked: &Checked,
    catalogue: &Catalogue,
    sources: &Sources,
    budget: Budget,
    sink: &mut Sink,
) {
    if evident.is_whole() && !asks_more(checked, budget) {
        return;
    }
    let Some(mut pass) = Pass::open(checked, catalogue, sources, budget, sink) else { return };
    pass.evident = evident;
    let unrouted = pass.callers();
    pass.reach(unrouted);
    pass.errors();
    pass.invariants();
    pass.lost();
    pass.redundant();
    if budget.overlaps {
        pass.overlaps();
    }
    pass.left_open();
}

/// Whether there is anything to ask that has nothing to do with what is evident.
fn asks_more(checked: &Checked, budget: Budget) -> bool {
    let definition = &checked.definition;
    let callers = &definition.contract.callers;
    definition.router.default.is_none()
        || !checked.invariants.is_empty()
        || callers.iter().any(|caller| !Needs::of(caller.value).sends_metadata)
        || budget.overlaps
}

/// A question that the steps did not suffice for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Open {
    /// Whether a request reaches a route; behind the last one stands the default route, or none.
    Reached(usize),
    /// Whether the condition of a route may have no value.
    Fails(usize),
}

/// What the parts of this pass share.
struct Pass<'a> {
    universe: Universe<'a>,
    /// Of each route.
    conditions: Vec<Condition>,
    open: Vec<Open>,
    /// What need not be asked.
    evident: Evident,
    sources: &'a Sources,
    sink: &'a mut Sink,
}

impl<'a> Pass<'a> {
    /// `None` for a definition with errors.
    fn open(
        checked: &'a Checked,
        catalogue: &'a Catalogue,
        sources: &'a Sources,
        budget: Budget,
        sink: &'a mut Sink,
    ) -> Option<Self> {
        if !checked.sound {
            return None;
        }
        let mut universe = Universe::new(checked, catalogue, budget);
        let mut conditions = Vec::new();
        for expression in &checked.conditions {
            conditions.push(universe.translate(expression.as_ref()?));
        }
        for scope in checked.invariants.iter().flatten() {
            universe.translate(scope);
        }
        universe.tie(checked.conditions.iter().chain(&checked.invariants).flatten());
        Some(Self { universe, conditions, open: Vec::new(), evident: Evident::default(), sources, sink })
    }

    /// True where a request gets past the routes before this one.
    fn passed(&self, before: usize) -> Vec<Lit> {
        self.conditions.iter().take(before).map(|c| !c.truth.yes).collect()
    }

    /// True where a request gets to a route and takes it; behind the last one stands the default route.
    fn taken(&self, index: usize) -> Vec<Lit> {
        let mut lits = self.passed(index);
        lits.extend(self.conditions.get(index).map(|c| c.truth.yes));
        lits
    }

    fn route(&self, index: usize) -> Option<&'a Route> {
        let router = &self.universe.checked.definition.router;
        router.routes.get(index).or(router.default.as_ref().filter(|_| index == router.routes.len()))
    }

    /// The condition of a route.
    fn expression(&self, index: usize) -> Option<&'a Expression> {
        self.universe.checked.conditions.get(index).and_then(Option::as_ref)
    }

    fn push(&mut self, mut diagnostic: Diagnostic, route: Option<&Route>, path: String) {
        diagnostic.assumptions.sort_unstable();
        diagnostic.assumptions.dedup();
        diagnostic.subject = Subject {
            router: self.universe.checked.name().map(str::to_owned),
            route: route.and_then(|r| r.id.as_ref()).map(|id| id.value.clone()),
            variant: None,
            path: Some(path),
        };
        self.sink.push(diagnostic);
    }

    /// Says for what the steps did not suffice. Invariants say it themselves.
    fn left_open(&mut self) {
        let Some(name) = &self.universe.checked.definition.router.name else { return };
        if self.open.is_empty() {
            return;
        }
        let names = |of: fn(&Open) -> Option<usize>| -> Vec<Option<&str>> {
            self.open.iter().filter_map(of).map(|index| self.route(index).map(Route::name)).collect()
        };
        let reached = names(|open| if let Open::Reached(index) = open { Some(*index) } else { None });
        let fails = names(|open| if let Open::Fails(index) = open { Some(*index) } else { None });
        let diagnostic = errors::incomplete(name.span, &reached, &fails, self.universe.budget.steps);
        self.push(diagnostic, None, "name".to_owned());
    }

    /// Where the default route stands in the document.
    fn default_path(&self) -> String {
        let wire = self.universe.checked.definition.form == Form::Wire;
        if wire { "defaultRoute".to_owned() } else { "default".to_owned() }
    }
}
