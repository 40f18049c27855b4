//! A key in a definition is a key in the history of a repository and, in a prompt, one that is sent to a model with each
//! request. Only the forms that providers give their keys are looked for, and only with as many characters as those have.

use std::collections::BTreeSet;
use std::ops::Range;

use memchr::memmem;

use crate::diag::Diagnostic;
use crate::lint::context::FileContext;
use crate::lint::{Check, Rule};
use crate::rule_meta;
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC421" "secret-in-definition", Error, Correctness, None),
    check: Check::File(check),
};

/// What a key looks like.
struct Form {
    /// What it begins with.
    prefix: &'static str,
    /// How many characters follow at least.
    least: usize,
    /// Which characters follow.
    alphabet: fn(char) -> bool,
    /// What it is, behind "an".
    what: &'static str,
}

const fn form(prefix: &'static str, least: usize, alphabet: fn(char) -> bool, what: &'static str) -> Form {
    Form { prefix, least, alphabet, what }
}

const FORMS: &[Form] = &[
    form("sk-ant-", 40, is_word, "API key of Anthropic"),
    form("sk-or-v1-", 64, is_hex, "API key of OpenRouter"),
    form("sk-proj-", 40, is_word, "API key of OpenAI"),
    form("sk-svcacct-", 40, is_word, "API key of OpenAI"),
    form("sk-admin-", 40, is_word, "API key of OpenAI"),
    form("sk-", 32, is_alphanumeric, "API key such as OpenAI and DeepSeek give"),
    form("AIza", 35, is_word, "API key of Google"),
    form("gsk_", 48, is_alphanumeric, "API key of Groq"),
    form("xai-", 70, is_alphanumeric, "API key of xAI"),
    form("csk-", 40, is_alphanumeric, "API key of Cerebras"),
    form("fw_", 20, is_alphanumeric, "API key of Fireworks"),
    form("pplx-", 40, is_alphanumeric, "API key of Perplexity"),
    form("hf_", 30, is_alphanumeric, "access token of Hugging Face"),
    form("r8_", 35, is_alphanumeric, "access token of Replicate"),
    form("AKIA", 16, is_upper, "access key of AWS"),
    form("ASIA", 16, is_upper, "access key of AWS"),
    form("ghp_", 36, is_alphanumeric, "access token of GitHub"),
    form("gho_", 36, is_alphanumeric, "access token of GitHub"),
    form("ghs_", 36, is_alphanumeric, "access token of GitHub"),
    form("github_pat_", 60, is_word, "access token of GitHub"),
    form("glpat-", 20, is_word, "access token of GitLab"),
    form("xoxb-", 40, is_word, "access token of Slack"),
    form("xoxp-", 40, is_word, "access token of Slack"),
    form("sk_live_", 24, is_alphanumeric, "API key of Stripe"),
    form("rk_live_", 24, is_alphanumeric, "API key of Stripe"),
    // Inworld's own keys are used as they are copied, in Base64.
    form("Basic ", 40, is_base64, "authorization header with a key"),
    form("Bearer eyJ", 60, is_token, "authorization header with a token"),
];

/// What all of them begin with.
const FIRST: &[[u8; 2]] = &[
    *b"sk", *b"AI", *b"gs", *b"xa", *b"cs", *b"fw", *b"pp", *b"hf", *b"r8", *b"AK", *b"AS", *b"gh", *b"gi",
    *b"gl", *b"xo", *b"rk", *b"Ba", *b"Be",
];

const PRIVATE_KEY: (&str, &str) = ("-----BEGIN ", "PRIVATE KEY-----");

/// Placeholders such as `sk-xxxxxxxx` have few different characters; a random key of this length has more.
const DIFFERENT: usize = 10;

/// No key but those of headers has fewer letters, digits, `_` and `-` in a row.
const LEAST: usize = 20;

/// What a key begins with that stands behind a blank.
const HEADERS: [&str; 2] = ["Basic ", "Bearer eyJ"];

fn check(context: &FileContext<'_>, found: &mut Vec<Diagnostic>) {
    let text: &str = context.source.text();
    let mut places: Vec<(usize, usize, &str)> = Vec::new();
    for line in lines_to_read(text) {
        read(text, line, &mut places);
    }
    for at in memmem::find_iter(text.as_bytes(), PRIVATE_KEY.0) {
        let line: String = text.get(at..).unwrap_or_default().chars().take(60).collect();
        let line = line.lines().next().unwrap_or_default();
        if let Some(length) = line.find(PRIVATE_KEY.1) {
            places.push((at, at + length + PRIVATE_KEY.1.len(), "private key"));
        }
    }
    places.sort_unstable();
    for (start, end, what) in places {
        let article =
            if what.starts_with(['A', 'a', 'R', 'r']) && what != "private key" { "an" } else { "a" };
        let mut out = Diagnostic::new(
            &RULE.meta,
            Span::new(context.source.id(), start, end),
            format!("{article} {what} stands here"),
        )
        .note("whoever reads this file has it; in a prompt it is sent to the model with every request, too")
        .help("revoke it where it was issued, and take it out: a router needs no keys, callers send theirs with the request");
        out.secret = true;
        found.push(out);
    }
}

/// The lines that may hold a key, in order: those where enough of its characters stand in a row, and those of headers.
fn lines_to_read(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let is_of_key = |byte: &&u8| matches!(**byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-');
    let mut places = Vec::new();
    // Enough in a row cannot stand between two of these places.
    let mut at = LEAST - 1;
    while let Some((before, behind)) = bytes.split_at_checked(at)
        && !behind.is_empty()
    {
        let behind = behind.iter().take_while(is_of_key).count();
        if behind > 0 {
            let before = before.iter().rev().take_while(is_of_key).count();
            // A key begins where they do, or behind an escape such as the `\n` that `\nsk-…` begins with.
            let start = at - before;
            let begins = |from: usize| {
                bytes.get(from..from + 2).is_some_and(|pair| FIRST.iter().any(|first| first == pair))
            };
            let escaped = bytes.get(..start).is_some_and(|before| before.ends_with(b"\\"));
            if before + behind >= LEAST && (begins(start) || escaped && begins(start + 1)) {
                places.push(at);
            }
        }
        at += behind + LEAST;
    }
    places.extend(HEADERS.iter().flat_map(|header| memmem::find_iter(bytes, header)));
    places.sort_unstable();
    let mut lines: Vec<Range<usize>> = Vec::new();
    for at in places {
        // A line may be as long as the file: its ends are looked for once.
        if lines.last().is_some_and(|line| at < line.end) {
            continue;
        }
        let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
        let end = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| at + length);
        lines.push(start..end);
    }
    lines
}

/// Finds the keys of a line.
fn read(text: &str, line: Range<usize>, places: &mut Vec<(usize, usize, &'static str)>) {
    // Keys begin where words begin; the `n` of `\n` begins none.
    let (mut inside, mut escaped) = (false, false);
    for (at, byte) in line.clone().zip(text.as_bytes().get(line).unwrap_or_default()) {
        let begins = !inside && byte.is_ascii_alphabetic();
        let word = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || !byte.is_ascii();
        inside = word && !escaped;
        escaped = *byte == b'\\' && !escaped;
        if !begins {
            continue;
        }
        let next = text.as_bytes().get(at + 1).copied().unwrap_or_default();
        if !FIRST.contains(&[*byte, next]) || places.last().is_some_and(|(_, end, _)| at < *end) {
            continue;
        }
        let found = FORMS.iter().find_map(|form| Some((key_end(text, at, form)?, form.what)));
        places.extend(found.map(|(end, what)| (at, end, what)));
    }
}

/// Where the key ends that begins at a place, if it is one.
fn key_end(text: &str, at: usize, form: &Form) -> Option<usize> {
    let start = at + form.prefix.len();
    let rest = text.get(at..)?.strip_prefix(form.prefix)?;
    let length = rest.find(|c| !(form.alphabet)(c)).unwrap_or(rest.len());
    let key = rest.get(..length)?;
    let different: BTreeSet<char> = key.chars().collect();
    let mixed = key.contains(|c: char| c.is_ascii_digit());
    (key.len() >= form.least && different.len() >= DIFFERENT && mixed).then_some(start + length)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

fn is_alphanumeric(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

fn is_hex(c: char) -> bool {
    c.is_ascii_hexdigit()
}

fn is_upper(c: char) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit()
}

fn is_base64(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=')
}

fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::{FIRST, FORMS, HEADERS, LEAST, RULE, is_word};
    use crate::lint::testing::file_findings;

    /// Characters as a key has them. Whole keys in a source file would be taken for lost ones.
    fn random(length: usize) -> String {
        "q7Zk3Lw9Xb2Rt8Vn4Hc6Jm1Pd5Sf0Gy".chars().cycle().take(length).collect()
    }

    #[test]
    fn keys_are_found_wherever_they_stand() {
        for (prefix, length, what) in [
            ("sk-ant-api03-", 93, "an API key of Anthropic stands here"),
            ("sk-proj-", 120, "an API key of OpenAI stands here"),
            ("AIza", 35, "an API key of Google stands here"),
            ("gsk_", 52, "an API key of Groq stands here"),
            ("ghp_", 36, "an access token of GitHub stands here"),
            ("Authorization: Basic ", 64, "an authorization header with a key stands here"),
        ] {
            let key = format!("{prefix}{}", random(length));
            for text in [format!("# {key}\nname: a\n"), format!("name: a\nbroken: [\"a\\n{key}\"")] {
                let found = file_findings(&RULE, &text);
                let [found] = found.as_slice() else { panic!("{found:?}") };
                assert!(found.ends_with(what), "{found}");
            }
        }
        let pem = "x: |\n  -----BEGIN RSA PRIVATE KEY-----\n  abc\n";
        assert_eq!(file_findings(&RULE, pem), ["-----BEGIN RSA PRIVATE KEY-----: a private key stands here"]);
    }

    #[test]
    fn every_form_is_looked_for() {
        for form in FORMS {
            let header = HEADERS.contains(&form.prefix);
            assert!(header || form.prefix.chars().all(is_word) && form.prefix.len() + form.least >= LEAST);
        }
        assert!(FORMS.iter().all(|form| FIRST.iter().any(|first| form.prefix.as_bytes().starts_with(first))));
    }

    #[test]
    fn placeholders_and_words_are_no_keys() {
        let part = random(60);
        for text in [
            "sk-ant-api03-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "sk-proj-YOUR_API_KEY_GOES_RIGHT_IN_HERE_PLEASE_AND_NOWHERE_ELSE",
            "sk-your-key-here",
            "Basic authentication is what the management API wants",
            "Basic $INWORLD_API_KEY",
            "task-force-1 disk-proj-1",
            "-----BEGIN PUBLIC KEY-----",
            &format!("ask-{part}"),
            "AKIASHORT",
        ] {
            assert_eq!(file_findings(&RULE, text), [""; 0], "{text}");
        }
    }
}
