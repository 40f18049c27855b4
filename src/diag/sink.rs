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
        self.found.push(bounded(diagnostic));
    }

    /// Takes in many.
    pub fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.found.extend(diagnostics.into_iter().map(bounded));
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
        let mut found: Vec<Diagnostic> = self.found.into_iter().filter(|d| !suppressions.allow(d)).collect();
        found.sort_by(|a, b| (a.span, a.meta.code, &a.message).cmp(&(b.span, b.meta.code, &b.message)));
        found.dedup_by(|a, b| a.meta == b.meta && a.span == b.span && a.message == b.message);
        found
    }
}

/// Words that quote the user have an end, whatever the user wrote.
fn bounded(mut diagnostic: Diagnostic) -> Diagnostic {
    let Diagnostic { message, label, labels, note, help, fixes, .. } = &mut diagnostic;
    let labels = labels.iter_mut().map(|l| &mut l.message);
    let titles = fixes.iter_mut().map(|f| &mut f.title);
    for text in [message, label].into_iter().chain(note).chain(help).chain(labels).chain(titles) {
        shorten(text);
    }
    diagnostic
}

/// The most characters between two backticks: more than any of our own sentences has.
const MOST_QUOTED: usize = 400;
/// The most characters of a text.
const MOST: usize = 2_000;

/// Cuts what a text quotes, and the text.
pub fn shorten(text: &mut String) {
    if text.len() <= MOST_QUOTED {
        return;
    }
    let cut = |part: &str, most: usize| match part.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", part.get(..end).unwrap_or_default()),
        None => part.to_owned(),
    };
    let parts: Vec<String> = text.split('`').map(|part| cut(part, MOST_QUOTED)).collect();
    *text = cut(&parts.join("`"), MOST);
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn long_quotations_are_cut_and_the_words_around_them_stay() {
        let mut text = format!("the id `{}` is used twice", "é".repeat(1_000));
        shorten(&mut text);
        assert_eq!(text, format!("the id `{}…` is used twice", "é".repeat(400)));
        let mut text = "`".repeat(5_000);
        shorten(&mut text);
        assert_eq!(text.chars().count(), 2_001);
        let mut text = "a".repeat(400);
        shorten(&mut text);
        assert_eq!(text, "a".repeat(400));
    }
}
