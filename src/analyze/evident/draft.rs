//! A request that is being made up.

use std::borrow::Cow;
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
    /// A key of the metadata, and what is known of it.
    Key(Path<'a>, Cow<'a, Field>),
    /// An element of a list of the metadata.
    Item(Path<'a>, Cow<'a, Field>),
    Messages,
    Message(At),
    Part(At, Part),
}

/// A key of the metadata and the steps inside its value.
#[derive(Clone, PartialEq)]
pub(super) struct Path<'a> {
    pub(super) root: &'a Arc<str>,
    pub(super) inside: Vec<&'a Arc<str>>,
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

impl Part {
    fn name(self) -> &'static str {
        match self {
            Part::Role => "role",
            Part::Content => "content",
        }
    }
}

/// What is to stay as it is.
#[derive(PartialEq)]
enum Pin<'a> {
    Key(&'a Arc<str>),
    Messages,
    Part(Part),
}

/// The request that all are made from: nothing but what is promised, and the plainest conversation.
pub(super) struct Base {
    /// The metadata.
    sent: Vec<(Arc<str>, Value)>,
    role: Key,
    content: Key,
    /// The only message.
    message: Value,
    /// The conversation, once that was asked for.
    list: OnceCell<Value>,
}

impl Base {
    pub(super) fn new(declared: Option<&Declarations>) -> Self {
        let required = declared.into_iter().flat_map(|declared| &declared.keys);
        let required = required.filter(|(_, declaration)| declaration.field.required);
        let [role, content] = [Part::Role, Part::Content].map(|part| Key::String(part.name().into()));
        let message =
            MapValue::from_iter([(role.clone(), Value::from("user")), (content.clone(), Value::from("hi"))]);
        Self {
            sent: required.map(|(name, key)| (Arc::clone(name), sample(name, &key.field))).collect(),
            role,
            content,
            message: Value::map(message),
            list: OnceCell::new(),
        }
    }

    /// The value of a key of the metadata.
    pub(super) fn sent(&self, name: &str) -> Option<&Value> {
        self.sent.iter().find(|(key, _)| **key == *name).map(|(_, value)| value)
    }
}

/// A request that is being made up: what differs from the one that all are made from.
pub(super) struct Draft<'a> {
    base: &'a Base,
    /// The keys of the metadata that were written to, or taken out.
    changed: Vec<(&'a Arc<str>, Option<Value>)>,
    /// The messages, once they were written to.
    messages: Option<Vec<Value>>,
    /// The same as one value, once that was asked for.
    list: OnceCell<Value>,
    /// What was asked for.
    asked: Vec<Pin<'a>>,
    locked: bool,
}

impl<'a> Draft<'a> {
    pub(super) fn new(base: &'a Base) -> Self {
        Self {
            base,
            changed: Vec::new(),
            messages: None,
            list: OnceCell::new(),
            asked: Vec::new(),
            locked: false,
        }
    }

    /// What was asked for up to now stays as it is.
    pub(super) fn lock(&mut self) {
        self.locked = true;
    }

    /// Whether a name may have another value than in the request that all are made from.
    pub(super) fn differs_in(&self, name: &str) -> bool {
        match name == MESSAGES {
            true => self.messages.is_some(),
            false => self.changed.iter().any(|(changed, _)| ***changed == *name),
        }
    }

    /// The keys of the metadata that may.
    pub(super) fn changed(&self) -> impl Iterator<Item = &'a Arc<str>> {
        self.changed.iter().map(|(name, _)| *name)
    }

    /// The value of a key of the metadata.
    pub(super) fn sent(&self, name: &str) -> Option<&Value> {
        match self.changed.iter().find(|(changed, _)| ***changed == *name) {
            Some((_, value)) => value.as_ref(),
            None => self.base.sent(name),
        }
    }

    /// The value of a variable.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        if name == MESSAGES { Some(self.list()) } else { self.sent(name) }
    }

    /// What stands at a place.
    pub(super) fn at(&self, spot: &Spot<'_>) -> Option<Value> {
        match spot {
            Spot::Key(path, _) => path
                .inside
                .iter()
                .try_fold(self.sent(path.root)?, |value, step| match value {
                    Value::Map(map) => map.get_str(step),
                    _ => None,
                })
                .cloned(),
            Spot::Part(at, part) => {
                let Value::Map(message) = self.messages().get(self.place(*at))? else { return None };
                message.get_str(part.name()).cloned()
            }
            Spot::Messages => Some(self.list().clone()),
            Spot::Item(..) | Spot::Message(_) => None,
        }
    }

    /// Whether something was asked of a place before the draft was locked.
    pub(super) fn is_asked(&self, spot: &Spot<'_>) -> bool {
        self.asked.contains(&pin(spot))
    }

    /// Asks for a place to stay as it is. False if something else is to stay there: it was asked of it before the draft was
    /// locked.
    pub(super) fn ask(&mut self, spot: &Spot<'a>) -> bool {
        let pin = pin(spot);
        if self.asked.contains(&pin) {
            return !self.locked;
        }
        if !self.locked {
            self.asked.push(pin);
        }
        true
    }

    /// Writes a value to a place.
    pub(super) fn write(&mut self, spot: &Spot<'a>, value: Value) {
        match spot {
            Spot::Key(path, _) => self.write_key(path, value),
            Spot::Item(path, _) => self.write_key(path, Value::list(vec![value])),
            Spot::Part(at, part) => {
                if let At::Number(number) = at
                    && self.messages().len() <= *number
                {
                    self.resize(number.saturating_add(1));
                }
                let place = self.place(*at);
                let (key, other, kept) = match part {
                    Part::Role => (&self.base.role, &self.base.content, Part::Content),
                    Part::Content => (&self.base.content, &self.base.role, Part::Role),
                };
                let kept = self.at(&Spot::Part(*at, kept)).unwrap_or(Value::Null);
                let message = Value::map(MapValue::from_iter([(key.clone(), value), (other.clone(), kept)]));
                if let Some(old) = self.messages_mut().get_mut(place) {
                    *old = message;
                }
            }
            Spot::Messages | Spot::Message(_) => {}
        }
    }

    /// Takes a key out.
    pub(super) fn remove(&mut self, path: &Path<'a>) {
        let value = match (path.inside.as_slice(), self.sent(path.root)) {
            ([], _) | (_, None) => None,
            (inside, old) => Some(put(old, inside, None)),
        };
        self.change(path.root, value);
    }

    /// Makes the conversation so long. What is new stands before what is there.
    pub(super) fn resize(&mut self, count: usize) {
        let (count, message) = (count.min(MOST_MESSAGES), &self.base.message);
        let messages = self.messages_mut();
        let missing = count.saturating_sub(messages.len());
        messages.splice(..0, std::iter::repeat_n(message.clone(), missing));
        messages.truncate(count);
    }

    fn messages(&self) -> &[Value] {
        self.messages.as_deref().unwrap_or(std::slice::from_ref(&self.base.message))
    }

    /// The messages, to be written to.
    fn messages_mut(&mut self) -> &mut Vec<Value> {
        self.list.take();
        self.messages.get_or_insert_with(|| vec![self.base.message.clone()])
    }

    fn place(&self, at: At) -> usize {
        match at {
            At::First => 0,
            At::Last => self.messages().len().saturating_sub(1),
            At::Number(number) => number,
        }
    }

    fn write_key(&mut self, path: &Path<'a>, value: Value) {
        let value = put(self.sent(path.root), &path.inside, Some(value));
        self.change(path.root, Some(value));
    }

    fn change(&mut self, root: &'a Arc<str>, value: Option<Value>) {
        match self.changed.iter_mut().find(|(changed, _)| *changed == root) {
            Some((_, old)) => *old = value,
            None => self.changed.push((root, value)),
        }
    }

    /// The messages as one value.
    fn list(&self) -> &Value {
        let list = if self.messages.is_some() { &self.list } else { &self.base.list };
        list.get_or_init(|| Value::list(self.messages().to_vec()))
    }
}

fn pin<'a>(spot: &Spot<'a>) -> Pin<'a> {
    match spot {
        Spot::Key(path, _) | Spot::Item(path, _) => Pin::Key(path.root),
        Spot::Messages | Spot::Message(_) => Pin::Messages,
        Spot::Part(_, part) => Pin::Part(*part),
    }
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

/// What is known of a key inside a value; none where nothing is, or where the value has no keys.
pub(super) fn field(known: &Field, step: &Arc<str>) -> Option<Field> {
    match known.ty.unwrapped() {
        Type::Record(record) => record.fields.get(step).cloned(),
        Type::Map(_, value) => Some(Field::new((**value).clone())),
        _ => None,
    }
}
