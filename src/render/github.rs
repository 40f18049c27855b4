//! Workflow commands of GitHub Actions: one annotation a finding.

use std::io::{self, Write};

use super::escape::lines;
use super::{Place, Report, words};
use crate::diag::{Diagnostic, Severity};
use crate::source::Sources;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for (sources, diagnostic) in report.findings() {
        finding(sources, diagnostic, out)?;
    }
    Ok(())
}

fn finding(sources: &Sources, d: &Diagnostic, out: &mut dyn Write) -> io::Result<()> {
    let command = match d.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let Place { file, start, end } = Place::of(sources, d.span);
    write!(out, "::{command} file={},line={}", property(file), start.line)?;
    if start.line == end.line {
        write!(out, ",col={},endColumn={}", start.column, end.column.max(start.column))?;
    } else {
        // Columns are taken only for annotations of one line.
        write!(out, ",endLine={}", end.line)?;
    }
    write!(out, ",title={}", property(&format!("{} ({})", d.meta.name, d.meta.code)))?;
    writeln!(out, "::{}", data(&words(d)))
}

/// What stands behind `::`.
fn data(text: &str) -> String {
    lines(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, which ends at a comma or a colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn commands_cannot_be_broken_out_of() {
        assert_eq!(data("50%\n::error::x\r"), "50%25%0A::error::x\\r");
        assert_eq!(property("C:\\a,b\n%"), "C%3A\\a%2Cb%0A%25");
    }

    #[test]
    fn one_line_a_finding() {
        let units = samples::units();
        let mut out = Vec::new();
        write(&samples::report(&units), &mut out).unwrap();
        let expected = "\
::error file=router.yaml,line=5,col=7,endColumn=17,title=sample-error (IRC998)::weights of route `pro` sum to 90, \
not 100%0Anote: the service refuses the router%0Ahelp: write%0A  weight: 70
::warning file=router.yaml,line=1,col=1,endColumn=1,title=sample-warning (IRC999)::nothing `\\x1b[31m` here
";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
