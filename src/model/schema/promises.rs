//! What must hold: for every request, and for some.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use super::{Condition, Names, Text};

/// What must hold for every possible request. It is proved, or a request that breaks it is shown.
#[derive(JsonSchema)]
#[schemars(
    example = json!({"name": "EU data stays off Groq", "when": "region == \"eu\"", "never": {"provider": "groq"}}),
    extend(
        "anyOf" = [
            {"required": ["never"]}, {"required": ["only"]}, {"required": ["always"]}, {"required": ["survives"]},
        ],
        "not" = {"required": ["when", "unless"]},
    ),
)]
pub struct Invariant {
    /// What it is about, for people.
    pub name: Option<Text>,
    /// Why it must hold, for people.
    pub description: Option<String>,
    /// Speaks of the requests for which this CEL expression is true; of all requests unless given.
    pub when: Option<Condition>,
    /// Speaks of the requests for which this CEL expression is not true: false, an error, or about a key that is
    /// absent. Not together with `when`.
    pub unless: Option<Condition>,
    /// No attempt fits, whatever fails.
    pub never: Option<Target>,
    /// Every attempt fits, whatever fails.
    pub only: Option<Target>,
    /// A route is chosen, and its first attempt fits.
    pub always: Option<Target>,
    /// The request is answered although any one provider is down.
    #[schemars(extend("const" = "any-provider"))]
    pub survives: Option<String>,
}

/// What an attempt is compared with. Each key takes one name or a list, of which one must fit; `*` in a name stands for
/// any text. All keys that are given must fit.
#[derive(JsonSchema)]
#[schemars(
    example = json!({"provider": "groq"}),
    example = json!({"model": ["openai/*", "anthropic/*"]}),
    extend("anyOf" = [
        {"required": ["route"]}, {"required": ["variant"]}, {"required": ["model"]}, {"required": ["provider"]},
    ]),
)]
pub struct Target {
    /// Ids of routes.
    pub route: Option<Names>,
    /// Ids of variants.
    pub variant: Option<Names>,
    /// Ids of models.
    pub model: Option<Names>,
    /// Providers.
    pub provider: Option<Names>,
}

/// A request, and what must become of it.
#[derive(JsonSchema)]
#[schemars(
    example = json!({
        "name": "enterprise customers get the best model",
        "request": {"metadata": {"tier": "enterprise"}, "messages": [{"role": "user", "content": "hi"}]},
        "expect": {"route": "enterprise"},
    }),
    extend("anyOf" = [{"required": ["expect"]}, {"required": ["not"]}, {"required": ["cases"]}]),
)]
pub struct TestCase {
    /// What it shows, for people.
    pub name: Option<Text>,
    /// More about it, for people.
    pub description: Option<Value>,
    /// A body as callers send it, or only its `metadata`, `messages`, `user` and `prompt_variables`.
    #[schemars(example = json!({"metadata": {"tier": "pro"}}))]
    pub request: Option<Map<String, Value>>,
    /// What must become of it.
    pub expect: Option<TestExpectation>,
    /// What must not become of it.
    pub not: Option<Value>,
    /// What is down: providers or models, as in `openai` or `openai/gpt-5.2=429`; one or a list.
    #[schemars(example = &"openai", example = ["openai", "anthropic=50%"])]
    pub down: Option<Value>,
    /// Several requests, each with what is expected of it.
    pub cases: Option<Value>,
    /// Several requests of which the same is expected.
    pub requests: Option<Value>,
    /// Alternatives to what `irc` assumes where the service is silent, as in `numbers: double`.
    pub assume: Option<Value>,
}

/// What must become of a request.
#[derive(JsonSchema)]
#[schemars(example = json!({"route": "enterprise", "shares": {"flagship": 70, "best": 30}}))]
pub struct TestExpectation {
    /// The id of the route that is taken; `null` for none.
    #[schemars(with = "Option<Value>", extend("anyOf" = [{"type": "string", "pattern": r"\S"}, {"const": null}]))]
    pub route: Option<String>,
    /// The id of the variant that is drawn.
    pub variant: Option<Text>,
    /// The model of the first attempt.
    pub model: Option<Text>,
    /// The provider of the first attempt.
    pub provider: Option<Text>,
    /// The models that would be tried, in order.
    #[schemars(extend("items" = {"if": {"type": "string"}, "then": {"pattern": r"\S"}, "else": {"type": ["object", "array"]}}))]
    pub plan: Option<Vec<Value>>,
    /// The models that are tried, in order, up to the one that answers.
    #[schemars(extend("items" = {"if": {"type": "string"}, "then": {"pattern": r"\S"}, "else": {"type": ["object", "array"]}}))]
    pub attempts: Option<Vec<Value>>,
    /// The percentage of each variant.
    pub shares: Option<Shares>,
    /// The error that the request ends in.
    pub error: Option<Value>,
    /// The generation parameters that are sent.
    pub params: Option<Value>,
    /// The messages that are sent.
    pub prompt: Option<Value>,
    /// What the request costs, in US dollars.
    pub cost_usd: Option<Value>,
}

/// Variants, each with its share in percent.
#[derive(JsonSchema)]
#[schemars(
    example = json!({"flagship": 70, "best": 30}),
    extend("additionalProperties" = {"type": "number", "minimum": 0, "maximum": 100}),
)]
pub struct Shares(pub IndexMap<String, f64>);
