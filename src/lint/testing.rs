//! What the tests of rules share: a definition in, the findings of one rule out.

use super::{File, Options, Rule, definition, file, metas};
use crate::analyze::{self, Budget, STEPS};
use crate::catalogue::Catalogue;
use crate::diag::{Diagnostic, Meta, Sink, Suppressions, Switches, apply};
use crate::source::{FileId, Sources};
use crate::{cel, check, model, yaml};

/// The findings of a rule: the text that each underlines, and its message.
pub(super) fn findings(rule: &'static Rule, text: &str) -> Vec<String> {
    findings_with(rule, text, STEPS)
}

/// The same, where the analysis may take so many steps.
pub(super) fn findings_with(rule: &'static Rule, text: &str, steps: u64) -> Vec<String> {
    let (sources, _, found, sound) = run(rule, text, steps);
    assert!(sound, "not sound: {text}");
    shown(&sources, &found)
}

/// The same, for a rule that looks at whole files.
pub(super) fn file_findings(rule: &'static Rule, text: &str) -> Vec<String> {
    let (sources, _, found, _) = run(rule, text, STEPS);
    shown(&sources, &found)
}

/// The text with the fixes of all its findings.
pub(super) fn fixed(rule: &'static Rule, text: &str) -> String {
    let (_, file, found, _) = run(rule, text, STEPS);
    let edits: Vec<_> = found.iter().flat_map(|d| &d.fixes).flat_map(|fix| fix.edits.clone()).collect();
    apply(text, file, &edits).unwrap()
}

/// A router with a route for each of these conditions.
pub(super) fn conditions(conditions: &[&str]) -> String {
    let mut text = "name: a\nroutes:\n".to_owned();
    for (at, condition) in conditions.iter().enumerate() {
        text.push_str(&format!(
            "  - id: r{at}\n    when: |-\n      {condition}\n    model: openai/gpt-5.2\n"
        ));
    }
    text + "default: {model: openai/gpt-4o-mini}\n"
}

fn shown(sources: &Sources, found: &[Diagnostic]) -> Vec<String> {
    let line = |d: &Diagnostic| sources.slice(d.span).lines().next().unwrap_or_default().to_owned();
    found.iter().map(|d| format!("{}: {}", line(d), d.message)).collect()
}

fn known(name: &str) -> Option<&'static Meta> {
    let lists = [yaml::rules::ALL, model::rules::ALL, check::rules::ALL, analyze::rules::ALL];
    lists.iter().copied().flatten().copied().chain(metas()).find(|meta| meta.name == name)
}

fn run(rule: &'static Rule, text: &str, steps: u64) -> (Sources, FileId, Vec<Diagnostic>, bool) {
    let catalogue = Catalogue::embedded();
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let id = sources.add("router.yaml", text);
    let source = sources.get(id).unwrap();
    let tree = yaml::parse_decoded(source, None, &yaml::Options::default(), &mut sink);
    let mut suppressions = Suppressions::default();
    tree.suppressions(source).into_iter().for_each(|s| suppressions.push(s));
    let mut rules = Switches::default();
    rules.set(&rule.meta, true);
    let analysis = Budget { steps, ..Budget::default() };
    let options = Options { catalogue: &catalogue, rules: &rules, analysis };
    let with =
        check::Options { catalogue: &catalogue, as_of: None, metadata: None, limits: cel::Limits::default() };
    let mut complete = true;
    for lowered in model::lower(&tree, &mut sink).definitions {
        let checked = check::check(lowered, &with, &mut sink);
        complete &= checked.sound;
        analyze::analyze(&checked, &catalogue, &sources, analysis, &mut sink);
        definition(&checked, options, &sources, &mut sink);
    }
    let names = || metas().map(|meta| meta.name).collect();
    let of_file = File { id, suppressions: &suppressions, complete, rule: known, names };
    file(of_file, &rules, &sources, &mut sink);
    let found = sink.finish(&Suppressions::default()).into_iter().filter(|d| d.meta == &rule.meta).collect();
    (sources, id, found, complete)
}
