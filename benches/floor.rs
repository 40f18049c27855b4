//! The least that anything can do with a log: read it, and decode the fields that the conditions of
//! `benches/twelve-routes.yaml` refer to. `benches/simulate.py` runs it beside `irc simulate`.
//!
//!   floor LOG THREADS

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a benchmark may fail")]

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};

use serde::Deserialize;

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    user: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    extra_body: Extra<'a>,
    #[serde(borrow, default)]
    messages: Vec<Message<'a>>,
}

#[derive(Deserialize, Default)]
struct Extra<'a> {
    #[serde(borrow, default)]
    metadata: Metadata<'a>,
}

#[derive(Deserialize, Default)]
struct Metadata<'a> {
    #[serde(borrow)]
    tier: Option<Cow<'a, str>>,
    #[serde(borrow)]
    region: Option<Cow<'a, str>>,
    seats: Option<i64>,
    score: Option<f64>,
    #[serde(borrow)]
    task: Option<Cow<'a, str>>,
    beta: Option<bool>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    role: Cow<'a, str>,
    #[serde(borrow)]
    content: Cow<'a, str>,
}

/// Something that depends on every field, so that none is left out.
fn look(line: &[u8]) -> usize {
    let body: Body<'_> = serde_json::from_slice(line).unwrap();
    let Metadata { tier, region, seats, score, task, beta } = body.extra_body.metadata;
    let text = |text: Option<Cow<'_, str>>| text.map_or(0, |text| text.len());
    let said: usize = body.messages.iter().map(|m| m.role.len() + m.content.len()).sum();
    let numbers =
        usize::from(seats.is_some()) + usize::from(score.is_some()) + usize::from(beta == Some(true));
    text(tier) + text(region) + text(task) + text(body.user) + said + numbers
}

/// The lines that begin between two places of a file.
fn part(path: &str, from: u64, to: u64) -> (u64, usize) {
    let mut file = File::open(path).unwrap();
    file.seek(SeekFrom::Start(from.saturating_sub(1))).unwrap();
    let mut reader = BufReader::with_capacity(1 << 18, file);
    let mut at = from;
    if from > 0 {
        at = from - 1 + reader.skip_until(b'\n').unwrap() as u64;
    }
    let mut reader = reader.take(u64::MAX);
    let (mut lines, mut sum, mut line) = (0, 0, Vec::new());
    while at < to {
        line.clear();
        let read = reader.read_until(b'\n', &mut line).unwrap();
        if read == 0 {
            break;
        }
        at += read as u64;
        lines += 1;
        sum += look(&line);
    }
    (lines, sum)
}

fn main() {
    let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench");
    let (Some(path), Some(threads)) = (args.next(), args.next()) else {
        println!("skipped: benches/simulate.py runs this with a log and a number of threads");
        return;
    };
    let (size, threads): (u64, u64) = (std::fs::metadata(&path).unwrap().len(), threads.parse().unwrap());
    let parts: Vec<(u64, usize)> = std::thread::scope(|scope| {
        let path = &path;
        let parts: Vec<_> = (0..threads)
            .map(|i| scope.spawn(move || part(path, size * i / threads, size * (i + 1) / threads)))
            .collect();
        parts.into_iter().map(|part| part.join().unwrap()).collect()
    });
    let lines: u64 = parts.iter().map(|(lines, _)| lines).sum();
    let sum: usize = parts.iter().map(|(_, sum)| sum).sum();
    println!("{lines} lines, {sum}");
}
