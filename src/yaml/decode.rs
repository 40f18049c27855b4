//! Bytes to text.

use super::{Limits, errors};
use crate::diag::Diagnostic;
use crate::source::SourceFile;

/// Why the bytes of a file are not (only) the UTF-8 text they should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecodeFault {
    /// More bytes than the limit. The text is empty.
    TooLarge {
        /// How many there are.
        size: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// UTF-16 or UTF-32, by its byte order mark or by the NUL beside every letter. The text is empty.
    Wide {
        /// The name of the encoding.
        name: &'static str,
    },
    /// Bytes that are not UTF-8. In the text each stands as `?`, so that offsets stay those of the file.
    NotUtf8 {
        /// Each such byte with its offset. Never empty.
        bytes: Vec<(u32, u8)>,
    },
}

/// Decodes the bytes of a file to the text that goes into [`Sources`](crate::source::Sources), and says what is wrong
/// with them. A byte order mark stays in the text: offsets in the text are offsets in the file.
pub fn decode(bytes: Vec<u8>, limits: &Limits) -> (String, Option<DecodeFault>) {
    if bytes.len() > limits.bytes {
        return (String::new(), Some(DecodeFault::TooLarge { size: bytes.len(), limit: limits.bytes }));
    }
    if let Some(name) = wide(&bytes) {
        return (String::new(), Some(DecodeFault::Wide { name }));
    }
    let mut bytes = match String::from_utf8(bytes) {
        Ok(text) => return (text, None),
        Err(error) => error.into_bytes(),
    };
    let mut bad = Vec::new();
    let mut at = 0;
    while let Some(rest) = bytes.get(at..)
        && let Err(error) = std::str::from_utf8(rest)
    {
        let start = at + error.valid_up_to();
        let end = error.error_len().map_or(bytes.len(), |len| start + len);
        for (i, byte) in bytes.iter_mut().enumerate().take(end).skip(start) {
            bad.push((u32::try_from(i).unwrap_or(u32::MAX), std::mem::replace(byte, b'?')));
        }
        at = end;
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    (text, Some(DecodeFault::NotUtf8 { bytes: bad }))
}

impl DecodeFault {
    /// The fault as a finding about the file that was made of the text.
    pub fn diagnostic(&self, file: &SourceFile) -> Diagnostic {
        match self {
            Self::TooLarge { size, limit } => errors::file_too_large(file.id(), *size, *limit),
            Self::Wide { name } => errors::wide(file.id(), name),
            Self::NotUtf8 { bytes } => errors::not_utf8(file, bytes),
        }
    }
}

/// The name of the encoding if it is one of two or four bytes a character.
fn wide(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Some("UTF-32"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("UTF-16"),
        [a, 0, b, 0, ..] | [0, a, 0, b, ..] if *a != 0 && *b != 0 => Some("UTF-16"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(bytes: &[u8]) -> (String, Option<DecodeFault>) {
        decode(bytes.to_vec(), &Limits { bytes: 32, ..Limits::default() })
    }

    #[test]
    fn keeps_utf8_with_and_without_mark() {
        assert_eq!(run("é: 1\r\n".as_bytes()), ("é: 1\r\n".into(), None));
        assert_eq!(run("\u{feff}a".as_bytes()), ("\u{feff}a".into(), None));
        assert_eq!(run(b""), (String::new(), None));
    }

    #[test]
    fn says_which_bytes_are_not_utf8_and_keeps_offsets() {
        let (text, fault) = run(b"a\xe9b\xff\xfe\xc3");
        assert_eq!(text, "a?b???");
        let bytes = vec![(1, 0xe9), (3, 0xff), (4, 0xfe), (5, 0xc3)];
        assert_eq!(fault, Some(DecodeFault::NotUtf8 { bytes }));
        // A cut character: its first bytes alone are valid starts.
        let (text, fault) = run(b"\xe2\x82: x");
        assert_eq!(text, "??: x");
        assert!(matches!(fault, Some(DecodeFault::NotUtf8 { bytes }) if bytes.len() == 2));
    }

    #[test]
    fn knows_wide_encodings() {
        for bytes in [&b"\xff\xfea\0"[..], b"\xfe\xff\0a", b"a\0b\0c\0", b"\0a\0b", b"\xff\xfe\0\0a\0\0\0"] {
            let (text, fault) = run(bytes);
            assert_eq!(text, "");
            assert!(matches!(fault, Some(DecodeFault::Wide { .. })), "{bytes:?}");
        }
    }

    #[test]
    fn refuses_what_is_too_large() {
        assert_eq!(run(&[b'a'; 33]).1, Some(DecodeFault::TooLarge { size: 33, limit: 32 }));
        assert_eq!(run(&[b'a'; 32]).1, None);
    }
}
