//! Sums over the requests of a log, on all processors.

use std::num::NonZeroUsize;
use std::path::Path;

use anyhow::{anyhow, bail};

use crate::catalogue::assumptions::Numbers;
use crate::cel::Value;
use crate::cli::files;
use crate::cli::output::Output;
use crate::cli::requests::{self, Chunk, Log, RequestField};
use crate::observe::Place;
use crate::simulate::{Request, parse_json};

/// What is summed up.
pub(super) trait Sum: Send {
    /// Counts a request; a complaint ends the run.
    fn add(&mut self, request: &Request, place: Place) -> Result<(), String>;
    /// Counts what was counted elsewhere.
    fn merge(&mut self, other: Self) -> Result<(), String>;
}

/// The sum, and what is no request.
pub(super) struct Total<S> {
    pub(super) sum: S,
    /// How many records there are.
    pub(super) records: u64,
    /// How many of them are no requests.
    pub(super) bad: u64,
}

/// Some of the records.
struct Part<S> {
    sum: S,
    records: u64,
    bad: u64,
    complaints: Vec<String>,
    fault: Option<String>,
}

impl<S: Sum> Part<S> {
    fn new(sum: S, records: u64) -> Self {
        Self { sum, records, bad: 0, complaints: Vec::new(), fault: None }
    }

    fn add(&mut self, request: Result<Request, String>, line: Option<u64>) {
        let place = Place { request: self.records, line };
        self.records += 1;
        match request {
            Ok(request) => {
                if self.fault.is_none() {
                    self.fault = self.sum.add(&request, place).err();
                }
            }
            Err(reason) => {
                self.bad += 1;
                let at = line.map_or_else(|| format!(" record {}", place.request), |line| line.to_string());
                self.complaints.push(format!("{at}: {reason}"));
            }
        }
    }
}

/// Sums up a log. Records that are no requests are told on standard error.
pub(super) fn sum<S: Sum>(
    path: &Path,
    field: &RequestField<'_>,
    threads: Option<NonZeroUsize>,
    begin: &(impl Fn() -> S + Sync),
    output: &mut Output,
) -> anyhow::Result<Total<S>> {
    let shown = path.display().to_string();
    let numbers = Numbers::default();
    let read = |record: &Value| {
        let value = field.within(record, numbers)?;
        Request::from_value(&value).map_err(|error| error.to_string())
    };
    let mut all = Part::new(begin(), 0);
    match requests::open(path, numbers)? {
        Log::Values(values) => values.iter().for_each(|value| all.add(read(value), None)),
        Log::Lines(chunks) => {
            let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
            let work = |(): &mut (), chunk: &Chunk, _: &mut Vec<u8>| {
                let mut part = Part::new(begin(), chunk.records);
                for (number, line) in chunk.lines() {
                    let record = parse_json(&String::from_utf8_lossy(line), numbers);
                    part.add(record.map_err(|e| e.to_string()).and_then(|v| read(&v)), Some(number));
                }
                part.records -= chunk.records;
                part
            };
            let take = |part: Part<S>, _: &[u8]| {
                all.records += part.records;
                all.bad += part.bad;
                for complaint in part.complaints {
                    output.complain(&format!("{shown}:{complaint}"));
                }
                if let Some(fault) = part.fault.or_else(|| all.sum.merge(part.sum).err()) {
                    bail!("{shown}: {fault}");
                }
                Ok(())
            };
            let unreadable =
                |error: &std::io::Error| anyhow!("cannot read {shown}: {}", files::reason(error));
            let threads = threads.map_or(processors, NonZeroUsize::get);
            requests::in_order(chunks, threads, || (), work, take, unreadable)?;
        }
    }
    for complaint in all.complaints {
        output.complain(&format!("{shown}:{complaint}"));
    }
    if let Some(fault) = all.fault {
        bail!("{shown}: {fault}");
    }
    if all.records == 0 {
        bail!("no requests: {shown} holds none");
    }
    Ok(Total { sum: all.sum, records: all.records, bad: all.bad })
}
