//! Operators, indexing, `&&`, `||` and `?:`.

use super::super::Span;
use super::super::ast::{BinaryOp, Kind, Literal, LogicalOp, NodeId, UnaryOp};
use super::super::env::Typing;
use super::super::errors::{CheckKind, Operand};
use super::super::types::Type;
use super::infer::Kinds;
use super::signature::{Found, exists, find};
use super::{Checker, Reference, literals, names};

impl Checker<'_> {
    pub(super) fn binary(
        &mut self,
        id: NodeId,
        op: BinaryOp,
        op_span: Span,
        lhs: NodeId,
        rhs: NodeId,
    ) -> Type {
        if self.alternatives(id, op, lhs, rhs) {
            return Type::Bool;
        }
        self.check(lhs);
        self.check(rhs);
        let chained = self.is_chain(op, lhs);
        let numbers_before = (self.type_of(lhs), self.type_of(rhs));
        let found = match find(self.env, function(op)) {
            Found::Function(set) => self
                .resolve_call(id, &set, false, &[lhs, rhs])
                .or_else(|| self.resolve_mixed(op, &numbers_before, id, lhs, rhs)),
            Found::OtherProfile(_) | Found::Nothing => None,
        };
        match found {
            Some(ty) => {
                if chained && is_ordering(op) {
                    self.chained(lhs, rhs, op, op_span, false);
                }
                if let BinaryOp::Eq | BinaryOp::Ne | BinaryOp::In = op {
                    self.note_equals(op, lhs, rhs);
                    self.impossible_values(op, lhs, rhs);
                }
                ty
            }
            None if chained => {
                self.chained(lhs, rhs, op, op_span, true);
                Type::Bool
            }
            None => {
                self.mismatch(op, op_span, lhs, rhs);
                if is_relation(op) { Type::Bool } else { Type::Error }
            }
        }
    }

    /// `tier == ("pro" || "free")`, which people write for `tier in ["pro", "free"]`: one fault, not one for each value.
    fn alternatives(&mut self, id: NodeId, op: BinaryOp, lhs: NodeId, rhs: NodeId) -> bool {
        let (BinaryOp::Eq | BinaryOp::Ne, Kind::Logical { op: logical, operands, .. }) =
            (op, self.ast.kind(rhs))
        else {
            return false;
        };
        let bare = |id: &NodeId| matches!(literals::literal(self.ast, *id), Some(l) if !matches!(l, Literal::Bool(_)));
        let Some(first) = operands.first().copied().filter(|_| operands.iter().all(bare)) else {
            return false;
        };
        self.check(lhs);
        for operand in operands {
            self.check(*operand);
        }
        self.set(rhs, &Type::Error);
        let values: Option<Vec<String>> = operands.iter().map(|o| names::short_text(self.ast, *o)).collect();
        let meant = match (*logical, names::short_text(self.ast, lhs), values) {
            (LogicalOp::Or, Some(value), Some(values)) => {
                let within = format!("{value} in [{}]", values.join(", "));
                Some(if op == BinaryOp::Ne { format!("!({within})") } else { within })
            }
            _ => None,
        };
        let fix = meant.clone().map(|meant| vec![(self.ast.span(id), meant)]);
        let operand = self.operand(first);
        let of = if *logical == LogicalOp::Or { "||" } else { "&&" };
        self.report_with(CheckKind::NotBool { of: of.into(), operand, meant }, self.ast.span(first), fix);
        true
    }

    /// Equality of numbers of different types, where the environment lets them meet.
    fn resolve_mixed(
        &mut self,
        op: BinaryOp,
        (left, right): &(Type, Type),
        id: NodeId,
        lhs: NodeId,
        rhs: NodeId,
    ) -> Option<Type> {
        let equality = matches!(op, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::In);
        let mixed = self.env.typing == Typing::Lenient || holds_number(left) || holds_number(right);
        if !equality || !mixed {
            return None;
        }
        let Found::Function(set) = find(self.env, function(op)) else { return None };
        self.subst.mixed_numbers = true;
        let found = self.resolve_call(id, &set, false, &[lhs, rhs]);
        self.subst.mixed_numbers = false;
        found
    }

    /// What an undeclared name is compared with tells its type.
    fn note_equals(&mut self, op: BinaryOp, lhs: NodeId, rhs: NodeId) {
        if !self.uses.is_undeclared(lhs) && !self.uses.is_undeclared(rhs) {
            return;
        }
        let (left, right) = (self.type_of(lhs), self.type_of(rhs));
        if op == BinaryOp::In {
            if let Type::List(element) | Type::Map(element, _) = right.unwrapped() {
                self.uses.need(lhs, self.ast.span(lhs), Kinds::of(element));
            }
        } else {
            self.uses.need(lhs, self.ast.span(lhs), Kinds::of(&right));
            self.uses.need(rhs, self.ast.span(rhs), Kinds::of(&left));
        }
    }

    /// Whether `lhs op …` is `a < b < …`.
    fn is_chain(&self, op: BinaryOp, lhs: NodeId) -> bool {
        let node = self.ast.node(lhs);
        is_relation(op)
            && op != BinaryOp::In
            && node.span == node.outer
            && matches!(&node.kind, Kind::Binary { op, .. } if is_relation(*op) && *op != BinaryOp::In)
    }

    fn chained(&mut self, lhs: NodeId, rhs: NodeId, op: BinaryOp, op_span: Span, refused: bool) {
        let Kind::Binary { op: first_op, lhs: first, rhs: middle, .. } = self.ast.kind(lhs) else { return };
        let middle_text = names::short_text(self.ast, *middle);
        let meant =
            match (names::short_text(self.ast, *first), &middle_text, names::short_text(self.ast, rhs)) {
                (Some(a), Some(b), Some(c)) => {
                    Some(format!("{a} {} {b} && {b} {} {c}", first_op.symbol(), op.symbol()))
                }
                _ => None,
            };
        let fix = middle_text
            .map(|text| vec![(Span { start: op_span.start, end: op_span.start }, format!("&& {text} "))]);
        self.report_with(CheckKind::ChainedComparison { meant, refused }, op_span, fix);
    }

    /// Says why an operator has no meaning here.
    fn mismatch(&mut self, op: BinaryOp, op_span: Span, lhs: NodeId, rhs: NodeId) {
        let (left, right) = (self.operand(lhs), self.operand(rhs));
        if left.ty == Type::Error
            || right.ty == Type::Error
            || holds_error(&left.ty)
            || holds_error(&right.ty)
        {
            return;
        }
        let edits = self.mended_literals(op, (lhs, &left.ty), (rhs, &right.ty));
        let span = match edits.as_slice() {
            [(span, _), ..] => *span,
            [] if !matches!(op, BinaryOp::Eq | BinaryOp::Ne) => op_span,
            [] if matches!(self.ast.kind(rhs), Kind::Literal(_)) => self.ast.span(rhs),
            [] if matches!(self.ast.kind(lhs), Kind::Literal(_)) => self.ast.span(lhs),
            [] => op_span,
        };
        let meant = self.meant(op, lhs, rhs, &edits);
        let fix = (!edits.is_empty()).then_some(edits);
        let kind = if matches!(op, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::In)
            && !self.is_no_container(op, &right)
        {
            CheckKind::Mismatch { op: op.symbol(), left, right, meant }
        } else {
            CheckKind::NoOperator { op: op.symbol(), operands: vec![left, right], meant }
        };
        self.report_with(kind, span, fix);
    }

    /// `in` with something on its right that has no elements.
    fn is_no_container(&self, op: BinaryOp, right: &Operand) -> bool {
        op == BinaryOp::In
            && !matches!(right.ty.unwrapped(), Type::List(_) | Type::Map(..) | Type::Record(_) | Type::Dyn)
    }

    /// Literals of the one side as the other side's type has them.
    fn mended_literals(
        &self,
        op: BinaryOp,
        (lhs, left): (NodeId, &Type),
        (rhs, right): (NodeId, &Type),
    ) -> Vec<(Span, String)> {
        if op == BinaryOp::In {
            let Kind::List(elements) = self.ast.kind(rhs) else { return Vec::new() };
            let mended: Option<Vec<_>> = elements
                .iter()
                .filter(|e| !literals::is_of(self.ast, e.value, left.unwrapped()))
                .map(|e| {
                    Some((self.ast.span(e.value), literals::converted(self.ast, e.value, left.unwrapped())?))
                })
                .collect();
            return mended.unwrap_or_default();
        }
        let mended = |id: NodeId, ty: &Type| {
            let ty = ty.unwrapped();
            let calculable = ty.is_numeric() || op == BinaryOp::Add || is_relation(op);
            let text = literals::converted(self.ast, id, ty).filter(|_| calculable)?;
            Some((self.ast.span(id), text))
        };
        // `1 + 1.0`: of two literals the int gives way.
        mended(rhs, left)
            .filter(|_| *left != Type::Int || *right != Type::Double)
            .or_else(|| mended(lhs, right))
            .or_else(|| mended(rhs, left))
            .into_iter()
            .collect()
    }

    /// The comparison with the mended literals, or only the literal if the rest is long.
    fn meant(&self, op: BinaryOp, lhs: NodeId, rhs: NodeId, edits: &[(Span, String)]) -> Option<String> {
        let (_, first) = edits.first()?;
        let side = |id: NodeId| match edits.iter().find(|(span, _)| *span == self.ast.span(id)) {
            Some((_, text)) => Some(text.clone()),
            None => names::short_text(self.ast, id),
        };
        let right = match self.ast.kind(rhs) {
            Kind::List(elements) => {
                let elements: Option<Vec<String>> = elements.iter().map(|e| side(e.value)).collect();
                elements.map(|elements| format!("[{}]", elements.join(", ")))
            }
            _ => side(rhs),
        };
        match (side(lhs), right) {
            (Some(left), Some(right)) => Some(format!("{left} {} {right}", op.symbol())),
            _ => (edits.len() == 1).then(|| first.clone()),
        }
    }

    pub(super) fn unary(&mut self, id: NodeId, op: UnaryOp, op_span: Span, operand: NodeId) -> Type {
        self.check(operand);
        let (function, symbol) = match op {
            UnaryOp::Not => ("!_", "!"),
            UnaryOp::Neg => ("-_", "-"),
        };
        let found = match find(self.env, function) {
            Found::Function(set) => self.resolve_call(id, &set, false, &[operand]),
            Found::OtherProfile(_) | Found::Nothing => None,
        };
        if let Some(ty) = found {
            return ty;
        }
        match op {
            UnaryOp::Not => {
                self.not_bool("!".into(), operand, None);
                Type::Bool
            }
            UnaryOp::Neg => {
                let operands = vec![self.operand(operand)];
                self.report(CheckKind::NoOperator { op: symbol, operands, meant: None }, op_span);
                Type::Error
            }
        }
    }

    pub(super) fn logical(&mut self, id: NodeId, op: LogicalOp, operands: &[NodeId]) -> Type {
        let (function, symbol, overload) = match op {
            LogicalOp::And => ("_&&_", "&&", "logical_and"),
            LogicalOp::Or => ("_||_", "||", "logical_or"),
        };
        let mut before: Option<NodeId> = None;
        if !exists(self.env, function) {
            return self.no_such_operator(symbol, self.ast.span(id), operands);
        }
        let mut sound = true;
        for operand in operands {
            self.check(*operand);
            sound &= self.demand_bool(symbol, *operand, before);
            before = Some(*operand);
        }
        self.refer(id, Reference::Function { name: function.into(), overloads: vec![overload.into()] });
        // What is done with a result that was not meant is no fault of its own.
        if sound { Type::Bool } else { Type::Error }
    }

    /// An environment without the library may lack operators.
    fn no_such_operator(&mut self, symbol: &'static str, span: Span, operands: &[NodeId]) -> Type {
        for operand in operands {
            self.check(*operand);
        }
        let operands = operands.iter().take(2).map(|operand| self.operand(*operand)).collect();
        self.report(CheckKind::NoOperator { op: symbol, operands, meant: None }, span);
        Type::Error
    }

    /// Demands that a node is a bool, and answers whether it is; `before` is the operand before it, which it may have
    /// been meant to repeat.
    pub(super) fn demand_bool(&mut self, of: &str, id: NodeId, before: Option<NodeId>) -> bool {
        self.uses.need(id, self.ast.span(id), Kinds::BOOL);
        let ty = self.type_of(id);
        let fits = self.subst.assign(&ty, &Type::Bool);
        if !fits {
            self.not_bool(of.into(), id, before);
        }
        fits && ty != Type::Error
    }

    /// `tier == "a" || "b"` has the comparison before the bare value.
    fn not_bool(&mut self, of: std::sync::Arc<str>, id: NodeId, before: Option<NodeId>) {
        let operand = self.operand(id);
        let repeated = before.and_then(|before| match self.ast.kind(before) {
            Kind::Binary { op: op @ (BinaryOp::Eq | BinaryOp::Ne), lhs, .. } => {
                let literal = matches!(self.ast.kind(id), Kind::Literal(_));
                Some(format!("{} {} ", names::short_text(self.ast, *lhs)?, op.symbol())).filter(|_| literal)
            }
            _ => None,
        });
        let span = self.ast.span(id);
        let meant =
            repeated.as_ref().zip(operand.text.as_ref()).map(|(start, text)| format!("{start}{text}"));
        let fix = repeated.map(|start| vec![(Span { start: span.start, end: span.start }, start)]);
        self.report_with(CheckKind::NotBool { of, operand, meant }, span, fix);
    }

    pub(super) fn ternary(&mut self, id: NodeId, condition: NodeId, then: NodeId, otherwise: NodeId) -> Type {
        if !exists(self.env, "_?_:_") {
            return self.no_such_operator("?:", self.ast.span(id), &[condition, then, otherwise]);
        }
        self.check(condition);
        self.check(then);
        self.check(otherwise);
        self.demand_bool("?:", condition, None);
        self.refer(id, Reference::Function { name: "_?_:_".into(), overloads: vec!["conditional".into()] });
        let (a, b) = (self.type_of(then), self.type_of(otherwise));
        let result = self.subst.fresh();
        if self.subst.assign_all(&[a.clone(), b.clone()], &[result.clone(), result.clone()]) {
            return self.subst.apply(&result);
        }
        if a.is_numeric() && b.is_numeric() && self.env.typing == Typing::Lenient {
            return Type::Number;
        }
        if !holds_error(&a) && !holds_error(&b) {
            let (then, other) = (self.operand(then), self.operand(otherwise));
            self.report(CheckKind::Branches { then, otherwise: other }, self.ast.span(otherwise));
        }
        Type::Error
    }

    pub(super) fn index(&mut self, id: NodeId, operand: NodeId, index: NodeId, optional: bool) -> Type {
        let ty = self.check(operand);
        let ty = self.subst.apply(&ty);
        self.check(index);
        let key = literals::string(self.ast, index);
        let function = if optional { "_[?_]" } else { "_[_]" };
        let found = match find(self.env, function) {
            Found::Function(set) => self.resolve_call(id, &set, false, &[operand, index]),
            Found::OtherProfile(name) => return self.other_profile(name, None, &[], self.ast.span(index)),
            Found::Nothing => None,
        };
        if let Some(key) = &key {
            self.uses.member(id, operand, key, self.ast.span(id));
        }
        if found.is_some() && !optional {
            self.negative_index(id, operand, index);
        }
        match (found, ty.unwrapped(), key) {
            (Some(_), Type::Record(record), Some(key)) if !optional => {
                self.record_field(operand, record, self.ast.span(index), &key, true)
            }
            (Some(ty), ..) => ty,
            (None, ..) => {
                let operands = vec![self.operand(operand), self.operand(index)];
                if !operands.iter().any(|o| holds_error(&o.ty)) {
                    let span = self.ast.span(index);
                    self.report(CheckKind::NoOperator { op: "[]", operands, meant: None }, span);
                }
                Type::Error
            }
        }
    }
}

impl Checker<'_> {
    /// `list[-1]` and its like, whole at `id`: other languages count from the end, CEL does not.
    pub(super) fn negative_index(&mut self, id: NodeId, list: NodeId, index: NodeId) {
        let ty = self.type_of(list);
        let (Some(Literal::Int(number @ ..0)), Type::List(_)) =
            (literals::literal(self.ast, index), ty.unwrapped())
        else {
            return;
        };
        let number = *number;
        let has_last =
            self.env.functions.iter().any(|f| f.member && *f.name == *"last" && *f.params == [ty.clone()]);
        let meant = names::short_text(self.ast, list).map(|text| match number {
            -1 if has_last => format!("{text}.last()"),
            _ => format!("{text}[size({text}) - {}]", number.unsigned_abs()),
        });
        let fix = meant.clone().map(|meant| vec![(self.ast.span(id), meant)]);
        let kind = CheckKind::NegativeIndex { index: number, meant, last: number == -1 };
        self.report_with(kind, self.ast.span(index), fix);
    }
}

/// Whether a number that may be int or double is in the type. As deep as a type nests.
fn holds_number(ty: &Type) -> bool {
    any_part(ty, &|t| *t == Type::Number)
}

pub(super) fn holds_error(ty: &Type) -> bool {
    any_part(ty, &|t| *t == Type::Error)
}

fn any_part(ty: &Type, is: &dyn Fn(&Type) -> bool) -> bool {
    is(ty)
        || match ty {
            Type::List(t) | Type::Optional(t) | Type::Wrapper(t) | Type::Type(t) => any_part(t, is),
            Type::Map(k, v) => any_part(k, is) || any_part(v, is),
            Type::Opaque(_, params) => params.iter().any(|p| any_part(p, is)),
            _ => false,
        }
}

fn is_ordering(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge)
}

fn is_relation(op: BinaryOp) -> bool {
    is_ordering(op) || matches!(op, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::In)
}

/// The function that an operator is.
fn function(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Eq => "_==_",
        BinaryOp::Ne => "_!=_",
        BinaryOp::Lt => "_<_",
        BinaryOp::Le => "_<=_",
        BinaryOp::Gt => "_>_",
        BinaryOp::Ge => "_>=_",
        BinaryOp::In => "@in",
        BinaryOp::Add => "_+_",
        BinaryOp::Sub => "_-_",
        BinaryOp::Mul => "_*_",
        BinaryOp::Div => "_/_",
        BinaryOp::Rem => "_%_",
    }
}
