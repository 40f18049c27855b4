//! What chains come of selections, over a catalogue whose prices and figures stand here.

use std::sync::Arc;

use super::chain::chain;
use super::{Chain, OwnSelection, Rank, Selection};
use crate::catalogue::Catalogue;
use crate::model::{Direction, Metric};

const MODELS: &str = r#"{"models": [
    {"provider": "openai", "model": "big", "pricing": {"prompt": 4e-6, "completion": 4e-6}},
    {"provider": "groq", "model": "big", "pricing": {"prompt": 2e-6, "completion": 2e-6}},
    {"provider": "mistral", "model": "big", "pricing": {"prompt": 3e-6, "completion": 3e-6}},
    {"provider": "openai", "model": "small", "pricing": {"prompt": 1e-6, "completion": 1e-6}},
    {"provider": "groq", "model": "free"}
]}"#;

const FIGURES: &str = r#"{
    "openai/big": {"latency": 0.9, "coding": 70},
    "groq/big": {"latency": 0.2, "coding": 70},
    "mistral/big": {"latency": 0.5},
    "openai/small": {"latency": 0.3, "coding": 40}
}"#;

fn catalogue() -> Catalogue {
    Catalogue::embedded().overlay(MODELS).unwrap()
}

fn measured() -> Catalogue {
    catalogue().with_figures(FIGURES).unwrap()
}

fn texts(items: &[&str]) -> Vec<Arc<str>> {
    items.iter().map(|item| Arc::from(*item)).collect()
}

fn selection(model: &str, models: &[&str], sort: &[Metric]) -> Selection {
    Selection {
        model: Arc::from(model),
        models: texts(models),
        ignore: Vec::new(),
        sort: sort.iter().map(|metric| (*metric, None)).collect(),
        order: Vec::new(),
        allow_fallbacks: true,
    }
}

/// `a, b|c, *`: ranks in order, ties with a bar, anything as a star.
fn told(chain: &Chain) -> String {
    let rank = |rank: &Rank| match rank {
        Rank::Model(id) => id.to_string(),
        Rank::Tied(ids) => ids.join("|"),
        Rank::Open => "*".to_owned(),
    };
    chain.ranks.iter().map(rank).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_bare_name_goes_by_latency() {
    let bare = selection("big", &[], &[]);
    assert_eq!(told(&chain(&bare, &catalogue())), "groq/big|mistral/big|openai/big");
    let found = chain(&bare, &measured());
    assert_eq!(told(&found), "groq/big, mistral/big, openai/big");
    assert!(found.assumptions.is_empty(), "that is documented");
}

#[test]
fn prices_are_known_and_what_has_none_comes_last() {
    let pool = ["openai/big", "groq/free", "groq/big", "openai/small"];
    let found = chain(&selection("auto", &pool, &[Metric::Price]), &catalogue());
    assert_eq!(told(&found), "openai/small, groq/big, openai/big, groq/free");
    assert_eq!(found.assumptions, ["A07"]);
}

#[test]
fn later_criteria_break_ties_and_nothing_else() {
    let pool = ["openai/big", "groq/big", "openai/small"];
    let by = |sort: &[Metric]| told(&chain(&selection("auto", &pool, sort), &measured()));
    assert_eq!(by(&[Metric::Coding, Metric::Price]), "groq/big, openai/big, openai/small");
    assert_eq!(by(&[Metric::Coding]), "openai/big|groq/big, openai/small");
    assert_eq!(by(&[Metric::Math, Metric::Price]), "openai/big|groq/big|openai/small");
}

#[test]
fn one_missing_figure_leaves_all_tied() {
    let pool = ["openai/big", "mistral/big", "openai/small"];
    let found = chain(&selection("auto", &pool, &[Metric::Coding, Metric::Price]), &measured());
    assert_eq!(told(&found), "openai/big|mistral/big|openai/small");
}

#[test]
fn a_direction_turns_the_order_round() {
    let mut slow = selection("big", &[], &[]);
    slow.sort = vec![(Metric::Latency, Some(Direction::Descending))];
    let found = chain(&slow, &measured());
    assert_eq!(told(&found), "openai/big, mistral/big, groq/big");
    assert!(found.assumptions.is_empty());
}

#[test]
fn providers_in_order() {
    let mut ordered = selection("big", &["openai/small"], &[]);
    ordered.order = texts(&["openai"]);
    let found = chain(&ordered, &measured());
    assert_eq!(told(&found), "openai/big, groq/big, mistral/big, openai/small");
    assert_eq!(found.assumptions, ["A08"]);
    ordered.allow_fallbacks = false;
    assert_eq!(told(&chain(&ordered, &measured())), "openai/big, openai/small");
    ordered.ignore = texts(&["openai"]);
    assert_eq!(told(&chain(&ordered, &measured())), "");
}

#[test]
fn a_request_has_its_say() {
    let own = OwnSelection {
        models: Some(texts(&["openai/small"])),
        ignore: Some(texts(&["mistral"])),
        sort: None,
        order: Some(texts(&["openai"])),
        allow_fallbacks: None,
    };
    let mut base = selection("big", &["groq/free"], &[]);
    base.ignore = texts(&["groq/free"]);
    let found = chain(&base.with(&own), &measured());
    assert_eq!(told(&found), "openai/big, groq/big, openai/small");
    assert_eq!(base.with(&OwnSelection::default()), base);
}
