//! Findings as text, one file an output form.
//!
//! In: a [`Report`] of what was checked and found. Out: bytes on a writer the caller chose. It decides nothing about
//! findings, reads no environment and knows no terminal: colours, width and characters come in as [`Options`].
//! Whatever a user's file contains is escaped for the form it is printed in.

pub mod cases;
pub mod decision;
pub mod diff;
pub mod doctor;
pub mod escape;
mod excerpt;
mod fingerprint;
mod github;
mod gitlab;
pub mod graph;
mod human;
mod ink;
pub mod json;
mod junit;
pub mod metadata;
pub(crate) mod money;
mod page;
mod place;
pub mod reality;
mod sarif;
pub mod shares;
mod short;
pub mod summary;
pub mod tested;
mod wrap;
pub(crate) mod yaml;

use std::io::{self, Write};

pub use fingerprint::Fingerprints;
pub use wrap::wrap;
pub(crate) use yaml::scalar;

use crate::diag::{Diagnostic, Severity};
use crate::fix::Fixed;
use crate::source::{Position, SourceFile, Sources, Span};

/// One file that was checked, with the files it drew in, and what was found.
#[derive(Debug)]
pub struct Unit {
    /// The file and what it refers to.
    pub sources: Sources,
    /// The findings, in reading order.
    pub diagnostics: Vec<Diagnostic>,
}

/// All that one run has to say.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// What was checked, in order.
    pub units: &'a [Unit],
    /// Version of the tool.
    pub version: &'a str,
    /// Date of the catalogue of models that the findings rest on; `None` when none was used.
    pub catalogue: Option<&'a str>,
    /// What became of the fixes that findings offer.
    pub fixes: Fixes<'a>,
    /// What could not be read, as complaints.
    pub problems: &'a [String],
    /// The least severity that fails the run; `None` when none does.
    pub fail_on: Option<Severity>,
    /// What stands in a baseline; `None` where there is none.
    pub baseline: Option<Held>,
    /// The folder that the run was started in: repositories know files by their paths from there.
    pub folder: Option<&'a str>,
}

/// What a baseline came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "HeldByBaseline")]
pub struct Held {
    /// How many findings stand in it and are not among these.
    pub hidden: usize,
    /// How many stand in it and are no longer there.
    pub fixed: usize,
}

/// What became of fixes.
#[derive(Clone, Copy, Debug)]
pub enum Fixes<'a> {
    /// Nothing is to be said of them.
    Unasked,
    /// They can be asked for.
    Offered,
    /// They were applied, and the findings are what is left.
    Applied(&'a Fixed),
    /// They were tried and not applied: the findings are those of the files as they are.
    Shown(&'a Fixed),
}

impl<'a> Report<'a> {
    /// What this version of the tool found, and nothing else.
    pub fn new(units: &'a [Unit], version: &'a str) -> Self {
        let (fixes, fail_on) = (Fixes::Unasked, Some(Severity::Error));
        Self { units, version, catalogue: None, fixes, problems: &[], fail_on, baseline: None, folder: None }
    }

    /// Every finding with the sources its spans belong to.
    pub fn findings(&self) -> impl Iterator<Item = (&'a Sources, &'a Diagnostic)> + use<'a> {
        let units: &'a [Unit] = self.units;
        units.iter().flat_map(|unit| unit.diagnostics.iter().map(move |d| (&unit.sources, d)))
    }

    /// How many findings have this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings().filter(|(_, d)| d.severity == severity).count()
    }
}

/// How to draw.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// ANSI colours.
    pub color: bool,
    /// Box-drawing characters; otherwise ASCII.
    pub unicode: bool,
    /// Columns to fit into.
    pub width: usize,
    /// A line at the end that counts the findings, and a hint where to read on.
    pub summary: bool,
}

/// The output forms of findings.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub enum Format {
    /// Source text with underlines, for people
    #[default]
    Human,
    /// `file:line:column: severity[code] name: message`, details indented below
    Short,
    /// One JSON object; its schema: `irc schema report`
    Json,
    /// Annotations of GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// GitLab's report of code quality
    Gitlab,
    /// JUnit's XML: what fails the run is a failed test
    Junit,
}

/// Writes a report.
pub fn write(format: Format, report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human => human::write(report, options, out),
        Format::Short => short::write(report, out),
        Format::Json => json::write(report, out),
        Format::Github => github::write(report, out),
        Format::Sarif => sarif::write(report, out),
        Format::Gitlab => gitlab::write(report, out),
        Format::Junit => junit::write(report, out),
    }
}

/// The message with note and help below it, for forms that have one text a finding.
fn words(d: &Diagnostic) -> String {
    let mut words = d.message.clone();
    for (what, text) in [("note", &d.note), ("help", &d.help)] {
        if let Some(text) = text {
            words.push_str(&format!("\n{what}: {text}"));
        }
    }
    words
}

/// Name, start and end of a span, for forms that print numbers.
struct Place<'a> {
    file: &'a str,
    start: Position,
    end: Position,
}

impl<'a> Place<'a> {
    fn of(sources: &'a Sources, span: Span) -> Self {
        let origin = Position { line: 1, column: 1 };
        let at = |file: &SourceFile, offset| file.position(offset);
        match sources.get(span.file) {
            Some(file) => Self { file: file.name(), start: at(file, span.start), end: at(file, span.end) },
            None => Self { file: "", start: origin, end: origin },
        }
    }
}

#[cfg(test)]
mod samples;
