//! When the only model of a variant fails, so does the request. Small routers live with that; a platform may not want to.

use crate::compile::Rank;
use crate::diag::Diagnostic;
use crate::lint::context::Context;
use crate::lint::{Check, Rule};
use crate::rule_meta;

pub(super) static RULE: Rule =
    Rule { meta: rule_meta!("IRC501" "no-fallback", Off, Resilience, None), check: Check::Definition(check) };

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for place in context.variants().iter().filter(|place| !place.is_spread()) {
        let Some(model) = &place.variant.model else { continue };
        let one = matches!(place.chain(), [Rank::Model(_)]);
        // Who else serves a bare name is the service's to say.
        let open = place.has_bare();
        if !one || open {
            continue;
        }
        let message = format!(
            "nothing answers for variant `{}` when `{}` fails",
            place.variant.name(),
            name(place.chain())
        );
        found.push(
            place.about(
                Diagnostic::new(&RULE.meta, model.span, message)
                    .note("a 429, a 5xx or a timeout of this model is the answer that callers get")
                    .help("list a model of another provider: `fallbacks: [anthropic/claude-opus-4-6]`"),
            ),
        );
    }
}

fn name(chain: &[Rank]) -> &str {
    match chain {
        [Rank::Model(id), ..] => id,
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::findings;

    #[test]
    fn one_model_alone() {
        let with = |selection: &str| findings(&RULE, &format!("name: a\ndefault: {{{selection}}}\n"));
        assert_eq!(
            with("model: openai/gpt-5.2"),
            ["openai/gpt-5.2: nothing answers for variant `main` when `openai/gpt-5.2` fails"]
        );
        assert_eq!(with("model: openai/gpt-5.2, fallbacks: [openai/gpt-5.2]").len(), 1);
        assert_eq!(with("model: auto, candidates: [openai/gpt-5.2], sort: price").len(), 1);
        assert_eq!(with("model: openai/gpt-5.2, fallbacks: [openai/gpt-4o]"), [""; 0]);
        assert_eq!(with("model: gpt-5.2"), [""; 0]);
        assert_eq!(with("model: auto, sort: price"), [""; 0]);
    }
}
