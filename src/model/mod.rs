//! The nouns: router, route, variant, selection, and what callers promise.
//!
//! In: the tree of one file. Out: [`Definition`]s in one spelling-free form, every part with its place, and a diagnostic
//! for each thing that has the wrong shape or name, or lies outside a documented range. It knows what the API's fields
//! are, and neither which models exist nor whether a condition makes sense.

mod condition;
mod data;
pub mod errors;
mod lower;
mod mentions;
mod places;
mod reuse;
mod router;
pub mod rules;
#[cfg(feature = "cli")]
pub mod schema;
mod template;
mod test;

pub use condition::{Condition, Inlined};
pub use data::Data;
pub use lower::{
    Lowered, NotAVariable, bare_name, is_bare_name, lower, lower_shared, lower_suites, not_a_variable,
    read_metadata, wire_names,
};
pub use mentions::{Mention, Role};
pub use places::{Replacement, replace_model};
pub use reuse::{Library, NamedCondition, Pool, Reuse, Shared};
pub use router::{
    Caller, Claim, ClaimKind, Contract, Criterion, Declaration, Declarations, Defaults, Definition,
    Direction, Form, Invariant, Metadata, Metric, Models, PoolList, PoolUse, ProviderChoice, Route, Router,
    Selection, Target, Variant,
};
pub use template::{Placeholder, Spelling, Template, placeholders};
pub use test::{
    Expectation, ExpectedAttempt, ExpectedCost, ExpectedError, ExpectedPrompt, Requests, Snapshot, Suite,
    TestCase,
};
