//! `irc init`: a first definition, with requests to try it on and a CI job that checks it.
//!
//! In: flags and, at a terminal, answers. Out: files, and the commands to go on with. What the files say stands in
//! `templates/` of this package. It writes nothing unless it can write everything, and replaces nothing unasked.

mod ask;
mod place;
mod templates;

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::bail;

use super::Outcome;
use super::args::Global;
use super::output::{Output, Stream};
use crate::model::is_bare_name;
use crate::render::escape;
use ask::Questions;
use place::Planned;
use templates::{Ci, Template};

const EXAMPLES: &str = "\
Examples:
  irc init                                   asks at a terminal
  irc init support                           a router `support` in a folder of its own
  irc init routers/cli --template claude-code --ci none";

/// Write a first definition, requests to try it on and a CI job that checks it
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The folder to write to, which is made if it is not there
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// What to begin with: tiers, ab-test, claude-code or cost [default: tiers]
    #[arg(long, value_enum, value_name = "TEMPLATE", hide_possible_values = true)]
    template: Option<Template>,
    /// The router's name, which callers write as inworld/NAME [default: that of DIR, else my-router]
    #[arg(long, value_name = "NAME", value_parser = name)]
    name: Option<String>,
    /// The CI job to write below the current folder: github, gitlab or none [default: github]
    #[arg(long, value_enum, value_name = "CI", hide_possible_values = true)]
    ci: Option<Ci>,
    /// Replace files that are there already
    #[arg(long)]
    force: bool,
}

/// What goes without saying.
const NAME: &str = "my-router";

fn name(text: &str) -> Result<String, String> {
    if is_bare_name(text) {
        return Ok(text.to_owned());
    }
    Err("a name has small letters, digits and `-`, and begins with a letter or digit".to_owned())
}

/// What is to be written.
struct Choice {
    template: Template,
    name: String,
    ci: Ci,
}

pub(super) fn run(args: &Args, global: &Global, output: &mut Output) -> anyhow::Result<Outcome> {
    let proposed = args.folder.file_name().and_then(|last| last.to_str()).filter(|name| is_bare_name(name));
    let proposed = proposed.unwrap_or(NAME);
    let choice = if io::stdin().is_terminal() && output.is_terminal(Stream::Err) {
        let mut lines = io::stdin().lock();
        let Some(choice) =
            asked(args, proposed, &mut Questions::new(&mut lines, output.stream(Stream::Err)))?
        else {
            bail!("no answer: nothing was written");
        };
        choice
    } else {
        settled(args, proposed, global, output)?
    };
    let mut files = vec![
        Planned {
            path: inside(&args.folder, "router.yaml"),
            text: choice.template.definition(&choice.name),
            what: "the definition, with tests: begin here",
            shared: false,
        },
        Planned {
            path: inside(&args.folder, "requests.jsonl"),
            text: choice.template.requests(&choice.name),
            what: "requests to try it on",
            shared: false,
        },
    ];
    files.extend(choice.ci.file().map(|(path, text)| Planned {
        path: PathBuf::from(path),
        text: text.to_owned(),
        what: "checks all definitions on every push",
        shared: true,
    }));
    let written = place::write(&files, args.force)?;
    if !global.quiet {
        tell(&files, &written, choice.ci, output)?;
    }
    Ok(Outcome::Clean)
}

/// What flags say, and for the rest what a person answers. `None` if they go away.
fn asked(args: &Args, proposed: &str, questions: &mut Questions<'_>) -> io::Result<Option<Choice>> {
    let template = match args.template {
        Some(template) => template,
        None => match questions.template()? {
            Some(template) => template,
            None => return Ok(None),
        },
    };
    let name = match &args.name {
        Some(name) => name.clone(),
        None => match questions.name(proposed)? {
            Some(name) => name,
            None => return Ok(None),
        },
    };
    let ci = match args.ci {
        Some(ci) => ci,
        None => match questions.ci()? {
            Some(ci) => ci,
            None => return Ok(None),
        },
    };
    Ok(Some(Choice { template, name, ci }))
}

/// What flags say, and for the rest what goes without saying. That is told.
fn settled(args: &Args, proposed: &str, global: &Global, output: &mut Output) -> io::Result<Choice> {
    let choice = Choice {
        template: args.template.unwrap_or_default(),
        name: args.name.clone().unwrap_or_else(|| proposed.to_owned()),
        ci: args.ci.unwrap_or_default(),
    };
    let mut taken = Vec::new();
    if args.template.is_none() {
        taken.push(format!("--template {}", choice.template.as_str()));
    }
    if args.name.is_none() {
        taken.push(format!("--name {}", choice.name));
    }
    if args.ci.is_none() {
        taken.push(format!("--ci {}", choice.ci.as_str()));
    }
    if !taken.is_empty() && !global.quiet {
        writeln!(output.stream(Stream::Err), "no terminal to ask at: took {}", taken.join(" "))?;
    }
    Ok(choice)
}

/// A file in a folder, as a person would write it.
fn inside(folder: &Path, name: &str) -> PathBuf {
    if folder == Path::new(".") { PathBuf::from(name) } else { folder.join(name) }
}

/// Says what is there now, and what to do next.
fn tell(files: &[Planned], written: &[bool], ci: Ci, output: &mut Output) -> io::Result<()> {
    let shown: Vec<String> =
        files.iter().map(|file| escape::line(&file.path.display().to_string()).into_owned()).collect();
    let width = shown.iter().map(|path| path.chars().count()).max().unwrap_or(0);
    let out = output.stream(Stream::Out);
    for ((file, path), written) in files.iter().zip(&shown).zip(written) {
        let verb = if *written { "wrote" } else { "kept " };
        writeln!(out, "{verb} {path:<width$}  {}", file.what)?;
    }
    let quoted: Vec<String> = shown.iter().map(|path| quoted(path)).collect();
    if let [definition, requests, ..] = quoted.as_slice() {
        writeln!(out, "\nnext:")?;
        writeln!(out, "  irc check {definition}")?;
        writeln!(out, "  irc simulate {definition} {requests} --explain")?;
        writeln!(out, "  irc build {definition}")?;
    }
    if ci != Ci::None {
        writeln!(out, "for CI: set its variable IRC_GIT to the git address that irc is installed from")?;
    }
    Ok(())
}

/// A path as a word of a shell.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '\\' | '.' | '-' | '_' | ':');
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}
