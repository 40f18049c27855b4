//! What a pass has to say: [`Diagnostic`]s, collected in a [`Sink`].
//!
//! In: a rule's [`Meta`], spans, words and [`Fix`]es from the pass that found something. Out: plain data that
//! `render/` turns into text. It knows no rule by name, no wording, no terminal and no JSON.

mod edit;
mod meta;
mod same;
mod sink;
pub mod suggest;
mod suppress;

pub use edit::{Edit, Fix, apply};
pub use meta::{Fixability, Group, Level, Meta, Severity, Switches};
pub use same::{without_lines, without_numbers};
pub use sink::{Sink, shorten};
pub use suppress::{Suppression, Suppressions};

use crate::source::{FileId, Span};

/// A second place that a diagnostic speaks of, with what it says there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What there is to say about it; may be empty.
    pub message: String,
}

/// What a finding is about, in the words of the definition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Subject {
    /// Bare name of the router.
    pub router: Option<String>,
    /// Id of the route.
    pub route: Option<String>,
    /// Id of the variant.
    pub variant: Option<String>,
    /// Path in the document, as `routes[0].variants`.
    pub path: Option<String>,
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The rule.
    pub meta: &'static Meta,
    /// The rule's own severity or what the rule decided for this case; configuration may still change it.
    pub severity: Severity,
    /// What is wrong: one line, lower case, no full stop, the user's text in backticks.
    pub message: String,
    /// The smallest text that must change.
    pub span: Span,
    /// What stands beside the underlined text; may be empty.
    pub label: String,
    /// Other places.
    pub labels: Vec<Label>,
    /// What happens at run time if this is deployed.
    pub note: Option<String>,
    /// What to write instead.
    pub help: Option<String>,
    /// Ids of the assumptions about the service that the finding rests on.
    pub assumptions: Vec<&'static str>,
    /// What can be applied to the files.
    pub fixes: Vec<Fix>,
    /// A request, as JSON text in the bare form, that shows what the finding claims.
    pub witness: Option<String>,
    /// What it is about.
    pub subject: Subject,
    /// The text under its span is a secret, which nobody prints.
    pub secret: bool,
}

impl Diagnostic {
    /// A diagnostic at the rule's own severity, without any of the optional parts.
    pub fn new(meta: &'static Meta, span: Span, message: impl Into<String>) -> Self {
        Self {
            meta,
            severity: meta.level.severity(),
            message: message.into(),
            span,
            label: String::new(),
            labels: Vec::new(),
            note: None,
            help: None,
            assumptions: Vec::new(),
            fixes: Vec::new(),
            witness: None,
            subject: Subject::default(),
            secret: false,
        }
    }

    /// Where in a file of definitions a comment may speak of it: its span, or, where that lies in another file, which
    /// these definitions share, the places here that it shows.
    pub fn places_in(&self, file: FileId) -> impl Iterator<Item = Span> {
        let own = (self.span.file == file).then_some(self.span);
        let shown = self.labels.iter().map(|label| label.span).filter(move |span| span.file == file);
        own.into_iter().chain(shown.filter(move |_| own.is_none()))
    }

    /// Sets the words beside the underlined text.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.label = text.into();
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn also(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    /// Says what happens at run time.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.note = Some(text.into());
        self
    }

    /// Says what to write instead.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Names an assumption that it rests on.
    #[must_use]
    pub fn assumes(mut self, id: &'static str) -> Self {
        self.assumptions.push(id);
        self
    }

    /// Adds a fix.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }

    /// Overrides the rule's severity for this case.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Says what it is about.
    #[must_use]
    pub fn about(mut self, subject: Subject) -> Self {
        self.subject = subject;
        self
    }
}
