//! Comments in JSON, which has none: to YAML `//` and `/*` are text.

use std::ops::Range;

use crate::source::SourceFile;

/// The comments of a file that is JSON by its name, in order.
pub(super) fn comments(file: &SourceFile) -> Vec<Range<usize>> {
    let text = file.text();
    if !file.name().to_ascii_lowercase().ends_with(".json") || !text.contains("//") && !text.contains("/*") {
        return Vec::new();
    }
    let bytes = text.as_bytes();
    let next =
        |from: usize, what: &str| text.get(from..).and_then(|rest| rest.find(what)).map(|at| from + at);
    let mut found = Vec::new();
    let mut quoted = false;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let end = match (byte, bytes.get(at + 1)) {
            (b'"', _) => {
                quoted = !quoted;
                None
            }
            (b'\\', _) if quoted => {
                at += 1;
                None
            }
            // No text goes on over the end of a line.
            (b'\n' | b'\r', _) => {
                quoted = false;
                None
            }
            (b'/', Some(b'/')) if !quoted => {
                let line = text.get(at..).and_then(|rest| rest.find(['\n', '\r'])).map(|length| at + length);
                Some(line.unwrap_or(text.len()))
            }
            (b'/', Some(b'*')) if !quoted => Some(next(at + 2, "*/").map_or(text.len(), |end| end + 2)),
            _ => None,
        };
        match end {
            Some(end) => {
                found.push(at..end);
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn found(name: &str, text: &str) -> Vec<String> {
        let mut sources = Sources::new();
        let id = sources.add(name, text);
        comments(sources.get(id).unwrap()).into_iter().map(|range| text[range].to_owned()).collect()
    }

    #[test]
    fn are_found_outside_of_texts() {
        let text = "{// a\n\"b//c\": \"\\\"//\", /* d\n e */ \"f\": 1 //\r\n, \"/*\": 2} // g";
        assert_eq!(found("a.JSON", text), ["// a", "/* d\n e */", "//", "// g"]);
        assert_eq!(found("a.json", "/* open"), ["/* open"]);
        assert_eq!(found("a.json", "{\"a\": \"open\n// b"), ["// b"]);
        assert!(found("a.yaml", "{a: //b}").is_empty());
        assert!(found("a.json", "{\"url\": \"http://x\", \"a\": \"/\"} /").is_empty());
    }
}
