//! What only the full profile has is refused in the router's as such, and not as something that does not exist.

use crate::cel::checker::{Reference, check};
use crate::cel::env::{Env, Profile};
use crate::cel::errors::CheckKind;
use crate::cel::parser::{ParseOptions, is_of_full, parse};
use crate::cel::types::{Field, Type};
use crate::cel::{Issue, IssueKind, library};

fn env() -> Env {
    let variables = [("x".into(), Field { required: true, ..Field::new(Type::Dyn) })].into_iter().collect();
    Env { variables, ..Env::default() }
}

fn issues(text: &str, options: &ParseOptions) -> Vec<Issue> {
    let (ast, syntax) = parse(text, options);
    let (_, found) = check(&ast, &env());
    let found = found.into_iter().filter(|issue| !issue.repeats(&syntax)).collect();
    [syntax, found].concat()
}

/// One issue, and that one of the profile.
fn is_refused(text: &str, name: &str) {
    match issues(text, &ParseOptions::for_env(&env())).as_slice() {
        [issue] => {
            let expected = format!("`{name}` is not available in the router profile");
            assert_eq!(issue.message(), expected, "{text}");
        }
        other => panic!("{text}: {other:?}"),
    }
    let (ast, syntax) = parse(text, &ParseOptions::full());
    let (_, found) = check(&ast, &Env { profile: Profile::Full, ..env() });
    let unknown = |issue: &Issue| {
        matches!(
            issue.kind,
            IssueKind::Check(CheckKind::UnknownFunction { .. } | CheckKind::OtherProfile { .. })
        )
    };
    assert!(syntax.is_empty() && !found.iter().any(unknown), "{text}: {syntax:?} {found:?}");
}

#[test]
fn every_function_of_the_full_profile_is_known_to_the_other() {
    let mut tried = 0;
    for function in library::all().filter(|f| f.profile == Profile::Full && !f.name.starts_with('_')) {
        for overload in function.overloads {
            let args = vec!["x"; overload.params.len() - usize::from(overload.member)].join(", ");
            let receiver = if overload.member { "x." } else { "" };
            is_refused(&format!("{receiver}{}({args})", function.name), function.name);
            tried += 1;
        }
    }
    assert!(tried > 100, "{tried}");
}

#[test]
fn every_type_of_the_full_profile_is_known_to_the_other() {
    for ty in library::TYPES.iter().filter(|ty| ty.profile == Profile::Full) {
        is_refused(&format!("type(x) == {}", ty.name), ty.name);
    }
}

#[test]
fn extensions_of_standard_functions_are_not_resolved_to() {
    for function in library::all().filter(|f| f.profile == Profile::Router) {
        for overload in function.overloads.iter().filter(|o| o.profile == Profile::Full) {
            let args = vec!["x"; overload.params.len() - usize::from(overload.member)].join(", ");
            let receiver = if overload.member { "x." } else { "" };
            let (ast, _) = parse(&format!("{receiver}{}({args})", function.name), &ParseOptions::default());
            let (checked, _) = check(&ast, &env());
            for reference in checked.references.iter().flatten() {
                if let Reference::Function { overloads, .. } = reference {
                    assert!(!overloads.iter().any(|id| id == overload.id), "{}", overload.id);
                }
            }
        }
    }
}

#[test]
fn every_macro_of_the_full_profile_is_known_to_the_other() {
    for (text, name) in [
        ("x.all(i, v, v)", "all(i, x, …)"),
        ("x.exists(i, v, v)", "exists(i, x, …)"),
        ("x.exists_one(i, v, v)", "exists_one(i, x, …)"),
        ("x.existsOne(i, v, v)", "existsOne(i, x, …)"),
        ("x.transformList(i, v, i)", "transformList"),
        ("x.transformList(i, v, v > 1, i)", "transformList"),
        ("x.transformMap(i, v, v)", "transformMap"),
        ("x.transformMap(i, v, v > 1, v)", "transformMap"),
        ("x.transformMapEntry(i, v, {v: i})", "transformMapEntry"),
        ("x.optMap(v, v + 1)", "optMap"),
        ("x.optFlatMap(v, v)", "optFlatMap"),
        ("cel.bind(a, 1, a + a)", "cel.bind"),
        ("cel.block([1], cel.index(0))", "cel.block"),
        ("cel.iterVar(0, 0) == 1", "cel.iterVar"),
        ("cel.accuVar(0, 0) == 1", "cel.accuVar"),
    ] {
        let issue = issues(text, &ParseOptions::for_env(&env()));
        assert_eq!(issue.len(), 1, "{text}: {issue:?}");
        assert_eq!(issue[0].message(), format!("`{name}` is not available in the router profile"));
    }
    // With too few arguments as well: what is missing is no fault before it is known.
    for (name, args, receiver) in [("bind", 1, Some("cel")), ("optMap", 0, None), ("transformMap", 2, None)] {
        assert!(is_of_full(name, args, receiver), "{name}");
    }
    for (name, args) in [("all", 2), ("map", 3), ("filter", 3), ("exists", 1), ("bind", 3), ("size", 0)] {
        assert!(!is_of_full(name, args, None), "{name}");
    }
}

#[test]
fn the_marks_of_optionals_are_refused_once() {
    for (text, form) in [
        ("x.?y", ".?"),
        ("x.?y.orValue(1) == 1", ".?"),
        ("x[?0].hasValue()", "[?"),
        ("[?x]", "?"),
        ("{?'a': x}", "?"),
        ("x.?y.z.or(optional.none()).value()", ".?"),
    ] {
        is_refused(text, form);
    }
}

#[test]
fn the_marks_of_optionals_are_refused_by_the_checker_too() {
    for (text, name) in [("x.?y", ".?"), ("x[?0]", "[?…]"), ("[?x]", "?"), ("{?'a': x}", "?")] {
        let found = issues(text, &ParseOptions::full());
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(found[0].message(), format!("`{name}` is not available in the router profile"));
    }
}
