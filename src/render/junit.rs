//! JUnit's XML, which nearly every CI server shows: a suite a file, a test case a finding.
//!
//! The element and attribute names are those of Jenkins' `junit-10.xsd`. A finding that fails the run is a failure. One that
//! does not is a test that passed, with what it says as its output, and a file without findings is one passed test.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::escape::{attribute, line, markup};
use super::{Place, Report, place, short};
use crate::diag::Diagnostic;
use crate::source::Sources;
use crate::suite::Tested;

/// A file and what was found in it.
struct Suite<'a> {
    path: String,
    findings: Vec<(&'a Sources, &'a Diagnostic)>,
}

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let suites = suites(report);
    let problems = report.problems.len();
    let fails = |d: &Diagnostic| report.fail_on.is_some_and(|least| d.severity >= least);
    let failures = |suite: &Suite<'_>| suite.findings.iter().filter(|(_, d)| fails(d)).count();
    let tests: usize = suites.iter().map(|suite| suite.findings.len().max(1)).sum();
    let failed: usize = suites.iter().map(failures).sum();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    let all = tests + problems;
    writeln!(
        out,
        "<testsuites name=\"irc check\" tests=\"{all}\" failures=\"{failed}\" errors=\"{problems}\">"
    )?;
    for suite in &suites {
        let (path, tests) = (attribute(&suite.path), suite.findings.len().max(1));
        let failures = failures(suite);
        writeln!(
            out,
            "  <testsuite name=\"{path}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" file=\"{path}\">"
        )?;
        if suite.findings.is_empty() {
            writeln!(out, "    <testcase classname=\"{path}\" name=\"no findings\"/>")?;
        }
        let mut seen = BTreeMap::new();
        for (sources, d) in &suite.findings {
            case(&path, &name(d, &mut seen), sources, d, fails(d), out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    if problems > 0 {
        unread(report, out)?;
    }
    writeln!(out, "</testsuites>")
}

/// The files in the order in which they were read; one that several definitions refer to is there once.
fn suites<'a>(report: &Report<'a>) -> Vec<Suite<'a>> {
    let mut suites: Vec<Suite<'a>> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for unit in report.units {
        for file in unit.sources.iter() {
            places.entry(file.name()).or_insert_with(|| {
                let path = place::relative(file.name(), report.folder).into_owned();
                suites.push(Suite { path, findings: Vec::new() });
                suites.len() - 1
            });
        }
    }
    for (sources, d) in report.findings() {
        let suite = places.get(Place::of(sources, d.span).file).and_then(|at| suites.get_mut(*at));
        if let Some(suite) = suite {
            suite.findings.push((sources, d));
        }
    }
    suites
}

/// What the test is called. Servers know a test by its name, so two of a file have two.
fn name<'a>(d: &'a Diagnostic, seen: &mut BTreeMap<(&'a str, &'a str), usize>) -> String {
    let count = seen.entry((d.meta.name, &d.message)).or_default();
    *count += 1;
    let again = if *count > 1 { format!(" ({count})") } else { String::new() };
    format!("{}: {}{again}", d.meta.name, line(&d.message))
}

fn case(
    path: &str,
    name: &str,
    sources: &Sources,
    d: &Diagnostic,
    fails: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut text = Vec::new();
    short::finding(sources, d, &mut text)?;
    let text = markup(String::from_utf8_lossy(&text).trim_end());
    writeln!(out, "    <testcase classname=\"{path}\" name=\"{}\">", attribute(name))?;
    if fails {
        let message = attribute(&d.message);
        writeln!(out, "      <failure message=\"{message}\" type=\"{}\">{text}</failure>", d.severity)?;
    } else {
        writeln!(out, "      <system-out>{text}</system-out>")?;
    }
    writeln!(out, "    </testcase>")
}

/// What could not be read, as tests that could not be run.
fn unread(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let count = report.problems.len();
    writeln!(out, "  <testsuite name=\"irc\" tests=\"{count}\" failures=\"0\" errors=\"{count}\">")?;
    for problem in report.problems {
        let problem = attribute(problem);
        writeln!(out, "    <testcase classname=\"irc\" name=\"{problem}\">")?;
        writeln!(out, "      <error message=\"{problem}\" type=\"error\"/>")?;
        writeln!(out, "    </testcase>")?;
    }
    writeln!(out, "  </testsuite>")
}

/// What came of tests, a suite a file and a case a test. What kept tests from being run are errors.
pub(super) fn tests(ran: &[Tested], report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let failed = ran.iter().filter(|tested| tested.failure.is_some()).count();
    let of_test = |d: &Diagnostic| {
        let same = |failure: &Diagnostic| failure.span == d.span && failure.message == d.message;
        ran.iter().any(|tested| tested.failure.as_ref().is_some_and(same))
    };
    let errors: Vec<(&Sources, &Diagnostic)> = report.findings().filter(|(_, d)| !of_test(d)).collect();
    let mut suites: BTreeMap<&str, Vec<&Tested>> = BTreeMap::new();
    for tested in ran {
        let file = tested.place.as_ref().map_or("", |(file, _)| file.as_str());
        suites.entry(file).or_default().push(tested);
    }
    let (all, broken) =
        (ran.len() + errors.len() + report.problems.len(), errors.len() + report.problems.len());
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"irc test\" tests=\"{all}\" failures=\"{failed}\" errors=\"{broken}\">"
    )?;
    for (file, tests) in &suites {
        let path = attribute(&place::relative(file, report.folder));
        let failed = tests.iter().filter(|tested| tested.failure.is_some()).count();
        let count = tests.len();
        writeln!(
            out,
            "  <testsuite name=\"{path}\" tests=\"{count}\" failures=\"{failed}\" errors=\"0\" file=\"{path}\">"
        )?;
        for tested in tests {
            let (router, name) = (attribute(&tested.router), attribute(&tested.name));
            let found = tested.failure.as_ref().and_then(|failure| {
                report.findings().find(|(_, d)| d.span == failure.span && d.message == failure.message)
            });
            let Some((sources, d)) = found else {
                writeln!(out, "    <testcase classname=\"{router}\" name=\"{name}\"/>")?;
                continue;
            };
            let mut text = Vec::new();
            short::finding(sources, d, &mut text)?;
            let (text, message) = (String::from_utf8_lossy(&text), attribute(&d.message));
            writeln!(out, "    <testcase classname=\"{router}\" name=\"{name}\">")?;
            writeln!(
                out,
                "      <failure message=\"{message}\" type=\"error\">{}</failure>",
                markup(text.trim_end())
            )?;
            writeln!(out, "    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    if !errors.is_empty() {
        let count = errors.len();
        writeln!(out, "  <testsuite name=\"not run\" tests=\"{count}\" failures=\"0\" errors=\"{count}\">")?;
        let mut seen = BTreeMap::new();
        for (sources, d) in errors {
            let mut text = Vec::new();
            short::finding(sources, d, &mut text)?;
            let (text, message) = (String::from_utf8_lossy(&text), attribute(&d.message));
            let path = place::relative(Place::of(sources, d.span).file, report.folder);
            let (path, name) = (attribute(&path), name(d, &mut seen));
            writeln!(out, "    <testcase classname=\"{path}\" name=\"{}\">", attribute(&name))?;
            writeln!(
                out,
                "      <error message=\"{message}\" type=\"error\">{}</error>",
                markup(text.trim_end())
            )?;
            writeln!(out, "    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    if !report.problems.is_empty() {
        unread(report, out)?;
    }
    writeln!(out, "</testsuites>")
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::diag::Severity;

    fn written(report: &Report<'_>) -> String {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_suite_a_file_and_a_case_a_finding() {
        let units = samples::units();
        let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="irc check" tests="3" failures="1" errors="0">
  <testsuite name="router.yaml" tests="2" failures="1" errors="0" file="router.yaml">
    <testcase classname="router.yaml" name="sample-error: weights of route `pro` sum to 90, not 100">
      <failure message="weights of route `pro` sum to 90, not 100" type="error">router.yaml:5:7: error[IRC998] sample-error: weights of route `pro` sum to 90, not 100
  here: 60
  router.yaml:8:15: and 30
  shared\x1b.yaml:1:1: declared\nhere
  note: the service refuses the router
  help: write
      weight: 70
  fix: raise it to 70
  fix (unsafe): drop the route
  assumes: A01, A09
  witness: {"metadata":{"tier":"pro"}}</failure>
    </testcase>
    <testcase classname="router.yaml" name="sample-warning: nothing `\x1b[31m` here">
      <system-out>router.yaml:1:1: warning[IRC999] sample-warning: nothing `\x1b[31m` here</system-out>
    </testcase>
  </testsuite>
  <testsuite name="shared\x1b.yaml" tests="1" failures="0" errors="0" file="shared\x1b.yaml">
    <testcase classname="shared\x1b.yaml" name="no findings"/>
  </testsuite>
</testsuites>
"#;
        assert_eq!(written(&samples::report(&units)), expected);
    }

    #[test]
    fn what_fails_the_run_fails() {
        let units = samples::units();
        let failures = |fail_on| {
            let text = written(&Report { fail_on, ..samples::report(&units) });
            text.matches("<failure ").count()
        };
        assert_eq!(failures(None), 0);
        assert_eq!(failures(Some(Severity::Error)), 1);
        assert_eq!(failures(Some(Severity::Warning)), 2);
    }

    #[test]
    fn what_could_not_be_read_is_an_error() {
        let problems = ["cannot read `a&b.yaml`".to_owned()];
        let text = written(&Report { problems: &problems, ..samples::report(&[]) });
        assert!(text.contains("tests=\"1\" failures=\"0\" errors=\"1\""), "{text}");
        assert!(text.contains("<error message=\"cannot read `a&amp;b.yaml`\" type=\"error\"/>"), "{text}");
    }

    #[test]
    fn cases_that_would_have_one_name_have_two() {
        let mut units = samples::units();
        let again = units[0].diagnostics[1].clone();
        units[0].diagnostics.push(again);
        let text = written(&samples::report(&units));
        assert_eq!(text.matches("here\">").count(), 1, "{text}");
        assert_eq!(text.matches("here (2)\">").count(), 1, "{text}");
    }
}
