//! A shortest text that some patterns match and others do not, or the certainty that there is none.
//!
//! Each pattern is a lazy automaton over bytes. Their product, with one for the shape of UTF-8 and a counter of
//! characters where the length matters, is searched breadth first; bytes that no automaton tells apart count once.

use std::rc::Rc;

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::{Anchored, Input};
use regex_syntax::hir::Hir;
use rustc_hash::FxHashMap;

/// Bytes of states that one automaton may build.
const CACHE: usize = 1 << 20;

/// A pattern, ready to run.
pub(crate) struct Automaton {
    dfa: DFA,
    cache: Cache,
    start: LazyStateID,
}

impl Automaton {
    /// `None` for a pattern that is too large. What building it costs is taken off `steps`.
    pub(crate) fn new(hir: &Hir, steps: &mut u64) -> Option<Self> {
        let config = thompson::Config::new()
            .which_captures(WhichCaptures::None)
            .nfa_size_limit(Some(CACHE))
            .shrink(false);
        let nfa = thompson::Compiler::new().configure(config).build_from_hir(hir).ok()?;
        spend(steps, nfa.memory_usage());
        // States that were seen must stay: a full cache ends the search.
        let config = DFA::config().cache_capacity(CACHE).minimum_cache_clear_count(Some(0));
        let dfa = DFA::builder().configure(config).build_from_nfa(nfa).ok()?;
        let mut cache = dfa.create_cache();
        let start = dfa.start_state_forward(&mut cache, &Input::new("").anchored(Anchored::No)).ok()?;
        Some(Self { dfa, cache, start })
    }

    /// Whether a text matches. `None` where that takes more states than there is room for.
    pub(crate) fn matches(&mut self, text: &str) -> Option<bool> {
        let mut at = Run::At(self.start);
        for byte in text.bytes() {
            at = self.step(at, byte)?;
        }
        self.matches_at_end(at)
    }

    fn step(&mut self, at: Run, byte: u8) -> Option<Run> {
        let Run::At(state) = at else { return Some(at) };
        let next = self.dfa.next_state(&mut self.cache, state, byte).ok()?;
        Some(if next.is_match() {
            Run::Matched
        } else if next.is_dead() {
            Run::Failed
        } else {
            Run::At(next)
        })
    }

    fn matches_at_end(&mut self, at: Run) -> Option<bool> {
        Some(match at {
            Run::Matched => true,
            Run::Failed => false,
            Run::At(state) => self.dfa.next_eoi_state(&mut self.cache, state).ok()?.is_match(),
        })
    }
}

/// Bytes that a step may fill.
const BYTES: usize = 8;

fn spend(steps: &mut u64, bytes: usize) {
    *steps = steps.saturating_sub(u64::try_from(bytes / BYTES).unwrap_or(u64::MAX));
}

/// How far one automaton has come.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Run {
    At(LazyStateID),
    Matched,
    Failed,
}

/// What came of a search.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Found {
    /// This text.
    Text(String),
    /// There is none.
    Nothing,
    /// The steps ran out.
    GaveUp,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct State {
    runs: Vec<Run>,
    utf8: u8,
    length: u64,
}

/// Searches. `wanted` says of each automaton whether it is to match; `length` bounds the characters, both inclusive;
/// `steps` is what may be spent and is reduced by what was.
pub(crate) fn search(
    automata: &mut [(&mut Automaton, bool)],
    length: (u64, Option<u64>),
    steps: &mut u64,
) -> Found {
    let bytes = |automata: &[(&mut Automaton, bool)]| -> usize {
        automata.iter().map(|(automaton, _)| automaton.cache.memory_usage()).sum()
    };
    let before = bytes(automata);
    let found = product(automata, length, steps);
    spend(steps, bytes(automata).saturating_sub(before));
    found
}

fn product(automata: &mut [(&mut Automaton, bool)], length: (u64, Option<u64>), steps: &mut u64) -> Found {
    let (least, most) = length;
    if most.is_some_and(|most| most < least) {
        return Found::Nothing;
    }
    let alphabet = alphabet(automata);
    let start = State {
        runs: automata.iter().map(|(automaton, _)| Run::At(automaton.start)).collect(),
        utf8: 0,
        length: 0,
    };
    let start = Rc::new(start);
    let mut seen: FxHashMap<Rc<State>, ()> = FxHashMap::default();
    seen.insert(Rc::clone(&start), ());
    let mut queue: Vec<(Rc<State>, usize, u8)> = vec![(start, 0, 0)];
    let mut head = 0;
    while let Some((state, _, _)) = queue.get(head).cloned() {
        match accepts(automata, &state, least) {
            None => return Found::GaveUp,
            Some(true) => return text(&queue, head),
            Some(false) => {}
        }
        for &byte in &alphabet {
            let Some(left) = steps.checked_sub(1 + automata.len() as u64) else { return Found::GaveUp };
            *steps = left;
            let Some(utf8) = utf8(state.utf8, byte) else { continue };
            let mut length = state.length;
            if utf8 == 0 {
                length += 1;
                match most {
                    Some(most) if length > most => continue,
                    Some(_) => {}
                    None => length = length.min(least),
                }
            }
            let mut runs = Vec::with_capacity(automata.len());
            let mut alive = true;
            for ((automaton, wanted), run) in automata.iter_mut().zip(&state.runs) {
                let Some(run) = automaton.step(*run, byte) else { return Found::GaveUp };
                alive &= !matches!((run, *wanted), (Run::Matched, false) | (Run::Failed, true));
                runs.push(run);
            }
            if !alive {
                continue;
            }
            let next = Rc::new(State { runs, utf8, length });
            if seen.insert(Rc::clone(&next), ()).is_none() {
                queue.push((next, head, byte));
            }
        }
        head += 1;
    }
    Found::Nothing
}

fn accepts(automata: &mut [(&mut Automaton, bool)], state: &State, least: u64) -> Option<bool> {
    if state.utf8 != 0 || state.length < least {
        return Some(false);
    }
    for ((automaton, wanted), run) in automata.iter_mut().zip(&state.runs) {
        if automaton.matches_at_end(*run)? != *wanted {
            return Some(false);
        }
    }
    Some(true)
}

fn text(queue: &[(Rc<State>, usize, u8)], mut at: usize) -> Found {
    let mut bytes = Vec::new();
    while at != 0 {
        let Some((_, before, byte)) = queue.get(at) else { return Found::GaveUp };
        bytes.push(*byte);
        at = *before;
    }
    bytes.reverse();
    String::from_utf8(bytes).map_or(Found::GaveUp, Found::Text)
}

/// One byte of each kind that something tells apart, those that people read well first.
fn alphabet(automata: &[(&mut Automaton, bool)]) -> Vec<u8> {
    let rank = |byte: &u8| match byte {
        b'a'..=b'z' => 0,
        b'0'..=b'9' => 1,
        b'A'..=b'Z' => 2,
        b' ' => 3,
        33..=126 => 4,
        _ => 5,
    };
    let mut bytes: Vec<u8> = (0..=255).collect();
    bytes.sort_by_key(rank);
    let mut kinds: FxHashMap<Vec<u8>, ()> = FxHashMap::default();
    bytes.retain(|byte| {
        let mut kind = vec![utf8_kind(*byte)];
        kind.extend(automata.iter().map(|(automaton, _)| automaton.dfa.byte_classes().get(*byte)));
        kinds.insert(kind, ()).is_none()
    });
    bytes
}

/// What UTF-8 tells apart.
fn utf8_kind(byte: u8) -> u8 {
    match byte {
        0..=0x7f => 0,
        0x80..=0x8f => 1,
        0x90..=0x9f => 2,
        0xa0..=0xbf => 3,
        0xc0 | 0xc1 | 0xf5..=0xff => 4,
        0xc2..=0xdf => 5,
        0xe0 => 6,
        0xe1..=0xec | 0xee | 0xef => 7,
        0xed => 8,
        0xf0 => 9,
        0xf1..=0xf3 => 10,
        0xf4 => 11,
    }
}

/// The next state of UTF-8: 0 between characters, 1 to 3 for so many bytes to come, 4 to 7 where the next one is
/// restricted.
fn utf8(state: u8, byte: u8) -> Option<u8> {
    let kind = utf8_kind(byte);
    Some(match (state, kind) {
        (0, 0) => 0,
        (0, 5) => 1,
        (0, 6) => 4,
        (0, 7) => 2,
        (0, 8) => 5,
        (0, 9) => 6,
        (0, 10) => 3,
        (0, 11) => 7,
        (1, 1..=3) => 0,
        (2, 1..=3) => 1,
        (3, 1..=3) => 2,
        (4, 3) => 1,
        (5, 1 | 2) => 1,
        (6, 2 | 3) => 2,
        (7, 1) => 2,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cel::re2;

    fn find(wanted: &[&str], unwanted: &[&str], length: (u64, Option<u64>)) -> Found {
        let build = |pattern: &&str| {
            let regex = re2::compile(pattern, 1 << 20).unwrap();
            Automaton::new(regex.hir(), &mut 100_000).unwrap()
        };
        let mut yes: Vec<Automaton> = wanted.iter().map(build).collect();
        let mut no: Vec<Automaton> = unwanted.iter().map(build).collect();
        let mut all: Vec<(&mut Automaton, bool)> =
            yes.iter_mut().map(|a| (a, true)).chain(no.iter_mut().map(|a| (a, false))).collect();
        search(&mut all, length, &mut 100_000)
    }

    #[test]
    fn products() {
        let text = |text: &str| Found::Text(text.to_owned());
        assert_eq!(find(&["^a.*z$"], &[], (0, None)), text("az"));
        assert_eq!(find(&["^a.*z$"], &["^az$"], (0, None)), text("aaz"));
        assert_eq!(find(&["^ent-eu-"], &["^ent-"], (0, None)), Found::Nothing);
        assert_eq!(find(&["^[a-c]+$", "b"], &["a", "c"], (2, Some(2))), text("bb"));
        assert_eq!(find(&[r"^\d{3}$"], &["[1-9]"], (0, None)), text("000"));
        assert_eq!(find(&[r"^\d{3}$"], &[], (4, None)), Found::Nothing);
        assert_eq!(find(&["^é$"], &[], (1, Some(1))), text("é"));
        assert_eq!(find(&["^[^ -~]$"], &["[\\x00-\\x1f\\x7f]"], (0, None)), text("\u{80}"));
        assert_eq!(find(&[r"(?i)\bcode\b"], &["code", "CODE"], (0, None)), text("codE"));
        assert_eq!(find(&[""], &[], (0, None)), text(""));
        assert_eq!(find(&[], &[""], (0, None)), Found::Nothing);
        assert_eq!(find(&["x"], &[], (5, Some(4))), Found::Nothing);
    }

    #[test]
    fn every_way_of_utf8_is_a_character() {
        for c in [
            '\0',
            '\u{7f}',
            '\u{80}',
            '\u{7ff}',
            '\u{800}',
            '\u{d7ff}',
            '\u{e000}',
            '\u{10000}',
            '\u{10ffff}',
        ] {
            let mut buffer = [0; 4];
            let end = c.encode_utf8(&mut buffer).bytes().try_fold(0, utf8);
            assert_eq!(end, Some(0), "{c:?}");
        }
        for bytes in [&b"\xc0\x80"[..], b"\xe0\x80\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80"] {
            assert_eq!(bytes.iter().copied().try_fold(0, utf8), None);
        }
    }
}
