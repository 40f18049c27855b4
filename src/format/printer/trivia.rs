//! Lines, blank lines and comments.

use std::ops::Range;

use super::Printer;
use crate::format::lines::Line;
use crate::yaml::Comment;

/// A comment that keeps what stands below it as it is.
fn is_skip(comment: &str) -> bool {
    let words = comment.trim_start_matches('#').trim_start().strip_prefix("irc:").map(str::trim);
    words.and_then(|words| words.strip_prefix("fmt")).is_some_and(|rest| {
        rest.starts_with(' ')
            && rest.trim_start().strip_prefix("skip").is_some_and(|r| r.is_empty() || r.starts_with(' '))
    })
}

impl<'a> Printer<'a> {
    /// The next comment, if it begins before a place.
    pub(super) fn peek(&self, until: usize) -> Option<Comment> {
        self.source.comments.get(self.next).filter(|c| (c.span.start as usize) < until).copied()
    }

    /// Comments before a place, each on a line of its own.
    pub(super) fn comments(&mut self, until: usize, indent: usize) {
        while let Some(comment) = self.peek(until) {
            if self.flush() && !comment.own_line {
                self.attach(&comment);
            } else {
                self.comment(&comment, indent);
            }
        }
    }

    pub(super) fn comment(&mut self, comment: &Comment, indent: usize) {
        self.blank(comment.span.start as usize);
        let text = self.source.file.slice(comment.span).trim_end();
        self.text(indent, text);
        self.skip = is_skip(text);
        self.next += 1;
    }

    /// The next comment, behind the last line if one may stand there.
    pub(super) fn attach(&mut self, comment: &Comment) {
        if let Some(last) = self.lines.last_mut()
            && !last.closed
            && last.comment.is_none()
        {
            let text = self.source.file.slice(comment.span).trim_end().to_owned();
            self.left = self.left.saturating_sub(text.len());
            last.comment = Some((text, self.source.column(comment.span.start as usize)));
            self.next += 1;
        }
    }

    /// A comment may stand behind the last line after all.
    pub(super) fn reopen(&mut self) {
        if let Some(last) = self.lines.last_mut() {
            last.closed = false;
        }
    }

    /// A comment that stands behind `end` on the same line.
    pub(super) fn trailing(&mut self, end: usize) {
        let Some(comment) = self.peek(usize::MAX) else { return };
        let start = comment.span.start as usize;
        let between = self.source.slice(end..start);
        if !comment.own_line
            && start >= end
            && self.source.line(start) == self.source.line(end)
            && between.chars().all(|c| matches!(c, ' ' | '\t' | ',' | ']' | '}'))
        {
            self.attach(&comment);
        }
    }

    /// The next comment, if it stands behind something on this line of the file.
    pub(super) fn first_comment_on(&mut self, line: usize) {
        if let Some(comment) = self.peek(usize::MAX)
            && !comment.own_line
            && self.source.line(comment.span.start as usize) == line
        {
            self.attach(&comment);
        }
    }

    /// Comments up to a place have been printed with what they stand in.
    pub(super) fn pass_comments(&mut self, until: usize) {
        while self.peek(until).is_some() {
            self.next += 1;
        }
    }

    pub(super) fn comments_within(&self, place: &Range<usize>) -> bool {
        let from = self.source.comments.partition_point(|c| (c.span.start as usize) < place.start);
        self.source.comments.get(from).is_some_and(|c| (c.span.start as usize) < place.end)
    }

    /// A blank line, where the file has one above this place and one may stand.
    pub(super) fn blank(&mut self, at: usize) {
        if !self.fresh && !self.tight && self.lead.is_none() && self.source.blank_above(at) {
            self.lines.push(Line { closed: true, ..Line::default() });
        }
    }

    /// A dash that nothing follows on its line.
    pub(super) fn flush(&mut self) -> bool {
        let Some(lead) = self.lead.take() else { return false };
        self.push(lead.trim_end().to_owned());
        self.fresh = true;
        true
    }

    pub(super) fn line(&mut self, indent: usize, text: &str) {
        let text = match self.lead.take() {
            Some(lead) => lead + text,
            None => " ".repeat(indent) + text,
        };
        self.push(text);
    }

    /// A line behind which no comment may stand: it would become part of a text or of another comment.
    pub(super) fn text(&mut self, indent: usize, text: &str) {
        if text.is_empty() {
            self.push(String::new());
        } else {
            self.line(indent, text);
        }
        if let Some(last) = self.lines.last_mut() {
            last.closed = true;
        }
    }

    pub(super) fn push(&mut self, text: String) {
        (self.fresh, self.tight) = (false, false);
        self.left = self.left.saturating_sub(text.len() + 1);
        if self.left > 0 {
            self.lines.push(Line { text, ..Line::default() });
        }
    }
}
