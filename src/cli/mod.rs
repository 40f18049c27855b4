//! The command line.
//!
//! In: arguments, environment, files. Out: text on the two streams and an exit code. The only folder that touches
//! files, environment variables, the terminal or threads; it knows what is asked for, not how it is answered.
//! One file a subcommand: its arguments and what they do.

mod args;
mod baseline;
mod build;
mod cases;
mod cel;
mod changed;
mod check;
mod completions;
mod config;
mod deciding;
mod diff;
mod doctor;
mod env;
mod explain;
mod explain_response;
mod files;
mod fix;
mod fmt;
mod git;
mod graph;
mod import;
mod init;
mod man;
mod metadata;
mod models;
mod output;
mod progress;
mod reports;
mod requests;
mod schema;
mod session;
mod simulate;
mod suggest;
mod test;
mod unified;
mod update;
mod watch;
mod write;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use output::Output;
pub use schema::{Published, SCHEMAS};

/// What a command came to. The later ones win over the earlier ones.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Outcome {
    /// Exit code 0.
    Clean,
    /// Something was found that fails the run: exit code 1.
    Findings,
    /// The tool could not do its work, or not all of it: exit code 2.
    Failed,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Clean => ExitCode::SUCCESS,
            Outcome::Findings => ExitCode::from(1),
            Outcome::Failed => ExitCode::from(2),
        }
    }
}

const EXAMPLES: &str = "\
Examples:
  irc init                           a first definition, to begin with
  irc check                          everything below this folder
  irc check routers/ --format github
  irc explain weights-not-100

Exit codes: 0 nothing found, 1 findings, 2 the tool could not do its work.";

/// Checks LLM router definitions and tells which model a request reaches
#[derive(Parser)]
#[command(name = "irc", version, after_help = EXAMPLES, max_term_width = 100)]
#[command(arg_required_else_help = true, disable_help_subcommand = true, propagate_version = false)]
struct Cli {
    #[command(flatten)]
    global: args::Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Init(init::Args),
    Check(check::Args),
    Build(build::Args),
    Fmt(fmt::Args),
    Import(import::Args),
    Simulate(simulate::Args),
    Test(test::Args),
    Cases(cases::Args),
    Graph(graph::Args),
    Diff(diff::Args),
    Metadata(metadata::Args),
    Models(models::Args),
    Config(config::show::Args),
    Env(env::Args),
    Doctor(doctor::Args),
    Cel(cel::Args),
    Explain(explain::Args),
    ExplainResponse(explain_response::Args),
    Schema(schema::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// The commands and their arguments: what completions, manual pages and the reference in `docs/` are made from.
pub fn command() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}

/// Runs the command with the arguments of the process.
pub fn main() -> ExitCode {
    run(std::env::args_os())
}

fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors, and a reader that has gone away is none either.
            let _ = error.print();
            return if error.use_stderr() { Outcome::Failed.into() } else { ExitCode::SUCCESS };
        }
    };
    let mut output = Output::new(cli.global.color);
    let outcome = match &cli.command {
        Command::Init(args) => init::run(args, &cli.global, &mut output),
        Command::Check(args) => check::run(args, &cli.global, &mut output),
        Command::Build(args) => build::run(args, &cli.global, &mut output),
        Command::Fmt(args) => fmt::run(args, &cli.global, &mut output),
        Command::Import(args) => import::run(args, &cli.global, &mut output),
        Command::Simulate(args) => simulate::run(args, &cli.global, &mut output),
        Command::Test(args) => test::run(args, &cli.global, &mut output),
        Command::Cases(args) => cases::run(args, &cli.global, &mut output),
        Command::Graph(args) => graph::run(args, &cli.global, &mut output),
        Command::Diff(args) => diff::run(args, &cli.global, &mut output),
        Command::Metadata(args) => metadata::run(args, &cli.global, &mut output),
        Command::Models(args) => models::run(args, &cli.global, &mut output),
        Command::Config(args) => config::show::run(args, &cli.global, &mut output),
        Command::Env(args) => env::run(args, &cli.global, &mut output),
        Command::Doctor(args) => doctor::run(args, &cli.global, &mut output),
        Command::Cel(args) => cel::run(args, &mut output),
        Command::Explain(args) => explain::run(args, &cli.global, &mut output),
        Command::ExplainResponse(args) => explain_response::run(args, &cli.global, &mut output),
        Command::Schema(args) => schema::run(args, &mut output),
        Command::Completions(args) => completions::run(args, &mut output),
        Command::Man(args) => man::run(args, &mut output),
    };
    match outcome.and_then(|outcome| Ok(output.flush().map(|()| outcome)?)) {
        Ok(outcome) => outcome.into(),
        Err(error) if output::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output.complain(&format!("{error:#}"));
            Outcome::Failed.into()
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_commands_are_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn failure_wins() {
        assert!(Outcome::Failed > Outcome::Findings && Outcome::Findings > Outcome::Clean);
    }

    #[test]
    fn help_fits_a_screen_and_has_examples() {
        let mut top = Cli::command();
        top.build();
        let mut commands = vec![top];
        while let Some(mut command) = commands.pop() {
            commands.extend(command.get_subcommands().cloned());
            let name = command.get_name().to_owned();
            let help = command.render_help().to_string();
            assert!(help.lines().count() <= 50, "{name}: {} lines", help.lines().count());
            assert!(help.contains("Examples:\n  irc "), "{name} shows no example");
        }
    }
}
