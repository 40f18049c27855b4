//! YAML 1.2, strict, to a tree with places and comments.
//!
//! In: the text of one [`SourceFile`](crate::source::SourceFile). Out: a [`Tree`] of documents whose nodes know where
//! they stand and whose scalars can map an offset in their value back to a byte of the file, and diagnostics. This is
//! the only folder that names the YAML crate. It knows nothing of routers: only which keys hold expressions
//! ([`Options::expression_keys`]), because there YAML's own syntax swallows other people's.

mod tree;

pub use tree::{
    Anchored, Comment, Document, Entry, Kind, Node, Run, Scalar, ScalarMap, ScalarType, Style, Tree,
};
