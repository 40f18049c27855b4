//! Text into tokens.
//!
//! In: the text of an expression. Out: tokens with their places, literals already read, and issues for what is wrong
//! whatever stands around it (characters, quotes, escapes, digits). Operators that other languages have and CEL lacks
//! come out as [`TokenKind::Wrong`]: only the parser knows whether an operator may stand there at all.

mod numbers;
mod strings;
#[cfg(test)]
mod tests;

use super::ast::{BinaryOp, Literal, LogicalOp};
use super::errors::{Issue, SyntaxKind};
use super::{Span, errors::Issues};

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Span,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TokenKind {
    /// Every literal but `int`s.
    Literal(Literal),
    /// The digits of an `int` literal; `None` if they do not fit 64 bits. The sign is the parser's.
    Int(Option<u64>),
    /// A name, reserved words included.
    Name,
    /// A name in backticks.
    Quoted,
    LParen,
    RParen,
    LBracket,
    RBracket,
    LBrace,
    RBrace,
    Dot,
    Comma,
    Colon,
    Question,
    Semicolon,
    Minus,
    Not,
    Logical(LogicalOp),
    /// Every other operator, `in` included.
    Op(BinaryOp),
    /// An operator that CEL does not have.
    Wrong(Wrong),
    /// `${`
    Template,
    /// What was reported already, in the place of an operand.
    Bad,
    /// The end of the text.
    End,
}

/// What an operator that CEL does not have was meant to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// This one.
    Op(BinaryOp),
    /// This one.
    Logical(LogicalOp),
    /// `-`, typographically.
    Minus,
    /// `!`, typographically.
    Not,
    /// `.matches(…)`; true for `!~`.
    Matches(bool),
    /// A range of numbers, which CEL does not have.
    Range,
    /// Nothing that CEL has.
    Nothing,
}

/// Operators of other languages, longest first.
const WRONG: &[(&str, Wrong)] = &[
    ("===", Wrong::Op(BinaryOp::Eq)),
    ("!==", Wrong::Op(BinaryOp::Ne)),
    ("&&&", Wrong::Logical(LogicalOp::And)),
    ("|||", Wrong::Logical(LogicalOp::Or)),
    ("<=>", Wrong::Nothing),
    ("<>", Wrong::Op(BinaryOp::Ne)),
    ("=>", Wrong::Op(BinaryOp::Ge)),
    ("=<", Wrong::Op(BinaryOp::Le)),
    ("=!", Wrong::Op(BinaryOp::Ne)),
    (":=", Wrong::Op(BinaryOp::Eq)),
    ("=~", Wrong::Matches(false)),
    ("~=", Wrong::Matches(false)),
    ("!~", Wrong::Matches(true)),
    ("...", Wrong::Range),
    ("..<", Wrong::Range),
    ("..=", Wrong::Range),
    ("..", Wrong::Range),
    ("**", Wrong::Nothing),
    ("??", Wrong::Nothing),
    ("<<", Wrong::Nothing),
    (">>", Wrong::Nothing),
    ("->", Wrong::Nothing),
    ("&", Wrong::Logical(LogicalOp::And)),
    ("|", Wrong::Logical(LogicalOp::Or)),
    ("^", Wrong::Nothing),
    ("~", Wrong::Nothing),
    ("≥", Wrong::Op(BinaryOp::Ge)),
    ("≤", Wrong::Op(BinaryOp::Le)),
    ("≠", Wrong::Op(BinaryOp::Ne)),
    ("×", Wrong::Op(BinaryOp::Mul)),
    ("÷", Wrong::Op(BinaryOp::Div)),
    ("∧", Wrong::Logical(LogicalOp::And)),
    ("∨", Wrong::Logical(LogicalOp::Or)),
    ("−", Wrong::Minus),
    ("–", Wrong::Minus),
    ("—", Wrong::Minus),
    ("¬", Wrong::Not),
];

/// What operators of several signs are made of, CEL's and others.
const SIGNS: &[u8] = b"=!<>&|~*?.:-^";

/// CEL's own operators and punctuation, longest first. `=` stands here because `==` must be found before it.
const RIGHT: &[(&str, TokenKind)] = &[
    ("==", TokenKind::Op(BinaryOp::Eq)),
    ("!=", TokenKind::Op(BinaryOp::Ne)),
    ("<=", TokenKind::Op(BinaryOp::Le)),
    (">=", TokenKind::Op(BinaryOp::Ge)),
    ("&&", TokenKind::Logical(LogicalOp::And)),
    ("||", TokenKind::Logical(LogicalOp::Or)),
    ("${", TokenKind::Template),
    ("=", TokenKind::Wrong(Wrong::Op(BinaryOp::Eq))),
    ("<", TokenKind::Op(BinaryOp::Lt)),
    (">", TokenKind::Op(BinaryOp::Gt)),
    ("+", TokenKind::Op(BinaryOp::Add)),
    ("*", TokenKind::Op(BinaryOp::Mul)),
    ("/", TokenKind::Op(BinaryOp::Div)),
    ("%", TokenKind::Op(BinaryOp::Rem)),
    ("-", TokenKind::Minus),
    ("!", TokenKind::Not),
    ("(", TokenKind::LParen),
    (")", TokenKind::RParen),
    ("[", TokenKind::LBracket),
    ("]", TokenKind::RBracket),
    ("{", TokenKind::LBrace),
    ("}", TokenKind::RBrace),
    (".", TokenKind::Dot),
    (",", TokenKind::Comma),
    (":", TokenKind::Colon),
    ("?", TokenKind::Question),
    (";", TokenKind::Semicolon),
];

/// Where the tokens of a text stand, in order, and what is wrong with them alone: characters, quotes, escapes, digits.
/// Between two tokens there are blanks, comments and what an issue speaks of.
///
/// ```
/// let (tokens, issues) = irc::cel::token_spans("tier == 'pro' // paying");
/// let ends: Vec<u32> = tokens.iter().map(|token| token.end).collect();
/// assert_eq!((ends, issues.len()), (vec![4, 7, 13], 0));
/// ```
pub fn token_spans(text: &str) -> (Vec<Span>, Vec<Issue>) {
    let mut issues = Issues::default();
    let mut tokens = tokens(text, &mut issues);
    // The end of the text.
    tokens.pop();
    (tokens.into_iter().map(|token| token.span).collect(), issues.finish())
}

/// Reads all tokens; the last one is [`TokenKind::End`].
pub(crate) fn tokens(text: &str, issues: &mut Issues) -> Vec<Token> {
    // People write a token in about four characters.
    let room = text.len() / 4 + 2;
    let mut lexer = Lexer { text, pos: 0, tokens: Vec::with_capacity(room), issues };
    while lexer.token() {}
    // Behind the last token: what is only blanks has no meaning, and in YAML its end may lie on another line.
    let end = lexer.tokens.last().map_or(0, |token| token.span.end as usize);
    let end = Span::new(end, end);
    lexer.tokens.push(Token { kind: TokenKind::End, span: end });
    lexer.tokens
}

struct Lexer<'a, 'i> {
    text: &'a str,
    pos: usize,
    tokens: Vec<Token>,
    issues: &'i mut Issues,
}

impl<'a> Lexer<'a, '_> {
    fn rest(&self) -> &'a str {
        self.text.get(self.pos..).unwrap_or("")
    }

    fn between(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or("")
    }

    /// The byte `ahead` of the current place; 0 beyond the end.
    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.pos.saturating_add(ahead)).copied().unwrap_or(0)
    }

    fn span_from(&self, start: usize) -> Span {
        Span::new(start, self.pos)
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        let span = self.span_from(start);
        self.tokens.push(Token { kind, span });
    }

    fn report(&mut self, kind: SyntaxKind, span: Span) {
        self.issues.add(Issue::new(kind, span));
    }

    fn skip_while(&mut self, keep: impl Fn(char) -> bool) {
        let rest = self.rest();
        let length = rest.find(|c| !keep(c)).unwrap_or(rest.len());
        #[cfg(test)]
        super::effort::spend(length + 1);
        self.pos += length;
    }

    /// The same for characters of which all that are kept are ASCII.
    fn skip_bytes(&mut self, keep: impl Fn(u8) -> bool) {
        let length = self.rest().bytes().take_while(|byte| keep(*byte)).count();
        #[cfg(test)]
        super::effort::spend(length + 1);
        self.pos += length;
    }

    /// Reads one token or one run of what is none; false at the end.
    fn token(&mut self) -> bool {
        self.skip_bytes(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'\x0c'));
        let start = self.pos;
        let Some(c) = self.rest().chars().next() else { return false };
        match c {
            '/' if self.byte(1) == b'/' => self.skip_while(|c| c != '\n'),
            '/' if self.byte(1) == b'*' => self.block_comment(),
            '/' if self.operand_expected() && self.regex() => {}
            '#' => {
                self.skip_while(|c| c != '\n');
                let kind = SyntaxKind::HashComment;
                self.issues.add(Issue::new(kind, Span::new(start, start + 1)).fix_by("//"));
            }
            '"' | '\'' => self.string(start),
            '`' => self.quoted_name(),
            '.' if self.byte(1).is_ascii_digit() => self.number(),
            '0'..='9' => self.number(),
            '_' => self.word(),
            _ if c.is_alphabetic() => self.word(),
            '$' | '@' if self.byte(1).is_ascii_alphabetic() || self.byte(1) == b'_' => self.sigil(),
            _ if strings::SMART_QUOTES.contains(&c) => self.smart_string(),
            _ if invisible(c) => self.invisible(),
            _ => self.punctuation(c),
        }
        true
    }

    fn punctuation(&mut self, c: char) {
        let (start, rest) = (self.pos, self.rest());
        // Nothing longer begins with these.
        let alone = match c {
            '(' => Some(TokenKind::LParen),
            ')' => Some(TokenKind::RParen),
            '[' => Some(TokenKind::LBracket),
            ']' => Some(TokenKind::RBracket),
            ',' => Some(TokenKind::Comma),
            '.' if self.byte(1) != b'.' => Some(TokenKind::Dot),
            _ => None,
        };
        if let Some(kind) = alone {
            self.pos += 1;
            return self.push(kind, start);
        }
        let first = self.byte(0);
        let stands_here = |text: &str| text.as_bytes().first() == Some(&first) && rest.starts_with(text);
        // All signs in a row that are an operator of CEL's are that one: nothing longer has other signs.
        let signs = rest.bytes().take(3).take_while(|byte| SIGNS.contains(byte)).count();
        let whole = RIGHT.iter().find(|(text, _)| text.len() == signs && stands_here(text));
        if let Some((text, kind)) = whole {
            self.pos += text.len();
            return self.push(kind.clone(), start);
        }
        let wrong = WRONG.iter().find(|(text, _)| stands_here(text));
        let right = RIGHT.iter().find(|(text, _)| stands_here(text));
        let found = match (wrong, right) {
            (Some((text, wrong)), right) if right.is_none_or(|(r, _)| r.len() < text.len()) => {
                Some((text.len(), TokenKind::Wrong(*wrong)))
            }
            (_, Some((text, kind))) => Some((text.len(), kind.clone())),
            _ => None,
        };
        if let Some((len, kind)) = found {
            self.pos += len;
            return self.push(kind, start);
        }
        self.skip_while(|other| other == c);
        let span = self.span_from(start);
        self.report(
            SyntaxKind::UnknownCharacter { text: self.between(start, start + c.len_utf8()).into() },
            span,
        );
        self.push(TokenKind::Bad, start);
    }

    fn word(&mut self) {
        let start = self.pos;
        self.skip_bytes(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !self.byte(0).is_ascii() {
            self.skip_while(|c| c.is_alphanumeric() || c == '_');
        }
        // A quote right behind r, b or br belongs to it.
        let word = self.between(start, self.pos);
        if matches!(self.byte(0), b'"' | b'\'') && strings::prefix(word).is_some() {
            return self.string(start);
        }
        if !word.is_ascii() {
            let kind = SyntaxKind::NotAsciiName { name: word.into() };
            self.report(kind, self.span_from(start));
        }
        let kind = match word {
            "true" => TokenKind::Literal(Literal::Bool(true)),
            "false" => TokenKind::Literal(Literal::Bool(false)),
            "null" => TokenKind::Literal(Literal::Null),
            "in" => TokenKind::Op(BinaryOp::In),
            _ => TokenKind::Name,
        };
        self.push(kind, start);
    }

    /// `$name` and `@name`: the token is the name alone.
    fn sigil(&mut self) {
        let start = self.pos;
        self.pos += 1;
        let sigil = Span::new(start, self.pos);
        self.word();
        let name = self.between(start + 1, self.pos).into();
        let sign = self.between(start, start + 1).into();
        self.issues.add(Issue::new(SyntaxKind::SigilName { sign, name }, sigil).fix_by(""));
    }

    fn quoted_name(&mut self) {
        let start = self.pos;
        self.pos += 1;
        self.skip_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/' | ' '));
        if self.byte(0) == b'`' && self.pos > start + 1 {
            self.pos += 1;
            return self.push(TokenKind::Quoted, start);
        }
        // Not a name: up to the closing backtick of this line, so that what is inside is not read as code.
        self.skip_while(|c| !matches!(c, '`' | '\n'));
        let kind = if self.byte(0) == b'`' {
            self.pos += 1;
            SyntaxKind::QuotedNameText { text: self.between(start, self.pos).into() }
        } else {
            SyntaxKind::UnterminatedString { quote: "`".into() }
        };
        self.report(kind, self.span_from(start));
        self.push(TokenKind::Bad, start);
    }

    fn invisible(&mut self) {
        let start = self.pos;
        self.skip_while(invisible);
        let run = self.between(start, self.pos);
        let code = run.chars().next().map_or(0, u32::from);
        let blank = run.chars().any(char::is_whitespace);
        let kind = SyntaxKind::InvisibleCharacter { code };
        self.issues.add(Issue::new(kind, self.span_from(start)).fix_by(if blank { " " } else { "" }));
    }

    fn block_comment(&mut self) {
        let start = self.pos;
        let rest = self.rest();
        let len = rest.find("*/").map_or(rest.len(), |i| i + 2);
        self.pos += len;
        let alone = self.rest().trim_start_matches([' ', '\t', '\r']);
        let text = self.between(start, self.pos);
        let issue = Issue::new(SyntaxKind::BlockComment, self.span_from(start));
        // Only a comment that ends its line can become a line comment.
        let ends_line = alone.is_empty() || alone.starts_with('\n');
        let words = text.trim_start_matches("/*").trim_end_matches("*/").trim();
        self.issues.add(if ends_line && !words.contains('\n') {
            issue.fix_by(format!("// {words}").trim_end())
        } else {
            issue
        });
    }

    /// True where a value must follow, so that `/` cannot divide.
    fn operand_expected(&self) -> bool {
        match self.tokens.as_slice() {
            [.., before, Token { kind: TokenKind::Name, span }] if before.kind != TokenKind::Dot => {
                self.between(span.start as usize, span.end as usize) == "matches"
            }
            [.., last] => !matches!(
                last.kind,
                TokenKind::Literal(_)
                    | TokenKind::Int(_)
                    | TokenKind::Name
                    | TokenKind::Quoted
                    | TokenKind::RParen
                    | TokenKind::RBracket
                    | TokenKind::RBrace
                    | TokenKind::Bad
            ),
            [] => true,
        }
    }

    /// `/pattern/flags` of JavaScript or Ruby; false if there is no second slash on the line.
    fn regex(&mut self) -> bool {
        let start = self.pos;
        let body = self.text.get(start + 1..).unwrap_or("");
        let mut escaped = false;
        let end = body.char_indices().take_while(|(_, c)| *c != '\n').find(|(_, c)| {
            let ends = *c == '/' && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        let Some((len, _)) = end.filter(|(len, _)| *len > 0) else { return false };
        self.pos = start + 1 + len + 1;
        let flags_at = self.pos;
        self.skip_while(|c| c.is_ascii_lowercase());
        let flags: String = self.between(flags_at, self.pos).chars().filter(|c| "ims".contains(*c)).collect();
        let pattern = self.between(start + 1, start + 1 + len).replace("\\/", "/");
        let pattern = if flags.is_empty() { pattern } else { format!("(?{flags}){pattern}") };
        let quote = ['"', '\''].into_iter().find(|q| !pattern.contains(*q));
        let issue =
            Issue::new(SyntaxKind::RegexLiteral { pattern: pattern.as_str().into() }, self.span_from(start));
        self.issues.add(match quote {
            Some(q) => issue.fix_by(&format!("r{q}{pattern}{q}")),
            None => issue,
        });
        self.push(TokenKind::Bad, start);
        true
    }
}

/// Characters that a reader does not see, or takes for a space.
pub(crate) fn invisible(c: char) -> bool {
    let ascii_space = matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{c}');
    let unseen = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{feff}');
    (c.is_whitespace() && !ascii_space) || unseen
}
