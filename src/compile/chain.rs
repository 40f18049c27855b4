//! The candidates of a variant in the order in which they would be tried, as far as that is known.

use std::sync::Arc;

use super::selection::Selection;
use crate::catalogue::{Catalogue, Figures, Model, ModelId, Target};
use crate::model::{Direction, Metric};

/// What would be tried, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chain {
    /// The ranks, first one first.
    pub ranks: Vec<Rank>,
    /// The assumptions that this order rests on.
    pub assumptions: Vec<&'static str>,
    /// The criteria that leave candidates tied because nobody gave figures of all of them.
    pub lacks: Vec<Metric>,
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
    figures: Figures,
}

impl Candidate {
    fn of(model: &Model, catalogue: &Catalogue) -> Candidate {
        let id = model.id();
        Candidate {
            figures: catalogue.figures(&id),
            id: Arc::from(id),
            provider: Some(model.provider.clone()),
            price: model.prices.blended(),
        }
    }
}

/// The chain of a selection.
pub(super) fn chain(selection: &Selection, catalogue: &Catalogue) -> Chain {
    let mut builder = Builder { selection, catalogue, assumptions: Vec::new(), lacks: Vec::new() };
    let ranks = if selection.is_auto() {
        builder.pool()
    } else {
        let mut ranks = builder.primary(&selection.model);
        ranks.extend(builder.fallbacks());
        ranks
    };
    builder.assumptions.sort_unstable();
    builder.assumptions.dedup();
    Chain { ranks: without_repeats(ranks), assumptions: builder.assumptions, lacks: builder.lacks }
}

struct Builder<'a> {
    selection: &'a Selection,
    catalogue: &'a Catalogue,
    assumptions: Vec<&'static str>,
    lacks: Vec<Metric>,
}

/// A metric with its direction, if one is given.
pub(super) type By = (Metric, Option<Direction>);

/// What ranks where nothing else is said.
const LATENCY: By = (Metric::Latency, Some(Direction::Ascending));

impl Builder<'_> {
    /// A concrete model is itself; a bare name is whoever serves it, in `provider.order`, else by `sort`, else by
    /// latency.
    fn primary(&mut self, id: &str) -> Vec<Rank> {
        let candidates = self.expand(id);
        if !self.selection.order.is_empty() && is_bare(id) {
            return self.by_order(candidates);
        }
        if self.selection.sort.is_empty() {
            return self.sorted(candidates, &[LATENCY]);
        }
        self.sorted(candidates, &self.selection.sort)
    }

    /// By `sort` if given, else as listed.
    fn fallbacks(&mut self) -> Vec<Rank> {
        let listed = &self.selection.models;
        if self.selection.sort.is_empty() {
            return listed.iter().flat_map(|id| self.primary(id)).collect();
        }
        let candidates = listed.iter().flat_map(|id| self.expand(id)).collect();
        self.sorted(candidates, &self.selection.sort)
    }

    fn pool(&mut self) -> Vec<Rank> {
        if self.selection.models.is_empty() {
            return vec![Rank::Open];
        }
        let mut candidates: Vec<Candidate> = Vec::new();
        for id in &self.selection.models {
            for candidate in self.expand(id) {
                if !candidates.iter().any(|c| c.id == candidate.id) {
                    candidates.push(candidate);
                }
            }
        }
        self.sorted(candidates, &self.selection.sort)
    }

    /// The models that an entry stands for, without the ignored ones.
    fn expand(&self, id: &str) -> Vec<Candidate> {
        let standing = if is_bare(id) { self.catalogue.standing_for(id) } else { Vec::new() };
        let mut out: Vec<Candidate> =
            standing.iter().map(|model| Candidate::of(model, self.catalogue)).collect();
        if out.is_empty() {
            let parsed = ModelId::parse(id).ok();
            let known = parsed.and_then(|parsed| self.catalogue.known(parsed.name));
            out.push(Candidate {
                id: Arc::from(id),
                provider: parsed.and_then(|p| p.provider()).map(str::to_owned),
                price: known.and_then(|m| m.prices.blended()),
                figures: self.catalogue.figures(id),
            });
        }
        out.retain(|candidate| !self.ignored(candidate));
        out
    }

    fn ignored(&self, candidate: &Candidate) -> bool {
        self.selection.ignore.iter().any(|entry| {
            let entry = &**entry;
            *entry == *candidate.id
                || candidate.provider.as_deref() == Some(entry)
                || is_bare(entry) && self.catalogue.serving(entry).iter().any(|m| m.id() == *candidate.id)
        })
    }

    /// Exactly the providers listed, in that order; then the others, unless they are ruled out (A08).
    fn by_order(&mut self, mut candidates: Vec<Candidate>) -> Vec<Rank> {
        let listed = &self.selection.order;
        let mut out = Vec::new();
        for provider in listed {
            let (here, rest) =
                candidates.into_iter().partition(|c| c.provider.as_deref() == Some(&**provider));
            let here: Vec<Candidate> = here;
            candidates = rest;
            out.extend(here.into_iter().map(|c| Rank::Model(c.id)));
        }
        if !candidates.is_empty() {
            self.assumptions.push("A08");
        }
        if self.selection.allow_fallbacks {
            out.extend(self.sorted(candidates, &[LATENCY]));
        }
        out
    }

    /// Ranks by the criteria, first one first. Candidates that a criterion lacks figures of are left tied, whatever
    /// comes after it.
    fn sorted(&mut self, candidates: Vec<Candidate>, by: &[By]) -> Vec<Rank> {
        let mut groups = vec![Group { candidates, settled: false }];
        for (metric, direction) in by {
            let undecided = |group: &Group| !group.settled && group.candidates.len() > 1;
            if !groups.iter().any(undecided) {
                break;
            }
            if direction.is_none() {
                self.assumptions.push("A07");
            }
            let split = |group: Group| {
                if undecided(&group) { by_figure(group.candidates, *metric, *direction) } else { vec![group] }
            };
            groups = groups.into_iter().flat_map(split).collect();
            if groups.iter().any(|group| group.settled) && !self.lacks.contains(metric) {
                self.lacks.push(*metric);
            }
        }
        groups
            .into_iter()
            .filter_map(|group| match group.candidates.as_slice() {
                [] => None,
                [only] => Some(Rank::Model(only.id.clone())),
                _ => Some(Rank::Tied(group.candidates.into_iter().map(|c| c.id).collect())),
            })
            .collect()
    }
}

/// Candidates that no criterion told apart yet.
struct Group {
    candidates: Vec<Candidate>,
    /// A criterion lacked figures of them: no later one may decide.
    settled: bool,
}

/// Groups of equal figures, in order. Those without a price come last; other figures that one of them lacks decide
/// nothing, as it may be the best.
fn by_figure(mut group: Vec<Candidate>, metric: Metric, direction: Option<Direction>) -> Vec<Group> {
    let upwards = matches!(metric, Metric::Price | Metric::Latency);
    let descending = direction.map_or(!upwards, |direction| direction == Direction::Descending);
    let figure = |candidate: &Candidate| match metric {
        Metric::Price => candidate.price,
        Metric::Latency => candidate.figures.latency,
        Metric::Throughput => candidate.figures.throughput,
        Metric::Intelligence => candidate.figures.intelligence,
        Metric::Math => candidate.figures.math,
        Metric::Coding => candidate.figures.coding,
    };
    let mut unknown = Vec::new();
    if metric == Metric::Price {
        (group, unknown) = group.into_iter().partition(|candidate| figure(candidate).is_some());
    } else if group.iter().any(|candidate| figure(candidate).is_none()) {
        return vec![Group { candidates: group, settled: true }];
    }
    let order = |a: &Candidate, b: &Candidate| {
        let order = figure(a).partial_cmp(&figure(b)).unwrap_or(std::cmp::Ordering::Equal);
        if descending { order.reverse() } else { order }
    };
    group.sort_by(order);
    let mut out: Vec<Group> = Vec::new();
    for candidate in group {
        match out.last_mut() {
            Some(last) if last.candidates.first().is_some_and(|c| order(c, &candidate).is_eq()) => {
                last.candidates.push(candidate);
            }
            _ => out.push(Group { candidates: vec![candidate], settled: false }),
        }
    }
    if !unknown.is_empty() {
        out.push(Group { candidates: unknown, settled: false });
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
