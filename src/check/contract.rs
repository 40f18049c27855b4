//! Does a request keep what `metadata` promises?

use crate::cel::Value;
use crate::cel::types::{Domain, Field, Type};
use crate::cel::value::Key;
use crate::model::Declarations;

/// A promise that a request breaks.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// The key, with the path inside it: `account.plan`, `tags[2]`.
    pub key: String,
    /// What is wrong with it, as the rest of a sentence that begins with the key.
    pub what: String,
}

/// How many broken promises of one request are listed.
const MOST: usize = 20;

/// The promises that a request's metadata breaks, in the order of the declarations; then keys that nobody declared.
pub fn violations<'v>(
    declared: &Declarations,
    mut get: impl FnMut(&str) -> Option<Value>,
    keys: impl IntoIterator<Item = &'v str>,
) -> Vec<Violation> {
    let mut out = Vec::new();
    for (name, declaration) in &declared.keys {
        field(name, &declaration.field, get(name).as_ref(), &mut out);
    }
    for key in keys {
        if !declared.keys.contains_key(key) && out.len() < MOST {
            out.push(Violation { key: key.to_owned(), what: "is not declared".to_owned() });
        }
    }
    out
}

fn field(path: &str, field: &Field, value: Option<&Value>, out: &mut Vec<Violation>) {
    let mut say = |what: String| {
        if out.len() < MOST {
            out.push(Violation { key: path.to_owned(), what });
        }
    };
    match value {
        None if field.required => say("is required and absent".to_owned()),
        None => {}
        Some(Value::Null) if field.nullable => {}
        Some(Value::Null) if matches!(field.ty, Type::Dyn) => {}
        Some(Value::Null) => say("is null, and is not declared `nullable`".to_owned()),
        Some(value) => {
            if !typed(path, &field.ty, value, out) {
                let shown = show(value);
                let ty = words(&field.ty);
                if out.len() < MOST {
                    out.push(Violation {
                        key: path.to_owned(),
                        what: format!("is {shown}, and is declared {ty}"),
                    });
                }
            } else if let Some(what) = outside(&field.domain, value)
                && out.len() < MOST
            {
                out.push(Violation { key: path.to_owned(), what });
            }
        }
    }
}

/// Whether a value is of a type; what is wrong inside lists and maps is reported there.
fn typed(path: &str, ty: &Type, value: &Value, out: &mut Vec<Violation>) -> bool {
    match (ty, value) {
        (Type::Dyn | Type::Error, _)
        | (Type::Bool, Value::Bool(_))
        | (Type::Int, Value::Int(_))
        | (Type::Uint, Value::Uint(_))
        | (Type::Double, Value::Double(_))
        | (Type::Number, Value::Int(_) | Value::Uint(_) | Value::Double(_))
        | (Type::String, Value::String(_)) => true,
        (Type::List(inner), Value::List(items)) => {
            for (index, item) in items.iter().enumerate() {
                inside(&format!("{path}[{index}]"), inner, item, out);
            }
            true
        }
        (Type::Map(_, inner), Value::Map(map)) => {
            for (key, item) in map.iter() {
                inside(&format!("{path}.{}", key_text(key)), inner, item, out);
            }
            true
        }
        (Type::Record(record), Value::Map(map)) => {
            for (name, inner) in &record.fields {
                let found = map.get_str(name);
                field(&format!("{path}.{name}"), inner, found, out);
            }
            true
        }
        _ => false,
    }
}

fn inside(path: &str, ty: &Type, value: &Value, out: &mut Vec<Violation>) {
    if !typed(path, ty, value, out) && out.len() < MOST {
        let what = format!("is {}, and is declared {}", show(value), words(ty));
        out.push(Violation { key: path.to_owned(), what });
    }
}

fn outside(domain: &Domain, value: &Value) -> Option<String> {
    if let Some(allowed) = &domain.one_of
        && !allowed.iter().any(|v| same(v, value))
    {
        let few: Vec<String> = allowed.iter().take(8).map(show).collect();
        let more = if allowed.len() > 8 { ", …" } else { "" };
        return Some(format!("is {}, and can be {}{more}", show(value), few.join(", ")));
    }
    let number = number(value)?;
    if domain.min.is_some_and(|min| number < min) {
        return Some(format!("is {number}, below its `min` of {}", domain.min.unwrap_or_default()));
    }
    if domain.max.is_some_and(|max| number > max) {
        return Some(format!("is {number}, above its `max` of {}", domain.max.unwrap_or_default()));
    }
    None
}

fn same(a: &Value, b: &Value) -> bool {
    a == b || number(a).is_some() && number(a) == number(b)
}

#[expect(clippy::cast_precision_loss, reason = "compared with bounds, which are doubles")]
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(n) => Some(*n as f64),
        Value::Uint(n) => Some(*n as f64),
        Value::Double(n) => Some(*n),
        _ => None,
    }
}

fn key_text(key: &Key) -> String {
    match key {
        Key::String(s) => s.to_string(),
        other => format!("{other:?}"),
    }
}

/// A type with its article-free name for people.
fn words(ty: &Type) -> String {
    match ty {
        Type::Record(_) => "a map".to_owned(),
        other => format!("`{other}`"),
    }
}

/// A value as JSON has it, cut where long.
fn show(value: &Value) -> String {
    match value {
        Value::String(s) if s.chars().count() > 40 => {
            format!("{:?}…", s.chars().take(40).collect::<String>())
        }
        Value::String(s) => format!("{s:?}"),
        Value::List(_) => "a list".to_owned(),
        Value::Map(_) => "a map".to_owned(),
        Value::Null => "null".to_owned(),
        Value::Bool(b) => b.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Uint(n) => n.to_string(),
        Value::Double(n) => format!("{n:?}"),
        other => format!("{other:?}"),
    }
}
