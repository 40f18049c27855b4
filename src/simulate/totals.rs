//! Sums over many decisions.
//!
//! Whatever is counted here can be added up in any order, so a run on several threads comes to the same sums as one on
//! a single thread. Sizes depend on the definition and on how many different reasons there are, not on the number of
//! requests.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cost::{Range, Usage};
use super::decide::Decision;
use super::finding::Finding;
use super::outage::{Answer, Attempts};
use crate::cel::program::Verdict;
use crate::cel::value::EvalErrorKind;
use crate::compile::Plan;

/// How many names are counted apart. Of more the first in the order of names are, which are the same ones whatever the
/// order of the requests, and all others together.
const MOST_NAMES: usize = 100;

/// How often something happened, and in which request first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tally {
    /// How often.
    pub count: u64,
    /// The index of the first request.
    pub first: u64,
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.count += other.count;
        self.first = self.first.min(other.first);
    }
}

/// Tallies by name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tallies<K: Ord> {
    /// Those that are counted apart.
    pub named: BTreeMap<K, Tally>,
    /// All others.
    pub rest: Option<Tally>,
}

impl<K: Ord> Default for Tallies<K> {
    fn default() -> Self {
        Self { named: BTreeMap::new(), rest: None }
    }
}

impl<K: Ord> Tallies<K> {
    /// Counts one more.
    pub fn count(&mut self, name: K, request: u64) {
        self.add(name, Tally { count: 1, first: request });
    }

    fn add(&mut self, name: K, tally: Tally) {
        match self.named.get_mut(&name) {
            Some(known) => known.add(tally),
            None => {
                self.named.insert(name, tally);
            }
        }
        // A name that is pushed out has as many before it, and will be pushed out again whenever it returns.
        if self.named.len() > MOST_NAMES
            && let Some((_, last)) = self.named.pop_last()
        {
            self.rest(last);
        }
    }

    fn rest(&mut self, tally: Tally) {
        match &mut self.rest {
            Some(rest) => rest.add(tally),
            none => *none = Some(tally),
        }
    }

    fn merge(&mut self, other: Self) {
        other.named.into_iter().for_each(|(name, tally)| self.add(name, tally));
        other.rest.into_iter().for_each(|tally| self.rest(tally));
    }
}

/// Requests, and what they come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sum {
    /// How many.
    pub requests: u64,
    /// Tokens of their prompts.
    pub input: u64,
    /// Tokens of their answers.
    pub output: u64,
    /// Their cost, as far as prices are known.
    pub cost: Range,
    /// How many of them have no known price.
    pub unpriced: u64,
}

impl Sum {
    fn count(&mut self, bill: Option<&Bill>) {
        self.requests += 1;
        let Some(bill) = bill else { return };
        self.input += bill.usage.prompt();
        self.output += bill.usage.output;
        match bill.cost {
            Some(cost) => self.cost += cost,
            None => self.unpriced += 1,
        }
    }

    /// Adds another sum.
    pub fn add(&mut self, other: &Sum) {
        self.requests += other.requests;
        self.input += other.input;
        self.output += other.output;
        self.cost += other.cost;
        self.unpriced += other.unpriced;
    }
}

/// What one request costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bill {
    /// Its tokens.
    pub usage: Usage,
    /// What they cost at whoever answers; none where a price is missing.
    pub cost: Option<Range>,
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

impl From<&Answer> for Who {
    fn from(answer: &Answer) -> Self {
        match answer {
            Answer::Model(id) => Who::Model(id.clone()),
            Answer::Tied(ids) => Who::Tied(ids.clone()),
            Answer::Open => Who::Open,
            Answer::Nobody => Who::Nobody,
        }
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
    /// By route, the default route last, and by variant.
    pub variants: Vec<Vec<Sum>>,
    /// By who answers.
    pub models: BTreeMap<Who, Sum>,
    /// Those that were answered by another than the first of their plan, by the model that failed first.
    pub moved: BTreeMap<(Arc<str>, Who), Sum>,
    /// Conditions that had no value, by route and reason.
    pub errors: Tallies<(usize, String)>,
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
    pub attempts: &'o Attempts,
    /// What is worth knowing about the request.
    pub findings: &'o [Finding],
    /// What it costs, where that is asked for.
    pub bill: Option<&'o Bill>,
}

impl RouterTotals {
    /// Nothing yet.
    pub fn new(plan: &Plan) -> Self {
        let routes = plan.routes.iter().chain(&plan.default);
        Self {
            variants: routes.map(|route| vec![Sum::default(); route.variants.len()]).collect(),
            ..Self::default()
        }
    }

    /// Counts a request.
    pub fn count(&mut self, plan: &Plan, outcome: &Outcome<'_>) {
        let Outcome { index, decision, attempts, findings, bill } = *outcome;
        self.requests += 1;
        self.all.count(bill);
        for finding in findings {
            self.findings.count((finding.rule, finding.about.clone()), index);
        }
        for (at, verdict) in decision.verdicts.iter().enumerate() {
            if let Verdict::Error(error) = verdict {
                let reason = match &error.kind {
                    EvalErrorKind::MissingVariable(name) => format!("`{name}` is absent"),
                    kind => kind.to_string(),
                };
                self.errors.count((at, reason), index);
            }
        }
        let Some(route) = decision.route else {
            let one = Tally { count: 1, first: index };
            self.unmatched.get_or_insert(Tally { count: 0, first: index }).add(one);
            return;
        };
        let at = decision.position.unwrap_or(plan.routes.len());
        let variant =
            decision.variant.and_then(|v| route.variants.iter().position(|other| std::ptr::eq(other, v)));
        if let Some(sum) = variant.and_then(|variant| self.variants.get_mut(at)?.get_mut(variant)) {
            sum.count(bill);
        }
        let who = Who::from(&attempts.answer);
        if let Some(first) = attempts.made.iter().find(|attempt| attempt.failure.is_some())
            && let Some(model) = first.models.first()
        {
            self.moved.entry((model.clone(), who.clone())).or_default().count(bill);
        }
        self.models.entry(who).or_default().count(bill);
    }

    /// Adds the sums of another part of the same run.
    pub fn merge(&mut self, other: RouterTotals) {
        self.requests += other.requests;
        self.all.add(&other.all);
        if let Some(tally) = other.unmatched {
            match &mut self.unmatched {
                Some(known) => known.add(tally),
                none => *none = Some(tally),
            }
        }
        self.undecided.merge(other.undecided);
        for (mine, theirs) in self.variants.iter_mut().zip(&other.variants) {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| mine.add(theirs));
        }
        for (who, sum) in other.models {
            self.models.entry(who).or_default().add(&sum);
        }
        for (from, sum) in other.moved {
            self.moved.entry(from).or_default().add(&sum);
        }
        self.errors.merge(other.errors);
        self.findings.merge(other.findings);
    }

    /// How many requests went to a route, the default route last.
    pub fn route(&self, at: usize) -> Sum {
        let mut sum = Sum::default();
        self.variants.get(at).into_iter().flatten().for_each(|variant| sum.add(variant));
        sum
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn counted(names: &[(u16, u64)]) -> Tallies<u16> {
        let mut tallies = Tallies::default();
        names.iter().for_each(|(name, request)| tallies.count(*name, *request));
        tallies
    }

    proptest! {
        #[test]
        fn whatever_the_order_and_the_parts(
            mut names in proptest::collection::vec((0_u16..300, 0_u64..1000), 0..600),
            cut in 0_usize..600,
        ) {
            let whole = counted(&names);
            let (left, right) = names.split_at(cut.min(names.len()));
            let mut parts = counted(right);
            parts.merge(counted(left));
            prop_assert_eq!(&parts, &whole);
            names.reverse();
            prop_assert_eq!(counted(&names), whole);
        }
    }
}
