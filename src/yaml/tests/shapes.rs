//! Documents, keys, anchors, merges, comments, limits.

use super::{check_spans, run, run_bytes};
use crate::diag::Suppressions;
use crate::yaml::{Kind, Limits, ScalarType};

fn clean(text: &str) -> super::Run {
    let run = run(text);
    assert!(run.found.is_empty(), "{text:?} {:?}", run.found);
    assert!(run.tree.documents.iter().all(|d| !d.damaged), "{text:?}");
    check_spans(&run);
    run
}

#[test]
fn spans_of_collections() {
    let run = clean("a: &x\n  b: 1\nh:\n- 1\n-   - 2\n    - {c: 3}\ne:\n");
    let root = run.root();
    let of = |node: &crate::yaml::Node| run.sources.slice(node.span);
    assert_eq!(of(root.get("a").unwrap()), "b: 1");
    let list = root.get("h").unwrap();
    assert_eq!(of(list), "- 1\n-   - 2\n    - {c: 3}");
    assert_eq!(of(&list.items().unwrap()[1]), "- 2\n    - {c: 3}");
    assert_eq!(of(&list.items().unwrap()[1].items().unwrap()[1]), "{c: 3}");
    let empty = root.get("e").unwrap();
    assert!(empty.is_null());
    assert_eq!(empty.span.start as usize, run.text().len() - 1);
    let anchored = root.get("a").unwrap().anchored.as_ref().unwrap().anchor.as_ref().unwrap();
    assert_eq!((anchored.0.as_str(), run.sources.slice(anchored.1)), ("x", "&x"));
}

#[test]
fn files_and_documents() {
    for (text, shown) in [
        ("", ""),
        ("\n\n# only a comment\n", ""),
        ("\u{feff}", ""),
        ("\u{feff}a: 1\n", "{a: \"1\"}"),
        ("---\n", "-"),
        ("---\n---\nb\n...\n", "- | \"b\""),
        ("a: 1\n---\nb: 2\n...\n---\nc: 3", "{a: \"1\"} | {b: \"2\"} | {c: \"3\"}"),
        ("%YAML 1.2\n---\na: 1\n", "{a: \"1\"}"),
        ("a: 1\r\nb:\r\n  - c\r\n", "{a: \"1\", b: [\"c\"]}"),
        ("a: 1\rb:\r  - c\r", "{a: \"1\", b: [\"c\"]}"),
        ("? a\n: b\n", "{a: \"b\"}"),
        ("{a: 1, b}", "{a: \"1\", b: \"\"}"),
    ] {
        assert_eq!(clean(text).shown(), shown, "{text:?}");
    }
    let run = clean("\u{feff}a: 1\n---\nb: 2\n");
    let spans: Vec<_> = run.tree.documents.iter().map(|d| (d.span.start, d.span.end)).collect();
    assert_eq!(spans, [(0, 8), (11, 17)]);
    assert_eq!(run.root().span.start, 3);
}

#[test]
fn json() {
    let run = clean(
        "{\n\t\"a\\u0041\": \"\\/ \\ud83d\\ude00 \\\"\",\n\t\"b\":[1,2.5,true,null,{}],\"c\" : \"x: y # z\"\n}\n",
    );
    assert_eq!(
        run.shown(),
        "{aA: \"/ 😀 \\\"\", b: [\"1\", \"2.5\", \"true\", \"null\", {}], c: \"x: y # z\"}"
    );
    let types: Vec<_> = run
        .root()
        .get("b")
        .unwrap()
        .items()
        .unwrap()
        .iter()
        .filter_map(|n| n.scalar())
        .map(|s| s.resolve())
        .collect();
    assert_eq!(types, [ScalarType::Int(1), ScalarType::Float(2.5), ScalarType::Bool(true), ScalarType::Null]);
    clean(&format!("{}1{}", "[".repeat(99), "]".repeat(99)));
    clean(&format!("{{\"a\": \"{}\"}}", "x".repeat(100_000)));
}

#[test]
fn keys() {
    for (text, places, shown) in [
        (
            "a: 1\nb: 2\na: 3\n\"a\": 4\n",
            vec!["3:1 duplicate-key", "4:1 duplicate-key"],
            "{a: \"1\", b: \"2\"}",
        ),
        ("[a]: 1\nb: 2\n", vec!["1:1 bad-key"], "{b: \"2\"}"),
        ("? {a: 1}\n: 1\n", vec!["1:3 bad-key"], "{}"),
        (": 1\nb: 2\n", vec!["1:3 bad-key"], "{b: \"2\"}"),
        ("~: 1\nnull: 2\n", vec!["1:1 bad-key", "2:1 bad-key"], "{}"),
        ("1: a\ntrue: b\n", vec![], "{1: \"a\", true: \"b\"}"),
    ] {
        let run = run(text);
        assert_eq!(run.places(), places, "{text:?} {:?}", run.found);
        assert_eq!(run.shown(), shown, "{text:?}");
    }
    let mut many: String = (0..20).map(|i| format!("k{i}: 1\n")).collect();
    many.push_str("k3: 2\nk3: 3\nz: 1\n");
    let run = run(&many);
    assert_eq!(run.places(), ["21:1 duplicate-key", "22:1 duplicate-key"]);
    assert_eq!(run.root().entries().unwrap().len(), 21);
    assert_eq!(run.sources.get(run.id).unwrap().position(run.found[0].labels[0].span.start).line, 4);
}

#[test]
fn anchors_aliases_and_merges() {
    let run = clean(
        "x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz:\n  c: 0\n  <<: [*x, *y]\nw: {<<: *y}\nv: *x\n\"<<\": q\n",
    );
    assert_eq!(
        run.shown(),
        "{x: {a: \"1\", b: \"2\"}, y: {b: \"3\", c: \"4\"}, z: {c: \"0\", a: \"1\", b: \"2\"}, w: {b: \"3\", c: \"4\"}, v: {a: \"1\", b: \"2\"}, <<: \"q\"}"
    );
    let z = run.root().get("z").unwrap();
    assert_eq!(z.entries().unwrap().iter().map(|e| e.merged).collect::<Vec<_>>(), [false, true, true]);
    let v = run.root().entry("v").unwrap();
    assert_eq!(run.sources.slice(v.alias.unwrap()), "*x");
    for (text, places) in [
        ("a: *b\n", vec!["1:4 unknown-alias"]),
        ("a: &a [*a]\n", vec!["1:8 unknown-alias"]),
        ("a: &a 1\n---\nb: *a\n", vec!["3:4 unknown-alias"]),
        ("<<: 1\na: 2\n", vec!["1:5 bad-merge-key"]),
        ("x: &x 1\ny: {<<: [*x, {a: 1}]}\n", vec!["2:9 bad-merge-key"]),
        ("<<: {a: 1}\n<<: {b: 1}\n", vec!["2:1 duplicate-key"]),
        ("a: !!str 5\nb: !x [y]\n", vec!["1:4 yaml-tag", "2:4 yaml-tag"]),
        ("%YAML 1.1\n---\na: 1\n", vec!["1:1 yaml-version"]),
    ] {
        let run = super::run(text);
        assert_eq!(run.places(), places, "{text:?} {:?}", run.found);
        check_spans(&run);
    }
}

#[test]
fn bytes_that_are_no_text() {
    let run = run_bytes(b"a: caf\xe9\nb: 2\nc: [1,\n", Limits::default());
    assert_eq!(run.places(), ["1:7 not-utf8", "3:4 unclosed-delimiter"]);
    assert_eq!(run.shown(), "{a: !, b: \"2\", c: [\"1\"]}");
    assert!(run.found[0].label.contains('é'), "{:?}", run.found[0]);
    let run = run_bytes(b"\xff\xfea\0:\0", Limits::default());
    assert_eq!(run.places(), ["1:1 not-utf8"]);
    let run = run_bytes(b"a: 1\0\0\nb: \x07x\nc: \"d\x1b\"\n", Limits::default());
    assert_eq!(run.places(), ["1:5 control-character", "2:4 control-character", "3:6 control-character"]);
    assert_eq!(run.found[0].span.len(), 2, "characters in a row are one finding");
    assert_eq!(run.shown(), "{a: \"1\", b: \"x\", c: !}");
}

#[test]
fn limits() {
    let small = |text: &str| run_bytes(text.as_bytes(), Limits::small());
    assert_eq!(small(&"a".repeat(401)).places(), ["1:1 file-too-large"]);
    assert_eq!(small("[[[[[[[[[1]]]]]]]]]").places(), ["1:9 too-deep"]);
    assert!(small("[[[[[[[[1]]]]]]]]").places().is_empty());
    assert_eq!(small("a: &a [[[[[1]]]]]\nb: [[[*a]]]").places(), ["2:7 too-deep"]);
    assert_eq!(small(&format!("[{}]", "1,".repeat(61))).places(), ["1:120 too-many-nodes"]);
    assert_eq!(small("a: &a [1,2,3,4,5,6,7,8,9]\nb: [*a,*a,*a,*a,*a,*a]").places(), ["2:17 too-many-nodes"]);
    for (run, bound) in [(small(&"a".repeat(401)), "400"), (small("[[[[[[[[[1]]]]]]]]]"), "8")] {
        assert!(run.found[0].message.contains(bound), "{:?}", run.found);
        assert!(run.tree.documents.iter().all(|d| d.damaged));
    }
}

#[test]
fn comments_and_what_they_allow() {
    let text = "a: 1 # one\n# irc: allow(x) two\nb:\n  # irc: allow(y, z)\n  # more\n\n  - c: 1\n    d: 2\n# irc: allow(w)\n";
    let run = clean(text);
    let comments: Vec<_> =
        run.tree.comments.iter().map(|c| (run.sources.slice(c.span), c.own_line)).collect();
    assert_eq!(comments[0], ("# one", false));
    assert_eq!(comments[1], ("# irc: allow(x) two", true));
    assert_eq!(comments.len(), 5);
    let file = run.sources.get(run.id).unwrap();
    let list = run.tree.suppressions(file);
    let covers: Vec<_> = list.iter().map(|s| run.sources.slice(s.covers)).collect();
    assert_eq!(covers, ["b:\n", "  - c: 1\n", ""]);
    assert_eq!(list[1].names, ["y", "z"]);
    let mut all = Suppressions::default();
    list.into_iter().for_each(|s| all.push(s));
    let node = run.root().get("b").unwrap().items().unwrap()[0].get("c").unwrap().span;
    assert!(all.allows("z", node) && !all.allows("x", node));

    let run = clean("\u{feff}# head\n\n# irc: allow(q) because\n---\na: 1 # irc: allow(r)\n");
    let list = run.tree.suppressions(run.sources.get(run.id).unwrap());
    assert_eq!(run.sources.slice(list[0].covers), run.text());
    assert_eq!(run.sources.slice(list[1].covers), "a: 1 # irc: allow(r)\n");
}

#[test]
fn broken_values_say_so() {
    let run = run("a: *b\n");
    let node = run.root().get("a").unwrap();
    assert!(node.is_broken() && matches!(node.kind, Kind::Broken));
    assert_eq!(node.describe(), "something unreadable");
    assert_eq!(run.root().describe(), "a mapping");
}

#[test]
fn a_hash_is_a_comment_where_no_scalar_holds_it() {
    let cases: &[(&str, &[&str])] = &[
        ("a: b#c # d\ne: '#f # g' # h\n", &["# d", "# h"]),
        ("a: 'b\n  # c\n  d'\n# e\n", &["# e"]),
        ("a: \"b \\\" # c\" # d\n", &["# d"]),
        ("# a\r\nb: | # c\r\n  # d\r\n  e # f\r\n# g\r\n", &["# a", "# c", "# g"]),
        ("a: >-\n   b\n\n   # c\n  # d\nb: 1\n", &["# d"]),
        ("a: | # b", &["# b"]),
        ("a: |+ # b\n\n# c\n", &["# b", "# c"]),
        ("a: |\n  | x # b\n", &[]),
        ("- &a b # c\n- *a # d\n- ? e # f\n  : [g, # h\n    'i # j']\n", &["# c", "# d", "# f", "# h"]),
        ("? | # a\n  b # c\n: d\n", &["# a"]),
        ("%YAML 1.2 # a\n--- # b\nc: # d\n...\n\u{feff}# e\n---\nf: 1\n", &["# a", "# b", "# d", "# e"]),
        ("a:\t# b\n  # c\n  d\n", &["# b", "# c"]),
        ("a: 'b' #\n", &["#"]),
    ];
    for (text, comments) in cases {
        let run = run(text);
        let found: Vec<_> = run.tree.comments.iter().map(|c| run.sources.slice(c.span)).collect();
        assert_eq!(found, *comments, "{text:?} {:?}", run.found);
    }
}

#[test]
fn comments_are_known_up_to_what_stops_reading() {
    let texts = ["a: 1 # b\nc: 'd # e\n", "a: 1 # b\nc: [d, 'e # f\n# g"];
    for text in texts {
        let run = run(text);
        assert!(!run.found.is_empty());
        assert_eq!(run.sources.slice(run.tree.comments[0].span), "# b", "{text:?}");
    }
    // A bound: nothing is known of what stands behind it.
    let run = run_bytes(b"# a\n[[[[[[[[[1, '# b']]]]]]]]] # c\n", Limits::small());
    let found: Vec<_> = run.tree.comments.iter().map(|c| run.sources.slice(c.span)).collect();
    assert_eq!(found, ["# a"]);
}
