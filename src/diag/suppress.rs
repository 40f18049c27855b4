//! Comments that allow a finding: `# irc: allow(name, name) reason`.
//!
//! On a line of its own it speaks of the next line that holds something, otherwise of its own line; at the head of a
//! file, before anything else, of the whole file. A comment in a definition speaks also of what is found in a file that
//! it shares with others, where the finding shows a place that the comment covers.

use super::Diagnostic;
use crate::source::{FileId, Span};

const ALLOW: &str = "allow";
/// What people write for it who know other tools.
const WORDS: &[&str] = &[ALLOW, "ignore", "disable", "suppress", "skip", "noqa", "nolint"];

/// One `allow` comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The rules it names; none if it is not written as it should be.
    pub names: Vec<String>,
    /// Why; empty if the author gave no reason.
    pub reason: String,
    /// The comment itself.
    pub comment: Span,
    /// The bytes it speaks of: a finding whose span starts in there is not reported.
    pub covers: Span,
}

/// All `allow` comments of a run.
#[derive(Clone, Debug, Default)]
pub struct Suppressions {
    list: Vec<Suppression>,
    /// The file of the definitions.
    home: Option<FileId>,
}

impl Suppressions {
    /// None yet, for definitions in this file.
    pub fn of(file: FileId) -> Self {
        Self { list: Vec::new(), home: Some(file) }
    }

    /// Reads one comment's text (with its `#`). `None` when it is no such comment, nor meant to be one.
    pub fn parse(comment: &str, span: Span, covers: Span) -> Option<Suppression> {
        let rest = comment.trim_start_matches('#').trim_start();
        let rest = rest.strip_prefix("irc:")?.trim_start();
        let word = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (word, rest) = rest.split_at_checked(word)?;
        if !WORDS.contains(&word) {
            return None;
        }
        let list = rest.trim_start().strip_prefix('(').and_then(|rest| rest.split_once(')'));
        let (names, reason) = list.filter(|_| word == ALLOW).unwrap_or(("", rest));
        let names = names.split(',').map(|n| n.trim().to_owned()).filter(|n| !n.is_empty()).collect();
        Some(Suppression { names, reason: reason.trim().to_owned(), comment: span, covers })
    }

    /// Takes one in.
    pub fn push(&mut self, suppression: Suppression) {
        self.list.push(suppression);
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Suppression> {
        self.list.iter()
    }

    /// True when a finding is allowed.
    pub fn allow(&self, finding: &Diagnostic) -> bool {
        let name = finding.meta.name;
        let mut shown = self.home.iter().flat_map(|home| finding.places_in(*home));
        self.allows(name, finding.span) || shown.any(|place| self.allows(name, place))
    }

    /// True when a finding of this rule at this place is allowed.
    pub fn allows(&self, name: &str, span: Span) -> bool {
        self.list.iter().any(|s| s.covers.contains(start_of(span)) && s.names.iter().any(|n| n == name))
    }
}

fn start_of(span: Span) -> Span {
    let file: FileId = span.file;
    Span { file, start: span.start, end: span.start }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    #[test]
    fn reads_names_and_reason() {
        let mut sources = Sources::new();
        let file = sources.add("a", "x");
        let span = Span::new(file, 0, 1);
        let s = Suppressions::parse("# irc: allow(a-b, c) because", span, span).unwrap();
        assert_eq!(s.names, ["a-b", "c"]);
        assert_eq!(s.reason, "because");
        for meant in ["# irc: allow a-b", "# irc: ignore(a-b)", "# irc: allow()"] {
            assert_eq!(Suppressions::parse(meant, span, span).unwrap().names, [""; 0], "{meant}");
        }
        assert!(Suppressions::parse("# irc: 1", span, span).is_none());
        assert!(Suppressions::parse("# irc allow(a)", span, span).is_none());
        assert!(Suppressions::parse("# see irc: allow(a)", span, span).is_none());
    }
}
