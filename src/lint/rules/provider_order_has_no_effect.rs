//! `provider.order` says who is to serve a model that is named without a provider. `openai/gpt-5.2` names its own.

use crate::diag::Diagnostic;
use crate::lint::context::Context;
use crate::lint::{Check, Rule};
use crate::rule_meta;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC408" "provider-order-has-no-effect", Warning, Suspicious, None),
    check: Check::Definition(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for place in context.variants().iter().filter(|place| !place.variant.is_auto()) {
        let order = place.variant.selection.provider.as_ref().and_then(|provider| provider.order.as_ref());
        let (Some(order), Some(model)) = (order, &place.variant.model) else { continue };
        if order.value.is_empty() || place.has_bare() {
            continue;
        }
        let name = model.value.rsplit('/').next().unwrap_or(&model.value);
        found.push(place.about(
            Diagnostic::new(&RULE.meta, order.span, format!("`provider.order` has no effect on `{model}`"))
                .also(model.span, "this names its provider already")
                .note("the order says who serves a model that is named without a provider, and there is none here")
                .help(format!(
                    "write `model: {name}` to have these providers tried for it, list models of theirs under `fallbacks`, or remove the order"
                )),
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::findings;

    #[test]
    fn an_order_needs_a_name_without_a_provider() {
        let with = |selection: &str| findings(&RULE, &format!("name: a\ndefault: {{{selection}}}\n"));
        assert_eq!(
            with("model: groq/openai/gpt-oss-120b, provider: {order: [cerebras]}"),
            ["[cerebras]: `provider.order` has no effect on `groq/openai/gpt-oss-120b`"]
        );
        assert_eq!(with("model: gpt-oss-120b, provider: {order: [cerebras]}"), [""; 0]);
        assert_eq!(
            with("model: openai/gpt-5.2, fallbacks: [gpt-oss-120b], provider: {order: [groq]}"),
            [""; 0]
        );
        assert_eq!(with("model: openai/gpt-5.2, provider: {allow_fallbacks: true}"), [""; 0]);
        assert_eq!(
            with("model: auto, candidates: [openai], sort: price, provider: {order: [openai]}"),
            [""; 0]
        );
    }
}
