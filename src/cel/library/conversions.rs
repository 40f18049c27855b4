//! Conversions between types.

use super::standard::identity;
use super::{
    BOOL, BYTES, DOUBLE, Function, INT, Outcome, Overload, SPAN, STRING, TIME, UINT, network, standard,
};
use crate::cel::value::Value;

pub(super) static FUNCTIONS: &[Function] = &[
    standard(
        "bool",
        "a bool from text such as `true`",
        &[
            Overload::global("bool_to_bool", &[BOOL], BOOL, identity),
            Overload::global("string_to_bool", &[STRING], BOOL, to_bool),
        ],
    ),
    standard(
        "bytes",
        "the UTF-8 bytes of a text",
        &[
            Overload::global("bytes_to_bytes", &[BYTES], BYTES, identity),
            Overload::global("string_to_bytes", &[STRING], BYTES, to_bytes),
        ],
    ),
    standard(
        "double",
        "a number as double",
        &[
            Overload::global("double_to_double", &[DOUBLE], DOUBLE, identity),
            Overload::global("int64_to_double", &[INT], DOUBLE, to_double),
            Overload::global("string_to_double", &[STRING], DOUBLE, to_double),
            Overload::global("uint64_to_double", &[UINT], DOUBLE, to_double),
        ],
    ),
    standard(
        "int",
        "a number as int, its fraction cut off",
        &[
            Overload::global("int64_to_int64", &[INT], INT, identity),
            Overload::global("double_to_int64", &[DOUBLE], INT, to_int),
            Overload::global("duration_to_int64", &[SPAN], INT, to_int),
            Overload::global("string_to_int64", &[STRING], INT, to_int),
            Overload::global("timestamp_to_int64", &[TIME], INT, to_int),
            Overload::global("uint64_to_int64", &[UINT], INT, to_int),
        ],
    ),
    standard(
        "uint",
        "a number as uint, its fraction cut off",
        &[
            Overload::global("uint64_to_uint64", &[UINT], UINT, identity),
            Overload::global("double_to_uint64", &[DOUBLE], UINT, to_uint),
            Overload::global("int64_to_uint64", &[INT], UINT, to_uint),
            Overload::global("string_to_uint64", &[STRING], UINT, to_uint),
        ],
    ),
    standard(
        "string",
        "a value as text",
        &[
            Overload::global("string_to_string", &[STRING], STRING, identity),
            Overload::global("bool_to_string", &[BOOL], STRING, to_string),
            Overload::global("bytes_to_string", &[BYTES], STRING, to_string),
            Overload::global("double_to_string", &[DOUBLE], STRING, to_string),
            Overload::global("duration_to_string", &[SPAN], STRING, to_string),
            Overload::global("int64_to_string", &[INT], STRING, to_string),
            Overload::global("timestamp_to_string", &[TIME], STRING, to_string),
            Overload::global("uint64_to_string", &[UINT], STRING, to_string),
            Overload::global("ip_to_string", &[network::IP], STRING, to_string).extended(),
            Overload::global("cidr_to_string", &[network::CIDR], STRING, to_string).extended(),
        ],
    ),
    standard(
        "timestamp",
        "a point in time from text such as `2026-01-31T12:00:00Z`, or from seconds since 1970",
        &[
            Overload::global("timestamp_to_timestamp", &[TIME], TIME, identity),
            Overload::global("int64_to_timestamp", &[INT], TIME, to_timestamp),
            Overload::global("string_to_timestamp", &[STRING], TIME, to_timestamp),
        ],
    ),
    standard(
        "duration",
        "a length of time from text such as `1h30m`",
        &[
            Overload::global("duration_to_duration", &[SPAN], SPAN, identity),
            Overload::global("int64_to_duration", &[INT], SPAN, to_duration),
            Overload::global("string_to_duration", &[STRING], SPAN, to_duration),
        ],
    ),
];

pub(crate) fn to_bool(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn to_bytes(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn to_double(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn to_int(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn to_uint(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn to_string(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn to_timestamp(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn to_duration(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}
