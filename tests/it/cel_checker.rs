//! The checker against the public checker table.
//!
//! The data is not part of this project: it is read from the folder that `IRC_CEL_DATA` names, or from `../shared/cel`.

use irc::cel::conformance::{Verdict, checker};

use crate::cel_parser::cases;

#[test]
fn checker_table() {
    let Some(cases) = cases("checker.json") else { return };
    assert!(!cases.is_empty());
    let mut failed = Vec::new();
    let cases: Vec<_> = cases.iter().filter(|case| case["needs_proto"] != true).collect();
    for case in &cases {
        match checker::check(case) {
            Verdict::Pass(Some(note)) => println!("{}: {note}", case["n"]),
            Verdict::Pass(None) => {}
            Verdict::Fail(reason) => failed.push(format!("{}: {reason}", case["n"])),
        }
    }
    println!("{} of {} cases of the checker table pass", cases.len() - failed.len(), cases.len());
    assert!(failed.is_empty(), "{} of {} fail:\n{}", failed.len(), cases.len(), failed.join("\n"));
}
