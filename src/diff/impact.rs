//! What another catalogue does to a definition that stays as it is: prices, orders, models that go.

use std::sync::Arc;

use crate::catalogue::{Catalogue, Date, Prices};
use crate::check::{Checked, Use, uses};
use crate::compile::cost::{Costs, Tokens, Usd};
use crate::compile::{self, Plan, Rank};

/// What changes for a router.
#[derive(Debug)]
pub struct Impact<'d> {
    /// Its bare name.
    pub router: Arc<str>,
    /// The routes for which anything changes, the default route last.
    pub routes: Vec<RouteImpact>,
    /// Places that name a model which is no longer served.
    pub lost: Vec<Use<'d>>,
    /// Places that stand for a model whose retirement was announced or moved, with the day.
    pub retiring: Vec<(Use<'d>, Date)>,
}

/// What changes for a route.
#[derive(Clone, PartialEq, Debug)]
pub struct RouteImpact {
    /// Its id.
    pub id: Arc<str>,
    /// US dollars of a thousand requests by their first attempts, then and now; `None` where a price is not known.
    pub usd: [Option<Usd>; 2],
    /// The variants for which anything changes.
    pub variants: Vec<VariantImpact>,
}

/// What changes for a variant.
#[derive(Clone, PartialEq, Debug)]
pub struct VariantImpact {
    /// Its id.
    pub id: Arc<str>,
    /// Its share in percent.
    pub weight: u32,
    /// Models that it may use whose price is another one, in the order in which they would be tried.
    pub prices: Vec<PriceStep>,
    /// What would be tried, then and now, where that differs.
    pub order: Option<[Vec<Rank>; 2]>,
}

/// A model whose price is another one.
#[derive(Clone, PartialEq, Debug)]
pub struct PriceStep {
    /// Its id.
    pub model: Arc<str>,
    /// Then and now.
    pub prices: [Prices; 2],
}

impl Impact<'_> {
    /// True when nothing changes.
    pub fn is_empty(&self) -> bool {
        self.routes.is_empty() && self.lost.is_empty() && self.retiring.is_empty()
    }
}

/// What it means for a definition when `new` takes the place of `old`. `None` for a definition with errors.
pub fn impact<'d>(
    checked: &'d Checked,
    old: &Catalogue,
    new: &Catalogue,
    tokens: Tokens,
) -> Option<Impact<'d>> {
    let [was, is] = [old, new].map(|catalogue| compile::compile(checked, catalogue));
    let (was, is) = (was?, is?);
    let pairs = routes(&was).zip(routes(&is));
    let routes = pairs.map(|(was, is)| route([was, is], [old, new], tokens)).filter(RouteImpact::is_any);
    let served = |catalogue: &Catalogue, id: &str| {
        catalogue.get(id).is_some_and(|model| model.supported != Some(false))
    };
    let lost = uses(&checked.definition, old, |model| {
        let id = model.id();
        served(old, &id) && !served(new, &id)
    });
    let ends = uses(&checked.definition, new, |model| {
        let before = old.get(&model.id()).and_then(|model| model.retires_on);
        model.retires_on.is_some() && model.retires_on != before
    });
    Some(Impact {
        router: Arc::clone(&was.router),
        routes: routes.collect(),
        // A provider that loses one of its models is still there: the orders tell what that changes.
        lost: lost.into_iter().filter(|used| used.is_direct() || bare_is_gone(used, new)).collect(),
        retiring: ends.into_iter().filter_map(|used| used.model.retires_on.map(|on| (used, on))).collect(),
    })
}

fn bare_is_gone(used: &Use<'_>, new: &Catalogue) -> bool {
    new.standing_for(&used.mention.name.value).is_empty()
}

fn routes(plan: &Plan) -> impl Iterator<Item = &compile::Route> {
    plan.routes.iter().chain(&plan.default)
}

impl RouteImpact {
    fn is_any(&self) -> bool {
        let [was, is] = self.usd;
        !self.variants.is_empty() || !same_cost(was, is)
    }
}

fn same_cost(was: Option<Usd>, is: Option<Usd>) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() <= a.abs().max(b.abs()) * 1e-9;
    match (was, is) {
        (Some(was), Some(is)) => near(was.min, is.min) && near(was.max, is.max),
        (was, is) => was.is_none() == is.is_none(),
    }
}

fn route(sides: [&compile::Route; 2], catalogues: [&Catalogue; 2], tokens: Tokens) -> RouteImpact {
    let [was, is] = sides;
    let usd = |route, catalogue| Costs::of(Some(route), catalogue).usd(tokens).map(|usd| usd.times(1000.0));
    let variants = was.variants.iter().zip(&is.variants);
    RouteImpact {
        id: Arc::clone(&was.id),
        usd: [usd(was, catalogues[0]), usd(is, catalogues[1])],
        variants: variants
            .map(|(was, is)| variant([was, is], catalogues))
            .filter(|variant| !variant.prices.is_empty() || variant.order.is_some())
            .collect(),
    }
}

fn variant(sides: [&compile::Variant; 2], catalogues: [&Catalogue; 2]) -> VariantImpact {
    let [was, is] = sides.map(|variant| &variant.chain.ranks);
    let mut models: Vec<&Arc<str>> = was.iter().chain(is).flat_map(members).collect();
    let mut seen = rustc_hash::FxHashSet::default();
    models.retain(|id| seen.insert(*id));
    let prices = |catalogue: &Catalogue, id: &str| catalogue.get(id).map(|model| model.prices);
    let steps = models.into_iter().filter_map(|id| {
        // A model that one of them lacks has no other price: it comes or goes.
        let step = [prices(catalogues[0], id)?, prices(catalogues[1], id)?];
        (!same_prices(&step)).then(|| PriceStep { model: Arc::clone(id), prices: step })
    });
    VariantImpact {
        id: Arc::clone(&sides[0].id),
        weight: sides[0].weight,
        prices: steps.collect(),
        order: (was != is).then(|| [was.clone(), is.clone()]),
    }
}

/// The models of a rank.
fn members(rank: &Rank) -> &[Arc<str>] {
    match rank {
        Rank::Model(id) => std::slice::from_ref(id),
        Rank::Tied(ids) => ids,
        Rank::Open => &[],
    }
}

fn same_prices([was, is]: &[Prices; 2]) -> bool {
    let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= a.abs().max(b.abs()) * 1e-9,
        (a, b) => a == b,
    };
    near(was.prompt, is.prompt) && near(was.completion, is.completion)
}
