//! The map from a scalar's value to the file is exact, for every style.

use granit_parser::{Event, Parser};
use proptest::prelude::*;

use super::{Run, run};
use crate::yaml::{Kind, Node, Scalar};

/// The value as the YAML crate has it, of the value of `k`.
fn reference(text: &str) -> Option<String> {
    let options = granit_parser::options! { strict_indentation: true };
    let mut scalars = Vec::new();
    for event in Parser::new_from_str_with_options(text, options) {
        if let Event::Scalar(value, ..) = event.ok()?.0 {
            scalars.push(value.into_owned());
        }
    }
    scalars.into_iter().nth(1)
}

fn value(run: &Run) -> &Node {
    run.root().get("k").unwrap()
}

fn scalar(run: &Run) -> &Scalar {
    let Kind::Scalar(scalar) = &value(run).kind else { panic!("{:?} in {:?}", value(run), run.text()) };
    scalar
}

/// The map covers the value but for line breaks and folds, and each run is what the file says.
fn check(run: &Run) {
    let (text, scalar, node) = (run.text(), scalar(run), value(run));
    let mut value_end = 0;
    let mut file_end = node.span.start;
    // Of nothing but folds no place is worth more than the whole.
    if scalar.value.trim().is_empty() {
        return;
    }
    for r in scalar.map.runs() {
        assert!(r.value >= value_end && r.file >= file_end, "in order: {:?} of {text:?}", scalar.map);
        let between = &scalar.value[value_end as usize..r.value as usize];
        assert!(
            between.chars().all(|c| c == ' ' || c == '\n'),
            "{between:?} is a fold: {:?} of {text:?}",
            scalar.map
        );
        let cooked = &scalar.value[r.value as usize..(r.value + r.value_len) as usize];
        let raw = &text[r.file as usize..(r.file + r.file_len) as usize];
        if cooked != raw {
            assert!(
                cooked.chars().count() == 1,
                "an escape is one character: {cooked:?} {raw:?} of {text:?}"
            );
            assert!(raw.starts_with('\\') || raw == "''", "{cooked:?} {raw:?} of {text:?}");
        }
        value_end = r.value + r.value_len;
        file_end = r.file + r.file_len;
    }
    let rest = &scalar.value[value_end as usize..];
    assert!(rest.chars().all(|c| c == '\n' || c == ' '), "{rest:?} of {text:?}");
}

fn exact(text: &str, expected: &str) -> Run {
    let run = run(text);
    assert_eq!(run.places(), Vec::<String>::new(), "{text:?}");
    assert_eq!(scalar(&run).value, expected, "{text:?}");
    check(&run);
    run
}

/// What the file holds where the map places a part of the value.
fn at<'r>(run: &'r Run, part: &str) -> &'r str {
    let scalar = scalar(run);
    let start = scalar.value.find(part).unwrap();
    run.sources.slice(scalar.map.span(run.id, start..start + part.len()))
}

#[test]
fn every_style_by_hand() {
    for (text, expected) in [
        ("k: a b", "a b"),
        ("k: a\n  b\n\n\n  c  \n", "a b\n\nc"),
        ("k: a\r\n  b\r\n\r\n  c\r\n", "a b\nc"),
        ("k: a\r  b\r\r  c\r", "a b\nc"),
        ("k: 'it''s'", "it's"),
        ("k: 'a  \n   b \n\n c '", "a b\nc "),
        ("k: ' a'", " a"),
        ("k: '\n  a'", " a"),
        ("k: \"a\\n\\x41\\u00e9\\U0001F600\\\"\\/\\\\\\t\\N\\_\"", "a\nAé😀\"/\\\t\u{85}\u{a0}"),
        ("k: \"\\ud83d\\ude00!\"", "😀!"),
        ("k: \"a\\\n   b \\\n  \\ c\"", "ab  c"),
        ("k: \"a \n\n  b\\ \n  c\"", "a\nb  c"),
        ("k: \"a\\\n\n\n  b\"", "a\n\nb"),
        ("k: |\n  a\n   b\n\n  c\n\n\n", "a\n b\n\nc\n"),
        ("k: |-\n  a\n\n\n", "a"),
        ("k: |+\n  a\n\n\n", "a\n\n\n"),
        ("k: |2-\n   a\n  b\n", " a\nb"),
        ("k: |-2\n   a\n  b\n", " a\nb"),
        ("k: |\r\n  a\r\n\r\n  b\r\n", "a\n\nb\n"),
        ("k: |\n\n  a", "\na\n"),
        ("k: | # why\n  a\n", "a\n"),
        ("k: >\n  a\n  b\n\n  c\n   d\n  e\n", "a b\nc\n d\ne\n"),
        ("k: >-\n  a\n  b\n", "a b"),
        ("k: >-\r\n  a\r\n  b\r\n", "a b"),
        ("k: >+\n  a\n\n", "a\n\n"),
        ("k: >\n\n\n  a\n", "\n\na\n"),
    ] {
        exact(text, expected);
    }
}

#[test]
fn places_in_folded_and_escaped_text() {
    let run = exact(
        "k: >-\n    tier == \"a\" &&\n    region == \"eu\"\nz: 1\n",
        "tier == \"a\" && region == \"eu\"",
    );
    assert_eq!(at(&run, "region"), "region");
    assert_eq!(at(&run, "&& region"), "&&\n    region");
    assert_eq!(at(&run, "&&"), "&&");
    assert_eq!(run.sources.slice(value(&run).span), ">-\n    tier == \"a\" &&\n    region == \"eu\"");
    let run = exact("k: \"a \\\"b\\\" \\u0041c\"", "a \"b\" Ac");
    assert_eq!(at(&run, "\"b\""), "\\\"b\\\"");
    assert_eq!(at(&run, "Ac"), "\\u0041c");
    assert_eq!(at(&run, "c"), "c");
    let file = run.sources.get(run.id).unwrap();
    assert_eq!(scalar(&run).verbatim(file, 2..5), None);
    assert!(scalar(&run).verbatim(file, 3..4).is_some());
    let run = exact("k: 'a == ''x'''", "a == 'x'");
    assert_eq!(at(&run, "'x'"), "''x''");
}

#[test]
fn empty_scalars_have_a_place() {
    for (text, place) in [("k: ''", 4), ("k: \"\"", 4), ("k:", 2), ("k: |\n", 3), ("k: >-\nz: 1", 3)] {
        let run = exact(text, "");
        assert_eq!(scalar(&run).map.offset(0), place, "{text:?}");
        assert_eq!(scalar(&run).map.offset(9), scalar(&run).map.span(run.id, 0..9).end, "{text:?}");
    }
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z]{1,4}",
        2 => Just(" ".to_owned()),
        1 => Just("  ".to_owned()),
        1 => Just("\t".to_owned()),
        2 => Just("\n".to_owned()),
        1 => Just("\n\n".to_owned()),
        1 => Just("é😀".to_owned()),
        1 => Just("#".to_owned()),
        1 => Just(":".to_owned()),
        1 => Just("'".to_owned()),
        1 => Just("''".to_owned()),
        1 => Just("\"".to_owned()),
        1 => Just("|".to_owned()),
        2 => prop::sample::select(vec![
            "\\n", "\\\"", "\\\\", "\\/", "\\x41", "\\u00e9", "\\U0001F600", "\\ud83d\\ude00", "\\\n", "\\ ", "\\N", "\\_", "\\L", "\\t", "\\0",
        ]).prop_map(str::to_owned),
    ]
}

fn scalar_text() -> impl Strategy<Value = String> {
    let body = prop::collection::vec(piece(), 0..12).prop_map(|p| p.concat());
    let header = prop::sample::select(vec!["", "-", "+", "2", "4", "-2", "3+", "1", " # c"]);
    let newline = prop::sample::select(vec!["\n", "\r\n", "\r"]);
    (body, 0..5_u8, header, newline, 1..5_usize).prop_map(|(body, style, header, newline, indent)| {
        let pad = " ".repeat(indent);
        let body = body.replace('\n', &format!("\n{pad}"));
        let text = match style {
            0 => format!("k: {body}\n"),
            1 => format!("k: '{body}'\n"),
            2 => format!("k: \"{body}\"\n"),
            3 => format!("k: |{header}\n{pad}{body}\n"),
            _ => format!("k: >{header}\n{pad}{body}\nz: 1\n"),
        };
        text.replace('\n', newline)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, max_global_rejects: 400_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_map_agrees_with_the_parser(text in scalar_text()) {
        let Some(expected) = reference(&text) else { return Ok(()) };
        let run = run(&text);
        let Some(node) = run.tree.documents.first().and_then(|d| d.root.as_ref()).and_then(|r| r.get("k")) else {
            return Ok(());
        };
        let Kind::Scalar(scalar) = &node.kind else { return Ok(()) };
        prop_assert_eq!(&scalar.value, if node.span.is_empty() { "" } else { &expected });
        // A map that knew only the whole would be one run of other bytes.
        check(&run);
        super::check_spans(&run);
    }
}
