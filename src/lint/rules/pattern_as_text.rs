//! `startsWith`, `endsWith`, `contains` and `==` take their text literally. A pattern in it is a mistake for `matches`, or
//! for the wildcards of a shell.

use crate::cel::{Span, print_node};
use crate::diag::{Diagnostic, Fix};
use crate::lint::context::{ConditionAt, Context};
use crate::lint::{Check, Rule, expressions};
use crate::rule_meta;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC420" "pattern-as-text", Warning, Suspicious, Sometimes),
    check: Check::Definition(check),
};

const NOTE: &str = "only text that holds these very characters fits";

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for place in context.conditions() {
        for call in expressions::text_calls(&place.expression.ast) {
            found.extend(of_call(place, &call));
        }
        for comparison in place.comparisons() {
            found.extend(of_comparison(place, comparison));
        }
    }
}

fn of_call(place: &ConditionAt<'_>, call: &expressions::TextCall<'_>) -> Option<Diagnostic> {
    let ast = &place.expression.ast;
    let (function, text) = (call.function, &*call.text.value);
    let sign = sign(function, text)?;
    let meant = match function {
        "startsWith" => text.trim_start_matches('^').trim_end_matches('*'),
        _ => text.trim_start_matches('*').trim_end_matches('$'),
    };
    let literal = print_node(ast, call.literal);
    // The change: where, and what to write there.
    let (help, change): (String, Option<(Span, &str)>) = match (function, sign) {
        ("contains", _) => (format!("write `matches({literal})`"), Some((call.name, "matches"))),
        ("startsWith", ".*") => (format!("write `matches(\"^{text}\")`"), None),
        (_, ".*") => (format!("write `matches(\"{text}$\")`"), None),
        _ => {
            let inner = expressions::inside(ast, call.literal, call.text, 0, text.len());
            let change = (inner != ast.span(call.literal)).then_some((inner, meant));
            (format!("write `{function}(\"{meant}\")`"), change)
        }
    };
    let span = place.condition.place(ast.span(call.literal));
    let message = format!("`{function}` takes `{sign}` as it stands, not as a pattern");
    let mut out = Diagnostic::new(&RULE.meta, span, message).note(NOTE).help(help);
    let edit = change.and_then(|(span, text)| Some((place.condition.edit(span, text)?, text)));
    out.fixes.extend(edit.map(|(edit, text)| Fix {
        title: format!("write `{text}`"),
        safe: false,
        edits: vec![edit],
    }));
    Some(place.about(out))
}

fn of_comparison(place: &ConditionAt<'_>, comparison: &expressions::Comparison<'_>) -> Option<Diagnostic> {
    let text = &*comparison.text.value;
    let sign = sign("==", text)?;
    // A whole message is text of its own kind.
    let key = expressions::key_path(place.expression, comparison.subject)?;
    let span = place.condition.place(place.expression.ast.span(comparison.literal));
    let message = format!("a comparison takes `{sign}` as it stands, not as a pattern");
    let help = match sign {
        "|" => {
            let values: Vec<String> = text.split('|').map(|value| format!("\"{value}\"")).collect();
            format!("for one of them write `{key} in [{}]`", values.join(", "))
        }
        "*" => format!("write `{key}.startsWith(\"{}\")`", text.trim_end_matches('*')),
        _ => format!("write `{key}.matches(\"^{text}$\")`"),
    };
    Some(place.about(Diagnostic::new(&RULE.meta, span, message).note(NOTE).help(help)))
}

/// What looks like a pattern in a text that is taken literally.
fn sign<'t>(function: &str, text: &'t str) -> Option<&'t str> {
    let word =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let plain = |part: &str| part.chars().any(char::is_alphanumeric);
    let find = |needle: &str| text.find(needle).and_then(|at| text.get(at..at + needle.len()));
    match function {
        "startsWith" if text.len() > 1 && text.starts_with('^') => text.get(..1),
        "endsWith" if text.len() > 1 && text.ends_with('$') && plain(text) => text.get(text.len() - 1..),
        // Of a pattern for files.
        "startsWith" if text.ends_with('*') && word(text.trim_end_matches('*')) => text.get(text.len() - 1..),
        "endsWith" if text.starts_with('*') && word(text.trim_start_matches('*')) => text.get(..1),
        "matches" => None,
        _ if plain(text) && text.contains(".*") => find(".*"),
        "==" | "contains" if text.contains('|') && text.split('|').all(word) => find("|"),
        "==" if text.len() > 1 && text.ends_with('*') && word(text.trim_end_matches('*')) => {
            text.get(text.len() - 1..)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{RULE, sign};
    use crate::lint::testing::{conditions, findings, fixed};

    #[test]
    fn patterns_where_text_is_taken_literally() {
        let found = findings(&RULE, &conditions(&["tier == 'pro|max'", "region.startsWith('^eu')"]));
        assert_eq!(
            found,
            [
                "'pro|max': a comparison takes `|` as it stands, not as a pattern",
                "'^eu': `startsWith` takes `^` as it stands, not as a pattern"
            ]
        );
        let mended = fixed(
            &RULE,
            &conditions(&[
                "a.startsWith('^eu') || a.startsWith(\"eu-*\") || a.endsWith('*-eu')",
                "messages.last().content.contains(\"refund|invoice\")",
            ]),
        );
        let wanted = conditions(&[
            "a.startsWith('eu') || a.startsWith(\"eu-\") || a.endsWith('-eu')",
            "messages.last().content.matches(\"refund|invoice\")",
        ]);
        assert_eq!(mended, wanted);
        for (function, text) in [
            ("startsWith", "eu-*"),
            ("endsWith", "*-eu"),
            ("endsWith", "eu$"),
            ("contains", "a.*b"),
            ("contains", "refund|invoice"),
            ("==", "gpt-*"),
        ] {
            assert!(sign(function, text).is_some(), "{function} {text}");
        }
    }

    #[test]
    fn text_that_only_looks_a_little_like_one() {
        for (function, text) in [
            ("startsWith", "^"),
            ("startsWith", "**bold**"),
            ("startsWith", "* "),
            ("endsWith", "$"),
            ("contains", "| --- |"),
            ("contains", "||"),
            ("contains", "5$"),
            ("contains", "what?"),
            ("==", "*"),
            ("==", "a.b"),
            ("==", "C++"),
            ("matches", "a|b"),
        ] {
            assert_eq!(sign(function, text), None, "{function} {text}");
        }
    }
}
