//! `irc models import`: an answer of the Models API as a file to keep.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::anyhow;
use serde::Serialize;
use serde_json::{Value, json};

use super::super::output::{Output as Streams, Stream};
use super::super::{Outcome, write};
use super::compare::{name, plain};
use super::{Asked, Form, Row, answer_text, count};
use crate::catalogue::{Answer, Catalogue, Changes, FactChange, Known, Model};
use crate::render::{self, escape};

const EXAMPLES: &str = "\
Examples:
  irc models import answer.json -o models.json
  irc models import answer.json > models.json
  curl … https://api.inworld.ai/llm/v1alpha/models | irc models import - -o models.json

Then name the file in irc.toml: catalogue = \"models.json\"";

/// Turn an answer of the Models API into a catalogue file
///
/// The file holds what irc reads of the answer, sorted, a model a line. What is new, gone or different is told against
/// the catalogue in force: that of irc.toml or --catalog, else the built-in one.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The answer of the Models API, or - for standard input
    #[arg(value_name = "FILE")]
    answer: PathBuf,
    /// Write the catalogue to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What `irc models import --format json` prints.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(title = "irc models import --format json")]
pub(in super::super) struct Output {
    /// The version of this shape.
    version: u32,
    /// The catalogue that it is compared with.
    against: String,
    /// How many models the answer lists.
    models: usize,
    /// Ids that it lists more than once; the last row counts.
    repeated: Vec<String>,
    /// Models that the other catalogue lacks.
    added: Vec<Row>,
    /// Ids of models that the answer lacks: with the file in force they are not known.
    gone: Vec<String>,
    /// Models of which something else is known.
    changed: Vec<Changed>,
    /// The file that was written.
    written: Option<String>,
}

/// A model of which something else is known.
#[derive(Serialize, schemars::JsonSchema)]
struct Changed {
    /// `provider/model`
    id: String,
    /// What.
    facts: Vec<ChangedFact>,
}

/// A fact that is another one.
#[derive(Serialize, schemars::JsonSchema)]
struct ChangedFact {
    /// Its key in the list of models, or `served`.
    fact: &'static str,
    /// What was known; null for nothing.
    was: Value,
    /// What is known; null for nothing.
    is: Value,
}

pub(super) fn run(args: &Args, asked: &Asked<'_>, output: &mut Streams) -> anyhow::Result<Outcome> {
    let shown = args.answer.display().to_string();
    let text = answer_text(&args.answer)?;
    let answer = Answer::read(&text).map_err(|error| anyhow!("{shown}: {error}"))?;
    let file = answer.to_json();
    // Read back as it will be: a file that could not be used is not handed out.
    let new = Catalogue::embedded().overlay(&file).map_err(|error| anyhow!("{shown}: {error}"))?;
    // The file may be the one that is to be renewed, and broken: then the built-in one is what is left to compare with.
    let (old, against) = match asked.catalogue() {
        Ok(catalogue) => (catalogue, asked.catalogue_name()?),
        Err(error) if args.output.is_none() => return Err(error),
        Err(_) => (Catalogue::embedded(), "the built-in catalogue".to_owned()),
    };
    let changes = Changes::between(&old, &new);
    let report = match &args.output {
        Some(path) => {
            write::replace(&[(path.clone(), file)])?;
            Stream::Out
        }
        None => {
            output.stream(Stream::Out).write_all(file.as_bytes())?;
            Stream::Err
        }
    };
    let arrow = if output.options(report, true).unicode { "→" } else { "->" };
    let out = output.stream(report);
    match asked.form {
        Form::Json => {
            let told = Output {
                version: 1,
                against,
                models: answer.models.len(),
                repeated: answer.repeated,
                added: changes.added.iter().map(Row::of).collect(),
                gone: changes.gone.iter().map(Model::id).collect(),
                changed: changes.changed.iter().map(changed).collect(),
                written: args.output.as_ref().map(|path| path.display().to_string()),
            };
            render::json::pretty(&told, out)?;
        }
        Form::Human => {
            tell(&changes, &against, arrow, out)?;
            for id in &answer.repeated {
                writeln!(out, "{} is listed more than once: the last row counts", escape::line(id))?;
            }
            if let Some(path) = &args.output {
                let path = path.display().to_string();
                let path = escape::line(&path);
                writeln!(out, "wrote {} to {path}", count(answer.models.len(), "model", "models"))?;
            }
        }
    }
    Ok(Outcome::Clean)
}

fn changed((model, facts): &(Model, Vec<FactChange>)) -> Changed {
    let fact = |change: &FactChange| ChangedFact {
        fact: change.fact.as_str(),
        was: value(&change.was),
        is: value(&change.is),
    };
    Changed { id: model.id(), facts: facts.iter().map(fact).collect() }
}

fn value(known: &Known) -> Value {
    match known {
        Known::Unknown => Value::Null,
        Known::Usd(price) => json!(price),
        Known::Tokens(n) => json!(n),
        Known::Answer(yes) => json!(yes),
        Known::Day(day) => json!(day.to_string()),
        Known::Words(words) => json!(words),
    }
}

/// More of a kind are not listed for people.
const MOST: usize = 30;

fn tell(changes: &Changes, against: &str, arrow: &str, out: &mut dyn Write) -> io::Result<()> {
    let against = escape::line(against);
    if changes.is_empty() {
        return writeln!(out, "the same as {against}");
    }
    writeln!(out, "compared with {against}")?;
    let ids = |models: &[Model]| models.iter().map(Model::id).collect::<Vec<_>>();
    section("new", &ids(&changes.added), out)?;
    section("gone: no longer known with this file", &ids(&changes.gone), out)?;
    let changed = changes.changed.iter().map(|(model, facts)| {
        let facts: Vec<String> = facts.iter().map(|change| fact(change, arrow)).collect();
        format!("{}: {}", model.id(), facts.join(", "))
    });
    section("changed", &changed.collect::<Vec<_>>(), out)
}

fn section(head: &str, lines: &[String], out: &mut dyn Write) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "{head} ({})", lines.len())?;
    for line in lines.iter().take(MOST) {
        writeln!(out, "  {}", escape::line(line))?;
    }
    match lines.len().saturating_sub(MOST) {
        0 => Ok(()),
        more => writeln!(out, "  … and {more} more, which --format json lists"),
    }
}

fn fact(change: &FactChange, arrow: &str) -> String {
    let name = name(change.fact);
    let more = match (&change.was, &change.is) {
        (Known::Usd(was), Known::Usd(is)) if *was > 0.0 => format!(" ({:+.0}%)", (is - was) / was * 100.0),
        _ => String::new(),
    };
    format!("{name} {} {arrow} {}{more}", plain(&change.was), plain(&change.is))
}
