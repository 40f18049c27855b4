//! What else one request can show.

use rustc_hash::FxHashMap;

use super::super::question::Answer;
use super::super::solve::Lit;
use super::goals::{Goal, Wanted};
use super::search::Search;

/// How often in a row something more may be asked for in vain, times the number of things that are wanted: the more
/// there are, the less it matters that a request shows a few more.
const IN_VAIN: usize = 20_000;

/// What one request is to show.
pub(super) struct Pack {
    /// The literals that hold where it does.
    pub(super) question: Vec<Lit>,
    /// Which of the aims.
    pub(super) wanted: Vec<usize>,
    /// The same by route and part.
    parts: FxHashMap<(usize, usize), Vec<Goal>>,
}

impl Pack {
    fn add(&mut self, at: usize, goal: Goal) {
        self.wanted.push(at);
        self.parts.entry((goal.route, goal.part)).or_default().push(goal);
    }

    /// Whether it can be shown besides, as far as one part is concerned.
    fn fits(&self, goal: &Goal) -> bool {
        let same = self.parts.get(&(goal.route, goal.part)).map_or(&[][..], Vec::as_slice);
        same.iter().all(|other| other != goal && !excludes(other, goal))
    }

    fn larger(&self, more: impl IntoIterator<Item = Lit>) -> Vec<Lit> {
        let mut question = self.question.clone();
        question.extend(more);
        question.sort_unstable_by_key(|lit| lit.idx());
        question.dedup();
        question
    }
}

impl Search<'_, '_> {
    /// Adds to a question, which was just found to be possible, what can be shown with it.
    pub(super) fn pack(&mut self, at: usize, question: &[Lit]) -> Pack {
        let mut pack = Pack { question: question.to_vec(), wanted: Vec::new(), parts: FxHashMap::default() };
        let Some(goal) = self.aims.get(at).map(|aim| aim.goal) else { return pack };
        pack.add(at, goal);
        // A request that takes a route asks no condition behind it.
        let end = if goal.wanted == Wanted::Taken { goal.route } else { self.asked.len() };
        self.take_along(end, &mut pack);
        // What lies near shares most with it.
        let mut order: Vec<usize> = (0..self.aims.len()).collect();
        order.sort_by_key(|other| self.aims.get(*other).map(|aim| goal.route.abs_diff(aim.goal.route)));
        let most = IN_VAIN.checked_div(self.aims.len()).unwrap_or(0).clamp(8, 64);
        let mut in_vain = 0;
        for other in order {
            let Some(aim) = self.aims.get(other) else { continue };
            if aim.shown || aim.goal.wanted == Wanted::Taken || aim.goal.route > end || !pack.fits(&aim.goal)
            {
                continue;
            }
            if in_vain == most {
                break;
            }
            in_vain += 1;
            let (goal, larger) = (aim.goal, pack.larger(self.question(aim)));
            if self.pass.universe.ask(&larger) == Answer::Possible {
                in_vain = 0;
                pack.question = larger;
                pack.add(other, goal);
                self.take_along(end, &mut pack);
            }
        }
        pack
    }

    /// Adds what the assignment that was found last shows as well, unless the texts that were found cannot be so.
    fn take_along(&mut self, end: usize, pack: &mut Pack) {
        let core = &self.pass.universe.places.core;
        let taken = self.pass.conditions.iter().position(|c| core.holds(c.truth.yes));
        let end = taken.unwrap_or(end).min(end);
        let along = self.aims.iter().enumerate().filter(|(_, aim)| {
            let asked = aim.goal.wanted != Wanted::Taken && aim.goal.route <= end;
            asked && !aim.shown && pack.fits(&aim.goal) && aim.lits().all(|lit| core.holds(lit))
        });
        let along: Vec<usize> = along.map(|(other, _)| other).collect();
        let Some(last) = along.iter().filter_map(|at| self.aims.get(*at)).map(|aim| aim.goal.route).max()
        else {
            return;
        };
        let own = along.iter().filter_map(|at| self.aims.get(*at)).flat_map(|aim| aim.lits());
        let larger = pack.larger(own.chain(self.pass.passed(last)));
        if self.pass.universe.ask(&larger) == Answer::Possible {
            pack.question = larger;
            for other in along {
                if let Some(goal) = self.aims.get(other).map(|aim| aim.goal) {
                    pack.add(other, goal);
                }
            }
        }
    }
}

/// Whether one part cannot be both.
fn excludes(a: &Goal, b: &Goal) -> bool {
    match (a.wanted, b.wanted) {
        (Wanted::At(a), Wanted::At(b)) => a.total_cmp(&b).is_ne(),
        (Wanted::At(_), Wanted::Nothing) | (Wanted::Nothing, Wanted::At(_)) => true,
        (Wanted::At(_), _) | (_, Wanted::At(_)) => false,
        (a, b) => a != b,
    }
}
