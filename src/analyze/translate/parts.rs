//! The parts that a condition puts together with `&&`, `||`, `!` and `?:`, one by one.

use super::super::places::{Kind as JsonKind, PlaceId, number_of};
use super::super::theory::numbers::EXACT;
use super::{Term, Translator, Truth};
use crate::cel::ast::{BinaryOp, Kind, LogicalOp, NodeId, UnaryOp};
use crate::cel::{Type, Value};

/// How the parts are put together.
pub(in super::super) enum Tree {
    /// A part, by its place among the parts.
    Part(usize),
    Not(Box<Tree>),
    All(Vec<Tree>),
    Any(Vec<Tree>),
    /// `condition ? then : otherwise`
    Choice(Box<[Tree; 3]>),
}

/// A part.
#[derive(Clone)]
pub(in super::super) struct Part {
    pub(in super::super) node: NodeId,
    pub(in super::super) truth: Truth,
    /// The places that it reads.
    pub(in super::super) reads: Vec<PlaceId>,
    /// The number that it compares with, if it does.
    pub(in super::super) bound: Option<Bound>,
    /// It is `true` or `false` as written.
    pub(in super::super) constant: bool,
}

/// A comparison of order with a constant: it cuts the numbers in two.
#[derive(Clone, Copy)]
pub(in super::super) struct Bound {
    pub(in super::super) place: PlaceId,
    /// It is the size of that place that is compared.
    pub(in super::super) size: bool,
    /// What is compared.
    pub(in super::super) operand: NodeId,
    pub(in super::super) at: f64,
    /// Whether the constant itself belongs to the numbers below.
    pub(in super::super) at_is_low: bool,
}

impl Translator<'_> {
    /// The parts of a condition, and how it puts them together.
    pub(in super::super) fn parts(mut self) -> (Tree, Vec<Part>) {
        let mut parts = Vec::new();
        let tree = self.tree(self.ast.root(), &mut parts);
        (tree, parts)
    }

    // As deep as the tree, which the parser bounds.
    fn tree(&mut self, id: NodeId, parts: &mut Vec<Part>) -> Tree {
        let ast = self.ast;
        match ast.kind(id) {
            Kind::Unary { op: UnaryOp::Not, operand, .. } => Tree::Not(Box::new(self.tree(*operand, parts))),
            Kind::Logical { op, operands, .. } => {
                let trees = operands.iter().map(|operand| self.tree(*operand, parts)).collect();
                if *op == LogicalOp::And { Tree::All(trees) } else { Tree::Any(trees) }
            }
            Kind::Ternary { condition, then, otherwise, .. }
                if self.is_bool(*then) && self.is_bool(*otherwise) =>
            {
                let three = [*condition, *then, *otherwise].map(|id| self.tree(id, parts));
                Tree::Choice(Box::new(three))
            }
            kind => {
                let constant = matches!(kind, Kind::Literal(_));
                let truth = self.truth(id);
                self.reads.clear();
                self.collect_reads(id);
                let mut reads = std::mem::take(&mut self.reads);
                reads.sort_unstable();
                reads.dedup();
                let bound = self.bound(id);
                parts.push(Part { node: id, truth, reads, bound, constant });
                Tree::Part(parts.len() - 1)
            }
        }
    }

    fn bound(&mut self, id: NodeId) -> Option<Bound> {
        use BinaryOp as B;
        let Kind::Binary { op: op @ (B::Lt | B::Le | B::Gt | B::Ge), lhs, rhs, .. } = self.ast.kind(id)
        else {
            return None;
        };
        let (term, operand, value, turned) = match (self.term(*lhs), self.term(*rhs)) {
            (term, Term::Constant(value)) => (term, *lhs, value, false),
            (Term::Constant(value), term) => (term, *rhs, value, true),
            _ => return None,
        };
        let at = number_of(&value).filter(|at| at.abs() < EXACT)?;
        let (place, size) = match term {
            Term::Place(place) if self.places.kind(place, JsonKind::Number) != self.no() => (place, false),
            Term::Size(place) => (place, true),
            _ => return None,
        };
        // `x <= 5`, `x > 5`, `5 >= x` and `5 < x` leave 5 with what is below it.
        let at_is_low = matches!((op, turned), (B::Le | B::Gt, false) | (B::Ge | B::Lt, true));
        Some(Bound { place, size, operand, at, at_is_low })
    }

    /// Whether the value that is compared is a whole number.
    pub(in super::super) fn is_whole(ty: &Type) -> bool {
        matches!(ty.unwrapped(), Type::Int | Type::Uint)
    }

    /// Keeps the constants of each part as samples of its places.
    pub(in super::super) fn samples(mut self) {
        let mut parts = Vec::new();
        self.tree(self.ast.root(), &mut parts);
        for part in parts.iter().filter(|part| !part.constant) {
            self.sample(part.node);
        }
    }

    /// Keeps the constants of a part as samples for the places in it whose values are not taken apart.
    pub(super) fn sample(&mut self, id: NodeId) {
        let (mut places, mut values) = (Vec::new(), Vec::new());
        self.gather(id, &mut places, &mut values);
        for place in places {
            let place = self.places.get_mut(place);
            for value in &values {
                if place.samples.len() < SAMPLES && !place.samples.contains(value) {
                    place.samples.push(value.clone());
                }
            }
        }
    }

    // As deep as the tree, which the parser bounds.
    fn gather(&mut self, id: NodeId, places: &mut Vec<PlaceId>, values: &mut Vec<Value>) {
        let ast = self.ast;
        match ast.kind(id) {
            Kind::Literal(literal) => samples_of(&crate::cel::interpret::literal_value(literal), values),
            Kind::Ident { .. } | Kind::Select { .. } | Kind::Index { .. } => {
                if let Term::Place(place) = self.term(id) {
                    places.push(place);
                    return;
                }
            }
            Kind::Call { function, args, .. } if &*function.text == "matches" => {
                for arg in args {
                    if let Term::Constant(Value::String(pattern)) = self.term(*arg) {
                        values.extend(self.matching(&pattern).map(|text| Value::from(text.as_str())));
                    }
                }
            }
            _ => {}
        }
        for child in ast.children(id) {
            self.gather(child, places, values);
        }
    }

    /// A text that a pattern matches.
    fn matching(&self, pattern: &str) -> Option<String> {
        use super::super::theory::automata::{Automaton, Found, search};
        let regex = crate::cel::library::compile_pattern(pattern, self.env).ok()?;
        let mut steps = STEPS;
        let mut automaton = Automaton::new(regex.hir(), &mut steps)?;
        match search(&mut [(&mut automaton, true)], (0, None), &mut steps) {
            Found::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// How many samples a place keeps.
const SAMPLES: usize = 16;
/// Steps to find a text for a sample.
const STEPS: u64 = 20_000;

/// Values that may decide a comparison with this one.
fn samples_of(value: &Value, out: &mut Vec<Value>) {
    match value {
        Value::Int(n) => {
            for n in [Some(*n), n.checked_add(1), n.checked_sub(1)].into_iter().flatten() {
                out.extend([Value::Int(n), Value::from(n.to_string().as_str())]);
            }
        }
        Value::Double(n) if n.is_finite() => {
            out.extend([*n, n + 1.0, n - 1.0].map(Value::Double));
        }
        Value::String(text) => {
            out.push(value.clone());
            // A point in time has others before and after it.
            if let Some((year, rest)) = text.split_at_checked(4)
                && text.len() >= 20
                && year.bytes().all(|b| b.is_ascii_digit())
            {
                out.extend(["2000", "2100"].map(|year| Value::from(format!("{year}{rest}").as_str())));
            }
        }
        _ => {}
    }
}
