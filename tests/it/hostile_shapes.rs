//! Expressions that want to break something, and what has to be said of each.

/// An expression nobody would write by hand.
pub(crate) struct Shape {
    /// What it is.
    pub(crate) name: &'static str,
    /// Its text.
    pub(crate) text: String,
    /// What comes of it.
    pub(crate) end: End,
}

/// What comes of an expression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum End {
    /// The parser names a bound: the first message holds these words.
    Bound(&'static str),
    /// It is no expression, and that is said in one place.
    Refused(&'static str),
    /// It is an expression that means nothing: the first message of the checker holds these words.
    Fault(&'static str),
    /// Evaluating it ends with an error of these words.
    Fails(&'static str),
    /// It has a value.
    Value,
}

use End::{Bound, Fails, Fault, Refused, Value};

/// More bytes than the bound.
const LONG: End = Bound("bytes, more than the limit of 100000");
/// More levels than the bound.
const DEEP: End = Bound("nests more than 250 levels deep, which is the limit");
/// More nodes than the bound.
const MANY: End = Bound("more than 50000 parts, which is the limit");
/// More loops in one another than the bound.
const LOOPS: End = Bound("loops nest more than 16 levels deep, which is the limit");
/// More steps than the budget.
const STEPS: End = Fails("takes too many steps");

fn shape(name: &'static str, end: End, text: impl Into<String>) -> Shape {
    Shape { name, text: text.into(), end }
}

/// `open` so many times, `inside`, and `close` as often.
fn nested(times: usize, open: &str, inside: &str, close: &str) -> String {
    [&open.repeat(times), inside, &close.repeat(times)].concat()
}

/// Long and deep texts: the parser's to bear.
pub(crate) fn texts() -> Vec<Shape> {
    let digits = "9".repeat(50_000);
    let mut all = vec![
        shape("10,000 parentheses", DEEP, nested(10_000, "(", "1", ")")),
        shape("10,000 open parentheses", DEEP, "(".repeat(10_000)),
        shape("10,000 closed parentheses", Refused("`)`"), ")".repeat(10_000)),
        shape("100,000 `+ 1`", LONG, format!("1{}", " + 1".repeat(100_000))),
        shape("24,000 `+ 1`", DEEP, format!("1{}", " + 1".repeat(24_000))),
        shape("1,000 nested exists", DEEP, nested(1_000, "[1].exists(x, ", "x == 1", ")")),
        shape("17 nested exists", LOOPS, nested(17, "[1].exists(x, ", "x == 1", ")")),
        shape("16 nested exists", Value, nested(16, "[1].exists(x, ", "x == 1", ")")),
        shape("1,000 exists in a row", Value, vec!["[1].exists(x, x > 1)"; 1_000].join(" || ")),
        shape("10,000 `[`", DEEP, "[".repeat(10_000)),
        shape("10,000 `[` and `]`", DEEP, nested(10_000, "[", "", "]")),
        shape("10,000 `{1:`", DEEP, "{1:".repeat(10_000)),
        shape("nested maps", DEEP, nested(1_000, "{'a': ", "1", "}")),
        shape("a text of 1 MB", LONG, format!("'{}'", "x".repeat(1 << 20))),
        shape("a text of 99,000 bytes", Value, format!("'{}' == ''", "x".repeat(99_000))),
        shape("99,000 `!`", Value, format!("{}true", "!".repeat(99_000))),
        shape("99,000 `-`", Value, format!("{}1", "-".repeat(99_000))),
        shape("`!-` in turn", Refused("`-`"), format!("{}1", "!-".repeat(40_000))),
        shape("`- -` apart", Value, format!("{}1", "- ".repeat(40_000))),
        shape("nested ternaries on the right", DEEP, format!("{}1", "true ? 1 : ".repeat(8_000))),
        shape("nested ternaries on the left", DEEP, nested(1_000, "(", "true", " ? true : false)")),
        shape("ternaries without colon", Refused("parentheses"), "true ? ".repeat(10_000)),
        shape("a.b.c… of 49,000 names", DEEP, format!("a{}", ".b".repeat(49_000))),
        shape("a.b.c… of 100,000 names", LONG, format!("a{}", ".b".repeat(100_000))),
        shape("a.?b.?c…", DEEP, format!("a{}", ".?b".repeat(30_000))),
        shape("a[0][0]…", DEEP, format!("a{}", "[0]".repeat(30_000))),
        shape("x[x[x[…", DEEP, "x[".repeat(40_000)),
        shape("f(f(f(…", DEEP, "f(".repeat(40_000)),
        shape("a.f().f()…", DEEP, format!("a{}", ".f()".repeat(20_000))),
        shape("a{b: a{b: …", DEEP, "a{b: ".repeat(10_000)),
        shape("`${${…", Refused("template"), "${".repeat(40_000)),
        shape("16,000 `||`", Value, format!("true{}", "||true".repeat(16_000))),
        shape("33,000 `&`", Refused("`&`"), format!("1{}", "&1".repeat(33_000))),
        shape("`||` and `&&` in turn", Value, format!("true{}", "||true&&true".repeat(8_000))),
        shape("a list of 20,000", Value, format!("[{}].size()", "1,".repeat(20_000))),
        shape("a list of 99,000 bytes", MANY, format!("[{}]", "-a,".repeat(30_000))),
        shape(
            "a map of 9,000",
            Value,
            format!("{{{}}}.size()", (0..9_000).map(|i| format!("{i}:1,")).collect::<String>()),
        ),
        shape(
            "a call of 40,000 arguments",
            Fault("there is no function `f`"),
            format!("f({}1)", "1,".repeat(40_000)),
        ),
        shape("a name of 99,000 letters", Fails("has no value"), "a".repeat(99_000)),
        shape("an int of 50,000 digits", Refused("int"), digits.clone()),
        shape("a uint of 50,000 digits", Refused("uint"), format!("{digits}u")),
        shape("a double of 50,000 digits", Refused("double"), format!("{digits}.0")),
        shape("a double of 50,000 decimals", Value, format!("0.{digits} > 0.0")),
        shape("an exponent of 50,000 digits", Refused("double"), format!("1e{digits}")),
        shape("a negative exponent of 50,000 digits", Value, format!("1e-{digits} == 0.0")),
        shape("hex of 50,000 digits", Refused("int"), format!("0x{}", "f".repeat(50_000))),
        shape("1.1.1.1…", Refused("1.1"), "1.1".repeat(30_000)),
        shape("1_1_1_1…", Refused("`_`"), "1_".repeat(40_000) + "1"),
        shape("escapes", Value, format!("'{}' != ''", "\\x41\\101\\n".repeat(9_000))),
        shape("wrong escapes", Refused("`\\d`"), format!("'{}'", "\\d".repeat(49_000))),
        shape("cut escapes", Refused("\\u"), "'\\u'".repeat(24_000)),
        shape("surrogates", Refused("\\ud800"), format!("'{}'", "\\ud800".repeat(16_000))),
        shape("pairs of surrogates", Refused("\\ud83d"), format!("'{}'", "\\ud83d\\ude00".repeat(8_000))),
        shape("beyond Unicode", Refused("\\U00110000"), format!("'{}'", "\\U00110000".repeat(9_000))),
        shape("quotes", Refused("'"), "'".repeat(99_999)),
        shape("quotes and blanks", Refused("'"), "' \" ".repeat(24_999)),
        shape("open quotes on every line", Refused("\""), "\"\n".repeat(49_000)),
        shape("triple quotes without end", Refused("'''"), format!("'''{}", "''\\'".repeat(20_000))),
        shape("raw text without end", Refused("closing quote"), format!("r'{}", "\\".repeat(90_000))),
        shape("backticks", Refused("`"), "`".repeat(99_999)),
        shape("backslashes", Refused("\\"), "\\".repeat(99_999)),
        shape("slashes", Refused("slashes"), "/ ".repeat(40_000)),
        shape("escaped slashes", Refused("`\\`"), "/\\".repeat(40_000)),
        shape("slashes in parentheses", Refused("slashes"), "(/\\".repeat(30_000)),
        shape("a block comment without end", Refused("/*"), format!("1 /*{}", "*".repeat(90_000))),
        shape("block comments", Refused("/*"), "/**/".repeat(24_000)),
        shape("line comments", Value, format!("1{}", "//\n".repeat(30_000))),
        shape("only a comment", Refused("empty"), "//".repeat(40_000)),
        shape("only blanks", Refused("empty"), " ".repeat(99_999)),
        shape("hashes", Refused("#"), "#\n".repeat(49_000)),
        shape("NULs", Refused("U+0000"), "\0".repeat(99_999)),
        shape("NULs between", Refused("U+0000"), "1\0+\0".repeat(20_000)),
        shape("byte order marks", Refused("U+FEFF"), "\u{feff}".repeat(30_000)),
        shape("marks that turn the text around", Refused("U+202E"), "\u{202e}a".repeat(20_000)),
        shape("zero-width blanks", Refused("U+200B"), "a\u{200b}".repeat(20_000)),
        shape("no-break spaces", Refused("U+00A0"), "1\u{a0}+\u{a0}".repeat(10_000)),
        shape("emoji", Refused("😀"), "😀".repeat(20_000)),
        shape("replacement characters", Refused("\u{fffd}"), "\u{fffd}1".repeat(20_000)),
        shape("combining marks", Refused("a"), format!("a{}", "\u{301}".repeat(40_000))),
        shape("letters that are not ASCII", Refused("ä"), "ä".repeat(49_000)),
        shape("smart quotes", Refused("typographic"), "“a”".repeat(12_000)),
        shape("open smart quotes", Refused("typographic"), "“".repeat(30_000)),
        shape("commas", Refused(","), ",".repeat(99_999)),
        shape("colons", Refused(":"), ":".repeat(99_999)),
        shape("question marks", Refused("?"), "?".repeat(99_999)),
        shape("dots", Refused("."), ".".repeat(99_999)),
        shape("semicolons", Refused(";"), "1;".repeat(40_000)),
        shape("equal signs", Refused("="), "a=".repeat(40_000)),
        shape("ampersands", Refused("&"), "&".repeat(99_999)),
        shape("at signs", Refused("@"), "@a".repeat(40_000)),
        shape("dollars", Refused("$"), "$".repeat(99_999)),
        shape("words", Refused("a"), "a ".repeat(40_000)),
        shape("`in` again and again", Refused("in"), "in ".repeat(30_000)),
        shape("`not` again and again", Refused("not"), "not ".repeat(24_000)),
        shape("`and` again and again", Refused("and"), "a and ".repeat(16_000)),
        shape("`contains` as a word", Refused("contains"), "a contains ".repeat(9_000)),
        shape("`if` again and again", Refused("if"), "if ".repeat(30_000)),
        shape("reserved words", Refused("while"), "while + ".repeat(12_000)),
        shape("brackets that do not fit", Refused("]"), "(]".repeat(200)),
        shape("brackets that do not fit, deep", DEEP, "([{".repeat(10_000)),
        shape("templates", Refused("template"), "{{a}}".repeat(16_000)),
        shape("many faults", Refused("="), vec!["a = 1"; 11_000].join(" && ")),
        shape("has of has", Refused("has"), nested(200, "has(", "a.b", ")")),
        shape("has of nothing", Fault("has"), "has() || ".repeat(10_000) + "true"),
        shape("a chain of comparisons", DEEP, format!("1{}", " < 1".repeat(20_000))),
        shape("a chain of `in`", DEEP, format!("1{}", " in x".repeat(16_000))),
        shape("a chain of macros", DEEP, format!("a{}", ".map(x, x)".repeat(9_000))),
        shape("200 macros in a row", Value, format!("[1]{}.size()", ".map(x, x)".repeat(200))),
        shape("binds in each other", DEEP, nested(4_000, "cel.bind(x, ", "1", ", x)")),
        shape("optMap in each other", DEEP, format!("optional.of(1){}", ".optMap(x, x)".repeat(6_000))),
        shape("optional entries", Value, format!("[{}].size()", "?optional.none(),".repeat(5_000))),
    ];
    all.extend(values());
    all
}

/// Texts that parse, and whose value wants to be large or late.
fn values() -> Vec<Shape> {
    let list = |items: usize| format!("[{}]", "1,".repeat(items));
    let loops = |inside: &str| {
        let list = list(200);
        format!("{list}.all(a, {list}.all(b, {list}.all(c, {list}.all(d, {inside}))))")
    };
    let text = "x".repeat(20_000);
    let doubled = |init: &str| {
        format!("cel.bind(x, {init}, {})", nested(60, "cel.bind(x, x + x, ", "x.size() > 0", ")"))
    };
    let numbers: String = (0..5_000).map(|i| format!("{i}.5,")).collect();
    let pattern = |pattern: &str, times: usize| {
        vec![format!("'{}'.matches(r\"{pattern}\")", "a".repeat(30)); times].join(" || ")
    };
    vec![
        shape("loops over 200 × 200 × 200 × 200", STEPS, loops("true")),
        shape("loops with comparisons", STEPS, loops("a + b + c + d > 0")),
        shape("loops that fail inside", STEPS, loops("a / 0 == 1 || true")),
        shape("loops with a missing name", STEPS, loops("missing == 1 || true")),
        shape("loops with a long path", STEPS, loops(&format!("missing{} || true", ".a".repeat(200)))),
        shape(
            "loops with a long path of a loop variable",
            STEPS,
            loops(&format!("a{} || true", ".a".repeat(200))),
        ),
        shape("loops with a long text", STEPS, loops(&format!("'{text}' != '{text}y'"))),
        shape("loops with a long text in a list", Value, loops(&format!("'{text}' in ['{text}y']"))),
        shape("loops that search a text", STEPS, loops(&format!("'{text}'.contains('xy') || true"))),
        shape("loops that search many doubles", STEPS, loops(&format!("a in [{numbers}] || true"))),
        shape("loops that match", STEPS, loops("'aaaaaaaaaaaaaaaaaaaaaaa'.matches('(a*)*b') || true")),
        shape("loops that compile patterns", STEPS, loops("'a'.matches(string(a + b) + 'x{500}')  || true")),
        shape("loops that format", STEPS, loops("'%.1000f'.format([1.0]) != ''")),
        shape("loops that make lists", STEPS, loops("[a, b, c, d, a, b, c, d].size() > 0")),
        shape("loops that make maps", STEPS, loops("{a: b, 'c': d}.size() > 0")),
        shape("loops that convert", STEPS, loops("int(string(a)) == a")),
        shape("loops that call what is unknown", STEPS, loops("unknown(a) || true")),
        shape(
            "loops that read times",
            STEPS,
            loops("timestamp('2025-01-01T00:00:00Z').getHours('Europe/Paris') == 1"),
        ),
        shape("loops that convert to json", STEPS, loops("base64.encode(b'abcdefgh') != ''")),
        shape("loops with optionals", STEPS, loops("optional.of(a).optMap(x, x + 1).hasValue()")),
        shape("loops that bind", STEPS, loops("cel.bind(x, a, x == 1)")),
        shape("loops that split", STEPS, loops(&format!("'{}'.split('').size() > 0", "x".repeat(1_000)))),
        shape("loops that sort", STEPS, loops("[d, c, b, a].sort() != []")),
        shape("a text that doubles", Fails("t"), doubled("'abcdefghijklmnop'")),
        shape("a list that doubles", Fails("t"), doubled("[1, 2, 3, 4]")),
        shape("a value that doubles inside", STEPS, {
            let doubled = format!("[1]{}", ".map(x, [x, x])".repeat(100));
            format!("{doubled} == {doubled}")
        }),
        shape("a map that doubles inside", STEPS, {
            let doubled = format!("[1]{}", ".map(x, {1: x, 2: x})".repeat(60));
            format!("{doubled} == {doubled}")
        }),
        shape("lists within lists", Value, nested(100, "[", "1", "]") + " == []"),
        shape("ranges", STEPS, "lists.range(1000000).map(x, lists.range(1000000)).size() > 0"),
        shape("a range of all", Fails("at most"), "lists.range(9223372036854775807).size() > 0"),
        shape("flatten", Value, "[[[[1]]]].flatten(1000000000).size() == 1"),
        shape(
            "replace by much",
            Fails("t"),
            format!("'{}'.replace('', '{text}').replace('x', '{text}').size() > 0", "x".repeat(3_000)),
        ),
        shape("split and join", Value, format!("'{text}'.split('').join('ab').size() > 0")),
        shape("distinct of many", STEPS, "lists.range(100000).distinct().size() > 0"),
        shape("sums of int", Value, format!("{} > 0", vec!["1"; 200].join(" + "))),
        shape("overflow", Fails("overflow"), "9223372036854775807 + 1 > 0"),
        shape("the smallest int divided", Fails("overflow"), "-9223372036854775808 / -1 > 0"),
        shape("the smallest int, remainder", Fails("overflow"), "-9223372036854775808 % -1 > 0"),
        shape("the smallest int negated", Fails("overflow"), "-(-9223372036854775808) > 0"),
        shape(
            "a timestamp out of range",
            Fails(""),
            "timestamp('9999-12-31T23:59:59Z') + duration('1h') > timestamp(0)",
        ),
        shape(
            "a duration out of range",
            Fails(""),
            "duration('315576000000s') + duration('1s') > duration('1s')",
        ),
        shape("a long duration", Fails(""), format!("duration('{}h') > duration('1s')", "9".repeat(10_000))),
        shape("a long timestamp", Fails(""), format!("timestamp('{}') > timestamp(0)", "9".repeat(10_000))),
        shape("a long number", Fails(""), format!("int('{}') > 0", "9".repeat(10_000))),
        shape("a long double", Fails(""), format!("double('{}') > 0.0", "9".repeat(10_000))),
        shape("a long format", Fails(""), format!("'{}'.format([1]) == ''", "%d".repeat(10_000))),
        shape(
            "a pattern that is deep",
            Fault("nest more than 100 deep"),
            format!("'a'.matches('{}')", nested(1_000, "(", "a", ")")),
        ),
        shape(
            "a pattern that is long",
            Fault("the limit is 10,000"),
            format!("'a'.matches('{}')", "a".repeat(20_000)),
        ),
        shape("a pattern that is large", Fault("more than 2,097,152 bytes"), r"'a'.matches(r'\pL{1000}')"),
        shape(
            "a pattern that repeats repeats",
            Fault("limit is 1,000"),
            r"'a'.matches('((a{100}){100}){100}')",
        ),
        shape(
            "a pattern that backtracks elsewhere",
            Value,
            format!("!'{}'.matches('(a|aa|a*)*b')", "a".repeat(5_000)),
        ),
        shape("700 patterns", Fault("more than 33,554,432 bytes"), pattern(r"\pL{30}b", 700)),
        shape("1,000 patterns with folding", Value, pattern(r"(?i)[^\\pL]{9}b", 900)),
        shape("1,000 large patterns", Value, pattern(r"[\\pL\\pN]{99}b", 1_000)),
        shape("a pattern from a text", Fails("regular expression"), "'a'.matches('(' + 'a')"),
        shape(
            "a pattern from a long text",
            Fails("regular expression"),
            format!("'a'.matches('a' + '{}')", "a".repeat(20_000)),
        ),
        shape(
            "a block of 8,000 slots",
            Value,
            format!("cel.block([{}1], cel.index(0) == 1)", "1,".repeat(8_000)),
        ),
        shape("a block whose slots build on each other", Fails("levels"), {
            let slots: String = (0..3_000).map(|at| format!("[cel.index({at})],")).collect();
            format!("cel.block([1, {slots}], cel.index(3000) == cel.index(2999))")
        }),
        shape(
            "a block that reads its slots",
            Value,
            format!(
                "cel.block([{}1], {})",
                "1,".repeat(3_000),
                vec!["cel.index(2999) == 1"; 3_000].join(" && ")
            ),
        ),
        shape(
            "names under 5,000 slots",
            Value,
            format!("cel.block([{}1], {})", "1,".repeat(5_000), vec!["type(1) == int"; 4_000].join(" && ")),
        ),
    ]
}
