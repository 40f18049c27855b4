//! The API's Router resource: its structs and nothing else.
//!
//! Keys stand in the casing of the API reference: the router's own in camelCase, everything below in snake_case. What
//! the service carries as configuration is kept as it was written, in its order.

use serde::Serialize;
use serde_json::{Map, Value};

#[cfg(feature = "cli")]
use crate::model::schema::{Compression, MessageTemplate, TextGenerationConfig, WebSearch, WebSearchOptions};

/// A router as the service stores it: routes that are looked at in order, and a default route for what none of them
/// took.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "cli", schemars(
    title = "Router resource",
    extend("anyOf" = [
        {"required": ["defaultRoute"]},
        {"required": ["routes"], "properties": {"routes": {"minItems": 1}}},
    ]),
))]
pub struct Router {
    /// The unique id of the router, bare or as `routers/…`. Callers use it as the model `inworld/<id>`. It cannot
    /// change after creation.
    #[cfg_attr(feature = "cli", schemars(regex(pattern = "^(routers/)?[a-z0-9][a-z0-9-]*$")))]
    pub name: String,
    /// The name shown to people.
    #[serde(rename = "displayName", skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What variants without a block of their own use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defaults: Option<Defaults>,
    /// Looked at in order: the first whose condition is true takes the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<ConditionalRoute>,
    /// Where requests go that no condition took. Without it they fail.
    #[serde(rename = "defaultRoute", skip_serializing_if = "Option::is_none")]
    pub default_route: Option<Route>,
    /// Keys that this version does not know, carried through.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// Configuration for variants that have none of their own.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Defaults {
    /// How text is generated. A variant's own config replaces this one whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "cli", schemars(with = "Option<TextGenerationConfig>"))]
    pub text_generation_config: Option<Value>,
    /// Messages put before those of the request. A variant's own templates are assumed to replace these whole (A10).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "cli", schemars(with = "Option<Vec<MessageTemplate>>"))]
    pub message_templates: Option<Value>,
    /// See [`Router::unknown`].
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// A route and when it is taken.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct ConditionalRoute {
    /// Where it leads.
    pub route: Route,
    /// When it is taken.
    pub condition: Condition,
    /// See [`Router::unknown`].
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// When a route is taken.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Condition {
    /// A CEL expression over the keys of the request's metadata and `messages`; the route is taken if it is true.
    #[cfg_attr(feature = "cli", schemars(regex(pattern = r"\S")))]
    pub cel_expression: String,
    /// See [`Router::unknown`].
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// A route: variants that share its requests.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Route {
    /// Unique in the router, the default route included.
    #[cfg_attr(feature = "cli", schemars(regex(pattern = r"\S")))]
    pub route_id: String,
    /// At least one; their weights sum to exactly 100.
    #[cfg_attr(feature = "cli", schemars(length(min = 1)))]
    pub variants: Vec<WeightedVariant>,
    /// See [`Router::unknown`].
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// A variant and its share of the route's requests.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct WeightedVariant {
    /// What answers.
    pub variant: Variant,
    /// Percent of the route's requests.
    #[cfg_attr(feature = "cli", schemars(range(max = 100)))]
    pub weight: u32,
    /// See [`Router::unknown`].
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// A model and how it is used.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "cli", schemars(
    extend("not" = {"required": ["web_search", "web_search_options"]}),
))]
pub struct Variant {
    /// Unique in its route.
    #[cfg_attr(feature = "cli", schemars(regex(pattern = r"\S")))]
    pub variant_id: String,
    /// `provider/model`, a bare model name, or `auto`.
    #[cfg_attr(feature = "cli", schemars(regex(pattern = r"\S")))]
    pub model_id: String,
    /// What else may answer, and in which order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_selection: Option<ModelSelection>,
    /// How text is generated. Replaces the one in `defaults` whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "cli", schemars(with = "Option<TextGenerationConfig>"))]
    pub text_generation_config: Option<Value>,
    /// Messages put before those of the request. They are assumed to replace those in `defaults` whole (A10).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "cli", schemars(with = "Option<Vec<MessageTemplate>>"))]
    pub message_templates: Option<Value>,
    /// Lets the model search the web by calling a tool. Not together with `web_search_options`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "cli", schemars(with = "Option<WebSearch>"))]
    pub web_search: Option<Value>,
    /// Options for models that search by themselves. Not together with `web_search`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "cli", schemars(with = "Option<WebSearchOptions>"))]
    pub web_search_options: Option<Value>,
    /// Shortens the router's own message templates.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "cli", schemars(with = "Option<Compression>"))]
    pub compression: Option<Value>,
    /// See [`Router::unknown`].
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// What else may answer, and in which order.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct ModelSelection {
    /// For a concrete model: what is tried when it fails, in order. For `auto`: the pool, models or whole providers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub models: Option<Vec<String>>,
    /// Ranking criteria: the first decides, the next break its ties.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<Vec<SortCriterion>>,
    /// Models and whole providers that are never used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore: Option<Vec<String>>,
    /// Which providers, in which order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<Provider>,
    /// See [`Router::unknown`].
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// One ranking criterion.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct SortCriterion {
    /// What to rank by.
    pub metric: SortMetric,
    /// Which end comes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<SortDirection>,
    /// See [`Router::unknown`].
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// What to rank by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum SortMetric {
    /// Nothing in particular: legal, and useless.
    #[serde(rename = "SORT_METRIC_UNSPECIFIED")]
    Unspecified,
    /// Price per token.
    #[serde(rename = "SORT_METRIC_PRICE")]
    Price,
    /// Time to the first token.
    #[serde(rename = "SORT_METRIC_LATENCY")]
    Latency,
    /// Tokens per second.
    #[serde(rename = "SORT_METRIC_THROUGHPUT")]
    Throughput,
    /// Score in general benchmarks.
    #[serde(rename = "SORT_METRIC_INTELLIGENCE")]
    Intelligence,
    /// Score in mathematics benchmarks.
    #[serde(rename = "SORT_METRIC_MATH")]
    Math,
    /// Score in coding benchmarks.
    #[serde(rename = "SORT_METRIC_CODING")]
    Coding,
}

/// Which end of a ranking comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum SortDirection {
    /// The smallest first.
    #[serde(rename = "SORT_DIRECTION_ASCENDING")]
    Ascending,
    /// The largest first.
    #[serde(rename = "SORT_DIRECTION_DESCENDING")]
    Descending,
}

/// Which providers, in which order.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Provider {
    /// Tried in exactly this order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Vec<String>>,
    /// Whether others may follow; `true` unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_fallbacks: Option<bool>,
    /// See [`Router::unknown`].
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// What `PATCH /router/v1/routers/{id}?update_mask=…` needs.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "cli", schemars(title = "Update of a router"))]
pub struct Update<'a> {
    /// Version of this object's shape.
    #[cfg_attr(feature = "cli", schemars(extend("const" = 1)))]
    pub version: u32,
    /// The value of the query parameter `update_mask`.
    pub update_mask: &'a str,
    /// The body of the request. Its `name` tells which router is updated.
    pub body: &'a Router,
}
