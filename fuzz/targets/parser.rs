//! What is read without complaint prints as a text that reads as the same tree; what is complained about can be shown.

use irc::cel::ast::Kind;
use irc::cel::{Ast, Issue, Macros, ParseOptions, parse, print};

pub fn run(data: &[u8]) {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    let text = &*String::from_utf8_lossy(rest);
    let options = match first % 3 {
        0 => ParseOptions::full(),
        1 => ParseOptions::default(),
        _ => ParseOptions { macros: Macros::None, ..ParseOptions::full() },
    };
    read(text, &options);
}

/// Parses a text, and tries what is true of every tree and every issue.
pub fn read(text: &str, options: &ParseOptions) -> (Ast, Vec<Issue>) {
    let (ast, issues) = parse(text, options);
    for id in ast.ids() {
        let node = ast.node(id);
        for span in [node.span, node.outer] {
            assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} of {text:?}");
        }
        assert!(
            node.outer.start <= node.span.start && node.span.end <= node.outer.end,
            "{node:?} of {text:?}"
        );
        for child in ast.children(id) {
            assert!(child < id && ast.node(child).depth < node.depth, "{node:?} of {text:?}");
        }
    }
    for issue in &issues {
        shown(text, issue);
    }
    if issues.is_empty() {
        assert!(
            ast.ids().all(|id| !matches!(ast.kind(id), Kind::Error)),
            "an error nobody heard of: {text:?}"
        );
        let printed = print(&ast);
        // Escapes may be longer than what they stand for.
        if printed.len() <= options.limits.bytes {
            // What is printed may need backticks for a field.
            let (again, issues) = parse(&printed, &ParseOptions { quoted_identifiers: true, ..*options });
            assert!(issues.is_empty(), "{text:?} printed as {printed:?}: {issues:?}");
            same(&ast, &again, &printed);
        }
    }
    (ast, issues)
}

fn same(a: &Ast, b: &Ast, printed: &str) {
    assert_eq!(print(b), printed);
    assert_eq!(a.len(), b.len(), "{printed:?}");
    for (x, y) in a.ids().zip(b.ids()) {
        let (x, y) = (a.kind(x), b.kind(y));
        assert_eq!(std::mem::discriminant(x), std::mem::discriminant(y), "{printed:?}");
        if let (Kind::Literal(x), Kind::Literal(y)) = (x, y) {
            assert_eq!(irc::cel::print::print_literal(x), irc::cel::print::print_literal(y), "{printed:?}");
        }
    }
}

/// An issue has places in the text and words; its fix can be made, and what it makes can be read.
fn shown(text: &str, issue: &Issue) {
    let place = |span: irc::cel::Span| span.start as usize..span.end as usize;
    assert!(text.get(place(issue.span)).is_some(), "{issue:?} of {text:?}");
    assert!(issue.also.iter().all(|(span, words)| text.get(place(*span)).is_some() && !words.is_empty()));
    for words in [Some(issue.message()), issue.note(), issue.help()].into_iter().flatten() {
        assert!(!words.is_empty(), "{issue:?} of {text:?}");
    }
    if let Some(fix) = &issue.fix {
        let mut edits = fix.edits.clone();
        edits.sort_by_key(|(span, _)| (span.start, span.end));
        let mut mended = String::new();
        let mut at = 0;
        for (span, new) in &edits {
            let before = text.get(at..span.start as usize);
            mended.push_str(before.unwrap_or_else(|| panic!("{issue:?} of {text:?}")));
            mended.push_str(new);
            at = span.end as usize;
        }
        mended.push_str(text.get(at..).unwrap_or_else(|| panic!("{issue:?} of {text:?}")));
        assert_ne!(mended, text, "{issue:?}");
        parse(&mended, &ParseOptions::full());
    }
}
