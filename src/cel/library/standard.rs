//! Standard functions of sizes, strings and types.

use super::{
    A, ANY, BOOL, BYTES, Function, INT, LIST_A, MAP_KA, Outcome, Overload, Runtime, STRING, Sig, misfit,
    standard,
};
use crate::cel::value::{Value, int_of};

pub(super) static FUNCTIONS: &[Function] = &[
    standard(
        "size",
        "how many characters, bytes, elements or entries there are",
        &[
            Overload::global("size_bytes", &[BYTES], INT, size),
            Overload::member("bytes_size", &[BYTES], INT, size),
            Overload::global("size_list", &[LIST_A], INT, size),
            Overload::member("list_size", &[LIST_A], INT, size),
            Overload::global("size_map", &[MAP_KA], INT, size),
            Overload::member("map_size", &[MAP_KA], INT, size),
            Overload::global("size_string", &[STRING], INT, size),
            Overload::member("string_size", &[STRING], INT, size),
        ],
    ),
    standard(
        "contains",
        "whether the text holds another",
        &[Overload::member("contains_string", &[STRING, STRING], BOOL, contains)],
    ),
    standard(
        "startsWith",
        "whether the text begins with another",
        &[Overload::member("starts_with_string", &[STRING, STRING], BOOL, starts_with)],
    ),
    standard(
        "endsWith",
        "whether the text ends with another",
        &[Overload::member("ends_with_string", &[STRING, STRING], BOOL, ends_with)],
    ),
    standard(
        "matches",
        "whether a regular expression (RE2) is found in the text",
        &[
            Overload::metered("matches", &[STRING, STRING], BOOL, matches).global_style(),
            Overload::metered("matches_string", &[STRING, STRING], BOOL, matches),
        ],
    ),
    standard("type", "the type of a value", &[Overload::global("type", &[A], Sig::Type(&A), type_of)]),
    standard(
        "dyn",
        "the same value, checked when evaluated",
        &[Overload::global("to_dyn", &[A], ANY, identity)],
    ),
];

pub(super) fn identity(args: &[Value]) -> Outcome {
    match args {
        [value] => Ok(value.clone()),
        _ => Err(misfit(args)),
    }
}

fn size(args: &[Value]) -> Outcome {
    match args {
        [Value::String(text)] => Ok(int_of(text.chars().count())),
        [Value::Bytes(bytes)] => Ok(int_of(bytes.len())),
        [Value::List(list)] => Ok(int_of(list.len())),
        [Value::Map(map)] => Ok(int_of(map.len())),
        _ => Err(misfit(args)),
    }
}

fn contains(args: &[Value]) -> Outcome {
    match args {
        [Value::String(text), Value::String(part)] => Ok(Value::Bool(text.contains(&**part))),
        _ => Err(misfit(args)),
    }
}

fn starts_with(args: &[Value]) -> Outcome {
    match args {
        [Value::String(text), Value::String(part)] => Ok(Value::Bool(text.starts_with(&**part))),
        _ => Err(misfit(args)),
    }
}

fn ends_with(args: &[Value]) -> Outcome {
    match args {
        [Value::String(text), Value::String(part)] => Ok(Value::Bool(text.ends_with(&**part))),
        _ => Err(misfit(args)),
    }
}

fn matches(args: &[Value], runtime: &mut Runtime) -> Outcome {
    match args {
        [Value::String(text), Value::String(pattern)] => runtime.matches(text, pattern).map(Value::Bool),
        _ => Err(misfit(args)),
    }
}

fn type_of(args: &[Value]) -> Outcome {
    match args {
        [value] => Ok(Value::Type(value.type_name().into())),
        _ => Err(misfit(args)),
    }
}
