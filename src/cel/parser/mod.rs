//! Tokens into a tree.
//!
//! In: the text of an expression and which parts of the language are on. Out: an [`Ast`] with a place for every node,
//! and issues; what could not be read is [`Kind::Error`]. It knows no types, no functions and no variables.
//!
//! It is a precedence parser with its stack in a vector: however deep a text nests, the thread's stack does not.
//! There are two states: a value must come (`Parser::operand`), or an operator may (`Parser::operator`).

mod arena;
mod brackets;
mod frame;
mod hints;
mod macros;
mod names;
mod operand;
mod operator;
#[cfg(test)]
#[expect(clippy::string_slice, reason = "a test that slices wrongly fails, as it should")]
mod properties;
#[cfg(test)]
#[expect(clippy::string_slice, reason = "a test that slices wrongly fails, as it should")]
mod tests;

use super::ast::{Ast, Kind, Node, NodeId};
use super::env::{Env, Profile};
use super::errors::{Issue, Issues, SyntaxKind};
use super::lexer::{self, Token, TokenKind};
use super::{Limits, Span};
use frame::Frame;
pub(crate) use macros::is_identifier;
pub(in crate::cel) use macros::is_of_full;

/// Which parts of the language are on.
#[derive(Clone, Copy, Debug, Default)]
pub struct ParseOptions {
    /// Bounds: bytes, nodes, depth and comprehensions are the parser's to keep.
    pub limits: Limits,
    /// Which calls are macros.
    pub macros: Macros,
    /// `a.?b`, `a[?b]`, `[?a]`, `{?a: b}`
    pub optional_syntax: bool,
    /// Field names in backticks: ``a.`b-c` ``
    pub quoted_identifiers: bool,
}

/// Which calls are macros.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Macros {
    /// None.
    None,
    /// `has`, `all`, `exists`, `exists_one`, `map`, `filter`.
    #[default]
    Standard,
    /// Those of two variables, `transformList` and its like, `optMap`, `optFlatMap`, `cel.bind`, `cel.block` as well.
    Full,
}

impl ParseOptions {
    /// Everything on.
    pub fn full() -> Self {
        Self { macros: Macros::Full, optional_syntax: true, quoted_identifiers: true, ..Self::default() }
    }

    /// What an environment's profile has, within its bounds.
    pub fn for_env(env: &Env) -> Self {
        let options = match env.profile {
            Profile::Router => Self::default(),
            Profile::Full => Self::full(),
        };
        Self { limits: env.limits, ..options }
    }
}

/// Parses an expression. Without issues the tree has no [`Kind::Error`].
pub fn parse(text: &str, options: &ParseOptions) -> (Ast, Vec<Issue>) {
    let mut issues = Issues::default();
    let whole = Span::new(0, text.len());
    if text.len() > options.limits.bytes.min(u32::MAX as usize) {
        let kind = SyntaxKind::TooLong { bytes: text.len(), limit: options.limits.bytes };
        issues.add(Issue::new(kind, Span::new(0, 0)));
        return (failed(Span::new(0, 0)), issues.finish());
    }
    let tokens = lexer::tokens(text, &mut issues);
    let mut parser = Parser {
        text,
        options,
        nodes: Vec::with_capacity(tokens.len()),
        nesting: Vec::with_capacity(tokens.len()),
        tokens,
        pos: 0,
        frames: Vec::new(),
        open: 0,
        issues,
        strays: false,
    };
    match parser.run() {
        Ok(root) => parser.into_ast(root),
        Err(Stop) => (failed(whole), parser.issues.finish()),
    }
}

/// The tree of an expression beyond a bound.
fn failed(span: Span) -> Ast {
    Ast::new(vec![Node { kind: Kind::Error, span, outer: span, depth: 1 }], NodeId(0))
}

/// A bound was passed, and the issue that says so is there.
struct Stop;

type Step = Result<State, Stop>;

/// What comes next.
enum State {
    /// A value.
    Operand,
    /// An operator behind this value, or the end of something.
    Operator(NodeId),
    /// Nothing: this is the root.
    Done(NodeId),
}

struct Parser<'a> {
    text: &'a str,
    options: &'a ParseOptions,
    tokens: Vec<Token>,
    pos: usize,
    nodes: Vec<Node>,
    /// How deep comprehensions nest in each node.
    nesting: Vec<usize>,
    frames: Vec<Frame>,
    /// How many brackets are open.
    open: usize,
    issues: Issues,
    /// Whether there are nodes that no parent took.
    strays: bool,
}

impl<'a> Parser<'a> {
    fn run(&mut self) -> Result<NodeId, Stop> {
        if self.tokens.len() == 1 {
            let end = Span::new(self.text.len(), self.text.len());
            if self.issues.is_empty() {
                self.report(SyntaxKind::Empty, Span::new(0, self.text.len()));
            }
            return self.error(end);
        }
        let mut state = State::Operand;
        loop {
            state = match state {
                State::Operand => self.operand()?,
                State::Operator(value) => self.operator(value)?,
                State::Done(root) => return Ok(root),
            };
        }
    }

    fn kind_at(&self, ahead: usize) -> &TokenKind {
        #[cfg(test)]
        super::effort::spend(1);
        self.tokens.get(self.pos.saturating_add(ahead)).map_or(&TokenKind::End, |t| &t.kind)
    }

    fn kind(&self) -> &TokenKind {
        self.kind_at(0)
    }

    fn span_at(&self, ahead: usize) -> Span {
        let end = Span::new(self.text.len(), self.text.len());
        self.tokens.get(self.pos.saturating_add(ahead)).map_or(end, |t| t.span)
    }

    fn span(&self) -> Span {
        self.span_at(0)
    }

    /// The span of the token before; the empty start of the text before the first.
    fn last_span(&self) -> Span {
        let before = self.pos.checked_sub(1).and_then(|at| self.tokens.get(at));
        before.map_or(Span::default(), |t| t.span)
    }

    fn advance(&mut self) -> Span {
        let span = self.span();
        // The last token is the end, which nobody passes.
        if self.pos + 1 < self.tokens.len() {
            self.pos += 1;
        }
        span
    }

    /// Takes the token if it is this one.
    fn take(&mut self, kind: &TokenKind) -> Option<Span> {
        (self.kind() == kind).then(|| self.advance())
    }

    fn source(&self, span: Span) -> &'a str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    fn report(&mut self, kind: SyntaxKind, span: Span) -> usize {
        self.issues.add(Issue::new(kind, span))
    }

    /// A span and the white space behind it, for a fix that takes it away.
    fn with_space(&self, span: Span) -> Span {
        let rest = self.text.get(span.end as usize..).unwrap_or("");
        let space = rest.len() - rest.trim_start().len();
        Span::new(span.start as usize, span.end as usize + space)
    }

    /// Skips what cannot be read, brackets as wholes, up to where reading can go on: a logical operator, a comma, a
    /// colon, a question mark, a closing bracket or the end.
    fn skip_to_sync(&mut self) {
        self.skip(|kind| {
            matches!(kind, TokenKind::Logical(_) | TokenKind::Comma | TokenKind::Colon | TokenKind::Question)
        });
    }

    /// Skips the rest of the innermost bracket, or of the text.
    fn skip_to_close(&mut self) {
        self.skip(|_| false);
    }

    fn skip(&mut self, stop: impl Fn(&TokenKind) -> bool) {
        let mut depth = 0usize;
        loop {
            match self.kind() {
                TokenKind::End => return,
                TokenKind::LParen | TokenKind::LBracket | TokenKind::LBrace | TokenKind::Template => {
                    depth += 1
                }
                TokenKind::RParen | TokenKind::RBracket | TokenKind::RBrace => match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => return,
                },
                kind if depth == 0 && stop(kind) => return,
                _ => {}
            }
            self.advance();
        }
    }
}
