//! Names that are looked for again and again.

use rustc_hash::FxHashMap;

use super::Key;
use super::word::Word;

/// Names, numbered in the order they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    all: Vec<Key>,
    /// The short ones, each where its hash says or behind, at the first place that is free: half of them are at least.
    /// The number of places is a power of two.
    short: Vec<Option<(Word, u32)>>,
    long: FxHashMap<Box<[u8]>, usize>,
}

impl Names {
    /// Adds a name unless it is there. It is copied: threads that count the same references wait for each other.
    pub(crate) fn insert(&mut self, name: &str) {
        if self.find(name.as_bytes()).is_some() {
            return;
        }
        let number = self.all.len();
        self.all.push(Key::String(name.into()));
        match (Word::of(name), u32::try_from(number)) {
            (Some(word), Ok(short)) => self.place(word, short),
            _ => drop(self.long.insert(name.as_bytes().into(), number)),
        }
    }

    fn place(&mut self, word: Word, number: u32) {
        if self.all.len() > self.short.len() / 2 {
            let places = (2 * self.all.len()).next_power_of_two();
            for (word, number) in std::mem::replace(&mut self.short, vec![None; places]).into_iter().flatten()
            {
                self.put(word, number);
            }
        }
        self.put(word, number);
    }

    fn put(&mut self, word: Word, number: u32) {
        let places = self.short.len();
        let start = self.start(word);
        if let Some(place) = (start..start + places)
            .find_map(|at| self.short.get(at % places).is_some_and(Option::is_none).then_some(at % places))
            .and_then(|at| self.short.get_mut(at))
        {
            *place = Some((word, number));
        }
    }

    /// Where a word would stand.
    #[inline]
    fn start(&self, word: Word) -> usize {
        #[expect(clippy::cast_possible_truncation, reason = "a place in a table")]
        let hash = word.hash() as usize;
        hash & self.short.len().wrapping_sub(1)
    }

    /// The number of a name.
    #[inline]
    pub(crate) fn find(&self, name: &[u8]) -> Option<usize> {
        let Some(word) = Word::of_bytes(name) else { return self.long.get(name).copied() };
        let mut at = self.start(word);
        loop {
            let (known, number) = self.short.get(at)?.as_ref()?;
            if *known == word {
                return Some(*number as usize);
            }
            at = (at + 1) & (self.short.len() - 1);
        }
    }

    /// The name of a number, as a key.
    #[inline]
    pub(crate) fn name(&self, number: usize) -> Option<&Key> {
        self.all.get(number)
    }
}

impl<'n> FromIterator<&'n str> for Names {
    fn from_iter<I: IntoIterator<Item = &'n str>>(names: I) -> Self {
        let mut all = Names::default();
        names.into_iter().for_each(|name| all.insert(name));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long() {
        for count in [0, 1, 2, 3, 100] {
            let list: Vec<String> = (0..count)
                .flat_map(|i| [format!("name{i}"), format!("a name of more than sixteen bytes {i}")])
                .collect();
            let twice = list.iter().chain(&list);
            let names: Names = twice.map(String::as_str).collect();
            for (number, name) in list.iter().enumerate() {
                assert_eq!(names.find(name.as_bytes()), Some(number), "{name}");
                assert_eq!(*names.name(number).unwrap(), Key::String(name.as_str().into()));
            }
            for other in ["", "name", "name100", "a name of more than sixteen bytes 100"] {
                assert_eq!(names.find(other.as_bytes()), None, "{other}");
            }
            assert!(names.name(list.len()).is_none());
        }
    }
}
