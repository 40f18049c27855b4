//! What plain tests come to, without the evaluator: those of a key or of messages against constants.
//!
//! It knows values of the same plain types on both sides, and what is absent. Of everything else it says nothing; then the
//! evaluator is asked, with which it agrees on all that it says.

use std::borrow::Cow;

use super::draft::Draft;
use super::outcome::{Outcome, combined};
use crate::catalogue::functions::MESSAGES;
use crate::cel::ast::{BinaryOp, Kind, Literal, LogicalOp, Macro, MacroKind, NodeId, UnaryOp};
use crate::cel::{Ast, Value, library};

/// Macros within macros are left to the evaluator, which counts its steps.
const MOST_LOCALS: usize = 1;

/// Looks at parts of a condition for one request.
pub(super) struct Glance<'a> {
    ast: &'a Ast,
    /// A variable has a name of several parts.
    dotted: bool,
    draft: &'a Draft<'a>,
    /// The variables of the macros around, innermost last.
    locals: Vec<(&'a str, &'a Value)>,
}

impl<'a> Glance<'a> {
    pub(super) fn new(ast: &'a Ast, dotted: bool, draft: &'a Draft<'a>) -> Self {
        Self { ast, dotted, draft, locals: Vec::new() }
    }

    /// What a part comes to. `None` where that is not plain. As deep as the tree, which the parser bounds.
    pub(super) fn outcome(&mut self, id: NodeId) -> Option<Outcome> {
        let ast = self.ast;
        let kind = ast.kind(id);
        let read = match kind {
            Kind::Unary { op: UnaryOp::Not, operand, .. } => {
                return Some(match self.outcome(*operand)? {
                    Outcome::Bool(value) => Outcome::Bool(!value),
                    other => other,
                });
            }
            Kind::Logical { op, operands, .. } => {
                return combined(*op, operands.iter().map(|operand| self.outcome(*operand)));
            }
            Kind::Macro(call) => return self.quantifier(call),
            Kind::Ident { .. } | Kind::Select { .. } => id,
            Kind::Binary { lhs, .. } => *lhs,
            Kind::Call { function, target: Some(target), .. }
                if matches!(&*function.text, "startsWith" | "endsWith" | "contains") =>
            {
                *target
            }
            _ => return None,
        };
        // What is absent has no value, whatever is asked of it.
        let Some(value) = self.read(read)? else { return Some(Outcome::Nothing) };
        let outcome = match (kind, &*value) {
            (Kind::Binary { op: BinaryOp::In, rhs, .. }, value) => {
                let Kind::List(elements) = ast.kind(*rhs) else { return None };
                let mut found = false;
                for element in elements {
                    found |= compare(BinaryOp::Eq, value, self.literal(element.value)?)?;
                }
                found
            }
            (Kind::Binary { op, rhs, .. }, value) => compare(*op, value, self.literal(*rhs)?)?,
            (Kind::Call { function, args, .. }, Value::String(text)) => {
                let [part] = args.as_slice() else { return None };
                let Literal::String(part) = self.literal(*part)? else { return None };
                match &*function.text {
                    "startsWith" => text.starts_with(&*part.value),
                    "endsWith" => text.ends_with(&*part.value),
                    _ => text.contains(&*part.value),
                }
            }
            (Kind::Ident { .. } | Kind::Select { .. }, Value::Bool(value)) => *value,
            _ => return None,
        };
        Some(Outcome::Bool(outcome))
    }

    /// `exists` and `all`: an element that decides wins over errors of the others, wherever it stands.
    fn quantifier(&mut self, call: &'a Macro) -> Option<Outcome> {
        let op = match call.kind {
            MacroKind::Exists => LogicalOp::Or,
            MacroKind::All => LogicalOp::And,
            _ => return None,
        };
        let (Some(target), [name], [body]) = (call.target, call.vars.as_slice(), call.args.as_slice()) else {
            return None;
        };
        if self.locals.len() >= MOST_LOCALS {
            return None;
        }
        let Some(Cow::Borrowed(Value::List(items))) = self.read(target)? else { return None };
        let outcomes = items.iter().map(|item| {
            self.locals.push((&name.text, item));
            let outcome = self.outcome(*body);
            self.locals.pop();
            outcome
        });
        combined(op, outcomes)
    }

    /// The value that a node reads, or that it is absent. `None` where that is not plain.
    pub(super) fn read(&self, id: NodeId) -> Option<Option<Cow<'a, Value>>> {
        let ast = self.ast;
        match ast.kind(id) {
            Kind::Ident { name, leading_dot: false } => {
                if let Some((_, value)) = self.locals.iter().rev().find(|(local, _)| **local == *name.text) {
                    return Some(Some(Cow::Borrowed(value)));
                }
                let value = self.draft.value(&name.text).map(Cow::Borrowed);
                (value.is_some() || library::lookup_type(&name.text).is_none()).then_some(value)
            }
            Kind::Select { operand, field, optional: false } if !self.dotted => match self.read(*operand)? {
                Some(Cow::Borrowed(Value::Map(map))) => Some(map.get_str(&field.text).map(Cow::Borrowed)),
                Some(_) => None,
                None => Some(None),
            },
            Kind::Call { function, target: Some(target), args, leading_dot: false } if args.is_empty() => {
                match (&*function.text, self.read(*target)?) {
                    (_, None) => Some(None),
                    ("size", Some(value)) => {
                        let size = match &*value {
                            Value::String(text) => text.chars().count(),
                            Value::List(items) => items.len(),
                            _ => return None,
                        };
                        Some(Some(Cow::Owned(Value::Int(i64::try_from(size).ok()?))))
                    }
                    // Without messages they have no value.
                    ("first", Some(Cow::Borrowed(Value::List(items)))) if self.is_conversation(*target) => {
                        Some(items.first().map(Cow::Borrowed))
                    }
                    ("last", Some(Cow::Borrowed(Value::List(items)))) if self.is_conversation(*target) => {
                        Some(items.last().map(Cow::Borrowed))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn is_conversation(&self, id: NodeId) -> bool {
        matches!(self.ast.kind(id), Kind::Ident { name, .. } if *name.text == *MESSAGES && self.locals.is_empty())
    }

    fn literal(&self, id: NodeId) -> Option<&'a Literal> {
        if let Kind::Literal(literal) = self.ast.kind(id) { Some(literal) } else { None }
    }
}

/// A comparison of two values of the same plain type.
fn compare(op: BinaryOp, value: &Value, literal: &Literal) -> Option<bool> {
    let order = match (value, literal) {
        (Value::String(value), Literal::String(text)) => (**value).cmp(&*text.value),
        (Value::Int(value), Literal::Int(number)) => value.cmp(number),
        (Value::Bool(value), Literal::Bool(other)) => value.cmp(other),
        _ => return None,
    };
    Some(match op {
        BinaryOp::Eq => order.is_eq(),
        BinaryOp::Ne => order.is_ne(),
        BinaryOp::Lt => order.is_lt(),
        BinaryOp::Le => order.is_le(),
        BinaryOp::Gt => order.is_gt(),
        BinaryOp::Ge => order.is_ge(),
        _ => return None,
    })
}
