//! Where findings are, for programs that look files up in a repository.

use std::borrow::Cow;
use std::path::MAIN_SEPARATOR;

/// The path of a file from the folder of the run, with slashes, as it stands in a repository. A file outside of that
/// folder keeps the path that it was named by.
pub(super) fn relative<'a>(name: &'a str, folder: Option<&str>) -> Cow<'a, str> {
    let slashed = |text: &'a str| match MAIN_SEPARATOR {
        '\\' => Cow::Owned(text.replace('\\', "/")),
        _ => Cow::Borrowed(text),
    };
    let below = folder.and_then(|folder| name.strip_prefix(folder.trim_end_matches(MAIN_SEPARATOR)));
    let below = below.and_then(|rest| rest.strip_prefix(MAIN_SEPARATOR));
    let mut path = below.unwrap_or(name);
    while let Some(rest) =
        path.strip_prefix("./").or_else(|| path.strip_prefix(&format!(".{MAIN_SEPARATOR}")))
    {
        path = rest.trim_start_matches(['/', MAIN_SEPARATOR]);
    }
    slashed(path)
}

/// The same as a URI: a relative reference, or `file:///…` for a path from the root.
pub(super) fn uri(name: &str, folder: Option<&str>) -> String {
    let path = relative(name, folder);
    // `C:/routers` is a path from a root as well.
    let drive = MAIN_SEPARATOR == '\\' && path.get(1..3) == Some(":/");
    let mut uri = String::from(match (path.starts_with('/'), drive) {
        (true, _) => "file://",
        (_, true) => "file:///",
        _ => "",
    });
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn paths_are_those_of_the_repository() {
        let from = |name| relative(name, Some("/home/ci/repo"));
        assert_eq!(from("routers/a.yaml"), "routers/a.yaml");
        assert_eq!(from("./routers/a.yaml"), "routers/a.yaml");
        assert_eq!(from(".//././a.yaml"), "a.yaml");
        assert_eq!(from("../a.yaml"), "../a.yaml");
        assert_eq!(from(".hidden.yaml"), ".hidden.yaml");
        assert_eq!(from("/home/ci/repo/routers/a.yaml"), "routers/a.yaml");
        assert_eq!(from("/home/ci/repository/a.yaml"), "/home/ci/repository/a.yaml");
        assert_eq!(relative("/a.yaml", Some("/")), "a.yaml");
        assert_eq!(relative("/a.yaml", None), "/a.yaml");
    }

    #[cfg(unix)]
    #[test]
    fn uris_hold_nothing_that_has_a_meaning_there() {
        assert_eq!(uri("./a b/größe#1?.yaml", None), "a%20b/gr%C3%B6%C3%9Fe%231%3F.yaml");
        assert_eq!(uri("x:y.yaml", None), "x%3Ay.yaml");
        assert_eq!(uri("100%\n\"<.yaml", None), "100%25%0A%22%3C.yaml");
        assert_eq!(uri("/srv/a.yaml", Some("/home")), "file:///srv/a.yaml");
        assert_eq!(uri("<stdin>", None), "%3Cstdin%3E");
    }
}
