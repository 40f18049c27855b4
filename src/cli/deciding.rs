//! What those commands share that decide by definitions: they tell what was found in them beside their product, and stop
//! where nothing can be decided.

use std::path::PathBuf;

use anyhow::{Error, anyhow};

use super::Outcome;
use super::args::{Findings, Global, Inputs};
use super::check::{report, worst};
use super::output::{Output, Stream};
use super::session::{Readings, Session};
use crate::catalogue::Catalogue;
use crate::compile::{Plan, compile};
use crate::diag::Severity;

/// Reads definitions, and reports what was found in them from this severity on. Inside: how the run ends where they
/// decide nothing.
pub(super) fn read(
    session: &mut Session,
    paths: Vec<PathBuf>,
    least: Severity,
    global: &Global,
    output: &mut Output,
) -> anyhow::Result<Result<Readings, Outcome>> {
    let mut read = session.read(&Inputs { paths, stdin_filename: None });
    for unit in &mut read.units {
        unit.diagnostics.retain(|d| d.severity >= least);
    }
    let findings = Findings::default();
    report(&mut read, &findings, global, Stream::Err, output)?;
    Ok(match read.is_undecidable() || !read.problems.is_empty() {
        true => Err(worst(&read, findings.fail_on).max(Outcome::Findings)),
        false => Ok(read),
    })
}

/// The plan of each definition.
pub(super) fn plans(read: &Readings, catalogue: &Catalogue) -> anyhow::Result<Vec<Plan>> {
    let plans: Option<_> = read.definitions().map(|checked| compile(checked, catalogue)).collect();
    plans.ok_or_else(hidden)
}

/// Why a definition without a reported error decides nothing.
pub(super) fn hidden() -> Error {
    anyhow!("a definition has errors that a comment or irc.toml hides: it decides nothing")
}
