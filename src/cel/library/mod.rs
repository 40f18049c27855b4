//! The functions: one file a library, each function's signatures beside what they do.
//!
//! In: nothing. Out: static tables that the checker resolves against and the evaluators call. It knows neither the
//! syntax tree nor the checker.

mod conversions;
mod encoders;
mod format;
mod lists;
mod math;
mod network;
mod operators;
mod optional;
mod standard;
mod strings;
mod time;
pub(crate) mod timestamp;

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::env::Profile;
use super::value::{EvalErrorKind, Value};

/// A function or operator (`_+_`, `size`, `math.greatest`).
#[derive(Debug)]
pub struct Function {
    /// Its full name, namespace included.
    pub name: &'static str,
    /// The smallest profile that has it.
    pub profile: Profile,
    /// One line for people.
    pub summary: &'static str,
    /// Its signatures.
    pub overloads: &'static [Overload],
}

/// One signature.
#[derive(Debug)]
pub struct Overload {
    /// Its id as in the CEL specification, such as `size_string`.
    pub id: &'static str,
    /// The smallest profile that has it, where that is not its function's.
    pub profile: Profile,
    /// Called on a receiver, which is then the first of `params`.
    pub member: bool,
    /// Parameter types.
    pub params: &'static [Sig],
    /// Whether the last parameter may be given any number of times more.
    pub variadic: bool,
    /// The type of its result.
    pub result: Sig,
    /// What it does. `None` for what the evaluators do themselves because their arguments may stay unevaluated or be
    /// errors (`&&`, `||`, `?:`) or of any type (`==`, `!=`, `[]`, `in`).
    pub call: Option<Call>,
}

/// What a function does with values that fit its signature.
pub type Call = fn(&[Value]) -> Outcome;

/// What a function answers.
pub type Outcome = Result<Value, EvalErrorKind>;

/// A type in a static table.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "each is the CEL type it is named after")]
pub enum Sig {
    Dyn,
    Null,
    Bool,
    Int,
    Uint,
    Double,
    String,
    Bytes,
    Timestamp,
    Duration,
    List(&'static Sig),
    Map(&'static Sig, &'static Sig),
    Optional(&'static Sig),
    Type(&'static Sig),
    Param(&'static str),
    Opaque(&'static str),
}

/// The types that have a name in expressions (`int`, `google.protobuf.Timestamp`), each with the type it denotes: the
/// name has the type `type(of)`.
pub static TYPES: &[TypeName] = &[
    TypeName::new("bool", Profile::Router, Sig::Bool),
    TypeName::new("bytes", Profile::Router, Sig::Bytes),
    TypeName::new("double", Profile::Router, Sig::Double),
    TypeName::new("dyn", Profile::Router, Sig::Dyn),
    TypeName::new("google.protobuf.Duration", Profile::Router, Sig::Duration),
    TypeName::new("google.protobuf.Timestamp", Profile::Router, Sig::Timestamp),
    TypeName::new("int", Profile::Router, Sig::Int),
    TypeName::new("list", Profile::Router, Sig::List(&Sig::Dyn)),
    TypeName::new("map", Profile::Router, Sig::Map(&Sig::Dyn, &Sig::Dyn)),
    TypeName::new("net.CIDR", Profile::Full, network::CIDR),
    TypeName::new("net.IP", Profile::Full, network::IP),
    TypeName::new("null_type", Profile::Router, Sig::Null),
    TypeName::new("optional_type", Profile::Full, Sig::Optional(&Sig::Dyn)),
    TypeName::new("string", Profile::Router, Sig::String),
    TypeName::new("type", Profile::Router, Sig::Type(&Sig::Dyn)),
    TypeName::new("uint", Profile::Router, Sig::Uint),
];

/// A type's name as an expression may write it.
#[derive(Debug)]
pub struct TypeName {
    /// The name.
    pub name: &'static str,
    /// The smallest profile that has it.
    pub profile: Profile,
    /// The type.
    pub of: Sig,
}

impl TypeName {
    const fn new(name: &'static str, profile: Profile, of: Sig) -> Self {
        Self { name, profile, of }
    }
}

/// Every function, library by library.
pub fn all() -> impl Iterator<Item = &'static Function> {
    [
        operators::FUNCTIONS,
        standard::FUNCTIONS,
        conversions::FUNCTIONS,
        time::FUNCTIONS,
        optional::FUNCTIONS,
        strings::FUNCTIONS,
        lists::FUNCTIONS,
        math::FUNCTIONS,
        encoders::FUNCTIONS,
        network::FUNCTIONS,
    ]
    .into_iter()
    .flatten()
}

/// The function of that full name.
pub fn lookup(name: &str) -> Option<&'static Function> {
    static BY_NAME: LazyLock<FxHashMap<&'static str, &'static Function>> =
        LazyLock::new(|| all().map(|function| (function.name, function)).collect());
    BY_NAME.get(name).copied()
}

/// What a function answers to values that do not fit its signatures. The evaluators check signatures before they call,
/// and put the name in.
fn misfit(args: &[Value]) -> EvalErrorKind {
    EvalErrorKind::no_overload("", args)
}

/// The type of that name.
pub fn lookup_type(name: &str) -> Option<&'static TypeName> {
    TYPES.iter().find(|t| t.name == name)
}

// Short names for the tables.
const ANY: Sig = Sig::Dyn;
const BOOL: Sig = Sig::Bool;
const INT: Sig = Sig::Int;
const UINT: Sig = Sig::Uint;
const DOUBLE: Sig = Sig::Double;
const STRING: Sig = Sig::String;
const BYTES: Sig = Sig::Bytes;
const TIME: Sig = Sig::Timestamp;
const SPAN: Sig = Sig::Duration;
const A: Sig = Sig::Param("A");
const K: Sig = Sig::Param("K");
const LIST_A: Sig = Sig::List(&A);
const LIST_STRING: Sig = Sig::List(&Sig::String);
const MAP_KA: Sig = Sig::Map(&K, &A);
const OPT_A: Sig = Sig::Optional(&A);

const fn standard(name: &'static str, summary: &'static str, overloads: &'static [Overload]) -> Function {
    Function { name, profile: Profile::Router, summary, overloads }
}

const fn extension(name: &'static str, summary: &'static str, overloads: &'static [Overload]) -> Function {
    Function { name, profile: Profile::Full, summary, overloads }
}

impl Overload {
    /// Called as `f(a, b)`.
    const fn global(id: &'static str, params: &'static [Sig], result: Sig, call: Call) -> Self {
        Self {
            id,
            profile: Profile::Router,
            member: false,
            params,
            variadic: false,
            result,
            call: Some(call),
        }
    }

    /// Called as `a.f(b)`.
    const fn member(id: &'static str, params: &'static [Sig], result: Sig, call: Call) -> Self {
        Self { id, profile: Profile::Router, member: true, params, variadic: false, result, call: Some(call) }
    }

    /// Done by the evaluators themselves.
    const fn built_in(id: &'static str, params: &'static [Sig], result: Sig) -> Self {
        Self { id, profile: Profile::Router, member: false, params, variadic: false, result, call: None }
    }

    /// An extension's addition to a standard function.
    const fn extended(self) -> Self {
        Self { profile: Profile::Full, ..self }
    }

    /// Takes its last argument any number of times.
    const fn variadic(self) -> Self {
        Self { variadic: true, ..self }
    }
}

#[cfg(test)]
mod tests;
