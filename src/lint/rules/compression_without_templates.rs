//! Compression touches the router's own templates and nothing that callers send.

use crate::diag::Diagnostic;
use crate::lint::context::Context;
use crate::lint::{Check, Rule};
use crate::rule_meta;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC414" "compression-without-templates", Warning, Suspicious, None),
    check: Check::Definition(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let defaults = context.definition().router.defaults.as_ref();
    let shared = defaults.is_some_and(|defaults| defaults.message_templates.is_some());
    for place in context.variants() {
        let Some(compression) = &place.variant.compression else { continue };
        if shared || place.variant.message_templates.is_some() {
            continue;
        }
        let span = context.first_line(compression.span);
        found.push(place.about(
            Diagnostic::new(&RULE.meta, span, "`compression` has nothing to compress here")
                .note("it shortens the router's own message templates, and there are none; what callers send is left as it is")
                .help("remove it, or add `message_templates` to the variant or the defaults"),
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::findings;

    #[test]
    fn templates_of_the_variant_or_the_defaults_are_enough() {
        let variant = "default: {model: openai/gpt-5.2, compression: {aggressiveness: 0.5}";
        let templates = "message_templates: [{role: system, content: hi}]";
        assert_eq!(
            findings(&RULE, &format!("name: a\n{variant}}}\n")),
            ["{aggressiveness: 0.5}: `compression` has nothing to compress here"]
        );
        assert_eq!(findings(&RULE, &format!("name: a\n{variant}, {templates}}}\n")), [""; 0]);
        assert_eq!(findings(&RULE, &format!("name: a\ndefaults: {{{templates}}}\n{variant}}}\n")), [""; 0]);
    }
}
