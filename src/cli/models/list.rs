//! `irc models list`: which models there are.

use std::io::Write;

use anyhow::bail;

use super::super::Outcome;
use super::super::output::{Output, Stream};
use super::super::suggest::did_you_mean;
use super::{Asked, Form, Listing, day, per_million};
use crate::catalogue::{Capability, Date, Filter, Model, Order};
use crate::render::{escape, json};

const EXAMPLES: &str = "\
Examples:
  irc models list --provider groq
  irc models list gpt --sort price
  irc models list --can vision --can function_calling --min-context 200k --max-price 2
  irc models list --retires-before 2027-01-01

Exit codes: 0 some pass, 1 none does.";

/// List models
///
/// What is not known of a model passes no filter.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Only those whose id holds this text
    text: Option<String>,
    /// Only those of this provider
    #[arg(long)]
    provider: Option<String>,
    /// Only those known to have this capability, such as vision; may be repeated
    #[arg(long = "can", value_name = "CAPABILITY", value_parser = capability)]
    capabilities: Vec<Capability>,
    /// Only those known to read this, such as image or pdf; may be repeated
    #[arg(long, value_name = "KIND")]
    reads: Vec<String>,
    /// Only those with room for so many tokens, such as 200000, 200k or 1m
    #[arg(long, value_name = "TOKENS", value_parser = tokens)]
    min_context: Option<u32>,
    /// Only those that cost at most so many US dollars for a million tokens, three of the prompt to one of the answer
    #[arg(long, value_name = "USD", value_parser = price)]
    max_price: Option<f64>,
    /// Only those that are switched off before this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    retires_before: Option<Date>,
    /// Sort by id, price, context or retirement
    #[arg(long, value_enum, default_value_t, value_name = "ORDER", hide_possible_values = true)]
    sort: Sort,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
enum Sort {
    #[default]
    Id,
    Price,
    Context,
    Retirement,
}

fn capability(name: &str) -> Result<Capability, String> {
    Capability::parse(name).ok_or_else(|| {
        let all: Vec<&str> = Capability::ALL.iter().map(|c| c.as_str()).collect();
        format!("one of {}", all.join(", "))
    })
}

/// `200000`, `200k`, `1m`.
fn tokens(text: &str) -> Result<u32, String> {
    let fault = || "a number of tokens, such as 200000, 200k or 1m".to_owned();
    let lower = text.to_ascii_lowercase();
    let (digits, unit) = match lower.as_bytes() {
        [.., b'k'] => (lower.trim_end_matches('k'), 1_000),
        [.., b'm'] => (lower.trim_end_matches('m'), 1_000_000),
        _ => (lower.as_str(), 1),
    };
    digits.parse::<u32>().ok().and_then(|n| n.checked_mul(unit)).ok_or_else(fault)
}

fn price(text: &str) -> Result<f64, String> {
    let number = text.trim_start_matches('$').parse::<f64>().ok();
    number
        .filter(|usd| usd.is_finite() && *usd >= 0.0)
        .ok_or_else(|| "an amount of US dollars, such as 2.50".to_owned())
}

pub(super) fn run(args: &Args, asked: &Asked<'_>, output: &mut Output) -> anyhow::Result<Outcome> {
    let catalogue = asked.catalogue()?;
    if let Some(name) = args.provider.as_deref().filter(|name| !catalogue.has_provider(name)) {
        bail!("unknown provider `{name}`; the providers are {}", catalogue.providers().join(", "));
    }
    let models = catalogue.list(&Filter::default(), Order::Id);
    let mut kinds: Vec<&str> = models.iter().flat_map(|model| &model.input).map(String::as_str).collect();
    kinds.sort_unstable();
    kinds.dedup();
    if let Some(kind) = args.reads.iter().find(|kind| !kinds.contains(&kind.as_str())) {
        let near = did_you_mean(kind, kinds.iter().copied());
        bail!("no model is known to read `{kind}`{near}; they read {}", kinds.join(", "));
    }
    let filter = Filter {
        provider: args.provider.clone(),
        contains: args.text.clone(),
        capabilities: args.capabilities.clone(),
        reads: args.reads.clone(),
        min_context: args.min_context,
        max_price: args.max_price.map(|usd| usd / 1e6),
        retires_before: args.retires_before,
    };
    let order = match args.sort {
        Sort::Id => Order::Id,
        Sort::Price => Order::Price,
        Sort::Context => Order::Context,
        Sort::Retirement => Order::Retirement,
    };
    let models = catalogue.list(&filter, order);
    let out = output.stream(Stream::Out);
    match asked.form {
        Form::Json => json::pretty(&Listing::of(&models), out)?,
        Form::Human => table(&models, out)?,
    }
    Ok(if models.is_empty() { Outcome::Findings } else { Outcome::Clean })
}

fn table(models: &[Model], out: &mut dyn Write) -> std::io::Result<()> {
    let width = models.iter().map(|m| m.id().chars().count()).max().unwrap_or(0).max(5);
    if !models.is_empty() {
        writeln!(
            out,
            "{:width$}  {:>9}  {:>10}  {:>9}  retires",
            "model", "prompt/M", "answer/M", "context"
        )?;
    }
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
    match models.len() {
        0 => writeln!(out, "no model is known that passes all of that"),
        1 => writeln!(out, "1 model; prices in US dollars for a million tokens; - is unknown"),
        n => writeln!(out, "{n} models; prices in US dollars for a million tokens; - is unknown"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_prices_are_written_as_people_do() {
        let read = |text| tokens(text).ok();
        assert_eq!(
            ["200000", "200k", "1M", "0"].map(read),
            [Some(200_000), Some(200_000), Some(1_000_000), Some(0)]
        );
        assert_eq!(["", "k", "-1", "5000m", "1.5m", "kk"].map(read), [None; 6]);
        assert_eq!(
            ["2", "$2.5", "-1", "nan", "inf", "x"].map(|text| price(text).ok()),
            [Some(2.0), Some(2.5), None, None, None, None]
        );
    }
}
