//! What differs between two outcomes, part by part.

use std::sync::Arc;

use super::outcome::{Outcome, Variant, is_same, text};
use crate::compile::Rank;

/// One difference.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// The variant, where the routes have several.
    pub variant: Option<Arc<str>>,
    /// What about it.
    pub what: What,
    /// As it was; none for nothing.
    pub old: Option<String>,
    /// As it is.
    pub new: Option<String>,
}

/// What can differ.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// That it is there: its share, its model and its fallbacks.
    Variant,
    /// The percent of the route's requests.
    Share,
    /// The model of the first attempt.
    Model,
    /// What is tried when that fails.
    Fallbacks,
    /// By what the service chooses where the plan is open: `sort`, `ignore`, `provider.order`.
    Choice(&'static str),
    /// A parameter, a template or another key, by its name.
    Setting(String),
}

/// All differences. Variants are matched by id, the rest in order.
pub(super) fn changes(old: &Outcome, new: &Outcome) -> Vec<Change> {
    let mut out = Vec::new();
    let (mut before, mut after): (Vec<&Variant>, Vec<&Variant>) =
        (old.variants.iter().collect(), new.variants.iter().collect());
    let alone = before.len() == 1 && after.len() == 1;
    let mut pairs: Vec<(Option<&Variant>, Option<&Variant>)> = Vec::new();
    if !alone {
        for variant in before.clone() {
            if let Some(other) = after.iter().find(|other| other.id == variant.id).copied() {
                pairs.push((Some(variant), Some(other)));
                before.retain(|v| v.id != variant.id);
                after.retain(|v| v.id != variant.id);
            }
        }
        // One that does the same under another name was renamed.
        for variant in before.clone() {
            let alike =
                |other: &&&Variant| other.behaviour == variant.behaviour && other.weight == variant.weight;
            if let Some(other) = after.iter().find(alike).copied() {
                before.retain(|v| v.id != variant.id);
                after.retain(|v| v.id != other.id);
            }
        }
    }
    if alone {
        pairs.push((before.pop(), after.pop()));
    }
    pairs.extend(before.into_iter().map(|variant| (Some(variant), None)));
    pairs.extend(after.into_iter().map(|variant| (None, Some(variant))));
    for (old, new) in pairs {
        let id = old.or(new).map(|variant| &variant.id).filter(|_| !alone);
        variant(id, old, new, alone, &mut out);
    }
    shared(old.variants.len().max(new.variants.len()), &out)
}

/// What changes for all variants alike is said once.
fn shared(variants: usize, changes: &[Change]) -> Vec<Change> {
    let mut out: Vec<Change> = Vec::new();
    for change in changes {
        let alike = |other: &&Change| {
            (&other.what, &other.old, &other.new) == (&change.what, &change.old, &change.new)
        };
        if variants < 2 || changes.iter().filter(alike).count() < variants {
            out.push(change.clone());
        } else if !out.iter().any(|other| alike(&other)) {
            out.push(Change { variant: None, ..change.clone() });
        }
    }
    out
}

fn variant(
    id: Option<&Arc<str>>,
    old: Option<&Variant>,
    new: Option<&Variant>,
    alone: bool,
    out: &mut Vec<Change>,
) {
    let mut push = |what: What, old: Option<String>, new: Option<String>| {
        if old != new {
            out.push(Change { variant: id.cloned(), what, old, new });
        }
    };
    let (Some(old), Some(new)) = (old, new) else {
        let whole = |variant: &Variant| {
            let ranks: Vec<String> = variant.ranks.iter().map(rank).collect();
            format!(
                "{}% {}",
                variant.weight,
                if ranks.is_empty() { nothing() } else { ranks.join(", then ") }
            )
        };
        push(What::Variant, old.map(whole), new.map(whole));
        return;
    };
    if !alone {
        let share = |variant: &Variant| Some(format!("{}%", variant.weight));
        push(What::Share, share(old), share(new));
    }
    let model = |variant: &Variant| Some(variant.ranks.first().map_or_else(nothing, rank));
    push(What::Model, model(old), model(new));
    let fallbacks = |variant: &Variant| {
        let ranks: Vec<String> = variant.ranks.iter().skip(1).map(rank).collect();
        (!ranks.is_empty()).then(|| ranks.join(", then "))
    };
    push(What::Fallbacks, fallbacks(old), fallbacks(new));
    for name in ["sort", "ignore", "provider.order", "provider.allow_fallbacks"] {
        let value = |variant: &Variant| {
            variant.choice.iter().find(|(other, _)| *other == name).map(|(_, value)| value.clone())
        };
        push(What::Choice(name), value(old), value(new));
    }
    let mut names: Vec<&String> = old.settings.keys().chain(new.settings.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        match (old.settings.get(name), new.settings.get(name)) {
            (Some(a), Some(b)) if is_same(a, b) => {}
            (a, b) => push(What::Setting(name.clone()), a.map(text), b.map(text)),
        }
    }
}

fn nothing() -> String {
    "nothing: every candidate is ignored".to_owned()
}

/// A rank in words.
pub(super) fn rank(rank: &Rank) -> String {
    match rank {
        Rank::Model(id) => id.to_string(),
        Rank::Tied(ids) => format!("one of {}", ids.iter().map(|id| &**id).collect::<Vec<_>>().join(", ")),
        Rank::Open => "any model that the service chooses".to_owned(),
    }
}
