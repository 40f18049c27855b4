//! The embedded snapshot: a text table, searched where it lies and decoded a row at a time.
//!
//! `data/README.md` says how it is laid out and how to make a new one.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::sync::{Arc, LazyLock};

use rustc_hash::FxHashMap;

use super::model::{Capabilities, Model, Origin, Prices};
use super::{Date, Snapshot};

/// The snapshot.
pub(super) static TABLE: LazyLock<Table> =
    LazyLock::new(|| Table::new(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/catalogue.tsv"))));

thread_local! {
    /// The rows of [`TABLE`] that this thread asked for: definitions name the same few models over and over. Each thread
    /// has its own, as even counting who holds a row would have them wait for each other.
    static ASKED: RefCell<FxHashMap<&'static str, Arc<Model>>> = RefCell::default();
}

/// A row of [`TABLE`], kept for whoever asks next in this thread.
pub(super) fn known(id: &str) -> Option<Arc<Model>> {
    ASKED.with_borrow_mut(|asked| {
        if let Some(model) = asked.get(id) {
            return Some(Arc::clone(model));
        }
        let row = TABLE.search(|row| row.cmp(id))?;
        let model = Arc::new(decode(row)?);
        asked.insert(id_of(row), Arc::clone(&model));
        Some(model)
    })
}

/// Rows sorted by id, one a line, below comment lines that say where they come from.
pub(super) struct Table {
    snapshot: Snapshot,
    rows: &'static str,
}

impl Table {
    fn new(text: &'static str) -> Table {
        let mut snapshot = Snapshot { date: None, sources: Vec::new(), note: "" };
        let mut rows = text;
        while let Some((line, rest)) = rows.split_once('\n').filter(|(line, _)| line.starts_with('#')) {
            let line = line.trim_end();
            if let Some(date) = line.strip_prefix("# date: ") {
                snapshot.date = date.parse().ok();
            } else if let Some(source) = line.strip_prefix("# source: ") {
                snapshot.sources.push(source);
            } else if let Some(note) = line.strip_prefix("# note: ") {
                snapshot.note = note;
            }
            rows = rest;
        }
        Table { snapshot, rows }
    }

    pub(super) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// All ids, sorted.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.rows.lines().map(id_of)
    }

    pub(super) fn contains(&self, id: &str) -> bool {
        self.search(|row| row.cmp(id)).is_some()
    }

    pub(super) fn get(&self, id: &str) -> Option<Model> {
        decode(self.search(|row| row.cmp(id))?)
    }

    pub(super) fn has_provider(&self, provider: &str) -> bool {
        // A row `provider/…` stands right where `provider/` alone would.
        self.search(|row| match row.strip_prefix(provider) {
            Some(rest) => rest.chars().next().map_or(Ordering::Less, |c| c.cmp(&'/')),
            None => row.cmp(provider),
        })
        .is_some()
    }

    /// The models of a provider, in order.
    pub(super) fn of(&self, provider: &str) -> impl Iterator<Item = Model> {
        let own = move |line: &&str| line.strip_prefix(provider).is_some_and(|rest| rest.starts_with('/'));
        self.rows.lines().skip_while(move |line| !own(line)).take_while(own).filter_map(decode)
    }

    /// Binary search over the bytes: the line in the middle is found by going back to the break before it.
    fn search(&self, order: impl Fn(&str) -> Ordering) -> Option<&'static str> {
        let bytes = self.rows.as_bytes();
        let (mut low, mut high) = (0, bytes.len());
        while low < high {
            let middle = low.midpoint(high);
            let start = bytes.get(..middle)?.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
            let line = self.rows.get(start..)?.split('\n').next()?;
            match order(id_of(line)) {
                Ordering::Less => low = start + line.len() + 1,
                Ordering::Greater => high = start,
                Ordering::Equal => return Some(line.trim_end()),
            }
        }
        None
    }
}

fn id_of(line: &str) -> &str {
    line.split('\t').next().unwrap_or(line)
}

/// Reads a row. Columns that are empty or left out at the end are unknown.
fn decode(line: &str) -> Option<Model> {
    let mut columns = line.split('\t');
    let (provider, model) = columns.next()?.split_once('/')?;
    let mut next = || columns.next().filter(|column| !column.is_empty());
    let mut row = Model::named(provider, model, Origin::Snapshot);
    row.creator = next().map(str::to_owned);
    row.prices = Prices {
        prompt: next().and_then(dollars_per_token),
        completion: next().and_then(dollars_per_token),
        cache_read: next().and_then(dollars_per_token),
        cache_write: next().and_then(dollars_per_token),
    };
    row.context = next().and_then(|tokens| tokens.parse().ok());
    row.max_output = next().and_then(|tokens| tokens.parse().ok());
    row.input = next().map(words).unwrap_or_default();
    row.output = next().map(words).unwrap_or_default();
    row.capabilities = next().map(capabilities).unwrap_or_default();
    row.retires_on = next().and_then(|date| date.parse::<Date>().ok());
    Some(row)
}

/// The table gives dollars per million tokens. The exponent goes into the text, so that no digit is rounded twice.
fn dollars_per_token(per_million: &str) -> Option<f64> {
    format!("{per_million}e-6").parse().ok()
}

fn words(column: &str) -> Vec<String> {
    column.split(',').map(str::to_owned).collect()
}

/// A capital is a yes, a small letter a no.
fn capabilities(letters: &str) -> Capabilities {
    let known = |letter: char| {
        letters.chars().find(|c| c.eq_ignore_ascii_case(&letter)).map(|c| c.is_ascii_uppercase())
    };
    Capabilities {
        function_calling: known('F'),
        web_search: known('W'),
        reasoning: known('R'),
        response_schema: known('S'),
        vision: known('V'),
        prompt_caching: known('C'),
    }
}
