//! `irc test --update`: snapshots, written into the files that they stand in.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::files::{Input, Place};
use super::fix::{self, Change as TextChange};
use super::session::Origin;
use crate::diag::{Edit, apply};
use crate::render::tested::{self, Written};
use crate::source::SourceFile;
use crate::suite::{Obsolete, Tested};

/// What is to be written, in memory.
#[derive(Default)]
pub(super) struct Updates {
    texts: Vec<TextChange>,
    /// What that is, for people.
    pub(super) written: Vec<Written>,
}

/// What can be written into a file.
pub(super) struct Draft {
    /// The whole of it.
    new: Arc<str>,
    written: Vec<Written>,
    /// The places of the tests, among those that were run, whose snapshots are in it.
    tests: Vec<usize>,
}

impl Draft {
    /// Makes the text of a file with the snapshots that its tests are to have. `None` where there are none. What cannot be
    /// written is a problem. Obsolete snapshots that are removed need not be told.
    pub(super) fn new(
        origin: &Origin,
        file: &SourceFile,
        tests: &[Tested],
        obsolete: &mut Vec<Obsolete>,
        problems: &mut Vec<String>,
    ) -> Option<Self> {
        let of_tests = tests.iter().enumerate();
        let of_tests =
            of_tests.filter_map(|(at, tested)| Some((Some(at), &tested.name, tested.change.as_ref()?)));
        let of_none = obsolete.iter().map(|obsolete| (None, &obsolete.name, &obsolete.change));
        let all: Vec<_> = of_tests.chain(of_none).collect();
        if all.is_empty() {
            return None;
        }
        if let Some(reason) = refusal(origin) {
            problems.push(format!("cannot write the snapshots of {}: {reason}", file.name()));
            return None;
        }
        let mut draft = Self { new: file.text().clone(), written: Vec::new(), tests: Vec::new() };
        let mut edits: Vec<Edit> = Vec::new();
        // An alias makes several tests of one text.
        let mut texts: BTreeMap<u32, Vec<Edit>> = BTreeMap::new();
        for (at, name, change) in all {
            let line = file.position(change.snapshot.key.start).line;
            let own = tested::edits(file, change);
            let same =
                |own: &Vec<Edit>| texts.get(&change.snapshot.key.start).is_none_or(|known| known == own);
            let Some(own) = own.filter(same) else {
                problems.push(format!(
                    "{}:{line}: the snapshot of `{name}` is not written: it stands where several tests take it from, and is \
                     to be in the test itself",
                    file.name()
                ));
                continue;
            };
            if texts.insert(change.snapshot.key.start, own.clone()).is_none() {
                edits.extend(own);
            }
            draft.tests.extend(at);
            draft.written.push(Written {
                test: name.clone(),
                file: file.name().to_owned(),
                line,
                what: change.what().into(),
            });
        }
        let Some(new) = apply(file.text(), file.id(), &edits) else {
            problems
                .push(format!("the snapshots of {} cannot be written: their places overlap", file.name()));
            return None;
        };
        draft.new = new.into();
        obsolete.retain(|obsolete| !texts.contains_key(&obsolete.change.snapshot.key.start));
        Some(draft)
    }

    /// The text.
    pub(super) fn text(&self) -> &str {
        &self.new
    }

    /// Whether tests that were run on the new text come to what is written: they are the same, and fail for other reasons
    /// only.
    pub(super) fn is_proved_by(&self, before: &[Tested], after: &[Tested]) -> bool {
        let mut each = before.iter().zip(after).enumerate();
        before.len() == after.len()
            && each.all(|(at, (before, after))| {
                let fails = before.failure.is_some() && !self.tests.contains(&at);
                before.name == after.name && fails == after.failure.is_some()
            })
    }
}

/// Why nothing can be written into what was read.
fn refusal(origin: &Origin) -> Option<&'static str> {
    match &origin.input {
        Some(Input { place: Place::Disk(_), .. }) if !origin.is_whole => {
            Some("it holds bytes that are no text, which would be lost")
        }
        Some(Input { place: Place::Disk(_), .. }) => None,
        Some(Input { place: Place::Stdin, .. }) => Some("it is standard input; name the file itself"),
        _ => Some("it is no file of this folder"),
    }
}

impl Updates {
    /// Takes a draft. Its tests no longer fail.
    pub(super) fn take(&mut self, draft: Draft, origin: &Origin, file: &SourceFile, tests: &mut [Tested]) {
        for at in draft.tests {
            if let Some(tested) = tests.get_mut(at) {
                (tested.failure, tested.change) = (None, None);
            }
        }
        if let Some(Input { place: Place::Disk(path), .. }) = &origin.input {
            let (name, old) = (file.name().to_owned(), file.text().clone());
            self.texts.push(TextChange { path: Some(path.clone()), name, old, new: draft.new });
        }
        self.written.extend(draft.written);
    }

    /// Those of other files, behind these.
    pub(super) fn add(&mut self, other: Self) {
        self.texts.extend(other.texts);
        self.written.extend(other.written);
    }

    /// Writes all files, or none of them.
    pub(super) fn write(&self) -> anyhow::Result<()> {
        fix::write(&self.texts)
    }
}
