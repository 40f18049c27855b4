//! How predictions and answers agree: as data, and for people.

use std::io::{self, Write};

use serde::Serialize;

use super::human::{count, plural};
use super::table::Table;
use crate::render::decision::{self, Record};
use crate::render::reality::{Compared, difference};
use crate::render::{Options, escape};
use crate::simulate::{Agreements, Difference, Tally};

/// How predictions and answers agree.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct AgainstSummary {
    /// Requests whose answer was compared with the prediction.
    pub compared: u64,
    /// Those of them that were answered as predicted.
    pub agreed: u64,
    /// The same in percent; null where nothing was compared.
    pub percent: Option<f64>,
    /// Those that agree and were answered by another than the first of their plan.
    pub failed_over: u64,
    /// Those that agree and whose definition leaves open who is tried first.
    pub undetermined: u64,
    /// Those that agree but for the variant, which is drawn anew for a request without a user.
    pub redrawn: u64,
    /// The others, the most frequent first.
    pub differences: Vec<DifferenceRow>,
    /// Requests that the service refused for a reason that routing has nothing to do with. They are not compared.
    pub refused: u64,
    /// Records without an answer.
    pub unanswered: u64,
    /// Records whose answer cannot be read.
    pub unreadable: Vec<UnreadableRow>,
    /// The first requests that were answered otherwise, each with why it was decided as it was.
    pub first: Vec<Disagreement>,
}

/// A way in which answers differ from predictions.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct DifferenceRow {
    /// Bare name of the router; null for all that are not listed.
    pub router: Option<String>,
    /// What is different.
    pub difference: String,
    /// Ids of assumptions that it speaks against; none where no assumption would explain it.
    pub speaks_against: Vec<String>,
    /// How many.
    pub requests: u64,
    /// The first of them, counted from 0.
    pub first: u64,
}

/// A reason why answers cannot be read.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct UnreadableRow {
    /// The reason.
    pub reason: String,
    /// How many records.
    pub requests: u64,
    /// The first of them, counted from 0.
    pub first: u64,
}

/// A request that was answered otherwise.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Disagreement {
    /// What was predicted, and why.
    pub decision: Record<'static>,
    /// What the service did.
    pub really: Compared,
}

impl AgainstSummary {
    /// Of sums, and the first disagreements.
    pub fn new(sums: &Agreements, first: &[Disagreement]) -> Self {
        let row = |(key, tally): (Option<&Difference>, &Tally)| DifferenceRow {
            router: key.map(|(router, ..)| router.to_string()),
            difference: key.map_or("other differences".to_owned(), |(_, kind, _)| difference(kind)),
            speaks_against: key
                .iter()
                .flat_map(|(.., against)| against.iter().map(|id| (*id).to_owned()))
                .collect(),
            requests: tally.count,
            first: tally.first,
        };
        let mut differences: Vec<DifferenceRow> = sums.differences.iter().map(row).collect();
        differences.sort_by_key(|row| std::cmp::Reverse(row.requests));
        let unreadable = sums.unreadable.iter().map(|(reason, tally)| UnreadableRow {
            reason: reason.cloned().unwrap_or_else(|| "other reasons".to_owned()),
            requests: tally.count,
            first: tally.first,
        });
        Self {
            compared: sums.compared,
            agreed: sums.agreed,
            percent: (sums.compared > 0).then(|| super::percent(sums.agreed, sums.compared)),
            failed_over: sums.failed_over,
            undetermined: sums.open,
            redrawn: sums.redrawn,
            differences,
            refused: sums.refused,
            unanswered: sums.unanswered,
            unreadable: unreadable.collect(),
            first: first.to_vec(),
        }
    }
}

/// The sums in one sentence.
pub(super) fn headline(against: &AgainstSummary) -> String {
    match against.percent {
        None => "no answer could be compared with what is predicted".to_owned(),
        Some(percent) => format!(
            "{percent:.1}% of {} as predicted ({} of {})",
            plural(against.compared, "answer"),
            count(against.agreed),
            count(against.compared),
        ),
    }
}

/// What is to be said besides.
pub(super) fn remarks(against: &AgainstSummary) -> Vec<String> {
    let mut out = Vec::new();
    let mut remark = |requests: u64, what: &str| {
        if requests > 0 {
            out.push(format!("{}: {what}", plural(requests, "request")));
        }
    };
    remark(against.failed_over, "as predicted, by another than the first of the plan");
    remark(against.undetermined, "as predicted, as far as the definition says who is tried first");
    remark(against.redrawn, "as predicted but for the variant, which is drawn anew without a user");
    remark(against.refused, "refused for a reason that routing has nothing to do with, not compared");
    remark(against.unanswered, "without an answer in the log");
    for row in &against.unreadable {
        remark(row.requests, &format!("{} (first in request {})", row.reason, row.first));
    }
    out
}

/// Writes it for people.
pub(super) fn human(against: &AgainstSummary, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", headline(against))?;
    for remark in remarks(against) {
        writeln!(out, "  {}", escape::line(&remark))?;
    }
    let mut table = Table::new(&["otherwise", "requests", "first in", "speaks against"]);
    for row in &against.differences {
        let router = row.router.as_ref().map_or_else(String::new, |router| format!("{router}: "));
        table.row([
            escape::line(&format!("{router}{}", row.difference)).into_owned(),
            count(row.requests),
            format!("request {}", row.first),
            speaks_against(row),
        ]);
    }
    table.write(out)?;
    for disagreement in &against.first {
        writeln!(out)?;
        decision::human(&disagreement.decision, options, out)?;
        let tried = disagreement.really.tried.join(", then ");
        let tried = if tried.is_empty() { "nothing was tried".to_owned() } else { format!("tried: {tried}") };
        let difference = disagreement.really.difference.as_deref().unwrap_or_default();
        writeln!(out, "    really {}: {}", escape::line(&tried), escape::line(difference))?;
    }
    writeln!(out)
}

/// The assumptions, or that none explains it.
pub(super) fn speaks_against(row: &DifferenceRow) -> String {
    match row.speaks_against.as_slice() {
        [] => "no assumption: is another definition deployed?".to_owned(),
        ids => ids.join(", "),
    }
}
