//! `irc models show`: all that is known of a model.

use std::io::Write;

use super::super::Outcome;
use super::super::output::{Output, Stream};
use super::{Asked, Form, Listing, find, per_million};
use crate::catalogue::{Capability, Catalogue, Model};
use crate::render::{escape, json};

const EXAMPLES: &str = "\
Examples:
  irc models show anthropic/claude-opus-4-6
  irc models show gpt-oss-120b              every provider that serves it";

/// Show all that is known of a model
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Model id, such as openai/gpt-5.2, or a bare name for every provider that serves it
    id: String,
}

pub(super) fn run(args: &Args, asked: &Asked<'_>, output: &mut Output) -> anyhow::Result<Outcome> {
    let models = find(&asked.catalogue()?, &args.id)?;
    let out = output.stream(Stream::Out);
    match asked.form {
        Form::Json => json::pretty(&Listing::of(&models), out)?,
        Form::Human => show_all(&models, out)?,
    }
    Ok(Outcome::Clean)
}

/// What `irc explain` says of a model.
pub(in super::super) fn explain(catalogue: &Catalogue, id: &str, out: &mut dyn Write) -> anyhow::Result<()> {
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
    for (key, words) in [("reads", &model.input), ("writes", &model.output)] {
        if !words.is_empty() {
            line(key, words.join(", "))?;
        }
    }
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
    if model.supported == Some(false) {
        line("served", "no: the list of models marks it as not supported".to_owned())?;
    }
    Ok(())
}
