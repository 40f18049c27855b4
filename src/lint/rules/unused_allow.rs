//! An `allow` comment that allows nothing: what it spoke of was mended, or its name is misspelt and it never worked.

use std::collections::BTreeMap;

use crate::diag::suggest::{is_slip, nearest};
use crate::diag::{Diagnostic, Fix, Suppression};
use crate::lint::context::FileContext;
use crate::lint::{Check, Rule};
use crate::rule_meta;
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC424" "unused-allow", Warning, Suspicious, Sometimes),
    check: Check::File(check),
};

/// For so many names that no rule has, one is looked for that may have been meant.
const MOST_COMPARED: usize = 50;
/// No comment is looked at behind so many names, and no further one behind so many findings.
const MOST: usize = 200;

fn check(context: &FileContext<'_>, found: &mut Vec<Diagnostic>) {
    if context.file.suppressions.iter().next().is_none() {
        return;
    }
    // Where each rule found something.
    let mut places: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for diagnostic in context.found {
        let starts = diagnostic.places_in(context.source.id()).map(|place| place.start);
        places.entry(diagnostic.meta.name).or_default().extend(starts);
    }
    places.values_mut().for_each(|starts| starts.sort_unstable());
    let mut asked = 0;
    for comment in context.file.suppressions.iter() {
        if found.len() > MOST {
            break;
        }
        if comment.names.is_empty() {
            found.push(names_nothing(comment));
        }
        for (at, name) in comment.names.iter().take(MOST).enumerate() {
            let place = place_of(context, comment, at);
            match (context.file.rule)(name) {
                None => {
                    asked += 1;
                    let names = if asked <= MOST_COMPARED { (context.file.names)() } else { Vec::new() };
                    found.push(unknown(context, comment, name, place, &names));
                }
                Some(rule) if rule == &RULE.meta || !context.rules.is_on(rule) || !context.file.complete => {}
                Some(rule) => {
                    let starts = places.get(rule.name).map_or(&[][..], Vec::as_slice);
                    let next = starts.partition_point(|start| *start < comment.covers.start);
                    if starts.get(next).is_none_or(|start| *start > comment.covers.end) {
                        found.push(allows_nothing(context, comment, name, place));
                    }
                }
            }
        }
    }
}

/// Where a name stands in a comment.
fn place_of(context: &FileContext<'_>, comment: &Suppression, at: usize) -> Span {
    let text = context.source.slice(comment.comment);
    let inside =
        text.split_once('(').and_then(|(before, rest)| Some((before.len() + 1, rest.split_once(')')?.0)));
    let Some((mut offset, list)) = inside else { return comment.comment };
    let mut named = 0;
    for part in list.split(',') {
        let name = part.trim();
        if !name.is_empty() {
            if named == at {
                let start = comment.comment.start as usize + offset + (part.len() - part.trim_start().len());
                return Span::new(comment.comment.file, start, start + name.len());
            }
            named += 1;
        }
        offset += part.len() + 1;
    }
    comment.comment
}

fn names_nothing(comment: &Suppression) -> Diagnostic {
    Diagnostic::new(&RULE.meta, comment.comment, "this comment allows nothing: it names no rule")
        .note("findings are reported as if it were not there")
        .help("write `# irc: allow(rule-name) reason`")
}

fn unknown(
    context: &FileContext<'_>,
    comment: &Suppression,
    name: &str,
    place: Span,
    names: &[&'static str],
) -> Diagnostic {
    let out = Diagnostic::new(&RULE.meta, place, format!("there is no rule `{name}` that could be allowed"))
        .note("findings are reported as if the comment were not there");
    let by_code = names
        .iter()
        .copied()
        .find(|known| (context.file.rule)(known).is_some_and(|rule| rule.code.eq_ignore_ascii_case(name)));
    match by_code.or_else(|| nearest(name, names.iter().copied())) {
        Some(near) => {
            let out = out.label(format!("did you mean `{near}`?")).help(format!("write `{near}`"));
            let sure = by_code.is_some() || is_slip(name, near);
            // Where the place is not known, nothing is offered.
            if sure && place != comment.comment {
                out.fix(Fix::safe(format!("write `{near}`"), place, near))
            } else {
                out
            }
        }
        None if names.iter().any(|known| is_of_group(context, known, name)) => {
            out.help("this is a group: name the rules of it that are to be allowed")
        }
        None => out.help("`irc explain` lists the rules"),
    }
}

fn is_of_group(context: &FileContext<'_>, rule: &str, group: &str) -> bool {
    (context.file.rule)(rule).is_some_and(|rule| rule.group.as_str() == group)
}

fn allows_nothing(context: &FileContext<'_>, comment: &Suppression, name: &str, place: Span) -> Diagnostic {
    let out = Diagnostic::new(&RULE.meta, place, format!("`{name}` is allowed here and not found"))
        .note("if it comes back one day, this comment hides it")
        .help(if comment.names.len() == 1 {
            "remove the comment"
        } else {
            "take the name out of the comment"
        });
    if comment.names.len() > 1 {
        return out;
    }
    let text: &str = context.source.text();
    let (start, end) = (comment.comment.start as usize, comment.comment.end as usize);
    let before = text.get(..start).unwrap_or_default();
    let kept = before.trim_end_matches([' ', '\t']);
    let own_line = kept.is_empty() || kept.ends_with('\n');
    let rest = text.get(end..).unwrap_or_default();
    // With its line, or with the blanks before it.
    let span = match rest.find('\n') {
        Some(length) if own_line => Span::new(place.file, kept.len(), end + length + 1),
        _ => Span::new(place.file, kept.len(), end),
    };
    out.fix(Fix::safe("remove the comment", span, ""))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::{file_findings, fixed};

    const ZERO: &str = "name: a\ndefault:\n  variants:\n    - {id: x, weight: 100, model: openai/gpt-5.2}\n    # irc: allow(zero-weight-variant) parked\n    - {id: y, weight: 0, model: openai/gpt-4o}\n";

    #[test]
    fn what_allows_something_is_used() {
        assert_eq!(file_findings(&RULE, ZERO), [""; 0]);
        let mended = ZERO.replace("weight: 0", "weight: 1").replace("weight: 100", "weight: 99");
        assert_eq!(
            file_findings(&RULE, &mended),
            ["zero-weight-variant: `zero-weight-variant` is allowed here and not found"]
        );
        assert_eq!(
            fixed(&RULE, &mended),
            mended.replace("    # irc: allow(zero-weight-variant) parked\n", "")
        );
        let behind = "name: a\ndefault: {model: openai/gpt-5.2} # irc: allow(unknown-model) new\n";
        assert_eq!(fixed(&RULE, behind), "name: a\ndefault: {model: openai/gpt-5.2}\n");
    }

    #[test]
    fn what_names_no_rule_is_told_at_once() {
        let found = file_findings(&RULE, &ZERO.replace("zero-weight-variant", "zero-wieght-variant"));
        assert_eq!(
            found,
            ["zero-wieght-variant: there is no rule `zero-wieght-variant` that could be allowed"]
        );
        let two = ZERO.replace("(zero-weight-variant)", "(zero-weight-variant, IRC401, )");
        assert_eq!(file_findings(&RULE, &two), ["IRC401: there is no rule `IRC401` that could be allowed"]);
        assert!(fixed(&RULE, &two).contains("(zero-weight-variant, zero-weight-variant, )"));
        for comment in
            ["# irc: allow zero-weight-variant", "# irc: allow()", "# irc: ignore(zero-weight-variant)"]
        {
            let text = ZERO.replace("# irc: allow(zero-weight-variant) parked", comment);
            assert_eq!(file_findings(&RULE, &text).len(), 1, "{comment}");
        }
    }

    #[test]
    fn nothing_is_said_where_rules_could_not_look() {
        let broken =
            format!("{ZERO}---\nname: b\ndefault: {{model: opnai/gpt-5.2}} # irc: allow(no-fallback)\n");
        assert_eq!(file_findings(&RULE, &broken.replace("weight: 0", "weight: 7")), [""; 0]);
        // A rule that is off finds nothing.
        let off = "name: a\ndefault: {model: openai/gpt-5.2} # irc: allow(no-fallback) a toy\n";
        assert_eq!(file_findings(&RULE, off), [""; 0]);
        assert_eq!(file_findings(&RULE, "# irc: 1\nname: a\ndefault: {model: openai/gpt-5.2}\n"), [""; 0]);
    }
}
