//! The files that forges read: each is held to the schema that is published for its kind.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::from_root;
use crate::read::read;

fn faults(schema: &str, value: &Value) -> Vec<String> {
    let schema = serde_json::from_str(&from_root(&format!("tests/data/ci/{schema}"))).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    validator.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

fn hold(schema: &str, file: &str, breaks: impl Fn(&mut Value)) {
    let mut value = read(&from_root(file)).json.remove(0);
    assert_eq!(faults(schema, &value), [""; 0], "{file}");
    // It is a schema that refuses things.
    breaks(&mut value);
    assert_ne!(faults(schema, &value), [""; 0], "{file}");
}

#[test]
fn they_keep_the_schemas_of_their_kinds() {
    hold("github-action.json", "action.yml", |action| action["runs"]["steps"][0]["shell"] = Value::Null);
    for file in ["templates/ci/github.yml", ".github/workflows/ci.yml", ".github/workflows/release.yml"] {
        hold("github-workflow.json", file, |workflow| workflow["jobs"] = json!([]));
    }
    hold("gitlab-ci.json", "templates/ci/gitlab.yml", |jobs| jobs["irc"]["script"] = json!(7));
    hold("gitlab-ci.json", "templates/gitlab/irc.yml", |jobs| jobs["irc:check"]["script"] = json!(7));
}

/// What the page shows is what a forge reads, and it names what there is.
#[test]
fn the_page_shows_what_they_take() {
    let page = from_root("docs/ci.md");
    let mut kinds = Vec::new();
    for block in page.split("\n```yaml\n").skip(1) {
        let value = read(block.split_once("```").unwrap().0).json.remove(0);
        let schema = if value.get("jobs").is_some() { "github-workflow.json" } else { "gitlab-ci.json" };
        assert_eq!(faults(schema, &value), [""; 0], "{value}");
        kinds.push(schema);
    }
    kinds.sort_unstable();
    assert_eq!(kinds, ["github-workflow.json", "github-workflow.json", "gitlab-ci.json", "gitlab-ci.json"]);

    let action = read(&from_root("action.yml")).json.remove(0);
    let inputs: BTreeSet<&str> = action["inputs"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(named(&page, "| input |"), inputs);
    let jobs = read(&from_root("templates/gitlab/irc.yml")).json.remove(0);
    let jobs: BTreeSet<&str> = jobs.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(named(&page, "| job |"), &jobs - &BTreeSet::from([".irc"]));
}

/// What the first column of a table names.
fn named<'p>(page: &'p str, head: &str) -> BTreeSet<&'p str> {
    let (_, table) = page.split_once(head).unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.split('`').nth(1).unwrap()).collect()
}
