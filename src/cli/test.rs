//! `irc test`: whether routers do what their tests say.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::Outcome;
use super::args::{Global, Inputs};
use super::check::drop_repeats;
use super::deciding;
use super::files::{self, Input};
use super::output::{Output, Stream};
use super::reports::Reports;
use super::session::{Against, Origin, Readings, Session};
use super::update::{Draft, Updates};
use super::write;
use anyhow::bail;

use crate::analyze::Budget;
use crate::analyze::cases::{self, Refused};
use crate::catalogue::Catalogue;
use crate::check::Checked;
use crate::compile::compile;
use crate::diag::{Diagnostic, Group, Severity};
use crate::render::{self, Format, Report, Unit, tested};
use crate::source::Span;
use crate::suite::{Runner, Tested, coverage};

const EXAMPLES: &str = "\
Examples:
  irc test                          every definition and suite below this folder
  irc test router.yaml router.test.yaml
  irc test --filter refund
  irc test --update                 write the snapshots anew; then read the diff
  irc test --coverage --fail-under 90 --html coverage.html
  irc test --output junit=tests.xml";

/// Run the tests of definitions and of suites
///
/// Tests stand under `tests` in a definition, or in a suite of their own: a file `*.test.yaml` with `router: path` and
/// `tests`. Each is a request and what must become of it. Exits with 1 if a test fails or cannot be run, with 2 if there
/// is none to run.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    inputs: Inputs,
    /// Run only tests whose name contains this
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Write snapshots that are missing or that differ into the tests, and remove those of no request
    #[arg(long)]
    update: bool,
    /// Tell what the tests look at of routes, variants, fallbacks and conditions, and requests for the rest
    #[arg(long)]
    coverage: bool,
    /// Fail unless the tests look at so many percent of that
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    fail_under: Option<f64>,
    /// Write the coverage as an lcov file as well
    #[arg(long, value_name = "FILE")]
    lcov: Option<PathBuf>,
    /// Write the coverage as a page for a browser as well, with the source in colours
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// How to print what fails: human, short, json, github, sarif, gitlab or junit [default: human]
    #[arg(long, value_enum, value_name = "FORM", hide_possible_values = true)]
    format: Option<Format>,
    #[command(flatten)]
    reports: Reports,
    #[command(flatten)]
    against: Against,
}

pub(super) fn run(args: &Args, global: &Global, output: &mut Output) -> anyhow::Result<Outcome> {
    args.reports.allow_beside(args.coverage_paths())?;
    let mut session = Session::open(global, &args.against, &args.inputs.places(), output)?;
    // What holds for all requests is for `irc check` to say.
    let budget = session.analysis;
    session.analysis.steps = 0;
    // Running them says the same.
    session.judges_tests = false;
    let Inputs { paths, stdin_filename } = &args.inputs;
    let found = files::find_tests(paths, stdin_filename.as_deref(), session.config.patterns());
    let mut read = session.read_found(found);
    args.reports.spare_beside(args.coverage_paths(), &read.units)?;
    for unit in &mut read.units {
        unit.diagnostics.retain(matters);
    }
    let broken = read.units.iter().any(|unit| !unit.diagnostics.is_empty());
    let Ran { tests: ran, passed_over, not_run, coverage, updates, .. } =
        run_all(args, &session, budget, &mut read)?;
    updates.write()?;
    if ran.is_empty() && !broken && read.problems.is_empty() {
        read.problems.push(match &args.filter {
            Some(filter) if passed_over > 0 => {
                format!("no test was run: the name of none contains `{filter}`")
            }
            _ => "no test was run: none of what was read has `tests`; `irc cases` writes some".to_owned(),
        });
    }
    let failed = ran.iter().filter(|tested| tested.failure.is_some()).count();
    let written = args.update.then_some(updates.written.as_slice());
    let told = tested::Told { ran: &ran, not_run, coverage: &coverage, written };
    let low = args.fail_under.filter(|least| told.percent().is_some_and(|percent| percent < *least));
    let format = args.format.or(session.config.format).unwrap_or_default();
    tell(args, format, &told, &mut read, global, output)?;
    if let (Some(least), Some(percent)) = (low, told.percent()) {
        output.complain(&format!("coverage is {percent:.1}%, below {least}%"));
    }
    Ok(match (read.problems.is_empty(), failed > 0 || broken || low.is_some()) {
        (false, _) => Outcome::Failed,
        (true, true) => Outcome::Findings,
        (true, false) => Outcome::Clean,
    })
}

/// Whether something that was found keeps tests from being run.
fn matters(found: &Diagnostic) -> bool {
    let group = found.meta.group;
    found.severity == Severity::Error && (group.leaves_open() || group == Group::Test)
}

fn percent(text: &str) -> Result<f64, String> {
    let percent = text.parse().ok().filter(|percent| (0.0..=100.0).contains(percent));
    percent.ok_or_else(|| "not a number from 0 to 100".to_owned())
}

/// What came of tests.
#[derive(Default)]
struct Ran {
    tests: Vec<Tested>,
    /// How many the filter left out.
    passed_over: usize,
    /// How many were not run, for there are errors in their router or suite.
    not_run: usize,
    /// What they look at, by router.
    coverage: Vec<tested::Covered>,
    /// The snapshots that are to be written.
    updates: Updates,
    /// What could not be done, as complaints.
    problems: Vec<String>,
}

impl Ran {
    /// What came of other tests, behind these.
    fn add(&mut self, other: Self) {
        self.tests.extend(other.tests);
        self.passed_over += other.passed_over;
        self.not_run += other.not_run;
        other.coverage.into_iter().for_each(|covered| self.cover(covered));
        self.updates.add(other.updates);
        self.problems.extend(other.problems);
    }

    /// A definition and its suites test one router together.
    fn cover(&mut self, covered: tested::Covered) {
        match self.coverage.iter_mut().find(|known| known.is_of_same(&covered)) {
            Some(known) => known.merge(&covered),
            None => self.coverage.push(covered),
        }
    }
}

impl Args {
    /// Whether a test is to be run.
    fn wants(&self, name: &str) -> bool {
        self.filter.as_ref().is_none_or(|filter| name.contains(filter.as_str()))
    }

    /// Whether coverage is asked for.
    fn covers(&self) -> bool {
        self.coverage || self.fail_under.is_some() || self.coverage_paths().next().is_some()
    }

    /// The files that coverage is written to.
    fn coverage_paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.lcov.iter().chain(&self.html)
    }

    fn coverage_files(&self, told: &tested::Told<'_>) -> anyhow::Result<()> {
        let mut texts = Vec::new();
        if let Some(path) = &self.lcov {
            let mut text = Vec::new();
            tested::lcov(told.coverage, &mut text)?;
            texts.push((path.clone(), String::from_utf8(text)?));
        }
        if let Some(path) = &self.html {
            let mut text = Vec::new();
            tested::html(told, &mut text)?;
            texts.push((path.clone(), String::from_utf8(text)?));
        }
        write::replace(&texts)
    }
}

/// Runs all tests, with all processors; what comes of them stands in the order of the files.
fn run_all(args: &Args, session: &Session, budget: Budget, read: &mut Readings) -> anyhow::Result<Ran> {
    let Readings { units, definitions, origins, problems, .. } = read;
    let mut files: Vec<_> = units.iter_mut().zip(definitions).zip(origins).collect();
    let run = |((unit, definitions), origin): &mut ((&mut Unit, &mut Vec<Checked>), &mut Origin)| {
        run_file(args, session, budget, unit, definitions, origin)
    };
    // Threads take longer to start than the tests of one file to run.
    let parts: Vec<anyhow::Result<Ran>> = match files.as_mut_slice() {
        [only] => vec![run(only)],
        many => many.par_iter_mut().map(run).collect(),
    };
    let mut ran = Ran::default();
    for part in parts {
        ran.add(part?);
    }
    problems.append(&mut ran.problems);
    Ok(ran)
}

fn run_file(
    args: &Args,
    session: &Session,
    budget: Budget,
    unit: &mut Unit,
    definitions: &[Checked],
    origin: &Origin,
) -> anyhow::Result<Ran> {
    let mut ran = Ran::default();
    let Some(input) = &origin.input else { return Ok(ran) };
    let (mut tests, mut obsolete) = (Vec::new(), Vec::new());
    let errors: Vec<Span> = unit.diagnostics.iter().map(|found| found.span).collect();
    for checked in definitions.iter().filter(|checked| !checked.definition.tests.is_empty()) {
        let Some(plan) = compile(checked, &session.catalogue) else {
            // Unless a comment hides it, it was said why.
            if unit.diagnostics.is_empty() {
                return Err(deciding::hidden());
            }
            let tests = checked.definition.tests.iter();
            ran.not_run += tests.map(|test| test.cases.len().max(1)).sum::<usize>();
            continue;
        };
        let runner = Runner::new(checked, &plan, &session.catalogue, input.loader(), &unit.sources);
        let of_this = runner.proving(budget).sparing(&errors).run(|name| args.wants(name));
        ran.passed_over += of_this.passed_over;
        ran.not_run += of_this.not_run;
        tests.extend(of_this.tests);
        obsolete.extend(of_this.obsolete);
        if args.covers() {
            let (catalogue, sources) = (&session.catalogue, &unit.sources);
            match coverage::coverage(checked, &plan, catalogue, sources, budget, &of_this.touched) {
                Ok(coverage) => ran.cover(tested::Covered::new(&coverage, sources)),
                Err(Refused::Unsound) => return Err(deciding::hidden()),
                Err(Refused::TooLarge(parts)) => ran.problems.push(format!(
                    "the conditions of {} have {parts} parts, and coverage is told of at most {}: split the router",
                    plan.router,
                    cases::PARTS
                )),
            }
        }
    }
    if let Some(file) = unit.sources.by_name(&input.name).filter(|_| args.update)
        && let Some(draft) = Draft::new(origin, file, &tests, &mut obsolete, &mut ran.problems)
    {
        if !draft.is_proved_by(&tests, &again(args, session, input, draft.text())) {
            bail!("the snapshots of {} cannot be written: its tests would be others", input.name);
        }
        ran.updates.take(draft, origin, file, &mut tests);
    }
    unit.diagnostics.extend(tests.iter().filter_map(|tested| tested.failure.clone()));
    unit.diagnostics.extend(obsolete.into_iter().map(|obsolete| obsolete.told));
    ran.tests = tests;
    Ok(ran)
}

/// What comes of the same tests where an input holds another text.
fn again(args: &Args, session: &Session, input: &Input, text: &str) -> Vec<Tested> {
    let Ok(read) = session.read_again(input, text) else { return Vec::new() };
    let mut tests = Vec::new();
    let errors = read.unit.diagnostics.iter().filter(|found| matters(found));
    let errors: Vec<Span> = errors.map(|found| found.span).collect();
    for checked in &read.definitions {
        let Some(plan) = compile(checked, &session.catalogue) else { continue };
        let sources = &read.unit.sources;
        let runner = Runner::new(checked, &plan, &session.catalogue, input.loader(), sources);
        tests.extend(runner.sparing(&errors).run(|name| args.wants(name)).tests);
    }
    tests
}

/// Tells what came of it, on the terminal and in the files that were asked for.
fn tell(
    args: &Args,
    format: Format,
    told: &tested::Told<'_>,
    read: &mut Readings,
    global: &Global,
    output: &mut Output,
) -> anyhow::Result<()> {
    drop_repeats(&mut read.units);
    let date = Catalogue::snapshot().date.map(|date| date.to_string());
    let folder = std::env::current_dir().ok();
    let report = Report {
        catalogue: date.as_deref(),
        problems: &read.problems,
        folder: folder.as_deref().and_then(Path::to_str),
        ..Report::new(&read.units, env!("CARGO_PKG_VERSION"))
    };
    // What reads standard output may go away; files are for others.
    let mut written = args.reports.write(|format, options, out| {
        draw(format, told, &report, &render::Options { summary: false, ..*options }, out)?;
        if is_for_people(format) { tested::closing(told, options, out) } else { Ok(()) }
    });
    if written.is_ok() {
        written = args.coverage_files(told);
    }
    draw(format, told, &report, &output.options(Stream::Out, false), output.stream(Stream::Out))?;
    read.problems.iter().for_each(|problem| output.complain(problem));
    let says_it_all = matches!(format, Format::Json | Format::Junit);
    if !says_it_all && !global.quiet && told.ran.len() + told.not_run > 0 {
        let stream = if is_for_people(format) { Stream::Out } else { Stream::Err };
        let options = output.options(stream, true);
        tested::closing(told, &options, output.stream(stream))?;
    }
    written
}

fn is_for_people(format: Format) -> bool {
    matches!(format, Format::Human | Format::Short)
}

fn draw(
    format: Format,
    told: &tested::Told<'_>,
    report: &Report<'_>,
    options: &render::Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Json => tested::json(told, report, out),
        Format::Junit => tested::junit(told, report, out),
        _ => render::write(format, report, options, out),
    }
}
