//! What stands between the parts of a file: lines, blanks, comments.

use std::ops::Range;

use crate::source::SourceFile;
use crate::yaml::Comment;

/// The text of a file, looked at from the places of its parts.
pub(super) struct Source<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) text: &'a str,
    pub(super) comments: &'a [Comment],
    /// How many lines up to each one an `allow` comment speaks of. What stands on such a line stays on it, and nothing
    /// else comes to stand there, so that the comment covers what it covered.
    pinned: Vec<u32>,
}

impl<'a> Source<'a> {
    pub(super) fn new(file: &'a SourceFile, comments: &'a [Comment], covered: &[Range<usize>]) -> Self {
        let count = file.lines().count();
        let mut lines = vec![false; count];
        for range in covered {
            let line = file.lines().line_of(narrow(range.start));
            if let Some(pinned) = lines.get_mut(line) {
                *pinned = true;
            }
        }
        let mut sum = 0;
        let pinned = lines.into_iter().map(|line| {
            sum += u32::from(line);
            sum
        });
        Self { file, text: file.text(), comments, pinned: pinned.collect() }
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }

    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The line that holds a byte.
    pub(super) fn line(&self, at: usize) -> usize {
        self.file.lines().line_of(narrow(at))
    }

    /// A line without its break, and where it begins.
    pub(super) fn numbered(&self, line: usize) -> Option<(usize, &'a str)> {
        let start = self.file.lines().start_of(line)? as usize;
        let end = self.file.lines().start_of(line + 1).map_or(self.text.len(), |n| n as usize);
        Some((start, self.slice(start..end).trim_end_matches(['\r', '\n'])))
    }

    /// Where the line of a place ends, its break left out.
    pub(super) fn line_end(&self, at: usize) -> usize {
        self.numbered(self.line(at)).map_or(self.text.len(), |(start, text)| start + text.len())
    }

    /// How many bytes stand before a place on its line; a byte order mark does not count.
    pub(super) fn column(&self, at: usize) -> usize {
        let start = self.file.lines().start_of(self.line(at)).unwrap_or(0) as usize;
        self.slice(start..at).trim_start_matches('\u{feff}').len()
    }

    /// True when a place is the first on its line and the line above is blank.
    pub(super) fn blank_above(&self, at: usize) -> bool {
        let line = self.line(at);
        let blank = |text: &str| text.trim_matches([' ', '\t', '\u{feff}']).is_empty();
        let Some(above) = line.checked_sub(1).and_then(|above| self.numbered(above)) else { return false };
        let start = self.file.lines().start_of(line).unwrap_or(0) as usize;
        blank(self.slice(start..at)) && blank(above.1)
    }

    /// The first place from `from` on that is no blank, line break or comment.
    pub(super) fn solid(&self, from: usize) -> usize {
        let mut at = from;
        loop {
            match self.byte(at) {
                Some(b' ' | b'\t' | b'\r' | b'\n') => at += 1,
                Some(b'#') => match self.comment_at(at) {
                    Some(comment) => at = comment.span.end as usize,
                    None => return at,
                },
                Some(0xef) if at == 0 && self.text.starts_with('\u{feff}') => at = 3,
                _ => return at,
            }
        }
    }

    fn comment_at(&self, at: usize) -> Option<&Comment> {
        let found = self.comments.binary_search_by_key(&narrow(at), |comment| comment.span.start).ok()?;
        self.comments.get(found)
    }

    /// True when an `allow` comment speaks of one of the lines that a range lies on.
    pub(super) fn is_pinned(&self, range: &Range<usize>) -> bool {
        let upto = |line: Option<usize>| line.and_then(|line| self.pinned.get(line)).copied().unwrap_or(0);
        let (first, last) = (self.line(range.start), self.line(range.end.max(range.start)));
        upto(Some(last)) > upto(first.checked_sub(1))
    }
}

fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
