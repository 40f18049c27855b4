//! Properties over trees and texts nobody thought of.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{ParseOptions, parse};
use crate::cel::ast::*;
use crate::cel::errors::{Issue, Issues};
use crate::cel::{Limits, Span, lexer, print};

/// Conditions as people write them; the mutations below break them.
const CONDITIONS: &[&str] = &[
    "true",
    "tier == \"pro\"",
    "tier != 'free' && region == 'eu'",
    "tier in [\"pro\", \"team\"]",
    "!(tier in ['free'])",
    "score > 0.8",
    "score >= 0.5 && score < 0.9",
    "age > 17 || guardian",
    "has(user.tier)",
    "has(user.tier) && user.tier == \"pro\"",
    "!has(user.tier) || user.tier == 'free'",
    "messages.size() > 10",
    "size(messages) > 10 && messages[0].role == \"system\"",
    "messages.exists(m, m.role == \"tool\")",
    "messages.all(m, size(m.content) < 1000)",
    "messages.filter(m, m.role == 'user').size() == 1",
    "messages.map(m, m.content).exists(c, c.contains(\"code\"))",
    "messages.map(m, m.role == 'user', m.content)[0].startsWith('/')",
    "messages.exists_one(m, m.role == 'system')",
    "prompt.matches(r\"^\\d+$\")",
    "prompt.matches(\"(?i)\\\\bcode\\\\b\")",
    "prompt.startsWith(\"translate\") || prompt.endsWith('?')",
    "prompt.contains('''it's''')",
    "premium ? score > 1 : score > 2",
    "a ? b : c ? d : e",
    "(a ? b : c) ? d : e",
    "a && b || c && !d",
    "(a || b) && (c || d)",
    "!(a && b)",
    "!a",
    "-x < 0",
    "-1 < x",
    "x - -1 == 2",
    "x % 2 == 0",
    "(x + y) * 2 > z / 3",
    "count(messages) > 3u",
    "metadata.account.plan in ['a', 'b', 'c']",
    "metadata[\"plan-name\"] == 'x'",
    "request.headers['x-tier'].lowerAscii() == 'gold'",
    "{'a': 1, 'b': 2}[key] > 1",
    "[1, 2, 3].exists(i, i == n)",
    "timestamp('2025-01-01T00:00:00Z') < now",
    "now - start > duration(\"5m\")",
    "int(version) >= 2",
    "string(code) == '404'",
    "b'abc' != b\"\\x00\\xff\"",
    "x == null",
    "type(x) == int",
    "x == 0x1f || x == 1e3 || x == .5",
    "a.b.c.d == .e.f",
    "a.?b[?c].orValue(d)",
    "[?a, b]",
    "{?'k': v, 'l': w}",
    "Msg{field: 1, ?other: x}",
    "a.b.Msg{}",
    "a.`b-c` == 1",
    "cel.bind(x, a + b, x * x)",
    "m.all(k, v, k == v)",
    "opt.optMap(v, v + 1).hasValue()",
    "// who\ntier == 'pro' // only they\n&& beta",
    "\"Grüße 😀\" == name",
];

/// Pieces that no order makes sense of.
const SOUP: &[&str] = &[
    "a",
    "b.c",
    "\"s\"",
    "'",
    "\"",
    "'''",
    "r\"\\d\"",
    "\"\\d\"",
    "1",
    "1.",
    ".5",
    "1_0",
    "0x",
    "9u",
    "true",
    "null",
    "in",
    "not",
    "and",
    "or",
    "if",
    "var",
    "has",
    "has(",
    "x.all(",
    "m",
    ",",
    ".",
    ":",
    "?",
    ".?",
    "[?",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "{{",
    "}}",
    "${",
    "&&",
    "||",
    "&",
    "|",
    "==",
    "=",
    "===",
    "!=",
    "!",
    "-",
    "+",
    "*",
    "/",
    "//",
    "/*",
    "#",
    "%",
    "<",
    ">",
    "=>",
    "??",
    "@",
    "$x",
    "`",
    "`q`",
    ";",
    "“",
    "”",
    "é",
    "😀",
    "\u{a0}",
    "\n",
    " ",
    "is",
    "contains",
    "between",
    "Msg{",
    "cel.bind(",
    "__result__",
];

fn name() -> BoxedStrategy<Arc<str>> {
    select(&["a", "b1", "_c", "tier", "if_", "Msg", "notin"][..]).prop_map(Arc::from).boxed()
}

/// A tree before it has an arena.
#[derive(Clone, Debug)]
enum Tree {
    Literal(Literal),
    Ident(Arc<str>, bool),
    Select(Box<Tree>, Arc<str>, bool),
    Index(Box<Tree>, Box<Tree>, bool),
    Call(Option<Box<Tree>>, Arc<str>, Vec<Tree>, bool),
    Unary(UnaryOp, Box<Tree>),
    Binary(BinaryOp, Box<Tree>, Box<Tree>),
    Logical(LogicalOp, Vec<Tree>),
    Ternary(Box<Tree>, Box<Tree>, Box<Tree>),
    List(Vec<(Tree, bool)>),
    Map(Vec<(Tree, Tree, bool)>),
    Struct(Arc<str>, Vec<(Arc<str>, Tree, bool)>),
    Has(Box<Tree>, Arc<str>),
    Macro(MacroKind, &'static str, Box<Tree>, Vec<Arc<str>>, Vec<Tree>),
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Bool),
        prop_oneof![any::<i64>(), -2i64..3, Just(i64::MIN)].prop_map(Literal::Int),
        any::<u64>().prop_map(Literal::Uint),
        prop_oneof![any::<f64>(), -2.0..2.0]
            .prop_filter("finite", |d| d.is_finite())
            .prop_map(Literal::Double),
        any::<String>().prop_map(|s| Literal::String(Text { value: s.into(), map: Vec::new() })),
        proptest::collection::vec(any::<u8>(), 0..6).prop_map(|b| Literal::Bytes(b.into())),
    ]
}

fn field() -> BoxedStrategy<Arc<str>> {
    prop_oneof![4 => name(), 1 => select(&["in", "b-c", "if", "x.y/z w", "true"][..]).prop_map(Arc::from)]
        .boxed()
}

fn macro_call() -> impl Strategy<Value = (MacroKind, &'static str, usize, usize)> {
    use MacroKind as M;
    select(
        &[
            (M::All, "all", 1, 1),
            (M::All, "all", 2, 1),
            (M::Exists, "exists", 1, 1),
            (M::ExistsOne, "exists_one", 1, 1),
            (M::ExistsOne, "existsOne", 2, 1),
            (M::Map, "map", 1, 1),
            (M::Map, "map", 1, 2),
            (M::Filter, "filter", 1, 1),
            (M::TransformList, "transformList", 2, 2),
            (M::TransformMap, "transformMap", 2, 1),
            (M::TransformMapEntry, "transformMapEntry", 2, 1),
            (M::OptMap, "optMap", 1, 1),
            (M::OptFlatMap, "optFlatMap", 1, 1),
        ][..],
    )
}

fn tree() -> impl Strategy<Value = Tree> {
    use proptest::collection::vec;
    let leaf = prop_oneof![
        literal().prop_map(Tree::Literal),
        (name(), any::<bool>()).prop_map(|(n, dot)| Tree::Ident(n, dot)),
    ];
    leaf.prop_recursive(6, 40, 4, |inner| {
        let one = inner.clone().prop_map(Box::new).boxed();
        let some = vec(inner.clone(), 0..4);
        let op = select(
            &[
                BinaryOp::Eq,
                BinaryOp::Ne,
                BinaryOp::Lt,
                BinaryOp::Le,
                BinaryOp::Gt,
                BinaryOp::Ge,
                BinaryOp::In,
                BinaryOp::Add,
                BinaryOp::Sub,
                BinaryOp::Mul,
                BinaryOp::Div,
                BinaryOp::Rem,
            ][..],
        );
        let logical = select(&[LogicalOp::And, LogicalOp::Or][..]);
        let type_name = select(&["Msg", "a.b.Msg", ".a.Msg"][..]).prop_map(Arc::from);
        prop_oneof![
            (one.clone(), field(), any::<bool>()).prop_map(|(o, f, q)| Tree::Select(o, f, q)),
            (one.clone(), one.clone(), any::<bool>()).prop_map(|(o, i, q)| Tree::Index(o, i, q)),
            (name(), some.clone(), any::<bool>()).prop_map(|(n, a, dot)| Tree::Call(None, n, a, dot)),
            (one.clone(), name(), some).prop_map(|(t, n, a)| Tree::Call(Some(t), n, a, false)),
            (select(&[UnaryOp::Not, UnaryOp::Neg][..]), one.clone()).prop_map(|(op, o)| Tree::Unary(op, o)),
            (op, one.clone(), one.clone()).prop_map(|(op, l, r)| Tree::Binary(op, l, r)),
            (logical, vec(inner.clone(), 2..4)).prop_map(|(op, o)| Tree::Logical(op, o)),
            (one.clone(), one.clone(), one.clone()).prop_map(|(c, t, o)| Tree::Ternary(c, t, o)),
            vec((inner.clone(), any::<bool>()), 0..4).prop_map(Tree::List),
            vec((inner.clone(), inner.clone(), any::<bool>()), 0..3).prop_map(Tree::Map),
            (type_name, vec((field(), inner.clone(), any::<bool>()), 0..3))
                .prop_map(|(n, f)| Tree::Struct(n, f)),
            (one.clone(), field()).prop_map(|(o, f)| Tree::Has(o, f)),
            (macro_call(), one, vec(inner, 2)).prop_map(|((kind, name, vars, args), target, mut given)| {
                given.truncate(args);
                let vars = ["v", "w"].into_iter().take(vars).map(Arc::from).collect();
                Tree::Macro(kind, name, target, vars, given)
            }),
        ]
    })
}

/// The arena of a tree; places are all empty.
fn lower(tree: &Tree, nodes: &mut Vec<Node>) -> NodeId {
    let span = Span::default();
    let named = |text: &Arc<str>| Name { text: text.clone(), span };
    let kind = match tree {
        Tree::Literal(literal) => Kind::Literal(literal.clone()),
        Tree::Ident(n, leading_dot) => Kind::Ident { name: named(n), leading_dot: *leading_dot },
        Tree::Select(o, f, optional) => {
            Kind::Select { operand: lower(o, nodes), field: named(f), optional: *optional }
        }
        Tree::Index(o, i, optional) => {
            Kind::Index { operand: lower(o, nodes), index: lower(i, nodes), optional: *optional }
        }
        Tree::Call(t, n, args, dot) => Kind::Call {
            function: named(n),
            target: t.as_ref().map(|t| lower(t, nodes)),
            args: args.iter().map(|a| lower(a, nodes)).collect(),
            leading_dot: *dot,
        },
        Tree::Unary(op, o) => Kind::Unary { op: *op, op_span: span, operand: lower(o, nodes) },
        Tree::Binary(op, l, r) => {
            Kind::Binary { op: *op, op_span: span, lhs: lower(l, nodes), rhs: lower(r, nodes) }
        }
        Tree::Logical(op, o) => {
            let op_spans = vec![span; o.len() - 1];
            Kind::Logical { op: *op, operands: o.iter().map(|o| lower(o, nodes)).collect(), op_spans }
        }
        Tree::Ternary(c, t, o) => Kind::Ternary {
            condition: lower(c, nodes),
            then: lower(t, nodes),
            otherwise: lower(o, nodes),
            question_span: span,
        },
        Tree::List(e) => Kind::List(
            e.iter().map(|(v, optional)| Element { value: lower(v, nodes), optional: *optional }).collect(),
        ),
        Tree::Map(e) => {
            let entry = |(k, v, optional): &(Tree, Tree, bool)| MapEntry {
                key: lower(k, nodes),
                value: lower(v, nodes),
                optional: *optional,
            };
            Kind::Map(e.iter().map(entry).collect())
        }
        Tree::Struct(n, f) => {
            let field = |(f, v, optional): &(Arc<str>, Tree, bool)| FieldInit {
                field: named(f),
                value: lower(v, nodes),
                optional: *optional,
            };
            Kind::Struct { type_name: named(n), fields: f.iter().map(field).collect() }
        }
        Tree::Has(o, f) => {
            let operand = lower(o, nodes);
            nodes.push(Node {
                kind: Kind::Select { operand, field: named(f), optional: false },
                span,
                outer: span,
                depth: 1,
            });
            let args = vec![NodeId(u32::try_from(nodes.len() - 1).unwrap())];
            let name = named(&"has".into());
            Kind::Macro(Macro { kind: MacroKind::Has, name, target: None, vars: Vec::new(), args })
        }
        Tree::Macro(kind, n, target, vars, args) => Kind::Macro(Macro {
            kind: *kind,
            name: named(&Arc::from(*n)),
            target: Some(lower(target, nodes)),
            vars: vars.iter().map(named).collect(),
            args: args.iter().map(|a| lower(a, nodes)).collect(),
        }),
    };
    nodes.push(Node { kind, span, outer: span, depth: 1 });
    NodeId(u32::try_from(nodes.len() - 1).unwrap())
}

/// A tree as text in which every node has its brackets, so that two texts are equal if the trees are.
pub(super) fn shape(ast: &Ast, id: NodeId) -> String {
    let children: Vec<String> = ast.children(id).into_iter().map(|c| shape(ast, c)).collect();
    let own = match ast.kind(id) {
        Kind::Literal(Literal::String(text)) => format!("{:?}", text.value),
        Kind::Literal(Literal::Double(d)) => format!("double {:x}", d.to_bits()),
        Kind::Literal(other) => format!("{other:?}"),
        Kind::Ident { name, leading_dot } => format!("ident {} {leading_dot}", name.text),
        Kind::Select { field, optional, .. } => format!("select {} {optional}", field.text),
        Kind::Index { optional, .. } => format!("index {optional}"),
        Kind::Call { function, target, leading_dot, .. } => {
            format!("call {} {} {leading_dot}", function.text, target.is_some())
        }
        Kind::Unary { op, .. } => format!("{op:?}"),
        Kind::Binary { op, .. } => format!("{op:?}"),
        Kind::Logical { op, .. } => format!("{op:?}"),
        Kind::Ternary { .. } => "ternary".into(),
        Kind::List(e) => format!("list {:?}", e.iter().map(|e| e.optional).collect::<Vec<_>>()),
        Kind::Map(e) => format!("map {:?}", e.iter().map(|e| e.optional).collect::<Vec<_>>()),
        Kind::Struct { type_name, fields } => {
            let fields: Vec<_> = fields.iter().map(|f| (&f.field.text, f.optional)).collect();
            format!("struct {} {fields:?}", type_name.text)
        }
        Kind::Macro(m) => {
            let vars: Vec<_> = m.vars.iter().map(|v| &v.text).collect();
            format!("macro {:?} {} {vars:?} {}", m.kind, m.name.text, m.target.is_some())
        }
        Kind::Error => "error".into(),
    };
    format!("({own}{})", children.concat())
}

pub(super) fn apply(text: &str, edits: &[(Span, String)]) -> String {
    let mut edits = edits.to_vec();
    edits.sort_by_key(|(span, _)| *span);
    let mut out = String::new();
    let mut at = 0;
    for (span, new) in edits {
        assert!(span.start as usize >= at, "edits overlap in {text:?}");
        out.push_str(&text[at..span.start as usize]);
        out.push_str(&new);
        at = span.end as usize;
    }
    out.push_str(&text[at..]);
    out
}

/// What holds of every text.
fn sound(text: &str, options: &ParseOptions) -> Vec<Issue> {
    let (ast, issues) = parse(text, options);
    let within = |span: Span| {
        let range = span.start as usize..span.end as usize;
        assert!(text.get(range).is_some(), "{span:?} is no place in {text:?}");
    };
    for id in ast.ids() {
        let node = ast.node(id);
        within(node.span);
        within(node.outer);
        assert!(
            node.outer.start <= node.span.start && node.span.end <= node.outer.end,
            "{node:?} in {text:?}"
        );
        for child in ast.children(id) {
            assert!(child < id, "a child behind its parent in {text:?}");
            assert!(ast.node(child).depth < node.depth);
        }
    }
    for issue in &issues {
        within(issue.span);
        issue.also.iter().for_each(|(span, _)| within(*span));
        let words = [Some(issue.message()), issue.note(), issue.help()];
        assert!(words.iter().flatten().all(|w| !w.is_empty() && !w.ends_with('.')), "{words:?}");
        if let Some(fix) = &issue.fix {
            fix.edits.iter().for_each(|(span, _)| within(*span));
            let mended = apply(text, &fix.edits);
            assert_ne!(mended, text, "a fix that changes nothing: {issue:?}");
            parse(&mended, options);
        }
    }
    if issues.is_empty() {
        assert!(
            ast.ids().all(|id| !matches!(ast.kind(id), Kind::Error)),
            "an error nobody heard of: {text:?}"
        );
        let printed = print(&ast);
        // What is printed always needs backticks for names that are none.
        let (again, faults) = parse(&printed, &ParseOptions { quoted_identifiers: true, ..*options });
        assert!(faults.is_empty(), "{text:?} printed as {printed:?}: {}", faults[0].message());
        assert_eq!(shape(&again, again.root()), shape(&ast, ast.root()), "{text:?} printed as {printed:?}");
    }
    issues
}

/// The text with one of its tokens left out, doubled or swapped with the next.
fn mutate(text: &str, how: usize, at: Index) -> String {
    let mut tokens = lexer::tokens(text, &mut Issues::default());
    tokens.pop();
    if tokens.is_empty() {
        return text.to_owned();
    }
    let i = at.index(tokens.len());
    let place = |i: usize| tokens[i].span;
    let source = |span: Span| text[span.start as usize..span.end as usize].to_owned();
    let first = place(i);
    match how {
        0 => apply(text, &[(first, String::new())]),
        1 => apply(text, &[(first, format!("{0} {0}", source(first)))]),
        _ if i + 1 < tokens.len() => {
            let second = place(i + 1);
            apply(text, &[(first, source(second)), (second, source(first))])
        }
        _ => text.to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn printed_trees_parse_to_themselves(tree in tree()) {
        let mut nodes = Vec::new();
        let root = lower(&tree, &mut nodes);
        let ast = Ast::new(nodes, root);
        let printed = print(&ast);
        let limits = Limits { comprehensions: 100, ..Limits::default() };
        let (again, issues) = parse(&printed, &ParseOptions { limits, ..ParseOptions::full() });
        prop_assert!(issues.is_empty(), "{}: {}", printed, issues[0].message());
        prop_assert_eq!(shape(&again, again.root()), shape(&ast, root), "{}", printed);
        prop_assert_eq!(print(&again), printed);
    }

    #[test]
    fn soup_is_refused_politely(pieces in proptest::collection::vec(select(SOUP), 0..16), full in any::<bool>()) {
        let options = if full { ParseOptions::full() } else { ParseOptions::default() };
        sound(&pieces.concat(), &options);
        sound(&pieces.join(" "), &options);
    }

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        sound(&text, &ParseOptions::full());
    }

    #[test]
    fn broken_conditions_are_read(
        text in select(CONDITIONS),
        changes in proptest::collection::vec((0usize..3, any::<Index>()), 1..4),
        full in any::<bool>(),
    ) {
        let broken = changes.into_iter().fold(text.to_owned(), |text, (how, at)| mutate(&text, how, at));
        let options = if full { ParseOptions::full() } else { ParseOptions::default() };
        sound(&broken, &options);
    }

    #[test]
    fn one_fault_gives_few_issues(text in select(CONDITIONS), at in any::<Index>(), how in 0usize..2) {
        // A token lost or doubled. The other bracket and what stood between the two may each have no meaning then.
        let issues = sound(&mutate(text, how, at), &ParseOptions::full());
        prop_assert!(issues.len() <= 3, "{issues:#?}");
    }
}

#[test]
fn conditions_are_well_formed() {
    for text in CONDITIONS {
        let issues = sound(text, &ParseOptions::full());
        assert!(issues.is_empty(), "{text}: {}", issues[0].message());
    }
}

#[test]
fn no_prefix_of_a_condition_panics() {
    for text in CONDITIONS {
        for (end, _) in text.char_indices() {
            sound(&text[..end], &ParseOptions::default());
        }
    }
}
