//! What the fuzz targets do. `fuzz_targets/` calls it with whatever libFuzzer comes up with, `tests/it/fuzz.rs` with the
//! committed seeds, so that what was found once stays found. Each says in words what must hold.

pub mod checker;
pub mod environment;
pub mod evaluator;
pub mod generate;
pub mod lexer;
pub mod parser;
pub mod soundness;
