//! `irc doctor`: is Claude Code set up so that it reaches a router?

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use serde_json::Value as Json;

use super::args::{Form, Global};
use super::config::Config;
use super::output::{Output, Stream};
use super::{Outcome, files, session};
use crate::callers::{Layer, examine, relevant};
use crate::model::is_bare_name;
use crate::render::doctor;

const EXAMPLES: &str = "\
Examples:
  irc doctor
  irc doctor --router inworld/support
  irc doctor --settings ~/.claude/settings.json --format json

Looked at are the environment, ~/.claude/settings.json, .claude/settings.json and
.claude/settings.local.json; what stands in a later one counts. Values of secrets are never printed.

Exit codes: 0 nothing found, 1 findings, 2 the tool could not do its work.";

/// Tell what in its settings keeps Claude Code from a router
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The router it is to reach [default: the one that its models name]
    #[arg(long, value_name = "inworld/NAME", value_parser = router)]
    router: Option<String>,
    /// Look at this settings file in place of the usual ones
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// How to print: human or json
    #[arg(long, value_enum, default_value_t, value_name = "FORM", hide_possible_values = true)]
    format: Form,
}

fn router(text: &str) -> Result<String, String> {
    let name = text.strip_prefix("inworld/").unwrap_or(text);
    if is_bare_name(name) { Ok(format!("inworld/{name}")) } else { Err("write inworld/NAME".to_owned()) }
}

pub(super) fn run(args: &Args, global: &Global, output: &mut Output) -> anyhow::Result<Outcome> {
    let catalogue = session::catalogue(&Config::load(global, &[])?, None)?;
    let layers = layers(args.settings.as_deref())?;
    let findings = examine(&layers, args.router.as_deref(), &catalogue);
    let options = output.options(Stream::Out, !global.quiet);
    let out = output.stream(Stream::Out);
    match args.format {
        Form::Human => doctor::human(&layers, &findings, &options, out)?,
        Form::Json => doctor::json(&layers, &findings, out)?,
    }
    Ok(if findings.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

/// Everything that Claude Code would read, later ones over earlier ones.
fn layers(settings: Option<&Path>) -> anyhow::Result<Vec<Layer>> {
    let values = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())))
        .filter(|(name, _)| relevant(name))
        .collect();
    let mut layers = vec![Layer { from: "the environment".to_owned(), values }];
    if let Some(path) = settings {
        let Some(layer) = file(path, &path.display().to_string())? else {
            bail!("cannot read {}: there is no such file", path.display());
        };
        layers.push(layer);
        return Ok(layers);
    }
    let home = env::home_dir().map(|home| home.join(".claude/settings.json"));
    let home = home.map(|path| (path, "~/.claude/settings.json"));
    let project = [".claude/settings.json", ".claude/settings.local.json"];
    for (path, shown) in home.into_iter().chain(project.map(|path| (PathBuf::from(path), path))) {
        // At home the first two are one.
        layers.extend(file(&path, shown)?);
    }
    Ok(layers)
}

/// What a settings file sets. `None` if there is none. No part of what it holds is in what is said of it.
fn file(path: &Path, shown: &str) -> anyhow::Result<Option<Layer>> {
    let bytes = match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        _ => files::read(path).map_err(|reason| anyhow!("cannot read {shown}: {reason}"))?,
    };
    let settings: Json = serde_json::from_slice(&bytes)
        .map_err(|error| anyhow!("{shown}: not JSON, at line {} column {}", error.line(), error.column()))?;
    let mut values = BTreeMap::new();
    for key in ["model", "apiKeyHelper"] {
        if let Some(Json::String(text)) = settings.get(key) {
            values.insert(key.to_owned(), text.clone());
        }
    }
    let variables = settings.get("env").and_then(Json::as_object);
    for (name, value) in variables.into_iter().flatten().filter(|(name, _)| relevant(name)) {
        let text = match value {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        values.insert(name.clone(), text);
    }
    Ok(Some(Layer { from: shown.to_owned(), values }))
}
