//! An expanded tree with the type and the reference of each node, as the checker table has it.

use std::sync::Arc;

use crate::cel::ast::{Ast, Literal};
use crate::cel::checker::{Checked, Reference};
use crate::cel::expand::{Comprehension, ExpandOptions, Expanded, Expr, ExprId, expand, show};
use crate::cel::types::Type;

/// The tree without white space: `_+_(1~int,x~int^x)~int^add_int64`.
pub(super) fn typed(ast: &Ast, checked: &Checked, options: &ExpandOptions) -> String {
    let expanded = expand(ast, options);
    let mut writer = Writer { expanded: &expanded, checked, scope: Vec::new(), out: String::new() };
    writer.node(expanded.root(), &Type::Dyn);
    writer.out
}

struct Writer<'a> {
    expanded: &'a Expanded,
    checked: &'a Checked,
    /// Names that macros bring along, with their types.
    scope: Vec<(Arc<str>, Type)>,
    out: String,
}

impl Writer<'_> {
    /// Writes a node and answers its type. `wanted` is the type of a node that has none of its own: an empty list.
    fn node(&mut self, id: ExprId, wanted: &Type) -> Type {
        let origin = self.expanded.origin(id);
        let known = origin.map(|node| self.checked.type_of(node).clone());
        let reference = origin.and_then(|node| self.checked.reference(node));
        match self.expanded.expr(id) {
            Expr::Const(literal) => {
                self.out.push_str(&show(literal));
                self.note(known.unwrap_or_else(|| literal_type(literal)), &[])
            }
            Expr::Ident(_) | Expr::Select { test_only: false, .. } if self.name(reference).is_some() => {
                let name = self.name(reference).unwrap_or_default();
                self.out.push_str(&name);
                self.note(known.unwrap_or(Type::Dyn), &[&name])
            }
            Expr::Ident(name) => {
                self.out.push_str(name);
                let scoped = self.scope.iter().rev().find(|(n, _)| n == name).map(|(_, ty)| ty.clone());
                match (scoped, known) {
                    (Some(ty), None) => self.note(ty, &[name]),
                    (_, known) => self.note(known.unwrap_or(Type::Error), &[]),
                }
            }
            Expr::Select { operand, field, test_only } => {
                self.node(*operand, &Type::Dyn);
                self.out.push('.');
                self.out.push_str(field);
                if *test_only {
                    self.out.push_str("~test-only~");
                }
                self.note(known.unwrap_or(Type::Bool), &[])
            }
            Expr::Call { function, target, args } => {
                let (name, target, ids) = match reference {
                    Some(Reference::Function { name, overloads }) => {
                        let mut ids: Vec<String> = overloads.iter().map(ToString::to_string).collect();
                        ids.sort();
                        let is_method = !name.contains('.') || **name == **function;
                        (name.to_string(), target.filter(|_| is_method), ids)
                    }
                    _ => (function.to_string(), *target, Vec::new()),
                };
                let types = self.call(&name, target, args, wanted);
                let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
                match known {
                    Some(ty) => self.note(ty, &ids),
                    None => {
                        let (ty, overload) = brought_along(function, &types, wanted);
                        self.note(ty, &[overload])
                    }
                }
            }
            Expr::List(elements) => {
                self.out.push('[');
                let mut element_type = Type::Dyn;
                for (at, (element, _)) in elements.iter().enumerate() {
                    self.comma(at);
                    element_type = self.node(*element, &Type::Dyn);
                }
                self.out.push(']');
                let own = if elements.is_empty() { wanted.clone() } else { Type::list(element_type) };
                self.note(known.unwrap_or(own), &[])
            }
            Expr::Map(entries) => {
                self.out.push('{');
                for (at, (key, value, optional)) in entries.iter().enumerate() {
                    self.comma(at);
                    self.out.push_str(if *optional { "?" } else { "" });
                    self.node(*key, &Type::Dyn);
                    self.out.push(':');
                    self.node(*value, &Type::Dyn);
                }
                self.out.push('}');
                self.note(known.unwrap_or_else(|| wanted.clone()), &[])
            }
            Expr::Struct(name, fields) => {
                self.out.push_str(name);
                self.out.push('{');
                for (at, (field, value, _)) in fields.iter().enumerate() {
                    self.comma(at);
                    self.out.push_str(field);
                    self.out.push(':');
                    self.node(*value, &Type::Dyn);
                }
                self.out.push('}');
                self.note(known.unwrap_or(Type::Error), &[])
            }
            Expr::Comprehension(fold) => self.fold(fold, known, wanted),
            Expr::Error => self.note(Type::Error, &[]),
        }
    }

    fn call(&mut self, name: &str, target: Option<ExprId>, args: &[ExprId], wanted: &Type) -> Vec<Type> {
        let mut types = Vec::new();
        if let Some(target) = target {
            types.push(self.node(target, &Type::Dyn));
            self.out.push('.');
        }
        self.out.push_str(name);
        self.out.push('(');
        for (at, arg) in args.iter().enumerate() {
            self.comma(at);
            // The name of an optional field is no value.
            match self.expanded.expr(*arg) {
                Expr::Const(literal) if name == "_?._" => self.out.push_str(&show(literal)),
                _ => types.push(self.node(*arg, wanted)),
            }
        }
        self.out.push(')');
        types
    }

    fn fold(&mut self, fold: &Comprehension, known: Option<Type>, wanted: &Type) -> Type {
        self.out.push_str("__comprehension__(//Variable");
        self.out.push_str(&fold.var);
        self.out.push(',');
        if let Some(var2) = &fold.var2 {
            self.out.push_str(var2);
            self.out.push(',');
        }
        self.out.push_str("//Target");
        let range = self.node(fold.range, &Type::list(Type::Dyn));
        self.out.push_str(",//Accumulator");
        self.out.push_str(&fold.accumulator);
        self.out.push_str(",//Init");
        let wanted = known.clone().unwrap_or_else(|| wanted.clone());
        let so_far = self.node(fold.init, &wanted);
        let before = self.scope.len();
        self.scope.push((fold.accumulator.clone(), so_far));
        let (first, second) = elements(&range);
        if let Some(var2) = &fold.var2 {
            self.scope.push((fold.var.clone(), first));
            self.scope.push((var2.clone(), second));
        } else {
            let element = if matches!(range.unwrapped(), Type::List(_)) { second } else { first };
            self.scope.push((fold.var.clone(), element));
        }
        self.out.push_str(",//LoopCondition");
        self.node(fold.condition, &wanted);
        self.out.push_str(",//LoopStep");
        self.node(fold.step, &wanted);
        self.scope.truncate(before + 1);
        self.out.push_str(",//Result");
        let result = self.node(fold.result, &wanted);
        self.scope.truncate(before);
        self.out.push(')');
        self.note(known.unwrap_or(result), &[])
    }

    /// The full name that a reference is to, if it is to a name.
    fn name(&self, reference: Option<&Reference>) -> Option<String> {
        match reference? {
            Reference::Variable { name, hidden: true } => Some(format!(".{name}")),
            Reference::Variable { name, .. } | Reference::Local { name, .. } => Some(name.to_string()),
            Reference::Type(name) => Some((*name).to_owned()),
            Reference::Function { .. } => None,
        }
    }

    fn comma(&mut self, at: usize) {
        if at > 0 {
            self.out.push(',');
        }
    }

    fn note(&mut self, ty: Type, references: &[&str]) -> Type {
        self.out.push('~');
        self.out.push_str(&ty.to_string());
        if !references.is_empty() {
            self.out.push('^');
            self.out.push_str(&references.join("|"));
        }
        ty
    }
}

/// Index or key, and value, of what a fold goes over.
fn elements(range: &Type) -> (Type, Type) {
    match range.unwrapped() {
        Type::List(element) => (Type::Int, (**element).clone()),
        Type::Map(key, value) => ((**key).clone(), (**value).clone()),
        _ => (Type::Dyn, Type::Dyn),
    }
}

/// Result type and signature of a call that a macro brings along.
fn brought_along(function: &str, args: &[Type], wanted: &Type) -> (Type, &'static str) {
    let first = args.first().cloned().unwrap_or(Type::Dyn);
    match function {
        "_&&_" => (Type::Bool, "logical_and"),
        "_||_" => (Type::Bool, "logical_or"),
        "!_" => (Type::Bool, "logical_not"),
        "_==_" => (Type::Bool, "equals"),
        "@not_strictly_false" => (Type::Bool, "not_strictly_false"),
        "_+_" if first == Type::Int => (Type::Int, "add_int64"),
        "_+_" => (first, "add_list"),
        "_?_:_" => (args.last().cloned().unwrap_or(Type::Dyn), "conditional"),
        "cel.@mapInsert" if args.len() == 3 => (first, "@mapInsert_map_key_value"),
        "cel.@mapInsert" => (first, "@mapInsert_map_map"),
        "optional.of" => (Type::optional(first), "optional_of"),
        "optional.none" => (wanted.clone(), "optional_none"),
        "hasValue" => (Type::Bool, "optional_hasValue"),
        "value" => match first {
            Type::Optional(held) => ((*held).clone(), "optional_value"),
            _ => (Type::Dyn, "optional_value"),
        },
        _ => (Type::Dyn, "?"),
    }
}

fn literal_type(literal: &Literal) -> Type {
    match literal {
        Literal::Null => Type::Null,
        Literal::Bool(_) => Type::Bool,
        Literal::Int(_) => Type::Int,
        Literal::Uint(_) => Type::Uint,
        Literal::Double(_) => Type::Double,
        Literal::String(_) => Type::String,
        Literal::Bytes(_) => Type::Bytes,
    }
}
