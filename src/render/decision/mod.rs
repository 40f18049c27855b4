//! Decisions as text: for people, and one JSON object a line.

mod human;

use std::io::{self, Write};

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value as Json;

use super::reality::Compared;
use crate::cel::Value;
use crate::cel::value::{EvalError, EvalErrorKind};
use crate::compile::{Parameters, Plan, Rank};
use crate::simulate::{self, Answer, Attempts, Bill, Decision, NO_ROUTE, Prompt, Request, Shown, Trace};

pub use human::{assumptions, human};

/// One record of `irc simulate --format jsonl`.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Record {
    /// The version of this shape.
    pub version: u32,
    /// Which request of the run it is, from 0, bad records counted.
    pub request: u64,
    /// Bare name of the router; null for a record that is no request.
    pub router: Option<String>,
    /// Id of the route; null where no route matched.
    pub route: Option<String>,
    /// Id of the variant.
    pub variant: Option<String>,
    /// The model of the first attempt; null where it rests on figures that nobody gave.
    pub model: Option<String>,
    /// The models between which that figure decides; `*` for any that the service offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tied: Vec<String>,
    /// The criteria that leave them tied because nobody gave figures of all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lacks: Vec<String>,
    /// Whether the user decides about the variant: the same user always gets the same.
    pub sticky: bool,
    /// What is tried, in order; a list where the order of its items is undetermined.
    pub plan: Vec<Planned>,
    /// The attempts that are made; without outages the first one answers.
    pub attempts: Vec<Attempt>,
    /// Exact share of each variant of the route, in percent.
    pub shares: IndexMap<String, u32>,
    /// Why there is no route, or why this record is no request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Why none of the routers decides about the request, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elsewhere: Option<String>,
    /// The route whose condition needs messages that were left out of the log: what it is taken for decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undecided: Option<String>,
    /// What is worth knowing about the request, such as broken promises of the metadata block.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// Ids of the assumptions about the service that the decision rests on.
    pub assumptions: Vec<String>,
    /// The request's tokens, where they are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Tokens>,
    /// What it costs at list prices, where its tokens are known and it takes a route.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_usd: Option<Cost>,
    /// Candidates whose context is too short for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overflows: Vec<String>,
    /// With `--render`: what goes with the request to the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<Sent>,
    /// With `--against`: what the service did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub really: Option<Compared>,
    /// With `--explain`: the conditions that were looked at, in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<Vec<TraceStep>>,
}

/// Tokens of a request and its answer.
#[derive(Clone, Copy, Debug, Serialize, schemars::JsonSchema)]
pub struct Tokens {
    /// Of the prompt, those of the cache not counted.
    pub input: u64,
    /// Of the prompt, read from the provider's cache.
    pub cache_read: u64,
    /// Of the prompt, written to the provider's cache.
    pub cache_write: u64,
    /// Of the answer.
    pub output: u64,
    /// Whether they are estimated; else the log tells them.
    pub estimated: bool,
}

/// US dollars.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Cost {
    /// At least, whichever candidate of whichever variant of the route answers; null where no price is known.
    pub min: Option<f64>,
    /// At most.
    pub max: Option<f64>,
    /// At the model that answers; absent where that is undetermined, or its price is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<f64>,
    /// Candidates whose price is not known, and which are not in the range; `*` for any that the service offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unpriced: Vec<String>,
}

/// What goes with a request to the model.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Sent {
    /// The variant's generation parameters, else the default ones; null where neither has any.
    pub text_generation_config: Option<Json>,
    /// The variant's `web_search`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_search: Option<Json>,
    /// The variant's `web_search_options`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_search_options: Option<Json>,
    /// The variant's `compression`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compression: Option<Json>,
    /// The generation parameters that the request sets itself.
    pub request: IndexMap<String, Json>,
    /// The variant's message templates, else the default ones: they come before the messages of the request. Variables
    /// are filled in with `--show-content`.
    pub messages: Vec<SentMessage>,
}

/// A rendered template.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct SentMessage {
    /// Who speaks.
    pub role: String,
    /// What.
    pub content: String,
    /// The tools that it calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_calls: Option<Json>,
    /// The call that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
}

/// A place in the plan.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum Planned {
    /// This model.
    Model(String),
    /// These, in an order that rests on figures nobody gave; `*` for any that the service offers.
    Tied(Vec<String>),
}

/// One attempt.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Attempt {
    /// The model; null where it rests on figures that nobody gave.
    pub model: Option<String>,
    /// The models between which that figure decides; `*` for any that the service offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tied: Vec<String>,
    /// `ok`, or how it fails: `429`, `timeout`, `down`.
    pub outcome: String,
    /// As the service reports it in `metadata.attempts` of its answer.
    pub success: bool,
    /// True where such a figure decides whether it is made at all.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub perhaps: bool,
}

/// Something worth knowing about a request.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Finding {
    /// The rule's name.
    pub name: String,
    /// What is the matter.
    pub message: String,
}

/// One condition of a trace.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct TraceStep {
    /// The route that it belongs to.
    pub route: String,
    /// The condition.
    pub condition: String,
    /// Whether the route was taken.
    pub matched: bool,
    /// Its value as CEL writes it; null when it has none, or it is not shown.
    pub value: Option<String>,
    /// Why it has no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What kind of thing it is, where it may hold what users said: `--show-content` shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<String>,
    /// Its parts with their values, as far as they were evaluated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

/// A part of a condition.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Part {
    /// Its text.
    pub expression: String,
    /// Its value as CEL writes it; null when it has none, or it is not shown.
    pub value: Option<String>,
    /// Why it has no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What kind of thing it is, where it may hold what users said: `--show-content` shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<String>,
}

/// How much of a value is shown.
const SHOWN: usize = 80;

/// What is known of a decision.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The decision.
    pub decision: &'a Decision<'a>,
    /// Who answers.
    pub attempts: &'a Attempts,
    /// What is worth knowing about the request.
    pub findings: &'a [simulate::Finding],
    /// What it costs, and the candidates whose price is not known.
    pub bill: Option<(&'a Bill, &'a [String])>,
    /// What goes with it to the model.
    pub sent: Option<&'a Sent>,
    /// What the service did.
    pub really: Option<&'a Compared>,
    /// Why.
    pub trace: Option<&'a Trace>,
}

impl Record {
    /// A decision.
    pub fn new(index: u64, plan: &Plan, told: &Told<'_>) -> Self {
        let Told { decision, attempts, findings, bill, sent, really, trace } = *told;
        let text = |id: &std::sync::Arc<str>| id.to_string();
        let first = decision.plan.first();
        let model = match first {
            Some(Rank::Model(id)) => Some(text(id)),
            _ => None,
        };
        let tied: Vec<String> = match first {
            Some(Rank::Tied(ids)) => ids.iter().map(text).collect(),
            Some(Rank::Open) => vec!["*".to_owned()],
            _ => Vec::new(),
        };
        let undecided = decision.undecided.and_then(|at| plan.routes.get(at)).map(|route| text(&route.id));
        let lacks = if tied.is_empty() { &[] } else { decision.lacks };
        let error = match (decision.route, decision.variant, first) {
            (None, ..) if undecided.is_some() => None,
            (None, ..) => Some(NO_ROUTE.to_owned()),
            (Some(_), Some(_), None) => Some("every candidate of this variant is ignored".to_owned()),
            _ if attempts.answer == Answer::Nobody && decision.route.is_some() => {
                Some("every attempt fails".to_owned())
            }
            _ => None,
        };
        Self {
            version: 1,
            request: index,
            router: Some(text(&plan.router)),
            route: decision.route.map(|r| text(&r.id)),
            variant: decision.variant.map(|v| text(&v.id)),
            attempts: attempts.made.iter().map(attempt).collect(),
            model,
            tied,
            lacks: lacks.iter().map(|metric| metric.as_str().to_owned()).collect(),
            sticky: decision.sticky,
            plan: decision.plan.iter().map(planned).collect(),
            shares: decision
                .route
                .iter()
                .flat_map(|r| &r.variants)
                .map(|v| (text(&v.id), v.weight))
                .collect(),
            error,
            elsewhere: None,
            undecided,
            findings: findings
                .iter()
                .map(|f| Finding { name: f.rule.to_owned(), message: f.message.clone() })
                .collect(),
            assumptions: decision.assumptions.iter().map(|a| (*a).to_owned()).collect(),
            tokens: bill.map(|(bill, _)| tokens(&bill.usage)),
            cost_usd: bill.map(|(bill, unpriced)| cost(bill, unpriced)),
            overflows: bill.iter().flat_map(|(bill, _)| &bill.overflows).map(text).collect(),
            sent: sent.cloned(),
            really: really.cloned(),
            trace: trace.map(steps),
        }
    }

    /// A request that none of the routers decides.
    pub fn elsewhere(index: u64, reason: &str) -> Self {
        Self { elsewhere: Some(reason.to_owned()), error: None, ..Self::bad(index, reason) }
    }

    /// A record that is no request.
    pub fn bad(index: u64, reason: &str) -> Self {
        Self {
            version: 1,
            request: index,
            router: None,
            route: None,
            variant: None,
            model: None,
            tied: Vec::new(),
            lacks: Vec::new(),
            sticky: false,
            plan: Vec::new(),
            attempts: Vec::new(),
            shares: IndexMap::new(),
            error: Some(reason.to_owned()),
            elsewhere: None,
            undecided: None,
            findings: Vec::new(),
            assumptions: Vec::new(),
            tokens: None,
            cost_usd: None,
            overflows: Vec::new(),
            sent: None,
            really: None,
            trace: None,
        }
    }
}

fn tokens(usage: &simulate::Usage) -> Tokens {
    let simulate::Usage { input, cache_read, cache_write, output, measured } = *usage;
    Tokens { input, cache_read, cache_write, output, estimated: !measured }
}

fn cost(bill: &Bill, unpriced: &[String]) -> Cost {
    let dollars = |pick: fn(&simulate::Range) -> simulate::Picodollars| {
        bill.route.range.as_ref().map(|range| pick(range).dollars())
    };
    let answered = bill.answered.filter(|range| range.min == range.max).map(|range| range.min.dollars());
    Cost { min: dollars(|r| r.min), max: dollars(|r| r.max), answered, unpriced: unpriced.to_vec() }
}

fn attempt(attempt: &simulate::Attempt) -> Attempt {
    let texts = || attempt.models.iter().map(ToString::to_string).collect();
    let (model, tied) = match attempt.models.as_slice() {
        [] => (None, vec!["*".to_owned()]),
        [only] => (Some(only.to_string()), Vec::new()),
        _ => (None, texts()),
    };
    let outcome = attempt.failure.map_or_else(|| "ok".to_owned(), |failure| failure.to_string());
    Attempt { model, tied, outcome, success: attempt.failure.is_none(), perhaps: attempt.perhaps }
}

fn planned(rank: &Rank) -> Planned {
    match rank {
        Rank::Model(id) => Planned::Model(id.to_string()),
        Rank::Tied(ids) => Planned::Tied(ids.iter().map(ToString::to_string).collect()),
        Rank::Open => Planned::Tied(vec!["*".to_owned()]),
    }
}

fn steps(trace: &Trace) -> Vec<TraceStep> {
    trace
        .steps
        .iter()
        .map(|step| {
            let (value, reason, hidden) = outcome(&step.result);
            TraceStep {
                route: step.route.clone(),
                condition: step.condition.clone(),
                matched: matches!(step.result, Shown::Value(Value::Bool(true))),
                value,
                reason,
                hidden,
                parts: step
                    .parts
                    .iter()
                    .map(|(expression, result)| {
                        let (value, reason, hidden) = outcome(result);
                        Part { expression: expression.clone(), value, reason, hidden }
                    })
                    .collect(),
            }
        })
        .collect()
}

/// The value, or why there is none, or what kind of thing is not shown.
fn outcome(shown: &Shown) -> (Option<String>, Option<String>, Option<String>) {
    match shown {
        Shown::Value(value) => (Some(value.show(SHOWN)), None, None),
        Shown::Error(error) => (None, Some(reason(error)), None),
        Shown::Hidden(what) => (None, None, Some(what.clone())),
    }
}

/// Why a condition has no value, in the words of somebody who looks at a request.
fn reason(error: &EvalError) -> String {
    match &error.kind {
        EvalErrorKind::MissingVariable(name) => format!("the request carries no `{name}`"),
        _ => error.to_string(),
    }
}

impl Sent {
    /// Of a variant with these parameters.
    pub fn new(request: &Request, parameters: &Parameters, prompt: &Prompt) -> Self {
        let json = |data: &Option<crate::model::Data>| data.as_ref().map(crate::emit::value);
        Self {
            text_generation_config: json(&parameters.text_generation_config),
            web_search: json(&parameters.web_search),
            web_search_options: json(&parameters.web_search_options),
            compression: json(&parameters.compression),
            request: request
                .parameters()
                .map(|(name, value)| (name.to_owned(), value.to_json().unwrap_or(Json::Null)))
                .collect(),
            messages: prompt
                .messages
                .iter()
                .map(|message| SentMessage {
                    role: message.role.clone(),
                    content: message.content.clone(),
                    tool_calls: json(&message.tool_calls),
                    tool_call_id: message.tool_call_id.clone(),
                })
                .collect(),
        }
    }
}

/// Writes a record as one line of JSON.
pub fn jsonl(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    super::json::compact(record, out)?;
    out.write_all(b"\n")
}
