//! What is named once and used in several places: conditions and pools of models, of a definition's own or from a file
//! that many share.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{Condition, Metadata};
use crate::source::{Span, Spanned};

/// What a definition names.
#[derive(Clone, Debug, Default)]
pub struct Reuse {
    /// `use`: files with more names, as written.
    pub files: Vec<Spanned<String>>,
    /// Its own `conditions` and `pools`.
    pub own: Library,
    /// Those of the files, once they were read.
    pub shared: Vec<Arc<Library>>,
    /// A file could not be read, which was reported: a name that is not here may stand there.
    pub unread: bool,
}

/// Named conditions and pools.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// `conditions`, in order.
    pub conditions: IndexMap<Arc<str>, Arc<NamedCondition>>,
    /// `pools`, in order.
    pub pools: IndexMap<Arc<str>, Arc<Pool>>,
}

/// A condition with a name.
#[derive(Clone, Debug)]
pub struct NamedCondition {
    /// Its name.
    pub name: Arc<str>,
    /// Where the name stands.
    pub name_span: Span,
    /// The condition; `None` when it could not be read.
    pub condition: Option<Condition>,
}

/// A list of models with a name.
#[derive(Clone, Debug)]
pub struct Pool {
    /// Where its name stands.
    pub name_span: Span,
    /// Model ids, bare names and providers; `None` when they could not be read.
    pub models: Option<Vec<Spanned<String>>>,
}

/// A document that holds no router, but what routers share.
#[derive(Clone, Debug)]
pub struct Shared {
    /// What callers send.
    pub metadata: Metadata,
    /// Its conditions and pools.
    pub library: Arc<Library>,
}

impl Reuse {
    /// Whether no condition has a name.
    pub fn names_no_condition(&self) -> bool {
        self.libraries().all(|library| library.conditions.is_empty())
    }

    /// The conditions of this name, the definition's own first. More than one is one too many.
    pub fn conditions(&self, name: &str) -> impl Iterator<Item = &Arc<NamedCondition>> {
        self.libraries().filter_map(move |library| library.conditions.get(name))
    }

    /// The pools of this name; see [`Reuse::conditions`].
    pub fn pools(&self, name: &str) -> impl Iterator<Item = &Arc<Pool>> {
        self.libraries().filter_map(move |library| library.pools.get(name))
    }

    /// All names of conditions.
    pub fn condition_names(&self) -> impl Iterator<Item = &str> {
        self.libraries().flat_map(|library| library.conditions.keys()).map(|name| &**name)
    }

    /// All names of pools.
    pub fn pool_names(&self) -> impl Iterator<Item = &str> {
        self.libraries().flat_map(|library| library.pools.keys()).map(|name| &**name)
    }

    fn libraries(&self) -> impl Iterator<Item = &Library> {
        std::iter::once(&self.own).chain(self.shared.iter().map(|library| &**library))
    }
}
