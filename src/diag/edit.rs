//! Changes to a file's bytes.

use crate::source::{FileId, Span};

/// Puts `text` in place of the bytes of `span`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// One way to mend a finding: edits that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an order: "rename `wieght` to `weight`".
    pub title: String,
    /// A safe fix never changes what any request gets.
    pub safe: bool,
    /// Edits that do not overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A fix of one edit that changes no decision.
    pub fn safe(title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        Self { title: title.into(), safe: true, edits: vec![Edit { span, text: text.into() }] }
    }

    /// A fix of one edit that may change what requests get.
    pub fn unsafe_(title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        Self { safe: false, ..Self::safe(title, span, text) }
    }
}

/// Applies the edits of one fix that touch `file` to its text. `None` when they overlap or do not fit the text.
pub fn apply(text: &str, file: FileId, edits: &[Edit]) -> Option<String> {
    let mut edits: Vec<&Edit> = edits.iter().filter(|e| e.span.file == file).collect();
    edits.sort_by_key(|e| (e.span.start, e.span.end));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.span.start as usize)?);
        out.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    #[test]
    fn applies_in_order_and_refuses_overlap() {
        let mut sources = Sources::new();
        let file = sources.add("a", "one two");
        let edit = |start, end, text: &str| Edit { span: Span::new(file, start, end), text: text.into() };
        assert_eq!(apply("one two", file, &[edit(4, 7, "2"), edit(0, 3, "1")]).as_deref(), Some("1 2"));
        assert_eq!(apply("one two", file, &[edit(0, 5, ""), edit(4, 7, "")]), None);
        assert_eq!(apply("one two", file, &[edit(4, 70, "")]), None);
    }
}
