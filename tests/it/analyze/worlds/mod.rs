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

fn run(world: usize, least: &[(&str, usize)]) {
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
    for (name, least) in least {
        assert!(counts.get(*name).is_some_and(|count| count >= least), "{name} of {counts:?}");
    }
}

#[test]
fn bounds_and_enums() {
    run(
        0,
        &[
            ("unreachable-route", 200),
            ("condition-always-true", 25),
            ("default-unreachable", 12),
            ("open", 20),
        ],
    );
}

#[test]
fn texts() {
    run(1, &[]);
}

#[test]
fn sizes_of_texts() {
    run(2, &[]);
}

#[test]
fn numbers() {
    run(3, &[]);
}

#[test]
fn keys_that_may_be_null() {
    run(4, &[]);
}

#[test]
fn maps_and_lists() {
    run(5, &[]);
}

#[test]
fn messages() {
    run(6, &[]);
}

#[test]
fn keys_that_nobody_declared() {
    run(7, &[]);
}
