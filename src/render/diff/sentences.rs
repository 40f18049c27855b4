//! Changes that are told in a sentence each.

use super::words::{Text, code, list, plain};
use crate::diff::{ContractChange, Note, Promise};

/// A change of what callers promise, as a sentence.
pub(super) fn contract(change: &ContractChange) -> Text {
    let text = promise(change);
    if change.stricter { text.plain(": callers who kept the old promise may break this one") } else { text }
}

fn promise(change: &ContractChange) -> Text {
    let key = match change.block {
        "metadata" => code(&change.key),
        block => code(format!("{block}.{}", change.key)),
    };
    let (old, new) = (change.old.as_deref(), change.new.as_deref());
    let from_to = |key: Text, what: &str| match (old, new) {
        (Some(old), Some(new)) => key.plain(format!(" {what} ")).code(old).plain(", now ").code(new),
        (None, Some(new)) => key.plain(format!(" {what} open, now ")).code(new),
        (Some(old), None) => key.plain(format!(" {what} ")).code(old).plain(", now open"),
        (None, None) => key,
    };
    match (change.what, old, new) {
        (Promise::Block, None, Some(new)) => {
            plain("there is a block ").code(change.block).plain(format!(" now ({new})"))
        }
        (Promise::Block, ..) => plain("there is no block ").code(change.block).plain(" any more"),
        (Promise::Key, None, Some(new)) => key.plain(format!(" is new: {new}")),
        (Promise::Key, Some(old), _) => key.plain(format!(" is gone; it was: {old}")),
        (Promise::Required | Promise::Nullable, Some(old), Some(new)) => {
            key.plain(format!(" was {old} and is {new}"))
        }
        (Promise::Type, ..) => from_to(key, "had the type"),
        (Promise::Values, ..) => from_to(key, "had the values"),
        (Promise::Min, ..) => from_to(key, "had the least value"),
        (Promise::Max, ..) => from_to(key, "had the greatest value"),
        _ => key,
    }
}

/// What a note is, for programs.
pub(super) fn kind(note: &Note) -> &'static str {
    match note {
        Note::Router { .. } => "router-renamed",
        Note::DisplayName { .. } => "display-name",
        Note::Route { .. } => "route-renamed",
        Note::Alike { .. } => "same-elsewhere",
        Note::Variant { .. } => "variant-renamed",
        Note::Unused { .. } => "route-added-unused",
        Note::Gone { .. } => "route-removed-unused",
        Note::Reordered => "routes-reordered",
        Note::Rewritten { .. } => "conditions-rewritten",
        Note::Selection { .. } => "selection-rewritten",
        Note::Key { .. } => "unknown-key",
        Note::Retires { .. } => "model-retires",
    }
}

pub(super) fn note(note: &Note, proved: bool) -> Text {
    match note {
        Note::Router { names: [old, new] } => plain("a new router: callers of ")
            .code(format!("inworld/{old}"))
            .plain(" do not reach it until they ask for ")
            .code(format!("inworld/{new}"))
            .plain(", and users are drawn anew"),
        Note::DisplayName { names: [old, new] } => {
            let shown = |name: &Option<String>| name.as_ref().map_or_else(|| plain("none"), code);
            plain("the display name was ").text(shown(old)).plain(" and is ").text(shown(new))
        }
        Note::Route { ids: [old, new] } => plain("route ")
            .code(&**old)
            .plain(" is now ")
            .code(&**new)
            .plain(": its requests are answered as before"),
        Note::Alike { ids: [old, new] } => plain("some requests of ")
            .code(&**old)
            .plain(" take ")
            .code(&**new)
            .plain(" now, which answers them the same way"),
        Note::Variant { route, ids: [old, new] } => plain("variant ")
            .code(&**old)
            .plain(" of ")
            .code(&**route)
            .plain(" is now ")
            .code(&**new)
            .plain(" and does the same"),
        Note::Unused { route } => plain("route ").code(&**route).plain(" is new, and no request moves to it"),
        Note::Gone { route } => {
            plain("route ").code(&**route).plain(" is gone, and no request moves because of it")
        }
        Note::Reordered if proved => plain("the routes stand in another order, which no request can tell"),
        Note::Reordered => plain("the routes stand in another order"),
        Note::Rewritten { routes } => {
            let many = if routes.len() == 1 { "the condition of " } else { "the conditions of " };
            let text = plain(many).text(list(routes.iter().map(|id| &**id)));
            text.plain(match (proved, routes.len()) {
                (false, 1) => " is written differently",
                (false, _) => " are written differently",
                (true, 1) => " is written differently and means the same",
                (true, _) => " are written differently and mean the same",
            })
        }
        Note::Selection { route, variant } => plain("how variant ")
            .code(&**variant)
            .plain(" of ")
            .code(&**route)
            .plain(" chooses is written differently and gives the same order at these prices"),
        Note::Key { key } => plain("the unknown key ").code(key).plain(" changed"),
        Note::Retires { model, on } => code(&**model).plain(format!(" is to be switched off on {on}")),
    }
}
