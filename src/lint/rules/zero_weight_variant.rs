//! People keep a model at weight 0 and take it for a reserve that answers when the others fail. It never does.

use crate::diag::Diagnostic;
use crate::lint::context::Context;
use crate::lint::{Check, Rule};
use crate::rule_meta;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC401" "zero-weight-variant", Warning, Correctness, None),
    check: Check::Definition(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for place in context.never_chosen() {
        let Some(weight) = &place.variant.weight else { continue };
        let message = format!("variant `{}` has weight 0 and is never chosen", place.variant.name());
        found.push(
            place.about(
                Diagnostic::new(&RULE.meta, weight.span, message)
                    .note("a variant is no fallback: where another one fails, only that one's own `fallbacks` are tried")
                    .help("give it a share, list its model in the `fallbacks` of the others, or remove it"),
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::findings;

    #[test]
    fn weight_zero_is_found_wherever_it_stands() {
        let text = "name: a\ndefault:\n  variants:\n    - {id: x, weight: 100, model: openai/gpt-5.2}\n    - {id: y, weight: 0, model: openai/gpt-4o}\n";
        assert_eq!(findings(&RULE, text), ["0: variant `y` has weight 0 and is never chosen"]);
        assert_eq!(findings(&RULE, &text.replace("weight: 0", "weight: 1").replace("100", "99")), [""; 0]);
    }
}
