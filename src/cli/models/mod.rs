//! `irc models`: what is known of models, and what that does to definitions.
//!
//! In: the built-in catalogue with what lies over it, answers of the Models API, definitions. Out: lists, tables and
//! changes, for people or as JSON; a catalogue file; definitions with another model. It refuses to know what a model
//! is good at.

mod compare;
mod impact;
mod import;
mod list;
mod replace;
mod retiring;
mod show;

use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use serde::Serialize;

use super::args::{Form, Global};
use super::config::Config;
use super::output::Output;
use super::suggest::did_you_mean;
use super::{Outcome, files, session};
use crate::catalogue::{Capability, Catalogue, Date, Model};
use crate::source::{Sources, Span};

pub(super) use impact::Output as ImpactOutput;
pub(super) use import::Output as ImportOutput;
pub(super) use replace::Output as ReplaceOutput;
pub(super) use retiring::Output as RetiringOutput;
pub(super) use show::explain;

const EXAMPLES: &str = "\
Examples:
  irc models list gpt --sort price
  irc models list --can vision --min-context 200k --max-price 2
  irc models compare openai/gpt-5.2 anthropic/claude-opus-4-6
  curl … https://api.inworld.ai/llm/v1alpha/models | irc models import - -o models.json
  irc models retiring --horizon 60d routers/
  irc models replace openai/gpt-5-mini openai/gpt-5.4-mini routers/
  irc models impact new-models.json routers/";

/// Show what is known of models and their prices, and what a change of them does to definitions
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true, arg_required_else_help = true)]
#[command(override_usage = "irc models [OPTIONS] <COMMAND>\n       irc models --horizon <TIME> [PATH]...")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[arg(value_name = "PATH", hide = true)]
    paths: Vec<PathBuf>,
    /// What is switched off within so long, and which definitions use it: short for `retiring`
    #[arg(long, value_name = "TIME", value_parser = retiring::horizon)]
    horizon: Option<u32>,
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, hide = true)]
    as_of: Option<Date>,
    /// Lay this answer of the Models API over the built-in catalogue
    #[arg(long, value_name = "FILE", global = true)]
    catalog: Option<PathBuf>,
    /// How to print: human or json
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "FORM",
        hide_possible_values = true,
        global = true
    )]
    format: Form,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
    List(list::Args),
    Show(show::Args),
    Compare(compare::Args),
    Import(import::Args),
    Retiring(retiring::Args),
    Replace(replace::Args),
    Impact(impact::Args),
}

/// What every subcommand is told.
struct Asked<'a> {
    global: &'a Global,
    catalog: Option<&'a Path>,
    form: Form,
}

pub(super) fn run(args: &Args, global: &Global, output: &mut Output) -> anyhow::Result<Outcome> {
    let asked = Asked { global, catalog: args.catalog.as_deref(), form: args.format };
    let Some(command) = &args.command else { return bare(args, &asked, output) };
    match command {
        Command::List(args) => list::run(args, &asked, output),
        Command::Show(args) => show::run(args, &asked, output),
        Command::Compare(args) => compare::run(args, &asked, output),
        Command::Import(args) => import::run(args, &asked, output),
        Command::Retiring(args) => retiring::run(args, &asked, output),
        Command::Replace(args) => replace::run(args, &asked, output),
        Command::Impact(args) => impact::run(args, &asked, output),
    }
}

/// `irc models --horizon 60d routers/`.
fn bare(args: &Args, asked: &Asked<'_>, output: &mut Output) -> anyhow::Result<Outcome> {
    if let Some(horizon) = args.horizon {
        let args = retiring::Args { paths: args.paths.clone(), horizon, as_of: args.as_of };
        return retiring::run(&args, asked, output);
    }
    let known = ["list", "show", "compare", "import", "retiring", "replace", "impact"];
    match args.paths.first() {
        Some(word) => {
            let word = word.display().to_string();
            bail!(
                "`irc models` has no command `{word}`{}; there is {}",
                did_you_mean(&word, known),
                known.join(", ")
            )
        }
        None => bail!("name a command of `irc models`: {}", known.join(", ")),
    }
}

impl Asked<'_> {
    /// The catalogue in force.
    fn catalogue(&self) -> anyhow::Result<Catalogue> {
        session::catalogue(&Config::load(self.global, &[])?, self.catalog)
    }

    /// What that catalogue is, for people.
    fn catalogue_name(&self) -> anyhow::Result<String> {
        let config = Config::load(self.global, &[])?;
        Ok(match self.catalog.or(config.catalogue.as_deref()) {
            Some(path) => path.display().to_string(),
            None => match snapshot_date() {
                Some(date) => format!("the built-in catalogue of {date}"),
                None => "the built-in catalogue".to_owned(),
            },
        })
    }
}

/// What `irc models list`, `show` and `compare` print with `--format json`.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Listing {
    /// The version of this shape.
    version: u32,
    /// The day of the built-in facts.
    catalogue: Option<String>,
    /// The models.
    models: Vec<Row>,
}

impl Listing {
    fn of(models: &[Model]) -> Self {
        Self { version: 1, catalogue: snapshot_date(), models: models.iter().map(Row::of).collect() }
    }
}

/// One model. What is null is unknown, not zero and not "no".
#[derive(Serialize, schemars::JsonSchema)]
struct Row {
    /// `provider/model`
    id: String,
    /// Who serves it.
    provider: String,
    /// Who made it.
    creator: Option<String>,
    /// US dollars a token of the prompt.
    prompt_usd: Option<f64>,
    /// US dollars a token of the completion.
    completion_usd: Option<f64>,
    /// US dollars a prompt token read from the provider's cache.
    cache_read_usd: Option<f64>,
    /// US dollars a prompt token written to the provider's cache.
    cache_write_usd: Option<f64>,
    /// US dollars a token at three prompt tokens to one completion token: what prices are ranked by.
    blended_usd: Option<f64>,
    /// Context window in tokens.
    context_tokens: Option<u64>,
    /// Longest completion in tokens.
    max_output_tokens: Option<u64>,
    /// What it reads: `text`, `image`, …; empty where that is not known.
    reads: Vec<String>,
    /// What it writes.
    writes: Vec<String>,
    /// What it is known to be able to do, and what not.
    capabilities: std::collections::BTreeMap<&'static str, Option<bool>>,
    /// The day on which its vendor switches it off.
    retires_on: Option<String>,
}

impl Row {
    fn of(model: &Model) -> Self {
        Self {
            id: model.id(),
            provider: model.provider.clone(),
            creator: model.creator.clone(),
            prompt_usd: model.prices.prompt,
            completion_usd: model.prices.completion,
            cache_read_usd: model.prices.cache_read,
            cache_write_usd: model.prices.cache_write,
            blended_usd: model.prices.blended(),
            context_tokens: model.context.map(u64::from),
            max_output_tokens: model.max_output.map(u64::from),
            reads: model.input.clone(),
            writes: model.output.clone(),
            capabilities: Capability::ALL
                .into_iter()
                .map(|c| (c.as_str(), model.capabilities.get(c)))
                .collect(),
            retires_on: model.retires_on.map(|d| d.to_string()),
        }
    }
}

fn snapshot_date() -> Option<String> {
    Catalogue::snapshot().date.map(|d| d.to_string())
}

/// The models that an argument names: one, or for a bare name all that answer to it.
fn find(catalogue: &Catalogue, id: &str) -> anyhow::Result<Vec<Model>> {
    if let Some(model) = catalogue.get(id) {
        return Ok(vec![model]);
    }
    let serving = if id.contains('/') { Vec::new() } else { catalogue.serving(id) };
    if serving.is_empty() {
        let hint = match catalogue.nearest(id, 3).as_slice() {
            [] if catalogue.has_provider(id) => {
                format!("; it is a provider: `irc models list --provider {id}`")
            }
            [] => String::new(),
            near => {
                let ids: Vec<&str> = near.iter().map(|s| s.id.as_str()).collect();
                format!("; did you mean {}?", ids.join(" or "))
            }
        };
        return Err(anyhow!("unknown model `{id}`{hint}"));
    }
    Ok(serving)
}

/// The text of an answer of the Models API.
fn answer_text(path: &Path) -> anyhow::Result<String> {
    let (shown, bytes) = if path.as_os_str() == "-" {
        ("<stdin>".to_owned(), files::limited(std::io::stdin().lock()))
    } else {
        (path.display().to_string(), files::read(path))
    };
    let bytes = bytes.map_err(|reason| anyhow!("cannot read {shown}: {reason}"))?;
    String::from_utf8(bytes).map_err(|_| anyhow!("cannot read {shown}: it is no text in UTF-8"))
}

/// US dollars for a million tokens.
fn per_million(price: Option<f64>) -> String {
    price.map_or_else(|| "-".to_owned(), |p| format!("{:.3}", p * 1e6))
}

/// A place in a definition.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, schemars::JsonSchema)]
struct Place {
    /// The file.
    file: String,
    /// Its line, from 1.
    line: u32,
    /// The column, from 1, in characters.
    column: u32,
}

impl Place {
    fn of(sources: &Sources, span: Span) -> Self {
        let file = sources.get(span.file);
        let position = file.map(|file| file.position(span.start));
        Self {
            file: file.map(|file| file.name().to_owned()).unwrap_or_default(),
            line: position.map_or(1, |p| p.line),
            column: position.map_or(1, |p| p.column),
        }
    }
}

/// `2` as `2 models`, with the one form for one.
fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "not a day written as 2026-11-22".to_owned())
}
