//! With a checker that knows a few words: `bad` is to be `good`, nothing is to be shouted, and no word may stand there
//! twice.

use super::*;
use crate::diag::{Edit, Fixability, Group, Level};
use crate::source::Span;

const META: Meta = Meta {
    name: "word",
    code: "IRC998",
    level: Level::Warning,
    group: Group::Style,
    since: "0.1.0",
    fixable: Fixability::Always,
    page: "",
};
static WORD: Meta = META;
static TWICE: Meta = Meta { name: "twice", code: "IRC999", ..META };

/// Finds words; what `with` says of a word's fix.
struct Words {
    /// The files of each unit.
    units: Vec<Vec<&'static str>>,
    texts: BTreeMap<&'static str, String>,
    protected: Option<&'static str>,
}

fn words(units: &[&[&'static str]], texts: &[(&'static str, &str)]) -> Words {
    Words {
        units: units.iter().map(|unit| unit.to_vec()).collect(),
        texts: texts.iter().map(|(name, text)| (*name, (*text).to_owned())).collect(),
        protected: None,
    }
}

impl Words {
    fn run(&self, reach: Reach) -> Fixed {
        let all: Vec<usize> = (0..self.units.len()).collect();
        let units = Checker::check(self, &all, &Texts::new()).into_iter().flatten().collect();
        fix(units, reach, self)
    }

    fn text(&self, fixed: &Fixed, name: &str) -> String {
        fixed.texts.get(name).map_or_else(|| self.texts[name].clone(), |text| text.to_string())
    }
}

fn find(file: &SourceFile, seen: &mut BTreeSet<String>, found: &mut Vec<Diagnostic>) {
    let text = file.text().clone();
    for word in text.split_whitespace() {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        let span = Span::new(file.id(), start, start + word.len());
        let d = |fix| Diagnostic::new(&WORD, span, format!("`{word}`")).fix(fix);
        match word {
            "bad" => found.push(d(Fix::safe("better it", span, "good"))),
            "worse" => found.push(d(Fix::safe("better it", span, "bad"))),
            "bad!" => {
                found.push(d(Fix::safe("better it", span, "good!")));
                let fix = Fix::safe("calm it", span, "bad");
                found.push(Diagnostic::new(&WORD, span, "shouted").fix(fix));
            }
            "good!" => {
                found.push(Diagnostic::new(&WORD, span, "shouted").fix(Fix::safe("calm it", span, "good")))
            }
            "good" if text.get(..start).is_some_and(|before| before.ends_with("no ")) => {
                found.push(d(Fix::safe("say it", span, "poor")));
            }
            "doubtful" => found.push(d(Fix::unsafe_("doubt it", span, "sure"))),
            "stubborn" => found.push(d(Fix::safe("better it", span, "stubborn"))),
            "broken" => found.push(d(Fix::safe("break it", span, "two\nlines"))),
            "wild" => {
                let edits = vec![Edit { span, text: "a".into() }, Edit { span, text: "b".into() }];
                found.push(d(Fix { title: "both".into(), safe: true, edits }));
            }
            _ => {}
        }
        if word != "and" && !seen.insert(word.to_owned()) {
            found.push(Diagnostic::new(&TWICE, span, format!("`{word}` again")));
        }
    }
}

impl Checker for Words {
    fn check(&self, units: &[usize], texts: &Texts) -> Vec<Option<Found>> {
        let one = |unit: &usize| {
            let mut sources = Sources::new();
            let mut diagnostics = Vec::new();
            let mut seen = BTreeSet::new();
            for name in &self.units[*unit] {
                let text = texts.get(*name).map_or_else(|| self.texts[name].clone(), |text| text.to_string());
                let id = sources.add(*name, text);
                find(sources.get(id).unwrap(), &mut seen, &mut diagnostics);
            }
            Some(Found { sources, diagnostics, beside: Vec::new() })
        };
        units.iter().map(one).collect()
    }

    fn may_change(&self, key: &str) -> bool {
        self.protected != Some(key)
    }
}

#[test]
fn goes_on_until_nothing_is_left() {
    let world = words(&[&["a"], &["b"]], &[("a", "bad! and x"), ("b", "bad")]);
    let fixed = world.run(Reach::Safe);
    assert_eq!((world.text(&fixed, "a"), world.text(&fixed, "b")), ("good and x".into(), "good".into()));
    assert_eq!(fixed.applied.len(), 3);
    assert!(fixed.units.iter().all(|unit| unit.diagnostics.is_empty()) && fixed.left_out.is_empty());
}

#[test]
fn what_would_add_a_finding_stays_out_and_the_others_go_in() {
    let world = words(&[&["a"]], &[("a", "good bad and worse")]);
    let fixed = world.run(Reach::Safe);
    // `bad` cannot become `good`, and `worse` would become what is a finding itself.
    assert_eq!(world.text(&fixed, "a"), "good bad and worse");
    let because: Vec<_> = fixed.left_out.iter().map(|l| l.because.as_ref().unwrap().1.as_str()).collect();
    assert_eq!(because, ["`good` again", "`bad`"]);
    let world = words(&[&["a"]], &[("a", "good bad and broken")]);
    assert_eq!(world.text(&world.run(Reach::Safe), "a"), "good bad and two\nlines");
}

#[test]
fn what_was_left_out_is_tried_again_once_something_changed() {
    // The first cannot be `good` before the last is `poor`, and the one between them keeps them from going together.
    let world = words(&[&["a"]], &[("a", "bad and stubborn and no good")]);
    let fixed = world.run(Reach::Safe);
    assert_eq!(world.text(&fixed, "a"), "good and stubborn and no poor");
    assert_eq!(fixed.left_out.len(), 1);
}

#[test]
fn a_file_of_several_is_fixed_once_and_judged_with_all() {
    let world = words(&[&["a", "s"], &["b", "s"]], &[("a", "x"), ("b", "y"), ("s", "bad")]);
    let fixed = world.run(Reach::Safe);
    assert_eq!((world.text(&fixed, "s").as_str(), fixed.applied.len()), ("good", 1));
    let world = words(&[&["a", "s"], &["b", "s"]], &[("a", "x"), ("b", "good"), ("s", "bad")]);
    let fixed = world.run(Reach::Safe);
    assert_eq!((world.text(&fixed, "s").as_str(), fixed.left_out.len()), ("bad", 1));
}

#[test]
fn unsafe_ones_are_asked_for() {
    let world = words(&[&["a"]], &[("a", "doubtful and bad")]);
    let fixed = world.run(Reach::Safe);
    assert_eq!(world.text(&fixed, "a"), "doubtful and good");
    let fixed = world.run(Reach::Unsafe);
    assert_eq!(world.text(&fixed, "a"), "sure and good");
    assert_eq!(fixed.applied.iter().map(|fix| fix.safe).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn what_mends_nothing_or_overlaps_itself_stays_out() {
    let world = words(&[&["a"]], &[("a", "stubborn and wild and bad")]);
    let fixed = world.run(Reach::Safe);
    assert_eq!(world.text(&fixed, "a"), "stubborn and wild and good");
    assert_eq!(fixed.left_out.iter().map(|l| l.because.is_none()).collect::<Vec<_>>(), [true]);
}

#[test]
fn line_breaks_are_those_of_the_file() {
    let world = words(&[&["a"]], &[("a", "x\r\nbroken\r\n")]);
    assert_eq!(world.text(&world.run(Reach::Safe), "a"), "x\r\ntwo\r\nlines\r\n");
}

#[test]
fn what_may_not_be_changed_is_left_alone() {
    let mut world = words(&[&["a", "s"]], &[("a", "bad"), ("s", "worse")]);
    world.protected = Some("s");
    let fixed = world.run(Reach::Safe);
    assert_eq!((world.text(&fixed, "a").as_str(), world.text(&fixed, "s").as_str()), ("good", "worse"));
}

#[test]
fn it_has_an_end() {
    let many = (0..MOST_STEPS).map(|n| format!("stubborn x{n}")).collect::<Vec<_>>().join(" ");
    let world = words(&[&["a"]], &[("a", &many)]);
    let fixed = world.run(Reach::Safe);
    assert!(fixed.stopped && fixed.texts.is_empty());
}
