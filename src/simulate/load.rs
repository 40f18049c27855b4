//! How much comes to each provider, altogether and in each minute, and how much of it another one was to have.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::named::{Add, Named};
use super::outage::Attempts;
use super::totals::Who;
use crate::cel::Value;
use crate::cel::value::timestamp;

/// How many different minutes are told apart: two weeks. Of more the first are.
pub const MOST_MINUTES: usize = 20_160;
/// How many providers are told apart in one minute.
const MOST_IN_A_MINUTE: usize = 30;

/// What comes to one provider.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Load {
    /// Requests that it answers.
    pub requests: u64,
    /// Their tokens, as far as they are known.
    pub tokens: u64,
    /// Those whose tokens are not known.
    pub uncounted: u64,
    /// Requests that another one was to answer, and failed to.
    pub moved_requests: u64,
    /// Their tokens.
    pub moved_tokens: u64,
}

impl Add for Load {
    fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.tokens += other.tokens;
        self.uncounted += other.uncounted;
        self.moved_requests += other.moved_requests;
        self.moved_tokens += other.moved_tokens;
    }
}

/// Which minute figures by the minute are of.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub enum Rate {
    /// Nobody says how many requests come in a minute.
    #[default]
    Unknown,
    /// So many requests of the log come in a minute.
    PerMinute(f64),
    /// Records tell when they were made: the busiest minute counts.
    Times,
}

/// What comes to all of them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Loads {
    /// By provider; where several may answer, they stand together.
    pub providers: Named<Who, Load>,
    /// The same for each minute since 1970.
    pub minutes: BTreeMap<i64, Named<Who, Load>>,
    /// Requests whose record tells no time.
    pub untimed: u64,
    /// Requests of minutes that are not told apart.
    pub later: u64,
}

impl Loads {
    /// Counts a request. `minute`: none where times are not looked at.
    pub fn count(&mut self, attempts: &Attempts<'_>, tokens: Option<u64>, minute: Option<Option<i64>>) {
        let who = Who::from(&attempts.answer).provider();
        let first = attempts.failed.first();
        let from = first.and_then(|attempt| attempt.models.first()).map(provider_of);
        // To another model of the same provider is no move.
        let moved = from.is_some_and(|from| who != Who::Model(from));
        let load = Load {
            requests: 1,
            tokens: tokens.unwrap_or(0),
            uncounted: u64::from(tokens.is_none()),
            moved_requests: u64::from(moved),
            moved_tokens: if moved { tokens.unwrap_or(0) } else { 0 },
        };
        self.providers.add(who.clone(), load);
        match minute {
            None => {}
            Some(None) => self.untimed += 1,
            Some(Some(minute)) => {
                self.minutes.entry(minute).or_default().add_among(MOST_IN_A_MINUTE, who, load);
                self.shorten();
            }
        }
    }

    /// Adds those of another part of the same run.
    pub fn merge(&mut self, other: Loads) {
        self.providers.merge(other.providers);
        for (minute, loads) in other.minutes {
            self.minutes.entry(minute).or_default().merge_among(MOST_IN_A_MINUTE, loads);
        }
        self.untimed += other.untimed;
        self.later += other.later;
        self.shorten();
    }

    fn shorten(&mut self) {
        while self.minutes.len() > MOST_MINUTES
            && let Some((_, loads)) = self.minutes.pop_last()
        {
            self.later += loads.iter().map(|(_, load)| load.requests).sum::<u64>();
        }
    }

    /// How much of something comes to somebody in a minute, where `log` requests are the whole log.
    #[expect(clippy::cast_precision_loss, reason = "for people")]
    pub fn per_minute(
        &self,
        rate: Rate,
        log: u64,
        counts: impl Fn(&Who) -> bool,
        what: impl Fn(&Load) -> u64,
    ) -> Option<f64> {
        match rate {
            Rate::Unknown => None,
            Rate::PerMinute(rate) => {
                let all = self.providers.named.iter().filter(|(who, _)| counts(who));
                let sum: u64 = all.map(|(_, load)| what(load)).sum();
                Some(if log == 0 { 0.0 } else { sum as f64 * rate / log as f64 })
            }
            Rate::Times => Some(self.busiest(counts, what) as f64),
        }
    }

    /// The most of something that comes to somebody in one minute.
    pub fn busiest(&self, counts: impl Fn(&Who) -> bool, what: impl Fn(&Load) -> u64) -> u64 {
        let of = |loads: &Named<Who, Load>| {
            loads.named.iter().filter(|(who, _)| counts(who)).map(|(_, load)| what(load)).sum()
        };
        self.minutes.values().map(of).max().unwrap_or(0)
    }
}

/// The provider of a model.
pub(super) fn provider_of(id: &Arc<str>) -> Arc<str> {
    id.split_once('/').map_or_else(|| id.clone(), |(provider, _)| provider.into())
}

/// The minute since 1970 that a value names: seconds, milliseconds, microseconds or nanoseconds since then, as a number or
/// as text, or a time after RFC 3339.
#[expect(clippy::cast_possible_truncation, reason = "what is too large is no time")]
pub fn minute_of(value: &Value) -> Option<i64> {
    let seconds = |n: f64| {
        let scale = match n.abs() {
            a if a < 1e11 => 1.0,
            a if a < 1e14 => 1e3,
            a if a < 1e17 => 1e6,
            a if a < 1e20 => 1e9,
            _ => return None,
        };
        Some((n / scale / 60.0).floor() as i64)
    };
    #[expect(clippy::cast_precision_loss, reason = "far from a minute")]
    match value {
        Value::Int(n) => seconds(*n as f64),
        Value::Double(n) if n.is_finite() => seconds(*n),
        Value::String(text) => match text.trim().parse::<f64>() {
            Ok(n) if n.is_finite() => seconds(n),
            _ => match timestamp::parse(&text.trim().replacen(' ', "T", 1)) {
                Ok(Value::Timestamp { seconds, .. }) => Some(seconds.div_euclid(60)),
                _ => None,
            },
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::outage::{Answer, Attempt, Failure};

    fn count(
        loads: &mut Loads,
        failed: &[&str],
        answers: &str,
        tokens: Option<u64>,
        minute: Option<Option<i64>>,
    ) {
        let failed: Vec<Arc<str>> = failed.iter().map(|id| Arc::from(*id)).collect();
        let failed = failed.iter().map(|id| Attempt {
            models: std::slice::from_ref(id).into(),
            failure: Some(Failure::Down),
            perhaps: false,
        });
        let answer = Answer::Model(&Arc::from(answers));
        let attempts = Attempts { failed: failed.collect(), answered: None, answer };
        loads.count(&attempts, tokens, minute);
    }

    fn who(provider: &str) -> Who {
        Who::Model(Arc::from(provider))
    }

    #[test]
    fn what_moves_and_what_stays() {
        let mut loads = Loads::default();
        count(&mut loads, &[], "a/x", Some(10), None);
        count(&mut loads, &["b/y"], "a/x", Some(5), None);
        count(&mut loads, &["a/z"], "a/x", None, None);
        let (_, found) = loads.providers.named.iter().find(|(name, _)| *name == who("a")).unwrap();
        assert_eq!((found.requests, found.tokens, found.uncounted), (3, 15, 1));
        assert_eq!((found.moved_requests, found.moved_tokens), (1, 5));
    }

    #[test]
    fn the_busiest_minute() {
        let mut loads = Loads::default();
        for (minute, id) in [(1, "a/x"), (1, "a/y"), (1, "b/x"), (2, "a/x"), (3, "b/x")] {
            let mut part = Loads::default();
            count(&mut part, &[], id, Some(10), Some(Some(minute)));
            loads.merge(part);
        }
        count(&mut loads, &[], "a/x", None, Some(None));
        assert_eq!(loads.busiest(|w| *w == who("a"), |load| load.requests), 2);
        assert_eq!(loads.busiest(|w| *w == who("b"), |load| load.tokens), 10);
        assert_eq!(loads.busiest(|w| *w == who("c"), |load| load.requests), 0);
        assert_eq!(loads.untimed, 1);
    }

    #[test]
    fn a_log_of_a_year_keeps_its_first_minutes() {
        let mut loads = Loads::default();
        for minute in (0..30_000).rev() {
            count(&mut loads, &[], "a/x", None, Some(Some(minute)));
        }
        assert_eq!(loads.minutes.len(), MOST_MINUTES);
        assert_eq!(loads.minutes.keys().next_back(), Some(&(MOST_MINUTES as i64 - 1)));
        assert_eq!(loads.later, 30_000 - MOST_MINUTES as u64);
    }

    #[test]
    fn times_are_written_in_several_ways() {
        let minute = 1_763_806_200 / 60;
        for value in [
            Value::Int(1_763_806_200),
            Value::Int(1_763_806_215_250),
            Value::Int(1_763_806_215_250_000),
            Value::Int(1_763_806_215_250_000_000),
            Value::Double(1_763_806_215.75),
            Value::from("1763806215"),
            Value::from("2025-11-22T10:10:15Z"),
            Value::from("2025-11-22T11:10:15.5+01:00"),
            Value::from("2025-11-22 10:10:15Z"),
        ] {
            assert_eq!(minute_of(&value), Some(minute), "{value}");
        }
        for value in [Value::Null, Value::from("yesterday"), Value::Double(f64::NAN), Value::Double(1e300)] {
            assert_eq!(minute_of(&value), None, "{value}");
        }
    }
}
