//! GitLab's report of code quality: a list with an object a finding.

use std::io::{self, Write};

use serde::Serialize;
use xxhash_rust::xxh64::Xxh64;

use super::escape::lines;
use super::fingerprint::Fingerprints;
use super::{Place, Report, json, place, words};
use crate::diag::Severity;

#[derive(Serialize)]
struct Finding<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut prints = Fingerprints::default();
    let findings = report.findings().map(|(sources, d)| {
        let Place { file, start, .. } = Place::of(sources, d.span);
        let path = place::relative(file, report.folder).into_owned();
        Finding {
            description: lines(&words(d)).into_owned(),
            check_name: d.meta.name,
            fingerprint: of_all_files(&path, &prints.next(sources, d)),
            severity: match d.severity {
                Severity::Error => "critical",
                Severity::Warning => "major",
                Severity::Info => "info",
            },
            location: Location { path, lines: Lines { begin: start.line } },
        }
    });
    json::pretty(&findings.collect::<Vec<_>>(), out)
}

/// A fingerprint is unique in its file, and here it has to be in all of them.
fn of_all_files(path: &str, print: &str) -> String {
    let mut hash = Xxh64::new(0);
    for part in [path, print] {
        hash.update(part.as_bytes());
        hash.update(&[0]);
    }
    format!("{:016x}", hash.digest())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::samples;
    use super::*;

    #[test]
    fn an_object_a_finding() {
        let units = samples::units();
        let mut out = Vec::new();
        write(&samples::report(&units), &mut out).unwrap();
        let list: Value = serde_json::from_slice(&out).unwrap();
        let at = |line: u32| json!({"path": "router.yaml", "lines": {"begin": line}});
        assert_eq!(
            list,
            json!([
                {"description": "weights of route `pro` sum to 90, not 100\nnote: the service refuses the router\n\
                    help: write\n  weight: 70", "check_name": "sample-error", "fingerprint": list[0]["fingerprint"],
                    "severity": "critical", "location": at(5)},
                {"description": "nothing `\\x1b[31m` here", "check_name": "sample-warning",
                    "fingerprint": list[1]["fingerprint"], "severity": "major", "location": at(1)},
            ])
        );
    }

    #[test]
    fn the_same_finding_of_two_files_is_two() {
        assert_ne!(of_all_files("a.yaml", "0123"), of_all_files("b.yaml", "0123"));
        assert_ne!(of_all_files("a", "b0"), of_all_files("ab", "0"));
    }
}
