//! CEL's tokens, read as the specification has them and by nothing of the library's: what judges it must not be it.

/// A token. Literals are kept as their values, so that two spellings of one value are one token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name, keywords and reserved words included.
    Name(String),
    /// A name in backticks.
    Quoted(String),
    /// `None` beyond 64 bits. The sign is a token of its own.
    Int(Option<u64>),
    Uint(Option<u64>),
    /// The bits of a double.
    Double(u64),
    Text(String),
    Bytes(Vec<u8>),
    /// Operators and punctuation.
    Sign(&'static str),
}

const SIGNS: &[&str] = &[
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "%", "!", "(", ")", "[", "]", "{", "}",
    ".", ",", ":", "?",
];

/// The tokens of a text with the places where they begin and end; `None` if it has something that is no token.
pub(super) fn tokens(text: &str) -> Option<Vec<(Token, usize, usize)>> {
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}']).len();
        if blank > 0 {
            at += blank;
        } else if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.is_empty() {
            return Some(found);
        } else {
            let (token, length) = token(rest)?;
            found.push((token, at, at + length));
            at += length;
        }
    }
}

fn token(rest: &str) -> Option<(Token, usize)> {
    let first = rest.chars().next()?;
    let word = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
    let prefix = rest[..word].to_ascii_lowercase();
    if rest[word..].starts_with(['"', '\'']) && matches!(&*prefix, "" | "r" | "b" | "rb" | "br") {
        return string(rest, word, prefix.contains('r'), prefix.contains('b'));
    }
    let point = rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if first.is_ascii_digit() || point {
        return number(rest);
    }
    if first.is_ascii_alphabetic() || first == '_' {
        return Some((Token::Name(rest[..word].to_owned()), word));
    }
    if first == '`' {
        let end = rest[1..].find('`')? + 1;
        let name = &rest[1..end];
        let fits = |c: char| c.is_ascii_alphanumeric() || "_.-/ ".contains(c);
        return (!name.is_empty() && name.chars().all(fits))
            .then(|| (Token::Quoted(name.to_owned()), end + 1));
    }
    let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign))?;
    Some((Token::Sign(sign), sign.len()))
}

fn number(rest: &str) -> Option<(Token, usize)> {
    let digits =
        |from: usize| from + rest[from..].find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len() - from);
    let unsigned = |end: usize| rest[end..].starts_with(['u', 'U']);
    if let Some(hex) = rest.strip_prefix("0x") {
        let end = 2 + hex.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(hex.len());
        if end > 2 {
            let value = u64::from_str_radix(&rest[2..end], 16).ok();
            return Some(if unsigned(end) {
                (Token::Uint(value), end + 1)
            } else {
                (Token::Int(value), end)
            });
        }
    }
    let whole = digits(0);
    let mut end = whole;
    if rest[end..].starts_with('.') && digits(end + 1) > end + 1 {
        end = digits(end + 1);
    }
    if rest[end..].starts_with(['e', 'E']) {
        let sign = usize::from(rest[end + 1..].starts_with(['+', '-']));
        if digits(end + 1 + sign) > end + 1 + sign {
            end = digits(end + 1 + sign);
        }
    }
    if end > whole || whole == 0 {
        let value: f64 = rest[..end].parse().ok()?;
        return value.is_finite().then_some((Token::Double(value.to_bits()), end));
    }
    let value = rest[..end].parse().ok();
    Some(if unsigned(end) { (Token::Uint(value), end + 1) } else { (Token::Int(value), end) })
}

fn string(rest: &str, prefix: usize, raw: bool, bytes: bool) -> Option<(Token, usize)> {
    let body = &rest[prefix..];
    let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| body.starts_with(quote))?;
    let mut value = Vec::new();
    let mut at = prefix + quote.len();
    loop {
        let rest = &rest[at..];
        if rest.starts_with(quote) {
            let token = if bytes { Token::Bytes(value) } else { Token::Text(String::from_utf8(value).ok()?) };
            return Some((token, at + quote.len()));
        }
        let c = rest.chars().next()?;
        if quote.len() == 1 && matches!(c, '\n' | '\r') {
            return None;
        }
        if c != '\\' || raw {
            value.extend(c.to_string().as_bytes());
            at += c.len_utf8();
            continue;
        }
        let kind = rest[1..].chars().next()?;
        let coded = |skip: usize, digits: usize, radix: u32| {
            let digits = rest.get(skip..skip + digits)?;
            digits.chars().all(|c| c.is_digit(radix)).then(|| u32::from_str_radix(digits, radix).ok())?
        };
        let (code, length) = match kind {
            'a' => (7, 2),
            'b' => (8, 2),
            'f' => (12, 2),
            'n' => (10, 2),
            'r' => (13, 2),
            't' => (9, 2),
            'v' => (11, 2),
            '\\' | '\'' | '"' | '`' | '?' => (u32::from(kind), 2),
            '0'..='3' => (coded(1, 3, 8)?, 4),
            'x' | 'X' => (coded(2, 2, 16)?, 4),
            'u' if !bytes => (coded(2, 4, 16)?, 6),
            'U' if !bytes => (coded(2, 8, 16)?, 10),
            _ => return None,
        };
        at += length;
        if bytes {
            value.push(u8::try_from(code).ok()?);
        } else {
            value.extend(char::from_u32(code)?.to_string().as_bytes());
        }
    }
}

/// Tokens without what may be written one way or another: parentheses that only group, commas before the end of a
/// list or map, `!!`, `--`, the sign of 0, backticks around what is a name.
#[allow(clippy::needless_pass_by_value, reason = "nobody keeps the tokens")]
pub(super) fn plain(tokens: Vec<Token>) -> Vec<Token> {
    let is = |token: Option<&Token>, sign: &str| matches!(token, Some(Token::Sign(s)) if *s == sign);
    let ends_value = |token: Option<&Token>| match token {
        Some(Token::Name(name)) => name != "in",
        Some(Token::Sign(sign)) => matches!(*sign, ")" | "]" | "}"),
        Some(_) => true,
        None => false,
    };
    let mut out: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        let run = tokens[at..].iter().take_while(|other| *other == token).count();
        match token {
            Token::Sign(sign @ ("!" | "-")) => {
                let binary = usize::from(*sign == "-" && ends_value(before));
                let zero = run == binary + 1 && tokens.get(at + run) == Some(&Token::Int(Some(0)));
                out.extend(vec![token.clone(); binary + usize::from((run - binary) % 2 == 1 && !zero)]);
                at += run;
                continue;
            }
            Token::Sign(",") if is(tokens.get(at + 1), "]") || is(tokens.get(at + 1), "}") => {}
            Token::Quoted(name) if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') => {
                out.push(Token::Name(name.clone()));
            }
            _ => out.push(token.clone()),
        }
        at += 1;
    }
    let mut open = Vec::new();
    let mut grouping = vec![false; out.len()];
    for at in 0..out.len() {
        if is(out.get(at), "(") {
            let before = at.checked_sub(1).map(|before| &out[before]);
            open.push((at, !matches!(before, Some(Token::Name(name)) if name != "in")));
        } else if is(out.get(at), ")")
            && let Some((start, groups)) = open.pop()
        {
            (grouping[start], grouping[at]) = (groups, groups);
        }
    }
    out.into_iter().zip(grouping).filter(|(_, grouping)| !grouping).map(|(token, _)| token).collect()
}
