//! Literals: what they are, and what they would be as a value of another type.

use std::sync::Arc;

use super::super::ast::{Ast, Kind, Literal, NodeId};
use super::super::types::Type;
use super::names::{literal_text, quoted};

/// The literal that a node is.
pub(super) fn literal(ast: &Ast, id: NodeId) -> Option<&Literal> {
    if let Kind::Literal(literal) = ast.kind(id) { Some(literal) } else { None }
}

/// The value of a string literal.
pub(super) fn string(ast: &Ast, id: NodeId) -> Option<Arc<str>> {
    if let Literal::String(text) = literal(ast, id)? { Some(Arc::clone(&text.value)) } else { None }
}

/// An int literal as a double.
pub(super) fn as_double(ast: &Ast, id: NodeId) -> Option<String> {
    if let Literal::Int(value) = literal(ast, id)? { Some(format!("{value}.0")) } else { None }
}

/// Whether a node is a literal of a type, or no literal at all.
pub(super) fn is_of(ast: &Ast, id: NodeId, ty: &Type) -> bool {
    match literal(ast, id) {
        None => true,
        Some(Literal::Null) => *ty == Type::Null,
        Some(Literal::Bool(_)) => *ty == Type::Bool,
        Some(Literal::Int(_)) => matches!(ty, Type::Int | Type::Number),
        Some(Literal::Uint(_)) => *ty == Type::Uint,
        Some(Literal::Double(_)) => matches!(ty, Type::Double | Type::Number),
        Some(Literal::String(_)) => *ty == Type::String,
        Some(Literal::Bytes(_)) => *ty == Type::Bytes,
    }
}

/// What a literal would be as one of another type, if it can be that and is not already.
pub(super) fn converted(ast: &Ast, id: NodeId, to: &Type) -> Option<String> {
    let literal = literal(ast, id)?;
    match (literal, to) {
        (Literal::String(text), _) => from_text(text.value.trim(), to),
        (Literal::Bool(_) | Literal::Int(_) | Literal::Uint(_), Type::String) => {
            literal_text(literal).map(|text| quoted(text.trim_end_matches('u')))
        }
        (Literal::Double(_), Type::String) => literal_text(literal).map(|text| quoted(&text)),
        (Literal::Int(value), Type::Double) => Some(format!("{value}.0")),
        (Literal::Int(value), Type::Uint) if *value >= 0 => Some(format!("{value}u")),
        (Literal::Uint(value), Type::Int | Type::Number) if i64::try_from(*value).is_ok() => {
            Some(value.to_string())
        }
        (Literal::Uint(value), Type::Double) => Some(format!("{value}.0")),
        (Literal::Double(value), Type::Int | Type::Uint) if value.fract() == 0.0 && value.abs() < 1e15 => {
            let whole = format!("{value:.0}");
            match to {
                Type::Uint if *value >= 0.0 => Some(format!("{whole}u")),
                Type::Int => Some(whole),
                _ => None,
            }
        }
        _ => None,
    }
}

fn from_text(text: &str, to: &Type) -> Option<String> {
    let plain = text.strip_prefix('-').unwrap_or(text);
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let fractional = plain.split_once('.').is_some_and(|(whole, part)| digits(whole) && digits(part));
    match to {
        Type::Bool => {
            let lower = text.to_lowercase();
            matches!(lower.as_str(), "true" | "false").then_some(lower)
        }
        Type::Int if digits(plain) => text.parse::<i64>().ok().map(|value| value.to_string()),
        Type::Uint if digits(text) => text.parse::<u64>().ok().map(|value| format!("{value}u")),
        Type::Number if digits(plain) => text.parse::<i64>().ok().map(|value| value.to_string()),
        Type::Double if digits(plain) => text.parse::<i64>().ok().map(|value| format!("{value}.0")),
        Type::Double | Type::Number if fractional => Some(text.to_owned()),
        _ => None,
    }
}
