//! CEL, the Common Expression Language: front end, type checker, evaluators.
//!
//! In: the text of one expression and an [`Env`] that says which variables and functions there are. Out: an [`Ast`]
//! with a place for every node, [`Issue`]s, types, programs and values. Places are bytes of the expression's own text.
//! It knows nothing of YAML, files, routers or diagnostics: whoever embeds an expression maps places and words.

/// The examples of the README, which are tests.
#[cfg(doctest)]
#[doc = include_str!("README.md")]
struct Readme;

pub mod ast;
pub mod checker;
pub mod conformance;
#[cfg(test)]
#[expect(clippy::string_slice, reason = "a test that slices wrongly fails, as it should")]
mod effort;
pub mod env;
pub mod errors;
pub mod expand;
pub mod interpret;
mod lexer;
pub mod library;
pub mod parser;
pub mod print;
pub mod program;
pub mod re2;
pub mod types;
pub mod value;

pub use ast::Ast;
pub use checker::{Checked, Reference, check};
pub use env::Env;
pub use errors::{Issue, IssueKind};
pub use expand::expand;
pub use lexer::token_spans;
pub use parser::{Macros, ParseOptions, parse};
pub use print::{print, print_node};
pub use types::Type;
pub use value::Value;

/// A half-open range of bytes in an expression's text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// A span from offsets; an `end` before `start` is taken as empty at `start`.
    pub fn new(start: usize, end: usize) -> Self {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        Self { start, end: u32::try_from(end).unwrap_or(u32::MAX).max(start) }
    }

    /// The smallest span that holds both.
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// Bounds on what is accepted. Beyond one of them an expression is refused with an issue that names the bound.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of text.
    pub bytes: usize,
    /// Nodes of the tree.
    pub nodes: usize,
    /// How deep nodes nest, chains of `+` included; `&&` and `||` chains count as one.
    pub depth: usize,
    /// How deep comprehensions nest.
    pub comprehensions: usize,
    /// Steps of one evaluation.
    pub steps: u64,
    /// Size of one compiled regular expression in bytes.
    pub regex_bytes: usize,
    /// Size of all of them together, see [`Env::regex_bytes_before`].
    pub all_regex_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 100_000,
            nodes: 50_000,
            depth: 250,
            comprehensions: 16,
            steps: 10_000_000,
            regex_bytes: 2 << 20,
            all_regex_bytes: 32 << 20,
        }
    }
}
