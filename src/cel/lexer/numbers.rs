//! Number literals.

use super::{Lexer, TokenKind};
use crate::cel::ast::Literal;
use crate::cel::errors::{Issue, SyntaxKind};

impl Lexer<'_, '_> {
    fn digits(&mut self) {
        self.skip_while(|c| c.is_ascii_digit());
    }

    /// `1`, `0x1f`, `1u`, `1.5`, `1e3`, `.5`; the sign is an operator to the lexer.
    pub(super) fn number(&mut self) {
        let start = self.pos;
        let mut hex = self.rest().starts_with("0x") && self.byte(2).is_ascii_hexdigit();
        let mut float = false;
        if hex {
            self.pos += 2;
            self.skip_while(|c| c.is_ascii_hexdigit());
        } else {
            self.digits();
            if self.byte(0) == b'.' && self.byte(1).is_ascii_digit() {
                float = true;
                self.pos += 1;
                self.digits();
            }
            let sign = usize::from(matches!(self.byte(1), b'+' | b'-'));
            if matches!(self.byte(0), b'e' | b'E') && self.byte(1 + sign).is_ascii_digit() {
                float = true;
                self.pos += 1 + sign;
                self.digits();
            }
        }
        let digits_end = self.pos;
        let unsigned = !float && matches!(self.byte(0), b'u' | b'U');
        if unsigned {
            self.pos += 1;
        }
        let mut digits = self.between(start, digits_end).to_owned();
        if let Some(joined) = self.suffix(start) {
            digits = joined;
            float = digits.contains('.');
            hex = digits.starts_with("0x");
        }
        let radix = if hex { 16 } else { 10 };
        let value =
            u64::from_str_radix(if hex { digits.get(2..).unwrap_or("") } else { &digits }, radix).ok();
        let kind = if float {
            self.double(&digits, start)
        } else if unsigned {
            if value.is_none() {
                let text = self.between(start, self.pos).into();
                self.report(SyntaxKind::UintOutOfRange { text }, self.span_from(start));
            }
            TokenKind::Literal(Literal::Uint(value.unwrap_or(u64::MAX)))
        } else {
            TokenKind::Int(value)
        };
        self.push(kind, start);
    }

    fn double(&mut self, digits: &str, start: usize) -> TokenKind {
        let value = digits.parse().unwrap_or(f64::INFINITY);
        if value.is_infinite() {
            let text = self.between(start, self.pos).into();
            self.report(SyntaxKind::DoubleOutOfRange { text }, self.span_from(start));
            return TokenKind::Literal(Literal::Double(f64::MAX));
        }
        TokenKind::Literal(Literal::Double(value))
    }

    /// Letters, digits or a second point right behind a number. Answers the number that was meant, if that is plain.
    fn suffix(&mut self, start: usize) -> Option<String> {
        let end = self.pos;
        let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
        self.skip_while(part_of_word);
        // `1in [1]` is two tokens to CEL.
        if self.between(end, self.pos) == "in" {
            self.pos = end;
            return None;
        }
        while self.byte(0) == b'.' && self.byte(1).is_ascii_digit() {
            self.pos += 1;
            self.skip_while(part_of_word);
        }
        let (number, suffix) = (self.between(start, end), self.between(end, self.pos));
        if suffix.is_empty() {
            return None;
        }
        let span = self.span_from(start);
        let whole: String = self.between(start, self.pos).chars().filter(|c| *c != '_').collect();
        let plain = suffix.contains('_')
            && whole.bytes().all(|b| b.is_ascii_digit() || b == b'.')
            && whole.matches('.').count() <= 1;
        if plain {
            let kind = SyntaxKind::DigitSeparator { text: self.between(start, self.pos).into() };
            self.issues.add(Issue::new(kind, span).fix_by(&whole));
            return Some(whole);
        }
        let kind = SyntaxKind::NumberSuffix { number: number.into(), suffix: suffix.into() };
        let issue = Issue::new(kind, span);
        let hex =
            suffix.strip_prefix('X').filter(|d| number == "0" && d.bytes().all(|b| b.is_ascii_hexdigit()));
        let lower = hex.filter(|d| !d.is_empty()).map(|digits| format!("0x{digits}"));
        self.issues.add(match &lower {
            Some(lower) => issue.fix_by(lower),
            None => issue,
        });
        lower
    }
}
