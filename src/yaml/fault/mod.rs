//! The parser's errors in the words of people who write definitions, and what to paint over to read on.

mod lines;
mod quotes;

use std::ops::Range;

use granit_parser::ErrorKind;

use super::errors::{self, Syntax};
use super::flow::{self, Context};
use super::text::{BLANK, Line, Shape, View};
use super::{Options, expression};
use crate::diag::{Diagnostic, Edit, Fix};
use crate::source::{FileId, Span};

/// What to do with a stretch of text.
#[derive(Debug)]
pub(super) struct Stroke {
    /// The stretch.
    pub(super) range: Range<usize>,
    /// What stands there afterwards.
    pub(super) fill: Fill,
}

/// What stands in a stretch afterwards. Line breaks stay, except where a byte is given.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fill {
    /// A word on its first line, nothing on the others: a value that is there, and broken.
    Word,
    /// Nothing.
    Blank,
    /// This byte; what surrounds it keeps its meaning.
    Byte(u8),
    /// What was there, and this behind the end of the text.
    Append(String),
}

/// A syntax error.
pub(super) struct Fault {
    /// Its message.
    pub(super) diagnostic: Diagnostic,
    /// Where the parser stopped.
    pub(super) at: usize,
    /// How to make the text readable.
    pub(super) strokes: Vec<Stroke>,
    /// Errors that are found here afterwards follow from this one or from the paint.
    pub(super) quiet: Vec<Range<usize>>,
    /// The text ends too early: whatever else the end leaves open is the same fault.
    pub(super) at_end: bool,
}

impl Fault {
    /// An expression that YAML read as something else without complaint.
    pub(super) fn misread(diagnostic: Diagnostic, range: Range<usize>) -> Self {
        let quiet = vec![range.clone()];
        let at = range.start;
        Self { diagnostic, at, strokes: vec![Stroke { range, fill: Fill::Word }], quiet, at_end: false }
    }
}

/// A place where the parser stopped, and what surrounds it.
struct Case<'t> {
    view: View<'t>,
    file: FileId,
    at: usize,
    line: Line,
    shape: Shape,
    context: Context,
}

/// Says what an error of the parser means.
pub(super) fn classify(
    view: View<'_>,
    file: FileId,
    (kind, at): (&ErrorKind, usize),
    known: usize,
    options: &Options,
) -> Fault {
    let at = at.min(view.text.len());
    let line = view.line(at);
    let shape = view.shape(&line);
    let context = flow::context(view, known.min(at)..at);
    let case = Case { view, file, at, line, shape, context };
    if !is_about_lines(kind)
        && let Some((diagnostic, range)) = expression::syntax(view, file, (kind, at), &case.context, options)
    {
        let lines = view.line(range.start).range.start..view.line(range.end).range.end;
        let quiet = if case.context.open.is_empty() { vec![lines] } else { vec![range.clone()] };
        return Fault { quiet, at, ..Fault::misread(diagnostic, range) };
    }
    case.fault(kind)
}

/// Errors that say more about lines than about the value they are found in.
fn is_about_lines(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabInPlainScalar
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::InvalidIndentation
            | ErrorKind::InvalidQuotedScalarIndent
            | ErrorKind::InvalidBlockScalarIndent
            | ErrorKind::UnclosedQuotedScalar
            | ErrorKind::DocumentIndicatorInQuotedScalar
            | ErrorKind::UnclosedFlowCollection { .. }
            | ErrorKind::BomInsideDocument
    )
}

impl Case<'_> {
    fn fault(self, kind: &ErrorKind) -> Fault {
        use ErrorKind as K;
        match kind {
            K::TabNotAllowed
            | K::TabInBlockIndentation
            | K::TabInIndentation
            | K::TabInPlainScalar
            | K::TabAtBlockScalarStart => self.tabs(),
            K::UnclosedQuotedScalar | K::DocumentIndicatorInQuotedScalar => self.unclosed_quote(self.at),
            K::InvalidQuotedScalarIndent | K::InvalidIndentation => self.too_shallow(),
            K::UnclosedFlowCollection { open } => self.unclosed_at_end(*open),
            K::MismatchedFlowCollectionEnd { open, close } => self.mismatched(*open, *close),
            K::MisplacedFlowCollectionEnd => self.stray_bracket(),
            K::InvalidTrailingSingleQuotedScalar | K::InvalidTrailingDoubleQuotedScalar => self.after_quote(),
            K::UnknownQuotedScalarEscape
            | K::InvalidQuotedScalarHexEscape
            | K::InvalidLowSurrogateHexEscape
            | K::InvalidLowSurrogate
            | K::MissingLowSurrogate
            | K::UnpairedLowSurrogate
            | K::InvalidUnicodeEscape => self.escape(),
            K::BomInsideDocument => self.invisible('\u{feff}'),
            K::UnexpectedCharacter { character } if !character.is_ascii_graphic() => {
                self.invisible(*character)
            }
            K::UnexpectedCharacter { character } => {
                let fix = self.quote_value();
                self.value(Syntax::ReservedStart(*character), self.one(self.at), fix)
            }
            K::MissingAnchorOrAliasName => {
                let sign = self.view.char(self.at).unwrap_or('*');
                let fix = self.quote_value();
                self.value(Syntax::MissingName(sign), self.one(self.at), fix)
            }
            K::CommentNotSeparated => {
                let fix = Fix::safe("put a space before the `#`", self.empty(self.at), " ");
                let diagnostic = errors::syntax(Syntax::CommentTouches, self.one(self.at), "").fix(fix);
                let comment = self.at..self.line.range.end;
                self.with(
                    diagnostic,
                    vec![Stroke { range: comment.clone(), fill: Fill::Blank }],
                    vec![comment],
                )
            }
            K::CommentInterceptedScalar => {
                self.value(Syntax::CommentInText, self.span(self.at..self.line.range.end), None)
            }
            K::MappingValueNotAllowed => self.colon(),
            K::ExpectedBlockMappingKey | K::ExpectedBlockSequenceEntry => {
                self.unexpected(*kind == K::ExpectedBlockSequenceEntry)
            }
            K::SimpleKeyExpected | K::InvalidSimpleKey => self.no_key(),
            K::BlockSequenceEntryNotAllowed => self.value(Syntax::ItemBehindKey, self.one(self.at), None),
            K::MappingKeyNotAllowed => {
                let fix = self.quote_value();
                self.value(Syntax::ExplicitKey, self.one(self.at), fix)
            }
            K::InvalidBlockScalarHeader | K::ZeroBlockScalarIndent => {
                let rest = self.view.slice(self.at + 1..self.shape.end).to_owned();
                let span = self.span(self.at..self.shape.end);
                self.block_text(errors::syntax(Syntax::BlockHeader, span, &rest), &self.line)
            }
            K::InvalidBlockScalarIndent => {
                let indent = self.view.indent(&self.line);
                let header = self
                    .view
                    .above(&self.line)
                    .find(|l| !self.view.is_empty(l) && self.view.indent(l) < indent);
                let diagnostic =
                    errors::continuation_indentation(self.span(self.shape.first..self.shape.end));
                self.block_text(diagnostic, header.as_ref().unwrap_or(&self.line))
            }
            K::ExpectedTagBang
            | K::InvalidGlobalTagCharacter
            | K::InvalidTagTerminator
            | K::MissingTagUri
            | K::UnclosedVerbatimTag
            | K::InvalidTagEscape
            | K::InvalidTagUtf8LeadingByte
            | K::InvalidTagUtf8TrailingByte
            | K::InvalidTagUtf8
            | K::UndeclaredTagHandle => {
                let rest = self.view.slice(self.at..self.shape.end);
                let word = rest.split(BLANK).next().unwrap_or(rest);
                let diagnostic = errors::bad_tag(self.span(self.at..self.at + word.len()), word);
                self.painted_value(diagnostic)
            }
            K::DuplicateVersionDirective
            | K::UnsupportedYamlMajorVersion
            | K::DuplicateTagDirective
            | K::MissingDocumentEndBeforeDirective
            | K::ExpectedTagDirectiveBang
            | K::InvalidDirectiveTerminator
            | K::DirectiveDisallowed
            | K::MissingYamlVersionSeparator
            | K::MissingDirectiveName
            | K::InvalidDirectiveName
            | K::DirectiveByteLimitExceeded { .. }
            | K::TooManyReservedDirectiveParams { .. }
            | K::YamlVersionTooLong
            | K::MissingYamlVersion
            | K::InvalidTagDirectiveTerminator => self.directive(self.line.clone()),
            K::ExpectedDocumentStart => self.second_value(),
            K::InvalidDocumentEnd => self.after_marker(self.at),
            _ if !self.context.open.is_empty() => self.in_brackets(kind),
            _ => self.painted_value(errors::syntax(Syntax::Other, self.one(self.at), "")),
        }
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    fn empty(&self, at: usize) -> Span {
        self.span(at..at)
    }

    /// The character at a place.
    fn one(&self, at: usize) -> Span {
        self.span(at..at + self.view.char(at).map_or(0, char::len_utf8))
    }

    fn with(&self, diagnostic: Diagnostic, strokes: Vec<Stroke>, quiet: Vec<Range<usize>>) -> Fault {
        Fault { diagnostic, at: self.at, strokes, quiet, at_end: false }
    }

    /// A fault of a value, which is painted over.
    fn value(&self, kind: Syntax, span: Span, fix: Option<Fix>) -> Fault {
        let text = self.view.slice(span.start as usize..span.end as usize);
        let mut diagnostic = errors::syntax(kind, span, text);
        diagnostic.fixes.extend(fix);
        self.painted_value(diagnostic)
    }

    fn painted_value(&self, diagnostic: Diagnostic) -> Fault {
        match self.context.open.last() {
            Some(open) => {
                let item = self.view.text.get(open.item..).unwrap_or_default();
                let start = open.item + item.len() - item.trim_start().len();
                let range = start..flow::item_end(self.view, open.item).max(start + 1);
                self.with(diagnostic, vec![Stroke { range: range.clone(), fill: Fill::Word }], vec![range])
            }
            None => {
                let (strokes, quiet) = self.value_below(&self.line, &self.shape);
                self.with(diagnostic, strokes, vec![quiet])
            }
        }
    }

    /// Paint for the value of a line in block style, with the lines below that continue it.
    fn value_below(&self, line: &Line, shape: &Shape) -> (Vec<Stroke>, Range<usize>) {
        let mut strokes = vec![Stroke { range: shape.value..shape.end, fill: Fill::Word }];
        let mut end = line.range.end;
        let column = shape.content - line.range.start;
        for below in self.view.below(line) {
            let next = self.view.shape(&below);
            if self.view.is_empty(&below) {
                continue;
            }
            if self.view.indent(&below) <= column {
                break;
            }
            if next.has_plain_key(&self.view) || next.has_dash() {
                // Not more of the value, and wrong where it stands only if the value is.
                end = below.range.end;
                break;
            }
            strokes.push(Stroke { range: below.range.clone(), fill: Fill::Blank });
            end = below.range.end;
        }
        (strokes, line.range.start..end)
    }

    /// A fault of a whole line, which goes with what is indented below it.
    fn lines(&self, diagnostic: Diagnostic, line: &Line) -> Fault {
        let shape = self.view.shape(line);
        let indent = self.view.indent(line);
        let glued_dash = self.view.byte(shape.first) == Some(b'-');
        let opens_block = shape.value >= shape.end || shape.has_dash() || shape.key.is_none() || glued_dash;
        let mut strokes = vec![Stroke { range: line.range.clone(), fill: Fill::Blank }];
        let mut end = line.range.end;
        for below in self.view.below(line) {
            if self.view.is_empty(&below) {
                continue;
            }
            if self.view.indent(&below) <= indent {
                break;
            }
            end = below.range.end;
            if !opens_block {
                // Not painted, but what is wrong with the next line may be wrong because this one is gone.
                break;
            }
            strokes.push(Stroke { range: below.range, fill: Fill::Blank });
        }
        self.with(diagnostic, strokes, vec![Range { start: line.range.start, end }])
    }

    /// A fault of the column at which a line begins. The lines below that begin there too are no second fault.
    fn column(&self, diagnostic: Diagnostic) -> Fault {
        let lines = self.beside();
        let end = lines.last().map_or(self.line.range.end, |l| l.range.end);
        let strokes = lines.into_iter().map(|l| Stroke { range: l.range, fill: Fill::Blank }).collect();
        self.with(diagnostic, strokes, vec![Range { start: self.line.range.start, end }])
    }

    /// This line and those below that are indented as deep and of the same sort, or deeper.
    fn beside(&self) -> Vec<Line> {
        let indent = self.view.indent(&self.line);
        let dash = self.shape.has_dash();
        let below = self.view.below(&self.line).filter(|l| !self.view.is_empty(l)).take_while(|l| {
            let own = self.view.indent(l);
            own > indent || (own == indent && self.view.shape(l).has_dash() == dash)
        });
        std::iter::once(self.line.clone()).chain(below).collect()
    }

    /// A fault in a block of text: from its header to the last line that is indented deeper.
    fn block_text(&self, diagnostic: Diagnostic, header: &Line) -> Fault {
        let shape = self.view.shape(header);
        let column = shape.content - header.range.start;
        let mut strokes = vec![Stroke { range: shape.value..shape.end, fill: Fill::Word }];
        let mut end = header.range.end;
        for below in self.view.below(header) {
            let blank = self.view.slice(below.range.clone()).trim_matches(BLANK).is_empty();
            if !blank && self.view.indent(&below) <= column && below.number > self.line.number {
                break;
            }
            end = below.range.end;
            strokes.push(Stroke { range: below.range, fill: Fill::Blank });
        }
        self.with(diagnostic, strokes, vec![Range { start: header.range.start, end }])
    }

    /// The fix for a value that YAML cannot read bare.
    fn quote_value(&self) -> Option<Fix> {
        let Shape { value, end, .. } = self.shape;
        if !self.context.open.is_empty() || value >= end {
            return None;
        }
        let text = self.view.slice(value..end);
        let comment = text.match_indices(" #").map(|(i, _)| i).next().unwrap_or(text.len());
        let text = text.get(..comment)?.trim_end_matches(BLANK);
        let quoted = expression::quoted(text, false, true)?;
        Some(Fix::safe("put the value in quotes", self.span(value..value + text.len()), quoted))
    }

    fn tabs(&self) -> Fault {
        let has_tab = |line: &Line| {
            let indent = self.view.indent(line);
            self.view.slice(line.range.start..line.range.start + indent).contains('\t')
                && !self.view.is_empty(line)
        };
        let all: Vec<Line> =
            (0..).map_while(|n| self.view.numbered(n)).filter(|line| has_tab(line)).collect();
        let Some(first) = all.iter().find(|l| l.number >= self.line.number).or(all.last()) else {
            return self.painted_value(errors::syntax(Syntax::Other, self.one(self.at), ""));
        };
        let (mut edits, mut strokes, mut quiet) = (Vec::new(), Vec::new(), Vec::new());
        for line in &all {
            let range = line.range.start..line.range.start + self.view.indent(line);
            let old = self.view.slice(range.clone());
            for (tab, _) in old.match_indices('\t') {
                let tab = range.start + tab;
                strokes.push(Stroke { range: tab..tab + 1, fill: Fill::Byte(b' ') });
            }
            edits.push(Edit { span: self.span(range), text: old.replace('\t', "  ") });
            quiet.push(line.range.clone());
        }
        // Beside lines that are indented with spaces a tab may stand for any number of them.
        let only_tabs = |line: Line| {
            let range = line.range.start..line.range.start + self.view.indent(&line);
            !self.view.slice(range).contains(' ') || self.view.is_empty(&line)
        };
        let safe = (0..).map_while(|n| self.view.numbered(n)).all(only_tabs);
        let fix = Fix { title: "indent with two spaces for each tab".into(), safe, edits };
        let indent = self.view.indent(first);
        let span = self.span(first.range.start..first.range.start + indent);
        self.with(errors::tabs(span, all.len() - 1, fix), strokes, quiet)
    }

    /// A line that is not indented deep enough for the quotes or brackets that are open.
    fn too_shallow(&self) -> Fault {
        let is_new =
            self.shape.has_plain_key(&self.view) || self.shape.has_dash() || self.is_marker(&self.line);
        let here = self.span(self.shape.first..self.shape.end.max(self.shape.first + 1));
        if let Some(quote) = self.context.quote {
            if is_new {
                return self.unclosed_quote(quote);
            }
            let line = self.view.line(quote);
            let mut fault = self.unclosed_quote(quote);
            fault.diagnostic = errors::continuation_indentation(here);
            // To the closing quote, which has been found to be there.
            let mut lexer = flow::Lexer::new(self.view, quote..self.view.text.len(), 0);
            if let Some(flow::Token::Quoted(range)) = lexer.next() {
                let end = self.view.line(range.end).range.end;
                fault.quiet = vec![Range { start: line.range.start, end }];
                fault.strokes = vec![Stroke { range, fill: Fill::Word }];
            }
            return fault;
        }
        let (Some(open), Some(outer)) = (self.context.open.last(), self.context.open.first()) else {
            return self.column(errors::misindented(here, &self.columns()));
        };
        let closer = self.view.char(self.at).filter(|c| matches!(c, ']' | '}'));
        let Some(closer) = closer else {
            let bracket = self.view.char(open.at).unwrap_or('[');
            let diagnostic = errors::unclosed_bracket(self.one(open.at), bracket, Some(here));
            let range = outer.at..self.line.range.start;
            return self.with(
                diagnostic,
                vec![Stroke { range: range.clone(), fill: Fill::Word }],
                vec![range],
            );
        };
        let opening = self.view.line(outer.at);
        let column = self.view.shape(&opening).content - opening.range.start;
        let add = (column + 2).saturating_sub(self.at - self.line.range.start);
        let fix = Fix::safe(
            errors::indent_fix_title(column + 2),
            self.empty(self.line.range.start),
            " ".repeat(add),
        );
        let diagnostic = errors::closing_indentation(self.one(self.at), closer).fix(fix);
        let quiet = vec![self.line.range.clone()];
        // The bracket may as well stand at the end of the line above, in place of the line break.
        let above = self.line.number.checked_sub(1).and_then(|n| self.view.numbered(n));
        let strokes = match (above, u8::try_from(closer)) {
            (Some(above), Ok(byte))
                if !self.view.slice(above.range.clone()).contains('#')
                    && matches!(self.view.byte(above.range.end), Some(b'\n' | b'\r')) =>
            {
                vec![
                    Stroke { range: above.range.end..above.range.end + 1, fill: Fill::Byte(byte) },
                    Stroke { range: self.at..self.at + 1, fill: Fill::Byte(b' ') },
                ]
            }
            _ => vec![Stroke { range: outer.at..self.at + 1, fill: Fill::Word }],
        };
        self.with(diagnostic, strokes, quiet)
    }

    /// True for the line of a document marker.
    fn is_marker(&self, line: &Line) -> bool {
        self.view.slice(line.range.clone()).get(..3).is_some_and(|t| matches!(t, "---" | "..."))
    }

    /// A bracket that is open where the text or the document ends.
    fn unclosed_at_end(&self, bracket: char) -> Fault {
        let known = self.context.open.first().map_or(self.at, |o| o.at);
        if let Some(marker) = self.view.below(&self.line).find(|l| self.is_marker(l)) {
            let diagnostic = errors::unclosed_bracket(self.one(self.at), bracket, None);
            let range = known..marker.range.start;
            return self.with(
                diagnostic,
                vec![Stroke { range: range.clone(), fill: Fill::Word }],
                vec![range],
            );
        }
        let open = flow::context(self.view, known..self.view.text.len()).open;
        let closers: String =
            open.iter().rev().map(|o| if self.view.byte(o.at) == Some(b'[') { ']' } else { '}' }).collect();
        let line = self.view.line(known);
        let column = self.view.shape(&line).content - line.range.start;
        let end = self.view.text.len();
        let append = format!("\n{:1$}{closers}", "", column + 1);
        let diagnostic = errors::unclosed_bracket(self.one(self.at), bracket, None);
        let mut fault =
            self.with(diagnostic, vec![Stroke { range: end..end, fill: Fill::Append(append) }], Vec::new());
        fault.at_end = true;
        fault
    }

    fn mismatched(&self, opened: char, closed: char) -> Fault {
        let close = flow::closing(self.view, self.at).unwrap_or(self.at);
        let outer = self.context.open.last().and_then(|o| self.view.char(o.at));
        let outer_closer = outer.map(|c| if c == '[' { ']' } else { '}' });
        if outer_closer == Some(closed) {
            let diagnostic = errors::unclosed_bracket(self.one(self.at), opened, None);
            let range = self.at..close;
            return self.with(
                diagnostic,
                vec![Stroke { range: range.clone(), fill: Fill::Word }],
                vec![range],
            );
        }
        let right = if opened == '[' { ']' } else { '}' };
        let fix = Fix::unsafe_(format!("write `{right}`"), self.one(close), right);
        let diagnostic = errors::mismatched(self.one(close), self.one(self.at), opened, closed).fix(fix);
        let byte = u8::try_from(right).unwrap_or(b' ');
        self.with(diagnostic, vec![Stroke { range: close..close + 1, fill: Fill::Byte(byte) }], Vec::new())
    }

    fn stray_bracket(&self) -> Fault {
        let bracket = self.view.char(self.at).unwrap_or(']');
        let diagnostic = errors::stray_bracket(self.one(self.at), bracket);
        let range = self.at..self.at + 1;
        let fill = if self.shape.value == self.at { Fill::Word } else { Fill::Blank };
        self.with(
            diagnostic,
            vec![Stroke { range, fill }],
            vec![Range { start: self.at, end: self.line.range.end }],
        )
    }

    fn invisible(&self, character: char) -> Fault {
        let from = self.view.text.get(self.at..).unwrap_or_default();
        let at = self.at + from.find(character).unwrap_or(0);
        let range = at..at + character.len_utf8();
        let diagnostic = errors::control_character(self.span(range.clone()), character);
        let quiet = if self.context.open.is_empty() { self.view.line(at).range } else { range.clone() };
        self.with(diagnostic, vec![Stroke { range, fill: Fill::Blank }], vec![quiet])
    }
}
