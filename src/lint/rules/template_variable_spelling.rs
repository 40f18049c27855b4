//! `{name}` and `{{name` are text to the service. Where `name` is a declared variable, they were meant to be filled.

use crate::diag::{Diagnostic, Fix};
use crate::lint::context::Context;
use crate::lint::{Check, Rule};
use crate::model::Spelling;
use crate::rule_meta;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC416" "template-variable-spelling", Warning, Suspicious, Sometimes),
    check: Check::Definition(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let definition = context.definition();
    let Some(declared) = &definition.contract.prompt_variables else { return };
    for template in &definition.templates {
        for variable in &template.placeholders {
            let name = variable.name.as_str();
            if variable.spelling == Spelling::Right || !declared.keys.contains_key(name) {
                continue;
            }
            let whole = format!("{{{{{name}}}}}");
            let message = match variable.spelling {
                Spelling::Open => format!("nothing closes the template variable `{name}`"),
                _ => format!("`{{{name}}}` is not filled: template variables stand in double braces"),
            };
            let mut out = Diagnostic::new(&RULE.meta, variable.span, message)
                .note("the model reads it as it stands, braces and all")
                .help(format!("write `{whole}`"));
            if variable.spelling == Spelling::OneBrace && is_written(context, variable.span, name) {
                out = out.fix(Fix::unsafe_(format!("write `{whole}`"), variable.span, whole.clone()));
            }
            out.subject = template.subject.clone();
            found.push(out);
        }
    }
}

/// Whether the file holds the name there as it is, without escapes.
fn is_written(context: &Context<'_>, span: crate::source::Span, name: &str) -> bool {
    context.sources.slice(span).trim_start_matches('$') == format!("{{{name}}}")
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::{findings, fixed};

    #[test]
    fn declared_names_in_other_braces() {
        let text = |content: &str| {
            format!(
                "name: a\nprompt_variables: {{who: string}}\ndefault:\n  model: openai/gpt-5.2\n  message_templates:\n    - {{role: system, content: '{content}'}}\n"
            )
        };
        let found = |content: &str| findings(&RULE, &text(content));
        assert_eq!(
            found("Hi {who}"),
            ["{who}: `{who}` is not filled: template variables stand in double braces"]
        );
        assert_eq!(found("Hi ${who}").len(), 1);
        assert_eq!(found("Hi {{ who"), ["{{: nothing closes the template variable `who`"]);
        assert_eq!(found("Hi {{who}} {what} {\"who\": 1}"), [""; 0]);
        assert_eq!(fixed(&RULE, &text("Hi ${who}, {who}")), text("Hi {{who}}, {{who}}"));
    }
}
