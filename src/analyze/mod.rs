//! What holds for every request?
//!
//! In: a [`Checked`] definition without errors. Out: diagnostics about routes that no request reaches, requests that
//! reach no route, conditions that say nothing or may have no value, and invariants that do not hold.
//!
//! Conditions become literals (`translate`) about the places of a request (`places`); a SAT solver and theories of
//! numbers and text (`solve`, `theory`) say what can hold together. A claim that something is impossible is a proof.
//! A claim that something is possible is a request, which was decided by `simulate`. What is neither is not claimed.
//!
//! It refuses to know what would be wise, and it guesses nothing: budgets are counted in steps, and what they do not
//! reach is left open.

mod attempts;
pub mod cases;
mod errors;
mod invariants;
mod places;
mod question;
mod reach;
pub mod rules;
mod solve;
mod standing;
mod theory;
mod translate;
mod witness;

use crate::catalogue::Catalogue;
use crate::check::Checked;
use crate::diag::{Diagnostic, Sink, Subject};
use crate::model::{Form, Route};
use crate::source::Sources;
use question::Universe;
use solve::Lit;
pub use standing::{Never, never_taken};
use translate::Condition;

/// How many steps may be spent.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Conflicts of the solver, altogether.
    pub conflicts: u64,
    /// Conflicts for one question.
    pub conflicts_each: u64,
    /// Literals that the solver propagates, altogether.
    pub work: u64,
    /// Conditions; a definition with more of them is not analysed.
    pub conditions: usize,
    /// Steps of automata, altogether.
    pub states: u64,
    /// Steps of automata for one text.
    pub states_each: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            conflicts: 50_000,
            conflicts_each: 2_000,
            work: 20_000_000,
            conditions: 2_000,
            states: 4_000_000,
            states_each: 400_000,
        }
    }
}

/// Analyses a definition. One with errors is passed over: what it means is not known yet.
pub fn analyze(checked: &Checked, catalogue: &Catalogue, sources: &Sources, budget: Budget, sink: &mut Sink) {
    let Some(mut pass) = Pass::open(checked, catalogue, sources, budget, sink) else { return };
    pass.reach();
    pass.errors();
    pass.invariants();
}

/// What the parts of this pass share.
struct Pass<'a> {
    universe: Universe<'a>,
    /// Of each route.
    conditions: Vec<Condition>,
    sources: &'a Sources,
    sink: &'a mut Sink,
}

impl<'a> Pass<'a> {
    /// `None` for a definition with errors, or with more conditions than the budget allows.
    fn open(
        checked: &'a Checked,
        catalogue: &'a Catalogue,
        sources: &'a Sources,
        budget: Budget,
        sink: &'a mut Sink,
    ) -> Option<Self> {
        if !checked.sound || checked.conditions.len() > budget.conditions {
            return None;
        }
        let mut universe = Universe::new(checked, catalogue, budget);
        let mut conditions = Vec::new();
        for expression in &checked.conditions {
            conditions.push(universe.translate(expression.as_ref()?));
        }
        Some(Self { universe, conditions, sources, sink })
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

    /// Where the default route stands in the document.
    fn default_path(&self) -> String {
        let wire = self.universe.checked.definition.form == Form::Wire;
        if wire { "defaultRoute".to_owned() } else { "default".to_owned() }
    }
}
