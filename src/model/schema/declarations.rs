//! What callers promise to send.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde_json::{Value, json};

/// What callers send in `extra_body.metadata`: the variables of the conditions. Either a type for each key, or the path
/// of a file that holds such a block, relative to this one.
///
/// A declaration is a contract of the callers, not a conversion. With it, names and types in conditions are checked;
/// without it they are inferred.
#[derive(JsonSchema)]
#[schemars(untagged, example = json!({"tier": {"type": "string", "enum": ["free", "pro"], "required": true}}))]
pub enum Metadata {
    /// The path of a file that many routers share.
    File(#[schemars(example = &"metadata.yaml")] String),
    /// A type for each key.
    Declared(Declared),
}

/// A type for each key. A key is a CEL identifier: letters, digits and `_`, not beginning with a digit, no reserved
/// word of CEL, and not `messages`.
#[derive(JsonSchema)]
#[schemars(extend(
    "patternProperties" = {"^x-": true},
    "propertyNames" = {"anyOf": [
        {"pattern": "^x-"},
        {"pattern": "^[A-Za-z_][A-Za-z0-9_]*$", "not": {"enum": [
            "as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let",
            "loop", "messages", "namespace", "null", "package", "return", "true", "var", "void", "while",
        ]}},
    ]},
))]
pub struct Declared(pub IndexMap<String, Declaration>);

/// What callers send in `extra_body.prompt_variables`: the `{{placeholders}}` of the message templates, each with its
/// type.
#[derive(JsonSchema)]
#[schemars(
    example = json!({"agent_name": {"type": "string", "required": true}}),
    extend("patternProperties" = {"^x-": true}),
)]
pub struct PromptVariables(pub IndexMap<String, Declaration>);

/// The type of a value: one word, or a type with what is promised besides.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum Declaration {
    /// Short for `{type: …}`.
    Short(TypeName),
    /// A type, and what is promised besides.
    Long(LongDeclaration),
}

/// `bool`, `int`, `double`, `number` (int or double, as in JSON), `string`, `list`, `map` or `dyn` (anything); also
/// `list(string)` and `map(string, int)`. Points in time come as text: declare `string`, and write `timestamp(x)` in the
/// condition.
#[derive(JsonSchema)]
#[schemars(
    example = &"string",
    example = &"bool",
    example = &"int",
    example = &"double",
    example = &"number",
    example = &"list",
    example = &"map",
    example = &"dyn",
    example = &"list(string)",
    example = &"map(string, int)"
)]
pub struct TypeName(
    #[schemars(regex(
        pattern = r"^\s*(bool|int|double|number|string|list|map|dyn|list\s*\(.+\)|map\s*\(\s*string\s*,.+\))\s*$"
    ))]
    pub String,
);

/// A type, and what is promised besides.
#[derive(JsonSchema)]
#[schemars(
    example = json!({"type": "string", "enum": ["free", "pro"], "required": true}),
    example = json!({"type": "number", "min": 0, "max": 100}),
    extend(
        "anyOf" = [
            {"required": ["type"]}, {"required": ["enum"]}, {"required": ["items"]}, {"required": ["values"]},
            {"required": ["fields"]},
        ],
        "dependentSchemas" = {
            "items": {"properties": {"type": {"pattern": r"^\s*list"}, "values": false, "fields": false, "enum": false}},
            "values": {"properties": {"type": {"pattern": r"^\s*map"}, "items": false, "enum": false}},
            "fields": {"properties": {"type": {"pattern": r"^\s*map"}, "items": false, "enum": false}},
            "min": {"$ref": "#/$defs/LongDeclaration/$defs/numeric"},
            "max": {"$ref": "#/$defs/LongDeclaration/$defs/numeric"},
        },
        "$defs" = {"numeric": {"properties": {
            "type": {"pattern": r"^\s*(int|double|number)\s*$"},
            "enum": {"items": {"type": "number"}},
            "items": false,
            "values": false,
            "fields": false,
        }}},
        "allOf" = [
            {"if": {"required": ["type"], "properties": {"type": {"pattern": r"^\s*string\s*$"}}},
             "then": {"properties": {"enum": {"items": {"type": "string"}}}}},
            {"if": {"required": ["type"], "properties": {"type": {"pattern": r"^\s*bool\s*$"}}},
             "then": {"properties": {"enum": {"items": {"type": "boolean"}}}}},
            {"if": {"required": ["type"], "properties": {"type": {"pattern": r"^\s*int\s*$"}}},
             "then": {"properties": {"enum": {"items": {"type": "integer"}}}}},
            {"if": {"required": ["type"], "properties": {"type": {"pattern": r"^\s*(double|number)\s*$"}}},
             "then": {"properties": {"enum": {"items": {"type": "number"}}}}},
            {"if": {"required": ["type"], "properties": {"type": {"pattern": r"^\s*(list|map)"}}},
             "then": {"properties": {"enum": false}}},
            {"if": {"not": {"required": ["type"]}},
             "then": {"properties": {"enum": {"anyOf": [
                {"items": {"type": "string"}}, {"items": {"type": "boolean"}}, {"items": {"type": "number"}},
             ]}}}},
        ],
    ),
)]
pub struct LongDeclaration {
    /// The type. May be left out where `enum`, `items`, `values` or `fields` tell it.
    #[schemars(rename = "type")]
    pub ty: Option<TypeName>,
    /// The only values that callers send. A condition that compares with another one is an error.
    #[schemars(
        rename = "enum",
        length(min = 1),
        extend("uniqueItems" = true, "items" = {"type": ["string", "number", "boolean", "null"]}),
        example = ["free", "pro", "enterprise"],
    )]
    pub one_of: Option<Vec<Value>>,
    /// The smallest number that callers send.
    #[schemars(example = 0)]
    pub min: Option<f64>,
    /// The largest number that callers send.
    #[schemars(example = 100)]
    pub max: Option<f64>,
    /// `true`: every request has this key. Otherwise it may be absent, and a condition that reads it does not match
    /// then. `false` unless given.
    pub required: Option<bool>,
    /// `true`: the value may be null. `false` unless given.
    pub nullable: Option<bool>,
    /// Of a list: the type of its items.
    pub items: Option<Box<Declaration>>,
    /// Of a map: the type of its values.
    pub values: Option<Box<Declaration>>,
    /// Of a map: its keys, each with its type. Others do not occur.
    pub fields: Option<IndexMap<String, Declaration>>,
    /// What it means, for people.
    pub description: Option<String>,
}
