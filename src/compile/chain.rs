//! The candidates of a variant in the order in which they would be tried, as far as that is known.

use std::sync::Arc;

use crate::catalogue::{Catalogue, Model, ModelId, Target};
use crate::model::{Criterion, Direction, Metric, Variant};

/// What would be tried, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chain {
    /// The ranks, first one first.
    pub ranks: Vec<Rank>,
    /// The assumptions that this order rests on.
    pub assumptions: Vec<&'static str>,
}

/// One place in a [`Chain`].
#[derive(Clone, Debug, PartialEq)]
pub enum Rank {
    /// This model.
    Model(Arc<str>),
    /// These, in an order that rests on figures nobody gave.
    Tied(Vec<Arc<str>>),
    /// Whatever the service offers that the variant does not ignore: `auto` without a pool.
    Open,
}

/// A candidate and what it can be ranked by.
#[derive(Clone, Debug)]
struct Candidate {
    id: Arc<str>,
    provider: Option<String>,
    price: Option<f64>,
}

impl Candidate {
    fn of(model: &Model) -> Candidate {
        Candidate {
            id: Arc::from(model.id().as_str()),
            provider: Some(model.provider.clone()),
            price: model.prices.blended(),
        }
    }
}

/// The chain of a variant. `None` when its model could not be read.
pub(super) fn chain(variant: &Variant, catalogue: &Catalogue) -> Option<Chain> {
    let model = variant.model.as_ref()?;
    let mut builder = Builder { variant, catalogue, assumptions: Vec::new() };
    let listed: Vec<&str> =
        variant.selection.models.iter().flat_map(|m| &m.items).map(|m| m.value.as_str()).collect();
    let ranks = if variant.is_auto() {
        builder.pool(&listed)
    } else {
        let mut ranks = builder.primary(&model.value);
        ranks.extend(builder.fallbacks(&listed));
        ranks
    };
    builder.assumptions.sort_unstable();
    builder.assumptions.dedup();
    Some(Chain { ranks: without_repeats(ranks), assumptions: builder.assumptions })
}

struct Builder<'a> {
    variant: &'a Variant,
    catalogue: &'a Catalogue,
    assumptions: Vec<&'static str>,
}

impl Builder<'_> {
    /// A concrete model is itself; a bare name is whoever serves it, in `provider.order`, else by `sort`, else by
    /// latency, of which nobody gave figures.
    fn primary(&mut self, id: &str) -> Vec<Rank> {
        let candidates = self.expand(id);
        if self.variant.selection.provider.is_some() && is_bare(id) {
            return self.by_order(candidates);
        }
        self.sorted(candidates)
    }

    /// By `sort` if given, else as listed.
    fn fallbacks(&mut self, listed: &[&str]) -> Vec<Rank> {
        if self.criteria().is_empty() {
            return listed.iter().flat_map(|id| self.primary(id)).collect();
        }
        let candidates = listed.iter().flat_map(|id| self.expand(id)).collect();
        self.sorted(candidates)
    }

    fn pool(&mut self, listed: &[&str]) -> Vec<Rank> {
        if listed.is_empty() {
            return vec![Rank::Open];
        }
        let mut candidates: Vec<Candidate> = Vec::new();
        for id in listed {
            for candidate in self.expand(id) {
                if !candidates.iter().any(|c| c.id == candidate.id) {
                    candidates.push(candidate);
                }
            }
        }
        self.sorted(candidates)
    }

    /// The models that an entry stands for, without the ignored ones.
    fn expand(&self, id: &str) -> Vec<Candidate> {
        let mut out = match ModelId::parse(id).map(|parsed| parsed.target) {
            Ok(Target::Bare(bare))
                if self.catalogue.has_provider(bare) && !self.catalogue.knows_bare(bare) =>
            {
                self.catalogue
                    .ids()
                    .filter(|id| id.split_once('/').is_some_and(|(provider, _)| provider == bare))
                    .filter_map(|id| self.catalogue.get(id))
                    .map(|model| Candidate::of(&model))
                    .collect()
            }
            Ok(Target::Bare(bare)) => {
                self.catalogue.serving(bare).iter().map(Candidate::of).collect::<Vec<_>>()
            }
            _ => Vec::new(),
        };
        if out.is_empty() {
            let parsed = ModelId::parse(id).ok();
            let known = parsed.and_then(|parsed| self.catalogue.get(parsed.name));
            out.push(Candidate {
                id: Arc::from(id),
                provider: parsed.and_then(|p| p.provider()).map(str::to_owned),
                price: known.and_then(|m| m.prices.blended()),
            });
        }
        out.retain(|candidate| !self.ignored(candidate));
        out
    }

    fn ignored(&self, candidate: &Candidate) -> bool {
        self.variant.selection.ignore.iter().flat_map(|list| &list.value).any(|entry| {
            let entry = entry.value.as_str();
            *entry == *candidate.id
                || candidate.provider.as_deref() == Some(entry)
                || is_bare(entry) && self.catalogue.serving(entry).iter().any(|m| m.id() == *candidate.id)
        })
    }

    fn criteria(&self) -> &[Criterion] {
        self.variant.selection.sort.as_ref().map_or(&[], |sort| sort.value.as_slice())
    }

    /// Exactly the providers listed, in that order; then the others, unless they are ruled out (A08).
    fn by_order(&mut self, mut candidates: Vec<Candidate>) -> Vec<Rank> {
        let Some(choice) = &self.variant.selection.provider else { return self.sorted(candidates) };
        let listed: Vec<&str> =
            choice.order.iter().flat_map(|o| &o.value).map(|p| p.value.as_str()).collect();
        let mut out = Vec::new();
        for provider in &listed {
            let (here, rest) = candidates.into_iter().partition(|c| c.provider.as_deref() == Some(*provider));
            let here: Vec<Candidate> = here;
            candidates = rest;
            out.extend(here.into_iter().map(|c| Rank::Model(c.id)));
        }
        let only_listed = choice.allow_fallbacks.as_ref().is_some_and(|allow| !allow.value);
        if !candidates.is_empty() && !listed.is_empty() {
            self.assumptions.push("A08");
        }
        if listed.is_empty() || !only_listed {
            out.extend(self.sorted(candidates));
        }
        out
    }

    /// Ranks by the criteria, first one first. A criterion without figures leaves undecided all that those before it
    /// left equal, whatever comes after it.
    fn sorted(&mut self, candidates: Vec<Candidate>) -> Vec<Rank> {
        let mut groups = vec![candidates];
        for criterion in self.criteria().to_vec() {
            if criterion.metric != Some(Metric::Price) || groups.iter().all(|g| g.len() < 2) {
                break;
            }
            if criterion.direction.is_none() {
                self.assumptions.push("A07");
            }
            let descending = criterion.direction == Some(Direction::Descending);
            groups = groups.into_iter().flat_map(|group| by_price(group, descending)).collect();
        }
        groups
            .into_iter()
            .filter_map(|group| match group.as_slice() {
                [] => None,
                [only] => Some(Rank::Model(only.id.clone())),
                _ => Some(Rank::Tied(group.into_iter().map(|c| c.id).collect())),
            })
            .collect()
    }
}

/// Groups of equal price, in order; those without a price are the last group.
fn by_price(group: Vec<Candidate>, descending: bool) -> Vec<Vec<Candidate>> {
    let (mut priced, unpriced): (Vec<Candidate>, Vec<Candidate>) =
        group.into_iter().partition(|c| c.price.is_some());
    let price = |c: &Candidate| c.price.unwrap_or(f64::INFINITY);
    priced.sort_by(|a, b| {
        let order = price(a).total_cmp(&price(b));
        if descending { order.reverse() } else { order }
    });
    let mut out: Vec<Vec<Candidate>> = Vec::new();
    for candidate in priced {
        match out.last_mut() {
            Some(last) if last.first().is_some_and(|c| price(c).total_cmp(&price(&candidate)).is_eq()) => {
                last.push(candidate);
            }
            _ => out.push(vec![candidate]),
        }
    }
    if !unpriced.is_empty() {
        out.push(unpriced);
    }
    out
}

/// A model that failed is not asked again: later mentions are dropped.
fn without_repeats(ranks: Vec<Rank>) -> Vec<Rank> {
    let mut seen: Vec<Arc<str>> = Vec::new();
    let mut out = Vec::new();
    for rank in ranks {
        match rank {
            Rank::Model(id) if seen.contains(&id) => {}
            Rank::Model(id) => {
                seen.push(id.clone());
                out.push(Rank::Model(id));
            }
            Rank::Tied(ids) => {
                let ids: Vec<Arc<str>> = ids.into_iter().filter(|id| !seen.contains(id)).collect();
                seen.extend(ids.iter().cloned());
                match ids.as_slice() {
                    [] => {}
                    [only] => out.push(Rank::Model(only.clone())),
                    _ => out.push(Rank::Tied(ids)),
                }
            }
            Rank::Open => out.push(Rank::Open),
        }
    }
    out
}

fn is_bare(id: &str) -> bool {
    matches!(ModelId::parse(id).map(|p| p.target), Ok(Target::Bare(_)))
}
