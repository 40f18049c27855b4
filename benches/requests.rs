//! Requests from their text to a decision, beside a program that only decodes the fields that the conditions of
//! `benches/twelve-routes.yaml` refer to.
//!
//!   cargo bench --bench requests
//!
//! Last it prints the medians for one request and how they compare with that floor.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark may fail"
)]

mod medians;

use std::borrow::Cow;
use std::hint::black_box;

use criterion::Throughput;
use irc::catalogue::Catalogue;
use irc::catalogue::assumptions::Assumed;
use irc::compile::{Plan, compile};
use irc::diag::Sink;
use irc::simulate::{Draw, Reader, Request, Workspace, decide, parse_json};
use irc::source::{NoFiles, Sources};
use serde::Deserialize;

/// The fields that the conditions refer to.
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
fn floor(line: &[u8]) -> usize {
    let body: Body<'_> = serde_json::from_slice(line).unwrap();
    let Metadata { tier, region, seats, score, task, beta } = body.extra_body.metadata;
    let text = |text: Option<Cow<'_, str>>| text.map_or(0, |text| text.len());
    let said: usize = body.messages.iter().map(|m| m.role.len() + m.content.len()).sum();
    let others = [seats.is_some(), score.is_some(), beta == Some(true)].into_iter().filter(|b| *b).count();
    text(tier) + text(region) + text(task) + text(body.user) + said + others
}

fn plan() -> Plan {
    let catalogue = Catalogue::embedded();
    let options = irc::Options::new(&catalogue);
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/twelve-routes.yaml")).unwrap();
    let loaded = irc::load(&mut sources, "twelve-routes.yaml", bytes, &options);
    let file = irc::check(&mut sources, &loaded, &NoFiles, &options, &mut sink);
    compile(file.definitions.first().unwrap(), &catalogue).unwrap()
}

/// A thousand requests of so many messages with so many words each; always the same.
fn requests(messages: usize, words: usize) -> Vec<String> {
    const WORDS: &str =
        "the order of last week came with a scratch on its left side and I would like to know more";
    let vocabulary: Vec<&str> = WORDS.split(' ').collect();
    let mut state = 7_u64;
    let mut below = move |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound
    };
    let mut make = || {
        let tier = ["free", "free", "pro", "enterprise"][below(4)];
        let region = ["eu-west", "us-east", "ap-south"][below(3)];
        let mut metadata = format!(r#""tier":"{tier}","region":"{region}""#);
        if below(2) == 0 {
            metadata += &format!(r#","seats":{}"#, below(1000));
        }
        if below(10) < 3 {
            metadata += &format!(r#","score":{}.{}"#, below(100), below(10));
        }
        if below(10) < 3 {
            metadata += &format!(r#","task":"{}""#, ["code", "classify", "chat", "reason"][below(4)]);
        }
        let said: Vec<String> = (0..messages)
            .map(|at| {
                let mut text: Vec<&str> = (0..words).map(|_| vocabulary[below(vocabulary.len())]).collect();
                text.push(["", "", "", "\\n", "refund", "urgent"][below(6)]);
                format!(r#"{{"role":"{}","content":"{}"}}"#, ["user", "assistant"][at % 2], text.join(" "))
            })
            .collect();
        format!(
            r#"{{"model":"inworld/bench","user":"user-{}","messages":[{}],"extra_body":{{"metadata":{{{metadata}}}}}}}"#,
            below(5000),
            said.join(",")
        )
    };
    (0..1000).map(|_| make()).collect()
}

const WAYS: [&str; 4] = ["floor", "read", "read and decide", "whole value and decide"];

fn main() {
    let plans = [plan()];
    let [plan] = &plans;
    let assumed = Assumed::default();
    let (mut reader, mut request) = (Reader::new(&plans, assumed.numbers), Request::default());
    let mut space = Workspace::new(plan);
    let mut criterion = medians::criterion();
    let sizes = [("small", requests(1, 5)), ("large", requests(6, 60))];
    for (size, requests) in &sizes {
        let mut group = criterion.benchmark_group(*size);
        group.throughput(Throughput::Bytes(requests.iter().map(|text| text.len() as u64).sum()));
        let numbered = || (0..).zip(requests);
        group.bench_function(WAYS[0], |b| {
            b.iter(|| numbered().map(|(_, text)| floor(black_box(text.as_bytes()))).sum::<usize>());
        });
        group.bench_function(WAYS[1], |b| {
            b.iter(|| {
                for (_, text) in numbered() {
                    let text = std::str::from_utf8(black_box(text.as_bytes())).unwrap();
                    reader.read(text, &mut request).unwrap();
                    black_box(&request);
                }
            });
        });
        group.bench_function(WAYS[2], |b| {
            b.iter(|| {
                for (index, text) in numbered() {
                    let text = std::str::from_utf8(black_box(text.as_bytes())).unwrap();
                    reader.read(text, &mut request).unwrap();
                    let decision = decide(plan, &request, Draw { seed: 0, index }, &assumed, &mut space);
                    black_box(decision.position);
                    space.reuse(decision);
                }
            });
        });
        group.bench_function(WAYS[3], |b| {
            b.iter(|| {
                for (index, text) in numbered() {
                    let text = std::str::from_utf8(black_box(text.as_bytes())).unwrap();
                    let request = Request::from_value(&parse_json(text, assumed.numbers).unwrap()).unwrap();
                    black_box(decide(plan, &request, Draw { seed: 0, index }, &assumed, &mut space));
                }
            });
        });
        group.finish();
    }
    println!("\n{:<8} {:<24} {:>11} {:>13}", "medians", "one request", "time", "of the floor");
    for (size, requests) in &sizes {
        for way in WAYS {
            if let Some((floor, time)) = medians::median(size, WAYS[0]).zip(medians::median(size, way)) {
                let one = time / requests.len() as f64;
                println!("{size:<8} {way:<24} {one:>8.0} ns {:>12.2}x", time / floor);
            }
        }
    }
}
