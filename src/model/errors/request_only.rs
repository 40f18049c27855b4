//! Words for what each request says for itself.

use crate::diag::{Diagnostic, Severity};
use crate::model::rules::REQUEST_ONLY_OPTION;
use crate::source::Span;
use crate::yaml::Entry;

/// Keys of a request that no router has.
const KEYS: &[&str] = &[
    "ttft_timeout",
    "messages",
    "user",
    "stream",
    "stream_options",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "response_format",
    "extra_body",
];

/// The finding for a key that no router has, if requests have it. `key` is in the casing of the reference.
pub(in crate::model) fn request_only(entry: &Entry, key: &str, what: &str, wire: bool) -> Option<Diagnostic> {
    let span = entry.key.span;
    // `fallback` alone is more often a slip of `fallbacks`.
    let timeout = entry.value.entry("ttft_timeout").map(|inner| inner.key.span).filter(|_| key == "fallback");
    if timeout.is_none() && !KEYS.contains(&key) {
        return None;
    }
    let severity = if wire { Severity::Warning } else { Severity::Error };
    let out = |place: Span, name: &str| {
        Diagnostic::new(
            &REQUEST_ONLY_OPTION,
            place,
            format!("`{name}` cannot be set in a router: each request brings its own"),
        )
        .severity(severity)
        .label(format!("{what} has no such field"))
        .note("the API's router resource does not have it, so it would do nothing there")
    };
    Some(match timeout.or_else(|| (key == "ttft_timeout").then_some(span)) {
        Some(place) => out(place, "ttft_timeout").help(
            "leave it out here, and have callers send `extra_body: {fallback: {ttft_timeout: \"800ms\"}}`",
        ),
        None => out(span, entry.key.text()).help("leave it out here: callers send it with the request"),
    })
}
