//! Regular expressions that are written as literals.

use super::super::ast::{Literal, NodeId};
use super::super::Span;
use super::super::errors::{CheckKind, Replacement};
use super::{Checker, literals};

impl Checker<'_> {
    /// The pattern is the last argument of `matches`.
    pub(super) fn pattern(&mut self, args: &[NodeId]) {
        let Some(literal) = args.last().copied() else { return };
        let Some(Literal::String(text)) = literals::literal(self.ast, literal) else { return };
        if let Some(at) = text.value.find('\u{8}') {
            let _ = at;
        }
    }
}
