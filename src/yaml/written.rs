//! A file as it is written: aliases, merge keys and brackets where they stand, nothing resolved.
//!
//! A [`Tree`](super::Tree) says what a file means; whoever lays a file out anew needs what stands in it. Both are made
//! of the same events.

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

use super::cook;
use super::text::View;
use super::tree::{Scalar, Style};
use crate::source::SourceFile;

/// A part of a file: a node with all that is written of it.
#[derive(Debug)]
pub struct Part {
    /// Its bytes: as those of a [`Node`](super::Node), and of an alias the `*name`.
    pub place: Range<usize>,
    /// The bytes of `&name`.
    pub anchor: Option<Range<usize>>,
    /// What it is.
    pub kind: PartKind,
}

/// What a part is.
#[derive(Debug)]
pub enum PartKind {
    /// `*name`
    Alias,
    /// Text, number, boolean or null.
    Scalar {
        /// Its value and style.
        scalar: Scalar,
        /// Of a block scalar, where the first line of its text begins.
        text: usize,
    },
    /// `[…]` or dashes.
    Sequence {
        /// Whether it is written with brackets.
        flow: bool,
        /// Its items.
        items: Vec<Part>,
    },
    /// `{…}` or keys.
    Mapping {
        /// Whether it is written with braces, or is a pair inside brackets.
        flow: bool,
        /// Keys and values, merge keys among them.
        entries: Vec<(Part, Part)>,
    },
}

impl Part {
    /// Where it begins, its anchor included.
    pub fn start(&self) -> usize {
        self.anchor.as_ref().map_or(self.place.start, |anchor| anchor.start.min(self.place.start))
    }

    /// The scalar that it is.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            PartKind::Scalar { scalar, .. } => Some(scalar),
            _ => None,
        }
    }

    /// True for a value that is left out.
    pub fn is_absent(&self) -> bool {
        self.place.is_empty() && self.scalar().is_some_and(|scalar| scalar.style == Style::Plain)
    }

    /// What stands in it, in order.
    pub fn children(&self) -> Vec<&Part> {
        match &self.kind {
            PartKind::Alias | PartKind::Scalar { .. } => Vec::new(),
            PartKind::Sequence { items, .. } => items.iter().collect(),
            PartKind::Mapping { entries, .. } => entries.iter().flat_map(|(k, v)| [k, v]).collect(),
        }
    }
}

/// Reads a file that [`parse`](super::parse) found no fault in: the content of each of its documents. `None` when the
/// parser finds one after all.
pub fn written(file: &SourceFile) -> Option<Vec<Option<Part>>> {
    let view = View::new(file.text(), file.lines());
    let settings = granit_parser::options! {
        strict_indentation: true,
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        emit_comments: false,
    };
    let mut parser = Parser::new_from_str_with_options(view.text, settings);
    let mut reader =
        Reader { view, open: Vec::new(), last_end: 0, documents: Vec::new(), root: None, begun: false };
    while let Some(next) = parser.next() {
        let (event, place) = next.ok()?;
        let range = place.byte_range().unwrap_or(reader.last_end..reader.last_end);
        let anchor = match event.anchor_id() {
            Some(_) if event.is_node() => match parser.next()?.ok()? {
                (Event::Anchor(..), place) => place.byte_range(),
                _ => return None,
            },
            _ => None,
        };
        reader.event(event, range, anchor);
    }
    Some(reader.documents)
}

struct Open {
    anchor: Option<Range<usize>>,
    start: usize,
    flow: bool,
    /// The end of the last thing in it.
    end: usize,
    items: Vec<Part>,
    sequence: bool,
}

struct Reader<'t> {
    view: View<'t>,
    open: Vec<Open>,
    /// The end of the last part or anchor.
    last_end: usize,
    documents: Vec<Option<Part>>,
    root: Option<Part>,
    begun: bool,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>, anchor: Option<Range<usize>>) {
        if let Some(anchor) = &anchor {
            self.last_end = self.last_end.max(anchor.end);
        }
        match event {
            Event::DocumentStart(explicit, _) => {
                self.begun = true;
                if explicit {
                    self.last_end = self.last_end.max(range.end);
                }
            }
            Event::DocumentEnd if std::mem::take(&mut self.begun) => {
                let root = self.root.take();
                self.documents.push(root.filter(|root| !root.is_absent() || root.anchor.is_some()));
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.add(Part { place: range, anchor, kind: PartKind::Alias });
            }
            Event::Scalar(value, style, ..) => self.scalar(&value, style, range, anchor),
            Event::SequenceStart(style, ..) => self.begin(style, range.start, anchor, true),
            Event::MappingStart(style, ..) => self.begin(style, range.start, anchor, false),
            Event::SequenceEnd | Event::MappingEnd => self.close(range.end),
            _ => {}
        }
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, range: Range<usize>, anchor: Option<Range<usize>>) {
        let style = Style::from(style);
        let text = range.start;
        let mut place = match style {
            Style::Literal | Style::Folded => {
                cook::block_range(self.view, self.last_end, range.clone(), value)
            }
            _ => range.clone(),
        };
        if place.is_empty()
            && let Some(at) = self.absent(text)
        {
            place = at..at;
        }
        let value = if place.is_empty() { String::new() } else { value.to_owned() };
        let map = cook::map(self.view.text, style, place.start..range.end.max(place.end), text, &value);
        let kind = PartKind::Scalar { scalar: Scalar { value, style, map }, text };
        self.last_end = self.last_end.max(range.end);
        self.add(Part { place, anchor, kind });
    }

    /// Where a value that is left out would stand, which the parser does not say: behind its colon, or where its key
    /// ends if there is none, or behind its dash. `at` is what the parser gives.
    fn absent(&self, at: usize) -> Option<usize> {
        let open = self.open.last()?;
        match (open.sequence, open.items.len() % 2) {
            (false, 0) => None,
            (false, _) if self.view.byte(at) == Some(b':') => Some(at + 1),
            (false, _) => open.items.last().map(|key| key.place.end),
            (true, _) => self.view.dash_behind(self.last_end).map(|dash| dash + 1),
        }
    }

    fn begin(&mut self, style: StructureStyle, start: usize, anchor: Option<Range<usize>>, sequence: bool) {
        let flow = style == StructureStyle::Flow;
        // Of dashes at the column of their key the parser gives the place behind the first one.
        let start = if sequence && !flow && self.view.byte(start) != Some(b'-') {
            self.view.dash_before(self.last_end, start)
        } else {
            start
        };
        self.last_end = self.last_end.max(start);
        self.open.push(Open { anchor, start, flow, end: start, items: Vec::new(), sequence });
    }

    fn close(&mut self, end: usize) {
        let Some(open) = self.open.pop() else { return };
        // A block ends with its last item; the parser says where the next thing begins.
        let end = if open.flow { end.max(open.end) } else { open.end };
        let mut start = open.start;
        let kind = if open.sequence {
            PartKind::Sequence { flow: open.flow, items: open.items }
        } else {
            if let (false, Some(first)) = (open.flow, open.items.first()) {
                // Before it stand the anchor's line breaks, or the `?` of its first key.
                let first = first.start();
                start = if open.anchor.is_some() { first } else { start.min(first) };
            }
            let mut items = open.items.into_iter();
            let mut entries = Vec::new();
            while let (Some(key), Some(value)) = (items.next(), items.next()) {
                entries.push((key, value));
            }
            PartKind::Mapping { flow: open.flow, entries }
        };
        self.add(Part { place: start..end, anchor: open.anchor, kind });
    }

    fn add(&mut self, part: Part) {
        self.last_end = self.last_end.max(part.place.end);
        match self.open.last_mut() {
            Some(open) => {
                open.end = open.end.max(part.place.end).max(part.anchor.as_ref().map_or(0, |a| a.end));
                open.items.push(part);
            }
            None => self.root = Some(part),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    /// Each part in brackets, with its anchor before it.
    fn shown(text: &str) -> String {
        let mut sources = Sources::new();
        let id = sources.add("a.yaml", text);
        let documents = written(sources.get(id).unwrap()).unwrap();
        let shown: Vec<String> = documents
            .iter()
            .map(|root| root.as_ref().map_or("nothing".to_owned(), |root| one(root, text)))
            .collect();
        shown.join(" / ")
    }

    fn one(part: &Part, text: &str) -> String {
        let anchor = part.anchor.clone().map_or(String::new(), |a| format!("{} ", text.get(a).unwrap()));
        let children: Vec<String> = part.children().into_iter().map(|child| one(child, text)).collect();
        let raw = text.get(part.place.clone()).unwrap();
        let inside = match &part.kind {
            PartKind::Alias => format!("alias {raw}"),
            PartKind::Scalar { .. } => format!("<{raw}>"),
            PartKind::Sequence { flow, .. } => {
                format!(
                    "{} {}({})",
                    if *flow { "flow" } else { "list" },
                    part.place.start,
                    children.join(" ")
                )
            }
            PartKind::Mapping { flow, .. } => {
                format!("{} {}({})", if *flow { "Flow" } else { "map" }, part.place.start, children.join(" "))
            }
        };
        format!("{anchor}{inside}")
    }

    #[test]
    fn nothing_is_resolved() {
        assert_eq!(
            shown("a: &x {b: 1}\nc:\n  <<: *x\n  d: [*x, e]\n"),
            "map 0(<a> &x Flow 6(<b> <1>) <c> map 18(<<<> alias *x <d> flow 30(alias *x <e>)))"
        );
        assert_eq!(shown("a:\n- b\n-\n- &y\n  c:\n"), "map 0(<a> list 3(<b> <> &y map 16(<c> <>)))");
        assert_eq!(shown("&k a: *k\n? b\n: |-\n  c\n"), "map 0(&k <a> alias *k <b> <|-\n  c>)");
        assert_eq!(shown("[a: b, {c}]"), "flow 0(Flow 1(<a> <b>) Flow 7(<c> <>))");
        assert_eq!(shown("---\n---\na\n...\n# b\n"), "nothing / <a>");
        assert_eq!(shown(""), "");
    }
}
