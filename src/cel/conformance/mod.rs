//! Runs tables of CEL test cases.
//!
//! In: the tables as JSON. Out: which cases fail, and how. It knows nothing of files; whoever calls it reads them.

pub mod checker;
pub mod parser;
mod typed;
pub mod types;
pub mod values;

use std::fmt;

/// What came of a table of cases.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many cases passed.
    pub passed: usize,
    /// Those that did not, in the order of the table.
    pub failures: Vec<Failure>,
}

impl Report {
    /// How many cases there were.
    pub fn total(&self) -> usize {
        self.passed + self.failures.len()
    }
}

/// A case that failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Its name.
    pub case: String,
    /// What it says and what came instead.
    pub reason: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.case, self.reason)
    }
}

/// One line a failing case, then `passed N of M`.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failure in &self.failures {
            writeln!(f, "{failure}")?;
        }
        write!(f, "passed {} of {}", self.passed, self.total())
    }
}

/// What came of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As the table says; perhaps with a difference that does not matter.
    Pass(Option<String>),
    /// Not as the table says, and how.
    Fail(String),
}
