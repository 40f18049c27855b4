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
    extend("anyOf" = [{"required": ["expect"]}, {"required": ["not"]}, {"required": ["snapshot"]}, {"required": ["cases"]}]),
)]
pub struct TestCase {
    /// What it shows, for people.
    pub name: Option<Text>,
    /// More about it, for people.
    pub description: Option<String>,
    /// A body as callers send it, or only its `metadata`, `messages`, `user` and `prompt_variables`.
    #[schemars(example = json!({"metadata": {"tier": "pro"}}))]
    pub request: Option<Map<String, Value>>,
    /// Several requests of which the same is expected: a list, or the path of a file of JSON Lines. Not together with
    /// `request`.
    #[schemars(example = &"requests.jsonl")]
    pub requests: Option<TestRequests>,
    /// What must become of it.
    pub expect: Option<TestExpectation>,
    /// Of which nothing may be.
    pub not: Option<TestExpectation>,
    /// What became of it when it was last written down: `irc test --update` writes it, and anything else fails. Nothing where
    /// it is still to be written.
    #[schemars(with = "Option<Value>", extend("type" = ["object", "null"]))]
    pub snapshot: Option<Map<String, Value>>,
    /// What is down: providers or models, as in `openai` or `openai/gpt-5.2=429`; one or a list.
    #[schemars(example = &"openai", example = ["openai", "anthropic=50%"])]
    pub down: Option<Names>,
    /// What it rests on where the service is silent: ids of assumptions, as in `A06`, and alternatives to others, as in
    /// `numbers=double` or `numbers: double`.
    #[schemars(example = ["A06"])]
    pub assume: Option<TestAssumptions>,
    /// A table: each case is a test by itself, and what it does not say is taken from the test around it. Its `request` is
    /// laid over that of the test, key by key.
    pub cases: Option<Vec<TestVariation>>,
}

/// One of several cases of a test.
#[derive(JsonSchema)]
#[schemars(example = json!({"name": "pro", "request": {"metadata": {"tier": "pro"}}, "expect": {"route": "pro"}}))]
pub struct TestVariation {
    /// What it shows, for people.
    pub name: Option<Text>,
    /// More about it, for people.
    pub description: Option<String>,
    /// What is laid over the request of the test.
    pub request: Option<Map<String, Value>>,
    /// What must become of it.
    pub expect: Option<TestExpectation>,
    /// Of which nothing may be.
    pub not: Option<TestExpectation>,
    /// What became of it when it was last written down: `irc test --update` writes it, and anything else fails. Nothing where
    /// it is still to be written.
    #[schemars(with = "Option<Value>", extend("type" = ["object", "null"]))]
    pub snapshot: Option<Map<String, Value>>,
    /// What is down.
    pub down: Option<Names>,
    /// What it rests on.
    pub assume: Option<TestAssumptions>,
}

/// Several requests.
#[derive(JsonSchema)]
#[schemars(untagged, inline)]
pub enum TestRequests {
    /// The path of a file of JSON Lines, relative to this file.
    File(Text),
    /// Bodies.
    List(Vec<Map<String, Value>>),
}

/// What a test rests on.
#[derive(JsonSchema)]
#[schemars(untagged, inline)]
pub enum TestAssumptions {
    /// One.
    One(Text),
    /// Several.
    Many(Vec<Text>),
    /// What is assumed of each.
    Chosen(IndexMap<String, Text>),
}

/// Tests of a router that is defined elsewhere: a file `*.test.yaml`.
#[derive(JsonSchema)]
#[schemars(title = "Suite of tests")]
pub struct SuiteOfTests {
    /// The version of this definition language: 1, also when it is left out.
    #[schemars(extend("const" = 1))]
    pub irc: Option<u32>,
    /// What it is for. For people.
    pub description: Option<String>,
    /// The path of the definition, relative to this file; with `:name` for one of several routers.
    #[schemars(example = &"router.yaml")]
    pub router: Text,
    /// Requests, and what must become of them.
    #[schemars(length(min = 1))]
    pub tests: Vec<TestCase>,
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
    /// The models that would be tried, in order; a list in the place of those whose order is undetermined, `*` for any that
    /// the service offers.
    pub plan: Option<Vec<Names>>,
    /// The models that are tried, in order, up to the one that answers.
    pub attempts: Option<Vec<TestAttempt>>,
    /// The percentage of each variant.
    pub shares: Option<Shares>,
    /// Whether it ends in an error, or words of that.
    #[schemars(with = "Option<Value>", extend("anyOf" = [{"type": "string", "pattern": r"\S"}, {"type": ["boolean", "null"]}]))]
    pub error: Option<String>,
    /// Generation parameters that are sent, by name, and `web_search`, `web_search_options`, `compression`; others may be
    /// sent besides.
    #[schemars(example = json!({"temperature": 0.2}))]
    pub params: Option<Map<String, Value>>,
    /// The message templates with their variables filled in: all of them, or words of one.
    pub prompt: Option<TestPrompt>,
    /// What the request costs whichever candidate answers, in US dollars: the most, or bounds.
    #[schemars(example = json!({"max": 0.02}))]
    pub cost_usd: Option<TestCost>,
}

/// An attempt.
#[derive(JsonSchema)]
#[schemars(untagged, inline)]
pub enum TestAttempt {
    /// The model that is asked.
    Model(Text),
    /// The same with the outcome.
    WithOutcome(TestAttemptOutcome),
}

/// An attempt and how it ends.
#[derive(JsonSchema)]
pub struct TestAttemptOutcome {
    /// The model that is asked.
    pub model: Text,
    /// `ok`, or how it fails: a status such as `429`, `timeout`, `down`.
    #[schemars(with = "Option<Value>", extend("type" = ["string", "integer"]))]
    pub outcome: Option<String>,
}

/// Rendered message templates.
#[derive(JsonSchema)]
#[schemars(untagged, inline)]
pub enum TestPrompt {
    /// Words of one of them.
    Words(Text),
    /// All of them.
    Messages(Vec<TestMessage>),
}

/// A rendered message template.
#[derive(JsonSchema)]
pub struct TestMessage {
    /// Who speaks.
    pub role: String,
    /// What.
    pub content: String,
}

/// A cost.
#[derive(JsonSchema)]
#[schemars(untagged, inline)]
pub enum TestCost {
    /// At most.
    Most(#[schemars(range(min = 0))] f64),
    /// Bounds.
    Bounds(TestCostBounds),
}

/// Bounds on a cost, in US dollars.
#[derive(JsonSchema)]
pub struct TestCostBounds {
    /// At least.
    #[schemars(range(min = 0))]
    pub min: Option<f64>,
    /// At most.
    #[schemars(range(min = 0))]
    pub max: Option<f64>,
}

/// Variants, each with its share in percent.
#[derive(JsonSchema)]
#[schemars(
    example = json!({"flagship": 70, "best": 30}),
    extend("additionalProperties" = {"type": "number", "minimum": 0, "maximum": 100}),
)]
pub struct Shares(pub IndexMap<String, f64>);
