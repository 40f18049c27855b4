//! What the message templates of a definition name: roles and variables, each with its place.

use std::ops::Range;

use crate::diag::Subject;
use crate::source::{Span, Spanned};

/// One message template.
#[derive(Clone, Debug)]
pub struct Template {
    /// Who speaks.
    pub role: Option<Spanned<String>>,
    /// The variables in its texts, in order.
    pub placeholders: Vec<Placeholder>,
    /// Where it belongs.
    pub subject: Subject,
}

/// A variable in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Placeholder {
    /// Its name.
    pub name: String,
    /// The name; with what stands around it where that is spelt wrong.
    pub span: Span,
    /// How it is spelt.
    pub spelling: Spelling,
}

/// How a variable is spelt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spelling {
    /// `{{name}}`
    Right,
    /// `{name}` or `${name}`: text to the service, and often meant.
    OneBrace,
    /// `{{name` with nothing that closes it: text as well.
    Open,
}

/// The `{{…}}` of a text: all of it, and the name inside. What is never closed is text.
pub fn placeholders(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text.get(at..)?.find("{{")?;
        let inside = text.get(start + 2..)?;
        let length = inside.find("}}")?;
        at = start + 2 + length + 2;
        Some((start..at, inside.get(..length)?.trim()))
    })
}

/// All that is, or may be meant for, a variable in a text: its name, its place and how it is spelt.
pub(super) fn mentions(text: &str) -> Vec<(String, Range<usize>, Spelling)> {
    let mut found = Vec::new();
    let mut end = 0;
    for (range, name) in placeholders(text) {
        let start = name.as_ptr() as usize - text.as_ptr() as usize;
        end = range.end;
        let place = if name.is_empty() { range } else { start..start + name.len() };
        found.push((name.to_owned(), place, Spelling::Right));
    }
    if let Some(at) = text.get(end..).and_then(|rest| rest.find("{{")).map(|at| at + end) {
        let rest = text.get(at + 2..).unwrap_or_default();
        let name: String = rest.trim_start_matches(' ').chars().take_while(is_word).collect();
        if !name.is_empty() {
            found.push((name, at..at + 2, Spelling::Open));
        }
    }
    for (at, _) in text.match_indices('{') {
        let (before, rest) = (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
        let length = rest.find(|c| !is_word(&c)).unwrap_or(rest.len());
        let (name, behind) = rest.split_at_checked(length).unwrap_or_default();
        let single = !before.ends_with('{') && behind.starts_with('}') && !behind.starts_with("}}");
        if single && !name.is_empty() {
            let start = if before.ends_with('$') { at - 1 } else { at };
            found.push((name.to_owned(), start..at + name.len() + 2, Spelling::OneBrace));
        }
    }
    found
}

fn is_word(c: &char) -> bool {
    c.is_ascii_alphanumeric() || *c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_seen() {
        let text = "{{a}} {{ b }} {c} ${d} {{}} {\"e\": 1} {not a name} {{{f}}} {{g";
        let found: Vec<String> = mentions(text)
            .into_iter()
            .map(|(name, range, how)| format!("{name}|{}|{how:?}", text.get(range).unwrap()))
            .collect();
        assert_eq!(
            found,
            [
                "a|a|Right",
                "b|b|Right",
                "|{{}}|Right",
                "{f|{f|Right",
                "g|{{|Open",
                "c|{c}|OneBrace",
                "d|${d}|OneBrace"
            ]
        );
        assert_eq!(mentions("{{"), []);
        assert_eq!(mentions("é{"), []);
    }
}
