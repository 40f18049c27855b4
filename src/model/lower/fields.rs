//! Reading the keys of one mapping: each is asked for by name, and what nobody asked for is unknown.

use std::borrow::Cow;
use std::sync::Arc;

use super::Lower;
use crate::diag::suggest::nearest;
use crate::model::{Data, Form, errors};
use crate::source::{Span, Spanned};
use crate::yaml::{Entry, Kind, Node, ScalarType};

/// The parts of a definition that speak of requests.
const CONTRACT: &[&str] = &["metadata", "prompt_variables", "invariants", "tests"];

/// What a file of tests is, for messages.
pub(super) const SUITE: &str = "a suite of tests";

/// About as long as a line, in bytes.
const LINE: u32 = 120;

/// The keys of a mapping that is being read.
pub(super) struct Fields<'t> {
    /// What the mapping is, for messages: "a route".
    pub(super) what: &'static str,
    /// All of it.
    pub(super) span: Span,
    slots: Vec<Slot<'t>>,
}

struct Slot<'t> {
    /// The key in the casing of the reference.
    key: Cow<'t, str>,
    entry: &'t Entry,
    used: bool,
}

impl<'t> Fields<'t> {
    /// The place for faults of the mapping as a whole: its first key.
    pub(super) fn head(&self) -> Span {
        self.slots.first().map_or(self.span, |slot| slot.entry.key.span)
    }

    /// The entry of a key, once. In the wire form either casing does, and a key whose value is null is absent.
    pub(super) fn take(&mut self, lower: &mut Lower<'_>, name: &str) -> Option<&'t Entry> {
        let mut slots = self.slots.iter_mut().filter(|s| !s.used && s.key == name);
        let slot = slots.next()?;
        slot.used = true;
        let found = slot.entry;
        if lower.form == Form::Authoring {
            // A key stands there once.
            return Some(found);
        }
        for slot in slots {
            slot.used = true;
            lower.push(errors::both_casings(slot.entry.key.span, found.key.span, name));
        }
        (!is_null(&found.value)).then_some(found)
    }

    /// The entries right behind one whose keys are among these, taken.
    pub(super) fn take_behind(&mut self, entry: &Entry, keys: &[&str]) -> Vec<&'t Entry> {
        let behind = self.slots.iter_mut().skip_while(|slot| slot.entry.key.span != entry.key.span).skip(1);
        behind
            .take_while(|slot| keys.contains(&&*slot.key))
            .map(|slot| {
                slot.used = true;
                slot.entry
            })
            .collect()
    }

    /// Whether a key was written, taken or not.
    pub(super) fn has(&self, name: &str) -> bool {
        self.slots.iter().any(|s| s.key == name)
    }

    /// The place of a written key.
    pub(super) fn key_span(&self, name: &str) -> Option<Span> {
        self.slots.iter().find(|s| s.key == name).map(|s| s.entry.key.span)
    }

    /// The entries that nobody asked for, in order.
    pub(super) fn rest(&mut self) -> Vec<&'t Entry> {
        let mut rest = Vec::new();
        for slot in self.slots.iter_mut().filter(|s| !s.used) {
            slot.used = true;
            rest.push(slot.entry);
        }
        rest
    }

    /// Reports the keys that nobody asked for. In the wire form they are warnings and are handed back to be carried
    /// through; in the authoring form those that begin with `x-` are the author's own.
    pub(super) fn finish(
        mut self,
        lower: &mut Lower<'_>,
        known: &[&str],
        renames: &[(&str, &str)],
    ) -> Vec<(String, Data)> {
        if self.slots.iter().all(|slot| slot.used) {
            return Vec::new();
        }
        let written: Vec<String> = self.slots.iter().map(|s| s.key.to_string()).collect();
        let mut carried = Vec::new();
        let wire = lower.form == Form::Wire;
        let part = CONTRACT.iter().find(|part| lower.path.starts_with(**part));
        let in_contract = part.is_some();
        let part = if self.what == SUITE { "tests" } else { part.copied().unwrap_or_default() };
        for entry in self.rest() {
            let Some(key) = key_text(entry) else { continue };
            let span = entry.key.span;
            let request_only = || errors::request_only(entry, &snake(key), self.what, wire);
            if let Some(diagnostic) = (!in_contract).then(request_only).flatten() {
                lower.push(diagnostic);
                if wire {
                    carried.push((key.to_owned(), lower.data(&entry.value)));
                }
            } else if wire {
                let renamed = renames
                    .iter()
                    .find(|(old, new)| *old == key && !written.iter().any(|w| *w == snake(new)));
                let meant = renamed.map(|(_, new)| *new).or_else(|| nearest(key, known.iter().copied()));
                lower.push(errors::unknown_wire_field(span, key, self.what, meant));
                carried.push((key.to_owned(), lower.data(&entry.value)));
            } else if key.starts_with("x-") {
            } else if let Some((_, new)) = renames.iter().find(|(old, _)| *old == snake(key)) {
                lower.push(errors::wire_key(span, key, new, self.what));
            } else {
                let free: Vec<&str> =
                    known.iter().copied().filter(|k| !written.iter().any(|w| w == k)).collect();
                lower.push(errors::unknown_field(span, key, (self.what, part), &free, known));
            }
        }
        carried
    }
}

/// The text of a key; anything but text was reported by the YAML pass.
pub(super) fn key_text(entry: &Entry) -> Option<&str> {
    match &entry.key.kind {
        Kind::Scalar(scalar) => Some(&scalar.value),
        _ => None,
    }
}

pub(super) fn is_null(node: &Node) -> bool {
    matches!(&node.kind, Kind::Scalar(s) if matches!(s.resolve(), ScalarType::Null))
}

/// `camelCase` as `snake_case`.
pub(super) fn snake(key: &str) -> Cow<'_, str> {
    if !key.bytes().any(|b| b.is_ascii_uppercase()) {
        return Cow::Borrowed(key);
    }
    let mut out = String::with_capacity(key.len() + 4);
    for c in key.chars() {
        if c.is_ascii_uppercase() {
            if !out.is_empty() {
                out.push('_');
            }
            out.push(c.to_ascii_lowercase());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

impl Lower<'_> {
    /// The keys of a mapping; a fault, unless it is one that was reported, when it is none.
    pub(super) fn fields<'t>(&mut self, node: &'t Node, what: &'static str) -> Option<Fields<'t>> {
        match &node.kind {
            Kind::Mapping(entries) => {
                let wire = self.form == Form::Wire;
                let mut slots = Vec::with_capacity(entries.len());
                slots.extend(entries.iter().filter_map(|entry| {
                    let text = key_text(entry)?;
                    let key = if wire { snake(text) } else { Cow::Borrowed(text) };
                    Some(Slot { key, entry, used: false })
                }));
                Some(Fields { what, span: node.span, slots })
            }
            _ => {
                self.wrong_type(node, &format!("{what}: keys and values"), None);
                None
            }
        }
    }

    /// Whether a required key that was not found is to be reported. A misspelling of it is reported by itself: in the
    /// authoring form an unknown key is an error, in the wire form only a warning.
    pub(super) fn lacks(&self, fields: &Fields<'_>, name: &str) -> bool {
        let meant = |key: &str| !key.starts_with("x-") && nearest(key, [name]).is_some();
        if self.is_partly_unread(fields) {
            return false;
        }
        self.form == Form::Wire || !fields.slots.iter().any(|slot| !slot.used && meant(&slot.key))
    }

    /// Reports a required key that is not there, unless it may stand where nothing could be read.
    pub(super) fn missing(&mut self, fields: &Fields<'_>, name: &str) {
        if !self.is_partly_unread(fields) {
            self.push(errors::missing_field(fields.head(), name, fields.what));
        }
    }

    /// Reports a required key that is not there, at its misspelling where there is one.
    pub(super) fn missing_or_misspelt(&mut self, fields: &mut Fields<'_>, name: &str) {
        match fields.slots.iter_mut().find(|slot| !slot.used && nearest(&slot.key, [name]).is_some()) {
            Some(slot) => {
                slot.used = true;
                self.push(errors::misspelt_field(
                    slot.entry.key.span,
                    slot.entry.key.text(),
                    name,
                    fields.what,
                ));
            }
            None => self.missing(fields, name),
        }
    }

    /// Whether a key that is missing from a mapping may stand where nothing could be read: inside it, or on the line
    /// behind its end.
    pub(super) fn is_partly_unread(&self, fields: &Fields<'_>) -> bool {
        let reach = fields.span.start..fields.span.end.saturating_add(LINE);
        self.unread.iter().any(|span| reach.contains(&span.start))
    }

    /// The items of a list.
    pub(super) fn items<'t>(&mut self, node: &'t Node, what: &str) -> Option<&'t [Arc<Node>]> {
        match &node.kind {
            Kind::Sequence(items) => Some(items),
            _ => {
                self.wrong_type(node, what, None);
                None
            }
        }
    }

    /// The items of a list of mappings.
    pub(super) fn blocks<'t>(&mut self, node: &'t Node, what: &str) -> Option<&'t [Arc<Node>]> {
        let Some(first) = node.entries().and_then(<[Entry]>::first) else { return self.items(node, what) };
        self.damaged = true;
        self.push(errors::no_list(node, first, what));
        None
    }

    /// Text. A number, boolean or null is not text: YAML would have it so only in quotes.
    pub(super) fn text(&mut self, node: &Node, what: &str) -> Option<Spanned<String>> {
        match &node.kind {
            Kind::Scalar(scalar) if matches!(scalar.resolve(), ScalarType::String) => {
                Some(Spanned::new(scalar.value.clone(), node.span))
            }
            Kind::Scalar(scalar) if !matches!(scalar.resolve(), ScalarType::Null) => {
                self.wrong_type(node, what, Some(format!("\"{}\"", scalar.value)));
                None
            }
            _ => {
                self.wrong_type(node, what, None);
                None
            }
        }
    }

    /// Text that must hold something.
    pub(super) fn filled_text(&mut self, node: &Node, what: &str) -> Option<Spanned<String>> {
        let text = self.text(node, what)?;
        if text.value.trim().is_empty() {
            self.push(errors::empty_text(text.span, what));
            return None;
        }
        Some(text)
    }

    /// `true` or `false`.
    pub(super) fn boolean(&mut self, node: &Node, what: &str) -> Option<Spanned<bool>> {
        if let Kind::Scalar(scalar) = &node.kind {
            if let ScalarType::Bool(value) = scalar.resolve() {
                return Some(Spanned::new(value, node.span));
            }
            let meant = match scalar.value.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" => Some("true"),
                "false" | "no" | "off" => Some("false"),
                _ => None,
            };
            if let Some(word) = meant {
                self.wrong_type(node, what, Some(word.to_owned()));
                return None;
            }
        }
        self.wrong_type(node, what, None);
        None
    }

    /// A list of texts; one text alone is a list of one where `single` allows it.
    pub(super) fn texts(
        &mut self,
        node: &Node,
        what: &str,
        item: &str,
        single: bool,
    ) -> Option<Vec<Spanned<String>>> {
        if single && matches!(node.kind, Kind::Scalar(_)) {
            return self.filled_text(node, item).map(|text| vec![text]);
        }
        let items = self.items(node, what)?;
        Some(items.iter().filter_map(|node| self.filled_text(node, item)).collect())
    }

    /// Reports a node that is not what was expected here, unless it could not be read in the first place. `fix` is
    /// what to write in its place where there is no doubt.
    pub(super) fn wrong_type(&mut self, node: &Node, expected: &str, fix: Option<String>) {
        self.damaged = true;
        if !matches!(node.kind, Kind::Broken) {
            self.push(errors::wrong_type(node, expected, fix));
        }
    }

    /// A node as plain data. Keys that are no text were reported by the YAML pass and are left out.
    pub(super) fn data(&mut self, node: &Node) -> Data {
        match &node.kind {
            Kind::Scalar(scalar) => match scalar.resolve() {
                ScalarType::Null => Data::Null,
                ScalarType::Bool(b) => Data::Bool(b),
                ScalarType::Int(i) => Data::Int(i),
                ScalarType::Float(f) if f.is_finite() => Data::Float(f),
                ScalarType::Float(_) => {
                    self.damaged = true;
                    self.push(errors::not_in_json(node.span, &scalar.value));
                    Data::Null
                }
                ScalarType::String => Data::String(scalar.value.clone()),
            },
            Kind::Sequence(items) => Data::List(items.iter().map(|item| self.data(item)).collect()),
            Kind::Mapping(entries) => Data::Map(
                entries.iter().filter_map(|e| Some((key_text(e)?.to_owned(), self.data(&e.value)))).collect(),
            ),
            Kind::Broken => {
                self.damaged = true;
                Data::Null
            }
        }
    }
}
