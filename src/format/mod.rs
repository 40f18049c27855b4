//! One layout for every definition.
//!
//! In: a [`SourceFile`] of YAML. Out: its text laid out anew, with the same comments and the same meaning, which is
//! proved by reading the result again before anybody gets to see it. It knows which values are conditions, and of
//! routers nothing else; it reads and writes no files.

mod condition;
mod lines;
mod places;
mod printer;
mod proof;
pub mod scalar;
mod source;

use crate::diag::Sink;
use crate::source::SourceFile;
use crate::yaml::{self, DecodeFault, Options};

/// How wide a line may be before brackets and conditions are broken up, in characters.
pub const WIDTH: usize = 100;

/// What formatting came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Formatted {
    /// The file's text in its one layout.
    Text(String),
    /// JSON, which other tools lay out.
    Json,
    /// It holds errors of syntax, which were reported.
    Unreadable,
    /// The result cannot be trusted, or not be made: why, as half a sentence that goes on from "formatted, it would".
    Refused(String),
}

/// Lays a file out anew. What is wrong with its syntax goes to `sink`; what is wrong with its meaning is not looked for.
pub fn format(
    file: &SourceFile,
    fault: Option<&DecodeFault>,
    options: &Options,
    sink: &mut Sink,
) -> Formatted {
    if fault.is_none() && is_json(file) {
        return Formatted::Json;
    }
    let before = sink.error_count();
    let tree = yaml::parse_decoded(file, fault, options, sink);
    if sink.error_count() > before || tree.documents.iter().any(|document| document.damaged) {
        return Formatted::Unreadable;
    }
    let Some(parts) = yaml::written(file) else {
        return Formatted::Refused("be another one: the two readings of it differ".into());
    };
    let reading = proof::Reading::new(file, tree, parts);
    let Some(text) = printer::print(&reading, options.limits.bytes) else {
        let limit = options.limits.bytes;
        return Formatted::Refused(format!("have more than {limit} bytes, which is the limit"));
    };
    match proof::differs(&reading, &text, options) {
        None => Formatted::Text(text),
        Some(what) => Formatted::Refused(what),
    }
}

/// JSON by its name or by all of its text.
pub fn is_json(file: &SourceFile) -> bool {
    let text = file.text().trim_start_matches('\u{feff}');
    file.name().to_ascii_lowercase().ends_with(".json")
        || text.trim_start().starts_with(['{', '['])
            && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}
