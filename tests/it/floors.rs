//! Who may use whom: a module uses only modules on lower floors.

use std::collections::BTreeSet;

use crate::tree::{ROOT, rust_files};

/// The floors, the same as in `ARCHITECTURE.md`.
const FLOORS: &[(u32, &str)] = &[
    (0, "source"),
    (0, "diag"),
    (1, "yaml"),
    (1, "cel"),
    (2, "catalogue"),
    (2, "model"),
    (3, "callers"),
    (3, "check"),
    (4, "compile"),
    (4, "emit"),
    (5, "simulate"),
    (6, "analyze"),
    (6, "observe"),
    (7, "diff"),
    (7, "lint"),
    (7, "suite"),
    (7, "format"),
    (8, "import"),
    (8, "registry"),
    (8, "fix"),
    (9, "pipeline"),
    (9, "render"),
    (10, "lib"),
    (11, "cli"),
];

/// The one pair that shares a floor.
const NEIGHBOURS: &[(&str, &str)] = &[("diag", "source")];

fn floor(module: &str) -> Option<u32> {
    FLOORS.iter().find(|(_, name)| *name == module).map(|(floor, _)| *floor)
}

/// The top-level modules that a file names, and `lib` for what stands in `lib.rs` itself.
fn uses(path: &str, text: &str) -> BTreeSet<String> {
    let code: String =
        text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let mut found = BTreeSet::new();
    for (_, rest) in code.match_indices("crate::").map(|(at, word)| (at, &code[at + word.len()..])) {
        found.extend(heads(rest));
    }
    // As many `super` as the file is deep lead to the root as well.
    let inside = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    let up = "super::".repeat(inside.split('/').count());
    for line in code.lines() {
        let line = line.trim_start_matches("pub ").trim_start_matches("use ");
        if let Some(rest) = line.strip_prefix(&up).filter(|rest| !rest.starts_with("super::")) {
            found.extend(heads(rest));
        }
    }
    found
}

/// The first names of what follows `crate::`: one, or those of a `{…}` list.
fn heads(rest: &str) -> Vec<String> {
    let item = |text: &str| {
        let name: String = text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let called = text.trim()[name.len()..].starts_with('(');
        match name.as_str() {
            // Macros of `diag` that Rust exports at the root.
            "declare_rules" | "rule_meta" => "diag".to_owned(),
            _ if floor(&name).is_some() && !called => name,
            _ => "lib".to_owned(),
        }
    };
    let Some(list) = rest.strip_prefix('{') else { return vec![item(rest)] };
    let mut depth = 0;
    let mut items = vec![String::new()];
    for c in list.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => items.push(String::new()),
            _ => {
                depth += i32::from(c == '{') - i32::from(c == '}');
                items.last_mut().unwrap().push(c);
            }
        }
    }
    items.iter().filter(|text| !text.trim().is_empty()).map(|text| item(text)).collect()
}

fn faults(path: &str, text: &str) -> Vec<String> {
    let module = path.trim_start_matches("src/").split('/').next().unwrap().trim_end_matches(".rs");
    if module == "main" {
        return Vec::new();
    }
    let Some(own) = floor(module) else { return vec![format!("{path}: `{module}` stands on no floor")] };
    uses(path, text)
        .into_iter()
        .filter(|used| used != module && !NEIGHBOURS.contains(&(module, used)))
        .filter(|used| floor(used).is_none_or(|floor| floor >= own))
        .map(|used| format!("{path}: `{module}` on floor {own} uses `{used}`, which is not below"))
        .collect()
}

#[test]
fn modules_use_lower_floors_only() {
    let faults: Vec<String> =
        rust_files(&["src"]).iter().flat_map(|file| faults(&file.path, &file.text)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What `src/cel/README.md` says of the folder.
#[test]
fn cel_uses_nothing_outside_itself() {
    for file in rust_files(&["src/cel"]) {
        let used = uses(&file.path, &file.text);
        assert!(used.iter().all(|used| used == "cel"), "{}: {used:?}", file.path);
    }
}

#[test]
fn the_table_is_that_of_the_documentation() {
    let text = std::fs::read_to_string(format!("{ROOT}/ARCHITECTURE.md")).unwrap();
    let block = text.split("```floors\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let documented: Vec<(u32, &str)> = block
        .lines()
        .map(|line| {
            let mut words = line.split_whitespace();
            let floor = words.next().and_then(|word| word.parse().ok()).unwrap();
            (floor, words.next().unwrap().trim_end_matches('/').trim_end_matches(".rs"))
        })
        .collect();
    assert_eq!(documented, FLOORS);
}

#[test]
fn uses_are_read_in_every_spelling() {
    let names = |path: &str, text: &str| uses(path, text).into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(names("src/cel/a.rs", "use crate::diag::Meta; fn f() { crate::yaml::read() }"), "diag yaml");
    assert_eq!(names("src/cel/a.rs", "use crate::{source::{Span, X}, cel, Options};"), "cel lib source");
    assert_eq!(names("src/cel/a.rs", "// crate::diag\nuse super::super::diag::X;\nuse super::yaml;"), "diag");
    assert_eq!(names("src/cel/mod.rs", "use super::diag::X;\nmod tests {\n    use super::yaml;\n}"), "diag");
    assert_eq!(
        names("src/cli/a.rs", "crate::check(x); crate::check::f(x); crate::declare_rules! {}"),
        "check diag lib"
    );
}

#[test]
fn a_use_of_a_higher_floor_is_a_fault() {
    assert_eq!(faults("src/diag/x.rs", "use crate::source::Span;").len(), 0);
    assert_eq!(faults("src/source/x.rs", "use crate::diag::Meta;").len(), 1);
    assert_eq!(faults("src/cel/x.rs", "use crate::yaml::Tree;").len(), 1);
    assert_eq!(faults("src/check/x.rs", "use crate::Options;").len(), 1);
    assert_eq!(faults("src/cli/x.rs", "use crate::{Options, check};").len(), 0);
    assert_eq!(faults("src/attic/x.rs", "").len(), 1);
}
