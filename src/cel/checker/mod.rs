//! The type checker.
//!
//! In: an [`Ast`], macros in surface form, and an [`Env`]. Out: [`Checked`], a type and a reference for every node, and
//! [`Issue`]s. It follows cel-go's checker wherever that answers; `number`, records, closed sets of values and names
//! without a declaration are our own. It refuses to know routers, YAML, diagnostics, and how anything is evaluated.

pub(in crate::cel) mod calls;
mod domain;
mod infer;
mod literals;
mod macros;
pub(in crate::cel) mod names;
mod numbers;
mod operators;
mod patterns;
mod presence;
mod scope;
mod signature;
#[cfg(test)]
mod tests;
mod unify;
mod walk;

use std::borrow::Cow;
use std::sync::Arc;

use indexmap::IndexMap;

use super::Span;
use super::ast::{Ast, NodeId};
use super::env::Env;
use super::errors::{CheckKind, Issue, Issues, Operand};
use super::types::Type;
pub use infer::{Conflict, Inferred, Kinds, Merged, Suspicious, Use, merge};
pub use presence::may_be_absent;

/// What the checker found out about an expression.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The type of the whole.
    pub ty: Type,
    /// The type of each node, by [`NodeId::index`]; no variables in it. A node without one is `dyn`.
    pub types: Vec<Type>,
    /// What each name or call means, by [`NodeId::index`].
    pub references: Vec<Option<Reference>>,
    /// With [`super::env::Names::Inferred`]: what each name without a declaration is used as.
    pub inferred: IndexMap<Arc<str>, Inferred>,
    /// How many bytes its regular expressions take to compile, at most.
    pub regex_bytes: usize,
}

/// What a name or call means.
#[derive(Clone, PartialEq, Debug)]
pub enum Reference {
    /// A variable of the environment. Its name may have dots: then the node is a select, and its operand has no
    /// reference of its own.
    Variable {
        /// Its full name.
        name: Arc<str>,
        /// A loop variable of that name (or of its first part) is in scope: only `.name` reaches this one.
        hidden: bool,
    },
    /// A variable that a macro binds.
    Local {
        /// Its name.
        name: Arc<str>,
        /// How many such variables were in scope when it was bound.
        slot: u32,
    },
    /// A function and which of its signatures may apply when evaluated.
    Function {
        /// Its full name; a namespaced function's target has no reference of its own.
        name: Cow<'static, str>,
        /// The ids of the signatures, in the order of their table.
        overloads: Vec<Cow<'static, str>>,
    },
    /// A type's name as a value.
    Type(&'static str),
}

impl Checked {
    /// The type of a node; `dyn` for a node of another tree.
    pub fn type_of(&self, id: NodeId) -> &Type {
        self.types.get(id.index()).unwrap_or(&Type::Dyn)
    }

    /// What a node means, if it is a name or a call.
    pub fn reference(&self, id: NodeId) -> Option<&Reference> {
        self.references.get(id.index()).and_then(Option::as_ref)
    }
}

/// Finds the types of an expression and what is wrong with them.
///
/// ```
/// use irc::cel::types::{Field, Type};
/// use irc::cel::{Env, check, parse};
///
/// let mut env = Env::default();
/// env.variables.insert("score".into(), Field::new(Type::Int));
///
/// let (ast, _) = parse("score > 80", &Default::default());
/// let (checked, issues) = check(&ast, &env);
/// assert_eq!((checked.ty, issues.len()), (Type::Bool, 0));
///
/// let (ast, _) = parse("score == '80'", &Default::default());
/// let (_, issues) = check(&ast, &env);
/// assert_eq!(issues[0].message(), "`score` is an int and `\"80\"` a string: they are never equal");
/// ```
pub fn check(ast: &Ast, env: &Env) -> (Checked, Vec<Issue>) {
    let mut checker = Checker::new(ast, env);
    let ty = checker.check(ast.root());
    checker.ambiguous_numbers();
    checker.finish(&ty)
}

/// Places and what is put there.
type Edits = Vec<(Span, String)>;

struct Checker<'a> {
    ast: &'a Ast,
    env: &'a Env,
    types: Vec<Type>,
    references: Vec<Option<Reference>>,
    issues: Issues,
    subst: unify::Substitution,
    declared_params: signature::Params,
    locals: scope::Locals,
    uses: infer::Uses,
    regex_bytes: usize,
    depth: usize,
    comprehensions: usize,
    too_deep: bool,
}

impl<'a> Checker<'a> {
    fn new(ast: &'a Ast, env: &'a Env) -> Self {
        Self {
            ast,
            env,
            types: vec![Type::Dyn; ast.len()],
            references: vec![None; ast.len()],
            issues: Issues::default(),
            subst: unify::Substitution::new(ast.len()),
            declared_params: Vec::new(),
            locals: scope::Locals::default(),
            uses: infer::Uses::default(),
            regex_bytes: 0,
            depth: 0,
            comprehensions: 0,
            too_deep: false,
        }
    }

    fn finish(mut self, ty: &Type) -> (Checked, Vec<Issue>) {
        if let Some(purpose) = &self.env.purpose {
            self.uses.need(self.ast.root(), self.ast.span(self.ast.root()), Kinds::of(purpose));
        }
        let ty = self.subst.finish(ty);
        let mut types = std::mem::take(&mut self.types);
        for node in &mut types {
            *node = self.subst.finish(node);
        }
        if self.subst.exhausted() {
            let kind = CheckKind::TooComplex { parts: unify::MAX_TYPE_PARTS, depth: unify::MAX_TYPE_DEPTH };
            self.report(kind, self.ast.span(self.ast.root()));
        }
        let checked = Checked {
            ty,
            types,
            references: self.references,
            inferred: self.uses.conclude(),
            regex_bytes: self.regex_bytes,
        };
        (checked, self.issues.finish())
    }

    fn set(&mut self, id: NodeId, ty: &Type) {
        if let Some(node) = self.types.get_mut(id.index()) {
            *node = ty.clone();
        }
    }

    fn refer(&mut self, id: NodeId, reference: Reference) {
        if let Some(node) = self.references.get_mut(id.index()) {
            *node = Some(reference);
        }
    }

    /// What a node's type is as far as is known.
    fn type_of(&mut self, id: NodeId) -> Type {
        let ty = self.types.get(id.index()).cloned().unwrap_or(Type::Dyn);
        self.subst.apply(&ty)
    }

    fn report(&mut self, kind: CheckKind, span: Span) {
        self.report_with(kind, span, None);
    }

    fn report_with(&mut self, kind: CheckKind, span: Span, fix: Option<Edits>) {
        let issue = Issue::new(kind, span);
        self.issues.add(match fix {
            Some(edits) => issue.fix_with(edits),
            None => issue,
        });
    }

    /// How a message can speak of a node that was checked.
    fn operand(&mut self, id: NodeId) -> Operand {
        let ty = self.type_of(id);
        let ty = self.subst.finish(&ty);
        Operand { ty, text: names::short_text(self.ast, id), path: names::dotted_path(self.ast, id) }
    }
}
