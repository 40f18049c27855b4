//! What names mean: loop variables first, then the environment's variables and the types, in the container's
//! namespaces from the inside out.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::super::ast::{Ast, Kind, Name, NodeId};
use super::super::env::Env;
use super::super::library;
use super::super::types::Type;
use super::signature::{includes, plain};
use super::{Checker, Reference};

/// A variable that a macro binds.
pub(super) struct Local {
    pub(super) name: Arc<str>,
    pub(super) ty: Type,
}

/// The variables that macros bind around a place, innermost last. There may be thousands: `cel.block` has one for each
/// of its slots.
#[derive(Default)]
pub(super) struct Locals {
    all: Vec<Local>,
    /// Where those of one name stand, innermost last.
    by_name: FxHashMap<Arc<str>, Vec<usize>>,
}

impl Locals {
    /// How many there are, to [leave](Locals::leave) what is declared from here on.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn declare(&mut self, name: &Arc<str>, ty: Type) {
        self.by_name.entry(Arc::clone(name)).or_default().push(self.all.len());
        self.all.push(Local { name: Arc::clone(name), ty });
    }

    /// Forgets all but the first `count`.
    pub(super) fn leave(&mut self, count: usize) {
        for local in self.all.drain(count.min(self.all.len())..) {
            if let Some(places) = self.by_name.get_mut(&local.name) {
                places.pop();
            }
        }
    }

    fn find(&self, name: &str) -> Option<(usize, &Local)> {
        let at = *self.by_name.get(name)?.last()?;
        Some((at, self.all.get(at)?))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.all.iter().map(|local| &local.name)
    }
}

/// `a.b.c` as the names it is made of, the first one first.
pub(super) struct Path<'a> {
    pub(super) names: Vec<&'a Name>,
    pub(super) leading_dot: bool,
}

impl Path<'_> {
    pub(super) fn dotted(&self) -> String {
        let names: Vec<&str> = self.names.iter().map(|n| &*n.text).collect();
        names.join(".")
    }
}

/// The path that a node is, if it is nothing but names and dots.
pub(super) fn path(ast: &Ast, id: NodeId) -> Option<Path<'_>> {
    let mut names = Vec::new();
    let mut at = id;
    loop {
        match ast.kind(at) {
            Kind::Ident { name, leading_dot } => {
                names.push(name);
                names.reverse();
                return Some(Path { names, leading_dot: *leading_dot });
            }
            Kind::Select { operand, field, optional: false } => {
                names.push(field);
                at = *operand;
            }
            _ => return None,
        }
    }
}

/// The full names that `name` may stand for, the innermost namespace first.
pub(super) fn candidates(env: &Env, name: &str, leading_dot: bool) -> Vec<String> {
    let mut names = Vec::new();
    if !leading_dot && !env.container.is_empty() {
        let mut container: &str = &env.container;
        loop {
            names.push(format!("{container}.{name}"));
            match container.rsplit_once('.') {
                Some((outer, _)) => container = outer,
                None => break,
            }
        }
    }
    names.push(name.to_owned());
    names
}

impl<'a> Checker<'a> {
    pub(super) fn local(&self, name: &str) -> Option<(usize, &Local)> {
        self.locals.find(name)
    }

    /// What a path means as a whole. A loop variable hides every path that begins with its name, but for `.name`.
    pub(super) fn resolve(&mut self, path: &Path<'a>) -> Option<(Type, Reference)> {
        match path.names.as_slice() {
            [only] => self.resolve_name(&only.text, path.leading_dot),
            [first, ..] if !path.leading_dot && self.local(&first.text).is_some() => None,
            _ => self.resolve_global(&path.dotted(), path.leading_dot),
        }
    }

    /// What a name means by itself.
    pub(super) fn resolve_name(&mut self, name: &str, leading_dot: bool) -> Option<(Type, Reference)> {
        match self.local(name) {
            Some((slot, local)) if !leading_dot => {
                let slot = u32::try_from(slot).unwrap_or(u32::MAX);
                Some((local.ty.clone(), Reference::Local { name: Arc::clone(&local.name), slot }))
            }
            _ => self.resolve_global(name, leading_dot),
        }
    }

    /// What a name means outside of any macro, in the container's namespaces from the inside out.
    fn resolve_global(&mut self, name: &str, leading_dot: bool) -> Option<(Type, Reference)> {
        if self.env.container.is_empty() {
            return self.global(name);
        }
        candidates(self.env, name, leading_dot).iter().find_map(|name| self.global(name))
    }

    /// What a full name means outside of any macro.
    fn global(&mut self, name: &str) -> Option<(Type, Reference)> {
        if let Some((name, field)) = self.env.variables.get_key_value(name) {
            let ty = self.declared(&field.value_type());
            let root = name.split('.').next().unwrap_or(name);
            let hidden = self.local(root).is_some();
            return Some((ty, Reference::Variable { name: Arc::clone(name), hidden }));
        }
        if self.env.bare {
            return None;
        }
        let ty = library::lookup_type(name).filter(|t| includes(self.env, t.profile))?;
        let denoted = if ty.name == "type" { Type::any_type() } else { plain(&ty.of) };
        Some((Type::type_of(denoted), Reference::Type(ty.name)))
    }

    /// A declared type; its type parameters are variables that the whole check shares.
    fn declared(&mut self, ty: &Type) -> Type {
        super::signature::instantiate_type(ty, &mut self.declared_params, &mut self.subst)
    }
}
