//! From the tree to the nouns, without serde: every fault of a document in one run, each at its place.
//!
//! In: a document of [`crate::yaml`]. Out: a [`Definition`] for each router it holds, or what routers share. It reads
//! shape and ranges, never what a name refers to.

mod authoring;
mod config;
mod fields;
mod metadata;
mod promises;
mod reuse;
mod selection;
mod test;
mod wire;

use std::fmt::Write;

use crate::diag::{Diagnostic, Severity, Sink, Subject};
use crate::model::{Definition, Form, Shared, Template, errors};
use crate::source::{Span, Spanned};
use crate::yaml::{Document, Kind, Node, Tree};
use fields::key_text;

pub use authoring::wire_names;
pub use metadata::{NotAVariable, not_a_variable, read_metadata};
pub use reuse::lower_shared;
pub use test::lower_suites;

/// What every part of the lowering shares.
pub(super) struct Lower<'s> {
    sink: &'s mut Sink,
    form: Form,
    subject: Subject,
    path: String,
    /// Of the definition that is being read.
    templates: Vec<Template>,
    damaged: bool,
    /// The document has syntax errors: whole keys may be missing from its tree.
    cut: bool,
    /// Where they would stand.
    unread: &'s [Span],
}

/// What a file holds.
#[derive(Debug, Default)]
pub struct Lowered {
    /// The routers, in order.
    pub definitions: Vec<Definition>,
    /// What documents without a router hold for others.
    pub shared: Vec<Shared>,
}

/// Reads every document of a file.
pub fn lower(tree: &Tree, sink: &mut Sink) -> Lowered {
    let mut out = Lowered::default();
    let mut any = false;
    for document in &tree.documents {
        any |= document.root.is_some() || document.damaged;
        lower_document(document, sink, &mut out);
    }
    // A file that was refused as a whole was reported as such.
    let refused = sink.as_slice().iter().any(|d| d.span.file == tree.file && d.severity == Severity::Error);
    if !any && !refused {
        sink.push(errors::empty_file(Span::file_start(tree.file)));
    }
    out
}

fn lower_document(document: &Document, sink: &mut Sink, lowered: &mut Lowered) {
    let Some(root) = document.root.as_deref() else { return };
    let errors_before = sink.error_count();
    let out = &mut lowered.definitions;
    let before = out.len();
    let mut lower = Lower::of(document, form_of(root), sink);
    if let Some(routers) = list_answer(root) {
        lower.form = Form::Wire;
        lower.list_answer(root, routers, out);
    } else if !document.damaged && reuse::is_shared(root) {
        lowered.shared.extend(lower.shared(root));
    } else {
        lower.one(root, document, out);
    }
    if sink.error_count() > errors_before {
        out.iter_mut().skip(before).for_each(|definition| definition.damaged = true);
    }
}

/// A document is wire if `defaultRoute` or `default_route` occurs, or an item of `routes` holds `route` or `condition`;
/// but not if `when` or `model` stands where only the authoring form has them. Then its author mixed the two, and each
/// wire key is reported with its name in the authoring form.
fn form_of(root: &Node) -> Form {
    let Kind::Mapping(entries) = &root.kind else { return Form::Authoring };
    let (mut wire, mut authoring) = (false, false);
    for entry in entries {
        match (key_text(entry), &entry.value.kind) {
            (Some("defaultRoute" | "default_route"), _) => {
                wire = true;
                authoring |= holds(&entry.value, &["model"]);
            }
            (Some("routes"), Kind::Sequence(items)) => {
                wire |= items.iter().any(|item| holds(item, &["route", "condition"]));
                authoring |= items.iter().any(|item| holds(item, &["when", "model"]));
            }
            _ => {}
        }
    }
    if wire && !authoring { Form::Wire } else { Form::Authoring }
}

/// Whether a mapping holds one of these keys.
fn holds(node: &Node, keys: &[&str]) -> bool {
    let Kind::Mapping(entries) = &node.kind else { return false };
    entries.iter().any(|entry| key_text(entry).is_some_and(|key| keys.contains(&key)))
}

/// The list under `routers`, when the document is an answer of the API's list call.
fn list_answer(root: &Node) -> Option<&Node> {
    let Kind::Mapping(entries) = &root.kind else { return None };
    entries.iter().find(|e| key_text(e) == Some("routers")).map(|e| &*e.value)
}

impl<'s> Lower<'s> {
    /// Reports, with what it is about.
    /// Before anything of a document is read.
    fn of(document: &'s Document, form: Form, sink: &'s mut Sink) -> Self {
        Self {
            sink,
            form,
            subject: Subject::default(),
            path: String::new(),
            templates: Vec::new(),
            damaged: document.damaged,
            cut: document.damaged,
            unread: &document.unread,
        }
    }

    fn push(&mut self, mut diagnostic: Diagnostic) {
        diagnostic.subject =
            Subject { path: (!self.path.is_empty()).then(|| self.path.clone()), ..self.subject.clone() };
        self.sink.push(diagnostic);
    }

    /// Goes down to a part of the document; answers what [`Lower::leave`] needs to come back.
    fn enter(&mut self, key: &str) -> usize {
        let mark = self.path.len();
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(key);
        mark
    }

    /// Goes down to an item of a list.
    fn enter_item(&mut self, index: usize) -> usize {
        let mark = self.path.len();
        // Writing to a string cannot fail.
        let _ = write!(self.path, "[{index}]");
        mark
    }

    fn leave(&mut self, mark: usize) {
        self.path.truncate(mark);
    }

    fn one(&mut self, root: &Node, document: &Document, out: &mut Vec<Definition>) {
        match &root.kind {
            Kind::Mapping(_) => {
                let definition = match self.form {
                    Form::Wire => self.wire_router(root),
                    Form::Authoring => self.authoring_router(root),
                };
                out.extend(definition);
            }
            Kind::Broken => {}
            Kind::Scalar(_) | Kind::Sequence(_) => {
                if !document.damaged {
                    self.push(errors::not_a_router(root));
                }
            }
        }
    }

    fn list_answer(&mut self, root: &Node, routers: &Node, out: &mut Vec<Definition>) {
        let Some(mut fields) = self.fields(root, "a list answer") else { return };
        fields.take(self, "routers");
        fields.take(self, "next_page_token");
        fields.finish(self, &["routers", "next_page_token"], &[]);
        let Some(items) = self.blocks(routers, "a list of routers") else { return };
        for (index, item) in items.iter().enumerate() {
            let mark = self.enter(&format!("routers[{index}]"));
            out.extend(self.wire_router(item));
            self.subject = Subject::default();
            self.leave(mark);
        }
    }

    /// A router's name: what the vendor's own tool accepts.
    fn router_name(&mut self, node: &Node) -> Option<Spanned<String>> {
        let name = self.filled_text(node, "the router's name, as text")?;
        let bare = bare_name(&name.value);
        self.subject.router = Some(bare.to_owned());
        if !is_bare_name(bare) {
            self.push(errors::invalid_name(&name));
        }
        Some(name)
    }
}

/// Whether a router can be called this.
pub fn is_bare_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// `support` of `routers/support`.
pub fn bare_name(name: &str) -> &str {
    name.strip_prefix("routers/").unwrap_or(name)
}
