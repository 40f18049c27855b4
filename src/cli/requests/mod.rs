//! Where requests come from: files and standard input, as they are or compressed; JSON Lines, JSON and YAML.
//!
//! In: a path. Out: lines in pieces with their numbers, so that several threads can work and still know which request
//! of the run each line is ([`in_order`]); or, from a file that is one JSON text or YAML, values. It decides nothing.

mod chunks;
mod field;
mod open;
mod parallel;
mod whole;

pub(super) use chunks::{Chunk, Chunks};
pub(super) use field::RequestField;
pub(super) use parallel::in_order;
pub(super) use whole::{Log, Record, each, open, open_measured};
