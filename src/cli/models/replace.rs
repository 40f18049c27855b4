//! `irc models replace`: one model in place of another, wherever definitions name it.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{anyhow, bail};
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::super::args::{Findings, Global};
use super::super::check::report;
use super::super::files::{self, Input};
use super::super::output::{Output as Streams, Stream};
use super::super::session::{Against, Readings, Session};
use super::super::{Outcome, unified, write};
use super::{Asked, Form, Place, count};
use crate::catalogue::{Catalogue, ModelId, Target};
use crate::diag::{Diagnostic, Severity, Sink, apply};
use crate::model::replace_model;
use crate::render::{Unit, escape, json};
use crate::source::Sources;
use crate::yaml;

const EXAMPLES: &str = "\
Examples:
  irc models replace openai/gpt-5-mini openai/gpt-5.4-mini routers/
  irc models replace openai/gpt-5-mini openai/gpt-5.4-mini routers/ --diff
  irc models replace gpt-5-nano gpt-5.4-nano router.yaml router.test.yaml

Exit codes: 0 done, 1 it stands nowhere or the result would have errors, 2 something could not be read.";

/// Put one model in place of another, wherever definitions name it
///
/// Routes, pools, invariants and tests, in YAML and in the API's JSON. Comments and layout stay. Nothing is written when
/// any file would get an error that it has not.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The model that goes, as definitions name it
    #[arg(value_name = "OLD")]
    old: String,
    /// The model that takes its place
    #[arg(value_name = "NEW")]
    new: String,
    /// Files and folders to change, or - to print standard input changed
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Print the changes as a unified diff and write nothing
    #[arg(long, visible_alias = "dry-run")]
    diff: bool,
}

/// What `irc models replace --format json` prints.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(title = "irc models replace --format json")]
pub(in super::super) struct Output {
    /// The version of this shape.
    version: u32,
    /// The model that goes.
    old: String,
    /// The model that takes its place.
    new: String,
    /// Whether the files were written.
    written: bool,
    /// How many files were looked at.
    looked_at: usize,
    /// The files that name it.
    files: Vec<Replaced>,
}

/// A file that names it.
#[derive(Serialize, schemars::JsonSchema)]
struct Replaced {
    /// The file.
    file: String,
    /// The places that change, as they were.
    places: Vec<Place>,
}

/// A file with its new text.
struct Change<'i> {
    input: &'i Input,
    old: String,
    new: String,
    places: Vec<Place>,
}

pub(super) fn run(args: &Args, asked: &Asked<'_>, output: &mut Streams) -> anyhow::Result<Outcome> {
    let session = Session::open(asked.global, &Against::plain(None, asked.catalog), &args.paths, output)?;
    usage(args, &session.catalogue)?;
    let found = files::find(&args.paths, None, session.config.patterns());
    let mut problems = found.problems;
    let mut changes = Vec::new();
    for input in &found.inputs {
        match change(args, input) {
            Ok(change) => changes.extend(change),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        problems.iter().for_each(|problem| output.complain(problem));
        return Ok(Outcome::Failed);
    }
    let added = added(&session, &changes)?;
    if added.iter().flat_map(|unit| &unit.diagnostics).any(|d| d.severity == Severity::Error) {
        tell_findings(added, asked.global, output)?;
        output.complain("nothing was written: with the other model there would be errors");
        return Ok(Outcome::Findings);
    }
    if !args.diff {
        let on_disk = changes.iter().filter_map(|change| match &change.input.place {
            files::Place::Disk(path) => Some((path.clone(), change.new.clone())),
            files::Place::Stdin | files::Place::Revision(..) => None,
        });
        write::replace(&on_disk.collect::<Vec<_>>())?;
    }
    let told = Output {
        version: 1,
        old: args.old.clone(),
        new: args.new.clone(),
        written: !args.diff && !changes.is_empty(),
        looked_at: found.inputs.len(),
        files: changes
            .iter()
            .map(|change| Replaced { file: change.input.name.clone(), places: change.places.clone() })
            .collect(),
    };
    tell(args, asked.form, &told, &found.inputs, &changes, output)?;
    // What is worth a warning is told when it is done.
    tell_findings(added, asked.global, output)?;
    Ok(if changes.is_empty() { Outcome::Findings } else { Outcome::Clean })
}

/// What cannot be meant is refused before anything is read.
fn usage(args: &Args, catalogue: &Catalogue) -> anyhow::Result<()> {
    if args.old == args.new {
        bail!("OLD and NEW are the same: `{}`", args.old);
    }
    for name in [&args.old, &args.new] {
        let id = ModelId::parse(name).map_err(|reason| anyhow!("`{name}` names no model: {reason}"))?;
        match id.target {
            Target::Auto => bail!(
                "`auto` is no model: with another one `candidates` become `fallbacks`, or the other way round"
            ),
            Target::Router(_) => bail!("`{name}` is a router, not a model"),
            Target::Bare(bare) if catalogue.has_provider(bare) && !catalogue.knows_bare(bare) => {
                bail!("`{name}` is a provider, not a model")
            }
            Target::Bare(_) | Target::Concrete { .. } | Target::Hosted(_) => {}
        }
    }
    // The one that goes may be gone already.
    let id = ModelId::parse(&args.new).map_err(|reason| anyhow!("{reason}"))?;
    if !catalogue.contains(id.name) && !catalogue.knows_bare(id.name) {
        super::find(catalogue, &args.new)?;
    }
    let is_stdin = |path: &&PathBuf| path.as_os_str() == "-";
    if args.paths.iter().any(|path| is_stdin(&path)) && args.paths.len() > 1 {
        bail!("the changed standard input goes to standard output: name - alone, or files");
    }
    Ok(())
}

/// A file with the other model in it; none where it does not name the first one.
fn change<'i>(args: &Args, input: &'i Input) -> Result<Option<Change<'i>>, String> {
    let name = &input.name;
    if let Some(router) = &input.router {
        return Err(format!(
            "{name}:{router} is one router of a file: name the file, which is changed as a whole"
        ));
    }
    let old =
        String::from_utf8(input.read()?).map_err(|_| format!("cannot change {name}: it is no UTF-8"))?;
    let mut sources = Sources::new();
    let id = sources.add(name.clone(), old.as_str());
    let Some(file) = sources.get(id) else { return Ok(None) };
    // What is wrong with the file is told when it is checked.
    let tree = yaml::parse(file, &yaml::Options::default(), &mut Sink::new());
    let found = replace_model(&tree, file, &args.old, &args.new);
    if let Some(span) = found.stuck.first() {
        let place = Place::of(&sources, *span);
        return Err(format!(
            "{name}:{}:{}: `{}` is written with escapes here: write it plainly first",
            place.line, place.column, args.old
        ));
    }
    if found.edits.is_empty() {
        return Ok(None);
    }
    let places = found.edits.iter().map(|edit| Place::of(&sources, edit.span)).collect();
    let new =
        apply(&old, id, &found.edits).ok_or_else(|| format!("cannot change {name}: the places overlap"))?;
    Ok(Some(Change { input, old, new, places }))
}

/// What is found in the changed files and was not found in them before.
fn added(session: &Session, changes: &[Change<'_>]) -> anyhow::Result<Vec<Unit>> {
    let mut units = Vec::new();
    for change in changes {
        let check = |text: &str| session.read_text(change.input, text).map_err(|problem| anyhow!(problem));
        let (before, mut after) = (check(&change.old)?, check(&change.new)?);
        let key = |d: &Diagnostic| (d.meta.code, d.subject.clone(), d.message.clone());
        let mut known: FxHashMap<_, usize> = FxHashMap::default();
        for diagnostic in &before.diagnostics {
            *known.entry(key(diagnostic)).or_default() += 1;
        }
        after.diagnostics.retain(|diagnostic| match known.get_mut(&key(diagnostic)) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        });
        units.push(after);
    }
    Ok(units)
}

fn tell_findings(units: Vec<Unit>, global: &Global, output: &mut Streams) -> anyhow::Result<()> {
    if units.iter().all(|unit| unit.diagnostics.is_empty()) {
        return Ok(());
    }
    let definitions = units.iter().map(|_| Vec::new()).collect();
    let mut read = Readings { units, definitions, ..Readings::default() };
    report(&mut read, &Findings::default(), global, Stream::Err, output)
}

fn tell(
    args: &Args,
    form: Form,
    told: &Output,
    inputs: &[Input],
    changes: &[Change<'_>],
    output: &mut Streams,
) -> anyhow::Result<()> {
    // Standard input comes out changed; what does not name the model is not what was meant.
    let from_stdin = inputs.iter().any(|input| input.place == files::Place::Stdin);
    let (terminal, color) = (output.is_terminal(Stream::Out), output.options(Stream::Out, true).color);
    let out = output.stream(Stream::Out);
    if form == Form::Json {
        json::pretty(told, out)?;
        return Ok(());
    }
    if args.diff {
        for change in changes {
            unified::write(&change.input.name, &change.old, &change.new, terminal, color, out)?;
        }
    } else if from_stdin {
        for change in changes {
            out.write_all(change.new.as_bytes())?;
        }
    } else {
        summary(told, out)?;
        return Ok(());
    }
    if changes.is_empty() {
        output.complain(&nowhere(told));
    }
    Ok(())
}

fn summary(told: &Output, out: &mut dyn Write) -> io::Result<()> {
    for file in &told.files {
        let lines: Vec<String> = file.places.iter().map(|place| place.line.to_string()).collect();
        let word = if lines.len() == 1 { "line" } else { "lines" };
        writeln!(out, "{}: {word} {}", escape::line(&file.file), lines.join(", "))?;
    }
    if told.files.is_empty() {
        return writeln!(out, "{}", escape::line(&nowhere(told)));
    }
    let places: usize = told.files.iter().map(|file| file.places.len()).sum();
    writeln!(
        out,
        "put `{}` in place of `{}` in {} of {}",
        escape::line(&told.new),
        escape::line(&told.old),
        count(places, "place", "places"),
        count(told.files.len(), "file", "files")
    )
}

fn nowhere(told: &Output) -> String {
    format!("`{}` stands nowhere in {}", told.old, count(told.looked_at, "file", "files"))
}
