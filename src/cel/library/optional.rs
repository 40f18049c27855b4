//! Optional values.

use super::{A, BOOL, Function, LIST_A, OPT_A, Outcome, Overload, Sig, extension};
use crate::cel::value::Value;

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

pub(crate) fn of(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn of_non_zero(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn none(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn has_value(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn value(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn or(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn or_value(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn unwrap(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}
