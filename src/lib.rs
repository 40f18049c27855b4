//! The Inworld Router Compiler: reads router definitions, checks them as a compiler checks a program, says which model a
//! request reaches and why, and emits the JSON to deploy. `ARCHITECTURE.md` is the tour.
//!
//! The modules stand in reading order; data flows one way: text → tree → model → checked → plan → JSON or decision.

pub mod source;

pub mod diag;

pub mod cel;
pub mod yaml;

pub mod catalogue;
pub mod model;

pub mod callers;
pub mod check;

pub mod compile;
pub mod emit;

pub mod simulate;

pub mod analyze;
pub mod observe;

pub mod diff;
pub mod lint;
pub mod suite;

pub mod format;
pub mod import;

pub mod fix;

pub mod registry;
#[cfg(feature = "cli")]
pub mod render;

#[cfg(feature = "cli")]
pub mod cli;

mod pipeline;

pub use pipeline::{File, Loaded, Options, check, check_suites, declarations, lay_out, load, references};
