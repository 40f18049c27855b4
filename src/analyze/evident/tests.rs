//! What is evident is so, and what people write is evident.

use super::super::question::Answer;
use super::super::{Budget, Pass, analyze_with};
use super::glance::Glance;
use super::*;
use crate::catalogue::Catalogue;
use crate::diag::Sink;
use crate::source::Sources;
use crate::{cel, check, model, yaml};

const METADATA: &str = "
  tier: {type: string, enum: [free, pro, team], required: true}
  only: {type: string, enum: [one]}
  name: string
  note: {type: string, nullable: true}
  flag: bool
  on: {type: bool, enum: [true]}
  sure: {type: bool, enum: [true], required: true}
  seats: {type: int, min: 1, max: 10}
  floor: {type: int, min: 1, required: true}
  score: {type: number, min: 0, max: 100}
  share: {type: double, min: 0.25}
  level: {type: int, enum: [1, 5]}
  tags: {type: list, items: string}
  account: {type: map, fields: {plan: {type: string, required: true}, seats: {type: int, max: 3}}}
";

struct Found {
    checked: Checked,
    catalogue: Catalogue,
    sources: Sources,
}

fn read(text: String) -> Found {
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let file = sources.add("router.yaml", text);
    let tree = yaml::parse(sources.get(file).unwrap(), &yaml::Options::default(), &mut sink);
    let definition = model::lower(&tree, &mut sink).definitions.pop().unwrap();
    let catalogue = Catalogue::embedded();
    let limits = crate::cel::Limits::default();
    let options = check::Options { catalogue: &catalogue, as_of: None, metadata: None, limits };
    let checked = check::check(definition, &options, &mut sink);
    Found { checked, catalogue, sources }
}

/// A definition with these conditions, each with a route.
fn routes(conditions: &[&str]) -> Found {
    let routes = conditions.iter().enumerate().map(|(index, condition)| {
        let quoted = serde_json::to_string(condition).unwrap();
        format!("  - {{id: r{index}, when: {quoted}, model: openai/gpt-4o}}\n")
    });
    let routes: String = routes.collect();
    let found =
        read(format!("name: r\nmetadata:{METADATA}routes:\n{routes}default: {{model: openai/gpt-4o}}\n"));
    assert!(found.checked.sound, "{conditions:?}");
    found
}

fn told(found: &Found, evident: Evident) -> Vec<String> {
    let mut sink = Sink::new();
    let Found { checked, catalogue, sources } = found;
    analyze_with(evident, checked, catalogue, sources, Budget::default(), &mut sink);
    sink.finish(&Default::default()).iter().map(|diagnostic| format!("{diagnostic:?}")).collect()
}

/// What a condition is by itself: reached, valued, busy and sent. The solver agrees, as far as it is so.
fn is_evident(condition: &str) -> [bool; 4] {
    let found = routes(&[condition]);
    let evident = Evident::of(&found.checked);
    let mut sink = Sink::new();
    let Found { checked, catalogue, sources } = &found;
    let mut pass = Pass::open(checked, catalogue, sources, Budget::default(), &mut sink).unwrap();
    for index in 0..2 {
        let taken = pass.taken(index);
        assert!(!evident.is_reached(index) || pass.universe.ask(&taken) == Answer::Possible, "{condition}");
    }
    [evident.is_reached(0), evident.is_valued(0), evident.is_busy(0), evident.is_sent(0)]
}

#[test]
fn what_people_write_is_evident() {
    for condition in [
        "tier == \"pro\"",
        "tier != \"pro\"",
        "\"pro\" == tier",
        "tier in [\"pro\", \"team\"]",
        "tier.startsWith(\"p\")",
        "!(tier in [\"pro\"]) && score > 5",
        "name == \"x\"",
        "name.size() > 6 && name.startsWith(\"eu-\") && name.endsWith(\"-1\")",
        "flag",
        "flag == true && tier == \"pro\"",
        "seats >= 5 && seats < 8",
        "seats in [1, 2]",
        "10 > seats",
        "score > 99.5",
        "score > 20 && score <= 23",
        "share > 7",
        "level > 3",
        "account.plan == \"a\" || account.seats > 2",
        "has(account.seats) && account.seats > 1",
        "note == \"x\"",
        "\"x\" in tags",
        "tags.exists(t, t == \"x\")",
        "messages.size() > 2",
        "size(messages) > 2 && messages[0].role == \"system\"",
        "messages.has() && messages.first().role == \"user\"",
        "messages.exists(m, m.role == \"user\" && m.content.contains(\"refund\"))",
        "messages.last().content.matches(r\"(?i)\\b(urgent|outage)\\b\")",
        "messages.size() <= 3 && messages.last().content.size() < 40",
        "messages.last().content.size() > 400",
        "messages.last().content.contains(\"a\") && messages.last().content.contains(\"b\")",
        "tier == \"pro\" ? score > 5 : flag",
    ] {
        let [reached, valued, busy, sent] = is_evident(condition);
        // What is no bool by itself is left to the solver, as what is looked for in an index is.
        let plain = !condition.contains('[') || condition.contains(" in [");
        let chosen = condition.contains('?') && !condition.contains("(?");
        assert!(
            (reached || chosen) && (valued || !plain) && busy && sent,
            "{condition}: {:?}",
            [reached, valued, busy, sent]
        );
    }
}

#[test]
fn what_is_not_so_is_not_evident() {
    for (condition, at) in [
        ("tier == \"pro\" && tier == \"free\"", 0),
        ("only != \"one\"", 0),
        ("!on", 0),
        ("seats > 10", 0),
        ("score > 100.0", 0),
        ("share < 0.25", 0),
        ("level > 5", 0),
        ("account.seats > 3", 0),
        ("messages.size() < 0", 0),
        ("false", 0),
        ("name.matches(\"a^b\")", 0),
        ("messages[1].role == \"user\"", 1),
        ("note.size() > 3", 1),
        ("note.startsWith(\"a\")", 1),
        ("10 / seats > 2", 1),
        ("messages.exists(m, m.name == \"x\")", 1),
        ("int(name) > 2", 1),
        ("floor >= 1 && tier == \"pro\"", 2),
        ("score > 20 && score > 10", 2),
        ("tier == \"pro\" || tier != \"free\"", 2),
        ("name == \"x\" && name.startsWith(\"x\")", 2),
        ("sure || tier == \"pro\"", 2),
        ("name != \"x\"", 3),
        ("!flag", 3),
        ("!(\"x\" in tags)", 3),
    ] {
        assert!(!is_evident(condition).get(at).unwrap(), "{condition}: {at}");
    }
}

#[test]
fn routes_are_reached_past_those_before_them() {
    let found = routes(&[
        "tier != \"free\" && flag",
        "messages.size() <= 2 && messages.last().content.size() < 100 && tier == \"pro\"",
        "tier in [\"pro\", \"team\"] && score < 50",
        "messages.last().content.matches(r\"(?i)\\brefund\\b\")",
        "tier == \"pro\" || tier == \"team\"",
        "name.startsWith(\"eu-\")",
        "messages.exists(m, m.content.contains(\"x\"))",
        "!flag && tier == \"free\" && score > 70",
        "tier == \"free\" && seats > 2",
    ]);
    let evident = Evident::of(&found.checked);
    let reached: Vec<bool> = (0..10).map(|index| evident.is_reached(index)).collect();
    assert_eq!(reached, [true; 10]);
}

#[test]
fn what_is_told_is_the_same_without_it() {
    let mut texts: Vec<String> = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_str().unwrap().ends_with("router.yaml") {
                texts.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }
    // Those that use files beside them are not read here.
    let found: Vec<Found> = texts.into_iter().map(read).filter(|found| found.checked.sound).collect();
    assert!(found.len() >= 8, "{}", found.len());
    for found in found {
        assert_eq!(told(&found, Evident::of(&found.checked)), told(&found, Evident::default()));
    }
}

#[test]
fn what_is_seen_at_once_is_what_the_evaluator_says() {
    let tests = [
        "tier == \"pro\"",
        "tier != \"pro\"",
        "tier < \"pro\"",
        "tier in [\"free\", \"pro\"]",
        "tier in []",
        "name.contains(\"a\")",
        "name.startsWith(\"a\")",
        "name.endsWith(\"a\")",
        "flag",
        "flag == true",
        "flag != false",
        "seats >= 5",
        "seats < 5",
        "seats == 5",
        "seats in [1, 5]",
        "score == 5",
        "score > 4.5",
        "score in [5]",
        "account.plan == \"a\"",
        "account.seats <= 2",
        "note == null",
        "note != \"a\"",
        "level > 1",
        "tags == [\"x\"]",
        "\"x\" in tags",
        "messages.size() > 1",
        "messages.size() == 0",
        "!flag || seats > 2 && name == \"a\"",
        "messages.last().content.size() > 3",
        "messages.first().role == \"user\"",
        "messages.exists(m, m.role == \"user\" && m.content.contains(\"x\"))",
        "messages.exists(m, m.name == \"x\" || m.role == \"tool\")",
        "messages.all(m, m.content.size() < 4)",
        "messages.all(m, m.name != \"x\")",
        "tags.exists(t, t == \"x\")",
        "tags.all(t, t.startsWith(\"x\"))",
        "tags.size() > 0",
        "int == int",
    ];
    let found = routes(&tests);
    let (variables, base) = (variables(&found.checked).0, Base::new(found.checked.metadata.as_ref()));
    let mut sampler = Sampler::new(&found.checked, &variables, &base, Vec::new());
    let expressions: Vec<&Expression> = found.checked.conditions.iter().flatten().collect();
    let mut seen = 0;
    for from in &expressions {
        for want in [true, false] {
            let mut draft = Draft::new(&base);
            Wisher::new(&from.ast, (&found.checked.env, &variables), &mut draft).wish(from.ast.root(), want);
            for expression in &expressions {
                let node = (&*expression.ast, expression.ast.root());
                let mut glance = Glance::new(node.0, sampler.evaluator.dotted, &draft);
                let Some(outcome) = glance.outcome(node.1) else { continue };
                seen += 1;
                assert!(
                    outcome == Outcome::of(&sampler.evaluator.part(node, &draft)),
                    "{}",
                    cel::print(node.0)
                );
            }
        }
    }
    assert!(seen > 500, "{seen}");
}

#[test]
fn a_definition_with_many_routes_takes_few_steps() {
    let conditions: Vec<String> =
        (0..3_000).map(|n| format!("tier == \"pro\" && name == \"n{n}\"")).collect();
    let conditions: Vec<&str> = conditions.iter().map(String::as_str).collect();
    let found = routes(&conditions);
    let evident = Evident::of(&found.checked);
    assert!(evident.is_reached(0));
    assert!(!evident.is_reached(2_999));
}
