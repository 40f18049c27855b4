//! `irc check`: everything there is to say about definitions.

use std::collections::HashSet;

use super::Outcome;
use super::args::{FailOn, Findings, Global, Inputs};
use super::output::{Output, Stream};
use super::session::{Against, Readings, Session};
use crate::catalogue::Catalogue;
use crate::diag::Diagnostic;
use crate::render::{self, Report, Unit};

const EXAMPLES: &str = "\
Examples:
  irc check                                everything below this folder
  irc check router.yaml other.yaml
  irc check --format json --fail-on warning routers/
  cat router.yaml | irc check --stdin-filename router.yaml -";

/// Check definitions and report what is wrong with them
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    findings: Findings,
    #[command(flatten)]
    against: Against,
}

pub(super) fn run(args: &Args, global: &Global, output: &mut Output) -> anyhow::Result<Outcome> {
    let mut session = Session::open(global, &args.against)?;
    let mut read = session.read(&args.inputs);
    report(&mut read, &args.findings, global, Stream::Out, output)?;
    Ok(worst(&read, args.findings.fail_on))
}

/// Prints what was found, and complaints about what could not be read.
pub(super) fn report(
    read: &mut Readings,
    findings: &Findings,
    global: &Global,
    stream: Stream,
    output: &mut Output,
) -> anyhow::Result<()> {
    drop_repeats(&mut read.units);
    // Beside a product only findings are worth printing.
    let silent = stream == Stream::Err && read.units.iter().all(|unit| unit.diagnostics.is_empty());
    if !read.units.is_empty() && !silent {
        let date = Catalogue::snapshot().date.map(|date| date.to_string());
        let report =
            Report { units: &read.units, version: env!("CARGO_PKG_VERSION"), catalogue: date.as_deref() };
        let options = output.options(stream, !global.quiet);
        render::write(findings.format, &report, &options, output.stream(stream))?;
    }
    for problem in &read.problems {
        output.complain(problem);
    }
    Ok(())
}

/// What the findings come to.
pub(super) fn worst(read: &Readings, fail_on: FailOn) -> Outcome {
    outcome(&read.units, fail_on, !read.problems.is_empty())
}

/// A file that several definitions refer to is checked with each of them; what is wrong in it is told once.
fn drop_repeats(units: &mut [Unit]) {
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
