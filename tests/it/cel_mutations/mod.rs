//! Conditions broken in every small way: one to three tokens left out, doubled, or swapped with as many beside them.
//! What is said of each is judged by what the library has no part in: a reader of CEL's tokens, a reader of its
//! grammar, and evaluation, which knows no types.

mod grammar;
mod tokens;

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use irc::cel::env::Profile;
use irc::cel::program::ProgramSet;
use irc::cel::value::EvalErrorKind;
use irc::cel::{self, Ast, Env, Issue, ParseOptions, Type, Value};

use crate::fuzz::targets::environment::{Row, environment, rows};
use crate::fuzz::targets::soundness::{is_dynamic, unexpected};
use crate::tree::ROOT;
use tokens::{plain, tokens};

/// The conditions of the file with the profile that each needs.
fn conditions() -> Vec<(Profile, String)> {
    let text = fs::read_to_string(Path::new(ROOT).join("tests/data/conditions.txt")).unwrap();
    let mut profile = Profile::Router;
    let mut found = Vec::new();
    for line in text.lines() {
        if line == "# full" {
            profile = Profile::Full;
        } else if !line.starts_with('#') {
            found.push((profile, line.to_owned()));
        }
    }
    found
}

/// Every text that a condition becomes by one change.
fn broken(text: &str) -> HashSet<String> {
    let places: Vec<(usize, usize)> =
        tokens(text).unwrap().into_iter().map(|(_, start, end)| (start, end)).collect();
    let count = places.len();
    let mut found = HashSet::new();
    // A run of tokens with what stands between them.
    let run = |first: usize, length: usize| (places[first].0, places[first + length - 1].1);
    for length in 1..=3 {
        for first in 0..=count.saturating_sub(length).min(count) {
            if first + length > count {
                continue;
            }
            let (start, end) = run(first, length);
            found.insert([&text[..start], &text[end..]].concat());
            found.insert([&text[..end], " ", &text[start..]].concat());
            for other in 1..=3 {
                if first + length + other > count {
                    continue;
                }
                let (next, last) = run(first + length, other);
                let swapped =
                    [&text[..start], &text[next..last], &text[end..next], &text[start..end], &text[last..]];
                found.insert(swapped.concat());
            }
        }
    }
    // Two tokens that stand apart: left out, or each in the other's place.
    for first in 0..count {
        for second in first + 2..count {
            let ((a, b), (c, d)) = (places[first], places[second]);
            found.insert([&text[..a], &text[b..c], &text[d..]].concat());
            found.insert([&text[..a], &text[c..d], &text[b..c], &text[a..b], &text[d..]].concat());
            // And three, where that is not too many.
            for third in (second + 2..count).filter(|_| count <= 16) {
                let (e, f) = places[third];
                found.insert([&text[..a], &text[b..c], &text[d..e], &text[f..]].concat());
            }
        }
    }
    found.remove(text);
    found
}

/// The broken conditions that need no extension, in an order that is always the same.
pub(crate) fn broken_conditions() -> Vec<String> {
    let standard = conditions().into_iter().filter(|(profile, _)| *profile == Profile::Router);
    let all: std::collections::BTreeSet<String> = standard.flat_map(|(_, text)| broken(&text)).collect();
    all.into_iter().collect()
}

/// What became of some broken conditions.
#[derive(Debug, Default)]
struct Counts {
    no_expression: usize,
    wrong_types: usize,
    warned: usize,
    sound: usize,
    /// Of the sound ones, those in which nothing is of a type that only evaluation knows.
    typed: usize,
    evaluated: usize,
}

struct Judge {
    env: Env,
    rows: Vec<Row>,
    counts: Counts,
}

impl Judge {
    fn new(profile: Profile) -> Self {
        Self { env: environment(profile), rows: rows(), counts: Counts::default() }
    }

    /// Finds what is wrong with what is said of a text.
    fn faults(&mut self, text: &str) -> Vec<String> {
        let mut faults = Vec::new();
        let options = ParseOptions::for_env(&self.env);
        let (ast, syntax) = cel::parse(text, &options);
        let (checked, types) = cel::check(&ast, &self.env);
        for issue in syntax.iter().chain(&types) {
            faults.extend(unsound(issue, text));
        }
        let read: Option<Vec<_>> = tokens(text).map(|found| found.into_iter().map(|(t, ..)| t).collect());
        let expected = read.as_ref().is_some_and(|read| grammar::accepts(read, self.env.profile));
        if expected != syntax.is_empty() {
            let said: Vec<String> = syntax.iter().map(Issue::message).collect();
            faults.push(format!(
                "by the grammar it is {}an expression: {said:?}",
                if expected { "" } else { "not " }
            ));
        }
        if !syntax.is_empty() {
            self.counts.no_expression += 1;
            return faults;
        }
        faults.extend(self.lost(&ast, read.unwrap_or_default()));
        // Whatever was found, evaluating it does no harm, and the two evaluators agree.
        let values = self.values(&ast, &mut faults);
        if types.iter().any(Issue::is_error) {
            self.counts.wrong_types += 1;
        } else if !types.is_empty() {
            self.counts.warned += 1;
        } else {
            self.counts.sound += 1;
            self.counts.evaluated += values.iter().filter(|value| value.is_ok()).count();
            if !is_dynamic(&ast, &checked) {
                self.counts.typed += 1;
                faults.extend(values.iter().filter_map(|value| unexpected(value, &checked.ty)));
            }
        }
        faults
    }

    /// What the printed tree lacks that the text has, or has more.
    fn lost(&self, ast: &Ast, read: Vec<tokens::Token>) -> Option<String> {
        let printed = cel::print(ast);
        let options = ParseOptions { quoted_identifiers: true, ..ParseOptions::for_env(&self.env) };
        let (again, issues) = cel::parse(&printed, &options);
        if !issues.is_empty() || cel::print(&again) != printed {
            return Some(format!("printed as {printed}, which is not that"));
        }
        let shown: Vec<_> = tokens(&printed).unwrap_or_default().into_iter().map(|(t, ..)| t).collect();
        (plain(shown) != plain(read)).then(|| format!("printed as {printed}, which says something else"))
    }

    /// The values in all rows.
    fn values(&self, ast: &Ast, faults: &mut Vec<String>) -> Vec<Result<Value, EvalErrorKind>> {
        let set = ProgramSet::compile(&[ast], &self.env);
        let mut scratch = set.scratch();
        let mut values = Vec::new();
        for row in &self.rows {
            let value = cel::interpret::evaluate(ast, &self.env, row);
            let mut slots = set.row();
            for (at, slot) in set.slots().iter().enumerate() {
                slots.set(at, row.get(&slot.name));
            }
            let compiled = set.on(&slots, &mut scratch).value_of(0);
            if compiled != value {
                faults.push(format!("one evaluator says {compiled:?}, the other {value:?}"));
            }
            values.push(value.map_err(|error| error.kind));
        }
        values
    }
}

/// What is wrong with an issue itself.
fn unsound(issue: &Issue, text: &str) -> Option<String> {
    let spans = issue.also.iter().map(|(span, _)| span).chain([&issue.span]);
    let edits = issue.fix.iter().flat_map(|fix| fix.edits.iter().map(|(span, _)| span));
    let outside = spans.chain(edits).find(|s| text.get(s.start as usize..s.end as usize).is_none());
    outside.map(|span| format!("{span:?} is no place: {}", issue.message()))
}

#[test]
fn conditions_are_clean_and_each_is_another() {
    let all = conditions();
    let different: HashSet<&String> = all.iter().map(|(_, text)| text).collect();
    assert!(all.len() >= 200 && different.len() == all.len(), "{} of {}", different.len(), all.len());
    let mut unclean = Vec::new();
    for (profile, text) in &all {
        let mut judge = Judge::new(*profile);
        let faults = judge.faults(text);
        let (ast, _) = cel::parse(text, &ParseOptions::for_env(&judge.env));
        let (checked, issues) = cel::check(&ast, &judge.env);
        let said: Vec<String> = issues.iter().map(Issue::message).collect();
        if !faults.is_empty() || !said.is_empty() || checked.ty != Type::Bool {
            unclean.push(format!("{text}: {}, {faults:?} {said:?}", checked.ty));
        } else if judge.counts.evaluated == 0 {
            unclean.push(format!("{text}: it has a value in no row"));
        }
    }
    assert!(unclean.is_empty(), "{}", unclean.join("\n"));
}

#[test]
fn broken_conditions_are_refused_and_what_is_not_refused_is_sound() {
    let all = conditions();
    let halves = all.split_at(all.len() / 2);
    let work = |part: &[(Profile, String)]| {
        let (mut router, mut full) = (Judge::new(Profile::Router), Judge::new(Profile::Full));
        let mut faults = Vec::new();
        for (profile, text) in part {
            let judge = if *profile == Profile::Full { &mut full } else { &mut router };
            for broken in broken(text) {
                let found = judge.faults(&broken);
                faults.extend(found.iter().map(|fault| format!("{broken}\n    {fault}")));
            }
        }
        (faults, [router.counts, full.counts])
    };
    let (first, second) = std::thread::scope(|scope| {
        let other = scope.spawn(|| work(halves.1));
        (work(halves.0), other.join().unwrap())
    });
    let mut faults = [first.0, second.0].concat();
    faults.sort();
    let counts: Vec<Counts> = first.1.into_iter().chain(second.1).collect();
    let sum = |of: fn(&Counts) -> usize| counts.iter().map(of).sum::<usize>();
    println!(
        "{} are no expressions, {} have wrong types, {} are warned of, {} are sound ({} without dyn)",
        sum(|c| c.no_expression),
        sum(|c| c.wrong_types),
        sum(|c| c.warned),
        sum(|c| c.sound),
        sum(|c| c.typed),
    );
    let shown: Vec<_> = faults.iter().take(40).cloned().collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), shown.join("\n"));
    // Each of the ways to judge had something to judge.
    assert!(sum(|c| c.no_expression) > 50_000 && sum(|c| c.wrong_types) > 2_000, "{counts:?}");
    assert!(sum(|c| c.typed) > 1_000 && sum(|c| c.evaluated) > 2_000, "{counts:?}");
}

/// The judges themselves: what they must not let pass.
#[test]
fn the_judges_can_say_no() {
    let accepted = |text: &str, profile| {
        let found = tokens(text).map(|found| found.into_iter().map(|(t, ..)| t).collect::<Vec<_>>());
        found.is_some_and(|found| grammar::accepts(&found, profile))
    };
    for text in
        ["a b", "a &&", "a ? b", "(a", "a)", "[a", "f(a,)", "a.all(1, b)", "has(a)", "!-a", "if", "1 2"]
    {
        assert!(!accepted(text, Profile::Full), "{text}");
    }
    for text in ["a.?b", "[?a]", "a.`b`", "a[?b]", "{?a: b}"] {
        assert!(accepted(text, Profile::Full) && !accepted(text, Profile::Router), "{text}");
    }
    let same = |a: &str, b: &str| {
        let read = |text: &str| plain(tokens(text).unwrap().into_iter().map(|(t, ..)| t).collect());
        read(a) == read(b)
    };
    assert!(
        same("((a) && !!b) // c", "a && b") && same("[1, 0x2,]", "[1, 2]") && same("r'\\d'", "\"\\\\d\"")
    );
    for (a, b) in
        [("a && b", "a"), ("a()", "a"), ("-a", "a"), ("!!!a", "a"), ("a - b", "a - - b"), ("'a'", "b'a'")]
    {
        assert!(!same(a, b), "{a} and {b}");
    }
    let error = Err(EvalErrorKind::UnknownFunction("f".into()));
    assert!(unexpected(&error, &Type::Bool).is_some() && unexpected(&Ok(1.into()), &Type::Bool).is_some());
}
