//! Values: what expressions compute with.
//!
//! In: JSON, literals, other values. Out: values, their equality, order and arithmetic as CEL has them, and their text.
//! It knows no syntax tree and no environment.

pub(crate) mod access;
pub mod arithmetic;
pub mod display;
pub mod equality;
mod error;
mod json;
mod map;
mod meter;
mod names;
pub mod order;
#[cfg(test)]
mod tests;
pub(crate) mod timestamp;
pub(crate) mod word;

use std::sync::Arc;

pub use error::{EvalError, EvalErrorKind};
pub(crate) use json::hex;
pub use json::{JsonNumbers, PARTS, TaggedError};
pub use map::{Key, KeyRef, MapValue};
pub use meter::Meter;
pub(crate) use names::Names;

/// How deep values may nest: evaluation refuses to build a deeper one, so that comparing, printing and dropping them
/// can recurse.
pub const MAX_DEPTH: u16 = 160;

/// How many bytes a text, and how many elements a list may have that evaluation builds.
pub const MAX_LENGTH: usize = 1 << 24;

/// What a function of values answers.
pub type Outcome = Result<Value, EvalErrorKind>;

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
    List(Arc<ListValue>),
    /// `map`
    Map(Arc<MapValue>),
    /// Seconds and nanoseconds since 1970 in UTC, nanoseconds never negative.
    Timestamp {
        /// Whole seconds.
        seconds: i64,
        /// 0 to 999,999,999.
        nanos: u32,
    },
    /// Seconds and nanoseconds of the same sign: CEL's range of about ±10,000 years.
    Duration {
        /// Whole seconds.
        seconds: i64,
        /// -999,999,999 to 999,999,999.
        nanos: i32,
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

/// A list. It remembers how deep it nests.
#[derive(Clone, Debug, Default)]
pub struct ListValue {
    items: Vec<Value>,
    depth: u16,
}

impl ListValue {
    /// From its elements.
    pub fn new(items: Vec<Value>) -> Self {
        let depth = Self::depth_of(&items);
        Self { items, depth }
    }

    fn depth_of(items: &[Value]) -> u16 {
        items.iter().map(Value::depth).max().unwrap_or(0).saturating_add(1)
    }

    /// Changes its elements.
    pub fn change<T>(&mut self, change: impl FnOnce(&mut Vec<Value>) -> T) -> T {
        let result = change(&mut self.items);
        self.depth = Self::depth_of(&self.items);
        result
    }
}

impl std::ops::Deref for ListValue {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.items
    }
}

impl Value {
    /// A list.
    pub fn list(items: Vec<Value>) -> Value {
        Value::List(Arc::new(ListValue::new(items)))
    }

    /// A map.
    pub fn map(entries: MapValue) -> Value {
        Value::Map(Arc::new(entries))
    }

    /// A string.
    pub fn string(text: impl Into<Arc<str>>) -> Value {
        Value::String(text.into())
    }

    /// An optional that has a value.
    pub fn some(value: Value) -> Value {
        Value::Optional(Some(Arc::new(value)))
    }

    /// The name of its type, without parameters.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "null_type",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Uint(_) => "uint",
            Value::Double(_) => "double",
            Value::String(_) => "string",
            Value::Bytes(_) => "bytes",
            Value::List(_) => "list",
            Value::Map(_) => "map",
            Value::Timestamp { .. } => "google.protobuf.Timestamp",
            Value::Duration { .. } => "google.protobuf.Duration",
            Value::Type(_) => "type",
            Value::Optional(_) => "optional_type",
            Value::Opaque(value) => value.type_name(),
        }
    }

    /// How many lists, maps and optionals stand inside one another; 0 for a plain value.
    #[inline]
    pub fn depth(&self) -> u16 {
        match self {
            Value::List(_) | Value::Map(_) | Value::Optional(_) => self.depth_within(),
            _ => 0,
        }
    }

    fn depth_within(&self) -> u16 {
        let mut around: u16 = 0;
        let mut value = self;
        loop {
            match value {
                Value::List(list) => return around.saturating_add(list.depth),
                Value::Map(map) => return around.saturating_add(map.depth()),
                Value::Optional(Some(inner)) => {
                    around = around.saturating_add(1);
                    value = inner;
                }
                _ => return around,
            }
        }
    }

    /// The value, unless it nests deeper than [`MAX_DEPTH`]. Whatever builds a value out of others passes it through here.
    pub fn bounded(self) -> Result<Value, EvalErrorKind> {
        if self.depth() > MAX_DEPTH { Err(EvalErrorKind::TooDeep(MAX_DEPTH)) } else { Ok(self) }
    }

    /// Roughly how much memory it alone takes, in the unit of the step budget.
    pub(crate) fn weight(&self) -> u64 {
        let length = match self {
            Value::String(text) => text.len() / 16,
            Value::Bytes(bytes) => bytes.len() / 16,
            Value::List(list) => list.len().saturating_mul(2),
            Value::Map(map) => map.len().saturating_mul(4),
            _ => 0,
        };
        u64::try_from(length).unwrap_or(u64::MAX)
    }
}

/// Structural equality for tables and tests (`NaN` equals itself, `1` and `1u` differ). CEL's `==` is
/// [`equality::equals`].
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Uint(a), Value::Uint(b)) => a == b,
            (Value::Double(a), Value::Double(b)) => a == b || (a.is_nan() && b.is_nan()),
            (Value::String(a), Value::String(b)) => a == b,
            (Value::Bytes(a), Value::Bytes(b)) => a == b,
            (Value::List(a), Value::List(b)) => a.items == b.items,
            (Value::Map(a), Value::Map(b)) => a.same(b),
            (Value::Timestamp { seconds: a, nanos: b }, Value::Timestamp { seconds: c, nanos: d }) => {
                (a, b) == (c, d)
            }
            (Value::Duration { seconds: a, nanos: b }, Value::Duration { seconds: c, nanos: d }) => {
                (a, b) == (c, d)
            }
            (Value::Type(a), Value::Type(b)) => a == b,
            (Value::Optional(a), Value::Optional(b)) => a == b,
            (Value::Opaque(a), Value::Opaque(b)) => a.type_name() == b.type_name() && a.equals(&**b),
            _ => false,
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Value::Double(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::String(text.into())
    }
}

/// A length as an int.
pub(crate) fn int_of(length: usize) -> Value {
    Value::Int(i64::try_from(length).unwrap_or(i64::MAX))
}
