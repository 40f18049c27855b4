//! What is not repeated, however often it was seen: what may name a person, or be a secret.

/// Words of a key whose values name somebody or something one of a kind.
const NAMING: &[&str] = &[
    "id", "ids", "uid", "uuid", "guid", "user", "username", "login", "name", "email", "mail", "phone",
    "mobile", "ip", "address", "session", "person", "customer", "contact",
];

/// Words of a key whose values are nobody's business.
const SECRET: &[&str] = &[
    "key",
    "apikey",
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "pin",
    "otp",
    "auth",
    "authorization",
    "credential",
    "credentials",
    "cookie",
    "jwt",
    "bearer",
    "signature",
];

/// How secrets begin, as their makers mark them.
const MARKS: &[&str] =
    &["sk-", "pk-", "rk_", "sk_", "ghp_", "gho_", "github_pat_", "xox", "AKIA", "eyJ", "AIza"];

/// Whether the values of a key of this name are to be kept to oneself.
pub(super) fn is_private_key(name: &str) -> bool {
    let words = words(name);
    let last = words.last().map_or("", String::as_str);
    NAMING.contains(&last) || words.iter().any(|word| SECRET.contains(&word.as_str()))
}

/// Whether a text looks like something that is to be kept to oneself.
pub(super) fn is_private_text(text: &str) -> bool {
    let digits = longest(text, |c| c.is_ascii_digit());
    let hex = longest(text, |c| c.is_ascii_hexdigit());
    let word = longest(text, |c| c.is_ascii_alphanumeric());
    text.contains('@')
        || MARKS.iter().any(|mark| text.starts_with(mark))
        || digits >= 6
        || hex >= 12
        || word >= 20 && text.contains(|c: char| c.is_ascii_digit())
}

/// The longest run of such characters.
fn longest(text: &str, of: impl Fn(char) -> bool) -> usize {
    text.split(|c| !of(c)).map(str::len).max().unwrap_or(0)
}

/// The words of a name in any of the usual styles, in small letters.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut small = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || small && c.is_uppercase() {
            words.push(String::new());
        }
        small = c.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_by_their_words() {
        for name in
            ["user_id", "userId", "email", "API_KEY", "authToken", "client-secret", "id", "customer_name"]
        {
            assert!(is_private_key(name), "{name}");
        }
        for name in
            ["tier", "region", "plan", "user_tier", "idle", "monkey", "tokens", "valid", "keyboard", ""]
        {
            assert!(!is_private_key(name), "{name}");
        }
    }

    #[test]
    fn texts_are_read_by_their_looks() {
        for text in [
            "anna@example.org",
            "sk-live",
            "4711123",
            "u_8839201",
            "550e8400-e29b-41d4-a716-446655440000",
            "deadbeefcafe",
            "Zm9vOmJhcjpiYXo1cXV4MTIz",
        ] {
            assert!(is_private_text(text), "{text}");
        }
        for text in ["pro", "eu-west-1", "2026-11-22", "gpt-4o-mini", "", "enterprise", "v1.2.3"] {
            assert!(!is_private_text(text), "{text}");
        }
    }
}
