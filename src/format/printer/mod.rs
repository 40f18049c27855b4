//! From the parts of a file to its lines.
//!
//! In: what is written in a file. Out: its text. It knows no meaning but which values are conditions.

mod trivia;
mod values;

use rustc_hash::FxHashMap;

use super::lines::{Line, join};
use super::places::Step;
use super::proof::Reading;
use super::scalar;
use super::source::Source;
use crate::yaml::{Part, PartKind, Style};

/// The text of a file in its one layout. `None` when it would have more than `limit` bytes.
pub(super) fn print(reading: &Reading<'_>, limit: usize) -> Option<String> {
    let covered = reading.covered();
    let source = Source::new(reading.file, &reading.tree.comments, &covered);
    let mut printer = Printer {
        source: &source,
        lines: Vec::new(),
        next: 0,
        lead: None,
        fresh: true,
        tight: false,
        skip: false,
        path: Vec::new(),
        left: limit,
        blocks: FxHashMap::default(),
    };
    reading.documents.iter().flatten().for_each(|root| printer.measure(root));
    printer.file(&reading.documents);
    let mark = if source.text.starts_with('\u{feff}') { "\u{feff}" } else { "" };
    let first_break = source.text.find('\n').unwrap_or(0);
    let carriage = source.text.get(..first_break).is_some_and(|line| line.ends_with('\r'));
    let text = join(&printer.lines, if carriage { "\r\n" } else { "\n" });
    (printer.left > 0 && text.len() <= limit).then(|| format!("{mark}{text}"))
}

pub(super) struct Printer<'a> {
    pub(super) source: &'a Source<'a>,
    lines: Vec<Line>,
    /// The first comment that is not printed yet.
    next: usize,
    /// What the next line begins with in place of its indentation: dashes.
    pub(super) lead: Option<String>,
    /// Nothing stands in the block yet: no blank line goes before what follows.
    fresh: bool,
    /// A blank line here would become part of a text.
    tight: bool,
    /// The last comment asked to leave alone what follows.
    skip: bool,
    pub(super) path: Vec<Step<'a>>,
    /// How many more bytes there may be.
    left: usize,
    /// Of each block scalar, by its start: where its text ends, and how many blank lines behind it belong to it.
    blocks: FxHashMap<usize, (usize, usize)>,
}

impl<'a> Printer<'a> {
    pub(super) fn file(&mut self, documents: &'a [Option<Part>]) {
        let mut from = 0;
        for root in documents.iter().flatten() {
            self.gap(from, root.start());
            self.fresh |= self.lines.is_empty();
            self.root(root);
            from = self.source.line_end(self.end(root));
        }
        self.gap(from, self.source.text.len());
    }

    pub(super) fn root(&mut self, root: &'a Part) {
        self.comments(root.start(), 0);
        self.blank(root.start());
        // Text that begins as a marker does not stand at the start of a line.
        let indent = match &root.kind {
            PartKind::Scalar { .. } if scalar::is_marker(self.source.slice(root.place.clone())) => 2,
            _ => 0,
        };
        self.value("", root, indent, indent, root.start());
    }

    /// What stands between two documents: comments, directives, markers.
    pub(super) fn gap(&mut self, from: usize, until: usize) {
        let first = if from == 0 { 0 } else { self.source.line(from) + 1 };
        for number in first.. {
            let Some((start, text)) = self.source.numbered(number) else { break };
            let end = start + text.len();
            if start > until {
                break;
            }
            let text = text.trim_start_matches('\u{feff}');
            let start = end - text.len();
            let words = text.trim_matches([' ', '\t']);
            let marker = text.get(..3).filter(|m| matches!(*m, "---" | "..."));
            let rest = words.get(3..).unwrap_or_default();
            if let Some(marker) = marker.filter(|_| rest.is_empty() || rest.starts_with([' ', '\t'])) {
                self.blank(start);
                self.line(0, marker);
                self.trailing(start + 3);
                self.fresh = marker == "---";
            } else if text.starts_with('%') && end <= until {
                self.blank(start);
                self.line(0, words);
                self.pass_comments(end);
            } else if words.starts_with('#') {
                self.comments(end.max(start + 1), 0);
            } else if !words.is_empty() {
                break;
            }
        }
        self.comments(until, 0);
    }

    /// The children of a collection, and the comments at its end. `outer` is the column of what it stands in.
    pub(super) fn block(&mut self, part: &'a Part, indent: usize, outer: Option<usize>) {
        let bracket = matches!(self.source.byte(part.place.start), Some(b'[' | b'{'));
        let flow =
            matches!(part.kind, PartKind::Sequence { flow: true, .. } | PartKind::Mapping { flow: true, .. });
        let mut from = part.place.start.min(part.start());
        if !flow {
            from = part.place.start;
        } else if bracket {
            from = part.place.start + 1;
        }
        match &part.kind {
            PartKind::Sequence { items, .. } => {
                for item in items {
                    let start = self.begin(from, flow);
                    self.item(item, indent, start);
                    from = self.end(item).max(if flow { start } else { start + 1 });
                }
            }
            PartKind::Mapping { entries, .. } => {
                for (key, value) in entries {
                    let start = self.begin(from, flow);
                    self.entry((key, value), indent, start);
                    from = self.end(value).max(self.end(key));
                }
            }
            PartKind::Alias | PartKind::Scalar { .. } => {}
        }
        if flow {
            self.comments(part.place.end, indent);
            self.trailing(part.place.end);
            if let Some(comment) = self.peek(self.source.line_end(part.place.end)) {
                self.comment(&comment, indent);
            }
        } else {
            let column = self.source.column(part.place.start);
            if outer.is_none_or(|outer| column > outer) {
                self.tail(self.end(part), column, indent);
            }
        }
    }

    /// Where the next child begins.
    pub(super) fn begin(&self, from: usize, flow: bool) -> usize {
        let mut at = self.source.solid(from);
        while flow && self.source.byte(at) == Some(b',') {
            at = self.source.solid(at + 1);
        }
        at
    }

    /// Comments behind a block that are indented as it is.
    pub(super) fn tail(&mut self, end: usize, column: usize, indent: usize) {
        let limit = self.source.solid(end);
        while let Some(comment) = self.peek(limit) {
            if !comment.own_line || self.source.column(comment.span.start as usize) < column {
                break;
            }
            self.comment(&comment, indent);
        }
    }

    pub(super) fn entry(&mut self, (key, value): (&'a Part, &'a Part), indent: usize, start: usize) {
        self.comments(start, indent);
        self.blank(start);
        let explicit = self.source.byte(start) == Some(b'?') && key.start() != start;
        let end = self.end(value).max(self.end(key));
        let skip = std::mem::take(&mut self.skip);
        if skip || (explicit && self.source.is_pinned(&(start..end))) {
            return self.as_is("", start..end, (self.source.column(start), indent), value);
        }
        let head = format!("{}:", self.key(key));
        self.path.push(Step::Key(key.scalar().map_or("", |scalar| scalar.value.as_str())));
        self.value(&head, value, indent, indent + 2, start);
        self.path.pop();
    }

    /// A key with its anchor.
    pub(super) fn key(&self, key: &Part) -> String {
        let anchor = self.anchor(key);
        let raw = self.source.slice(key.place.clone());
        match &key.kind {
            PartKind::Scalar { scalar, .. } => format!("{anchor}{}", scalar::key(scalar, raw)),
            // The colon would be taken for a part of the name.
            _ => format!("{anchor}{raw} "),
        }
    }

    /// `&name ` or nothing.
    pub(super) fn anchor(&self, part: &Part) -> String {
        part.anchor.clone().map_or(String::new(), |place| format!("{} ", self.source.slice(place)))
    }

    pub(super) fn item(&mut self, item: &'a Part, indent: usize, start: usize) {
        self.comments(start, indent);
        self.blank(start);
        let end = self.end(item);
        if std::mem::take(&mut self.skip) {
            return self.as_is("", start..end.max(start + 1), (self.source.column(start), indent), item);
        }
        let before = self.lead.take().unwrap_or_else(|| " ".repeat(indent));
        self.lead = Some(before + "- ");
        self.path.push(Step::Item);
        self.value("", item, indent, indent + 2, start);
        self.path.pop();
        self.flush();
    }

    /// A value behind its key (`head`) or its dash (the lead), which stands at `from`; what does not go on the same
    /// line is indented by `inner`.
    pub(super) fn value(&mut self, head: &str, part: &'a Part, indent: usize, inner: usize, from: usize) {
        let start = part.place.start.max(from);
        let range = from..start;
        let apart = self.source.line(from) != self.source.line(start) && self.source.is_pinned(&range);
        let split = !part.is_absent() && (self.peek(start).is_some() || apart);
        match &part.kind {
            PartKind::Sequence { flow: false, .. } | PartKind::Mapping { flow: false, .. } => {
                let anchor = self.anchor(part);
                self.opener(head, anchor.trim_end(), indent, split, (from, start));
                self.comments(start, inner);
                let outer = (inner > 0).then(|| self.source.column(from));
                self.block(part, inner, outer);
            }
            PartKind::Sequence { .. } | PartKind::Mapping { .. } => {
                self.brackets(head, part, (indent, inner), split, from);
            }
            PartKind::Alias => {
                let text = self.anchor(part) + self.source.slice(part.place.clone());
                self.inline(head, part, &text, (indent, inner), split, from);
            }
            PartKind::Scalar { scalar, text } => {
                self.scalar(head, (part, scalar, *text), (indent, inner), split, from);
            }
        }
    }

    /// The line above a block: its key, or its dash where something stands between the two.
    pub(super) fn opener(
        &mut self,
        head: &str,
        anchor: &str,
        indent: usize,
        split: bool,
        (from, start): (usize, usize),
    ) {
        if head.is_empty() && anchor.is_empty() && !split {
            return;
        }
        let text = [head, anchor].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            self.flush();
        } else {
            self.line(indent, &text);
        }
        self.first_comment(from, start);
        self.fresh = true;
    }

    /// A comment on the line where something begins that goes on below.
    pub(super) fn first_comment(&mut self, from: usize, until: usize) {
        if let Some(comment) = self.peek(until)
            && !comment.own_line
            && comment.span.start as usize >= from
        {
            self.attach(&comment);
        }
    }

    /// Notes where the block scalars of a part end.
    pub(super) fn measure(&mut self, part: &Part) {
        if let PartKind::Scalar { scalar, text } = &part.kind
            && matches!(scalar.style, Style::Literal | Style::Folded)
        {
            let block = scalar::block(self.source.text, scalar, part.place.start, *text);
            self.blocks.insert(part.place.start, (block.end, block.kept));
        }
        part.children().into_iter().for_each(|child| self.measure(child));
    }

    /// Where all of a part ends, and how many blank lines behind it belong to a text at its end.
    pub(super) fn extent(&self, part: &Part) -> (usize, usize) {
        let own = part.anchor.as_ref().map_or(0, |anchor| anchor.end).max(part.place.end);
        let last = match &part.kind {
            PartKind::Scalar { .. } => self.blocks.get(&part.place.start).copied(),
            PartKind::Sequence { flow: false, items } => items.last().map(|last| self.extent(last)),
            PartKind::Mapping { flow: false, entries } => entries.last().map(|(_, last)| self.extent(last)),
            _ => None,
        };
        last.map_or((own, 0), |(end, kept)| (end.max(own), kept))
    }

    /// True when a block scalar is the last thing in a part.
    pub(super) fn ends_in_block(&self, part: &Part) -> bool {
        match &part.kind {
            PartKind::Scalar { .. } => self.blocks.contains_key(&part.place.start),
            PartKind::Sequence { flow: false, items } => {
                items.last().is_some_and(|last| self.ends_in_block(last))
            }
            PartKind::Mapping { flow: false, entries } => {
                entries.last().is_some_and(|(_, last)| self.ends_in_block(last))
            }
            _ => false,
        }
    }

    pub(super) fn end(&self, part: &Part) -> usize {
        self.extent(part).0
    }

    pub(super) fn keep(&mut self, blanks: usize) {
        for _ in 0..blanks {
            self.text(0, "");
        }
        self.tight = blanks > 0;
    }
}
