//! Types as the tables write them: `list(int)`, `map(string, dyn)`, `wrapper(int)`, `T`.

use std::sync::Arc;

use crate::cel::types::Type;

/// How deep a type may nest.
const DEPTH: usize = 64;

/// A type from its text. `params` are the names that stand for any type, as a single capital always does.
pub fn parse(text: &str, params: &[&str]) -> Option<Type> {
    let mut rest = text;
    let ty = one(&mut rest, params, DEPTH)?;
    rest.trim().is_empty().then_some(ty)
}

fn one(rest: &mut &str, params: &[&str], depth: usize) -> Option<Type> {
    let depth = depth.checked_sub(1)?;
    let text = rest.trim_start();
    let end = text.find(['(', ')', ',']).unwrap_or(text.len());
    let (name, after) = text.split_at_checked(end)?;
    let name = name.trim();
    *rest = after;
    let mut args = Vec::new();
    if let Some(after) = rest.strip_prefix('(') {
        *rest = after;
        loop {
            args.push(one(rest, params, depth)?);
            *rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix(',') {
                *rest = after;
            } else {
                *rest = rest.strip_prefix(')')?;
                break;
            }
        }
    }
    named(name, args, params)
}

fn named(name: &str, args: Vec<Type>, params: &[&str]) -> Option<Type> {
    let mut args = args.into_iter();
    let ty = match (name, args.next(), args.next()) {
        ("dyn", None, None) => Type::Dyn,
        ("null" | "null_type", None, None) => Type::Null,
        ("bool", None, None) => Type::Bool,
        ("int", None, None) => Type::Int,
        ("uint", None, None) => Type::Uint,
        ("double", None, None) => Type::Double,
        ("string", None, None) => Type::String,
        ("bytes", None, None) => Type::Bytes,
        ("timestamp" | "google.protobuf.Timestamp", None, None) => Type::Timestamp,
        ("duration" | "google.protobuf.Duration", None, None) => Type::Duration,
        ("google.protobuf.Value" | "google.protobuf.Any", None, None) => Type::Dyn,
        ("google.protobuf.Struct", None, None) => Type::map(Type::String, Type::Dyn),
        ("google.protobuf.ListValue", None, None) => Type::list(Type::Dyn),
        ("google.protobuf.BoolValue", None, None) => Type::Bool.nullable(),
        ("google.protobuf.BytesValue", None, None) => Type::Bytes.nullable(),
        ("google.protobuf.StringValue", None, None) => Type::String.nullable(),
        ("google.protobuf.DoubleValue" | "google.protobuf.FloatValue", None, None) => Type::Double.nullable(),
        ("google.protobuf.Int64Value" | "google.protobuf.Int32Value", None, None) => Type::Int.nullable(),
        ("google.protobuf.UInt64Value" | "google.protobuf.UInt32Value", None, None) => Type::Uint.nullable(),
        ("list", Some(element), None) => Type::list(element),
        ("list", None, None) => Type::list(Type::Dyn),
        ("map", Some(key), Some(value)) => Type::map(key, value),
        ("map", None, None) => Type::map(Type::Dyn, Type::Dyn),
        ("wrapper", Some(inner), None) => Type::Wrapper(Arc::new(inner)),
        ("optional_type", Some(inner), None) => Type::optional(inner),
        ("type", Some(of), None) => Type::Type(Arc::new(of)),
        ("", ..) => return None,
        (name, None, None) if params.contains(&name) || is_capital(name) => Type::Param(name.into()),
        (name, first, second) => {
            let params: Vec<Type> = first.into_iter().chain(second).chain(args.by_ref()).collect();
            Type::Opaque(name.into(), params.into())
        }
    };
    args.next().is_none().then_some(ty)
}

fn is_capital(name: &str) -> bool {
    matches!(name.as_bytes(), [letter] if letter.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_read_back_as_they_print() {
        for text in
            ["int", "list(int)", "map(string, list(dyn))", "wrapper(int)", "optional_type(bool)", "type(int)"]
        {
            assert_eq!(parse(text, &[]).unwrap().to_string(), text);
        }
        assert_eq!(parse("tuple(T, Key)", &["Key"]).unwrap().to_string(), "tuple(T, Key)");
        for (text, ty) in [
            ("google.protobuf.Struct", "map(string, dyn)"),
            ("list(google.protobuf.Int32Value)", "list(wrapper(int))"),
            ("google.protobuf.Timestamp", "timestamp"),
        ] {
            assert_eq!(parse(text, &[]).unwrap().to_string(), ty);
        }
        for text in ["", "list(int", "list(int))", "map(,)"] {
            assert!(parse(text, &[]).is_none(), "{text}");
        }
    }
}
