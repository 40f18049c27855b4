//! What is to be shown of a router: each route taken, each part of each condition true and false and without a value,
//! both sides of each number.

use super::super::Pass;
use super::super::places::{Kind, PlaceId};
use super::super::solve::{Core, Lit};
use super::super::translate::{Bound, Part, Translator, Tree, Truth};

/// A condition, taken apart.
pub(super) struct Asked {
    pub(super) tree: Tree,
    pub(super) parts: Vec<Part>,
    /// True where a part alone decides, by part.
    alone: Vec<Vec<Lit>>,
    /// The numbers next to the constant of a part, below and above, by part.
    sides: Vec<[Option<f64>; 2]>,
}

/// What is wanted of a route or a part.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Wanted {
    /// The route is taken; behind the last route stands the default route, or none.
    Taken,
    True,
    False,
    /// It has no value, for something it reads is absent.
    Nothing,
    /// What it compares is this number.
    At(f64),
}

/// Something to be shown.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Goal {
    pub(super) route: usize,
    /// Of its condition; 0 where the route is meant.
    pub(super) part: usize,
    pub(super) wanted: Wanted,
}

impl Asked {
    pub(super) fn new(pass: &mut Pass<'_>, index: usize) -> Option<Self> {
        let checked = pass.universe.checked;
        let expression = checked.conditions.get(index)?.as_ref()?;
        let (tree, parts) = pass.universe.translator(expression).parts();
        let mut alone = vec![Vec::new(); parts.len()];
        asides(&mut pass.universe.places.core, &tree, &parts, &mut Vec::new(), &mut alone);
        let declared = checked.metadata.is_some();
        let sides =
            parts.iter().map(|part| part.bound.map_or([None; 2], |b| sides(pass, b, declared))).collect();
        Some(Self { tree, parts, alone, sides })
    }

    /// What is to be shown of it.
    pub(super) fn goals(&self, route: usize, out: &mut Vec<Goal>) {
        for (at, part) in self.parts.iter().enumerate().filter(|(_, part)| !part.constant) {
            let sides = self.sides.get(at).copied().unwrap_or_default();
            let numbers = sides.into_iter().flatten().map(Wanted::At);
            let all = [Wanted::True, Wanted::False].into_iter().chain(numbers);
            let reads = !part.reads.is_empty();
            for wanted in all.chain(reads.then_some(Wanted::Nothing)) {
                out.push(Goal { route, part: at, wanted });
            }
        }
    }

    /// What the parts come to wherever the whole is true, as far as it follows from how they are put together.
    pub(super) fn forced(&self) -> Vec<(usize, Wanted)> {
        let mut out = Vec::new();
        forced(&self.tree, true, &mut out);
        out
    }

    /// The literals that hold where a part is as wanted, and those that hold besides where nothing else decides.
    pub(super) fn lits(&self, pass: &mut Pass<'_>, goal: &Goal) -> [Vec<Lit>; 2] {
        let Some(part) = self.parts.get(goal.part) else { return Default::default() };
        let own = match goal.wanted {
            Wanted::Taken => return Default::default(),
            Wanted::True => vec![part.truth.yes],
            Wanted::False => vec![part.truth.no],
            Wanted::Nothing => {
                let there = pass.universe.all_there(&part.reads);
                let there = pass.universe.places.core.and(&there);
                vec![!part.truth.yes, !part.truth.no, !there]
            }
            Wanted::At(number) => part.bound.map(|b| is_number(pass, b, number)).unwrap_or_default(),
        };
        [own, self.alone.get(goal.part).cloned().unwrap_or_default()]
    }
}

fn forced(tree: &Tree, value: bool, out: &mut Vec<(usize, Wanted)>) {
    match tree {
        Tree::Part(at) => out.push((*at, if value { Wanted::True } else { Wanted::False })),
        Tree::Not(inner) => forced(inner, !value, out),
        Tree::All(trees) if value => trees.iter().for_each(|tree| forced(tree, value, out)),
        Tree::Any(trees) if !value => trees.iter().for_each(|tree| forced(tree, value, out)),
        _ => {}
    }
}

/// True where a tree is true, and where it is false.
fn truth(core: &mut Core, tree: &Tree, parts: &[Part]) -> Truth {
    match tree {
        Tree::Part(at) => parts.get(*at).map_or(Truth { yes: core.no(), no: core.no() }, |part| part.truth),
        Tree::Not(inner) => {
            let inner = truth(core, inner, parts);
            Truth { yes: inner.no, no: inner.yes }
        }
        Tree::All(trees) | Tree::Any(trees) => {
            let truths: Vec<Truth> = trees.iter().map(|tree| truth(core, tree, parts)).collect();
            let (yes, no): (Vec<Lit>, Vec<Lit>) = truths.iter().map(|t| (t.yes, t.no)).unzip();
            if matches!(tree, Tree::All(_)) {
                Truth { yes: core.and(&yes), no: core.or(&no) }
            } else {
                Truth { yes: core.or(&yes), no: core.and(&no) }
            }
        }
        Tree::Choice(three) => {
            let [c, a, b] = &**three;
            let (c, a, b) = (truth(core, c, parts), truth(core, a, parts), truth(core, b, parts));
            let mut either = |a: Lit, b: Lit| {
                let (a, b) = (core.and(&[c.yes, a]), core.and(&[c.no, b]));
                core.or(&[a, b])
            };
            Truth { yes: either(a.yes, b.yes), no: either(a.no, b.no) }
        }
    }
}

/// Collects, for each part, the literals of what stands beside it that leave the decision to it.
fn asides(core: &mut Core, tree: &Tree, parts: &[Part], beside: &mut Vec<Lit>, out: &mut [Vec<Lit>]) {
    let depth = beside.len();
    match tree {
        Tree::Part(at) => {
            if let Some(slot) = out.get_mut(*at) {
                slot.clone_from(beside);
            }
        }
        Tree::Not(inner) => asides(core, inner, parts, beside, out),
        Tree::All(trees) | Tree::Any(trees) => {
            let all = matches!(tree, Tree::All(_));
            let quiet: Vec<Lit> = trees
                .iter()
                .map(|tree| truth(core, tree, parts))
                .map(|t| if all { t.yes } else { t.no })
                .collect();
            // Chains may be long: what stands before each operand, and what behind.
            let mut behind = vec![core.yes()];
            for lit in quiet.iter().skip(1).rev() {
                let next = core.and(&[*lit, behind.last().copied().unwrap_or(core.yes())]);
                behind.push(next);
            }
            let mut before = core.yes();
            for ((inner, lit), behind) in trees.iter().zip(&quiet).zip(behind.into_iter().rev()) {
                beside.push(core.and(&[before, behind]));
                before = core.and(&[before, *lit]);
                asides(core, inner, parts, beside, out);
                beside.truncate(depth);
            }
        }
        Tree::Choice(three) => {
            let [c, a, b] = &**three;
            let (when, then, otherwise) =
                (truth(core, c, parts), truth(core, a, parts), truth(core, b, parts));
            let differ = [core.and(&[then.yes, otherwise.no]), core.and(&[then.no, otherwise.yes])];
            for (aside, inner) in [(core.or(&differ), c), (when.yes, a), (when.no, b)] {
                beside.push(aside);
                asides(core, inner, parts, beside, out);
                beside.truncate(depth);
            }
        }
    }
}

fn is_number(pass: &mut Pass<'_>, bound: Bound, number: f64) -> Vec<Lit> {
    let places = &mut pass.universe.places;
    if bound.size {
        let (below, upto) = places.size(bound.place, number);
        vec![places.get(bound.place).has, !below, upto]
    } else {
        let equal = places.number_equal(bound.place, number);
        vec![places.kind(bound.place, Kind::Number), equal]
    }
}

/// The numbers on both sides of a bound, as near to it as reads well.
fn sides(pass: &mut Pass<'_>, bound: Bound, declared: bool) -> [Option<f64>; 2] {
    let at = bound.at;
    let whole = bound.size || Translator::is_whole(&pass.universe.places.get(bound.place).field.ty);
    if !bound.size
        && let Some(values) = &pass.universe.places.get(bound.place).field.domain.one_of
    {
        let numbers: Vec<f64> = values.iter().filter_map(super::super::places::number_of).collect();
        let is_low = |n: &f64| if bound.at_is_low { *n <= at } else { *n < at };
        let low = numbers.iter().copied().filter(is_low).max_by(f64::total_cmp);
        let high = numbers.iter().copied().filter(|n| !is_low(n)).min_by(f64::total_cmp);
        return [low, high];
    }
    let domain = pass.universe.places.get(bound.place).field.domain.clone();
    let inside = |n: &f64| {
        let fits = domain.min.is_none_or(|min| min <= *n) && domain.max.is_none_or(|max| *n <= max);
        if bound.size { *n >= 0.0 } else { fits }
    };
    let [low, high] = if whole {
        let low = if bound.at_is_low { at.floor() } else { at.ceil() - 1.0 };
        [Some(low), Some(low + 1.0)]
    } else {
        let (below, above) = neighbours(pass, bound.place, at);
        let step = if !declared && at.fract() == 0.0 { Some(1.0) } else { None };
        if bound.at_is_low {
            [Some(at), near(at, 1.0, above, step)]
        } else {
            [near(at, -1.0, below, step), Some(at)]
        }
    };
    [low.filter(inside), high.filter(inside)]
}

/// The constants next to one among all that a number is compared with.
fn neighbours(pass: &Pass<'_>, place: PlaceId, at: f64) -> (Option<f64>, Option<f64>) {
    let scale = pass.universe.places.get(place).number.as_ref();
    let marks: Vec<f64> = scale.iter().flat_map(|scale| scale.marks()).map(|(at, ..)| at).collect();
    let below = marks.iter().copied().filter(|m| *m < at).max_by(f64::total_cmp);
    let above = marks.iter().copied().filter(|m| *m > at).min_by(f64::total_cmp);
    (below, above)
}

/// A number just beside another, with one digit more than that has, or as many as it takes to stay clear of `limit`.
fn near(at: f64, direction: f64, limit: Option<f64>, step: Option<f64>) -> Option<f64> {
    let clear = |x: f64| {
        let moved = if direction > 0.0 { x > at } else { x < at };
        let short = limit.is_none_or(|limit| if direction > 0.0 { x < limit } else { x > limit });
        moved && short
    };
    let rough = step.map(|step| at + direction * step).filter(|x| clear(*x));
    if rough.is_some() {
        return rough;
    }
    let digits = at.to_string().split_once('.').map_or(0, |(_, fraction)| fraction.len());
    (digits + 1..=15).find_map(|digits| {
        let scale = 10_f64.powi(i32::try_from(digits).ok()?);
        let scaled = (at * scale).round();
        let x = (scaled + direction) / scale;
        (scaled.abs() < super::super::theory::numbers::EXACT && clear(x)).then_some(x)
    })
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn numbers_beside_read_well() {
        assert_eq!(near(80.0, -1.0, None, None), Some(79.9));
        assert_eq!(near(80.0, -1.0, None, Some(1.0)), Some(79.0));
        assert_eq!(near(80.0, -1.0, Some(79.0), Some(1.0)), Some(79.9));
        assert_eq!(near(80.0, -1.0, Some(79.95), Some(1.0)), Some(79.99));
        assert_eq!(near(0.01, -1.0, None, None), Some(0.009));
        assert_eq!(near(80.5, 1.0, None, None), Some(80.51));
        assert_eq!(near(-0.5, -1.0, None, None), Some(-0.51));
        assert_eq!(near(1e300, 1.0, None, None), None);
        assert_eq!(near(3.0, 1.0, Some(3.0_f64.next_up()), Some(1.0)), None);
    }
}
