//! A variant's `text_generation_config` takes the place of the default one whole. Who writes `temperature: 0.2` on a
//! variant hardly means to give up the `max_tokens` that stands in the defaults.

use crate::diag::suggest::and_list;
use crate::diag::{Diagnostic, Fix};
use crate::lint::context::Context;
use crate::lint::{Check, Rule};
use crate::model::Data;
use crate::rule_meta;
use crate::source::{Sources, Span};

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC402" "shadowed-default-config", Warning, Correctness, Sometimes),
    check: Check::Definition(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let defaults = context.definition().router.defaults.as_ref();
    let Some(defaults) = defaults.and_then(|defaults| defaults.text_generation_config.as_ref()) else {
        return;
    };
    let Data::Map(entries) = &defaults.value else { return };
    for place in context.variants() {
        let Some(own) = &place.variant.text_generation_config else { continue };
        let dropped: Vec<&(String, Data)> =
            entries.iter().filter(|(key, _)| own.value.get(key).is_none()).collect();
        if dropped.is_empty() {
            continue;
        }
        let names = and_list(dropped.iter().map(|(key, _)| key));
        let variant = place.variant.name();
        let mut diagnostic = Diagnostic::new(
            &RULE.meta,
            context.first_line(own.span),
            format!("the generation config of variant `{variant}` drops {names} of the defaults"),
        )
        .also(context.first_line(defaults.span), "the defaults")
        .note("a variant's `text_generation_config` replaces the default one whole; they are not merged")
        .help(format!("repeat {names} here, or move what differs into all variants"));
        // What stands elsewhere and is only named here may be meant for others, too.
        let here = place.variant.span.contains(own.span);
        if let Some(text) = insertion(context.sources, own.span, &dropped).filter(|_| here) {
            let title = format!("repeat {names} of the defaults");
            diagnostic = diagnostic.fix(Fix::unsafe_(title, text.0, text.1));
        }
        found.push(place.about(diagnostic));
    }
}

/// The place right before the first key of a mapping, and what to put there.
fn insertion(sources: &Sources, span: Span, entries: &[&(String, Data)]) -> Option<(Span, String)> {
    let source = sources.get(span.file)?;
    let text = source.slice(span);
    let here = |at: u32| Span { start: span.start + at, end: span.start + at, ..span };
    let values: Option<Vec<(&str, String)>> =
        entries.iter().map(|(key, value)| Some((key.as_str(), written(value)?))).collect();
    let values = values?;
    if let Some(rest) = text.strip_prefix('{') {
        let quote = if rest.trim_start().starts_with('"') { "\"" } else { "" };
        let pairs: Vec<String> =
            values.iter().map(|(key, value)| format!("{quote}{key}{quote}: {value}")).collect();
        let more = if rest.trim_start().starts_with('}') { "" } else { ", " };
        return Some((here(1), format!("{}{more}", pairs.join(", "))));
    }
    // Keys on lines of their own, as far in as the first one.
    let line = source.text().get(..span.start as usize)?.rsplit('\n').next()?;
    let indent = line.trim().is_empty().then_some(line)?;
    Some((here(0), values.iter().map(|(key, value)| format!("{key}: {value}\n{indent}")).collect()))
}

/// A value in a spelling that is good in every style.
fn written(value: &Data) -> Option<String> {
    match value {
        Data::Null => Some("null".to_owned()),
        Data::Bool(value) => Some(value.to_string()),
        Data::Int(value) => Some(value.to_string()),
        Data::Float(value) => Some(format!("{value:?}")),
        // What JSON and YAML escape alike.
        Data::String(text) => {
            let plain = text.chars().all(|c| (' '..='~').contains(&c) && !matches!(c, '"' | '\\'));
            let escaped = text.replace('\n', "\\n");
            (plain || escaped.chars().all(|c| (' '..='~').contains(&c)) && !text.contains(['"', '\\']))
                .then(|| format!("\"{escaped}\""))
        }
        Data::List(items) => {
            let items: Option<Vec<String>> = items.iter().map(written).collect();
            Some(format!("[{}]", items?.join(", ")))
        }
        Data::Map(entries) => {
            let entries: Option<Vec<String>> =
                entries.iter().map(|(key, value)| Some(format!("\"{key}\": {}", written(value)?))).collect();
            Some(format!("{{{}}}", entries?.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::{findings, fixed};

    const DEFAULTS: &str = "name: a\ndefaults:\n  text_generation_config:\n    temperature: 0.5\n    stop_sequences: [\"\\n\\n\"]\n    max_tokens: 100\ndefault:\n  model: openai/gpt-5.2\n";

    #[test]
    fn what_is_dropped_is_named() {
        let own = "  text_generation_config:\n    temperature: 0.1 # cool\n";
        assert_eq!(
            findings(&RULE, &format!("{DEFAULTS}{own}")),
            [
                "temperature: 0.1: the generation config of variant `main` drops `stop_sequences` and `max_tokens` of the defaults"
            ]
        );
        let all = "  text_generation_config: {temperature: 0, stop_sequences: [], max_tokens: 3}\n";
        assert_eq!(findings(&RULE, &format!("{DEFAULTS}{all}")), [""; 0]);
        assert_eq!(findings(&RULE, DEFAULTS), [""; 0]);
    }

    #[test]
    fn the_fix_repeats_it_in_the_layout_of_the_file() {
        let own = "  text_generation_config:\n    temperature: 0.1 # cool\n";
        let wanted = "  text_generation_config:\n    stop_sequences: [\"\\n\\n\"]\n    max_tokens: 100\n    temperature: 0.1 # cool\n";
        assert_eq!(fixed(&RULE, &format!("{DEFAULTS}{own}")), format!("{DEFAULTS}{wanted}"));
        for (own, wanted) in [
            ("{}", "{temperature: 0.5, stop_sequences: [\"\\n\\n\"], max_tokens: 100}"),
            ("{temperature: 1}", "{stop_sequences: [\"\\n\\n\"], max_tokens: 100, temperature: 1}"),
            (
                "{\"temperature\": 1}",
                "{\"stop_sequences\": [\"\\n\\n\"], \"max_tokens\": 100, \"temperature\": 1}",
            ),
        ] {
            let with = |config: &str| format!("{DEFAULTS}  text_generation_config: {config}\n");
            assert_eq!(fixed(&RULE, &with(own)), with(wanted));
        }
    }
}
