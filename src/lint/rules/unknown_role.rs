//! Messages speak in few roles. A condition that asks for another one is never true, and a template that speaks in one is
//! refused.

use crate::catalogue::functions::message_type;
use crate::cel::ast::Kind;
use crate::diag::suggest::{nearest, or_list};
use crate::diag::{Diagnostic, Fix};
use crate::lint::context::Context;
use crate::lint::{Check, Rule, expressions};
use crate::rule_meta;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC417" "unknown-role", Warning, Suspicious, Sometimes),
    check: Check::Definition(check),
};

const ROLES: &[&str] = &["system", "developer", "user", "assistant", "tool", "function"];
/// What people call them elsewhere.
const OTHERS: &[(&str, &str)] = &[
    ("human", "user"),
    ("customer", "user"),
    ("ai", "assistant"),
    ("bot", "assistant"),
    ("model", "assistant"),
];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let message = message_type();
    for place in context.conditions() {
        let ast = &place.expression.ast;
        for comparison in place.comparisons() {
            let Kind::Select { operand, field, .. } = ast.kind(comparison.subject) else { continue };
            let role = &*comparison.text.value;
            if *field.text != *"role"
                || *place.expression.checked.type_of(*operand) != message
                || ROLES.contains(&role)
            {
                continue;
            }
            let (start, end) = (0, role.len());
            let inner = expressions::inside(ast, comparison.literal, comparison.text, start, end);
            let mut out = Diagnostic::new(
                &RULE.meta,
                place.condition.place(ast.span(comparison.literal)),
                format!("no message has the role `{role}`"),
            )
            .note("no message fits this comparison, whatever callers send")
            .help(format!("the roles are {}", or_list(ROLES)));
            if let Some(near) = meant(role) {
                out = out.label(format!("did you mean `{near}`?"));
                let edit = place.condition.edit(inner, near);
                out.fixes.extend(edit.map(|edit| Fix {
                    title: format!("write `{near}`"),
                    safe: false,
                    edits: vec![edit],
                }));
            }
            found.push(place.about(out));
        }
    }
    for template in &context.definition().templates {
        let Some(role) = template.role.as_ref().filter(|role| !ROLES.contains(&role.value.as_str())) else {
            continue;
        };
        let mut out = Diagnostic::new(&RULE.meta, role.span, format!("no message has the role `{role}`"))
            .note("the provider refuses a message in a role that it does not know")
            .help(format!("the roles are {}", or_list(ROLES)));
        if let Some(near) = meant(role) {
            out = out.label(format!("did you mean `{near}`?"));
            if context.sources.slice(role.span) == role.value {
                out = out.fix(Fix::unsafe_(format!("write `{near}`"), role.span, near));
            }
        }
        out.subject = template.subject.clone();
        found.push(out);
    }
}

fn meant(role: &str) -> Option<&'static str> {
    let lower = role.to_lowercase();
    let other = OTHERS.iter().find(|(word, _)| *word == lower).map(|(_, role)| *role);
    other.or_else(|| nearest(role, ROLES.iter().copied()))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::{findings, fixed};

    #[test]
    fn roles_in_conditions_and_templates() {
        let text = "name: a\nmetadata: {role: string}\nroutes:\n  - id: r\n    when: messages.last().role == \"User\" || messages.exists(m, m.role in [\"tool\", \"bot\"]) || role == \"boss\"\n    model: openai/gpt-5.2\n    message_templates:\n      - {role: assistent, content: hi}\n      - {role: developer, content: hi}\ndefault: {model: openai/gpt-4o}\n";
        assert_eq!(
            findings(&RULE, text),
            [
                "\"User\": no message has the role `User`",
                "\"bot\": no message has the role `bot`",
                "assistent: no message has the role `assistent`"
            ]
        );
        let mended = fixed(&RULE, text);
        assert_eq!(
            mended,
            text.replace("User", "user").replace("bot", "assistant").replace("assistent", "assistant")
        );
    }
}
