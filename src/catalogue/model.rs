//! What is known of one model. What is absent is unknown: not zero, and not "no".

use super::Date;

/// Prompt tokens to completion tokens in the blend by which prices are ranked. A choice of ours: chat traffic reads
/// more than it writes. The service does not say how it compares two prices.
pub const PRICE_BLEND: (u32, u32) = (3, 1);

/// How many days ahead a retirement is worth speaking of, unless configured otherwise.
pub const RETIREMENT_HORIZON_DAYS: u32 = 90;

/// One model of one provider.
#[derive(Clone, PartialEq, Debug)]
pub struct Model {
    /// The provider's id.
    pub provider: String,
    /// The model's name at that provider; may hold `/`.
    pub model: String,
    /// Who made it.
    pub creator: Option<String>,
    /// What it costs.
    pub prices: Prices,
    /// How many tokens prompt and completion may have together.
    pub context: Option<u32>,
    /// How many tokens a completion may have.
    pub max_output: Option<u32>,
    /// What it reads: `text`, `image`, …; empty when unknown.
    pub input: Vec<String>,
    /// What it writes; empty when unknown.
    pub output: Vec<String>,
    /// What it can do.
    pub capabilities: Capabilities,
    /// The day its provider switches it off, if announced.
    pub retires_on: Option<Date>,
    /// Whether the service says that it serves it; only a Models API answer tells.
    pub supported: Option<bool>,
    /// Where the row comes from.
    pub origin: Origin,
}

/// Who says that a model exists.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Origin {
    /// The embedded snapshot.
    Snapshot,
    /// The user's Models API answer, with gaps filled from the snapshot.
    User,
    /// The user's configuration, by its id alone.
    Declared,
}

/// Prices in US dollars per token.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Prices {
    /// A token of the prompt.
    pub prompt: Option<f64>,
    /// A token of the completion.
    pub completion: Option<f64>,
    /// A prompt token read from the provider's cache.
    pub cache_read: Option<f64>,
    /// A prompt token written to the provider's cache.
    pub cache_write: Option<f64>,
}

/// Something a model can or cannot do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Capability {
    /// It calls tools.
    FunctionCalling,
    /// It searches the web on its own.
    WebSearch,
    /// It thinks before it answers.
    Reasoning,
    /// Its answer can be held to a JSON Schema.
    ResponseSchema,
    /// It reads images.
    Vision,
    /// Its provider caches prompts.
    PromptCaching,
}

impl Capability {
    /// All of them.
    pub const ALL: [Capability; 6] = [
        Self::FunctionCalling,
        Self::WebSearch,
        Self::Reasoning,
        Self::ResponseSchema,
        Self::Vision,
        Self::PromptCaching,
    ];

    /// Its name on the command line and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FunctionCalling => "function_calling",
            Self::WebSearch => "web_search",
            Self::Reasoning => "reasoning",
            Self::ResponseSchema => "response_schema",
            Self::Vision => "vision",
            Self::PromptCaching => "prompt_caching",
        }
    }

    /// Finds one by its name.
    pub fn parse(name: &str) -> Option<Capability> {
        Self::ALL.into_iter().find(|c| c.as_str() == name)
    }
}

/// What a model can do: yes, no, or unknown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "each is the capability it is named after")]
pub struct Capabilities {
    pub function_calling: Option<bool>,
    pub web_search: Option<bool>,
    pub reasoning: Option<bool>,
    pub response_schema: Option<bool>,
    pub vision: Option<bool>,
    pub prompt_caching: Option<bool>,
}

impl Capabilities {
    /// What is known of one.
    pub fn get(&self, capability: Capability) -> Option<bool> {
        match capability {
            Capability::FunctionCalling => self.function_calling,
            Capability::WebSearch => self.web_search,
            Capability::Reasoning => self.reasoning,
            Capability::ResponseSchema => self.response_schema,
            Capability::Vision => self.vision,
            Capability::PromptCaching => self.prompt_caching,
        }
    }
}

/// Where a model stands in its life on some day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lifecycle {
    /// Nothing announced, or nothing within the horizon.
    Active,
    /// To be switched off within the horizon.
    Retiring {
        /// The day.
        on: Date,
        /// Days until then, at least 1.
        days: u32,
    },
    /// Switched off on that day or before.
    Retired {
        /// The day.
        on: Date,
    },
}

impl Model {
    /// A model of which nothing but its id is known.
    pub(super) fn named(provider: &str, model: &str, origin: Origin) -> Model {
        Model {
            provider: provider.to_owned(),
            model: model.to_owned(),
            creator: None,
            prices: Prices::default(),
            context: None,
            max_output: None,
            input: Vec::new(),
            output: Vec::new(),
            capabilities: Capabilities::default(),
            retires_on: None,
            supported: None,
            origin,
        }
    }

    /// Its canonical id: `provider/model`.
    pub fn id(&self) -> String {
        format!("{}/{}", self.provider, self.model)
    }

    /// Where it stands on the day `as_of`, looking `horizon` days ahead.
    pub fn lifecycle(&self, as_of: Date, horizon: u32) -> Lifecycle {
        let Some(on) = self.retires_on else { return Lifecycle::Active };
        match u32::try_from(as_of.days_until(on)) {
            Ok(0) | Err(_) => Lifecycle::Retired { on },
            Ok(days) if days <= horizon => Lifecycle::Retiring { on, days },
            Ok(_) => Lifecycle::Active,
        }
    }
}

impl Prices {
    /// US dollars a token at [`PRICE_BLEND`]: what price rankings compare. None unless both prices are known.
    pub fn blended(&self) -> Option<f64> {
        let (prompt, completion) = (f64::from(PRICE_BLEND.0), f64::from(PRICE_BLEND.1));
        Some((prompt * self.prompt? + completion * self.completion?) / (prompt + completion))
    }

    /// US dollars of one request that hits no cache. None unless the price of every kind of token in it is known.
    pub fn cost(&self, prompt_tokens: u64, completion_tokens: u64) -> Option<f64> {
        let part = |tokens: u64, price: Option<f64>| match tokens {
            0 => Some(0.0),
            _ => price.map(|price| tokens as f64 * price),
        };
        Some(part(prompt_tokens, self.prompt)? + part(completion_tokens, self.completion)?)
    }
}
