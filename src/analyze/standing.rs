//! Which routes no request takes, for whoever draws a router.

use super::question::Answer;
use super::solve::Lit;
use super::{Budget, Pass};
use crate::catalogue::Catalogue;
use crate::check::Checked;
use crate::diag::Sink;
use crate::source::Sources;

/// Why no request takes a route, proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Never {
    /// The routes before it that take all its requests, by their places, each needed; none if its own condition is
    /// never true.
    pub earlier: Vec<usize>,
    /// What the proof rests on, as the end of a sentence; empty if on nothing.
    pub given: String,
}

/// Of each route, and last of what becomes of requests that match none: the proof that no request gets there, if there
/// is one. Nothing is proved of a definition with errors, or beyond the budget.
pub fn never_taken(
    checked: &Checked,
    catalogue: &Catalogue,
    sources: &Sources,
    budget: Budget,
) -> Vec<Option<Never>> {
    let count = checked.definition.router.routes.len();
    let mut sink = Sink::new();
    let Some(mut pass) = Pass::open(checked, catalogue, sources, budget, &mut sink) else {
        return vec![None; count + 1];
    };
    (0..=count).map(|index| pass.never(index)).collect()
}

impl Pass<'_> {
    fn never(&mut self, index: usize) -> Option<Never> {
        let Answer::Impossible(core) = self.universe.ask(&self.taken(index)) else { return None };
        let goal: Vec<Lit> = self.conditions.get(index).map(|c| c.truth.yes).into_iter().collect();
        let proof = self.proof(&goal, index, &core)?;
        Some(Never { earlier: proof.routes, given: self.given(&proof.basis) })
    }
}
