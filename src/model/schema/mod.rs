//! JSON Schema of the authoring form, for editors: completion, hover texts, and faults while one types.
//!
//! In: types that mirror the form and are never filled. Out: [`authoring`], a schema that says as much as a schema can.
//! Whatever it refuses the lowering refuses, too, and a test holds the two together; names, references, conditions and
//! sums are beyond it.

mod config;
mod declarations;
mod promises;
mod router;
mod transforms;

pub use config::{
    Compression, ContentItem, Effort, Engine, LogitBias, MessageTemplate, Reasoning, SearchContextSize,
    TextGenerationConfig, ToolCall, WebSearch, WebSearchOptions,
};
pub use declarations::{Declaration, Declared, LongDeclaration, Metadata, PromptVariables, TypeName};
pub use promises::{Invariant, Shares, Target, TestCase, TestExpectation};
pub use router::{
    Condition, Criterion, DefaultRoute, Defaults, Direction, LongVariant, Metric, MetricAndDirection,
    NamedCriterion, Names, ProviderPreferences, Route, Router, Sort, SortText, Text, VariantKeys,
};
pub use transforms::{closed, tidy};
