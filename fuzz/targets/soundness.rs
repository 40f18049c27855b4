//! What types promise of values.

use irc::cel::ast::Kind;
use irc::cel::value::EvalErrorKind;
use irc::cel::{Ast, Checked, Type, Value};

/// Whether something in it has a type that only evaluation knows.
pub fn is_dynamic(ast: &Ast, checked: &Checked) -> bool {
    ast.ids().any(|id| {
        // The namespace of a function is no value.
        let name = matches!(ast.kind(id), Kind::Ident { .. });
        holds_dyn(checked.type_of(id)) && !(name && checked.reference(id).is_none())
    })
}

fn holds_dyn(ty: &Type) -> bool {
    match ty {
        Type::Dyn | Type::Error => true,
        Type::List(t) | Type::Optional(t) | Type::Wrapper(t) | Type::Type(t) => holds_dyn(t),
        Type::Map(k, v) => holds_dyn(k) || holds_dyn(v),
        _ => false,
    }
}

/// What no expression of that type, of which nothing was said, comes to: a value of another type, or an error that
/// types are there to prevent.
pub fn unexpected(value: &Result<Value, EvalErrorKind>, ty: &Type) -> Option<String> {
    match value {
        Ok(value) => (!fits(value, ty)).then(|| format!("{} is of type {ty}", value.show(80))),
        Err(
            error @ (EvalErrorKind::NoSuchOverload { .. }
            | EvalErrorKind::UnknownFunction(_)
            | EvalErrorKind::Unsupported(_)),
        ) => Some(format!("nothing is said, and evaluating it ends with: {error}")),
        Err(_) => None,
    }
}

/// Whether a value is of a type, lists and maps looked into.
pub fn fits(value: &Value, ty: &Type) -> bool {
    match (ty, value) {
        (Type::Dyn | Type::Error | Type::Param(_) | Type::Var(_), _) => true,
        (Type::Wrapper(_), Value::Null) | (Type::Null, Value::Null) => true,
        (Type::Wrapper(ty), value) => fits(value, ty),
        (Type::Bool, Value::Bool(_)) | (Type::Uint, Value::Uint(_)) => true,
        (Type::Int | Type::Number, Value::Int(_)) | (Type::Double | Type::Number, Value::Double(_)) => true,
        (Type::String, Value::String(_)) | (Type::Bytes, Value::Bytes(_)) => true,
        (Type::Timestamp, Value::Timestamp { .. }) | (Type::Duration, Value::Duration { .. }) => true,
        // A declaration may let a duration, a timestamp or an optional be null.
        (Type::Timestamp | Type::Duration | Type::Optional(_), Value::Null) => true,
        (Type::List(ty), Value::List(list)) => list.iter().all(|value| fits(value, ty)),
        (Type::Map(key, ty), Value::Map(map)) => {
            map.iter().all(|(k, value)| fits(&k.to_value(), key) && fits(value, ty))
        }
        (Type::Record(record), Value::Map(map)) => map.iter().all(|(key, value)| match key {
            irc::cel::value::Key::String(name) => match record.fields.get(name) {
                Some(field) => (field.nullable && matches!(value, Value::Null)) || fits(value, &field.ty),
                None => record.open,
            },
            _ => false,
        }),
        (Type::Optional(_), Value::Optional(None)) => true,
        (Type::Optional(ty), Value::Optional(Some(value))) => fits(value, ty),
        (Type::Type(_), Value::Type(_)) => true,
        (Type::Opaque(name, _), Value::Opaque(value)) => value.type_name() == &**name,
        (Type::Opaque(name, _), Value::Type(_)) => &**name == "type",
        _ => false,
    }
}
