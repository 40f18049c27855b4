//! `irc build`: the JSON to deploy.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, bail};

use super::Outcome;
use super::args::{Findings, Global, Inputs};
use super::check::{report, worst};
use super::output::{Output, Stream};
use super::session::{Against, Readings, Session};
use super::write;
use crate::check;
use crate::emit;

const EXAMPLES: &str = "\
Examples:
  irc build router.yaml                    the JSON on standard output
  irc build routers/ -o dist               a file dist/<name>.json for each router
  irc build router.yaml --update           body and update mask of a PATCH";

/// Check definitions and write the JSON that the service deploys
///
/// One router is one object, several are an array. Nothing is written while there are errors.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    inputs: Inputs,
    /// Write <name>.json for each router into this folder
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Print what a PATCH needs: the update mask beside the body
    #[arg(long)]
    update: bool,
    #[command(flatten)]
    findings: Findings,
    #[command(flatten)]
    against: Against,
}

pub(super) fn run(args: &Args, global: &Global, output: &mut Output) -> anyhow::Result<Outcome> {
    let mut session = Session::open(global, &args.against, &args.inputs.places(), output)?;
    let findings = args.findings.or(&session.config);
    let mut read = session.read(&args.inputs);
    one_of_each_name(&mut read);
    report(&mut read, &findings, global, Stream::Err, output)?;
    let outcome = worst(&read, findings.fail_on);
    if read.has_errors() || !read.problems.is_empty() {
        return Ok(outcome.max(Outcome::Findings));
    }
    let routers: Option<Vec<emit::wire::Router>> = read
        .definitions()
        .map(|checked| emit::router(&checked.definition).filter(|_| checked.sound))
        .collect();
    if read.definitions().next().is_none() {
        bail!("there is no router to build: what was read holds none");
    }
    let Some(routers) = routers else {
        bail!("a definition has errors that a comment or irc.toml hides: nothing can be built of it");
    };
    match &args.output {
        Some(folder) => {
            let shown = folder.display();
            fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {shown}"))?;
            let texts = routers.iter().map(|r| {
                let name = crate::model::bare_name(&r.name);
                (folder.join(format!("{name}.json")), text(std::slice::from_ref(r), args.update))
            });
            write::replace(&texts.collect::<Vec<_>>())?;
        }
        None => output.stream(Stream::Out).write_all(text(&routers, args.update).as_bytes())?,
    }
    Ok(outcome)
}

/// One router is an object, several are an array.
fn text(routers: &[emit::wire::Router], update: bool) -> String {
    let updates: Vec<_> = routers.iter().map(emit::update).collect();
    match (routers, updates.as_slice(), update) {
        ([only], _, false) => emit::to_json(only),
        (many, _, false) => emit::to_json(many),
        (_, [only], true) => emit::to_json(only),
        (_, many, true) => emit::to_json(many),
    }
}

/// Reports a name that definitions of two files have: deployed one after the other, the later would replace the
/// earlier. Twice in one file is reported by the check.
fn one_of_each_name(read: &mut Readings) {
    let mut seen: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for (at, (unit, definitions)) in read.units.iter_mut().zip(&read.definitions).enumerate() {
        for checked in definitions {
            let (Some(bare), Some(name)) = (checked.name(), &checked.definition.router.name) else {
                continue;
            };
            let file = unit.sources.get(name.span.file).map_or("", |f| f.name());
            let (first, other) = seen.entry(bare.to_owned()).or_insert_with(|| (at, file.to_owned()));
            if *first != at {
                unit.diagnostics.push(check::duplicate_router(name, &format!("in {other}")));
            }
        }
    }
}
