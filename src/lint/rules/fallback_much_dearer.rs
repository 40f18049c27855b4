//! An outage of the primary model moves all its requests to the fallback, and the bill with them.

use crate::catalogue::PRICE_BLEND;
use crate::diag::Diagnostic;
use crate::lint::context::{Context, Written};
use crate::lint::{Check, Rule};
use crate::rule_meta;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC503" "fallback-much-dearer", Warning, Cost, None),
    check: Check::Definition(check),
};

/// How many times as dear is much.
const TIMES: f64 = 10.0;

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for place in context.variants().iter().filter(|place| !place.variant.is_auto()) {
        let Some(model) = &place.variant.model else { continue };
        let [first, fallbacks @ ..] = place.written() else { continue };
        let Some(own) = price(first).filter(|own| *own > 0.0) else { continue };
        let mut dearest: Option<(f64, _)> = None;
        for fallback in fallbacks {
            let Some(times) = price(fallback).map(|other| other / own) else { continue };
            if times >= TIMES && dearest.as_ref().is_none_or(|(most, _)| times > *most) {
                dearest = Some((times, fallback.name));
            }
        }
        let Some((times, item)) = dearest else { continue };
        let (prompt, completion) = PRICE_BLEND;
        found.push(place.about(
            Diagnostic::new(&RULE.meta, item.span, format!("the fallback `{item}` costs {times:.0} times what `{model}` does"))
                .also(model.span, "this is asked first")
                .note(format!(
                    "while `{model}` is down or overloaded every request costs that much more, at {prompt} tokens of a prompt to {completion} of the answer"
                ))
                .help("choose a fallback in the same range of prices, or let one stand before it"),
        ));
    }
}

/// What `:free` and `:fast` cost is not in the catalogue.
fn price(written: &Written<'_>) -> Option<f64> {
    written.id.filter(|id| id.suffix.is_none())?;
    written.model.as_ref()?.prices.blended()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::findings;

    #[test]
    fn ten_times_is_much() {
        let with = |selection: &str| findings(&RULE, &format!("name: a\ndefault: {{{selection}}}\n"));
        assert_eq!(
            with(
                "model: openai/gpt-4o-mini, fallbacks: [google-ai-studio/gemini-2.5-flash, anthropic/claude-opus-4-6]"
            ),
            [
                "anthropic/claude-opus-4-6: the fallback `anthropic/claude-opus-4-6` costs 38 times what `openai/gpt-4o-mini` does"
            ]
        );
        assert_eq!(with("model: anthropic/claude-opus-4-6, fallbacks: [openai/gpt-4o-mini]"), [""; 0]);
        assert_eq!(
            with("model: openai/gpt-4o-mini, fallbacks: [google-ai-studio/gemini-2.5-flash]"),
            [""; 0]
        );
        assert_eq!(with("model: openai/gpt-4o-mini, fallbacks: [openai/gpt-5.2:free]"), [""; 0]);
        // What is not known is no price.
        assert_eq!(with("model: openai/gpt-4o-mini, fallbacks: [anthropic/claude-opus-9]"), [""; 0]);
    }
}
