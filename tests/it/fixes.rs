//! Every fix that a definition below `tests/ui/` offers, alone and together: it mends its finding and adds none, a safe
//! one changes what no request gets, comments stay, and a second run finds nothing to do.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use irc::catalogue::{Catalogue, Date};
use irc::check::Checked;
use irc::diag::{Diagnostic, Fix, Fixability, Severity, Sink, without_lines};
use irc::fix::{self, Checker, Fixed, Found, Reach, Texts};
use irc::source::{LoadError, Loader, Sources, Span};
use irc::{Options, diff, emit, yaml};

use crate::tree::ROOT;

/// Fixes that stay out when they are tried alone: the fixture, the fix, and the rule of what would be found then. Some are
/// wrong guesses; others are right as far as they go, and what stands there is wrong in another way as well.
const LEFT_OUT: &[(&str, &str, &str)] = &[
    ("analysis/conditions.yaml", "calculate with doubles", "condition-can-error"),
    ("cel/comments-and-space.yaml", "comment with `//`", "cel-syntax"),
    ("cel/prefixes.yaml", "write `messages`", "type-mismatch"),
    ("cel/prefixes.yaml", "write `tier`", "has-on-variable"),
    ("cel/reserved-words.yaml", "write `\"true\"`", "impossible-value"),
    ("cel/undeclared.yaml", "write `score`", "ambiguous-number"),
    ("cel/undeclared.yaml", "write `tier`", "impossible-value"),
    ("fix/would-add-a-finding.yaml", "write `tier`", "impossible-value"),
    ("lint/wire.json", "leave out `openai/gpt-5.2`", "sort-has-no-effect"),
    ("model/fallbacks-and-candidates.yaml", "rename `models` to `fallbacks`", "conflicting-fields"),
    ("model/misspelt-top.yaml", "rename `defalt` to `defaults`", "unknown-field"),
    ("model/misspelt-top.yaml", "rename `route` to `routes`", "unknown-field"),
    ("model/unknown-models.yaml", "write `openai/gpt-3.5-turbo`", "retired-model"),
    ("model/wire-keys.yaml", "rename `default` to `defaultRoute`", "wire-key"),
    ("model/wire-keys.yaml", "rename `route_id` to `route`", "wrong-type"),
    ("model/wire-snake.json", "rename `variant_id` to `variant`", "wrong-type"),
    ("reuse/shapes.yaml", "write `\"5\"`", "unreadable-reference"),
];

/// A definition below `tests/ui/`.
struct Case {
    shown: String,
    folder: PathBuf,
    name: String,
    text: String,
    catalogue: Catalogue,
}

/// What the definition refers to, with some texts in place of those that are there.
struct Beside<'a>(&'a Case, &'a Texts);

impl Loader for Beside<'_> {
    fn load(&self, _from: &str, path: &str) -> Result<(String, Vec<u8>), LoadError> {
        if let Some(text) = self.1.get(path) {
            return Ok((path.to_owned(), text.as_bytes().to_vec()));
        }
        let bytes = fs::read(self.0.folder.join(path)).map_err(|_| LoadError { reason: "no".into() })?;
        Ok((path.to_owned(), bytes))
    }
}

impl Case {
    fn check(&self, texts: &Texts) -> (Found, Vec<Checked>) {
        let mut options = Options::new(&self.catalogue);
        options.as_of = Date::new(2026, 11, 22);
        let (mut sources, mut sink) = (Sources::new(), Sink::new());
        let text = texts.get(&self.name).map_or(self.text.as_str(), |text| text);
        let loaded = irc::load(&mut sources, &self.name, text.as_bytes().to_vec(), &options);
        let file = irc::check(&mut sources, &loaded, &Beside(self, texts), &options, &mut sink);
        let diagnostics = sink.finish(&file.suppressions);
        (Found { sources, diagnostics, beside: Vec::new() }, file.definitions)
    }

    /// What requests get otherwise with these texts than with the others, where the definition had a meaning.
    fn changed(&self, old: &Texts, new: &Texts) -> Option<String> {
        let ((_, old), (_, new)) = (self.check(old), self.check(new));
        if old.is_empty() || old.iter().any(|checked| !checked.sound) {
            return None;
        }
        if old.len() != new.len() {
            return Some("there are more or fewer definitions".to_owned());
        }
        old.iter().zip(&new).find_map(|(old, new)| {
            // An old name is taken to mean what the new one does.
            let json = |checked: &Checked| {
                let router = emit::router(&checked.definition);
                router.map(|router| emit::to_json(&router).replace("\"max_new_tokens\"", "\"max_tokens\""))
            };
            if json(old) == json(new) {
                return None;
            }
            let sides = [old, new].map(|checked| diff::Side::new(checked, &self.catalogue));
            let [Some(old), Some(new)] = sides else { return Some("it is broken now".to_owned()) };
            let answer = diff::compare(&old, &new, &diff::Options::default()).answer();
            (answer != diff::Answer::Same).then(|| format!("requests get something else: {answer:?}"))
        })
    }

    /// The comments that are not part of what a fix replaces.
    fn comments(&self, texts: &Texts, fix: Option<&Fix>) -> Vec<String> {
        let mut all = Vec::new();
        for source in self.check(texts).0.sources.iter() {
            let edits = || fix.iter().flat_map(|fix| &fix.edits);
            let replaced = |span: Span| {
                edits()
                    .any(|e| e.span.file == span.file && e.span.start < span.end && span.start < e.span.end)
            };
            let tree = yaml::parse(source, &yaml::Options::default(), &mut Sink::new());
            let kept = tree.comments.iter().filter(|comment| !replaced(comment.span));
            all.extend(kept.map(|comment| source.slice(comment.span).to_owned()));
        }
        all
    }

    fn fix(&self, texts: &Texts, reach: Reach) -> Fixed {
        let mut fixed = fix::fix(vec![self.check(texts).0], reach, &All(self, texts));
        let mut all = texts.clone();
        all.append(&mut fixed.texts);
        Fixed { texts: all, ..fixed }
    }
}

/// Checks a case as the command does, over some texts.
struct All<'a>(&'a Case, &'a Texts);

impl Checker for All<'_> {
    fn check(&self, _units: &[usize], texts: &Texts) -> Vec<Option<Found>> {
        let mut all = self.1.clone();
        all.extend(texts.clone());
        vec![Some(self.0.check(&all).0)]
    }
}

/// Checks a case of which a single fix is wanted: all that is found afterwards is beside the matter.
struct One<'a>(&'a Case);

impl Checker for One<'_> {
    fn check(&self, _units: &[usize], texts: &Texts) -> Vec<Option<Found>> {
        let (found, _) = self.0.check(texts);
        vec![Some(Found { beside: found.diagnostics, diagnostics: Vec::new(), ..found })]
    }
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut folders = vec![PathBuf::from(format!("{ROOT}/tests/ui"))];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if path.is_dir() {
                folders.extend((name != "shared").then_some(path));
            } else if (name.ends_with(".yaml") || name.ends_with(".json")) && !name.contains(".fixed.") {
                // Bytes that are no text are never written back.
                let Ok(text) = fs::read_to_string(&path) else { continue };
                let shown = path.strip_prefix(format!("{ROOT}/tests/ui")).unwrap().display().to_string();
                let catalogue = Catalogue::embedded();
                cases.push(Case { shown, folder: folder.clone(), name, text, catalogue });
            }
        }
    }
    cases.sort_by(|a, b| a.shown.cmp(&b.shown));
    cases
}

/// What is wrong with one fix, applied alone.
fn faults(
    case: &Case,
    found: &Found,
    at: usize,
    offered: &Fix,
    stayed_out: &mut BTreeSet<(String, String)>,
) -> Vec<String> {
    let diagnostic = &found.diagnostics[at];
    let mut beside = found.diagnostics.clone();
    beside.remove(at);
    let one = Diagnostic { fixes: vec![offered.clone()], ..diagnostic.clone() };
    let alone = Found { sources: found.sources.clone(), diagnostics: vec![one], beside };
    let fixed = fix::fix(vec![alone], Reach::Unsafe, &One(case));
    if let Some(left_out) = fixed.left_out.first() {
        let rule = left_out.because.as_ref().map(|(meta, _)| meta.name);
        let entry = rule.map(|rule| (case.shown.as_str(), offered.title.as_str(), rule));
        return match entry.filter(|entry| LEFT_OUT.contains(entry)) {
            Some((shown, title, _)) => {
                stayed_out.insert((shown.to_owned(), title.to_owned()));
                Vec::new()
            }
            None => {
                vec![format!("is left out because of {:?}", left_out.because.as_ref().map(|(_, text)| text))]
            }
        };
    }
    if fixed.applied.is_empty() {
        return Vec::new();
    }
    let mut faults = Vec::new();
    if offered.safe {
        faults.extend(case.changed(&Texts::new(), &fixed.texts));
    }
    let (after, _) = case.check(&fixed.texts);
    let is_broken = found.diagnostics.iter().any(|d| d.severity == Severity::Error);
    let knows = |new: &Diagnostic| {
        let same = |old: &&Diagnostic| {
            old.meta == new.meta && without_lines(&old.message) == without_lines(&new.message)
        };
        found.diagnostics.iter().any(|old| same(&old))
    };
    if !is_broken {
        let added = after.diagnostics.iter().filter(|new| !knows(new));
        faults.extend(added.map(|new| format!("adds {}: {}", new.meta.name, new.message)));
    }
    let kept = case.comments(&fixed.texts, None);
    let lost =
        case.comments(&Texts::new(), Some(offered)).into_iter().filter(|comment| !kept.contains(comment));
    faults.extend(lost.map(|comment| format!("the comment {comment:?} is gone")));
    faults
}

#[test]
fn ten_fixable_findings_are_fixed_and_every_comment_stays() {
    let case = cases().into_iter().find(|case| case.name == "ten-findings.yaml").unwrap();
    let (before, _) = case.check(&Texts::new());
    let safe = before.diagnostics.iter().filter(|d| d.fixes.iter().any(|fix| fix.safe)).count();
    assert_eq!((before.diagnostics.len(), safe), (10, 10));
    let fixed = case.fix(&Texts::new(), Reach::Safe);
    assert_eq!(fixed.applied.len(), 10);
    assert!(fixed.units[0].diagnostics.is_empty() && fixed.left_out.is_empty());
    let comments = case.comments(&Texts::new(), None);
    assert_eq!(comments.len(), 20);
    assert_eq!(case.comments(&fixed.texts, None), comments);
    let again = case.fix(&fixed.texts, Reach::Safe);
    assert!(again.applied.is_empty() && again.texts == fixed.texts);
}

#[test]
fn fixes_mend_and_do_nothing_else() {
    let mut complaints = Vec::new();
    let (mut offering, mut silent) = (BTreeSet::new(), BTreeSet::new());
    let (mut applied, mut stayed_out) = (BTreeSet::new(), BTreeSet::new());
    for case in cases() {
        let (found, _) = case.check(&Texts::new());
        for (at, diagnostic) in found.diagnostics.iter().enumerate() {
            let rule = diagnostic.meta.name;
            if diagnostic.fixes.is_empty() {
                silent.insert(rule)
            } else {
                offering.insert(rule)
            };
            for offered in &diagnostic.fixes {
                let said = faults(&case, &found, at, offered, &mut stayed_out);
                complaints
                    .extend(said.iter().map(|s| format!("{}: {rule}: `{}` {s}", case.shown, offered.title)));
            }
        }
        if found.diagnostics.iter().all(|diagnostic| diagnostic.fixes.is_empty()) {
            continue;
        }
        for reach in [Reach::Safe, Reach::Unsafe] {
            let fixed = case.fix(&Texts::new(), reach);
            let again = case.fix(&fixed.texts, reach);
            let mut complain = |said: &str| complaints.push(format!("{}, {reach:?}: {said}", case.shown));
            if again.texts != fixed.texts || !again.applied.is_empty() {
                complain("a second run does more");
            }
            if reach == Reach::Safe
                && let Some(said) = case.changed(&Texts::new(), &fixed.texts)
            {
                complain(&said);
            }
            if reach == Reach::Safe && fixed.applied.iter().any(|fix| !fix.safe) {
                complain("an unsafe fix was applied");
            }
            applied.extend(fixed.applied.iter().map(|fix| fix.meta.name));
        }
    }
    for (shown, title, _) in LEFT_OUT {
        if !stayed_out.contains(&((*shown).to_owned(), (*title).to_owned())) {
            complaints.push(format!("{shown}: `{title}` does not stay out any more"));
        }
    }
    for meta in irc::registry::all() {
        let (does, does_not) = (offering.contains(meta.name), silent.contains(meta.name));
        let right = match meta.fixable {
            Fixability::None => !does,
            Fixability::Sometimes => does && applied.contains(meta.name),
            Fixability::Always => does && !does_not && applied.contains(meta.name),
        };
        if !right {
            complaints.push(format!("{} is said to be fixable: {:?}", meta.name, meta.fixable));
        }
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}
