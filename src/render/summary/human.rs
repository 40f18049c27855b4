//! Tables and bars.

use std::io::{self, Write};

use super::{Cost, ModelSummary, RouterSummary, Summary};
use crate::render::{Options, escape};

/// Writes a summary for people.
pub fn human(summary: &Summary, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let ink = Ink { color: options.color };
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
            notes(router, &ink, out)?;
        }
        writeln!(out)?;
    }
    elsewhere(summary, out)
}

fn routes(router: &RouterSummary, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new(&["route", "", "", "requests", "variant", "expected", "observed", "cost"]);
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
            table.row([
                a,
                b,
                c,
                d,
                escape::line(&variant.variant).into_owned(),
                expected,
                observed,
                money(variant.cost.as_ref()),
            ]);
        }
    }
    if router.unmatched.requests > 0 {
        let requests = router.unmatched.requests;
        let share = super::percent(requests, router.requests);
        let row = ["no route".to_owned(), format!("{share:.1}%"), bar(share, options), count(requests)];
        let [a, b, c, d] = row;
        table.row([
            a,
            b,
            c,
            d,
            "the service fails these".to_owned(),
            String::new(),
            String::new(),
            String::new(),
        ]);
    }
    let undecided: u64 = router.undecided.iter().map(|undecided| undecided.requests).sum();
    if undecided > 0 {
        let share = super::percent(undecided, router.requests);
        let at: Vec<String> = router.undecided.iter().map(|u| escape::line(&u.route).into_owned()).collect();
        let why = format!("depends on messages, which the log lacks, from {} on", at.join(", "));
        let row = ["undecided".to_owned(), format!("{share:.1}%"), bar(share, options), count(undecided)];
        let [a, b, c, d] = row;
        table.row([a, b, c, d, why, String::new(), String::new(), String::new()]);
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
    if let Some(cost) = router.cost.as_ref().filter(|cost| cost.unpriced > 0) {
        let times = plural(cost.unpriced, "request");
        writeln!(
            out,
            "  {} no price is known for the models of {times}, which are not in the sums",
            ink.warn("note:")
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
pub(super) fn who(name: Option<&str>, tied: &[String]) -> String {
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

/// Dollars, with as many digits as tell something.
fn dollars(amount: f64) -> String {
    match amount {
        0.0 => "$0".to_owned(),
        a if a < 0.01 => format!("${a:.6}"),
        a if a < 1000.0 => format!("${a:.2}"),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "not negative, and far from 2^64"
        )]
        a => format!("${}", count(a.round() as u64)),
    }
}

pub(super) fn money(cost: Option<&Cost>) -> String {
    let Some(cost) = cost else { return String::new() };
    let (min, max) = (dollars(cost.min), dollars(cost.max));
    if min == max { min } else { format!("{min} to {max}") }
}

/// `1,234,567`
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

pub(super) fn plural(number: u64, what: &str) -> String {
    format!("{} {what}{}", count(number), if number == 1 { "" } else { "s" })
}

/// How wide a bar of 100% is.
const BAR: usize = 20;

/// A bar for a percentage: to an eighth of a character where there are such characters.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 160")]
fn bar(percent: f64, options: &Options) -> String {
    let eighths = (percent.clamp(0.0, 100.0) / 100.0 * (BAR * 8) as f64).round() as usize;
    if !options.unicode {
        return "#".repeat(eighths.div_ceil(8));
    }
    let part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"].get(eighths % 8).copied().unwrap_or_default();
    format!("{}{part}", "█".repeat(eighths / 8))
}

/// Columns as wide as what stands in them; those that hold numbers are aligned to the right.
struct Table<const N: usize> {
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    fn new(titles: &[&str; N]) -> Self {
        Self { rows: vec![titles.map(str::to_owned)] }
    }

    fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells);
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let widths: [usize; N] = std::array::from_fn(|at| {
            // A title over nothing is left out.
            let cells = || self.rows.iter().filter_map(|row| row.get(at));
            let used = cells().skip(1).any(|cell| !cell.is_empty());
            cells().filter(|_| used).map(|cell| cell.chars().count()).max().unwrap_or(0)
        });
        let numeric: [bool; N] = std::array::from_fn(|at| {
            let mut cells =
                self.rows.iter().skip(1).filter_map(|row| row.get(at)).filter(|cell| !cell.is_empty());
            cells.all(|cell| cell.starts_with(|c: char| c.is_ascii_digit() || c == '$' || c == '-'))
        });
        for row in &self.rows {
            let mut line = String::from(" ");
            for ((cell, width), numeric) in row.iter().zip(widths).zip(numeric) {
                if width == 0 {
                    continue;
                }
                line.push(' ');
                let pad = " ".repeat(width - cell.chars().count().min(width));
                if numeric {
                    line.push_str(&pad);
                }
                line.push_str(cell);
                if !numeric {
                    line.push_str(&pad);
                }
                line.push(' ');
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

struct Ink {
    color: bool,
}

impl Ink {
    fn paint(&self, code: &str, text: &str) -> String {
        if self.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
    fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }
    fn dim(&self, text: &str) -> String {
        self.paint("2", text)
    }
    fn warn(&self, text: &str) -> String {
        self.paint("33", text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        assert_eq!([0, 999, 1000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([0.0, 0.000_12, 3.456, 12_345.6].map(dollars), ["$0", "$0.000120", "$3.46", "$12,346"]);
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
