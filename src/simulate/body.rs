//! What else the body of a request says: variables of templates, generation parameters, and how long it is.

use std::sync::Arc;

use super::cost::{TOKENS_A_MESSAGE, estimated_tokens};
use super::prompt::render;
use super::request::Request;
use super::usage::Usage;
use crate::cel::Value;
use crate::cel::value::{Key, MapValue};
use crate::compile::Parameters;

/// Generation parameters by the names of requests, and those of the router's configuration that mean the same.
const PARAMETERS: [(&str, &str); 16] = [
    ("max_tokens", "max_tokens"),
    ("max_completion_tokens", "max_tokens"),
    ("max_output_tokens", "max_tokens"),
    ("temperature", "temperature"),
    ("top_p", "top_p"),
    ("presence_penalty", "presence_penalty"),
    ("frequency_penalty", "frequency_penalty"),
    ("repetition_penalty", "repetition_penalty"),
    ("stop", "stop_sequences"),
    ("stop_sequences", "stop_sequences"),
    ("seed", "seed"),
    ("logit_bias", "logit_bias"),
    ("reasoning", "reasoning"),
    ("reasoning_effort", "reasoning"),
    ("web_search", "web_search"),
    ("web_search_options", "web_search_options"),
];

impl Request {
    /// The values of template variables; none where nobody had a use for them when the request was read.
    pub fn prompt_variables(&self) -> Arc<MapValue> {
        self.variables.clone().unwrap_or_default()
    }

    /// The generation parameters that it sets itself, in the order in which they are listed here.
    pub fn parameters(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        let body = self.body.as_deref();
        PARAMETERS.iter().filter_map(move |(name, _)| {
            let value = body?.get_str(name).filter(|value| !matches!(value, Value::Null))?;
            Some((*name, value))
        })
    }

    /// Those of them that a variant sets as well.
    pub fn set_twice(&self, parameters: &Parameters) -> Vec<&'static str> {
        let config = parameters.text_generation_config.as_ref();
        let both = self.parameters().filter(|(name, _)| {
            let meant = PARAMETERS.iter().find(|(own, _)| own == name).map_or(*name, |(_, meant)| meant);
            match meant {
                "web_search" => parameters.web_search.is_some(),
                "web_search_options" => parameters.web_search_options.is_some(),
                meant => config.is_some_and(|config| config.get(meant).is_some()),
            }
        });
        both.map(|(name, _)| name).collect()
    }

    /// The most tokens that it lets the answer have.
    fn max_tokens(&self) -> Option<u64> {
        let body = self.body.as_deref()?;
        let names = PARAMETERS.iter().filter(|(_, meant)| *meant == "max_tokens");
        names.filter_map(|(name, _)| super::usage::count(body.get_str(name)?)).next()
    }

    /// How long it may be, where no log says so: the texts of its messages, of the variant's templates and of its tools by
    /// [`estimated_tokens`], and [`TOKENS_A_MESSAGE`] for each message. The answer has as many tokens as `max_tokens` of the
    /// request allows, else that of the variant; but not more than `output`. `None` where none of these says.
    pub fn estimate(&self, parameters: &Parameters, output: Option<u64>) -> Option<Usage> {
        let most = self.max_tokens().or_else(|| parameters.max_tokens());
        let output = match (most, output) {
            (Some(most), Some(output)) => most.min(output),
            (most, output) => most.or(output)?,
        };
        let mut input = 0_u64;
        let mut add = |bytes: usize| {
            input = input.saturating_add(estimated_tokens(u64::try_from(bytes).unwrap_or(u64::MAX)));
        };
        let mut messages = 0;
        if let Value::List(items) = &self.messages {
            for item in items.iter() {
                messages += 1;
                let Value::Map(fields) = item else { continue };
                fields
                    .iter()
                    .filter(|(key, _)| !matches!(key, Key::String(key) if **key == *"role"))
                    .for_each(|(_, value)| add(bytes(value)));
            }
        }
        if let Some(tools) = self.body.as_deref().and_then(|body| body.get_str("tools")) {
            add(bytes(tools));
        }
        if !parameters.message_templates.is_empty() {
            for message in render(parameters, &self.prompt_variables(), true).messages {
                messages += 1;
                add(message.content.len());
            }
        }
        let input = input.saturating_add(messages * TOKENS_A_MESSAGE);
        Some(Usage { input, output, ..Usage::default() })
    }
}

/// How many bytes a value takes: a text its own, anything else those of its JSON.
fn bytes(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::String(text) => text.len(),
        other => other.to_json().map_or(0, |json| json.to_string().len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Data;
    use crate::simulate::parse_json;

    fn request(text: &str) -> Request {
        Request::from_value(&parse_json(text, Default::default()).unwrap()).unwrap()
    }

    fn config(entries: &[(&str, i64)]) -> Parameters {
        let entries = entries.iter().map(|(key, value)| ((*key).to_owned(), Data::Int(*value))).collect();
        Parameters { text_generation_config: Some(Data::Map(entries)), ..Parameters::default() }
    }

    #[test]
    fn variables_stand_where_the_shape_has_them() {
        let name = |text: &str| request(text).prompt_variables().get_str("name").cloned();
        let ada = Some(Value::from("Ada"));
        assert_eq!(name(r#"{"prompt_variables": {"name": "Ada"}}"#), ada);
        assert_eq!(name(r#"{"model": "m", "extra_body": {"prompt_variables": {"name": "Ada"}}}"#), ada);
        assert_eq!(name(r#"{"model": "m", "prompt_variables": {"name": "Ada"}}"#), None);
    }

    #[test]
    fn what_both_set() {
        let request =
            request(r#"{"model": "m", "max_completion_tokens": 5, "stop": null, "temperature": 1}"#);
        let set: Vec<&str> = request.parameters().map(|(name, _)| name).collect();
        assert_eq!(set, ["max_completion_tokens", "temperature"]);
        assert_eq!(request.set_twice(&config(&[("max_tokens", 9), ("seed", 1)])), ["max_completion_tokens"]);
        assert!(request.set_twice(&Parameters::default()).is_empty());
    }

    #[test]
    fn lengths_are_estimated() {
        let texts =
            r#""messages": [{"role": "system", "content": "12345678"}, {"role": "user", "content": "1"}]"#;
        let plain = request(&format!("{{{texts}}}"));
        let told = |request: &Request, parameters: &Parameters, output| {
            request.estimate(parameters, output).map(|usage| (usage.input, usage.output))
        };
        assert_eq!(told(&plain, &Parameters::default(), None), None);
        assert_eq!(told(&plain, &Parameters::default(), Some(7)), Some((2 + 1 + 8, 7)));
        assert_eq!(told(&plain, &config(&[("max_tokens", 5)]), Some(7)), Some((11, 5)));
        let tools = request(&format!("{{{texts}, \"tools\": [{{\"a\":1}}], \"max_tokens\": 3}}"));
        assert_eq!(told(&tools, &config(&[("max_tokens", 5)]), None), Some((11 + 3, 3)));
        let template = vec![
            ("role".to_owned(), Data::String("system".into())),
            ("content".to_owned(), Data::String("{{x}}".into())),
        ];
        let parameters = Parameters { message_templates: vec![Data::Map(template)], ..Parameters::default() };
        let filled = request(&format!("{{{texts}, \"prompt_variables\": {{\"x\": \"123456789\"}}}}"));
        assert_eq!(told(&filled, &parameters, Some(1)), Some((11 + 3 + 4, 1)));
    }
}
