//! What requests carry, as a `metadata` block and as JSON; and what of a block they break.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::{Options, escape, wrap, yaml};
use crate::cel::types::{Field, Type};
use crate::check::contract::Breach;
use crate::model::{Declarations, NotAVariable};
use crate::observe::{Inferred, Kept, MOST_VALUES, Tally};
use crate::source::Sources;

/// The output of `irc metadata infer --format json`.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Listing {
    /// The version of this shape.
    pub version: u32,
    /// How many requests were looked at.
    pub requests: u64,
    /// How many of them have `metadata` at the top level of an API body, where routing does not see it.
    pub misplaced: u64,
    /// How many requests were to be enough to say that all there are do the same.
    pub enough: u64,
    /// The block, as a definition has it.
    pub metadata: Map<String, Json>,
    /// The keys of the block, in its order.
    pub keys: Vec<ListedKey>,
    /// Keys that no condition can use.
    pub unusable: Vec<ListedUnusable>,
}

/// A key of the block.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ListedKey {
    /// Its name.
    pub name: String,
    /// How many requests carry it.
    pub carried: u64,
    /// How many that is, in percent of all.
    pub percent: f64,
    /// Whether its few values are left out because they may name people, or be secrets.
    pub withheld: bool,
}

/// A key that no condition can use.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ListedUnusable {
    /// Its name.
    pub name: String,
    /// How many requests carry it.
    pub carried: u64,
    /// What it is instead of a name that they can use.
    pub reason: String,
}

/// One JSON object.
pub fn json(inferred: &Inferred, out: &mut dyn Write) -> io::Result<()> {
    let listing = Listing {
        version: 1,
        requests: inferred.requests,
        misplaced: inferred.misplaced,
        enough: inferred.enough,
        metadata: inferred.keys.iter().map(|key| (key.name.to_string(), declaration(&key.field))).collect(),
        keys: inferred
            .keys
            .iter()
            .map(|key| ListedKey {
                name: key.name.to_string(),
                carried: key.carried,
                percent: percent(key.carried, inferred.requests),
                withheld: key.withheld,
            })
            .collect(),
        unusable: inferred
            .unusable
            .iter()
            .map(|key| ListedUnusable {
                name: key.name.to_string(),
                carried: key.carried,
                reason: why(key.reason).to_owned(),
            })
            .collect(),
    };
    super::json::pretty(&listing, out)
}

/// A `metadata` block, with what there is to say about it as comments.
pub fn block(inferred: &Inferred, out: &mut dyn Write) -> io::Result<()> {
    // Writing to a string does not fail.
    let mut text = String::new();
    let all = inferred.requests;
    let mut remarks = vec![format!("From {}.", requests(all))];
    if all < inferred.enough {
        remarks.push(format!(
            "That is too few to say which keys are required and which values are all there are: {} would be enough.",
            thousands(inferred.enough)
        ));
    }
    if inferred.misplaced > 0 {
        let (verb, many) =
            (if inferred.misplaced == 1 { "has" } else { "have" }, requests(inferred.misplaced));
        remarks.push(format!(
            "{many} {verb} `metadata` at the top level of an API body, where routing does not see it."
        ));
    }
    remark(&remarks.join(" "), "", &mut text);
    text.push_str(if inferred.keys.is_empty() { "metadata: {}\n" } else { "metadata:\n" });
    for key in &inferred.keys {
        let mut said = in_requests(key.carried, all);
        if key.withheld {
            let most = MOST_VALUES;
            let _ =
                write!(said, "; its values, at most {most}, may name people or be secrets, and are left out");
        }
        remark(&said, "  ", &mut text);
        yaml::entry(&key.name, &declaration(&key.field), 2, &mut text);
    }
    if !inferred.unusable.is_empty() {
        remark("Conditions cannot use these keys:", "", &mut text);
    }
    for key in &inferred.unusable {
        let name = escape::line(&key.name);
        let said = format!("`{}`, {}: {}", short(&name), in_requests(key.carried, all), why(key.reason));
        remark(&format!("* {said}"), "", &mut text);
    }
    out.write_all(text.as_bytes())
}

/// A comment of as many lines as it takes.
fn remark(text: &str, indent: &str, out: &mut String) {
    let hanging = if text.starts_with('*') { 2 } else { 0 };
    for line in wrap(text, 96, hanging).lines() {
        let _ = writeln!(out, "{indent}# {line}");
    }
}

fn short(name: &str) -> String {
    if name.chars().count() <= 60 { name.to_owned() } else { name.chars().take(59).chain(['…']).collect() }
}

fn why(reason: NotAVariable) -> &'static str {
    match reason {
        NotAVariable::NotIdentifier => {
            "is no name in CEL: letters, digits and `_`, not beginning with a digit"
        }
        NotAVariable::Reserved => "is a reserved word of CEL",
        NotAVariable::Messages => "is hidden by the request's own `messages`",
    }
}

fn in_requests(carried: u64, all: u64) -> String {
    if carried == all {
        return if all == 1 { "in the only request" } else { "in all requests" }.to_owned();
    }
    format!("in {} ({})", requests(carried), share(carried, all))
}

fn requests(count: u64) -> String {
    if count == 1 { "1 request".to_owned() } else { format!("{} requests", thousands(count)) }
}

fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn percent(count: u64, all: u64) -> f64 {
    if all == 0 { 0.0 } else { count as f64 / all as f64 * 100.0 }
}

/// In percent; what is not all is not 100.
fn share(count: u64, all: u64) -> String {
    let percent = percent(count, all);
    if count > 0 && percent < 0.1 {
        return "below 0.1%".to_owned();
    }
    format!("{:.1}%", if count < all { percent.min(99.9) } else { percent })
}

/// A declaration as a definition has it: the type alone, or a map.
fn declaration(field: &Field) -> Json {
    let mut keys = Map::new();
    let simple = |name: &str| json!(name);
    match &field.ty {
        Type::Bool => keys.insert("type".to_owned(), simple("bool")),
        Type::Int => keys.insert("type".to_owned(), simple("int")),
        Type::Double => keys.insert("type".to_owned(), simple("double")),
        Type::Number => keys.insert("type".to_owned(), simple("number")),
        Type::String => keys.insert("type".to_owned(), simple("string")),
        Type::List(inner) => {
            keys.insert("type".to_owned(), simple("list"));
            inner_type("items", inner, &mut keys)
        }
        Type::Map(_, inner) => {
            keys.insert("type".to_owned(), simple("map"));
            inner_type("values", inner, &mut keys)
        }
        Type::Record(record) => {
            keys.insert("type".to_owned(), simple("map"));
            let fields = record.fields.iter().map(|(name, field)| (name.to_string(), declaration(field)));
            keys.insert("fields".to_owned(), Json::Object(fields.collect()))
        }
        _ => keys.insert("type".to_owned(), simple("dyn")),
    };
    if let Some(values) = &field.domain.one_of {
        let values = values.iter().filter_map(crate::cel::Value::to_json).collect();
        keys.insert("enum".to_owned(), Json::Array(values));
    }
    if field.required {
        keys.insert("required".to_owned(), json!(true));
    }
    if field.nullable {
        keys.insert("nullable".to_owned(), json!(true));
    }
    match keys.get("type") {
        Some(ty) if keys.len() == 1 => ty.clone(),
        _ => Json::Object(keys),
    }
}

fn inner_type(key: &str, ty: &Type, keys: &mut Map<String, Json>) -> Option<Json> {
    if *ty == Type::Dyn {
        return None;
    }
    keys.insert(key.to_owned(), declaration(&Field::new(ty.clone())))
}

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
                    what: what(breach),
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

fn what(breach: &Breach) -> String {
    match breach {
        Breach::Absent => "is required and absent".to_owned(),
        Breach::Null => "is null, and is not declared `nullable`".to_owned(),
        Breach::Type(words) => format!("is not {words}, as it is declared"),
        Breach::Value => "is none of the values of its `enum`".to_owned(),
        Breach::Below => "is below its `min`".to_owned(),
        Breach::Above => "is above its `max`".to_owned(),
    }
}

/// One JSON object.
pub fn compared_json(compared: &Compared<'_>, out: &mut dyn Write) -> io::Result<()> {
    super::json::pretty(&Comparison::new(compared), out)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_honest() {
        assert_eq!(share(1, 3), "33.3%");
        assert_eq!(share(9_999, 10_000), "99.9%");
        assert_eq!(share(1, 10_000), "below 0.1%");
        assert_eq!(share(5, 5), "100.0%");
        assert_eq!(share(0, 0), "0.0%");
        assert_eq!([0, 999, 1_000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
    }
}
