//! What a router comes to without any request: exact shares of variants, and of the models that answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::outage::Outages;
use super::totals::Who;
use crate::compile::Plan;

/// One route.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteShares {
    /// Its id.
    pub route: Arc<str>,
    /// Its variants.
    pub variants: Vec<VariantShares>,
    /// Who answers, from 0 to 1, the largest share first.
    pub answers: Vec<(Who, f64)>,
}

/// One variant.
#[derive(Clone, Debug, PartialEq)]
pub struct VariantShares {
    /// Its id.
    pub variant: Arc<str>,
    /// Its share of the route, in percent.
    pub weight: u32,
    /// Who answers, of 1, in the order of the plan.
    pub answers: Vec<(Who, f64)>,
}

/// Of each route, the default route last.
pub fn shares(plan: &Plan, outages: &Outages) -> Vec<RouteShares> {
    let route = |route: &crate::compile::Route| {
        let mut all: BTreeMap<Who, f64> = BTreeMap::new();
        let mut variants = Vec::new();
        for variant in &route.variants {
            let expected = outages.expected(&variant.chain.ranks);
            let answers: Vec<(Who, f64)> =
                expected.iter().map(|(answer, share)| (Who::from(answer), *share)).collect();
            for (who, share) in answers.iter().filter(|_| variant.weight > 0) {
                *all.entry(who.clone()).or_default() += share * f64::from(variant.weight) / 100.0;
            }
            variants.push(VariantShares { variant: variant.id.clone(), weight: variant.weight, answers });
        }
        let mut answers: Vec<(Who, f64)> = all.into_iter().collect();
        answers.sort_by(|a, b| b.1.total_cmp(&a.1));
        RouteShares { route: route.id.clone(), variants, answers }
    };
    plan.routes.iter().chain(&plan.default).map(route).collect()
}
