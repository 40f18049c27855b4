//! Both evaluators against the public conformance suite.
//!
//! The data is not part of this project: it is read from the folder that `IRC_CEL_DATA` names, or from `../shared/cel`.

use irc::cel::conformance::values;

use crate::cel_parser::cases;

#[test]
fn values_are_those_of_the_specification() {
    let Some(cases) = cases("conformance.json") else { return };
    assert!(!cases.is_empty());
    let report = values::run(&cases.into()).unwrap();
    println!("conformance: {} of {} cases pass", report.passed, report.total());
    assert!(report.failures.is_empty(), "{report}");
}
