//! Short texts that come again and again: kept, so that the next one needs no memory of its own.

use std::hash::Hasher;
use std::sync::Arc;

use rustc_hash::FxHasher;

/// How many texts are kept at most.
const KEPT: usize = 512;
/// The longest that is kept. What is longer seldom comes again.
const LONGEST: usize = 40;

/// Texts, each where its hash says; of two in one place the later stays.
#[derive(Debug)]
pub(super) struct Texts(Vec<Option<Arc<str>>>);

impl Texts {
    pub(super) fn new() -> Self {
        Self(vec![None; KEPT])
    }

    /// A text of its own.
    pub(super) fn get(&mut self, text: &str) -> Arc<str> {
        if text.len() > LONGEST {
            return text.into();
        }
        let mut hasher = FxHasher::default();
        hasher.write(text.as_bytes());
        #[expect(clippy::cast_possible_truncation, reason = "a place in a small table")]
        let Some(place) = self.0.get_mut(hasher.finish() as usize % KEPT) else { return text.into() };
        match place {
            Some(known) if **known == *text => Arc::clone(known),
            _ => Arc::clone(place.insert(text.into())),
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
            (0..3 * KEPT).map(|i| format!("text {i}")).chain(["a".repeat(LONGEST + 1)]).collect();
        for _ in 0..2 {
            assert!(all.iter().all(|text| *texts.get(text) == **text));
        }
        assert!(Arc::ptr_eq(&texts.get("eu"), &texts.get("eu")));
        assert_eq!(texts.0.len(), KEPT);
    }
}
