//! Macros, in surface form: their variables, and types as their expansion would have them.

use std::sync::Arc;

use super::super::ast::{Kind, Literal, Macro, MacroKind, Name, NodeId};
use super::super::errors::CheckKind;
use super::super::types::Type;
use super::infer::Kinds;
use super::{Checker, literals};

impl Checker<'_> {
    pub(super) fn macro_call(&mut self, id: NodeId, call: &Macro) -> Type {
        match call.kind {
            MacroKind::Has => self.has(call),
            MacroKind::All
            | MacroKind::Exists
            | MacroKind::ExistsOne
            | MacroKind::Map
            | MacroKind::Filter
            | MacroKind::TransformList
            | MacroKind::TransformMap
            | MacroKind::TransformMapEntry => self.comprehension(id, call),
            MacroKind::Bind => self.bind(call),
            MacroKind::Block => self.block(call),
            MacroKind::BlockIndex => self.block_local("index", call),
            MacroKind::BlockIterVar => self.block_local("it", call),
            MacroKind::BlockAccuVar => self.block_local("ac", call),
            MacroKind::OptMap | MacroKind::OptFlatMap => self.optional_map(call),
        }
    }

    fn has(&mut self, call: &Macro) -> Type {
        let Some(select) = call.args.first().copied() else { return Type::Bool };
        let ty = match self.ast.kind(select) {
            // Never a dotted name as a whole: `has(a.b)` asks `a` for `b`.
            Kind::Select { operand, field, optional } => self.field(select, *operand, field, *optional),
            _ => self.check(select),
        };
        self.set(select, &ty);
        Type::Bool
    }

    fn comprehension(&mut self, id: NodeId, call: &Macro) -> Type {
        // The range is walked before the loop, not inside it.
        let (key, value) = match call.target {
            Some(range) => self.range(range, call),
            None => (Type::Error, Type::Error),
        };
        self.comprehensions += 1;
        let limit = self.env.limits.comprehensions;
        if self.comprehensions > limit {
            if self.comprehensions == limit + 1 {
                self.report(CheckKind::TooManyComprehensions { limit }, self.ast.span(id));
            }
            self.comprehensions -= 1;
            return Type::Error;
        }
        let scope = self.locals.len();
        match call.vars.as_slice() {
            [var] => {
                let element = if self.is_list(call.target) { &value } else { &key };
                self.declare(&var.text, element.clone());
            }
            [first, second] => {
                self.declare(&first.text, key.clone());
                self.declare(&second.text, value.clone());
            }
            _ => {}
        }
        let ty = self.steps(call, &key, &value);
        self.locals.leave(scope);
        self.comprehensions -= 1;
        ty
    }

    /// Index or key, and value, of what a comprehension goes over.
    fn range(&mut self, range: NodeId, call: &Macro) -> (Type, Type) {
        let ty = self.check(range);
        self.uses.need(range, self.ast.span(range), Kinds::LIST | Kinds::MAP);
        let ty = self.subst.apply(&ty);
        match ty.unwrapped() {
            Type::List(element) => (Type::Int, (**element).clone()),
            Type::Map(key, value) => ((**key).clone(), (**value).clone()),
            Type::Record(_) => (Type::String, Type::Dyn),
            Type::Dyn => (Type::Dyn, Type::Dyn),
            variable @ Type::Var(_) => {
                self.subst.assign(&Type::Dyn, variable);
                (Type::Dyn, Type::Dyn)
            }
            Type::Error => (Type::Error, Type::Error),
            _ => {
                let operand = self.operand(range);
                let name = Arc::clone(&call.name.text);
                self.report(CheckKind::NotIterable { name, operand }, self.ast.span(range));
                (Type::Error, Type::Error)
            }
        }
    }

    fn is_list(&mut self, range: Option<NodeId>) -> bool {
        range.is_some_and(|range| matches!(self.type_of(range).unwrapped(), Type::List(_)))
    }

    fn declare(&mut self, name: &Arc<str>, ty: Type) {
        self.locals.declare(name, ty);
    }

    /// What a comprehension does with each element, and the type of what comes out.
    fn steps(&mut self, call: &Macro, key: &Type, value: &Type) -> Type {
        let name = Arc::clone(&call.name.text);
        let two_args = match call.args.as_slice() {
            [predicate, transform] => Some((*predicate, *transform)),
            _ => None,
        };
        let Some(first) = call.args.first().copied() else { return Type::Error };
        match call.kind {
            MacroKind::All | MacroKind::Exists | MacroKind::ExistsOne => {
                self.check(first);
                self.demand_bool(&name, first, None);
                Type::Bool
            }
            MacroKind::Filter => {
                self.check(first);
                self.demand_bool(&name, first, None);
                let element = if self.is_list(call.target) { value } else { key };
                let element = self.subst.apply(element);
                self.accumulated_list(&element)
            }
            _ => {
                let transform = match two_args {
                    Some((predicate, transform)) => {
                        self.check(predicate);
                        self.check(transform);
                        self.demand_bool(&name, predicate, None);
                        transform
                    }
                    None => {
                        self.check(first);
                        first
                    }
                };
                let result = self.type_of(transform);
                match call.kind {
                    MacroKind::TransformMap => {
                        let map = Type::map(key.clone(), result);
                        self.subst.apply(&map)
                    }
                    MacroKind::TransformMapEntry => self.entries(&name, transform, &result),
                    _ => self.accumulated_list(&result),
                }
            }
        }
    }

    /// The type of a list that begins empty and to which elements of a type are added.
    fn accumulated_list(&mut self, element: &Type) -> Type {
        let accumulator = self.subst.fresh();
        self.subst.assign(element, &accumulator);
        self.subst.apply(&Type::list(accumulator))
    }

    fn entries(&mut self, name: &Arc<str>, transform: NodeId, result: &Type) -> Type {
        let (key, value) = (self.subst.fresh(), self.subst.fresh());
        let map = Type::map(key, value);
        if !self.subst.assign(result, &map) {
            let operand = self.operand(transform);
            let span = self.ast.span(transform);
            self.report(CheckKind::NotEntries { name: Arc::clone(name), operand }, span);
        }
        self.subst.apply(&map)
    }

    fn bind(&mut self, call: &Macro) -> Type {
        let (Some(Name { text: name, .. }), [init, body]) = (call.vars.first(), call.args.as_slice()) else {
            return Type::Error;
        };
        let ty = self.check(*init);
        self.with_local(name, ty, *body)
    }

    fn with_local(&mut self, name: &Arc<str>, ty: Type, body: NodeId) -> Type {
        let scope = self.locals.len();
        self.declare(name, ty);
        let ty = self.check(body);
        self.locals.leave(scope);
        ty
    }

    /// `cel.block([a, b], body)`: each element is a variable for those behind it.
    fn block(&mut self, call: &Macro) -> Type {
        let [slots, body] = call.args.as_slice() else { return Type::Error };
        let Kind::List(elements) = self.ast.kind(*slots) else { return self.check(*body) };
        let scope = self.locals.len();
        for (index, element) in elements.iter().enumerate() {
            let ty = self.check(element.value);
            self.declare(&format!("@index{index}").into(), ty);
        }
        self.set(*slots, &Type::list(Type::Dyn));
        let ty = self.check(*body);
        self.locals.leave(scope);
        ty
    }

    /// `cel.index(0)`, `cel.iterVar(0, 1)`: a variable by number.
    fn block_local(&mut self, prefix: &str, call: &Macro) -> Type {
        let mut numbers = Vec::new();
        for arg in &call.args {
            let ty = self.check(*arg);
            self.set(*arg, &ty);
            if let Some(Literal::Int(number)) = literals::literal(self.ast, *arg) {
                numbers.push(number.to_string());
            }
        }
        let name = match prefix {
            "index" => format!("@index{}", numbers.concat()),
            _ => format!("@{prefix}:{}", numbers.join(":")),
        };
        match self.local(&name).map(|(_, local)| local.ty.clone()) {
            Some(ty) => self.subst.apply(&ty),
            None => {
                let kind = CheckKind::Undeclared { name: name.into(), suggestions: Vec::new(), member: None };
                self.report(kind, call.name.span);
                Type::Error
            }
        }
    }

    /// `opt.optMap(x, body)` is the body of the value, if there is one.
    fn optional_map(&mut self, call: &Macro) -> Type {
        let (Some(target), Some(var), Some(body)) = (call.target, call.vars.first(), call.args.first())
        else {
            return Type::Error;
        };
        let ty = self.check(target);
        let value = self.subst.fresh();
        if !self.subst.assign(&ty, &Type::optional(value.clone())) {
            let operand = self.operand(target);
            self.report(
                CheckKind::NotOptional { of: Some(Arc::clone(&call.name.text)), operand },
                self.ast.span(target),
            );
        }
        let value = self.subst.apply(&value);
        let result = self.with_local(&var.text, value, *body);
        if call.kind == MacroKind::OptMap {
            return self.subst.apply(&Type::optional(result));
        }
        let inner = self.subst.fresh();
        let optional = Type::optional(inner);
        if !self.subst.assign(&result, &optional) {
            let operand = self.operand(*body);
            self.report(
                CheckKind::NotOptional { of: Some(Arc::clone(&call.name.text)), operand },
                self.ast.span(*body),
            );
        }
        self.subst.apply(&optional)
    }
}
