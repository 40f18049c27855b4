//! An answer of the service, as far as it says how it came about.

use std::fmt;
use std::sync::Arc;

use crate::cel::Value;
use crate::cel::value::MapValue;

/// An attempt that an answer reports.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// The model.
    pub model: Arc<str>,
    /// Whether it answered.
    pub success: bool,
    /// Milliseconds until its first token, if that is reported.
    pub first_token_ms: Option<f64>,
}

/// What an answer says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Response {
    /// The model that answered.
    pub model: Option<Arc<str>>,
    /// The attempts in order; none if they are not reported.
    pub attempts: Vec<Tried>,
    /// What the service calls this answer.
    pub generation: Option<Arc<str>>,
    /// Why the service chose as it did, in its own words.
    pub reasoning: Option<Arc<str>>,
    /// Milliseconds that all of it took.
    pub total_ms: Option<f64>,
    /// Why there is no answer, in the words of the service.
    pub error: Option<Arc<str>>,
}

/// Why a value is no answer of the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadResponse {
    /// Not an object.
    NotAnObject,
    /// An object that names no model, no attempts and no error.
    SaysNothing,
    /// A part that has another shape than its documentation says.
    Part(&'static str),
}

impl fmt::Display for BadResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnObject => f.write_str("an answer of the service is an object"),
            Self::SaysNothing => {
                f.write_str("this is no answer of the service: it names no `model`, no `metadata.attempts` and no `error`")
            }
            Self::Part(part) => write!(f, "`{part}` of the answer has another shape than the service gives it"),
        }
    }
}

impl Response {
    /// Reads an answer in the shape of chat completions, Responses or Anthropic's Messages: what routing adds to them is
    /// the same.
    pub fn from_value(value: &Value) -> Result<Response, BadResponse> {
        let Value::Map(body) = value else { return Err(BadResponse::NotAnObject) };
        let mut response =
            Response { model: text(body, "model")?, error: error(body)?, ..Response::default() };
        match get(body, "metadata") {
            None => {}
            Some(Value::Map(metadata)) => {
                response.attempts = attempts(metadata)?;
                response.generation = text(metadata, "generation_id")?;
                response.reasoning = text(metadata, "reasoning")?;
                response.total_ms = number(metadata, "total_duration_ms");
            }
            Some(_) => return Err(BadResponse::Part("metadata")),
        }
        // The last attempt that succeeded is who answered, where nothing else says so.
        if response.model.is_none() {
            let answered = response.attempts.iter().rev().find(|tried| tried.success);
            response.model = answered.map(|tried| Arc::clone(&tried.model));
        }
        let says_nothing =
            response.model.is_none() && response.attempts.is_empty() && response.error.is_none();
        if says_nothing { Err(BadResponse::SaysNothing) } else { Ok(response) }
    }

    /// Whether somebody answered.
    pub fn is_answered(&self) -> bool {
        self.error.is_none() && (self.attempts.is_empty() || self.attempts.iter().any(|tried| tried.success))
    }

    /// The models in the order they were tried, as far as they are reported.
    pub fn tried(&self) -> Vec<&str> {
        if self.attempts.is_empty() {
            return self.model.as_deref().into_iter().collect();
        }
        self.attempts.iter().map(|tried| &*tried.model).collect()
    }
}

fn attempts(metadata: &MapValue) -> Result<Vec<Tried>, BadResponse> {
    let part = BadResponse::Part("metadata.attempts");
    let list = match get(metadata, "attempts") {
        None => return Ok(Vec::new()),
        Some(Value::List(list)) => list,
        Some(_) => return Err(part),
    };
    let mut out = Vec::new();
    for item in list.iter() {
        let Value::Map(fields) = item else { return Err(part) };
        let (Ok(Some(model)), Some(Value::Bool(success))) = (text(fields, "model"), get(fields, "success"))
        else {
            return Err(part);
        };
        let first_token_ms = number(fields, "time_to_first_token_ms");
        out.push(Tried { model, success: *success, first_token_ms });
    }
    Ok(out)
}

/// The message of an `error`, which is an object, or in some logs its text.
fn error(body: &MapValue) -> Result<Option<Arc<str>>, BadResponse> {
    match get(body, "error") {
        None => Ok(None),
        Some(Value::String(message)) => Ok(Some(message.clone())),
        Some(Value::Map(error)) => {
            Ok(Some(text(error, "message")?.unwrap_or_else(|| Arc::from("an error without a message"))))
        }
        Some(_) => Err(BadResponse::Part("error")),
    }
}

/// What stands under a key; nothing for null.
fn get<'m>(map: &'m MapValue, key: &str) -> Option<&'m Value> {
    map.get_str(key).filter(|value| !matches!(value, Value::Null))
}

fn text(map: &MapValue, key: &'static str) -> Result<Option<Arc<str>>, BadResponse> {
    match get(map, key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(BadResponse::Part(key)),
    }
}

/// A duration. One that is none is not reported.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of a request")]
fn number(map: &MapValue, key: &str) -> Option<f64> {
    let number = match get(map, key)? {
        Value::Int(n) => *n as f64,
        Value::Double(n) => *n,
        _ => return None,
    };
    (number.is_finite() && number >= 0.0).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::assumptions::Numbers;
    use crate::simulate::parse_json;

    fn read(text: &str) -> Result<Response, BadResponse> {
        Response::from_value(&parse_json(text, Numbers::default()).unwrap())
    }

    #[test]
    fn an_answer_tells_of_its_attempts() {
        let response = read(
            r#"{"id": "x", "model": "anthropic/claude-opus-4-6", "choices": [], "metadata": {
                "attempts": [
                    {"model": "openai/gpt-5.2", "success": false},
                    {"model": "anthropic/claude-opus-4-6", "success": true, "time_to_first_token_ms": 412}
                ],
                "generation_id": "gen-1", "reasoning": "premium", "total_duration_ms": 1840.5}}"#,
        )
        .unwrap();
        assert_eq!(response.tried(), ["openai/gpt-5.2", "anthropic/claude-opus-4-6"]);
        assert_eq!(response.attempts[1].first_token_ms, Some(412.0));
        assert_eq!(response.total_ms, Some(1840.5));
        assert_eq!(response.reasoning.as_deref(), Some("premium"));
        assert!(response.is_answered());
    }

    #[test]
    fn what_is_not_reported_is_not_invented() {
        let response = read(r#"{"model": "openai/gpt-5.2"}"#).unwrap();
        assert_eq!((response.tried(), response.total_ms), (vec!["openai/gpt-5.2"], None));
        let response = read(r#"{"metadata": {"attempts": [{"model": "a/b", "success": true}]}}"#).unwrap();
        assert_eq!(response.model.as_deref(), Some("a/b"));
        let response = read(r#"{"error": {"message": "No route matched."}}"#).unwrap();
        assert_eq!((response.error.as_deref(), response.is_answered()), (Some("No route matched."), false));
        let failed = r#"{"metadata": {"attempts": [{"model": "a/b", "success": false}]}}"#;
        assert!(!read(failed).unwrap().is_answered());
        let odd = r#"{"model": "a/b", "metadata": {"total_duration_ms": "12"}}"#;
        assert_eq!(read(odd).unwrap().total_ms, None);
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        assert_eq!(read("[]"), Err(BadResponse::NotAnObject));
        assert_eq!(read("{}"), Err(BadResponse::SaysNothing));
        assert_eq!(read(r#"{"model": null, "metadata": null}"#), Err(BadResponse::SaysNothing));
        assert_eq!(read(r#"{"model": 5}"#), Err(BadResponse::Part("model")));
        assert_eq!(read(r#"{"model": "a/b", "metadata": []}"#), Err(BadResponse::Part("metadata")));
        for attempts in ["{}", "[1]", r#"[{"model": "a/b"}]"#, r#"[{"success": true}]"#] {
            let text = format!(r#"{{"metadata": {{"attempts": {attempts}}}}}"#);
            assert_eq!(read(&text), Err(BadResponse::Part("metadata.attempts")), "{attempts}");
        }
    }
}
