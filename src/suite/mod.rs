//! Runs the tests of a router.
//!
//! In: a checked definition with its tests, its plan, the catalogue, and a loader for files of requests. Out: for each test
//! whether it holds, and a diagnostic for each that does not, at the words that are not true. It decides by way of
//! [`crate::simulate`] and knows no files, no terminal and nothing of how results are printed.

pub mod coverage;
mod errors;
mod expect;
pub mod rules;
mod why;

use std::collections::BTreeSet;

use crate::catalogue::Catalogue;
use crate::catalogue::assumptions::{self, Assumed};
use crate::cel::Value;
use crate::check::{Checked, value_of};
use crate::compile::{Plan, Rank};
use crate::diag::Diagnostic;
use crate::model::{Requests, TestCase};
use crate::simulate::{self, Draw, Outage, Outages, Prices, Request, Workspace, parse_json};
use crate::source::{Loader, Sources, Span};
use coverage::Touched;
pub use errors::{no_such_router, several_routers, unreadable_router};
use expect::{Asked, Mismatch};

/// How many requests of one file are decided. A log is for `irc simulate`.
const MOST_REQUESTS: usize = 100_000;

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
}

/// What came of the tests of one router.
#[derive(Debug, Default)]
pub struct Ran {
    /// In order.
    pub tests: Vec<Tested>,
    /// How many nobody wanted.
    pub passed_over: usize,
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
        Self { checked, plan, catalogue, prices, loader, sources }
    }

    /// Runs the tests whose names are wanted, in order. Each case of a test is one by itself. Also what they came by, and
    /// how many were passed over.
    pub fn run(&self, wanted: impl Fn(&str) -> bool) -> Ran {
        let mut out = Ran::default();
        for (at, test) in self.checked.definition.tests.iter().enumerate() {
            let name =
                test.name.as_ref().map_or_else(|| format!("test {}", at + 1), |name| name.value.clone());
            for (case_at, case) in test.each().into_iter().enumerate() {
                let of_case = |own: &str| format!("{name}: {own}");
                let name = match (&case.name, test.cases.is_empty()) {
                    (_, true) => name.clone(),
                    (Some(own), false) if test.name.as_ref() != Some(own) => of_case(&own.value),
                    (_, false) => of_case(&format!("case {}", case_at + 1)),
                };
                if wanted(&name) {
                    out.tests.push(self.test(name, &case, &mut out.touched));
                } else {
                    out.passed_over += 1;
                }
            }
        }
        out
    }

    fn test(&self, name: String, test: &TestCase, touched: &mut Touched) -> Tested {
        let router = self.plan.router.to_string();
        let file = self.sources.get(test.span.file);
        let place = file.map(|file| (file.name().to_owned(), file.position(test.span.start).line));
        let mut tested = Tested { router, name, span: test.span, place, requests: 0, failure: None };
        let set = match self.set(test) {
            Ok(set) => set,
            Err(fault) => {
                tested.failure = Some(self.about(fault.naming(&tested.name)));
                return tested;
            }
        };
        let mut space = Workspace::new(self.plan);
        for (index, (place, request)) in (0..).zip(&set.requests) {
            tested.requests += 1;
            let found = self.compare(test, request, index, &set, &mut space, touched);
            if let Some(first) = found.first() {
                let place = place.as_deref().unwrap_or_default();
                tested.failure = Some(self.about(errors::failed(&tested.name, place, first, &found)));
                break;
            }
        }
        tested
    }

    /// What is not as a test says of a request.
    fn compare(
        &self,
        test: &TestCase,
        request: &Request,
        index: u64,
        set: &Set,
        space: &mut Workspace,
        touched: &mut Touched,
    ) -> Vec<Mismatch> {
        let decision = simulate::decide(self.plan, request, Draw { seed: 0, index }, &set.assumed, space);
        let own = request.own.as_deref().zip(decision.variant);
        let chain = own.map(|(own, variant)| variant.chain_for(own, self.catalogue));
        let decision = match &chain {
            Some(chain) => decision.along(chain),
            None => decision,
        };
        let attempts = set.outages.attempts(decision.plan, 0, index);
        touched.note(self.plan, test, request, &decision, &attempts);
        let asked = Asked {
            plan: self.plan,
            prices: &self.prices,
            request,
            decision: &decision,
            attempts: &attempts,
            outages: &set.outages,
            assumed: &set.assumed,
            users_are_drawn: set.rests_on.contains("A06"),
        };
        asked.compare(test)
    }

    fn about(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        diagnostic.subject.router = Some(self.plan.router.to_string());
        diagnostic
    }

    /// What a test needs before anything can be decided.
    fn set(&self, test: &TestCase) -> Result<Set, Fault> {
        let mut set = Set::default();
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
        set.requests = self.requests(test)?;
        Ok(set)
    }

    fn requests(&self, test: &TestCase) -> Result<Vec<(Option<String>, Request)>, Fault> {
        let read = |value: &Value, span: Span| {
            Request::from_value(value).map_err(|error| Fault::new(span, error.to_string()))
        };
        match (&test.requests, &test.request) {
            (Some(Requests::File(path)), _) => self.of_file(&path.value, path.span),
            (Some(Requests::List(nodes)), _) => {
                let each = (1..).zip(nodes);
                let each = each
                    .map(|(at, node)| Ok((Some(format!("request {at}")), read(&value_of(node), node.span)?)));
                each.collect()
            }
            (None, Some(node)) => Ok(vec![(None, read(&value_of(node), node.span)?)]),
            // One that carries nothing.
            (None, None) => Ok(vec![(None, read(&Value::map(Default::default()), test.span)?)]),
        }
    }

    /// The requests of a file, one a line.
    fn of_file(&self, path: &str, span: Span) -> Result<Vec<(Option<String>, Request)>, Fault> {
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
            out.push((Some(format!("{shown}:{number}")), request));
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
    /// Each with where it stands, if there are several.
    requests: Vec<(Option<String>, Request)>,
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
