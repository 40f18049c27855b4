//! What the commands that read definitions share: the configuration, the catalogue, and the reading itself.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, anyhow, bail};
use rayon::prelude::*;

use super::args::{Global, Inputs};
use super::config::Config;
use super::files::{self, Found, Input};
use super::output::{Output, Stream};
use super::progress::Progress;
use crate::analyze::rules::{OVERLAPPING_ROUTES, REACHABILITY_UNKNOWN};
use crate::analyze::{Budget, STEPS};
use crate::catalogue::{Catalogue, Date, ModelId};
use crate::check::Checked;
use crate::diag::suggest::and_list;
use crate::diag::{Diagnostic, Level, Severity, Sink, Suppressions, Switches, shorten};
use crate::model::Declarations;
use crate::pipeline::{self, Options};
use crate::registry;
use crate::render::{Held, Unit, escape};
use crate::source::{Loader, Sources};

/// What definitions are checked against.
#[derive(clap::Args, Clone, Debug, Default)]
pub(super) struct Against {
    /// Judge retirement dates as of this day instead of today
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    as_of: Option<Date>,
    /// Lay this answer of the Models API over the built-in catalogue
    #[arg(long, value_name = "FILE")]
    pub(super) catalog: Option<PathBuf>,
    /// Rank models by the figures in this file: latency, throughput, intelligence, math, coding
    #[arg(long, value_name = "FILE")]
    pub(super) metrics: Option<PathBuf>,
    /// Take the metadata block from this file where a definition has none
    #[arg(long, value_name = "FILE")]
    pub(super) metadata: Option<PathBuf>,
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
    #[arg(long, value_name = "STEPS", hide_short_help = true)]
    pub(super) analysis_budget: Option<u64>,
}

impl Against {
    /// Against a catalogue, if one is named, on some day, and nothing else that can be asked for.
    pub(super) fn plain(as_of: Option<Date>, catalog: Option<&Path>) -> Self {
        Self { as_of, catalog: catalog.map(Path::to_owned), ..Self::default() }
    }

    /// The configuration, and the files that it or the command line names.
    pub(super) fn rests_on(&self, config: &Config) -> Vec<PathBuf> {
        let named = [
            config.file(),
            self.catalog.as_deref().or(config.catalogue.as_deref()),
            self.metrics.as_deref().or(config.metrics.as_deref()),
            self.metadata.as_deref().or(config.metadata.as_deref()),
        ];
        named.into_iter().flatten().map(Path::to_owned).collect()
    }

    /// Sets the levels that are asked for.
    pub(super) fn ask(&self, config: &mut Config) -> anyhow::Result<()> {
        for (level, name) in self.levels() {
            config.ask(name, level).map_err(|fault| anyhow!(fault))?;
        }
        Ok(())
    }

    /// The levels that are asked for, by name of a rule or a group.
    pub(super) fn levels(&self) -> impl Iterator<Item = (Level, &str)> {
        let asked = [(Level::Off, &self.allow), (Level::Warning, &self.warn), (Level::Error, &self.deny)];
        asked.into_iter().flat_map(|(level, names)| names.iter().map(move |name| (level, name.as_str())))
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
    /// Whether tests are looked at by themselves.
    pub(super) judges_tests: bool,
    /// Which rules are on where no override speaks.
    rules: Switches,
    metadata: Option<Declarations>,
    rests_on: Vec<PathBuf>,
    /// The shared metadata file. It comes first among the sources of every file, so that what is declared in it can be
    /// pointed at.
    declared_in: Sources,
    /// What is wrong with the shared metadata file.
    shared: Option<Unit>,
    /// Whether somebody waits at a terminal, and whether that has more than ASCII.
    waiting: Option<bool>,
}

/// What came of reading all inputs.
#[derive(Default)]
pub(super) struct Readings {
    /// The files, in the order of the arguments; a shared metadata file first.
    pub(super) units: Vec<Unit>,
    /// The definitions of each unit.
    pub(super) definitions: Vec<Vec<Checked>>,
    /// Where each unit comes from.
    pub(super) origins: Vec<Origin>,
    /// Arguments and files that could not be read, as complaints.
    pub(super) problems: Vec<String>,
    /// What a baseline came to, if there is one.
    pub(super) baseline: Option<Held>,
}

/// Where what was read comes from.
#[derive(Default)]
pub(super) struct Origin {
    /// `None` for the metadata file that all definitions share.
    pub(super) input: Option<Input>,
    /// What was found in routers of the same file that were not asked about.
    pub(super) beside: Vec<Diagnostic>,
    /// Whether all bytes that were read are in the text.
    pub(super) is_whole: bool,
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
    /// For a run that is about these paths: its configuration is looked for near them.
    pub(super) fn open(
        global: &Global,
        against: &Against,
        paths: &[PathBuf],
        output: &mut Output,
    ) -> anyhow::Result<Self> {
        let mut config = Config::load(global, paths)?;
        against.ask(&mut config)?;
        let mut catalogue = catalogue(&config, against.catalog.as_deref())?;
        if let Some(path) = against.metrics.as_deref().or(config.metrics.as_deref()) {
            catalogue = with_figures(catalogue, path, &config)?;
            unknown_figures(&catalogue, path).iter().for_each(|unknown| output.complain_once(unknown));
        }
        let mut session = Self {
            catalogue,
            as_of: against.as_of.or_else(today),
            analysis: Budget {
                steps: against.analysis_budget.or(config.analysis_budget).unwrap_or(STEPS),
                every_route: config.levels().is_on(&REACHABILITY_UNKNOWN),
                overlaps: config.levels().is_on(&OVERLAPPING_ROUTES),
            },
            judges_tests: true,
            rules: config.levels().switches(registry::all()),
            metadata: None,
            rests_on: against.rests_on(&config),
            declared_in: Sources::new(),
            shared: None,
            waiting: output.is_terminal(Stream::Err).then(|| output.options(Stream::Err, true).unicode),
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
            catalogue = with_figures(catalogue, path, &self.config)?;
        }
        declare(catalogue, &self.config)
    }

    fn share_metadata(&mut self, path: &Path) -> anyhow::Result<()> {
        let shown = path.display().to_string();
        let bytes = files::read(path).map_err(|reason| anyhow!("cannot read {shown}: {reason}"));
        let bytes = self.config.blame(path, bytes)?;
        let (declared, unit) = self.declared(&shown, bytes);
        self.metadata = declared;
        self.declared_in = unit.sources.clone();
        self.shared = Some(unit);
        Ok(())
    }

    /// What a metadata file for all definitions declares, and what is wrong in it.
    pub(super) fn declared(&self, name: &str, bytes: Vec<u8>) -> (Option<Declarations>, Unit) {
        let (mut sources, mut sink) = (Sources::new(), Sink::new());
        let options = Options::new(&self.catalogue);
        let loaded = pipeline::load(&mut sources, name, bytes, &options);
        let declared = pipeline::declarations(&sources, &loaded, &options, &mut sink);
        let located = |_: &Diagnostic| files::absolute(Path::new(name));
        let diagnostics = self.config.settle(sink.finish(&Suppressions::default()), located);
        (declared, Unit { sources, diagnostics })
    }

    /// Reads and checks what the arguments name.
    pub(super) fn read(&mut self, inputs: &Inputs) -> Readings {
        self.read_found(self.find(inputs))
    }

    /// What the arguments name.
    pub(super) fn find(&self, inputs: &Inputs) -> Found {
        files::find(&inputs.paths, inputs.stdin_filename.as_deref(), self.config.patterns())
    }

    /// The files that findings in every definition may rest on: the configuration, and what it or the command line
    /// names.
    pub(super) fn rests_on(&self) -> impl Iterator<Item = &Path> {
        self.rests_on.iter().map(PathBuf::as_path)
    }

    /// Reads and checks what was found.
    pub(super) fn read_found(&mut self, found: Found) -> Readings {
        self.read_each(found, Self::read_one)
    }

    /// The same, where somebody else reads each input. All processors take part; what comes of it stands in the order of
    /// the inputs.
    pub(super) fn read_each(
        &mut self,
        found: Found,
        read: impl Fn(&Self, &Input) -> Result<(Reading, bool), String> + Sync,
    ) -> Readings {
        let Found { inputs, mut problems, .. } = found;
        let progress = Progress::of_files(inputs.len(), self.waiting);
        let (meter, progress) = (progress.meter(), Mutex::new(progress));
        let read_one = |input| {
            let read = read(self, input);
            meter.fetch_add(1, Ordering::Relaxed);
            // Another thread that draws it draws this as well.
            if let Ok(mut progress) = progress.try_lock() {
                progress.tick();
            }
            read
        };
        // Threads take longer to start than one file takes to check.
        let results: Vec<Result<(Reading, bool), String>> = match inputs.as_slice() {
            [only] => vec![read(self, only)],
            many => many.par_iter().map(read_one).collect(),
        };
        drop(progress);
        let mut units: Vec<Unit> = self.shared.take().into_iter().collect();
        let mut definitions: Vec<Vec<Checked>> = units.iter().map(|_| Vec::new()).collect();
        let mut origins: Vec<Origin> = units.iter().map(|_| Origin::default()).collect();
        for (input, result) in inputs.into_iter().zip(results) {
            match result {
                Ok((read, is_whole)) => {
                    units.push(read.unit);
                    definitions.push(read.definitions);
                    origins.push(Origin { input: Some(input), beside: read.beside, is_whole });
                }
                Err(problem) => problems.push(problem),
            }
        }
        Readings { units, definitions, origins, problems, baseline: None }
    }

    /// What an input holds, and whether that is nothing but text.
    pub(super) fn read_one(&self, input: &Input) -> Result<(Reading, bool), String> {
        self.read_bytes(input, input.read()?, input.loader())
    }

    /// The same of an input that was read, with another loader.
    pub(super) fn read_bytes(
        &self,
        input: &Input,
        bytes: Vec<u8>,
        loader: &dyn Loader,
    ) -> Result<(Reading, bool), String> {
        let (size, is_text) = (bytes.len(), std::str::from_utf8(&bytes).is_ok());
        let metadata = self.metadata.as_ref();
        let read = self.check(input, bytes, loader, metadata, &self.declared_in)?;
        let text = read.unit.sources.by_name(&input.name).map_or(0, |file| file.text().len());
        Ok((read, is_text && text == size))
    }

    /// What is asked about all requests, and which rules are on.
    fn judged(&self, input: &Input) -> (Budget, Switches) {
        if !self.config.has_overrides() {
            return (self.analysis, self.rules.clone());
        }
        let levels = self.config.levels_for(|| input.located(&input.name));
        let analysis = Budget {
            every_route: levels.is_on(&REACHABILITY_UNKNOWN),
            overlaps: levels.is_on(&OVERLAPPING_ROUTES),
            ..self.analysis
        };
        (analysis, levels.switches(registry::all()))
    }

    /// What is found in an input that holds this text instead of its own.
    pub(super) fn read_text(&self, input: &Input, text: &str) -> Result<Unit, String> {
        Ok(self.read_again(input, text)?.unit)
    }

    /// What an input holds if this is its text.
    pub(super) fn read_again(&self, input: &Input, text: &str) -> Result<Reading, String> {
        let (bytes, metadata) = (text.as_bytes().to_vec(), self.metadata.as_ref());
        self.check(input, bytes, input.loader(), metadata, &self.declared_in)
    }

    /// Checks what an input holds. `metadata` is what all definitions share, `declared_in` where that was read.
    pub(super) fn check(
        &self,
        input: &Input,
        bytes: Vec<u8>,
        loader: &dyn Loader,
        metadata: Option<&Declarations>,
        declared_in: &Sources,
    ) -> Result<Reading, String> {
        let (mut sources, mut sink) = (declared_in.clone(), Sink::new());
        let mut options = Options::new(&self.catalogue);
        options.as_of = self.as_of;
        options.metadata = metadata;
        options.tests = self.judges_tests;
        (options.analysis, options.rules) = self.judged(input);
        let loaded = pipeline::load(&mut sources, &input.name, bytes, &options);
        let check = match files::is_suite(Path::new(&input.name)) {
            true => pipeline::check_suites,
            false => pipeline::check,
        };
        let checked = check(&mut sources, &loaded, loader, &options, &mut sink);
        let located = |d: &Diagnostic| {
            input.located(sources.get(d.span.file).map_or(input.name.as_str(), |f| f.name()))
        };
        let mut diagnostics = self.config.settle(sink.finish(&checked.suppressions), located);
        let mut definitions = checked.definitions;
        let mut beside = Vec::new();
        if let Some(router) = &input.router {
            let names: Vec<String> =
                definitions.iter().filter_map(Checked::name).map(str::to_owned).collect();
            definitions.retain(|d| d.name() == Some(router));
            // What concerns the file as a whole concerns each of its routers.
            let concerns = |d: &Diagnostic| d.subject.router.as_ref().is_none_or(|name| name == router);
            (diagnostics, beside) = diagnostics.into_iter().partition(concerns);
            if definitions.is_empty() {
                let known = match names.as_slice() {
                    [] => String::new(),
                    names => format!("; it holds {}", and_list(names.iter().take(8))),
                };
                return Err(format!("{} holds no router named `{router}`{known}", input.name));
            }
        }
        Ok(Reading { unit: Unit { sources, diagnostics }, beside, definitions })
    }
}

/// What came of reading one input.
pub(super) struct Reading {
    /// What was found in what the input names.
    pub(super) unit: Unit,
    /// What was found in other routers of the same file.
    pub(super) beside: Vec<Diagnostic>,
    pub(super) definitions: Vec<Checked>,
}

impl Reading {
    /// What there is to tell, without the definitions.
    pub(super) fn to_tell(&self) -> Self {
        let Unit { sources, diagnostics } = &self.unit;
        let unit = Unit { sources: sources.clone(), diagnostics: diagnostics.clone() };
        Self { unit, beside: self.beside.clone(), definitions: Vec::new() }
    }
}

/// The built-in catalogue with what arguments and configuration lay over it.
pub(super) fn catalogue(config: &Config, argument: Option<&Path>) -> anyhow::Result<Catalogue> {
    let mut catalogue = Catalogue::embedded();
    if let Some(path) = argument.or(config.catalogue.as_deref()) {
        let laid = text(path).and_then(|text| {
            catalogue.overlay(&text).map_err(|error| anyhow!("{}: {error}", path.display()))
        });
        catalogue = config.blame(path, laid)?;
    }
    declare(catalogue, config)
}

/// How many models that nobody knows are named.
const MOST_UNKNOWN: usize = 5;

/// What is said of figures whose model no catalogue knows: as a rule its name is misspelt, and they count for nothing.
fn unknown_figures(catalogue: &Catalogue, path: &Path) -> Vec<String> {
    let shown = path.display();
    let unknown: Vec<&str> = catalogue.unknown_figures().collect();
    let mut out: Vec<String> = Vec::new();
    for name in unknown.iter().take(MOST_UNKNOWN) {
        // No figures are for a model with a suffix.
        let plain = ModelId::parse(name).map_or(*name, |id| id.name);
        let near = match catalogue.contains(plain) || catalogue.knows_bare(plain) {
            true => Some(plain.to_owned()),
            false => catalogue.nearest(plain, 1).into_iter().next().map(|near| near.id),
        };
        let advice = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "if it is right, add it to `models.extra` of irc.toml".to_owned(),
        };
        let name = escape::line(name);
        out.push(format!(
            "{shown}: `{name}` is no model that is known, and its figures rank no other: {advice}"
        ));
    }
    match unknown.len().saturating_sub(MOST_UNKNOWN) {
        0 => {}
        more => out.push(format!("{shown}: {more} more that are not known")),
    }
    out.iter_mut().for_each(shorten);
    out
}

fn declare(catalogue: Catalogue, config: &Config) -> anyhow::Result<Catalogue> {
    let declared = catalogue.with_extra(&config.extra_models);
    config.blame_models(declared.map_err(|error| anyhow!("`models.extra`: {error}")))
}

/// The catalogue with figures to rank models by.
fn with_figures(catalogue: Catalogue, path: &Path, config: &Config) -> anyhow::Result<Catalogue> {
    let furnished = text(path).and_then(|text| {
        catalogue.with_figures(&text).map_err(|error| anyhow!("{}: {error}", path.display()))
    });
    config.blame(path, furnished)
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
