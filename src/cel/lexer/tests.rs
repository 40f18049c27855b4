use super::*;
use crate::cel::ast::Text;

fn lex(text: &str) -> (Vec<TokenKind>, Vec<Issue>) {
    let mut issues = Issues::default();
    let kinds = tokens(text, &mut issues).into_iter().map(|t| t.kind).collect();
    (kinds, issues.finish())
}

fn only(text: &str) -> TokenKind {
    let (kinds, issues) = lex(text);
    assert!(issues.is_empty(), "{text}: {}", issues[0].message());
    assert_eq!(kinds.len(), 2, "{text}: {kinds:?}");
    kinds[0].clone()
}

fn string(text: &str) -> Text {
    match only(text) {
        TokenKind::Literal(Literal::String(text)) => text,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn numbers() {
    let double = |n| TokenKind::Literal(Literal::Double(n));
    let uint = |n| TokenKind::Literal(Literal::Uint(n));
    assert_eq!(only("0"), TokenKind::Int(Some(0)));
    assert_eq!(only("010"), TokenKind::Int(Some(10)));
    assert_eq!(only("0x1F"), TokenKind::Int(Some(31)));
    assert_eq!(only("9223372036854775808"), TokenKind::Int(Some(1 << 63)));
    assert_eq!(only("99999999999999999999"), TokenKind::Int(None));
    assert_eq!(only("7u"), uint(7));
    assert_eq!(only("0xffU"), uint(255));
    assert_eq!(only("18446744073709551615u"), uint(u64::MAX));
    assert_eq!(only(".5"), double(0.5));
    assert_eq!(only("1.50"), double(1.5));
    assert_eq!(only("1e3"), double(1000.0));
    assert_eq!(only("1.5E-3"), double(0.0015));
    assert_eq!(only("1e-400"), double(0.0));
    assert_eq!(lex("1in").0, [TokenKind::Int(Some(1)), TokenKind::Op(BinaryOp::In), TokenKind::End]);
    assert_eq!(lex("0in.5").0.len(), 4);
    assert_eq!(lex("1.e3").0, [TokenKind::Int(Some(1)), TokenKind::Dot, TokenKind::Name, TokenKind::End]);
}

#[test]
fn faulty_numbers() {
    let fix = |text: &str| lex(text).1[0].fix.as_ref().map(|f| f.edits[0].1.clone());
    assert_eq!(fix("1_000").as_deref(), Some("1000"));
    assert_eq!(fix("1_000.5").as_deref(), Some("1000.5"));
    assert_eq!(fix("0X1f").as_deref(), Some("0x1f"));
    assert_eq!(fix("10ms"), None);
    for text in ["1abc", "0xg", "1.2.3", "1e999", "18446744073709551616u", "1e", "0b1", "1.5f"] {
        assert_eq!(lex(text).1.len(), 1, "{text}");
    }
}

#[test]
fn strings_and_their_maps() {
    let plain = string("'abc'");
    assert_eq!((&*plain.value, &*plain.map), ("abc", &[(0, 1)][..]));
    let escaped = string(r#""a\n\u2764b""#);
    assert_eq!(&*escaped.value, "a\n❤b");
    // a at 1, \n at 2, \u2764 at 4, b at 10
    assert_eq!(&*escaped.map, [(0, 1), (2, 4), (5, 10)]);
    assert_eq!(escaped.source_offset(1), Some(2));
    assert_eq!(escaped.source_offset(5), Some(10));
    assert_eq!(escaped.source_offset(6), Some(11));
    let triple = string("'''a\r\nb\rc'd'''");
    assert_eq!(&*triple.value, "a\nb\nc'd");
    assert_eq!(&*triple.map, [(0, 3), (2, 6)]);
    let raw = string(r#"r"\d\n""#);
    assert_eq!((&*raw.value, &*raw.map), ("\\d\\n", &[(0, 2)][..]));
    assert_eq!(&*string("R'''a'b\n'''").value, "a'b\n");
    assert_eq!(string("''").map, [(0, 1)]);
}

#[test]
fn every_escape() {
    assert_eq!(&*string(r#"'\a\b\f\n\r\t\v\\\'\"\`\?'"#).value, "\u{7}\u{8}\u{c}\n\r\t\u{b}\\'\"`?");
    assert_eq!(&*string(r"'\x41\X42\103\u0044\U00000045'").value, "ABCDE");
    assert_eq!(&*string(r"'\xff\377'").value, "ÿÿ");
    let bytes = |text: &str| match only(text) {
        TokenKind::Literal(Literal::Bytes(b)) => b.to_vec(),
        other => panic!("{other:?}"),
    };
    assert_eq!(bytes(r"b'\xff\377\né'"), [0xff, 0xff, b'\n', 0xc3, 0xa9]);
    assert_eq!(bytes(r"bR'\xff'"), *br"\xff");
}

#[test]
fn control_characters_from_escapes_can_be_told_from_raw_ones() {
    let text = string("'\\bcode\u{8}'");
    let spelled = |at: u32| text.source_offset(at + 1).unwrap() - text.source_offset(at).unwrap();
    assert_eq!((spelled(0), spelled(5)), (2, 1));
}

#[test]
fn faulty_strings() {
    for (text, fix) in [
        (r#""\d+""#, Some("r")),
        (r#""\bcode\d""#, Some("r")),
        (r#""\d\n""#, Some("\\")),
        (r#"b'\d'"#, Some("r")),
        ("'\\ud83d\\ude00'", Some("\\U0001F600")),
        ("'\\ud83d'", None),
        ("'\\x4'", None),
        ("'\\0'", None),
        ("'\\U00110000'", None),
        ("b'\\u0041'", None),
        ("\"abc", None),
        ("'''abc'", None),
        ("\"abc'", Some("\"")),
        ("\"abc”", Some("\"")),
        ("“abc”", Some("\"")),
        ("‘abc’", Some("'")),
    ] {
        let (kinds, issues) = lex(text);
        assert_eq!(issues.len(), 1, "{text}: {issues:?}");
        let found = issues[0].fix.as_ref().map(|f| f.edits[0].1.as_str());
        assert_eq!(found, fix, "{text}");
        assert_eq!(kinds.len(), 2, "{text}: {kinds:?}");
    }
    // An unterminated text ends with its line.
    assert_eq!(lex("'abc\n+ 1").0.len(), 4);
}

#[test]
fn quoted_names() {
    assert_eq!(only("`a.b-c/d e`"), TokenKind::Quoted);
    for text in ["``", "`a$`", "`abc"] {
        assert_eq!(lex(text).1.len(), 1, "{text}");
    }
}

#[test]
fn comments_and_space() {
    assert_eq!(lex(" \t\r\n\u{c}// a\n").0, [TokenKind::End]);
    for (text, fix) in [("a # b", "//"), ("a /* b */", "// b"), ("a\u{a0}b", " "), ("a\u{200b}b", "")] {
        let issues = lex(text).1;
        assert_eq!(issues.len(), 1, "{text}");
        assert_eq!(issues[0].fix.as_ref().unwrap().edits[0].1, fix, "{text}");
    }
    assert_eq!(lex("a /* b */ + c").1[0].fix, None);
}

#[test]
fn operators_of_other_languages() {
    for (text, wrong) in WRONG {
        assert_eq!(lex(text).0[0], TokenKind::Wrong(*wrong), "{text}");
    }
    for (text, right) in RIGHT {
        assert_eq!(&lex(text).0[0], right, "{text}");
    }
}

#[test]
fn patterns_between_slashes() {
    let (kinds, issues) = lex(r#"a.matches(/^\d+\/"$/i)"#);
    assert_eq!(issues.len(), 1);
    assert_eq!(issues[0].fix.as_ref().unwrap().edits[0].1, r#"r'(?i)^\d+/"$'"#);
    assert_eq!(kinds[4], TokenKind::Bad);
    assert!(lex("a / b / c").1.is_empty());
}

#[test]
fn one_issue_for_a_run() {
    assert_eq!(lex("§§§").1.len(), 1);
    assert_eq!(lex("größe").1.len(), 1);
    assert_eq!(lex("$tier").1.len(), 1);
}
