//! A variant asks for something that one of its models is known not to do. What is not known of a model is no mismatch.

use crate::catalogue::{Capability, Model};
use crate::diag::Diagnostic;
use crate::lint::context::{Context, VariantAt};
use crate::lint::{Check, Rule};
use crate::model::Data;
use crate::rule_meta;
use crate::source::{Span, Spanned};

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC412" "capability-mismatch", Warning, Correctness, None),
    check: Check::Definition(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for place in context.variants().iter().filter(|place| asks(place)) {
        let mut seen: Vec<&str> = Vec::new();
        for written in place.written() {
            let (name, Some(model)) = (written.name, &written.model) else { continue };
            // That a model is listed twice is another rule's.
            if seen.contains(&name.value.as_str()) {
                continue;
            }
            seen.push(&name.value);
            for mismatch in
                [web_search(place, name, model), reasoning(place, name, model), length(place, name, model)]
            {
                found.extend(mismatch.map(|mismatch| place.about(finding(context, place, name, &mismatch))));
            }
        }
    }
}

/// Whether a variant asks for anything that not every model does.
fn asks(place: &VariantAt<'_>) -> bool {
    let sets = |key| place.config.is_some_and(|config| config.value.get(key).is_some());
    place.variant.web_search.is_some() || sets("reasoning") || sets("max_tokens")
}

/// Something that a model does not do.
struct Mismatch {
    message: String,
    /// The block that asks for it, how the key in it is spelt, and what to say there.
    asked: (Span, &'static [&'static str], &'static str),
    note: &'static str,
}

/// The service's search hands the model a tool; the provider's own needs a model that has it.
fn web_search(place: &VariantAt<'_>, name: &Spanned<String>, model: &Model) -> Option<Mismatch> {
    let search = place.variant.web_search.as_ref()?;
    let native = search.value.get("engine").and_then(Data::as_str) == Some("native");
    let (needs, what) = if native {
        (Capability::WebSearch, "has no web search of its own")
    } else {
        (Capability::FunctionCalling, "calls no tools, and web search needs that")
    };
    if model.capabilities.get(needs) != Some(false) {
        return None;
    }
    Some(Mismatch {
        message: format!("`{name}` {what}"),
        asked: (search.span, &["engine"], "`web_search` is asked for here"),
        note: "the search does not happen, or the provider refuses the request",
    })
}

fn reasoning(place: &VariantAt<'_>, name: &Spanned<String>, model: &Model) -> Option<Mismatch> {
    let config = place.config?;
    let reasoning = config.value.get("reasoning")?;
    let asked = match (reasoning.get("effort"), reasoning.get("max_tokens")) {
        (Some(effort), _) => effort.as_str() != Some("none"),
        (None, tokens) => tokens.is_some(),
    };
    if !asked || model.capabilities.reasoning != Some(false) {
        return None;
    }
    Some(Mismatch {
        message: format!("`{name}` does not reason"),
        asked: (config.span, &["reasoning"], "it is asked to here"),
        note: "the setting does nothing, or the provider refuses the request",
    })
}

fn length(place: &VariantAt<'_>, name: &Spanned<String>, model: &Model) -> Option<Mismatch> {
    let config = place.config?;
    let Data::Int(asked) = config.value.get("max_tokens")? else { return None };
    let most = i64::from(model.max_output?);
    if *asked <= most {
        return None;
    }
    Some(Mismatch {
        message: format!("`{name}` answers with at most {most} tokens, and `max_tokens` is {asked}"),
        asked: (config.span, &["max_tokens", "maxTokens"], "set here"),
        note: "the provider refuses the request, or the answer ends earlier than the definition says",
    })
}

fn finding(
    context: &Context<'_>,
    place: &VariantAt<'_>,
    name: &Spanned<String>,
    mismatch: &Mismatch,
) -> Diagnostic {
    let Mismatch { message, asked: (block, keys, words), note } = mismatch;
    let primary = place.variant.model.as_ref().is_some_and(|model| model.span == name.span);
    let help = if primary {
        "choose a model that can, or ask for less"
    } else {
        "choose a fallback or candidate that can, or ask for less: the settings of a variant hold for all its models"
    };
    Diagnostic::new(&RULE.meta, name.span, message.clone())
        .also(context.key_in(*block, keys), *words)
        .note(*note)
        .help(help)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::findings;

    fn with(variant: &str) -> Vec<String> {
        let found = findings(&RULE, &format!("name: a\ndefault: {{{variant}}}\n"));
        found.iter().map(|found| found.split_once(": ").unwrap().1.to_owned()).collect()
    }

    #[test]
    fn what_a_model_cannot_do_is_told() {
        assert_eq!(
            with("model: openai/gpt-4o, text_generation_config: {reasoning: {effort: low}}"),
            ["`openai/gpt-4o` does not reason"]
        );
        assert_eq!(
            with(
                "model: openai/gpt-5.2, fallbacks: [openai/gpt-4o], text_generation_config: {reasoning: {max_tokens: 9}}"
            ),
            ["`openai/gpt-4o` does not reason"]
        );
        assert_eq!(
            with("model: openai/gpt-4o, text_generation_config: {max_tokens: 1000000}"),
            ["`openai/gpt-4o` answers with at most 16384 tokens, and `max_tokens` is 1000000"]
        );
    }

    #[test]
    fn what_it_can_do_or_nobody_knows_is_not() {
        for variant in [
            "model: openai/gpt-5.2, text_generation_config: {reasoning: {effort: low}, max_tokens: 1000}, web_search: {}",
            "model: openai/gpt-4o, text_generation_config: {reasoning: {effort: none}}",
            "model: openai/gpt-4o, text_generation_config: {reasoning: {exclude: true}}",
            "model: anthropic/claude-opus-5, text_generation_config: {reasoning: {effort: low}}, web_search: {}",
            "model: gpt-4o, text_generation_config: {reasoning: {effort: low}}",
            "model: auto, sort: price, candidates: [openai], text_generation_config: {reasoning: {effort: low}}",
        ] {
            assert_eq!(with(variant), [""; 0], "{variant}");
        }
    }
}
