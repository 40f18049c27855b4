//! What can be wrong with an expression, and all wording of it.
//!
//! In: a kind of fault with its facts. Out: message, note, help and the titles of fixes. Which pass finds what, and
//! where the text of the expression came from, is not known here.

mod check;
mod check_phrases;
mod check_words;
pub(crate) mod foreign;
mod syntax;
mod syntax_words;

pub use check::{ArgumentFault, CheckKind, Member, NumberUse, Operand, Signature};
pub(crate) use syntax::label;
pub use syntax::{Form, SyntaxKind};

use super::{Span, library};

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
    /// The text is no expression.
    Syntax(SyntaxKind),
    /// The text means nothing, or hardly what was meant.
    Check(CheckKind),
}

impl From<CheckKind> for IssueKind {
    fn from(kind: CheckKind) -> Self {
        IssueKind::Check(kind)
    }
}

impl From<SyntaxKind> for IssueKind {
    fn from(kind: SyntaxKind) -> Self {
        IssueKind::Syntax(kind)
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
            IssueKind::Syntax(_) => true,
            IssueKind::Check(kind) => kind.is_error(),
        }
    }

    /// Whether every checker of CEL must refuse the expression for it; ours finds more.
    pub fn is_refusal(&self) -> bool {
        match &self.kind {
            IssueKind::Syntax(_) => true,
            IssueKind::Check(kind) => kind.is_error() && !kind.is_of_evaluation(),
        }
    }

    /// Whether it says again what a fault of the text says: without the marks of optionals nothing of theirs is there.
    pub fn repeats(&self, syntax: &[Issue]) -> bool {
        let off = |issue: &Issue| matches!(issue.kind, IssueKind::Syntax(SyntaxKind::OptionalSyntax { .. }));
        match &self.kind {
            IssueKind::Check(CheckKind::OtherProfile { name, .. }) => {
                library::is_of_optionals(name) && syntax.iter().any(off)
            }
            _ => false,
        }
    }

    /// Adds a place that the message speaks of.
    pub(crate) fn also(mut self, span: Span, words: &str) -> Self {
        self.also.push((span, words.to_owned()));
        self
    }

    /// Adds the fix that puts `text` in place of the issue's own span.
    pub(crate) fn fix_by(self, text: &str) -> Self {
        let edits = vec![(self.span, text.to_owned())];
        self.fix_with(edits)
    }

    /// Adds a fix.
    pub(crate) fn fix_with(mut self, edits: Vec<(Span, String)>) -> Self {
        let (title, safe) = match &self.kind {
            IssueKind::Syntax(kind) => (kind.fix_title(), kind.fix_is_safe()),
            IssueKind::Check(kind) => (kind.fix_title(&edits), kind.fix_is_safe()),
        };
        self.fix = Some(Replacement { title, safe, edits });
        self
    }

    /// Says what is wrong: one line, no full stop.
    pub fn message(&self) -> String {
        match &self.kind {
            IssueKind::Check(kind) => kind.message(),
            IssueKind::Syntax(kind) => kind.message(),
        }
    }

    /// Says why it is wrong or what would happen, where that is not plain.
    pub fn note(&self) -> Option<String> {
        match &self.kind {
            IssueKind::Check(kind) => kind.note(),
            IssueKind::Syntax(kind) => kind.note(),
        }
    }

    /// Says what to write instead.
    pub fn help(&self) -> Option<String> {
        match &self.kind {
            IssueKind::Check(kind) => kind.help(),
            IssueKind::Syntax(kind) => kind.help(),
        }
    }
}

/// How many issues one expression may have before the rest is left out.
const MOST_ISSUES: usize = 50;

/// The issues of one expression while it is read.
#[derive(Default)]
pub(crate) struct Issues {
    list: Vec<Issue>,
    left_out: bool,
    /// Something swallowed the end of the text, so that what is missing there is no fault of its own.
    pub(crate) cut: bool,
}

impl Issues {
    /// Adds one. Answers a handle for [`Issues::amend`].
    pub(crate) fn add(&mut self, issue: Issue) -> usize {
        let at = self.list.len();
        if at < MOST_ISSUES {
            self.list.push(issue);
        } else {
            self.left_out = true;
        }
        at
    }

    /// Notes one more that is left out.
    pub(crate) fn leave_out(&mut self) {
        self.left_out = true;
    }

    /// True when one more would be left out.
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= MOST_ISSUES
    }

    /// True when there is one of this sort.
    pub(crate) fn any(&self, is: impl Fn(&Issue) -> bool) -> bool {
        self.list.iter().any(is)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Gives an issue the fix that was not known when it was added.
    pub(crate) fn amend(&mut self, at: usize, edits: Vec<(Span, String)>) {
        if let Some(issue) = self.list.get_mut(at) {
            *issue = issue.clone().fix_with(edits);
        }
    }

    /// All of them in the order of the text.
    pub(crate) fn finish(mut self) -> Vec<Issue> {
        self.list.sort_by_key(|issue| issue.span.start);
        if let (true, Some(last)) = (self.left_out, self.list.last()) {
            let kind = SyntaxKind::TooManyIssues { limit: MOST_ISSUES };
            self.list.push(Issue::new(kind, last.span));
        }
        self.list
    }
}
