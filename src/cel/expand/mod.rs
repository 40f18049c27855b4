//! Macros taken apart: the tree that the reference implementation evaluates.
//!
//! In: an [`Ast`] without issues. Out: an [`Expanded`] tree in which macros are folds, operators are functions with
//! names such as `_+_`, and chains of `&&` and `||` are balanced trees of two operands. Children stand before their
//! parents here, too.

mod debug;
#[cfg(test)]
mod tests;

pub(crate) use debug::show;

use std::sync::Arc;

use super::ast::{
    Ast, BinaryOp, Element, Kind, Literal, LogicalOp, Macro, MacroKind, MapEntry, NodeId, Text, UnaryOp,
};

/// How to expand.
#[derive(Clone, Copy, Debug)]
pub struct ExpandOptions {
    /// The name under which folds keep their result.
    pub accumulator: &'static str,
    /// Leave `a && b && c` one call of three arguments.
    pub variadic_logic: bool,
}

impl Default for ExpandOptions {
    fn default() -> Self {
        Self { accumulator: "@result", variadic_logic: false }
    }
}

/// An expanded tree.
#[derive(Clone, Debug)]
pub struct Expanded {
    nodes: Vec<Expr>,
    /// By position of a node: the node of the unexpanded tree that it stands for, if any.
    origins: Vec<Option<NodeId>>,
    root: ExprId,
}

/// A node of an [`Expanded`] tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ExprId(u32);

/// What a node is.
#[derive(Clone, Debug)]
pub enum Expr {
    /// A literal.
    Const(Literal),
    /// A name, with its leading dot.
    Ident(Arc<str>),
    /// `operand.field`, or whether it is there.
    Select {
        /// Left of the dot.
        operand: ExprId,
        /// Right of it.
        field: Arc<str>,
        /// `has(…)`
        test_only: bool,
    },
    /// A function, an operator or a method.
    Call {
        /// Its name; operators have names such as `_+_`.
        function: Arc<str>,
        /// What stands before the dot.
        target: Option<ExprId>,
        /// The arguments.
        args: Vec<ExprId>,
    },
    /// A list: its elements, and whether each is optional.
    List(Vec<(ExprId, bool)>),
    /// A map: keys, values, and whether each entry is optional.
    Map(Vec<(ExprId, ExprId, bool)>),
    /// A message: its type, and the name and value of each field, and whether it is optional.
    Struct(Arc<str>, Vec<(Arc<str>, ExprId, bool)>),
    /// A fold.
    Comprehension(Box<Comprehension>),
    /// What could not be parsed.
    Error,
}

/// A fold over a list or a map.
#[derive(Clone, Debug)]
pub struct Comprehension {
    /// The element, or with `var2` the index or key.
    pub var: Arc<str>,
    /// The element or value.
    pub var2: Option<Arc<str>>,
    /// What is walked.
    pub range: ExprId,
    /// The name of the result so far.
    pub accumulator: Arc<str>,
    /// The result before the first step.
    pub init: ExprId,
    /// Whether to go on.
    pub condition: ExprId,
    /// The result after a step.
    pub step: ExprId,
    /// What comes of it.
    pub result: ExprId,
}

/// Takes all macros of a tree apart.
pub fn expand(ast: &Ast, options: &ExpandOptions) -> Expanded {
    let mut expander = Expander { nodes: Vec::new(), places: Vec::with_capacity(ast.len()), options };
    for id in ast.ids() {
        let place = expander.node(ast, ast.kind(id));
        expander.places.push(place);
    }
    let mut origins = vec![None; expander.nodes.len()];
    for (id, place) in ast.ids().zip(&expander.places) {
        if let Some(origin) = origins.get_mut(place.0 as usize) {
            *origin = Some(id);
        }
    }
    let root = expander.place(ast.root());
    Expanded { nodes: expander.nodes, origins, root }
}

impl Expanded {
    /// The root.
    pub fn root(&self) -> ExprId {
        self.root
    }

    /// The node of the unexpanded tree that a node stands for as a whole; `None` for what a macro only brings along.
    pub fn origin(&self, id: ExprId) -> Option<NodeId> {
        self.origins.get(id.0 as usize).copied().flatten()
    }

    /// A node. An id of another tree answers [`Expr::Error`].
    pub fn expr(&self, id: ExprId) -> &Expr {
        self.nodes.get(id.0 as usize).unwrap_or(&Expr::Error)
    }
}

struct Expander<'o> {
    nodes: Vec<Expr>,
    /// Where the node of the same position in the tree went.
    places: Vec<ExprId>,
    options: &'o ExpandOptions,
}

impl Expander<'_> {
    fn push(&mut self, expr: Expr) -> ExprId {
        let id = ExprId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(expr);
        id
    }

    /// Where a child went. Children stand before their parents, so it is there.
    fn place(&self, id: NodeId) -> ExprId {
        self.places.get(id.index()).copied().unwrap_or(ExprId(u32::MAX))
    }

    fn ident(&mut self, name: impl Into<Arc<str>>) -> ExprId {
        self.push(Expr::Ident(name.into()))
    }

    fn constant(&mut self, literal: Literal) -> ExprId {
        self.push(Expr::Const(literal))
    }

    fn call(&mut self, function: &str, args: Vec<ExprId>) -> ExprId {
        self.push(Expr::Call { function: function.into(), target: None, args })
    }

    fn method(&mut self, target: ExprId, function: &str) -> ExprId {
        self.push(Expr::Call { function: function.into(), target: Some(target), args: Vec::new() })
    }

    fn node(&mut self, ast: &Ast, kind: &Kind) -> ExprId {
        match kind {
            Kind::Literal(literal) => self.constant(literal.clone()),
            Kind::Ident { name, leading_dot } => self.ident(dotted(*leading_dot, &name.text)),
            Kind::Select { operand, field, optional: false } => {
                let operand = self.place(*operand);
                self.push(Expr::Select { operand, field: field.text.clone(), test_only: false })
            }
            Kind::Select { operand, field, optional: true } => {
                let field = Text { value: field.text.clone(), map: Vec::new() };
                let field = self.constant(Literal::String(field));
                self.call("_?._", vec![self.place(*operand), field])
            }
            Kind::Index { operand, index, optional } => {
                let function = if *optional { "_[?_]" } else { "_[_]" };
                self.call(function, vec![self.place(*operand), self.place(*index)])
            }
            Kind::Call { function, target, args, leading_dot } => {
                let target = target.map(|t| self.place(t));
                let args = args.iter().map(|a| self.place(*a)).collect();
                self.push(Expr::Call { function: dotted(*leading_dot, &function.text), target, args })
            }
            Kind::Unary { op, operand, .. } => {
                let function = if *op == UnaryOp::Not { "!_" } else { "-_" };
                self.call(function, vec![self.place(*operand)])
            }
            Kind::Binary { op, lhs, rhs, .. } => {
                self.call(function_of(*op), vec![self.place(*lhs), self.place(*rhs)])
            }
            Kind::Logical { op, operands, .. } => {
                let operands: Vec<ExprId> = operands.iter().map(|o| self.place(*o)).collect();
                let function = if *op == LogicalOp::And { "_&&_" } else { "_||_" };
                if self.options.variadic_logic {
                    self.call(function, operands)
                } else {
                    self.balance(function, &operands)
                }
            }
            Kind::Ternary { condition, then, otherwise, .. } => {
                self.call("_?_:_", vec![self.place(*condition), self.place(*then), self.place(*otherwise)])
            }
            Kind::List(elements) => {
                let elements = elements
                    .iter()
                    .map(|Element { value, optional }| (self.place(*value), *optional))
                    .collect();
                self.push(Expr::List(elements))
            }
            Kind::Map(entries) => {
                let entry = |e: &MapEntry| (self.place(e.key), self.place(e.value), e.optional);
                let entries = entries.iter().map(entry).collect();
                self.push(Expr::Map(entries))
            }
            Kind::Struct { type_name, fields } => {
                let fields =
                    fields.iter().map(|f| (f.field.text.clone(), self.place(f.value), f.optional)).collect();
                self.push(Expr::Struct(type_name.text.clone(), fields))
            }
            Kind::Macro(m) => self.expand_macro(ast, m),
            Kind::Error => self.push(Expr::Error),
        }
    }

    /// A balanced tree of two-operand calls. The recursion is as deep as the logarithm of the chain.
    fn balance(&mut self, function: &str, operands: &[ExprId]) -> ExprId {
        match operands {
            [] => self.push(Expr::Error),
            [one] => *one,
            _ => {
                // The longer half on the left.
                let middle = operands.len().div_ceil(2);
                let (left, right) = operands.split_at_checked(middle).unwrap_or((operands, &[]));
                let args = vec![self.balance(function, left), self.balance(function, right)];
                self.call(function, args)
            }
        }
    }

    fn expand_macro(&mut self, ast: &Ast, m: &Macro) -> ExprId {
        let target = m.target.map(|t| self.place(t));
        let args: Vec<ExprId> = m.args.iter().map(|a| self.place(*a)).collect();
        let var = |at: usize| m.vars.get(at).map(|v| v.text.clone());
        match (m.kind, target, args.as_slice(), m.args.as_slice()) {
            (MacroKind::Has, _, &[field], _) => match self.nodes.get(field.0 as usize) {
                Some(Expr::Select { operand, field, .. }) => {
                    let (operand, field) = (*operand, field.clone());
                    self.push(Expr::Select { operand, field, test_only: true })
                }
                _ => self.push(Expr::Error),
            },
            (MacroKind::Bind, _, &[init, body], _) => self.bind(var(0).unwrap_or_default(), init, body),
            (MacroKind::Block, _, &[list, body], _) => self.call("cel.@block", vec![list, body]),
            (MacroKind::BlockIndex, _, _, &[n]) => self.ident(format!("@index{}", number(ast, n))),
            (MacroKind::BlockIterVar, _, _, &[n, m]) => {
                self.ident(format!("@it:{}:{}", number(ast, n), number(ast, m)))
            }
            (MacroKind::BlockAccuVar, _, _, &[n, m]) => {
                self.ident(format!("@ac:{}:{}", number(ast, n), number(ast, m)))
            }
            (MacroKind::OptMap | MacroKind::OptFlatMap, Some(target), &[body], _) => {
                self.optional_map(m.kind, target, var(0).unwrap_or_default(), body)
            }
            (kind, Some(range), args, _) => {
                let var1 = var(0).unwrap_or_default();
                self.fold(kind, range, var1, var(1), args)
            }
            _ => self.push(Expr::Error),
        }
    }

    /// `var` is `init` in `body`: a fold over nothing.
    fn bind(&mut self, var: Arc<str>, init: ExprId, body: ExprId) -> ExprId {
        let range = self.push(Expr::List(Vec::new()));
        let condition = self.constant(Literal::Bool(false));
        let step = self.ident(var.clone());
        let fold = Comprehension {
            var: "#unused".into(),
            var2: None,
            range,
            accumulator: var,
            init,
            condition,
            step,
            result: body,
        };
        self.push(Expr::Comprehension(Box::new(fold)))
    }

    /// `target` is bound to a name, so that it is not evaluated twice and a chain of these does not double.
    fn optional_map(&mut self, kind: MacroKind, target: ExprId, var: Arc<str>, body: ExprId) -> ExprId {
        const TARGET: &str = "@target";
        let here = self.ident(TARGET);
        let value = self.method(here, "value");
        let bound = self.bind(var, value, body);
        let some = if kind == MacroKind::OptMap { self.call("optional.of", vec![bound]) } else { bound };
        let none = self.call("optional.none", Vec::new());
        let here = self.ident(TARGET);
        let there = self.method(here, "hasValue");
        let choice = self.call("_?_:_", vec![there, some, none]);
        self.bind(TARGET.into(), target, choice)
    }

    fn fold(
        &mut self,
        kind: MacroKind,
        range: ExprId,
        var: Arc<str>,
        var2: Option<Arc<str>>,
        args: &[ExprId],
    ) -> ExprId {
        let name: Arc<str> = self.options.accumulator.into();
        let (filter, value) = match (kind, args) {
            (MacroKind::Filter, &[p]) => (Some(p), self.ident(var.clone())),
            (_, &[p, t]) => (Some(p), t),
            (_, &[t]) => (None, t),
            _ => return self.push(Expr::Error),
        };
        let init = match kind {
            MacroKind::All | MacroKind::Exists => self.constant(Literal::Bool(kind == MacroKind::All)),
            MacroKind::ExistsOne => self.constant(Literal::Int(0)),
            MacroKind::TransformMap | MacroKind::TransformMapEntry => self.push(Expr::Map(Vec::new())),
            _ => self.push(Expr::List(Vec::new())),
        };
        let condition = match kind {
            MacroKind::All => {
                let so_far = self.ident(name.clone());
                self.call("@not_strictly_false", vec![so_far])
            }
            MacroKind::Exists => {
                let so_far = self.ident(name.clone());
                let not_yet = self.call("!_", vec![so_far]);
                self.call("@not_strictly_false", vec![not_yet])
            }
            _ => self.constant(Literal::Bool(true)),
        };
        let so_far = self.ident(name.clone());
        let step = match kind {
            MacroKind::All => self.call("_&&_", vec![so_far, value]),
            MacroKind::Exists => self.call("_||_", vec![so_far, value]),
            MacroKind::ExistsOne => {
                let one = self.constant(Literal::Int(1));
                let more = self.call("_+_", vec![so_far, one]);
                let same = self.ident(name.clone());
                self.call("_?_:_", vec![value, more, same])
            }
            _ => {
                let more = match kind {
                    MacroKind::TransformMap => {
                        let key = self.ident(var.clone());
                        self.call("cel.@mapInsert", vec![so_far, key, value])
                    }
                    MacroKind::TransformMapEntry => self.call("cel.@mapInsert", vec![so_far, value]),
                    _ => {
                        let list = self.push(Expr::List(vec![(value, false)]));
                        self.call("_+_", vec![so_far, list])
                    }
                };
                match filter {
                    Some(filter) => {
                        let same = self.ident(name.clone());
                        self.call("_?_:_", vec![filter, more, same])
                    }
                    None => more,
                }
            }
        };
        let mut result = self.ident(name.clone());
        if kind == MacroKind::ExistsOne {
            let one = self.constant(Literal::Int(1));
            result = self.call("_==_", vec![result, one]);
        }
        let fold = Comprehension { var, var2, range, accumulator: name, init, condition, step, result };
        self.push(Expr::Comprehension(Box::new(fold)))
    }
}

fn dotted(leading_dot: bool, name: &Arc<str>) -> Arc<str> {
    if leading_dot { format!(".{name}").into() } else { name.clone() }
}

fn number(ast: &Ast, id: NodeId) -> i64 {
    match ast.kind(id) {
        Kind::Literal(Literal::Int(n)) => *n,
        _ => 0,
    }
}

fn function_of(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Eq => "_==_",
        BinaryOp::Ne => "_!=_",
        BinaryOp::Lt => "_<_",
        BinaryOp::Le => "_<=_",
        BinaryOp::Gt => "_>_",
        BinaryOp::Ge => "_>=_",
        BinaryOp::In => "@in",
        BinaryOp::Add => "_+_",
        BinaryOp::Sub => "_-_",
        BinaryOp::Mul => "_*_",
        BinaryOp::Div => "_/_",
        BinaryOp::Rem => "_%_",
    }
}
