//! Differences of texts as `diff -u` writes them.

use std::io::{self, Write};

use similar::{ChangeTag, TextDiff};

use crate::render::escape;

/// Lines around a change.
const AROUND: usize = 3;

/// Writes what changes in a file. On a terminal what it would act upon is escaped; elsewhere `patch` gets every byte.
pub(super) fn write(
    name: &str,
    old: &str,
    new: &str,
    terminal: bool,
    color: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let diff = TextDiff::from_lines(old, new);
    let mut line = |style: &str, text: &str| {
        let text = if terminal { escape::line(text) } else { text.into() };
        if color { writeln!(out, "\x1b[{style}m{text}\x1b[0m") } else { writeln!(out, "{text}") }
    };
    let shown = escape::line(name);
    line("1", &format!("--- {shown}"))?;
    line("1", &format!("+++ {shown}"))?;
    for hunk in diff.unified_diff().context_radius(AROUND).iter_hunks() {
        line("36", &hunk.header().to_string())?;
        for change in hunk.iter_changes() {
            let (style, sign) = match change.tag() {
                ChangeTag::Delete => ("31", '-'),
                ChangeTag::Insert => ("32", '+'),
                ChangeTag::Equal => ("0", ' '),
            };
            let text = change.value();
            let text = text.strip_suffix('\n').unwrap_or(text);
            let text = if terminal { text.trim_end_matches('\r') } else { text };
            line(style, &format!("{sign}{text}"))?;
            if change.missing_newline() {
                line("0", "\\ No newline at end of file")?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(old: &str, new: &str, terminal: bool) -> String {
        let mut out = Vec::new();
        write("a.yaml", old, new, terminal, false, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn reads_as_patch_wants_it() {
        assert_eq!(
            written("a\nb\nc\nd\ne\nf\n", "a\nb\nc\nd\nE\nf", false),
            "--- a.yaml\n+++ a.yaml\n@@ -2,5 +2,5 @@\n b\n c\n d\n-e\n-f\n+E\n+f\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn a_terminal_gets_no_control_characters() {
        assert!(written("a\x1b[31m\r\n", "b\r\n", false).contains("-a\x1b[31m\r\n"));
        assert!(written("a\x1b[31m\r\n", "b\r\n", true).contains("-a\\x1b[31m\n"));
    }
}
