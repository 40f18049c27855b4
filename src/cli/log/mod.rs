//! Where requests come from: files and standard input, as they are or compressed, in pieces of whole lines.
//!
//! In: a path. Out: bytes that were decompressed where their first ones say so, and [`Chunk`]s of lines with their
//! numbers, so that several threads can work and still know which request of the run each line is. It knows nothing of
//! JSON and of requests.

mod chunks;
mod open;
mod parallel;

pub(super) use chunks::{Chunk, Chunks};
pub(super) use open::open;
pub(super) use parallel::in_order;
