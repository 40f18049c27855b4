//! Words for files of tests.

use crate::diag::Diagnostic;
use crate::model::rules::{CONFLICTING_FIELDS, NO_TESTS};
use crate::source::Span;

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
