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
mod runtime;
mod standard;
mod strings;
mod time;

use std::fmt;
use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

pub use runtime::Runtime;
pub(crate) use runtime::compile as compile_pattern;

use super::env::Profile;
use super::value::{EvalErrorKind, Outcome, Value};

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
#[derive(Clone, Copy, Debug)]
pub enum Call {
    /// Takes no longer than its arguments and its result are long.
    Plain(fn(&[Value]) -> Outcome),
    /// Counts its steps, or keeps something from one call to the next.
    Metered(fn(&[Value], &mut Runtime) -> Outcome),
}

impl Call {
    /// Calls it, and takes the steps of arguments and result from the budget.
    pub fn run(self, args: &[Value], runtime: &mut Runtime) -> Outcome {
        runtime.meter.spend(args.iter().map(Value::weight).sum())?;
        let result = match self {
            Call::Plain(call) => call(args)?,
            Call::Metered(call) => call(args, runtime)?,
        };
        runtime.meter.spend(result.weight())?;
        result.bounded()
    }
}

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

impl Sig {
    /// Whether a value is of this type, as far as can be seen without looking into lists and maps.
    pub fn accepts(&self, value: &Value) -> bool {
        match self {
            Sig::Dyn | Sig::Param(_) => true,
            Sig::Null => matches!(value, Value::Null),
            Sig::Bool => matches!(value, Value::Bool(_)),
            Sig::Int => matches!(value, Value::Int(_)),
            Sig::Uint => matches!(value, Value::Uint(_)),
            Sig::Double => matches!(value, Value::Double(_)),
            Sig::String => matches!(value, Value::String(_)),
            Sig::Bytes => matches!(value, Value::Bytes(_)),
            Sig::Timestamp => matches!(value, Value::Timestamp { .. }),
            Sig::Duration => matches!(value, Value::Duration { .. }),
            Sig::List(_) => matches!(value, Value::List(_)),
            Sig::Map(..) => matches!(value, Value::Map(_)),
            Sig::Optional(_) => matches!(value, Value::Optional(_)),
            Sig::Type(_) => matches!(value, Value::Type(_)),
            Sig::Opaque(name) => matches!(value, Value::Opaque(value) if value.type_name() == *name),
        }
    }
}

impl fmt::Display for Sig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Sig::Dyn => "dyn",
            Sig::Null => "null_type",
            Sig::Bool => "bool",
            Sig::Int => "int",
            Sig::Uint => "uint",
            Sig::Double => "double",
            Sig::String => "string",
            Sig::Bytes => "bytes",
            Sig::Timestamp => "timestamp",
            Sig::Duration => "duration",
            Sig::List(t) => return write!(f, "list({t})"),
            Sig::Map(k, v) => return write!(f, "map({k}, {v})"),
            Sig::Optional(t) => return write!(f, "optional_type({t})"),
            Sig::Type(t) => return write!(f, "type({t})"),
            Sig::Param(name) | Sig::Opaque(name) => name,
        })
    }
}

impl Overload {
    /// Whether these values fit its parameters.
    pub fn accepts(&self, args: &[Value]) -> bool {
        let enough =
            if self.variadic { args.len() >= self.params.len() } else { args.len() == self.params.len() };
        let params = self.params.iter().chain(std::iter::repeat(self.params.last().unwrap_or(&Sig::Dyn)));
        enough && args.iter().zip(params).all(|(arg, param)| param.accepts(arg))
    }
}

/// The types that have a name in expressions (`int`, `google.protobuf.Timestamp`), each with the type it denotes: the
/// name has the type `type(of)`.
pub static TYPES: &[TypeName] = &[
    TypeName::new("bool", Profile::Router, Sig::Bool),
    TypeName::new("bytes", Profile::Router, Sig::Bytes),
    TypeName::new("double", Profile::Router, Sig::Double),
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

/// Whether there are functions below that name, as `math.greatest` is below `math`.
pub fn is_namespace(name: &str) -> bool {
    static NAMES: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
        let prefixes = |name: &'static str| name.match_indices('.').filter_map(|(dot, _)| name.get(..dot));
        all().flat_map(|function| prefixes(function.name)).collect()
    });
    NAMES.contains(name)
}

/// Whether a name is of something that makes optionals or takes them, macros and marks included.
pub fn is_of_optionals(name: &str) -> bool {
    matches!(name, "?" | "_?._" | "_[?_]" | "optMap" | "optFlatMap")
        || optional::FUNCTIONS.iter().any(|function| function.name == name)
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
    const fn global(
        id: &'static str,
        params: &'static [Sig],
        result: Sig,
        call: fn(&[Value]) -> Outcome,
    ) -> Self {
        let call = Some(Call::Plain(call));
        Self { call, ..Self::built_in(id, params, result) }
    }

    /// Called as `a.f(b)`.
    const fn member(
        id: &'static str,
        params: &'static [Sig],
        result: Sig,
        call: fn(&[Value]) -> Outcome,
    ) -> Self {
        Self { member: true, ..Self::global(id, params, result, call) }
    }

    /// Called as `a.f(b)`, counting its steps.
    const fn metered(
        id: &'static str,
        params: &'static [Sig],
        result: Sig,
        call: fn(&[Value], &mut Runtime) -> Outcome,
    ) -> Self {
        let call = Some(Call::Metered(call));
        Self { member: true, call, ..Self::built_in(id, params, result) }
    }

    /// Done by the evaluators themselves.
    const fn built_in(id: &'static str, params: &'static [Sig], result: Sig) -> Self {
        Self { id, profile: Profile::Router, member: false, params, variadic: false, result, call: None }
    }

    /// Called as `f(a, b)` after all.
    const fn global_style(self) -> Self {
        Self { member: false, ..self }
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
