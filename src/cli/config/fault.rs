//! What is wrong with the file, in the words of this tool.

use std::ops::Range;

use super::super::suggest::did_you_mean;
use crate::source::LineIndex;

/// What is wrong with the file, and where.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) span: Range<usize>,
}

impl Fault {
    pub(super) fn of_toml(error: &toml::de::Error) -> Self {
        Self { message: words(error.message()), span: error.span().unwrap_or(0..0) }
    }

    pub(super) fn at(&self, file: &str, text: &str) -> String {
        let offset = u32::try_from(self.span.start).unwrap_or(u32::MAX);
        let place = LineIndex::new(text).position(text, offset);
        format!("{file}:{}:{}: {}", place.line, place.column, self.message)
    }
}

/// The reader's sentences say what is wrong, but never what was meant, and in the terms of its own types.
fn words(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let first = quoted.next();
    match first {
        Some(wrong) if message.starts_with("unknown field") => {
            let known: Vec<&str> = quoted.collect();
            match did_you_mean(wrong, known.iter().copied()) {
                near if near.is_empty() => {
                    format!("unknown key `{wrong}`; there is `{}`", known.join("`, `"))
                }
                near => format!("unknown key `{wrong}`{near}"),
            }
        }
        Some(wrong) if message.starts_with("unknown variant") => {
            format!("unknown level `{wrong}`{}: write off, info, warning or error", meant(wrong))
        }
        Some(key) if message.starts_with("missing field") => format!("`{key}` is missing here"),
        _ => shape(message).unwrap_or_else(|| message.lines().collect::<Vec<_>>().join("; ")),
    }
}

/// Other tools have other words for levels.
fn meant(word: &str) -> &'static str {
    match word.to_ascii_lowercase().as_str() {
        "allow" | "ignore" | "none" | "disabled" | "false" => ", as which `off` may be meant",
        "warn" => ", as which `warning` may be meant",
        "deny" | "err" | "fatal" => ", as which `error` may be meant",
        _ => "",
    }
}

/// `invalid type: integer `3`, expected a sequence`.
fn shape(message: &str) -> Option<String> {
    let rest = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "))?;
    let (found, expected) = rest.split_once(", expected ")?;
    let expected = match expected {
        "a sequence" => "a list",
        "a string" | "path string" => "a text",
        "u64" | "usize" => "a whole number from 0 on",
        word if word == "a map" || word.starts_with("struct ") => "a table",
        other => other,
    };
    let found = match found.split_once(' ') {
        Some(("integer" | "floating", value)) => format!("the number {}", value.trim_start_matches("point ")),
        Some(("string", value)) => format!("the text {value}"),
        Some(("boolean", value)) => value.to_owned(),
        _ => match found {
            "sequence" => "a list".to_owned(),
            "map" => "a table".to_owned(),
            other => other.to_owned(),
        },
    };
    Some(format!("{expected} is to stand here, and there is {found}"))
}
