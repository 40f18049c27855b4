//! The condition under which requests move, put together from the authors' own words.
//!
//! An assignment of the parts of both definitions' conditions that leads to the pair is cut down to the parts that
//! lead there by themselves; then one is looked for that this does not cover, until there is none.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::super::question::Answer;
use super::super::solve::Lit;
use super::atoms::{self, Atoms, Parts};
use super::shape::{Part, Shape, merged};
use super::world::World;
use super::{Case, Evidence, Side, show};

/// What is said of a part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sign {
    True,
    False,
    /// False, or without a value.
    NotTrue,
    /// True, or without a value.
    NotFalse,
}

/// One demand on a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Demand {
    /// On a part, by its place.
    Part(usize, Sign),
    /// It lacks a key, by its place.
    Lacks(usize),
}

type Cube = Vec<Demand>;

/// A condition.
pub(super) struct Cover {
    pub(super) cases: Vec<Case>,
    pub(super) complete: bool,
}

/// From which parts a condition is put together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Words {
    /// What stands between `&&`.
    Conjuncts,
    /// The same, and whole conditions for what must not hold.
    Wholes,
    /// What nothing combines any more, and the values that keys are declared to have.
    Leaves,
}

/// How large a part is; one may be both.
#[derive(Clone, Copy, Default)]
struct Grain {
    whole: bool,
    part: bool,
}

impl Words {
    /// More cubes than these are not looked for. Those of single values can often be gathered.
    fn most(self) -> usize {
        if self == Words::Leaves { 16 } else { 8 }
    }
}

/// More cases than these are not told.
const MOST_CASES: usize = 4;
/// What has more demands is not read by anybody.
const MOST_DEMANDS: usize = 12;
/// Behind more conditions than these it is not told which requests move.
const MOST_CONDITIONS: usize = 2_000;
/// What is so short needs no shorter words.
const SHORT: usize = 26;
/// So many demands are looked at one by one; of more, those come first that the solver needed.
const MANY: usize = 48;
/// Keys with more values are not told by them.
const MOST_VALUES: usize = 8;

/// Looks for the condition of one pair.
pub(super) struct Coverer<'s, 'a, 'q> {
    pub(super) sides: [Side<'a>; 2],
    pub(super) evidence: &'q Evidence<'q>,
    pub(super) worlds: &'s mut [World<'a>],
    pub(super) atoms: &'s mut Atoms,
    pub(super) pair: (usize, usize),
}

impl Coverer<'_, '_, '_> {
    /// The shortest of the conditions that are found.
    pub(super) fn best(&mut self) -> Option<Cover> {
        if self.pair.0 + self.pair.1 > MOST_CONDITIONS {
            return None;
        }
        let mut best: Option<Draft> = None;
        for words in [Words::Wholes, Words::Conjuncts, Words::Leaves] {
            if best.as_ref().is_some_and(Draft::is_plain) {
                break;
            }
            if let Some(draft) = self.draft(words)
                && best.as_ref().is_none_or(|known| draft.weight() < known.weight())
            {
                best = Some(draft);
            }
        }
        self.shown(best?)
    }

    /// The condition with a request for every part of it. What nobody can be shown is not told.
    fn shown(&mut self, draft: Draft) -> Option<Cover> {
        let mut cover = Cover { cases: Vec::new(), complete: draft.complete };
        for shape in draft.shapes {
            let mut witnesses = Vec::new();
            for lits in &shape.cubes {
                let found =
                    self.worlds.iter_mut().zip(lits).find_map(|(world, lits)| {
                        show(world, self.sides, self.evidence, self.pair, lits, false)
                    });
                witnesses.extend(found);
            }
            // The last word has the evaluator.
            let env = &self.worlds.first()?.env;
            if witnesses.len() == shape.cubes.len() && shape.holds(env, &witnesses) {
                cover.cases.extend(witnesses.into_iter().next().map(|witness| shape.case(witness)));
            } else {
                cover.complete = false;
            }
        }
        Some(cover)
    }

    /// The parts of the conditions that decide between the two routes.
    fn deciding(&mut self) -> Vec<Rc<Parts>> {
        let mut parts = Vec::new();
        for (side, place) in [self.pair.0, self.pair.1].into_iter().enumerate() {
            let Some(own) = self.sides.get(side) else { continue };
            for (at, condition) in own.checked.conditions.iter().take(place + 1).flatten().enumerate() {
                parts.push(self.atoms.of((side, at), condition, self.worlds));
            }
        }
        parts
    }

    fn vocabulary(&mut self, words: Words, deciding: &[Rc<Parts>], keys: &[Arc<str>]) -> Vec<(usize, Grain)> {
        let mut grains: BTreeMap<usize, Grain> = BTreeMap::new();
        for condition in deciding {
            let parts = if words == Words::Leaves { &condition.leaves } else { &condition.conjuncts };
            parts.iter().for_each(|part| grains.entry(*part).or_default().part = true);
            if words == Words::Wholes {
                condition.whole.iter().for_each(|part| grains.entry(*part).or_default().whole = true);
            }
        }
        for key in keys.iter().filter(|_| words == Words::Leaves) {
            let field = self.worlds.first().and_then(|world| world.variables.get(key));
            let values = field.and_then(|field| field.domain.one_of.clone());
            for value in values.iter().filter(|values| values.len() <= MOST_VALUES).flat_map(|v| v.iter()) {
                if let Some(part) =
                    atoms::equals(key, value).and_then(|text| self.atoms.add(text, self.worlds))
                {
                    grains.entry(part).or_default().part = true;
                }
            }
        }
        grains.into_iter().collect()
    }

    fn draft(&mut self, words: Words) -> Option<Draft> {
        let deciding = self.deciding();
        let mut keys: Vec<Arc<str>> = deciding.iter().flat_map(|parts| parts.keys.iter().cloned()).collect();
        keys.sort();
        keys.dedup();
        let vocabulary = self.vocabulary(words, &deciding, &keys);
        let leaves = match words {
            Words::Leaves => Vec::new(),
            Words::Wholes | Words::Conjuncts => self.vocabulary(Words::Leaves, &deciding, &keys),
        };
        let goals: Vec<Lit> = self.worlds.iter_mut().map(|world| world.both(self.pair)).collect();
        let mut hunt = Hunt { worlds: self.worlds, atoms: self.atoms, keys: &keys, goals: &goals };
        let mut blocked: Vec<Vec<Lit>> = goals.iter().map(|goal| vec![*goal]).collect();
        let mut draft = Draft { shapes: Vec::new(), complete: true };
        for at in 0..goals.len() {
            while let Some((world, question)) = hunt.worlds.get_mut(at).zip(blocked.get(at)) {
                match world.universe.ask_whole(question) {
                    Answer::Impossible(_) => break,
                    Answer::Possible if draft.shapes.len() < words.most() => {}
                    Answer::Possible | Answer::Unknown => {
                        draft.complete = false;
                        break;
                    }
                }
                let Some(cube) = hunt.cube(at, &vocabulary).map(|cube| hunt.pinned(cube, &leaves)) else {
                    draft.complete = false;
                    break;
                };
                for (world, question) in blocked.iter_mut().enumerate() {
                    let lits = hunt.literals(world, &cube);
                    question.extend(hunt.none_of(world, &lits));
                }
                if cube.len() <= MOST_DEMANDS {
                    let cube = hunt.spoken(cube);
                    draft.shapes.push(hunt.shape(&cube));
                } else {
                    draft.complete = false;
                }
            }
        }
        hunt.drop_covered(&mut draft.shapes);
        draft.shapes = merged(draft.shapes);
        draft.complete &= draft.shapes.len() <= MOST_CASES;
        draft.shapes.truncate(MOST_CASES);
        Some(draft)
    }
}

/// A condition that was not shown yet.
struct Draft {
    shapes: Vec<Shape>,
    complete: bool,
}

impl Draft {
    /// How much there is to read.
    fn weight(&self) -> (bool, bool, usize, usize) {
        let length = |shape: &Shape| {
            let words = |text: Option<String>| text.map_or(0, |text| text.len() + 8);
            let without: usize = shape.without.iter().map(|key| key.len() + 8).sum();
            words(shape.when()) + words(shape.unless()) + without
        };
        let length = self.shapes.iter().map(length).sum();
        (self.shapes.is_empty(), !self.complete, self.shapes.len(), length)
    }

    /// Whether there is nothing to gain.
    fn is_plain(&self) -> bool {
        self.complete && self.shapes.len() == 1 && self.weight().3 < SHORT
    }
}

struct Hunt<'s, 'a> {
    worlds: &'s mut [World<'a>],
    atoms: &'s Atoms,
    keys: &'s [Arc<str>],
    /// True where a request is of the pair, in each world.
    goals: &'s [Lit],
}

impl Hunt<'_, '_> {
    fn literal(&mut self, world: usize, demand: Demand) -> Option<Lit> {
        match demand {
            Demand::Part(part, sign) => {
                let truth = self.atoms.get(part)?.truths.get(world)?;
                Some(match sign {
                    Sign::True => truth.yes,
                    Sign::False => truth.no,
                    Sign::NotTrue => !truth.yes,
                    Sign::NotFalse => !truth.no,
                })
            }
            Demand::Lacks(key) => Some(self.worlds.get_mut(world)?.absent(self.keys.get(key)?)),
        }
    }

    fn literals(&mut self, world: usize, cube: &[Demand]) -> Vec<Lit> {
        cube.iter().filter_map(|demand| self.literal(world, *demand)).collect()
    }

    /// True where not all of them are.
    fn none_of(&mut self, world: usize, lits: &[Lit]) -> Option<Lit> {
        Some(!self.worlds.get_mut(world)?.universe.places.core.and(lits))
    }

    /// Drops what the others cover together: what is found later may be wider.
    fn drop_covered(&mut self, shapes: &mut Vec<Shape>) {
        let mut at = 0;
        while at < shapes.len() && shapes.len() > 1 {
            let is_covered = (0..self.worlds.len()).all(|world| {
                let mut question: Vec<Lit> = Vec::new();
                for (other, shape) in shapes.iter().enumerate() {
                    for lits in shape.cubes.iter().filter_map(|cube| cube.get(world)) {
                        if other == at {
                            question.extend(lits);
                        } else {
                            question.extend(self.none_of(world, lits));
                        }
                    }
                }
                self.worlds.get_mut(world).is_some_and(|world| world.exclude(&question).is_some())
            });
            if is_covered {
                shapes.remove(at);
            } else {
                at += 1;
            }
        }
    }

    /// Whether the demands lead to something wherever they hold, and which of them do.
    fn lead(&mut self, cube: &[Demand], to: &dyn Fn(&mut Self, usize) -> Option<Lit>) -> Option<Cube> {
        let mut needed = vec![false; cube.len()];
        for world in 0..self.worlds.len() {
            let lits = self.literals(world, cube);
            let mut question = lits.clone();
            question.push(!to(self, world)?);
            let core = self.worlds.get_mut(world)?.exclude(&question)?;
            for (needed, lit) in needed.iter_mut().zip(&lits) {
                *needed |= core.contains(lit);
            }
        }
        Some(cube.iter().zip(needed).filter(|(_, needed)| *needed).map(|(demand, _)| *demand).collect())
    }

    /// Those of the demands that lead to the pair.
    fn leading(&mut self, cube: &[Demand]) -> Option<Cube> {
        self.lead(cube, &|hunt, world| hunt.goals.get(world).copied())
    }

    /// Demands that lead to the pair, out of the assignment that was found last.
    fn cube(&mut self, world: usize, vocabulary: &[(usize, Grain)]) -> Option<Cube> {
        let mut all: Vec<(u8, Demand)> = Vec::new();
        let core = &self.worlds.get(world)?.universe.places.core;
        for (part, grain) in vocabulary {
            let truth = self.atoms.get(*part)?.truths.get(world)?;
            // What is to go first: what does not hold, small parts before large ones, then what does, large ones first.
            let (absent, present) = (u8::from(grain.whole), 2 + u8::from(grain.part));
            if core.holds(truth.yes) {
                all.push((present, Demand::Part(*part, Sign::True)));
            } else if core.holds(truth.no) {
                all.push((absent, Demand::Part(*part, Sign::False)));
            } else {
                all.push((absent, Demand::Part(*part, Sign::NotTrue)));
                all.push((absent, Demand::Part(*part, Sign::NotFalse)));
            }
        }
        let demands = |all: &[(u8, Demand)]| -> Cube { all.iter().map(|(_, demand)| *demand).collect() };
        let needed = self.leading(&demands(&all))?;
        let small = all.len() <= MANY;
        if !small {
            all.retain(|(_, demand)| needed.contains(demand));
        }
        let mut cube = demands(&all);
        all.sort_by_key(|(turn, _)| *turn);
        for (_, demand) in all {
            if !cube.contains(&demand) {
                continue;
            }
            let fewer: Cube = cube.iter().copied().filter(|other| *other != demand).collect();
            if let Some(needed) = self.leading(&fewer) {
                cube = if small { fewer } else { needed };
            }
        }
        // What need not have a value may have none.
        for at in 0..cube.len() {
            if let Some(Demand::Part(part, Sign::False)) = cube.get(at).copied() {
                let mut wider = cube.clone();
                if let Some(place) = wider.get_mut(at) {
                    *place = Demand::Part(part, Sign::NotTrue);
                }
                if self.leading(&wider).is_some() {
                    cube = wider;
                }
            }
        }
        Some(cube)
    }

    /// No fewer requests, told by the one value that a key must have wherever the demands hold.
    fn pinned(&mut self, mut cube: Cube, leaves: &[(usize, Grain)]) -> Cube {
        if leaves.len() > MANY {
            return cube;
        }
        for (leaf, _) in leaves {
            let pin = Demand::Part(*leaf, Sign::True);
            let is_equality = self.atoms.get(*leaf).is_some_and(|atom| atom.equality.is_some());
            if !is_equality
                || cube.contains(&pin)
                || self.lead(&cube, &|hunt, world| hunt.literal(world, pin)).is_none()
            {
                continue;
            }
            let mut shorter = cube.clone();
            shorter.push(pin);
            for demand in &cube {
                let fewer: Cube = shorter.iter().copied().filter(|other| other != demand).collect();
                if self.leading(&fewer).is_some() {
                    shorter = fewer;
                }
            }
            if shorter.len() <= cube.len() {
                cube = shorter;
            }
        }
        cube.sort_by_key(|demand| match demand {
            Demand::Part(part, _) => *part,
            Demand::Lacks(_) => 0,
        });
        cube
    }

    /// The same requests, in words that are easier to read where there are such.
    fn spoken(&mut self, mut cube: Cube) -> Cube {
        for at in 0..cube.len() {
            let Some(Demand::Part(part, sign)) = cube.get(at).copied() else { continue };
            let plain = match sign {
                Sign::NotTrue => Sign::False,
                Sign::NotFalse => Sign::True,
                Sign::True | Sign::False => continue,
            };
            let means = |hunt: &mut Self, world| hunt.literal(world, Demand::Part(part, plain));
            if self.lead(&cube, &means).is_some()
                && let Some(place) = cube.get_mut(at)
            {
                *place = Demand::Part(part, plain);
            }
        }
        let is_open = |demand: &Demand| matches!(demand, Demand::Part(_, Sign::NotTrue | Sign::NotFalse));
        for (key, name) in self.keys.iter().enumerate() {
            let names = |demand: &Demand| match demand {
                Demand::Part(part, _) => self.atoms.get(*part).is_some_and(|atom| atom.keys.contains(name)),
                Demand::Lacks(_) => false,
            };
            if !cube.iter().any(|demand| is_open(demand) && names(demand)) {
                continue;
            }
            let lacks = Demand::Lacks(key);
            if self.lead(&cube, &|hunt, world| hunt.literal(world, lacks)).is_none() {
                continue;
            }
            // It lacks the key in any case; that may say what the other parts say.
            let mut shorter = vec![lacks];
            shorter.extend(&cube);
            for demand in cube.iter().filter(|demand| is_open(demand)) {
                let fewer: Cube = shorter.iter().copied().filter(|other| other != demand).collect();
                if self.leading(&fewer).is_some() {
                    shorter = fewer;
                }
            }
            if shorter.len() <= cube.len() {
                cube = shorter;
            }
        }
        cube
    }

    fn shape(&mut self, cube: &[Demand]) -> Shape {
        let lits = (0..self.worlds.len()).map(|world| self.literals(world, cube)).collect();
        let mut shape =
            Shape { when: Vec::new(), unless: Vec::new(), without: Vec::new(), cubes: vec![lits] };
        for demand in cube {
            match demand {
                Demand::Lacks(key) => shape.without.extend(self.keys.get(*key).cloned()),
                Demand::Part(part, sign) => {
                    let Some(atom) = self.atoms.get(*part) else { continue };
                    match sign {
                        Sign::True => shape.when.push(match &atom.equality {
                            Some((of, value)) => Part::OneOf(of.clone(), vec![value.clone()]),
                            None => Part::Text(atom.text.clone()),
                        }),
                        Sign::False => shape.when.push(Part::Text(atom.negated.clone())),
                        Sign::NotTrue => shape.unless.push(atom.text.clone()),
                        Sign::NotFalse => shape.unless.push(atom.negated.clone()),
                    }
                }
            }
        }
        shape
    }
}
