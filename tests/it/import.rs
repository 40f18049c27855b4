//! What is deployed as a definition: built again it is the same.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use irc::catalogue::Catalogue;
use irc::check::{self, Options, check};
use irc::diag::Sink;
use irc::format::{Formatted, format};
use irc::import::{Imported, import};
use irc::source::Sources;
use irc::{cel, emit, model, yaml};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::made::{Random, Writer, definition};
use crate::tree::ROOT;

/// Each router of a text of JSON, imported.
fn imported(name: &str, json: &str) -> Vec<Imported> {
    let mut sources = Sources::new();
    let id = sources.add(name, json);
    let file = sources.get(id).unwrap();
    let mut sink = Sink::new();
    let tree = yaml::parse(file, &yaml::Options::default(), &mut sink);
    let definitions = model::lower(&tree, &mut sink).definitions;
    assert_eq!(sink.error_count(), 0, "{name}: {json}");
    let catalogue = Catalogue::embedded();
    let with = options(&catalogue);
    let checked = definitions.into_iter().map(|definition| check(definition, &with, &mut Sink::new()));
    checked.map(|checked| import(file, &checked, &with).unwrap_or_else(|| panic!("{name}: {json}"))).collect()
}

fn options(catalogue: &Catalogue) -> Options<'_> {
    check::Options { catalogue, as_of: None, metadata: None, limits: cel::Limits::default() }
}

/// The JSON of each router of a text in YAML.
fn built(text: &str) -> Option<Vec<emit::wire::Router>> {
    let mut sources = Sources::new();
    let id = sources.add("a.yaml", text);
    let mut sink = Sink::new();
    let tree = yaml::parse(sources.get(id).unwrap(), &yaml::Options::default(), &mut sink);
    model::lower(&tree, &mut sink).definitions.iter().map(emit::router).collect()
}

/// Imports what JSON says, and holds the result to it.
fn round(name: &str, json: &str) -> Vec<Imported> {
    let all = imported(name, json);
    for one in &all {
        assert_eq!(one.differences, Vec::<String>::new(), "{name}:\n{}", one.text);
        let mut sources = Sources::new();
        let id = sources.add("a.yaml", one.text.as_str());
        let again = format(sources.get(id).unwrap(), None, &yaml::Options::default(), &mut Sink::new());
        assert_eq!(again, Formatted::Text(one.text.clone()), "{name} is not formatted");
    }
    all
}

fn yaml_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            yaml_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "yaml") {
            found.push(path);
        }
    }
    found.sort();
}

#[test]
fn what_is_deployed_comes_back_as_it_is() {
    let mut count = 0;
    for entry in fs::read_dir(Path::new(ROOT).join("tests/wire")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "json") {
            let json = fs::read_to_string(&path).unwrap();
            let all = imported(&path.display().to_string(), &json);
            for one in &all {
                // To rank by nothing is legal and has no place in the authoring form, as little as keys that only the
                // wire form may have; that is said.
                let has_no_place = ["SORT_METRIC_UNSPECIFIED", "the authoring form has no place for"];
                let other = one.differences.iter().filter(|d| !has_no_place.iter().any(|w| d.contains(w)));
                assert_eq!(other.count(), 0, "{:?}\n{}", one.differences, one.text);
            }
            count += all.len();
        }
    }
    assert!(count >= 4, "{count}");
}

#[test]
fn examples_come_back_as_they_are() {
    let mut paths = Vec::new();
    for folder in ["examples", "tests/emit"] {
        yaml_files(&Path::new(ROOT).join(folder), &mut paths);
    }
    let mut count = 0;
    for path in paths {
        let name = path.display().to_string();
        let Some(routers) = built(&fs::read_to_string(&path).unwrap()) else { continue };
        for router in routers.iter().filter(|router| router.unknown.is_empty()) {
            let json = emit::to_json(router);
            let [one] = round(&name, &json).try_into().unwrap();
            let again = built(&one.text).unwrap();
            if one.respaced.is_empty() {
                assert_eq!(emit::to_json(&again[0]), json, "{name}");
            }
            count += 1;
        }
    }
    assert!(count >= 14, "{count}");
}

#[test]
fn made_up_definitions_come_back_as_they_are() {
    let config = Config { cases: 200, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[8; 32]);
    let result = TestRunner::new_with_rng(config, rng).run(&any::<u64>(), |seed| {
        let mut random = Random::new(seed);
        let made = definition(&mut random);
        let mut writer = Writer::new(&mut random);
        writer.document(&made);
        let routers = built(&writer.out);
        prop_assert!(routers.is_some(), "{}", writer.out);
        round("made.json", &emit::to_json(routers.unwrap().as_slice()[0..1].first().unwrap()));
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn what_has_no_place_is_told() {
    let json = r#"{
        "name": "a", "createTime": "t",
        "routes": [{"route": {"route_id": "r", "variants": [{"variant": {"variant_id": "main", "model_id": "openai/gpt-5.2",
            "text_generation_config": {"temperature": 0.5, "mood": 1}}, "weight": 100}]},
            "condition": {"cel_expression": "tier==\"pro\""}}]
    }"#;
    let [one] = imported("a.json", json).try_into().unwrap();
    assert_eq!(
        one.differences,
        [
            "`createTime` is left out: the authoring form has no place for `\"t\"`",
            "`routes[0].route.variants[0].variant.text_generation_config.mood` is left out: \
             the authoring form has no place for `1`",
        ]
    );
    assert_eq!(one.respaced, ["routes[0].condition.cel_expression"]);
}

#[test]
fn types_are_those_that_all_uses_agree_on() {
    let route = |id: &str, when: &str| {
        format!(
            "{{\"route\": {{\"route_id\": \"{id}\", \"variants\": [{{\"variant\": {{\"variant_id\": \"main\", \
             \"model_id\": \"openai/gpt-5.2\"}}, \"weight\": 100}}]}}, \"condition\": {{\"cel_expression\": {when:?}}}}}"
        )
    };
    let routes = [
        route("a", "tier == \"pro\" && seats > 3"),
        route("b", "tier != \"free\" && odd == 1"),
        route("c", "odd == \"x\" && account.plan == \"p\" && \"x\" in tags"),
    ];
    let json = format!("{{\"name\": \"a\", \"routes\": [{}]}}", routes.join(", "));
    let [one] = round("a.json", &json).try_into().unwrap();
    assert!(one.text.contains("  tier: string  # as used by a, b\n"), "{}", one.text);
    assert!(one.text.contains("  odd: dyn"), "{}", one.text);
    assert!(one.text.contains("{type: map, fields: {plan: string}}"), "{}", one.text);
}

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_irc"));
    let output = command.current_dir(folder).args(arguments).stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn files_are_written_and_never_replaced_unasked() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("import");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let router = |name: &str| {
        format!(
            "{{\"name\": \"{name}\", \"defaultRoute\": {{\"route_id\": \"default\", \"variants\": [{{\"variant\": {{\"variant_id\": \"main\", \"model_id\": \"openai/gpt-5.2\"}}, \"weight\": 100}}]}}}}"
        )
    };
    let ten: Vec<String> = (0..10).map(|at| router(&format!("r{at}"))).collect();
    fs::write(folder.join("list.json"), format!("{{\"routers\": [{}]}}", ten.join(","))).unwrap();
    fs::write(folder.join("one.json"), router("routers/one")).unwrap();
    fs::write(folder.join("two.json"), router("one")).unwrap();
    fs::write(folder.join("bad.json"), router("../up")).unwrap();
    let (code, out, err) = run(&folder, &["import", "one.json"]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (0, "name: routers/one\n\ndefault:\n  model: openai/gpt-5.2\n", "")
    );
    let (code, out, err) = run(&folder, &["import", "list.json", "-o", "out"]);
    assert_eq!((code, out.lines().count()), (0, 10), "{err}");
    assert!(err.starts_with("irc: note: list.json holds 10 routers, as many as the list call"), "{err}");
    let (code, out, err) = run(&folder, &["import", "list.json", "-o", "out"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("out/r0.router.yaml is there already, and nothing is written"), "{err}");
    assert_eq!(run(&folder, &["import", "list.json", "-o", "out", "--force"]).0, 0);
    assert_eq!(fs::read_dir(folder.join("out")).unwrap().count(), 10);
    let (code, out, err) = run(&folder, &["import", "one.json", "two.json"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("a router named `one` is in one.json and in two.json"), "{err}");
    let (code, out, err) = run(&folder, &["import", "bad.json", "-o", "out"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("invalid-name"), "{err}");
    assert!(!folder.join("up.router.yaml").exists());
}
