//! `irc check --watch`: checks again whenever a file changes that the answer rests on.
//!
//! In: what `irc check` is asked. Out: its answers, one after the other, each on a clear screen where there is one. The
//! system only tells when to look (`bell`): whether anything is different is seen from the files themselves (`memory`),
//! so that neither a save that changes nothing nor what others write beside them brings a new answer. It has no say in
//! what is found, and it ends as any program does that is interrupted.

mod bell;
mod memory;

use std::time::Instant;

use anyhow::bail;

use super::args::{Findings, Global};
use super::check::{self, Args};
use super::output::{Output, Stream};
use super::{Outcome, files};
use crate::diag::shorten;
use crate::render::{Format, escape};
use bell::Bell;
use memory::Memory;

pub(super) fn run(args: &Args, global: &Global, output: &mut Output) -> anyhow::Result<Outcome> {
    allow(args)?;
    let (mut bell, mut memory) = (Bell::new(), Memory::default());
    let (mut since, mut changed) = (Instant::now(), Vec::new());
    loop {
        output.begin_anew();
        output.clear_screen()?;
        if let Err(error) = look(args, global, &mut memory, output) {
            // Nobody is there to see another answer.
            if super::output::is_closed_pipe(&error) {
                return Err(error);
            }
            output.complain(&format!("{error:#}"));
        }
        let deaf = bell.attend(&memory.folders(&args.inputs));
        if let Some(reason) = deaf {
            output.complain_once(&format!("{reason}; looking for changes twice a second"));
        }
        if !global.quiet {
            writeln!(output.stream(Stream::Out), "{}", closing(&changed, since))?;
        }
        output.flush()?;
        (since, changed) = wait(args, &mut bell, &mut memory);
    }
}

/// Refuses what cannot be watched, or would not be read by anybody.
fn allow(args: &Args) -> anyhow::Result<()> {
    for path in &args.inputs.paths {
        if path.as_os_str() == "-" {
            bail!("--watch does not go with standard input: name files or folders");
        }
        if std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
            bail!("cannot watch {}: it is no regular file", path.display());
        }
    }
    match args.findings.format {
        None | Some(Format::Human | Format::Short) => Ok(()),
        Some(_) => bail!("--watch is for people to read: its formats are `human` and `short`"),
    }
}

/// One answer.
fn look(args: &Args, global: &Global, memory: &mut Memory, output: &mut Output) -> anyhow::Result<()> {
    memory.begin(global, &args.inputs);
    let mut session = check::open(args, global, output)
        .inspect_err(|_| memory.rest_on_nothing_yet(check::settings(args, global)))?;
    memory.rest_on(&session, args.baseline.file(&session.config));
    let found = session.find(&args.inputs);
    memory.found(&found);
    let baseline = args.baseline.open(&session, || args.reach())?;
    let mut read = session.read_each(found, |session, input| memory.read(session, input));
    memory.end();
    let findings = args.findings.or(&session.config);
    // What irc.toml says of the format may be meant for CI.
    let format = findings.format.filter(|format| matches!(format, Format::Human | Format::Short));
    let findings = Findings { format, ..findings };
    check::answer(args, &session, &findings, baseline.as_ref(), &mut read, global, output)?;
    Ok(())
}

/// Waits until something is different. Says since when that is known, and what it is.
fn wait(args: &Args, bell: &mut Bell, memory: &mut Memory) -> (Instant, Vec<String>) {
    loop {
        let heard = bell.wait();
        let since = Instant::now();
        let changed = memory.changed(&heard, &args.inputs);
        if !changed.is_empty() {
            return (since - heard.ago(), changed);
        }
        // A folder that was replaced is another one.
        bell.attend(&memory.folders(&args.inputs));
    }
}

/// How the answer came about, and what now.
fn closing(changed: &[String], since: Instant) -> String {
    let took = since.elapsed().as_millis().max(1);
    let mut why = String::new();
    if let [first, rest @ ..] = changed {
        why = format!(" after a change of {}", escape::line(first));
        if !rest.is_empty() {
            why += &format!(" and {} more", rest.len());
        }
    }
    shorten(&mut why);
    format!("checked in {took} ms{why}; waiting for changes, Ctrl-C ends")
}

/// A path as people write it: from here on, where it lies below.
fn shown(path: &std::path::Path) -> String {
    let here = std::env::current_dir().ok().map(|here| files::absolute(&here));
    let below = here.and_then(|here| path.strip_prefix(here).ok().map(std::path::Path::to_owned));
    below.as_deref().unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_names_what_changed() {
        let line = |changed: &[&str]| {
            let changed: Vec<String> = changed.iter().map(|name| (*name).to_owned()).collect();
            let line = closing(&changed, Instant::now());
            line.split_once(" ms").map(|(_, rest)| rest.to_owned()).unwrap()
        };
        assert_eq!(line(&[]), "; waiting for changes, Ctrl-C ends");
        assert_eq!(line(&["a.yaml"]), " after a change of a.yaml; waiting for changes, Ctrl-C ends");
        assert_eq!(
            line(&["a\u{1b}[2J.yaml", "b", "c"]),
            format!(
                " after a change of {} and 2 more; waiting for changes, Ctrl-C ends",
                escape::line("a\u{1b}[2J.yaml")
            )
        );
    }
}
