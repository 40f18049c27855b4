//! `irc models retiring`: what is switched off soon, and who would notice.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::anyhow;
use serde::Serialize;

use super::super::Outcome;
use super::super::args::Inputs;
use super::super::output::{Output as Streams, Stream};
use super::super::session::{Against, Readings, Session};
use super::{Asked, Form, Place, count, day, snapshot_date};
use crate::catalogue::{Catalogue, Date, Filter, Lifecycle, Model, Order};
use crate::check::{Use, uses};
use crate::model::Role;
use crate::render::{escape, json};
use crate::source::Sources;

const EXAMPLES: &str = "\
Examples:
  irc models retiring                          within 90 days, used in this folder
  irc models retiring --horizon 60d routers/
  irc models retiring routers/ --format json

Exit codes: 0 no definition uses one, 1 some definition does, 2 something could not be read.";

/// Tell which models are switched off soon, and which definitions use them
///
/// A definition uses a model by its id, by a bare name that it answers to, or through a provider in a pool.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Definitions: files, folders, or - for standard input [default: this folder]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// How far to look ahead, such as 60d, 8w or 6m
    #[arg(long, value_name = "TIME", value_parser = horizon, default_value = "90d")]
    pub(super) horizon: u32,
    /// Count from this day instead of today
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub(super) as_of: Option<Date>,
}

/// What `irc models retiring --format json` prints.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(title = "irc models retiring --format json")]
pub(in super::super) struct Output {
    /// The version of this shape.
    version: u32,
    /// The day of the built-in facts.
    catalogue: Option<String>,
    /// The day from which days are counted.
    as_of: String,
    /// How many days are looked ahead.
    horizon_days: u32,
    /// How many definitions were looked at.
    definitions: usize,
    /// The models, those that are switched off first at the head.
    models: Vec<Retiring>,
}

/// A model that is switched off.
#[derive(Serialize, schemars::JsonSchema)]
struct Retiring {
    /// `provider/model`
    id: String,
    /// The day.
    retires_on: String,
    /// Days until then; 0 or less when it has been switched off.
    days: i64,
    /// Places that use it.
    uses: Vec<Used>,
}

/// A place that uses a model.
#[derive(Serialize, schemars::JsonSchema)]
struct Used {
    #[serde(flatten)]
    place: Place,
    /// Bare name of the router.
    router: Option<String>,
    /// Id of the route.
    route: Option<String>,
    /// Id of the variant.
    variant: Option<String>,
    /// What for: `model`, `fallbacks`, `candidates` or `ignore`.
    role: &'static str,
    /// What stands there: the model's id, a bare name, or a provider.
    name: String,
}

/// `60d`, `8w`, `6m` as days; a bare number is days.
pub(super) fn horizon(text: &str) -> Result<u32, String> {
    let fault = || "a time such as 60d, 8w or 6m".to_owned();
    let (digits, unit) = match text.as_bytes() {
        [.., b'd'] => (text.trim_end_matches('d'), 1),
        [.., b'w'] => (text.trim_end_matches('w'), 7),
        [.., b'm'] => (text.trim_end_matches('m'), 30),
        [.., b'y'] => (text.trim_end_matches('y'), 365),
        _ => (text, 1),
    };
    digits.parse::<u32>().ok().and_then(|n| n.checked_mul(unit)).ok_or_else(fault)
}

pub(super) fn run(args: &Args, asked: &Asked<'_>, output: &mut Streams) -> anyhow::Result<Outcome> {
    let mut session =
        Session::open(asked.global, &Against::plain(args.as_of, asked.catalog), &args.paths, output)?;
    // What holds for all requests is not asked.
    session.analysis.steps = 0;
    let as_of = session.as_of().ok_or_else(|| anyhow!("the clock tells no day: give one with --as-of"))?;
    let read = session.read(&Inputs { paths: args.paths.clone(), stdin_filename: None });
    let mut failed = complain(&read, args.paths.is_empty(), output);
    let models = retiring(&session.catalogue, as_of, args.horizon, &read);
    for (unit, definitions) in read.units.iter().zip(&read.definitions) {
        // What cannot be read may name anything.
        if let Some(broken) = definitions.iter().find(|checked| checked.definition.damaged) {
            let place = Place::of(&unit.sources, broken.definition.span);
            output.complain(&format!("{}: parts of it cannot be read; see `irc check`", place.file));
            failed = true;
        }
    }
    let is_used = models.iter().any(|model| !model.uses.is_empty());
    let told = Output {
        version: 1,
        catalogue: snapshot_date(),
        as_of: as_of.to_string(),
        horizon_days: args.horizon,
        definitions: read.definitions().count(),
        models,
    };
    let out = output.stream(Stream::Out);
    match asked.form {
        Form::Json => json::pretty(&told, out)?,
        Form::Human => tell(&told, out)?,
    }
    Ok(match (failed, is_used) {
        (true, _) => Outcome::Failed,
        (false, true) => Outcome::Findings,
        (false, false) => Outcome::Clean,
    })
}

/// Says what could not be read. Where no path was named, a folder without definitions is none of it: then the question
/// is about the models alone.
fn complain(read: &Readings, anywhere: bool, output: &mut Streams) -> bool {
    let nothing_there = anywhere && read.units.is_empty() && read.problems.len() == 1;
    if nothing_there {
        return false;
    }
    for problem in &read.problems {
        output.complain(problem);
    }
    !read.problems.is_empty()
}

fn retiring(catalogue: &Catalogue, as_of: Date, horizon: u32, read: &Readings) -> Vec<Retiring> {
    let ends = |model: &Model| !matches!(model.lifecycle(as_of, horizon), Lifecycle::Active);
    let mut models: Vec<Retiring> = catalogue
        .list(&Filter::default(), Order::Retirement)
        .into_iter()
        .filter(&ends)
        .filter_map(|model| {
            let on = model.retires_on?;
            Some(Retiring {
                id: model.id(),
                retires_on: on.to_string(),
                days: as_of.days_until(on),
                uses: Vec::new(),
            })
        })
        .collect();
    for (unit, definitions) in read.units.iter().zip(&read.definitions) {
        for checked in definitions {
            for found in uses(&checked.definition, catalogue, ends) {
                let id = found.model.id();
                if let Some(model) = models.iter_mut().find(|model| model.id == id) {
                    model.uses.push(used(&unit.sources, checked.name(), &found));
                }
            }
        }
    }
    models
}

fn used(sources: &Sources, router: Option<&str>, found: &Use<'_>) -> Used {
    let mention = &found.mention;
    Used {
        place: Place::of(sources, mention.name.span),
        router: router.map(str::to_owned),
        route: mention.route.id.as_ref().map(|id| id.value.clone()),
        variant: mention.variant.id.as_ref().map(|id| id.value.clone()),
        role: mention.role.as_str(),
        name: mention.name.value.clone(),
    }
}

fn tell(told: &Output, out: &mut dyn Write) -> io::Result<()> {
    let (used, unused): (Vec<&Retiring>, Vec<&Retiring>) =
        told.models.iter().partition(|model| !model.uses.is_empty());
    for model in &used {
        writeln!(out, "{} {}", escape::line(&model.id), when(model))?;
        for place in &model.uses {
            writeln!(out, "  {}", escape::line(&sentence(model, place)))?;
        }
    }
    if !unused.is_empty() && told.definitions > 0 {
        writeln!(out, "used by no definition:")?;
    }
    let indent = if told.definitions > 0 { "  " } else { "" };
    for model in &unused {
        writeln!(out, "{indent}{} {}", escape::line(&model.id), when(model))?;
    }
    let ahead = format!("within {} days of {}", told.horizon_days, told.as_of);
    let models = match told.models.len() {
        0 => format!("no model is known to retire {ahead}"),
        1 => format!("1 model has retired, or retires {ahead}"),
        n => format!("{n} models have retired, or retire {ahead}"),
    };
    let definitions = match (told.definitions, used.len(), told.models.len()) {
        (_, _, 0) => String::new(),
        (0, _, _) => "; no definitions were looked at".to_owned(),
        (n, 0, _) => format!("; none is used by {}", count(n, "definition", "definitions")),
        (n, used, _) => {
            format!(
                "; {used} {} used by {}",
                if used == 1 { "is" } else { "are" },
                count(n, "definition", "definitions")
            )
        }
    };
    writeln!(out, "{models}{definitions}")
}

fn when(model: &Retiring) -> String {
    match model.days {
        ..0 => format!("retired on {}", model.retires_on),
        0 => format!("retires today, {}", model.retires_on),
        1 => format!("retires on {}, tomorrow", model.retires_on),
        days => format!("retires on {}, in {days} days", model.retires_on),
    }
}

fn sentence(model: &Retiring, used: &Used) -> String {
    let Place { file, line, column } = &used.place;
    let path: Vec<&str> =
        [&used.router, &used.route, &used.variant].into_iter().flatten().map(String::as_str).collect();
    let through = match used.name.as_str() {
        name if name == model.id || name.contains('/') => String::new(),
        name => format!(", through `{name}`"),
    };
    let role = match used.role {
        role if role == Role::Model.as_str() => "its model",
        role if role == Role::Fallback.as_str() => "a fallback",
        role if role == Role::Candidate.as_str() => "a candidate",
        _ => "ignored",
    };
    format!("{file}:{line}:{column}: {}: {role}{through}", path.join(" › "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::RETIREMENT_HORIZON_DAYS;

    #[test]
    fn times_are_written_as_people_do() {
        let read = |text| horizon(text).ok();
        assert_eq!(["60d", "60", "8w", "6m", "1y"].map(read), [60, 60, 56, 180, 365].map(Some));
        assert_eq!(["", "d", "-1d", "99999999999d", "1.5m", "4294967295w"].map(read), [None; 6]);
        assert_eq!(
            read(&format!("{RETIREMENT_HORIZON_DAYS}d")),
            Some(90),
            "the default is the horizon of the check"
        );
    }
}
