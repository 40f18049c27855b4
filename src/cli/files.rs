//! From path arguments to definitions, and the loader that reads the disk.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ignore::WalkBuilder;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::config::Patterns;
use super::git::{self, Revision};
use crate::source::{LoadError, Loader};

/// The largest file that is read. Far above any definition, far below what would hurt.
const MAX_BYTES: u64 = 16 << 20;

/// What a folder is searched for; shown when nothing is there.
pub(super) const SOUGHT: &str = "router.yaml, *.router.{yaml,yml,json} and **/routers/**/*.{yaml,yml,json}";

/// A definition to read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Input {
    /// The name to show.
    pub(super) name: String,
    /// The one router of the file that is meant; `None` for all.
    pub(super) router: Option<String>,
    /// Where it is.
    pub(super) place: Place,
}

/// Where a definition is.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Place {
    Stdin,
    Disk(PathBuf),
    /// A revision of the repository, and a path there.
    Revision(Revision, String),
}

impl Input {
    /// Its bytes, or a complaint that names it.
    pub(super) fn read(&self) -> Result<Vec<u8>, String> {
        let bytes = match &self.place {
            Place::Disk(path) => read(path),
            Place::Stdin => limited(io::stdin().lock()),
            Place::Revision(revision, path) => revision.read(path),
        };
        bytes.map_err(|reason| format!("cannot read {}: {reason}", self.name))
    }

    /// Where a file is that was read for it, from the name that is shown of that file.
    pub(super) fn located(&self, name: &str) -> PathBuf {
        match &self.place {
            Place::Revision(revision, _) => git::located(revision.below(name)),
            Place::Stdin | Place::Disk(_) => absolute(Path::new(name)),
        }
    }

    /// Where the files stand that it refers to.
    pub(super) fn loader(&self) -> &dyn Loader {
        match &self.place {
            Place::Revision(revision, _) => revision,
            Place::Stdin | Place::Disk(_) => &Disk,
        }
    }
}

/// Definitions and complaints about arguments that name none.
#[derive(Default, Debug)]
pub(super) struct Found {
    pub(super) inputs: Vec<Input>,
    pub(super) problems: Vec<String>,
    /// The folders that were searched.
    pub(super) folders: Vec<PathBuf>,
}

/// Finds the definitions that the arguments name, each once, folders in alphabetical order.
pub(super) fn find(paths: &[PathBuf], stdin_filename: Option<&str>, patterns: &Patterns) -> Found {
    find_all(paths, stdin_filename, patterns, false)
}

/// The same, and suites besides.
pub(super) fn find_tests(paths: &[PathBuf], stdin_filename: Option<&str>, patterns: &Patterns) -> Found {
    find_all(paths, stdin_filename, patterns, true)
}

fn find_all(paths: &[PathBuf], stdin_filename: Option<&str>, patterns: &Patterns, suites: bool) -> Found {
    let mut found = Found::default();
    let (mut seen, mut real) = (FxHashSet::default(), Real::default());
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here } else { paths };
    for (path, is_plain) in paths.iter().zip(are_plain(paths)) {
        let mut inputs = Vec::new();
        if path.as_os_str() == "-" {
            let name = stdin_filename.unwrap_or("<stdin>").to_owned();
            inputs.push(Input { name, router: None, place: Place::Stdin });
        } else if is_plain {
            let place = Place::Disk(path.clone());
            inputs.push(Input { name: path.display().to_string(), router: None, place });
        } else if path.is_dir() {
            search(path, patterns, suites, &mut inputs, &mut found);
        } else {
            match fs::metadata(path) {
                Ok(_) => inputs.push(Input {
                    name: path.display().to_string(),
                    router: None,
                    place: Place::Disk(path.clone()),
                }),
                Err(error) => match one_router(path) {
                    Some(input) => inputs.push(input),
                    None => {
                        found.problems.push(format!("cannot read {}: {}", path.display(), reason(&error)))
                    }
                },
            }
        }
        let mut key = |input: &Input| {
            let place = match &input.place {
                Place::Disk(path) if is_plain => Place::Disk(real.place(path)),
                Place::Disk(path) => Place::Disk(real.path(path)),
                other => other.clone(),
            };
            (place, input.router.clone())
        };
        found.inputs.extend(inputs.into_iter().filter(|input| seen.insert(key(input))));
    }
    found
}

/// Which paths are neither folders nor links: nothing more has to be asked of them. The system takes its time to say so,
/// and all processors take part.
fn are_plain(paths: &[PathBuf]) -> Vec<bool> {
    let is_plain = |path: &PathBuf| fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file());
    match paths {
        [only] => vec![is_plain(only)],
        many => many.par_iter().map(is_plain).collect(),
    }
}

/// Where paths lead to. What folders are called is asked once for all files in them.
#[derive(Default, Debug)]
pub(super) struct Real {
    folders: FxHashMap<PathBuf, PathBuf>,
}

impl Real {
    /// The path from the root, without links; as it is where nothing is there.
    pub(super) fn path(&mut self, path: &Path) -> PathBuf {
        match path.is_symlink() {
            true => fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()),
            false => self.place(path),
        }
    }

    /// The same; of a link it is where the link stands, not what it leads to.
    pub(super) fn place(&mut self, path: &Path) -> PathBuf {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return absolute(path) };
        let real = match self.folders.get(folder) {
            Some(known) => known,
            None => {
                let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
                let Ok(real) = fs::canonicalize(here) else { return absolute(path) };
                self.folders.entry(folder.to_owned()).or_insert(real)
            }
        };
        real.join(name)
    }
}

/// `FILE:name`, where there is such a file.
pub(super) fn one_router(path: &Path) -> Option<Input> {
    let (file, router) = path.to_str()?.rsplit_once(':')?;
    let usable = !router.is_empty() && Path::new(file).is_file();
    usable.then(|| Input {
        name: file.to_owned(),
        router: Some(router.to_owned()),
        place: Place::Disk(file.into()),
    })
}

fn search(folder: &Path, patterns: &Patterns, suites: bool, inputs: &mut Vec<Input>, found: &mut Found) {
    let before = (inputs.len(), found.problems.len());
    // A folder that is itself named `routers` is searched like one below another.
    let real = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let own_name = real.file_name().map(PathBuf::from).unwrap_or_default();
    let left_out = Arc::new(AtomicBool::new(false));
    let mut walk = WalkBuilder::new(folder);
    walk.require_git(false).sort_by_file_name(std::cmp::Ord::cmp);
    // What is left out as a whole is not looked into.
    walk.filter_entry({
        let (patterns, left_out) = (patterns.clone(), Arc::clone(&left_out));
        let (real, folder) = (real.clone(), folder.to_owned());
        move |entry| {
            let below = entry.path().strip_prefix(&folder).unwrap_or(entry.path());
            let kept = entry.depth() == 0 || !patterns.excludes(&real.join(below));
            left_out.fetch_or(!kept, Ordering::Relaxed);
            kept
        }
    });
    for entry in walk.build() {
        let path = match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_dir()) => {
                found.folders.push(entry.into_path());
                continue;
            }
            Ok(entry) => entry.into_path(),
            Err(error) => {
                found.problems.push(format!("cannot search {}: {error}", folder.display()));
                continue;
            }
        };
        let below = path.strip_prefix(folder).unwrap_or(&path);
        let absolute = real.join(below);
        // A suite is no definition, whatever `include` matches.
        let wanted = match is_suite(&path) {
            true => suites && !patterns.excludes(&absolute),
            false => patterns.wants(&absolute, || is_definition(&own_name.join(below))),
        };
        if wanted && path.is_file() {
            let shown = path.strip_prefix(".").unwrap_or(&path);
            inputs.push(Input { name: shown.display().to_string(), router: None, place: Place::Disk(path) });
        }
    }
    if before == (inputs.len(), found.problems.len()) {
        let folder =
            if folder == Path::new(".") { "this folder".into() } else { folder.display().to_string() };
        let why = if left_out.load(Ordering::Relaxed) {
            "what `exclude` of irc.toml matches is left out; name a file to read it all the same".to_owned()
        } else if patterns.has_include() {
            "nothing matches `include` of irc.toml".to_owned()
        } else {
            format!("looked for {SOUGHT}; name a file, or say in irc.toml what to include")
        };
        found.problems.push(format!("no definitions in {folder}: {why}"));
    }
}

/// What is taken for a suite: a file of tests.
pub(super) fn is_suite(path: &Path) -> bool {
    let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
    name.rsplit_once('.').is_some_and(|(stem, extension)| {
        matches!(extension, "yaml" | "yml") && stem.ends_with(".test") && stem.len() > ".test".len()
    })
}

/// A path from the root, without `..` in it. Of a link it is where the link stands, not what it leads to.
pub(super) fn absolute(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let real = |path: &Path| fs::canonicalize(path).ok();
    match path.file_name() {
        Some(name) => real(folder).map(|folder| folder.join(name)),
        None => real(path),
    }
    .or_else(|| std::path::absolute(path).ok())
    .unwrap_or_else(|| path.to_owned())
}

/// What is taken for a definition where nothing else is said.
pub(super) fn is_definition(path: &Path) -> bool {
    let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    if !matches!(extension, "yaml" | "yml" | "json") || stem.ends_with(".test") {
        return false;
    }
    let in_routers =
        || path.parent().is_some_and(|p| p.components().any(|c| c == Component::Normal("routers".as_ref())));
    (stem == "router" && extension != "json") || stem.ends_with(".router") || in_routers()
}

/// The loader for the command line: what a definition refers to is read relative to the definition's folder.
pub(super) struct Disk;

impl Loader for Disk {
    fn load(&self, from: &str, path: &str) -> Result<(String, Vec<u8>), LoadError> {
        let path = Path::new(from).parent().unwrap_or(Path::new("")).join(path);
        let bytes = read(&path).map_err(|reason| LoadError { reason })?;
        Ok((path.display().to_string(), bytes))
    }
}

/// Reads a file, never more than [`MAX_BYTES`] of it. What is no regular file is refused, for it may never end or
/// never begin; the shell's `<(command)` is an exception.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, String> {
    let metadata = fs::metadata(path).map_err(|e| reason(&e))?;
    if metadata.is_dir() {
        return Err("it is a folder".into());
    }
    let from_shell = ["/dev/fd", "/proc/self/fd", "/dev/stdin"].iter().any(|p| path.starts_with(p));
    if !metadata.is_file() && !from_shell {
        return Err("it is no regular file".into());
    }
    if metadata.is_file() && metadata.len() > MAX_BYTES {
        return Err(too_large());
    }
    all_of(File::open(path).map_err(|e| reason(&e))?, metadata.len())
}

/// All that there is to read, up to a bound.
pub(super) fn limited(reader: impl Read) -> Result<Vec<u8>, String> {
    all_of(reader, 0)
}

/// The same, where it is likely to be so many bytes.
fn all_of(reader: impl Read, expected: u64) -> Result<Vec<u8>, String> {
    // One more, to see that there is no more.
    let room = usize::try_from(expected.min(MAX_BYTES) + 1).unwrap_or_default();
    let mut bytes = Vec::with_capacity(room);
    reader.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|e| reason(&e))?;
    if bytes.len() as u64 > MAX_BYTES { Err(too_large()) } else { Ok(bytes) }
}

fn too_large() -> String {
    format!("it is larger than {} MiB", MAX_BYTES >> 20)
}

/// An error of the system in the words of this tool.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        io::ErrorKind::IsADirectory => "it is a folder".into(),
        io::ErrorKind::NotADirectory => "a part of the path is no folder".into(),
        _ => {
            let text = error.to_string();
            let words = text.split(" (os error").next().unwrap_or_default();
            let mut chars = words.chars();
            chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_definitions_by_name() {
        for yes in [
            "router.yaml",
            "router.yml",
            "a/b/router.yaml",
            "support.router.yaml",
            "x.router.json",
            "routers/a.yaml",
            "x/routers/y/z.json",
            "Support.Router.YAML",
        ] {
            assert!(is_definition(Path::new(yes)), "{yes}");
        }
        for no in [
            "router.json",
            "config.yaml",
            "routers.yaml",
            "router.test.yaml",
            "routers/a.test.yaml",
            "routers",
            "routers/readme.md",
            "my-router.yaml",
            "xrouters/a.yaml",
            "a.router.toml",
        ] {
            assert!(!is_definition(Path::new(no)), "{no}");
        }
    }

    #[test]
    fn endless_readers_are_cut_off() {
        assert_eq!(limited(io::repeat(0)), Err("it is larger than 16 MiB".into()));
        assert_eq!(limited(&b"abc"[..]), Ok(b"abc".to_vec()));
        assert_eq!(limited(io::repeat(0).take(MAX_BYTES)).map(|b| b.len() as u64), Ok(MAX_BYTES));
    }

    #[test]
    fn the_loader_stands_in_the_folder_of_the_definition() {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        let (name, bytes) =
            Disk.load(&format!("{}/src/x.yaml", env!("CARGO_MANIFEST_DIR")), "../Cargo.toml").unwrap();
        assert!(name.ends_with("src/../Cargo.toml"), "{name}");
        assert_eq!(bytes, fs::read(manifest).unwrap());
        assert_eq!(Disk.load("<stdin>", "no/such").unwrap_err().reason, "there is no such file");
        assert_eq!(Disk.load(manifest, "src").unwrap_err().reason, "it is a folder");
    }

    #[cfg(unix)]
    #[test]
    fn devices_are_refused() {
        assert_eq!(Disk.load("a.yaml", "/dev/zero").unwrap_err().reason, "it is no regular file");
    }
}
