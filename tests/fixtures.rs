//! Definitions with what the command says about them.
//!
//! Each area is a folder of inputs; beside each input stands a file of the same name with the expected standard
//! output. An input that ends in `.args` is a command line, one argument a line, run in its own folder; what is
//! expected of it holds standard error and the exit code too. Where findings offer fixes, `<name>.fixed.yaml` is what
//! `irc check --fix=unsafe` makes of the input; where that changes nothing there is no such file. `IRC_BLESS=1` writes
//! the expected files anew. Folders named `shared` hold what inputs refer to.

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
    /// Whether the input is also what the command reads on standard input.
    piped: bool,
    /// Endings of inputs.
    inputs: &'static [&'static str],
    /// Ending of expected files.
    expected: &'static str,
    /// Whether fixes are applied as well.
    fixed: bool,
}

const AREAS: &[Area] = &[
    Area {
        folder: "ui",
        arguments: &["check", "--no-config", "--format", "short", "--as-of", "2026-11-22", "{}"],
        piped: false,
        inputs: &["yaml", "json"],
        expected: "stdout",
        fixed: true,
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
        piped: false,
        fixed: true,
    },
    Area {
        folder: "emit",
        // What is emitted is held to here, and not whether it is wise.
        arguments: &[
            "build",
            "--no-config",
            "--allow",
            "suspicious",
            "--allow",
            "correctness",
            "--allow",
            "cost",
            "--as-of",
            "2026-11-22",
            "{}",
        ],
        piped: false,
        inputs: &["yaml"],
        expected: "json",
        fixed: false,
    },
    Area {
        folder: "fmt",
        arguments: &["fmt", "--no-config", "--stdin-filename", "{}", "-"],
        piped: true,
        inputs: &["yaml", "json"],
        expected: "out",
        fixed: false,
    },
    Area { folder: "sim", arguments: &[], piped: false, inputs: &["args"], expected: "out", fixed: false },
    Area { folder: "ci", arguments: &[], piped: false, inputs: &["args"], expected: "out", fixed: false },
    Area { folder: "diff", arguments: &[], piped: false, inputs: &["args"], expected: "out", fixed: false },
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
            let mut result = run(area, &root, &input, &expected, bless);
            if area.fixed && offers_fixes(&expected) {
                let fixed = fixed_of(&input);
                leftover.remove(&fixed);
                result = result.and(fix(area, &input, &fixed, bless));
            }
            if let Err(fault) = result {
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
            } else if area.inputs.contains(&ending) && !is_fixed(&path) {
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
    let stdin = if area.piped { fs::File::open(input).unwrap().into() } else { Stdio::null() };
    let output = command.stdin(stdin).output().unwrap();
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
    // A checkout may turn line ends; those of CSV are its own.
    let wanted = if actual.contains("\r\n") { wanted } else { wanted.replace("\r\n", "\n") };
    if wanted == actual {
        Ok(())
    } else {
        Err(format!("the output changed\n{}", difference(&wanted, &actual)))
    }
}

fn is_fixed(path: &Path) -> bool {
    path.file_stem().and_then(OsStr::to_str).is_some_and(|stem| stem.ends_with(".fixed"))
}

fn fixed_of(input: &Path) -> PathBuf {
    input.with_extension(format!("fixed.{}", input.extension().unwrap().to_str().unwrap()))
}

fn offers_fixes(expected: &Path) -> bool {
    fs::read_to_string(expected).is_ok_and(|text| text.contains("\n  fix"))
}

/// Applies all fixes to a copy of an input, with what it refers to beside it.
fn fix(area: &Area, input: &Path, expected: &Path, bless: bool) -> Result<(), String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixed");
    let _ = fs::remove_dir_all(&folder);
    let shared = input.with_file_name("shared");
    fs::create_dir_all(folder.join("shared")).unwrap();
    for entry in fs::read_dir(shared).into_iter().flatten() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.join("shared").join(path.file_name().unwrap())).unwrap();
    }
    let before = fs::read(input).unwrap();
    let name = input.file_name().unwrap();
    fs::write(folder.join(name), &before).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_irc"));
    let (check, options) = area.arguments.split_first().unwrap();
    command.current_dir(&folder).args([check, "--fix=unsafe"]);
    command.args(options.iter().filter(|argument| **argument != "{}")).arg(name);
    let output = command.stdin(Stdio::null()).output().unwrap();
    if !output.stderr.is_empty() || !matches!(output.status.code(), Some(0 | 1)) {
        return Err(format!("cannot be fixed\n{}", String::from_utf8_lossy(&output.stderr)));
    }
    let after = fs::read(folder.join(name)).unwrap();
    let wanted = fs::read(expected).unwrap_or(before.clone());
    if bless && after == before {
        let _ = fs::remove_file(expected);
    } else if bless {
        fs::write(expected, &after).unwrap();
    } else if expected.exists() && after == before {
        return Err(format!("nothing is fixed, and {} is there", shown(expected)));
    } else if after != wanted {
        let (wanted, after) = (String::from_utf8_lossy(&wanted), String::from_utf8_lossy(&after));
        return Err(format!("it is fixed otherwise\n{}", difference(&wanted, &after)));
    }
    Ok(())
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
