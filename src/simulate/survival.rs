//! What would be left of a log if one provider failed.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::bill::Bill;
use super::load::provider_of;
use super::named::{Add, Named, merge};
use super::outage::{Attempts, Failure, Outage, Outages};
use super::totals::{Sum, Tally, Who};
use crate::compile::{Plan, Rank};

/// What is left while one provider is down.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Survival {
    /// Requests that take a route.
    pub requests: u64,
    /// Those of them that meet the outage on their way.
    pub hit: u64,
    /// Those of these that nobody answers.
    pub exhausted: Option<Tally>,
    /// Which provider answers those that meet the outage.
    pub by: Named<Who, Sum>,
    /// What all of them cost.
    pub all: Sum,
}

impl Survival {
    /// Counts a request that takes a route.
    pub fn count(&mut self, provider: &str, index: u64, attempts: &Attempts<'_>, bill: Option<&Bill>) {
        self.requests += 1;
        let sum = Sum::of(bill.map(|bill| (bill, &bill.route)));
        let failed = |id: &Arc<str>| *provider_of(id) == *provider;
        let hit = attempts.failed.iter().any(|made| made.models.iter().any(failed));
        if hit {
            self.hit += 1;
            let who = Who::from(&attempts.answer).provider();
            if who == Who::Nobody {
                merge(&mut self.exhausted, Some(Tally { count: 1, first: index }));
            }
            self.by.add(who, sum);
        }
        self.all.add(&sum);
    }

    /// Adds those of another part of the same run.
    pub fn merge(&mut self, other: Survival) {
        self.requests += other.requests;
        self.hit += other.hit;
        merge(&mut self.exhausted, other.exhausted);
        self.by.merge(other.by);
        self.all.add(&other.all);
    }
}

/// The providers that may answer anything, by name.
pub fn providers(plans: &[Plan]) -> Vec<Arc<str>> {
    let routes = plans.iter().flat_map(|plan| plan.routes.iter().chain(&plan.default));
    let variants = routes.flat_map(|route| &route.variants).filter(|variant| variant.weight > 0);
    let mut found = BTreeSet::new();
    for rank in variants.flat_map(|variant| &variant.chain.ranks) {
        match rank {
            Rank::Model(id) => drop(found.insert(provider_of(id))),
            Rank::Tied(ids) => found.extend(ids.iter().map(provider_of)),
            Rank::Open => {}
        }
    }
    found.into_iter().collect()
}

impl Outages {
    /// These, and one provider besides.
    pub fn and(&self, provider: &Arc<str>) -> Outages {
        let one = Outage { target: provider.clone(), share: 1.0, failure: Failure::Down };
        Outages(self.0.iter().cloned().chain([one]).collect())
    }
}
