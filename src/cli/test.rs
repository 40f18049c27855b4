//! `irc test`: whether routers do what their tests say.

use super::Outcome;
use super::args::{Findings, Global, Inputs};
use super::check::report;
use super::deciding;
use super::files;
use super::output::{Output, Stream};
use super::session::{Against, Readings, Session};
use crate::catalogue::Catalogue;
use crate::compile::compile;
use crate::diag::{Diagnostic, Group, Severity};
use crate::render::{Format, tested as render};
use crate::suite::{Runner, Tested};

const EXAMPLES: &str = "\
Examples:
  irc test                          every definition and suite below this folder
  irc test router.yaml router.test.yaml
  irc test --filter refund
  irc test --format json > tests.json";

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
    /// How to print what fails: human, short, json or github
    #[arg(long, value_enum, default_value_t, value_name = "FORM", hide_possible_values = true)]
    format: Format,
    #[command(flatten)]
    against: Against,
}

pub(super) fn run(args: &Args, global: &Global, output: &mut Output) -> anyhow::Result<Outcome> {
    let mut session = Session::open(global, &args.against)?;
    // What holds for all requests is for `irc check` to say.
    session.analysis.steps = 0;
    let Inputs { paths, stdin_filename } = &args.inputs;
    let found = files::find_tests(paths, stdin_filename.as_deref(), session.config.include());
    let mut read = session.read_found(found);
    for unit in &mut read.units {
        unit.diagnostics
            .retain(|d| d.severity == Severity::Error && d.meta.group.leaves_open() || is_of_suite(d));
    }
    let broken = read.units.iter().any(|unit| !unit.diagnostics.is_empty());
    let Ran { tests: ran, passed_over, not_run } = tested(args, &session, &mut read)?;
    if ran.is_empty() && !broken && read.problems.is_empty() {
        read.problems.push(match &args.filter {
            Some(filter) if passed_over > 0 => {
                format!("no test was run: the name of none contains `{filter}`")
            }
            _ => "no test was run: none of what was read has `tests`; `irc cases` writes some".to_owned(),
        });
    }
    let failed = ran.iter().filter(|tested| tested.failure.is_some()).count();
    tell(args, &ran, not_run, &mut read, global, output)?;
    Ok(match (read.problems.is_empty(), failed > 0 || broken) {
        (false, _) => Outcome::Failed,
        (true, true) => Outcome::Findings,
        (true, false) => Outcome::Clean,
    })
}

/// Whether a finding is about a suite and not about what it tests.
fn is_of_suite(d: &Diagnostic) -> bool {
    d.severity == Severity::Error && d.meta.group == Group::Test
}

/// What came of tests.
#[derive(Default)]
struct Ran {
    tests: Vec<Tested>,
    /// How many the filter left out.
    passed_over: usize,
    /// How many were not run, for there are errors in their router or suite.
    not_run: usize,
}

fn tested(args: &Args, session: &Session, read: &mut Readings) -> anyhow::Result<Ran> {
    let mut ran = Ran::default();
    let Readings { units, definitions, origins, .. } = read;
    for ((unit, definitions), origin) in units.iter_mut().zip(definitions).zip(origins) {
        let Some(input) = &origin.input else { continue };
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
            let mut of_this = runner.run();
            let before = of_this.len();
            if let Some(filter) = &args.filter {
                of_this.retain(|tested| tested.name.contains(filter.as_str()));
            }
            ran.passed_over += before - of_this.len();
            unit.diagnostics.extend(of_this.iter().filter_map(|tested| tested.failure.clone()));
            ran.tests.extend(of_this);
        }
    }
    Ok(ran)
}

fn tell(
    args: &Args,
    ran: &[Tested],
    not_run: usize,
    read: &mut Readings,
    global: &Global,
    output: &mut Output,
) -> anyhow::Result<()> {
    let date = Catalogue::snapshot().date.map(|date| date.to_string());
    if args.format == Format::Json {
        let out = output.stream(Stream::Out);
        render::json(ran, not_run, &read.units, env!("CARGO_PKG_VERSION"), date.as_deref(), out)?;
        read.problems.iter().for_each(|problem| output.complain(problem));
        return Ok(());
    }
    let quiet = Global { quiet: true, color: global.color, config: None, no_config: false };
    let findings = Findings { format: args.format, ..Findings::default() };
    report(read, &findings, &quiet, Stream::Out, output)?;
    if !global.quiet && ran.len() + not_run > 0 {
        let stream = if args.format == Format::Github { Stream::Err } else { Stream::Out };
        let options = output.options(stream, true);
        render::closing(ran, not_run, &options, output.stream(stream))?;
    }
    Ok(())
}
