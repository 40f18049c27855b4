//! What one evaluation keeps while it runs: its step budget and the regular expressions it has compiled.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::cel::re2::{self, Regex, RegexIssue};
use crate::cel::value::display::quoted;
use crate::cel::value::{EvalErrorKind, Meter};
use crate::cel::{Env, Limits};

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
            let compiled =
                re2::compile(pattern, self.regex_bytes).map_err(|issues| refused(pattern, &issues));
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
pub(crate) fn compile(pattern: &str, env: &Env) -> Result<Regex, EvalErrorKind> {
    env.regexes.compile(pattern, env.limits.regex_bytes).map_err(|issues| refused(pattern, &issues))
}

fn refused(pattern: &str, issues: &[RegexIssue]) -> EvalErrorKind {
    let why = issues.first().map_or_else(String::new, |issue| format!(": {}", issue.message()));
    EvalErrorKind::invalid(format!("{} is no regular expression{why}", quoted(pattern)))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;
    use crate::cel::interpret::evaluate;
    use crate::cel::program::ProgramSet;
    use crate::cel::{ParseOptions, Value, parse};

    fn left(runtime: &Runtime) -> u64 {
        // As many steps can be taken as are left, and not one more.
        let (mut low, mut high) = (0, u64::MAX);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            let mut meter = runtime.meter;
            if meter.spend(middle).is_ok() { low = middle } else { high = middle - 1 }
        }
        low
    }

    #[test]
    fn compiling_is_charged_once_and_matching_each_time() {
        let limits = Limits::default();
        let mut runtime = Runtime::new(&limits);
        let pattern: Arc<str> = "a+b".into();
        assert_eq!(runtime.matches("xaab", &pattern), Ok(true));
        let first = limits.steps - left(&runtime);
        assert_eq!(runtime.matches("xaab", &pattern), Ok(true));
        let second = limits.steps - left(&runtime) - first;
        assert!(second > 0 && first > COMPILATION + second, "{first} {second}");
        let before = left(&runtime);
        assert_eq!(runtime.matches(&"x".repeat(32_000), &pattern), Ok(false));
        assert!(before - left(&runtime) >= 1_000);
        // The budget is filled up for the next condition; what was compiled stays.
        runtime.refill(&limits);
        assert_eq!(runtime.matches("ab", &pattern), Ok(true));
        assert!(limits.steps - left(&runtime) < COMPILATION);
    }

    #[test]
    fn few_patterns_are_kept() {
        let limits = Limits { steps: u64::MAX, ..Limits::default() };
        let mut runtime = Runtime::new(&limits);
        for round in 0..10 * KEPT {
            let pattern: Arc<str> = format!("^{round}$").into();
            assert_eq!(runtime.matches(&round.to_string(), &pattern), Ok(true));
            assert!(runtime.matches("", &"(".into()).is_err());
            assert!(runtime.regexes.len() <= KEPT);
        }
    }

    #[test]
    fn patterns_from_requests_use_up_the_budget() {
        let (ast, issues) = parse("patterns.exists(p, tier.matches(p))", &ParseOptions::default());
        assert!(issues.is_empty());
        let env = Env::default();
        let many = env.limits.steps / COMPILATION + 1;
        let patterns = (0..many).map(|at| {
            let mut pattern = String::from("x");
            write!(pattern, "{at}").unwrap();
            Value::from(pattern)
        });
        let variables: indexmap::IndexMap<Arc<str>, Value> =
            [("patterns".into(), Value::list(patterns.collect())), ("tier".into(), "pro".into())]
                .into_iter()
                .collect();
        let set = ProgramSet::compile(&[&ast], &env);
        let mut row = set.row();
        for (at, slot) in set.slots().iter().enumerate() {
            row.set(at, variables.get(&slot.name));
        }
        let mut scratch = set.scratch();
        let error = set.on(&row, &mut scratch).value_of(0).unwrap_err();
        assert_eq!(error.kind, EvalErrorKind::Budget);
        assert_eq!(evaluate(&ast, &env, &variables).unwrap_err().kind, EvalErrorKind::Budget);
    }
}
