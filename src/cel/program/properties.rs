//! Random conditions and rows: both evaluators must come to the same, errors and their places included.

use std::sync::Arc;

use indexmap::IndexMap;
use proptest::prelude::*;
use proptest::sample::select;

use super::tests::{fill, request, values};
use super::*;
use crate::cel::env::Profile;
use crate::cel::interpret::evaluate;
use crate::cel::parser::{ParseOptions, parse};

type Text = BoxedStrategy<String>;

fn one_of(options: &'static [&'static str]) -> Text {
    select(options).prop_map(str::to_owned).boxed()
}

fn join(parts: (Text, Text), format: fn(&str, &str) -> String) -> Text {
    parts.prop_map(move |(a, b)| format(&a, &b)).boxed()
}

/// An expression of any type, now and then of the wrong one.
fn expression(depth: u32, in_loop: bool) -> Text {
    prop_oneof![
        boolean(depth, in_loop),
        number(depth, in_loop),
        text(depth, in_loop),
        list(depth, in_loop),
        one_of(&[
            "nothing",
            "absent",
            "null",
            "account",
            "tags",
            "{'a': 1, 2: 'b'}",
            "int",
            "b'x'",
            "duration('1h')",
            "optional.of(1)",
            "2u",
            "account.?plan",
            "tags[?9]",
            "messages[9]",
            "tags[count]",
            "f(1)",
        ]),
    ]
    .boxed()
}

fn boolean(depth: u32, in_loop: bool) -> Text {
    let leaf = prop_oneof![
        one_of(&["beta", "true", "false", "has(account.plan)", "has(account.none.x)", "has(tier.x)"]),
        atom(in_loop),
    ]
    .boxed();
    let Some(depth) = depth.checked_sub(1) else { return leaf };
    let bools = || (boolean(depth, in_loop), boolean(depth, in_loop));
    let texts = || (text(depth, in_loop), text(depth, in_loop));
    let body = || boolean(depth, true);
    prop_oneof![
        1 => leaf,
        2 => join(bools(), |a, b| format!("({a} && {b})")),
        2 => join(bools(), |a, b| format!("({a} || {b})")),
        1 => boolean(depth, in_loop).prop_map(|a| format!("!{a}")),
        1 => join((expression(depth, in_loop), expression(depth, in_loop)), |a, b| format!("({a} == {b})")),
        1 => join((expression(depth, in_loop), expression(depth, in_loop)), |a, b| format!("({a} && {b})")),
        1 => join(texts(), |a, b| format!("({a} != {b})")),
        1 => (number(depth, in_loop), select(vec!["<", "<=", ">", ">=", "=="]), number(depth, in_loop))
            .prop_map(|(a, op, b)| format!("({a} {op} {b})")),
        1 => join(texts(), |a, b| format!("({a} < {b})")),
        2 => (text(depth, in_loop), select(vec!["contains", "startsWith", "endsWith", "matches"]), text(depth, in_loop))
            .prop_map(|(a, name, b)| format!("({a}).{name}({b})")),
        1 => join((expression(depth, in_loop), list(depth, in_loop)), |a, b| format!("({a} in {b})")),
        2 => (list(depth, in_loop), select(vec!["all", "exists", "exists_one"]), body())
            .prop_map(|(a, name, b)| format!("({a}).{name}(x, {b})")),
        1 => join((list(depth, in_loop), body()), |a, b| format!("({a}).exists(i, x, {b})")),
        1 => (boolean(depth, in_loop), boolean(depth, in_loop), expression(depth, in_loop))
            .prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
        1 => join((expression(depth, in_loop), body()), |a, b| format!("cel.bind(x, {a}, {b})")),
    ]
    .boxed()
}

/// What routers ask most often, of what is there, is not there, or is of another kind.
fn atom(in_loop: bool) -> Text {
    let places: &'static [&'static str] = if in_loop {
        &["x", "x.role", "x.content", "tier", "absent"]
    } else {
        &[
            "tier",
            "region",
            "long",
            "count",
            "nothing",
            "absent",
            "int",
            "account.plan",
            "account.none",
            "tags[0]",
        ]
    };
    let texts: &'static [&'static str] = &[
        "''",
        "'b'",
        "'eu'",
        "'user'",
        "'premium'",
        "'sixteen bytes it'",
        "'more than sixteen bytes'",
        "'a'",
        "'I want a refund, please'",
    ];
    let ends: &'static [&'static str] =
        &["", "", ", 3", ", null, 3u, 3.5", ", 1, 2, 3, 4, 5, 6, 7, 8, 9, int"];
    prop_oneof![
        (select(places), select(vec!["==", "!=", "<", ">="]), select(texts), any::<bool>()).prop_map(
            |(place, op, text, swap)| if swap {
                format!("({text} {op} {place})")
            } else {
                format!("({place} {op} {text})")
            }
        ),
        (select(places), prop::collection::vec(select(texts), 1..12), select(ends))
            .prop_map(|(place, texts, end)| format!("({place} in [{}{end}])", texts.join(", "))),
        (select(places), select(vec!["contains", "startsWith", "endsWith", "matches"]), select(texts))
            .prop_map(|(place, function, text)| format!("{place}.{function}({text})")),
        (select(places), select(vec!["<", "<=", ">", ">="]), select(vec!["3", "2u", "3.5", "-1", "null"]))
            .prop_map(|(place, op, number)| format!("({place} {op} {number})")),
    ]
    .boxed()
}

fn number(depth: u32, in_loop: bool) -> Text {
    let leaf = one_of(&["score", "count", "1", "-3", "91.5", "0", "account.seats", "9223372036854775807"]);
    let Some(depth) = depth.checked_sub(1) else { return leaf };
    prop_oneof![
        2 => leaf,
        1 => (number(depth, in_loop), select(vec!["+", "-", "*", "/", "%"]), number(depth, in_loop))
            .prop_map(|(a, op, b)| format!("({a} {op} {b})")),
        1 => expression(depth, in_loop).prop_map(|a| format!("size({a})")),
        1 => text(depth, in_loop).prop_map(|a| format!("({a}).size()")),
        1 => expression(depth, in_loop).prop_map(|a| format!("int({a})")),
        1 => number(depth, in_loop).prop_map(|a| format!("-({a})")),
        1 => join((number(depth, in_loop), number(depth, in_loop)), |a, b| format!("math.greatest({a}, {b})")),
    ]
    .boxed()
}

fn text(depth: u32, in_loop: bool) -> Text {
    let leaf = if in_loop {
        one_of(&["x", "x.role", "x.content", "tier", "'user'", "'e'"])
    } else {
        one_of(&[
            "tier",
            "region",
            "account.plan",
            "account.nested.deep",
            "messages[1].role",
            "'premium'",
            "'e'",
            "'('",
        ])
    };
    let Some(depth) = depth.checked_sub(1) else { return leaf };
    prop_oneof![
        4 => leaf,
        1 => join((text(depth, in_loop), text(depth, in_loop)), |a, b| format!("({a} + {b})")),
        1 => expression(depth, in_loop).prop_map(|a| format!("string({a})")),
        1 => join((text(depth, in_loop), number(depth, in_loop)), |a, b| format!("({a}).charAt({b})")),
    ]
    .boxed()
}

fn list(depth: u32, in_loop: bool) -> Text {
    let leaf = one_of(&[
        "messages",
        "tags",
        "['eu', 'us', 1.0, 3]",
        "[]",
        "account",
        "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]",
    ]);
    let Some(depth) = depth.checked_sub(1) else { return leaf };
    prop_oneof![
        3 => leaf,
        1 => join((expression(depth, in_loop), expression(depth, in_loop)), |a, b| format!("[{a}, {b}]")),
        1 => join((expression(depth, in_loop), expression(depth, in_loop)), |a, b| format!("{{{a}: {b}}}")),
        1 => join((list(depth, in_loop), expression(depth, true)), |a, b| format!("({a}).map(x, {b})")),
        1 => join((list(depth, in_loop), boolean(depth, true)), |a, b| format!("({a}).filter(x, {b})")),
        1 => join((list(depth, in_loop), expression(depth, true)), |a, b| format!("({a}).transformList(i, x, {b})")),
    ]
    .boxed()
}

fn tree(text: &str) -> Ast {
    let (ast, issues) = parse(text, &ParseOptions::full());
    assert!(issues.is_empty(), "{text}: {issues:?}");
    ast
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_evaluators_agree(texts in prop::collection::vec(boolean(3, false), 1..4), full: bool) {
        let profile = if full { Profile::Full } else { Profile::Router };
        let env = Env { profile, ..Env::default() };
        let trees: Vec<Ast> = texts.iter().map(|text| tree(text)).collect();
        // Every condition twice, so that tests are shared.
        let all: Vec<&Ast> = trees.iter().chain(&trees).collect();
        let set = ProgramSet::compile(&all, &env);
        let whole = values(&request());
        let mut part = whole.clone();
        part.swap_remove("tier");
        part.insert("count".into(), Value::Double(2.0));
        let mut scratch = set.scratch();
        for variables in [whole, part, IndexMap::<Arc<str>, Value>::new()] {
            let row = fill(&set, &variables);
            let mut evaluation = set.on(&row, &mut scratch);
            for (at, tree) in all.iter().enumerate() {
                let expected = evaluate(tree, &env, &variables);
                prop_assert_eq!(evaluation.value_of(at), expected, "{:?}", texts);
            }
        }
    }
}
