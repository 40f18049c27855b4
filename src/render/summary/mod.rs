//! The sums of a simulation: as data, and as tables and bars for people.

mod costs;
mod csv;
mod html;
mod human;
mod load;
mod make;
mod reality;
mod resilience;
mod table;

use indexmap::IndexMap;
use serde::Serialize;

pub(super) use csv::cell;
pub use csv::csv;
pub use html::html;
pub use human::human;
pub(super) use human::{bar, who};
pub(super) use make::named;
pub(super) use table::Table;

pub use load::{LoadRow, LoadSummary, PerMinute, QuotaRow};
pub use reality::{AgainstSummary, Disagreement};
pub use resilience::{Answerer, Resilience};

use crate::simulate::{Add, Comparison, Range, Sum};

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
    /// What all of them cost together, where tokens are known and there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
    /// What comes to each provider, where something is down or it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load: Option<LoadSummary>,
    /// With `--down each`: what is left while one provider is down, for each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resilience: Vec<Resilience>,
    /// With `--against`: how predictions and answers agree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<AgainstSummary>,
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
    /// Requests without messages whose conditions saw an empty list: where the log leaves messages out,
    /// `--without-messages` tells what is undecided.
    pub empty: Counted,
    /// Whether any request carries messages.
    pub speaks: bool,
    /// Who answers, the most frequent first.
    pub models: Vec<ModelSummary>,
    /// The same by provider.
    pub providers: Vec<ModelSummary>,
    /// Requests that another than the first of their plan answers.
    pub moved: Vec<Moved>,
    /// Requests that run out of attempts: everybody who may answer fails, or is ignored.
    pub out_of_attempts: Counted,
    /// Requests that are too long for the context of a candidate.
    pub overflows: Vec<Overflow>,
    /// Conditions that had no value.
    pub errors: Vec<Failed>,
    /// What is worth knowing about requests.
    pub findings: Vec<Noticed>,
    /// What all of it costs, where tokens are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
    /// With `--baseline-model`: the same requests at that model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Baseline>,
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

/// Requests that are too long for a candidate.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Overflow {
    /// The candidate; null for all that are not listed.
    pub model: Option<String>,
    /// How many requests.
    pub requests: u64,
    /// The first of them, counted from 0.
    pub first: u64,
}

/// US dollars at list prices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Cost {
    /// At those who answer.
    pub answered: Usd,
    /// At least, whichever candidate answers.
    pub min: f64,
    /// At most, whichever candidate answers.
    pub max: f64,
    /// Requests whose tokens are known.
    pub requests: u64,
    /// Those of them whose tokens are estimated.
    pub estimated: u64,
    /// Those whose tokens are not known, and which are in none of the sums.
    pub uncounted: u64,
    /// Those that may be answered by a model whose price is not known: they are not in `answered`.
    pub unpriced: u64,
    /// Those that have a candidate whose price is not known: what it costs is not in `min` and `max`.
    pub open: u64,
    /// Tokens of prompts.
    pub input_tokens: u64,
    /// Those of them that were read from a cache.
    pub cached_tokens: u64,
    /// Tokens of answers.
    pub output_tokens: u64,
    /// Tokens that were to come from a cache, and are paid in full where another model answers.
    pub lost_tokens: u64,
    /// What that costs.
    pub lost: f64,
}

/// US dollars: a range where it is undetermined who answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Usd {
    /// At least.
    pub min: f64,
    /// At most.
    pub max: f64,
}

/// Everything on one model.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Baseline {
    /// That model.
    pub model: String,
    /// Requests that are compared: those that are answered by somebody whose price is known.
    pub requests: u64,
    /// What they cost here.
    pub here: Usd,
    /// What they cost there.
    pub there: f64,
}

impl From<Range> for Usd {
    fn from(range: Range) -> Self {
        Usd { min: range.min.dollars(), max: range.max.dollars() }
    }
}

impl Cost {
    /// None where no tokens are known.
    pub(super) fn of(sum: &Sum) -> Option<Cost> {
        let spread = Usd::from(sum.spread);
        (sum.billed > 0).then(|| Cost {
            answered: sum.cost.into(),
            min: spread.min,
            max: spread.max,
            requests: sum.billed,
            estimated: sum.billed - sum.measured,
            uncounted: sum.requests - sum.billed,
            unpriced: sum.unpriced,
            open: sum.open,
            input_tokens: sum.input,
            cached_tokens: sum.cached,
            output_tokens: sum.output,
            lost_tokens: sum.lost_tokens,
            lost: sum.lost.dollars(),
        })
    }

    /// Of several routers together.
    pub fn together<'s>(sums: impl Iterator<Item = &'s Sum>) -> Option<Cost> {
        let mut all = Sum::default();
        sums.for_each(|sum| all.add(sum));
        Cost::of(&all)
    }
}

impl Baseline {
    fn of(model: &str, comparison: &Comparison) -> Baseline {
        Baseline {
            model: model.to_owned(),
            requests: comparison.requests,
            here: comparison.here.into(),
            there: comparison.there.dollars(),
        }
    }
}

/// Percent with one digit behind the point, as it is printed.
#[expect(clippy::cast_precision_loss, reason = "for people")]
fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { (part as f64 * 1000.0 / whole as f64).round() / 10.0 }
}
