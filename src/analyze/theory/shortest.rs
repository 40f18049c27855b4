//! A text that a pattern matches, read off the pattern itself.
//!
//! Assertions are left aside, so the text is a guess: whether it matches is for an automaton to say, unless each of them
//! plainly holds. Where it matches, it is what a search through all texts finds first: none is shorter, and of those as
//! long as it none is read better.

use std::cmp::Ordering;

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Look};

/// No longer text is guessed.
const LONGEST: usize = 256;

/// Characters that people read well, in order.
const READABLE: [(char, char); 5] = [('a', 'z'), ('0', '9'), ('A', 'Z'), (' ', ' '), ('!', '~')];

/// A guess, and the assertions that it leaves aside: each with its place in the text.
#[derive(Default)]
pub(in crate::analyze) struct Guess {
    pub(in crate::analyze) text: String,
    assertions: Vec<(usize, Look)>,
}

impl Guess {
    /// Whether the pattern matches the text for sure: each assertion holds where it was left aside.
    pub(in crate::analyze) fn is_sure(&self) -> bool {
        self.assertions.iter().all(|(at, look)| holds(*look, self.text.as_bytes(), *at) == Some(true))
    }

    fn of(text: impl Into<String>) -> Option<Self> {
        Some(Self { text: text.into(), assertions: Vec::new() })
    }

    /// The text of another behind this one.
    fn push(&mut self, other: &Guess) {
        let before = self.text.len();
        self.assertions.extend(other.assertions.iter().map(|(at, look)| (before + at, *look)));
        self.text += &other.text;
    }
}

/// The guess; none where it would be long, or hold what is no character. As deep as the pattern, which its parser bounds.
pub(in crate::analyze) fn shortest(hir: &Hir) -> Option<Guess> {
    let guess = match hir.kind() {
        HirKind::Empty => Guess::default(),
        HirKind::Look(look) => Guess { text: String::new(), assertions: vec![(0, *look)] },
        HirKind::Literal(literal) => Guess::of(std::str::from_utf8(&literal.0).ok()?)?,
        HirKind::Class(Class::Unicode(class)) => Guess::of(readable(class)?)?,
        HirKind::Class(Class::Bytes(class)) => Guess::of(readable(&class.to_unicode_class()?)?)?,
        HirKind::Repetition(repetition) => {
            let (part, times) = (shortest(&repetition.sub)?, usize::try_from(repetition.min).ok()?);
            if part.text.len().checked_mul(times)? > LONGEST {
                return None;
            }
            let mut guess = Guess::default();
            (0..times).for_each(|_| guess.push(&part));
            guess
        }
        HirKind::Capture(capture) => shortest(&capture.sub)?,
        HirKind::Concat(parts) => {
            let mut guess = Guess::default();
            for part in parts {
                guess.push(&shortest(part)?);
            }
            guess
        }
        HirKind::Alternation(parts) => {
            let guesses = parts.iter().map(shortest).collect::<Option<Vec<Guess>>>()?;
            guesses.into_iter().min_by(|a, b| by_reading(&a.text, &b.text))?
        }
    };
    (guess.text.len() <= LONGEST).then_some(guess)
}

/// Whether no character of a text can begin what a pattern matches. False says nothing.
pub(in crate::analyze) fn begins_nowhere(hir: &Hir, text: &str) -> bool {
    first(hir).is_some_and(|first| {
        !text.chars().any(|c| first.iter().any(|(low, high)| (*low..=*high).contains(&c)))
    })
}

/// Between which characters all lies that a match can begin with; none where it may be anything, or nothing. As deep as the
/// pattern, which its parser bounds.
fn first(hir: &Hir) -> Option<Vec<(char, char)>> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let c = std::str::from_utf8(&literal.0).ok()?.chars().next()?;
            Some(vec![(c, c)])
        }
        HirKind::Class(Class::Unicode(class)) => {
            Some(class.ranges().iter().map(|range| (range.start(), range.end())).collect())
        }
        HirKind::Repetition(repetition) if repetition.min > 0 => first(&repetition.sub),
        HirKind::Capture(capture) => first(&capture.sub),
        HirKind::Concat(parts) => first(parts.iter().find(|part| !matches!(part.kind(), HirKind::Look(_)))?),
        HirKind::Alternation(parts) => {
            let firsts = parts.iter().map(first).collect::<Option<Vec<_>>>()?;
            Some(firsts.concat())
        }
        HirKind::Empty | HirKind::Look(_) | HirKind::Repetition(_) | HirKind::Class(Class::Bytes(_)) => None,
    }
}

/// Whether an assertion holds at a place; none for those that nobody writes.
fn holds(look: Look, text: &[u8], at: usize) -> Option<bool> {
    let before = at.checked_sub(1).and_then(|at| text.get(at)).copied();
    let behind = text.get(at).copied();
    let ends_line = |byte: Option<u8>| byte.is_none_or(|byte| byte == b'\n');
    let is_word = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    Some(match look {
        Look::Start => before.is_none(),
        Look::End => behind.is_none(),
        Look::StartLF => ends_line(before),
        Look::EndLF => ends_line(behind),
        Look::WordAscii => is_word(before) != is_word(behind),
        Look::WordAsciiNegate => is_word(before) == is_word(behind),
        _ => return None,
    })
}

fn by_reading(a: &str, b: &str) -> Ordering {
    let ranks = |text: &str| text.chars().map(rank).collect::<Vec<_>>();
    a.len().cmp(&b.len()).then_with(|| ranks(a).cmp(&ranks(b)))
}

fn rank(c: char) -> (usize, char) {
    let at = READABLE.iter().position(|(first, last)| (*first..=*last).contains(&c));
    (at.unwrap_or(READABLE.len()), c)
}

/// The character of a class that is read best; of those that nobody reads well the first.
fn readable(class: &ClassUnicode) -> Option<char> {
    let ranges = || class.ranges().iter();
    let among = |(first, last): &(char, char)| {
        let low = |range: &&regex_syntax::hir::ClassUnicodeRange| {
            range.start().max(*first) <= range.end().min(*last)
        };
        ranges().find(low).map(|range| range.start().max(*first))
    };
    READABLE.iter().find_map(among).or_else(|| ranges().next().map(|range| range.start()))
}

#[cfg(test)]
mod tests {
    use super::super::automata::{Automaton, Found, search};
    use super::*;
    use crate::cel::re2;

    #[test]
    fn a_guess_that_matches_is_what_a_search_finds() {
        for (pattern, guess) in [
            (r"(?i)\b(urgent|outage)\b", Some("outage")),
            (r"(?i)\bcode\b", Some("code")),
            ("^a.*z$", Some("az")),
            (r"^\d{3}-[x-z]+$", Some("000-x")),
            ("[^a-z]b?|cc", Some("0")),
            ("^é$", Some("é")),
            ("", Some("")),
            (r"[\x00-\x1f]", Some("\0")),
            ("a{200}b{200}", None),
        ] {
            let regex = re2::compile(pattern, 1 << 20).unwrap();
            let found = shortest(regex.hir());
            assert_eq!(found.as_ref().map(|found| found.text.as_str()), guess, "{pattern}");
            let Some(found) = found else { continue };
            assert!(found.is_sure(), "{pattern}");
            let found = found.text;
            let mut automaton = Automaton::new(regex.hir(), &mut 100_000).unwrap();
            assert_eq!(automaton.matches(&found), Some(true), "{pattern}");
            assert_eq!(search(&mut [(&mut automaton, true)], (0, None), &mut 100_000), Found::Text(found));
        }
    }

    #[test]
    fn where_nothing_begins_nothing_matches() {
        for (pattern, text, nowhere) in [
            (r"(?i)\b(urgent|outage)\b", "hi x x x", true),
            (r"(?i)\b(urgent|outage)\b", "hi Ural", false),
            ("a*b", "xxx", false),
            ("(a|)b", "xxx", false),
            ("^[x-z]+", "abc", true),
            ("(a|é){2}", "é", false),
            (".", "", true),
            ("", "", false),
        ] {
            let regex = re2::compile(pattern, 1 << 20).unwrap();
            assert_eq!(begins_nowhere(regex.hir(), text), nowhere, "{pattern}");
            assert!(!nowhere || !regex.is_match(text), "{pattern}");
        }
    }

    #[test]
    fn what_stands_around_is_not_seen() {
        for pattern in [r"\Ba", r"a\bb", "a^b", "a$b", r"(?m)$a", r"x(^|\b)y"] {
            let regex = re2::compile(pattern, 1 << 20).unwrap();
            let guess = shortest(regex.hir()).unwrap();
            let mut automaton = Automaton::new(regex.hir(), &mut 100_000).unwrap();
            assert_eq!(automaton.matches(&guess.text), Some(false), "{pattern}");
            assert!(!guess.is_sure(), "{pattern}");
        }
    }
}
