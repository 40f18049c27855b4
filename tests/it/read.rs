//! Text to definitions, and to plain JSON, as the tests of schemas and of the emitter need it.

use irc::diag::{Diagnostic, Severity, Sink, Suppressions};
use irc::model::Definition;
use irc::source::{FileId, Sources};
use irc::yaml::{Kind, Node, ScalarType, Tree};
use serde_json::Value;

/// What a text holds.
pub(crate) struct Read {
    pub(crate) definitions: Vec<Definition>,
    pub(crate) found: Vec<Diagnostic>,
    /// The documents as JSON.
    pub(crate) json: Vec<Value>,
    /// Whether a document is no router, but what routers share.
    pub(crate) holds_shared: bool,
}

impl Read {
    pub(crate) fn errors(&self) -> Vec<&str> {
        let errors = self.found.iter().filter(|d| d.severity == Severity::Error);
        errors.map(|d| d.message.as_str()).collect()
    }
}

pub(crate) fn read(text: &str) -> Read {
    let mut sources = Sources::new();
    let file: FileId = sources.add("router.yaml", text);
    let mut sink = Sink::new();
    let tree: Tree = irc::yaml::parse(sources.get(file).unwrap(), &irc::yaml::Options::default(), &mut sink);
    let lowered = irc::model::lower(&tree, &mut sink);
    let json = tree.documents.iter().filter_map(|d| d.root.as_deref()).map(json).collect();
    let found = sink.finish(&Suppressions::default());
    Read { definitions: lowered.definitions, found, json, holds_shared: !lowered.shared.is_empty() }
}

fn json(node: &Node) -> Value {
    match &node.kind {
        Kind::Scalar(scalar) => match scalar.resolve() {
            ScalarType::Null => Value::Null,
            ScalarType::Bool(b) => b.into(),
            ScalarType::Int(n) => n.into(),
            ScalarType::Float(n) => n.into(),
            ScalarType::String => scalar.value.clone().into(),
        },
        Kind::Sequence(items) => items.iter().map(|item| json(item)).collect(),
        Kind::Mapping(entries) => entries.iter().map(|e| (e.key.text().to_owned(), json(&e.value))).collect(),
        Kind::Broken => Value::Null,
    }
}
