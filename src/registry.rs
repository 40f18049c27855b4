//! Every rule there is.
//!
//! In: the list `ALL` that each pass declares its rules with. Out: all of them, to be looked up by name or code and
//! held to what is promised of names, codes and pages.

use crate::diag::Meta;

/// The lists of the passes; a new pass adds its own here.
static PASSES: &[&[&Meta]] = &[
    crate::yaml::rules::ALL,
    crate::model::rules::ALL,
    crate::check::rules::ALL,
    crate::simulate::rules::ALL,
    crate::analyze::rules::ALL,
    crate::suite::rules::ALL,
];

/// Every rule, by pass.
pub fn all() -> impl Iterator<Item = &'static Meta> {
    PASSES.iter().copied().flatten().copied().chain(crate::lint::metas())
}

/// The rule of this name.
pub fn by_name(name: &str) -> Option<&'static Meta> {
    all().find(|meta| meta.name == name)
}

/// The rule of this name, or of this code in any case.
pub fn find(name_or_code: &str) -> Option<&'static Meta> {
    all().find(|meta| meta.name == name_or_code || meta.code.eq_ignore_ascii_case(name_or_code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Fixability, Group, Level};

    /// What is wrong with a set of rules.
    fn faults<'a>(metas: impl Iterator<Item = &'a Meta>) -> Vec<String> {
        let mut faults = Vec::new();
        let mut seen: Vec<&Meta> = Vec::new();
        for meta in metas {
            let mut complain = |what: &str| faults.push(format!("{}: {what}", meta.name));
            if seen.iter().any(|m| m.name == meta.name) {
                complain("name given twice");
            }
            if seen.iter().any(|m| m.code == meta.code) {
                complain("code given twice");
            }
            seen.push(meta);
            let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if !meta.name.chars().all(kebab) || meta.name.split('-').any(str::is_empty) {
                complain("name is not kebab-case");
            }
            let digits = meta.code.strip_prefix("IRC").unwrap_or_default();
            if digits.len() != 3 || !digits.bytes().all(|b| b.is_ascii_digit()) {
                complain("code is not IRC and three digits");
            }
            if meta.page.lines().next() != Some(&format!("# {}", meta.name)) {
                complain("page does not begin with its name");
            }
            for heading in ["## Fails", "## Passes"] {
                let below = meta.page.split_once(&format!("\n{heading}\n")).map(|(_, below)| below);
                let section = below.map(|below| below.split("\n## ").next().unwrap_or_default());
                if section.is_none_or(|s| s.matches("\n```").count() < 2) {
                    complain(&format!("page has no `{heading}` with a fenced block"));
                }
            }
        }
        faults
    }

    #[test]
    fn rules_keep_the_promises() {
        assert_eq!(faults(all()), Vec::<String>::new());
    }

    #[test]
    fn faults_are_found() {
        const PAGE: &str =
            "# good-one\n\nText.\n\n## Fails\n\n```yaml\na\n```\n\n## Passes\n\n```yaml\nb\n```\n";
        const GOOD: Meta = Meta {
            name: "good-one",
            code: "IRC998",
            level: Level::Error,
            group: Group::Internal,
            since: "0.1.0",
            fixable: Fixability::None,
            page: PAGE,
        };
        assert_eq!(faults([GOOD].iter()), Vec::<String>::new());
        let bad = [
            GOOD,
            GOOD,
            Meta { name: "Bad_one", code: "IRC1", ..GOOD },
            Meta {
                code: "IRC997",
                name: "no-example",
                page: "# no-example\n\n## Fails\n\n## Passes\n\n```yaml\n```\n",
                ..GOOD
            },
        ];
        assert_eq!(
            faults(bad.iter()),
            [
                "good-one: name given twice",
                "good-one: code given twice",
                "Bad_one: name is not kebab-case",
                "Bad_one: code is not IRC and three digits",
                "Bad_one: page does not begin with its name",
                "no-example: page has no `## Fails` with a fenced block",
            ]
        );
    }

    #[test]
    fn finds_by_name_and_code() {
        for meta in all() {
            assert_eq!(find(meta.name), Some(meta));
            assert_eq!(find(&meta.code.to_lowercase()), Some(meta));
        }
        assert_eq!(find("no-such-rule"), None);
        assert_eq!(find(""), None);
    }
}
