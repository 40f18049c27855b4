//! Faults in how lines stand to each other, and between brackets.

use granit_parser::ErrorKind;

use super::{Case, Fault, Fill, Stroke};
use crate::diag::{Edit, Fix};
use crate::yaml::errors::{self, Syntax};
use crate::yaml::flow;
use crate::yaml::text::{BLANK, Line};

const NO_BREAK_SPACE: char = '\u{a0}';

impl Case<'_> {
    /// A `:` where no key may end.
    pub(super) fn colon(&self) -> Fault {
        if let Some(fault) = self.no_break_space() {
            return fault;
        }
        if self.view.slice(self.line.range.clone()).starts_with("---") {
            return self.after_marker(self.line.range.start + 3);
        }
        // The colon of the line's own key: then the fault is how the line stands to those above.
        let own = self
            .shape
            .key
            .as_ref()
            .is_some_and(|k| self.at >= k.end && self.at < self.shape.value.max(k.end + 1));
        let above = self.view.above(&self.line).find(|l| !self.view.is_empty(l));
        let (true, Some(above)) = (own, above) else {
            let fix = self.quote_value();
            return self.value(Syntax::ColonInValue, self.span(self.at..self.at + 1), fix);
        };
        let shape = self.view.shape(&above);
        let indent = self.view.indent(&self.line);
        let glued_dash =
            self.view.slice(shape.first..shape.end).strip_prefix('-').is_some_and(|t| !t.starts_with(BLANK));
        if shape.key.is_none() || glued_dash {
            let outer = self.columns_above().into_iter().find(|(column, _)| *column < indent);
            if !glued_dash
                && self.view.indent(&above) >= indent
                && let Some((_, name)) = outer
            {
                return self.over_indented(&name, None);
            }
            let mut fault = self.no_key_on(&above);
            fault.quiet.push(self.line.range.clone());
            return fault;
        }
        let name = shape.key_text(&self.view).unwrap_or_default().to_owned();
        self.over_indented(&name, Some(shape.content - above.range.start))
    }

    fn over_indented(&self, above: &str, column: Option<usize>) -> Fault {
        let span = self.span(self.shape.key.clone().unwrap_or(self.shape.first..self.shape.end));
        let mut diagnostic = errors::over_indented(span, above);
        if let Some(column) = column {
            diagnostic = diagnostic.fix(self.indent_by(column));
        }
        self.column(diagnostic)
    }

    fn indent_by(&self, column: usize) -> Fix {
        let indent = self.view.indent(&self.line);
        let edits = self.beside().into_iter().map(|line| {
            let own = self.view.indent(&line);
            let span = self.span(line.range.start..line.range.start + own);
            Edit { span, text: " ".repeat(own - indent + column) }
        });
        Fix { title: errors::indent_fix_title(column), safe: false, edits: edits.collect() }
    }

    /// Columns at which the lines above begin that this one could go with, and their keys: from the nearest outwards.
    fn columns_above(&self) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        let mut most = usize::MAX;
        let indent = self.view.indent(&self.line);
        for line in self.view.above(&self.line).filter(|l| !self.view.is_empty(l)) {
            let shape = self.view.shape(&line);
            let text = self.view.slice(shape.content..shape.end);
            let name = shape.key_text(&self.view).unwrap_or(text).to_owned();
            let mut add = |column: usize, name: String| {
                if column < most {
                    most = column;
                    found.push((column, name));
                }
            };
            if shape.key.is_some() {
                add(shape.content - line.range.start, name.clone());
            }
            if shape.has_dash() {
                add(shape.first - line.range.start, format!("- {name}"));
            }
            if most < indent || most == 0 {
                break;
            }
        }
        found
    }

    /// The two columns next to this line's own that lines of its sort have.
    pub(super) fn columns(&self) -> Vec<(usize, String)> {
        let dash = self.shape.has_dash();
        let indent = self.view.indent(&self.line);
        let alike: Vec<_> =
            self.columns_above().into_iter().filter(|(_, name)| name.starts_with("- ") == dash).collect();
        let inner = alike.iter().rfind(|(column, _)| *column > indent);
        let outer = alike.iter().find(|(column, _)| *column < indent);
        inner.into_iter().chain(outer).cloned().collect()
    }

    /// Something else than a key (or a dash, among items) in a block.
    pub(super) fn unexpected(&self, among_items: bool) -> Fault {
        if let Some(fault) = self.no_break_space() {
            return fault;
        }
        let starts = self.at == self.shape.first || (self.shape.has_dash() && self.at <= self.shape.content);
        if !starts {
            return self.value(
                Syntax::TextAfterValue,
                self.span(self.at..self.shape.end),
                self.quote_value(),
            );
        }
        let span = self.span(self.shape.first..self.shape.end.max(self.shape.first + 1));
        if self.shape.key.is_none() && !self.shape.has_dash() {
            return self.column(errors::continuation_indentation(span));
        }
        let indent = self.view.indent(&self.line);
        let beside = self.columns_above().into_iter().find(|(column, _)| *column == indent);
        let diagnostic = match beside {
            Some((_, name)) if !name.starts_with("- ") && self.shape.has_dash() => {
                errors::syntax(Syntax::ItemAmongKeys, span, "")
            }
            Some((_, name)) if name.starts_with("- ") && among_items && !self.shape.has_dash() => {
                errors::syntax(Syntax::KeyAmongItems, span, "")
            }
            _ => {
                let columns = self.columns();
                let diagnostic = errors::misindented(span, &columns);
                match columns.as_slice() {
                    [(column, _)] => diagnostic.fix(self.indent_by(*column)),
                    _ => diagnostic,
                }
            }
        };
        self.column(diagnostic)
    }

    /// A line that should have a key and has none.
    pub(super) fn no_key(&self) -> Fault {
        self.no_break_space().unwrap_or_else(|| self.no_key_on(&self.line))
    }

    fn no_key_on(&self, line: &Line) -> Fault {
        let shape = self.view.shape(line);
        let text = self.view.slice(shape.first..shape.end);
        let glued = self.view.slice(shape.content..shape.end).find(':').filter(|i| *i > 0);
        let (kind, sign) = if text.len() > 1 && text.starts_with('-') && !shape.has_dash() {
            (Syntax::MissingSpace('-'), Some(shape.first))
        } else if shape.key.is_some() {
            (Syntax::KeyTooLong, None)
        } else if let Some(colon) = glued {
            (Syntax::MissingSpace(':'), Some(shape.content + colon))
        } else {
            (Syntax::MissingColon, None)
        };
        let span = match sign {
            Some(sign) => self.span(sign..sign + 1),
            None => self.span(shape.first..shape.end),
        };
        let mut diagnostic = errors::syntax(kind, span, text);
        if let Some(sign) = sign {
            diagnostic = diagnostic.fix(Fix::safe("put a space there", self.empty(sign + 1), " "));
        }
        self.lines(diagnostic, line)
    }

    /// Spaces that are none are the reason for almost every error of a line that holds them.
    fn no_break_space(&self) -> Option<Fault> {
        let text = self.view.slice(self.line.range.clone());
        let found: Vec<_> = text
            .match_indices(NO_BREAK_SPACE)
            .map(|(i, c)| {
                let start = self.line.range.start + i;
                start..start + c.len()
            })
            .collect();
        let mut diagnostic = errors::no_break_space(self.span(found.first()?.clone()));
        if let Some(fix) = diagnostic.fixes.first_mut() {
            fix.edits = found.iter().map(|r| Edit { span: self.span(r.clone()), text: " ".into() }).collect();
        }
        let strokes = found.into_iter().map(|range| Stroke { range, fill: Fill::Blank }).collect();
        Some(self.with(diagnostic, strokes, vec![self.line.range.clone()]))
    }

    /// A line that begins with `%`.
    pub(super) fn directive(&self, line: Line) -> Fault {
        let text = self.view.slice(line.range.clone());
        let diagnostic = errors::syntax(Syntax::Directive, self.span(line.range.clone()), text);
        self.with(diagnostic, vec![Stroke { range: line.range.clone(), fill: Fill::Blank }], vec![line.range])
    }

    /// Something behind `---` or `...` that needs a line of its own.
    pub(super) fn after_marker(&self, from: usize) -> Fault {
        let range = from..self.line.range.end;
        let text = self.view.slice(range.clone());
        let start = range.end - text.trim_start_matches(BLANK).len();
        let diagnostic = errors::syntax(Syntax::DocumentMarker, self.span(start..range.end), text);
        self.with(diagnostic, vec![Stroke { range, fill: Fill::Blank }], vec![self.line.range.clone()])
    }

    /// A second value where the document has ended.
    pub(super) fn second_value(&self) -> Fault {
        let above = self.view.above(&self.line).find(|l| !self.view.is_empty(l));
        if let Some(above) = above.filter(|l| self.view.slice(l.range.clone()).starts_with('%')) {
            return self.directive(above);
        }
        let is_marker = |l: &Line| self.view.slice(l.range.clone()).starts_with("---");
        let start = self.view.above(&self.line).find(is_marker).map_or(0, |l| l.range.end);
        let end = self.view.below(&self.line).find(is_marker).map_or(self.view.text.len(), |l| l.range.start);
        let (before, after) = (start..self.line.range.start, self.line.range.start..end);
        let smaller = if before.len() < after.len() { before } else { after };
        let span = self.span(self.shape.first..self.shape.end.max(self.shape.first + 1));
        let columns = self.columns();
        let first = self.view.slice(start..self.line.range.start).trim_start();
        let diagnostic = if columns.is_empty() || first.starts_with(['{', '[']) {
            errors::syntax(Syntax::SecondValue, span, "")
        } else {
            errors::misindented(span, &columns)
        };
        let quiet = vec![smaller.clone(), self.line.range.clone()];
        self.with(diagnostic, vec![Stroke { range: smaller, fill: Fill::Blank }], quiet)
    }

    /// Whatever else goes wrong between brackets.
    pub(super) fn in_brackets(&self, kind: &ErrorKind) -> Fault {
        let here = self.at..self.at + self.view.char(self.at).map_or(0, char::len_utf8);
        let character = self.view.char(self.at).unwrap_or(' ');
        let instead = |fill| vec![Stroke { range: here.clone(), fill }];
        match kind {
            ErrorKind::BlockEntryInFlowCollection => {
                let diagnostic = errors::syntax(Syntax::ItemInBrackets, self.span(here.clone()), "");
                return self.with(diagnostic, instead(Fill::Byte(b' ')), Vec::new());
            }
            ErrorKind::PlainScalarStartsWithDashFlowIndicator => {
                let fix = Fix::safe("quote it", self.span(here.clone()), "'-'");
                let diagnostic = errors::syntax(Syntax::LoneDash, self.span(here.clone()), "").fix(fix);
                return self.with(diagnostic, instead(Fill::Word), Vec::new());
            }
            ErrorKind::FlowMappingValueAdjacentCollection => {
                let fix = Fix::safe("put a space there", self.empty(here.end), " ");
                return self.value(Syntax::MissingSpace(':'), self.span(here.clone()), Some(fix));
            }
            _ => {}
        }
        if character == ',' {
            let fix = Fix::safe("delete it", self.span(here.clone()), "");
            let diagnostic = errors::syntax(Syntax::NothingBeforeComma, self.span(here.clone()), "").fix(fix);
            return self.with(diagnostic, instead(Fill::Byte(b' ')), Vec::new());
        }
        if let Some(fault) = self.comma_above() {
            return fault;
        }
        let item = self.context.open.last().map_or(self.at, |o| o.item);
        let end = flow::item_end(self.view, item).clamp(here.end, self.line.range.end.max(here.end));
        if character == ':' {
            return self.value(Syntax::SecondColon, self.span(here.clone()), None);
        }
        self.value(Syntax::MissingComma, self.span(self.at..end), None)
    }

    /// A new line begins with a key, and no comma ends the one above: the comma alone is at fault.
    fn comma_above(&self) -> Option<Fault> {
        let key = self.shape.key.clone().filter(|k| self.at == k.start || self.at >= k.end)?;
        if self.at >= self.shape.value.max(key.end + 1) {
            return None;
        }
        let above = self.view.above(&self.line).next()?;
        let end = self.view.shape(&above).end;
        let item = self.context.open.last()?.item;
        if end <= item || self.view.slice(above.range.clone()).contains('#') {
            return None;
        }
        let fix = Fix::safe("put a `,` there", self.empty(end), ",");
        let last =
            self.view.slice(above.range.clone()).trim_end().chars().next_back().map_or(0, char::len_utf8);
        let diagnostic = errors::syntax(Syntax::MissingCommaAbove, self.span(end - last..end), "").fix(fix);
        // The line break takes its place.
        let at = if above.range.end > end { end } else { above.range.end };
        let strokes = vec![Stroke { range: at..at + 1, fill: Fill::Byte(b',') }];
        Some(self.with(diagnostic, strokes, Vec::new()))
    }
}
