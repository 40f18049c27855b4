//! What of a block requests break, for people and as JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::{requests, share, short};
use crate::check::contract::Breach;
use crate::model::Declarations;
use crate::observe::{Kept, Tally};
use crate::render::money::thousands;
use crate::render::{Options, escape, json, wrap};
use crate::source::Sources;

/// A block and the requests that it was held against.
#[derive(Debug)]
pub struct Compared<'a> {
    /// The router's bare name.
    pub router: &'a str,
    /// What the log is called.
    pub log: &'a str,
    /// The block.
    pub declared: &'a Declarations,
    /// Where it stands.
    pub sources: &'a Sources,
    /// What requests keep and break of it.
    pub kept: &'a Kept,
    /// How many records are no requests.
    pub bad: u64,
}

/// The output of `irc metadata check --format json`.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Comparison {
    /// The version of this shape.
    pub version: u32,
    /// Bare name of the router.
    pub router: String,
    /// How many requests were held against its block.
    pub requests: u64,
    /// How many name another router or a model, and were not.
    pub elsewhere: u64,
    /// How many records are no requests.
    pub bad: u64,
    /// How many requests have `metadata` at the top level of an API body, where routing does not see it.
    pub misplaced: u64,
    /// Declarations that requests break, most often broken ones first.
    pub broken: Vec<ListedBreach>,
    /// Keys that are not declared, most frequent ones first.
    pub undeclared: Vec<ListedSent>,
    /// How many more times a request has a key that is not declared and not listed, for there are too many.
    pub more: u64,
    /// Declared keys that no request carries.
    pub never_sent: Vec<String>,
    /// The declared keys, and how many requests carry them.
    pub carried: Vec<ListedCarried>,
}

/// A declaration that requests break.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ListedBreach {
    /// The declared key with the place inside it: `account.plan`, `tags[]`, `prices.*`.
    pub key: String,
    /// How: `absent`, `null`, `type`, `value`, `below` or `above`.
    pub breach: &'static str,
    /// That, as the rest of a sentence that begins with the key.
    pub what: String,
    #[serde(flatten)]
    #[expect(missing_docs, reason = "its keys stand here")]
    pub tally: ListedTally,
}

/// A key that requests carry.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ListedSent {
    /// Its name.
    pub key: String,
    #[serde(flatten)]
    #[expect(missing_docs, reason = "its keys stand here")]
    pub tally: ListedTally,
}

/// How many requests.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ListedTally {
    /// How many requests.
    pub requests: u64,
    /// The first of them: its place in the log, from 0.
    pub first_request: u64,
    /// Its line; null where the log is not one of lines.
    pub first_line: Option<u64>,
}

/// A declared key.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ListedCarried {
    /// Its name.
    pub key: String,
    /// How many requests carry it.
    pub requests: u64,
}

impl ListedTally {
    fn of(tally: &Tally) -> Self {
        Self { requests: tally.requests, first_request: tally.first.request, first_line: tally.first.line }
    }
}

impl Comparison {
    /// Of a block with requests.
    pub fn new(compared: &Compared<'_>) -> Self {
        let kept = compared.kept;
        let carried: Vec<ListedCarried> = compared
            .declared
            .keys
            .keys()
            .zip(&kept.carried)
            .map(|(key, requests)| ListedCarried { key: key.to_string(), requests: *requests })
            .collect();
        Self {
            version: 1,
            router: compared.router.to_owned(),
            requests: kept.requests,
            elsewhere: kept.elsewhere,
            bad: compared.bad,
            misplaced: kept.misplaced,
            broken: sorted(kept.broken.iter().map(|((key, breach), tally)| (tally, (key, breach))))
                .into_iter()
                .map(|(tally, (key, breach))| ListedBreach {
                    key: key.clone(),
                    breach: name(breach),
                    what: breach.words(),
                    tally: ListedTally::of(tally),
                })
                .collect(),
            undeclared: sorted(kept.undeclared.iter().map(|(key, tally)| (tally, key)))
                .into_iter()
                .map(|(tally, key)| ListedSent { key: key.to_string(), tally: ListedTally::of(tally) })
                .collect(),
            more: kept.more,
            never_sent: carried.iter().filter(|key| key.requests == 0).map(|key| key.key.clone()).collect(),
            carried,
        }
    }
}

/// The most frequent ones first, of those the earliest.
fn sorted<'t, T>(items: impl Iterator<Item = (&'t Tally, T)>) -> Vec<(&'t Tally, T)> {
    let mut items: Vec<(&Tally, T)> = items.collect();
    items.sort_by_key(|(tally, _)| (std::cmp::Reverse(tally.requests), tally.first));
    items
}

fn name(breach: &Breach) -> &'static str {
    match breach {
        Breach::Absent => "absent",
        Breach::Null => "null",
        Breach::Type(_) => "type",
        Breach::Value => "value",
        Breach::Below => "below",
        Breach::Above => "above",
    }
}

/// One JSON object.
pub fn compared_json(compared: &Compared<'_>, out: &mut dyn Write) -> io::Result<()> {
    json::pretty(&Comparison::new(compared), out)
}

/// How many undeclared keys people are shown.
const MOST: usize = 20;

/// For people.
pub fn human(compared: &Compared<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let comparison = Comparison::new(compared);
    let all = comparison.requests;
    let log = escape::line(compared.log);
    write!(out, "`{}` and {} of {log}", comparison.router, requests(all))?;
    if comparison.elsewhere > 0 {
        let other = if comparison.elsewhere == 1 { "is for another" } else { "are for others" };
        write!(out, "; {} more {other}", thousands(comparison.elsewhere))?;
    }
    writeln!(out, "\n")?;
    let mut clean = true;
    let mut table = |head: &str, rows: Vec<[String; 3]>, out: &mut dyn Write| -> io::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        clean = false;
        writeln!(out, "{}", wrap(head, options.width, 2))?;
        let width =
            |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max();
        let widths = [width(0).unwrap_or(0), width(1).unwrap_or(0)];
        for [key, what, how_often] in &rows {
            let line = if what.is_empty() {
                format!("  {key:<0$}  {how_often}", widths[0])
            } else {
                format!("  {key:<0$}  {what:<1$}  {how_often}", widths[0], widths[1])
            };
            writeln!(out, "{}", line.trim_end())?;
        }
        writeln!(out)
    };
    let often = |tally: &ListedTally| {
        let first = match (tally.first_line, tally.first_request) {
            (Some(line), _) => format!("on line {line}"),
            (None, request) => format!("in request {request}"),
        };
        format!("{} ({}), first {first}", requests(tally.requests), share(tally.requests, all))
    };
    let shown = |key: &str| short(&escape::line(key));
    let broken = comparison.broken.iter();
    let broken = broken.map(|b| [shown(&b.key), b.what.clone(), often(&b.tally)]).collect();
    table("broken: callers do not send what is declared", broken, out)?;
    let undeclared = comparison.undeclared.iter().take(MOST);
    let undeclared = undeclared.map(|s| [shown(&s.key), String::new(), often(&s.tally)]).collect();
    table("not declared: conditions cannot use these", undeclared, out)?;
    let more = comparison.undeclared.len().saturating_sub(MOST);
    if more > 0 {
        writeln!(out, "  and {} more keys: --format json lists them\n", thousands(more as u64))?;
    }
    // A required one was told among what is broken.
    let told = |key: &str| comparison.broken.iter().any(|b| b.key == key);
    let never = comparison.never_sent.iter().filter(|key| !told(key));
    let never = never.map(|key| [shown(key), String::new(), declared_at(compared, key)]).collect();
    table("never sent: a condition that needs it takes none of these requests", never, out)?;
    if comparison.misplaced > 0 {
        let verb = if comparison.misplaced == 1 { "has" } else { "have" };
        let text = format!(
            "{} {verb} `metadata` at the top level of an API body, where routing does not see it: put it into \
             `extra_body`",
            requests(comparison.misplaced)
        );
        writeln!(out, "{}\n", wrap(&text, options.width, 2))?;
    }
    if clean {
        writeln!(out, "all of them keep the block, and each key of it is sent")?;
    }
    Ok(())
}

/// Where a key is declared.
fn declared_at(compared: &Compared<'_>, key: &str) -> String {
    let span = compared.declared.keys.get(key).map(|declaration| declaration.name_span);
    let place = span.and_then(|span| {
        let file = compared.sources.get(span.file)?;
        Some(format!("declared in {}:{}", escape::line(file.name()), file.position(span.start).line))
    });
    place.unwrap_or_default()
}
