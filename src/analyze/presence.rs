//! Conditions that fail only because a key is absent, where the author plainly meant otherwise: `tier != "free"`.
//!
//! Such a test denies a value, and what is absent does not have it. But the condition is an error there, and the request
//! goes elsewhere. Claimed is what both sides agree on: the solver finds a request that would take the route if the test
//! came out as meant, the evaluator confirms that, and the simulator says where the request goes instead.

use std::cell::Cell;
use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxHashMap;

use super::places::PlaceId;
use super::question::{Shown, evaluate};
use super::solve::Lit;
use super::{Pass, errors};
use crate::cel::ast::{BinaryOp, Kind, Literal, MacroKind, NodeId, UnaryOp};
use crate::cel::env::Names;
use crate::cel::program::Verdict;
use crate::cel::{Ast, print_node};
use crate::check::{Checked, Expression};
use crate::diag::{Edit, Fix, Severity};
use crate::emit;
use crate::model::Condition;
use crate::simulate::{Decision, Request};
use crate::source::Span;

/// More keys of one condition are not looked at.
const MOST_KEYS: usize = 20;

/// A test that something has not some value.
#[derive(Clone, Copy)]
struct Denial {
    /// What asks for the value or, with `!=`, against it.
    test: NodeId,
    /// The same with the `!` before it.
    whole: NodeId,
    /// What a `!` negates, with all that stands in its parentheses; the test itself if there is none.
    negated: NodeId,
    /// What is read.
    read: NodeId,
    /// What the test comes to where the value is another one.
    holds: bool,
}

impl Denial {
    /// What the whole comes to there.
    fn whole_holds(&self) -> bool {
        self.holds == (self.test == self.whole)
    }
}

impl Pass<'_> {
    pub(super) fn lost(&mut self) {
        let mut ends: Option<Ends> = None;
        for index in 0..self.conditions.len() {
            if self.evident.is_sent(index) {
                continue;
            }
            let Some(expression) = self.expression(index).cloned() else { continue };
            let mut by_place: IndexMap<PlaceId, Vec<Denial>> = IndexMap::new();
            for denial in denials(&expression) {
                // What callers always send is never absent.
                if let Some(place) = self.universe.place(&expression, denial.read)
                    && !self.universe.places.is_always_sent(place)
                {
                    by_place.entry(place).or_default().push(denial);
                }
            }
            for (place, denials) in by_place.iter().take(MOST_KEYS) {
                if ends.is_none() {
                    ends = Some(self.ends());
                }
                if let Some(ends) = &ends {
                    self.lost_without(index, &expression, *place, denials, ends);
                }
            }
        }
    }

    /// Where requests end, over all routes.
    fn ends(&mut self) -> Ends {
        let core = &mut self.universe.places.core;
        let mut numbers: FxHashMap<String, usize> = FxHashMap::default();
        let mut ends = Ends { outcome: Vec::new(), passed: vec![core.yes()], gets: Vec::new() };
        for text in outcomes(self.universe.checked) {
            let next = numbers.len();
            ends.outcome.push(*numbers.entry(text).or_insert(next));
        }
        let mut takers: Vec<Vec<Lit>> = vec![Vec::new(); numbers.len()];
        let mut passed = core.yes();
        let conditions = self.conditions.iter().map(|c| c.truth.yes).chain([core.yes()]);
        for (taken, outcome) in conditions.zip(&ends.outcome) {
            if let Some(takers) = takers.get_mut(*outcome) {
                takers.push(core.and(&[passed, taken]));
            }
            passed = core.and(&[passed, !taken]);
            ends.passed.push(passed);
        }
        ends.gets = takers.iter().map(|takers| core.or(takers)).collect();
        ends
    }

    /// Looks for a request that a route loses because a place is empty, and only because of that.
    fn lost_without(
        &mut self,
        index: usize,
        expression: &Expression,
        place: PlaceId,
        denials: &[Denial],
        ends: &Ends,
    ) {
        let meant = as_meant(expression, denials);
        let as_meant = self.universe.translate(&meant).truth.yes;
        let (Some(condition), Some(passed), Some(outcome)) =
            (self.conditions.get(index), ends.passed.get(index), ends.outcome.get(index))
        else {
            return;
        };
        let same = ends.gets.get(*outcome).copied().unwrap_or(condition.truth.yes);
        let absent = !self.universe.places.get(place).has;
        let question = [as_meant, absent, *passed, !condition.truth.yes, !same];
        let no = self.universe.places.core.no();
        if question.contains(&no) {
            return;
        }
        let checked = self.universe.checked;
        let count = self.conditions.len();
        let goes: Cell<Option<usize>> = Cell::new(None);
        let accept = |request: &Request, decision: &Decision<'_>| {
            let fails = decision.verdicts.get(index).is_some_and(Verdict::is_without_value);
            let to = decision.route.map(|_| decision.position.unwrap_or(count));
            let elsewhere = to.is_none_or(|to| to != index && ends.outcome.get(to) != Some(outcome));
            goes.set(to);
            fails && elsewhere && evaluate(checked, &meant, request) == Some(true)
        };
        let Shown::Request(witness) = self.universe.show(&question, None, &accept) else { return };
        self.report_lost(index, expression, denials, goes.get(), witness);
    }

    fn report_lost(
        &mut self,
        index: usize,
        expression: &Expression,
        denials: &[Denial],
        goes: Option<usize>,
        witness: String,
    ) {
        let checked = self.universe.checked;
        let Some(denial) = denials.first() else { return };
        let (Some(route), Some(when)) = (
            self.route(index),
            checked.definition.router.routes.get(index).and_then(|route| route.when.as_ref()),
        ) else {
            return;
        };
        let ast = &expression.ast;
        let levels = levels(ast, denial.read);
        let absent = levels.iter().find(|level| !self.universe.is_sent(&witness, &level.path));
        let Some(absent) = absent else { return };
        let optional: Vec<&str> = levels
            .iter()
            .filter(|l| !self.is_required(expression, l.node))
            .map(|l| l.text.as_str())
            .collect();
        let whole = levels.len() > 1 && absent.node == denial.read;
        let lost = errors::Lost {
            route,
            key: &absent.text,
            affirmed: &affirmed(ast, denial),
            optional: &optional,
            to: goes.and_then(|to| self.route(to)),
            guarded: whole.then(|| guard(ast, denial) + &print_node(ast, denial.whole)),
            undeclared: (checked.env.names == Names::Inferred).then_some(checked.definition.form),
            witness: &witness,
        };
        let mut diagnostic = errors::lost_when_missing(when.place(ast.span(denial.whole)), &lost);
        if lost.undeclared.is_some() {
            diagnostic.severity = Severity::Info;
        }
        if whole {
            let guards: Option<Vec<Vec<Edit>>> =
                denials.iter().map(|denial| guarded(ast, when, denial)).collect();
            if let Some(guards) = guards {
                let edits = guards.concat();
                let title = format!("ask first whether `{}` is there", absent.text);
                diagnostic = diagnostic.fix(Fix { title, safe: false, edits });
            }
        }
        if let Some(to) = goes
            && let (Some(span), Some(route)) = (self.condition_span(to), self.route(to))
        {
            diagnostic = diagnostic.also(span, errors::takes_instead(route));
        }
        diagnostic.assumptions = self.assumptions([index].into_iter().chain(goes));
        diagnostic.assumptions.push("A02");
        diagnostic.witness = Some(witness);
        self.push(diagnostic, Some(route), format!("routes[{index}].when"));
    }

    /// Whether callers promise to send what a node reads wherever they send what it is part of.
    fn is_required(&mut self, expression: &Expression, read: NodeId) -> bool {
        let place = self.universe.place(expression, read);
        place.is_some_and(|place| self.universe.places.get(place).field.required)
    }
}

/// Where requests end.
struct Ends {
    /// What a request gets from each route and, behind them, from the default route: the same number for the same.
    outcome: Vec<usize>,
    /// For each route, true where a request gets past the routes before it.
    passed: Vec<Lit>,
    /// For each outcome, true where a request gets it.
    gets: Vec<Lit>,
}

/// What a request gets from each route and, behind them, from the default route: the same text for the same.
fn outcomes(checked: &Checked) -> Vec<String> {
    let Some(mut router) = emit::router(&checked.definition) else { return Vec::new() };
    let routes = router.routes.iter_mut().map(|item| &mut item.route).chain(&mut router.default_route);
    routes
        .map(|route| {
            route.variants.retain(|variant| variant.weight > 0);
            for variant in &mut route.variants {
                variant.variant.variant_id = String::new();
            }
            emit::to_json(&route.variants)
        })
        .collect()
}

/// What is read by the tests of an expression that deny a value.
pub(super) fn denied(expression: &Expression) -> impl Iterator<Item = NodeId> + use<> {
    denials(expression).into_iter().map(|denial| denial.read)
}

/// The tests of an expression that deny a value.
fn denials(expression: &Expression) -> Vec<Denial> {
    let mut search = Search { expression, found: Vec::new() };
    let root = expression.ast.root();
    search.walk(root, Sense { wanted: true, whole: root, negated: None });
    search.found
}

struct Search<'a> {
    expression: &'a Expression,
    found: Vec<Denial>,
}

/// In which sense a node stands in its condition.
#[derive(Clone, Copy)]
struct Sense {
    /// Whether the condition is rather true where the node is true.
    wanted: bool,
    /// The node with the `!` before it.
    whole: NodeId,
    /// The operand of the nearest `!` around it, as long as the sense is the turned one.
    negated: Option<NodeId>,
}

impl Search<'_> {
    // As deep as the tree, which the parser bounds.
    fn walk(&mut self, id: NodeId, sense: Sense) {
        let ast = &self.expression.ast;
        let wanted = sense.wanted;
        match ast.kind(id) {
            Kind::Unary { op: UnaryOp::Not, operand, .. } => {
                self.walk(
                    *operand,
                    Sense { wanted: !wanted, whole: id, negated: wanted.then_some(*operand) },
                );
            }
            Kind::Logical { operands, .. } => {
                operands.iter().for_each(|operand| self.walk(*operand, Sense { whole: *operand, ..sense }));
            }
            Kind::Ternary { then, otherwise, .. } => {
                [then, otherwise]
                    .into_iter()
                    .for_each(|part| self.walk(*part, Sense { whole: *part, ..sense }));
            }
            Kind::Binary { op: op @ (BinaryOp::Eq | BinaryOp::Ne), lhs, rhs, .. } => {
                let (read, value) = if constant(ast, *lhs).is_some() { (*rhs, *lhs) } else { (*lhs, *rhs) };
                let differs = wanted == (*op == BinaryOp::Ne);
                let denied = match constant(ast, value) {
                    // `flag == false` asks for the flag not to be set.
                    Some(Constant::Bool(value)) => value == differs,
                    Some(Constant::Some) => differs,
                    Some(Constant::Nothing) | None => false,
                };
                self.deny(denied, id, sense, read);
            }
            Kind::Binary { op: BinaryOp::In, lhs, rhs, .. } => match ast.kind(*rhs) {
                Kind::List(items) => {
                    let values = items.iter().map(|item| constant(ast, item.value));
                    let values: Option<Vec<Constant>> = values.collect();
                    // Who lists `""` thinks of what is not there.
                    let plain = values.is_some_and(|v| !v.is_empty() && !v.contains(&Constant::Nothing));
                    self.deny(!wanted && plain, id, sense, *lhs);
                }
                _ => self.deny(!wanted && constant(ast, *lhs).is_some(), id, sense, *rhs),
            },
            Kind::Call { function, target: Some(target), args, .. } => {
                let tests = matches!(&*function.text, "startsWith" | "endsWith" | "contains" | "matches");
                let value = args.first().and_then(|arg| constant(ast, *arg));
                self.deny(!wanted && tests && value == Some(Constant::Some), id, sense, *target);
            }
            Kind::Macro(call) if call.kind == MacroKind::Exists => {
                if let Some(target) = call.target {
                    self.deny(!wanted, id, sense, target);
                }
            }
            Kind::Ident { .. } | Kind::Select { .. } | Kind::Index { .. } => {
                self.deny(!wanted, id, sense, id);
            }
            _ => {}
        }
    }

    fn deny(&mut self, denied: bool, test: NodeId, sense: Sense, read: NodeId) {
        if denied && !levels(&self.expression.ast, read).is_empty() {
            let Sense { wanted, whole, negated } = sense;
            self.found.push(Denial { test, whole, negated: negated.unwrap_or(test), read, holds: wanted });
        }
    }
}

#[derive(PartialEq)]
enum Constant {
    Bool(bool),
    /// `null`, `""` or 0, which many take for absent.
    Nothing,
    Some,
}

fn constant(ast: &Ast, id: NodeId) -> Option<Constant> {
    let Kind::Literal(literal) = ast.kind(id) else { return None };
    Some(match literal {
        Literal::Bool(value) => Constant::Bool(*value),
        Literal::Null | Literal::Int(0) | Literal::Uint(0) => Constant::Nothing,
        Literal::Double(value) if *value == 0.0 => Constant::Nothing,
        Literal::String(text) if text.value.is_empty() => Constant::Nothing,
        _ => Constant::Some,
    })
}

/// A key and what it is part of.
struct Level {
    node: NodeId,
    path: Vec<Arc<str>>,
    text: String,
}

/// A variable and the keys below it down to what a node reads, outermost first; nothing if it reads anything else.
fn levels(ast: &Ast, read: NodeId) -> Vec<Level> {
    let mut nodes = vec![read];
    let mut path: Vec<Arc<str>> = Vec::new();
    loop {
        let Some(id) = nodes.last() else { return Vec::new() };
        match ast.kind(*id) {
            Kind::Ident { name, .. } => {
                path.push(Arc::clone(&name.text));
                break;
            }
            Kind::Select { operand, field, optional: false } => {
                path.push(Arc::clone(&field.text));
                nodes.push(*operand);
            }
            Kind::Index { operand, index, optional: false } => match ast.kind(*index) {
                Kind::Literal(Literal::String(key)) => {
                    path.push(Arc::clone(&key.value));
                    nodes.push(*operand);
                }
                _ => return Vec::new(),
            },
            _ => return Vec::new(),
        }
    }
    path.reverse();
    let level = |(depth, node): (usize, &NodeId)| Level {
        node: *node,
        path: path.iter().take(depth + 1).cloned().collect(),
        text: print_node(ast, *node),
    };
    nodes.iter().rev().enumerate().map(level).collect()
}

/// The expression as its author means it where what the denials read is absent.
fn as_meant(expression: &Expression, denials: &[Denial]) -> Expression {
    let values: FxHashMap<NodeId, bool> = denials.iter().map(|d| (d.test, d.holds)).collect();
    let ast = &expression.ast;
    let nodes = ast.ids().map(|id| {
        let mut node = ast.node(id).clone();
        if let Some(value) = values.get(&id) {
            node.kind = Kind::Literal(Literal::Bool(*value));
        }
        node
    });
    let ast = Arc::new(Ast::new(nodes.collect(), ast.root()));
    Expression { ast, checked: Arc::clone(&expression.checked) }
}

/// The test for the value that is denied.
fn affirmed(ast: &Ast, denial: &Denial) -> String {
    match ast.kind(denial.negated) {
        Kind::Binary { op: BinaryOp::Ne, lhs, rhs, .. } if denial.holds => {
            format!("{} == {}", print_node(ast, *lhs), print_node(ast, *rhs))
        }
        Kind::Binary { op: BinaryOp::Eq, .. } if denial.holds => print_node(ast, denial.read),
        _ => print_node(ast, denial.negated),
    }
}

/// What stands before a test for it to come out as meant where what it reads is absent.
fn guard(ast: &Ast, denial: &Denial) -> String {
    let there = match ast.kind(denial.read) {
        Kind::Index { operand, index, .. } => {
            format!("{} in {}", print_node(ast, *index), print_node(ast, *operand))
        }
        _ => format!("has({})", print_node(ast, denial.read)),
    };
    match (denial.whole_holds(), there.starts_with("has(")) {
        (true, true) => format!("!{there} || "),
        (true, false) => format!("!({there}) || "),
        (false, _) => format!("{there} && "),
    }
}

/// The edits that put it there.
fn guarded(ast: &Ast, when: &Condition, denial: &Denial) -> Option<Vec<Edit>> {
    let node = ast.node(denial.whole);
    // Others use what was put in, and its parentheses are not in the file.
    if when.inlined_at(node.span.start).is_some() {
        return None;
    }
    let Span { file, start, end } = when.place(node.span);
    let insert = |at: u32, text: &str| {
        let text = when.style.encode(text, node.span.start == 0 && at == start)?;
        Some(Edit { span: Span { file, start: at, end: at }, text })
    };
    let guard = guard(ast, denial);
    if denial.whole == ast.root() || node.outer != node.span || !denial.whole_holds() {
        return Some(vec![insert(start, &guard)?]);
    }
    Some(vec![insert(start, &format!("({guard}"))?, insert(end, ")")?])
}
