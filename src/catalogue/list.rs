//! Lists of models, filtered and sorted, as plain data.

use super::model::{Capability, Model};
use super::{Catalogue, Date, ModelId, Target, provider_of};

/// Which models to list; the default is all. What is not known of a model passes no bound.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only of this provider.
    pub provider: Option<String>,
    /// Only those whose id holds this text, in any casing.
    pub contains: Option<String>,
    /// Only those that are known to have all of these.
    pub capabilities: Vec<Capability>,
    /// Only those that are known to read all of these: `image`, `pdf`.
    pub reads: Vec<String>,
    /// Only those with room for so many tokens.
    pub min_context: Option<u32>,
    /// Only those whose blended price is at most this, in US dollars a token.
    pub max_price: Option<f64>,
    /// Only those that are switched off before this day.
    pub retires_before: Option<Date>,
}

/// In which order to list them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Order {
    /// By id.
    #[default]
    Id,
    /// By blended price, cheapest first, those without a price last; then by id.
    Price,
    /// By context, largest first, those of which it is not known last; then by id.
    Context,
    /// By the day of retirement, those without one last; then by id.
    Retirement,
}

impl Filter {
    fn passes(&self, model: &Model) -> bool {
        // A bound that is just met must not fail for the last digit of a blend.
        let at_most =
            |price: Option<f64>, bound: f64| price.is_some_and(|price| price <= bound * (1.0 + 1e-9));
        self.capabilities.iter().all(|c| model.capabilities.get(*c) == Some(true))
            && self.reads.iter().all(|kind| model.input.contains(kind))
            && self.min_context.is_none_or(|tokens| model.context.is_some_and(|context| context >= tokens))
            && self.max_price.is_none_or(|bound| at_most(model.prices.blended(), bound))
            && self.retires_before.is_none_or(|day| model.retires_on.is_some_and(|on| on < day))
    }
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
        let mut models: Vec<Model> =
            ids.into_iter().filter_map(|id| self.get(id)).filter(|model| filter.passes(model)).collect();
        match order {
            Order::Id => {}
            Order::Price => {
                let price = |model: &Model| model.prices.blended().unwrap_or(f64::INFINITY);
                models.sort_by(|a, b| price(a).total_cmp(&price(b)));
            }
            Order::Context => models.sort_by_key(|model| std::cmp::Reverse(model.context)),
            Order::Retirement => models.sort_by_key(|model| (model.retires_on.is_none(), model.retires_on)),
        }
        models
    }

    /// The models that an entry of a definition stands for: one by its id, those that answer to a bare name, those of a
    /// whole provider. Empty for one that is not known, for `auto` and for other routers.
    pub fn standing_for(&self, entry: &str) -> Vec<Model> {
        let Ok(id) = ModelId::parse(entry) else { return Vec::new() };
        match id.target {
            Target::Bare(bare) if self.has_provider(bare) && !self.knows_bare(bare) => self.of(bare),
            Target::Bare(bare) => self.serving(bare),
            Target::Concrete { .. } | Target::Hosted(_) => self.get(id.name).into_iter().collect(),
            Target::Auto | Target::Router(_) => Vec::new(),
        }
    }
}
