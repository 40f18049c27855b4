//! The service's pages show a part of CEL. The rest is CEL as well, and should work; who wants to rely on nothing but
//! what is shown can be told what goes beyond it.

use crate::cel::ast::{BinaryOp, Kind, UnaryOp};
use crate::diag::Diagnostic;
use crate::lint::context::Context;
use crate::lint::{Check, Rule};
use crate::rule_meta;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC604" "undocumented-cel-feature", Off, Nursery, None),
    check: Check::Definition(check),
};

/// Functions that the pages of the service show.
const SHOWN: &[&str] =
    &["startsWith", "endsWith", "contains", "size", "matches", "has", "first", "last", "get"];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for place in context.conditions() {
        let ast = &place.expression.ast;
        let mut told: Vec<String> = Vec::new();
        for id in ast.ids() {
            let node = ast.node(id);
            let (what, span) = match &node.kind {
                Kind::Unary { op: UnaryOp::Not, op_span, .. } => ("`!`".to_owned(), *op_span),
                Kind::Unary { op: UnaryOp::Neg, op_span, .. } => ("the sign `-`".to_owned(), *op_span),
                Kind::Binary { op, op_span, .. } if !is_shown(*op) => {
                    (format!("`{}`", op.symbol()), *op_span)
                }
                Kind::Ternary { question_span, .. } => ("`? :`".to_owned(), *question_span),
                Kind::List(_) => ("a list in brackets".to_owned(), node.span),
                Kind::Map(_) => ("a map in braces".to_owned(), node.span),
                Kind::Index { .. } => ("an index in brackets".to_owned(), node.span),
                Kind::Macro(called) => (format!("`{}()`", called.name.text), called.name.span),
                Kind::Call { function, .. } if !SHOWN.contains(&&*function.text) => {
                    (format!("`{}()`", function.text), function.span)
                }
                _ => continue,
            };
            if told.contains(&what) {
                continue;
            }
            let message = format!("the service's pages do not show {what} in conditions");
            found.push(
                place.about(
                    Diagnostic::new(&RULE.meta, place.condition.place(span), message)
                        .note("it is CEL, so it should work; nothing but that promises it")
                        .help("try it on the service before you rely on it, or say it with what is shown: comparisons, `&&`, `||`, `startsWith`, `endsWith`, `contains`, `size`, `matches`"),
                ),
            );
            told.push(what);
        }
    }
}

fn is_shown(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Eq | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::{conditions, findings};

    #[test]
    fn what_the_pages_show_is_fine() {
        let shown = [
            "tier == \"premium\" && region == \"us-east\"",
            "score >= 80 && score <= 100",
            "user_id.startsWith(\"enterprise-\") || user_id.size() > 10",
            "messages.last().content.matches(\"(?i).*\\\\bcode\\\\b.*\")",
            "messages.get(0).role == \"system\" && messages.has()",
        ];
        assert_eq!(findings(&RULE, &conditions(&shown)), [""; 0]);
    }

    #[test]
    fn each_thing_beyond_is_told_once() {
        let words = |condition: &str| -> Vec<String> {
            let found = findings(&RULE, &conditions(&[condition]));
            let what = found.iter().map(|found| found.split(" do not show ").nth(1).unwrap().to_owned());
            what.map(|what| what.trim_end_matches(" in conditions").to_owned()).collect()
        };
        let mut several = words("!(a in [\"x\"]) && b != \"y\" && !c && b != \"z\"");
        several.sort();
        assert_eq!(several, ["`!=`", "`!`", "`in`", "a list in brackets"]);
        assert_eq!(words("messages.exists(m, m.role == \"tool\")"), ["`exists()`"]);
        assert_eq!(words("int(a) == 3"), ["`int()`"]);
        assert_eq!(words("a ? b : c"), ["`? :`"]);
    }
}
