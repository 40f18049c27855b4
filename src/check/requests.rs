//! The requests of tests: do they keep what the metadata block declares?

use std::borrow::Cow;
use std::sync::Arc;

use super::{Pass, contract, errors};
use crate::cel::Value;
use crate::cel::value::{Key, MapValue};
use crate::model::{Declarations, Definition, Requests};
use crate::source::Span;
use crate::yaml::{Kind, Node, ScalarType};

/// Keys that make a request an API body, whose routing metadata stands in `extra_body`.
const API_KEYS: &[&str] = &["model", "extra_body", "max_tokens", "temperature", "stream", "system", "tools"];

impl Pass<'_> {
    pub(super) fn requests(&mut self, definition: &Definition) {
        let Some(declared) = self.metadata else { return };
        let tests = definition.tests.iter().enumerate();
        for (index, test) in tests.flat_map(|(index, test)| test.each().into_iter().map(move |t| (index, t)))
        {
            let own = test.request.iter();
            let listed = match &test.requests {
                Some(Requests::List(requests)) => requests.as_slice(),
                _ => &[],
            };
            for request in own.chain(listed) {
                self.request(declared, request, index);
            }
        }
    }

    fn request(&mut self, declared: &Declarations, request: &Node, index: usize) {
        let metadata = match entry(request, "extra_body") {
            Some((_, body)) => entry(body, "metadata"),
            None if API_KEYS.iter().any(|key| entry(request, key).is_some()) => None,
            None => entry(request, "metadata"),
        };
        let (place, keys) = match metadata {
            Some((place, Node { kind: Kind::Mapping(entries), .. })) => (place, entries.as_slice()),
            // What has another shape is no metadata; whoever runs the test says so.
            Some(_) => return,
            None => (request.span, [].as_slice()),
        };
        let get = |name: &str| {
            let found = keys.iter().find(|e| e.key.text() == name);
            found.map(|e| Cow::Owned(value_of(&e.value)))
        };
        for violation in contract::violations(declared, get, keys.iter().map(|e| e.key.text())) {
            let root = violation.key.split(['.', '[']).next().unwrap_or_default();
            let span = keys.iter().find(|e| e.key.text() == root).map_or_else(
                || first_line(request, place),
                |e| if matches!(e.value.kind, Kind::Scalar(_)) { e.value.span } else { e.key.span },
            );
            let path = format!("tests[{index}].request");
            self.push(errors::breaks_contract(span, &violation), None, None, path);
        }
    }
}

/// A place for what is absent: the key of the block where it would stand.
fn first_line(request: &Node, place: Span) -> Span {
    match &request.kind {
        Kind::Mapping(entries) if place == request.span => entries.first().map_or(place, |e| e.key.span),
        _ => place,
    }
}

/// The place of a key and its value.
fn entry<'n>(node: &'n Node, key: &str) -> Option<(Span, &'n Node)> {
    let Kind::Mapping(entries) = &node.kind else { return None };
    entries.iter().find(|e| e.key.text() == key).map(|e| (e.key.span, &*e.value))
}

/// A node as a value of CEL.
pub fn value_of(node: &Node) -> Value {
    match &node.kind {
        Kind::Scalar(scalar) => match scalar.resolve() {
            ScalarType::Null => Value::Null,
            ScalarType::Bool(b) => Value::Bool(b),
            ScalarType::Int(n) => Value::Int(n),
            ScalarType::Float(n) => Value::Double(n),
            ScalarType::String => Value::String(Arc::from(scalar.value.as_str())),
        },
        Kind::Sequence(items) => Value::list(items.iter().map(|item| value_of(item)).collect()),
        Kind::Mapping(entries) => {
            let mut map = MapValue::default();
            for entry in entries {
                map.insert(Key::String(Arc::from(entry.key.text())), value_of(&entry.value));
            }
            Value::map(map)
        }
        Kind::Broken => Value::Null,
    }
}
