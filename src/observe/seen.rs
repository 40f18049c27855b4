//! What stands in the metadata of requests: which kinds of value at which places, and few texts.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

use super::infer::MOST_VALUES;
use crate::cel::Value;
use crate::cel::value::{Key, MapValue};
use crate::simulate::{Note, Request};

/// How many places are told apart, all in all.
pub const MOST_PLACES: usize = 20_000;

/// A map with more keys than this is taken for a table: its keys are data, as ids are.
const MOST_FIELDS: usize = 24;

/// What lies deeper is not looked at.
const DEPTH: usize = 6;

/// A text longer than this is not one of few.
pub(super) const LONGEST: usize = 40;

/// Requests have more than [`MOST_PLACES`] different keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooMany;

/// What requests carry.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Seen {
    /// How many requests.
    pub requests: u64,
    /// How many have `metadata` at the top level of an API body, where routing does not see it.
    pub misplaced: u64,
    /// What stands under each key.
    pub(super) keys: IndexMap<Arc<str>, Shape>,
    places: usize,
}

/// What stands at one place.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Shape {
    pub(super) nulls: u64,
    pub(super) bools: u64,
    pub(super) ints: u64,
    pub(super) doubles: u64,
    pub(super) strings: u64,
    pub(super) lists: u64,
    pub(super) maps: u64,
    /// How many values lie too deep to look at.
    pub(super) unknown: u64,
    pub(super) texts: Texts,
    /// What the items of its lists are.
    pub(super) items: Option<Box<Shape>>,
    pub(super) fields: Fields,
}

/// Which texts, and how often.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Texts {
    Few(BTreeMap<Arc<str>, u64>),
    Many,
}

impl Default for Texts {
    fn default() -> Self {
        Self::Few(BTreeMap::new())
    }
}

/// What stands under the keys of maps.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Fields {
    Few(IndexMap<Arc<str>, Shape>),
    /// Under all of them together.
    Many(Box<Shape>),
}

impl Default for Fields {
    fn default() -> Self {
        Self::Few(IndexMap::new())
    }
}

impl Seen {
    /// Counts a request.
    pub fn add(&mut self, request: &Request) -> Result<(), TooMany> {
        self.requests += 1;
        self.misplaced += u64::from(request.notes.contains(&Note::MetadataUnused));
        for (name, value) in texts(&request.metadata) {
            let shape = entry(&mut self.keys, name, &mut self.places);
            shape.add(value, 1, &mut self.places);
        }
        self.bounded()
    }

    /// Counts what was seen elsewhere.
    pub fn merge(&mut self, other: Self) -> Result<(), TooMany> {
        self.requests += other.requests;
        self.misplaced += other.misplaced;
        merge_fields(&mut self.keys, other.keys);
        self.places = self.keys.values().map(Shape::places).sum();
        self.bounded()
    }

    fn bounded(&self) -> Result<(), TooMany> {
        if self.places > MOST_PLACES { Err(TooMany) } else { Ok(()) }
    }
}

/// The entries whose keys are text, as all of them are in JSON.
fn texts(map: &MapValue) -> impl Iterator<Item = (&Arc<str>, &Value)> {
    map.iter().filter_map(|(key, value)| match key {
        Key::String(key) => Some((key, value)),
        _ => None,
    })
}

fn entry<'m>(
    fields: &'m mut IndexMap<Arc<str>, Shape>,
    name: &Arc<str>,
    places: &mut usize,
) -> &'m mut Shape {
    if !fields.contains_key(name) {
        *places += 1;
    }
    fields.entry(Arc::clone(name)).or_default()
}

fn merge_fields(into: &mut IndexMap<Arc<str>, Shape>, from: IndexMap<Arc<str>, Shape>) {
    for (name, shape) in from {
        into.entry(name).or_default().merge(shape);
    }
}

impl Shape {
    /// How many values stand here.
    pub(super) fn total(&self) -> u64 {
        let scalars = self.nulls + self.bools + self.ints + self.doubles + self.strings;
        scalars + self.lists + self.maps + self.unknown
    }

    fn places(&self) -> usize {
        let items = self.items.as_ref().map_or(0, |items| items.places());
        1 + items + self.fields.places()
    }

    fn add(&mut self, value: &Value, depth: usize, places: &mut usize) {
        // Whoever counts is stopped soon.
        if depth > DEPTH || *places > MOST_PLACES {
            self.unknown += 1;
            return;
        }
        match value {
            Value::Null => self.nulls += 1,
            Value::Bool(_) => self.bools += 1,
            Value::Int(_) => self.ints += 1,
            Value::Double(_) => self.doubles += 1,
            Value::String(text) => {
                self.strings += 1;
                self.texts.add(text, 1);
            }
            Value::List(items) => {
                self.lists += 1;
                for item in items.iter() {
                    let shape = self.items.get_or_insert_with(|| {
                        *places += 1;
                        Box::default()
                    });
                    shape.add(item, depth + 1, places);
                }
            }
            Value::Map(map) => {
                self.maps += 1;
                self.fields.add(map, depth + 1, places);
            }
            _ => self.unknown += 1,
        }
    }

    fn merge(&mut self, other: Self) {
        self.nulls += other.nulls;
        self.bools += other.bools;
        self.ints += other.ints;
        self.doubles += other.doubles;
        self.strings += other.strings;
        self.lists += other.lists;
        self.maps += other.maps;
        self.unknown += other.unknown;
        match other.texts {
            Texts::Few(texts) => texts.iter().for_each(|(text, count)| self.texts.add(text, *count)),
            Texts::Many => self.texts = Texts::Many,
        }
        if let Some(items) = other.items {
            self.items.get_or_insert_default().merge(*items);
        }
        self.fields.merge(other.fields);
    }
}

impl Texts {
    fn add(&mut self, text: &Arc<str>, count: u64) {
        let Self::Few(texts) = self else { return };
        if let Some(known) = texts.get_mut(text) {
            *known += count;
        } else if texts.len() < MOST_VALUES && text.chars().count() <= LONGEST {
            texts.insert(Arc::clone(text), count);
        } else {
            *self = Self::Many;
        }
    }
}

impl Fields {
    fn add(&mut self, map: &MapValue, depth: usize, places: &mut usize) {
        for (name, value) in texts(map) {
            let shape = match self {
                Self::Few(fields) => entry(fields, name, places),
                Self::Many(all) => &mut **all,
            };
            shape.add(value, depth, places);
            if self.is_full() {
                *places = places.saturating_sub(self.places());
                self.settle();
                *places += self.places();
            }
        }
    }

    fn places(&self) -> usize {
        match self {
            Self::Few(fields) => fields.values().map(Shape::places).sum(),
            Self::Many(all) => all.places(),
        }
    }

    fn merge(&mut self, other: Self) {
        match (&mut *self, other) {
            (Self::Few(mine), Self::Few(theirs)) => merge_fields(mine, theirs),
            (Self::Many(mine), theirs) => mine.merge(theirs.together()),
            (Self::Few(_), Self::Many(mut theirs)) => {
                theirs.merge(std::mem::take(self).together());
                *self = Self::Many(theirs);
            }
        }
        self.settle();
    }

    fn is_full(&self) -> bool {
        matches!(self, Self::Few(fields) if fields.len() > MOST_FIELDS)
    }

    /// Many once there are too many to be few.
    fn settle(&mut self) {
        if self.is_full() {
            *self = Self::Many(Box::new(std::mem::take(self).together()));
        }
    }

    pub(super) fn together(self) -> Shape {
        match self {
            Self::Many(all) => *all,
            Self::Few(fields) => fields.into_values().fold(Shape::default(), |mut all, shape| {
                all.merge(shape);
                all
            }),
        }
    }
}
