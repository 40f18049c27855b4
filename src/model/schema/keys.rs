//! What there is to say of each key: read out of the schema, so that it is written once.

use indexmap::IndexMap;
use serde_json::{Map, Value};

/// The keys of one kind of mapping, such as a route.
#[derive(Clone, Debug)]
pub struct Shape {
    /// The name of its definition in the schema; empty for the whole document.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Where it stands, as paths from the document's root: `routes[].variants[]`.
    pub paths: Vec<String>,
    /// Its keys, in the order of the schema.
    pub keys: Vec<Key>,
}

/// A key.
#[derive(Clone, PartialEq, Debug)]
pub struct Key {
    /// As it is written.
    pub name: String,
    /// What it does.
    pub description: String,
    /// What may stand behind it, in words: `` whole number, from 1 to 20 ``.
    pub value: String,
    /// Whether it cannot be left out.
    pub required: bool,
    /// Values, for example.
    pub examples: Vec<Value>,
    /// The mappings that may stand behind it, by the names of their shapes. `true`: by keys of the author's own.
    pub holds: Vec<(String, bool)>,
}

/// More places than this of one mapping help nobody.
const MOST_PLACES: usize = 500;

/// Every kind of mapping that a document holds, from the outside to the inside.
pub fn shapes(schema: &Value) -> Vec<Shape> {
    let mut found: IndexMap<String, Shape> = IndexMap::new();
    // Name, path, and the shapes on the way there: what holds itself is followed once.
    let mut open: Vec<(String, String, Vec<String>)> = vec![Default::default()];
    let mut at = 0;
    while let Some((name, path, outer)) = open.get(at).cloned() {
        at += 1;
        let Some(object) = definition(schema, &name) else { continue };
        let shape = found.entry(name.clone()).or_insert_with(|| Shape {
            description: text(object, "description"),
            name: name.clone(),
            paths: Vec::new(),
            keys: keys(schema, object),
        });
        shape.paths.push(path.clone());
        if at > MOST_PLACES {
            continue;
        }
        let way: Vec<String> = outer.into_iter().chain([name]).collect();
        for (key, value) in object.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            let mut inner = Vec::new();
            targets(schema, value, &path, &mut inner);
            inner.retain(|(name, _)| !way.contains(name));
            open.extend(inner.into_iter().map(|(name, path)| (name, path, way.clone())));
        }
    }
    found.into_values().collect()
}

/// A definition by its name, or the document itself.
fn definition<'s>(schema: &'s Value, name: &str) -> Option<&'s Map<String, Value>> {
    if name.is_empty() { schema.as_object() } else { schema.get("$defs")?.get(name)?.as_object() }
}

fn referred(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()?.strip_prefix("#/$defs/")
}

fn text(object: &Map<String, Value>, key: &str) -> String {
    object.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn keys(schema: &Value, object: &Map<String, Value>) -> Vec<Key> {
    let required: Vec<&str> = object
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let properties = object.get("properties").and_then(Value::as_object);
    let key = |(name, value): (&String, &Value)| {
        let target = referred(value).and_then(|name| definition(schema, name));
        let own = value.as_object().map(|value| text(value, "description")).unwrap_or_default();
        let mut inner = Vec::new();
        targets(schema, value, "", &mut inner);
        let examples = value.get("examples").or_else(|| target?.get("examples"));
        Key {
            name: name.clone(),
            description: own,
            value: words(schema, value, false, 0),
            required: required.contains(&name.as_str()),
            examples: examples.and_then(Value::as_array).cloned().unwrap_or_default(),
            holds: inner.into_iter().map(|(name, path)| (name, path.contains('<'))).collect(),
        }
    };
    properties.into_iter().flatten().map(key).collect()
}

/// The mappings that a value may be or hold, each with its path.
fn targets(schema: &Value, value: &Value, path: &str, out: &mut Vec<(String, String)>) {
    if let Some(name) = referred(value) {
        match definition(schema, name) {
            Some(object) if object.contains_key("properties") => out.push((name.to_owned(), path.to_owned())),
            Some(object) => choices(schema, object, path, out),
            None => {}
        }
    } else if let Some(object) = value.as_object() {
        choices(schema, object, path, out);
    }
}

fn choices(schema: &Value, object: &Map<String, Value>, path: &str, out: &mut Vec<(String, String)>) {
    if let Some(items) = object.get("items") {
        targets(schema, items, &format!("{path}[]"), out);
    }
    if let Some(values) = object.get("additionalProperties").filter(|values| values.is_object()) {
        targets(schema, values, &format!("{path}.<key>"), out);
    }
    for choice in object.get("anyOf").and_then(Value::as_array).into_iter().flatten() {
        targets(schema, choice, path, out);
    }
}

/// No schema of ours goes deeper.
const DEEPEST: usize = 12;

/// What a value may be, in words; `many`: in the plural.
fn words(schema: &Value, value: &Value, many: bool, depth: usize) -> String {
    let s = if many { "s" } else { "" };
    if let Some(name) = referred(value).filter(|_| depth < DEEPEST) {
        let target = schema.get("$defs").and_then(|all| all.get(name)).unwrap_or(&Value::Null);
        return words(schema, target, many, depth + 1);
    }
    if let Some(only) = value.get("const") {
        return format!("`{}`", only.as_str().map_or_else(|| only.to_string(), str::to_owned));
    }
    if let Some(values) = value.get("enum").and_then(Value::as_array) {
        let values = values.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned));
        return crate::diag::suggest::or_list(values);
    }
    match value.get("type").and_then(Value::as_str) {
        Some("string") => format!("text{s}"),
        Some("boolean") => "`true` or `false`".to_owned(),
        Some("integer") => format!("whole number{s}{}", range(value)),
        Some("number") => format!("number{s}{}", range(value)),
        Some("array") => {
            let items = value.get("items").map(|items| words(schema, items, true, depth + 1));
            let items = items
                .filter(|items| items != "anything")
                .map_or(String::new(), |items| format!(" of {items}"));
            let most = value.get("maxItems").map_or(String::new(), |most| format!(", at most {most}"));
            format!("list{s}{items}{most}")
        }
        Some("object") => match value.get("additionalProperties").filter(|values| values.is_object()) {
            Some(values) => format!("mapping{s} whose values are {}", words(schema, values, true, depth + 1)),
            None => format!("mapping{s}"),
        },
        _ => match value.get("anyOf").or_else(|| value.get("oneOf")).and_then(Value::as_array) {
            Some(choices) => {
                let mut all: Vec<String> = Vec::new();
                for choice in choices {
                    let choice = words(schema, choice, many, depth + 1);
                    if !all.contains(&choice) {
                        all.push(choice);
                    }
                }
                match all.split_last() {
                    Some((last, [_, ..])) => {
                        format!("{} or {last}", all.get(..all.len() - 1).unwrap_or_default().join(", "))
                    }
                    Some((only, [])) => only.clone(),
                    None => "anything".to_owned(),
                }
            }
            None => "anything".to_owned(),
        },
    }
}

/// `, from 0 to 2`; nothing without bounds.
fn range(value: &Value) -> String {
    let bound =
        |key: &str| value.get(key).map(ToString::to_string).map(|n| n.trim_end_matches(".0").to_owned());
    match (bound("minimum"), bound("exclusiveMinimum"), bound("maximum")) {
        (Some(min), _, Some(max)) => format!(", from {min} to {max}"),
        (Some(min), _, None) => format!(", at least {min}"),
        (None, Some(above), Some(max)) => format!(", above {above}, at most {max}"),
        (None, Some(above), None) => format!(", above {above}"),
        (None, None, Some(max)) => format!(", at most {max}"),
        (None, None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_router() -> Vec<Shape> {
        shapes(&super::super::definition().to_value())
    }

    fn key(shape: &str, name: &str) -> Key {
        let shapes = of_router();
        let shape = shapes.iter().find(|s| s.name == shape).unwrap();
        shape.keys.iter().find(|key| key.name == name).unwrap().clone()
    }

    #[test]
    fn values_are_told_in_words() {
        for (shape, name, wanted) in [
            ("", "irc", "`1`"),
            ("", "name", "text"),
            ("", "routes", "list of mappings"),
            ("", "metadata", "text or mapping whose values are texts or mappings"),
            ("LongVariant", "weight", "whole number, from 0 to 100"),
            ("LongVariant", "fallbacks", "text, mapping or list of texts or mappings"),
            ("Route", "when", "text or `true` or `false`"),
            ("TextGenerationConfig", "temperature", "number, from 0 to 2"),
            ("TextGenerationConfig", "top_p", "number, above 0, at most 1"),
            ("TextGenerationConfig", "max_tokens", "whole number, at least 1"),
            ("TextGenerationConfig", "stop_sequences", "list of texts, at most 4"),
            ("WebSearch", "engine", "`exa`, `google` or `native`"),
            ("Invariant", "survives", "`any-provider`"),
        ] {
            assert_eq!(key(shape, name).value, wanted, "{shape}.{name}");
        }
        assert!(key("", "name").required && !key("", "routes").required);
        assert_eq!(key("", "routes").holds, [("Route".to_owned(), false)]);
    }

    #[test]
    fn shapes_know_where_they_stand() {
        let shapes = of_router();
        let paths = |name: &str| shapes.iter().find(|s| s.name == name).unwrap().paths.clone();
        assert_eq!(paths(""), [""]);
        assert_eq!(paths("LongVariant"), ["routes[].variants[]", "default.variants[]"]);
        assert_eq!(paths("Defaults"), ["defaults"]);
        assert!(
            paths("LongDeclaration").contains(&"metadata.<key>".to_owned()),
            "{:?}",
            paths("LongDeclaration")
        );
        assert!(paths("Compression").contains(&"routes[].message_templates[].compression".to_owned()));
    }

    #[test]
    fn every_key_is_described() {
        for shape in of_router() {
            assert!(!shape.description.is_empty(), "{}", shape.name);
            for key in shape.keys {
                assert!(!key.description.is_empty(), "{}.{}", shape.name, key.name);
            }
        }
    }
}
