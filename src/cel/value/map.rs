//! Maps and their keys.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use indexmap::{Equivalent, IndexSet};

use super::Value;
use super::word::same;

/// A map key. Equal numbers are the same key whether int or uint, but each remembers which it is.
#[derive(Clone, Debug)]
pub enum Key {
    /// `bool`
    Bool(bool),
    /// `int`
    Int(i64),
    /// `uint`
    Uint(u64),
    /// `string`
    String(Arc<str>),
}

/// A key that is only looked for. Whole numbers of any type are one kind here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyRef<'a> {
    /// `bool`
    Bool(bool),
    /// `int`, `uint`, or a double without fraction
    Number(i128),
    /// `string`
    String(&'a str),
}

impl Key {
    /// As what it is looked for.
    pub fn as_ref(&self) -> KeyRef<'_> {
        match self {
            Key::Bool(value) => KeyRef::Bool(*value),
            Key::Int(value) => KeyRef::Number((*value).into()),
            Key::Uint(value) => KeyRef::Number((*value).into()),
            Key::String(text) => KeyRef::String(text),
        }
    }

    /// Whether both are the same text in the same place.
    #[inline]
    fn is_one_with(&self, other: &Key) -> bool {
        matches!((self, other), (Key::String(a), Key::String(b)) if Arc::ptr_eq(a, b))
    }

    /// The key as a value.
    pub fn to_value(&self) -> Value {
        match self {
            Key::Bool(value) => Value::Bool(*value),
            Key::Int(value) => Value::Int(*value),
            Key::Uint(value) => Value::Uint(*value),
            Key::String(text) => Value::String(text.clone()),
        }
    }

    /// The key that a value is; `None` for types that cannot be keys, double included.
    pub fn from_value(value: &Value) -> Option<Key> {
        match value {
            Value::Bool(value) => Some(Key::Bool(*value)),
            Value::Int(value) => Some(Key::Int(*value)),
            Value::Uint(value) => Some(Key::Uint(*value)),
            Value::String(text) => Some(Key::String(text.clone())),
            _ => None,
        }
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.as_ref() == other.as_ref()
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_ref().hash(state);
    }
}

impl Equivalent<Key> for KeyRef<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        *self == key.as_ref()
    }
}

impl<'a> KeyRef<'a> {
    /// What a value finds in a map; `None` for what is the key of none.
    pub fn from_value(value: &'a Value) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(KeyRef::Bool(*value)),
            Value::Int(value) => Some(KeyRef::Number((*value).into())),
            Value::Uint(value) => Some(KeyRef::Number((*value).into())),
            Value::Double(value) => whole(*value).map(KeyRef::Number),
            Value::String(text) => Some(KeyRef::String(text)),
            _ => None,
        }
    }
}

/// The whole number that a double is, if it is one within the range of int and uint.
pub(super) fn whole(value: f64) -> Option<i128> {
    const BELOW: f64 = -9_223_372_036_854_775_808.0;
    const ABOVE: f64 = 18_446_744_073_709_551_616.0;
    #[expect(clippy::cast_possible_truncation, reason = "within the bounds and without fraction")]
    (value.fract() == 0.0 && (BELOW..ABOVE).contains(&value)).then_some(value as i128)
}

/// A map in the order it was written.
///
/// Small maps, which nearly all are, are searched one entry after the other; larger ones have an index.
#[derive(Clone, Debug, Default)]
pub struct MapValue {
    entries: Vec<(Key, Value)>,
    /// The keys, in the same order as `entries`.
    index: Option<Box<IndexSet<Key>>>,
    depth: u16,
}

const SEARCHED: usize = 8;

impl MapValue {
    /// An empty map with room for some entries.
    pub fn with_capacity(entries: usize) -> Self {
        Self { entries: Vec::with_capacity(entries), index: None, depth: 1 }
    }

    /// Adds an entry, or changes the value of one that is there. True if the key was there before.
    pub fn insert(&mut self, key: Key, value: Value) -> bool {
        if let Some(at) = self.position(key.as_ref()) {
            self.depth = self.depth.max(value.depth().saturating_add(1));
            if let Some(entry) = self.entries.get_mut(at) {
                entry.1 = value;
            }
            return true;
        }
        self.push(key, value);
        false
    }

    /// Adds an entry of which it is known that its key is not there.
    #[inline]
    pub(crate) fn push(&mut self, key: Key, value: Value) {
        self.depth = self.depth.max(value.depth().saturating_add(1));
        if self.entries.len() >= SEARCHED {
            self.index(&key);
        }
        self.entries.push((key, value));
    }

    /// Adds a key to the index; that of a map that has grown beyond being searched is made now.
    #[cold]
    fn index(&mut self, key: &Key) {
        let all = || Box::new(self.entries.iter().map(|(key, _)| key.clone()).collect());
        self.index.get_or_insert_with(all).insert(key.clone());
    }

    /// Writes an entry over the one at a position, of which it is known that no other has its key. What stands behind it
    /// is of no account until [`Self::end_at`] takes it away: so a map is made of another one, and where they are alike
    /// that costs nothing.
    #[inline]
    pub(crate) fn write(&mut self, at: usize, key: &Key, value: Value) {
        if let Some((known, old)) = self.entries.get_mut(at)
            && known.is_one_with(key)
        {
            self.depth = self.depth.max(value.depth().saturating_add(1));
            *old = value;
            return;
        }
        self.cut(at);
        self.push(key.clone(), value);
    }

    /// The text at a position, if one stands there under this key: the very key, in the same place.
    #[inline]
    pub(crate) fn text_at(&mut self, at: usize, key: &Key) -> Option<&mut Arc<str>> {
        match self.entries.get_mut(at) {
            Some((known, Value::String(text))) if known.is_one_with(key) => Some(text),
            _ => None,
        }
    }

    /// Takes away what stands at a position and behind it.
    pub(crate) fn end_at(&mut self, at: usize) {
        self.cut(at);
        // What is written over may have been deeper; where nothing ever was deep, nothing is.
        if self.depth > 1 {
            self.depth =
                self.entries.iter().map(|(_, value)| value.depth()).max().unwrap_or(0).saturating_add(1);
        }
    }

    #[inline]
    fn cut(&mut self, at: usize) {
        if at < self.entries.len() {
            self.entries.truncate(at);
            self.index = None;
        }
    }

    fn position(&self, key: KeyRef<'_>) -> Option<usize> {
        match &self.index {
            Some(index) => index.get_index_of(&key),
            None => self.entries.iter().position(|(k, _)| k.as_ref() == key),
        }
    }

    /// The value of a key.
    pub fn get(&self, key: KeyRef<'_>) -> Option<&Value> {
        self.position(key).and_then(|at| self.entries.get(at)).map(|(_, value)| value)
    }

    /// The value of a string key.
    pub fn get_str(&self, key: &str) -> Option<&Value> {
        if self.index.is_some() {
            return self.get(KeyRef::String(key));
        }
        self.entries
            .iter()
            .find(|(k, _)| matches!(k, Key::String(text) if same(key, text)))
            .map(|(_, value)| value)
    }

    /// Its entries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Key, &Value)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// The entry at a position.
    pub fn entry(&self, at: usize) -> Option<(&Key, &Value)> {
        self.entries.get(at).map(|(key, value)| (key, value))
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn depth(&self) -> u16 {
        self.depth.max(1)
    }

    /// Structural equality: the same keys of the same types with the same values, in any order.
    pub(super) fn same(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self.iter().all(|(key, value)| {
                other.position(key.as_ref()).and_then(|at| other.entry(at)).is_some_and(|(k, v)| {
                    matches!(key, Key::Uint(_)) == matches!(k, Key::Uint(_)) && value == v
                })
            })
    }
}

impl FromIterator<(Key, Value)> for MapValue {
    fn from_iter<I: IntoIterator<Item = (Key, Value)>>(entries: I) -> Self {
        let entries = entries.into_iter();
        let mut map = MapValue::with_capacity(entries.size_hint().0);
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}
