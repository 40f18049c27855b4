use serde_json::json;

use super::*;
use crate::cel::Span;
use crate::cel::env::{HostFunction, Profile};
use crate::cel::parser::{ParseOptions, parse};
use crate::cel::types::Type;
use crate::cel::value::JsonNumbers;

fn tree(text: &str) -> Ast {
    let (ast, issues) = parse(text, &ParseOptions::full());
    assert!(issues.is_empty(), "{text}: {issues:?}");
    ast
}

fn full() -> Env {
    Env { profile: Profile::Full, ..Env::default() }
}

fn variables() -> IndexMap<Arc<str>, Value> {
    let json = json!({"tier": "premium", "messages": [{"role": "user", "content": "hi"}], "int": 3});
    let object = json.as_object().unwrap();
    object
        .iter()
        .map(|(name, value)| (name.as_str().into(), Value::from_json(value, JsonNumbers::default())))
        .collect()
}

fn eval(text: &str) -> Result<Value, EvalError> {
    evaluate(&tree(text), &full(), &variables())
}

fn error(text: &str) -> (EvalErrorKind, Span) {
    let error = eval(text).unwrap_err();
    (error.kind, error.span.unwrap())
}

#[test]
fn errors_point_at_the_node_that_failed() {
    assert_eq!(error("true && nope == 1"), (EvalErrorKind::MissingVariable("nope".into()), Span::new(8, 12)));
    assert_eq!(
        error("size(messages[0].nope)"),
        (EvalErrorKind::NoSuchKey("\"nope\"".into()), Span::new(5, 21))
    );
    assert_eq!(error("1 + (2 / 0)"), (EvalErrorKind::DivideByZero, Span::new(5, 10)));
    assert_eq!(error("messages[3]"), (EvalErrorKind::IndexOutOfRange(3), Span::new(0, 11)));
}

#[test]
fn what_decides_wins_over_errors() {
    for (text, value) in [
        ("nope || tier == 'premium'", true),
        ("tier == 'x' && nope", false),
        ("nope && tier == 'x'", false),
        ("[0, 1].exists(x, 1 / x == 1)", true),
        ("[0, 2].all(x, 1 / x == 1)", false),
    ] {
        assert_eq!(eval(text), Ok(Value::Bool(value)), "{text}");
    }
    assert!(eval("[0, 1].exists_one(x, 1 / x == 1)").is_err());
}

#[test]
fn bindings_and_alternatives_are_evaluated_where_they_are_used() {
    for text in ["cel.bind(x, 1 / 0, true)", "cel.block([1 / 0], true)", "optional.of(1).orValue(1 / 0) == 1"]
    {
        assert_eq!(eval(text), Ok(Value::Bool(true)), "{text}");
    }
    assert_eq!(error("cel.bind(x, 1 / 0, x)").0, EvalErrorKind::DivideByZero);
    assert!(eval("optional.none().orValue(1 / 0)").is_err());
}

#[test]
fn a_variable_hides_a_type_of_its_name() {
    assert_eq!(eval("int == 3"), Ok(Value::Bool(true)));
    assert_eq!(eval("type(1) == uint"), Ok(Value::Bool(false)));
}

#[test]
fn the_router_profile_has_no_extensions() {
    for text in ["'a'.charAt(0)", "math.abs(-1)", "optional.of(1)", "string(ip('::1'))", "net.IP"] {
        assert!(evaluate(&tree(text), &Env::default(), &()).is_err(), "{text}");
        assert!(evaluate(&tree(text), &full(), &()).is_ok(), "{text}");
    }
}

fn last(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::List(list)] if !list.is_empty() => Ok(list.last().cloned().unwrap()),
        _ => Err(EvalError { kind: EvalErrorKind::Invalid("there is no last message".into()), span: None }),
    }
}

#[test]
fn functions_of_the_environment_are_called() {
    let mut env = Env::default();
    env.functions.push(HostFunction {
        lend: None,
        name: "last".into(),
        id: "messages_last".into(),
        params: vec![Type::list(Type::Dyn)],
        member: true,
        result: Type::Dyn,
        call: last,
    });
    let result = evaluate(&tree("messages.last().content"), &env, &variables());
    assert_eq!(result, Ok("hi".into()));
    let error = evaluate(&tree("tier == 'x' || [].last() == 1"), &env, &variables()).unwrap_err();
    assert_eq!(error.span, Some(Span::new(15, 24)));
    let error = evaluate(&tree("tier.last()"), &env, &variables()).unwrap_err();
    assert_eq!(error.to_string(), "no such overload: `last` of (string)");
}

#[test]
fn a_trace_holds_what_was_evaluated_and_nothing_else() {
    let tree = tree("tier == 'x' && messages[9].role == 'user' || size(messages) == 1");
    let (result, trace) = explain(&tree, &Env::default(), &variables());
    assert_eq!(result, Ok(Value::Bool(true)));
    let shown: Vec<(u32, bool)> =
        trace.iter().map(|(id, value)| (tree.span(*id).start, value.is_ok())).collect();
    // `messages[9].role` was not needed.
    assert_eq!(
        shown,
        [
            (0, true),
            (8, true),
            (0, true),
            (0, true),
            (50, true),
            (45, true),
            (63, true),
            (45, true),
            (0, true)
        ]
    );
}

#[test]
fn a_trace_is_bounded() {
    let list = format!("[{}]", vec!["1"; 120].join(", "));
    let tree = tree(&format!("{list}.all(a, {list}.all(b, a == b))"));
    let (result, trace) = explain(&tree, &Env::default(), &());
    assert_eq!((result, trace.len()), (Ok(Value::Bool(true)), TRACED));
}

#[test]
fn patterns_are_compiled_once_and_count_for_many_steps() {
    let mut env = Env::default();
    env.limits.steps = 100_000;
    let list = format!("[{}]", (0..50).map(|n| format!("'p{n}'")).collect::<Vec<_>>().join(", "));
    let same = tree(&format!("{list}.exists(p, 'text'.matches('z+'))"));
    assert_eq!(evaluate(&same, &env, &()), Ok(Value::Bool(false)));
    let different = tree(&format!("{list}.exists(p, 'text'.matches(p))"));
    assert_eq!(evaluate(&different, &env, &()).unwrap_err().kind, EvalErrorKind::Budget);
}
