//! Of an expression without a word said against it, the value is of the type that was deduced, or an error that no type
//! could prevent.

use std::sync::LazyLock;

use irc::cel::env::{Names, Profile, Typing};
use irc::cel::{Env, Issue, ParseOptions, Value, check, interpret};

use super::environment::{Row, environment, rows};
use super::generate::{Choices, Sort, Words, expression};
use super::{parser, soundness};

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(rows);
static ENVS: LazyLock<[Env; 4]> = LazyLock::new(|| {
    let declared = |profile| {
        let mut env = environment(profile);
        env.limits.steps = 20_000;
        env
    };
    let inferred =
        Env { names: Names::Inferred, variables: [].into_iter().collect(), ..declared(Profile::Full) };
    let strict = Env { typing: Typing::Strict, ..declared(Profile::Full) };
    [declared(Profile::Full), declared(Profile::Router), inferred, strict]
});

pub fn run(data: &[u8]) {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    let env = &ENVS[usize::from(first % 4)];
    let text = if first & 4 == 0 {
        String::from_utf8_lossy(rest).into_owned()
    } else {
        let words = if env.profile == Profile::Full { Words::Full } else { Words::Standard };
        expression(&mut Choices::new(rest), words, Sort::Bool, 5)
    };
    let (ast, syntax) = parser::read(&text, &ParseOptions::for_env(env));
    let (checked, issues) = check(&ast, env);
    assert_eq!((checked.types.len(), checked.references.len()), (ast.len(), ast.len()));
    irc::cel::checker::may_be_absent(&ast, &checked, env);
    for issue in &issues {
        assert!(
            text.get(issue.span.start as usize..issue.span.end as usize).is_some(),
            "{issue:?} of {text:?}"
        );
        assert!(!issue.message().is_empty() && !issue.message().contains('\n'), "{issue:?}");
    }
    if !syntax.is_empty() || issues.iter().any(Issue::is_error) {
        return;
    }
    // What is warned of, or left to evaluation, may be an error of any kind; the type of a value is what was said.
    let promised =
        issues.is_empty() && env.names == Names::Declared && !soundness::is_dynamic(&ast, &checked);
    for row in ROWS.iter() {
        let value = interpret::evaluate(&ast, env, row).map_err(|error| error.kind);
        let fault = match &value {
            _ if promised => soundness::unexpected(&value, &checked.ty),
            Ok(value) if env.names == Names::Declared => {
                (!soundness::fits(value, &checked.ty)).then(|| format!("{value} is no {}", checked.ty))
            }
            _ => None,
        };
        assert_eq!(fault, None, "{text}");
        if let Ok(value) = value {
            assert!(matches!(value, Value::Bool(_)) || checked.ty != irc::cel::Type::Bool, "{text}");
        }
    }
}
