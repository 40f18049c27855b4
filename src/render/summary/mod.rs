//! The sums of a simulation: as data, and as tables and bars for people.

mod csv;
mod html;
mod human;

use indexmap::IndexMap;
use serde::Serialize;

pub use csv::csv;
pub use html::html;
pub use human::human;

use crate::compile::Plan;
use crate::simulate::{Range, RouterTotals, Sum, Tally, Who};

/// What `irc simulate --format json` prints.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[schemars(title = "irc simulate --format json")]
pub struct Summary {
    /// The version of this shape.
    pub version: u32,
    /// Records of the log.
    pub records: u64,
    /// Those that are no requests.
    pub bad: u64,
    /// Requests that ask for something else than one of the routers.
    pub elsewhere: Elsewhere,
    /// The routers, in the order in which they were given.
    pub routers: Vec<RouterSummary>,
    /// Ids of the assumptions about the service that any decision rests on.
    pub assumptions: Vec<String>,
}

/// Requests that no router of the run decides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Elsewhere {
    /// They leave the choice of the model to the service.
    pub auto: u64,
    /// They name a model.
    pub pinned: u64,
    /// They name a router that was not given, by its name.
    pub routers: IndexMap<String, u64>,
    /// They name nothing, where several routers were given.
    pub unnamed: u64,
}

/// One router.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct RouterSummary {
    /// Its bare name.
    pub router: String,
    /// Requests for it.
    pub requests: u64,
    /// Its routes, the default route last.
    pub routes: Vec<RouteSummary>,
    /// Requests that no route matched, which the service fails.
    pub unmatched: Counted,
    /// Requests whose route depends on messages that the log leaves out.
    pub undecided: Vec<Undecided>,
    /// Who answers, the most frequent first.
    pub models: Vec<ModelSummary>,
    /// The same by provider.
    pub providers: Vec<ModelSummary>,
    /// Requests that another than the first of their plan answers.
    pub moved: Vec<Moved>,
    /// Conditions that had no value.
    pub errors: Vec<Failed>,
    /// What is worth knowing about requests.
    pub findings: Vec<Noticed>,
    /// What all of it costs, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
}

/// A number of requests, and the first of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Counted {
    /// How many.
    pub requests: u64,
    /// The first of them, counted from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<u64>,
}

/// A route.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct RouteSummary {
    /// Its id.
    pub route: String,
    /// Requests that took it.
    pub requests: u64,
    /// Of all requests for the router, in percent.
    pub percent: f64,
    /// Its variants in the order of the definition.
    pub variants: Vec<VariantSummary>,
    /// What they cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
}

/// A variant.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct VariantSummary {
    /// Its id.
    pub variant: String,
    /// Its weight, in percent.
    pub expected: u32,
    /// Its share of the requests of the route, in percent; null without any.
    pub observed: Option<f64>,
    /// Requests that it got.
    pub requests: u64,
    /// What they cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
}

/// Who answers.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct ModelSummary {
    /// The model or provider; null where that is undetermined, or nobody answers.
    pub name: Option<String>,
    /// Between which it is undetermined; `*` for any that the service offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tied: Vec<String>,
    /// Requests.
    pub requests: u64,
    /// Of all requests that took a route, in percent.
    pub percent: f64,
    /// What they cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
}

/// Requests of one route that cannot be decided.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Undecided {
    /// The route whose condition reads the messages.
    pub route: String,
    /// How many.
    pub requests: u64,
    /// The first of them, counted from 0.
    pub first: u64,
}

/// Requests that moved on from a model that failed.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Moved {
    /// The first model of the plan, which failed.
    pub from: String,
    /// Who answered instead; null where nobody did, or that is undetermined.
    pub to: Option<String>,
    /// Between which it is undetermined.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tied: Vec<String>,
    /// How many.
    pub requests: u64,
    /// Tokens of their prompts and answers, where they were counted.
    pub tokens: u64,
}

/// A condition that had no value.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Failed {
    /// Its route; null for all that are not listed.
    pub route: Option<String>,
    /// Why.
    pub reason: String,
    /// How often.
    pub requests: u64,
    /// The first time, counted from 0.
    pub first: u64,
}

/// Something worth knowing about requests.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Noticed {
    /// The rule's name; null for all that are not listed.
    pub name: Option<String>,
    /// What it is about, such as a key.
    pub about: String,
    /// How often.
    pub requests: u64,
    /// The first time, counted from 0.
    pub first: u64,
}

/// US dollars at list prices.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Cost {
    /// At least.
    pub min: f64,
    /// At most.
    pub max: f64,
    /// Requests whose price is not known, which are not counted in.
    pub unpriced: u64,
    /// Tokens of prompts.
    pub input_tokens: u64,
    /// Tokens of answers.
    pub output_tokens: u64,
}

impl Cost {
    fn of(sum: &Sum) -> Cost {
        let Range { min, max } = sum.cost;
        Cost {
            min: min.dollars(),
            max: max.dollars(),
            unpriced: sum.unpriced,
            input_tokens: sum.input,
            output_tokens: sum.output,
        }
    }
}

impl From<Option<Tally>> for Counted {
    fn from(tally: Option<Tally>) -> Self {
        Self { requests: tally.map_or(0, |t| t.count), first: tally.map(|t| t.first) }
    }
}

/// Percent with one digit behind the point, as it is printed.
#[expect(clippy::cast_precision_loss, reason = "for people")]
fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { (part as f64 * 1000.0 / whole as f64).round() / 10.0 }
}

impl RouterSummary {
    /// Of one router. `costs`: whether costs were asked for.
    pub fn new(plan: &Plan, totals: &RouterTotals, costs: bool) -> Self {
        let cost = |sum: &Sum| costs.then(|| Cost::of(sum));
        let name = |at: usize| {
            let route = plan.routes.get(at).or(plan.default.as_ref());
            route.map_or_else(String::new, |route| route.id.to_string())
        };
        let routes = plan.routes.iter().chain(&plan.default).enumerate().map(|(at, route)| {
            let all = totals.route(at);
            let sums = totals.variants.get(at).map(Vec::as_slice).unwrap_or_default();
            let variants = route.variants.iter().zip(sums).map(|(variant, sum)| VariantSummary {
                variant: variant.id.to_string(),
                expected: variant.weight,
                observed: (all.requests > 0).then(|| percent(sum.requests, all.requests)),
                requests: sum.requests,
                cost: cost(sum),
            });
            RouteSummary {
                route: route.id.to_string(),
                requests: all.requests,
                percent: percent(all.requests, totals.requests),
                variants: variants.collect(),
                cost: cost(&all),
            }
        });
        let answered: u64 = totals.models.values().map(|sum| sum.requests).sum();
        let mut providers: Vec<(Who, Sum)> = Vec::new();
        for (who, sum) in &totals.models {
            let who = provider(who);
            match providers.iter_mut().find(|(known, _)| *known == who) {
                Some((_, known)) => known.add(sum),
                None => providers.push((who, *sum)),
            }
        }
        let row = |(who, sum): (&Who, &Sum)| {
            let (name, tied) = named(who);
            let percent = percent(sum.requests, answered);
            ModelSummary { name, tied, requests: sum.requests, percent, cost: cost(sum) }
        };
        let mut models: Vec<ModelSummary> = totals.models.iter().map(row).collect();
        let mut providers: Vec<ModelSummary> = providers.iter().map(|(who, sum)| row((who, sum))).collect();
        models.sort_by_key(|model| std::cmp::Reverse(model.requests));
        providers.sort_by_key(|model| std::cmp::Reverse(model.requests));
        let mut moved: Vec<Moved> = totals
            .moved
            .iter()
            .map(|((from, who), sum)| {
                let (to, tied) = named(who);
                let tokens = sum.input.saturating_add(sum.output);
                Moved { from: from.to_string(), to, tied, requests: sum.requests, tokens }
            })
            .collect();
        moved.sort_by_key(|moved| std::cmp::Reverse(moved.requests));
        let undecided = &totals.undecided;
        let mut errors: Vec<Failed> = totals
            .errors
            .named
            .iter()
            .map(|((at, reason), tally)| Failed {
                route: Some(name(*at)),
                reason: reason.clone(),
                requests: tally.count,
                first: tally.first,
            })
            .collect();
        errors.extend(totals.errors.rest.map(|tally| Failed {
            route: None,
            reason: "others".to_owned(),
            requests: tally.count,
            first: tally.first,
        }));
        let mut findings: Vec<Noticed> = totals
            .findings
            .named
            .iter()
            .map(|((rule, about), tally)| Noticed {
                name: Some((*rule).to_owned()),
                about: about.clone(),
                requests: tally.count,
                first: tally.first,
            })
            .collect();
        findings.extend(totals.findings.rest.map(|tally| Noticed {
            name: None,
            about: "others".to_owned(),
            requests: tally.count,
            first: tally.first,
        }));
        Self {
            router: plan.router.to_string(),
            requests: totals.requests,
            routes: routes.collect(),
            unmatched: totals.unmatched.into(),
            undecided: undecided
                .named
                .iter()
                .map(|(at, tally)| Undecided { route: name(*at), requests: tally.count, first: tally.first })
                .collect(),
            models,
            providers,
            moved,
            errors,
            findings,
            cost: cost(&totals.all),
        }
    }
}

/// The provider of whoever answers; where that is undetermined, the providers between which it is.
fn provider(who: &Who) -> Who {
    let of = |id: &std::sync::Arc<str>| {
        id.split_once('/').map_or_else(|| id.clone(), |(provider, _)| provider.into())
    };
    match who {
        Who::Model(id) => Who::Model(of(id)),
        Who::Tied(ids) => {
            let mut providers: Vec<std::sync::Arc<str>> = ids.iter().map(of).collect();
            providers.sort();
            providers.dedup();
            match providers.as_slice() {
                [only] => Who::Model(only.clone()),
                _ => Who::Tied(providers),
            }
        }
        other => other.clone(),
    }
}

fn named(who: &Who) -> (Option<String>, Vec<String>) {
    match who {
        Who::Model(id) => (Some(id.to_string()), Vec::new()),
        Who::Tied(ids) => (None, ids.iter().map(ToString::to_string).collect()),
        Who::Open => (None, vec!["*".to_owned()]),
        Who::Nobody => (None, Vec::new()),
    }
}
