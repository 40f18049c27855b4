//! `irc build`: the JSON to deploy.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::Outcome;
use super::args::{Findings, Global, Inputs};
use super::check::{report, worst};
use super::output::{Output, Stream};
use super::session::{Against, Reading, Session};
use crate::check;
use crate::diag::Severity;
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
    let mut session = Session::open(global, &args.against)?;
    let mut read = session.read(&args.inputs);
    one_of_each_name(&mut read.files);
    let outcome = worst(&read, args.findings.fail_on);
    let errors = read.files.iter().flat_map(|f| &f.unit.diagnostics).any(|d| d.severity == Severity::Error);
    let routers: Option<Vec<emit::wire::Router>> =
        read.files.iter().flat_map(|f| &f.definitions).map(|d| emit::router(&d.definition)).collect();
    report(&read, &session, &args.findings, global, Stream::Err, output)?;
    // A router that cannot be emitted has been reported as an error, whatever its rule's level was set to.
    let (false, Some(routers), true) = (errors, routers, read.problems.is_empty()) else {
        if !errors && read.problems.is_empty() {
            output.complain("a definition has faults that were turned off or allowed, and nothing can be built of it");
            return Ok(Outcome::Findings.max(outcome));
        }
        return Ok(outcome.max(Outcome::Findings));
    };
    match &args.output {
        Some(folder) => {
            let texts = routers.iter().map(|r| {
                let name = crate::model::bare_name(&r.name);
                (folder.join(format!("{name}.json")), text(std::slice::from_ref(r), args.update))
            });
            write_all(folder, &texts.collect::<Vec<_>>())?;
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

/// Reports a name that two definitions of the run have: the later deployment would replace the earlier one.
fn one_of_each_name(files: &mut [Reading]) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for Reading { unit, definitions } in files {
        let mut first_here: BTreeMap<String, ()> = BTreeMap::new();
        for checked in definitions.iter() {
            let Some(name) = &checked.definition.router.name else { continue };
            let bare = crate::model::bare_name(&name.value).to_owned();
            // Twice in one file was reported by the check.
            if first_here.insert(bare.clone(), ()).is_some() {
                continue;
            }
            let file = unit.sources.get(name.span.file).map_or("", |f| f.name()).to_owned();
            match seen.get(&bare) {
                Some(other) => unit.diagnostics.push(check::duplicate_router(name, other)),
                None => {
                    seen.insert(bare, file);
                }
            }
        }
    }
}

/// Writes every file beside its place and then moves all into place, so that no file is ever half written, and none
/// is replaced when one cannot be written.
fn write_all(folder: &Path, texts: &[(PathBuf, String)]) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let mut written: Vec<(PathBuf, &Path)> = Vec::new();
    let result = texts.iter().try_for_each(|(path, text)| {
        let beside = path.with_extension(format!("json.{}.tmp", std::process::id()));
        written.push((beside.clone(), path));
        let mut file = fs::File::create(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    let moved = result.and_then(|()| written.iter().try_for_each(|(beside, path)| fs::rename(beside, path)));
    if moved.is_err() {
        for (beside, _) in &written {
            let _ = fs::remove_file(beside);
        }
    }
    moved.with_context(|| format!("cannot write to {}", folder.display()))
}
