//! What may be asked, naively: all models that there are, and one that nobody knows yet.

use irc::catalogue::Catalogue;
use irc::compile::{self, Rank};
use irc::model;

use super::generate::Invariant;

/// A provider and a model that the catalogue does not know.
const NEWCOMER: [&str; 2] = ["newcomer", "new-model"];

/// How a variant breaks a claim.
pub(super) fn breaks(
    invariant: &Invariant,
    route: &str,
    variant: &model::Variant,
    planned: &compile::Variant,
    catalogue: &Catalogue,
) -> bool {
    let named = listed(invariant, "route", route) && listed(invariant, "variant", &planned.id);
    let fits = |id: &String| named && is_model(invariant, id) && listed(invariant, "provider", provider(id));
    let world = World { variant, planned, catalogue, invariant };
    match invariant.kind {
        "never" => world.all().iter().any(fits),
        "only" => !world.all().iter().all(fits),
        "always" => {
            let first = world.first();
            first.is_empty() || !first.iter().all(fits)
        }
        _ => !world.survives(),
    }
}

struct World<'a> {
    variant: &'a model::Variant,
    planned: &'a compile::Variant,
    catalogue: &'a Catalogue,
    invariant: &'a Invariant,
}

impl World<'_> {
    fn all(&self) -> Vec<String> {
        let planned = self.planned.chain.ranks.iter().flat_map(|rank| self.of_rank(rank));
        let more = self.written().into_iter().enumerate().flat_map(|(at, id)| self.unknown(&id, at == 0));
        planned.chain(more).collect()
    }

    fn first(&self) -> Vec<String> {
        let mut all: Vec<String> =
            self.planned.chain.ranks.first().map(|rank| self.of_rank(rank)).unwrap_or_default();
        // Nobody knows how one would be ranked that nobody knows, unless it is listed behind one that is known.
        if self.variant.is_auto() {
            all.extend(self.written().iter().flat_map(|id| self.unknown(id, false)));
        } else if all.len() != 1 || self.order().first().is_none_or(|first| *first != provider(&all[0])) {
            all.extend(self.unknown(&self.written()[0], true));
        }
        all
    }

    /// The names that the definition gives.
    fn written(&self) -> Vec<String> {
        let listed = self.variant.selection.models.iter().flat_map(|models| &models.items);
        let own = self.variant.model.iter().filter(|model| model.value != "auto");
        own.map(|m| m.value.clone()).chain(listed.map(|m| m.value.clone())).collect()
    }

    fn order(&self) -> Vec<String> {
        let choice = self.variant.selection.provider.iter();
        choice.flat_map(|c| &c.order).flat_map(|o| &o.value).map(|p| p.value.clone()).collect()
    }

    /// What a bare name may stand for besides what the catalogue says: the model at any provider that may be asked, or any
    /// model of the provider.
    fn unknown(&self, id: &str, is_primary: bool) -> Vec<String> {
        if id.contains('/') {
            return Vec::new();
        }
        if self.catalogue.has_provider(id) && !self.catalogue.knows_bare(id) {
            return self.of_rank(&Rank::Open).into_iter().filter(|other| provider(other) == id).collect();
        }
        let choice = self.variant.selection.provider.as_ref().and_then(|c| c.allow_fallbacks.as_ref());
        let ordered = is_primary || self.variant.selection.sort.is_none();
        let closed = !self.variant.is_auto() && ordered && choice.is_some_and(|allow| !allow.value);
        let order = self.order();
        let providers = if closed && !order.is_empty() { order } else { self.providers() };
        let all = providers.iter().map(|provider| format!("{provider}/{id}"));
        all.filter(|id| !self.ignored(id)).collect()
    }

    fn of_rank(&self, rank: &Rank) -> Vec<String> {
        match rank {
            Rank::Model(id) if id.contains('/') => vec![id.to_string()],
            Rank::Model(id) => self.unknown(id, false),
            Rank::Tied(ids) => ids.iter().flat_map(|id| self.of_rank(&Rank::Model(id.clone()))).collect(),
            Rank::Open => {
                let known = self.catalogue.ids().map(str::to_owned);
                let named = self.named("model").into_iter().chain([NEWCOMER[1].to_owned()]);
                let names: Vec<String> = named.collect();
                let with = |provider: String| {
                    let of = |name: &String| {
                        if name.contains('/') { name.clone() } else { format!("{provider}/{name}") }
                    };
                    names.iter().map(of).collect::<Vec<_>>()
                };
                let open = self.providers().into_iter().flat_map(with);
                known.chain(open).filter(|id| !self.ignored(id)).collect()
            }
        }
    }

    fn providers(&self) -> Vec<String> {
        let known = self.catalogue.providers().into_iter().map(str::to_owned);
        known.chain(self.named("provider")).chain([NEWCOMER[0].to_owned()]).collect()
    }

    /// The names that a list of the claim gives, and one that fits each pattern in it.
    fn named(&self, list: &str) -> Vec<String> {
        let lists = self.invariant.target.iter().filter(|(name, _)| *name == list);
        lists.flat_map(|(_, patterns)| patterns).map(|p| p.replace('*', "zz")).collect()
    }

    fn ignored(&self, id: &str) -> bool {
        self.variant.selection.ignore.iter().flat_map(|list| &list.value).any(|entry| {
            let entry = entry.value.as_str();
            entry == id || entry == provider(id) || entry == bare(id)
        })
    }

    /// Whether something is left whichever provider is down, as far as is known who serves what.
    fn survives(&self) -> bool {
        let ranks = &self.planned.chain.ranks;
        if ranks.contains(&Rank::Open) {
            return true;
        }
        let certain: Vec<String> = ranks
            .iter()
            .flat_map(|rank| match rank {
                Rank::Model(id) => vec![id.to_string()],
                Rank::Tied(ids) => ids.iter().map(ToString::to_string).collect(),
                Rank::Open => Vec::new(),
            })
            .filter(|id| id.contains('/'))
            .collect();
        self.providers().iter().all(|down| certain.iter().any(|id| provider(id) != down))
    }
}

fn provider(id: &str) -> &str {
    id.split('/').next().unwrap()
}

fn bare(id: &str) -> &str {
    id.rsplit('/').next().unwrap()
}

fn is_model(invariant: &Invariant, id: &str) -> bool {
    let mut lists = invariant.target.iter().filter(|(name, _)| *name == "model").peekable();
    lists.peek().is_none()
        || lists
            .flat_map(|(_, patterns)| patterns)
            .any(|p| matches(p, id) || !p.contains('/') && matches(p, bare(id)))
}

fn listed(invariant: &Invariant, list: &str, text: &str) -> bool {
    let mut lists = invariant.target.iter().filter(|(name, _)| *name == list).peekable();
    lists.peek().is_none() || lists.flat_map(|(_, patterns)| patterns).any(|pattern| matches(pattern, text))
}

fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, tail)) => {
            text.starts_with(head)
                && (head.len()..=text.len()).any(|at| text.is_char_boundary(at) && matches(tail, &text[at..]))
        }
    }
}
