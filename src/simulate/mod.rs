//! What would happen to a request?
//!
//! In: a [`Plan`](crate::compile::Plan) and requests as text or values. Out: [`Decision`]s, with a [`Trace`] where one is asked for. It
//! decides from the plan alone, draws from a documented hash, and knows no files and no threads.

mod decide;
mod json;
mod read;
mod request;
mod sticky;
mod trace;

pub use decide::{Decision, Draw, NO_ROUTE, Workspace, decide};
pub use json::{BadJson, parse_json};
pub use read::Reader;
pub use request::{BadRequest, Note, Request, Shape};
pub use sticky::{draw_slot, sticky_slot};
pub use trace::{Step, Trace, trace};
