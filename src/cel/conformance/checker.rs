//! The checker table: `expr` and `env`, and the type and the annotated tree, or the error, that must come out.
//!
//! Trees agree if they do without white space and comments. An error agrees if an issue starts on its line.

use serde_json::Value as Json;

use super::{Verdict, typed, types};
use crate::cel::checker::check as check_types;
use crate::cel::env::{Env, HostFunction, Profile, Typing};
use crate::cel::expand::ExpandOptions;
use crate::cel::parser::{Macros, ParseOptions, parse};
use crate::cel::types::Field;
use crate::cel::value::{EvalError, EvalErrorKind, Value};

/// Runs one case.
///
/// ```
/// use irc::cel::conformance::{Verdict, checker};
///
/// let case = serde_json::json!({
///     "expr": "x + 1",
///     "env": {"vars": [{"name": "x", "type": "int"}], "functions": []},
///     "out_type": "int",
///     "out": "_+_(x~int^x, 1~int)~int^add_int64",
/// });
/// assert_eq!(checker::check(&case), Verdict::Pass(None));
/// ```
pub fn check(case: &Json) -> Verdict {
    match run(case) {
        Ok(note) => Verdict::Pass(note),
        Err(reason) => Verdict::Fail(reason),
    }
}

fn run(case: &Json) -> Result<Option<String>, String> {
    let text = case.get("expr").and_then(Json::as_str).ok_or("the case has no `expr`")?;
    let column = |name: &str| case.get(name).and_then(Json::as_str).filter(|text| !text.trim().is_empty());
    let flag = |name: &str| case.pointer(&format!("/env/{name}")).and_then(Json::as_bool).unwrap_or(false);
    let env = environment(case, flag("optional_syntax"))?;
    let macros = if env.profile == Profile::Full { Macros::Full } else { Macros::Standard };
    let options = ParseOptions { macros, ..ParseOptions::for_env(&env) };
    let (ast, issues) = parse(text, &options);
    let (checked, found) = check_types(&ast, &env);
    let issues = if issues.is_empty() { found } else { issues };
    let faults: Vec<(i64, i64, String)> = issues
        .iter()
        .filter(|issue| issue.is_error())
        .map(|issue| {
            let (line, column) = super::parser::place(text, issue.span.start);
            (line, column, issue.message())
        })
        .collect();
    let expand = ExpandOptions { variadic_logic: flag("variadic"), ..ExpandOptions::default() };
    let tree = plain(&typed::typed(&ast, &checked, &expand));
    if let Some(expected) = column("err") {
        let (line, at) = head(expected).ok_or_else(|| format!("no place in the error {expected}"))?;
        if !faults.iter().any(|(l, ..)| *l == line) {
            return Err(format!("{text}: no issue starts on line {line}: {faults:?}"));
        }
        let exact = faults.iter().any(|(l, c, _)| (*l, *c) == (line, at));
        return Ok((!exact).then(|| format!("{text}: expected at {line}:{at}, found {faults:?}")));
    }
    if let Some((line, at, message)) = faults.first() {
        return Err(format!("{text}: {line}:{at}: {message}"));
    }
    let ty = checked.ty.to_string();
    if let Some(expected) = column("out_type").filter(|expected| plain(expected) != plain(&ty)) {
        return Err(format!("{text} has the type {ty}, not {expected}"));
    }
    if let Some(expected) = column("out").map(plain).filter(|expected| *expected != tree) {
        return Err(format!("{text}: the trees differ\n  expected {expected}\n  found    {tree}"));
    }
    Ok(None)
}

fn environment(case: &Json, optionals: bool) -> Result<Env, String> {
    let mut env = Env {
        profile: if optionals { Profile::Full } else { Profile::Router },
        bare: case.get("disable_std_env").and_then(Json::as_bool).unwrap_or(false),
        container: case.get("container").and_then(Json::as_str).unwrap_or_default().into(),
        ..Env::default()
    };
    for (name, on) in options(case)? {
        match name.as_str() {
            "CrossTypeNumericComparisons" if !on => env.typing = Typing::Strict,
            "CrossTypeNumericComparisons" => {}
            other => return Err(format!("the option `{other}` is not known")),
        }
    }
    let listed = |name: &str| case.pointer(&format!("/env/{name}")).and_then(Json::as_array);
    for variable in listed("vars").into_iter().flatten() {
        let name = variable.get("name").and_then(Json::as_str).ok_or("a variable without a name")?;
        let ty = ty(variable.get("type"))?;
        env.variables.insert(name.into(), Field::new(ty));
    }
    for function in listed("functions").into_iter().flatten() {
        let name = function.get("name").and_then(Json::as_str).ok_or("a function without a name")?;
        for overload in function.get("overloads").and_then(Json::as_array).into_iter().flatten() {
            let params = overload.get("params").and_then(Json::as_array).into_iter().flatten();
            env.functions.push(HostFunction {
                lend: None,
                name: name.into(),
                id: overload.get("id").and_then(Json::as_str).unwrap_or(name).into(),
                params: params.map(|param| ty(Some(param))).collect::<Result<_, _>>()?,
                member: overload.get("instance").and_then(Json::as_bool).unwrap_or(false),
                result: ty(overload.get("result"))?,
                call: never_called,
            });
        }
    }
    Ok(env)
}

/// The options of a case, which the table has as text that is JSON again: `[{"call": name, "args": [bool]}]`.
fn options(case: &Json) -> Result<Vec<(String, bool)>, String> {
    let value = match case.get("opts") {
        Some(Json::String(text)) => serde_json::from_str(text).map_err(|e| e.to_string())?,
        other => other.cloned().unwrap_or(Json::Null),
    };
    let items = value.get("items").and_then(Json::as_array).into_iter().flatten();
    Ok(items
        .map(|item| {
            let name = item.get("call").and_then(Json::as_str).unwrap_or_default();
            (name.to_owned(), item.pointer("/args/0").and_then(Json::as_bool).unwrap_or(false))
        })
        .collect())
}

fn ty(value: Option<&Json>) -> Result<crate::cel::Type, String> {
    value
        .and_then(Json::as_str)
        .and_then(|text| types::parse(text, &[]))
        .ok_or_else(|| format!("a type that cannot be read: {value:?}"))
}

fn never_called(_: &[Value]) -> Result<Value, EvalError> {
    Err(EvalError { kind: EvalErrorKind::Unsupported("a function without a body".into()), span: None })
}

/// `ERROR: <input>:line:column: …`
fn head(text: &str) -> Option<(i64, i64)> {
    let (_, place) = text.split_once("ERROR: ")?;
    let (_, place) = place.split_once(':')?;
    let (line, rest) = place.split_once(':')?;
    let (column, _) = rest.split_once(':')?;
    Some((line.trim().parse().ok()?, column.trim().parse().ok()?))
}

/// Without white space; the type of null has two names.
fn plain(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    text.replace("null_type", "null")
}
