//! Expressions of another language that YAML's own syntax eats.
//!
//! In `when: !premium && beta` YAML sees a tag, an anchor and the text `beta`. Here it is found out, for a value
//! under an expression key, what its author wrote and how to write it so that YAML leaves it alone. Nothing is known
//! of the language but its strings, brackets and operators.

use std::ops::Range;

use granit_parser::ErrorKind;

use super::Options;
use super::errors::{self, Reason};
use super::flow::Context;
use super::text::{BLANK, Line, Shape, View};
use super::tree::{Kind, Node, Style};
use crate::diag::{Diagnostic, Fix};
use crate::source::{FileId, Span};

/// What became of an expression.
pub(super) enum Verdict {
    /// It is what its author wrote.
    Whole,
    /// YAML took a part of it for itself.
    Eaten(Box<Diagnostic>),
    /// YAML took a part of it, and the rest of these bytes for something else.
    Misread(Box<Diagnostic>, Range<usize>),
}

/// Where an expression is written, as far as can be told from lines.
pub(super) struct Site {
    file: FileId,
    colon: usize,
    /// From its first to its last byte; may run over several lines in block style.
    pub(super) value: Range<usize>,
    flow: bool,
    json: bool,
    /// Of the key, in bytes.
    column: usize,
}

/// Looks at the value that YAML made of an expression.
pub(super) fn inspect(view: View<'_>, key: &Node, value: &Node, flow: bool) -> Verdict {
    let key_range = key.span.start as usize..key.span.end as usize;
    // Looked for only where there is something to say.
    let site = || Site::of(view, key.span.file, key_range.clone(), flow);
    if let Some(anchored) = &value.anchored {
        let left = match &value.kind {
            Kind::Scalar(scalar) => scalar.value.as_str(),
            _ => view.slice(value.span.start as usize..value.span.end as usize),
        };
        let anchor = anchored.anchor.as_ref().map(|(_, span)| *span);
        let (reason, span) = match (&anchored.tag, anchor) {
            (Some((tag, span)), anchor) => {
                let anchor = anchor.map(|a| view.slice(a.start as usize..a.end as usize));
                (Reason::Tag { tag, anchor, left }, *span)
            }
            (None, Some(span)) => {
                let anchor = view.slice(span.start as usize..span.end as usize);
                let meant = super::text::is_name(anchor.trim_start_matches('&'));
                (if meant { Reason::OwnAnchor { anchor } } else { Reason::Anchor { anchor, left } }, span)
            }
            (None, None) => return Verdict::Whole,
        };
        let Some(site) = site() else { return Verdict::Whole };
        return Verdict::Eaten(Box::new(site.diagnostic(view, reason, span)));
    }
    match &value.kind {
        Kind::Scalar(scalar) if scalar.style == Style::Plain => {
            let end = value.span.end as usize;
            let after = view.slice(end..view.line(end).range.end);
            let next = after.trim_start_matches(BLANK);
            let open = scan(&scalar.value);
            if next.starts_with('#') && next.len() < after.len() && (open.any() || dangles(&scalar.value)) {
                let Some(site) = site() else { return Verdict::Whole };
                let line = view.line(end).range.end;
                let span = Span::new(site.file, end + after.len() - next.len(), line);
                let reason = Reason::Comment { left: &scalar.value };
                return Verdict::Eaten(Box::new(site.diagnostic(view, reason, span)));
            }
            if flow && open.any() && next.starts_with([',', ']', '}']) {
                let Some(site) = site() else { return Verdict::Whole };
                let at = end + after.len() - next.len();
                let sign = next.chars().next().unwrap_or(',');
                let reason = Reason::Flow { sign, left: &scalar.value };
                let diagnostic = site.diagnostic(view, reason, Span::new(site.file, at, at + 1));
                return Verdict::Misread(Box::new(diagnostic), site.value);
            }
            Verdict::Whole
        }
        Kind::Mapping(entries) if view.byte(value.span.start as usize) != Some(b'{') => {
            let Some(first) = entries.first() else { return Verdict::Whole };
            let named = first.key.as_str().is_none_or(super::text::is_name);
            let quoted = first.key.scalar().is_some_and(|s| s.style != Style::Plain);
            if named || quoted {
                return Verdict::Whole;
            }
            let Some(site) = site() else { return Verdict::Whole };
            let end = first.key.span.end as usize;
            let after = view.slice(end..view.line(end).range.end);
            let colon = end + after.find(':').unwrap_or(0);
            let span = Span::new(site.file, colon, colon + 1);
            Verdict::Eaten(Box::new(site.diagnostic(view, Reason::Colon, span)))
        }
        _ => Verdict::Whole,
    }
}

/// The finding for a syntax error, if it lies in an expression; and the bytes of that expression.
pub(super) fn syntax(
    view: View<'_>,
    file: FileId,
    (kind, at): (&ErrorKind, usize),
    context: &Context,
    options: &Options,
) -> Option<(Diagnostic, Range<usize>)> {
    let site = governing(view, file, at, context, options)?;
    let text = view.slice(site.value.clone());
    let first_word = text.split([' ', '\t', '\r', '\n']).next().unwrap_or_default();
    let start = site.value.start;
    let word = Span::new(file, start, start + first_word.len());
    let sign = Span::new(file, start, start + 1);
    let here = |to: usize| Span::new(file, at.max(start), to.max(at + 1).min(site.value.end.max(at + 1)));
    let line_end = view.line(at).range.end.min(site.value.end);
    let first = text.chars().next()?;
    let (reason, span) = match first {
        _ if *kind == ErrorKind::CommentInterceptedScalar => (Reason::Middle, here(view.line(at).range.end)),
        '!' => (Reason::Tag { tag: first_word, anchor: None, left: "" }, word),
        '&' => (Reason::Anchor { anchor: first_word, left: "" }, word),
        '*' => (Reason::Alias { alias: first_word }, word),
        '"' | '\'' if at <= start => (Reason::Escape, Span::new(file, start, site.value.end.min(line_end))),
        '"' | '\'' => (Reason::Quote { quote: first }, here(line_end)),
        '[' | '{' => (Reason::Bracket { bracket: first }, sign),
        '|' | '>' => (Reason::Block { sign: first }, sign),
        '%' | '@' | '`' => (Reason::Start { sign: first }, sign),
        '-' | '?' if text.chars().nth(1).is_none_or(char::is_whitespace) => {
            (Reason::Start { sign: first }, sign)
        }
        _ if *kind == ErrorKind::MappingValueNotAllowed => (Reason::Colon, here(at + 1)),
        _ => match view.char(at) {
            Some(':') => (Reason::Colon, here(at + 1)),
            Some(sign) if site.flow && at >= start => {
                (Reason::Flow { sign, left: view.slice(start..at).trim_end() }, here(at + sign.len_utf8()))
            }
            _ => (Reason::Other, Span::new(file, start, site.value.end.min(view.line(start).range.end))),
        },
    };
    Some((site.diagnostic(view, reason, span), site.value))
}

/// The expression that a place lies in.
fn governing(view: View<'_>, file: FileId, at: usize, context: &Context, options: &Options) -> Option<Site> {
    let keys = options.expression_keys;
    let in_flow = |key: usize| context.open.iter().any(|o| o.at < key);
    let is_expression = |line: &Line, shape: &Shape| {
        shape.key_text(&view).is_some_and(|k| keys.contains(&k))
            || (shape.has_plain_key(&view) && in_block(view, line, options.expression_blocks))
    };
    let line = view.line(at);
    let shape = view.shape(&line);
    if let Some(key) = shape.key.clone()
        && is_expression(&line, &shape)
        && at > key.end
    {
        let flow = in_flow(key.start);
        return Site::of(view, file, key, flow)
            .filter(|s| at >= s.value.start && (!s.flow || at < s.value.end.max(s.value.start + 1)));
    }
    if let Some(key) = key_within(view, line.range.start..at, keys) {
        return Site::of(view, file, key, true)
            .filter(|s| at >= s.value.start && at < s.value.end.max(s.value.start + 1));
    }
    // A line that is itself `name: …` is no part of an expression, but wrongly indented.
    if shape.has_plain_key(&view) || shape.has_dash() || in_flow(shape.first) {
        return None;
    }
    let mut depth = view.indent(&line);
    for above in view.above(&line).filter(|l| !view.is_empty(l)) {
        let shape = view.shape(&above);
        let column = shape.content - above.range.start;
        if column >= depth {
            continue;
        }
        if shape.key.is_some() {
            let key = shape.key.clone()?;
            let site = Site::of(view, file, key, false)?;
            return (is_expression(&above, &shape) && site.value.end >= at).then_some(site);
        }
        if shape.has_dash() {
            return None;
        }
        depth = column;
    }
    None
}

/// Whether a line stands right below one of these keys at the top of a document.
fn in_block(view: View<'_>, line: &Line, blocks: &[&str]) -> bool {
    let depth = view.indent(line);
    let mut above = view.above(line).filter(|above| !view.is_empty(above) && view.indent(above) < depth);
    above.next().is_some_and(|above| {
        view.indent(&above) == 0 && view.shape(&above).key_text(&view).is_some_and(|k| blocks.contains(&k))
    })
}

/// The last expression key inside braces on a line, before some place.
fn key_within(view: View<'_>, range: Range<usize>, keys: &[&str]) -> Option<Range<usize>> {
    let text = view.slice(range.clone());
    let found = keys.iter().flat_map(|key| text.match_indices(key)).filter(|(i, key)| {
        let before = text.get(..*i).unwrap_or_default();
        let after = text.get(i + key.len()..).unwrap_or_default();
        let bare = before.trim_end_matches(['"', '\'']).ends_with(['{', ',', ' ', '\t']);
        let value = after.trim_start_matches(['"', '\'']).trim_start_matches(BLANK);
        bare && before.contains('{') && value.starts_with(':')
    });
    let (i, key) = found.max_by_key(|(i, _)| *i)?;
    let quote =
        |at: Option<usize>| usize::from(matches!(at.and_then(|at| view.byte(at)), Some(b'"' | b'\'')));
    let start = range.start + i;
    let end = start + key.len();
    Some(start - quote(start.checked_sub(1))..end + quote(Some(end)))
}

impl Site {
    fn of(view: View<'_>, file: FileId, key: Range<usize>, flow: bool) -> Option<Self> {
        let line = view.line(key.start);
        let rest = view.slice(key.end..line.range.end);
        let colon =
            key.end + rest.find(':').filter(|i| rest.get(..*i).is_some_and(|t| t.trim().is_empty()))?;
        let rest = view.slice(colon + 1..line.range.end);
        let start = line.range.end - rest.trim_start_matches(BLANK).len();
        let json = view.byte(key.start) == Some(b'"');
        let column = key.start - line.range.start;
        let end = if flow {
            flow_end(view, start..line.range.end)
        } else {
            uncommented(view, start..line.range.end)
        };
        let mut site = Self { file, colon, value: start..end, flow, json, column };
        if !flow {
            site.go_on(view, &line);
        }
        Some(site)
    }

    /// Takes in the lines below that belong to the value.
    fn go_on(&mut self, view: View<'_>, line: &Line) {
        for below in view.below(line) {
            if view.slice(below.range.clone()).trim_matches(BLANK).is_empty() {
                continue;
            }
            let shape = view.shape(&below);
            let deeper = shape.first - below.range.start > self.column;
            if !deeper || shape.has_plain_key(&view) || (shape.has_dash() && self.value.is_empty()) {
                return;
            }
            let end = uncommented(view, shape.first..below.range.end);
            if end <= shape.first {
                continue;
            }
            if self.value.is_empty() {
                self.value.start = shape.first;
            }
            self.value.end = end;
        }
    }

    /// The lines of the expression, without what surrounds them.
    fn lines<'t>(&self, view: View<'t>) -> Vec<&'t str> {
        let text = view.slice(self.value.clone());
        let lines =
            text.split(['\n', '\r']).map(|l| l.get(..comment_start(l)).unwrap_or(l).trim_matches(BLANK));
        lines.filter(|l| !l.is_empty()).collect()
    }

    fn diagnostic(&self, view: View<'_>, reason: Reason<'_>, span: Span) -> Diagnostic {
        let lines = self.lines(view);
        let whole = intended(&lines.join(" "));
        let diagnostic = errors::ate_condition(reason, span, view.slice(self.value.clone()));
        let kept = matches!(reason, Reason::OwnAnchor { .. } | Reason::Middle);
        // Quotes cannot mend what is no expression once it is whole.
        if kept || !begins(&whole) || scan(&whole).any() || dangles(&whole) {
            return diagnostic.help(errors::ate_help(reason));
        }
        let one_line = quoted(&whole, self.json, self.flow);
        let text = match one_line {
            Some(text) if lines.len() == 1 || self.flow => text,
            _ => self.block(view, if lines.len() == 1 { vec![&whole] } else { lines }),
        };
        let edit = Span::new(self.file, self.colon + 1, self.value.end);
        let shown = if text.starts_with('>') { None } else { Some(text.as_str()) };
        let diagnostic = diagnostic.help(errors::ate_help_quoted(shown));
        diagnostic.fix(Fix::safe(errors::ate_fix(shown.is_some()), edit, format!(" {text}")))
    }

    /// The expression as a folded block.
    fn block(&self, view: View<'_>, lines: Vec<&str>) -> String {
        let line = view.line(self.colon).range;
        let newline = if view.byte(line.end) == Some(b'\r') { "\r\n" } else { "\n" };
        let indent = format!("{newline}{:1$}", "", self.column + 2);
        std::iter::once(">-").chain(lines).collect::<Vec<_>>().join(&indent)
    }
}

/// Where a comment begins on the line that `range` ends, or the range's end; blanks before it left out. A `#` in a
/// string of the expression begins none.
fn uncommented(view: View<'_>, range: Range<usize>) -> usize {
    let text = view.slice(range.clone());
    range.start + text.get(..comment_start(text)).unwrap_or(text).trim_end_matches(BLANK).len()
}

fn comment_start(text: &str) -> usize {
    if !text.contains('#') {
        return text.len();
    }
    let mut state = Strings::default();
    let mut before = ' ';
    for (i, character) in text.char_indices() {
        if character == '#' && BLANK.contains(&before) && !state.inside() {
            return i;
        }
        state.step(text, i, character);
        before = character;
    }
    text.len()
}

/// Where an expression ends that stands between braces: at a comma or closing bracket of its own level.
fn flow_end(view: View<'_>, range: Range<usize>) -> usize {
    let text = view.slice(range.clone());
    let mut state = Strings::default();
    let mut depth = 0_usize;
    let mut end = text.len();
    for (i, character) in text.char_indices() {
        let code = !state.inside();
        match character {
            '(' | '[' | '{' if code => depth += 1,
            ',' | ')' | ']' | '}' if code && depth == 0 => {
                end = i;
                break;
            }
            ')' | ']' | '}' if code => depth -= 1,
            _ => {}
        }
        state.step(text, i, character);
    }
    range.start + text.get(..end).unwrap_or(text).trim_end_matches(BLANK).len()
}

/// Which string of an expression a reader is in.
#[derive(Default)]
struct Strings {
    /// The quote, and how many of it end the string.
    quote: Option<(char, usize)>,
    raw: bool,
    /// No character before this offset is looked at.
    skip: usize,
}

impl Strings {
    fn inside(&self) -> bool {
        self.quote.is_some()
    }

    fn step(&mut self, text: &str, at: usize, character: char) {
        if at < self.skip {
            return;
        }
        let here = text.get(at..).unwrap_or_default();
        match self.quote {
            Some((quote, count)) => {
                if character == '\\' && !self.raw {
                    let escaped = here.chars().nth(1).map_or(0, char::len_utf8);
                    self.skip = at + 1 + escaped;
                } else if character == quote
                    && here.chars().take(count).filter(|c| *c == quote).count() == count
                {
                    self.quote = None;
                    self.skip = at + count;
                }
            }
            None if matches!(character, '"' | '\'') => {
                let count = if here.chars().take(3).filter(|c| *c == character).count() == 3 { 3 } else { 1 };
                let before = text.get(..at).unwrap_or_default();
                let prefix =
                    before.len() - before.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').len();
                let prefix = before.get(before.len() - prefix..).unwrap_or_default();
                self.raw = matches!(prefix.to_ascii_lowercase().as_str(), "r" | "rb" | "br");
                self.quote = Some((character, count));
                self.skip = at + count;
            }
            None => {}
        }
    }
}

/// What is still open at the end of an expression.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Unfinished {
    string: bool,
    brackets: bool,
}

impl Unfinished {
    fn any(self) -> bool {
        self.string || self.brackets
    }
}

fn scan(text: &str) -> Unfinished {
    let mut state = Strings::default();
    let mut depth = 0_isize;
    let mut brackets = false;
    for (i, character) in text.char_indices() {
        if !state.inside() {
            match character {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                _ => {}
            }
            brackets |= depth < 0;
        }
        state.step(text, i, character);
    }
    Unfinished { string: state.inside(), brackets: brackets || depth != 0 }
}

/// True when an expression may begin like this.
fn begins(text: &str) -> bool {
    text.starts_with(|c: char| {
        c.is_alphanumeric() || matches!(c, '_' | '.' | '!' | '-' | '(' | '[' | '{' | '"' | '\'')
    }) && !text.starts_with("!=")
        && !text.starts_with("- ")
}

/// True when an expression ends with an operator, so that more must follow.
fn dangles(text: &str) -> bool {
    let text = text.trim_end();
    let word = text.strip_suffix("in").is_some_and(|t| t.ends_with([' ', '\t', ')']));
    word || text.ends_with(['&', '|', '!', '=', '<', '>', '+', '-', '*', '/', '%', '?', ':', ',', '.'])
}

/// The expression that a text was meant to be: people quote the whole and forget that it holds the same quotes.
fn intended(text: &str) -> String {
    let Some(quote @ ('"' | '\'')) = text.chars().next() else { return text.to_owned() };
    let mut state = Strings::default();
    let mut end = text.len();
    for (i, character) in text.char_indices() {
        state.step(text, i, character);
        if i > 0 && !state.inside() {
            end = i + 1;
            break;
        }
    }
    let after = text.get(end..).unwrap_or_default().trim_start_matches(BLANK);
    let goes_on = after.starts_with(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '"' | '\'' | '\\'))
        || after.strip_prefix("in").is_some_and(|t| t.starts_with([' ', '\t', '[', '(']));
    match text.strip_prefix(quote).and_then(|t| t.strip_suffix(quote)) {
        Some(inner) if !goes_on => {
            if quote == '"' {
                inner.replace("\\\"", "\"")
            } else {
                inner.replace("''", "'")
            }
        }
        _ => text.to_owned(),
    }
}

/// Text as a quoted scalar of one line, in the most readable way. `None` where only a block is readable.
pub(super) fn quoted(text: &str, json: bool, flow: bool) -> Option<String> {
    if json {
        return Some(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\t', "\\t")));
    }
    if !text.contains('\'') {
        return Some(format!("'{text}'"));
    }
    if !text.contains(['"', '\\']) {
        return Some(format!("\"{text}\""));
    }
    flow.then(|| format!("'{}'", text.replace('\'', "''")))
}
