//! Order.

use super::Value;
use crate::cel::library::Outcome;

pub(crate) fn greater(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn greater_equals(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn less(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn less_equals(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}
