//! What values can be: numbers, text.

pub(super) mod automata;
pub(super) mod numbers;
pub(super) mod order;
pub(super) mod shortest;
pub(super) mod strings;
