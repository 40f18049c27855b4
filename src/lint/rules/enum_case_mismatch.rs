//! CEL tells `"Pro"` from `"pro"`. Two routes that spell one value differently do not both mean what callers send. Values
//! that are declared are compared by the check already; this is about what is not, and about declarations themselves.

use std::collections::{BTreeMap, BTreeSet};

use crate::cel::Value;
use crate::cel::ast::Kind;
use crate::diag::Diagnostic;
use crate::lint::context::{ConditionAt, Context};
use crate::lint::{Check, Rule, expressions};
use crate::rule_meta;
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC418" "enum-case-mismatch", Warning, Suspicious, None),
    check: Check::Definition(check),
};

const NOTE: &str = "CEL compares text letter by letter: for a request at most one of the two spellings fits";

/// A text that a key is compared with.
struct Spelt<'a> {
    text: &'a str,
    span: Span,
    place: usize,
}

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    declarations(context, found);
    // By key and folded text, in order.
    let mut spelt: BTreeMap<(String, String), Vec<Spelt<'_>>> = BTreeMap::new();
    let places: &[ConditionAt<'_>] = context.conditions();
    for (at, place) in places.iter().enumerate() {
        let ast = &place.expression.ast;
        for comparison in place.comparisons() {
            // Most keys that are compared are declared with their values.
            if let Kind::Ident { name, .. } = ast.kind(comparison.subject)
                && context
                    .checked
                    .env
                    .variables
                    .get(&name.text)
                    .is_some_and(|field| field.domain.one_of.is_some())
            {
                continue;
            }
            let Some(key) = expressions::key_path(place.expression, comparison.subject) else { continue };
            let declared = expressions::declared(&context.checked.env, &key);
            if declared.is_some_and(|field| field.domain.one_of.is_some()) {
                continue;
            }
            let text: &str = &comparison.text.value;
            let span = place.condition.place(ast.span(comparison.literal));
            spelt.entry((key, text.to_lowercase())).or_default().push(Spelt { text, span, place: at });
        }
    }
    for ((key, _), all) in &spelt {
        let Some(first) = all.first() else { continue };
        let Some(other) = all.iter().find(|other| other.text != first.text) else { continue };
        // Who asks for both in one condition knows that both are sent.
        let (one, others): (Vec<&Spelt<'_>>, Vec<_>) = all.iter().partition(|spelt| spelt.text == first.text);
        let one: BTreeSet<usize> = one.iter().map(|spelt| spelt.place).collect();
        if others.iter().any(|spelt| one.contains(&spelt.place)) {
            continue;
        }
        let Some(place) = places.get(other.place) else { continue };
        let message =
            format!("`{key}` is compared with `{}` here and with `{}` elsewhere", other.text, first.text);
        found.push(
            place.about(
                Diagnostic::new(&RULE.meta, other.span, message)
                    .also(first.span, "the other spelling")
                    .note(NOTE)
                    .help(format!(
                        "write what callers send in both places; an `enum` of `{key}` under `metadata:` makes such slips errors"
                    )),
            ),
        );
    }
}

/// Values of one `enum` that differ in nothing else.
fn declarations(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let own = context.definition().span;
    let declared = context.checked.metadata.iter().flat_map(|metadata| &metadata.keys);
    for (name, declaration) in declared.filter(|(_, declaration)| declaration.name_span.file == own.file) {
        let values: Vec<&str> = declaration
            .field
            .domain
            .one_of
            .iter()
            .flat_map(|values| values.iter())
            .filter_map(text_of)
            .collect();
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        let twin = values.iter().find_map(|value| Some((seen.insert(value.to_lowercase(), value)?, *value)));
        let Some((first, second)) = twin else { continue };
        let message = format!("`{first}` and `{second}` are two values of `{name}` that differ only in case");
        found.push(context.about(
            &format!("metadata.{name}"),
            Diagnostic::new(&RULE.meta, declaration.name_span, message).note(NOTE).help(
                "keep the one that callers send; if they send both, compare with both: `x in [\"a\", \"A\"]`",
            ),
        ));
    }
}

fn text_of(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::{conditions, findings};

    #[test]
    fn one_value_in_two_spellings() {
        let found = findings(&RULE, &conditions(&["tier == 'pro' && a", "tier == 'Pro' && b"]));
        assert_eq!(found, ["'Pro': `tier` is compared with `Pro` here and with `pro` elsewhere"]);
        assert_eq!(
            findings(&RULE, &conditions(&["tier in ['pro', 'free'] && a", "tier != 'FREE' && b"])).len(),
            1
        );
        assert_eq!(findings(&RULE, &conditions(&["x.tier == 'pro' && a", "x.tier == 'Pro' && b"])).len(), 1);
    }

    #[test]
    fn both_at_once_and_other_keys_are_meant() {
        assert_eq!(
            findings(&RULE, &conditions(&["tier in ['pro', 'Pro'] && a", "tier == 'Pro' && b"])),
            [""; 0]
        );
        assert_eq!(findings(&RULE, &conditions(&["tier == 'pro' && a", "plan == 'Pro' && b"])), [""; 0]);
        assert_eq!(
            findings(
                &RULE,
                &conditions(&[
                    "messages.last().content == 'Hi' && a",
                    "messages.first().content == 'hi' && b"
                ])
            ),
            [""; 0]
        );
    }

    #[test]
    fn declared_values_may_not_differ_in_case_alone() {
        let text = "name: a\nmetadata: {tier: {type: string, enum: [pro, free, Pro]}}\nroutes: [{id: r, when: tier == \"pro\", model: openai/gpt-5.2}]\ndefault: {model: openai/gpt-4o}\n";
        assert_eq!(
            findings(&RULE, text),
            ["tier: `pro` and `Pro` are two values of `tier` that differ only in case"]
        );
        assert_eq!(findings(&RULE, &text.replace("Pro", "max")), [""; 0]);
    }
}
