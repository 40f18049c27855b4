//! Conditions that YAML's own syntax eats.

use super::run;
use crate::yaml::Style;

/// A definition with a condition as the value of its second line.
fn block(condition: &str) -> String {
    format!("  - id: a\n    when: {condition}\n    model: m\n")
}

/// One message of the rule, no other, the value broken and the rest whole; after the fix the condition is what
/// was written.
fn eaten(condition: &str, expected: Option<&str>) {
    let text = block(condition);
    let found = run(&text);
    let names: Vec<&str> = found.found.iter().map(|d| d.meta.name).collect();
    assert_eq!(names, ["yaml-ate-condition"], "{text}\n{:?}", found.found);
    assert_eq!(found.shown(), "[{id: \"a\", when: !, model: \"m\"}]", "{text}");
    assert!(found.tree.documents[0].damaged);
    super::check_spans(&found);
    let fixed = found.fixed();
    assert_eq!(fixed.is_some(), expected.is_some(), "{text}\n{:?}", found.found);
    if let (Some(fixed), Some(expected)) = (fixed, expected) {
        let after = run(&fixed);
        assert!(after.found.is_empty(), "{fixed}\n{:?}", after.found);
        let when = after.root().items().unwrap()[0].get("when").unwrap();
        assert_eq!(when.as_str(), Some(expected), "{fixed}");
        assert_ne!(when.scalar().unwrap().style, Style::Plain);
        assert_eq!(after.root().items().unwrap()[0].get("model").unwrap().as_str(), Some("m"));
    }
}

#[test]
fn every_way_to_be_eaten_has_one_message_and_a_fix_that_restores_the_text() {
    for condition in [
        "!premium && beta",
        "!premium",
        "!!premium",
        "!(tier == \"a\")",
        "!tags.exists(t, t == \"x\")",
        "!has(x.y) && z",
        "!\"x\".contains(y)",
        "!a[0] == 1",
        "!a && !b || !c",
        "tier == \"a # b\"",
        "tier == \"a # b\" && region == \"c # d\"",
        "matches(r'x # y')",
        "\"pro\" == tier",
        "'pro' == tier",
        "\"a\" in tags",
        "\"a\" == x && y == \"b\"",
        "'a' == x && y == \"b\"",
        "[\"a\"].exists(x, true)",
        "{\"a\": 1} == x",
        "[1,2] == x",
        "x ? \"a: b\" : c",
        "x ? y : z",
        "tier == \"a: b\"",
        "messages.exists(m, m.content == \"note: 'x'\")",
        "m == {\"a\": 1, \"b\": 'c'}",
    ] {
        eaten(condition, Some(condition));
    }
}

#[test]
fn comments_behind_a_condition_are_left_out() {
    eaten("!premium && beta # only beta users", Some("!premium && beta"));
    eaten("\"pro\" == tier # as sales asked", Some("\"pro\" == tier"));
    let legit = run(&block("tier == \"a\" # b"));
    assert!(legit.found.is_empty(), "{:?}", legit.found);
    let legit = run(&block("tier == \"a#b\""));
    assert!(legit.found.is_empty(), "{:?}", legit.found);
}

#[test]
fn what_quotes_cannot_mend_has_no_fix() {
    for condition in [
        "& a",
        "* 2",
        "*foo == 1",
        "%x",
        "@x",
        "`x`",
        "| foo",
        "|| foo",
        "> 5",
        "? x",
        "- a",
        "foo:",
        "&& a",
        "a && # b",
        "&name tier == \"a\"",
        "(tier == \"a\" # b",
        "tier == \"a # b",
    ] {
        eaten(condition, None);
    }
}

#[test]
fn quotes_within_quotes() {
    eaten("\"tier == \"pro\"\"", Some("tier == \"pro\""));
    eaten("'tier == 'pro''", Some("tier == 'pro'"));
    eaten("\"name.matches('\\d+')\"", Some("name.matches('\\d+')"));
}

#[test]
fn several_lines() {
    eaten("\"pro\" == tier &&\n      region == \"eu\"", Some("\"pro\" == tier && region == \"eu\""));
    eaten("\n      tier == \"a: b\"", Some("tier == \"a: b\""));
    eaten("\n      x ? a : b", Some("x ? a : b"));
    eaten("\n      !premium &&\n      beta", Some("!premium && beta"));
    eaten("tier == \"a\" &&\n      x ? y : z", Some("tier == \"a\" && x ? y : z"));
    eaten("a && # why\n      b", None);
    let crlf = block("\"pro\" == tier &&\n      r == 'eu'").replace('\n', "\r\n");
    let fixed = run(&crlf).fixed().unwrap();
    assert!(!fixed.replace("\r\n", "").contains('\n'), "{fixed:?}");
}

#[test]
fn inside_brackets() {
    for (condition, rest) in [
        ("a in [\"x\"]", "n: 1"),
        ("f(a, b)", "n: 1"),
        ("x ? a : b", "n: 1"),
        ("m == {\"a\": 1}", "n: 1"),
        ("\"pro\" == tier", "n: 1"),
        ("!premium && beta", "n: 1"),
        ("f(a, \"b: c\")", "n: 1"),
        ("matches('a', \"b\")", "n: 1"),
    ] {
        let text = format!("- {{when: {condition}, {rest}}}\n");
        let found = run(&text);
        assert_eq!(found.places().len(), 1, "{text}{:?}", found.found);
        assert_eq!(found.found[0].meta.name, "yaml-ate-condition", "{text}");
        assert_eq!(found.shown(), "[{when: !, n: \"1\"}]", "{text}");
        let fixed = found.fixed().unwrap();
        let after = run(&fixed);
        assert!(after.found.is_empty(), "{fixed}{:?}", after.found);
        assert_eq!(after.root().items().unwrap()[0].get("when").unwrap().as_str(), Some(condition));
    }
    assert!(run("{when: tier == \"a\", n: 1}").found.is_empty());
    assert!(run("{when: tier == \"a, b\", n: 1}").places()[0].ends_with("yaml-ate-condition"));
}

#[test]
fn in_json_the_fix_is_json() {
    let text = "{\n  \"cel_expression\": \"tier == \"pro\"\",\n  \"n\": 1\n}\n";
    let found = run(text);
    assert_eq!(found.places(), ["2:31 yaml-ate-condition"]);
    assert_eq!(found.shown(), "{cel_expression: !, n: \"1\"}");
    let fixed = found.fixed().unwrap();
    assert!(fixed.contains("\"cel_expression\": \"tier == \\\"pro\\\"\","), "{fixed}");
    assert!(run(&fixed).found.is_empty());
}

#[test]
fn what_is_no_condition_is_left_alone() {
    for text in [
        "metadata: {when: {type: string}}\n",
        "when: [a, b]\n",
        "when:\n  type: string\n",
        "when: true\n",
        "when: -x < 1\n",
        "x-shared: &eu region == \"eu\"\nwhen: *eu\n",
        "when: >-\n  !premium && beta\n",
        "when: \"!premium\"\n",
    ] {
        assert!(run(text).found.is_empty(), "{text}{:?}", run(text).found);
    }
}
