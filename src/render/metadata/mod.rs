//! What requests carry, as a `metadata` block and as JSON; and what of a block they break.
//!
//! In: what `observe` summed up. Out: text on a writer. It prints no value that `observe` did not list.

mod compared;

use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

pub use compared::{
    Compared, Comparison, ListedBreach, ListedCarried, ListedSent, ListedTally, compared_json, human,
};

use super::money::thousands;
use super::{escape, wrap, yaml};
use crate::cel::types::{Field, Type};
use crate::model::NotAVariable;
use crate::observe::{Inferred, MOST_VALUES};

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
        NotAVariable::NotIdentifier => "no name in CEL, which has letters, digits and `_` alone",
        NotAVariable::Reserved => "a reserved word of CEL",
        NotAVariable::Messages => "the name of the request's messages",
    }
}

fn in_requests(carried: u64, all: u64) -> String {
    if carried == all {
        return if all == 1 { "in the only request" } else { "in all requests" }.to_owned();
    }
    format!("in {} ({})", requests(carried), share(carried, all))
}

fn requests(count: u64) -> String {
    format!("{} request{}", thousands(count), if count == 1 { "" } else { "s" })
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
    }
}
