//! What of a block requests keep.

use std::borrow::Cow;
use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::cel::value::Key;
use crate::check::contract::{self, Breach};
use crate::model::Declarations;
use crate::simulate::{Note, Request};

/// How many undeclared keys are told apart.
const MOST_KEYS: usize = 2_000;

/// Where a request stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// Which of the run, from 0.
    pub request: u64,
    /// Its line, if it has one.
    pub line: Option<u64>,
}

/// Requests that have something in common.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tally {
    /// How many.
    pub requests: u64,
    /// The first of them.
    pub first: Place,
}

/// What requests keep and break of declarations.
#[derive(Clone, PartialEq, Debug)]
pub struct Kept {
    /// How many requests.
    pub requests: u64,
    /// How many name another router or a model, and are not among them.
    pub elsewhere: u64,
    /// How many have `metadata` at the top level of an API body, where routing does not see it.
    pub misplaced: u64,
    /// Promises that are broken: at which place of the block, and how.
    pub broken: IndexMap<(String, Breach), Tally>,
    /// Keys that nobody declared.
    pub undeclared: IndexMap<Arc<str>, Tally>,
    /// How many times a key was undeclared and is not among them, for there are too many.
    pub more: u64,
    /// How many requests carry each declared key, in the order of the declarations.
    pub carried: Vec<u64>,
}

impl Kept {
    /// Of no request.
    pub fn new(declared: &Declarations) -> Self {
        Self {
            requests: 0,
            elsewhere: 0,
            misplaced: 0,
            broken: IndexMap::new(),
            undeclared: IndexMap::new(),
            more: 0,
            carried: vec![0; declared.keys.len()],
        }
    }

    /// Counts a request.
    pub fn add(&mut self, declared: &Declarations, request: &Request, place: Place) {
        self.requests += 1;
        self.misplaced += u64::from(request.notes.contains(&Note::MetadataUnused));
        for (count, name) in self.carried.iter_mut().zip(declared.keys.keys()) {
            *count += u64::from(request.metadata(name).is_some());
        }
        let mut said: IndexMap<(String, Breach), (), FxBuildHasher> = IndexMap::default();
        contract::breaches(
            declared,
            |name| request.metadata(name).map(Cow::Borrowed),
            &mut |path, breach| {
                said.insert((path.place(), breach), ());
            },
        );
        for (what, ()) in said {
            count(&mut self.broken, what, Tally { requests: 1, first: place });
        }
        for (key, _) in request.metadata.iter() {
            let Key::String(key) = key else { continue };
            if !declared.keys.contains_key(key) {
                self.undeclared(Arc::clone(key), Tally { requests: 1, first: place });
            }
        }
    }

    /// Counts what was counted elsewhere.
    pub fn merge(&mut self, other: Self) {
        self.requests += other.requests;
        self.elsewhere += other.elsewhere;
        self.misplaced += other.misplaced;
        self.more += other.more;
        self.carried.iter_mut().zip(other.carried).for_each(|(mine, theirs)| *mine += theirs);
        for (what, tally) in other.broken {
            count(&mut self.broken, what, tally);
        }
        for (key, tally) in other.undeclared {
            self.undeclared(key, tally);
        }
    }

    fn undeclared(&mut self, key: Arc<str>, tally: Tally) {
        if self.undeclared.len() < MOST_KEYS || self.undeclared.contains_key(&key) {
            count(&mut self.undeclared, key, tally);
        } else {
            self.more += tally.requests;
        }
    }
}

fn count<K: std::hash::Hash + Eq>(into: &mut IndexMap<K, Tally>, what: K, tally: Tally) {
    into.entry(what)
        .and_modify(|known| {
            known.requests += tally.requests;
            known.first = known.first.min(tally.first);
        })
        .or_insert(tally);
}
