//! Rules of the house that can be read off the files.

use crate::tree::{RustFile, rust_files};

const MOST_LINES: usize = 600;

/// Names that say nothing of what is inside.
const EMPTY_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc", "manager", "stuff"];

fn faults(file: &RustFile) -> Vec<String> {
    let mut faults = Vec::new();
    let mut complain = |what: String| faults.push(format!("{}: {what}", file.path));
    let lines = file.text.lines().count();
    if lines > MOST_LINES {
        complain(format!("{lines} lines, more than {MOST_LINES}"));
    }
    if file.path.ends_with("/mod.rs") && !file.path.ends_with("tests/mod.rs") && !file.text.starts_with("//!")
    {
        complain("does not open with what comes in, what goes out and what it refuses to know".into());
    }
    if file.path.starts_with("src/") {
        for word in ["todo!(", "unimplemented!(", "FIXME"] {
            if file.text.contains(word) {
                complain(format!("holds {word}"));
            }
        }
    }
    let parts = file.path.split('/').map(|part| part.trim_end_matches(".rs"));
    for part in parts.filter(|part| EMPTY_NAMES.contains(part)) {
        complain(format!("`{part}` says nothing of what is inside"));
    }
    faults
}

#[test]
fn files_are_tidy() {
    let faults: Vec<String> = rust_files(&["src", "tests"]).iter().flat_map(faults).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn untidy_files_are_found() {
    let file = |path: &str, text: &str| RustFile { path: path.into(), text: text.into() };
    let count = |path: &str, text: &str| faults(&file(path, text)).len();
    assert_eq!(count("src/a/mod.rs", "//! In: a.\n"), 0);
    assert_eq!(count("src/a/mod.rs", "mod b;\n"), 1);
    assert_eq!(count("src/a/b.rs", "fn f() { todo!() }\n"), 1);
    assert_eq!(count("src/a/utils.rs", ""), 1);
    assert_eq!(count("src/common/b.rs", ""), 1);
    assert_eq!(count("src/a.rs", &"\n".repeat(MOST_LINES)), 0);
    assert_eq!(count("src/a.rs", &"\n".repeat(MOST_LINES + 1)), 1);
}
