//! `irc models impact`: what another catalogue does to definitions that stay as they are.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{anyhow, bail};
use serde::Serialize;

use super::super::Outcome;
use super::super::args::{Findings, Inputs};
use super::super::check::report;
use super::super::deciding;
use super::super::output::{Output as Streams, Stream};
use super::super::session::{Against, Session};
use super::{Asked, Form, Place, answer_text, count, per_million};
use crate::catalogue::{Catalogue, Prices};
use crate::check::Use;
use crate::compile::Rank;
use crate::compile::cost::{Tokens, Usd};
use crate::diag::Severity;
use crate::diff::{self, Impact};
use crate::render::money::{growth, range, thousands};
use crate::render::{escape, json};
use crate::source::Sources;

const EXAMPLES: &str = "\
Examples:
  irc models impact models.json routers/
  curl … https://api.inworld.ai/llm/v1alpha/models | irc models impact - routers/
  irc models impact models.json --format json --exit-code";

/// Tell what another catalogue changes: prices, orders of candidates, models that go
///
/// NEW is compared with the catalogue in force: that of irc.toml or --catalog, else the built-in one.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// A catalogue, or an answer of the Models API; - for standard input
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// Definitions: files (FILE:name for one router), folders [default: this folder]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Exit with 1 if a definition is affected
    #[arg(long)]
    exit_code: bool,
    /// Tokens of a prompt
    #[arg(long, value_name = "NUMBER", default_value_t = Tokens::default().input)]
    input_tokens: u64,
    /// Tokens of an answer
    #[arg(long, value_name = "NUMBER", default_value_t = Tokens::default().output)]
    output_tokens: u64,
}

/// What `irc models impact --format json` prints.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(title = "irc models impact --format json")]
pub(in super::super) struct Output {
    /// The version of this shape.
    version: u32,
    /// The two catalogues, the one in force first.
    catalogues: [String; 2],
    /// Tokens of a prompt that costs are told for.
    input_tokens: u64,
    /// Tokens of an answer that costs are told for.
    output_tokens: u64,
    /// How many definitions were looked at.
    definitions: usize,
    /// Those that are affected.
    routers: Vec<Router>,
}

/// A definition that is affected.
#[derive(Serialize, schemars::JsonSchema)]
struct Router {
    /// Bare name of the router.
    router: String,
    /// Its file.
    file: String,
    /// Places that name a model which the new catalogue does not serve.
    lost: Vec<Named>,
    /// Places that stand for a model whose day of retirement is new.
    retiring: Vec<Named>,
    /// The routes for which prices or orders change.
    routes: Vec<Route>,
}

/// A place that stands for a model.
#[derive(Serialize, schemars::JsonSchema)]
struct Named {
    #[serde(flatten)]
    place: Place,
    /// Id of the route.
    route: Option<String>,
    /// Id of the variant.
    variant: Option<String>,
    /// What for: `model`, `fallbacks`, `candidates` or `ignore`.
    role: &'static str,
    /// What stands there.
    name: String,
    /// The model.
    model: String,
    /// The day on which it is switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    retires_on: Option<String>,
}

/// A route.
#[derive(Serialize, schemars::JsonSchema)]
struct Route {
    /// Its id.
    route: String,
    /// US dollars of a thousand requests by their first attempts; null where a price is not known.
    was_usd: Option<Bounds>,
    /// The same with the new catalogue.
    is_usd: Option<Bounds>,
    /// The variants for which anything changes.
    variants: Vec<Variant>,
}

/// An amount between two bounds, which are equal where it is certain.
#[derive(Serialize, schemars::JsonSchema)]
struct Bounds {
    /// At least.
    min: f64,
    /// At most.
    max: f64,
}

/// A variant.
#[derive(Serialize, schemars::JsonSchema)]
struct Variant {
    /// Its id.
    variant: String,
    /// Its share in percent.
    weight: u32,
    /// Models that it may use whose price is another one.
    prices: Vec<Price>,
    /// What would be tried, in order; those between which it is not known stand in one list. Null where it stays.
    was_order: Option<Vec<Vec<String>>>,
    /// The same with the new catalogue.
    is_order: Option<Vec<Vec<String>>>,
}

/// A price that is another one, in US dollars a token; null is unknown.
#[derive(Serialize, schemars::JsonSchema)]
struct Price {
    /// `provider/model`
    model: String,
    /// Of the prompt, then.
    was_prompt_usd: Option<f64>,
    /// Of the prompt, now.
    is_prompt_usd: Option<f64>,
    /// Of the answer, then.
    was_completion_usd: Option<f64>,
    /// Of the answer, now.
    is_completion_usd: Option<f64>,
}

pub(super) fn run(args: &Args, asked: &Asked<'_>, output: &mut Streams) -> anyhow::Result<Outcome> {
    if args.new.as_os_str() == "-" && args.paths.iter().any(|path| path.as_os_str() == "-") {
        bail!("standard input can be read once: only one of NEW and PATH can be -");
    }
    let shown = args.new.display().to_string();
    let new = Catalogue::embedded()
        .overlay(&answer_text(&args.new)?)
        .map_err(|error| anyhow!("{shown}: {error}"))?;
    let mut session = Session::open(asked.global, &Against::plain(None, asked.catalog), &args.paths, output)?;
    session.analysis.steps = 0;
    let new = session.furnish(new)?;
    let mut read = session.read(&Inputs { paths: args.paths.clone(), stdin_filename: None });
    if read.is_undecidable() || !read.problems.is_empty() {
        for unit in &mut read.units {
            unit.diagnostics.retain(|d| d.severity == Severity::Error && d.meta.group.leaves_open());
        }
        report(&mut read, &Findings::default(), asked.global, Stream::Err, output)?;
        return Ok(Outcome::Failed);
    }
    let tokens = Tokens { input: args.input_tokens, output: args.output_tokens };
    let mut routers = Vec::new();
    for (unit, definitions) in read.units.iter().zip(&read.definitions) {
        for checked in definitions {
            let found = diff::impact(checked, &session.catalogue, &new, tokens);
            let found = found.ok_or_else(deciding::hidden)?;
            if !found.is_empty() {
                let file = Place::of(&unit.sources, checked.definition.span).file;
                routers.push(router(&found, &unit.sources, file));
            }
        }
    }
    let told = Output {
        version: 1,
        catalogues: [asked.catalogue_name()?, shown],
        input_tokens: tokens.input,
        output_tokens: tokens.output,
        definitions: read.definitions().count(),
        routers,
    };
    let arrow = if output.options(Stream::Out, true).unicode { "→" } else { "->" };
    let out = output.stream(Stream::Out);
    match asked.form {
        Form::Json => json::pretty(&told, out)?,
        Form::Human => tell(&told, arrow, out)?,
    }
    let affected = args.exit_code && !told.routers.is_empty();
    Ok(if affected { Outcome::Findings } else { Outcome::Clean })
}

fn router(found: &Impact<'_>, sources: &Sources, file: String) -> Router {
    let named = |used: &Use<'_>, retires_on: Option<String>| Named {
        place: Place::of(sources, used.mention.name.span),
        route: used.mention.route.id.as_ref().map(|id| id.value.clone()),
        variant: used.mention.variant.id.as_ref().map(|id| id.value.clone()),
        role: used.mention.role.as_str(),
        name: used.mention.name.value.clone(),
        model: used.model.id(),
        retires_on,
    };
    let bounds = |usd: Option<Usd>| usd.map(|usd| Bounds { min: usd.min, max: usd.max });
    let variant = |variant: &diff::VariantImpact| Variant {
        variant: variant.id.to_string(),
        weight: variant.weight,
        prices: variant.prices.iter().map(|step| price(&step.model, &step.prices)).collect(),
        was_order: variant.order.as_ref().map(|[was, _]| order(was)),
        is_order: variant.order.as_ref().map(|[_, is]| order(is)),
    };
    Router {
        router: found.router.to_string(),
        file,
        lost: found.lost.iter().map(|used| named(used, None)).collect(),
        retiring: found.retiring.iter().map(|(used, on)| named(used, Some(on.to_string()))).collect(),
        routes: found
            .routes
            .iter()
            .map(|route| Route {
                route: route.id.to_string(),
                was_usd: bounds(route.usd[0]),
                is_usd: bounds(route.usd[1]),
                variants: route.variants.iter().map(variant).collect(),
            })
            .collect(),
    }
}

fn price(model: &Arc<str>, [was, is]: &[Prices; 2]) -> Price {
    Price {
        model: model.to_string(),
        was_prompt_usd: was.prompt,
        is_prompt_usd: is.prompt,
        was_completion_usd: was.completion,
        is_completion_usd: is.completion,
    }
}

fn order(ranks: &[Rank]) -> Vec<Vec<String>> {
    ranks
        .iter()
        .map(|rank| match rank {
            Rank::Model(id) => vec![id.to_string()],
            Rank::Tied(ids) => ids.iter().map(ToString::to_string).collect(),
            Rank::Open => vec!["*".to_owned()],
        })
        .collect()
}

fn tell(told: &Output, arrow: &str, out: &mut dyn Write) -> io::Result<()> {
    for router in &told.routers {
        writeln!(out, "{} ({})", escape::line(&router.router), escape::line(&router.file))?;
        for named in &router.lost {
            writeln!(out, "  {}", escape::line(&lost(named)))?;
        }
        for named in &router.retiring {
            writeln!(out, "  {}", escape::line(&retires(named)))?;
        }
        for route in &router.routes {
            writeln!(out, "  {}", escape::line(&route.route))?;
            for variant in &route.variants {
                tell_variant(variant, arrow, out)?;
            }
            if let Some(cost) = cost(route, arrow) {
                writeln!(out, "    {cost}")?;
            }
        }
        writeln!(out)?;
    }
    let definitions = count(told.definitions, "definition", "definitions");
    let affected = match told.routers.len() {
        0 => format!("nothing changes for {definitions}"),
        n => format!("{n} of {definitions} {} affected", if n == 1 { "is" } else { "are" }),
    };
    let [was, is] = &told.catalogues;
    writeln!(out, "{affected}: {} {arrow} {}", escape::line(was), escape::line(is))?;
    if told.routers.is_empty() {
        return Ok(());
    }
    let (input, output) = (thousands(told.input_tokens), thousands(told.output_tokens));
    writeln!(
        out,
        "prices for a million tokens; costs are those of first attempts, at {input} tokens in and {output} out"
    )
}

fn place(named: &Named) -> String {
    format!("{}:{}", named.place.line, named.place.column)
}

fn lost(named: &Named) -> String {
    let where_ = place(named);
    if named.name.contains('/') {
        format!("{where_}: `{}` is no longer served ({})", named.name, named.role)
    } else {
        format!("{where_}: nobody serves `{}` any more ({})", named.name, named.role)
    }
}

fn retires(named: &Named) -> String {
    let on = named.retires_on.as_deref().unwrap_or_default();
    let through =
        if named.name.contains('/') { String::new() } else { format!(", through `{}`", named.name) };
    format!("{}: `{}` retires on {on} ({}{through})", place(named), named.model, named.role)
}

fn tell_variant(variant: &Variant, arrow: &str, out: &mut dyn Write) -> io::Result<()> {
    let id = escape::line(&variant.variant);
    for price in &variant.prices {
        let prompt = step(price.was_prompt_usd, price.is_prompt_usd, arrow);
        let answer = step(price.was_completion_usd, price.is_completion_usd, arrow);
        let parts: Vec<String> = [("prompt", prompt), ("answer", answer)]
            .into_iter()
            .filter_map(|(what, step)| Some(format!("{what} {}", step?)))
            .collect();
        writeln!(out, "    {id}: {}: {}", escape::line(&price.model), parts.join(", "))?;
    }
    if let (Some(was), Some(is)) = (&variant.was_order, &variant.is_order) {
        writeln!(out, "    {id}: order was {}", escape::line(&words(was, is)))?;
        writeln!(out, "    {id}: order is  {}", escape::line(&words(is, was)))?;
    }
    Ok(())
}

/// More of an order are not shown for people.
const MOST: usize = 8;

/// An order as far as it differs from another one.
fn words(order: &[Vec<String>], other: &[Vec<String>]) -> String {
    let same_end = order.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    let shown = (order.len() - same_end).clamp(1, MOST);
    let ranks = order.iter().take(shown).map(|rank| match rank.as_slice() {
        [only] if only == "*" => "any".to_owned(),
        [only] => only.clone(),
        many if many.len() > MOST => format!("({} models in an order that is not known)", many.len()),
        many => format!("({})", many.join(" or ")),
    });
    let ranks: Vec<String> = ranks.collect();
    let more = if order.len() > shown { ", …" } else { "" };
    match order {
        [] => "nothing: every candidate is ignored or gone".to_owned(),
        _ => format!("{}{more}", ranks.join(", ")),
    }
}

/// A price for a million tokens, then and now, where it is another one.
fn step(was: Option<f64>, is: Option<f64>, arrow: &str) -> Option<String> {
    if was == is {
        return None;
    }
    let shown = |price: Option<f64>| {
        price.map_or_else(|| "unknown".to_owned(), |_| format!("${}", per_million(price)))
    };
    let single = |usd: f64| Usd { min: usd, max: usd };
    let more = was.zip(is).and_then(|(was, is)| growth(single(was), single(is)));
    let more = more.map_or(String::new(), |more| format!(" ({more})"));
    Some(format!("{} {arrow} {}{more}", shown(was), shown(is)))
}

fn cost(route: &Route, arrow: &str) -> Option<String> {
    let usd = |bounds: &Option<Bounds>| bounds.as_ref().map(|b| Usd { min: b.min, max: b.max });
    let (was, is) = (usd(&route.was_usd), usd(&route.is_usd));
    let shown = |usd: Option<Usd>| usd.map_or_else(|| "unknown".to_owned(), range);
    if was.is_none() && is.is_none() || shown(was) == shown(is) {
        return None;
    }
    let more =
        was.zip(is).and_then(|(was, is)| growth(was, is)).map_or(String::new(), |more| format!(" ({more})"));
    Some(format!("cost: {} {arrow} {} per 1,000 requests{more}", shown(was), shown(is)))
}
