//! Text and places in it.
//!
//! In: the bytes of files as a [`Loader`] hands them over. Out: [`SourceFile`]s with a line index, and
//! [`Span`]s, which every later pass carries. It knows nothing of YAML, CEL or routers, and touches no file system.

mod lines;

use std::fmt;
use std::sync::Arc;

pub use lines::{LineIndex, Position};

/// Which file of a [`Sources`] a span belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FileId(u32);

/// A half-open range of bytes in one file the user wrote.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Byte offset of the first byte.
    pub start: u32,
    /// Byte offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// A span from byte offsets; an `end` before `start` is taken as empty at `start`.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let end = u32::try_from(end).unwrap_or(u32::MAX).max(start);
        Self { file, start, end }
    }

    /// The empty span at the start of a file: where a fault of the whole file points.
    pub fn file_start(file: FileId) -> Self {
        Self { file, start: 0, end: 0 }
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// True when the span holds no byte: a place between two bytes.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The smallest span that holds both; `other` is ignored when it lies in another file.
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// True when `other` lies inside this span.
    pub fn contains(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}

/// A value and where it was written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Pairs a value with its place.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

impl<T> std::ops::Deref for Spanned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Display> fmt::Display for Spanned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

/// One text the user wrote, with its display name and an index of its lines.
#[derive(Clone, Debug)]
pub struct SourceFile {
    id: FileId,
    name: String,
    text: Arc<str>,
    lines: LineIndex,
}

impl SourceFile {
    /// Its id.
    pub fn id(&self) -> FileId {
        self.id
    }

    /// The path as the user named it, or a stand-in such as `<stdin>`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The text of a span; empty when the span does not lie on character boundaries of this file.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Line and column (both from 1, columns in characters) of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        self.lines.position(&self.text, offset)
    }

    /// The line index.
    pub fn lines(&self) -> &LineIndex {
        &self.lines
    }
}

/// All files that one run has read.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a text under a display name.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let text = text.into();
        let lines = LineIndex::new(&text);
        self.files.push(SourceFile { id, name: name.into(), text, lines });
        id
    }

    /// The file of an id that this set gave out.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// Finds a file by its display name.
    pub fn by_name(&self, name: &str) -> Option<&SourceFile> {
        self.files.iter().find(|f| f.name == name)
    }

    /// All files, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter()
    }

    /// Leaves of all files nothing but their names: where nothing was found, no place is asked for.
    ///
    /// ```
    /// let mut sources = irc::source::Sources::new();
    /// let file = sources.add("router.yaml", "name: support");
    /// sources.drop_texts();
    /// assert_eq!(sources.get(file).map(|file| (file.name(), file.text().len())), Some(("router.yaml", 0)));
    /// ```
    pub fn drop_texts(&mut self) {
        for file in &mut self.files {
            file.text = Arc::default();
            file.lines = LineIndex::new("");
        }
    }

    /// The text of a span.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.file).map_or("", |f| f.slice(span))
    }
}

/// Why a [`Loader`] could not hand over a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// The reason as the system gives it, lower case, without the path.
    pub reason: String,
}

/// Where the core asks for the files that a definition names (`metadata: shared.yaml`). The command line reads
/// the disk, an editor its buffers, a test a map.
pub trait Loader {
    /// Reads `path` as written in the file displayed as `from`; answers its display name and bytes.
    fn load(&self, from: &str, path: &str) -> Result<(String, Vec<u8>), LoadError>;
}

/// A loader that has no files: every reference to another file is a diagnostic.
pub struct NoFiles;

impl Loader for NoFiles {
    fn load(&self, _from: &str, _path: &str) -> Result<(String, Vec<u8>), LoadError> {
        Err(LoadError { reason: "no other files can be read here".into() })
    }
}
