//! Text: which tests one text can pass and fail together.
//!
//! Each test is a literal. Equality with a constant decides all other tests, which clauses say at once; every other
//! combination is checked when an assignment asks for it, and one that no text fits is excluded for good.

use std::sync::Arc;

use regex_syntax::hir::{Hir, Look};
use rustc_hash::FxHashMap;

use super::super::solve::{Core, Lit};
use super::automata::{Automaton, Found, search};
use super::numbers::Scale;
use crate::cel::re2::Regex;

/// What a text can be asked.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    Equal(Arc<str>),
    Prefix(Arc<str>),
    Suffix(Arc<str>),
    Contains(Arc<str>),
    Matches(Regex),
}

impl Test {
    fn holds(&self, text: &str) -> bool {
        match self {
            Test::Equal(other) => *text == **other,
            Test::Prefix(part) => text.starts_with(&**part),
            Test::Suffix(part) => text.ends_with(&**part),
            Test::Contains(part) => text.contains(&**part),
            Test::Matches(regex) => regex.is_match(text),
        }
    }

    fn is_same(&self, other: &Test) -> bool {
        match (self, other) {
            (Test::Prefix(a), Test::Prefix(b))
            | (Test::Suffix(a), Test::Suffix(b))
            | (Test::Contains(a), Test::Contains(b)) => a == b,
            (Test::Matches(a), Test::Matches(b)) => a.as_str() == b.as_str(),
            _ => false,
        }
    }

    fn hir(&self) -> Hir {
        let literal = |text: &str| Hir::literal(text.as_bytes());
        match self {
            Test::Equal(text) => {
                Hir::concat(vec![Hir::look(Look::Start), literal(text), Hir::look(Look::End)])
            }
            Test::Prefix(text) => Hir::concat(vec![Hir::look(Look::Start), literal(text)]),
            Test::Suffix(text) => Hir::concat(vec![literal(text), Hir::look(Look::End)]),
            Test::Contains(text) => literal(text),
            Test::Matches(regex) => regex.hir().clone(),
        }
    }

    fn is_pattern(&self) -> bool {
        matches!(self, Test::Matches(_))
    }

    fn is_equal(&self) -> bool {
        matches!(self, Test::Equal(_))
    }
}

struct Entry {
    test: Test,
    lit: Lit,
    /// `Some(None)` for one that is too large.
    automaton: Option<Option<Automaton>>,
}

/// The tests of one text.
pub(crate) struct Texts {
    tests: Vec<Entry>,
    /// The places in `tests` of the constants that it is compared with.
    equals: FxHashMap<Arc<str>, usize>,
    /// True where it is one of the constants so far.
    one_of_them: Lit,
    /// How many characters it has.
    pub(crate) size: Scale,
}

/// What an assignment of the tests comes to.
pub(crate) enum Check {
    /// This text fits.
    Text(String),
    /// No text fits these literals together.
    Conflict(Vec<Lit>),
    /// The steps ran out.
    GaveUp,
}

/// At most so many literals of a conflict are looked at one by one for a smaller one.
const MINIMISED: usize = 24;

impl Texts {
    pub(crate) fn new(core: &mut Core) -> Self {
        let mut size = Scale::new(true);
        let (below, _) = size.mark(0.0, core);
        core.clause(&[!below]);
        Self { tests: Vec::new(), equals: FxHashMap::default(), one_of_them: core.no(), size }
    }

    /// The literal of a test.
    pub(crate) fn test(&mut self, test: Test, core: &mut Core) -> Lit {
        let known = match &test {
            Test::Equal(text) => self.equals.get(text).and_then(|at| self.tests.get(*at)),
            test => self.tests.iter().find(|entry| entry.test.is_same(test)),
        };
        if let Some(known) = known {
            return known.lit;
        }
        let lit = match &test {
            Test::Prefix(part) | Test::Suffix(part) | Test::Contains(part) if part.is_empty() => core.yes(),
            _ => core.fresh(),
        };
        for other in &self.tests {
            match (&other.test, &test) {
                // A chain says it in fewer clauses.
                (Test::Equal(_), Test::Equal(_)) => {}
                (Test::Equal(text), test) => core.clause(&[!other.lit, lit_if(lit, test.holds(text))]),
                (other_test, Test::Equal(text)) => {
                    core.clause(&[!lit, lit_if(other.lit, other_test.holds(text))]);
                }
                (a, b) => {
                    if implies(a, b) {
                        core.clause(&[!other.lit, lit]);
                    }
                    if implies(b, a) {
                        core.clause(&[!lit, other.lit]);
                    }
                    if excludes(a, b) {
                        core.clause(&[!lit, !other.lit]);
                    }
                }
            }
        }
        if let Test::Equal(text) = &test {
            core.clause(&[!lit, !self.one_of_them]);
            self.one_of_them = core.or(&[self.one_of_them, lit]);
            self.equals.insert(Arc::clone(text), self.tests.len());
            let length = characters(text);
            for (at, below, upto) in self.size.marks() {
                core.clause(&[!lit, lit_if(below, length < at)]);
                core.clause(&[!lit, lit_if(upto, length <= at)]);
            }
        }
        self.tests.push(Entry { test, lit, automaton: None });
        lit
    }

    /// The literals of `size < at` and `size <= at`.
    pub(crate) fn size_mark(&mut self, at: f64, core: &mut Core) -> (Lit, Lit) {
        let (below, upto) = self.size.mark(at, core);
        for entry in &self.tests {
            if let Test::Equal(text) = &entry.test {
                let length = characters(text);
                core.clause(&[!entry.lit, lit_if(below, length < at)]);
                core.clause(&[!entry.lit, lit_if(upto, length <= at)]);
            }
        }
        (below, upto)
    }

    /// A text that passes and fails the tests as the assignment says.
    pub(crate) fn check(&mut self, core: &Core, steps: &mut u64) -> Check {
        let equal = self.tests.iter().find_map(|entry| match &entry.test {
            Test::Equal(text) if core.holds(entry.lit) => Some(text),
            _ => None,
        });
        if let Some(text) = equal {
            return Check::Text(text.to_string());
        }
        let length = self.size.range(core);
        if let Some(text) = self.guess(core, length, steps) {
            return Check::Text(text);
        }
        // Constants that it must not be are left aside until one of them is what is found.
        let mut items: Vec<usize> = (0..self.tests.len())
            .filter(|i| self.tests.get(*i).is_some_and(|e| !e.test.is_equal()))
            .collect();
        loop {
            match self.search(&items, core, length, steps) {
                Found::GaveUp => return Check::GaveUp,
                Found::Nothing => return Check::Conflict(self.conflict(items, core, length, steps)),
                Found::Text(text) => {
                    let excluded = self.tests.iter().position(|e| e.test.is_equal() && e.test.holds(&text));
                    match excluded {
                        Some(excluded) => items.push(excluded),
                        None => return Check::Text(text),
                    }
                }
            }
        }
    }

    fn search(&mut self, items: &[usize], core: &Core, length: (u64, Option<u64>), steps: &mut u64) -> Found {
        let mut automata = Vec::new();
        for (i, entry) in self.tests.iter_mut().enumerate() {
            if items.contains(&i) {
                let automaton = entry.automaton.get_or_insert_with(|| Automaton::new(&entry.test.hir()));
                let Some(automaton) = automaton else { return Found::GaveUp };
                automata.push((automaton, core.holds(entry.lit)));
            }
        }
        search(&mut automata, length, steps)
    }

    /// Why there is no text: as few literals as a walk through them leaves, those that do not hold first to go.
    fn conflict(
        &mut self,
        items: Vec<usize>,
        core: &Core,
        length: (u64, Option<u64>),
        steps: &mut u64,
    ) -> Vec<Lit> {
        let mut kept = items;
        kept.sort_by_key(|i| self.tests.get(*i).is_some_and(|entry| core.holds(entry.lit)));
        let mut sized = true;
        if self.search(&kept, core, (0, None), steps) == Found::Nothing {
            sized = false;
        }
        let length = if sized { length } else { (0, None) };
        if kept.len() <= MINIMISED {
            for item in kept.clone() {
                let fewer: Vec<usize> = kept.iter().copied().filter(|i| *i != item).collect();
                if self.search(&fewer, core, length, steps) == Found::Nothing {
                    kept = fewer;
                }
            }
        }
        let mut lits: Vec<Lit> =
            kept.iter().filter_map(|i| self.tests.get(*i)).map(|e| value(e.lit, core)).collect();
        if sized {
            lits.extend(self.size.literals(core));
        }
        lits
    }

    /// A text put together from the parts that it must have, if that does: it reads better than a shortest one, and
    /// what is long takes no automaton that counts.
    fn guess(&mut self, core: &Core, (least, most): (u64, Option<u64>), steps: &mut u64) -> Option<String> {
        let patterns: Vec<usize> = (0..self.tests.len())
            .filter(|i| self.tests.get(*i).is_some_and(|e| e.test.is_pattern() && core.holds(e.lit)))
            .collect();
        let matching = match patterns.as_slice() {
            [] => String::new(),
            // A shortest text says it best, where nothing else is asked for.
            _ if least == 0 => return None,
            patterns => match self.search(patterns, core, (0, None), steps) {
                Found::Text(text) => text,
                _ => return None,
            },
        };
        let held = |wanted: fn(&Test) -> Option<&Arc<str>>| {
            self.tests.iter().filter(|e| core.holds(e.lit)).filter_map(move |e| wanted(&e.test))
        };
        let longest = |parts: Vec<&Arc<str>>| {
            parts.into_iter().max_by_key(|part| part.len()).map_or("", |part| &**part).to_owned()
        };
        let mut text = longest(held(|t| if let Test::Prefix(p) = t { Some(p) } else { None }).collect());
        let text_begins = !text.is_empty();
        for part in held(|t| if let Test::Contains(p) = t { Some(p) } else { None }) {
            if !text.contains(&**part) {
                text.push_str(part);
            }
        }
        let suffix = longest(held(|t| if let Test::Suffix(p) = t { Some(p) } else { None }).collect());
        let fixed = u64::try_from(text.chars().count() + suffix.chars().count()).ok()?;
        // Long texts are real, endless ones no witness.
        let missing = usize::try_from(least.saturating_sub(fixed)).ok().filter(|n| *n <= 100_000)?;
        let mut fillings = ["other".to_owned(), String::new(), "x".repeat(missing), "y".repeat(missing + 1)];
        if fixed > 0 && !text_begins && suffix.is_empty() {
            fillings.swap(0, 1);
        }
        let padding = "x ".chars().cycle().skip(missing % 2).take(missing);
        let padded = padding.skip(matching.chars().count()).collect::<String>();
        let filled = fillings.iter().map(|filling| format!("{text}{filling}{suffix}"));
        let filled = filled.chain([format!("{text}{padded}{matching}{suffix}")]);
        let mut filled = filled;
        filled.find(|text| {
            let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
            length >= least
                && most.is_none_or(|most| length <= most)
                && self.tests.iter().all(|e| e.test.holds(text) == core.holds(e.lit))
        })
    }
}

fn characters(text: &str) -> f64 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX).into()
}

fn lit_if(lit: Lit, holds: bool) -> Lit {
    if holds { lit } else { !lit }
}

fn value(lit: Lit, core: &Core) -> Lit {
    lit_if(lit, core.holds(lit))
}

/// Whether each text that passes `a` passes `b`; plain cases only.
fn implies(a: &Test, b: &Test) -> bool {
    match (a, b) {
        (Test::Prefix(a), Test::Prefix(b)) => a.starts_with(&**b),
        (Test::Suffix(a), Test::Suffix(b)) => a.ends_with(&**b),
        (Test::Prefix(a) | Test::Suffix(a) | Test::Contains(a), Test::Contains(b)) => a.contains(&**b),
        _ => false,
    }
}

fn excludes(a: &Test, b: &Test) -> bool {
    match (a, b) {
        (Test::Prefix(a), Test::Prefix(b)) => !a.starts_with(&**b) && !b.starts_with(&**a),
        (Test::Suffix(a), Test::Suffix(b)) => !a.ends_with(&**b) && !b.ends_with(&**a),
        _ => false,
    }
}
