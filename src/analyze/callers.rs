//! Which routes the requests of the callers that a definition names can take.

use super::Pass;
use super::errors;
use super::question::Answer;
use super::solve::Lit;
use crate::catalogue::assumptions::{Assumed, Numbers};
use crate::catalogue::functions::MESSAGES;
use crate::check::Needs;
use crate::model::Caller;
use crate::simulate::{Draw, Request, Workspace, decide, parse_json};
use crate::source::Spanned;

/// The plainest conversation that any caller may begin with.
const PLAIN: &str = r#"{"messages":[{"role":"user","content":"hello"}]}"#;

impl Pass<'_> {
    /// Whether a caller's plain requests reach no route, which is reported.
    pub(super) fn callers(&mut self) -> bool {
        let checked = self.universe.checked;
        let mut unrouted = false;
        for caller in &checked.definition.contract.callers {
            let needs = Needs::of(caller.value);
            if needs.sends_metadata {
                continue;
            }
            for index in 0..self.conditions.len() {
                self.never_matches(index, caller, needs.title);
            }
            unrouted |= self.unrouted(caller, needs.title);
        }
        unrouted
    }

    /// A condition that no request without metadata makes true, though some request does.
    fn never_matches(&mut self, index: usize, caller: &Spanned<Caller>, title: &str) {
        let Some(yes) = self.conditions.get(index).map(|condition| condition.truth.yes) else { return };
        let places = &self.universe.places;
        let roots = places.roots.iter().filter(|(name, _)| ***name != *MESSAGES);
        let mut question: Vec<Lit> = roots.map(|(_, id)| !places.get(*id).has).collect();
        question.push(yes);
        // Callers promise much that this one does not keep.
        let without = self.universe.ask_given(&[], &question);
        if !matches!(without, Answer::Impossible(_)) || self.universe.ask(&[yes]) != Answer::Possible {
            return;
        }
        let (Some(span), Some(route)) = (self.condition_span(index), self.route(index)) else { return };
        let mut diagnostic = errors::caller_never_matches(span, route, caller.span, title);
        diagnostic.assumptions.extend(["A02", "A05"]);
        self.push(diagnostic, Some(route), format!("routes[{index}].when"));
    }

    /// The simulator says where a plain request goes.
    fn unrouted(&mut self, caller: &Spanned<Caller>, title: &str) -> bool {
        let definition = &self.universe.checked.definition;
        if definition.router.default.is_some() {
            return false;
        }
        let request = parse_json(PLAIN, Numbers::default()).ok();
        let request = request.and_then(|value| Request::from_value(&value).ok());
        let (Some(plan), Some(request)) = (self.universe.plan(), request) else { return false };
        let draw = Draw { seed: 0, index: 0 };
        let mut space = Workspace::new(plan);
        let decision = decide(plan, &request, draw, &Assumed::default(), &mut space);
        if decision.route.is_some() {
            return false;
        }
        let mut assumptions = decision.assumptions.clone();
        assumptions.push("A05");
        let mut diagnostic = errors::caller_without_route(caller.span, definition.form, title, PLAIN);
        diagnostic.assumptions = assumptions;
        diagnostic.witness = Some(PLAIN.to_owned());
        self.push(diagnostic, None, self.default_path());
        true
    }
}
