//! Lists of models, filtered and sorted, as plain data.

use super::model::{Capability, Model};
use super::{Catalogue, provider_of};

/// Which models to list; the default is all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only of this provider.
    pub provider: Option<String>,
    /// Only those whose id holds this text, in any casing.
    pub contains: Option<String>,
    /// Only those that are known to have all of these.
    pub capabilities: Vec<Capability>,
}

/// In which order to list them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Order {
    /// By id.
    #[default]
    Id,
    /// By blended price, cheapest first, those without a price last; then by id.
    Price,
}

impl Catalogue {
    /// The known models that pass a filter.
    pub fn list(&self, filter: &Filter, order: Order) -> Vec<Model> {
        let provider = filter.provider.as_deref();
        let contains = filter.contains.as_ref().map(|text| text.to_lowercase());
        let mut ids: Vec<&str> = self
            .ids()
            .filter(|id| provider.is_none() || provider == provider_of(id))
            .filter(|id| contains.as_ref().is_none_or(|text| id.to_lowercase().contains(text)))
            .collect();
        ids.sort_unstable();
        let has_all =
            |model: &Model| filter.capabilities.iter().all(|c| model.capabilities.get(*c) == Some(true));
        let mut models: Vec<Model> = ids.into_iter().filter_map(|id| self.get(id)).filter(has_all).collect();
        if order == Order::Price {
            let price = |model: &Model| model.prices.blended().unwrap_or(f64::INFINITY);
            models.sort_by(|a, b| price(a).total_cmp(&price(b)));
        }
        models
    }
}
