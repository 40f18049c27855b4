//! What callers promise: `metadata` and `prompt_variables`, inline or in a file that many routers share.

use std::sync::Arc;

use super::Lower;
use super::fields::{is_null, key_text};
use super::reuse::is_sections;
use crate::cel::Value;
use crate::cel::types::{ByName, Domain, Field, Record, Type};
use crate::diag::{Sink, Subject};
use crate::model::{Declaration, Declarations, Form, Metadata, errors};
use crate::source::{Span, Spanned};
use crate::yaml::{Entry, Kind, Node, ScalarType, Tree};

const KEYS: &[&str] =
    &["type", "enum", "min", "max", "required", "nullable", "items", "values", "fields", "description"];
const TYPES: &[&str] = &["bool", "int", "double", "number", "string", "list", "map", "dyn"];
/// How deep declared types may nest.
const DEPTH: usize = 16;

/// Words that CEL reserves: no condition can use a key of that name.
const RESERVED: &[&str] = &[
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "null",
    "package",
    "return",
    "true",
    "var",
    "void",
    "while",
];

/// Why a key of metadata is no variable of conditions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotAVariable {
    /// It is no name in CEL.
    NotIdentifier,
    /// CEL keeps the word to itself.
    Reserved,
    /// The request's messages have that name.
    Messages,
}

/// Why conditions cannot use a key of that name, if they cannot.
pub fn not_a_variable(name: &str) -> Option<NotAVariable> {
    let mut chars = name.chars();
    let identifier = chars.next().is_some_and(|c| c == '_' || c.is_ascii_alphabetic())
        && chars.all(|c| c == '_' || c.is_ascii_alphanumeric());
    if !identifier {
        return Some(NotAVariable::NotIdentifier);
    }
    if RESERVED.contains(&name) {
        return Some(NotAVariable::Reserved);
    }
    (name == "messages").then_some(NotAVariable::Messages)
}

/// Reads a file that holds the keys of a `metadata` block, alone or under `metadata:` beside the other things that
/// routers share.
pub fn read_metadata(tree: &Tree, sink: &mut Sink) -> Option<Declarations> {
    let mut lower = Lower {
        sink,
        form: Form::Authoring,
        subject: Subject::default(),
        path: String::new(),
        templates: Vec::new(),
        damaged: false,
        cut: false,
        unread: &[],
    };
    let Some(root) = tree.documents.first().and_then(|d| d.root.as_deref()) else {
        lower.push(errors::empty_metadata_file(Span::file_start(tree.file)));
        return None;
    };
    if !is_sections(root) {
        return lower.declarations(root, true);
    }
    match lower.shared(root)?.metadata {
        Metadata::Declared(declared) => Some(declared),
        Metadata::Inferred => {
            lower.push(errors::no_metadata_in(root.span));
            None
        }
        Metadata::File(_) | Metadata::Unknown => None,
    }
}

impl Lower<'_> {
    pub(super) fn metadata(&mut self, node: &Node) -> Metadata {
        if let Kind::Scalar(scalar) = &node.kind
            && matches!(scalar.resolve(), ScalarType::String)
        {
            return Metadata::File(Spanned::new(scalar.value.clone(), node.span));
        }
        self.declarations(node, true).map_or(Metadata::Unknown, Metadata::Declared)
    }

    pub(super) fn prompt_variables(&mut self, node: &Node) -> Option<Declarations> {
        self.declarations(node, false)
    }

    /// `in_conditions`: the keys are to be names of CEL variables.
    pub(super) fn declarations(&mut self, node: &Node, in_conditions: bool) -> Option<Declarations> {
        let Kind::Mapping(entries) = &node.kind else {
            self.wrong_type(node, "declarations: a type for each key, as in `tier: string`", None);
            return None;
        };
        let mut out = Declarations::default();
        for entry in entries {
            let Some(name) = key_text(entry) else { continue };
            if name.starts_with("x-") {
                continue;
            }
            if in_conditions && !self.usable_name(name, entry.key.span) {
                continue;
            }
            let mark = self.enter(name);
            let declared = self.declaration(entry, 1);
            self.leave(mark);
            out.keys.insert(Arc::from(name), declared.unwrap_or_else(|| anything(entry.key.span)));
        }
        Some(out)
    }

    fn usable_name(&mut self, name: &str, span: Span) -> bool {
        match not_a_variable(name) {
            None => return true,
            Some(NotAVariable::NotIdentifier) => self.push(errors::not_identifier(span, name)),
            Some(NotAVariable::Reserved) => self.push(errors::reserved_word(span, name)),
            Some(NotAVariable::Messages) => self.push(errors::named_messages(span)),
        }
        false
    }

    fn declaration(&mut self, entry: &Entry, depth: usize) -> Option<Declaration> {
        let name_span = entry.key.span;
        let node = &entry.value;
        if depth > DEPTH {
            self.push(errors::types_too_deep(name_span, DEPTH));
            return None;
        }
        if let Kind::Scalar(_) = &node.kind {
            let ty = self.type_text(node)?;
            let field = Field { ty, required: false, nullable: false, domain: Domain::default() };
            return Some(Declaration { name_span, field, description: None });
        }
        self.long_declaration(node, name_span, depth)
    }

    fn long_declaration(&mut self, node: &Node, name_span: Span, depth: usize) -> Option<Declaration> {
        self.split_type(node)?;
        let mut fields = self.fields(node, "a declaration")?;
        let ty_entry = fields.take(self, "type");
        let enum_entry = fields.take(self, "enum");
        let items = fields.take(self, "items");
        let values = fields.take(self, "values");
        let keys = fields.take(self, "fields");
        let mut ty = match ty_entry {
            Some(entry) => self.type_text(&entry.value),
            None if items.is_some() => Some(Type::list(Type::Dyn)),
            None if values.is_some() || keys.is_some() => Some(Type::map(Type::String, Type::Dyn)),
            None if enum_entry.is_some_and(|e| !only_nulls(&e.value)) => {
                enum_entry.and_then(|e| type_of_first(&e.value))
            }
            None => {
                if self.lacks(&fields, "type") {
                    self.missing(&fields, "type");
                }
                None
            }
        };
        if let Some(entry) = items {
            let item = self.inner_type(entry, depth);
            if matches!(ty, Some(Type::List(_))) {
                ty = item.map(Type::list);
            } else if ty.is_some() {
                self.push(errors::only_for(entry.key.span, "items", "a `list`"));
            }
        }
        if let Some(entry) = values {
            let value = self.inner_type(entry, depth);
            if matches!(ty, Some(Type::Map(..))) {
                ty = value.map(|v| Type::map(Type::String, v));
            } else if ty.is_some() {
                self.push(errors::only_for(entry.key.span, "values", "a `map`"));
            }
        }
        if let Some(entry) = keys {
            let record = self.record(entry, depth);
            if matches!(ty, Some(Type::Map(..))) {
                ty = record;
            } else if ty.is_some() {
                self.push(errors::only_for(entry.key.span, "fields", "a `map`"));
            }
        }
        let domain = self.domain(&mut fields, enum_entry, ty.as_ref());
        let mut flag = |lower: &mut Self, name: &str| {
            let entry = fields.take(lower, name)?;
            lower.boolean(&entry.value, &format!("`{name}`: `true` or `false`")).map(|b| b.value)
        };
        let required = flag(self, "required").unwrap_or(false);
        let nullable = flag(self, "nullable").unwrap_or(false);
        let description = fields
            .take(self, "description")
            .and_then(|entry| self.text(&entry.value, "a description, as text"))
            .map(|t| t.value);
        fields.finish(self, KEYS, &[]);
        Some(Declaration { name_span, field: Field { ty: ty?, required, nullable, domain }, description })
    }

    fn inner_type(&mut self, entry: &Entry, depth: usize) -> Option<Type> {
        Some(self.declaration(entry, depth + 1)?.field.ty)
    }

    fn record(&mut self, entry: &Entry, depth: usize) -> Option<Type> {
        let Kind::Mapping(entries) = &entry.value.kind else {
            self.wrong_type(&entry.value, "the keys of the map, each with its type", None);
            return None;
        };
        let mut fields = ByName::default();
        for inner in entries {
            let Some(name) = key_text(inner) else { continue };
            let mark = self.enter(name);
            let declared = self.declaration(inner, depth + 1);
            self.leave(mark);
            let declaration = declared.unwrap_or_else(|| anything(inner.key.span));
            fields.insert(Arc::from(name), declaration.field);
        }
        Some(Type::Record(Arc::new(Record { name: Arc::from("map"), fields, open: false })))
    }

    /// In `{type: map(string, int)}` YAML's flow style ends the type at the comma. Said here, because what is left
    /// makes no sense to anybody.
    fn split_type(&mut self, node: &Node) -> Option<()> {
        let Kind::Mapping(entries) = &node.kind else { return Some(()) };
        let open = entries.iter().find(|e| {
            key_text(e) == Some("type") && e.value.text().contains('(') && !e.value.text().contains(')')
        });
        let rest = entries.iter().find(|e| key_text(e).is_some_and(|k| k.ends_with(')')));
        match (open, rest) {
            (Some(open), Some(rest)) => {
                self.push(errors::type_cut_at_comma(
                    open.value.span.to(rest.key.span),
                    open.value.text(),
                    rest.key.text(),
                ));
                None
            }
            _ => Some(()),
        }
    }

    fn type_text(&mut self, node: &Node) -> Option<Type> {
        let text = self.filled_text(node, "a type, as text")?;
        let found = parse_type(text.value.trim(), 1);
        if found.is_none() {
            self.push(errors::unknown_type(text.span, &text.value, TYPES));
        }
        found
    }

    fn domain(
        &mut self,
        fields: &mut super::fields::Fields<'_>,
        enum_entry: Option<&Entry>,
        ty: Option<&Type>,
    ) -> Domain {
        let mut domain = Domain::default();
        if let Some(entry) = enum_entry {
            domain.one_of = self.enum_values(entry, ty);
        }
        let mut bound = |lower: &mut Self, name: &str| {
            let entry = fields.take(lower, name)?;
            let Kind::Scalar(scalar) = &entry.value.kind else {
                lower.wrong_type(&entry.value, "a number", None);
                return None;
            };
            #[expect(clippy::cast_precision_loss, reason = "a bound beyond 2^53 is nearest as good")]
            let value = match scalar.resolve() {
                ScalarType::Int(n) => n as f64,
                ScalarType::Float(n) if n.is_finite() => n,
                _ => {
                    lower.wrong_type(&entry.value, "a number", None);
                    return None;
                }
            };
            if ty.is_some_and(|t| !t.is_numeric()) {
                lower.push(errors::only_for(entry.key.span, name, "a number"));
                return None;
            }
            Some((value, entry.value.span))
        };
        let (min, max) = (bound(self, "min"), bound(self, "max"));
        if let (Some((min, low)), Some((max, high))) = (min, max)
            && min > max
        {
            self.push(errors::empty_range(high, low));
            return domain;
        }
        domain.min = min.map(|(n, _)| n);
        domain.max = max.map(|(n, _)| n);
        domain
    }

    fn enum_values(&mut self, entry: &Entry, ty: Option<&Type>) -> Option<Arc<[Value]>> {
        let what = "a list of the values that can occur";
        if let Kind::Scalar(scalar) = &entry.value.kind
            && scalar.value.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
            && !is_null(&entry.value)
        {
            self.wrong_type(&entry.value, what, Some(format!("[{}]", scalar.value)));
            return None;
        }
        let items = self.items(&entry.value, what)?;
        if items.is_empty() {
            self.push(errors::empty_enum(entry.value.span));
            return None;
        }
        let mut values: Vec<(Value, Span)> = Vec::new();
        for item in items {
            let Kind::Scalar(scalar) = &item.kind else {
                self.wrong_type(item, "text, a number or a boolean", None);
                continue;
            };
            let value = match scalar.resolve() {
                ScalarType::String => Value::String(Arc::from(scalar.value.as_str())),
                ScalarType::Bool(b) => Value::Bool(b),
                ScalarType::Int(n) => Value::Int(n),
                ScalarType::Float(n) => Value::Double(n),
                ScalarType::Null => Value::Null,
            };
            if let (Value::Null, Some(ty)) = (&value, ty)
                && !fits(&value, ty)
            {
                self.push(errors::null_in_enum(item.span, ty));
                continue;
            }
            if ty.is_some_and(|ty| !fits(&value, ty)) {
                let quoted = matches!(ty, Some(Type::String)).then(|| format!("\"{}\"", scalar.value));
                self.push(errors::enum_value_type(
                    item.span,
                    &scalar.value,
                    ty.unwrap_or(&Type::Dyn),
                    quoted,
                ));
                continue;
            }
            if let Some((_, first)) = values.iter().find(|(v, _)| *v == value) {
                self.push(errors::enum_value_twice(item.span, *first, &scalar.value));
                continue;
            }
            values.push((value, item.span));
        }
        (!values.is_empty()).then(|| values.into_iter().map(|(v, _)| v).collect())
    }
}

/// Whether a node is plainly meant as the declaration of a key.
pub(super) fn is_declaration(node: &Node) -> bool {
    match &node.kind {
        Kind::Scalar(scalar) => parse_type(scalar.value.trim(), 1).is_some(),
        Kind::Mapping(entries) => {
            let tells = |key: &str| matches!(key, "type" | "enum" | "items" | "values" | "fields");
            entries.iter().any(|entry| key_text(entry).is_some_and(tells))
        }
        Kind::Sequence(_) | Kind::Broken => false,
    }
}

/// Stands for a declaration that could not be read, which was reported: conditions may name the key, and nothing more
/// is said about it.
fn anything(name_span: Span) -> Declaration {
    let field = Field { ty: Type::Dyn, required: true, nullable: false, domain: Domain::default() };
    Declaration { name_span, field, description: None }
}

fn fits(value: &Value, ty: &Type) -> bool {
    matches!(
        (value, ty),
        (_, Type::Dyn)
            | (Value::String(_), Type::String)
            | (Value::Bool(_), Type::Bool)
            | (Value::Int(_), Type::Int | Type::Number)
            | (Value::Double(_), Type::Double | Type::Number)
    )
}

/// The type of the first value that has one.
fn type_of_first(node: &Node) -> Option<Type> {
    let Kind::Sequence(items) = &node.kind else { return None };
    items.iter().find_map(|item| match &item.kind {
        Kind::Scalar(scalar) => match scalar.resolve() {
            ScalarType::String => Some(Type::String),
            ScalarType::Bool(_) => Some(Type::Bool),
            ScalarType::Int(_) => Some(Type::Int),
            ScalarType::Float(_) => Some(Type::Double),
            ScalarType::Null => None,
        },
        _ => None,
    })
}

fn only_nulls(node: &Node) -> bool {
    matches!(&node.kind, Kind::Sequence(items) if !items.is_empty() && items.iter().all(|i| is_null(i)))
}

/// `string`, `list(string)`, `map(string, list(int))`
fn parse_type(text: &str, depth: usize) -> Option<Type> {
    if depth > DEPTH {
        return None;
    }
    if let Some((head, rest)) = text.split_once('(') {
        let inner = rest.strip_suffix(')')?;
        return match head.trim() {
            "list" => Some(Type::list(parse_type(inner.trim(), depth + 1)?)),
            "map" => {
                let (key, value) = inner.split_once(',')?;
                (key.trim() == "string")
                    .then(|| parse_type(value.trim(), depth + 1))
                    .flatten()
                    .map(|v| Type::map(Type::String, v))
            }
            _ => None,
        };
    }
    Some(match text {
        "bool" => Type::Bool,
        "int" => Type::Int,
        "double" => Type::Double,
        "number" => Type::Number,
        "string" => Type::String,
        "list" => Type::list(Type::Dyn),
        "map" => Type::map(Type::String, Type::Dyn),
        "dyn" => Type::Dyn,
        _ => return None,
    })
}
