//! Pieces of whole lines.

use std::io::{self, Read};

/// How many bytes a piece has at least, but for the last one. Small enough to stay near the processor and to end at about
/// the same time on each; large enough for what each costs besides.
const PIECE: usize = 128 << 10;

/// The longest line that is read.
pub(in crate::cli) const LONGEST_LINE: usize = 64 << 20;

/// Some lines of a source, whole and in order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::cli) struct Chunk {
    /// Their text, with line ends, and behind it what was there before: who reads into this memory again need not clear
    /// it.
    bytes: Vec<u8>,
    /// Where the text ends.
    end: usize,
    /// Those that are not blank.
    lines: Vec<Line>,
    /// How many lines before it were not blank: the index of its first record.
    pub(in crate::cli) records: u64,
}

/// Where a line lies without white space around it.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    number: u64,
    start: usize,
    end: usize,
}

/// Cuts a source into pieces.
pub(in crate::cli) struct Chunks<R> {
    source: R,
    /// What was read behind the last line end.
    rest: Vec<u8>,
    line: u64,
    records: u64,
    ended: bool,
    /// Whether lines are wanted as soon as they are there, however few.
    live: bool,
    piece: usize,
}

impl<R: Read> Chunks<R> {
    /// `start`: what was read of the source already. `live`: whether lines are wanted as soon as they are there.
    pub(in crate::cli) fn new(start: Vec<u8>, source: R, live: bool) -> Self {
        Self { source, rest: start, line: 1, records: 0, ended: false, live, piece: PIECE }
    }

    /// Whether lines are wanted as soon as they are there.
    pub(in crate::cli) fn is_live(&self) -> bool {
        self.live
    }

    /// The next piece, in the memory of an earlier one. `None` at the end.
    pub(in crate::cli) fn next(&mut self, mut chunk: Chunk) -> io::Result<Option<Chunk>> {
        let mut buffer = std::mem::take(&mut chunk.bytes);
        let mut filled = self.rest.len();
        if buffer.len() < filled {
            buffer.resize(filled, 0);
        }
        buffer.get_mut(..filled).unwrap_or_default().copy_from_slice(&self.rest);
        let (mut end, mut searched) = (0, 0);
        loop {
            if let Some(at) = memchr::memrchr(b'\n', buffer.get(searched..filled).unwrap_or_default()) {
                end = searched + at + 1;
            }
            searched = filled;
            if self.ended {
                end = filled;
                break;
            }
            if end > 0 && (self.live || filled >= self.piece) {
                break;
            }
            if end == 0 && filled > LONGEST_LINE {
                let line = self.line;
                return Err(io::Error::other(format!(
                    "line {line} is longer than {} MiB",
                    LONGEST_LINE >> 20
                )));
            }
            let wanted = filled + self.piece.saturating_sub(filled).max(self.piece / 4).max(1);
            if buffer.len() < wanted {
                buffer.resize(wanted, 0);
            }
            // Lines that are wanted at once do not wait until there is enough for a whole piece.
            let most = if self.live { filled + 1 } else { wanted };
            while filled < most && !self.ended {
                match self.source.read(buffer.get_mut(filled..wanted).unwrap_or_default()) {
                    Ok(read) => {
                        filled += read;
                        self.ended = read == 0;
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
        }
        self.rest.clear();
        self.rest.extend_from_slice(buffer.get(end..filled).unwrap_or_default());
        if end == 0 {
            return Ok(None);
        }
        (chunk.bytes, chunk.end, chunk.records) = (buffer, end, self.records);
        chunk.find_lines(&mut self.line);
        self.records += chunk.lines.len() as u64;
        Ok(Some(chunk))
    }
}

impl Chunk {
    /// Finds the lines. `number`: that of the first, and afterwards that of the one behind the last.
    fn find_lines(&mut self, number: &mut u64) {
        self.lines.clear();
        let text = self.bytes.get(..self.end).unwrap_or_default();
        let mut start = 0;
        if *number == 1 && text.starts_with(b"\xef\xbb\xbf") {
            start = 3;
        }
        while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
            let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let line = rest.get(..length).unwrap_or_default();
            let (mut from, mut until) = (start, start + length);
            // Seldom is there anything to trim.
            if !matches!(line, [b'{', .., b'}']) {
                from += length - line.trim_ascii_start().len();
                until = from + line.trim_ascii().len();
            }
            if from < until {
                self.lines.push(Line { number: *number, start: from, end: until });
            }
            *number += 1;
            start += length + 1;
        }
    }

    /// A line that is not blank, counted from 0, without its end and with its number.
    pub(in crate::cli) fn line(&self, at: usize) -> Option<(u64, &[u8])> {
        let line = self.lines.get(at)?;
        Some((line.number, self.bytes.get(line.start..line.end)?))
    }

    /// All of its text, if that is UTF-8: to see that of all at once costs less than of each line.
    pub(in crate::cli) fn text(&self) -> Option<&str> {
        std::str::from_utf8(self.bytes.get(..self.end)?).ok()
    }

    /// A line as text, where it is UTF-8. `text`: all of it, if it is.
    pub(in crate::cli) fn line_of<'t>(&'t self, text: Option<&'t str>, at: usize) -> Option<&'t str> {
        let line = self.lines.get(at)?;
        match text {
            Some(text) => text.get(line.start..line.end),
            None => std::str::from_utf8(self.bytes.get(line.start..line.end)?).ok(),
        }
    }

    /// All of them.
    pub(in crate::cli) fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> {
        (0..self.lines.len()).filter_map(|at| self.line(at))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Gives what it holds in small, uneven pieces, as a pipe does.
    struct Drops<'a>(&'a [u8], usize);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1 = (self.1 * 7 + 3) % 5 + 1;
            let n = self.1.min(buffer.len()).min(self.0.len());
            buffer[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    fn told(text: &[u8], start: usize, piece: usize) -> Vec<(u64, u64, String)> {
        let start = start.min(text.len());
        let mut chunks =
            Chunks::new(text[..start].to_vec(), Drops(&text[start..], 1), piece.is_multiple_of(2));
        chunks.piece = piece;
        let mut out = Vec::new();
        let mut buffer = Chunk::default();
        while let Some(chunk) = chunks.next(std::mem::take(&mut buffer)).unwrap() {
            for (at, (number, line)) in chunk.lines().enumerate() {
                out.push((chunk.records + at as u64, number, String::from_utf8_lossy(line).into_owned()));
            }
            buffer = chunk;
        }
        out
    }

    #[test]
    fn lines_keep_their_numbers() {
        let found = told(b"a\n\n  \nb\r\nc", 0, 4);
        let found: Vec<(u64, u64, &str)> = found.iter().map(|(i, n, l)| (*i, *n, l.as_str())).collect();
        assert_eq!(found, [(0, 1, "a"), (1, 4, "b"), (2, 5, "c")]);
        assert!(told(b"", 0, 4).is_empty());
        assert!(told(b"\n \n", 0, 1).is_empty());
    }

    proptest! {
        #[test]
        fn however_it_is_cut(text in "[ab \n]{0,80}", start in 0_usize..80, piece in 1_usize..40) {
            let whole: Vec<(u64, u64, String)> = text
                .split('\n')
                .zip(1..)
                .filter(|(line, _)| !line.trim().is_empty())
                .zip(0..)
                .map(|((line, number), index)| (index, number, line.trim().to_owned()))
                .collect();
            prop_assert_eq!(told(text.as_bytes(), start, piece), whole);
        }
    }
}
