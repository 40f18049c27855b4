//! Writes files so that none is ever half written.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};

use super::files;

/// Replaces all files or, when one of them cannot be written, none. Each is written beside its place and then moved
/// into it. A link stays: what it leads to is replaced. Permissions stay too, and what is write-protected is refused.
pub(super) fn replace(texts: &[(PathBuf, String)]) -> Result<()> {
    let mut written: Vec<(PathBuf, PathBuf)> = Vec::new();
    let result = texts.iter().try_for_each(|(path, text)| {
        let fault = |error: &io::Error| anyhow!("cannot write {}: {}", path.display(), files::reason(error));
        let target = target(path).map_err(|error| fault(&error))?;
        let kept = permissions(&target).map_err(|error| fault(&error))?;
        let beside = beside(&target);
        written.push((beside.clone(), target));
        write(&beside, text, kept).map_err(|error| fault(&error))
    });
    let moved = result.and_then(|()| {
        written.iter().try_for_each(|(beside, target)| {
            let fault = |error| anyhow!("cannot write {}: {}", target.display(), files::reason(&error));
            fs::rename(beside, target).map_err(fault)
        })
    });
    if moved.is_err() {
        for (beside, _) in &written {
            let _ = fs::remove_file(beside);
        }
    }
    moved
}

/// Where a path leads to.
fn target(path: &Path) -> io::Result<PathBuf> {
    match fs::symlink_metadata(path) {
        Ok(_) => fs::canonicalize(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(path.to_owned()),
        Err(error) => Err(error),
    }
}

/// The permissions of a file that is there. An error if it may not be written: moving another into its place would not
/// ask.
fn permissions(target: &Path) -> io::Result<Option<Permissions>> {
    let permissions = match fs::metadata(target) {
        Ok(metadata) => metadata.permissions(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if permissions.readonly() {
        return Err(io::Error::other("it is write-protected"));
    }
    OpenOptions::new().write(true).open(target)?;
    Ok(Some(permissions))
}

/// A name in the same folder that nobody has. The folder is the same so that moving is one step.
fn beside(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let own = std::process::id();
    let free = |path: &PathBuf| fs::symlink_metadata(path).is_err();
    let mut names = (0_u32..).map(|n| target.with_file_name(format!(".{name}.{own}-{n}.tmp")));
    names.find(free).unwrap_or_else(|| target.with_extension("tmp"))
}

fn write(path: &Path, text: &str, kept: Option<Permissions>) -> io::Result<()> {
    let mut file: File = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())?;
    if let Some(permissions) = kept {
        file.set_permissions(permissions)?;
    }
    file.sync_all()
}
