//! What `ignore` names is left out everywhere, the variant's own lists included. A model in both says two things at once.

use crate::catalogue::Catalogue;
use crate::diag::{Diagnostic, Severity};
use crate::lint::context::{Context, VariantAt, is_bare};
use crate::lint::{Check, Rule};
use crate::rule_meta;
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC407" "ignored-model-listed", Warning, Correctness, None),
    check: Check::Definition(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for place in context.variants() {
        let catalogue = context.options.catalogue;
        let ignored = place.ignored();
        let listed: Vec<(&Spanned<String>, &Spanned<String>)> = place
            .written()
            .iter()
            .map(|written| written.name)
            .filter_map(|item| {
                Some((item, ignored.iter().find(|entry| leaves_out(&entry.value, &item.value, catalogue))?))
            })
            .collect();
        let nothing_left = !listed.is_empty() && listed.len() == place.written().len();
        for (at, (item, entry)) in listed.iter().enumerate() {
            // Where nothing is left, that is the finding, once.
            if nothing_left && at > 0 {
                break;
            }
            found.push(place.about(finding(place, item, entry, nothing_left)));
        }
    }
}

fn finding(
    place: &VariantAt<'_>,
    item: &Spanned<String>,
    entry: &Spanned<String>,
    nothing_left: bool,
) -> Diagnostic {
    let primary = place.variant.model.as_ref().is_some_and(|model| model.span == item.span);
    let variant = place.variant.name();
    let message = match (nothing_left, primary) {
        (true, _) => format!("`ignore` leaves variant `{variant}` no model at all"),
        (false, true) => format!("the model `{item}` is ignored by its own variant"),
        (false, false) => format!("`{item}` is listed and ignored by the same variant"),
    };
    let note = match (nothing_left, primary) {
        (true, _) => "every request that this variant is chosen for fails",
        (false, true) => "it is never asked: the first fallback answers in its place",
        (false, false) => "what is ignored is left out everywhere: listing it does nothing",
    };
    let mut out = Diagnostic::new(&RULE.meta, item.span, message)
        .also(entry.span, "ignored here")
        .note(note)
        .help(format!("take `{item}` out of the list, or `{entry}` out of `ignore`"));
    if nothing_left {
        out.severity = Severity::Error;
    }
    out
}

/// Whether an entry of `ignore` surely leaves nothing of what an item names.
fn leaves_out(entry: &str, item: &str, catalogue: &Catalogue) -> bool {
    if entry == item {
        return true;
    }
    match item.split_once('/') {
        // `openai` leaves out `openai/gpt-5.2`; a bare name leaves out the model whoever serves it.
        Some((provider, model)) => {
            let name = model.rsplit('/').next().unwrap_or(model);
            entry == provider || is_bare(entry) && !catalogue.has_provider(entry) && entry == name
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::findings;

    fn with(selection: &str) -> Vec<String> {
        findings(&RULE, &format!("name: a\ndefault: {{{selection}}}\n"))
    }

    #[test]
    fn models_that_are_listed_and_ignored() {
        assert_eq!(
            with(
                "model: openai/gpt-5.2, fallbacks: [groq/openai/gpt-oss-120b, openai/gpt-4o], ignore: [groq]"
            ),
            [
                "groq/openai/gpt-oss-120b: `groq/openai/gpt-oss-120b` is listed and ignored by the same variant"
            ]
        );
        assert_eq!(
            with("model: openai/gpt-5.2, fallbacks: [anthropic/claude-opus-4-6], ignore: [openai]"),
            ["openai/gpt-5.2: the model `openai/gpt-5.2` is ignored by its own variant"]
        );
        assert_eq!(
            with("model: auto, sort: price, candidates: [openai, groq], ignore: [groq, openai]"),
            ["openai: `ignore` leaves variant `main` no model at all"]
        );
        assert_eq!(
            with("model: auto, sort: price, candidates: [openai/gpt-5.2, groq/openai/gpt-oss-120b], ignore: [gpt-oss-120b]").len(),
            1
        );
    }

    #[test]
    fn leaving_out_some_of_a_provider_is_what_ignore_is_for() {
        assert_eq!(
            with("model: auto, sort: price, candidates: [groq, openai], ignore: [groq/openai/gpt-oss-20b]"),
            [""; 0]
        );
        assert_eq!(with("model: gpt-oss-120b, ignore: [groq]"), [""; 0]);
        assert_eq!(with("model: openai/gpt-5.2, ignore: [groq]"), [""; 0]);
    }
}
