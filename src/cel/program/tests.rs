//! The fast evaluator against the reference.

use std::sync::Arc;

use indexmap::IndexMap;

use super::*;
use crate::cel::interpret::evaluate;
use crate::cel::parser::{ParseOptions, parse};
use crate::cel::value::{JsonNumbers, MAX_DEPTH};

fn tree(text: &str) -> Ast {
    let (ast, issues) = parse(text, &ParseOptions::full());
    assert!(issues.is_empty(), "{text}: {issues:?}");
    ast
}

pub(super) fn values(json: &serde_json::Value) -> IndexMap<Arc<str>, Value> {
    let object = json.as_object().unwrap().iter();
    object
        .map(|(name, value)| (name.as_str().into(), Value::from_json(value, JsonNumbers::default())))
        .collect()
}

pub(super) fn fill<'v>(set: &ProgramSet, variables: &'v IndexMap<Arc<str>, Value>) -> Row<'v> {
    let mut row = set.row();
    for (at, slot) in set.slots().iter().enumerate() {
        row.set(at, variables.get(&slot.name));
    }
    row
}

fn verdicts(conditions: &[&str], variables: &IndexMap<Arc<str>, Value>) -> Vec<Verdict> {
    let trees: Vec<Ast> = conditions.iter().map(|text| tree(text)).collect();
    let set = ProgramSet::compile(&trees.iter().collect::<Vec<_>>(), &Env::default());
    let row = fill(&set, variables);
    let mut scratch = set.scratch();
    let mut evaluation = set.on(&row, &mut scratch);
    (0..set.len()).map(|index| evaluation.verdict(index)).collect()
}

pub(super) fn request() -> serde_json::Value {
    serde_json::json!({
        "tier": "premium", "region": "eu", "score": 91.5, "count": 3, "beta": true, "nothing": null,
        "long": "more than sixteen bytes", "tags": ["a", "b", 3, null], "account": {"plan": "b", "seats": 12, "nested": {"deep": "x"}},
        "messages": [
            {"role": "system", "content": "be kind"},
            {"role": "user", "content": "I want a refund, please"},
            {"role": "user"}
        ]
    })
}

#[test]
fn conditions_of_routers() {
    let cases = [
        (r#"tier == "premium" && region in ["us", "eu"]"#, Verdict::True),
        (r#""premium" != tier"#, Verdict::False),
        (r#"messages.exists(m, m.role == "user" && m.content.contains("refund"))"#, Verdict::True),
        (r#"messages.all(m, m.content.size() > 0)"#, Verdict::False),
        (r#"messages[1].content.matches("(?i)REFUND")"#, Verdict::True),
        (r#"score >= 90 && score < 92 && count in [1, 2, 3]"#, Verdict::True),
        (r#"absent == "x" || tier == "premium""#, Verdict::True),
        (r#"has(account.plan) && account["seats"] == 12"#, Verdict::True),
        (r#"account.nested.deep == "x" && !has(account.other)"#, Verdict::True),
        (r#"messages.filter(m, m.role == "user").size() == 2"#, Verdict::True),
        (r#"messages.map(m, m.role).exists_one(r, r == "system")"#, Verdict::True),
        ("beta ? tier.startsWith('pre') : false", Verdict::True),
        ("tier", Verdict::NotBool("premium".into())),
        ("type(count) == int && type(score) == double", Verdict::True),
    ];
    let found = verdicts(&cases.clone().map(|(text, _)| text), &values(&request()));
    // `messages.all` meets a message without content, and one that decides: none is empty, so the error counts.
    for ((text, expected), found) in cases.into_iter().zip(found) {
        if text.starts_with("messages.all") {
            assert!(matches!(found, Verdict::Error(_)), "{text}: {found:?}");
        } else {
            assert_eq!(found, expected, "{text}");
        }
    }
}

#[test]
fn an_error_points_at_its_own_condition() {
    let conditions = ["messages[7].content.contains('x')", "  true && messages[7].content.contains('x')"];
    let spans: Vec<_> = verdicts(&conditions, &values(&request()))
        .into_iter()
        .map(|verdict| match verdict {
            Verdict::Error(error) => error.span.unwrap().start,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(spans, [0, 10]);
}

#[test]
fn a_row_has_a_place_for_each_slot_and_no_other() {
    for slots in [1, 15, 16, 17, 40] {
        let text = (0..slots).map(|at| format!("v{at} == {at}")).collect::<Vec<_>>().join(" && ");
        let tree = tree(&text);
        let set = ProgramSet::compile(&[&tree], &Env::default());
        let values: Vec<Value> = (0..slots + 1).map(Value::Int).collect();
        let slots = set.slots().len();
        for backwards in [false, true] {
            let mut row = set.row();
            for step in 0..slots {
                let at = if backwards { slots - 1 - step } else { step };
                assert!(matches!(set.on(&row, &mut set.scratch()).verdict(0), Verdict::Missing { .. }));
                row.set(at, Some(&values[at]));
                let held: Vec<usize> = (0..slots).filter(|at| row.get(*at).is_some()).collect();
                let expected = if backwards { at..slots } else { 0..at + 1 };
                assert_eq!(held, expected.collect::<Vec<_>>());
            }
            assert_eq!(set.on(&row, &mut set.scratch()).verdict(0), Verdict::True);
            row.set(slots, Some(&values[0]));
            assert_eq!(row.get(slots), None);
            row.set(slots - 1, None);
            assert!(
                matches!(set.on(&row, &mut set.scratch()).verdict(0), Verdict::Missing { slot, .. } if slot + 1 == slots)
            );
        }
    }
}

#[test]
fn a_shared_test_is_evaluated_anew_for_each_row() {
    let tree = tree("text.contains('x')");
    let set = ProgramSet::compile(&[&tree, &tree], &Env::default());
    assert_eq!(set.memos, 1);
    let mut scratch = set.scratch();
    let mut row = set.row();
    let cases = [("x", Verdict::True), ("y", Verdict::False), ("xx", Verdict::True)];
    for (text, expected) in cases.map(|(text, expected)| (Value::string(text), expected)).iter() {
        row.set(0, Some(text));
        let mut evaluation = set.on(&row, &mut scratch);
        assert_eq!(evaluation.verdict(0), *expected);
        assert_eq!(evaluation.verdict(1), *expected);
    }
}

#[test]
fn tests_that_are_not_the_same_are_not_shared() {
    let trees = ["t.contains('1')", "t.contains(\"1\")", "s.contains('1')", "size(t) == 1", "size(t) == 1u"]
        .map(tree);
    let set = ProgramSet::compile(&trees.iter().collect::<Vec<_>>(), &Env::default());
    assert_eq!(set.memos, 1);
}

#[test]
fn names_of_macro_variables_take_no_slot() {
    let tree = tree("messages.exists(m, m.role == tier) && cel.bind(x, y, x == z)");
    let set =
        ProgramSet::compile(&[&tree], &Env { profile: crate::cel::env::Profile::Full, ..Env::default() });
    let names: Vec<_> = set.slots().iter().map(|slot| &*slot.name).collect();
    assert_eq!(names, ["messages", "tier", "y", "z"]);
}

#[test]
fn a_budget_that_runs_out_ends_a_condition() {
    let list: Vec<i64> = (0..1_000).collect();
    let variables = values(&serde_json::json!({"list": list}));
    let text = "list.all(a, list.all(b, list.all(c, a >= 0 || b + c > 0))) || true";
    let tree = tree(text);
    let mut env = Env::default();
    env.limits.steps = 100_000;
    let set = ProgramSet::compile(&[&tree], &env);
    let row = fill(&set, &variables);
    let error = set.on(&row, &mut set.scratch()).value_of(0).unwrap_err();
    assert_eq!(error.kind, EvalErrorKind::Budget);
    assert_eq!(evaluate(&tree, &env, &variables).unwrap_err().kind, EvalErrorKind::Budget);
}

/// Runs on a stack as small as any thread's.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap().join().unwrap();
}

#[test]
fn the_deepest_trees_fit_the_stack() {
    on_a_small_stack(|| {
        let shapes = [
            ("", "x", ".y"),
            ("", "x", "[0]"),
            ("", "x", " + 1"),
            ("", "x", ".f(1)"),
            ("x.f(", "1", ")"),
            ("cel.bind(v, x, ", "v", ")"),
            ("[0].map(v, ", "v", ")"),
            ("{'a': ", "v", "}.transformList(i, v, v)"),
            ("[", "1", "]"),
            ("!(", "true", " && x)"),
            ("(1 + ", "x", ")"),
            ("(true ? ", "x", " : 1)"),
            ("f(", "x", ")"),
            ("size([", "x", "])"),
            ("{1: ", "x", "}"),
        ];
        let env = Env { profile: crate::cel::env::Profile::Full, ..Env::default() };
        for (open, inside, close) in shapes {
            let deepest = [249, 248, 247, 125, 124, 123, 84, 83, 82, 63, 62, 61, 16, 15]
                .into_iter()
                .find_map(|levels| {
                    let text = format!("{}{inside}{}", open.repeat(levels), close.repeat(levels));
                    let (ast, issues) = parse(&text, &ParseOptions::full());
                    issues.is_empty().then_some(ast)
                });
            let tree = deepest.unwrap();
            let variables = values(&serde_json::json!({"x": 1}));
            let compiled = ProgramSet::compile(&[&tree, &tree], &env);
            let row = fill(&compiled, &variables);
            let value = compiled.on(&row, &mut compiled.scratch()).value_of(1);
            assert_eq!(value, evaluate(&tree, &env, &variables));
        }
    });
}

#[test]
fn deep_values_are_compared_and_printed_at_the_bottom_of_deep_trees() {
    on_a_small_stack(|| {
        let deep = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
        for leaf in ["x == y", "'%s'.format(x) == '%s'.format(y)", "x in [y]", "[x, y].distinct() == [x]"] {
            let nest = 230;
            let levels = usize::from(MAX_DEPTH) - 2;
            let text = format!("{}{leaf}{}", "(true ? ".repeat(nest), " : false)".repeat(nest));
            let deepest = format!("cel.bind(x, {}, cel.bind(y, {}, {text}))", deep(levels), deep(levels));
            let tree = tree(&deepest);
            let env = Env { profile: crate::cel::env::Profile::Full, ..Env::default() };
            assert_eq!(evaluate(&tree, &env, &()), Ok(Value::Bool(true)), "{leaf}");
        }
    });
}

#[test]
fn values_stay_within_the_depth_that_is_safe() {
    on_a_small_stack(|| {
        // Each slot wraps the one before: the tree is flat, the value is not.
        let slots: Vec<String> = (0..3_000).map(|at| format!("[cel.index({at})]")).collect();
        let text = format!("cel.block([[1], {}], cel.index(3000) == cel.index(2999))", slots.join(", "));
        let block = tree(&text);
        let env = Env { profile: crate::cel::env::Profile::Full, ..Env::default() };
        let error = evaluate(&block, &env, &()).unwrap_err();
        assert_eq!(error.kind, EvalErrorKind::TooDeep(MAX_DEPTH));
        let mut deepest = Value::Null;
        for level in 0..MAX_DEPTH {
            deepest = match level % 3 {
                0 => Value::list(vec![deepest]),
                1 => Value::map([(crate::cel::value::Key::Int(1), deepest)].into_iter().collect()),
                _ => Value::some(deepest),
            };
        }
        assert_eq!(deepest, deepest.clone());
        assert!(deepest.to_string().len() > usize::from(MAX_DEPTH));
        let tagged = deepest.to_tagged().unwrap();
        assert_eq!(Value::from_tagged(&tagged).unwrap(), deepest);
        let equal = tree("x == y && ['%s'.format([[x]])] != [y]");
        let variables: IndexMap<Arc<str>, Value> =
            [("x".into(), deepest.clone()), ("y".into(), deepest)].into_iter().collect();
        assert!(evaluate(&equal, &env, &variables).is_err(), "an optional cannot be printed");
    });
}

#[test]
fn values_that_double_with_each_step_use_up_the_budget() {
    let mut env = Env::default();
    env.limits.steps = 100_000;
    let text = format!("[['a']]{}", ".map(x, [x, x])".repeat(100));
    let equality = tree(&format!("{text} == {text}"));
    assert_eq!(evaluate(&equality, &env, &()).unwrap_err().kind, EvalErrorKind::Budget);
    let concatenation = tree(&format!("['abcdefgh']{}", ".map(x, x + x)".repeat(100)));
    let kind = evaluate(&concatenation, &env, &()).unwrap_err().kind;
    assert!(matches!(kind, EvalErrorKind::TooLong(_) | EvalErrorKind::Budget), "{kind}");
}
