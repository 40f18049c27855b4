//! Nothing in `docs/` is out of reach: every page is looked at by the tests, and found from the first one.

use std::fs;
use std::path::{Path, PathBuf};

use crate::readme::generated;
use crate::tree::ROOT;

/// All pages below `docs/`, by their paths from there.
fn pages() -> Vec<String> {
    let root = Path::new(ROOT).join("docs");
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "md") {
                found.push(path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_page_is_looked_at_by_the_tests() {
    // `readme.rs` runs the sessions of these folders, `pages.rs` the examples of the diagnostics.
    let folders = ["", "design", "diagnostics"];
    let skipped: Vec<String> = pages()
        .into_iter()
        .filter(|page| !folders.contains(&page.rsplit_once('/').map_or("", |(folder, _)| folder)))
        .collect();
    assert_eq!(skipped, [""; 0]);
    let unrun: Vec<String> = pages()
        .into_iter()
        .filter(|page| page.starts_with("diagnostics/"))
        .filter(|page| {
            let text = fs::read_to_string(Path::new(ROOT).join("docs").join(page)).unwrap();
            text.contains("```console")
        })
        .collect();
    assert_eq!(unrun, [""; 0], "nobody runs sessions on these pages");
}

#[test]
fn every_page_is_found_from_the_first_one() {
    let first = fs::read_to_string(Path::new(ROOT).join("docs/README.md")).unwrap();
    let lost: Vec<String> = pages()
        .into_iter()
        .filter(|page| page != "README.md" && (!page.contains('/') || page == "design/README.md"))
        .filter(|page| !first.contains(&format!("]({page})")) && !first.contains(&format!("]({page}#")))
        .collect();
    assert_eq!(lost, [""; 0], "docs/README.md does not link them");
}

#[test]
fn links_of_diagnostics_lead_somewhere() {
    let folder = Path::new(ROOT).join("docs/diagnostics");
    let mut faults = Vec::new();
    for page in pages().iter().filter_map(|page| page.strip_prefix("diagnostics/")) {
        let text = fs::read_to_string(folder.join(page)).unwrap();
        for (_, rest) in text.match_indices("](").map(|(at, sign)| (at, &text[at + sign.len()..])) {
            let target = rest.split([')', '#']).next().unwrap();
            if !target.is_empty() && !target.contains("://") && !folder.join(target).exists() {
                faults.push(format!("{page}: {target}"));
            }
        }
    }
    assert_eq!(faults, [""; 0]);
}

#[test]
fn the_design_records_are_indexed() {
    let mut index = String::from(
        "# Design records\n\nWhy things are as they are, where somebody may ask: what was decided, for which reasons, and \
         what was not done instead.\nA record stays when it no longer holds, and says so. What holds today stands in \
         [ARCHITECTURE.md](../../ARCHITECTURE.md).\n\n",
    );
    for page in pages().iter().filter_map(|page| page.strip_prefix("design/")) {
        if page == "README.md" {
            continue;
        }
        let text = fs::read_to_string(Path::new(ROOT).join("docs/design").join(page)).unwrap();
        let title = text.lines().next().unwrap().trim_start_matches("# ");
        let (number, title) =
            title.split_once(". ").unwrap_or_else(|| panic!("{page} has no number: {title}"));
        assert!(page.starts_with(&format!("{number:0>4}-")), "{page}: {number}");
        index.push_str(&format!("{number}. [{title}]({page})\n"));
    }
    generated("docs/design/README.md", None, &index);
}
