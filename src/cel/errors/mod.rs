//! What can be wrong with an expression, and all wording of it.
//!
//! In: a kind of fault with its facts. Out: message, note, help and the titles of fixes. Which pass finds what, and
//! where the text of the expression came from, is not known here.

mod check;
mod check_words;
pub(crate) mod foreign;

pub use check::{ArgumentFault, CheckKind, Member, Operand, Signature};

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
pub enum IssueKind {
    /// The text means nothing, or hardly what was meant.
    Check(CheckKind),
}

impl From<CheckKind> for IssueKind {
    fn from(kind: CheckKind) -> Self {
        IssueKind::Check(kind)
    }
}

impl Issue {
    /// An issue without further places and without a fix.
    pub fn new(kind: impl Into<IssueKind>, span: Span) -> Self {
        Self { kind: kind.into(), span, also: Vec::new(), fix: None }
    }

    /// False for what evaluates as it stands, though hardly as meant.
    pub fn is_error(&self) -> bool {
        match &self.kind {
            IssueKind::Check(kind) => kind.is_error(),
        }
    }

    /// Says what is wrong: one line, no full stop.
    pub fn message(&self) -> String {
        match &self.kind {
            IssueKind::Check(kind) => kind.message(),
        }
    }

    /// Says why it is wrong or what would happen, where that is not plain.
    pub fn note(&self) -> Option<String> {
        match &self.kind {
            IssueKind::Check(kind) => kind.note(),
        }
    }

    /// Says what to write instead.
    pub fn help(&self) -> Option<String> {
        match &self.kind {
            IssueKind::Check(kind) => kind.help(),
        }
    }
}
