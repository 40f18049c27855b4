//! `irc simulate`: which model would a request reach, and why?

use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};

use super::Outcome;
use super::args::{Findings, Global, Inputs};
use super::check::{report, worst};
use super::output::{Output, Stream};
use super::requests::{self, Record};
use super::session::{Against, Session};
use crate::catalogue::assumptions::Assumed;
use crate::cel::Value;
use crate::compile::{self, Plan};
use crate::diag::Severity;
use crate::render::decision;
use crate::simulate::{self, Draw, Request, Workspace};

const EXAMPLES: &str = "\
Examples:
  irc simulate router.yaml --request '{\"metadata\": {\"tier\": \"pro\"}}' --explain
  irc simulate router.yaml requests.jsonl
  irc simulate router.yaml requests.jsonl --format jsonl > decisions.jsonl
  cat log.jsonl | irc simulate router.yaml -";

/// Tell which route, variant and model requests would reach
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Definitions, and last a file of requests (JSON, JSON Lines or YAML; - for standard input)
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// A request as JSON, in the place of a file; may be repeated
    #[arg(long, value_name = "JSON")]
    request: Vec<String>,
    /// Show each condition with its value, or the reason it has none
    #[arg(long)]
    explain: bool,
    /// Seed of the draw for requests without a user
    #[arg(long, default_value_t = 0, value_name = "NUMBER")]
    seed: u64,
    /// How to print decisions: human or jsonl
    #[arg(long, value_enum, default_value_t, value_name = "FORM", hide_possible_values = true)]
    format: Form,
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
}

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
    let mut run = Run {
        plans: &plans,
        args,
        assumed,
        spaces: plans.iter().map(Workspace::new).collect(),
        index: 0,
        bad: 0,
        assumptions: Vec::new(),
        options: output.options(Stream::Out, true),
        output,
    };
    for text in &args.request {
        requests::text(text, assumed.numbers, &mut |record| run.record(record))?;
    }
    if let Some(path) = log {
        requests::each(path, assumed.numbers, &mut |record| run.record(record))?;
    }
    run.close()
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

struct Run<'a> {
    plans: &'a [Plan],
    args: &'a Args,
    assumed: Assumed,
    /// One for each plan.
    spaces: Vec<Workspace>,
    /// Which request comes next, bad ones counted.
    index: u64,
    bad: u64,
    assumptions: Vec<&'static str>,
    options: crate::render::Options,
    output: &'a mut Output,
}

impl Run<'_> {
    /// A record: a request, or what is none.
    fn record(&mut self, record: Record<'_>) -> anyhow::Result<()> {
        match record {
            Ok(value) => self.value(value),
            Err(reason) => self.refuse(&reason),
        }
    }

    fn value(&mut self, value: &Value) -> anyhow::Result<()> {
        let request = match Request::from_value(value) {
            Ok(request) => request,
            Err(error) => return self.refuse(&error.to_string()),
        };
        let plans = self.plans;
        let chosen = plan_for(plans, &request);
        let (Some(plan), Some(space)) =
            (chosen.and_then(|at| plans.get(at)), chosen.and_then(|at| self.spaces.get_mut(at)))
        else {
            let asked = request.model.as_deref().unwrap_or("no model");
            return self.refuse(&format!(
                "the definitions hold {} routers, and this request asks for {asked}: write `model: inworld/<name>`",
                self.plans.len()
            ));
        };
        let draw = Draw { seed: self.args.seed, index: self.index };
        let decision = simulate::decide(plan, &request, draw, &self.assumed, space);
        let trace = self.args.explain.then(|| simulate::trace(plan, &request, &decision, &self.assumed));
        let record = decision::Record::new(self.index, plan, &request, &decision, trace.as_ref());
        self.assumptions.extend(&decision.assumptions);
        self.assumptions.sort_unstable();
        self.assumptions.dedup();
        space.reuse(decision);
        self.print(&record)
    }

    fn refuse(&mut self, reason: &str) -> anyhow::Result<()> {
        self.bad += 1;
        self.print(&decision::Record::bad(self.index, reason))
    }

    fn print(&mut self, record: &decision::Record) -> anyhow::Result<()> {
        self.index += 1;
        let out = self.output.stream(Stream::Out);
        match self.args.format {
            Form::Human => decision::human(record, &self.options, out)?,
            Form::Jsonl => decision::jsonl(record, out)?,
        }
        Ok(())
    }

    fn close(self) -> anyhow::Result<Outcome> {
        if self.index == 0 {
            bail!("no requests: the file holds none");
        }
        if self.args.format == Form::Human {
            decision::assumptions(&self.assumptions, &self.options, self.output.stream(Stream::Out))?;
        }
        if self.bad > 0 {
            self.output.complain(&format!("{} of {} records are no requests", self.bad, self.index));
            return Ok(Outcome::Findings);
        }
        Ok(Outcome::Clean)
    }
}

/// The router that a request asks for, if there are several.
fn plan_for(plans: &[Plan], request: &Request) -> Option<usize> {
    if plans.len() == 1 {
        return Some(0);
    }
    let name = request.model.as_deref()?.strip_prefix("inworld/")?;
    plans.iter().position(|plan| *plan.router == *name)
}
