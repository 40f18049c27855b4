//! Invariants: proved, refuted by a request, or unknown.
//!
//! What a route's attempts can be is known without a solver. What is asked of it is whether a request within the
//! invariant's scope gets to a route that could break it.

use super::attempts::{Attempt, Attempts, is_listed};
use super::question::Shown;
use super::solve::Lit;
use super::{Pass, errors};
use crate::compile::{self, SLOTS};
use crate::model::{Claim, ClaimKind, Invariant, Variant};
use crate::simulate::{Decision, Request, sticky_slot};
use crate::source::Span;

/// How a route can break a claim.
struct Breach {
    /// Which variant, if it is one.
    variant: Option<usize>,
    /// What would happen, as the end of a sentence that begins with the route.
    what: String,
    /// Where that is written.
    span: Option<Span>,
}

impl Pass<'_> {
    pub(super) fn invariants(&mut self) {
        let definition = &self.universe.checked.definition;
        for (index, invariant) in definition.invariants.iter().enumerate() {
            let scope = self.scope(index, invariant);
            for claim in &invariant.claims {
                self.claim(index, invariant, claim, scope);
            }
        }
    }

    /// True for the requests that an invariant speaks of.
    fn scope(&mut self, index: usize, invariant: &Invariant) -> Lit {
        let expression = self.universe.checked.invariants.get(index).and_then(Option::as_ref);
        match expression {
            Some(expression) => {
                let condition = self.universe.translate(expression);
                if invariant.unless.is_some() { !condition.truth.yes } else { condition.truth.yes }
            }
            None => self.universe.places.core.yes(),
        }
    }

    fn claim(&mut self, index: usize, invariant: &Invariant, claim: &Claim, scope: Lit) {
        let mut unknown = None;
        self.universe.exhausted = false;
        for route in 0..=self.conditions.len() {
            let Some(breach) = self.breach(claim, route) else { continue };
            let mut question = vec![scope];
            question.extend(self.taken(route));
            match self.refute(index, invariant, route, &breach, &question) {
                Shown::None => {}
                Shown::Unknown => {
                    unknown.get_or_insert((route, breach));
                }
                Shown::Request(witness) => {
                    self.violated(index, invariant, claim, route, &breach, witness);
                    return;
                }
            }
        }
        if let Some((route, breach)) = unknown {
            let route = self.route(route);
            let diagnostic = errors::invariant_unknown(
                claim.span,
                &name(index, invariant),
                route,
                &breach.what,
                self.universe.exhausted,
            );
            self.push(diagnostic.assumes("A09"), route, format!("invariants[{index}]"));
        }
    }

    /// How a request that takes a route could break a claim, if it could.
    fn breach(&self, claim: &Claim, index: usize) -> Option<Breach> {
        let Some(route) = self.route(index) else {
            // No route at all: nothing is attempted, and nothing is answered either.
            let chosen = claim.kind == ClaimKind::Always && index >= self.conditions.len();
            return chosen.then(|| Breach { variant: None, what: "no route is chosen".into(), span: None });
        };
        let planned = self.planned(index)?;
        let target = &claim.target;
        let of_route = is_listed(route.name(), &target.route);
        for (at, (variant, plan)) in route.variants.iter().zip(&planned.variants).enumerate() {
            if plan.weight == 0 {
                continue;
            }
            let attempts = Attempts { variant, chain: &plan.chain, catalogue: self.universe.catalogue() };
            let named = of_route && is_listed(variant.name(), &target.variant);
            let broken: Option<(String, Option<Attempt>)> = match claim.kind {
                ClaimKind::Never => {
                    let hit = attempts.all().into_iter().find(|a| named && attempts.can_fit(a, target));
                    hit.map(|a| (format!("may ask {}", a.text()), Some(a)))
                }
                ClaimKind::Only => {
                    let hit = attempts.all().into_iter().find(|a| !(named && attempts.must_fit(a, target)));
                    hit.map(|a| (format!("may ask {}", a.text()), Some(a)))
                }
                ClaimKind::Always => {
                    let first = attempts.first();
                    if first.is_empty() {
                        Some(("attempts nothing".to_owned(), None))
                    } else {
                        let hit = first.into_iter().find(|a| !(named && attempts.must_fit(a, target)));
                        hit.map(|a| (format!("first asks {}", a.text()), Some(a)))
                    }
                }
                ClaimKind::Survives => attempts.single_provider().map(|only| match only {
                    Some(provider) => (format!("has nothing left when `{provider}` is down"), None),
                    None if attempts.all().is_empty() => ("attempts nothing".to_owned(), None),
                    None => ("may have nothing left when one provider is down".to_owned(), None),
                }),
            };
            if let Some((what, attempt)) = broken {
                let span = attempt_span(variant, attempt.as_ref());
                return Some(Breach { variant: Some(at), what, span });
            }
        }
        None
    }

    fn planned(&self, index: usize) -> Option<&compile::Route> {
        let plan = self.universe.plan()?;
        plan.routes.get(index).or(plan.default.as_ref().filter(|_| index == plan.routes.len()))
    }

    /// Looks for a request in the scope that takes the route and draws the variant.
    fn refute(
        &mut self,
        index: usize,
        invariant: &Invariant,
        route: usize,
        breach: &Breach,
        question: &[Lit],
    ) -> Shown {
        let user = self.user_of(route, breach.variant);
        let count = self.conditions.len();
        let expression = self.universe.checked.invariants.get(index).and_then(Option::as_ref).cloned();
        let unless = invariant.unless.is_some();
        let checked = self.universe.checked;
        let in_scope = move |request: &Request| match &expression {
            Some(expression) => {
                let value = super::question::evaluate(checked, expression, request);
                if unless { value != Some(true) } else { value == Some(true) }
            }
            None => true,
        };
        let wanted =
            breach.variant.and_then(|at| self.planned(route)?.variants.get(at)).map(|v| v.id.clone());
        let accept = |request: &Request, decision: &Decision<'_>| {
            let here = match decision.route {
                Some(_) => decision.position.unwrap_or(count) == route,
                None => route == count && wanted.is_none(),
            };
            let drawn = wanted.is_none() || decision.variant.map(|v| &v.id) == wanted.as_ref();
            here && drawn && in_scope(request)
        };
        self.universe.show(question, user.as_deref(), &accept)
    }

    /// A user who draws a variant, where there are several.
    fn user_of(&self, route: usize, variant: Option<usize>) -> Option<String> {
        let planned = self.planned(route)?;
        let wanted = planned.variants.get(variant?)?;
        if planned.variants.iter().filter(|v| v.weight > 0).count() < 2 {
            return None;
        }
        let router = &self.universe.plan()?.router;
        let users = (1..=SLOTS).map(|n| format!("user-{n}"));
        users.into_iter().find(|user| wanted.slots.contains(&sticky_slot(router, &planned.id, user)))
    }

    fn violated(
        &mut self,
        index: usize,
        invariant: &Invariant,
        claim: &Claim,
        route: usize,
        breach: &Breach,
        witness: String,
    ) {
        let at = self.route(route);
        let variant = at
            .and_then(|r| r.variants.get(breach.variant?))
            .filter(|_| at.is_some_and(|r| r.variants.len() > 1));
        let name = name(index, invariant);
        let mut diagnostic = errors::invariant_violated(
            claim.span,
            &name,
            at,
            variant.map(Variant::name),
            &breach.what,
            &witness,
        );
        if let Some(span) = breach.span {
            diagnostic = diagnostic.also(span, errors::breaks_it(&name));
        }
        diagnostic.assumptions = self.assumptions(0..=route);
        diagnostic.assumptions.push("A09");
        diagnostic.witness = Some(witness);
        self.push(diagnostic, at, format!("invariants[{index}]"));
    }
}

/// Where an attempt is written.
fn attempt_span(variant: &Variant, attempt: Option<&Attempt>) -> Option<Span> {
    let model = variant.model.as_ref()?;
    if let Some(Attempt::Model(id) | Attempt::Bare(id) | Attempt::Of(id)) = attempt
        && *model.value != **id
    {
        let listed = variant.selection.models.iter().flat_map(|models| &models.items);
        let named = listed.clone().find(|item| *item.value == **id);
        // A provider or a bare name in the list stands for many.
        let covers =
            |text: &str| id.split_once('/').is_some_and(|(provider, name)| provider == text || name == text);
        if let Some(item) = named.or_else(|| listed.clone().find(|item| covers(&item.value))) {
            return Some(item.span);
        }
    }
    Some(model.span)
}

fn name(index: usize, invariant: &Invariant) -> String {
    match &invariant.name {
        Some(name) => format!("`{}`", name.value),
        None => format!("invariant {}", index + 1),
    }
}
