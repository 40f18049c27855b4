//! CEL's equality: across numeric types by value, `NaN` equal to nothing, different types unequal.

use super::{EvalErrorKind, Meter, Value};

/// `a == b`. Fails only when the meter runs out: a value may hold another many times over, so that even a small one can
/// take very long to compare.
pub fn equals(a: &Value, b: &Value, meter: &mut Meter) -> Result<bool, EvalErrorKind> {
    Ok(match (a, b) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Bytes(a), Value::Bytes(b)) => a == b,
        (Value::Timestamp { seconds: a, nanos: b }, Value::Timestamp { seconds: c, nanos: d }) => {
            (a, b) == (c, d)
        }
        (Value::Duration { seconds: a, nanos: b }, Value::Duration { seconds: c, nanos: d }) => {
            (a, b) == (c, d)
        }
        (Value::Type(a), Value::Type(b)) => a == b,
        (Value::Optional(None), Value::Optional(None)) => true,
        (Value::Optional(Some(a)), Value::Optional(Some(b))) => {
            meter.spend(1)?;
            equals(a, b, meter)?
        }
        (Value::Opaque(a), Value::Opaque(b)) => a.type_name() == b.type_name() && a.equals(&**b),
        (Value::List(a), Value::List(b)) => {
            if a.len() != b.len() {
                return Ok(false);
            }
            for (a, b) in a.iter().zip(b.iter()) {
                meter.spend(1)?;
                if !equals(a, b, meter)? {
                    return Ok(false);
                }
            }
            true
        }
        (Value::Map(a), Value::Map(b)) => {
            if a.len() != b.len() {
                return Ok(false);
            }
            for (key, value) in a.iter() {
                meter.spend(1)?;
                match b.get(key.as_ref()) {
                    Some(other) if equals(value, other, meter)? => {}
                    _ => return Ok(false),
                }
            }
            true
        }
        _ => numbers(a, b).unwrap_or(false),
    })
}

/// `needle in haystack`; `None` if the haystack is neither list nor map.
pub fn contains(needle: &Value, haystack: &Value, meter: &mut Meter) -> Result<Option<bool>, EvalErrorKind> {
    match haystack {
        Value::List(list) => {
            for element in list.iter() {
                meter.spend(1)?;
                if equals(needle, element, meter)? {
                    return Ok(Some(true));
                }
            }
            Ok(Some(false))
        }
        Value::Map(map) => {
            Ok(Some(super::KeyRef::from_value(needle).is_some_and(|key| map.get(key).is_some())))
        }
        _ => Ok(None),
    }
}

/// Equality of numbers, across types by way of double as CEL has it; `None` if one is no number.
#[expect(clippy::cast_precision_loss, reason = "CEL compares int with double as doubles")]
#[expect(clippy::float_cmp, reason = "CEL's equality is exact")]
fn numbers(a: &Value, b: &Value) -> Option<bool> {
    Some(match (a, b) {
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Uint(a), Value::Uint(b)) => a == b,
        (Value::Double(a), Value::Double(b)) => a == b,
        (Value::Int(a), Value::Uint(b)) | (Value::Uint(b), Value::Int(a)) => {
            u64::try_from(*a).is_ok_and(|a| a == *b)
        }
        (Value::Int(a), Value::Double(b)) | (Value::Double(b), Value::Int(a)) => *a as f64 == *b,
        (Value::Uint(a), Value::Double(b)) | (Value::Double(b), Value::Uint(a)) => *a as f64 == *b,
        _ => return None,
    })
}
