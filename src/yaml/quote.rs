//! Text in quotes, as every reader of YAML reads it.

use std::fmt::Write as _;

/// A text in quotes on one line: in single ones where double ones would need escapes. `is_hidden` tells which characters
/// are to stand as escapes: at least those that YAML does not allow as they are.
pub fn quoted(text: &str, is_hidden: impl Fn(char) -> bool) -> String {
    if text.contains(['"', '\\']) && !text.contains('\'') && !text.chars().any(&is_hidden) {
        return format!("'{text}'");
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if is_hidden(c) => {
                // Writing to a string does not fail.
                let _ = match u32::from(c) {
                    code @ 0..=0xff => write!(out, "\\x{code:02x}"),
                    code @ 0x100..=0xffff => write!(out, "\\u{code:04x}"),
                    code => write!(out, "\\U{code:08x}"),
                };
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
