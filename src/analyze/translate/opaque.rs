//! What is not taken apart: literals of its own, the same wherever the same text occurs.

use super::super::places::PlaceId;
use super::super::solve::Lit;
use super::{Term, Translator, Truth};
use crate::cel::ast::{Kind, NodeId};
use crate::cel::{Ast, Reference, print_node};

impl Translator<'_> {
    pub(super) fn free(&mut self, mut text: String) -> Lit {
        text.insert_str(0, &self.within);
        let core = &mut self.places.core;
        *self.opaque.free.entry(text).or_insert_with(|| core.fresh())
    }

    /// A part that is not taken apart: any of its values, or none. Where a key that it cannot do without is absent it
    /// has none.
    pub(super) fn opaque(&mut self, id: NodeId) -> Truth {
        let text = self.within.clone() + &self.canonical(id);
        if let Some(known) = self.opaque.known.get(&text) {
            return *known;
        }
        let core = &mut self.places.core;
        let truth = Truth { yes: core.fresh(), no: core.fresh() };
        core.clause(&[!truth.yes, !truth.no]);
        self.opaque.known.insert(text, truth);
        let mut needed = Vec::new();
        self.needs(id, &mut needed);
        for place in needed {
            self.places.get_mut(place).hidden = true;
            let has = self.places.get(place).has;
            self.places.core.clause(&[!truth.yes, has]);
            self.places.core.clause(&[!truth.no, has]);
        }
        truth
    }

    /// The places without which a part has no value.
    fn needs(&mut self, id: NodeId, out: &mut Vec<PlaceId>) {
        match self.ast.kind(id) {
            Kind::Ident { .. } | Kind::Select { .. } | Kind::Index { .. } => match self.term(id) {
                Term::Place(place) => out.push(place),
                _ => self.children_need(id, out),
            },
            Kind::Call { target: Some(target), args, .. } if self.is_namespace(id, *target) => {
                args.iter().for_each(|arg| self.needs(*arg, out));
            }
            Kind::Unary { .. } | Kind::Binary { .. } | Kind::Call { .. } => self.children_need(id, out),
            Kind::Ternary { condition, .. } => self.needs(*condition, out),
            Kind::Macro(call) if call.kind.is_comprehension() => {
                if let Some(target) = call.target {
                    self.needs(target, out);
                }
            }
            _ => {}
        }
    }

    fn children_need(&mut self, id: NodeId, out: &mut Vec<PlaceId>) {
        for child in self.ast.children(id) {
            self.needs(child, out);
        }
    }

    /// The text of a part, the same for parts that differ in the names of bound variables only.
    fn canonical(&mut self, id: NodeId) -> String {
        let (ast, checked) = (self.ast, self.checked);
        let renamed = self.renamed.get_or_insert_with(|| {
            let nodes = ast.ids().map(|id| {
                let mut node = ast.node(id).clone();
                match (&mut node.kind, checked.reference(id)) {
                    (Kind::Ident { name, .. }, Some(Reference::Local { slot, .. })) => {
                        name.text = format!("@{slot}").into();
                    }
                    (Kind::Macro(call), _) => call.vars.iter_mut().for_each(|var| var.text = "@".into()),
                    _ => {}
                }
                node
            });
            Ast::new(nodes.collect(), ast.root())
        });
        print_node(renamed, id)
    }
}
