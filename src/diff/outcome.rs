//! What a route comes to: who answers which share of its requests, and how.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::cel::print::print_string;
use crate::compile::{self, Plan, Rank, SLOTS};
use crate::model::{self, Criterion, Data, Definition, Direction, Metric, Selection};

/// What a route comes to. Without a route the request fails.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    pub(super) route: Option<Arc<str>>,
    /// Those that are chosen at all, in file order.
    pub(super) variants: Vec<Variant>,
    /// Slots with the number of what happens there, neighbours that are alike as one.
    pub(super) runs: Runs,
}

/// A variant that is chosen.
#[derive(Clone, Debug)]
pub(super) struct Variant {
    pub(super) id: Arc<str>,
    pub(super) weight: u32,
    /// What would be tried, in order.
    pub(super) ranks: Vec<Rank>,
    /// By what an order is made that is not known: name and text.
    pub(super) choice: Vec<(&'static str, String)>,
    /// Parameters, templates and the rest, by name.
    pub(super) settings: BTreeMap<String, Data>,
    /// The number of what it does.
    pub(super) behaviour: usize,
    /// The number of what it does as long as nothing fails.
    pub(super) first: usize,
}

/// How much counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Depth {
    /// The first attempt.
    First,
    /// What is tried after it as well.
    All,
}

/// Slots with the number of what happens there.
type Runs = Vec<(Range<u32>, usize)>;
/// The names of router and route that a draw is made from; none where nothing is drawn.
type Draw = Option<(Arc<str>, Arc<str>)>;

/// Gives what is the same to every request the same number.
#[derive(Default)]
pub(super) struct Numbers {
    behaviours: FxHashMap<String, usize>,
    outcomes: FxHashMap<(Runs, Draw), usize>,
}

impl Numbers {
    /// What each route of a definition comes to, and last the default route, or none.
    pub(super) fn outcomes(&mut self, definition: &Definition, plan: &Plan) -> Vec<Outcome> {
        let routes = definition.router.routes.iter().zip(&plan.routes);
        let mut out: Vec<Outcome> =
            routes.map(|(written, route)| self.outcome(definition, written, route)).collect();
        out.push(match definition.router.default.as_ref().zip(plan.default.as_ref()) {
            Some((written, route)) => self.outcome(definition, written, route),
            None => Outcome::default(),
        });
        out
    }

    fn outcome(
        &mut self,
        definition: &Definition,
        written: &model::Route,
        route: &compile::Route,
    ) -> Outcome {
        let mut outcome = Outcome { route: Some(Arc::clone(&route.id)), ..Outcome::default() };
        for (written, variant) in written.variants.iter().zip(&route.variants).filter(|(_, v)| v.weight > 0) {
            let mut variant = Variant {
                id: Arc::clone(&variant.id),
                weight: variant.weight,
                ranks: variant.chain.ranks.iter().map(sorted).collect(),
                choice: choice(&written.selection, &variant.chain.ranks),
                settings: settings(definition, written),
                behaviour: 0,
                first: 0,
            };
            variant.behaviour = self.behaviour(&variant, &variant.ranks);
            variant.first = self.behaviour(&variant, variant.ranks.get(..1).unwrap_or_default());
            outcome.variants.push(variant);
        }
        let chosen = route.variants.iter().filter(|v| v.weight > 0);
        for (variant, slots) in outcome.variants.iter().zip(chosen.map(|v| v.slots.clone())) {
            match outcome.runs.last_mut() {
                Some((run, behaviour)) if *behaviour == variant.behaviour => run.end = slots.end,
                _ => outcome.runs.push((slots, variant.behaviour)),
            }
        }
        outcome
    }

    /// The number of what an outcome is to a request. Where users are divided, their draw belongs to it: that is made
    /// from the names of router and route.
    pub(super) fn number(&mut self, router: &Arc<str>, outcome: &Outcome) -> usize {
        let drawn = outcome.route.clone().filter(|_| outcome.is_divided());
        let key = (outcome.runs.clone(), drawn.map(|route| (Arc::clone(router), route)));
        let next = self.outcomes.len();
        *self.outcomes.entry(key).or_insert(next)
    }

    /// The number of what a variant does, as far as these ranks go.
    fn behaviour(&mut self, variant: &Variant, ranks: &[Rank]) -> usize {
        let settings: Vec<(&String, String)> =
            variant.settings.iter().map(|(name, value)| (name, canonical(value))).collect();
        let key = format!("{ranks:?} {:?} {settings:?}", variant.choice);
        let next = self.behaviours.len();
        *self.behaviours.entry(key).or_insert(next)
    }
}

impl Outcome {
    /// Whether its requests are not all answered alike.
    pub(super) fn is_divided(&self) -> bool {
        self.runs.len() > 1
    }

    /// What happens in a slot.
    pub(super) fn at(&self, slot: u32) -> Option<usize> {
        self.runs.iter().find(|(run, _)| run.contains(&slot)).map(|(_, behaviour)| *behaviour)
    }

    /// Slots with the number of what happens there.
    fn runs(&self, depth: Depth) -> Runs {
        let number = |behaviour: usize| {
            let variant = self.variants.iter().find(|variant| variant.behaviour == behaviour);
            variant.map_or(behaviour, |variant| if depth == Depth::First { variant.first } else { behaviour })
        };
        self.runs.iter().map(|(run, behaviour)| (run.clone(), number(*behaviour))).collect()
    }

    /// The share of requests that another outcome answers otherwise.
    pub(super) fn moved(&self, other: &Outcome, redrawn: bool, depth: Depth) -> f64 {
        let (own, others) = (self.runs(depth), other.runs(depth));
        let length = |run: &Range<u32>| u64::from(run.end.saturating_sub(run.start));
        let mut kept = 0;
        for (run, number) in &own {
            for (theirs, _) in others.iter().filter(|(_, other)| other == number) {
                kept += if redrawn {
                    // Two draws that know nothing of each other.
                    length(run) * length(theirs)
                } else {
                    length(&(run.start.max(theirs.start)..run.end.min(theirs.end)))
                };
            }
        }
        let slots = u64::from(SLOTS);
        let all = if redrawn { slots * slots } else { slots };
        // No runs on either side: both fail.
        if own.is_empty() && others.is_empty() { 0.0 } else { all.saturating_sub(kept) as f64 / all as f64 }
    }

    /// The providers that may be asked, sorted; `*` for any.
    pub(super) fn providers(&self) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for rank in self.variants.iter().flat_map(|variant| &variant.ranks) {
            let ids: &[Arc<str>] = match rank {
                Rank::Model(id) => std::slice::from_ref(id),
                Rank::Tied(ids) => ids,
                Rank::Open => {
                    out.push("*".to_owned());
                    continue;
                }
            };
            out.extend(
                ids.iter().map(|id| id.split_once('/').map_or("*", |(provider, _)| provider).to_owned()),
            );
        }
        out.sort();
        out.dedup();
        out
    }
}

/// Candidates of equal rank have no order.
fn sorted(rank: &Rank) -> Rank {
    match rank {
        Rank::Tied(ids) => {
            let mut ids = ids.clone();
            ids.sort();
            Rank::Tied(ids)
        }
        other => other.clone(),
    }
}

/// By what an order is made that the plan leaves open.
fn choice(selection: &Selection, ranks: &[Rank]) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    if ranks.iter().all(|rank| matches!(rank, Rank::Model(_))) {
        return out;
    }
    if let Some(sort) = &selection.sort {
        let criteria: Vec<String> = sort.value.iter().map(criterion).collect();
        out.push(("sort", criteria.join(", ")));
    }
    if ranks.contains(&Rank::Open)
        && let Some(ignore) = &selection.ignore
    {
        let mut names: Vec<&str> = ignore.value.iter().map(|name| name.value.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        out.push(("ignore", names.join(", ")));
    }
    if let Some(provider) = &selection.provider {
        if let Some(order) = &provider.order {
            let names: Vec<&str> = order.value.iter().map(|name| name.value.as_str()).collect();
            out.push(("provider.order", names.join(", ")));
        }
        if let Some(allow) = provider.allow_fallbacks.as_ref().filter(|allow| !allow.value) {
            out.push(("provider.allow_fallbacks", allow.value.to_string()));
        }
    }
    out
}

/// A criterion, with the direction that is assumed where none is written (A07).
pub(super) fn criterion(criterion: &Criterion) -> String {
    let metric = criterion.metric.map_or("unspecified", Metric::as_str);
    let ascending = match criterion.direction {
        Some(direction) => direction == Direction::Ascending,
        None => matches!(criterion.metric, Some(Metric::Price | Metric::Latency)),
    };
    format!("{metric} {}", if ascending { "asc" } else { "desc" })
}

/// What a variant answers with, defaults taken in: its own block replaces the default one whole.
fn settings(definition: &Definition, variant: &model::Variant) -> BTreeMap<String, Data> {
    let defaults = definition.router.defaults.as_ref();
    let mut out = BTreeMap::new();
    let generation = variant.text_generation_config.as_ref();
    if let Some(block) = generation.or_else(|| defaults?.text_generation_config.as_ref()) {
        flatten("", &block.value, &mut out);
    }
    let templates = variant.message_templates.as_ref();
    if let Some(block) = templates.or_else(|| defaults?.message_templates.as_ref())
        && let Data::List(items) = &block.value
    {
        for (at, item) in items.iter().enumerate() {
            // A message that says nothing is one, too.
            out.insert(format!("message_templates[{at}]"), Data::Bool(true));
            flatten(&format!("message_templates[{at}]."), item, &mut out);
        }
    }
    for (name, block) in [
        ("web_search", &variant.web_search),
        ("web_search_options", &variant.web_search_options),
        ("compression", &variant.compression),
    ] {
        if let Some(block) = block {
            // That it is there turns it on, whatever it says.
            out.insert(name.to_owned(), Data::Bool(true));
            flatten(&format!("{name}."), &block.value, &mut out);
        }
    }
    let unknown = [&variant.unknown, &variant.unknown_beside, &variant.selection.unknown];
    for (key, value) in unknown.into_iter().flatten() {
        out.insert(key.clone(), value.clone());
    }
    out
}

// As deep as the YAML, which is bounded.
fn flatten(prefix: &str, data: &Data, out: &mut BTreeMap<String, Data>) {
    match data {
        Data::Map(entries) => {
            for (key, value) in entries {
                match value {
                    Data::Map(_) => flatten(&format!("{prefix}{key}."), value, out),
                    Data::Null => {}
                    _ => {
                        out.insert(format!("{prefix}{key}"), value.clone());
                    }
                }
            }
        }
        Data::Null => {}
        other => {
            out.insert(prefix.trim_end_matches('.').to_owned(), other.clone());
        }
    }
}

/// Whether two values are the same to the service: keys have no order, `1` and `1.0` are one number.
pub(super) fn is_same(a: &Data, b: &Data) -> bool {
    canonical(a) == canonical(b)
}

/// One text for all values that are the same to the service.
fn canonical(data: &Data) -> String {
    match data {
        #[expect(clippy::cast_precision_loss, reason = "the service reads numbers as doubles")]
        Data::Int(value) => (*value as f64).to_string(),
        Data::List(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        Data::Map(entries) => {
            let mut entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{key:?}:{}", canonical(value))).collect();
            entries.sort();
            format!("{{{}}}", entries.join(","))
        }
        Data::Null | Data::Bool(_) | Data::Float(_) | Data::String(_) => text(data),
    }
}

/// A value as JSON has it.
pub(super) fn text(data: &Data) -> String {
    match data {
        Data::Null => "null".to_owned(),
        Data::Bool(value) => value.to_string(),
        Data::Int(value) => value.to_string(),
        Data::Float(value) => value.to_string(),
        Data::String(value) => print_string(value),
        Data::List(items) => {
            let items: Vec<String> = items.iter().map(text).collect();
            format!("[{}]", items.join(", "))
        }
        Data::Map(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{}: {}", print_string(key), text(value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}
