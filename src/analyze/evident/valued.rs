//! Whether a condition plainly has a value, for each request with messages and all that it reads.
//!
//! Known of are the operations that people write most, and that take every value of their types. What is not known of is
//! a question for the solver.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::catalogue::functions::MESSAGES;
use crate::cel::Ast;
use crate::cel::ast::{BinaryOp, Kind, Literal, Macro, MacroKind, NodeId, UnaryOp};
use crate::cel::types::{Field, Type};

/// Whether it does, and is a bool.
pub(super) fn is_valued(ast: &Ast, variables: &FxHashMap<Arc<str>, Field>) -> bool {
    Reader { ast, variables, locals: Vec::new() }.is_bool(ast.root())
}

struct Reader<'a> {
    ast: &'a Ast,
    variables: &'a FxHashMap<Arc<str>, Field>,
    /// The variables of the macros around, innermost last.
    locals: Vec<(&'a Arc<str>, Type)>,
}

impl<'a> Reader<'a> {
    fn is_bool(&mut self, id: NodeId) -> bool {
        self.value(id) == Some(Type::Bool)
    }

    fn is_text(&mut self, id: NodeId) -> bool {
        self.value(id) == Some(Type::String)
    }

    /// The type of what a node comes to; none if it may come to nothing, for all that is known here. What may be null is
    /// a wrapper. As deep as the tree, which the parser bounds.
    fn value(&mut self, id: NodeId) -> Option<Type> {
        let ast = self.ast;
        match ast.kind(id) {
            Kind::Literal(literal) => Some(match literal {
                Literal::Null => Type::Null,
                Literal::Bool(_) => Type::Bool,
                Literal::Int(_) => Type::Int,
                Literal::Double(_) => Type::Double,
                Literal::String(_) => Type::String,
                Literal::Uint(_) | Literal::Bytes(_) => return None,
            }),
            Kind::Ident { name, leading_dot: false } => {
                if let Some((_, ty)) = self.locals.iter().rev().find(|(local, _)| ***local == *name.text) {
                    return Some(ty.clone());
                }
                held(self.variables.get(&name.text)?)
            }
            Kind::Select { operand, field, optional: false } => {
                let Type::Record(record) = self.value(*operand)? else { return None };
                let field = record.fields.get(&field.text)?;
                // All that is read is there, but for what each element of a list has.
                (field.required || !self.is_local(*operand)).then(|| held(field))?
            }
            Kind::Unary { op: UnaryOp::Not, operand, .. } => self.is_bool(*operand).then_some(Type::Bool),
            Kind::Logical { operands, .. } => {
                operands.iter().all(|operand| self.is_bool(*operand)).then_some(Type::Bool)
            }
            Kind::Ternary { condition, then, otherwise, .. } => {
                let (then, otherwise) = (self.value(*then)?, self.value(*otherwise)?);
                (self.is_bool(*condition) && then == otherwise).then_some(then)
            }
            Kind::Binary { op, lhs, rhs, .. } => self.binary(*op, *lhs, *rhs),
            Kind::List(elements) => {
                let plain =
                    elements.iter().all(|element| !element.optional && self.value(element.value).is_some());
                plain.then(|| Type::list(Type::Dyn))
            }
            Kind::Call { function, target: Some(target), args, .. } => {
                self.call(&function.text, *target, args)
            }
            Kind::Macro(call) => self.macro_call(call),
            _ => None,
        }
    }

    fn binary(&mut self, op: BinaryOp, lhs: NodeId, rhs: NodeId) -> Option<Type> {
        let (left, right) = (self.value(lhs)?, self.value(rhs)?);
        let fits = match op {
            BinaryOp::Eq | BinaryOp::Ne => true,
            BinaryOp::In => matches!(right, Type::List(_)),
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => {
                left.is_numeric() && right.is_numeric() || (left == Type::String && right == Type::String)
            }
            _ => false,
        };
        fits.then_some(Type::Bool)
    }

    fn call(&mut self, function: &str, target: NodeId, args: &[NodeId]) -> Option<Type> {
        let conversation = self.is_conversation(target);
        let receiver = self.value(target)?;
        match (function, receiver, args) {
            ("startsWith" | "endsWith" | "contains", Type::String, [part]) => {
                self.is_text(*part).then_some(Type::Bool)
            }
            // A pattern that is none was reported.
            ("matches", Type::String, [pattern]) => {
                matches!(self.ast.kind(*pattern), Kind::Literal(Literal::String(_))).then_some(Type::Bool)
            }
            ("size", Type::String | Type::List(_) | Type::Record(_) | Type::Map(..), []) => Some(Type::Int),
            ("first" | "last", Type::List(item), []) if conversation => Some((*item).clone()),
            ("has", Type::List(_), []) if conversation => Some(Type::Bool),
            _ => None,
        }
    }

    fn macro_call(&mut self, call: &'a Macro) -> Option<Type> {
        match (call.kind, call.target, call.vars.as_slice(), call.args.as_slice()) {
            (MacroKind::Has, _, _, [read]) => match self.ast.kind(*read) {
                Kind::Select { operand, optional: false, .. } => {
                    matches!(self.value(*operand)?, Type::Record(_) | Type::Map(..)).then_some(Type::Bool)
                }
                _ => None,
            },
            (MacroKind::All | MacroKind::Exists | MacroKind::ExistsOne, Some(target), [name], [body]) => {
                let Type::List(item) = self.value(target)? else { return None };
                self.locals.push((&name.text, known(&item)?));
                let is_bool = self.is_bool(*body);
                self.locals.pop();
                is_bool.then_some(Type::Bool)
            }
            _ => None,
        }
    }

    fn is_conversation(&self, id: NodeId) -> bool {
        match self.ast.kind(id) {
            Kind::Ident { name, .. } => {
                *name.text == *MESSAGES && !self.locals.iter().any(|(local, _)| **local == name.text)
            }
            _ => false,
        }
    }

    /// Whether a node reads something of an element, or of a message.
    fn is_local(&self, mut id: NodeId) -> bool {
        while let Kind::Select { operand, .. } = self.ast.kind(id) {
            id = *operand;
        }
        match self.ast.kind(id) {
            Kind::Ident { name, .. } => self.locals.iter().any(|(local, _)| **local == name.text),
            _ => true,
        }
    }
}

/// The type of what a field holds where it is there.
fn held(field: &Field) -> Option<Type> {
    let ty = known(&field.ty)?;
    Some(if field.nullable { Type::Wrapper(Arc::new(ty)) } else { ty })
}

/// A type, if something is known of it.
fn known(ty: &Type) -> Option<Type> {
    match ty {
        Type::Dyn | Type::Error => None,
        ty => Some(ty.clone()),
    }
}
