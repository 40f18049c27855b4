//! Requests in the shapes that callers send, as what conditions see.

use std::fmt;
use std::sync::Arc;

use super::own::own_selection;
use super::usage::{Usage, usage_of};
use crate::cel::Value;
use crate::cel::value::{Key, MapValue};
use crate::compile::OwnSelection;

/// Which shape a request has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// `{metadata, messages, user, prompt_variables}`
    Bare,
    /// The body of an API call: routing metadata only in `extra_body`.
    Api,
}

/// What conditions and the draw see of a request.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its shape.
    pub shape: Shape,
    /// The model it asks for, if it says so.
    pub model: Option<String>,
    /// What conditions see as variables.
    pub metadata: Arc<MapValue>,
    /// What conditions see as `messages`: normalised, empty if there are none.
    pub messages: Value,
    /// Whether no part of it holds messages.
    pub silent: bool,
    /// False where messages were left out of a log, so that nobody knows what conditions saw.
    pub messages_known: bool,
    /// Who sends it.
    pub user: Option<String>,
    /// Whether that is the `metadata.user_id` of Anthropic's shape (A05).
    pub user_of_metadata: bool,
    /// The assumptions on which rests what conditions see of its messages.
    pub readings: Vec<&'static str>,
    /// What is worth saying about it.
    pub notes: Vec<Note>,
    /// How long it and its answer were, if the record says so.
    pub usage: Option<Usage>,
    /// What it says itself about the models that may answer.
    pub own: Option<Box<OwnSelection>>,
    /// The values of template variables, where it gives any and whoever read it had a use for them.
    pub variables: Option<Arc<MapValue>>,
    /// All of it, where it was read whole.
    pub body: Option<Arc<MapValue>>,
}

/// Something about a request that its sender may not expect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Note {
    /// `metadata` stands at the top level of an API body, where routing does not see it.
    MetadataUnused,
    /// It carries its own `models`, `sort`, `ignore` or `provider` (A13).
    OwnSelection,
}

/// Why a value is no request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadRequest {
    /// Not an object.
    NotAnObject(&'static str),
    /// A part that has another shape than its documentation says.
    Part {
        /// Which part.
        part: &'static str,
        /// What it is to be.
        expected: &'static str,
        /// What it is.
        found: &'static str,
    },
}

impl fmt::Display for BadRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnObject(found) => write!(f, "a request is an object, this is {found}"),
            Self::Part { part, expected, found } => write!(f, "`{part}` is to be {expected}, and is {found}"),
        }
    }
}

/// Keys of the bare form, and `usage` and `response`, which a log adds to either form. Any other makes a request the body of
/// an API call.
pub(super) const BARE_KEYS: [&str; 6] =
    ["metadata", "messages", "user", "prompt_variables", "usage", "response"];

/// One that says nothing.
impl Default for Request {
    fn default() -> Self {
        Self {
            shape: Shape::Bare,
            model: None,
            metadata: Arc::default(),
            messages: Value::list(Vec::new()),
            silent: true,
            messages_known: true,
            user: None,
            user_of_metadata: false,
            readings: Vec::new(),
            notes: Vec::new(),
            usage: None,
            own: None,
            variables: None,
            body: None,
        }
    }
}

impl Request {
    /// Reads a request.
    pub fn from_value(value: &Value) -> Result<Request, BadRequest> {
        Self::from_log(value, &[])
    }

    /// Reads a request beside which a log tells something under keys of its own.
    pub fn from_log(value: &Value, beside: &[&str]) -> Result<Request, BadRequest> {
        let Value::Map(body) = value else { return Err(BadRequest::NotAnObject(kind(value))) };
        let bare = |key: &str| BARE_KEYS.contains(&key) || beside.contains(&key);
        let api = body.iter().any(|(key, _)| !matches!(key, Key::String(key) if bare(key)));
        let (mut notes, mut own) = (Vec::new(), None);
        let mut variables = variables_of(body);
        let top_metadata = object(body, "metadata")?;
        let metadata = if api {
            let extra = object(body, "extra_body")?;
            if let Some(extra) = &extra {
                own = own_selection(extra)?;
            }
            variables = extra.as_deref().and_then(variables_of);
            if own.is_some() {
                notes.push(Note::OwnSelection);
            }
            let routing = match &extra {
                Some(extra) => object(extra, "metadata")?,
                None => None,
            };
            // Anthropic's own `metadata` holds the user and nothing to route on.
            if top_metadata.as_ref().is_some_and(|m| m.iter().any(|(key, _)| !is(key, "user_id"))) {
                notes.push(Note::MetadataUnused);
            }
            routing.unwrap_or_default()
        } else {
            top_metadata.clone().unwrap_or_default()
        };
        let named = text(body, "user")?;
        let user_id = match (&top_metadata, api) {
            (Some(top), true) => text(top, "user_id")?,
            _ => None,
        };
        let user_of_metadata = named.is_none() && user_id.is_some();
        let user = named.or(user_id).map(|user| user.to_string());
        let shape = if api { Shape::Api } else { Shape::Bare };
        Ok(Request {
            shape,
            model: text(body, "model")?.map(|model| model.to_string()),
            metadata,
            messages: messages(body)?,
            silent: MESSAGE_KEYS.iter().all(|key| matches!(get(body, key), None | Some(Value::Null))),
            messages_known: true,
            user,
            user_of_metadata,
            readings: readings(body),
            notes,
            usage: usage_of(body),
            own,
            variables,
            body: Some(body.clone()),
        })
    }

    /// The value of a metadata key.
    pub fn metadata(&self, key: &str) -> Option<&Value> {
        get(&self.metadata, key)
    }
}

/// The values of template variables; what is no object gives none.
fn variables_of(holder: &MapValue) -> Option<Arc<MapValue>> {
    match get(holder, "prompt_variables") {
        Some(Value::Map(map)) => Some(Arc::clone(map)),
        _ => None,
    }
}

/// What [`messages`] assumes of a body: that parts are joined (A04), that `system` is a message (A05).
fn readings(body: &MapValue) -> Vec<&'static str> {
    let is_parts = |value: Option<&Value>| matches!(value, Some(Value::List(_)));
    let system = get(body, "system").filter(|v| !matches!(v, Value::Null));
    let in_messages = match get(body, "messages") {
        Some(Value::List(list)) => {
            list.iter().any(|item| matches!(item, Value::Map(fields) if is_parts(get(fields, "content"))))
        }
        _ => false,
    };
    let mut out = Vec::new();
    if in_messages || is_parts(system) {
        out.push("A04");
    }
    if system.is_some() {
        out.push("A05");
    }
    if RESPONSES_KEYS.iter().any(|key| get(body, key).is_some_and(|v| !matches!(v, Value::Null))) {
        out.push("A14");
    }
    out
}

/// The messages as conditions see them: Anthropic's `system` first (A05), content as text (A04).
fn messages(body: &MapValue) -> Result<Value, BadRequest> {
    let mut out = Vec::new();
    if let Some(system) = get(body, "system").filter(|v| !matches!(v, Value::Null)) {
        out.push(message("system", content(system)?));
    }
    match get(body, "messages") {
        None | Some(Value::Null) => {}
        Some(Value::List(list)) => {
            for item in list.iter() {
                out.push(normalised(item)?);
            }
        }
        Some(other) => {
            return Err(BadRequest::Part { part: "messages", expected: "a list", found: kind(other) });
        }
    }
    responses(body, &mut out)?;
    Ok(Value::list(out))
}

/// Keys that hold what is said, in any of the shapes.
const MESSAGE_KEYS: [&str; 4] = ["messages", "system", "instructions", "input"];

/// Keys of OpenAI's Responses that hold what is said (A14).
pub(super) const RESPONSES_KEYS: [&str; 2] = ["instructions", "input"];

/// What a body in the shape of OpenAI's Responses says (A14).
fn responses(body: &MapValue, out: &mut Vec<Value>) -> Result<(), BadRequest> {
    if let Some(instructions) = text(body, "instructions")? {
        out.push(message("system", Value::String(instructions)));
    }
    match get(body, "input") {
        None | Some(Value::Null) => {}
        Some(said @ Value::String(_)) => out.push(message("user", said.clone())),
        Some(Value::List(items)) => {
            for item in items.iter() {
                let Value::Map(fields) = item else {
                    return Err(BadRequest::Part {
                        part: "input",
                        expected: "a list of objects",
                        found: kind(item),
                    });
                };
                // Calls of tools and what they gave stand among the messages, and have no role of their own.
                let output = get(fields, "output");
                match (get(fields, "role"), output) {
                    (Some(_), _) => out.push(normalised(item)?),
                    (None, Some(output)) => out.push(message("tool", content(output)?)),
                    (None, None) => out.push(message("assistant", Value::String(Arc::from("")))),
                }
            }
        }
        Some(other) => {
            return Err(BadRequest::Part { part: "input", expected: "text or a list", found: kind(other) });
        }
    }
    Ok(())
}

fn message(role: &str, content: Value) -> Value {
    let mut map = MapValue::default();
    map.insert(Key::String(Arc::from("role")), Value::String(Arc::from(role)));
    map.insert(Key::String(Arc::from("content")), content);
    Value::map(map)
}

fn normalised(item: &Value) -> Result<Value, BadRequest> {
    let Value::Map(fields) = item else {
        return Err(BadRequest::Part { part: "messages", expected: "a list of objects", found: kind(item) });
    };
    if let (Some(Value::String(_)), Some(Value::String(_))) = (get(fields, "role"), get(fields, "content")) {
        return Ok(item.clone());
    }
    let Some(Value::String(role)) = get(fields, "role") else {
        let found = get(fields, "role").map_or("absent", kind);
        return Err(BadRequest::Part { part: "role", expected: "text", found });
    };
    let text = content(get(fields, "content").unwrap_or(&Value::Null))?;
    let mut out = MapValue::default();
    out.insert(Key::String(Arc::from("role")), Value::String(role.clone()));
    out.insert(Key::String(Arc::from("content")), text);
    for (key, value) in fields.iter().filter(|(key, _)| !is(key, "role") && !is(key, "content")) {
        out.insert(key.clone(), value.clone());
    }
    Ok(Value::map(out))
}

/// Text as it is, nothing as `""`, parts as the texts of their text parts joined with a newline (A04).
fn content(value: &Value) -> Result<Value, BadRequest> {
    match value {
        Value::String(_) => Ok(value.clone()),
        Value::Null => Ok(Value::String(Arc::from(""))),
        Value::List(parts) => {
            let mut texts: Vec<&str> = Vec::new();
            for part in parts.iter() {
                match part {
                    Value::String(text) => texts.push(text),
                    Value::Map(part) => {
                        if let Some(Value::String(text)) = get(part, "text") {
                            texts.push(text);
                        }
                    }
                    other => {
                        return Err(BadRequest::Part {
                            part: "content",
                            expected: "text or a list of parts",
                            found: kind(other),
                        });
                    }
                }
            }
            Ok(Value::String(Arc::from(texts.join("\n"))))
        }
        other => {
            Err(BadRequest::Part { part: "content", expected: "text or a list of parts", found: kind(other) })
        }
    }
}

fn get<'v>(map: &'v MapValue, key: &str) -> Option<&'v Value> {
    map.get_str(key)
}

fn is(key: &Key, text: &str) -> bool {
    matches!(key, Key::String(k) if **k == *text)
}

pub(super) fn object(map: &MapValue, part: &'static str) -> Result<Option<Arc<MapValue>>, BadRequest> {
    match get(map, part) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Map(inner)) => Ok(Some(inner.clone())),
        Some(other) => Err(BadRequest::Part { part, expected: "an object", found: kind(other) }),
    }
}

fn text(map: &MapValue, part: &'static str) -> Result<Option<Arc<str>>, BadRequest> {
    match get(map, part) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(BadRequest::Part { part, expected: "text", found: kind(other) }),
    }
}

pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Int(_) | Value::Uint(_) | Value::Double(_) => "a number",
        Value::String(_) => "text",
        Value::List(_) => "a list",
        Value::Map(_) => "an object",
        _ => "something else",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::assumptions::Numbers;
    use crate::simulate::parse_json;

    #[test]
    fn responses_are_read_as_chats() {
        let read =
            |json: &str| Request::from_value(&crate::simulate::parse_json(json, Default::default()).unwrap());
        let said = |json: &str| {
            let request = read(json).unwrap();
            assert_eq!(request.readings, ["A14"]);
            request.messages.show(500)
        };
        let chat = r#"{"model": "m", "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]}"#;
        let chat = read(chat).unwrap().messages.show(500);
        assert_eq!(said(r#"{"model": "m", "instructions": "s", "input": "u"}"#), chat);
        assert_eq!(
            said(r#"{"model": "m", "instructions": "s", "input": [{"role": "user", "content": "u"}]}"#),
            chat
        );
        let tools = r#"{"model": "m", "input": [{"type": "function_call", "name": "f"}, {"type": "function_call_output", "output": "o"}]}"#;
        assert!(said(tools).contains(r#""tool""#));
        for bad in [r#"{"input": 3}"#, r#"{"input": [3]}"#, r#"{"instructions": 3}"#] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_log_may_tell_how_long_a_request_was() {
        let read = |text: &str| {
            let request = Request::from_value(&parse_json(text, Numbers::default()).unwrap()).unwrap();
            (request.shape, request.usage.map(|usage| (usage.prompt(), usage.output)))
        };
        let openai =
            r#"{"metadata": {}, "usage": {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12}}"#;
        assert_eq!(read(openai), (Shape::Bare, Some((10, 2))));
        let anthropic = r#"{"model": "a", "usage":
            {"input_tokens": 10, "cache_read_input_tokens": 5, "cache_creation_input_tokens": 1, "output_tokens": 2}}"#;
        assert_eq!(read(anthropic), (Shape::Api, Some((16, 2))));
        for other in [
            "{}",
            r#"{"usage": {"prompt_tokens": 1}}"#,
            r#"{"usage": {"prompt_tokens": -1, "completion_tokens": 2}}"#,
            r#"{"usage": 5}"#,
        ] {
            assert_eq!(read(other).1, None, "{other}");
        }
    }
}
