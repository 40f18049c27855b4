//! `x in […]` with a list that is known beforehand.

use std::borrow::Borrow;
use std::hash::Hash;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::word::Word;
use crate::cel::value::equality::equals;
use crate::cel::value::{Meter, Value};

/// Up to so many items are compared one after the other: that is faster than hashing.
const COMPARED: usize = 8;

/// A list of constants, prepared for being searched.
#[derive(Debug)]
pub(super) struct ConstantSet {
    words: Bag<Word>,
    /// Texts that are too long for a word.
    texts: Bag<Arc<str>>,
    ints: FxHashSet<i64>,
    /// Whatever is neither text nor, once there are many, an int.
    others: Vec<Value>,
}

#[derive(Debug)]
enum Bag<T> {
    Few(Vec<T>),
    Many(FxHashSet<T>),
}

impl<T: Eq + Hash> Bag<T> {
    fn new(items: Vec<T>) -> Self {
        if items.len() > COMPARED { Bag::Many(items.into_iter().collect()) } else { Bag::Few(items) }
    }

    #[inline]
    fn contains<Q: Eq + Hash + ?Sized>(&self, item: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        match self {
            Bag::Few(items) => items.iter().any(|known| known.borrow() == item),
            Bag::Many(items) => items.contains(item),
        }
    }
}

impl ConstantSet {
    pub(super) fn new(values: &[Value]) -> Self {
        let (mut words, mut texts, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for value in values {
            match value {
                Value::String(text) => match Word::of(text) {
                    Some(word) => words.push(word),
                    None => texts.push(Arc::clone(text)),
                },
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
        ConstantSet { words: Bag::new(words), texts: Bag::new(texts), ints, others }
    }

    /// Whether a list can be one: lists and maps in it take steps to compare.
    pub(super) fn holds(values: &[Value]) -> bool {
        values.iter().all(|value| !matches!(value, Value::List(_) | Value::Map(_)))
    }

    /// Whether a value is in the list.
    #[inline(always)]
    pub(super) fn contains(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => match Word::of(text) {
                Some(word) => self.words.contains(&word),
                None => self.texts.contains(&**text),
            },
            other => self.contains_other(other),
        }
    }

    #[inline(never)]
    fn contains_other(&self, value: &Value) -> bool {
        match value {
            Value::Int(int) if self.ints.contains(int) => true,
            // Plain values are compared in one step each, which were counted when the list was written.
            _ => self.others.iter().any(|other| equals(value, other, &mut Meter::new(1)).unwrap_or(false)),
        }
    }
}
