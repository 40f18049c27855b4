//! What makes two findings of different runs the same finding.
//!
//! Rule, subject, text under the primary span and message count; lines, columns, indices and white space do not, so a
//! finding keeps its fingerprint when something is inserted above it. Two findings of one file that agree in all of
//! that are told apart by their order.

use rustc_hash::FxHashMap;
use xxhash_rust::xxh64::Xxh64;

use crate::diag::{Diagnostic, without_lines, without_numbers};
use crate::source::Sources;

/// Gives out the fingerprints of one run.
#[derive(Debug, Default)]
pub struct Fingerprints {
    seen: FxHashMap<(String, u64), u64>,
}

impl Fingerprints {
    /// The fingerprint of the next finding: 16 hexadecimal digits.
    pub fn next(&mut self, sources: &Sources, d: &Diagnostic) -> String {
        let text = normalise(sources.slice(d.span));
        let subject = &d.subject;
        let path = subject.path.as_deref().map(without_numbers);
        let mut hash = Xxh64::new(0);
        let parts = [
            Some(d.meta.name),
            subject.router.as_deref(),
            subject.route.as_deref(),
            subject.variant.as_deref(),
            path.as_deref(),
            Some(&text),
            Some(&without_lines(&d.message)),
        ];
        for part in parts {
            hash.update(part.unwrap_or_default().as_bytes());
            hash.update(&[0]);
        }
        let file = sources.get(d.span.file).map_or("", |f| f.name());
        let count = self.seen.entry((file.to_owned(), hash.digest())).or_default();
        if *count > 0 {
            hash.update(&count.to_le_bytes());
        }
        *count += 1;
        format!("{:016x}", hash.digest())
    }
}

fn normalise(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::samples::ERROR;
    use super::*;
    use crate::diag::Subject;
    use crate::source::Span;

    fn print(text: &str, needle: &str, message: &str, path: &str) -> String {
        let mut sources = Sources::new();
        let file = sources.add("a.yaml", text);
        let start = text.find(needle).unwrap();
        let subject = Subject { path: Some(path.into()), ..Subject::default() };
        let d = Diagnostic::new(&ERROR, Span::new(file, start, start + needle.len()), message).about(subject);
        Fingerprints::default().next(&sources, &d)
    }

    #[test]
    fn shifts_do_not_matter_and_content_does() {
        let base = print("a: b c\n", "b c", "wrong, see line 6", "x[0].y");
        assert_eq!(base.len(), 16);
        assert_eq!(base, print("# new\n\n a:   b  c\n", "b  c", "wrong, see line 60", "x[12].y"));
        assert_ne!(base, print("a: b d\n", "b d", "wrong, see line 6", "x[0].y"));
        assert_ne!(base, print("a: b c\n", "b c", "wrong, see row 6", "x[0].y"));
        assert_ne!(base, print("a: b c\n", "b c", "wrong, see line 6", "x[0].z"));
    }

    #[test]
    fn repeats_are_told_apart() {
        let mut sources = Sources::new();
        let file = sources.add("a.yaml", "x x");
        let mut prints = Fingerprints::default();
        let first = prints.next(&sources, &Diagnostic::new(&ERROR, Span::new(file, 0, 1), "m"));
        let second = prints.next(&sources, &Diagnostic::new(&ERROR, Span::new(file, 2, 3), "m"));
        assert_ne!(first, second);
        let again =
            Fingerprints::default().next(&sources, &Diagnostic::new(&ERROR, Span::new(file, 2, 3), "m"));
        assert_eq!(first, again);
    }
}
