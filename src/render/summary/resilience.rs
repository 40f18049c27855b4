//! What is left while one provider is down, for each: as data, and for people.

use std::io::{self, Write};

use serde::Serialize;

use super::costs::usd;
use super::human::{count, who};
use super::make::named;
use super::table::Table;
use super::{Cost, Counted};
use crate::render::escape;
use crate::simulate::Survival;

/// What is left while one provider is down.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Resilience {
    /// The provider that is down.
    pub provider: String,
    /// Requests that take a route.
    pub requests: u64,
    /// Those of them that meet the outage.
    pub hit: u64,
    /// Those of these that somebody else answers.
    pub answered: u64,
    /// Those that nobody answers.
    pub out_of_attempts: Counted,
    /// Who answers those that meet the outage, the most frequent first.
    pub by: Vec<Answerer>,
    /// What all requests cost then, where tokens are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
}

/// A provider that answers instead.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Answerer {
    /// Its name; null where that is undetermined.
    pub name: Option<String>,
    /// Between which it is undetermined; `*` for any that the service offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tied: Vec<String>,
    /// Requests.
    pub requests: u64,
}

impl Resilience {
    /// Of one provider.
    pub fn new(provider: &str, survival: &Survival) -> Self {
        let exhausted = Counted::from(survival.exhausted);
        let mut by: Vec<Answerer> = survival
            .by
            .iter()
            .map(|(who, sum)| {
                let (name, tied) = named(who);
                Answerer { name, tied, requests: sum.requests }
            })
            .filter(|answerer| answerer.name.is_some() || !answerer.tied.is_empty())
            .collect();
        by.sort_by_key(|answerer| std::cmp::Reverse(answerer.requests));
        Self {
            provider: provider.to_owned(),
            requests: survival.requests,
            hit: survival.hit,
            answered: survival.hit - exhausted.requests,
            out_of_attempts: exhausted,
            by,
            cost: Cost::of(&survival.all),
        }
    }
}

/// Who answers, in words.
pub(super) fn by(row: &Resilience) -> String {
    let few =
        row.by.iter().take(4).map(|a| format!("{} {}", who(a.name.as_deref(), &a.tied), count(a.requests)));
    let more = row.by.len().saturating_sub(4);
    let mut parts: Vec<String> = few.collect();
    if more > 0 {
        parts.push(format!("{more} more"));
    }
    parts.join(", ")
}

/// Writes them for people.
pub(super) fn human(rows: &[Resilience], out: &mut dyn Write) -> io::Result<()> {
    let mut table =
        Table::new(&["while down", "meet it", "answered", "out of attempts", "cost", "answered by"]);
    for row in rows {
        table.row([
            escape::line(&row.provider).into_owned(),
            count(row.hit),
            count(row.answered),
            count(row.out_of_attempts.requests),
            row.cost.as_ref().map_or_else(String::new, |cost| usd(&cost.answered)),
            by(row),
        ]);
    }
    table.write(out)?;
    writeln!(out)
}
