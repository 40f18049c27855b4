//! Making nodes within the bounds, and leaving out those that no parent took.

use super::{Parser, Stop};
use crate::cel::Span;
use crate::cel::ast::{Ast, Kind, Node, NodeId};
use crate::cel::errors::{Issue, SyntaxKind};

impl Parser<'_> {
    /// Adds a node whose children are there already.
    pub(super) fn node(&mut self, kind: Kind, span: Span) -> Result<NodeId, Stop> {
        let limits = self.options.limits;
        if self.nodes.len() >= limits.nodes.min(u32::MAX as usize) {
            self.report(SyntaxKind::TooManyNodes { limit: limits.nodes }, self.last_span());
            return Err(Stop);
        }
        let mut depth = 0;
        let mut nesting = 0;
        kind.for_each_child(|child| {
            depth = self.nodes.get(child.index()).map_or(0, |n| n.depth).max(depth);
            nesting = self.nesting.get(child.index()).copied().unwrap_or(0).max(nesting);
        });
        depth = depth.saturating_add(1);
        if depth as usize > limits.depth {
            self.too_deep(self.last_span());
            return Err(Stop);
        }
        if let Kind::Macro(m) = &kind
            && m.kind.is_comprehension()
        {
            // A range is walked before the macro's own loop, not inside it.
            let inside = m.args.iter().filter_map(|a| self.nesting.get(a.index())).max();
            nesting = nesting.max(inside.map_or(1, |n| n + 1));
            if nesting > limits.comprehensions {
                let kind = SyntaxKind::TooManyComprehensions { limit: limits.comprehensions };
                self.report(kind, m.name.span);
                return Err(Stop);
            }
        }
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Node { kind, span, outer: span, depth });
        self.nesting.push(nesting);
        Ok(id)
    }

    /// A node for what could not be read.
    pub(super) fn error(&mut self, span: Span) -> Result<NodeId, Stop> {
        self.node(Kind::Error, span)
    }

    /// An error node in place of `value`, up to the token before.
    pub(super) fn spoil(&mut self, value: NodeId) -> Result<NodeId, Stop> {
        self.strays = true;
        let start = self.outer(value);
        self.error(start.to(Span { start: start.start, end: self.last_span().end.max(start.end) }))
    }

    pub(super) fn too_deep(&mut self, span: Span) {
        let kind = SyntaxKind::TooDeep { limit: self.options.limits.depth };
        self.issues.add(Issue::new(kind, span));
    }

    /// Where a value stands, parentheses included.
    pub(super) fn outer(&self, id: NodeId) -> Span {
        self.nodes.get(id.index()).map_or(Span::default(), |n| n.outer)
    }

    /// Says that parentheses or operators without effect stand around a value.
    pub(super) fn widen(&mut self, id: NodeId, span: Span) {
        if let Some(node) = self.nodes.get_mut(id.index()) {
            node.outer = node.outer.to(span);
        }
    }

    pub(super) fn node_kind(&self, id: NodeId) -> &Kind {
        self.nodes.get(id.index()).map_or(&Kind::Error, |n| &n.kind)
    }

    /// True for a value whose fault was reported.
    pub(super) fn faulty(&self, id: NodeId) -> bool {
        matches!(self.node_kind(id), Kind::Error)
    }

    /// The tree without strays, and the issues.
    pub(super) fn into_ast(self, root: NodeId) -> (Ast, Vec<Issue>) {
        let issues = self.issues.finish();
        if !self.strays {
            return (Ast::new(self.nodes, root), issues);
        }
        let mut wanted = vec![false; self.nodes.len()];
        let mark = |wanted: &mut Vec<bool>, id: NodeId| {
            if let Some(slot) = wanted.get_mut(id.index()) {
                *slot = true;
            }
        };
        mark(&mut wanted, root);
        // Parents stand behind their children, so that one walk from the back finds all.
        for (at, node) in self.nodes.iter().enumerate().rev() {
            if wanted.get(at) == Some(&true) {
                node.kind.for_each_child(|child| mark(&mut wanted, child));
            }
        }
        let mut renamed = Vec::with_capacity(wanted.len());
        let mut nodes = Vec::new();
        for (mut node, wanted) in self.nodes.into_iter().zip(wanted) {
            renamed.push(NodeId(u32::try_from(nodes.len()).unwrap_or(u32::MAX)));
            if wanted {
                let new_name = |id: NodeId| renamed.get(id.index()).copied().unwrap_or(id);
                node.kind.for_each_child_mut(|id| *id = new_name(*id));
                nodes.push(node);
            }
        }
        let root = renamed.get(root.index()).copied().unwrap_or(NodeId(0));
        (Ast::new(nodes, root), issues)
    }
}
