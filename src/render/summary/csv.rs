//! A line a figure, for spreadsheets: `router,kind,name,variant,requests,percent,expected_percent,answered_min_usd,…`.

use std::io::{self, Write};

use super::human::who;
use super::{Baseline, Cost, LoadRow, LoadSummary, Summary, Usd};

const COLUMNS: &str = "router,kind,name,variant,requests,percent,expected_percent,answered_min_usd,answered_max_usd,\
    cost_min_usd,cost_max_usd,unpriced,input_tokens,cached_tokens,output_tokens,tokens";

/// Writes a summary as CSV with a header, after RFC 4180.
pub fn csv(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{COLUMNS}\r\n")?;
    let mut row = |router: &str, kind: &str, name: &str, variant: &str, numbers: Numbers<'_>| {
        let [requests, tokens] = match numbers.minute {
            Some(minute) => minute.map(|figure| figure.map_or_else(String::new, decimal)),
            None => [
                numbers.requests.to_string(),
                numbers.tokens.map_or_else(String::new, |tokens| tokens.to_string()),
            ],
        };
        let mut cells = vec![cell(router), kind.to_owned(), cell(name), cell(variant), requests];
        cells.push(numbers.percent.map_or_else(String::new, |p| format!("{p:.1}")));
        cells.push(numbers.expected.map_or_else(String::new, |p| p.to_string()));
        match numbers.cost {
            Some(cost) => {
                let usd = [cost.answered.min, cost.answered.max, cost.min, cost.max];
                cells.extend(usd.map(|usd| format!("{usd:.6}")));
                let counts = [cost.unpriced, cost.input_tokens, cost.cached_tokens, cost.output_tokens];
                cells.extend(counts.map(|n| n.to_string()));
            }
            None => cells.extend(std::iter::repeat_n(String::new(), 8)),
        }
        cells.push(tokens);
        write!(out, "{}\r\n", cells.join(","))
    };
    let none = Numbers::default();
    row("", "records", "", "", Numbers { requests: summary.records, ..none })?;
    row("", "bad", "", "", Numbers { requests: summary.bad, ..none })?;
    let elsewhere = &summary.elsewhere;
    row("", "elsewhere", "auto", "", Numbers { requests: elsewhere.auto, ..none })?;
    row("", "elsewhere", "pinned", "", Numbers { requests: elsewhere.pinned, ..none })?;
    row("", "elsewhere", "unnamed", "", Numbers { requests: elsewhere.unnamed, ..none })?;
    for (name, requests) in &elsewhere.routers {
        row("", "elsewhere", name, "", Numbers { requests: *requests, ..none })?;
    }
    for router in &summary.routers {
        let name = router.router.as_str();
        row(
            name,
            "router",
            name,
            "",
            Numbers { requests: router.requests, cost: router.cost.as_ref(), ..none },
        )?;
        for route in &router.routes {
            let numbers = Numbers {
                requests: route.requests,
                percent: Some(route.percent),
                cost: route.cost.as_ref(),
                ..none
            };
            row(name, "route", &route.route, "", numbers)?;
            for variant in &route.variants {
                let numbers = Numbers {
                    requests: variant.requests,
                    percent: variant.observed,
                    expected: Some(variant.expected),
                    cost: variant.cost.as_ref(),
                    ..none
                };
                row(name, "variant", &route.route, &variant.variant, numbers)?;
            }
        }
        row(name, "unmatched", "", "", Numbers { requests: router.unmatched.requests, ..none })?;
        for undecided in &router.undecided {
            row(name, "undecided", &undecided.route, "", Numbers { requests: undecided.requests, ..none })?;
        }
        for (kind, rows) in [("model", &router.models), ("provider", &router.providers)] {
            for model in rows {
                let numbers = Numbers {
                    requests: model.requests,
                    percent: Some(model.percent),
                    cost: model.cost.as_ref(),
                    ..none
                };
                row(name, kind, &who(model.name.as_deref(), &model.tied), "", numbers)?;
            }
        }
        for moved in &router.moved {
            let to = who(moved.to.as_deref(), &moved.tied);
            row(name, "moved", &moved.from, &to, Numbers { requests: moved.requests, ..none })?;
        }
        let exhausted = router.out_of_attempts.requests;
        row(name, "out-of-attempts", "", "", Numbers { requests: exhausted, ..none })?;
        for overflow in &router.overflows {
            let model = overflow.model.as_deref().unwrap_or_default();
            row(name, "overflow", model, "", Numbers { requests: overflow.requests, ..none })?;
        }
        if let Some(baseline) = &router.baseline {
            let cost = Some(baseline_cost(baseline));
            row(
                name,
                "baseline",
                &baseline.model,
                "",
                Numbers { requests: baseline.requests, cost: cost.as_ref(), ..none },
            )?;
        }
        for error in &router.errors {
            let route = error.route.as_deref().unwrap_or_default();
            row(name, "error", route, &error.reason, Numbers { requests: error.requests, ..none })?;
        }
        for finding in &router.findings {
            let rule = finding.name.as_deref().unwrap_or_default();
            row(name, "finding", rule, &finding.about, Numbers { requests: finding.requests, ..none })?;
        }
    }
    if let Some(load) = &summary.load {
        rate(load, &mut row)?;
        load.providers.iter().try_for_each(|provider| provider_load(provider, &mut row))?;
    }
    for row_of in &summary.resilience {
        let numbers = Numbers { requests: row_of.hit, cost: row_of.cost.as_ref(), ..none };
        row("", "down", &row_of.provider, "", numbers)?;
        for answerer in &row_of.by {
            let name = who(answerer.name.as_deref(), &answerer.tied);
            row(
                "",
                "down-answered",
                &row_of.provider,
                &name,
                Numbers { requests: answerer.requests, ..none },
            )?;
        }
        let exhausted = row_of.out_of_attempts.requests;
        row("", "down-out-of-attempts", &row_of.provider, "", Numbers { requests: exhausted, ..none })?;
    }
    if let Some(against) = &summary.against {
        row("", "against-compared", "", "", Numbers { requests: against.compared, ..none })?;
        let agreed = Numbers { requests: against.agreed, percent: against.percent, ..none };
        row("", "against-agreed", "", "", agreed)?;
        for difference in &against.differences {
            let router = difference.router.as_deref().unwrap_or_default();
            let numbers = Numbers { requests: difference.requests, ..none };
            row(router, "against-differs", &difference.difference, "", numbers)?;
        }
    }
    Ok(())
}

/// Writes a row: router, kind, name, variant, numbers.
type Row<'r> = dyn FnMut(&str, &str, &str, &str, Numbers<'_>) -> io::Result<()> + 'r;

/// How many requests come in a minute, and those that are in no figure by the minute.
fn rate(load: &LoadSummary, row: &mut Row<'_>) -> io::Result<()> {
    let none = Numbers::default();
    if let Some(rate) = load.requests_per_minute {
        row("", "per-minute", "", "", Numbers { minute: Some([Some(rate), None]), ..none })?;
    }
    if let Some(minutes) = load.minutes {
        row("", "minutes", "", "", Numbers { requests: minutes, ..none })?;
        row("", "untimed", "", "", Numbers { requests: load.untimed, ..none })?;
        row("", "later", "", "", Numbers { requests: load.later, ..none })?;
    }
    Ok(())
}

/// What comes to a provider, and what it lets through.
fn provider_load(load: &LoadRow, row: &mut Row<'_>) -> io::Result<()> {
    let none = Numbers::default();
    let provider = who(load.name.as_deref(), &load.tied);
    let counted = load.uncounted < load.requests;
    let mut count = |kind: &str, requests: u64, tokens: Option<u64>| {
        row("", kind, &provider, "", Numbers { requests, tokens, ..none })
    };
    count("load", load.requests, counted.then_some(load.tokens))?;
    count("load-moved", load.moved_requests, counted.then_some(load.moved_tokens))?;
    count("load-uncounted", load.uncounted, None)?;
    let mut minute = |kind: &str, variant: &str, requests: Option<f64>, tokens: Option<f64>| {
        row("", kind, &provider, variant, Numbers { minute: Some([requests, tokens]), ..none })
    };
    if let Some(rates) = &load.per_minute {
        let tokens = |tokens| counted.then_some(tokens);
        minute("load-per-minute", "", Some(rates.requests), tokens(rates.tokens))?;
        minute("load-moved-per-minute", "", Some(rates.moved_requests), tokens(rates.moved_tokens))?;
    }
    if let Some(quota) = &load.quota {
        #[expect(clippy::cast_precision_loss, reason = "quotas are far smaller")]
        let [requests, tokens] = [quota.requests, quota.tokens].map(|bound| bound.map(|bound| bound as f64));
        minute("quota", &quota.fits, requests, tokens)?;
    }
    Ok(())
}

/// A figure with as many places behind the point as tell something, and at most three.
fn decimal(figure: f64) -> String {
    let text = format!("{figure:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What the requests cost that are compared, at the other model.
fn baseline_cost(baseline: &Baseline) -> Cost {
    let there = baseline.there;
    Cost {
        answered: Usd { min: there, max: there },
        min: there,
        max: there,
        requests: baseline.requests,
        ..Cost::default()
    }
}

#[derive(Clone, Copy, Default)]
struct Numbers<'c> {
    requests: u64,
    percent: Option<f64>,
    expected: Option<u32>,
    cost: Option<&'c Cost>,
    /// Those of prompts and answers together.
    tokens: Option<u64>,
    /// In the place of requests and tokens: how many come in a minute.
    minute: Option<[Option<f64>; 2]>,
}

/// Text as a cell. What a spreadsheet would take for a formula gets an apostrophe in front of it.
pub(in crate::render) fn cell(text: &str) -> String {
    let text = super::super::escape::line(text);
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.into_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_no_formulas_and_keep_to_their_columns() {
        assert_eq!(cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(cell("a,b"), "\"a,b\"");
        assert_eq!(cell("a\nb"), "a\\nb");
        assert_eq!(cell("plain"), "plain");
    }

    #[test]
    fn figures_by_the_minute_have_no_more_places_than_they_need() {
        for (figure, text) in
            [(450.0, "450"), (0.0, "0"), (133.333_33, "133.333"), (0.5, "0.5"), (1e6, "1000000")]
        {
            assert_eq!(decimal(figure), text);
        }
    }
}
