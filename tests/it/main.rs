//! Tests of whole parts against data.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "helpers of tests, outside functions marked as tests"
)]

mod cel_checker;
mod cel_conformance;
mod cel_parser;
