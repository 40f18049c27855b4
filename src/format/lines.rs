//! Lines on their way to the text, and where the comments behind them stand.

/// One line of the result.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// All of it but the comment behind it.
    pub(super) text: String,
    /// The comment behind it, and the column it had.
    pub(super) comment: Option<(String, usize)>,
    /// No comment may come to stand behind it.
    pub(super) closed: bool,
}

/// Blanks between the text of a line and its comment; behind a dash, which has no text, there is one.
const GAP: usize = 2;

/// The lines as text. Comments that stood below one another stand below one another.
pub(super) fn join(lines: &[Line], line_break: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let column = |line: &Line| line.comment.as_ref().map(|(_, column)| *column);
        let aligned = match column(line) {
            Some(_) => lines.iter().skip(at).take_while(|next| column(next) == column(line)).count(),
            None => 1,
        };
        let group = lines.get(at..at + aligned).unwrap_or_default();
        let width = group.iter().map(|line| line.text.chars().count()).max().unwrap_or(0);
        for line in group {
            out.push_str(&line.text);
            if let Some((comment, _)) = &line.comment {
                let gap = if line.text.trim_start_matches([' ', '-']).is_empty() { 1 } else { GAP };
                let blanks = width - line.text.chars().count() + gap;
                out.push_str(&" ".repeat(blanks));
                out.push_str(comment);
            }
            out.push_str(line_break);
        }
        at += aligned;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_below_one_another_stay_so() {
        let line = |text: &str, comment: Option<(&str, usize)>| Line {
            text: text.into(),
            comment: comment.map(|(text, column)| (text.to_owned(), column)),
            closed: false,
        };
        let lines = [
            line("a: 1", Some(("# x", 20))),
            line("long: 2", Some(("# y", 20))),
            line("b: 3", Some(("# z", 9))),
            line("", None),
        ];
        assert_eq!(join(&lines, "\n"), "a: 1     # x\nlong: 2  # y\nb: 3  # z\n\n");
    }
}
