//! `irc.toml`: what a project says once for all its definitions.

use std::collections::BTreeMap;
use std::env;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::args::Global;
use super::files::{self, Include};
use super::suggest::did_you_mean;
use crate::diag::{Diagnostic, Group, Level, Meta, Switches};
use crate::registry;
use crate::source::LineIndex;

const FILE: &str = "irc.toml";

/// The file as written: settings of a project. Paths and patterns are relative to it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(title = "irc.toml")]
pub(super) struct Written {
    /// Patterns of the files that are definitions, in place of the built-in ones: `["config/**/*.yaml"]`.
    #[schemars(with = "Option<Vec<String>>")]
    include: Option<Vec<Spanned<String>>>,
    /// Levels by name of a rule or of a group of rules; a rule's own level wins over its group's.
    #[schemars(with = "BTreeMap<String, LevelWord>")]
    lint: BTreeMap<Spanned<String>, LevelWord>,
    /// A catalogue of models and prices in the shape of the Models API, laid over the built-in one.
    catalogue: Option<PathBuf>,
    /// Figures to rank models by: latency, throughput, intelligence, math, coding.
    metrics: Option<PathBuf>,
    /// Models beyond the catalogue.
    models: Models,
    /// A `metadata` block for definitions that have none, such as those in the wire form.
    metadata: Option<PathBuf>,
    /// The analysis of all requests.
    analysis: Analysis,
}

/// The analysis of all requests.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Analysis {
    /// Steps that it may take for one definition; 20,000,000 where nothing is said. What they do not reach is left open,
    /// and told.
    budget: Option<u64>,
}

/// Models beyond the catalogue.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Models {
    /// Ids to take as known: `["openai/my-fine-tune"]`.
    extra: Vec<String>,
}

/// A level that a rule can be set to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum LevelWord {
    /// Not reported.
    Off,
    /// As information.
    Info,
    /// As a warning.
    Warning,
    /// As an error.
    Error,
}

impl From<LevelWord> for Level {
    fn from(word: LevelWord) -> Self {
        match word {
            LevelWord::Off => Self::Off,
            LevelWord::Info => Self::Info,
            LevelWord::Warning => Self::Warning,
            LevelWord::Error => Self::Error,
        }
    }
}

/// The configuration in force.
#[derive(Debug, Default)]
pub(super) struct Config {
    /// The folder of the file, absolute; empty when there is none.
    folder: PathBuf,
    include: Option<GlobSet>,
    /// Levels of rules.
    pub(super) levels: Levels,
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

impl Config {
    /// The file that the arguments name, or else the nearest one above the current folder.
    pub(super) fn load(global: &Global) -> anyhow::Result<Self> {
        let path = match &global.config {
            _ if global.no_config => return Ok(Self::default()),
            Some(path) => path.clone(),
            None => match nearest() {
                Some(path) => path,
                None => return Ok(Self::default()),
            },
        };
        let shown = path.display().to_string();
        let bytes = files::read(&path).map_err(|reason| anyhow::anyhow!("cannot read {shown}: {reason}"))?;
        let text = String::from_utf8(bytes).with_context(|| format!("cannot read {shown}"))?;
        let folder =
            path.canonicalize().ok().and_then(|p| p.parent().map(Path::to_owned)).unwrap_or_default();
        match Self::parse(&text, folder, registry::all()) {
            Ok(config) => Ok(config),
            Err(fault) => bail!("{}", fault.at(&shown, &text)),
        }
    }

    /// The patterns that `include` gives, if it does.
    pub(super) fn include(&self) -> Include<'_> {
        self.include.as_ref().map(|globs| (self.folder.as_path(), globs))
    }

    fn parse(text: &str, folder: PathBuf, rules: impl Iterator<Item = &'static Meta>) -> Result<Self, Fault> {
        let written: Written = toml::from_str(text).map_err(|error| Fault::of_toml(&error))?;
        let rules: Vec<&Meta> = rules.collect();
        let include = written.include.as_deref().map(globs).transpose()?;
        Ok(Self {
            levels: Levels::new(&written.lint, &rules)?,
            include,
            catalogue: written.catalogue.map(|path| folder.join(path)),
            metrics: written.metrics.map(|path| folder.join(path)),
            extra_models: written.models.extra,
            metadata: written.metadata.map(|path| folder.join(path)),
            analysis_budget: written.analysis.budget,
            folder,
        })
    }
}

fn nearest() -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    here.ancestors().map(|folder| folder.join(FILE)).find(|path| path.is_file())
}

fn globs(patterns: &[Spanned<String>]) -> Result<GlobSet, Fault> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let fault = |error: globset::Error| Fault {
            message: format!("`{}` is no pattern: {}", pattern.get_ref(), error.kind()),
            span: pattern.span(),
        };
        set.add(GlobBuilder::new(pattern.get_ref()).literal_separator(true).build().map_err(fault)?);
    }
    set.build().map_err(|error| Fault { message: error.to_string(), span: 0..0 })
}

/// Levels that configuration gives to rules.
#[derive(Debug, Default)]
pub(super) struct Levels {
    rules: BTreeMap<&'static str, Level>,
    groups: BTreeMap<&'static str, Level>,
}

impl Levels {
    fn new(written: &BTreeMap<Spanned<String>, LevelWord>, rules: &[&'static Meta]) -> Result<Self, Fault> {
        let mut levels = Self::default();
        for (name, word) in written {
            let fault = |message| Fault { message, span: name.span() };
            levels.set(name.get_ref(), Level::from(*word), rules).map_err(fault)?;
        }
        Ok(levels)
    }

    /// Sets the level of a rule or of a group of rules. `Err` says why that cannot be.
    pub(super) fn set(&mut self, key: &str, level: Level, rules: &[&'static Meta]) -> Result<(), String> {
        if let Some(rule) = rules.iter().find(|rule| rule.name == key) {
            if is_fixed(rule) && level != Level::Error {
                return Err(format!("`{key}` is always an error: what it finds has no meaning"));
            }
            self.rules.insert(rule.name, level);
        } else if let Some(rule) = rules.iter().find(|rule| rule.group.as_str() == key) {
            self.groups.insert(rule.group.as_str(), level);
        } else if let Some(rule) = rules.iter().find(|rule| rule.code.eq_ignore_ascii_case(key)) {
            return Err(format!("rules are set by name: write `{}` for `{key}`", rule.name));
        } else {
            let names = rules.iter().flat_map(|rule| [rule.name, rule.group.as_str()]);
            return Err(format!("there is no rule or group `{key}`{}", did_you_mean(key, names)));
        }
        Ok(())
    }

    fn configured(&self, rule: &Meta) -> Option<Level> {
        let of_group = || self.groups.get(rule.group.as_str()).filter(|_| !is_fixed(rule));
        self.rules.get(rule.name).or_else(of_group).copied()
    }

    /// Whether findings of a rule are reported at all.
    pub(super) fn is_on(&self, rule: &Meta) -> bool {
        self.configured(rule).unwrap_or(rule.level) != Level::Off
    }

    /// Which of the rules are on and which are off, where that is not as they are by themselves.
    pub(super) fn switches(&self, rules: &[&'static Meta]) -> Switches {
        let mut switches = Switches::default();
        for rule in rules.iter().filter(|rule| self.is_on(rule) != switches.is_on(rule)).collect::<Vec<_>>() {
            switches.set(rule, self.is_on(rule));
        }
        switches
    }

    /// Findings at the levels that are in force, without those that are off.
    pub(super) fn apply(&self, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let mut on: Vec<Diagnostic> = diagnostics.into_iter().filter(|d| self.is_on(d.meta)).collect();
        for diagnostic in &mut on {
            if let Some(level) = self.configured(diagnostic.meta) {
                diagnostic.severity = level.severity();
            }
        }
        on
    }
}

/// Rules that cannot be set to anything else: behind their errors there is nothing left to check.
fn is_fixed(rule: &Meta) -> bool {
    rule.level == Level::Error
        && matches!(rule.group, Group::Yaml | Group::Shape | Group::Cel | Group::Internal)
}

/// What is wrong with the file, and where.
#[derive(Debug)]
struct Fault {
    message: String,
    span: Range<usize>,
}

impl Fault {
    fn of_toml(error: &toml::de::Error) -> Self {
        let message = error.message();
        // "unknown field `x`, expected one of `a`, `b`": names it, lists what there is and never says which was meant.
        let mut quoted = message.split('`').skip(1).step_by(2);
        let message = match quoted.next() {
            Some(wrong) if message.starts_with("unknown field") => {
                let known: Vec<&str> = quoted.collect();
                match did_you_mean(wrong, known.iter().copied()) {
                    near if near.is_empty() => {
                        format!("unknown key `{wrong}`; there is `{}`", known.join("`, `"))
                    }
                    near => format!("unknown key `{wrong}`{near}"),
                }
            }
            Some(wrong) if message.starts_with("unknown variant") => {
                format!("unknown level `{wrong}`: write off, info, warning or error")
            }
            _ => message.lines().collect::<Vec<_>>().join("; "),
        };
        Self { message, span: error.span().unwrap_or(0..0) }
    }

    fn at(&self, file: &str, text: &str) -> String {
        let offset = u32::try_from(self.span.start).unwrap_or(u32::MAX);
        let place = LineIndex::new(text).position(text, offset);
        format!("{file}:{}:{}: {}", place.line, place.column, self.message)
    }
}

#[cfg(test)]
mod tests;
