//! The configuration blocks, which both spellings write alike.

use schemars::JsonSchema;
use serde_json::{Value, json};

/// How text is generated. Only what is written here is sent; a variant's config replaces the one in `defaults` whole,
/// the two are not merged.
#[derive(JsonSchema)]
#[schemars(example = json!({"temperature": 0.7, "max_tokens": 1000}))]
pub struct TextGenerationConfig {
    /// The most tokens that an answer may have: a whole number, at least 1. The model's own limit applies besides.
    #[schemars(range(min = 1), example = 1000)]
    pub max_tokens: Option<i64>,
    /// How freely the next token is chosen: from 0 (nearly always the likeliest) to 2.
    #[schemars(range(min = 0, max = 2), example = 0.7)]
    pub temperature: Option<f64>,
    /// Only the likeliest tokens that together have this probability are considered: above 0, at most 1.
    #[schemars(range(max = 1), extend("exclusiveMinimum" = 0), example = 0.9)]
    pub top_p: Option<f64>,
    /// Makes tokens that occurred before less likely, however often: from -2 to 2; below 0 makes them likelier.
    #[schemars(range(min = -2, max = 2), example = 0.5)]
    pub presence_penalty: Option<f64>,
    /// Makes tokens that occurred before less likely, the more often the less: from -2 to 2; below 0 makes them
    /// likelier.
    #[schemars(range(min = -2, max = 2), example = 0.5)]
    pub frequency_penalty: Option<f64>,
    /// Divides the scores of tokens that occurred before: above 0; 1 changes nothing, more discourages repeats.
    #[schemars(extend("exclusiveMinimum" = 0), example = 1.1)]
    pub repetition_penalty: Option<f64>,
    /// Generation ends where one of these texts would come: at most 4.
    #[schemars(length(max = 4), example = ["\n\n", "END"])]
    pub stop_sequences: Option<Vec<String>>,
    /// The same seed makes a model repeat its answer where its provider supports that: a whole number.
    #[schemars(example = 42)]
    pub seed: Option<i64>,
    /// Makes single tokens likelier or less likely.
    pub logit_bias: Option<Vec<LogitBias>>,
    /// How much a reasoning model thinks before it answers.
    pub reasoning: Option<Reasoning>,
}

/// Makes one token likelier or less likely.
#[derive(JsonSchema)]
#[schemars(example = json!({"token_id": "50256", "bias_value": -100}))]
pub struct LogitBias {
    /// The token's id in the model's own vocabulary, as text.
    pub token_id: String,
    /// What is added to the token's score: below 0 makes it less likely, above 0 likelier.
    pub bias_value: f64,
}

/// How much a reasoning model thinks before it answers.
#[derive(JsonSchema)]
#[schemars(example = json!({"effort": "low"}))]
pub struct Reasoning {
    /// How hard to think; models without such levels take the nearest they have.
    pub effort: Option<Effort>,
    /// The most tokens to spend on thinking: a whole number, at least 1.
    #[schemars(range(min = 1), example = 2000)]
    pub max_tokens: Option<i64>,
    /// `true` leaves the thoughts out of the answer; they are paid for all the same.
    pub exclude: Option<bool>,
}

/// How hard to think.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words say it, and a bare list reads best in editors")]
pub enum Effort {
    None,
    Minimal,
    Low,
    Medium,
    High,
    Xhigh,
}

/// A message that the router puts before those of the request. `{{variable}}` is replaced by the request's
/// `extra_body.prompt_variables`. Exactly one of `content` and `content_items`, unless it holds `tool_calls`.
#[derive(JsonSchema)]
#[schemars(
    example = json!({"role": "system", "content": "You help {{agent_name}}."}),
    extend(
        "anyOf" = [{"required": ["content"]}, {"required": ["content_items"]}, {"required": ["tool_calls"]}],
        "not" = {"required": ["content", "content_items"]},
    ),
)]
pub struct MessageTemplate {
    /// Who speaks: `system`, `user`, `assistant` or `tool`.
    #[schemars(example = &"system", example = &"user", example = &"assistant", example = &"tool")]
    pub role: String,
    /// What is said; `{{variable}}` is a placeholder.
    #[schemars(example = &"You help {{agent_name}}.")]
    pub content: Option<String>,
    /// What is said, in parts; instead of `content`.
    pub content_items: Option<Vec<ContentItem>>,
    /// Tools that an assistant message calls.
    pub tool_calls: Option<Vec<ToolCall>>,
    /// The call that a tool message answers.
    pub tool_call_id: Option<String>,
    /// Overrides the variant's `compression` for this message.
    pub compression: Option<Compression>,
}

/// A part of a message's content.
#[derive(JsonSchema)]
pub struct ContentItem {
    /// What is said; `{{variable}}` is a placeholder.
    pub text: String,
}

/// A tool that an assistant message calls.
#[derive(JsonSchema)]
pub struct ToolCall {
    /// What a tool message names in `tool_call_id` to answer it.
    pub id: Option<String>,
    /// The tool's name.
    pub name: String,
    /// What it is called with.
    pub args: Option<Value>,
}

/// Lets the model search the web by calling a tool: only for models that can call tools. Not together with
/// `web_search_options`.
#[derive(JsonSchema)]
#[schemars(example = json!({"engine": "exa", "max_results": 5}))]
pub struct WebSearch {
    /// Who searches; `exa` unless given. `native` is the model's own search.
    pub engine: Option<Engine>,
    /// The most results of a search: from 1 to 20; 3 unless given.
    #[schemars(range(min = 1, max = 20), example = 3)]
    pub max_results: Option<i64>,
    /// How often the model may search before it answers: from 1 to 5; 1 unless given.
    #[schemars(range(min = 1, max = 5), example = 1)]
    pub max_steps: Option<i64>,
}

/// Who searches.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words say it, and a bare list reads best in editors")]
pub enum Engine {
    Exa,
    Google,
    Native,
}

/// Options for models that search the web by themselves. Not together with `web_search`.
#[derive(JsonSchema)]
#[schemars(example = json!({"search_context_size": "low"}))]
pub struct WebSearchOptions {
    /// How much of what was found goes to the model; `high` unless given. More costs more.
    pub search_context_size: Option<SearchContextSize>,
}

/// How much of what was found goes to the model.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words say it, and a bare list reads best in editors")]
pub enum SearchContextSize {
    Low,
    Medium,
    High,
}

/// Shortens the router's own message templates before they are sent; messages of the request stay as they are, and so
/// do templates under 250 tokens.
#[derive(JsonSchema)]
#[schemars(example = json!({"aggressiveness": 0.5}))]
pub struct Compression {
    /// How much is cut: from 0.0 (little) to 1.0 (a great deal); 0.5 unless given.
    #[schemars(range(min = 0, max = 1), example = 0.5)]
    pub aggressiveness: Option<f64>,
}
