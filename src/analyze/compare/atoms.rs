//! The words in which conditions are told: parts of what the authors wrote.

use std::rc::Rc;
use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxHashMap;

use super::super::translate::Truth;
use super::world::World;
use crate::cel::ast::{BinaryOp, Kind, LogicalOp, NodeId, UnaryOp};
use crate::cel::{self, Ast, Checked, Type, Value, print_node};
use crate::check::Expression;

/// A part, as an expression of its own.
pub(super) struct Atom {
    pub(super) text: String,
    /// What it reads as where it is false.
    pub(super) negated: String,
    /// The keys that it reads, and names of its own.
    pub(super) keys: Vec<Arc<str>>,
    /// Where it is true and where it is false, in each world.
    pub(super) truths: Vec<Truth>,
    /// Both sides of an equality with a constant.
    pub(super) equality: Option<(String, String)>,
}

/// All that were needed so far, by text, and of which of them conditions consist, by side and place.
#[derive(Default)]
pub(super) struct Atoms {
    all: IndexMap<String, Option<Atom>>,
    conditions: FxHashMap<(usize, usize), Rc<Parts>>,
}

/// The parts of a condition.
#[derive(Default)]
pub(super) struct Parts {
    /// What stands between `&&`.
    pub(super) conjuncts: Vec<usize>,
    /// What nothing combines any more.
    pub(super) leaves: Vec<usize>,
    pub(super) whole: Option<usize>,
    /// The keys that it reads.
    pub(super) keys: Vec<Arc<str>>,
}

/// Lists longer than this are one part, not one for each value.
const LONGEST_LIST: usize = 16;

impl Atoms {
    pub(super) fn get(&self, at: usize) -> Option<&Atom> {
        self.all.get_index(at).and_then(|(_, atom)| atom.as_ref())
    }

    /// The parts of the condition of a side at a place.
    pub(super) fn of(
        &mut self,
        (side, place): (usize, usize),
        condition: &Expression,
        worlds: &mut [World<'_>],
    ) -> Rc<Parts> {
        if let Some(known) = self.conditions.get(&(side, place)) {
            return Rc::clone(known);
        }
        let Expression { ast, checked } = condition;
        let (mut between, mut single) = (Vec::new(), Vec::new());
        conjuncts(ast, ast.root(), &mut between);
        leaves(ast, checked, ast.root(), &mut single);
        let mut add = |texts: Vec<String>| -> Vec<usize> {
            texts.into_iter().filter_map(|text| self.add(text, worlds)).collect()
        };
        let parts = Rc::new(Parts {
            conjuncts: add(between),
            leaves: add(single),
            whole: add(vec![cel::print(ast)]).first().copied(),
            keys: keys(checked),
        });
        self.conditions.insert((side, place), Rc::clone(&parts));
        parts
    }

    /// The place of a part; none for a text that is no expression by itself.
    pub(super) fn add(&mut self, text: String, worlds: &mut [World<'_>]) -> Option<usize> {
        if let Some((at, _, known)) = self.all.get_full(&text) {
            return known.is_some().then_some(at);
        }
        let limits = worlds.first()?.env.limits;
        let (ast, issues) = cel::parse(&text, &cel::ParseOptions { limits, ..cel::ParseOptions::default() });
        let atom = issues.is_empty().then(|| Atom {
            truths: worlds.iter_mut().map(|world| world.truth(&ast)).collect(),
            negated: negated(&ast),
            equality: equality(&ast),
            keys: names(&ast),
            text: text.clone(),
        });
        let known = atom.is_some();
        let (at, _) = self.all.insert_full(text, atom);
        known.then_some(at)
    }
}

/// The parts between `&&`.
fn conjuncts(ast: &Ast, id: NodeId, out: &mut Vec<String>) {
    match ast.kind(id) {
        Kind::Logical { op: LogicalOp::And, operands, .. } => {
            operands.iter().for_each(|operand| conjuncts(ast, *operand, out));
        }
        Kind::Literal(_) => {}
        _ => out.push(print_node(ast, id)),
    }
}

/// The parts that nothing combines any more; of `x in [a, b]` each equality.
fn leaves(ast: &Ast, checked: &Checked, id: NodeId, out: &mut Vec<String>) {
    // As deep as the tree, which the parser bounds.
    match ast.kind(id) {
        Kind::Logical { operands, .. } => {
            operands.iter().for_each(|operand| leaves(ast, checked, *operand, out));
        }
        Kind::Unary { op: UnaryOp::Not, operand, .. } => leaves(ast, checked, *operand, out),
        Kind::Ternary { condition, then, otherwise, .. }
            if [then, otherwise].iter().all(|id| *checked.type_of(**id) == Type::Bool) =>
        {
            [condition, then, otherwise].into_iter().for_each(|id| leaves(ast, checked, *id, out));
        }
        Kind::Binary { op: BinaryOp::In, lhs, rhs, .. } => match ast.kind(*rhs) {
            Kind::List(items)
                if is_tight(ast, *lhs)
                    && (1..=LONGEST_LIST).contains(&items.len())
                    && items.iter().all(|i| !i.optional && matches!(ast.kind(i.value), Kind::Literal(_))) =>
            {
                let of = print_node(ast, *lhs);
                out.extend(items.iter().map(|item| format!("{of} == {}", print_node(ast, item.value))));
            }
            _ => out.push(print_node(ast, id)),
        },
        Kind::Literal(_) => {}
        _ => out.push(print_node(ast, id)),
    }
}

/// `key == value`, for a value that a definition declares.
pub(super) fn equals(key: &str, value: &Value) -> Option<String> {
    let value = match value {
        Value::String(text) => cel::print::print_string(text),
        Value::Int(number) => number.to_string(),
        _ => return None,
    };
    Some(format!("{key} == {value}"))
}

/// Whether a part can stand beside an operator without parentheses.
fn is_tight(ast: &Ast, id: NodeId) -> bool {
    !matches!(ast.kind(id), Kind::Binary { .. } | Kind::Logical { .. } | Kind::Ternary { .. })
}

fn names(ast: &Ast) -> Vec<Arc<str>> {
    let of = |id| match ast.kind(id) {
        Kind::Ident { name, .. } => Some(Arc::clone(&name.text)),
        _ => None,
    };
    ast.ids().filter_map(of).collect()
}

fn equality(ast: &Ast) -> Option<(String, String)> {
    let Kind::Binary { op: BinaryOp::Eq, lhs, rhs, .. } = ast.kind(ast.root()) else { return None };
    let constant = matches!(ast.kind(*rhs), Kind::Literal(_)) && is_tight(ast, *lhs);
    constant.then(|| (print_node(ast, *lhs), print_node(ast, *rhs)))
}

/// What is true exactly where the expression is false.
fn negated(ast: &Ast) -> String {
    let root = ast.root();
    match ast.kind(root) {
        Kind::Binary { op, lhs, rhs, .. } if is_tight(ast, *lhs) && is_tight(ast, *rhs) => {
            use BinaryOp as B;
            // No JSON number is NaN, but a text can be turned into it.
            let ordered = !ast
                .ids()
                .any(|id| matches!(ast.kind(id), Kind::Call { function, .. } if *function.text == *"double"));
            let turned = match op {
                B::Eq => B::Ne,
                B::Ne => B::Eq,
                _ if !ordered => return format!("!({})", print_node(ast, root)),
                B::Lt => B::Ge,
                B::Le => B::Gt,
                B::Gt => B::Le,
                B::Ge => B::Lt,
                _ => return format!("!({})", print_node(ast, root)),
            };
            format!("{} {} {}", print_node(ast, *lhs), turned.symbol(), print_node(ast, *rhs))
        }
        Kind::Unary { op: UnaryOp::Not, operand, .. } => print_node(ast, *operand),
        _ if is_tight(ast, root) => format!("!{}", print_node(ast, root)),
        _ => format!("!({})", print_node(ast, root)),
    }
}

/// A text as one of several parts that an operator joins.
pub(super) fn within(text: &str, op: LogicalOp) -> String {
    let (ast, _) = cel::parse(text, &cel::ParseOptions::default());
    let loose = match ast.kind(ast.root()) {
        Kind::Ternary { .. } => true,
        Kind::Logical { op: inner, .. } => *inner != op,
        _ => false,
    };
    if loose { format!("({text})") } else { text.to_owned() }
}

/// Keys that a condition reads, once each, in order.
fn keys(checked: &Checked) -> Vec<Arc<str>> {
    let mut out: Vec<Arc<str>> = Vec::new();
    for reference in checked.references.iter().flatten() {
        if let cel::Reference::Variable { name, .. } = reference
            && !out.contains(name)
        {
            out.push(Arc::clone(name));
        }
    }
    out
}
