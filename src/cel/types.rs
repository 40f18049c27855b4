//! CEL's types, and two of our own: `number` (int or double, as JSON has it) and records (maps with known keys).

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;

use super::Value;

/// A type.
#[derive(Clone, PartialEq, Debug)]
pub enum Type {
    /// Anything; checked when evaluated.
    Dyn,
    /// A fault that was reported: compatible with everything, so that one fault gives one message.
    Error,
    /// `null`
    Null,
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `uint`
    Uint,
    /// `double`
    Double,
    /// int or double: a number as JSON has it
    Number,
    /// `string`
    String,
    /// `bytes`
    Bytes,
    /// `timestamp`
    Timestamp,
    /// `duration`
    Duration,
    /// `list(T)`
    List(Arc<Type>),
    /// `map(K, V)`
    Map(Arc<Type>, Arc<Type>),
    /// A map with string keys of which some are known. Assignable to `map(string, dyn)`.
    Record(Arc<Record>),
    /// `wrapper(T)`: T or null
    Wrapper(Arc<Type>),
    /// `optional_type(T)`
    Optional(Arc<Type>),
    /// `type(T)`: the type of a type value
    Type(Arc<Type>),
    /// A type parameter of a function's signature, by name.
    Param(Arc<str>),
    /// A type variable of one check, by number.
    Var(u32),
    /// A named type that the environment declares, with its parameters. `type` without parameters, which stands for
    /// every type of a type value, is one of them.
    Opaque(Arc<str>, Arc<[Type]>),
}

/// What stands under names, in the order in which they were written. The hasher is quick, and seeded anew in each process:
/// names come from users.
pub type ByName<V> = IndexMap<Arc<str>, V, foldhash::fast::RandomState>;

/// A map whose keys are known.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Record {
    /// What it is called in messages: `message`, `account`.
    pub name: Arc<str>,
    /// Its fields.
    pub fields: ByName<Field>,
    /// Whether keys beyond `fields` may occur (their values are `dyn`).
    pub open: bool,
}

/// A field of a record, or a variable: its type and what is promised about its value.
#[derive(Clone, PartialEq, Debug)]
pub struct Field {
    /// The type of its value when present.
    pub ty: Type,
    /// Always present.
    pub required: bool,
    /// May be null as well.
    pub nullable: bool,
    /// Which values it can have.
    pub domain: Domain,
}

/// Which values of its type a variable or field can have.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Domain {
    /// A closed set.
    pub one_of: Option<Arc<[Value]>>,
    /// Smallest, inclusive.
    pub min: Option<f64>,
    /// Largest, inclusive.
    pub max: Option<f64>,
}

impl Field {
    /// A field of that type that may be absent, is never null and has any value of its type.
    ///
    /// ```
    /// use irc::cel::types::{Field, Type};
    /// let tier = Field { required: true, ..Field::new(Type::String) };
    /// assert_eq!(tier.value_type(), Type::String);
    /// ```
    pub fn new(ty: Type) -> Self {
        Self { ty, required: false, nullable: false, domain: Domain::default() }
    }

    /// The type of what an expression finds there: null counted in.
    pub fn value_type(&self) -> Type {
        if self.nullable { self.ty.clone().nullable() } else { self.ty.clone() }
    }
}

impl Domain {
    /// True when every value of the type is possible.
    pub fn is_free(&self) -> bool {
        self.one_of.is_none() && self.min.is_none() && self.max.is_none()
    }
}

impl Type {
    /// `list(element)`
    pub fn list(element: Type) -> Type {
        Type::List(Arc::new(element))
    }

    /// `map(key, value)`
    pub fn map(key: Type, value: Type) -> Type {
        Type::Map(Arc::new(key), Arc::new(value))
    }

    /// `optional_type(value)`
    pub fn optional(value: Type) -> Type {
        Type::Optional(Arc::new(value))
    }

    /// `type(of)`
    pub fn type_of(of: Type) -> Type {
        Type::Type(Arc::new(of))
    }

    /// `type`, the type of any type value.
    pub fn any_type() -> Type {
        Type::Opaque("type".into(), [].into())
    }

    /// True for the type of a type value, whichever.
    pub fn is_type(&self) -> bool {
        match self {
            Type::Type(_) => true,
            Type::Opaque(name, params) => params.is_empty() && &**name == "type",
            _ => false,
        }
    }

    /// The type or null; `dyn` and types that hold null anyway stay as they are.
    pub fn nullable(self) -> Type {
        match self {
            Type::Dyn | Type::Error | Type::Null | Type::Wrapper(_) => self,
            other => Type::Wrapper(Arc::new(other)),
        }
    }

    /// The type without null.
    pub fn unwrapped(&self) -> &Type {
        if let Type::Wrapper(inner) = self { inner.unwrapped() } else { self }
    }

    /// True for `int`, `uint`, `double` and `number`.
    pub fn is_numeric(&self) -> bool {
        matches!(self, Type::Int | Type::Uint | Type::Double | Type::Number)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Dyn => f.write_str("dyn"),
            Type::Error => f.write_str("!error!"),
            Type::Null => f.write_str("null_type"),
            Type::Bool => f.write_str("bool"),
            Type::Int => f.write_str("int"),
            Type::Uint => f.write_str("uint"),
            Type::Double => f.write_str("double"),
            Type::Number => f.write_str("number"),
            Type::String => f.write_str("string"),
            Type::Bytes => f.write_str("bytes"),
            Type::Timestamp => f.write_str("timestamp"),
            Type::Duration => f.write_str("duration"),
            Type::List(t) => write!(f, "list({t})"),
            Type::Map(k, v) => write!(f, "map({k}, {v})"),
            Type::Record(r) => write!(f, "{}", r.name),
            Type::Wrapper(t) => write!(f, "wrapper({t})"),
            Type::Optional(t) => write!(f, "optional_type({t})"),
            Type::Type(t) => write!(f, "type({t})"),
            Type::Param(name) => f.write_str(name),
            Type::Var(n) => write!(f, "_var{n}"),
            Type::Opaque(name, params) if params.is_empty() => f.write_str(name),
            Type::Opaque(name, params) => {
                write!(f, "{name}(")?;
                for (i, p) in params.iter().enumerate() {
                    write!(f, "{}{p}", if i > 0 { ", " } else { "" })?;
                }
                f.write_str(")")
            }
        }
    }
}
