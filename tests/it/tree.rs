//! The files of this repository.

use std::path::{Path, PathBuf};

use irc::source::{LoadError, Loader};

/// The folder of the package.
pub(crate) const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Loads what definitions refer to from the folder that they stand in.
pub(crate) struct Folder;

impl Loader for Folder {
    fn load(&self, from: &str, path: &str) -> Result<(String, Vec<u8>), LoadError> {
        let path = Path::new(from).with_file_name(path);
        let bytes = std::fs::read(&path).map_err(|error| LoadError { reason: error.to_string() })?;
        Ok((path.display().to_string(), bytes))
    }
}

/// A Rust file: its path relative to the package, with `/`, and its text.
pub(crate) struct RustFile {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Every Rust file below these folders, in order of their paths. Finding none is a failure.
pub(crate) fn rust_files(folders: &[&str]) -> Vec<RustFile> {
    let mut paths = Vec::new();
    for folder in folders {
        collect(&Path::new(ROOT).join(folder), &mut paths);
    }
    paths.sort();
    assert!(!paths.is_empty(), "no Rust files in {folders:?}");
    let read = |path: PathBuf| RustFile {
        text: std::fs::read_to_string(&path).unwrap(),
        path: path.strip_prefix(ROOT).unwrap().to_str().unwrap().replace('\\', "/"),
    };
    paths.into_iter().map(read).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}
