//! What elements would make a loop over a list true or false.
//!
//! A loop stays a literal of its own: nothing is proved with what stands here. It helps to find a request that shows
//! what is possible: its body is translated for single elements, and literals that are only assumed where a request is
//! looked for tie the loop's truth to theirs.

use super::super::places::{Kind as JsonKind, PlaceId, Step, number_of};
use super::super::solve::Lit;
use super::{Local, Term, Translator, Truth};
use crate::cel::{Ast, Value};
use crate::cel::ast::{BinaryOp, Kind, Macro, MacroKind, NodeId};

/// A loop over a list, of which a part of a condition is made.
#[derive(Clone)]
pub(in super::super) struct Loop {
    /// The part: the loop, or a comparison of how many elements it leaves.
    part: NodeId,
    list: PlaceId,
    vars: usize,
    body: NodeId,
    /// How many elements pass where the part is true, and where it is false; `None` for all that are there.
    passing: [Option<u32>; 2],
    /// The first of the elements that are to show it.
    first: u32,
}

impl Loop {
    /// How many elements it takes to show either.
    fn elements(&self) -> u32 {
        self.passing.iter().map(|count| count.unwrap_or(1)).max().unwrap_or(1).max(1)
    }
}

/// More elements than these are not tried.
const ELEMENTS: u32 = 12;

impl Translator<'_> {
    /// Finds the loops that a condition is made of. Each takes elements of its own.
    pub(in super::super) fn loops(mut self, known: &mut Vec<Loop>) {
        self.find(self.ast.root(), known);
    }

    // As deep as the tree, which the parser bounds.
    fn find(&mut self, id: NodeId, known: &mut Vec<Loop>) {
        if let Some(mut found) = self.loop_at(id) {
            let before = known.iter().filter(|other| other.list == found.list);
            found.first = before.map(|other| other.first + other.elements()).max().unwrap_or(0);
            if found.first + found.elements() <= ELEMENTS {
                known.push(found);
            }
            return;
        }
        if !matches!(self.ast.kind(id), Kind::Macro(_)) {
            for child in self.ast.children(id) {
                self.find(child, known);
            }
        }
    }

    fn loop_at(&mut self, id: NodeId) -> Option<Loop> {
        let ast = self.ast;
        let (call, passing) = match ast.kind(id) {
            Kind::Macro(call) => {
                let passing = match call.kind {
                    MacroKind::Exists | MacroKind::ExistsOne => [Some(1), Some(0)],
                    MacroKind::All => [None, Some(0)],
                    _ => return None,
                };
                (call, passing)
            }
            Kind::Binary { op, lhs, rhs, .. } => {
                let (call, count, turned) = match (filtered(ast, *lhs), filtered(ast, *rhs)) {
                    (Some(call), None) => (call, *rhs, false),
                    (None, Some(call)) => (call, *lhs, true),
                    _ => return None,
                };
                let Term::Constant(value) = self.term(count) else { return None };
                let count = number_of(&value)?;
                let holds = |n: u32| {
                    let (a, b) = if turned { (count, f64::from(n)) } else { (f64::from(n), count) };
                    match op {
                        BinaryOp::Eq => a.total_cmp(&b).is_eq(),
                        BinaryOp::Ne => a.total_cmp(&b).is_ne(),
                        BinaryOp::Lt => a < b,
                        BinaryOp::Le => a <= b,
                        BinaryOp::Gt => a > b,
                        _ => a >= b,
                    }
                };
                let least = |wanted: bool| (0..=ELEMENTS).find(|n| holds(*n) == wanted);
                (call, [Some(least(true)?), Some(least(false)?)])
            }
            _ => return None,
        };
        let Term::Place(list) = self.term(call.target?) else { return None };
        let [body] = *call.args.as_slice() else { return None };
        let of_list = self.places.only_kind(list) == Some(JsonKind::List);
        of_list.then_some(Loop { part: id, list, vars: call.vars.len(), body, passing, first: 0 })
    }

    /// The literal to assume where a request is to show what a loop comes to, and the one that holds where it is true;
    /// `known` are all loops.
    pub(in super::super) fn shown(mut self, this: &Loop, known: &[Loop]) -> (Lit, Lit) {
        let guard = self.places.core.fresh();
        let truth = self.truth(this.part);
        self.sample(this.part);
        let over = known.iter().filter(|other| other.list == this.list);
        let last = over.map(|other| other.first + other.elements()).max().unwrap_or(0);
        let ends = self.places.get(this.list).inside.contains_key(&Step::Last);
        let mut elements: Vec<(PlaceId, Option<u32>, Truth)> = Vec::new();
        for at in 0..last {
            let is_new = !self.places.get(this.list).inside.contains_key(&Step::At(at));
            let element = self.places.inside(this.list, Step::At(at));
            self.places.get_mut(element).looped |= is_new;
            let own = at.checked_sub(this.first).filter(|own| *own < this.elements());
            elements.push((element, own, self.body(this, at, element)));
        }
        if ends {
            let element = self.places.inside(this.list, Step::Last);
            elements.push((element, None, self.body(this, last, element)));
        }
        for (whole, passing) in [truth.yes, truth.no].into_iter().zip(this.passing) {
            for (element, own, body) in &elements {
                let has = self.places.get(*element).has;
                let core = &mut self.places.core;
                let own_passes = own.is_some_and(|own| passing.is_some_and(|count| own < count));
                match (own, passing) {
                    _ if own_passes => {
                        core.clause(&[!guard, !whole, has]);
                        core.clause(&[!guard, !whole, body.yes]);
                    }
                    // All pass.
                    (_, None) => core.clause(&[!guard, !whole, !has, body.yes]),
                    // `all` is false where one does not pass, whatever the others do.
                    (Some(0), Some(0)) if this.passing == [None, Some(0)] => {
                        core.clause(&[!guard, !whole, has]);
                        core.clause(&[!guard, !whole, body.no]);
                    }
                    _ if this.passing == [None, Some(0)] => {}
                    _ => core.clause(&[!guard, !whole, !has, body.no]),
                }
                // Whoever looks at the last element means one behind those that are to show something.
                if ends
                    && own_passes
                    && let Some(own) = own
                {
                    let behind = self.places.inside(this.list, Step::At(this.first + own + 1));
                    let behind = self.places.get(behind).has;
                    self.places.core.clause(&[!guard, !whole, behind]);
                }
            }
        }
        (guard, truth.yes)
    }

    /// The body of a loop for one element.
    fn body(&mut self, this: &Loop, at: u32, element: PlaceId) -> Truth {
        let mut values = [Local::Constant(Value::Int(i64::from(at))), Local::Place(element)].into_iter();
        if this.vars == 1 {
            values.next();
        }
        self.locals = (0..).zip(values).collect();
        self.within = format!("{element:?} ");
        let truth = self.truth(this.body);
        self.sample(this.body);
        self.locals.clear();
        self.within.clear();
        truth
    }
}

/// The filter whose size a node is: `size(messages.filter(…))` or `messages.filter(…).size()`.
fn filtered(ast: &Ast, id: NodeId) -> Option<&Macro> {
    let Kind::Call { function, target, args, .. } = ast.kind(id) else { return None };
    let of = match (target, args.as_slice()) {
        (Some(target), []) => *target,
        (None, [only]) => *only,
        _ => return None,
    };
    match ast.kind(of) {
        Kind::Macro(call) if call.kind == MacroKind::Filter && &*function.text == "size" => Some(call),
        _ => None,
    }
}
