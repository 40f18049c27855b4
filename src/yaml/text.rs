//! Looking at lines of a text, where the parser's own view has ended.

use std::ops::Range;

use crate::source::LineIndex;

/// A text and where its lines begin.
#[derive(Clone, Copy)]
pub(super) struct View<'t> {
    /// The text.
    pub(super) text: &'t str,
    index: &'t LineIndex,
}

/// One line, without its break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Its number, from 0.
    pub(super) number: usize,
    /// Its bytes.
    pub(super) range: Range<usize>,
}

/// What a line of block style holds: dashes, a key, a value.
#[derive(Debug)]
pub(super) struct Shape {
    /// Where its first character that is no blank stands.
    pub(super) first: usize,
    /// Where the text behind its dashes begins.
    pub(super) content: usize,
    /// The key, with its quotes.
    pub(super) key: Option<Range<usize>>,
    /// Where the value begins: behind the key's colon, or the dashes.
    pub(super) value: usize,
    /// Where the last character that is no blank ends.
    pub(super) end: usize,
}

impl<'t> View<'t> {
    /// A view of a text; the index may be that of another text with the same line breaks.
    pub(super) fn new(text: &'t str, index: &'t LineIndex) -> Self {
        Self { text, index }
    }

    /// The bytes of a range; empty when it does not fit.
    pub(super) fn slice(&self, range: Range<usize>) -> &'t str {
        self.text.get(range).unwrap_or_default()
    }

    /// The byte at a place.
    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The character at a place.
    pub(super) fn char(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    /// The line that holds a byte.
    pub(super) fn line(&self, at: usize) -> Line {
        self.numbered(self.index.line_of(u32::try_from(at).unwrap_or(u32::MAX)))
            .unwrap_or(Line { number: 0, range: 0..self.text.len() })
    }

    /// A line by its number.
    pub(super) fn numbered(&self, number: usize) -> Option<Line> {
        let start = self.index.start_of(number)? as usize;
        let next = self.index.start_of(number + 1).map_or(self.text.len(), |n| n as usize);
        let end = start + self.slice(start..next).trim_end_matches(['\r', '\n']).len();
        Some(Line { number, range: start..end })
    }

    /// The lines below one.
    pub(super) fn below(&self, line: &Line) -> impl Iterator<Item = Line> + use<'t> {
        let (view, number) = (*self, line.number);
        (number + 1..view.index.count()).map_while(move |n| view.numbered(n))
    }

    /// The lines above one, nearest first.
    pub(super) fn above(&self, line: &Line) -> impl Iterator<Item = Line> + use<'t> {
        let (view, number) = (*self, line.number);
        (0..number).rev().map_while(move |n| view.numbered(n))
    }

    /// True when a line holds nothing but blanks or a comment.
    pub(super) fn is_empty(&self, line: &Line) -> bool {
        let text = self.slice(line.range.clone()).trim_start_matches(BLANK);
        text.is_empty() || text.starts_with('#')
    }

    /// The dash that begins a line, between `known` and `at`; `at` itself where there is none.
    pub(super) fn dash_before(&self, known: usize, at: usize) -> usize {
        let text = self.slice(known..at);
        let mut end = text.len();
        while let Some(dash) = text.get(..end).and_then(|t| t.rfind('-')) {
            let before = text.get(..dash).unwrap_or_default().trim_end_matches(BLANK);
            if before.is_empty() || before.ends_with(['\n', '\r']) {
                return known + dash;
            }
            end = dash;
        }
        at
    }

    /// The dash that follows a place, where only blanks, breaks and comments stand between.
    pub(super) fn dash_behind(&self, at: usize) -> Option<usize> {
        let mut at = at;
        loop {
            match self.byte(at)? {
                b' ' | b'\t' | b'\r' | b'\n' => at += 1,
                b'#' => at = self.line(at).range.end,
                b'-' => return Some(at),
                _ => return None,
            }
        }
    }

    /// How deep a line is indented, in bytes.
    pub(super) fn indent(&self, line: &Line) -> usize {
        let text = self.slice(line.range.clone());
        text.len() - text.trim_start_matches(BLANK).len()
    }

    /// What a line holds, read as block style.
    pub(super) fn shape(&self, line: &Line) -> Shape {
        let text = self.slice(line.range.clone());
        let start = line.range.start;
        let mut content = text.len() - text.trim_start_matches(BLANK).len();
        let first = content;
        while let Some(rest) = text.get(content..).and_then(|t| t.strip_prefix('-'))
            && (rest.is_empty() || rest.starts_with(BLANK))
        {
            content = text.len() - rest.trim_start_matches(BLANK).len();
        }
        let end = start + text.trim_end_matches(BLANK).len().max(content);
        let rest = text.get(content..).unwrap_or_default();
        let colon = key_end(rest);
        let (key, value) = match colon {
            Some(colon) => {
                let key = rest.get(..colon).unwrap_or_default().trim_end_matches(BLANK).len();
                let after = rest.get(colon + 1..).unwrap_or_default();
                let value = text.len() - after.trim_start_matches(BLANK).len();
                (Some(start + content..start + content + key), start + value)
            }
            None => (None, start + content),
        };
        Shape { first: start + first, content: start + content, key, value, end }
    }
}

/// What YAML takes for white space within a line.
pub(super) const BLANK: [char; 2] = [' ', '\t'];

impl Shape {
    /// The key without quotes.
    pub(super) fn key_text<'t>(&self, view: &View<'t>) -> Option<&'t str> {
        self.key.clone().map(|k| view.slice(k).trim_matches(['"', '\'']))
    }

    /// True when the line has the form `name: …` with a name as keys of definitions are.
    pub(super) fn has_plain_key(&self, view: &View<'_>) -> bool {
        self.key_text(view).is_some_and(is_name)
    }

    /// True when it begins with a dash.
    pub(super) fn has_dash(&self) -> bool {
        self.content > self.first
    }
}

/// True for what looks like the name of a field.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}

/// Where the colon stands that ends a key at the start of a text.
fn key_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let separates = |i: usize| matches!(bytes.get(i + 1), None | Some(b' ' | b'\t'));
    if let Some(quote @ (b'"' | b'\'')) = bytes.first().copied() {
        let mut i = 1;
        loop {
            match bytes.get(i)? {
                b'\\' if quote == b'"' => i += 1,
                b if *b == quote => break,
                _ => {}
            }
            i += 1;
        }
        i += 1;
        while matches!(bytes.get(i), Some(b' ' | b'\t')) {
            i += 1;
        }
        return (bytes.get(i) == Some(&b':')).then_some(i);
    }
    if text.starts_with(['#', '[', '{', '&', '*', '!', '|', '>']) {
        return None;
    }
    let mut before = b' ';
    for (i, byte) in bytes.iter().enumerate() {
        match byte {
            b':' if separates(i) => return Some(i),
            b'#' if matches!(before, b' ' | b'\t') => return None,
            _ => before = *byte,
        }
    }
    None
}
