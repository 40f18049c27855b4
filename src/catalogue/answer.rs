//! An answer of the Models API as a file to keep: what `irc` reads of it, sorted, one model a line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::errors::CatalogueError;
use super::model::{Capability, Model};
use super::overlay;

/// What an answer lists.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Its models by id, each once.
    pub models: Vec<Model>,
    /// Ids that it lists more than once. The last row counts.
    pub repeated: Vec<String>,
}

impl Answer {
    /// Reads an answer of the Models API.
    pub fn read(json: &str) -> Result<Answer, CatalogueError> {
        let mut models = BTreeMap::new();
        let mut repeated = Vec::new();
        for model in overlay::read(json)? {
            let id = model.id();
            if models.insert(id.clone(), model).is_some() {
                repeated.push(id);
            }
        }
        repeated.sort();
        repeated.dedup();
        Ok(Answer { models: models.into_values().collect(), repeated })
    }

    /// The same in one canonical form: equal answers give equal bytes, and a change of one model changes one line.
    pub fn to_json(&self) -> String {
        let mut out = String::from("{\"models\": [\n");
        for (at, model) in self.models.iter().enumerate() {
            let comma = if at + 1 < self.models.len() { "," } else { "" };
            let _ = writeln!(out, "  {}{comma}", Value::Object(row(model)));
        }
        out.push_str("]}\n");
        out
    }
}

fn row(model: &Model) -> Map<String, Value> {
    let prices = &model.prices;
    let pricing = object([
        ("promptToken", prices.prompt.map(Value::from)),
        ("completionToken", prices.completion.map(Value::from)),
        ("cacheReadToken", prices.cache_read.map(Value::from)),
        ("cacheWriteToken", prices.cache_write.map(Value::from)),
    ]);
    let can = Capability::ALL.map(|c| (camel(c), model.capabilities.get(c).map(Value::from)));
    let words = |words: &[String]| (!words.is_empty()).then(|| json!(words));
    let spec = object([
        ("inputModalities", words(&model.input)),
        ("outputModalities", words(&model.output)),
        ("contextLength", model.context.map(Value::from)),
        ("maxCompletionTokens", model.max_output.map(Value::from)),
        ("capabilities", filled(object(can))),
    ]);
    object([
        ("provider", Some(json!(model.provider))),
        ("model", Some(json!(model.model))),
        ("modelCreator", model.creator.as_ref().map(|creator| json!(creator))),
        ("pricing", filled(pricing)),
        ("spec", filled(spec)),
        ("retiresOn", model.retires_on.map(|day| json!(day.to_string()))),
        ("isSupported", model.supported.map(Value::from)),
    ])
}

/// An object of what is known.
fn object<'k>(fields: impl IntoIterator<Item = (&'k str, Option<Value>)>) -> Map<String, Value> {
    fields.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

fn filled(object: Map<String, Value>) -> Option<Value> {
    (!object.is_empty()).then_some(Value::Object(object))
}

/// A capability as the API writes it.
fn camel(capability: Capability) -> &'static str {
    match capability {
        Capability::FunctionCalling => "functionCalling",
        Capability::WebSearch => "webSearch",
        Capability::Reasoning => "reasoning",
        Capability::ResponseSchema => "responseSchema",
        Capability::Vision => "vision",
        Capability::PromptCaching => "promptCaching",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let text = r#"{"models": [
            {"model": "z", "provider": "b", "novel": {"x": 1}},
            {"provider": "a", "model": "old", "isSupported": false, "retires_on": "2027-01-31",
             "pricing": {"promptToken": "0.00000125", "completion": 1e-5, "cacheReadToken": -1},
             "spec": {"contextLength": 200000, "inputModalities": ["text"], "capabilities": {"vision": true, "webSearch": null}}},
            {"provider": "b", "model": "z", "modelCreator": "B \"&\" Sons", "pricing": {"prompt": 0}}
        ]}"#;
        let answer = Answer::read(text).unwrap();
        assert_eq!(answer.repeated, ["b/z"]);
        let written = answer.to_json();
        let wanted = concat!(
            "{\"models\": [\n",
            "  {\"provider\":\"a\",\"model\":\"old\",\"pricing\":{\"promptToken\":1.25e-6,\"completionToken\":0.00001},",
            "\"spec\":{\"inputModalities\":[\"text\"],\"contextLength\":200000,\"capabilities\":{\"vision\":true}},",
            "\"retiresOn\":\"2027-01-31\",\"isSupported\":false},\n",
            "  {\"provider\":\"b\",\"model\":\"z\",\"modelCreator\":\"B \\\"&\\\" Sons\",\"pricing\":{\"promptToken\":0.0}}\n",
            "]}\n",
        );
        assert_eq!(written, wanted);
        let again = Answer::read(&written).unwrap();
        assert_eq!((again.models, again.repeated), (answer.models, Vec::new()));
    }
}
