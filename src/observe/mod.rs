//! What do real requests carry?
//!
//! In: requests, one after the other. Out: [`Seen`], what stands in their metadata, of which [`infer`] makes
//! declarations that all of them keep; and [`Kept`], what of given declarations they keep. Both are sums of bounded size
//! that add up: parts of a log can be summed apart. It knows no files and no way to write a block, and declares no value
//! that only few requests have.

mod infer;
mod kept;
mod private;
mod seen;

pub use infer::{ENOUGH, Inferred, Key, MOST_VALUES, Unusable, infer};
pub use kept::{Kept, Place, Tally};
pub use seen::{MOST_PLACES, Seen, TooMany};
