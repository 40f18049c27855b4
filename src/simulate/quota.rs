//! How much each provider lets through in a minute, from a file of the user's.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What one provider lets through in a minute. What is absent is not bounded.
#[derive(Clone, Copy, PartialEq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// Requests.
    #[serde(default)]
    pub requests_per_minute: Option<u64>,
    /// Tokens of prompts and answers together.
    #[serde(default)]
    pub tokens_per_minute: Option<u64>,
}

/// By provider.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Quotas(pub BTreeMap<String, Quota>);

impl Quotas {
    /// Reads `{"openai": {"requests_per_minute": 500, "tokens_per_minute": 200000}}`.
    pub fn read(json: &str) -> Result<Quotas, String> {
        let json = json.strip_prefix('\u{feff}').unwrap_or(json);
        serde_json::from_str(json).map(Quotas).map_err(|error| {
            format!(
                "{error}; it is to be an object of providers, each with `requests_per_minute` or `tokens_per_minute` or both"
            )
        })
    }
}

/// Whether a load fits into a quota.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fits {
    /// It does.
    Yes,
    /// That rests on what is undetermined or not counted.
    Perhaps,
    /// It does not.
    No,
}

impl Fits {
    /// Of something that is between `least` and `most`, or more where some of it is not counted.
    pub fn judge(least: f64, most: f64, complete: bool, bound: Option<u64>) -> Fits {
        #[expect(clippy::cast_precision_loss, reason = "a bound of a minute")]
        let Some(bound) = bound.map(|bound| bound as f64) else { return Fits::Yes };
        match (least > bound, most > bound || !complete) {
            (true, _) => Fits::No,
            (false, true) => Fits::Perhaps,
            (false, false) => Fits::Yes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_and_what_not() {
        let quotas = Quotas::read(r#"{"openai": {"requests_per_minute": 500}, "groq": {}}"#).unwrap();
        assert_eq!(quotas.0["openai"], Quota { requests_per_minute: Some(500), tokens_per_minute: None });
        for bad in [
            "[]",
            r#"{"openai": 5}"#,
            r#"{"openai": {"rpm": 5}}"#,
            r#"{"openai": {"tokens_per_minute": -1}}"#,
        ] {
            assert!(Quotas::read(bad).unwrap_err().contains("an object of providers"), "{bad}");
        }
    }

    #[test]
    fn what_is_not_known_may_not_fit() {
        assert_eq!(Fits::judge(1.0, 2.0, true, None), Fits::Yes);
        assert_eq!(Fits::judge(1.0, 2.0, true, Some(2)), Fits::Yes);
        assert_eq!(Fits::judge(1.0, 3.0, true, Some(2)), Fits::Perhaps);
        assert_eq!(Fits::judge(1.0, 1.0, false, Some(2)), Fits::Perhaps);
        assert_eq!(Fits::judge(2.5, 3.0, false, Some(2)), Fits::No);
    }
}
