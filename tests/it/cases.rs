//! `irc cases` as people use it: what it prints can be pasted, simulated and read by programs.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::examples::{examples, irc, run_tests, text};
use crate::tree::ROOT;

/// The output of the command, which found no fault.
fn cases(path: &Path, more: &[&str]) -> String {
    let mut arguments = vec!["cases", path.to_str().unwrap()];
    arguments.extend(more);
    let output = irc(&arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(output.stderr));
    text(output.stdout)
}

/// A file for one test.
fn file(name: &str, content: &str) -> std::path::PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cases");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, content).unwrap();
    path
}

/// A definition with these tests in the place of its own, which stand at its end.
fn with_tests(definition: &str, tests: &str) -> String {
    let own = definition.find("\ntests:").map_or(definition.len(), |at| at + 1);
    format!("{}{tests}", &definition[..own])
}

#[test]
fn what_is_printed_can_be_pasted_and_holds() {
    for path in examples() {
        let shown = path.display().to_string();
        let block = cases(&path, &[]);
        let pasted = with_tests(&fs::read_to_string(&path).unwrap(), &block);
        let run = run_tests(&pasted, &shown);
        assert_eq!(run, block.matches("  - name: ").count(), "{shown}");
        assert!(run > 0, "{shown}");
        // With these tests nothing is missing.
        let pasted = file("pasted.yaml", &pasted);
        fs::copy(format!("{ROOT}/examples/shared/acme.yaml"), pasted.with_file_name("acme.yaml")).unwrap();
        let rest = cases(&pasted, &["--missing"]);
        assert!(rest.starts_with("tests: []\n"), "{shown}: {rest}");
    }
}

#[test]
fn what_is_missing_goes_with_what_is_there() {
    for path in examples() {
        let own = fs::read_to_string(&path).unwrap();
        let rest = cases(&path, &["--missing"]);
        assert!(!own.contains("\ntests:") || rest.lines().count() <= cases(&path, &[]).lines().count());
        let Some(items) = rest.strip_prefix("tests:\n") else { continue };
        let both = if own.contains("\ntests:") { format!("{own}{items}") } else { format!("{own}{rest}") };
        run_tests(&both, &path.display().to_string());
    }
}

#[test]
fn the_json_is_as_published_and_says_the_same() {
    let schema: Value =
        serde_json::from_str(&fs::read_to_string(format!("{ROOT}/schemas/cases.schema.json")).unwrap())
            .unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for path in examples() {
        let shown = path.display();
        let json: Value = serde_json::from_str(&cases(&path, &["--format", "json"])).unwrap();
        let faults: Vec<String> = validator.iter_errors(&json).map(|e| e.to_string()).collect();
        assert_eq!(faults, [""; 0], "{shown}");
        let listed = json["cases"].as_array().unwrap();
        assert!(listed.iter().all(|case| !case["shows"].as_array().unwrap().is_empty()), "{shown}");
        assert_eq!(json["undecided"], serde_json::json!([]), "{shown}");
        // The requests alone, as they go to the simulator.
        let lines = cases(&path, &["--format", "jsonl"]);
        let requests: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(requests, listed.iter().map(|case| case["request"].clone()).collect::<Vec<_>>());
        let requests = file("requests.jsonl", &lines);
        let output =
            irc(&["simulate", path.to_str().unwrap(), requests.to_str().unwrap(), "--format", "jsonl"]);
        for (line, case) in text(output.stdout).lines().zip(listed) {
            let record: Value = serde_json::from_str(line).unwrap();
            assert_eq!(record["route"], case["expect"]["route"], "{shown}");
            assert!(
                case["expect"]["model"].is_null() || record["model"] == case["expect"]["model"],
                "{shown}"
            );
            // Nothing that is declared of metadata is broken; variables of templates are none of the cases' concern.
            let found = record["findings"].as_array().into_iter().flatten();
            let mut found = found.filter_map(|finding| finding["message"].as_str());
            assert!(found.all(|message| message.starts_with("the prompt variable `")), "{shown}: {line}");
        }
    }
}

const TWO: &str =
    "name: a\ndefault: {model: openai/gpt-5.2}\n---\nname: b\ndefault: {model: openai/gpt-5.2}\n";

#[test]
fn it_speaks_of_one_router() {
    let two = file("two.yaml", TWO);
    let output = irc(&["cases", two.to_str().unwrap()]);
    assert_eq!((output.status.code(), text(output.stdout).as_str()), (Some(2), ""));
    let said = text(output.stderr);
    assert!(said.ends_with("holds 2 routers: name one of `a` and `b`, as in FILE:a\n"), "{said}");
    let output = irc(&["cases", &format!("{}:b", two.display())]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(output.stdout).contains("expect: {route: default, model: openai/gpt-5.2}"));
    let faulty = file("faulty.yaml", "name: a\nroutes:\n  - {id: r, when: x =, model: m}\n");
    let output = irc(&["cases", faulty.to_str().unwrap()]);
    assert_eq!((output.status.code(), text(output.stdout).as_str()), (Some(1), ""));
    assert!(text(output.stderr).contains("cel-syntax"));
    assert_eq!(irc(&["cases", "gone.yaml"]).status.code(), Some(2));
}

/// Ids, keys and texts that mean something to YAML, to a terminal or to CEL.
const HOSTILE: &str = r#"
name: hostile
metadata:
  s: string
  n: int
routes:
  - id: 'null'
    when: 's == "a: b #c\n\u202e\u0007''\""'
    model: openai/gpt-5.2
  - id: "say \"hi\"\n- x: {y}"
    when: 's.contains("\\") && n >= -3'
    model: openai/gpt-5.2
  - id: "no"
    when: 's in ["", "true", "0x1", "~", " ", "-", "[]", "!t", "&a", "*a", "%y", "@", "`"]'
    variants:
      - {id: "100%: a", model: openai/gpt-5.2, weight: 60}
      - {id: "yes", model: openai/gpt-5.2, weight: 40}
default:
  id: "...\t---"
  model: openai/gpt-4o-mini
"#;

#[test]
fn hostile_names_and_texts_stay_what_they_are() {
    let path = file("hostile.yaml", HOSTILE);
    let block = cases(&path, &[]);
    assert!(!block.contains(['\u{7}', '\u{202e}', '\t']), "{block}");
    let run = run_tests(&with_tests(HOSTILE, &block), "hostile");
    assert!(run >= 6, "{block}");
    for format in ["json", "jsonl"] {
        assert!(!cases(&path, &["--format", format]).contains(['\u{7}', '\u{202e}', '\t']));
    }
}

#[test]
fn a_router_beyond_the_bound_is_refused() {
    let parts = vec!["n == 1"; 2_001].join(" || ");
    let path = file(
        "large.yaml",
        &format!(
            "name: large\nroutes:\n  - id: r\n    when: {parts}\n    model: openai/gpt-5.2\ndefault: {{model: openai/gpt-5.2}}\n"
        ),
    );
    let output = irc(&["cases", path.to_str().unwrap()]);
    assert_eq!((output.status.code(), text(output.stdout).as_str()), (Some(2), ""));
    let said = text(output.stderr);
    assert!(said.contains("have 2001 parts, and cases are made for at most 2000"), "{said}");
}
