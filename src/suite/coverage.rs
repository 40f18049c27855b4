//! What the tests of a router look at, and what they leave out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::analyze::Budget;
use crate::analyze::cases::{self, Covered, Refused, What};
use crate::catalogue::Catalogue;
use crate::cel::Value;
use crate::cel::value::MapValue;
use crate::check::Checked;
use crate::compile::{self, Plan, Rank};
use crate::model::{self, TestCase};
use crate::simulate::{Attempts, Decision, Request};
use crate::source::{Sources, Span};

/// What there is to be tested of one router.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// Bare name of the router.
    pub router: String,
    /// All of its definition.
    pub span: Span,
    /// Everything that tests can look at, in the order of the routes.
    pub points: Vec<Point>,
}

/// Something that a test can look at.
#[derive(Clone, Debug)]
pub struct Point {
    /// What sort of thing.
    pub kind: Kind,
    /// Where it is written.
    pub span: Span,
    /// What a test would show, in words.
    pub text: String,
    /// Which side of a part of a condition it is.
    pub side: Option<bool>,
    /// Whether a test does.
    pub covered: bool,
    /// A request that would, as JSON.
    pub request: Option<String>,
    /// The models that are to be down for it.
    pub down: Vec<String>,
}

/// A sort of things that tests can look at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A route is taken.
    Route,
    /// The default route is.
    Default,
    /// A variant is drawn, or its share looked at.
    Variant,
    /// Another than the first of a plan is asked, or the plan looked at.
    Fallback,
    /// A part of a condition is true, or is false.
    Condition,
}

impl Coverage {
    /// How many of the points tests look at.
    pub fn covered(&self) -> usize {
        self.points.iter().filter(|point| point.covered).count()
    }
}

/// What the tests of a router came by.
#[derive(Debug, Default)]
pub struct Touched {
    requests: Vec<Request>,
    /// A request for each route that was taken, by the route's place.
    taken: BTreeMap<usize, Arc<MapValue>>,
    /// Routes and their variants, by place; the default route stands behind the others.
    variants: BTreeSet<(usize, usize)>,
    /// The same with a place in the variant's plan.
    ranks: BTreeSet<(usize, usize, usize)>,
}

/// So many requests tell all there is to tell.
const MOST: usize = 2_000;

impl Touched {
    /// Takes in what one test came by.
    pub(super) fn note(
        &mut self,
        plan: &Plan,
        test: &TestCase,
        request: &Request,
        decision: &Decision<'_>,
        attempts: &Attempts<'_>,
    ) {
        if self.requests.len() < MOST {
            self.requests.push(request.clone());
        }
        let (Some(route), Some(drawn)) = (decision.route, decision.variant) else { return };
        let at = decision.position.unwrap_or(plan.routes.len());
        let assumes_draw = test.assume.iter().any(|assumed| assumed.value == "A06");
        if let (None, Some(body)) = (&request.own, &request.body) {
            self.taken.entry(at).or_insert_with(|| Arc::clone(body));
        }
        for (variant_at, variant) in route.variants.iter().enumerate() {
            let mut shares = test.expect.iter().flat_map(|expect| &expect.shares);
            if std::ptr::eq(variant, drawn)
                || test.snapshot.is_some()
                || shares.any(|(id, _)| id.value == *variant.id)
            {
                self.variants.insert((at, variant_at));
            }
            if !std::ptr::eq(variant, drawn) {
                continue;
            }
            // A snapshot has the plan, unless that rests on the draw.
            let in_snapshot = test.snapshot.is_some() && (route.variants.len() == 1 || assumes_draw);
            let whole = in_snapshot || test.expect.as_ref().is_some_and(|expect| expect.plan.is_some());
            let asked = |rank: &Rank| match rank {
                Rank::Model(id) => attempts.made().any(|made| made.models.contains(id)),
                Rank::Tied(ids) => attempts.made().any(|made| ids.iter().any(|id| made.models.contains(id))),
                Rank::Open => attempts.made().any(|made| made.models.is_empty()),
            };
            let ranks = variant.chain.ranks.iter().enumerate();
            self.ranks
                .extend(ranks.filter(|(_, rank)| whole || asked(rank)).map(|(i, _)| (at, variant_at, i)));
        }
    }
}

/// What tests that came by this look at.
pub fn coverage(
    checked: &Checked,
    plan: &Plan,
    catalogue: &Catalogue,
    sources: &Sources,
    budget: Budget,
    touched: &Touched,
) -> Result<Coverage, Refused> {
    let shown = cases::coverage(checked, catalogue, sources, cases::budget(budget), &touched.requests)?;
    let router = &checked.definition.router;
    let written = router.routes.iter().chain(&router.default);
    let mut points = Vec::new();
    for (at, (route, own)) in plan.routes.iter().chain(&plan.default).zip(written).enumerate() {
        let is_default = at == plan.routes.len();
        let found = || shown.iter().filter(|found| found.route == at);
        points.extend(found().map(|found| of_route(checked, own, is_default, found)));
        let taken = found().find(|found| found.point.what == What::Taken);
        let request = taken.and_then(|taken| as_json(taken.request.as_ref()?)).or_else(|| {
            let known = touched.taken.get(&at)?;
            as_json(&Value::Map(Arc::clone(known)))
        });
        // What no request reaches is no point, and neither is what comes behind it.
        if taken.is_some() {
            of_variants(route, own, request.as_ref(), at, touched, &mut points);
        }
    }
    Ok(Coverage { router: plan.router.to_string(), span: checked.definition.span, points })
}

fn as_json(request: &Value) -> Option<String> {
    Some(request.to_json()?.to_string())
}

/// That a route is taken, or a part of its condition is true or false.
fn of_route(checked: &Checked, own: &model::Route, is_default: bool, found: &Covered) -> Point {
    let place = || {
        let expression = checked.conditions.get(found.route)?.as_ref()?;
        Some(own.when.as_ref()?.place(expression.ast.span(found.node?)))
    };
    let (kind, side) = match found.point.what {
        What::Taken if is_default => (Kind::Default, None),
        What::Taken => (Kind::Route, None),
        ref what => (Kind::Condition, Some(*what == What::True)),
    };
    Point {
        kind,
        span: place().unwrap_or_else(|| own.id.as_ref().map_or(own.span, |id| id.span)),
        text: found.point.text.clone(),
        side,
        covered: found.shown,
        request: found.request.as_ref().and_then(as_json),
        down: Vec::new(),
    }
}

/// The variants of a route and their fallbacks. `request`: one that takes the route.
fn of_variants(
    route: &compile::Route,
    own: &model::Route,
    request: Option<&String>,
    at: usize,
    touched: &Touched,
    points: &mut Vec<Point>,
) {
    let variants = route.variants.iter().zip(&own.variants).enumerate();
    for (variant_at, (variant, own)) in variants.filter(|(_, (variant, _))| variant.weight > 0) {
        let span = own.id.as_ref().or(own.model.as_ref()).map_or(own.span, |text| text.span);
        let mut add = |kind, span, text: String, covered, down| {
            points.push(Point { kind, span, text, side: None, covered, request: request.cloned(), down });
        };
        if route.variants.len() > 1 {
            let text = format!("variant `{}` of `{}` is drawn, or its share tested", variant.id, route.id);
            add(Kind::Variant, span, text, touched.variants.contains(&(at, variant_at)), Vec::new());
        }
        let ranks = &variant.chain.ranks;
        // Whoever is asked before.
        let before = |rank_at: usize| {
            let before = ranks.iter().take(rank_at).flat_map(|rank| match rank {
                Rank::Model(id) => std::slice::from_ref(id),
                Rank::Tied(ids) => ids,
                Rank::Open => &[],
            });
            before.map(|id| id.to_string()).collect::<Vec<String>>()
        };
        // Of a pool nobody tests each model.
        if own.is_auto() && ranks.len() > 1 {
            let text = format!(
                "another than the first of the pool of `{}` is asked after a failure, or the plan tested",
                route.id
            );
            let covered = (1..ranks.len()).any(|rank| touched.ranks.contains(&(at, variant_at, rank)));
            add(Kind::Fallback, span, text, covered, before(1));
            continue;
        }
        for (rank_at, rank) in ranks.iter().enumerate().skip(1) {
            let names: Vec<String> = match rank {
                Rank::Model(id) => vec![format!("`{id}`")],
                Rank::Tied(ids) => ids.iter().take(3).map(|id| format!("`{id}`")).collect(),
                Rank::Open => vec!["any model".to_owned()],
            };
            let item = match rank {
                Rank::Model(id) => {
                    own.selection.models.iter().flat_map(|m| &m.items).find(|i| *i.value == **id)
                }
                _ => None,
            };
            let text = format!(
                "{} of `{}` is asked after a failure, or the plan tested",
                names.join(" or "),
                route.id
            );
            let covered = touched.ranks.contains(&(at, variant_at, rank_at));
            add(Kind::Fallback, item.map_or(span, |item| item.span), text, covered, before(rank_at));
        }
    }
}
