//! What a part of a condition costs each time it is evaluated, in steps of the budget.

use crate::cel::ast::{Ast, Kind, Literal, MacroKind, NodeId};

/// Comparing with so many bytes of a literal takes as long as a step.
const BYTES: usize = 1_024;
/// How many steps a function takes besides its arguments, and what is left to the interpreter besides its nodes.
const CALL: usize = 3;
const LEFT: usize = 8;

/// The steps of a round in which these parts are evaluated. Loops inside count their own rounds.
pub(super) fn round(ast: &Ast, parts: &[NodeId]) -> usize {
    let mut steps = 0usize;
    let mut rest = parts.to_vec();
    while let Some(id) = rest.pop() {
        let kind = ast.kind(id);
        let constant = |id: NodeId| matches!(ast.kind(id), Kind::Literal(_));
        let (own, inside) = match kind {
            Kind::Literal(Literal::String(text)) => (text.value.len() / BYTES, true),
            Kind::Literal(Literal::Bytes(bytes)) => (bytes.len() / BYTES, true),
            // It was made beforehand, and what is sought in it is found in one step.
            Kind::List(elements) if elements.iter().all(|element| constant(element.value)) => (0, false),
            Kind::Call { .. } => (CALL, true),
            Kind::Macro(call) => match call.kind {
                MacroKind::Has | MacroKind::All | MacroKind::Exists | MacroKind::ExistsOne => (0, true),
                MacroKind::Map | MacroKind::Filter | MacroKind::TransformList => (0, true),
                _ => (LEFT, true),
            },
            _ => (0, true),
        };
        steps = steps.saturating_add(own).saturating_add(1);
        if inside {
            kind.for_each_child(|child| rest.push(child));
        }
    }
    steps
}
