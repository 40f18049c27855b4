//! One page that holds all of it: no scripts, nothing from the network, light and dark, wide and narrow.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::costs::{against, caveats, money, too_long, usd, whichever};
use super::human::{count, plural, who};
use super::load::{basis, figure, left_out, verdict};
use super::{AgainstSummary, LoadSummary, ModelSummary, Resilience, RouterSummary, Summary};

const STYLE: &str = include_str!("report.css");

/// Writes the page. `title`: what was simulated, in words.
pub fn html(summary: &Summary, title: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut page = String::new();
    let title = text(title);
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n"
    );
    head(summary, &mut page);
    for router in &summary.routers {
        section(router, &mut page);
    }
    if let Some(load) = &summary.load {
        loads(load, &mut page);
    }
    if !summary.resilience.is_empty() {
        resilience(&summary.resilience, &mut page);
    }
    if let Some(against) = &summary.against {
        reality(against, &mut page);
    }
    if !summary.assumptions.is_empty() {
        page.push_str("<h2>What this rests on</h2>\n<ul>\n");
        for id in &summary.assumptions {
            let statement =
                crate::catalogue::assumptions::find(id).map_or("", |assumption| assumption.statement);
            let _ = writeln!(page, "<li><b>{}</b> {}</li>", text(id), text(statement));
        }
        page.push_str("</ul>\n");
    }
    page.push_str("</main>\n</body>\n</html>\n");
    out.write_all(page.as_bytes())
}

fn head(summary: &Summary, page: &mut String) {
    let elsewhere = &summary.elsewhere;
    page.push_str("<dl class=\"figures\">\n");
    let mut figure = |what: &str, number: u64, always: bool| {
        if always || number > 0 {
            let _ = writeln!(page, "<div><dt>{}</dt><dd>{}</dd></div>", text(what), count(number));
        }
    };
    figure("records", summary.records, true);
    figure("no requests", summary.bad, false);
    figure("for auto", elsewhere.auto, false);
    figure("for a model by name", elsewhere.pinned, false);
    for (router, number) in &elsewhere.routers {
        figure(&format!("for the router {router}, which is not here"), *number, false);
    }
    figure("for nothing by name", elsewhere.unnamed, false);
    page.push_str("</dl>\n");
}

fn section(router: &RouterSummary, page: &mut String) {
    let cost = router.cost.as_ref().map_or(String::new(), |cost| format!(", {}", money(Some(cost))));
    let _ = writeln!(
        page,
        "<section>\n<h2>{} <small>{}{}</small></h2>",
        text(&router.router),
        plural(router.requests, "request"),
        text(&cost)
    );
    let mut routes = Table::new("Routes", &["route", "share", "requests", "cost", "whoever answers"]);
    let mut variants = Table::new(
        "Variants",
        &["route", "variant", "expected", "observed", "requests", "cost", "whoever answers"],
    );
    for route in &router.routes {
        routes.row(&[
            text(&route.route),
            share(route.percent, None),
            count(route.requests),
            text(&money(route.cost.as_ref())),
            text(&whichever(route.cost.as_ref())),
        ]);
        for variant in route.variants.iter().filter(|_| route.variants.len() > 1) {
            let observed =
                variant.observed.map_or("-".to_owned(), |o| share(o, Some(f64::from(variant.expected))));
            variants.row(&[
                text(&route.route),
                text(&variant.variant),
                format!("{}%", variant.expected),
                observed,
                count(variant.requests),
                text(&money(variant.cost.as_ref())),
                text(&whichever(variant.cost.as_ref())),
            ]);
        }
    }
    let all = router.requests;
    if router.unmatched.requests > 0 {
        let unmatched = router.unmatched.requests;
        let percent = super::percent(unmatched, all);
        routes.row(&[
            "<em>no route: the service fails these</em>".into(),
            share(percent, None),
            count(unmatched),
            String::new(),
            String::new(),
        ]);
    }
    for undecided in &router.undecided {
        let what =
            format!("<em>undecided: {} reads messages, which the log lacks</em>", text(&undecided.route));
        let percent = super::percent(undecided.requests, all);
        routes.row(&[what, share(percent, None), count(undecided.requests), String::new(), String::new()]);
    }
    routes.write(page);
    variants.write(page);
    costs(router, page);
    models("Models that answer", &router.models, page);
    models("Providers", &router.providers, page);
    let mut moved = Table::new("Moved on after a failure", &["from", "to", "requests", "tokens"]);
    for row in &router.moved {
        let to = who(row.to.as_deref(), &row.tied);
        moved.row(&[text(&row.from), text(&to), count(row.requests), count(row.tokens)]);
    }
    moved.write(page);
    let mut errors =
        Table::new("Conditions without a value", &["route", "reason", "requests", "first in request"]);
    for row in &router.errors {
        let route = row.route.as_deref().unwrap_or("others");
        errors.row(&[text(route), text(&row.reason), count(row.requests), row.first.to_string()]);
    }
    errors.write(page);
    let mut findings = Table::new("Worth knowing", &["finding", "about", "requests", "first in request"]);
    for row in &router.findings {
        let name = row.name.as_deref().unwrap_or("others");
        findings.row(&[text(name), text(&row.about), count(row.requests), row.first.to_string()]);
    }
    findings.write(page);
    let mut notes = Vec::new();
    if router.out_of_attempts.requests > 0 {
        notes.push(format!("nobody answers {}", plural(router.out_of_attempts.requests, "request")));
    }
    notes.extend(router.baseline.iter().map(against));
    notes.extend(router.cost.iter().flat_map(caveats));
    notes.extend(router.overflows.iter().map(too_long));
    list(&notes, page);
    page.push_str("</section>\n");
}

fn list(notes: &[String], page: &mut String) {
    if notes.is_empty() {
        return;
    }
    page.push_str("<ul>\n");
    for note in notes {
        let _ = writeln!(page, "<li>{}</li>", text(note));
    }
    page.push_str("</ul>\n");
}

/// What all of it costs, and of how many tokens.
fn costs(router: &RouterSummary, page: &mut String) {
    let Some(cost) = &router.cost else { return };
    let mut figures = vec![("cost at those who answer", money(Some(cost)))];
    figures.push(("whoever answers", whichever(Some(cost))));
    figures.push(("tokens of prompts", count(cost.input_tokens)));
    if cost.cached_tokens > 0 {
        figures.push(("of them from a cache", count(cost.cached_tokens)));
    }
    figures.push(("tokens of answers", count(cost.output_tokens)));
    page.push_str("<h3>Cost</h3>\n<dl class=\"figures\">\n");
    for (what, number) in figures.iter().filter(|(_, number)| !number.is_empty()) {
        let _ = writeln!(page, "<div><dt>{}</dt><dd>{}</dd></div>", text(what), text(number));
    }
    page.push_str("</dl>\n");
}

fn loads(load: &LoadSummary, page: &mut String) {
    page.push_str("<section>\n<h2>What comes to each provider</h2>\n");
    let mut all =
        Table::new("Altogether", &["provider", "requests", "tokens", "moved here", "tokens moved here"]);
    let by_minute = basis(load).map(|basis| format!("In a minute, {basis}")).unwrap_or_default();
    let mut minutes = Table::new(
        &by_minute,
        &["provider", "requests", "tokens", "moved here", "tokens moved here", "quota"],
    );
    for row in &load.providers {
        let name = || text(&who(row.name.as_deref(), &row.tied));
        let numbers = [row.requests, row.tokens, row.moved_requests, row.moved_tokens];
        let [requests, tokens, moved, moved_tokens] = numbers.map(count);
        all.row(&[name(), requests, tokens, moved, moved_tokens]);
        if let Some(minute) = &row.per_minute {
            let numbers = [minute.requests, minute.tokens, minute.moved_requests, minute.moved_tokens];
            let [requests, tokens, moved, moved_tokens] = numbers.map(figure);
            minutes.row(&[name(), requests, tokens, moved, moved_tokens, text(&verdict(row))]);
        }
    }
    all.write(page);
    minutes.write(page);
    list(&left_out(load), page);
    page.push_str("</section>\n");
}

fn resilience(rows: &[Resilience], page: &mut String) {
    page.push_str("<section>\n<h2>If one provider fails</h2>\n");
    let columns = ["while down", "answered", "meet it", "out of attempts", "cost of all", "answered by"];
    let mut table = Table::new("Each in turn", &columns);
    for row in rows {
        let percent = super::percent(row.requests - row.out_of_attempts.requests, row.requests);
        table.row(&[
            text(&row.provider),
            share(percent, None),
            count(row.hit),
            count(row.out_of_attempts.requests),
            row.cost.as_ref().map_or_else(String::new, |cost| text(&usd(&cost.answered))),
            text(&super::resilience::by(row)),
        ]);
    }
    table.write(page);
    page.push_str("</section>\n");
}

fn reality(against: &AgainstSummary, page: &mut String) {
    page.push_str("<section>\n<h2>Against what the service did</h2>\n");
    let _ = writeln!(page, "<p>{}</p>", text(&super::reality::headline(against)));
    let columns = ["router", "difference", "requests", "first in request", "speaks against"];
    let mut table = Table::new("Answered otherwise", &columns);
    for row in &against.differences {
        table.row(&[
            text(row.router.as_deref().unwrap_or("others")),
            text(&row.difference),
            count(row.requests),
            row.first.to_string(),
            text(&super::reality::speaks_against(row)),
        ]);
    }
    table.write(page);
    list(&super::reality::remarks(against), page);
    page.push_str("</section>\n");
}

fn models(title: &str, rows: &[ModelSummary], page: &mut String) {
    let mut table = Table::new(title, &["name", "share", "requests", "cost"]);
    for row in rows {
        let name = who(row.name.as_deref(), &row.tied);
        table.row(&[
            text(&name),
            share(row.percent, None),
            count(row.requests),
            text(&money(row.cost.as_ref())),
        ]);
    }
    table.write(page);
}

/// A percentage with a bar; a mark where it was expected to be.
fn share(percent: f64, expected: Option<f64>) -> String {
    let mark = expected.map_or(String::new(), |expected| {
        format!("<line class=\"mark\" x1=\"{expected:.1}\" x2=\"{expected:.1}\" y1=\"0\" y2=\"10\"/>")
    });
    format!(
        "<span class=\"share\"><span>{percent:.1}%</span><svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" \
         role=\"img\" aria-label=\"{percent:.1} percent\"><rect class=\"back\" width=\"100\" height=\"10\"/>\
         <rect class=\"bar\" width=\"{percent:.1}\" height=\"10\"/>{mark}</svg></span>"
    )
}

/// Columns in which nothing stands are left out, and so are tables without rows.
struct Table<'t, const N: usize> {
    title: &'t str,
    columns: &'t [&'t str; N],
    rows: Vec<[String; N]>,
}

impl<'t, const N: usize> Table<'t, N> {
    fn new(title: &'t str, columns: &'t [&'t str; N]) -> Self {
        Self { title, columns, rows: Vec::new() }
    }

    /// Cells are HTML.
    fn row(&mut self, cells: &[String; N]) {
        self.rows.push(cells.clone());
    }

    fn write(&self, page: &mut String) {
        if self.rows.is_empty() {
            return;
        }
        let used: [bool; N] = std::array::from_fn(|at| {
            self.rows.iter().any(|row| row.get(at).is_some_and(|cell| !cell.is_empty()))
        });
        let _ = write!(page, "<h3>{}</h3>\n<table>\n<thead><tr>", text(self.title));
        for (column, _) in self.columns.iter().zip(used).filter(|(_, used)| *used) {
            let _ = write!(page, "<th scope=\"col\">{}</th>", text(column));
        }
        page.push_str("</tr></thead>\n<tbody>\n");
        for row in &self.rows {
            page.push_str("<tr>");
            for ((cell, column), _) in row.iter().zip(self.columns).zip(used).filter(|(_, used)| *used) {
                let number = cell.starts_with(|c: char| c.is_ascii_digit() || c == '$');
                let class = if number { " class=\"number\"" } else { "" };
                let _ = write!(page, "<td{class} data-label=\"{}\">{cell}</td>", text(column));
            }
            page.push_str("</tr>\n");
        }
        page.push_str("</tbody>\n</table>\n");
    }
}

/// Text of users: what HTML would act upon, and what hides or turns round what stands beside it, is escaped.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if crate::render::escape::is_hidden(c) => crate::render::escape::push(&mut out, c),
            c => out.push(c),
        }
    }
    out
}
