//! Every request that is shown does what is said of it, and every condition that is shown is true of its request.

use std::fs;
use std::path::Path;

use super::*;
use crate::tree::ROOT;

#[test]
fn what_is_shown_for_every_fixture_is_so() {
    let catalogue = Catalogue::embedded();
    let (mut moves, mut cases) = (0, 0);
    for folder in fs::read_dir(Path::new(ROOT).join("tests/diff")).unwrap() {
        let folder = folder.unwrap().path();
        let read = |name: &str| {
            fs::read_to_string(folder.join(name)).ok().and_then(|text| checked(&text, &catalogue))
        };
        let (Some(old), Some(new)) = (read("old.yaml"), read("new.yaml")) else { continue };
        let sides = [&old, &new].map(|checked| Side::new(checked, &catalogue).unwrap());
        let plans = [&old, &new].map(|checked| compile::compile(checked, &catalogue).unwrap());
        let difference = diff::compare(&sides[0], &sides[1], &diff::Options::default());
        let route = |plan: &Plan, text: &str| {
            let draw = Draw { seed: 0, index: 0 };
            let request = request(text);
            let decision = decide(plan, &request, draw, &Assumed::default(), &mut Workspace::new(plan));
            let attempts = format!("{:?}", decision.plan);
            (decision.route.map(|route| route.id.to_string()), attempts)
        };
        for found in &difference.moves {
            moves += 1;
            let ends = [0, 1].map(|at| found.ends[at].route.as_ref().map(ToString::to_string));
            let shown = [0, 1].map(|at| route(&plans[at], &found.witness));
            assert_eq!([&shown[0].0, &shown[1].0], [&ends[0], &ends[1]], "{}", folder.display());
            let names_models = found.changes.iter().any(|change| change.what == diff::What::Model);
            assert!(!names_models || shown[0].1 != shown[1].1, "{}: {}", folder.display(), found.witness);
            for case in &found.cases {
                cases += 1;
                let routes = [0, 1].map(|at| route(&plans[at], &case.witness).0);
                assert_eq!(routes, ends, "{}: {case:?}", folder.display());
                let witness = request(&case.witness);
                assert!(case.when.iter().all(|when| is_true(when, &plans[0].env, &witness)), "{case:?}");
                assert!(
                    !case.unless.iter().any(|unless| is_true(unless, &plans[0].env, &witness)),
                    "{case:?}"
                );
                assert!(case.without.iter().all(|key| witness.metadata(key).is_none()), "{case:?}");
            }
        }
    }
    assert!(moves >= 30 && cases >= 30, "{moves} {cases}");
}

/// The conditions of one comparison, as people read them.
fn told(old: &str, new: &str) -> Vec<String> {
    let catalogue = Catalogue::embedded();
    let [old, new] = [old, new].map(|text| checked(text, &catalogue).unwrap_or_else(|| panic!("{text}")));
    let sides = [&old, &new].map(|checked| Side::new(checked, &catalogue).unwrap());
    let difference = diff::compare(&sides[0], &sides[1], &diff::Options::default());
    difference
        .moves
        .iter()
        .map(|found| {
            let cases: Vec<String> = found
                .cases
                .iter()
                .map(|case| {
                    let mut text = case.when.clone().unwrap_or_else(|| "all".to_owned());
                    for key in &case.without {
                        text += &format!(" without {key}");
                    }
                    case.unless.iter().for_each(|unless| text += &format!(" unless {unless}"));
                    text
                })
                .collect();
            cases.join(" | ") + if found.complete { "" } else { " | …" }
        })
        .collect()
}

fn router(metadata: &str, routes: &[(&str, &str)]) -> String {
    let mut text = format!("name: r\n{metadata}routes:\n");
    for (at, (condition, model)) in routes.iter().enumerate() {
        text += &format!("  - id: r{at}\n    when: >-\n      {condition}\n    model: {model}\n");
    }
    text + "default: {model: openai/gpt-4o-mini}\n"
}

const A: &str = "openai/gpt-5.2";
const B: &str = "xai/grok-3";

#[test]
fn absence_is_said_in_words() {
    let metadata = "metadata:\n  tier: string\n  region: string\n";
    let old = router(metadata, &[("tier == \"a\"", A), ("tier != \"a\"", A)]);
    let new = router(metadata, &[("tier == \"a\"", A), ("tier != \"a\"", A), ("true", B)]);
    assert_eq!(told(&old, &new), ["all without tier"]);
    let new = router(metadata, &[("tier == \"a\"", A), ("tier != \"a\"", A), ("region == \"x\"", B)]);
    assert_eq!(told(&old, &new), ["region == \"x\" without tier"]);
    let old = router(
        "",
        &[("messages.last().content.contains(\"a\") || !messages.last().content.contains(\"a\")", A)],
    );
    let new = router("", &[("messages.has()", A), ("true", B)]);
    assert_eq!(told(&old, &new), ["!messages.has()"]);
    let account = "metadata:\n  account: {type: map, required: true, fields: {plan: string}}\n";
    let old = router(account, &[("account.plan == \"x\" || account.plan != \"x\"", A)]);
    let new = router(account, &[("has(account.plan)", A), ("true", B)]);
    assert_eq!(told(&old, &new), ["!has(account.plan)"]);
}

#[test]
fn what_may_lack_a_value_is_said_with_unless() {
    let metadata = "metadata:\n  tier: string\n  region: string\n";
    let old = router(metadata, &[("tier == \"pro\"", A)]);
    let new = router(metadata, &[("tier == \"pro\"", A), ("region == \"eu\"", B)]);
    assert_eq!(told(&old, &new), ["region == \"eu\" unless tier == \"pro\""]);
    let required = "metadata:\n  tier: {type: string, required: true}\n  region: string\n";
    let old = router(required, &[("tier == \"pro\"", A)]);
    let new = router(required, &[("tier == \"pro\"", A), ("region == \"eu\"", B)]);
    assert_eq!(told(&old, &new), ["tier != \"pro\" && region == \"eu\""]);
}

#[test]
fn values_are_gathered() {
    let metadata = "metadata:\n  region: string\n  tier: {type: string, enum: [a, b, c], required: true}\n";
    let old = router(metadata, &[("region == \"de\" || region == \"fr\"", A)]);
    let new = router(metadata, &[("region in [\"de\", \"fr\", \"it\", \"es\"]", A)]);
    assert_eq!(told(&old, &new), ["region in [\"it\", \"es\"]"]);
    let old = router(metadata, &[("tier == \"a\"", A)]);
    let new = router(metadata, &[("tier != \"c\"", A)]);
    assert_eq!(told(&old, &new), ["tier == \"b\""]);
}

#[test]
fn numbers_texts_and_what_is_not_taken_apart() {
    let metadata = "metadata:\n  n: {type: number, required: true}\n  id: {type: string, required: true}\n";
    let old = router(metadata, &[("n >= 80", A)]);
    let new = router(metadata, &[("n >= 90 || n < 10", A)]);
    assert_eq!(told(&old, &new), ["n >= 80 && n < 90", "n < 10"]);
    let old = router(metadata, &[("id.startsWith(\"ent-\")", A)]);
    let new = router(metadata, &[("id.matches(\"^ent-[a-z]+$\")", A)]);
    assert_eq!(told(&old, &new), ["id.startsWith(\"ent-\") && !id.matches(\"^ent-[a-z]+$\")"]);
    let old = router("", &[("messages.exists(m, m.role == \"tool\")", A)]);
    let new = router("", &[("messages.exists(x, x.role == \"tool\")", A)]);
    assert_eq!(told(&old, &new), [""; 0]);
}
