//! The router, its routes and their variants.

use schemars::JsonSchema;
use serde_json::json;

use super::transforms::{route_rules, variant_rules};
use super::{
    Compression, Conditions, Invariant, MessageTemplate, Metadata, Models, Pools, PromptVariables, TestCase,
    TextGenerationConfig, WebSearch, WebSearchOptions,
};

/// An LLM router: routes that are looked at in order, and a default route for what none of them took. Keys that begin
/// with `x-` are your own and are ignored everywhere.
#[derive(JsonSchema)]
#[schemars(
    title = "Router definition",
    extend("anyOf" = [
        {"required": ["default"]},
        {"required": ["routes"], "properties": {"routes": {"minItems": 1}}},
    ]),
)]
pub struct Router {
    /// The version of this definition language: 1, also when it is left out.
    #[schemars(extend("const" = 1))]
    pub irc: Option<u32>,
    /// The router's unique id: small letters, digits and `-`, beginning with a letter or digit; bare or as
    /// `routers/support`. Callers write it as the model `inworld/support`. It cannot change after creation.
    #[schemars(regex(pattern = "^(routers/)?[a-z0-9][a-z0-9-]*$"), example = &"support")]
    pub name: String,
    /// The name shown to people.
    #[schemars(example = &"Support")]
    pub display_name: Option<String>,
    /// Who owns this router and why it exists. For people; not deployed.
    pub description: Option<String>,
    /// Shared files whose metadata, conditions and pools are taken in; paths relative to this file. What they name must
    /// not be named here too.
    #[schemars(example = &"shared.yaml", extend("maxItems" = 32))]
    #[schemars(rename = "use")]
    pub used: Option<Names>,
    /// What callers send in `extra_body.metadata`: the variables of the conditions. Not deployed.
    pub metadata: Option<Metadata>,
    /// What callers send in `extra_body.prompt_variables`: the placeholders of message templates. Not deployed.
    pub prompt_variables: Option<PromptVariables>,
    /// Known programs that call this router: `irc check` holds each model to what their requests need. Not deployed.
    pub callers: Option<Callers>,
    /// Conditions with names, for `when`, `unless` and each other. Put in where they are named.
    pub conditions: Option<Conditions>,
    /// Lists of models with names, for `fallbacks`, `candidates` and `ignore`. Put in where they are named.
    pub pools: Option<Pools>,
    /// What variants without a block of their own use.
    pub defaults: Option<Defaults>,
    /// Looked at in order: the first whose `when` is true takes the request.
    pub routes: Option<Vec<Route>>,
    /// The route of every request that no condition took. Without it such a request fails with "No route matched".
    pub default: Option<DefaultRoute>,
    /// What must hold for every possible request. Not deployed.
    pub invariants: Option<Vec<Invariant>>,
    /// Requests, and what must become of them: `irc test` runs them. Not deployed.
    pub tests: Option<Vec<TestCase>>,
}

/// One caller, or a list of them.
#[derive(JsonSchema)]
#[serde(untagged)]
pub enum Callers {
    /// One.
    One(Caller),
    /// Several.
    Many(Vec<Caller>),
}

/// A program whose requests are known to be of a kind.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum Caller {
    /// Anthropic's coding agent. Its requests carry tools, up to 200,000 tokens, and no routing metadata.
    ClaudeCode,
}

/// What variants without a block of their own use. A variant's own block replaces the one here whole, nothing is merged.
#[derive(JsonSchema)]
#[schemars(example = json!({"text_generation_config": {"temperature": 0.7}}))]
pub struct Defaults {
    /// How text is generated.
    pub text_generation_config: Option<TextGenerationConfig>,
    /// Messages put before those of the request.
    pub message_templates: Option<Vec<MessageTemplate>>,
}

/// A route: which requests take it, and what answers them. It lists `variants`, or is one itself: then `model` and the
/// other keys of a variant stand on the route.
#[derive(JsonSchema)]
#[schemars(
    example = json!({"id": "premium", "when": "tier == \"premium\"", "model": "openai/gpt-5.2"}),
    transform = route_rules,
)]
pub struct Route {
    /// The route's id, unique in the router, the default route included. Answers, traces and tests refer to it.
    #[schemars(example = &"premium")]
    pub id: Text,
    /// Which requests take this route: a CEL expression, or `true` for all that come this far.
    pub when: Condition,
    /// What it is for. For people; not deployed.
    pub description: Option<String>,
    /// What answers: at least one variant. Each request goes to one of them, by weight; the same user always gets the
    /// same.
    #[schemars(length(min = 1), extend("if" = {"minItems": 2}, "then" = {"items": {"required": ["weight"]}}))]
    pub variants: Option<Vec<LongVariant>>,
    /// The id of the only variant, where its keys stand on the route; `main` unless given.
    pub variant: Option<Text>,
    #[schemars(flatten)]
    #[expect(missing_docs, reason = "its keys are the route's own")]
    pub short: VariantKeys,
}

/// The route of every request that no condition took. It lists `variants`, or is one itself: then `model` and the other
/// keys of a variant stand on it. It has no `when`.
#[derive(JsonSchema)]
#[schemars(
    example = json!({"model": "openai/gpt-4o-mini"}),
    transform = route_rules,
)]
pub struct DefaultRoute {
    /// The route's id, unique in the router; `default` unless given.
    pub id: Option<Text>,
    /// What it is for. For people; not deployed.
    pub description: Option<String>,
    /// What answers: at least one variant. Each request goes to one of them, by weight; the same user always gets the
    /// same.
    #[schemars(length(min = 1), extend("if" = {"minItems": 2}, "then" = {"items": {"required": ["weight"]}}))]
    pub variants: Option<Vec<LongVariant>>,
    /// The id of the only variant, where its keys stand on the route; `main` unless given.
    pub variant: Option<Text>,
    #[schemars(flatten)]
    #[expect(missing_docs, reason = "its keys are the route's own")]
    pub short: VariantKeys,
}

/// One of the variants of a route: a model and how it is used.
#[derive(JsonSchema)]
#[schemars(
    example = json!({"id": "flagship", "weight": 70, "model": "openai/gpt-5.2"}),
    extend("required" = ["id", "model"]),
    transform = variant_rules,
)]
pub struct LongVariant {
    /// The variant's id, unique in its route. Answers, traces and tests refer to it.
    #[schemars(example = &"flagship")]
    pub id: Text,
    /// What it is for. For people; not deployed.
    pub description: Option<String>,
    #[schemars(flatten)]
    #[expect(missing_docs, reason = "its keys are the variant's own")]
    pub keys: VariantKeys,
}

/// The keys of a variant.
#[derive(JsonSchema)]
pub struct VariantKeys {
    /// The share of the route's requests, in percent: a whole number. The weights of a route sum to exactly 100; an only
    /// variant may leave it out. A weight of 0 is never chosen, not even as a fallback.
    #[schemars(range(max = 100), example = 50)]
    pub weight: Option<u32>,
    /// What answers: `provider/model`, a bare model name (the service picks the provider), or `auto` (the service picks
    /// the model from `candidates`).
    #[schemars(example = &"openai/gpt-5.2", example = &"anthropic/claude-opus-4-6", example = &"auto")]
    pub model: Option<Text>,
    /// Models that are tried when `model` fails with a 429, a 5xx or a timeout, in this order unless `sort` is given.
    /// With `model: auto` write `candidates`.
    #[schemars(example = ["anthropic/claude-opus-4-6"])]
    pub fallbacks: Option<Models>,
    /// The pool from which `model: auto` chooses: models, or whole providers; everything unless given. Only with
    /// `model: auto`.
    #[schemars(example = ["openai", "anthropic"])]
    pub candidates: Option<Models>,
    /// What to rank by: the first criterion decides, the next one breaks its ties. Ranks the providers of a model, its
    /// fallbacks, and the candidates of `auto`.
    pub sort: Option<Sort>,
    /// Models and whole providers that are never used, not even as a fallback.
    #[schemars(example = &"groq", example = ["groq", "openai/gpt-4o"])]
    pub ignore: Option<Models>,
    /// Which providers, in which order; meant for a bare model name.
    pub provider: Option<ProviderPreferences>,
    /// How text is generated. Replaces the one in `defaults` whole.
    pub text_generation_config: Option<TextGenerationConfig>,
    /// Messages put before those of the request. They are assumed to replace those in `defaults` whole (A10).
    pub message_templates: Option<Vec<MessageTemplate>>,
    /// Lets the model search the web by calling a tool. Not together with `web_search_options`.
    pub web_search: Option<WebSearch>,
    /// Options for models that search by themselves. Not together with `web_search`.
    pub web_search_options: Option<WebSearchOptions>,
    /// Shortens the router's own message templates.
    pub compression: Option<Compression>,
}

/// Text that is not empty.
#[derive(JsonSchema)]
#[schemars(inline)]
pub struct Text(#[schemars(regex(pattern = r"\S"))] pub String);

/// One name, or a list of names.
#[derive(JsonSchema)]
#[schemars(untagged, inline)]
pub enum Names {
    /// One name.
    One(Text),
    /// Several.
    Many(Vec<Text>),
}

/// A CEL expression over the keys of the request's metadata, which are bare names (`tier`, not `metadata.tier`), and
/// `messages`, the list of its messages. It holds only if it is `true`: a request without a key that it reads, or with a
/// value of another type, does not match. Write it in single quotes or behind `>-` where YAML would misread it.
#[derive(JsonSchema)]
#[schemars(
    untagged,
    example = &"tier == \"premium\"",
    example = &"score >= 80 && region in [\"us\", \"eu\"]",
    example = &"messages.last().content.contains(\"code\")",
    example = true
)]
pub enum Condition {
    /// A CEL expression.
    Expression(Text),
    /// `true` takes every request that comes this far.
    Constant(bool),
}

/// What to rank by: one criterion or a list, of which the first decides and the next break its ties.
#[derive(JsonSchema)]
#[schemars(untagged, example = &"price", example = json!(["intelligence", "price", "latency desc"]))]
pub enum Sort {
    /// One criterion.
    One(Criterion),
    /// Several.
    Many(Vec<Criterion>),
}

/// A metric, and which end of it comes first. Without a direction the service chooses: `irc` assumes that price and
/// latency rank the smallest first, the others the largest (A07).
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum Criterion {
    /// `price`, `latency desc`
    Words(SortText),
    /// `{metric: latency, direction: descending}`
    Named(NamedCriterion),
    /// `{latency: descending}`
    Short(MetricAndDirection),
}

/// A metric, or a metric and a direction.
#[derive(JsonSchema)]
#[schemars(
    inline,
    example = &"price",
    example = &"latency",
    example = &"throughput",
    example = &"intelligence",
    example = &"math",
    example = &"coding",
    example = &"price asc",
    example = &"latency desc"
)]
pub struct SortText(
    #[schemars(regex(
        pattern = r"^\s*(price|latency|throughput|intelligence|math|coding)(\s+(asc|ascending|desc|descending))?\s*$"
    ))]
    pub String,
);

/// A criterion with named parts.
#[derive(JsonSchema)]
pub struct NamedCriterion {
    /// What to rank by.
    pub metric: Metric,
    /// Which end comes first.
    pub direction: Option<Direction>,
}

/// A metric with its direction.
#[derive(JsonSchema)]
#[schemars(extend("additionalProperties" = false, "minProperties" = 1, "maxProperties" = 1))]
pub struct MetricAndDirection {
    /// List price per token.
    pub price: Option<Direction>,
    /// Time to the first token.
    pub latency: Option<Direction>,
    /// Tokens per second.
    pub throughput: Option<Direction>,
    /// Score in general benchmarks.
    pub intelligence: Option<Direction>,
    /// Score in mathematics benchmarks.
    pub math: Option<Direction>,
    /// Score in coding benchmarks.
    pub coding: Option<Direction>,
}

/// What to rank by.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words say it, and a bare list reads best in editors")]
pub enum Metric {
    Price,
    Latency,
    Throughput,
    Intelligence,
    Math,
    Coding,
}

/// Which end of a ranking comes first: the smallest (ascending) or the largest (descending).
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words say it, and a bare list reads best in editors")]
pub enum Direction {
    Ascending,
    Descending,
    Asc,
    Desc,
}

/// Which providers, in which order; meant for a bare model name.
#[derive(JsonSchema)]
#[schemars(example = json!({"order": ["openai"], "allow_fallbacks": false}))]
pub struct ProviderPreferences {
    /// Providers, tried in exactly this order.
    #[schemars(example = ["openai", "google-vertex"])]
    pub order: Option<Names>,
    /// Whether providers that `order` does not list may follow; `true` unless given.
    pub allow_fallbacks: Option<bool>,
}
