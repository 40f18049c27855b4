//! What definitions name and share: `use`, `conditions` and `pools`, and files that hold nothing else.

use std::sync::Arc;

use indexmap::IndexMap;

use super::fields::key_text;
use super::metadata::{NotAVariable, is_declaration, not_a_variable};
use super::{Lower, authoring};
use crate::diag::Sink;
use crate::model::{Form, Library, Metadata, NamedCondition, Pool, PoolList, PoolUse, Shared, errors};
use crate::source::{Span, Spanned};
use crate::yaml::{Entry, Kind, Node, Tree};

/// What a shared file holds.
const SHARED_KEYS: &[&str] = &["irc", "description", "metadata", "conditions", "pools"];
/// The parts of it that are of use.
const SECTIONS: &[&str] = &["metadata", "conditions", "pools"];
/// Keys of a router in the other spellings.
const OF_THE_WIRE: &[&str] = &["routers", "displayName", "defaultRoute", "default_route"];
/// How many files a definition may name.
const MOST_FILES: usize = 32;

/// How a document that holds no router is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// Under `metadata`, `conditions` and `pools`.
    Sections,
    /// The keys of a `metadata` block, and nothing above them.
    Declarations,
}

/// Whether a document is what routers share, and no router.
pub(super) fn is_shared(root: &Node) -> bool {
    layout(root).is_some()
}

/// Whether a document holds sections, and nothing but sections.
pub(super) fn is_sections(root: &Node) -> bool {
    let known = |entry: &Entry| {
        key_text(entry).is_some_and(|key| SHARED_KEYS.contains(&key) || key.starts_with("x-"))
    };
    let section = |entry: &Entry| {
        key_text(entry).is_some_and(|key| SECTIONS.contains(&key)) && entry.value.entries().is_some()
    };
    root.entries().is_some_and(|entries| entries.iter().all(known) && entries.iter().any(section))
}

fn layout(root: &Node) -> Option<Layout> {
    let entries = root.entries()?;
    if is_sections(root) {
        return Some(Layout::Sections);
    }
    let own = |entry: &Entry| key_text(entry).is_some_and(|key| key.starts_with("x-"));
    if entries.iter().any(|e| !own(e)) && entries.iter().all(|e| own(e) || is_declaration(&e.value)) {
        return Some(Layout::Declarations);
    }
    let any_of = |keys: &[&str]| entries.iter().any(|e| key_text(e).is_some_and(|key| keys.contains(&key)));
    let of_a_router = authoring::ROUTER_KEYS.iter().copied();
    let of_a_router: Vec<&str> =
        of_a_router.filter(|key| !SHARED_KEYS.contains(key) && *key != "use").collect();
    (any_of(SECTIONS) && !any_of(&of_a_router) && !any_of(OF_THE_WIRE)).then_some(Layout::Sections)
}

/// Reads the documents of a file that routers share; those that hold routers are passed over.
pub fn lower_shared(tree: &Tree, sink: &mut Sink) -> Vec<Shared> {
    let mut found = Vec::new();
    for document in &tree.documents {
        let Some(root) = document.root.as_deref().filter(|root| is_shared(root)) else { continue };
        let mut lower = Lower::of(document, Form::Authoring, sink);
        found.extend(lower.shared(root));
    }
    found
}

impl Lower<'_> {
    /// A document that holds no router.
    pub(super) fn shared(&mut self, root: &Node) -> Option<Shared> {
        if layout(root) == Some(Layout::Declarations) {
            let metadata = self.declarations(root, true).map_or(Metadata::Unknown, Metadata::Declared);
            return Some(Shared { metadata, library: Arc::default() });
        }
        let mut fields = self.fields(root, "a shared file")?;
        if let Some(entry) = fields.take(self, "irc") {
            self.version(&entry.value);
        }
        if let Some(entry) = fields.take(self, "description") {
            self.text(&entry.value, "a description, as text");
        }
        let mut metadata = Metadata::Inferred;
        if let Some(entry) = fields.take(self, "metadata") {
            let mark = self.enter("metadata");
            metadata = self.declarations(&entry.value, true).map_or(Metadata::Unknown, Metadata::Declared);
            self.leave(mark);
        }
        let library = self.library(&mut fields);
        fields.finish(self, SHARED_KEYS, &[]);
        Some(Shared { metadata, library: Arc::new(library) })
    }

    /// `conditions` and `pools`.
    pub(super) fn library(&mut self, fields: &mut super::fields::Fields<'_>) -> Library {
        let mut library = Library::default();
        if let Some(entry) = fields.take(self, "conditions") {
            let mark = self.enter("conditions");
            library.conditions = self.named_conditions(&entry.value);
            self.leave(mark);
        }
        if let Some(entry) = fields.take(self, "pools") {
            let mark = self.enter("pools");
            library.pools = self.named_pools(&entry.value);
            self.leave(mark);
        }
        library
    }

    /// `use`: one path or several.
    pub(super) fn used_files(&mut self, node: &Node) -> Vec<Spanned<String>> {
        let what = "the path of a shared file, or a list of paths";
        let mut files = self.texts(node, what, "a path, as text", true).unwrap_or_default();
        if files.len() > MOST_FILES {
            self.push(errors::too_many_files(node.span, files.len(), MOST_FILES));
            files.truncate(MOST_FILES);
        }
        files
    }

    fn named_conditions(&mut self, node: &Node) -> IndexMap<Arc<str>, Arc<NamedCondition>> {
        let mut out = IndexMap::new();
        let example = "conditions, each with its name, as in `big: seats >= 500`";
        for entry in self.named(node, "conditions", example) {
            let (key, name_span) = (entry.key.text(), entry.key.span);
            if !self.usable_condition_name(key, name_span) {
                continue;
            }
            let mark = self.enter(key);
            let condition = self.condition(entry);
            self.leave(mark);
            let name: Arc<str> = Arc::from(key);
            out.insert(name.clone(), Arc::new(NamedCondition { name, name_span, condition }));
        }
        out
    }

    fn usable_condition_name(&mut self, name: &str, span: Span) -> bool {
        match not_a_variable(name) {
            None => return true,
            Some(NotAVariable::NotIdentifier) => self.push(errors::condition_not_identifier(span, name)),
            Some(_) => self.push(errors::condition_reserved(span, name)),
        }
        false
    }

    fn named_pools(&mut self, node: &Node) -> IndexMap<Arc<str>, Arc<Pool>> {
        let mut out = IndexMap::new();
        let example = "pools, each with its name, as in `fast: [openai/gpt-4o-mini]`";
        for entry in self.named(node, "pools", example) {
            let (key, name_span) = (entry.key.text(), entry.key.span);
            if key.trim().is_empty() {
                self.push(errors::empty_text(name_span, "the name of a pool"));
                continue;
            }
            let mark = self.enter(key);
            let models = self.texts(&entry.value, "a list of model ids", "a model id, as text", true);
            if models.as_ref().is_some_and(Vec::is_empty) && entry.value.items().is_some_and(<[_]>::is_empty)
            {
                self.push(errors::empty_pool(entry.value.span, key));
            }
            self.leave(mark);
            out.insert(Arc::from(key), Arc::new(Pool { name_span, models }));
        }
        out
    }

    /// The entries of a block of names; keys that begin with `x-` are the author's own.
    fn named<'n>(&mut self, node: &'n Node, block: &str, example: &str) -> Vec<&'n Entry> {
        match &node.kind {
            Kind::Mapping(entries) => {
                entries.iter().filter(|e| key_text(e).is_some_and(|key| !key.starts_with("x-"))).collect()
            }
            Kind::Scalar(scalar) if is_path(&scalar.value) => {
                self.push(errors::path_instead_of_block(node, block));
                Vec::new()
            }
            _ => {
                self.wrong_type(node, example, None);
                Vec::new()
            }
        }
    }

    /// A list of models that may hold `pool: name`; one item alone is a list of one.
    pub(super) fn models_and_pools(
        &mut self,
        node: &Node,
        (what, item): (&str, &str),
        list: PoolList,
        pools: &mut Vec<PoolUse>,
    ) -> Option<Vec<Spanned<String>>> {
        if self.form == Form::Wire {
            return self.texts(node, what, item, false);
        }
        let nodes: Vec<&Node> = match &node.kind {
            Kind::Sequence(items) => items.iter().map(|item| &**item).collect(),
            Kind::Scalar(_) | Kind::Mapping(_) => vec![node],
            Kind::Broken => {
                self.damaged = true;
                return None;
            }
        };
        let mut models = Vec::new();
        for node in nodes {
            if matches!(node.kind, Kind::Mapping(_)) {
                if let Some(name) = self.pool_name(node, item) {
                    pools.push(PoolUse { name, list, at: models.len(), holds: None });
                }
            } else {
                models.extend(self.filled_text(node, item));
            }
        }
        Some(models)
    }

    /// `pool: name`
    fn pool_name(&mut self, node: &Node, item: &str) -> Option<Spanned<String>> {
        let mut fields = self.fields(node, "an item of this list")?;
        let Some(entry) = fields.take(self, "pool") else {
            if self.lacks(&fields, "pool") {
                self.wrong_type(node, &format!("{item}, or `pool: name`"), None);
            } else {
                fields.finish(self, &["pool"], &[]);
            }
            return None;
        };
        let name = self.filled_text(&entry.value, "the name of a pool, as text");
        fields.finish(self, &["pool"], &[]);
        name
    }
}

/// Whether a text looks like the path of a definition.
fn is_path(text: &str) -> bool {
    [".yaml", ".yml", ".json"].iter().any(|ending| text.ends_with(ending))
}
