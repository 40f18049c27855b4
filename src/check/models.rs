//! Model ids and providers: do they exist, and do they make sense where they stand?

use std::fmt;

use super::{Pass, errors, routes};
use crate::catalogue::{Lifecycle, ModelId, RETIREMENT_HORIZON_DAYS, Target};
use crate::diag::Diagnostic;
use crate::model::{ClaimKind, Definition, Route, Variant};
use crate::source::Spanned;

/// What may stand at a place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The model of a variant.
    Primary,
    /// A fallback of a concrete model.
    Fallback,
    /// An entry of `auto`'s pool.
    Candidate,
    /// An entry of an `ignore` list.
    Ignore,
    /// What a test or an invariant compares with.
    Reference,
}

impl Pass<'_> {
    pub(super) fn models(&mut self, definition: &Definition) {
        for (path, route) in routes(definition) {
            for (index, variant) in route.variants.iter().enumerate() {
                self.variant_models(&format_args!("{path}.variants[{index}]"), route, variant);
            }
        }
        for (index, invariant) in definition.invariants.iter().enumerate() {
            let path = format!("invariants[{index}]");
            for claim in invariant.claims.iter().filter(|c| c.kind != ClaimKind::Survives) {
                for name in claim.target.model.iter().filter(|n| !n.value.contains('*')) {
                    let found = self.model(name, Place::Reference);
                    self.all(found, None, None, &path);
                }
                for name in claim.target.provider.iter().filter(|n| !n.value.contains('*')) {
                    let found = self.provider(name, false);
                    self.all(found, None, None, &path);
                }
            }
        }
        for (index, test) in definition.tests.iter().enumerate() {
            for (path, expect) in test.expectations() {
                let path = format!("tests[{index}].{path}");
                for name in expect.models().filter(|name| name.value != "*") {
                    let found = self.model(name, Place::Reference);
                    self.all(found, None, None, &path);
                }
                if let Some(name) = &expect.provider {
                    let found = self.provider(name, false);
                    self.all(found, None, None, &path);
                }
            }
        }
    }

    fn variant_models(&mut self, path: &dyn fmt::Display, route: &Route, variant: &Variant) {
        let mut found = Vec::new();
        if let Some(model) = &variant.model {
            found.extend(self.model(model, Place::Primary));
        }
        let selection = &variant.selection;
        if let Some(models) = &selection.models {
            // In the wrong one of the two lists, which is reported, entries may be meant for either.
            let pool = models.key.value == "candidates" || variant.is_auto();
            let place = if pool { Place::Candidate } else { Place::Fallback };
            for item in &models.items {
                found.extend(self.model(item, place));
            }
        }
        for item in selection.ignore.iter().flat_map(|list| &list.value) {
            found.extend(self.model(item, Place::Ignore));
        }
        for item in selection.provider.iter().filter_map(|p| p.order.as_ref()).flat_map(|list| &list.value) {
            found.extend(self.provider(item, true));
        }
        self.all(found, Some(route), Some(variant), path);
    }

    fn all(
        &mut self,
        found: impl IntoIterator<Item = Diagnostic>,
        route: Option<&Route>,
        variant: Option<&Variant>,
        path: &dyn fmt::Display,
    ) {
        for diagnostic in found {
            self.push(diagnostic, route, variant, path.to_string());
        }
    }

    pub(super) fn model(&self, name: &Spanned<String>, place: Place) -> Option<Diagnostic> {
        let catalogue = self.options.catalogue;
        let id = match ModelId::parse(&name.value) {
            Ok(id) => id,
            Err(fault) => return Some(errors::unreadable_model(name, fault)),
        };
        match id.target {
            Target::Auto => (place != Place::Primary).then(|| errors::auto_here(name, place)),
            Target::Router(router) => {
                let near = catalogue.nearest(&name.value, 1);
                Some(errors::router_as_model(name, router, near.first()))
            }
            Target::Bare(bare) => {
                if catalogue.has_provider(bare) {
                    let known_model = catalogue.knows_bare(bare);
                    return match place {
                        Place::Candidate | Place::Ignore => None,
                        _ if known_model => None,
                        _ => Some(errors::provider_as_model(name, place)),
                    };
                }
                if catalogue.knows_bare(bare) {
                    return self.retirement_of_all(name, bare);
                }
                let mut near = catalogue.nearest(&name.value, 3);
                if matches!(place, Place::Candidate | Place::Ignore)
                    && near.is_empty()
                    && let Some(provider) = catalogue.nearest_providers(bare).first()
                {
                    return Some(errors::unknown_provider(name, Some(provider), &catalogue.providers()));
                }
                near.retain(|n| place == Place::Primary || n.id != "auto");
                Some(self.unknown_model(name, &near))
            }
            Target::Concrete { .. } | Target::Hosted(_) => {
                let provider = id.provider().unwrap_or_default();
                if let Some(model) = catalogue.known(id.name) {
                    return self
                        .retirement(name, model.lifecycle(self.options.as_of?, RETIREMENT_HORIZON_DAYS));
                }
                let near = catalogue.nearest(id.name, 3);
                if !catalogue.has_provider(provider) {
                    return Some(errors::unknown_provider_of_model(
                        name,
                        provider,
                        &near,
                        catalogue.nearest_providers(provider).first().copied(),
                        &catalogue.providers(),
                    ));
                }
                Some(self.unknown_model(name, &near))
            }
        }
    }

    fn unknown_model(&self, name: &Spanned<String>, near: &[crate::catalogue::Suggestion]) -> Diagnostic {
        errors::unknown_model(name, near, self.options.catalogue.is_authoritative())
    }

    fn provider(&self, name: &Spanned<String>, in_order: bool) -> Option<Diagnostic> {
        let catalogue = self.options.catalogue;
        if catalogue.has_provider(&name.value) {
            return None;
        }
        if let Some((provider, _)) = name.value.split_once('/')
            && catalogue.has_provider(provider)
        {
            return Some(errors::model_as_provider(name, provider, in_order));
        }
        let near = catalogue.nearest_providers(&name.value);
        Some(errors::unknown_provider(name, near.first().copied(), &catalogue.providers()))
    }

    fn retirement(&self, name: &Spanned<String>, lifecycle: Lifecycle) -> Option<Diagnostic> {
        match lifecycle {
            Lifecycle::Active => None,
            Lifecycle::Retiring { on, days } => Some(errors::retiring(name, on, days)),
            Lifecycle::Retired { on } => Some(errors::retired(name, on)),
        }
    }

    /// A bare name goes with the last provider that serves it.
    fn retirement_of_all(&self, name: &Spanned<String>, bare: &str) -> Option<Diagnostic> {
        let as_of = self.options.as_of?;
        let mut ends = Vec::new();
        for model in self.options.catalogue.serving(bare) {
            match model.lifecycle(as_of, RETIREMENT_HORIZON_DAYS) {
                Lifecycle::Active => return None,
                Lifecycle::Retiring { on, .. } => ends.push((on, true, model)),
                Lifecycle::Retired { on } => ends.push((on, false, model)),
            }
        }
        let (_, _, last) = ends.into_iter().max_by_key(|(on, coming, _)| (*coming, *on))?;
        self.retirement(name, last.lifecycle(as_of, RETIREMENT_HORIZON_DAYS))
    }
}
