//! The entries of one mapping: keys that cannot be keys, keys given twice, and merge keys.

use std::collections::hash_map::Entry as Slot;
use std::collections::{HashMap, HashSet};

use super::errors;
use super::tree::{Entry, Kind, Node, Style};
use crate::diag::Diagnostic;

/// What became of the entries of a mapping.
pub(super) struct Settled {
    /// Entries with unique text keys.
    pub(super) entries: Vec<Entry>,
    /// What is wrong with the others.
    pub(super) found: Vec<Diagnostic>,
    /// Something was left out that should have been an entry.
    pub(super) damaged: bool,
}

/// Sorts out the entries as they are written.
pub(super) fn settle(written: Vec<Entry>) -> Settled {
    if is_settled(&written) {
        return Settled { entries: written, found: Vec::new(), damaged: false };
    }
    let mut out = Settled { entries: Vec::with_capacity(written.len()), found: Vec::new(), damaged: false };
    let mut merges = Vec::new();
    for entry in written {
        match &entry.key.kind {
            Kind::Broken => out.damaged = true,
            Kind::Scalar(_) if entry.key.is_null() => {
                out.found.push(errors::null_key(&entry));
                out.damaged = true;
            }
            Kind::Scalar(key) if key.value == "<<" && key.style == Style::Plain => merges.push(entry),
            Kind::Scalar(_) => out.entries.push(entry),
            Kind::Sequence(_) | Kind::Mapping(_) => {
                out.found.push(errors::collection_key(&entry.key));
                out.damaged = true;
            }
        }
    }
    unique(&mut out);
    let mut merges = merges.into_iter();
    if let Some(merge) = merges.next() {
        for second in merges {
            out.found.push(errors::duplicate_merge(&merge, &second));
        }
        merge_in(&mut out, &merge);
    }
    out
}

/// Whether all keys of a small mapping are texts, each another: most are such.
fn is_settled(written: &[Entry]) -> bool {
    let is_text = |entry: &Entry| match &entry.key.kind {
        Kind::Scalar(key) => !(entry.key.is_null() || key.value == "<<" && key.style == Style::Plain),
        _ => false,
    };
    written.len() <= SMALL
        && written.iter().enumerate().all(|(at, entry)| {
            let key = entry.key.as_str();
            is_text(entry) && written.iter().take(at).all(|other| other.key.as_str() != key)
        })
}

/// More keys of an item are not looked at to see whether they stand in it again.
const MOST_COMPARED: usize = 32;

/// Where the keys of a mapping begin anew: from the first one on, at least two of them stand in it again.
pub(super) fn repeated(written: &[Entry]) -> Option<usize> {
    let first = written.first()?.key.as_str()?;
    let at = written.iter().skip(1).position(|entry| entry.key.as_str() == Some(first))? + 1;
    let (before, again) = written.split_at_checked(at)?;
    let known = |entry: &&Entry| {
        before.iter().take(MOST_COMPARED).any(|other| other.key.as_str() == entry.key.as_str())
    };
    (again.iter().take(MOST_COMPARED).filter(known).count() > 1).then_some(at)
}

/// In mappings of so many keys comparing beats hashing.
const SMALL: usize = 8;

/// Keeps the first of entries with the same key.
fn unique(out: &mut Settled) {
    if out.entries.len() <= SMALL {
        let mut kept: Vec<Entry> = Vec::with_capacity(out.entries.len());
        for entry in std::mem::take(&mut out.entries) {
            match kept.iter().find(|k| k.key.as_str() == entry.key.as_str()) {
                Some(first) => out.found.push(errors::duplicate_key(&first.key, &entry)),
                None => kept.push(entry),
            }
        }
        out.entries = kept;
        return;
    }
    // The standard hasher is seeded: no file can be made up whose keys all collide.
    let mut first: HashMap<&str, &Node> = HashMap::with_capacity(out.entries.len());
    let mut repeats = Vec::new();
    for (i, entry) in out.entries.iter().enumerate() {
        match first.entry(entry.key.as_str().unwrap_or_default()) {
            Slot::Occupied(earlier) => {
                out.found.push(errors::duplicate_key(earlier.get(), entry));
                repeats.push(i);
            }
            Slot::Vacant(slot) => {
                slot.insert(&entry.key);
            }
        }
    }
    drop(first);
    if repeats.is_empty() {
        return;
    }
    let mut repeats = repeats.into_iter().peekable();
    let mut i = 0;
    out.entries.retain(|_| {
        let repeat = repeats.next_if_eq(&i).is_some();
        i += 1;
        !repeat
    });
}

fn merge_in(out: &mut Settled, merge: &Entry) {
    let sources = match &merge.value.kind {
        Kind::Sequence(items) => items.iter().collect(),
        _ => vec![&merge.value],
    };
    let is_list = matches!(merge.value.kind, Kind::Sequence(_));
    let mut known: HashSet<String> =
        out.entries.iter().filter_map(|e| e.key.as_str()).map(str::to_owned).collect();
    for source in sources {
        match &source.kind {
            Kind::Mapping(entries) => {
                for entry in entries {
                    if entry.key.as_str().is_some_and(|key| known.insert(key.to_owned())) {
                        out.entries.push(Entry { merged: true, ..entry.clone() });
                    }
                }
            }
            Kind::Broken => out.damaged = true,
            Kind::Scalar(_) | Kind::Sequence(_) => {
                // Of an alias in a list it is only known what it names.
                let asked = if is_list { merge.value.span } else { merge.alias.unwrap_or(source.span) };
                out.found.push(errors::bad_merge(merge, source, asked));
                out.damaged = true;
            }
        }
    }
}
