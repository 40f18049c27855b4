//! What elements would make a loop over a list true or false.
//!
//! A loop stays a literal of its own: nothing is proved with what stands here. It helps to find a request that shows
//! what is possible: its body is translated for single elements, and literals that are only assumed where a request is
//! looked for tie the loop's truth to theirs.

use super::super::places::{Kind as JsonKind, PlaceId, Step, number_of};
use super::super::solve::{Core, Lit};
use super::{Local, Term, Translator, Truth};
use crate::cel::ast::{BinaryOp, Kind, Macro, MacroKind, NodeId};
use crate::cel::{Ast, Value};

/// A loop over a list, of which a part of a condition is made.
#[derive(Clone)]
pub(in super::super) struct Loop {
    /// The part: the loop, or a comparison of how many elements it leaves.
    part: NodeId,
    list: PlaceId,
    vars: usize,
    body: NodeId,
    asks: Asks,
}

/// What a loop asks of its elements.
#[derive(Clone, Copy)]
enum Asks {
    /// Does one pass?
    Some,
    /// Does exactly one?
    One,
    /// Do all?
    All,
    /// How many do? So many pass where the part is true, and so many where it is false, from this element on.
    Count { yes: u32, no: u32, first: u32 },
}

/// More elements than these are not tried.
const ELEMENTS: u32 = 12;

impl Loop {
    /// How many elements show what it comes to.
    fn elements(&self) -> u32 {
        match self.asks {
            Asks::Count { yes, no, .. } => yes.max(no),
            _ => 1,
        }
    }
}

/// An element in the eyes of one loop.
struct Element {
    at: Option<u32>,
    has: Lit,
    body: Truth,
    /// It is there, and is not the one that is looked at as the last.
    firm: Lit,
}

impl Translator<'_> {
    /// Finds the loops that a condition is made of.
    pub(in super::super) fn loops(mut self, known: &mut Vec<Loop>) {
        self.find(self.ast.root(), known);
    }

    // As deep as the tree, which the parser bounds.
    fn find(&mut self, id: NodeId, known: &mut Vec<Loop>) {
        if let Some(mut found) = self.loop_at(id) {
            let same = || known.iter().filter(|other| other.list == found.list);
            let before: u32 = same().map(Loop::elements).sum();
            let counted = same().filter(|other| matches!(other.asks, Asks::Count { .. }));
            if let Asks::Count { first, .. } = &mut found.asks {
                *first = counted.map(Loop::elements).sum();
            }
            if before + found.elements() <= ELEMENTS {
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
        let (call, asks) = match ast.kind(id) {
            Kind::Macro(call) => {
                let asks = match call.kind {
                    MacroKind::Exists => Asks::Some,
                    MacroKind::ExistsOne => Asks::One,
                    MacroKind::All => Asks::All,
                    _ => return None,
                };
                (call, asks)
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
                (call, Asks::Count { yes: least(true)?, no: least(false)?, first: 0 })
            }
            _ => return None,
        };
        let Term::Place(list) = self.term(call.target?) else { return None };
        let [body] = *call.args.as_slice() else { return None };
        let of_list = self.places.only_kind(list) == Some(JsonKind::List);
        of_list.then_some(Loop { part: id, list, vars: call.vars.len(), body, asks })
    }

    /// The literal to assume where a request is to show what a loop comes to, and those that hold where it comes to
    /// what it does without elements, and to the opposite; `known` are all loops.
    pub(in super::super) fn shown(mut self, this: &Loop, known: &[Loop]) -> (Lit, [Lit; 2]) {
        let truth = self.truth(this.part);
        self.sample(this.part);
        let over = known.iter().filter(|other| other.list == this.list);
        let elements = self.elements(this, over.map(Loop::elements).sum());
        let core = &mut self.places.core;
        let mut ties = Vec::new();
        match this.asks {
            Asks::Some => {
                ties.push(some_pass(core, truth.yes, &elements, true));
                all_pass(core, truth.no, &elements, false, &mut ties);
            }
            Asks::All => {
                all_pass(core, truth.yes, &elements, true, &mut ties);
                ties.push(some_pass(core, truth.no, &elements, false));
            }
            Asks::One => {
                ties.push(some_pass(core, truth.yes, &elements, true));
                all_pass(core, truth.no, &elements, false, &mut ties);
                for (i, one) in elements.iter().enumerate() {
                    ties.push(core.or(&[!truth.yes, !one.has, one.body.yes, one.body.no]));
                    for other in elements.iter().skip(i + 1) {
                        ties.push(core.or(&[!truth.yes, !one.body.yes, !other.body.yes]));
                    }
                }
            }
            Asks::Count { yes, no, first } => {
                for (whole, count) in [(truth.yes, yes), (truth.no, no)] {
                    for element in &elements {
                        let own = element.at.and_then(|at| at.checked_sub(first));
                        if own.is_some_and(|own| own < count) {
                            ties.push(core.or(&[!whole, element.firm]));
                            ties.push(core.or(&[!whole, element.body.yes]));
                        } else {
                            ties.push(core.or(&[!whole, !element.has, element.body.no]));
                        }
                    }
                }
            }
        }
        let tied = core.and(&ties);
        let is_true_of_none = match this.asks {
            Asks::Some | Asks::One => false,
            Asks::All => true,
            Asks::Count { yes, no, .. } => yes < no,
        };
        (tied, if is_true_of_none { [truth.yes, truth.no] } else { [truth.no, truth.yes] })
    }

    /// The elements that are looked at: so many from the first on, and the last if conditions look at it.
    fn elements(&mut self, this: &Loop, count: u32) -> Vec<Element> {
        let ends = self.places.get(this.list).inside.contains_key(&Step::Last);
        let steps = (0..count).map(|at| (Some(at), Step::At(at)));
        let mut out = Vec::new();
        for (at, step) in steps.chain(ends.then_some((None, Step::Last))) {
            let is_new = !self.places.get(this.list).inside.contains_key(&step);
            let element = self.places.inside(this.list, step);
            self.places.get_mut(element).looped |= is_new;
            let has = self.places.get(element).has;
            // Whoever looks at the last element means one behind those that are to show something.
            let firm = match at {
                Some(at) if ends => {
                    let (_, too_short) = self.places.size(this.list, f64::from(at) + 1.0);
                    self.places.core.and(&[has, !too_short])
                }
                _ => has,
            };
            let body = self.body(this, at.unwrap_or(count), element);
            out.push(Element { at, has, body, firm });
        }
        out
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

/// True where an element passes, or one does not, if `whole` holds.
fn some_pass(core: &mut Core, whole: Lit, elements: &[Element], pass: bool) -> Lit {
    let mut one = vec![!whole];
    for element in elements {
        one.push(core.and(&[element.firm, if pass { element.body.yes } else { element.body.no }]));
    }
    core.or(&one)
}

/// True together where all elements pass, or none does, if `whole` holds.
fn all_pass(core: &mut Core, whole: Lit, elements: &[Element], pass: bool, ties: &mut Vec<Lit>) {
    for element in elements {
        let body = if pass { element.body.yes } else { element.body.no };
        ties.push(core.or(&[!whole, !element.has, body]));
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
