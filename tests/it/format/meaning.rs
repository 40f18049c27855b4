//! What a definition says is the same before and after.

use std::fs;
use std::path::{Path, PathBuf};

use irc::catalogue::{Catalogue, Date};
use irc::cel::{ParseOptions, parse, print};
use irc::diag::Sink;
use irc::source::{NoFiles, Sources};
use irc::{Options, emit};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;

use super::{laid_out, settled};
use crate::made::{Random, Writer, definition};
use crate::tree::ROOT;

/// What a file deploys, with each condition in one spelling, and the rules that say something about it.
fn essence(text: &str) -> (Vec<Value>, Vec<&'static str>) {
    let catalogue = Catalogue::embedded();
    let mut options = Options::new(&catalogue);
    options.as_of = Date::new(2026, 11, 22);
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let loaded = irc::load(&mut sources, "router.yaml", text.as_bytes().to_vec(), &options);
    let file = irc::check(&mut sources, &loaded, &NoFiles, &options, &mut sink);
    let routers = file.definitions.iter().filter_map(|checked| emit::router(&checked.definition));
    let mut routers: Vec<Value> = routers.map(|router| serde_json::to_value(router).unwrap()).collect();
    routers.iter_mut().for_each(one_spelling);
    let mut rules: Vec<&str> = sink.finish(&file.suppressions).iter().map(|d| d.meta.name).collect();
    rules.sort_unstable();
    (routers, rules)
}

fn one_spelling(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(one_spelling),
        Value::Object(keys) => {
            for (key, value) in keys {
                match value.as_str() {
                    Some(text) if key == "cel_expression" => {
                        let (ast, issues) = parse(text, &ParseOptions::full());
                        if issues.is_empty() {
                            *value = print(&ast).into();
                        }
                    }
                    _ => one_spelling(value),
                }
            }
        }
        _ => {}
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|e| e == "yaml" || e == "json") {
            found.push(path);
        }
    }
    found.sort();
}

#[test]
fn fixtures_and_examples_say_the_same() {
    let mut paths = Vec::new();
    for folder in ["examples", "tests/ui", "tests/emit", "tests/diff", "tests/sim", "tests/fmt"] {
        files(&Path::new(ROOT).join(folder), &mut paths);
    }
    let mut count = 0;
    for path in paths {
        let name = path.display().to_string();
        let bytes = fs::read(&path).unwrap();
        let Some(text) = settled(&name, &bytes) else { continue };
        count += 1;
        let before = String::from_utf8(bytes).unwrap();
        assert_eq!(essence(&before), essence(&text), "{name}\n{text}");
    }
    assert!(count > 100, "only {count} files have a layout");
}

#[test]
fn examples_are_in_their_layout() {
    let mut paths = Vec::new();
    for folder in ["examples", "templates"] {
        files(&Path::new(ROOT).join(folder), &mut paths);
    }
    for path in paths {
        let name = path.display().to_string();
        let text = fs::read_to_string(&path).unwrap();
        if let irc::format::Formatted::Text(formatted) = laid_out(&name, text.as_bytes()) {
            assert_eq!(formatted, text, "{name}");
        }
    }
}

/// One definition written with comments everywhere, and its comments.
fn written(seed: u64) -> (String, Vec<String>) {
    let mut random = Random::new(seed);
    let made = definition(&mut random);
    let mut writer = Writer::new(&mut random);
    writer.document(&made);
    (writer.out, writer.comments)
}

#[test]
fn made_up_definitions_say_the_same_and_keep_their_comments() {
    // The seeds are the same in every run.
    let config = Config { cases: 200, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut sound = 0;
    let counted = std::cell::Cell::new(0);
    let result = TestRunner::new_with_rng(config, rng).run(&any::<u64>(), |seed| {
        let (text, mut comments) = written(seed);
        let formatted = settled("made.yaml", text.as_bytes());
        prop_assert!(formatted.is_some(), "cannot be read:\n{text}");
        let formatted = formatted.unwrap();
        let (routers, rules) = essence(&text);
        counted.set(counted.get() + routers.len());
        prop_assert_eq!((routers, rules), essence(&formatted), "{}\n---\n{}", text, formatted);
        let mut left: Vec<&str> = comments_of(&formatted);
        left.sort_unstable();
        comments.sort_unstable();
        prop_assert_eq!(left, comments, "{}\n---\n{}", text, formatted);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    sound += counted.get();
    assert!(sound > 180, "only {sound} of 200 have no errors");
}

fn comments_of(text: &str) -> Vec<&str> {
    let mut sources = Sources::new();
    let id = sources.add("a.yaml", text);
    let file = sources.get(id).unwrap();
    let tree = irc::yaml::parse(file, &irc::yaml::Options::default(), &mut Sink::new());
    tree.comments
        .iter()
        .map(|c| text.get(c.span.start as usize..c.span.end as usize).unwrap().trim_end())
        .collect()
}

#[test]
fn line_breaks_stay_those_of_the_file() {
    for seed in 0..20 {
        let (text, _) = written(seed);
        let plain = settled("a.yaml", text.as_bytes()).unwrap();
        let windows = settled("a.yaml", text.replace('\n', "\r\n").as_bytes()).unwrap();
        assert_eq!(windows, plain.replace('\n', "\r\n"), "seed {seed}");
    }
}
