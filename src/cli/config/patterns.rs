//! Which files of a folder are definitions.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use toml::Spanned;

use super::fault::Fault;

/// `include` and `exclude`, and the folder that they are relative to.
#[derive(Clone, Debug, Default)]
pub(in crate::cli) struct Patterns {
    root: PathBuf,
    include: Option<GlobSet>,
    exclude: GlobSet,
}

impl Patterns {
    pub(super) fn new(
        root: &Path,
        include: Option<&[Spanned<String>]>,
        exclude: &[Spanned<String>],
    ) -> Result<Self, Fault> {
        let include = include.map(globs).transpose()?;
        Ok(Self { root: root.to_owned(), include, exclude: globs(exclude)? })
    }

    /// Whether `include` takes the place of the built-in patterns.
    pub(in crate::cli) fn has_include(&self) -> bool {
        self.include.is_some()
    }

    /// Whether a file in a folder that is searched is a definition. `usual` tells where nothing else is said.
    pub(in crate::cli) fn wants(&self, path: &Path, usual: impl FnOnce() -> bool) -> bool {
        let included = match &self.include {
            Some(globs) => path.strip_prefix(&self.root).is_ok_and(|relative| globs.is_match(relative)),
            None => usual(),
        };
        included && !self.excludes(path)
    }

    /// Whether a file or a folder is left out: it, or a folder that it lies in.
    pub(in crate::cli) fn excludes(&self, path: &Path) -> bool {
        !self.exclude.is_empty()
            && path.strip_prefix(&self.root).is_ok_and(|relative| {
                let mut parts = relative.ancestors().filter(|part| !part.as_os_str().is_empty());
                parts.any(|part| self.exclude.is_match(part))
            })
    }
}

/// Patterns in which `*` stays within a folder and `**` does not.
pub(super) fn globs(patterns: &[Spanned<String>]) -> Result<GlobSet, Fault> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let fault = |reason: String| Fault {
            message: format!("`{}` is no pattern: {reason}", pattern.get_ref()),
            span: pattern.span(),
        };
        let glob = GlobBuilder::new(pattern.get_ref()).literal_separator(true).build();
        set.add(glob.map_err(|error| fault(error.kind().to_string()))?);
        // Paths are compared below the folder of the file, where these never lie.
        if pattern.get_ref().starts_with('/') || pattern.get_ref().split('/').any(|part| part == "..") {
            return Err(fault("patterns begin at the folder of irc.toml, and stay below it".to_owned()));
        }
    }
    set.build().map_err(|error| Fault { message: error.to_string(), span: 0..0 })
}
