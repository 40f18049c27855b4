//! `x in […]` with a list that is known beforehand.

use std::borrow::Borrow;
use std::hash::Hash;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::cel::value::equality::equals;
use crate::cel::value::word::Word;
use crate::cel::value::{Meter, Value};

/// Up to so many items are compared one after the other: that is faster than hashing.
const COMPARED: usize = 8;

/// A list of constants, prepared for being searched: however long it is, a value is found or missed in one step.
#[derive(Debug, Default)]
pub(super) struct ConstantSet {
    words: Bag<Word>,
    /// Texts that are too long for a word.
    texts: Bag<Arc<str>>,
    longest: usize,
    ints: FxHashSet<i64>,
    uints: FxHashSet<u64>,
    /// The bits of doubles: `NaN` equals nothing and is not among them, `-0.0` is `0.0`.
    doubles: FxHashSet<u64>,
    /// The bits of the doubles that whole numbers are compared with a double as.
    rounded: FxHashSet<u64>,
    bytes: FxHashSet<Arc<[u8]>>,
    /// Whatever is neither text, number nor bytes: of the kinds that literals have, three values in all.
    others: Vec<Value>,
}

#[derive(Debug)]
enum Bag<T> {
    Few(Vec<T>),
    Many(FxHashSet<T>),
}

impl<T> Default for Bag<T> {
    fn default() -> Self {
        Bag::Few(Vec::new())
    }
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
    #[expect(clippy::cast_precision_loss, reason = "CEL compares int with double as doubles")]
    pub(super) fn new(values: &[Value]) -> Self {
        let (mut words, mut texts) = (Vec::new(), Vec::new());
        let mut set = ConstantSet::default();
        for value in values {
            match value {
                Value::String(text) => match Word::of(text) {
                    Some(word) => words.push(word),
                    None => texts.push(Arc::clone(text)),
                },
                Value::Int(value) => {
                    set.ints.insert(*value);
                    set.rounded.insert(bits(*value as f64));
                }
                Value::Uint(value) => {
                    set.uints.insert(*value);
                    set.rounded.insert(bits(*value as f64));
                }
                Value::Double(value) if value.is_nan() => {}
                Value::Double(value) => {
                    set.doubles.insert(bits(*value));
                }
                Value::Bytes(bytes) => {
                    set.bytes.insert(Arc::clone(bytes));
                }
                other if set.others.contains(other) => {}
                other => set.others.push(other.clone()),
            }
        }
        set.longest = texts.iter().map(|text| text.len()).max().unwrap_or(0);
        (set.words, set.texts) = (Bag::new(words), Bag::new(texts));
        set
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
                // What is longer than all of them need not be read to the end.
                None => text.len() <= self.longest && self.texts.contains(&**text),
            },
            other => self.contains_other(other),
        }
    }

    #[inline(never)]
    #[expect(clippy::cast_precision_loss, reason = "CEL compares int with double as doubles")]
    fn contains_other(&self, value: &Value) -> bool {
        match value {
            Value::Int(value) => {
                self.ints.contains(value)
                    || u64::try_from(*value).is_ok_and(|value| self.uints.contains(&value))
                    || self.doubles.contains(&bits(*value as f64))
            }
            Value::Uint(value) => {
                self.uints.contains(value)
                    || i64::try_from(*value).is_ok_and(|value| self.ints.contains(&value))
                    || self.doubles.contains(&bits(*value as f64))
            }
            Value::Double(value) if value.is_nan() => false,
            Value::Double(value) => {
                self.doubles.contains(&bits(*value)) || self.rounded.contains(&bits(*value))
            }
            Value::Bytes(bytes) => self.bytes.contains(bytes),
            // These are compared in one step each.
            _ => self.others.iter().any(|other| equals(value, other, &mut Meter::new(1)).unwrap_or(false)),
        }
    }
}

/// The bits by which equal doubles are the same.
fn bits(value: f64) -> u64 {
    if value == 0.0 { 0 } else { value.to_bits() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finding_in_a_set_is_being_equal_to_one_of_its_values() {
        let big = i64::pow(2, 53);
        let mut values: Vec<Value> = vec![
            Value::Null,
            true.into(),
            false.into(),
            f64::NAN.into(),
            (-0.0).into(),
            1.5.into(),
            "a".into(),
            Value::Bytes(Arc::from(*b"a")),
            Value::Bytes(Arc::from(*b"")),
            Value::Type("int".into()),
            Value::list(Vec::new()),
        ];
        for whole in [0, 1, -1, big, big + 1, big - 1, i64::MAX, i64::MIN, i64::MAX - 1] {
            values.push(whole.into());
            #[expect(clippy::cast_precision_loss, reason = "on purpose")]
            values.push((whole as f64).into());
            values.extend(u64::try_from(whole).ok().map(Value::Uint));
        }
        values.extend([u64::MAX, u64::MAX - 1].map(Value::Uint));
        values.extend((0..COMPARED).map(|at| Value::from(format!("text {at}"))));
        let equal = |a: &Value, b: &Value| equals(a, b, &mut Meter::new(10)).unwrap();
        let plain: Vec<Value> =
            values.iter().filter(|value| !matches!(value, Value::List(_))).cloned().collect();
        for member in &plain {
            let one = ConstantSet::new(std::slice::from_ref(member));
            let rest: Vec<Value> = plain.iter().filter(|other| !equal(other, member)).cloned().collect();
            let rest = ConstantSet::new(&rest);
            for value in &values {
                assert_eq!(one.contains(value), equal(value, member), "{value:?} in [{member:?}]");
            }
            assert!(!rest.contains(member), "{member:?} in the rest");
        }
    }
}
