//! What only the inside knows: that each request is needed.

use super::super::Pass;
use super::search::Search;
use super::*;
use crate::{check, model, yaml};

/// Runs the search over a definition: how many requests are needed, and how many there are.
fn needed(text: &str) -> (usize, usize) {
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let file = sources.add("router.yaml", text);
    let tree = yaml::parse(sources.get(file).unwrap(), &yaml::Options::default(), &mut sink);
    let definition = model::lower(&tree, &mut sink).definitions.pop().unwrap();
    let catalogue = Catalogue::embedded();
    let options = check::Options {
        catalogue: &catalogue,
        as_of: None,
        metadata: None,
        limits: crate::cel::Limits::default(),
    };
    let checked = check::check(definition, &options, &mut sink);
    let mut sink = Sink::new();
    let mut pass = Pass::open(&checked, &catalogue, &sources, budget(Budget::default()), &mut sink).unwrap();
    let mut search = Search::open(&mut pass).unwrap();
    search.run(&[], &[]);
    search.needed()
}

#[test]
fn each_request_is_needed() {
    let root = env!("CARGO_MANIFEST_DIR");
    for name in ["tiers", "cost", "voice", "eu-residency", "auto"] {
        let text = std::fs::read_to_string(format!("{root}/examples/{name}/router.yaml")).unwrap();
        let (needed, count) = needed(&text);
        assert_eq!(needed, count, "{name}");
    }
}

#[test]
fn each_request_is_needed_of_many() {
    let tiers = ["a", "b", "c", "d"];
    let routes = (0..24).map(|i| {
        let tier = tiers[i % 4];
        format!("  - {{id: r{i}, when: 'tier == \"{tier}\" && (n >= {i} || s.startsWith(\"{i}\")) && x < {i}.5', model: openai/gpt-5.2}}\n")
    });
    let routes: String = routes.collect();
    let text = format!(
        "name: many\nmetadata:\n  tier: {{type: string, enum: [a, b, c, d]}}\n  n: int\n  s: string\n  x: double\nroutes:\n{routes}default: {{model: openai/gpt-4o-mini}}\n"
    );
    let (needed, count) = needed(&text);
    assert_eq!(needed, count);
    assert!((48..=100).contains(&count), "{count}");
}
