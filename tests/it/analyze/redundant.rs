//! Parts of conditions that decide nothing.

use super::*;
use irc::diag::Severity;

/// The parts that are said to decide nothing, each with what is said to decide already. Leaving them out changes nothing
/// that is found otherwise.
fn idle(metadata: &str, condition: &str) -> Vec<String> {
    let text = router(metadata, &[condition]);
    let found = findings(&text);
    let mut out = Vec::new();
    for (diagnostic, _) in found.iter().filter(|(d, _)| d.meta.name == "redundant-condition") {
        let slice = |span: irc::source::Span| &text[span.start as usize..span.end as usize];
        let because: Vec<&str> = diagnostic.labels.iter().map(|label| slice(label.span)).collect();
        let given = if diagnostic.severity == Severity::Info { " given" } else { "" };
        out.push(
            format!("{}{given} <- {}", slice(diagnostic.span), because.join(" + ")).trim_end().to_owned(),
        );
        let fix = &diagnostic.fixes[0];
        assert_eq!(fix.safe, given.is_empty());
        let mended = irc::diag::apply(&text, diagnostic.span.file, &fix.edits).unwrap();
        let left = findings(&mended).iter().filter(|(d, _)| d.meta.name == "redundant-condition").count();
        assert!(left < found.len(), "{mended}");
    }
    out
}

#[test]
fn what_another_part_says_already() {
    assert_eq!(idle("", "score > 50 && score > 80"), ["score > 50 <- score > 80"]);
    assert_eq!(idle("", "score > 50 || score > 80"), ["score > 80 <- score > 50"]);
    assert_eq!(idle("", "tier == \"pro\" && tier != \"free\""), ["tier != \"free\" <- tier == \"pro\""]);
    assert_eq!(idle("", "beta && beta && x == 1"), ["beta <- beta"]);
    assert_eq!(
        idle("", "tier == \"a\" || tier in [\"a\", \"b\"]"),
        ["tier == \"a\" <- tier in [\"a\", \"b\"]"]
    );
    assert_eq!(idle("", "x > 1 && x < 9 && (x > 0 && x < 10)"), ["x > 0 && x < 10 <- x > 1 + x < 9"]);
    assert_eq!(idle("", "beta && (beta || x == 1)"), ["beta || x == 1 <- beta"]);
    assert_eq!(idle("", "x == 1 && (beta || x == 1 && y)"), ["x == 1 <- x == 1"]);
    assert_eq!(idle("", "!(x > 1 || x > 2)"), ["x > 2 <- x > 1"]);
    assert_eq!(idle("", "!(x > 1 && x > 2) && y"), ["x > 1 <- x > 2"]);
    assert_eq!(
        idle("", "name.startsWith(\"ab\") && name.startsWith(\"a\")"),
        ["name.startsWith(\"a\") <- name.startsWith(\"ab\")"]
    );
    assert_eq!(idle("", "n * 2 > 10 && y && n * 2 > 10"), ["n * 2 > 10 <- n * 2 > 10"]);
    assert_eq!(idle("", "true && beta"), ["true <-"]);
    assert_eq!(idle("", "beta || x > 3 && x < 2"), ["x > 3 && x < 2 <-"]);
}

#[test]
fn what_callers_promise_makes_information_of_it() {
    let score = "score: {type: int, max: 100, required: true}";
    assert_eq!(idle(score, "score > 80 && score <= 100"), ["score <= 100 given <-"]);
    // Without the promise to send it, the part is an error where it is absent.
    assert_eq!(idle("score: {type: int, max: 100}\nx: int", "score <= 100 && x == 1"), NOTHING);
    assert_eq!(
        idle(
            "tier: {type: string, enum: [a, b], required: true}\nx: int",
            "x == 1 && tier in [\"a\", \"b\"]"
        ),
        ["tier in [\"a\", \"b\"] given <-"]
    );
}

#[test]
fn what_keeps_an_error_away_is_not_idle() {
    let account = "account: {type: map, required: true, fields: {plan: string}}\ntags: list(string)\nlimits: map(string, int)";
    for condition in [
        "has(account.plan) && account.plan == \"x\"",
        "size(tags) > 0 && tags[0] == \"x\"",
        "\"rpm\" in limits && limits.rpm > 5",
        "messages.has() && messages.last().role == \"user\"",
        "messages.size() > 2 && messages.get(2).role == \"user\"",
        "!has(account.plan) || account.plan != \"x\"",
    ] {
        assert_eq!(idle(account, condition), NOTHING, "{condition}");
    }
    let nullable = "x: {type: int, nullable: true, required: true}";
    assert_eq!(idle(nullable, "x != null && x > 3"), NOTHING);
    assert_eq!(idle(nullable, "x != null && x == 3"), ["x != null <- x == 3"]);
}

#[test]
fn parts_that_decide_something_are_left_alone() {
    for condition in [
        "x > 1 && x < 9",
        "x > 1 || y > 1",
        "tier == \"a\" || tier == \"b\"",
        "beta && x == 1 || !beta && x == 2",
        "x == 1",
        // As a whole they are said to be true for all requests, or for none.
        "x > 1 && x < 1",
        "beta || true",
        "false && beta",
    ] {
        assert_eq!(idle("", condition), NOTHING, "{condition}");
    }
    // What an earlier route takes is no reason.
    let found = findings(&router("", &["tier == \"free\"", "tier != \"free\" && beta"]));
    assert!(found.iter().all(|(d, _)| d.meta.name != "redundant-condition"));
}

#[test]
fn a_part_is_left_out_with_its_operator() {
    let mended = |text: &str| {
        let found = findings(text);
        let (diagnostic, _) = found.iter().find(|(d, _)| d.meta.name == "redundant-condition").unwrap();
        diagnostic.fixes.first().map(|fix| irc::diag::apply(text, diagnostic.span.file, &fix.edits).unwrap())
    };
    let file =
        |when: &str| format!("name: a\nroutes:\n  - id: r\n    when: {when}\n    model: openai/gpt-5.2\n");
    let same = |before: &str, after: &str| assert_eq!(mended(&file(before)), Some(file(after)));
    same("x > 1 && x > 2", "x > 2");
    same("x > 2 && (x > 1) && y", "x > 2 && y");
    same("y && (x > 2 || x > 3)", "y && (x > 2)");
    same("|\n      x > 2 &&\n      x > 1 &&\n      y", "|\n      x > 2 &&\n      \n      y");
    same(">-\n      x > 2\n      && x > 1\n      && y", ">-\n      x > 2\n      \n      && y");
    same("\"x > 2 && x > 1 && z == \\\"a\\\"\"", "\"x > 2 && z == \\\"a\\\"\"");
    // What is left would be a tag to YAML.
    assert_eq!(mended(&file("x > 1 && !y && x > 2")), None);
}
