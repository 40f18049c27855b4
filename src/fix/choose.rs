//! Which fixes are applied together, and what they make of a text.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Applied, Reach, Run, offered};
use crate::diag::{Diagnostic, Fix, Subject};

/// A change of a file's text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Change {
    /// The key of the file.
    pub(super) file: String,
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

/// A fix that may go in.
pub(super) struct Candidate {
    pub(super) applied: Applied,
    pub(super) subject: Subject,
    pub(super) message: String,
    /// The file and the place of the finding.
    pub(super) finding: (String, usize),
    /// Never empty.
    pub(super) changes: Vec<Change>,
}

impl Candidate {
    /// The keys of the files that it changes.
    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        self.changes.iter().map(|change| change.file.as_str())
    }

    /// Where it begins.
    pub(super) fn place(&self) -> (String, usize) {
        self.changes.first().map(|c| (c.file.clone(), c.range.start)).unwrap_or_default()
    }
}

/// The next fixes in reading order, up to `most` of them, that do not touch one another.
pub(super) fn batch(run: &Run<'_>, reach: Reach, most: usize) -> Vec<Candidate> {
    let mut taken = Taken::default();
    let mut batch = Vec::new();
    for (at, unit) in run.fixed.units.iter().enumerate() {
        for diagnostic in &unit.diagnostics {
            if batch.len() >= most {
                return batch;
            }
            let Some(fix) = offered(diagnostic, reach) else { continue };
            let Some(candidate) = candidate(run, at, diagnostic, fix) else { continue };
            if !run.is_refused(&candidate) && taken.take(&candidate) {
                batch.push(candidate);
            }
        }
    }
    batch
}

fn candidate(run: &Run<'_>, unit: usize, diagnostic: &Diagnostic, fix: &Fix) -> Option<Candidate> {
    let sources = &run.fixed.units.get(unit)?.sources;
    let mut changes = Vec::new();
    for edit in &fix.edits {
        let file = sources.get(edit.span.file)?;
        let key = run.checker.key(unit, file.name());
        if !run.checker.may_change(&key) {
            return None;
        }
        let mut range = edit.span.start as usize..edit.span.end as usize;
        if range.is_empty() && range.start == 0 && file.text().starts_with('\u{feff}') {
            range = BOM..BOM;
        }
        changes.push(Change { file: key, range, text: with_line_breaks_of(file.text(), &edit.text) });
    }
    changes.sort_by(|a, b| (&a.file, a.range.start, a.range.end).cmp(&(&b.file, b.range.start, b.range.end)));
    let shown = sources.get(diagnostic.span.file)?.name();
    let finding = (run.checker.key(unit, shown), diagnostic.span.start as usize);
    let applied =
        Applied { file: shown.to_owned(), meta: diagnostic.meta, title: fix.title.clone(), safe: fix.safe };
    let (subject, message) = (diagnostic.subject.clone(), diagnostic.message.clone());
    Some(Candidate { applied, subject, message, finding, changes })
}

/// Bytes of a byte order mark, which stays the first thing in a file.
const BOM: usize = 3;

/// New lines end as those of the file do.
fn with_line_breaks_of(text: &str, new: &str) -> String {
    let first = text.find('\n').unwrap_or(0);
    if new.contains('\n') && first > 0 && text.as_bytes().get(first - 1) == Some(&b'\r') {
        new.replace("\r\n", "\n").replace('\n', "\r\n")
    } else {
        new.to_owned()
    }
}

/// The places that a batch changes.
#[derive(Default)]
struct Taken {
    /// For each file the ends of what is changed, by its start.
    files: BTreeMap<String, BTreeMap<usize, usize>>,
}

impl Taken {
    /// Takes the places of a fix, unless one of them touches another.
    fn take(&mut self, candidate: &Candidate) -> bool {
        let mut own: Option<&Change> = None;
        for change in &candidate.changes {
            // Edits of one fix may stand side by side, and may not overlap.
            let overlaps = own.is_some_and(|o| o.file == change.file && o.range.end > change.range.start);
            if overlaps || !self.is_free(change) {
                return false;
            }
            own = Some(change);
        }
        for Change { file, range, .. } in &candidate.changes {
            let ends = self.files.entry(file.clone()).or_default().entry(range.start).or_default();
            *ends = (*ends).max(range.end);
        }
        true
    }

    fn is_free(&self, change: &Change) -> bool {
        let Some(ends) = self.files.get(&change.file) else { return true };
        let before = ends.range(..=change.range.end).next_back();
        before.is_none_or(|(_, end)| *end < change.range.start)
    }
}

/// The text of a file after these fixes. `None` when they do not fit it.
pub(super) fn apply(text: &str, file: &str, batch: &[Candidate]) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for change in changes(file, batch) {
        out.push_str(text.get(at..change.range.start)?);
        out.push_str(&change.text);
        at = change.range.end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// The changes of one file, in order.
pub(super) fn changes<'b>(file: &str, batch: &'b [Candidate]) -> Vec<&'b Change> {
    let all = batch.iter().flat_map(|candidate| &candidate.changes);
    let mut own: Vec<&Change> = all.filter(|change| change.file == file).collect();
    own.sort_by_key(|change| (change.range.start, change.range.end));
    own
}

/// Where a place stands after these fixes.
pub(super) fn moved(file: &str, place: usize, batch: &[Candidate]) -> usize {
    let before = changes(file, batch).into_iter().filter(|change| change.range.end <= place);
    before.fold(place, |place, change| (place + change.text.len()).saturating_sub(change.range.len()))
}

/// Where what a change wrote stands after these fixes.
pub(super) fn written(change: &Change, batch: &[Candidate]) -> Range<usize> {
    let before =
        changes(&change.file, batch).into_iter().filter(|other| other.range.end <= change.range.start);
    let before = before.filter(|other| *other != change);
    let start = before
        .fold(change.range.start, |at, other| (at + other.text.len()).saturating_sub(other.range.len()));
    start..start + change.text.len()
}
