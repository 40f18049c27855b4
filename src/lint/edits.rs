//! Changes that rules offer, laid out as the file is.

use crate::diag::Edit;
use crate::source::{Sources, Span, Spanned};

/// The edit that takes an item out of a list of texts. `None` where what stands around it is not plain: a comment would
/// go with it, or the list would be left empty.
pub(super) fn without_item(sources: &Sources, items: &[Spanned<String>], at: usize) -> Option<Edit> {
    let item = items.get(at)?.span;
    let source = sources.get(item.file)?;
    let text: &str = source.text();
    let (start, end) = (item.start as usize, item.end as usize);
    let before = text.get(..start)?;
    let after = text.get(end..)?;
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let rest = after.find('\n').map_or(after, |at| after.get(..at).unwrap_or_default());
    if items.len() < 2 {
        return None;
    }
    // `- item` on a line of its own.
    if before.get(line..)?.trim() == "-" {
        let whole = rest.trim().is_empty() && end + rest.len() < text.len();
        return whole
            .then(|| Edit { span: Span::new(item.file, line, end + rest.len() + 1), text: String::new() });
    }
    // `[item, item]`: with the comma behind it, or before the last one.
    let comma = after.trim_start_matches(' ').strip_prefix(',');
    let span = match comma {
        Some(next) => {
            let next = next.trim_start_matches(' ');
            (!next.starts_with(['\n', '\r', '#']))
                .then(|| Span::new(item.file, start, text.len() - next.len()))
        }
        None => {
            let kept = before.trim_end_matches(' ').strip_suffix(',')?;
            Some(Span::new(item.file, kept.len(), end))
        }
    };
    span.map(|span| Edit { span, text: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::apply;

    /// The text without the `x` of its list; the items are its letters.
    fn without_x(text: &str) -> Option<String> {
        let mut sources = Sources::new();
        let file = sources.add("a", text);
        let letters = text.char_indices().filter(|(_, c)| c.is_ascii_lowercase());
        let items: Vec<Spanned<String>> =
            letters.map(|(at, c)| Spanned::new(c.to_string(), Span::new(file, at, at + 1))).collect();
        let at = items.iter().position(|item| item.value == "x").unwrap();
        apply(text, file, &[without_item(&sources, &items, at)?])
    }

    #[test]
    fn items_go_with_what_separates_them() {
        assert_eq!(without_x("[x, b]").as_deref(), Some("[b]"));
        assert_eq!(without_x("[b, x]").as_deref(), Some("[b]"));
        assert_eq!(without_x("[b, x, c] # C").as_deref(), Some("[b, c] # C"));
        assert_eq!(without_x("- b\n- x\n- c\n").as_deref(), Some("- b\n- c\n"));
        assert_eq!(without_x("- b\n- x\n").as_deref(), Some("- b\n"));
    }

    #[test]
    fn what_is_not_plain_stays() {
        assert_eq!(without_x("[x]"), None);
        assert_eq!(without_x("- b\n- x # C\n"), None);
        assert_eq!(without_x("[\n  x, # C\n  b\n]"), None);
        assert_eq!(without_x("x"), None);
        assert_eq!(without_x("- b\n- x"), None);
    }
}
