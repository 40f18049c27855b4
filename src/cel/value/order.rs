//! CEL's order: of numbers across types, text, bytes, bools, points in time and lengths of time.

use std::cmp::Ordering;

use super::{EvalErrorKind, Outcome, Value};

/// Two values of types that have no order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unordered;

/// How two values compare; `None` if one of them is `NaN`.
pub fn compare(a: &Value, b: &Value) -> Result<Option<Ordering>, Unordered> {
    Ok(Some(match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Bytes(a), Value::Bytes(b)) => a.cmp(b),
        (Value::Timestamp { seconds: a, nanos: b }, Value::Timestamp { seconds: c, nanos: d }) => {
            (a, b).cmp(&(c, d))
        }
        (Value::Duration { seconds: a, nanos: b }, Value::Duration { seconds: c, nanos: d }) => {
            (a, b).cmp(&(c, d))
        }
        _ => return numbers(a, b).ok_or(Unordered),
    }))
}

#[expect(clippy::cast_precision_loss, reason = "CEL compares int with double as doubles")]
fn numbers(a: &Value, b: &Value) -> Option<Option<Ordering>> {
    Some(match (a, b) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Uint(a), Value::Uint(b)) => Some(a.cmp(b)),
        (Value::Double(a), Value::Double(b)) => a.partial_cmp(b),
        (Value::Int(a), Value::Uint(b)) => Some(i128::from(*a).cmp(&i128::from(*b))),
        (Value::Uint(a), Value::Int(b)) => Some(i128::from(*a).cmp(&i128::from(*b))),
        (Value::Int(a), Value::Double(b)) => (*a as f64).partial_cmp(b),
        (Value::Double(a), Value::Int(b)) => a.partial_cmp(&(*b as f64)),
        (Value::Uint(a), Value::Double(b)) => (*a as f64).partial_cmp(b),
        (Value::Double(a), Value::Uint(b)) => a.partial_cmp(&(*b as f64)),
        _ => return None,
    })
}

fn relation(name: &str, args: &[Value], holds: fn(Ordering) -> bool) -> Outcome {
    match args {
        [a, b] => match compare(a, b) {
            Ok(order) => Ok(Value::Bool(order.is_some_and(holds))),
            Err(Unordered) => Err(EvalErrorKind::no_overload(name, args)),
        },
        _ => Err(EvalErrorKind::no_overload(name, args)),
    }
}

pub(crate) fn less(args: &[Value]) -> Outcome {
    relation("_<_", args, Ordering::is_lt)
}

pub(crate) fn less_equals(args: &[Value]) -> Outcome {
    relation("_<=_", args, Ordering::is_le)
}

pub(crate) fn greater(args: &[Value]) -> Outcome {
    relation("_>_", args, Ordering::is_gt)
}

pub(crate) fn greater_equals(args: &[Value]) -> Outcome {
    relation("_>=_", args, Ordering::is_ge)
}
