//! `irc diff`: what would another definition change?

use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};

use super::Outcome;
use super::args::{Findings, Global};
use super::check::report as findings;
use super::files::{self, Found};
use super::git;
use super::output::{Output, Stream};
use super::requests;
use super::session::{Against, Readings, Session};
use crate::catalogue::Catalogue;
use crate::catalogue::assumptions::Numbers;
use crate::compile::cost::Tokens;
use crate::diag::Severity;
use crate::diff::{self, Answer, Difference, Limit, Measure, Options, Replay, Side, Sum, Traffic, Verdict};
use crate::render::diff::{Bound, Entry, Format, Log, Report, write};
use crate::simulate::Request;

const EXAMPLES: &str = "\
Examples:
  irc diff main:routers/support.yaml routers/support.yaml
  irc diff main:routers routers --format markdown
  curl … https://api.inworld.ai/router/v1/routers | irc diff - routers
  irc diff old.yaml new.yaml --requests log.jsonl --fail-if 'moved>1%'

OLD and NEW are files, FILE:name for one router of a file, folders, REV:path as git has it, or -
for a list answer of the API. Routers are matched by name; a file is compared with the routers of
its names alone.

Exit codes: 0 done, 1 with --exit-code or --fail-if if that holds, 2 the tool could not do its work.";

/// Tell which requests another definition routes differently, and how
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// What is there: a file, a folder, REV:path, or - for a list answer
    old: PathBuf,
    /// What is to be there; without it OLD again, for catalogues to differ
    new: Option<PathBuf>,
    /// Weigh each change by the requests of this log (JSON, JSON Lines or YAML; - for standard input)
    #[arg(long, value_name = "LOG")]
    requests: Option<PathBuf>,
    /// How to print: human, json or markdown
    #[arg(long, value_enum, default_value_t, value_name = "FORM", hide_possible_values = true)]
    format: Format,
    /// Exit with 1 unless it is proved that no request is routed differently
    #[arg(long)]
    exit_code: bool,
    /// Exit with 1 if more changes than this: moved>0, moved>1%, cost>+10%; may be repeated
    #[arg(long, value_name = "BOUND", value_parser = limit)]
    fail_if: Vec<Limit>,
    /// Take OLD against this answer of the Models API
    #[arg(long, value_name = "FILE")]
    old_catalog: Option<PathBuf>,
    /// Take NEW against this answer of the Models API
    #[arg(long, value_name = "FILE")]
    new_catalog: Option<PathBuf>,
    /// Tokens of a prompt, where the log does not say
    #[arg(long, value_name = "NUMBER", default_value_t = Tokens::default().input)]
    input_tokens: u64,
    /// Tokens of an answer, where the log does not say
    #[arg(long, value_name = "NUMBER", default_value_t = Tokens::default().output)]
    output_tokens: u64,
    #[command(flatten)]
    against: Against,
}

fn limit(text: &str) -> Result<Limit, diff::BadLimit> {
    text.parse()
}

pub(super) fn run(args: &Args, global: &Global, output: &mut Output) -> anyhow::Result<Outcome> {
    usage(args)?;
    let new = args.new.as_ref().unwrap_or(&args.old);
    let paths: Vec<PathBuf> = [Some(&args.old), args.new.as_ref()].into_iter().flatten().cloned().collect();
    let mut sessions = Vec::new();
    let mut reads = Vec::new();
    let mut are_files = Vec::new();
    let mut steps = 0;
    for (path, catalog) in [(&args.old, &args.old_catalog), (new, &args.new_catalog)] {
        let mut session =
            Session::open(global, &args.against.with_catalogue(catalog.as_deref()), &paths, output)?;
        // The steps go into the comparison; what holds for each side by itself is not asked here.
        steps = std::mem::take(&mut session.analysis.steps);
        let (found, is_file) = find(path, &session);
        are_files.push(is_file);
        reads.push((path, session.read_found(found)));
        sessions.push(session);
    }
    let mut refused = false;
    for (_, read) in &mut reads {
        refused |= refuse(read, global, output)?;
    }
    if refused {
        return Ok(Outcome::Failed);
    }
    let ([old, new], [first, second]) = (reads.as_slice(), sessions.as_slice()) else {
        return Ok(Outcome::Failed);
    };
    let sides = [sided(old, first)?, sided(new, second)?];
    let names = [old.0, new.0].map(|path| path.display().to_string());
    let run = Run { args, sides: &sides, names: [&names[0], &names[1]], steps };
    run.compare(&are_files, output)
}

/// What cannot be answered is refused before anything is read.
fn usage(args: &Args) -> anyhow::Result<()> {
    let is_stdin = |path: &Path| path.as_os_str() == "-";
    let inputs = [Some(&args.old), args.new.as_ref(), args.requests.as_ref()];
    if inputs.into_iter().flatten().filter(|path| is_stdin(path)).count() > 1 {
        bail!("standard input can be read once: only one of OLD, NEW and --requests can be -");
    }
    if args.new.is_none() && args.old_catalog.is_none() && args.new_catalog.is_none() {
        bail!(
            "nothing to compare with: name a second definition, or a catalogue with --old-catalog or --new-catalog"
        );
    }
    if args.new.is_none() && is_stdin(&args.old) {
        bail!("standard input can be read once: name a file to compare two catalogues");
    }
    if args.requests.is_none()
        && let Some(limit) = args.fail_if.iter().find(|limit| !limit.is_any())
    {
        bail!(
            "--fail-if '{}' asks how many requests there are, or what they cost: give them with --requests, or ask for \
             moved>0",
            limit.text
        );
    }
    Ok(())
}

/// The definitions that an argument names, and whether it names a file, whose routers are all that is asked about.
fn find(path: &Path, session: &Session) -> (Found, bool) {
    let patterns = session.config.patterns();
    let is_stdin = path.as_os_str() == "-";
    let known = is_stdin || path.exists() || files::one_router(path).is_some();
    if !known
        && let Some(argument) = path.to_str()
        && let Some(found) = git::find(argument, patterns)
    {
        return match found {
            Ok(inputs) => {
                let is_file = inputs.iter().all(|input| input.name == argument);
                (Found { inputs, ..Found::default() }, is_file)
            }
            Err(problem) => (Found { problems: vec![problem], ..Found::default() }, true),
        };
    }
    (files::find(&[path.to_owned()], None, patterns), !is_stdin && !path.is_dir())
}

/// Says on standard error what makes a side impossible to compare.
fn refuse(read: &mut Readings, global: &Global, output: &mut Output) -> anyhow::Result<bool> {
    if !read.is_undecidable() && read.problems.is_empty() {
        return Ok(false);
    }
    for unit in &mut read.units {
        unit.diagnostics.retain(|d| d.severity == Severity::Error && d.meta.group.leaves_open());
    }
    findings(read, &Findings::default(), global, Stream::Err, output)?;
    Ok(true)
}

fn sided<'s>((path, read): &'s (&PathBuf, Readings), session: &'s Session) -> anyhow::Result<Vec<Side<'s>>> {
    let shown = path.display();
    let sides: Option<Vec<Side<'_>>> =
        read.definitions().map(|checked| Side::new(checked, &session.catalogue)).collect();
    let Some(mut sides) = sides else {
        bail!("{shown}: a definition has errors that a comment or irc.toml hides: it decides nothing");
    };
    if sides.is_empty() {
        bail!("{shown} holds no router");
    }
    sides.sort_by(|a, b| a.checked.name().cmp(&b.checked.name()));
    let twice = sides.windows(2).find_map(|pair| match pair {
        [a, b] if a.checked.name() == b.checked.name() => a.checked.name(),
        _ => None,
    });
    if let Some(name) = twice {
        bail!("{shown} holds two routers named `{name}`");
    }
    Ok(sides)
}

struct Run<'a> {
    args: &'a Args,
    sides: &'a [Vec<Side<'a>>; 2],
    names: [&'a str; 2],
    /// Steps that the analysis of one definition may take.
    steps: u64,
}

/// A router on both sides, compared, or on one.
enum Pair<'a> {
    Both(Box<Difference<'a>>),
    Added(&'a str),
    Removed(&'a str),
}

impl<'a> Pair<'a> {
    fn difference(&self) -> Option<&Difference<'a>> {
        match self {
            Pair::Both(difference) => Some(difference),
            Pair::Added(_) | Pair::Removed(_) => None,
        }
    }
}

impl<'a> Run<'a> {
    /// Routers of both sides by name, and how many of one side are left out because the other is a file.
    fn pairs(&self, are_files: &[bool], options: &Options) -> (Vec<Pair<'a>>, usize) {
        let both = |old, new| Pair::Both(Box::new(diff::compare(old, new, options)));
        let [old, new] = self.sides;
        let name = |side: &'a Side<'a>| side.checked.name().unwrap_or_default();
        // Two files of one router each are meant for each other, whatever the names say.
        if let ([a], [b]) = (old.as_slice(), new.as_slice())
            && *are_files == [true, true]
        {
            return (vec![both(a, b)], 0);
        }
        let (mut pairs, mut left_out) = (Vec::new(), 0);
        for side in old {
            match new.iter().find(|other| name(other) == name(side)) {
                Some(other) => pairs.push(both(side, other)),
                None if *are_files == [false, true] => left_out += 1,
                None => pairs.push(Pair::Removed(name(side))),
            }
        }
        for side in new.iter().filter(|side| !old.iter().any(|other| name(other) == name(side))) {
            if *are_files == [true, false] {
                left_out += 1;
            } else {
                pairs.push(Pair::Added(name(side)));
            }
        }
        (pairs, left_out)
    }

    fn compare(&self, are_files: &[bool], output: &mut Output) -> anyhow::Result<Outcome> {
        let tokens = Tokens { input: self.args.input_tokens, output: self.args.output_tokens };
        let options = Options::new(tokens, self.steps);
        let (pairs, left_out) = self.pairs(are_files, &options);
        if pairs.is_empty() {
            bail!("{} and {} hold no router of one name", self.names[0], self.names[1]);
        }
        let compared: Vec<Option<&Difference<'_>>> = pairs.iter().map(Pair::difference).collect();
        let counted = match &self.args.requests {
            Some(path) => Some(self.count(path, &compared, tokens)?),
            None => None,
        };
        let traffic = |at: usize| counted.as_ref().and_then(|counted| counted.traffic.get(at)?.as_ref());
        let entries: Vec<Entry<'_>> = pairs
            .iter()
            .enumerate()
            .map(|(at, pair)| match pair {
                Pair::Added(name) => Entry::Added(name),
                Pair::Removed(name) => Entry::Removed(name),
                Pair::Both(difference) => Entry::Compared { difference, traffic: traffic(at) },
            })
            .collect();
        let shown = self.args.requests.as_ref().map(|path| path.display().to_string());
        let log = counted.as_ref().zip(shown.as_ref()).map(|(counted, name)| Log {
            name,
            total: counted.total,
            others: counted.others,
            bad: counted.bad,
        });
        let date = Catalogue::snapshot().date.map(|date| date.to_string());
        let mut report = Report {
            names: self.names,
            routers: entries,
            left_out,
            tokens,
            log,
            bounds: Vec::new(),
            version: env!("CARGO_PKG_VERSION"),
            catalogue: date.as_deref(),
        };
        report.bounds = bounds(&self.args.fail_if, &report)?;
        let options = output.options(Stream::Out, true);
        write(self.args.format, &report, &options, output.stream(Stream::Out))?;
        let differs = self.args.exit_code && report.answer() != Answer::Same;
        let exceeded = report.bounds.iter().any(|bound| bound.exceeded);
        Ok(if differs || exceeded { Outcome::Findings } else { Outcome::Clean })
    }

    /// Counts the requests of a log, each for the router that it asks for.
    fn count(
        &self,
        path: &Path,
        compared: &[Option<&Difference<'_>>],
        tokens: Tokens,
    ) -> anyhow::Result<Counted> {
        let mut replays: Vec<Option<Replay<'_>>> =
            compared.iter().map(|d| d.map(|d| Replay::new(d, tokens))).collect();
        let only = (compared.len() == 1).then_some(0);
        let (mut record, mut others, mut bad) = (0, 0, 0);
        requests::each(path, Numbers::default(), &mut |value: requests::Record<'_>| {
            let request = value.ok().and_then(|value| Request::from_value(value).ok());
            match request {
                None => bad += 1,
                Some(request) => {
                    let asked = || {
                        let name = request.model.as_deref()?.strip_prefix("inworld/")?;
                        compared.iter().position(|d| d.is_some_and(|d| d.names().contains(&name)))
                    };
                    match only.or_else(asked).and_then(|at| replays.get_mut(at)?.as_mut()) {
                        Some(replay) => replay.count(record, &request, request.usage.map(Tokens::from)),
                        None => others += 1,
                    }
                }
            }
            record += 1;
            Ok(())
        })?;
        if record == bad {
            return Err(anyhow!("{} holds no requests", path.display()));
        }
        let traffic: Vec<Option<Traffic>> =
            replays.into_iter().map(|replay| replay.map(Replay::finish)).collect();
        let mut total = Sum::default();
        for traffic in traffic.iter().flatten() {
            total.include(&traffic.total);
        }
        Ok(Counted { traffic, total, others, bad })
    }
}

struct Counted {
    /// Of each pair.
    traffic: Vec<Option<Traffic>>,
    total: Sum,
    others: u64,
    bad: u64,
}

/// What the bounds come to.
fn bounds(limits: &[Limit], report: &Report<'_>) -> anyhow::Result<Vec<Bound>> {
    let mut bounds = Vec::new();
    for limit in limits {
        let (exceeded, measured) = match (&report.log, limit.measure) {
            (None, _) if report.moves_any() => (true, "some requests have another first attempt".to_owned()),
            (None, _) if report.is_open() => {
                (true, "it is not proved that no request has another first attempt".to_owned())
            }
            (None, _) => (false, "no request has another first attempt".to_owned()),
            (Some(log), Measure::Moved) => {
                let total = &log.total;
                let share =
                    if total.requests == 0 { 0.0 } else { total.moved / total.requests as f64 * 100.0 };
                let figure = if limit.percent { share } else { total.moved };
                let words = format!("{figure:.4}");
                let words = words.trim_end_matches('0').trim_end_matches('.');
                let unit = if limit.percent { "% of the requests" } else { " requests" };
                (
                    limit.judge(figure) == Verdict::Exceeded,
                    format!("{words}{unit} have another first attempt"),
                )
            }
            (Some(log), Measure::Cost) => {
                let Some(more) = log.total.percent_more() else {
                    bail!(
                        "--fail-if '{}' cannot be told: of {} requests of the log a price is not known",
                        limit.text,
                        log.total.unpriced
                    );
                };
                let words = format!("{more:+.2}% of what all requests cost");
                (limit.judge(more) == Verdict::Exceeded, words)
            }
        };
        bounds.push(Bound { text: limit.text.clone(), exceeded, measured });
    }
    Ok(bounds)
}
