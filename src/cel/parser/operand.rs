//! Where a value must come.

use super::frame::{BracketKind, Frame};
use super::hints::{self, starts_operand};
use super::{Parser, State, Step, Stop};
use crate::cel::Span;
use crate::cel::ast::{BinaryOp, Kind, Literal, NodeId, UnaryOp};
use crate::cel::errors::{Issue, SyntaxKind, label};
use crate::cel::lexer::{TokenKind, Wrong};

impl Parser<'_> {
    pub(super) fn operand(&mut self) -> Step {
        if let Some(state) = self.element_start()? {
            return Ok(state);
        }
        match *self.kind() {
            TokenKind::Literal(ref literal) => {
                let literal = literal.clone();
                let span = self.advance();
                Ok(State::Operator(self.node(Kind::Literal(literal), span)?))
            }
            TokenKind::Int(value) => {
                let span = self.advance();
                Ok(State::Operator(self.int(value, false, span)?))
            }
            TokenKind::Name => self.name(None),
            TokenKind::Dot => self.leading_dot(),
            TokenKind::LParen => self.open(BracketKind::Group { items: Vec::new() }),
            TokenKind::LBracket => self.open(BracketKind::List { elements: Vec::new(), optional: false }),
            TokenKind::LBrace => {
                self.open(BracketKind::Map { entries: Vec::new(), key: None, optional: false })
            }
            TokenKind::Template => {
                let issue = self.report(SyntaxKind::Template, self.span());
                self.open(BracketKind::Template { issue, closed: None })
            }
            TokenKind::Minus => self.prefix(UnaryOp::Neg),
            TokenKind::Not => self.prefix(UnaryOp::Not),
            TokenKind::Wrong(Wrong::Minus) => self.wrong_prefix(UnaryOp::Neg),
            TokenKind::Wrong(Wrong::Not) => self.wrong_prefix(UnaryOp::Not),
            TokenKind::Op(BinaryOp::Add) if starts_operand(self.kind_at(1)) => {
                let span = self.advance();
                let away = vec![(self.with_space(span), String::new())];
                self.issues.add(Issue::new(SyntaxKind::UnaryPlus, span).fix_with(away));
                Ok(State::Operand)
            }
            TokenKind::Op(BinaryOp::Add) if self.doubled_sign() && starts_operand(self.kind_at(2)) => {
                self.counting();
                Ok(State::Operand)
            }
            TokenKind::Quoted => {
                let span = self.advance();
                let text = self.source(span).trim_matches('`').to_owned();
                self.issues.add(Issue::new(SyntaxKind::QuotedNameHere { text }, span));
                Ok(State::Operator(self.error(span)?))
            }
            TokenKind::Bad => {
                let span = self.advance();
                Ok(State::Operator(self.error(span)?))
            }
            _ => self.missing(),
        }
    }

    /// An `int` literal from the digits of its token; `span` holds its sign, too.
    fn int(&mut self, digits: Option<u64>, negative: bool, span: Span) -> Result<NodeId, Stop> {
        let value = digits.and_then(|n| {
            let n = i128::from(n);
            i64::try_from(if negative { -n } else { n }).ok()
        });
        match value {
            Some(value) => self.node(Kind::Literal(Literal::Int(value)), span),
            None => {
                let text = self.source(span).to_owned();
                self.report(SyntaxKind::IntOutOfRange { text }, span);
                self.error(span)
            }
        }
    }

    /// A run of `!` or of `-`. A single `-` before a number is part of the number.
    fn prefix(&mut self, op: UnaryOp) -> Step {
        let start = self.span();
        let token = self.kind().clone();
        let mut count = 0usize;
        while self.kind() == &token {
            self.advance();
            count += 1;
        }
        let span = start.to(self.last_span());
        if op == UnaryOp::Neg && count == 1 {
            match *self.kind() {
                TokenKind::Int(digits) => {
                    let span = span.to(self.advance());
                    return Ok(State::Operator(self.int(digits, true, span)?));
                }
                TokenKind::Literal(Literal::Double(value)) => {
                    let span = span.to(self.advance());
                    return Ok(State::Operator(self.node(Kind::Literal(Literal::Double(-value)), span)?));
                }
                _ => {}
            }
        }
        // The grammar has `!` and `-` before a value, not before each other.
        let issue = match self.frames.last() {
            Some(Frame::Prefix { op: outer, .. }) => {
                let kind = SyntaxKind::MixedPrefixes { outer: outer.symbol(), inner: op.symbol() };
                Some(self.report(kind, span))
            }
            _ => None,
        };
        self.frames.push(Frame::Prefix { op, span, odd: count % 2 == 1, issue });
        Ok(State::Operand)
    }

    /// `−` and `¬`.
    fn wrong_prefix(&mut self, op: UnaryOp) -> Step {
        let span = self.advance();
        let wrote = self.source(span).to_owned();
        let kind = SyntaxKind::WrongOperator { wrote, right: op.symbol() };
        self.issues.add(Issue::new(kind, span).fix_by(op.symbol()));
        if let (UnaryOp::Neg, TokenKind::Int(digits)) = (op, self.kind()) {
            let digits = *digits;
            let span = span.to(self.advance());
            return Ok(State::Operator(self.int(digits, true, span)?));
        }
        self.frames.push(Frame::Prefix { op, span, odd: true, issue: None });
        Ok(State::Operand)
    }

    /// Something stands here that no value begins with.
    fn missing(&mut self) -> Step {
        let (span, last) = (self.span(), self.last_span());
        let (found, before) = (self.source(span).to_owned(), self.source(last).to_owned());
        let here = Span { end: span.start, ..span };
        let operator_before = self.pos > 0 && !self.at_bracket_start();
        if matches!(self.kind(), TokenKind::End) {
            if !self.issues.cut {
                // Where the text breaks off is one fault, however much is open.
                self.issues.cut = true;
                let kind = SyntaxKind::EndsEarly { after: before };
                let mut issue = Issue::new(kind, span).also(last, label::NEEDS_RIGHT);
                if let Some(open) = self.innermost_open() {
                    issue = issue.also(open, label::STILL_OPEN);
                }
                self.issues.add(issue);
            }
            return Ok(State::Operator(self.error(here)?));
        }
        let twice = found == before && hints::is_binary(self.kind());
        if operator_before && (twice || matches!(self.kind(), TokenKind::Wrong(_))) {
            self.advance();
            let kind = if twice {
                SyntaxKind::DoubledOperator { operator: found }
            } else {
                SyntaxKind::TwoOperators { before, found }
            };
            let away = vec![(self.with_space(span), String::new())];
            self.issues.add(Issue::new(kind, span).fix_with(away));
            return Ok(State::Operand);
        }
        // `in == 3`: taken for a name.
        let next = self.kind_at(1);
        if found == "in" && (!starts_operand(next) || next == &TokenKind::Dot) {
            self.advance();
            self.report(SyntaxKind::ReservedWord { word: found }, span);
            return Ok(State::Operator(self.error(span)?));
        }
        let kind = if before == "?" && found == ":" && last.end == span.start {
            SyntaxKind::Elvis
        } else if operator_before && hints::closes(self.kind()) {
            SyntaxKind::MissingRight { operator: before, found }
        } else if operator_before {
            SyntaxKind::MissingBetween { before, found }
        } else {
            SyntaxKind::MissingLeft { found }
        };
        self.report(kind, span);
        Ok(State::Operator(self.error(here)?))
    }
}
