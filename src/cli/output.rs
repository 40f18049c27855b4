//! The two streams.

use std::collections::BTreeSet;
use std::env;
use std::io::{self, BufWriter, IsTerminal, Stderr, Stdout, Write};

use crate::render::{self, escape};

/// When to use colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless the environment says otherwise
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Which stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stream {
    /// Products, and the findings of commands that have no other product.
    Out,
    /// Findings beside a product.
    Err,
}

/// Standard output, buffered, and standard error.
pub(super) struct Output {
    color: Color,
    out: BufWriter<Stdout>,
    err: Stderr,
    /// What was complained of that is said but once.
    said: BTreeSet<String>,
}

impl Output {
    pub(super) fn new(color: Color) -> Self {
        Self {
            color,
            out: BufWriter::with_capacity(1 << 16, io::stdout()),
            err: io::stderr(),
            said: BTreeSet::new(),
        }
    }

    /// The writer of a stream.
    pub(super) fn stream(&mut self, stream: Stream) -> &mut dyn Write {
        match stream {
            Stream::Out => &mut self.out,
            Stream::Err => &mut self.err,
        }
    }

    /// How to draw on a stream.
    pub(super) fn options(&self, stream: Stream, summary: bool) -> render::Options {
        let terminal = self.is_terminal(stream);
        let var = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        render::Options {
            color: wants_color(self.color, terminal, var),
            unicode: speaks_unicode(var),
            width: if terminal { terminal_width(var) } else { WIDTH },
            summary,
        }
    }

    /// True when a person sees what is written there.
    pub(super) fn is_terminal(&self, stream: Stream) -> bool {
        match stream {
            Stream::Out => self.out.get_ref().is_terminal(),
            Stream::Err => self.err.is_terminal(),
        }
    }

    /// Says on standard error why something could not be done. Nothing is left to do if that fails too.
    pub(super) fn complain(&mut self, message: &str) {
        let _ = self.out.flush();
        let _ = writeln!(self.stream(Stream::Err), "irc: {}", escape::lines(message));
    }

    /// The same, unless it was said before in this run.
    pub(super) fn complain_once(&mut self, message: &str) {
        if self.said.insert(message.to_owned()) {
            self.complain(message);
        }
    }

    /// What was said once may be said again.
    pub(super) fn begin_anew(&mut self) {
        self.said.clear();
    }

    /// Clears the screen, where standard output is one, and leaves what has gone by above it.
    pub(super) fn clear_screen(&mut self) -> io::Result<()> {
        let dumb = env::var("TERM").is_ok_and(|terminal| terminal == "dumb");
        match self.is_terminal(Stream::Out) && !dumb {
            true => self.out.write_all(b"\x1b[2J\x1b[H"),
            false => Ok(()),
        }
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()?;
        self.err.flush()
    }
}

/// True when whoever read our output has gone away, which is how `irc check | head` ends.
pub(super) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let is_pipe = |e: &io::Error| e.kind() == io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| cause.downcast_ref::<io::Error>().is_some_and(is_pipe))
}

/// What a line is drawn to fit into where that cannot be known.
const WIDTH: usize = 100;
/// Wider than this is hard to read.
const WIDEST: usize = 140;

fn terminal_width(var: impl Fn(&str) -> Option<String>) -> usize {
    let columns = var("COLUMNS").and_then(|c| c.parse().ok());
    let asked = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    columns.or_else(asked).unwrap_or(WIDTH).min(WIDEST)
}

fn wants_color(color: Color, terminal: bool, var: impl Fn(&str) -> Option<String>) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if var("NO_COLOR").is_some() => false,
        Color::Auto if var("CLICOLOR_FORCE").is_some_and(|v| v != "0") => true,
        Color::Auto => {
            terminal && var("CLICOLOR").is_none_or(|v| v != "0") && var("TERM").is_none_or(|t| t != "dumb")
        }
    }
}

/// False when the locale names another character set. One that is not set at all says nothing.
fn speaks_unicode(var: impl Fn(&str) -> Option<String>) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(var);
    locale.is_none_or(|locale| locale.to_ascii_lowercase().replace('-', "").contains("utf8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env<'a>(vars: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + Copy + 'a {
        move |name| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
    }

    #[test]
    fn color_follows_flag_then_environment_then_terminal() {
        assert!(wants_color(Color::Auto, true, env(&[])));
        assert!(!wants_color(Color::Auto, false, env(&[])));
        assert!(!wants_color(Color::Auto, true, env(&[("NO_COLOR", "1")])));
        assert!(!wants_color(Color::Auto, true, env(&[("CLICOLOR", "0")])));
        assert!(!wants_color(Color::Auto, true, env(&[("TERM", "dumb")])));
        assert!(wants_color(Color::Auto, false, env(&[("CLICOLOR_FORCE", "1")])));
        assert!(!wants_color(Color::Auto, false, env(&[("CLICOLOR_FORCE", "0")])));
        assert!(!wants_color(Color::Auto, false, env(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")])));
        assert!(wants_color(Color::Always, false, env(&[("NO_COLOR", "1")])));
        assert!(!wants_color(Color::Never, true, env(&[("CLICOLOR_FORCE", "1")])));
    }

    #[test]
    fn characters_follow_the_locale() {
        assert!(speaks_unicode(env(&[])));
        assert!(speaks_unicode(env(&[("LANG", "de_CH.UTF-8")])));
        assert!(speaks_unicode(env(&[("LC_ALL", "C.utf8"), ("LANG", "C")])));
        assert!(!speaks_unicode(env(&[("LC_ALL", "C"), ("LANG", "C.UTF-8")])));
        assert!(!speaks_unicode(env(&[("LANG", "ja_JP.eucJP")])));
    }

    #[test]
    fn width_can_be_set() {
        assert_eq!(terminal_width(env(&[("COLUMNS", "72")])), 72);
        assert_eq!(terminal_width(env(&[("COLUMNS", "7200")])), WIDEST);
    }

    #[test]
    fn a_closed_pipe_is_known_below_other_errors() {
        let pipe = anyhow::Error::from(io::Error::from(io::ErrorKind::BrokenPipe)).context("writing");
        assert!(is_closed_pipe(&pipe));
        assert!(!is_closed_pipe(&anyhow::Error::from(io::Error::from(io::ErrorKind::StorageFull))));
    }
}
