//! A comment on a pull request: the verdict, a table, and what is behind it folded away.

use std::io::{self, Write};

use super::words::{self, Text};
use super::{Entry, Report};
use crate::diff::{Answer, Difference, Move, Sum, Traffic};
use crate::render::escape;

const ARROW: &str = "→";

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    match report.routers.as_slice() {
        // The verdict on the only one is the verdict.
        [only @ Entry::Compared { difference, .. }] => {
            writeln!(out, "### {}", show(&words::verdict(difference, only.answer())))?;
        }
        _ => writeln!(out, "### {}", words::summary(report))?,
    }
    for bound in &report.bounds {
        let mark = if bound.exceeded { "❌" } else { "✅" };
        writeln!(out, "\n{mark} {}: {}", escape::code(&bound.text), bound.measured)?;
    }
    let quiet = quiet(report);
    for entry in report.routers.iter().filter(|entry| said_together(report, entry).is_none()) {
        match entry {
            Entry::Added(name) => writeln!(out, "\n**{}**: a new router", escape::code(name))?,
            Entry::Removed(name) => {
                let asked = escape::code(&format!("inworld/{name}"));
                writeln!(out, "\n**{}**: gone, and callers of {asked} fail", escape::code(name))?;
            }
            Entry::Compared { difference, traffic } => router(report, entry, difference, *traffic, out)?,
        }
    }
    for (scope, names) in quiet {
        let names = words::list(names);
        writeln!(out, "\nNo request is routed differently, proved {scope}: {}", show(&names))?;
    }
    end(report, out)
}

/// A router among several of which nothing is to be said but that it is as before: its name, and of which requests that is
/// proved. In a repository of many routers those are nearly all.
fn said_together<'a>(report: &Report<'_>, entry: &Entry<'a>) -> Option<(String, &'a str)> {
    let Entry::Compared { difference: d, traffic } = entry else { return None };
    let [old, new] = d.names();
    let quiet = report.routers.len() > 1
        && entry.answer() == Answer::Same
        && old == new
        && d.moves.is_empty()
        && words::sections(report, d, *traffic, Answer::Same, ARROW).is_empty();
    quiet.then(|| (words::scope(d), new))
}

/// All of these, by what is proved of them.
fn quiet<'a>(report: &Report<'a>) -> Vec<(String, Vec<&'a str>)> {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for (scope, name) in report.routers.iter().filter_map(|entry| said_together(report, entry)) {
        match groups.iter_mut().find(|(other, _)| *other == scope) {
            Some((_, names)) => names.push(name),
            None => groups.push((scope, vec![name])),
        }
    }
    groups
}

fn show(text: &Text) -> String {
    text.show(escape::code)
}

fn cell(text: &Text) -> String {
    text.show(escape::cell)
}

fn router(
    report: &Report<'_>,
    entry: &Entry<'_>,
    d: &Difference<'_>,
    traffic: Option<&Traffic>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let answer = entry.answer();
    if report.routers.len() > 1 {
        writeln!(out, "\n{}", show(&words::verdict(d, answer)))?;
    }
    if answer == Answer::Same {
        writeln!(out, "\nProved {}", words::scope(d))?;
    }
    if !d.moves.is_empty() {
        table(report, d, traffic, out)?;
    }
    for (head, items) in words::sections(report, d, traffic, answer, ARROW) {
        writeln!(out, "\n{head}:\n")?;
        for item in items {
            writeln!(out, "* {}", show(&item))?;
        }
    }
    Ok(())
}

fn table(
    report: &Report<'_>,
    d: &Difference<'_>,
    traffic: Option<&Traffic>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let groups: Vec<(Vec<&Move>, Option<&Sum>)> = words::groups(&d.moves, |_| traffic.is_none())
        .into_iter()
        .map(|group| {
            let sum = group.first().and_then(|at| traffic?.moves.get(*at));
            (group.into_iter().filter_map(|at| d.moves.get(at)).collect(), sum)
        })
        .collect();
    let priced = d.moves.iter().any(|m| words::cost_of(m, ARROW).is_some());
    let columns = [("of the log", traffic.is_some()), ("cost per 1,000", priced)];
    let extra = |pick: &dyn Fn(&str) -> String| -> String {
        columns.iter().filter(|(_, shown)| *shown).map(|(name, _)| format!(" {} |", pick(name))).collect()
    };
    writeln!(out, "\n| route | requests | change |{}", extra(&str::to_owned))?;
    writeln!(out, "|---|---|---|{}", extra(&|_| "---".to_owned()).replace(' ', ""))?;
    for (group, sum) in groups.iter().take(words::MOST_MOVES) {
        let Some(first) = group.first() else { continue };
        let which = if words::is_whole(first) {
            if group.len() == 1 { "all its requests".to_owned() } else { "all their requests".to_owned() }
        } else {
            words::cases(first).iter().map(cell).collect::<Vec<_>>().join("<br>or ")
        };
        let mut changes: Vec<String> = words::share(first)
            .iter()
            .map(|text| {
                let words = cell(text);
                if first.redrawn { format!("users {words}") } else { words }
            })
            .collect();
        changes.extend(words::changes(first).iter().map(change));
        changes.extend(words::providers(first).iter().map(|text| format!("providers: {}", cell(text))));
        changes.extend(words::unpriced(first).iter().map(cell));
        if changes.is_empty() {
            changes.push("variants in another order: the same answers go to other users".to_owned());
        }
        let cells = extra(&|name| match (name, sum, &report.log) {
            ("of the log", Some(sum), Some(log)) => {
                words::part_of_log(sum, &log.total, ARROW).replacen(" of the log", "", 1)
            }
            ("of the log", ..) => String::new(),
            _ => words::cost_of(first, ARROW)
                .map_or_else(|| "the same".to_owned(), |c| c.replace(" per 1,000 requests", "")),
        });
        let title = cell(&words::title(group, ARROW));
        writeln!(out, "| {title} | {which} | {} |{cells}", changes.join("<br>"))?;
    }
    if let Some(more) = words::more(groups.len()) {
        writeln!(out, "\n{more}")?;
    }
    writeln!(out, "\n<details><summary>A request for each</summary>\n")?;
    for (group, _) in groups.iter().take(words::MOST_MOVES) {
        let Some(first) = group.first() else { continue };
        let title = show(&words::title(group, ARROW));
        writeln!(out, "{title}\n\n```json\n{}\n```\n", escape::line(&first.witness))?;
    }
    writeln!(out, "</details>")
}

fn change(change: &crate::diff::Change) -> String {
    let label = escape::cell(&words::label(change));
    let of = change.variant.as_ref().map_or(String::new(), |id| format!(" of {}", escape::cell(id)));
    let side = |side: Option<String>| side.map_or_else(|| "none".to_owned(), |text| escape::cell(&text));
    let [old, new] = words::sides(change).map(side);
    format!("{label}{of}: {old} {ARROW} {new}")
}

fn end(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut lines: Vec<String> = Vec::new();
    if let Some(log) = &report.log {
        lines.extend(words::log(log, ARROW).iter().map(show));
    }
    if report.left_out > 0 {
        lines.push(words::left_out(report.left_out));
    }
    if words::shows_costs(report) {
        lines.push(words::assumed_tokens(report));
    }
    let assumptions = words::assumptions(report);
    if !assumptions.is_empty() {
        lines.push(format!("rests on {}", assumptions.join(", ")));
    }
    for line in lines {
        writeln!(out, "\n<sub>{line}</sub>")?;
    }
    Ok(())
}
