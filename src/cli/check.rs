//! `irc check`: everything there is to say about definitions.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::bail;

use super::args::{FailOn, Findings, Global, Inputs};
use super::baseline::{Baseline, Standing};
use super::config::Config;
use super::fix::{self, Change, Mended};
use super::output::{Output, Stream};
use super::reports::Reports;
use super::session::{Against, Reading, Readings, Session};
use super::unified;
use super::{Outcome, baseline, changed, watch};
use crate::catalogue::Catalogue;
use crate::diag::Diagnostic;
use crate::fix::{Found as Fixed, Reach};
use crate::render::{self, Fixes, Report, Unit};

const EXAMPLES: &str = "\
Examples:
  irc check                                everything below this folder
  irc check router.yaml other.yaml
  irc check --format json --fail-on warning routers/
  irc check --output sarif=irc.sarif --output junit=irc.xml
  irc check --diff router.yaml             what --fix would change
  irc check --fix routers/
  irc check --baseline known.json --write-baseline
  irc check --watch routers/               again after each save
  cat router.yaml | irc check --stdin-filename router.yaml -";

/// Check definitions and report what is wrong with them
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) inputs: Inputs,
    /// Apply fixes: safe ones, which never change what any request gets, or with --fix=unsafe all
    #[arg(long, value_enum, value_name = "WHICH", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "safe", hide_possible_values = true)]
    fix: Option<Which>,
    /// Print what the fixes would change, and change nothing
    #[arg(long)]
    diff: bool,
    /// Check only what differs from this git revision
    #[arg(long, value_name = "REV")]
    changed_since: Option<String>,
    /// Keep running, and check again whenever a file changes that matters
    #[arg(long)]
    #[arg(conflicts_with_all = ["fix", "diff", "write_baseline", "output", "changed_since", "stdin_filename"])]
    watch: bool,
    #[command(flatten)]
    pub(super) baseline: baseline::Choice,
    #[command(flatten)]
    pub(super) findings: Findings,
    #[command(flatten)]
    reports: Reports,
    #[command(flatten)]
    against: Against,
}

impl Args {
    /// The folders of which all is checked.
    pub(super) fn reach(&self) -> Vec<PathBuf> {
        let paths = match self.inputs.paths.as_slice() {
            [] => vec![PathBuf::from(".")],
            paths => paths.to_vec(),
        };
        paths.into_iter().filter(|path| self.changed_since.is_none() && path.is_dir()).collect()
    }
}

/// Which fixes to apply.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
enum Which {
    /// Those that never change what any request gets
    Safe,
    /// All
    Unsafe,
}

pub(super) fn run(args: &Args, global: &Global, output: &mut Output) -> anyhow::Result<Outcome> {
    args.reports.allow()?;
    if args.watch {
        return watch::run(args, global, output);
    }
    if args.fix.is_some() || args.diff {
        return fixed(args, global, output);
    }
    let mut session = open(args, global, output)?;
    let findings = args.findings.or(&session.config);
    let baseline = args.baseline.open(&session, || args.reach())?;
    let mut read = read(args, &mut session, Texts::OfFindings, global, output)?;
    answer(args, &session, &findings, baseline.as_ref(), &mut read, global, output)
}

pub(super) fn open(args: &Args, global: &Global, output: &mut Output) -> anyhow::Result<Session> {
    Session::open(global, &args.against, &args.inputs.places(), output)
}

/// The files that the settings come from, as far as they can be read.
pub(super) fn settings(args: &Args, global: &Global) -> Vec<PathBuf> {
    args.against.rests_on(&Config::load(global, &args.inputs.places()).unwrap_or_default())
}

/// Says what was found, or writes it into a baseline.
pub(super) fn answer(
    args: &Args,
    session: &Session,
    findings: &Findings,
    baseline: Option<&Baseline>,
    read: &mut Readings,
    global: &Global,
    output: &mut Output,
) -> anyhow::Result<Outcome> {
    args.reports.spare(&read.units)?;
    if let Some(baseline) = baseline.filter(|baseline| baseline.is_to_write()) {
        return written(baseline, read, session, output);
    }
    let standing = hidden(baseline, read, session);
    tell(read, findings, &args.reports, global, Fixes::Offered, Stream::Out, output)?;
    standing.iter().filter(|_| !global.quiet).for_each(|standing| standing.tell(output));
    Ok(worst(read, findings.fail_on))
}

/// Which texts are wanted when all is checked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Texts {
    All,
    /// Those of files in which something was found.
    OfFindings,
}

/// Reads and checks what is asked for.
fn read(
    args: &Args,
    session: &mut Session,
    texts: Texts,
    global: &Global,
    output: &mut Output,
) -> anyhow::Result<Readings> {
    let mut found = session.find(&args.inputs);
    if let Some(revision) = &args.changed_since {
        found = changed::only(found, revision, session, global.quiet, output)?;
    }
    // Of what was checked only what was found in it is wanted: the memory of one file serves for the next.
    Ok(session.read_each(found, |session, input| {
        let (mut read, is_whole) = session.read_one(input)?;
        if texts == Texts::OfFindings && read.unit.diagnostics.is_empty() && read.beside.is_empty() {
            read.unit.sources.drop_texts();
        }
        Ok((Reading { definitions: Vec::new(), ..read }, is_whole))
    }))
}

/// Checks and fixes.
fn fixed(args: &Args, global: &Global, output: &mut Output) -> anyhow::Result<Outcome> {
    fix::allow(&args.inputs)?;
    let mut session = open(args, global, output)?;
    let findings = args.findings.or(&session.config);
    let baseline = args.baseline.open(&session, || args.reach())?;
    let mut read = read(args, &mut session, Texts::All, global, output)?;
    args.reports.spare(&read.units)?;
    let reach = if args.fix == Some(Which::Unsafe) { Reach::Unsafe } else { Reach::Safe };
    let Mended { mut fixed, changes, stdin, problems } = fix::mend(&session, &read, reach);
    read.problems.extend(problems);
    if args.diff {
        let (terminal, color) = (output.is_terminal(Stream::Out), output.options(Stream::Out, false).color);
        for Change { name, old, new, .. } in &changes {
            unified::write(name, old, new, terminal, color, output.stream(Stream::Out))?;
        }
        let standing = hidden(baseline.as_ref(), &mut read, &session);
        tell(&mut read, &findings, &args.reports, global, Fixes::Shown(&fixed), Stream::Err, output)?;
        standing.iter().filter(|_| !global.quiet).for_each(|standing| standing.tell(output));
        return Ok(worst(&read, findings.fail_on));
    }
    fix::write(&changes)?;
    let stream = if stdin.is_some() { Stream::Err } else { Stream::Out };
    if let Some(text) = stdin {
        output.stream(Stream::Out).write_all(text.as_bytes())?;
    }
    let units = std::mem::take(&mut fixed.units).into_iter();
    read.units = units.map(|Fixed { sources, diagnostics, .. }| Unit { sources, diagnostics }).collect();
    let standing = hidden(baseline.as_ref(), &mut read, &session);
    tell(&mut read, &findings, &args.reports, global, Fixes::Applied(&fixed), stream, output)?;
    standing.iter().filter(|_| !global.quiet).for_each(|standing| standing.tell(output));
    Ok(worst(&read, findings.fail_on))
}

/// Takes out what stands in a baseline.
fn hidden(baseline: Option<&Baseline>, read: &mut Readings, session: &Session) -> Option<Standing> {
    drop_repeats(&mut read.units);
    let standing = baseline.map(|baseline| baseline.hide(read, session));
    read.baseline = standing.as_ref().map(Standing::held);
    standing
}

/// Writes what was found into a baseline, unless something could not be read.
fn written(
    baseline: &Baseline,
    read: &mut Readings,
    session: &Session,
    output: &mut Output,
) -> anyhow::Result<Outcome> {
    for problem in &read.problems {
        output.complain(problem);
    }
    if !read.problems.is_empty() {
        bail!("the baseline is not written: not everything could be checked");
    }
    drop_repeats(&mut read.units);
    baseline.write(read, session, output)?;
    Ok(Outcome::Clean)
}

/// Prints what was found beside a product, and complaints about what could not be read.
pub(super) fn report(
    read: &mut Readings,
    findings: &Findings,
    global: &Global,
    stream: Stream,
    output: &mut Output,
) -> anyhow::Result<()> {
    tell(read, findings, &Reports::default(), global, Fixes::Unasked, stream, output)
}

fn tell(
    read: &mut Readings,
    findings: &Findings,
    reports: &Reports,
    global: &Global,
    fixes: Fixes<'_>,
    stream: Stream,
    output: &mut Output,
) -> anyhow::Result<()> {
    drop_repeats(&mut read.units);
    // Beside a product only findings are worth printing, and what was fixed.
    let nothing = match fixes {
        Fixes::Unasked | Fixes::Offered => true,
        Fixes::Applied(fixed) | Fixes::Shown(fixed) => fixed.applied.is_empty() && fixed.left_out.is_empty(),
    };
    let silent =
        nothing && stream == Stream::Err && read.units.iter().all(|unit| unit.diagnostics.is_empty());
    let mut written = Ok(());
    // Where everything was left out on purpose there is a report all the same.
    if !read.units.is_empty() || read.problems.is_empty() {
        let date = Catalogue::snapshot().date.map(|date| date.to_string());
        let here = std::env::current_dir().ok();
        let report = Report {
            catalogue: date.as_deref(),
            fixes,
            problems: &read.problems,
            baseline: read.baseline,
            fail_on: findings.fail_on.unwrap_or_default().least(),
            folder: here.as_deref().and_then(Path::to_str),
            ..Report::new(&read.units, env!("CARGO_PKG_VERSION"))
        };
        // What reads standard output may go away; files are for others.
        written = reports.write(|format, options, out| render::write(format, &report, options, out));
        if !silent {
            let options = output.options(stream, !global.quiet);
            render::write(findings.format.unwrap_or_default(), &report, &options, output.stream(stream))?;
        }
    }
    for problem in &read.problems {
        output.complain(problem);
    }
    written
}

/// What the findings come to.
pub(super) fn worst(read: &Readings, fail_on: Option<FailOn>) -> Outcome {
    outcome(&read.units, fail_on.unwrap_or_default(), !read.problems.is_empty())
}

/// A file that several definitions refer to is checked with each of them; what is wrong in it is told once.
pub(super) fn drop_repeats(units: &mut [Unit]) {
    let mut seen = HashSet::new();
    for Unit { sources, diagnostics } in units {
        diagnostics.retain(|d: &Diagnostic| {
            let file = sources.get(d.span.file).map_or("", |f| f.name());
            seen.insert((file.to_owned(), d.meta.code, d.span.start, d.span.end, d.message.clone()))
        });
    }
}

fn outcome(units: &[Unit], fail_on: FailOn, failed: bool) -> Outcome {
    let mut findings = units.iter().flat_map(|unit| &unit.diagnostics);
    if failed {
        Outcome::Failed
    } else if findings.any(|d| fail_on.fails(d.severity)) {
        Outcome::Findings
    } else {
        Outcome::Clean
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Fixability, Group, Level, Meta};
    use crate::source::{Sources, Span};

    static RULE: Meta = Meta {
        name: "sample",
        code: "IRC999",
        level: Level::Warning,
        group: Group::Internal,
        since: "0.1.0",
        fixable: Fixability::None,
        page: "",
    };

    fn unit(name: &str) -> Unit {
        let mut sources = Sources::new();
        let own = sources.add(name, "a");
        let shared = sources.add("shared.yaml", "b");
        let diagnostics =
            [own, shared].map(|file| Diagnostic::new(&RULE, Span::file_start(file), "m")).into();
        Unit { sources, diagnostics }
    }

    #[test]
    fn a_fault_of_a_shared_file_is_told_once() {
        let mut units = [unit("a.yaml"), unit("b.yaml")];
        drop_repeats(&mut units);
        assert_eq!(units.map(|unit| unit.diagnostics.len()), [2, 1]);
    }

    #[test]
    fn failure_wins_over_findings() {
        let units = [unit("a.yaml")];
        assert_eq!(outcome(&units, FailOn::Error, false), Outcome::Clean);
        assert_eq!(outcome(&units, FailOn::Warning, false), Outcome::Findings);
        assert_eq!(outcome(&units, FailOn::Warning, true), Outcome::Failed);
        assert_eq!(outcome(&[], FailOn::Info, false), Outcome::Clean);
    }
}
