//! Comparisons as text: for people, as one JSON object, as a comment on a pull request.
//!
//! In: a [`Report`] of what was compared. Out: bytes. It refuses to know what is a good change.

mod human;
pub mod json;
mod markdown;
mod sentences;
mod words;

use std::io::{self, Write};

use super::Options;
use crate::compile::cost::Tokens;
use crate::diff::{Answer, Difference, Sum, Traffic};

/// The output forms of comparisons.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Human,
    /// One JSON object; its schema: `irc schema diff`
    Json,
    /// For a comment on a pull request
    Markdown,
}

/// All that one run compared.
#[derive(Debug)]
pub struct Report<'a> {
    /// What was compared, as the user named it.
    pub names: [&'a str; 2],
    /// The routers, by name.
    pub routers: Vec<Entry<'a>>,
    /// How many routers of one side were left out, because the other is a file that does not name them.
    pub left_out: usize,
    /// How long a request is taken to be.
    pub tokens: Tokens,
    /// A log that was counted.
    pub log: Option<Log<'a>>,
    /// Bounds that were asked for.
    pub bounds: Vec<Bound>,
    /// Version of the tool.
    pub version: &'a str,
    /// Date of the built-in catalogue.
    pub catalogue: Option<&'a str>,
}

/// One router.
#[derive(Debug)]
pub enum Entry<'a> {
    /// On both sides.
    Compared {
        /// What differs.
        difference: &'a Difference<'a>,
        /// What the log comes to.
        traffic: Option<&'a Traffic>,
    },
    /// On the new side only.
    Added(&'a str),
    /// On the old side only.
    Removed(&'a str),
}

/// A log.
#[derive(Debug)]
pub struct Log<'a> {
    /// As the user named it.
    pub name: &'a str,
    /// All requests that were counted.
    pub total: Sum,
    /// Requests for routers that were not compared.
    pub others: u64,
    /// Records that are no requests.
    pub bad: u64,
}

/// A bound and what came of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Bound {
    /// As the user wrote it.
    pub text: String,
    /// Whether it was exceeded.
    pub exceeded: bool,
    /// What was measured, in words.
    pub measured: String,
}

impl Entry<'_> {
    /// What can be said of all its requests.
    pub fn answer(&self) -> Answer {
        match self {
            Self::Added(_) | Self::Removed(_) => Answer::Different,
            Self::Compared { difference, traffic } => {
                let seen = traffic.is_some_and(|traffic| !traffic.strays.is_empty());
                if seen { Answer::Different } else { difference.answer() }
            }
        }
    }
}

impl Report<'_> {
    /// Whether some request to some router has another first attempt.
    pub fn moves_any(&self) -> bool {
        self.routers.iter().any(|entry| match entry {
            Entry::Added(_) => false,
            Entry::Removed(_) => true,
            Entry::Compared { difference, .. } => {
                let [old, new] = difference.names();
                difference.moves_any() || old != new
            }
        })
    }

    /// Whether something could not be decided.
    pub fn is_open(&self) -> bool {
        self.routers.iter().any(|entry| match entry {
            Entry::Added(_) | Entry::Removed(_) => false,
            Entry::Compared { difference, .. } => difference.exhausted || !difference.undecided.is_empty(),
        })
    }

    /// What can be said of all requests to all routers.
    pub fn answer(&self) -> Answer {
        let any = |wanted| self.routers.iter().any(|entry| entry.answer() == wanted);
        if any(Answer::Different) {
            Answer::Different
        } else if any(Answer::Unknown) {
            Answer::Unknown
        } else {
            Answer::Same
        }
    }
}

/// Writes a report.
pub fn write(format: Format, report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human => human::write(report, options, out),
        Format::Json => json::write(report, out),
        Format::Markdown => markdown::write(report, out),
    }
}
