//! Parts of a condition that decide nothing: without them it is true for the same requests.
//!
//! A part that turns an error into a refusal, such as the `has(…)` of `has(a.b) && a.b > 5`, is no idle one, although an
//! error does not match either. What earlier routes leave over is left aside: a condition that says in full what it means
//! does not depend on the order of the routes.

use rustc_hash::FxHashMap;

use super::errors::Idle;
use super::question::{Answer, Universe};
use super::solve::Lit;
use super::translate::Truth;
use super::{Budget, Pass, errors};
use crate::cel::ast::{Kind, LogicalOp, NodeId, UnaryOp};
use crate::cel::env::Names;
use crate::cel::{self, Ast, print_node};
use crate::check::Expression;
use crate::diag::{Edit, Fix, Severity};
use crate::model::Condition;

/// Conditions with more operands are not looked at.
const MOST_OPERANDS: usize = 64;

/// Of the steps for a definition so many may go into this, and so many of them into one condition: enough for any that
/// people write.
const SHARE: u64 = 4;
const SHARE_OF_ONE: u64 = 200;

/// A part that decides nothing.
struct Found {
    part: NodeId,
    /// The operation that it is an operand of.
    of: NodeId,
    /// What decides already.
    because: Vec<NodeId>,
    given: String,
    /// It rests on the types that undeclared keys seem to have.
    guessed: bool,
}

impl Pass<'_> {
    pub(super) fn redundant(&mut self) {
        let all = self.universe.budget();
        let mut left = all.steps / SHARE;
        for index in 0..self.conditions.len() {
            if self.evident.is_busy(index) {
                continue;
            }
            let (Some(expression), Some(condition)) = (self.expression(index), self.conditions.get(index))
            else {
                continue;
            };
            if !(1..=MOST_OPERANDS).contains(&condition.parts.len()) {
                continue;
            }
            let ast = &*expression.ast;
            // A single test is all of the condition.
            if leaves(ast).len() < 2 {
                continue;
            }
            let allowed = left.min(all.steps / SHARE_OF_ONE);
            let mut universe = self.universe.apart(Budget { steps: allowed, ..all });
            let condition = universe.translate(expression);
            universe.tie([expression]);
            let truths = condition.parts.iter().copied().collect();
            let mut search = Search { pass: self, expression, ast, truths, universe, found: Vec::new() };
            search.walk(ast.root(), true, &Context::default());
            // What is true for every request, or for none, has a finding as a whole.
            let Truth { yes, .. } = condition.truth;
            let constant = |lit: Lit, universe: &mut Universe<'_>| universe.ask(&[lit]) != Answer::Possible;
            let is_constant = !search.found.is_empty()
                && (constant(yes, &mut search.universe) || constant(!yes, &mut search.universe));
            left = left.saturating_sub(allowed.saturating_sub(search.universe.places.core.steps()));
            for found in search.found.into_iter().filter(|_| !is_constant) {
                self.report_redundant(index, &found);
            }
        }
    }

    fn report_redundant(&mut self, index: usize, found: &Found) {
        let Some(expression) = self.expression(index) else { return };
        let ast = &expression.ast;
        let routes = &self.universe.checked.definition.router.routes;
        let (Some(route), Some(when)) =
            (self.route(index), routes.get(index).and_then(|route| route.when.as_ref()))
        else {
            return;
        };
        let Kind::Logical { op, operands, op_spans } = ast.kind(found.of) else { return };
        let idle = match (found.because.as_slice(), op) {
            ([_, ..], _) => Idle::Decided,
            ([], LogicalOp::And) => Idle::AlwaysTrue,
            ([], LogicalOp::Or) => Idle::NeverTrue,
        };
        let place = ast.span(found.part);
        let text = when.name_of(place).map_or_else(|| print_node(ast, found.part), str::to_owned);
        let span = when.place(place);
        let mut diagnostic = errors::redundant(span, route, &text, &idle, &found.given);
        for because in &found.because {
            diagnostic =
                diagnostic.also(when.place(ast.span(*because)), errors::decides_it(found.because.len() > 1));
        }
        // What rests on a promise may be there for callers that break it, and what rests on a guess at types for those
        // that send others.
        let proved = found.given.is_empty() && !found.guessed;
        if !proved {
            diagnostic.severity = Severity::Info;
        }
        if let Some(edit) = self.removal(ast, when, operands, op_spans, found.part) {
            diagnostic =
                diagnostic.fix(Fix { title: errors::leave_out(&text), safe: proved, edits: vec![edit] });
        }
        diagnostic.assumptions = self.assumptions([index]);
        self.push(diagnostic, Some(route), format!("routes[{index}].when"));
    }

    /// The edit that takes an operand out, with one of the operators beside it. What stands between lines stays there.
    fn removal(
        &self,
        ast: &Ast,
        when: &Condition,
        operands: &[NodeId],
        op_spans: &[cel::Span],
        part: NodeId,
    ) -> Option<Edit> {
        let at = operands.iter().position(|operand| *operand == part)?;
        let outer = |at: usize| Some(ast.node(*operands.get(at)?).outer);
        let own = outer(at)?;
        // Others use what was put in.
        if !when.is_written_here(own) {
            return None;
        }
        let before = at.checked_sub(1).and_then(|before| Some((outer(before)?, *op_spans.get(before)?)));
        let after = outer(at + 1).zip(op_spans.get(at).copied());
        let span = |start: u32, end: u32| cel::Span { start, end };
        let places = [
            before.map(|(operand, _)| span(operand.end, own.end)),
            after.map(|(operand, _)| span(own.start, operand.start)),
            before.map(|(_, op)| span(op.start, own.end)),
            after.map(|(_, op)| span(own.start, op.end)),
        ];
        places.into_iter().flatten().find_map(|place| {
            let removed = when.text.get(place.start as usize..place.end as usize)?;
            let in_file = when.place(place);
            if self.sources.get(in_file.file)?.slice(in_file).contains(['\n', '\r']) {
                return None;
            }
            // A line break goes only together with the indentation behind it.
            let next = when.place(span(place.end, place.end));
            if removed.ends_with(char::is_whitespace) && next.start != in_file.end {
                return None;
            }
            if place.start == 0 {
                // What then comes first must not begin what is something else in YAML.
                let first = when.text.get(place.end as usize..)?.chars().next()?;
                when.style.encode(first.encode_utf8(&mut [0; 4]), true)?;
            }
            Some(Edit { span: in_file, text: String::new() })
        })
    }
}

/// What must hold elsewhere in a condition for a part to decide whether the whole is true, and whether it is false.
#[derive(Clone, Default)]
struct Context {
    for_true: Vec<(Lit, NodeId)>,
    for_false: Vec<(Lit, NodeId)>,
}

struct Search<'s, 'a> {
    pass: &'s Pass<'a>,
    expression: &'a Expression,
    ast: &'s Ast,
    truths: FxHashMap<NodeId, Truth>,
    universe: Universe<'a>,
    found: Vec<Found>,
}

impl Search<'_, '_> {
    /// `positive`: whether the whole is rather true where this node is true. As deep as the tree, which the parser
    /// bounds.
    fn walk(&mut self, id: NodeId, positive: bool, context: &Context) {
        let (op, operands) = match self.ast.kind(id) {
            Kind::Unary { op: UnaryOp::Not, operand, .. } => return self.walk(*operand, !positive, context),
            Kind::Logical { op, operands, .. } => (*op, operands.clone()),
            _ => return,
        };
        // `!(a || b)` demands both, as `!a && !b` does.
        let demands_all = (op == LogicalOp::And) == positive;
        let mut kept = operands.clone();
        // Of two that say the same the later one goes.
        for operand in operands.iter().rev() {
            let others: Vec<NodeId> = kept.iter().copied().filter(|other| other != operand).collect();
            if others.is_empty() {
                break;
            }
            let around = self.around(context, &others, positive, demands_all);
            let Some(own) = self.truth(*operand, positive) else { continue };
            let decides = if demands_all { !own.yes } else { own.yes };
            let Some((mut because, mut basis)) = self.excluded(&around.for_true, decides) else { continue };
            if demands_all {
                // Nor may it be what refuses a request for which the rest is an error.
                let Some((nodes, promises)) = self.excluded(&around.for_false, own.no) else { continue };
                because.extend(nodes);
                because.sort_unstable();
                because.dedup();
                let more: Vec<_> = promises.into_iter().filter(|promise| !basis.contains(promise)).collect();
                basis.extend(more);
            }
            kept = others;
            let given = self.pass.given(&basis);
            let guessed = because.is_empty() && self.is_guess(*operand, decides == own.yes, positive);
            self.found.push(Found { part: *operand, of: id, because, given, guessed });
        }
        for operand in &kept {
            let others: Vec<NodeId> = kept.iter().copied().filter(|other| other != operand).collect();
            let around = self.around(context, &others, positive, demands_all);
            self.walk(*operand, positive, &around);
        }
    }

    /// Whether an operand could be true after all, or something else, if keys that nobody declared held whatever they
    /// like.
    fn is_guess(&self, id: NodeId, never_true: bool, positive: bool) -> bool {
        if self.pass.universe.checked.env.names != Names::Inferred {
            return false;
        }
        let mut universe = self.universe.untyped();
        let parts = universe.translate(self.expression).parts;
        let truth = parts.iter().find(|(part, _)| *part == id).map(|(_, truth)| *truth);
        let lit = truth.map(|truth| if positive { truth.yes } else { truth.no });
        let excluded = lit.map(|lit| universe.ask(&[if never_true { lit } else { !lit }]));
        !matches!(excluded, Some(Answer::Impossible(_)))
    }

    /// The context of an operand beside others.
    fn around(&self, context: &Context, others: &[NodeId], positive: bool, demands_all: bool) -> Context {
        let mut around = context.clone();
        for other in others {
            if let Some(truth) = self.truth(*other, positive) {
                let (for_true, for_false) =
                    if demands_all { (truth.yes, !truth.no) } else { (!truth.yes, truth.no) };
                around.for_true.push((for_true, *other));
                around.for_false.push((for_false, *other));
            }
        }
        around
    }

    /// Where an operand makes the whole rather true, and where rather false.
    fn truth(&self, id: NodeId, positive: bool) -> Option<Truth> {
        let truth = self.truths.get(&id)?;
        Some(if positive { *truth } else { Truth { yes: truth.no, no: truth.yes } })
    }

    /// What of a context excludes a literal, if it is excluded, and the promises that this rests on.
    fn excluded(&mut self, context: &[(Lit, NodeId)], lit: Lit) -> Option<Excluded> {
        let mut kept: Vec<(Lit, NodeId)> = context.to_vec();
        let question =
            |kept: &[(Lit, NodeId)]| -> Vec<Lit> { kept.iter().map(|(lit, _)| *lit).chain([lit]).collect() };
        let Answer::Impossible(mut core) = self.universe.ask(&question(&kept)) else { return None };
        kept.retain(|(lit, _)| core.contains(lit));
        for entry in kept.clone().into_iter().rev() {
            let fewer: Vec<(Lit, NodeId)> = kept.iter().copied().filter(|other| *other != entry).collect();
            if let Answer::Impossible(smaller) = self.universe.ask(&question(&fewer)) {
                kept = fewer;
                core = smaller;
            }
        }
        let mut promises: Vec<Lit> = self.universe.places.promises().map(|(_, _, lit)| lit).collect();
        promises.retain(|lit| core.contains(lit));
        for promise in promises.clone() {
            let fewer: Vec<Lit> = promises.iter().copied().filter(|lit| *lit != promise).collect();
            if let Answer::Impossible(_) = self.universe.ask_given(&fewer, &question(&kept)) {
                promises = fewer;
            }
        }
        Some((kept.into_iter().map(|(_, node)| node).collect(), self.universe.basis(&promises)))
    }
}

type Excluded = (Vec<NodeId>, Vec<(std::sync::Arc<str>, super::places::Promise)>);

/// The operands that are no `&&`, `||` or `!` themselves. As deep as the tree, which the parser bounds.
pub(super) fn leaves(ast: &Ast) -> Vec<NodeId> {
    fn walk(ast: &Ast, id: NodeId, out: &mut Vec<NodeId>) {
        match ast.kind(id) {
            Kind::Unary { op: UnaryOp::Not, operand, .. } if is_taken_apart(ast, *operand) => {
                walk(ast, *operand, out);
            }
            Kind::Logical { operands, .. } => operands.iter().for_each(|operand| walk(ast, *operand, out)),
            _ => out.push(id),
        }
    }
    let mut out = Vec::new();
    walk(ast, ast.root(), &mut out);
    out
}

fn is_taken_apart(ast: &Ast, id: NodeId) -> bool {
    match ast.kind(id) {
        Kind::Unary { op: UnaryOp::Not, operand, .. } => is_taken_apart(ast, *operand),
        kind => matches!(kind, Kind::Logical { .. }),
    }
}
