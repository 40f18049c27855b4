//! `irc import`: what is deployed, as definitions in the authoring form.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::args::{Findings, Global};
use super::check::report;
use super::config::Config;
use super::files::{Input, Place};
use super::output::{Output, Stream};
use super::session::{self, Readings};
use super::{Outcome, write};
use crate::check;
use crate::diag::{Severity, Sink, Suppressions};
use crate::import::{self, Imported};
use crate::model::{Form, lower};
use crate::pipeline::Options;
use crate::render::{Unit, escape};
use crate::source::Sources;
use crate::yaml;

const EXAMPLES: &str = "\
Examples:
  irc import deployed.json                    YAML on standard output
  irc import list-answer.json -o routers      a file routers/<name>.router.yaml for each router
  curl … /router/v1/routers/support | irc import -

What is written is built again at once: if the JSON differs in anything from what was imported, it is told in what, and
the exit code is 1.";

/// What the service's list call answers with unless asked for more.
const PAGE: usize = 10;

/// Write deployed routers as definitions in YAML
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Files of the API's JSON (a router, or an answer of the list call), folders of them, or - for standard input
    #[arg(value_name = "FILE", required = true)]
    paths: Vec<PathBuf>,
    /// Write <name>.router.yaml for each router into this folder
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Replace files that are there
    #[arg(long, requires = "output")]
    force: bool,
}

/// A router that was imported.
struct Router {
    name: String,
    file: String,
    imported: Imported,
}

pub(super) fn run(args: &Args, global: &Global, output: &mut Output) -> anyhow::Result<Outcome> {
    let config = Config::load(global, &args.paths)?;
    let catalogue = session::catalogue(&config, None)?;
    let (inputs, mut problems) = inputs(&args.paths);
    let (mut routers, mut units, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    let mut refused = false;
    for input in &inputs {
        match read(input, &catalogue, &mut routers, &mut notes) {
            Ok(None) => {}
            Ok(Some(unit)) => {
                refused = true;
                units.push(unit);
            }
            Err(problem) => problems.push(problem),
        }
    }
    one_of_each_name(&routers)?;
    match &args.output {
        Some(folder) => store(folder, args.force, &routers, global, output)?,
        None => {
            let texts: Vec<&str> = routers.iter().map(|router| router.imported.text.as_str()).collect();
            output.stream(Stream::Out).write_all(texts.join("---\n").as_bytes())?;
        }
    }
    output.flush()?;
    let different = tell(&routers, &notes, output);
    let mut read = Readings { units, problems, ..Readings::default() };
    let failed = !read.problems.is_empty();
    report(&mut read, &Findings::default(), global, Stream::Err, output)?;
    Ok(match (failed, refused || different) {
        (true, _) => Outcome::Failed,
        (_, true) => Outcome::Findings,
        _ => Outcome::Clean,
    })
}

/// Files as they are named, and the `.json` files of folders.
fn inputs(paths: &[PathBuf]) -> (Vec<Input>, Vec<String>) {
    let (mut inputs, mut problems) = (Vec::new(), Vec::new());
    let disk = |path: &Path| Input {
        name: path.display().to_string(),
        router: None,
        place: Place::Disk(path.to_owned()),
    };
    for path in paths {
        if path.as_os_str() == "-" {
            inputs.push(Input { name: "<stdin>".to_owned(), router: None, place: Place::Stdin });
        } else if path.is_dir() {
            let entries = fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path());
            let is_json = |path: &PathBuf| path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
            let mut found: Vec<PathBuf> = entries.filter(|path| path.is_file() && is_json(path)).collect();
            found.sort();
            if found.is_empty() {
                problems.push(format!("{} holds no `.json` files", path.display()));
            }
            inputs.extend(found.iter().map(|path| disk(path)));
        } else {
            inputs.push(disk(path));
        }
    }
    (inputs, problems)
}

/// Imports what a file holds. A file with errors of shape comes back as a unit with them.
fn read(
    input: &Input,
    catalogue: &crate::catalogue::Catalogue,
    routers: &mut Vec<Router>,
    notes: &mut Vec<String>,
) -> Result<Option<Unit>, String> {
    let bytes = input.read()?;
    let options = Options::new(catalogue);
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let (text, fault) = yaml::decode(bytes, &options.yaml.limits);
    let id = sources.add(input.name.as_str(), text);
    let Some(file) = sources.get(id) else { return Ok(None) };
    let tree = yaml::parse_decoded(file, fault.as_ref(), &options.yaml, &mut sink);
    let definitions = lower(&tree, &mut sink).definitions;
    if definitions.iter().any(|definition| definition.form == Form::Authoring) {
        return Err(format!("{} is in the authoring form already", input.name));
    }
    if sink.error_count() > 0 {
        let mut diagnostics = sink.finish(&Suppressions::default());
        diagnostics.retain(|d| d.severity == Severity::Error);
        return Ok(Some(Unit { sources, diagnostics }));
    }
    let root = tree.documents.iter().find_map(|document| document.root.as_deref());
    if let Some(root) = root.filter(|root| root.get("routers").is_some()) {
        let more = root.get("next_page_token").or_else(|| root.get("nextPageToken"));
        if more.is_some_and(|token| !token.text().is_empty()) {
            notes.push(format!("{} says that there are more: ask for the next page as well", input.name));
        } else if definitions.len() == PAGE {
            notes.push(format!(
                "{} holds {PAGE} routers, as many as the list call answers with unless `page_size` asks for more: \
                 there may be others",
                input.name
            ));
        }
    }
    let with = check::Options { catalogue, as_of: None, metadata: None, limits: options.cel };
    for definition in definitions {
        let checked = check::check(definition, &with, &mut Sink::new());
        let name = checked.name().unwrap_or_default().to_owned();
        match import::import(file, &checked, &with) {
            Some(imported) => routers.push(Router { name, file: input.name.clone(), imported }),
            None => {
                return Err(format!(
                    "{}: `{name}` cannot be written in the authoring form; this is a fault of irc, please report it",
                    input.name
                ));
            }
        }
    }
    Ok(None)
}

fn one_of_each_name(routers: &[Router]) -> anyhow::Result<()> {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for Router { name, file, .. } in routers {
        if let Some(other) = seen.insert(name, file) {
            let place =
                if other == file { format!("twice in {file}") } else { format!("in {other} and in {file}") };
            bail!("a router named `{name}` is {place}: nothing is written");
        }
    }
    Ok(())
}

/// Writes a file for each router: all, or none.
fn store(
    folder: &Path,
    force: bool,
    routers: &[Router],
    global: &Global,
    output: &mut Output,
) -> anyhow::Result<()> {
    // A name is letters, digits and dashes: it leads nowhere else.
    let path = |router: &Router| folder.join(format!("{}.router.yaml", router.name));
    if let Some(there) = routers.iter().map(path).find(|path| !force && fs::symlink_metadata(path).is_ok()) {
        bail!("{} is there already, and nothing is written; --force replaces it", there.display());
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let texts: Vec<(PathBuf, String)> =
        routers.iter().map(|router| (path(router), router.imported.text.clone())).collect();
    write::replace(&texts)?;
    if !global.quiet {
        for (path, _) in &texts {
            writeln!(output.stream(Stream::Out), "wrote {}", escape::line(&path.display().to_string()))?;
        }
    }
    Ok(())
}

/// Says in what the routers differ from what was imported. True if there is something.
fn tell(routers: &[Router], notes: &[String], output: &mut Output) -> bool {
    let mut different = false;
    for Router { name, imported, .. } in routers {
        for path in &imported.respaced {
            output.complain(&format!(
                "note: {name}: `{path}` is laid out with other blanks, and is the same otherwise"
            ));
        }
        for difference in &imported.differences {
            different = true;
            output.complain(&format!("{name}: {difference}"));
        }
    }
    for note in notes {
        output.complain(&format!("note: {note}"));
    }
    different
}
