//! Hostile expressions through the library and the commands: a clear word each, within every bound, on a small stack.
//! How long they take is not tested but bounded by what is: sizes, depths and steps.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use irc::cel::checker::may_be_absent;
use irc::cel::env::{Names, Profile, Typing};
use irc::cel::errors::CheckKind;
use irc::cel::program::ProgramSet;
use irc::cel::{self, Env, IssueKind, ParseOptions, Value};

use crate::hostile_shapes::{End, Shape, texts};

/// What came of an expression.
struct Outcome {
    syntax: Vec<String>,
    faults: Vec<String>,
    value: Option<Result<Value, String>>,
}

/// Everything that is ever done with an expression, and what it leaves is dropped.
fn everything(text: &str, env: &Env) -> Outcome {
    let options = ParseOptions::for_env(env);
    let (ast, syntax) = cel::parse(text, &options);
    let (checked, faults) = cel::check(&ast, env);
    let printed = cel::print(&ast);
    cel::expand(&ast, &cel::expand::ExpandOptions::default());
    may_be_absent(&ast, &checked, env);
    assert!(syntax.len() <= 51 && faults.len() <= 51, "{} and {} issues", syntax.len(), faults.len());
    let mut value = None;
    if syntax.is_empty() {
        let (again, issues) = cel::parse(&printed, &ParseOptions { quoted_identifiers: true, ..options });
        // Escapes may take more room than what they stand for.
        if printed.len() <= env.limits.bytes {
            assert!(issues.is_empty(), "{}", issues[0].message());
            assert_eq!(cel::print(&again), printed);
        }
        let set = ProgramSet::compile(&[&ast, &ast], env);
        let row = set.row();
        let mut scratch = set.scratch();
        let fast = set.on(&row, &mut scratch).value_of(1);
        let plain = cel::interpret::evaluate(&ast, env, &());
        match (&fast, &plain) {
            (Ok(a), Ok(b)) => assert_eq!(a, b),
            (Err(a), Err(b)) => assert_eq!(a.kind, b.kind),
            // They agree in all but how many steps they count.
            (Err(e), Ok(_)) if e.kind.is_fatal() => {}
            (_, Err(e)) if e.kind.is_fatal() => {}
            other => panic!("{other:?}"),
        }
        value = Some(plain.map_err(|error| error.to_string()));
    }
    let errors = |issues: &[cel::Issue]| -> Vec<String> {
        issues.iter().filter(|issue| issue.is_error()).map(cel::Issue::message).collect()
    };
    Outcome { syntax: errors(&syntax), faults: errors(&faults), value }
}

fn env(profile: Profile, steps: u64) -> Env {
    let mut env = Env { profile, typing: Typing::Lenient, names: Names::Inferred, ..Env::default() };
    env.limits.steps = steps;
    env
}

/// Fewer steps than by default: what never ends ends all the same, and sooner.
const STEPS: u64 = 150_000;

/// What is not as it has to be.
fn fault(shape: &Shape, outcome: &Outcome) -> Option<String> {
    let Outcome { syntax, faults, value } = outcome;
    let said = || -> String { format!("{syntax:?} {faults:?} {value:?}").chars().take(300).collect() };
    let first = |issues: &[String], words: &str| issues.first().is_some_and(|first| first.contains(words));
    let fits = match shape.end {
        End::Bound(words) => syntax.iter().any(|issue| issue.contains(words)),
        End::Refused(words) => first(syntax, words),
        End::Fault(words) => syntax.is_empty() && first(faults, words),
        End::Fails(words) => syntax.is_empty() && matches!(value, Some(Err(error)) if error.contains(words)),
        End::Value => syntax.is_empty() && faults.is_empty() && matches!(value, Some(Ok(_))),
    };
    (!fits).then(|| format!("{}: expected {:?}, and there is {}", shape.name, shape.end, said()))
}

/// Runs on a stack as small as any thread's.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap().join().unwrap();
}

#[test]
fn the_library_answers_every_hostile_expression() {
    on_a_small_stack(|| {
        let mut faults = Vec::new();
        for shape in texts() {
            faults.extend(fault(&shape, &everything(&shape.text, &env(Profile::Full, STEPS))));
            everything(&shape.text, &env(Profile::Router, STEPS));
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    });
}

/// As a condition of a definition, every line of it indented.
fn definition(condition: &str) -> String {
    let lines = condition.replace('\n', "\n      ");
    format!(
        "name: support\nroutes:\n  - id: pro\n    when: |-\n      {lines}\n    model: openai/gpt-5.2\n\
         default:\n  model: openai/gpt-4o-mini\n"
    )
}

#[test]
fn a_definition_with_a_hostile_condition_is_checked() {
    on_a_small_stack(|| {
        let catalogue = irc::catalogue::Catalogue::embedded();
        for shape in texts() {
            let mut options = irc::Options::new(&catalogue);
            options.cel.steps = STEPS;
            let (mut sources, mut sink) = (irc::source::Sources::new(), irc::diag::Sink::new());
            let bytes = definition(&shape.text).into_bytes();
            let loaded = irc::load(&mut sources, "router.yaml", bytes, &options);
            let file = irc::check(&mut sources, &loaded, &irc::source::NoFiles, &options, &mut sink);
            for checked in &file.definitions {
                irc::compile::compile(checked, &catalogue);
            }
            let found = sink.finish(&file.suppressions);
            let faulty = matches!(shape.end, End::Bound(_) | End::Refused(_) | End::Fault(_));
            assert!(!found.is_empty() || !faulty, "{}", shape.name);
            assert!(found.len() <= 110, "{}: {} findings", shape.name, found.len());
        }
    });
}

/// Exit code and output of `irc` in a folder of its own.
fn run(arguments: &[&std::ffi::OsStr]) -> (Option<i32>, String) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile-cel");
    fs::create_dir_all(&folder).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_irc"));
    let output = command.current_dir(&folder).args(arguments).stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout) + &text(output.stderr))
}

/// An argument may have 128 KiB, and none a NUL.
fn fits_an_argument(text: &str) -> bool {
    text.len() < 100_000 && !text.contains('\0') && !text.starts_with('-')
}

#[test]
fn the_commands_answer_hostile_expressions() {
    // One of each kind: what each of them says is tested above.
    let names = [
        "10,000 parentheses",
        "24,000 `+ 1`",
        "17 nested exists",
        "10,000 `[`",
        "a text of 99,000 bytes",
        "99,000 `!`",
        "a name of 99,000 letters",
        "an int of 50,000 digits",
        "quotes",
        "marks that turn the text around",
        "a text that doubles",
        "a pattern that is large",
    ];
    for shape in texts().iter().filter(|shape| names.contains(&shape.name)) {
        assert!(fits_an_argument(&shape.text), "{}", shape.name);
        let text = shape.text.as_ref();
        let (code, out) = run(&["cel".as_ref(), "eval".as_ref(), "--profile=full".as_ref(), text]);
        let words = match shape.end {
            End::Bound(words) | End::Fails(words) => words,
            End::Refused(_) | End::Fault(_) | End::Value => "",
        };
        let expected = if shape.end == End::Value { 0 } else { 1 };
        assert_eq!(code, Some(expected), "{}: {}", shape.name, out.chars().take(500).collect::<String>());
        assert!(out.contains(words), "{}: {out}", shape.name);
        assert!(out.len() < 60_000, "{}: {} bytes", shape.name, out.len());
        let (code, _) = run(&["cel".as_ref(), "check".as_ref(), "--profile=full".as_ref(), text]);
        assert!(matches!(code, Some(0 | 1)), "{}: {code:?}", shape.name);
    }
}

#[cfg(unix)]
#[test]
fn an_expression_that_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStrExt;
    let bytes = std::ffi::OsStr::from_bytes(b"'\xff\xfe' == '\xed\xa0\x80'");
    let (code, out) = run(&["cel".as_ref(), "eval".as_ref(), bytes]);
    assert_eq!(code, Some(2), "{out}");
    assert!(out.contains("UTF-8"), "{out}");
}

#[test]
fn every_bound_is_one_number_for_parser_and_checker() {
    // The same expression at the bound and one beyond it.
    let nested = |n: usize, open: &str, inside: &str, close: &str| {
        format!("{}{inside}{}", open.repeat(n), close.repeat(n))
    };
    let limits = env(Profile::Full, STEPS).limits;
    type Made = Box<dyn Fn(usize) -> String>;
    let cases: Vec<(usize, Made)> = vec![
        (limits.bytes, Box::new(|n| format!("'{}'", "x".repeat(n - 2)))),
        (limits.nodes, Box::new(|n| format!("[{}{}]", ["", "1,"][(n + 1) % 2], "-a,".repeat((n - 1) / 2)))),
        (limits.depth, Box::new(move |n| nested(n - 1, "-(", "x", ")"))),
        (limits.depth, Box::new(|n| format!("1{}", " + 1".repeat(n - 1)))),
        (limits.depth, Box::new(move |n| nested(n - 1, "!(", "x", ")"))),
        (limits.comprehensions, Box::new(move |n| nested(n, "[1].all(x, ", "x == 1", ")"))),
    ];
    for (bound, text) in cases {
        let accepted = everything(&text(bound), &env(Profile::Full, STEPS));
        assert_eq!((&accepted.syntax, &accepted.faults), (&vec![], &vec![]), "{bound}");
        let refused = everything(&text(bound + 1), &env(Profile::Full, STEPS));
        assert!(refused.syntax.len() == 1 && refused.syntax[0].contains(&bound.to_string()), "{bound}");
    }
    let row = format!("[1]{}.size() == 1", ".map(x, x)".repeat(200));
    assert_eq!(everything(&row, &env(Profile::Router, STEPS)).faults, Vec::<String>::new());
}

#[test]
fn the_bound_on_all_patterns_is_the_definitions() {
    let large = |n: usize| format!("tier.matches(r'\\pL{{{}}}')", 20 + n % 10);
    let count = |conditions: &[String]| {
        let env = env(Profile::Router, STEPS);
        let mut before = 0;
        let mut found = 0;
        for condition in conditions {
            let (ast, _) = cel::parse(condition, &ParseOptions::for_env(&env));
            let env = Env { regex_bytes_before: before, ..env.clone() };
            let (checked, issues) = cel::check(&ast, &env);
            before += checked.regex_bytes;
            let kind = |issue: &cel::Issue| issue.kind.clone();
            let limit = |issue: &&cel::Issue| {
                matches!(kind(issue), IssueKind::Check(CheckKind::TooManyRegexes { .. }))
            };
            found += issues.iter().filter(limit).count();
        }
        found
    };
    let apart: Vec<String> = (0..60).map(large).collect();
    assert_eq!(count(&apart), 1, "said once, for the pattern that is too much");
    assert_eq!(count(&[apart.join(" || ")]), 1);
    assert_eq!(count(&apart[..10]), 0);
}

/// The condition, and what `irc check` says of it: the rule and words with the bound.
fn beyond_each_bound() -> Vec<(String, &'static str, &'static str)> {
    let nested = |n: usize, open: &str, inside: &str, close: &str| {
        format!("{}{inside}{}", open.repeat(n), close.repeat(n))
    };
    let binary = |n: usize| format!("tier == \"x\"{}", " && tier == 'x'".repeat(n));
    vec![
        (binary(6_700), "cel-limit", "100,000"),
        (format!("tier in [{}]", "!a,".repeat(25_000)), "cel-limit", "50,000"),
        (nested(251, "(", "tier == 'x'", ")"), "cel-limit", "250"),
        (format!("1{} == 2", " + 1".repeat(250)), "cel-limit", "250"),
        (nested(17, "[1].exists(x, ", "x == 1", ")"), "cel-limit", "16"),
        (nested(120, "[", "1", "]") + " == []", "cel-limit", "1,000"),
        (nested(120, "[", "1", "]") + " == []", "cel-limit", "100"),
        (format!("tier.matches('{}')", "a".repeat(10_001)), "invalid-regex", "10,000"),
        (format!("tier.matches('{}')", nested(101, "(", "a", ")")), "invalid-regex", "100"),
        ("tier.matches('a{1001}')".to_owned(), "invalid-regex", "1,000"),
        (r"tier.matches(r'\pL{1000}')".to_owned(), "invalid-regex", "2,097,152"),
        (vec![r"tier.matches(r'\pL{25}')"; 40].join(" || "), "cel-limit", "33,554,432"),
    ]
}

#[test]
fn every_bound_has_its_finding() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile-cel");
    fs::create_dir_all(&folder).unwrap();
    for (condition, rule, bound) in beyond_each_bound() {
        let text = definition(&condition)
            .replace("routes:", "metadata: {tier: {type: string, required: true}}\nroutes:");
        fs::write(folder.join("bound.yaml"), text).unwrap();
        let arguments = ["check", "--no-config", "--format", "short", "bound.yaml"];
        let (code, out) = run(&arguments.map(std::ffi::OsStr::new));
        let first = out.lines().find(|line| line.contains(&format!("] {rule}: "))).unwrap_or_default();
        let named =
            first.replace("100000", "100,000").replace("50000", "50,000").replace(" 1000 ", " 1,000 ");
        assert!(code == Some(1) && named.contains(bound), "{rule} {bound}: {}", &out[..out.len().min(600)]);
    }
}

#[test]
fn the_pages_name_every_bound() {
    let read = |page: &str| fs::read_to_string(Path::new(crate::tree::ROOT).join(page)).unwrap();
    let pages = ["docs/diagnostics/cel-limit.md", "src/cel/README.md"].map(read);
    let cel::Limits { bytes, nodes, depth, comprehensions, steps, regex_bytes, all_regex_bytes } =
        cel::Limits::default();
    let bounds =
        [bytes, nodes, depth, comprehensions, regex_bytes, all_regex_bytes, cel::re2::MAX_PATTERN_BYTES];
    for bound in bounds.into_iter().chain([usize::try_from(steps).unwrap()]) {
        let digits = bound.to_string();
        let grouped: Vec<&str> =
            digits.as_bytes().rchunks(3).rev().map(|part| std::str::from_utf8(part).unwrap()).collect();
        let named = |page: &String| page.contains(&format!(" {}", grouped.join(",")));
        assert!(pages.iter().all(named), "{bound}");
    }
}
