//! JSON Schema of the authoring form, for editors: completion, hover texts, and faults while one types.
//!
//! In: types that mirror the form and are never filled. Out: [`definition`] and [`shared`], which say as much as a schema can.
//! Whatever it refuses the lowering refuses, too, and a test holds the two together; names, references, conditions and
//! sums are beyond it.

mod config;
mod declarations;
pub mod keys;
mod promises;
mod reuse;
mod router;
mod transforms;

pub use config::{
    Compression, ContentItem, Effort, Engine, LogitBias, MessageTemplate, Reasoning, SearchContextSize,
    TextGenerationConfig, ToolCall, WebSearch, WebSearchOptions,
};
pub use declarations::{Declaration, Declared, LongDeclaration, Metadata, PromptVariables, TypeName};
pub use promises::{
    Invariant, Shares, SuiteOfTests, Target, TestAssumptions, TestAttempt, TestAttemptOutcome, TestCase,
    TestCost, TestCostBounds, TestExpectation, TestMessage, TestPrompt, TestRequests, TestVariation,
};
pub use reuse::{Conditions, ModelOrPool, Models, PoolName, Pools, Shared};
pub use router::{
    Condition, Criterion, DefaultRoute, Defaults, Direction, LongVariant, Metric, MetricAndDirection,
    NamedCriterion, Names, ProviderPreferences, Route, Router, Sort, SortText, Text, VariantKeys,
};
pub use transforms::tidy;

use schemars::Schema;
use schemars::generate::SchemaSettings;

/// Schema of a definition in the authoring form.
pub fn definition() -> Schema {
    settings().into_generator().into_root_schema_for::<Router>()
}

/// Schema of a file that definitions share.
pub fn shared() -> Schema {
    settings().into_generator().into_root_schema_for::<Shared>()
}

/// Schema of a file of tests.
pub fn suite() -> Schema {
    settings().into_generator().into_root_schema_for::<SuiteOfTests>()
}

fn settings() -> SchemaSettings {
    SchemaSettings::draft2020_12().with_transform(tidy).with_transform(transforms::closed)
}
