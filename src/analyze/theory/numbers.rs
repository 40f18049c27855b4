//! Numbers: where a value lies among the constants that it is compared with.
//!
//! The constants cut the line into points and gaps. `below` and `upto` literals at each of them, with clauses for their
//! order and for gaps that hold no number, are all there is to it: an assignment always stands for a number.

use super::super::solve::{Core, Lit};
use super::order::End;

/// Beyond this, CEL compares an int with a double by rounding, and the line has no order any more.
pub(crate) const EXACT: f64 = 9_007_199_254_740_992.0;

/// The line of one number.
#[derive(Debug, Default)]
pub(crate) struct Scale {
    whole: bool,
    marks: Vec<Mark>,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    at: f64,
    /// The value is less.
    below: Lit,
    /// The value is not greater.
    upto: Lit,
}

impl Scale {
    /// `whole`: only whole numbers occur.
    pub(crate) fn new(whole: bool) -> Self {
        Self { whole, marks: Vec::new() }
    }

    /// The literals of `value < at` and `value <= at`. `at` is less than [`EXACT`] in size.
    pub(crate) fn mark(&mut self, at: f64, core: &mut Core) -> (Lit, Lit) {
        let place = self.marks.partition_point(|mark| mark.at < at);
        if let Some(mark) = self.marks.get(place).filter(|mark| mark.at <= at) {
            return (mark.below, mark.upto);
        }
        // What stands behind it is moved.
        core.spend_on((self.marks.len() - place) / 16);
        let below = core.fresh();
        let upto = if self.whole && at.fract() != 0.0 { below } else { core.fresh() };
        core.clause(&[!below, upto]);
        if let Some(before) = place.checked_sub(1).and_then(|place| self.marks.get(place)) {
            core.clause(&[!before.upto, below]);
            if !self.has_between(before.at, at) {
                core.clause(&[!below, before.upto]);
            }
        }
        if let Some(after) = self.marks.get(place) {
            core.clause(&[!upto, after.below]);
            if !self.has_between(at, after.at) {
                core.clause(&[!after.below, upto]);
            }
        }
        self.marks.insert(place, Mark { at, below, upto });
        (below, upto)
    }

    fn has_between(&self, low: f64, high: f64) -> bool {
        if self.whole { low.floor() + 1.0 < high } else { low.next_up() < high }
    }

    /// The gap or point where the assignment puts the value: what lies outside on both sides, exclusive, or the value.
    fn place(&self, core: &Core) -> Result<f64, (Option<f64>, Option<f64>)> {
        let mut low = None;
        for mark in &self.marks {
            if core.holds(mark.below) {
                return Err((low, Some(mark.at)));
            }
            if core.holds(mark.upto) {
                return Ok(mark.at);
            }
            low = Some(mark.at);
        }
        Err((low, None))
    }

    /// The ends of the interval where the assignment puts the value.
    pub(crate) fn ends(&self, core: &Core) -> (Option<End>, Option<End>) {
        let mut low = None;
        for Mark { at, below, upto } in self.marks.iter().copied() {
            if core.holds(below) {
                return (low, Some(End { at, open: true, lit: below }));
            }
            if core.holds(upto) {
                return (
                    Some(End { at, open: false, lit: !below }),
                    Some(End { at, open: false, lit: upto }),
                );
            }
            low = Some(End { at, open: true, lit: !upto });
        }
        (low, None)
    }

    /// A number that is where the assignment puts it, of few digits, and not less than `least` where it can be.
    pub(crate) fn value(&self, core: &Core, least: f64) -> f64 {
        match self.place(core) {
            Ok(at) => at,
            Err((low, high)) => {
                let inside = |x: f64| low.is_none_or(|low| low < x) && high.is_none_or(|high| x < high);
                if inside(least) { least } else { simple(low, high) }
            }
        }
    }

    /// Numbers of different kinds from the same place, for the questions that the line does not decide.
    pub(crate) fn others(&self, core: &Core) -> Vec<f64> {
        let Err((low, high)) = self.place(core) else { return Vec::new() };
        let inside = |x: &f64| low.is_none_or(|low| low < *x) && high.is_none_or(|high| *x < high);
        let few: &[f64] =
            if self.whole { &[0.0, 1.0, -1.0, 2.0, 1000.0] } else { &[0.0, 1.0, 0.5, -1.5, 1000.0] };
        few.iter().copied().filter(inside).collect()
    }

    /// The whole numbers that the value can be, both inclusive.
    pub(crate) fn range(&self, core: &Core) -> (u64, Option<u64>) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "saturates, as it should"
        )]
        let whole = |x: f64| x as u64;
        match self.place(core) {
            Ok(at) => (whole(at), Some(whole(at))),
            Err((low, high)) => {
                (low.map_or(0, |low| whole(low.floor() + 1.0)), high.map(|high| whole(high.ceil() - 1.0)))
            }
        }
    }

    /// The literals that say where the value lies, as they are in the assignment.
    pub(crate) fn literals(&self, core: &Core) -> Vec<Lit> {
        let lits = self.marks.iter().flat_map(|mark| [mark.below, mark.upto]);
        lits.map(|lit| if core.holds(lit) { lit } else { !lit }).collect()
    }

    /// The constants, with their literals.
    pub(crate) fn marks(&self) -> impl Iterator<Item = (f64, Lit, Lit)> {
        self.marks.iter().map(|mark| (mark.at, mark.below, mark.upto))
    }
}

/// A number strictly between two, of as few digits as there can be.
fn simple(low: Option<f64>, high: Option<f64>) -> f64 {
    let (low, high) = match (low, high) {
        (None, None) => return 0.0,
        (Some(low), None) => return low.floor() + 1.0,
        (None, Some(high)) => return high.ceil() - 1.0,
        (Some(low), Some(high)) => (low, high),
    };
    if low < 0.0 && 0.0 < high {
        return 0.0;
    }
    let mut scale = 1.0;
    for _ in 0..18 {
        let x = ((low * scale).floor() + 1.0) / scale;
        if low < x && x < high {
            return x;
        }
        scale *= 10.0;
    }
    low.next_up()
}

#[cfg(test)]
mod tests {
    use super::super::super::solve::Verdict;
    use super::*;

    fn between(whole: bool, low: f64, high: f64) -> Option<f64> {
        let mut core = Core::new(1_000_000);
        let mut scale = Scale::new(whole);
        let (below, _) = scale.mark(high, &mut core);
        let (_, upto) = scale.mark(low, &mut core);
        (core.solve(&[below, !upto], 100) == Verdict::Model).then(|| scale.value(&core, 0.0))
    }

    #[test]
    fn gaps_of_whole_numbers_may_be_empty() {
        assert_eq!(between(true, 3.0, 4.0), None);
        assert_eq!(between(true, 3.5, 4.0), None);
        assert_eq!(between(true, 3.5, 4.5), Some(4.0));
        assert_eq!(between(false, 3.0, 4.0), Some(3.1));
        assert_eq!(between(false, 3.0, 3.0_f64.next_up()), None);
        assert_eq!(between(false, -1.0, 1.0), Some(0.0));
        assert_eq!(between(false, 80.0, 90.0), Some(81.0));
        assert_eq!(between(false, 4.0, 3.0), None);
    }

    #[test]
    fn a_whole_number_is_no_fraction() {
        let mut core = Core::new(1_000_000);
        let mut scale = Scale::new(true);
        let (below, upto) = scale.mark(0.5, &mut core);
        assert_eq!(core.solve(&[!below, upto], 100), Verdict::None(vec![!below, upto]));
    }
}
