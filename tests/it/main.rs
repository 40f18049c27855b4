//! Tests of the whole and of the house.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may fail"
)]

mod cel_conformance;
mod cli;
mod floors;
mod pages;
mod tidy;
mod tree;
