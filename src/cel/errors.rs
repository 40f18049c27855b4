//! What can be wrong with an expression, and all wording of it.

use super::Span;

/// One fault of an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Issue {
    /// What it is.
    pub kind: IssueKind,
    /// The smallest text that must change.
    pub span: Span,
    /// A second place that the message speaks of, with words for it.
    pub also: Vec<(Span, String)>,
    /// Text to put in place of a span, if there is one thing that was surely meant.
    pub fix: Option<Replacement>,
}

/// A change to the expression's text.
#[derive(Clone, Debug, PartialEq)]
pub struct Replacement {
    /// What it does, as an order.
    pub title: String,
    /// True when the expression had no meaning before, or the same.
    pub safe: bool,
    /// Places and their new text.
    pub edits: Vec<(Span, String)>,
}

/// The kinds of fault.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum IssueKind {}
