//! `irc fmt`: definitions in their one layout.

use std::sync::Arc;

use anyhow::bail;
use rayon::prelude::*;

use super::args::{Findings, Global, Inputs};
use super::check::report;
use super::config::Config;
use super::files::{self, Input, Place};
use super::output::{Output, Stream};
use super::session::Readings;
use super::{Outcome, unified, write};
use crate::catalogue::Catalogue;
use crate::diag::{Sink, Suppressions};
use crate::format::Formatted;
use crate::pipeline::{self, Options};
use crate::render::Unit;
use crate::source::Sources;

const EXAMPLES: &str = "\
Examples:
  irc fmt                        everything below this folder
  irc fmt --check routers/       exit code 1 if something is not formatted
  irc fmt --diff router.yaml     what it would change
  irc fmt - < router.yaml

Comments stay where they belong, and no definition changes its meaning. JSON is left as it is. A comment
`# irc: fmt skip` leaves alone the entry or list item below it.";

/// Lay out definitions in one canonical way
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    inputs: Inputs,
    /// Change nothing; exit with 1 if a file is not formatted
    #[arg(long)]
    check: bool,
    /// Change nothing; print what would change
    #[arg(long)]
    diff: bool,
}

/// A file, and what came of it.
struct Done {
    input: Input,
    old: Arc<str>,
    formatted: Formatted,
    unit: Unit,
}

impl Done {
    /// Its new text, if that is another one.
    fn change(&self) -> Option<&str> {
        match &self.formatted {
            Formatted::Text(text) => (**text != *self.old).then_some(text),
            _ => None,
        }
    }
}

pub(super) fn run(args: &Args, global: &Global, output: &mut Output) -> anyhow::Result<Outcome> {
    let config = Config::load(global, &args.inputs.places())?;
    let found = files::find(&args.inputs.paths, args.inputs.stdin_filename.as_deref(), config.patterns());
    if let Some(input) = found.inputs.iter().find(|input| input.router.is_some()) {
        bail!("cannot format {}: only whole files can be formatted", input.name);
    }
    let stdin = found.inputs.iter().any(|input| input.place == Place::Stdin);
    if stdin && found.inputs.len() > 1 {
        bail!("`-` stands alone: what is formatted goes to standard output");
    }
    let one = |input: Input| one(input);
    let results: Vec<Result<Done, String>> = match found.inputs.len() {
        0 | 1 => found.inputs.into_iter().map(one).collect(),
        _ => found.inputs.into_par_iter().map(one).collect(),
    };
    let mut problems = found.problems;
    let mut done = Vec::new();
    for result in results {
        match result {
            Ok(one) => done.push(one),
            Err(problem) => problems.push(problem),
        }
    }
    for Done { input, formatted, .. } in &done {
        if let Formatted::Refused(what) = formatted {
            let name = &input.name;
            problems.push(format!(
                "{name} is left as it is: formatted, it would {what}; this is a fault of irc, please report it"
            ));
        }
    }
    let writes = !args.check && !args.diff;
    if stdin && writes {
        print(&done, output)?;
    } else {
        if writes {
            store(&done)?;
        }
        tell(args, &done, global, output)?;
    }
    let unreadable = done.iter().any(|one| one.formatted == Formatted::Unreadable);
    let outcome = if !problems.is_empty() {
        Outcome::Failed
    } else if unreadable || (args.check && done.iter().any(|one| one.change().is_some())) {
        Outcome::Findings
    } else {
        Outcome::Clean
    };
    output.flush()?;
    let units = done.into_iter().map(|one| one.unit).collect();
    let mut read = Readings { units, problems, ..Readings::default() };
    report(&mut read, &Findings::default(), global, Stream::Err, output)?;
    Ok(outcome)
}

fn one(input: Input) -> Result<Done, String> {
    let bytes = input.read()?;
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let catalogue = Catalogue::embedded();
    let options = Options::new(&catalogue);
    let loaded = pipeline::load(&mut sources, &input.name, bytes, &options);
    let formatted = pipeline::lay_out(&sources, &loaded, &options, &mut sink);
    let old = sources.by_name(&input.name).map_or_else(|| "".into(), |file| file.text().clone());
    // Warnings are for those who check.
    let diagnostics = match formatted {
        Formatted::Unreadable => sink.finish(&Suppressions::default()),
        _ => Vec::new(),
    };
    Ok(Done { input, old, formatted, unit: Unit { sources, diagnostics } })
}

/// Writes what changed: all files, or none.
fn store(done: &[Done]) -> anyhow::Result<()> {
    let mut texts = Vec::new();
    for one in done {
        let (Some(text), Place::Disk(path)) = (one.change(), &one.input.place) else { continue };
        if files::read(path).ok().as_deref() != Some(one.old.as_bytes()) {
            bail!("{} was changed by somebody else meanwhile: nothing is written", one.input.name);
        }
        texts.push((path.clone(), text.to_owned()));
    }
    write::replace(&texts)
}

/// The text of standard input; none if it cannot be trusted.
fn print(done: &[Done], output: &mut Output) -> anyhow::Result<()> {
    for one in done {
        let text = match &one.formatted {
            Formatted::Text(text) => text,
            Formatted::Json => &*one.old,
            Formatted::Unreadable | Formatted::Refused(_) => continue,
        };
        output.stream(Stream::Out).write_all(text.as_bytes())?;
    }
    Ok(())
}

/// Which files changed or would change.
fn tell(args: &Args, done: &[Done], global: &Global, output: &mut Output) -> anyhow::Result<()> {
    let (terminal, color) = (output.is_terminal(Stream::Out), output.options(Stream::Out, false).color);
    let writes = !args.check && !args.diff;
    let out = output.stream(Stream::Out);
    let mut changed = 0;
    for one in done {
        let Some(text) = one.change() else { continue };
        changed += 1;
        let name = &one.input.name;
        if args.diff {
            unified::write(name, &one.old, text, terminal, color, out)?;
        } else {
            let verb = if writes { "formatted" } else { "would format" };
            writeln!(out, "{verb} {}", crate::render::escape::line(name))?;
        }
    }
    if global.quiet || args.diff {
        return Ok(());
    }
    let count = |of: fn(&Formatted) -> bool| done.iter().filter(|one| of(&one.formatted)).count();
    let texts = count(|formatted| matches!(formatted, Formatted::Text(_)));
    let json = count(|formatted| *formatted == Formatted::Json);
    let files = |n: usize| if n == 1 { "1 file".to_owned() } else { format!("{n} files") };
    let mut parts = Vec::new();
    match (changed, texts - changed) {
        (0, 0) => {}
        (0, 1) => parts.push("1 file was formatted already".to_owned()),
        (0, same) => parts.push(format!("{same} files were formatted already")),
        (changed, same) => {
            let verb = if writes { "formatted" } else { "to format" };
            let rest = if same > 0 { format!(", {same} formatted already") } else { String::new() };
            parts.push(format!("{} {verb}{rest}", files(changed)));
        }
    }
    match json {
        0 => {}
        1 => parts.push("1 JSON file is left as it is".to_owned()),
        n => parts.push(format!("{n} JSON files are left as they are")),
    }
    if !parts.is_empty() {
        writeln!(out, "{}", parts.join("; "))?;
    }
    Ok(())
}
