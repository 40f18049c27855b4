//! The search: requests that show much at once, and no more of them than it takes.

use rustc_hash::FxHashSet;

use super::super::Pass;
use super::super::question::Answer;
use super::super::reach::Proof;
use super::super::solve::Lit;
use super::super::translate::Loop;
use super::super::witness::{Builder, VARIATIONS};
use super::goals::{Asked, Goal, Wanted};
use super::observe::{Observer, Seen};
use super::{Case, Cases, Covered, Gap, Outcome, PARTS, Refused, words};
use crate::catalogue::assumptions::Assumed;
use crate::catalogue::functions::MESSAGES;
use crate::cel::Value;
use crate::cel::value::{Key, MapValue};
use crate::simulate::{Decision, Draw, Request, Workspace, decide};

/// What is to be shown, and how far that is.
pub(super) struct Aim {
    pub(super) goal: Goal,
    /// Where nothing beside it decides; that is given up where it cannot be.
    alone: bool,
    pub(super) shown: bool,
    /// What holds there of the part, whatever stands beside it, and what holds besides where it alone decides.
    lits: [Vec<Lit>; 2],
}

impl Aim {
    pub(super) fn lits(&self) -> impl Iterator<Item = Lit> {
        let [own, beside] = &self.lits;
        own.iter().chain(beside.iter().filter(|_| self.alone)).copied()
    }
}

/// A request that was found.
struct Found {
    request: Value,
    seen: Seen,
    outcome: Outcome,
    assumptions: Vec<&'static str>,
}

/// What ties a loop to its elements, and where the loop comes to what it does without elements, and to the opposite.
type Help = (Lit, [Lit; 2]);

/// How many requests are tried for one assignment.
const TRIED: usize = 96;
/// Conversations of up to so many messages are tried, short ones first.
const MESSAGES_TRIED: u32 = 12;
/// Nobody minds a text of so many characters.
const SHORT: f64 = 12.0;

pub(super) struct Search<'s, 'a> {
    pub(super) pass: &'s mut Pass<'a>,
    pub(super) asked: Vec<Asked>,
    observer: Observer,
    /// Of each loop: what is assumed where a request is looked for, as far as it can hold, and its truth.
    helps: Vec<Help>,
    pub(super) aims: Vec<Aim>,
    found: Vec<Found>,
    known: Vec<Seen>,
    /// What is known of loops is set aside while requests are looked for, which `helps` do in fewer elements.
    gate: Option<Lit>,
}

impl<'s, 'a> Search<'s, 'a> {
    pub(super) fn open(pass: &'s mut Pass<'a>) -> Result<Self, Refused> {
        let count = pass.conditions.len();
        let asked: Option<Vec<Asked>> = (0..count).map(|index| Asked::new(pass, index)).collect();
        let asked = asked.ok_or(Refused::Unsound)?;
        let parts = asked.iter().map(|asked| asked.parts.len()).sum();
        if parts > PARTS {
            return Err(Refused::TooLarge(parts));
        }
        let mut goals: Vec<Goal> =
            (0..=count).map(|route| Goal { route, part: 0, wanted: Wanted::Taken }).collect();
        for (route, asked) in asked.iter().enumerate() {
            asked.goals(route, &mut goals);
        }
        let mut aims = Vec::new();
        for goal in goals {
            let lits = asked.get(goal.route).map(|asked| asked.lits(pass, &goal)).unwrap_or_default();
            aims.push(Aim { goal, alone: true, shown: false, lits });
        }
        let observer = Observer::new(pass, &asked);
        let helps = helps(pass);
        let gate = pass.universe.gate.take();
        Ok(Self { pass, asked, observer, helps, aims, found: Vec::new(), known: Vec::new(), gate })
    }

    pub(super) fn run(&mut self, known: &[Request], taken: &[&str]) -> Cases {
        for request in known {
            let found =
                self.decide(request, |search, decision| search.observer.see(search.asked, request, decision));
            self.known.extend(found.flatten());
        }
        for at in 0..self.aims.len() {
            self.renew(at);
        }
        let mut out = Cases::default();
        for at in 0..self.aims.len() {
            self.settle(at, &mut out);
        }
        self.drop_needless();
        words::cases(self, taken, &mut out);
        out
    }

    /// What the known requests show, and which of the cases shows what they do not.
    pub(super) fn covered(&self, cases: &Cases) -> Vec<Covered> {
        let counted = |goal: &Goal| matches!(goal.wanted, Wanted::Taken | Wanted::True | Wanted::False);
        let plan = self.pass.universe.plan();
        let is_route = |at: usize| plan.is_some_and(|plan| at < plan.routes.len() || plan.default.is_some());
        let goals = self.aims.iter().map(|aim| aim.goal).filter(counted).filter(|goal| is_route(goal.route));
        goals
            .filter_map(|goal| {
                let point = words::point(self, &goal);
                if cases.impossible.iter().any(|gap| gap.point == point) {
                    return None;
                }
                let part = self.asked.get(goal.route).and_then(|asked| asked.parts.get(goal.part));
                let case = cases.cases.iter().find(|case| case.shows.contains(&point));
                Some(Covered {
                    route: goal.route,
                    node: part.filter(|_| goal.wanted != Wanted::Taken).map(|part| part.node),
                    shown: self.known.iter().any(|seen| seen.shows(&goal, false)),
                    request: case.map(|case| case.request.clone()),
                    point,
                })
            })
            .collect()
    }

    /// Finds a request for something, unless one was found already, or says why there is none.
    fn settle(&mut self, at: usize, out: &mut Cases) {
        let Some(goal) = self.aims.get(at).map(|aim| aim.goal) else { return };
        let mut open = false;
        for alone in [true, false] {
            if let Some(aim) = self.aims.get_mut(at) {
                aim.alone = alone;
            }
            self.renew(at);
            if self.aims.get(at).is_some_and(|aim| aim.shown) {
                return;
            }
            // Beside a route there is nothing.
            if goal.wanted == Wanted::Taken && !alone {
                break;
            }
            let question = self.aims.get(at).map(|aim| self.question(aim)).unwrap_or_default();
            let answer = self.pass.universe.ask(&question);
            if answer == Answer::Possible && self.seed(at, &question) {
                return;
            }
            std::mem::swap(&mut self.pass.universe.gate, &mut self.gate);
            match self.pass.universe.ask(&question) {
                Answer::Possible | Answer::Unknown => open = true,
                Answer::Impossible(core) if !alone || goal.wanted == Wanted::Taken => {
                    // What is certain of the whole is certain of the part.
                    open = false;
                    if let Some(gap) = self.impossible(&goal, &core) {
                        out.impossible.push(gap);
                    }
                }
                Answer::Impossible(_) => {}
            }
            std::mem::swap(&mut self.pass.universe.gate, &mut self.gate);
        }
        if open && !self.is_moot(&goal) {
            out.undecided.push(words::undecided(self, &goal));
        }
    }

    /// Whether nobody waits for it: a part that can only lack a value for reasons that do not concern absence, and
    /// sides of numbers, whose truth is asked for besides.
    fn is_moot(&self, goal: &Goal) -> bool {
        matches!(goal.wanted, Wanted::At(_) | Wanted::Nothing)
    }

    /// The literals that hold where something is shown.
    pub(super) fn question(&self, aim: &Aim) -> Vec<Lit> {
        if aim.goal.wanted == Wanted::Taken {
            return self.pass.taken(aim.goal.route);
        }
        let mut question = self.pass.passed(aim.goal.route);
        question.extend(aim.lits());
        question
    }

    /// Looks for a request that shows this, and with it as much else as goes along.
    fn seed(&mut self, at: usize, question: &[Lit]) -> bool {
        let pack = self.pack(at, question);
        self.find(&pack.question, &pack.wanted) || pack.wanted.len() > 1 && self.find(question, &[at])
    }

    /// Looks for a request for which these literals hold, and that shows all that is wanted.
    fn find(&mut self, question: &[Lit], wanted: &[usize]) -> bool {
        let mut question = question.to_vec();
        if !self.narrow(&mut question) {
            return false;
        }
        let mut tried: FxHashSet<String> = FxHashSet::default();
        for variation in 0..TRIED {
            let universe = &self.pass.universe;
            let builder = Builder { places: &universe.places, variation };
            let value = builder.request(universe.checked.metadata.as_ref(), None).map(tidy);
            let Some(value) = value else { continue };
            let Some(text) = value.to_json().map(|json| json.to_string()) else { continue };
            if tried.contains(&text) {
                // Nothing in it changes from one to the next.
                if variation > VARIATIONS && tried.len() == 1 {
                    break;
                }
                continue;
            }
            let request = universe.conforming(&text);
            tried.insert(text);
            let Some(request) = request else { continue };
            let found = self.decide(&request, |search, decision| {
                let seen = search.observer.see(search.asked, &request, decision)?;
                let shows =
                    |at: &usize| search.aims.get(*at).is_some_and(|aim| seen.shows(&aim.goal, aim.alone));
                wanted.iter().all(shows).then(|| Found {
                    request: value,
                    seen,
                    outcome: Outcome::of(decision),
                    assumptions: decision.assumptions.clone(),
                })
            });
            if let Some(found) = found.flatten() {
                for aim in &mut self.aims {
                    aim.shown |= found.seen.shows(&aim.goal, aim.alone);
                }
                self.found.push(found);
                return true;
            }
        }
        false
    }

    /// Narrows a question down to requests that read well: few keys, few messages, short texts. Whether it can hold.
    fn narrow(&mut self, question: &mut Vec<Lit>) -> bool {
        for (help, _) in self.helps.clone() {
            self.prefer(question, help);
        }
        let places = &self.pass.universe.places;
        let keys: Vec<Lit> = places.roots.values().map(|id| places.get(*id).has).collect();
        for has in keys {
            self.prefer(question, !has);
        }
        if let Some(messages) = self.pass.universe.places.roots.get(MESSAGES).copied() {
            for count in (0..=MESSAGES_TRIED).map(f64::from) {
                let (_, upto) = self.pass.universe.places.size(messages, count);
                if self.prefer(question, upto) {
                    break;
                }
            }
        }
        for (_, [quiet, loud]) in self.helps.clone() {
            let _ = self.prefer(question, quiet) || self.prefer(question, loud);
        }
        self.prefer_short(question);
        self.pass.universe.ask(question) == Answer::Possible
    }

    /// Texts and lists that are long only where they must be.
    fn prefer_short(&mut self, question: &mut Vec<Lit>) {
        let mut marks: Vec<(f64, Lit)> = Vec::new();
        for id in self.pass.universe.places.ids() {
            let place = self.pass.universe.places.get(id);
            let scales = place.size.iter().chain(place.texts.iter().map(|texts| &texts.size));
            marks.extend(scales.flat_map(|scale| scale.marks()).map(|(at, below, _)| (at, below)));
        }
        marks.retain(|(at, _)| *at > SHORT);
        marks.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (_, below) in marks {
            self.prefer(question, below);
        }
    }

    /// Adds a literal if it can hold besides.
    fn prefer(&mut self, question: &mut Vec<Lit>, lit: Lit) -> bool {
        question.push(lit);
        let fits = self.pass.universe.ask(question) == Answer::Possible;
        if !fits {
            question.pop();
        }
        fits
    }

    fn decide<T>(
        &mut self,
        request: &Request,
        then: impl FnOnce(&mut SearchParts<'_>, &Decision<'_>) -> T,
    ) -> Option<T> {
        let plan = self.pass.universe.plan()?;
        let mut space = Workspace::new(plan);
        let draw = Draw { seed: 0, index: 0 };
        let decision = decide(plan, request, draw, &Assumed::default(), &mut space);
        let mut parts = SearchParts { asked: &self.asked, observer: &mut self.observer, aims: &self.aims };
        Some(then(&mut parts, &decision))
    }

    /// Whether any request so far shows something.
    fn renew(&mut self, at: usize) {
        let Some(aim) = self.aims.get(at) else { return };
        let shown = self.known.iter().chain(self.found.iter().map(|found| &found.seen));
        let shown = shown.into_iter().any(|seen| seen.shows(&aim.goal, aim.alone));
        if let Some(aim) = self.aims.get_mut(at) {
            aim.shown = shown;
        }
    }

    fn impossible(&mut self, goal: &Goal, core: &[Lit]) -> Option<Gap> {
        let lits = match goal.wanted {
            // Plainly switched off, and known to whoever wrote it.
            Wanted::Taken if self.pass.is_literal(goal.route, false) => return None,
            Wanted::Taken => self.pass.conditions.get(goal.route).map(|c| c.truth.yes).into_iter().collect(),
            // Nothing gets as far, or none takes it: that was said of the route.
            _ if self.pass.universe.ask(&self.pass.taken(goal.route)) != Answer::Possible => return None,
            // A key that is always there.
            Wanted::Nothing => return None,
            _ => self.asked.get(goal.route).map(|asked| asked.lits(self.pass, goal))?.into_iter().next()?,
        };
        // What earlier routes keep from it is worth a word, what callers never send is not: the part says so itself.
        let proof: Proof = self.pass.proof(&lits, goal.route, core)?;
        if matches!(goal.wanted, Wanted::At(_)) && proof.routes.is_empty() {
            return None;
        }
        words::impossible(self, goal, &proof)
    }

    /// Drops requests without which all is shown as well, those that show least first.
    fn drop_needless(&mut self) {
        let mut shows: Vec<Vec<usize>> = Vec::new();
        let mut count = vec![0_usize; self.aims.len()];
        for found in &self.found {
            let of = |(at, aim): (usize, &Aim)| found.seen.shows(&aim.goal, aim.alone).then_some(at);
            let mine: Vec<usize> = self.aims.iter().enumerate().filter_map(of).collect();
            mine.iter().filter_map(|at| count.get_mut(*at).map(|n| *n += 1)).for_each(drop);
            shows.push(mine);
        }
        for seen in &self.known {
            for (n, aim) in count.iter_mut().zip(&self.aims) {
                *n += usize::from(seen.shows(&aim.goal, aim.alone));
            }
        }
        let mut order: Vec<usize> = (0..self.found.len()).collect();
        order.sort_by_key(|at| shows.get(*at).map_or(0, Vec::len));
        let mut kept = vec![true; self.found.len()];
        for at in order {
            let Some(mine) = shows.get(at) else { continue };
            if mine.iter().all(|goal| count.get(*goal).is_some_and(|n| *n > 1)) {
                mine.iter().filter_map(|goal| count.get_mut(*goal).map(|n| *n -= 1)).for_each(drop);
                if let Some(kept) = kept.get_mut(at) {
                    *kept = false;
                }
            }
        }
        let mut kept = kept.into_iter();
        self.found.retain(|_| kept.next().unwrap_or(true));
        self.found.sort_by_key(|found| found.seen.route);
    }

    /// The requests that were kept, each with what it shows that none before it does.
    pub(super) fn results(&self) -> Vec<(Case, Vec<Goal>, Vec<&'static str>)> {
        let mut told: Vec<bool> = self
            .aims
            .iter()
            .map(|aim| self.known.iter().any(|seen| seen.shows(&aim.goal, aim.alone)))
            .collect();
        let mut out = Vec::new();
        for found in &self.found {
            let mut goals = Vec::new();
            for (aim, told) in self.aims.iter().zip(&mut told) {
                if !*told && found.seen.shows(&aim.goal, aim.alone) {
                    *told = true;
                    goals.push(aim.goal);
                }
            }
            let case = Case {
                name: String::new(),
                request: found.request.clone(),
                outcome: found.outcome.clone(),
                shows: Vec::new(),
            };
            out.push((case, goals, found.assumptions.clone()));
        }
        out
    }
}

/// What of a search looks at a decision.
struct SearchParts<'p> {
    asked: &'p [Asked],
    observer: &'p mut Observer,
    aims: &'p [Aim],
}

/// What may be assumed to make loops come out as they are wanted.
fn helps(pass: &mut Pass<'_>) -> Vec<Help> {
    let checked = pass.universe.checked;
    let mut known: Vec<(usize, Loop)> = Vec::new();
    let mut loops: Vec<Loop> = Vec::new();
    for (index, expression) in checked.conditions.iter().enumerate() {
        let Some(expression) = expression else { continue };
        let before = loops.len();
        pass.universe.translator(expression).loops(&mut loops);
        known.extend(loops.iter().skip(before).map(|found| (index, found.clone())));
        pass.universe.translator(expression).samples();
    }
    let mut out = Vec::new();
    for (index, this) in &known {
        if let Some(Some(expression)) = checked.conditions.get(*index) {
            out.push(pass.universe.translator(expression).shown(this, &loops));
        }
    }
    out
}

/// Without parts that say nothing.
fn tidy(request: Value) -> Value {
    let Value::Map(map) = &request else { return request };
    let mut out = MapValue::default();
    for (key, value) in map.iter() {
        let says_nothing = match value {
            Value::Map(inner) => inner.iter().next().is_none(),
            Value::List(items) => items.is_empty(),
            _ => false,
        };
        if !says_nothing {
            out.insert(Key::clone(key), value.clone());
        }
    }
    Value::map(out)
}

#[cfg(test)]
impl Search<'_, '_> {
    /// The requests without which something would not be shown, and how many there are.
    pub(super) fn needed(&self) -> (usize, usize) {
        let alone = |at: usize| {
            self.aims.iter().any(|aim| {
                let shows = |found: &Found| found.seen.shows(&aim.goal, aim.alone);
                let others = self.found.iter().enumerate().filter(|(other, _)| *other != at);
                self.found.get(at).is_some_and(shows) && others.map(|(_, found)| found).all(|f| !shows(f))
            })
        };
        let count = self.found.len();
        ((0..count).filter(|at| alone(*at)).count(), count)
    }
}
