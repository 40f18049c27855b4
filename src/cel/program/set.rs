//! `x in […]` with a list that is known beforehand.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::cel::value::equality::equals;
use crate::cel::value::{Meter, Value};

/// Up to so many texts are compared one after the other: that is faster than hashing.
const COMPARED: usize = 8;

/// A list of constants, prepared for being searched.
#[derive(Debug)]
pub(super) struct ConstantSet {
    texts: Texts,
    ints: FxHashSet<i64>,
    /// Whatever is neither text nor, once there are many, an int.
    others: Vec<Value>,
}

#[derive(Debug)]
enum Texts {
    Few(Vec<Arc<str>>),
    Many(FxHashSet<Arc<str>>),
}

impl ConstantSet {
    pub(super) fn new(values: &[Value]) -> Self {
        let mut texts = Vec::new();
        let mut others = Vec::new();
        for value in values {
            match value {
                Value::String(text) => texts.push(Arc::clone(text)),
                other => others.push(other.clone()),
            }
        }
        let ints = if others.len() > COMPARED {
            others
                .iter()
                .filter_map(|value| if let Value::Int(value) = value { Some(*value) } else { None })
                .collect()
        } else {
            FxHashSet::default()
        };
        let texts =
            if texts.len() > COMPARED { Texts::Many(texts.into_iter().collect()) } else { Texts::Few(texts) };
        ConstantSet { texts, ints, others }
    }

    /// Whether a list can be one: lists and maps in it take steps to compare.
    pub(super) fn holds(values: &[Value]) -> bool {
        values.iter().all(|value| !matches!(value, Value::List(_) | Value::Map(_)))
    }

    /// Whether a value is in the list.
    pub(super) fn contains(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => match &self.texts {
                Texts::Few(texts) => texts.iter().any(|t| **t == **text),
                Texts::Many(texts) => texts.contains(&**text),
            },
            Value::Int(int) if self.ints.contains(int) => true,
            // Plain values are compared in one step each, which were counted when the list was written.
            _ => self.others.iter().any(|other| equals(value, other, &mut Meter::new(1)).unwrap_or(false)),
        }
    }
}
