//! `irc check`: everything there is to say about definitions.

use std::collections::HashSet;

use rayon::prelude::*;

use super::args::{Findings, Global, Inputs};
use super::config::Config;
use super::files::{self, Disk, Found};
use super::output::{Output, Stream};
use super::{Outcome, args::FailOn};
use crate::diag::Diagnostic;
use crate::render::{self, Report, Unit};
use crate::source::{Loader, Sources};

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
}

pub(super) fn run(args: &Args, global: &Global, output: &mut Output) -> anyhow::Result<Outcome> {
    let config = Config::load(global)?;
    let Found { inputs, mut problems } =
        files::find(&args.inputs.paths, args.inputs.stdin_filename.as_deref(), config.include());
    let results: Vec<Result<Unit, String>> = inputs
        .par_iter()
        .map(|input| {
            let mut unit = check(&input.name, &input.read()?, &Disk, &config, args.findings.as_of.as_deref());
            unit.diagnostics = config.levels.apply(unit.diagnostics);
            Ok(unit)
        })
        .collect();
    let mut units = Vec::with_capacity(results.len());
    for result in results {
        match result {
            Ok(unit) => units.push(unit),
            Err(problem) => problems.push(problem),
        }
    }
    drop_repeats(&mut units);

    if !units.is_empty() {
        let report = Report { units: &units, version: env!("CARGO_PKG_VERSION"), catalogue: None };
        let options = output.options(Stream::Out, !global.quiet);
        render::write(args.findings.format, &report, &options, output.stream(Stream::Out))?;
    }
    for problem in &problems {
        output.complain(problem);
    }
    Ok(outcome(&units, args.findings.fail_on, !problems.is_empty()))
}

// CONNECT: the façade. Text that is not UTF-8, `config.catalogue`, `config.extra_models`, `config.metadata` and `as_of`
// are its business, and `Report::catalogue` above is the date that it answers.
fn check(name: &str, bytes: &[u8], _loader: &dyn Loader, _config: &Config, _as_of: Option<&str>) -> Unit {
    let mut sources = Sources::new();
    sources.add(name, String::from_utf8_lossy(bytes));
    Unit { sources, diagnostics: Vec::new() }
}

/// A file that several definitions refer to is checked with each of them; what is wrong in it is told once.
fn drop_repeats(units: &mut [Unit]) {
    let mut seen = HashSet::new();
    for Unit { sources, diagnostics } in units {
        let own = sources.iter().next().map(|file| file.id());
        diagnostics.retain(|d: &Diagnostic| {
            let file = sources.get(d.span.file).map_or("", |f| f.name());
            Some(d.span.file) == own
                || seen.insert((file.to_owned(), d.meta.code, d.span.start, d.span.end, d.message.clone()))
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
    use crate::source::Span;

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
