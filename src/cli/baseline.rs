//! `irc check --baseline`: what was found when a project adopted the tool is not told again, what is new is.
//!
//! Findings are known again by their fingerprints, which hold no lines. Two that have one in common are two: as many are
//! known as stand in the file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use anyhow::{anyhow, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::config::Config;
use super::files::{self, Input};
use super::output::{Output, Stream};
use super::session::{Origin, Readings, Session};
use super::write;
use crate::diag::{Diagnostic, Severity, Subject, without_lines};
use crate::registry;
use crate::render::{self, Fingerprints, Held};

/// The version of the file.
const VERSION: u32 = 1;

/// The arguments of `irc check` that speak of a baseline.
#[derive(clap::Args, Debug)]
pub(super) struct Choice {
    /// Do not report the findings that stand in this file
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write what is found into the baseline, and report nothing
    #[arg(long, conflicts_with_all = ["fix", "diff"])]
    write_baseline: bool,
    /// Report also what stands in the baseline of irc.toml
    #[arg(long, conflicts_with_all = ["baseline", "write_baseline"], hide_short_help = true)]
    no_baseline: bool,
}

/// A file of findings that are known, which `irc check --write-baseline` writes.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct File {
    /// Version of this shape: 1.
    version: u32,
    /// The findings, sorted by file, name, message and fingerprint. One that stands here twice is known twice.
    findings: Vec<Known>,
}

/// A finding that is known.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct Known {
    /// The file that it stands in, relative to the folder of the baseline.
    file: String,
    /// Name of the rule.
    name: String,
    /// What is wrong, for people. A number of a line is written `#`.
    message: String,
    /// What it is known by: its fingerprint, as in `--format json`; of a finding in a shared file one that does not rest
    /// on the router that it was found with.
    fingerprint: String,
    /// The definition that it was found with, where that is another file.
    #[serde(rename = "for", default, skip_serializing_if = "Option::is_none")]
    definition: Option<String>,
}

impl Known {
    fn definition(&self) -> &str {
        self.definition.as_deref().unwrap_or(&self.file)
    }
}

/// The baseline of a run.
pub(super) struct Baseline {
    path: PathBuf,
    /// The folder that its paths are relative to, from the root.
    folder: PathBuf,
    known: Vec<Known>,
    writes: bool,
    /// Whether everything beside and below it is checked.
    covers: bool,
}

/// What a baseline came to.
pub(super) struct Standing {
    path: PathBuf,
    hidden: usize,
    fixed: usize,
}

impl Choice {
    /// The file, whether it is there or not.
    pub(super) fn file<'a>(&'a self, config: &'a Config) -> Option<&'a Path> {
        let configured = config.baseline.as_ref().filter(|_| !self.no_baseline);
        self.baseline.as_ref().or(configured).map(PathBuf::as_path)
    }

    /// The baseline that the arguments name or the configuration does, if either does. `reach`: the folders of which all is
    /// checked.
    pub(super) fn open(
        &self,
        session: &Session,
        reach: impl FnOnce() -> Vec<PathBuf>,
    ) -> anyhow::Result<Option<Baseline>> {
        let Some(path) = self.file(&session.config) else {
            if self.write_baseline {
                bail!(
                    "--write-baseline needs a file: name it with --baseline FILE, or with `baseline` in irc.toml"
                );
            }
            return Ok(None);
        };
        let folder = files::absolute(path).parent().map(Path::to_owned).unwrap_or_default();
        let is_new = self.write_baseline && !path.exists();
        let known = if is_new { Vec::new() } else { session.config.blame(path, read(path))? };
        let covers =
            reach().iter().any(|path| path.canonicalize().is_ok_and(|path| folder.starts_with(path)));
        Ok(Some(Baseline { path: path.to_owned(), folder, known, writes: self.write_baseline, covers }))
    }
}

fn read(path: &Path) -> anyhow::Result<Vec<Known>> {
    let shown = path.display();
    let bytes = files::read(path).map_err(|reason| {
        let hint = if path.exists() { "" } else { "; --write-baseline writes it" };
        anyhow!("cannot read {shown}: {reason}{hint}")
    })?;
    let file: File = serde_json::from_slice(&bytes).map_err(|error| {
        anyhow!("{shown}:{}:{}: this is no baseline: {}", error.line(), error.column(), said(&error))
    })?;
    if file.version != VERSION {
        bail!("{shown} has version {}, and this irc reads version {VERSION}: write it anew", file.version);
    }
    Ok(file.findings)
}

/// What the reader says, without the place.
fn said(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

impl Baseline {
    /// Whether the findings are to be written instead of told.
    pub(super) fn is_to_write(&self) -> bool {
        self.writes
    }

    /// Takes out what is known, and says how much that was.
    pub(super) fn hide(&self, read: &mut Readings, session: &Session) -> Standing {
        let found = self.found(read);
        let (is_known, gone) = self.compare(&found);
        let hidden = is_known.iter().flatten().filter(|flag| **flag).count();
        keep_new(read, is_known);
        let looked_at = self.looked_at(read);
        let fixed = gone.into_iter().filter(|known| self.judges(known, &looked_at, session)).count();
        Standing { path: self.path.clone(), hidden, fixed }
    }

    /// Writes what was found. What this run did not look at stays as it was.
    pub(super) fn write(
        &self,
        read: &mut Readings,
        session: &Session,
        output: &mut Output,
    ) -> anyhow::Result<()> {
        let found = self.found(read);
        let (is_known, gone) = self.compare(&found);
        keep_new(read, is_known);
        let looked_at = self.looked_at(read);
        let others = gone.into_iter().filter(|known| !self.judges(known, &looked_at, session)).cloned();
        let others: Vec<Known> = others.collect();
        let mut findings: Vec<Known> = found.into_iter().flatten().collect();
        let (count, kept) = (findings.len(), others.len());
        findings.extend(others);
        findings.sort();
        write::replace(&[(self.path.clone(), text(&findings)?)])?;
        let kept = match kept {
            0 => String::new(),
            1 => "; 1 that was not looked for now stays".to_owned(),
            many => format!("; {many} that were not looked for now stay"),
        };
        let path = self.path.display().to_string();
        let out = output.stream(Stream::Out);
        writeln!(out, "wrote {} to {}{kept}", plural(count), render::escape::line(&path))?;
        Ok(())
    }

    /// Which of what was found is known, and what is known and was not found.
    fn compare(&self, found: &[Vec<Known>]) -> (Vec<Vec<bool>>, Vec<&Known>) {
        let mut left: BTreeMap<(&str, &str), Vec<&Known>> = BTreeMap::new();
        for known in &self.known {
            left.entry((&known.file, &known.fingerprint)).or_default().push(known);
        }
        let mut is_known: Vec<Vec<bool>> = Vec::new();
        for unit in found {
            let keys = unit.iter().map(|one| (one.file.as_str(), one.fingerprint.as_str()));
            is_known.push(keys.map(|key| left.get_mut(&key).and_then(Vec::pop).is_some()).collect());
        }
        // A file that is gone may have another name now.
        let (mut moved, mut gone) = (BTreeMap::<&str, Vec<&Known>>::new(), Vec::new());
        for known in left.into_values().flatten() {
            if self.exists(&known.file) {
                gone.push(known);
            } else {
                moved.entry(&known.fingerprint).or_default().push(known);
            }
        }
        let flags = is_known.iter_mut().flatten().zip(found.iter().flatten());
        for (flag, one) in flags.filter(|(flag, _)| !**flag) {
            *flag = moved.get_mut(one.fingerprint.as_str()).and_then(Vec::pop).is_some();
        }
        gone.extend(moved.into_values().flatten());
        (is_known, gone)
    }

    /// What was found, as it stands in a baseline, unit by unit.
    fn found(&self, read: &Readings) -> Vec<Vec<Known>> {
        let mut prints = Fingerprints::default();
        let mut found = Vec::new();
        for (unit, origin) in read.units.iter().zip(&read.origins) {
            let input = origin.input.as_ref();
            let definition = input.map(|input| self.name(&input.located(&input.name)));
            let known = |d: &Diagnostic| {
                let name = unit.sources.get(d.span.file).map_or("", |file| file.name());
                let file = self.name(&located(input, name));
                let definition = definition.clone().filter(|definition| *definition != file);
                // What is wrong in a shared file is told once, with whichever router comes first.
                let shared = definition.as_ref().map(|_| {
                    let subject = Subject { path: d.subject.path.clone(), ..Subject::default() };
                    d.clone().about(subject)
                });
                Known {
                    file,
                    name: d.meta.name.to_owned(),
                    message: without_lines(&d.message).trim_end().to_owned(),
                    fingerprint: prints.next(&unit.sources, shared.as_ref().unwrap_or(d)),
                    definition,
                }
            };
            found.push(unit.diagnostics.iter().map(known).collect());
        }
        found
    }

    /// The definitions that were read whole, but for those whose new errors may hide what else there is to find.
    fn looked_at(&self, read: &Readings) -> BTreeSet<String> {
        let is_open = |d: &Diagnostic| d.severity == Severity::Error && d.meta.group.leaves_open();
        let units = read.units.iter().zip(&read.origins);
        let is_part = |origin: &Origin| origin.input.as_ref().is_some_and(|input| input.router.is_some());
        let whole = units.filter(|(unit, origin)| !is_part(origin) && !unit.diagnostics.iter().any(is_open));
        whole
            .filter_map(|(unit, origin)| match &origin.input {
                Some(input) => Some(input.located(&input.name)),
                // The metadata file that all share.
                None => unit.sources.iter().next().map(|file| located(None, file.name())),
            })
            .map(|path| self.name(&path))
            .collect()
    }

    /// Whether a run would have found it again.
    fn judges(&self, known: &Known, looked_at: &BTreeSet<String>, session: &Session) -> bool {
        let is_on = |rule| session.config.levels_for(|| self.folder.join(&known.file)).is_on(rule);
        // What a shared file has, another definition that uses it may have still.
        (known.definition.is_none() || self.covers || !self.exists(&known.file))
            && (looked_at.contains(known.definition()) || !self.exists(known.definition()))
            && registry::by_name(&known.name).is_none_or(is_on)
    }

    fn exists(&self, file: &str) -> bool {
        self.folder.join(file).exists()
    }

    /// A path relative to the folder of the baseline, the same on every system.
    fn name(&self, path: &Path) -> String {
        let (mut own, mut other) = (self.folder.components().peekable(), path.components().peekable());
        while own.peek().is_some() && own.peek() == other.peek() {
            own.next();
            other.next();
        }
        let up = own.map(|_| "..".to_owned());
        let down = other.filter(|part| !matches!(part, Component::RootDir));
        let parts = up.chain(down.map(|part| part.as_os_str().to_string_lossy().into_owned()));
        parts.collect::<Vec<_>>().join("/")
    }
}

/// Leaves the findings that are not known.
fn keep_new(read: &mut Readings, is_known: Vec<Vec<bool>>) {
    for (unit, flags) in read.units.iter_mut().zip(is_known) {
        let mut flags = flags.into_iter();
        unit.diagnostics.retain(|_| !flags.next().unwrap_or(false));
    }
}

fn located(input: Option<&Input>, name: &str) -> PathBuf {
    input.map_or_else(|| files::absolute(Path::new(name)), |input| input.located(name))
}

/// A finding a line: what comes and goes is a line that comes or goes.
fn text(findings: &[Known]) -> anyhow::Result<String> {
    let mut text = format!("{{\n  \"version\": {VERSION},\n  \"findings\": [");
    for (at, known) in findings.iter().enumerate() {
        let mut line = Vec::new();
        render::json::compact(known, &mut line)?;
        text.push_str(if at == 0 { "\n    " } else { ",\n    " });
        text.push_str(&String::from_utf8(line)?);
    }
    text.push_str(if findings.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
    Ok(text)
}

impl Standing {
    /// The same for programs.
    pub(super) fn held(&self) -> Held {
        Held { hidden: self.hidden, fixed: self.fixed }
    }

    /// Says what was not told, and what is no longer there.
    pub(super) fn tell(&self, output: &mut Output) {
        let path = self.path.display();
        let verb = |count: usize, one: &'static str, many: &'static str| if count == 1 { one } else { many };
        if self.hidden > 0 {
            let stands = verb(self.hidden, "stands", "stand");
            let is = verb(self.hidden, "is", "are");
            output.complain(&format!("{} {stands} in {path} and {is} not told", plural(self.hidden)));
        }
        if self.fixed > 0 {
            let is = verb(self.fixed, "is", "are");
            output.complain(&format!(
                "{} of {path} {is} fixed: write it anew with --write-baseline",
                plural(self.fixed)
            ));
        }
    }
}

fn plural(count: usize) -> String {
    if count == 1 { "1 finding".to_owned() } else { format!("{count} findings") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn baseline(folder: &str) -> Baseline {
        Baseline {
            path: "b.json".into(),
            folder: folder.into(),
            known: Vec::new(),
            writes: false,
            covers: true,
        }
    }

    #[test]
    fn paths_are_relative_to_the_baseline() {
        let name = |folder: &str, path: &str| baseline(folder).name(Path::new(path));
        assert_eq!(name("/a/b", "/a/b/c/d.yaml"), "c/d.yaml");
        assert_eq!(name("/a/b", "/a/c.yaml"), "../c.yaml");
        assert_eq!(name("/a/b", "/a/bc.yaml"), "../bc.yaml");
        assert_eq!(name("/", "/a.yaml"), "a.yaml");
        assert_eq!(name("/x/y", "/a.yaml"), "../../a.yaml");
    }

    #[test]
    fn what_is_written_is_read_again_a_finding_a_line() {
        let known = |file: &str, definition: Option<&str>| Known {
            file: file.into(),
            name: "unknown-model".into(),
            message: "unknown model `a\u{202e}b`".into(),
            fingerprint: "0123456789abcdef".into(),
            definition: definition.map(Into::into),
        };
        let all = [known("a.yaml", None), known("shared.yaml", Some("b.yaml"))];
        let written = text(&all).unwrap();
        assert_eq!(written.lines().count(), 7, "{written}");
        assert!(written.is_ascii(), "{written}");
        let back: File = serde_json::from_str(&written).unwrap();
        assert_eq!((back.version, back.findings.as_slice()), (1, &all[..]));
        let nothing: File = serde_json::from_str(&text(&[]).unwrap()).unwrap();
        assert!(nothing.findings.is_empty());
    }
}
