//! What a request costs: at whoever answers it, and at whoever might.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::cost::{Picodollars, Range, Rates};
use super::outage::{Answer, Attempts, Outages};
use super::usage::Usage;
use crate::catalogue::{Catalogue, ModelId};
use crate::compile::{Plan, Rank};

/// What is known of models that cost something.
#[derive(Debug)]
pub struct Prices<'c> {
    catalogue: &'c Catalogue,
    /// Those that the plans name.
    known: FxHashMap<Arc<str>, Facts>,
}

/// What is known of one.
#[derive(Clone, Copy, Debug, Default)]
struct Facts {
    rates: Option<Rates>,
    /// Tokens of prompt and answer together.
    context: Option<u64>,
}

/// What one request costs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bill {
    /// Its tokens.
    pub usage: Usage,
    /// At whoever answers; none where that may be somebody whose price is not known.
    pub answered: Option<Range>,
    /// Whichever candidate of its variant answers.
    pub variant: Spread,
    /// Whichever variant of its route it is given, too.
    pub route: Spread,
    /// What the cache would have saved that whoever answers does not have.
    pub lost: Option<Picodollars>,
    /// The same tokens at the model that all is compared with.
    pub baseline: Option<Picodollars>,
    /// Candidates whose context is too short for it.
    pub overflows: Vec<Arc<str>>,
}

/// Costs of which any may come true.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Spread {
    /// From the least to the most of those that are known.
    pub range: Option<Range>,
    /// Whether others are not known.
    pub open: bool,
}

/// What becomes of a request, for its bill.
#[derive(Clone, Copy, Debug)]
pub struct Charged<'a> {
    /// The candidates of its variant.
    pub chain: &'a [Rank],
    /// Who answers.
    pub attempts: &'a Attempts<'a>,
    /// What is down.
    pub outages: &'a Outages,
    /// Its tokens.
    pub usage: Usage,
    /// The model that all is compared with.
    pub baseline: Option<Rates>,
}

impl Spread {
    fn include(&mut self, cost: Option<Picodollars>) {
        match (cost, self.range) {
            (Some(cost), Some(range)) => {
                self.range = Some(Range { min: range.min.min(cost), max: range.max.max(cost) });
            }
            (Some(cost), None) => self.range = Some(Range::exactly(cost)),
            (None, _) => self.open = true,
        }
    }

    fn join(self, other: Spread) -> Spread {
        let ranges = self.range.into_iter().chain(other.range);
        Spread {
            range: Range::over(ranges.flat_map(|range| [range.min, range.max])),
            open: self.open || other.open,
        }
    }
}

impl<'c> Prices<'c> {
    /// Of all models that the plans name.
    pub fn new(plans: &[Plan], catalogue: &'c Catalogue) -> Self {
        let mut prices = Self { catalogue, known: FxHashMap::default() };
        let routes = plans.iter().flat_map(|plan| plan.routes.iter().chain(&plan.default));
        for rank in routes.flat_map(|route| &route.variants).flat_map(|variant| &variant.chain.ranks) {
            for id in ids(rank) {
                let facts = prices.look_up(id);
                prices.known.insert(id.clone(), facts);
            }
        }
        prices
    }

    /// The prices of a model, if they are known.
    pub fn rates(&self, id: &str) -> Option<Rates> {
        self.facts(id).rates
    }

    fn facts(&self, id: &str) -> Facts {
        self.known.get(id).copied().unwrap_or_else(|| self.look_up(id))
    }

    fn look_up(&self, id: &str) -> Facts {
        let model = ModelId::parse(id).ok().and_then(|id| self.catalogue.get(id.name));
        model.map_or_else(Facts::default, |model| Facts {
            rates: Rates::of(&model.prices),
            context: model.context.map(u64::from),
        })
    }

    /// What a request costs. `others`: the candidates of the other variants that have a share of its route.
    pub fn bill<'a>(&self, charged: &Charged<'a>, others: impl Iterator<Item = &'a [Rank]>) -> Bill {
        let Charged { chain, attempts, outages, usage, baseline } = *charged;
        let first = |id: &Arc<str>| chain.first().is_some_and(|rank| ids(rank).contains(id));
        let answers = |id: &Arc<str>| self.cost(id, &usage, first(id));
        let answered = match &attempts.answer {
            Answer::Nobody => Some(Range::default()),
            Answer::Model(id) => answers(id).map(Range::exactly),
            Answer::Tied(ids) => ids.iter().map(answers).collect::<Option<Vec<_>>>().and_then(Range::over),
            Answer::Open => None,
        };
        let failed = |id: &Arc<str>| attempts.failed.iter().any(|made| made.models.contains(id));
        let variant = self.spread(chain, &usage, |id| failed(id) || outages.fells(id));
        let route = others
            .map(|chain| self.spread(chain, &usage, |id| outages.fells(id)))
            .fold(variant, Spread::join);
        let lost = match &attempts.answer {
            Answer::Model(id) if usage.cache_read > 0 && !first(id) => {
                self.rates(id).map(|rates| rates.cost(&usage.without_cache()).less(rates.cost(&usage)))
            }
            _ => None,
        };
        let baseline = baseline.map(|rates| rates.cost(&usage));
        let overflows = chain.iter().flat_map(ids).filter(|id| self.overflows(id, &usage)).cloned().collect();
        Bill { usage, answered, variant, route, lost, baseline, overflows }
    }

    /// Of a request at a model. Only the first choice holds anything in its cache.
    fn cost(&self, id: &str, usage: &Usage, first: bool) -> Option<Picodollars> {
        let usage = if first { *usage } else { usage.without_cache() };
        self.rates(id).map(|rates| rates.cost(&usage))
    }

    /// Whichever candidate answers that is not out. Without any the request fails, and costs nothing.
    fn spread(&self, chain: &[Rank], usage: &Usage, out: impl Fn(&Arc<str>) -> bool) -> Spread {
        let mut spread = Spread::default();
        for (at, rank) in chain.iter().enumerate() {
            spread.open |= *rank == Rank::Open;
            for id in ids(rank).iter().filter(|id| !out(id)) {
                spread.include(self.cost(id, usage, at == 0));
            }
        }
        if spread.range.is_none() && !spread.open {
            spread.range = Some(Range::default());
        }
        spread
    }

    fn overflows(&self, id: &str, usage: &Usage) -> bool {
        self.facts(id).context.is_some_and(|context| usage.total() > context)
    }

    /// Those of some candidates whose price is not known; `*` for any that the service offers.
    pub fn unpriced(&self, chain: &[Rank]) -> Vec<String> {
        let open = chain.contains(&Rank::Open).then(|| "*".to_owned());
        let unknown = chain.iter().flat_map(ids).filter(|id| self.rates(id).is_none());
        unknown.map(ToString::to_string).chain(open).collect()
    }
}

fn ids(rank: &Rank) -> &[Arc<str>] {
    match rank {
        Rank::Model(id) => std::slice::from_ref(id),
        Rank::Tied(ids) => ids,
        Rank::Open => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::Outage;

    /// Dollars a token: `a/x` 1 and 2, from the cache a half; `b/y` 2 and 2; `c/z` unknown.
    fn catalogue() -> Catalogue {
        Catalogue::embedded()
            .overlay(
                r#"{"models": [
                    {"provider": "a", "model": "x", "spec": {"contextLength": 100},
                     "pricing": {"prompt": 0.001, "completion": 0.002, "cacheReadToken": 0.0005}},
                    {"provider": "b", "model": "y", "pricing": {"prompt": 0.002, "completion": 0.002}},
                    {"provider": "c", "model": "z"}
                ]}"#,
            )
            .unwrap()
    }

    fn model(id: &str) -> Rank {
        Rank::Model(Arc::from(id))
    }

    fn milli(dollars: u128) -> Picodollars {
        Picodollars(dollars * 1_000_000_000)
    }

    fn between(min: u128, max: u128) -> Option<Range> {
        Some(Range { min: milli(min), max: milli(max) })
    }

    fn bill(chain: &[Rank], down: &[&str], usage: Usage, others: &[Vec<Rank>]) -> Bill {
        let catalogue = catalogue();
        let outages = down.iter().map(|text| Outage::parse(text, &catalogue, &[]).unwrap()).collect();
        let outages = Outages(outages);
        let attempts = outages.attempts(chain, 0, 0);
        let prices = Prices::new(&[], &catalogue);
        let charged =
            Charged { chain, attempts: &attempts, outages: &outages, usage, baseline: prices.rates("b/y") };
        prices.bill(&charged, others.iter().map(Vec::as_slice))
    }

    const TOKENS: Usage = Usage { input: 10, cache_read: 0, cache_write: 0, output: 5, measured: true };

    #[test]
    fn at_whoever_answers_and_at_whoever_might() {
        let chain = [model("a/x"), model("b/y")];
        let found = bill(&chain, &[], TOKENS, &[]);
        assert_eq!(found.answered, between(20, 20));
        assert_eq!(found.variant.range, between(20, 30));
        assert_eq!(found.baseline, Some(milli(30)));
        let found = bill(&chain[..1], &[], TOKENS, &[vec![model("b/y")]]);
        assert_eq!((found.variant.range, found.route.range), (between(20, 20), between(20, 30)));
        let tied = [Rank::Tied(vec![Arc::from("a/x"), Arc::from("b/y")])];
        assert_eq!(bill(&tied, &[], TOKENS, &[]).answered, between(20, 30));
        let found = bill(&chain, &["a"], TOKENS, &[]);
        assert_eq!((found.answered, found.variant.range), (between(30, 30), between(30, 30)));
        let found = bill(&chain, &["a", "b"], TOKENS, &[]);
        assert_eq!((found.answered, found.variant.range), (between(0, 0), between(0, 0)));
    }

    #[test]
    fn what_is_not_known_is_no_zero() {
        let found = bill(&[model("c/z"), model("a/x")], &[], TOKENS, &[]);
        assert_eq!(found.answered, None);
        assert_eq!(found.variant, Spread { range: between(20, 20), open: true });
        let found = bill(&[model("a/x"), Rank::Open], &[], TOKENS, &[]);
        assert_eq!(found.answered, between(20, 20));
        assert!(found.variant.open);
        let tied = [Rank::Tied(vec![Arc::from("a/x"), Arc::from("c/z")])];
        assert_eq!(bill(&tied, &[], TOKENS, &[]).answered, None);
        let catalogue = catalogue();
        let prices = Prices::new(&[], &catalogue);
        assert_eq!(prices.unpriced(&[model("a/x"), model("c/z"), Rank::Open]), ["c/z", "*"]);
    }

    #[test]
    fn the_cache_is_lost_on_a_failover() {
        let chain = [model("b/y"), model("a/x")];
        let cached = Usage { cache_read: 8, input: 2, ..TOKENS };
        let found = bill(&chain, &["b"], cached, &[]);
        // Ten of the prompt at full price where two and eight from the cache would have been 2 + 4.
        assert_eq!((found.answered, found.lost), (between(20, 20), Some(milli(4))));
        let found = bill(&[model("a/x"), model("b/y")], &[], cached, &[]);
        assert_eq!((found.answered, found.lost), (between(16, 16), None));
        assert_eq!(found.variant.range, between(16, 30));
    }

    #[test]
    fn what_is_too_long_is_told_for_each_candidate() {
        let chain = [model("b/y"), model("a/x")];
        let overflows = |tokens| bill(&chain, &[], Usage { input: tokens, ..TOKENS }, &[]).overflows;
        assert!(overflows(95).is_empty());
        assert_eq!(overflows(96), [Arc::from("a/x")]);
    }
}
