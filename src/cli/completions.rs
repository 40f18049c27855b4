//! `irc completions`: what a shell needs to complete commands and options.

use clap_complete::Shell;

use super::Outcome;
use super::output::{Output, Stream};

const EXAMPLES: &str = "\
Examples:
  irc completions bash > ~/.local/share/bash-completion/completions/irc
  irc completions zsh > ~/.zfunc/_irc
  irc completions fish > ~/.config/fish/completions/irc.fish
  irc completions powershell >> $PROFILE";

/// Print a script that lets a shell complete commands and options
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// For which shell: bash, zsh, fish, powershell or elvish
    #[arg(value_enum, value_name = "SHELL", hide_possible_values = true)]
    shell: Shell,
}

pub(super) fn run(args: &Args, output: &mut Output) -> anyhow::Result<Outcome> {
    // It panics where it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "irc", &mut script);
    output.stream(Stream::Out).write_all(&script)?;
    Ok(Outcome::Clean)
}
