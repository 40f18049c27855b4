//! Claims held against all requests.

use irc::catalogue::Catalogue;
use irc::cel::Ast;
use irc::cel::program::{self, ProgramSet};
use irc::check::Checked;
use irc::compile::Plan;
use irc::diag::{Diagnostic, Sink};
use irc::simulate::{Draw, Request, Workspace, decide};
use irc::source::{NoFiles, Sources};

use super::super::Assumed;
use super::Counts;
use super::attempts;
use super::generate::{Condition, Invariant, Router};
use super::space::{self, Space, Way};

/// True, false, or no value.
type Verdict = Option<bool>;

/// A router and what its conditions come to for every request that keeps its declarations.
pub(super) struct Case<'a> {
    space: &'a Space,
    router: &'a Router,
    checked: &'a Checked,
    plan: &'a Plan,
    catalogue: &'a Catalogue,
    /// The conditions of routes, then those of invariants.
    programs: ProgramSet,
    /// Places of requests in the world, and the verdict of each condition.
    requests: Vec<(usize, Vec<Verdict>)>,
}

/// What a proof says it rests on: keys that are always sent, and keys whose values are as declared.
struct Given(Vec<String>, Vec<String>);

impl Given {
    fn of(finding: &Diagnostic) -> Given {
        let note = finding.note.as_deref().unwrap_or_default();
        let given = note.split_once("given that ").map_or("", |(_, given)| given);
        let (mut sent, mut values) = (Vec::new(), Vec::new());
        for part in given.split(", ").flat_map(|part| part.split(" and ")) {
            let Some(key) = part.split('`').nth(1) else { continue };
            if part.starts_with("callers always send") { &mut sent } else { &mut values }
                .push(key.to_owned());
        }
        Given(sent, values)
    }
}

impl<'a> Case<'a> {
    pub(super) fn new(
        space: &'a Space,
        router: &'a Router,
        checked: &'a Checked,
        plan: &'a Plan,
        catalogue: &'a Catalogue,
    ) -> Self {
        let all = checked.conditions.iter().chain(&checked.invariants).flatten();
        let all: Vec<&Ast> = all.map(|expression| &*expression.ast).collect();
        let programs = ProgramSet::compile(&all, &checked.env);
        let mut case = Case { space, router, checked, plan, catalogue, programs, requests: Vec::new() };
        let keeps = |ways: &[Way]| {
            let keys = ways.iter().zip(&router.required).zip(&router.nullable);
            keys.into_iter().all(|((way, required), nullable)| match way {
                Way::Plain => true,
                Way::Beyond | Way::Hollow => false,
                Way::Null => *nullable,
                Way::Absent => !required,
            })
        };
        let all = space.requests.iter().enumerate().filter(|(_, case)| keeps(&case.ways));
        let all: Vec<usize> = all.map(|(at, _)| at).collect();
        case.requests = all
            .iter()
            .copied()
            .zip(case.verdicts(all.iter().map(|at| &space.requests[*at].request)))
            .collect();
        case
    }

    /// What all conditions come to for requests.
    fn verdicts<'r>(&self, requests: impl Iterator<Item = &'r Request>) -> Vec<Vec<Verdict>> {
        let mut scratch = self.programs.scratch();
        let of = |request: &'r Request| {
            let mut row = self.programs.row();
            for (at, slot) in self.programs.slots().iter().enumerate() {
                let value = match &*slot.name {
                    "messages" => Some(&request.messages),
                    name => request.metadata(name),
                };
                row.set(at, value);
            }
            let mut evaluation = self.programs.on(&row, &mut scratch);
            let conditions = 0..self.count() + self.scopes();
            let verdict = |condition| match evaluation.verdict(condition) {
                program::Verdict::True => Some(true),
                program::Verdict::False => Some(false),
                program::Verdict::Missing { .. }
                | program::Verdict::Error(_)
                | program::Verdict::NotBool(_) => None,
            };
            conditions.map(verdict).collect()
        };
        requests.map(of).collect()
    }

    /// How many invariants speak of some requests only.
    fn scopes(&self) -> usize {
        self.checked.invariants.iter().flatten().count()
    }

    /// How many routes there are; the default route stands behind them.
    fn count(&self) -> usize {
        self.router.routes.len()
    }

    fn route_of(&self, verdicts: &[Verdict]) -> usize {
        verdicts.iter().take(self.count()).position(|verdict| *verdict == Some(true)).unwrap_or(self.count())
    }

    fn index(&self, route: Option<&str>) -> usize {
        match route {
            Some("default") | None => self.count(),
            Some(route) => route.strip_prefix('r').and_then(|n| n.parse().ok()).unwrap(),
        }
    }

    fn reached(&self, index: usize) -> bool {
        self.requests.iter().any(|(_, verdicts)| self.route_of(verdicts) == index)
    }

    /// Requests that keep what a proof rests on, whatever else they break.
    fn keeping(&self, given: &Given) -> Vec<usize> {
        let keeps = |ways: &[Way]| {
            ways.iter().zip(self.space.keys).enumerate().all(|(at, (way, key))| {
                let named = |list: &[String]| list.iter().any(|name| name == key.name);
                match way {
                    Way::Plain => true,
                    Way::Beyond => !named(&given.1),
                    Way::Hollow | Way::Absent => !named(&given.0),
                    // Of which type a value is goes without saying.
                    Way::Null => self.router.nullable[at],
                }
            })
        };
        let all = self.space.requests.iter().enumerate().filter(|(_, case)| keeps(&case.ways));
        all.map(|(at, _)| at).collect()
    }

    fn wider(&self, given: &Given) -> Vec<Vec<Verdict>> {
        self.verdicts(self.keeping(given).iter().map(|at| &self.space.requests[*at].request))
    }

    /// The condition of a route of another definition.
    fn shorter(&self, text: String, index: usize) -> Ast {
        let mut options = irc::Options::new(self.catalogue);
        options.analysis.steps = 0;
        let (mut sources, mut sink) = (Sources::new(), Sink::new());
        let loaded = irc::load(&mut sources, "router.yaml", text.into_bytes(), &options);
        let file = irc::check(&mut sources, &loaded, &NoFiles, &options, &mut sink);
        Ast::clone(&file.definitions[0].conditions[index].as_ref().unwrap().ast)
    }

    /// Holds all findings against all requests.
    pub(super) fn hold(&self, found: &[Diagnostic], counts: &mut Counts) {
        let found: Vec<&Diagnostic> = found.iter().filter(|d| d.meta.code.starts_with("IRC8")).collect();
        let fail = |what: &str| -> ! {
            let requests: Vec<&str> = self
                .requests
                .iter()
                .take(400)
                .map(|(at, _)| self.space.requests[*at].text.as_str())
                .collect();
            panic!("{what}\n{}\n{found:#?}\n{}", self.router.text, requests.join("\n"))
        };
        let mut seen: Vec<(&str, Option<&str>)> = Vec::new();
        for finding in &found {
            let name = finding.meta.name;
            *counts.entry(name.to_owned()).or_default() += 1;
            if let Err(fault) = self.claim(finding) {
                fail(&format!("{name}: {fault}"));
            }
            if !name.starts_with("invariant-") && !matches!(name, "redundant-condition" | "lost-when-missing")
            {
                seen.push((name, finding.subject.route.as_deref()));
                let repeated = seen.iter().filter(|other| *other == seen.last().unwrap()).count() > 1;
                assert!(!repeated, "twice: {found:#?}");
            }
        }
        if let Err(fault) = self.complete(&seen, counts) {
            fail(&fault);
        }
        if let Err(fault) = self.invariants(&found, counts) {
            fail(&fault);
        }
    }

    /// Whether a claim is true.
    fn claim(&self, finding: &Diagnostic) -> Result<(), String> {
        let index = self.index(finding.subject.route.as_deref());
        let by: Vec<usize> =
            finding.labels.iter().map(|label| self.index(label.message.split('`').nth(1))).collect();
        let taken = |verdicts: &[Verdict], by: &[usize]| by.iter().any(|r| verdicts[*r] == Some(true));
        let is_true = |verdicts: &[Verdict]| index == self.count() || verdicts[index] == Some(true);
        match finding.meta.name {
            "unreachable-route" | "condition-always-false" | "default-unreachable" => {
                if by.iter().any(|r| *r >= index) || by.windows(2).any(|w| w[0] >= w[1]) {
                    return Err("routes out of order".into());
                }
                for verdicts in self.wider(&Given::of(finding)) {
                    if is_true(&verdicts) && !taken(&verdicts, &by) {
                        return Err(format!("{verdicts:?} gets there"));
                    }
                }
                for one in by.iter().filter(|_| self.router.is_exact()) {
                    let fewer: Vec<usize> = by.iter().copied().filter(|r| r != one).collect();
                    if !self.requests.iter().any(|(_, v)| is_true(v) && !taken(v, &fewer)) {
                        return Err(format!("r{one} is not needed"));
                    }
                }
            }
            "condition-always-true" => {
                if let Some(verdicts) = self.wider(&Given::of(finding)).iter().find(|v| !is_true(v)) {
                    return Err(format!("{verdicts:?} does not match"));
                }
            }
            "no-route-for-some-requests" => {
                if self.router.has_default || self.witness(finding)?.0 != self.count() {
                    return Err("the witness reaches a route".into());
                }
            }
            "condition-can-error" => {
                let (route, verdicts) = self.witness(finding)?;
                if route < index || verdicts[index].is_some() {
                    return Err(format!("the condition has a value for the witness: {verdicts:?}"));
                }
            }
            "lost-when-missing" => {
                let (route, verdicts) = self.witness(finding)?;
                let mut words = finding.message.split('`').skip(1).step_by(2);
                let (key, _, to) = (words.next().unwrap_or_default(), words.next(), words.next());
                if to.is_some_and(|to| self.index(Some(to)) != route) {
                    return Err("the witness goes elsewhere".into());
                }
                let request = space::request(finding.witness.as_deref().unwrap());
                if route == index || verdicts[index].is_some() || is_sent(&request, key) {
                    return Err(format!("`{key}` is not what the witness lacks: {verdicts:?}"));
                }
            }
            "redundant-condition" => {
                let Some(fix) = finding.fixes.first() else { return Ok(()) };
                let text = irc::diag::apply(&self.router.text, finding.span.file, &fix.edits).unwrap();
                let shorter = self.shorter(text, index);
                let requests = self.keeping(&Given::of(finding));
                let all = requests.iter().map(|at| &self.space.requests[*at].request);
                for (request, verdicts) in all.clone().zip(self.verdicts(all)) {
                    let holds = space::holds(&shorter, &self.checked.env, request) == Some(true);
                    if holds != is_true(&verdicts) {
                        return Err(format!("{request:?} makes a difference"));
                    }
                }
            }
            "invariant-violated" | "invariant-unknown" => {}
            name => return Err(format!("{name} is not known to this test")),
        }
        Ok(())
    }

    /// The route that a witness takes, and the verdicts of all conditions.
    fn witness(&self, finding: &Diagnostic) -> Result<(usize, Vec<Verdict>), String> {
        let text = finding.witness.as_deref().ok_or("there is no witness")?;
        let request = space::request(text);
        if let Some(declared) = &self.checked.metadata {
            let keys = std::iter::empty::<&str>();
            let value = |key: &str| request.metadata(key).map(std::borrow::Cow::Borrowed);
            let broken = irc::check::contract::violations(declared, value, keys);
            if !broken.is_empty() {
                return Err(format!("the witness breaks the declarations: {text}"));
            }
        }
        // By the interpreter here: all evaluators are to agree.
        let all = self.checked.conditions.iter().chain(&self.checked.invariants).flatten();
        let verdicts: Vec<Verdict> = all.map(|e| space::holds(&e.ast, &self.checked.env, &request)).collect();
        let route = self.route_of(&verdicts);
        let mut workspace = Workspace::new(self.plan);
        let draw = Draw { seed: 0, index: 0 };
        let decision = decide(self.plan, &request, draw, &Assumed::default(), &mut workspace);
        if decision.position.unwrap_or(self.count()) != route {
            return Err(format!("interpreter and simulator disagree about {text}"));
        }
        Ok((route, verdicts))
    }

    /// Whether everything was claimed that is true of reachability and failures.
    fn complete(&self, seen: &[(&str, Option<&str>)], counts: &mut Counts) -> Result<(), String> {
        let names = ["unreachable-route", "condition-always-false"];
        let dead = |index: usize| {
            let route = format!("r{index}");
            seen.iter().any(|(name, of)| names.contains(name) && *of == Some(&route))
        };
        let exact = self.router.is_exact();
        let mut open = |what: String| {
            *counts.entry("open".into()).or_default() += 1;
            if exact { Err(what) } else { Ok(()) }
        };
        for index in 0..self.count() {
            if !self.reached(index) && !dead(index) {
                open(format!("r{index} is never reached, and nothing says so"))?;
            }
            let fails =
                |verdicts: &Vec<Verdict>| self.route_of(verdicts) > index && verdicts[index].is_none();
            let told = seen.contains(&("condition-can-error", Some(&format!("r{index}"))));
            let full = |at: &usize| self.is_full(*at, &self.router.routes[index]);
            if self.requests.iter().any(|(at, verdicts)| fails(verdicts) && full(at)) && !told {
                open(format!("r{index} may fail, and nothing says so"))?;
            }
        }
        let told = |name: &str| seen.iter().any(|(other, _)| *other == name);
        let never = told("default-unreachable") || told("condition-always-true");
        match (self.reached(self.count()), self.router.has_default) {
            (true, _) if never => Err("the default route is reached".into()),
            (true, false) if !told("no-route-for-some-requests") => open("no route is told of".into()),
            // That nothing is left may have been said of the route that takes what was left.
            (false, true) if !never && !told("unreachable-route") => open("the default route is dead".into()),
            _ => Ok(()),
        }
    }

    /// Whether a request sends everything that a condition reads, and a message.
    fn is_full(&self, at: usize, condition: &Condition) -> bool {
        let text = &self.space.requests[at].text;
        let request = &self.space.requests[at].request;
        let m = || request.metadata("m").and_then(irc::cel::Value::to_json).unwrap_or_default();
        let tags = || request.metadata("tags").and_then(irc::cel::Value::to_json).unwrap_or_default();
        let has_messages = !text.contains("\"messages\": []");
        has_messages
            && condition.reads.iter().all(|read| match *read {
                "m.k" => m().get("k").is_some(),
                "m.s" => m().get("s").is_some(),
                "tags[0]" => tags().get(0).is_some(),
                "messages" | "messages.last" | "messages.first" => true,
                key => request.metadata(key).is_some(),
            })
    }

    /// Whether invariants hold where nothing is said, and are broken as is said.
    fn invariants(&self, found: &[&Diagnostic], counts: &mut Counts) -> Result<(), String> {
        for (at, invariant) in self.router.invariants.iter().enumerate() {
            let path = format!("invariants[{at}]");
            let told = found
                .iter()
                .find(|d| d.meta.name.starts_with("invariant-") && d.subject.path.as_deref() == Some(&*path));
            let breaks: Vec<bool> =
                (0..=self.count()).map(|index| self.breaks(invariant, index, None)).collect();
            let broken = self
                .requests
                .iter()
                .any(|(_, verdicts)| breaks[self.route_of(verdicts)] && self.is_in_scope(at, verdicts));
            let exact = self.router.is_exact() && invariant.scope.as_ref().is_none_or(|(c, _)| c.exact);
            match told.map(|d| d.meta.name) {
                None => {
                    *counts.entry(format!("{} holds", invariant.kind)).or_default() += 1;
                    if broken {
                        return Err(format!("invariant {at} does not hold"));
                    }
                }
                Some("invariant-unknown") if exact => return Err(format!("invariant {at} is left open")),
                Some("invariant-unknown") => {}
                Some(_) => {
                    *counts.entry(format!("{} broken", invariant.kind)).or_default() += 1;
                    self.broken_as_told(told.unwrap(), at)?;
                }
            }
        }
        Ok(())
    }

    fn broken_as_told(&self, finding: &Diagnostic, at: usize) -> Result<(), String> {
        let invariant = &self.router.invariants[at];
        let (route, verdicts) = self.witness(finding)?;
        let request = space::request(finding.witness.as_deref().unwrap());
        if !self.is_in_scope(at, &verdicts) {
            return Err("the invariant does not speak of the witness".into());
        }
        if finding.subject.route.is_some() && self.index(finding.subject.route.as_deref()) != route {
            return Err("the witness takes another route".into());
        }
        let mut workspace = Workspace::new(self.plan);
        let draw = Draw { seed: 0, index: 0 };
        let decision = decide(self.plan, &request, draw, &Assumed::default(), &mut workspace);
        if !self.breaks(invariant, route, decision.variant.map(|v| &*v.id)) {
            return Err("the variant of the witness breaks nothing".into());
        }
        Ok(())
    }

    fn is_in_scope(&self, at: usize, verdicts: &[Verdict]) -> bool {
        let Some((_, unless)) = &self.router.invariants[at].scope else { return true };
        let before = self.checked.invariants[..at].iter().flatten().count();
        (verdicts[self.count() + before] == Some(true)) != *unless
    }

    /// Whether a request that takes a route, and draws this variant of it or any, breaks an invariant.
    fn breaks(&self, invariant: &Invariant, index: usize, variant: Option<&str>) -> bool {
        let definition = &self.checked.definition.router;
        let written = definition.routes.get(index).or(definition.default.as_ref());
        let planned = self.plan.routes.get(index).or(self.plan.default.as_ref());
        let Some((written, planned)) = written.zip(planned) else { return invariant.kind == "always" };
        let variants = written.variants.iter().zip(&planned.variants);
        variants
            .filter(|(_, p)| p.weight > 0 && variant.is_none_or(|id| *p.id == *id))
            .any(|(w, p)| attempts::breaks(invariant, &planned.id, w, p, self.catalogue))
    }
}

/// Whether a request sends a key, or a key inside one.
fn is_sent(request: &Request, path: &str) -> bool {
    let (root, inside) = path.split_once('.').map_or((path, None), |(root, inside)| (root, Some(inside)));
    let value = request.metadata(root).and_then(irc::cel::Value::to_json);
    match inside {
        Some(inside) => value.is_some_and(|value| value.get(inside).is_some()),
        None => request.metadata(root).is_some(),
    }
}
