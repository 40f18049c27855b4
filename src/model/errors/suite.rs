//! Words for files of tests.

use crate::diag::Diagnostic;
use crate::model::rules::{CONFLICTING_FIELDS, NO_TESTS, UNKNOWN_FIELD};
use crate::source::Span;

/// What comes of a key that nobody reads.
pub(super) const UNREAD: &str = "nobody reads this key, so that the test would show less than it seems to";

pub(in crate::model) fn no_tests(span: Span) -> Diagnostic {
    Diagnostic::new(&NO_TESTS, span, "this suite holds no tests")
        .note("a suite that tests nothing would pass whatever the router does")
        .help("write `tests:` with a list: each test has a `request` and what to `expect` of it; or delete the file")
}

pub(in crate::model) fn request_and_requests(requests: Span, request: Span) -> Diagnostic {
    Diagnostic::new(&CONFLICTING_FIELDS, requests, "a test has both `request` and `requests`")
        .label("several requests")
        .also(request, "one request")
        .help("keep one of them; what several requests share stands in `request` beside `cases`")
}

/// A key of a test that has its place elsewhere in it.
pub(in crate::model) fn misplaced_field(span: Span, key: &str, what: &str, place: &str) -> Diagnostic {
    Diagnostic::new(&UNKNOWN_FIELD, span, format!("{what} has no field `{key}`"))
        .label(format!("belongs {place}"))
        .note(UNREAD)
        .help(format!("write `{key}` {place}"))
}
