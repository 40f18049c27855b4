//! What the rules share: the parts of a definition, each with what it is called in findings.

use std::cell::OnceCell;
use std::sync::Arc;

use super::expressions::{self, Comparison};
use super::{File, Options};
use crate::catalogue::{Catalogue, Model, ModelId, Target};
use crate::check::{self, At, Checked, Expression};
use crate::compile::{self, Chain, Rank};
use crate::diag::{Diagnostic, Meta, Subject, Switches};
use crate::model::{Condition, Data, Definition, Route, Variant};
use crate::source::{SourceFile, Sources, Span, Spanned};

/// A definition, to be looked at.
pub(super) struct Context<'a> {
    pub(super) checked: &'a Checked,
    pub(super) options: Options<'a>,
    pub(super) sources: &'a Sources,
    /// What was found before, in this definition and others.
    found: &'a [Diagnostic],
    variants: Vec<VariantAt<'a>>,
    /// Those of weight 0.
    never_chosen: Vec<VariantAt<'a>>,
    conditions: Vec<ConditionAt<'a>>,
}

/// A variant and its place.
pub(super) struct VariantAt<'a> {
    pub(super) route: &'a Route,
    pub(super) variant: &'a Variant,
    /// What its `text_generation_config` comes to: its own, else that of the defaults.
    pub(super) config: Option<&'a Spanned<Data>>,
    catalogue: &'a Catalogue,
    written: OnceCell<Vec<Written<'a>>>,
    chain: OnceCell<Option<Chain>>,
    router: Option<&'a str>,
    /// The place of its route, and its own in that.
    at: (At<'static>, usize),
}

/// A model of a variant.
pub(super) struct Written<'a> {
    pub(super) name: &'a Spanned<String>,
    /// The name taken apart, if it is one.
    pub(super) id: Option<ModelId<'a>>,
    /// What is known of it, if it is named together with its provider.
    pub(super) model: Option<Arc<Model>>,
}

/// A condition that was understood, and its place.
pub(super) struct ConditionAt<'a> {
    pub(super) condition: &'a Condition,
    pub(super) expression: &'a Expression,
    /// The route that it belongs to; none for an invariant's.
    pub(super) route: Option<&'a Route>,
    comparisons: OnceCell<Vec<Comparison<'a>>>,
    router: Option<&'a str>,
    at: At<'static>,
}

impl<'a> Context<'a> {
    pub(super) fn new(
        checked: &'a Checked,
        options: Options<'a>,
        sources: &'a Sources,
        found: &'a [Diagnostic],
    ) -> Self {
        let Definition { router, invariants, .. } = &checked.definition;
        let name = checked.name();
        let defaults = router.defaults.as_ref().and_then(|d| d.text_generation_config.as_ref());
        let mut variants = Vec::new();
        for (place, route) in check::routes(&checked.definition) {
            let all = route.variants.iter().enumerate().filter(|(_, variant)| !is_monstrous(variant));
            variants.extend(all.map(|(at, variant)| VariantAt {
                route,
                variant,
                config: variant.text_generation_config.as_ref().or(defaults),
                catalogue: options.catalogue,
                written: OnceCell::new(),
                chain: OnceCell::new(),
                router: name,
                at: (place, at),
            }));
        }
        let (never_chosen, variants) = variants.into_iter().partition(VariantAt::is_never_chosen);
        let mut conditions = Vec::new();
        for (at, (route, expression)) in router.routes.iter().zip(&checked.conditions).enumerate() {
            if let (Some(condition), Some(expression)) = (&route.when, expression) {
                let at = At::When(at);
                conditions.push(ConditionAt::new(condition, expression, Some(route), name, at));
            }
        }
        for (at, (invariant, expression)) in invariants.iter().zip(&checked.invariants).enumerate() {
            let condition = invariant.when.as_ref().or(invariant.unless.as_ref());
            if let (Some(condition), Some(expression)) = (condition, expression) {
                let at = At::Invariant(at);
                conditions.push(ConditionAt::new(condition, expression, None, name, at));
            }
        }
        Self { checked, options, sources, found, variants, never_chosen, conditions }
    }

    pub(super) fn definition(&self) -> &'a Definition {
        &self.checked.definition
    }

    /// Every variant of every route that may be chosen, those of the default route last.
    pub(super) fn variants(&self) -> &[VariantAt<'a>] {
        &self.variants
    }

    /// The variants of weight 0. That is the one thing to say of them.
    pub(super) fn never_chosen(&self) -> &[VariantAt<'a>] {
        &self.never_chosen
    }

    /// A block of the file as a mark: its first line.
    pub(super) fn first_line(&self, block: Span) -> Span {
        let line = self.sources.slice(block).lines().next().map_or(0, |line| line.trim_end().len());
        Span { end: block.start.saturating_add(u32::try_from(line).unwrap_or(0)), ..block }
    }

    /// A key that stands in a block of the file, in one of its spellings, if it is there once; else the block's first line.
    pub(super) fn key_in(&self, block: Span, keys: &[&str]) -> Span {
        let text = self.sources.slice(block);
        let is_key = |at: usize, key: &str| {
            let rest = text.get(at + key.len()..).unwrap_or_default();
            let word = text
                .get(..at)
                .is_some_and(|before| before.ends_with(|c: char| c.is_alphanumeric() || c == '_'));
            !word && rest.trim_start_matches(['"', '\'', ' ']).starts_with(':')
        };
        let places = keys.iter().flat_map(|key| text.match_indices(key)).filter(|(at, key)| is_key(*at, key));
        match places.collect::<Vec<_>>().as_slice() {
            [(at, key)] => {
                let start = block.start as usize + at;
                Span::new(block.file, start, start + key.len())
            }
            _ => self.first_line(block),
        }
    }

    /// Every condition, those of invariants last.
    pub(super) fn conditions(&self) -> &[ConditionAt<'a>] {
        &self.conditions
    }

    /// What an earlier pass found by a rule, in this definition.
    pub(super) fn found(&self, rule: &'static Meta) -> impl Iterator<Item = &'a Diagnostic> {
        let name = self.checked.name();
        self.found.iter().filter(move |d| d.meta == rule && d.subject.router.as_deref() == name)
    }

    /// A finding about a part of the definition that is neither a variant nor a condition.
    pub(super) fn about(&self, path: &str, diagnostic: Diagnostic) -> Diagnostic {
        let router = self.checked.name().map(str::to_owned);
        diagnostic.about(Subject { router, path: Some(path.to_owned()), ..Subject::default() })
    }
}

impl<'a> VariantAt<'a> {
    fn is_never_chosen(&self) -> bool {
        self.variant.weight.as_ref().is_some_and(|weight| weight.value == 0)
    }

    /// What would be tried, in order; nothing where its model could not be read.
    pub(super) fn chain(&self) -> &[Rank] {
        let chain = self.chain.get_or_init(|| compile::chain_of(self.variant, self.catalogue));
        chain.as_ref().map_or(&[], |chain| &chain.ranks)
    }

    /// Whether models of several providers are plainly tried: two are written, and none is ignored.
    pub(super) fn is_spread(&self) -> bool {
        let mut providers = self.written().iter().map(|written| written.id?.provider());
        let first = providers.next().flatten();
        self.ignored().is_empty()
            && first.is_some()
            && providers.any(|provider| provider.is_some() && provider != first)
    }

    /// Fallbacks, or candidates.
    pub(super) fn models(&self) -> &'a [Spanned<String>] {
        self.variant.selection.models.as_ref().map_or(&[], |models| &models.items)
    }

    pub(super) fn ignored(&self) -> &'a [Spanned<String>] {
        self.variant.selection.ignore.as_ref().map_or(&[], |ignore| &ignore.value)
    }

    /// The model and the fallbacks or candidates, as they are written.
    pub(super) fn written(&self) -> &[Written<'a>] {
        self.written.get_or_init(|| {
            let auto = self.variant.is_auto();
            let written = self.variant.model.iter().filter(|_| !auto).chain(self.models());
            written.map(|name| Written::new(name, self.catalogue)).collect()
        })
    }

    /// Whether one of them leaves the provider to the service.
    pub(super) fn has_bare(&self) -> bool {
        self.written()
            .iter()
            .any(|written| matches!(written.id, Some(ModelId { target: Target::Bare(_), .. })))
    }

    /// A finding about this variant.
    pub(super) fn about(&self, diagnostic: Diagnostic) -> Diagnostic {
        diagnostic.about(Subject {
            router: self.router.map(str::to_owned),
            route: self.route.id.as_ref().map(|id| id.value.clone()),
            variant: self.variant.id.as_ref().map(|id| id.value.clone()),
            path: Some(format!("{}.variants[{}]", self.at.0, self.at.1)),
        })
    }
}

impl<'a> ConditionAt<'a> {
    fn new(
        condition: &'a Condition,
        expression: &'a Expression,
        route: Option<&'a Route>,
        router: Option<&'a str>,
        at: At<'static>,
    ) -> Self {
        Self { condition, expression, route, comparisons: OnceCell::new(), router, at }
    }

    /// Every `==`, `!=` and `in [...]` between something and a text.
    pub(super) fn comparisons(&self) -> &[Comparison<'a>] {
        self.comparisons.get_or_init(|| expressions::comparisons(&self.expression.ast))
    }

    /// A finding about this condition.
    pub(super) fn about(&self, diagnostic: Diagnostic) -> Diagnostic {
        diagnostic.about(Subject {
            router: self.router.map(str::to_owned),
            route: self.route.and_then(|route| route.id.as_ref()).map(|id| id.value.clone()),
            variant: None,
            path: Some(self.at.to_string()),
        })
    }
}

/// In lists of so many models nobody looks for what is unwise, and comparing them all would take its time.
const MOST_MODELS: usize = 500;

fn is_monstrous(variant: &Variant) -> bool {
    let selection = &variant.selection;
    let models = selection.models.as_ref().map_or(0, |models| models.items.len());
    let ignored = selection.ignore.as_ref().map_or(0, |ignore| ignore.value.len());
    let order = selection.provider.as_ref().and_then(|provider| provider.order.as_ref());
    models.max(ignored).max(order.map_or(0, |order| order.value.len())) > MOST_MODELS
}

impl<'a> Written<'a> {
    fn new(name: &'a Spanned<String>, catalogue: &Catalogue) -> Self {
        let id = ModelId::parse(&name.value).ok();
        let model = id.and_then(|id| match id.target {
            Target::Concrete { .. } | Target::Hosted(_) => catalogue.known(id.name),
            Target::Auto | Target::Bare(_) | Target::Router(_) => None,
        });
        Self { name, id, model }
    }
}

/// Whether a name leaves the provider to the service.
pub(super) fn is_bare(name: &str) -> bool {
    matches!(ModelId::parse(name).map(|id| id.target), Ok(Target::Bare(_)))
}

/// A file, to be looked at when all else is done.
pub(super) struct FileContext<'a> {
    pub(super) file: File<'a>,
    pub(super) source: &'a SourceFile,
    pub(super) rules: &'a Switches,
    /// All that was found in it.
    pub(super) found: &'a [Diagnostic],
}
