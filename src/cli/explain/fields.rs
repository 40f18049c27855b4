//! Pages of keys: of the definition language and of `irc.toml`, out of the schemas that editors read.

use std::fmt::Write;

use schemars::schema_for;

use super::super::config::Written;
use crate::model::schema::keys::{Key, Shape, shapes};
use crate::model::{self, schema};
use crate::render::{wrap, yaml};

/// How wide a page is, as those in files are.
const WIDTH: usize = 120;

/// More places of one key are not listed.
const MOST_PLACES: usize = 4;

/// More parts of a dotted name have no key.
const MOST_PARTS: usize = 12;

/// What the schema says of the definition language.
pub(super) fn language() -> Vec<Shape> {
    shapes(&schema::definition().to_value())
}

/// What the schema says of `irc.toml`.
pub(super) fn settings() -> Vec<Shape> {
    let mut schema = schema_for!(Written);
    schema::tidy(&mut schema);
    shapes(&schema.to_value())
}

/// The keys that can be asked for, each once, in the order in which people meet them.
pub(super) fn names(shapes: &[Shape]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for key in shapes.iter().flat_map(|shape| &shape.keys) {
        if !names.contains(&key.name) {
            names.push(key.name.clone());
        }
    }
    names
}

/// The page of a key of definitions: `fallbacks`, `variants.weight`, `routes[0].id`.
pub(super) fn page(shapes: &[Shape], name: &str) -> Option<String> {
    of(shapes, name, "a definition", true)
}

/// The page of a setting of `irc.toml`.
pub(super) fn setting_page(shapes: &[Shape], name: &str) -> Option<String> {
    of(shapes, name, "`irc.toml`", false)
}

/// The page of a key that the wire form has: it is called something else here.
pub(super) fn wire_page(shapes: &[Shape], name: &str) -> Option<String> {
    let mut names: Vec<&str> = model::wire_names(name);
    names.retain(|new| !new.is_empty() && *new != name);
    names.dedup();
    let first = names.first()?;
    let list = crate::diag::suggest::or_list(&names);
    let mut text = format!(
        "# {name}\n\nA key of the wire form, the API's own JSON. In a definition it is written {list}.\n"
    );
    for name in &names {
        let _ = write!(text, "\n{}", page(shapes, name)?);
    }
    (!first.is_empty()).then_some(text)
}

/// Keys that are the same in several places.
struct Group<'s> {
    key: &'s Key,
    places: Vec<String>,
    /// Those where it cannot be left out.
    needed: Vec<String>,
}

fn of(shapes: &[Shape], name: &str, whole: &str, examples: bool) -> Option<String> {
    let parts = parts(name)?;
    let last = parts.last()?;
    let mut groups: Vec<Group<'_>> = Vec::new();
    for shape in shapes {
        for key in shape.keys.iter().filter(|key| key.name == *last) {
            let paths = shape.paths.iter().map(|path| match path.as_str() {
                "" => key.name.clone(),
                path => format!("{path}.{}", key.name),
            });
            let places: Vec<String> = paths.filter(|path| ends_so(path, &parts)).collect();
            if places.is_empty() {
                continue;
            }
            let same = |group: &&mut Group<'_>| {
                group.key.description == key.description && group.key.value == key.value
            };
            let needed = if key.required { places.clone() } else { Vec::new() };
            match groups.iter_mut().find(same) {
                Some(group) => {
                    group.places.extend(places);
                    group.needed.extend(needed);
                }
                None => groups.push(Group { key, places, needed }),
            }
        }
    }
    if groups.is_empty() {
        return None;
    }
    let mut text = format!("# {}\n", parts.join("."));
    if let [only] = groups.as_slice() {
        let places = listed(&only.places, MOST_PLACES);
        let _ = writeln!(text, "\n{}", wrap(&format!("A key of {whole}: {places}."), WIDTH, 0));
        describe(only, shapes, examples, &mut text);
    } else {
        let _ = writeln!(text, "\nA key of {whole} that means something else in each of these places.");
        for group in &groups {
            let _ = writeln!(text, "\n## {}", listed(&group.places, 2));
            describe(group, shapes, examples, &mut text);
        }
    }
    Some(text)
}

/// The parts of a dotted name, places of lists left out.
fn parts(name: &str) -> Option<Vec<&str>> {
    let parts: Vec<&str> = name.split('.').map(|part| part.split('[').next().unwrap_or_default()).collect();
    (parts.len() <= MOST_PARTS && parts.iter().all(|part| !part.is_empty())).then_some(parts)
}

/// Whether a path ends with the parts of a name; a key of the author's own may have any name.
fn ends_so(path: &str, parts: &[&str]) -> bool {
    let mut path = path.rsplit('.').map(|part| part.trim_end_matches("[]"));
    parts.iter().rev().all(|part| path.next().is_some_and(|known| known == *part || known.starts_with('<')))
}

/// Some places, the outermost first, and how many more there are.
fn listed(places: &[String], most: usize) -> String {
    let mut places: Vec<&String> = places.iter().collect();
    places.sort_by_key(|place| (place.matches('.').count(), place.starts_with("default.")));
    let shown: Vec<String> = places.iter().take(most).map(|place| format!("`{place}`")).collect();
    match places.len().saturating_sub(most) {
        0 => shown.join(", "),
        more => {
            format!("{} and {more} more {}", shown.join(", "), if more == 1 { "place" } else { "places" })
        }
    }
}

fn describe(group: &Group<'_>, shapes: &[Shape], examples: bool, text: &mut String) {
    let key = group.key;
    for paragraph in key.description.split("\n\n") {
        let _ = writeln!(text, "\n{}", wrap(&paragraph.replace('\n', " "), WIDTH, 0));
    }
    let needed = match group.needed.len() {
        0 => String::new(),
        n if n == group.places.len() => "; it cannot be left out".to_owned(),
        _ => format!("; it cannot be left out of {}", listed(&group.needed, 2)),
    };
    let _ = writeln!(text, "\n{}", wrap(&format!("Value: {}{needed}.", key.value), WIDTH, 0));
    if examples && !key.examples.is_empty() {
        text.push_str("\n```yaml\n");
        for example in key.examples.iter().take(3) {
            yaml::entry(&key.name, example, 0, text);
        }
        text.push_str("```\n");
    }
    for (at, (name, by_key)) in key.holds.iter().enumerate() {
        let Some(shape) = shapes.iter().find(|shape| shape.name == *name) else { continue };
        // One or a list of the same.
        if key.holds.iter().take(at).any(|(earlier, _)| earlier == name) {
            continue;
        }
        let head = match (by_key, at) {
            (true, _) => "Each value may be a mapping with these keys:",
            (false, 0) => "Keys of such a mapping:",
            (false, _) => "Or these:",
        };
        let _ = writeln!(text, "\n{head}\n");
        for inner in &shape.keys {
            let _ = writeln!(
                text,
                "* `{}`: {}",
                inner.name,
                wrap(first_sentence(&inner.description), WIDTH - 8, 2)
            );
        }
    }
}

/// The first sentence of a description.
fn first_sentence(text: &str) -> &str {
    let end = text.match_indices(". ").map(|(at, _)| at + 1).next();
    let text = text.lines().next().unwrap_or_default();
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_by_the_end_of_their_path() {
        let shapes = language();
        let found = |name: &str| page(&shapes, name);
        let weight = found("variants.weight").unwrap();
        assert!(weight.contains("`routes[].variants[].weight`, `default.variants[].weight`"), "{weight}");
        assert!(weight.contains("Value: whole number, from 0 to 100."), "{weight}");
        assert_eq!(
            found("routes[0].variants[1].weight").map(|p| p.lines().count()),
            found("routes.variants.weight").map(|p| p.lines().count())
        );
        assert!(found("metadata.tier.required").unwrap().contains("every request has this key"));
        assert!(found("text_generation_config.reasoning.effort").is_some());
        assert!(found("id").unwrap().contains("## `routes[].id`"), "{}", found("id").unwrap());
        for nothing in ["", ".", "weight.variants", "a.b.c", "routes.temperature", &"x.".repeat(5000)] {
            assert_eq!(found(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn examples_are_yaml() {
        let shapes = language();
        let page = page(&shapes, "candidates").unwrap();
        assert!(page.contains("```yaml\ncandidates: [openai, anthropic]\n```\n"), "{page}");
    }

    #[test]
    fn keys_of_the_wire_form_tell_their_other_name() {
        let page = wire_page(&language(), "model_id").unwrap();
        assert!(page.starts_with("# model_id\n\nA key of the wire form"), "{page}");
        assert!(page.contains("it is written `model`.\n\n# model\n"), "{page}");
        assert!(wire_page(&language(), "celExpression").is_some_and(|page| page.contains("written `when`")));
        assert_eq!(wire_page(&language(), "weight"), None);
    }

    #[test]
    fn settings_have_pages() {
        let shapes = settings();
        let page = setting_page(&shapes, "analysis.budget").unwrap();
        assert!(page.contains("A key of `irc.toml`: `analysis.budget`."), "{page}");
        assert!(setting_page(&shapes, "lint").unwrap().contains("`off`, `info`, `warning` or `error`"));
    }
}
