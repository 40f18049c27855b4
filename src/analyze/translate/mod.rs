//! From a condition to literals: where it is true, and where it is false. Where it is neither it has no value.
//!
//! What is taken apart is what routers are made of: presence, comparisons with constants, `in`, tests of text, sizes,
//! `&&`, `||`, `!`, `?:`. Any other part becomes a literal of its own for each of its two values, the same wherever the
//! same text occurs: what is proved with them holds, whatever they are.

mod elements;
mod opaque;
mod parts;
mod relations;
mod ties;

use std::sync::Arc;

use super::places::{Kind as JsonKind, PlaceId, Places, Step};
use super::solve::Lit;
use super::theory::strings::Test;
use crate::catalogue::functions::MESSAGES;
use crate::cel::ast::{BinaryOp, Kind, LogicalOp, Macro, MacroKind, NodeId, UnaryOp};
use crate::cel::interpret::literal_value;
use crate::cel::{Ast, Checked, Env, Reference, Value, interpret, library, print_node};
pub(super) use elements::Loop;
pub(super) use parts::{Bound, Part, Tree};
use rustc_hash::FxHashMap;
pub(super) use ties::{Typed, tie};

/// Where a condition is true and where it is false.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Truth {
    pub(super) yes: Lit,
    pub(super) no: Lit,
}

impl Truth {
    fn not(self) -> Self {
        Self { yes: self.no, no: self.yes }
    }
}

/// A condition that was translated.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) truth: Truth,
    /// The places that it reads.
    pub(super) reads: Vec<PlaceId>,
    /// The operands of every `&&` and `||` that was taken apart.
    pub(super) parts: Vec<(NodeId, Truth)>,
}

/// Literals of what is not taken apart, by text.
#[derive(Default)]
pub(super) struct Opaque {
    known: FxHashMap<String, Truth>,
    free: FxHashMap<String, Lit>,
}

/// What a part of a condition comes to.
enum Term {
    Constant(Value),
    Place(PlaceId),
    Size(PlaceId),
    Bool(Truth),
    Opaque,
}

/// A constant part that is put together is computed only below this place in its tree, which is copied for it.
const FOLDED: usize = 500;

pub(super) struct Translator<'a> {
    pub(super) places: &'a mut Places,
    pub(super) opaque: &'a mut Opaque,
    pub(super) ast: &'a Ast,
    pub(super) checked: &'a Checked,
    pub(super) env: &'a Env,
    reads: Vec<PlaceId>,
    parts: Vec<(NodeId, Truth)>,
    renamed: Option<Ast>,
    /// What variables of macros stand for, by slot, where their body is looked at for one element.
    locals: FxHashMap<u32, Local>,
    /// Tells what is said of that element from what is said of another.
    within: String,
}

/// What a variable of a macro stands for.
#[derive(Clone)]
enum Local {
    Place(PlaceId),
    Constant(Value),
}

impl<'a> Translator<'a> {
    pub(super) fn new(
        places: &'a mut Places,
        opaque: &'a mut Opaque,
        ast: &'a Ast,
        checked: &'a Checked,
        env: &'a Env,
    ) -> Self {
        let (reads, parts, renamed) = (Vec::new(), Vec::new(), None);
        let (locals, within) = (FxHashMap::default(), String::new());
        Self { places, opaque, ast, checked, env, reads, parts, renamed, locals, within }
    }

    pub(super) fn condition(mut self) -> Condition {
        let truth = self.truth(self.ast.root());
        self.collect_reads(self.ast.root());
        self.reads.sort_unstable();
        self.reads.dedup();
        Condition { truth, reads: self.reads, parts: self.parts }
    }

    /// What a node reads, if it is a place.
    pub(super) fn place(mut self, id: NodeId) -> Option<PlaceId> {
        if let Term::Place(place) = self.term(id) { Some(place) } else { None }
    }

    fn yes(&self) -> Lit {
        self.places.core.yes()
    }

    fn no(&self) -> Lit {
        self.places.core.no()
    }

    fn constant(&self, value: bool) -> Truth {
        if value {
            Truth { yes: self.yes(), no: self.no() }
        } else {
            Truth { yes: self.no(), no: self.yes() }
        }
    }

    /// Never a value.
    fn error(&self) -> Truth {
        Truth { yes: self.no(), no: self.no() }
    }

    /// Has a value where `defined` holds, and is true where `yes` does as well.
    fn defined(&mut self, defined: Lit, yes: Lit) -> Truth {
        let core = &mut self.places.core;
        Truth { yes: core.and(&[defined, yes]), no: core.and(&[defined, !yes]) }
    }

    // As deep as the tree, which the parser bounds.
    fn truth(&mut self, id: NodeId) -> Truth {
        // Where only `true` and `false` count, it is no matter what else its branches may be.
        if let Kind::Ternary { condition, then, otherwise, .. } = self.ast.kind(id) {
            return self.choice(*condition, *then, *otherwise);
        }
        match self.term(id) {
            Term::Bool(truth) => truth,
            Term::Constant(Value::Bool(value)) => self.constant(value),
            Term::Constant(_) | Term::Size(_) => self.error(),
            Term::Place(place) => {
                let defined = self.places.kind(place, JsonKind::Bool);
                if defined == self.no() {
                    return self.error();
                }
                let truth = self.places.truth(place);
                self.defined(defined, truth)
            }
            Term::Opaque => self.opaque(id),
        }
    }

    fn term(&mut self, id: NodeId) -> Term {
        let ast = self.ast;
        if self.places.core.steps() == 0 {
            return Term::Opaque;
        }
        match ast.kind(id) {
            Kind::Literal(literal) => Term::Constant(literal_value(literal)),
            Kind::Ident { name, .. } => match self.checked.reference(id) {
                Some(Reference::Variable { name, .. }) => Term::Place(self.places.root(name)),
                None => Term::Place(self.places.root(&name.text)),
                Some(Reference::Local { slot, .. }) => match self.locals.get(slot) {
                    Some(Local::Place(place)) => Term::Place(*place),
                    Some(Local::Constant(value)) => Term::Constant(value.clone()),
                    None => Term::Opaque,
                },
                Some(_) => Term::Opaque,
            },
            Kind::Select { operand, field, optional: false } => {
                if self.checked.reference(id).is_some() {
                    return Term::Opaque;
                }
                match self.term(*operand) {
                    Term::Place(place) => {
                        Term::Place(self.places.inside(place, Step::Key(Arc::clone(&field.text))))
                    }
                    _ => Term::Opaque,
                }
            }
            Kind::Index { operand, index, optional: false } => {
                let (operand, index) = (self.term(*operand), self.term(*index));
                match (operand, index) {
                    (Term::Place(place), Term::Constant(Value::String(key))) => {
                        Term::Place(self.places.inside(place, Step::Key(key)))
                    }
                    (Term::Place(place), Term::Constant(Value::Int(at))) => self.element(place, at),
                    _ => Term::Opaque,
                }
            }
            Kind::Call { function, target, args, .. } => self.call(id, &function.text, *target, args),
            Kind::Unary { op: UnaryOp::Not, operand, .. } => Term::Bool(self.truth(*operand).not()),
            Kind::Binary { op, lhs, rhs, .. } => self.binary(id, *op, *lhs, *rhs),
            Kind::Logical { op, operands, .. } => {
                let truths: Vec<Truth> = operands.iter().map(|operand| self.truth(*operand)).collect();
                self.parts.extend(operands.iter().copied().zip(truths.iter().copied()));
                let yes: Vec<Lit> = truths.iter().map(|t| t.yes).collect();
                let no: Vec<Lit> = truths.iter().map(|t| t.no).collect();
                let core = &mut self.places.core;
                Term::Bool(match op {
                    LogicalOp::And => Truth { yes: core.and(&yes), no: core.or(&no) },
                    LogicalOp::Or => Truth { yes: core.or(&yes), no: core.and(&no) },
                })
            }
            Kind::Ternary { condition, then, otherwise, .. } => {
                if !self.is_bool(*then) || !self.is_bool(*otherwise) {
                    return Term::Opaque;
                }
                Term::Bool(self.choice(*condition, *then, *otherwise))
            }
            Kind::Macro(call) => self.macro_call(id, call),
            Kind::List(_) | Kind::Unary { .. } => self.folded(id),
            _ => Term::Opaque,
        }
    }

    fn choice(&mut self, condition: NodeId, then: NodeId, otherwise: NodeId) -> Truth {
        let (c, a, b) = (self.truth(condition), self.truth(then), self.truth(otherwise));
        let core = &mut self.places.core;
        let mut either = |a: Lit, b: Lit| {
            let (a, b) = (core.and(&[c.yes, a]), core.and(&[c.no, b]));
            core.or(&[a, b])
        };
        Truth { yes: either(a.yes, b.yes), no: either(a.no, b.no) }
    }

    /// Whether a part is a bool wherever it has a value.
    fn is_bool(&self, id: NodeId) -> bool {
        matches!(self.checked.type_of(id), crate::cel::Type::Bool)
    }

    /// A constant that is put together from others.
    fn folded(&self, id: NodeId) -> Term {
        if id.index() > FOLDED || !self.is_closed(id) {
            return Term::Opaque;
        }
        let nodes = self.ast.ids().take(id.index() + 1).map(|id| self.ast.node(id).clone()).collect();
        let part = Ast::new(nodes, id);
        interpret::evaluate(&part, self.env, &()).map_or(Term::Opaque, Term::Constant)
    }

    fn is_closed(&self, id: NodeId) -> bool {
        match self.ast.kind(id) {
            Kind::Literal(_) => true,
            Kind::List(_) | Kind::Unary { .. } | Kind::Binary { .. } => {
                self.ast.children(id).into_iter().all(|child| self.is_closed(child))
            }
            _ => false,
        }
    }

    fn element(&mut self, list: PlaceId, at: i64) -> Term {
        match u32::try_from(at) {
            Ok(at) => Term::Place(self.places.inside(list, Step::At(at))),
            Err(_) => Term::Opaque,
        }
    }

    fn call(&mut self, id: NodeId, function: &str, target: Option<NodeId>, args: &[NodeId]) -> Term {
        let receiver = match target {
            // A namespace is no value.
            Some(target) if self.is_namespace(id, target) => return Term::Opaque,
            Some(target) => Some(self.term(target)),
            None => None,
        };
        match (function, receiver, args) {
            ("size", Some(Term::Place(place)), []) => self.size(place),
            ("size", None, [arg]) => match self.term(*arg) {
                Term::Place(place) => self.size(place),
                _ => Term::Opaque,
            },
            ("has" | "first" | "last", Some(Term::Place(place)), []) if self.is_messages(place) => {
                match function {
                    "has" => {
                        let (_, empty) = self.places.size(place, 0.0);
                        Term::Bool(Truth { yes: !empty, no: empty })
                    }
                    "first" => self.element(place, 0),
                    _ => Term::Place(self.places.inside(place, Step::Last)),
                }
            }
            ("get", Some(Term::Place(place)), [index]) if self.is_messages(place) => {
                match self.term(*index) {
                    Term::Constant(Value::Int(at)) => self.element(place, at),
                    _ => Term::Opaque,
                }
            }
            ("contains" | "startsWith" | "endsWith" | "matches", Some(Term::Place(place)), [arg]) => {
                self.text_test(function, place, *arg)
            }
            ("matches", None, [text, pattern]) => match self.term(*text) {
                Term::Place(place) => self.text_test(function, place, *pattern),
                _ => Term::Opaque,
            },
            _ => Term::Opaque,
        }
    }

    fn is_messages(&self, place: PlaceId) -> bool {
        self.places.roots.get(MESSAGES) == Some(&place)
    }

    fn is_namespace(&self, call: NodeId, target: NodeId) -> bool {
        match self.checked.reference(call) {
            Some(Reference::Function { name, .. }) => {
                let head = print_node(self.ast, target);
                name.strip_prefix(head.as_str()).is_some_and(|rest| rest.starts_with('.'))
            }
            _ => false,
        }
    }

    fn size(&mut self, place: PlaceId) -> Term {
        if self.places.sized(place) == self.no() { Term::Bool(self.error()) } else { Term::Size(place) }
    }

    fn text_test(&mut self, function: &str, place: PlaceId, arg: NodeId) -> Term {
        let Term::Constant(Value::String(part)) = self.term(arg) else { return Term::Opaque };
        let test = match function {
            "contains" => Test::Contains(part),
            "startsWith" => Test::Prefix(part),
            "endsWith" => Test::Suffix(part),
            _ => match library::compile_pattern(&part, self.env) {
                Ok(regex) => Test::Matches(regex),
                Err(_) => return Term::Opaque,
            },
        };
        let defined = self.places.kind(place, JsonKind::String);
        if defined == self.no() {
            return Term::Bool(self.error());
        }
        let yes = self.places.test(place, test);
        Term::Bool(self.defined(defined, yes))
    }

    fn macro_call(&mut self, id: NodeId, call: &Macro) -> Term {
        if call.kind == MacroKind::Has
            && let [arg] = call.args.as_slice()
            && let Kind::Select { operand, field, optional: false } = self.ast.kind(*arg)
            && let Term::Place(place) = self.term(*operand)
        {
            let map = self.places.kind(place, JsonKind::Map);
            let inner = self.places.inside(place, Step::Key(Arc::clone(&field.text)));
            let has = self.places.get(inner).has;
            return Term::Bool(self.defined(map, has));
        }
        let on_empty = match call.kind {
            MacroKind::All => true,
            MacroKind::Exists | MacroKind::ExistsOne => false,
            _ => return Term::Opaque,
        };
        let truth = self.opaque(id);
        // Over nothing it has a value that is known.
        if let Some(Term::Place(list)) = call.target.map(|target| self.term(target))
            && self.places.only_kind(list) == Some(JsonKind::List)
        {
            let there = self.places.get(list).has;
            let (_, empty) = self.places.size(list, 0.0);
            let known = if on_empty { truth.yes } else { truth.no };
            self.places.core.clause(&[!there, !empty, known]);
        }
        Term::Bool(truth)
    }

    fn binary(&mut self, id: NodeId, op: BinaryOp, lhs: NodeId, rhs: NodeId) -> Term {
        use BinaryOp as B;
        match op {
            B::Add | B::Sub | B::Mul | B::Div | B::Rem => return self.folded(id),
            _ => {}
        }
        let (left, right) = (self.term(lhs), self.term(rhs));
        let truth = match op {
            B::Eq => self.equal(left, right, lhs, rhs),
            B::Ne => self.equal(left, right, lhs, rhs).map(Truth::not),
            B::In => self.element_of(left, right, lhs, rhs),
            _ => self.order(op, left, right),
        };
        truth.map_or(Term::Opaque, Term::Bool)
    }

    /// Every place that occurs, whatever its value is used for; of `has(a.b)` only `a`.
    fn collect_reads(&mut self, id: NodeId) {
        let ast = self.ast;
        match ast.kind(id) {
            Kind::Ident { .. } | Kind::Select { .. } | Kind::Index { .. } | Kind::Call { .. } => {
                if let Term::Place(place) = self.term(id) {
                    self.reads.push(place);
                    return;
                }
            }
            Kind::Macro(Macro { kind: MacroKind::Has, args, .. }) => {
                if let [arg] = args.as_slice()
                    && let Kind::Select { operand, .. } = ast.kind(*arg)
                {
                    self.collect_reads(*operand);
                }
                return;
            }
            _ => {}
        }
        if let Kind::Call { target: Some(target), args, .. } = ast.kind(id)
            && self.is_namespace(id, *target)
        {
            args.iter().for_each(|arg| self.collect_reads(*arg));
            return;
        }
        for child in ast.children(id) {
            self.collect_reads(child);
        }
    }
}
