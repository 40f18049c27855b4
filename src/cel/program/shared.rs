//! Costly tests that occur in several conditions: they are evaluated once a row.

use std::fmt::Write;

use rustc_hash::FxHashMap;

use crate::cel::ast::{Ast, BinaryOp, Kind, MacroKind, NodeId};

/// Tests whose text would be longer than this are not shared.
const LENGTH: usize = 500;

/// What identifies a test: two of the same key have the same value in the same row.
pub(super) fn key(ast: &Ast, id: NodeId) -> Option<String> {
    if !is_costly(ast, id) {
        return None;
    }
    let mut key = String::new();
    write_key(ast, id, &mut key)?;
    Some(key)
}

/// Whether a test takes longer than looking up whether it was done already.
fn is_costly(ast: &Ast, id: NodeId) -> bool {
    match ast.kind(id) {
        Kind::Call { .. } => true,
        Kind::Macro(call) => call.kind != MacroKind::Has,
        Kind::Binary { lhs, rhs, .. } => [*lhs, *rhs].iter().any(|side| is_costly(ast, *side)),
        _ => false,
    }
}

/// How often each key occurs in some conditions, where it occurs more than once.
pub(super) fn repeated(conditions: &[&Ast]) -> FxHashMap<String, usize> {
    let mut counts: FxHashMap<String, usize> = FxHashMap::default();
    for ast in conditions {
        for id in ast.ids() {
            if let Some(key) = key(ast, id) {
                *counts.entry(key).or_default() += 1;
            }
        }
    }
    counts.retain(|_, count| *count > 1);
    counts
}

/// Writes a node without its places; `None` where it is too long or of a kind that is not shared.
fn write_key(ast: &Ast, id: NodeId, key: &mut String) -> Option<()> {
    if key.len() > LENGTH {
        return None;
    }
    match ast.kind(id) {
        Kind::Literal(literal) => {
            // The debug form of a text holds where it stands: only its value counts.
            write!(key, "{}#", crate::cel::interpret::literal_value(literal)).ok()?;
        }
        Kind::Ident { name, leading_dot } => {
            write!(key, "{}{:?}", if *leading_dot { "." } else { "" }, name.text).ok()?
        }
        Kind::Select { operand, field, optional } => {
            write_key(ast, *operand, key)?;
            write!(key, "{}{:?}", if *optional { ".?" } else { "." }, field.text).ok()?;
        }
        Kind::Index { operand, index, optional } => {
            write_key(ast, *operand, key)?;
            key.push_str(if *optional { "[?" } else { "[" });
            write_key(ast, *index, key)?;
            key.push(']');
        }
        Kind::Call { function, target, args, leading_dot } => {
            write!(key, "{}{:?}", if *leading_dot { "." } else { "" }, function.text).ok()?;
            write_all(ast, target.iter().chain(args), if target.is_some() { "(*" } else { "(" }, key)?;
        }
        Kind::Unary { op, operand, .. } => {
            write!(key, "{op:?}").ok()?;
            write_all(ast, [operand], "(", key)?;
        }
        Kind::Binary { op, lhs, rhs, .. } => {
            write_op(*op, key)?;
            write_all(ast, [lhs, rhs], "(", key)?;
        }
        Kind::Logical { op, operands, .. } => {
            write!(key, "{op:?}").ok()?;
            write_all(ast, operands, "(", key)?;
        }
        Kind::List(elements) if elements.iter().all(|element| !element.optional) => {
            write_all(ast, elements.iter().map(|element| &element.value), "[(", key)?;
        }
        Kind::Macro(call) => {
            write!(key, "@{:?}", call.kind).ok()?;
            for variable in &call.vars {
                write!(key, "{:?}", variable.text).ok()?;
            }
            write_all(ast, call.target.iter().chain(&call.args), "(", key)?;
        }
        _ => return None,
    }
    Some(())
}

fn write_op(op: BinaryOp, key: &mut String) -> Option<()> {
    write!(key, "{op:?}").ok()
}

fn write_all<'a>(
    ast: &Ast,
    ids: impl IntoIterator<Item = &'a NodeId>,
    open: &str,
    key: &mut String,
) -> Option<()> {
    key.push_str(open);
    for id in ids {
        write_key(ast, *id, key)?;
        key.push(',');
    }
    key.push(')');
    Some(())
}
