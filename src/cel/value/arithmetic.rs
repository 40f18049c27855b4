//! Arithmetic. What leaves its type's range is an error, never a wrapped number.

use std::sync::Arc;

use super::{EvalErrorKind, MAX_LENGTH, Outcome, Value, timestamp};

pub(crate) fn add(args: &[Value]) -> Outcome {
    match args {
        [Value::Int(a), Value::Int(b)] => a.checked_add(*b).map(Value::Int).ok_or(EvalErrorKind::Overflow),
        [Value::Uint(a), Value::Uint(b)] => a.checked_add(*b).map(Value::Uint).ok_or(EvalErrorKind::Overflow),
        [Value::Double(a), Value::Double(b)] => Ok(Value::Double(a + b)),
        [Value::String(a), Value::String(b)] => {
            fits(a.len(), b.len())?;
            Ok(Value::String([&**a, &**b].concat().into()))
        }
        [Value::Bytes(a), Value::Bytes(b)] => {
            fits(a.len(), b.len())?;
            Ok(Value::Bytes([&**a, &**b].concat().into()))
        }
        [Value::List(a), Value::List(b)] => {
            if b.is_empty() {
                return Ok(Value::List(Arc::clone(a)));
            }
            fits(a.len(), b.len())?;
            Ok(Value::list(a.iter().chain(b.iter()).cloned().collect()))
        }
        [Value::Timestamp { seconds: s, nanos: n }, Value::Duration { seconds, nanos }]
        | [Value::Duration { seconds, nanos }, Value::Timestamp { seconds: s, nanos: n }] => {
            timestamp::from_nanos(
                timestamp::nanos(*s, (*n).into()) + timestamp::nanos(*seconds, (*nanos).into()),
            )
        }
        [Value::Duration { seconds: s, nanos: n }, Value::Duration { seconds, nanos }] => {
            timestamp::duration_from_nanos(
                timestamp::nanos(*s, (*n).into()) + timestamp::nanos(*seconds, (*nanos).into()),
            )
        }
        _ => Err(EvalErrorKind::no_overload("_+_", args)),
    }
}

fn fits(a: usize, b: usize) -> Result<(), EvalErrorKind> {
    if a.saturating_add(b) > MAX_LENGTH { Err(EvalErrorKind::TooLong(MAX_LENGTH)) } else { Ok(()) }
}

pub(crate) fn subtract(args: &[Value]) -> Outcome {
    match args {
        [Value::Int(a), Value::Int(b)] => a.checked_sub(*b).map(Value::Int).ok_or(EvalErrorKind::Overflow),
        [Value::Uint(a), Value::Uint(b)] => a.checked_sub(*b).map(Value::Uint).ok_or(EvalErrorKind::Overflow),
        [Value::Double(a), Value::Double(b)] => Ok(Value::Double(a - b)),
        [Value::Timestamp { seconds: s, nanos: n }, Value::Duration { seconds, nanos }] => {
            timestamp::from_nanos(
                timestamp::nanos(*s, (*n).into()) - timestamp::nanos(*seconds, (*nanos).into()),
            )
        }
        [Value::Timestamp { seconds: s, nanos: n }, Value::Timestamp { seconds, nanos }] => {
            timestamp::distance(
                timestamp::nanos(*s, (*n).into()) - timestamp::nanos(*seconds, (*nanos).into()),
            )
        }
        [Value::Duration { seconds: s, nanos: n }, Value::Duration { seconds, nanos }] => {
            timestamp::duration_from_nanos(
                timestamp::nanos(*s, (*n).into()) - timestamp::nanos(*seconds, (*nanos).into()),
            )
        }
        _ => Err(EvalErrorKind::no_overload("_-_", args)),
    }
}

pub(crate) fn multiply(args: &[Value]) -> Outcome {
    match args {
        [Value::Int(a), Value::Int(b)] => a.checked_mul(*b).map(Value::Int).ok_or(EvalErrorKind::Overflow),
        [Value::Uint(a), Value::Uint(b)] => a.checked_mul(*b).map(Value::Uint).ok_or(EvalErrorKind::Overflow),
        [Value::Double(a), Value::Double(b)] => Ok(Value::Double(a * b)),
        _ => Err(EvalErrorKind::no_overload("_*_", args)),
    }
}

pub(crate) fn divide(args: &[Value]) -> Outcome {
    match args {
        [Value::Int(_), Value::Int(0)] | [Value::Uint(_), Value::Uint(0)] => Err(EvalErrorKind::DivideByZero),
        [Value::Int(a), Value::Int(b)] => a.checked_div(*b).map(Value::Int).ok_or(EvalErrorKind::Overflow),
        [Value::Uint(a), Value::Uint(b)] => a.checked_div(*b).map(Value::Uint).ok_or(EvalErrorKind::Overflow),
        [Value::Double(a), Value::Double(b)] => Ok(Value::Double(a / b)),
        _ => Err(EvalErrorKind::no_overload("_/_", args)),
    }
}

pub(crate) fn remainder(args: &[Value]) -> Outcome {
    match args {
        [Value::Int(_), Value::Int(0)] | [Value::Uint(_), Value::Uint(0)] => Err(EvalErrorKind::DivideByZero),
        [Value::Int(a), Value::Int(b)] => a.checked_rem(*b).map(Value::Int).ok_or(EvalErrorKind::Overflow),
        [Value::Uint(a), Value::Uint(b)] => a.checked_rem(*b).map(Value::Uint).ok_or(EvalErrorKind::Overflow),
        _ => Err(EvalErrorKind::no_overload("_%_", args)),
    }
}

pub(crate) fn negate(args: &[Value]) -> Outcome {
    match args {
        [Value::Int(a)] => a.checked_neg().map(Value::Int).ok_or(EvalErrorKind::Overflow),
        [Value::Double(a)] => Ok(Value::Double(-a)),
        _ => Err(EvalErrorKind::no_overload("-_", args)),
    }
}
