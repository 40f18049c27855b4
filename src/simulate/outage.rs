//! What would be tried, and who would answer, while something is down.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use xxhash_rust::xxh64::Xxh64;

use crate::catalogue::Catalogue;
use crate::compile::Rank;

/// How an attempt fails. Each of these moves the service on to the next attempt; what would not, such as a 400, is no
/// outage.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Failure {
    /// In a way that was not said.
    #[default]
    Down,
    /// With 429 or a 5xx.
    Status(u16),
    /// No answer in time.
    Timeout,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Down => f.write_str("down"),
            Self::Status(status) => write!(f, "{status}"),
            Self::Timeout => f.write_str("timeout"),
        }
    }
}

/// One outage: `openai`, `openai/gpt-5.2=429`, `anthropic=50%`, `groq=20%:timeout`.
#[derive(Clone, PartialEq, Debug)]
pub struct Outage {
    /// A provider, or a model of one.
    pub target: Arc<str>,
    /// The share of attempts that fail, above 0, at most 1.
    pub share: f64,
    /// How they fail.
    pub failure: Failure,
}

impl fmt::Display for Outage {
    /// As it can be read again.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.target)?;
        match (self.share < 1.0, self.failure) {
            (false, Failure::Down) => Ok(()),
            (false, failure) => write!(f, "={failure}"),
            (true, Failure::Down) => write!(f, "={}%", self.share * 100.0),
            (true, failure) => write!(f, "={}%:{failure}", self.share * 100.0),
        }
    }
}

/// Why a text is no outage.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BadOutage {
    /// There is no such provider or model; the nearest names.
    Unknown {
        /// As written.
        target: String,
        /// What it may have been meant to be.
        nearest: Vec<String>,
    },
    /// A status with which the service does not go on to the next attempt.
    NoOutage(u16),
    /// Neither a status, nor `timeout`, nor a share.
    Kind(String),
    /// Not above 0%, or above 100%.
    Share(String),
}

impl fmt::Display for BadOutage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { target, nearest } => {
                write!(f, "there is no provider and no model `{target}`")?;
                match nearest.as_slice() {
                    [] => Ok(()),
                    names => write!(f, "; did you mean `{}`?", names.join("` or `")),
                }
            }
            Self::NoOutage(status) => write!(
                f,
                "after a {status} the service does not try the next model: write 429, a status from 500 to 599, or \
                 `timeout`"
            ),
            Self::Kind(text) => write!(
                f,
                "`{text}` is no way to fail: write a status (`=429`), `=timeout`, a share (`=50%`), or both \
                 (`=50%:429`)"
            ),
            Self::Share(text) => {
                write!(f, "`{text}` is no share: write a number above 0 and up to 100, as in `=50%`")
            }
        }
    }
}

impl Outage {
    /// Reads one as it is written on the command line and in tests. `names`: models that are known besides those of the
    /// catalogue, as a definition names them.
    pub fn parse(text: &str, catalogue: &Catalogue, names: &[&str]) -> Result<Outage, BadOutage> {
        let (target, how) = match text.split_once('=') {
            Some((target, how)) => (target.trim(), Some(how.trim())),
            None => (text.trim(), None),
        };
        let named = |name: &&str| {
            *name == target || name.split_once('/').is_some_and(|(provider, _)| provider == target)
        };
        let known = match target.contains('/') {
            true => catalogue.contains(target),
            false => catalogue.has_provider(target),
        };
        let known = known || names.iter().any(named);
        if !known {
            return Err(BadOutage::Unknown {
                target: target.to_owned(),
                nearest: nearest(target, catalogue),
            });
        }
        let (mut share, mut failure) = (1.0, Failure::Down);
        if let Some(how) = how {
            let (part, rest) = match how.split_once(':') {
                Some((part, rest)) => (Some(part.trim()), Some(rest.trim())),
                None if how.ends_with('%') => (Some(how), None),
                None => (None, Some(how)),
            };
            if let Some(part) = part {
                share = percent(part).ok_or_else(|| BadOutage::Share(part.to_owned()))?;
            }
            if let Some(rest) = rest {
                failure = kind(rest)?;
            }
        }
        Ok(Outage { target: Arc::from(target), share, failure })
    }

    /// Whether it is about a model, given as `provider/model`.
    pub fn covers(&self, model: &str) -> bool {
        let provider = model.split_once('/').map(|(provider, _)| provider);
        *self.target == *model || provider == Some(&*self.target)
    }
}

fn nearest(target: &str, catalogue: &Catalogue) -> Vec<String> {
    if target.contains('/') {
        return catalogue.nearest(target, 2).into_iter().map(|s| s.id).collect();
    }
    catalogue.nearest_providers(target).into_iter().take(2).map(str::to_owned).collect()
}

fn percent(text: &str) -> Option<f64> {
    let number: f64 = text.strip_suffix('%')?.trim().parse().ok()?;
    (number > 0.0 && number <= 100.0).then_some(number / 100.0)
}

fn kind(text: &str) -> Result<Failure, BadOutage> {
    if text == "timeout" {
        return Ok(Failure::Timeout);
    }
    match text.parse::<u16>() {
        Ok(status @ (429 | 500..=599)) => Ok(Failure::Status(status)),
        Ok(status @ 100..=599) => Err(BadOutage::NoOutage(status)),
        _ => Err(BadOutage::Kind(text.to_owned())),
    }
}

/// All that is down at once. Where several cover a model, the first that strikes says how it fails.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Outages(pub Vec<Outage>);

/// One attempt, or several of which it is not known which are made, or in which order.
#[derive(Clone, PartialEq, Debug)]
pub struct Attempt<'c> {
    /// One model; or those that are tied; none for any that the service offers.
    pub models: Cow<'c, [Arc<str>]>,
    /// How it failed; none if it answered.
    pub failure: Option<Failure>,
    /// Whether it is made at all rests on figures that nobody gave.
    pub perhaps: bool,
}

/// Who answers.
#[derive(Clone, PartialEq, Debug)]
pub enum Answer<'c> {
    /// This model.
    Model(&'c Arc<str>),
    /// One of these: which one rests on figures that nobody gave.
    Tied(Cow<'c, [Arc<str>]>),
    /// Any that the service offers.
    Open,
    /// Nobody: every attempt failed, or there was none to make.
    Nobody,
}

/// What is tried along a chain, which lends the names, and who answers.
#[derive(Clone, PartialEq, Debug)]
pub struct Attempts<'c> {
    /// Those that fail, in order. Most requests have none, which takes no memory.
    pub failed: Vec<Attempt<'c>>,
    /// The one that is answered, behind all of those.
    pub answered: Option<Attempt<'c>>,
    /// Who answers.
    pub answer: Answer<'c>,
}

impl<'c> Attempts<'c> {
    /// All of them, in order.
    pub fn made(&self) -> impl Iterator<Item = &Attempt<'c>> {
        self.failed.iter().chain(&self.answered)
    }
}

impl Outages {
    /// True if nothing is down.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How the attempt of a request at a model fails, if it does. Shares are drawn anew for each attempt, from the
    /// seed, the request's index and the model.
    fn strikes(&self, model: &str, seed: u64, index: u64) -> Option<Failure> {
        let strikes = |outage: &&Outage| {
            outage.covers(model)
                && (outage.share >= 1.0 || fraction(&outage.target, model, seed, index) < outage.share)
        };
        self.0.iter().find(strikes).map(|outage| outage.failure)
    }

    /// What is tried for a request along a chain, and who answers.
    pub fn attempts<'c>(&self, chain: &'c [Rank], seed: u64, index: u64) -> Attempts<'c> {
        let one = |id| Cow::Borrowed(std::slice::from_ref(id));
        let mut failed = Vec::new();
        let end = |failed, models, answer| {
            let answered = Some(Attempt { models, failure: None, perhaps: false });
            Attempts { failed, answered, answer }
        };
        for rank in chain {
            match rank {
                Rank::Model(id) => match self.strikes(id, seed, index) {
                    None => return end(failed, one(id), Answer::Model(id)),
                    failure => failed.push(Attempt { models: one(id), failure, perhaps: false }),
                },
                Rank::Tied(ids) => {
                    let mut up = Vec::new();
                    let start = failed.len();
                    for id in ids {
                        match self.strikes(id, seed, index) {
                            None => up.push(id),
                            failure => failed.push(Attempt { models: one(id), failure, perhaps: true }),
                        }
                    }
                    let answer = match up.as_slice() {
                        [] => {
                            // All of them were tried, in whichever order.
                            failed.iter_mut().skip(start).for_each(|attempt| attempt.perhaps = false);
                            continue;
                        }
                        [only] => Answer::Model(only),
                        all if all.len() == ids.len() => Answer::Tied(Cow::Borrowed(ids)),
                        some => Answer::Tied(some.iter().map(|id| Arc::clone(id)).collect()),
                    };
                    let models = match &answer {
                        Answer::Tied(up) => up.clone(),
                        _ => up.first().map(|id| one(*id)).unwrap_or_default(),
                    };
                    return end(failed, models, answer);
                }
                Rank::Open => return end(failed, Cow::default(), Answer::Open),
            }
        }
        Attempts { failed, answered: None, answer: Answer::Nobody }
    }

    /// Whether every attempt at a model fails.
    pub fn fells(&self, model: &str) -> bool {
        self.0.iter().any(|outage| outage.share >= 1.0 && outage.covers(model))
    }

    /// The share of attempts at a model that fail.
    fn failing(&self, model: &str) -> f64 {
        let covers = self.0.iter().filter(|outage| outage.covers(model));
        1.0 - covers.map(|outage| 1.0 - outage.share).product::<f64>()
    }

    /// Who answers along a chain, with exact shares that sum to 1. Of tied candidates all that may be up are named
    /// together.
    pub fn expected<'c>(&self, chain: &'c [Rank]) -> Vec<(Answer<'c>, f64)> {
        let mut left = 1.0;
        let mut out = Vec::new();
        for rank in chain {
            let (answer, failing) = match rank {
                Rank::Model(id) => (Answer::Model(id), self.failing(id)),
                Rank::Tied(ids) => {
                    let up: Vec<&Arc<str>> = ids.iter().filter(|id| self.failing(id) < 1.0).collect();
                    let failing = ids.iter().map(|id| self.failing(id)).product();
                    match up.as_slice() {
                        [only] => (Answer::Model(only), failing),
                        up => (Answer::Tied(up.iter().map(|id| Arc::clone(id)).collect()), failing),
                    }
                }
                Rank::Open => (Answer::Open, 0.0),
            };
            if failing < 1.0 {
                out.push((answer, left * (1.0 - failing)));
            }
            left *= failing;
            if left <= 0.0 {
                return out;
            }
        }
        out.push((Answer::Nobody, left));
        out
    }
}

/// A number from 0 to 1 that is the same on every machine.
#[expect(clippy::cast_precision_loss, reason = "53 bits are kept")]
fn fraction(target: &str, model: &str, seed: u64, index: u64) -> f64 {
    let mut hash = Xxh64::new(seed);
    for part in [target.as_bytes(), &[0], model.as_bytes(), &[0], &index.to_le_bytes()] {
        hash.update(part);
    }
    (hash.digest() >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outages(texts: &[&str]) -> Outages {
        let catalogue = Catalogue::embedded();
        Outages(texts.iter().map(|text| Outage::parse(text, &catalogue, &[]).unwrap()).collect())
    }

    fn model(id: &str) -> Rank {
        Rank::Model(Arc::from(id))
    }

    fn tied(ids: &[&str]) -> Rank {
        Rank::Tied(ids.iter().map(|id| Arc::from(*id)).collect())
    }

    fn told(attempts: &Attempts<'_>) -> Vec<String> {
        let one = |attempt: &Attempt<'_>| {
            let failure = attempt.failure.map_or("ok".to_owned(), |f| f.to_string());
            format!("{} {failure}{}", attempt.models.join("|"), if attempt.perhaps { "?" } else { "" })
        };
        attempts.made().map(one).collect()
    }

    #[test]
    fn what_can_be_written() {
        let catalogue = Catalogue::embedded();
        let parse = |text: &str| Outage::parse(text, &catalogue, &[]);
        assert_eq!(parse("openai").unwrap().failure, Failure::Down);
        assert_eq!(parse("openai/gpt-5.2=429").unwrap().failure, Failure::Status(429));
        assert_eq!(parse("anthropic=timeout").unwrap().failure, Failure::Timeout);
        assert_eq!(parse("anthropic = 50%").unwrap().share, 0.5);
        let both = parse("anthropic=12.5%:503").unwrap();
        assert_eq!((both.share, both.failure), (0.125, Failure::Status(503)));
        assert_eq!(parse("openai=400"), Err(BadOutage::NoOutage(400)));
        for bad in ["openai=", "openai=slow", "openai=9000", "openai=50%:", "openai=429:50%"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        for bad in ["openai=0%", "openai=101%", "openai=-1%", "openai=x%", "openai=NaN%"] {
            assert!(matches!(parse(bad), Err(BadOutage::Share(_))), "{bad}");
        }
        let Err(BadOutage::Unknown { nearest, .. }) = parse("opnai") else { panic!("known") };
        assert_eq!(nearest, ["openai"]);
        assert!(matches!(parse("openai/gpt-5.22"), Err(BadOutage::Unknown { .. })));
        assert!(parse("").is_err());
    }

    #[test]
    fn a_failure_moves_on() {
        let chain = [model("openai/gpt-5.2"), model("openai/gpt-4o"), model("anthropic/claude-opus-4-6")];
        let found = outages(&["openai/gpt-5.2=429"]).attempts(&chain, 0, 0);
        assert_eq!(told(&found), ["openai/gpt-5.2 429", "openai/gpt-4o ok"]);
        let found = outages(&["openai/gpt-5.2=429", "openai"]).attempts(&chain, 0, 0);
        assert_eq!(
            told(&found),
            ["openai/gpt-5.2 429", "openai/gpt-4o down", "anthropic/claude-opus-4-6 ok"]
        );
        let found = outages(&["openai", "anthropic=503"]).attempts(&chain, 0, 0);
        assert_eq!(found.answer, Answer::Nobody);
        assert_eq!(found.made().count(), 3);
        assert_eq!(outages(&["openai"]).attempts(&[], 0, 0).answer, Answer::Nobody);
    }

    #[test]
    fn ties_are_not_broken_by_guessing() {
        let chain = [tied(&["openai/gpt-5.2", "anthropic/claude-opus-4-6", "groq/x"]), model("mistral/y")];
        let found = outages(&["openai"]).attempts(&chain, 0, 0);
        assert_eq!(told(&found), ["openai/gpt-5.2 down?", "anthropic/claude-opus-4-6|groq/x ok"]);
        assert!(matches!(found.answer, Answer::Tied(_)));
        let found = outages(&["openai", "groq"]).attempts(&chain, 0, 0);
        assert_eq!(found.answer, Answer::Model(&Arc::from("anthropic/claude-opus-4-6")));
        let found = outages(&["openai", "groq", "anthropic"]).attempts(&chain, 0, 0);
        assert_eq!(found.answer, Answer::Model(&Arc::from("mistral/y")));
        assert!(found.made().all(|attempt| !attempt.perhaps));
        assert_eq!(outages(&["openai"]).attempts(&[Rank::Open], 0, 0).answer, Answer::Open);
    }

    #[test]
    fn shares_of_failures_are_kept_and_repeat() {
        let chain = [model("anthropic/claude-opus-4-6"), model("openai/gpt-5.2")];
        let half = outages(&["anthropic=30%"]);
        let moved = |seed| {
            let moved = |i: &u64| half.attempts(&chain, seed, *i).failed.len() == 1;
            (0..100_000).filter(moved).count()
        };
        assert!((29_500..=30_500).contains(&moved(0)), "{}", moved(0));
        assert_eq!(moved(7), moved(7));
        assert_ne!(moved(7), moved(8));
    }

    #[test]
    fn expected_shares_sum_to_one() {
        let chain = [
            model("anthropic/claude-opus-4-6"),
            tied(&["openai/gpt-5.2", "groq/x"]),
            model("mistral/mistral-large-latest"),
        ];
        let found = outages(&["anthropic=30%", "openai=50%", "groq=50%", "mistral"]).expected(&chain);
        let shares: Vec<f64> = found.iter().map(|(_, share)| *share).collect();
        assert_eq!(shares.len(), 3);
        for (found, expected) in shares.iter().zip([0.7, 0.3 * 0.75, 0.3 * 0.25]) {
            assert!((found - expected).abs() < 1e-12, "{shares:?}");
        }
        assert_eq!(found.last().unwrap().0, Answer::Nobody);
        assert_eq!(
            outages(&[]).expected(&chain),
            [(Answer::Model(&Arc::from("anthropic/claude-opus-4-6")), 1.0)]
        );
    }
}
