//! Cases of the conformance suite: an expression, its variables, and the value, error or type it must have.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::{Failure, Report, types};
use crate::cel::ast::Ast;
use crate::cel::checker::check;
use crate::cel::env::{Env, HostFunction, Profile};
use crate::cel::interpret::evaluate;
use crate::cel::parser::{Macros, ParseOptions, parse};
use crate::cel::program::ProgramSet;
use crate::cel::types::Field;
use crate::cel::value::{EvalError, EvalErrorKind, Value};

/// Runs a table of cases. `Err` if it is none.
pub fn run(table: &Json) -> Result<Report, String> {
    let cases = table.as_array().ok_or("a table of cases is a JSON array")?;
    let mut report = Report::default();
    for case in cases {
        match Case::read(case)?.run() {
            Ok(()) => report.passed += 1,
            Err(reason) => {
                let part = |name: &str| case.get(name).and_then(Json::as_str).unwrap_or("?");
                let name = format!("{}/{}/{}", part("file"), part("section"), part("name"));
                report.failures.push(Failure { case: name, reason });
            }
        }
    }
    Ok(report)
}

/// What a case expects.
enum Expected {
    Value(Value),
    Error,
    TypeOnly,
}

struct Case<'a> {
    expression: &'a str,
    env: Env,
    options: ParseOptions,
    checked: bool,
    evaluated: bool,
    bindings: IndexMap<Arc<str>, Value>,
    expected: Expected,
    deduced_type: Option<&'a str>,
}

/// A function of which a case only declares the signature.
fn declared_only(_: &[Value]) -> Result<Value, EvalError> {
    Err(EvalError { kind: EvalErrorKind::Unsupported("a function without a body".into()), span: None })
}

impl<'a> Case<'a> {
    fn read(case: &'a Json) -> Result<Self, String> {
        let text = |name: &str| case.get(name).and_then(Json::as_str);
        let flag = |name: &str| case.get(name).and_then(Json::as_bool).unwrap_or(false);
        let expression = text("expr").ok_or("a case without `expr`")?;
        let mut env = Env {
            profile: Profile::Full,
            container: text("container").unwrap_or_default().into(),
            ..Env::default()
        };
        for declaration in case.get("type_env").and_then(Json::as_array).into_iter().flatten() {
            declare(&mut env, declaration)
                .ok_or_else(|| format!("a declaration that cannot be read: {declaration}"))?;
        }
        let mut bindings = IndexMap::new();
        for (name, value) in case.get("bindings").and_then(Json::as_object).into_iter().flatten() {
            bindings.insert(name.as_str().into(), Value::from_tagged(value).map_err(|e| e.to_string())?);
        }
        let expect = case.get("expect").ok_or("a case without `expect`")?;
        let expected = match expect.get("kind").and_then(Json::as_str) {
            Some("value") => {
                let value = expect.get("value").ok_or("a case expects a value without saying which")?;
                Expected::Value(Value::from_tagged(value).map_err(|e| e.to_string())?)
            }
            Some("error") => Expected::Error,
            Some("type_only") => Expected::TypeOnly,
            other => return Err(format!("a case expects {other:?}")),
        };
        let macros = if flag("disable_macros") { Macros::None } else { Macros::Full };
        let options = ParseOptions { macros, ..ParseOptions::full() };
        Ok(Case {
            expression,
            env,
            options,
            checked: !flag("disable_check"),
            evaluated: !flag("check_only"),
            bindings,
            expected,
            deduced_type: text("deduced_type").filter(|ty| !ty.is_empty()),
        })
    }

    fn run(&self) -> Result<(), String> {
        let (ast, issues) = parse(self.expression, &self.options);
        if let Some(issue) = issues.first() {
            let reason = format!("{} is refused by the parser: {}", self.expression, issue.message());
            return if self.checked { self.refused(reason) } else { Err(reason) };
        }
        if self.checked {
            let (checked, issues) = check(&ast, &self.env);
            if let Some(issue) = issues.iter().find(|issue| issue.is_refusal()) {
                return self.refused(format!(
                    "{} is refused by the checker: {}",
                    self.expression,
                    issue.message()
                ));
            }
            if let Some(expected) = self.deduced_type
                && checked.ty.to_string() != expected
                && types::parse(expected, &[]).as_ref() != Some(&checked.ty)
            {
                return Err(format!("{} has the type {}, not {expected}", self.expression, checked.ty));
            }
        }
        if !self.evaluated {
            return Ok(());
        }
        let result = evaluate(&ast, &self.env, &self.bindings);
        self.same_when_compiled(&ast, &result)?;
        match (&self.expected, result) {
            (Expected::TypeOnly, _) | (Expected::Error, Err(_)) => Ok(()),
            (Expected::Value(expected), Ok(value)) if *expected == value => Ok(()),
            (Expected::Value(expected), Ok(value)) => {
                Err(format!("{} is {}, not {}", self.expression, value.show(200), expected.show(200)))
            }
            (Expected::Value(expected), Err(error)) => {
                Err(format!("{} fails ({error}), and should be {}", self.expression, expected.show(200)))
            }
            (Expected::Error, Ok(value)) => {
                Err(format!("{} is {}, and should fail", self.expression, value.show(200)))
            }
        }
    }

    /// The fast evaluator must come to the same.
    fn same_when_compiled(&self, ast: &Ast, result: &Result<Value, EvalError>) -> Result<(), String> {
        let set = ProgramSet::compile(&[ast], &self.env);
        let mut row = set.row();
        for (at, slot) in set.slots().iter().enumerate() {
            row.set(at, self.bindings.get(&slot.name));
        }
        let mut scratch = set.scratch();
        let compiled = set.on(&row, &mut scratch).value_of(0);
        if compiled == *result {
            Ok(())
        } else {
            Err(format!("{} is {result:?}, but compiled {compiled:?}", self.expression))
        }
    }

    /// A refusal before evaluation: right where an error is expected.
    fn refused(&self, reason: String) -> Result<(), String> {
        if matches!(self.expected, Expected::Error) { Ok(()) } else { Err(reason) }
    }
}

fn declare(env: &mut Env, declaration: &Json) -> Option<()> {
    let text = |name: &str| declaration.get(name).and_then(Json::as_str);
    let name = text("name")?;
    if text("kind")? == "var" {
        let ty = types::parse(text("type")?, &[])?;
        env.variables.insert(name.into(), Field { required: true, ..Field::new(ty) });
        return Some(());
    }
    for overload in declaration.get("overloads")?.as_array()? {
        let listed = |name: &str| overload.get(name).and_then(Json::as_array);
        let params: Vec<&str> =
            listed("type_params").into_iter().flatten().filter_map(Json::as_str).collect();
        let parsed = |text: &Json| types::parse(text.as_str()?, &params);
        env.functions.push(HostFunction {
            lend: None,
            name: name.into(),
            id: overload.get("id")?.as_str()?.into(),
            params: listed("params")?.iter().map(parsed).collect::<Option<_>>()?,
            member: overload.get("instance").and_then(Json::as_bool).unwrap_or(false),
            result: parsed(overload.get("result")?)?,
            call: declared_only,
        });
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn failures(cases: &Json) -> Vec<String> {
        run(cases).unwrap().failures.iter().map(ToString::to_string).collect()
    }

    fn is(expr: &str, kind: &str, value: &Json) -> Json {
        json!({"expr": expr, "expect": {"kind": kind, "value": value}})
    }

    #[test]
    fn what_only_evaluation_refuses_is_not_refused_before() {
        let yes = json!({"t": "bool", "v": true});
        let error = Json::Null;
        let table = json!([
            is("dyn([1][-1]) || true", "value", &yes),
            is("'a'.matches('(') || true", "value", &yes),
            is("(2 < 1 < true) || true", "value", &yes),
            is("[1][-1] == 1", "error", &error),
            is("'a'.matches('(')", "error", &error),
        ]);
        assert_eq!(failures(&table), Vec::<String>::new());
    }

    #[test]
    fn a_deduced_type_may_be_written_in_another_way() {
        let case = |expr: &str, ty: &str| json!({"expr": expr, "check_only": true, "deduced_type": ty, "expect": {"kind": "type_only"}});
        let table = json!([
            case("null", "null"),
            case("null", "null_type"),
            case("{'a': 1}", "map(string,int)"),
            case("timestamp(0)", "google.protobuf.Timestamp"),
        ]);
        assert_eq!(failures(&table), Vec::<String>::new());
        assert_eq!(failures(&json!([case("1", "uint"), case("1", "?")])).len(), 2);
    }

    #[test]
    fn dyn_is_a_function_and_no_type() {
        let mut unchecked = is("dyn", "error", &Json::Null);
        unchecked["disable_check"] = true.into();
        assert_eq!(failures(&json!([unchecked, is("dyn", "error", &Json::Null)])), Vec::<String>::new());
    }

    #[test]
    fn a_parameter_that_is_a_type_tells_the_result() {
        let function = |name: &str, param: &str, result: &str| {
            json!([{"kind": "function", "name": name, "overloads": [
                {"id": name, "params": ["dyn", param], "result": result}]}])
        };
        let case = |expr: &str, env: Json, ty: &str| {
            json!({"expr": expr, "type_env": env, "check_only": true, "deduced_type": ty,
                "expect": {"kind": "type_only"}})
        };
        let table = json!([
            case("cast('1', int)", function("cast", "type(T)", "T"), "int"),
            case("first('x', type([1u]))", function("first", "type(list(T))", "T"), "uint"),
            case("inner('x', type(string))", function("inner", "type(type(T))", "type(T)"), "type(string)"),
            case("[].all(x, type(x) == type(1) && x == 'a')", json!([]), "bool"),
        ]);
        assert_eq!(failures(&table), Vec::<String>::new());
    }
}
