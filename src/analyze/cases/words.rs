//! All wording of cases: their names, what they show, and why something cannot be shown.

use rustc_hash::FxHashSet;

use super::super::reach::Proof;
use super::goals::{Goal, Wanted};
use super::search::Search;
use super::{Cases, Gap, Point, What, route_id};
use crate::catalogue::functions::MESSAGES;
use crate::diag::suggest::and_list;

/// Longer texts of conditions are cut in names.
const LONGEST: usize = 60;
/// A name tells as much as fits into so many characters.
const WIDTH: usize = 90;

/// Names the cases and says what each shows.
pub(super) fn cases(search: &Search<'_, '_>, taken: &[&str], out: &mut Cases) {
    let mut names: FxHashSet<String> = taken.iter().map(|name| (*name).to_owned()).collect();
    for (mut case, goals, assumptions) in search.results() {
        case.shows = goals.iter().map(|goal| point(search, goal)).collect();
        let route = case.outcome.route.as_deref().unwrap_or("no route");
        let own = search.asked.iter().enumerate().find(|(at, _)| takes(search, &case, *at));
        let forced = own.map(|(at, asked)| (at, asked.forced()));
        let news = goals.iter().filter(|goal| match &forced {
            Some((at, forced)) if goal.route == *at => !forced.contains(&(goal.part, goal.wanted)),
            _ => true,
        });
        // A number says what it makes true.
        let numbered = |goal: &Goal| {
            matches!(goal.wanted, Wanted::True | Wanted::False)
                && goals.iter().any(|g| {
                    (g.route, g.part) == (goal.route, goal.part) && matches!(g.wanted, Wanted::At(_))
                })
        };
        let news = news.filter(|goal| !numbered(goal));
        let mut told: Vec<(u8, String)> =
            news.filter_map(|goal| Some((rank(goal), short(search, goal)?))).collect();
        told.sort_by_key(|(rank, _)| *rank);
        told.dedup_by(|a, b| a.1 == b.1);
        let mut name = route.to_owned();
        for (at, (_, text)) in told.iter().enumerate() {
            let separator = if at == 0 { ": " } else { ", " };
            if at == 0 || name.chars().count() + text.chars().count() < WIDTH {
                name += separator;
                name += text;
            }
        }
        let numbered = (2..).map(|n| format!("{name} ({n})"));
        case.name = std::iter::once(name.clone())
            .chain(numbered)
            .find(|name| !names.contains(name))
            .unwrap_or_default();
        names.insert(case.name.clone());
        out.assumptions.extend(assumptions);
        out.cases.push(case);
    }
    out.assumptions.sort_unstable();
    out.assumptions.dedup();
}

/// Whether a case takes a route.
fn takes(search: &Search<'_, '_>, case: &super::Case, at: usize) -> bool {
    let id = search.pass.universe.plan().and_then(|plan| plan.routes.get(at)).map(|route| &*route.id);
    id.is_some() && id == case.outcome.route.as_deref()
}

/// What a name tells first.
fn rank(goal: &Goal) -> u8 {
    match goal.wanted {
        Wanted::At(_) => 0,
        Wanted::Nothing => 1,
        Wanted::False => 2,
        Wanted::True => 3,
        Wanted::Taken => 4,
    }
}

/// What a name says of it; nothing of what the name of the route says already.
fn short(search: &Search<'_, '_>, goal: &Goal) -> Option<String> {
    let part = || cut(&part(search, goal));
    Some(match goal.wanted {
        Wanted::Taken => return None,
        Wanted::True => format!("{} is true", part()),
        Wanted::False => format!("{} is false", part()),
        Wanted::Nothing => match absent(search, goal) {
            Some(keys) => format!("without {keys}"),
            None => format!("{} has no value", part()),
        },
        Wanted::At(number) => format!("{} is {number}", cut(&operand(search, goal))),
    })
}

/// What is told of it where there is room.
pub(super) fn point(search: &Search<'_, '_>, goal: &Goal) -> Point {
    let route = search.pass.universe.plan().and_then(|plan| route_id(plan, goal.route)).map(str::to_owned);
    let named = route.as_ref().map_or("no route".to_owned(), |id| format!("`{id}`"));
    let part = (goal.wanted != Wanted::Taken).then(|| part(search, goal));
    let shown = part.as_deref().unwrap_or_default();
    let (what, text) = match goal.wanted {
        Wanted::Taken if route.is_none() => (What::Taken, "no route is taken".to_owned()),
        Wanted::Taken => (What::Taken, format!("{named} is taken")),
        Wanted::True => (What::True, format!("`{shown}` of {named} is true")),
        Wanted::False => (What::False, format!("`{shown}` of {named} is false")),
        Wanted::Nothing => (What::NoValue, format!("`{shown}` of {named} has no value")),
        Wanted::At(n) => (What::At(n), format!("`{}` of {named} is {n}", operand(search, goal))),
    };
    Point { route, part, what, text }
}

/// The text of a part of a condition, on one line.
fn part(search: &Search<'_, '_>, goal: &Goal) -> String {
    let node = search.asked.get(goal.route).and_then(|a| a.parts.get(goal.part)).map(|part| part.node);
    written(search, goal.route, node)
}

/// The text of what a part compares with a number.
fn operand(search: &Search<'_, '_>, goal: &Goal) -> String {
    let part = search.asked.get(goal.route).and_then(|a| a.parts.get(goal.part));
    written(search, goal.route, part.and_then(|part| part.bound).map(|bound| bound.operand))
}

fn written(search: &Search<'_, '_>, route: usize, node: Option<crate::cel::ast::NodeId>) -> String {
    let checked = search.pass.universe.checked;
    let text = || {
        let place = checked.conditions.get(route)?.as_ref()?.ast.span(node?);
        let when = &checked.definition.router.routes.get(route)?.when.as_ref()?.text;
        when.get(place.start as usize..place.end as usize)
    };
    let words: Vec<&str> = text().unwrap_or_default().split_whitespace().collect();
    words.join(" ")
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 3).chain("...".chars()).collect()
}

/// The keys that a part may lack, if what it may lack are keys.
fn absent(search: &Search<'_, '_>, goal: &Goal) -> Option<String> {
    let places = &search.pass.universe.places;
    let part = search.asked.get(goal.route)?.parts.get(goal.part)?;
    let mut keys: Vec<&str> = Vec::new();
    for id in &part.reads {
        let place = places.get(*id);
        let whole = places.roots.values().any(|root| root == id);
        match place.root() {
            _ if place.has == places.core.yes() => {}
            None => keys.push(MESSAGES),
            Some(root) if whole => {
                if !place.field.required {
                    keys.push(root);
                }
            }
            Some(_) => return None,
        }
    }
    keys.dedup();
    match keys.split_last()? {
        (last, []) => Some((*last).to_owned()),
        (last, rest) => Some(format!("{} or {last}", rest.join(", "))),
    }
}

/// Why something is impossible.
pub(super) fn impossible(search: &Search<'_, '_>, goal: &Goal, proof: &Proof) -> Option<Gap> {
    let point = point(search, goal);
    let names: Vec<&str> =
        proof.routes.iter().filter_map(|route| search.pass.route(*route)).map(|r| r.name()).collect();
    let given = search.pass.given(&proof.basis);
    let default = goal.route == search.asked.len();
    let takes = if names.len() == 1 { "takes" } else { "take" };
    let leaves = if names.len() == 1 { "leaves" } else { "leave" };
    let reason = match (goal.wanted, point.route.as_deref(), names.as_slice()) {
        // That every request finds a route is as it should be.
        (Wanted::Taken, None, _) => return None,
        (Wanted::Taken, Some(id), _) if default => {
            format!("nothing reaches `{id}`: {} {leaves} no request over", and_list(&names))
        }
        (Wanted::Taken, Some(id), []) => format!("nothing reaches `{id}`: its condition is never true"),
        (Wanted::Taken, Some(id), _) => {
            format!("nothing reaches `{id}`: {} {takes} every request that matches it", and_list(&names))
        }
        (_, _, []) => point.text.replace(" is ", " is never "),
        (..) => format!(
            "{}: {} {takes} those requests",
            point.text.replace(" is ", " is never "),
            and_list(&names)
        ),
    };
    let reason = if given.is_empty() { reason } else { format!("{reason}; {given}") };
    Some(Gap { point, reason })
}

/// What was neither shown nor excluded.
pub(super) fn undecided(search: &Search<'_, '_>, goal: &Goal) -> Gap {
    let point = point(search, goal);
    let why = if search.pass.universe.exhausted {
        "the conditions are too hard for the steps that an analysis may take"
    } else {
        "it rests on what the analysis does not take apart"
    };
    let reason = format!("no request was found or excluded where {}: {why}", point.text);
    Gap { point, reason }
}
