//! `irc models`: what is known of models.

use std::io::Write;
use std::path::PathBuf;

use anyhow::bail;
use serde::Serialize;

use super::Outcome;
use super::args::Global;
use super::config::Config;
use super::output::{Output, Stream};
use super::session;
use crate::catalogue::{Capability, Catalogue, Filter, Model, Order};
use crate::render::escape;

const EXAMPLES: &str = "\
Examples:
  irc models list --provider groq
  irc models list gpt --sort price
  irc models list --can function_calling --format json
  irc models show anthropic/claude-opus-4-6";

/// Show what is known of models and their prices
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
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
    /// List models
    List {
        /// Only those whose id holds this text
        text: Option<String>,
        /// Only those of this provider
        #[arg(long)]
        provider: Option<String>,
        /// Only those known to have this capability, such as vision; may be repeated
        #[arg(long = "can", value_name = "CAPABILITY", value_parser = capability)]
        capabilities: Vec<Capability>,
        /// Sort by id or by price
        #[arg(long, value_enum, default_value_t, value_name = "ORDER", hide_possible_values = true)]
        sort: Sort,
    },
    /// Show all that is known of a model; a bare name shows every provider that serves it
    Show {
        /// Model id, such as openai/gpt-5.2, or a bare name
        id: String,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
enum Form {
    #[default]
    Human,
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
enum Sort {
    #[default]
    Id,
    Price,
}

fn capability(name: &str) -> Result<Capability, String> {
    Capability::parse(name).ok_or_else(|| {
        let all: Vec<&str> = Capability::ALL.iter().map(|c| c.as_str()).collect();
        format!("one of {}", all.join(", "))
    })
}

/// What `irc models --format json` prints.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Listing {
    /// The version of this shape.
    version: u32,
    /// The day of the built-in facts.
    catalogue: Option<String>,
    /// The models.
    models: Vec<Row>,
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
    /// Context window in tokens.
    context_tokens: Option<u64>,
    /// Longest completion in tokens.
    max_output_tokens: Option<u64>,
    /// What it is known to be able to do, and what not.
    capabilities: std::collections::BTreeMap<&'static str, Option<bool>>,
    /// The day on which its vendor switches it off.
    retires_on: Option<String>,
}

pub(super) fn run(args: &Args, global: &Global, output: &mut Output) -> anyhow::Result<Outcome> {
    let config = Config::load(global)?;
    let catalogue = session::catalogue(&config, args.catalog.as_deref())?;
    let models = match &args.command {
        Command::List { text, provider, capabilities, sort } => {
            if let Some(name) = provider.as_deref().filter(|name| !catalogue.has_provider(name)) {
                bail!("unknown provider `{name}`; the providers are {}", catalogue.providers().join(", "));
            }
            let filter = Filter {
                provider: provider.clone(),
                contains: text.clone(),
                capabilities: capabilities.clone(),
            };
            let order = if *sort == Sort::Price { Order::Price } else { Order::Id };
            catalogue.list(&filter, order)
        }
        Command::Show { id } => find(&catalogue, id)?,
    };
    let out = output.stream(Stream::Out);
    match (args.format, &args.command) {
        (Form::Json, _) => {
            let listing = Listing {
                version: 1,
                catalogue: Catalogue::snapshot().date.map(|d| d.to_string()),
                models: models.iter().map(row).collect(),
            };
            serde_json::to_writer_pretty(&mut *out, &listing)?;
            writeln!(out)?;
        }
        (Form::Human, Command::List { .. }) => list(&models, out)?,
        (Form::Human, Command::Show { .. }) => show_all(&models, out)?,
    }
    Ok(if models.is_empty() { Outcome::Findings } else { Outcome::Clean })
}

/// What `irc explain` says of a model.
pub(super) fn explain(catalogue: &Catalogue, id: &str, out: &mut dyn Write) -> anyhow::Result<()> {
    Ok(show_all(&find(catalogue, id)?, out)?)
}

fn show_all(models: &[Model], out: &mut dyn Write) -> std::io::Result<()> {
    for (at, model) in models.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        show(model, out)?;
    }
    Ok(())
}

fn find(catalogue: &Catalogue, id: &str) -> anyhow::Result<Vec<Model>> {
    if let Some(model) = catalogue.get(id) {
        return Ok(vec![model]);
    }
    let serving = if id.contains('/') { Vec::new() } else { catalogue.serving(id) };
    if serving.is_empty() {
        let near = catalogue.nearest(id, 3);
        let hint = match near.as_slice() {
            [] => String::new(),
            near => {
                let ids: Vec<&str> = near.iter().map(|s| s.id.as_str()).collect();
                format!("; did you mean {}?", ids.join(" or "))
            }
        };
        bail!("unknown model `{id}`{hint}");
    }
    Ok(serving)
}

/// US dollars for a million tokens.
fn per_million(price: Option<f64>) -> String {
    price.map_or_else(|| "-".to_owned(), |p| format!("{:.3}", p * 1e6))
}

fn list(models: &[Model], out: &mut dyn Write) -> std::io::Result<()> {
    let width = models.iter().map(|m| m.id().chars().count()).max().unwrap_or(0).max(5);
    writeln!(out, "{:width$}  {:>9}  {:>10}  {:>9}  retires", "model", "prompt/M", "answer/M", "context")?;
    for model in models {
        let retires = model.retires_on.map(|d| d.to_string()).unwrap_or_default();
        let context = model.context.map_or_else(|| "-".to_owned(), |n| n.to_string());
        let line = format!(
            "{:width$}  {:>9}  {:>10}  {:>9}  {retires}",
            model.id(),
            per_million(model.prices.prompt),
            per_million(model.prices.completion),
            context,
        );
        writeln!(out, "{}", escape::line(line.trim_end()))?;
    }
    writeln!(out, "{} models; prices in US dollars for a million tokens; - is unknown", models.len())
}

fn show(model: &Model, out: &mut dyn Write) -> std::io::Result<()> {
    let mut line = |key: &str, value: String| writeln!(out, "{key:<14} {}", escape::line(&value));
    line("model", model.id())?;
    if let Some(creator) = &model.creator {
        line("made by", creator.clone())?;
    }
    for (key, price) in [
        ("prompt", model.prices.prompt),
        ("answer", model.prices.completion),
        ("cache read", model.prices.cache_read),
        ("cache write", model.prices.cache_write),
    ] {
        if price.is_some() {
            line(key, format!("${} for a million tokens", per_million(price)))?;
        }
    }
    if model.prices.prompt.is_none() {
        line("price", "unknown".to_owned())?;
    }
    line("context", model.context.map_or_else(|| "unknown".to_owned(), |n| format!("{n} tokens")))?;
    line("longest answer", model.max_output.map_or_else(|| "unknown".to_owned(), |n| format!("{n} tokens")))?;
    let with = |wanted: Option<bool>| {
        let names: Vec<&str> = Capability::ALL
            .into_iter()
            .filter(|c| model.capabilities.get(*c) == wanted)
            .map(Capability::as_str)
            .collect();
        names.join(", ")
    };
    for (key, wanted) in [("can", Some(true)), ("cannot", Some(false)), ("unknown", None)] {
        let names = with(wanted);
        if !names.is_empty() {
            line(key, names)?;
        }
    }
    if let Some(on) = model.retires_on {
        line("retires", on.to_string())?;
    }
    Ok(())
}

fn row(model: &Model) -> Row {
    Row {
        id: model.id(),
        provider: model.provider.clone(),
        creator: model.creator.clone(),
        prompt_usd: model.prices.prompt,
        completion_usd: model.prices.completion,
        cache_read_usd: model.prices.cache_read,
        cache_write_usd: model.prices.cache_write,
        context_tokens: model.context.map(u64::from),
        max_output_tokens: model.max_output.map(u64::from),
        capabilities: Capability::ALL.into_iter().map(|c| (c.as_str(), model.capabilities.get(c))).collect(),
        retires_on: model.retires_on.map(|d| d.to_string()),
    }
}
