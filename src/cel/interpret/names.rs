//! What a name stands for.

use super::super::ast::{Ast, Kind, NodeId};
use super::super::env::Env;
use super::super::library;
use super::super::value::Value;

/// A chain `a.b.c` of names and nothing else.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chain<'a> {
    /// The names, left to right; at least one.
    pub(crate) names: Vec<&'a str>,
    /// `.a.b.c`
    pub(crate) leading_dot: bool,
}

impl<'a> Chain<'a> {
    /// The chain that a node is, if it is one.
    pub(crate) fn of(ast: &'a Ast, id: NodeId) -> Option<Self> {
        let mut names: Vec<&str> = Vec::new();
        let mut at = id;
        loop {
            match ast.kind(at) {
                Kind::Select { operand, field, optional: false } => {
                    names.push(&field.text);
                    at = *operand;
                }
                Kind::Ident { name, leading_dot } => {
                    names.push(&name.text);
                    names.reverse();
                    return Some(Chain { names, leading_dot: *leading_dot });
                }
                _ => return None,
            }
        }
    }

    /// Its first name.
    pub(crate) fn root(&self) -> &'a str {
        self.names.first().copied().unwrap_or_default()
    }
}

/// The full names that a name can mean in a container, the innermost first: `c.d.x`, `c.x`, `x`.
pub(crate) fn candidates<'a>(
    container: &'a str,
    name: &'a str,
    leading_dot: bool,
) -> impl Iterator<Item = String> + 'a {
    let mut scope = if leading_dot || container.is_empty() { None } else { Some(container) };
    let mut done = false;
    std::iter::from_fn(move || match scope {
        Some(prefix) => {
            scope = prefix.rsplit_once('.').map(|(outer, _)| outer);
            Some(format!("{prefix}.{name}"))
        }
        None if done => None,
        None => {
            done = true;
            Some(name.to_owned())
        }
    })
}

/// The type that a full name denotes, as a value.
pub(crate) fn type_value(env: &Env, name: &str) -> Option<Value> {
    library::lookup_type(name)
        .filter(|found| found.profile <= env.profile)
        .map(|found| Value::Type(found.name.into()))
}
