//! For people, who have ten seconds.

use std::io::{self, Write};

use super::words::{self, Text};
use super::{Entry, Report};
use crate::diff::{Answer, Difference, Move, Sum, Traffic};
use crate::render::ink::Ink;
use crate::render::{Options, escape};

/// The width of what a line is about.
const LABEL: usize = 12;

pub(super) fn write(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let ink = Ink::new(options);
    let mut page = Page { report, ink, out };
    if report.routers.len() != 1 {
        writeln!(page.out, "{}", page.ink.bold(&words::summary(report)))?;
    }
    for (at, entry) in report.routers.iter().enumerate() {
        // What is as it was needs no paragraph of its own.
        let brief = |entry: Option<&Entry<'_>>| entry.is_none_or(is_brief);
        if at > 0 || report.routers.len() > 1 {
            let before = at.checked_sub(1).and_then(|before| report.routers.get(before));
            if !brief(Some(entry)) || !brief(before) || at == 0 {
                writeln!(page.out)?;
            }
        }
        page.entry(entry)?;
    }
    page.end()
}

fn is_brief(entry: &Entry<'_>) -> bool {
    match entry {
        Entry::Compared { difference, .. } => {
            entry.answer() == Answer::Same
                && difference.notes.is_empty()
                && difference.contract.is_empty()
                && difference.prices.is_empty()
        }
        _ => true,
    }
}

struct Page<'r, 'o> {
    report: &'r Report<'r>,
    ink: Ink,
    out: &'o mut dyn Write,
}

impl Page<'_, '_> {
    fn show(text: &Text) -> String {
        text.show(|code| format!("`{}`", escape::line(code)))
    }

    fn line(&mut self, label: &str, text: &str) -> io::Result<()> {
        writeln!(self.out, "    {} {text}", self.ink.dim(&format!("{label:<LABEL$}")))
    }

    fn entry(&mut self, entry: &Entry<'_>) -> io::Result<()> {
        let name = |name: &str| format!("`{}`", escape::line(name));
        match entry {
            Entry::Added(router) => writeln!(self.out, "{}: {}", name(router), self.ink.good("a new router")),
            Entry::Removed(router) => {
                let fails = format!("gone, and callers of {} fail", name(&format!("inworld/{router}")));
                writeln!(self.out, "{}: {}", name(router), self.ink.bad(&fails))
            }
            Entry::Compared { difference, traffic } => self.router(entry.answer(), difference, *traffic),
        }
    }

    fn router(&mut self, answer: Answer, d: &Difference<'_>, traffic: Option<&Traffic>) -> io::Result<()> {
        let verdict = Self::show(&words::verdict(d, answer));
        let verdict = match answer {
            Answer::Same => self.ink.good(&verdict),
            Answer::Different => self.ink.bold(&verdict),
            Answer::Unknown => self.ink.warn(&verdict),
        };
        writeln!(self.out, "{verdict}")?;
        if answer == Answer::Same {
            writeln!(self.out, "{}", self.ink.dim(&format!("proved {}", words::scope(d))))?;
        }
        let groups = words::groups(&d.moves, |_| traffic.is_none());
        for group in groups.iter().take(words::MOST_MOVES) {
            let moves: Vec<&Move> = group.iter().filter_map(|at| d.moves.get(*at)).collect();
            let sum = group.first().and_then(|at| traffic?.moves.get(*at));
            writeln!(self.out)?;
            self.group(&moves, sum)?;
        }
        if let Some(more) = words::more(groups.len()) {
            writeln!(self.out, "\n  {more}")?;
        }
        for (head, items) in words::sections(self.report, d, traffic, answer, self.ink.arrow()) {
            writeln!(self.out, "\n  {}", self.ink.bold(head))?;
            for item in items {
                writeln!(self.out, "    {}", Self::show(&item))?;
            }
        }
        Ok(())
    }

    fn group(&mut self, moves: &[&Move], sum: Option<&Sum>) -> io::Result<()> {
        let Some(first) = moves.first() else { return Ok(()) };
        let arrow = self.ink.arrow();
        let mut title = self.ink.bold(&Self::show(&words::title(moves, arrow)));
        if words::is_whole(first) {
            title.push_str(if moves.len() == 1 { ": all its requests" } else { ": all their requests" });
        }
        writeln!(self.out, "  {title}")?;
        if !words::is_whole(first) {
            for (at, case) in words::cases(first).iter().enumerate() {
                self.line(if at == 0 { "when" } else { "or" }, &Self::show(case))?;
            }
        }
        if let Some(share) = words::share(first) {
            self.line(if first.redrawn { "users" } else { "who" }, &Self::show(&share))?;
        }
        for change in &words::changes(first) {
            let [old, new] =
                words::sides(change).map(|side| side.map(|text| escape::line(&text).into_owned()));
            let mut label = words::label(change);
            let of = change.variant.as_ref().map_or(String::new(), |id| format!("{}: ", escape::line(id)));
            let values = match (old, new) {
                (Some(old), Some(new)) => format!("{} {arrow} {}", self.ink.bad(&old), self.ink.good(&new)),
                (None, Some(new)) => format!("none {arrow} {}", self.ink.good(&new)),
                (Some(old), None) => format!("{} {arrow} none", self.ink.bad(&old)),
                (None, None) => String::new(),
            };
            label = escape::line(&label).into_owned();
            self.line(&label, &format!("{of}{values}"))?;
        }
        if first.changes.is_empty() && !first.redrawn {
            self.line("variants", "in another order: the same answers go to other users")?;
        }
        if let Some(providers) = words::providers(first) {
            self.line("providers", &Self::show(&providers))?;
        }
        if let Some(cost) = words::cost_of(first, arrow) {
            self.line("cost", &cost)?;
        }
        if let Some(unpriced) = words::unpriced(first) {
            self.line("cost", &Self::show(&unpriced))?;
        }
        if let (Some(sum), Some(log)) = (sum, &self.report.log) {
            let text = words::part_of_log(sum, &log.total, arrow);
            self.line("traffic", &text)?;
        }
        self.line("such as", &escape::line(&first.witness))
    }

    /// What concerns all of it.
    fn end(&mut self) -> io::Result<()> {
        let report = self.report;
        let mut lines: Vec<String> = Vec::new();
        if let Some(log) = &report.log {
            lines.extend(words::log(log, self.ink.arrow()).iter().map(Self::show));
        }
        if report.left_out > 0 {
            lines.push(words::left_out(report.left_out));
        }
        if words::shows_costs(report) {
            lines.push(words::assumed_tokens(report));
        }
        for bound in &report.bounds {
            let text = format!("{}: {}", escape::line(&bound.text), bound.measured);
            lines.push(if bound.exceeded { self.ink.bad(&text) } else { text });
        }
        let assumptions = words::assumptions(report);
        if !assumptions.is_empty() {
            let some = assumptions.first().copied().unwrap_or_default();
            lines.push(self.ink.dim(&format!("rests on {} (irc explain {some})", assumptions.join(", "))));
        }
        if !lines.is_empty() && !report.routers.iter().all(is_brief) {
            writeln!(self.out)?;
        }
        for line in lines {
            writeln!(self.out, "{line}")?;
        }
        Ok(())
    }
}
