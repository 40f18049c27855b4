//! Values.

pub mod arithmetic;
pub mod order;

use std::sync::Arc;

use indexmap::IndexMap;

/// A value. Cloning one never copies text, lists or maps.
#[derive(Clone, Debug)]
pub enum Value {
    /// `null`
    Null,
    /// `bool`
    Bool(bool),
    /// `int`
    Int(i64),
    /// `uint`
    Uint(u64),
    /// `double`
    Double(f64),
    /// `string`
    String(Arc<str>),
    /// `bytes`
    Bytes(Arc<[u8]>),
    /// `list`
    List(Arc<Vec<Value>>),
    /// `map`
    Map(Arc<MapValue>),
    /// Seconds and nanoseconds since 1970 in UTC, nanoseconds never negative.
    Timestamp {
        /// Whole seconds.
        seconds: i64,
        /// 0 to 999,999,999.
        nanos: u32,
    },
    /// Nanoseconds: CEL's range of about ±10,000 years needs 128 bits.
    Duration {
        /// All of it, in nanoseconds.
        nanos: i128,
    },
    /// A type as a value: its name, without parameters.
    Type(Arc<str>),
    /// `optional.of(v)` or `optional.none()`
    Optional(Option<Arc<Value>>),
    /// A value that only an extension's functions understand, such as `net.IP`.
    Opaque(Arc<dyn OpaqueValue>),
}

/// What an extension's own kind of value must say about itself.
pub trait OpaqueValue: std::fmt::Debug + Send + Sync {
    /// The name of its type.
    fn type_name(&self) -> &'static str;
    /// Equality with another value of the same type name.
    fn equals(&self, other: &dyn OpaqueValue) -> bool;
    /// As text, for traces.
    fn show(&self) -> String;
    /// For downcasting.
    fn as_any(&self) -> &dyn std::any::Any;
}

/// A map in the order it was written.
#[derive(Clone, Debug, Default)]
pub struct MapValue {
    /// Its entries. Numeric keys that are equal across types are the same key.
    pub entries: IndexMap<Key, Value>,
}

/// A map key. Whole numbers of any numeric type are one key, as CEL's lookup treats them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// `bool`
    Bool(bool),
    /// `int`
    Int(i64),
    /// `uint` beyond the range of int; smaller ones are `Int` with `uint` remembered beside the key where it matters
    Uint(u64),
    /// `string`
    String(Arc<str>),
}

/// Structural equality for tables and tests (`NaN` equals itself, `1` and `1u` differ). CEL's `==` is another thing.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Uint(a), Value::Uint(b)) => a == b,
            (Value::Double(a), Value::Double(b)) => a.to_bits() == b.to_bits() || a == b,
            (Value::String(a), Value::String(b)) => a == b,
            (Value::Bytes(a), Value::Bytes(b)) => a == b,
            (Value::List(a), Value::List(b)) => a == b,
            (Value::Map(a), Value::Map(b)) => a.entries == b.entries,
            (Value::Timestamp { seconds: a, nanos: b }, Value::Timestamp { seconds: c, nanos: d }) => {
                (a, b) == (c, d)
            }
            (Value::Duration { nanos: a }, Value::Duration { nanos: b }) => a == b,
            (Value::Type(a), Value::Type(b)) => a == b,
            (Value::Optional(a), Value::Optional(b)) => a == b,
            (Value::Opaque(a), Value::Opaque(b)) => a.type_name() == b.type_name() && a.equals(&**b),
            _ => false,
        }
    }
}

/// Why an evaluation has no value.
#[derive(Clone, Debug, PartialEq)]
pub struct EvalError {
    /// What went wrong.
    pub kind: EvalErrorKind,
    /// The node that failed.
    pub span: Option<super::Span>,
}

/// The kinds of evaluation error.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum EvalErrorKind {
    /// A variable that the activation does not hold.
    MissingVariable(Arc<str>),
    /// A key that a map does not hold.
    NoSuchKey(String),
    /// An index outside its list.
    IndexOutOfRange(i64),
    /// No overload of an operator or function for these types.
    NoSuchOverload {
        /// The operator or function.
        function: Arc<str>,
        /// The types of its arguments.
        args: Vec<Arc<str>>,
    },
    /// Whole-number arithmetic left its range.
    Overflow,
    /// Division or modulus by zero.
    DivideByZero,
    /// A conversion or argument that makes no sense, in words.
    Invalid(String),
    /// The step budget ran out.
    Budget,
    /// A node that was not parsed, or a construct that has no meaning here.
    Unsupported(String),
}
