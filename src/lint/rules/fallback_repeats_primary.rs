//! A fallback that is the primary model again helps nothing: that model has just failed.

use crate::diag::{Diagnostic, Fix};
use crate::lint::context::Context;
use crate::lint::{Check, Rule, edits};
use crate::rule_meta;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC405" "fallback-repeats-primary", Warning, Suspicious, Sometimes),
    check: Check::Definition(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for place in context.variants().iter().filter(|place| !place.variant.is_auto()) {
        let Some(model) = &place.variant.model else { continue };
        for (at, item) in place.models().iter().enumerate().filter(|(_, item)| item.value == model.value) {
            let message = format!("the fallback `{item}` is the model that has failed already");
            let mut diagnostic = Diagnostic::new(&RULE.meta, item.span, message)
                .also(model.span, "this is asked first")
                .note("fallbacks are tried when this model fails: asking it again gains nothing, and costs a timeout where it hangs")
                .help("name another model, best one of another provider, or leave it out");
            if let Some(edit) = edits::without_item(context.sources, place.models(), at) {
                // Somebody may have meant to ask twice.
                let title = format!("leave out `{item}`");
                diagnostic = diagnostic.fix(Fix { title, safe: false, edits: vec![edit] });
            }
            found.push(place.about(diagnostic));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::{findings, fixed};

    #[test]
    fn the_same_model_and_no_other() {
        let text = "name: a\ndefault: {model: openai/gpt-5.2, fallbacks: [openai/gpt-4o, openai/gpt-5.2]}\n";
        assert_eq!(
            findings(&RULE, text),
            ["openai/gpt-5.2: the fallback `openai/gpt-5.2` is the model that has failed already"]
        );
        assert_eq!(fixed(&RULE, text), text.replace(", openai/gpt-5.2]", "]"));
        assert_eq!(
            findings(&RULE, &text.replace("model: openai/gpt-5.2", "model: openai/gpt-5.2:fast")),
            [""; 0]
        );
        // Another provider of the same model is another one.
        assert_eq!(
            findings(
                &RULE,
                "name: a\ndefault: {model: groq/openai/gpt-oss-120b, fallbacks: [cerebras/gpt-oss-120b]}\n"
            ),
            [""; 0]
        );
    }
}
