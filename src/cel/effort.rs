//! How much work an expression makes, counted: tokens and nodes looked at, characters passed over, types compared,
//! names searched. Time is not measured; it is in proportion.

use std::cell::Cell;

use super::checker::may_be_absent;
use super::env::{Names, Profile, Typing};
use super::program::ProgramSet;
use super::{Env, ParseOptions, check, expand, interpret, parse, print};

thread_local! {
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

/// Counts so many steps.
pub(super) fn spend(steps: usize) {
    STEPS.set(STEPS.get() + steps as u64);
}

/// What some work counts, and what comes of it.
fn count<T>(work: impl FnOnce() -> T) -> (u64, T) {
    STEPS.set(0);
    let done = work();
    (STEPS.get(), done)
}

/// The steps of each thing that is done with an expression, in order.
fn efforts(text: &str, env: &Env) -> Vec<(&'static str, u64)> {
    let options = ParseOptions::for_env(env);
    let (parsing, (ast, issues)) = count(|| parse(text, &options));
    assert!(ast.len() > 1 || !issues.is_empty(), "beyond a bound: {}", &text[..40]);
    let (checking, (checked, _)) = count(|| check(&ast, env));
    let (searching, _) = count(|| may_be_absent(&ast, &checked, env));
    let (printing, _) = count(|| print(&ast));
    let (expanding, _) = count(|| expand(&ast, &expand::ExpandOptions::default()));
    let (compiling, set) = count(|| ProgramSet::compile(&[&ast, &ast], env));
    let (running, _) = count(|| set.on(&set.row(), &mut set.scratch()).verdict(0));
    let (interpreting, _) = count(|| interpret::evaluate(&ast, env, &()));
    vec![
        ("parse", parsing),
        ("check", checking),
        ("presence", searching),
        ("print", printing),
        ("expand", expanding),
        ("compile", compiling),
        ("run", running),
        ("interpret", interpreting),
    ]
}

/// So many pieces, each by its number.
fn pieces(count: usize, between: &str, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect::<Vec<_>>().join(between)
}

/// A text of about as many pieces as it is asked for.
type Shape = Box<dyn Fn(usize) -> String>;

fn shapes() -> Vec<(&'static str, Shape)> {
    let same = |between: &'static str, piece: &'static str| -> Shape {
        Box::new(move |n| pieces(n, between, |_| piece.to_owned()))
    };
    let lines = |line: &'static str| -> Shape { Box::new(move |n| line.repeat(n)) };
    vec![
        ("one name", same(" && ", "a")),
        ("names", Box::new(|n| pieces(n, " || ", |i| format!("a{i} == {i}")))),
        ("both operators", same(" && ", "a || b")),
        ("comparisons", same(" && ", "tier == 'pro'")),
        ("calls", same(" || ", "a.startsWith('x')")),
        ("unknown calls", same(" || ", "f(a)")),
        ("unknown methods", same(" || ", "a.f(a)")),
        ("fields", same(" || ", "a.b.c.d.e.f.g.h")),
        ("fields of a call", same(" || ", "f().b.c.d.e.f.g.h")),
        ("indexes", same(" || ", "a['b'][0].c")),
        ("presence", same(" && ", "has(a.b) && a.b == 1")),
        ("different presence", Box::new(|n| pieces(n, "&&", |i| format!("has(a.b{i})&&a.b{i}>0")))),
        ("a list", Box::new(|n| format!("x in [{}]", pieces(n, ",", |i| i.to_string())))),
        ("a list of texts", Box::new(|n| format!("x in [{}]", pieces(n, ",", |i| format!("'t{i}'"))))),
        ("a list of computed", Box::new(|n| format!("x in [{}]", pieces(n, ",", |i| format!("-a{i}"))))),
        (
            "a list of many types",
            Box::new(|n| format!("[{}] == []", pieces(n, ",", |_| "1,'a',[1],{}".into()))),
        ),
        ("a map", Box::new(|n| format!("{{{}}} == {{}}", pieces(n, ",", |i| format!("{i}: a{i}"))))),
        ("one long text", Box::new(|n| format!("a == '{}'", "x".repeat(n * 4)))),
        ("escapes", Box::new(|n| format!("a == '{}'", "\\n\\x41".repeat(n)))),
        ("wrong escapes", Box::new(|n| format!("a == '{}'", "\\d".repeat(n)))),
        ("loops", same(" && ", "a.exists(x, x == 1)")),
        ("loops in loops", same(" || ", "a.all(x, x.all(y, y.all(z, z == x)))")),
        ("choices", same(" && ", "(a ? b : c)")),
        ("parentheses", same(" && ", "((((((((a))))))))")),
        (
            "deep parts",
            Box::new(|n| pieces(n / 30, " && ", |_| format!("{}a{}", "!(b || ".repeat(60), ")".repeat(60)))),
        ),
        ("deep sums", Box::new(|n| pieces(n / 30, " && ", |_| format!("a{} == 1", " + a".repeat(200))))),
        ("deep fields", Box::new(|n| pieces(n / 30, " && ", |_| format!("a{} == 1", ".b".repeat(200))))),
        (
            "deep fields of a call",
            Box::new(|n| pieces(n / 30, " && ", |_| format!("f(){} == 1", ".b".repeat(200)))),
        ),
        ("deep methods", Box::new(|n| pieces(n / 30, " && ", |_| format!("a{} == 1", ".f(1)".repeat(200))))),
        (
            "deep lists",
            Box::new(|n| pieces(n / 30, " && ", |_| format!("{}a{} == 1", "[".repeat(80), "]".repeat(80)))),
        ),
        (
            "deep binds",
            Box::new(|n| {
                pieces(n / 30, " && ", |_| format!("{}x{}", "cel.bind(x, a, ".repeat(40), ")".repeat(40)))
            }),
        ),
        ("binds", same("||", "cel.bind(x,a,x==x)")),
        ("slots", Box::new(|n| format!("cel.block([{}], cel.index(0))", pieces(n, ",", |_| "a".into())))),
        (
            "names below",
            Box::new(|n| format!("cel.bind(x, 1, {})", pieces(n, " || ", |i| format!("a{i} == x")))),
        ),
        (
            "slots of slots",
            Box::new(|n| format!("cel.block([1, {}], true)", pieces(n, ",", |i| format!("-cel.index({i})")))),
        ),
        ("optionals", same(" && ", "a.?b.?c.orValue(true)")),
        ("patterns", same(" || ", "a.matches('^x+$')")),
        ("comments", lines("// a\n")),
        ("faults", same(" && ", "a = 1")),
        ("other faults", same(" ", "a")),
        ("open texts", lines("\"\n")),
        ("quotes", lines("'")),
        ("backticks", lines("`")),
        ("typographic quotes", lines("“")),
        ("commas", lines(",")),
        ("slashes", lines("/ ")),
        ("closed brackets", lines(")")),
        ("words", lines("not a and b or ")),
    ]
}

#[test]
fn work_grows_with_the_text_and_not_faster() {
    // On a thread with room: an unoptimised build takes more of the stack than any other.
    let work = || {
        let mut faults = Vec::new();
        for (name, shape) in shapes() {
            for names in [Names::Inferred, Names::Declared] {
                let env = Env { profile: Profile::Full, typing: Typing::Lenient, names, ..Env::default() };
                let (small, large) = (shape(300), shape(1_200));
                if large.len() > env.limits.bytes {
                    faults.push(format!("{name} is too long"));
                }
                for ((what, few), (_, many)) in efforts(&small, &env).into_iter().zip(efforts(&large, &env)) {
                    if many > few * 5 + 2_000 {
                        faults.push(format!(
                            "{what} of {name}: {few} steps, and {many} for four times as much"
                        ));
                    }
                    if many > large.len() as u64 * 400 {
                        faults.push(format!("{what} of {name}: {many} steps for {} bytes", large.len()));
                    }
                }
            }
        }
        faults
    };
    let faults = std::thread::Builder::new().stack_size(8 << 20).spawn(work).unwrap().join().unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_is_dropped_takes_no_stack() {
    let work = || {
        let env = Env { profile: Profile::Full, ..Env::default() };
        for (open, close) in [("[", "]"), ("!(", ")"), ("f(", ")"), ("{1: ", "}"), ("cel.bind(x, a, ", ")")] {
            let text = format!("{}a{}", open.repeat(120), close.repeat(120));
            let (ast, issues) = parse(&text, &ParseOptions::for_env(&env));
            assert!(issues.is_empty());
            drop(ast);
        }
        let wide = pieces(20_000, " + f(", |_| "a".into());
        drop(parse(&wide, &ParseOptions::for_env(&env)));
    };
    std::thread::Builder::new().stack_size(64 << 10).spawn(work).unwrap().join().unwrap();
}
