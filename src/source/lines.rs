//! Byte offsets to lines and columns.

/// A place for people: line and column from 1, the column in characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// Where each line of a text begins. Lines end at `\n`, `\r\n` or a lone `\r`, as in YAML.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes a text.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        // Lines have some thirty bytes.
        let mut starts = Vec::with_capacity(bytes.len() / 32 + 1);
        starts.push(0);
        for i in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            // Of `\r\n` only the second ends a line.
            if bytes.get(i) == Some(&b'\n') || bytes.get(i + 1) != Some(&b'\n') {
                starts.push(u32::try_from(i + 1).unwrap_or(u32::MAX));
            }
        }
        Self { starts }
    }

    /// The 0-based line that holds a byte offset.
    pub fn line_of(&self, offset: u32) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// Byte offset at which a 0-based line begins.
    pub fn start_of(&self, line: usize) -> Option<u32> {
        self.starts.get(line).copied()
    }

    /// How many lines there are; a text that ends in a line break has an empty last one.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// Line and column of an offset, which is moved back to the start of its character if it lies inside one.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let line = self.line_of(offset);
        let before = self.before(text, line, offset);
        let column = before.chars().filter(|c| *c != '\u{feff}').count();
        Position { line: saturate(line + 1), column: saturate(column + 1) }
    }

    /// 0-based line and 0-based UTF-16 column, as editors count.
    pub fn utf16(&self, text: &str, offset: u32) -> (u32, u32) {
        let line = self.line_of(offset);
        (saturate(line), saturate(self.before(text, line, offset).encode_utf16().count()))
    }

    fn before<'t>(&self, text: &'t str, line: usize, offset: u32) -> &'t str {
        let start = self.start_of(line).unwrap_or(0) as usize;
        let mut end = (offset as usize).min(text.len());
        while end > start && !text.is_char_boundary(end) {
            end -= 1;
        }
        text.get(start..end).unwrap_or_default()
    }
}

fn saturate(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters() {
        let text = "a\r\nbé𝄞c\rd\n";
        let index = LineIndex::new(text);
        let at = |needle: &str| text.find(needle).map(|i| u32::try_from(i).unwrap()).unwrap();
        assert_eq!(index.position(text, at("c")), Position { line: 2, column: 4 });
        assert_eq!(index.utf16(text, at("c")), (1, 4));
        assert_eq!(index.position(text, at("d")), Position { line: 3, column: 1 });
        assert_eq!(index.position(text, u32::try_from(text.len()).unwrap()), Position { line: 4, column: 1 });
        assert_eq!(index.position(text, 9_999).line, 4);
    }
}
