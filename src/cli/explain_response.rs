//! `irc explain-response`: who answered, after which attempts, and which route leads there?

use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};

use super::Outcome;
use super::args::{Form, Global};
use super::deciding;
use super::files;
use super::output::{Output, Stream};
use super::requests::RequestField;
use super::session::{Against, Session};
use crate::catalogue::assumptions::{Assumed, Numbers};
use crate::cel::Value;
use crate::compile::Plan;
use crate::diag::Severity;
use crate::render::{json, reality};
use crate::simulate::{self, Draw, Request, Response, Workspace};

const EXAMPLES: &str = "\
Examples:
  irc explain-response answer.json
  irc explain-response answer.json router.yaml --request request.json
  curl … | irc explain-response - router.yaml";

/// Tell who answered, after which attempts, and which routes lead there
///
/// An answer names its attempts and not the route that led to them. With definitions all variants are named that would
/// try these models in this order, with the request besides whether the answer came about as predicted.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// An answer of the service as JSON; - for standard input
    #[arg(value_name = "FILE")]
    answer: PathBuf,
    /// Definitions that may have led to it
    #[arg(value_name = "ROUTER")]
    routers: Vec<PathBuf>,
    /// The request that it answers, as JSON
    #[arg(long, value_name = "FILE", requires = "routers")]
    request: Option<PathBuf>,
    /// Where the answer stands in the file, if it is not the file itself, as in body.response
    #[arg(long, value_name = "FIELD")]
    response_field: Option<String>,
    /// How to print: human or json
    #[arg(long, value_enum, default_value_t, value_name = "FORM", hide_possible_values = true)]
    format: Form,
    #[command(flatten)]
    against: Against,
}

pub(super) fn run(args: &Args, global: &Global, output: &mut Output) -> anyhow::Result<Outcome> {
    let shown = args.answer.display();
    let record = read(&args.answer)?;
    let field = RequestField::new(args.response_field.as_deref());
    let value = field.within(&record, Numbers::default()).map_err(|reason| anyhow!("{shown}: {reason}"))?;
    let response = Response::from_value(&value).map_err(|error| anyhow!("{shown}: {error}"))?;
    let mut told = reality::Explained::new(&response);
    let mut agrees = true;
    if !args.routers.is_empty() {
        let mut session = Session::open(global, &args.against, &args.routers, output)?;
        // What is only worth knowing of a definition is for `irc check` to say.
        let paths = args.routers.clone();
        let read = match deciding::read(&mut session, paths, Severity::Warning, global, output)? {
            Ok(read) => read,
            Err(ended) => return Ok(ended),
        };
        let plans = deciding::plans(&read, &session.catalogue)?;
        for plan in &plans {
            for route in plan.routes.iter().chain(&plan.default) {
                let drawn = route.variants.iter().filter(|variant| variant.weight > 0);
                told.fits.extend(drawn.filter_map(|variant| {
                    let fit = simulate::fit(&response, &variant.chain.ranks)?;
                    Some(reality::place(&plan.router, &route.id, &variant.id, fit))
                }));
            }
        }
        agrees = !told.fits.is_empty() || response.error.is_some();
        if let Some(path) = &args.request {
            let prediction = predict(&plans, path, &response)?;
            agrees = prediction.compared.agrees;
            told.prediction = Some(prediction);
        }
    }
    let options = output.options(Stream::Out, true);
    let out = output.stream(Stream::Out);
    match args.format {
        Form::Human => reality::human(&told, !args.routers.is_empty(), &options, out)?,
        Form::Json => json::pretty(&told, out)?,
    }
    Ok(if agrees { Outcome::Clean } else { Outcome::Findings })
}

/// What is decided about the request, beside the answer.
fn predict(plans: &[Plan], path: &Path, response: &Response) -> anyhow::Result<reality::Prediction> {
    let shown = path.display();
    let request = Request::from_value(&read(path)?).map_err(|error| anyhow!("{shown}: {error}"))?;
    let named = request.model.as_deref().and_then(|model| model.strip_prefix("inworld/"));
    let plan = match (plans, named) {
        ([only], _) => only,
        (all, Some(name)) => all.iter().find(|plan| *plan.router == *name).ok_or_else(|| {
            anyhow!("{shown} is for the router `{name}`, which is not among the definitions")
        })?,
        _ => bail!("{shown} does not say for which of the routers it is: write `model: inworld/<name>`"),
    };
    let mut space = Workspace::new(plan);
    let draw = Draw { seed: 0, index: 0 };
    let decision = simulate::decide(plan, &request, draw, &Assumed::default(), &mut space);
    let agreement = simulate::compare(plan, &request, &decision, response);
    Ok(reality::Prediction {
        route: decision.route.map(|route| route.id.to_string()),
        variant: decision.variant.map(|variant| variant.id.to_string()),
        compared: reality::compared(&agreement, response),
    })
}

/// A JSON file, or standard input for `-`.
fn read(path: &Path) -> anyhow::Result<Value> {
    let shown = path.display();
    let bytes = match path.as_os_str() == "-" {
        true => files::limited(std::io::stdin().lock()),
        false => files::read(path),
    };
    let bytes = bytes.map_err(|reason| anyhow!("cannot read {shown}: {reason}"))?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.trim_start_matches('\u{feff}').trim();
    simulate::parse_json(text, Numbers::default()).map_err(|error| anyhow!("{shown}: {error}"))
}
