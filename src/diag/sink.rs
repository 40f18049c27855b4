//! Where passes put what they find.

use super::{Diagnostic, Severity, Suppressions};

/// Collects diagnostics.
#[derive(Debug, Default)]
pub struct Sink {
    found: Vec<Diagnostic>,
}

impl Sink {
    /// An empty sink.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one in.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Takes in many.
    pub fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.found.extend(diagnostics);
    }

    /// What has been found so far.
    pub fn as_slice(&self) -> &[Diagnostic] {
        &self.found
    }

    /// For a pass that amends what an earlier step of the same pass said.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Diagnostic> {
        self.found.iter_mut()
    }

    /// How many errors were found.
    pub fn error_count(&self) -> usize {
        self.found.iter().filter(|d| d.severity == Severity::Error).count()
    }

    /// The findings in reading order (file, place, code), without exact repeats and without what comments allow.
    pub fn finish(self, suppressions: &Suppressions) -> Vec<Diagnostic> {
        let mut found: Vec<Diagnostic> =
            self.found.into_iter().filter(|d| !suppressions.allows(d.meta.name, d.span)).collect();
        found.sort_by(|a, b| (a.span, a.meta.code, &a.message).cmp(&(b.span, b.meta.code, &b.message)));
        found.dedup_by(|a, b| a.meta == b.meta && a.span == b.span && a.message == b.message);
        found
    }
}
