//! Sums by name that can be added up in any order, and stay small whatever names there are.

/// Something that can be added up.
pub trait Add {
    /// Adds another.
    fn add(&mut self, other: &Self);
}

/// How many names are counted apart. Of more the first in the order of names are, which are the same ones whatever the
/// order of the requests, and all others together.
const MOST_NAMES: usize = 100;

/// Sums by name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named<K: Ord, V> {
    /// Those that are counted apart, by name.
    pub named: Vec<(K, V)>,
    /// All others.
    pub rest: Option<V>,
}

impl<K: Ord, V> Default for Named<K, V> {
    fn default() -> Self {
        Self { named: Vec::new(), rest: None }
    }
}

impl<K: Ord, V: Add> Named<K, V> {
    /// Adds to what a name comes to.
    pub fn add(&mut self, name: K, value: V) {
        self.add_among(MOST_NAMES, name, value);
    }

    /// The same with another bound.
    pub(super) fn add_among(&mut self, most: usize, name: K, value: V) {
        match self.named.binary_search_by(|(known, _)| known.cmp(&name)) {
            Ok(at) => {
                if let Some((_, known)) = self.named.get_mut(at) {
                    known.add(&value);
                }
            }
            Err(at) => self.insert(most, at, name, value),
        }
    }

    /// What a name comes to, and its place, if it is among the few from a place on: looking at those costs less than
    /// making a name to look for.
    pub(super) fn near(&mut self, place: usize, is: impl Fn(&K) -> bool) -> Option<(usize, &mut V)> {
        const FEW: usize = 16;
        let few = self.named.iter_mut().enumerate().skip(place).take(FEW);
        few.into_iter().find(|(_, (known, _))| is(known)).map(|(at, (_, value))| (at, value))
    }

    #[cold]
    fn insert(&mut self, most: usize, at: usize, name: K, value: V) {
        self.named.insert(at, (name, value));
        // A name that is pushed out has as many before it, and will be pushed out again whenever it returns.
        if self.named.len() > most
            && let Some((_, last)) = self.named.pop()
        {
            merge(&mut self.rest, Some(last));
        }
    }

    /// Adds the sums of another part of the same run.
    pub fn merge(&mut self, other: Self) {
        self.merge_among(MOST_NAMES, other);
    }

    /// The same with another bound.
    pub(super) fn merge_among(&mut self, most: usize, other: Self) {
        other.named.into_iter().for_each(|(name, value)| self.add_among(most, name, value));
        merge(&mut self.rest, other.rest);
    }

    /// All of them, the others last and without a name.
    pub fn iter(&self) -> impl Iterator<Item = (Option<&K>, &V)> {
        self.named
            .iter()
            .map(|(name, value)| (Some(name), value))
            .chain(self.rest.iter().map(|rest| (None, rest)))
    }
}

pub(super) fn merge<V: Add>(mine: &mut Option<V>, theirs: Option<V>) {
    match (mine, theirs) {
        (Some(mine), Some(theirs)) => mine.add(&theirs),
        (mine, Some(theirs)) => *mine = Some(theirs),
        (_, None) => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, PartialEq, Debug)]
    struct Count(u64);

    impl Add for Count {
        fn add(&mut self, other: &Self) {
            self.0 += other.0;
        }
    }

    fn counted(names: &[u16]) -> Named<u16, Count> {
        let mut sums = Named::default();
        names.iter().for_each(|name| sums.add(*name, Count(u64::from(*name) + 1)));
        sums
    }

    proptest! {
        #[test]
        fn whatever_the_order_and_the_parts(
            mut names in proptest::collection::vec(0_u16..300, 0..600),
            cut in 0_usize..600,
        ) {
            let whole = counted(&names);
            let (left, right) = names.split_at(cut.min(names.len()));
            let mut parts = counted(right);
            parts.merge(counted(left));
            prop_assert_eq!(&parts, &whole);
            names.reverse();
            prop_assert_eq!(counted(&names), whole);
        }
    }
}
