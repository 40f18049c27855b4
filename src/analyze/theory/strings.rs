//! Text: which tests one text can pass and fail together.
//!
//! Each test is a literal. Equality with a constant decides all other tests, which clauses say at once; every other
//! combination is checked when an assignment asks for it, and one that no text fits is excluded for good.

use std::cell::RefCell;
use std::sync::Arc;

use regex_syntax::hir::{Hir, Look};
use rustc_hash::FxHashMap;

use super::super::solve::{Core, Lit, Reasons};
use super::automata::{Automaton, Found, search};
use super::numbers::Scale;
use super::shortest::shortest;
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

    fn is_equal(&self) -> bool {
        matches!(self, Test::Equal(_))
    }
}

struct Entry {
    test: Test,
    lit: Lit,
    /// `Some(None)` for one that is too large.
    automaton: RefCell<Option<Option<Automaton>>>,
}

impl Entry {
    fn new(test: Test, lit: Lit) -> Self {
        Self { test, lit, automaton: RefCell::default() }
    }

    /// Whether a text passes. The automaton of a pattern is there sooner than what is fast on long texts.
    fn holds(&self, text: &str) -> bool {
        let Test::Matches(regex) = &self.test else { return self.test.holds(text) };
        if text.len() > SHORT {
            return regex.is_match(text);
        }
        let mut automaton = self.automaton.borrow_mut();
        let automaton = automaton.get_or_insert_with(|| Automaton::new(regex.hir(), &mut u64::MAX.clone()));
        automaton.as_mut().and_then(|built| built.matches(text)).unwrap_or_else(|| regex.is_match(text))
    }
}

/// Bytes of a text that an automaton reads.
const SHORT: usize = 1 << 10;

/// The tests of one text.
pub(crate) struct Texts {
    tests: Vec<Entry>,
    /// The places in `tests` of the constants that it is compared with, and of all other tests.
    equals: FxHashMap<Arc<str>, usize>,
    others: Vec<usize>,
    /// Texts that fitted before, those that fitted last first.
    known: Vec<Known>,
    /// True where it is one of the constants so far.
    one_of_them: Lit,
    /// How many characters it has.
    pub(crate) size: Scale,
}

/// A text and which of the tests it passes, as far as they were tried.
struct Known {
    text: String,
    passes: Vec<bool>,
}

/// So many texts are kept.
const KNOWN: usize = 32;

/// What an assignment of the tests comes to.
pub(crate) enum Check {
    /// This text fits.
    Text(String),
    /// No text fits these literals together.
    Conflict(Vec<Lit>),
    /// There is one, but another text may have to give way to it.
    Unsure,
    /// The steps ran out, or a pattern is too large.
    GaveUp,
}

/// At most so many literals of a conflict are looked at one by one for a smaller one.
const MINIMISED: usize = 24;

impl Texts {
    pub(crate) fn new(core: &mut Core) -> Self {
        let mut size = Scale::new(true);
        let (below, _) = size.mark(0.0, core);
        core.clause(&[!below]);
        Self {
            tests: Vec::new(),
            equals: FxHashMap::default(),
            others: Vec::new(),
            known: Vec::new(),
            one_of_them: core.no(),
            size,
        }
    }

    /// The literal of a test.
    pub(crate) fn test(&mut self, test: Test, core: &mut Core) -> Lit {
        let others = || self.others.iter().filter_map(|at| self.tests.get(*at));
        let known = match &test {
            Test::Equal(text) => self.equals.get(text).and_then(|at| self.tests.get(*at)),
            test => others().find(|entry| entry.test.is_same(test)),
        };
        if let Some(known) = known {
            return known.lit;
        }
        let lit = match &test {
            Test::Prefix(part) | Test::Suffix(part) | Test::Contains(part) if part.is_empty() => core.yes(),
            _ => core.fresh(),
        };
        let entry = Entry::new(test, lit);
        if let Test::Equal(text) = &entry.test {
            core.spend_on(self.others.len());
            for other in others() {
                core.clause(&[!lit, lit_if(other.lit, other.holds(text))]);
            }
            // A chain says in few clauses that it is only one of them.
            core.clause(&[!lit, !self.one_of_them]);
            self.one_of_them = core.or(&[self.one_of_them, lit]);
            self.equals.insert(Arc::clone(text), self.tests.len());
            let length = characters(text);
            for (at, below, upto) in self.size.marks() {
                core.clause(&[!lit, lit_if(below, length < at)]);
                core.clause(&[!lit, lit_if(upto, length <= at)]);
            }
        } else {
            core.spend_on(self.tests.len());
            for other in &self.tests {
                if let Test::Equal(text) = &other.test {
                    core.clause(&[!other.lit, lit_if(lit, entry.holds(text))]);
                    continue;
                }
                if implies(&other.test, &entry.test) {
                    core.clause(&[!other.lit, lit]);
                }
                if implies(&entry.test, &other.test) {
                    core.clause(&[!lit, other.lit]);
                }
                if excludes(&other.test, &entry.test) {
                    core.clause(&[!lit, !other.lit]);
                }
            }
            self.others.push(self.tests.len());
        }
        self.tests.push(entry);
        lit
    }

    /// The literals of `size < at` and `size <= at`.
    pub(crate) fn size_mark(&mut self, at: f64, core: &mut Core) -> (Lit, Lit) {
        let (below, upto) = self.size.mark(at, core);
        core.spend_on(self.tests.len());
        for entry in &self.tests {
            if let Test::Equal(text) = &entry.test {
                let length = characters(text);
                core.clause(&[!entry.lit, lit_if(below, length < at)]);
                core.clause(&[!entry.lit, lit_if(upto, length <= at)]);
            }
        }
        (below, upto)
    }

    /// How many tests and sizes there are.
    pub(crate) fn extent(&self) -> usize {
        self.tests.len() + self.size.marks().count()
    }

    /// Has the other text pass the same tests where a literal holds.
    pub(crate) fn mirror(&self, other: &mut Texts, equal: Lit, core: &mut Core) {
        let same = |a: Lit, b: Lit, core: &mut Core| {
            core.clause(&[!equal, !a, b]);
            core.clause(&[!equal, a, !b]);
        };
        for entry in &self.tests {
            let lit = other.test(entry.test.clone(), core);
            same(entry.lit, lit, core);
            if entry.test.is_equal() {
                core.clause(&[!entry.lit, !lit, equal]);
            }
        }
        let marks: Vec<(f64, Lit, Lit)> = self.size.marks().collect();
        for (at, below, upto) in marks {
            let (other_below, other_upto) = other.size_mark(at, core);
            same(below, other_below, core);
            same(upto, other_upto, core);
        }
    }

    /// The text of an assignment that is plain to see: the constant that it says, or one that fitted before.
    pub(crate) fn plain(&mut self, core: &Core, other: &[String]) -> Option<String> {
        if core.holds(self.one_of_them) {
            let equal = self.equals.values().filter_map(|at| self.tests.get(*at)).find(|e| core.holds(e.lit));
            if let Some(Entry { test: Test::Equal(text), .. }) = equal {
                return Some(text.to_string());
            }
        }
        let length = self.size.range(core);
        self.recall(length, other, |entry| Some(core.holds(entry.lit)))
    }

    /// A text that passes and fails the tests as the assignment says, as far as that is among the reasons, where they are
    /// given; and that is none of the other texts.
    pub(crate) fn check(
        &mut self,
        core: &Core,
        reasons: Option<&Reasons>,
        other: &[String],
        steps: &mut u64,
    ) -> Check {
        let is = |lit: Lit| reasons.is_none_or(|reasons| reasons.contains(lit));
        let sized = self.size.literals(core).into_iter().any(is);
        let length = if sized { self.size.range(core) } else { (0, None) };
        let wanted = |entry: &Entry| {
            let held = core.holds(entry.lit);
            is(lit_if(entry.lit, held)).then_some(held)
        };
        let found = self.recall(length, other, wanted);
        if let Some(text) = found.or_else(|| self.guess(length, other, wanted, steps)) {
            return self.keep(text);
        }
        // Constants that it must not be are left aside until one of them is what is found.
        let mut items: Vec<(usize, bool)> = self
            .tests
            .iter()
            .enumerate()
            .filter(|(_, entry)| !entry.test.is_equal())
            .filter_map(|(i, entry)| Some((i, wanted(entry)?)))
            .collect();
        loop {
            match self.search(&items, length, steps) {
                Found::GaveUp => return Check::GaveUp,
                Found::Nothing => return Check::Conflict(self.conflict(items, core, length, steps)),
                Found::Text(text) if other.contains(&text) => return Check::Unsure,
                Found::Text(text) => {
                    let equal = self.equals.get(text.as_str()).copied();
                    match equal.filter(|i| self.tests.get(*i).and_then(wanted) == Some(false)) {
                        Some(excluded) => items.push((excluded, false)),
                        None => return self.keep(text),
                    }
                }
            }
        }
    }

    fn keep(&mut self, text: String) -> Check {
        self.known.truncate(KNOWN - 1);
        self.known.insert(0, Known { text: text.clone(), passes: Vec::new() });
        Check::Text(text)
    }

    /// A text that fitted before and fits again.
    fn recall(
        &mut self,
        length: (u64, Option<u64>),
        other: &[String],
        wanted: impl Fn(&Entry) -> Option<bool>,
    ) -> Option<String> {
        let tests = &self.tests;
        let fits = |known: &mut Known| {
            if other.contains(&known.text) {
                return false;
            }
            let equal = self.equals.get(known.text.as_str()).and_then(|at| tests.get(*at));
            if equal.is_some_and(|entry| wanted(entry) == Some(false)) || !is_within(&known.text, length) {
                return false;
            }
            self.others.iter().enumerate().all(|(i, at)| {
                let Some(entry) = tests.get(*at) else { return true };
                let Some(wanted) = wanted(entry) else { return true };
                while known.passes.len() <= i {
                    let next = self.others.get(known.passes.len()).and_then(|at| tests.get(*at));
                    known.passes.push(next.is_some_and(|entry| entry.holds(&known.text)));
                }
                known.passes.get(i) == Some(&wanted)
            })
        };
        let at = self.known.iter_mut().position(fits)?;
        let known = self.known.remove(at);
        let text = known.text.clone();
        self.known.insert(0, known);
        Some(text)
    }

    fn search(&mut self, items: &[(usize, bool)], length: (u64, Option<u64>), steps: &mut u64) -> Found {
        let mut automata = Vec::new();
        for (i, entry) in self.tests.iter_mut().enumerate() {
            if let Some((_, wanted)) = items.iter().find(|(item, _)| *item == i) {
                let hir = || entry.test.hir();
                let automaton =
                    entry.automaton.get_mut().get_or_insert_with(|| Automaton::new(&hir(), steps));
                let Some(automaton) = automaton else { return Found::GaveUp };
                automata.push((automaton, *wanted));
            }
        }
        search(&mut automata, length, steps)
    }

    /// Why there is no text: as few literals as a walk through them leaves, those that do not hold first to go.
    fn conflict(
        &mut self,
        items: Vec<(usize, bool)>,
        core: &Core,
        length: (u64, Option<u64>),
        steps: &mut u64,
    ) -> Vec<Lit> {
        let mut kept = items;
        kept.sort_by_key(|(_, wanted)| *wanted);
        let sized = length != (0, None) && self.search(&kept, (0, None), steps) != Found::Nothing;
        let length = if sized { length } else { (0, None) };
        if kept.len() <= MINIMISED {
            for item in kept.clone() {
                let fewer: Vec<(usize, bool)> = kept.iter().copied().filter(|i| *i != item).collect();
                if self.search(&fewer, length, steps) == Found::Nothing {
                    kept = fewer;
                }
            }
        }
        let lit = |(i, wanted): &(usize, bool)| Some(lit_if(self.tests.get(*i)?.lit, *wanted));
        let mut lits: Vec<Lit> = kept.iter().filter_map(lit).collect();
        if sized {
            lits.extend(self.size.literals(core));
        }
        lits
    }

    /// A text put together from the parts that it must have, if that does: it reads better than a shortest one, and
    /// what is long takes no automaton that counts.
    fn guess(
        &mut self,
        length: (u64, Option<u64>),
        other: &[String],
        wanted: impl Fn(&Entry) -> Option<bool>,
        steps: &mut u64,
    ) -> Option<String> {
        let patterns = self.tests.iter().enumerate().filter(|(_, e)| matches!(e.test, Test::Matches(_)));
        let patterns: Vec<(usize, bool)> =
            patterns.filter(|(_, e)| wanted(e) == Some(true)).map(|(i, _)| (i, true)).collect();
        let matching = match patterns.as_slice() {
            [] => String::new(),
            // A shortest text says it best, where nothing else is asked for.
            [(only, _)] if length.0 == 0 => {
                return self.shortest(*only).filter(|text| {
                    is_within(text, length) && !other.contains(text) && self.fits(text, &wanted)
                });
            }
            _ if length.0 == 0 => return None,
            patterns => match (patterns, patterns.first().and_then(|(first, _)| self.shortest(*first))) {
                ([_], Some(text)) => text,
                _ => match self.search(patterns, (0, None), steps) {
                    Found::Text(text) => text,
                    _ => return None,
                },
            },
        };
        let held = |part: fn(&Test) -> Option<&Arc<str>>| {
            self.tests.iter().filter(|e| wanted(e) == Some(true)).filter_map(move |e| part(&e.test))
        };
        let longest = |parts: Vec<&Arc<str>>| {
            parts.into_iter().max_by_key(|part| part.len()).map_or("", |part| &**part).to_owned()
        };
        let mut text = longest(held(|t| if let Test::Prefix(p) = t { Some(p) } else { None }).collect());
        let begins = !text.is_empty();
        for part in held(|t| if let Test::Contains(p) = t { Some(p) } else { None }) {
            if !text.contains(&**part) {
                text.push_str(part);
            }
        }
        let suffix = longest(held(|t| if let Test::Suffix(p) = t { Some(p) } else { None }).collect());
        let fixed = u64::try_from(text.chars().count() + suffix.chars().count()).ok()?;
        // Long texts are real, endless ones no witness.
        let missing = usize::try_from(length.0.saturating_sub(fixed)).ok().filter(|n| *n <= 100_000)?;
        let mut fillings = [
            "other".to_owned(),
            String::new(),
            "x".repeat(missing),
            "y".repeat(missing + 1),
            "another".to_owned(),
            "z".repeat(missing + 2),
        ];
        if fixed > 0 && !begins && suffix.is_empty() {
            fillings.swap(0, 1);
        }
        let room = missing.saturating_sub(matching.chars().count());
        let padded = format!("{}{}", if room % 2 == 1 { "x" } else { "" }, "x ".repeat(room / 2));
        let filled = fillings.iter().map(|filling| format!("{text}{filling}{suffix}"));
        filled
            .chain([format!("{text}{padded}{matching}{suffix}")])
            .find(|text| is_within(text, length) && !other.contains(text) && self.fits(text, &wanted))
    }

    /// A shortest text that passes the test of a pattern, where that is plain to see.
    fn shortest(&self, at: usize) -> Option<String> {
        let entry = self.tests.get(at)?;
        let Test::Matches(regex) = &entry.test else { return None };
        shortest(regex.hir()).map(|guess| guess.text).filter(|text| entry.holds(text))
    }

    fn fits(&self, text: &str, wanted: impl Fn(&Entry) -> Option<bool>) -> bool {
        self.tests.iter().all(|entry| wanted(entry).is_none_or(|wanted| entry.holds(text) == wanted))
    }
}

fn is_within(text: &str, (least, most): (u64, Option<u64>)) -> bool {
    if (least, most) == (0, None) {
        return true;
    }
    let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
    least <= length && most.is_none_or(|most| length <= most)
}

fn characters(text: &str) -> f64 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX).into()
}

fn lit_if(lit: Lit, holds: bool) -> Lit {
    if holds { lit } else { !lit }
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
