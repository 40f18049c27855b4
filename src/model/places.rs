//! Where model ids stand in a file, whatever it is for: routes, invariants, tests, either spelling.
//!
//! This looks at keys and at nothing else, so that a file with faults can be edited, and parts that are only carried
//! (tests, requests, keys of a later version) as well.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::diag::Edit;
use crate::source::{SourceFile, Span};
use crate::yaml::{Kind, Node, Scalar, Tree};

/// What a value is, by the key before it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Inside {
    /// Keys to look at.
    Keys,
    /// Ids of models, one or a list.
    Ids,
    /// Lists of ids under names of the author's own.
    Pools,
}

/// What a key leads to; none where no model id can stand.
fn inside(key: &str) -> Option<Inside> {
    match key {
        "model" | "model_id" | "modelId" | "models" | "fallbacks" | "candidates" | "ignore" | "plan"
        | "attempts" | "down" => Some(Inside::Ids),
        "pools" => Some(Inside::Pools),
        // What callers send, what is said to a model, and how.
        "metadata"
        | "prompt_variables"
        | "promptVariables"
        | "messages"
        | "message_templates"
        | "messageTemplates"
        | "text_generation_config"
        | "textGenerationConfig"
        | "params"
        | "prompt" => None,
        key if key.starts_with("x-") => None,
        _ => Some(Inside::Keys),
    }
}

/// A scalar that names a model.
struct Place<'t> {
    scalar: &'t Scalar,
    span: Span,
}

/// Every place of a file where the id of a model may stand, each once.
fn places(tree: &Tree) -> Vec<Place<'_>> {
    let mut open: Vec<(&Arc<Node>, Inside)> =
        tree.documents.iter().filter_map(|document| Some((document.root.as_ref()?, Inside::Keys))).collect();
    // An alias shares the node that it names.
    let mut seen: FxHashSet<(*const Node, Inside)> = FxHashSet::default();
    let mut found = Vec::new();
    while let Some((node, state)) = open.pop() {
        if !seen.insert((Arc::as_ptr(node), state)) {
            continue;
        }
        match &node.kind {
            Kind::Scalar(scalar) if state == Inside::Ids => found.push(Place { scalar, span: node.span }),
            Kind::Sequence(items) => open.extend(items.iter().map(|item| (item, state))),
            Kind::Mapping(entries) => open.extend(entries.iter().filter_map(|entry| {
                let next = if state == Inside::Pools { Some(Inside::Ids) } else { inside(entry.key.text()) };
                Some((&entry.value, next?))
            })),
            Kind::Scalar(_) | Kind::Broken => {}
        }
    }
    found.sort_by_key(|place| place.span.start);
    found.dedup_by_key(|place| place.span.start);
    found
}

/// What it takes to put one model in place of another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replacement {
    /// The changes, in the order of the file.
    pub edits: Vec<Edit>,
    /// Places that name the model in a way that cannot be changed byte by byte, such as one with escapes in it.
    pub stuck: Vec<Span>,
}

/// Puts `new` in place of the model id `old` wherever `old` stands: alone, with a suffix (`:free`, `:fast`), or as what
/// is down in a test (`old=429`). Comments and layout stay.
pub fn replace_model(tree: &Tree, file: &SourceFile, old: &str, new: &str) -> Replacement {
    let mut out = Replacement::default();
    for place in places(tree) {
        let names_it = place.scalar.value.strip_prefix(old).is_some_and(|rest| {
            rest.is_empty() || rest == ":free" || rest == ":fast" || rest.starts_with('=')
        });
        if !names_it {
            continue;
        }
        let span = place.scalar.verbatim(file, 0..old.len());
        match span.zip(place.scalar.style.encode(new, true)) {
            Some((span, text)) => out.edits.push(Edit { span, text }),
            None => out.stuck.push(place.span),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Sink, apply};
    use crate::source::Sources;
    use crate::yaml;

    fn replaced(text: &str) -> (String, usize) {
        let (mut sources, mut sink) = (Sources::new(), Sink::new());
        let id = sources.add("a.yaml", text);
        let file = sources.get(id).unwrap();
        let tree = yaml::parse(file, &yaml::Options::default(), &mut sink);
        let found = replace_model(&tree, file, "a/old", "b/new");
        (apply(text, id, &found.edits).unwrap(), found.stuck.len())
    }

    #[test]
    fn everywhere_a_model_stands_and_nowhere_else() {
        let text = r#"
# a/old stays in comments
name: a/old
description: a/old
metadata: {model: {type: string, enum: [a/old]}}
pools: {fast: [a/old, c/d], slow: a/old}
x-model: {model: a/old}
routes:
  - id: r
    when: model == "a/old"
    variants:
      - {id: v, weight: 50, model: a/old, fallbacks: ["a/old", a/older, 'a/old:fast']} # a/old
      - id: w
        weight: 50
        model: auto
        candidates: &pool
          - a/old   # kept
          - xa/old
        ignore: a/old
  - id: s
    when: true
    model: auto
    candidates: *pool
    message_templates: [{role: system, content: a/old}]
default: {model: a/old}
invariants:
  - never: {model: [a/old, "a/*"], route: a/old}
tests:
  - request: {model: a/old, metadata: {model: a/old}, messages: [{role: user, content: a/old}], extra_body: {models: [a/old], metadata: {ignore: a/old}}}
    down: [a/old=429, a/old, c=50%]
    expect: {model: a/old, plan: [a/old, {model: a/old, outcome: ok}], route: a/old}
"#;
        let (after, stuck) = replaced(text);
        assert_eq!(stuck, 0);
        let changed: Vec<&str> = after.lines().filter(|line| line.contains("b/new")).collect();
        let wanted = [
            "pools: {fast: [b/new, c/d], slow: b/new}",
            "      - {id: v, weight: 50, model: b/new, fallbacks: [\"b/new\", a/older, 'b/new:fast']} # a/old",
            "          - b/new   # kept",
            "        ignore: b/new",
            "default: {model: b/new}",
            "  - never: {model: [b/new, \"a/*\"], route: a/old}",
            "  - request: {model: b/new, metadata: {model: a/old}, messages: [{role: user, content: a/old}], extra_body: {models: [b/new], metadata: {ignore: a/old}}}",
            "    down: [b/new=429, b/new, c=50%]",
            "    expect: {model: b/new, plan: [b/new, {model: b/new, outcome: ok}], route: a/old}",
        ];
        assert_eq!(changed, wanted);
        assert_eq!(after.replace("b/new", "a/old"), text);
    }

    #[test]
    fn the_wire_form_in_either_casing() {
        let text = r#"{"routers": [{"name": "x", "defaultRoute": {"variants": [
            {"variant": {"modelId": "a/old", "model_selection": {"models": ["a/old"], "ignore": ["a/old"]}}},
            {"variant": {"model_id": "a\/old"}}]}}]}"#;
        let (after, stuck) = replaced(text);
        assert_eq!((after.matches("b/new").count(), stuck), (3, 1), "{after}");
    }

    #[test]
    fn block_scalars_are_ids_too() {
        let (after, stuck) = replaced("name: x\ndefault:\n  model: >-\n    a/old\n");
        assert_eq!((after.as_str(), stuck), ("name: x\ndefault:\n  model: >-\n    b/new\n", 0));
    }
}
