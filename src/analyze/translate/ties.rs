//! Loops over lists and `in`, tied to elements.
//!
//! A loop has a truth of its own, and an element stands for each reason that it may have: where `exists` is true, there
//! is one for which the body is true; where it is false, the body is false for each that there is. So a loop excludes
//! another over the same list, and an assignment says what the list holds.

use super::super::places::{Kind as JsonKind, PlaceId, Places, Step};
use super::super::solve::Lit;
use super::{Local, Opaque, Term, Translator, Truth};
use crate::cel::ast::{Kind, MacroKind, NodeId};
use crate::cel::{Ast, Checked, Env};

/// More loops over one list stay by themselves, and as many values that it may hold.
const MOST: usize = 12;

/// A loop.
struct Tied {
    /// Of which expression it is part.
    expression: usize,
    list: PlaceId,
    truth: Truth,
    body: NodeId,
    kind: MacroKind,
}

/// An element that stands for whatever the list holds there.
#[derive(Clone, Copy)]
struct Element {
    place: PlaceId,
    has: Lit,
}

/// What ties hold under.
#[derive(Clone, Copy)]
pub(in super::super) struct Gates {
    /// What holds of every request.
    pub(in super::super) tied: Lit,
    /// What holds of every request for which no condition takes too many steps: enough to look for one, not to exclude
    /// any.
    pub(in super::super) brief: Lit,
}

/// An expression that was translated, with what it may use.
pub(in super::super) type Typed<'a> = (&'a Env, &'a Ast, &'a Checked);

/// Ties the loops in expressions to elements, and the values that the same lists may hold; `None` where there is nothing
/// to tie.
pub(in super::super) fn tie(places: &mut Places, opaque: &mut Opaque, parts: &[Typed<'_>]) -> Option<Gates> {
    let mut loops = Vec::new();
    for (at, (env, ast, checked)) in parts.iter().enumerate() {
        Translator::new(places, opaque, ast, checked, env).tied_loops(at, &mut loops);
    }
    let mut lists: Vec<PlaceId> = places.ids().filter(|id| !places.get(*id).items.is_empty()).collect();
    lists.extend(loops.iter().map(|this| this.list));
    lists.sort_unstable();
    lists.dedup();
    let (env, ast, checked) = parts.first().filter(|_| !lists.is_empty())?;
    let gates = Gates { tied: places.core.fresh(), brief: places.core.fresh() };
    for list in lists {
        let own: Vec<&Tied> = loops.iter().filter(|this| this.list == list).collect();
        let elements = Translator::new(places, opaque, ast, checked, env).elements_of(list, own.len(), gates);
        let first = elements.len().saturating_sub(own.len());
        for (this, element) in own.into_iter().zip(elements.iter().skip(first)) {
            if let Some((env, ast, checked)) = parts.get(this.expression) {
                Translator::new(places, opaque, ast, checked, env).tie(this, *element, &elements, gates);
            }
        }
    }
    Some(gates)
}

impl Translator<'_> {
    /// Finds the loops that are tied; `expression` is where they stand.
    fn tied_loops(mut self, expression: usize, known: &mut Vec<Tied>) {
        self.find_tied(self.ast.root(), expression, known);
    }

    // As deep as the tree, which the parser bounds.
    fn find_tied(&mut self, id: NodeId, expression: usize, known: &mut Vec<Tied>) {
        let Kind::Macro(call) = self.ast.kind(id) else {
            for child in self.ast.children(id) {
                self.find_tied(child, expression, known);
            }
            return;
        };
        let kind = call.kind;
        if !matches!(kind, MacroKind::Exists | MacroKind::All | MacroKind::ExistsOne) || call.vars.len() != 1
        {
            return;
        }
        let (Some(target), [body]) = (call.target, call.args.as_slice()) else { return };
        let Term::Place(list) = self.term(target) else { return };
        if self.places.only_kind(list) != Some(JsonKind::List) {
            return;
        }
        let truth = self.truth(id);
        let same = |other: &&Tied| other.list == list;
        if known.iter().filter(same).count() < MOST && !known.iter().any(|other| other.truth == truth) {
            known.push(Tied { expression, list, truth, body: *body, kind });
        }
    }

    /// Ties a loop to the elements that its list may have, and to the one among them that only it speaks of.
    fn tie(mut self, this: &Tied, own: Element, elements: &[Element], gates: Gates) {
        let Truth { yes, no } = this.truth;
        let there = self.places.get(this.list).has;
        let of_own = self.body_for(this.body, own.place);
        // Where all elements are to pass, none is to fail.
        let turned = this.kind == MacroKind::All;
        let (whole, found) =
            if turned { (Truth { yes: no, no: yes }, of_own.not()) } else { (this.truth, of_own) };
        let one = self.places.core.and(&[own.has, found.yes]);
        self.places.core.tie(gates.tied, whole.yes, one);
        if this.kind == MacroKind::ExistsOne {
            let fails = self.places.core.and(&[own.has, !found.yes, !found.no]);
            let fails = self.places.core.or(&[!there, yes, no, fails]);
            self.places.core.tie(gates.brief, !no, fails);
        } else {
            let not_refused = self.places.core.and(&[own.has, !found.no]);
            let not_refused = self.places.core.or(&[!there, not_refused]);
            self.places.core.tie(gates.brief, !whole.no, not_refused);
        }
        for element in elements {
            let body = self.body_for(this.body, element.place);
            let body = if turned { body.not() } else { body };
            let core = &mut self.places.core;
            if this.kind == MacroKind::ExistsOne {
                let valued = core.or(&[!element.has, body.yes, body.no]);
                core.tie(gates.tied, yes, valued);
                core.tie(gates.tied, no, valued);
                continue;
            }
            let fails = core.or(&[!element.has, body.no]);
            core.tie(gates.tied, whole.no, fails);
            let passes = core.and(&[element.has, body.yes]);
            core.tie(gates.tied, !whole.yes, !passes);
        }
    }

    /// The body of a loop for an element.
    fn body_for(&mut self, body: NodeId, element: PlaceId) -> Truth {
        self.locals.insert(0, Local::Place(element));
        self.within = format!("{element:?} ");
        let truth = self.truth(body);
        self.sample(body);
        self.locals.clear();
        self.within.clear();
        truth
    }

    /// The elements that are looked at of a list, those of its loops last. Its values are tied to them: where it holds
    /// a value, that is one of them.
    fn elements_of(mut self, list: PlaceId, loops: usize, gates: Gates) -> Vec<Element> {
        let of_list = self.places.get(list);
        let mut places: Vec<PlaceId> = of_list.inside.values().copied().collect();
        places.truncate(MOST);
        let items: Vec<_> = of_list.items.iter().take(MOST).cloned().collect();
        if loops == 0 && (items.is_empty() || places.is_empty()) {
            return Vec::new();
        }
        let mut elements: Vec<Element> = places.into_iter().map(|place| self.element_at(place)).collect();
        let any = self.some_element(list);
        let (_, empty) = self.places.size(list, 0.0);
        let there = self.places.get(list).has;
        self.places.core.clause(&[!gates.tied, !there, empty, any.has]);
        self.places.get_mut(list).filler = Some(any.place);
        elements.push(any);
        for (value, holds) in &items {
            let own = self.some_element(list);
            let is = self.is_value(own.place, value);
            let is = self.places.core.and(&[own.has, is]);
            self.places.core.tie(gates.tied, *holds, is);
            elements.push(own);
        }
        for _ in 0..loops {
            elements.push(self.some_element(list));
        }
        for (value, holds) in items {
            for element in &elements {
                let is = self.is_value(element.place, &value);
                let is = self.places.core.and(&[element.has, is]);
                self.places.core.tie(gates.tied, !holds, !is);
            }
        }
        elements
    }

    fn element_at(&self, place: PlaceId) -> Element {
        Element { place, has: self.places.get(place).has }
    }

    fn some_element(&mut self, list: PlaceId) -> Element {
        let count = self.places.get(list).inside.len();
        let place = self.places.inside(list, Step::Some(u32::try_from(count).unwrap_or(u32::MAX)));
        self.element_at(place)
    }
}
