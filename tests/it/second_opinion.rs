//! Decisions against `tests/oracle/decide.py`, a naive program in Python that knows nothing of this code.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// Requests for each example.
const REQUESTS: &str = "10000";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn definitions() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("examples")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with("router.yaml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn run(command: &mut Command) -> String {
    let output = command.stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "{command:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_row_of_the_decision_tables_agrees() {
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("skipped: the second opinion on decisions needs python3, which is not here");
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("second-opinion");
    std::fs::create_dir_all(&folder).unwrap();
    let definitions = definitions();
    assert!(definitions.len() >= 13, "{definitions:?}");
    let (mut decided, mut own) = (0, 0);
    for (seed, definition) in definitions.iter().enumerate() {
        let irc = |command: &str| {
            let mut irc = Command::new(env!("CARGO_BIN_EXE_irc"));
            irc.args([command, "--no-config"]);
            irc
        };
        let (router, requests) = (folder.join("router.json"), folder.join("requests.jsonl"));
        std::fs::write(&router, run(irc("build").arg(definition))).unwrap();
        let script = root().join("tests/oracle/decide.py");
        let table = run(Command::new("python3").arg(script).arg(&router).args([REQUESTS, &seed.to_string()]));
        let expected = lines(&table);
        let sent: Vec<String> = expected.iter().map(|row| row["request"].to_string()).collect();
        std::fs::write(&requests, sent.join("\n")).unwrap();
        let found = lines(&run(irc("simulate").arg(definition).arg(&requests).args(["--format", "jsonl"])));
        assert_eq!(expected.len(), found.len());
        for (expected, found) in expected.iter().zip(&found) {
            let place = format!("{}: {}", definition.display(), expected["request"]);
            assert_eq!(expected["route"], found["route"], "{place}");
            assert_eq!(expected["variant"], found["variant"], "{place}");
            if !expected["plan"].is_null() {
                assert_eq!(expected["model"], found["model"], "{place}");
                assert_eq!(expected["plan"], found["plan"], "{place}");
            }
            decided += 1;
            own += usize::from(expected["request"]["extra_body"]["models"].is_array());
        }
    }
    assert_eq!(decided, definitions.len() * 10_000);
    // Requests that say themselves which models may answer are among them.
    assert!(own > decided / 20, "{own}");
}
