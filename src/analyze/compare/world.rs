//! The requests of one contract, and which routes of both definitions they take.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::super::Budget;
use super::super::places::PlaceId;
use super::super::question::{Answer, Universe, variables};
use super::super::solve::Lit;
use super::super::translate::{Condition, Truth};
use super::Side;
use crate::catalogue::Catalogue;
use crate::catalogue::functions::MESSAGES;
use crate::cel::env::Names;
use crate::cel::types::Field;
use crate::cel::{self, Ast, Env, Reference};
use crate::check::{Checked, Expression};
use crate::model::Form;

type Variables = FxHashMap<Arc<str>, Field>;

/// Requests that keep one contract. Keys that only the other one knows are absent or as it says.
pub(super) struct World<'a> {
    pub(super) universe: Universe<'a>,
    /// What conditions may use.
    pub(super) env: Env,
    /// What is known of each key.
    pub(super) variables: Variables,
    /// The places that the conditions of both read.
    pub(super) reads: Vec<PlaceId>,
    /// True where a request takes a route, by side and place.
    taken: [Vec<Lit>; 2],
}

/// The contracts that are asked about, those of the new definition first, and whose they are.
pub(super) fn worlds<'a>(
    sides: &[Side<'a>; 2],
    catalogue: &'a Catalogue,
    budget: Budget,
) -> (Vec<World<'a>>, [bool; 2]) {
    let [old, new] = sides.map(|side| side.checked);
    let declares = |checked: &Checked| checked.env.names == Names::Declared;
    // The wire form cannot say what callers send: there the other definition speaks for both.
    let silent = |checked: &Checked| checked.definition.form == Form::Wire && !declares(checked);
    let contracts = if silent(old) && declares(new) {
        [false, true]
    } else if silent(new) && declares(old) {
        [true, false]
    } else {
        let (before, after) = (completed(old, new), completed(new, old));
        let names = || read(old).chain(read(new));
        let differ =
            declares(old) != declares(new) || names().any(|name| !alike(before.get(name), after.get(name)));
        [differ, true]
    };
    let mut worlds = Vec::new();
    for (base, other, asked) in [(new, old, contracts[1]), (old, new, contracts[0])] {
        if asked {
            worlds.push(World::new(base, [old, new], completed(base, other), catalogue, budget));
        }
    }
    (worlds, contracts)
}

/// The keys that conditions name.
fn read(checked: &Checked) -> impl Iterator<Item = &Arc<str>> {
    let references = checked.conditions.iter().flatten().flat_map(|c| c.checked.references.iter().flatten());
    references.filter_map(|reference| match reference {
        Reference::Variable { name, .. } => Some(name),
        _ => None,
    })
}

/// Whether the same is known of a key. Its values have no order.
fn alike(a: Option<&Field>, b: Option<&Field>) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return a.is_none() && b.is_none() };
    let same = match (&a.domain.one_of, &b.domain.one_of) {
        (Some(x), Some(y)) => {
            x.iter().all(|value| y.contains(value)) && y.iter().all(|value| x.contains(value))
        }
        (x, y) => x.is_none() && y.is_none(),
    };
    let open = |field: &Field| {
        let mut field = field.clone();
        field.domain.one_of = None;
        field
    };
    same && open(a) == open(b)
}

/// What is known of each key by one contract, and by the other of those that the first does not know.
fn completed(base: &Checked, other: &Checked) -> Variables {
    let (mut known, _) = variables(base);
    for (name, field) in variables(other).0 {
        known.entry(name).or_insert(Field { required: false, ..field });
    }
    known
}

impl<'a> World<'a> {
    fn new(
        base: &'a Checked,
        both: [&'a Checked; 2],
        known: Variables,
        catalogue: &'a Catalogue,
        budget: Budget,
    ) -> Self {
        let mut universe = Universe::new(base, catalogue, budget);
        let mut env = base.env.clone();
        for (name, field) in &known {
            universe.places.know(name, field);
        }
        if env.names == Names::Declared {
            let mut missing: Vec<_> =
                known.iter().filter(|(name, _)| !base.env.variables.contains_key(*name)).collect();
            missing.sort_by_key(|(name, _)| Arc::clone(name));
            env.variables.extend(missing.into_iter().map(|(name, field)| (Arc::clone(name), field.clone())));
        }
        let mut world =
            Self { universe, env, variables: known, reads: Vec::new(), taken: [Vec::new(), Vec::new()] };
        let mut parts: Vec<(bool, &Ast, Arc<cel::Checked>)> = Vec::new();
        for (side, checked) in both.into_iter().enumerate() {
            let own = std::ptr::eq(checked, base);
            let mut conditions = Vec::new();
            for expression in checked.conditions.iter().flatten() {
                let (condition, types) = world.condition(expression, own);
                conditions.push(condition);
                parts.push((own, &expression.ast, types));
            }
            world.reads.extend(conditions.iter().flat_map(|c| c.reads.iter().copied()));
            let taken = world.routes(&conditions);
            if let Some(place) = world.taken.get_mut(side) {
                *place = taken;
            }
        }
        world.reads.sort_unstable();
        world.reads.dedup();
        let env = |own: bool| if own { &base.env } else { &world.env };
        let parts: Vec<_> = parts.iter().map(|(own, ast, types)| (env(*own), *ast, &**types)).collect();
        world.universe.tie_in(&parts);
        world
    }

    /// Types are those of this contract, whatever the definition's own one says.
    fn condition(&mut self, expression: &Expression, own: bool) -> (Condition, Arc<cel::Checked>) {
        if own {
            return (self.universe.translate(expression), Arc::clone(&expression.checked));
        }
        let (checked, _) = cel::check(&expression.ast, &self.env);
        (self.universe.translate_in(&self.env, &expression.ast, &checked), Arc::new(checked))
    }

    /// Where a condition is true, and where it is false.
    pub(super) fn truth(&mut self, ast: &Ast) -> Truth {
        let (checked, _) = cel::check(ast, &self.env);
        self.universe.translate_in(&self.env, ast, &checked).truth
    }

    fn routes(&mut self, conditions: &[Condition]) -> Vec<Lit> {
        let core = &mut self.universe.places.core;
        let mut passed = core.yes();
        let mut taken = Vec::new();
        for condition in conditions {
            taken.push(core.and(&[passed, condition.truth.yes]));
            passed = core.and(&[passed, !condition.truth.yes]);
        }
        taken.push(passed);
        taken
    }

    /// True where a request takes a route; the default one behind the last.
    fn takes(&self, side: usize, place: usize) -> Lit {
        let lit = self.taken.get(side).and_then(|taken| taken.get(place));
        lit.copied().unwrap_or_else(|| self.universe.places.core.no())
    }

    /// True where a request takes both of these.
    pub(super) fn both(&mut self, (old, new): (usize, usize)) -> Lit {
        let lits = [self.takes(0, old), self.takes(1, new)];
        self.universe.places.core.and(&lits)
    }

    /// True where a request takes routes of the same number. `all`: every number that there is.
    pub(super) fn agree(&mut self, old: &[usize], new: &[usize], all: &[usize]) -> Lit {
        let most = all.iter().max().map_or(0, |most| most + 1);
        let mut by_number: Vec<[Vec<Lit>; 2]> = vec![[Vec::new(), Vec::new()]; most];
        for (side, numbers) in [old, new].into_iter().enumerate() {
            for (place, number) in numbers.iter().enumerate() {
                let lit = self.takes(side, place);
                if let Some(lits) = by_number.get_mut(*number).and_then(|sides| sides.get_mut(side)) {
                    lits.push(lit);
                }
            }
        }
        let core = &mut self.universe.places.core;
        let mut ways = Vec::new();
        for [old, new] in by_number {
            let (old, new) = (core.or(&old), core.or(&new));
            ways.push(core.and(&[old, new]));
        }
        core.or(&ways)
    }

    /// The routes that the assignment found last takes.
    pub(super) fn pair(&self) -> Option<(usize, usize)> {
        let holds = |taken: &Vec<Lit>| taken.iter().position(|lit| self.universe.places.core.holds(*lit));
        let [old, new] = &self.taken;
        Some((holds(old)?, holds(new)?))
    }

    /// Whether all requests of one side's route are of the pair.
    pub(super) fn is_whole(&mut self, side: usize, pair: (usize, usize)) -> bool {
        let (own, other) = if side == 0 { (pair.0, pair.1) } else { (pair.1, pair.0) };
        let question = [self.takes(side, own), !self.takes(1 - side, other)];
        matches!(self.universe.ask(&question), Answer::Impossible(_))
    }

    /// True where a request lacks a key; where it has no messages.
    pub(super) fn absent(&mut self, key: &Arc<str>) -> Lit {
        let place = self.universe.places.root(key);
        if **key == *MESSAGES {
            return self.universe.places.size(place, 0.0).1;
        }
        !self.universe.places.get(place).has
    }

    /// Whether the literals exclude each other, and which of them do.
    pub(super) fn exclude(&mut self, question: &[Lit]) -> Option<Vec<Lit>> {
        match self.universe.ask(question) {
            Answer::Impossible(core) => Some(core),
            Answer::Possible | Answer::Unknown => None,
        }
    }
}
