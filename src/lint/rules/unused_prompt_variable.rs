//! A variable that is declared and that no template asks for: callers send it for nothing.

use std::collections::BTreeSet;

use crate::diag::Diagnostic;
use crate::diag::suggest::is_slip;
use crate::lint::context::Context;
use crate::lint::{Check, Rule};
use crate::rule_meta;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC603" "unused-prompt-variable", Info, Style, None),
    check: Check::Definition(check),
};

/// More names that nobody declared are not compared.
const MOST_SLIPS: usize = 20;

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let definition = context.definition();
    let Some(declared) = &definition.contract.prompt_variables else { return };
    let all = || definition.templates.iter().flat_map(|template| &template.placeholders);
    // One in the wrong braces has a finding of its own, and so has a slip.
    let mentioned: BTreeSet<&str> = all().map(|placeholder| placeholder.name.as_str()).collect();
    let slips: Vec<&str> = mentioned
        .iter()
        .copied()
        .filter(|name| !declared.keys.contains_key(*name))
        .take(MOST_SLIPS)
        .collect();
    for (name, declaration) in &declared.keys {
        let own = declaration.name_span.file == definition.span.file;
        if !own || mentioned.contains(&**name) || slips.iter().any(|slip| is_slip(slip, name)) {
            continue;
        }
        let message = format!("no template asks for the variable `{name}`");
        found.push(
            context.about(
                &format!("prompt_variables.{name}"),
                Diagnostic::new(&RULE.meta, declaration.name_span, message)
                    .note("whatever callers send in it goes nowhere")
                    .help(format!("write `{{{{{name}}}}}` in a template, or remove the declaration")),
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::findings;

    #[test]
    fn variables_that_no_template_has() {
        let text = "name: a\nprompt_variables: {who: string, topic: string, place: string}\ndefault:\n  model: openai/gpt-5.2\n  message_templates: [{role: system, content: 'You are {{who}} in {{palce}}.'}]\n";
        assert_eq!(findings(&RULE, text), ["topic: no template asks for the variable `topic`"]);
        assert_eq!(findings(&RULE, &text.replace("}}.", "}}, {{ topic }}.")), [""; 0]);
    }
}
