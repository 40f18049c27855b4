//! What the callers that a definition names need of the models that may answer them.

use std::fmt;

use super::{Pass, errors, routes};
use crate::catalogue::{Capability, Model, ModelId, Target};
use crate::diag::Diagnostic;
use crate::model::{Caller, Definition, Route, Variant};
use crate::source::Spanned;

/// What every request of a caller needs of whichever model answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Needs {
    /// What people call the caller.
    pub title: &'static str,
    /// Whether its requests carry tools.
    pub tools: bool,
    /// How many tokens they may have.
    pub context: u32,
    /// Whether they carry routing metadata.
    pub sends_metadata: bool,
}

impl Needs {
    /// Of a caller.
    pub fn of(caller: Caller) -> Self {
        match caller {
            // It lets a conversation grow up to 200,000 tokens before it shortens it, whatever model answers.
            Caller::ClaudeCode => {
                Self { title: "Claude Code", tools: true, context: 200_000, sends_metadata: false }
            }
        }
    }
}

impl Pass<'_> {
    pub(super) fn callers(&mut self, definition: &Definition) {
        for caller in &definition.contract.callers {
            let needs = Needs::of(caller.value);
            for (path, route) in routes(definition) {
                for (index, variant) in route.variants.iter().enumerate() {
                    self.candidates(
                        caller,
                        &needs,
                        (&format_args!("{path}.variants[{index}]"), route, variant),
                    );
                }
            }
            self.required(caller, &needs);
        }
    }

    /// Each model that a variant names, held to what is needed.
    fn candidates(
        &mut self,
        caller: &Spanned<Caller>,
        needs: &Needs,
        (path, route, variant): (&dyn fmt::Display, &Route, &Variant),
    ) {
        if variant.weight.as_ref().is_some_and(|weight| weight.value == 0) {
            return;
        }
        let others = variant.selection.models.iter().flat_map(|models| &models.items);
        let found: Vec<Diagnostic> = variant
            .model
            .iter()
            .chain(others)
            .filter(|name| !is_ignored(variant, &name.value))
            .flat_map(|name| self.lacks(name, caller, needs))
            .collect();
        for diagnostic in found {
            self.push(diagnostic, Some(route), Some(variant), path.to_string());
        }
    }

    /// What every model that goes by this name is known to lack. What is not known is no mismatch.
    fn lacks(&self, name: &Spanned<String>, caller: &Spanned<Caller>, needs: &Needs) -> Vec<Diagnostic> {
        let models = self.named(&name.value);
        let mut out = Vec::new();
        if models.is_empty() {
            return out;
        }
        let cannot = |model: &Model| model.capabilities.get(Capability::FunctionCalling) == Some(false);
        if needs.tools && models.iter().all(cannot) {
            out.push(errors::caller_needs_tools(name, caller, needs.title));
        }
        let room = models.iter().map(|model| model.context);
        if let Some(most) = room.collect::<Option<Vec<u32>>>().and_then(|room| room.into_iter().max())
            && most < needs.context
        {
            out.push(errors::caller_needs_context(name, caller, needs, most));
        }
        out
    }

    /// The models that go by a name. A whole provider is none: which of its models answers is not said.
    fn named(&self, name: &str) -> Vec<Model> {
        let catalogue = self.options.catalogue;
        match ModelId::parse(name).map(|id| (id.name, id.target)) {
            Ok((_, Target::Bare(bare))) => catalogue.serving(bare).to_vec(),
            Ok((id, Target::Concrete { .. } | Target::Hosted(_))) => catalogue.get(id).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// Keys that are required of callers, of which one sends none.
    fn required(&mut self, caller: &Spanned<Caller>, needs: &Needs) {
        let Some(declared) = self.metadata.filter(|_| !needs.sends_metadata) else { return };
        let required: Vec<(&str, crate::source::Span)> = declared
            .keys
            .iter()
            .filter(|(_, declaration)| declaration.field.required)
            .map(|(name, declaration)| (&**name, declaration.name_span))
            .collect();
        if !required.is_empty() {
            let diagnostic = errors::caller_lacks_required(caller, needs.title, &required);
            self.push(diagnostic, None, None, "callers".to_owned());
        }
    }
}

/// Whether a variant leaves a model out that it names.
fn is_ignored(variant: &Variant, name: &str) -> bool {
    let provider = name.split_once('/').map(|(provider, _)| provider);
    let mut ignored = variant.selection.ignore.iter().flat_map(|list| &list.value);
    ignored.any(|entry| entry.value == name || provider == Some(entry.value.as_str()))
}
