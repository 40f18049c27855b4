//! Where a definition uses models: by their ids, by bare names, through whole providers.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::catalogue::{Catalogue, Model};
use crate::model::{Definition, Mention, Role, Variant};

/// A place that stands for a model.
#[derive(Clone, Debug)]
pub struct Use<'d> {
    /// The place.
    pub mention: Mention<'d>,
    /// The model.
    pub model: Model,
}

impl Use<'_> {
    /// Whether the place names the model by its id, and not by a bare name or a provider.
    pub fn is_direct(&self) -> bool {
        self.mention.name.value.contains('/')
    }
}

/// Every place of a definition that stands for a model of which `wanted` is true. What a variant ignores its other
/// places do not stand for.
pub fn uses<'d>(
    definition: &'d Definition,
    catalogue: &Catalogue,
    wanted: impl Fn(&Model) -> bool,
) -> Vec<Use<'d>> {
    // A list may name the same provider a hundred thousand times.
    let mut known: FxHashMap<&str, Vec<Model>> = FxHashMap::default();
    let mut ignored: (*const Variant, FxHashSet<String>) = (std::ptr::null(), FxHashSet::default());
    let mut out = Vec::new();
    for mention in definition.mentions() {
        if !std::ptr::eq(ignored.0, mention.variant) {
            ignored = (mention.variant, ignored_by(mention.variant, catalogue));
        }
        let models = known.entry(&mention.name.value).or_insert_with(|| {
            let mut models = catalogue.standing_for(&mention.name.value);
            models.retain(&wanted);
            models
        });
        let used =
            models.iter().filter(|model| mention.role == Role::Ignore || !ignored.1.contains(&model.id()));
        out.extend(used.map(|model| Use { mention, model: model.clone() }));
    }
    out
}

/// Ids of the models that a variant leaves out.
fn ignored_by(variant: &Variant, catalogue: &Catalogue) -> FxHashSet<String> {
    let entries: FxHashSet<&str> = variant
        .selection
        .ignore
        .iter()
        .flat_map(|list| &list.value)
        .map(|entry| entry.value.as_str())
        .collect();
    entries.into_iter().flat_map(|entry| catalogue.standing_for(entry)).map(|model| model.id()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::source::Sources;
    use crate::{model, yaml};

    #[test]
    fn by_id_by_bare_name_and_through_a_provider() {
        let text = "name: a\nroutes:\n  - id: r\n    when: true\n    variants:\n      - {id: v, weight: 60, model: openai/gpt-5-mini:fast, fallbacks: [gpt-5-nano, groq/llama]}\n      - {id: w, weight: 40, model: auto, candidates: [openai, mistral], ignore: openai/gpt-5-nano}\ndefault: {model: inworld/gpt-5-mini}\n";
        let (mut sources, mut sink) = (Sources::new(), Sink::new());
        let file = sources.add("a.yaml", text);
        let tree = yaml::parse(sources.get(file).unwrap(), &yaml::Options::default(), &mut sink);
        let definitions = model::lower(&tree, &mut sink).definitions;
        let [definition] = definitions.as_slice() else { panic!("{definitions:?}") };
        let catalogue = Catalogue::embedded();
        let wanted = |model: &Model| matches!(model.id().as_str(), "openai/gpt-5-mini" | "openai/gpt-5-nano");
        let used = uses(definition, &catalogue, wanted);
        let found: Vec<(&str, &str, &str, bool)> = used
            .iter()
            .map(|u| (&*u.model.model, u.mention.role.as_str(), &*u.mention.name.value, u.is_direct()))
            .collect();
        let wanted = [
            ("gpt-5-mini", "model", "openai/gpt-5-mini:fast", true),
            ("gpt-5-nano", "fallbacks", "gpt-5-nano", false),
            ("gpt-5-mini", "candidates", "openai", false),
            ("gpt-5-nano", "ignore", "openai/gpt-5-nano", true),
        ];
        assert_eq!(found, wanted);
    }
}
