//! A split between two variants that are the same compares nothing: one of them was copied and not changed.

use crate::diag::Diagnostic;
use crate::lint::context::{Context, VariantAt};
use crate::lint::{Check, Rule};
use crate::model::Metric;
use crate::rule_meta;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC404" "identical-variants", Warning, Suspicious, None),
    check: Check::Definition(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    // At most a hundred in a route: each has a percent or more.
    let variants = context.variants();
    for (at, place) in variants.iter().enumerate() {
        let same_route = |other: &&VariantAt<'_>| std::ptr::eq(other.route, place.route);
        let earlier = variants.iter().take(at).rev().take_while(same_route);
        let Some(twin) = earlier.filter(|other| same(other, place)).last() else { continue };
        let (Some(id), Some(first)) = (&place.variant.id, &twin.variant.id) else { continue };
        let message = format!("variants `{first}` and `{id}` are the same");
        found.push(
            place.about(
                Diagnostic::new(&RULE.meta, id.span, message)
                    .label(format!("nothing but the id differs from `{first}`"))
                    .also(first.span, "the same model, selection and configuration")
                    .note("both shares are answered alike, so the split compares nothing")
                    .help("change what was to differ, or give the share of one to the other"),
            ),
        );
    }
}

/// Whether two variants answer alike.
fn same(a: &VariantAt<'_>, b: &VariantAt<'_>) -> bool {
    let texts = |list: &[crate::source::Spanned<String>]| -> Vec<String> {
        list.iter().map(|item| item.value.clone()).collect()
    };
    let selection = |place: &VariantAt<'_>| {
        let selection = &place.variant.selection;
        let sort: Vec<(Option<Metric>, _)> =
            selection.sort.iter().flat_map(|sort| &sort.value).map(|c| (c.metric, c.direction)).collect();
        let provider = selection.provider.as_ref();
        let order = provider.and_then(|p| p.order.as_ref()).map(|order| texts(&order.value));
        let allow = provider.and_then(|p| p.allow_fallbacks.as_ref()).map(|allow| allow.value);
        (texts(place.models()), texts(place.ignored()), sort, order, allow)
    };
    let (left, right) = (a.variant, b.variant);
    let unknown = left.unknown == right.unknown && left.selection.unknown == right.selection.unknown;
    left.model.as_ref().map(|m| &m.value) == right.model.as_ref().map(|m| &m.value)
        && selection(a) == selection(b)
        && a.config.map(|c| &c.value) == b.config.map(|c| &c.value)
        && unknown
        && [
            (&left.message_templates, &right.message_templates),
            (&left.web_search, &right.web_search),
            (&left.web_search_options, &right.web_search_options),
            (&left.compression, &right.compression),
        ]
        .into_iter()
        .all(|(left, right)| left.as_ref().map(|data| &data.value) == right.as_ref().map(|data| &data.value))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::findings;

    #[test]
    fn only_what_is_the_same_in_all_but_the_id() {
        let split = |first: &str, second: &str| {
            format!(
                "name: a\ndefault:\n  variants:\n    - {{id: x, weight: 50, model: openai/gpt-5.2{first}}}\n    - {{id: y, weight: 50, model: openai/gpt-5.2{second}}}\n"
            )
        };
        let same = ["y: variants `x` and `y` are the same"];
        assert_eq!(findings(&RULE, &split("", "")), same);
        assert_eq!(findings(&RULE, &split(", sort: price", ", sort: [price]")), same);
        for second in [
            ", fallbacks: [openai/gpt-4o]",
            ", ignore: [groq]",
            ", sort: price",
            ", text_generation_config: {seed: 1}",
            ", compression: {}",
            ", message_templates: [{role: system, content: hi}]",
        ] {
            assert_eq!(findings(&RULE, &split("", second)), [""; 0], "{second}");
        }
        assert_eq!(findings(&RULE, &split("", "").replace("50", "0").replacen("0", "100", 1)), [""; 0]);
    }
}
