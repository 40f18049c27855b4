//! What came of tests, and what they look at.

mod html;
mod snapshots;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

use super::ink::Ink;
use super::json::{self, Tool};
use super::{Options, Report, escape};
use crate::source::{SourceFile, Sources};
use crate::suite::coverage::{Coverage, Kind};
use crate::suite::{Tested, What};
use html::Text;
pub use html::html;
pub use snapshots::edits;

/// All that a run of tests has to say.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The tests that were run.
    pub ran: &'a [Tested],
    /// How many were not.
    pub not_run: usize,
    /// What they look at, by router; empty where nobody asked.
    pub coverage: &'a [Covered],
    /// What was written into files; `None` where nobody asked for that.
    pub written: Option<&'a [Written]>,
}

/// A snapshot that `irc test --update` wrote or removed.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "WrittenSnapshot")]
pub struct Written {
    /// The name of the test.
    pub test: String,
    /// The file.
    pub file: String,
    /// The line on which its key stood.
    pub line: u32,
    /// What it was: `new`, `changed`, or `obsolete` and removed.
    pub what: WrittenAs,
}

/// What a snapshot was.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WrittenAs {
    /// There was none before.
    New,
    /// It said something else before.
    Changed,
    /// It was of no request, and was removed.
    Obsolete,
}

impl From<What> for WrittenAs {
    fn from(what: What) -> Self {
        match what {
            What::New => Self::New,
            What::Changed => Self::Changed,
            What::Obsolete => Self::Obsolete,
        }
    }
}

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
    /// What the tests look at, by router; empty unless it is asked for.
    pub coverage: &'a [Covered],
    /// The snapshots that were written or removed: some only with `--update`.
    pub snapshots: &'a [Written],
    /// Why tests fail, and what kept others from being run.
    pub diagnostics: Vec<json::Diagnostic<'a>>,
}

/// What the tests of a router look at.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Covered {
    /// Bare name of the router.
    pub router: String,
    /// How many things there are to look at: routes, variants, fallbacks, each part of each condition true and false.
    pub points: usize,
    /// At how many of them a test looks.
    pub covered: usize,
    /// The same in percent.
    pub percent: f64,
    /// All of them, in the order of the routes.
    pub details: Vec<Point>,
    /// The files that they stand in.
    #[serde(skip)]
    texts: Vec<Text>,
}

/// Something that a test can look at.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "CoveragePoint")]
pub struct Point {
    /// `route`, `default`, `variant`, `fallback` or `condition`.
    pub kind: &'static str,
    /// What a test would show, in words.
    pub text: String,
    /// The file that it is written in.
    pub file: String,
    /// The line.
    pub line: u32,
    /// Whether a test does.
    pub covered: bool,
    /// A request that would, where one was found.
    pub request: Option<serde_json::Value>,
    /// The models that have to be down for it, as `down` of a test takes them; as a rule none.
    pub down: Vec<String>,
    /// Which side of a part of a condition it is.
    #[serde(skip)]
    side: Option<bool>,
    /// Where it is written.
    #[serde(skip)]
    bytes: Range<usize>,
}

impl Covered {
    /// With the places that the spans have in the sources.
    pub fn new(coverage: &Coverage, sources: &Sources) -> Self {
        let (points, covered) = (coverage.points.len(), coverage.covered());
        let details = coverage.points.iter().map(|point| {
            let file = sources.get(point.span.file);
            Point {
                kind: match point.kind {
                    Kind::Route => "route",
                    Kind::Default => "default",
                    Kind::Variant => "variant",
                    Kind::Fallback => "fallback",
                    Kind::Condition => "condition",
                },
                text: point.text.clone(),
                file: file.map_or_else(String::new, |file| file.name().to_owned()),
                line: file.map_or(0, |file| file.position(point.span.start).line),
                covered: point.covered,
                request: point.request.as_deref().and_then(|text| serde_json::from_str(text).ok()),
                down: point.down.clone(),
                side: point.side,
                bytes: file.map_or(0..0, |file| of_line(file, point.span.start, point.span.end, point.kind)),
            }
        });
        let files: BTreeSet<_> = coverage.points.iter().map(|point| point.span.file).collect();
        let texts = files.into_iter().filter_map(|id| {
            let file = sources.get(id)?;
            let own = coverage.span.file == id;
            let shown =
                if own { coverage.span.start as usize..coverage.span.end as usize } else { 0..usize::MAX };
            Some(Text { file: file.name().to_owned(), text: Arc::clone(file.text()), shown })
        });
        let (details, texts) = (details.collect(), texts.collect());
        let percent = percent(covered, points);
        Self { router: coverage.router.clone(), points, covered, percent, details, texts }
    }
}

/// The bytes that stand for a point: of a route without an id its first line.
fn of_line(file: &SourceFile, start: u32, end: u32, kind: Kind) -> Range<usize> {
    let (start, end) = (start as usize, end as usize);
    let line = file.text().get(start..end).and_then(|text| text.find('\n')).map(|length| start + length);
    start..line.filter(|_| kind != Kind::Condition).unwrap_or(end)
}

/// A request that would cover a point, in words.
fn would(point: &Point) -> Option<String> {
    let request = point.request.as_ref()?.to_string();
    let down = point.down.iter().take(MOST_DOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    Some(match point.down.len().saturating_sub(MOST_DOWN) {
        0 if down.is_empty() => request,
        0 => format!("{request} with down: [{down}]"),
        more => format!("{request} with down: [{down}, and {more} more]"),
    })
}

/// How many models that are to be down are named.
const MOST_DOWN: usize = 4;

impl Covered {
    /// Whether it tells of the same router. The way to its file may be another.
    pub fn is_of_same(&self, other: &Covered) -> bool {
        let same = |(a, b): (&Point, &Point)| (a.kind, &a.text, a.line) == (b.kind, &b.text, b.line);
        self.router == other.router
            && self.details.len() == other.details.len()
            && self.details.iter().zip(&other.details).all(same)
    }

    /// Takes in what other tests of the same router look at.
    pub fn merge(&mut self, other: &Covered) {
        for (own, other) in self.details.iter_mut().zip(&other.details) {
            own.covered |= other.covered;
        }
        self.covered = self.details.iter().filter(|point| point.covered).count();
        self.percent = percent(self.covered, self.points);
    }
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn percent(covered: usize, points: usize) -> f64 {
    if points == 0 { 100.0 } else { 100.0 * covered as f64 / points as f64 }
}

impl Told<'_> {
    /// Of all routers together; none where coverage was not asked for.
    pub fn percent(&self) -> Option<f64> {
        let sum = |of: fn(&Covered) -> usize| self.coverage.iter().map(of).sum::<usize>();
        (!self.coverage.is_empty()).then(|| percent(sum(|c| c.covered), sum(|c| c.points)))
    }
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
pub fn json(told: &Told<'_>, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Report { version, catalogue, .. } = *report;
    let told = Output {
        version: 1,
        tool: Tool { version, catalogue },
        summary: summary(told.ran, told.not_run),
        tests: told.ran.iter().map(test).collect(),
        coverage: told.coverage,
        snapshots: told.written.unwrap_or_default(),
        diagnostics: json::diagnostics(report),
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

/// What came of all tests in a line, and what they leave out, for people.
pub fn closing(told: &Told<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let ink = Ink::new(options);
    for coverage in told.coverage {
        missing(coverage, &ink, out)?;
    }
    if let Some(written) = told.written {
        snapshots(written, &ink, out)?;
    }
    let Summary { tests, passed, failed, not_run } = summary(told.ran, told.not_run);
    if tests == 0 {
        return writeln!(out, "{}", ink.bad(&format!("no test was run, {not_run} could not be")));
    }
    let word = if tests == 1 { "test" } else { "tests" };
    let words = match failed {
        0 if not_run == 0 => ink.good(&format!("{tests} {word} passed")),
        0 => format!("{tests} {word} passed"),
        _ => format!("{tests} {word}: {passed} passed, {}", ink.bad(&format!("{failed} failed"))),
    };
    match not_run {
        0 => writeln!(out, "{words}"),
        _ => writeln!(out, "{words}, {}", ink.bad(&format!("{not_run} not run"))),
    }
}

fn snapshots(written: &[Written], ink: &Ink, out: &mut dyn Write) -> io::Result<()> {
    if written.is_empty() {
        return writeln!(out, "no snapshot to write");
    }
    for Written { test, file, line, what } in written {
        let place = ink.dim(&format!("{}:{line}", escape::line(file)));
        let did = match what {
            WrittenAs::New => "wrote the new snapshot of",
            WrittenAs::Changed => "wrote the changed snapshot of",
            WrittenAs::Obsolete => "removed the obsolete snapshot of",
        };
        writeln!(out, "{place} {did} `{}`", escape::line(test))?;
    }
    writeln!(out)
}

fn missing(coverage: &Covered, ink: &Ink, out: &mut dyn Write) -> io::Result<()> {
    let Covered { router, points, covered, percent, details, .. } = coverage;
    let router = ink.bold(&escape::line(router));
    writeln!(out, "coverage of {router}: {covered} of {points} ({percent:.1}%)")?;
    for point in details.iter().filter(|point| !point.covered) {
        let place = ink.dim(&format!("{}:{}", escape::line(&point.file), point.line));
        writeln!(out, "  {place} no test: {}", escape::line(&point.text))?;
        if let Some(words) = would(point) {
            writeln!(out, "      {}", escape::line(&words))?;
        }
    }
    writeln!(out)
}

/// Writes what came of each test as JUnit's XML.
pub fn junit(told: &Told<'_>, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    super::junit::tests(told.ran, report, out)
}

/// Writes coverage as lcov has it: each point is a branch of its line.
pub fn lcov(coverage: &[Covered], out: &mut dyn Write) -> io::Result<()> {
    let mut files: BTreeMap<&str, BTreeMap<u32, Vec<bool>>> = BTreeMap::new();
    for point in coverage.iter().flat_map(|coverage| &coverage.details) {
        files.entry(&point.file).or_default().entry(point.line).or_default().push(point.covered);
    }
    for (file, lines) in files {
        // A line feed in a name would begin a record of its own.
        writeln!(out, "TN:\nSF:{}", escape::line(file))?;
        let (mut branches, mut taken, mut hit) = (0, 0, 0);
        for (line, points) in &lines {
            for (at, covered) in points.iter().enumerate() {
                writeln!(out, "BRDA:{line},0,{at},{}", u8::from(*covered))?;
                branches += 1;
                taken += u32::from(*covered);
            }
        }
        writeln!(out, "BRF:{branches}\nBRH:{taken}")?;
        for (line, points) in &lines {
            let count = points.iter().filter(|covered| **covered).count();
            hit += u32::from(count > 0);
            writeln!(out, "DA:{line},{count}")?;
        }
        writeln!(out, "LF:{}\nLH:{hit}\nend_of_record", lines.len())?;
    }
    Ok(())
}
