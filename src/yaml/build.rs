//! Events of the parser to the tree, as far as they reach.

use std::ops::Range;
use std::sync::Arc;

use granit_parser::{ErrorKind, Event, Parser, StructureStyle};
use rustc_hash::FxHashMap;

use super::comments::Comments;
use super::entries::{self, Settled, settle};
use super::expression::{self, Verdict};
use super::text::View;
use super::tree::{Anchored, Comment, Document, Entry, Kind, Node, Scalar, Style};
use super::{Options, cook, errors};
use crate::diag::{Diagnostic, Fix};
use crate::source::{FileId, Span};

/// Findings about what can be parsed after which no more are noted.
const MOST_FINDINGS: usize = 100;

/// What one run of the parser over a text gave.
pub(super) struct Built {
    /// Documents, the last one cut short where reading stopped.
    pub(super) documents: Vec<Document>,
    /// Comments, in order.
    pub(super) comments: Vec<Comment>,
    /// What is wrong with what could be parsed.
    pub(super) found: Vec<Diagnostic>,
    /// Text that YAML reads without complaint, but not as its author means it: to be painted over and read again.
    pub(super) misread: Vec<(Diagnostic, Range<usize>)>,
    /// Why reading stopped early.
    pub(super) stop: Option<Stop>,
}

/// Why reading stopped before the end.
pub(super) enum Stop {
    /// The parser stopped.
    Syntax {
        /// Its reason.
        kind: ErrorKind,
        /// The byte it gives.
        at: usize,
        /// From here on nothing is known from events: the outermost open flow collection, or the end of the last node.
        known: usize,
    },
    /// A bound was reached. There is no going on.
    Bound(Box<Diagnostic>),
}

/// A collection that is not yet closed.
struct Frame {
    kind: Open,
    start: usize,
    flow: bool,
    anchored: Option<Box<Anchored>>,
    anchor: usize,
    /// Nodes in it so far, aliases expanded; itself included.
    size: usize,
    /// Levels below it.
    height: usize,
    /// End of the last thing in it.
    end: usize,
}

enum Open {
    Sequence(Vec<Arc<Node>>),
    Mapping { entries: Vec<Entry>, key: Option<Arc<Node>> },
}

/// A finished node with what is needed to count it.
#[derive(Clone)]
struct Done {
    node: Arc<Node>,
    size: usize,
    height: usize,
}

struct Builder<'t> {
    file: FileId,
    view: View<'t>,
    /// Stretches that were painted over, in order: what lies in them is broken.
    painted: &'t [Range<usize>],
    /// Length of the file; the text may be longer by closing brackets that were added.
    length: usize,
    options: &'t Options,
    frames: Vec<Frame>,
    anchors: FxHashMap<usize, Option<Done>>,
    names: FxHashMap<usize, String>,
    nodes: usize,
    expanded: usize,
    /// End of the last node, tag or anchor.
    last_end: usize,
    root: Option<Arc<Node>>,
    document: Option<usize>,
    damaged: bool,
    comments: Comments<'t>,
    out: Built,
}

type Step = Result<(), Stop>;

/// Parses a text.
pub(super) fn build(
    file: FileId,
    view: View<'_>,
    length: usize,
    painted: &[Range<usize>],
    options: &Options,
) -> Built {
    let settings = granit_parser::options! {
        strict_indentation: true,
        emit_comments: false,
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        // The builder counts both kinds together and stops one level sooner.
        flow_nesting_limit: options.limits.depth.saturating_add(1),
        block_nesting_limit: options.limits.depth.saturating_add(1),
    };
    let mut builder = Builder {
        file,
        view,
        painted,
        length,
        options,
        frames: Vec::new(),
        anchors: FxHashMap::default(),
        names: FxHashMap::default(),
        nodes: 0,
        expanded: 0,
        last_end: 0,
        root: None,
        document: None,
        damaged: false,
        comments: Comments::new(file, view, length),
        out: Built {
            documents: Vec::new(),
            comments: Vec::new(),
            found: Vec::new(),
            misread: Vec::new(),
            stop: None,
        },
    };
    let mut parser = Parser::new_from_str_with_options(view.text, settings);
    let mut known = length;
    if let Err(stop) = builder.run(&mut parser) {
        known = match stop {
            Stop::Syntax { at, .. } => at.min(length),
            Stop::Bound(_) => builder.last_end,
        };
        builder.cut();
        builder.out.stop = Some(stop);
    }
    builder.out.comments = builder.comments.finish(known);
    builder.out
}

impl<'t> Builder<'t> {
    fn run(&mut self, parser: &mut Parser<'t, granit_parser::StrInput<'t>>) -> Step {
        while let Some(next) = parser.next() {
            let (event, place) = match next {
                Ok(event) => event,
                Err(error) => {
                    let at = error.marker().byte_offset().unwrap_or(self.last_end);
                    if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
                        return Err(self.too_deep(at));
                    }
                    let outer = self.frames.iter().find(|f| f.flow).map(|f| f.start);
                    let known = outer.unwrap_or(self.last_end);
                    return Err(Stop::Syntax { kind: error.kind().clone(), at, known });
                }
            };
            let range = place.byte_range().unwrap_or(self.last_end..self.last_end);
            // An anchor's name comes as an event of its own right behind the node.
            let anchor = match event.anchor_id() {
                Some(id) if event.is_node() => self.anchor(id, parser),
                _ => None,
            };
            let tag = place.tag_span().and_then(|t| t.byte_range());
            self.event(event, range, anchor, tag)?;
        }
        Ok(())
    }

    fn anchor(
        &mut self,
        id: usize,
        parser: &mut Parser<'t, granit_parser::StrInput<'t>>,
    ) -> Option<(usize, String, Range<usize>)> {
        let Some(Ok((Event::Anchor(_, name), place))) = parser.next() else { return None };
        self.names.insert(id, name.to_string());
        self.anchors.insert(id, None);
        Some((id, name.into_owned(), place.byte_range()?))
    }

    fn event(
        &mut self,
        event: Event<'_>,
        range: Range<usize>,
        anchor: Option<(usize, String, Range<usize>)>,
        tag: Option<Range<usize>>,
    ) -> Step {
        match event {
            Event::DocumentStart(explicit, version) => {
                if let Some(version) = version
                    && (version.major, version.minor) != (1, 2)
                {
                    let above = self.view.slice(0..range.start);
                    let line = self.view.line(above.rfind("%YAML").unwrap_or(0));
                    self.found(errors::yaml_version(self.span(line.range), version.major, version.minor));
                }
                let start = match self.out.documents.last() {
                    _ if explicit => range.end,
                    Some(last) => (last.span.end as usize).max(self.last_end),
                    None => 0,
                };
                self.document = Some(start);
                self.last_end = self.last_end.max(start);
            }
            Event::DocumentEnd => self.end_document(range.start),
            Event::Alias(id) => self.alias(id, range)?,
            Event::UnresolvedAlias(name) => {
                self.found(errors::unknown_alias(self.span(range.clone()), &name));
                self.count(range.start)?;
                self.broken(range);
            }
            Event::Scalar(value, style, _, _) => {
                self.count(range.start)?;
                let id = anchor.as_ref().map_or(0, |(id, ..)| *id);
                let anchored = self.anchored(anchor, tag);
                let style = Style::from(style);
                self.comments.scalar(&range, style, &value);
                let node = self.scalar(&value, style, range.clone(), anchored);
                self.last_end = range.end.max(self.last_end);
                let done = Done { node: Arc::new(node), size: 1, height: 0 };
                self.finished(id, &done);
                self.add(done, None);
            }
            Event::SequenceStart(style, ..) => self.open(style, range, anchor, tag, true)?,
            Event::MappingStart(style, ..) => self.open(style, range, anchor, tag, false)?,
            Event::SequenceEnd | Event::MappingEnd => self.close(range.end),
            _ => {}
        }
        Ok(())
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range.start.min(self.length), range.end.min(self.length))
    }

    fn found(&mut self, diagnostic: Diagnostic) {
        self.damaged |= diagnostic.severity == crate::diag::Severity::Error;
        match self.out.found.len().cmp(&(MOST_FINDINGS - 1)) {
            std::cmp::Ordering::Less => self.out.found.push(diagnostic),
            std::cmp::Ordering::Equal => {
                self.out.found.push(diagnostic.note(errors::more_findings(MOST_FINDINGS)));
            }
            std::cmp::Ordering::Greater => {}
        }
    }

    fn is_painted(&self, range: &Range<usize>) -> bool {
        let next = self.painted.partition_point(|p| p.end <= range.start);
        self.painted.get(next).is_some_and(|p| p.start < range.end)
    }

    /// True when there is no value at this place because it was painted over.
    fn was_painted_away(&self, at: usize) -> bool {
        if self.painted.is_empty() {
            return false;
        }
        let rest = self.view.text.get(at..).unwrap_or_default();
        let rest = rest.strip_prefix(':').unwrap_or(rest);
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
        self.is_painted(&(at..at + 1 + blank))
    }

    /// Counts a node as written and as expanded.
    fn count(&mut self, at: usize) -> Step {
        self.nodes += 1;
        if self.nodes > self.options.limits.nodes {
            let span = self.span(at..at);
            return Err(Stop::Bound(Box::new(errors::too_many_nodes(span, self.options.limits.nodes))));
        }
        self.expand(1, at..at)
    }

    fn expand(&mut self, by: usize, asked: Range<usize>) -> Step {
        self.expanded = self.expanded.saturating_add(by);
        if self.expanded > self.options.limits.expanded {
            let bound = self.options.limits.expanded;
            return Err(Stop::Bound(Box::new(errors::too_many_expanded(self.span(asked), bound))));
        }
        Ok(())
    }

    fn too_deep(&self, at: usize) -> Stop {
        Stop::Bound(Box::new(errors::too_deep(self.span(at..at + 1), self.options.limits.depth)))
    }

    fn anchored(
        &mut self,
        anchor: Option<(usize, String, Range<usize>)>,
        tag: Option<Range<usize>>,
    ) -> Option<Box<Anchored>> {
        if anchor.is_none() && tag.is_none() {
            return None;
        }
        let anchor = anchor.map(|(_, name, range)| {
            self.last_end = self.last_end.max(range.end);
            (name, self.span(range))
        });
        let tag = tag.map(|range| {
            self.last_end = self.last_end.max(range.end);
            (self.view.slice(range.clone()).to_owned(), self.span(range))
        });
        Some(Box::new(Anchored { anchor, tag }))
    }

    fn scalar(
        &mut self,
        value: &str,
        style: Style,
        range: Range<usize>,
        anchored: Option<Box<Anchored>>,
    ) -> Node {
        let Range { start: content, end: text_end } = range;
        let range = match style {
            Style::Literal | Style::Folded => cook::block_range(self.view, self.last_end, range, value),
            _ => range,
        };
        if self.is_painted(&range) || (range.is_empty() && self.was_painted_away(range.end)) {
            self.damaged = true;
            return Node { span: self.span(range), kind: Kind::Broken, anchored };
        }
        // The parser calls a value that is left out `~`, and places it before the colon.
        let is_value =
            matches!(self.frames.last(), Some(Frame { kind: Open::Mapping { key: Some(_), .. }, .. }));
        let (range, content) = match self.view.byte(content) {
            Some(b':') if range.is_empty() && is_value => (content + 1..content + 1, content + 1),
            _ => (range, content),
        };
        let value = if range.is_empty() { "" } else { value };
        let mut text = range.start..text_end.max(range.end);
        let unpainted;
        let value = if text.end > range.end && self.is_painted(&(range.end..text.end)) {
            // Lines below a block scalar that were painted over look like more of it.
            text.end = range.end;
            let strip = self.view.slice(range.start..content).lines().next().is_some_and(|l| l.contains('-'));
            unpainted = format!("{}{}", value.trim_end(), if strip { "" } else { "\n" });
            &unpainted
        } else {
            value
        };
        let mut map = cook::map(self.view.text, style, text, content, value);
        for run in map.runs_mut() {
            // A value that is left out may stand before a bracket that was added.
            run.file = run.file.min(u32::try_from(self.length).unwrap_or(u32::MAX));
        }
        let scalar = Scalar { value: value.to_owned(), style, map };
        Node { span: self.span(range), kind: Kind::Scalar(scalar), anchored }
    }

    fn broken(&mut self, range: Range<usize>) {
        self.last_end = self.last_end.max(range.end);
        let node = Node { span: self.span(range.clone()), kind: Kind::Broken, anchored: None };
        let alias = Some(self.span(range));
        self.add(Done { node: Arc::new(node), size: 1, height: 0 }, alias);
    }

    fn alias(&mut self, id: usize, range: Range<usize>) -> Step {
        let Some(Some(done)) = self.anchors.get(&id).cloned() else {
            let name = self.names.get(&id).cloned().unwrap_or_default();
            self.found(errors::recursive_alias(self.span(range.clone()), &name));
            self.count(range.start)?;
            self.broken(range);
            return Ok(());
        };
        self.count(range.start)?;
        self.expand(done.size - 1, range.clone())?;
        if self.frames.len() + done.height > self.options.limits.depth {
            return Err(self.too_deep(range.start));
        }
        self.last_end = self.last_end.max(range.end);
        let asked = self.span(range);
        self.add(done, Some(asked));
        Ok(())
    }

    fn finished(&mut self, anchor: usize, done: &Done) {
        if anchor != 0 {
            self.anchors.insert(anchor, Some(done.clone()));
        }
    }

    fn open(
        &mut self,
        style: StructureStyle,
        range: Range<usize>,
        anchor: Option<(usize, String, Range<usize>)>,
        tag: Option<Range<usize>>,
        sequence: bool,
    ) -> Step {
        self.count(range.start)?;
        if self.frames.len() >= self.options.limits.depth {
            return Err(self.too_deep(range.start));
        }
        let flow = style == StructureStyle::Flow;
        let id = anchor.as_ref().map_or(0, |(id, ..)| *id);
        let anchored = self.anchored(anchor, tag);
        // Of dashes at the column of their key the parser gives the place behind the first one.
        let start = if sequence && !flow && self.view.byte(range.start) != Some(b'-') {
            self.view.dash_before(self.last_end, range.start)
        } else {
            range.start
        };
        self.last_end = self.last_end.max(start);
        let kind = if sequence {
            Open::Sequence(Vec::new())
        } else {
            Open::Mapping { entries: Vec::new(), key: None }
        };
        let end = range.end;
        self.frames.push(Frame { kind, start, flow, anchored, anchor: id, size: 1, height: 0, end });
        Ok(())
    }

    fn close(&mut self, end: usize) {
        let Some(frame) = self.frames.pop() else { return };
        // A block ends with its last item; the parser says where the next thing begins.
        let end = if frame.flow { end.max(frame.end) } else { frame.end };
        let kind = match frame.kind {
            Open::Sequence(items) => Kind::Sequence(items),
            Open::Mapping { mut entries, key } => {
                if let Some(key) = key {
                    // Reading stopped between a key and its value.
                    let value = Node {
                        span: Span { start: key.span.end, ..key.span },
                        kind: Kind::Broken,
                        anchored: None,
                    };
                    entries.push(Entry { key, value: Arc::new(value), merged: false, alias: None });
                }
                let is_item =
                    matches!(self.frames.last(), Some(Frame { kind: Open::Sequence(_), flow: false, .. }));
                if is_item
                    && !frame.flow
                    && let Some(at) = entries::repeated(&entries)
                {
                    let again = entries.split_off(at);
                    if let (Some(first), Some(again)) = (entries.first(), again.first()) {
                        let start = again.key.span.start as usize;
                        let dash = start.saturating_sub(2)..start;
                        let fix = (self.view.slice(dash.clone()) == "  ")
                            .then(|| Fix::unsafe_("begin a new item", self.span(dash), "- "));
                        let diagnostic = errors::item_without_dash(&first.key, &again.key, fix);
                        self.found(diagnostic);
                    }
                }
                // What merge keys bring in has been counted where it was asked for.
                let Settled { entries, found, damaged } = settle(entries);
                self.damaged |= damaged;
                found.into_iter().for_each(|d| self.found(d));
                Kind::Mapping(entries)
            }
        };
        let node = Node { span: self.span(frame.start..end), kind, anchored: frame.anchored };
        self.last_end = self.last_end.max(end);
        let done = Done { node: Arc::new(node), size: frame.size, height: frame.height + 1 };
        self.finished(frame.anchor, &done);
        self.add(done, None);
    }

    /// Puts a finished node where it belongs.
    fn add(&mut self, mut done: Done, alias: Option<Span>) {
        self.damaged |= done.node.is_broken();
        let is_value =
            matches!(self.frames.last(), Some(Frame { kind: Open::Mapping { key: Some(_), .. }, .. }));
        if is_value {
            if let Some(broken) = self.inspected(&done.node, alias) {
                done.node = broken;
            }
        } else if alias.is_none() {
            self.tag_of(&done.node);
        }
        if alias.is_none() && has_tag(&done.node) && matches!(done.node.kind, Kind::Scalar(_)) {
            // What a tag would have made of it is not known.
            done.node = broken_like(&done.node);
        }
        let end = alias.unwrap_or(done.node.span).end as usize;
        let Some(frame) = self.frames.last_mut() else {
            let empty = done.node.span.is_empty() && done.node.is_null() && done.node.anchored.is_none();
            self.root = (!empty).then_some(done.node);
            return;
        };
        frame.size = frame.size.saturating_add(done.size);
        frame.height = frame.height.max(done.height);
        frame.end = frame.end.max(end);
        match &mut frame.kind {
            Open::Sequence(items) => items.push(done.node),
            Open::Mapping { entries, key } => match key.take() {
                None => {
                    if entries.is_empty() && !frame.flow && frame.anchored.is_some() {
                        frame.start = done.node.span.start as usize;
                    }
                    *key = Some(done.node);
                }
                Some(key) => entries.push(Entry { key, value: done.node, merged: false, alias }),
            },
        }
    }

    fn tag_of(&mut self, node: &Node) {
        if let Some((tag, span)) = node.anchored.as_ref().and_then(|a| a.tag.as_ref()) {
            self.found(errors::tag(*span, tag, node));
        }
    }

    /// The broken node that stands for a value if it is an expression of which YAML took a part.
    fn inspected(&mut self, node: &Node, alias: Option<Span>) -> Option<Arc<Node>> {
        let Some(Frame { kind: Open::Mapping { key: Some(key), .. }, flow, .. }) = self.frames.last() else {
            return None;
        };
        let top = match self.frames.as_slice() {
            [Frame { kind: Open::Mapping { key: Some(top), .. }, .. }, _] => top.as_str(),
            _ => None,
        };
        let is_expression = self.options.is_expression(key.text(), top);
        if alias.is_some() {
            return None;
        }
        if !is_expression {
            self.tag_of(node);
            return None;
        }
        match expression::inspect(self.view, key, node, *flow) {
            Verdict::Whole => None,
            Verdict::Eaten(diagnostic) => {
                self.found(*diagnostic);
                Some(broken_like(node))
            }
            Verdict::Misread(diagnostic, range) => {
                self.damaged = true;
                if self.out.misread.len() < self.options.limits.errors {
                    self.out.misread.push((*diagnostic, range));
                }
                Some(broken_like(node))
            }
        }
    }

    fn end_document(&mut self, end: usize) {
        let Some(start) = self.document.take() else { return };
        let end = end.max(start);
        let damaged = std::mem::take(&mut self.damaged) || self.is_painted(&(start..end));
        let span = self.span(start..end);
        let unread =
            self.painted.iter().filter(|p| start <= p.start && p.start < end).map(|p| self.span(p.clone()));
        let unread = unread.collect();
        self.out.documents.push(Document { span, root: self.root.take(), damaged, unread });
        self.anchors.clear();
        self.names.clear();
        self.last_end = self.last_end.max(end);
    }

    /// Closes everything where reading stopped.
    fn cut(&mut self) {
        self.damaged = true;
        while !self.frames.is_empty() {
            self.close(self.last_end);
        }
        self.damaged = true;
        self.document.get_or_insert(self.last_end);
        self.end_document(self.length);
    }
}

fn has_tag(node: &Node) -> bool {
    node.anchored.as_ref().is_some_and(|a| a.tag.is_some())
}

fn broken_like(node: &Node) -> Arc<Node> {
    Arc::new(Node { span: node.span, kind: Kind::Broken, anchored: None })
}
