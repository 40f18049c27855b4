//! Text of users on a terminal.
//!
//! A definition may hold escape sequences that repaint the screen, characters that reverse the order of what follows
//! and characters that cannot be seen. They are written as `\x1b` or `\u{202e}`: ASCII, so that they read the same
//! everywhere, and one spelling for every form that a person may look at.

use std::borrow::Cow;

/// One line: line breaks and tabs are escaped as well.
pub fn line(text: &str) -> Cow<'_, str> {
    escape(text, |_| false)
}

/// Text that may have several lines: line feeds stay.
pub fn lines(text: &str) -> Cow<'_, str> {
    escape(text, |c| c == '\n')
}

fn escape(text: &str, keep: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(|c| is_hidden(c) && !keep(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if keep(c) { out.push(c) } else { push(&mut out, c) }
    }
    Cow::Owned(out)
}

/// Text as a code span of Markdown: nothing in it is markup.
pub fn code(text: &str) -> String {
    let text = line(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let edge = |c: Option<char>| c.is_none_or(|c| c == '`' || c == ' ');
    let pad = if edge(text.chars().next()) || edge(text.chars().last()) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The same in a table, where a bar would end the cell.
pub fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// Text between the tags of XML. XML has no way to write most control characters; they are made visible as everywhere.
pub fn markup(text: &str) -> String {
    let text = lines(text);
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            // Behind two brackets it would end a section.
            '>' => out.push_str("&gt;"),
            '\u{fffe}' | '\u{ffff}' => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            _ => out.push(c),
        }
    }
    out
}

/// The value of an attribute of XML, in double quotes.
pub fn attribute(text: &str) -> String {
    markup(text).replace('"', "&quot;").replace('\n', "&#10;")
}

/// Appends a character, visibly.
pub fn push(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\0'..='\x1f' | '\x7f' => out.push_str(&format!("\\x{:02x}", u32::from(c))),
        _ if is_hidden(c) => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
        _ => out.push(c),
    }
}

/// Control characters, and those that change or hide what stands beside them. The joiners U+200C and U+200D are
/// left alone: scripts and emoji need them.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_made_visible() {
        assert_eq!(line("a\x1b[31mb\u{9b}2J"), "a\\x1b[31mb\\u{9b}2J");
        assert_eq!(line("x\u{202e}y\u{feff}"), "x\\u{202e}y\\u{feff}");
        assert_eq!(line("a\tb\r\nc\0"), "a\\tb\\r\\nc\\x00");
        assert_eq!(lines("a\nb\x07"), "a\nb\\x07");
    }

    #[test]
    fn code_is_not_broken_out_of() {
        assert_eq!(code("a == \"b\" || c"), "`a == \"b\" || c`");
        assert_eq!(cell("a == \"b\" || c"), "`a == \"b\" \\|\\| c`");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(code("</td>\n# x @you"), "`</td>\\n# x @you`");
        assert_eq!(code(""), "`  `");
    }

    #[test]
    fn markup_cannot_be_broken_out_of() {
        assert_eq!(
            markup("a]]></x>&amp;\n\"\0\x1b\u{fffe}🚀"),
            "a]]&gt;&lt;/x&gt;&amp;amp;\n\"\\x00\\x1b\\u{fffe}🚀"
        );
        assert_eq!(attribute("a\"b\n\t<\u{ffff}'"), "a&quot;b&#10;\\t&lt;\\u{ffff}'");
    }

    #[test]
    fn ordinary_text_is_borrowed() {
        assert!(matches!(line("größe 👩\u{200d}🚀 日本"), Cow::Borrowed(_)));
        assert!(matches!(lines("a\nb"), Cow::Borrowed(_)));
        assert!(matches!(line("a\nb"), Cow::Owned(_)));
    }
}
