//! What a model thinks counts as its output. A budget for reasoning that is as large as `max_tokens` leaves no answer.

use crate::diag::Diagnostic;
use crate::lint::context::Context;
use crate::lint::{Check, Rule};
use crate::model::Data;
use crate::rule_meta;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC413" "reasoning-takes-all", Warning, Correctness, None),
    check: Check::Definition(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let router = &context.definition().router;
    let defaults = router.defaults.as_ref().and_then(|defaults| defaults.text_generation_config.as_ref());
    let own = context
        .variants()
        .iter()
        .filter_map(|place| Some((place, place.variant.text_generation_config.as_ref()?)));
    let finding = |config: &crate::source::Spanned<Data>| {
        let Data::Int(all) = config.value.get("max_tokens")? else { return None };
        let Data::Int(reasoning) = config.value.get("reasoning")?.get("max_tokens")? else { return None };
        if reasoning < all {
            return None;
        }
        let message = format!("{reasoning} tokens to reason with leave nothing of the {all} in `max_tokens`");
        Some(
            Diagnostic::new(&RULE.meta, context.key_in(config.span, &["reasoning"]), message)
                .note("reasoning counts as output: the provider refuses the request, or the answer is empty")
                .help("raise `max_tokens`, or lower `reasoning.max_tokens`; what is between them is for the answer"),
        )
    };
    if let Some(diagnostic) = defaults.and_then(finding) {
        found.push(context.about("defaults.text_generation_config", diagnostic));
    }
    for (place, config) in own {
        found.extend(finding(config).map(|diagnostic| place.about(diagnostic)));
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::findings;

    #[test]
    fn something_is_to_be_left_for_the_answer() {
        let with = |config: &str| {
            let own =
                format!("name: a\ndefault: {{model: openai/gpt-5.2, text_generation_config: {config}}}\n");
            let shared = format!(
                "name: a\ndefaults: {{text_generation_config: {config}}}\ndefault: {{model: openai/gpt-5.2}}\n"
            );
            let found = findings(&RULE, &own);
            assert_eq!(found, findings(&RULE, &shared));
            found
        };
        assert_eq!(
            with("{max_tokens: 100, reasoning: {max_tokens: 100}}"),
            ["reasoning: 100 tokens to reason with leave nothing of the 100 in `max_tokens`"]
        );
        assert_eq!(with("{max_tokens: 101, reasoning: {max_tokens: 100}}"), [""; 0]);
        assert_eq!(with("{reasoning: {max_tokens: 100}}"), [""; 0]);
        assert_eq!(with("{max_tokens: 100, reasoning: {effort: high}}"), [""; 0]);
    }
}
