//! Loops over lists and `in`, tied to elements.
//!
//! A loop has a truth of its own, and an element stands for each reason that it may have: where `exists` is true, there
//! is one for which the body is true; where it is false, the body is false for each that there is. So a loop excludes
//! another over the same list, and an assignment says what the list holds. That an evaluator gives up on a list of
//! a million elements is left aside: what CEL means has no such bound.

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

/// An expression that was translated, with what it may use.
pub(in super::super) type Typed<'a> = (&'a Env, &'a Ast, &'a Checked);

/// Ties the loops in expressions to elements, and the values that the same lists may hold; `None` where there is nothing
/// to tie.
pub(in super::super) fn tie(places: &mut Places, opaque: &mut Opaque, parts: &[Typed<'_>]) -> Option<Lit> {
    let mut loops = Vec::new();
    for (at, (env, ast, checked)) in parts.iter().enumerate() {
        Translator::new(places, opaque, ast, checked, env).tied_loops(at, &mut loops);
    }
    // What may be something else than a list is left alone.
    let is_list = |id: &PlaceId| places.only_kind(*id) == Some(JsonKind::List);
    let mut lists: Vec<PlaceId> =
        places.ids().filter(|id| is_list(id) && !places.get(*id).items.is_empty()).collect();
    lists.extend(loops.iter().map(|this| this.list));
    lists.sort_unstable();
    lists.dedup();
    let (env, ast, checked) = parts.first().filter(|_| !lists.is_empty())?;
    let gate = places.core.fresh();
    for list in lists {
        let own: Vec<&Tied> = loops.iter().filter(|this| this.list == list).collect();
        let elements = Translator::new(places, opaque, ast, checked, env).elements_of(list, own.len(), gate);
        for this in own {
            if let Some((env, ast, checked)) = parts.get(this.expression) {
                Translator::new(places, opaque, ast, checked, env).tie(this, &elements, gate);
            }
        }
    }
    Some(gate)
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

    /// Ties a loop to the elements that its list may have, one of which is there for its sake.
    fn tie(mut self, this: &Tied, elements: &[Element], gate: Lit) {
        let there = self.places.get(this.list).has;
        // Where all elements are to pass, none is to fail.
        let turned = this.kind == MacroKind::All;
        let whole = if turned { this.truth.not() } else { this.truth };
        let mut bodies = Vec::new();
        for element in elements {
            let body = self.body_for(this.body, element.place);
            bodies.push((element.has, if turned { body.not() } else { body }));
        }
        let core = &mut self.places.core;
        // What fills a list up is no evidence: it comes last.
        let shown = bodies.len().saturating_sub(1);
        let passing: Vec<Lit> = bodies.iter().map(|(has, body)| core.and(&[*has, body.yes])).collect();
        let passes = core.or(&passing);
        let one_passes = core.or(passing.get(..shown).unwrap_or_default());
        core.tie(gate, whole.yes, one_passes);
        if this.kind == MacroKind::ExistsOne {
            let failing: Vec<Lit> =
                bodies.iter().map(|(has, body)| core.and(&[*has, !body.yes, !body.no])).collect();
            let fails = core.or(&failing);
            let one_fails = core.or(failing.get(..shown).unwrap_or_default());
            let errs = core.or(&[!there, whole.yes, one_fails]);
            core.tie(gate, !whole.no, errs);
            core.tie(gate, whole.yes, !fails);
            core.tie(gate, whole.no, !fails);
            return;
        }
        core.tie(gate, !whole.yes, !passes);
        let keeping: Vec<Lit> = bodies.iter().map(|(has, body)| core.and(&[*has, !body.no])).collect();
        let keeps = core.or(&keeping);
        core.tie(gate, whole.no, !keeps);
        let one_keeps = core.or(keeping.get(..shown).unwrap_or_default());
        let unrefused = core.or(&[!there, one_keeps]);
        core.tie(gate, !whole.no, unrefused);
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

    /// The elements that are looked at of a list: those of certain places, one for each of its loops and its values, and
    /// one that is like all others. Its values are tied to them: where it holds a value, that is one of them.
    fn elements_of(mut self, list: PlaceId, loops: usize, gate: Lit) -> Vec<Element> {
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
        self.places.core.clause(&[!gate, !there, empty, any.has]);
        self.places.get_mut(list).filler = Some(any.place);
        for _ in 0..loops + items.len() {
            elements.push(self.some_element(list));
        }
        elements.push(any);
        for (value, holds) in items {
            let equal: Vec<Lit> = elements
                .iter()
                .map(|element| {
                    let is = self.is_value(element.place, &value);
                    self.places.core.and(&[element.has, is])
                })
                .collect();
            let core = &mut self.places.core;
            let (all, shown) = (core.or(&equal), equal.len().saturating_sub(1));
            let one = core.or(equal.get(..shown).unwrap_or_default());
            core.tie(gate, holds, one);
            core.tie(gate, !holds, !all);
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
