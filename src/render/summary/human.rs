//! Tables and bars.

use std::io::{self, Write};

use super::costs::{self, money};
use super::table::Table;
use super::{ModelSummary, RouterSummary, Summary, load, reality, resilience};
use crate::render::ink::Ink;
pub(super) use crate::render::money::thousands as count;
use crate::render::{Options, escape};

/// Writes a summary for people.
pub fn human(summary: &Summary, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let ink = Ink::new(options);
    for router in &summary.routers {
        writeln!(
            out,
            "{} {}",
            ink.bold(&escape::line(&router.router)),
            ink.dim(&plural(router.requests, "request"))
        )?;
        if router.requests > 0 {
            routes(router, options, out)?;
            models("answered by", &router.models, options, out)?;
            if router.providers.len() > 1 {
                models("provider", &router.providers, options, out)?;
            }
            moved(router, out)?;
            costs::table(router, options, out)?;
            costs::notes(router, &ink, out)?;
            notes(router, &ink, out)?;
        }
        writeln!(out)?;
    }
    if let Some(cost) = &summary.cost {
        writeln!(out, "all routers cost {}", money(Some(cost)))?;
    }
    if let Some(load) = &summary.load {
        load::human(load, &ink, out)?;
    }
    if !summary.resilience.is_empty() {
        resilience::human(&summary.resilience, out)?;
    }
    if let Some(against) = &summary.against {
        reality::human(against, options, out)?;
    }
    elsewhere(summary, out)
}

fn routes(router: &RouterSummary, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new(&["route", "", "", "requests", "variant", "expected", "observed"]);
    for route in &router.routes {
        let bar = bar(route.percent, options);
        let mut first = [
            escape::line(&route.route).into_owned(),
            format!("{:.1}%", route.percent),
            bar,
            count(route.requests),
        ];
        for variant in &route.variants {
            let observed = match (route.variants.len(), variant.observed) {
                (1, _) => String::new(),
                (_, Some(observed)) => format!("{observed:.1}%"),
                (_, None) => "-".to_owned(),
            };
            let expected =
                if route.variants.len() == 1 { String::new() } else { format!("{}%", variant.expected) };
            let [a, b, c, d] = std::mem::take(&mut first);
            table.row([a, b, c, d, escape::line(&variant.variant).into_owned(), expected, observed]);
        }
    }
    if router.unmatched.requests > 0 {
        let requests = router.unmatched.requests;
        let share = super::percent(requests, router.requests);
        let row = ["no route".to_owned(), format!("{share:.1}%"), bar(share, options), count(requests)];
        let [a, b, c, d] = row;
        table.row([a, b, c, d, "the service fails these".to_owned(), String::new(), String::new()]);
    }
    let undecided: u64 = router.undecided.iter().map(|undecided| undecided.requests).sum();
    if undecided > 0 {
        let share = super::percent(undecided, router.requests);
        let row = ["undecided".to_owned(), format!("{share:.1}%"), bar(share, options), count(undecided)];
        let [a, b, c, d] = row;
        table.row([a, b, c, d, String::new(), String::new(), String::new()]);
    }
    table.write(out)
}

fn models(title: &str, rows: &[ModelSummary], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new(&[title, "", "", "requests", "cost"]);
    for model in rows {
        let percent = format!("{:.1}%", model.percent);
        let bar = bar(model.percent, options);
        table.row([
            who(model.name.as_deref(), &model.tied),
            percent,
            bar,
            count(model.requests),
            money(model.cost.as_ref()),
        ]);
    }
    table.write(out)
}

fn moved(router: &RouterSummary, out: &mut dyn Write) -> io::Result<()> {
    if router.moved.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&["moved from", "to", "requests", "tokens"]);
    for moved in &router.moved {
        let to = who(moved.to.as_deref(), &moved.tied);
        let tokens = if moved.tokens == 0 { String::new() } else { count(moved.tokens) };
        table.row([escape::line(&moved.from).into_owned(), to, count(moved.requests), tokens]);
    }
    table.write(out)
}

fn notes(router: &RouterSummary, ink: &Ink, out: &mut dyn Write) -> io::Result<()> {
    for undecided in &router.undecided {
        let times = plural(undecided.requests, "request");
        let route = escape::line(&undecided.route);
        writeln!(
            out,
            "  {} undecided: `{route}` needs the messages, which the log leaves out ({times}, first in request {})",
            ink.warn("note:"),
            undecided.first
        )?;
    }
    if !router.speaks && router.empty.requests > 0 {
        writeln!(
            out,
            "  {} no request carries messages, and conditions saw an empty list in {} of them: if the log leaves \
             messages out, --without-messages tells what is undecided",
            ink.warn("note:"),
            count(router.empty.requests)
        )?;
    }
    if router.out_of_attempts.requests > 0 {
        let times = plural(router.out_of_attempts.requests, "request");
        let first = router.out_of_attempts.first.unwrap_or_default();
        writeln!(out, "  {} nobody answers {times}, first in request {first}", ink.warn("note:"))?;
    }
    for failed in &router.errors {
        let what = match &failed.route {
            Some(route) => format!(
                "the condition of `{}` had no value: {}",
                escape::line(route),
                escape::line(&failed.reason)
            ),
            None => "conditions had no value for other reasons".to_owned(),
        };
        let times = plural(failed.requests, "request");
        writeln!(out, "  {} {what} ({times}, first in request {})", ink.warn("note:"), failed.first)?;
    }
    for noticed in &router.findings {
        let name = noticed.name.as_deref().unwrap_or("more");
        let times = plural(noticed.requests, "request");
        let about = escape::line(&noticed.about);
        writeln!(
            out,
            "  {} {name}: {about} ({times}, first in request {})",
            ink.warn("note:"),
            noticed.first
        )?;
    }
    Ok(())
}

fn elsewhere(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let elsewhere = &summary.elsewhere;
    let mut parts = Vec::new();
    let mut part = |requests: u64, what: &str| {
        if requests > 0 {
            parts.push(format!("{} {what}", plural(requests, "request")));
        }
    };
    part(elsewhere.auto, "for `auto`");
    part(elsewhere.pinned, "for a model by name");
    for (router, requests) in &elsewhere.routers {
        part(*requests, &format!("for the router `{}`, which is not here", escape::line(router)));
    }
    part(elsewhere.unnamed, "for nothing by name");
    part(summary.bad, if summary.bad == 1 { "that is none" } else { "that are none" });
    if !parts.is_empty() {
        writeln!(out, "not counted: {}", parts.join(", "))?;
    }
    Ok(())
}

/// A name, or those between which it is undetermined.
pub(in crate::render) fn who(name: Option<&str>, tied: &[String]) -> String {
    match (name, tied) {
        (Some(name), _) => escape::line(name).into_owned(),
        (None, []) => "nobody".to_owned(),
        (None, [any]) if any == "*" => "any model of the service".to_owned(),
        (None, tied) => {
            let few: Vec<_> = tied.iter().take(3).map(|id| escape::line(id).into_owned()).collect();
            let more = tied.len().saturating_sub(few.len());
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            format!("one of {}{more}", few.join(", "))
        }
    }
}

pub(super) fn plural(number: u64, what: &str) -> String {
    format!("{} {what}{}", count(number), if number == 1 { "" } else { "s" })
}

/// How wide a bar of 100% is.
const BAR: usize = 20;

/// A bar for a percentage: to an eighth of a character where there are such characters.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 160")]
pub(in crate::render) fn bar(percent: f64, options: &Options) -> String {
    let eighths = (percent.clamp(0.0, 100.0) / 100.0 * (BAR * 8) as f64).round() as usize;
    if !options.unicode {
        return "#".repeat(eighths.div_ceil(8));
    }
    let part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"].get(eighths % 8).copied().unwrap_or_default();
    format!("{}{part}", "█".repeat(eighths / 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        assert_eq!([0, 999, 1000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(plural(1, "request"), "1 request");
    }

    #[test]
    fn bars() {
        let mut options = Options { color: false, unicode: true, width: 100, summary: false };
        assert_eq!(bar(100.0, &options).chars().count(), BAR);
        assert_eq!(bar(0.0, &options), "");
        assert_eq!(bar(2.5, &options), "▌");
        options.unicode = false;
        assert_eq!(bar(50.0, &options), "##########");
    }
}
