//! Where `prompt_variables` says what callers send, a template that asks for something else asks in vain.

use crate::diag::suggest::{and_list, is_slip, nearest};
use crate::diag::{Diagnostic, Fix};
use crate::lint::context::Context;
use crate::lint::{Check, Rule};
use crate::model::Spelling;
use crate::rule_meta;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC415" "undeclared-template-variable", Warning, Correctness, Sometimes),
    check: Check::Definition(check),
};

/// For so many a declared name is looked for that may have been meant.
const MOST_COMPARED: usize = 100;

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let definition = context.definition();
    let Some(declared) = &definition.contract.prompt_variables else { return };
    let names = || declared.keys.keys().map(|name| &**name);
    let mut asked = 0;
    for template in &definition.templates {
        for variable in template.placeholders.iter().filter(|p| p.spelling == Spelling::Right) {
            let name = &variable.name;
            if declared.keys.contains_key(name.as_str()) {
                continue;
            }
            let message = if name.is_empty() {
                "a template asks for a variable without a name".to_owned()
            } else {
                format!("no caller is declared to send the template variable `{name}`")
            };
            let mut out = Diagnostic::new(&RULE.meta, variable.span, message)
                .note(format!("the model reads `{{{{{name}}}}}` as it stands, braces and all"))
                .assumes("A12");
            asked += 1;
            let near = if asked <= MOST_COMPARED { nearest(name, names()) } else { None };
            let metadata = context.checked.metadata.as_ref();
            if let Some(near) = near {
                out = out.label(format!("did you mean `{near}`?")).help(format!("write `{{{{{near}}}}}`"));
                if is_slip(name, near) {
                    out = out.fix(Fix::unsafe_(format!("write `{near}`"), variable.span, near));
                }
            } else if metadata.is_some_and(|metadata| metadata.keys.contains_key(name.as_str())) {
                out = out.help("metadata fills no templates: have callers send it in `prompt_variables` as well, and declare it there");
            } else {
                out = out.help(match declared.keys.len() {
                    1..=8 => {
                        format!("declare it under `prompt_variables:`, where {} stand", and_list(names()))
                    }
                    _ => "declare it under `prompt_variables:`".to_owned(),
                });
            }
            out.subject = template.subject.clone();
            found.push(out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::{findings, fixed};

    const BLOCK: &str = "name: a\nmetadata: {tier: string}\nprompt_variables: {agent_name: string}\n";

    #[test]
    fn what_nobody_sends_is_found_at_its_place() {
        let templates = "defaults:\n  message_templates:\n    - role: system\n      content: >-\n        You are {{agent_name}},\n        for {{ agent_nmae }} and {{tier}}.\n    - {role: user, content_items: [{text: \"{{topic}}\"}]}\ndefault: {model: openai/gpt-5.2}\n";
        let text = format!("{BLOCK}{templates}");
        let lines = ["agent_nmae", "tier", "topic"];
        let wanted =
            lines.map(|name| format!("{name}: no caller is declared to send the template variable `{name}`"));
        assert_eq!(findings(&RULE, &text), wanted);
        assert_eq!(fixed(&RULE, &text), text.replace("nmae", "name"));
        // Without a block nothing is known of what they send.
        assert_eq!(findings(&RULE, &text.replace("prompt_variables: {agent_name: string}\n", "")), [""; 0]);
    }
}
