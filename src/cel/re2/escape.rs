//! What begins with a backslash, and classes in brackets.

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange, Hir, Look};

use super::parse::Parser;
use super::{RegexIssueKind as Kind, class, unicode};

/// A character of a class, or a reported fault in its place.
enum Bound {
    Rune(u32),
    /// `\d` and its like, which cannot bound a range.
    Set,
    Fault,
}

impl<'p> Parser<'p> {
    /// An escape outside brackets, from behind its backslash.
    pub(super) fn backslash(&mut self, start: usize) {
        let look = match self.peek() {
            Some('b') => Some(Look::WordAscii),
            Some('B') => Some(Look::WordAsciiNegate),
            Some('A') => Some(Look::Start),
            Some('z') => Some(Look::End),
            _ => None,
        };
        if let Some(look) = look {
            self.bump();
            return self.push(Hir::look(look));
        }
        if self.eat("Q") {
            return self.quoted();
        }
        if self.eat("C") {
            self.issue(start, Kind::AnyByte);
            return self.push_nothing();
        }
        match self.set(start) {
            Some(Some(class)) => self.push_class(class),
            Some(None) => self.push_nothing(),
            None => match self.rune(start, false) {
                Some(rune) => self.push_literal(rune),
                None => self.push_nothing(),
            },
        }
    }

    /// Literal text up to `\E` or the end.
    fn quoted(&mut self) {
        while !self.eat("\\E") {
            let Some(c) = self.bump() else { return };
            self.push_literal(c.into());
        }
    }

    /// A named set from behind its backslash: `None` if it is none, `Some(None)` if it is a faulty one.
    fn set(&mut self, start: usize) -> Option<Option<ClassUnicode>> {
        let letter = self.peek()?;
        if let Some(named) = class::perl(letter) {
            self.bump();
            return Some(Some(self.folded(named.class(), named.negated)));
        }
        if !matches!(letter, 'p' | 'P') {
            return None;
        }
        self.bump();
        let name = if self.eat("{") {
            let Some(name) = self.eat_until("}") else {
                self.issue(start, Kind::UnclosedProperty);
                return Some(None);
            };
            name
        } else {
            let rest = self.rest();
            let Some(c) = self.bump() else {
                self.issue(start, Kind::UnclosedProperty);
                return Some(None);
            };
            rest.get(..c.len_utf8()).unwrap_or_default()
        };
        let (name, negated) = name.strip_prefix('^').map_or((name, false), |rest| (rest, true));
        let Some(class) = unicode::property(name) else {
            let intended = unicode::intended(name);
            self.issue(start, Kind::UnknownProperty { intended });
            return Some(None);
        };
        Some(Some(self.folded(class, negated != (letter == 'P'))))
    }

    /// Folds case before negating: `(?i)\PL` leaves out the other cases, too.
    fn folded(&mut self, mut class: ClassUnicode, negated: bool) -> ClassUnicode {
        self.spend(class.ranges().len());
        self.fold(&mut class);
        if negated {
            class.negate();
        }
        class
    }

    /// An escape that stands for one character, from behind its backslash.
    fn rune(&mut self, start: usize, in_class: bool) -> Option<u32> {
        let Some(c) = self.bump() else {
            self.issue(start, Kind::TrailingBackslash);
            return None;
        };
        match c {
            'a' => Some(0x07),
            'f' => Some(0x0C),
            'n' => Some(0x0A),
            'r' => Some(0x0D),
            't' => Some(0x09),
            'v' => Some(0x0B),
            'x' => self.hex(start),
            '0' => Some(self.octal(0)),
            '1'..='7' if self.rest().starts_with(|c: char| matches!(c, '0'..='7')) => {
                Some(self.octal(u32::from(c) - u32::from('0')))
            }
            '1'..='9' if !in_class => {
                self.issue(start, Kind::Backreference);
                None
            }
            _ if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(c.into()),
            _ => {
                self.unknown_escape(start, c, in_class);
                None
            }
        }
    }

    /// The rest of an octal escape: two digits more at most.
    fn octal(&mut self, first: u32) -> u32 {
        let mut code = first;
        for _ in 0..2 {
            let Some(digit) = self.peek().and_then(|c| c.to_digit(8)) else { break };
            self.bump();
            code = code * 8 + digit;
        }
        code
    }

    fn hex(&mut self, start: usize) -> Option<u32> {
        if self.eat("{") {
            let digits = self.hex_digits(usize::MAX);
            if digits.is_empty() || !self.eat("}") {
                // What was meant as digits belongs to the fault.
                if self.rest().trim_start_matches(char::is_alphanumeric).starts_with('}') {
                    self.skip_to("}");
                }
                self.issue(start, Kind::BadHex);
                return None;
            }
            let code = u32::from_str_radix(digits.trim_start_matches('0'), 16);
            return match code {
                Ok(code) if code <= u32::from(char::MAX) => Some(code),
                Err(_) if digits.bytes().all(|digit| digit == b'0') => Some(0),
                _ => {
                    self.issue(start, Kind::BeyondUnicode);
                    None
                }
            };
        }
        let digits = self.hex_digits(2);
        if digits.len() < 2 {
            self.issue(start, Kind::BadHex);
            return None;
        }
        u32::from_str_radix(digits, 16).ok()
    }

    fn hex_digits(&mut self, most: usize) -> &'p str {
        let rest = self.rest();
        let count = rest.bytes().take(most).take_while(u8::is_ascii_hexdigit).count();
        self.pos += count;
        rest.get(..count).unwrap_or_default()
    }

    /// Reports an escape that other engines have, whole, or a letter that never was one.
    fn unknown_escape(&mut self, start: usize, letter: char, in_class: bool) {
        match letter {
            'u' if self.eat("{") => self.skip_to("}"),
            'u' => _ = self.hex_digits(4),
            'U' => _ = self.hex_digits(8),
            'c' if self.rest().starts_with(|c: char| c.is_ascii_alphabetic()) => _ = self.bump(),
            'k' | 'g' if !in_class => {
                let close = match self.peek() {
                    Some('<') => ">",
                    Some('{') => "}",
                    Some('\'') => "'",
                    Some('0'..='9') => "",
                    _ => return self.issue(start, Kind::UnknownEscape { in_class }),
                };
                self.bump();
                self.skip_to(close);
                return self.issue(start, Kind::Backreference);
            }
            _ => {}
        }
        self.issue(start, Kind::UnknownEscape { in_class });
    }

    /// A class, from behind its opening bracket.
    pub(super) fn bracket(&mut self, start: usize) {
        let negated = self.eat("^");
        let mut plain = Vec::new();
        let mut sets = Vec::new();
        let mut first = true;
        loop {
            if !first && self.eat("]") {
                break;
            }
            first = false;
            if self.rest().is_empty() {
                self.issue_at(start, start + 1, Kind::UnclosedClass);
                return self.stop();
            }
            self.class_item(&mut plain, &mut sets);
        }
        self.spend(plain.len());
        let mut class = ClassUnicode::new(plain);
        self.fold(&mut class);
        class.union(&ClassUnicode::new(sets));
        if negated {
            class.negate();
        }
        self.push_class(class);
    }

    /// One member of a class: a set, whose cases are folded already, a range, or a character.
    fn class_item(&mut self, plain: &mut Vec<ClassUnicodeRange>, sets: &mut Vec<ClassUnicodeRange>) {
        let start = self.pos;
        if self.rest().starts_with("[:") && self.rest().get(2..).is_some_and(|rest| rest.contains(":]")) {
            self.eat("[:");
            let name = self.eat_until(":]").unwrap_or_default();
            match class::posix(name) {
                Some(named) => sets.extend(self.folded(named.class(), named.negated).iter()),
                None => self.issue(start, Kind::UnknownPosixClass { intended: class::intended_posix(name) }),
            }
            return;
        }
        if self.eat("\\") {
            if let Some(set) = self.set(start) {
                sets.extend(set.iter().flat_map(|class| class.iter()));
                return;
            }
            self.pos = start;
        }
        let low = self.bound();
        // Before the closing bracket a hyphen is a character.
        if !self.rest().starts_with('-') || self.rest().len() < 2 || self.rest().starts_with("-]") {
            if let Bound::Rune(rune) = low {
                plain.extend(class::range_of(rune, rune));
            }
            return;
        }
        let hyphen = self.pos;
        self.bump();
        match (low, self.bound()) {
            (Bound::Rune(low), Bound::Rune(high)) if low > high => {
                let text = |from: usize, to: usize| self.pattern.get(from..to).unwrap_or_default();
                let mended = format!("{}-{}", text(hyphen + 1, self.pos), text(start, hyphen));
                self.issue(start, Kind::ReversedRange { mended });
            }
            (Bound::Rune(low), Bound::Rune(high)) => plain.extend(class::range_of(low, high)),
            (_, Bound::Set) => self.issue(start, Kind::SetInRange),
            _ => {}
        }
    }

    fn bound(&mut self) -> Bound {
        let start = self.pos;
        if !self.eat("\\") {
            return self.bump().map_or(Bound::Fault, |c| Bound::Rune(c.into()));
        }
        match self.set(start) {
            Some(Some(_)) => Bound::Set,
            Some(None) => Bound::Fault,
            None => self.rune(start, true).map_or(Bound::Fault, Bound::Rune),
        }
    }
}
