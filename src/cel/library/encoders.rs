//! Base64.

use super::{BYTES, Function, Outcome, Overload, STRING, extension};
use crate::cel::value::Value;

pub(super) static FUNCTIONS: &[Function] = &[
    extension(
        "base64.encode",
        "bytes as base64 text",
        &[Overload::global("base64_encode_bytes", &[BYTES], STRING, encode)],
    ),
    extension(
        "base64.decode",
        "the bytes of a base64 text; padding may be missing",
        &[Overload::global("base64_decode_string", &[STRING], BYTES, decode)],
    ),
];

pub(crate) fn encode(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn decode(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}
