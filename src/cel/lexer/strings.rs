//! String and bytes literals: quotes, escapes, and where each byte of the value stands in the source.

use super::{Lexer, TokenKind};
use crate::cel::Span;
use crate::cel::ast::{Literal, Text};
use crate::cel::errors::{Issue, SyntaxKind, label};

/// Quotes that word processors put in place of `"` and `'`.
pub(super) const SMART_QUOTES: &[char] = &['“', '”', '„', '‟', '‘', '’', '‚', '‛'];

/// `(raw, bytes)` for `r`, `b` and `br` in any case.
pub(super) fn prefix(word: &str) -> Option<(bool, bool)> {
    match word {
        "" => Some((false, false)),
        "r" | "R" => Some((true, false)),
        "b" | "B" => Some((false, true)),
        "br" | "bR" | "Br" | "BR" => Some((true, true)),
        _ => None,
    }
}

/// A value under construction.
struct Value {
    bytes: Vec<u8>,
    map: Vec<(u32, u32)>,
}

impl Value {
    /// Notes that the next byte of the value comes from `source`.
    fn at(&mut self, source: usize) {
        let pair = (offset(self.bytes.len()), offset(source));
        let expected = self.map.last().map(|(v, s)| s.wrapping_sub(*v));
        if expected != Some(pair.1.wrapping_sub(pair.0)) {
            // Two notes for one place happen when an escape adds nothing to the value.
            if self.map.last().is_some_and(|(v, _)| *v == pair.0) {
                self.map.pop();
            }
            self.map.push(pair);
        }
    }

    fn char(&mut self, c: char) {
        self.bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

fn offset(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// What an escape stands for.
enum Escape {
    Char(char),
    Byte(u8),
    Fault(SyntaxKind),
}

impl Lexer<'_, '_> {
    /// At the first quote; `start` is where the prefix begins.
    pub(super) fn string(&mut self, start: usize) {
        let (raw, bytes) = prefix(self.between(start, self.pos)).unwrap_or_default();
        let quote = if self.byte(0) == b'"' { "\"" } else { "'" };
        let triple = if self.byte(0) == b'"' { "\"\"\"" } else { "'''" };
        let quote = if self.rest().starts_with(triple) { triple } else { quote };
        self.pos += quote.len();
        let body = self.pos;
        let closed = self.find_end(quote, raw);
        let mut end = self.pos;
        if closed {
            self.pos += quote.len();
        } else {
            end = self.unterminated(start, body, quote);
        }
        let kind = self.decode(Some(body - quote.len()), body, end, raw, bytes);
        self.push(kind, start);
    }

    /// Goes to the closing quote, or to where the literal must end without one.
    fn find_end(&mut self, quote: &str, raw: bool) -> bool {
        let single = quote.len() == 1;
        let (rest, quote) = (self.rest().as_bytes(), quote.as_bytes());
        let mut escaped = false;
        // All that is looked for is ASCII, and no part of another character.
        for (at, byte) in rest.iter().enumerate() {
            #[cfg(test)]
            crate::cel::effort::spend(1);
            let ends_line = single && matches!(byte, b'\n' | b'\r');
            let closes = !escaped && quote.first() == Some(byte);
            if ends_line || closes && (single || rest.get(at..).unwrap_or_default().starts_with(quote)) {
                self.pos += at;
                return !ends_line;
            }
            escaped = !raw && *byte == b'\\' && !escaped;
        }
        self.pos = self.text.len();
        false
    }

    /// Reports a literal without end and answers where its value may be taken to end.
    fn unterminated(&mut self, start: usize, body: usize, quote: &str) -> usize {
        let open = Span::new(start, body);
        let text = self.between(body, self.pos);
        let smart = text.char_indices().find(|(_, c)| SMART_QUOTES.contains(c));
        if let (1, Some((at, c))) = (quote.len(), smart) {
            let end = body + at;
            self.pos = end + c.len_utf8();
            let span = Span::new(end, self.pos);
            let issue = Issue::new(SyntaxKind::SmartQuotes { quote: quote.into() }, span).fix_by(quote);
            self.issues.add(issue.also(open, label::OPENED_HERE));
            return end;
        }
        let other = if quote == "\"" { '\'' } else { '"' };
        if quote.len() == 1 && text.trim_end().ends_with(other) && text.matches(other).count() == 1 {
            self.pos = body + text.trim_end().len();
            let end = self.pos - 1;
            let kind = SyntaxKind::MixedQuotes { opened: quote.into(), closed: other.into() };
            let issue = Issue::new(kind, Span::new(end, self.pos)).fix_by(quote);
            self.issues.add(issue.also(open, label::OPENED_HERE));
            return end;
        }
        if let (1, Some(close)) = (quote.len(), self.closed_on_later_line(quote)) {
            self.pos = close + 1;
            let kind = SyntaxKind::LineBreakInText { quote: quote.into() };
            let triple = quote.repeat(3);
            let edits =
                vec![(Span::new(body - 1, body), triple.clone()), (Span::new(close, close + 1), triple)];
            let line_end = Span::new(body + text.len(), body + text.len());
            self.issues.add(Issue::new(kind, open).fix_with(edits).also(line_end, label::LINE_ENDS));
            return close;
        }
        let issue = Issue::new(SyntaxKind::UnterminatedString { quote: quote.into() }, open);
        let end = Span::new(self.pos, self.pos);
        self.issues.add(issue.also(end, if quote.len() == 1 { label::LINE_ENDS } else { label::TEXT_ENDS }));
        self.issues.cut = true;
        self.pos
    }

    /// The closing quote of a text that goes over the end of its line: a later line has it if it has an odd number.
    fn closed_on_later_line(&self, quote: &str) -> Option<usize> {
        let rest = self.rest();
        let first = rest.find(quote)?;
        let line_start = rest.get(..first)?.rfind('\n')? + 1;
        let line = rest.get(line_start..)?.lines().next()?;
        (line.matches(quote).count() % 2 == 1).then_some(self.pos + first)
    }

    /// `“text”`: read to the closing quote of whatever kind.
    pub(super) fn smart_string(&mut self) {
        let start = self.pos;
        let open = self.rest().chars().next().unwrap_or('“');
        self.pos += open.len_utf8();
        let body = self.pos;
        let double = matches!(open, '“' | '”' | '„' | '‟');
        let quote = if double { "\"" } else { "'" };
        let closers: &[char] = if double { &['“', '”', '"'] } else { &['‘', '’', '\''] };
        self.skip_while(|c| c != '\n' && !closers.contains(&c));
        let end = self.pos;
        let Some(close) = self.rest().chars().next().filter(|c| *c != '\n') else {
            let kind = SyntaxKind::UnterminatedString { quote: open.into() };
            self.report(kind, Span::new(start, body));
            self.issues.cut = true;
            return self.push(TokenKind::Bad, start);
        };
        self.pos = end + close.len_utf8();
        let mut edits = vec![(Span::new(start, body), quote.to_owned())];
        if !quote.starts_with(close) {
            edits.push((Span::new(end, self.pos), quote.to_owned()));
        }
        let issue = Issue::new(SyntaxKind::SmartQuotes { quote: quote.into() }, self.span_from(start));
        let fixable = !self.between(body, end).contains(quote);
        self.issues.add(if fixable { issue.fix_with(edits) } else { issue });
        let kind = self.decode(None, body, end, false, false);
        self.push(kind, start);
    }

    /// Reads the text between the quotes. `quotes` is where they open, if an `r` may be put there.
    fn decode(
        &mut self,
        quotes: Option<usize>,
        body: usize,
        end: usize,
        raw: bool,
        bytes: bool,
    ) -> TokenKind {
        let text = self.between(body, end);
        // Most are what they are written as.
        if !bytes && !text.contains('\r') && (raw || !text.contains('\\')) {
            let text = Text { value: text.into(), map: vec![(0, offset(body))] };
            return TokenKind::Literal(Literal::String(text));
        }
        let mut value = Value { bytes: Vec::with_capacity(text.len()), map: Vec::new() };
        value.at(body);
        let mut faults = Vec::new();
        let mut chars = text.char_indices();
        while let Some((at, c)) = chars.next() {
            value.at(body + at);
            match c {
                '\\' if !raw => {
                    let rest = text.get(at..).unwrap_or("");
                    let (len, escape) = escape(rest, bytes);
                    match escape {
                        Escape::Char(c) => value.char(c),
                        Escape::Byte(b) => value.bytes.push(b),
                        Escape::Fault(kind) => {
                            faults.push((kind, Span::new(body + at, body + at + len)));
                            value.bytes.extend_from_slice(rest.get(..len).unwrap_or("").as_bytes());
                        }
                    }
                    // The backslash is read; the rest of the escape follows.
                    let after = at + len;
                    while chars.offset() < after && chars.next().is_some() {}
                }
                // Line ends of every platform read as `\n`.
                '\r' => {
                    value.bytes.push(b'\n');
                    if text.get(at + 1..).is_some_and(|rest| rest.starts_with('\n')) {
                        chars.next();
                    }
                }
                c => value.char(c),
            }
        }
        value.at(end);
        self.report_escapes(quotes, body, text, faults);
        if bytes {
            return TokenKind::Literal(Literal::Bytes(value.bytes.into()));
        }
        let map = value.map;
        let value = String::from_utf8_lossy(&value.bytes).as_ref().into();
        TokenKind::Literal(Literal::String(Text { value, map }))
    }

    /// One issue for all escapes of a literal that CEL does not know, one for each other fault.
    fn report_escapes(
        &mut self,
        quotes: Option<usize>,
        body: usize,
        text: &str,
        faults: Vec<(SyntaxKind, Span)>,
    ) {
        let unknown: Vec<Span> = faults
            .iter()
            .filter(|(kind, _)| matches!(kind, SyntaxKind::UnknownEscape { .. }))
            .map(|(_, span)| *span)
            .collect();
        let mut reported = false;
        let mut done = 0;
        for (kind, span) in faults {
            // The second half of a pair that is mended.
            if span.start < done {
                continue;
            }
            let unknown_escape = matches!(kind, SyntaxKind::UnknownEscape { .. });
            if unknown_escape && reported {
                continue;
            }
            let mut issue = Issue::new(kind, span);
            if unknown_escape {
                reported = true;
                issue = issue.fix_with(unknown_escape_fix(quotes, text, &unknown));
            } else if let Some(code) = surrogate_pair(text, span.start as usize - body) {
                let span = Span::new(span.start as usize, span.start as usize + 12);
                done = span.end;
                issue = issue.fix_with(vec![(span, format!("\\U{code:08X}"))]);
            }
            self.issues.add(issue);
        }
    }
}

/// A pattern becomes a raw string, unless other escapes in it are wanted: then the backslashes are doubled.
fn unknown_escape_fix(quotes: Option<usize>, text: &str, unknown: &[Span]) -> Vec<(Span, String)> {
    let mut rest = text;
    let mut pattern_only = true;
    while let Some(at) = rest.find('\\') {
        let next = rest.get(at + 1..).unwrap_or("").chars().next().unwrap_or('\\');
        // `\b` is a backspace to CEL and never wanted beside `\d`.
        pattern_only &=
            !matches!(next, '\\' | '"' | '\'' | '`' | 'n' | 'r' | 't' | 'x' | 'X' | 'u' | 'U' | '0'..='3');
        rest = rest.get(at + 1 + next.len_utf8()..).unwrap_or("");
    }
    if let (true, Some(quotes)) = (pattern_only, quotes) {
        return vec![(Span::new(quotes, quotes), "r".to_owned())];
    }
    unknown.iter().map(|s| (Span { end: s.start, ..*s }, "\\".to_owned())).collect()
}

/// The code point of `\ud83d\ude00` at `at`.
fn surrogate_pair(text: &str, at: usize) -> Option<u32> {
    let half = |from: usize| {
        let digits = text.get(from..)?.strip_prefix("\\u")?.get(..4)?;
        u32::from_str_radix(digits, 16).ok()
    };
    let (high, low) = (half(at)?, half(at + 6)?);
    let pair = (0xD800..0xDC00).contains(&high) && (0xDC00..0xE000).contains(&low);
    pair.then(|| 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
}

/// Reads the escape at the start of `rest`: its length and what it stands for.
fn escape(rest: &str, bytes: bool) -> (usize, Escape) {
    let Some(c) = rest.chars().nth(1) else {
        return (rest.len(), Escape::Fault(SyntaxKind::UnknownEscape { text: rest.into() }));
    };
    let plain = |c| (2, Escape::Char(c));
    match c {
        'a' => plain('\u{7}'),
        'b' => plain('\u{8}'),
        'f' => plain('\u{c}'),
        'n' => plain('\n'),
        'r' => plain('\r'),
        't' => plain('\t'),
        'v' => plain('\u{b}'),
        '\\' | '\'' | '"' | '`' | '?' => plain(c),
        '0'..='3' => coded(rest, 1, 3, 8, bytes),
        'x' | 'X' => coded(rest, 2, 2, 16, bytes),
        'u' | 'U' if bytes => (2, Escape::Fault(SyntaxKind::UnicodeEscapeInBytes)),
        'u' => coded(rest, 2, 4, 16, false),
        'U' => coded(rest, 2, 8, 16, false),
        c => {
            let len = 1 + c.len_utf8();
            (len, Escape::Fault(SyntaxKind::UnknownEscape { text: rest.get(..len).unwrap_or("").into() }))
        }
    }
}

/// An escape of exactly `digits` digits that begin at `skip`.
fn coded(rest: &str, skip: usize, digits: usize, radix: u32, byte: bool) -> (usize, Escape) {
    let have = rest.get(skip..).unwrap_or("").chars().take(digits).take_while(|c| c.is_digit(radix)).count();
    let len = skip + have;
    let text = rest.get(..len).unwrap_or("");
    if have < digits {
        return (len, Escape::Fault(SyntaxKind::ShortEscape { text: text.into(), digits, radix }));
    }
    let code = u32::from_str_radix(text.get(skip..).unwrap_or(""), radix).unwrap_or(u32::MAX);
    let escape = match (byte, u8::try_from(code), char::from_u32(code)) {
        (true, Ok(b), _) => Escape::Byte(b),
        (false, _, Some(c)) => Escape::Char(c),
        _ => Escape::Fault(SyntaxKind::NoSuchCodePoint { text: text.into() }),
    };
    (len, escape)
}
