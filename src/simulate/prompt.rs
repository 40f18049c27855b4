//! The messages that a variant puts before those of the request.

use crate::cel::Value;
use crate::cel::value::MapValue;
use crate::compile::Parameters;
use crate::model::{Data, placeholders};

/// Rendered templates.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prompt {
    /// In order.
    pub messages: Vec<Message>,
    /// Variables that the request gives no value for, in order of their first place: they are left as they stand (A12).
    pub missing: Vec<String>,
}

/// A rendered template.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Who speaks.
    pub role: String,
    /// What; items are joined with line breaks. Empty for a template that only calls tools.
    pub content: String,
    /// `tool_calls`, as they stand.
    pub tool_calls: Option<Data>,
    /// `tool_call_id`
    pub tool_call_id: Option<String>,
}

/// Fills the templates of a variant with the variables of a request. `content`: whether the values of the variables are
/// to be seen; else their places stay as they stand.
pub fn render(parameters: &Parameters, variables: &MapValue, content: bool) -> Prompt {
    let mut prompt = Prompt::default();
    for template in &parameters.message_templates {
        let text = |data: Option<&Data>| data.and_then(Data::as_str).unwrap_or_default().to_owned();
        let items = match template.get("content_items") {
            Some(Data::List(items)) => items.as_slice(),
            _ => &[],
        };
        let mut texts = Vec::new();
        for part in
            template.get("content").into_iter().chain(items.iter().filter_map(|item| item.get("text")))
        {
            let text = part.as_str().unwrap_or_default();
            let filled = filled(text, variables, &mut prompt.missing);
            texts.push(if content { filled } else { text.to_owned() });
        }
        prompt.messages.push(Message {
            role: text(template.get("role")),
            content: texts.join("\n"),
            tool_calls: template.get("tool_calls").cloned(),
            tool_call_id: template.get("tool_call_id").and_then(Data::as_str).map(str::to_owned),
        });
    }
    prompt
}

/// A text with the values of its variables.
fn filled(text: &str, variables: &MapValue, missing: &mut Vec<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (range, name) in placeholders(text) {
        out.push_str(text.get(at..range.start).unwrap_or_default());
        match variables.get_str(name) {
            Some(Value::String(value)) => out.push_str(value),
            Some(value) => out.push_str(&value.to_json().map_or_else(String::new, |json| json.to_string())),
            None => {
                if !missing.iter().any(|known| known == name) {
                    missing.push(name.to_owned());
                }
                out.push_str(text.get(range.clone()).unwrap_or_default());
            }
        }
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::cel::value::Key;

    fn variables(entries: &[(&str, Value)]) -> MapValue {
        let mut map = MapValue::default();
        for (name, value) in entries {
            map.insert(Key::String(Arc::from(*name)), value.clone());
        }
        map
    }

    #[test]
    fn placeholders_are_filled_and_what_is_missing_stays() {
        let known = variables(&[("name", Value::from("Ada {{x}}")), ("n", Value::Int(3))]);
        let mut missing = Vec::new();
        let text = "Hi {{name}}, {{ n }} of {{total}} {{total}}, {{}} and {{open";
        assert_eq!(
            filled(text, &known, &mut missing),
            "Hi Ada {{x}}, 3 of {{total}} {{total}}, {{}} and {{open"
        );
        assert_eq!(missing, ["total", ""]);
    }

    #[test]
    fn templates_become_messages() {
        let string = |text: &str| Data::String(text.to_owned());
        let item = |text: &str| Data::Map(vec![("text".to_owned(), string(text))]);
        let template = |key: &str, value: Data| {
            Data::Map(vec![("role".to_owned(), string("system")), (key.to_owned(), value)])
        };
        let templates = vec![
            template("content", string("You are {{name}}.")),
            template("content_items", Data::List(vec![item("a"), item("{{name}}")])),
        ];
        let parameters = Parameters { message_templates: templates, ..Parameters::default() };
        let said = |content| {
            let prompt = render(&parameters, &variables(&[("name", Value::from("Ada"))]), content);
            assert!(prompt.missing.is_empty());
            prompt.messages.into_iter().map(|m| m.content).collect::<Vec<_>>()
        };
        assert_eq!(said(true), ["You are Ada.", "a\nAda"]);
        assert_eq!(said(false), ["You are {{name}}.", "a\n{{name}}"]);
    }
}
