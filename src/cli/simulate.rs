//! `irc simulate`: which model would a request reach, and why?

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};

use super::Outcome;
use super::args::{Findings, Global, Inputs};
use super::check::{report, worst};
use super::files;
use super::output::{Output, Stream};
use super::session::{Against, Session};
use crate::catalogue::assumptions::Assumed;
use crate::cel::Value;
use crate::compile::{self, Plan};
use crate::render::decision::{self, Record};
use crate::simulate::{self, Draw, Reader, Request, Workspace};
use crate::yaml;

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
    let (routers, requests) = split(&args.paths, !args.request.is_empty())?;
    let mut session = Session::open(global, &args.against)?;
    let mut read = session.read(&Inputs { paths: routers.to_vec(), stdin_filename: None });
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
        // An explanation shows what conditions leave aside, too.
        reader: (!args.explain).then(|| Box::new(Reader::new(&plans, assumed.numbers))),
        output,
    };
    for text in &args.request {
        run.text(text)?;
    }
    if let Some(path) = requests {
        run.source(path)?;
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
    reader: Option<Box<Reader>>,
    output: &'a mut Output,
}

impl Run<'_> {
    /// Requests from a file or standard input. JSON Lines are told from one JSON text by their first line.
    fn source(&mut self, path: &Path) -> anyhow::Result<()> {
        if path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
            return self.yaml(path);
        }
        let shown = path.display();
        let cannot = |error: io::Error| anyhow!("cannot read {shown}: {}", files::reason(&error));
        let mut reader: Box<dyn BufRead> = if path.as_os_str() == "-" {
            Box::new(BufReader::new(io::stdin()))
        } else {
            if path.is_dir() {
                bail!("cannot read {shown}: it is a folder, not a file of requests");
            }
            Box::new(BufReader::new(File::open(path).map_err(cannot)?))
        };
        let mut line = Vec::new();
        while read_line(&mut reader, &mut line).map_err(cannot)? && line.trim_ascii().is_empty() {}
        let first = decode(&line);
        let whole = first.trim_start_matches('\u{feff}').trim();
        if whole.is_empty() {
            return Ok(());
        }
        if simulate::parse_json(whole, self.assumed.numbers).is_err() && !path_says_lines(path) {
            reader.take(MAX_TEXT + 1).read_to_end(&mut line).map_err(cannot)?;
            if line.len() as u64 > MAX_TEXT {
                bail!("cannot read {shown}: as one JSON text it is larger than {} MiB", MAX_TEXT >> 20);
            }
            let text = decode(&line);
            let text = text.trim_start_matches('\u{feff}').trim();
            // Neither is it one text: then it is lines, of which the first is bad.
            if simulate::parse_json(text, self.assumed.numbers).is_ok() {
                return self.text(text);
            }
            for line in text.lines().filter(|l| !l.trim().is_empty()) {
                self.text(line)?;
            }
            return Ok(());
        }
        self.text(whole)?;
        while read_line(&mut reader, &mut line).map_err(cannot)? {
            let text = decode(&line);
            if !text.trim().is_empty() {
                self.text(text.trim())?;
            }
        }
        Ok(())
    }

    /// YAML: each document is a request, or a list of them.
    fn yaml(&mut self, path: &Path) -> anyhow::Result<()> {
        let shown = path.display().to_string();
        let bytes = files::read(path).map_err(|reason| anyhow!("cannot read {shown}: {reason}"))?;
        let mut sources = crate::source::Sources::new();
        let mut sink = crate::diag::Sink::new();
        let options = yaml::Options::default();
        let (text, fault) = yaml::decode(bytes, &options.limits);
        let file = sources.add(shown.as_str(), text);
        let Some(source) = sources.get(file) else { return Ok(()) };
        let tree = yaml::parse_decoded(source, fault.as_ref(), &options, &mut sink);
        if let Some(first) = sink.as_slice().first() {
            let at = source.position(first.span.start);
            bail!("{shown}:{}:{}: {}", at.line, at.column, first.message);
        }
        for root in tree.documents.iter().filter_map(|d| d.root.as_deref()) {
            match crate::check::value_of(root) {
                Value::List(items) => items.iter().try_for_each(|item| self.value(item))?,
                value => self.value(&value)?,
            }
        }
        Ok(())
    }

    /// One JSON text: a request, or a list of them.
    fn text(&mut self, text: &str) -> anyhow::Result<()> {
        if let Some(mut reader) = self.reader.take() {
            let done = reader.read(text).map(|request| self.request(request));
            self.reader = Some(reader);
            if let Some(done) = done {
                return done;
            }
        }
        match simulate::parse_json(text, self.assumed.numbers) {
            Ok(Value::List(items)) => items.iter().try_for_each(|item| self.value(item)),
            Ok(value) => self.value(&value),
            Err(error) => self.refuse(&error.to_string()),
        }
    }

    fn value(&mut self, value: &Value) -> anyhow::Result<()> {
        match Request::from_value(value) {
            Ok(request) => self.request(&request),
            Err(error) => self.refuse(&error.to_string()),
        }
    }

    fn request(&mut self, request: &Request) -> anyhow::Result<()> {
        let plans = self.plans;
        let chosen = plan_for(plans, request);
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
        let decision = simulate::decide(plan, request, draw, &self.assumed, space);
        let trace = self.args.explain.then(|| simulate::trace(plan, request, &decision, &self.assumed));
        let record = Record::new(self.index, plan, request, &decision, trace.as_ref());
        self.assumptions.extend(&decision.assumptions);
        self.assumptions.sort_unstable();
        self.assumptions.dedup();
        space.reuse(decision);
        self.print(&record)
    }

    fn refuse(&mut self, reason: &str) -> anyhow::Result<()> {
        self.bad += 1;
        self.print(&Record::bad(self.index, reason))
    }

    fn print(&mut self, record: &Record) -> anyhow::Result<()> {
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

/// The largest line or text that is read.
const MAX_TEXT: u64 = 64 << 20;

/// Reads a line with its end; false at the end of input. A line beyond the bound is an error.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let read = reader.by_ref().take(MAX_TEXT + 1).read_until(b'\n', line)?;
    if read as u64 > MAX_TEXT {
        return Err(io::Error::other(format!("a line is longer than {} MiB", MAX_TEXT >> 20)));
    }
    Ok(read > 0)
}

fn decode(line: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(line)
}

fn path_says_lines(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "jsonl" || e == "ndjson")
}
