//! Every example is clean, comes out as JSON that the service takes, decides its requests, and keeps what it claims.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use irc::Options;
use irc::catalogue::{Catalogue, Date};
use irc::diag::{Diagnostic, Group, Severity, Sink};
use irc::source::Sources;
use serde_json::Value;

use crate::tree::{Folder, ROOT};

const AS_OF: &str = "2026-11-22";

/// The definitions below `examples/`.
pub(crate) fn examples() -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut folders = vec![Path::new(ROOT).join("examples")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_str().unwrap().ends_with("router.yaml") {
                out.push(path);
            }
        }
    }
    out.sort();
    assert!(out.len() >= 10, "{out:?}");
    out
}

/// The file of requests beside a definition.
fn requests(definition: &Path) -> PathBuf {
    let name = definition.file_name().unwrap().to_str().unwrap();
    let stem = name.strip_suffix("router.yaml").unwrap();
    definition.with_file_name(format!("{stem}requests.jsonl"))
}

pub(crate) fn irc(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_irc"));
    command.current_dir(ROOT).args(arguments).args(["--as-of", AS_OF]).stdin(Stdio::null());
    command.output().unwrap()
}

pub(crate) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn all_are_clean_and_found_from_their_folder() {
    let output = irc(&["check", "examples", "--format", "short", "--fail-on", "info"]);
    assert_eq!(text(output.stdout) + &text(output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
    let output = irc(&["check", "examples"]);
    assert_eq!(text(output.stdout), format!("no problems in {} files\n", examples().len()));
    let output = irc(&["check", "examples/shared/acme.yaml", "--format", "short", "--fail-on", "info"]);
    assert_eq!((output.status.code(), text(output.stdout).as_str()), (Some(0), ""));
}

#[test]
fn all_come_out_as_json_that_the_service_takes() {
    let schema: Value =
        serde_json::from_str(&fs::read_to_string(format!("{ROOT}/schemas/wire.schema.json")).unwrap())
            .unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for path in examples() {
        let shown = path.display();
        let output = irc(&["build", path.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(0), "{shown}: {}", text(output.stderr));
        let router: Value = serde_json::from_slice(&output.stdout).unwrap();
        let faults: Vec<String> = validator.iter_errors(&router).map(|e| e.to_string()).collect();
        assert_eq!(faults, [""; 0], "{shown}");
        // And back: the same router, clean.
        let again = Path::new(env!("CARGO_TARGET_TMPDIR")).join("example.router.json");
        fs::write(&again, &output.stdout).unwrap();
        let rebuilt = irc(&["build", again.to_str().unwrap()]);
        assert_eq!(text(rebuilt.stdout), text(output.stdout), "{shown}: {}", text(rebuilt.stderr));
    }
}

#[test]
fn all_decide_their_requests() {
    for path in examples() {
        let shown = path.display();
        let requests = requests(&path);
        let lines = fs::read_to_string(&requests).unwrap_or_else(|e| panic!("{}: {e}", requests.display()));
        let output = irc(&[
            "simulate",
            path.to_str().unwrap(),
            requests.to_str().unwrap(),
            "--format",
            "jsonl",
            "--explain",
        ]);
        assert_eq!(text(output.stderr), "", "{shown}");
        assert_eq!(output.status.code(), Some(0), "{shown}");
        let records: Vec<Value> =
            text(output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(records.len(), lines.lines().count(), "{shown}");
        for record in &records {
            assert!(record["route"].is_string(), "{shown}: {record}");
            assert!(record["model"].is_string() || record["tied"].is_array(), "{shown}: {record}");
            assert_eq!(record.get("findings"), None, "{shown}: {record}");
        }
        // A file of requests shows more than one way through the router.
        let mut ways: Vec<(&str, &str)> =
            records.iter().map(|r| (r["route"].as_str().unwrap(), r["variant"].as_str().unwrap())).collect();
        ways.sort_unstable();
        ways.dedup();
        let router: Value = serde_json::from_slice(&irc(&["build", path.to_str().unwrap()]).stdout).unwrap();
        let routes = router["routes"].as_array().map_or(0, Vec::len);
        assert!(routes == 0 || ways.len() > 1, "{shown}: all requests go to {ways:?}");
    }
}

#[test]
fn all_keep_what_their_tests_expect() {
    let run: usize = examples()
        .iter()
        .map(|path| run_tests(&fs::read_to_string(path).unwrap(), &path.display().to_string()))
        .sum();
    assert!(run >= 10, "only {run} tests");
}

/// Runs the tests of a definition that is clean, read as if it stood in this file. How many there are.
pub(crate) fn run_tests(text: &str, what: &str) -> usize {
    let catalogue = Catalogue::embedded();
    let mut options = Options::new(&catalogue);
    options.as_of = Date::new(2026, 11, 22);
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let loaded = irc::load(&mut sources, what, text.as_bytes().to_vec(), &options);
    let file = irc::check(&mut sources, &loaded, &Folder, &options, &mut sink);
    let found = sink.finish(&file.suppressions);
    let decides = |d: &Diagnostic| d.meta.group == Group::Analysis || d.severity < Severity::Error;
    assert!(found.iter().all(decides), "{what}: {found:#?}\n{text}");
    let mut run = 0;
    for checked in &file.definitions {
        let plan = irc::compile::compile(checked, &catalogue).unwrap();
        let runner = irc::suite::Runner::new(checked, &plan, &catalogue, &Folder, &sources);
        for tested in runner.run(|_| true).tests {
            assert!(tested.failure.is_none(), "{what}: {:#?}", tested.failure);
            run += 1;
        }
    }
    run
}

#[test]
fn each_names_its_schema_for_editors() {
    for path in examples() {
        let text = fs::read_to_string(&path).unwrap();
        let first = text.lines().next().unwrap();
        let schema = first.strip_prefix("# yaml-language-server: $schema=").expect(first);
        let schema = path.parent().unwrap().join(schema);
        let wanted = Path::new(ROOT).join("schemas/router.schema.json");
        assert_eq!(schema.canonicalize().unwrap(), wanted.canonicalize().unwrap(), "{}", path.display());
    }
}
