//! A condition: CEL inside a YAML scalar, and other conditions that were put in where it names them.
//!
//! Whoever works with the expression sees one text. Only here is known which bytes of it were written where.

use std::ops::Range;
use std::sync::Arc;

use super::{Data, NamedCondition};
use crate::cel;
use crate::diag::Edit;
use crate::source::Span;
use crate::yaml::{ScalarMap, Style};

/// A condition.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The expression's text, with the conditions that it names put in.
    pub text: Arc<str>,
    /// The scalar that holds it.
    pub span: Span,
    /// Offsets of what was written here to bytes of the file.
    pub map: ScalarMap,
    /// How the scalar is written.
    pub style: Style,
    /// What was put in, in the order of the text; what holds others stands before them.
    pub inlined: Vec<Inlined>,
    /// See [`Router::unknown`](super::Router::unknown): of the object that holds the expression.
    pub unknown: Vec<(String, Data)>,
}

/// A named condition that was put in place of its name.
#[derive(Clone, Debug)]
pub struct Inlined {
    /// What was put in.
    pub named: Arc<NamedCondition>,
    /// Its place in the text, with its parentheses.
    pub outer: Range<u32>,
    /// Its place without them.
    pub inner: Range<u32>,
    /// Where that begins in what was written.
    pub base: u32,
    /// Where its name stood: in what was written where it was put in.
    pub used: cel::Span,
    /// What it was put into; `None` for the condition itself.
    pub parent: Option<usize>,
}

impl Condition {
    /// The bytes of a file for a place in the expression. What was put in as a whole is where its name stands; a part of
    /// it is where that part was written.
    pub fn place(&self, place: cel::Span) -> Span {
        let (level, range) = self.level(place);
        self.written(level, range)
    }

    /// The bytes of the file for a place in the expression, if they are the same bytes: no escape, no fold between, and
    /// nothing that was put in.
    pub fn verbatim(&self, place: cel::Span) -> Option<Span> {
        let span = self.place(place);
        (self.is_written_here(place) && span.len() == (place.end - place.start) as usize).then_some(span)
    }

    /// A change of the expression as a change of the file. None where the expression's bytes are not the file's: a
    /// change across a fold would have to lay the lines out anew. None in what was put in, for others use that too.
    pub fn edit(&self, place: cel::Span, text: &str) -> Option<Edit> {
        let text = self.style.encode(text, place.start == 0)?;
        Some(Edit { span: self.verbatim(place)?, text })
    }

    /// Whether a place lies in what was written here, not in what was put in. What was put in as a whole stands for its
    /// name, which was written here.
    pub fn is_written_here(&self, place: cel::Span) -> bool {
        self.level(place).0.is_none()
    }

    /// The name that stands for a place in the file, if something was put in there as a whole.
    pub fn name_of(&self, place: cel::Span) -> Option<&str> {
        let part = self.inlined.get(self.inlined_at(place.start)?)?;
        let whole = part.inner == (place.start..place.end);
        whole.then(|| &*part.named.name)
    }

    /// The innermost of what was put in that holds a byte of the text.
    pub fn inlined_at(&self, at: u32) -> Option<usize> {
        let mut found = self.inlined.partition_point(|part| part.outer.start <= at).checked_sub(1);
        while let Some(index) = found {
            let part = self.inlined.get(index)?;
            if part.inner.contains(&at) {
                return Some(index);
            }
            found = part.parent;
        }
        None
    }

    /// Where the name stands for which something was put in.
    pub fn name_place(&self, index: usize) -> Option<Span> {
        let part = self.inlined.get(index)?;
        Some(self.source(part.parent).written_at(part.used.start, part.used.end))
    }

    /// The conditions that are named at a place of the file, each once; the first ones where there are many.
    pub fn names_in(&self, span: Span, most: usize) -> Vec<&Arc<NamedCondition>> {
        let mut found: Vec<&Arc<NamedCondition>> = Vec::new();
        for (index, part) in self.inlined.iter().enumerate() {
            if self.name_place(index).is_some_and(|place| span.contains(place))
                && !found.iter().any(|other| Arc::ptr_eq(other, &part.named))
            {
                found.push(&part.named);
            }
            if found.len() == most {
                break;
            }
        }
        found
    }

    /// What is named in this condition itself, and was put in with a place of a file in it.
    pub fn holder_of(&self, span: Span) -> Option<(usize, &Inlined)> {
        let holds = |part: &Inlined| part.named.condition.as_ref().is_some_and(|c| c.span.contains(span));
        let mut index = self.inlined.iter().position(holds)?;
        while let Some(parent) = self.inlined.get(index)?.parent {
            index = parent;
        }
        Some((index, self.inlined.get(index)?))
    }

    /// The innermost of what was put in that holds a place and more, and the place, widened where it is all of something
    /// that was put in.
    fn level(&self, place: cel::Span) -> (Option<usize>, (u32, u32)) {
        let (mut start, mut end) = (place.start, place.end.max(place.start));
        let mut at = self.inlined.partition_point(|part| part.outer.start <= start).checked_sub(1);
        while let Some((index, part)) = at.and_then(|index| Some((index, self.inlined.get(index)?))) {
            let Range { start: from, end: to } = part.inner;
            if from <= start && end <= to {
                if (from, to) != (start, end) {
                    return (Some(index), (start, end));
                }
                (start, end) = (part.outer.start, part.outer.end);
            }
            at = part.parent;
        }
        (None, (start, end))
    }

    /// The bytes of the file for a range that lies within one level.
    fn written(&self, level: Option<usize>, (start, end): (u32, u32)) -> Span {
        let start = self.offset(level, start, false);
        let end = self.offset(level, end, true).max(start);
        self.source(level).written_at(start, end)
    }

    /// What was written at a level.
    fn source(&self, level: Option<usize>) -> &Condition {
        let part = level.and_then(|index| self.inlined.get(index));
        part.and_then(|part| part.named.condition.as_ref()).unwrap_or(self)
    }

    fn written_at(&self, start: u32, end: u32) -> Span {
        self.map.span(self.span.file, start as usize..end as usize)
    }

    /// An offset of the text as one of what was written at a level. Inside of what was put in it is the name's start or
    /// end.
    fn offset(&self, level: Option<usize>, at: u32, is_end: bool) -> u32 {
        let begun = |part: &Inlined| part.outer.start < at || (!is_end && part.outer.start == at);
        let mut last = self.inlined.partition_point(begun).checked_sub(1);
        let before = loop {
            match last.filter(|_| last != level).and_then(|index| self.inlined.get(index)) {
                Some(part) if part.parent != level => last = part.parent,
                found => break found,
            }
        };
        match before {
            Some(part) if at >= part.outer.end => part.used.end + (at - part.outer.end),
            Some(part) if is_end => part.used.end,
            Some(part) => part.used.start,
            None => match level.and_then(|index| self.inlined.get(index)) {
                Some(part) => part.base + at.saturating_sub(part.inner.start),
                None => at,
            },
        }
    }
}
