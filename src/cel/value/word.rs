//! Short texts as numbers: two comparisons tell whether they are equal, without a call.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::FxHasher;

/// A text of up to sixteen bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Word {
    length: usize,
    /// The first bytes and the last, which overlap where there are not enough.
    front: u64,
    back: u64,
}

impl Word {
    /// `None` for a longer one.
    #[inline]
    pub(crate) fn of(text: &str) -> Option<Word> {
        Word::of_bytes(text.as_bytes())
    }

    /// The same for the bytes of a text.
    #[inline]
    pub(crate) fn of_bytes(bytes: &[u8]) -> Option<Word> {
        let (front, back) = if let (Some(front), Some(back)) = (bytes.first_chunk(), bytes.last_chunk()) {
            if bytes.len() > 16 {
                return None;
            }
            (u64::from_ne_bytes(*front), u64::from_ne_bytes(*back))
        } else if let (Some(front), Some(back)) = (bytes.first_chunk(), bytes.last_chunk()) {
            (u32::from_ne_bytes(*front).into(), u32::from_ne_bytes(*back).into())
        } else {
            match *bytes {
                [a, b, c] => (u16::from_ne_bytes([a, b]).into(), c.into()),
                [a, b] => (a.into(), b.into()),
                [a] => (a.into(), 0),
                _ => (0, 0),
            }
        };
        Some(Word { length: bytes.len(), front, back })
    }

    /// A number that is seldom the same for two of them.
    #[inline]
    pub(crate) fn hash(self) -> u64 {
        let mut hasher = FxHasher::default();
        Hash::hash(&self, &mut hasher);
        hasher.finish()
    }
}

impl Hash for Word {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.front ^ self.back.rotate_left(29) ^ self.length as u64);
    }
}

/// Whether two texts are the same: often they are one.
#[inline]
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && (a.as_ptr() == b.as_ptr() || same_bytes(a.as_bytes(), b.as_bytes()))
}

/// The same for bytes that are seldom in one place.
#[inline]
pub(crate) fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len()
        && match (Word::of_bytes(a), Word::of_bytes(b)) {
            (Some(a), Some(b)) => a == b,
            _ => a == b,
        }
}

/// A text that others are compared with.
#[derive(Clone, Debug)]
pub(crate) enum Literal {
    Short(Word),
    Long(Arc<str>),
}

impl Literal {
    pub(crate) fn new(text: &Arc<str>) -> Self {
        Word::of(text).map_or_else(|| Literal::Long(Arc::clone(text)), Literal::Short)
    }

    /// Whether another text is the same.
    #[inline]
    pub(crate) fn is(&self, other: &str) -> bool {
        match self {
            Literal::Short(word) => word.length == other.len() && Word::of(other) == Some(*word),
            Literal::Long(text) => **text == *other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_equal_where_texts_are() {
        // Each differs from the others in its length or in one byte.
        let mut texts: Vec<String> = Vec::new();
        for length in 0..20 {
            let text: Vec<u8> = (b'a'..).take(length).collect();
            let changed = (0..length).map(|at| {
                let mut other = text.clone();
                other[at] = b'!';
                other
            });
            texts.extend(std::iter::once(text.clone()).chain(changed).map(|t| String::from_utf8(t).unwrap()));
        }
        texts
            .extend(["\0", "\0\0", "\0\0\0", "ü", "üü", "日本語", "aaaaaaaaaaaaaaaaaaaa"].map(str::to_owned));
        for a in &texts {
            let literal = Literal::new(&a.as_str().into());
            assert_eq!(matches!(literal, Literal::Short(_)), a.len() <= 16);
            for b in &texts {
                assert_eq!(literal.is(b), a == b, "{a:?} {b:?}");
                assert_eq!(same(a, b), a == b, "{a:?} {b:?}");
                assert_eq!(Word::of(a).is_some() && Word::of(a) == Word::of(b), a == b && a.len() <= 16);
            }
        }
    }
}
