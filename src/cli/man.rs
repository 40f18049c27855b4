//! `irc man`: manual pages, made from the definitions of the arguments.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Command;
use clap_mangen::Man;

use super::output::{Output, Stream};
use super::suggest::did_you_mean;
use super::{Outcome, write};

const EXAMPLES: &str = "\
Examples:
  irc man | man -l -                       the page of irc itself
  irc man models list | man -l -           that of a command
  irc man -o ~/.local/share/man/man1       all of them: irc.1, irc-check.1 …";

/// Print manual pages, or write all of them into a folder
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The command whose page to print [default: irc itself]
    #[arg(value_name = "COMMAND", conflicts_with = "output")]
    command: Vec<String>,
    /// Write the pages of all commands into this folder
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &Args, output: &mut Output) -> anyhow::Result<Outcome> {
    let mut top = super::command();
    top.build();
    if let Some(folder) = &args.output {
        let shown = folder.display();
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {shown}"))?;
        let mut pages = Vec::new();
        collect(&top, "irc", &mut pages)?;
        let pages: Vec<_> = pages.into_iter().map(|(name, page)| (folder.join(name), page)).collect();
        write::replace(&pages)?;
        return Ok(Outcome::Clean);
    }
    let (mut name, mut command) = ("irc".to_owned(), &top);
    for word in &args.command {
        let Some(below) = command.find_subcommand(word) else {
            let known = command.get_subcommands().map(Command::get_name);
            bail!("{} has no command `{word}`{}", name.replace('-', " "), did_you_mean(word, known));
        };
        name = format!("{name}-{}", below.get_name());
        command = below;
    }
    output.stream(Stream::Out).write_all(page(command, &name)?.as_bytes())?;
    Ok(Outcome::Clean)
}

/// The page of a command, and those of the commands below it.
fn collect(command: &Command, name: &str, pages: &mut Vec<(String, String)>) -> anyhow::Result<()> {
    pages.push((format!("{name}.1"), page(command, name)?));
    for below in command.get_subcommands() {
        collect(below, &format!("{name}-{}", below.get_name()), pages)?;
    }
    Ok(())
}

fn page(command: &Command, name: &str) -> anyhow::Result<String> {
    // What follows the options are examples, which are to stay line for line.
    let has_commands = command.has_subcommands();
    let examples = command.get_after_help().map(ToString::to_string);
    let command = command.clone().name(name.to_owned()).display_name(name.to_owned()).after_help("");
    let man = Man::new(command).source(concat!("irc ", env!("CARGO_PKG_VERSION")));
    let mut out = Vec::new();
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    man.render_synopsis_section(&mut out)?;
    man.render_description_section(&mut out)?;
    man.render_options_section(&mut out)?;
    if has_commands {
        man.render_subcommands_section(&mut out)?;
    }
    // Each section comes with the formatter's set-up; one of them is enough.
    let mut page = SET_UP.to_owned() + &String::from_utf8(out)?.replace(SET_UP, "");
    if let Some(examples) = examples {
        page.push_str(&section(&examples));
    }
    Ok(page)
}

/// What tells the formatter how to write an apostrophe.
const SET_UP: &str = ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n";

/// Examples and what stands below them, as they are.
fn section(examples: &str) -> String {
    let (title, text) = examples.split_once(":\n").unwrap_or(("EXAMPLES", examples));
    let lines = text.lines().map(|line| {
        let line = line.replace('\\', "\\e").replace('-', "\\-");
        // A line that begins with one of these is an order to the formatter.
        if line.starts_with(['.', '\'']) { format!("\\&{line}\n") } else { format!("{line}\n") }
    });
    format!(".SH {}\n.nf\n{}.fi\n", title.to_uppercase(), lines.collect::<String>())
}
