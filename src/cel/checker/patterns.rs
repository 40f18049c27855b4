//! Regular expressions that are written as literals.

use super::super::Span;
use super::super::ast::{Literal, NodeId, Text};
use super::super::errors::CheckKind;
use super::super::re2::{RegexIssue, RegexIssueKind};
use super::{Checker, literals};

impl Checker<'_> {
    /// Compiles the last argument of `matches` if it is a literal.
    pub(super) fn pattern(&mut self, args: &[NodeId]) {
        let Some(id) = args.last().copied() else { return };
        let Some(Literal::String(text)) = literals::literal(self.ast, id) else { return };
        let whole = self.ast.span(id);
        let backspaces: Vec<Span> = text
            .value
            .match_indices('\u{8}')
            .map(|(offset, _)| part(text, offset, offset + 1, whole))
            .collect();
        if let Some(first) = backspaces.first() {
            let fix = (*first != whole)
                .then(|| backspaces.iter().map(|span| (*span, "\\\\b".to_owned())).collect());
            self.report_with(CheckKind::BackspaceInRegex, *first, fix);
        }
        let Err(faults) = self.compiled(&text.value, whole) else { return };
        for fault in faults {
            let span = part(text, fault.start, fault.end, whole);
            let fix = fault.fix().filter(|_| span != whole).and_then(|fix| written(&fix, text, whole));
            let kind = CheckKind::InvalidRegex { message: fault.message(), help: fault.help() };
            self.report_with(kind, span, fix.map(|fix| vec![(span, fix)]));
        }
    }

    /// Compiles a pattern, unless those before it took all that is allowed.
    fn compiled(&mut self, pattern: &str, span: Span) -> Result<(), Vec<RegexIssue>> {
        let limits = self.env.limits;
        let room = limits.all_regex_bytes.saturating_sub(self.env.regex_bytes_before);
        // That there is no more room was said.
        if self.regex_bytes >= room {
            return Ok(());
        }
        let compiled = self.env.regexes.compile(pattern, limits.regex_bytes);
        self.regex_bytes = self.regex_bytes.saturating_add(match &compiled {
            Ok(regex) => regex.bytes(),
            Err(faults)
                if faults.iter().any(|fault| matches!(fault.kind, RegexIssueKind::TooLarge { .. })) =>
            {
                limits.regex_bytes
            }
            // Reading a faulty one takes time, too.
            Err(_) => limits.regex_bytes / 8,
        });
        if self.regex_bytes >= room {
            self.report(CheckKind::TooManyRegexes { limit: limits.all_regex_bytes }, span);
        }
        compiled.map(drop)
    }
}

/// Where a part of a string's value stands in the source: all of the literal if that is not known.
fn part(text: &Text, start: usize, end: usize, whole: Span) -> Span {
    let at = |offset: usize| u32::try_from(offset).ok().and_then(|offset| text.source_offset(offset));
    match (at(start), at(end)) {
        (Some(start), Some(end)) if start <= end => Span { start, end },
        _ => whole,
    }
}

/// New text for the inside of a literal, written as the literal is: raw or with its backslashes doubled.
fn written(new: &str, text: &Text, whole: Span) -> Option<String> {
    if new.contains(['"', '\'', '`', '\n']) {
        return None;
    }
    // One or three quotes stand before the value, and in a raw string a letter before them.
    let before = text.source_offset(0)?.checked_sub(whole.start)?;
    let raw = before.is_multiple_of(2);
    Some(if raw { new.to_owned() } else { new.replace('\\', "\\\\") })
}
