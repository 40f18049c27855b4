//! What would happen to a request?
//!
//! In: a [`Plan`](crate::compile::Plan) and requests as text or values. Out: [`Decision`]s, with a [`Trace`] where one is asked for. It
//! decides from the plan alone, draws from a documented hash, and knows no files and no threads.

mod cost;
mod decide;
mod finding;
mod json;
mod outage;
mod prompt;
mod read;
mod request;
mod sticky;
mod totals;
mod trace;

pub use cost::{Picodollars, Range, Rates, TOKENS_A_MESSAGE, Usage, estimated_tokens};
pub use decide::{Decision, Draw, NO_ROUTE, Workspace, decide};
pub use finding::{Finding, findings};
pub use json::{BadJson, parse_json};
pub use outage::{Answer, Attempt, Attempts, BadOutage, Failure, Outage, Outages};
pub use prompt::{Message, Prompt, render};
pub use read::Reader;
pub use request::{BadRequest, Note, Request, Shape};
pub use sticky::{draw_slot, sticky_slot};
pub use totals::{Bill, Outcome, RouterTotals, Sum, Tallies, Tally, Who};
pub use trace::{Step, Trace, trace};
