//! One page that holds all of it: no scripts, nothing from the network, light and dark, wide and narrow.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::costs::{against, caveats, money, too_long, usd, whichever};
use super::human::{count, plural, who};
use super::load::{basis, figure, left_out, verdict};
use super::{AgainstSummary, LoadSummary, ModelSummary, Resilience, RouterSummary, Summary};
use crate::render::page::{self, Table, share, text};

/// Writes the page. `title`: what was simulated, in words.
pub fn html(summary: &Summary, title: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut page = page::open(title, "");
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
    page::close(&mut page);
    out.write_all(page.as_bytes())
}

fn head(summary: &Summary, page: &mut String) {
    let elsewhere = &summary.elsewhere;
    let mut figures = vec![("records".to_owned(), summary.records)];
    figures.push(("no requests".to_owned(), summary.bad));
    figures.push(("for auto".to_owned(), elsewhere.auto));
    figures.push(("for a model by name".to_owned(), elsewhere.pinned));
    let routers = elsewhere.routers.iter();
    figures
        .extend(routers.map(|(name, number)| (format!("for the router {name}, which is not here"), *number)));
    figures.push(("for nothing by name".to_owned(), elsewhere.unnamed));
    // How many records there were is said in any case.
    let shown = figures.iter().enumerate().filter(|(at, (_, number))| *at == 0 || *number > 0);
    page::figures(shown.map(|(_, (what, number))| (what.as_str(), count(*number))), page);
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
    page.push_str("<h3>Cost</h3>\n");
    let there = figures.into_iter().filter(|(_, number)| !number.is_empty());
    page::figures(there.map(|(what, number)| (what, text(&number))), page);
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
