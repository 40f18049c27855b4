use super::properties::{apply, shape};
use super::*;
use crate::cel::ast::{Literal, MacroKind};
use crate::cel::errors::IssueKind;
use crate::cel::print;

fn router(text: &str) -> (Ast, Vec<Issue>) {
    parse(text, &ParseOptions::default())
}

fn full(text: &str) -> Ast {
    let (ast, issues) = parse(text, &ParseOptions::full());
    assert!(issues.is_empty(), "{text}: {}", issues[0].message());
    ast
}

fn at(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

/// What is written wrongly, and what its one fix makes of it.
const MENDED: &[(&str, &str)] = &[
    ("tier = \"pro\"", "tier == \"pro\""),
    ("tier === \"pro\"", "tier == \"pro\""),
    ("a := 1", "a == 1"),
    ("a !== 1", "a != 1"),
    ("a <> 1", "a != 1"),
    ("a => 1", "a >= 1"),
    ("a =< 1", "a <= 1"),
    ("a ≥ 1", "a >= 1"),
    ("a − 1", "a - 1"),
    ("a > = 1", "a >= 1"),
    ("a = = 1", "a == 1"),
    ("a ! = 1", "a != 1"),
    ("a and b", "a && b"),
    ("a OR b", "a || b"),
    ("a & b", "a && b"),
    ("a | b", "a || b"),
    ("a &&& b", "a && b"),
    ("a & & b", "a && b"),
    ("a && && b", "a && b"),
    ("a == = b", "a == b"),
    ("not a", "!a"),
    ("not a == b && c", "!(a == b) && c"),
    ("a not in [b]", "!(a in [b])"),
    ("a !in [b] || c", "!(a in [b]) || c"),
    ("a IN [b]", "a in [b]"),
    ("a in ('x', 'y')", "a in ['x', 'y']"),
    ("a in {'x', 'y'}", "a in ['x', 'y']"),
    ("a is null", "a == null"),
    ("a is not null", "a != null"),
    ("a eq 1", "a == 1"),
    ("a mod 2 == 0", "a % 2 == 0"),
    ("a contains \"x\"", "a.contains(\"x\")"),
    ("a + b startsWith \"x\"", "(a + b).startsWith(\"x\")"),
    ("a =~ \"x\"", "a.matches(\"x\")"),
    ("a !~ \"x\" && b", "!a.matches(\"x\") && b"),
    ("a.matches(/^x$/i)", "a.matches(r\"(?i)^x$\")"),
    ("+1 < a", "1 < a"),
    ("!-a", "!(-a)"),
    ("-!a", "-(!a)"),
    ("a ? b ? c : d : e", "a ? (b ? c : d) : e"),
    ("“x” == a", "\"x\" == a"),
    ("a == ‘x’", "a == 'x'"),
    ("a == \"x'", "a == \"x\""),
    ("a == ''x''", "a == 'x'"),
    ("a == \"x\ny\"", "a == \"\"\"x\ny\"\"\""),
    ("a.matches(\"\\d+\")", "a.matches(r\"\\d+\")"),
    ("a == \"\\d\\n\"", "a == \"\\\\d\\n\""),
    ("a == '\\ud83d\\ude00'", "a == '\\U0001F600'"),
    ("rb'x' == a", "br'x' == a"),
    ("u'x' == a", "'x' == a"),
    ("a > 1_000", "a > 1000"),
    ("a > 1,000", "a > 1000"),
    ("a > 1.", "a > 1.0"),
    ("a == 0X1F", "a == 0x1F"),
    ("a.5 == b", "a[5] == b"),
    ("a.\"b\" == c", "a[\"b\"] == c"),
    ("a.in == c", "a[\"in\"] == c"),
    ("a.`b-c` == d", "a[\"b-c\"] == d"),
    ("$a == 1", "a == 1"),
    ("@a == 1", "a == 1"),
    ("${a} == 1", "a == 1"),
    ("{{ a }} == 1", "a == 1"),
    ("a == 1 # why", "a == 1 // why"),
    ("a == 1 /* why */", "a == 1 // why"),
    ("a\u{a0}== 1", "a == 1"),
    ("a == 1;", "a == 1"),
    ("f(a, b,)", "f(a, b)"),
    ("f(a]", "f(a)"),
    ("a)", "a"),
    ("a: 1", "a == 1"),
    ("has(a.b == c) || d", "has(a.b) && a.b == c || d"),
    ("!has(a.b == c)", "!(has(a.b) && a.b == c)"),
    ("has(a[\"b\"])", "has(a.b)"),
    ("list.exists(x => x > 1)", "list.exists(x, x > 1)"),
    ("list.exists(x: x > 1)", "list.exists(x, x > 1)"),
];

#[test]
fn what_can_be_mended_is() {
    for (wrong, right) in MENDED {
        let (ast, issues) = router(wrong);
        let found: Vec<String> = issues.iter().map(Issue::message).collect();
        assert_eq!(issues.len(), 1, "{wrong}: {found:?}");
        let fix = issues[0].fix.as_ref().unwrap_or_else(|| panic!("{wrong}: {found:?} has no fix"));
        let kind = &issues[0].kind;
        let guessed = matches!(
            kind,
            IssueKind::Syntax(SyntaxKind::TwoOperators { .. } | SyntaxKind::UnmatchedCloser { .. })
        );
        assert_eq!((fix.safe, fix.title.is_empty()), (!guessed, false), "{wrong}");
        assert_eq!(apply(wrong, &fix.edits), *right, "{wrong}");
        let (mended, issues) = router(right);
        assert!(issues.is_empty(), "{right}: {}", issues[0].message());
        // Where the tree was understood in spite of the fault, it is the mended one.
        let understood = print(&ast);
        let elsewhere =
            wrong.contains(['\\', '\'']) || understood.contains("<error>") || understood.contains('`');
        if !elsewhere {
            assert_eq!(understood, print(&mended), "{wrong}");
        }
    }
}

/// What is wrong, the text it is reported at, and a part of the message; one issue, without a fix.
const REFUSED: &[(&str, &str, &str)] = &[
    ("", "", "empty"),
    ("  // why", "  // why", "empty"),
    ("a &&", "", "ends after `&&`"),
    ("(a ||", "", "ends after `||`"),
    ("&& a", "&&", "missing before `&&`"),
    ("a && || b", "||", "between `&&` and `||`"),
    ("f(a == )", ")", "between `==` and `)`"),
    ("f(, a)", ",", "missing before `,`"),
    ("[a,, b]", ",", "missing before `,`"),
    ("a[]", "]", "missing before `]`"),
    ("a b", "b", "operator is missing before `b`"),
    ("a b && c", "b", "operator is missing before `b`"),
    ("a 'x'", "'x'", "operator is missing before"),
    ("f(a b)", "b", "comma or an operator"),
    ("(a && b", "", "`)` is missing"),
    ("f([a, b)", ")", "`]` is missing"),
    ("a[1", "", "`]` is missing"),
    ("f(g(a", "", "`)` is missing"),
    ("a == \"x", "\"", "no closing quote"),
    ("f(\"x)", "\"", "no closing quote"),
    ("a == '''x", "'''", "no closing quote"),
    ("'\\x4'", "\\x4", "needs 2 hexadecimal digits"),
    ("'\\0'", "\\0", "needs 3 octal digits"),
    ("b'\\u0041'", "\\u", "no `\\u` escapes"),
    ("'\\ud800'", "\\ud800", "no character"),
    ("9223372036854775808", "9223372036854775808", "out of range for an int"),
    ("-9223372036854775809", "-9223372036854775809", "out of range for an int"),
    ("18446744073709551616u", "18446744073709551616u", "out of range for a uint"),
    ("1e999", "1e999", "out of range for a double"),
    ("10ms < a", "10ms", "cannot follow the number"),
    ("v == 1.2.3", "1.2.3", "cannot follow the number"),
    ("if a then b else c", "if", "no `if`"),
    ("if (a) b else c", "if", "no `if`"),
    ("a if b else c", "if", "no `if`"),
    ("if == 1", "if", "reserved word"),
    ("var(1)", "var", "reserved word"),
    ("return a && b", "return", "reserved word"),
    ("for x in y", "for", "reserved word"),
    ("a like '%x%'", "like", "no operator"),
    ("a between 1 and 2", "between", "no `between`"),
    ("a in 1..5", "..", "no ranges"),
    ("a in [1..5]", "..", "no ranges"),
    ("a++ > 1", "++", "no operator `++`"),
    ("++a > 1", "++", "no operator `++`"),
    ("a--", "--", "no operator `--`"),
    ("in == 1", "in", "reserved word"),
    ("a == in", "in", "reserved word"),
    ("in.b == 1", "in", "reserved word"),
    ("a ?? b", "??", "no operator `??`"),
    ("a ^ b", "^", "no operator `^`"),
    ("a ?: b", ":", "no `?:`"),
    ("a?.b == 1", "?.", "no `?.`"),
    ("a ? b", "", "`?` has no `:`"),
    ("f(a ? b)", ")", "`?` has no `:`"),
    ("a == 1: b", ":", "`:` has no meaning"),
    ("a, b", ",", "`,` has no meaning"),
    ("a[1, 2]", ",", "`,` has no meaning"),
    ("a; b", ";", "does not end in `;`"),
    ("()", "()", "nothing between"),
    ("(a, b)", "(a, b)", "not a list"),
    ("{a}", "}", "`:` and a value are missing"),
    ("{a: 1, b}", "}", "`:` and a value are missing"),
    ("a(1)(2)", "(", "cannot be called"),
    ("M{1: 2}", "1", "name of a field"),
    ("M{a}", "}", "`:` and a value are missing"),
    ("a.", "", "must follow the `.`"),
    ("a. == 1", "==", "must follow the `.`"),
    ("`a` == 1", "`a`", "no value"),
    ("a.?b", ".?", "not available"),
    ("a[?b]", "[?", "not available"),
    ("[?a]", "?", "not available"),
    ("{?a: b}", "?", "not available"),
    ("größe > 1", "größe", "letters other"),
    ("a § b", "§", "no meaning"),
    ("f'x' == a", "f", "no prefix"),
    ("has(a)", "a", "asks about a variable"),
    ("has(1)", "1", "not a literal"),
    ("has(a.b())", "a.b()", "not a function call"),
    ("has(a || b)", "a || b", "not a whole expression"),
    ("has(a[0])", "a[0]", "not an index"),
    ("a.all(1, b)", "1", "but this is a literal"),
    ("a.map(b.c, d)", "b.c", "but this is a field"),
    ("a.exists(.b, c)", ".b", "but this is a name"),
    ("a.filter(__result__, b)", "__result__", "cannot be a variable"),
];

#[test]
fn what_cannot_be_mended_is_refused_at_its_place() {
    for (text, spot, message) in REFUSED {
        let issues = router(text).1;
        let found: Vec<String> = issues.iter().map(Issue::message).collect();
        assert_eq!(issues.len(), 1, "{text}: {found:?}");
        assert_eq!(at(text, issues[0].span), *spot, "{text}: {found:?}");
        assert!(found[0].contains(message), "{text}: {found:?}");
        assert!(issues[0].help().is_some(), "{text}");
        assert_eq!(issues[0].fix, None, "{text}");
    }
}

#[test]
fn several_faults_are_several_issues() {
    for (text, spots) in [
        ("a = 1 && b = 2", &["=", "="][..]),
        ("a == && (b || ) && c d", &["&&", ")", "d"]),
        ("f(a b, c d)", &["b", "d"]),
        ("x.all(1, y.all(2, z))", &["1", "2"]),
        ("$a == “x” and b", &["$", "“x”", "and"]),
    ] {
        let issues = router(text).1;
        let found: Vec<&str> = issues.iter().map(|i| at(text, i.span)).collect();
        assert_eq!(found, spots, "{text}");
    }
}

#[test]
fn a_flood_of_issues_is_cut() {
    let issues = router(&"a = ".repeat(500)).1;
    assert_eq!(issues.len(), 51);
    assert!(issues[50].message().contains("more than 50 faults"));
}

#[test]
fn has_on_a_bare_name_has_its_own_kind() {
    let issues = router("!has(tier)").1;
    assert_eq!(issues[0].kind, IssueKind::Syntax(SyntaxKind::HasOnBareName { name: "tier".into() }));
}

#[test]
fn places() {
    let text = "((a)) + -b.c(1)[ 2 ] ? !x : [1]";
    let (ast, issues) = router(text);
    assert!(issues.is_empty());
    let Kind::Ternary { condition, then, otherwise, question_span } = ast.kind(ast.root()) else { panic!() };
    assert_eq!(at(text, *question_span), "?");
    assert_eq!(at(text, ast.span(*then)), "!x");
    assert_eq!(at(text, ast.span(*otherwise)), "[1]");
    let Kind::Binary { op_span, lhs, rhs, .. } = ast.kind(*condition) else { panic!() };
    assert_eq!(at(text, *op_span), "+");
    assert_eq!((at(text, ast.span(*lhs)), at(text, ast.node(*lhs).outer)), ("a", "((a))"));
    assert_eq!(at(text, ast.span(*rhs)), "-b.c(1)[ 2 ]");
    let Kind::Unary { op_span, operand, .. } = ast.kind(*rhs) else { panic!() };
    assert_eq!(at(text, *op_span), "-");
    let Kind::Index { operand, .. } = ast.kind(*operand) else { panic!() };
    let Kind::Call { function, .. } = ast.kind(*operand) else { panic!() };
    assert_eq!(at(text, function.span), "c");
}

#[test]
fn runs_of_signs_go_by_parity() {
    assert_eq!(print(&full("!!a")), "a");
    assert_eq!(print(&full("!!!a")), "!a");
    assert_eq!(print(&full("--a")), "a");
    let text = "x == !!a";
    let ast = full(text);
    let Kind::Binary { rhs, .. } = ast.kind(ast.root()) else { panic!() };
    assert_eq!(at(text, ast.node(*rhs).outer), "!!a");
}

#[test]
fn signs_of_numbers() {
    let literal = |text: &str| match full(text).kind(full(text).root()) {
        Kind::Literal(literal) => Some(literal.clone()),
        _ => None,
    };
    assert_eq!(literal("-1"), Some(Literal::Int(-1)));
    assert_eq!(literal("- 1.5"), Some(Literal::Double(-1.5)));
    assert_eq!(literal("-9223372036854775808"), Some(Literal::Int(i64::MIN)));
    assert_eq!(literal("--1"), Some(Literal::Int(1)));
    assert_eq!(literal("---1"), None);
    assert_eq!(literal("-(1)"), None);
    assert_eq!(literal("-1u"), None);
    assert_eq!(print(&full("-1.f()")), "-1.f()");
    assert_eq!(print(&full("-(1.f())")), "-(1.f())");
    assert_eq!(print(&full("4--4.1")), "4 - -4.1");
}

#[test]
fn printing_keeps_groups_and_drops_other_parentheses() {
    for (text, printed) in [
        ("((a)) && (b && c) && d", "a && (b && c) && d"),
        ("(a || b) && (c)", "(a || b) && c"),
        ("(a && b) || c", "a && b || c"),
        ("a - (b - c) - d", "a - (b - c) - d"),
        ("(a - b) - c", "a - b - c"),
        ("(a + b) * c", "(a + b) * c"),
        ("!(a == b)", "!(a == b)"),
        ("(a ? b : c) ? (d ? e : f) : (g ? h : i)", "(a ? b : c) ? (d ? e : f) : g ? h : i"),
        ("[ a,?b , ]", "[a, ?b]"),
        ("{ 'a':1,?b:c, }", "{\"a\": 1, ?b: c}"),
        ("[,] == {,}", "[] == {}"),
        ("a . b . C { d : 1 , }", "a.b.C{d: 1}"),
        ("a.`b-c`.?`in`[?d]", "a.`b-c`.?`in`[?d]"),
        ("1.0 + 1e3 + .5 + 1e100 + 0x1f + 2U", "1.0 + 1000.0 + 0.5 + 1e100 + 31 + 2u"),
        (r#"'"' + r'\d' + "\x07" + b'\xff"' + 'é😀'"#, r#""\"" + "\\d" + "\a" + b"\xff\"" + "é😀""#),
        ("'\u{200b}\u{1}'", r#""\u200b\u0001""#),
        ("cel.bind(x, 1, x)", "cel.bind(x, 1, x)"),
        ("[1].all(cel.iterVar(0, 1), true)", "[1].all(cel.iterVar(0, 1), true)"),
    ] {
        assert_eq!(print(&full(text)), printed);
        assert_eq!(print(&full(printed)), printed);
    }
}

#[test]
fn macros_by_profile() {
    let kinds = |text: &str, macros: Macros| {
        let options = ParseOptions { macros, ..ParseOptions::default() };
        let (ast, issues) = parse(text, &options);
        assert!(issues.is_empty(), "{text}");
        let of = |id| match ast.kind(id) {
            Kind::Macro(m) => Some((m.kind, m.vars.len())),
            _ => None,
        };
        ast.ids().filter_map(of).collect::<Vec<_>>()
    };
    assert_eq!(kinds("a.all(x, x)", Macros::None), []);
    assert_eq!(kinds("a.all(x, x)", Macros::Standard), [(MacroKind::All, 1)]);
    assert_eq!(kinds("a.all(i, x, x)", Macros::Standard), []);
    assert_eq!(kinds("a.all(i, x, x)", Macros::Full), [(MacroKind::All, 2)]);
    assert_eq!(kinds("a.existsOne(x, x)", Macros::Standard), [(MacroKind::ExistsOne, 1)]);
    assert_eq!(kinds("a.map(x, x, x)", Macros::Standard), [(MacroKind::Map, 1)]);
    assert_eq!(kinds("a.transformMap(k, v, p, t)", Macros::Full), [(MacroKind::TransformMap, 2)]);
    assert_eq!(kinds("cel.bind(x, a, x)", Macros::Standard), []);
    assert_eq!(kinds("cel.bind(x, a, x)", Macros::Full), [(MacroKind::Bind, 1)]);
    assert_eq!(kinds("b.bind(x, a, x)", Macros::Full), []);
    // With arguments that fit no macro these are ordinary calls.
    assert_eq!(kinds("has() || has(a, b) || a.all(x) || all(x, y)", Macros::Full), []);
}

#[test]
fn macro_variables_leave_no_nodes() {
    let ast = full("a.map(x, x + 1)");
    let reachable = |ast: &Ast| {
        let mut todo = vec![ast.root()];
        let mut count = 0;
        while let Some(id) = todo.pop() {
            count += 1;
            todo.extend(ast.children(id));
        }
        count
    };
    assert_eq!((ast.len(), reachable(&ast)), (5, 5));
    let broken = router("a.map(x, x + ) + f(b c)").0;
    assert_eq!(broken.len(), reachable(&broken));
}

#[test]
fn faults_of_the_larger_profile() {
    for (text, spot) in [
        ("a.all(x, x, true)", "x"),
        ("cel.bind(a.b, 1, 2)", "a.b"),
        ("cel.block(a, b)", "a"),
        ("cel.index(a)", "a"),
        ("a.`b`()", "("),
        ("a.?b()", "("),
        ("`a`", "`a`"),
    ] {
        let issues = parse(text, &ParseOptions::full()).1;
        assert_eq!(issues.len(), 1, "{text}");
        assert_eq!(at(text, issues[0].span), spot, "{text}");
    }
}

/// Runs on a small stack: no depth of a text is a depth of calls.
fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(256 * 1024).spawn(run).unwrap().join().unwrap();
}

#[test]
fn bounds_are_named() {
    on_a_small_stack(|| {
        let deep = |n: usize| {
            [
                "(".repeat(n),
                "[".repeat(n),
                "{1:".repeat(n),
                "f(".repeat(n),
                "a[".repeat(n),
                format!("{}a{}", "(".repeat(n), ")".repeat(n)),
                format!("a{}", " + 1".repeat(n)),
                format!("a{}", " < 1".repeat(n)),
                format!("a{}", ".b".repeat(n)),
                format!("a{}", "[1]".repeat(n)),
                format!("a{}", ".f()".repeat(n)),
                format!("{}a", "a ? b : ".repeat(n)),
                format!("{}a", "!-".repeat(n)),
                format!("{}a{}", "!(".repeat(n), ")".repeat(n)),
                format!("{}a{}", "x.map(y, ".repeat(n), ")".repeat(n)),
                "a{b:".repeat(n),
                "${".repeat(n),
                "a ? ".repeat(n),
            ]
        };
        for text in deep(100_001) {
            let issues = router(&text).1;
            assert!(issues[0].message().contains("limit of 100000"), "{}", issues[0].message());
        }
        let limits = Limits { bytes: 10_000_000, ..Limits::default() };
        for text in deep(50_000) {
            let (ast, issues) = parse(&text, &ParseOptions { limits, ..ParseOptions::default() });
            let issue = issues.iter().find(|i| matches!(&i.kind, IssueKind::Syntax(k) if k.is_limit()));
            let start: String = text.chars().take(20).collect();
            assert!(issue.is_some_and(|i| i.help().is_some()), "{start}");
            assert_eq!(ast.len(), 1, "{start}");
        }
        let nodes = format!("[{}]", "-a,".repeat(26_000));
        assert!(router(&nodes).1[0].message().contains("more than 50000 parts"));
    });
}

#[test]
fn what_is_long_but_flat_is_fine() {
    let text = format!("a{}", " && b".repeat(15_000));
    assert!(router(&text).1.is_empty());
    let text = format!("{}a", "!".repeat(90_000));
    assert_eq!(print(&router(&text).0), "a");
    let list = format!("x in [{}]", vec!["'v'"; 15_000].join(", "));
    assert!(router(&list).1.is_empty());
    // The deepest that is allowed.
    let text = format!("{}a{}", "(".repeat(250), ")".repeat(250));
    assert!(router(&text).1.is_empty());
    let text = format!("a{}", " + 1".repeat(249));
    let (ast, issues) = router(&text);
    assert!(issues.is_empty());
    assert_eq!(ast.node(ast.root()).depth, 250);
    assert!(router(&format!("{text} + 1")).1[0].message().contains("250 levels"));
}

#[test]
fn loops_nest_within_their_bound() {
    let nested = |n: usize| format!("{}x{}", "a.all(x, ".repeat(n), ")".repeat(n));
    assert!(router(&nested(16)).1.is_empty());
    assert!(router(&nested(17)).1[0].message().contains("loops nest more than 16"));
    // One after the other they do not nest.
    assert!(router(&format!("a{}", ".map(x, x)".repeat(40))).1.is_empty());
}

#[test]
fn chains_and_choices_keep_their_shape() {
    let same = |a: &str, b: &str| {
        let (a, b) = (full(a), full(b));
        shape(&a, a.root()) == shape(&b, b.root())
    };
    assert!(same("a ? b : c ? d : e", "a ? b : (c ? d : e)"));
    assert!(same("a || b && c == d + e * -f.g", "a || (b && (c == (d + (e * (-(f.g))))))"));
    assert!(same("a < b < c", "(a < b) < c"));
    assert!(same("{a ? b : c : d}", "{(a ? b : c): d}"));
    assert!(!same("a && b && c", "a && (b && c)"));
    assert!(!same("a.b", ".a.b"));
}
