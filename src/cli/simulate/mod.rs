//! `irc simulate`: which model would a request reach, and why?

mod work;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};

use super::Outcome;
use super::args::{Findings, Global, Inputs};
use super::check::{report, worst};
use super::files;
use super::output::{Output, Stream};
use super::requests::{self, Chunk, Log, RequestField};
use super::session::{Against, Session};
use crate::catalogue::Catalogue;
use crate::catalogue::assumptions::Assumed;
use crate::compile::{self, Plan, Rank};
use crate::diag::Severity;
use crate::render::{decision, summary};
use crate::simulate::{Outage, Outages};
use work::{Job, Part, Worker};

const EXAMPLES: &str = "\
Examples:
  irc simulate router.yaml --request '{\"metadata\": {\"tier\": \"pro\"}}' --explain
  irc simulate router.yaml log.jsonl.gz --summary
  cat log.jsonl | irc simulate router.yaml - --format jsonl > decisions.jsonl";

/// Tell which route, variant and model requests would reach
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Definitions, and last a file of requests (JSON, JSON Lines or YAML, also .gz and .zst; - for standard input)
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// A request as JSON, in the place of a file; may be repeated
    #[arg(long, value_name = "JSON")]
    request: Vec<String>,
    /// Where the request stands in each record, if it is not the record itself, as in body.request
    #[arg(long, value_name = "FIELD")]
    request_field: Option<String>,
    /// What to do with a record that is no request: skip or fail
    #[arg(long, value_enum, default_value_t, value_name = "WHAT", hide_possible_values = true)]
    on_error: OnError,
    /// Show each condition with its value, or the reason it has none
    #[arg(long)]
    explain: bool,
    /// Let a provider or model fail: openai, openai/gpt-5.2=429, anthropic=50%; may be repeated
    #[arg(long, value_name = "OUTAGE")]
    down: Vec<String>,
    /// Seed of what is drawn: variants of requests without a user, shares of outages
    #[arg(long, default_value_t = 0, value_name = "NUMBER")]
    seed: u64,
    /// Index of the first record, for a piece of a longer log
    #[arg(long, default_value_t = 0, value_name = "NUMBER", hide_short_help = true)]
    first_request: u64,
    /// How to print: human, jsonl (each decision), json or csv (the sums)
    #[arg(long, value_enum, default_value_t, value_name = "FORM", hide_possible_values = true)]
    format: Form,
    /// Print no decisions, only the sums
    #[arg(long, conflicts_with = "all")]
    summary: bool,
    /// Print every decision, and not only the first twenty
    #[arg(long)]
    all: bool,
    /// Write the sums as a page as well
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Threads that decide; by default as many as there are processors
    #[arg(long, value_name = "NUMBER")]
    threads: Option<NonZeroUsize>,
    /// Assume otherwise where the service documents nothing, as in numbers=double
    #[arg(long, value_name = "KEY=VALUE")]
    assume: Vec<String>,
    #[command(flatten)]
    against: Against,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
enum Form {
    #[default]
    Human,
    Jsonl,
    Json,
    Csv,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
enum OnError {
    #[default]
    Skip,
    Fail,
}

/// How many decisions people are shown unless they ask for all.
const SHOWN: u64 = 20;

pub(super) fn run(args: &Args, global: &Global, output: &mut Output) -> anyhow::Result<Outcome> {
    let mut assumed = Assumed::default();
    for choice in &args.assume {
        assumed.choose(choice).map_err(|error| anyhow!("--assume: {error}"))?;
    }
    let (routers, log) = split(&args.paths, !args.request.is_empty())?;
    let mut session = Session::open(global, &args.against)?;
    let mut read = session.read(&Inputs { paths: routers.to_vec(), stdin_filename: None });
    // What is only worth knowing of a definition is for `irc check` to say.
    for unit in &mut read.units {
        unit.diagnostics.retain(|d| d.severity > Severity::Info);
    }
    let findings = Findings::default();
    report(&mut read, &findings, global, Stream::Err, output)?;
    if read.is_undecidable() || !read.problems.is_empty() {
        return Ok(worst(&read, findings.fail_on).max(Outcome::Findings));
    }
    let plans: Option<Vec<Plan>> =
        read.definitions().map(|checked| compile::compile(checked, &session.catalogue)).collect();
    let Some(plans) = plans else {
        bail!("a definition has errors that a comment or irc.toml hides: it decides nothing");
    };
    one_of_each_name(&plans)?;
    let options = output.options(Stream::Out, true);
    let job = Job {
        plans: &plans,
        assumed,
        seed: args.seed,
        first: args.first_request,
        outages: outages(&args.down, &plans, &session.catalogue)?,
        field: RequestField::new(args.request_field.as_deref()),
        explain: args.explain,
        print: match (args.format, args.summary, args.all) {
            (Form::Jsonl, ..) => work::Print::Lines,
            (Form::Human, false, true) => work::Print::People { most: u64::MAX, options },
            (Form::Human, false, false) => work::Print::People { most: SHOWN, options },
            _ => work::Print::Nothing,
        },
        fail: args.on_error == OnError::Fail,
    };
    let mut all = Part::new(&plans);
    match log {
        None => inline(&job, args, &mut all, output)?,
        Some(path) => decide(&job, path, args, &mut all, output)?,
    }
    close(&job, args, log, &all, output)
}

/// Requests from the command line.
fn inline(job: &Job<'_>, args: &Args, all: &mut Part, output: &mut Output) -> anyhow::Result<()> {
    let mut worker = Worker::new(job);
    let mut out = Vec::new();
    for text in &args.request {
        match crate::simulate::parse_json(text, job.assumed.numbers) {
            Ok(crate::cel::Value::List(items)) => {
                items.iter().for_each(|item| job.value(&mut worker, item, None, all, &mut out));
            }
            Ok(value) => job.value(&mut worker, &value, None, all, &mut out),
            Err(error) => job.refuse(&error.to_string(), None, all, &mut out),
        }
    }
    output.stream(Stream::Out).write_all(&out)?;
    all.fault.take().map_or(Ok(()), |fault| Err(anyhow!(fault)))
}

/// Requests from a file.
fn decide(
    job: &Job<'_>,
    path: &Path,
    args: &Args,
    all: &mut Part,
    output: &mut Output,
) -> anyhow::Result<()> {
    let shown = path.display().to_string();
    match requests::open(path, job.assumed.numbers)? {
        Log::Values(values) => {
            let mut worker = Worker::new(job);
            let mut out = Vec::new();
            for value in &values {
                job.value(&mut worker, value, None, all, &mut out);
                output.stream(Stream::Out).write_all(&out)?;
                out.clear();
                if let Some(fault) = all.fault.take() {
                    bail!("{shown}: {fault}");
                }
            }
            Ok(())
        }
        Log::Lines(chunks) => {
            let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
            let threads = args.threads.map_or(processors, NonZeroUsize::get);
            let work = |worker: &mut Worker, chunk: &Chunk, out: &mut Vec<u8>| {
                let mut part = Part::new(job.plans);
                part.records = chunk.records;
                for (number, line) in chunk.lines() {
                    job.line(worker, line, number, &mut part, out);
                }
                part.records -= chunk.records;
                part
            };
            let take = |mut part: Part, out: &[u8]| {
                output.stream(Stream::Out).write_all(out)?;
                for complaint in part.complaints.drain(..) {
                    output.complain(&format!("{shown}:{complaint}"));
                }
                if let Some(fault) = part.fault.take() {
                    bail!("{shown}:{fault}");
                }
                all.merge(part);
                Ok(())
            };
            let unreadable =
                |error: &std::io::Error| anyhow!("cannot read {shown}: {}", files::reason(error));
            requests::in_order(chunks, threads, || Worker::new(job), work, take, unreadable)
        }
    }
}

fn close(
    job: &Job<'_>,
    args: &Args,
    log: Option<&Path>,
    all: &Part,
    output: &mut Output,
) -> anyhow::Result<Outcome> {
    if all.records == 0 {
        bail!("no requests: the file holds none");
    }
    let options = output.options(Stream::Out, true);
    let sums = all.summary(job.plans);
    let out = output.stream(Stream::Out);
    match args.format {
        Form::Jsonl => {}
        Form::Json => {
            serde_json::to_writer_pretty(&mut *out, &sums)?;
            writeln!(out)?;
        }
        Form::Csv => summary::csv(&sums, out)?,
        Form::Human => {
            let printed = if let work::Print::People { most, .. } = job.print { most } else { 0 };
            let more = all.records.saturating_sub(printed);
            if more > 0 && printed > 0 {
                writeln!(out, "and {more} more: --all prints them, --format jsonl writes them\n")?;
            }
            if more > 0 {
                summary::human(&sums, &options, out)?;
            }
            let assumptions: Vec<&'static str> = all.assumptions.iter().copied().collect();
            decision::assumptions(&assumptions, &options, out)?;
        }
    }
    if let Some(path) = &args.report {
        let title = log.map_or("requests".to_owned(), |log| log.display().to_string());
        let title = match args.down.as_slice() {
            [] => title,
            down => format!("{title} while {} fail", down.join(", ")),
        };
        let shown = path.display();
        let cannot = |error: std::io::Error| anyhow!("cannot write {shown}: {}", files::reason(&error));
        let mut file = BufWriter::new(File::create(path).map_err(cannot)?);
        summary::html(&sums, &title, &mut file).and_then(|()| file.flush()).map_err(cannot)?;
    }
    if all.bad > 0 {
        output.complain(&format!("{} of {} records are no requests", all.bad, all.records));
        return Ok(Outcome::Findings);
    }
    Ok(Outcome::Clean)
}

/// What is down. A model that is not in the catalogue can fail if a definition names it.
fn outages(texts: &[String], plans: &[Plan], catalogue: &Catalogue) -> anyhow::Result<Outages> {
    let mut known: Vec<&str> = Vec::new();
    let routes = plans.iter().flat_map(|plan| plan.routes.iter().chain(&plan.default));
    for rank in routes.flat_map(|route| &route.variants).flat_map(|variant| &variant.chain.ranks) {
        match rank {
            Rank::Model(id) => known.push(id),
            Rank::Tied(ids) => known.extend(ids.iter().map(|id| &**id)),
            Rank::Open => {}
        }
    }
    let outages = texts.iter().map(|text| {
        Outage::parse(text, catalogue, &known).map_err(|error| anyhow!("--down {text}: {error}"))
    });
    Ok(Outages(outages.collect::<Result<_, _>>()?))
}

/// Requests find their router by its name.
fn one_of_each_name(plans: &[Plan]) -> anyhow::Result<()> {
    for (at, plan) in plans.iter().enumerate() {
        if plans.iter().take(at).any(|other| other.router == plan.router) {
            bail!("two of the definitions are called `{}`: requests for it could go to either", plan.router);
        }
    }
    Ok(())
}

/// Which paths are definitions and which, the last, holds requests.
fn split(paths: &[PathBuf], inline: bool) -> anyhow::Result<(&[PathBuf], Option<&Path>)> {
    match (paths, inline) {
        (all, true) => Ok((all, None)),
        ([routers @ .., requests], false) if !routers.is_empty() => Ok((routers, Some(requests))),
        _ => bail!(
            "no requests: name a file of requests behind the definition, - for standard input, or give --request"
        ),
    }
}
