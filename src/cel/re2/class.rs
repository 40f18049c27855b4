//! Sets of characters: RE2's named ones, and the folding of case.

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

type Ranges = &'static [(char, char)];

const DIGIT: Ranges = &[('0', '9')];
const SPACE: Ranges = &[('\t', '\n'), ('\x0C', '\r'), (' ', ' ')];
const WORD: Ranges = &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];

/// A set of characters given by name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named {
    ranges: Ranges,
    /// All others are meant.
    pub(super) negated: bool,
}

impl Named {
    pub(super) fn class(self) -> ClassUnicode {
        ClassUnicode::new(self.ranges.iter().map(|&(low, high)| ClassUnicodeRange::new(low, high)))
    }
}

/// The class of `\d`, `\s`, `\w` and their negations: ASCII, and `\s` without the vertical tab.
pub(super) fn perl(letter: char) -> Option<Named> {
    let ranges = match letter.to_ascii_lowercase() {
        'd' => DIGIT,
        's' => SPACE,
        'w' => WORD,
        _ => return None,
    };
    Some(Named { ranges, negated: letter.is_ascii_uppercase() })
}

/// The class of `[:name:]` or `[:^name:]`.
pub(super) fn posix(name: &str) -> Option<Named> {
    let (name, negated) = name.strip_prefix('^').map_or((name, false), |rest| (rest, true));
    let &(_, ranges) = POSIX.iter().find(|(known, _)| *known == name)?;
    Some(Named { ranges, negated })
}

/// The POSIX name that was meant by one that is none.
pub(super) fn intended_posix(name: &str) -> Option<&'static str> {
    let lower = name.trim_start_matches('^').to_lowercase();
    let names = || POSIX.iter().map(|(known, _)| *known);
    names().find(|known| *known == lower).or_else(|| {
        let near = |known: &&str| lower.len() < 12 && strsim::damerau_levenshtein(known, &lower) <= 2;
        names().filter(near).min_by_key(|known| strsim::damerau_levenshtein(known, &lower))
    })
}

const POSIX: &[(&str, Ranges)] = &[
    ("alnum", &[('0', '9'), ('A', 'Z'), ('a', 'z')]),
    ("alpha", &[('A', 'Z'), ('a', 'z')]),
    ("ascii", &[('\0', '\x7F')]),
    ("blank", &[('\t', '\t'), (' ', ' ')]),
    ("cntrl", &[('\0', '\x1F'), ('\x7F', '\x7F')]),
    ("digit", DIGIT),
    ("graph", &[('!', '~')]),
    ("lower", &[('a', 'z')]),
    ("print", &[(' ', '~')]),
    ("punct", &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
    ("space", &[('\t', '\r'), (' ', ' ')]),
    ("upper", &[('A', 'Z')]),
    ("word", WORD),
    ("xdigit", &[('0', '9'), ('A', 'F'), ('a', 'f')]),
];

/// Bytes that one byte of a character takes in an automaton at most.
const STEP: usize = 40;
/// Bytes that any character takes.
pub(super) const ANY: usize = (1 + 3 * 2 + 5 * 3 + 7 * 4) * STEP;
/// The characters of one byte, two, three and four.
const BY_LENGTH: [(u32, u32, usize); 4] =
    [(0, 0x7F, 1), (0x80, 0x7FF, 2), (0x800, 0xFFFF, 3), (0x1_0000, 0x10_FFFF, 4)];

/// How many bytes an automaton for a class takes at most, its one state aside.
pub(super) fn bytes(class: &ClassUnicode) -> usize {
    // Of ASCII a single state is made.
    if class.is_ascii() {
        return class.ranges().len().saturating_mul(16);
    }
    let range = |range: &ClassUnicodeRange| {
        let (start, end) = (u32::from(range.start()), u32::from(range.end()));
        let lengths = BY_LENGTH.iter().filter(|(first, last, _)| start <= *last && *first <= end);
        lengths
            .map(|(first, last, length)| {
                let (start, end) = (start.max(*first), end.min(*last));
                // Each byte in which the ends differ, but for the last, adds a sequence before and one behind.
                let differ = (1..*length).filter(|byte| start >> (6 * byte) != end >> (6 * byte)).count();
                (1 + 2 * differ) * length * STEP
            })
            .sum::<usize>()
    };
    class.iter().map(range).fold(0, usize::saturating_add)
}

/// The last block in which letters have two cases lies below this.
pub(super) const FOLD_END: u32 = 0x1_EFFF;

/// Adds the other cases of every character. Gives the number of characters looked at, which is what it costs.
pub(super) fn fold(class: &mut ClassUnicode) -> usize {
    // Most that is folded is a letter of which there are two; of `k` and `s` there is a third one.
    if let [range] = class.ranges()
        && range.start() == range.end()
        && range.start().is_ascii_alphabetic()
        && !matches!(range.start(), 'k' | 'K' | 's' | 'S')
    {
        let both = [range.start().to_ascii_uppercase(), range.start().to_ascii_lowercase()];
        *class = ClassUnicode::new(both.map(|letter| ClassUnicodeRange::new(letter, letter)));
        return 1;
    }
    // Folding visits every character of a range, so the wide empty end of the code space is kept out of it.
    let low = ClassUnicode::new(
        class
            .iter()
            .filter_map(|range| range_of(u32::from(range.start()), u32::from(range.end()).min(FOLD_END))),
    );
    let visited = low.iter().map(ClassUnicodeRange::len).sum();
    let mut folded = low;
    // Fails only in builds without case tables.
    if folded.try_case_fold_simple().is_ok() {
        class.union(&folded);
    }
    visited
}

/// The characters from one code point to another, without the surrogates, which RE2 lets patterns name.
pub(super) fn range_of(low: u32, high: u32) -> Option<ClassUnicodeRange> {
    let low = if (0xD800..=0xDFFF).contains(&low) { 0xE000 } else { low };
    let high = if (0xD800..=0xDFFF).contains(&high) { 0xD7FF } else { high };
    let (start, end) = (char::from_u32(low)?, char::from_u32(high)?);
    (start <= end).then(|| ClassUnicodeRange::new(start, end))
}
