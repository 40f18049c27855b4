//! `irc test` over the examples: their tests look at everything, and see whatever is changed.

use std::fs;
use std::path::Path;

use irc::Options;
use irc::catalogue::{Catalogue, Date};
use irc::diag::{Severity, Sink};
use irc::source::Sources;
use irc::suite::{Runner, coverage};

use crate::examples::examples;
use crate::tree::{Folder, ROOT};

/// What came of a definition's text that stands in for a file: whether it has errors, how many of its tests fail, how many
/// there are, and what they leave out.
struct Came {
    broken: bool,
    failed: usize,
    tests: usize,
    left_out: Vec<String>,
}

fn run(path: &Path, text: &str, with_coverage: bool) -> Came {
    let catalogue = Catalogue::embedded();
    let mut options = Options::new(&catalogue);
    options.as_of = Date::new(2026, 11, 22);
    options.analysis.steps = 0;
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let loaded = irc::load(&mut sources, &path.display().to_string(), text.as_bytes().to_vec(), &options);
    let file = irc::check(&mut sources, &loaded, &Folder, &options, &mut sink);
    let open = |d: &irc::diag::Diagnostic| d.severity == Severity::Error && d.meta.group.leaves_open();
    let mut came =
        Came { broken: sink.as_slice().iter().any(open), failed: 0, tests: 0, left_out: Vec::new() };
    for checked in &file.definitions {
        let Some(plan) = irc::compile::compile(checked, &catalogue) else { continue };
        let ran = Runner::new(checked, &plan, &catalogue, &Folder, &sources).run(|_| true);
        came.tests += ran.tests.len();
        came.failed += ran.tests.iter().filter(|tested| tested.failure.is_some()).count();
        if with_coverage {
            let budget = irc::analyze::Budget::default();
            let found =
                coverage::coverage(checked, &plan, &catalogue, &sources, budget, &ran.touched).unwrap();
            assert!(!found.points.is_empty());
            let points = found.points.into_iter().filter(|point| !point.covered);
            came.left_out.extend(points.map(|point| point.text));
        }
    }
    came
}

#[test]
fn the_tests_of_the_examples_look_at_everything() {
    for path in examples() {
        let came = run(&path, &fs::read_to_string(&path).unwrap(), true);
        let shown = path.strip_prefix(ROOT).unwrap().display();
        assert!(!came.broken && came.failed == 0 && came.tests > 0, "{shown}: {} tests", came.tests);
        assert_eq!(came.left_out, [""; 0], "{shown}");
    }
}

/// A text with one line changed, for each line that says where requests go.
fn defects(text: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let position = |key: &str| lines.iter().position(|line| *line == key);
    let end = ["invariants:", "tests:"].into_iter().filter_map(position).min().unwrap_or(lines.len());
    let end = end.max(position("default:").unwrap_or(0));
    let start = position("routes:").or(position("default:")).unwrap_or(0);
    let mut out = Vec::new();
    let mut change = |at: usize, new: String| {
        if new == lines[at] {
            return;
        }
        let mut changed = lines.clone();
        changed[at] = &new;
        out.push((format!("{} -> {}", lines[at].trim(), new.trim()), changed.join("\n") + "\n"));
    };
    // Nothing reaches a default route behind a condition that is always true.
    let whole = lines.iter().any(|line| line.trim() == "when: true");
    let end = if whole { position("default:").unwrap_or(end) } else { end };
    for (at, line) in lines.iter().enumerate().take(end).skip(start) {
        if let Some((before, value)) = line.split_once("when: ") {
            let is_whole = !before.contains('{') && !before.contains('#');
            if is_whole && !value.starts_with(['>', '|']) {
                change(at, format!("{before}when: false"));
                change(at, format!("{before}when: true"));
            }
        }
        if let Some((before, value)) = line.split_once("model: ")
            && !before.contains(['{', '#'])
            && value.contains('/')
        {
            change(at, format!("{before}model: xai/grok-4-1-fast-reasoning"));
        }
    }
    out
}

#[test]
fn a_defect_of_an_example_is_seen_by_its_tests() {
    let (mut defects_seen, mut unseen) = (0, Vec::new());
    for path in examples() {
        let text = fs::read_to_string(&path).unwrap();
        for (what, changed) in defects(&text) {
            let came = run(&path, &changed, false);
            if came.broken || came.failed > 0 {
                defects_seen += 1;
            } else {
                unseen.push(format!("{}: {what}", path.strip_prefix(ROOT).unwrap().display()));
            }
        }
    }
    assert!(unseen.is_empty(), "{}", unseen.join("\n"));
    assert!(defects_seen >= 60, "{defects_seen}");
}

#[test]
fn junit_has_a_case_for_each_test() {
    let session = crate::sessions::Session::new("suites-junit");
    session.write(
        "a&b.yaml",
        "name: shop\ndefault: {model: openai/gpt-5.2}\ntests:\n  - {name: \"good <one>\", expect: {route: default}}\n  \
         - {name: bad, expect: {error: true}}\n",
    );
    session.write("b.test.yaml", "router: gone.yaml\ntests:\n  - {name: x, expect: {route: default}}\n");
    let (code, out, _) =
        session.run(&["test", "--no-config", "--format", "junit", "a&b.yaml", "b.test.yaml"]);
    assert_eq!(code, 1, "{out}");
    let document = roxmltree::Document::parse(&out).unwrap();
    let root = document.root_element();
    let numbers = ["tests", "failures", "errors"].map(|name| root.attribute(name).unwrap());
    assert_eq!(numbers, ["3", "1", "1"], "{out}");
    let cases: Vec<_> = document.descendants().filter(|node| node.has_tag_name("testcase")).collect();
    let named = |name: &str| cases.iter().find(|case| case.attribute("name") == Some(name)).unwrap();
    assert_eq!(named("good <one>").children().filter(|node| node.is_element()).count(), 0);
    let failure = named("bad").children().find(|node| node.has_tag_name("failure")).unwrap();
    assert!(failure.attribute("message").unwrap().contains("the error is none, not any"), "{out}");
    assert!(document.descendants().any(|node| node.has_tag_name("error")), "{out}");
}

#[test]
fn every_format_may_go_into_a_file_besides() {
    let session = crate::sessions::Session::new("suites-output");
    session.write(
        "a.yaml",
        "name: shop\ndefault: {model: openai/gpt-5.2}\ntests:\n  - {name: good, expect: {route: default}}\n  \
         - {name: bad, expect: {route: null}}\n",
    );
    let formats = ["human", "short", "json", "github", "sarif", "gitlab", "junit"];
    let mut arguments = vec!["test".to_owned(), "--no-config".into(), "a.yaml".into()];
    arguments
        .extend(formats.iter().flat_map(|format| ["--output".to_owned(), format!("{format}=out.{format}")]));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (code, human, _) = session.run(&arguments);
    assert_eq!(code, 1);
    for format in formats {
        let file = std::fs::read_to_string(session.folder.join(format!("out.{format}"))).unwrap();
        let (code, out, _) = session.run(&["test", "--no-config", "a.yaml", "--format", format]);
        assert_eq!((code, file), (1, out), "{format}");
    }
    assert!(human.contains("2 tests: 1 passed"), "{human}");
    let (code, out, errors) =
        session.run(&["test", "--no-config", "a.yaml", "--output", "json=x", "--html", "x"]);
    assert_eq!((code, out.as_str()), (2, ""), "{errors}");
    assert!(errors.contains("cannot write x twice"), "{errors}");
    let (code, _, errors) = session.run(&["test", "--no-config", "a.yaml", "--html", "a.yaml"]);
    assert_eq!(code, 2);
    assert!(errors.contains("it is one of the files that are checked"), "{errors}");
    let (code, _, errors) = session.run(&["test", "--no-config", "a.yaml", "--lcov", "no/x"]);
    assert_eq!(code, 2);
    assert!(errors.contains("there is no folder no"), "{errors}");
}

/// What is wrong with a test by itself is told in the same words by whoever checks it and whoever runs it.
#[test]
fn check_and_test_say_the_same_of_a_test() {
    let session = crate::sessions::Session::new("suites-same");
    let example = |name: &str| fs::read_to_string(format!("{ROOT}/tests/ui/suite/{name}.yaml")).unwrap();
    let (router, tests) =
        example("impossible").split_once("tests:\n").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    session.write("impossible.yaml", &format!("{router}tests:\n{tests}"));
    session.write("router.yaml", &router);
    session.write("impossible.test.yaml", &format!("router: router.yaml\ntests:\n{tests}"));
    let cannot = example("cannot_run");
    session.write("cannot.yaml", &cannot);
    let told = |arguments: &[&str], rule: &str| {
        let (_, out, _) =
            session.run(&[arguments, &["--no-config", "--as-of", "2026-11-22", "--format", "json"]].concat());
        let report: serde_json::Value = serde_json::from_str(&out).unwrap();
        let found = report["diagnostics"].as_array().unwrap().iter().filter(|d| d["name"] == rule);
        let key = |d: &serde_json::Value| {
            format!(
                "{} {} {} {}",
                d["span"]["start"]["line"], d["span"]["start"]["column"], d["message"], d["help"]
            )
        };
        found.map(key).collect::<Vec<String>>()
    };
    for (file, rule, least) in [
        ("impossible.yaml", "impossible-expectation", 13),
        ("impossible.test.yaml", "impossible-expectation", 14),
        ("cannot.yaml", "unreadable-test", 4),
    ] {
        let (checked, mut ran) = (told(&["check", file], rule), told(&["test", file], rule));
        assert!(checked.len() >= least, "{file}: {checked:#?}");
        // Of a route that is never reached a check tells at the route.
        let at_the_route = |one: &String| file == "impossible.yaml" && one.contains("takes `again`");
        ran.retain(|one| !checked.contains(one) && !at_the_route(one));
        assert_eq!(ran, [""; 0], "{file}: {checked:#?}");
        assert_eq!(told(&["test", file], "test-failed"), [""; 0], "{file}");
    }
}

/// What could not be read of a test is not expected: that the rest holds says nothing.
#[test]
fn a_test_that_holds_an_error_is_not_run() {
    let session = crate::sessions::Session::new("suites-errors");
    let router = "name: a\nmetadata: {tier: string}\nroutes:\n  - {id: pro, when: tier == \"pro\", model: openai/gpt-5.2}\ndefault: {model: openai/gpt-4o-mini}\n";
    let tests = "tests:
  - {name: whole, request: {metadata: {tier: pro}}, expect: {route: pro}}
  - {name: misspelt, request: {metadata: {tier: pro}}, expect: {route: pro, modle: openai/gpt-5}}
  - name: in one case
    request: {metadata: {tier: pro}}
    cases:
      - {expect: {route: pro}}
      - {expect: {route: pro, modle: openai/gpt-5}}
  - name: beside the cases
    expect: {route: pro, modle: openai/gpt-5}
    cases:
      - {request: {metadata: {tier: pro}}}
      - {request: {metadata: {tier: pro}}}
";
    session.write("inside.yaml", &format!("{router}{tests}"));
    session.write("router.yaml", router);
    session.write("router.test.yaml", &format!("router: router.yaml\n{tests}"));
    // Of a definition that holds an error nothing is built.
    let ends = [
        ("inside.yaml", "no test was run, 6 could not be"),
        ("router.test.yaml", "2 tests passed, 4 not run"),
    ];
    for (file, end) in ends {
        let (code, out, errors) = session.run(&["test", "--no-config", file]);
        assert!(out.ends_with(&format!("\n{end}\n")), "{file}: {out}{errors}");
        assert_eq!((code, out.matches("error[IRC101] unknown-field").count()), (1, 3), "{file}: {out}");
    }
    let (code, out, _) = session.run(&["test", "--no-config", "--filter", "misspelt", "router.test.yaml"]);
    assert!(code == 1 && out.ends_with("\nno test was run, 1 could not be\n"), "{out}");
}

#[test]
fn include_takes_no_suite_for_a_definition() {
    let session = crate::sessions::Session::new("suites-include");
    session.write("irc.toml", "include = [\"conf/*.yaml\"]\n");
    session.write(
        "conf/a.yaml",
        "name: shop\ndefault: {model: openai/gpt-5.2, fallbacks: [anthropic/claude-opus-4-6]}\n",
    );
    session.write("conf/a.test.yaml", "router: a.yaml\ntests:\n  - {name: x, expect: {route: default}}\n");
    let (code, out, errors) = session.run(&["build"]);
    assert_eq!((code, errors.as_str()), (0, ""), "one router, not two: {out}");
    let (code, out, _) = session.run(&["test"]);
    assert_eq!((code, out.as_str()), (0, "1 test passed\n"));
}
