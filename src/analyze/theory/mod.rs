//! What values can be: numbers, text.

pub(super) mod automata;
pub(super) mod numbers;
pub(super) mod order;
mod shortest;
pub(super) mod strings;
