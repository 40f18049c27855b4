//! CEL's own test cases. They are not part of this repository: `IRC_CEL_DATA` names the folder that holds them.

use std::path::{Path, PathBuf};

use irc::cel::conformance::values;

/// A table of cases; `None`, said aloud, where there is none.
fn table(name: &str) -> Option<serde_json::Value> {
    let folder = std::env::var_os("IRC_CEL_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cel"), PathBuf::from);
    let path = folder.join(name);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(serde_json::from_str(&text).unwrap()),
        Err(error) => {
            eprintln!("skipped: {}: {error}", path.display());
            None
        }
    }
}

#[test]
fn values_are_those_of_the_specification() {
    let Some(table) = table("conformance.json") else { return };
    let report = values::run(&table).unwrap();
    assert!(report.failures.is_empty(), "{report}");
}
