//! `irc simulate`: which model would a request reach, and why?

mod reality;
mod settle;
mod shares;
mod work;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};

use super::Outcome;
use super::args::Global;
use super::deciding;
use super::files;
use super::output::{Output, Stream};
use super::progress::Progress;
use super::requests::{self, Chunk, Log, RequestField};
use super::session::{Against, Session};
use crate::catalogue::assumptions::Assumed;
use crate::diag::Severity;
use crate::registry;
use crate::render::summary::{AgainstSummary, Cost, LoadSummary, Resilience, RouterSummary, Summary};
use crate::render::{decision, json, summary};
use crate::simulate::{self, Quotas, Rate};
use settle::EACH;
use work::{Desk, Job, Part, Worker};

const EXAMPLES: &str = "\
Examples:
  irc simulate router.yaml --request '{\"metadata\": {\"tier\": \"pro\"}}' --explain
  irc simulate router.yaml log.jsonl.gz --summary --down each
  irc simulate router.yaml --shares
  cat log.jsonl | irc simulate router.yaml - --format jsonl > decisions.jsonl";

/// Tell which route, variant and model requests would reach
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
// What is about definitions is for `irc check` to show; here it would push the rest off the screen.
#[command(mut_args(|arg| match arg.get_id().as_str() {
    "as_of" | "allow" | "warn" | "deny" | "analysis_budget" | "metadata" => arg.hide_short_help(true),
    _ => arg,
}))]
pub(super) struct Args {
    /// Definitions, and last a file of requests (JSON, JSON Lines or YAML, also .gz and .zst; - for standard input)
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// A request as JSON, in the place of a file; may be repeated
    #[arg(long, value_name = "JSON")]
    request: Vec<String>,
    /// Where in each record the request stands, as in body.request
    #[arg(long, value_name = "FIELD")]
    request_field: Option<String>,
    /// With a record that is no request: skip or fail
    #[arg(long, value_enum, default_value_t, value_name = "WHAT", hide_possible_values = true)]
    on_error: OnError,
    /// Show each condition with its value, or the reason it has none
    #[arg(long)]
    explain: bool,
    /// Show what goes with a request: generation parameters and templates
    #[arg(long)]
    render: bool,
    /// Show what users said, too: messages and prompt variables
    #[arg(long)]
    show_content: bool,
    /// The log leaves messages out: tell what depends on them
    #[arg(long)]
    without_messages: bool,
    /// Let fail: openai, openai/gpt-5.2=429, anthropic=50%, each (in turn)
    #[arg(long, value_name = "OUTAGE")]
    down: Vec<String>,
    /// Tell the exact shares of variants and models, without any request
    #[arg(long, conflicts_with_all = ["request", "cost", "quota"])]
    shares: bool,
    /// Estimate what requests cost whose tokens the log does not tell
    #[arg(long)]
    cost: bool,
    /// Take answers to have so many tokens, if `max_tokens` allows
    #[arg(long, value_name = "NUMBER")]
    output_tokens: Option<u64>,
    /// Compare with what everything would cost on this model
    #[arg(long, value_name = "MODEL")]
    baseline_model: Option<String>,
    /// Tell what would not fit into these quotas of providers
    #[arg(long, value_name = "FILE")]
    quota: Option<PathBuf>,
    /// Take so many requests of the log to come in a minute
    #[arg(long, value_name = "NUMBER", conflicts_with = "time_field")]
    per_minute: Option<f64>,
    /// Where in each record its time stands, for the busiest minute
    #[arg(long, value_name = "FIELD")]
    time_field: Option<String>,
    /// Compare with the answers of the log: where in each record they stand
    #[arg(long, value_name = "FIELD", conflicts_with = "shares")]
    against: Option<String>,
    /// Seed of variants without a user, and of shares of outages
    #[arg(long, default_value_t = 0, value_name = "NUMBER")]
    seed: u64,
    /// Index of the first record, for a piece of a longer log
    #[arg(long, default_value_t = 0, value_name = "NUMBER", hide_short_help = true)]
    first_request: u64,
    /// human, jsonl (each decision), json or csv (the sums)
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
    #[arg(long, value_name = "NUMBER", hide_short_help = true)]
    threads: Option<NonZeroUsize>,
    /// Assume otherwise of the service, as in numbers=double
    #[arg(long, value_name = "KEY=VALUE")]
    assume: Vec<String>,
    #[command(flatten)]
    rests_on: Against,
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
    let (routers, log) = settle::split(&args.paths, !args.request.is_empty() || args.shares)?;
    let mut session = Session::open(global, &args.rests_on, routers, output)?;
    // What is only worth knowing of a definition is for `irc check` to say.
    let read = match deciding::read(&mut session, routers.to_vec(), Severity::Warning, global, output)? {
        Ok(read) => read,
        Err(ended) => return Ok(ended),
    };
    let plans = deciding::plans(&read, &session.catalogue)?;
    if plans.is_empty() {
        bail!("there is no router to ask: what was read holds none");
    }
    settle::one_of_each_name(&plans)?;
    let options = output.options(Stream::Out, true);
    let outages = settle::outages(&args.down, &plans, &session.catalogue)?;
    if args.shares {
        return shares::run(&plans, &outages, args, output);
    }
    let each = args.down.iter().any(|down| down == EACH);
    if each && args.format == Form::Jsonl {
        bail!("--down each comes to a table: ask for it as human, json or csv, not as jsonl");
    }
    let providers = if each { simulate::providers(&plans) } else { Vec::new() };
    let quotas = match &args.quota {
        Some(path) => settle::quotas(path, &plans, &session.catalogue)?,
        None => Quotas::default(),
    };
    let rate = settle::rate(args)?;
    let rules = session.config.levels().switches(registry::all());
    let job = Job {
        plans: &plans,
        catalogue: &session.catalogue,
        rules: &rules,
        assumed,
        seed: args.seed,
        first: args.first_request,
        each: providers.into_iter().map(|provider| (provider.clone(), outages.and(&provider))).collect(),
        loads: !outages.is_empty() || args.quota.is_some() || rate != Rate::Unknown,
        outages,
        costs: settle::costs(args, &plans, &session.catalogue, &quotas)?,
        field: RequestField::new(args.request_field.as_deref()),
        time: RequestField::new(args.time_field.as_deref()),
        answer: RequestField::new(args.against.as_deref()),
        explain: args.explain,
        render: args.render,
        // What was typed in stands on the screen anyhow.
        content: args.show_content || !args.request.is_empty(),
        without_messages: args.without_messages,
        print: match (args.format, args.summary, args.all) {
            (Form::Jsonl, ..) => work::Print::Lines,
            (Form::Human, ..) if each => work::Print::Nothing,
            (Form::Human, false, true) => work::Print::People { most: u64::MAX, options },
            (Form::Human, false, false) => work::Print::People { most: SHOWN, options },
            _ => work::Print::Nothing,
        },
        fail: args.on_error == OnError::Fail,
    };
    let mut all = Part::new(&job);
    match log {
        None => inline(&job, args, &mut all, output)?,
        Some(path) => decide(&job, path, args, &mut all, output)?,
    }
    let load = job.loads.then(|| LoadSummary::new(&all.loads, rate, all.records - all.bad, &quotas));
    close(&job, args, log, &all, load, output)
}

fn sums(job: &Job<'_>, all: &Part, load: Option<LoadSummary>) -> Summary {
    let baseline = job.costs.baseline.map(|(id, _)| id);
    let routers = job.plans.iter().zip(&all.totals);
    Summary {
        version: 1,
        records: all.records,
        bad: all.bad,
        elsewhere: all.elsewhere.clone(),
        routers: routers.map(|(plan, totals)| RouterSummary::new(plan, totals, baseline)).collect(),
        cost: Cost::together(all.totals.iter().map(|totals| &totals.all)).filter(|_| job.plans.len() > 1),
        load,
        resilience: job.each.iter().zip(&all.survivals).map(|((p, _), s)| Resilience::new(p, s)).collect(),
        against: (!job.answer.is_whole()).then(|| AgainstSummary::new(&all.reality.sums, &all.reality.first)),
        assumptions: all.assumptions.iter().map(|id| (*id).to_owned()).collect(),
    }
}

/// Requests from the command line.
fn inline(job: &Job<'_>, args: &Args, all: &mut Part, output: &mut Output) -> anyhow::Result<()> {
    let mut desk = Desk::new(job);
    let mut out = Vec::new();
    for text in &args.request {
        match crate::simulate::parse_json(text, job.assumed.numbers) {
            Ok(crate::cel::Value::List(items)) => {
                items.iter().for_each(|item| job.value(&mut desk, item, None, all, &mut out));
            }
            Ok(value) => job.value(&mut desk, &value, None, all, &mut out),
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
    // Somebody may follow what comes of standard input.
    let live = path.as_os_str() == "-";
    let mut progress = Progress::new(path, watched(job, output));
    match requests::open_measured(path, job.assumed.numbers, progress.meter())? {
        Log::Values(values) => {
            let mut desk = Desk::new(job);
            let mut out = Vec::new();
            for value in &values {
                job.value(&mut desk, value, None, all, &mut out);
                output.stream(Stream::Out).write_all(&out)?;
                out.clear();
                if let Some(fault) = all.fault.take() {
                    bail!("{shown}: {fault}");
                }
            }
            Ok(())
        }
        Log::Lines(chunks) => {
            let processors = || std::thread::available_parallelism().ok();
            let threads = args.threads.or_else(processors).map_or(1, NonZeroUsize::get);
            let work = |worker: &mut Worker, chunk: &Chunk, out: &mut Vec<u8>| {
                let mut part = Part::new(job);
                part.records = chunk.records;
                job.lines(worker, chunk, &mut part, out);
                part.records -= chunk.records;
                part
            };
            let take = |mut part: Part, out: &[u8]| {
                if !out.is_empty() || !part.complaints.is_empty() {
                    progress.aside(|| {
                        output.stream(Stream::Out).write_all(out)?;
                        if live {
                            output.stream(Stream::Out).flush()?;
                        }
                        for complaint in part.complaints.drain(..) {
                            output.complain(&format!("{shown}:{complaint}"));
                        }
                        Ok(())
                    })?;
                }
                progress.tick();
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

/// Whether somebody waits at the terminal and sees nothing go by; if so, whether it has more than ASCII.
fn watched(job: &Job<'_>, output: &Output) -> Option<bool> {
    let all_go_by = match job.print {
        work::Print::Lines => true,
        work::Print::People { most, .. } => most > SHOWN,
        work::Print::Nothing => false,
    };
    let seen = output.is_terminal(Stream::Err) && !(all_go_by && output.is_terminal(Stream::Out));
    seen.then(|| output.options(Stream::Err, true).unicode)
}

fn close(
    job: &Job<'_>,
    args: &Args,
    log: Option<&Path>,
    all: &Part,
    load: Option<LoadSummary>,
    output: &mut Output,
) -> anyhow::Result<Outcome> {
    if all.records == 0 {
        bail!("no requests: the file holds none");
    }
    let options = output.options(Stream::Out, true);
    let exceeds = load.as_ref().is_some_and(LoadSummary::exceeds);
    let sums = sums(job, all, load);
    let out = output.stream(Stream::Out);
    match args.format {
        Form::Jsonl => {}
        Form::Json => json::pretty(&sums, out)?,
        Form::Csv => summary::csv(&sums, out)?,
        Form::Human => {
            let printed = if let work::Print::People { most, .. } = job.print { most } else { 0 };
            let more = all.records.saturating_sub(printed);
            if more > 0 && printed > 0 {
                writeln!(out, "and {more} more: --all prints them, --format jsonl writes them\n")?;
            }
            // What nothing but sums can tell is told of a single request as well.
            if more > 0 || args.quota.is_some() || !job.each.is_empty() || !job.answer.is_whole() {
                summary::human(&sums, &options, out)?;
            }
            let assumptions = all.assumptions.clone();
            decision::assumptions(&assumptions, &options, out)?;
        }
    }
    if let Some(path) = &args.report {
        let title = log.map_or("requests".to_owned(), |log| log.display().to_string());
        let down: Vec<&str> = args.down.iter().map(String::as_str).filter(|down| *down != EACH).collect();
        let title = match down.as_slice() {
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
    Ok(if exceeds { Outcome::Findings } else { Outcome::Clean })
}
