//! Values as YAML that people would write: on one line while it fits, quoted where it must be.

use serde_json::Value as Json;

use super::escape::is_hidden;
use crate::yaml;

/// A line is to end before this column.
pub(crate) const WIDTH: usize = 100;

/// A key with its value, indented by so many columns, with a line break at the end.
pub(crate) fn entry(key: &str, value: &Json, indent: usize, out: &mut String) {
    out.push_str(&" ".repeat(indent));
    out.push_str(&scalar(key));
    out.push(':');
    below(value, indent, out);
}

/// What stands behind a key or a dash.
fn below(value: &Json, indent: usize, out: &mut String) {
    let line = flow(value);
    let used = out.lines().next_back().map_or(0, |line| line.chars().count());
    let fits = used + 1 + line.chars().count() <= WIDTH;
    match value {
        Json::Object(fields) if !fits && !fields.is_empty() => {
            out.push('\n');
            for (key, value) in fields {
                entry(key, value, indent + 2, out);
            }
        }
        Json::Array(items) if !fits && !items.is_empty() => {
            out.push('\n');
            for item in items {
                out.push_str(&" ".repeat(indent + 2));
                out.push('-');
                match item {
                    // The first key stands behind the dash.
                    Json::Object(fields) if indent + 5 + flow(item).chars().count() > WIDTH => {
                        let mut lines = String::new();
                        for (key, value) in fields {
                            entry(key, value, indent + 4, &mut lines);
                        }
                        out.push(' ');
                        out.push_str(lines.trim_start());
                    }
                    item => below(item, indent + 2, out),
                }
            }
        }
        _ => {
            out.push(' ');
            out.push_str(&line);
            out.push('\n');
        }
    }
}

/// On one line.
pub(crate) fn flow(value: &Json) -> String {
    match value {
        Json::String(text) => scalar(text),
        Json::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Json::Object(fields) => {
            let fields = fields.iter().map(|(key, value)| format!("{}: {}", scalar(key), flow(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// Words that are no text to some reader of YAML.
const WORDS: [&str; 7] = ["true", "false", "null", "yes", "no", "on", "off"];

/// Text as a scalar that every reader of YAML takes for text.
pub(crate) fn scalar(text: &str) -> String {
    let ordinary = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ' ');
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(ordinary)
        && !text.ends_with(' ')
        && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(text));
    if plain {
        return text.to_owned();
    }
    // What terminals show and YAML does not allow.
    yaml::quoted(text, |c| is_hidden(c) || matches!(c, '\u{fffe}' | '\u{ffff}'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_is_quoted_where_it_must_be() {
        for (text, wanted) in [
            ("eu-west", "eu-west"),
            ("openai/gpt-5.2", "openai/gpt-5.2"),
            ("", "\"\""),
            ("true", "\"true\""),
            ("No", "\"No\""),
            ("5", "\"5\""),
            ("-", "\"-\""),
            ("a: b", "\"a: b\""),
            ("a #b", "\"a #b\""),
            ("say \"hi\"", "'say \"hi\"'"),
            ("it's \"so\"", "\"it's \\\"so\\\"\""),
            ("a\nb\u{1b}\u{202e}\u{1f600}", "\"a\\nb\\x1b\\u202e\u{1f600}\""),
            ("\u{e0001}", "\"\\U000e0001\""),
            ("ends ", "\"ends \""),
        ] {
            assert_eq!(scalar(text), wanted);
        }
    }

    #[test]
    fn what_is_long_is_broken() {
        let mut out = String::new();
        let long = "x".repeat(90);
        let value =
            json!({"metadata": {"a": 1, "b": [1, 2.5]}, "messages": [{"role": "user", "content": long}]});
        entry("request", &value, 2, &mut out);
        let wanted = format!(
            "  request:\n    metadata: {{a: 1, b: [1, 2.5]}}\n    messages:\n      - role: user\n        content: {long}\n"
        );
        assert_eq!(out, wanted);
        let mut out = String::new();
        entry("request", &json!({}), 0, &mut out);
        assert_eq!(out, "request: {}\n");
    }
}
