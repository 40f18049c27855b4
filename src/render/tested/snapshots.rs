//! Snapshots as text, in the place of those that are there: nothing else of the file changes.

use crate::diag::Edit;
use crate::emit;
use crate::model::{Data, Snapshot};
use crate::render::yaml;
use crate::source::{SourceFile, Span};
use crate::suite::Change;

/// The edits that write or remove a snapshot. `None` where it is not written in its place: where an alias or a merge key
/// stands for it.
pub fn edits(file: &SourceFile, change: &Change) -> Option<Vec<Edit>> {
    let place = Place::of(file, &change.snapshot)?;
    match &change.value {
        Some(value) => place.write(value),
        None => place.remove(),
    }
}

/// Where a snapshot stands.
struct Place<'a> {
    file: &'a SourceFile,
    text: &'a str,
    key: Span,
    /// Behind the key and its colon.
    behind: usize,
    /// The bytes of what is written there; empty if nothing is.
    value: std::ops::Range<usize>,
    is_empty: bool,
    /// Within braces, where all of it is to stand on one line.
    in_braces: bool,
}

impl<'a> Place<'a> {
    fn of(file: &'a SourceFile, snapshot: &Snapshot) -> Option<Self> {
        let text: &str = file.text();
        let key = snapshot.key;
        if key.file != file.id() || !snapshot.within.contains(key) {
            return None;
        }
        let rest = text.get(key.end as usize..)?;
        let colon = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let behind = match rest.get(colon..)?.starts_with(':') {
            true => key.end as usize + colon + 1,
            false => key.end as usize,
        };
        let node = snapshot.node.span;
        let written = text.get(node.start as usize..node.end as usize)?.trim_end();
        let value = match written {
            "" => behind..behind,
            _ => node.start as usize..node.start as usize + written.len(),
        };
        // What stands before its key stands elsewhere.
        if node.file != key.file || value.start < behind || value.end > snapshot.within.end as usize {
            return None;
        }
        // An anchor, a tag or an alias before it is not part of it.
        let between = text.get(behind..value.start)?;
        if between.lines().any(|line| line.trim_start().starts_with(['&', '!', '*'])) {
            return None;
        }
        let in_braces = text.get(snapshot.within.start as usize..)?.starts_with('{');
        Some(Self { file, text, key, behind, value, is_empty: snapshot.value.is_none(), in_braces })
    }

    fn write(&self, value: &Data) -> Option<Vec<Edit>> {
        let json = emit::value(value);
        let json_file = self.file.name().ends_with(".json");
        let line = if json_file { json.to_string() } else { yaml::flow(&json) };
        if self.in_braces || json_file {
            let colon = if self.text.get(..self.behind)?.ends_with(':') { "" } else { ":" };
            let lead = if self.value.start > self.behind { "" } else { " " };
            return Some(vec![self.edit(self.value.clone(), format!("{colon}{lead}{line}"))]);
        }
        let column = self.column(self.key.start as usize)?;
        let between = self.text.get(self.behind..self.value.start)?;
        if self.is_empty {
            // Behind a comment, if one stands there.
            let rest = self.text.get(self.value.end..)?;
            let end = self.value.end + rest.find(['\r', '\n']).unwrap_or(rest.len());
            let block = format!("\n{}", block(&json, column + 2));
            if self.text.get(self.value.end..end)?.trim().is_empty() {
                return Some(vec![self.edit(self.behind..end, block)]);
            }
            return Some(vec![
                self.edit(self.behind..self.value.end, String::new()),
                self.edit(end..end, block),
            ]);
        }
        if between.contains('\n') {
            // The lines below the key keep their indentation.
            let indent = self.column(self.value.start)?;
            return Some(vec![self.edit(self.value.clone(), block(&json, indent).trim_start().to_owned())]);
        }
        let fits = column + "snapshot: ".len() + line.chars().count() <= yaml::WIDTH;
        if fits && self.text.get(self.value.clone())?.starts_with('{') {
            return Some(vec![self.edit(self.value.clone(), line)]);
        }
        Some(vec![self.edit(self.behind..self.value.end, format!("\n{}", block(&json, column + 2)))])
    }

    fn remove(&self) -> Option<Vec<Edit>> {
        let key = self.key.start as usize;
        let rest = self.text.get(self.value.end..)?;
        if self.in_braces || self.file.name().ends_with(".json") {
            let blank = rest.len() - rest.trim_start().len();
            if let Some(behind) = rest.trim_start().strip_prefix(',') {
                let blanks = behind.len() - behind.trim_start().len();
                return Some(vec![self.edit(key..self.value.end + blank + 1 + blanks, String::new())]);
            }
            let before = self.text.get(..key)?.trim_end();
            let start = if before.ends_with(',') { before.len() - 1 } else { key };
            return Some(vec![self.edit(start..self.value.end, String::new())]);
        }
        let end = self.value.end + rest.find('\n').map_or(rest.len(), |at| at + 1);
        let line = self.text.get(..key)?.rfind('\n').map_or(0, |at| at + 1);
        if self.text.get(line..key)?.trim().is_empty() {
            return Some(vec![self.edit(line..end, String::new())]);
        }
        // Behind the dash: the next key takes its place.
        let next = self.text.get(end..)?;
        let indent = next.len() - next.trim_start_matches(' ').len();
        Some(vec![self.edit(key..end + indent, String::new())])
    }

    fn edit(&self, range: std::ops::Range<usize>, text: String) -> Edit {
        let ends_with_return =
            self.text.find('\n').is_some_and(|at| self.text.get(..at).is_some_and(|t| t.ends_with('\r')));
        let text = if ends_with_return { text.replace('\n', "\r\n") } else { text };
        Edit { span: Span::new(self.file.id(), range.start, range.end), text }
    }

    /// How many characters stand before a place on its line.
    fn column(&self, place: usize) -> Option<usize> {
        let before = self.text.get(..place)?;
        let line = before.get(before.rfind('\n').map_or(0, |at| at + 1)..)?;
        Some(line.chars().count())
    }
}

/// The entries of a mapping, each indented, without a line break at the end.
fn block(json: &serde_json::Value, indent: usize) -> String {
    let mut out = String::new();
    for (key, value) in json.as_object().into_iter().flatten() {
        yaml::entry(key, value, indent, &mut out);
    }
    out.truncate(out.trim_end_matches('\n').len());
    out
}
