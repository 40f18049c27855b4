//! What definitions name and share.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde_json::json;

use super::{Condition, Declared, Names, Text};

/// What many routers share: metadata, conditions and pools. A definition takes it in with `use`.
#[derive(JsonSchema)]
#[schemars(
    title = "Shared file",
    extend("anyOf" = [{"required": ["metadata"]}, {"required": ["conditions"]}, {"required": ["pools"]}]),
)]
pub struct Shared {
    /// The version of this definition language: 1, also when it is left out.
    #[schemars(extend("const" = 1))]
    pub irc: Option<u32>,
    /// What it is for. For people.
    pub description: Option<String>,
    /// What callers send in `extra_body.metadata`: the variables of the conditions.
    pub metadata: Option<Declared>,
    /// Conditions with names.
    pub conditions: Option<Conditions>,
    /// Lists of models with names.
    pub pools: Option<Pools>,
}

/// Conditions with names. In a `when`, an `unless` or another condition such a name is `true` or `false`; what is
/// deployed has the condition in its place, in parentheses.
#[derive(JsonSchema)]
#[schemars(
    example = json!({"big": "seats >= 500", "big_european": "big && region == \"eu\""}),
    extend(
        "patternProperties" = {"^x-": true},
        "propertyNames" = {"anyOf": [
            {"pattern": "^x-"},
            {"pattern": "^[A-Za-z_][A-Za-z0-9_]*$", "not": {"enum": [
                "as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let",
                "loop", "messages", "namespace", "null", "package", "return", "true", "var", "void", "while",
            ]}},
        ]},
    ),
)]
pub struct Conditions(pub IndexMap<String, Condition>);

/// Lists of models with names: `pool: name` stands for them in `fallbacks`, `candidates` and `ignore`.
#[derive(JsonSchema)]
#[schemars(
    example = json!({"fast": ["openai/gpt-4o-mini", "google-ai-studio/gemini-2.5-flash"]}),
    extend(
        "patternProperties" = {"^x-": true},
        "propertyNames" = {"pattern": r"\S"},
        "additionalProperties" = {"anyOf": [
            {"type": "string", "pattern": r"\S"},
            {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": r"\S"}},
        ]},
    ),
)]
pub struct Pools(pub IndexMap<String, Names>);

/// One model, or a list; `pool: name` stands for the models of a pool.
#[derive(JsonSchema)]
#[schemars(untagged, inline)]
pub enum Models {
    /// One model.
    One(Text),
    /// All models of a pool.
    Pool(PoolName),
    /// Several.
    Many(Vec<ModelOrPool>),
}

/// A model, or all models of a pool.
#[derive(JsonSchema)]
#[schemars(untagged, inline)]
pub enum ModelOrPool {
    /// A model.
    Model(Text),
    /// All models of a pool.
    Pool(PoolName),
}

/// All models of a pool, in its order; what the list holds already is left out.
#[derive(JsonSchema)]
#[schemars(example = json!({"pool": "fast"}))]
pub struct PoolName {
    /// The pool's name.
    #[schemars(example = &"fast")]
    pub pool: Text,
}
