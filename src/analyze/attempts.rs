//! What the attempts of a variant can be, and whether they fit what an invariant speaks of.

use std::sync::Arc;

use crate::catalogue::{Catalogue, ModelId};
use crate::check::fits;
use crate::compile::{Chain, Rank};
use crate::model::{Target, Variant};
use crate::source::Spanned;

/// One attempt that may be made.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Attempt {
    /// This model of a known provider.
    Model(Arc<str>),
    /// A model of this bare name, by any provider.
    Bare(Arc<str>),
    /// Whatever the service offers.
    Any,
}

impl Attempt {
    /// As messages call it.
    pub(super) fn text(&self) -> String {
        match self {
            Attempt::Model(id) => format!("`{id}`"),
            Attempt::Bare(name) => format!("`{name}` of any provider"),
            Attempt::Any => "any model that `auto` may choose".to_owned(),
        }
    }
}

/// A variant, to be asked about its attempts.
pub(super) struct Attempts<'a> {
    pub(super) variant: &'a Variant,
    pub(super) chain: &'a Chain,
    pub(super) catalogue: &'a Catalogue,
}

impl Attempts<'_> {
    /// The attempts that can be made first.
    pub(super) fn first(&self) -> Vec<Attempt> {
        self.chain.ranks.first().map(attempts).unwrap_or_default()
    }

    /// All that can be made under some outage.
    pub(super) fn all(&self) -> Vec<Attempt> {
        self.chain.ranks.iter().flat_map(attempts).collect()
    }

    fn ignored(&self) -> impl Iterator<Item = &str> {
        self.variant.selection.ignore.iter().flat_map(|list| &list.value).map(|entry| entry.value.as_str())
    }

    /// Whether an attempt can be one that the model and provider lists speak of.
    pub(super) fn can_fit(&self, attempt: &Attempt, target: &Target) -> bool {
        match attempt {
            Attempt::Model(id) => is_model(id, target) && is_provider(provider(id), target),
            Attempt::Bare(name) => is_bare_model(name, target) && self.some_provider(target),
            Attempt::Any => {
                let listed = |p: &Spanned<String>| {
                    let provider = p.value.split_once('/').map_or("", |(provider, _)| provider);
                    !self.ignored().any(|i| *i == *p.value || i == provider)
                };
                (target.model.is_empty() || target.model.iter().any(listed)) && self.some_provider(target)
            }
        }
    }

    /// Whether an attempt is one that the model and provider lists speak of, whatever the service chooses.
    pub(super) fn must_fit(&self, attempt: &Attempt, target: &Target) -> bool {
        match attempt {
            Attempt::Model(_) => self.can_fit(attempt, target),
            Attempt::Bare(name) => is_bare_model(name, target) && self.every_provider(target),
            Attempt::Any => all_pass(&target.model) && self.every_provider(target),
        }
    }

    /// Whether a provider that is not ignored is one of those named. Names that the catalogue does not know count:
    /// it may be older than the provider.
    fn some_provider(&self, target: &Target) -> bool {
        let open = |provider: &str| !self.ignored().any(|ignored| ignored == provider);
        target.provider.is_empty()
            || target.provider.iter().any(|p| !p.value.contains('*') && open(&p.value))
            || self.catalogue.providers().into_iter().any(|p| open(p) && is_provider(p, target))
    }

    fn every_provider(&self, target: &Target) -> bool {
        // A provider that nobody knows yet can only be allowed by a pattern for all.
        target.provider.is_empty() || all_pass(&target.provider)
    }

    /// The provider whose outage leaves nothing: `Some(None)` where there is nothing from the start.
    pub(super) fn single_provider(&self) -> Option<Option<String>> {
        let mut only: Option<String> = None;
        for attempt in self.all() {
            let Attempt::Model(id) = attempt else { return None };
            let provider = provider(&id);
            match &only {
                None => only = Some(provider.to_owned()),
                Some(known) if *known == *provider => {}
                Some(_) => return None,
            }
        }
        Some(only)
    }
}

fn attempts(rank: &Rank) -> Vec<Attempt> {
    let of = |id: &Arc<str>| match ModelId::parse(id).ok().and_then(|id| id.provider()) {
        Some(_) => Attempt::Model(Arc::clone(id)),
        None => Attempt::Bare(Arc::clone(id)),
    };
    match rank {
        Rank::Model(id) => vec![of(id)],
        Rank::Tied(ids) => ids.iter().map(of).collect(),
        Rank::Open => vec![Attempt::Any],
    }
}

fn provider(id: &str) -> &str {
    id.split_once('/').map_or(id, |(provider, _)| provider)
}

fn all_pass(patterns: &[Spanned<String>]) -> bool {
    patterns.is_empty() || patterns.iter().any(|p| p.value == "*")
}

fn is_provider(provider: &str, target: &Target) -> bool {
    target.provider.is_empty() || target.provider.iter().any(|p| fits(&p.value, provider))
}

/// A pattern without a slash speaks of the model whoever serves it: of the last part of `groq/openai/gpt-oss-120b`.
fn is_model(id: &str, target: &Target) -> bool {
    let bare = id.rsplit_once('/').map_or(id, |(_, name)| name);
    target.model.is_empty()
        || target.model.iter().any(|p| fits(&p.value, id) || !p.value.contains('/') && fits(&p.value, bare))
}

fn is_bare_model(name: &str, target: &Target) -> bool {
    target.model.is_empty()
        || target.model.iter().any(|p| {
            let pattern = p.value.rsplit_once('/').map_or(p.value.as_str(), |(_, name)| name);
            fits(pattern, name)
        })
}

/// Whether a name is one of those listed; an empty list names all.
pub(super) fn is_listed(name: &str, list: &[Spanned<String>]) -> bool {
    list.is_empty() || list.iter().any(|pattern| fits(&pattern.value, name))
}
