//! Fields, elements and keys of values.

use super::{EvalErrorKind, Key, KeyRef, MapValue, Value};

/// `value.field`. Of an optional the answer is an optional.
pub(crate) fn select(value: &Value, field: &str) -> Result<Value, EvalErrorKind> {
    match value {
        Value::Map(map) => {
            map.get_str(field).cloned().ok_or_else(|| EvalErrorKind::NoSuchKey(field_text(field)))
        }
        Value::Optional(None) => Ok(Value::Optional(None)),
        Value::Optional(Some(inner)) => select_optional(inner, field),
        _ => Err(no_field(value, field)),
    }
}

/// `value.?field`
pub(crate) fn select_optional(value: &Value, field: &str) -> Result<Value, EvalErrorKind> {
    match value {
        Value::Map(map) => {
            Ok(map.get_str(field).map_or(Value::Optional(None), |value| Value::some(value.clone())))
        }
        Value::Optional(_) => select(value, field),
        _ => Err(no_field(value, field)),
    }
}

/// `has(value.field)`
pub(crate) fn has(value: &Value, field: &str) -> Result<bool, EvalErrorKind> {
    match value {
        Value::Map(map) => Ok(map.get_str(field).is_some()),
        Value::Optional(None) => Ok(false),
        Value::Optional(Some(inner)) => has(inner, field),
        _ => Err(no_field(value, field)),
    }
}

fn field_text(field: &str) -> String {
    super::display::quoted(field)
}

fn no_field(value: &Value, field: &str) -> EvalErrorKind {
    EvalErrorKind::invalid(format!("a value of type {} has no field `{field}`", value.type_name()))
}

/// `value[index]`. Of an optional the answer is an optional.
pub(crate) fn index(value: &Value, index: &Value) -> Result<Value, EvalErrorKind> {
    match value {
        Value::Optional(None) => Ok(Value::Optional(None)),
        Value::Optional(Some(inner)) => index_optional(inner, index),
        _ => find(value, index)?.cloned().ok_or_else(|| missing(value, index)),
    }
}

/// `value[?index]`
pub(crate) fn index_optional(value: &Value, index: &Value) -> Result<Value, EvalErrorKind> {
    match value {
        Value::Optional(_) => self::index(value, index),
        _ => Ok(find(value, index)?.map_or(Value::Optional(None), |value| Value::some(value.clone()))),
    }
}

fn find<'v>(value: &'v Value, index: &Value) -> Result<Option<&'v Value>, EvalErrorKind> {
    let unfit = || EvalErrorKind::no_overload("_[_]", [value, index]);
    match value {
        Value::List(list) => match KeyRef::from_value(index) {
            Some(KeyRef::Number(at)) => Ok(usize::try_from(at).ok().and_then(|at| list.get(at))),
            _ => Err(unfit()),
        },
        Value::Map(map) => match KeyRef::from_value(index) {
            Some(key) => Ok(map.get(key)),
            None if matches!(index, Value::Double(_)) => Ok(None),
            None => Err(unfit()),
        },
        _ => Err(unfit()),
    }
}

fn missing(value: &Value, index: &Value) -> EvalErrorKind {
    match (value, KeyRef::from_value(index)) {
        (Value::List(_), Some(KeyRef::Number(at))) => {
            EvalErrorKind::IndexOutOfRange(i64::try_from(at).unwrap_or(i64::MAX))
        }
        _ => EvalErrorKind::NoSuchKey(index.show(200)),
    }
}

/// Adds an entry to a map that is being built.
pub(crate) fn insert(map: &mut MapValue, key: &Value, value: Value) -> Result<(), EvalErrorKind> {
    let Some(key) = Key::from_value(key) else {
        return Err(EvalErrorKind::invalid(format!(
            "a value of type {} cannot be a map's key",
            key.type_name()
        )));
    };
    let text = key.to_value();
    if map.insert(key, value) {
        return Err(EvalErrorKind::invalid(format!("the key {} stands twice in a map", text.show(200))));
    }
    Ok(())
}
