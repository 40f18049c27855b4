//! Where a definition names models.

use super::{Definition, Route, Variant};
use crate::source::Spanned;

/// What a model is named for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Role {
    /// `model`
    Model,
    /// `fallbacks`
    Fallback,
    /// `candidates`: an entry of the pool of `auto`.
    Candidate,
    /// `ignore`
    Ignore,
}

impl Role {
    /// Its name in JSON: the key of the definition language.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Fallback => "fallbacks",
            Self::Candidate => "candidates",
            Self::Ignore => "ignore",
        }
    }
}

/// A name of a model, of a provider's models, or `auto`, in a variant.
#[derive(Clone, Copy, Debug)]
pub struct Mention<'d> {
    /// As written.
    pub name: &'d Spanned<String>,
    /// What it is there for.
    pub role: Role,
    /// The route that holds it.
    pub route: &'d Route,
    /// The variant that holds it.
    pub variant: &'d Variant,
}

impl Definition {
    /// Every name of models in its routes, the default route last, in the order in which they are asked.
    pub fn mentions(&self) -> Vec<Mention<'_>> {
        let mut out = Vec::new();
        for route in self.router.routes.iter().chain(&self.router.default) {
            for variant in &route.variants {
                variant.mentions(route, &mut out);
            }
        }
        out
    }
}

impl Variant {
    fn mentions<'d>(&'d self, route: &'d Route, out: &mut Vec<Mention<'d>>) {
        let mut push = |name, role| out.push(Mention { name, role, route, variant: self });
        if let Some(model) = &self.model {
            push(model, Role::Model);
        }
        let role = if self.is_auto() { Role::Candidate } else { Role::Fallback };
        self.selection.models.iter().flat_map(|models| &models.items).for_each(|name| push(name, role));
        self.selection.ignore.iter().flat_map(|list| &list.value).for_each(|name| push(name, Role::Ignore));
    }
}
