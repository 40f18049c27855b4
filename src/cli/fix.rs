//! `irc check --fix`: applies the fixes that findings offer.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use anyhow::bail;
use rayon::prelude::*;

use super::args::Inputs;
use super::config::Patterns;
use super::files::{self, Input, Place};
use super::session::{Origin, Readings, Session};
use super::{git, write};
use crate::diag::Diagnostic;
use crate::fix::{self, Checker, Fixed, Found, Reach, Texts};
use crate::model::Declarations;
use crate::render::Unit;
use crate::source::{LoadError, Loader, Sources};

/// The key of the text on standard input: no file has it.
const STDIN: &str = "\0stdin";

/// Definitions whose fixes were applied, in memory.
pub(super) struct Mended {
    /// What was fixed and what is left.
    pub(super) fixed: Fixed,
    /// The files that are to change.
    pub(super) changes: Vec<Change>,
    /// What standard input is to be, if it was read.
    pub(super) stdin: Option<Arc<str>>,
    /// What could not be read or changed.
    pub(super) problems: Vec<String>,
}

/// A text that is to change.
pub(super) struct Change {
    /// Where; `None` for standard input.
    pub(super) path: Option<PathBuf>,
    /// As it is shown.
    pub(super) name: String,
    pub(super) old: Arc<str>,
    pub(super) new: Arc<str>,
}

/// Refuses what cannot be changed.
pub(super) fn allow(inputs: &Inputs) -> anyhow::Result<()> {
    for path in inputs.paths.iter().filter(|path| !path.exists() && files::one_router(path).is_none()) {
        let argument = path.to_string_lossy();
        if git::find(&argument, &Patterns::default()).is_some_and(|found| found.is_ok()) {
            bail!("cannot fix {argument}: what a revision holds cannot be changed; name the file itself");
        }
    }
    Ok(())
}

/// Applies fixes to what was read, and checks what comes of it. Nothing is written.
pub(super) fn mend(session: &Session, read: &Readings, reach: Reach) -> Mended {
    let all = Files::new(session, read);
    let units = read.units.iter().zip(&read.origins);
    let found: Vec<Found> = units.map(|(unit, origin)| found(unit, &origin.beside)).collect();
    let keys: Vec<BTreeSet<String>> =
        found.iter().enumerate().map(|(at, f)| all.keys(at, &f.sources)).collect();
    let groups = apart(&keys);
    let run = |group: &Vec<usize>| {
        let own = group.iter().filter_map(|at| found.get(*at)).cloned().collect();
        fix::fix(own, reach, &Group { all: &all, units: group })
    };
    let results: Vec<Fixed> = match groups.as_slice() {
        [only] => vec![run(only)],
        many => many.par_iter().map(run).collect(),
    };
    all.together(&found, &groups, results)
}

/// Writes what changed, all of it or nothing.
pub(super) fn write(changes: &[Change]) -> anyhow::Result<()> {
    let mut texts = Vec::new();
    for Change { path, name, old, new } in changes {
        let Some(path) = path else { continue };
        if files::read(path).ok().as_deref() != Some(old.as_bytes()) {
            bail!("{name} was changed by somebody else meanwhile: nothing is written");
        }
        texts.push((path.clone(), new.to_string()));
    }
    write::replace(&texts)
}

fn found(unit: &Unit, beside: &[Diagnostic]) -> Found {
    Found { sources: unit.sources.clone(), diagnostics: unit.diagnostics.clone(), beside: beside.to_vec() }
}

/// Units that share a file belong together: what is fixed there may add a finding to each of them.
fn apart(keys: &[BTreeSet<String>]) -> Vec<Vec<usize>> {
    let mut group_of: BTreeMap<&str, usize> = BTreeMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (unit, keys) in keys.iter().enumerate() {
        let known: BTreeSet<usize> =
            keys.iter().filter_map(|key| group_of.get(key.as_str())).copied().collect();
        let into = known.first().copied().unwrap_or(groups.len());
        if into == groups.len() {
            groups.push(Vec::new());
        }
        let mut members = vec![unit];
        for other in known.into_iter().skip(1) {
            members.extend(groups.get_mut(other).map(std::mem::take).unwrap_or_default());
            group_of.values_mut().filter(|group| **group == other).for_each(|group| *group = into);
        }
        group_of.extend(keys.iter().map(|key| (key.as_str(), into)));
        if let Some(group) = groups.get_mut(into) {
            group.extend(members);
            group.sort_unstable();
        }
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// What the units are made of.
struct Files<'a> {
    session: &'a Session,
    /// The input of each unit, and its bytes; `None` for the metadata file that all share.
    inputs: Vec<Option<(&'a Input, Vec<u8>)>>,
    /// The key and the name of that file.
    shared: Option<(String, String)>,
    /// Whether standard input was nothing but text.
    stdin_is_whole: bool,
    /// Keys by name: asking the system takes long.
    known: Mutex<BTreeMap<String, String>>,
    /// The text of each file when it was read first.
    old: BTreeMap<String, Arc<str>>,
    changeable: Mutex<BTreeMap<String, bool>>,
}

impl<'a> Files<'a> {
    fn new(session: &'a Session, read: &'a Readings) -> Self {
        let text = |unit: &Unit, name: &str| {
            unit.sources.by_name(name).map(|file| file.text().as_bytes().to_vec()).unwrap_or_default()
        };
        let units = read.units.iter().zip(&read.origins);
        let inputs = units.map(|(unit, origin)| {
            let input = origin.input.as_ref()?;
            Some((input, text(unit, &input.name)))
        });
        let stdin = |origin: &&Origin| origin.input.as_ref().is_some_and(|i| i.place == Place::Stdin);
        let mut files = Self {
            session,
            inputs: inputs.collect(),
            stdin_is_whole: read.origins.iter().find(stdin).is_some_and(|origin| origin.is_whole),
            shared: None,
            known: Mutex::default(),
            old: BTreeMap::new(),
            changeable: Mutex::default(),
        };
        for (at, unit) in read.units.iter().enumerate() {
            for file in unit.sources.iter() {
                let key = files.key(at, file.name());
                if files.inputs.get(at).is_some_and(Option::is_none) {
                    files.shared = Some((key.clone(), file.name().to_owned()));
                }
                files.old.entry(key).or_insert_with(|| file.text().clone());
            }
        }
        files
    }

    fn keys(&self, unit: usize, sources: &Sources) -> BTreeSet<String> {
        sources.iter().map(|file| self.key(unit, file.name())).collect()
    }

    fn key(&self, unit: usize, name: &str) -> String {
        let own = self.inputs.get(unit).and_then(Option::as_ref);
        if own.is_some_and(|(input, _)| input.place == Place::Stdin && input.name == name) {
            return STDIN.to_owned();
        }
        self.path(name)
    }

    /// The key of a file on disk.
    fn path(&self, name: &str) -> String {
        let canonical = || {
            let path = fs::canonicalize(name).ok().and_then(|path| path.to_str().map(str::to_owned));
            path.unwrap_or_else(|| name.to_owned())
        };
        match self.known.lock() {
            Ok(mut known) => known.entry(name.to_owned()).or_insert_with(canonical).clone(),
            Err(_) => canonical(),
        }
    }

    /// Whether what was read is all that the file holds: bytes that are no text would be lost.
    fn may_change(&self, key: &str) -> bool {
        let same = || {
            let old = self.old.get(key);
            if key == STDIN {
                return self.stdin_is_whole;
            }
            files::read(key.as_ref()).is_ok_and(|bytes| old.is_some_and(|old| old.as_bytes() == bytes))
        };
        match self.changeable.lock() {
            Ok(mut changeable) => *changeable.entry(key.to_owned()).or_insert_with(same),
            Err(_) => same(),
        }
    }

    /// Checks a unit with these texts.
    fn check(&self, unit: usize, texts: &Texts, shared: Option<&Shared>) -> Option<Found> {
        let Some((input, bytes)) = self.inputs.get(unit)? else {
            let Shared { unit, .. } = shared?;
            return Some(found(unit, &[]));
        };
        let bytes =
            texts.get(&self.key(unit, &input.name)).map_or_else(|| bytes.clone(), |t| t.as_bytes().to_vec());
        let overlay = Overlay { under: input.loader(), files: self, texts };
        let empty = Sources::new();
        let (declared, sources) =
            shared.map_or((None, &empty), |shared| (shared.declared.as_ref(), &shared.unit.sources));
        let read = self.session.check(input, bytes, &overlay, declared, sources).ok()?;
        Some(Found { sources: read.unit.sources, diagnostics: read.unit.diagnostics, beside: read.beside })
    }

    /// The metadata file that all share, with these texts.
    fn declared(&self, texts: &Texts) -> Option<Shared> {
        let (key, name) = self.shared.as_ref()?;
        let text = texts.get(key).or_else(|| self.old.get(key))?;
        let (declared, unit) = self.session.declared(name, text.as_bytes().to_vec());
        Some(Shared { declared, unit })
    }

    /// The results of the groups as one.
    fn together(&self, before: &[Found], groups: &[Vec<usize>], results: Vec<Fixed>) -> Mended {
        let mut units: Vec<(usize, Found)> = Vec::new();
        let mut all = Fixed::default();
        let mut problems = Vec::new();
        for (group, fixed) in groups.iter().zip(results) {
            units.extend(group.iter().copied().zip(fixed.units));
            for (key, text) in fixed.texts {
                // A fix may have made a file part of a group that another group has as well.
                if all.texts.insert(key.clone(), text).is_some() {
                    problems.push(format!("{key} was fixed in two ways: fix its definitions one by one"));
                }
            }
            all.applied.extend(fixed.applied);
            all.left_out.extend(fixed.left_out);
            all.stopped |= fixed.stopped;
        }
        units.sort_by_key(|(at, _)| *at);
        all.units = units.into_iter().map(|(_, found)| found).collect();
        let mut changes = Vec::new();
        let mut seen = BTreeSet::new();
        for (at, found) in before.iter().enumerate() {
            for file in found.sources.iter() {
                let key = self.key(at, file.name());
                if let Some(new) = all.texts.get(&key).filter(|_| seen.insert(key.clone())) {
                    let path = (key != STDIN).then(|| PathBuf::from(&key));
                    let (name, old) = (file.name().to_owned(), file.text().clone());
                    changes.push(Change { path, name, old, new: new.clone() });
                }
            }
        }
        let stdin = all.texts.get(STDIN).or_else(|| self.old.get(STDIN)).cloned();
        Mended { fixed: all, changes, stdin, problems }
    }
}

/// Metadata that all definitions share.
struct Shared {
    declared: Option<Declarations>,
    unit: Unit,
}

/// Some of the units, which are fixed together.
struct Group<'a> {
    all: &'a Files<'a>,
    units: &'a [usize],
}

impl Group<'_> {
    fn unit(&self, at: usize) -> usize {
        self.units.get(at).copied().unwrap_or(usize::MAX)
    }
}

impl Checker for Group<'_> {
    fn check(&self, units: &[usize], texts: &Texts) -> Vec<Option<Found>> {
        let shared = self.all.declared(texts);
        let check = |at: &usize| self.all.check(self.unit(*at), texts, shared.as_ref());
        match units {
            [only] => vec![check(only)],
            many => many.par_iter().map(check).collect(),
        }
    }

    fn key(&self, unit: usize, name: &str) -> String {
        self.all.key(self.unit(unit), name)
    }

    fn may_change(&self, key: &str) -> bool {
        self.all.may_change(key)
    }
}

/// Files as fixes made them, over those that are there.
struct Overlay<'a> {
    under: &'a dyn Loader,
    files: &'a Files<'a>,
    texts: &'a Texts,
}

impl Loader for Overlay<'_> {
    fn load(&self, from: &str, path: &str) -> Result<(String, Vec<u8>), LoadError> {
        let (name, bytes) = self.under.load(from, path)?;
        match self.texts.get(&self.files.path(&name)) {
            Some(text) => Ok((name, text.as_bytes().to_vec())),
            None => Ok((name, bytes)),
        }
    }
}
