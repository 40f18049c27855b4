//! Nothing a user writes makes it slow or fall over. A run that took more than linear time would not end here.

use super::{check_spans, run, run_bytes};
use crate::yaml::Limits;

/// The largest file, or a good part of it where the code is not optimised.
const BIG: usize = if cfg!(debug_assertions) { 1 << 17 } else { 4 << 20 };

fn repeated(piece: &str) -> String {
    piece.repeat(BIG / piece.len())
}

#[test]
fn four_mebibytes_of_anything() {
    for text in [
        repeated("a:\n"),
        repeated("- "),
        repeated("-\n"),
        repeated("["),
        repeated("{"),
        repeated("[]"),
        repeated("\"\n"),
        repeated("'x\n "),
        repeated("a: \"\n"),
        repeated("\t\n"),
        repeated(" "),
        repeated("# c\n"),
        repeated("\0"),
        repeated("a: @\n"),
        repeated("when: !x && y\n"),
        repeated("? "),
        repeated(": "),
        repeated("---\n"),
        repeated("!a "),
        repeated("*a "),
        repeated("\\"),
        repeated("{when: f(a, b)}\n---\n"),
        format!("a: \"{}", repeated("x ").split_at(BIG - 10).0),
        format!("a: |\n{}", repeated("  text\n").split_at(BIG - 10).0),
        format!("when: {}", repeated("a && ").split_at(BIG - 10).0),
        format!("a: &a [{}", repeated("*a,").split_at(BIG - 10).0),
    ] {
        let run = run(&text);
        assert!(run.found.len() <= 200, "{:?}", text.get(..20));
    }
}

#[test]
fn many_keys_comments_and_suppressions() {
    let keys: String = (0..100_000).map(|i| format!("key{i}: {i} # c\n")).collect();
    let run = run(&keys);
    assert!(run.found.is_empty());
    assert_eq!(run.root().entries().unwrap().len(), 100_000);
    assert_eq!(run.tree.comments.len(), 100_000);
    let comments = format!("a:\n{}  b: 1\n", "  # irc: allow(x) y\n".repeat(100_000));
    let run = super::run(&comments);
    let list = run.tree.suppressions(run.sources.get(run.id).unwrap());
    assert_eq!(list.len(), 100_000);
    assert!(list.iter().all(|s| run.sources.slice(s.covers) == "  b: 1\n"));
}

#[test]
fn a_billion_laughs() {
    let mut text = String::from("a0: &a0 [l, l, l, l, l, l, l, l, l]\n");
    for i in 1..30 {
        let aliases = vec![format!("*a{}", i - 1); 9].join(", ");
        text.push_str(&format!("a{i}: &a{i} [{aliases}]\n"));
    }
    let found = run(&text);
    assert_eq!(found.found.len(), 1);
    assert_eq!(found.found[0].meta.name, "too-many-nodes");
    let mut text = String::from("a0: &a0 {k: 1}\n");
    for i in 1..60 {
        text.push_str(&format!("a{i}: &a{i} {{x: {{<<: *a{0}}}, y: {{<<: *a{0}}}}}\n", i - 1));
    }
    let found = run(&text);
    assert_eq!(found.found.len(), 1);
    assert!(["too-many-nodes", "too-deep"].contains(&found.found[0].meta.name));
}

const DEFINITION: &str = "# irc: allow(some-rule) for the tests\nname: support\ndisplay_name: 'It''s support'\nmetadata: {tier: {type: string, enum: [free, pro]}, n: int}\nx-shared: &shared\n  temperature: 0.7\nroutes:   # in order\n  - id: code\n    when: >-\n      messages.last().content.matches(r\"(?i)\\bcode\\b\") &&\n      tier == 'pro'\n    model: anthropic/claude-opus-4-6\n    fallbacks: [\"openai/gpt-5.2\", openai/gpt-4o]\n  - id: eu\n    when: 'region == \"eu\"'\n    variants:\n    - {id: a, weight: 70, model: openai/gpt-5.2}\n    - id: b\n      weight: 30\n      model: \"openai\\/gpt-4o\\u002dmini\"\n      text_generation_config: {<<: *shared, top_p: 1}\n    message_templates:\n      - role: system\n        content: |+\n          You help: {{name}}.\n\n           # not a comment\n\ndefault:\n  model: m\n---\n{\"name\": \"b\", \"routes\": [{\"route\": {\"route_id\": \"x\"},\n  \"condition\": {\"cel_expression\": \"a == \\\"b\\\"\"}}], \"default\": {\"model\": \"m\"}}\n";

#[test]
fn the_definition_is_clean() {
    let run = run(DEFINITION);
    assert!(run.found.is_empty(), "{:?}", run.found);
    check_spans(&run);
}

#[test]
fn no_mutation_panics_or_misplaces() {
    let bytes = DEFINITION.as_bytes();
    let mut lines: Vec<&str> = DEFINITION.split_inclusive('\n').collect();
    for i in 0..lines.len() {
        let line = lines.remove(i);
        check_spans(&run(&lines.concat()));
        lines.insert(i, line);
    }
    for i in 0..bytes.len() {
        let mut without = bytes.to_vec();
        without.remove(i);
        check_spans(&run_bytes(&without, Limits::default()));
        check_spans(&run_bytes(&bytes[..i], Limits::default()));
    }
    for insert in [
        "\"", "'", "[", "]", "{", "}", ":", ": ", "\t", "\n", "\n  ", "!", "&", "*", "#", " #", "\\", "|",
        ">", "%", ",", "- ", "? ", "\u{a0}", "\u{feff}", "\0", "\r", "é", "---\n",
    ] {
        for i in (0..bytes.len()).step_by(7) {
            let mut with = bytes.to_vec();
            with.splice(i..i, insert.bytes());
            check_spans(&run_bytes(&with, Limits::default()));
        }
    }
}
