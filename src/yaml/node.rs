//! Reading a tree: what a scalar stands for, where its characters are in the file, and short ways to children.

use std::ops::Range;
use std::sync::Arc;

use super::tree::{Entry, Kind, Node, Run, Runs, Scalar, ScalarMap, ScalarType, Style};
use crate::source::{FileId, SourceFile, Span};

impl Node {
    /// The text of a scalar, whatever its type; `None` for anything else.
    pub fn as_str(&self) -> Option<&str> {
        self.scalar().map(|s| s.value.as_str())
    }

    /// The text of a scalar, and no text for anything else: for keys, and where another type was reported already.
    pub fn text(&self) -> &str {
        self.as_str().unwrap_or_default()
    }

    /// The scalar that it is.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            Kind::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The items of a list.
    pub fn items(&self) -> Option<&[Arc<Node>]> {
        match &self.kind {
            Kind::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a mapping.
    pub fn entries(&self) -> Option<&[Entry]> {
        match &self.kind {
            Kind::Mapping(entries) => Some(entries),
            _ => None,
        }
    }

    /// The entry of a mapping with this key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries()?.iter().find(|e| e.key.as_str() == Some(key))
    }

    /// The value of a mapping at this key.
    pub fn get(&self, key: &str) -> Option<&Arc<Node>> {
        self.entry(key).map(|e| &e.value)
    }

    /// True for `null`, `~` and a value that is left out.
    pub fn is_null(&self) -> bool {
        self.scalar().is_some_and(|s| s.resolve() == ScalarType::Null)
    }

    /// True when it could not be read, which has been reported.
    pub fn is_broken(&self) -> bool {
        matches!(self.kind, Kind::Broken)
    }

    /// What it is, for a sentence such as "expected text, found a list".
    pub fn describe(&self) -> &'static str {
        match &self.kind {
            Kind::Scalar(scalar) => match scalar.resolve() {
                ScalarType::Null => "nothing",
                ScalarType::Bool(_) => "a boolean",
                ScalarType::Int(_) => "a whole number",
                ScalarType::Float(_) => "a number",
                ScalarType::String => "text",
            },
            Kind::Sequence(_) => "a list",
            Kind::Mapping(_) => "a mapping",
            Kind::Broken => "something unreadable",
        }
    }
}

impl Scalar {
    /// Its type under YAML 1.2's core schema.
    pub fn resolve(&self) -> ScalarType {
        match self.style {
            Style::Plain => resolve(&self.value),
            _ => ScalarType::String,
        }
    }

    /// The span of a range of the value, if the file holds exactly those characters there: text that an edit can
    /// replace without minding escapes and folds.
    pub fn verbatim(&self, file: &SourceFile, range: Range<usize>) -> Option<Span> {
        let text = self.value.get(range.clone())?;
        let span = self.map.span(file.id(), range);
        (file.slice(span) == text).then_some(span)
    }
}

impl Style {
    /// Text as it is written inside a scalar of this style, or `None` where it would end the scalar or change its
    /// style. `first`: at the scalar's very start.
    pub fn encode(self, text: &str, first: bool) -> Option<String> {
        if text.contains(['\n', '\r']) {
            return None;
        }
        match self {
            Style::Plain => {
                let indicator = first && text.starts_with(|c: char| "\"'[]{}#&*!|>%@`?:,- ".contains(c));
                let ends = text.contains(": ") || text.contains(" #") || text.ends_with(':');
                (!indicator && !ends).then(|| text.to_owned())
            }
            Style::Single => Some(text.replace('\'', "''")),
            Style::Double => Some(text.replace('\\', "\\\\").replace('"', "\\\"")),
            Style::Literal | Style::Folded => (!first || !text.starts_with(' ')).then(|| text.to_owned()),
        }
    }
}

impl ScalarMap {
    /// The place in the file of a range of the value. It ends behind the last byte of the range, not before the
    /// first byte of what follows, so that no indentation or fold is underlined at its end.
    pub fn span(&self, file: FileId, range: Range<usize>) -> Span {
        let start = self.offset(range.start);
        let end = if range.end > range.start { self.end(range.end) } else { start };
        Span { file, start, end: end.max(start) }
    }

    /// The place in the file of the character at an offset of the value. An offset behind the value is the place
    /// behind its last character; one inside an escape is the escape's start.
    pub fn offset(&self, value: usize) -> u32 {
        let value = u32::try_from(value).unwrap_or(u32::MAX);
        let after = self.runs().partition_point(|r| r.value <= value);
        let Some(run) = after.checked_sub(1).and_then(|i| self.runs().get(i)) else {
            return self.runs().first().map_or(0, |r| r.file);
        };
        let inside = value - run.value;
        if inside < run.value_len {
            if run.value_len == run.file_len { run.file.saturating_add(inside) } else { run.file }
        } else {
            run.file.saturating_add(run.file_len)
        }
    }

    /// The place behind the byte of the value that stands before this offset.
    fn end(&self, value: usize) -> u32 {
        let value = u32::try_from(value).unwrap_or(u32::MAX);
        let after = self.runs().partition_point(|r| r.value < value);
        let Some(run) = after.checked_sub(1).and_then(|i| self.runs().get(i)) else {
            return self.offset(0);
        };
        let inside = value - run.value;
        if inside < run.value_len && run.value_len == run.file_len {
            run.file.saturating_add(inside)
        } else {
            run.file.saturating_add(run.file_len)
        }
    }

    /// A map that knows no more than where the whole scalar stands.
    pub(super) fn whole(value_len: usize, file: Range<usize>) -> Self {
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let (value_len, file_len) = (narrow(value_len), narrow(file.end.saturating_sub(file.start)));
        Self { runs: Runs::One([Run { value: 0, file: narrow(file.start), value_len, file_len }]) }
    }
}

/// YAML 1.2 core schema, for a plain scalar.
fn resolve(text: &str) -> ScalarType {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return ScalarType::Null,
        "true" | "True" | "TRUE" => return ScalarType::Bool(true),
        "false" | "False" | "FALSE" => return ScalarType::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return ScalarType::Float(f64::NAN),
        // Everything else that is no text is a number.
        _ if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) => {
            return ScalarType::String;
        }
        _ => {}
    }
    let (negative, digits) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    if matches!(digits, ".inf" | ".Inf" | ".INF") {
        return ScalarType::Float(if negative { f64::NEG_INFINITY } else { f64::INFINITY });
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        // A sign is not allowed here by the schema, and a second one would be taken by the standard library.
        if let Some(rest) = text.strip_prefix(prefix)
            && !rest.is_empty()
            && rest.chars().all(|c| c.is_digit(radix))
        {
            return match i64::from_str_radix(rest, radix) {
                Ok(n) => ScalarType::Int(n),
                Err(_) => {
                    ScalarType::Float(rest.chars().fold(0.0, |sum, c| {
                        sum * f64::from(radix) + f64::from(c.to_digit(radix).unwrap_or(0))
                    }))
                }
            };
        }
    }
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        return match text.parse::<i64>() {
            Ok(n) => ScalarType::Int(n),
            Err(_) => text.parse().map_or(ScalarType::String, ScalarType::Float),
        };
    }
    if is_float(digits) {
        text.parse().map_or(ScalarType::String, ScalarType::Float)
    } else {
        ScalarType::String
    }
}

/// `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|e| !e.is_empty() && digits(e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_the_core_schema() {
        use ScalarType::*;
        for (text, expected) in [
            ("", Null),
            ("~", Null),
            ("null", Null),
            ("nULL", String),
            ("true", Bool(true)),
            ("FALSE", Bool(false)),
            ("yes", String),
            ("on", String),
            ("0", Int(0)),
            ("-12", Int(-12)),
            ("+7", Int(7)),
            ("007", Int(7)),
            ("0x1F", Int(31)),
            ("0o17", Int(15)),
            ("0x", String),
            ("-0x1", String),
            ("0x+1", String),
            ("1_000", String),
            ("9223372036854775807", Int(i64::MAX)),
            ("9223372036854775808", Float(9_223_372_036_854_775_808.0)),
            ("0x10000000000000000", Float(18_446_744_073_709_551_616.0)),
            ("1.5", Float(1.5)),
            (".5", Float(0.5)),
            ("5.", Float(5.0)),
            ("1e3", Float(1000.0)),
            ("-1.5E-2", Float(-0.015)),
            (".", String),
            ("e3", String),
            ("1e", String),
            ("1e+", String),
            ("+", String),
            ("--1", String),
            ("inf", String),
            ("-.inf", Float(f64::NEG_INFINITY)),
            ("+.Inf", Float(f64::INFINITY)),
            ("1.2.3", String),
            ("2024-01-01", String),
        ] {
            assert_eq!(resolve(text), expected, "{text}");
        }
        assert!(matches!(resolve(".nan"), Float(f) if f.is_nan()));
    }

    fn run(value: u32, file: u32, value_len: u32, file_len: u32) -> Run {
        Run { value, file, value_len, file_len }
    }

    #[test]
    fn maps_offsets_over_gaps_and_escapes() {
        // value `ab "c`, file `…ab⏎    \"c` with the fold as a gap
        let map = ScalarMap { runs: Runs::Many(vec![run(0, 10, 2, 2), run(3, 17, 1, 2), run(4, 19, 1, 1)]) };
        let mut sources = crate::source::Sources::new();
        let file = sources.add("a", "");
        let span = |range| {
            let s = map.span(file, range);
            (s.start, s.end)
        };
        assert_eq!(span(0..2), (10, 12));
        assert_eq!(span(1..3), (11, 12), "the fold is not swallowed");
        assert_eq!(span(0..4), (10, 19));
        assert_eq!(span(3..4), (17, 19));
        assert_eq!(span(4..5), (19, 20));
        assert_eq!(span(5..5), (20, 20));
        assert_eq!(span(99..120), (20, 20));
        assert_eq!(map.offset(2), 12);
        assert_eq!(ScalarMap::default().offset(3), 0);
    }
}
