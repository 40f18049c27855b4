//! Is it wise?
//!
//! In: a [`Checked`] definition without errors and what was found in it so far; for some rules the text of a file, its
//! `allow` comments and all that was found in it. Out: diagnostics of the rules that are on. It refuses to know which
//! rules a project wants, and it never says again what another pass has said.
//!
//! A rule is one file of `rules/`: why it is there, its check, its words, its fix, its tests. It looks at the definition
//! through a `Context` and finds; it changes nothing and knows no other rule.

mod context;
mod edits;
mod expressions;
mod rules;
#[cfg(test)]
mod testing;

use crate::analyze::Budget;
use crate::catalogue::Catalogue;
use crate::check::Checked;
use crate::diag::{Diagnostic, Meta, Sink, Suppressions, Switches};
use crate::source::{FileId, Sources};
use context::{Context, FileContext};

/// A rule.
struct Rule {
    meta: Meta,
    check: Check,
}

/// What a rule looks at.
enum Check {
    /// A definition without errors.
    Definition(fn(&Context<'_>, &mut Vec<Diagnostic>)),
    /// A file, whatever it holds, when everything else in it was looked at.
    File(fn(&FileContext<'_>, &mut Vec<Diagnostic>)),
}

/// The metas of all rules.
pub fn metas() -> impl Iterator<Item = &'static Meta> {
    rules::ALL.iter().map(|rule| &rule.meta)
}

/// What lints rest on.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Which models there are.
    pub catalogue: &'a Catalogue,
    /// Which rules are on.
    pub rules: &'a Switches,
    /// Bounds on questions about all requests.
    pub analysis: Budget,
}

/// Looks at a definition that was analysed. One with errors is passed over: what it means is not known yet.
pub fn definition(checked: &Checked, options: Options<'_>, sources: &Sources, sink: &mut Sink) {
    if !checked.sound {
        return;
    }
    let mut found = Vec::new();
    let context = Context::new(checked, options, sources, sink.as_slice());
    for rule in rules::ALL.iter().filter(|rule| options.rules.is_on(&rule.meta)) {
        if let Check::Definition(check) = rule.check {
            check(&context, &mut found);
        }
    }
    sink.extend(found);
}

/// A file, and what is known of it.
#[derive(Clone, Copy)]
pub struct File<'a> {
    /// Which one.
    pub id: FileId,
    /// Its `allow` comments.
    pub suppressions: &'a Suppressions,
    /// Whether each of its definitions could be looked at by all passes.
    pub complete: bool,
    /// Every rule there is, by name.
    pub rule: fn(&str) -> Option<&'static Meta>,
    /// The names of all rules, for suggestions.
    pub names: fn() -> Vec<&'static str>,
}

/// Looks at a file, last of all.
pub fn file(file: File<'_>, rules: &Switches, sources: &Sources, sink: &mut Sink) {
    let Some(source) = sources.get(file.id) else { return };
    for rule in rules::ALL.iter().filter(|rule| rules.is_on(&rule.meta)) {
        if let Check::File(check) = rule.check {
            let mut found = Vec::new();
            check(&FileContext { file, source, rules, found: sink.as_slice() }, &mut found);
            sink.extend(found);
        }
    }
}
