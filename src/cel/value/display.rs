//! Values as text.

use std::fmt::{self, Write};

use super::{Value, timestamp};

/// As CEL would write it: `1u`, `"text"`, `[1, 2]`, `timestamp("2026-01-31T12:00:00Z")`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Bool(value) => write!(f, "{value}"),
            Value::Int(value) => write!(f, "{value}"),
            Value::Uint(value) => write!(f, "{value}u"),
            Value::Double(value) if value.is_finite() => write!(f, "{value:?}"),
            Value::Double(value) => write!(f, "double({})", quoted(&double(*value))),
            Value::String(text) => f.write_str(&quoted(text)),
            Value::Bytes(bytes) => {
                f.write_str("b\"")?;
                for byte in bytes.iter() {
                    match byte {
                        b'"' | b'\\' => write!(f, "\\{}", char::from(*byte))?,
                        0x20..=0x7e => f.write_char(char::from(*byte))?,
                        _ => write!(f, "\\x{byte:02x}")?,
                    }
                }
                f.write_char('"')
            }
            Value::List(list) => {
                f.write_char('[')?;
                for (at, element) in list.iter().enumerate() {
                    write!(f, "{}{element}", if at > 0 { ", " } else { "" })?;
                }
                f.write_char(']')
            }
            Value::Map(map) => {
                f.write_char('{')?;
                for (at, (key, value)) in map.iter().enumerate() {
                    write!(f, "{}{}: {value}", if at > 0 { ", " } else { "" }, key.to_value())?;
                }
                f.write_char('}')
            }
            Value::Timestamp { seconds, nanos } => {
                write!(f, "timestamp(\"{}\")", timestamp::print(*seconds, *nanos))
            }
            Value::Duration { seconds, nanos } => {
                write!(f, "duration(\"{}\")", timestamp::print_duration(*seconds, *nanos))
            }
            Value::Type(name) => f.write_str(name),
            Value::Optional(None) => f.write_str("optional.none()"),
            Value::Optional(Some(value)) => write!(f, "optional.of({value})"),
            Value::Opaque(value) => f.write_str(&value.show()),
        }
    }
}

impl Value {
    /// Its text, cut off with `…` where it gets longer than `limit` bytes. A value may hold another many times over, so
    /// its whole text can be far longer than it is large.
    pub fn show(&self, limit: usize) -> String {
        let mut text = Limited { text: String::new(), limit, exceeded: false };
        if write!(text, "{self}").is_err() && text.exceeded {
            text.text.push('…');
        }
        text.text
    }
}

/// A writer that fails when it has enough.
pub(crate) struct Limited {
    pub(crate) text: String,
    pub(crate) limit: usize,
    pub(crate) exceeded: bool,
}

impl Write for Limited {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.limit.saturating_sub(self.text.len());
        if text.len() <= room {
            self.text.push_str(text);
            return Ok(());
        }
        self.exceeded = true;
        let mut cut = room;
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        self.text.push_str(text.get(..cut).unwrap_or_default());
        Err(fmt::Error)
    }
}

/// A double as `string(x)` has it: the shortest digits that read back as the same number, with an exponent where the
/// number is below 0.0001 or from a million on.
pub fn double(value: f64) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf".into() } else { "-Inf".into() };
    }
    // Rust's `{:e}` gives the shortest digits: `-1.5e-7`.
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return format!("{value}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
}

/// Text as a CEL string literal in double quotes.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
