//! What an expression may use: variables, functions (through a [`Profile`]) and how strictly it is checked.

use std::sync::Arc;

use super::Limits;
use super::re2;
use super::types::{ByName, Field, Type};

/// Which functions and macros exist.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Profile {
    /// Standard CEL and the functions that whoever embeds CEL adds.
    #[default]
    Router,
    /// Everything this crate knows: optionals, `cel.bind`, strings, math, encoders, network …
    Full,
}

/// What happens to a name that is not declared.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Names {
    /// It is an issue.
    #[default]
    Declared,
    /// It is taken as a variable whose type is found from its uses; see `Checked::inferred`.
    Inferred,
}

/// How strictly types are checked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Typing {
    /// As cel-go without its cross-type comparisons: `1 < 1.5` is refused.
    Strict,
    /// As cel-go: numbers of different types are ordered, but not equated.
    #[default]
    Standard,
    /// What evaluation can do is accepted: `1 == 1.0` is true, `true ? 1 : 2.5` a number, and what comes out of a `dyn`
    /// is `dyn`, whatever is done with it first.
    Lenient,
}

/// A function that whoever embeds CEL adds: `messages.last()`.
#[derive(Clone, Debug)]
pub struct HostFunction {
    /// Its name, namespace included.
    pub name: Arc<str>,
    /// What its signature is called: unique among all signatures of that name.
    pub id: Arc<str>,
    /// The receiver's type first when `member`.
    pub params: Vec<Type>,
    /// Whether it is called on a receiver.
    pub member: bool,
    /// The type of its result.
    pub result: Type,
    /// What it does with values of exactly these types.
    pub call: fn(&[super::Value]) -> Result<super::Value, super::value::EvalError>,
    /// For a function of a receiver alone whose result is a part of it: that part where it lies, if there is one.
    /// Whoever only looks at the result need not copy it then.
    pub lend: Option<Lend>,
}

/// Finds a part of a value.
pub type Lend = fn(&super::Value) -> Option<&super::Value>;

/// The environment.
#[derive(Clone, Debug, Default)]
pub struct Env {
    /// Declared variables.
    pub variables: ByName<Field>,
    /// Functions beyond the profile's.
    pub functions: Vec<HostFunction>,
    /// Which functions and macros exist.
    pub profile: Profile,
    /// Only `functions`, none of the library's, operators included.
    pub bare: bool,
    /// How strictly types are checked.
    pub typing: Typing,
    /// What happens to other names.
    pub names: Names,
    /// What the expression is for (a condition: `bool`). It guides what is inferred of names and is no demand.
    pub purpose: Option<Type>,
    /// The namespace in which names are looked up; empty for none.
    pub container: Arc<str>,
    /// Bounds.
    pub limits: Limits,
    /// What the regular expressions of other expressions take that are compiled beside this one: the sum of their
    /// [`Checked::regex_bytes`](super::Checked::regex_bytes).
    pub regex_bytes_before: usize,
    /// What was compiled of them.
    pub regexes: re2::Shared,
}
