//! That a text laid out anew is still the same definition.

use std::ops::Range;

use super::condition;
use super::places::{Step, is_condition};
use crate::diag::{Diagnostic, Severity, Sink, Suppression};
use crate::source::{SourceFile, Sources};
use crate::yaml::{self, Options, Part, PartKind, Scalar, Tree};

/// A file as it is written, and what its comments cover.
pub(super) struct Reading<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) tree: Tree,
    pub(super) documents: Vec<Option<Part>>,
    allowed: Vec<Suppression>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(file: &'a SourceFile, tree: Tree, documents: Vec<Option<Part>>) -> Self {
        let allowed = tree.suppressions(file);
        Self { file, tree, documents, allowed }
    }

    /// What `allow` comments cover, without those that cover the whole file.
    pub(super) fn covered(&self) -> Vec<Range<usize>> {
        self.allowed.iter().filter(|s| !self.is_whole(s)).map(range).collect()
    }

    /// True for a comment that speaks of the whole file. One behind the only line of a file speaks of that line.
    fn is_whole(&self, suppression: &Suppression) -> bool {
        let own_line = self.tree.comments.iter().any(|c| c.own_line && c.span == suppression.comment);
        own_line && range(suppression) == (0..self.file.text().len())
    }

    /// Of each `allow` comment, which parts of the file it speaks of. The parts are counted in their order.
    fn coverage(&self) -> Vec<Option<Vec<usize>>> {
        let mut starts = Vec::new();
        self.documents.iter().flatten().for_each(|root| starts_of(root, &mut starts));
        let of = |s: &Suppression| {
            let covers = range(s);
            let count = starts.iter().enumerate().filter(|(_, start)| covers.contains(start));
            (!self.is_whole(s)).then(|| count.map(|(at, _)| at).collect())
        };
        self.allowed.iter().map(of).collect()
    }

    fn comments(&self) -> Vec<&str> {
        let text = |comment: &yaml::Comment| self.file.slice(comment.span).trim_end();
        let mut all: Vec<&str> = self.tree.comments.iter().map(text).collect();
        all.sort_unstable();
        all
    }
}

fn range(suppression: &Suppression) -> Range<usize> {
    suppression.covers.start as usize..suppression.covers.end as usize
}

/// Where each scalar and alias begins. Collections begin where their first child does.
fn starts_of(part: &Part, starts: &mut Vec<usize>) {
    match &part.kind {
        // What is left out has no place of its own.
        PartKind::Scalar { .. } if part.is_absent() => {}
        PartKind::Alias | PartKind::Scalar { .. } => starts.push(part.place.start),
        _ => part.children().into_iter().for_each(|child| starts_of(child, starts)),
    }
}

/// What would be lost if `text` took the place of a file, as the end of a sentence; `None` when nothing would.
pub(super) fn differs(before: &Reading<'_>, text: &str, options: &Options) -> Option<String> {
    let mut sources = Sources::new();
    let id = sources.add(before.file.name(), text);
    let file = sources.get(id)?;
    let mut sink = Sink::new();
    let tree = yaml::parse(file, options, &mut sink);
    let is_error = |d: &&Diagnostic| d.severity == Severity::Error;
    if let Some(error) = sink.as_slice().iter().find(is_error) {
        return Some(format!("have an error of syntax: {}", error.message));
    }
    let Some(documents) = yaml::written(file) else {
        return Some("have an error of syntax".into());
    };
    let after = Reading::new(file, tree, documents);
    if before.documents.len() != after.documents.len() {
        return Some(format!("have {} documents, not {}", after.documents.len(), before.documents.len()));
    }
    if before.comments() != after.comments() {
        return Some("lose or change a comment".into());
    }
    let mut path = Vec::new();
    for (old, new) in before.documents.iter().zip(&after.documents) {
        let same = match (old, new) {
            (Some(old), Some(new)) => same((before.file, old), (file, new), &mut path),
            (old, new) => old.is_none() && new.is_none(),
        };
        if !same {
            let text: Vec<&str> = path
                .iter()
                .map(|step| match step {
                    Step::Key(key) => key,
                    Step::Item => "[]",
                })
                .collect();
            return Some(format!("mean something else at `{}`", text.join(".")));
        }
    }
    (before.coverage() != after.coverage())
        .then(|| "move something into or out of what a comment `irc: allow(…)` covers".into())
}

/// Whether two parts say the same. Where they do not, the path leads there.
fn same<'a>(old: (&SourceFile, &'a Part), new: (&SourceFile, &'a Part), path: &mut Vec<Step<'a>>) -> bool {
    let ((old_file, old), (new_file, new)) = (old, new);
    let text = |file: &SourceFile, place: &Range<usize>| {
        file.text().get(place.clone()).unwrap_or_default().to_owned()
    };
    let anchor = |file: &SourceFile, part: &Part| part.anchor.as_ref().map(|place| text(file, place));
    if anchor(old_file, old) != anchor(new_file, new) {
        return false;
    }
    let mut into = |step: Step<'a>, old: &'a Part, new: &'a Part| {
        path.push(step);
        let same = same((old_file, old), (new_file, new), path);
        if same {
            path.pop();
        }
        same
    };
    match (&old.kind, &new.kind) {
        (PartKind::Alias, PartKind::Alias) => text(old_file, &old.place) == text(new_file, &new.place),
        (PartKind::Scalar { scalar: old, .. }, PartKind::Scalar { scalar: new, .. }) => {
            same_scalar(old, new, is_condition(path))
        }
        (PartKind::Sequence { items: old, .. }, PartKind::Sequence { items: new, .. }) => {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| into(Step::Item, old, new))
        }
        (PartKind::Mapping { entries: old, .. }, PartKind::Mapping { entries: new, .. }) => {
            old.len() == new.len()
                && old.iter().zip(new).all(|((old_key, old), (new_key, new))| {
                    let key = old_key.scalar().map_or("", |key| key.value.as_str());
                    into(Step::Key(key), old_key, new_key) && into(Step::Key(key), old, new)
                })
        }
        _ => false,
    }
}

fn same_scalar(old: &Scalar, new: &Scalar, is_condition: bool) -> bool {
    let same_type = old.resolve() == new.resolve() || (is_nan(old) && is_nan(new));
    if old.value == new.value && same_type {
        return true;
    }
    let meaning = |scalar: &Scalar| condition::meaning(&scalar.value);
    is_condition && meaning(old).is_some_and(|old| Some(old) == meaning(new))
}

/// A number that is not equal to itself.
fn is_nan(scalar: &Scalar) -> bool {
    matches!(scalar.resolve(), yaml::ScalarType::Float(n) if n.is_nan())
}
