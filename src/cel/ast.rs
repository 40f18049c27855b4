//! The syntax tree: nodes in one arena, macros as they were written.
//!
//! An arena, because an expression of a hundred thousand terms must be dropped without recursion, and because types
//! and references are then plain vectors beside it.

use std::sync::Arc;

use super::Span;

/// A node of an [`Ast`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// Its position in the arena, for tables that run beside it.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A parsed expression. Children always stand before their parents in the arena.
#[derive(Clone, Debug)]
pub struct Ast {
    nodes: Vec<Node>,
    root: NodeId,
}

/// One node.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// All of its text, without parentheses around it.
    pub span: Span,
    /// With the parentheses around it; equal to `span` where there are none.
    pub outer: Span,
    /// How many nodes deep it is: a leaf is 1.
    pub depth: u32,
}

/// A name and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// The name without quotes of a quoted identifier.
    pub text: Arc<str>,
    /// Its place.
    pub span: Span,
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A literal.
    Literal(Literal),
    /// A name; `leading_dot` for `.name`, which is looked up in the root container only.
    Ident {
        /// The name.
        name: Name,
        /// Whether it was written with a dot before it.
        leading_dot: bool,
    },
    /// `operand.field`, or `operand.?field`.
    Select {
        /// Left of the dot.
        operand: NodeId,
        /// Right of it.
        field: Name,
        /// `.?`
        optional: bool,
    },
    /// `operand[index]`, or `operand[?index]`.
    Index {
        /// Before the bracket.
        operand: NodeId,
        /// Inside.
        index: NodeId,
        /// `[?`
        optional: bool,
    },
    /// `function(args)` or `target.function(args)`, as long as it is no macro.
    Call {
        /// The function's name. `leading_dot` has no place here: see `global_dot`.
        function: Name,
        /// What stands before the dot. A namespaced function (`math.greatest(…)`) has its namespace here.
        target: Option<NodeId>,
        /// The arguments.
        args: Vec<NodeId>,
        /// `.function(args)`
        leading_dot: bool,
    },
    /// `!x` or `-x`. `!!x` and `--x` are reduced as CEL's grammar says, by parity.
    Unary {
        /// The operator.
        op: UnaryOp,
        /// Where it stands: all of a run such as `!!!`.
        op_span: Span,
        /// What it applies to.
        operand: NodeId,
    },
    /// Relations, arithmetic and `in`.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Where it stands.
        op_span: Span,
        /// Left.
        lhs: NodeId,
        /// Right.
        rhs: NodeId,
    },
    /// `a && b && c` or `a || b || c`: one node for the whole chain.
    Logical {
        /// Which.
        op: LogicalOp,
        /// Two or more.
        operands: Vec<NodeId>,
        /// The operators between them, one fewer.
        op_spans: Vec<Span>,
    },
    /// `condition ? then : otherwise`
    Ternary {
        /// Before `?`.
        condition: NodeId,
        /// Before `:`.
        then: NodeId,
        /// Behind it.
        otherwise: NodeId,
        /// The `?`.
        question_span: Span,
    },
    /// `[a, ?b]`
    List(Vec<Element>),
    /// `{a: b, ?c: d}`
    Map(Vec<MapEntry>),
    /// `Type{field: value}`: parsed and refused by the checker unless the environment knows the type.
    Struct {
        /// The type's name, dots included.
        type_name: Name,
        /// Its fields.
        fields: Vec<FieldInit>,
    },
    /// A call that a macro takes.
    Macro(Macro),
    /// What could not be parsed; reported. Has any type and evaluates to an error.
    Error,
}

/// A list element.
#[derive(Clone, Copy, Debug)]
pub struct Element {
    /// The value.
    pub value: NodeId,
    /// Written `?value`.
    pub optional: bool,
}

/// A map entry.
#[derive(Clone, Copy, Debug)]
pub struct MapEntry {
    /// The key.
    pub key: NodeId,
    /// The value.
    pub value: NodeId,
    /// Written `?key: value`.
    pub optional: bool,
}

/// A field of a message construction.
#[derive(Clone, Debug)]
pub struct FieldInit {
    /// Its name.
    pub field: Name,
    /// Its value.
    pub value: NodeId,
    /// Written `?field: value`.
    pub optional: bool,
}

/// A literal.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// `1`, `0x1`, with its sign
    Int(i64),
    /// `1u`
    Uint(u64),
    /// `1.0`, with its sign
    Double(f64),
    /// Text, with a map from offsets of its value to the source.
    String(Text),
    /// Bytes.
    Bytes(Arc<[u8]>),
}

/// A string literal's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// After escapes.
    pub value: Arc<str>,
    /// Where its bytes stand in the source: `(offset in value, offset in source)`, one pair wherever the distance
    /// changes, in order. Empty for a string that was not written as a literal.
    pub map: Vec<(u32, u32)>,
}

/// `!` or `-`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOp {
    /// `!`
    Not,
    /// `-`
    Neg,
}

/// `&&` or `||`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogicalOp {
    /// `&&`
    And,
    /// `||`
    Or,
}

/// Relations, arithmetic and `in`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "each is the operator it is named after")]
pub enum BinaryOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    Add,
    Sub,
    Mul,
    Div,
    Rem,
}

/// A macro call in surface form.
#[derive(Clone, Debug)]
pub struct Macro {
    /// Which one.
    pub kind: MacroKind,
    /// The name as written (`exists_one` or `existsOne`), and where.
    pub name: Name,
    /// The receiver: a comprehension's range, an optional. For `cel.bind` and its like the namespace `cel`.
    pub target: Option<NodeId>,
    /// The variables it binds, in order.
    pub vars: Vec<Name>,
    /// The other arguments, in order.
    pub args: Vec<NodeId>,
}

/// The macros.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum MacroKind {
    /// `has(a.b)`: one argument, a `Select` (or an optional one).
    Has,
    /// `range.all(x, p)` and `range.all(i, x, p)`
    All,
    /// `range.exists(…)`
    Exists,
    /// `range.exists_one(…)`, `existsOne`
    ExistsOne,
    /// `range.map(x, t)` and `range.map(x, p, t)`
    Map,
    /// `range.filter(x, p)`
    Filter,
    /// `range.transformList(i, x, t)` and with a predicate before `t`
    TransformList,
    /// `range.transformMap(…)`
    TransformMap,
    /// `range.transformMapEntry(…)`
    TransformMapEntry,
    /// `cel.bind(x, init, body)`
    Bind,
    /// `cel.block([…], body)`
    Block,
    /// `cel.index(n)`
    BlockIndex,
    /// `cel.iterVar(n, m)`
    BlockIterVar,
    /// `cel.accuVar(n, m)`
    BlockAccuVar,
    /// `opt.optMap(x, body)`
    OptMap,
    /// `opt.optFlatMap(x, body)`
    OptFlatMap,
}

impl Ast {
    /// From a filled arena. The parser keeps the promise that children precede parents.
    pub(crate) fn new(nodes: Vec<Node>, root: NodeId) -> Self {
        Self { nodes, root }
    }

    /// The root.
    pub fn root(&self) -> NodeId {
        self.root
    }

    /// A node. An id of another tree answers an [`Kind::Error`] node rather than failing.
    pub fn node(&self, id: NodeId) -> &Node {
        static STRANGER: Node = Node {
            kind: Kind::Error,
            span: Span { start: 0, end: 0 },
            outer: Span { start: 0, end: 0 },
            depth: 1,
        };
        #[cfg(test)]
        super::effort::spend(1);
        self.nodes.get(id.index()).unwrap_or(&STRANGER)
    }

    /// What a node is.
    pub fn kind(&self, id: NodeId) -> &Kind {
        &self.node(id).kind
    }

    /// Where a node stands.
    pub fn span(&self, id: NodeId) -> Span {
        self.node(id).span
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// True for an arena without nodes, which the parser never makes.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// All ids, children before parents.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)).map(NodeId)
    }

    /// A part as a tree of its own.
    pub fn part(&self, id: NodeId) -> Ast {
        let mut reached = vec![id];
        let mut at = 0;
        while let Some(id) = reached.get(at).copied() {
            self.kind(id).for_each_child(|child| reached.push(child));
            at += 1;
        }
        reached.sort_unstable();
        reached.dedup();
        let place = |id: NodeId| NodeId(reached.partition_point(|other| *other < id).try_into().unwrap_or(0));
        let nodes = reached.iter().map(|id| {
            let mut node = self.node(*id).clone();
            node.kind.for_each_child_mut(|child| *child = place(*child));
            node
        });
        Ast::new(nodes.collect(), place(id))
    }

    /// The direct children of a node, in source order.
    pub fn children(&self, id: NodeId) -> Vec<NodeId> {
        let mut children = Vec::new();
        self.kind(id).for_each_child(|child| children.push(child));
        children
    }
}

impl Kind {
    /// Visits the direct children in source order.
    pub fn for_each_child(&self, mut visit: impl FnMut(NodeId)) {
        match self {
            Kind::Literal(_) | Kind::Ident { .. } | Kind::Error => {}
            Kind::Select { operand, .. } | Kind::Unary { operand, .. } => visit(*operand),
            Kind::Index { operand: a, index: b, .. } | Kind::Binary { lhs: a, rhs: b, .. } => {
                visit(*a);
                visit(*b);
            }
            Kind::Call { target, args, .. } => target.iter().chain(args).copied().for_each(visit),
            Kind::Logical { operands, .. } => operands.iter().copied().for_each(visit),
            Kind::Ternary { condition, then, otherwise, .. } => {
                [*condition, *then, *otherwise].into_iter().for_each(visit);
            }
            Kind::List(elements) => elements.iter().map(|e| e.value).for_each(visit),
            Kind::Map(entries) => entries.iter().flat_map(|e| [e.key, e.value]).for_each(visit),
            Kind::Struct { fields, .. } => fields.iter().map(|f| f.value).for_each(visit),
            Kind::Macro(m) => m.target.iter().chain(&m.args).copied().for_each(visit),
        }
    }

    /// The same, to change them.
    pub(crate) fn for_each_child_mut(&mut self, mut visit: impl FnMut(&mut NodeId)) {
        match self {
            Kind::Literal(_) | Kind::Ident { .. } | Kind::Error => {}
            Kind::Select { operand, .. } | Kind::Unary { operand, .. } => visit(operand),
            Kind::Index { operand: a, index: b, .. } | Kind::Binary { lhs: a, rhs: b, .. } => {
                visit(a);
                visit(b);
            }
            Kind::Call { target, args, .. } => target.iter_mut().chain(args).for_each(visit),
            Kind::Logical { operands, .. } => operands.iter_mut().for_each(visit),
            Kind::Ternary { condition, then, otherwise, .. } => {
                [condition, then, otherwise].into_iter().for_each(visit);
            }
            Kind::List(elements) => elements.iter_mut().map(|e| &mut e.value).for_each(visit),
            Kind::Map(entries) => entries.iter_mut().flat_map(|e| [&mut e.key, &mut e.value]).for_each(visit),
            Kind::Struct { fields, .. } => fields.iter_mut().map(|f| &mut f.value).for_each(visit),
            Kind::Macro(m) => m.target.iter_mut().chain(&mut m.args).for_each(visit),
        }
    }
}

impl MacroKind {
    /// True for the macros that loop.
    pub fn is_comprehension(self) -> bool {
        use MacroKind as M;
        match self {
            M::All | M::Exists | M::ExistsOne | M::Map | M::Filter => true,
            M::TransformList | M::TransformMap | M::TransformMapEntry => true,
            M::Has | M::Bind | M::Block | M::BlockIndex | M::BlockIterVar | M::BlockAccuVar => false,
            M::OptMap | M::OptFlatMap => false,
        }
    }
}

impl BinaryOp {
    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            BinaryOp::Eq => "==",
            BinaryOp::Ne => "!=",
            BinaryOp::Lt => "<",
            BinaryOp::Le => "<=",
            BinaryOp::Gt => ">",
            BinaryOp::Ge => ">=",
            BinaryOp::In => "in",
            BinaryOp::Add => "+",
            BinaryOp::Sub => "-",
            BinaryOp::Mul => "*",
            BinaryOp::Div => "/",
            BinaryOp::Rem => "%",
        }
    }

    /// How tightly it binds: 1 relations, 2 sums, 3 products.
    pub(crate) fn tightness(self) -> u8 {
        match self {
            BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => 1,
            BinaryOp::In => 1,
            BinaryOp::Add | BinaryOp::Sub => 2,
            BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => 3,
        }
    }
}

impl LogicalOp {
    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            LogicalOp::And => "&&",
            LogicalOp::Or => "||",
        }
    }
}

impl UnaryOp {
    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            UnaryOp::Not => "!",
            UnaryOp::Neg => "-",
        }
    }
}

impl Text {
    /// Where a byte of the value stands in the source; `None` for text that was not written as a literal.
    pub fn source_offset(&self, offset: u32) -> Option<u32> {
        let after = self.map.partition_point(|(value, _)| *value <= offset);
        let (value, source) = self.map.get(after.checked_sub(1)?)?;
        source.checked_add(offset.checked_sub(*value)?)
    }
}
