//! The nouns, each with the place it was written at.

use std::sync::Arc;

use super::{Condition, Data, Reuse, Template, TestCase};
use crate::cel;
use crate::cel::types::ByName;
use crate::source::{Span, Spanned};

/// How a document is spelt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// The concise form that people write.
    Authoring,
    /// The API's own Router resource, in either casing.
    Wire,
}

/// One router definition: one document, or one item of a list answer.
#[derive(Clone, Debug)]
pub struct Definition {
    /// How it is spelt.
    pub form: Form,
    /// All of it.
    pub span: Span,
    /// What is deployed.
    pub router: Router,
    /// What callers send.
    pub contract: Contract,
    /// What it names: conditions and pools of its own, and files that it shares with others.
    pub reuse: Reuse,
    /// What must hold for every request.
    pub invariants: Vec<Invariant>,
    /// What must hold for some.
    pub tests: Vec<TestCase>,
    /// What the message templates name, those of the defaults and of the variants, in order.
    pub templates: Vec<Template>,
    /// True when errors were found while it was read: what is missing may be missing for that reason alone, and nothing
    /// is built of it.
    pub damaged: bool,
}

/// A router.
#[derive(Clone, Debug, Default)]
pub struct Router {
    /// As written: bare or `routers/…`.
    pub name: Option<Spanned<String>>,
    /// For people.
    pub display_name: Option<Spanned<String>>,
    /// Generation config and templates for every variant that has none of its own.
    pub defaults: Option<Defaults>,
    /// In order: the first that matches wins.
    pub routes: Vec<Route>,
    /// Where the others go.
    pub default: Option<Route>,
    /// Keys of the wire form that this version does not know, carried through.
    pub unknown: Vec<(String, Data)>,
}

/// What a variant falls back on.
#[derive(Clone, Debug)]
pub struct Defaults {
    /// All of it.
    pub span: Span,
    /// `text_generation_config`
    pub text_generation_config: Option<Spanned<Data>>,
    /// `message_templates`
    pub message_templates: Option<Spanned<Data>>,
    /// See [`Router::unknown`].
    pub unknown: Vec<(String, Data)>,
}

/// A route. The default route has no condition.
#[derive(Clone, Debug)]
pub struct Route {
    /// All of it.
    pub span: Span,
    /// Its id. The default route's is `default` unless given, and then points at the whole.
    pub id: Option<Spanned<String>>,
    /// When it is taken.
    pub when: Option<Condition>,
    /// What it leads to.
    pub variants: Vec<Variant>,
    /// Where the variants are listed; the route itself in the short form.
    pub variants_span: Span,
    /// See [`Router::unknown`]: of the route, and of the object that holds route and condition.
    pub unknown: Vec<(String, Data)>,
    /// See above.
    pub unknown_beside: Vec<(String, Data)>,
}

impl Route {
    /// Its id, or a stand-in for messages.
    pub fn name(&self) -> &str {
        self.id.as_ref().map_or("(no id)", |id| id.value.as_str())
    }
}

/// A variant.
#[derive(Clone, Debug)]
pub struct Variant {
    /// All of it.
    pub span: Span,
    /// Its id; `main` in the short form unless given.
    pub id: Option<Spanned<String>>,
    /// Its share in percent. `None` when it could not be read.
    pub weight: Option<Spanned<u32>>,
    /// The model id, a bare name, or `auto`.
    pub model: Option<Spanned<String>>,
    /// What else may answer, and in which order.
    pub selection: Selection,
    /// `text_generation_config`: replaces the defaults' one whole.
    pub text_generation_config: Option<Spanned<Data>>,
    /// `message_templates`: replace the defaults' ones whole.
    pub message_templates: Option<Spanned<Data>>,
    /// `web_search`
    pub web_search: Option<Spanned<Data>>,
    /// `web_search_options`
    pub web_search_options: Option<Spanned<Data>>,
    /// `compression`
    pub compression: Option<Spanned<Data>>,
    /// See [`Router::unknown`]: of the variant, and of the object that holds variant and weight.
    pub unknown: Vec<(String, Data)>,
    /// See above.
    pub unknown_beside: Vec<(String, Data)>,
}

impl Variant {
    /// Its id, or a stand-in for messages.
    pub fn name(&self) -> &str {
        self.id.as_ref().map_or("(no id)", |id| id.value.as_str())
    }

    /// Whether the service is to choose the model.
    pub fn is_auto(&self) -> bool {
        self.model.as_ref().is_some_and(|m| m.value == "auto")
    }
}

/// `model_selection`.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Fallbacks of a concrete model, or the pool of `auto`.
    pub models: Option<Models>,
    /// Ranking criteria, the first decides.
    pub sort: Option<Spanned<Vec<Criterion>>>,
    /// Models and providers left out.
    pub ignore: Option<Spanned<Vec<Spanned<String>>>>,
    /// Which providers.
    pub provider: Option<ProviderChoice>,
    /// Pools that stand among `models` and `ignore`, in order. In a definition that was checked their models are put in.
    pub pools: Vec<PoolUse>,
    /// See [`Router::unknown`].
    pub unknown: Vec<(String, Data)>,
}

/// `pool: name` in a list of models.
#[derive(Clone, Debug)]
pub struct PoolUse {
    /// The name.
    pub name: Spanned<String>,
    /// The list.
    pub list: PoolList,
    /// How many models stand before it in the list.
    pub at: usize,
    /// Where the models are written that it put in.
    pub holds: Option<Span>,
}

/// The lists that a pool may stand in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PoolList {
    /// `fallbacks` or `candidates`.
    Models,
    /// `ignore`
    Ignore,
}

impl Selection {
    /// True when nothing of it was written.
    pub fn is_empty(&self) -> bool {
        self.models.is_none()
            && self.sort.is_none()
            && self.ignore.is_none()
            && self.provider.is_none()
            && self.unknown.is_empty()
    }
}

/// The list under `fallbacks`, `candidates` or `models`.
#[derive(Clone, Debug)]
pub struct Models {
    /// The key as written.
    pub key: Spanned<String>,
    /// Model ids; for `auto` also providers.
    pub items: Vec<Spanned<String>>,
}

/// What to rank by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Metric {
    /// List price.
    Price,
    /// Time to the first token.
    Latency,
    /// Tokens per second.
    Throughput,
    /// Benchmark.
    Intelligence,
    /// Benchmark.
    Math,
    /// Benchmark.
    Coding,
}

impl Metric {
    /// All of them with the author's word.
    pub const ALL: [(Metric, &'static str); 6] = [
        (Metric::Price, "price"),
        (Metric::Latency, "latency"),
        (Metric::Throughput, "throughput"),
        (Metric::Intelligence, "intelligence"),
        (Metric::Math, "math"),
        (Metric::Coding, "coding"),
    ];

    /// The author's word.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(m, _)| *m == self).map_or("", |(_, word)| word)
    }
}

/// Which end of a ranking comes first.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// One ranking criterion.
#[derive(Clone, Debug, PartialEq)]
pub struct Criterion {
    /// What to rank by. `None` for `SORT_METRIC_UNSPECIFIED`, which the wire form allows.
    pub metric: Option<Metric>,
    /// Only where the author wrote one.
    pub direction: Option<Direction>,
    /// All of it.
    pub span: Span,
    /// See [`Router::unknown`].
    pub unknown: Vec<(String, Data)>,
}

/// `provider`.
#[derive(Clone, Debug)]
pub struct ProviderChoice {
    /// All of it.
    pub span: Span,
    /// Tried in exactly this order.
    pub order: Option<Spanned<Vec<Spanned<String>>>>,
    /// Whether others may follow.
    pub allow_fallbacks: Option<Spanned<bool>>,
    /// See [`Router::unknown`].
    pub unknown: Vec<(String, Data)>,
}

/// What callers promise to send.
#[derive(Clone, Debug, Default)]
pub struct Contract {
    /// `metadata`: inline, or the path of a file that holds it.
    pub metadata: Metadata,
    /// `prompt_variables`
    pub prompt_variables: Option<Declarations>,
    /// Known programs that call, each once.
    pub callers: Vec<Spanned<Caller>>,
}

/// A program whose requests are known to be of a kind.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Caller {
    /// Anthropic's coding agent.
    ClaudeCode,
}

impl Caller {
    /// All of them with the author's word.
    pub const ALL: [(Caller, &'static str); 1] = [(Caller::ClaudeCode, "claude-code")];
}

/// The `metadata` block.
#[derive(Clone, Debug, Default)]
pub enum Metadata {
    /// None: types are inferred.
    #[default]
    Inferred,
    /// Declared here.
    Declared(Declarations),
    /// Declared in another file, not read yet.
    File(Spanned<String>),
    /// Declared, but it could not be read; reported.
    Unknown,
}

/// Declared keys.
#[derive(Clone, Debug, Default)]
pub struct Declarations {
    /// By name, in order.
    pub keys: ByName<Declaration>,
}

impl Declarations {
    /// What is declared of a key.
    pub fn get(&self, key: &str) -> Option<&Declaration> {
        self.keys.get(key)
    }

    /// The keys that every request is to carry.
    pub fn required(&self) -> impl Iterator<Item = &Arc<str>> {
        self.keys.iter().filter(|(_, declaration)| declaration.field.required).map(|(key, _)| key)
    }
}

/// One declared key.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// Where its name stands.
    pub name_span: Span,
    /// Its type and what is promised of its value.
    pub field: cel::types::Field,
    /// What it means, for people.
    pub description: Option<String>,
}

/// One invariant.
#[derive(Clone, Debug)]
pub struct Invariant {
    /// All of it.
    pub span: Span,
    /// For people.
    pub name: Option<Spanned<String>>,
    /// For requests where this is true …
    pub when: Option<Condition>,
    /// … or where this is not true.
    pub unless: Option<Condition>,
    /// What is claimed.
    pub claims: Vec<Claim>,
}

/// What an invariant claims.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Which kind.
    pub kind: ClaimKind,
    /// Where the key stands.
    pub span: Span,
    /// Of what it speaks.
    pub target: Target,
}

/// The kinds of claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClaimKind {
    /// No attempt fits.
    Never,
    /// Every attempt fits.
    Only,
    /// A route is chosen and its first attempt fits.
    Always,
    /// Answered although any one provider is down.
    Survives,
}

/// What an attempt is compared with: each list is "one of", patterns with `*`; all given lists must fit.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// Route ids.
    pub route: Vec<Spanned<String>>,
    /// Variant ids.
    pub variant: Vec<Spanned<String>>,
    /// Model ids.
    pub model: Vec<Spanned<String>>,
    /// Providers.
    pub provider: Vec<Spanned<String>>,
}
