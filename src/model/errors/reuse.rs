//! The wording of what concerns names and shared files.

use super::REFUSED;
use crate::diag::Diagnostic;
use crate::model::rules::{
    INVALID_NAME, INVALID_VALUE, MISSING_FIELD, NOT_A_SHARED_FILE, REUSE_LIMIT, UNREADABLE_REFERENCE,
    WRONG_TYPE,
};
use crate::source::{Span, Spanned};
use crate::yaml::Node;

pub(in crate::model) fn condition_not_identifier(span: Span, name: &str) -> Diagnostic {
    let out = Diagnostic::new(&INVALID_NAME, span, format!("`{name}` cannot be the name of a condition"))
        .note("conditions name it bare, so it must be a CEL identifier: letters, digits and `_`, not beginning with a digit");
    let mut meant: String =
        name.chars().take(100).map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if meant.starts_with(|c: char| c.is_ascii_digit()) {
        meant.insert(0, '_');
    }
    if meant.is_empty() {
        out.help("give it a name, such as `big`")
    } else {
        out.help(format!("such as `{meant}`"))
    }
}

pub(in crate::model) fn condition_reserved(span: Span, name: &str) -> Diagnostic {
    let note = if name == "messages" {
        "in conditions `messages` is the list of the request's messages".to_owned()
    } else {
        format!("`{name}` is a reserved word of CEL")
    };
    Diagnostic::new(&INVALID_NAME, span, format!("`{name}` cannot be the name of a condition"))
        .note(note)
        .help(format!("give it another name, such as `is_{name}`"))
}

pub(in crate::model) fn empty_pool(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(&INVALID_VALUE, span, format!("the pool `{name}` is empty"))
        .note(
            "a list that consists of it alone would be empty too, and the service would choose from nothing",
        )
        .help("list at least one model, or remove the pool")
}

pub(in crate::model) fn path_instead_of_block(node: &Node, block: &str) -> Diagnostic {
    let path = node.text();
    Diagnostic::new(&WRONG_TYPE, node.span, format!("expected {block} with their names, found a path"))
        .note(REFUSED)
        .help(format!(
            "take them from the file with `use: {path}`, which may stand beside `{block}` of your own"
        ))
}

pub(in crate::model) fn too_many_files(span: Span, count: usize, most: usize) -> Diagnostic {
    Diagnostic::new(&REUSE_LIMIT, span, format!("`use` names {count} files, and {most} are read"))
        .note("the names in the others are not known, and nothing is built")
        .help("put several of them into one")
}

/// A file of `use` that could not be read.
pub fn unreadable_shared(path: &Spanned<String>, reason: &str) -> Diagnostic {
    Diagnostic::new(&UNREADABLE_REFERENCE, path.span, format!("cannot read `{}`: {reason}", path.value))
        .note("what it names is not known, so conditions cannot be checked")
        .help("the path is relative to the definition's own folder")
}

/// A file of `use` that holds nothing to share.
pub fn not_shared(path: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(&NOT_A_SHARED_FILE, path.span, format!("`{}` holds nothing to share", path.value))
        .note("a shared file has `metadata`, `conditions` or `pools`, and no keys of a router")
        .help("put what several routers need into a file of its own, and name that")
}

pub(in crate::model) fn no_metadata_in(span: Span) -> Diagnostic {
    Diagnostic::new(&MISSING_FIELD, span, "this file declares no metadata")
        .note(
            "it holds conditions or pools; without a `metadata` block nothing is known of what callers send",
        )
        .help("add `metadata:` with a type for each key, or take the file in with `use:`")
}
