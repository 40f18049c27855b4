//! What can be told of a secret without telling it.

/// Whether a key was encoded as Base64 once more. As it is copied, it is Base64 of two texts with a colon between.
pub(super) fn is_encoded_twice(key: &str) -> bool {
    let once = decode(key.as_bytes());
    let twice = once.as_deref().filter(|inner| inner.len() >= 8).and_then(decode);
    twice.is_some_and(|inner| inner.contains(&b':') && inner.iter().all(u8::is_ascii_graphic))
}

/// Reads Base64, in either alphabet, with or without padding.
fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.trim_ascii();
    let end = text.iter().position(|byte| *byte == b'=').unwrap_or(text.len());
    let (digits, padding) = text.split_at_checked(end)?;
    if digits.is_empty() || digits.len() % 4 == 1 || padding.len() > 2 || padding.iter().any(|b| *b != b'=') {
        return None;
    }
    let (mut out, mut bits, mut count) = (Vec::with_capacity(digits.len()), 0_u32, 0_u32);
    for digit in digits {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read() {
        assert_eq!(decode(b"Zm9vOmJhcg==").as_deref(), Some(&b"foo:bar"[..]));
        assert_eq!(decode(b"Zm9vOmJhcg").as_deref(), Some(&b"foo:bar"[..]));
        assert_eq!(decode(b"_-8=").as_deref(), Some(&[0xff, 0xef][..]));
        for bad in ["", "A", "a b", "ab=c", "=", "Zm9v==="] {
            assert_eq!(decode(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn twice_is_told_from_once() {
        assert!(!is_encoded_twice("d29ya3NwYWNlOnNlY3JldA=="));
        assert!(is_encoded_twice("ZDI5eWEzTndZV05sT25ObFkzSmxkQT09"));
        assert!(is_encoded_twice("ZDI5eWEzTndZV05sT25ObFkzSmxkQT09\n"));
        for other in ["", "sk-ant-api03-abcdefgh", "d2hhdGV2ZXI=", "not base64 at all"] {
            assert!(!is_encoded_twice(other), "{other}");
        }
    }
}
