//! The file as it is written.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::ValueEnum;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use toml::Spanned;

use super::super::args::FailOn;
use crate::diag::Level;
use crate::render::Format;

/// Levels by name of a rule or a group.
pub(super) type WrittenLevels = BTreeMap<Spanned<String>, LevelWord>;

/// The file as written: settings of a project. Paths and patterns are relative to it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
#[schemars(title = "irc.toml")]
pub(in crate::cli) struct Written {
    /// Patterns of the files that are definitions, in place of the built-in ones: `["config/**/*.yaml"]`.
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) include: Option<Spanned<Vec<Spanned<String>>>>,
    /// Patterns of files and folders that are left out when a folder is searched: `["legacy", "**/*.draft.yaml"]`. A file
    /// that is named on the command line is read all the same.
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) exclude: Option<Spanned<Vec<Spanned<String>>>>,
    /// How `irc check` and `irc build` print findings where `--format` does not say.
    #[schemars(schema_with = "words::<Format>")]
    pub(super) format: Option<Spanned<String>>,
    /// From which severity on findings fail a run where `--fail-on` does not say.
    #[schemars(schema_with = "words::<FailOn>")]
    pub(super) fail_on: Option<Spanned<String>>,
    /// A file of findings that `irc check` does not report; `irc check --write-baseline` writes it.
    #[schemars(with = "Option<PathBuf>")]
    pub(super) baseline: Option<Spanned<PathBuf>>,
    /// Levels by name of a rule or of a group of rules; a rule's own level wins over its group's.
    #[schemars(with = "BTreeMap<String, LevelWord>")]
    pub(super) lint: WrittenLevels,
    /// What is different for some paths. Later ones win over earlier ones.
    #[schemars(with = "Vec<WrittenOverride>")]
    pub(super) overrides: Vec<Spanned<WrittenOverride>>,
    /// A catalogue of models and prices in the shape of the Models API, laid over the built-in one.
    #[schemars(with = "Option<PathBuf>")]
    pub(super) catalogue: Option<Spanned<PathBuf>>,
    /// Figures to rank models by: latency, throughput, intelligence, math, coding.
    #[schemars(with = "Option<PathBuf>")]
    pub(super) metrics: Option<Spanned<PathBuf>>,
    /// Models beyond the catalogue.
    pub(super) models: Models,
    /// A `metadata` block for definitions that have none, such as those in the wire form.
    #[schemars(with = "Option<PathBuf>")]
    pub(super) metadata: Option<Spanned<PathBuf>>,
    /// The analysis of all requests.
    pub(super) analysis: Analysis,
}

/// What is different for some paths.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenOverride {
    /// Patterns of the files that it is for: `["legacy/**"]`.
    #[schemars(with = "Vec<String>", length(min = 1))]
    pub(super) paths: Vec<Spanned<String>>,
    /// Levels by name of a rule or of a group of rules, over those of the whole project.
    #[schemars(with = "BTreeMap<String, LevelWord>")]
    pub(super) lint: WrittenLevels,
}

/// The analysis of all requests.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Analysis {
    /// Steps that it may take for one definition; 20,000,000 where nothing is said. What they do not reach is left open,
    /// and told.
    #[schemars(with = "Option<u64>")]
    pub(super) budget: Option<Spanned<u64>>,
}

/// Models beyond the catalogue.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Models {
    /// Ids to take as known: `["openai/my-fine-tune"]`.
    #[schemars(with = "Vec<String>")]
    pub(super) extra: Option<Spanned<Vec<String>>>,
}

/// A level that a rule can be set to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum LevelWord {
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

/// The words that an option of the command line takes.
fn words<T: ValueEnum + 'static>(_: &mut SchemaGenerator) -> Schema {
    let words: Vec<String> = names::<T>().collect();
    json_schema!({ "type": ["string", "null"], "enum": words.into_iter().map(Some).chain([None]).collect::<Vec<_>>() })
}

pub(super) fn names<T: ValueEnum + 'static>() -> impl Iterator<Item = String> {
    T::value_variants().iter().filter_map(|v| Some(v.to_possible_value()?.get_name().to_owned()))
}
