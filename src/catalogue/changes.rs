//! What two catalogues say differently of the same models.

use std::collections::BTreeSet;

use super::model::{Capability, Model};
use super::{Catalogue, Date};

/// Something that may be known of a model.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fact {
    /// US dollars a token of the prompt.
    Prompt,
    /// US dollars a token of the completion.
    Completion,
    /// US dollars a prompt token read from the cache.
    CacheRead,
    /// US dollars a prompt token written to the cache.
    CacheWrite,
    /// Tokens of prompt and completion together.
    Context,
    /// Tokens of a completion.
    MaxOutput,
    /// What it reads.
    Reads,
    /// What it writes.
    Writes,
    /// What it can do.
    Can(Capability),
    /// The day it is switched off.
    Retires,
    /// Whether the service serves it.
    Served,
}

/// What is known.
#[derive(Clone, PartialEq, Debug)]
pub enum Known {
    /// Nothing.
    Unknown,
    /// A price in US dollars a token.
    Usd(f64),
    /// A number of tokens.
    Tokens(u32),
    /// Yes or no.
    Answer(bool),
    /// A day.
    Day(Date),
    /// Words, sorted.
    Words(Vec<String>),
}

impl Fact {
    /// All of them, in the order in which people look for them.
    pub fn all() -> impl Iterator<Item = Fact> {
        let sizes = [
            Self::Prompt,
            Self::Completion,
            Self::CacheRead,
            Self::CacheWrite,
            Self::Context,
            Self::MaxOutput,
        ];
        let can = Capability::ALL.into_iter().map(Self::Can);
        sizes.into_iter().chain([Self::Reads, Self::Writes]).chain(can).chain([Self::Retires, Self::Served])
    }

    /// Its name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prompt => "prompt_usd",
            Self::Completion => "completion_usd",
            Self::CacheRead => "cache_read_usd",
            Self::CacheWrite => "cache_write_usd",
            Self::Context => "context_tokens",
            Self::MaxOutput => "max_output_tokens",
            Self::Reads => "reads",
            Self::Writes => "writes",
            Self::Can(capability) => capability.as_str(),
            Self::Retires => "retires_on",
            Self::Served => "served",
        }
    }

    /// What is known of it.
    pub fn of(self, model: &Model) -> Known {
        let usd = |price: Option<f64>| price.map_or(Known::Unknown, Known::Usd);
        let tokens = |n: Option<u32>| n.map_or(Known::Unknown, Known::Tokens);
        let words = |words: &[String]| {
            let sorted: BTreeSet<String> = words.iter().cloned().collect();
            if sorted.is_empty() { Known::Unknown } else { Known::Words(sorted.into_iter().collect()) }
        };
        match self {
            Self::Prompt => usd(model.prices.prompt),
            Self::Completion => usd(model.prices.completion),
            Self::CacheRead => usd(model.prices.cache_read),
            Self::CacheWrite => usd(model.prices.cache_write),
            Self::Context => tokens(model.context),
            Self::MaxOutput => tokens(model.max_output),
            Self::Reads => words(&model.input),
            Self::Writes => words(&model.output),
            Self::Can(capability) => model.capabilities.get(capability).map_or(Known::Unknown, Known::Answer),
            Self::Retires => model.retires_on.map_or(Known::Unknown, Known::Day),
            // A list that does not say so serves what it lists.
            Self::Served => Known::Answer(model.supported != Some(false)),
        }
    }
}

impl Known {
    /// Whether the two say the same. Prices that went through another unit differ in their last digit.
    pub fn same(&self, other: &Known) -> bool {
        match (self, other) {
            (Known::Usd(a), Known::Usd(b)) => (a - b).abs() <= a.abs().max(b.abs()) * 1e-9,
            _ => self == other,
        }
    }
}

/// A fact that is another one now.
#[derive(Clone, PartialEq, Debug)]
pub struct FactChange {
    /// Which one.
    pub fact: Fact,
    /// What was known.
    pub was: Known,
    /// What is known.
    pub is: Known,
}

/// What differs between two catalogues, by id.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Changes {
    /// Models that the new one alone has.
    pub added: Vec<Model>,
    /// Models that the old one alone has.
    pub gone: Vec<Model>,
    /// Models of both of which something else is known.
    pub changed: Vec<(Model, Vec<FactChange>)>,
}

impl Changes {
    /// From one catalogue to another.
    pub fn between(old: &Catalogue, new: &Catalogue) -> Changes {
        let ids: BTreeSet<&str> = old.ids().chain(new.ids()).collect();
        let mut changes = Changes::default();
        for id in ids {
            match (old.get(id), new.get(id)) {
                (None, Some(model)) => changes.added.push(model),
                (Some(model), None) => changes.gone.push(model),
                (Some(was), Some(is)) => {
                    let facts = facts_changed(&was, &is);
                    if !facts.is_empty() {
                        changes.changed.push((is, facts));
                    }
                }
                (None, None) => {}
            }
        }
        changes
    }

    /// True when the two say the same.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.gone.is_empty() && self.changed.is_empty()
    }
}

/// What is known differently of a model.
pub fn facts_changed(was: &Model, is: &Model) -> Vec<FactChange> {
    let change = |fact: Fact| FactChange { fact, was: fact.of(was), is: fact.of(is) };
    Fact::all().map(change).filter(|change| !change.was.same(&change.is)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue(rows: &str) -> Catalogue {
        Catalogue::embedded().overlay(&format!("{{\"models\": [{rows}]}}")).unwrap()
    }

    #[test]
    fn models_come_go_and_change() {
        let old = catalogue(
            r#"{"provider": "a", "model": "x", "pricing": {"prompt": 1e-6}, "isSupported": true},
               {"provider": "a", "model": "y"}, {"provider": "a", "model": "z", "spec": {"inputModalities": ["a", "b"]}}"#,
        );
        let new = catalogue(
            r#"{"provider": "a", "model": "x", "pricing": {"prompt": 2e-6}, "isSupported": false, "retiresOn": "2027-01-01"},
               {"provider": "a", "model": "n"}, {"provider": "a", "model": "z", "isSupported": true, "spec": {"inputModalities": ["b", "a"]}}"#,
        );
        let changes = Changes::between(&old, &new);
        let ids = |models: &[Model]| models.iter().map(Model::id).collect::<Vec<_>>();
        assert_eq!((ids(&changes.added), ids(&changes.gone)), (vec!["a/n".into()], vec!["a/y".into()]));
        let [(model, facts)] = changes.changed.as_slice() else { panic!("{changes:?}") };
        assert_eq!(model.id(), "a/x");
        let told: Vec<(&str, Known, Known)> =
            facts.iter().map(|f| (f.fact.as_str(), f.was.clone(), f.is.clone())).collect();
        let wanted = [
            ("prompt_usd", Known::Usd(1e-6), Known::Usd(2e-6)),
            ("retires_on", Known::Unknown, Known::Day("2027-01-01".parse().unwrap())),
            ("served", Known::Answer(true), Known::Answer(false)),
        ];
        assert_eq!(told, wanted);
        assert!(Changes::between(&old, &old).is_empty());
    }

    #[test]
    fn what_an_answer_leaves_open_stays_as_it_was_known() {
        let model = Catalogue::embedded().get("openai/gpt-5-mini").unwrap();
        let answer = catalogue(r#"{"provider": "openai", "model": "gpt-5-mini", "isSupported": true}"#);
        assert_eq!(facts_changed(&model, &answer.get("openai/gpt-5-mini").unwrap()), []);
        assert!(Known::Usd(0.1 + 0.2).same(&Known::Usd(0.3)) && !Known::Usd(1.0).same(&Known::Usd(1.1)));
    }
}
