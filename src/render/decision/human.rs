//! Decisions for people.

use std::io::{self, Write};

use super::{Cost, Planned, Record, Sent, TraceStep};
use crate::catalogue::assumptions;
use crate::diag::suggest::and_list;
use crate::render::ink::Ink;
use crate::render::money::dollars;
use crate::render::{Options, escape};

/// Writes a record for people.
pub fn human(record: &Record<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let ink = Ink::new(options);
    let arrow = ink.arrow();
    write!(out, "{} ", ink.dim(&format!("request {}", record.request)))?;
    match (record.error.as_ref().or(record.elsewhere.as_ref()), &record.route) {
        (None, None) if record.undecided.is_some() => {
            let route = escape::line(record.undecided.as_deref().unwrap_or_default()).into_owned();
            let why = format!("undecided: `{route}` needs the messages, which the log leaves out");
            writeln!(out, "{}", ink.warn(&why))?;
        }
        (Some(error), None) => writeln!(out, "{}", ink.bad(&escape::line(error)))?,
        (error, route) => {
            let route = ink.bold(&escape::line(route.as_deref().unwrap_or("-")));
            let variant = escape::line(record.variant.as_deref().unwrap_or("-")).into_owned();
            let model = match (&record.model, error) {
                (Some(model), _) => ink.good(&escape::line(model)),
                (None, Some(error)) => ink.bad(&escape::line(error)),
                (None, None) => ink.warn("undetermined"),
            };
            writeln!(out, "{route} {arrow} {variant} {arrow} {model}")?;
        }
    }
    if !record.tied.is_empty() {
        let shown = few(&record.tied);
        let why = match record.lacks.as_slice() {
            [] => "nothing ranks them".to_owned(),
            lacks => format!("nobody gave figures of {}", and_list(lacks)),
        };
        writeln!(out, "    one of {shown}: {why}")?;
    }
    let failed = record.attempts.iter().any(|attempt| attempt.outcome != "ok");
    for attempt in record.attempts.iter().filter(|_| failed) {
        let tied = (!attempt.tied.is_empty()).then(|| format!("one of {}", few(&attempt.tied)));
        let model =
            attempt.model.as_deref().map(|id| escape::line(id).into_owned()).or(tied).unwrap_or_default();
        let outcome = if attempt.outcome == "ok" { ink.good("answers") } else { ink.bad(&attempt.outcome) };
        let perhaps = if attempt.perhaps { " (if it is tried)" } else { "" };
        writeln!(out, "    {model}: {outcome}{perhaps}")?;
    }
    let then: Vec<String> = record.plan.iter().skip(1).map(show_planned).collect();
    if !then.is_empty() && !failed {
        writeln!(out, "    if that fails: {}", then.join(", then "))?;
    }
    if record.shares.len() > 1 {
        let shares: Vec<String> =
            record.shares.iter().map(|(id, share)| format!("{} {share}%", escape::line(id))).collect();
        let how =
            if record.sticky { "this user always gets the same" } else { "drawn: the request names no user" };
        writeln!(out, "    shares: {} ({how})", shares.join(", "))?;
    }
    if let Some(cost) = &record.cost_usd {
        show_cost(cost, record, out)?;
    }
    for id in &record.overflows {
        writeln!(out, "    {} too long for the context of {}", ink.warn("note:"), escape::line(id))?;
    }
    for finding in &record.findings {
        writeln!(out, "    {} {}", ink.warn("note:"), escape::line(&finding.message))?;
    }
    if let Some(sent) = &record.sent {
        show_sent(sent, &ink, out)?;
    }
    if let Some(trace) = &record.trace {
        for step in trace {
            trace_step(step, &ink, out)?;
        }
    }
    Ok(())
}

/// What it costs, and of how many tokens.
fn show_cost(cost: &Cost, record: &Record<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut parts = Vec::new();
    if let Some(answered) = cost.answered {
        parts.push(dollars(answered));
    }
    match (cost.min.zip(cost.max), cost.answered) {
        (Some((min, max)), answered) if answered != Some(min) || answered != Some(max) => {
            let range =
                if min == max { dollars(min) } else { format!("{} to {}", dollars(min), dollars(max)) };
            parts.push(format!("{range} whoever answers"));
        }
        _ => {}
    }
    if !cost.unpriced.is_empty() {
        parts.push(format!("no price is known for {}", few(&cost.unpriced)));
    }
    let tokens = record.tokens.map_or_else(String::new, |tokens| {
        let about = if tokens.estimated { "about " } else { "" };
        let input = tokens.input + tokens.cache_read + tokens.cache_write;
        format!(" ({about}{input} tokens in, {} out)", tokens.output)
    });
    writeln!(out, "    costs {}{tokens}", parts.join("; "))
}

/// What goes with the request to the model.
fn show_sent(sent: &Sent, ink: &Ink, out: &mut dyn Write) -> io::Result<()> {
    let mut line = |what: &str, value: &serde_json::Value| {
        writeln!(out, "    {} {}", ink.dim(&format!("{what}:")), escape::line(&value.to_string()))
    };
    for (what, value) in [
        ("sent with text_generation_config", &sent.text_generation_config),
        ("sent with web_search", &sent.web_search),
        ("sent with web_search_options", &sent.web_search_options),
        ("sent with compression", &sent.compression),
    ] {
        if let Some(value) = value {
            line(what, value)?;
        }
    }
    if !sent.request.is_empty() {
        line("the request itself sets", &sent.request.iter().map(|(k, v)| (k.clone(), v.clone())).collect())?;
    }
    for message in &sent.messages {
        let role = ink.dim(&format!("{}:", escape::line(&message.role)));
        writeln!(out, "    {role} {}", escape::line(&message.content))?;
        if let Some(calls) = &message.tool_calls {
            writeln!(out, "        {} {}", ink.dim("calls"), escape::line(&calls.to_string()))?;
        }
    }
    Ok(())
}

fn trace_step(step: &TraceStep, ink: &Ink, out: &mut dyn Write) -> io::Result<()> {
    let mark = match (step.matched, ink.unicode) {
        (true, true) => ink.good("✓"),
        (true, false) => ink.good("+"),
        (false, true) => ink.dim("✗"),
        (false, false) => ink.dim("-"),
    };
    let one_line: Vec<&str> = step.condition.split_whitespace().collect();
    writeln!(out, "    {mark} {}: {}", escape::line(&step.route), escape::line(&one_line.join(" ")))?;
    match (&step.value, &step.reason) {
        (_, Some(reason)) => writeln!(out, "        no value, so no match: {}", escape::line(reason))?,
        (Some(value), None) => writeln!(out, "        is {}", escape::line(value))?,
        (None, None) => {
            let what = step.hidden.as_deref().unwrap_or_default();
            writeln!(out, "        no value, so no match: {}", not_shown(what))?;
        }
    }
    for part in &step.parts {
        let value = match (&part.value, &part.reason, &part.hidden) {
            (Some(value), ..) => escape::line(value).into_owned(),
            (None, Some(reason), _) => format!("no value: {}", escape::line(reason)),
            (None, None, Some(what)) => not_shown(what),
            (None, None, None) => continue,
        };
        writeln!(out, "        {} {} = {value}", ink.dim("where"), escape::line(&part.expression))?;
    }
    Ok(())
}

fn not_shown(what: &str) -> String {
    format!("{what}, not shown without --show-content")
}

/// The assumptions that the decisions of a run rest on, one line each.
pub fn assumptions(ids: &[&'static str], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let ink = Ink::new(options);
    for assumption in ids.iter().filter_map(|id| assumptions::find(id)) {
        writeln!(out, "{} {}", ink.dim(&format!("assumes {}:", assumption.id)), assumption.statement)?;
    }
    Ok(())
}

fn show_planned(planned: &Planned<'_>) -> String {
    match planned {
        Planned::Model(id) => escape::line(id).into_owned(),
        Planned::Tied(ids) => format!("one of {}", few(ids)),
    }
}

fn few(ids: &[impl AsRef<str>]) -> String {
    let mut ids = ids.iter().map(AsRef::as_ref);
    let shown: Vec<_> = ids.by_ref().take(5).map(|id| escape::line(id).into_owned()).collect();
    let more = ids.count();
    if shown == ["*"] {
        return "all models that the service offers".to_owned();
    }
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}
