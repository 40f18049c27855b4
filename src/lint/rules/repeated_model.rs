//! A name that stands twice in one list was meant to be another one the second time.

use crate::diag::{Diagnostic, Fix};
use crate::lint::context::{Context, VariantAt};
use crate::lint::{Check, Rule, edits};
use crate::rule_meta;
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC406" "repeated-model", Warning, Suspicious, Sometimes),
    check: Check::Definition(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for place in context.variants() {
        let auto = place.variant.is_auto();
        let (list, note) = if auto {
            ("candidates", "a pool holds each model once: the second mention does nothing")
        } else {
            ("fallbacks", "the second time it has failed already")
        };
        repeats(context, place, place.models(), list, note, auto, found);
        let note = "what is ignored is ignored: the second mention does nothing";
        repeats(context, place, place.ignored(), "ignore", note, true, found);
        let order = place.variant.selection.provider.as_ref().and_then(|provider| provider.order.as_ref());
        let order = order.map_or(&[][..], |order| &order.value);
        repeats(
            context,
            place,
            order,
            "provider.order",
            "the second time it has failed already",
            false,
            found,
        );
    }
}

/// `safe`: the second mention changes nothing, whatever the service does.
fn repeats(
    context: &Context<'_>,
    place: &VariantAt<'_>,
    items: &[Spanned<String>],
    list: &str,
    note: &str,
    safe: bool,
    found: &mut Vec<Diagnostic>,
) {
    for (at, item) in items.iter().enumerate() {
        // Lists are short, or not looked at.
        let before = items.iter().take(at).find(|before| before.value == item.value);
        let Some(first) = before.map(|before| before.span) else { continue };
        let mut diagnostic =
            Diagnostic::new(&RULE.meta, item.span, format!("`{item}` stands twice in `{list}`"))
                .also(first, "first here")
                .note(note)
                .help("leave it out, or name another one");
        if let Some(edit) = edits::without_item(context.sources, items, at) {
            let title = format!("leave out the second `{item}`");
            diagnostic = diagnostic.fix(Fix { title, safe, edits: vec![edit] });
        }
        found.push(place.about(diagnostic));
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::{findings, fixed};

    #[test]
    fn every_list_is_looked_at() {
        let text = "name: a\nroutes:\n  - id: r\n    when: true\n    model: auto\n    candidates: [openai, groq, openai]\n    sort: price\n    ignore:\n      - groq/openai/gpt-oss-20b\n      - groq/openai/gpt-oss-20b\n      - openai/gpt-4o\ndefault:\n  model: gpt-oss-120b\n  fallbacks: [openai/gpt-4o, openai/gpt-4o]\n  provider: {order: [groq, cerebras, groq]}\n";
        let found = findings(&RULE, text);
        let words: Vec<&str> = found.iter().map(|found| found.split_once(": ").unwrap().1).collect();
        assert_eq!(
            words,
            [
                "`openai` stands twice in `candidates`",
                "`groq/openai/gpt-oss-20b` stands twice in `ignore`",
                "`openai/gpt-4o` stands twice in `fallbacks`",
                "`groq` stands twice in `provider.order`"
            ]
        );
        let mended = fixed(&RULE, text);
        assert!(mended.contains("candidates: [openai, groq]"), "{mended}");
        assert!(
            mended.contains("ignore:\n      - groq/openai/gpt-oss-20b\n      - openai/gpt-4o\n"),
            "{mended}"
        );
        assert_eq!(findings(&RULE, &mended), [""; 0]);
    }
}
