//! Reading on behind a syntax error, so that all errors of a file are found in one run.
//!
//! The parser stops at the first error of a document. So the stretch that is to blame is painted over in a copy of
//! the text, with as many bytes as it had, and the copy is read again: everything else keeps its place. What was
//! painted is [`Kind::Broken`](super::Kind::Broken) in the tree, and errors that only the paint causes are not
//! reported.

use std::ops::Range;

use super::Options;
use super::build::{Stop, build};
use super::decode::DecodeFault;
use super::errors;
use super::fault::{Fault, Fill, Stroke, classify};
use super::json;
use super::text::View;
use super::tree::Tree;
use crate::diag::{Diagnostic, Sink};
use crate::source::{SourceFile, Span};

/// Reading again is work: no more than this many times the bytes of the largest file.
const MOST_WORK: usize = 4;

/// A copy of the text with stretches painted over.
struct Canvas {
    text: String,
    /// Stretches without meaning, in order and apart.
    painted: Vec<Range<usize>>,
    /// Where anything was changed.
    touched: Vec<usize>,
}

impl Canvas {
    /// True when the text is another one afterwards.
    fn apply(&mut self, strokes: Vec<Stroke>) -> bool {
        let mut bytes = std::mem::take(&mut self.text).into_bytes();
        let mut changed = false;
        for Stroke { range, fill } in strokes {
            self.touched.push(range.start);
            let mut word = fill == Fill::Word;
            let range = range.start.min(bytes.len())..range.end.min(bytes.len());
            for byte in bytes.get_mut(range.clone()).unwrap_or_default() {
                let new = match (&fill, *byte) {
                    (Fill::Byte(new), _) => *new,
                    (_, b'\n' | b'\r') => {
                        // A word that began on this line ends on it.
                        word &= range.is_empty();
                        continue;
                    }
                    _ if word => b'x',
                    _ => b' ',
                };
                changed |= *byte != new;
                *byte = new;
            }
            match fill {
                Fill::Word | Fill::Blank => self.painted.push(range),
                Fill::Append(more) => {
                    bytes.extend_from_slice(more.as_bytes());
                    changed = true;
                }
                Fill::Byte(_) => {}
            }
        }
        self.painted.sort_unstable_by_key(|p| (p.start, p.end));
        self.painted.dedup_by(|next, last| {
            let joined = next.start <= last.end;
            if joined {
                last.end = last.end.max(next.end);
            }
            joined
        });
        self.text =
            String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned());
        changed
    }
}

/// Reads a file whose size is within bounds.
pub(super) fn read(
    file: &SourceFile,
    fault: Option<&DecodeFault>,
    options: &Options,
    sink: &mut Sink,
) -> Tree {
    let length = file.text().len();
    let mut canvas = Canvas { text: file.text().to_string(), painted: Vec::new(), touched: Vec::new() };
    let mut found: Vec<Diagnostic> = Vec::new();
    prepare(file, fault, options, &mut canvas, &mut found);

    let mut quiet: Vec<Range<usize>> = Vec::new();
    let mut at_end = false;
    let mut errors = 0;
    let mut work = options.limits.bytes.saturating_mul(MOST_WORK);
    loop {
        let view = View::new(&canvas.text, file.lines());
        let mut built = build(file.id(), view, length, &canvas.painted, options);
        let faults: Vec<Fault> = if built.misread.is_empty() {
            match built.stop.take() {
                None => Vec::new(),
                Some(Stop::Bound(diagnostic)) => {
                    found.push(*diagnostic);
                    Vec::new()
                }
                Some(Stop::Syntax { kind, at, known }) => {
                    vec![classify(view, file.id(), (&kind, at), known, options)]
                }
            }
        } else {
            let misread = std::mem::take(&mut built.misread);
            let left = options.limits.errors.saturating_sub(errors).max(1);
            misread
                .into_iter()
                .take(left)
                .map(|(diagnostic, range)| Fault::misread(diagnostic, range))
                .collect()
        };
        work = work.saturating_sub(canvas.text.len());
        let done = faults.is_empty();
        let mut changed = false;
        for fault in faults {
            let follows = quiet.iter().any(|q| q.contains(&fault.at)) || (fault.at_end && at_end);
            at_end |= fault.at_end;
            if !follows {
                errors += 1;
                found.push(inside(fault.diagnostic, length));
            }
            let line = View::new(&canvas.text, file.lines()).line(fault.at);
            quiet.extend(fault.quiet);
            if canvas.apply(fault.strokes) {
                changed = true;
            } else if canvas.apply(vec![Stroke { range: line.range.clone(), fill: Fill::Blank }]) {
                quiet.push(line.range);
                changed = true;
            }
        }
        let over = errors >= options.limits.errors
            || quiet.len() > options.limits.errors.saturating_mul(8)
            || work == 0;
        if done || !changed || over {
            if !done && let Some(last) = found.pop() {
                found.push(last.note(errors::stopped(errors, options.limits.errors)));
            }
            let mut end = usize::MAX;
            for document in built.documents.iter_mut().rev() {
                let start = document.span.start as usize;
                document.damaged |= canvas.touched.iter().any(|at| (start..end).contains(at));
                end = start;
            }
            sink.extend(found);
            sink.extend(built.found);
            return Tree { file: file.id(), documents: built.documents, comments: built.comments };
        }
    }
}

/// Paints over characters that YAML does not allow at all, and bytes that were none.
fn prepare(
    file: &SourceFile,
    fault: Option<&DecodeFault>,
    options: &Options,
    canvas: &mut Canvas,
    found: &mut Vec<Diagnostic>,
) {
    let mut strokes = Vec::new();
    if let Some(DecodeFault::NotUtf8 { bytes }) = fault {
        let one = |at: u32| Stroke { range: at as usize..at as usize + 1, fill: Fill::Word };
        strokes.extend(bytes.iter().map(|(at, _)| one(*at)));
    }
    let mut last = usize::MAX;
    let mut count = 0;
    let text: &str = if may_be_forbidden(file.text()) { file.text() } else { "" };
    for (at, character) in text.char_indices().filter(|(_, c)| is_forbidden(*c)) {
        let end = at + character.len_utf8();
        // One message for characters in a row.
        if last != at {
            count += 1;
            let diagnostic = errors::control_character(Span::new(file.id(), at, end), character);
            match count.cmp(&options.limits.errors) {
                std::cmp::Ordering::Less => found.push(diagnostic),
                std::cmp::Ordering::Equal => found.push(diagnostic.note(errors::more_findings(count))),
                std::cmp::Ordering::Greater => {}
            }
        } else if count <= options.limits.errors
            && let Some(diagnostic) = found.pop()
        {
            let start = diagnostic.span.start as usize;
            found.push(errors::grown(diagnostic, Span::new(file.id(), start, end)));
        }
        last = end;
        strokes.push(Stroke { range: at..end, fill: Fill::Blank });
    }
    let comments = json::comments(file);
    found.extend(errors::json_comments(file.id(), &comments));
    for comment in comments {
        // Breaks of lines stay where they are.
        let mut at = comment.start;
        for line in file.text().get(comment).unwrap_or_default().split_inclusive(['\n', '\r']) {
            let length = line.trim_end_matches(['\n', '\r']).len();
            strokes.push(Stroke { range: at..at + length, fill: Fill::Byte(b' ') });
            at += line.len();
        }
    }
    if !strokes.is_empty() {
        canvas.apply(strokes);
    }
}

/// What YAML allows nowhere, and the parser would stop at.
fn is_forbidden(character: char) -> bool {
    matches!(
        character,
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}'
    )
}

/// Whether anything but printable ASCII and line breaks occurs, seen without decoding a character.
fn may_be_forbidden(text: &str) -> bool {
    let is_odd = |byte: u8| !matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r');
    // Many bytes at once: a machine compares them side by side where none ends the search.
    text.as_bytes().chunks(256).any(|chunk| chunk.iter().fold(false, |odd, byte| odd | is_odd(*byte)))
}

/// Keeps places within the file: the copy may be longer by brackets that were added.
fn inside(mut diagnostic: Diagnostic, length: usize) -> Diagnostic {
    let most = u32::try_from(length).unwrap_or(u32::MAX);
    diagnostic.span.start = diagnostic.span.start.min(most);
    diagnostic.span.end = diagnostic.span.end.min(most);
    diagnostic
}
