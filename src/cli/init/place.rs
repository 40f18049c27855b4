//! Files, and none over another unless that is asked for.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};

use crate::cli::files;
use crate::diag::suggest::and_list;

/// A file to write.
pub(super) struct Planned {
    pub(super) path: PathBuf,
    pub(super) text: String,
    /// What it is for.
    pub(super) what: &'static str,
    /// Whether other routers use it too: then one that says the same is left alone.
    pub(super) shared: bool,
}

/// Writes the files; which of them were not there as they are.
pub(super) fn write(planned: &[Planned], force: bool) -> anyhow::Result<Vec<bool>> {
    let same =
        |file: &Planned| file.shared && fs::read(&file.path).is_ok_and(|bytes| bytes == file.text.as_bytes());
    let wanted: Vec<bool> = planned.iter().map(|file| !same(file)).collect();
    let files = || planned.iter().zip(&wanted).filter(|(_, wanted)| **wanted).map(|(file, _)| file);
    // A link that leads nowhere is there too.
    let there: Vec<&Planned> = files().filter(|file| fs::symlink_metadata(&file.path).is_ok()).collect();
    if !there.is_empty() && !force {
        let names = and_list(there.iter().map(|file| file.path.display().to_string()));
        let (are, them) = if there.len() == 1 { ("is", "it") } else { ("are", "them") };
        let no_ci =
            if there.iter().any(|file| file.shared) { ", --ci none leaves the CI job out" } else { "" };
        bail!("{names} {are} there already, and nothing was written: --force replaces {them}{no_ci}");
    }
    let mut begun: Vec<&Path> = Vec::new();
    for file in files() {
        match put(file) {
            Ok(true) => begun.push(&file.path),
            Ok(false) => {}
            Err(error) => {
                for path in begun {
                    let _ = fs::remove_file(path);
                }
                return Err(anyhow!("cannot write {}: {}", file.path.display(), files::reason(&error)));
            }
        }
    }
    Ok(wanted)
}

/// Writes a file; whether there was none. What is there is replaced whole or not at all, and a link is replaced, not
/// followed.
fn put(file: &Planned) -> io::Result<bool> {
    if let Some(folder) = file.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    if fs::symlink_metadata(&file.path).is_err() {
        create(&file.path, &file.text)?;
        return Ok(true);
    }
    let mut beside = file.path.clone().into_os_string();
    beside.push(format!(".{}.tmp", std::process::id()));
    let beside = PathBuf::from(beside);
    create(&beside, &file.text)?;
    fs::rename(&beside, &file.path).inspect_err(|_| {
        let _ = fs::remove_file(&beside);
    })?;
    Ok(false)
}

/// Makes a file that is not there, whole or not at all.
fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).inspect_err(|_| {
        let _ = fs::remove_file(path);
    })
}
