//! RE2's dialect, by tables, by properties and against RE2 itself.

use proptest::prelude::*;

use super::*;

const LIMIT: usize = 8 << 20;

fn regex(pattern: &str) -> Regex {
    compile(pattern, LIMIT).unwrap_or_else(|issues| panic!("{pattern:?}: {}", issues[0].message()))
}

fn faults(pattern: &str) -> Vec<RegexIssue> {
    compile(pattern, LIMIT).expect_err(pattern)
}

fn apply(pattern: &str, issue: &RegexIssue) -> Option<String> {
    let (before, behind) = (pattern.get(..issue.start)?, pattern.get(issue.end..)?);
    Some(format!("{before}{}{behind}", issue.fix()?))
}

/// What RE2 in C++ said, written by `tests/oracle/re2_verdicts.py`.
#[test]
fn agrees_with_re2_itself() {
    let cases = include_str!("../../../tests/oracle/re2.jsonl");
    let mut disagreements = Vec::new();
    for line in cases.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let pattern = case["pattern"].as_str().unwrap();
        let fault = case.get("fault").and_then(|fault| fault.as_str());
        match (compile(pattern, LIMIT), fault) {
            (Ok(_), Some(fault)) => disagreements.push(format!("{pattern:?} is faulty: {fault}")),
            (Err(issues), None) => {
                disagreements.push(format!("{pattern:?} is sound, not: {}", issues[0].message()));
            }
            (Err(_), Some(_)) => {}
            (Ok(regex), None) => {
                for (texts, expected) in [("found", true), ("missed", false)] {
                    for text in case[texts].as_array().unwrap() {
                        let text = text.as_str().unwrap();
                        if regex.is_match(text) != expected {
                            disagreements.push(format!("{pattern:?} on {text:?} is {expected}"));
                        }
                    }
                }
            }
        }
    }
    assert!(cases.lines().count() > 1_000);
    assert!(disagreements.is_empty(), "{}\n{}", disagreements.len(), disagreements.join("\n"));
}

#[test]
fn dialect() {
    let cases: &[(&str, &[&str], &[&str])] = &[
        // The search is not anchored, and texts and patterns are Unicode.
        ("", &["", "a"], &[]),
        ("b", &["abc"], &["ac", ""]),
        ("^.$", &["é", "😀"], &["", "ab", "\n"]),
        ("größe", &["die größe"], &["grosse"]),
        // Letters of escapes are ASCII; only case knows more.
        (r"^\w+$", &["a_9"], &["é", "a b"]),
        (r"^\d$", &["7"], &["٣"]),
        (r"\s", &[" ", "\t", "\n", "\r", "\x0C"], &["\x0B", "\u{A0}"]),
        ("^[[:space:]]$", &["\x0B"], &["\u{A0}"]),
        (r"\bcode\b", &["a code!", "écodeé"], &["codes", "_code"]),
        (r"a\Bb", &["ab"], &["a b"]),
        (r"^\W$", &["é", " "], &["a"]),
        ("(?i)straße", &["STRAßE", "STRAẞE"], &["STRASSE"]),
        ("(?i)k", &["K", "\u{212A}"], &["x"]),
        (r"(?i)^\w$", &["\u{17F}"], &["é"]),
        (r"(?i)^[^\W]$", &["\u{212A}"], &["é"]),
        (r"(?i)^\P{Lu}$", &["1"], &["a", "A"]),
        // Unicode classes.
        (r"^\pL\p{Greek}\PN$", &["éσx"], &["1σx", "éx x", "éσ1"]),
        (r"^\p{^Greek}\P{^Greek}$", &["aσ"], &["σa", "aa"]),
        (r"^\p{C}$", &["\u{7F}", "\u{E000}"], &["\u{378}", "a"]),
        (r"\p{Cs}|\x{D800}", &[], &["a", "\u{D7FF}", "\u{E000}"]),
        // Brackets have no operators in them.
        ("^[a&&b]$", &["a", "&", "b"], &["", "-"]),
        ("^[+--]$", &["+", ",", "-"], &["*", "."]),
        ("^[a~~b]$", &["~"], &["c"]),
        ("^[[a]$", &["[", "a"], &["]"]),
        ("^[]a]$", &["]", "a"], &["["]),
        ("^[^]a]$", &["b"], &["]", "a", ""]),
        ("^[^a]$", &["\n"], &["a"]),
        ("^[[:alpha:]_-]$", &["x", "_", "-"], &[":", "é"]),
        ("^[[:^alpha:]]$", &["1", "é"], &["x"]),
        ("^[[:alpha]$", &["[", ":", "p"], &["b"]),
        ("^[:digit:]$", &["d", ":"], &["1"]),
        (r"^[\d-z]$", &["1", "-", "z"], &["a"]),
        (r"^[^\x00-\x{10FFFF}]", &[], &["", "a"]),
        (r"^[\x{D000}-\x{DFFF}]$", &["\u{D7FF}"], &["\u{E000}"]),
        ("a]", &["a]"], &["a"]),
        // Escapes.
        (r"^\Qa.b*\E+$", &["a.b*", "a.b**"], &["axb", "a.b"]),
        (r"\Q\n", &["\\n"], &["\n"]),
        (r"^\101\x42\x{1F600}\07\12$", &["AB😀\x07\n"], &["AB😀\n"]),
        (r"^\a\f\t\n\r\v$", &["\x07\x0C\t\n\r\x0B"], &[]),
        (r#"^\-\/\"\_\ \.$"#, &["-/\"_ ."], &["-/\"_ x"]),
        (r"\Ab\z", &["b"], &["ab", "b\n"]),
        // Repetitions.
        ("^a{2,3}$", &["aa", "aaa"], &["a", "aaaa"]),
        ("^a{2,}$", &["aa", "aaaaa"], &["a"]),
        ("^a{,5}$", &["a{,5}"], &["", "aa"]),
        ("^a{01}{$", &["a{01}{"], &["a{"]),
        ("^a{0}$", &[""], &["a"]),
        ("^(?:x{2}){3}$", &["xxxxxx"], &["xx", "xxx"]),
        ("^x*?y??z+?$", &["z", "xxyzz"], &["xy"]),
        ("^*a", &["a", "ba"], &[]),
        ("(?U)^a+$", &["aa"], &["b"]),
        ("a*(?i)*", &["", "b"], &[]),
        // Groups and flags.
        ("^(?P<a>x)(?<b>y)(?:z)()$", &["xyz"], &["xy"]),
        ("^(?<größe>x)$", &["x"], &[]),
        ("(a|)b|c", &["b", "c"], &["a"]),
        ("^a(?i)b|c$", &["aB", "C"], &["AB"]),
        ("^(?i:a)b$", &["Ab"], &["AB"]),
        ("^(?i)a(?-i)b$", &["Ab"], &["AB"]),
        ("^((?i)a)b(?)$", &["Ab"], &["AB"]),
        ("a.b", &["axb"], &["a\nb"]),
        ("(?s)a.b", &["a\nb"], &["ab"]),
        ("^b$", &["b"], &["a\nb", "b\n"]),
        ("(?m)^b$", &["a\nb\nc", "b\n"], &["b\r\n", "ab"]),
        // `#` and spaces mean themselves.
        ("a # b", &["a # b"], &["a"]),
    ];
    for (pattern, found, missed) in cases {
        let regex = regex(pattern);
        for (texts, expected) in [(found, true), (missed, false)] {
            for text in *texts {
                assert_eq!(regex.is_match(text), expected, "{pattern:?} on {text:?}");
            }
        }
    }
}

#[test]
fn no_boundary_inside_a_character() {
    assert!(!regex(r"\B").is_match("aéa"));
    assert!(regex(r"\B").is_match("aéé"));
}

/// Pattern, the text at fault, and the beginning of the message.
#[test]
fn one_fault_has_one_message_at_its_place() {
    let cases = [
        ("^(?!.*foo)", "(?!.*foo)", "`(?!.*foo)` is a negative lookahead, and RE2 has none"),
        ("a(?=b)c", "(?=b)", "`(?=b)` is a positive lookahead, and RE2 has none"),
        ("x(?<=é)", "(?<=é)", "`(?<=é)` is a positive lookbehind, and RE2 has none"),
        ("é(?<!a)b", "(?<!a)", "`(?<!a)` is a negative lookbehind, and RE2 has none"),
        ("(?>a)", "(?>", "`(?>` opens an atomic group"),
        (r"(a)\1", r"\1", "`\\1` refers back to what a group matched"),
        (r"(a)\k<n>", r"\k<n>", "`\\k<n>` refers back"),
        ("(?P=n)*", "(?P=n)", "`(?P=n)` refers back"),
        ("(?#c)a", "(?#c)", "`(?#c)` is a comment"),
        ("(?|a)", "(?|", "`(?|` is a branch reset"),
        ("(?'q'a)", "(?'q'", "`(?'q'` is a group named in quotes"),
        ("(?(1)a|b)", "(?(1)", "`(?(1)` is a conditional group"),
        ("a(?R)?", "(?R)", "`(?R)` is a call of another group"),
        ("(?^i:a)", "(?^", "`(?^` is a reset of flags"),
        ("(?/)", "(?/", "`(?/` means nothing in RE2"),
        ("(?ix)a b", "x", "RE2 has no flag `x`"),
        ("(?i-)a", "(?i-)", "no flag follows the `-` in `(?i-)`"),
        ("(?P<n", "(?P<", "the group name behind `(?P<` is not closed by `>`"),
        ("(?P<a b>x)", "a b", "`a b` is no group name"),
        ("(?<>x)", "", "this group name is empty"),
        ("(?<n>a)(?P<n>b)", "n", "two groups are named `n`"),
        ("(a(b", "(", "`(` is not closed by `)`"),
        ("(?i", "(?i", "`(?i` is not closed by `)`"),
        ("a)b", ")", "this `)` closes no group"),
        ("([a-z)", "[", "this `[` is not closed by `]`"),
        ("[]", "[", "this `[` is not closed by `]`"),
        ("*a", "*", "`*` has nothing before it to repeat"),
        ("(a|{2}?)", "{2}?", "`{2}?` has nothing before it to repeat"),
        ("a***", "***", "`***` repeats a repetition"),
        ("a++b", "++", "`++` is a possessive repetition, and RE2 has none"),
        ("x{2}{3}", "{2}{3}", "`{2}{3}` repeats a repetition"),
        ("x{1001}", "{1001}", "`{1001}` repeats more than 1,000 times"),
        ("x{5,99999999999}", "{5,99999999999}", "`{5,99999999999}` repeats more than 1,000 times"),
        ("(?:x{100}y){11}", "{11}", "`{11}` and the counts inside it multiply to 1,100 repetitions"),
        ("x{5,2}", "{5,2}", "the counts of `{5,2}` are the wrong way round"),
        (r"a\y", r"\y", "RE2 has no escape `\\y`"),
        (r"a\Z", r"\Z", "RE2 has no escape `\\Z`"),
        (r"[\b]", r"\b", "RE2 has no escape `\\b` inside brackets"),
        (r"\u00e9x", r"\u00e9", "RE2 has no escape `\\u00e9`"),
        (r"\é", r"\é", "RE2 has no escape `\\é`"),
        (r"\E", r"\E", "RE2 has no escape `\\E`"),
        ("a\\", "\\", "nothing follows this `\\`"),
        (r"\x4g", r"\x4", "`\\x4` is not a complete hexadecimal escape"),
        (r"[\x{zz}-a]", r"\x{zz}", "`\\x{zz}` is not a complete hexadecimal escape"),
        (r"\x{110000}", r"\x{110000}", "`\\x{110000}` is beyond the last character"),
        (r"a\C", r"\C", "`\\C` matches a single byte"),
        (r"\p", r"\p", "`\\p` names no Unicode class"),
        (r"\p{Greek", r"\p{", "`\\p{` is not closed by `}`"),
        (r"[\p{greek}-z]", r"\p{greek}", "RE2 knows no Unicode class `\\p{greek}`"),
        ("[[:foo:]]", "[:foo:]", "RE2 knows no character class `[:foo:]`"),
        ("[a--b]", "a--", "the range `a--` ends before it begins"),
        ("[z-a]", "z-a", "the range `z-a` ends before it begins"),
        (r"[a-\d]", r"a-\d", "`a-\\d` is no range"),
    ];
    for (pattern, text, message) in cases {
        let issues = faults(pattern);
        assert_eq!(issues.len(), 1, "{pattern:?}: {issues:?}");
        assert_eq!(pattern.get(issues[0].start..issues[0].end), Some(text), "{pattern:?}");
        let said = issues[0].message();
        assert!(said.starts_with(message), "{pattern:?}: {said}");
    }
}

#[test]
fn all_faults_are_found_in_one_run_and_in_order() {
    let issues = faults(r"(?!a\y)b{2000}[z-a]++\p{Foo}(");
    let places: Vec<_> = issues.iter().map(|issue| (issue.start, issue.end)).collect();
    assert_eq!(places, [(0, 7), (4, 6), (8, 14), (15, 18), (19, 21), (21, 28), (28, 29)]);
}

#[test]
fn help_says_what_to_write() {
    let cases = [
        ("^(?!.*foo)", "ask in the condition instead: `&& !text.matches(r\"foo\")`"),
        ("(?i)^(?=a|b)c", "ask in the condition instead: `&& text.matches(r\"^a|b\")`"),
        ("a(?!b)", "say what may follow, as in `a(?:[^b]|$)` for `a(?!b)`"),
        ("(?<!a)b", "say what may stand before, as in `(?:^|[^a])b` for `(?<!a)b`"),
        ("(?x)a", "RE2 has no verbose mode: leave out spaces and comments"),
        (r"\y", "to match the character itself write `y`"),
        (
            r"\p{Emoji}",
            "it takes a category such as `L`, `Lu` or `Nd`, or a script such as `Greek`, spelt exactly so",
        ),
    ];
    for (pattern, help) in cases {
        assert_eq!(faults(pattern)[0].help().as_deref(), Some(help), "{pattern:?}");
    }
}

#[test]
fn a_fix_mends_its_fault() {
    let cases = [
        ("a(?=b)", "a(?:b)"),
        ("(?<=a|b)c", "(?:a|b)c"),
        ("x|a(?=b)|c", "x|a(?:b)|c"),
        ("(?>a)b", "(?:a)b"),
        ("(?#c)a", "a"),
        ("(?|a)", "(?:a)"),
        ("(?'q'a)", "(?P<q>a)"),
        ("a**", "a*"),
        ("a{2}+", "a{2}"),
        ("a{5,2}", "a{2,5}"),
        ("[z-a]", "[a-z]"),
        (r"[\x7A-a]", r"[a-\x7A]"),
        (r"a\Z", r"a\z"),
        (r"\h", r"[ \t]"),
        (r"[\h]", r"[ \t]"),
        (r"[\b]", r"[\x08]"),
        (r"a\Kb", "ab"),
        (r"\u0041", r"\x{0041}"),
        (r"\u{1F600}", r"\x{1F600}"),
        (r"\ca", r"\x01"),
        (r"\C", "(?s:.)"),
        (r"\p{Letter}", r"\p{L}"),
        (r"\P{^greek}", r"\P{^Greek}"),
        (r"\p{Script=Han}", r"\p{Han}"),
        (r"\p{IsCyrilic}", ""),
        ("[[:^Alpah:]]", "[[:^alpha:]]"),
    ];
    for (pattern, mended) in cases {
        let issues = faults(pattern);
        let fixed = apply(pattern, &issues[0]).unwrap_or_default();
        assert_eq!(fixed, mended);
        regex(&fixed);
    }
    // A lookaround inside the pattern has no such twin.
    for pattern in ["a(?=b)c", "(a(?=b))c", "a(?=b)*", "a(?<=b)", "(?<=a)?b", "a(?!b)"] {
        assert_eq!(faults(pattern)[0].fix(), None, "{pattern:?}");
    }
}

#[test]
fn limits_are_named() {
    let long = "a".repeat(MAX_PATTERN_BYTES + 1);
    assert_eq!(
        faults(&long)[0].message(),
        "this regular expression is 10,001 bytes long, and the limit is 10,000"
    );
    let said = |pattern: &str| {
        let issues = compile(pattern, 1 << 16).expect_err(pattern);
        assert_eq!(issues.len(), 1, "{pattern:?}");
        issues[0].message()
    };
    let too_large = "this regular expression takes more than 65,536 bytes to compile";
    assert_eq!(said(r"\pL{100}"), too_large);
    assert_eq!(said(&r"[\pL]".repeat(1_000)), too_large);
    assert_eq!(said(&r"(?:a{999}|b)".repeat(100)), too_large);
    // Folding case costs time even where it adds nothing.
    assert_eq!(said(&format!("(?i){}", "[\0-\u{10FFFF}]".repeat(1_000))), too_large);
    let too_deep = "groups and repetitions nest more than 100 deep in this regular expression";
    assert_eq!(said(&"(".repeat(5_000)), too_deep);
    assert_eq!(said(&format!("a{}", "*(?i)".repeat(1_000))), too_deep);
    assert_eq!(said(&format!("{}a{}", "(".repeat(60), ")*".repeat(60))), too_deep);
}

#[test]
fn the_deepest_pattern_fits_the_stack() {
    let deep = |open: &str, close: &str, times| format!("{}a{}", open.repeat(times), close.repeat(times));
    for pattern in [
        deep("(", ")", 100),
        deep("(b|c", ")*", 50),
        deep("(?:b?", "|d)", 99),
        format!("a{}", "*(?i)+(?i)".repeat(50)),
    ] {
        let regex = regex(&pattern);
        assert!(!format!("{:?}", regex.hir()).is_empty());
        assert!(regex.is_match(&"bbca".repeat(100)), "{pattern}");
    }
}

const PIECES: &str = r"a b K é 😀 . ^ $ | ( ) (?: [ ] - : = ! < > # \ { } , * + ? {2} {1,} {900} {,2} (?i) (?s-m: (? (?P<n> (?< (?= (?<!
    [[:alpha:] [: :] \d \W \b \Q \E \p \pL \p{Greek} \p{ \x \x{ \k< \u \c && 0 7 \8 [^ a-z (?#";
const ALIKE: &str = r"a b é 😀 1 - . ^ $ [ab] [^a] [a-c1] (?-u:\b) \n \pL \p{Lu} (?i) (?s) (?m) k";

fn select(words: &'static str) -> impl Strategy<Value = String> {
    proptest::sample::select(words.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
}

/// A piece of a pattern, sound or not.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![8 => select(PIECES), 1 => any::<char>().prop_map(String::from)]
}

fn text() -> impl Strategy<Value = String> {
    let letters: Vec<char> = "abAB1_ \né😀-kK\u{212A}".chars().collect();
    proptest::collection::vec(proptest::sample::select(letters), 0..8).prop_map(String::from_iter)
}

/// Patterns that mean the same to RE2 and to the `regex` crate with its ASCII flags off.
fn shared() -> impl Strategy<Value = String> {
    let leaf = select(ALIKE);
    leaf.prop_recursive(4, 24, 4, |inner| {
        let suffix = select("* + ? *? {2} {1,2} {0} {2,}");
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(|parts| parts.concat()),
            proptest::collection::vec(inner.clone(), 1..4)
                .prop_map(|parts| format!("(?:{})", parts.join("|"))),
            (inner.clone(), suffix).prop_map(|(part, suffix)| format!("({part}){suffix}")),
            inner.prop_map(|part| format!("(?i:{part})")),
        ]
    })
}

proptest! {
    #[test]
    fn anything_is_either_compiled_or_explained(pieces in proptest::collection::vec(piece(), 0..12), text in text()) {
        let pattern = pieces.concat();
        match compile(&pattern, 1 << 18) {
            Ok(regex) => {
                regex.is_match(&text);
            }
            Err(issues) => {
                prop_assert!(!issues.is_empty());
                prop_assert!(issues.is_sorted_by_key(|issue| issue.start));
                for issue in issues {
                    prop_assert!(pattern.get(issue.start..issue.end).is_some());
                    prop_assert!(!issue.message().is_empty());
                    prop_assert!(issue.help().is_none_or(|help| !help.is_empty()));
                    issue.fix();
                }
            }
        }
    }

    /// What `is_match` relies on: whatever the estimate clears can be built within it.
    #[test]
    fn the_estimate_is_never_too_low(pieces in proptest::collection::vec(piece(), 0..8)) {
        if let Ok(parsed) = parse::parse(&pieces.concat(), 1 << 18)
            && parsed.bytes < 1 << 23
        {
            prop_assert!(build(&parsed.hir, Some(parsed.bytes)).is_some());
        }
    }

    #[test]
    fn agrees_with_the_regex_crate_where_the_dialects_do(pattern in shared(), texts in proptest::collection::vec(text(), 4)) {
        let theirs = regex::Regex::new(&pattern).unwrap();
        let ours = regex(&pattern.replace("(?-u:\\b)", "\\b"));
        for text in texts {
            prop_assert_eq!(ours.is_match(&text), theirs.is_match(&text), "on {:?}", text);
        }
    }
}

/// Patterns that people write, large for what they say, fit the bound that evaluation starts with.
#[test]
fn the_default_bound_leaves_room() {
    let limit = crate::cel::Limits::default().regex_bytes;
    for pattern in [r"^\S{1,1000}$", r"^[^,]{0,1000}$", r"(?s)^.{1000}", r"^\pL{1,30}$"] {
        assert!(compile(pattern, limit).is_ok(), "{pattern}");
    }
}

#[test]
fn a_letter_folds_as_the_tables_say() {
    for letter in (0..=0x7f).map(char::from) {
        let range = regex_syntax::hir::ClassUnicodeRange::new(letter, letter);
        let mut quick = regex_syntax::hir::ClassUnicode::new([range]);
        let mut slow = quick.clone();
        super::class::fold(&mut quick);
        slow.try_case_fold_simple().unwrap();
        assert_eq!(quick, slow, "{letter:?}");
    }
}
