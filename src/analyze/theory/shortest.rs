//! A text that a pattern matches, read off the pattern itself.
//!
//! Assertions are left aside, so the text is a guess: whether it matches is for an automaton to say. Where it does, it is
//! what a search through all texts finds first: none is shorter, and of those as long as it none is read better.

use std::cmp::Ordering;

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind};

/// No longer text is guessed.
const LONGEST: usize = 256;

/// Characters that people read well, in order.
const READABLE: [(char, char); 5] = [('a', 'z'), ('0', '9'), ('A', 'Z'), (' ', ' '), ('!', '~')];

/// The guess; none where it would be long, or hold what is no character. As deep as the pattern, which its parser bounds.
pub(super) fn shortest(hir: &Hir) -> Option<String> {
    let text = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => String::new(),
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok()?.to_owned(),
        HirKind::Class(Class::Unicode(class)) => readable(class)?.to_string(),
        HirKind::Class(Class::Bytes(class)) => readable(&class.to_unicode_class()?)?.to_string(),
        HirKind::Repetition(repetition) => {
            let (part, times) = (shortest(&repetition.sub)?, usize::try_from(repetition.min).ok()?);
            if part.len().checked_mul(times)? > LONGEST {
                return None;
            }
            part.repeat(times)
        }
        HirKind::Capture(capture) => shortest(&capture.sub)?,
        HirKind::Concat(parts) => parts.iter().map(shortest).collect::<Option<String>>()?,
        HirKind::Alternation(parts) => {
            let texts = parts.iter().map(shortest).collect::<Option<Vec<String>>>()?;
            texts.into_iter().min_by(|a, b| by_reading(a, b))?
        }
    };
    (text.len() <= LONGEST).then_some(text)
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
            assert_eq!(found.as_deref(), guess, "{pattern}");
            let Some(found) = found else { continue };
            let mut automaton = Automaton::new(regex.hir(), &mut 100_000).unwrap();
            assert_eq!(automaton.matches(&found), Some(true), "{pattern}");
            assert_eq!(search(&mut [(&mut automaton, true)], (0, None), &mut 100_000), Found::Text(found));
        }
    }

    #[test]
    fn what_stands_around_is_not_seen() {
        let regex = re2::compile(r"\Ba", 1 << 20).unwrap();
        let guess = shortest(regex.hir()).unwrap();
        let mut automaton = Automaton::new(regex.hir(), &mut 100_000).unwrap();
        assert_eq!(automaton.matches(&guess), Some(false));
    }
}
