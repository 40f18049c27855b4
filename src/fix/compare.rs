//! Whether fixes did what they are for, and nothing else.
//!
//! Findings are compared by rule, subject and message, for places move. What an error had hidden does not count as
//! added: what is asked only where there are no errors, and what stands in a piece that could not be read before.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Found;
use super::choose::{self, Candidate};
use crate::diag::{Diagnostic, Group, Meta, Severity, Subject, without_lines};
use crate::source::SourceFile;

/// The finding that speaks against a fix: its rule and its message. `None` when the fix does not mend its own.
pub(super) type Against = Option<(&'static Meta, String)>;

/// `Ok` when the findings that these fixes mend are gone and none is there that was not there before. `key` tells the
/// key of a file of one of the units.
pub(super) fn judge(
    before: &[&Found],
    after: &[Found],
    batch: &[Candidate],
    key: impl Fn(usize, &str) -> String,
) -> Result<(), Against> {
    let mut left = Findings::of(before.iter().flat_map(|found| found.all()));
    for Candidate { applied, subject, message, .. } in batch {
        left.remove(applied.meta, message, |old| old == subject);
    }
    let mut added = Vec::new();
    for (at, found) in after.iter().enumerate() {
        for new in found.all() {
            if !left.remove(new.meta, &new.message, |subject| *subject == new.subject) {
                added.push((at, new));
            }
        }
    }
    // A name that is right now tells more findings what they are about.
    added.retain(|(_, new)| !left.remove(new.meta, &new.message, |subject| agree(subject, &new.subject)));
    for (at, new) in added {
        let (Some(before), Some(after)) = (before.get(at), after.get(at)) else { return Err(None) };
        let file = after.sources.get(new.span.file);
        let place = file.map(|file| (file, key(at, file.name())));
        let own = |candidate: &&Candidate| is_of(candidate, new);
        if let Some(candidate) = batch.iter().find(own) {
            let (file, start) = candidate.finding.clone();
            let start = choose::moved(&file, start, batch);
            let same =
                place.as_ref().is_some_and(|(_, key)| *key == file) && new.span.start as usize == start;
            if same {
                return Err(None);
            }
        }
        let hidden = match stage(new.meta.group) {
            LAST => is_broken(before, &new.subject),
            own => place.is_some_and(|(file, key)| was_unread(file, &key, new, own, batch)),
        };
        if !hidden {
            let itself = batch.iter().any(|candidate| is_of(candidate, new));
            return Err((!itself).then(|| (new.meta, new.message.clone())));
        }
    }
    Ok(())
}

/// Whether a finding reads as the one that a fix mends.
fn is_of(candidate: &Candidate, new: &Diagnostic) -> bool {
    candidate.applied.meta == new.meta
        && without_lines(&candidate.message) == without_lines(&new.message)
        && agree(&candidate.subject, &new.subject)
}

/// Findings by rule and message, with what each is about.
struct Findings<'a> {
    subjects: BTreeMap<(&'static str, String), Vec<&'a Subject>>,
}

impl<'a> Findings<'a> {
    fn of(diagnostics: impl Iterator<Item = &'a Diagnostic>) -> Self {
        let mut subjects: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for diagnostic in diagnostics {
            let key = (diagnostic.meta.code, without_lines(&diagnostic.message));
            subjects.entry(key).or_default().push(&diagnostic.subject);
        }
        Self { subjects }
    }

    /// Takes out one with a subject that fits.
    fn remove(&mut self, meta: &Meta, message: &str, fits: impl Fn(&Subject) -> bool) -> bool {
        let Some(subjects) = self.subjects.get_mut(&(meta.code, without_lines(message))) else {
            return false;
        };
        let at = subjects.iter().position(|subject| fits(subject));
        at.map(|at| subjects.swap_remove(at)).is_some()
    }
}

/// Whether two subjects may be one, of which more is known now. Places in lists move.
fn agree(old: &Subject, new: &Subject) -> bool {
    let one = |old: &Option<String>, new: &Option<String>| old.is_none() || new.is_none() || old == new;
    one(&old.router, &new.router) && one(&old.route, &new.route) && one(&old.variant, &new.variant)
}

/// How far a file must be understood for a rule to speak.
fn stage(group: Group) -> u8 {
    match group {
        Group::Yaml => 0,
        Group::Shape => 1,
        Group::Cel | Group::Names => 2,
        _ => LAST,
    }
}

/// Of what is asked only about definitions without errors.
const LAST: u8 = 3;

/// Whether a definition had errors that kept the last questions from being asked.
fn is_broken(before: &Found, subject: &Subject) -> bool {
    let same =
        |router: &Option<String>| router.is_none() || subject.router.is_none() || *router == subject.router;
    let mut errors = before.all().filter(|d| d.severity == Severity::Error);
    errors.any(|error| stage(error.meta.group) < LAST && same(&error.subject.router))
}

/// Whether a finding stands in what could not be read before one of these fixes: in what it wrote, or in the block that
/// its line opens. Of the same sort as what was mended it may only stand behind, and only if the fix is no guess.
fn was_unread(file: &SourceFile, key: &str, new: &Diagnostic, own: u8, batch: &[Candidate]) -> bool {
    let place = new.span.start as usize;
    batch.iter().any(|candidate| {
        let mended = stage(candidate.applied.meta.group);
        candidate.changes.iter().filter(|change| change.file == key).any(|change| {
            let Range { start, end } = choose::written(change, batch);
            let block = || place < block_end(file.text(), start);
            match mended {
                0 | 1 if mended < own => start <= place && block(),
                0 | 1 if mended == own => candidate.applied.safe && end <= place && block(),
                _ => false,
            }
        })
    })
}

/// Where the lines end that are indented deeper than the one of this place.
fn block_end(text: &str, place: usize) -> usize {
    let line_start = text.get(..place).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let rest = text.get(line_start..).unwrap_or_default();
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let own = indent(rest);
    let mut end = line_start;
    for (number, line) in rest.split_inclusive('\n').enumerate() {
        if number > 0 && !line.trim().is_empty() && indent(line) <= own {
            break;
        }
        end += line.len();
    }
    end
}
