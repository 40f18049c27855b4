//! The lines of a file that a finding speaks of, ready to be drawn.
//!
//! An [`Excerpt`] is a text of its own: windows of a few lines each, long lines cut around what is marked, tabs and
//! hidden characters spelt out, so that whoever draws it may count columns naively. Its marks are ranges of that
//! text and remember where they stand in the user's file. Marks that could not be underlined on one line, because
//! they overlap or lie too far apart, get windows of their own.

use std::ops::Range;

use super::escape;
use crate::diag::Diagnostic;
use crate::source::{Position, SourceFile, Sources, Span};

/// A mark over more lines than this is drawn on its first line only.
const TALL: usize = 6;
/// More places than this are counted, not drawn.
const PLACES: usize = 10;
const TAB: usize = 4;
/// Enough of a secret to find it by.
const SHOWN_OF_SECRET: usize = 6;

/// What to draw.
#[derive(Debug, Default)]
pub(super) struct Excerpt {
    /// The lines of all windows, each ended by a line feed.
    pub(super) text: String,
    /// First the one that holds the primary mark, then by file and line.
    pub(super) windows: Vec<Window>,
    /// Where to underline.
    pub(super) marks: Vec<Mark>,
    /// How many places were left out.
    pub(super) omitted: usize,
    dots: &'static str,
    /// Bytes of a file that are not to be read.
    secret: Option<Span>,
}

/// Consecutive lines of one file.
#[derive(Debug)]
pub(super) struct Window {
    /// Name of the file, escaped.
    pub(super) name: String,
    /// The first line, from 0.
    pub(super) line: usize,
    /// How many lines.
    pub(super) lines: usize,
    /// Their bytes in the excerpt.
    pub(super) range: Range<usize>,
}

/// Text to underline.
#[derive(Debug)]
pub(super) struct Mark {
    /// Its bytes in the excerpt.
    pub(super) range: Range<usize>,
    /// Where it begins in the user's file.
    pub(super) position: Position,
    /// True for the finding's own span.
    pub(super) primary: bool,
    /// What stands beside it, escaped; may be empty.
    pub(super) words: String,
}

/// A mark before layout: bytes and lines (from 0, the last one included) in its file.
struct Piece<'a> {
    file: &'a SourceFile,
    bytes: Range<usize>,
    lines: (usize, usize),
    words: &'a str,
    primary: bool,
}

impl Excerpt {
    /// Lays out the spans of a finding in lines of at most `width` columns.
    /// `dots` stands where a line was cut.
    pub(super) fn new(sources: &Sources, d: &Diagnostic, width: usize, dots: &'static str) -> Self {
        let mut pieces: Vec<Piece<'_>> = Vec::new();
        let others = d.labels.iter().map(|l| (l.span, l.message.as_str(), false));
        for (span, words, primary) in std::iter::once((d.span, d.label.as_str(), true)).chain(others) {
            pieces.extend(Piece::new(sources, span, words, primary));
        }
        let omitted = pieces.len().saturating_sub(PLACES);
        pieces.truncate(PLACES);

        let secret = d.secret.then_some(d.span);
        let mut excerpt = Self { omitted, dots, secret, ..Self::default() };
        for window in windows(pieces, width) {
            excerpt.push_window(&window, width);
        }
        excerpt
    }

    fn push_window(&mut self, pieces: &[Piece<'_>], width: usize) {
        let Some(first) = pieces.first() else { return };
        let file = first.file;
        let top = pieces.iter().map(|p| p.lines.0).min().unwrap_or(0).saturating_sub(1);
        let bottom = pieces.iter().map(|p| p.lines.1).max().unwrap_or(0);
        let bottom = (bottom + 1).min(last_line(file)).max(bottom);
        let begin = self.text.len();

        // Every end of a mark, with where it comes to lie in the excerpt once its line is written.
        let mut ends: Vec<(usize, usize)> = Vec::new();
        for line in top..=bottom {
            let (start, text) = line_text(file, line);
            let here = start..start + text.len();
            let mut points: Vec<usize> = pieces
                .iter()
                .flat_map(|p| [p.bytes.start, p.bytes.end])
                .filter(|at| here.contains(at) || *at == here.end)
                .map(|at| at - start)
                .collect();
            points.sort_unstable();
            points.dedup();
            let focus = points.first().copied().unwrap_or(0)..points.last().copied().unwrap_or(0);
            let shown = cut(text, focus, width);
            let hidden = self.secret.filter(|span| span.file == file.id());
            let hidden = hidden.map(|span| span.start as usize + SHOWN_OF_SECRET..span.end as usize);
            for (point, place) in self.push_line(text, shown, start, &points, hidden.unwrap_or_default()) {
                ends.push((point + start, place));
            }
        }

        let place = |at: usize| ends.iter().find(|(end, _)| *end == at).map_or(begin, |(_, place)| *place);
        for piece in pieces {
            let from = place(piece.bytes.start);
            self.marks.push(Mark {
                range: from..place(piece.bytes.end).max(from),
                position: file.position(u32::try_from(piece.bytes.start).unwrap_or(u32::MAX)),
                primary: piece.primary,
                words: escape::line(piece.words).into_owned(),
            });
        }
        self.windows.push(Window {
            name: escape::line(file.name()).into_owned(),
            line: top,
            lines: bottom - top + 1,
            range: begin..self.text.len(),
        });
    }

    /// Writes the bytes `shown` of a line, those of `hidden` masked, and answers where `points`, bytes of the line in rising order, came to lie.
    fn push_line(
        &mut self,
        line: &str,
        shown: Range<usize>,
        start: usize,
        points: &[usize],
        hidden: Range<usize>,
    ) -> Vec<(usize, usize)> {
        let mut placed = Vec::with_capacity(points.len());
        let mut points = points.iter().copied().peekable();
        let begin = self.text.len();
        if shown.start > 0 {
            self.text.push_str(self.dots);
        }
        for (i, c) in line.get(shown.clone()).unwrap_or_default().char_indices() {
            while let Some(point) = points.next_if(|p| *p <= shown.start + i) {
                placed.push((point, self.text.len()));
            }
            match c {
                _ if hidden.contains(&(start + shown.start + i)) => self.text.push('*'),
                '\t' => {
                    let column = self.text.get(begin..).map_or(0, |t| t.chars().count());
                    self.text.extend(std::iter::repeat_n(' ', TAB - column % TAB));
                }
                // A byte order mark is no part of the text.
                '\u{feff}' if start + shown.start + i == 0 => {}
                _ => escape::push(&mut self.text, c),
            }
        }
        placed.extend(points.map(|point| (point, self.text.len())));
        if shown.end < line.len() {
            self.text.push_str(self.dots);
        }
        self.text.push('\n');
        placed
    }
}

impl<'a> Piece<'a> {
    /// `None` when the span's file is unknown.
    fn new(sources: &'a Sources, span: Span, words: &'a str, primary: bool) -> Option<Self> {
        let file = sources.get(span.file)?;
        let text: &'a str = file.text();
        let start = floor(text, span.start as usize);
        let end = floor(text, span.end as usize).max(start);
        let covered = text.get(start..end).unwrap_or_default();
        // The line breaks at the end of a block scalar or a collection are nothing to look at.
        let kept = if covered.contains(['\n', '\r']) { covered.trim_end() } else { covered };
        let line = |at: usize| file.lines().line_of(u32::try_from(at).unwrap_or(u32::MAX));
        let (first, last) = (line(start), line(start + kept.len()));
        let (begin, head) = line_text(file, first);
        let head_end = begin + head.len();
        let (end, last) = if last == first || last - first >= TALL {
            ((start + kept.len()).min(head_end), first)
        } else {
            (start + kept.len(), last)
        };
        // A place inside a line break is the end of its line.
        let start = start.min(head_end);
        Some(Self { file, bytes: start..end.max(start), lines: (first, last), words, primary })
    }

    /// True when both can be underlined in one window.
    fn fits(&self, other: &Self, width: usize) -> bool {
        let single = |p: &Self| p.lines.0 == p.lines.1;
        if !single(self) || !single(other) || self.lines.0 != other.lines.0 {
            return true;
        }
        let (left, right) = if self.bytes.start <= other.bytes.start { (self, other) } else { (other, self) };
        // An empty mark takes a column.
        let apart = left.bytes.end.max(left.bytes.start + 1) <= right.bytes.start;
        let whole = left.bytes.start..right.bytes.end;
        apart && whole.len() <= 4 * width && self.file.text().get(whole).is_some_and(|t| columns(t) <= width)
    }
}

/// Puts marks together that can share a window, the one with the primary mark first.
fn windows(pieces: Vec<Piece<'_>>, width: usize) -> Vec<Vec<Piece<'_>>> {
    let mut layers: Vec<Vec<Piece<'_>>> = Vec::new();
    for piece in pieces {
        let room = layers
            .iter_mut()
            .find(|layer| layer.iter().all(|p| p.file.id() == piece.file.id() && p.fits(&piece, width)));
        match room {
            Some(layer) => layer.push(piece),
            None => layers.push(vec![piece]),
        }
    }
    let mut windows: Vec<Vec<Piece<'_>>> = Vec::new();
    for mut layer in layers {
        layer.sort_by_key(|p| p.lines);
        let mut bottom = None;
        for piece in layer {
            let last = piece.lines.1;
            match windows.last_mut() {
                // With a line around each, a gap of two lines closes.
                Some(window) if bottom.is_some_and(|b| piece.lines.0 <= b + 3) => window.push(piece),
                _ => windows.push(vec![piece]),
            }
            bottom = bottom.max(Some(last));
        }
    }
    let file = |w: &[Piece<'_>]| w.first().map(|p| (p.file.id(), p.lines));
    windows.sort_by_key(|w| (!w.iter().any(|p| p.primary), file(w)));
    windows
}

/// The part of a line to show: all of it if it fits, otherwise what fits around `focus`.
fn cut(line: &str, focus: Range<usize>, width: usize) -> Range<usize> {
    let before = line.get(..focus.start).unwrap_or_default();
    let marked = line.get(focus.clone()).unwrap_or_default();
    let marked = marked.get(..fitting(marked.chars(), width)).unwrap_or_default();
    let room = width.saturating_sub(columns(marked));
    // Everything before the focus if there is room for it, else a third of the room.
    let start = if fitting(before.chars().rev(), room) == before.len() {
        0
    } else {
        focus.start - fitting(before.chars().rev(), room / 3)
    };
    start..start + fitting(line.get(start..).unwrap_or_default().chars(), width)
}

/// How many bytes of these characters fit into so many columns.
fn fitting(chars: impl Iterator<Item = char>, room: usize) -> usize {
    let mut used = 0;
    let fits = |c: &char| {
        used += column_width(*c);
        used <= room
    };
    chars.take_while(fits).map(char::len_utf8).sum()
}

fn columns(text: &str) -> usize {
    text.chars().map(column_width).sum()
}

/// An upper bound of the columns a character takes in an excerpt.
fn column_width(c: char) -> usize {
    match c {
        '\t' => TAB,
        _ if escape::is_hidden(c) => 9,
        '\0'..'\u{1100}' => 1,
        _ => 2,
    }
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The last line that is worth showing: the empty one behind a final line break is not.
fn last_line(file: &SourceFile) -> usize {
    let last = file.lines().count().saturating_sub(1);
    if line_text(file, last).1.is_empty() { last.saturating_sub(1) } else { last }
}

/// Where a line begins, and its text without the line break.
fn line_text(file: &SourceFile, line: usize) -> (usize, &str) {
    let start = file.lines().start_of(line).unwrap_or(0) as usize;
    let end = file.lines().start_of(line + 1).map_or(file.text().len(), |end| end as usize);
    let text = file.text().get(start..end).unwrap_or_default();
    (start, text.trim_end_matches(['\n', '\r']))
}
