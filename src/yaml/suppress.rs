//! `# irc: allow(name) reason` comments of a file, and the lines they speak of.

use super::tree::Tree;
use crate::diag::{Suppression, Suppressions};
use crate::source::{SourceFile, Span};

impl Tree {
    /// The `allow` comments of the file. On a line of its own one speaks of the next line that holds something, and
    /// of that line only even if a block begins there; behind something, of its own line; before anything else in
    /// the file, of the whole file.
    pub fn suppressions(&self, file: &SourceFile) -> Vec<Suppression> {
        let lines = file.lines();
        let head = (0..lines.count()).find(|n| !says_nothing(file.slice(line_span(file, *n))));
        // From the last comment to the first: what the next one of a run of comments speaks of is then known.
        let mut below: Option<(usize, Span)> = None;
        let mut found = Vec::new();
        for comment in self.comments.iter().rev() {
            let number = lines.line_of(comment.span.start);
            let covers = if !comment.own_line {
                line_span(file, number)
            } else if head.is_none_or(|head| number < head) {
                Span::new(file.id(), 0, file.text().len())
            } else {
                match below {
                    Some((next, covers)) if next == number + 1 => covers,
                    _ => next_content(file, number, comment.span),
                }
            };
            if comment.own_line {
                below = Some((number, covers));
            }
            found.extend(Suppressions::parse(file.slice(comment.span), comment.span, covers));
        }
        found.reverse();
        found
    }
}

fn next_content(file: &SourceFile, number: usize, comment: Span) -> Span {
    (number + 1..file.lines().count())
        .map(|n| line_span(file, n))
        .find(|span| !says_nothing(file.slice(*span)))
        .unwrap_or(Span { end: comment.start, ..comment })
}

/// Blank lines, comments, and what may stand before a first document.
fn says_nothing(line: &str) -> bool {
    let line = line.trim_start_matches('\u{feff}').trim();
    line.is_empty() || line.starts_with(['#', '%']) || line == "---"
}

fn line_span(file: &SourceFile, number: usize) -> Span {
    let start = file.lines().start_of(number).unwrap_or(0) as usize;
    let end = file.lines().start_of(number + 1).map_or(file.text().len(), |n| n as usize);
    Span::new(file.id(), start, end)
}
