//! Comparisons and `in`.

use std::sync::Arc;

use super::super::places::{Kind as JsonKind, PlaceId, Step, number_of};
use super::super::solve::Lit;
use super::super::theory::numbers::EXACT;
use super::super::theory::strings::Test;
use super::{Term, Translator, Truth};
use crate::cel::ast::{BinaryOp, NodeId};
use crate::cel::{Value, print_node};

const KINDS: [JsonKind; 6] =
    [JsonKind::Null, JsonKind::Bool, JsonKind::Number, JsonKind::String, JsonKind::List, JsonKind::Map];

impl Translator<'_> {
    pub(super) fn equal(&mut self, left: Term, right: Term, lhs: NodeId, rhs: NodeId) -> Option<Truth> {
        match (left, right) {
            (Term::Place(place), Term::Constant(value)) | (Term::Constant(value), Term::Place(place)) => {
                let yes = self.is_value(place, &value);
                let has = self.places.get(place).has;
                Some(self.defined(has, yes))
            }
            (Term::Size(place), Term::Constant(value)) | (Term::Constant(value), Term::Size(place)) => {
                let has = self.places.sized(place);
                let yes = match number_of(&value) {
                    Some(number) if number.abs() < EXACT => {
                        let (below, upto) = self.places.size(place, number);
                        self.places.core.and(&[!below, upto])
                    }
                    _ => self.no(),
                };
                Some(self.defined(has, yes))
            }
            (Term::Place(a), Term::Place(b)) => {
                let (has_a, has_b) = (self.places.get(a).has, self.places.get(b).has);
                let both = self.places.core.and(&[has_a, has_b]);
                let yes = if a == b { self.yes() } else { self.same(a, b, lhs, rhs) };
                Some(self.defined(both, yes))
            }
            (Term::Bool(a), Term::Constant(Value::Bool(wanted)))
            | (Term::Constant(Value::Bool(wanted)), Term::Bool(a)) => Some(if wanted { a } else { a.not() }),
            (Term::Bool(a), Term::Bool(b)) => Some(self.agree(a, b)),
            (Term::Bool(a), Term::Place(place)) | (Term::Place(place), Term::Bool(a))
                if self.places.only_kind(place) == Some(JsonKind::Bool) =>
            {
                let has = self.places.get(place).has;
                let truth = self.places.truth(place);
                let b = self.defined(has, truth);
                Some(self.agree(a, b))
            }
            _ => None,
        }
    }

    fn agree(&mut self, a: Truth, b: Truth) -> Truth {
        let core = &mut self.places.core;
        let mut either = |a: Lit, b: Lit, c: Lit, d: Lit| {
            let (x, y) = (core.and(&[a, b]), core.and(&[c, d]));
            core.or(&[x, y])
        };
        Truth { yes: either(a.yes, b.yes, a.no, b.no), no: either(a.yes, b.no, a.no, b.yes) }
    }

    /// True where two places hold equal values.
    fn same(&mut self, a: PlaceId, b: PlaceId, lhs: NodeId, rhs: NodeId) -> Lit {
        let mut ways = Vec::new();
        for kind in KINDS {
            let (of_a, of_b) = (self.places.kind(a, kind), self.places.kind(b, kind));
            if of_a == self.no() || of_b == self.no() {
                continue;
            }
            let equal = match kind {
                JsonKind::Null => self.yes(),
                JsonKind::Bool => {
                    let (a, b) = (self.places.truth(a), self.places.truth(b));
                    let core = &mut self.places.core;
                    let (both, neither) = (core.and(&[a, b]), core.and(&[!a, !b]));
                    core.or(&[both, neither])
                }
                JsonKind::Number => {
                    let (less, upto) = self.places.compare(a, b);
                    self.places.core.and(&[!less, upto])
                }
                JsonKind::String => self.places.same_text(a, b),
                JsonKind::List | JsonKind::Map => {
                    self.hide(a);
                    self.hide(b);
                    let mut texts = [print_node(self.ast, lhs), print_node(self.ast, rhs)];
                    texts.sort();
                    self.free(format!("{} as {kind:?}", texts.join(" == ")))
                }
            };
            ways.push(self.places.core.and(&[of_a, of_b, equal]));
        }
        self.places.core.or(&ways)
    }

    fn hide(&mut self, place: PlaceId) {
        self.places.get_mut(place).hidden = true;
    }

    /// True where the place holds a value equal to this one.
    pub(super) fn is_value(&mut self, place: PlaceId, value: &Value) -> Lit {
        let kind = match value {
            Value::Null => JsonKind::Null,
            Value::Bool(_) => JsonKind::Bool,
            Value::Int(_) | Value::Uint(_) | Value::Double(_) => JsonKind::Number,
            Value::String(_) => JsonKind::String,
            Value::List(_) => JsonKind::List,
            Value::Map(_) => JsonKind::Map,
            // No request holds one.
            _ => return self.no(),
        };
        let there = self.places.kind(place, kind);
        if there == self.no() {
            return there;
        }
        let yes = match value {
            Value::Null => return there,
            Value::Bool(wanted) => {
                let truth = self.places.truth(place);
                if *wanted { truth } else { !truth }
            }
            Value::String(text) => self.places.test(place, Test::Equal(Arc::clone(text))),
            _ => match number_of(value) {
                Some(number) if number.is_nan() => self.no(),
                Some(number) if number.abs() < EXACT => self.places.number_equal(place, number),
                _ => {
                    self.hide(place);
                    self.free(format!("{place:?} == {value:?}"))
                }
            },
        };
        self.places.core.and(&[there, yes])
    }

    pub(super) fn element_of(&mut self, left: Term, right: Term, lhs: NodeId, rhs: NodeId) -> Option<Truth> {
        match (left, right) {
            (Term::Place(place), Term::Constant(Value::List(values))) => {
                let ways: Vec<Lit> = values.iter().map(|value| self.is_value(place, value)).collect();
                let yes = self.places.core.or(&ways);
                let has = self.places.get(place).has;
                Some(self.defined(has, yes))
            }
            (Term::Constant(value), Term::Place(place)) => {
                let list = self.places.kind(place, JsonKind::List);
                let map = self.places.kind(place, JsonKind::Map);
                let mut truth = self.error();
                if list != self.no() {
                    let item = self.places.item(place, &value);
                    truth = self.defined(list, item);
                }
                if map != self.no() {
                    let Value::String(key) = value else { return None };
                    let inner = self.places.inside(place, Step::Key(key));
                    let has = self.places.get(inner).has;
                    let of_map = self.defined(map, has);
                    let core = &mut self.places.core;
                    truth =
                        Truth { yes: core.or(&[truth.yes, of_map.yes]), no: core.or(&[truth.no, of_map.no]) };
                }
                Some(truth)
            }
            (Term::Place(a), Term::Place(b)) if self.places.only_kind(b) == Some(JsonKind::List) => {
                let (has_a, has_b) = (self.places.get(a).has, self.places.get(b).has);
                let both = self.places.core.and(&[has_a, has_b]);
                self.hide(a);
                self.hide(b);
                let (_, empty) = self.places.size(b, 0.0);
                let yes =
                    self.free(format!("{} in {}", print_node(self.ast, lhs), print_node(self.ast, rhs)));
                self.places.core.clause(&[!yes, !empty]);
                Some(self.defined(both, yes))
            }
            _ => None,
        }
    }

    pub(super) fn order(&mut self, op: BinaryOp, left: Term, right: Term) -> Option<Truth> {
        use BinaryOp as B;
        let (op, term, value) = match (left, right) {
            (term, Term::Constant(value)) => (op, term, value),
            (Term::Constant(value), term) => {
                let turned = match op {
                    B::Lt => B::Gt,
                    B::Le => B::Ge,
                    B::Gt => B::Lt,
                    _ => B::Le,
                };
                (turned, term, value)
            }
            (Term::Place(a), Term::Place(b)) => return Some(self.order_of_two(op, a, b)),
            _ => return None,
        };
        let number = number_of(&value);
        let (defined, (below, upto)) = match (term, number) {
            (Term::Place(place), Some(number)) if number.abs() < EXACT => {
                let defined = self.places.kind(place, JsonKind::Number);
                if defined == self.no() {
                    return Some(self.error());
                }
                (defined, self.places.number(place, number))
            }
            (Term::Size(place), Some(number)) if number.abs() < EXACT => {
                (self.places.sized(place), self.places.size(place, number))
            }
            _ => return None,
        };
        let yes = match op {
            B::Lt => below,
            B::Le => upto,
            B::Gt => !upto,
            _ => !below,
        };
        Some(self.defined(defined, yes))
    }

    fn order_of_two(&mut self, op: BinaryOp, a: PlaceId, b: PlaceId) -> Truth {
        use BinaryOp as B;
        let mut truth = self.error();
        // What else has an order, no request can hold.
        for kind in [JsonKind::Number, JsonKind::String, JsonKind::Bool] {
            let (of_a, of_b) = (self.places.kind(a, kind), self.places.kind(b, kind));
            let both = self.places.core.and(&[of_a, of_b]);
            if both == self.no() {
                continue;
            }
            let (less, upto) = match kind {
                JsonKind::Number => self.places.compare(a, b),
                JsonKind::String => self.order_of_texts(a, b),
                _ => {
                    let (a, b) = (self.places.truth(a), self.places.truth(b));
                    let core = &mut self.places.core;
                    (core.and(&[!a, b]), core.or(&[!a, b]))
                }
            };
            let yes = match op {
                B::Lt => less,
                B::Le => upto,
                B::Gt => !upto,
                _ => !less,
            };
            let of_kind = self.defined(both, yes);
            let core = &mut self.places.core;
            truth = Truth { yes: core.or(&[truth.yes, of_kind.yes]), no: core.or(&[truth.no, of_kind.no]) };
        }
        truth
    }

    /// `a < b` and `a <= b` for two texts, which is left open but for its being an order.
    fn order_of_texts(&mut self, a: PlaceId, b: PlaceId) -> (Lit, Lit) {
        if b < a {
            let (less, upto) = self.order_of_texts(b, a);
            return (!upto, !less);
        }
        self.hide(a);
        self.hide(b);
        let less = self.free(format!("{a:?} < {b:?}"));
        let equal = self.places.same_text(a, b);
        let core = &mut self.places.core;
        core.clause(&[!less, !equal]);
        (less, core.or(&[less, equal]))
    }
}
