//! Runs the tests of a router.
//!
//! In: a checked definition with its tests, its plan, the catalogue, and a loader for files of requests. Out: for each test
//! whether it holds, and a diagnostic for each that does not, at the words that are not true. It decides by way of
//! [`crate::simulate`] and knows no files, no terminal and nothing of how results are printed.

pub mod coverage;
mod errors;
mod expect;
mod impossible;
pub mod rules;
mod snapshot;
mod why;

use std::cell::OnceCell;
use std::collections::BTreeSet;

use crate::analyze::{Budget, never_taken};
use crate::catalogue::Catalogue;
use crate::catalogue::assumptions::{self, Assumed};
use crate::cel::Value;
use crate::check::{Checked, value_of};
use crate::compile::{Plan, Rank};
use crate::diag::{Diagnostic, Sink};
use crate::model::{Data, Requests, Snapshot, TestCase};
use crate::simulate::{self, Draw, Outage, Outages, Prices, Request, Workspace, parse_json};
use crate::source::{Loader, Sources, Span};
use coverage::Touched;
pub use errors::{no_such_router, several_routers, unreadable_router};
use expect::Asked;
pub use snapshot::{Change, What};

/// How many requests of one file are decided. A log is for `irc simulate`.
const MOST_REQUESTS: usize = 100_000;

/// How many requests a snapshot is of. More nobody reads.
const MOST_IN_SNAPSHOT: usize = 100;

/// A test that was run.
#[derive(Clone, Debug)]
pub struct Tested {
    /// Bare name of the router.
    pub router: String,
    /// What it shows.
    pub name: String,
    /// All of it.
    pub span: Span,
    /// Its file and line, for those who print it without the sources.
    pub place: Option<(String, u32)>,
    /// How many requests were decided.
    pub requests: usize,
    /// What is not as it must be.
    pub failure: Option<Diagnostic>,
    /// Its snapshot, if that is missing or says something else, and nothing else fails.
    pub change: Option<Change>,
}

/// A snapshot that is of no request.
#[derive(Clone, Debug)]
pub struct Obsolete {
    /// The name of its test.
    pub name: String,
    /// Its removal.
    pub change: Change,
    /// What is to be said.
    pub told: Diagnostic,
}

/// What came of the tests of one router.
#[derive(Debug, Default)]
pub struct Ran {
    /// In order.
    pub tests: Vec<Tested>,
    /// How many nobody wanted.
    pub passed_over: usize,
    /// How many were not run, for there are errors in them.
    pub not_run: usize,
    /// Snapshots that are of no request.
    pub obsolete: Vec<Obsolete>,
    /// What they came by.
    pub touched: Touched,
}

/// What tests rest on.
pub struct Runner<'a> {
    checked: &'a Checked,
    plan: &'a Plan,
    catalogue: &'a Catalogue,
    prices: Prices<'a>,
    loader: &'a dyn Loader,
    sources: &'a Sources,
    /// The steps for a proof that no request takes a route; none to prove nothing.
    budget: Option<Budget>,
    /// Where there are errors: a test that holds one is not run.
    errors: &'a [Span],
    /// Of each route, the default one last, whether that is proved.
    never: OnceCell<Vec<bool>>,
}

/// Says what is wrong with the tests of a definition by themselves, whatever becomes of their requests: they cannot be run,
/// or no request can do what they expect.
pub fn examine(runner: &Runner<'_>, sink: &mut Sink) {
    let mut seen = BTreeSet::new();
    for (at, test) in runner.checked.definition.tests.iter().enumerate() {
        for (name, case) in named(at, test) {
            let faults = match runner.assumed_and_down(&case, &mut Set::default()) {
                Ok(()) => impossible::impossible(runner.plan, &case, &|at| runner.is_never_taken(at)),
                Err(fault) => vec![fault.naming(&name)],
            };
            // What cases share is told once.
            let new = faults.into_iter().filter(|d| seen.insert((d.span.start, d.span.end, d.meta.code)));
            new.for_each(|diagnostic| sink.push(runner.about(diagnostic)));
        }
    }
}

/// The cases of a test with their names; the test alone where it has none. `at`: the place of the test.
fn named(at: usize, test: &TestCase) -> Vec<(String, TestCase)> {
    let name = name_of(at, test);
    let named = (1..).zip(test.each()).map(|(case_at, case)| {
        let own = match (&case.name, test.cases.is_empty()) {
            (_, true) => name.clone(),
            (Some(own), false) if test.name.as_ref() != Some(own) => format!("{name}: {}", own.value),
            (_, false) => format!("{name}: case {case_at}"),
        };
        (own, case)
    });
    named.collect()
}

fn name_of(at: usize, test: &TestCase) -> String {
    test.name.as_ref().map_or_else(|| format!("test {}", at + 1), |name| name.value.clone())
}

impl<'a> Runner<'a> {
    /// For the tests of one definition.
    pub fn new(
        checked: &'a Checked,
        plan: &'a Plan,
        catalogue: &'a Catalogue,
        loader: &'a dyn Loader,
        sources: &'a Sources,
    ) -> Self {
        let prices = Prices::new(std::slice::from_ref(plan), catalogue);
        let never = OnceCell::new();
        Self { checked, plan, catalogue, prices, loader, sources, budget: None, errors: &[], never }
    }

    /// Proves of routes that tests expect that no request takes them, if so many steps suffice.
    #[must_use]
    pub fn proving(self, budget: Budget) -> Self {
        Self { budget: Some(budget), ..self }
    }

    /// Runs no test that holds one of these errors: what could not be read of it is not expected.
    #[must_use]
    pub fn sparing(self, errors: &'a [Span]) -> Self {
        Self { errors, ..self }
    }

    /// The same where it is known: of each route, the default one last, whether it is proved that no request takes it.
    #[must_use]
    pub fn knowing(self, never: Vec<bool>) -> Self {
        Self { never: OnceCell::from(never), ..self }
    }

    fn is_never_taken(&self, at: usize) -> bool {
        let prove = || {
            let Some(budget) = self.budget else { return Vec::new() };
            let proved = never_taken(self.checked, self.catalogue, self.sources, budget);
            proved.iter().map(Option::is_some).collect()
        };
        self.never.get_or_init(prove).get(at).copied().unwrap_or_default()
    }

    /// Runs the tests whose names are wanted, in order. Each case of a test is one by itself. Also what they came by, and
    /// how many were passed over.
    pub fn run(&self, wanted: impl Fn(&str) -> bool) -> Ran {
        let mut out = Ran::default();
        for (at, test) in self.checked.definition.tests.iter().enumerate() {
            let passed_over = out.passed_over;
            for (name, case) in named(at, test) {
                // What is wrong beside the cases is wrong with each of them.
                let concerns = |error: &Span| {
                    let beside = || !test.cases.iter().any(|case| case.span.contains(*error));
                    case.span.contains(*error) || test.span.contains(*error) && beside()
                };
                match wanted(&name) {
                    true if self.errors.iter().any(concerns) => out.not_run += 1,
                    true => out.tests.push(self.test(name, &case, &mut out.touched)),
                    false => out.passed_over += 1,
                }
            }
            if let Some(snapshot) = test.snapshot.as_ref().filter(|_| !test.cases.is_empty())
                && passed_over == out.passed_over
            {
                let name = name_of(at, test);
                let told = self.about(errors::obsolete(&name, snapshot.key));
                let change = Change { snapshot: snapshot.clone(), value: None };
                out.obsolete.push(Obsolete { name, change, told });
            }
        }
        out
    }

    fn test(&self, name: String, test: &TestCase, touched: &mut Touched) -> Tested {
        let router = self.plan.router.to_string();
        let file = self.sources.get(test.span.file);
        let place = file.map(|file| (file.name().to_owned(), file.position(test.span.start).line));
        let mut tested =
            Tested { router, name, span: test.span, place, requests: 0, failure: None, change: None };
        let set = match self.set(test) {
            Ok(set) => set,
            Err(fault) => {
                tested.failure = Some(self.about(fault.naming(&tested.name)));
                return tested;
            }
        };
        let impossible = |never: &dyn Fn(usize) -> bool| {
            impossible::impossible(self.plan, test, never).into_iter().next().map(|d| self.about(d))
        };
        tested.failure = impossible(&|_| false);
        if tested.failure.is_some() {
            return tested;
        }
        let mut space = Workspace::new(self.plan);
        // What becomes of the requests, and why.
        let (mut outcomes, mut reasons) = (Vec::new(), Vec::new());
        for (index, request) in (0..).zip(&set.requests) {
            tested.requests += 1;
            let found = self.decided(&request.request, index, &set, &mut space, |asked| {
                touched.note(asked.plan, test, asked.request, asked.decision, asked.attempts);
                if test.snapshot.is_some() {
                    outcomes.push((request.key.clone(), asked.outcome()));
                    reasons.push(why::why(asked, None, true));
                }
                asked.compare(test)
            });
            if let Some(first) = found.first() {
                let failed = || self.about(errors::failed(&tested.name, &request.place, first, &found));
                tested.failure = impossible(&|at| self.is_never_taken(at)).or_else(|| Some(failed()));
                return tested;
            }
        }
        if let Some(snapshot) = &test.snapshot {
            self.compare_with(snapshot, outcomes, &reasons, &mut tested);
        }
        tested
    }

    /// Compares what became of the requests of a test with what was written down.
    fn compare_with(
        &self,
        snapshot: &Snapshot,
        mut outcomes: Vec<(String, Data)>,
        reasons: &[String],
        tested: &mut Tested,
    ) {
        let several = outcomes.first().is_some_and(|(key, _)| !key.is_empty());
        let is = match outcomes.pop() {
            Some((_, only)) if !several => only,
            last => {
                outcomes.extend(last);
                Data::Map(outcomes)
            }
        };
        let failure = match &snapshot.value {
            None => errors::missing(&tested.name, snapshot.key, &is),
            Some(_) => {
                let differences = snapshot::differences(snapshot, &is);
                if differences.is_empty() {
                    return;
                }
                let why = reasons.first().filter(|_| !several).map_or("", String::as_str);
                errors::differs(&tested.name, snapshot.key, &differences, why)
            }
        };
        tested.failure = Some(self.about(failure));
        tested.change = Some(Change { snapshot: snapshot.clone(), value: Some(is) });
    }

    /// Decides a request, and shows what becomes of it.
    fn decided<T>(
        &self,
        request: &Request,
        index: u64,
        set: &Set,
        space: &mut Workspace,
        then: impl FnOnce(&Asked<'_>) -> T,
    ) -> T {
        let decision = simulate::decide(self.plan, request, Draw { seed: 0, index }, &set.assumed, space);
        let own = request.own.as_deref().zip(decision.variant);
        let chain = own.map(|(own, variant)| variant.chain_for(own, self.catalogue));
        let decision = match &chain {
            Some(chain) => decision.along(chain),
            None => decision,
        };
        let attempts = set.outages.attempts(decision.plan, 0, index);
        then(&Asked {
            plan: self.plan,
            prices: &self.prices,
            request,
            decision: &decision,
            attempts: &attempts,
            outages: &set.outages,
            assumed: &set.assumed,
            users_are_drawn: set.rests_on.contains("A06"),
        })
    }

    fn about(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        diagnostic.subject.router = Some(self.plan.router.to_string());
        diagnostic
    }

    /// What a test needs before anything can be decided.
    fn set(&self, test: &TestCase) -> Result<Set, Fault> {
        let mut set = Set::default();
        self.assumed_and_down(test, &mut set)?;
        set.requests = self.requests(test)?;
        if let Some(snapshot) = test.snapshot.as_ref().filter(|_| set.requests.len() > MOST_IN_SNAPSHOT) {
            let reason = format!(
                "a snapshot is of at most {MOST_IN_SNAPSHOT} requests, and here are {}",
                set.requests.len()
            );
            return Err(Fault::new(snapshot.key, reason));
        }
        Ok(set)
    }

    fn assumed_and_down(&self, test: &TestCase, set: &mut Set) -> Result<(), Fault> {
        for assumed in &test.assume {
            match assumptions::find(&assumed.value) {
                Some(assumption) => drop(set.rests_on.insert(assumption.id)),
                None if assumed.value.contains('=') => {
                    let chosen = set.assumed.choose(&assumed.value);
                    chosen.map_err(|error| Fault::new(assumed.span, error.to_string()))?;
                }
                None => return Err(Fault::new(assumed.span, errors::no_assumption(&assumed.value))),
            }
        }
        let known = self.models();
        for down in &test.down {
            let outage = Outage::parse(&down.value, self.catalogue, &known);
            set.outages.0.push(outage.map_err(|error| Fault::new(down.span, error.to_string()))?);
        }
        Ok(())
    }

    fn requests(&self, test: &TestCase) -> Result<Vec<Asking>, Fault> {
        let read = |value: &Value, span: Span| {
            Request::from_value(value).map_err(|error| Fault::new(span, error.to_string()))
        };
        match (&test.requests, &test.request) {
            (Some(Requests::File(path)), _) => self.of_file(&path.value, path.span),
            (Some(Requests::List(nodes)), _) => {
                let each = (1..).zip(nodes);
                let each = each.map(|(at, node)| {
                    let place = format!("request {at}");
                    Ok(Asking { key: place.clone(), place, request: read(&value_of(node), node.span)? })
                });
                each.collect()
            }
            (None, Some(node)) => Ok(vec![Asking::only(read(&value_of(node), node.span)?)]),
            // One that carries nothing.
            (None, None) => Ok(vec![Asking::only(read(&Value::map(Default::default()), test.span)?)]),
        }
    }

    /// The requests of a file, one a line.
    fn of_file(&self, path: &str, span: Span) -> Result<Vec<Asking>, Fault> {
        let from = self.sources.get(span.file).map_or("", |file| file.name());
        let (shown, bytes) = self
            .loader
            .load(from, path)
            .map_err(|error| Fault::new(span, format!("cannot read {path}: {}", error.reason)))?;
        let text = String::from_utf8(bytes).map_err(|_| Fault::new(span, format!("{shown} is no UTF-8")))?;
        let mut out = Vec::new();
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            if out.len() >= MOST_REQUESTS {
                let bound =
                    format!("{shown} holds more than {MOST_REQUESTS} requests: `irc simulate` is for logs");
                return Err(Fault::new(span, bound));
            }
            let bad = |reason: String| Fault::new(span, format!("{shown}:{number}: {reason}"));
            let value =
                parse_json(line, assumptions::Numbers::default()).map_err(|error| bad(error.to_string()))?;
            let request = Request::from_value(&value).map_err(|error| bad(error.to_string()))?;
            let (place, key) = (format!("{shown}:{number}"), format!("line {number}"));
            out.push(Asking { place, key, request });
        }
        if out.is_empty() {
            return Err(Fault::new(span, format!("{shown} holds no requests")));
        }
        Ok(out)
    }

    /// The models that the router may ask.
    fn models(&self) -> Vec<&'a str> {
        let routes = self.plan.routes.iter().chain(&self.plan.default);
        let ranks = routes.flat_map(|route| &route.variants).flat_map(|variant| &variant.chain.ranks);
        let mut known: Vec<&str> = Vec::new();
        for rank in ranks {
            match rank {
                Rank::Model(id) => known.push(id),
                Rank::Tied(ids) => known.extend(ids.iter().map(|id| &**id)),
                Rank::Open => {}
            }
        }
        known
    }
}

/// What a test needs before anything can be decided.
#[derive(Default)]
struct Set {
    assumed: Assumed,
    /// The ids of assumptions that it may rest on.
    rests_on: BTreeSet<&'static str>,
    outages: Outages,
    requests: Vec<Asking>,
}

/// A request of a test.
struct Asking {
    /// Where it stands among several; empty where it is the only one.
    place: String,
    /// What it is called in a snapshot of several; empty where it is the only one.
    key: String,
    request: Request,
}

impl Asking {
    fn only(request: Request) -> Self {
        Self { place: String::new(), key: String::new(), request }
    }
}

/// Why a test cannot be run.
struct Fault {
    span: Span,
    reason: String,
}

impl Fault {
    fn new(span: Span, reason: String) -> Self {
        Self { span, reason }
    }

    fn naming(self, test: &str) -> Diagnostic {
        errors::unreadable(test, self.span, &self.reason)
    }
}
