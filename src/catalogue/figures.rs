//! Figures to rank models by, from a file of the user's: nobody publishes them for a whole catalogue, and none are
//! invented.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::errors::CatalogueError;
use super::overlay::{MAX_BYTES, MAX_MODELS, malformed};

/// What is known of one model. What is absent is unknown.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Figures {
    /// Seconds to the first token.
    pub latency: Option<f64>,
    /// Tokens per second.
    pub throughput: Option<f64>,
    /// A benchmark: more is better.
    pub intelligence: Option<f64>,
    /// A benchmark: more is better.
    pub math: Option<f64>,
    /// A benchmark: more is better.
    pub coding: Option<f64>,
}

/// Figures by model id, or by bare name for every provider that serves it.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Table(BTreeMap<String, Figures>);

impl Table {
    /// Reads `{"openai/gpt-5.2": {"latency": 0.6, "intelligence": 70}, …}`.
    pub(super) fn read(json: &str) -> Result<Table, CatalogueError> {
        if json.len() > MAX_BYTES {
            return Err(CatalogueError::TooLarge { bytes: json.len() });
        }
        let json = json.strip_prefix('\u{feff}').unwrap_or(json);
        let table: Table = serde_json::from_str(json).map_err(|error| malformed(json, &error))?;
        if table.0.len() > MAX_MODELS { Err(CatalogueError::TooMany) } else { Ok(table) }
    }

    /// Those of a model, by its id first, each that is missing there by its bare name.
    pub(super) fn get(&self, id: &str) -> Figures {
        let own = self.0.get(id).copied().unwrap_or_default();
        let bare = id.split_once('/').and_then(|(_, bare)| self.0.get(bare)).copied().unwrap_or_default();
        Figures {
            latency: own.latency.or(bare.latency),
            throughput: own.throughput.or(bare.throughput),
            intelligence: own.intelligence.or(bare.intelligence),
            math: own.math.or(bare.math),
            coding: own.coding.or(bare.coding),
        }
    }

    /// What figures are given for.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

const METRICS: [&str; 5] = ["latency", "throughput", "intelligence", "math", "coding"];

impl<'de> Deserialize<'de> for Table {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Models;

        impl<'de> Visitor<'de> for Models {
            type Value = Table;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(
                    "an object of models, each with its figures: {\"openai/gpt-5.2\": {\"latency\": 0.6}}",
                )
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Table, A::Error> {
                let mut table = BTreeMap::new();
                while let Some(id) = map.next_key::<String>()? {
                    let figures: Figures = map.next_value()?;
                    if table.insert(id.clone(), figures).is_some() {
                        return Err(A::Error::custom(format!("`{id}` stands there twice")));
                    }
                }
                Ok(Table(table))
            }
        }

        deserializer.deserialize_map(Models)
    }
}

impl<'de> Deserialize<'de> for Figures {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct One;

        impl<'de> Visitor<'de> for One {
            type Value = Figures;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "the figures of a model: an object of numbers under {}", METRICS.join(", "))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Figures, A::Error> {
                let mut out = Figures::default();
                while let Some(metric) = map.next_key::<String>()? {
                    let place = match metric.as_str() {
                        "latency" => &mut out.latency,
                        "throughput" => &mut out.throughput,
                        "intelligence" => &mut out.intelligence,
                        "math" => &mut out.math,
                        "coding" => &mut out.coding,
                        "price" => {
                            return Err(A::Error::custom(
                                "prices come from the catalogue: give them there, as an answer of the Models API",
                            ));
                        }
                        _ => return Err(A::Error::unknown_field(&metric, &METRICS)),
                    };
                    let number: Option<f64> = map.next_value()?;
                    if number.is_some_and(|n| !n.is_finite()) || number.is_some_and(|n| n < 0.0) {
                        return Err(A::Error::custom(format!("`{metric}` is to be a number of at least 0")));
                    }
                    *place = number;
                }
                Ok(out)
            }
        }

        deserializer.deserialize_map(One)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_id_then_by_bare_name() {
        let table =
            Table::read(r#"{"a/m": {"latency": 0.5}, "m": {"latency": 1, "math": 70, "coding": null}}"#)
                .unwrap();
        assert_eq!(table.get("a/m").latency, Some(0.5));
        assert_eq!(table.get("a/m").math, Some(70.0));
        assert_eq!(table.get("b/m").latency, Some(1.0));
        assert_eq!(table.get("b/m").coding, None);
        assert_eq!(table.get("b/other"), Figures::default());
    }

    #[test]
    fn what_it_refuses() {
        let refused = |json: &str| Table::read(json).unwrap_err().to_string();
        assert!(refused("[]").contains("an object of models"), "{}", refused("[]"));
        assert!(refused(r#"{"a/m": 3}"#).contains("the figures of a model"));
        assert!(refused("{\"a/m\": {\n\"speed\": 3}}").contains("unknown field `speed`"));
        assert!(refused(r#"{"a/m": {"price": 3}}"#).contains("prices come from the catalogue"));
        assert!(refused(r#"{"a/m": {"latency": -1}}"#).contains("at least 0"));
        assert!(refused(r#"{"a/m": {}, "a/m": {}}"#).contains("twice"));
        assert!(refused(r#"{"a/m": {"latency": 1e999}}"#).contains("number out of range"));
    }
}
