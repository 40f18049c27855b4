//! What callers have to send, then and now.

use std::sync::Arc;

use crate::cel::Value;
use crate::cel::types::{Field, Type};
use crate::model::Declarations;

/// A change of what callers promise.
#[derive(Clone, PartialEq, Debug)]
pub struct ContractChange {
    /// `metadata` or `prompt_variables`.
    pub block: &'static str,
    /// The key, with the path inside it: `account.plan`; `tags[]` for the items of a list, `limits.*` for the values of
    /// a map. Empty for the block as a whole.
    pub key: String,
    /// What about it.
    pub what: Promise,
    /// As it was; none for nothing.
    pub old: Option<String>,
    /// As it is.
    pub new: Option<String>,
    /// Whether a caller who kept the old promise may break the new one.
    pub stricter: bool,
}

/// What is promised of a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Promise {
    /// That the block is there: without it nothing is promised.
    Block,
    /// That the key is known.
    Key,
    /// Its type.
    Type,
    /// That it is always sent.
    Required,
    /// That it may be null.
    Nullable,
    /// Its closed set of values.
    Values,
    /// Its smallest value.
    Min,
    /// Its largest value.
    Max,
}

/// Compares the declarations of one block.
pub(super) fn compare(
    block: &'static str,
    old: Option<&Declarations>,
    new: Option<&Declarations>,
    out: &mut Vec<ContractChange>,
) {
    let mut differ = Differ { block, out };
    let (old, new) = match (old, new) {
        (None, None) => return,
        (Some(old), Some(new)) => (old, new),
        (old, new) => {
            let keys = |declared: Option<&Declarations>| declared.map(|d| count(d.keys.len()));
            differ.push("", Promise::Block, keys(old), keys(new), new.is_some());
            return;
        }
    };
    let fields = |declared: &Declarations| -> Vec<(Arc<str>, Field)> {
        declared.keys.iter().map(|(key, declaration)| (Arc::clone(key), declaration.field.clone())).collect()
    };
    differ.fields("", &fields(old), &fields(new));
}

struct Differ<'o> {
    block: &'static str,
    out: &'o mut Vec<ContractChange>,
}

impl Differ<'_> {
    fn push(&mut self, key: &str, what: Promise, old: Option<String>, new: Option<String>, stricter: bool) {
        self.out.push(ContractChange { block: self.block, key: key.to_owned(), what, old, new, stricter });
    }

    fn fields(&mut self, path: &str, old: &[(Arc<str>, Field)], new: &[(Arc<str>, Field)]) {
        let find = |fields: &[(Arc<str>, Field)], key: &str| {
            fields.iter().find(|(name, _)| **name == *key).map(|(_, field)| field.clone())
        };
        for (key, field) in old {
            let path = format!("{path}{key}");
            match find(new, key) {
                Some(other) => self.field(&path, field, &other),
                // Callers may go on sending it: nobody reads it.
                None => self.push(&path, Promise::Key, Some(described(field)), None, false),
            }
        }
        for (key, field) in new.iter().filter(|(key, _)| find(old, key).is_none()) {
            let path = format!("{path}{key}");
            self.push(&path, Promise::Key, None, Some(described(field)), field.required);
        }
    }

    // As deep as the declaration, which the YAML bounds.
    fn field(&mut self, path: &str, old: &Field, new: &Field) {
        self.types(path, &old.ty, &new.ty);
        let flag = |on: bool, yes: &str, no: &str| Some(if on { yes.to_owned() } else { no.to_owned() });
        if old.required != new.required {
            let [old, now] = [old.required, new.required].map(|on| flag(on, "required", "optional"));
            self.push(path, Promise::Required, old, now, new.required);
        }
        if old.nullable != new.nullable {
            let [old, now] = [old.nullable, new.nullable].map(|on| flag(on, "nullable", "never null"));
            self.push(path, Promise::Nullable, old, now, !new.nullable);
        }
        let (before, after) = (old.domain.one_of.as_deref(), new.domain.one_of.as_deref());
        let within = |few: &[Value], many: &[Value]| few.iter().all(|value| many.contains(value));
        let same = match (before, after) {
            (None, None) => true,
            (Some(before), Some(after)) => within(before, after) && within(after, before),
            _ => false,
        };
        if !same {
            let stricter = match (before, after) {
                (_, None) => false,
                (None, Some(_)) => true,
                (Some(before), Some(after)) => !within(before, after),
            };
            self.push(path, Promise::Values, before.map(listed), after.map(listed), stricter);
        }
        let (low, high) = (old.domain.min, new.domain.min);
        if low != high {
            let stricter = high.is_some_and(|new| low.is_none_or(|old| new > old));
            self.push(path, Promise::Min, low.map(number), high.map(number), stricter);
        }
        let (low, high) = (old.domain.max, new.domain.max);
        if low != high {
            let stricter = high.is_some_and(|new| low.is_none_or(|old| new < old));
            self.push(path, Promise::Max, low.map(number), high.map(number), stricter);
        }
    }

    fn types(&mut self, path: &str, old: &Type, new: &Type) {
        match (old.unwrapped(), new.unwrapped()) {
            (Type::Record(old), Type::Record(new)) => {
                let fields = |record: &crate::cel::types::Record| -> Vec<(Arc<str>, Field)> {
                    record.fields.iter().map(|(key, field)| (Arc::clone(key), field.clone())).collect()
                };
                self.fields(&format!("{path}."), &fields(old), &fields(new));
            }
            (Type::List(old), Type::List(new)) => self.types(&format!("{path}[]"), old, new),
            (Type::Map(_, old), Type::Map(_, new)) => self.types(&format!("{path}.*"), old, new),
            (old, new) if old == new => {}
            (old, new) => {
                self.push(path, Promise::Type, Some(type_text(old)), Some(type_text(new)), !holds(new, old));
            }
        }
    }
}

/// Whether every value of a type is one of another.
fn holds(wide: &Type, narrow: &Type) -> bool {
    match (wide, narrow) {
        (Type::Dyn, _) | (Type::Number, Type::Int | Type::Uint | Type::Double | Type::Number) => true,
        (Type::List(wide), Type::List(narrow)) => holds(wide, narrow),
        (Type::Map(_, wide), Type::Map(_, narrow)) => holds(wide, narrow),
        (Type::Map(_, wide), Type::Record(_)) => **wide == Type::Dyn,
        (wide, narrow) => wide == narrow,
    }
}

fn described(field: &Field) -> String {
    let mut text = type_text(field.ty.unwrapped());
    if let Some(values) = &field.domain.one_of {
        text = format!("{text}, one of {}", listed(values));
    }
    for (word, bound) in [("min", field.domain.min), ("max", field.domain.max)] {
        if let Some(bound) = bound {
            text = format!("{text}, {word} {bound}");
        }
    }
    if field.nullable {
        text.push_str(", nullable");
    }
    format!("{text}, {}", if field.required { "required" } else { "optional" })
}

fn type_text(ty: &Type) -> String {
    match ty {
        Type::Record(record) => {
            let keys: Vec<&str> = record.fields.keys().map(|key| &**key).collect();
            format!("map of {}", keys.join(", "))
        }
        Type::List(item) => format!("list({})", type_text(item)),
        Type::Map(_, value) => format!("map(string, {})", type_text(value)),
        other => other.to_string(),
    }
}

fn listed(values: &[Value]) -> String {
    let texts: Vec<String> = values.iter().map(|value| value.show(80)).collect();
    texts.join(", ")
}

fn number(bound: f64) -> String {
    bound.to_string()
}

fn count(keys: usize) -> String {
    format!("{keys} key{}", if keys == 1 { "" } else { "s" })
}
