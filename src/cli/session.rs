//! What the commands that read definitions share: the configuration, the catalogue, and the reading itself.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, anyhow};
use rayon::prelude::*;

use super::args::{Global, Inputs};
use super::config::Config;
use super::files::{self, Disk, Found, Input};
use crate::catalogue::{Catalogue, Date};
use crate::check::Checked;
use crate::diag::Sink;
use crate::model::Declarations;
use crate::pipeline::{self, Options};
use crate::render::Unit;
use crate::source::Sources;

/// What definitions are checked against.
#[derive(clap::Args, Debug)]
pub(super) struct Against {
    /// Judge retirement dates as of this day instead of today
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    as_of: Option<Date>,
    /// Lay this answer of the Models API over the built-in catalogue
    #[arg(long, value_name = "FILE")]
    catalog: Option<PathBuf>,
    /// Take the metadata block from this file where a definition has none
    #[arg(long, value_name = "FILE")]
    metadata: Option<PathBuf>,
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "not a day written as 2026-11-22".to_owned())
}

/// Everything that a run rests on.
pub(super) struct Session {
    pub(super) config: Config,
    pub(super) catalogue: Catalogue,
    as_of: Option<Date>,
    metadata: Option<Declarations>,
    /// What is wrong with the shared metadata file.
    shared: Option<Unit>,
}

/// One input, read and checked.
pub(super) struct Reading {
    pub(super) unit: Unit,
    pub(super) definitions: Vec<Checked>,
}

/// What came of reading all inputs.
pub(super) struct Readings {
    pub(super) files: Vec<Reading>,
    /// Arguments and files that could not be read, as complaints.
    pub(super) problems: Vec<String>,
}

impl Session {
    pub(super) fn open(global: &Global, against: &Against) -> anyhow::Result<Self> {
        let config = Config::load(global)?;
        let catalogue = catalogue(&config, against.catalog.as_deref())?;
        let mut session = Self {
            catalogue,
            as_of: against.as_of.or_else(today),
            metadata: None,
            shared: None,
            config,
        };
        let path = against.metadata.clone().or_else(|| session.config.metadata.clone());
        if let Some(path) = path {
            session.share_metadata(&path)?;
        }
        Ok(session)
    }

    fn share_metadata(&mut self, path: &Path) -> anyhow::Result<()> {
        let shown = path.display().to_string();
        let bytes = files::read(path).map_err(|reason| anyhow!("cannot read {shown}: {reason}"))?;
        let (mut sources, mut sink) = (Sources::new(), Sink::new());
        let options = Options::new(&self.catalogue);
        let file = pipeline::load(&mut sources, &shown, bytes, &options, &mut sink);
        let declared = pipeline::declarations(&sources, file, &options, &mut sink);
        let diagnostics = self.config.levels.apply(sink.finish(&crate::diag::Suppressions::default()));
        self.metadata = declared;
        self.shared = Some(Unit { sources, diagnostics });
        Ok(())
    }

    /// The day of the facts about models that findings rest on.
    pub(super) fn catalogue_date(&self) -> Option<String> {
        Catalogue::snapshot().date.map(|date| date.to_string())
    }

    /// Reads and checks what the arguments name.
    pub(super) fn read(&mut self, inputs: &Inputs) -> Readings {
        let Found { inputs, mut problems } =
            files::find(&inputs.paths, inputs.stdin_filename.as_deref(), self.config.include());
        let results: Vec<Result<Reading, String>> =
            inputs.par_iter().map(|input| self.read_one(input)).collect();
        let mut files: Vec<Reading> =
            self.shared.take().map(|unit| Reading { unit, definitions: Vec::new() }).into_iter().collect();
        for result in results {
            match result {
                Ok(reading) => files.push(reading),
                Err(problem) => problems.push(problem),
            }
        }
        Readings { files, problems }
    }

    pub(super) fn read_one(&self, input: &Input) -> Result<Reading, String> {
        let bytes = input.read()?;
        let (mut sources, mut sink) = (Sources::new(), Sink::new());
        let mut options = Options::new(&self.catalogue);
        options.as_of = self.as_of;
        options.metadata = self.metadata.as_ref();
        let file = pipeline::load(&mut sources, &input.name, bytes, &options, &mut sink);
        let checked = pipeline::check(&mut sources, file, &Disk, &options, &mut sink);
        let mut diagnostics = self.config.levels.apply(sink.finish(&checked.suppressions));
        let mut definitions = checked.definitions;
        if let Some(name) = &input.pick {
            definitions.retain(|d| d.name().is_some_and(|n| n == name));
            diagnostics.retain(|d| d.subject.router.as_ref().is_none_or(|r| r == name));
            if definitions.is_empty() {
                return Err(format!("no router named `{name}` in {}", input.name));
            }
        }
        Ok(Reading { unit: Unit { sources, diagnostics }, definitions })
    }
}

/// The built-in catalogue with what arguments and configuration lay over it.
pub(super) fn catalogue(config: &Config, argument: Option<&Path>) -> anyhow::Result<Catalogue> {
    let mut catalogue = Catalogue::embedded();
    if let Some(path) = argument.or(config.catalogue.as_deref()) {
        let shown = path.display();
        let bytes = files::read_at_most(path, crate::catalogue::MAX_BYTES as u64)
            .map_err(|reason| anyhow!("cannot read {shown}: {reason}"))?;
        let text = String::from_utf8(bytes).with_context(|| format!("cannot read {shown}"))?;
        catalogue = catalogue.overlay(&text).map_err(|error| anyhow!("{shown}: {error}"))?;
    }
    catalogue
        .with_extra(&config.extra_models)
        .map_err(|error| anyhow!("`models.extra` of irc.toml: {error}"))
}

fn today() -> Option<Date> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    Date::from_unix_days(i64::try_from(seconds / 86_400).ok()?)
}
