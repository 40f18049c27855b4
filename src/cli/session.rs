//! What the commands that read definitions share: the configuration, the catalogue, and the reading itself.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, anyhow, bail};
use rayon::prelude::*;

use super::args::{Global, Inputs};
use super::config::Config;
use super::files::{self, Found, Input};
use crate::analyze::rules::{OVERLAPPING_ROUTES, REACHABILITY_UNKNOWN};
use crate::analyze::{Budget, STEPS};
use crate::catalogue::{Catalogue, Date};
use crate::check::Checked;
use crate::diag::suggest::and_list;
use crate::diag::{Diagnostic, Level, Meta, Severity, Sink, Suppressions, Switches};
use crate::model::Declarations;
use crate::pipeline::{self, Options};
use crate::registry;
use crate::render::Unit;
use crate::source::Sources;

/// What definitions are checked against.
#[derive(clap::Args, Clone, Debug, Default)]
pub(super) struct Against {
    /// Judge retirement dates as of this day instead of today
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    as_of: Option<Date>,
    /// Lay this answer of the Models API over the built-in catalogue
    #[arg(long, value_name = "FILE")]
    catalog: Option<PathBuf>,
    /// Rank models by the figures in this file: latency, throughput, intelligence, math, coding
    #[arg(long, value_name = "FILE")]
    metrics: Option<PathBuf>,
    /// Take the metadata block from this file where a definition has none
    #[arg(long, value_name = "FILE")]
    metadata: Option<PathBuf>,
    /// Do not report this rule or group of rules
    #[arg(long, value_name = "RULE")]
    allow: Vec<String>,
    /// Report this rule or group of rules as a warning, also where it is off otherwise
    #[arg(long, value_name = "RULE")]
    warn: Vec<String>,
    /// Report this rule or group of rules as an error
    #[arg(long, value_name = "RULE")]
    deny: Vec<String>,
    /// Stop the analysis of a definition after so many steps [default: 20000000]
    #[arg(long, value_name = "STEPS")]
    analysis_budget: Option<u64>,
}

impl Against {
    /// Against a catalogue, if one is named, on some day, and nothing else that can be asked for.
    pub(super) fn plain(as_of: Option<Date>, catalog: Option<&Path>) -> Self {
        Self { as_of, catalog: catalog.map(Path::to_owned), ..Self::default() }
    }

    /// The same against another catalogue, if one is named.
    pub(super) fn with_catalogue(&self, catalog: Option<&Path>) -> Self {
        let mut own = self.clone();
        own.catalog = catalog.map(Path::to_owned).or(own.catalog);
        own
    }
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "not a day written as 2026-11-22".to_owned())
}

/// Everything that a run rests on.
pub(super) struct Session {
    pub(super) config: Config,
    pub(super) catalogue: Catalogue,
    as_of: Option<Date>,
    pub(super) analysis: Budget,
    /// Which rules are on.
    rules: Switches,
    metadata: Option<Declarations>,
    /// The shared metadata file. It comes first among the sources of every file, so that what is declared in it can be
    /// pointed at.
    declared_in: Sources,
    /// What is wrong with the shared metadata file.
    shared: Option<Unit>,
}

/// What came of reading all inputs.
#[derive(Default)]
pub(super) struct Readings {
    /// The files, in the order of the arguments; a shared metadata file first.
    pub(super) units: Vec<Unit>,
    /// The definitions of each unit.
    pub(super) definitions: Vec<Vec<Checked>>,
    /// Arguments and files that could not be read, as complaints.
    pub(super) problems: Vec<String>,
}

impl Readings {
    /// All definitions, in order.
    pub(super) fn definitions(&self) -> impl Iterator<Item = &Checked> {
        self.definitions.iter().flatten()
    }

    /// Whether anything found forbids to deploy.
    pub(super) fn has_errors(&self) -> bool {
        self.errors().next().is_some()
    }

    /// Whether anything found forbids to decide. A route that is never reached, a broken invariant or a lint does not.
    pub(super) fn is_undecidable(&self) -> bool {
        self.errors().any(|d| d.meta.group.leaves_open())
    }

    /// The definition, for commands that speak of one, and the sources that its spans belong to.
    pub(super) fn only(&self, path: &Path) -> anyhow::Result<(&Sources, &Checked)> {
        let shown = path.display();
        let all = self.units.iter().zip(&self.definitions);
        let all: Vec<(&Sources, &Checked)> = all
            .flat_map(|(unit, definitions)| definitions.iter().map(|checked| (&unit.sources, checked)))
            .collect();
        match all.as_slice() {
            [only] => Ok(*only),
            [] => bail!("{shown} holds no router"),
            many => {
                let names = many.iter().filter_map(|(_, checked)| checked.name());
                let first = names.clone().next().unwrap_or("name");
                let names = and_list(names.take(8));
                bail!("{shown} holds {} routers: name one of {names}, as in FILE:{first}", many.len())
            }
        }
    }

    fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.units.iter().flat_map(|unit| &unit.diagnostics).filter(|d| d.severity == Severity::Error)
    }
}

impl Session {
    pub(super) fn open(global: &Global, against: &Against) -> anyhow::Result<Self> {
        let mut config = Config::load(global)?;
        let rules: Vec<&Meta> = registry::all().collect();
        let asked =
            [(Level::Off, &against.allow), (Level::Warning, &against.warn), (Level::Error, &against.deny)];
        for (level, names) in asked {
            for name in names {
                config.levels.set(name, level, &rules).map_err(|fault| anyhow!(fault))?;
            }
        }
        let mut catalogue = catalogue(&config, against.catalog.as_deref())?;
        if let Some(path) = against.metrics.as_deref().or(config.metrics.as_deref()) {
            let shown = path.display();
            catalogue = catalogue.with_figures(&text(path)?).map_err(|error| anyhow!("{shown}: {error}"))?;
        }
        let mut session = Self {
            catalogue,
            as_of: against.as_of.or_else(today),
            analysis: Budget {
                steps: against.analysis_budget.or(config.analysis_budget).unwrap_or(STEPS),
                every_route: config.levels.is_on(&REACHABILITY_UNKNOWN),
                overlaps: config.levels.is_on(&OVERLAPPING_ROUTES),
            },
            rules: config.levels.switches(&rules),
            metadata: None,
            declared_in: Sources::new(),
            shared: None,
            config,
        };
        let path = against.metadata.clone().or_else(|| session.config.metadata.clone());
        if let Some(path) = path {
            session.share_metadata(&path)?;
        }
        Ok(session)
    }

    /// The day with which retirement dates are compared; none where neither an argument nor the clock tells one.
    pub(super) fn as_of(&self) -> Option<Date> {
        self.as_of
    }

    /// Another catalogue with what the configuration lays over any: declared models, figures to rank by.
    pub(super) fn furnish(&self, mut catalogue: Catalogue) -> anyhow::Result<Catalogue> {
        if let Some(path) = self.config.metrics.as_deref() {
            let shown = path.display();
            catalogue = catalogue.with_figures(&text(path)?).map_err(|error| anyhow!("{shown}: {error}"))?;
        }
        declare(catalogue, &self.config)
    }

    fn share_metadata(&mut self, path: &Path) -> anyhow::Result<()> {
        let shown = path.display().to_string();
        let bytes = files::read(path).map_err(|reason| anyhow!("cannot read {shown}: {reason}"))?;
        let (mut sources, mut sink) = (Sources::new(), Sink::new());
        let options = Options::new(&self.catalogue);
        let loaded = pipeline::load(&mut sources, &shown, bytes, &options);
        let declared = pipeline::declarations(&sources, &loaded, &options, &mut sink);
        let diagnostics = self.config.levels.apply(sink.finish(&Suppressions::default()));
        self.metadata = declared;
        self.declared_in = sources.clone();
        self.shared = Some(Unit { sources, diagnostics });
        Ok(())
    }

    /// Reads and checks what the arguments name.
    pub(super) fn read(&mut self, inputs: &Inputs) -> Readings {
        self.read_found(files::find(&inputs.paths, inputs.stdin_filename.as_deref(), self.config.include()))
    }

    /// Reads and checks what was found.
    pub(super) fn read_found(&mut self, found: Found) -> Readings {
        let Found { inputs, mut problems } = found;
        let read = |input| self.read_one(input);
        // Threads take longer to start than one file takes to check.
        let results: Vec<Result<(Unit, Vec<Checked>), String>> = match inputs.as_slice() {
            [only] => vec![read(only)],
            many => many.par_iter().map(read).collect(),
        };
        let mut units: Vec<Unit> = self.shared.take().into_iter().collect();
        let mut definitions: Vec<Vec<Checked>> = units.iter().map(|_| Vec::new()).collect();
        for result in results {
            match result {
                Ok((unit, checked)) => {
                    units.push(unit);
                    definitions.push(checked);
                }
                Err(problem) => problems.push(problem),
            }
        }
        Readings { units, definitions, problems }
    }

    fn read_one(&self, input: &Input) -> Result<(Unit, Vec<Checked>), String> {
        self.examine(input, input.read()?)
    }

    /// What is found in an input that holds this text instead of its own.
    pub(super) fn read_text(&self, input: &Input, text: &str) -> Result<Unit, String> {
        self.examine(input, text.as_bytes().to_vec()).map(|(unit, _)| unit)
    }

    fn examine(&self, input: &Input, bytes: Vec<u8>) -> Result<(Unit, Vec<Checked>), String> {
        let (mut sources, mut sink) = (self.declared_in.clone(), Sink::new());
        let mut options = Options::new(&self.catalogue);
        options.as_of = self.as_of;
        options.metadata = self.metadata.as_ref();
        options.analysis = self.analysis;
        options.rules = self.rules.clone();
        let loaded = pipeline::load(&mut sources, &input.name, bytes, &options);
        let checked = pipeline::check(&mut sources, &loaded, input.loader(), &options, &mut sink);
        let mut diagnostics = self.config.levels.apply(sink.finish(&checked.suppressions));
        let mut definitions = checked.definitions;
        if let Some(router) = &input.router {
            let names: Vec<String> =
                definitions.iter().filter_map(Checked::name).map(str::to_owned).collect();
            definitions.retain(|d| d.name() == Some(router));
            // What concerns the file as a whole concerns each of its routers.
            diagnostics.retain(|d| d.subject.router.as_ref().is_none_or(|name| name == router));
            if definitions.is_empty() {
                let known = match names.as_slice() {
                    [] => String::new(),
                    names => format!("; it holds {}", and_list(names.iter().take(8))),
                };
                return Err(format!("{} holds no router named `{router}`{known}", input.name));
            }
        }
        Ok((Unit { sources, diagnostics }, definitions))
    }
}

/// The built-in catalogue with what arguments and configuration lay over it.
pub(super) fn catalogue(config: &Config, argument: Option<&Path>) -> anyhow::Result<Catalogue> {
    let mut catalogue = Catalogue::embedded();
    if let Some(path) = argument.or(config.catalogue.as_deref()) {
        let shown = path.display();
        catalogue = catalogue.overlay(&text(path)?).map_err(|error| anyhow!("{shown}: {error}"))?;
    }
    declare(catalogue, config)
}

fn declare(catalogue: Catalogue, config: &Config) -> anyhow::Result<Catalogue> {
    catalogue.with_extra(&config.extra_models).map_err(|error| anyhow!("`models.extra` of irc.toml: {error}"))
}

fn text(path: &Path) -> anyhow::Result<String> {
    let shown = path.display();
    let bytes = files::read(path).map_err(|reason| anyhow!("cannot read {shown}: {reason}"))?;
    String::from_utf8(bytes).with_context(|| format!("cannot read {shown}"))
}

fn today() -> Option<Date> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    Date::from_unix_days(i64::try_from(seconds / 86_400).ok()?)
}
