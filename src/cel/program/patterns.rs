//! The regular expressions of conditions, compiled once.

use super::compile::Compiler;
use crate::cel::library::compile_pattern;
use crate::cel::re2::Regex;
use crate::cel::value::EvalErrorKind;

impl Compiler<'_> {
    /// A pattern, compiled. `None` once they take more than is allowed: then each is compiled when it is used, out of
    /// the step budget.
    pub(super) fn pattern(&mut self, pattern: &str) -> Option<Result<Regex, EvalErrorKind>> {
        let limits = self.env.limits;
        if self.regex_bytes > limits.all_regex_bytes {
            return None;
        }
        let compiled = compile_pattern(pattern, self.env);
        let bytes = compiled.as_ref().map_or(limits.regex_bytes, Regex::bytes);
        self.regex_bytes = self.regex_bytes.saturating_add(bytes);
        Some(compiled)
    }
}
