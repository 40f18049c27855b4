//! Tests of the whole and of the house.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may fail"
)]

mod allocations;
mod analyze;
mod baseline;
mod cases;
mod cel_checker;
mod cel_conformance;
mod cel_crate;
mod cel_mutations;
mod cel_parser;
mod changed;
mod ci_formats;
mod claude_code;
mod cli;
mod config;
mod diff;
mod emit;
mod examples;
mod fix_command;
mod fixes;
mod floors;
mod forges;
mod format;
mod fuzz;
mod graph;
mod hooks;
mod hostile;
mod hostile_cel;
mod hostile_shapes;
mod import;
mod index;
mod init;
mod language;
mod logs;
mod lower;
mod made;
mod manual;
mod metadata;
mod models;
mod pages;
mod parallel;
mod read;
mod readme;
mod report_page;
mod reuse;
mod schemas;
mod second_opinion;
mod sessions;
mod snapshots;
mod suites;
mod tidy;
mod tree;
mod watch;
mod witnesses;
