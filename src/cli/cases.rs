//! `irc cases`: which few requests show all that a router does?

use std::path::PathBuf;

use anyhow::bail;

use super::Outcome;
use super::args::Global;
use super::deciding;
use super::output::{Output, Stream};
use super::session::{Against, Session};
use crate::analyze::cases::{self, Refused};
use crate::check::value_of;
use crate::diag::Severity;
use crate::render;
use crate::simulate::Request;

const EXAMPLES: &str = "\
Examples:
  irc cases router.yaml                        a tests: block to paste into the definition
  irc cases router.yaml --missing              only what its own tests do not show
  irc cases router.yaml --format jsonl | irc simulate router.yaml -";

/// Print few requests that show all that a router does
///
/// They take every route, make every part of every condition true and false, and stand on both sides of every number.
/// What comes out is what the router does today.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// A definition (FILE:name for one of several routers, - for standard input)
    #[arg(value_name = "ROUTER")]
    router: PathBuf,
    /// Print only what the tests of the definition do not show
    #[arg(long)]
    missing: bool,
    /// How to print cases: yaml, json or jsonl (the requests alone)
    #[arg(long, value_enum, default_value_t, value_name = "FORM", hide_possible_values = true)]
    format: Form,
    #[command(flatten)]
    against: Against,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
enum Form {
    #[default]
    Yaml,
    Json,
    Jsonl,
}

pub(super) fn run(args: &Args, global: &Global, output: &mut Output) -> anyhow::Result<Outcome> {
    let mut session = Session::open(global, &args.against, std::slice::from_ref(&args.router), output)?;
    let paths = vec![args.router.clone()];
    let read = match deciding::read(&mut session, paths, Severity::Info, global, output)? {
        Ok(read) => read,
        Err(ended) => return Ok(ended),
    };
    let (sources, checked) = read.only(&args.router)?;
    let tests = checked.definition.tests.iter().filter(|_| args.missing);
    let known: Vec<Request> = tests
        .clone()
        .filter_map(|test| Request::from_value(&value_of(test.request.as_ref()?)).ok())
        .collect();
    let names: Vec<&str> = tests.filter_map(|test| Some(test.name.as_ref()?.value.as_str())).collect();
    let budget = cases::budget(session.analysis);
    let found = match cases::cases(checked, &session.catalogue, sources, budget, &known, &names) {
        Ok(found) => found,
        Err(Refused::Unsound) => return Err(deciding::hidden()),
        Err(Refused::TooLarge(parts)) => bail!(
            "the conditions have {parts} parts, and cases are made for at most {}: split the router",
            cases::PARTS
        ),
    };
    let out = output.stream(Stream::Out);
    match args.format {
        Form::Yaml => render::cases::tests(&found, out)?,
        Form::Json => render::cases::json(checked.name().unwrap_or_default(), &found, out)?,
        Form::Jsonl => render::cases::jsonl(&found, out)?,
    }
    Ok(Outcome::Clean)
}
