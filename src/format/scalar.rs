//! Scalars: which quotes they keep, and how text is written so that YAML reads it as text.

use crate::yaml::{self, Scalar, ScalarMap, ScalarType, Style};

/// What a text would be as a plain scalar.
pub(super) fn plain_type(text: &str) -> ScalarType {
    let map = ScalarMap::default();
    Scalar { value: text.to_owned(), style: Style::Plain, map }.resolve()
}

/// True for text that nobody takes for anything else without quotes: letters, digits, single blanks and `_ . / : -`,
/// beginning with a letter, and no word that YAML of any version has a meaning for.
pub(crate) fn is_simple(text: &str) -> bool {
    const WORDS: [&str; 10] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan"];
    let ends = |c: char| c.is_alphanumeric() || matches!(c, '_' | '/');
    text.starts_with(char::is_alphabetic)
        && text.ends_with(ends)
        && text.chars().all(|c| ends(c) || matches!(c, ' ' | '.' | ':' | '-'))
        && !text.contains("  ")
        && !text.contains(": ")
        && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// How text is written on one line: plain where it may be, else in quotes. In a flow collection when `flow`.
pub fn text(text: &str, flow: bool) -> String {
    if is_simple(text) || (is_plain(text, flow) && plain_type(text) == ScalarType::String) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// True when a text can stand without quotes.
pub(super) fn is_plain(text: &str, flow: bool) -> bool {
    !text.is_empty()
        && text.trim_matches([' ', '\t']) == text
        && !text.chars().any(is_hidden)
        && !is_marker(text)
        && Style::Plain.encode(text, true).is_some()
        && !text.contains(":\t")
        && !text.contains("\t#")
        && !(flow && text.contains(['[', ']', '{', '}', ',']))
}

/// A text in quotes.
pub(super) fn quoted(text: &str) -> String {
    yaml::quoted(text, is_hidden)
}

/// Characters that YAML does not allow as they are, takes for a line break, or that nobody sees.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2064}')
        || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// A scalar on one line as it stands in the file (`raw`), with no more quotes than it needs. `None` when it is written
/// on several lines.
pub(super) fn one_line(scalar: &Scalar, raw: &str) -> Option<String> {
    if raw.contains(['\n', '\r']) {
        return None;
    }
    Some(match scalar.style {
        Style::Single | Style::Double if is_simple(&scalar.value) => scalar.value.clone(),
        Style::Single
            if !scalar.value.contains(['"', '\\', '\'']) && !scalar.value.chars().any(is_hidden) =>
        {
            format!("\"{}\"", scalar.value)
        }
        Style::Literal | Style::Folded => return None,
        _ => raw.to_owned(),
    })
}

/// A key: always on one line, and nothing that means something else at the start of a line.
pub(super) fn key(scalar: &Scalar, raw: &str) -> String {
    match one_line(scalar, raw) {
        Some(text) if !is_marker(&text) => text,
        _ => text(&scalar.value, true),
    }
}

/// True for what begins as the lines between documents do.
pub(super) fn is_marker(text: &str) -> bool {
    ["---", "...", "%"].iter().any(|marker| text.starts_with(marker))
}

/// The lines of a text, without their breaks.
pub(super) fn lines_of(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['\n', '\r']) {
        let (line, after) = rest.split_at(at);
        lines.push(line);
        rest = after.strip_prefix("\r\n").or_else(|| after.get(1..)).unwrap_or_default();
    }
    lines.push(rest);
    lines
}

/// The lines of a plain or quoted scalar that is written on several, without what YAML does not read of them.
pub(super) fn several_lines(style: Style, raw: &str) -> Vec<&str> {
    let mut lines = lines_of(raw);
    let last = lines.len() - 1;
    let blank = [' ', '\t'];
    for (at, line) in lines.iter_mut().enumerate() {
        if at > 0 {
            *line = line.trim_start_matches(blank);
        }
        if at < last {
            let kept = line.trim_end_matches(blank);
            let slashes = kept.len() - kept.trim_end_matches('\\').len();
            // A blank behind a backslash is text.
            let escaped = style == Style::Double && slashes % 2 == 1 && kept.len() < line.len();
            *line = line.get(..kept.len() + usize::from(escaped)).unwrap_or(line);
        }
    }
    lines
}

/// The parts of a block scalar.
pub(super) struct Block<'t> {
    /// `|` or `>` with what it needs behind it.
    pub(super) header: String,
    /// Its lines without indentation.
    pub(super) lines: Vec<&'t str>,
    /// Where the last of them ends.
    pub(super) end: usize,
    /// How many empty lines at its end are part of its text.
    pub(super) kept: usize,
}

/// Reads a block scalar that begins at `start` and whose text begins at `first`.
pub(super) fn block<'t>(text: &'t str, scalar: &Scalar, start: usize, first: usize) -> Block<'t> {
    let line_start = |at: usize| text.get(..at).and_then(|t| t.rfind(['\n', '\r'])).map_or(0, |i| i + 1);
    let rest = text.get(start..).unwrap_or_default();
    let header_line = rest.split(['\n', '\r']).next().unwrap_or_default();
    let indicators = header_line.split([' ', '\t']).next().unwrap_or_default();
    let sign = if scalar.style == Style::Folded { ">" } else { "|" };
    let chomp = if indicators.contains('-') {
        "-"
    } else if indicators.contains('+') {
        "+"
    } else {
        ""
    };
    let mut at = start + header_line.len();
    at += break_length(text, at);
    let empty = scalar.value.trim_matches('\n').is_empty();
    let indent = if empty { usize::MAX } else { first.saturating_sub(line_start(first)) };
    let (mut lines, mut end) = (Vec::new(), start + header_line.len());
    let mut solid = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let line = rest.split(['\n', '\r']).next().unwrap_or_default();
        let blanks = line.len() - line.trim_start_matches(' ').len();
        let is_empty = blanks == line.len() && blanks <= indent;
        let marker = indent == 0 && (line.starts_with("---") || line.starts_with("..."));
        if !is_empty && (blanks < indent || marker) {
            break;
        }
        lines.push(line.get(indent.min(line.len())..).unwrap_or_default());
        if !is_empty {
            solid = lines.len();
            end = at + line.len();
        }
        at += line.len();
        let next = break_length(text, at);
        if next == 0 {
            break;
        }
        at += next;
    }
    lines.truncate(solid);
    let trailing = scalar.value.len() - scalar.value.trim_end_matches('\n').len();
    let kept = match chomp {
        "+" if empty => trailing,
        "+" => trailing.saturating_sub(1),
        _ => 0,
    };
    // Without a number the first line that is not empty says how deep the text is indented.
    let deep = lines.iter().take_while(|line| line.trim_matches(' ').is_empty()).any(|line| !line.is_empty())
        || lines.iter().find(|line| !line.is_empty()).is_some_and(|line| line.starts_with(' '));
    let header = format!("{sign}{}{chomp}", if deep { "2" } else { "" });
    Block { header, lines, end, kept }
}

fn break_length(text: &str, at: usize) -> usize {
    match text.as_bytes().get(at) {
        Some(b'\r') if text.as_bytes().get(at + 1) == Some(&b'\n') => 2,
        Some(b'\n' | b'\r') => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_go_where_nobody_needs_them() {
        for simple in ["openai/gpt-5.2", "pro plan", "a:free", "Support", "é", "_".repeat(0).as_str()] {
            assert_eq!(is_simple(simple), !simple.is_empty(), "{simple}");
        }
        for not in
            ["no", "True", "1.5", "-a", "a: b", "a #b", "a,b", "{{x}}", "a ", " a", "a.", "a  b", "~", "<<"]
        {
            assert!(!is_simple(not), "{not}");
        }
    }

    #[test]
    fn text_is_written_as_text() {
        for (value, written) in [
            ("hello, you", "hello, you"),
            ("a: b", "\"a: b\""),
            ("12", "\"12\""),
            ("say \"hi\"", "say \"hi\""),
            ("\"hi\"", "'\"hi\"'"),
            ("a\nb", "\"a\\nb\""),
            ("it's \"x\": y", "\"it's \\\"x\\\": y\""),
            ("", "\"\""),
            ("\u{feff}", "\"\\ufeff\""),
        ] {
            assert_eq!(text(value, false), written);
        }
        assert_eq!(text("hello, you", true), "\"hello, you\"");
    }
}
