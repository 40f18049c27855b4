//! Conversions between types.

use super::standard::identity;
use super::{
    BOOL, BYTES, DOUBLE, Function, INT, Outcome, Overload, SPAN, STRING, TIME, UINT, misfit, network,
    standard,
};
use crate::cel::value::display::{double, quoted};
use crate::cel::value::{EvalErrorKind, Value, timestamp};

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

fn unreadable(text: &str, what: &str) -> EvalErrorKind {
    EvalErrorKind::invalid(format!("{} is no {what}", quoted(text)))
}

fn out_of_range(value: &Value, what: &str) -> EvalErrorKind {
    EvalErrorKind::invalid(format!("{value} is out of the range of {what}"))
}

fn to_bool(args: &[Value]) -> Outcome {
    let [Value::String(text)] = args else { return Err(misfit(args)) };
    match &**text {
        "1" | "t" | "T" | "true" | "True" | "TRUE" => Ok(Value::Bool(true)),
        "0" | "f" | "F" | "false" | "False" | "FALSE" => Ok(Value::Bool(false)),
        text => Err(unreadable(text, "bool")),
    }
}

fn to_bytes(args: &[Value]) -> Outcome {
    let [Value::String(text)] = args else { return Err(misfit(args)) };
    Ok(Value::Bytes(text.as_bytes().into()))
}

#[expect(clippy::cast_precision_loss, reason = "a conversion to double rounds")]
fn to_double(args: &[Value]) -> Outcome {
    match args {
        [Value::Int(value)] => Ok(Value::Double(*value as f64)),
        [Value::Uint(value)] => Ok(Value::Double(*value as f64)),
        [Value::String(text)] => match text.parse::<f64>() {
            // Digits that stand for a number too large are no infinity.
            Ok(value) if value.is_infinite() && text.contains(|c: char| c.is_ascii_digit()) => {
                Err(EvalErrorKind::invalid(format!("{} is out of the range of double", quoted(text))))
            }
            Ok(value) => Ok(Value::Double(value)),
            Err(_) => Err(unreadable(text, "double")),
        },
        _ => Err(misfit(args)),
    }
}

fn to_int(args: &[Value]) -> Outcome {
    match args {
        [Value::Uint(value)] => {
            i64::try_from(*value).map(Value::Int).map_err(|_| out_of_range(&Value::Uint(*value), "int"))
        }
        [Value::Double(value)] => {
            // Both ends are excluded: the doubles there stand for numbers beyond.
            const END: f64 = 9_223_372_036_854_775_808.0;
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the fraction is to go, the range is checked"
            )]
            if *value > -END && *value < END {
                Ok(Value::Int(*value as i64))
            } else {
                Err(out_of_range(&Value::Double(*value), "int"))
            }
        }
        [Value::String(text)] => text.parse().map(Value::Int).map_err(|_| unreadable(text, "int")),
        [Value::Timestamp { seconds, .. }] => Ok(Value::Int(*seconds)),
        [Value::Duration { seconds, nanos }] => {
            i64::try_from(timestamp::nanos(*seconds, (*nanos).into())).map(Value::Int).map_err(|_| {
                out_of_range(&Value::Duration { seconds: *seconds, nanos: *nanos }, "int in nanoseconds")
            })
        }
        _ => Err(misfit(args)),
    }
}

fn to_uint(args: &[Value]) -> Outcome {
    match args {
        [Value::Int(value)] => {
            u64::try_from(*value).map(Value::Uint).map_err(|_| out_of_range(&Value::Int(*value), "uint"))
        }
        [Value::Double(value)] => {
            const END: f64 = 18_446_744_073_709_551_616.0;
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the fraction is to go, the range is checked"
            )]
            #[expect(clippy::cast_sign_loss, reason = "the range is checked")]
            if *value >= 0.0 && *value < END {
                Ok(Value::Uint(*value as u64))
            } else {
                Err(out_of_range(&Value::Double(*value), "uint"))
            }
        }
        [Value::String(text)] => text.parse().map(Value::Uint).map_err(|_| unreadable(text, "uint")),
        _ => Err(misfit(args)),
    }
}

fn to_string(args: &[Value]) -> Outcome {
    let text = match args {
        [Value::Bool(value)] => value.to_string(),
        [Value::Int(value)] => value.to_string(),
        [Value::Uint(value)] => value.to_string(),
        [Value::Double(value)] => double(*value),
        [Value::Bytes(bytes)] => std::str::from_utf8(bytes)
            .map_err(|_| EvalErrorKind::invalid("the bytes are no text: invalid UTF-8"))?
            .to_owned(),
        [Value::Timestamp { seconds, nanos }] => timestamp::print(*seconds, *nanos),
        [Value::Duration { seconds, nanos }] => timestamp::print_duration(*seconds, *nanos),
        [Value::Opaque(value)] => network::text(&**value).ok_or_else(|| misfit(args))?,
        _ => return Err(misfit(args)),
    };
    Ok(Value::from(text))
}

fn to_timestamp(args: &[Value]) -> Outcome {
    match args {
        [Value::Int(seconds)] => timestamp::from_nanos(timestamp::nanos(*seconds, 0)),
        [Value::String(text)] => timestamp::parse(text),
        _ => Err(misfit(args)),
    }
}

fn to_duration(args: &[Value]) -> Outcome {
    match args {
        [Value::Int(nanos)] => timestamp::duration_from_nanos((*nanos).into()),
        [Value::String(text)] => timestamp::parse_duration(text),
        _ => Err(misfit(args)),
    }
}
