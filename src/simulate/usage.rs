//! Tokens that a log says a request took, in the words of either API.

use crate::cel::Value;
use crate::cel::value::MapValue;
use crate::compile::cost::Tokens;

/// Tokens of a request and its answer, as they are charged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Usage {
    /// Of the prompt, those of the cache not counted.
    pub input: u64,
    /// Of the prompt, read from the provider's cache.
    pub cache_read: u64,
    /// Of the prompt, written to the provider's cache.
    pub cache_write: u64,
    /// Of the answer.
    pub output: u64,
    /// Whether the log says so; else it is estimated.
    pub measured: bool,
}

impl Usage {
    /// Of the prompt, altogether.
    pub fn prompt(&self) -> u64 {
        self.input.saturating_add(self.cache_read).saturating_add(self.cache_write)
    }

    /// Of the prompt and the answer.
    pub fn total(&self) -> u64 {
        self.prompt().saturating_add(self.output)
    }

    /// The same where the answer comes from elsewhere than the first choice, which holds nothing in its cache.
    pub fn without_cache(self) -> Usage {
        Usage { input: self.prompt(), cache_read: 0, cache_write: 0, ..self }
    }
}

impl From<Usage> for Tokens {
    /// What came from a cache counts in full: another model has no such cache.
    fn from(usage: Usage) -> Self {
        Tokens { input: usage.prompt(), output: usage.output }
    }
}

/// More tokens than this no request has: what claims more is not believed, and sums stay far from their bounds.
const MOST: u64 = 1 << 32;

/// A number of tokens.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "within the bounds of the line before"
)]
pub(super) fn count(value: &Value) -> Option<u64> {
    match value {
        Value::Int(n) => u64::try_from(*n).ok().filter(|n| *n <= MOST),
        Value::Double(n) if (0.0..=4e9).contains(n) && n.fract() == 0.0 => Some(*n as u64),
        _ => None,
    }
}

/// Where counts stand, as [`tokens`] asks for them: a dot leads into an object.
pub(super) const COUNTS: [&str; 8] = [
    "prompt_tokens",
    "completion_tokens",
    "input_tokens",
    "output_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "prompt_tokens_details.cached_tokens",
    "input_tokens_details.cached_tokens",
];

/// The tokens that an answer reported. OpenAI counts what came from its cache within the prompt, Anthropic beside it.
pub(super) fn tokens(count: impl Fn(&str) -> Option<u64>) -> Option<Usage> {
    let output = count("completion_tokens").or_else(|| count("output_tokens"))?;
    let read = count("cache_read_input_tokens");
    let written = count("cache_creation_input_tokens").unwrap_or(0);
    let within = |prompt: u64, read: u64, written: u64| {
        let cache_read = read.min(prompt);
        let cache_write = written.min(prompt - cache_read);
        let input = prompt - cache_read - cache_write;
        Usage { input, cache_read, cache_write, output, measured: true }
    };
    if let Some(prompt) = count("prompt_tokens") {
        let read = count("prompt_tokens_details.cached_tokens").or(read).unwrap_or(0);
        return Some(within(prompt, read, written));
    }
    let input = count("input_tokens")?;
    Some(match count("input_tokens_details.cached_tokens") {
        Some(read) => within(input, read, written),
        None => Usage { input, cache_read: read.unwrap_or(0), cache_write: written, output, measured: true },
    })
}

/// The usage that a record tells: its own, or that of a `response` beside the request.
pub fn usage_of(record: &MapValue) -> Option<Usage> {
    let own = |map: &MapValue| match map.get_str("usage") {
        Some(Value::Map(usage)) => tokens(|key| match key.split_once('.') {
            None => usage.get_str(key).and_then(count),
            Some((outer, inner)) => match usage.get_str(outer) {
                Some(Value::Map(details)) => details.get_str(inner).and_then(count),
                _ => None,
            },
        }),
        _ => None,
    };
    own(record).or_else(|| match record.get_str("response") {
        Some(Value::Map(response)) => own(response),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::parse_json;

    fn told(text: &str) -> Option<[u64; 4]> {
        let Value::Map(record) = parse_json(text, Default::default()).unwrap() else { panic!("{text}") };
        usage_of(&record).map(|usage| [usage.input, usage.cache_read, usage.cache_write, usage.output])
    }

    #[test]
    fn either_api_and_what_of_it_was_cached() {
        for (usage, expected) in [
            (r#"{"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12}"#, [10, 0, 0, 2]),
            (
                r#"{"prompt_tokens": 10, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 4}}"#,
                [6, 4, 0, 2],
            ),
            (r#"{"prompt_tokens": 10, "completion_tokens": 2, "cache_read_input_tokens": 4}"#, [6, 4, 0, 2]),
            (
                r#"{"prompt_tokens": 10, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 40}}"#,
                [0, 10, 0, 2],
            ),
            (
                r#"{"input_tokens": 10, "cache_read_input_tokens": 5, "cache_creation_input_tokens": 1, "output_tokens": 2}"#,
                [10, 5, 1, 2],
            ),
            (
                r#"{"input_tokens": 10, "input_tokens_details": {"cached_tokens": 3}, "output_tokens": 2}"#,
                [7, 3, 0, 2],
            ),
            (r#"{"prompt_tokens": 10.0, "completion_tokens": 2.0}"#, [10, 0, 0, 2]),
        ] {
            assert_eq!(told(&format!("{{\"usage\": {usage}}}")), Some(expected), "{usage}");
            assert_eq!(told(&format!("{{\"response\": {{\"usage\": {usage}}}}}")), Some(expected), "{usage}");
        }
    }

    #[test]
    fn what_tells_nothing() {
        for usage in [
            r#"{"prompt_tokens": 1}"#,
            r#"{"prompt_tokens": -1, "completion_tokens": 2}"#,
            r#"{"prompt_tokens": 9000000000000000000, "completion_tokens": 2}"#,
            r#"{"prompt_tokens": 1.5, "completion_tokens": 2}"#,
            "5",
        ] {
            assert_eq!(told(&format!("{{\"usage\": {usage}}}")), None, "{usage}");
        }
        assert_eq!(told(r#"{"response": 3}"#), None);
    }
}
