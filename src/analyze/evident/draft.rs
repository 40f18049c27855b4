//! A request that is being made up.

use std::cell::OnceCell;
use std::sync::Arc;

use super::super::witness::sample;
use crate::catalogue::functions::MESSAGES;
use crate::cel::Value;
use crate::cel::types::{Field, Type};
use crate::cel::value::{Key, MapValue};
use crate::model::Declarations;

/// No more messages are made up.
const MOST_MESSAGES: usize = 100;

/// A place in a request that can be written to.
#[derive(Clone, PartialEq)]
pub(super) enum Spot<'a> {
    /// A key of the metadata, as its path, and what is known of it.
    Key(Vec<&'a Arc<str>>, Field),
    /// An element of a list of the metadata.
    Item(Vec<&'a Arc<str>>, Field),
    Messages,
    Message(At),
    Part(At, Part),
}

/// A message.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum At {
    First,
    Last,
    /// Counted from 0.
    Number(usize),
}

/// What a message has.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Part {
    Role,
    Content,
}

/// What is to stay as it is.
#[derive(Clone, PartialEq)]
enum Pin {
    Key(Arc<str>),
    Messages,
    Part(Part),
}

/// A request that is being made up.
#[derive(Clone)]
pub(super) struct Draft {
    /// The metadata.
    sent: Vec<(Arc<str>, Value)>,
    messages: Vec<(Arc<str>, Arc<str>)>,
    /// The same as a value, once that was asked for.
    list: OnceCell<Value>,
    /// The names whose values were written to.
    written: Vec<Arc<str>>,
    /// What was asked for.
    asked: Vec<Pin>,
    locked: bool,
}

impl Draft {
    /// With nothing but what is promised, and the plainest conversation.
    pub(super) fn new(declared: Option<&Declarations>) -> Self {
        let required = declared.into_iter().flat_map(|declared| &declared.keys);
        let required = required.filter(|(_, declaration)| declaration.field.required);
        Self {
            sent: required.map(|(name, key)| (Arc::clone(name), sample(name, &key.field))).collect(),
            messages: vec![("user".into(), "hi".into())],
            list: OnceCell::new(),
            written: Vec::new(),
            asked: Vec::new(),
            locked: false,
        }
    }

    /// What was asked for up to now stays as it is.
    pub(super) fn lock(&mut self) {
        self.locked = true;
    }

    /// Whether a name may have another value than in the draft that this one was made from.
    pub(super) fn differs_in(&self, name: &Arc<str>) -> bool {
        self.written.contains(name)
    }

    /// Those names.
    pub(super) fn written(&self) -> &[Arc<str>] {
        &self.written
    }

    /// The value of a key of the metadata.
    pub(super) fn sent(&self, name: &str) -> Option<&Value> {
        self.sent.iter().find(|(key, _)| **key == *name).map(|(_, value)| value)
    }

    /// The value of a variable.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        if name == MESSAGES { Some(self.list()) } else { self.sent(name) }
    }

    /// What stands at a place.
    pub(super) fn at(&self, spot: &Spot<'_>) -> Option<Value> {
        match spot {
            Spot::Key(path, _) => {
                let (root, inside) = path.split_first()?;
                inside
                    .iter()
                    .try_fold(self.sent(root)?, |value, step| match value {
                        Value::Map(map) => map.get_str(step),
                        _ => None,
                    })
                    .cloned()
            }
            Spot::Part(at, part) => {
                let (role, content) = self.messages.get(self.place(*at))?;
                Some(Value::String(Arc::clone(match part {
                    Part::Role => role,
                    Part::Content => content,
                })))
            }
            Spot::Messages => Some(self.list().clone()),
            Spot::Item(..) | Spot::Message(_) => None,
        }
    }

    /// Whether something was asked of a place before the draft was locked.
    pub(super) fn is_asked(&self, spot: &Spot<'_>) -> bool {
        pin(spot).is_some_and(|pin| self.asked.contains(&pin))
    }

    /// Asks for a place to stay as it is. False if something else is to stay there: it was asked of it before the draft was
    /// locked.
    pub(super) fn ask(&mut self, spot: &Spot<'_>) -> bool {
        let Some(pin) = pin(spot) else { return false };
        if self.asked.contains(&pin) {
            return !self.locked;
        }
        if !self.locked {
            self.asked.push(pin);
        }
        true
    }

    /// Writes a value to a place.
    pub(super) fn write(&mut self, spot: &Spot<'_>, value: Value) {
        match spot {
            Spot::Key(path, _) => self.write_key(path, value, spot),
            Spot::Item(path, _) => self.write_key(path, Value::list(vec![value]), spot),
            Spot::Part(at, part) => {
                let Value::String(text) = value else { return };
                if let At::Number(number) = at
                    && self.messages.len() <= *number
                {
                    self.resize(number.saturating_add(1));
                }
                let place = self.place(*at);
                let Some((role, content)) = self.messages.get_mut(place) else { return };
                match part {
                    Part::Role => *role = text,
                    Part::Content => *content = text,
                }
                self.note_messages();
            }
            Spot::Messages | Spot::Message(_) => {}
        }
    }

    /// Takes a key out.
    pub(super) fn remove(&mut self, path: &[&Arc<str>]) {
        let Some((root, inside)) = path.split_first() else { return };
        self.note(root);
        if inside.is_empty() {
            self.sent.retain(|(name, _)| name != *root);
        } else if let Some((_, value)) = self.sent.iter_mut().find(|(name, _)| name == *root) {
            *value = put(Some(value), inside, None);
        }
    }

    /// Makes the conversation so long. What is new stands before what is there.
    pub(super) fn resize(&mut self, count: usize) {
        let count = count.min(MOST_MESSAGES);
        let missing = count.saturating_sub(self.messages.len());
        self.messages.splice(..0, (0..missing).map(|_| ("user".into(), "hi".into())));
        self.messages.truncate(count);
        self.note_messages();
    }

    fn place(&self, at: At) -> usize {
        match at {
            At::First => 0,
            At::Last => self.messages.len().saturating_sub(1),
            At::Number(number) => number,
        }
    }

    fn write_key(&mut self, path: &[&Arc<str>], value: Value, spot: &Spot<'_>) {
        let (Some((root, inside)), Spot::Key(..) | Spot::Item(..)) = (path.split_first(), spot) else {
            return;
        };
        self.note(root);
        match self.sent.iter_mut().find(|(name, _)| name == *root) {
            Some((_, old)) => *old = put(Some(old), inside, Some(value)),
            None => self.sent.push((Arc::clone(root), put(None, inside, Some(value)))),
        }
    }

    /// The messages as a value.
    fn list(&self) -> &Value {
        self.list.get_or_init(|| {
            let [role_key, content_key] = ["role", "content"].map(|name| Key::String(Arc::from(name)));
            let message = |(role, content): &(Arc<str>, Arc<str>)| {
                Value::map(MapValue::from_iter([
                    (role_key.clone(), Value::String(Arc::clone(role))),
                    (content_key.clone(), Value::String(Arc::clone(content))),
                ]))
            };
            Value::list(self.messages.iter().map(message).collect())
        })
    }

    /// Notes that the messages were written to.
    fn note_messages(&mut self) {
        self.list.take();
        if !self.written.iter().any(|name| **name == *MESSAGES) {
            self.written.push(MESSAGES.into());
        }
    }

    /// Notes that a name was written to.
    fn note(&mut self, name: &Arc<str>) {
        if !self.written.contains(name) {
            self.written.push(Arc::clone(name));
        }
    }
}

fn pin(spot: &Spot<'_>) -> Option<Pin> {
    Some(match spot {
        Spot::Key(path, _) | Spot::Item(path, _) => Pin::Key(Arc::clone(path.first()?)),
        Spot::Messages | Spot::Message(_) => Pin::Messages,
        Spot::Part(_, part) => Pin::Part(*part),
    })
}

/// A value with another one inside it, or without it.
fn put(old: Option<&Value>, path: &[&Arc<str>], value: Option<Value>) -> Value {
    let Some((step, inside)) = path.split_first() else { return value.unwrap_or(Value::Null) };
    let before = match old {
        Some(Value::Map(map)) => Some(map),
        _ => None,
    };
    let below = before.and_then(|map| map.get_str(step));
    let kept = before.into_iter().flat_map(|map| map.iter());
    let kept = kept.filter(|(key, _)| !matches!(key, Key::String(name) if *name == **step));
    let mut map: MapValue = kept.map(|(key, value)| (key.clone(), value.clone())).collect();
    if value.is_some() || !inside.is_empty() {
        map.insert(Key::String(Arc::clone(step)), put(below, inside, value));
    }
    Value::map(map)
}

/// What is known of a path of keys; none where nothing is, or where it leads through something else than keys.
pub(super) fn field<'f>(known: Option<&'f Field>, inside: &[&Arc<str>]) -> Option<Field> {
    let mut field: std::borrow::Cow<'f, Field> = std::borrow::Cow::Borrowed(known?);
    for step in inside {
        let next = match field.ty.unwrapped() {
            Type::Record(record) => record.fields.get(*step)?.clone(),
            Type::Map(_, value) => Field::new((**value).clone()),
            _ => return None,
        };
        field = std::borrow::Cow::Owned(next);
    }
    Some(field.into_owned())
}
