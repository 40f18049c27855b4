//! Comparisons and `in`.

use std::sync::Arc;

use super::super::places::{Kind as JsonKind, PlaceId, Places, Step, number_of};
use super::super::solve::Lit;
use super::super::theory::numbers::EXACT;
use super::super::theory::strings::Test;
use super::{Term, Translator, Truth};
use crate::cel::ast::{BinaryOp, NodeId};
use crate::cel::{Value, print_node};

/// So many pairs of values are looked at one by one where two keys are compared.
const PAIRS: usize = 10_000;

impl Translator<'_> {
    pub(super) fn equal(&mut self, left: Term, right: Term, lhs: NodeId, rhs: NodeId) -> Option<Truth> {
        match (left, right) {
            (Term::Place(place), Term::Constant(value)) | (Term::Constant(value), Term::Place(place)) => {
                let yes = self.is_value(place, &value);
                let has = self.places.get(place).has;
                Some(self.defined(has, yes))
            }
            (Term::Size(place), Term::Constant(value)) | (Term::Constant(value), Term::Size(place)) => {
                let has = self.places.get(place).has;
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
                let mut texts = [print_node(self.ast, lhs), print_node(self.ast, rhs)];
                texts.sort();
                let yes = if a == b {
                    self.yes()
                } else {
                    self.related(a, b, texts.join(" == "), |a, b| match (number_of(a), number_of(b)) {
                        (Some(a), Some(b)) => a.total_cmp(&b).is_eq(),
                        _ => a == b,
                    })
                };
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

    /// True where the values of two places are as `holds` says. Of two closed sets that is known, of others it is left
    /// open: then `text` tells one such question from another.
    fn related(&mut self, a: PlaceId, b: PlaceId, text: String, holds: fn(&Value, &Value) -> bool) -> Lit {
        self.hide(a);
        self.hide(b);
        let known = self.opaque.free.contains_key(&text);
        let yes = self.free(text);
        if known {
            return yes;
        }
        if let (Some((left, given)), Some((right, also))) = (self.places.closed(a), self.places.closed(b)) {
            let null =
                |place: &Places, id| place.get(id).kinds.iter().any(|(kind, _)| *kind == JsonKind::Null);
            let with_null = |mut values: Vec<Value>, null: bool| {
                values.extend(null.then_some(Value::Null));
                values
            };
            let left = with_null(left, null(self.places, a));
            let right = with_null(right, null(self.places, b));
            // Each with each: of long lists that is left open.
            let pairs = left.len().saturating_mul(right.len());
            if pairs > PAIRS {
                return yes;
            }
            let mut ways = Vec::new();
            for (x, y) in left.iter().flat_map(|x| right.iter().map(move |y| (x, y))) {
                if holds(x, y) {
                    let (x, y) = (self.is_value(a, x), self.is_value(b, y));
                    ways.push(self.places.core.and(&[x, y]));
                }
            }
            let core = &mut self.places.core;
            let way = core.or(&ways);
            core.clause(&[!given, !also, !yes, way]);
            core.clause(&[!given, !also, yes, !way]);
        }
        yes
    }

    fn hide(&mut self, place: PlaceId) {
        self.places.get_mut(place).hidden = true;
    }

    /// True where the place holds a value equal to this one.
    fn is_value(&mut self, place: PlaceId, value: &Value) -> Lit {
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

    pub(super) fn order(
        &mut self,
        op: BinaryOp,
        left: Term,
        right: Term,
        lhs: NodeId,
        rhs: NodeId,
    ) -> Option<Truth> {
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
            (Term::Place(a), Term::Place(b)) => return self.order_of_two(op, (a, lhs), (b, rhs)),
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
                (self.places.get(place).has, self.places.size(place, number))
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

    fn order_of_two(&mut self, op: BinaryOp, a: (PlaceId, NodeId), b: (PlaceId, NodeId)) -> Option<Truth> {
        use BinaryOp as B;
        // One way round, so that `a < b` and `b > a` are the same question.
        let (a, b) = if matches!(op, B::Gt | B::Ge) { (b, a) } else { (a, b) };
        let is_number = |place| self.places.only_kind(place) == Some(JsonKind::Number);
        if !is_number(a.0) || !is_number(b.0) {
            return None;
        }
        let (has_a, has_b) = (self.places.get(a.0).has, self.places.get(b.0).has);
        let both = self.places.core.and(&[has_a, has_b]);
        let strict = matches!(op, B::Lt | B::Gt);
        let symbol = if strict { "<" } else { "<=" };
        let text = format!("{} {symbol} {}", print_node(self.ast, a.1), print_node(self.ast, b.1));
        let below = |a: &Value, b: &Value| number_of(a) < number_of(b);
        let upto = |a: &Value, b: &Value| number_of(a) <= number_of(b);
        let yes = self.related(a.0, b.0, text, if strict { below } else { upto });
        Some(self.defined(both, yes))
    }
}
