//! `matches` looks for the pattern anywhere in the text. Who writes `region.matches("eu-.*")` takes it for a match of the
//! whole: `neu-1` fits as well.
//!
//! Only patterns that show that belief are reported: a wildcard that has no use unless the pattern stands for all of the
//! text, a count of characters that nothing bounds, and for keys with an `enum` any pattern for which it makes a difference.

use regex_syntax::hir::{Hir, HirKind, Look};

use crate::cel::Value;
use crate::cel::re2;
use crate::cel::types::Domain;
use crate::diag::{Diagnostic, Fix};
use crate::lint::context::Context;
use crate::lint::{Check, Rule, expressions};
use crate::rule_meta;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC422" "unanchored-regex", Warning, Suspicious, Sometimes),
    check: Check::Definition(check),
};

/// Enough for any pattern that people write.
const LIMIT: usize = 1 << 20;

/// What is missing of a pattern that was meant for the whole text.
struct Missing {
    start: bool,
    end: bool,
    /// A text that fits and should not.
    example: Option<String>,
}

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for place in context.conditions() {
        let ast = &place.expression.ast;
        for call in expressions::text_calls(ast).into_iter().filter(|call| call.function == "matches") {
            let Some(key) = expressions::key_path(place.expression, call.receiver) else { continue };
            let pattern: &str = &call.text.value;
            let Ok(regex) = re2::compile(pattern, LIMIT) else { continue };
            let declared = expressions::declared(&context.checked.env, &key);
            let missing = match declared.map(|field| &field.domain) {
                Some(Domain { one_of: Some(values), .. }) => of_values(pattern, &regex, values),
                _ => of_shape(regex.hir()),
            };
            let Some(missing) = missing else { continue };
            let whole = anchored(pattern, &missing);
            let message = format!("this pattern fits anywhere in `{key}`, not only its whole text");
            let mut out = Diagnostic::new(&RULE.meta, place.condition.place(ast.span(call.literal)), message)
                .note(match &missing.example {
                    Some(value) => format!("`matches` looks for the pattern in the text: `{value}` fits, too"),
                    None => "`matches` looks for the pattern in the text: whatever stands before or behind it does not matter".to_owned(),
                })
                .help(format!("write `{whole}` if it is to fit the whole; if not, leave out what says nothing"));
            let inner = expressions::inside(ast, call.literal, call.text, 0, pattern.len());
            let source = ast.span(call.literal);
            // Escapes of the literal would have to be written anew.
            if inner != source
                && inner.end - inner.start == u32::try_from(pattern.len()).unwrap_or(0)
                && let Some(edit) = place.condition.edit(inner, &whole)
            {
                out = out.fix(Fix { title: format!("write `{whole}`"), safe: false, edits: vec![edit] });
            }
            found.push(place.about(out));
        }
    }
}

fn anchored(pattern: &str, missing: &Missing) -> String {
    let (start, end) = (if missing.start { "^" } else { "" }, if missing.end { "$" } else { "" });
    if pattern.contains('|') || missing.start && pattern.starts_with("(?") {
        format!("{start}(?:{pattern}){end}")
    } else {
        format!("{start}{pattern}{end}")
    }
}

/// With known values it is plain whether it makes a difference.
fn of_values(pattern: &str, regex: &re2::Regex, values: &[Value]) -> Option<Missing> {
    let whole = re2::compile(&format!("^(?:{pattern})$"), LIMIT).ok()?;
    let texts = values.iter().filter_map(|value| match value {
        Value::String(text) => Some(&**text),
        _ => None,
    });
    let fitting: Vec<&str> = texts.filter(|text| regex.is_match(text)).collect();
    let wrong = fitting.iter().find(|text| !whole.is_match(text))?;
    // Where it fits none as a whole, a part was meant.
    fitting.iter().any(|text| whole.is_match(text)).then(|| Missing {
        start: true,
        end: true,
        example: Some((*wrong).to_owned()),
    })
}

/// Without them, the pattern must show that it was meant for the whole.
fn of_shape(hir: &Hir) -> Option<Missing> {
    let parts: &[Hir] = match hir.kind() {
        HirKind::Concat(parts) => parts,
        _ => std::slice::from_ref(hir),
    };
    let (first, last) = (parts.first()?, parts.last()?);
    // With an assertion in it, its author knows where it fits.
    if !hir.properties().look_set().is_empty() {
        let ends = |part: &Hir, look: &[Look]| matches!(part.kind(), HirKind::Look(l) if look.contains(l));
        let (start, end) = (ends(first, &[Look::Start]), ends(last, &[Look::End]));
        // `^…{2}`: bounded on one side only.
        let inner = match parts {
            [_, inner @ ..] if start && !end => inner,
            [inner @ .., _] if end && !start => inner,
            _ => return None,
        };
        let loose = if start { inner.last()? } else { inner.first()? };
        let free = inner.iter().all(|part| part.properties().look_set().is_empty());
        return (free && is_count(loose)).then_some(Missing { start: !start, end: !end, example: None });
    }
    match (is_anything(first), is_anything(last)) {
        (true, true) => None,
        (false, true) if parts.len() > 1 => Some(Missing { start: true, end: false, example: None }),
        (true, false) if parts.len() > 1 => Some(Missing { start: false, end: true, example: None }),
        _ => (is_count(first) && is_count(last)).then_some(Missing { start: true, end: true, example: None }),
    }
}

/// `.*` and `.+`
fn is_anything(part: &Hir) -> bool {
    let HirKind::Repetition(repetition) = part.kind() else { return false };
    let any = |hir: &Hir| matches!(hir.kind(), HirKind::Class(class) if !class.is_empty() && is_wide(class));
    repetition.max.is_none() && repetition.min <= 1 && any(&repetition.sub)
}

/// Whether a class leaves out a line break at most.
fn is_wide(class: &regex_syntax::hir::Class) -> bool {
    match class {
        regex_syntax::hir::Class::Unicode(class) => {
            let missing = class.iter().map(|range| range.len()).sum::<usize>();
            missing + 1 >= 0x11_0000 - 0x800
        }
        regex_syntax::hir::Class::Bytes(class) => class.iter().map(|range| range.len()).sum::<usize>() >= 255,
    }
}

/// `[a-z]{2}`: so many, and more fit as well.
fn is_count(part: &Hir) -> bool {
    let HirKind::Repetition(repetition) = part.kind() else { return false };
    repetition.min > 0 && repetition.max.is_some() && matches!(repetition.sub.kind(), HirKind::Class(_))
}

#[cfg(test)]
mod tests {
    use super::{RULE, of_shape};
    use crate::cel::re2;
    use crate::lint::testing::{conditions, findings, fixed};

    #[test]
    fn patterns_that_were_meant_for_the_whole() {
        let text = conditions(&[
            "region.matches(\"eu-.*\")",
            "region.matches('.*-west')",
            "lang.matches(r\"[a-z]{2}\")",
        ]);
        let wanted = conditions(&[
            "region.matches(\"^eu-.*\")",
            "region.matches('.*-west$')",
            "lang.matches(r\"^[a-z]{2}$\")",
        ]);
        assert_eq!(findings(&RULE, &text).len(), 3, "{:?}", findings(&RULE, &text));
        assert_eq!(fixed(&RULE, &text), wanted);
        assert_eq!(findings(&RULE, &wanted), [""; 0]);
    }

    #[test]
    fn patterns_that_look_for_a_part() {
        for pattern in [
            "eu",
            "(?i)firefox|chrome",
            "@example\\.com",
            "(?i).*\\bcode\\b.*",
            ".*eu.*",
            "^eu-.*",
            "^[A-Z]{2}-",
            "eu$",
            "\\d+",
            "v[0-9]+",
            "^[a-z]{2}$",
            ".*",
            "[A-Z]{2}-x",
            "a.*b",
        ] {
            let regex = re2::compile(pattern, 1 << 20).unwrap();
            assert!(of_shape(regex.hir()).is_none(), "{pattern}");
        }
        for pattern in ["^[a-z]{2}", "[a-z]{2}$", "[a-z]{2}-[A-Z]{2}", ".+-eu", "eu.+"] {
            let regex = re2::compile(pattern, 1 << 20).unwrap();
            assert!(of_shape(regex.hir()).is_some(), "{pattern}");
        }
        assert_eq!(findings(&RULE, &conditions(&["messages.last().content.matches('eu-.*')"])), [""; 0]);
    }

    #[test]
    fn with_known_values_only_a_difference_counts() {
        let text = |values: &str, pattern: &str| {
            format!(
                "name: a\nmetadata: {{tier: {{type: string, enum: [{values}], required: true}}}}\nroutes: [{{id: r, when: 'tier.matches(\"{pattern}\")', model: openai/gpt-5.2}}]\ndefault: {{model: openai/gpt-4o}}\n"
            )
        };
        assert_eq!(findings(&RULE, &text("free, pro, pro-plus", "pro|max")).len(), 1);
        assert_eq!(findings(&RULE, &text("free, pro, max", "pro|max")), [""; 0]);
        assert_eq!(findings(&RULE, &text("free, pro-a, pro-b", "pro")), [""; 0]);
        assert!(fixed(&RULE, &text("free, pro, pro-plus", "pro|max")).contains("\"^(?:pro|max)$\""));
    }
}
