//! Applies fixes, until none is left that may go in.
//!
//! In: what was found in some files, and a [`Checker`] that can find again with other texts. Out: the texts as they are
//! to be, what is found in those, which fixes went in, and which were left out and why. After every step the files are
//! read and checked anew: a fix that does not mend its finding, or that adds another one, stays out, and the others go in
//! all the same. It refuses to know rules, YAML and where files are: an editor applies fixes to its buffers with it.

mod choose;
mod compare;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diag::{Diagnostic, Fix, Meta};
use crate::source::{SourceFile, Sources};

use choose::Candidate;
use compare::Against;

/// Which fixes are asked for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reach {
    /// Those that never change what any request gets.
    Safe,
    /// All: safe ones as long as there are any, then the others.
    Unsafe,
}

/// What was found in a file and those it refers to.
#[derive(Clone, Debug)]
pub struct Found {
    /// The file and what it refers to.
    pub sources: Sources,
    /// What is to be fixed.
    pub diagnostics: Vec<Diagnostic>,
    /// What is found there too and is not to be fixed, such as in a router that nobody asked about.
    pub beside: Vec<Diagnostic>,
}

impl Found {
    fn all(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().chain(&self.beside)
    }
}

/// Texts that differ from what files hold, by the key of the file.
pub type Texts = BTreeMap<String, Arc<str>>;

/// Checks again what was checked before. Units are counted as they were given to [`fix`].
pub trait Checker {
    /// What is found in these units with `texts` in place of what the files hold; `None` for a unit that cannot be
    /// checked then.
    fn check(&self, units: &[usize], texts: &Texts) -> Vec<Option<Found>>;

    /// What a file is known by, given a unit and the name that its sources have for it. Two names of one file are to have
    /// one key.
    fn key(&self, unit: usize, name: &str) -> String {
        let _ = unit;
        name.to_owned()
    }

    /// Whether a file may be changed at all.
    fn may_change(&self, key: &str) -> bool {
        let _ = key;
        true
    }
}

/// A fix that went in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Applied {
    /// The file, as it is shown.
    pub file: String,
    /// The rule whose finding it mends.
    pub meta: &'static Meta,
    /// What it does, as an order.
    pub title: String,
    /// Whether it is one that never changes what any request gets.
    pub safe: bool,
}

/// A fix that was left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeftOut {
    /// What would have been applied.
    pub fix: Applied,
    /// The finding that would be there then: its rule and message. `None` when the fix does not mend its own.
    pub because: Option<(&'static Meta, String)>,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Fixed {
    /// The files that are to change, by key, with their new texts.
    pub texts: Texts,
    /// What is found with these texts, in the order of the units.
    pub units: Vec<Found>,
    /// What was done, in order.
    pub applied: Vec<Applied>,
    /// What was not done.
    pub left_out: Vec<LeftOut>,
    /// True when it stopped before the end because that took too many steps.
    pub stopped: bool,
}

/// After so many steps it stops: each reads and checks what a few fixes change.
const MOST_STEPS: usize = 1_000;
/// After so many bytes, read again and again, it stops.
const MOST_BYTES: usize = 256 << 20;

/// Applies the fixes that the findings of these units offer.
pub fn fix(units: Vec<Found>, reach: Reach, checker: &dyn Checker) -> Fixed {
    let keys = units.iter().enumerate().map(|(at, unit)| keys(checker, at, &unit.sources)).collect();
    let fixed = Fixed { units, ..Fixed::default() };
    let mut run = Run { checker, keys, fixed, refused: Vec::new(), steps: 0, bytes: 0 };
    run.until_done(Reach::Safe);
    if reach == Reach::Unsafe {
        run.until_done(Reach::Unsafe);
    }
    run.finish()
}

fn keys(checker: &dyn Checker, unit: usize, sources: &Sources) -> Vec<String> {
    sources.iter().map(|file| checker.key(unit, file.name())).collect()
}

/// The fix that is taken where a finding offers several.
fn offered(diagnostic: &Diagnostic, reach: Reach) -> Option<&Fix> {
    let mut fixes = diagnostic.fixes.iter().filter(|fix| !fix.edits.is_empty());
    fixes.find(|fix| fix.safe || reach == Reach::Unsafe)
}

/// A fix that was tried alone in vain. Its place moves when something before it changes.
struct Refused {
    file: String,
    start: usize,
    rule: &'static Meta,
    left_out: LeftOut,
}

struct Run<'a> {
    checker: &'a dyn Checker,
    /// The keys of each unit's sources.
    keys: Vec<Vec<String>>,
    fixed: Fixed,
    refused: Vec<Refused>,
    steps: usize,
    bytes: usize,
}

impl Run<'_> {
    /// Until no fix is left that may go in. What was refused is tried again once something else has changed.
    fn until_done(&mut self, reach: Reach) {
        loop {
            self.refused.clear();
            let before = self.fixed.applied.len();
            self.once(reach);
            if self.fixed.applied.len() == before || self.refused.is_empty() || self.fixed.stopped {
                return;
            }
        }
    }

    /// Applies as many at a time as go together; where they do not, half as many, down to each alone, and more again where
    /// they do.
    fn once(&mut self, reach: Reach) {
        let mut most = usize::MAX;
        loop {
            let batch = choose::batch(self, reach, most);
            let Some(first) = batch.first() else { return };
            if self.steps >= MOST_STEPS || self.bytes >= MOST_BYTES {
                self.fixed.stopped = true;
                return;
            }
            self.steps += 1;
            match (self.attempt(&batch), batch.len()) {
                (Ok(()), _) => most = most.saturating_mul(4),
                (Err(because), 1) => {
                    let (file, start) = first.place();
                    let left_out = LeftOut { fix: first.applied.clone(), because };
                    self.refused.push(Refused { file, start, rule: first.applied.meta, left_out });
                    most = 2;
                }
                (Err(_), count) => most = count / 2,
            }
        }
    }

    /// Puts all of these in, or none; then the finding that speaks against it.
    fn attempt(&mut self, batch: &[Candidate]) -> Result<(), Against> {
        let mut texts = self.fixed.texts.clone();
        let changed: BTreeSet<&str> = batch.iter().flat_map(Candidate::files).collect();
        for key in &changed {
            let text = self.text(key).and_then(|text| choose::apply(&text, key, batch)).ok_or(None)?;
            texts.insert((*key).to_owned(), text.into());
        }
        let touched: Vec<usize> =
            (0..self.keys.len()).filter(|at| self.draws_in(*at, |key| changed.contains(key))).collect();
        self.bytes += touched.iter().map(|at| self.size(*at)).sum::<usize>();
        let found: Option<Vec<Found>> = self.checker.check(&touched, &texts).into_iter().collect();
        let found = found.filter(|found| found.len() == touched.len()).ok_or(None)?;
        let before: Vec<&Found> = touched.iter().filter_map(|at| self.fixed.units.get(*at)).collect();
        compare::judge(&before, &found, batch, |at, name| {
            self.checker.key(touched.get(at).copied().unwrap_or_default(), name)
        })?;
        for refused in &mut self.refused {
            refused.start = choose::moved(&refused.file, refused.start, batch);
        }
        for (at, found) in touched.into_iter().zip(found) {
            if let Some(own) = self.keys.get_mut(at) {
                *own = keys(self.checker, at, &found.sources);
            }
            if let Some(unit) = self.fixed.units.get_mut(at) {
                *unit = found;
            }
        }
        self.fixed.texts = texts;
        self.fixed.applied.extend(batch.iter().map(|candidate| candidate.applied.clone()));
        Ok(())
    }

    fn draws_in(&self, unit: usize, is_one: impl Fn(&str) -> bool) -> bool {
        self.keys.get(unit).is_some_and(|keys| keys.iter().any(|key| is_one(key)))
    }

    fn size(&self, unit: usize) -> usize {
        let Some(unit) = self.fixed.units.get(unit) else { return 0 };
        unit.sources.iter().map(|file| file.text().len()).sum()
    }

    /// What the file of a key holds now.
    fn text(&self, key: &str) -> Option<Arc<str>> {
        let file = |(keys, unit): (&Vec<String>, &Found)| {
            let at = keys.iter().position(|own| own == key)?;
            unit.sources.iter().nth(at).map(SourceFile::text).cloned()
        };
        self.keys.iter().zip(&self.fixed.units).find_map(file)
    }

    /// Whether a fix was tried in vain.
    fn is_refused(&self, candidate: &Candidate) -> bool {
        let (file, start) = candidate.place();
        self.refused.iter().any(|r| {
            r.start == start
                && r.file == file
                && r.rule == candidate.applied.meta
                && r.left_out.fix.title == candidate.applied.title
        })
    }

    fn finish(mut self) -> Fixed {
        self.fixed.left_out = self.refused.into_iter().map(|refused| refused.left_out).collect();
        self.fixed
    }
}
