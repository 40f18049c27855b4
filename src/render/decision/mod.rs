//! Decisions as text: for people, and one JSON object a line.

mod human;
mod lines;

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::Arc;

use indexmap::IndexMap;
use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use super::reality::Compared;
use crate::cel::Value;
use crate::cel::value::{EvalError, EvalErrorKind};
use crate::compile::{Parameters, Plan, Rank};
use crate::simulate::{self, Attempts, Bill, Decision, Prompt, Request, Shown, Trace};

pub use human::{assumptions, human};
pub use lines::Lines;

/// One record of `irc simulate --format jsonl`.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Record<'a> {
    /// The version of this shape.
    pub version: u32,
    /// Which request of the run it is, from 0, bad records counted.
    pub request: u64,
    /// Bare name of the router; null for a record that is no request.
    pub router: Option<Cow<'a, str>>,
    /// Id of the route; null where no route matched.
    pub route: Option<Cow<'a, str>>,
    /// Id of the variant.
    pub variant: Option<Cow<'a, str>>,
    /// The model of the first attempt; null where it rests on figures that nobody gave.
    pub model: Option<Cow<'a, str>>,
    /// The models between which that figure decides; `*` for any that the service offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tied: Vec<Cow<'a, str>>,
    /// The criteria that leave them tied because nobody gave figures of all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lacks: Vec<Cow<'a, str>>,
    /// Whether the user decides about the variant: the same user always gets the same.
    pub sticky: bool,
    /// What is tried, in order; a list where the order of its items is undetermined.
    pub plan: Vec<Planned<'a>>,
    /// The attempts that are made; without outages the first one answers.
    pub attempts: Vec<Attempt<'a>>,
    /// Exact share of each variant of the route, in percent.
    #[serde(serialize_with = "by_name")]
    #[schemars(with = "IndexMap<String, u32>")]
    pub shares: Vec<(Cow<'a, str>, u32)>,
    /// Why there is no route, or why this record is no request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Cow<'a, str>>,
    /// Why none of the routers decides about the request, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elsewhere: Option<Cow<'a, str>>,
    /// The route whose condition needs messages that were left out of the log: what it is taken for decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undecided: Option<Cow<'a, str>>,
    /// What is worth knowing about the request, such as broken promises of the metadata block.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding<'a>>,
    /// Ids of the assumptions about the service that the decision rests on.
    pub assumptions: Vec<Cow<'a, str>>,
    /// The request's tokens, where they are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Tokens>,
    /// What it costs at list prices, where its tokens are known and it takes a route.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_usd: Option<Cost>,
    /// Candidates whose context is too short for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overflows: Vec<Cow<'a, str>>,
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
pub enum Planned<'a> {
    /// This model.
    Model(Cow<'a, str>),
    /// These, in an order that rests on figures nobody gave; `*` for any that the service offers.
    Tied(Vec<Cow<'a, str>>),
}

/// One attempt.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Attempt<'a> {
    /// The model; null where it rests on figures that nobody gave.
    pub model: Option<Cow<'a, str>>,
    /// The models between which that figure decides; `*` for any that the service offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tied: Vec<Cow<'a, str>>,
    /// `ok`, or how it fails: `429`, `timeout`, `down`.
    pub outcome: Cow<'a, str>,
    /// As the service reports it in `metadata.attempts` of its answer.
    pub success: bool,
    /// True where such a figure decides whether it is made at all.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub perhaps: bool,
}

/// Something worth knowing about a request.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Finding<'a> {
    /// The rule's name.
    pub name: Cow<'a, str>,
    /// What is the matter.
    pub message: Cow<'a, str>,
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
    pub attempts: &'a Attempts<'a>,
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

impl<'a> Record<'a> {
    /// A decision.
    pub fn new(index: u64, plan: &'a Plan, told: &Told<'a>) -> Self {
        let Told { decision, attempts, findings, bill, sent, really, trace } = *told;
        let first = decision.plan.first();
        let (model, tied) = match first {
            Some(Rank::Model(id)) => (Some(text(id)), Vec::new()),
            Some(Rank::Tied(ids)) => (None, texts(ids)),
            Some(Rank::Open) => (None, vec![ANY]),
            None => (None, Vec::new()),
        };
        let undecided = decision.undecided.and_then(|at| plan.routes.get(at)).map(|route| text(&route.id));
        let lacks = if tied.is_empty() { &[] } else { decision.lacks };
        let error = simulate::unanswered(decision, attempts);
        let variants = decision.route.map(|route| route.variants.as_slice()).unwrap_or_default();
        Self {
            version: 1,
            request: index,
            router: Some(text(&plan.router)),
            route: decision.route.map(|r| text(&r.id)),
            variant: decision.variant.map(|v| text(&v.id)),
            attempts: attempts.made().map(attempt).collect(),
            model,
            tied,
            lacks: lacks.iter().map(|metric| metric.as_str().into()).collect(),
            sticky: decision.sticky,
            plan: decision.plan.iter().map(planned).collect(),
            shares: variants.iter().map(|v| (text(&v.id), v.weight)).collect(),
            error: error.map(Cow::Borrowed),
            elsewhere: None,
            undecided,
            findings: findings
                .iter()
                .map(|f| Finding { name: f.rule.name.into(), message: f.message.as_str().into() })
                .collect(),
            assumptions: decision.assumptions.iter().map(|id| Cow::Borrowed(*id)).collect(),
            tokens: bill.map(|(bill, _)| tokens(&bill.usage)),
            cost_usd: bill.map(|(bill, unpriced)| cost(bill, unpriced)),
            overflows: bill.map(|(bill, _)| texts(&bill.overflows)).unwrap_or_default(),
            sent: sent.cloned(),
            really: really.cloned(),
            trace: trace.map(steps),
        }
    }

    /// A request that none of the routers decides.
    pub fn elsewhere(index: u64, reason: &'a str) -> Self {
        Self { elsewhere: Some(reason.into()), error: None, ..Self::bad(index, reason) }
    }

    /// A record that is no request.
    pub fn bad(index: u64, reason: &'a str) -> Self {
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
            shares: Vec::new(),
            error: Some(reason.into()),
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

    /// With texts of its own, for those who keep it.
    pub fn into_owned(self) -> Record<'static> {
        let plan = self.plan.into_iter().map(|planned| match planned {
            Planned::Model(id) => Planned::Model(own(id)),
            Planned::Tied(ids) => Planned::Tied(all(ids)),
        });
        let attempts = self.attempts.into_iter().map(|attempt| Attempt {
            model: attempt.model.map(own),
            tied: all(attempt.tied),
            outcome: own(attempt.outcome),
            ..attempt
        });
        let findings = self.findings.into_iter();
        Record {
            router: self.router.map(own),
            route: self.route.map(own),
            variant: self.variant.map(own),
            model: self.model.map(own),
            tied: all(self.tied),
            lacks: all(self.lacks),
            plan: plan.collect(),
            attempts: attempts.collect(),
            shares: self.shares.into_iter().map(|(id, share)| (own(id), share)).collect(),
            error: self.error.map(own),
            elsewhere: self.elsewhere.map(own),
            undecided: self.undecided.map(own),
            findings: findings.map(|f| Finding { name: own(f.name), message: own(f.message) }).collect(),
            assumptions: all(self.assumptions),
            overflows: all(self.overflows),
            ..self
        }
    }
}

fn own(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}

fn all(texts: Vec<Cow<'_, str>>) -> Vec<Cow<'static, str>> {
    texts.into_iter().map(own).collect()
}

/// Any model that the service offers.
const ANY: Cow<'static, str> = Cow::Borrowed("*");

fn text(id: &Arc<str>) -> Cow<'_, str> {
    Cow::Borrowed(id)
}

fn texts(ids: &[Arc<str>]) -> Vec<Cow<'_, str>> {
    ids.iter().map(text).collect()
}

/// Pairs as an object.
fn by_name<S: Serializer>(pairs: &[(Cow<'_, str>, u32)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, share)| (name, share)))
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

fn attempt<'a>(attempt: &'a simulate::Attempt<'a>) -> Attempt<'a> {
    let (model, tied) = match &*attempt.models {
        [] => (None, vec![ANY]),
        [only] => (Some(text(only)), Vec::new()),
        several => (None, texts(several)),
    };
    let outcome = attempt.failure.map_or(Cow::Borrowed("ok"), |failure| failure.to_string().into());
    Attempt { model, tied, outcome, success: attempt.failure.is_none(), perhaps: attempt.perhaps }
}

fn planned(rank: &Rank) -> Planned<'_> {
    match rank {
        Rank::Model(id) => Planned::Model(text(id)),
        Rank::Tied(ids) => Planned::Tied(texts(ids)),
        Rank::Open => Planned::Tied(vec![ANY]),
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
pub fn jsonl(record: &Record<'_>, out: &mut impl Write) -> io::Result<()> {
    super::json::compact(record, out)?;
    out.write_all(b"\n")
}
