//! Sums over many decisions.
//!
//! Whatever is counted here can be added up in any order, so a run on several threads comes to the same sums as one on
//! a single thread. Sizes depend on the definition and on how many different reasons there are, not on the number of
//! requests.

use std::fmt;
use std::sync::Arc;

use super::bill::{Bill, Spread};
use super::cost::{Picodollars, Range};
use super::decide::Decision;
use super::finding::Finding;
use super::load::provider_of;
use super::named::{Add, Named, merge};
use super::outage::{Answer, Attempts};
use crate::catalogue::functions::MESSAGES;
use crate::cel::program::Verdict;
use crate::cel::value::word::same;
use crate::cel::value::{EvalError, EvalErrorKind};
use crate::compile::{Condition, Plan, Route};

/// How many who may answer are counted apart: a definition may name that many.
const MOST_MODELS: usize = 1000;

/// How often something happened, and in which request first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tally {
    /// How often.
    pub count: u64,
    /// The index of the first request.
    pub first: u64,
}

/// Tallies by name.
pub type Tallies<K> = Named<K, Tally>;

impl Add for Tally {
    fn add(&mut self, other: &Tally) {
        self.count += other.count;
        self.first = self.first.min(other.first);
    }
}

impl<K: Ord> Tallies<K> {
    /// Counts one more.
    pub fn count(&mut self, name: K, request: u64) {
        self.add(name, Tally { count: 1, first: request });
    }
}

fn once_more(tally: &mut Option<Tally>, request: u64) {
    merge(tally, Some(Tally { count: 1, first: request }));
}

/// Requests, and what they come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sum {
    /// How many.
    pub requests: u64,
    /// Those whose tokens are known.
    pub billed: u64,
    /// Those whose tokens the log tells; those of the others are estimated.
    pub measured: u64,
    /// Tokens of their prompts.
    pub input: u64,
    /// Those of them that come from a cache.
    pub cached: u64,
    /// Tokens of their answers.
    pub output: u64,
    /// What they cost at those who answer, as far as prices are known.
    pub cost: Range,
    /// How many of them have no known price.
    pub unpriced: u64,
    /// What they cost whoever answers, as far as prices are known.
    pub spread: Range,
    /// How many of them might be answered by somebody whose price is not known.
    pub open: u64,
    /// Tokens that were to come from a cache that whoever answers does not have.
    pub lost_tokens: u64,
    /// What that costs.
    pub lost: Picodollars,
}

impl Sum {
    /// One request, and which of its spreads counts.
    pub(super) fn of(bill: Option<(&Bill, &Spread)>) -> Self {
        let mut sum = Sum::default();
        sum.count(bill);
        sum
    }

    /// Counts a request, and which of its spreads counts.
    #[inline]
    fn count(&mut self, bill: Option<(&Bill, &Spread)>) {
        self.requests += 1;
        // A log that tells no tokens takes no time for them.
        if let Some((bill, spread)) = bill {
            self.charge(bill, spread);
        }
    }

    fn charge(&mut self, bill: &Bill, spread: &Spread) {
        self.billed += 1;
        self.measured += u64::from(bill.usage.measured);
        self.input += bill.usage.prompt();
        self.cached += bill.usage.cache_read;
        self.output += bill.usage.output;
        match bill.answered {
            Some(cost) => self.cost += cost,
            None => self.unpriced += 1,
        }
        self.spread += spread.range.unwrap_or_default();
        self.open += u64::from(spread.open);
        if let Some(lost) = bill.lost {
            self.lost_tokens += bill.usage.cache_read;
            self.lost += lost;
        }
    }
}

impl Add for Sum {
    fn add(&mut self, other: &Sum) {
        self.requests += other.requests;
        self.billed += other.billed;
        self.measured += other.measured;
        self.input += other.input;
        self.cached += other.cached;
        self.output += other.output;
        self.cost += other.cost;
        self.unpriced += other.unpriced;
        self.spread += other.spread;
        self.open += other.open;
        self.lost_tokens += other.lost_tokens;
        self.lost += other.lost;
    }
}

/// The same requests here and at one model.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Comparison {
    /// Those that somebody answers whose price is known.
    pub requests: u64,
    /// What they cost at those who answer.
    pub here: Range,
    /// What they cost at that model.
    pub there: Picodollars,
}

impl Comparison {
    fn count(&mut self, attempts: &Attempts<'_>, bill: &Bill) {
        if let (Some(here), Some(there)) = (bill.answered, bill.baseline)
            && attempts.answer != Answer::Nobody
        {
            self.add(&Comparison { requests: 1, here, there });
        }
    }
}

impl Add for Comparison {
    fn add(&mut self, other: &Comparison) {
        self.requests += other.requests;
        self.here += other.here;
        self.there += other.there;
    }
}

/// Who answered, as a name to count by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Who {
    /// This model.
    Model(Arc<str>),
    /// One of these.
    Tied(Vec<Arc<str>>),
    /// Any that the service offers.
    Open,
    /// Nobody: all attempts failed.
    Nobody,
}

impl Who {
    /// The provider of whoever answers; where that is undetermined, the providers between which it is.
    pub fn provider(&self) -> Who {
        match self {
            Who::Model(id) => Who::Model(provider_of(id)),
            Who::Tied(ids) => {
                let mut providers: Vec<Arc<str>> = ids.iter().map(provider_of).collect();
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
}

impl From<&Answer<'_>> for Who {
    fn from(answer: &Answer<'_>) -> Self {
        match answer {
            Answer::Model(id) => Who::Model(Arc::clone(id)),
            Answer::Tied(ids) => Who::Tied(ids.to_vec()),
            Answer::Open => Who::Open,
            Answer::Nobody => Who::Nobody,
        }
    }
}

/// Whether an answer has this name.
fn is(known: &Who, answer: &Answer<'_>) -> bool {
    match (known, answer) {
        (Who::Model(known), Answer::Model(id)) => same(known, id),
        (Who::Tied(known), Answer::Tied(ids)) => known.as_slice() == &**ids,
        (Who::Open, Answer::Open) | (Who::Nobody, Answer::Nobody) => true,
        _ => false,
    }
}

/// The sums of one router.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct RouterTotals {
    /// Requests for it, decided or not.
    pub requests: u64,
    /// Those that no route matched, where there is no default route.
    pub unmatched: Option<Tally>,
    /// Those whose route depends on messages that the log leaves out, by the route that asks for them.
    pub undecided: Tallies<usize>,
    /// Those without messages whose conditions saw an empty list.
    pub empty: Option<Tally>,
    /// Whether any carries messages.
    pub speaks: bool,
    /// By route, the default route last.
    pub routes: Vec<Sum>,
    /// The same by variant.
    pub variants: Vec<Vec<Sum>>,
    /// By who answers.
    pub models: Named<Who, Sum>,
    /// Those that were answered by another than the first of their plan, by the model that failed first.
    pub moved: Named<(Arc<str>, Who), Sum>,
    /// Those that run out of attempts: everybody who may answer fails, or is ignored.
    pub exhausted: Option<Tally>,
    /// Those that are too long for one of their candidates, by that.
    pub overflows: Tallies<Arc<str>>,
    /// All of it against one model.
    pub baseline: Comparison,
    /// Conditions that had no value, by route and reason.
    pub errors: Tallies<(usize, Reason)>,
    /// What is worth knowing about requests, by rule and key.
    pub findings: Tallies<(&'static str, String)>,
    /// All of it.
    pub all: Sum,
}

/// What became of one request for a router.
pub struct Outcome<'o> {
    /// Which request of the run.
    pub index: u64,
    /// Where it goes.
    pub decision: &'o Decision<'o>,
    /// Who answers.
    pub attempts: &'o Attempts<'o>,
    /// What is worth knowing about the request.
    pub findings: &'o [Finding],
    /// Whether it carries no messages.
    pub silent: bool,
    /// What it costs, where that is asked for.
    pub bill: Option<&'o Bill>,
}

impl RouterTotals {
    /// Nothing yet.
    pub fn new(plan: &Plan) -> Self {
        let routes = plan.routes.iter().chain(&plan.default);
        let variants: Vec<_> = routes.map(|route| vec![Sum::default(); route.variants.len()]).collect();
        Self { routes: vec![Sum::default(); variants.len()], variants, ..Self::default() }
    }

    /// Counts a request.
    pub fn count(&mut self, plan: &Plan, outcome: &Outcome<'_>) {
        let Outcome { index, decision, attempts, findings, silent, bill } = *outcome;
        self.requests += 1;
        for finding in findings {
            self.findings.count((finding.rule.name, finding.about.clone()), index);
        }
        let mut near = 0;
        for (at, verdict) in decision.verdicts.iter().enumerate() {
            if let Verdict::Missing { slot, .. } = verdict {
                self.missing(plan, at, *slot, index, &mut near);
            } else if let Verdict::Error(error) = verdict {
                self.error(plan, at, error, index);
            }
        }
        if let Some(at) = decision.undecided {
            self.undecided.count(at, index);
            return;
        }
        self.speaks |= !silent;
        let reads = |route: &Route| route.condition.as_ref().is_some_and(|c| c.reads_messages);
        if silent && plan.routes.iter().take(decision.verdicts.len()).any(reads) {
            once_more(&mut self.empty, index);
        }
        let Some(route) = decision.route else {
            once_more(&mut self.unmatched, index);
            return;
        };
        let at = decision.position.unwrap_or(plan.routes.len());
        let by_route = bill.map(|bill| (bill, &bill.route));
        let by_variant = bill.map(|bill| (bill, &bill.variant));
        self.all.count(by_route);
        if let Some(route) = self.routes.get_mut(at) {
            route.count(by_route);
        }
        let variant =
            decision.variant.and_then(|v| route.variants.iter().position(|other| std::ptr::eq(other, v)));
        if let Some(known) = variant.and_then(|variant| self.variants.get_mut(at)?.get_mut(variant)) {
            known.count(by_variant);
        }
        if attempts.answer == Answer::Nobody {
            once_more(&mut self.exhausted, index);
        }
        if let Some(first) = attempts.failed.first()
            && let Some(model) = first.models.first()
        {
            let way = (model.clone(), Who::from(&attempts.answer));
            self.moved.add_among(MOST_MODELS, way, Sum::of(by_variant));
        }
        let answer = &attempts.answer;
        match self.models.near(0, |known| is(known, answer)) {
            Some((_, sum)) => sum.count(by_variant),
            None => self.models.add_among(MOST_MODELS, Who::from(answer), Sum::of(by_variant)),
        }
        if let Some(bill) = bill {
            bill.overflows.iter().for_each(|id| self.overflows.count(id.clone(), index));
            self.baseline.count(attempts, bill);
        }
    }

    /// Counts a condition that has no value because a request lacks a variable. The tally is sought from `near` on: those
    /// of one request stand in the order of the routes, as tallies do.
    fn missing(&mut self, plan: &Plan, at: usize, slot: usize, index: u64, near: &mut usize) {
        let Some(name) = plan.programs.slots().get(slot).map(|slot| &slot.name) else { return };
        let tally = Tally { count: 1, first: index };
        // Most requests lack something: there is no need to name it anew each time.
        let is = |(route, reason): &(usize, Reason)| {
            *route == at && matches!(reason, Reason::Absent(known) if same(known, name))
        };
        match self.errors.near(*near, is) {
            Some((found, known)) => {
                *near = found + 1;
                known.add(&tally);
            }
            // Messages that were left out of the log are counted elsewhere.
            None if **name == *MESSAGES => {}
            None => self.errors.add((at, Reason::Absent(Arc::clone(name))), tally),
        }
    }

    /// Counts a condition that has no value for another reason.
    fn error(&mut self, plan: &Plan, at: usize, error: &EvalError, index: u64) {
        let condition = plan.routes.get(at).and_then(|route| route.condition.as_ref());
        let reason = match &error.kind {
            EvalErrorKind::MissingVariable(name) => Reason::Absent(Arc::clone(name)),
            _ => Reason::Other(reason(condition, error)),
        };
        self.errors.count((at, reason), index);
    }

    /// Adds the sums of another part of the same run.
    pub fn merge(&mut self, other: RouterTotals) {
        self.requests += other.requests;
        self.all.add(&other.all);
        merge(&mut self.unmatched, other.unmatched);
        merge(&mut self.empty, other.empty);
        self.speaks |= other.speaks;
        self.undecided.merge(other.undecided);
        for (mine, theirs) in self.variants.iter_mut().zip(&other.variants) {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| mine.add(theirs));
        }
        self.routes.iter_mut().zip(&other.routes).for_each(|(mine, theirs)| mine.add(theirs));
        self.models.merge_among(MOST_MODELS, other.models);
        self.moved.merge_among(MOST_MODELS, other.moved);
        merge(&mut self.exhausted, other.exhausted);
        self.overflows.merge(other.overflows);
        self.baseline.add(&other.baseline);
        self.errors.merge(other.errors);
        self.findings.merge(other.findings);
    }
}

/// Why a condition has no value.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reason {
    /// The request has no such metadata.
    Absent(Arc<str>),
    /// Anything else, in words.
    Other(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent(name) => write!(f, "`{name}` is absent"),
            Self::Other(words) => f.write_str(words),
        }
    }
}

/// Why a condition has no value, in words that tell nothing of what a request says.
fn reason(condition: Option<&Condition>, error: &EvalError) -> String {
    match &error.kind {
        EvalErrorKind::NoSuchKey(key) if condition.is_none_or(|c| !c.reads_messages) => {
            format!("no such key: {key}")
        }
        EvalErrorKind::NoSuchKey(_) | EvalErrorKind::Invalid(_) => {
            let place = error.span.zip(condition);
            let text = place
                .and_then(|(span, condition)| condition.text.get(span.start as usize..span.end as usize));
            let words: Vec<&str> = text.unwrap_or_default().split_whitespace().collect();
            match words.as_slice() {
                [] => "something does not fit what it is given to".to_owned(),
                words => format!("`{}` has no value for what it is given", words.join(" ")),
            }
        }
        kind => kind.to_string(),
    }
}
