//! Brackets, commas and quotes of a stretch of text that the parser gave up on.
//!
//! The parser says where it stopped, not which brackets and quotes were open there. This is a small reader of its
//! own, for error messages and recovery only: it may be wrong about a text that is no YAML.

use std::ops::Range;

use super::text::View;

/// What it finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// `[` or `{`
    Open(usize),
    /// `]` or `}`
    Close(usize),
    /// `,` between items.
    Comma(usize),
    /// A quoted scalar.
    Quoted(Range<usize>),
    /// A quote that is not closed before the end.
    Unclosed(usize),
}

/// Reads tokens of a range.
pub(super) struct Lexer<'t> {
    view: View<'t>,
    at: usize,
    end: usize,
    /// Brackets open here, those of before the range included.
    depth: usize,
    /// A value or key may begin here: a quote opens a quoted scalar.
    fresh: bool,
}

impl<'t> Lexer<'t> {
    /// A lexer of `range`, before which `depth` brackets were opened.
    pub(super) fn new(view: View<'t>, range: Range<usize>, depth: usize) -> Self {
        Self { view, at: range.start, end: range.end, depth, fresh: true }
    }

    fn quoted(&mut self, quote: u8) -> Token {
        let start = self.at;
        let mut i = start + 1;
        while i < self.end {
            match self.view.byte(i) {
                Some(b'\\') if quote == b'"' => i += 1,
                Some(b'\'') if quote == b'\'' && self.view.byte(i + 1) == Some(b'\'') => i += 1,
                Some(byte) if byte == quote => {
                    self.at = i + 1;
                    self.fresh = false;
                    return Token::Quoted(start..i + 1);
                }
                _ => {}
            }
            i += 1;
        }
        self.at = self.end;
        Token::Unclosed(start)
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let mut before = self.at.checked_sub(1).and_then(|i| self.view.byte(i)).unwrap_or(b' ');
        while self.at < self.end {
            let at = self.at;
            let byte = self.view.byte(at)?;
            let next = self.view.byte(at + 1).unwrap_or(b' ');
            let flow = self.depth > 0;
            match byte {
                b'"' | b'\'' if self.fresh => return Some(self.quoted(byte)),
                b'[' | b'{' if self.fresh || flow => {
                    self.at += 1;
                    self.depth += 1;
                    self.fresh = true;
                    return Some(Token::Open(at));
                }
                b']' | b'}' if flow => {
                    self.at += 1;
                    self.depth -= 1;
                    self.fresh = false;
                    return Some(Token::Close(at));
                }
                b',' if flow => {
                    self.at += 1;
                    self.fresh = true;
                    return Some(Token::Comma(at));
                }
                b'#' if matches!(before, b' ' | b'\t' | b'\n' | b'\r') => {
                    while self.at < self.end && !matches!(self.view.byte(self.at), Some(b'\n' | b'\r')) {
                        self.at += 1;
                    }
                    continue;
                }
                b'\n' | b'\r' => self.fresh = true,
                b' ' | b'\t' => {}
                b':' if matches!(next, b' ' | b'\t' | b'\n' | b'\r') || matches!(before, b'"' | b'\'') => {
                    self.fresh = true;
                }
                b'-' | b'?' if self.fresh && matches!(next, b' ' | b'\t' | b'\n' | b'\r') => {}
                _ => self.fresh = false,
            }
            before = byte;
            self.at += 1;
        }
        None
    }
}

/// A bracket that is open at some place, and where the item began that it holds there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Open {
    /// The bracket.
    pub(super) at: usize,
    /// Behind the bracket or the last comma.
    pub(super) item: usize,
}

/// What is open at the end of a range.
#[derive(Debug, Default)]
pub(super) struct Context {
    /// Brackets, outermost first.
    pub(super) open: Vec<Open>,
    /// A quote.
    pub(super) quote: Option<usize>,
    /// The last quoted scalar that was closed.
    pub(super) quoted: Option<Range<usize>>,
}

/// What is open at the end of a range when nothing was before it.
pub(super) fn context(view: View<'_>, range: Range<usize>) -> Context {
    let mut out = Context::default();
    for token in Lexer::new(view, range, 0) {
        match token {
            Token::Open(at) => out.open.push(Open { at, item: at + 1 }),
            Token::Close(_) => {
                out.open.pop();
            }
            Token::Comma(at) => {
                if let Some(open) = out.open.last_mut() {
                    open.item = at + 1;
                }
            }
            Token::Quoted(range) => out.quoted = Some(range),
            Token::Unclosed(at) => out.quote = Some(at),
        }
    }
    out
}

/// Where the item ends that `from` lies in: at the next comma or closing bracket of its own level.
pub(super) fn item_end(view: View<'_>, from: usize) -> usize {
    let mut depth = 1_usize;
    for token in Lexer::new(view, from..view.text.len(), depth) {
        match token {
            Token::Open(_) => depth += 1,
            Token::Close(at) if depth == 1 => return at,
            Token::Close(_) => depth -= 1,
            Token::Comma(at) if depth == 1 => return at,
            Token::Comma(_) | Token::Quoted(_) => {}
            Token::Unclosed(at) => return view.line(at).range.end,
        }
    }
    view.line(from).range.end
}

/// The bracket that closes the one at `open`, whatever its shape.
pub(super) fn closing(view: View<'_>, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    Lexer::new(view, open..view.text.len(), 0).find_map(|token| match token {
        Token::Open(_) => {
            depth += 1;
            None
        }
        Token::Close(at) => {
            depth = depth.saturating_sub(1);
            (depth == 0).then_some(at)
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::LineIndex;

    fn with<R>(text: &str, f: impl FnOnce(View<'_>) -> R) -> R {
        f(View::new(text, &LineIndex::new(text)))
    }

    #[test]
    fn knows_what_is_open() {
        with("a: {x: [1, \"]\", 'it''s', don't", |view| {
            let context = context(view, 2..view.text.len());
            assert_eq!(context.open, [Open { at: 3, item: 4 }, Open { at: 7, item: 24 }]);
            assert_eq!(context.quoted, Some(16..23));
            assert_eq!(context.quote, None);
        });
        with("a: b'c [ \"d\nx: \"e # f", |view| {
            let context = context(view, 0..view.text.len());
            assert!(context.open.is_empty(), "a bracket inside plain text opens nothing");
            assert_eq!(context.quote, Some(15));
        });
        with("a: 1 # [ \"\nb: [", |view| {
            assert_eq!(context(view, 0..view.text.len()).open, [Open { at: 14, item: 15 }]);
        });
    }

    #[test]
    fn finds_ends() {
        with("{a: [1, 2] x, b: 3}", |view| {
            assert_eq!(item_end(view, 1), 12);
            assert_eq!(item_end(view, 5), 6);
            assert_eq!(item_end(view, 14), 18);
            assert_eq!(closing(view, 0), Some(18));
            assert_eq!(closing(view, 4), Some(9));
        });
    }
}
