//! The Inworld Router Compiler: see `ARCHITECTURE.md` for the tour.

pub mod source;

pub mod diag;

pub mod cel;
pub mod yaml;

pub mod registry;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod render;
