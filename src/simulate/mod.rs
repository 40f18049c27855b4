//! What would happen to a request?
//!
//! In: a [`Plan`](crate::compile::Plan) and requests as text or values. Out: [`Decision`]s, with a [`Trace`] where one is asked for. It
//! decides from the plan alone, draws from a documented hash, and knows no files and no threads.

mod bill;
mod body;
mod cost;
mod decide;
mod finding;
mod json;
mod known;
mod load;
mod named;
mod outage;
mod own;
mod prompt;
mod quota;
mod read;
mod reality;
mod request;
pub mod rules;
mod shares;
mod sticky;
mod survival;
#[cfg(test)]
pub(crate) mod testing;
mod totals;
mod trace;
mod unknown;
mod usage;

pub use bill::{Bill, Charged, Prices, Spread};
pub use cost::{Picodollars, Range, Rates, TOKENS_A_MESSAGE, estimated_tokens};
pub use decide::{Decision, Draw, NO_ROUTE, Workspace, decide, unanswered};
pub use finding::{Finding, findings, prompt_findings};
pub use json::{BadJson, parse_json};
pub use load::{Load, Loads, MOST_MINUTES, Rate, minute_of};
pub use named::{Add, Named};
pub use outage::{Answer, Attempt, Attempts, BadOutage, Failure, Outage, Outages};
pub use prompt::{Message, Prompt, render};
pub use quota::{Fits, Quota, Quotas};
pub use read::Reader;
pub use reality::{Agreement, Agreements, BadResponse, Difference, Fit, Kind, Response, Tried, compare, fit};
pub use request::{BadRequest, Note, Request, Shape};
pub use shares::{RouteShares, VariantShares, shares};
pub use sticky::{draw_slot, sticky_slot};
pub use survival::{Survival, providers};
pub use totals::{Comparison, Outcome, RouterTotals, Sum, Tallies, Tally, Who};
pub use trace::{Shown, Step, Trace, trace};
pub use usage::{Usage, usage_of};
