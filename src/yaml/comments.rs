//! Finding the comments of a text: a `#` that begins a word and stands in no scalar.
//!
//! The parser could hand them over as events, but then it looks for one before each token, which is a tenth of its
//! work. Where its scalars stand is known anyway.

use std::ops::Range;

use super::text::View;
use super::tree::{Comment, Style};
use crate::source::{FileId, Span};

/// Comments of a text, as far as the scalars before them are known.
pub(super) struct Comments<'t> {
    file: FileId,
    view: View<'t>,
    /// Length of the file; the text may be longer by closing brackets that were added.
    length: usize,
    /// The next `#` that begins a word, of which it is not known yet whether a scalar holds it.
    next: Option<usize>,
    found: Vec<Comment>,
}

impl<'t> Comments<'t> {
    pub(super) fn new(file: FileId, view: View<'t>, length: usize) -> Self {
        let mut comments = Self { file, view, length, next: None, found: Vec::new() };
        comments.look(0);
        comments
    }

    /// Takes the place and the value of the next scalar, as the parser gives them.
    pub(super) fn scalar(&mut self, range: &Range<usize>, style: Style, value: &str) {
        if self.next.is_none() {
            return;
        }
        let mut start = range.start;
        // The place of a block scalar without text begins with its header, which may have a comment.
        if matches!(style, Style::Literal | Style::Folded) && value.trim().is_empty() {
            start = self.view.line(start).range.end.min(range.end);
        }
        self.until(start);
        while let Some(next) = self.next.filter(|next| *next < range.end) {
            if style != Style::Plain {
                self.look(range.end);
            } else if self.is_marked(next) {
                self.look(next + 1);
            } else {
                // No bare scalar holds such a `#`: its place may end behind a comment that follows it.
                return;
            }
        }
    }

    /// Every comment, where no scalar stands between the last one and `end`.
    pub(super) fn finish(mut self, end: usize) -> Vec<Comment> {
        self.until(end);
        self.found
    }

    /// Takes what stands before `end` for comments.
    fn until(&mut self, end: usize) {
        while let Some(start) = self.next.filter(|next| *next < end) {
            let line = self.view.line(start).range;
            let before = self.view.slice(line.start..start).trim_start_matches('\u{feff}');
            let own_line = before.trim_start_matches([' ', '\t']).is_empty();
            let span = Span::new(self.file, start, line.end.min(self.length));
            self.found.push(Comment { span, own_line });
            self.look(line.end.max(start + 1));
        }
    }

    fn look(&mut self, from: usize) {
        let bytes = self.view.text.as_bytes();
        let found = memchr::memchr_iter(b'#', bytes.get(from..).unwrap_or_default()).map(|at| from + at);
        let begins = |at: &usize| match at.checked_sub(1) {
            None => true,
            Some(before) => {
                matches!(bytes.get(before), Some(b' ' | b'\t' | b'\n' | b'\r')) || self.is_marked(*at)
            }
        };
        self.next = found.into_iter().find(begins);
    }

    /// True behind byte-order marks that begin their line.
    fn is_marked(&self, at: usize) -> bool {
        let before = self.view.slice(0..at);
        let line = before.trim_end_matches('\u{feff}');
        line.len() < before.len() && (line.is_empty() || line.ends_with(['\n', '\r']))
    }
}
