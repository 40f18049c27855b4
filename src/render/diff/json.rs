//! Comparisons as one JSON object.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{Entry, Report};
use super::{sentences, words};
use crate::compile::cost;
use crate::diff::{self, Difference};
use crate::render::json::compact;

/// What `irc diff --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "Comparison")]
pub struct Output {
    /// The version of this shape.
    version: u32,
    /// What made it.
    tool: Tool,
    /// What was compared, as it was named.
    old: String,
    /// See `old`.
    new: String,
    /// What can be said of all requests to all routers.
    answer: Answer,
    /// The routers, by name.
    routers: Vec<Router>,
    /// How many routers of one side were not compared, because the other side is a file that does not name them.
    left_out: usize,
    /// How long a request is taken to be where costs are estimated.
    tokens: Tokens,
    /// With `--requests`: the log.
    log: Option<Log>,
    /// With `--fail-if`: the bounds.
    bounds: Vec<Bound>,
}

/// What made the comparison.
#[derive(Debug, Serialize, JsonSchema)]
struct Tool {
    /// Its version.
    version: String,
    /// The day of the built-in facts about models.
    catalogue: Option<String>,
}

/// What can be said of all requests.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Answer {
    /// None is routed differently. That is proved.
    Same,
    /// Some are.
    Different,
    /// No difference was found, and it is not proved that there is none.
    Unknown,
}

/// One router.
#[derive(Debug, Serialize, JsonSchema)]
struct Router {
    /// Bare name, the new one.
    name: String,
    /// Bare name before, where it changed: callers of that name do not reach the new router.
    old_name: Option<String>,
    /// On which sides it is.
    status: Status,
    /// What can be said of all its requests.
    answer: Answer,
    /// Of which requests that is said, in words.
    scope: Option<String>,
    /// Requests that are answered differently.
    moves: Vec<Move>,
    /// Pairs of routes of which it is not known whether a request moves between them.
    undecided: Vec<Pair>,
    /// Whether there may be moves that were not found.
    exhausted: bool,
    /// Requests of the log that move although no request that keeps its promises was found to.
    strays: Vec<Stray>,
    /// What callers promise, where that changed.
    contract: Vec<Contract>,
    /// Routes that are as they were, and cost something else.
    prices: Vec<Price>,
    /// What changed besides.
    notes: Vec<Note>,
    /// Ids of the assumptions about the service that this rests on.
    assumptions: Vec<String>,
}

/// On which sides a router is.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Status {
    /// On both.
    Compared,
    /// On both under different names: a new router.
    Renamed,
    /// On the new one only.
    Added,
    /// On the old one only.
    Removed,
}

/// Requests that are answered differently.
#[derive(Debug, Serialize, JsonSchema)]
struct Move {
    /// Where they went.
    from: End,
    /// Where they go.
    to: End,
    /// Which requests: those of any of these cases.
    when: Vec<Case>,
    /// Whether `when` tells all of them.
    complete: bool,
    /// Whether these are all requests of the old route.
    all_of_old: bool,
    /// Whether these are all requests of the new route.
    all_of_new: bool,
    /// One of them, ready for `irc simulate`.
    witness: Value,
    /// The percent of these requests whose first attempt goes to another model or has other settings.
    percent: f64,
    /// The percent of these requests for which anything changes, such as what is tried after a failure.
    percent_touched: f64,
    /// Whether users are drawn anew, because the route or the router has another name.
    redrawn: bool,
    /// What changes.
    changes: Vec<Change>,
    /// The providers that were asked, fallbacks included; `*` for any.
    old_providers: Vec<String>,
    /// The providers that are.
    new_providers: Vec<String>,
    /// US dollars of a thousand such requests before; null where a price is not known.
    old_usd_per_1000: Option<Usd>,
    /// The same now.
    new_usd_per_1000: Option<Usd>,
    /// Models whose price is not known; `*` for any.
    unpriced: Vec<String>,
    /// With `--requests`: those of the log.
    log: Option<Sum>,
}

/// A route.
#[derive(Debug, Serialize, JsonSchema)]
struct End {
    /// Its id; null where the request fails.
    route: Option<String>,
    /// Its variants that have a share.
    variants: Vec<Variant>,
}

/// A variant.
#[derive(Debug, Serialize, JsonSchema)]
struct Variant {
    /// Its id.
    id: String,
    /// Its share in percent.
    share: u32,
    /// The model of the first attempt, in words where it is not decided.
    model: String,
}

/// A pair of routes.
#[derive(Debug, Serialize, JsonSchema)]
struct Pair {
    /// The old one; null for none.
    from: Option<String>,
    /// The new one; null for none.
    to: Option<String>,
}

/// Requests told by a condition: all three demands hold for them.
#[derive(Debug, Serialize, JsonSchema)]
struct Case {
    /// CEL that is true for them; null demands nothing.
    when: Option<String>,
    /// CEL that is not true for them: false, or without a value. Null demands nothing.
    unless: Option<String>,
    /// Metadata keys that they lack; `messages`: that they have none.
    without: Vec<String>,
    /// One of them, ready for `irc simulate`.
    witness: Value,
}

/// One difference between two routes.
#[derive(Debug, Serialize, JsonSchema)]
struct Change {
    /// The variant, where the routes have several.
    variant: Option<String>,
    /// `share`, `model`, `fallbacks`, `sort`, …, or the name of a parameter or a template.
    what: String,
    /// As it was; null for nothing.
    old: Option<String>,
    /// As it is.
    new: Option<String>,
}

/// US dollars.
#[derive(Debug, Serialize, JsonSchema)]
struct Usd {
    /// At least.
    min: f64,
    /// At most.
    max: f64,
}

/// Tokens of a request.
#[derive(Debug, Serialize, JsonSchema)]
struct Tokens {
    /// Of the prompt.
    input: u64,
    /// Of the completion.
    output: u64,
}

/// Requests of a log.
#[derive(Debug, Serialize, JsonSchema)]
struct Sum {
    /// How many.
    requests: u64,
    /// How many of them have another first attempt: where a route divides its users, the share that has.
    moved: f64,
    /// US dollars before, of those whose price is known.
    old_usd: Usd,
    /// The same now.
    new_usd: Usd,
    /// How many have no known price.
    unpriced: u64,
    /// How many say themselves how long they were.
    measured: u64,
}

/// A log.
#[derive(Debug, Serialize, JsonSchema)]
struct Log {
    /// As it was named.
    name: String,
    /// All requests that were counted.
    total: Sum,
    /// Requests for routers that were not compared.
    others: u64,
    /// Records that are no requests.
    bad: u64,
}

/// Requests of a log that move although no request that keeps its promises was found to.
#[derive(Debug, Serialize, JsonSchema)]
struct Stray {
    /// Where they went.
    from: End,
    /// Where they go.
    to: End,
    /// How many.
    log: Sum,
    /// Which record of the log is the first of them, from 0.
    first: u64,
}

/// A change of what callers promise.
#[derive(Debug, Serialize, JsonSchema)]
struct Contract {
    /// `metadata` or `prompt_variables`.
    block: String,
    /// The key with the path inside it; empty for the block.
    key: String,
    /// `block`, `key`, `type`, `required`, `nullable`, `values`, `min` or `max`.
    what: &'static str,
    /// As it was; null for nothing.
    old: Option<String>,
    /// As it is.
    new: Option<String>,
    /// Whether a caller who kept the old promise may break the new one.
    stricter: bool,
}

/// A route that costs something else.
#[derive(Debug, Serialize, JsonSchema)]
struct Price {
    /// Its id.
    route: String,
    /// US dollars of a thousand requests before; null where a price is not known.
    old_usd_per_1000: Option<Usd>,
    /// The same now.
    new_usd_per_1000: Option<Usd>,
}

/// Something worth knowing.
#[derive(Debug, Serialize, JsonSchema)]
struct Note {
    /// What it is, such as `route-renamed`.
    kind: &'static str,
    /// In words.
    text: String,
}

/// A bound of `--fail-if`.
#[derive(Debug, Serialize, JsonSchema)]
struct Bound {
    /// As it was written.
    bound: String,
    /// Whether it was exceeded.
    exceeded: bool,
    /// What was measured, in words.
    measured: String,
}

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    compact(&output(report), out)?;
    out.write_all(b"\n")
}

fn output(report: &Report<'_>) -> Output {
    Output {
        version: 1,
        tool: Tool { version: report.version.to_owned(), catalogue: report.catalogue.map(str::to_owned) },
        old: report.names[0].to_owned(),
        new: report.names[1].to_owned(),
        answer: answer(report.answer()),
        routers: report.routers.iter().map(router).collect(),
        left_out: report.left_out,
        tokens: Tokens { input: report.tokens.input, output: report.tokens.output },
        log: report.log.as_ref().map(|log| Log {
            name: log.name.to_owned(),
            total: sum(&log.total),
            others: log.others,
            bad: log.bad,
        }),
        bounds: report
            .bounds
            .iter()
            .map(|b| Bound { bound: b.text.clone(), exceeded: b.exceeded, measured: b.measured.clone() })
            .collect(),
    }
}

fn answer(answer: diff::Answer) -> Answer {
    match answer {
        diff::Answer::Same => Answer::Same,
        diff::Answer::Different => Answer::Different,
        diff::Answer::Unknown => Answer::Unknown,
    }
}

fn router(entry: &Entry<'_>) -> Router {
    let (status, name) = match entry {
        Entry::Added(name) => (Status::Added, *name),
        Entry::Removed(name) => (Status::Removed, *name),
        Entry::Compared { difference, .. } => {
            let [old, new] = difference.names();
            (if old == new { Status::Compared } else { Status::Renamed }, new)
        }
    };
    let mut router = Router {
        name: name.to_owned(),
        old_name: None,
        status,
        answer: answer(entry.answer()),
        scope: None,
        moves: Vec::new(),
        undecided: Vec::new(),
        exhausted: false,
        strays: Vec::new(),
        contract: Vec::new(),
        prices: Vec::new(),
        notes: Vec::new(),
        assumptions: Vec::new(),
    };
    if let Entry::Compared { difference, traffic } = entry {
        let [old, new] = difference.names();
        router.old_name = (old != new).then(|| old.to_owned());
        fill(&mut router, difference);
        if let Some(traffic) = traffic {
            for (found, of_log) in router.moves.iter_mut().zip(&traffic.moves) {
                found.log = Some(sum(of_log));
            }
            router.strays = traffic
                .strays
                .iter()
                .map(|s| Stray {
                    from: end(&s.ends[0]),
                    to: end(&s.ends[1]),
                    log: sum(&s.sum),
                    first: s.first,
                })
                .collect();
        }
    }
    router
}

fn fill(router: &mut Router, d: &Difference<'_>) {
    router.scope = Some(words::scope(d));
    router.moves = d.moves.iter().map(moved).collect();
    router.undecided = d.undecided.iter().map(|[old, new]| Pair { from: id(old), to: id(new) }).collect();
    router.exhausted = d.exhausted;
    router.contract = d
        .contract
        .iter()
        .map(|c| Contract {
            block: c.block.to_owned(),
            key: c.key.clone(),
            what: promise(c.what),
            old: c.old.clone(),
            new: c.new.clone(),
            stricter: c.stricter,
        })
        .collect();
    router.prices = d
        .prices
        .iter()
        .map(|p| {
            let [old, new] = p.usd.map(|usd| usd.map(dollars));
            Price { route: p.route.to_string(), old_usd_per_1000: old, new_usd_per_1000: new }
        })
        .collect();
    router.notes = d
        .notes
        .iter()
        .map(|note| {
            let text = sentences::note(note, router.answer == Answer::Same);
            Note { kind: sentences::kind(note), text: text.show(|code| format!("`{code}`")) }
        })
        .collect();
    router.assumptions = d.assumptions.iter().map(|id| (*id).to_owned()).collect();
}

fn moved(found: &diff::Move) -> Move {
    let [from, to] = &found.ends;
    let [old, new] = found.usd.map(|usd| usd.map(dollars));
    let [old_providers, new_providers] = found.providers.clone();
    Move {
        from: end(from),
        to: end(to),
        when: found
            .cases
            .iter()
            .map(|case| Case {
                when: case.when.clone(),
                unless: case.unless.clone(),
                without: case.without.iter().map(ToString::to_string).collect(),
                witness: json(&case.witness),
            })
            .collect(),
        complete: found.complete,
        all_of_old: found.whole[0],
        all_of_new: found.whole[1],
        witness: json(&found.witness),
        percent: rounded(found.share * 100.0),
        percent_touched: rounded(found.touched * 100.0),
        redrawn: found.redrawn,
        changes: found
            .changes
            .iter()
            .map(|change| Change {
                variant: change.variant.as_ref().map(ToString::to_string),
                what: words::label(change),
                old: change.old.clone(),
                new: change.new.clone(),
            })
            .collect(),
        old_providers,
        new_providers,
        old_usd_per_1000: old,
        new_usd_per_1000: new,
        unpriced: found.unpriced.iter().map(ToString::to_string).collect(),
        log: None,
    }
}

fn end(end: &diff::End) -> End {
    let variant = |(id, share, model): &(std::sync::Arc<str>, u32, String)| Variant {
        id: id.to_string(),
        share: *share,
        model: model.clone(),
    };
    End { route: id(end), variants: end.variants.iter().map(variant).collect() }
}

fn id(end: &diff::End) -> Option<String> {
    end.route.as_ref().map(ToString::to_string)
}

fn sum(sum: &diff::Sum) -> Sum {
    Sum {
        requests: sum.requests,
        moved: rounded(sum.moved),
        old_usd: dollars(sum.old),
        new_usd: dollars(sum.new),
        unpriced: sum.unpriced,
        measured: sum.measured,
    }
}

fn dollars(usd: cost::Usd) -> Usd {
    Usd { min: rounded(usd.min), max: rounded(usd.max) }
}

/// Without the noise of sums of fractions.
fn rounded(x: f64) -> f64 {
    (x * 1e9).round() / 1e9
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}

fn promise(what: diff::Promise) -> &'static str {
    match what {
        diff::Promise::Block => "block",
        diff::Promise::Key => "key",
        diff::Promise::Type => "type",
        diff::Promise::Required => "required",
        diff::Promise::Nullable => "nullable",
        diff::Promise::Values => "values",
        diff::Promise::Min => "min",
        diff::Promise::Max => "max",
    }
}
