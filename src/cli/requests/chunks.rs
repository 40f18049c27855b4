//! Pieces of whole lines.

use std::io::{self, Read};

/// How many bytes a piece has at least, but for the last one.
const PIECE: usize = 512 << 10;

/// The longest line that is read.
pub(in crate::cli) const LONGEST_LINE: usize = 64 << 20;

/// Some lines of a source, whole and in order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::cli) struct Chunk {
    /// Their text, with line ends, and behind it what was there before: who reads into this memory again need not clear
    /// it.
    pub(in crate::cli) bytes: Vec<u8>,
    /// Where the text ends.
    end: usize,
    /// The number of the first line, from 1.
    pub(in crate::cli) line: u64,
    /// How many lines before it were not blank: the index of its first record.
    pub(in crate::cli) records: u64,
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

    /// The next piece, in a buffer that may be one of an earlier piece. `None` at the end.
    pub(in crate::cli) fn next(&mut self, mut buffer: Vec<u8>) -> io::Result<Option<Chunk>> {
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
        let chunk = Chunk { line: self.line, records: self.records, bytes: buffer, end };
        let mut lines = chunk.lines();
        self.records += lines.by_ref().count() as u64;
        self.line = lines.number;
        Ok(Some(chunk))
    }
}

impl Chunk {
    /// The lines that are not blank, without line ends, each with its number.
    pub(in crate::cli) fn lines(&self) -> Lines<'_> {
        let mut rest = self.bytes.get(..self.end).unwrap_or_default();
        if self.line == 1 {
            rest = rest.strip_prefix(b"\xef\xbb\xbf").unwrap_or(rest);
        }
        Lines { rest, number: self.line }
    }
}

/// The lines of a piece that are not blank.
pub(in crate::cli) struct Lines<'c> {
    rest: &'c [u8],
    /// Of the next line.
    number: u64,
}

impl<'c> Iterator for Lines<'c> {
    type Item = (u64, &'c [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            let end = memchr::memchr(b'\n', self.rest).unwrap_or(self.rest.len());
            let line = self.rest.get(..end).unwrap_or_default().trim_ascii();
            self.rest = self.rest.get(end + 1..).unwrap_or_default();
            self.number += 1;
            if !line.is_empty() {
                return Some((self.number - 1, line));
            }
        }
        None
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
        let mut buffer = Vec::new();
        while let Some(chunk) = chunks.next(std::mem::take(&mut buffer)).unwrap() {
            for (at, (number, line)) in chunk.lines().enumerate() {
                out.push((chunk.records + at as u64, number, String::from_utf8_lossy(line).into_owned()));
            }
            buffer = chunk.bytes;
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
