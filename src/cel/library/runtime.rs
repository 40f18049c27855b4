//! What one evaluation keeps while it runs: its step budget and the regular expressions it has compiled.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::cel::Limits;
use crate::cel::re2::{self, Regex};
use crate::cel::value::display::quoted;
use crate::cel::value::{EvalErrorKind, Meter};

/// How many steps compiling a regular expression counts for, and how many bytes of it are compiled in one more.
const COMPILATION: u64 = 10_000;
const COMPILED: usize = 16;
/// How many compiled expressions are kept.
const KEPT: usize = 16;

/// What one evaluation keeps while it runs.
#[derive(Clone, Debug)]
pub struct Runtime {
    /// The step budget.
    pub meter: Meter,
    regex_bytes: usize,
    regexes: FxHashMap<Arc<str>, Result<Regex, EvalErrorKind>>,
}

impl Runtime {
    /// With the budget that the limits give.
    pub fn new(limits: &Limits) -> Self {
        Self {
            meter: Meter::new(limits.steps),
            regex_bytes: limits.regex_bytes,
            regexes: FxHashMap::default(),
        }
    }

    /// A full budget again. What was compiled stays.
    pub fn refill(&mut self, limits: &Limits) {
        self.meter = Meter::new(limits.steps);
    }

    /// Whether a pattern is found in a text.
    pub(crate) fn matches(&mut self, text: &str, pattern: &Arc<str>) -> Result<bool, EvalErrorKind> {
        if !self.regexes.contains_key(pattern) {
            self.meter.spend(COMPILATION)?;
            if self.regexes.len() >= KEPT {
                self.regexes.clear();
            }
            let compiled = compile(pattern, self.regex_bytes);
            // A pattern that is refused may have taken as long as the largest that is not.
            let bytes = compiled.as_ref().map_or(self.regex_bytes, Regex::bytes);
            self.meter.spend(u64::try_from(bytes / COMPILED).unwrap_or(u64::MAX))?;
            self.regexes.insert(Arc::clone(pattern), compiled);
        }
        match self.regexes.get(pattern) {
            Some(Ok(regex)) => {
                self.meter.spend(regex.steps(text))?;
                Ok(regex.is_match(text))
            }
            Some(Err(error)) => Err(error.clone()),
            None => Ok(false),
        }
    }
}

/// A pattern as the evaluators use it.
pub(crate) fn compile(pattern: &str, limit: usize) -> Result<Regex, EvalErrorKind> {
    re2::compile(pattern, limit).map_err(|issues| {
        let why = issues.first().map_or_else(String::new, |issue| format!(": {}", issue.message()));
        EvalErrorKind::invalid(format!("{} is no regular expression{why}", quoted(pattern)))
    })
}
