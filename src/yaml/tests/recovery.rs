//! All errors in one run, and none that another one caused.

use super::{check_spans, run};

#[track_caller]
fn finds(text: &str, places: &[&str], shown: &str) {
    let run = run(text);
    assert_eq!(
        run.places(),
        places,
        "{text}\n{:#?}",
        run.found.iter().map(|d| &d.message).collect::<Vec<_>>()
    );
    assert_eq!(run.shown(), shown, "{text}");
    assert!(run.tree.documents.iter().any(|d| d.damaged));
    check_spans(&run);
}

#[test]
fn one_message_for_one_fault_and_the_rest_is_read() {
    for (text, place, shown) in [
        ("a:\n\tb: 2\nc: 3", "2:1 tab-indentation", "{a: {b: \"2\"}, c: \"3\"}"),
        ("a:\n  b: 1\n   c: 2\nd: 3", "3:4 bad-indentation", "{a: {b: \"1\"}, d: \"3\"}"),
        ("a:\n  b: 1\n c: 2\n e: 4\nd: 3", "3:2 bad-indentation", "{a: {b: \"1\"}, d: \"3\"}"),
        (
            "a:\n  - id: a\n     m: 1\n     k: 2\n    n: 1",
            "3:6 bad-indentation",
            "{a: [{id: \"a\", n: \"1\"}]}",
        ),
        ("a:\n  - x\n - y\nb: 1", "3:2 bad-indentation", "{a: [\"x\"], b: \"1\"}"),
        (
            "r:\n  - id: a\n    m: 1\n  id: b\n  m: 2\nz: 1",
            "4:3 yaml-syntax",
            "{r: [{id: \"a\", m: \"1\"}], z: \"1\"}",
        ),
        ("a: \"b\nc: 1", "1:4 unclosed-delimiter", "{a: !, c: \"1\"}"),
        ("a: [b, c\nd: 1", "1:4 unclosed-delimiter", "{a: !, d: \"1\"}"),
        ("a: [\n  b\n]\nc: 1", "3:1 bad-indentation", "{a: [\"b\"], c: \"1\"}"),
        ("a: [b, c}\nd: 1", "1:9 unclosed-delimiter", "{a: [\"b\", \"c\"], d: \"1\"}"),
        ("a: {b: [1, 2}\nd: 1", "1:8 unclosed-delimiter", "{a: {b: !}, d: \"1\"}"),
        ("a: [b, {c: 1\n---\nd: 1", "1:8 unclosed-delimiter", "{a: !} | {d: \"1\"}"),
        ("a: |\n  foo\n bar: 1\nb: 2", "3:2 bad-indentation", "{a: \"foo\\n\", b: \"2\"}"),
        ("a: >-\n  foo\n bar\nb: 2", "3:2 bad-indentation", "{a: \"foo\", b: \"2\"}"),
        ("a: \"x\n  y: z\nb: 1", "1:4 unclosed-delimiter", "{a: !, b: \"1\"}"),
        ("{\n  \"a\": \"b,\n  \"c\": []\n}", "2:8 unclosed-delimiter", "{a: !, c: []}"),
        ("a: ]\nb: 1", "1:4 unclosed-delimiter", "{a: !, b: \"1\"}"),
        ("a\nb: 1", "1:1 yaml-syntax", "{b: \"1\"}"),
        ("b: 2\na:1\nc: 3", "2:2 yaml-syntax", "{b: \"2\", c: \"3\"}"),
        ("a: b: c\nd: 1", "1:5 yaml-syntax", "{a: !, d: \"1\"}"),
        ("a: \"x\" y\nd: 1", "1:8 yaml-syntax", "{a: !, d: \"1\"}"),
        ("a: \"\\d\"\nd: 1", "1:5 bad-escape", "{a: !, d: \"1\"}"),
        ("a: `x`\nd: 1", "1:4 yaml-syntax", "{a: !, d: \"1\"}"),
        ("a: - b\nd: 1", "1:4 yaml-syntax", "{a: !, d: \"1\"}"),
        ("a: |x\n  y: z\nd: 1", "1:4 yaml-syntax", "{a: !, d: \"1\"}"),
        ("a: x # c\n  y\nd: 1", "1:6 yaml-syntax", "{a: !, d: \"1\"}"),
        ("b: \"x\"#y\nd: 1", "1:7 yaml-syntax", "{b: \"x\", d: \"1\"}"),
        ("r:\n  -id: a\n   model: x\nz: 1", "2:3 yaml-syntax", "{r: !, z: \"1\"}"),
        ("name: x\nroutes\n  - id: a\n    when: y\nz: 1", "2:1 yaml-syntax", "{name: \"x\", z: \"1\"}"),
        ("{\"a\": 1,\n \"b\": 2\n \"c\": 3}", "2:7 yaml-syntax", "{a: \"1\", b: \"2\", c: \"3\"}"),
        ("{\"a\": \"1\"\n \"c\": 3}", "1:9 yaml-syntax", "{a: \"1\", c: \"3\"}"),
        ("{\"a\": 1,,\"b\": 2}", "1:9 yaml-syntax", "{a: \"1\", b: \"2\"}"),
        ("{\"a\": [1, {\"b\": \"c\"", "1:11 unclosed-delimiter", "{a: [\"1\", {b: \"c\"}]}"),
        ("{\"a\": [1, {\"b\": \"c", "1:17 unclosed-delimiter", "{a: [\"1\", {b: !}]}"),
        ("a: 1\nb:\u{a0}2\nc: 3", "2:3 control-character", "{a: \"1\", b: \"2\", c: \"3\"}"),
        ("a: 1\n... x\n---\nb: 2", "2:5 yaml-syntax", "{a: \"1\"} | {b: \"2\"}"),
        ("  a: 1\nb: 2\nc: 3\n", "2:1 bad-indentation", "{b: \"2\", c: \"3\"}"),
    ] {
        finds(text, &[place], shown);
    }
}

#[test]
fn all_faults_of_a_file_in_one_run() {
    let text = "name: support
routes:
  - id: a
    when: !premium && beta
    model: openai/gpt-5.2
  - id: b
    when: \"pro\" == tier
    model: @x
  - id: \"c
    when: x ? y : z
    fallbacks: [a, b
    note: next
  - id: d
    id: e
    when: tier == \"a
    text: \"\\d\\q\"
default:
  model: m
  model: n
---
second: \"fine\"
broken: [
";
    let places = [
        "4:11 yaml-ate-condition",
        "7:17 yaml-ate-condition",
        "8:12 yaml-syntax",
        "9:9 unclosed-delimiter",
        "10:17 yaml-ate-condition",
        "11:16 unclosed-delimiter",
        "14:5 duplicate-key",
        "16:12 bad-escape",
        "16:14 bad-escape",
        "19:3 duplicate-key",
        "22:9 unclosed-delimiter",
    ];
    let run = run(text);
    assert_eq!(run.places(), places, "{:#?}", run.found.iter().map(|d| &d.message).collect::<Vec<_>>());
    check_spans(&run);
    assert_eq!(run.tree.documents.len(), 2);
}

#[test]
fn untouched_documents_are_not_damaged() {
    let run = run("a: 1\n---\nb: \"x\n---\nc: 3\n");
    let damaged: Vec<bool> = run.tree.documents.iter().map(|d| d.damaged).collect();
    assert_eq!(damaged, [false, true, false]);
    assert_eq!(run.places(), ["3:4 unclosed-delimiter"]);
}

#[test]
fn the_bound_on_errors_is_named() {
    let text: String = (0..40).map(|i| format!("k{i}: @x\n")).collect();
    let run = run(&text);
    assert_eq!(run.found.len(), 25);
    assert!(run.found[24].note.as_ref().unwrap().contains("25"), "{:?}", run.found[24]);
    let text: String = (0..400).map(|_| "a: x\n").collect();
    let run = super::run(&text);
    assert_eq!(run.found.len(), 100);
    assert!(run.found[99].note.as_ref().unwrap().contains("100"), "{:?}", run.found[99]);
}

#[test]
fn fixes_mend_what_they_promise() {
    for (text, fixed) in [
        ("a: b: c # d", "a: 'b: c' # d"),
        ("a: 'it's'", "a: \"it's\""),
        ("a: \"\\d\"", "a: \"\\\\d\""),
        ("a:1\nb: 2", "a: 1\nb: 2"),
        ("a: {b:[c]}", "a: {b: [c]}"),
        ("a: [\n  b\n]\n", "a: [\n  b\n  ]\n"),
        ("a: \"b\nc: 1\n", "a: \"b\"\nc: 1\n"),
        ("a: [b}\n", "a: [b]\n"),
        ("{a: 1,, b: 2}", "{a: 1, b: 2}"),
        ("{\"a\": 1\n\"b\": 2}", "{\"a\": 1,\n\"b\": 2}"),
        ("a: \"x\"#y", "a: \"x\" #y"),
        ("a:\n\tb: 1\n\tc:\n\t\td: 2\n", "a:\n  b: 1\n  c:\n    d: 2\n"),
        ("a:\n  b: 1\n   c: 2\n   d:\n     e: 3\n", "a:\n  b: 1\n  c: 2\n  d:\n    e: 3\n"),
        ("z: 1\na:\u{a0}1\u{a0}2\n", "z: 1\na: 1 2\n"),
        ("a: 1\x07\n", "a: 1\n"),
        ("a: [-, b]", "a: ['-', b]"),
    ] {
        let found = run(text);
        let after = found.fixed().unwrap_or_else(|| panic!("{text:?} {:?}", found.found));
        assert_eq!(after, fixed, "{text:?}");
        assert!(run(&after).found.is_empty(), "{after:?} {:?}", run(&after).found);
    }
}
