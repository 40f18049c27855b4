//! YAML 1.2, strict, to a tree with places and comments.
//!
//! In: the text of one [`SourceFile`]. Out: a [`Tree`] of documents whose nodes know where
//! they stand and whose scalars can map an offset in their value back to a byte of the file, and diagnostics. This is
//! the only folder that names the YAML crate. It knows nothing of routers: only which keys hold expressions
//! ([`Options::expression_keys`]), because there YAML's own syntax swallows other people's.

mod build;
mod comments;
mod cook;
mod decode;
mod entries;
mod errors;
mod expression;
mod fault;
mod flow;
mod json;
mod node;
mod quote;
mod recover;
pub mod rules;
mod suppress;
#[cfg(test)]
mod tests;
mod text;
mod tree;
mod written;

pub use decode::{DecodeFault, decode};
pub use quote::quoted;
pub use tree::{
    Anchored, Comment, Document, Entry, Kind, Node, Run, Scalar, ScalarMap, ScalarType, Style, Tree,
};
pub use written::{Part, PartKind, written};

use crate::diag::Sink;
use crate::source::{SourceFile, Span};

/// How much of anything one file may hold. Each bound has a diagnostic that names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Lists and mappings inside each other, aliases followed.
    pub depth: usize,
    /// Nodes as written.
    pub nodes: usize,
    /// Nodes when every alias and merge key is replaced by what it names.
    pub expanded: usize,
    /// Syntax errors after which reading stops.
    pub errors: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 4 << 20, depth: 100, nodes: 500_000, expanded: 1_000_000, errors: 25 }
    }
}

impl Limits {
    /// Bounds that an example of a few lines can reach.
    pub fn small() -> Self {
        Self { bytes: 400, depth: 8, nodes: 60, expanded: 60, ..Self::default() }
    }
}

/// What the pass is told from outside.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The bounds.
    pub limits: Limits,
    /// Keys whose values are expressions of another language.
    pub expression_keys: &'static [&'static str],
    /// Keys at the top of a document below which every key has such a value.
    pub expression_blocks: &'static [&'static str],
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            expression_keys: &["when", "unless", "cel_expression", "celExpression"],
            expression_blocks: &["conditions"],
        }
    }
}

impl Options {
    /// Whether the value of a key is an expression; `top` is the key that holds its mapping at the top of the document.
    fn is_expression(&self, key: &str, top: Option<&str>) -> bool {
        self.expression_keys.contains(&key) || top.is_some_and(|top| self.expression_blocks.contains(&top))
    }
}

/// Reads a file whose text is what its author wrote.
pub fn parse(file: &SourceFile, options: &Options, sink: &mut Sink) -> Tree {
    parse_decoded(file, None, options, sink)
}

/// Reads a file that [`decode`] made, and reports what it found wrong with the bytes. Scalars that hold such bytes
/// are [`Kind::Broken`].
pub fn parse_decoded(
    file: &SourceFile,
    fault: Option<&DecodeFault>,
    options: &Options,
    sink: &mut Sink,
) -> Tree {
    if let Some(fault) = fault {
        sink.push(fault.diagnostic(file));
        if file.text().is_empty() {
            return unread(file);
        }
    } else if file.text().len() > options.limits.bytes {
        sink.push(errors::file_too_large(file.id(), file.text().len(), options.limits.bytes));
        return unread(file);
    }
    recover::read(file, fault, options, sink)
}

/// A file of which nothing is known: not even that it is empty.
fn unread(file: &SourceFile) -> Tree {
    let document =
        Document { span: Span::file_start(file.id()), root: None, damaged: true, unread: Vec::new() };
    Tree { file: file.id(), documents: vec![document], comments: Vec::new() }
}
