//! Two routers of the API as JSON: where they differ.

use serde_json::{Map, Value};

use crate::cel;
use crate::yaml::{Kind, Node, ScalarType};

/// Differences that are told one by one; of more it is told how many there are.
const MOST: usize = 50;

/// A node as JSON. It nests no deeper than the file was allowed to.
pub(super) fn value(node: &Node) -> Value {
    match &node.kind {
        Kind::Scalar(scalar) => match scalar.resolve() {
            ScalarType::Null => Value::Null,
            ScalarType::Bool(value) => value.into(),
            ScalarType::Int(value) => value.into(),
            ScalarType::Float(value) => value.into(),
            ScalarType::String => scalar.value.clone().into(),
        },
        Kind::Sequence(items) => items.iter().map(|item| value(item)).collect(),
        Kind::Mapping(entries) => {
            entries.iter().map(|e| (e.key.text().to_owned(), value(&e.value))).collect::<Map<_, _>>().into()
        }
        Kind::Broken => Value::Null,
    }
}

/// Where what was built differs from what was there before, and which conditions differ in blanks alone. The casing of
/// keys makes no difference, nor does what the API spells as nothing.
pub(super) fn differences(before: &Value, after: &Value) -> (Vec<String>, Vec<String>) {
    let mut found = Found::default();
    found.compare(before, after, String::new());
    let more = found.different.len().saturating_sub(MOST);
    found.different.truncate(MOST);
    if more > 0 {
        found.different.push(format!("and {more} more differences"));
    }
    (found.different, found.respaced)
}

#[derive(Default)]
struct Found {
    different: Vec<String>,
    respaced: Vec<String>,
}

impl Found {
    fn compare(&mut self, before: &Value, after: &Value, path: String) {
        let key = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        match (before, after) {
            (Value::Object(before), Value::Object(after)) => {
                for (name, old) in before {
                    let new = after.iter().find(|(other, _)| snake(other) == snake(name));
                    match new {
                        Some((_, new)) => self.compare(old, new, key(name)),
                        None if is_nothing(name, old) => {}
                        None => self.different.push(format!(
                            "`{}` is left out: the authoring form has no place for {}",
                            key(name),
                            short(old)
                        )),
                    }
                }
                for (name, new) in after {
                    if !before.keys().any(|other| snake(other) == snake(name)) {
                        self.different.push(format!("`{}` is new: {}", key(name), short(new)));
                    }
                }
            }
            (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
                for (at, (old, new)) in old.iter().zip(new).enumerate() {
                    self.compare(old, new, format!("{path}[{at}]"));
                }
            }
            (old, new) if old == new => {}
            (Value::String(old), Value::String(new)) if path.to_ascii_lowercase().ends_with("expression") => {
                if words(old).is_some_and(|old| Some(old) == words(new)) {
                    if old.trim_ascii_end() != new {
                        self.respaced.push(path);
                    }
                } else {
                    self.changed(&path, before, after);
                }
            }
            _ => self.changed(&path, before, after),
        }
    }

    fn changed(&mut self, path: &str, before: &Value, after: &Value) {
        self.different.push(format!("`{path}` was {} and is {}", short(before), short(after)));
    }
}

/// The tokens of a condition. `None` for what is no condition.
fn words(text: &str) -> Option<Vec<&str>> {
    let (spans, issues) = cel::token_spans(text);
    let word = |span: cel::Span| text.get(span.start as usize..span.end as usize).unwrap_or_default();
    issues.is_empty().then(|| spans.into_iter().map(word).collect())
}

/// What the API's JSON may say and need not.
fn is_nothing(key: &str, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty() && key == "routes",
        Value::Object(entries) => entries.is_empty() && snake(key) == "model_selection",
        Value::String(text) => text == "SORT_DIRECTION_UNSPECIFIED",
        _ => false,
    }
}

fn snake(key: &str) -> String {
    let mut out = String::with_capacity(key.len() + 2);
    for c in key.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// A value in a sentence.
fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("`{}…`", text.get(..end).unwrap_or_default()),
        None => format!("`{text}`"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn casing_and_nothing_are_no_differences() {
        let before = json!({"display_name": "a", "routes": [], "defaultRoute": {"routeId": "x", "n": null}});
        let after = json!({"displayName": "a", "defaultRoute": {"route_id": "x"}});
        assert_eq!(differences(&before, &after), (vec![], vec![]));
    }

    #[test]
    fn each_difference_has_its_path() {
        let before =
            json!({"createTime": "t", "routes": [{"weight": 1}, {"condition": {"cel_expression": "a==b"}}]});
        let after = json!({"routes": [{"weight": 1.0}, {"condition": {"cel_expression": "a == b"}}], "x": 1});
        let (different, respaced) = differences(&before, &after);
        assert_eq!(
            different,
            [
                "`createTime` is left out: the authoring form has no place for `\"t\"`",
                "`routes[0].weight` was `1` and is `1.0`",
                "`x` is new: `1`",
            ]
        );
        assert_eq!(respaced, ["routes[1].condition.cel_expression"]);
    }
}
