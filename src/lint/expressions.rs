//! What several rules ask of a condition's expression.

use std::sync::Arc;

use crate::cel::ast::{BinaryOp, Kind, Literal, NodeId, Text};
use crate::cel::checker::Reference;
use crate::cel::types::{Field, Type};
use crate::cel::{Ast, Span};
use crate::check::Expression;

/// A part of an expression that is compared with a text.
pub(super) struct Comparison<'a> {
    /// What is compared.
    pub(super) subject: NodeId,
    /// The literal.
    pub(super) literal: NodeId,
    /// Its text.
    pub(super) text: &'a Text,
}

/// Every `==`, `!=` and `in [...]` between something and a text.
pub(super) fn comparisons(ast: &Ast) -> Vec<Comparison<'_>> {
    let mut found = Vec::new();
    for id in ast.ids() {
        match ast.kind(id) {
            Kind::Binary { op: BinaryOp::Eq | BinaryOp::Ne, lhs, rhs, .. } => {
                for (subject, literal) in [(*lhs, *rhs), (*rhs, *lhs)] {
                    if let (Some(text), None) = (text(ast, literal), text(ast, subject)) {
                        found.push(Comparison { subject, literal, text });
                    }
                }
            }
            Kind::Binary { op: BinaryOp::In, lhs, rhs, .. } => {
                let Kind::List(elements) = ast.kind(*rhs) else { continue };
                for element in elements {
                    if let Some(text) = text(ast, element.value) {
                        found.push(Comparison { subject: *lhs, literal: element.value, text });
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// A call of a function of texts with a literal as its argument: `x.startsWith("a")`.
pub(super) struct TextCall<'a> {
    pub(super) function: &'a str,
    /// Where its name stands.
    pub(super) name: Span,
    /// What it is called on.
    pub(super) receiver: NodeId,
    /// The literal.
    pub(super) literal: NodeId,
    /// Its text.
    pub(super) text: &'a Text,
}

/// Every call of `startsWith`, `endsWith`, `contains` or `matches` with a literal.
pub(super) fn text_calls(ast: &Ast) -> Vec<TextCall<'_>> {
    let mut found = Vec::new();
    for id in ast.ids() {
        let Kind::Call { function, target: Some(receiver), args, .. } = ast.kind(id) else { continue };
        let known = matches!(&*function.text, "startsWith" | "endsWith" | "contains" | "matches");
        if let ([literal], true) = (args.as_slice(), known)
            && let Some(text) = text(ast, *literal)
        {
            let (name, receiver, literal) = (function.span, *receiver, *literal);
            found.push(TextCall { function: &function.text, name, receiver, literal, text });
        }
    }
    found
}

/// The text of a literal.
pub(super) fn text(ast: &Ast, id: NodeId) -> Option<&Text> {
    match ast.kind(id) {
        Kind::Literal(Literal::String(text)) => Some(text),
        _ => None,
    }
}

/// A range of a literal's text as a place of the expression: all of the literal where that is not known.
pub(super) fn inside(ast: &Ast, literal: NodeId, text: &Text, start: usize, end: usize) -> Span {
    let at = |offset: usize| text.source_offset(u32::try_from(offset).ok()?);
    match (at(start), at(end)) {
        (Some(start), Some(end)) if start <= end => Span { start, end },
        _ => ast.span(literal),
    }
}

/// The metadata key that a part of an expression reads, with the fields below it: `account.plan`.
pub(super) fn key_path(expression: &Expression, mut id: NodeId) -> Option<String> {
    let mut fields: Vec<&Arc<str>> = Vec::new();
    loop {
        match expression.ast.kind(id) {
            Kind::Select { operand, field, optional: false } => {
                fields.push(&field.text);
                id = *operand;
            }
            Kind::Ident { name, .. } => {
                let Some(Reference::Variable { .. }) = expression.checked.reference(id) else { return None };
                if *name.text == *crate::catalogue::functions::MESSAGES {
                    return None;
                }
                if fields.is_empty() {
                    return Some(name.text.to_string());
                }
                let path = std::iter::once(&name.text).chain(fields.into_iter().rev());
                return Some(path.map(|part| &**part).collect::<Vec<_>>().join("."));
            }
            _ => return None,
        }
    }
}

/// What is declared of the key that [`key_path`] found.
pub(super) fn declared<'e>(env: &'e crate::cel::Env, path: &str) -> Option<&'e Field> {
    let mut parts = path.split('.');
    let mut field = env.variables.get(parts.next()?)?;
    for part in parts {
        let Type::Record(record) = &field.ty else { return None };
        field = record.fields.get(part)?;
    }
    Some(field)
}
