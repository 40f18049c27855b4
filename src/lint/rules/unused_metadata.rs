//! A key that is declared and that no condition reads decides nothing: a route was forgotten, or the key is left over.

use std::collections::BTreeSet;

use crate::cel::checker::Reference;
use crate::diag::Diagnostic;
use crate::diag::suggest::and_list;
use crate::lint::context::Context;
use crate::lint::{Check, Rule};
use crate::rule_meta;
use crate::source::Span;

pub(super) static RULE: Rule =
    Rule { meta: rule_meta!("IRC602" "unused-metadata", Info, Style, None), check: Check::Definition(check) };

/// More keys are not named.
const LISTED: usize = 6;

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let Some(declared) = &context.checked.metadata else { return };
    let references =
        context.conditions().iter().flat_map(|place| place.expression.checked.references.iter().flatten());
    let used: BTreeSet<&str> = references
        .filter_map(|reference| match reference {
            Reference::Variable { name, .. } => Some(&**name),
            _ => None,
        })
        .collect();
    let own = context.definition().span.file;
    // A file that many routers share declares what some of them need.
    let unused: Vec<(&str, Span)> = declared
        .keys
        .iter()
        .filter(|(name, declaration)| declaration.name_span.file == own && !used.contains(&***name))
        .map(|(name, declaration)| (&**name, declaration.name_span))
        .collect();
    let [(name, span), others @ ..] = unused.as_slice() else { return };
    // A block that was made from a log may have many: one finding is enough.
    let (message, them) = match others.len() {
        0 => (format!("no condition reads the metadata key `{name}`"), "it"),
        1..LISTED => {
            let names = and_list(unused.iter().map(|(name, _)| name));
            (format!("no condition reads the metadata keys {names}"), "them")
        }
        more => (format!("no condition reads the metadata key `{name}` and {more} others"), "them"),
    };
    let mut out = Diagnostic::new(&RULE.meta, *span, message)
        .note("what is sent there makes no difference to any request")
        .help(format!(
            "use {them} in a condition, or remove {them}; if the block only says what callers send, allow it here: `# irc: allow(unused-metadata)`"
        ));
    for (_, other) in others.iter().take(LISTED) {
        out = out.also(*other, "not read either");
    }
    found.push(context.about("metadata", out));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::findings;

    #[test]
    fn keys_that_nothing_reads() {
        let text = "name: a\nmetadata: {tier: string, seats: int, org: {fields: {id: string}}}\nroutes: [{id: r, when: tier == \"pro\" && org.id == \"x\", model: openai/gpt-5.2}]\ndefault: {model: openai/gpt-4o}\n";
        assert_eq!(findings(&RULE, text), ["seats: no condition reads the metadata key `seats`"]);
        let two = text.replace("seats: int", "seats: int, beta: bool");
        assert_eq!(findings(&RULE, &two), ["seats: no condition reads the metadata keys `seats` and `beta`"]);
        let invariant = format!("{text}invariants: [{{when: seats > 3, never: {{provider: groq}}}}]\n");
        assert_eq!(findings(&RULE, &invariant), [""; 0]);
    }
}
