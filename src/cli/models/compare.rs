//! `irc models compare`: models side by side.

use std::io::Write;

use anyhow::bail;

use super::super::Outcome;
use super::super::output::{Output, Stream};
use super::{Asked, Form, Listing, find, per_million};
use crate::catalogue::{Fact, Known, Model};
use crate::compile::cost::Tokens;
use crate::render::money::{dollars, thousands};
use crate::render::{escape, json};

const EXAMPLES: &str = "\
Examples:
  irc models compare openai/gpt-5.2 anthropic/claude-opus-4-6
  irc models compare gpt-oss-120b                    the providers that serve it
  irc models compare openai/gpt-5-mini openai/gpt-5-nano --input-tokens 8000";

/// Compare models: prices, sizes, capabilities, retirement
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Model ids, or bare names for every provider that serves them
    #[arg(required = true, value_name = "MODEL")]
    models: Vec<String>,
    /// Tokens of a prompt, for the cost of 1,000 requests
    #[arg(long, value_name = "NUMBER", default_value_t = Tokens::default().input)]
    input_tokens: u64,
    /// Tokens of an answer, for the cost of 1,000 requests
    #[arg(long, value_name = "NUMBER", default_value_t = Tokens::default().output)]
    output_tokens: u64,
}

pub(super) fn run(args: &Args, asked: &Asked<'_>, output: &mut Output) -> anyhow::Result<Outcome> {
    let catalogue = asked.catalogue()?;
    let mut models: Vec<Model> = Vec::new();
    for name in &args.models {
        for model in find(&catalogue, name)? {
            if !models.iter().any(|known| known.id() == model.id()) {
                models.push(model);
            }
        }
    }
    if let [only] = models.as_slice() {
        bail!("there is nothing to compare `{}` with: name a second model", only.id());
    }
    let width = output.options(Stream::Out, true).width;
    let out = output.stream(Stream::Out);
    match asked.form {
        Form::Json => json::pretty(&Listing::of(&models), out)?,
        Form::Human => {
            let tokens = Tokens { input: args.input_tokens, output: args.output_tokens };
            table(&models, tokens, width, out)?;
        }
    }
    Ok(Outcome::Clean)
}

/// What a fact is called.
pub(super) fn name(fact: Fact) -> &'static str {
    match fact {
        Fact::Prompt => "prompt",
        Fact::Completion => "answer",
        Fact::CacheRead => "cache read",
        Fact::CacheWrite => "cache write",
        Fact::Context => "context",
        Fact::MaxOutput => "longest answer",
        Fact::Reads => "reads",
        Fact::Writes => "writes",
        Fact::Can(capability) => capability.as_str(),
        Fact::Retires => "retires",
        Fact::Served => "served",
    }
}

/// A cell of the table, in which prices stand without their unit.
fn cell(known: &Known) -> String {
    match known {
        Known::Usd(price) => per_million(Some(*price)),
        known => plain(known),
    }
}

/// What is known, in a word.
pub(super) fn plain(known: &Known) -> String {
    match known {
        Known::Unknown => "-".to_owned(),
        Known::Usd(price) => format!("${}", per_million(Some(*price))),
        Known::Tokens(n) => n.to_string(),
        Known::Answer(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Known::Day(day) => day.to_string(),
        Known::Words(words) => words.join(", "),
    }
}

fn table(models: &[Model], tokens: Tokens, width: usize, out: &mut dyn Write) -> std::io::Result<()> {
    let mut rows: Vec<(String, Vec<String>)> =
        vec![("model".to_owned(), models.iter().map(Model::id).collect())];
    let per_thousand = |model: &Model| {
        let cost = model.prices.cost(tokens.input, tokens.output);
        cost.map_or_else(|| "-".to_owned(), |usd| dollars(usd * 1000.0))
    };
    for fact in Fact::all() {
        let known: Vec<Known> = models.iter().map(|model| fact.of(model)).collect();
        let is_told = match fact {
            Fact::Served => known.contains(&Known::Answer(false)),
            _ => known.iter().any(|known| *known != Known::Unknown),
        };
        if is_told {
            let unit = if matches!(fact, Fact::Prompt | Fact::Completion | Fact::CacheRead | Fact::CacheWrite)
            {
                "/M"
            } else {
                ""
            };
            rows.push((format!("{}{unit}", name(fact)), known.iter().map(cell).collect()));
        }
    }
    rows.push(("1,000 requests".to_owned(), models.iter().map(per_thousand).collect()));
    // As many side by side as fit.
    let label = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let column = |at: usize| {
        let cells = rows.iter().filter_map(|(_, cells)| cells.get(at));
        cells.map(|cell| escape::line(cell).chars().count()).max().unwrap_or(0)
    };
    let mut from = 0;
    while from < models.len() {
        let mut to = from + 1;
        let mut used = label + 2 + column(from);
        while to < models.len() && used + 2 + column(to) <= width {
            used += 2 + column(to);
            to += 1;
        }
        if from > 0 {
            writeln!(out)?;
        }
        for (name, cells) in &rows {
            let cells = cells.iter().enumerate().take(to).skip(from);
            let cells: String = cells
                .map(|(at, cell)| {
                    let cell = escape::line(cell);
                    format!("  {cell}{}", " ".repeat(column(at).saturating_sub(cell.chars().count())))
                })
                .collect();
            writeln!(out, "{}", format!("{name:label$}{cells}").trim_end())?;
        }
        from = to;
    }
    writeln!(
        out,
        "prices in US dollars for a million tokens; 1,000 requests of {} tokens in and {} out; - is unknown",
        thousands(tokens.input),
        thousands(tokens.output)
    )
}
