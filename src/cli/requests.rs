//! Requests from files and standard input: JSON, JSON Lines, YAML.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{anyhow, bail};

use super::files;
use crate::catalogue::assumptions::Numbers;
use crate::cel::Value;
use crate::simulate::parse_json;
use crate::yaml;

/// A record, or why it is none.
pub(super) type Record<'v> = Result<&'v Value, String>;

/// Who is handed records.
pub(super) trait Visit {
    /// A text as it was read. True from whoever can do without the value that it is.
    fn text(&mut self, _: &str) -> anyhow::Result<bool> {
        Ok(false)
    }

    fn record(&mut self, record: Record<'_>) -> anyhow::Result<()>;
}

impl<F: FnMut(Record<'_>) -> anyhow::Result<()>> Visit for F {
    fn record(&mut self, record: Record<'_>) -> anyhow::Result<()> {
        self(record)
    }
}

/// The largest line or text that is read.
const MAX_TEXT: u64 = 64 << 20;

/// Hands over every record of a file, or of standard input for `-`. JSON Lines are told from one JSON text by their
/// first line.
pub(super) fn each(path: &Path, numbers: Numbers, visit: &mut dyn Visit) -> anyhow::Result<()> {
    if path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
        return documents(path, visit);
    }
    let shown = path.display();
    let cannot = |error: io::Error| anyhow!("cannot read {shown}: {}", files::reason(&error));
    let mut reader: Box<dyn BufRead> = if path.as_os_str() == "-" {
        Box::new(BufReader::new(io::stdin()))
    } else {
        if path.is_dir() {
            bail!("cannot read {shown}: it is a folder, not a file of requests");
        }
        Box::new(BufReader::new(File::open(path).map_err(cannot)?))
    };
    let mut line = Vec::new();
    while read_line(&mut reader, &mut line).map_err(cannot)? && line.trim_ascii().is_empty() {}
    let first = decode(&line);
    let whole = first.trim_start_matches('\u{feff}').trim();
    if whole.is_empty() {
        return Ok(());
    }
    if parse_json(whole, numbers).is_err() && !path_says_lines(path) {
        reader.take(MAX_TEXT + 1).read_to_end(&mut line).map_err(cannot)?;
        if line.len() as u64 > MAX_TEXT {
            bail!("cannot read {shown}: as one JSON text it is larger than {} MiB", MAX_TEXT >> 20);
        }
        let text = decode(&line);
        let text = text.trim_start_matches('\u{feff}').trim();
        // Neither is it one text: then it is lines, of which the first is bad.
        if parse_json(text, numbers).is_ok() {
            return self::text(text, numbers, visit);
        }
        return text
            .lines()
            .filter(|l| !l.trim().is_empty())
            .try_for_each(|line| self::text(line, numbers, visit));
    }
    self::text(whole, numbers, visit)?;
    while read_line(&mut reader, &mut line).map_err(cannot)? {
        let text = decode(&line);
        if !text.trim().is_empty() {
            self::text(text.trim(), numbers, visit)?;
        }
    }
    Ok(())
}

/// YAML: each document is a request, or a list of them.
fn documents(path: &Path, visit: &mut dyn Visit) -> anyhow::Result<()> {
    let shown = path.display().to_string();
    let bytes = files::read(path).map_err(|reason| anyhow!("cannot read {shown}: {reason}"))?;
    let mut sources = crate::source::Sources::new();
    let mut sink = crate::diag::Sink::new();
    let options = yaml::Options::default();
    let (text, fault) = yaml::decode(bytes, &options.limits);
    let file = sources.add(shown.as_str(), text);
    let Some(source) = sources.get(file) else { return Ok(()) };
    let tree = yaml::parse_decoded(source, fault.as_ref(), &options, &mut sink);
    if let Some(first) = sink.as_slice().first() {
        let at = source.position(first.span.start);
        bail!("{shown}:{}:{}: {}", at.line, at.column, first.message);
    }
    for root in tree.documents.iter().filter_map(|d| d.root.as_deref()) {
        match crate::check::value_of(root) {
            Value::List(items) => items.iter().try_for_each(|item| visit.record(Ok(item)))?,
            value => visit.record(Ok(&value))?,
        }
    }
    Ok(())
}

/// One JSON text: a request, or a list of them.
pub(super) fn text(text: &str, numbers: Numbers, visit: &mut dyn Visit) -> anyhow::Result<()> {
    if visit.text(text)? {
        return Ok(());
    }
    match parse_json(text, numbers) {
        Ok(Value::List(items)) => items.iter().try_for_each(|item| visit.record(Ok(item))),
        Ok(value) => visit.record(Ok(&value)),
        Err(error) => visit.record(Err(error.to_string())),
    }
}

/// Reads a line with its end; false at the end of input. A line beyond the bound is an error.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let read = reader.by_ref().take(MAX_TEXT + 1).read_until(b'\n', line)?;
    if read as u64 > MAX_TEXT {
        return Err(io::Error::other(format!("a line is longer than {} MiB", MAX_TEXT >> 20)));
    }
    Ok(read > 0)
}

fn decode(line: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(line)
}

fn path_says_lines(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "jsonl" || e == "ndjson")
}
