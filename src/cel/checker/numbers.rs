//! Where it matters whether a number is an int or a double: arithmetic, which has no mixture of the two, and functions
//! that take one of them or write them differently.
//!
//! Looked for when all types are known, because a calculation is mended as a whole: `a * 2 + 1.5` with one of its
//! numbers converted would be an error.

use super::super::Span;
use super::super::ast::{BinaryOp, Kind, Node, NodeId, UnaryOp};
use super::super::env::Names;
use super::super::errors::{CheckKind, NumberUse};
use super::super::types::Type;
use super::signature::{Found, find};
use super::{Checker, Edits, Reference, literals, names};

/// A calculation with more numbers than these is not mended.
const MAX_MENDED: usize = 64;

impl Checker<'_> {
    /// Reports every calculation and every call whose outcome depends on which of the two a number is.
    pub(super) fn ambiguous_numbers(&mut self) {
        let inferred = self.env.names == Names::Inferred;
        let matters = |ty: &Type| *ty.unwrapped() == Type::Number || inferred && *ty == Type::Double;
        if !self.types.iter().any(matters) {
            return;
        }
        let mut calculates = vec![false; self.ast.len()];
        for id in self.ast.ids() {
            if let Kind::Binary { op, lhs, rhs, .. } = self.ast.kind(id)
                && is_arithmetic(*op)
                && self.is_number(*lhs, &calculates)
                && self.is_number(*rhs, &calculates)
                && let Some(known) = calculates.get_mut(id.index())
            {
                *known = true;
            }
        }
        let mut inside = vec![false; self.ast.len()];
        let mut ids: Vec<NodeId> = self.ast.ids().collect();
        ids.reverse();
        for id in ids {
            if let Kind::Call { target, args, .. } = self.ast.kind(id) {
                self.number_argument(id, target.as_ref(), args);
            }
            if inside.get(id.index()) == Some(&true) || !calculates.get(id.index()).is_some_and(|c| *c) {
                continue;
            }
            self.calculation(id, &calculates, &mut inside);
        }
    }

    /// Whether a node is a number, or an undeclared name that takes part in a calculation.
    fn is_number(&mut self, id: NodeId, calculates: &[bool]) -> bool {
        let ty = self.type_of(id);
        let undeclared = || self.uses.is_undeclared(id) || calculates.get(id.index()) == Some(&true);
        ty.unwrapped().is_numeric() || ty == Type::Dyn && undeclared()
    }

    /// Looks at a whole calculation, of which `root` is the last step. Notes which nodes are part of it.
    fn calculation(&mut self, root: NodeId, calculates: &[bool], inside: &mut [bool]) {
        let mut todo = vec![root];
        let mut numbers: Vec<(NodeId, Type)> = Vec::new();
        let mut unsure: Option<(NodeId, NumberUse)> = None;
        let (mut fractions, mut depends) = (false, false);
        while let Some(id) = todo.pop() {
            if let Some(known) = inside.get_mut(id.index()) {
                *known = true;
            }
            match self.ast.kind(id) {
                Kind::Binary { op, lhs, rhs, .. } if calculates.get(id.index()) == Some(&true) => {
                    depends |= matches!(op, BinaryOp::Div | BinaryOp::Rem);
                    for (number, other) in [(*lhs, *rhs), (*rhs, *lhs)] {
                        let first = unsure.as_ref().is_none_or(|(before, _)| number < *before);
                        if first && self.is_leaf(number, calculates) && self.may_be_either(number) {
                            let other = self.type_of(other).unwrapped().clone();
                            let how = match op {
                                BinaryOp::Rem => NumberUse::Remainder,
                                op => NumberUse::Arithmetic { op: op.symbol(), other },
                            };
                            unsure = Some((number, how));
                        }
                    }
                    todo.extend([*lhs, *rhs]);
                }
                Kind::Unary { op: UnaryOp::Neg, operand, .. } if !self.is_leaf(id, calculates) => {
                    todo.push(*operand);
                }
                _ => {
                    let ty = self.type_of(id).unwrapped().clone();
                    fractions |= ty == Type::Double;
                    numbers.push((id, ty));
                }
            }
        }
        let either = |ty: &Type| matches!(ty, Type::Number | Type::Dyn);
        // Of names that nobody declared only a fraction beside them tells that something may go wrong.
        let known = numbers.iter().any(|(_, ty)| *ty == Type::Number) || fractions;
        let Some((number, how)) = unsure.filter(|_| known) else { return };
        // `score * score` is of one kind, whichever.
        let path = names::dotted_path(self.ast, number);
        let same = |(id, ty): &(NodeId, Type)| either(ty) && names::dotted_path(self.ast, *id) == path;
        if !depends && path.is_some() && numbers.iter().all(same) {
            return;
        }
        let edits = (numbers.len() <= MAX_MENDED).then(|| self.mended(root, calculates));
        let number = match self.ast.kind(number) {
            Kind::Unary { operand, .. } => *operand,
            _ => number,
        };
        let number_span = self.ast.span(number);
        let number = self.operand(number);
        self.report_with(CheckKind::AmbiguousNumber { number, how }, number_span, edits);
    }

    /// Whether a node of a calculation is a number that goes into it, and no step.
    fn is_leaf(&self, id: NodeId, calculates: &[bool]) -> bool {
        match self.ast.kind(id) {
            Kind::Unary { op: UnaryOp::Neg, operand, .. } => self.is_leaf(*operand, calculates),
            _ => calculates.get(id.index()) != Some(&true),
        }
    }

    fn may_be_either(&mut self, id: NodeId) -> bool {
        let ty = self.type_of(id);
        *ty.unwrapped() == Type::Number || ty == Type::Dyn
    }

    /// Conversions after which a calculation is of one kind: of ints below `%`, and of doubles elsewhere unless all
    /// that may be a double stands below a `%`.
    fn mended(&mut self, root: NodeId, calculates: &[bool]) -> Edits {
        let mut todo = vec![root];
        let mut whole = true;
        while let Some(id) = todo.pop() {
            match self.ast.kind(id) {
                Kind::Binary { op: BinaryOp::Rem, .. } if calculates.get(id.index()) == Some(&true) => {}
                Kind::Binary { lhs, rhs, .. } if calculates.get(id.index()) == Some(&true) => {
                    todo.extend([*rhs, *lhs]);
                }
                Kind::Unary { operand, .. } if !self.is_leaf(id, calculates) => todo.push(*operand),
                _ => whole &= self.type_of(id) == Type::Int,
            }
        }
        let mut edits = Edits::new();
        let mut todo = vec![(root, if whole { Type::Int } else { Type::Double })];
        while let Some((id, to)) = todo.pop() {
            match self.ast.kind(id) {
                Kind::Binary { op, lhs, rhs, .. } if calculates.get(id.index()) == Some(&true) => {
                    let within = if *op == BinaryOp::Rem { Type::Int } else { to.clone() };
                    if within != to {
                        edits.extend(wrapped("double", self.ast.node(id)));
                    }
                    todo.extend([(*rhs, within.clone()), (*lhs, within)]);
                }
                Kind::Unary { operand, .. } if !self.is_leaf(id, calculates) => todo.push((*operand, to)),
                _ => {
                    let ty = self.type_of(id);
                    if ty == to {
                        continue;
                    }
                    match literals::as_double(self.ast, id).filter(|_| to == Type::Double) {
                        Some(text) => edits.push((self.ast.span(id), text)),
                        None => edits.extend(wrapped(&to.to_string(), self.ast.node(id))),
                    }
                }
            }
        }
        edits
    }

    /// A number given to a function that takes only ints or only doubles, or that makes text of it.
    fn number_argument(&mut self, call: NodeId, target: Option<&NodeId>, args: &[NodeId]) {
        let Some(Reference::Function { name, .. }) =
            self.references.get(call.index()).and_then(Option::as_ref)
        else {
            return;
        };
        let name = name.clone();
        let namespace = target.is_some_and(|target| {
            names::dotted_path(self.ast, *target).is_some_and(|path| name.starts_with(&format!("{path}.")))
        });
        let nodes: Vec<NodeId> = target.filter(|_| !namespace).into_iter().chain(args).copied().collect();
        let member = target.is_some() && !namespace;
        let types: Vec<Type> = nodes.iter().map(|node| self.type_of(*node)).collect();
        let Some(at) = types.iter().position(|ty| *ty.unwrapped() == Type::Number) else { return };
        let (Found::Function(set), Some(node)) = (find(self.env, &name), nodes.get(at).copied()) else {
            return;
        };
        let mut takes = |ty: Type| {
            let types: Vec<Type> =
                types.iter().enumerate().map(|(i, t)| if i == at { ty.clone() } else { t.clone() }).collect();
            self.fits(&set, member, &types)
        };
        let (how, mend) = match (takes(Type::Int), takes(Type::Double)) {
            (true, false) => (NumberUse::Argument { function: name, takes: Type::Int }, "int"),
            (false, true) => (NumberUse::Argument { function: name, takes: Type::Double }, "double"),
            _ if name == "string" => (NumberUse::Text, "double"),
            _ => return,
        };
        let edits = wrapped(mend, self.ast.node(node));
        let number = self.operand(node);
        self.report_with(CheckKind::AmbiguousNumber { number, how }, self.ast.span(node), Some(edits));
    }
}

fn is_arithmetic(op: BinaryOp) -> bool {
    use BinaryOp as B;
    matches!(op, B::Add | B::Sub | B::Mul | B::Div | B::Rem)
}

/// A conversion around a node; parentheses that stand there become its own.
fn wrapped(function: &str, node: &Node) -> Edits {
    let at = |offset: u32| Span { start: offset, end: offset };
    if node.outer == node.span {
        vec![(at(node.span.start), format!("{function}(")), (at(node.span.end), ")".to_owned())]
    } else {
        vec![(at(node.outer.start), function.to_owned())]
    }
}
