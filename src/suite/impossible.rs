//! Expectations that no request can meet, whatever it carries.
//!
//! Only what is certain: what a request may change, figures that nobody gave and pools that are open are left alone.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::errors::{self, Impossible};
use super::expect::{code, is_model, named, same, shown};
use crate::check::value_of;
use crate::compile::{Plan, Rank, Route, Variant};
use crate::diag::Diagnostic;
use crate::diag::suggest::or_list;
use crate::model::{Expectation, ExpectedError, Requests, TestCase};
use crate::simulate::Request;
use crate::source::{Span, Spanned};

/// Everything in a test that cannot be met, of each place once. `never`: of a route by its place, the default one last,
/// whether it is proved that no request takes it.
pub(super) fn impossible(plan: &Plan, test: &TestCase, never: &dyn Fn(usize) -> bool) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let Some(expect) = &test.expect else { return Vec::new() };
    within(expect, &mut found);
    if let Some(not) = &test.not {
        contradictions(expect, not, &mut found);
    }
    if found.is_empty() {
        against_router(plan, test, expect, never, &mut found);
    }
    let mut seen: BTreeSet<(u32, u32)> = BTreeSet::new();
    found.retain(|one| seen.insert((one.span.start, one.span.end)));
    found.into_iter().map(errors::impossible).collect()
}

/// What an expectation says against itself.
fn within(expect: &Expectation, found: &mut Vec<Impossible>) {
    if let Some((cost, min, max)) = expect.cost.and_then(|cost| Some((cost, cost.min?, cost.max?)))
        && min > max
    {
        found.push(Impossible {
            span: cost.span,
            words: format!("nothing costs at least {min} and at most {max} US dollars"),
            label: "`min` is above `max`".to_owned(),
            other: None,
            help: format!("write `{{min: {max}, max: {min}}}`, if that is meant"),
        });
    }
    let sum: f64 = expect.shares.iter().map(|(_, share)| share.value).sum();
    if let (true, Some((name, _))) = (sum > 100.0, expect.shares.first()) {
        found.push(Impossible {
            span: name.span,
            words: format!("shares of {sum}% together are more than there is"),
            label: "the variants of a route have 100% together".to_owned(),
            other: None,
            help: "write the weights of the route".to_owned(),
        });
    }
    if let (Some(model), Some(provider)) = (&expect.model, &expect.provider)
        && let Some((of, _)) = model.value.split_once('/')
        && of != provider.value
    {
        found.push(Impossible {
            span: provider.span,
            words: format!("`{}` is no model of `{}`", model.value, provider.value),
            label: format!("the model is one of `{of}`"),
            other: Some((model.span, "the model that is expected".to_owned())),
            help: format!("expect `provider: {of}`, or leave one of the two out"),
        });
    }
    if let Some(route) = expect.route.as_ref().filter(|route| route.value.is_none()) {
        let texts = [&expect.variant, &expect.model, &expect.provider];
        let spans = texts.into_iter().flatten().map(|text| text.span);
        let shares = expect.shares.first().map(|(name, _)| name.span);
        let plan = expect.plan.as_ref().filter(|plan| !plan.value.is_empty()).map(|plan| plan.span);
        let attempts = expect.attempts.as_ref().filter(|a| !a.value.is_empty()).map(|a| a.span);
        let params = expect.params.first().map(|(name, _)| name.span);
        if let Some(span) = spans.chain(shares).chain(plan).chain(attempts).chain(params).next() {
            found.push(Impossible {
                span,
                words: "a request that takes no route gets no model, variant or parameters".to_owned(),
                label: "nothing is asked".to_owned(),
                other: Some((route.span, "no route is expected".to_owned())),
                help: "name a route, or leave this out".to_owned(),
            });
        }
        if let Some(error) = expect.error.as_ref().filter(|error| error.value == ExpectedError::Any(false)) {
            found.push(Impossible {
                span: error.span,
                words: "a request that takes no route ends in an error".to_owned(),
                label: "there is one".to_owned(),
                other: Some((route.span, "no route is expected".to_owned())),
                help: "expect `error: true`, or name a route".to_owned(),
            });
        }
    }
}

/// What must be so and must not be so.
fn contradictions(expect: &Expectation, not: &Expectation, found: &mut Vec<Impossible>) {
    let mut both = |span: Span, other: Span, what: &str, value: &str| {
        found.push(Impossible {
            span,
            words: format!("{what} is to be {value}, and is not to be {value}"),
            label: "must not be so".to_owned(),
            other: Some((other, "must be so".to_owned())),
            help: "keep the one that is meant".to_owned(),
        });
    };
    if let (Some(a), Some(b)) = (&expect.route, &not.route)
        && a.value == b.value
    {
        both(b.span, a.span, "the route", &named(b.value.as_deref()));
    }
    if let (Some(a), Some(b)) = (&expect.variant, &not.variant)
        && a.value == b.value
    {
        both(b.span, a.span, "the variant", &code(&b.value));
    }
    if let (Some(a), Some(b)) = (&expect.model, &not.model)
        && is_model(&a.value, &b.value)
    {
        both(b.span, a.span, "the model of the first attempt", &code(&b.value));
    }
    let own = expect.provider.as_ref().map(|provider| (provider.value.as_str(), provider.span));
    let of_model = expect.model.as_ref().and_then(|m| Some((m.value.split_once('/')?.0, m.span)));
    if let Some(b) = &not.provider
        && let Some((_, a)) = own.into_iter().chain(of_model).find(|(a, _)| *a == b.value)
    {
        both(b.span, a, "the provider of the first attempt", &code(&b.value));
    }
    for (id, share) in &not.shares {
        let same = |(known, other): &&(Spanned<String>, Spanned<f64>)| {
            known.value == id.value && other.value == share.value
        };
        if let Some((_, wanted)) = expect.shares.iter().find(same) {
            let value = format!("{}%", share.value);
            both(share.span, wanted.span, &format!("the share of `{}`", id.value), &value);
        }
    }
    if let (Some(a), Some(b)) = (&expect.error, &not.error)
        && a.value == b.value
    {
        let value = match &b.value {
            ExpectedError::Any(true) => "any".to_owned(),
            ExpectedError::Any(false) => "none".to_owned(),
            ExpectedError::Saying(words) => code(words),
        };
        both(b.span, a.span, "the error", &value);
    }
    for (name, data) in &not.params {
        if let Some((wanted, _)) = expect.params.iter().find(|(n, d)| n.value == name.value && same(d, data))
        {
            both(name.span, wanted.span, &code(&name.value), &shown(data));
        }
    }
}

/// What the router never does.
fn against_router(
    plan: &Plan,
    test: &TestCase,
    expect: &Expectation,
    never: &dyn Fn(usize) -> bool,
    found: &mut Vec<Impossible>,
) {
    let all = || plan.routes.iter().chain(&plan.default);
    // What is assumed otherwise, requests that keep no contract: of them nothing was proved.
    let is_plain = !test.assume.iter().any(|assumed| assumed.value.contains('='));
    let mut wanted: Option<&Spanned<Option<String>>> = None;
    if let Some(route) = &expect.route {
        match &route.value {
            None => {
                if let Some(default) = &plan.default {
                    found.push(Impossible {
                        span: route.span,
                        words: "this router has a default route, so every request takes some route"
                            .to_owned(),
                        label: "never happens".to_owned(),
                        other: None,
                        help: format!("expect `route: {}`", default.id),
                    });
                }
                return;
            }
            Some(id) => {
                wanted = Some(route);
                let at = all().position(|known| *known.id == **id);
                let of_file = matches!(test.requests, Some(Requests::File(_)));
                if is_plain && !of_file && at.is_some_and(never) {
                    found.push(Impossible {
                        span: route.span,
                        words: format!("no request takes `{id}`, which is proved"),
                        label: "never taken".to_owned(),
                        other: None,
                        help: "`irc check` says which routes take its requests; mend the route, or the test"
                            .to_owned(),
                    });
                    return;
                }
            }
        }
    }
    let routes: Vec<&Route> = match wanted.and_then(|route| route.value.as_deref()) {
        Some(id) => all().filter(|route| *route.id == *id).collect(),
        None => all().collect(),
    };
    let variants: Vec<&Variant> = routes.iter().flat_map(|route| &route.variants).collect();
    if let Some(variant) = &expect.variant {
        let named: Vec<&&Variant> = variants.iter().filter(|known| *known.id == *variant.value).collect();
        if !named.is_empty() && named.iter().all(|known| known.weight == 0) {
            found.push(Impossible {
                span: variant.span,
                words: format!("`{}` has the weight 0, so nobody draws it", variant.value),
                label: "never drawn".to_owned(),
                other: None,
                help: "expect another variant, or give it a weight".to_owned(),
            });
            return;
        }
    }
    let drawn = |variant: &&&Variant| {
        variant.weight > 0 && expect.variant.as_ref().is_none_or(|id| *variant.id == *id.value)
    };
    let chains: Vec<&[Rank]> = variants.iter().filter(drawn).map(|v| v.chain.ranks.as_slice()).collect();
    if chains.is_empty() || !brings_nothing(test) {
        return;
    }
    let route = wanted.and_then(|route| Some((route.value.as_deref()?, route.span)));
    Models { chains, route }.check(expect, found);
}

/// Whether no request of a test says itself which models may answer.
fn brings_nothing(test: &TestCase) -> bool {
    let listed = match &test.requests {
        Some(Requests::File(_)) => return false,
        Some(Requests::List(nodes)) => nodes.as_slice(),
        None => &[],
    };
    let mut all = test.request.iter().chain(listed);
    all.all(|node| Request::from_value(&value_of(node)).is_ok_and(|request| request.own.is_none()))
}

/// Which models may answer.
struct Models<'a> {
    /// Of each variant that may be drawn.
    chains: Vec<&'a [Rank]>,
    /// The route that is expected, and where that stands.
    route: Option<(&'a str, Span)>,
}

impl Models<'_> {
    fn check(&self, expect: &Expectation, found: &mut Vec<Impossible>) {
        let firsts: Vec<&Rank> = self.chains.iter().filter_map(|chain| chain.first()).collect();
        // Of a pool that is open nothing is certain, and figures may put any of those that are tied first.
        let may_be = |is_it: &dyn Fn(&str) -> bool| {
            firsts.iter().any(|rank| match rank {
                Rank::Model(id) => is_it(id),
                Rank::Tied(ids) => ids.iter().any(|id| is_it(id)),
                Rank::Open => true,
            })
        };
        if firsts.is_empty() {
            return;
        }
        if let Some(model) = &expect.model {
            let is_it = |id: &str| is_model(id, &model.value);
            if !may_be(&is_it) {
                found.push(self.told(model, &firsts, self.ids().any(is_it)));
                return;
            }
        }
        if let Some(provider) = &expect.provider {
            let is_it = |id: &str| id.split_once('/').is_some_and(|(of, _)| of == provider.value);
            if !may_be(&is_it) {
                found.push(self.told(provider, &firsts, self.ids().any(is_it)));
                return;
            }
        }
        let is_open =
            self.chains.iter().flat_map(|chain| chain.iter()).any(|rank| matches!(rank, Rank::Open));
        let most = self
            .chains
            .iter()
            .map(|chain| chain.iter().map(|rank| models(rank).len()).sum::<usize>())
            .max()
            .unwrap_or(0);
        let attempts = expect.attempts.as_ref().map(|a| (a.span, a.value.len(), "attempts"));
        // Figures may put in an order what is tied.
        let plan = expect.plan.as_ref().map(|p| (p.span, p.value.len(), "places of a plan"));
        for (span, wanted, what) in attempts.into_iter().chain(plan) {
            if !is_open && wanted > most {
                found.push(Impossible {
                    span,
                    words: format!("{wanted} {what} are more than {} ever has: {most}", self.who()),
                    label: "too many".to_owned(),
                    other: self.other(),
                    help: format!("expect at most {most}"),
                });
                return;
            }
        }
        let named = expect.attempts.iter().flat_map(|attempts| &attempts.value).map(|attempt| &attempt.model);
        let in_plan = expect.plan.iter().flat_map(|plan| plan.value.iter().flatten());
        for model in named.chain(in_plan).filter(|model| !is_open && !model.value.contains(['*', '|'])) {
            if !self.ids().any(|id| is_model(id, &model.value)) {
                let all: Vec<&Rank> = self.chains.iter().flat_map(|chain| chain.iter()).collect();
                let mut told = self.told(model, &all, false);
                told.words = format!("{} never asks `{}`", self.who(), model.value);
                found.push(told);
                return;
            }
        }
    }

    fn ids(&self) -> impl Iterator<Item = &str> {
        self.chains.iter().flat_map(|chain| chain.iter()).flat_map(models).map(|id| &**id)
    }

    fn who(&self) -> String {
        self.route.map_or_else(|| "this router".to_owned(), |(route, _)| format!("`{route}`"))
    }

    fn other(&self) -> Option<(Span, String)> {
        self.route.map(|(_, span)| (span, "the route that is expected".to_owned()))
    }

    /// `ranks`: those that may be; `fallback`: whether it is asked later.
    fn told(&self, name: &Spanned<String>, ranks: &[&Rank], fallback: bool) -> Impossible {
        let mut ids: Vec<&str> = Vec::new();
        for id in ranks.iter().flat_map(|rank| models(rank)) {
            if !ids.contains(&&**id) {
                ids.push(id);
            }
        }
        let others = ids.len().saturating_sub(MOST);
        ids.truncate(MOST);
        let ids = match others {
            0 => or_list(&ids),
            1 => format!("`{}` or another one", ids.join("`, `")),
            _ => format!("`{}` or {others} others", ids.join("`, `")),
        };
        let asks = if fallback { "asked only after a failure" } else { "never asked" };
        Impossible {
            span: name.span,
            words: format!("{} never asks `{}` first", self.who(), name.value),
            label: asks.to_owned(),
            other: self.other(),
            help: match fallback {
                true => format!("it asks {ids} first: expect what is tried with `plan` or `attempts`"),
                false => format!("it asks {ids}"),
            },
        }
    }
}

/// So many models are named.
const MOST: usize = 4;

/// The models of a place; none where it is open.
fn models(rank: &Rank) -> &[Arc<str>] {
    match rank {
        Rank::Model(id) => std::slice::from_ref(id),
        Rank::Tied(ids) => ids,
        Rank::Open => &[],
    }
}
