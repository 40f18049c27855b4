//! Definitions with what the command says about them.
//!
//! Each area is a folder of inputs; beside each input stands a file of the same name with the expected standard
//! output. An input that ends in `.args` is a command line, one argument a line, run in its own folder; what is
//! expected of it holds standard error and the exit code too. `IRC_BLESS=1` writes the expected files anew.
//! Folders named `shared` hold what inputs refer to.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may fail"
)]

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder of `tests/` and how its inputs are run.
struct Area {
    folder: &'static str,
    /// The arguments; `{}` is the input, relative to the folder.
    arguments: &'static [&'static str],
    /// Endings of inputs.
    inputs: &'static [&'static str],
    /// Ending of expected files.
    expected: &'static str,
}

const AREAS: &[Area] = &[
    Area {
        folder: "ui",
        arguments: &["check", "--no-config", "--format", "short", "--as-of", "2026-11-22", "{}"],
        inputs: &["yaml", "json"],
        expected: "stdout",
    },
    // Rules that are off unless asked for.
    Area {
        folder: "off",
        arguments: &[
            "check",
            "--no-config",
            "--warn",
            "resilience",
            "--warn",
            "nursery",
            "--format",
            "short",
            "--as-of",
            "2026-11-22",
            "{}",
        ],
        inputs: &["yaml", "json"],
        expected: "stdout",
    },
    Area {
        folder: "emit",
        arguments: &["build", "--no-config", "--as-of", "2026-11-22", "{}"],
        inputs: &["yaml"],
        expected: "json",
    },
    Area { folder: "sim", arguments: &[], inputs: &["args"], expected: "out" },
    Area { folder: "diff", arguments: &[], inputs: &["args"], expected: "out" },
];

#[test]
fn every_input_yields_what_stands_beside_it() {
    let bless = std::env::var_os("IRC_BLESS").is_some();
    let mut faults = Vec::new();
    let mut count = 0;
    for area in AREAS {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(area.folder);
        let (inputs, mut leftover) = sort_out(area, &root);
        if inputs.is_empty() {
            faults.push(format!("tests/{}: no inputs", area.folder));
        }
        count += inputs.len();
        for input in inputs {
            let expected = input.with_extension(area.expected);
            leftover.remove(&expected);
            if let Err(fault) = run(area, &root, &input, &expected, bless) {
                faults.push(format!("{}: {fault}", shown(&input)));
            }
        }
        for path in leftover {
            faults.push(format!("{}: belongs to no input", shown(&path)));
        }
    }
    assert!(faults.is_empty(), "\n{}\n{} of {count} failed", faults.join("\n\n"), faults.len());
}

/// Inputs, and every other file.
fn sort_out(area: &Area, root: &Path) -> (Vec<PathBuf>, BTreeSet<PathBuf>) {
    let mut inputs = Vec::new();
    let mut others = BTreeSet::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.unwrap().path();
            let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
            if path.is_dir() {
                if path.file_name() != Some(OsStr::new("shared")) {
                    folders.push(path);
                }
            } else if area.inputs.contains(&ending) {
                inputs.push(path);
            } else if !area.arguments.is_empty() || ending == area.expected {
                others.insert(path);
            }
        }
    }
    inputs.sort();
    (inputs, others)
}

fn run(area: &Area, root: &Path, input: &Path, expected: &Path, bless: bool) -> Result<(), String> {
    let is_session = area.arguments.is_empty();
    let mut command = Command::new(env!("CARGO_BIN_EXE_irc"));
    if is_session {
        let lines = fs::read_to_string(input).unwrap();
        command.current_dir(input.parent().unwrap()).args(lines.lines());
    } else {
        let relative = input.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        command.current_dir(root);
        command.args(area.arguments.iter().map(|argument| argument.replace("{}", &relative)));
    }
    let output = command.stdin(Stdio::null()).output().unwrap();
    let mut actual = String::from_utf8(output.stdout).map_err(|_| "the output is not UTF-8")?;
    let complaints = String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(code) if is_session => {
            if !complaints.is_empty() {
                actual.push_str(&format!("--- standard error\n{complaints}"));
            }
            actual.push_str(&format!("--- exit code {code}\n"));
        }
        Some(0 | 1) if complaints.is_empty() => {}
        code => return Err(format!("exit code {code:?}\n{complaints}")),
    }
    if bless {
        fs::write(expected, &actual).unwrap();
        return Ok(());
    }
    let wanted = fs::read_to_string(expected).map_err(|_| format!("nothing is expected of it\n{actual}"))?;
    let wanted = wanted.replace("\r\n", "\n");
    if wanted == actual {
        Ok(())
    } else {
        Err(format!("the output changed\n{}", difference(&wanted, &actual)))
    }
}

/// The lines that differ between what both texts begin and end with.
fn difference(wanted: &str, actual: &str) -> String {
    let (wanted, actual): (Vec<&str>, Vec<&str>) = (wanted.lines().collect(), actual.lines().collect());
    let same = wanted.iter().zip(&actual).take_while(|(a, b)| a == b).count();
    let shorter = wanted.len().min(actual.len()) - same;
    let tail = wanted.iter().rev().zip(actual.iter().rev()).take(shorter).take_while(|(a, b)| a == b).count();
    let part = |sign: char, lines: &[&str]| {
        lines[same..lines.len() - tail].iter().map(|line| format!("  {sign} {line}\n")).collect::<String>()
    };
    part('-', &wanted) + &part('+', &actual)
}

fn shown(path: &Path) -> String {
    path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(path).display().to_string()
}

#[test]
fn differences_are_shown() {
    assert_eq!(difference("a\nb\nc\n", "a\nx\nc\n"), "  - b\n  + x\n");
    assert_eq!(difference("a\na\n", "a\n"), "  - a\n");
    assert_eq!(difference("", "a\n"), "  + a\n");
}
