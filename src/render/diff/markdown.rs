//! A comment on a pull request: the verdict, a table, and what is behind it folded away.

use std::io::{self, Write};

use super::words::{self, Text};
use super::{Entry, Report};
use crate::diff::{Answer, Difference, Move, Sum, Traffic};
use crate::render::escape;

const ARROW: &str = "→";

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let head = match report.answer() {
        Answer::Same => "No request is routed differently",
        Answer::Different => "Requests are routed differently",
        Answer::Unknown => "Not decided whether requests are routed differently",
    };
    writeln!(out, "### {head}")?;
    for bound in &report.bounds {
        let mark = if bound.exceeded { "❌" } else { "✅" };
        writeln!(out, "\n{mark} {}: {}", escape::code(&bound.text), bound.measured)?;
    }
    for entry in &report.routers {
        writeln!(out)?;
        match entry {
            Entry::Added(name) => writeln!(out, "**{}**: a new router", escape::code(name))?,
            Entry::Removed(name) => {
                let asked = escape::code(&format!("inworld/{name}"));
                writeln!(out, "**{}**: gone, and callers of {asked} fail", escape::code(name))?;
            }
            Entry::TooLarge(name) => {
                writeln!(
                    out,
                    "**{}**: not compared, it has more conditions than are analysed",
                    escape::code(name)
                )?;
            }
            Entry::Compared { difference, traffic } => {
                router(report, entry.answer(), difference, *traffic, out)?
            }
        }
    }
    end(report, out)
}

fn show(text: &Text) -> String {
    text.show(escape::code)
}

fn router(
    report: &Report<'_>,
    answer: Answer,
    d: &Difference<'_>,
    traffic: Option<&Traffic>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let verdict = show(&words::verdict(d, answer));
    if answer == Answer::Same {
        writeln!(out, "{verdict}, proved {}", words::scope(d))?;
    } else {
        writeln!(out, "{verdict}")?;
    }
    if !d.moves.is_empty() {
        table(report, d, traffic, out)?;
    }
    if let (Some(traffic), Some(log)) = (traffic, &report.log) {
        let strays: Vec<Text> = traffic.strays.iter().map(|s| words::stray(s, &log.total, ARROW)).collect();
        items("In the log besides", &strays, out)?;
    }
    let mut open: Vec<Text> = d.undecided.iter().map(words::undecided).collect();
    if d.exhausted {
        open.push(words::plain("whether there is more: the steps that an analysis may take ran out"));
    }
    items("Not decided", &open, out)?;
    let contract: Vec<Text> = d
        .contract
        .iter()
        .map(|change| {
            let text = words::contract(change);
            if change.stricter {
                text.plain(" ⚠️ callers who kept the old one may break it")
            } else {
                text
            }
        })
        .collect();
    items("What callers promise", &contract, out)?;
    let prices: Vec<Text> = d
        .prices
        .iter()
        .filter_map(|p| Some(words::code(&*p.route).plain(format!(": {}", words::cost(p.usd, ARROW)?))))
        .collect();
    items("Prices of routes that are as they were", &prices, out)?;
    let notes: Vec<Text> = d.notes.iter().map(|note| words::note(note, !d.moves.is_empty())).collect();
    items("Besides", &notes, out)
}

fn items(head: &str, items: &[Text], out: &mut dyn Write) -> io::Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{head}:\n")?;
    for item in items {
        writeln!(out, "* {}", show(item))?;
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
    let priced = d.moves.iter().any(|m| words::cost(m.usd, ARROW).is_some());
    let columns = [("of the log", traffic.is_some()), ("cost per 1,000", priced)];
    let extra = |pick: &dyn Fn(&str) -> String| -> String {
        columns.iter().filter(|(_, shown)| *shown).map(|(name, _)| format!(" {} |", pick(name))).collect()
    };
    writeln!(out, "\n| route | requests | change |{}", extra(&str::to_owned))?;
    writeln!(out, "|---|---|---|{}", extra(&|_| "---".to_owned()).replace(' ', ""))?;
    for (group, sum) in &groups {
        let Some(first) = group.first() else { continue };
        let which = if words::is_whole(first) {
            if group.len() == 1 { "all its requests".to_owned() } else { "all their requests".to_owned() }
        } else {
            words::cases(first).iter().map(show).collect::<Vec<_>>().join("<br>or ")
        };
        let mut changes: Vec<String> = words::share(first)
            .iter()
            .map(|text| {
                let words = show(text);
                if first.redrawn { format!("users {words}") } else { words }
            })
            .collect();
        changes.extend(first.changes.iter().map(change));
        changes.extend(words::providers(first).iter().map(|text| format!("providers: {}", show(text))));
        changes.extend(words::unpriced(first).iter().map(show));
        if changes.is_empty() {
            changes.push("variants in another order: the same answers go to other users".to_owned());
        }
        let cells = extra(&|name| match (name, sum, &report.log) {
            ("of the log", Some(sum), Some(log)) => words::part_of_log(sum, &log.total, ARROW),
            ("of the log", ..) => String::new(),
            _ => words::cost(first.usd, ARROW)
                .map_or_else(|| "the same".to_owned(), |c| c.replace(" per 1,000 requests", "")),
        });
        let title = show(&words::title(group, ARROW));
        writeln!(out, "| {title} | {which} | {} |{cells}", changes.join("<br>"))?;
    }
    writeln!(out, "\n<details><summary>A request for each</summary>\n")?;
    for (group, _) in &groups {
        let Some(first) = group.first() else { continue };
        let title = show(&words::title(group, ARROW));
        writeln!(out, "{title}\n\n```json\n{}\n```\n", escape::line(&first.witness))?;
    }
    writeln!(out, "</details>")
}

fn change(change: &crate::diff::Change) -> String {
    let label = escape::code(&words::label(change));
    let of = change.variant.as_ref().map_or(String::new(), |id| format!(" of {}", escape::code(id)));
    let side = |side: Option<String>| side.map_or_else(|| "none".to_owned(), |text| escape::code(&text));
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
