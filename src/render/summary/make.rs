//! Sums as data.

use std::collections::BTreeMap;

use super::{
    Baseline, Cost, Counted, Failed, ModelSummary, Moved, Noticed, Overflow, RouteSummary, RouterSummary,
    Undecided, VariantSummary, percent,
};
use crate::compile::Plan;
use crate::simulate::{Add, RouterTotals, Sum, Tally, Who};

impl From<Option<Tally>> for Counted {
    fn from(tally: Option<Tally>) -> Self {
        Self { requests: tally.map_or(0, |t| t.count), first: tally.map(|t| t.first) }
    }
}

impl RouterSummary {
    /// Of one router. `baseline`: the model that all is compared with.
    pub fn new(plan: &Plan, totals: &RouterTotals, baseline: Option<&str>) -> Self {
        let cost = Cost::of;
        let name = |at: usize| {
            let route = plan.routes.get(at).or(plan.default.as_ref());
            route.map_or_else(String::new, |route| route.id.to_string())
        };
        let routes = plan.routes.iter().chain(&plan.default).enumerate().map(|(at, route)| {
            let all = totals.routes.get(at).copied().unwrap_or_default();
            let sums = totals.variants.get(at).map(Vec::as_slice).unwrap_or_default();
            let variants = route.variants.iter().zip(sums).map(|(variant, sum)| VariantSummary {
                variant: variant.id.to_string(),
                expected: variant.weight,
                observed: (all.requests > 0).then(|| percent(sum.requests, all.requests)),
                requests: sum.requests,
                cost: cost(sum),
            });
            RouteSummary {
                route: route.id.to_string(),
                requests: all.requests,
                percent: percent(all.requests, totals.requests),
                variants: variants.collect(),
                cost: cost(&all),
            }
        });
        let answered: u64 = totals.models.iter().map(|(_, sum)| sum.requests).sum();
        let mut providers: BTreeMap<Option<Who>, Sum> = BTreeMap::new();
        for (who, sum) in totals.models.iter() {
            providers.entry(who.map(Who::provider)).or_default().add(sum);
        }
        let row = |(who, sum): (Option<&Who>, &Sum)| {
            let (name, tied) = named(who);
            let percent = percent(sum.requests, answered);
            ModelSummary { name, tied, requests: sum.requests, percent, cost: cost(sum) }
        };
        let mut models: Vec<ModelSummary> = totals.models.iter().map(row).collect();
        let mut providers: Vec<ModelSummary> =
            providers.iter().map(|(who, sum)| row((who.as_ref(), sum))).collect();
        models.sort_by_key(|model| std::cmp::Reverse(model.requests));
        providers.sort_by_key(|model| std::cmp::Reverse(model.requests));
        let mut moved: Vec<Moved> = totals
            .moved
            .iter()
            .map(|(key, sum)| {
                let (to, tied) = named(key.map(|(_, who)| who));
                let from = key.map_or_else(|| "others".to_owned(), |(from, _)| from.to_string());
                let tokens = sum.input.saturating_add(sum.output);
                Moved { from, to, tied, requests: sum.requests, tokens }
            })
            .collect();
        moved.sort_by_key(|moved| std::cmp::Reverse(moved.requests));
        let undecided = &totals.undecided;
        let mut errors: Vec<Failed> = totals
            .errors
            .named
            .iter()
            .map(|((at, reason), tally)| Failed {
                route: Some(name(*at)),
                reason: reason.to_string(),
                requests: tally.count,
                first: tally.first,
            })
            .collect();
        errors.extend(totals.errors.rest.map(|tally| Failed {
            route: None,
            reason: "others".to_owned(),
            requests: tally.count,
            first: tally.first,
        }));
        let mut findings: Vec<Noticed> = totals
            .findings
            .named
            .iter()
            .map(|((rule, about), tally)| Noticed {
                name: Some((*rule).to_owned()),
                about: about.clone(),
                requests: tally.count,
                first: tally.first,
            })
            .collect();
        findings.extend(totals.findings.rest.map(|tally| Noticed {
            name: None,
            about: "others".to_owned(),
            requests: tally.count,
            first: tally.first,
        }));
        Self {
            router: plan.router.to_string(),
            requests: totals.requests,
            routes: routes.collect(),
            unmatched: totals.unmatched.into(),
            undecided: undecided
                .named
                .iter()
                .map(|(at, tally)| Undecided { route: name(*at), requests: tally.count, first: tally.first })
                .collect(),
            empty: totals.empty.into(),
            speaks: totals.speaks,
            models,
            providers,
            moved,
            out_of_attempts: totals.exhausted.into(),
            overflows: totals
                .overflows
                .iter()
                .map(|(id, tally)| Overflow {
                    model: id.map(ToString::to_string),
                    requests: tally.count,
                    first: tally.first,
                })
                .collect(),
            errors,
            findings,
            cost: cost(&totals.all),
            baseline: baseline.map(|model| Baseline::of(model, &totals.baseline)),
        }
    }
}

/// A name, and those between which it is undetermined. `None`: all that are not counted apart.
pub(in crate::render) fn named(who: Option<&Who>) -> (Option<String>, Vec<String>) {
    let Some(who) = who else { return (Some("others".to_owned()), Vec::new()) };
    match who {
        Who::Model(id) => (Some(id.to_string()), Vec::new()),
        Who::Tied(ids) => (None, ids.iter().map(ToString::to_string).collect()),
        Who::Open => (None, vec!["*".to_owned()]),
        Who::Nobody => (None, Vec::new()),
    }
}
