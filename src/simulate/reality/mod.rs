//! What the service really did, beside what was predicted.
//!
//! In: an answer of the service as a value, a [`Decision`](super::Decision) about its request. Out: a [`Response`],
//! whether the two agree or what speaks against which assumption, and [`Agreements`] over many. It draws nothing and
//! looks at no prompt.

mod agreement;
mod response;
mod sums;

pub use agreement::{Agreement, Fit, Kind, compare, fit};
pub use response::{BadResponse, Response, Tried};
pub use sums::{Agreements, Difference};
