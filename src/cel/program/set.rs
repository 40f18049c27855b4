//! `x in […]` with a list that is known beforehand.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::cel::value::equality::equals;
use crate::cel::value::{Meter, Value};

/// Up to so many texts are compared one after the other: that is faster than hashing.
const COMPARED: usize = 8;

/// A list of constants, prepared for being searched: however long it is, a value is found or missed in one step.
#[derive(Debug, Default)]
pub(super) struct ConstantSet {
    texts: Texts,
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
enum Texts {
    Few(Vec<Arc<str>>),
    Many { texts: FxHashSet<Arc<str>>, longest: usize },
}

impl Default for Texts {
    fn default() -> Self {
        Texts::Few(Vec::new())
    }
}

impl ConstantSet {
    #[expect(clippy::cast_precision_loss, reason = "CEL compares int with double as doubles")]
    pub(super) fn new(values: &[Value]) -> Self {
        let mut set = ConstantSet::default();
        let mut texts = Vec::new();
        for value in values {
            match value {
                Value::String(text) => texts.push(Arc::clone(text)),
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
        let longest = texts.iter().map(|text| text.len()).max().unwrap_or(0);
        set.texts = if texts.len() > COMPARED {
            Texts::Many { texts: texts.into_iter().collect(), longest }
        } else {
            Texts::Few(texts)
        };
        set
    }

    /// Whether a list can be one: lists and maps in it take steps to compare.
    pub(super) fn holds(values: &[Value]) -> bool {
        values.iter().all(|value| !matches!(value, Value::List(_) | Value::Map(_)))
    }

    /// Whether a value is in the list.
    #[expect(clippy::cast_precision_loss, reason = "CEL compares int with double as doubles")]
    pub(super) fn contains(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => match &self.texts {
                Texts::Few(texts) => texts.iter().any(|t| **t == **text),
                // What is longer than all of them need not be read to the end.
                Texts::Many { texts, longest } => text.len() <= *longest && texts.contains(&**text),
            },
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
