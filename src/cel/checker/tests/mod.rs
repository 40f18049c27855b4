//! Tables of expressions in `*.txt` beside this file: each with its type and what is said of it. Set `IRC_BLESS=1` to
//! write down what comes out now; then read the difference.

mod profiles;
mod properties;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use crate::cel::checker::{Checked, check, may_be_absent, merge};
use crate::cel::env::{Env, HostFunction, Names, Profile, Typing};
use crate::cel::parser::{ParseOptions, parse};
use crate::cel::types::{Domain, Field, Record, Type};
use crate::cel::value::Value;
use crate::cel::{Issue, Span};

fn one_of(values: &[&str]) -> Domain {
    let values = values.iter().map(|v| Value::String((*v).into())).collect();
    Domain { one_of: Some(values), ..Domain::default() }
}

fn record(name: &str, fields: Vec<(&str, Field)>, open: bool) -> Type {
    let fields = fields.into_iter().map(|(name, field)| (name.into(), field)).collect();
    Type::Record(Arc::new(Record { name: name.into(), fields, open }))
}

fn last_message(args: &[Value]) -> Result<Value, crate::cel::value::EvalError> {
    Ok(args.first().cloned().unwrap_or(Value::Null))
}

/// What a router's conditions see.
fn router() -> Env {
    let role = Field { domain: one_of(&["system", "user", "assistant"]), ..Field::new(Type::String) };
    let message = record("message", vec![("role", role), ("content", Field::new(Type::String))], false);
    let plan = Field { domain: one_of(&["basic", "gold"]), ..Field::new(Type::String) };
    let account = record("account", vec![("id", Field::new(Type::String)), ("plan", plan)], false);
    let tier = Field { domain: one_of(&["free", "pro", "enterprise"]), ..Field::new(Type::String) };
    let many = one_of(&["aa", "bb", "cc", "dd", "ee", "ff", "gg", "hh", "premium"]);
    let variables = [
        ("tier", tier),
        ("region", Field::new(Type::String)),
        ("size_class", Field { domain: many, ..Field::new(Type::String) }),
        ("score", Field::new(Type::Number)),
        ("request_count", Field::new(Type::Int)),
        ("ratio", Field::new(Type::Double)),
        ("beta", Field::new(Type::Bool)),
        ("note", Field { nullable: true, ..Field::new(Type::String) }),
        ("tags", Field::new(Type::list(Type::String))),
        ("limits", Field::new(Type::map(Type::String, Type::Int))),
        ("account", Field::new(account)),
        ("extra", Field::new(Type::Dyn)),
        ("messages", Field::new(Type::list(message.clone()))),
    ];
    let last = HostFunction {
        lend: None,
        name: "last".into(),
        id: "messages_last".into(),
        params: vec![Type::list(message.clone())],
        member: true,
        result: message,
        call: last_message,
    };
    Env {
        variables: variables.into_iter().map(|(name, field)| (name.into(), field)).collect(),
        functions: vec![last],
        typing: Typing::Lenient,
        ..Env::default()
    }
}

fn show(text: &str, issue: &Issue, out: &mut String) {
    let level = if issue.is_error() { "error" } else { "warning" };
    let Span { start, end } = issue.span;
    let place = text.get(start as usize..end as usize).unwrap();
    writeln!(out, "  {level} at {start} `{place}`: {}", issue.message()).unwrap();
    for (what, words) in [("note", issue.note()), ("help", issue.help())] {
        if let Some(words) = words {
            writeln!(out, "    {what}: {words}").unwrap();
        }
    }
    if let Some(fix) = &issue.fix {
        let unsafe_ = if fix.safe { "" } else { " (unsafe)" };
        writeln!(out, "    fix{unsafe_}, {}: {}", fix.title, apply(text, &fix.edits)).unwrap();
    }
}

fn apply(text: &str, edits: &[(Span, String)]) -> String {
    let mut edits = edits.to_vec();
    edits.sort_by_key(|(span, _)| (span.start, span.end));
    let mut text = text.to_owned();
    for (span, new) in edits.into_iter().rev() {
        text.replace_range(span.start as usize..span.end as usize, &new);
    }
    text
}

fn one(text: &str, env: &Env) -> (Checked, String) {
    let (ast, issues) = parse(text, &ParseOptions::for_env(env));
    let mut out = format!("{text}\n");
    assert!(issues.is_empty(), "{text}: {issues:?}");
    let (checked, issues) = check(&ast, env);
    writeln!(out, "  is {}", checked.ty).unwrap();
    for issue in &issues {
        show(text, issue, &mut out);
    }
    (checked, out)
}

/// Runs each expression of a table through `each`, and compares with what the table says.
fn table(name: &str, each: impl Fn(&str) -> String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cel/checker/tests").join(name);
    let expected = std::fs::read_to_string(&path).unwrap();
    let mut found = String::new();
    for line in expected.lines() {
        if line.starts_with('#') {
            writeln!(found, "{line}").unwrap();
        } else if line.is_empty() {
            found.push('\n');
        } else if !line.starts_with(' ') {
            found.push_str(&each(line));
        }
    }
    if std::env::var_os("IRC_BLESS").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    if let Some((number, (was, is))) =
        expected.lines().zip(found.lines()).enumerate().find(|(_, (was, is))| was != is)
    {
        panic!("{name}:{}\n  expected: {was}\n  found:    {is}", number + 1);
    }
    assert_eq!(expected, found);
}

#[test]
fn in_a_router() {
    let env = router();
    table("router.txt", |text| one(text, &env).1);
}

#[test]
fn with_everything() {
    let env = Env { profile: Profile::Full, typing: Typing::Standard, ..router() };
    table("full.txt", |text| one(text, &env).1);
}

#[test]
fn without_declarations() {
    let functions = router().functions;
    let env = Env { names: Names::Inferred, purpose: Some(Type::Bool), functions, ..Env::default() };
    table("inferred.txt", |text| {
        let parts: Vec<&str> = text.split("  ").collect();
        let mut out = String::new();
        let checked: Vec<Checked> = parts
            .iter()
            .map(|part| {
                let (checked, shown) = one(part, &env);
                assert!(!shown.contains("\n  error at"), "{shown}");
                checked
            })
            .collect();
        writeln!(out, "{text}").unwrap();
        let merged = merge(&checked);
        for (name, ty) in &merged.variables {
            writeln!(out, "  {name}: {}", structure(ty)).unwrap();
        }
        for conflict in &merged.conflicts {
            let places = [conflict.first, conflict.second].map(|(part, span, _)| {
                parts[part].get(span.start as usize..span.end as usize).unwrap().to_owned()
                    + &format!("@{part}")
            });
            writeln!(out, "  conflict {}: {}", places.join(" "), conflict.message()).unwrap();
        }
        for suspicious in &merged.suspicious {
            writeln!(out, "  suspicious: {}", suspicious.message()).unwrap();
        }
        out
    });
}

#[test]
fn what_may_be_absent() {
    let mut env = router();
    for name in ["tier", "messages", "account"] {
        env.variables.get_mut(name).unwrap().required = true;
    }
    table("presence.txt", |text| {
        let (ast, _) = parse(text, &ParseOptions::for_env(&env));
        let (checked, _) = check(&ast, &env);
        let absent = may_be_absent(&ast, &checked, &env);
        let absent: Vec<String> =
            absent.iter().map(|(node, key)| format!("{key}@{}", ast.span(*node).start)).collect();
        format!("{text}\n  {}\n", if absent.is_empty() { "-".to_owned() } else { absent.join(" ") })
    });
}

/// A type with the fields of its records.
fn structure(ty: &Type) -> String {
    let Type::Record(record) = ty else { return ty.to_string() };
    let fields: Vec<String> =
        record.fields.iter().map(|(name, field)| format!("{name}: {}", structure(&field.ty))).collect();
    format!("{{{}}}", fields.join(", "))
}
