//! `format`.

use super::Outcome;
use crate::cel::value::Value;

pub(crate) fn format(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}
