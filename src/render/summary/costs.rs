//! Money, for people.

use std::io::{self, Write};

use super::human::{bar, count, plural};
use super::table::Table;
use super::{Baseline, Cost, RouterSummary, Usd};
use crate::render::ink::Ink;
use crate::render::money::dollars;
use crate::render::{Options, escape};

/// An amount, or between which amounts it is.
pub(super) fn usd(usd: &Usd) -> String {
    let (min, max) = (dollars(usd.min), dollars(usd.max));
    if min == max { min } else { format!("{min} to {max}") }
}

/// What answering costs; nothing where that is not known of any request.
pub(super) fn money(cost: Option<&Cost>) -> String {
    match cost {
        None => String::new(),
        Some(cost) if cost.requests > 0 && cost.unpriced == cost.requests => "unknown".to_owned(),
        Some(cost) => usd(&cost.answered),
    }
}

/// What it costs whichever candidate answers, where that is another amount.
pub(super) fn whichever(cost: Option<&Cost>) -> String {
    let Some(cost) = cost.filter(|cost| cost.requests > cost.open || cost.max > 0.0) else {
        return String::new();
    };
    let all = usd(&Usd { min: cost.min, max: cost.max });
    if all == money(Some(cost)) && cost.open == 0 {
        return String::new();
    }
    if cost.open > 0 { format!("{all} or unknown") } else { all }
}

/// The costs of a router, by route and variant.
pub(super) fn table(router: &RouterSummary, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(all) = &router.cost else { return Ok(()) };
    let mut table = Table::new(&[
        "cost",
        "",
        "at those who answer",
        "whoever answers",
        "tokens in",
        "from cache",
        "tokens out",
    ]);
    let cached = |cost: &Cost| if all.cached_tokens > 0 { count(cost.cached_tokens) } else { String::new() };
    let mut row = |name: String, cost: &Cost| {
        let share = if all.answered.max > 0.0 { cost.answered.max * 100.0 / all.answered.max } else { 0.0 };
        table.row([
            name,
            bar(share, options),
            money(Some(cost)),
            whichever(Some(cost)),
            count(cost.input_tokens),
            cached(cost),
            count(cost.output_tokens),
        ]);
    };
    for route in router.routes.iter().filter(|route| route.requests > 0) {
        if let Some(cost) = &route.cost {
            row(escape::line(&route.route).into_owned(), cost);
        }
        for variant in route.variants.iter().filter(|v| route.variants.len() > 1 && v.requests > 0) {
            if let Some(cost) = &variant.cost {
                row(format!("  {}", escape::line(&variant.variant)), cost);
            }
        }
    }
    row("all".to_owned(), all);
    table.write(out)
}

/// The comparison with one model, in a sentence.
pub(super) fn against(baseline: &Baseline) -> String {
    let model = escape::line(&baseline.model).into_owned();
    let (here, there) = (usd(&baseline.here), dollars(baseline.there));
    let of = plural(baseline.requests, "request");
    format!("everything on {model} would cost {there}: this costs {here}{} ({of})", saving(baseline))
}

/// How much less or more it costs here, in percent.
fn saving(baseline: &Baseline) -> String {
    if baseline.there <= 0.0 {
        return String::new();
    }
    let percent = |here: f64| (here / baseline.there - 1.0) * 100.0;
    let number = |percent: f64| format!("{:.1}%", percent.abs());
    let word = |percent: f64| if percent > 0.0 { "more" } else { "less" };
    let (min, max) = (percent(baseline.here.min), percent(baseline.here.max));
    let (least, most) = if min.abs() < max.abs() { (min, max) } else { (max, min) };
    match (number(min) == number(max), word(min) == word(max)) {
        (true, true) => format!(", {} {}", number(min), word(min)),
        (false, true) => format!(", {} to {} {}", number(least), number(most), word(min)),
        _ => format!(", from {} {} to {} {}", number(min), word(min), number(max), word(max)),
    }
}

/// What is to be known of the figures.
pub(super) fn caveats(cost: &Cost) -> Vec<String> {
    let mut out = Vec::new();
    if cost.lost_tokens > 0 {
        out.push(format!(
            "{} tokens were to come from a cache that another model does not have: {} more",
            count(cost.lost_tokens),
            dollars(cost.lost)
        ));
    }
    if cost.estimated > 0 {
        let of = plural(cost.estimated, "request");
        out.push(format!("the tokens of {of} are estimated, at four bytes to a token"));
    }
    if cost.uncounted > 0 {
        let of = plural(cost.uncounted, "request");
        out.push(format!("the tokens of {of} are not known: the costs are without them"));
    }
    if cost.unpriced > 0 {
        let of = plural(cost.unpriced, "request");
        out.push(format!("no price is known for a model that answers {of}: the costs are without them"));
    }
    if cost.open > cost.unpriced {
        let of = plural(cost.open, "request");
        out.push(format!(
            "no price is known for a model that may answer {of}: what that costs is in no range"
        ));
    }
    out
}

/// Writes what follows the tables.
pub(super) fn notes(router: &RouterSummary, ink: &Ink, out: &mut dyn Write) -> io::Result<()> {
    if let Some(baseline) = &router.baseline {
        writeln!(out, "  {}", against(baseline))?;
    }
    for words in router.cost.iter().flat_map(caveats) {
        writeln!(out, "  {} {words}", ink.warn("note:"))?;
    }
    for overflow in &router.overflows {
        writeln!(out, "  {} {}", ink.warn("note:"), too_long(overflow))?;
    }
    Ok(())
}

/// What is too long for whom.
pub(super) fn too_long(overflow: &super::Overflow) -> String {
    let times = plural(overflow.requests, "request");
    let (model, first) = (overflow.model.as_deref().unwrap_or("others"), overflow.first);
    format!("too long for the context of {}: {times}, first in request {first}", escape::line(model))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_for_people() {
        assert_eq!(usd(&Usd { min: 1.0, max: 2.0 }), "$1.00 to $2.00");
        let baseline = |min, max, there| Baseline {
            model: "a/x".to_owned(),
            requests: 3,
            here: Usd { min, max },
            there,
        };
        assert_eq!(saving(&baseline(1.0, 1.0, 4.0)), ", 75.0% less");
        assert_eq!(saving(&baseline(1.0, 5.0, 4.0)), ", from 75.0% less to 25.0% more");
        assert_eq!(saving(&baseline(1.0, 2.0, 4.0)), ", 50.0% to 75.0% less");
        assert_eq!(saving(&baseline(5.0, 6.0, 4.0)), ", 25.0% to 50.0% more");
        assert_eq!(saving(&baseline(0.0, 0.0, 0.0)), "");
    }
}
