//! `irc env`: what to set so that a program calls a router.

use std::path::{Path, PathBuf};

use anyhow::bail;

use super::Outcome;
use super::args::{Findings, Global, Inputs};
use super::check::{report, worst};
use super::output::{Output, Stream};
use super::session::{Against, Session};
use crate::callers::{KEY_VARIABLE, Setup, Shell};
use crate::model::is_bare_name;

const EXAMPLES: &str = "\
Examples:
  irc env claude-code router.yaml
  eval \"$(irc env claude-code router.yaml)\" && claude --model inworld/support
  irc env claude-code inworld/support --format settings-json > .claude/settings.local.json";

/// Print what to set so that a program calls a router
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(subcommand)]
    caller: Caller,
}

#[derive(clap::Subcommand, Debug)]
enum Caller {
    ClaudeCode(ClaudeCode),
}

/// Print what to set so that Claude Code calls a router
///
/// The key itself is never read nor printed: the lines refer to the variable that holds it.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
struct ClaudeCode {
    /// A definition (FILE:name for one of several routers), or inworld/NAME
    #[arg(value_name = "ROUTER")]
    router: PathBuf,
    /// How to print: sh, powershell, inline (one command) or settings-json (a settings file)
    #[arg(long, value_enum, default_value_t, value_name = "FORM", hide_possible_values = true)]
    format: Form,
    /// The variable that holds the key
    #[arg(long, value_name = "NAME", default_value = KEY_VARIABLE, value_parser = variable)]
    key: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
enum Form {
    #[default]
    Sh,
    Powershell,
    Inline,
    SettingsJson,
}

fn variable(text: &str) -> Result<String, String> {
    let mut chars = text.chars();
    let is_name = chars.next().is_some_and(|c| c == '_' || c.is_ascii_alphabetic())
        && chars.all(|c| c == '_' || c.is_ascii_alphanumeric());
    if is_name {
        return Ok(text.to_owned());
    }
    Err("the name of a variable has letters, digits and `_`; its value is never asked for".to_owned())
}

pub(super) fn run(args: &Args, global: &Global, output: &mut Output) -> anyhow::Result<Outcome> {
    let Caller::ClaudeCode(args) = &args.caller;
    let (name, outcome) = match called(&args.router) {
        Some(name) => (Some(name.to_owned()), Outcome::Clean),
        None => defined(args, global, output)?,
    };
    let Some(name) = name else { return Ok(outcome) };
    let setup = Setup { model: format!("inworld/{name}"), key: args.key.clone() };
    let shell = match args.format {
        Form::Sh => Shell::Sh,
        Form::Powershell => Shell::PowerShell,
        Form::Inline => Shell::Inline,
        Form::SettingsJson => Shell::SettingsJson,
    };
    output.stream(Stream::Out).write_all(setup.write(shell).as_bytes())?;
    if args.format == Form::SettingsJson && !global.quiet {
        let key = &args.key;
        writeln!(
            output.stream(Stream::Err),
            "a settings file cannot refer to a variable: in the shell, export ANTHROPIC_AUTH_TOKEN=\"${key}\""
        )?;
    }
    Ok(outcome)
}

/// The name of `inworld/support`, if that is no file.
fn called(router: &Path) -> Option<&str> {
    let name = router.to_str()?.strip_prefix("inworld/").filter(|name| is_bare_name(name))?;
    (!router.exists()).then_some(name)
}

/// The name that a definition gives its router. None if it has errors, which are told.
fn defined(
    args: &ClaudeCode,
    global: &Global,
    output: &mut Output,
) -> anyhow::Result<(Option<String>, Outcome)> {
    let mut session = Session::open(global, &Against::default(), std::slice::from_ref(&args.router), output)?;
    let mut read = session.read(&Inputs { paths: vec![args.router.clone()], stdin_filename: None });
    let findings = Findings::default();
    report(&mut read, &findings, global, Stream::Err, output)?;
    let outcome = worst(&read, findings.fail_on);
    if read.has_errors() || !read.problems.is_empty() {
        return Ok((None, outcome.max(Outcome::Findings)));
    }
    let (_, checked) = read.only(&args.router)?;
    let Some(name) = checked.name() else { bail!("{} has no name", args.router.display()) };
    Ok((Some(name.to_owned()), outcome))
}
