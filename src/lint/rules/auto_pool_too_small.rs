//! `auto` with one candidate chooses nothing, and reads as if it did.

use crate::catalogue::{ModelId, Target};
use crate::diag::Diagnostic;
use crate::lint::context::Context;
use crate::lint::{Check, Rule};
use crate::rule_meta;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC411" "auto-pool-too-small", Warning, Suspicious, None),
    check: Check::Definition(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for place in context.variants().iter().filter(|place| place.variant.is_auto()) {
        let ignored = |name: &str| {
            let provider = name.split_once('/').map(|(provider, _)| provider);
            place.ignored().iter().any(|entry| entry.value == name || Some(entry.value.as_str()) == provider)
        };
        // What is listed and ignored has a finding of its own.
        if place.models().iter().any(|item| ignored(&item.value)) {
            continue;
        }
        let mut left: Vec<&crate::source::Spanned<String>> = Vec::new();
        for item in place.models() {
            if !left.iter().any(|other| other.value == item.value) {
                left.push(item);
            }
        }
        let [only] = left.as_slice() else { continue };
        // A provider, and a name that several may serve, stand for more than one.
        let id = ModelId::parse(&only.value).map(|id| id.target);
        if !matches!(id, Ok(Target::Concrete { .. } | Target::Hosted(_))) {
            continue;
        }
        let mut diagnostic =
            Diagnostic::new(&RULE.meta, only.span, format!("`auto` can only choose `{only}` here"))
                .note("a pool of one is that model: there is no choice, and nothing to fall back on")
                .help(format!(
                    "add candidates, or write `model: {only}`, with `fallbacks` for when it fails"
                ));
        if let Some(model) = &place.variant.model {
            diagnostic = diagnostic.also(model.span, "this asks for a choice");
        }
        found.push(place.about(diagnostic));
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::findings;

    #[test]
    fn a_pool_of_one_is_no_pool() {
        let with = |pool: &str| {
            findings(&RULE, &format!("name: a\ndefault: {{model: auto, sort: price, candidates: {pool}}}\n"))
        };
        let found = ["openai/gpt-5.2: `auto` can only choose `openai/gpt-5.2` here"];
        assert_eq!(with("[openai/gpt-5.2]"), found);
        assert_eq!(with("[openai/gpt-5.2, openai/gpt-5.2]"), found);
        assert_eq!(with("[openai/gpt-5.2, openai/gpt-4o], ignore: [openai/gpt-4o]"), [""; 0]);
        assert_eq!(with("[openai]"), [""; 0]);
        assert_eq!(with("[gpt-oss-120b]"), [""; 0]);
        assert_eq!(with("[openai/gpt-5.2, openai/gpt-4o]"), [""; 0]);
        assert_eq!(findings(&RULE, "name: a\ndefault: {model: auto, sort: price}\n"), [""; 0]);
    }
}
