//! Decisions as text: for people, and one JSON object a line.

use std::io::{self, Write};

use indexmap::IndexMap;
use serde::Serialize;

use super::ink::Ink;
use super::{Options, escape};
use crate::catalogue::assumptions;
use crate::cel::Value;
use crate::cel::value::{EvalError, EvalErrorKind, Key};
use crate::check::contract;
use crate::compile::{Plan, Rank};
use crate::simulate::{Decision, NO_ROUTE, Note, Request, Trace};

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
    /// What is worth knowing about the request, such as broken promises of the metadata block.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// Ids of the assumptions about the service that the decision rests on.
    pub assumptions: Vec<String>,
    /// With `--explain`: the conditions that were looked at, in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<Vec<TraceStep>>,
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
    /// The model.
    pub model: String,
    /// `ok`, or how it failed.
    pub outcome: String,
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
    /// Its value as CEL writes it; null when it has none.
    pub value: Option<String>,
    /// Why it has no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Its parts with their values, as far as they were evaluated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

/// A part of a condition.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Part {
    /// Its text.
    pub expression: String,
    /// Its value as CEL writes it; null when it has none.
    pub value: Option<String>,
    /// Why it has no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How much of a value is shown.
const SHOWN: usize = 80;

impl Record {
    /// A decision.
    pub fn new(
        index: u64,
        plan: &Plan,
        request: &Request,
        decision: &Decision<'_>,
        trace: Option<&Trace>,
    ) -> Self {
        let text = |id: &std::sync::Arc<str>| id.to_string();
        let first = decision.plan.first();
        let model = match first {
            Some(Rank::Model(id)) => Some(text(id)),
            _ => None,
        };
        let tied = match first {
            Some(Rank::Tied(ids)) => ids.iter().map(text).collect(),
            Some(Rank::Open) => vec!["*".to_owned()],
            _ => Vec::new(),
        };
        let error = match (decision.route, decision.variant, first) {
            (None, ..) => Some(NO_ROUTE.to_owned()),
            (Some(_), Some(_), None) => Some("every candidate of this variant is ignored".to_owned()),
            _ => None,
        };
        Self {
            version: 1,
            request: index,
            router: Some(text(&plan.router)),
            route: decision.route.map(|r| text(&r.id)),
            variant: decision.variant.map(|v| text(&v.id)),
            attempts: model.iter().map(|m| Attempt { model: m.clone(), outcome: "ok".to_owned() }).collect(),
            model,
            tied,
            sticky: decision.sticky,
            plan: decision.plan.iter().map(planned).collect(),
            shares: decision
                .route
                .iter()
                .flat_map(|r| &r.variants)
                .map(|v| (text(&v.id), v.weight))
                .collect(),
            error,
            findings: findings(plan, request),
            assumptions: decision.assumptions.iter().map(|a| (*a).to_owned()).collect(),
            trace: trace.map(steps),
        }
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
            sticky: false,
            plan: Vec::new(),
            attempts: Vec::new(),
            shares: IndexMap::new(),
            error: Some(reason.to_owned()),
            findings: Vec::new(),
            assumptions: Vec::new(),
            trace: None,
        }
    }
}

fn planned(rank: &Rank) -> Planned {
    match rank {
        Rank::Model(id) => Planned::Model(id.to_string()),
        Rank::Tied(ids) => Planned::Tied(ids.iter().map(ToString::to_string).collect()),
        Rank::Open => Planned::Tied(vec!["*".to_owned()]),
    }
}

fn findings(plan: &Plan, request: &Request) -> Vec<Finding> {
    let mut out = Vec::new();
    for note in &request.notes {
        out.push(match note {
            Note::MetadataUnused => Finding {
                name: "metadata-at-top-level".to_owned(),
                message: "`metadata` at the top level of an API body is not seen by routing: put it into `extra_body`"
                    .to_owned(),
            },
            Note::OwnSelection => Finding {
                name: "request-level-selection".to_owned(),
                message: "the request carries its own models, sort, ignore or provider, which this decision leaves out"
                    .to_owned(),
            },
        });
    }
    let other = request.model.as_deref().and_then(|model| model.strip_prefix("inworld/"));
    if let Some(other) = other.filter(|name| !name.contains('/') && **name != *plan.router) {
        out.push(Finding {
            name: "another-router".to_owned(),
            message: format!(
                "the request asks for the router `{other}`, and is decided as if for `{}`",
                plan.router
            ),
        });
    }
    if let Some(declared) = &plan.metadata {
        let keys = request.metadata.iter().filter_map(|(key, _)| match key {
            Key::String(key) => Some(&**key),
            _ => None,
        });
        let get = |name: &str| request.metadata(name).cloned();
        out.extend(contract::violations(declared, get, keys).into_iter().map(|violation| Finding {
            name: crate::check::rules::REQUEST_BREAKS_CONTRACT.name.to_owned(),
            message: format!("`{}` {}", violation.key, violation.what),
        }));
    }
    out
}

fn steps(trace: &Trace) -> Vec<TraceStep> {
    trace
        .steps
        .iter()
        .map(|step| {
            let (value, reason) = outcome(&step.result);
            TraceStep {
                route: step.route.clone(),
                condition: step.condition.clone(),
                matched: matches!(step.result, Ok(Value::Bool(true))),
                value,
                reason,
                parts: step
                    .parts
                    .iter()
                    .map(|(expression, result)| {
                        let (value, reason) = outcome(result);
                        Part { expression: expression.clone(), value, reason }
                    })
                    .collect(),
            }
        })
        .collect()
}

fn outcome(result: &Result<Value, EvalError>) -> (Option<String>, Option<String>) {
    match result {
        Ok(value) => (Some(value.show(SHOWN)), None),
        Err(error) => (None, Some(reason(error))),
    }
}

/// Why a condition has no value, in the words of somebody who looks at a request.
fn reason(error: &EvalError) -> String {
    match &error.kind {
        EvalErrorKind::MissingVariable(name) => format!("the request carries no `{name}`"),
        _ => error.to_string(),
    }
}

/// Writes a record as one line of JSON.
pub fn jsonl(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    super::json::compact(record, out)?;
    out.write_all(b"\n")
}

/// Writes a record for people.
pub fn human(record: &Record, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let ink = Ink::new(options);
    let arrow = ink.arrow();
    write!(out, "{} ", ink.dim(&format!("request {}", record.request)))?;
    match (&record.error, &record.route) {
        (Some(error), None) => writeln!(out, "{}", ink.bad(&escape::line(error)))?,
        (error, route) => {
            let route = ink.bold(&escape::line(route.as_deref().unwrap_or("-")));
            let variant = escape::line(record.variant.as_deref().unwrap_or("-")).into_owned();
            let model = match (&record.model, error) {
                (Some(model), _) => ink.good(&escape::line(model)),
                (None, Some(error)) => ink.bad(&escape::line(error)),
                (None, None) => ink.warn("undetermined"),
            };
            writeln!(out, "{route} {arrow} {variant} {arrow} {model}")?;
        }
    }
    if !record.tied.is_empty() {
        let shown = few(&record.tied);
        writeln!(out, "    one of {shown}: which of them rests on figures that nobody gave")?;
    }
    let then: Vec<String> = record.plan.iter().skip(1).map(show_planned).collect();
    if !then.is_empty() {
        writeln!(out, "    if that fails: {}", then.join(", then "))?;
    }
    if record.shares.len() > 1 {
        let shares: Vec<String> =
            record.shares.iter().map(|(id, share)| format!("{} {share}%", escape::line(id))).collect();
        let how =
            if record.sticky { "this user always gets the same" } else { "drawn: the request names no user" };
        writeln!(out, "    shares: {} ({how})", shares.join(", "))?;
    }
    for finding in &record.findings {
        writeln!(out, "    {} {}", ink.warn("note:"), escape::line(&finding.message))?;
    }
    if let Some(trace) = &record.trace {
        for step in trace {
            trace_step(step, &ink, out)?;
        }
    }
    Ok(())
}

fn trace_step(step: &TraceStep, ink: &Ink, out: &mut dyn Write) -> io::Result<()> {
    let mark = match (step.matched, ink.unicode) {
        (true, true) => ink.good("✓"),
        (true, false) => ink.good("+"),
        (false, true) => ink.dim("✗"),
        (false, false) => ink.dim("-"),
    };
    let one_line: Vec<&str> = step.condition.split_whitespace().collect();
    writeln!(out, "    {mark} {}: {}", escape::line(&step.route), escape::line(&one_line.join(" ")))?;
    match (&step.value, &step.reason) {
        (_, Some(reason)) => writeln!(out, "        no value, so no match: {}", escape::line(reason))?,
        (Some(value), None) => writeln!(out, "        is {}", escape::line(value))?,
        (None, None) => {}
    }
    for part in &step.parts {
        let value = match (&part.value, &part.reason) {
            (Some(value), _) => escape::line(value).into_owned(),
            (None, Some(reason)) => format!("no value: {}", escape::line(reason)),
            (None, None) => continue,
        };
        writeln!(out, "        {} {} = {value}", ink.dim("where"), escape::line(&part.expression))?;
    }
    Ok(())
}

/// The assumptions that the decisions of a run rest on, one line each.
pub fn assumptions(ids: &[&'static str], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let ink = Ink::new(options);
    for assumption in ids.iter().filter_map(|id| assumptions::find(id)) {
        writeln!(out, "{} {}", ink.dim(&format!("assumes {}:", assumption.id)), assumption.statement)?;
    }
    Ok(())
}

fn show_planned(planned: &Planned) -> String {
    match planned {
        Planned::Model(id) => escape::line(id).into_owned(),
        Planned::Tied(ids) => format!("one of {}", few(ids)),
    }
}

fn few(ids: &[String]) -> String {
    if ids == ["*"] {
        return "all models that the service offers".to_owned();
    }
    let shown: Vec<_> = ids.iter().take(5).map(|id| escape::line(id).into_owned()).collect();
    let more = ids.len().saturating_sub(shown.len());
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}
