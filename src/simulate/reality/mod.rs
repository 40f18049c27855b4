//! What the service really did, beside what was predicted.
//!
//! In: an answer of the service as a value, a [`Decision`](super::Decision) about its request. Out: a [`Response`], and whether the two
//! agree or what speaks against which assumption. It draws nothing and looks at no prompt.

mod agreement;
mod response;

pub use agreement::{Agreement, Fit, Kind, compare, fit};
pub use response::{BadResponse, Response, Tried};
