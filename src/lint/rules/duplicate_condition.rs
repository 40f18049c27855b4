//! Two routes with the same condition, written differently or not: the second is never taken. The analysis proves it and
//! says so, unless the conditions are too hard for it; then this rule does, which only compares their text.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use crate::analyze::rules::{CONDITION_ALWAYS_FALSE, UNREACHABLE_ROUTE};
use crate::cel::Ast;
use crate::cel::ast::{BinaryOp, Kind, Literal, NodeId, UnaryOp};
use crate::cel::print_node;
use crate::diag::Diagnostic;
use crate::lint::context::Context;
use crate::lint::{Check, Rule};
use crate::rule_meta;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC403" "duplicate-condition", Warning, Suspicious, None),
    check: Check::Definition(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let said = |route: &str| {
        let mut all = context.found(&UNREACHABLE_ROUTE).chain(context.found(&CONDITION_ALWAYS_FALSE));
        all.any(|diagnostic| diagnostic.subject.route.as_deref() == Some(route))
    };
    let mut seen = BTreeMap::new();
    // Conditions that are alike hold the same names and constants: most are seen to differ by that.
    let marks: Vec<u64> = context.conditions().iter().map(|place| mark(&place.expression.ast)).collect();
    for (place, own) in context.conditions().iter().zip(&marks) {
        if marks.iter().filter(|mark| *mark == own).count() < 2 {
            continue;
        }
        let Some(route) = place.route else { continue };
        let ast = &place.expression.ast;
        let span = place.condition.place(ast.span(ast.root()));
        let text = normal(ast, ast.root());
        // Routes that are switched off are alike in that.
        if text == "false" {
            continue;
        }
        let Some((first, first_span)) = seen.get(&text) else {
            seen.insert(text, (route, span));
            continue;
        };
        if said(route.name()) {
            continue;
        }
        let message = format!("`{}` has the same condition as `{}`", route.name(), first.name());
        found.push(
            place.about(
                Diagnostic::new(&RULE.meta, span, message)
                    .also(*first_span, format!("`{}` is tried first", first.name()))
                    .note("the first route that matches wins, so this one is never taken")
                    .help("correct one of the two conditions, or merge the routes"),
            ),
        );
    }
}

/// A bit for each name and constant of an expression, however often it occurs.
fn mark(ast: &Ast) -> u64 {
    let bit = |text: &str| {
        let mut hasher = FxHasher::default();
        text.hash(&mut hasher);
        1 << (hasher.finish() % 64)
    };
    ast.ids().fold(0, |mark, id| {
        mark | match ast.kind(id) {
            Kind::Ident { name, .. } | Kind::Select { field: name, .. } => bit(&name.text),
            Kind::Literal(Literal::String(text)) => bit(&text.value),
            Kind::Literal(Literal::Int(number)) => 1 << number.rem_euclid(64),
            _ => 0,
        }
    })
}

/// An expression in a spelling that does not depend on the order of what may be swapped. As deep as the tree, which the
/// parser bounds.
fn normal(ast: &Ast, id: NodeId) -> String {
    match ast.kind(id) {
        Kind::Logical { op, operands, .. } => {
            let mut parts: Vec<String> = operands.iter().map(|operand| normal(ast, *operand)).collect();
            parts.sort();
            parts.dedup();
            match parts.as_slice() {
                [only] => only.clone(),
                _ => format!("({})", parts.join(op.symbol())),
            }
        }
        Kind::Unary { op: UnaryOp::Not, operand, .. } => format!("!{}", normal(ast, *operand)),
        Kind::Binary { op, lhs, rhs, .. } => {
            let (lhs, rhs) = (normal(ast, *lhs), normal(ast, *rhs));
            let (op, lhs, rhs) = match op {
                BinaryOp::Eq | BinaryOp::Ne if rhs < lhs => (*op, rhs, lhs),
                BinaryOp::Gt => (BinaryOp::Lt, rhs, lhs),
                BinaryOp::Ge => (BinaryOp::Le, rhs, lhs),
                _ => (*op, lhs, rhs),
            };
            format!("({lhs}{}{rhs})", op.symbol())
        }
        _ => print_node(ast, id),
    }
}

#[cfg(test)]
mod tests {
    use super::{RULE, mark, normal};
    use crate::cel::{Ast, parse};
    use crate::lint::testing::{findings, findings_with};

    fn ast(text: &str) -> Ast {
        let (ast, issues) = parse(text, &Default::default());
        assert!(issues.is_empty(), "{text}");
        ast
    }

    fn of(text: &str) -> String {
        let ast = ast(text);
        normal(&ast, ast.root())
    }

    #[test]
    fn spelling_does_not_count_and_meaning_does() {
        for (a, b) in [
            ("a && b", "b&&(a)"),
            ("a && a", "a"),
            ("x == 'y'", "\"y\" == x"),
            ("x > 3 || !(y == z)", "!(z == y) || 3 < x"),
            ("x >= 3", "3 <= x"),
        ] {
            assert_eq!(of(a), of(b));
            assert_eq!(mark(&ast(a)), mark(&ast(b)));
        }
        for (a, b) in
            [("a && b", "a || b"), ("x > 3", "3 > x"), ("x == 1", "x != 1"), ("x - y > 0", "y - x > 0")]
        {
            assert_ne!(of(a), of(b));
        }
    }

    const ROUTES: &str = "name: a\nroutes:\n  - {id: x, when: 'tier == \"pro\" && seats > 3', model: openai/gpt-5.2}\n  - {id: y, when: '3 < seats && tier == \"pro\"', model: openai/gpt-4o}\ndefault: {model: openai/gpt-4o-mini}\n";

    #[test]
    fn the_analysis_has_the_first_word() {
        assert_eq!(findings(&RULE, ROUTES), [""; 0]);
        assert_eq!(
            findings_with(&RULE, ROUTES, 1),
            ["3 < seats && tier == \"pro\": `y` has the same condition as `x`"]
        );
        assert_eq!(findings_with(&RULE, &ROUTES.replace("3 <", "4 <"), 1), [""; 0]);
    }

    #[test]
    fn routes_that_are_switched_off_are_no_duplicates() {
        let off = "name: a\nroutes:\n  - {id: x, when: false, model: openai/gpt-5.2}\n  - {id: y, when: false, model: openai/gpt-4o}\ndefault: {model: openai/gpt-4o-mini}\n";
        assert_eq!(findings_with(&RULE, off, 1), [""; 0]);
    }
}
