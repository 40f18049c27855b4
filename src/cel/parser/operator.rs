//! Where a value is read, and an operator may come or something may end.

use super::frame::{BracketKind, Callee, Frame, level, level_of};
use super::hints::starts_operand;
use super::{Parser, State, Step, Stop};
use crate::cel::Span;
use crate::cel::ast::{BinaryOp, Kind, LogicalOp, Name, NodeId, UnaryOp};
use crate::cel::errors::{Issue, SyntaxKind, label};
use crate::cel::lexer::TokenKind;

impl Parser<'_> {
    pub(super) fn operator(&mut self, value: NodeId) -> Step {
        if self.split_operator() {
            return self.operator(value);
        }
        if self.lambda(value) {
            return self.comma(value);
        }
        match *self.kind() {
            TokenKind::Dot => self.member(value),
            TokenKind::LBracket => {
                self.open(BracketKind::Index { operand: value, optional: false })?;
                if self.kind() == &TokenKind::Question {
                    self.optional_marker("[?", self.last_span().to(self.span()));
                    self.set_optional();
                }
                Ok(State::Operand)
            }
            TokenKind::LParen => {
                let start = self.outer(value);
                if !self.faulty(value) {
                    let kind = SyntaxKind::NotCallable { what: self.source(start).to_owned() };
                    self.report(kind, self.span());
                }
                self.strays = true;
                self.open(BracketKind::Args { callee: Callee::Nothing { start }, args: Vec::new() })
            }
            TokenKind::Minus | TokenKind::Op(BinaryOp::Add)
                if self.doubled_sign() && !starts_operand(self.kind_at(2)) =>
            {
                self.counting();
                Ok(State::Operator(value))
            }
            TokenKind::Minus => self.binary(value, BinaryOp::Sub),
            TokenKind::Op(op) => self.binary(value, op),
            TokenKind::Logical(op) => self.logical(value, op),
            TokenKind::Question => self.question(value),
            TokenKind::Colon => self.colon(value),
            TokenKind::Comma => self.comma(value),
            TokenKind::RParen | TokenKind::RBracket | TokenKind::RBrace => self.close(value),
            TokenKind::Semicolon => self.semicolon(value),
            TokenKind::End => self.end(value),
            TokenKind::Wrong(wrong) => self.wrong_operator(value, wrong),
            TokenKind::Not if self.kind_at(1) == &TokenKind::Op(BinaryOp::In) => self.not_in(value),
            TokenKind::Name => self.word_operator(value),
            TokenKind::Bad => {
                self.advance();
                self.skip_to_sync();
                Ok(State::Operator(self.spoil(value)?))
            }
            _ => self.unexpected(value),
        }
    }

    pub(super) fn binary(&mut self, value: NodeId, op: BinaryOp) -> Step {
        let op_span = self.advance();
        self.push_binary(value, op, op_span, None)
    }

    pub(super) fn push_binary(
        &mut self,
        value: NodeId,
        op: BinaryOp,
        op_span: Span,
        not_in: Option<usize>,
    ) -> Step {
        let lhs = self.reduce(value, level_of(op))?;
        self.frames.push(Frame::Binary { op, op_span, lhs, not_in });
        Ok(State::Operand)
    }

    pub(super) fn logical(&mut self, value: NodeId, op: LogicalOp) -> Step {
        let span = self.advance();
        self.push_logical(value, op, span)
    }

    pub(super) fn push_logical(&mut self, value: NodeId, op: LogicalOp, span: Span) -> Step {
        let tighter = match op {
            LogicalOp::And => level::AND + 1,
            LogicalOp::Or => level::OR + 1,
        };
        let value = self.reduce(value, tighter)?;
        match self.frames.last_mut() {
            Some(Frame::Logical { op: begun, operands, op_spans }) if *begun == op => {
                operands.push(value);
                op_spans.push(span);
            }
            _ => self.frames.push(Frame::Logical { op, operands: vec![value], op_spans: vec![span] }),
        }
        Ok(State::Operand)
    }

    fn question(&mut self, value: NodeId) -> Step {
        let question = self.advance();
        let condition = self.reduce(value, level::OR)?;
        // `a ? b ? c : d : e` needs parentheses; behind the colon a ternary may stand as it is.
        let issue = match self.frames.last() {
            Some(Frame::Then { question: outer, .. }) => {
                let outer = *outer;
                let issue = Issue::new(SyntaxKind::NestedTernary, question);
                Some(self.issues.add(issue.also(outer, label::OUTER_TERNARY)))
            }
            _ => None,
        };
        self.frames.push(Frame::Then { condition, question, issue });
        Ok(State::Operand)
    }

    fn colon(&mut self, value: NodeId) -> Step {
        let mut value = self.reduce(value, level::OR)?;
        while let Some(frame) = self.frames.pop_if(|f| matches!(f, Frame::Else { .. })) {
            value = self.build(frame, value)?;
        }
        match self.frames.pop() {
            Some(Frame::Then { condition, question, issue }) => {
                self.advance();
                self.frames.push(Frame::Else { condition, then: value, question, issue });
                return Ok(State::Operand);
            }
            Some(Frame::Bracket(mut bracket)) => {
                let awaited = match &mut bracket.kind {
                    BracketKind::Map { key: key @ None, .. } => {
                        *key = Some(value);
                        true
                    }
                    _ => false,
                };
                self.frames.push(Frame::Bracket(bracket));
                if awaited {
                    self.advance();
                    return Ok(State::Operand);
                }
            }
            Some(other) => self.frames.push(other),
            None => {}
        }
        let span = self.advance();
        if !self.faulty(value) {
            let issue = Issue::new(SyntaxKind::StrayColon, span);
            let compares = matches!(self.node_kind(value), Kind::Ident { .. } | Kind::Select { .. })
                && matches!(self.kind(), TokenKind::Literal(_) | TokenKind::Int(_));
            self.issues.add(if compares && !self.at_bracket() { issue.fix_by(" ==") } else { issue });
        }
        self.skip_to_sync();
        Ok(State::Operator(self.spoil(value)?))
    }

    fn semicolon(&mut self, value: NodeId) -> Step {
        let span = self.advance();
        let last = matches!(self.kind(), TokenKind::End);
        let issue = Issue::new(SyntaxKind::Semicolon, span);
        self.issues.add(if last { issue.fix_by("") } else { issue });
        self.skip_to_close();
        Ok(State::Operator(value))
    }

    /// Ends everything that binds at least as tightly as `least`.
    pub(super) fn reduce(&mut self, mut value: NodeId, least: u8) -> Result<NodeId, Stop> {
        while let Some(frame) = self.frames.pop_if(|f| f.level() >= least) {
            value = self.build(frame, value)?;
        }
        Ok(value)
    }

    /// The node of a frame whose last part is `value`.
    fn build(&mut self, frame: Frame, value: NodeId) -> Result<NodeId, Stop> {
        let right = self.outer(value);
        match frame {
            Frame::Prefix { op, span, odd, issue } => {
                if let Some(issue) = issue {
                    self.issues.amend(issue, wrap(span.to(right), "("));
                }
                if !odd {
                    self.widen(value, span);
                    return Ok(value);
                }
                self.node(Kind::Unary { op, op_span: span, operand: value }, span.to(right))
            }
            Frame::WordNot { span, issue } => {
                let simple = self.binds_tightest(value);
                let gap = Span { start: span.start, end: right.start };
                let edits = if simple {
                    vec![(gap, "!".to_owned())]
                } else {
                    vec![(gap, "!(".to_owned()), (after(right), ")".to_owned())]
                };
                self.issues.amend(issue, edits);
                self.node(Kind::Unary { op: UnaryOp::Not, op_span: span, operand: value }, span.to(right))
            }
            Frame::Binary { op, op_span, lhs, not_in } => {
                let span = self.outer(lhs).to(right);
                let node = self.node(Kind::Binary { op, op_span, lhs, rhs: value }, span)?;
                let Some(issue) = not_in else { return Ok(node) };
                let mut edits = wrap(span, "!(");
                edits.insert(1, (op_span, "in".to_owned()));
                self.issues.amend(issue, edits);
                self.node(Kind::Unary { op: UnaryOp::Not, op_span, operand: node }, span)
            }
            Frame::Infix { method, negated, span, lhs, issue } => {
                let left = self.outer(lhs);
                let simple = self.binds_tightest(lhs);
                let mut edits = Vec::new();
                let before = match (negated, simple) {
                    (true, true) => "!",
                    (true, false) => "!(",
                    (false, true) => "",
                    (false, false) => "(",
                };
                if !before.is_empty() {
                    edits.push((Span { end: left.start, ..left }, before.to_owned()));
                }
                let gap = Span { start: left.end, end: right.start };
                edits.push((gap, format!("{}.{method}(", if simple { "" } else { ")" })));
                edits.push((after(right), ")".to_owned()));
                // The text behind `like` is no pattern.
                if !self.source(span).to_ascii_lowercase().ends_with("like") {
                    self.issues.amend(issue, edits);
                }
                let function = Name { text: method.into(), span };
                let whole = left.to(right);
                let kind = Kind::Call { function, target: Some(lhs), args: vec![value], leading_dot: false };
                let call = self.node(kind, whole)?;
                if !negated {
                    return Ok(call);
                }
                self.node(Kind::Unary { op: UnaryOp::Not, op_span: span, operand: call }, whole)
            }
            Frame::Logical { op, mut operands, op_spans } => {
                let left = operands.first().map_or(right, |first| self.outer(*first));
                operands.push(value);
                self.node(Kind::Logical { op, operands, op_spans }, left.to(right))
            }
            Frame::Then { condition, question, .. } => {
                let after_question = self.text.get(question.end as usize..).unwrap_or("");
                if after_question.starts_with('.') {
                    let span = Span { end: question.end + 1, ..question };
                    let issue = Issue::new(SyntaxKind::OptionalChaining, span);
                    self.issues.add(if self.options.optional_syntax { issue.fix_by(".?") } else { issue });
                } else if !self.issues.cut && !self.faulty(condition) {
                    let issue = Issue::new(SyntaxKind::MissingElse, self.span());
                    self.issues.add(issue.also(question, label::TERNARY_BEGINS));
                }
                self.strays = true;
                self.error(self.outer(condition).to(right))
            }
            Frame::Else { condition, then, question, issue } => {
                let span = self.outer(condition).to(right);
                if let Some(issue) = issue {
                    self.issues.amend(issue, wrap(span, "("));
                }
                let kind = Kind::Ternary { condition, then, otherwise: value, question_span: question };
                self.node(kind, span)
            }
            // Brackets end by their closing bracket only; `reduce` never takes one.
            Frame::Bracket(bracket) => {
                self.frames.push(Frame::Bracket(bracket));
                Ok(value)
            }
        }
    }

    /// True for what a `.` or `!` may stand at without parentheses.
    pub(super) fn binds_tightest(&self, id: NodeId) -> bool {
        let Some(node) = self.nodes.get(id.index()) else { return false };
        let loose = matches!(
            node.kind,
            Kind::Unary { .. }
                | Kind::Binary { .. }
                | Kind::Logical { .. }
                | Kind::Ternary { .. }
                | Kind::Error
        );
        !loose || node.outer != node.span
    }
}

/// The empty place behind a span.
pub(super) fn after(span: Span) -> Span {
    Span { start: span.end, end: span.end }
}

/// Edits that put parentheses around a span.
pub(super) fn wrap(span: Span, open: &str) -> Vec<(Span, String)> {
    vec![(Span { end: span.start, ..span }, open.to_owned()), (after(span), ")".to_owned())]
}
