//! Standard functions of sizes, strings and types.

use super::{A, ANY, BOOL, BYTES, Function, INT, LIST_A, MAP_KA, Outcome, Overload, STRING, Sig, standard};
use crate::cel::value::Value;

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
            Overload::global("matches", &[STRING, STRING], BOOL, matches),
            Overload::member("matches_string", &[STRING, STRING], BOOL, matches),
        ],
    ),
    standard("type", "the type of a value", &[Overload::global("type", &[A], Sig::Type(&A), type_of)]),
    standard(
        "dyn",
        "the same value, checked when evaluated",
        &[Overload::global("to_dyn", &[A], ANY, identity)],
    ),
];

pub(crate) fn size(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn contains(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn starts_with(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn ends_with(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn matches(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn type_of(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn identity(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}
