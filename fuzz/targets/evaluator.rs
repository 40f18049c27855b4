//! Both evaluators come to the same for whatever conditions and whatever rows.
//!
//! Conditions as text: lines up to `---`, and then a row as JSON. Conditions made of choices: three of them, over the
//! rows of `environment.rs`.

use std::sync::{Arc, LazyLock};

use irc::cel::env::{Profile, Typing};
use irc::cel::program::ProgramSet;
use irc::cel::value::{EvalError, EvalErrorKind, JsonNumbers, Key};
use irc::cel::{Ast, Env, ParseOptions, Value, interpret, parse};

use super::environment::{Row, environment, rows};
use super::generate::{Choices, Sort, Words, expression};

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(rows);
static ENVS: LazyLock<[Env; 2]> = LazyLock::new(|| {
    [Profile::Full, Profile::Router].map(|profile| {
        let mut env = Env { typing: Typing::Lenient, ..environment(profile) };
        env.limits.steps = 20_000;
        env
    })
});

pub fn run(data: &[u8]) {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    let env = &ENVS[usize::from(first % 2)];
    if first & 2 == 0 {
        let text = String::from_utf8_lossy(rest);
        let (conditions, row) = text.split_once("\n---\n").unwrap_or((&text, "{}"));
        let Ok(json) = serde_json::from_str(row) else { return };
        let Value::Map(map) = Value::from_json(&json, JsonNumbers::IntOrDouble) else { return };
        let entry = |(key, value): (&Key, &Value)| match key {
            Key::String(name) => Some((Arc::clone(name), value.clone())),
            _ => None,
        };
        let row: Row = map.iter().filter_map(entry).collect();
        let conditions: Vec<String> = conditions.lines().map(str::to_owned).collect();
        agree(&conditions, env, &[row, Row::new()]);
    } else {
        let mut choices = Choices::new(rest);
        let words = if env.profile == Profile::Full { Words::Full } else { Words::Standard };
        let conditions: Vec<String> =
            (0..3).map(|_| expression(&mut choices, words, Sort::Bool, 5)).collect();
        agree(&conditions, env, &ROWS);
    }
}

fn agree(texts: &[String], env: &Env, rows: &[Row]) {
    let options = ParseOptions::for_env(env);
    let trees: Vec<Ast> = texts
        .iter()
        .map(|text| parse(text, &options))
        .filter(|(_, i)| i.is_empty())
        .map(|(ast, _)| ast)
        .collect();
    // Each of them twice: what is the same is shared.
    let all: Vec<&Ast> = trees.iter().chain(&trees).collect();
    let set = ProgramSet::compile(&all, env);
    let mut scratch = set.scratch();
    for row in rows {
        let mut slots = set.row();
        for (at, slot) in set.slots().iter().enumerate() {
            slots.set(at, row.get(&slot.name));
        }
        let mut evaluation = set.on(&slots, &mut scratch);
        for (at, ast) in all.iter().enumerate() {
            let fast = evaluation.value_of(at);
            let plain = interpret::evaluate(ast, env, row);
            let explained = interpret::explain(ast, env, row).0;
            assert_eq!(plain, explained, "{texts:?}");
            // Steps are counted by each in its own way.
            let over = |value: &Result<Value, EvalError>| {
                value.as_ref().is_err_and(|error| error.kind == EvalErrorKind::Budget)
            };
            if !over(&fast) && !over(&plain) {
                assert_eq!(fast, plain, "{} of {texts:?}", at % texts.len());
            }
        }
    }
}
