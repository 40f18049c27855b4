//! Types of names that nothing declares, from how they are used.
//!
//! Such a name has the type `dyn` while its expression is checked; what its uses need of it is noted beside, and
//! concluded at the end or over several expressions at once. Deployed CEL is dynamic, so a use that disagrees with
//! another one is worth a word, not a refusal.

use std::ops::{BitAnd, BitOr};
use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxHashMap;

use super::super::Span;
use super::super::ast::NodeId;
use super::super::types::{Field, Record, Type};
use super::{Checked, names};

/// Among more names, none is suspected of being a slip of another.
const MAX_COMPARED: usize = 300;

/// A set of kinds of values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kinds(u16);

impl Kinds {
    /// No value fits.
    pub const NONE: Kinds = Kinds(0);
    /// Any value fits.
    pub const ANY: Kinds = Kinds(u16::MAX);
    /// `bool`
    pub const BOOL: Kinds = Kinds(1);
    /// `int`, `uint` and `double`
    pub const NUMBER: Kinds = Kinds(1 << 1);
    /// `string`
    pub const STRING: Kinds = Kinds(1 << 2);
    /// `bytes`
    pub const BYTES: Kinds = Kinds(1 << 3);
    /// Lists.
    pub const LIST: Kinds = Kinds(1 << 4);
    /// Maps and records.
    pub const MAP: Kinds = Kinds(1 << 5);
    /// `timestamp`
    pub const TIMESTAMP: Kinds = Kinds(1 << 6);
    /// `duration`
    pub const DURATION: Kinds = Kinds(1 << 7);
    /// What no request can hold: type values, optionals and the like.
    pub const OTHER: Kinds = Kinds(1 << 8);

    /// The kinds of a type's values, null aside.
    pub fn of(ty: &Type) -> Kinds {
        match ty {
            Type::Dyn | Type::Error | Type::Null | Type::Param(_) | Type::Var(_) => Kinds::ANY,
            Type::Bool => Kinds::BOOL,
            Type::Int | Type::Uint | Type::Double | Type::Number => Kinds::NUMBER,
            Type::String => Kinds::STRING,
            Type::Bytes => Kinds::BYTES,
            Type::Timestamp => Kinds::TIMESTAMP,
            Type::Duration => Kinds::DURATION,
            Type::List(_) => Kinds::LIST,
            Type::Map(..) | Type::Record(_) => Kinds::MAP,
            Type::Wrapper(inner) => Kinds::of(inner.unwrapped()),
            Type::Optional(_) | Type::Type(_) | Type::Opaque(..) => Kinds::OTHER,
        }
    }

    /// The type that holds them all and, where it can, nothing else.
    fn to_type(self) -> Type {
        match self {
            Kinds::BOOL => Type::Bool,
            Kinds::NUMBER => Type::Number,
            Kinds::STRING => Type::String,
            Kinds::BYTES => Type::Bytes,
            Kinds::LIST => Type::list(Type::Dyn),
            Kinds::MAP => Type::map(Type::String, Type::Dyn),
            Kinds::TIMESTAMP => Type::Timestamp,
            Kinds::DURATION => Type::Duration,
            _ => Type::Dyn,
        }
    }

    /// Whether any of the kinds is in both.
    pub fn meets(self, other: Kinds) -> bool {
        (self & other) != Kinds::NONE
    }
}

impl BitAnd for Kinds {
    type Output = Kinds;
    fn bitand(self, other: Kinds) -> Kinds {
        Kinds(self.0 & other.0)
    }
}

impl BitOr for Kinds {
    type Output = Kinds;
    fn bitor(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }
}

/// What the uses of a name in one expression say of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Inferred {
    /// Its type: `dyn` where the uses leave it open.
    pub ty: Type,
    /// The use that decided the type.
    pub decided: Option<Span>,
    /// All uses, of its fields as well, in the order they were met.
    pub uses: Vec<Use>,
}

/// One use of a name.
#[derive(Clone, PartialEq, Debug)]
pub struct Use {
    /// The field that is used: empty for the name itself, `[plan]` for `account.plan`.
    pub path: Vec<Arc<str>>,
    /// Where.
    pub span: Span,
    /// What the place takes; any value for a bare mention.
    pub needs: Kinds,
}

/// What the expressions of a document together say of their undeclared names.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Merged {
    /// Every name with its type, in the order they are met.
    pub variables: IndexMap<Arc<str>, Type>,
    /// Uses that disagree.
    pub conflicts: Vec<Conflict>,
    /// Names that are used once and are one letter from another.
    pub suspicious: Vec<Suspicious>,
}

/// Two uses of a name that no value fits both of.
#[derive(Clone, PartialEq, Debug)]
pub struct Conflict {
    /// The name, or a field of it as `account.plan`.
    pub path: String,
    /// The earlier use: which expression, where in it, and what it takes.
    pub first: (usize, Span, Kinds),
    /// The later use.
    pub second: (usize, Span, Kinds),
}

/// A name that may be a slip.
#[derive(Clone, PartialEq, Debug)]
pub struct Suspicious {
    /// The name.
    pub name: Arc<str>,
    /// Its only use: which expression, and where in it.
    pub at: (usize, Span),
    /// The name that may have been meant.
    pub near: Arc<str>,
}

/// The uses noted so far, and which nodes are undeclared names or fields of them.
#[derive(Default)]
pub(super) struct Uses {
    nodes: FxHashMap<NodeId, (Arc<str>, Vec<Arc<str>>)>,
    noted: IndexMap<Arc<str>, Vec<Use>>,
}

impl Uses {
    /// A mention of a name.
    pub(super) fn name(&mut self, id: NodeId, name: &Arc<str>, span: Span) {
        self.nodes.insert(id, (Arc::clone(name), Vec::new()));
        let mention = Use { path: Vec::new(), span, needs: Kinds::ANY };
        self.noted.entry(Arc::clone(name)).or_default().push(mention);
    }

    /// A mention of a field, if `operand` is an undeclared name or a field of one.
    pub(super) fn member(&mut self, id: NodeId, operand: NodeId, field: &Arc<str>, span: Span) {
        let Some((name, path)) = self.nodes.get(&operand) else { return };
        let (name, mut path) = (Arc::clone(name), path.clone());
        path.push(Arc::clone(field));
        self.noted.entry(Arc::clone(&name)).or_default().push(Use {
            path: path.clone(),
            span,
            needs: Kinds::ANY,
        });
        self.nodes.insert(id, (name, path));
    }

    /// What the place where a node stands takes, if the node is an undeclared name or a field of one.
    pub(super) fn need(&mut self, id: NodeId, span: Span, needs: Kinds) {
        if needs == Kinds::ANY {
            return;
        }
        if let Some((name, path)) = self.nodes.get(&id) {
            let noted = Use { path: path.clone(), span, needs };
            self.noted.entry(Arc::clone(name)).or_default().push(noted);
        }
    }

    /// Whether a node is an undeclared name or a field of one.
    pub(super) fn is_undeclared(&self, id: NodeId) -> bool {
        self.nodes.contains_key(&id)
    }

    pub(super) fn conclude(self) -> IndexMap<Arc<str>, Inferred> {
        self.noted
            .into_iter()
            .map(|(name, uses)| {
                let mut tree = Tree::default();
                for noted in &uses {
                    tree.add(0, noted, &name, &mut Vec::new());
                }
                let decided = tree.decided.map(|(_, span, _)| span);
                (Arc::clone(&name), Inferred { ty: tree.to_type(&name), decided, uses })
            })
            .collect()
    }
}

/// Joins what the expressions of one document say of their undeclared names.
///
/// ```
/// use irc::cel::checker::merge;
/// use irc::cel::env::Names;
/// use irc::cel::{Env, Type, check, parse};
///
/// let env = Env { names: Names::Inferred, ..Env::default() };
/// let checked = ["tier == 'pro'", "tier > 3"].map(|text| check(&parse(text, &Default::default()).0, &env).0);
/// let merged = merge(&checked);
/// assert_eq!(merged.variables["tier"], Type::String);
/// assert_eq!(merged.conflicts[0].message(), "`tier` is used as a string and as a number");
/// ```
pub fn merge<'c>(parts: impl IntoIterator<Item = &'c Checked>) -> Merged {
    let mut trees: IndexMap<Arc<str>, Tree> = IndexMap::new();
    let mut merged = Merged::default();
    for (part, checked) in parts.into_iter().enumerate() {
        for (name, inferred) in &checked.inferred {
            let tree = trees.entry(Arc::clone(name)).or_default();
            for noted in &inferred.uses {
                tree.add(part, noted, name, &mut merged.conflicts);
            }
        }
    }
    // Beyond that many, comparing each with each takes too long, and hardly anybody wrote them by hand.
    if trees.len() <= MAX_COMPARED {
        for (index, (name, tree)) in trees.iter().enumerate() {
            merged.suspicious.extend(tree.suspicious(index, name, &trees));
        }
    }
    merged.variables = trees.iter().map(|(name, tree)| (Arc::clone(name), tree.to_type(name))).collect();
    merged
}

/// What is known of a name or a field.
struct Tree {
    kinds: Kinds,
    /// The use that narrowed it last.
    decided: Option<(usize, Span, Kinds)>,
    mentions: usize,
    first: Option<(usize, Span)>,
    fields: IndexMap<Arc<str>, Tree>,
}

impl Default for Tree {
    fn default() -> Self {
        Self { kinds: Kinds::ANY, decided: None, mentions: 0, first: None, fields: IndexMap::new() }
    }
}

impl Tree {
    fn add(&mut self, part: usize, noted: &Use, name: &str, conflicts: &mut Vec<Conflict>) {
        let mut at = self;
        for field in &noted.path {
            at = at.fields.entry(Arc::clone(field)).or_default();
        }
        if noted.needs == Kinds::ANY {
            at.mentions += 1;
            at.first.get_or_insert((part, noted.span));
            return;
        }
        let narrowed = at.kinds & noted.needs;
        if let (Kinds::NONE, Some(first)) = (narrowed, at.decided) {
            let path: Vec<&str> = std::iter::once(name).chain(noted.path.iter().map(|f| &**f)).collect();
            let second = (part, noted.span, noted.needs);
            conflicts.push(Conflict { path: path.join("."), first, second });
        } else if narrowed != at.kinds {
            at.kinds = narrowed;
            at.decided = Some((part, noted.span, noted.needs));
        }
    }

    // As deep as an expression's fields nest, which its tree bounds.
    fn to_type(&self, name: &str) -> Type {
        if self.kinds != Kinds::MAP || self.fields.is_empty() {
            return self.kinds.to_type();
        }
        let fields = self.fields.iter().map(|(f, t)| (Arc::clone(f), Field::new(t.to_type(f)))).collect();
        Type::Record(Arc::new(Record { name: name.into(), fields, open: true }))
    }

    fn suspicious(
        &self,
        index: usize,
        name: &Arc<str>,
        all: &IndexMap<Arc<str>, Tree>,
    ) -> Option<Suspicious> {
        if self.mentions != 1 || name.chars().count() < 3 {
            return None;
        }
        let folded = names::fold(name);
        let near = all.iter().enumerate().find(|(other_index, (other, tree))| {
            *other_index != index
                && (tree.mentions > 1 || *other_index < index)
                && tree.kinds.meets(self.kinds)
                && other.len().abs_diff(name.len()) <= 3
                && is_slip(&folded, &names::fold(other))
        });
        let (_, (near, _)) = near?;
        Some(Suspicious { name: Arc::clone(name), at: self.first?, near: Arc::clone(near) })
    }
}

/// Whether two folded names are one letter apart; `model1` and `model2` are no slips of each other.
fn is_slip(a: &str, b: &str) -> bool {
    let letters = |name: &str| name.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    strsim::osa_distance(a, b) <= 1 && (a == b || letters(a) != letters(b))
}
