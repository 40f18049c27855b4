//! `format`: `%s` and its like.

use std::fmt::Write;

use super::{Outcome, misfit};
use crate::cel::value::display::Limited;
use crate::cel::value::{EvalErrorKind, MAX_LENGTH, Value, timestamp};

/// How many digits behind the point may be asked for.
const PRECISION: usize = 1_000;

pub(super) fn format(args: &[Value]) -> Outcome {
    let [Value::String(pattern), Value::List(values)] = args else { return Err(misfit(args)) };
    let mut out = Limited { text: String::new(), limit: MAX_LENGTH, exceeded: false };
    let mut values = values.iter().enumerate();
    let mut used = 0;
    let mut rest = &**pattern;
    while let Some((before, clause)) = rest.split_once('%') {
        write(&mut out, before)?;
        if let Some(after) = clause.strip_prefix('%') {
            write(&mut out, "%")?;
            rest = after;
            continue;
        }
        let (verb, precision, after) = parse_clause(clause)?;
        rest = after;
        let Some((at, value)) = values.next() else {
            return Err(EvalErrorKind::invalid(format!("the format asks for more than its {used} values")));
        };
        used = at + 1;
        one(&mut out, verb, precision, value)?;
    }
    write(&mut out, rest)?;
    Ok(Value::from(out.text))
}

/// What stands behind a `%`: the letter, the precision before it, and what follows.
fn parse_clause(clause: &str) -> Result<(char, Option<usize>, &str), EvalErrorKind> {
    let mut rest = clause;
    let mut precision = None;
    if let Some(after) = clause.strip_prefix('.') {
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = after.split_at_checked(digits).unwrap_or(("", after));
        let number: usize = number.parse().ok().filter(|number| *number <= PRECISION).ok_or_else(|| {
            EvalErrorKind::invalid(format!("a precision in a format is a number up to {PRECISION}"))
        })?;
        precision = Some(number);
        rest = after;
    }
    let mut characters = rest.chars();
    match characters.next() {
        Some(verb) => Ok((verb, precision, characters.as_str())),
        None => Err(EvalErrorKind::invalid("the format ends within a `%` clause")),
    }
}

fn write(out: &mut Limited, text: &str) -> Result<(), EvalErrorKind> {
    out.write_str(text).map_err(|_| EvalErrorKind::TooLong(MAX_LENGTH))
}

fn one(out: &mut Limited, verb: char, precision: Option<usize>, value: &Value) -> Result<(), EvalErrorKind> {
    let unfit =
        || EvalErrorKind::invalid(format!("`%{verb}` cannot print a value of type {}", value.type_name()));
    if precision.is_some() && !matches!(verb, 'e' | 'f') {
        return Err(EvalErrorKind::invalid(format!("`%{verb}` takes no precision")));
    }
    let text = match verb {
        's' => return plain(out, value, verb),
        'd' => match value {
            Value::Int(value) => value.to_string(),
            Value::Uint(value) => value.to_string(),
            Value::Double(value) => plain_double(*value),
            _ => return Err(unfit()),
        },
        'f' | 'e' => {
            let value = number(value).ok_or_else(unfit)?;
            let precision = precision.unwrap_or(6);
            if !value.is_finite() {
                plain_double(value)
            } else if verb == 'f' {
                format!("{value:.precision$}")
            } else {
                scientific(value, precision)
            }
        }
        'b' => match value {
            Value::Bool(value) => u8::from(*value).to_string(),
            Value::Int(value) => format!("{}{:b}", minus(*value), value.unsigned_abs()),
            Value::Uint(value) => format!("{value:b}"),
            _ => return Err(unfit()),
        },
        'o' => match value {
            Value::Int(value) => format!("{}{:o}", minus(*value), value.unsigned_abs()),
            Value::Uint(value) => format!("{value:o}"),
            _ => return Err(unfit()),
        },
        'x' | 'X' => {
            let text = match value {
                Value::Int(value) => format!("{}{:x}", minus(*value), value.unsigned_abs()),
                Value::Uint(value) => format!("{value:x}"),
                Value::String(text) => crate::cel::value::hex(text.as_bytes()),
                Value::Bytes(bytes) => crate::cel::value::hex(bytes),
                _ => return Err(unfit()),
            };
            if verb == 'X' { text.to_ascii_uppercase() } else { text }
        }
        _ => return Err(EvalErrorKind::invalid(format!("`%{verb}` is no clause of a format"))),
    };
    write(out, &text)
}

fn minus(value: i64) -> &'static str {
    if value < 0 { "-" } else { "" }
}

#[expect(clippy::cast_precision_loss, reason = "printed as a double")]
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(value) => Some(*value as f64),
        Value::Uint(value) => Some(*value as f64),
        Value::Double(value) => Some(*value),
        _ => None,
    }
}

fn plain_double(value: f64) -> String {
    match value {
        v if v.is_nan() => "NaN".into(),
        v if v.is_infinite() => if v > 0.0 { "Infinity" } else { "-Infinity" }.into(),
        v => format!("{v}"),
    }
}

/// `1.5e+02`
fn scientific(value: f64, precision: usize) -> String {
    let text = format!("{value:.precision$e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    format!("{digits}e{sign}{exponent:0>2}")
}

/// `%s`
fn plain(out: &mut Limited, value: &Value, verb: char) -> Result<(), EvalErrorKind> {
    match value {
        Value::Null => write(out, "null"),
        Value::Bool(value) => write(out, if *value { "true" } else { "false" }),
        Value::Int(value) => write(out, &value.to_string()),
        Value::Uint(value) => write(out, &value.to_string()),
        Value::Double(value) => write(out, &plain_double(*value)),
        Value::String(text) => write(out, text),
        Value::Bytes(bytes) => write(out, &lossy(bytes)),
        Value::Timestamp { seconds, nanos } => write(out, &timestamp::print(*seconds, *nanos)),
        Value::Duration { seconds, nanos } => write(out, &timestamp::print_duration(*seconds, *nanos)),
        Value::Type(name) => write(out, name),
        Value::List(list) => {
            write(out, "[")?;
            for (at, element) in list.iter().enumerate() {
                write(out, if at > 0 { ", " } else { "" })?;
                plain(out, element, verb)?;
            }
            write(out, "]")
        }
        Value::Map(map) => {
            let mut keys = Vec::with_capacity(map.len());
            for (key, value) in map.iter() {
                let mut text = Limited { text: String::new(), limit: MAX_LENGTH, exceeded: false };
                plain(&mut text, &key.to_value(), verb)?;
                keys.push((text.text, value));
            }
            keys.sort_by(|a, b| a.0.cmp(&b.0));
            write(out, "{")?;
            for (at, (key, value)) in keys.into_iter().enumerate() {
                write(out, if at > 0 { ", " } else { "" })?;
                write(out, &key)?;
                write(out, ": ")?;
                plain(out, value, verb)?;
            }
            write(out, "}")
        }
        Value::Optional(_) | Value::Opaque(_) => Err(EvalErrorKind::invalid(format!(
            "`%{verb}` cannot print a value of type {}",
            value.type_name()
        ))),
    }
}

/// Bytes as text, each run that is no UTF-8 as one replacement character.
fn lossy(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        let continues = chunk.valid().is_empty() && text.ends_with('\u{fffd}');
        if !chunk.invalid().is_empty() && !continues {
            text.push('\u{fffd}');
        }
    }
    text
}
