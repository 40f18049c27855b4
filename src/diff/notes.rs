//! What changed and moves nobody, or everybody.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::outcome::criterion;
use super::{Difference, Side};
use crate::cel;
use crate::compile::Route;
use crate::model::{self, Data};

/// Something worth knowing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Note {
    /// The router has another name, and with it another model for callers to ask for.
    Router {
        /// Bare name, then and now.
        names: [String; 2],
    },
    /// The router's name for people is another one.
    DisplayName {
        /// Then and now.
        names: [Option<String>; 2],
    },
    /// A route has another name, and does the same.
    Route {
        /// Its id, then and now.
        ids: [Arc<str>; 2],
    },
    /// Requests take another route that does the same.
    Alike {
        /// The routes' ids, then and now.
        ids: [Arc<str>; 2],
    },
    /// A variant has another name, and does the same for the same share.
    Variant {
        /// The route's id.
        route: Arc<str>,
        /// The variant's, then and now.
        ids: [Arc<str>; 2],
    },
    /// There is a new route, and no request moves to it.
    Unused {
        /// Its id.
        route: Arc<str>,
    },
    /// A route is gone, and it took no request.
    Gone {
        /// Its id.
        route: Arc<str>,
    },
    /// The routes stand in another order.
    Reordered,
    /// Conditions are written differently.
    Rewritten {
        /// The routes' ids.
        routes: Vec<Arc<str>>,
    },
    /// How candidates are chosen is written differently, and gives the same order.
    Selection {
        /// The route's id.
        route: Arc<str>,
        /// The variant's.
        variant: Arc<str>,
    },
    /// A key that this version does not know.
    Key {
        /// Which one.
        key: String,
    },
    /// A model that is used is to be switched off, as the new catalogue has it and the old one did not.
    Retires {
        /// Its id.
        model: Arc<str>,
        /// The day.
        on: String,
    },
}

/// `alike`: pairs of routes of other names that do the same for some request; `open`: there may be more of them.
pub(super) fn notes(difference: &Difference<'_>, alike: &[(usize, usize)], open: bool) -> Vec<Note> {
    let [old, new] = difference.sides;
    let (was, is) = (&old.checked.definition.router, &new.checked.definition.router);
    let mut out = Vec::new();
    if old.plan.router != new.plan.router {
        out.push(Note::Router { names: difference.names().map(str::to_owned) });
    }
    let display = [was, is].map(|router| router.display_name.as_ref().map(|name| name.value.clone()));
    if display[0] != display[1] {
        out.push(Note::DisplayName { names: display });
    }
    names(difference, alike, open, &mut out);
    let common = common(old, new);
    for (a, b) in &common {
        variants(*a, *b, difference, &mut out);
    }
    order(&common, &mut out);
    let unknown = |router: &model::Router| -> Vec<(String, Data)> {
        router.unknown.iter().chain(router.defaults.iter().flat_map(|d| &d.unknown)).cloned().collect()
    };
    let (before, after) = (unknown(was), unknown(is));
    let mut keys: Vec<&String> = before.iter().chain(&after).map(|(key, _)| key).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        let of = |list: &[(String, Data)]| {
            list.iter().find(|(other, _)| other == key).map(|(_, value)| value.clone())
        };
        if of(&before) != of(&after) {
            out.push(Note::Key { key: key.clone() });
        }
    }
    retirements(difference, &mut out);
    out
}

/// Routes of other names.
fn names(difference: &Difference<'_>, alike: &[(usize, usize)], open: bool, out: &mut Vec<Note>) {
    let [old, new] = difference.sides;
    let id = |side: &Side<'_>, place: usize| -> Option<Arc<str>> {
        side.routes().nth(place).flatten().map(|route| Arc::clone(&route.id))
    };
    let ids = |side: &Side<'_>| -> FxHashSet<Arc<str>> {
        side.routes().flatten().map(|route| Arc::clone(&route.id)).collect()
    };
    let (before, after) = (ids(old), ids(new));
    let (mut left, mut taken) = (FxHashSet::default(), FxHashSet::default());
    for (i, j) in alike {
        let (Some(a), Some(b)) = (id(old, *i), id(new, *j)) else { continue };
        let ids = [Arc::clone(&a), Arc::clone(&b)];
        let renamed = !after.contains(&a) && !before.contains(&b);
        out.push(if renamed { Note::Route { ids } } else { Note::Alike { ids } });
        left.insert(a);
        taken.insert(b);
    }
    if open || difference.exhausted || !difference.undecided.is_empty() {
        // That nothing moves was not proved.
        return;
    }
    for end in difference.moves.iter().map(|m| &m.ends) {
        left.extend(end[0].route.clone());
        taken.extend(end[1].route.clone());
    }
    for route in new.routes().flatten() {
        if !before.contains(&route.id) && !taken.contains(&route.id) {
            out.push(Note::Unused { route: Arc::clone(&route.id) });
        }
    }
    for route in old.routes().flatten() {
        if !after.contains(&route.id) && !left.contains(&route.id) {
            out.push(Note::Gone { route: Arc::clone(&route.id) });
        }
    }
}

/// A route: its place, as it was compiled, as it was written.
#[derive(Clone, Copy)]
struct Written<'a> {
    place: usize,
    route: &'a Route,
    text: &'a model::Route,
}

fn written<'a>(side: &'a Side<'a>) -> impl Iterator<Item = Written<'a>> {
    let router = &side.checked.definition.router;
    let routes = side.plan.routes.iter().zip(&router.routes);
    let default = side.plan.default.as_ref().zip(router.default.as_ref());
    routes.chain(default).enumerate().map(|(place, (route, text))| Written { place, route, text })
}

/// Routes of one name.
fn common<'a>(old: &'a Side<'a>, new: &'a Side<'a>) -> Vec<(Written<'a>, Written<'a>)> {
    let others: FxHashMap<&str, Written<'a>> = written(new).map(|b| (&*b.route.id, b)).collect();
    written(old).filter_map(|a| Some((a, *others.get(&*a.route.id)?))).collect()
}

fn variants(old: Written<'_>, new: Written<'_>, difference: &Difference<'_>, out: &mut Vec<Note>) {
    let [before, after] = &difference.outcomes;
    let (Some(was), Some(is)) = (before.get(old.place), after.get(new.place)) else { return };
    for (a, b) in was.variants.iter().zip(&is.variants) {
        if a.behaviour == b.behaviour && a.weight == b.weight && a.id != b.id {
            let ids = [Arc::clone(&a.id), Arc::clone(&b.id)];
            out.push(Note::Variant { route: Arc::clone(&old.route.id), ids });
        }
    }
    for a in &was.variants {
        let Some(b) = is.variants.iter().find(|b| b.id == a.id && b.behaviour == a.behaviour) else {
            continue;
        };
        let selection = |written: &model::Route, id: &str| {
            written.variants.iter().find(|variant| variant.name() == id).map(self::selection)
        };
        if selection(old.text, &a.id) != selection(new.text, &b.id) {
            out.push(Note::Selection { route: Arc::clone(&old.route.id), variant: Arc::clone(&a.id) });
        }
    }
}

/// How candidates are chosen, as written.
fn selection(variant: &model::Variant) -> Vec<String> {
    let s = &variant.selection;
    let mut out: Vec<String> =
        s.models.iter().flat_map(|models| &models.items).map(|m| m.value.clone()).collect();
    out.extend(s.sort.iter().flat_map(|sort| &sort.value).map(|c| format!("sort {}", criterion(c))));
    out.extend(s.ignore.iter().flat_map(|list| &list.value).map(|name| format!("ignore {}", name.value)));
    if let Some(provider) = &s.provider {
        let order = provider.order.iter().flat_map(|order| &order.value);
        out.extend(order.map(|name| format!("provider {}", name.value)));
        let others = provider.allow_fallbacks.as_ref().is_none_or(|allow| allow.value);
        out.push(format!("others {others}"));
    }
    out
}

fn order(common: &[(Written<'_>, Written<'_>)], out: &mut Vec<Note>) {
    // The default route is the last one whatever happens.
    let conditional =
        common.iter().filter(|(a, b)| a.route.condition.is_some() && b.route.condition.is_some());
    if !conditional.clone().is_sorted_by_key(|(_, b)| b.place) {
        out.push(Note::Reordered);
    }
    let text = |route: &Route| route.condition.as_ref().map(|c| cel::print(&c.expression.ast));
    let rewritten = conditional.filter(|(a, b)| text(a.route) != text(b.route));
    let routes: Vec<Arc<str>> = rewritten.map(|(a, _)| Arc::clone(&a.route.id)).collect();
    if !routes.is_empty() {
        out.push(Note::Rewritten { routes });
    }
}

/// Models of the new definition whose end the old catalogue did not know.
fn retirements(difference: &Difference<'_>, out: &mut Vec<Note>) {
    let [old, new] = difference.sides;
    let variants = new.routes().flatten().flat_map(|route| &route.variants).filter(|v| v.weight > 0);
    let ids = variants.flat_map(|variant| &variant.chain.ranks).flat_map(|rank| match rank {
        crate::compile::Rank::Model(id) => vec![Arc::clone(id)],
        crate::compile::Rank::Tied(ids) => ids.clone(),
        crate::compile::Rank::Open => Vec::new(),
    });
    let mut ids: Vec<Arc<str>> = ids.collect();
    ids.sort();
    ids.dedup();
    for model in ids {
        let on = |side: &Side<'_>| {
            let id = crate::catalogue::ModelId::parse(&model).ok()?;
            side.catalogue.get(id.name)?.retires_on
        };
        if let Some(on) = on(new).filter(|day| on(old) != Some(*day)) {
            out.push(Note::Retires { model: Arc::clone(&model), on: on.to_string() });
        }
    }
}
