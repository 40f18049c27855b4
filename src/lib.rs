//! The Inworld Router Compiler: see `ARCHITECTURE.md` for the tour.

pub mod source;

pub mod diag;

pub mod cel;
pub mod model;
pub mod yaml;

pub mod emit;

#[cfg(feature = "cli")]
pub mod schemas;
