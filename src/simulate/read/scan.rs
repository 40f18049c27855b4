//! JSON text, walked once and copied nowhere.
//!
//! Whatever is out of the ordinary (an error above all) ends the walk with `None`: then somebody else reads the text.
//! What it takes, `serde_json` takes too, and reads the same.

use crate::cel::value::word::same_bytes;

/// Stands somewhere in a text.
#[derive(Debug)]
pub(super) struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

/// Lists and objects inside one another that are passed over; `serde_json` refuses the 128th.
const DEEPEST: u32 = 60;

/// A number.
#[derive(Debug, PartialEq)]
pub(super) enum Number<'t> {
    Int(i64),
    Double(f64),
    /// Of many digits or with an exponent: as it is written.
    Other(&'t str),
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The first byte behind white space.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            match self.byte()? {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                byte => return Some(byte),
            }
        }
    }

    #[inline]
    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    #[inline]
    fn eat(&mut self, wanted: u8) -> Option<()> {
        // Seldom is anything else before it.
        if self.byte() == Some(wanted) {
            self.at += 1;
            return Some(());
        }
        (self.next()? == wanted).then_some(())
    }

    /// Nothing but white space is left.
    pub(super) fn end(&mut self) -> Option<()> {
        self.peek().is_none().then_some(())
    }

    /// `null`, `true` or `false`.
    pub(super) fn word(&mut self, word: &str) -> Option<()> {
        self.peek()?;
        self.text.get(self.at..)?.starts_with(word).then(|| self.at += word.len())
    }

    /// The members of an object: `each` has to read key and value.
    #[inline]
    pub(super) fn members(&mut self, mut each: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.eat(b'{')?;
        if self.peek()? == b'}' {
            return self.eat(b'}');
        }
        loop {
            each(self)?;
            match self.next()? {
                b',' => {}
                b'}' => return Some(()),
                _ => return None,
            }
        }
    }

    /// The items of a list: `each` has to read one.
    #[inline]
    pub(super) fn items(&mut self, mut each: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.eat(b'[')?;
        if self.peek()? == b']' {
            return self.eat(b']');
        }
        loop {
            each(self)?;
            match self.next()? {
                b',' => {}
                b']' => return Some(()),
                _ => return None,
            }
        }
    }

    /// A key, with the colon: its bytes, without escapes.
    #[inline]
    pub(super) fn key(&mut self) -> Option<&'t [u8]> {
        let key = self.plain_bytes()?;
        self.eat(b':')?;
        Some(key)
    }

    /// Passes over a key if it is this one, which is known to need no escapes: to compare costs less than to look where
    /// it ends.
    #[inline]
    pub(super) fn is_key(&mut self, key: &[u8]) -> bool {
        self.is(key, b"\":")
    }

    /// Passes over a text if it is this one, which is known to need no escapes.
    #[inline]
    pub(super) fn is_text(&mut self, text: &[u8]) -> bool {
        self.is(text, b"\"")
    }

    #[inline(always)]
    fn is(&mut self, text: &[u8], end: &[u8]) -> bool {
        let written = self.peek().and_then(|_| self.text.as_bytes().get(self.at..));
        let is = written.and_then(|written| written.split_at_checked(text.len() + 1)).is_some_and(
            |(written, behind)| {
                matches!(written, [b'"', written @ ..] if same_bytes(written, text))
                    && behind.starts_with(end)
            },
        );
        self.at += if is { text.len() + 1 + end.len() } else { 0 };
        is
    }

    /// The bytes of a text without escapes. Who wants no text is spared the proof that they are one.
    fn plain_bytes(&mut self) -> Option<&'t [u8]> {
        self.eat(b'"')?;
        let rest = self.text.as_bytes().get(self.at..)?;
        let length = plain(rest);
        (*rest.get(length)? == b'"').then(|| self.at += length + 1)?;
        rest.get(..length)
    }

    /// A text without escapes, where there is one.
    #[inline]
    pub(super) fn plain_text(&mut self) -> Option<&'t str> {
        let start = self.at;
        match self.plain_bytes() {
            Some(bytes) => self.text.get(self.at - 1 - bytes.len()..self.at - 1),
            None => {
                self.at = start;
                None
            }
        }
    }

    /// A text: where it lies, or in `scratch` if it has escapes.
    pub(super) fn string<'s>(&mut self, scratch: &'s mut String) -> Option<&'s str>
    where
        't: 's,
    {
        if let Some(text) = self.plain_text() {
            return Some(text);
        }
        scratch.clear();
        self.pieces(|piece| match piece {
            Piece::Text(text) => scratch.push_str(text),
            Piece::Escaped(c) => scratch.push(c),
        })?;
        Some(scratch)
    }

    /// A text in pieces.
    fn pieces(&mut self, mut take: impl FnMut(Piece<'t>)) -> Option<()> {
        self.eat(b'"')?;
        loop {
            let start = self.at;
            self.at += plain(self.text.as_bytes().get(start..)?);
            take(Piece::Text(self.text.get(start..self.at)?));
            let byte = self.byte()?;
            self.at += 1;
            match byte {
                b'"' => return Some(()),
                b'\\' => take(Piece::Escaped(self.escape()?)),
                _ => return None,
            }
        }
    }

    /// What stands behind a backslash.
    fn escape(&mut self) -> Option<char> {
        let byte = self.byte()?;
        self.at += 1;
        Some(match byte {
            b'"' | b'\\' | b'/' => byte.into(),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => match self.hex()? {
                high @ 0xd800..=0xdbff => {
                    self.text.get(self.at..)?.starts_with("\\u").then(|| self.at += 2)?;
                    let low = self.hex()?;
                    let low = (0xdc00..=0xdfff).contains(&low).then(|| low - 0xdc00)?;
                    char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + low)?
                }
                other => char::from_u32(other)?,
            },
            _ => return None,
        })
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.as_bytes().get(self.at..)?.first_chunk::<4>()?;
        let mut value = 0;
        for digit in digits {
            value = value << 4 | char::from(*digit).to_digit(16)?;
        }
        self.at += 4;
        Some(value)
    }

    /// A number.
    pub(super) fn number(&mut self) -> Option<Number<'t>> {
        let first = self.peek()?;
        let start = self.at;
        self.at += usize::from(first == b'-');
        let (whole, digits) = self.digits()?;
        if digits > 1 && self.text.as_bytes().get(self.at - digits) == Some(&b'0') {
            return None;
        }
        let (mut value, mut fraction) = (whole, 0);
        let dot = self.byte() == Some(b'.');
        if dot {
            self.at += 1;
            let (behind, length) = self.digits()?;
            value = value.wrapping_mul(10_u64.wrapping_pow(u32::try_from(length).ok()?)).wrapping_add(behind);
            fraction = length;
        }
        let exponent = matches!(self.byte(), Some(b'e' | b'E'));
        if exponent {
            self.at += 1;
            self.at += usize::from(matches!(self.byte(), Some(b'+' | b'-')));
            self.digits()?;
        }
        let negative = first == b'-';
        // Up to so many digits both parts of the quotient are exact, so there is but one way to round it.
        #[expect(clippy::cast_precision_loss, reason = "fifteen digits lose nothing")]
        Some(match POWERS.get(fraction) {
            Some(power) if !exponent && digits + fraction <= 15 && (dot || !negative || value != 0) => {
                if dot {
                    let size = value as f64 / power;
                    Number::Double(if negative { -size } else { size })
                } else {
                    let size = i64::try_from(value).ok()?;
                    Number::Int(if negative { -size } else { size })
                }
            }
            _ => Number::Other(self.text.get(start..self.at)?),
        })
    }

    /// Digits, at least one: their value unless there are too many, and how many they are.
    fn digits(&mut self) -> Option<(u64, usize)> {
        let start = self.at;
        let mut value = 0_u64;
        while let Some(digit @ b'0'..=b'9') = self.byte() {
            value = value.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            self.at += 1;
        }
        let count = self.at - start;
        (count > 0).then_some((value, count))
    }

    /// Passes over a value, and returns its text.
    pub(super) fn skip(&mut self) -> Option<&'t str> {
        self.peek()?;
        let start = self.at;
        // One bit for each list (0) or object (1) around, the innermost lowest, below a first one.
        let mut around = 1_u64;
        loop {
            match self.peek()? {
                open @ (b'{' | b'[') => {
                    self.at += 1;
                    let object = open == b'{';
                    if self.peek()? == open + 2 {
                        self.at += 1;
                    } else {
                        (around.ilog2() < DEEPEST).then_some(())?;
                        around = around << 1 | u64::from(object);
                        if object {
                            self.skip_key()?;
                        }
                        continue;
                    }
                }
                b'"' => self.pieces(|_| ())?,
                b'n' => self.word("null")?,
                b't' => self.word("true")?,
                b'f' => self.word("false")?,
                _ => match self.number()? {
                    // Beyond the range of doubles there is no number.
                    Number::Other(text) => drop(serde_json::from_str::<f64>(text).ok()?),
                    Number::Int(_) | Number::Double(_) => {}
                },
            }
            loop {
                if around == 1 {
                    return self.text.get(start..self.at);
                }
                match (self.next()?, around & 1) {
                    (b',', 0) => break,
                    (b',', _) => {
                        self.skip_key()?;
                        break;
                    }
                    (b']', 0) | (b'}', 1) => around >>= 1,
                    _ => return None,
                }
            }
        }
    }

    fn skip_key(&mut self) -> Option<()> {
        self.pieces(|_| ())?;
        self.eat(b':')
    }
}

/// A part of a text.
enum Piece<'t> {
    Text(&'t str),
    Escaped(char),
}

/// Powers of ten that doubles hold exactly, as far as they are needed.
const POWERS: [f64; 16] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// How many bytes come before the first that cannot stand in a text as it is: quote, backslash, control character.
#[inline]
fn plain(bytes: &[u8]) -> usize {
    // Most texts end here. Both halves are looked at whatever the first one says: where a text ends nobody can guess, and
    // a wrong guess costs more than to look.
    if let Some((low, rest)) = bytes.split_first_chunk()
        && let Some(high) = rest.first_chunk()
    {
        let both = u128::from(special(*high)) << 64 | u128::from(special(*low));
        if both != 0 {
            return (both.trailing_zeros() / 8) as usize;
        }
        return plain_long(bytes, 16);
    }
    plain_long(bytes, 0)
}

/// The same for a long text that is known to be plain up to `at`, in blocks, of which the compiler makes a few wide
/// instructions.
#[inline(never)]
fn plain_long(bytes: &[u8], mut at: usize) -> usize {
    let (blocks, _) = bytes.get(at..).unwrap_or_default().as_chunks::<16>();
    let clean = |block: &&[u8; 16]| !block.iter().fold(false, |any, b| any | is_special(*b));
    at += 16 * blocks.iter().take_while(clean).count();
    let (words, _) = bytes.get(at..).unwrap_or_default().as_chunks();
    for word in words {
        let special = special(*word);
        if special != 0 {
            return at + first(special);
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|b| is_special(*b)).unwrap_or(rest.len())
}

fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// The high bit of each byte that is special; bits above the lowest of them say nothing.
fn special(word: [u8; 8]) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    let bytes = u64::from_le_bytes(word);
    let below = |bytes: u64, bound: u8| bytes.wrapping_sub(ONES * u64::from(bound)) & !bytes;
    let quotes = below(bytes ^ (ONES * u64::from(b'"')), 1);
    let backslashes = below(bytes ^ (ONES * u64::from(b'\\')), 1);
    (below(bytes, 0x20) | quotes | backslashes) & (ONES << 7)
}

/// The place of the lowest byte that is marked.
fn first(special: u64) -> usize {
    (special.trailing_zeros() / 8) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// Reads a whole text by way of [`Scanner`], as `serde_json` would.
    fn read(scanner: &mut Scanner<'_>, scratch: &mut String) -> Option<Value> {
        Some(match scanner.peek()? {
            b'{' => {
                let mut out = serde_json::Map::new();
                scanner.members(|scanner| {
                    // What comes first is as often guessed as looked at.
                    let key: &[u8] = if scanner.is_key(b"a") { b"a" } else { scanner.key()? };
                    let key = String::from_utf8(key.to_owned()).unwrap();
                    out.insert(key, read(scanner, &mut String::new())?);
                    Some(())
                })?;
                out.into()
            }
            b'[' => {
                let mut out = Vec::new();
                scanner.items(|scanner| read(scanner, scratch).map(|item| out.push(item)))?;
                out.into()
            }
            // So are texts.
            b'"' => if scanner.is_text(b"a") { "a" } else { scanner.string(scratch)? }.into(),
            b'n' => scanner.word("null").map(|()| Value::Null)?,
            b't' => scanner.word("true").map(|()| true.into())?,
            b'f' => scanner.word("false").map(|()| false.into())?,
            _ => match scanner.number()? {
                Number::Int(value) => value.into(),
                Number::Double(value) => value.into(),
                Number::Other(text) => serde_json::from_str(text).ok()?,
            },
        })
    }

    /// What is read is what `serde_json` reads, and what is passed over is what it takes.
    fn agree(text: &str) -> (bool, bool) {
        let expected: Option<Value> = serde_json::from_str(text).ok();
        let mut scanner = Scanner::new(text);
        let found = read(&mut scanner, &mut String::new()).filter(|_| scanner.end().is_some());
        if let Some(found) = &found {
            assert_eq!(Some(found), expected.as_ref(), "{text}");
            // `1.0` and `1` are equal as values.
            assert_eq!(found.to_string(), expected.as_ref().unwrap().to_string(), "{text}");
        }
        let mut scanner = Scanner::new(text);
        let skipped = scanner.skip().filter(|_| scanner.end().is_some());
        if let Some(skipped) = skipped {
            assert!(expected.is_some(), "{text}");
            assert_eq!(skipped, text.trim_matches([' ', '\n', '\r', '\t']));
        }
        assert!(found.is_none() || skipped.is_some(), "{text}");
        (found.is_some(), expected.is_some())
    }

    #[test]
    fn what_is_usual_is_taken() {
        let texts = [
            "0",
            "-1",
            "12",
            "1.5",
            "-0.25",
            "-0.0",
            "0.1",
            "123456789012345",
            "1234567890123456",
            "-0",
            "1e3",
            "1E-2",
            "18446744073709551615",
            "123456789012345678901234567890",
            "91.125",
            "0.000000000000001",
            "999999999999.999",
            "\"\"",
            "\"a\"",
            "\"eight by\"",
            r#""a\"b\\\/\b\f\n\r\t""#,
            r#""\u00e9\ud83d\ude00""#,
            "\"日本語 and some more text than a block holds, and then as much again, and a \u{7f}\"",
            "[]",
            "{}",
            "[1, 2 ,3]",
            " {\"a\" : [ ] , \"b\":{ } }\r\n\t",
            "[[[[{\"a\":{\"b\":null}}]]]]",
            "true",
            "false",
            "null",
        ];
        for text in texts {
            assert_eq!(agree(text), (true, true), "{text}");
        }
        for text in [
            "é",
            "",
            "[",
            "]",
            "[1,]",
            "{,}",
            "{\"a\"}",
            "{\"a\":1,}",
            "01",
            "1.",
            ".5",
            "+1",
            "-",
            "1e",
            "1e999",
            "\"",
            "\"\\\"",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"\\ud800\"",
            "\"\\ud800\\u0041\"",
            "\"\\udc00\"",
            "\"\n\"",
            "nul",
            "truex",
            "1 2",
            "\"\u{1f}\"",
            "[1}",
            "{\"a\":1]",
            "\"\\u+123\"",
            "1e400",
            "-1e400",
            "\u{feff}1",
        ] {
            assert_eq!(agree(text), (false, false), "{text}");
        }
    }

    #[test]
    fn depth_is_left_to_others() {
        for depth in [1_usize, 60, 61, 62, 127, 128, 200] {
            let text = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
            assert_eq!(Scanner::new(&text).skip().is_some(), depth <= 61, "{depth}");
            assert_eq!(serde_json::from_str::<Value>(&text).is_ok(), depth <= 127, "{depth}");
        }
    }

    /// JSON, mostly, and texts near to it.
    fn json() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            "-?[0-9]{1,20}(\\.[0-9]{1,18})?([eE][+-]?[0-9]{1,3})?",
            "-?(0|[1-9][0-9]{0,9})(\\.[0-9]{1,6})?",
            "\"[a-z\\\\\"u0-9dé\u{1}-\u{22}]{0,12}\"",
            "\"([a-z é]|\\\\[\"\\\\/bfnrt]|\\\\u[0-9a-fA-F]{4}){0,40}\"",
            "null|true|false|nul| ",
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
                prop::collection::vec(inner, 0..4).prop_map(|items| {
                    let members: Vec<String> = items
                        .iter()
                        .enumerate()
                        .map(|(i, item)| format!(" \"k{}\": {item}", i % 3))
                        .collect();
                    format!("{{{}}}", members.join(" ,"))
                }),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn nothing_is_taken_that_serde_json_refuses(text in json(), cut in 0_usize..60, with in "[\\[\\]{},:\"0-9 ]{0,2}") {
            agree(&text);
            let mut changed: Vec<char> = text.chars().collect();
            let at = cut.min(changed.len());
            changed.splice(at..(at + 1).min(changed.len()), with.chars());
            agree(&changed.into_iter().collect::<String>());
        }
    }
}
