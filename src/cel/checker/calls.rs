//! Calls: which function, which of its signatures, and what is wrong if none fits.

use std::borrow::Cow;
use std::sync::Arc;

use super::super::Span;
use super::super::ast::{Kind, Name, NodeId};
use super::super::env::{Profile, Typing};
use super::super::errors::foreign::{self, Instead};
use super::super::errors::{ArgumentFault, CheckKind};
use super::super::library;
use super::super::parser::is_of_full;
use super::super::types::Type;
use super::infer::Kinds;
use super::signature::{Candidate, Found, FunctionSet, Suits, exists, find};
use super::{Checker, Reference, names, scope};

/// The signatures that fit a call.
pub(super) struct Resolution {
    pub(super) ty: Type,
    overloads: Vec<Cow<'static, str>>,
    /// For each argument, what any of the signatures takes there.
    takes: Vec<Kinds>,
}

impl<'a> Checker<'a> {
    pub(super) fn call(
        &mut self,
        id: NodeId,
        function: &Name,
        target: Option<NodeId>,
        args: &[NodeId],
        leading_dot: bool,
    ) -> Type {
        if self.is_missing_macro(function, target, args) {
            return Type::Error;
        }
        let Some(target) = target else {
            for arg in args {
                self.check(*arg);
            }
            return match self.find_in_container(&function.text, leading_dot) {
                Found::Function(set) => self.apply_function(id, &set, function, None, args),
                Found::OtherProfile(name) => self.other_profile(name, None, args, function.span),
                Found::Nothing => self.unknown_function(function, &function.text, None, args, function.span),
            };
        };
        if let Some(path) = scope::path(self.ast, target) {
            let dotted = path.dotted();
            let full = format!("{dotted}.{}", function.text);
            let span = self.ast.span(target).to(function.span);
            match self.find_in_container(&full, path.leading_dot) {
                Found::Function(set) => {
                    for arg in args {
                        self.check(*arg);
                    }
                    return self.apply_function(id, &set, function, None, args);
                }
                Found::OtherProfile(name) if self.resolve_first(&path).is_none() => {
                    return self.other_profile(name, None, args, span);
                }
                Found::Nothing if library::is_namespace(&dotted) && self.resolve_first(&path).is_none() => {
                    for arg in args {
                        self.check(*arg);
                    }
                    return self.unknown_function(function, &full, None, args, span);
                }
                Found::OtherProfile(_) | Found::Nothing => {}
            }
        }
        let found = self.find_in_container(&function.text, false);
        if !self.looks_like_a_macro(&found, function, args) {
            for arg in args {
                self.check(*arg);
            }
        }
        let receiver = self.check(target);
        let receiver = self.subst.apply(&receiver);
        if receiver == Type::Error && !matches!(found, Found::Function(_)) {
            return Type::Error;
        }
        match found {
            Found::Function(set) => self.apply_function(id, &set, function, Some(target), args),
            Found::OtherProfile(name) => self.other_profile(name, Some(target), args, function.span),
            Found::Nothing => {
                self.unknown_function(function, &function.text, Some(target), args, function.span)
            }
        }
    }

    /// A macro that this profile lacks was read as a call; its variables would all be undeclared.
    fn is_missing_macro(&mut self, function: &Name, target: Option<NodeId>, args: &[NodeId]) -> bool {
        let name: &str = &function.text;
        let (Some(target), Profile::Router) = (target, self.env.profile) else { return false };
        // Nearly all are functions, which is seen at once.
        if self.env.container.is_empty() && exists(self.env, name) {
            return false;
        }
        let receiver = names::dotted_path(self.ast, target);
        if !is_of_full(name, args.len(), receiver.as_deref())
            || !matches!(self.find_in_container(name, false), Found::Nothing)
        {
            return false;
        }
        let of_cel = receiver.as_deref() == Some("cel");
        let full = match is_macro(name) {
            _ if of_cel => format!("cel.{name}"),
            true => format!("{name}(i, x, …)"),
            false => name.to_owned(),
        };
        let span = if of_cel { self.ast.span(target).to(function.span) } else { function.span };
        if !of_cel {
            self.check(target);
        }
        self.other_profile(&full, None, &[], span);
        true
    }

    /// `tags.any(t, t == "x")`: a macro of another language, whose first argument is a name that it binds; and
    /// `messages.exists(m.role == "user")`, where the name alone was forgotten.
    fn looks_like_a_macro(&self, found: &Found<'_>, function: &Name, args: &[NodeId]) -> bool {
        if !matches!(found, Found::Nothing) {
            return false;
        }
        let instead = || foreign::method(&function.text, &Type::Dyn);
        let begins_with_a_name =
            args.first().is_some_and(|first| matches!(self.ast.kind(*first), Kind::Ident { .. }));
        is_macro(&function.text)
            || args.len() == 2
                && begins_with_a_name
                && matches!(instead(), Some(Instead::Renamed("exists" | "all" | "filter" | "map")))
    }

    pub(super) fn find_in_container(&self, name: &str, leading_dot: bool) -> Found<'a> {
        if self.env.container.is_empty() {
            return find(self.env, name);
        }
        let mut other = Found::Nothing;
        for candidate in scope::candidates(self.env, name, leading_dot) {
            match find(self.env, &candidate) {
                found @ Found::Function(_) => return found,
                found @ Found::OtherProfile(_) => other = found,
                Found::Nothing => {}
            }
        }
        other
    }

    fn resolve_first(&mut self, path: &scope::Path<'a>) -> Option<(Type, Reference)> {
        self.resolve_name(&path.names.first()?.text, path.leading_dot)
    }

    pub(super) fn other_profile(
        &mut self,
        name: &str,
        target: Option<NodeId>,
        args: &[NodeId],
        span: Span,
    ) -> Type {
        let receiver = target.map(|target| self.operand(target));
        let args = args.iter().map(|arg| names::short_text(self.ast, *arg)).collect();
        self.report(CheckKind::OtherProfile { name: name.into(), receiver, args }, span);
        Type::Error
    }

    fn unknown_function(
        &mut self,
        function: &Name,
        name: &str,
        target: Option<NodeId>,
        args: &[NodeId],
        span: Span,
    ) -> Type {
        let receiver = target.map(|target| self.operand(target));
        let args = args.iter().map(|arg| names::short_text(self.ast, *arg)).collect();
        let instead = match &receiver {
            Some(receiver) => foreign::method(name, &receiver.ty),
            None => foreign::function(name),
        };
        let fix = instead.and_then(Instead::function).and_then(|to| names::rename(to, function.span));
        let mut suggestions = Vec::new();
        if instead.is_none() && !is_macro(name) && !self.issues.is_full() {
            let known = self.function_names(receiver.is_some());
            suggestions = names::nearest(name, known.iter());
        }
        let fix = match suggestions.as_slice() {
            [only] => names::rename(only, span),
            _ => fix,
        };
        let profile = self.env.profile;
        let kind = CheckKind::UnknownFunction { name: name.into(), receiver, args, suggestions, profile };
        self.report_with(kind, span, fix);
        Type::Error
    }

    /// Names of functions and macros that can be called so, on a receiver or not.
    fn function_names(&self, member: bool) -> Vec<Arc<str>> {
        let library = library::all()
            .filter(|f| super::signature::includes(self.env, f.profile) && !self.env.bare)
            .filter(|f| f.name.starts_with(|c: char| c.is_ascii_alphabetic()))
            .filter(|f| f.overloads.iter().any(|o| o.member == member))
            .map(|f| Arc::from(f.name));
        let host = self.env.functions.iter().filter(|f| f.member == member).map(|f| Arc::clone(&f.name));
        let macros: &[&str] =
            if member { &["all", "exists", "exists_one", "filter", "map"] } else { &["has"] };
        library.chain(host).chain(macros.iter().map(|m| Arc::from(*m))).collect()
    }

    /// Resolves a call whose arguments were checked, and notes what was found.
    fn apply_function(
        &mut self,
        id: NodeId,
        set: &FunctionSet<'a>,
        function: &Name,
        target: Option<NodeId>,
        args: &[NodeId],
    ) -> Type {
        let nodes: Vec<NodeId> = target.into_iter().chain(args.iter().copied()).collect();
        match self.resolve_call(id, set, target.is_some(), &nodes) {
            Some(ty) => {
                if let ([list], true) = (args, set.overloads().any(|candidate| candidate.is_variadic())) {
                    self.listed_arguments(set, function, *list);
                }
                match (set.name, target, args) {
                    ("matches", ..) => self.pattern(args),
                    ("get", Some(list), [index]) => self.negative_index(id, list, *index),
                    _ => {}
                }
                ty
            }
            None => {
                self.no_signature(set, function, target, args);
                Type::Error
            }
        }
    }

    /// What may be given one by one may be given in a list; written out there, it is held to the same.
    fn listed_arguments(&mut self, set: &FunctionSet<'a>, function: &Name, list: NodeId) {
        let Kind::List(elements) = self.ast.kind(list) else { return };
        if elements.is_empty() || elements.iter().any(|element| element.optional) {
            return;
        }
        let nodes: Vec<NodeId> = elements.iter().map(|element| element.value).collect();
        let types: Vec<Type> = nodes.iter().map(|n| self.type_of(*n)).collect();
        if self.resolve_overload(set, false, &types).is_none() {
            self.no_signature(set, function, None, &nodes);
        }
    }

    /// The result's type if a signature fits; notes the reference and what undeclared names are used as.
    pub(super) fn resolve_call(
        &mut self,
        id: NodeId,
        set: &FunctionSet<'a>,
        member: bool,
        nodes: &[NodeId],
    ) -> Option<Type> {
        let types: Vec<Type> = nodes.iter().map(|n| self.type_of(*n)).collect();
        let resolution = self.resolve_overload(set, member, &types)?;
        for (node, kinds) in nodes.iter().zip(&resolution.takes) {
            self.uses.need(*node, self.ast.span(*node), *kinds);
        }
        self.refer(id, Reference::Function { name: set.lasting_name(), overloads: resolution.overloads });
        Some(resolution.ty)
    }

    fn resolve_overload(
        &mut self,
        set: &FunctionSet<'a>,
        member: bool,
        types: &[Type],
    ) -> Option<Resolution> {
        let mut found: Option<Resolution> = None;
        let mut exact = false;
        for candidate in set.overloads() {
            if candidate.is_member() != member || !candidate.takes(types.len()) || candidate.refuses(types) {
                continue;
            }
            // A signature that takes anything adds nothing to one that takes just these types.
            if candidate.takes_anything() && (exact || !self.is_mixture(set, &candidate, types)) {
                continue;
            }
            if found.is_none() && candidate.compares(types) {
                let takes = types.iter().map(Kinds::of).collect();
                found = Some(Resolution { ty: Type::Bool, overloads: vec![candidate.id()], takes });
                continue;
            }
            let (result, takes): (Type, Vec<Kinds>) = match candidate.suits(types, self.subst.mixed_numbers) {
                Some(Suits::Not) => continue,
                Some(suits) => {
                    exact |= suits == Suits::Exactly;
                    (
                        candidate.result(&mut Vec::new(), &mut self.subst),
                        types.iter().map(Kinds::of).collect(),
                    )
                }
                None => {
                    let mut params = Vec::new();
                    let wanted = candidate.params(types.len(), &mut params, &mut self.subst);
                    if !self.subst.assign_all(types, &wanted) {
                        continue;
                    }
                    exact |= types == wanted;
                    for (given, wanted) in types.iter().zip(&wanted) {
                        self.denoted(given, wanted);
                    }
                    let result = candidate.result(&mut params, &mut self.subst);
                    let takes = wanted.iter().map(|t| Kinds::of(&self.subst.apply(t))).collect();
                    (self.subst.apply(&result), takes)
                }
            };
            match &mut found {
                None => {
                    found = Some(Resolution { ty: result, overloads: vec![candidate.id()], takes });
                }
                Some(found) => {
                    found.overloads.push(candidate.id());
                    for (before, now) in found.takes.iter_mut().zip(takes) {
                        *before = *before | now;
                    }
                    if found.ty != Type::Dyn && found.ty != result {
                        found.ty = either(&found.ty, &result, types);
                    }
                }
            }
        }
        // An unbound result comes out of a `dyn`. Let the first signature that it meets not decide what it is.
        if let Some(Resolution { ty: ty @ Type::Var(_), .. }) = &mut found
            && self.env.typing == Typing::Lenient
            && types.contains(&Type::Dyn)
        {
            *ty = Type::Dyn;
        }
        found
    }

    /// Whether a signature that takes anything stands for a mixture of what the others of its function take.
    fn is_mixture(&mut self, set: &FunctionSet<'a>, catch_all: &Candidate<'a>, types: &[Type]) -> bool {
        let others: Vec<Candidate<'a>> = set
            .overloads()
            .filter(|c| c.is_member() == catch_all.is_member() && c.takes(types.len()) && !c.takes_anything())
            .collect();
        others.is_empty() || (0..types.len()).all(|i| others.iter().any(|c| self.accepts(c, types, i)))
    }

    /// A parameter that is a type, `type(T)`, learns `T` from the type it is given. All type values fit one another, so
    /// that comparing them never tells anything of theirs.
    fn denoted(&mut self, mut given: &Type, mut wanted: &Type) {
        while let (Type::Type(of), Type::Type(param)) = (given, wanted) {
            (given, wanted) = (of, param);
            if !matches!(wanted, Type::Type(_)) {
                self.subst.assign(given, wanted);
            }
        }
    }

    /// Whether a signature takes arguments of these types.
    pub(super) fn fits(&mut self, set: &FunctionSet<'a>, member: bool, types: &[Type]) -> bool {
        self.resolve_overload(set, member, types).is_some()
    }

    fn no_signature(
        &mut self,
        set: &FunctionSet<'a>,
        function: &Name,
        target: Option<NodeId>,
        args: &[NodeId],
    ) {
        let nodes: Vec<NodeId> = target.into_iter().chain(args.iter().copied()).collect();
        let given: Vec<_> = nodes.iter().map(|n| self.operand(*n)).collect();
        if given.iter().any(|g| g.ty == Type::Error) {
            return;
        }
        let member = target.is_some();
        let same: Vec<Candidate<'a>> = set.overloads().filter(|c| c.is_member() == member).collect();
        let types: Vec<Type> = given.iter().map(|g| g.ty.clone()).collect();
        let mut near: Vec<Candidate<'a>> = same.clone();
        let (fault, span) = if same.is_empty() {
            near = set.overloads().collect();
            (if member { ArgumentFault::NotGlobal } else { ArgumentFault::NotMember }, function.span)
        } else if member && !same.iter().any(|c| self.accepts(c, &types, 0)) {
            (ArgumentFault::Receiver, function.span)
        } else {
            near.retain(|c| !member || self.accepts(c, &types, 0));
            let counted: Vec<Candidate<'a>> =
                near.iter().copied().filter(|c| c.takes(types.len()) && !c.takes_anything()).collect();
            if counted.is_empty() {
                (ArgumentFault::Count, function.span)
            } else {
                near = counted;
                let first = usize::from(member);
                let wrong = (first..types.len()).find(|i| !near.iter().any(|c| self.accepts(c, &types, *i)));
                match wrong.and_then(|i| Some((i, *nodes.get(i)?))) {
                    Some((i, node)) => (ArgumentFault::Type(i - first), self.ast.span(node)),
                    None => (ArgumentFault::Types, function.span),
                }
            }
        };
        let signatures = near.iter().map(Candidate::describe).collect();
        let name = Arc::from(set.name);
        self.report(CheckKind::Arguments { function: name, fault, given, signatures }, span);
    }

    /// Whether a signature takes the argument of that number, the others left aside.
    fn accepts(&mut self, candidate: &Candidate<'a>, types: &[Type], index: usize) -> bool {
        let wanted = candidate.params(types.len(), &mut Vec::new(), &mut self.subst);
        match (types.get(index), wanted.get(index)) {
            (Some(given), Some(wanted)) => self.subst.assign(given, wanted),
            _ => false,
        }
    }
}

/// A result that is of one type or of another: a number if both are numbers because an argument is one, else anything.
fn either(a: &Type, b: &Type, types: &[Type]) -> Type {
    let numbers = a.is_numeric() && b.is_numeric() && types.contains(&Type::Number);
    if numbers { Type::Number } else { Type::Dyn }
}

/// Whether this is the name of a macro, which with other arguments is a function that does not exist.
pub(in crate::cel) fn is_macro(name: &str) -> bool {
    matches!(name, "all" | "exists" | "exists_one" | "existsOne" | "filter" | "map")
}
