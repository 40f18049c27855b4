//! The walk over the tree: literals, names, fields, lists and maps.

use std::sync::Arc;

use super::super::Span;
use super::super::ast::{Element, Kind, Literal, MapEntry, Name, NodeId};
use super::super::env::Names;
use super::super::errors::foreign::{self, Instead};
use super::super::errors::{CheckKind, Member};
use super::super::library;
use super::super::types::{Record, Type};
use super::infer::Kinds;
use super::signature::{Found, find, includes};
use super::unify::more_general;
use super::{Checker, Reference, names, scope};

impl Checker<'_> {
    /// Finds and notes the type of a node and of everything below it.
    pub(super) fn check(&mut self, id: NodeId) -> Type {
        if self.depth >= self.env.limits.depth {
            if !self.too_deep {
                self.too_deep = true;
                self.report(CheckKind::TooDeep { limit: self.env.limits.depth }, self.ast.span(id));
            }
            self.set(id, &Type::Error);
            return Type::Error;
        }
        self.depth += 1;
        let ty = self.node(id);
        self.depth -= 1;
        self.set(id, &ty);
        ty
    }

    fn node(&mut self, id: NodeId) -> Type {
        match self.ast.kind(id) {
            Kind::Literal(literal) => literal_type(literal),
            Kind::Ident { .. } => self.name(id, None),
            Kind::Select { operand, field, optional } => self.select(id, *operand, field, *optional),
            Kind::Index { operand, index, optional } => self.index(id, *operand, *index, *optional),
            Kind::Call { function, target, args, leading_dot } => {
                self.call(id, function, *target, args, *leading_dot)
            }
            Kind::Unary { op, op_span, operand } => self.unary(id, *op, *op_span, *operand),
            Kind::Binary { op, op_span, lhs, rhs } => self.binary(id, *op, *op_span, *lhs, *rhs),
            Kind::Logical { op, operands, .. } => self.logical(id, *op, operands),
            Kind::Ternary { condition, then, otherwise, .. } => {
                self.ternary(id, *condition, *then, *otherwise)
            }
            Kind::List(elements) => self.list(elements),
            Kind::Map(entries) => self.map(entries),
            Kind::Struct { type_name, fields } => {
                for field in fields {
                    self.check(field.value);
                }
                self.report(CheckKind::UnknownMessage { name: Arc::clone(&type_name.text) }, type_name.span);
                Type::Error
            }
            Kind::Macro(m) => self.macro_call(id, m),
            Kind::Error => Type::Error,
        }
    }

    /// A name, with what is selected from it if anything.
    fn name(&mut self, id: NodeId, member: Option<Member>) -> Type {
        let Kind::Ident { name, leading_dot } = self.ast.kind(id) else { return Type::Error };
        if let Some((ty, reference)) = self.resolve_name(&name.text, *leading_dot) {
            self.refer(id, reference);
            return ty;
        }
        let span = self.ast.span(id);
        if let Some(ty) = self.type_of_full(&name.text, member.as_ref()) {
            return self.other_profile(ty, None, &[], member.map_or(span, |member| member.span));
        }
        let foreign = foreign::name(&name.text);
        if self.env.names == Names::Inferred && foreign.is_none() {
            self.refer(id, Reference::Variable { name: Arc::clone(&name.text), hidden: false });
            self.uses.name(id, &name.text, span);
            return Type::Dyn;
        }
        let suggestions = match foreign {
            Some(_) => Vec::new(),
            // Nobody will see them.
            None if self.issues.is_full() => Vec::new(),
            None => {
                let locals = self.locals.names();
                names::nearest(&name.text, self.env.variables.keys().chain(locals))
            }
        };
        let fix = match (foreign, suggestions.as_slice()) {
            (Some(instead), _) => names::rename(instead, span),
            (None, [only]) => names::rename(only, span),
            _ => None,
        };
        self.report_with(
            CheckKind::Undeclared { name: Arc::clone(&name.text), suggestions, member },
            span,
            fix,
        );
        Type::Error
    }

    /// The type that a name, or a name and its field, is in the full profile only. Where nothing is declared a field is
    /// more likely one.
    fn type_of_full(&self, name: &str, member: Option<&Member>) -> Option<&'static str> {
        let full = match member {
            None => name.to_owned(),
            Some(member) if self.env.names == Names::Declared => format!("{name}.{}", member.field),
            Some(_) => return None,
        };
        let known = library::lookup_type(&full).filter(|_| !self.env.bare)?;
        (!includes(self.env, known.profile)).then_some(known.name)
    }

    fn select(&mut self, id: NodeId, operand: NodeId, field: &Name, optional: bool) -> Type {
        if !optional
            && let Some(path) = scope::path(self.ast, id)
            && let Some((ty, reference)) = self.resolve(&path)
        {
            self.refer(id, reference);
            return ty;
        }
        self.field(id, operand, field, optional)
    }

    /// `operand.field`, not taken as one name.
    pub(super) fn field(&mut self, id: NodeId, operand: NodeId, field: &Name, optional: bool) -> Type {
        let ty = match self.ast.kind(operand) {
            Kind::Ident { .. } => {
                let member = Member { field: Arc::clone(&field.text), span: self.ast.span(id) };
                let ty = self.name(operand, Some(member));
                self.set(operand, &ty);
                self.subst.apply(&ty)
            }
            _ => {
                let ty = self.check(operand);
                self.subst.apply(&ty)
            }
        };
        self.uses.need(operand, self.ast.span(operand), Kinds::MAP);
        self.uses.member(id, operand, &field.text, self.ast.span(id));
        let ty = ty.unwrapped();
        let (target, was_optional) = match ty {
            Type::Optional(inner) => (inner.unwrapped(), true),
            other => (other, false),
        };
        if optional {
            if let Found::OtherProfile(name) = find(self.env, "_?._") {
                return self.other_profile(name, None, &[], field.span);
            }
            let overloads = vec!["select_optional_field".into()];
            self.refer(id, Reference::Function { name: "_?._".into(), overloads });
        }
        let found = match target {
            Type::Map(_, value) => (**value).clone(),
            Type::Record(record) => self.record_field(operand, record, field.span, &field.text, false),
            // What it is nobody knows; it shall not be narrowed later.
            Type::Var(_) => {
                self.subst.assign(&Type::Dyn, target);
                Type::Dyn
            }
            Type::Dyn => Type::Dyn,
            Type::Error => return Type::Error,
            _ => {
                let fix = match foreign::field(&field.text, target) {
                    Some(Instead::Size) => names::rename("size()", field.span),
                    _ => None,
                };
                let operand = self.operand(operand);
                self.report_with(
                    CheckKind::NoFields { operand, field: Arc::clone(&field.text) },
                    field.span,
                    fix,
                );
                return Type::Error;
            }
        };
        let found = self.subst.apply(&found);
        match found {
            Type::Error => Type::Error,
            found if was_optional || optional => Type::optional(found),
            found => found,
        }
    }

    /// The type of a field of `operand`, whose name stands there as a name or as a string.
    pub(super) fn record_field(
        &mut self,
        operand: NodeId,
        record: &Record,
        span: Span,
        name: &str,
        is_string: bool,
    ) -> Type {
        match record.fields.get(name) {
            Some(field) => field.value_type(),
            None if record.open => Type::Dyn,
            None => {
                let suggestions = names::nearest(name, record.fields.keys());
                let fix = match suggestions.as_slice() {
                    [only] if is_string => names::rename(&names::quoted(only), span),
                    [only] => names::rename(only, span),
                    _ => None,
                };
                // A map without a name of its own is told by where it stands.
                let path = names::short_text(self.ast, operand).filter(|_| *record.name == *"map");
                let kind = CheckKind::UnknownField {
                    record: path.map_or_else(|| Arc::clone(&record.name), Arc::from),
                    field: name.into(),
                    suggestions,
                    fields: record.fields.keys().cloned().collect(),
                };
                self.report_with(kind, span, fix);
                Type::Error
            }
        }
    }

    fn list(&mut self, elements: &[Element]) -> Type {
        let mut joined: Option<Type> = None;
        for element in elements {
            let ty = self.check(element.value);
            let ty = if element.optional { self.held(element.value, &ty) } else { ty };
            joined = Some(self.join(joined, &ty));
        }
        let element = joined.unwrap_or_else(|| self.subst.fresh());
        self.subst.apply(&Type::list(element))
    }

    fn map(&mut self, entries: &[MapEntry]) -> Type {
        let (mut keys, mut values): (Option<Type>, Option<Type>) = (None, None);
        for entry in entries {
            let key = self.check(entry.key);
            keys = Some(self.join(keys, &key));
            let value = self.check(entry.value);
            let value = if entry.optional { self.held(entry.value, &value) } else { value };
            values = Some(self.join(values, &value));
        }
        let key = keys.unwrap_or_else(|| self.subst.fresh());
        let value = values.unwrap_or_else(|| self.subst.fresh());
        self.subst.apply(&Type::map(key, value))
    }

    /// The type inside an optional, which stands behind a `?`.
    fn held(&mut self, id: NodeId, ty: &Type) -> Type {
        if let Found::OtherProfile(_) = find(self.env, "_?._") {
            return self.other_profile("?", None, &[], self.ast.span(id));
        }
        match self.subst.apply(ty) {
            Type::Optional(inner) => (*inner).clone(),
            dynamic @ (Type::Dyn | Type::Error) => dynamic,
            _ => {
                let operand = self.operand(id);
                self.report(CheckKind::NotOptional { of: None, operand }, self.ast.span(id));
                Type::Error
            }
        }
    }

    /// The type of a list's elements, or of a map's keys or values, so far and with one more.
    fn join(&mut self, so_far: Option<Type>, ty: &Type) -> Type {
        match so_far {
            None => ty.clone(),
            Some(so_far) if self.subst.assign(&so_far, ty) => more_general(&so_far, ty),
            Some(_) => Type::Dyn,
        }
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
