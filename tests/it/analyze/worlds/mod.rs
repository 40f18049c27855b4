//! Against all requests: routers made at random over small worlds, in which every request is decided.
//!
//! Each claim of the analysis is held against all requests of the world, and each fact about them that it could have
//! claimed is looked for among its claims. Conditions are evaluated by the reference interpreter; the witnesses go
//! through the simulator.

mod attempts;
mod claims;
mod generate;
mod space;

use std::collections::BTreeMap;

use super::*;
use claims::Case;
use generate::{Generator, Random};
use space::{Space, WORLDS};

/// How many routers are made for each world.
const ROUTERS: usize = 625;

/// How often something occurred.
type Counts = BTreeMap<String, usize>;

fn run(world: usize, least: &[&[(&str, usize)]]) {
    let space = Space::new(WORLDS[world]);
    let mut random = Random(0x2545_f491_4f6c_dd1d ^ (world as u64 + 1) << 20);
    let catalogue = Catalogue::embedded();
    let options = irc::Options::new(&catalogue);
    let mut counts = Counts::new();
    let mut done = 0;
    while done < ROUTERS {
        let router = Generator { random: &mut random, space: &space }.router();
        let (mut sources, mut sink) = (Sources::new(), Sink::new());
        let loaded = irc::load(&mut sources, "router.yaml", router.text.clone().into_bytes(), &options);
        let file = irc::check(&mut sources, &loaded, &NoFiles, &options, &mut sink);
        let found = sink.finish(&file.suppressions);
        let checked = file.definitions.first().unwrap();
        // Parts that exclude each other by their types are errors of their own.
        if !checked.sound {
            *counts.entry("not sound".into()).or_default() += 1;
            assert!(counts["not sound"] < ROUTERS / 2, "{found:#?}\n{}", router.text);
            continue;
        }
        done += 1;
        let plan = compile::compile(checked, &catalogue).unwrap();
        Case::new(&space, &router, checked, &plan, &catalogue).hold(&found, &mut counts);
    }
    println!("{} requests: {counts:?}", space.requests.len());
    for (name, least) in least.iter().copied().flatten().chain(&EVERYWHERE) {
        assert!(counts.get(*name).is_some_and(|count| count >= least), "{name} of {counts:?}");
    }
}

/// What every world has some of.
const EVERYWHERE: [(&str, usize); 13] = [
    ("unreachable-route", 150),
    ("condition-always-false", 40),
    ("no-route-for-some-requests", 70),
    ("redundant-condition", 150),
    ("lost-when-missing", 30),
    ("never broken", 50),
    ("never holds", 15),
    ("only broken", 25),
    ("only holds", 4),
    ("always broken", 25),
    ("always holds", 3),
    ("survives broken", 20),
    ("survives holds", 8),
];

/// What only those have some of in which something is promised.
const PROMISED: [(&str, usize); 2] = [("condition-always-true", 15), ("default-unreachable", 10)];

#[test]
fn bounds_and_enums() {
    // Division is not taken apart: that is left open, or a request is found that fails.
    run(0, &[PROMISED.as_slice(), &[("open", 30), ("condition-can-error", 4)]]);
}

#[test]
fn texts() {
    run(1, &[&PROMISED]);
}

#[test]
fn sizes_of_texts() {
    run(2, &[&PROMISED]);
}

#[test]
fn numbers_and_pairs_of_them() {
    run(3, &[&PROMISED]);
}

#[test]
fn keys_that_may_be_null() {
    run(4, &[PROMISED.as_slice(), &[("condition-can-error", 200)]]);
}

#[test]
fn maps_and_lists() {
    run(5, &[PROMISED.as_slice(), &[("open", 5)]]);
}

#[test]
fn messages() {
    run(6, &[PROMISED.as_slice(), &[("open", 5)]]);
}

#[test]
fn keys_that_nobody_declared() {
    run(7, &[]);
}
