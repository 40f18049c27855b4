//! JSON text to CEL values, in one pass and without a tree in between.

use std::fmt;
use std::sync::Arc;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

use crate::catalogue::assumptions::Numbers;
use crate::cel::Value;
use crate::cel::value::{Key, MapValue};

/// Why a text is no JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadJson {
    /// What is wrong, with line and column.
    pub reason: String,
}

impl fmt::Display for BadJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not JSON: {}", self.reason)
    }
}

/// Reads one JSON text. A number without fraction or exponent is an int, or a double beyond 64 bits (A03).
pub fn parse_json(text: &str, numbers: Numbers) -> Result<Value, BadJson> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Seed(numbers).deserialize(&mut reader);
    value
        .and_then(|value| reader.end().map(|()| value))
        .map_err(|error| BadJson { reason: error.to_string() })
}

#[derive(Clone, Copy)]
struct Seed(Numbers);

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Value;
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        #[expect(clippy::cast_precision_loss, reason = "that is what the assumption says")]
        Ok(match self.0 {
            Numbers::Json => Value::Int(value),
            Numbers::Double => Value::Double(value as f64),
        })
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        #[expect(clippy::cast_precision_loss, reason = "beyond 64 bits a number is a double")]
        Ok(match (i64::try_from(value), self.0) {
            (Ok(value), Numbers::Json) => Value::Int(value),
            _ => Value::Double(value as f64),
        })
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Double(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(Arc::from(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut out = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            out.push(item);
        }
        Ok(Value::list(out))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut out = MapValue::default();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(self)?;
            out.insert(Key::String(Arc::from(key)), value);
        }
        Ok(Value::map(out))
    }
}
