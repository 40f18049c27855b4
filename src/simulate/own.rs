//! The keys of a request that say which models may answer: `models`, `sort`, `ignore` and `provider` of its `extra_body`.

use std::sync::Arc;

use super::request::{BadRequest, kind, object};
use crate::cel::Value;
use crate::cel::value::MapValue;
use crate::compile::OwnSelection;
use crate::model::Metric;

pub(super) const SELECTION_KEYS: [&str; 4] = ["models", "sort", "ignore", "provider"];

/// What a request says of its own. None if it says nothing.
pub(super) fn own_selection(extra: &MapValue) -> Result<Option<Box<OwnSelection>>, BadRequest> {
    if !SELECTION_KEYS.iter().any(|key| !matches!(extra.get_str(key), None | Some(Value::Null))) {
        return Ok(None);
    }
    let provider = object(extra, "provider")?;
    let (mut order, mut allow_fallbacks) = (None, None);
    if let Some(provider) = &provider {
        order = texts(provider, "order", "provider.order")?;
        allow_fallbacks = match provider.get_str("allow_fallbacks") {
            None | Some(Value::Null) => None,
            Some(Value::Bool(allow)) => Some(*allow),
            Some(other) => {
                let part = "provider.allow_fallbacks";
                return Err(BadRequest::Part { part, expected: "true or false", found: kind(other) });
            }
        };
    }
    let sort = match texts(extra, "sort", "sort")? {
        None => None,
        Some(words) => Some(words.iter().map(|word| criterion(word)).collect::<Result<_, _>>()?),
    };
    Ok(Some(Box::new(OwnSelection {
        models: texts(extra, "models", "models")?,
        ignore: texts(extra, "ignore", "ignore")?,
        sort,
        order,
        allow_fallbacks,
    })))
}

type By = (Metric, Option<crate::model::Direction>);

/// A metric; in requests it has no direction.
fn criterion(word: &str) -> Result<By, BadRequest> {
    let known = Metric::ALL.iter().find(|(_, name)| **name == *word);
    known.map(|(metric, _)| (*metric, None)).ok_or(BadRequest::Part {
        part: "sort",
        expected: "a list of `price`, `latency`, `throughput`, `intelligence`, `math` and `coding`",
        found: "a list with another word",
    })
}

fn texts(map: &MapValue, key: &str, part: &'static str) -> Result<Option<Vec<Arc<str>>>, BadRequest> {
    let refuse = |found| BadRequest::Part { part, expected: "a list of texts", found };
    match map.get_str(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::List(items)) => items
            .iter()
            .map(|item| match item {
                Value::String(text) => Ok(text.clone()),
                _ => Err(refuse("a list with something else")),
            })
            .collect::<Result<_, _>>()
            .map(Some),
        Some(other) => Err(refuse(kind(other))),
    }
}

/// The keys that a request brings, in words.
pub(super) fn brought(own: &OwnSelection) -> Vec<&'static str> {
    let provider = own.order.is_some() || own.allow_fallbacks.is_some();
    let keys = [own.models.is_some(), own.sort.is_some(), own.ignore.is_some(), provider];
    keys.into_iter().zip(SELECTION_KEYS).filter(|(brought, _)| *brought).map(|(_, key)| key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::parse_json;

    fn read(text: &str) -> Result<Option<Box<OwnSelection>>, String> {
        let Value::Map(extra) = parse_json(text, Default::default()).unwrap() else { panic!("{text}") };
        own_selection(&extra).map_err(|error| error.to_string())
    }

    #[test]
    fn each_key_by_itself() {
        assert_eq!(read(r#"{"metadata": {}, "models": null}"#), Ok(None));
        let own = read(r#"{"models": ["a/b"], "sort": ["price", "latency"], "ignore": [], "provider": {"order": ["a"], "allow_fallbacks": false}}"#)
            .unwrap()
            .unwrap();
        assert_eq!(own.models, Some(vec![Arc::from("a/b")]));
        assert_eq!(own.sort, Some(vec![(Metric::Price, None), (Metric::Latency, None)]));
        assert_eq!((own.ignore.as_deref(), own.allow_fallbacks), (Some(&[][..]), Some(false)));
        assert_eq!(brought(&own), SELECTION_KEYS);
        let own = read(r#"{"sort": ["math"]}"#).unwrap().unwrap();
        assert_eq!(brought(&own), ["sort"]);
    }

    #[test]
    fn other_shapes_are_refused() {
        let refused = |text: &str| read(text).unwrap_err();
        assert_eq!(refused(r#"{"models": "a/b"}"#), "`models` is to be a list of texts, and is text");
        assert!(refused(r#"{"ignore": [1]}"#).contains("a list with something else"));
        assert!(refused(r#"{"sort": ["speed"]}"#).contains("a list with another word"));
        assert!(refused(r#"{"provider": {"allow_fallbacks": 1}}"#).contains("`provider.allow_fallbacks`"));
        assert!(refused(r#"{"provider": []}"#).contains("an object"));
    }
}
