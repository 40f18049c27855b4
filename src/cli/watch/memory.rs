//! What an answer rests on, and what of it is different now.
//!
//! Each file that was read, or looked for in vain, is known by what it held. What was found in a definition is kept and
//! told again as long as neither it nor a file that it uses, nor the settings of the run are others: of a thousand
//! definitions the one that was saved is checked.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh64::xxh64;

use super::bell::Heard;
use super::shown;
use crate::cli::args::{Global, Inputs};
use crate::cli::config::{self, Patterns};
use crate::cli::files::{self, Found, Input, Place, Real};
use crate::cli::session::{Reading, Session};
use crate::source::{LoadError, Loader};

/// What a file held; none where it could not be read.
type Content = Option<u64>;

/// What is known of a file.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Stamp {
    content: Content,
    /// What can be seen without reading it. Taken before it is read: a change in between is seen the next time.
    outside: Option<(u64, Option<SystemTime>)>,
}

impl Stamp {
    fn of(path: &Path) -> Self {
        let outside = outside(path);
        Self { content: files::read(path).ok().map(|bytes| content(&bytes)), outside }
    }
}

fn content(bytes: &[u8]) -> u64 {
    xxh64(bytes, 0)
}

fn outside(path: &Path) -> Option<(u64, Option<SystemTime>)> {
    fs::metadata(path).ok().map(|found| (found.len(), found.modified().ok()))
}

fn searched(found: &Found) -> BTreeSet<PathBuf> {
    found.folders.iter().map(|folder| fs::canonicalize(folder).unwrap_or_else(|_| folder.clone())).collect()
}

/// What was found in an input.
struct Kept {
    content: Content,
    /// The files that it uses.
    uses: Vec<(PathBuf, Content)>,
    reading: Reading,
    is_whole: bool,
}

/// A definition: where it is, and which router of it is meant.
type Key = (Place, Option<String>);

#[derive(Default)]
pub(super) struct Memory {
    /// By its place from the root, each file that the answer rests on.
    seen: Mutex<BTreeMap<PathBuf, Stamp>>,
    /// The same of the answer before. What the system did not speak of since holds what it held.
    before: BTreeMap<PathBuf, Stamp>,
    real: Mutex<Real>,
    /// Folders that were searched, from the root.
    searched: BTreeSet<PathBuf>,
    inputs: Vec<Input>,
    /// What is searched for; none where the settings could not be read.
    patterns: Option<Patterns>,
    /// What the settings came from.
    settings: u64,
    /// What was found the last time, and this time.
    kept: FxHashMap<Key, Arc<Kept>>,
    now: Mutex<FxHashMap<Key, Arc<Kept>>>,
}

impl Memory {
    /// Begins with the places where the configuration may be.
    pub(super) fn begin(&mut self, global: &Global, inputs: &Inputs) {
        self.before = std::mem::take(unlocked(&mut self.seen));
        self.real = Mutex::default();
        (self.searched, self.inputs, self.patterns) = (BTreeSet::new(), Vec::new(), None);
        for path in config::places(global, &inputs.places()) {
            self.note(&path);
        }
        // One that is not there may come.
        for path in inputs.paths.iter().filter(|path| !path.is_dir()) {
            self.note(&files::one_router(path).map_or_else(|| path.clone(), |one| one.name.into()));
        }
    }

    /// What settings rest on that could not be read.
    pub(super) fn rest_on_nothing_yet(&mut self, paths: impl IntoIterator<Item = PathBuf>) {
        for path in paths {
            self.note(&path);
        }
    }

    /// What every answer of this session rests on.
    pub(super) fn rest_on(&mut self, session: &Session, baseline: Option<&Path>) {
        let mut settings = format!("{:?}", session.as_of());
        for path in session.rests_on() {
            let stamp = self.note(path);
            settings += &format!("\n{} {:?}", path.display(), stamp.content);
        }
        baseline.map(|path| self.note(path));
        let settings = content(settings.as_bytes());
        if settings != std::mem::replace(&mut self.settings, settings) {
            self.kept.clear();
        }
        self.patterns = Some(session.config.patterns().clone());
    }

    /// What a search came to.
    pub(super) fn found(&mut self, found: &Found) {
        self.searched = searched(found);
        self.inputs.clone_from(&found.inputs);
    }

    /// What an input holds: what was found before, if nothing is different.
    pub(super) fn read(&self, session: &Session, input: &Input) -> Result<(Reading, bool), String> {
        let Place::Disk(path) = &input.place else {
            return session.read_bytes(input, input.read()?, input.loader());
        };
        let key = (input.place.clone(), input.router.clone());
        let same = |path: &Path, held: Content| self.note(path).content == held;
        let kept = self.kept.get(&key).filter(|kept| {
            same(path, kept.content) && kept.uses.iter().all(|(path, held)| same(path, *held))
        });
        let kept = match kept {
            Some(kept) => Arc::clone(kept),
            None => {
                let outside = outside(path);
                let bytes = input.read();
                let content = bytes.as_ref().ok().map(|bytes| content(bytes));
                self.remember(self.place(path), path, Stamp { content, outside });
                let noting = Noting { loader: input.loader(), memory: self, uses: RefCell::default() };
                let (reading, is_whole) = session.read_bytes(input, bytes?, &noting)?;
                let uses = noting.uses.into_inner();
                Arc::new(Kept { content, uses, reading: reading.to_tell(), is_whole })
            }
        };
        let told = (kept.reading.to_tell(), kept.is_whole);
        locked(&self.now).insert(key, kept);
        Ok(told)
    }

    /// All was read.
    pub(super) fn end(&mut self) {
        self.kept = std::mem::take(unlocked(&mut self.now));
    }

    /// The folders in which a change may matter: those that were searched, and those in which something stands that was
    /// read or looked for. Of what is not there the nearest that is.
    pub(super) fn folders(&self, inputs: &Inputs) -> BTreeSet<PathBuf> {
        let seen = locked(&self.seen);
        let asked = inputs.paths.iter().filter_map(|path| files::absolute(path).parent().map(Path::to_owned));
        let around = seen.keys().filter_map(|path| path.parent().map(Path::to_owned));
        let all: BTreeSet<PathBuf> = self.searched.iter().cloned().chain(asked).chain(around).collect();
        all.iter()
            .filter_map(|folder| folder.ancestors().find(|folder| folder.is_dir()).map(Path::to_owned))
            .collect()
    }

    /// What is different, by name.
    pub(super) fn changed(&mut self, heard: &Heard, inputs: &Inputs) -> Vec<String> {
        let mut names = Vec::new();
        let seen = locked(&self.seen).clone();
        for (path, stamp) in &seen {
            let look = heard.anything && !heard.round || heard.paths.contains(path);
            let differs = look || heard.round && outside(path) != stamp.outside;
            if !differs {
                continue;
            }
            let now = Stamp::of(path);
            if now.content != stamp.content {
                names.push(shown(path));
            }
            locked(&self.seen).insert(path.clone(), now);
        }
        let unknown = || heard.paths.iter().filter(|path| !seen.contains_key(*path));
        let Some(patterns) = &self.patterns else { return names };
        if names.is_empty() && (heard.anything || unknown().any(|path| self.may_be_found(path, patterns))) {
            let found = files::find(&inputs.paths, None, patterns);
            if found.inputs != self.inputs {
                let is_new = |input: &&Input| !self.inputs.contains(input);
                let is_gone = |input: &&Input| !found.inputs.contains(input);
                let differ = found.inputs.iter().filter(is_new).chain(self.inputs.iter().filter(is_gone));
                names.extend(differ.map(|input| input.name.clone()));
            }
            // A folder that is new may hold something later.
            self.searched = searched(&found);
        }
        names
    }

    /// Whether a search may find more or less because of a change of this.
    fn may_be_found(&self, path: &Path, patterns: &Patterns) -> bool {
        let is_one_of = |known: &[&str], name: Option<&std::ffi::OsStr>| {
            name.is_some_and(|name| known.iter().any(|known| name.eq_ignore_ascii_case(known)))
        };
        let inside = path.parent().is_some_and(|folder| self.searched.contains(folder));
        let named = patterns.has_include()
            || path.is_dir()
            || is_one_of(&["yaml", "yml", "json"], path.extension())
            || is_one_of(&[".gitignore", ".ignore"], path.file_name());
        self.searched.contains(path) || inside && named
    }

    /// Remembers a file as it is. It is read unless it was before and looks the same: of any change behind that the
    /// system has spoken, and then it was read again.
    fn note(&self, path: &Path) -> Stamp {
        let place = self.place(path);
        let known = self.before.get(&place).filter(|known| known.outside == outside(path));
        let stamp = known.copied().unwrap_or_else(|| Stamp::of(path));
        self.remember(place, path, stamp);
        stamp
    }

    /// A link is remembered, and what it leads to.
    fn remember(&self, place: PathBuf, path: &Path, stamp: Stamp) {
        let target = path.is_symlink().then(|| fs::canonicalize(path).ok()).flatten();
        locked(&self.seen).extend(target.into_iter().chain([place]).map(|path| (path, stamp)));
    }

    /// Where a path leads to. In a folder that is not there, `..` cannot be followed: it is taken as written.
    fn place(&self, path: &Path) -> PathBuf {
        let mut place = PathBuf::new();
        for part in locked(&self.real).place(path).components() {
            match part {
                Component::ParentDir => drop(place.pop()),
                part => place.push(part),
            }
        }
        place
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unlocked<T>(shared: &mut Mutex<T>) -> &mut T {
    shared.get_mut().unwrap_or_else(PoisonError::into_inner)
}

/// A loader that notes what it is asked for.
struct Noting<'a> {
    loader: &'a dyn Loader,
    memory: &'a Memory,
    uses: RefCell<Vec<(PathBuf, Content)>>,
}

impl Loader for Noting<'_> {
    fn load(&self, from: &str, path: &str) -> Result<(String, Vec<u8>), LoadError> {
        let place = Path::new(from).parent().unwrap_or(Path::new("")).join(path);
        let outside = outside(&place);
        let loaded = self.loader.load(from, path);
        let content = loaded.as_ref().ok().map(|(_, bytes)| content(bytes));
        self.memory.remember(self.memory.place(&place), &place, Stamp { content, outside });
        self.uses.borrow_mut().push((place, content));
        loaded
    }
}
