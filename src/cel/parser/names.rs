//! Names: variables, fields, functions, message types, and words that are reserved.

use super::frame::{BracketKind, Callee, Frame};
use super::hints::{self, starts_operand};
use super::{Parser, State, Step};
use crate::cel::Span;
use crate::cel::ast::{BinaryOp, Kind, Literal, Name, NodeId};
use crate::cel::errors::{Issue, SyntaxKind};
use crate::cel::lexer::TokenKind;

/// Words that CEL keeps for itself and its hosts. They may stand behind a dot.
const RESERVED: &[&str] = &[
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

impl Parser<'_> {
    /// `.name`
    pub(super) fn leading_dot(&mut self) -> Step {
        let dot = self.advance();
        if matches!(self.kind(), TokenKind::Name) {
            return self.name(Some(dot));
        }
        self.report(SyntaxKind::MissingMember { found: self.source(self.span()).to_owned() }, self.span());
        Ok(State::Operator(self.error(dot)?))
    }

    /// A name where a value begins: a variable, a function or a message type.
    pub(super) fn name(&mut self, leading_dot: Option<Span>) -> Step {
        let span = self.advance();
        let text = self.source(span);
        let whole = leading_dot.unwrap_or(span).to(span);
        let called = matches!(self.kind(), TokenKind::LParen);
        if let Some(fields) = self.message_type() {
            return self.open_message(whole, fields);
        }
        if RESERVED.contains(&text) {
            return self.reserved(text, span);
        }
        let name = Name { text: text.into(), span };
        if called {
            let callee = Callee::Function { name, leading_dot };
            return self.open(BracketKind::Args { callee, args: Vec::new() });
        }
        if text.eq_ignore_ascii_case("not") && hints::follows_word(self.kind()) {
            let kind = SyntaxKind::WrongOperator { wrote: text.to_owned(), right: "!" };
            let issue = self.report(kind, span);
            self.frames.push(Frame::WordNot { span, issue });
            return Ok(State::Operand);
        }
        let kind = Kind::Ident { name, leading_dot: leading_dot.is_some() };
        Ok(State::Operator(self.node(kind, whole)?))
    }

    /// If a chain `.b.C{` follows, how many tokens stand before its brace.
    fn message_type(&self) -> Option<usize> {
        let mut ahead = 0;
        while self.kind_at(ahead) == &TokenKind::Dot && self.kind_at(ahead + 1) == &TokenKind::Name {
            ahead += 2;
        }
        (self.kind_at(ahead) == &TokenKind::LBrace).then_some(ahead)
    }

    fn open_message(&mut self, start: Span, tokens: usize) -> Step {
        let mut text = self.source(start).replace(char::is_whitespace, "");
        for _ in 0..tokens {
            let span = self.advance();
            text.push_str(self.source(span));
        }
        let type_name = Name { text: text.into(), span: start.to(self.last_span()) };
        self.open(BracketKind::Struct { type_name, fields: Vec::new(), field: None, optional: false })
    }

    /// A reserved word where a value begins; its token is taken.
    fn reserved(&mut self, word: &str, span: Span) -> Step {
        let statement = match self.kind() {
            // `if (x) a else b`: what follows the parentheses tells it from a call.
            TokenKind::LParen => {
                let after = self.after_parentheses();
                starts_operand(self.kind_at(after)) && self.kind_at(after) != &TokenKind::Minus
            }
            TokenKind::LBracket | TokenKind::Minus | TokenKind::Dot => false,
            kind => starts_operand(kind),
        };
        let kind = match (word, statement) {
            ("if", true) => SyntaxKind::IfExpression,
            _ => SyntaxKind::ReservedWord { word: word.to_owned() },
        };
        self.report(kind, span);
        if statement {
            self.skip_to_close();
        } else if self.kind() == &TokenKind::LParen {
            let callee = Callee::Nothing { start: span };
            return self.open(BracketKind::Args { callee, args: Vec::new() });
        }
        Ok(State::Operator(self.error(span.to(self.last_span()))?))
    }

    /// How many tokens ahead the one behind the bracket that opens here is.
    fn after_parentheses(&self) -> usize {
        let mut depth = 0usize;
        for ahead in 0.. {
            match self.kind_at(ahead) {
                TokenKind::LParen | TokenKind::LBracket | TokenKind::LBrace => depth += 1,
                TokenKind::RParen | TokenKind::RBracket | TokenKind::RBrace => {
                    depth = depth.saturating_sub(1)
                }
                TokenKind::End => return ahead,
                _ => {}
            }
            if depth == 0 {
                return ahead + 1;
            }
        }
        0
    }

    /// `.field`, `.?field` or `.method(` behind a value.
    pub(super) fn member(&mut self, value: NodeId) -> Step {
        let dot = self.advance();
        let optional = self.kind() == &TokenKind::Question;
        if optional {
            self.optional_marker(".?", dot.to(self.span()));
        }
        let span = self.span();
        let source = self.source(span);
        let text = match self.kind() {
            TokenKind::Name => source,
            TokenKind::Quoted => {
                let text = source.trim_matches('`');
                if !self.options.quoted_identifiers {
                    let issue = Issue::new(SyntaxKind::QuotedName { text: text.to_owned() }, span);
                    let index = vec![(dot.to(span), format!("[\"{text}\"]"))];
                    self.issues.add(if optional { issue } else { issue.fix_with(index) });
                }
                text
            }
            TokenKind::Literal(Literal::Bool(_) | Literal::Null) | TokenKind::Op(BinaryOp::In) => {
                let issue = Issue::new(SyntaxKind::KeywordMember { word: source.to_owned() }, span);
                let called = self.kind_at(1) == &TokenKind::LParen;
                let index = vec![(dot.to(span), format!("[\"{source}\"]"))];
                self.issues.add(if called || optional { issue } else { issue.fix_with(index) });
                source
            }
            _ => return self.missing_member(value, dot),
        };
        self.advance();
        let field = Name { text: text.into(), span };
        let named = self.tokens.get(self.pos.saturating_sub(1)).is_some_and(|t| t.kind == TokenKind::Name);
        if named && !optional && self.kind() == &TokenKind::LParen {
            let callee = Callee::Method { name: field, target: value };
            return self.open(BracketKind::Args { callee, args: Vec::new() });
        }
        let whole = self.outer(value).to(span);
        Ok(State::Operator(self.node(Kind::Select { operand: value, field, optional }, whole)?))
    }

    /// A dot without a name behind it.
    fn missing_member(&mut self, value: NodeId, dot: Span) -> Step {
        let span = self.span();
        let found = self.source(span).to_owned();
        let number = matches!(self.node_kind(value), Kind::Literal(Literal::Int(_)));
        let (kind, fix) = if number && self.outer(value).end == dot.start {
            (SyntaxKind::NumberEndsInDot, Some(vec![(dot, ".0".to_owned())]))
        } else if matches!(self.kind(), TokenKind::Literal(Literal::String(_)) | TokenKind::Int(_)) {
            let edits = vec![(dot.to(span), format!("[{found}]"))];
            (SyntaxKind::IndexAfterDot { found }, Some(edits))
        } else {
            (SyntaxKind::MissingMember { found }, None)
        };
        let at = if matches!(kind, SyntaxKind::NumberEndsInDot) { dot } else { span };
        let cut = self.issues.cut && matches!(self.kind(), TokenKind::End);
        if !self.faulty(value) && !cut {
            let issue = Issue::new(kind, at);
            self.issues.add(match fix {
                Some(edits) => issue.fix_with(edits),
                None => issue,
            });
        }
        if matches!(self.kind(), TokenKind::End) {
            self.issues.cut = true;
        }
        if matches!(self.kind(), TokenKind::Literal(_) | TokenKind::Int(_)) {
            self.advance();
        }
        Ok(State::Operator(self.spoil(value)?))
    }
}
