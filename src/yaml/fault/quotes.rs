//! Faults of quoted text.

use super::{Case, Fault, Fill, Stroke};
use crate::diag::Fix;
use crate::yaml::cook::unescape;
use crate::yaml::errors::{self, Syntax};
use crate::yaml::text::Shape;
use crate::yaml::{expression, flow};

impl Case<'_> {
    pub(super) fn unclosed_quote(&self, at: usize) -> Fault {
        let line = self.view.line(at);
        let shape = self.view.shape(&line);
        let quote = self.view.char(at).unwrap_or('"');
        let mut diagnostic = errors::unclosed_quote(self.one(at), quote);
        let rest = self.view.slice(at + 1..shape.end);
        let text = if self.context.open.is_empty() {
            rest
        } else {
            rest.trim_end_matches([',', ']', '}', ' ', '\t'])
        };
        if !text.contains([quote, '#', ',']) && !text.is_empty() {
            let end = at + 1 + text.len();
            let title = format!("write `{quote}` at the end of the line");
            diagnostic = diagnostic.fix(Fix::unsafe_(title, self.empty(end), quote));
        }
        let mut fault = if self.context.open.is_empty() {
            let (strokes, quiet) = self.value_below(&line, &shape);
            self.with(diagnostic, strokes, vec![quiet])
        } else {
            let range = at..at + 1 + text.len();
            self.with(diagnostic, vec![Stroke { range: range.clone(), fill: Fill::Word }], vec![range])
        };
        fault.at = at;
        fault.at_end = !self.view.below(&line).any(|l| !self.view.is_empty(&l));
        fault
    }

    pub(super) fn after_quote(&self) -> Fault {
        if let Some(quoted) = &self.context.quoted
            && self.view.line(quoted.start).number != self.view.line(quoted.end).number
        {
            return self.unclosed_quote(quoted.start);
        }
        let end = match self.context.open.last() {
            Some(open) => {
                flow::item_end(self.view, open.item).clamp(self.at + 1, self.line.range.end.max(self.at + 1))
            }
            None => self.shape.end,
        };
        let fix = self.requote();
        self.value(Syntax::TextAfterQuote, self.span(self.at..end), fix)
    }

    /// `'it's'`: the text between the outer quotes, quoted rightly.
    fn requote(&self) -> Option<Fix> {
        let Shape { value, end, .. } = self.shape;
        let text = self.view.slice(value..end);
        let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
        if !self.context.open.is_empty() || inner.contains(['\\', '#']) {
            return None;
        }
        let text = expression::quoted(inner, false, true)?;
        Some(Fix::unsafe_("quote all of the value", self.span(value..end), text))
    }

    pub(super) fn escape(&self) -> Fault {
        let text = self.view.text.get(self.at..).unwrap_or_default();
        let mut rest = text.get(1..).unwrap_or_default();
        let bad = loop {
            let Some(next) = rest.find('\\') else { break None };
            rest = rest.get(next..).unwrap_or_default();
            let length = match unescape(rest) {
                Some((_, length)) => length,
                None if rest.get(1..).is_some_and(|t| t.starts_with(['\n', '\r'])) => 2,
                None => break Some(self.view.text.len() - rest.len()),
            };
            rest = rest.get(length..).unwrap_or_default();
        };
        let Some(at) = bad else {
            return self.painted_value(errors::syntax(Syntax::Other, self.one(self.at), ""));
        };
        let rest = self.view.text.get(at..).unwrap_or_default();
        let letter = rest.chars().nth(1).unwrap_or(' ');
        let digits = match letter {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let hex = rest.chars().skip(2).take(digits).take_while(char::is_ascii_hexdigit).count();
        let length = 1 + letter.len_utf8() + hex;
        let escape = rest.get(..length).unwrap_or_default();
        let mut diagnostic = errors::bad_escape(self.span(at..at + length), escape);
        if digits == 0 {
            diagnostic = diagnostic.fix(Fix::safe("write the backslash twice", self.empty(at), "\\"));
        }
        let range = at..at + 1 + letter.len_utf8();
        let mut fault =
            self.with(diagnostic, vec![Stroke { range: range.clone(), fill: Fill::Word }], vec![range]);
        fault.at = at;
        fault
    }
}
