//! What a variant says about which models may answer, apart from where it was written.

use std::sync::Arc;

use super::chain::By;
use crate::model::{self, Metric};

/// The model of a variant and its `model_selection`.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// A model id, a bare name, or `auto`.
    pub model: Arc<str>,
    /// Fallbacks, or the pool of `auto`.
    pub models: Vec<Arc<str>>,
    /// Models and providers left out.
    pub ignore: Vec<Arc<str>>,
    /// What to rank by, the first decides, with a direction where one is given.
    pub sort: Vec<By>,
    /// Providers in the order in which they are tried; empty without `provider.order`.
    pub order: Vec<Arc<str>>,
    /// Whether providers that `order` lacks may follow.
    pub allow_fallbacks: bool,
}

/// The keys of the same names that a request brings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OwnSelection {
    /// `models`
    pub models: Option<Vec<Arc<str>>>,
    /// `ignore`
    pub ignore: Option<Vec<Arc<str>>>,
    /// `sort`
    pub sort: Option<Vec<By>>,
    /// `provider.order`
    pub order: Option<Vec<Arc<str>>>,
    /// `provider.allow_fallbacks`
    pub allow_fallbacks: Option<bool>,
}

impl Selection {
    /// That of a variant. `None` when its model could not be read.
    pub(super) fn of(variant: &model::Variant) -> Option<Selection> {
        let texts = |list: &[crate::source::Spanned<String>]| -> Vec<Arc<str>> {
            list.iter().map(|item| Arc::from(item.value.as_str())).collect()
        };
        let written = &variant.selection;
        let provider = written.provider.as_ref();
        let criteria = written.sort.iter().flat_map(|sort| &sort.value);
        Some(Selection {
            model: Arc::from(variant.model.as_ref()?.value.as_str()),
            models: written.models.as_ref().map(|models| texts(&models.items)).unwrap_or_default(),
            ignore: written.ignore.as_ref().map(|ignore| texts(&ignore.value)).unwrap_or_default(),
            // What the wire form leaves unspecified ranks nothing, and neither does what follows it.
            sort: criteria
                .map_while(|criterion| Some((criterion.metric?, criterion.direction)))
                .collect::<Vec<(Metric, _)>>(),
            order: provider
                .and_then(|provider| provider.order.as_ref())
                .map(|order| texts(&order.value))
                .unwrap_or_default(),
            allow_fallbacks: provider
                .and_then(|provider| provider.allow_fallbacks.as_ref())
                .is_none_or(|allow| allow.value),
        })
    }

    /// Whether the service is to choose the model.
    pub(super) fn is_auto(&self) -> bool {
        *self.model == *"auto"
    }

    /// The selection for a request that brings keys of its own: each takes the place of the variant's, and what it
    /// ignores is ignored as well (A13).
    pub fn with(&self, own: &OwnSelection) -> Selection {
        let mut out = self.clone();
        if let Some(models) = &own.models {
            out.models.clone_from(models);
        }
        if let Some(ignore) = &own.ignore {
            out.ignore.extend(ignore.iter().cloned());
        }
        if let Some(sort) = &own.sort {
            out.sort.clone_from(sort);
        }
        if let Some(order) = &own.order {
            out.order.clone_from(order);
        }
        if let Some(allow) = own.allow_fallbacks {
            out.allow_fallbacks = allow;
        }
        out
    }
}

impl OwnSelection {
    /// True if the request says nothing of it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
