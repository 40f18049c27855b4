//! What there is outside: providers, models and their prices, the router's own CEL functions, and what is assumed of
//! the service where it documents nothing.
//!
//! In: the embedded snapshot (`data/catalogue.tsv`), the user's Models API answer, ids that the user declares. Out:
//! facts by model id, and the ids nearest to one that is not known. It is the one place for such facts. It knows
//! neither definitions nor diagnostics, no file system, no clock: callers say what day it is.

mod answer;
pub mod assumptions;
mod changes;
mod date;
mod errors;
mod figures;
pub mod functions;
mod id;
mod list;
mod model;
mod nearest;
mod overlay;
mod table;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

pub use answer::Answer;
pub use changes::{Changes, Fact, FactChange, Known, facts_changed};
pub use date::{Date, NotADate};
pub use errors::CatalogueError;
pub use figures::Figures;
pub use id::{ModelId, ModelIdError, Suffix, Target};
pub use list::{Filter, Order};
pub use model::{
    Capabilities, Capability, Lifecycle, Model, Origin, PRICE_BLEND, Prices, RETIREMENT_HORIZON_DAYS,
};
pub use nearest::{Reason, Suggestion};
pub use overlay::{MAX_BYTES, MAX_MODELS};

use id::last_segment;
use table::TABLE;

/// Where the embedded facts come from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    /// The day they were collected.
    pub date: Option<Date>,
    /// From where.
    pub sources: Vec<&'static str>,
    /// What to keep in mind about them.
    pub note: &'static str,
}

/// The providers and models that are known. Starting one costs nothing: the embedded table is searched where it lies.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// The user's own rows by id, gaps filled from the snapshot. With them, the snapshot's other rows are not served.
    own: Option<BTreeMap<String, Model>>,
    /// Ids, and bare names, that the user's configuration says exist.
    declared: BTreeSet<String>,
    /// The user's figures.
    figures: figures::Table,
    index: Index,
}

/// What needs a look at every row is made when it is first asked for.
#[derive(Clone, Debug, Default)]
struct Index {
    /// Ids by bare name, both sorted. A declared bare name has none.
    bare: OnceLock<BTreeMap<String, Vec<String>>>,
    /// All ids, prepared for the search for near ones.
    near: OnceLock<Vec<nearest::Known>>,
}

impl Catalogue {
    /// The embedded snapshot.
    pub fn embedded() -> Catalogue {
        Catalogue::default()
    }

    /// Where the embedded facts come from.
    pub fn snapshot() -> &'static Snapshot {
        TABLE.snapshot()
    }

    /// Lays a Models API answer (`{"models": […]}`) over the snapshot. From then on only the models that it lists are
    /// served. Where it is silent on one of them, as on retirement dates, the snapshot's facts stay.
    pub fn overlay(mut self, json: &str) -> Result<Catalogue, CatalogueError> {
        self.index = Index::default();
        let own = self.own.get_or_insert_default();
        for mut row in overlay::read(json)? {
            let id = row.id();
            if let Some(known) = own.get(&id).cloned().or_else(|| TABLE.get(&id)) {
                fill(&mut row, known);
            }
            own.insert(id, row);
        }
        Ok(self)
    }

    /// Declares that models exist: `provider/model`, or a bare name.
    pub fn with_extra<S: AsRef<str>>(
        mut self,
        ids: impl IntoIterator<Item = S>,
    ) -> Result<Catalogue, CatalogueError> {
        self.index = Index::default();
        for id in ids {
            let text = id.as_ref();
            let refuse = |reason| CatalogueError::Declared { id: text.to_owned(), reason };
            let id = ModelId::parse(text).map_err(|reason| refuse(Some(reason)))?;
            match id.target {
                Target::Auto | Target::Router(_) => return Err(refuse(None)),
                Target::Bare(_) | Target::Concrete { .. } | Target::Hosted(_) => {
                    self.declared.insert(id.name.to_owned());
                }
            }
        }
        Ok(self)
    }

    /// Takes figures to rank by from a file: latency, throughput and benchmarks by model.
    pub fn with_figures(mut self, json: &str) -> Result<Catalogue, CatalogueError> {
        self.figures = figures::Table::read(json)?;
        Ok(self)
    }

    /// The figures that the user gave for a model.
    pub fn figures(&self, id: &str) -> Figures {
        self.figures.get(id)
    }

    /// The models of the user's figures that are not known, by id or bare name.
    pub fn unknown_figures(&self) -> impl Iterator<Item = &str> {
        self.figures.names().filter(|name| !self.contains(name) && !self.knows_bare(name))
    }

    /// True when the catalogue is the user's own: then what it lacks is not served, whatever the snapshot says.
    pub fn is_authoritative(&self) -> bool {
        self.own.is_some()
    }

    /// True when the embedded snapshot lists an id, served or not.
    pub fn in_snapshot(&self, id: &str) -> bool {
        TABLE.contains(id)
    }

    /// True when a model is known by its canonical id.
    pub fn contains(&self, id: &str) -> bool {
        let listed = match &self.own {
            Some(own) => own.contains_key(id),
            None => TABLE.contains(id),
        };
        listed || (id.contains('/') && self.declared.contains(id))
    }

    /// What is known of a model by its canonical id: `provider/model` without suffix, as in [`ModelId::name`]. It may be
    /// one that the user's answer marks as not supported.
    pub fn get(&self, id: &str) -> Option<Model> {
        if let Some(row) = self.own.as_ref().and_then(|own| own.get(id)) {
            return Some(row.clone());
        }
        let declared = self.declared.contains(id);
        if self.own.is_some() && !declared {
            return None;
        }
        let (provider, model) = id.split_once('/')?;
        TABLE.get(id).or_else(|| declared.then(|| Model::named(provider, model, Origin::Declared)))
    }

    /// The same, shared: for what is asked of each model that a definition names.
    pub fn known(&self, id: &str) -> Option<Arc<Model>> {
        match self.own.is_none() && !self.declared.contains(id) {
            true => table::known(id),
            false => self.get(id).map(Arc::new),
        }
    }

    /// All ids that are known, in no particular order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        let own = self.own.iter().flat_map(|own| own.keys().map(String::as_str));
        let table = self.own.is_none().then(|| TABLE.ids()).into_iter().flatten();
        let listed = |id: &str| match &self.own {
            Some(own) => own.contains_key(id),
            None => TABLE.contains(id),
        };
        let declared = self.declared.iter().map(String::as_str);
        own.chain(table).chain(declared.filter(move |id| id.contains('/') && !listed(id)))
    }

    /// The models of a provider.
    fn of(&self, provider: &str) -> Vec<Model> {
        let own = |id: &&str| provider_of(id) == Some(provider);
        if self.own.is_some() {
            return self.ids().filter(own).filter_map(|id| self.get(id)).collect();
        }
        // As they lie in the table: looking each of them up takes longer than reading it.
        let declared = self.declared.iter().map(String::as_str).filter(own);
        let declared = declared.filter(|id| !TABLE.contains(id)).filter_map(|id| self.get(id));
        TABLE.of(provider).chain(declared).collect()
    }

    /// The ids of all known providers, sorted. A provider of the snapshot stays known when the user's answer lists no
    /// model of it.
    pub fn providers(&self) -> Vec<&str> {
        let mut providers: Vec<&str> = TABLE.ids().chain(self.ids()).filter_map(provider_of).collect();
        providers.sort_unstable();
        providers.dedup();
        providers
    }

    /// True when a provider is known.
    pub fn has_provider(&self, name: &str) -> bool {
        let starts = |id: &str| provider_of(id) == Some(name);
        // Sorted by id: the first one at or behind `name/` tells.
        let key = format!("{name}/");
        !name.contains('/')
            && (TABLE.has_provider(name)
                || self
                    .own
                    .as_ref()
                    .is_some_and(|own| own.range(key.clone()..).next().is_some_and(|(id, _)| starts(id)))
                || self.declared.range(key..).next().is_some_and(|id| starts(id)))
    }

    /// Every model that answers to a bare name, sorted by id: `gpt-oss-120b` is `groq/openai/gpt-oss-120b` too. Those
    /// that the user's answer marks as not supported are left out.
    pub fn serving(&self, bare: &str) -> Vec<Model> {
        let ids = self.bare_names().get(bare).into_iter().flatten();
        ids.filter_map(|id| self.get(id)).filter(|model| model.supported != Some(false)).collect()
    }

    /// True when a bare name is known: some provider has a model of that name, or it is declared.
    pub fn knows_bare(&self, bare: &str) -> bool {
        self.bare_names().contains_key(bare)
    }

    fn bare_names(&self) -> &BTreeMap<String, Vec<String>> {
        self.index.bare.get_or_init(|| {
            let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for id in self.ids() {
                names.entry(last_segment(id).to_owned()).or_default().push(id.to_owned());
            }
            for bare in self.declared.iter().filter(|name| !name.contains('/')) {
                names.entry(bare.clone()).or_default();
            }
            names.values_mut().for_each(|ids| ids.sort_unstable());
            names
        })
    }
}

fn provider_of(id: &str) -> Option<&str> {
    id.split_once('/').map(|(provider, _)| provider)
}

/// Fills what a row leaves open from another row of the same model.
fn fill(row: &mut Model, known: Model) {
    fn or<T>(mine: &mut Option<T>, theirs: Option<T>) {
        if mine.is_none() {
            *mine = theirs;
        }
    }
    or(&mut row.creator, known.creator);
    or(&mut row.prices.prompt, known.prices.prompt);
    or(&mut row.prices.completion, known.prices.completion);
    or(&mut row.prices.cache_read, known.prices.cache_read);
    or(&mut row.prices.cache_write, known.prices.cache_write);
    or(&mut row.context, known.context);
    or(&mut row.max_output, known.max_output);
    or(&mut row.capabilities.function_calling, known.capabilities.function_calling);
    or(&mut row.capabilities.web_search, known.capabilities.web_search);
    or(&mut row.capabilities.reasoning, known.capabilities.reasoning);
    or(&mut row.capabilities.response_schema, known.capabilities.response_schema);
    or(&mut row.capabilities.vision, known.capabilities.vision);
    or(&mut row.capabilities.prompt_caching, known.capabilities.prompt_caching);
    or(&mut row.retires_on, known.retires_on);
    or(&mut row.supported, known.supported);
    if row.input.is_empty() {
        row.input = known.input;
    }
    if row.output.is_empty() {
        row.output = known.output;
    }
}
