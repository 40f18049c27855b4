//! A line a figure, for spreadsheets: `router,kind,name,variant,requests,percent,expected_percent,answered_min_usd,…`.

use std::io::{self, Write};

use super::human::who;
use super::{Baseline, Cost, Summary, Usd};

const COLUMNS: &str = "router,kind,name,variant,requests,percent,expected_percent,answered_min_usd,answered_max_usd,\
    cost_min_usd,cost_max_usd,unpriced,input_tokens,cached_tokens,output_tokens";

/// Writes a summary as CSV with a header, after RFC 4180.
pub fn csv(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{COLUMNS}\r\n")?;
    let mut row = |router: &str, kind: &str, name: &str, variant: &str, numbers: Numbers<'_>| {
        let mut cells =
            vec![cell(router), kind.to_owned(), cell(name), cell(variant), numbers.requests.to_string()];
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
    for load in summary.load.iter().flat_map(|load| &load.providers) {
        let provider = who(load.name.as_deref(), &load.tied);
        row("", "load", &provider, "", Numbers { requests: load.requests, ..none })?;
        row("", "load-moved", &provider, "", Numbers { requests: load.moved_requests, ..none })?;
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
}
