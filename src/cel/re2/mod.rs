//! Regular expressions as CEL's `matches` takes them: the dialect of RE2.
//!
//! In: the text of one pattern and a bound on its compiled size. Out: a [`Regex`], which says whether it occurs in a
//! text and shares its [`Hir`] with whoever analyses it; or every fault of the pattern as a [`RegexIssue`]. The
//! parser is our own and builds the `Hir` directly, because RE2's dialect differs from the `regex` crate's in both
//! directions; that crate's engine then runs it in time linear in the text.
//! It knows nothing of CEL: places are bytes of the pattern, and whoever embeds a pattern in an expression maps them.
//!
//! Two differences to RE2 in C++ are meant, and in both RE2 in Go does as we do: `\B` never matches between the bytes of
//! one character, and no two groups bear one name.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use regex_automata::meta;
use regex_automata::nfa::thompson::WhichCaptures;
use regex_syntax::hir::Hir;
use rustc_hash::FxHashMap;

mod class;
mod errors;
mod escape;
mod parse;
#[cfg(test)]
mod tests;
mod unicode;

pub(crate) use errors::grouped;
pub use errors::{RegexIssue, RegexIssueKind};

/// Bytes of one pattern.
pub const MAX_PATTERN_BYTES: usize = 10_000;
/// How deep groups and repetitions nest.
pub const MAX_DEPTH: u32 = 100;
/// How often one item is repeated at most, counts inside counts multiplied: RE2's own bound.
pub const MAX_REPEAT: u32 = 1_000;

/// A compiled pattern, cheap to clone and to share between threads.
#[derive(Clone)]
pub struct Regex(Arc<Compiled>);

struct Compiled {
    pattern: Box<str>,
    hir: Hir,
    /// How many bytes its automaton takes; while it is not built, at most.
    bytes: usize,
    /// Built for the first text, since checking a pattern takes a small part of the time that building does.
    matcher: OnceLock<Option<meta::Regex>>,
}

impl Regex {
    /// True if the pattern occurs anywhere in the text.
    pub fn is_match(&self, text: &str) -> bool {
        let matcher = self.0.matcher.get_or_init(|| build(&self.0.hir, None));
        // A matcher without a bound is always built: there is one.
        matcher.as_ref().is_some_and(|matcher| matcher.is_match(text))
    }

    /// How long looking for the pattern in a text may take, in steps of an evaluation's budget: where nothing quicker
    /// works, the engine goes through the states of the automaton for each character.
    pub fn steps(&self, text: &str) -> u64 {
        let product = (text.len() / 32 + 1).saturating_mul(self.0.bytes / 512 + 1);
        u64::try_from(product).unwrap_or(u64::MAX)
    }

    /// How many bytes its automaton takes, at most. Building it takes time in proportion.
    pub fn bytes(&self) -> usize {
        self.0.bytes
    }

    /// What the pattern means, over characters. Groups leave no trace in it: `matches` cannot ask what they caught.
    pub fn hir(&self) -> &Hir {
        &self.0.hir
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.0.pattern
    }
}

impl fmt::Debug for Regex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Regex").field(&self.as_str()).finish()
    }
}

impl PartialEq for Regex {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

/// The patterns of some expressions, each compiled once for all who ask: they are checked, reasoned about and run. A copy
/// shares what is in it.
#[derive(Clone, Debug, Default)]
pub struct Shared(Arc<Mutex<FxHashMap<Box<str>, Regex>>>);

/// How many patterns are kept.
const KEPT: usize = 256;

impl Shared {
    /// The same as [`compile`].
    pub fn compile(&self, pattern: &str, limit_bytes: usize) -> Result<Regex, Vec<RegexIssue>> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(regex) = known().get(pattern).filter(|regex| regex.bytes() <= limit_bytes) {
            return Ok(regex.clone());
        }
        let regex = compile(pattern, limit_bytes)?;
        let mut known = known();
        if known.len() < KEPT {
            known.insert(pattern.into(), regex.clone());
        }
        Ok(regex)
    }
}

/// Compiles a pattern, or says all that is wrong with it, in the order of the pattern; the list is never empty.
///
/// `limit_bytes` bounds the compiled automaton, and with it the time and memory that compiling takes.
pub fn compile(pattern: &str, limit_bytes: usize) -> Result<Regex, Vec<RegexIssue>> {
    let parse::Parsed { hir, mut bytes } = parse::parse(pattern, limit_bytes)?;
    let matcher = OnceLock::new();
    // The estimate is high; where it does not clear the pattern, the automaton itself must.
    if bytes > limit_bytes {
        let Some(built) = build(&hir, Some(limit_bytes)) else {
            return Err(vec![RegexIssue::whole(pattern, RegexIssueKind::TooLarge { limit: limit_bytes })]);
        };
        bytes = built.memory_usage();
        matcher.get_or_init(|| Some(built));
    }
    Ok(Regex(Arc::new(Compiled { pattern: pattern.into(), hir, bytes, matcher })))
}

/// The matcher, unless it is too large: nothing else can be wrong with one that is built from a sound `Hir`.
fn build(hir: &Hir, limit_bytes: Option<usize>) -> Option<meta::Regex> {
    let config = meta::Config::new()
        .nfa_size_limit(limit_bytes)
        // Groups are gone already; the whole match is all an engine needs to keep.
        .which_captures(WhichCaptures::Implicit)
        // The lazy automaton is as fast, and is built only as far as texts ask for it.
        .dfa(false);
    meta::Builder::new().configure(config).build_from_hir(hir).ok()
}
