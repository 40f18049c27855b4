//! A decision against what a test says of it.

use std::sync::Arc;

use super::why;
use crate::catalogue::assumptions::Assumed;
use crate::compile::{Plan, Rank, Variant};
use crate::model::{
    Data, Expectation, ExpectedAttempt, ExpectedCost, ExpectedError, ExpectedPrompt, TestCase,
};
use crate::simulate::{self, Attempts, Charged, Decision, Outages, Prices, Prompt, Request, unanswered};
use crate::source::{Span, Spanned};

/// A request that was decided.
pub(super) struct Asked<'a> {
    pub(super) plan: &'a Plan,
    pub(super) prices: &'a Prices<'a>,
    pub(super) request: &'a Request,
    pub(super) decision: &'a Decision<'a>,
    pub(super) attempts: &'a Attempts<'a>,
    pub(super) outages: &'a Outages,
    pub(super) assumed: &'a Assumed,
    /// Whether the test says that it assumes how users are drawn (A06).
    pub(super) users_are_drawn: bool,
}

/// Something that is not as it must be.
#[derive(Clone, Debug)]
pub(super) struct Mismatch {
    /// The words of the test.
    pub(super) span: Span,
    /// The rest of a sentence that begins with the test.
    pub(super) words: String,
    /// The same beside the words of the test.
    pub(super) short: String,
    /// Why it is so.
    pub(super) note: Option<String>,
    /// The shares of the variants of which one is expected, where a test does not say that it assumes who gets which.
    pub(super) rests_on: Option<String>,
}

/// One thing that a test says.
struct Claim {
    span: Span,
    /// What it is about: "the route".
    what: String,
    wanted: String,
    got: String,
    holds: bool,
    /// Whether who may answer explains it.
    of_plan: bool,
}

const FIRST_MODEL: &str = "the model of the first attempt";
const FIRST_PROVIDER: &str = "the provider of the first attempt";
const TRIED: &str = "what is tried";
const COST: &str = "the cost";
/// What the plan explains.
const PLAN: [&str; 4] = [FIRST_MODEL, FIRST_PROVIDER, TRIED, COST];

/// How much of a text is shown.
const SHOWN: usize = 80;

impl Asked<'_> {
    /// Everything that is not as the test says.
    pub(super) fn compare(&self, test: &TestCase) -> Vec<Mismatch> {
        let variants = test.expect.iter().chain(&test.not).filter_map(|e| e.variant.as_ref());
        if let Some(open) = variants.filter_map(|variant| self.rests_on_draw(variant)).next() {
            return vec![open];
        }
        let mut out = Vec::new();
        let mut plan_matters = false;
        if let Some(expect) = &test.expect {
            for claim in self.claims(expect).into_iter().filter(|claim| !claim.holds) {
                let Claim { span, what, wanted, got, of_plan, .. } = claim;
                plan_matters |= of_plan;
                let words = format!("{what} is {got}, not {wanted}");
                out.push(Mismatch { span, words, short: format!("is {got}"), note: None, rests_on: None });
            }
        }
        if let Some(not) = &test.not {
            for claim in self.claims(not).into_iter().filter(|claim| claim.holds) {
                plan_matters |= claim.of_plan;
                let words = format!("{} is {}, which it must not be", claim.what, claim.got);
                let short = "must not be so".to_owned();
                out.push(Mismatch { span: claim.span, words, short, note: None, rests_on: None });
            }
        }
        if let Some(first) = out.first_mut() {
            let route = test.expect.as_ref().and_then(|expect| expect.route.as_ref());
            let wanted = route.and_then(|route| route.value.as_deref());
            first.note = Some(why::why(self, wanted, plan_matters));
        }
        out
    }

    fn rests_on_draw(&self, variant: &Spanned<String>) -> Option<Mismatch> {
        let weighted: Vec<&Variant> = self.variants().iter().filter(|variant| variant.weight > 0).collect();
        let shares: Vec<String> = weighted.iter().map(|v| format!("{}: {}", v.id, v.weight)).collect();
        (weighted.len() > 1 && !self.users_are_drawn).then(|| Mismatch {
            span: variant.span,
            words: String::new(),
            short: String::new(),
            note: None,
            rests_on: Some(shares.join(", ")),
        })
    }

    fn variants(&self) -> &[Variant] {
        self.decision.route.map(|route| route.variants.as_slice()).unwrap_or_default()
    }

    /// All that an expectation says, and whether it is so.
    fn claims(&self, expect: &Expectation) -> Vec<Claim> {
        let mut out = Vec::new();
        let mut claim = |span: Span, what: &str, wanted: String, got: String, holds: bool| {
            let of_plan = PLAN.contains(&what);
            out.push(Claim { span, what: what.to_owned(), wanted, got, holds, of_plan });
        };
        let decision = self.decision;
        if let Some(route) = &expect.route {
            let got = decision.route.map(|route| &*route.id);
            let wanted = route.value.as_deref();
            claim(route.span, "the route", named(wanted), named(got), wanted == got);
        }
        if let Some(variant) = &expect.variant {
            let got = decision.variant.map(|variant| &*variant.id);
            claim(
                variant.span,
                "the variant",
                code(&variant.value),
                named(got),
                got == Some(&*variant.value),
            );
        }
        let first = decision.plan.first();
        if let Some(model) = &expect.model {
            let holds = matches!(first, Some(Rank::Model(id)) if is_model(id, &model.value));
            claim(model.span, FIRST_MODEL, code(&model.value), place(first), holds);
        }
        if let Some(provider) = &expect.provider {
            let providers = first.map(providers).unwrap_or_default();
            let got = match (first, providers.as_slice()) {
                (Some(Rank::Open), _) => "any that the service offers".to_owned(),
                (_, []) => "none".to_owned(),
                (_, some) => some.iter().map(|name| code(name)).collect::<Vec<_>>().join(" or "),
            };
            let holds = providers == [provider.value.as_str()];
            claim(provider.span, FIRST_PROVIDER, code(&provider.value), got, holds);
        }
        if let Some(plan) = &expect.plan {
            let holds = plan.value.len() == decision.plan.len()
                && plan.value.iter().zip(decision.plan).all(|(wanted, rank)| is_rank(rank, wanted));
            let wanted = plan.value.iter().map(|ids| one_of(ids.iter().map(|id| id.value.as_str())));
            let got = decision.plan.iter().map(|rank| place(Some(rank)));
            claim(plan.span, "the plan", in_order(wanted), in_order(got), holds);
        }
        if let Some(attempts) = &expect.attempts {
            let (wanted, got, holds) = self.attempts(&attempts.value);
            claim(attempts.span, TRIED, wanted, got, holds);
        }
        for (id, share) in &expect.shares {
            let known = self.variants().iter().find(|variant| *variant.id == *id.value);
            let got = known.map_or(0, |variant| variant.weight);
            let holds = f64::from(got) == share.value;
            let what = format!("the share of {}", code(&id.value));
            claim(share.span, &what, format!("{}%", share.value), format!("{got}%"), holds);
        }
        if let Some(error) = &expect.error {
            let got = unanswered(decision, self.attempts);
            let (wanted, holds) = match &error.value {
                ExpectedError::Any(true) => ("any".to_owned(), got.is_some()),
                ExpectedError::Any(false) => ("none".to_owned(), got.is_none()),
                ExpectedError::Saying(words) => (
                    format!("one that says {}", code(words)),
                    got.is_some_and(|got| got.contains(words.as_str())),
                ),
            };
            claim(error.span, "the error", wanted, named(got), holds);
        }
        for (name, wanted) in &expect.params {
            let got = self.parameter(&name.value);
            let holds = got.is_some_and(|got| same(got, wanted));
            let got = got.map_or_else(|| "not set".to_owned(), shown);
            claim(name.span, &code(&name.value), shown(wanted), got, holds);
        }
        if let Some(prompt) = &expect.prompt {
            let (wanted, got, holds) = self.prompt(&prompt.value);
            claim(prompt.span, "the prompt", wanted, got, holds);
        }
        if let Some(cost) = &expect.cost {
            let (wanted, got, holds) = self.cost(cost);
            claim(cost.span, COST, wanted, got, holds);
        }
        out
    }

    fn attempts(&self, wanted: &[ExpectedAttempt]) -> (String, String, bool) {
        let made: Vec<(String, String)> = self
            .attempts
            .made()
            .map(|attempt| {
                let models = match &*attempt.models {
                    [] => "*".to_owned(),
                    ids => ids.join(" | "),
                };
                (models, attempt.failure.map_or_else(|| "ok".to_owned(), |failure| failure.to_string()))
            })
            .collect();
        let fits = |(attempt, (models, outcome)): (&ExpectedAttempt, &(String, String))| {
            is_model(models, &attempt.model.value)
                && attempt.outcome.as_ref().is_none_or(|wanted| wanted.value == *outcome)
        };
        let holds = wanted.len() == made.len() && wanted.iter().zip(&made).all(fits);
        let told = |model: &str, outcome: Option<&str>| match outcome {
            Some(outcome) => format!("{} ({outcome})", code(model)),
            None => code(model),
        };
        let wanted =
            wanted.iter().map(|a| told(&a.model.value, a.outcome.as_ref().map(|o| o.value.as_str())));
        let got = made.iter().map(|(model, outcome)| told(model, Some(outcome)));
        (in_order(wanted), in_order(got), holds)
    }

    /// A parameter that is sent: of the generation parameters unless it is one of those beside them.
    fn parameter(&self, name: &str) -> Option<&Data> {
        let parameters = &self.decision.variant?.parameters;
        match name {
            "web_search" => parameters.web_search.as_ref(),
            "web_search_options" => parameters.web_search_options.as_ref(),
            "compression" => parameters.compression.as_ref(),
            _ => parameters.text_generation_config.as_ref()?.get(name),
        }
    }

    fn prompt(&self, wanted: &ExpectedPrompt) -> (String, String, bool) {
        let variables = self.request.prompt_variables();
        let Prompt { messages, .. } = match self.decision.variant {
            Some(variant) => simulate::render(&variant.parameters, &variables, true),
            None => Prompt::default(),
        };
        let got = in_order(messages.iter().map(|m| format!("{} says {}", m.role, cut(&m.content))));
        match wanted {
            ExpectedPrompt::Saying(words) => {
                let holds = messages.iter().any(|message| message.content.contains(words.as_str()));
                (format!("one that says {}", cut(words)), got, holds)
            }
            ExpectedPrompt::Messages(wanted) => {
                let same =
                    |((role, content), got): (&(Spanned<String>, Spanned<String>), &simulate::Message)| {
                        role.value == got.role && content.value == got.content
                    };
                let holds = wanted.len() == messages.len() && wanted.iter().zip(&messages).all(same);
                let wanted =
                    wanted.iter().map(|(role, text)| format!("{} says {}", role.value, cut(&text.value)));
                (in_order(wanted), got, holds)
            }
        }
    }

    /// What it costs whoever answers.
    fn cost(&self, wanted: &ExpectedCost) -> (String, String, bool) {
        let words = match (wanted.min, wanted.max) {
            (Some(min), Some(max)) => format!("from {min} to {max} US dollars"),
            (Some(min), None) => format!("at least {min} US dollars"),
            (None, Some(max)) => format!("at most {max} US dollars"),
            (None, None) => "known".to_owned(),
        };
        let routed = self.decision.route.zip(self.decision.variant);
        let usage = routed.and_then(|(_, variant)| {
            self.request.usage.or_else(|| self.request.estimate(&variant.parameters, None))
        });
        let Some((usage, (route, variant))) = usage.zip(routed) else {
            return (
                words,
                "unknown: neither `usage` nor `max_tokens` says how long the answer is".to_owned(),
                false,
            );
        };
        let (attempts, outages) = (self.attempts, self.outages);
        let charged = Charged { chain: self.decision.plan, attempts, outages, usage, baseline: None };
        let others = route.variants.iter().filter(|v| !v.slots.is_empty() && !std::ptr::eq(*v, variant));
        let bill = self.prices.bill(&charged, others.map(|variant| variant.chain.ranks.as_slice()));
        let Some(range) = bill.route.range else {
            return (words, "unknown: no candidate's price is known".to_owned(), false);
        };
        let (min, max) = (range.min.dollars(), range.max.dollars());
        let holds = wanted.min.is_none_or(|least| min >= least) && wanted.max.is_none_or(|most| max <= most);
        let got = if min == max { format!("{min} US dollars") } else { format!("{min} to {max} US dollars") };
        match bill.route.open {
            true => (words, format!("{got}, and more where a price is not known"), false),
            false => (words, got, holds),
        }
    }
}

pub(super) fn code(text: &str) -> String {
    format!("`{text}`")
}

pub(super) fn named(name: Option<&str>) -> String {
    name.map_or_else(|| "none".to_owned(), code)
}

fn cut(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = line.join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("`{}…`", line.get(..at).unwrap_or_default()),
        None => code(&line),
    }
}

fn in_order(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    if items.is_empty() { "nothing".to_owned() } else { items.join(", then ") }
}

fn one_of<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    let ids: Vec<String> = ids.map(code).collect();
    match ids.as_slice() {
        [only] => only.clone(),
        several => format!("one of {}", several.join(", ")),
    }
}

pub(super) fn place(rank: Option<&Rank>) -> String {
    match rank {
        Some(Rank::Model(id)) => code(id),
        Some(Rank::Tied(ids)) => one_of(ids.iter().map(|id| &**id)),
        Some(Rank::Open) => "any that the service offers".to_owned(),
        None => "none".to_owned(),
    }
}

/// Whether a model is meant by a name: its id, or what stands in it behind the provider.
pub(super) fn is_model(id: &str, name: &str) -> bool {
    id == name || (!name.contains('/') && id.split_once('/').is_some_and(|(_, model)| model == name))
}

fn is_rank(rank: &Rank, wanted: &[Spanned<String>]) -> bool {
    match (rank, wanted) {
        (Rank::Model(id), [only]) => is_model(id, &only.value),
        (Rank::Open, [only]) => only.value == "*",
        (Rank::Tied(ids), several) => {
            ids.len() == several.len()
                && ids.iter().all(|id| several.iter().any(|wanted| is_model(id, &wanted.value)))
        }
        _ => false,
    }
}

fn providers(rank: &Rank) -> Vec<&str> {
    let of = |id: &Arc<str>| -> usize { id.find('/').unwrap_or(id.len()) };
    let ids: &[Arc<str>] = match rank {
        Rank::Model(id) => std::slice::from_ref(id),
        Rank::Tied(ids) => ids,
        Rank::Open => &[],
    };
    let mut names: Vec<&str> = ids.iter().filter_map(|id| id.get(..of(id))).collect();
    names.dedup();
    names
}

/// The same value; 1 and 1.0 are.
pub(super) fn same(a: &Data, b: &Data) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "parameters are small numbers")]
    match (a, b) {
        (Data::Int(a), Data::Float(b)) | (Data::Float(b), Data::Int(a)) => *a as f64 == *b,
        (Data::List(a), Data::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Data::Map(a), Data::Map(wanted)) => {
            a.len() == wanted.len()
                && wanted.iter().all(|(key, b)| a.iter().any(|(k, a)| k == key && same(a, b)))
        }
        _ => a == b,
    }
}

pub(super) fn shown(data: &Data) -> String {
    cut(&crate::emit::value(data).to_string())
}
