//! Base64.

use super::{BYTES, Function, Outcome, Overload, STRING, extension, misfit};
use crate::cel::value::display::quoted;
use crate::cel::value::{EvalErrorKind, Value};

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

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn encode(args: &[Value]) -> Outcome {
    let [Value::Bytes(bytes)] = args else { return Err(misfit(args)) };
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group =
            (0..3).fold(0u32, |group, at| group << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            if at <= chunk.len() {
                let digit = usize::try_from(group >> (18 - 6 * at) & 63).unwrap_or(0);
                text.push(char::from(ALPHABET.get(digit).copied().unwrap_or(b'=')));
            } else {
                text.push('=');
            }
        }
    }
    Ok(Value::from(text))
}

fn decode(args: &[Value]) -> Outcome {
    let [Value::String(text)] = args else { return Err(misfit(args)) };
    // Long texts are often broken into lines.
    let lines: String = text.split(['\r', '\n']).collect();
    match decoded(&lines) {
        Some(bytes) => Ok(Value::Bytes(bytes.into())),
        None => Err(EvalErrorKind::invalid(format!("{} is no base64 text", quoted(text)))),
    }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    if padding > 0 && (padding > 2 || !text.len().is_multiple_of(4)) {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    for chunk in digits.as_bytes().chunks(4) {
        if chunk.len() == 1 {
            return None;
        }
        let mut group = 0u32;
        for at in 0..4 {
            let digit = match chunk.get(at) {
                Some(digit) => ALPHABET.iter().position(|d| d == digit)?,
                None => 0,
            };
            group = group << 6 | u32::try_from(digit).ok()?;
        }
        let [_, first, second, third] = group.to_be_bytes();
        bytes.extend([first, second, third].iter().take(chunk.len() - 1));
    }
    Some(bytes)
}
