//! Which form a file has, and the forms that are read as a whole.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use anyhow::{anyhow, bail};

use super::chunks::{Chunk, Chunks};
use crate::catalogue::assumptions::Numbers;
use crate::cel::Value;
use crate::cli::files;
use crate::simulate::parse_json;
use crate::yaml;

/// A record, or why it is none.
pub(in crate::cli) type Record<'v> = Result<&'v Value, String>;

/// The largest text that is read as a whole.
const MAX_TEXT: u64 = 64 << 20;

/// The records of a file.
pub(in crate::cli) enum Log {
    /// One a line.
    Lines(Chunks<Box<dyn Read + Send>>),
    /// All of them.
    Values(Vec<Value>),
}

/// Opens a file, or standard input for `-`. JSON Lines are told from one JSON text by their first line.
pub(in crate::cli) fn open(path: &Path, numbers: Numbers) -> anyhow::Result<Log> {
    open_measured(path, numbers, Arc::default())
}

/// The same; `meter` tells how many bytes were read of the file as it lies there.
pub(in crate::cli) fn open_measured(
    path: &Path,
    numbers: Numbers,
    meter: Arc<AtomicU64>,
) -> anyhow::Result<Log> {
    if path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
        return documents(path).map(Log::Values);
    }
    let shown = path.display();
    let cannot = |error: io::Error| anyhow!("cannot read {shown}: {}", files::reason(&error));
    let mut source = super::open::open(path, meter)?;
    let live = path.as_os_str() == "-";
    if path_says_lines(path) {
        return Ok(Log::Lines(Chunks::new(Vec::new(), source, live)));
    }
    const BOM: &[u8] = b"\xef\xbb\xbf";
    // Read on until a line that is not blank is whole, and no further: whoever writes it may wait for an answer.
    let mut start = Vec::new();
    let (mut begin, mut looked) = (None, 0);
    let end = loop {
        if start.len() as u64 > MAX_TEXT {
            bail!("cannot read {shown}: its first line is longer than {} MiB", MAX_TEXT >> 20);
        }
        if !read_on(&mut source, &mut start).map_err(cannot)? {
            break start.len();
        }
        begin = begin.or_else(|| {
            let mut new = start.iter().enumerate().skip(looked);
            new.find(|(at, byte)| !(byte.is_ascii_whitespace() || BOM.get(*at) == Some(byte)))
                .map(|(at, _)| at)
        });
        let from = begin.map_or(start.len(), |begin| looked.max(begin));
        if let Some(end) = memchr::memchr(b'\n', start.get(from..).unwrap_or_default()) {
            break from + end;
        }
        looked = start.len();
    };
    let first = start.get(begin.unwrap_or(end)..end).unwrap_or_default();
    if parse_json(&String::from_utf8_lossy(first), numbers).is_ok_and(|value| matches!(value, Value::Map(_)))
    {
        return Ok(Log::Lines(Chunks::new(start, source, live)));
    }
    source.take(MAX_TEXT + 1 - (start.len() as u64).min(MAX_TEXT)).read_to_end(&mut start).map_err(cannot)?;
    if start.len() as u64 > MAX_TEXT {
        bail!(
            "cannot read {shown}: its first line is no request, and as one JSON text it is larger than {} MiB",
            MAX_TEXT >> 20
        );
    }
    let text = String::from_utf8_lossy(start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&start)).into_owned();
    Ok(match parse_json(text.trim(), numbers) {
        Ok(Value::List(items)) => Log::Values(items.to_vec()),
        Ok(value) => Log::Values(vec![value]),
        // Neither is it one text: then it is lines, of which the first is bad.
        Err(_) => Log::Lines(Chunks::new(start, Box::new(io::empty()), live)),
    })
}

/// Reads as much as is there. False at the end.
fn read_on(source: &mut impl Read, text: &mut Vec<u8>) -> io::Result<bool> {
    const MOST: usize = 1 << 16;
    let before = text.len();
    text.resize(before + MOST, 0);
    let read = loop {
        match source.read(text.get_mut(before..).unwrap_or_default()) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => break other,
        }
    };
    text.truncate(before + *read.as_ref().unwrap_or(&0));
    read.map(|read| read > 0)
}

/// Hands over every record of a file, or of standard input for `-`.
pub(in crate::cli) fn each(
    path: &Path,
    numbers: Numbers,
    visit: &mut dyn FnMut(Record<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    match open(path, numbers)? {
        Log::Values(values) => values.iter().try_for_each(|value| visit(Ok(value))),
        Log::Lines(mut chunks) => {
            let shown = path.display();
            let mut buffer = Chunk::default();
            while let Some(chunk) = chunks
                .next(std::mem::take(&mut buffer))
                .map_err(|error| anyhow!("cannot read {shown}: {}", files::reason(&error)))?
            {
                for (_, line) in chunk.lines() {
                    match parse_json(&String::from_utf8_lossy(line), numbers) {
                        Ok(value) => visit(Ok(&value))?,
                        Err(error) => visit(Err(error.to_string()))?,
                    }
                }
                buffer = chunk;
            }
            Ok(())
        }
    }
}

/// YAML: each document is a request, or a list of them.
fn documents(path: &Path) -> anyhow::Result<Vec<Value>> {
    let shown = path.display().to_string();
    let bytes = files::read(path).map_err(|reason| anyhow!("cannot read {shown}: {reason}"))?;
    let mut sources = crate::source::Sources::new();
    let mut sink = crate::diag::Sink::new();
    let options = yaml::Options::default();
    let (text, fault) = yaml::decode(bytes, &options.limits);
    let file = sources.add(shown.as_str(), text);
    let Some(source) = sources.get(file) else { return Ok(Vec::new()) };
    let tree = yaml::parse_decoded(source, fault.as_ref(), &options, &mut sink);
    if let Some(first) = sink.as_slice().first() {
        let at = source.position(first.span.start);
        bail!("{shown}:{}:{}: {}", at.line, at.column, first.message);
    }
    let mut values = Vec::new();
    for root in tree.documents.iter().filter_map(|d| d.root.as_deref()) {
        match crate::check::value_of(root) {
            Value::List(items) => values.extend(items.iter().cloned()),
            value => values.push(value),
        }
    }
    Ok(values)
}

fn path_says_lines(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let name = name.trim_end_matches(".gz").trim_end_matches(".zst");
    name.ends_with(".jsonl") || name.ends_with(".ndjson")
}
