//! How the service ranks a pool that nothing is said about is not documented: nobody can tell which model answers.

use crate::compile::Rank;
use crate::diag::Diagnostic;
use crate::lint::context::Context;
use crate::lint::{Check, Rule};
use crate::rule_meta;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC410" "auto-without-sort", Warning, Suspicious, None),
    check: Check::Definition(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for place in context.variants().iter().filter(|place| place.variant.is_auto()) {
        let sort = place.variant.selection.sort.iter().flat_map(|sort| &sort.value);
        // A pool of one needs no order.
        let choice = matches!(place.chain(), [Rank::Open | Rank::Tied(_), ..] | [_, _, ..]);
        let Some(model) = place.variant.model.as_ref().filter(|_| choice) else { continue };
        if sort.clone().any(|criterion| criterion.metric.is_some()) {
            continue;
        }
        let what = if place.models().is_empty() { "of all models" } else { "of the candidates" };
        found.push(place.about(
            Diagnostic::new(&RULE.meta, model.span, format!("nothing says which {what} `auto` is to choose"))
                .label("no `sort`")
                .note("how the service chooses without one is not documented: price and quality of the answers are anybody's guess")
                .help("say what counts, the first criterion decides: `sort: [price, latency]`"),
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::findings;

    #[test]
    fn a_choice_needs_a_criterion() {
        let with =
            |selection: &str| findings(&RULE, &format!("name: a\ndefault: {{model: auto{selection}}}\n"));
        assert_eq!(with(""), ["auto: nothing says which of all models `auto` is to choose"]);
        assert_eq!(
            with(", candidates: [openai, groq]"),
            ["auto: nothing says which of the candidates `auto` is to choose"]
        );
        assert_eq!(with(", candidates: [openai, groq], sort: price"), [""; 0]);
        assert_eq!(with(", candidates: [openai/gpt-5.2]"), [""; 0]);
    }
}
