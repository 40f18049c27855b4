//! One line a finding, made for grep, editors and expected files; what else there is to say follows indented.

use std::io::{self, Write};

use super::escape::{line, lines};
use super::{Place, Report};
use crate::diag::Diagnostic;
use crate::source::Sources;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for (sources, diagnostic) in report.findings() {
        finding(sources, diagnostic, out)?;
    }
    Ok(())
}

pub(super) fn finding(sources: &Sources, d: &Diagnostic, out: &mut dyn Write) -> io::Result<()> {
    let place = at(&Place::of(sources, d.span));
    let message = line(&d.message);
    writeln!(out, "{place}: {}[{}] {}: {message}", d.severity, d.meta.code, d.meta.name)?;
    if !d.label.is_empty() {
        detail(out, "here", &line(&d.label))?;
    }
    for label in &d.labels {
        detail(out, &at(&Place::of(sources, label.span)), &line(&label.message))?;
    }
    if let Some(note) = &d.note {
        detail(out, "note", note)?;
    }
    if let Some(help) = &d.help {
        detail(out, "help", help)?;
    }
    for fix in &d.fixes {
        detail(out, if fix.safe { "fix" } else { "fix (unsafe)" }, &fix.title)?;
    }
    if !d.assumptions.is_empty() {
        detail(out, "assumes", &d.assumptions.join(", "))?;
    }
    if let Some(witness) = &d.witness {
        detail(out, "witness", witness)?;
    }
    Ok(())
}

fn at(place: &Place<'_>) -> String {
    format!("{}:{}:{}", line(place.file), place.start.line, place.start.column)
}

fn detail(out: &mut dyn Write, what: &str, text: &str) -> io::Result<()> {
    let text = lines(text.trim_end());
    writeln!(out, "  {what}: {}", text.replace('\n', "\n    ").trim_end())
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn says_everything_on_lines_of_their_own() {
        let units = samples::units();
        let mut out = Vec::new();
        write(&samples::report(&units), &mut out).unwrap();
        let expected = "\
router.yaml:5:7: error[IRC998] sample-error: weights of route `pro` sum to 90, not 100
  here: 60
  router.yaml:8:15: and 30
  shared\\x1b.yaml:1:1: declared\\nhere
  note: the service refuses the router
  help: write
      weight: 70
  fix: raise it to 70
  fix (unsafe): drop the route
  assumes: A01, A09
  witness: {\"metadata\":{\"tier\":\"pro\"}}
router.yaml:1:1: warning[IRC999] sample-warning: nothing `\\x1b[31m` here
";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
