//! What the attempts of a variant can be, and whether they fit what an invariant speaks of.
//!
//! The catalogue may be older than a provider or a model: what a definition leaves to the service may be something that
//! nobody here knows.

use std::borrow::Cow;
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
    /// Any model of this provider.
    Of(Arc<str>),
    /// Whatever the service offers.
    Any,
}

impl Attempt {
    /// As messages call it.
    pub(super) fn text(&self) -> String {
        match self {
            Attempt::Model(id) => format!("`{id}`"),
            Attempt::Bare(name) => format!("`{name}` of any provider"),
            Attempt::Of(provider) => format!("any model of `{provider}`"),
            Attempt::Any => "any model that `auto` may choose".to_owned(),
        }
    }
}

/// Ids of models.
type Models<'m> = Box<dyn Iterator<Item = Cow<'m, str>> + 'm>;

/// A name that nobody has given to anything, and that only a pattern for all names fits.
const NEW: &str = "\0";

/// A variant, to be asked about its attempts.
pub(super) struct Attempts<'a> {
    pub(super) variant: &'a Variant,
    pub(super) chain: &'a Chain,
    pub(super) catalogue: &'a Catalogue,
}

impl Attempts<'_> {
    /// The attempts that can be made first.
    pub(super) fn first(&self) -> Vec<Attempt> {
        let mut first = self.chain.ranks.first().map(attempts).unwrap_or_default();
        let model = self.variant.model.as_ref().map_or("", |model| &model.value);
        if self.variant.is_auto() {
            first.extend(self.listed().flat_map(|id| self.unknown(id, true)));
        } else if !matches!((first.as_slice(), self.order().first()),
            ([Attempt::Model(id)], Some(provider)) if self::provider(id) == *provider)
        {
            first.extend(self.unknown(model, true));
        }
        first
    }

    /// All that can be made under some outage.
    pub(super) fn all(&self) -> Vec<Attempt> {
        let mut all: Vec<Attempt> = self.chain.ranks.iter().flat_map(attempts).collect();
        let auto = self.variant.is_auto();
        if let Some(model) = self.variant.model.as_ref().filter(|_| !auto) {
            all.extend(self.unknown(&model.value, true));
        }
        let in_order = !auto && self.variant.selection.sort.is_none();
        all.extend(self.listed().flat_map(|id| self.unknown(id, in_order)));
        all
    }

    fn listed(&self) -> impl Iterator<Item = &str> {
        self.variant.selection.models.iter().flat_map(|models| &models.items).map(|item| item.value.as_str())
    }

    /// The providers that are to be tried in this order.
    fn order(&self) -> Vec<&str> {
        let choice = self.variant.selection.provider.iter();
        choice.flat_map(|c| &c.order).flat_map(|order| &order.value).map(|p| p.value.as_str()).collect()
    }

    /// What an entry may stand for that the catalogue does not know.
    fn unknown(&self, id: &str, in_order: bool) -> Vec<Attempt> {
        if ModelId::parse(id).map_or(true, |id| id.provider().is_some()) {
            return Vec::new();
        }
        if self.catalogue.has_provider(id) && !self.catalogue.knows_bare(id) {
            return vec![Attempt::Of(id.into())];
        }
        let choice =
            self.variant.selection.provider.as_ref().and_then(|choice| choice.allow_fallbacks.as_ref());
        let order = self.order();
        if in_order && !order.is_empty() && choice.is_some_and(|allow| !allow.value) {
            let of_order = order.into_iter().map(|provider| format!("{provider}/{id}"));
            return of_order.filter(|id| !self.ignores(id)).map(|id| Attempt::Model(id.into())).collect();
        }
        vec![Attempt::Bare(id.into())]
    }

    fn ignores(&self, id: &str) -> bool {
        let mut ignored = self.variant.selection.ignore.iter().flat_map(|list| &list.value);
        ignored.any(|entry| *entry.value == *id || entry.value == provider(id) || entry.value == bare(id))
    }

    /// Whether an attempt can be one that the model and provider lists speak of.
    pub(super) fn can_fit(&self, attempt: &Attempt, target: &Target) -> bool {
        self.models(attempt, target).any(|id| is_model(&id, target) && is_provider(provider(&id), target))
    }

    /// Whether an attempt is one that the model and provider lists speak of, whatever the service chooses.
    pub(super) fn must_fit(&self, attempt: &Attempt, target: &Target) -> bool {
        self.models(attempt, target).all(|id| is_model(&id, target) && is_provider(provider(&id), target))
    }

    /// The models that an attempt may ask, one of each kind that the lists tell apart: known ones, those that the lists
    /// name, and one that nothing names.
    fn models<'m>(&'m self, attempt: &'m Attempt, target: &'m Target) -> Models<'m> {
        // Some text that a pattern fits.
        let some = |list: &'m [Spanned<String>]| {
            list.iter().map(|p| Cow::from(p.value.replace('*', NEW))).chain([Cow::from(NEW)])
        };
        let providers = move || {
            let known = self.catalogue.providers().into_iter().map(Cow::from);
            known.chain(some(&target.provider))
        };
        let of = move |provider: Cow<'m, str>| {
            some(&target.model).map(move |name| match name.split_once('/') {
                Some(_) => name,
                None => Cow::from(format!("{provider}/{name}")),
            })
        };
        let known = self.catalogue.ids().map(Cow::from);
        let all: Models<'m> = match attempt {
            Attempt::Model(id) => return Box::new([Cow::from(&**id)].into_iter()),
            Attempt::Bare(name) => {
                Box::new(providers().map(move |provider| Cow::from(format!("{provider}/{name}"))))
            }
            Attempt::Of(provider) => {
                let all = known.chain(of(Cow::from(&**provider)));
                Box::new(all.filter(|id| self::provider(id) == &**provider))
            }
            Attempt::Any => Box::new(known.chain(providers().flat_map(of))),
        };
        Box::new(all.filter(|id| !self.ignores(id)))
    }

    /// The provider whose outage leaves nothing, as far as is known who serves what: `Some(None)` where there is nothing
    /// from the start, or only a name that nobody is known to serve.
    pub(super) fn single_provider(&self) -> Option<Option<String>> {
        let mut only: Option<String> = None;
        for attempt in self.chain.ranks.iter().flat_map(attempts) {
            let provider = match &attempt {
                Attempt::Model(id) => provider(id),
                Attempt::Bare(_) | Attempt::Of(_) => continue,
                Attempt::Any => return None,
            };
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

/// The name of a model whoever serves it: the last part of `groq/openai/gpt-oss-120b`.
fn bare(id: &str) -> &str {
    id.rsplit_once('/').map_or(id, |(_, name)| name)
}

fn is_provider(provider: &str, target: &Target) -> bool {
    target.provider.is_empty() || target.provider.iter().any(|p| fits(&p.value, provider))
}

/// A pattern without a slash speaks of the model whoever serves it.
fn is_model(id: &str, target: &Target) -> bool {
    target.model.is_empty()
        || target
            .model
            .iter()
            .any(|p| fits(&p.value, id) || !p.value.contains('/') && fits(&p.value, bare(id)))
}

/// Whether a name is one of those listed; an empty list names all.
pub(super) fn is_listed(name: &str, list: &[Spanned<String>]) -> bool {
    list.is_empty() || list.iter().any(|pattern| fits(&pattern.value, name))
}
