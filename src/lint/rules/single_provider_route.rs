//! Fallbacks of the same provider help when one model is overloaded, and not when the provider is down.

use crate::catalogue::ModelId;
use crate::compile::Rank;
use crate::diag::Diagnostic;
use crate::lint::context::{Context, VariantAt};
use crate::lint::{Check, Rule};
use crate::model::{ClaimKind, Form};
use crate::rule_meta;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC502" "single-provider-route", Info, Resilience, None),
    check: Check::Definition(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for place in context.variants().iter().filter(|place| !place.is_spread()) {
        let Some(provider) = only_provider(place) else { continue };
        let Some(models) = &place.variant.selection.models else { continue };
        if is_wanted(context, &provider) {
            continue;
        }
        let message = format!("all that variant `{}` can ask is of `{provider}`", place.variant.name());
        let last = models.items.last().map_or(models.key.span, |item| item.span);
        let key = models.key.value.as_str();
        let mut help = format!("add a model of another provider to `{key}`");
        if context.definition().form == Form::Authoring {
            help.push_str(&format!(
                "; where one provider is a must, say so with an invariant: `only: {{provider: {provider}}}`"
            ));
        }
        found.push(
            place.about(
                Diagnostic::new(&RULE.meta, last, message)
                    .note("one outage of that provider takes all of them down")
                    .help(help),
            ),
        );
    }
}

/// The provider of all that can be asked, if it is one and there is more than one model.
fn only_provider(place: &VariantAt<'_>) -> Option<String> {
    if place.has_bare() && !place.variant.is_auto() {
        return None;
    }
    let mut only: Option<String> = None;
    let mut count = 0;
    for rank in place.chain() {
        let ids = match rank {
            Rank::Model(id) => std::slice::from_ref(id),
            Rank::Tied(ids) => ids,
            Rank::Open => return None,
        };
        for id in ids {
            let provider = ModelId::parse(id).ok()?.provider()?;
            count += 1;
            match &only {
                None => only = Some(provider.to_owned()),
                Some(known) if known == provider => {}
                Some(_) => return None,
            }
        }
    }
    only.filter(|_| count > 1)
}

/// Whether an invariant says that only this provider may be asked.
fn is_wanted(context: &Context<'_>, provider: &str) -> bool {
    let claims = context.definition().invariants.iter().flat_map(|invariant| &invariant.claims);
    claims.filter(|claim| claim.kind == ClaimKind::Only).any(|claim| {
        let named = &claim.target.provider;
        !named.is_empty() && named.iter().all(|name| name.value == provider)
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::findings;

    #[test]
    fn fallbacks_of_one_provider() {
        let with = |selection: &str| findings(&RULE, &format!("name: a\ndefault: {{{selection}}}\n"));
        assert_eq!(
            with("model: openai/gpt-5.2, fallbacks: [openai/gpt-4o]"),
            ["openai/gpt-4o: all that variant `main` can ask is of `openai`"]
        );
        assert_eq!(with("model: auto, candidates: [openai], sort: price").len(), 1);
        assert_eq!(with("model: openai/gpt-5.2, fallbacks: [anthropic/claude-opus-4-6]"), [""; 0]);
        // That it has no fallback at all is another rule's.
        assert_eq!(with("model: openai/gpt-5.2"), [""; 0]);
        assert_eq!(with("model: openai/gpt-5.2, fallbacks: [gpt-4o]"), [""; 0]);
    }

    #[test]
    fn an_invariant_may_want_it_so() {
        let text = "name: a\ndefault: {model: mistral/mistral-large-latest, fallbacks: [mistral/mistral-small-latest]}\ninvariants:\n  - only: {provider: mistral}\n";
        assert_eq!(findings(&RULE, text), [""; 0]);
        assert_eq!(
            findings(&RULE, &text.replace("only: {provider: mistral}", "never: {provider: groq}")).len(),
            1
        );
    }
}
