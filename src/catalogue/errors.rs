//! All wording of this folder.

use std::fmt;

use super::id::ModelIdError;
use super::overlay::{MAX_BYTES, MAX_MODELS};

/// Why a Models API answer, or a list of declared models, cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CatalogueError {
    /// The answer is larger than [`MAX_BYTES`].
    TooLarge {
        /// Its size in bytes.
        bytes: usize,
    },
    /// The answer lists more than [`MAX_MODELS`] models.
    TooMany,
    /// The answer lists none.
    NoModels,
    /// The answer is no JSON, or JSON of another shape.
    Malformed {
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What is wrong there.
        reason: String,
    },
    /// A declared model is not named as a model is.
    Declared {
        /// Its text.
        id: String,
        /// What is wrong with it, or none where it is a router or `auto`.
        reason: Option<ModelIdError>,
    },
}

impl fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { bytes } => {
                write!(f, "the list of models has {bytes} bytes; at most {MAX_BYTES} are read")
            }
            Self::TooMany => write!(f, "the list holds more than {MAX_MODELS} models, which is the limit"),
            Self::NoModels => f.write_str(
                "the list of models is empty: with it no model would be known; leave it out to use the built-in snapshot",
            ),
            Self::Malformed { line, column, reason } => write!(f, "line {line}, column {column}: {reason}"),
            Self::Declared { id, reason: Some(reason) } => write!(f, "`{}` names no model: {reason}", id.escape_debug()),
            Self::Declared { id, reason: None } => {
                write!(f, "`{id}` is not a model that can be declared: write `provider/model` or a bare model name")
            }
        }
    }
}

impl std::error::Error for CatalogueError {}

impl fmt::Display for ModelIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty"),
            Self::NoProvider => f.write_str("there is no provider before the `/`"),
            Self::NoModel => f.write_str("the name of the model is missing at the end"),
            Self::Blank { found, .. } if found.is_control() => {
                write!(f, "it holds the control character `{}`", found.escape_default())
            }
            Self::Blank { .. } => f.write_str("it holds a blank"),
        }
    }
}

impl std::error::Error for ModelIdError {}

/// What the reader of a Models API answer expected, by the kind of value.
pub(super) mod expected {
    pub(in super::super) const ANSWER: &str =
        "the answer of the Models API: an object with a list of models under `models`";
    pub(in super::super) const MODELS: &str = "a list of models";
    pub(in super::super) const MODEL: &str = "a model: an object with `provider` and `model`";
    pub(in super::super) const PRICING: &str = "an object with prices: `promptToken`, `completionToken`";
    pub(in super::super) const SPEC: &str =
        "an object that describes a model: `contextLength`, `capabilities` and so on";
    pub(in super::super) const CAPABILITIES: &str = "an object of capabilities, each true or false";
    pub(in super::super) const PRICE: &str =
        "a price: US dollars per token as a number, or a number in quotes";
    pub(in super::super) const TOKENS: &str = "a count of tokens: a whole number up to 4294967295";
    pub(in super::super) const DATE: &str = "a date such as \"2026-11-22\"";
    pub(in super::super) const PROVIDER: &str = "a provider's name: text without `/` and blanks";
    pub(in super::super) const NAME: &str = "a model's name: text without blanks";
    pub(in super::super) const NO_PROVIDER: &str = "this model has no `provider`";
    pub(in super::super) const NO_NAME: &str = "this model has no `model`, which is its name";
}
