//! The tree.

use std::sync::Arc;

use crate::source::{FileId, Span};

/// What one file holds.
#[derive(Debug)]
pub struct Tree {
    /// The file.
    pub file: FileId,
    /// Its documents, in order. An empty file has none; a document that holds nothing has no root.
    pub documents: Vec<Document>,
    /// Every comment of the file, in order.
    pub comments: Vec<Comment>,
}

/// One YAML document.
#[derive(Debug)]
pub struct Document {
    /// From its first to its last byte, markers left out.
    pub span: Span,
    /// Its content.
    pub root: Option<Arc<Node>>,
    /// True when a syntax error was found in it: what is missing from the tree may be missing for that reason alone.
    pub damaged: bool,
    /// The stretches of it that could not be read: a key that stood there is missing from the tree.
    pub unread: Vec<Span>,
}

/// A comment, from `#` to the end of its line.
#[derive(Clone, Copy, Debug)]
pub struct Comment {
    /// Its place.
    pub span: Span,
    /// True when nothing but white space stands before it on its line.
    pub own_line: bool,
}

/// A node. An alias is not a node of its own: it shares the node that it names.
#[derive(Debug)]
pub struct Node {
    /// Its place: a quoted scalar with its quotes, a block scalar with its header, a block collection from its first
    /// key or dash to the end of its last item. A value that is left out (`key:`) is empty behind the colon.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
    /// The anchor and tag written before it.
    pub anchored: Option<Box<Anchored>>,
}

/// Properties written before a node.
#[derive(Debug, Default)]
pub struct Anchored {
    /// `&name`, and its place.
    pub anchor: Option<(String, Span)>,
    /// `!tag`, and its place. Every tag has already been reported.
    pub tag: Option<(String, Span)>,
}

/// What a node is.
#[derive(Debug)]
pub enum Kind {
    /// Text, number, boolean or null.
    Scalar(Scalar),
    /// `[…]` or dashes.
    Sequence(Vec<Arc<Node>>),
    /// `{…}` or keys. Merge keys are resolved: their entries follow the written ones. Keys are unique.
    Mapping(Vec<Entry>),
    /// Could not be read; reported. Passes stay silent about it.
    Broken,
}

/// One key and its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: Arc<Node>,
    /// The value.
    pub value: Arc<Node>,
    /// True when a merge key brought it in.
    pub merged: bool,
    /// Where the value was asked for, when it is an alias: `*name`.
    pub alias: Option<Span>,
}

/// A scalar.
#[derive(Debug)]
pub struct Scalar {
    /// Its value after quotes, escapes and folding.
    pub value: String,
    /// How it is written.
    pub style: Style,
    /// Offsets in `value` to bytes in the file.
    pub map: ScalarMap,
}

/// How a scalar is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// Bare.
    Plain,
    /// `'…'`
    Single,
    /// `"…"`
    Double,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// What a plain scalar is under YAML 1.2's core schema; a quoted or block scalar is always a string.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum ScalarType {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number that fits.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    String,
}

/// Maps offsets in a cooked scalar to bytes in its file: runs of bytes that are equal in both, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScalarMap {
    pub(super) runs: Runs,
}

/// The runs of a [`ScalarMap`]. Most scalars are one, which needs no memory of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Runs {
    One([Run; 1]),
    Many(Vec<Run>),
}

impl Default for Runs {
    fn default() -> Self {
        Runs::Many(Vec::new())
    }
}

impl ScalarMap {
    /// Where each run begins: offset in the value, offset in the file. Between a run's end and the next one's start
    /// the file holds what the value does not (indentation, `\` of an escape, a fold).
    pub fn runs(&self) -> &[Run] {
        match &self.runs {
            Runs::One(run) => run,
            Runs::Many(runs) => runs,
        }
    }

    pub(super) fn runs_mut(&mut self) -> &mut [Run] {
        match &mut self.runs {
            Runs::One(run) => run,
            Runs::Many(runs) => runs,
        }
    }
}

/// A run of a [`ScalarMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Offset in the cooked value.
    pub value: u32,
    /// Byte offset in the file.
    pub file: u32,
    /// Length in the value.
    pub value_len: u32,
    /// Length in the file: the same, or that of the escape that stands for the value's bytes.
    pub file_len: u32,
}
