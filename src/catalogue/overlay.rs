//! The answer of the Models API, read into rows.
//!
//! Tolerant of what the API may grow (unknown keys, either casing, numbers in quotes, null for absent), strict about
//! what is there: a value of another kind is an error with its place.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};

use super::errors::{CatalogueError, expected};
use super::model::{Capabilities, Model, Origin, Prices};
use super::{Date, ModelId};

/// The largest answer that is read, in bytes.
pub const MAX_BYTES: usize = 64 << 20;

/// The most models that an answer may list.
pub const MAX_MODELS: usize = 100_000;

/// The longest reason that is shown, in characters.
const MAX_REASON: usize = 300;

/// Reads the rows of an answer. An id that occurs twice comes twice.
pub(super) fn read(json: &str) -> Result<Vec<Model>, CatalogueError> {
    if json.len() > MAX_BYTES {
        return Err(CatalogueError::TooLarge { bytes: json.len() });
    }
    let json = json.strip_prefix('\u{feff}').unwrap_or(json);
    let answer: Answer = serde_json::from_str(json).map_err(|error| malformed(json, &error))?;
    let models = answer.models.0;
    match models.len() {
        0 => Err(CatalogueError::NoModels),
        n if n > MAX_MODELS => Err(CatalogueError::TooMany),
        _ => Ok(models),
    }
}

pub(super) fn malformed(json: &str, error: &serde_json::Error) -> CatalogueError {
    let text = error.to_string();
    let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
    // It may quote a whole value of the file.
    let mut reason = match reason.char_indices().nth(MAX_REASON).and_then(|(end, _)| reason.get(..end)) {
        Some(start) => format!("{start} …"),
        None => reason.to_owned(),
    };
    if !error.is_data() {
        reason.insert_str(0, "not JSON: ");
    }
    let line = error.line().max(1);
    // The parser counts bytes.
    let before =
        json.split('\n').nth(line - 1).unwrap_or_default().bytes().take(error.column().saturating_sub(1));
    let column = before.filter(|byte| byte & 0xc0 != 0x80).count() + 1;
    CatalogueError::Malformed { line, column, reason }
}

/// Declares an object whose keys may be absent, null, or of either casing. Arrays in its place are refused, which
/// derived code would take as the fields in order; and both names of a price may stand side by side.
macro_rules! object {
    ($name:ident, $expected:expr; $($field:ident: $ty:ty = $($key:literal)|+;)*) => {
        #[derive(Default)]
        struct $name {
            $($field: Option<$ty>,)*
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Object;

                impl<'de> Visitor<'de> for Object {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expected)
                    }

                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        let mut object = $name::default();
                        while let Some(key) = map.next_key::<String>()? {
                            match key.as_str() {
                                $($($key)|+ => object.$field = map.next_value()?,)*
                                _ => {
                                    map.next_value::<IgnoredAny>()?;
                                }
                            }
                        }
                        Ok(object)
                    }
                }

                deserializer.deserialize_map(Object)
            }
        }
    };
}

object! { Pricing, expected::PRICING;
    prompt_token: Price = "promptToken" | "prompt_token";
    prompt: Price = "prompt";
    completion_token: Price = "completionToken" | "completion_token";
    completion: Price = "completion";
    cache_read: Price = "cacheReadToken" | "cache_read_token";
    cache_write: Price = "cacheWriteToken" | "cache_write_token";
}

object! { Abilities, expected::CAPABILITIES;
    function_calling: bool = "functionCalling" | "function_calling";
    web_search: bool = "webSearch" | "web_search";
    reasoning: bool = "reasoning";
    response_schema: bool = "responseSchema" | "response_schema";
    vision: bool = "vision";
    prompt_caching: bool = "promptCaching" | "prompt_caching";
}

object! { Spec, expected::SPEC;
    input: Vec<String> = "inputModalities" | "input_modalities";
    output: Vec<String> = "outputModalities" | "output_modalities";
    context: Tokens = "contextLength" | "context_length";
    max_output: Tokens = "maxCompletionTokens" | "max_completion_tokens";
    capabilities: Abilities = "capabilities";
}

object! { Row, expected::MODEL;
    provider: String = "provider";
    model: String = "model";
    creator: String = "modelCreator" | "model_creator";
    pricing: Pricing = "pricing";
    spec: Spec = "spec";
    retires_on: Day = "retiresOn" | "retires_on";
    supported: bool = "isSupported" | "is_supported";
}

impl Row {
    fn into_model<E: de::Error>(self) -> Result<Model, E> {
        let provider = self.provider.ok_or_else(|| E::custom(expected::NO_PROVIDER))?;
        let model = self.model.ok_or_else(|| E::custom(expected::NO_NAME))?;
        if provider.contains('/') || ModelId::parse(&provider).is_err() {
            return Err(E::invalid_value(Unexpected::Str(&provider), &expected::PROVIDER));
        }
        if ModelId::parse(&model).is_err() {
            return Err(E::invalid_value(Unexpected::Str(&model), &expected::NAME));
        }
        let pricing = self.pricing.unwrap_or_default();
        let spec = self.spec.unwrap_or_default();
        let can = spec.capabilities.unwrap_or_default();
        Ok(Model {
            provider,
            model,
            creator: self.creator.filter(|creator| !creator.is_empty()),
            prices: Prices {
                prompt: pricing.prompt_token.or(pricing.prompt).and_then(|price| price.0),
                completion: pricing.completion_token.or(pricing.completion).and_then(|price| price.0),
                cache_read: pricing.cache_read.and_then(|price| price.0),
                cache_write: pricing.cache_write.and_then(|price| price.0),
            },
            context: spec.context.and_then(|tokens| tokens.0),
            max_output: spec.max_output.and_then(|tokens| tokens.0),
            input: spec.input.unwrap_or_default(),
            output: spec.output.unwrap_or_default(),
            capabilities: Capabilities {
                function_calling: can.function_calling,
                web_search: can.web_search,
                reasoning: can.reasoning,
                response_schema: can.response_schema,
                vision: can.vision,
                prompt_caching: can.prompt_caching,
            },
            retires_on: self.retires_on.map(|day| day.0),
            supported: self.supported,
            origin: Origin::User,
        })
    }
}

/// The whole answer.
struct Answer {
    models: Models,
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AnswerVisitor)
    }
}

struct AnswerVisitor;

impl<'de> Visitor<'de> for AnswerVisitor {
    type Value = Answer;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(expected::ANSWER)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Answer, A::Error> {
        let mut models = None;
        while let Some(key) = map.next_key::<String>()? {
            if key == "models" {
                models = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        // An error that the API answered is an object as well: not the same as an empty list.
        let models =
            models.ok_or_else(|| de::Error::invalid_type(Unexpected::Other("another object"), &self))?;
        Ok(Answer { models })
    }
}

/// The rows; one more than allowed is enough to know that there are too many.
struct Models(Vec<Model>);

impl<'de> Deserialize<'de> for Models {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ModelsVisitor)
    }
}

struct ModelsVisitor;

impl<'de> Visitor<'de> for ModelsVisitor {
    type Value = Models;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(expected::MODELS)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Models, A::Error> {
        let mut models = Vec::new();
        while let Some(Listed(model)) = list.next_element()? {
            if models.len() <= MAX_MODELS {
                models.push(model);
            }
        }
        Ok(Models(models))
    }
}

/// A row that is a model. What a whole row lacks is found while the parser still stands at it.
struct Listed(Model);

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ListedVisitor)
    }
}

struct ListedVisitor;

impl<'de> Visitor<'de> for ListedVisitor {
    type Value = Listed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(expected::MODEL)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Listed, A::Error> {
        Row::deserialize(MapAccessDeserializer::new(map))?.into_model().map(Listed)
    }
}

/// A price. Below zero, as some services mark "it depends", is unknown.
struct Price(Option<f64>);

/// A count of tokens. Zero, as some encoders write for a field that is not set, is unknown.
struct Tokens(Option<u32>);

impl Numeric for Price {
    const EXPECTED: &'static str = expected::PRICE;

    fn of(number: f64) -> Option<Self> {
        number.is_finite().then(|| Price((number >= 0.0).then_some(number)))
    }
}

impl Numeric for Tokens {
    const EXPECTED: &'static str = expected::TOKENS;

    fn of(number: f64) -> Option<Self> {
        let whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
        // In range and whole, so the cast changes nothing.
        whole.then(|| Tokens((number > 0.0).then_some(number as u32)))
    }
}

/// What is written as a number or as a number in quotes.
trait Numeric: Sized {
    const EXPECTED: &'static str;

    fn of(number: f64) -> Option<Self>;
}

struct NumericVisitor<T>(PhantomData<T>);

impl<T: Numeric> Visitor<'_> for NumericVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<T, E> {
        T::of(number).ok_or_else(|| E::invalid_value(Unexpected::Float(number), &self))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<T, E> {
        self.visit_f64(number as f64)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<T, E> {
        self.visit_f64(number as f64)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        let number = text.trim().parse().ok();
        number.and_then(T::of).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumericVisitor(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Tokens {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumericVisitor(PhantomData))
    }
}

struct Day(Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(DayVisitor)
    }
}

struct DayVisitor;

impl Visitor<'_> for DayVisitor {
    type Value = Day;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(expected::DATE)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Day, E> {
        text.parse().map(Day).map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }
}
