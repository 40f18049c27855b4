//! What answering costs, as far as prices are known.
//!
//! A request costs what its first attempt does, at the price list of its model, each variant weighed by its share. Where
//! several models may be the first, or the service chooses, it is a range or unknown: nothing is averaged or invented.

use std::ops::AddAssign;
use std::sync::Arc;

use super::{Rank, Route};
use crate::catalogue::{Catalogue, ModelId, Prices};

/// How long a request and its answer are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tokens {
    /// Tokens of the prompt.
    pub input: u64,
    /// Tokens of the completion.
    pub output: u64,
}

impl Default for Tokens {
    /// What is taken where nobody says: the blend of [`crate::catalogue::PRICE_BLEND`].
    fn default() -> Self {
        Self { input: 1_500, output: 500 }
    }
}

/// US dollars: between these, inclusive.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Usd {
    /// At least.
    pub min: f64,
    /// At most.
    pub max: f64,
}

impl Usd {
    /// So many times as much.
    pub fn times(self, n: f64) -> Self {
        Self { min: self.min * n, max: self.max * n }
    }
}

impl AddAssign for Usd {
    fn add_assign(&mut self, other: Self) {
        self.min += other.min;
        self.max += other.max;
    }
}

/// What the first attempts of a route cost.
#[derive(Clone, Debug, Default)]
pub struct Costs {
    /// Each variant's share, and the prices of the models that may be its first.
    shares: Vec<(f64, Vec<Prices>)>,
    /// Models of a share whose price is not known; `*` where the service may choose any.
    pub unpriced: Vec<Arc<str>>,
}

impl Costs {
    /// Of a route. Without one a request fails, and costs nothing.
    pub fn of(route: Option<&Route>, catalogue: &Catalogue) -> Self {
        let mut costs = Self::default();
        for variant in route.iter().flat_map(|route| &route.variants).filter(|variant| variant.weight > 0) {
            let models: &[Arc<str>] = match variant.chain.ranks.first() {
                // Everything is ignored: it fails as well.
                None => continue,
                Some(Rank::Open) => {
                    costs.unpriced.push(Arc::from("*"));
                    continue;
                }
                Some(Rank::Model(id)) => std::slice::from_ref(id),
                Some(Rank::Tied(ids)) => ids,
            };
            let mut prices = Vec::new();
            for id in models {
                let known =
                    ModelId::parse(id).ok().and_then(|id| catalogue.known(id.name)).map(|model| model.prices);
                match known.filter(|prices| prices.prompt.is_some() && prices.completion.is_some()) {
                    Some(known) => prices.push(known),
                    None => costs.unpriced.push(Arc::clone(id)),
                }
            }
            costs.shares.push((f64::from(variant.weight) / 100.0, prices));
        }
        costs.unpriced.sort();
        costs.unpriced.dedup();
        costs
    }

    /// Of one request, on average over its users. `None` where a price is not known.
    pub fn usd(&self, tokens: Tokens) -> Option<Usd> {
        if !self.unpriced.is_empty() {
            return None;
        }
        let mut sum = Usd::default();
        for (share, prices) in &self.shares {
            let costs = prices.iter().filter_map(|prices| prices.cost(tokens.input, tokens.output));
            let (min, max) =
                costs.fold((f64::INFINITY, 0.0), |(min, max), cost| (cost.min(min), cost.max(max)));
            sum += Usd { min: min.min(max), max }.times(*share);
        }
        Some(sum)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Chain, Variant};
    use super::*;

    fn route(variants: &[(u32, Rank)]) -> Route {
        let mut start = 0;
        let variants = variants.iter().map(|(weight, rank)| {
            let slots = start..start + weight * 100;
            start = slots.end;
            let chain = Chain { ranks: vec![rank.clone()], ..Chain::default() };
            let selection = crate::compile::Selection {
                model: Arc::from("auto"),
                models: Vec::new(),
                ignore: Vec::new(),
                sort: Vec::new(),
                order: Vec::new(),
                allow_fallbacks: true,
            };
            let parameters = crate::compile::Parameters::default();
            Variant { id: Arc::from("v"), weight: *weight, slots, selection, chain, parameters }
        });
        Route { id: Arc::from("r"), condition: None, variants: variants.collect() }
    }

    fn cost(variants: &[(u32, Rank)]) -> Result<(f64, f64), Vec<Arc<str>>> {
        let catalogue = Catalogue::embedded()
            .overlay(
                r#"{"models": [
                    {"provider": "a", "model": "x", "pricing": {"prompt": 0.5, "completion": 2}},
                    {"provider": "a", "model": "y", "pricing": {"prompt": 1, "completion": 1}},
                    {"provider": "a", "model": "z"}
                ]}"#,
            )
            .unwrap();
        let costs = Costs::of(Some(&route(variants)), &catalogue);
        let usd = costs.usd(Tokens { input: 10, output: 2 });
        usd.map(|usd| (usd.min, usd.max)).ok_or(costs.unpriced)
    }

    #[test]
    fn first_attempts_weighed_by_share() {
        let model = |id: &str| Rank::Model(Arc::from(id));
        let tied = || Rank::Tied(vec![Arc::from("a/x"), Arc::from("a/y")]);
        assert_eq!(cost(&[(100, model("a/x"))]), Ok((9.0, 9.0)));
        assert_eq!(cost(&[(50, model("a/x")), (50, model("a/y"))]), Ok((10.5, 10.5)));
        assert_eq!(cost(&[(100, tied())]), Ok((9.0, 12.0)));
        assert_eq!(cost(&[(100, model("a/x")), (0, model("a/z"))]), Ok((9.0, 9.0)));
        assert_eq!(
            cost(&[(50, model("a/z")), (50, Rank::Open)]),
            Err(vec![Arc::from("*"), Arc::from("a/z")])
        );
        assert_eq!(cost(&[]), Ok((0.0, 0.0)));
    }
}
