//! Arguments that several commands share.

use std::path::PathBuf;

use super::config::Config;
use super::output::Color;
use crate::diag::Severity;
use crate::render::Format;

/// What every command takes.
#[derive(clap::Args, Debug)]
pub(super) struct Global {
    /// When to use colours
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        help_heading = "Global options"
    )]
    #[arg(hide_possible_values = true, help = "When to use colours: auto, always or never")]
    pub(super) color: Color,
    /// Read this configuration instead of the nearest irc.toml
    #[arg(long, global = true, value_name = "FILE", help_heading = "Global options")]
    pub(super) config: Option<PathBuf>,
    /// Read no irc.toml
    #[arg(long, global = true, conflicts_with = "config", help_heading = "Global options")]
    pub(super) no_config: bool,
    /// Print findings only, without the closing summary
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub(super) quiet: bool,
}

/// Which definitions to read.
#[derive(clap::Args, Debug)]
pub(super) struct Inputs {
    /// Files (FILE:name for one of its routers), folders, or - for standard input [default: this folder]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Name to show for standard input
    #[arg(long, value_name = "NAME")]
    pub(super) stdin_filename: Option<String>,
}

impl Inputs {
    /// Where what is read lies, or is said to lie.
    pub(super) fn places(&self) -> Vec<PathBuf> {
        self.paths.iter().cloned().chain(self.stdin_filename.as_ref().map(PathBuf::from)).collect()
    }
}

/// How findings are told and what they do to the exit code.
#[derive(clap::Args, Debug, Default)]
pub(super) struct Findings {
    /// How to print findings: human, short, json, github, sarif, gitlab or junit [default: human]
    #[arg(long, value_enum, value_name = "FORM", hide_possible_values = true)]
    pub(super) format: Option<Format>,
    /// Exit with 1 from this severity on: error, warning, info or never [default: error]
    #[arg(long, value_enum, value_name = "LEVEL", hide_possible_values = true)]
    pub(super) fail_on: Option<FailOn>,
}

impl Findings {
    /// With what the configuration says where the command line says nothing.
    pub(super) fn or(&self, config: &Config) -> Self {
        Self { format: self.format.or(config.format), fail_on: self.fail_on.or(config.fail_on) }
    }
}

/// How a product is printed that is for people or for programs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub(super) enum Form {
    #[default]
    Human,
    Json,
}

/// From which severity on findings fail a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub(super) enum FailOn {
    #[default]
    Error,
    Warning,
    Info,
    Never,
}

impl FailOn {
    /// The least severity that fails the run.
    pub(super) fn least(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }

    /// True when a finding of this severity fails the run.
    pub(super) fn fails(self, severity: Severity) -> bool {
        self.least().is_some_and(|least| severity >= least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fail_on_is_a_threshold() {
        let fails = |on: FailOn| [Severity::Info, Severity::Warning, Severity::Error].map(|s| on.fails(s));
        assert_eq!(fails(FailOn::Error), [false, false, true]);
        assert_eq!(fails(FailOn::Warning), [false, true, true]);
        assert_eq!(fails(FailOn::Info), [true, true, true]);
        assert_eq!(fails(FailOn::Never), [false, false, false]);
    }
}
