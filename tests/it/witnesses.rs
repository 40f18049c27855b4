//! Every request that a finding shows, given to `irc simulate`, does what the finding says of it.
//!
//! Walked are all definitions of this repository and the examples of the pages of rules. What a rule claims of its
//! request stands in one table: a rule that is not in it fails here.

use std::fs;
use std::path::{Path, PathBuf};

use irc::catalogue::Catalogue;
use irc::catalogue::assumptions::Numbers;
use irc::cel::interpret::{self, Activation};
use irc::cel::{Ast, Value};
use irc::check::Checked;
use irc::diag::Sink;
use irc::simulate::{Request, parse_json};
use irc::source::Sources;
use serde_json::Value as Json;

use crate::sessions::Session;
use crate::tree::{Folder, ROOT};

/// A finding with a request, and what became of the request.
struct Shown<'a> {
    finding: &'a Json,
    witness: &'a Json,
    decision: Json,
    definition: PathBuf,
}

type Check = fn(&Shown<'_>) -> Result<(), String>;

fn is_lost(shown: &Shown<'_>) -> Result<(), String> {
    shown.demand("it reaches no route", shown.decision["route"].is_null())?;
    shown.demand("the service fails", shown.decision["error"].is_string())
}

/// What is claimed of the requests of a rule.
const CLAIMS: [(&str, Check); 6] = [
    ("no-route-for-some-requests", is_lost),
    ("caller-without-route", is_lost),
    ("condition-can-error", |shown| {
        let reason =
            shown.words(&shown.finding["message"]).rsplit(": ").next().unwrap_or_default().to_owned();
        let step = shown.step(shown.subject())?;
        shown.demand("the condition has no value", step["value"].is_null() && step["matched"] == false)?;
        shown.demand("for the reason given", step["reason"].as_str() == Some(&reason))
    }),
    ("invariant-violated", |shown| {
        let message = shown.words(&shown.finding["message"]);
        let names = quoted(message.rsplit("does not hold: ").next().unwrap_or_default());
        if message.ends_with("no route is chosen") {
            return shown.demand("it reaches no route", shown.decision["route"].is_null());
        }
        shown.demand("it takes the route", shown.decision["route"] == shown.finding["subject"]["route"])?;
        if message.contains(": variant `") {
            shown.demand("it draws the variant", shown.decision["variant"].as_str() == Some(&names[0]))?;
        }
        let id = names.last().filter(|id| id.contains('/'));
        let mut plan: Vec<String> = Vec::new();
        for entry in shown.decision["plan"].as_array().into_iter().flatten() {
            let tied = entry.as_array().map_or_else(|| vec![entry.clone()], Clone::clone);
            plan.extend(tied.iter().filter_map(Json::as_str).map(str::to_owned));
        }
        match id {
            Some(id) if message.contains(" may ask ") => shown.demand("it may ask that", plan.contains(id)),
            Some(id) if message.contains(" first asks ") => {
                let model = shown.decision["model"].as_str();
                let tied = shown.decision["tied"].as_array();
                let tied = tied.is_some_and(|tied| tied.iter().any(|t| t.as_str() == Some(id)));
                shown.demand("it first asks that", model == Some(id) || tied)
            }
            _ => Ok(()),
        }
    }),
    ("lost-when-missing", |shown| {
        let names = quoted(&shown.words(&shown.finding["message"]));
        let mut value = &shown.witness["metadata"];
        for step in names[0].split('.') {
            value = &value[step];
        }
        shown.demand("the key is not sent", value.is_null())?;
        let step = shown.step(shown.subject())?;
        shown.demand("the condition has no value", step["value"].is_null() && step["matched"] == false)?;
        let to = names.get(2).map(String::as_str);
        shown.demand("it goes where that is said", shown.decision["route"].as_str() == to)
    }),
    ("overlapping-routes", |shown| {
        let first = quoted(&shown.words(&shown.finding["labels"][0]["message"]))[0].clone();
        let step = shown.step(&first)?;
        shown.demand("the first one matches", step["matched"] == true)?;
        shown.demand("the later one would match", shown.holds(shown.subject()))
    }),
];

impl Shown<'_> {
    fn words(&self, text: &Json) -> String {
        text.as_str().unwrap_or_default().to_owned()
    }

    fn subject(&self) -> &str {
        self.finding["subject"]["route"].as_str().unwrap_or_default()
    }

    fn demand(&self, what: &str, holds: bool) -> Result<(), String> {
        if holds { Ok(()) } else { Err(format!("not so: {what}")) }
    }

    /// What the trace says of a route's condition.
    fn step(&self, route: &str) -> Result<&Json, String> {
        let trace = self.decision["trace"].as_array().into_iter().flatten();
        trace.clone().find(|step| step["route"] == route).ok_or(format!("`{route}` was not looked at"))
    }

    /// Whether the condition of a route is true for the request, wherever that goes.
    fn holds(&self, route: &str) -> bool {
        let router = self.finding["subject"]["router"].as_str();
        let checked = definitions(&self.definition).into_iter().find(|d| d.name() == router).unwrap();
        let routes = checked.definition.router.routes.iter();
        let at = routes.clone().position(|r| r.id.as_ref().is_some_and(|id| id.value == route)).unwrap();
        let request = parse_json(&self.witness.to_string(), Numbers::default()).unwrap();
        let ast: &Ast = &checked.conditions[at].as_ref().unwrap().ast;
        let request = Seen(Request::from_value(&request).unwrap());
        interpret::evaluate(ast, &checked.env, &request) == Ok(Value::Bool(true))
    }
}

struct Seen(Request);

impl Activation for Seen {
    fn variable(&self, name: &str) -> Option<Value> {
        if name == "messages" { Some(self.0.messages.clone()) } else { self.0.metadata(name).cloned() }
    }
}

fn definitions(path: &Path) -> Vec<Checked> {
    let catalogue = Catalogue::embedded();
    let options = irc::Options::new(&catalogue);
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let loaded = irc::load(&mut sources, &path.display().to_string(), fs::read(path).unwrap(), &options);
    irc::check(&mut sources, &loaded, &Folder, &options, &mut sink).definitions
}

/// What stands in backticks.
fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// All definitions below a folder, or what may be some.
fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|e| e == "yaml" || e == "json") {
            out.push(path);
        }
    }
}

/// The examples of the pages of rules, as files.
fn examples(session: &Session) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for rule in irc::registry::all() {
        for (n, block) in rule.page.split("\n```yaml").skip(1).enumerate() {
            let (info, rest) = block.split_once('\n').unwrap();
            if !info.contains("escaped") {
                let name = format!("{}-{n}.yaml", rule.name);
                session.write(&name, rest.split("\n```").next().unwrap());
                out.push(session.folder.join(name));
            }
        }
    }
    out
}

const AS_OF: [&str; 3] = ["--no-config", "--as-of", "2026-11-22"];

fn decide(session: &Session, definition: &str, witness: &Json) -> Result<Json, String> {
    let witness = witness.to_string();
    let mut arguments = vec!["simulate", definition, "--request", &witness, "--format", "jsonl", "--explain"];
    arguments.extend(AS_OF);
    let (code, out, complaints) = session.run(&arguments);
    let decision = serde_json::from_str(out.trim());
    decision.map_err(|e| format!("{definition}: irc simulate ends with {code}, {e}\n{out}\n{complaints}"))
}

#[test]
fn every_request_that_is_shown_does_what_is_said() {
    let session = Session::new("witnesses");
    let mut all = examples(&session);
    for folder in ["tests/ui", "tests/sim", "tests/emit", "tests/diff", "examples"] {
        files(&Path::new(ROOT).join(folder), &mut all);
    }
    all.sort();
    let names: Vec<&str> = all.iter().map(|path| path.to_str().unwrap()).collect();
    let mut arguments = vec!["check", "--format", "json", "--warn", "overlapping-routes"];
    arguments.extend(AS_OF.iter().chain(&names));
    let (_, report, complaints) = session.run(&arguments);
    let report: Json = serde_json::from_str(&report).unwrap_or_else(|e| panic!("{e}\n{complaints}"));
    let mut faults = Vec::new();
    let mut seen = vec![0; CLAIMS.len()];
    for finding in report["diagnostics"].as_array().unwrap() {
        let Some(witness) = finding.get("witness").filter(|witness| !witness.is_null()) else { continue };
        let (name, file) = (finding["name"].as_str().unwrap(), finding["file"].as_str().unwrap());
        let Some(at) = CLAIMS.iter().position(|(rule, _)| *rule == name) else {
            panic!("`{name}` shows a request: say in this test what it claims of it");
        };
        seen[at] += 1;
        // What stands in a condition that others share is shown for the definition that uses it.
        let labels = finding["labels"].as_array().into_iter().flatten();
        let mut labels =
            labels.filter(|l| l["message"].as_str().is_some_and(|m| m.ends_with("is used here")));
        let file = labels.next().map_or(file, |label| label["file"].as_str().unwrap());
        let router = finding["subject"]["router"].as_str().unwrap();
        let outcome = decide(&session, &format!("{file}:{router}"), witness).and_then(|decision| {
            let shown = Shown { finding, witness, decision, definition: file.into() };
            CLAIMS[at].1(&shown).map_err(|fault| format!("{fault}\n{}", shown.decision))
        });
        if let Err(fault) = outcome {
            faults.push(format!("{file}: {name}: {}\n{witness}: {fault}", finding["message"]));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    let rules: Vec<(&str, usize)> = CLAIMS.iter().map(|(name, _)| *name).zip(seen).collect();
    assert!(rules.iter().all(|(_, count)| *count > 1), "{rules:?}");
}

/// A decision against one end of a move: the same route, and the same variants with the same shares.
fn stands_at(decision: &Json, end: &Json) -> bool {
    let variants = end["variants"].as_array().into_iter().flatten();
    let shares =
        variants.map(|variant| (variant["id"].as_str().unwrap().to_owned(), variant["share"].clone()));
    decision["route"] == end["route"] && decision["shares"] == Json::Object(shares.collect())
}

#[test]
fn every_request_that_a_difference_shows_moves_as_it_says() {
    let session = Session::new("witnesses-diff");
    let (mut faults, mut seen) = (Vec::new(), 0);
    for folder in fs::read_dir(Path::new(ROOT).join("tests/diff")).unwrap() {
        let folder = folder.unwrap().path();
        let sides = ["old.yaml", "new.yaml"].map(|side| folder.join(side).display().to_string());
        let mut arguments = vec!["diff", &sides[0], &sides[1], "--format", "json"];
        arguments.extend(AS_OF);
        let (_, out, _) = session.run(&arguments);
        // Definitions with errors have no difference.
        let Ok(difference) = serde_json::from_str::<Json>(&out) else { continue };
        for router in difference["routers"].as_array().unwrap() {
            let new = router["name"].as_str().unwrap();
            let names = [router["old_name"].as_str().unwrap_or(new), new];
            for shown in router["moves"].as_array().into_iter().flatten() {
                let cases = shown["when"].as_array().into_iter().flatten().map(|case| &case["witness"]);
                for witness in cases.chain([&shown["witness"]]).filter(|witness| !witness.is_null()) {
                    seen += 1;
                    for (at, end) in ["from", "to"].into_iter().enumerate() {
                        match decide(&session, &format!("{}:{}", sides[at], names[at]), witness) {
                            Ok(decision) if stands_at(&decision, &shown[end]) => {}
                            Ok(decision) => {
                                faults.push(format!("{}: {witness}: {end}: {decision}", folder.display()));
                            }
                            Err(fault) => faults.push(fault),
                        }
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    assert!(seen >= 60, "{seen}");
}

#[test]
fn every_case_comes_to_what_is_expected_of_it() {
    let session = Session::new("witnesses-cases");
    let mut all = Vec::new();
    for folder in ["tests/ui", "tests/sim", "tests/emit", "tests/diff", "examples"] {
        files(&Path::new(ROOT).join(folder), &mut all);
    }
    all.sort();
    let (mut faults, mut seen, mut routers) = (Vec::new(), 0, 0);
    for path in all.iter().map(|path| path.to_str().unwrap()) {
        let mut arguments = vec!["cases", path, "--format", "json"];
        arguments.extend(AS_OF);
        // What decides nothing, is too large or holds several routers has no cases.
        let (0, out, _) = session.run(&arguments) else { continue };
        let told: Json = serde_json::from_str(&out).unwrap();
        let cases = told["cases"].as_array().unwrap();
        let requests: String = cases.iter().map(|case| format!("{}\n", case["request"])).collect();
        session.write("requests.jsonl", &requests);
        let mut arguments = vec!["simulate", path, "requests.jsonl", "--format", "jsonl"];
        arguments.extend(AS_OF);
        let (_, out, complaints) = session.run(&arguments);
        let decisions: Vec<Json> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(decisions.len(), cases.len(), "{path}: {complaints}");
        routers += 1;
        for (decision, case) in decisions.iter().zip(cases) {
            seen += 1;
            let expected = &case["expect"];
            let same = |key: &str| expected[key].is_null() || expected[key] == decision[key];
            if !(expected["route"] == decision["route"] && same("variant") && same("model")) {
                faults.push(format!("{path}: {case}: {decision}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    assert!(routers >= 100 && seen >= 300, "{routers} {seen}");
}
