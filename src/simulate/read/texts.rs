//! Short texts that come again and again: kept, so that the next one needs no memory of its own.

use std::sync::Arc;

use crate::cel::value::word::Word;

/// How many texts are kept at most.
const KEPT: usize = 512;

/// Texts, each where its hash says; of two in one place the later stays. Long ones seldom come again, and are not kept.
#[derive(Debug)]
pub(super) struct Texts(Vec<Option<(Word, Arc<str>)>>);

impl Texts {
    pub(super) fn new() -> Self {
        Self(vec![None; KEPT])
    }

    /// A text of its own.
    pub(super) fn get(&mut self, text: &str) -> Arc<str> {
        let Some(word) = Word::of(text) else { return text.into() };
        #[expect(clippy::cast_possible_truncation, reason = "a place in a small table")]
        let Some(place) = self.0.get_mut(word.hash() as usize % KEPT) else { return text.into() };
        match place {
            Some((known, text)) if *known == word => Arc::clone(text),
            _ => {
                let text = Arc::from(text);
                *place = Some((word, Arc::clone(&text)));
                text
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_what_was_asked_for() {
        let mut texts = Texts::new();
        let all: Vec<String> =
            (0..3 * KEPT).map(|i| format!("text {i}")).chain((0..20).map(|n| "a".repeat(n))).collect();
        for _ in 0..2 {
            assert!(all.iter().all(|text| *texts.get(text) == **text));
        }
        assert!(Arc::ptr_eq(&texts.get("eu"), &texts.get("eu")));
        assert_eq!(texts.0.len(), KEPT);
    }
}
