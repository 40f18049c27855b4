//! The parser against the public parser table, and against every expression of the conformance suite.
//!
//! The data is not part of this project: it is read from the folder that `IRC_CEL_DATA` names, or from `../shared/cel`.

use std::path::{Path, PathBuf};

use irc::cel::conformance::{Verdict, parser};
use irc::cel::{ParseOptions, parse, print};
use serde_json::Value;

/// Cases that cannot pass, by number.
const EXCEPTIONS: &[u64] = &[];

pub(crate) fn cases(file: &str) -> Option<Vec<Value>> {
    let folder = std::env::var_os("IRC_CEL_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cel"), PathBuf::from);
    // The project itself may lie one folder deeper.
    let deeper = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/cel");
    let path = [folder.join(file), deeper.join(file)].into_iter().find(|p| p.is_file());
    let Some(path) = path else {
        println!("skipped: there is no {file} in {}; set IRC_CEL_DATA", folder.display());
        return None;
    };
    let text = std::fs::read_to_string(path).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

#[test]
fn parser_table() {
    let Some(cases) = cases("parser.json") else { return };
    assert!(!cases.is_empty());
    let mut failed = Vec::new();
    for case in &cases {
        let n = case["n"].as_u64().unwrap();
        match parser::check(case) {
            Verdict::Pass(Some(note)) => println!("{n}: {note}"),
            Verdict::Pass(None) => {}
            Verdict::Fail(reason) => failed.push((n, format!("{}\n  {reason}", case["expr"]))),
        }
    }
    let unexpected: Vec<_> = failed.iter().filter(|(n, _)| !EXCEPTIONS.contains(n)).collect();
    let passing: Vec<_> = EXCEPTIONS.iter().filter(|n| !failed.iter().any(|(f, _)| f == *n)).collect();
    let count = cases.len();
    println!("{} of {count} cases of the parser table pass", count - failed.len());
    assert!(unexpected.is_empty(), "{} of {count} fail: {unexpected:#?}", unexpected.len());
    assert!(passing.is_empty(), "these exceptions pass now: {passing:?}");
}

#[test]
fn conformance_expressions_parse_and_print() {
    let Some(cases) = cases("conformance.json") else { return };
    let options = ParseOptions::full();
    for case in &cases {
        let text = case["expr"].as_str().unwrap();
        let (ast, issues) = parse(text, &options);
        assert!(issues.is_empty(), "{text}\n{:?}", issues[0].message());
        let printed = print(&ast);
        let (again, issues) = parse(&printed, &options);
        assert!(issues.is_empty(), "{text}\n{printed}\n{:?}", issues[0].message());
        assert_eq!(print(&again), printed, "{text}");
    }
    println!("{} expressions of the conformance suite parse and print", cases.len());
}
