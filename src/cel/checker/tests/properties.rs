//! Whatever is written, checking it ends, within the stack of any thread, and answers for every node.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::router;
use crate::cel::checker::{check, may_be_absent};
use crate::cel::env::{Env, Names, Profile};
use crate::cel::errors::{CheckKind, IssueKind};
use crate::cel::parser::{ParseOptions, parse};
use crate::cel::types::Type;
use crate::cel::{Issue, Limits};

fn envs() -> Vec<Env> {
    let inferred = Env { names: Names::Inferred, purpose: Some(Type::Bool), ..Env::default() };
    let full = Env { profile: Profile::Full, ..router() };
    let bare = Env { bare: true, container: "a.b".into(), ..router() };
    vec![router(), full, inferred, bare]
}

fn check_everywhere(text: &str) {
    for env in envs() {
        let (ast, _) = parse(text, &ParseOptions::for_env(&env));
        let (checked, issues) = check(&ast, &env);
        assert_eq!((checked.types.len(), checked.references.len()), (ast.len(), ast.len()));
        assert!(!checked.types.iter().any(|ty| ty.to_string().contains("_var")), "{text}");
        let whole = u32::try_from(text.len()).unwrap();
        for issue in &issues {
            assert!(issue.span.start <= issue.span.end && issue.span.end <= whole, "{text}: {issue:?}");
            assert!(text.get(issue.span.start as usize..issue.span.end as usize).is_some());
            assert!(!issue.message().is_empty() && !issue.message().contains("_var"));
            let _ = (issue.note(), issue.help());
        }
        may_be_absent(&ast, &checked, &env);
    }
}

/// On a thread with as little stack as any has.
fn in_small_thread(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap();
}

fn issues(text: &str, env: &Env) -> Vec<Issue> {
    let options = ParseOptions {
        limits: Limits { depth: usize::MAX, comprehensions: usize::MAX, ..env.limits },
        ..ParseOptions::for_env(env)
    };
    let (ast, faults) = parse(text, &options);
    assert!(faults.is_empty(), "{faults:?}");
    check(&ast, env).1
}

fn has_kind(issues: &[Issue], is: impl Fn(&CheckKind) -> bool) -> bool {
    issues.iter().any(|issue| matches!(&issue.kind, IssueKind::Check(kind) if is(kind)))
}

const WORDS: &[&str] = &[
    "tier",
    "score",
    "tags",
    "account",
    "messages",
    "limits",
    "note",
    "x",
    "a.b",
    "True",
    "null",
    "true",
    "1",
    "2.5",
    "3u",
    "\"a\"",
    "\"(\"",
    "b\"z\"",
    ".plan",
    ".size()",
    ".matches(",
    ".exists(x, ",
    ".map(x, ",
    ".all(i, x, ",
    ".filter(x, ",
    ".last()",
    ".length",
    "len(",
    "size(",
    "has(",
    "cel.bind(x, ",
    "cel.block([",
    "cel.index(0)",
    ".optMap(x, ",
    "optional.of(",
    ".?plan",
    "[?0]",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    ",",
    ":",
    "?",
    " == ",
    " != ",
    " < ",
    " in ",
    " && ",
    " || ",
    " + ",
    " % ",
    "-",
    "!",
    "math.greatest(",
    "type(",
    "dyn(",
    "int(",
    ".orValue(",
    "Msg{a: ",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_words_can_be_checked(words in prop::collection::vec(prop::sample::select(WORDS), 1..40)) {
        check_everywhere(&words.concat());
    }
}

#[test]
fn deep_trees_stay_within_the_stack() {
    in_small_thread(|| {
        for (open, close) in [
            ("(", ")"),
            ("[", "]"),
            ("{1: ", "}"),
            ("-(", ")"),
            ("!(", ")"),
            ("size(", ")"),
            ("1 + (", ")"),
            ("true ? 1 : (", ")"),
            ("[1].map(x, ", ")"),
            ("true && (", ")"),
            ("dyn(", ").a"),
            ("tags[", "]"),
            ("cel.bind(x, 1, ", ")"),
            ("cel.bind(x, ", ", x)"),
            ("optional.of(", ")"),
            ("1 == (", ")"),
        ] {
            let levels = 240;
            check_everywhere(&format!("{}1{}", open.repeat(levels), close.repeat(levels)));
        }
    });
}

#[test]
fn types_that_double_at_each_step_end_at_a_bound() {
    in_small_thread(|| {
        let mut text = String::from("1");
        for level in 0..200 {
            text = format!("cel.bind(x{level}, {{x{0}: x{0}}}, {text})", level + 1);
        }
        text = text.replace("x200", "1");
        let env = Env { profile: Profile::Full, ..Env::default() };
        let mut nested = String::new();
        for level in 0..200 {
            let inner = if level == 0 { "1".to_owned() } else { format!("x{}", level - 1) };
            let _ = write!(nested, "cel.bind(x{level}, {{{inner}: {inner}}}, ");
        }
        nested.push_str("x199 == x198");
        nested.push_str(&")".repeat(200));
        for text in [text, nested] {
            let found = issues(&text, &env);
            assert!(has_kind(&found, |k| matches!(k, CheckKind::TooComplex { .. })));
        }
    });
}

#[test]
fn long_expressions_are_checked_in_full() {
    let chain = vec!["tier == \"pro\""; 5_000].join(" && ");
    assert!(issues(&chain, &router()).is_empty());
    let list = format!("tier in [{}]", vec!["\"pro\""; 9_000].join(", "));
    assert!(issues(&list, &router()).is_empty());
    let env = Env { names: Names::Inferred, ..Env::default() };
    let names: Vec<String> = (0..5_000).map(|n| format!("name{n} == {n}")).collect();
    assert!(issues(&names.join(" || "), &env).is_empty());
}

#[test]
fn bounds_are_named() {
    let small = Limits { depth: 10, comprehensions: 2, ..Limits::default() };
    let env = Env { limits: small, ..router() };
    let deep = issues(&format!("{}true{}", "!(true && ".repeat(8), ")".repeat(8)), &env);
    assert!(has_kind(&deep, |k| *k == CheckKind::TooDeep { limit: 10 }));
    assert_eq!(deep.len(), 1);
    assert_eq!(deep[0].message(), "the expression nests deeper than 10 levels");
    let loops = issues("tags.all(a, tags.all(b, tags.all(c, tags.all(d, a == d))))", &env);
    assert!(has_kind(&loops, |k| *k == CheckKind::TooManyComprehensions { limit: 2 }));
    assert_eq!(loops.len(), 1);
}
