//! What a router's conditions can use beyond standard CEL: the variable `messages` and its functions.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::cel::Env;
use crate::cel::env::HostFunction;
use crate::cel::types::{Domain, Field, Record, Type};
use crate::cel::value::{EvalError, EvalErrorKind, Value};

/// The variable that holds a request's messages.
pub const MESSAGES: &str = "messages";

/// The environment of every condition: the standard profile, `messages` and its functions. The variables that the
/// callers' metadata gives are added by whoever has read their declarations.
pub fn router_env() -> Env {
    let message = message_type();
    let messages = Type::list(message.clone());
    let function = |name: &str, index: Option<Type>, result: Type, call, lend| HostFunction {
        name: name.into(),
        id: format!("messages_{name}").into(),
        params: std::iter::once(messages.clone()).chain(index).collect(),
        member: true,
        result,
        call,
        lend,
    };
    Env {
        variables: IndexMap::from_iter([(MESSAGES.into(), field(messages.clone(), true))]),
        functions: vec![
            function("has", None, Type::Bool, has, None),
            function("first", None, message.clone(), first, Some(|m| list(m)?.first())),
            function("last", None, message.clone(), last, Some(|m| list(m)?.last())),
            function("get", Some(Type::Int), message, get, None),
        ],
        ..Env::default()
    }
}

/// What a function of routers does, in one line.
pub fn summary(name: &str) -> Option<&'static str> {
    Some(match name {
        "has" => "whether the request has a message at all",
        "first" => "the first message; without messages the condition has no value",
        "last" => "the last message; without messages the condition has no value",
        "get" => "the message at a place, counted from 0; outside the list the condition has no value",
        _ => return None,
    })
}

/// The type of one message, after a request's body has been brought into shape: `role` and `content` are always
/// there (content that is null is `""`), the others only where the request has them.
pub fn message_type() -> Type {
    let fields = [
        ("role", field(Type::String, true)),
        ("content", field(Type::String, true)),
        ("name", field(Type::String, false)),
        ("tool_call_id", field(Type::String, false)),
        ("tool_calls", field(Type::list(Type::Dyn), false)),
    ];
    let fields = fields.into_iter().map(|(name, field)| (name.into(), field)).collect();
    Type::Record(Arc::new(Record { name: "message".into(), fields, open: false }))
}

fn field(ty: Type, required: bool) -> Field {
    Field { ty, required, nullable: false, domain: Domain::default() }
}

/// `messages.has()`: whether there is a message at all.
fn has(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::List(messages)] => Ok(Value::Bool(!messages.is_empty())),
        _ => Err(no_overload("has", args)),
    }
}

/// `messages.first()`; an error when there is none.
fn first(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::List(messages)] => messages.first().cloned().ok_or_else(no_messages),
        _ => Err(no_overload("first", args)),
    }
}

/// `messages.last()`; an error when there is none.
fn last(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::List(messages)] => messages.last().cloned().ok_or_else(no_messages),
        _ => Err(no_overload("last", args)),
    }
}

/// `messages.get(i)`, counted from 0; an error outside the list.
fn get(args: &[Value]) -> Result<Value, EvalError> {
    match args {
        [Value::List(messages), Value::Int(_)] if messages.is_empty() => Err(no_messages()),
        [Value::List(messages), Value::Int(index)] => {
            let message = usize::try_from(*index).ok().and_then(|at| messages.get(at));
            message.cloned().ok_or_else(|| out_of_range(*index))
        }
        _ => Err(no_overload("get", args)),
    }
}

fn list(value: &Value) -> Option<&[Value]> {
    match value {
        Value::List(items) => Some(items),
        _ => None,
    }
}

fn no_messages() -> EvalError {
    EvalError { kind: EvalErrorKind::Invalid("the request has no messages".to_owned()), span: None }
}

fn out_of_range(index: i64) -> EvalError {
    EvalError { kind: EvalErrorKind::IndexOutOfRange(index), span: None }
}

fn no_overload(function: &str, args: &[Value]) -> EvalError {
    let args = args.iter().map(|value| type_name(value).into()).collect();
    EvalError { kind: EvalErrorKind::NoSuchOverload { function: function.into(), args }, span: None }
}

fn type_name(value: &Value) -> &str {
    match value {
        Value::Null => "null_type",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int",
        Value::Uint(_) => "uint",
        Value::Double(_) => "double",
        Value::String(_) => "string",
        Value::Bytes(_) => "bytes",
        Value::List(_) => "list",
        Value::Map(_) => "map",
        Value::Timestamp { .. } => "google.protobuf.Timestamp",
        Value::Duration { .. } => "google.protobuf.Duration",
        Value::Type(_) => "type",
        Value::Optional(_) => "optional_type",
        Value::Opaque(value) => value.type_name(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cel::interpret::evaluate;
    use crate::cel::program::ProgramSet;
    use crate::cel::value::Key;
    use crate::cel::{ParseOptions, parse};

    fn call(name: &str, args: &[&Value]) -> Result<Value, EvalErrorKind> {
        let env = router_env();
        let function = env.functions.iter().find(|f| &*f.name == name).unwrap();
        assert_eq!(function.params.len(), args.len());
        assert!(function.member);
        (function.call)(&args.iter().map(|arg| (*arg).clone()).collect::<Vec<_>>())
            .map_err(|error| error.kind)
    }

    fn list(texts: &[&str]) -> Value {
        Value::list(texts.iter().map(|text| Value::String((*text).into())).collect())
    }

    #[test]
    fn find_messages() {
        let (none, two) = (list(&[]), list(&["a", "b"]));
        let text = |text: &str| Ok(Value::String(text.into()));
        assert_eq!(call("has", &[&none]), Ok(Value::Bool(false)));
        assert_eq!(call("has", &[&two]), Ok(Value::Bool(true)));
        assert_eq!(call("first", &[&two]), text("a"));
        assert_eq!(call("last", &[&two]), text("b"));
        assert_eq!(call("get", &[&two, &Value::Int(0)]), text("a"));
        assert_eq!(call("get", &[&two, &Value::Int(1)]), text("b"));
    }

    #[test]
    fn what_is_lent_is_what_a_call_answers() {
        let values = [list(&[]), list(&["a"]), list(&["a", "b"]), Value::Null, Value::Int(1), "ab".into()];
        let mut lent = 0;
        for function in router_env().functions {
            let Some(lend) = function.lend else { continue };
            for value in &values {
                let answer = (function.call)(std::slice::from_ref(value)).ok();
                assert_eq!(lend(value), answer.as_ref(), "{} of {value:?}", function.name);
                lent += usize::from(answer.is_some());
            }
        }
        assert_eq!(lent, 4);
    }

    #[test]
    fn both_evaluators_agree_on_them() {
        let conditions = [
            "messages.last().content == 'b'",
            "messages.first().content.size() < 2 && messages.last().content.matches('b')",
            "messages.last().none == 1",
            "messages.last().tags[1] in ['x', 'y']",
            "messages.last().exists(k, k == 'content')",
            "messages.first().tags.last() == 'y' || messages.has()",
            "[messages].last().last().content.startsWith('a')",
            "messages.last()",
            "messages.get(1).content == messages.last().content",
            "first(messages) == last(messages)",
        ];
        let message = |text: &str| {
            let entries = [("content", Value::from(text)), ("tags", list(&["x", "y"]))];
            Value::map(entries.into_iter().map(|(key, value)| (Key::String(key.into()), value)).collect())
        };
        let rows = [
            None,
            Some(Value::list(Vec::new())),
            Some(Value::list(vec![message("a")])),
            Some(Value::list(vec![message("a"), message("b")])),
            Some(list(&["a", "b"])),
            Some(Value::Int(1)),
        ];
        let env = router_env();
        for condition in conditions {
            let (ast, issues) = parse(condition, &ParseOptions::default());
            assert!(issues.is_empty(), "{condition}: {issues:?}");
            let set = ProgramSet::compile(&[&ast], &env);
            for messages in &rows {
                let mut row = set.row();
                set.slots().iter().enumerate().for_each(|(at, _)| row.set(at, messages.as_ref()));
                let compiled = set.on(&row, &mut set.scratch()).value_of(0);
                let variables: IndexMap<Arc<str>, Value> =
                    messages.iter().map(|messages| (MESSAGES.into(), messages.clone())).collect();
                assert_eq!(compiled, evaluate(&ast, &env, &variables), "{condition} with {messages:?}");
            }
        }
    }

    #[test]
    fn fail_outside_the_list() {
        let (none, two) = (list(&[]), list(&["a", "b"]));
        let no_messages = Err(EvalErrorKind::Invalid("the request has no messages".to_owned()));
        assert_eq!(call("first", &[&none]), no_messages);
        assert_eq!(call("last", &[&none]), no_messages);
        assert_eq!(call("get", &[&none, &Value::Int(0)]), no_messages);
        for index in [-1, 2, i64::MAX, i64::MIN] {
            let error = Err(EvalErrorKind::IndexOutOfRange(index));
            assert_eq!(call("get", &[&two, &Value::Int(index)]), error);
        }
    }

    #[test]
    fn refuse_other_types() {
        let overload = |function: &str, args: &[&str]| {
            let args = args.iter().map(|arg| (*arg).into()).collect();
            Err(EvalErrorKind::NoSuchOverload { function: function.into(), args })
        };
        for name in ["has", "first", "last"] {
            assert_eq!(call(name, &[&Value::Null]), overload(name, &["null_type"]));
        }
        let two = list(&["a", "b"]);
        assert_eq!(call("get", &[&two, &Value::Double(1.0)]), overload("get", &["list", "double"]));
    }

    #[test]
    fn messages_are_always_there_and_have_a_role_and_content() {
        let env = router_env();
        let messages = env.variables.get(MESSAGES).unwrap();
        assert!(messages.required && !messages.nullable);
        let Type::List(message) = &messages.ty else { panic!("{:?}", messages.ty) };
        let Type::Record(record) = &**message else { panic!("{message:?}") };
        let required: Vec<&str> =
            record.fields.iter().filter(|(_, field)| field.required).map(|(name, _)| &**name).collect();
        assert_eq!(required, ["role", "content"]);
        assert_eq!(record.fields.len(), 5);
        assert_eq!(messages.ty.to_string(), "list(message)");
    }
}
