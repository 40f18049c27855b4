//! Declarations that all requests of a log keep.

use std::sync::Arc;

use super::private::{is_private_key, is_private_text};
use super::seen::{Fields, Seen, Shape, Texts};
use crate::cel::Value;
use crate::cel::types::{ByName, Domain, Field, Record, Type};
use crate::model::{NotAVariable, not_a_variable};

/// How many requests are enough to say that all there are do the same.
pub const ENOUGH: u64 = 50;

/// A key with more different texts than this has any text.
pub const MOST_VALUES: usize = 12;

/// A text that fewer requests have may be one of many more.
const OFTEN: u64 = 3;

/// What requests carry, as declarations.
#[derive(Clone, PartialEq, Debug)]
pub struct Inferred {
    /// How many requests it rests on.
    pub requests: u64,
    /// How many of them have `metadata` where routing does not see it.
    pub misplaced: u64,
    /// How many were to be enough.
    pub enough: u64,
    /// The keys that conditions can use, in the order in which requests brought them.
    pub keys: Vec<Key>,
    /// The others.
    pub unusable: Vec<Unusable>,
}

/// A key that conditions can use.
#[derive(Clone, PartialEq, Debug)]
pub struct Key {
    /// Its name.
    pub name: Arc<str>,
    /// Its type and what is promised of its value.
    pub field: Field,
    /// How many requests carry it.
    pub carried: u64,
    /// Whether its few values are left out because they may name people, or be secrets.
    pub withheld: bool,
}

/// A key that no condition can use.
#[derive(Clone, PartialEq, Debug)]
pub struct Unusable {
    /// Its name.
    pub name: Arc<str>,
    /// Why.
    pub reason: NotAVariable,
    /// How many requests carry it.
    pub carried: u64,
}

/// Declares what was seen. `enough`: how many requests are enough to say that all there are do the same, at least 1.
pub fn infer(seen: &Seen, enough: u64) -> Inferred {
    let enough = enough.max(1);
    let (mut keys, mut unusable) = (Vec::new(), Vec::new());
    for (name, shape) in &seen.keys {
        let (name, carried) = (Arc::clone(name), shape.total());
        match not_a_variable(&name) {
            Some(reason) => unusable.push(Unusable { name, reason, carried }),
            None => {
                let withheld = matches!(values(&name, shape, enough), Values::Withheld);
                let field = field(&name, shape, seen.requests, enough);
                keys.push(Key { name, field, carried, withheld });
            }
        }
    }
    Inferred { requests: seen.requests, misplaced: seen.misplaced, enough, keys, unusable }
}

/// `holders`: how many could carry it.
fn field(name: &str, shape: &Shape, holders: u64, enough: u64) -> Field {
    let mut domain = Domain::default();
    if let Values::Few(values) = values(name, shape, enough) {
        domain.one_of = Some(values);
    }
    let required = shape.total() == holders && holders >= enough;
    Field { ty: ty(shape, enough), required, nullable: shape.nulls > 0, domain }
}

enum Values {
    Any,
    Few(Arc<[Value]>),
    Withheld,
}

/// Whether the texts of a key are all that there are.
fn values(name: &str, shape: &Shape, enough: u64) -> Values {
    let Texts::Few(texts) = &shape.texts else { return Values::Any };
    let only_text = shape.strings + shape.nulls == shape.total();
    // Of one text alone there is no telling which others there are.
    let settled = texts.len() > 1 && texts.values().all(|count| *count >= OFTEN);
    if !only_text || !settled || shape.strings < enough {
        return Values::Any;
    }
    if is_private_key(name) || texts.keys().any(|text| is_private_text(text)) {
        return Values::Withheld;
    }
    Values::Few(texts.keys().map(|text| Value::String(Arc::clone(text))).collect())
}

fn ty(shape: &Shape, enough: u64) -> Type {
    let kinds = [
        (shape.bools, Kind::Bool),
        (shape.ints, Kind::Int),
        (shape.doubles, Kind::Double),
        (shape.strings, Kind::String),
        (shape.lists, Kind::List),
        (shape.maps, Kind::Map),
        (shape.unknown, Kind::Unknown),
    ];
    let mut found = kinds.into_iter().filter(|(count, _)| *count > 0).map(|(_, kind)| kind);
    match (found.next(), found.next(), found.next()) {
        (Some(Kind::Bool), None, _) => Type::Bool,
        (Some(Kind::Int), None, _) => Type::Int,
        // Many writers of JSON leave out the fraction of 5.0.
        (Some(Kind::Double), None, _) | (Some(Kind::Int), Some(Kind::Double), None) => Type::Number,
        (Some(Kind::String), None, _) => Type::String,
        (Some(Kind::List), None, _) => Type::list(of_all(shape.items.as_deref(), enough)),
        (Some(Kind::Map), None, _) => match &shape.fields {
            // Keys that look like data are data.
            Fields::Few(fields) if fields.keys().any(|name| is_private_text(name)) => {
                Type::map(Type::String, of_all(Some(&shape.fields.clone().together()), enough))
            }
            Fields::Few(fields) if !fields.is_empty() => {
                let fields: ByName<Field> = fields
                    .iter()
                    .map(|(name, inner)| (Arc::clone(name), field(name, inner, shape.maps, enough)))
                    .collect();
                Type::Record(Arc::new(Record { name: Arc::from("map"), fields, open: false }))
            }
            Fields::Few(_) => Type::map(Type::String, Type::Dyn),
            Fields::Many(all) => Type::map(Type::String, of_all(Some(all), enough)),
        },
        _ => Type::Dyn,
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Bool,
    Int,
    Double,
    String,
    List,
    Map,
    Unknown,
}

/// The type of the items of a list or the values of a map, of which no declaration says that they may be null.
fn of_all(shape: Option<&Shape>, enough: u64) -> Type {
    match shape {
        Some(shape) if shape.nulls == 0 => ty(shape, enough),
        _ => Type::Dyn,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::{Request, parse_json};

    /// What is declared of a key that has these values, one a request.
    fn declared(values: &[&str], enough: u64) -> Field {
        let mut seen = Seen::default();
        for value in values {
            let text = format!(r#"{{"metadata": {{"k": {value}}}}}"#);
            let value = parse_json(&text, Default::default()).unwrap();
            seen.add(&Request::from_value(&value).unwrap()).unwrap();
        }
        infer(&seen, enough).keys.remove(0).field
    }

    #[test]
    fn types_are_those_of_all_values() {
        let number = || Type::Number;
        for (values, wanted) in [
            (&["true", "false"][..], Type::Bool),
            (&["1", "-2"], Type::Int),
            (&["1.5", "2.5"], number()),
            (&["1", "2.5"], number()),
            (&["1", "18446744073709551615"], number()),
            (&["\"a\"", "\"\""], Type::String),
            (&["1", "\"a\""], Type::Dyn),
            (&["null"], Type::Dyn),
            (&["[]"], Type::list(Type::Dyn)),
            (&["[]", "[1]", "[2.5]"], Type::list(number())),
            (&["[null]", "[1]"], Type::list(Type::Dyn)),
            (&["{}"], Type::map(Type::String, Type::Dyn)),
            (&["{\"4711123\": 1}"], Type::map(Type::String, Type::Int)),
        ] {
            assert_eq!(declared(values, 1).ty, wanted, "{values:?}");
        }
        let Type::Record(record) = declared(&["{\"a\": 1, \"b\": null}", "{\"a\": 2}"], 2).ty else {
            panic!()
        };
        let fields: Vec<(bool, bool)> = record.fields.values().map(|f| (f.required, f.nullable)).collect();
        assert_eq!(fields, [(true, false), (false, true)]);
    }

    #[test]
    fn values_are_listed_where_they_are_few_and_frequent() {
        let listed = |values: &[&str], enough| declared(values, enough).domain.one_of.map(|v| v.len());
        let often = |texts: &[&'static str], times: usize| -> Vec<&'static str> {
            texts.iter().copied().cycle().take(texts.len() * times).collect()
        };
        let two = ["\"a\"", "\"b\""];
        assert_eq!(listed(&often(&two, 3), 6), Some(2));
        assert_eq!(listed(&often(&two, 3), 7), None, "too few requests");
        assert_eq!(listed(&often(&two, 2), 1), None, "too rare");
        assert_eq!(listed(&often(&["\"a\""], 9), 1), None, "one alone");
        assert_eq!(listed(&often(&["\"a\"", "null", "\"b\""], 3), 6), Some(2));
        assert_eq!(listed(&often(&["\"a\"", "1", "\"b\""], 3), 6), None, "not only text");
        assert_eq!(listed(&often(&["\"a\"", "\"anna@example.org\""], 3), 6), None, "an address");
    }
}
