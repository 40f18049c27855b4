//! `tier == "pro "`: a blank at the end of a value is seldom seen and seldom meant.

use crate::diag::{Diagnostic, Fix};
use crate::lint::context::Context;
use crate::lint::{Check, Rule, expressions};
use crate::rule_meta;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC419" "blank-in-comparison", Warning, Suspicious, Sometimes),
    check: Check::Definition(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for place in context.conditions() {
        let ast = &place.expression.ast;
        for comparison in place.comparisons() {
            let text: &str = &comparison.text.value;
            let trimmed = text.trim();
            if trimmed.len() == text.len() || trimmed.is_empty() {
                continue;
            }
            let Some(key) = expressions::key_path(place.expression, comparison.subject) else { continue };
            let side = if text.starts_with(trimmed) { "ends" } else { "begins" };
            let message = format!("the text that `{key}` is compared with {side} with a blank");
            let mut out =
                Diagnostic::new(&RULE.meta, place.condition.place(ast.span(comparison.literal)), message)
                    .note("CEL compares text letter by letter: without the blank it is another value")
                    .help(format!("write `\"{trimmed}\"`, if callers send it so"));
            let inner = expressions::inside(ast, comparison.literal, comparison.text, 0, text.len());
            if inner != ast.span(comparison.literal)
                && let Some(edit) = place.condition.edit(inner, trimmed)
            {
                out =
                    out.fix(Fix { title: "leave the blank out".to_owned(), safe: false, edits: vec![edit] });
            }
            found.push(place.about(out));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::{conditions, findings, fixed};

    #[test]
    fn blanks_around_values_of_metadata() {
        let text = conditions(&["tier == \"pro \"", "region in [\" eu\", \"us\"]"]);
        assert_eq!(
            findings(&RULE, &text),
            [
                "\"pro \": the text that `tier` is compared with ends with a blank",
                "\" eu\": the text that `region` is compared with begins with a blank"
            ]
        );
        assert_eq!(fixed(&RULE, &text), conditions(&["tier == \"pro\"", "region in [\"eu\", \"us\"]"]));
        let fine = [
            "tier == \"big spender\"",
            "tier == \" \"",
            "tier.startsWith(\" a\")",
            "messages.last().content == \"a \"",
        ];
        assert_eq!(findings(&RULE, &conditions(&fine)), [""; 0]);
    }
}
