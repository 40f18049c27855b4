//! What a derived schema does not say by itself.

use schemars::Schema;
use schemars::transform::transform_subschemas;
use serde_json::{Map, Value, json};

/// The keys that stand on a route only where it has no `variants`.
const SHORT_KEYS: [&str; 13] = [
    "variant",
    "weight",
    "model",
    "fallbacks",
    "candidates",
    "sort",
    "ignore",
    "provider",
    "text_generation_config",
    "message_templates",
    "web_search",
    "web_search_options",
    "compression",
];

/// A route lists its variants, or is one itself.
pub(super) fn route_rules(schema: &mut Schema) {
    variant_rules(schema);
    let stray: Map<String, Value> = SHORT_KEYS.iter().map(|key| ((*key).to_owned(), json!(false))).collect();
    schema.insert("if".to_owned(), json!({"required": ["variants"]}));
    schema.insert("then".to_owned(), json!({"properties": stray}));
    schema.insert("else".to_owned(), json!({"required": ["model"]}));
}

/// Which keys of a variant exclude each other.
pub(super) fn variant_rules(schema: &mut Schema) {
    schema.insert(
        "allOf".to_owned(),
        json!([
            {"not": {"required": ["web_search", "web_search_options"]}},
            {
                "if": {"required": ["model"], "properties": {"model": {"const": "auto"}}},
                "then": {"properties": {"fallbacks": false}},
                "else": {"properties": {"candidates": false}},
            },
        ]),
    );
}

/// Closes every object whose keys are listed: any other key must begin with `x-`.
pub(super) fn closed(schema: &mut Schema) {
    transform_subschemas(&mut closed, schema);
    let object = schema.get("type").and_then(Value::as_str) == Some("object");
    if object && schema.get("properties").is_some() && schema.get("additionalProperties").is_none() {
        schema.insert("patternProperties".to_owned(), json!({"^x-": true}));
        schema.insert("additionalProperties".to_owned(), json!(false));
    }
}

/// Takes out what a derived schema says too much: that an optional key may be null, how wide Rust's numbers are, and
/// where the lines of a comment break.
pub fn tidy(schema: &mut Schema) {
    transform_subschemas(&mut tidy, schema);
    schema.remove("format");
    if let Some(Value::Array(types)) = schema.get_mut("type")
        && let [Value::String(only), Value::String(null)] = types.as_slice()
        && null == "null"
    {
        let only = only.clone();
        schema.insert("type".to_owned(), Value::String(only));
    }
    if let Some(Value::Array(choices)) = schema.get("anyOf")
        && let [Value::Object(only), null] = choices.as_slice()
        && *null == json!({"type": "null"})
    {
        let only = only.clone();
        schema.remove("anyOf");
        for (key, value) in only {
            schema.ensure_object().entry(key).or_insert(value);
        }
    }
    if let Some(Value::String(text)) = schema.get_mut("description") {
        let paragraphs: Vec<String> = text.split("\n\n").map(|p| p.replace('\n', " ")).collect();
        *text = paragraphs.join("\n\n");
    }
}
