//! Cases of public test tables against this implementation.
//!
//! In: one case as JSON, as the table has it. Out: a [`Verdict`]. Where tables come from is not known here.

pub mod parser;

/// What came of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As the table says; perhaps with a difference that does not matter.
    Pass(Option<String>),
    /// Not as the table says, and how.
    Fail(String),
}
