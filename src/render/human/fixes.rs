//! What became of fixes, for the end of a report.

use std::io::{self, Write};

use super::super::escape::line;
use super::super::wrap::wrap;
use super::super::{Fixes, Options, Report};
use super::{CYAN, paint};
use crate::diag::{Diagnostic, Fix};
use crate::fix::Fixed;

/// More fixes are counted and not listed.
const MOST: usize = 20;

/// The fixes one by one.
pub(super) fn list(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let (fixed, word) = match report.fixes {
        Fixes::Unasked | Fixes::Offered => return Ok(()),
        Fixes::Applied(fixed) => (fixed, "fixed"),
        Fixes::Shown(fixed) => (fixed, "would fix"),
    };
    let Fixed { applied, left_out, stopped, .. } = fixed;
    let mut said = |what: &str, text: &str| {
        let text = wrap(&line(text), options.width, what.len() + 1);
        writeln!(out, "{} {text}", paint(options, CYAN, what))
    };
    for fix in applied.iter().take(MOST) {
        said(word, &format!("{}: {}", fix.file, fix.title))?;
    }
    if applied.len() > MOST {
        said(word, &format!("{} more", applied.len() - MOST))?;
    }
    for left_out in left_out.iter().take(MOST) {
        let why = match &left_out.because {
            Some((meta, message)) => format!("that would bring {}: {message}", meta.name),
            None => "that would not mend it".to_owned(),
        };
        said("left out", &format!("{}: {} ({why})", left_out.fix.file, left_out.fix.title))?;
    }
    if left_out.len() > MOST {
        said("left out", &format!("{} more", left_out.len() - MOST))?;
    }
    if *stopped {
        said("stopped", "after so many steps that it may not be all; ask again to go on")?;
    }
    if !applied.is_empty() || !left_out.is_empty() {
        writeln!(out)?;
    }
    Ok(())
}

/// What goes before the counts of the findings: `3 fixed, 2 left: `.
pub(super) fn count(report: &Report<'_>) -> String {
    match report.fixes {
        Fixes::Unasked | Fixes::Offered => String::new(),
        Fixes::Applied(fixed) => {
            format!("{} fixed, {} left: ", fixed.applied.len(), report.findings().count())
        }
        Fixes::Shown(fixed) => format!("{} can be fixed: ", fixed.applied.len()),
    }
}

/// How to have fixes applied, where findings offer some.
pub(super) fn hint(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Fixes::Offered = report.fixes else { return Ok(()) };
    let offers = |d: &Diagnostic, is_one: fn(&Fix) -> bool| d.fixes.iter().any(is_one);
    let safe = report.findings().filter(|(_, d)| offers(d, |fix| fix.safe)).count();
    let all = report.findings().filter(|(_, d)| offers(d, |_| true)).count();
    let guesses = "--fix=unsafe --diff shows guesses for";
    match (safe, all - safe) {
        (0, 0) => Ok(()),
        (safe, 0) => writeln!(out, "irc check --fix mends {safe} of them"),
        (0, others) => writeln!(out, "irc check {guesses} {others} of them"),
        (safe, others) => writeln!(out, "irc check --fix mends {safe} of them; {guesses} {others} more"),
    }
}
