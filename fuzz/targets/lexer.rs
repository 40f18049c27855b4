//! Every byte of a text is in one token, between two of them, or complained about.

use irc::cel::{Issue, token_spans};

pub fn run(data: &[u8]) {
    let text = &*String::from_utf8_lossy(data);
    let (tokens, issues) = token_spans(text);
    let mut at = 0;
    for token in &tokens {
        let (start, end) = (token.start as usize, token.end as usize);
        assert!(at <= start && start < end, "{token:?} of {text:?}");
        between(text, at, start, &issues);
        assert!(text.get(start..end).is_some(), "{token:?} of {text:?}");
        at = end;
    }
    between(text, at, text.len(), &issues);
    for issue in &issues {
        assert!(
            text.get(issue.span.start as usize..issue.span.end as usize).is_some(),
            "{issue:?} of {text:?}"
        );
    }
    if issues.is_empty() {
        // The blanks between tokens mean nothing.
        let apart: Vec<&str> =
            tokens.iter().map(|token| &text[token.start as usize..token.end as usize]).collect();
        let joined = apart.join(" ");
        let (again, issues) = token_spans(&joined);
        assert!(issues.is_empty(), "{text:?} and {joined:?}");
        let again: Vec<&str> =
            again.iter().map(|token| &joined[token.start as usize..token.end as usize]).collect();
        assert_eq!(apart, again, "of {text:?}");
    }
}

/// What stands between two tokens: blanks, comments, and what an issue speaks of.
fn between(text: &str, start: usize, end: usize, issues: &[Issue]) {
    // Beyond so many issues the rest is left out.
    if issues.len() > 50 {
        return;
    }
    let spoken_of =
        |at: usize| issues.iter().any(|i| (i.span.start as usize..i.span.end as usize).contains(&at));
    let mut rest = text.get(start..end).unwrap_or_else(|| panic!("{start}..{end} of {text:?}"));
    let mut at = start;
    while let Some(c) = rest.chars().next() {
        let comment = rest.starts_with("//") || (c == '#' && spoken_of(at));
        let length = match comment {
            true => rest.find('\n').unwrap_or(rest.len()),
            false => {
                let blank = matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{c}');
                assert!(blank || spoken_of(at), "{c:?} at {at} of {text:?} is passed over");
                c.len_utf8()
            }
        };
        at += length;
        rest = &rest[length..];
    }
}
