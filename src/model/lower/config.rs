//! The configuration blocks of a variant: tables of fields with their documented ranges, and one reader of such tables.
//!
//! What these blocks hold is carried to the wire as it was written; the tables only say what may stand there.

use std::sync::Arc;

use super::Lower;
use super::fields::{Fields, is_null, key_text, snake};
use crate::diag::Subject;
use crate::model::template::mentions;
use crate::model::{Data, Placeholder, Template, errors};
use crate::source::Spanned;
use crate::yaml::{Kind, Node, ScalarType};

/// What may stand in an object.
struct Shape {
    /// What it is, for messages.
    what: &'static str,
    fields: &'static [Field],
    /// Old names and what they are now.
    legacy: &'static [(&'static str, &'static str)],
}

struct Field {
    name: &'static str,
    ty: Ty,
    required: bool,
}

/// What a field may hold.
enum Ty {
    /// A whole number from …, to …
    Int(i64, i64),
    /// Any number.
    Number(Range),
    Bool,
    Text,
    OneOf(&'static [&'static str]),
    /// At most so many.
    List(usize, &'static Ty),
    Object(&'static Shape),
    /// Whatever JSON has.
    Any,
}

/// A documented range of numbers.
struct Range {
    min: f64,
    /// Whether `min` itself is allowed.
    inclusive: bool,
    max: f64,
}

const fn optional(name: &'static str, ty: Ty) -> Field {
    Field { name, ty, required: false }
}

const fn required(name: &'static str, ty: Ty) -> Field {
    Field { name, ty, required: true }
}

const fn from_to(min: f64, max: f64) -> Ty {
    Ty::Number(Range { min, inclusive: true, max })
}

const fn above(min: f64, max: f64) -> Ty {
    Ty::Number(Range { min, inclusive: false, max })
}

static GENERATION: Shape = Shape {
    what: "a text generation config",
    fields: &[
        optional("max_tokens", Ty::Int(1, i64::MAX)),
        optional("temperature", from_to(0.0, 2.0)),
        optional("top_p", above(0.0, 1.0)),
        optional("presence_penalty", from_to(-2.0, 2.0)),
        optional("frequency_penalty", from_to(-2.0, 2.0)),
        optional("repetition_penalty", above(0.0, f64::INFINITY)),
        optional("stop_sequences", Ty::List(4, &Ty::Text)),
        optional("seed", Ty::Int(i64::MIN, i64::MAX)),
        optional("logit_bias", Ty::List(usize::MAX, &Ty::Object(&LOGIT_BIAS))),
        optional("reasoning", Ty::Object(&REASONING)),
    ],
    legacy: &[("max_new_tokens", "max_tokens")],
};

static LOGIT_BIAS: Shape = Shape {
    what: "a logit bias",
    fields: &[
        required("token_id", Ty::Text),
        required("bias_value", from_to(f64::NEG_INFINITY, f64::INFINITY)),
    ],
    legacy: &[],
};

static REASONING: Shape = Shape {
    what: "reasoning settings",
    fields: &[
        optional("effort", Ty::OneOf(&["none", "minimal", "low", "medium", "high", "xhigh"])),
        optional("max_tokens", Ty::Int(1, i64::MAX)),
        optional("exclude", Ty::Bool),
    ],
    legacy: &[],
};

static TEMPLATE: Shape = Shape {
    what: "a message template",
    fields: &[
        required("role", Ty::Text),
        optional("content", Ty::Text),
        optional("content_items", Ty::List(usize::MAX, &Ty::Object(&CONTENT_ITEM))),
        optional("tool_calls", Ty::List(usize::MAX, &Ty::Object(&TOOL_CALL))),
        optional("tool_call_id", Ty::Text),
        optional("compression", Ty::Object(&COMPRESSION)),
    ],
    legacy: &[],
};

static CONTENT_ITEM: Shape =
    Shape { what: "a content item", fields: &[required("text", Ty::Text)], legacy: &[] };

static TOOL_CALL: Shape = Shape {
    what: "a tool call",
    fields: &[optional("id", Ty::Text), required("name", Ty::Text), optional("args", Ty::Any)],
    legacy: &[],
};

static WEB_SEARCH: Shape = Shape {
    what: "a web search",
    fields: &[
        optional("engine", Ty::OneOf(&["exa", "google", "native"])),
        optional("max_results", Ty::Int(1, 20)),
        optional("max_steps", Ty::Int(1, 5)),
    ],
    legacy: &[],
};

static WEB_SEARCH_OPTIONS: Shape = Shape {
    what: "web search options",
    fields: &[optional("search_context_size", Ty::OneOf(&["low", "medium", "high"]))],
    legacy: &[],
};

static COMPRESSION: Shape = Shape {
    what: "compression settings",
    fields: &[optional("aggressiveness", from_to(0.0, 1.0))],
    legacy: &[],
};

impl Lower<'_> {
    pub(super) fn generation_config(&mut self, fields: &mut Fields<'_>) -> Option<Spanned<Data>> {
        self.block(fields, "text_generation_config", &GENERATION)
    }

    pub(super) fn web_search(&mut self, fields: &mut Fields<'_>) -> Option<Spanned<Data>> {
        self.block(fields, "web_search", &WEB_SEARCH)
    }

    pub(super) fn web_search_options(&mut self, fields: &mut Fields<'_>) -> Option<Spanned<Data>> {
        self.block(fields, "web_search_options", &WEB_SEARCH_OPTIONS)
    }

    pub(super) fn compression(&mut self, fields: &mut Fields<'_>) -> Option<Spanned<Data>> {
        self.block(fields, "compression", &COMPRESSION)
    }

    fn block(
        &mut self,
        fields: &mut Fields<'_>,
        key: &'static str,
        shape: &'static Shape,
    ) -> Option<Spanned<Data>> {
        let entry = fields.take(self, key)?;
        let mark = self.enter(key);
        let data = self.object(&entry.value, shape).map(|data| Spanned::new(data, entry.value.span));
        self.leave(mark);
        data
    }

    /// Each template holds something to say: a content, content items or tool calls.
    pub(super) fn message_templates(&mut self, fields: &mut Fields<'_>) -> Option<Spanned<Data>> {
        let entry = fields.take(self, "message_templates")?;
        let mark = self.enter("message_templates");
        let items = self.blocks(&entry.value, "a list of message templates, each beginning with `-`");
        let mut out = Vec::new();
        for (index, item) in items.unwrap_or_default().iter().enumerate() {
            let inner = self.enter_item(index);
            let template = self.object(item, &TEMPLATE);
            self.template_names(item);
            if let Some(template) = &template {
                let speaks =
                    ["content", "content_items", "tool_calls"].iter().any(|k| template.get(k).is_some());
                if !speaks {
                    self.push(errors::missing_field(first_key(item), "content", TEMPLATE.what));
                }
                if let (Some(_), Some(second)) = (template.get("content"), key_of(item, "content_items")) {
                    self.push(errors::content_twice(second, key_of(item, "content").unwrap_or(second)));
                }
            }
            out.extend(template);
            self.leave(inner);
        }
        self.leave(mark);
        items.map(|_| Spanned::new(Data::List(out), entry.value.span))
    }

    /// Keeps what a template names, with the places.
    fn template_names(&mut self, item: &Node) {
        let get = |node: &Node, name: &str| {
            let entry = node.entries()?.iter().find(|e| key_text(e).is_some_and(|k| snake(k) == name));
            entry.map(|e| Arc::clone(&e.value))
        };
        let role =
            get(item, "role").and_then(|role| Some(Spanned::new(role.as_str()?.to_owned(), role.span)));
        let items = get(item, "content_items");
        let parts =
            items.iter().filter_map(|list| list.items()).flatten().filter_map(|part| get(part, "text"));
        let mut placeholders = Vec::new();
        for text in get(item, "content").into_iter().chain(parts) {
            let Some(scalar) = text.scalar() else { continue };
            placeholders.extend(mentions(&scalar.value).into_iter().map(|(name, range, spelling)| {
                Placeholder { name, span: scalar.map.span(text.span.file, range), spelling }
            }));
        }
        let subject = Subject { path: Some(self.path.clone()), ..self.subject.clone() };
        self.templates.push(Template { role, placeholders, subject });
    }

    fn object(&mut self, node: &Node, shape: &'static Shape) -> Option<Data> {
        let mut fields = self.fields(node, shape.what)?;
        let known: Vec<&str> = shape.fields.iter().map(|f| f.name).collect();
        let mut out = Vec::new();
        for field in shape.fields {
            match fields.take(self, field.name) {
                Some(entry) => {
                    let mark = self.enter(field.name);
                    let value = self.typed(&entry.value, field.name, &field.ty);
                    self.leave(mark);
                    out.extend(value.map(|v| (entry.key.span, field.name.to_owned(), v)));
                }
                None if field.required && self.lacks(&fields, field.name) => {
                    self.missing(&fields, field.name);
                }
                None => {}
            }
        }
        for (old, new) in shape.legacy {
            if let Some(entry) = fields.take(self, old) {
                self.push(errors::legacy_field(entry.key.span, entry.key.text(), new));
                out.push((entry.key.span, (*old).to_owned(), self.data(&entry.value)));
            }
        }
        // In the order they were written: what is deployed reads like what was written.
        out.sort_by_key(|(span, ..)| *span);
        let mut out: Vec<(String, Data)> = out.into_iter().map(|(_, key, value)| (key, value)).collect();
        let renames: Vec<(&str, &str)> = known.iter().map(|k| (*k, *k)).collect();
        out.extend(fields.finish(self, &known, &renames));
        Some(Data::Map(out))
    }

    fn typed(&mut self, node: &Node, name: &str, ty: &'static Ty) -> Option<Data> {
        match ty {
            Ty::Int(min, max) => {
                let what = int_range(name, *min, *max);
                match self.number(node, &what)? {
                    Data::Int(n) if (*min..=*max).contains(&n) => Some(Data::Int(n)),
                    Data::Float(n) if n.fract() == 0.0 && *max == i64::MAX && n >= 9.2e18 => {
                        Some(Data::Float(n))
                    }
                    Data::Float(n) if n.fract() != 0.0 => {
                        self.wrong_type(node, &what, None);
                        None
                    }
                    _ => {
                        self.push(errors::out_of_range(node.span, name, node.text(), &what));
                        None
                    }
                }
            }
            Ty::Number(range) => {
                let what = number_range(name, range);
                let data = self.number(node, &what)?;
                #[expect(clippy::cast_precision_loss, reason = "only compared with small bounds")]
                let value = match data {
                    Data::Int(n) => n as f64,
                    Data::Float(n) => n,
                    _ => return None,
                };
                let low = if range.inclusive { value >= range.min } else { value > range.min };
                if low && value <= range.max && value.is_finite() {
                    return Some(data);
                }
                self.push(errors::out_of_range(node.span, name, node.text(), &what));
                None
            }
            Ty::Bool => {
                self.boolean(node, &format!("`{name}`: `true` or `false`")).map(|b| Data::Bool(b.value))
            }
            Ty::Text => self.text(node, &format!("`{name}` as text")).map(|t| Data::String(t.value)),
            Ty::OneOf(words) => {
                let text = self.filled_text(node, &format!("`{name}` as text"))?;
                if words.contains(&text.value.as_str()) {
                    return Some(Data::String(text.value));
                }
                let near = crate::diag::suggest::nearest(&text.value, words.iter().copied());
                self.push(errors::unknown_word(text.span, &format!("`{name}`"), &text.value, words, near));
                None
            }
            Ty::List(max, item) => {
                let items = self.items(node, &format!("`{name}` as a list"))?;
                if items.len() > *max {
                    self.push(errors::too_many_items(node.span, name, items.len(), *max));
                }
                let mut out = Vec::new();
                for (index, node) in items.iter().enumerate() {
                    let mark = self.enter_item(index);
                    out.extend(self.typed(node, name, item));
                    self.leave(mark);
                }
                Some(Data::List(out))
            }
            Ty::Object(shape) => self.object(node, shape),
            Ty::Any => Some(self.data(node)),
        }
    }

    fn number(&mut self, node: &Node, what: &str) -> Option<Data> {
        if let Kind::Scalar(scalar) = &node.kind {
            match scalar.resolve() {
                ScalarType::Int(n) => return Some(Data::Int(n)),
                ScalarType::Float(n) => return Some(Data::Float(n)),
                ScalarType::String => {
                    let bare = scalar.value.trim();
                    let numeric = bare.parse::<f64>().is_ok_and(f64::is_finite);
                    self.wrong_type(node, what, numeric.then(|| bare.to_owned()));
                    return None;
                }
                _ => {}
            }
        }
        self.wrong_type(node, what, None);
        None
    }

    /// Names that one old example of the service uses.
    pub(super) fn legacy_variant_fields(&mut self, fields: &mut Fields<'_>) -> Vec<(String, Data)> {
        let mut out = Vec::new();
        if let Some(entry) = fields.take(self, "optimize_prompt") {
            self.push(errors::legacy_block(entry.key.span, entry.key.text(), "compression"));
            out.push((entry.key.text().to_owned(), self.data(&entry.value)));
        }
        out
    }
}

fn int_range(name: &str, min: i64, max: i64) -> String {
    match (min, max) {
        (i64::MIN, i64::MAX) => format!("`{name}`: a whole number"),
        (min, i64::MAX) => format!("`{name}`: a whole number, at least {min}"),
        (min, max) => format!("`{name}`: a whole number from {min} to {max}"),
    }
}

fn number_range(name: &str, range: &Range) -> String {
    let Range { min, inclusive, max } = range;
    match (min.is_finite(), max.is_finite()) {
        (false, _) => format!("`{name}`: a number"),
        (true, false) if *inclusive => format!("`{name}`: a number, at least {min}"),
        (true, false) => format!("`{name}`: a number above {min}"),
        (true, true) if *inclusive => format!("`{name}`: a number from {min} to {max}"),
        (true, true) => format!("`{name}`: a number above {min}, at most {max}"),
    }
}

fn key_of(node: &Node, name: &str) -> Option<crate::source::Span> {
    let Kind::Mapping(entries) = &node.kind else { return None };
    entries
        .iter()
        .find(|e| key_text(e).is_some_and(|k| snake(k) == name) && !is_null(&e.value))
        .map(|e| e.key.span)
}

fn first_key(node: &Node) -> crate::source::Span {
    match &node.kind {
        Kind::Mapping(entries) => entries.first().map_or(node.span, |e| e.key.span),
        _ => node.span,
    }
}
