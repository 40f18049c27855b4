//! Real requests, counted against a comparison.

use rustc_hash::FxHashMap;

use super::{Difference, End, Side, end};
use crate::analyze::compare::place;
use crate::catalogue::assumptions::Assumed;
use crate::compile::cost::{Costs, Tokens, Usd};
use crate::simulate::{Draw, Request, Workspace, decide};

/// Requests that were counted, and what they cost.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Sum {
    /// How many.
    pub requests: u64,
    /// How many of them have another first attempt: where a route divides its users, the share that has.
    pub moved: f64,
    /// US dollars then, of those whose price is known on both sides.
    pub old: Usd,
    /// US dollars now, of the same.
    pub new: Usd,
    /// The difference. It is less wide than that of the sums: what is chosen the same way costs the same.
    pub more: Usd,
    /// How many have a price that is not known.
    pub unpriced: u64,
    /// How many say themselves how long they were.
    pub measured: u64,
}

impl Sum {
    /// Adds other requests.
    pub fn include(&mut self, other: &Self) {
        self.requests += other.requests;
        self.moved += other.moved;
        self.old += other.old;
        self.new += other.new;
        self.more += other.more;
        self.unpriced += other.unpriced;
        self.measured += other.measured;
    }

    /// How much more they cost, in percent of what they did: at most. `None` where that is not known.
    pub fn percent_more(&self) -> Option<f64> {
        if self.unpriced > 0 {
            return None;
        }
        if self.more.max == 0.0 {
            return Some(0.0);
        }
        let base = if self.more.max > 0.0 { self.old.min } else { self.old.max };
        Some(if base > 0.0 { self.more.max / base * 100.0 } else { f64::INFINITY })
    }
}

/// The requests of one pair of routes.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
struct Tally {
    requests: u64,
    old: Usd,
    new: Usd,
    more: Usd,
    unpriced: u64,
    measured: u64,
    first: u64,
}

impl Tally {
    /// `share`: how many of its requests are answered differently, from 0 to 1.
    fn sum(&self, share: f64) -> Sum {
        Sum {
            requests: self.requests,
            moved: self.requests as f64 * share,
            old: self.old,
            new: self.new,
            more: self.more,
            unpriced: self.unpriced,
            measured: self.measured,
        }
    }
}

/// What a log comes to.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    /// All requests.
    pub total: Sum,
    /// Those of each move, in the order of [`Difference::moves`].
    pub moves: Vec<Sum>,
    /// Requests that move although no request that keeps its promises was found to.
    pub strays: Vec<Stray>,
}

/// Requests of a log that move between routes that the comparison does not list.
#[derive(Clone, Debug)]
pub struct Stray {
    /// The routes.
    pub ends: [End; 2],
    /// How many, and their cost.
    pub sum: Sum,
    /// Which record is the first of them, from 0.
    pub first: u64,
}

/// Counts requests.
pub struct Replay<'a> {
    difference: &'a Difference<'a>,
    costs: [Vec<Costs>; 2],
    spaces: [Workspace; 2],
    tokens: Tokens,
    pairs: FxHashMap<(usize, usize), Tally>,
}

impl<'a> Replay<'a> {
    /// `tokens`: how long a request is taken to be that does not say so itself.
    pub fn new(difference: &'a Difference<'a>, tokens: Tokens) -> Self {
        let costs = |side: &Side<'_>| side.routes().map(|route| Costs::of(route, side.catalogue)).collect();
        let space = |side: &Side<'_>| Workspace::new(&side.plan);
        let sides = difference.sides;
        Self {
            difference,
            costs: sides.map(costs),
            spaces: sides.map(space),
            tokens,
            pairs: FxHashMap::default(),
        }
    }

    /// Counts one. `record`: which one it is, from 0; `usage`: how long it was, if that is known.
    pub fn count(&mut self, record: u64, request: &Request, usage: Option<Tokens>) {
        let [old, new] = self.difference.sides;
        let [was, is] = &mut self.spaces;
        let draw = Draw { seed: 0, index: record };
        let assumed = Assumed::default();
        let before = place(&old.plan, &decide(&old.plan, request, draw, &assumed, was));
        let after = place(&new.plan, &decide(&new.plan, request, draw, &assumed, is));
        let tokens = usage.unwrap_or(self.tokens);
        let [was, is] = &self.costs;
        let usd = |costs: &[Costs], place: usize| costs.get(place)?.usd(tokens);
        let same = self.difference.number(0, before) == self.difference.number(1, after);
        let tally = self.pairs.entry((before, after)).or_insert(Tally { first: record, ..Tally::default() });
        tally.requests += 1;
        tally.measured += u64::from(usage.is_some());
        match (usd(was, before), usd(is, after)) {
            (Some(was), Some(is)) => {
                tally.old += was;
                tally.new += is;
                // Where the same choice is open on both sides, it is made the same way.
                let (a, b) = if same {
                    (is.min - was.min, is.max - was.max)
                } else {
                    (is.min - was.max, is.max - was.min)
                };
                tally.more += Usd { min: a.min(b), max: a.max(b) };
            }
            // What is answered as before costs as before, whatever that is.
            (None, None) if same => {}
            _ => tally.unpriced += 1,
        }
    }

    /// What all of them come to.
    pub fn finish(self) -> Traffic {
        let difference = self.difference;
        let mut traffic =
            Traffic { moves: vec![Sum::default(); difference.moves.len()], ..Traffic::default() };
        let mut pairs: Vec<((usize, usize), Tally)> = self.pairs.into_iter().collect();
        pairs.sort_by_key(|(pair, _)| *pair);
        for ((old, new), tally) in pairs {
            let known =
                difference.moves.iter().position(|m| (m.ends[0].place, m.ends[1].place) == (old, new));
            let differs = difference.number(0, old) != difference.number(1, new);
            let share = match known.and_then(|at| difference.moves.get(at)) {
                Some(found) => found.share,
                None if differs => difference.share(old, new),
                None => 0.0,
            };
            let sum = tally.sum(share);
            traffic.total.include(&sum);
            if let Some(own) = known.and_then(|at| traffic.moves.get_mut(at)) {
                own.include(&sum);
            } else if differs {
                let [was, is] = &difference.outcomes;
                traffic.strays.push(Stray { ends: [end(was, old), end(is, new)], sum, first: tally.first });
            }
        }
        traffic
    }
}
