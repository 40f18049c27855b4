//! What else one request can show.

use super::super::question::Answer;
use super::super::solve::Lit;
use super::goals::{Goal, Wanted};
use super::search::Search;

/// How many more things are asked for in one request, besides those that go along by themselves.
const ASKED: usize = 64;

impl Search<'_, '_> {
    /// Adds to a question, which was just found to be possible, what can be shown with it. The literals of all that is
    /// shown then, and which of the aims that are.
    pub(super) fn pack(&mut self, at: usize, question: &[Lit]) -> (Vec<Lit>, Vec<usize>) {
        let (mut packed, mut wanted) = (question.to_vec(), vec![at]);
        let Some(goal) = self.aims.get(at).map(|aim| aim.goal) else { return (packed, wanted) };
        // A request that takes a route asks no condition behind it.
        let end = if goal.wanted == Wanted::Taken { goal.route } else { self.asked.len() };
        self.take_along(end, &mut packed, &mut wanted);
        // What lies near shares most with it.
        let mut order: Vec<usize> = (0..self.aims.len()).collect();
        order.sort_by_key(|other| self.aims.get(*other).map(|aim| goal.route.abs_diff(aim.goal.route)));
        let mut tries = 0;
        for other in order {
            if tries == ASKED {
                break;
            }
            let Some(aim) = self.aims.get(other) else { continue };
            if aim.shown || aim.goal.wanted == Wanted::Taken || aim.goal.route > end {
                continue;
            }
            let fits = |one: &usize| self.aims.get(*one).is_none_or(|one| !excludes(&one.goal, &aim.goal));
            if wanted.contains(&other) || !wanted.iter().all(fits) {
                continue;
            }
            tries += 1;
            let mut larger = packed.clone();
            add(&mut larger, self.question(aim));
            if self.pass.universe.ask(&larger) == Answer::Possible {
                packed = larger;
                wanted.push(other);
                self.take_along(end, &mut packed, &mut wanted);
            }
        }
        (packed, wanted)
    }

    /// Adds what the assignment that was found last shows as well, unless the texts that were found cannot be so.
    fn take_along(&mut self, end: usize, packed: &mut Vec<Lit>, wanted: &mut Vec<usize>) {
        let core = &self.pass.universe.places.core;
        let taken = self.pass.conditions.iter().position(|c| core.holds(c.truth.yes));
        let end = taken.unwrap_or(end).min(end);
        let (mut larger, before) = (packed.clone(), wanted.len());
        for (other, aim) in self.aims.iter().enumerate() {
            let asked = aim.goal.wanted != Wanted::Taken && aim.goal.route <= end;
            if asked && !aim.shown && aim.lits().all(|lit| core.holds(lit)) && !wanted.contains(&other) {
                add(&mut larger, self.question(aim));
                wanted.push(other);
            }
        }
        if self.pass.universe.ask(&larger) == Answer::Possible {
            *packed = larger;
        } else {
            wanted.truncate(before);
        }
    }
}

/// Adds literals that are not there yet.
fn add(question: &mut Vec<Lit>, more: Vec<Lit>) {
    question.extend(more);
    question.sort_unstable_by_key(|lit| lit.idx());
    question.dedup();
}

/// Whether both are of one part, which cannot be both.
fn excludes(a: &Goal, b: &Goal) -> bool {
    if (a.route, a.part) != (b.route, b.part) {
        return false;
    }
    match (a.wanted, b.wanted) {
        (Wanted::At(a), Wanted::At(b)) => a.total_cmp(&b).is_ne(),
        (Wanted::At(_), Wanted::Nothing) | (Wanted::Nothing, Wanted::At(_)) => true,
        (Wanted::At(_), _) | (_, Wanted::At(_)) => false,
        (a, b) => a != b,
    }
}
