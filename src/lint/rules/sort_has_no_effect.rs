//! `sort` ranks what can be chosen. With one model of one provider and at most one fallback there is nothing to rank.

use crate::diag::Diagnostic;
use crate::lint::context::Context;
use crate::lint::{Check, Rule};
use crate::rule_meta;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC409" "sort-has-no-effect", Info, Suspicious, None),
    check: Check::Definition(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for place in context.variants().iter().filter(|place| !place.variant.is_auto()) {
        let Some(sort) = &place.variant.selection.sort else { continue };
        let ranks = sort.value.iter().any(|criterion| criterion.metric.is_some());
        let fallbacks = place.models();
        if !ranks || fallbacks.len() > 1 || place.has_bare() {
            continue;
        }
        let Some(model) = &place.variant.model else { continue };
        let note = match fallbacks {
            [] => format!("`{model}` is the only model that may answer"),
            _ => format!("`{model}` is asked first whatever the criteria say, and one fallback has no order"),
        };
        found.push(place.about(
            Diagnostic::new(&RULE.meta, sort.span, "`sort` has nothing to choose from here")
                .also(model.span, "this is always asked first")
                .note(note)
                .help("to have the best of several chosen, write `model: auto` with `candidates`; otherwise remove `sort`"),
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::findings;

    #[test]
    fn one_model_has_no_order() {
        let with = |selection: &str| findings(&RULE, &format!("name: a\ndefault: {{{selection}}}\n"));
        let found = ["price: `sort` has nothing to choose from here"];
        assert_eq!(with("model: openai/gpt-5.2, sort: price"), found);
        assert_eq!(with("model: openai/gpt-5.2, fallbacks: [openai/gpt-4o], sort: price"), found);
        assert_eq!(
            with("model: openai/gpt-5.2, fallbacks: [openai/gpt-4o, openai/gpt-5], sort: price"),
            [""; 0]
        );
        assert_eq!(with("model: openai/gpt-5.2, fallbacks: [gpt-oss-120b], sort: price"), [""; 0]);
        assert_eq!(with("model: gpt-oss-120b, sort: price"), [""; 0]);
        assert_eq!(with("model: auto, candidates: [openai], sort: price"), [""; 0]);
    }
}
