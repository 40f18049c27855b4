//! Conditions on lines of a given width.

use crate::render::escape;

/// How wide a character is drawn, in those of a terminal.
fn columns(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36f | 0x200c | 0x200d | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f => 2,
        0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// How wide a text is drawn.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// Breaks a text into at most so many lines: before `&&` and `||` where it can, else at spaces, else anywhere. What
/// would need more lines is cut, and says so. Nothing hidden is left in it.
pub(super) fn lines(text: &str, most: usize, max_lines: usize) -> Vec<String> {
    let text = escape::line(text);
    let mut out: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut indent = "";
    for word in words(&text) {
        let is_operator = word == "&&" || word == "||";
        let full = !line.is_empty() && width(&line) + 1 + width(word) > most;
        // An operator is worth a new line when what it begins would not fit in a good part of this one.
        let early = is_operator && width(&line) * 5 > most * 2;
        if full || early {
            out.push(std::mem::take(&mut line));
            indent = if is_operator { "" } else { "  " };
        }
        if line.is_empty() {
            line.push_str(if out.is_empty() { "" } else { indent });
        } else {
            line.push(' ');
        }
        for c in word.chars() {
            if width(&line) + columns(c) > most {
                out.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    out.push(line);
    if out.len() > max_lines {
        let more = out.len() - max_lines + 1;
        out.truncate(max_lines.saturating_sub(1));
        out.push(format!("… and {more} more lines"));
    }
    out
}

/// A condition as it is written, on one line. `None` where that would take more than a look at quotes.
pub(super) fn one_line(text: &str) -> Option<String> {
    let hard = ["//", "\"\"\"", "'''"].iter().any(|hard| text.contains(hard));
    (!hard).then(|| words(text).join(" "))
}

/// The words of a condition; what stands in quotes is not taken apart.
fn words(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let (mut quote, mut start, mut before) = (None, None, ' ');
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match quote {
            Some((q, _)) if !escaped && c == q => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some((c, matches!(before, 'r' | 'R'))),
            _ => {}
        }
        escaped = !escaped && c == '\\' && quote.is_some_and(|(_, raw)| !raw);
        before = c;
        if c.is_whitespace() && quote.is_none() {
            out.extend(start.take().and_then(|start| text.get(start..at)));
        } else if start.is_none() {
            start = Some(at);
        }
    }
    out.extend(start.and_then(|start| text.get(start..)));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_break_before_operators() {
        assert_eq!(lines("tier == \"a\"", 40, 9), ["tier == \"a\""]);
        assert_eq!(
            lines("tier == \"enterprise\" && seats >= 500", 40, 9),
            ["tier == \"enterprise\"", "&& seats >= 500"]
        );
        assert_eq!(lines("a in [\"x y\", \"z\"]", 10, 9), ["a in", "  [\"x y\",", "  \"z\"]"]);
        assert_eq!(lines("aaaaaaaaaaaa", 5, 9), ["aaaaa", "aaaaa", "aa"]);
        assert_eq!(lines("aaaaaaaaaaaa", 5, 2), ["aaaaa", "… and 2 more lines"]);
        assert_eq!(lines("\u{202e}x", 20, 9), ["\\u{202e}x"]);
        assert_eq!(lines("", 20, 9), [""]);
        assert_eq!(lines("日本語", 4, 9), ["日本", "語"]);
        assert_eq!(words("a == \"b \\\" c\" && d"), ["a", "==", "\"b \\\" c\"", "&&", "d"]);
    }

    #[test]
    fn conditions_come_on_one_line_as_they_are_written() {
        let line = |text: &str| one_line(text);
        assert_eq!(line("a\n  && b  ==\t\"x  y\"").as_deref(), Some("a && b == \"x  y\""));
        assert_eq!(line(r#"a == r"\" && b == "\"  " "#).as_deref(), Some(r#"a == r"\" && b == "\"  ""#));
        assert_eq!(line("a // why\n && b"), None);
    }
}
