//! What came of tests.

use std::io::{self, Write};

use serde::Serialize;

use super::ink::Ink;
use super::json::{self, Tool};
use super::{Fixes, Options, Report, Unit};
use crate::suite::Tested;

/// What `irc test --format json` prints.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "TestReport")]
pub struct Output<'a> {
    /// Version of this shape: 1.
    pub version: u32,
    /// What made it.
    pub tool: Tool<'a>,
    /// How many tests there are, and what came of them.
    pub summary: Summary,
    /// The tests, in the order of the files and of the places in them; each case of a test by itself.
    pub tests: Vec<Test<'a>>,
    /// Why tests fail, and what kept others from being run.
    pub diagnostics: Vec<json::Diagnostic<'a>>,
}

/// How many tests.
#[derive(Clone, Copy, Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "TestSummary")]
pub struct Summary {
    /// Those that were run.
    pub tests: usize,
    /// Those of them that hold.
    pub passed: usize,
    /// Those that do not, or whose requests could not be read.
    pub failed: usize,
    /// Those that were not run, for there are errors in their router or suite.
    pub not_run: usize,
}

/// A test that was run.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Test<'a> {
    /// Bare name of the router.
    pub router: &'a str,
    /// What it shows; behind a colon the case.
    pub name: &'a str,
    /// The file that it stands in.
    pub file: Option<&'a str>,
    /// The line that it begins on.
    pub line: Option<u32>,
    /// Whether it holds.
    pub passed: bool,
    /// How many requests were decided.
    pub requests: usize,
}

fn summary(ran: &[Tested], not_run: usize) -> Summary {
    let failed = ran.iter().filter(|tested| tested.failure.is_some()).count();
    Summary { tests: ran.len(), passed: ran.len() - failed, failed, not_run }
}

/// Writes all of it as one JSON object.
pub fn json(
    ran: &[Tested],
    not_run: usize,
    units: &[Unit],
    version: &str,
    catalogue: Option<&str>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let report = Report { units, version, catalogue, fixes: Fixes::Unasked };
    let told = Output {
        version: 1,
        tool: Tool { version, catalogue },
        summary: summary(ran, not_run),
        tests: ran.iter().map(test).collect(),
        diagnostics: json::diagnostics(&report),
    };
    json::compact(&told, out)?;
    out.write_all(b"\n")
}

fn test(tested: &Tested) -> Test<'_> {
    let place = tested.place.as_ref();
    Test {
        router: &tested.router,
        name: &tested.name,
        file: place.map(|(file, _)| file.as_str()),
        line: place.map(|(_, line)| *line),
        passed: tested.failure.is_none(),
        requests: tested.requests,
    }
}

/// One line at the end, for people.
pub fn closing(ran: &[Tested], not_run: usize, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Summary { tests, passed, failed, .. } = summary(ran, not_run);
    let ink = Ink::new(options);
    if tests == 0 {
        return writeln!(out, "{}", ink.bad(&format!("no test was run, {not_run} could not be")));
    }
    let word = if tests == 1 { "test" } else { "tests" };
    let told = match failed {
        0 if not_run == 0 => ink.good(&format!("{tests} {word} passed")),
        0 => format!("{tests} {word} passed"),
        _ => format!("{tests} {word}: {passed} passed, {}", ink.bad(&format!("{failed} failed"))),
    };
    match not_run {
        0 => writeln!(out, "{told}"),
        _ => writeln!(out, "{told}, {}", ink.bad(&format!("{not_run} not run"))),
    }
}
