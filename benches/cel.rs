//! CEL beside the `cel` crate in the same run: parsing, checking, evaluating.
//!
//!   cargo bench --bench cel
//!
//! Last it prints the medians beside one another and how many times faster ours are. On both sides whatever can be kept
//! from one evaluation to the next is kept: the parsed program and the context there, the program and the row here.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a benchmark may fail")]

mod medians;

use std::hint::black_box;

use cel::{Context, Program};
use criterion::{BenchmarkGroup, measurement::WallTime};
use irc::cel::program::{ProgramSet, Slot, Verdict};
use irc::cel::types::Field;
use irc::cel::value::JsonNumbers;
use irc::cel::{Env, ParseOptions, Type, Value, check, parse};
use serde_json::{Value as Json, json};

/// Conditions, and the least that evaluating them must be faster than the other crate does. All are true.
const CONDITIONS: [(&str, &str); 5] = [
    ("tier and region", r#"tier == "premium" && region in ["us","eu"]"#),
    ("exists", r#"messages.exists(m, m.role == "user" && m.content.contains("refund"))"#),
    ("score", "score >= 80 || tier == 'enterprise' && seats > 100"),
    ("matches", r#"messages[5].content.matches(r"(?i)\brefund\b")"#),
    (
        "long",
        r#"tier == "premium" && region in ["us", "eu"] && (score > 80 || seats >= 100) && !("beta" in tags)
           && messages.exists(m, m.role == "user" && m.content.contains("refund")) && region.startsWith("e")"#,
    ),
];

fn request() -> Json {
    let message = |role: &str, content: &str| json!({"role": role, "content": content});
    json!({
        "tier": "premium",
        "region": "eu",
        "score": 91,
        "seats": 250,
        "tags": ["internal", "europe"],
        "messages": [
            message("system", "You are a helpful assistant of a shop that sells shoes."),
            message("user", "Hello, I bought a pair of boots last week."),
            message("assistant", "Welcome back! How can I help you with your boots?"),
            message("user", "They are too small, and the left one has a scratch."),
            message("assistant", "I am sorry to hear that. Would you like another pair?"),
            message("user", "No, thank you. I would like a refund please."),
        ],
    })
}

/// The types of the variables, for the checker.
fn env() -> Env {
    let field = |ty: Type| Field { required: true, ..Field::new(ty) };
    let message = Type::map(Type::String, Type::String);
    let variables = [
        ("tier", Type::String),
        ("region", Type::String),
        ("score", Type::Int),
        ("seats", Type::Int),
        ("tags", Type::list(Type::String)),
        ("messages", Type::list(message)),
    ];
    let variables = variables.into_iter().map(|(name, ty)| (name.into(), field(ty))).collect();
    Env { variables, ..Env::default() }
}

fn ours(text: &str) -> (ProgramSet, Vec<Option<Value>>) {
    let (ast, issues) = parse(text, &ParseOptions::default());
    assert!(issues.is_empty(), "{issues:?}");
    let set = ProgramSet::compile(&[&ast], &Env::default());
    let request = request();
    let value = |slot: &Slot| Some(Value::from_json(request.get(&*slot.name)?, JsonNumbers::IntOrDouble));
    let values = set.slots().iter().map(value).collect();
    (set, values)
}

fn theirs() -> Context<'static, 'static> {
    let mut context = Context::default();
    for (name, value) in request().as_object().unwrap() {
        context.add_variable(name.clone(), value).unwrap();
    }
    context
}

fn parsing(group: &mut BenchmarkGroup<'_, WallTime>) {
    for (name, text) in CONDITIONS {
        let options = ParseOptions::default();
        group.bench_function(format!("{name}/irc"), |b| b.iter(|| parse(black_box(text), &options)));
        group
            .bench_function(format!("{name}/cel"), |b| b.iter(|| Program::compile(black_box(text)).unwrap()));
    }
}

/// The other crate has no checker: what it does before it can evaluate stands beside what we do.
fn checking(group: &mut BenchmarkGroup<'_, WallTime>) {
    let env = env();
    for (name, text) in CONDITIONS {
        let options = ParseOptions::default();
        group.bench_function(format!("{name}/irc"), |b| {
            b.iter(|| {
                let (ast, _) = parse(black_box(text), &options);
                check(&ast, &env)
            });
        });
        group
            .bench_function(format!("{name}/cel"), |b| b.iter(|| Program::compile(black_box(text)).unwrap()));
    }
}

fn evaluating(group: &mut BenchmarkGroup<'_, WallTime>) {
    let context = theirs();
    for (name, text) in CONDITIONS {
        let (set, values) = ours(text);
        let (mut row, mut scratch) = (set.row(), set.scratch());
        values.iter().enumerate().for_each(|(at, value)| row.set(at, value.as_ref()));
        assert_eq!(set.on(&row, &mut scratch).verdict(0), Verdict::True, "{text}");
        group.bench_function(format!("{name}/irc"), |b| {
            b.iter(|| set.on(black_box(&row), &mut scratch).verdict(0));
        });
        let program = Program::compile(text).unwrap();
        assert_eq!(program.execute(&context).unwrap(), cel::Value::Bool(true), "{text}");
        group.bench_function(format!("{name}/cel"), |b| {
            b.iter(|| program.execute(black_box(&context)).unwrap());
        });
    }
}

/// Measures both sides on every condition.
type Measure = fn(&mut BenchmarkGroup<'_, WallTime>);

fn main() {
    let mut criterion = medians::criterion();
    let parts: [(&str, Measure); 3] =
        [("parse", parsing), ("parse and check", checking), ("evaluate", evaluating)];
    for (name, part) in parts {
        let mut group = criterion.benchmark_group(name);
        part(&mut group);
        group.finish();
    }
    println!("\n{:<16} {:<16} {:>11} {:>11} {:>7}", "medians", "condition", "irc", "cel", "ratio");
    for (part, _) in parts {
        for (name, _) in CONDITIONS {
            let medians = medians::median(part, &format!("{name}/irc"))
                .zip(medians::median(part, &format!("{name}/cel")));
            if let Some((ours, theirs)) = medians {
                println!("{part:<16} {name:<16} {ours:>8.0} ns {theirs:>8.0} ns {:>6.1}x", theirs / ours);
            }
        }
    }
}
