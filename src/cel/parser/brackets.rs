//! Brackets: what may stand at their start, commas, and their ends.

use super::frame::{Bracket, BracketKind, Callee, Frame, level};
use super::{Parser, State, Step, Stop};
use crate::cel::Span;
use crate::cel::ast::{BinaryOp, Element, FieldInit, Kind, MapEntry, Name, NodeId};
use crate::cel::errors::{Issue, SyntaxKind, label};
use crate::cel::lexer::TokenKind;

impl Parser<'_> {
    /// Takes an opening bracket.
    pub(super) fn open(&mut self, kind: BracketKind) -> Step {
        let open = self.advance();
        self.open += 1;
        if self.open > self.options.limits.depth {
            self.too_deep(open);
            return Err(Stop);
        }
        self.frames.push(Frame::Bracket(Bracket { open, kind }));
        Ok(State::Operand)
    }

    fn top(&mut self) -> Option<&mut BracketKind> {
        match self.frames.last_mut() {
            Some(Frame::Bracket(bracket)) => Some(&mut bracket.kind),
            _ => None,
        }
    }

    fn pop_bracket(&mut self) -> Option<Bracket> {
        match self.frames.pop() {
            Some(Frame::Bracket(bracket)) => {
                self.open = self.open.saturating_sub(1);
                Some(bracket)
            }
            Some(other) => {
                self.frames.push(other);
                None
            }
            None => None,
        }
    }

    /// True right behind an opening bracket or a comma, where no operator waits for its right side.
    pub(super) fn at_bracket_start(&self) -> bool {
        matches!(self.frames.last(), None | Some(Frame::Bracket(_)))
    }

    /// True where a comma may come.
    pub(super) fn in_list(&self) -> bool {
        let innermost = self.frames.iter().rev().find_map(bracket_of).map(|b| &b.kind);
        matches!(
            innermost,
            Some(BracketKind::List { .. } | BracketKind::Args { .. } | BracketKind::Map { key: Some(_), .. })
        )
    }

    /// True inside any bracket.
    pub(super) fn at_bracket(&self) -> bool {
        self.open > 0
    }

    /// The name of the method whose first argument is being read.
    pub(super) fn method_begun(&self) -> Option<&Name> {
        match self.frames.last().and_then(bracket_of).map(|b| &b.kind) {
            Some(BracketKind::Args { callee: Callee::Method { name, .. }, args }) if args.is_empty() => {
                Some(name)
            }
            _ => None,
        }
    }

    pub(super) fn innermost_open(&self) -> Option<Span> {
        self.frames.iter().rev().find_map(|f| match f {
            Frame::Bracket(b) => Some(b.open),
            _ => None,
        })
    }

    /// Reads the mark of an optional entry; `span` is where the form stands.
    pub(super) fn optional_marker(&mut self, form: &'static str, span: Span) {
        self.advance();
        if !self.options.optional_syntax {
            self.report(SyntaxKind::OptionalSyntax { form }, span);
        }
    }

    pub(super) fn set_optional(&mut self) {
        if let Some(
            BracketKind::List { optional, .. }
            | BracketKind::Map { optional, .. }
            | BracketKind::Struct { optional, .. }
            | BracketKind::Index { optional, .. },
        ) = self.top()
        {
            *optional = true;
        }
    }

    /// What may stand only where an element of a bracket begins: its end, a `?`, a field's name.
    pub(super) fn element_start(&mut self) -> Result<Option<State>, Stop> {
        if self.top().is_none() {
            return Ok(None);
        }
        let next_kind = self.kind().clone();
        let (closes, fresh, field) = match self.top() {
            Some(BracketKind::List { elements, optional: false }) => {
                (TokenKind::RBracket, elements.is_empty(), false)
            }
            Some(BracketKind::Map { entries, key: None, optional: false }) => {
                (TokenKind::RBrace, entries.is_empty(), false)
            }
            Some(BracketKind::Struct { fields, field: None, optional, .. }) => {
                if *optional {
                    return self.field_name().map(Some);
                }
                (TokenKind::RBrace, fields.is_empty(), true)
            }
            Some(BracketKind::Args { args, .. }) if next_kind == TokenKind::RParen => {
                if !args.is_empty() {
                    let comma = self.last_span();
                    self.issues.add(Issue::new(SyntaxKind::TrailingComma, comma).fix_by(""));
                }
                return self.finish_bracket(None).map(Some);
            }
            Some(BracketKind::Group { .. }) if next_kind == TokenKind::RParen => {
                return self.finish_bracket(None).map(Some);
            }
            Some(BracketKind::Set { .. }) if next_kind == TokenKind::RBrace => {
                return self.finish_bracket(None).map(Some);
            }
            _ => return Ok(None),
        };
        if next_kind == TokenKind::Comma && fresh && self.kind_at(1) == &closes {
            self.advance();
        }
        if self.kind() == &closes {
            return self.finish_bracket(None).map(Some);
        }
        if next_kind == TokenKind::Question {
            self.optional_marker("?", self.span());
            self.set_optional();
            return Ok(Some(State::Operand));
        }
        if field { self.field_name().map(Some) } else { Ok(None) }
    }

    /// `name:` in a message.
    fn field_name(&mut self) -> Step {
        let span = self.span();
        let text = self.source(span);
        let name = match self.kind() {
            TokenKind::Name => text,
            TokenKind::Quoted => {
                if !self.options.quoted_identifiers {
                    self.report(SyntaxKind::QuotedName { text: text.to_owned() }, span);
                }
                text.trim_matches('`')
            }
            _ => {
                self.report(SyntaxKind::MissingFieldName { found: text.to_owned() }, span);
                self.skip_to_sync();
                ""
            }
        };
        if !name.is_empty() {
            self.advance();
            if self.kind() != &TokenKind::Colon {
                let found = self.source(self.span()).to_owned();
                self.report(SyntaxKind::MissingColon { found }, self.span());
                self.skip_to_sync();
            }
        }
        let field_given = Name { text: name.into(), span };
        if let Some(BracketKind::Struct { field, .. }) = self.top() {
            *field = Some(field_given);
        }
        if self.take(&TokenKind::Colon).is_some() {
            return Ok(State::Operand);
        }
        // Without a colon there is no value to come.
        let here = self.span();
        Ok(State::Operator(self.error(Span { end: here.start, ..here })?))
    }

    pub(super) fn comma(&mut self, value: NodeId) -> Step {
        let value = self.reduce(value, level::TERNARY)?;
        let faulty = self.faulty(value);
        let span = self.span();
        if !matches!(self.frames.last(), Some(Frame::Bracket(_))) {
            self.advance();
            if !faulty {
                self.issues.add(match self.digit_grouping(value, span) {
                    Some(kind) => Issue::new(kind, span).fix_by(""),
                    None => Issue::new(SyntaxKind::StrayComma, span),
                });
            }
            self.skip_to_close();
            return Ok(State::Operator(self.spoil(value)?));
        }
        match self.put(value, span)? {
            true => {
                self.advance();
                Ok(State::Operand)
            }
            false => {
                if !faulty {
                    self.report(SyntaxKind::StrayComma, span);
                }
                self.advance();
                self.skip_to_close();
                Ok(State::Operator(self.spoil(value)?))
            }
        }
    }

    /// `1,000`: the comma is inside a number, to whoever wrote it.
    fn digit_grouping(&self, value: NodeId, comma: Span) -> Option<SyntaxKind> {
        let next = self.span();
        let number = matches!(self.kind(), TokenKind::Int(_)) && next.end - next.start == 3;
        let close = self.outer(value).end == comma.start && comma.end == next.start;
        let before = self.text.get(..comma.start as usize)?.ends_with(|c: char| c.is_ascii_digit());
        (number && close && before).then_some(SyntaxKind::DigitGrouping)
    }

    /// Puts an element into the open bracket; false if that bracket takes no more than one.
    /// `here` is the comma or closing bracket behind it.
    fn put(&mut self, value: NodeId, here: Span) -> Result<bool, Stop> {
        let found = self.source(here);
        // `{a, b}`: a list, to whoever wrote it.
        let in_list = matches!(self.frames.iter().nth_back(1), Some(Frame::Binary { op: BinaryOp::In, .. }));
        let listed = found == "," || in_list;
        if let Some(kind @ BracketKind::Map { .. }) = self.top()
            && let BracketKind::Map { entries, key: None, .. } = kind
            && entries.is_empty()
            && listed
        {
            *kind = BracketKind::Set { items: vec![value] };
            return Ok(true);
        }
        // A key without a value.
        if let Some(BracketKind::Map { key: None, .. }) = self.top() {
            if !self.faulty(value) {
                self.report(SyntaxKind::MissingColon { found: found.to_owned() }, here);
            }
            let error = self.error(Span { end: here.start, ..here })?;
            if let Some(BracketKind::Map { entries, optional, .. }) = self.top() {
                entries.push(MapEntry { key: value, value: error, optional: *optional });
                *optional = false;
            }
            return Ok(true);
        }
        match self.top() {
            Some(BracketKind::Group { items } | BracketKind::Set { items }) => items.push(value),
            Some(BracketKind::List { elements, optional }) => {
                elements.push(Element { value, optional: *optional });
                *optional = false;
            }
            Some(BracketKind::Map { entries, key, optional }) => {
                if let Some(key) = key.take() {
                    entries.push(MapEntry { key, value, optional: *optional });
                }
                *optional = false;
            }
            Some(BracketKind::Struct { fields, field, optional, .. }) => {
                if let Some(field) = field.take() {
                    fields.push(FieldInit { field, value, optional: *optional });
                }
                *optional = false;
            }
            Some(BracketKind::Args { args, .. }) => args.push(value),
            Some(BracketKind::Index { .. } | BracketKind::Template { .. }) | None => return Ok(false),
        }
        Ok(true)
    }

    /// At a closing bracket.
    pub(super) fn close(&mut self, value: NodeId) -> Step {
        let value = self.reduce(value, level::TERNARY)?;
        let span = self.span();
        let found = self.source(span).to_owned();
        let Some(bracket) = self.frames.last().and_then(bracket_of) else {
            self.advance();
            self.issues.add(Issue::new(SyntaxKind::UnmatchedCloser { found }, span).fix_by(""));
            return Ok(State::Operator(value));
        };
        let (open, expected) = (bracket.open, bracket.kind.closer());
        if expected != found {
            let fits = |f: &Frame| bracket_of(f).is_some_and(|b| b.kind.closer() == found);
            if self.frames.iter().any(fits) {
                // This one closes a bracket farther out: the inner one was forgotten.
                let kind = SyntaxKind::Unclosed { open: self.source(open).to_owned(), closer: expected };
                self.issues.add(Issue::new(kind, span).also(open, label::NEVER_CLOSED));
                return self.end_bracket(Some(value), Span { end: span.start, ..span });
            }
            let kind = SyntaxKind::WrongCloser { expected, found };
            self.issues.add(Issue::new(kind, span).also(open, label::OPENED_HERE).fix_by(expected));
        }
        self.finish_bracket(Some(value))
    }

    /// At the end of the text.
    pub(super) fn end(&mut self, value: NodeId) -> Step {
        let value = self.reduce(value, level::TERNARY)?;
        let Some(bracket) = self.frames.last().and_then(bracket_of) else { return Ok(State::Done(value)) };
        if !self.issues.cut {
            self.issues.cut = true;
            let kind = SyntaxKind::Unclosed {
                open: self.source(bracket.open).to_owned(),
                closer: bracket.kind.closer(),
            };
            let issue = Issue::new(kind, self.span()).also(bracket.open, label::NEVER_CLOSED);
            let outer = self.frames.iter().rev().filter_map(bracket_of).skip(1);
            let issue = outer.fold(issue, |issue, b| issue.also(b.open, label::NOR_THIS));
            self.issues.add(issue);
        }
        let span = self.span();
        self.end_bracket(Some(value), span)
    }

    /// Takes the closing bracket.
    fn finish_bracket(&mut self, value: Option<NodeId>) -> Step {
        let close = self.advance();
        self.end_bracket(value, close)
    }

    /// Ends the innermost bracket at `close`, whether or not there is a bracket to take.
    fn end_bracket(&mut self, value: Option<NodeId>, close: Span) -> Step {
        if let Some(value) = value {
            self.last_element(value, close)?;
        }
        let Some(Bracket { open, kind }) = self.pop_bracket() else {
            return Ok(State::Operator(self.error(close)?));
        };
        let whole = open.to(close);
        let node = match (kind, value) {
            (BracketKind::Group { items }, value) => self.group(items, value, open, close)?,
            (BracketKind::Template { issue, closed }, Some(value)) => {
                self.widen(value, whole);
                // The spaces inside the braces go with them.
                let open = self.with_space(open);
                let closing = closed.unwrap_or(close).to(close);
                let inside = self.source(Span { start: open.end, end: closing.start });
                let start = open.end as usize + inside.trim_end().len();
                let closing = Span::new(start, closing.end as usize);
                self.issues.amend(issue, vec![(open, String::new()), (closing, String::new())]);
                value
            }
            (BracketKind::Index { operand, optional }, Some(index)) => {
                let span = self.outer(operand).to(close);
                self.node(Kind::Index { operand, index, optional }, span)?
            }
            (BracketKind::Template { .. } | BracketKind::Index { .. }, None) => self.error(whole)?,
            (BracketKind::List { elements, .. }, _) => self.node(Kind::List(elements), whole)?,
            (BracketKind::Set { items }, _) => {
                let issue = Issue::new(SyntaxKind::ListInBraces, whole);
                let closed = close.start < close.end;
                let edits = vec![(open, "[".to_owned()), (close, "]".to_owned())];
                self.issues.add(if closed { issue.fix_with(edits) } else { issue });
                let elements = items.into_iter().map(|value| Element { value, optional: false }).collect();
                self.node(Kind::List(elements), whole)?
            }
            (BracketKind::Map { entries, .. }, _) => self.node(Kind::Map(entries), whole)?,
            (BracketKind::Struct { type_name, fields, .. }, _) => {
                let span = type_name.span.to(close);
                self.node(Kind::Struct { type_name, fields }, span)?
            }
            (BracketKind::Args { callee, args }, _) => self.call(callee, args, close)?,
        };
        Ok(State::Operator(node))
    }

    /// Puts the element before a closing bracket into it.
    fn last_element(&mut self, value: NodeId, close: Span) -> Result<(), Stop> {
        let single = matches!(self.top(), Some(BracketKind::Index { .. } | BracketKind::Template { .. }));
        let group = matches!(self.top(), Some(BracketKind::Group { items }) if items.is_empty());
        if !single && !group && !self.template(close) {
            self.put(value, close)?;
        }
        Ok(())
    }

    /// `{{ x }}`, seen at the first `}`: the inner map has a key and no more, and so has the outer.
    fn template(&mut self, close: Span) -> bool {
        let [.., Frame::Bracket(outer), Frame::Bracket(inner)] = self.frames.as_mut_slice() else {
            return false;
        };
        let bare = |b: &Bracket| matches!(&b.kind, BracketKind::Map { entries, key: None, .. } if entries.is_empty());
        if !bare(outer) || !bare(inner) || outer.open.end != inner.open.start {
            return false;
        }
        let open = outer.open.to(inner.open);
        let issue = self.issues.add(Issue::new(SyntaxKind::Template, open));
        *outer = Bracket { open, kind: BracketKind::Template { issue, closed: Some(close) } };
        inner.kind = BracketKind::Group { items: Vec::new() };
        true
    }

    /// `(value)`, `()` or `(a, b)`.
    fn group(
        &mut self,
        mut items: Vec<NodeId>,
        value: Option<NodeId>,
        open: Span,
        close: Span,
    ) -> Result<NodeId, Stop> {
        let whole = open.to(close);
        match value {
            Some(value) if items.is_empty() => {
                self.widen(value, whole);
                return Ok(value);
            }
            Some(value) if items.last() != Some(&value) => items.push(value),
            _ => {}
        }
        let in_list = matches!(self.frames.last(), Some(Frame::Binary { op: BinaryOp::In, .. }));
        if items.is_empty() && !in_list {
            self.report(SyntaxKind::EmptyParentheses, whole);
            return self.error(whole);
        }
        let issue = Issue::new(SyntaxKind::ListInParentheses { in_list }, whole);
        self.issues.add(if in_list {
            issue.fix_with(vec![(open, "[".to_owned()), (close, "]".to_owned())])
        } else {
            issue
        });
        let elements = items.into_iter().map(|value| Element { value, optional: false }).collect();
        self.node(Kind::List(elements), whole)
    }

    fn call(&mut self, callee: Callee, args: Vec<NodeId>, close: Span) -> Result<NodeId, Stop> {
        match callee {
            Callee::Nothing { start } => {
                self.strays = true;
                self.error(start.to(close))
            }
            Callee::Function { name, leading_dot } => {
                let span = leading_dot.unwrap_or(name.span).to(close);
                if leading_dot.is_none()
                    && let Some(node) = self.global_macro(&name, &args, span)?
                {
                    return Ok(node);
                }
                let leading_dot = leading_dot.is_some();
                self.node(Kind::Call { function: name, target: None, args, leading_dot }, span)
            }
            Callee::Method { name, target } => {
                let span = self.outer(target).to(close);
                if let Some(node) = self.member_macro(&name, target, &args, span)? {
                    return Ok(node);
                }
                let target = Some(target);
                self.node(Kind::Call { function: name, target, args, leading_dot: false }, span)
            }
        }
    }

    /// `!in` and `not in`, at the first of their two words.
    pub(super) fn not_in(&mut self, value: NodeId) -> Step {
        let span = self.advance().to(self.span());
        self.advance();
        let issue = self.report(SyntaxKind::NotIn { wrote: self.source(span).to_owned() }, span);
        self.push_binary(value, BinaryOp::In, span, Some(issue))
    }
}

fn bracket_of(frame: &Frame) -> Option<&Bracket> {
    match frame {
        Frame::Bracket(bracket) => Some(bracket),
        _ => None,
    }
}
