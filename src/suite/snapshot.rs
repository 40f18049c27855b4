//! What becomes of a request, to be written down and compared with what was.
//!
//! It holds what certainly follows from the router: which of several variants a user draws only where the test says that it
//! assumes A06, attempts only where outages are whole. Costs are left out: they change with the catalogue.

use super::expect::{Asked, same};
use crate::compile::{Rank, Variant};
use crate::emit;
use crate::model::{Data, Snapshot};
use crate::simulate::{self, Attempts, Prompt, unanswered};
use crate::source::Span;
use crate::yaml::Node;

/// A snapshot that is to be written or removed.
#[derive(Clone, Debug)]
pub struct Change {
    /// What is there.
    pub snapshot: Snapshot,
    /// What is to be there; nothing if it is to go.
    pub value: Option<Data>,
}

impl Change {
    /// What it is, in a word.
    pub fn what(&self) -> What {
        match (&self.value, &self.snapshot.value) {
            (None, _) => What::Obsolete,
            (Some(_), None) => What::New,
            (Some(_), Some(_)) => What::Changed,
        }
    }
}

/// What is to be done with a snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// There is none yet.
    New,
    /// It says something else.
    Changed,
    /// It is of no request.
    Obsolete,
}

/// Something that is not as it was.
#[derive(Clone, Debug)]
pub(super) struct Difference {
    /// The keys that lead to it.
    pub(super) path: String,
    /// As it was written down; nothing if it was not there.
    pub(super) was: Option<Data>,
    /// As it is; nothing if it is no longer there.
    pub(super) is: Option<Data>,
    /// Where it stands; the key of the snapshot if it does not.
    pub(super) span: Span,
}

/// In what two outcomes differ.
pub(super) fn differences(snapshot: &Snapshot, is: &Data) -> Vec<Difference> {
    let mut out = Vec::new();
    if let Some(was) = &snapshot.value {
        descend(String::new(), (was, Some(&snapshot.node)), is, snapshot.key, &mut out);
    }
    out
}

fn descend(
    path: String,
    (was, node): (&Data, Option<&Node>),
    is: &Data,
    key: Span,
    out: &mut Vec<Difference>,
) {
    let (Data::Map(before), Data::Map(now)) = (was, is) else {
        if !same(was, is) {
            let span = node.map_or(key, |node| node.span);
            out.push(Difference { path, was: Some(was.clone()), is: Some(is.clone()), span });
        }
        return;
    };
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    for (name, was) in before {
        let node = node.and_then(|node| node.get(name)).map(|node| &**node);
        match is.get(name) {
            Some(is) => descend(below(name), (was, node), is, key, out),
            None => {
                let span = node.map_or(key, |node| node.span);
                out.push(Difference { path: below(name), was: Some(was.clone()), is: None, span });
            }
        }
    }
    for (name, is) in now.iter().filter(|(name, _)| was.get(name).is_none()) {
        out.push(Difference { path: below(name), was: None, is: Some(is.clone()), span: key });
    }
}

/// Differences as lines that begin with `-` and `+`.
pub(super) fn lines(differences: &[Difference]) -> String {
    let mut lines = Vec::new();
    for Difference { path, was, is, .. } in differences {
        for (sign, data) in [('-', was), ('+', is)] {
            lines.extend(data.iter().map(|data| format!("{sign} {path}: {}", flow(data))));
        }
    }
    lines.join("\n")
}

/// An outcome that nobody wrote down yet, as lines.
pub(super) fn new_lines(is: &Data, key: Span) -> String {
    let mut out = Vec::new();
    descend(String::new(), (&Data::Map(Vec::new()), None), is, key, &mut out);
    lines(&out)
}

/// On one line, for people.
fn flow(data: &Data) -> String {
    match data {
        Data::List(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Data::Map(entries) => {
            let entries = entries.iter().map(|(key, data)| format!("{key}: {}", flow(data)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        other => emit::value(other).to_string(),
    }
}

type Part = (String, Data);

impl Asked<'_> {
    /// What becomes of the request, as far as it is certain.
    pub(super) fn outcome(&self) -> Data {
        let decision = self.decision;
        let mut parts = vec![part("route", decision.route.map_or(Data::Null, |route| text(&route.id)))];
        let (Some(route), Some(drawn)) = (decision.route, decision.variant) else {
            parts.extend(unanswered(decision, self.attempts).map(|error| part("error", text(error))));
            return Data::Map(parts);
        };
        let weighted: Vec<&Variant> = route.variants.iter().filter(|variant| variant.weight > 0).collect();
        if weighted.len() > 1 {
            let share = |variant: &&Variant| (variant.id.to_string(), Data::Int(variant.weight.into()));
            parts.push(part("shares", Data::Map(weighted.iter().map(share).collect())));
        }
        if weighted.len() < 2 || self.users_are_drawn {
            if weighted.len() > 1 {
                parts.push(part("variant", text(&drawn.id)));
            }
            parts.extend(self.of_variant(drawn, decision.plan, self.attempts));
            return Data::Map(parts);
        }
        // What all variants have in common does not rest on who draws which.
        let mut each = weighted.iter().map(|variant| {
            let ranks: &[Rank] = if self.request.own.is_some() { &[] } else { &variant.chain.ranks };
            self.of_variant(variant, ranks, &self.outages.attempts(ranks, 0, 0))
        });
        let mut common = each.next().unwrap_or_default();
        for other in each {
            common.retain(|(key, data)| other.iter().any(|(name, other)| name == key && same(data, other)));
        }
        parts.extend(common);
        Data::Map(parts)
    }

    fn of_variant(&self, variant: &Variant, ranks: &[Rank], attempts: &Attempts<'_>) -> Vec<Part> {
        let mut parts = Vec::new();
        let one_or_all = |ids: &[std::sync::Arc<str>]| match ids {
            [only] => text(only),
            several => Data::List(several.iter().map(|id| text(id)).collect()),
        };
        if !ranks.is_empty() {
            let places = ranks.iter().map(|rank| match rank {
                Rank::Model(id) => text(id),
                Rank::Tied(ids) => one_or_all(ids),
                Rank::Open => text("*"),
            });
            parts.push(part("plan", Data::List(places.collect())));
        }
        // Which attempts a share of outages fails is drawn.
        let whole = !self.outages.is_empty() && self.outages.0.iter().all(|outage| outage.share >= 1.0);
        if whole && !ranks.is_empty() {
            let made = attempts.made().map(|attempt| {
                let model = match &*attempt.models {
                    [] => text("*"),
                    ids => text(&ids.join(" | ")),
                };
                let outcome = attempt.failure.map_or_else(|| "ok".to_owned(), |failure| failure.to_string());
                Data::Map(vec![part("model", model), part("outcome", text(&outcome))])
            });
            parts.push(part("attempts", Data::List(made.collect())));
        }
        if whole || self.outages.is_empty() {
            let error = unanswered(self.decision, attempts);
            parts.extend(error.map(|error| part("error", text(error))));
        }
        let parameters = &variant.parameters;
        let mut sent = match &parameters.text_generation_config {
            Some(Data::Map(entries)) => entries.clone(),
            _ => Vec::new(),
        };
        let beside = [
            ("web_search", &parameters.web_search),
            ("web_search_options", &parameters.web_search_options),
            ("compression", &parameters.compression),
        ];
        sent.extend(beside.into_iter().filter_map(|(key, data)| Some(part(key, data.clone()?))));
        if !sent.is_empty() {
            parts.push(part("params", Data::Map(sent)));
        }
        let Prompt { messages, .. } = simulate::render(parameters, &self.request.prompt_variables(), true);
        if !messages.is_empty() {
            let said = messages.iter().map(|message| {
                Data::Map(vec![part("role", text(&message.role)), part("content", text(&message.content))])
            });
            parts.push(part("prompt", Data::List(said.collect())));
        }
        parts
    }
}

fn part(key: &str, data: Data) -> Part {
    (key.to_owned(), data)
}

fn text(text: &str) -> Data {
    Data::String(text.to_owned())
}
