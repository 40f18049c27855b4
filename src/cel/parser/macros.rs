//! Calls that are macros, and what is wrong with those that nearly are.

use super::frame::Frame;
use super::operator::after;
use super::{Macros, Parser, Stop};
use crate::cel::Span;
use crate::cel::ast::{Kind, Literal, Macro, MacroKind, Name, NodeId};
use crate::cel::errors::{Form, Issue, SyntaxKind};
use crate::cel::lexer::TokenKind;

/// A name that no macro may bind: loops keep their result under it.
const ACCUMULATOR: &str = "__result__";

/// Which macro a call on a receiver is, and how many of its arguments are variables.
fn member(name: &str, args: usize, macros: Macros) -> Option<(MacroKind, usize)> {
    use MacroKind as M;
    let standard = match (name, args) {
        ("all", 2) => Some((M::All, 1)),
        ("exists", 2) => Some((M::Exists, 1)),
        ("exists_one" | "existsOne", 2) => Some((M::ExistsOne, 1)),
        ("map", 2 | 3) => Some((M::Map, 1)),
        ("filter", 2) => Some((M::Filter, 1)),
        _ => None,
    };
    let full = match (name, args) {
        ("all", 3) => Some((M::All, 2)),
        ("exists", 3) => Some((M::Exists, 2)),
        ("exists_one" | "existsOne", 3) => Some((M::ExistsOne, 2)),
        ("transformList", 3 | 4) => Some((M::TransformList, 2)),
        ("transformMap", 3 | 4) => Some((M::TransformMap, 2)),
        ("transformMapEntry", 3 | 4) => Some((M::TransformMapEntry, 2)),
        ("optMap", 2) => Some((M::OptMap, 1)),
        ("optFlatMap", 2) => Some((M::OptFlatMap, 1)),
        _ => None,
    };
    match macros {
        Macros::None => None,
        Macros::Standard => standard,
        Macros::Full => standard.or(full),
    }
}

/// The macros of the namespace `cel`.
fn namespaced(name: &str, args: usize) -> Option<(MacroKind, usize)> {
    match (name, args) {
        ("bind", 3) => Some((MacroKind::Bind, 1)),
        ("block", 2) => Some((MacroKind::Block, 0)),
        ("index", 1) => Some((MacroKind::BlockIndex, 0)),
        ("iterVar", 2) => Some((MacroKind::BlockIterVar, 0)),
        ("accuVar", 2) => Some((MacroKind::BlockAccuVar, 0)),
        _ => None,
    }
}

/// Whether a call on a receiver is a macro where all macros are on and none where only the standard ones are. A name
/// that is nothing but such a macro is one with any number of arguments.
pub(in crate::cel) fn is_of_full(name: &str, args: usize, receiver: Option<&str>) -> bool {
    // More arguments than any macro takes.
    const MANY: usize = 5;
    if receiver == Some("cel") {
        return (0..MANY).any(|count| namespaced(name, count).is_some());
    }
    let is = |count: usize, macros: Macros| member(name, count, macros).is_some();
    match (0..MANY).any(|count| is(count, Macros::Standard)) {
        true => is(args, Macros::Full) && !is(args, Macros::Standard),
        false => (0..MANY).any(|count| is(count, Macros::Full)),
    }
}

impl Parser<'_> {
    /// `has(…)`; `None` if the call is an ordinary one.
    pub(super) fn global_macro(
        &mut self,
        name: &Name,
        args: &[NodeId],
        span: Span,
    ) -> Result<Option<NodeId>, Stop> {
        let (true, "has", &[arg]) = (self.options.macros != Macros::None, &*name.text, args) else {
            return Ok(None);
        };
        if matches!(self.node_kind(arg), Kind::Select { optional: false, .. }) {
            let name = name.clone();
            let vars = Vec::new();
            let kind = Macro { kind: MacroKind::Has, name, target: None, vars, args: vec![arg] };
            return self.node(Kind::Macro(kind), span).map(Some);
        }
        if let Some(issue) = self.has_fault(arg, span) {
            self.issues.add(issue);
        }
        self.strays = true;
        self.error(span).map(Some)
    }

    /// What is wrong with the argument of a `has` that stands at `call`; nothing if that was said already.
    fn has_fault(&self, arg: NodeId, call: Span) -> Option<Issue> {
        let at = self.outer(arg);
        match self.node_kind(arg) {
            Kind::Error => None,
            Kind::Ident { name, .. } => {
                Some(Issue::new(SyntaxKind::HasOnBareName { name: name.text.to_string() }, at))
            }
            Kind::Binary { lhs, op, .. } if self.plain_select(*lhs) => {
                let field = self.source(self.outer(*lhs));
                let kind = SyntaxKind::HasComparison { field: field.to_owned(), operator: op.symbol() };
                Some(Issue::new(kind, at).fix_with(self.has_comparison_fix(*lhs, at, call)))
            }
            Kind::Index { operand, index, optional: false } => {
                let key = match self.node_kind(*index) {
                    Kind::Literal(Literal::String(text)) => Some(text.value.to_string()),
                    _ => None,
                };
                let operand = self.source(self.outer(*operand));
                let named = key.as_deref().filter(|k| is_identifier(k)).map(|k| format!("{operand}.{k}"));
                let kind = SyntaxKind::HasIndex {
                    operand: operand.to_owned(),
                    index: self.source(self.outer(*index)).to_owned(),
                };
                let issue = Issue::new(kind, at);
                Some(match named {
                    Some(field) => issue.fix_by(&field),
                    None => issue,
                })
            }
            other => Some(Issue::new(SyntaxKind::HasArgument { found: Form::of(other) }, at)),
        }
    }

    fn plain_select(&self, id: NodeId) -> bool {
        matches!(self.node_kind(id), Kind::Select { optional: false, .. })
    }

    /// `has(a.b == c)` to `has(a.b) && a.b == c`, in parentheses where the place needs them.
    fn has_comparison_fix(&self, field: NodeId, arg: Span, call: Span) -> Vec<(Span, String)> {
        let before = matches!(
            self.frames.last(),
            None | Some(Frame::Logical { .. } | Frame::Bracket(_) | Frame::Then { .. } | Frame::Else { .. })
        );
        let behind = matches!(
            self.kind(),
            TokenKind::End
                | TokenKind::Logical(_)
                | TokenKind::Comma
                | TokenKind::RParen
                | TokenKind::RBracket
                | TokenKind::RBrace
                | TokenKind::Question
                | TokenKind::Colon
        );
        let field_span = self.outer(field);
        let split = (after(field_span), format!(") && {}", self.source(field_span)));
        let close = Span { start: arg.end, end: call.end };
        if before && behind {
            return vec![split, (close, String::new())];
        }
        let open = Span { end: call.start, ..call };
        vec![(open, "(".to_owned()), split, (close, ")".to_owned())]
    }

    /// A macro on a receiver; `None` if the call is an ordinary one.
    pub(super) fn member_macro(
        &mut self,
        name: &Name,
        target: NodeId,
        args: &[NodeId],
        span: Span,
    ) -> Result<Option<NodeId>, Stop> {
        let macros = self.options.macros;
        let in_cel = matches!(self.node_kind(target),
            Kind::Ident { name, leading_dot: false } if &*name.text == "cel");
        let found = match macros {
            Macros::Full if in_cel => namespaced(&name.text, args.len()),
            _ => None,
        };
        let Some((kind, variables)) = found.or_else(|| member(&name.text, args.len(), macros)) else {
            return Ok(None);
        };
        let (bound, rest) = args.split_at_checked(variables).unwrap_or((&[], args));
        let vars = self.variables(name, kind, bound);
        let fits = self.block_arguments(kind, rest);
        self.strays |= !bound.is_empty();
        let Some(vars) = vars.filter(|_| fits) else {
            self.strays = true;
            return self.error(span).map(Some);
        };
        let name = name.clone();
        let node = Macro { kind, name, target: Some(target), vars, args: rest.to_vec() };
        self.node(Kind::Macro(node), span).map(Some)
    }

    /// The variables of a macro; `None` if one of them is no name or may not be bound.
    fn variables(&mut self, macro_name: &Name, kind: MacroKind, bound: &[NodeId]) -> Option<Vec<Name>> {
        let mut names: Vec<Name> = Vec::new();
        let mut fault = false;
        for &id in bound {
            let at = self.outer(id);
            let issue = match self.variable(id) {
                Some(name) if kind.is_comprehension() && &*name.text == ACCUMULATOR => {
                    Some(SyntaxKind::AccumulatorName { name: name.text.to_string() })
                }
                Some(name) if names.iter().any(|n| n.text == name.text) => {
                    Some(SyntaxKind::SameVariable { name: name.text.to_string() })
                }
                Some(name) => {
                    names.push(name);
                    continue;
                }
                // What could not be read was reported.
                None if self.faulty(id) => None,
                None => Some(SyntaxKind::MacroVariable {
                    name: macro_name.text.to_string(),
                    found: Form::of(self.node_kind(id)),
                    variables: bound.len(),
                }),
            };
            fault = true;
            if let Some(kind) = issue {
                self.report(kind, at);
            }
        }
        (!fault).then_some(names)
    }

    /// A plain name, or one that `cel.iterVar` or `cel.accuVar` makes.
    fn variable(&self, id: NodeId) -> Option<Name> {
        match self.node_kind(id) {
            Kind::Ident { name, leading_dot: false } => Some(name.clone()),
            Kind::Macro(m) => {
                let prefix = match m.kind {
                    MacroKind::BlockIterVar => "@it",
                    MacroKind::BlockAccuVar => "@ac",
                    _ => return None,
                };
                let number = |at: usize| match self.node_kind(*m.args.get(at)?) {
                    Kind::Literal(Literal::Int(n)) => Some(*n),
                    _ => None,
                };
                let text = format!("{prefix}:{}:{}", number(0)?, number(1)?).into();
                Some(Name { text, span: self.outer(id) })
            }
            _ => None,
        }
    }

    /// Checks the arguments of `cel.block` and its like, which must be written out.
    fn block_arguments(&mut self, kind: MacroKind, args: &[NodeId]) -> bool {
        let mut fits = true;
        for (at, &arg) in args.iter().enumerate() {
            let literal = match kind {
                MacroKind::Block if at == 0 => matches!(self.node_kind(arg), Kind::List(_)),
                MacroKind::BlockIndex | MacroKind::BlockIterVar | MacroKind::BlockAccuVar => {
                    matches!(self.node_kind(arg), Kind::Literal(Literal::Int(0..)))
                }
                _ => true,
            };
            if !literal && !self.faulty(arg) {
                let kind = SyntaxKind::BlockArgument { list: kind == MacroKind::Block };
                self.report(kind, self.outer(arg));
            }
            fits &= literal;
        }
        fits
    }
}

/// True for text that can stand behind a dot.
pub(crate) fn is_identifier(text: &str) -> bool {
    let keyword = matches!(text, "in" | "true" | "false" | "null");
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    starts && !keyword && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
