//! Optional values.

use super::{A, BOOL, Function, LIST_A, OPT_A, Outcome, Overload, Sig, extension, misfit};
use crate::cel::value::{EvalErrorKind, Value};

const LIST_OPT_A: Sig = Sig::List(&OPT_A);

pub(super) static FUNCTIONS: &[Function] = &[
    extension("optional.of", "a value that is there", &[Overload::global("optional_of", &[A], OPT_A, of)]),
    extension(
        "optional.ofNonZeroValue",
        "the value, or none for the zero of its type",
        &[Overload::global("optional_ofNonZeroValue", &[A], OPT_A, of_non_zero)],
    ),
    extension("optional.none", "no value", &[Overload::global("optional_none", &[], OPT_A, none)]),
    extension(
        "hasValue",
        "whether there is a value",
        &[Overload::member("optional_hasValue", &[OPT_A], BOOL, has_value)],
    ),
    extension(
        "value",
        "the value; an error if there is none",
        &[Overload::member("optional_value", &[OPT_A], A, value)],
    ),
    extension(
        "or",
        "itself if it has a value, else the other",
        &[Overload::member("optional_or_optional", &[OPT_A, OPT_A], OPT_A, or)],
    ),
    extension(
        "orValue",
        "its value, else the other",
        &[Overload::member("optional_orValue_value", &[OPT_A, A], A, or_value)],
    ),
    extension(
        "optional.unwrap",
        "the values of the optionals that have one",
        &[Overload::global("optional_unwrap", &[LIST_OPT_A], LIST_A, unwrap)],
    ),
    extension(
        "unwrapOpt",
        "the values of the optionals that have one",
        &[Overload::member("optional_unwrapOpt", &[LIST_OPT_A], LIST_A, unwrap)],
    ),
];

fn of(args: &[Value]) -> Outcome {
    match args {
        [value] => Value::some(value.clone()).bounded(),
        _ => Err(misfit(args)),
    }
}

fn of_non_zero(args: &[Value]) -> Outcome {
    match args {
        [value] if is_zero(value) => Ok(Value::Optional(None)),
        _ => of(args),
    }
}

fn is_zero(value: &Value) -> bool {
    match value {
        Value::Null | Value::Optional(None) => true,
        Value::Bool(value) => !value,
        Value::Int(value) => *value == 0,
        Value::Uint(value) => *value == 0,
        Value::Double(value) => *value == 0.0,
        Value::String(text) => text.is_empty(),
        Value::Bytes(bytes) => bytes.is_empty(),
        Value::List(list) => list.is_empty(),
        Value::Map(map) => map.is_empty(),
        Value::Duration { seconds, nanos } => *seconds == 0 && *nanos == 0,
        Value::Timestamp { seconds, nanos } => *seconds == 0 && *nanos == 0,
        Value::Type(_) | Value::Optional(Some(_)) | Value::Opaque(_) => false,
    }
}

fn none(args: &[Value]) -> Outcome {
    if args.is_empty() { Ok(Value::Optional(None)) } else { Err(misfit(args)) }
}

fn has_value(args: &[Value]) -> Outcome {
    match args {
        [Value::Optional(value)] => Ok(Value::Bool(value.is_some())),
        _ => Err(misfit(args)),
    }
}

fn value(args: &[Value]) -> Outcome {
    match args {
        [Value::Optional(Some(value))] => Ok((**value).clone()),
        [Value::Optional(None)] => Err(EvalErrorKind::NoValue),
        _ => Err(misfit(args)),
    }
}

fn or(args: &[Value]) -> Outcome {
    match args {
        [Value::Optional(None), other] => Ok(other.clone()),
        [value, _] => Ok(value.clone()),
        _ => Err(misfit(args)),
    }
}

fn or_value(args: &[Value]) -> Outcome {
    match args {
        [Value::Optional(Some(value)), _] => Ok((**value).clone()),
        [Value::Optional(None), other] => Ok(other.clone()),
        _ => Err(misfit(args)),
    }
}

fn unwrap(args: &[Value]) -> Outcome {
    let [Value::List(list)] = args else { return Err(misfit(args)) };
    let mut values = Vec::with_capacity(list.len());
    for element in list.iter() {
        match element {
            Value::Optional(Some(value)) => values.push((**value).clone()),
            Value::Optional(None) => {}
            _ => return Err(misfit(args)),
        }
    }
    Ok(Value::list(values))
}
