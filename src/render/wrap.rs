//! Lines of prose that fit.

/// Narrower than this nothing can be read.
pub(super) const NARROWEST: usize = 40;

/// Breaks lines at spaces so that they fit, each but the first indented. Existing line breaks and the spaces a line
/// begins with stay; a word that is too long stays whole, for it may be something to copy.
pub fn wrap(text: &str, width: usize, indent: usize) -> String {
    let room = width.saturating_sub(indent).max(NARROWEST / 2);
    let mut out = String::with_capacity(text.len() + 16);
    for (n, line) in text.split('\n').enumerate() {
        if n > 0 {
            new_line(&mut out, indent);
        }
        let body = line.trim_start_matches(' ');
        let lead = line.len() - body.len();
        out.push_str(&" ".repeat(lead));
        let mut used = lead;
        for (n, word) in body.split(' ').enumerate() {
            let length = word.chars().count();
            if n > 0 && used + 1 + length > room {
                new_line(&mut out, indent);
                used = length;
                out.push_str(word);
                continue;
            }
            if n > 0 {
                out.push(' ');
                used += 1;
            }
            out.push_str(word);
            used += length;
        }
    }
    out
}

fn new_line(out: &mut String, indent: usize) {
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
    out.push_str(&" ".repeat(indent));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapping_keeps_line_breaks_and_long_words() {
        assert_eq!(wrap("one two three four five six", 30, 10), "one two three four\n          five six");
        assert_eq!(wrap("a\n  b c", 80, 2), "a\n    b c");
        let word = "x".repeat(100);
        assert_eq!(wrap(&format!("a {word} b"), 40, 4), format!("a\n    {word}\n    b"));
    }
}
