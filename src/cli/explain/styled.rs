//! A page for the terminal.

use crate::render::{Options, wrap};

const BOLD: &str = "\x1b[1m";
const CODE: &str = "\x1b[36m";
const RESET: &str = "\x1b[0m";

/// A line above others.
pub(super) fn heading(text: &str, options: &Options) -> String {
    if options.color { format!("{BOLD}{text}{RESET}") } else { text.to_owned() }
}

/// A page for the terminal. It knows as much Markdown as the pages use: headings, paragraphs, lists, fences, inline code.
pub(super) fn styled(page: &str, options: &Options) -> String {
    let mut out = String::with_capacity(page.len() * 2);
    let mut paragraph = String::new();
    let mut fenced = false;
    for line in page.lines() {
        let fence = line.starts_with("```");
        // The lines of a paragraph were broken for files; here they are broken anew.
        let goes_on = !fenced && !fence && !line.is_empty() && !line.starts_with(['#', '*', '-', '|']);
        if goes_on && !paragraph.is_empty() {
            paragraph.push(' ');
            paragraph.push_str(line.trim_start());
            continue;
        }
        flush(&mut paragraph, options, &mut out);
        if fence {
            fenced = !fenced;
        } else if fenced {
            out.push_str(&format!("    {CODE}{line}{RESET}\n"));
        } else if line.starts_with('#') {
            out.push_str(&format!("{BOLD}{}{RESET}\n", line.trim_start_matches('#').trim_start()));
        } else if line.is_empty() {
            out.push('\n');
        } else {
            paragraph.push_str(line);
        }
    }
    flush(&mut paragraph, options, &mut out);
    out
}

fn flush(paragraph: &mut String, options: &Options, out: &mut String) {
    if !paragraph.is_empty() {
        let indent = if paragraph.starts_with(['*', '-']) { 2 } else { 0 };
        out.push_str(&inline_code(&wrap(paragraph, options.width, indent)));
        out.push('\n');
        paragraph.clear();
    }
}

fn inline_code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut code = false;
    for part in text.split('`') {
        out.push_str(&if code { format!("{CODE}{part}{RESET}") } else { part.to_owned() });
        code = !code;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_styled() {
        let options = Options { color: true, unicode: true, width: 80, summary: false };
        let page = "# a-rule\n\nSays `x` twice.\n\n## Fails\n\n```yaml\nname: `a`\n```\n";
        let expected = "\x1b[1ma-rule\x1b[0m\n\nSays \x1b[36mx\x1b[0m twice.\n\n\x1b[1mFails\x1b[0m\n\n    \x1b[36mname: `a`\x1b[0m\n";
        assert_eq!(styled(page, &options), expected);
        let page = "One `a\nb` two.\n* three\n  four\n* five\n\nsix\n";
        let expected = "One \x1b[36ma b\x1b[0m two.\n* three four\n* five\n\nsix\n";
        assert_eq!(styled(page, &options), expected);
    }
}
