//! What people write who know another language better than CEL.

use super::frame::{Frame, level};
use super::{Parser, State, Step};
use crate::cel::Span;
use crate::cel::ast::{BinaryOp, Kind, Literal, LogicalOp, NodeId};
use crate::cel::errors::{Issue, IssueKind, SyntaxKind};
use crate::cel::lexer::{Token, TokenKind, Wrong};

/// What a word in the place of an operator was meant to be.
#[derive(Clone, Copy)]
enum Word {
    Op(BinaryOp),
    Logical(LogicalOp),
    Method(&'static str),
    Between,
    If,
}

fn word(text: &str) -> Option<Word> {
    Some(match text.to_ascii_lowercase().as_str() {
        "and" => Word::Logical(LogicalOp::And),
        "or" => Word::Logical(LogicalOp::Or),
        "is" | "eq" | "equals" => Word::Op(BinaryOp::Eq),
        "ne" | "neq" => Word::Op(BinaryOp::Ne),
        "lt" => Word::Op(BinaryOp::Lt),
        "le" | "lte" => Word::Op(BinaryOp::Le),
        "gt" => Word::Op(BinaryOp::Gt),
        "ge" | "gte" => Word::Op(BinaryOp::Ge),
        "in" => Word::Op(BinaryOp::In),
        "mod" => Word::Op(BinaryOp::Rem),
        "div" => Word::Op(BinaryOp::Div),
        "contains" | "has" | "includes" => Word::Method("contains"),
        "startswith" | "starts_with" => Word::Method("startsWith"),
        "endswith" | "ends_with" => Word::Method("endsWith"),
        "matches" | "regexp" | "rlike" => Word::Method("matches"),
        "like" | "ilike" => Word::Method("matches"),
        "between" => Word::Between,
        "if" | "unless" | "then" | "else" | "elsif" | "elif" => Word::If,
        _ => return None,
    })
}

/// True for tokens that a value begins with.
pub(super) fn starts_operand(kind: &TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Literal(_)
            | TokenKind::Int(_)
            | TokenKind::Name
            | TokenKind::Quoted
            | TokenKind::LParen
            | TokenKind::LBracket
            | TokenKind::LBrace
            | TokenKind::Dot
            | TokenKind::Minus
            | TokenKind::Not
            | TokenKind::Template
            | TokenKind::Bad
    )
}

/// True for what can follow a name only if that name was meant as an operator.
pub(super) fn follows_word(kind: &TokenKind) -> bool {
    matches!(kind, TokenKind::Literal(_) | TokenKind::Int(_) | TokenKind::Name | TokenKind::Not)
}

/// True for operators that need a value before them.
pub(super) fn is_binary(kind: &TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Op(_)
            | TokenKind::Logical(_)
            | TokenKind::Wrong(_)
            | TokenKind::Question
            | TokenKind::Colon
    )
}

/// True for what ends an expression.
pub(super) fn closes(kind: &TokenKind) -> bool {
    matches!(kind, TokenKind::RParen | TokenKind::RBracket | TokenKind::RBrace | TokenKind::Comma)
}

impl Parser<'_> {
    /// Joins an operator that was written with a space inside it: `> =`, `& &`, `! =`.
    pub(super) fn split_operator(&mut self) -> bool {
        let begins = matches!(
            self.kind(),
            TokenKind::Wrong(_) | TokenKind::Not | TokenKind::Op(BinaryOp::Lt | BinaryOp::Gt)
        );
        if !begins {
            return false;
        }
        let (first, second) = (self.span(), self.span_at(1));
        let joined = match (self.source(first), self.source(second)) {
            ("=", "=") => ("==", TokenKind::Op(BinaryOp::Eq)),
            ("!", "=") => ("!=", TokenKind::Op(BinaryOp::Ne)),
            ("<", "=") => ("<=", TokenKind::Op(BinaryOp::Le)),
            (">", "=") => (">=", TokenKind::Op(BinaryOp::Ge)),
            ("&", "&") => ("&&", TokenKind::Logical(LogicalOp::And)),
            ("|", "|") => ("||", TokenKind::Logical(LogicalOp::Or)),
            _ => return false,
        };
        let (operator, kind) = joined;
        let span = first.to(second);
        self.issues.add(Issue::new(SyntaxKind::SplitOperator { operator }, span).fix_by(operator));
        self.advance();
        if let Some(token) = self.tokens.get_mut(self.pos) {
            *token = Token { kind, span };
        }
        true
    }

    /// `list.exists(m => p)`, in the ways of several languages: the arrow becomes a comma.
    pub(super) fn lambda(&mut self, value: NodeId) -> bool {
        const LOOPS: &[&str] =
            &["all", "any", "every", "exists", "exists_one", "existsOne", "filter", "find", "map", "some"];
        let span = self.span();
        let arrow = self.source(span);
        let name = self.method_begun().map(|name| &name.text);
        let Some(name) = name.filter(|n| matches!(arrow, "=>" | "->" | ":") && LOOPS.contains(&&***n)) else {
            return false;
        };
        let name = name.to_string();
        if !matches!(self.node_kind(value), Kind::Ident { .. }) {
            return false;
        }
        // The space before the arrow goes with it.
        let gap = Span { start: self.outer(value).end, end: span.end };
        let issue = Issue::new(SyntaxKind::Lambda { arrow: arrow.to_owned(), name }, span);
        self.issues.add(issue.fix_with(vec![(gap, ",".to_owned())]));
        if let Some(token) = self.tokens.get_mut(self.pos) {
            token.kind = TokenKind::Comma;
        }
        true
    }

    /// An operator of another language.
    pub(super) fn wrong_operator(&mut self, value: NodeId, wrong: Wrong) -> Step {
        let span = self.span();
        let wrote = self.source(span).to_owned();
        match wrong {
            Wrong::Op(op) => {
                let kind = SyntaxKind::WrongOperator { wrote, right: op.symbol() };
                self.issues.add(Issue::new(kind, span).fix_by(op.symbol()));
                self.binary(value, op)
            }
            Wrong::Logical(op) => {
                let kind = SyntaxKind::WrongOperator { wrote, right: op.symbol() };
                self.issues.add(Issue::new(kind, span).fix_by(op.symbol()));
                self.logical(value, op)
            }
            Wrong::Minus => {
                let kind = SyntaxKind::WrongOperator { wrote, right: "-" };
                self.issues.add(Issue::new(kind, span).fix_by("-"));
                self.binary(value, BinaryOp::Sub)
            }
            Wrong::Matches(negated) => {
                self.advance();
                self.infix(value, "matches", negated, span)
            }
            Wrong::Not => self.unexpected(value),
            Wrong::Range => {
                let meant = self.range_meant(value);
                self.report(SyntaxKind::Range { meant }, span);
                self.skip_to_sync();
                Ok(State::Operator(self.spoil(value)?))
            }
            Wrong::Nothing => {
                self.advance();
                self.report(SyntaxKind::UnknownOperator { wrote }, span);
                self.skip_to_sync();
                Ok(State::Operator(self.spoil(value)?))
            }
        }
    }

    /// True at `++` and `--`.
    pub(super) fn doubled_sign(&self) -> bool {
        self.kind() == self.kind_at(1) && self.span().end == self.span_at(1).start
    }

    /// `x++`, `x--` and `++x`, which change a variable elsewhere: the sign is taken, the value stays.
    pub(super) fn counting(&mut self) {
        let span = self.advance().to(self.advance());
        let wrote = self.source(span).to_owned();
        self.report(SyntaxKind::UnknownOperator { wrote }, span);
    }

    /// What `x in low..high` was meant to be, or `x in [low..high]`, where `value` is `low`.
    fn range_meant(&self, value: NodeId) -> Option<String> {
        const MOST: usize = 60;
        let of = self.frames.iter().rev().find(|f| !matches!(f, Frame::Bracket(_)))?;
        let Frame::Binary { op: BinaryOp::In, lhs, .. } = of else { return None };
        let number = |kind: &TokenKind| matches!(kind, TokenKind::Int(_) | TokenKind::Literal(_));
        if !number(self.kind_at(1)) {
            return None;
        }
        let (name, low) = (self.source(self.outer(*lhs)), self.source(self.outer(value)));
        let below = if self.source(self.span()) == "..<" { "<" } else { "<=" };
        let meant = format!("{name} >= {low} && {name} {below} {}", self.source(self.span_at(1)));
        (meant.len() <= MOST && !meant.contains('\n')).then_some(meant)
    }

    fn infix(&mut self, value: NodeId, method: &'static str, negated: bool, span: Span) -> Step {
        let wrote = self.source(span).to_owned();
        let issue = self.report(SyntaxKind::InfixMethod { wrote, method }, span);
        let lhs = self.reduce(value, level::RELATION)?;
        self.frames.push(Frame::Infix { method, negated, span, lhs, issue });
        Ok(State::Operand)
    }

    /// A name where an operator must stand.
    pub(super) fn word_operator(&mut self, value: NodeId) -> Step {
        let span = self.span();
        let text = self.source(span);
        let next = self.kind_at(1);
        if text.eq_ignore_ascii_case("not") && next == &TokenKind::Op(BinaryOp::In) {
            return self.not_in(value);
        }
        let Some(word) = word(text).filter(|_| starts_operand(next) && !self.faulty(value)) else {
            return self.unexpected(value);
        };
        match word {
            Word::Op(op) => {
                self.advance();
                let negated =
                    text.eq_ignore_ascii_case("is") && self.source(self.span()).eq_ignore_ascii_case("not");
                let (op, op_span) =
                    if negated { (BinaryOp::Ne, span.to(self.advance())) } else { (op, span) };
                let wrote = self.source(op_span).to_owned();
                let kind = SyntaxKind::WrongOperator { wrote, right: op.symbol() };
                self.issues.add(Issue::new(kind, op_span).fix_by(op.symbol()));
                self.push_binary(value, op, op_span, None)
            }
            Word::Logical(op) => {
                self.advance();
                let kind = SyntaxKind::WrongOperator { wrote: text.to_owned(), right: op.symbol() };
                self.issues.add(Issue::new(kind, span).fix_by(op.symbol()));
                self.push_logical(value, op, span)
            }
            Word::Method(method) => {
                self.advance();
                self.infix(value, method, false, span)
            }
            Word::Between => {
                self.report(SyntaxKind::Between, span);
                self.skip_to_sync();
                Ok(State::Operator(self.spoil(value)?))
            }
            Word::If => {
                self.report(SyntaxKind::IfExpression, span);
                self.skip_to_close();
                Ok(State::Operator(self.spoil(value)?))
            }
        }
    }

    /// Anything else where an operator must stand.
    pub(super) fn unexpected(&mut self, value: NodeId) -> Step {
        let span = self.span();
        let found = self.source(span).to_owned();
        let before = self.last_span();
        let adjacent = before.end == span.start;
        let is_string = matches!(self.kind(), TokenKind::Literal(Literal::String(_)));
        let prefix = matches!(self.node_kind(value), Kind::Ident { .. }) && is_string && adjacent;
        // A token may stand between the value and this one: what was wrong with it is said.
        let empty = matches!(self.source(before), "''" | "\"\"")
            && matches!(self.node_kind(value), Kind::Literal(Literal::String(t)) if t.value.is_empty());
        if prefix {
            return self.string_prefix(value, before);
        }
        if empty && adjacent {
            return self.doubled_quotes(value, before);
        }
        let kind = if adjacent && found.starts_with('.') && matches!(self.kind(), TokenKind::Literal(_)) {
            SyntaxKind::IndexAfterDot { found: found.trim_start_matches('.').to_owned() }
        } else {
            let in_list = self.in_list();
            SyntaxKind::MissingOperator { found: found.clone(), in_list }
        };
        let index = matches!(kind, SyntaxKind::IndexAfterDot { .. });
        // `'it's'`: the quote that never closes has been reported, and is the one fault.
        let opens = span.start..=span.end;
        let unclosed = self.issues.any(|issue| {
            matches!(issue.kind, IssueKind::Syntax(SyntaxKind::UnterminatedString { .. }))
                && opens.contains(&issue.span.start)
        });
        if !unclosed && !self.faulty(value) {
            let issue = Issue::new(kind, span);
            let digits = found.trim_start_matches('.');
            self.issues.add(if index && digits.bytes().all(|b| b.is_ascii_digit()) {
                issue.fix_by(&format!("[{digits}]"))
            } else {
                issue
            });
        }
        if index {
            self.advance();
        } else {
            // One token at least, so that there is an end to it.
            self.skip_one();
            self.skip_to_sync();
        }
        Ok(State::Operator(self.spoil(value)?))
    }

    /// `f"text"`; the value is the `f`.
    fn string_prefix(&mut self, value: NodeId, span: Span) -> Step {
        let prefix = self.source(span).to_owned();
        let right = match prefix.to_ascii_lowercase().as_str() {
            "rb" => Some("br"),
            "u" => Some(""),
            _ => None,
        };
        let issue = Issue::new(SyntaxKind::StringPrefix { prefix }, span);
        self.issues.add(match right {
            Some(right) => issue.fix_by(right),
            None => issue,
        });
        self.advance();
        Ok(State::Operator(self.spoil(value)?))
    }

    /// `''text''`; the value is the first pair of quotes.
    fn doubled_quotes(&mut self, value: NodeId, open: Span) -> Step {
        let quotes = self.source(open);
        let quote: String = quotes.chars().take(1).collect();
        let issue = Issue::new(SyntaxKind::DoubledQuotes { quote: quote.clone() }, open);
        let line = self.source(Span::new(open.end as usize, self.text.len())).lines().next().unwrap_or("");
        let close = line.find(quotes).map(|at| {
            let start = open.end as usize + at;
            Span::new(start, start + quotes.len())
        });
        let Some(close) = close else {
            self.issues.add(issue);
            self.skip_one();
            self.skip_to_sync();
            return Ok(State::Operator(self.spoil(value)?));
        };
        self.issues.add(issue.fix_with(vec![(open, quote.clone()), (close, quote)]));
        while self.kind() != &TokenKind::End && self.span().start < close.end {
            self.advance();
        }
        Ok(State::Operator(self.spoil(value)?))
    }

    /// Skips a token, or a bracket as a whole.
    fn skip_one(&mut self) {
        if matches!(
            self.kind(),
            TokenKind::LBrace | TokenKind::Template | TokenKind::LParen | TokenKind::LBracket
        ) {
            return self.skip_to_sync();
        }
        self.advance();
    }
}
