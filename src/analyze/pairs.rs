//! Places that are compared with one another.
//!
//! Of two numbers it is a question of order, which `theory::order` answers for all of them together. Two texts that are
//! equal pass the same tests: each gets the tests of the other, and clauses say so.

use rustc_hash::FxHashSet;

use super::places::{PlaceId, Places};
use super::solve::{Core, Lit};
use super::theory::numbers::{EXACT, Scale};
use super::theory::order::{Edge, Node, arrange};
use super::theory::strings::Texts;
use crate::cel::types::Type;

/// All pairs, by the kind of their values.
#[derive(Default)]
pub(super) struct Pairs {
    numbers: Vec<NumberPair>,
    texts: Vec<TextPair>,
}

impl Pairs {
    pub(super) fn has_numbers(&self) -> bool {
        !self.numbers.is_empty()
    }
}

struct NumberPair {
    a: PlaceId,
    b: PlaceId,
    /// `a < b` and `a <= b`.
    less: Lit,
    upto: Lit,
}

struct TextPair {
    a: PlaceId,
    b: PlaceId,
    equal: Lit,
    /// How many tests and marks of the two are said to be the same.
    mirrored: [usize; 2],
}

/// Numbers that were arranged, or not.
pub(super) enum Arranged {
    Fine,
    /// These exclude each other.
    Conflict(Vec<Lit>),
    /// They seem to exclude each other, but beyond 2^53 they may not.
    Unsure,
}

impl Places {
    /// `a < b` and `a <= b`, for two numbers.
    pub(super) fn compare(&mut self, a: PlaceId, b: PlaceId) -> (Lit, Lit) {
        if a == b {
            return (self.core.no(), self.core.yes());
        }
        if b < a {
            let (less, upto) = self.compare(b, a);
            return (!upto, !less);
        }
        if let Some(pair) = self.pairs.numbers.iter().find(|pair| pair.a == a && pair.b == b) {
            return (pair.less, pair.upto);
        }
        self.core.spend_on(self.pairs.numbers.len());
        let (less, upto) = (self.core.fresh(), self.core.fresh());
        self.core.clause(&[!less, upto]);
        self.pairs.numbers.push(NumberPair { a, b, less, upto });
        (less, upto)
    }

    /// `a == b`, for two texts.
    pub(super) fn same_text(&mut self, a: PlaceId, b: PlaceId) -> Lit {
        let (a, b) = (a.min(b), a.max(b));
        if a == b {
            return self.core.yes();
        }
        if let Some(pair) = self.pairs.texts.iter().find(|pair| pair.a == a && pair.b == b) {
            return pair.equal;
        }
        self.core.spend_on(self.pairs.texts.len());
        let equal = self.core.fresh();
        self.pairs.texts.push(TextPair { a, b, equal, mirrored: [0; 2] });
        equal
    }

    /// Gives each of two texts that are compared the tests of the other.
    pub(super) fn mirror(&mut self) {
        let mut pairs = std::mem::take(&mut self.pairs.texts);
        // A test goes from one text to the next along a chain of them.
        for _ in 0..=pairs.len() {
            let mut changed = false;
            for pair in &mut pairs {
                let take = |places: &mut Places, id| {
                    let (place, core) = places.texts(id);
                    place.texts.take().unwrap_or_else(|| Texts::new(core))
                };
                let (mut a, mut b) = (take(self, pair.a), take(self, pair.b));
                let counts = [a.extent(), b.extent()];
                if counts != pair.mirrored {
                    changed = true;
                    a.mirror(&mut b, pair.equal, &mut self.core);
                    b.mirror(&mut a, pair.equal, &mut self.core);
                    pair.mirrored = [a.extent(), b.extent()];
                }
                self.texts(pair.a).0.texts = Some(a);
                self.texts(pair.b).0.texts = Some(b);
            }
            if !changed || self.core.steps() == 0 {
                break;
            }
        }
        self.pairs.texts = pairs;
    }

    /// Texts that the assignment found last says are equal to this one, and those that are not, as far as they are
    /// known.
    pub(super) fn related_texts(&self, id: PlaceId) -> (Vec<PlaceId>, Vec<String>) {
        let (mut same, mut other) = (vec![id], Vec::new());
        let mut next = 0;
        while let Some(at) = same.get(next).copied() {
            next += 1;
            for pair in &self.pairs.texts {
                let there = if pair.a == at { pair.b } else { pair.a };
                if pair.a != at && pair.b != at || same.contains(&there) {
                    continue;
                }
                if self.core.holds(pair.equal) {
                    same.push(there);
                } else {
                    other.extend(self.get(there).text.clone());
                }
            }
        }
        (same, other)
    }

    /// Whether a text is compared with another.
    pub(super) fn is_paired(&self, id: PlaceId) -> bool {
        self.pairs.texts.iter().any(|pair| pair.a == id || pair.b == id)
    }

    /// Finds values for the numbers that are compared, as far as that is among the reasons, where they are given.
    pub(super) fn arrange(&mut self, reasons: Option<&FxHashSet<Lit>>) -> Arranged {
        let matters =
            |lit: Lit| reasons.map_or_else(|| self.core.holds(lit), |reasons| reasons.contains(&lit));
        let mut ids: Vec<PlaceId> = Vec::new();
        let mut edges = Vec::new();
        let mut at = |id: PlaceId| {
            ids.iter().position(|known| *known == id).unwrap_or_else(|| {
                ids.push(id);
                ids.len() - 1
            })
        };
        for pair in &self.pairs.numbers {
            for (lit, strict) in [(pair.less, true), (pair.upto, false)] {
                let (a, b) = (pair.a, pair.b);
                if matters(lit) {
                    edges.push(Edge { less: at(a), more: at(b), strict, lit });
                } else if matters(!lit) {
                    edges.push(Edge { less: at(b), more: at(a), strict: !strict, lit: !lit });
                }
            }
        }
        if edges.is_empty() {
            return Arranged::Fine;
        }
        let node = |id: &PlaceId, core: &Core| {
            let place = self.get(*id);
            let whole = matches!(place.field.ty.unwrapped(), Type::Int);
            let (low, high) = place.number.as_ref().map_or((None, None), |scale: &Scale| scale.ends(core));
            Node { whole, low, high }
        };
        let nodes: Vec<Node> = ids.iter().map(|id| node(id, &self.core)).collect();
        self.core.spend_on((nodes.len() + 1).saturating_mul(edges.len()));
        match arrange(&nodes, &edges) {
            Ok(values) => {
                if values.iter().any(|value| value.abs() >= EXACT) {
                    return Arranged::Unsure;
                }
                for (id, value) in ids.into_iter().zip(values) {
                    self.get_mut(id).value = Some(value);
                }
                Arranged::Fine
            }
            // An int and a double are compared by rounding: there, only two numbers have an order to rely on.
            Err(lits) => {
                let used = edges.iter().filter(|edge| lits.contains(&edge.lit));
                let mut pairs: Vec<_> =
                    used.map(|edge| (edge.less.min(edge.more), edge.less.max(edge.more))).collect();
                pairs.sort_unstable();
                pairs.dedup();
                let same = nodes.iter().all(|node| node.whole) || self.all_doubles(&ids);
                if pairs.len() > 1 && !same { Arranged::Unsure } else { Arranged::Conflict(lits) }
            }
        }
    }

    fn all_doubles(&self, ids: &[PlaceId]) -> bool {
        ids.iter().all(|id| matches!(self.get(*id).field.ty.unwrapped(), Type::Double))
    }
}
