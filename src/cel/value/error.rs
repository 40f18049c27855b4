//! Why an evaluation has no value, and its wording.

use std::fmt;
use std::sync::Arc;

use super::super::Span;

/// Why an evaluation has no value.
#[derive(Clone, Debug, PartialEq)]
pub struct EvalError {
    /// What went wrong.
    pub kind: EvalErrorKind,
    /// The node that failed.
    pub span: Option<Span>,
}

/// The kinds of evaluation error.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum EvalErrorKind {
    /// A variable that the activation does not hold.
    MissingVariable(Arc<str>),
    /// A key that a map does not hold, as CEL would write it.
    NoSuchKey(String),
    /// An index outside its list or text.
    IndexOutOfRange(i64),
    /// No overload of an operator or function for these types.
    NoSuchOverload {
        /// The operator or function.
        function: Arc<str>,
        /// The types of its arguments.
        args: Vec<Arc<str>>,
    },
    /// A function that does not exist.
    UnknownFunction(Arc<str>),
    /// Whole-number arithmetic left its range.
    Overflow,
    /// Division or modulus by zero.
    DivideByZero,
    /// The value of an optional that has none.
    NoValue,
    /// A conversion or argument that makes no sense, in words.
    Invalid(String),
    /// The step budget ran out.
    Budget,
    /// A value would nest deeper than this.
    TooDeep(u16),
    /// A text or list would be longer than this.
    TooLong(usize),
    /// A node that was not parsed, or a construct that has no meaning here.
    Unsupported(String),
}

impl EvalErrorKind {
    /// True for what ends an evaluation at once, whatever else the expression says: no `||` absorbs it.
    pub fn is_fatal(&self) -> bool {
        matches!(self, EvalErrorKind::Budget)
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        EvalErrorKind::Invalid(message.into())
    }

    pub(crate) fn no_overload<'a>(function: &str, args: impl IntoIterator<Item = &'a super::Value>) -> Self {
        EvalErrorKind::NoSuchOverload {
            function: function.into(),
            args: args.into_iter().map(|value| value.type_name().into()).collect(),
        }
    }

    /// With the place where it happened.
    pub fn at(self, span: Span) -> EvalError {
        EvalError { kind: self, span: Some(span) }
    }
}

impl fmt::Display for EvalErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EvalErrorKind::MissingVariable(name) => write!(f, "`{name}` has no value"),
            EvalErrorKind::NoSuchKey(key) => write!(f, "no such key: {key}"),
            EvalErrorKind::IndexOutOfRange(index) => write!(f, "index out of range: {index}"),
            EvalErrorKind::NoSuchOverload { function, args } => f.write_str(&no_overload(function, args)),
            EvalErrorKind::UnknownFunction(name) => write!(f, "there is no function `{name}`"),
            EvalErrorKind::Overflow => f.write_str("whole-number overflow"),
            EvalErrorKind::DivideByZero => f.write_str("division by zero"),
            EvalErrorKind::NoValue => f.write_str("the optional has no value"),
            EvalErrorKind::Invalid(message) => f.write_str(message),
            EvalErrorKind::Budget => f.write_str("the evaluation takes too many steps"),
            EvalErrorKind::TooDeep(bound) => write!(f, "a value nests deeper than {bound} levels"),
            EvalErrorKind::TooLong(bound) => write!(f, "a value is longer than {bound} bytes or elements"),
            EvalErrorKind::Unsupported(what) => write!(f, "{what} cannot be evaluated"),
        }
    }
}

/// What an operator or function was given and does not take.
fn no_overload(function: &str, args: &[Arc<str>]) -> String {
    let values: Vec<String> = args.iter().map(|ty| a(ty)).collect();
    match (function, values.as_slice()) {
        ("_<_" | "_<=_" | "_>_" | "_>=_", [left, right]) => {
            format!("`{}` cannot compare {left} with {right}", function.replace('_', ""))
        }
        ("@in", [_, right]) => format!("`in` looks into lists and maps, not into {right}"),
        ("_[_]" | "_[?_]", [value, index]) => format!("{value} cannot be indexed by {index}"),
        _ if function.contains(char::is_alphanumeric) => {
            let name = function.trim_start_matches('@');
            format!("no such overload: `{name}` of ({})", args.join(", "))
        }
        _ => format!("`{}` does not take {}", function.replace('_', ""), values.join(" and ")),
    }
}

/// The name of a value's type with its article.
fn a(ty: &str) -> String {
    match ty {
        "null_type" => "null".to_owned(),
        "bytes" => "bytes".to_owned(),
        "google.protobuf.Timestamp" => "a timestamp".to_owned(),
        "google.protobuf.Duration" => "a duration".to_owned(),
        "optional_type" => "an optional".to_owned(),
        "int" => "an int".to_owned(),
        other => format!("a {other}"),
    }
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for EvalError {}
