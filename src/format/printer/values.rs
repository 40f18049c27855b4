//! Values: in brackets, in quotes, over several lines, as they are written.

use std::ops::Range;

use super::Printer;
use crate::format::WIDTH;
use crate::format::condition;
use crate::format::places::{Step, is_condition};
use crate::format::scalar::{self, is_plain, plain_type};
use crate::yaml::{Part, PartKind, Scalar, ScalarType, Style};

impl<'a> Printer<'a> {
    /// A collection in brackets: on its line if it fits there, else as a block.
    pub(super) fn brackets(
        &mut self,
        head: &str,
        part: &'a Part,
        (indent, inner): (usize, usize),
        split: bool,
        from: usize,
    ) {
        let pinned = self.source.is_pinned(&part.place);
        let used = match (head, &self.lead) {
            _ if split => inner,
            ("", Some(lead)) => lead.chars().count(),
            ("", None) => 0,
            (head, _) => indent + head.chars().count() + 1,
        };
        let anchor = self.anchor(part);
        let room = if pinned { usize::MAX } else { WIDTH.saturating_sub(used + anchor.chars().count()) };
        let joins = pinned && self.source.line(part.place.start) != self.source.line(part.place.end);
        let commented = self.comments_within(&part.place);
        if let Some(text) = (!commented && !joins).then(|| self.flow(part, room)).flatten() {
            self.inline(head, part, &format!("{anchor}{text}"), (indent, inner), split, from);
        } else if pinned {
            let place = part.start()..part.place.end;
            let head =
                if split { self.split_head(head, (indent, inner), (from, part.place.start)) } else { head };
            let head = if head.is_empty() { String::new() } else { format!("{head} ") };
            let indent = if split { inner } else { indent };
            self.as_is(&head, place, (self.source.column(from), indent), part);
        } else {
            self.opener(head, anchor.trim_end(), indent, split, (from, part.place.start + 1));
            self.comments(part.place.start, inner);
            let after = self.source.solid(part.place.start + 1);
            if !head.is_empty() || split {
                self.first_comment(part.place.start, after);
            }
            self.block(part, inner, None);
        }
    }

    /// Prints a head alone on its line; what follows has none.
    pub(super) fn split_head(
        &mut self,
        head: &str,
        (indent, inner): (usize, usize),
        (from, start): (usize, usize),
    ) -> &'static str {
        if head.is_empty() {
            self.flush();
        } else {
            self.line(indent, head);
        }
        self.first_comment(from, start);
        self.fresh = true;
        self.comments(start, inner);
        ""
    }

    /// A value that fits on one line.
    pub(super) fn inline(
        &mut self,
        head: &str,
        part: &Part,
        text: &str,
        (indent, inner): (usize, usize),
        split: bool,
        from: usize,
    ) {
        if split {
            self.split_head(head, (indent, inner), (from, part.place.start));
            self.line(inner, text);
        } else {
            self.headed(head, indent, text);
        }
        self.trailing(self.end(part));
    }

    /// Text behind a head on one line.
    pub(super) fn headed(&mut self, head: &str, indent: usize, text: &str) {
        match (head, text) {
            ("", text) => self.line(indent, text),
            (head, "") => self.line(indent, head),
            (head, text) => self.line(indent, &format!("{head} {text}")),
        }
    }

    pub(super) fn scalar(
        &mut self,
        head: &str,
        (part, scalar, text): (&'a Part, &'a Scalar, usize),
        (indent, inner): (usize, usize),
        split: bool,
        from: usize,
    ) {
        let anchor = self.anchor(part);
        let raw = self.source.slice(part.place.clone());
        if is_condition(&self.path)
            && !split
            && part.anchor.is_none()
            && !self.source.is_pinned(&(from..part.place.end))
            && let Some(lines) = self.condition(head, scalar, (indent, inner))
        {
            self.headed(head, indent, lines.first().map_or("", String::as_str));
            // A comment behind the condition goes behind its key: further down it would be text.
            if matches!(scalar.style, Style::Literal | Style::Folded) {
                self.first_comment_on(self.source.line(part.place.start));
            } else {
                self.trailing(part.place.end);
            }
            lines.iter().skip(1).for_each(|line| self.text(inner, line));
            return;
        }
        if part.is_absent() {
            let anchored = anchor.trim_end();
            if !head.is_empty() || !anchored.is_empty() {
                self.headed(head, indent, anchored);
            } else {
                self.flush();
            }
            let known = if head.is_empty() { from + 1 } else { part.place.end };
            self.trailing(part.anchor.as_ref().map_or(known, |anchor| anchor.end));
            return;
        }
        if let Some(text) = scalar::one_line(scalar, raw) {
            return self.inline(head, part, &format!("{anchor}{text}"), (indent, inner), split, from);
        }
        let (head, indent) = if split {
            (self.split_head(head, (indent, inner), (from, part.place.start)), inner)
        } else {
            (head, indent)
        };
        let inner = inner.max(2);
        if matches!(scalar.style, Style::Literal | Style::Folded) {
            let block = scalar::block(self.source.text, scalar, part.place.start, text);
            self.headed(head, indent, &format!("{anchor}{}", block.header));
            self.first_comment_on(self.source.line(part.place.start));
            block.lines.iter().for_each(|line| self.text(inner, line));
            self.keep(block.kept);
        } else {
            let lines = scalar::several_lines(scalar.style, raw);
            for (at, line) in lines.iter().enumerate() {
                match at {
                    0 => self.headed(head, indent, &format!("{anchor}{line}")),
                    _ => self.text(inner, line),
                }
            }
            self.reopen();
            self.trailing(part.place.end);
        }
    }

    /// The lines of a condition: the first goes behind its key. `None` to leave it as it is.
    pub(super) fn condition(
        &self,
        head: &str,
        scalar: &Scalar,
        (indent, inner): (usize, usize),
    ) -> Option<Vec<String>> {
        let condition = condition::read(&scalar.value)?;
        let one = condition.one_line();
        let line = |value: &usize| self.source.line(scalar.map.offset(*value) as usize);
        let first = condition.starts.first().map(line);
        let broken = condition.starts.last().map(line) != first;
        let same_type = match scalar.style {
            Style::Plain => plain_type(&one) == scalar.resolve(),
            _ => plain_type(&one) == ScalarType::String,
        };
        if !same_type {
            return None;
        }
        let plain = is_plain(&one, false);
        let fits = indent + head.chars().count() + 1 + one.chars().count() <= WIDTH;
        if plain && fits && !broken {
            return Some(vec![one]);
        }
        let lines = condition.lines(WIDTH.saturating_sub(inner), broken || (plain && !fits));
        match lines.as_slice() {
            [only] if plain => return Some(vec![only.clone()]),
            _ => {}
        }
        let header = match scalar.style {
            // Who wrote `|` wants the breaks in the text.
            Style::Literal if lines.len() > 1 && scalar.value.ends_with('\n') => "|",
            Style::Literal if lines.len() > 1 => "|-",
            _ => ">-",
        };
        Some(std::iter::once(header.to_owned()).chain(lines).collect())
    }

    /// A collection in brackets on one line of at most `room` characters. `None` when it does not fit.
    pub(super) fn flow(&mut self, part: &'a Part, room: usize) -> Option<String> {
        let mut out = String::new();
        self.flow_into(part, room, &mut out)?;
        (out.len() <= room || out.chars().count() <= room).then_some(out)
    }

    pub(super) fn flow_into(&mut self, part: &'a Part, room: usize, out: &mut String) -> Option<()> {
        // A character has at most four bytes.
        if out.len() / 4 > room {
            return None;
        }
        match &part.kind {
            PartKind::Alias => out.push_str(self.source.slice(part.place.clone())),
            PartKind::Scalar { scalar, .. } => {
                let raw = self.source.slice(part.place.clone());
                let text = self.flow_condition(scalar, part).or_else(|| scalar::one_line(scalar, raw))?;
                out.push_str(&text);
            }
            PartKind::Sequence { items, .. } => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    out.push_str(&self.anchor(item));
                    self.path.push(Step::Item);
                    let done = self.flow_into(item, room, out);
                    self.path.pop();
                    done?;
                }
                out.push(']');
            }
            PartKind::Mapping { entries, .. } => {
                out.push('{');
                for (at, (key, value)) in entries.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    out.push_str(&self.key(key));
                    if value.is_absent() && value.anchor.is_none() {
                        let colon = self.source.byte(self.source.solid(key.place.end)) == Some(b':');
                        out.push_str(if colon { ": " } else { "" });
                        continue;
                    }
                    out.push_str(": ");
                    out.push_str(&self.anchor(value));
                    self.path.push(Step::Key(key.scalar().map_or("", |scalar| scalar.value.as_str())));
                    let done = self.flow_into(value, room, out);
                    self.path.pop();
                    done?;
                }
                out.push('}');
            }
        }
        Some(())
    }

    /// A condition between brackets.
    pub(super) fn flow_condition(&self, scalar: &Scalar, part: &Part) -> Option<String> {
        if !is_condition(&self.path) || part.anchor.is_some() || self.source.is_pinned(&part.place) {
            return None;
        }
        let one = condition::read(&scalar.value)?.one_line();
        match scalar.style {
            Style::Plain => (plain_type(&one) == scalar.resolve()).then_some(one),
            _ if plain_type(&one) != ScalarType::String => None,
            _ if is_plain(&one, true) => Some(one),
            _ => Some(scalar::quoted(&one)),
        }
    }

    /// A stretch of the file as it is written, moved to another column.
    pub(super) fn as_is(&mut self, head: &str, range: Range<usize>, (old, new): (usize, usize), part: &Part) {
        let end = self.end(part).max(range.end);
        let raw = self.source.slice(range.start..end);
        // A value that is left out may stand anywhere below.
        let raw = if self.ends_in_block(part) { raw } else { raw.trim_end_matches([' ', '\t', '\r', '\n']) };
        let moved = |line: &str| {
            let text = line.trim_start_matches(' ');
            let depth = line.len() - text.len();
            if text.is_empty() && depth <= old {
                String::new()
            } else {
                format!("{}{text}", " ".repeat((depth + new).saturating_sub(old).max(new)))
            }
        };
        for (at, line) in scalar::lines_of(raw).into_iter().enumerate() {
            match at {
                0 => self.line(new, &format!("{head}{line}")),
                _ => self.text(0, &moved(line)),
            }
        }
        self.reopen();
        self.pass_comments(end);
        self.trailing(end);
        self.keep(self.extent(part).1);
    }
}
