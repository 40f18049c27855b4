//! The functions: one file a library, each function's signatures beside what they do.
//!
//! In: nothing. Out: static tables that the checker resolves against and the evaluators call. It knows neither the
//! syntax tree nor the checker.

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
    /// Called on a receiver, which is then the first of `params`.
    pub member: bool,
    /// Parameter types.
    pub params: &'static [Sig],
    /// The type of its result.
    pub result: Sig,
    /// What it does. `None` for what the evaluators do themselves because their arguments may stay unevaluated or be
    /// errors (`&&`, `||`, `?:`) or of any type (`==`, `!=`, `[]`, `in`).
    pub call: Option<fn(&[Value]) -> Result<Value, EvalErrorKind>>,
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
