//! What is begun and waits for its end: the parser's stack.

use crate::cel::Span;
use crate::cel::ast::{BinaryOp, Element, FieldInit, LogicalOp, MapEntry, Name, NodeId, UnaryOp};

/// Something begun. `usize`s are handles of issues whose fix is known only at the end.
pub(super) enum Frame {
    /// A run of `!` or of `-`; `odd` unless its length undoes it.
    Prefix { op: UnaryOp, span: Span, odd: bool, issue: Option<usize> },
    /// The word `not`.
    WordNot { span: Span, issue: usize },
    /// A relation or arithmetic; with an issue, `not in`.
    Binary { op: BinaryOp, op_span: Span, lhs: NodeId, not_in: Option<usize> },
    /// A method written as an operator: `a contains b`.
    Infix { method: &'static str, negated: bool, span: Span, lhs: NodeId, issue: usize },
    /// `a && b &&`
    Logical { op: LogicalOp, operands: Vec<NodeId>, op_spans: Vec<Span> },
    /// `a ?`; with an issue if it stands unparenthesized between another `?` and its `:`.
    Then { condition: NodeId, question: Span, issue: Option<usize> },
    /// `a ? b :`
    Else { condition: NodeId, then: NodeId, question: Span, issue: Option<usize> },
    /// An open bracket.
    Bracket(Bracket),
}

/// An open bracket.
pub(super) struct Bracket {
    pub(super) open: Span,
    pub(super) kind: BracketKind,
}

/// What a bracket holds so far.
pub(super) enum BracketKind {
    /// `(`; items only if there were commas, which CEL does not allow.
    Group { items: Vec<NodeId> },
    /// `[`
    List { elements: Vec<Element>, optional: bool },
    /// `{a, b`, which CEL does not have.
    Set { items: Vec<NodeId> },
    /// `{`
    Map { entries: Vec<MapEntry>, key: Option<NodeId>, optional: bool },
    /// `Type{`
    Struct { type_name: Name, fields: Vec<FieldInit>, field: Option<Name>, optional: bool },
    /// `operand[`
    Index { operand: NodeId, optional: bool },
    /// `name(`
    Args { callee: Callee, args: Vec<NodeId> },
    /// `${` or `{{`; `closed` is where the first of two closing braces stands.
    Template { issue: usize, closed: Option<Span> },
}

/// What is called.
pub(super) enum Callee {
    Function {
        name: Name,
        leading_dot: Option<Span>,
    },
    Method {
        name: Name,
        target: NodeId,
    },
    /// What cannot be called, from here; reported.
    Nothing {
        start: Span,
    },
}

/// How tightly the parts of the grammar bind.
pub(super) mod level {
    pub(in super::super) const TERNARY: u8 = 1;
    pub(in super::super) const OR: u8 = 2;
    pub(in super::super) const AND: u8 = 3;
    pub(in super::super) const WORD_NOT: u8 = 4;
    pub(in super::super) const RELATION: u8 = 5;
    pub(in super::super) const PREFIX: u8 = 8;
}

impl Frame {
    pub(super) fn level(&self) -> u8 {
        match self {
            Frame::Bracket(_) => 0,
            Frame::Then { .. } | Frame::Else { .. } => level::TERNARY,
            Frame::Logical { op: LogicalOp::Or, .. } => level::OR,
            Frame::Logical { op: LogicalOp::And, .. } => level::AND,
            Frame::WordNot { .. } => level::WORD_NOT,
            Frame::Infix { .. } => level::RELATION,
            Frame::Binary { op, .. } => level_of(*op),
            Frame::Prefix { .. } => level::PREFIX,
        }
    }
}

pub(super) fn level_of(op: BinaryOp) -> u8 {
    level::RELATION - 1 + op.tightness()
}

impl BracketKind {
    pub(super) fn closer(&self) -> &'static str {
        match self {
            BracketKind::Group { .. } | BracketKind::Args { .. } => ")",
            BracketKind::List { .. } | BracketKind::Index { .. } => "]",
            BracketKind::Set { .. } => "}",
            BracketKind::Map { .. } | BracketKind::Struct { .. } | BracketKind::Template { .. } => "}",
        }
    }
}
