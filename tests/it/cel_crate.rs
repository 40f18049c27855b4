//! The `cel` crate asked about generated expressions, and every difference explained in `tests/oracle/cel_crate.toml`.
//!
//! Both parse and evaluate the same text over the same variables. A difference is a value on one side and another
//! value, an error, a refusal or a panic on the other. An explanation says for which expressions and outcomes it holds;
//! one that explains nothing any more is a fault as well.

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Once};

use irc::cel::value::{Key, MapValue};
use irc::cel::{Env, ParseOptions, Value, interpret, parse};
use regex::Regex;

use crate::cel_mutations::broken_conditions;
use crate::fuzz::targets::environment::{Row, environment, rows};
use crate::fuzz::targets::generate::{Choices, Sort, Words, expression};
use crate::tree::ROOT;

/// What comes of an expression.
#[derive(Clone, Debug, PartialEq)]
enum Outcome {
    Value(Value),
    Error(String),
    Refused(String),
    Panic,
}

impl Outcome {
    /// On one line, for explanations to find.
    fn show(&self) -> String {
        match self {
            Outcome::Value(value) => format!("value {}: {}", value.type_name(), value.show(300)),
            Outcome::Error(error) => format!("error: {error}"),
            Outcome::Refused(why) => format!("refused: {why}"),
            Outcome::Panic => "panic".into(),
        }
        .replace('\n', " ")
    }

    /// Errors are worded differently; that there is one is what counts.
    fn agrees(&self, other: &Outcome) -> bool {
        match (self, other) {
            (Outcome::Value(a), Outcome::Value(b)) => a == b,
            (Outcome::Error(_), Outcome::Error(_)) | (Outcome::Refused(_), Outcome::Refused(_)) => true,
            _ => false,
        }
    }
}

fn ours(text: &str, env: &Env, row: &Row) -> Outcome {
    let (ast, issues) = parse(text, &ParseOptions::for_env(env));
    if let Some(issue) = issues.first() {
        return Outcome::Refused(issue.message());
    }
    match interpret::evaluate(&ast, env, row) {
        Ok(value) => Outcome::Value(value),
        Err(error) => Outcome::Error(error.to_string()),
    }
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs what may panic, without a word about it.
fn quietly<T>(work: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                before(info);
            }
        }));
    });
    QUIET.set(true);
    let done = catch_unwind(AssertUnwindSafe(work)).ok();
    QUIET.set(false);
    done
}

fn theirs(text: &str, context: &cel::Context<'_, '_>) -> Outcome {
    let run = || match cel::Program::compile(text) {
        Err(error) => Outcome::Refused(format!("{error:?}")),
        Ok(program) => match program.execute(context) {
            Ok(value) => our_value(&value).map_or(Outcome::Error("no value of ours".into()), Outcome::Value),
            Err(error) => Outcome::Error(format!("{error:?}")),
        },
    };
    quietly(run).unwrap_or(Outcome::Panic)
}

/// A value of theirs as one of ours.
fn our_value(value: &cel::Value) -> Option<Value> {
    Some(match value {
        cel::Value::Null => Value::Null,
        cel::Value::Bool(value) => Value::Bool(*value),
        cel::Value::Int(value) => Value::Int(*value),
        cel::Value::UInt(value) => Value::Uint(*value),
        cel::Value::Float(value) => Value::Double(*value),
        cel::Value::String(text) => Value::from(text.as_str()),
        cel::Value::Bytes(bytes) => Value::Bytes(bytes.as_slice().into()),
        cel::Value::List(list) => Value::list(list.iter().map(our_value).collect::<Option<_>>()?),
        cel::Value::Map(map) => {
            let entry = |(key, value): (&cel::objects::Key, &cel::Value)| {
                let key = match key {
                    cel::objects::Key::Bool(value) => Key::Bool(*value),
                    cel::objects::Key::Int(value) => Key::Int(*value),
                    cel::objects::Key::Uint(value) => Key::Uint(*value),
                    cel::objects::Key::String(text) => Key::String(text.as_str().into()),
                };
                Some((key, our_value(value)?))
            };
            Value::map(map.map.iter().map(entry).collect::<Option<MapValue>>()?)
        }
        cel::Value::Timestamp(time) => {
            Value::Timestamp { seconds: time.timestamp(), nanos: time.timestamp_subsec_nanos() }
        }
        cel::Value::Duration(span) => {
            Value::Duration { seconds: span.num_seconds(), nanos: span.subsec_nanos() }
        }
        _ => return None,
    })
}

/// A value of ours as one of theirs.
fn their_value(value: &Value) -> cel::Value {
    match value {
        Value::Null => cel::Value::Null,
        Value::Bool(value) => cel::Value::Bool(*value),
        Value::Int(value) => cel::Value::Int(*value),
        Value::Uint(value) => cel::Value::UInt(*value),
        Value::Double(value) => cel::Value::Float(*value),
        Value::String(text) => cel::Value::String(Arc::new(text.to_string())),
        Value::Bytes(bytes) => cel::Value::Bytes(Arc::new(bytes.to_vec())),
        Value::List(list) => cel::Value::List(Arc::new(list.iter().map(their_value).collect())),
        Value::Map(map) => {
            let entry = |(key, value): (&Key, &Value)| match key {
                Key::String(name) => (cel::objects::Key::from(name.to_string()), their_value(value)),
                other => panic!("{other:?}"),
            };
            cel::Value::Map(map.iter().map(entry).collect::<HashMap<_, _>>().into())
        }
        // Their time has a crate of its own; the text is the same.
        other => {
            let program = cel::Program::compile(&other.to_string()).unwrap();
            program.execute(&cel::Context::default()).unwrap()
        }
    }
}

fn context(row: &Row) -> cel::Context<'static, 'static> {
    let mut context = cel::Context::default();
    for (name, value) in row {
        context.add_variable_from_value(name.to_string(), their_value(value));
    }
    context
}

/// Numbers that look random and are the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u8 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 32) as u8
    }
}

const SORTS: [Sort; 10] = [
    Sort::Bool,
    Sort::Bool,
    Sort::Bool,
    Sort::Int,
    Sort::Text,
    Sort::Double,
    Sort::Uint,
    Sort::Ints,
    Sort::Texts,
    Sort::Map,
];

/// The expressions: short ones of every form first.
fn expressions(count: usize) -> Vec<String> {
    let mut random = Random(0x5deece66d);
    (0..count)
        .map(|at| {
            let bytes: Vec<u8> = (0..200).map(|_| random.next()).collect();
            expression(
                &mut Choices::new(&bytes),
                Words::Standard,
                SORTS[at % SORTS.len()],
                1 + at * 4 / count,
            )
        })
        .collect()
}

/// Why some outcomes differ.
struct Difference {
    why: String,
    patterns: [Option<Regex>; 3],
}

impl Difference {
    fn explains(&self, texts: [&str; 3]) -> bool {
        self.patterns
            .iter()
            .zip(texts)
            .all(|(pattern, text)| pattern.as_ref().is_none_or(|p| p.is_match(text)))
    }
}

fn differences() -> Vec<Difference> {
    let text = fs::read_to_string(Path::new(ROOT).join("tests/oracle/cel_crate.toml")).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let entries = table["difference"].as_array().unwrap();
    entries
        .iter()
        .map(|entry| {
            let pattern = |key: &str| entry.get(key).map(|text| Regex::new(text.as_str().unwrap()).unwrap());
            Difference {
                why: entry["why"].as_str().unwrap().to_owned(),
                patterns: [pattern("expression"), pattern("ours"), pattern("theirs")],
            }
        })
        .collect()
}

/// What both make of expressions, held to the explanations.
#[derive(Default)]
struct Comparison {
    used: Vec<usize>,
    same: usize,
    different: usize,
    unexplained: String,
}

impl Comparison {
    fn add(&mut self, known: &[Difference], text: &str, ours: &Outcome, theirs: &Outcome) {
        if ours.agrees(theirs) {
            self.same += 1;
            return;
        }
        self.different += 1;
        let (ours, theirs) = (ours.show(), theirs.show());
        match known.iter().position(|difference| difference.explains([text, &ours, &theirs])) {
            Some(at) => self.used[at] += 1,
            None => {
                writeln!(self.unexplained, "{text}\n    ours   {ours}\n    theirs {theirs}").unwrap();
            }
        }
    }
}

#[test]
fn differences_from_the_cel_crate_are_explained() {
    let known = differences();
    let mut found = Comparison { used: vec![0; known.len()], ..Comparison::default() };
    let env = environment(irc::cel::env::Profile::Router);
    let rows: Vec<_> = rows().into_iter().map(|row| (context(&row), row)).collect();
    for text in expressions(6_000) {
        for (context, row) in rows.iter().take(2) {
            found.add(&known, &text, &ours(&text, &env, row), &theirs(&text, context));
        }
    }
    let values = (found.same, found.different);
    // Which texts are expressions at all: those of the broken conditions that need no extension.
    for text in broken_conditions().iter().step_by(9) {
        let read = |outcome| match outcome {
            Outcome::Error(_) | Outcome::Value(_) => Outcome::Value(Value::Null),
            other => other,
        };
        let theirs = quietly(|| cel::Program::compile(text).map(drop));
        let theirs = match theirs {
            None => Outcome::Panic,
            Some(Ok(())) => Outcome::Value(Value::Null),
            Some(Err(error)) => Outcome::Refused(format!("{error:?}")),
        };
        found.add(&known, text, &read(ours(text, &env, &Row::new())), &theirs);
    }
    let Comparison { used, same, different, unexplained } = found;
    println!(
        "{values:?} values agree and differ, {} and {} texts: {used:?}",
        same - values.0,
        different - values.1
    );
    let useless: Vec<&str> =
        known.iter().zip(&used).filter(|(_, n)| **n == 0).map(|(d, _)| &*d.why).collect();
    assert!(unexplained.is_empty(), "\n{unexplained}");
    assert!(useless.is_empty(), "these explain nothing: {useless:#?}");
    assert!(same > 10 * different, "{same} agree, {different} differ");
}
