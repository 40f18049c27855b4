//! Two definitions over one universe of requests: which requests does it matter to?
//!
//! In: two definitions with their plans, and for each route a number that says what it comes to. Out: every pair of an
//! old and a new route between which a request moves, each with a request that does and the condition under which
//! others do; or that there is none.
//!
//! Claims hold for the requests that keep what the old definition's callers promise, and for those that keep what the
//! new one's do. It refuses to know what a route comes to, and which of the changes is a good one.

mod atoms;
mod cover;
mod shape;
mod world;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Budget;
use super::question::{Answer, Shown};
use super::solve::Lit;
use crate::catalogue::Catalogue;
use crate::catalogue::assumptions::Assumed;
use crate::check::Checked;
use crate::compile::Plan;
use crate::simulate::{Decision, Draw, Request, Workspace, decide};
use atoms::Atoms;
use cover::Coverer;
use world::World;

/// One of the two.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The definition, without errors.
    pub checked: &'a Checked,
    /// What decides for it.
    pub plan: &'a Plan,
    /// What each route comes to, in order, and last what the default route does, or none. The same number on both
    /// sides: the same for every request.
    pub outcomes: &'a [usize],
}

/// What a request has to show besides the two routes that it takes.
pub struct Evidence<'q> {
    /// A user for whom it shows, where not every user does; by the places of both routes.
    pub user: &'q dyn Fn(usize, usize) -> Option<String>,
    /// Whether two decisions differ as they should.
    pub differs: &'q dyn Fn(&Decision<'_>, &Decision<'_>) -> bool,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Compared {
    /// Between which routes requests move, by the places of both.
    pub moves: Vec<Move>,
    /// Requests that take a route of another name and get the same there, by the places of both routes.
    pub renamed: Vec<(usize, usize)>,
    /// Whether `renamed` may lack some.
    pub renamed_open: bool,
    /// Pairs of which it could not be told whether a request moves between them.
    pub undecided: Vec<(usize, usize)>,
    /// Whether there may be pairs that are not even listed: the steps ran out, or there are too many.
    pub exhausted: bool,
    /// Whose promises were asked about: the old ones', the new ones'.
    pub contracts: [bool; 2],
    /// The assumptions about the service that the claims rest on, in order.
    pub assumptions: Vec<&'static str>,
}

/// Requests that move.
#[derive(Debug)]
pub struct Move {
    /// The old route's place; behind the last one stands the default route.
    pub old: usize,
    /// The new route's.
    pub new: usize,
    /// A request that does, as JSON, decided by both plans.
    pub witness: String,
    /// Whether all requests of the old route are among them, and whether all of the new one's are.
    pub whole: [bool; 2],
    /// Which requests do.
    pub cases: Vec<Case>,
    /// Whether these are all of them.
    pub complete: bool,
}

/// Requests told by a condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// CEL that is true for them; none where the rest says all.
    pub when: Option<String>,
    /// CEL that is not true for them: false, or without a value.
    pub unless: Option<String>,
    /// Keys that they lack; `messages` where there are none.
    pub without: Vec<Arc<str>>,
    /// One of them.
    pub witness: String,
}

/// More pairs than these are not looked for.
const MOST_PAIRS: usize = 1_000;
/// Of more moves it is not told which requests they are.
const MOST_DESCRIBED: usize = 200;
/// More pairs of routes that come to the same are not looked for.
const MOST_RENAMED: usize = 500;

/// Compares two definitions. `None` if one of them has errors.
pub fn compare(
    sides: [Side<'_>; 2],
    evidence: &Evidence<'_>,
    catalogue: &Catalogue,
    budget: Budget,
) -> Option<Compared> {
    let sound = |side: &Side<'_>| {
        side.checked.sound
            && side.checked.conditions.iter().all(Option::is_some)
            && side.outcomes.len() == side.checked.conditions.len() + 1
    };
    if !sides.iter().all(sound) {
        return None;
    }
    let (worlds, contracts) = world::worlds(&sides, catalogue, budget);
    let mut search = Search { sides, evidence, worlds };
    let mut compared = Compared { contracts, ..Compared::default() };
    search.moves(&mut compared);
    search.renamed(&mut compared);
    let mut atoms = Atoms::default();
    for index in 0..compared.moves.len().min(MOST_DESCRIBED) {
        let Some(found) = compared.moves.get_mut(index) else { break };
        search.describe(found, &mut atoms);
    }
    compared.assumptions =
        search.worlds.iter().flat_map(|world| world.universe.assumptions(&world.reads)).collect();
    compared.assumptions.push("A09");
    compared.assumptions.sort_unstable();
    compared.assumptions.dedup();
    Some(compared)
}

struct Search<'a, 'q> {
    sides: [Side<'a>; 2],
    evidence: &'q Evidence<'q>,
    worlds: Vec<World<'a>>,
}

impl Search<'_, '_> {
    fn moves(&mut self, compared: &mut Compared) {
        let [old, new] = self.sides.map(|side| side.outcomes);
        let ids: Vec<usize> = old.iter().chain(new).copied().collect();
        let mut open: Vec<(usize, usize)> = Vec::new();
        for at in 0..self.worlds.len() {
            let Some(world) = self.worlds.get_mut(at) else { break };
            let same = world.agree(old, new, &ids);
            let mut question = vec![!same];
            loop {
                let pair = match world.universe.ask_whole(&question) {
                    Answer::Possible => world.pair(),
                    Answer::Impossible(_) => break,
                    Answer::Unknown => {
                        compared.exhausted = true;
                        break;
                    }
                };
                let Some(pair) = pair.filter(|_| compared.moves.len() + open.len() < MOST_PAIRS) else {
                    compared.exhausted = true;
                    break;
                };
                let both = world.both(pair);
                question.push(!both);
                if compared.moves.iter().any(|m| (m.old, m.new) == pair) {
                    continue;
                }
                match show(world, self.sides, self.evidence, pair, &[both], true) {
                    Some(witness) => {
                        open.retain(|other| *other != pair);
                        compared.moves.push(Move {
                            old: pair.0,
                            new: pair.1,
                            witness,
                            whole: [false, false],
                            cases: Vec::new(),
                            complete: false,
                        });
                    }
                    None if open.contains(&pair) => {}
                    None => open.push(pair),
                }
            }
        }
        compared.moves.sort_by_key(|m| (m.old, m.new));
        open.sort_unstable();
        compared.undecided = open;
    }

    fn renamed(&mut self, compared: &mut Compared) {
        let [old, new] = self.sides;
        let names = |side: Side<'_>| -> Vec<Option<Arc<str>>> {
            let default = side.plan.default.as_ref().map(|route| Arc::clone(&route.id));
            side.plan.routes.iter().map(|route| Some(Arc::clone(&route.id))).chain([default]).collect()
        };
        let mut known: FxHashMap<Option<Arc<str>>, usize> = FxHashMap::default();
        let mut number = |names: Vec<Option<Arc<str>>>| -> Vec<usize> {
            let mut one = |name| {
                let next = known.len();
                *known.entry(name).or_insert(next)
            };
            names.into_iter().map(&mut one).collect()
        };
        let (old_names, new_names) = (number(names(old)), number(names(new)));
        let names: Vec<usize> = old_names.iter().chain(&new_names).copied().collect();
        let ids: Vec<usize> = old.outcomes.iter().chain(new.outcomes).copied().collect();
        for world in &mut self.worlds {
            let same = world.agree(old.outcomes, new.outcomes, &ids);
            let named = world.agree(&old_names, &new_names, &names);
            let mut question = vec![same, !named];
            loop {
                match world.universe.ask_whole(&question) {
                    Answer::Impossible(_) => break,
                    Answer::Possible if compared.renamed.len() < MOST_RENAMED => {}
                    Answer::Possible | Answer::Unknown => {
                        compared.renamed_open = true;
                        break;
                    }
                }
                let Some(pair) = world.pair() else { break };
                question.push(!world.both(pair));
                if !compared.renamed.contains(&pair) {
                    compared.renamed.push(pair);
                }
            }
        }
        compared.renamed.sort_unstable();
    }

    /// Which requests move, in words.
    fn describe(&mut self, found: &mut Move, atoms: &mut Atoms) {
        let pair = (found.old, found.new);
        let [old, new] = &mut found.whole;
        *old = self.worlds.iter_mut().all(|world| world.is_whole(0, pair));
        *new = self.worlds.iter_mut().all(|world| world.is_whole(1, pair));
        let mut coverer =
            Coverer { sides: self.sides, evidence: self.evidence, worlds: &mut self.worlds, atoms, pair };
        if let Some(cover) = coverer.best() {
            found.cases = cover.cases;
            found.complete = cover.complete;
        }
    }
}

/// A request for which literals hold that put it between two routes, decided by both plans.
fn show(
    world: &mut World<'_>,
    sides: [Side<'_>; 2],
    evidence: &Evidence<'_>,
    pair: (usize, usize),
    question: &[Lit],
    differs: bool,
) -> Option<String> {
    let [old, new] = sides;
    let user = if differs { (evidence.user)(pair.0, pair.1) } else { None };
    let accept = |request: &Request, _: &Decision<'_>| {
        let draw = Draw { seed: 0, index: 0 };
        let assumed = Assumed::default();
        let before = decide(old.plan, request, draw, &assumed, &mut Workspace::new(old.plan));
        let after = decide(new.plan, request, draw, &assumed, &mut Workspace::new(new.plan));
        place(old.plan, &before) == pair.0
            && place(new.plan, &after) == pair.1
            && (!differs || (evidence.differs)(&before, &after))
    };
    match world.universe.show(question, user.as_deref(), &accept) {
        Shown::Request(witness) => Some(witness),
        Shown::None | Shown::Unknown => None,
    }
}

/// The place of the route that a decision takes; behind the last one stands the default route, or none.
pub fn place(plan: &Plan, decision: &Decision<'_>) -> usize {
    decision.position.unwrap_or(plan.routes.len())
}
