//! What is evident without a proof.
//!
//! In: a [`Checked`] definition without errors. Out: for each route whether a request that was made up takes it, whether
//! its condition plainly has a value, whether each part of it decides something, and whether it tests only what is always
//! sent. Where all of that is so there is nothing to report, and no question to put to the solver.
//!
//! Requests are made up from what conditions compare keys with, and keep what callers promise. The reference evaluator
//! says what comes of them: what is evident is so. What is not may be so all the same, and is a question for the solver.
//!
//! It refuses to know of proofs, and of what is told to anybody.

mod draft;
mod glance;
mod outcome;
#[cfg(test)]
mod tests;
mod valued;
mod wish;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::presence;
use super::question::variables;
use super::redundant::leaves;
use crate::cel::ast::{Ast, Kind, LogicalOp, NodeId, UnaryOp};
use crate::cel::types::Field;
use crate::check::{Checked, Expression, contract};
use draft::{Base, Draft};
use outcome::{Evaluator, Outcome};
use wish::Wisher;

/// How often a request is changed so that a route before the one that it is meant for does not take it.
const ROUNDS: usize = 8;

/// No more conditions are looked at for one definition, whether they are evaluated or not: what that does not suffice
/// for is not evident.
const MOST_LOOKS: usize = 1_000_000;

/// Where a condition has more bytes, nothing of the definition is looked at: what each look takes grows with them.
const LONGEST: usize = 2_000;

/// Conditions with more parts are not looked at.
const MOST_LEAVES: usize = 16;

/// What is evident of each route, by its place. Of what stands in no list nothing is.
#[derive(Default)]
pub(super) struct Evident {
    reached: Vec<bool>,
    valued: Vec<bool>,
    busy: Vec<bool>,
    sent: Vec<bool>,
}

impl Evident {
    pub(super) fn of(checked: &Checked) -> Self {
        let Some(expressions) = checked.conditions.iter().map(Option::as_ref).collect() else {
            return Self::default();
        };
        let mut conditions = checked.definition.router.routes.iter().filter_map(|route| route.when.as_ref());
        if conditions.any(|condition| condition.text.len() > LONGEST) {
            return Self::default();
        }
        let (variables, disputed) = variables(checked);
        let base = Base::new(checked.metadata.as_ref());
        let mut sampler = Sampler::new(checked, &variables, &base, expressions);
        let count = sampler.expressions.len();
        Self {
            reached: (0..=count).map(|index| sampler.reaches(index)).collect(),
            // Uses that disagree say already that some condition fails.
            valued: (0..count).map(|index| disputed || sampler.is_valued(index)).collect(),
            busy: (0..count).map(|index| sampler.is_busy(index)).collect(),
            sent: (0..count).map(|index| sampler.is_sent(index)).collect(),
        }
    }

    /// Whether a request takes a route; behind the last one stands the default route, or none.
    pub(super) fn is_reached(&self, index: usize) -> bool {
        self.reached.get(index) == Some(&true)
    }

    /// Whether a condition has a value for each request with messages and all that the condition reads.
    pub(super) fn is_valued(&self, index: usize) -> bool {
        self.valued.get(index) == Some(&true)
    }

    /// Whether each part of a condition decides for some request what the whole comes to.
    pub(super) fn is_busy(&self, index: usize) -> bool {
        self.busy.get(index) == Some(&true)
    }

    /// Whether nothing that a condition denies of a key can fail because the key is absent.
    pub(super) fn is_sent(&self, index: usize) -> bool {
        self.sent.get(index) == Some(&true)
    }

    /// Whether all of that is so of each route.
    pub(super) fn is_whole(&self) -> bool {
        let lists = [&self.reached, &self.valued, &self.busy, &self.sent];
        !self.reached.is_empty() && lists.into_iter().flatten().all(|evident| *evident)
    }
}

/// Makes up requests.
struct Sampler<'a> {
    checked: &'a Checked,
    variables: &'a FxHashMap<Arc<str>, Field>,
    expressions: Vec<&'a Expression>,
    /// The names that each condition reads.
    reads: Vec<Vec<&'a Arc<str>>>,
    base: &'a Base,
    base_keeps: bool,
    /// What each condition comes to for it, once that was asked.
    of_base: Vec<Option<Outcome>>,
    evaluator: Evaluator<'a>,
    /// How many more conditions may be looked at.
    looks: usize,
}

impl<'a> Sampler<'a> {
    fn new(
        checked: &'a Checked,
        variables: &'a FxHashMap<Arc<str>, Field>,
        base: &'a Base,
        expressions: Vec<&'a Expression>,
    ) -> Self {
        let reads = expressions.iter().map(|expression| names(&expression.ast)).collect();
        let base_keeps = checked
            .metadata
            .iter()
            .flat_map(|declared| &declared.keys)
            .all(|(name, key)| contract::is_kept(name, &key.field, base.sent(name)));
        Self {
            checked,
            reads,
            base,
            base_keeps,
            of_base: vec![None; expressions.len()],
            expressions,
            variables,
            evaluator: Evaluator::new(&checked.env),
            looks: MOST_LOOKS,
        }
    }

    fn reaches(&mut self, index: usize) -> bool {
        let mut draft = Draft::new(self.base);
        if let Some(expression) = self.expressions.get(index) {
            Wisher::new(&expression.ast, (&self.checked.env, self.variables), &mut draft)
                .wish(expression.ast.root(), true);
            draft.lock();
        }
        for _ in 0..ROUNDS {
            match self.taker(index, &draft) {
                Some(at) if at == index => return self.keeps_promises(&draft),
                Some(at) => {
                    let Some(expression) = self.expressions.get(at) else { return false };
                    let mut wisher =
                        Wisher::new(&expression.ast, (&self.checked.env, self.variables), &mut draft);
                    if !wisher.wish(expression.ast.root(), false) {
                        return false;
                    }
                }
                None => return false,
            }
        }
        false
    }

    /// The first route up to this one that takes a request. Behind the last one stands what takes all.
    fn taker(&mut self, index: usize, draft: &Draft<'_>) -> Option<usize> {
        for at in 0..=index {
            self.looks = self.looks.checked_sub(1)?;
            match self.outcome_of(at, draft) {
                Outcome::Bool(true) => return Some(at),
                Outcome::Bool(false) | Outcome::Nothing => {}
                Outcome::Untold => return None,
            }
        }
        None
    }

    /// What a condition comes to.
    fn outcome_of(&mut self, index: usize, draft: &Draft<'_>) -> Outcome {
        let Some(expression) = self.expressions.get(index).copied() else { return Outcome::Bool(true) };
        let node = (&*expression.ast, expression.ast.root());
        if self.reads.get(index).is_some_and(|names| names.iter().any(|name| draft.differs_in(name))) {
            return self.evaluator.outcome(node, draft);
        }
        // What it reads is as in the request that all are made from.
        match self.of_base.get_mut(index) {
            Some(Some(known)) => *known,
            Some(unknown) => *unknown.insert(self.evaluator.outcome(node, &Draft::new(self.base))),
            None => Outcome::Untold,
        }
    }

    /// Whether a request keeps what callers promise, or seem to, of what was written to. Of the rest it does if the one that
    /// all are made from does.
    fn keeps_promises(&self, draft: &Draft<'_>) -> bool {
        self.base_keeps
            && draft.changed().all(|name| {
                let known = self.variables.get(name);
                known.is_none_or(|field| contract::is_kept(name, field, draft.sent(name)))
            })
    }

    fn is_valued(&self, index: usize) -> bool {
        self.expressions
            .get(index)
            .is_some_and(|expression| valued::is_valued(&expression.ast, self.variables))
    }

    fn is_sent(&self, index: usize) -> bool {
        self.expressions.get(index).is_some_and(|expression| {
            presence::denied(expression).all(|read| match expression.ast.kind(read) {
                Kind::Ident { name, .. } => {
                    self.variables.get(&name.text).is_some_and(|field| field.required)
                }
                _ => false,
            })
        })
    }

    fn is_busy(&mut self, index: usize) -> bool {
        let Some(expression) = self.expressions.get(index).copied() else { return false };
        match leaves(&expression.ast).len() {
            // A single test is all of the condition.
            0 | 1 => true,
            2..=MOST_LEAVES => self.decide(&expression.ast, expression.ast.root(), true, &mut Vec::new()),
            _ => false,
        }
    }

    /// Whether each operand decides something, beside others. `positive`: whether the whole is rather true where this
    /// node is. As deep as the tree, which the parser bounds.
    fn decide(&mut self, ast: &'a Ast, id: NodeId, positive: bool, beside: &mut Vec<Beside>) -> bool {
        let (op, operands) = match ast.kind(id) {
            Kind::Unary { op: UnaryOp::Not, operand, .. } => {
                return self.decide(ast, *operand, !positive, beside);
            }
            Kind::Logical { op, operands, .. } => (*op, operands),
            _ => return true,
        };
        let neutral = op == LogicalOp::And;
        let demanded = neutral == positive;
        let around = beside.len();
        operands.iter().all(|operand| {
            let others = operands.iter().filter(|other| *other != operand);
            beside.extend(others.map(|other| Beside { node: *other, neutral, demanded }));
            let own = Beside { node: *operand, neutral, demanded };
            let decides = self.shows(ast, beside, own) && self.decide(ast, *operand, positive, beside);
            beside.truncate(around);
            decides
        })
    }

    /// Whether a request can be made up where an operand decides: whether the whole is true, or whether it is false.
    fn shows(&mut self, ast: &'a Ast, beside: &[Beside], own: Beside) -> bool {
        let mut wishes: Vec<(NodeId, bool)> = beside.iter().map(|part| (part.node, part.neutral)).collect();
        wishes.push((own.node, !own.neutral));
        (0..2).any(|_| {
            let mut draft = Draft::new(self.base);
            for (node, want) in &wishes {
                Wisher::new(ast, (&self.checked.env, self.variables), &mut draft).wish(*node, *want);
            }
            // What is wished last wins.
            wishes.rotate_right(1);
            let (mut for_true, mut for_false) = (true, own.demanded);
            for part in beside {
                let outcome = self.evaluator.outcome((ast, part.node), &draft);
                let is_neutral = outcome == Outcome::Bool(part.neutral);
                // What has no value leaves the others to decide, but makes nothing true.
                let leaves_it = is_neutral || outcome == Outcome::Nothing;
                for_true &= if part.demanded { is_neutral } else { leaves_it };
                for_false &= if part.demanded { leaves_it } else { is_neutral };
                if !for_true && !for_false {
                    return false;
                }
            }
            let outcome = self.evaluator.outcome((ast, own.node), &draft);
            let decides = outcome == Outcome::Bool(!own.neutral);
            let refuses = own.demanded && outcome == Outcome::Nothing;
            (for_true && (decides || refuses) || for_false && decides) && self.keeps_promises(&draft)
        })
    }
}

/// An operand.
#[derive(Clone, Copy)]
struct Beside {
    node: NodeId,
    /// What leaves it to the others what the operation comes to.
    neutral: bool,
    /// Whether it must be that for the whole to be true.
    demanded: bool,
}

/// The variables that an expression reads, and those that it binds.
fn names(ast: &Ast) -> Vec<&Arc<str>> {
    let mut names: Vec<&Arc<str>> = Vec::new();
    for id in ast.ids() {
        if let Kind::Ident { name, .. } = ast.kind(id)
            && !names.contains(&&name.text)
        {
            names.push(&name.text);
        }
    }
    names
}
