//! Which routes are reached, which conditions say nothing, which have no value.

use std::sync::Arc;

use super::places::Promise;
use super::question::{Answer, Shown};
use super::solve::Lit;
use super::{Open, Pass, errors};
use crate::catalogue::functions::MESSAGES;
use crate::cel::ast::{Kind, Literal};
use crate::cel::program::Verdict;
use crate::cel::types::Type;
use crate::simulate::Decision;
use crate::source::Span;

/// Why something is impossible.
pub(super) struct Proof {
    /// The routes that stand in the way, in order; none if it is impossible by itself.
    pub(super) routes: Vec<usize>,
    /// The promises that it rests on.
    pub(super) basis: Vec<(Arc<str>, Promise)>,
}

impl Pass<'_> {
    /// `told`: whether requests that reach no route were reported.
    pub(super) fn reach(&mut self, told: bool) {
        let count = self.conditions.len();
        self.universe.exhausted = false;
        match self.universe.ask(&[]) {
            Answer::Possible => {}
            // What callers promise contradicts itself: no request is left to speak of.
            Answer::Impossible(_) => return,
            Answer::Unknown => {
                let unseen = (0..=count).filter(|index| !self.evident.is_reached(*index));
                self.open.extend(unseen.map(Open::Reached));
                return;
            }
        }
        // Behind this one, nothing that follows is worth a word: it was said of the route that takes all.
        let mut reached_behind = None;
        let mut blamed: Vec<Vec<usize>> = Vec::new();
        for index in 0..count {
            if self.evident.is_reached(index) {
                reached_behind = Some(index);
                continue;
            }
            self.universe.exhausted = false;
            match self.universe.ask(&self.taken(index)) {
                Answer::Possible => {
                    reached_behind = Some(index);
                    self.show_reached(index);
                }
                Answer::Unknown => self.unknown(index),
                // Plainly switched off.
                Answer::Impossible(_) if self.is_literal(index, false) => {}
                Answer::Impossible(core) => {
                    let goal: Vec<Lit> =
                        self.conditions.get(index).map(|c| c.truth.yes).into_iter().collect();
                    if let Some(proof) = self.proof(&goal, index, &core) {
                        blamed.push(proof.routes.clone());
                        self.unreachable(index, &proof);
                    }
                }
            }
        }
        let rest = self.passed(count);
        self.universe.exhausted = false;
        let default = self.universe.checked.definition.router.default.is_some();
        if default && self.evident.is_reached(count) {
            return;
        }
        match self.universe.ask(&rest) {
            Answer::Possible if !default && told => {}
            Answer::Possible if !default => self.no_route(&rest),
            Answer::Possible => self.show_reached(count),
            Answer::Unknown => self.unknown(count),
            Answer::Impossible(core) => {
                let always = self.always_true(reached_behind, &blamed);
                if !always && default && count > 0 && !self.is_literal(count - 1, true) {
                    let proof = self.proof(&[], count, &core);
                    // What leaves nothing to a route and nothing to the default route is one fault.
                    if let Some(proof) = proof.filter(|proof| !blamed.contains(&proof.routes)) {
                        self.default_unreachable(&proof);
                    }
                }
            }
        }
    }

    /// Where that is asked for, looks for a request that takes a route, and says if there is none to be seen. The
    /// assignment found last is one that puts a request there.
    fn show_reached(&mut self, index: usize) {
        if !self.universe.budget.every_route {
            return;
        }
        let count = self.conditions.len();
        let here = |decision: &Decision<'_>| decision.position.unwrap_or(count) == index;
        if self.universe.request(None, &|_, decision| here(decision)).is_some() {
            return;
        }
        let question = self.taken(index);
        self.universe.exhausted = false;
        if !matches!(self.universe.show(&question, None, &|_, decision| here(decision)), Shown::Request(_)) {
            self.unknown(index);
        }
    }

    /// Nothing is known of whether a request reaches a route.
    fn unknown(&mut self, index: usize) {
        if self.universe.exhausted {
            self.open.push(Open::Reached(index));
        }
        if !self.universe.budget.every_route {
            return;
        }
        let router = &self.universe.checked.definition.router;
        let route = self.route(index);
        let default = || route.or(router.default.as_ref()).and_then(|r| r.id.as_ref()).map(|id| id.span);
        let name = || router.name.as_ref().map(|name| name.span);
        let Some(span) = self.condition_span(index).or_else(default).or_else(name) else { return };
        let mut diagnostic = errors::reachability_unknown(span, route, self.universe.exhausted);
        diagnostic.assumptions = self.assumptions(0..=index);
        let path =
            if index < self.conditions.len() { format!("routes[{index}].when") } else { self.default_path() };
        self.push(diagnostic, route, path);
    }

    /// Reduces the reasons of an impossibility until each is needed, later routes first to go.
    pub(super) fn proof(&mut self, goal: &[Lit], before: usize, core: &[Lit]) -> Option<Proof> {
        let passed = self.passed(before);
        let mut routes: Vec<usize> = Vec::new();
        for (index, lit) in passed.iter().enumerate() {
            if core.contains(lit) && !routes.iter().any(|r| passed.get(*r) == Some(lit)) {
                routes.push(index);
            }
        }
        let mut core = core.to_vec();
        let question = |routes: &[usize]| -> Vec<Lit> {
            goal.iter().copied().chain(routes.iter().filter_map(|r| passed.get(*r)).copied()).collect()
        };
        for route in routes.clone().into_iter().rev() {
            let fewer: Vec<usize> = routes.iter().copied().filter(|r| *r != route).collect();
            if fewer.len() == routes.len() {
                continue;
            }
            if let Answer::Impossible(smaller) = self.universe.ask(&question(&fewer)) {
                routes = fewer;
                routes.retain(|r| passed.get(*r).is_some_and(|lit| smaller.contains(lit)));
                core = smaller;
            }
        }
        let promises: Vec<Lit> = self.universe.places.promises().map(|(_, _, lit)| lit).collect();
        let mut kept: Vec<Lit> = promises.into_iter().filter(|lit| core.contains(lit)).collect();
        for promise in kept.clone() {
            let fewer: Vec<Lit> = kept.iter().copied().filter(|lit| *lit != promise).collect();
            if let Answer::Impossible(_) = self.universe.ask_given(&fewer, &question(&routes)) {
                kept = fewer;
            }
        }
        Some(Proof { routes, basis: self.universe.basis(&kept) })
    }

    fn unreachable(&mut self, index: usize, proof: &Proof) {
        let (Some(route), Some(span)) = (self.route(index), self.condition_span(index)) else { return };
        let given = self.given(&proof.basis);
        let mut diagnostic = if proof.routes.is_empty() {
            errors::always_false(span, route, &given)
        } else {
            let names: Vec<&str> =
                proof.routes.iter().filter_map(|r| self.route(*r)).map(|r| r.name()).collect();
            let always = proof.routes.as_slice().first().filter(|_| names.len() == 1).is_some_and(|r| {
                self.conditions.get(*r).is_some_and(|c| c.truth.yes == self.universe.places.core.yes())
            });
            errors::unreachable(span, route, &names, always, &given)
        };
        for earlier in &proof.routes {
            if let (Some(span), Some(route)) = (self.condition_span(*earlier), self.route(*earlier)) {
                diagnostic = diagnostic.also(span, errors::takes_first(route));
            }
        }
        diagnostic.assumptions = self.assumptions(proof.routes.iter().copied().chain([index]));
        self.push(diagnostic, Some(route), format!("routes[{index}].when"));
    }

    /// Reports the condition that every request fulfils, if the last one that is reached is such and is not plainly
    /// `true`. Routes behind it were reported as unreachable because of it; then that is enough.
    fn always_true(&mut self, last: Option<usize>, blamed: &[Vec<usize>]) -> bool {
        let Some(index) = last.filter(|index| !blamed.iter().flatten().any(|b| b == index)) else {
            return false;
        };
        let Some(condition) = self.conditions.get(index) else { return false };
        let question = [!condition.truth.yes];
        if self.is_literal(index, true) {
            return false;
        }
        let Answer::Impossible(core) = self.universe.ask(&question) else { return false };
        let Some(proof) = self.proof(&question, 0, &core) else { return false };
        let (Some(route), Some(span)) = (self.route(index), self.condition_span(index)) else { return false };
        let given = self.given(&proof.basis);
        let default = self.universe.checked.definition.router.default.is_some();
        let mut diagnostic = errors::always_true(span, route, default, &given);
        diagnostic.assumptions = self.assumptions([index]);
        self.push(diagnostic, Some(route), format!("routes[{index}].when"));
        true
    }

    fn default_unreachable(&mut self, proof: &Proof) {
        let Some(default) = &self.universe.checked.definition.router.default else { return };
        let given = self.given(&proof.basis);
        let names: Vec<&str> = proof.routes.iter().filter_map(|r| self.route(*r)).map(|r| r.name()).collect();
        let span = default.id.as_ref().map_or(default.span, |id| id.span);
        let mut diagnostic = errors::default_unreachable(span, &names, &given);
        for earlier in &proof.routes {
            if let (Some(span), Some(route)) = (self.condition_span(*earlier), self.route(*earlier)) {
                diagnostic = diagnostic.also(span, errors::takes_first(route));
            }
        }
        diagnostic.assumptions = self.assumptions(proof.routes.iter().copied());
        let path = self.default_path();
        self.push(diagnostic, Some(default), path);
    }

    fn no_route(&mut self, rest: &[Lit]) {
        self.universe.exhausted = false;
        let witness = match self.universe.show(rest, None, &|_, decision| decision.route.is_none()) {
            Shown::Request(witness) => witness,
            Shown::None => return,
            Shown::Unknown => return self.unknown(self.conditions.len()),
        };
        let router = &self.universe.checked.definition.router;
        let Some(name) = &router.name else { return };
        let mut diagnostic = errors::no_route(name.span, self.universe.checked.definition.form, &witness);
        diagnostic.assumptions = self.assumptions(0..self.conditions.len());
        diagnostic.witness = Some(witness);
        self.push(diagnostic, None, self.default_path());
    }

    /// Conditions that may have no value although everything they read is there.
    pub(super) fn errors(&mut self) {
        // Uses that disagree were reported, and say already that some condition fails.
        if self.universe.disputed {
            return;
        }
        for index in 0..self.conditions.len() {
            if self.evident.is_valued(index) {
                continue;
            }
            let Some(condition) = self.conditions.get(index).cloned() else { continue };
            let mut question = self.universe.all_there(&condition.reads);
            question.extend([!condition.truth.yes, !condition.truth.no]);
            if let Some(messages) = self.universe.places.roots.get(MESSAGES).copied() {
                let (_, empty) = self.universe.places.size(messages, 0.0);
                question.push(!empty);
            }
            // Most conditions cannot fail, whatever stands before them: that is seen at once.
            if matches!(self.universe.ask(&question), Answer::Impossible(_)) {
                continue;
            }
            question.extend(self.passed(index));
            // Of what a key holds that nothing is known of, each use is a guess: that was said, or is nobody's fault.
            let untyped =
                condition.reads.iter().any(|id| is_untyped(&self.universe.places.get(*id).field.ty));
            let fails = |decision: &Decision<'_>| {
                // That a text is not what a conversion takes cannot be tested before it.
                use crate::cel::value::EvalErrorKind as E;
                let Some(Verdict::Error(error)) = decision.verdicts.get(index) else { return false };
                matches!(error.kind, E::DivideByZero | E::IndexOutOfRange(_) | E::NoSuchKey(_))
                    || matches!(&error.kind, E::NoSuchOverload { args, .. } if !untyped && !only_numbers(args))
            };
            self.universe.exhausted = false;
            let shown = self.universe.show(&question, None, &|_, decision| fails(decision));
            if matches!(shown, Shown::Unknown) && self.universe.exhausted {
                self.open.push(Open::Fails(index));
            }
            if let Shown::Request(witness) = shown {
                let (Some(route), Some(span)) = (self.route(index), self.condition_span(index)) else {
                    continue;
                };
                let reason = self.reason(index, &witness);
                let mut diagnostic = errors::can_error(span, route, &reason, &witness);
                diagnostic.assumptions = self.assumptions([index]);
                diagnostic.witness = Some(witness);
                self.push(diagnostic, Some(route), format!("routes[{index}].when"));
            }
        }
    }

    /// Why a condition has no value for a request.
    fn reason(&self, index: usize, witness: &str) -> String {
        let expression = self.universe.checked.conditions.get(index).and_then(Option::as_ref);
        let found = expression.and_then(|e| self.universe.failure(e, witness));
        found.unwrap_or_else(|| "it has no value".to_owned())
    }

    pub(super) fn condition_span(&self, index: usize) -> Option<Span> {
        let checked = self.universe.checked;
        let ast = &checked.conditions.get(index)?.as_ref()?.ast;
        let when = checked.definition.router.routes.get(index)?.when.as_ref()?;
        Some(when.place(ast.span(ast.root())))
    }

    pub(super) fn is_literal(&self, index: usize, value: bool) -> bool {
        let expression = self.universe.checked.conditions.get(index).and_then(Option::as_ref);
        expression.is_some_and(
            |e| matches!(e.ast.kind(e.ast.root()), Kind::Literal(Literal::Bool(b)) if *b == value),
        )
    }

    pub(super) fn assumptions(&self, routes: impl IntoIterator<Item = usize>) -> Vec<&'static str> {
        let reads: Vec<_> = routes
            .into_iter()
            .filter_map(|r| self.conditions.get(r))
            .flat_map(|c| c.reads.iter().copied())
            .collect();
        self.universe.assumptions(&reads)
    }

    /// What a proof rests on, as the end of a sentence: `given that callers always send `tier` (line 6)`.
    pub(super) fn given(&self, basis: &[(Arc<str>, Promise)]) -> String {
        let declared = self.universe.checked.metadata.as_ref();
        let line = |key: &Arc<str>| {
            let span = declared?.keys.get(key)?.name_span;
            Some(self.sources.get(span.file)?.position(span.start).line)
        };
        let mut parts: Vec<String> = Vec::new();
        for (key, promise) in basis {
            let place = line(key).map_or(String::new(), |line| format!(" (line {line})"));
            parts.push(match promise {
                Promise::Required => format!("callers always send `{key}`{place}"),
                Promise::Values => format!("`{key}` has one of the values declared for it{place}"),
            });
        }
        match parts.split_last() {
            None => String::new(),
            Some((last, [])) => format!("given that {last}"),
            Some((last, rest)) => format!("given that {} and {last}", rest.join(", ")),
        }
    }
}

/// Whether nothing is known of a value, or of those that it holds.
fn is_untyped(ty: &Type) -> bool {
    match ty.unwrapped() {
        Type::Dyn => true,
        Type::List(inner) | Type::Map(_, inner) => is_untyped(inner),
        _ => false,
    }
}

/// Whether what a function did not take is only an int for a double or the other way round, which has a finding of its
/// own wherever it is more than a guess.
fn only_numbers(args: &[Arc<str>]) -> bool {
    args.iter().all(|ty| matches!(&**ty, "int" | "double" | "list")) && args.iter().any(|ty| **ty != *"list")
}
