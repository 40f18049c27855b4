//! `premium == true` says no more than `premium`.

use crate::cel::ast::{BinaryOp, Kind, Literal, NodeId};
use crate::cel::print_node;
use crate::cel::types::Type;
use crate::diag::{Diagnostic, Fix};
use crate::lint::context::Context;
use crate::lint::{Check, Rule};
use crate::rule_meta;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC601" "comparison-to-bool-literal", Info, Style, Sometimes),
    check: Check::Definition(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for place in context.conditions() {
        let ast = &place.expression.ast;
        let bool = |id: NodeId| match ast.kind(id) {
            Kind::Literal(Literal::Bool(value)) => Some(*value),
            _ => None,
        };
        for id in ast.ids() {
            let Kind::Binary { op: op @ (BinaryOp::Eq | BinaryOp::Ne), lhs, rhs, .. } = ast.kind(id) else {
                continue;
            };
            let (value, operand) = match (bool(*lhs), bool(*rhs)) {
                (None, Some(value)) => (value, *lhs),
                (Some(value), None) => (value, *rhs),
                _ => continue,
            };
            // Only what is surely true or false means the same without the comparison.
            if *place.expression.checked.type_of(operand) != Type::Bool {
                continue;
            }
            let positive = value == (*op == BinaryOp::Eq);
            let own = ast.span(operand);
            let Some(text) = place.condition.text.get(own.start as usize..own.end as usize) else { continue };
            let binds = match ast.kind(operand) {
                Kind::Logical { .. } | Kind::Binary { .. } | Kind::Ternary { .. } => false,
                Kind::Unary { .. } => positive,
                _ => true,
            };
            let sign = if positive { "" } else { "!" };
            let written = if binds { format!("{sign}{text}") } else { format!("{sign}({text})") };
            let span = ast.span(id);
            let message = format!("`{}` says no more than `{written}`", print_node(ast, id));
            let mut out = Diagnostic::new(&RULE.meta, place.condition.place(span), message)
                .note(format!("`{}` is true or false already", print_node(ast, operand)))
                .help(format!("write `{written}`"));
            if let Some(edit) = place.condition.edit(span, &written) {
                out = out.fix(Fix { title: format!("write `{written}`"), safe: true, edits: vec![edit] });
            }
            found.push(place.about(out));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::{findings, fixed};

    fn with(condition: &str) -> String {
        format!(
            "name: a\nmetadata: {{vip: bool, maybe: {{type: bool, nullable: true}}, any: dyn, n: int}}\nroutes:\n  - id: r\n    when: '{condition}'\n    model: openai/gpt-5.2\ndefault: {{model: openai/gpt-4o}}\n"
        )
    }

    #[test]
    fn what_is_true_or_false_needs_no_comparison() {
        assert_eq!(
            findings(&RULE, &with("vip == true")),
            ["vip == true: `vip == true` says no more than `vip`"]
        );
        for (from, to) in [
            ("n > 3 && vip == false", "n > 3 && !vip"),
            ("true != vip", "!vip"),
            ("vip != false", "vip"),
            ("(n > 3) == false", "!(n > 3)"),
            ("messages.has() == true || vip", "messages.has() || vip"),
            ("!vip == true", "!vip"),
            ("messages.exists(m, m.role == \"tool\") == false", "!messages.exists(m, m.role == \"tool\")"),
        ] {
            assert_eq!(fixed(&RULE, &with(from)), with(to));
        }
    }

    #[test]
    fn what_may_be_something_else_does() {
        for condition in ["maybe == true", "any == true", "vip == (n > 3)", "n == 1"] {
            assert_eq!(findings(&RULE, &with(condition)), [""; 0], "{condition}");
        }
        let inferred = "name: a\nroutes: [{id: r, when: vip == true, model: openai/gpt-5.2}]\ndefault: {model: openai/gpt-4o}\n";
        assert_eq!(findings(&RULE, inferred), [""; 0]);
    }
}
