//! `irc.toml`: what a project says once for all its definitions; and `irc config`, which prints what is in force.
//!
//! In: the file, and the paths that a run is about, near which it is looked for. Out: a [`Config`], the settings of the
//! run. It knows what can be set and where that was, and nothing of what a setting does.

mod fault;
mod levels;
mod patterns;
pub(super) mod show;
mod written;

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::ValueEnum;
use globset::GlobSet;
use toml::Spanned;

use super::args::{FailOn, Global};
use super::files;
use super::suggest::did_you_mean;
use crate::diag::{Diagnostic, Level, Meta};
use crate::registry;
use crate::render::Format;
use fault::Fault;
use levels::Layer;
pub(super) use levels::Levels;
pub(super) use patterns::Patterns;
pub(super) use written::Written;

const FILE: &str = "irc.toml";

/// The configuration in force.
#[derive(Debug, Default)]
pub(super) struct Config {
    source: Option<Source>,
    patterns: Patterns,
    /// Levels for all files.
    base: Layer,
    overrides: Vec<Override>,
    /// Levels that the command line asks for.
    asked: Layer,
    /// How findings are printed.
    pub(super) format: Option<Format>,
    /// From which severity on findings fail a run.
    pub(super) fail_on: Option<FailOn>,
    /// A file of findings that are known.
    pub(super) baseline: Option<PathBuf>,
    /// A catalogue to lay over the built-in one.
    pub(super) catalogue: Option<PathBuf>,
    /// Figures to rank models by.
    pub(super) metrics: Option<PathBuf>,
    /// Ids of models beyond the catalogue.
    pub(super) extra_models: Vec<String>,
    /// A file with a `metadata` block for definitions without one.
    pub(super) metadata: Option<PathBuf>,
    /// Steps of the analysis.
    pub(super) analysis_budget: Option<u64>,
}

/// The file that was read.
#[derive(Debug)]
struct Source {
    /// Its name as it is shown.
    shown: String,
    text: String,
    written: Written,
}

/// Levels for some paths.
#[derive(Debug)]
struct Override {
    root: PathBuf,
    paths: GlobSet,
    layer: Layer,
}

impl Override {
    fn is_for(&self, path: &Path) -> bool {
        path.strip_prefix(&self.root).is_ok_and(|relative| self.paths.is_match(relative))
    }
}

impl Config {
    /// The file that the arguments name, or else the nearest one above the current folder, or above the first path
    /// where all paths lie elsewhere. One for the whole run: what is compared and summed up is judged alike.
    pub(super) fn load(global: &Global, paths: &[PathBuf]) -> anyhow::Result<Self> {
        let path = match &global.config {
            _ if global.no_config => return Ok(Self::default()),
            Some(path) => path.clone(),
            None => match nearest(paths) {
                Some(path) => path,
                None => return Ok(Self::default()),
            },
        };
        let shown = path.display().to_string();
        let bytes = files::read(&path).map_err(|reason| anyhow::anyhow!("cannot read {shown}: {reason}"))?;
        let text = String::from_utf8(bytes).with_context(|| format!("cannot read {shown}"))?;
        let folder =
            path.canonicalize().ok().and_then(|p| p.parent().map(Path::to_owned)).unwrap_or_default();
        match Self::parse(text, &shown, &folder, registry::all()) {
            Ok(config) => Ok(config),
            Err(fault) => bail!(fault),
        }
    }

    /// The file, if there is one.
    pub(super) fn file(&self) -> Option<&Path> {
        self.source.as_ref().map(|source| Path::new(&source.shown))
    }

    /// Says of what went wrong with a file where the configuration names that file, if it does.
    pub(super) fn blame<T>(&self, path: &Path, result: anyhow::Result<T>) -> anyhow::Result<T> {
        let Some(Source { written, .. }) = &self.source else { return result };
        let named = [
            (&self.baseline, &written.baseline),
            (&self.catalogue, &written.catalogue),
            (&self.metrics, &written.metrics),
            (&self.metadata, &written.metadata),
        ];
        let place = named.into_iter().find(|(own, _)| own.as_deref() == Some(path));
        self.placed(place.and_then(|(_, written)| written.as_ref()), result)
    }

    /// The same of what went wrong with the models that it declares.
    pub(super) fn blame_models<T>(&self, result: anyhow::Result<T>) -> anyhow::Result<T> {
        let extra = self.source.as_ref().and_then(|source| source.written.models.extra.as_ref());
        self.placed(extra, result)
    }

    fn placed<S, T>(&self, at: Option<&Spanned<S>>, result: anyhow::Result<T>) -> anyhow::Result<T> {
        let (Some(source), Some(at)) = (&self.source, at) else { return result };
        result.map_err(|error| {
            let fault = Fault { message: format!("{error:#}"), span: at.span() };
            anyhow::anyhow!(fault.at(&source.shown, &source.text))
        })
    }

    /// Which files of a folder are definitions.
    pub(super) fn patterns(&self) -> &Patterns {
        &self.patterns
    }

    /// Sets a level as the command line asks, over whatever the file says. `Err` says why that cannot be.
    pub(super) fn ask(&mut self, key: &str, level: Level) -> Result<(), String> {
        self.asked.set(key, level, &registry::all().collect::<Vec<_>>())
    }

    /// Whether levels differ from path to path.
    pub(super) fn has_overrides(&self) -> bool {
        !self.overrides.is_empty()
    }

    /// The levels where no path is spoken of.
    pub(super) fn levels(&self) -> Levels<'_> {
        Levels(vec![&self.base, &self.asked])
    }

    /// The levels for a file; where it is, is only asked if that matters.
    pub(super) fn levels_for(&self, absolute: impl FnOnce() -> PathBuf) -> Levels<'_> {
        if !self.has_overrides() {
            return self.levels();
        }
        let path = absolute();
        let matching = self.overrides.iter().filter(|o| o.is_for(&path)).map(|o| &o.layer);
        Levels([&self.base].into_iter().chain(matching).chain([&self.asked]).collect())
    }

    /// Findings at the levels that are in force where they stand, without those that are off. `absolute` tells where
    /// the file of one is.
    pub(super) fn settle(
        &self,
        found: Vec<Diagnostic>,
        absolute: impl Fn(&Diagnostic) -> PathBuf,
    ) -> Vec<Diagnostic> {
        let settled = found.into_iter().filter_map(|d| self.levels_for(|| absolute(&d)).settle(d));
        settled.collect()
    }

    fn parse(
        text: String,
        shown: &str,
        folder: &Path,
        rules: impl Iterator<Item = &'static Meta>,
    ) -> Result<Self, String> {
        let read = || -> Result<Self, Fault> {
            let written: Written = toml::from_str(&text).map_err(|error| Fault::of_toml(&error))?;
            let rules: Vec<&Meta> = rules.collect();
            let below = |path: &Option<Spanned<PathBuf>>| path.as_ref().map(|p| folder.join(p.get_ref()));
            let include = written.include.as_ref().map(|list| list.get_ref().as_slice());
            let exclude = written.exclude.as_ref().map(|list| list.get_ref().as_slice()).unwrap_or_default();
            let overrides = written.overrides.iter();
            Ok(Self {
                patterns: Patterns::new(folder, include, exclude)?,
                base: Layer::new(&written.lint, &rules)?,
                overrides: overrides.map(|o| overridden(o, folder, &rules)).collect::<Result<_, _>>()?,
                asked: Layer::default(),
                format: word("format", written.format.as_ref())?,
                fail_on: word("level", written.fail_on.as_ref())?,
                baseline: below(&written.baseline),
                catalogue: below(&written.catalogue),
                metrics: below(&written.metrics),
                extra_models: written.models.extra.as_ref().map(|m| m.get_ref().clone()).unwrap_or_default(),
                metadata: below(&written.metadata),
                analysis_budget: written.analysis.budget.as_ref().map(|steps| *steps.get_ref()),
                source: Some(Source { shown: shown.to_owned(), text: String::new(), written }),
            })
        };
        let mut config = read().map_err(|fault| fault.at(shown, &text))?;
        if let Some(source) = &mut config.source {
            source.text = text;
        }
        Ok(config)
    }
}

/// The file in or above the folder that a run is about.
fn nearest(paths: &[PathBuf]) -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    let found = nearest_first(&here, paths).into_iter().find(|path| path.is_file())?;
    Some(found.strip_prefix(&here).map(Path::to_owned).unwrap_or(found))
}

/// Where the file may be, nearest first.
fn nearest_first(here: &Path, paths: &[PathBuf]) -> Vec<PathBuf> {
    let start = elsewhere(here, paths).unwrap_or_else(|| here.to_owned());
    start.ancestors().map(|folder| folder.join(FILE)).collect()
}

/// The places of which a run reads the first file that is there, whether one is or not.
pub(super) fn places(global: &Global, paths: &[PathBuf]) -> Vec<PathBuf> {
    match (&global.config, env::current_dir()) {
        (Some(path), _) => vec![path.clone()],
        (None, Ok(here)) if !global.no_config => nearest_first(&here, paths),
        _ => Vec::new(),
    }
}

/// The folder of the first path, if none of the paths lies in or below the current folder.
fn elsewhere(here: &Path, paths: &[PathBuf]) -> Option<PathBuf> {
    let real = here.canonicalize().ok()?;
    let mut folders = paths.iter().filter(|path| path.as_os_str() != "-").map(|path| {
        let path = files::absolute(path);
        if path.is_dir() { path } else { path.parent().map(Path::to_owned).unwrap_or_default() }
    });
    let first = folders.next()?;
    // `REV:path` is no path of the disk; what it speaks of is near.
    let is_outside =
        |folder: &Path| folder.is_dir() && !folder.starts_with(&real) && !folder.starts_with(here);
    (is_outside(&first) && folders.all(|folder| is_outside(&folder))).then_some(first)
}

fn overridden(
    written: &Spanned<written::WrittenOverride>,
    folder: &Path,
    rules: &[&'static Meta],
) -> Result<Override, Fault> {
    let own = written.get_ref();
    if own.paths.is_empty() {
        let message = "an override without `paths` is for no file".to_owned();
        return Err(Fault { message, span: written.span() });
    }
    let (paths, layer) = (patterns::globs(&own.paths)?, Layer::new(&own.lint, rules)?);
    Ok(Override { root: folder.to_owned(), paths, layer })
}

/// A word that the command line takes as well.
fn word<T: ValueEnum + 'static>(what: &str, written: Option<&Spanned<String>>) -> Result<Option<T>, Fault> {
    let Some(written) = written else { return Ok(None) };
    let text = written.get_ref();
    let known: Vec<String> = written::names::<T>().collect();
    let fault = |_| Fault {
        message: match did_you_mean(text, known.iter().map(String::as_str)) {
            near if near.is_empty() => {
                format!("there is no {what} `{text}`; there is `{}`", known.join("`, `"))
            }
            near => format!("there is no {what} `{text}`{near}"),
        },
        span: written.span(),
    };
    T::from_str(text, false).map(Some).map_err(fault)
}

#[cfg(test)]
mod tests;
