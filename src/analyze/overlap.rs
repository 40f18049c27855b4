//! Routes that match the same requests, so that their order matters.

use super::question::{Answer, Shown, evaluate};
use super::{Pass, errors};
use crate::simulate::{Decision, Request};

/// More earlier routes are not looked for.
const MOST: usize = 8;

impl Pass<'_> {
    /// Reports each route with the earlier ones that take requests which match it as well. A route that is never
    /// reached was reported as such, and one that takes all that is left is meant to.
    pub(super) fn overlaps(&mut self) {
        for later in 1..self.conditions.len() {
            let Some(truth) = self.conditions.get(later).map(|c| c.truth) else { continue };
            let reached = self.universe.ask(&self.taken(later));
            if truth.yes == self.universe.places.core.yes() || reached != Answer::Possible {
                continue;
            }
            let Some(expression) = self.expression(later) else { continue };
            let mut earlier: Vec<usize> = Vec::new();
            let mut shown = None;
            for index in 0..later {
                let mut question = self.taken(index);
                question.push(truth.yes);
                let checked = self.universe.checked;
                let accept = |request: &Request, decision: &Decision<'_>| {
                    decision.position == Some(index) && evaluate(checked, expression, request) == Some(true)
                };
                if let Shown::Request(witness) = self.universe.show(&question, None, &accept) {
                    earlier.push(index);
                    shown.get_or_insert(witness);
                }
                if earlier.len() == MOST {
                    break;
                }
            }
            if let Some(witness) = shown {
                self.overlapping(later, &earlier, witness);
            }
        }
    }

    fn overlapping(&mut self, later: usize, earlier: &[usize], witness: String) {
        let (Some(route), Some(span)) = (self.route(later), self.condition_span(later)) else { return };
        let names: Vec<&str> = earlier.iter().filter_map(|r| self.route(*r)).map(|r| r.name()).collect();
        let mut diagnostic = errors::overlapping(span, route, &names, &witness);
        for earlier in earlier {
            if let (Some(span), Some(route)) = (self.condition_span(*earlier), self.route(*earlier)) {
                diagnostic = diagnostic.also(span, errors::takes_first(route));
            }
        }
        diagnostic.assumptions = self.assumptions(earlier.iter().copied().chain([later]));
        diagnostic.witness = Some(witness);
        self.push(diagnostic, Some(route), format!("routes[{later}].when"));
    }
}
