//! Programs that call routers, and how they are set up for one.
//!
//! In: a router's name; or variables and settings as plain values. Out: lines for a shell; or findings. It reads no
//! environment and no file, and it never repeats a secret.

mod doctor;
mod secret;
mod setup;

pub use doctor::{FINDINGS, Finding, Grade, Layer, examine, relevant};
pub use setup::{BASE_URL, DEFAULT_MODELS, KEY_VARIABLE, Setup, Shell};
