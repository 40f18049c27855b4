//! Values from and to JSON: requests, and the tagged form that loses nothing.

use std::fmt;

use serde_json::{Number, Value as Json, json};

use super::{Key, MapValue, Meter, Value, timestamp};

/// How many values JSON is made of at most: a value may hold another many times over.
pub const PARTS: u64 = 100_000;

/// What a JSON number is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum JsonNumbers {
    /// An int if it has neither fraction nor exponent and fits 64 bits, else a double.
    #[default]
    IntOrDouble,
    /// Always a double.
    Double,
}

impl Value {
    /// From JSON as a request holds it.
    pub fn from_json(json: &Json, numbers: JsonNumbers) -> Value {
        match json {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) => match (numbers, number.as_i64()) {
                (JsonNumbers::IntOrDouble, Some(value)) => Value::Int(value),
                _ => Value::Double(number.as_f64().unwrap_or(f64::NAN)),
            },
            Json::String(text) => Value::from(text.as_str()),
            Json::Array(items) => {
                Value::list(items.iter().map(|item| Value::from_json(item, numbers)).collect())
            }
            Json::Object(fields) => Value::map(
                fields
                    .iter()
                    .map(|(key, value)| (Key::String(key.as_str().into()), Value::from_json(value, numbers)))
                    .collect(),
            ),
        }
    }

    /// From the tagged form, `{"t": "int", "v": "1"}`.
    pub fn from_tagged(json: &Json) -> Result<Value, TaggedError> {
        let tag = json.get("t").and_then(Json::as_str).ok_or_else(|| TaggedError::new(json))?;
        let content = json.get("v").unwrap_or(&Json::Null);
        let fail = || TaggedError::new(json);
        let text = || content.as_str().ok_or_else(fail);
        Ok(match tag {
            "null" => Value::Null,
            "bool" => Value::Bool(content.as_bool().ok_or_else(fail)?),
            "int" => Value::Int(text()?.parse().map_err(|_| fail())?),
            "uint" => Value::Uint(text()?.parse().map_err(|_| fail())?),
            "double" => Value::Double(text()?.parse().map_err(|_| fail())?),
            "string" => Value::from(text()?),
            "bytes" => Value::Bytes(unhex(text()?).ok_or_else(fail)?.into()),
            "list" => Value::list(
                content
                    .as_array()
                    .ok_or_else(fail)?
                    .iter()
                    .map(Value::from_tagged)
                    .collect::<Result<_, _>>()?,
            ),
            "map" => {
                let mut map = MapValue::default();
                for pair in content.as_array().ok_or_else(fail)? {
                    let (Some(key), Some(value)) = (pair.get(0), pair.get(1)) else { return Err(fail()) };
                    let key = Key::from_value(&Value::from_tagged(key)?).ok_or_else(fail)?;
                    map.insert(key, Value::from_tagged(value)?);
                }
                Value::map(map)
            }
            "timestamp" | "duration" => {
                let part = |name: &str| {
                    let part = json.get(name).or_else(|| content.get(name))?;
                    part.as_i64().or_else(|| part.as_str()?.parse().ok())
                };
                let total = timestamp::nanos(part("seconds").ok_or_else(fail)?, part("nanos").unwrap_or(0));
                let value = if tag == "timestamp" {
                    timestamp::from_nanos(total)
                } else {
                    timestamp::duration_from_nanos(total)
                };
                value.map_err(|_| fail())?
            }
            "type" => Value::Type(text()?.into()),
            "optional" if content.is_null() => Value::Optional(None),
            "optional" => Value::some(Value::from_tagged(content)?),
            _ => return Err(fail()),
        })
    }

    /// The tagged form. An extension's own kind of value becomes its text. `None` if it would be longer than
    /// [`PARTS`] values.
    pub fn to_tagged(&self) -> Option<Json> {
        self.tagged(&mut Meter::new(PARTS))
    }

    fn tagged(&self, meter: &mut Meter) -> Option<Json> {
        meter.spend(1).ok()?;
        let (tag, content) = match self {
            Value::Null => return Some(json!({"t": "null"})),
            Value::Bool(value) => ("bool", Json::Bool(*value)),
            Value::Int(value) => ("int", Json::String(value.to_string())),
            Value::Uint(value) => ("uint", Json::String(value.to_string())),
            Value::Double(value) => ("double", Json::String(tagged_double(*value))),
            Value::String(text) => ("string", Json::from(&**text)),
            Value::Bytes(bytes) => ("bytes", Json::String(hex(bytes))),
            Value::List(list) => {
                ("list", Json::Array(list.iter().map(|item| item.tagged(meter)).collect::<Option<_>>()?))
            }
            Value::Map(map) => {
                let pairs = map.iter().map(|(key, value)| {
                    Some(Json::Array(vec![key.to_value().tagged(meter)?, value.tagged(meter)?]))
                });
                ("map", Json::Array(pairs.collect::<Option<_>>()?))
            }
            Value::Timestamp { seconds, nanos } => ("timestamp", json!({"seconds": seconds, "nanos": nanos})),
            Value::Duration { seconds, nanos } => ("duration", json!({"seconds": seconds, "nanos": nanos})),
            Value::Type(name) => ("type", Json::from(&**name)),
            Value::Optional(None) => ("optional", Json::Null),
            Value::Optional(Some(value)) => ("optional", value.tagged(meter)?),
            Value::Opaque(value) => (value.type_name(), Json::String(value.show())),
        };
        // Not `json!`, which would copy the content.
        let fields = [("t".to_owned(), Json::from(tag)), ("v".to_owned(), content)];
        Some(Json::Object(fields.into_iter().collect()))
    }

    /// As plain JSON where JSON can hold it: no bytes, times, types or optionals, no infinite number, no key but text,
    /// and no more than [`PARTS`] values.
    pub fn to_json(&self) -> Option<Json> {
        self.plain(&mut Meter::new(PARTS))
    }

    fn plain(&self, meter: &mut Meter) -> Option<Json> {
        meter.spend(1).ok()?;
        Some(match self {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Int(value) => Json::from(*value),
            Value::Uint(value) => Json::from(*value),
            Value::Double(value) => Json::Number(Number::from_f64(*value)?),
            Value::String(text) => Json::from(&**text),
            Value::List(list) => {
                Json::Array(list.iter().map(|item| item.plain(meter)).collect::<Option<_>>()?)
            }
            Value::Map(map) => Json::Object(
                map.iter()
                    .map(|(key, value)| match key {
                        Key::String(text) => Some((text.to_string(), value.plain(meter)?)),
                        _ => None,
                    })
                    .collect::<Option<_>>()?,
            ),
            _ => return None,
        })
    }
}

/// A value in tagged form that cannot be read.
#[derive(Clone, Debug)]
pub struct TaggedError(String);

impl TaggedError {
    fn new(json: &Json) -> Self {
        let text = json.to_string();
        TaggedError(text.chars().take(80).collect())
    }
}

impl fmt::Display for TaggedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no tagged value", self.0)
    }
}

impl std::error::Error for TaggedError {}

fn tagged_double(value: f64) -> String {
    match value {
        v if v.is_nan() => "NaN".into(),
        v if v.is_infinite() => if v > 0.0 { "Infinity" } else { "-Infinity" }.into(),
        v => format!("{v:?}"),
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> =
        text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    pairs.map(|pair| if let [high, low] = pair { Some(high * 16 + low) } else { None }).collect()
}
