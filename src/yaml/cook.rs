//! A scalar as it is written, to its value and the map between the two.
//!
//! The parser reports a scalar's value and where it stands, not which byte of the value comes from where. So the
//! scalar is read a second time here, by YAML's rules for its style, noting the place of each piece. The parser's
//! value decides: should the two ever differ, the map falls back to the scalar as a whole.

use std::ops::Range;

use granit_parser::ScalarStyle;

use super::text::View;
use super::tree::{Run, Runs, ScalarMap, Style};

impl From<ScalarStyle> for Style {
    fn from(style: ScalarStyle) -> Self {
        match style {
            ScalarStyle::SingleQuoted => Style::Single,
            ScalarStyle::DoubleQuoted => Style::Double,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
            _ => Style::Plain,
        }
    }
}

/// A value under construction and the places its pieces come from.
struct Pot<'t> {
    text: &'t str,
    value: String,
    runs: Vec<Run>,
    /// The last run is verbatim, so that what follows it in both may be joined to it.
    open: bool,
}

/// The map of a scalar. `file` is all of a quoted scalar with its quotes, a plain scalar, or a block scalar from
/// its header on; `content` is where the first line of a block scalar's text begins.
pub(super) fn map(text: &str, style: Style, file: Range<usize>, content: usize, value: &str) -> ScalarMap {
    // Most are written as they are meant.
    let written = match style {
        Style::Plain => Some(file.clone()),
        Style::Single | Style::Double => Some(inside(&file)),
        Style::Literal | Style::Folded => None,
    };
    if let Some(place) = written
        && !value.is_empty()
        && text.get(place.clone()) == Some(value)
    {
        return ScalarMap::whole(value.len(), place);
    }
    let mut pot =
        Pot { text, value: String::with_capacity(value.len()), runs: Vec::with_capacity(1), open: false };
    match style {
        Style::Plain => pot.flow(file.start..file.end, None),
        Style::Single => pot.flow(inside(&file), Some(b'\'')),
        Style::Double => pot.flow(inside(&file), Some(b'"')),
        // Nothing but line breaks: no place in it is worth more than the whole.
        Style::Literal | Style::Folded if value.trim_matches(['\n', ' ', '\t']).is_empty() => {}
        Style::Literal | Style::Folded => pot.block(file.clone(), content, style == Style::Folded),
    }
    if pot.value != value || pot.runs.is_empty() {
        let place = match style {
            Style::Single | Style::Double if value.is_empty() => inside(&file),
            _ if value.is_empty() => file.start..file.start,
            _ => file,
        };
        return ScalarMap::whole(value.len(), place);
    }
    ScalarMap { runs: Runs::Many(pot.runs) }
}

fn inside(quoted: &Range<usize>) -> Range<usize> {
    quoted.start + 1..quoted.end.saturating_sub(1).max(quoted.start + 1)
}

impl Pot<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// Takes bytes over as they are.
    fn copy(&mut self, range: Range<usize>) {
        let Some(piece) = self.text.get(range.clone()).filter(|p| !p.is_empty()) else { return };
        let (value, file, len) = (narrow(self.value.len()), narrow(range.start), narrow(range.len()));
        self.value.push_str(piece);
        if self.open
            && let Some(last) = self.runs.last_mut()
            && last.value + last.value_len == value
            && last.file + last.file_len == file
        {
            last.value_len += len;
            last.file_len += len;
            return;
        }
        self.runs.push(Run { value, file, value_len: len, file_len: len });
        self.open = true;
    }

    /// Takes a character in whose place the file holds an escape.
    fn escape(&mut self, range: Range<usize>, character: char) {
        self.runs.push(Run {
            value: narrow(self.value.len()),
            file: narrow(range.start),
            value_len: narrow(character.len_utf8()),
            file_len: narrow(range.len()),
        });
        self.value.push(character);
        self.open = false;
    }

    /// Takes a line break over; in the value it is always `\n`.
    fn keep_break(&mut self, range: Range<usize>) {
        if range.end > range.start && self.byte(range.end - 1) == Some(b'\n') {
            self.copy(range.end - 1..range.end);
        } else {
            self.value.push('\n');
        }
    }

    /// The line break at a place, if there is one.
    fn break_at(&self, at: usize) -> Option<Range<usize>> {
        match self.byte(at)? {
            b'\n' => Some(at..at + 1),
            b'\r' if self.byte(at + 1) == Some(b'\n') => Some(at..at + 2),
            b'\r' => Some(at..at + 1),
            _ => None,
        }
    }

    /// Skips white space and line breaks from `at` on: where text goes on, and the breaks.
    fn skip_lines(&self, mut at: usize, end: usize) -> (usize, Vec<Range<usize>>) {
        let mut breaks = Vec::new();
        while at < end {
            if let Some(range) = self.break_at(at) {
                at = range.end;
                breaks.push(range);
            } else if matches!(self.byte(at), Some(b' ' | b'\t')) {
                at += 1;
            } else {
                break;
            }
        }
        (at, breaks)
    }

    /// Plain and quoted scalars: white space around a line break goes, one break is a space, more are one fewer.
    fn flow(&mut self, range: Range<usize>, quote: Option<u8>) {
        let Range { start: mut at, end } = range;
        // From here on bytes are to be copied; blanks at the end of it are only kept if no line break follows.
        let mut from = at;
        let mut solid = at;
        while at < end {
            match self.byte(at) {
                Some(b'\n' | b'\r') => {
                    self.copy(from..solid);
                    let (next, breaks) = self.skip_lines(at, end);
                    match breaks.get(1..) {
                        Some([]) | None => self.value.push(' '),
                        Some(more) => more.iter().for_each(|b| self.keep_break(b.clone())),
                    }
                    (at, from, solid) = (next, next, next);
                }
                Some(b'\'') if quote == Some(b'\'') => {
                    self.copy(from..at);
                    self.escape(at..at + 2, '\'');
                    at += 2;
                    (from, solid) = (at, at);
                }
                Some(b'\\') if quote == Some(b'"') => {
                    self.copy(from..at);
                    if let Some(first) = self.break_at(at + 1) {
                        let (next, breaks) = self.skip_lines(first.end, end);
                        breaks.into_iter().for_each(|b| self.keep_break(b));
                        at = next;
                    } else {
                        let Some((character, len)) = self.text.get(at..end).and_then(unescape) else {
                            return;
                        };
                        self.escape(at..at + len, character);
                        at += len;
                    }
                    (from, solid) = (at, at);
                }
                Some(b' ' | b'\t') => at += 1,
                _ => {
                    at += 1;
                    solid = at;
                }
            }
        }
        self.copy(from..end);
    }

    /// Literal and folded scalars.
    fn block(&mut self, file: Range<usize>, content: usize, folded: bool) {
        let header = self.text.get(file.start..content).unwrap_or_default();
        let first_line = header.find(['\n', '\r']).unwrap_or(header.len());
        let indicators = header.get(1..first_line.min(3)).unwrap_or_default();
        let indicators = indicators.split([' ', '\t']).next().unwrap_or_default();
        let (strip, keep) = (indicators.contains('-'), indicators.contains('+'));
        let line_start = self.text.get(..content).and_then(|t| t.rfind(['\n', '\r'])).map_or(0, |i| i + 1);
        let indent = content - line_start;

        let after_header = self.break_at(file.start + first_line).map_or(content, |b| b.end);
        let (_, mut empty) = self.skip_lines(after_header, content);
        let mut at = content;
        let mut ended: Option<Range<usize>> = None;
        let mut after_blank = false;
        loop {
            let blank = matches!(self.byte(at), Some(b' ' | b'\t'));
            if folded && ended.is_some() && !after_blank && !blank {
                if empty.is_empty() {
                    self.value.push(' ');
                }
            } else if let Some(range) = ended.take() {
                self.keep_break(range);
            }
            empty.drain(..).for_each(|range| self.keep_break(range));
            after_blank = blank;

            let rest = self.text.get(at..).unwrap_or_default();
            let line_end = at + rest.find(['\n', '\r']).unwrap_or(rest.len());
            self.copy(at..line_end);
            at = line_end;
            ended = self.break_at(at);
            let Some(range) = &ended else { break };
            at = range.end;
            // Indentation and empty lines.
            let column = loop {
                let mut column = 0;
                while column < indent && self.byte(at) == Some(b' ') {
                    at += 1;
                    column += 1;
                }
                let Some(range) = self.break_at(at) else { break column };
                at = range.end;
                empty.push(range);
            };
            if column < indent || at >= file.end || at >= self.text.len() {
                break;
            }
        }
        if strip {
            return;
        }
        match ended {
            Some(range) => self.keep_break(range),
            // A last line that the end of the file cuts off counts as ended.
            None => self.value.push('\n'),
        }
        if keep {
            empty.into_iter().for_each(|range| self.keep_break(range));
        }
    }
}

/// The character that the escape at the start of a text stands for, and the escape's length in bytes. `None` when
/// it is no escape of YAML.
pub(super) fn unescape(text: &str) -> Option<(char, usize)> {
    let mut characters = text.chars();
    characters.next().filter(|c| *c == '\\')?;
    let code = characters.next()?;
    let simple = match code {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        ' ' | '"' | '/' | '\\' => code,
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        'x' => return Some((char::from_u32(hex(text, 2, 2)?)?, 4)),
        'U' => return Some((char::from_u32(hex(text, 2, 8)?)?, 10)),
        'u' => {
            let high = hex(text, 2, 4)?;
            if !(0xd800..0xdc00).contains(&high) {
                return Some((char::from_u32(high)?, 6));
            }
            // JSON writes characters beyond U+FFFF as two halves.
            let low = text.get(6..8).filter(|t| *t == "\\u").and_then(|_| hex(text, 8, 4))?;
            let low = low.checked_sub(0xdc00).filter(|l| *l < 0x400)?;
            return Some((char::from_u32(0x10000 + ((high - 0xd800) << 10) + low)?, 12));
        }
        _ => return None,
    };
    Some((simple, 2))
}

fn hex(text: &str, at: usize, digits: usize) -> Option<u32> {
    let text = text.get(at..at + digits).filter(|t| t.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u32::from_str_radix(text, 16).ok()
}

fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// All of a block scalar, from the place of its first line of text as the parser gives it; `known` is where the
/// node before it ends.
pub(super) fn block_range(view: View<'_>, known: usize, range: Range<usize>, value: &str) -> Range<usize> {
    let text = view.slice(known..range.start);
    let (text, at_header) = if value.trim().is_empty() && matches!(view.byte(range.start), Some(b'|' | b'>'))
    {
        (view.slice(known..range.end), true)
    } else {
        (text, false)
    };
    let header = if at_header {
        Some(range.start)
    } else {
        let text = text.trim_end_matches([' ', '\t', '\n', '\r']);
        let line = text.rfind(['\n', '\r']).map_or(0, |i| i + 1);
        let line_text = text.get(line..).unwrap_or_default();
        line_text
            .match_indices(['|', '>'])
            .map(|(i, _)| i)
            .find(|i| {
                let before = line_text.get(..*i).unwrap_or_default();
                let before = before.trim_start_matches('\u{feff}');
                let begins = before.is_empty() || before.ends_with([' ', '\t']);
                begins && is_header(line_text.get(*i + 1..).unwrap_or_default())
            })
            .map(|i| known + line + i)
    };
    let Some(header) = header else { return range };
    let all = view.slice(header..range.end);
    let length = all.trim_end_matches([' ', '\t', '\n', '\r']).len();
    header..header + length
}

/// What may follow `|` or `>`.
fn is_header(text: &str) -> bool {
    let rest = text.trim_start_matches(['+', '-', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    text.len() - rest.len() <= 2 && {
        let after = rest.trim_start_matches([' ', '\t']);
        after.is_empty() || (after.starts_with('#') && after.len() < rest.len())
    }
}
