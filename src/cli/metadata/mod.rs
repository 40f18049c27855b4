//! `irc metadata`: what do callers send, and is it what a definition declares?

mod work;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use anyhow::bail;

use super::Outcome;
use super::args::{Findings, Form, Global, Inputs};
use super::check::{report, worst};
use super::output::{Output, Stream};
use super::requests::RequestField;
use super::session::{Against, Session};
use crate::model::Declarations;
use crate::observe::{self, ENOUGH, Kept, MOST_PLACES, Place, Seen, TooMany};
use crate::render::metadata;
use crate::simulate::Request;
use work::{Sum, Total, sum};

const EXAMPLES: &str = "\
Examples:
  irc metadata infer log.jsonl.gz > metadata.yaml
  irc metadata infer log.jsonl --router support --request-field body
  irc metadata check router.yaml log.jsonl";

/// Write a metadata block from real requests, or hold one against them
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
    Infer(Infer),
    Check(Check),
}

/// Write the metadata block that all requests of a log keep
///
/// Values are listed only where they are few, short and frequent, and look like nobody's name or secret.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  irc metadata infer log.jsonl.gz > metadata.yaml
  irc metadata infer log.jsonl --router support --request-field body")]
struct Infer {
    #[command(flatten)]
    log: LogArgs,
    /// Count only the requests for this router, and those that name none
    #[arg(long, value_name = "NAME")]
    router: Option<String>,
    /// How many requests are enough to say that a key is required, or which values it has
    #[arg(long, value_name = "NUMBER", default_value_t = ENOUGH, value_parser = clap::value_parser!(u64).range(1..))]
    enough: u64,
    /// How to print: yaml or json
    #[arg(long, value_enum, default_value_t, value_name = "FORM", hide_possible_values = true)]
    format: InferForm,
}

/// Tell what of its metadata block the requests for a router break
///
/// Requests that name another router or a model are not counted. Exits with 1 if a declaration is broken.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  irc metadata check router.yaml log.jsonl
  irc metadata check deployed.json log.jsonl --metadata metadata.yaml")]
struct Check {
    /// A definition (FILE:name for one of several routers)
    #[arg(value_name = "ROUTER")]
    router: PathBuf,
    #[command(flatten)]
    log: LogArgs,
    /// How to print: human or json
    #[arg(long, value_enum, default_value_t, value_name = "FORM", hide_possible_values = true)]
    format: Form,
    #[command(flatten)]
    against: Against,
}

#[derive(clap::Args, Debug)]
struct LogArgs {
    /// Requests: JSON, JSON Lines or YAML, also .gz and .zst; - for standard input
    #[arg(value_name = "LOG")]
    log: PathBuf,
    /// Where the request stands in each record, if it is not the record itself, as in body.request
    #[arg(long, value_name = "FIELD")]
    request_field: Option<String>,
    /// Threads that read; by default as many as there are processors
    #[arg(long, value_name = "NUMBER")]
    threads: Option<NonZeroUsize>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
enum InferForm {
    #[default]
    Yaml,
    Json,
}

pub(super) fn run(args: &Args, global: &Global, output: &mut Output) -> anyhow::Result<Outcome> {
    match &args.command {
        Command::Infer(args) => infer(args, output),
        Command::Check(args) => check(args, global, output),
    }
}

fn infer(args: &Infer, output: &mut Output) -> anyhow::Result<Outcome> {
    let field = RequestField::new(args.log.request_field.as_deref());
    let begin = || All { seen: Seen::default(), router: args.router.as_deref(), elsewhere: 0 };
    let total = sum(&args.log.log, &field, args.log.threads, &begin, output)?;
    let All { seen, elsewhere, .. } = total.sum;
    if seen.requests == 0 && elsewhere > 0 {
        bail!("none of the requests is for `{}`", args.router.as_deref().unwrap_or_default());
    }
    let inferred = observe::infer(&seen, args.enough);
    let out = output.stream(Stream::Out);
    match args.format {
        InferForm::Yaml => metadata::block(&inferred, out)?,
        InferForm::Json => metadata::json(&inferred, out)?,
    }
    Ok(closing(total.bad, total.records, output))
}

fn check(args: &Check, global: &Global, output: &mut Output) -> anyhow::Result<Outcome> {
    let mut session = Session::open(global, &args.against, std::slice::from_ref(&args.router), output)?;
    let mut read = session.read(&Inputs { paths: vec![args.router.clone()], stdin_filename: None });
    // What is wrong with the router itself is for `irc check` to say, unless nothing can be told of it.
    if read.is_undecidable() || !read.problems.is_empty() {
        let findings = Findings::default();
        report(&mut read, &findings, global, Stream::Err, output)?;
        return Ok(worst(&read, findings.fail_on).max(Outcome::Findings));
    }
    let (sources, checked) = read.only(&args.router)?;
    let name = checked.name().unwrap_or_default();
    let Some(declared) = &checked.metadata else {
        bail!("`{name}` declares no metadata: `irc metadata infer` writes a block for it");
    };
    let field = RequestField::new(args.log.request_field.as_deref());
    let begin = || Contract { kept: Kept::new(declared), declared, router: name };
    let Total { sum, records, bad } = sum(&args.log.log, &field, args.log.threads, &begin, output)?;
    let log = args.log.log.display().to_string();
    let compared = metadata::Compared { router: name, log: &log, declared, sources, kept: &sum.kept, bad };
    let options = output.options(Stream::Out, true);
    let out = output.stream(Stream::Out);
    match args.format {
        Form::Human => metadata::human(&compared, &options, out)?,
        Form::Json => metadata::compared_json(&compared, out)?,
    }
    let broken = if sum.kept.broken.is_empty() { Outcome::Clean } else { Outcome::Findings };
    Ok(closing(bad, records, output).max(broken))
}

/// Whether all records were requests.
fn closing(bad: u64, records: u64, output: &mut Output) -> Outcome {
    if bad == 0 {
        return Outcome::Clean;
    }
    output.complain(&format!("{bad} of {records} records are no requests"));
    Outcome::Findings
}

/// Whether a request is for another than this router.
fn is_elsewhere(request: &Request, router: &str) -> bool {
    request.model.as_deref().is_some_and(|model| model.strip_prefix("inworld/") != Some(router))
}

/// All that requests carry.
struct All<'a> {
    seen: Seen,
    router: Option<&'a str>,
    elsewhere: u64,
}

fn too_many(_: TooMany) -> String {
    format!("its metadata has more than {MOST_PLACES} different keys: no block declares them")
}

impl Sum for All<'_> {
    fn add(&mut self, request: &Request, _: Place) -> Result<(), String> {
        if self.router.is_some_and(|router| is_elsewhere(request, router)) {
            self.elsewhere += 1;
            return Ok(());
        }
        self.seen.add(request).map_err(too_many)
    }

    fn merge(&mut self, other: Self) -> Result<(), String> {
        self.elsewhere += other.elsewhere;
        self.seen.merge(other.seen).map_err(too_many)
    }
}

/// What they keep of a block.
struct Contract<'a> {
    kept: Kept,
    declared: &'a Declarations,
    router: &'a str,
}

impl Sum for Contract<'_> {
    fn add(&mut self, request: &Request, place: Place) -> Result<(), String> {
        if is_elsewhere(request, self.router) {
            self.kept.elsewhere += 1;
        } else {
            self.kept.add(self.declared, request, place);
        }
        Ok(())
    }

    fn merge(&mut self, other: Self) -> Result<(), String> {
        self.kept.merge(other.kept);
        Ok(())
    }
}
