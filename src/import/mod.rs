//! What is deployed, as a definition in the authoring form.
//!
//! In: a definition in the wire form that was checked, and the node of the document that it was read from. Out: the same
//! router as YAML in its layout, and the proof of it: the text is read and built again, and what the two differ in is
//! told path by path. It knows neither files nor which models there are.

mod compare;
mod types;
mod write;

use std::collections::BTreeSet;

use crate::check::{self, Checked};
use crate::diag::Sink;
use crate::emit;
use crate::format::{self, Formatted};
use crate::model::{self, Definition};
use crate::source::{SourceFile, Sources, Span};
use crate::yaml::{self, Kind, Node};

/// A router in the authoring form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Imported {
    /// The definition.
    pub text: String,
    /// In what the JSON that is built of it differs from what was imported, each with its path.
    pub differences: Vec<String>,
    /// The paths of conditions of which only blanks differ.
    pub respaced: Vec<String>,
}

/// Writes a definition that was read from `file` without errors of shape in the authoring form. `None` for one that has
/// such errors, or that is in the authoring form.
pub fn import(file: &SourceFile, checked: &Checked, options: &check::Options<'_>) -> Option<Imported> {
    let definition = &checked.definition;
    if definition.damaged || definition.form != model::Form::Wire {
        return None;
    }
    let tree = yaml::parse(file, &yaml::Options::default(), &mut Sink::new());
    let roots = tree.documents.iter().filter_map(|document| document.root.as_deref());
    let node = roots.into_iter().find_map(|root| find(root, definition.span))?;
    let original = compare::value(node);
    let types = types::declared(checked);
    let known = errors(&checked.definition, options);
    // A block of types turns what was a warning into an error: then it is not for us to write one.
    let typed = build(checked, &types).filter(|built| errors(&built.definition, options) <= known);
    let built = match typed {
        Some(built) => built,
        None => build(checked, &[])?,
    };
    let after = serde_json::to_value(&built.router).ok()?;
    let (differences, respaced) = compare::differences(&original, &after);
    Some(Imported { text: built.text, differences, respaced })
}

/// A text in its layout, and what it says.
struct Built {
    text: String,
    definition: Definition,
    router: emit::wire::Router,
}

/// Writes a router, without the keys of configuration blocks that the authoring form refuses.
fn build(checked: &Checked, types: &[types::Declared]) -> Option<Built> {
    let mut unknown = BTreeSet::new();
    loop {
        match laid_out(&write::router(checked, types, &unknown))? {
            Ok(built) => return Some(built),
            Err(refused) => {
                let before = unknown.len();
                unknown.extend(refused);
                if unknown.len() == before {
                    return None;
                }
            }
        }
    }
}

/// The layout of a text and what is read from it, or the keys in it that nobody knows.
fn laid_out(text: &str) -> Option<Result<Built, Vec<String>>> {
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let yaml = yaml::Options::default();
    let id = sources.add("router.yaml", text);
    let Formatted::Text(text) = format::format(sources.get(id)?, None, &yaml, &mut sink) else { return None };
    let id = sources.add("router.yaml", text.as_str());
    let file = sources.get(id)?;
    let tree = yaml::parse(file, &yaml, &mut sink);
    let definition = model::lower(&tree, &mut sink).definitions.pop()?;
    match emit::router(&definition) {
        Some(router) => Some(Ok(Built { text, definition, router })),
        None => {
            let unknown = sink.as_slice().iter().filter(|d| d.meta == &model::rules::UNKNOWN_FIELD);
            Some(Err(unknown.map(|d| file.slice(d.span).trim_matches(['"', '\'']).to_owned()).collect()))
        }
    }
}

/// The node of a router in its document.
fn find(root: &Node, span: Span) -> Option<&Node> {
    if root.span == span && root.get("routers").is_none() {
        return Some(root);
    }
    let Kind::Sequence(items) = &root.get("routers")?.kind else { return None };
    items.iter().map(|item| &**item).find(|item| item.span == span)
}

/// How many errors a definition has beyond its shape.
fn errors(definition: &Definition, options: &check::Options<'_>) -> usize {
    let mut sink = Sink::new();
    check::check(definition.clone(), options, &mut sink);
    sink.error_count()
}
