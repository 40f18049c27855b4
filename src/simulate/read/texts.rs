//! Short texts that come again and again: kept, so that the next one needs no memory of its own.

use std::sync::Arc;

use crate::cel::value::word::Word;

/// How many texts are kept at most.
const KEPT: usize = 512;

/// How many references to each are kept ready.
const READY: usize = 16;

/// Texts, each where its hash says; of two in one place the later stays. Long ones seldom come again, and are not kept.
#[derive(Debug)]
pub(super) struct Texts(Vec<Option<Kept>>);

#[derive(Debug)]
struct Kept {
    word: Word,
    text: Arc<str>,
    /// More references to it, which cost no counting.
    ready: Vec<Arc<str>>,
}

impl Kept {
    #[inline]
    fn one(&mut self) -> Arc<str> {
        self.ready.pop().unwrap_or_else(|| Arc::clone(&self.text))
    }
}

impl Texts {
    pub(super) fn new() -> Self {
        Self((0..KEPT).map(|_| None).collect())
    }

    #[expect(clippy::cast_possible_truncation, reason = "a place in a small table")]
    fn place(&mut self, word: Word) -> Option<&mut Option<Kept>> {
        self.0.get_mut(word.hash() as usize % KEPT)
    }

    /// A text of its own.
    pub(super) fn get(&mut self, text: &str) -> Arc<str> {
        let Some(word) = Word::of(text) else { return text.into() };
        match self.place(word) {
            Some(Some(kept)) if kept.word == word => kept.one(),
            Some(place) => {
                let text = Arc::from(text);
                *place = Some(Kept { word, text: Arc::clone(&text), ready: Vec::new() });
                text
            }
            None => text.into(),
        }
    }

    /// A text in place of another, of which there is no more need.
    pub(super) fn exchange(&mut self, held: &mut Arc<str>, text: &str) {
        let Some(word) = Word::of(text) else {
            if **held != *text {
                *held = text.into();
            }
            return;
        };
        let new = match self.place(word) {
            Some(Some(kept)) if kept.word == word => {
                // Often it is the same again.
                if Arc::ptr_eq(&kept.text, held) {
                    return;
                }
                kept.one()
            }
            _ => self.get(text),
        };
        self.take_back(std::mem::replace(held, new));
    }

    fn take_back(&mut self, text: Arc<str>) {
        if let Some(word) = Word::of(&text)
            && let Some(Some(kept)) = self.place(word)
            && Arc::ptr_eq(&kept.text, &text)
            && kept.ready.len() < READY
        {
            kept.ready.push(text);
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
        let (eu, again) = (texts.get("eu"), texts.get("eu"));
        assert!(Arc::ptr_eq(&eu, &again));
        // A reference goes out, comes back, and goes out again.
        let count = Arc::strong_count(&eu);
        let mut held = again;
        texts.exchange(&mut held, "us");
        assert_eq!((&*held, Arc::strong_count(&eu)), ("us", count));
        for _ in 0..2 {
            texts.exchange(&mut held, "eu");
            assert!(Arc::ptr_eq(&eu, &held) && Arc::strong_count(&eu) == count);
        }
        for text in ["not from here", "a text that is too long to be kept", "us"] {
            for old in [held.clone(), "eu".into(), text.into()] {
                held = old;
                texts.exchange(&mut held, text);
                assert_eq!(&*held, text);
            }
        }
        assert_eq!(texts.0.len(), KEPT);
    }
}
