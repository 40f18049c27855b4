//! What comes to each provider: as data, and for people.

use std::io::{self, Write};

use serde::Serialize;

use super::human::{count, plural, who};
use super::make::named;
use super::table::Table;
use crate::render::ink::Ink;
use crate::simulate::{Fits, Load, Loads, MOST_MINUTES, Quotas, Rate, Who};

/// What comes to each provider.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct LoadSummary {
    /// With `--per-minute`: so many requests of the log are taken to come in a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests_per_minute: Option<f64>,
    /// With `--time-field`: the number of minutes of the log, of which for each figure the busiest counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u64>,
    /// Requests whose record tells no time: they are in no figure by the minute.
    pub untimed: u64,
    /// Requests of later minutes than can be told apart: they are in no figure by the minute.
    pub later: u64,
    /// By provider, those to which most comes first.
    pub providers: Vec<LoadRow>,
}

/// What comes to one provider.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct LoadRow {
    /// The provider; null where that is undetermined, or nobody answers.
    pub name: Option<String>,
    /// Between which it is undetermined; `*` for any that the service offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tied: Vec<String>,
    /// Requests.
    pub requests: u64,
    /// Their tokens, as far as they are known.
    pub tokens: u64,
    /// Those whose tokens are not known.
    pub uncounted: u64,
    /// Requests that another provider failed to answer.
    pub moved_requests: u64,
    /// Their tokens, as far as they are known.
    pub moved_tokens: u64,
    /// The same by the minute, where something tells how many requests come in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_minute: Option<PerMinute>,
    /// With `--quota`: what the provider lets through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota: Option<QuotaRow>,
}

/// What comes in a minute.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct PerMinute {
    /// Requests.
    pub requests: f64,
    /// Tokens.
    pub tokens: f64,
    /// Requests that another provider failed to answer.
    pub moved_requests: f64,
    /// Their tokens.
    pub moved_tokens: f64,
}

/// What a provider lets through in a minute.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct QuotaRow {
    /// Requests.
    pub requests: Option<u64>,
    /// Tokens.
    pub tokens: Option<u64>,
    /// Whether what comes fits in: `yes`, `no`, or `perhaps` where that rests on what is undetermined or not counted.
    pub fits: String,
}

impl LoadSummary {
    /// `log`: how many requests are the whole log.
    pub fn new(loads: &Loads, rate: Rate, log: u64, quotas: &Quotas) -> Self {
        let mut providers: Vec<LoadRow> = loads
            .providers
            .iter()
            .map(|(who, load)| {
                let (name, tied) = named(who);
                let minute = |what: fn(&Load) -> u64| {
                    who.and_then(|who| loads.per_minute(rate, log, |other| other == who, what))
                };
                let per_minute = minute(|l| l.requests).map(|requests| PerMinute {
                    requests,
                    tokens: minute(|l| l.tokens).unwrap_or_default(),
                    moved_requests: minute(|l| l.moved_requests).unwrap_or_default(),
                    moved_tokens: minute(|l| l.moved_tokens).unwrap_or_default(),
                });
                LoadRow {
                    quota: name
                        .as_deref()
                        .and_then(|name| quota(loads, rate, log, quotas, name, load.uncounted)),
                    name,
                    tied,
                    requests: load.requests,
                    tokens: load.tokens,
                    uncounted: load.uncounted,
                    moved_requests: load.moved_requests,
                    moved_tokens: load.moved_tokens,
                    per_minute,
                }
            })
            .collect();
        providers.sort_by_key(|row| std::cmp::Reverse(row.requests));
        let timed = rate == Rate::Times;
        Self {
            requests_per_minute: if let Rate::PerMinute(rate) = rate { Some(rate) } else { None },
            minutes: timed.then_some(loads.minutes.len() as u64),
            untimed: if timed { loads.untimed } else { 0 },
            later: loads.later,
            providers,
        }
    }

    /// Whether something certainly does not fit.
    pub fn exceeds(&self) -> bool {
        self.providers.iter().filter_map(|row| row.quota.as_ref()).any(|quota| quota.fits == "no")
    }
}

/// What a provider lets through, beside what certainly comes to it and what may.
fn quota(
    loads: &Loads,
    rate: Rate,
    log: u64,
    quotas: &Quotas,
    name: &str,
    uncounted: u64,
) -> Option<QuotaRow> {
    let quota = quotas.0.get(name)?;
    let certain = |who: &Who| matches!(who, Who::Model(id) if **id == *name);
    let possible = |who: &Who| match who {
        Who::Model(id) => **id == *name,
        Who::Tied(ids) => ids.iter().any(|id| **id == *name),
        Who::Open => true,
        Who::Nobody => false,
    };
    let judge = |what: fn(&Load) -> u64, complete: bool, bound: Option<u64>| {
        let least = loads.per_minute(rate, log, certain, what)?;
        let most = loads.per_minute(rate, log, possible, what)?;
        Some(Fits::judge(least, most, complete, bound))
    };
    let requests = judge(|l| l.requests, true, quota.requests_per_minute)?;
    let tokens = judge(|l| l.tokens, uncounted == 0, quota.tokens_per_minute)?;
    let fits = match requests.max(tokens) {
        Fits::Yes => "yes",
        Fits::Perhaps => "perhaps",
        Fits::No => "no",
    };
    Some(QuotaRow {
        requests: quota.requests_per_minute,
        tokens: quota.tokens_per_minute,
        fits: fits.to_owned(),
    })
}

/// What is by the minute, in words.
pub(super) fn basis(load: &LoadSummary) -> Option<String> {
    match (load.requests_per_minute, load.minutes) {
        (Some(rate), _) => Some(format!("at {} requests of the log a minute", figure(rate))),
        (None, Some(minutes)) => Some(format!("in the busiest of {} for each figure", count(minutes))),
        (None, None) => None,
    }
}

/// Which of two quotas there is, beside what comes.
pub(super) fn verdict(row: &LoadRow) -> String {
    let Some(quota) = &row.quota else { return String::new() };
    let bounds = [(quota.requests, "request"), (quota.tokens, "token")];
    let bounds: Vec<String> = bounds.iter().filter_map(|(n, what)| n.map(|n| plural(n, what))).collect();
    let bounds = if bounds.is_empty() { "no bound".to_owned() } else { bounds.join(", ") };
    match quota.fits.as_str() {
        "yes" => format!("fits ({bounds})"),
        "no" => format!("does not fit ({bounds})"),
        _ => format!("may not fit ({bounds})"),
    }
}

/// What is left out of figures by the minute.
pub(super) fn left_out(load: &LoadSummary) -> Vec<String> {
    let mut out = Vec::new();
    if load.untimed > 0 {
        out.push(format!("{} requests tell no time and are in no figure by the minute", count(load.untimed)));
    }
    if load.later > 0 {
        let (later, most) = (count(load.later), count(MOST_MINUTES as u64));
        out.push(format!(
            "{later} requests came later than in the first {most} minutes, which are all that is told apart"
        ));
    }
    out
}

/// `1,234`, or with a digit behind the point where it is small.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative")]
pub(super) fn figure(number: f64) -> String {
    if number < 100.0 && number.fract() != 0.0 {
        format!("{number:.1}")
    } else {
        count(number.round() as u64)
    }
}

/// Writes it for people.
pub(super) fn human(load: &LoadSummary, ink: &Ink, out: &mut dyn Write) -> io::Result<()> {
    let counted = load.providers.iter().any(|row| row.tokens > 0);
    let tokens = |n: u64| if counted { count(n) } else { String::new() };
    let moves = load.providers.iter().any(|row| row.moved_requests > 0);
    let moved = |text: String| if moves { text } else { String::new() };
    let mut table = Table::new(&["load", "requests", "tokens", "moved here", "tokens moved", "quota"]);
    let mut minutes = Table::new(&["load", "requests", "tokens", "moved here", "tokens moved", "quota"]);
    for row in &load.providers {
        let name = || who(row.name.as_deref(), &row.tied);
        table.row([
            name(),
            count(row.requests),
            tokens(row.tokens),
            moved(count(row.moved_requests)),
            moved(tokens(row.moved_tokens)),
            String::new(),
        ]);
        if let Some(minute) = &row.per_minute {
            let tokens = |n: f64| if counted { figure(n) } else { String::new() };
            minutes.row([
                name(),
                figure(minute.requests),
                tokens(minute.tokens),
                moved(figure(minute.moved_requests)),
                moved(tokens(minute.moved_tokens)),
                verdict(row),
            ]);
        }
    }
    table.write(out)?;
    if let Some(basis) = basis(load) {
        writeln!(out, "  in a minute, {basis}:")?;
        minutes.write(out)?;
    }
    for words in left_out(load) {
        writeln!(out, "  {} {words}", ink.warn("note:"))?;
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::simulate::{Answer, Attempts};

    fn loads() -> Loads {
        let mut loads = Loads::default();
        let ids = [Arc::from("a/x"), Arc::from("b/y")];
        let [a, b] = [0, 1].map(|at| Answer::Model(&ids[at]));
        let tied = Answer::Tied(ids.as_slice().into());
        for (minute, answer) in [(0, a.clone()), (0, a.clone()), (1, a), (1, tied), (2, b)] {
            loads.count(
                &Attempts { failed: Vec::new(), answered: None, answer },
                Some(100),
                Some(Some(minute)),
            );
        }
        loads
    }

    fn fits(rate: Rate, quotas: &str) -> Vec<(String, String)> {
        let quotas = Quotas::read(quotas).unwrap();
        let load = LoadSummary::new(&loads(), rate, 5, &quotas);
        let rows = load.providers.into_iter();
        rows.filter_map(|row| Some((row.name?, row.quota?.fits))).collect()
    }

    #[test]
    fn what_is_undetermined_may_not_fit() {
        let told = |quotas| fits(Rate::Times, quotas).into_iter().map(|(_, fits)| fits).collect::<Vec<_>>();
        assert_eq!(told(r#"{"a": {"requests_per_minute": 2}}"#), ["yes"]);
        assert_eq!(told(r#"{"a": {"requests_per_minute": 1}}"#), ["no"]);
        // Of b one comes for sure, and one more may.
        assert_eq!(told(r#"{"b": {"requests_per_minute": 1}}"#), ["yes"]);
        assert_eq!(told(r#"{"b": {"tokens_per_minute": 99}}"#), ["no"]);
        assert_eq!(told(r#"{"a": {}}"#), ["yes"]);
    }

    #[test]
    fn a_rate_is_shared_out() {
        let found = fits(
            Rate::PerMinute(50.0),
            r#"{"a": {"requests_per_minute": 30}, "b": {"requests_per_minute": 15}}"#,
        );
        // 30 of 50 for sure and 10 more perhaps; 10 and 10 more perhaps.
        assert_eq!(found.iter().map(|(_, fits)| fits.as_str()).collect::<Vec<_>>(), ["perhaps", "perhaps"]);
        assert!(fits(Rate::Unknown, r#"{"a": {"requests_per_minute": 1}}"#).is_empty());
    }
}
