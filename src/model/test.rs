//! The tests of a router: requests, and what must become of them.

use std::sync::Arc;

use super::Data;
use crate::source::{Span, Spanned};
use crate::yaml::{Entry, Kind, Node};

/// A file of tests for a router that is defined elsewhere.
#[derive(Clone, Debug)]
pub struct Suite {
    /// The path of the definition, relative to this file; with `:name` for one of its routers.
    pub router: Spanned<String>,
    /// The tests.
    pub tests: Vec<TestCase>,
}

/// One test.
#[derive(Clone, Debug)]
pub struct TestCase {
    /// All of it.
    pub span: Span,
    /// For people.
    pub name: Option<Spanned<String>>,
    /// The request, a mapping.
    pub request: Option<Arc<Node>>,
    /// Several requests of which the same is expected.
    pub requests: Option<Requests>,
    /// What is expected.
    pub expect: Option<Expectation>,
    /// Of which nothing may be.
    pub not: Option<Expectation>,
    /// What was written down of what became of it.
    pub snapshot: Option<Snapshot>,
    /// What is down, as `--down` takes it.
    pub down: Vec<Spanned<String>>,
    /// Assumptions that it rests on, and alternatives to others as `--assume` takes them.
    pub assume: Vec<Spanned<String>>,
    /// The same with other words, each.
    pub cases: Vec<TestCase>,
}

/// What was written down of an outcome, in the shape of an expectation. `irc test --update` writes it.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Its key.
    pub key: Span,
    /// The mapping that holds the key.
    pub within: Span,
    /// What stands behind the key, nothing if nothing was written yet.
    pub node: Arc<Node>,
    /// The same as data.
    pub value: Option<Data>,
}

/// Several requests.
#[derive(Clone, Debug)]
pub enum Requests {
    /// JSON Lines in this file, relative to the file that names it.
    File(Spanned<String>),
    /// Mappings.
    List(Vec<Arc<Node>>),
}

/// What must become of a request.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// All of it.
    pub span: Span,
    /// The route's id; `null` for none.
    pub route: Option<Spanned<Option<String>>>,
    /// The variant's id.
    pub variant: Option<Spanned<String>>,
    /// Variants with their shares.
    pub shares: Vec<(Spanned<String>, Spanned<f64>)>,
    /// The model of the first attempt.
    pub model: Option<Spanned<String>>,
    /// The provider of the first attempt.
    pub provider: Option<Spanned<String>>,
    /// What would be tried, in order; several in one place where their order is undetermined.
    pub plan: Option<Spanned<Vec<Vec<Spanned<String>>>>>,
    /// What is tried, in order.
    pub attempts: Option<Spanned<Vec<ExpectedAttempt>>>,
    /// Whether it ends in an error, and what that says.
    pub error: Option<Spanned<ExpectedError>>,
    /// Generation parameters that are sent: those that are named.
    pub params: Vec<(Spanned<String>, Data)>,
    /// The rendered templates.
    pub prompt: Option<Spanned<ExpectedPrompt>>,
    /// US dollars.
    pub cost: Option<ExpectedCost>,
}

/// An attempt.
#[derive(Clone, Debug)]
pub struct ExpectedAttempt {
    /// Whom it asks.
    pub model: Spanned<String>,
    /// How it ends: `ok`, `429`, `timeout`, `down`.
    pub outcome: Option<Spanned<String>>,
}

/// An error.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ExpectedError {
    /// Whether there is any.
    Any(bool),
    /// One that says this among other things.
    Saying(String),
}

/// Rendered templates.
#[derive(Clone, Debug)]
pub enum ExpectedPrompt {
    /// This occurs in one of them.
    Saying(String),
    /// All of them, each with its role and content.
    Messages(Vec<(Spanned<String>, Spanned<String>)>),
}

/// Bounds on what a request costs, whoever answers.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedCost {
    /// Where they stand.
    pub span: Span,
    /// At least.
    pub min: Option<f64>,
    /// At most.
    pub max: Option<f64>,
}

impl TestCase {
    /// Every expectation as it is written, with the keys that lead to it from the test.
    pub fn expectations(&self) -> Vec<(String, &Expectation)> {
        let own = [("expect", &self.expect), ("not", &self.not)];
        let mut out: Vec<(String, &Expectation)> =
            own.into_iter().filter_map(|(key, e)| Some((key.to_owned(), e.as_ref()?))).collect();
        for (at, case) in self.cases.iter().enumerate() {
            let below = case.expectations().into_iter();
            out.extend(below.map(|(path, e)| (format!("cases[{at}].{path}"), e)));
        }
        out
    }

    /// Each case by itself, with what it shares with the others; the test alone where it has none.
    pub fn each(&self) -> Vec<TestCase> {
        if self.cases.is_empty() {
            return vec![self.clone()];
        }
        self.cases.iter().map(|case| case.over(self)).collect()
    }

    /// With what stands in a test around it, where it does not say otherwise.
    fn over(&self, shared: &TestCase) -> TestCase {
        let or = |own: &Vec<Spanned<String>>, shared: &Vec<Spanned<String>>| {
            if own.is_empty() { shared.clone() } else { own.clone() }
        };
        let request = match (&shared.request, &self.request) {
            (Some(shared), Some(own)) => Some(merged(shared, own)),
            (shared, own) => own.clone().or_else(|| shared.clone()),
        };
        let expectation = |own: &Option<Expectation>, shared: &Option<Expectation>| match (own, shared) {
            (Some(own), Some(shared)) => Some(own.over(shared)),
            (own, shared) => own.clone().or_else(|| shared.clone()),
        };
        TestCase {
            span: self.span,
            name: self.name.clone(),
            request,
            requests: self.requests.clone().or_else(|| shared.requests.clone()),
            expect: expectation(&self.expect, &shared.expect),
            not: expectation(&self.not, &shared.not),
            // What became of one case says nothing of another.
            snapshot: self.snapshot.clone(),
            down: or(&self.down, &shared.down),
            assume: or(&self.assume, &shared.assume),
            cases: Vec::new(),
        }
    }
}

impl Expectation {
    /// The models that it names.
    pub fn models(&self) -> impl Iterator<Item = &Spanned<String>> {
        let plan = self.plan.iter().flat_map(|plan| &plan.value).flatten();
        let attempts = self.attempts.iter().flat_map(|attempts| &attempts.value);
        self.model.iter().chain(plan).chain(attempts.map(|attempt| &attempt.model))
    }

    /// With what a shared one says of other keys.
    fn over(&self, shared: &Expectation) -> Expectation {
        let own = self.clone();
        Expectation {
            span: own.span,
            route: own.route.or_else(|| shared.route.clone()),
            variant: own.variant.or_else(|| shared.variant.clone()),
            shares: if own.shares.is_empty() { shared.shares.clone() } else { own.shares },
            model: own.model.or_else(|| shared.model.clone()),
            provider: own.provider.or_else(|| shared.provider.clone()),
            plan: own.plan.or_else(|| shared.plan.clone()),
            attempts: own.attempts.or_else(|| shared.attempts.clone()),
            error: own.error.or_else(|| shared.error.clone()),
            params: if own.params.is_empty() { shared.params.clone() } else { own.params },
            prompt: own.prompt.or_else(|| shared.prompt.clone()),
            cost: own.cost.or(shared.cost),
        }
    }
}

/// A mapping with the entries of another laid over it; mappings under the same key likewise, all else is replaced.
fn merged(base: &Arc<Node>, over: &Arc<Node>) -> Arc<Node> {
    let (Kind::Mapping(below), Kind::Mapping(above)) = (&base.kind, &over.kind) else {
        return Arc::clone(over);
    };
    let mut entries = below.clone();
    for entry in above {
        match entries.iter_mut().find(|known| known.key.text() == entry.key.text()) {
            Some(known) => {
                let value = merged(&known.value, &entry.value);
                *known = Entry { value, ..entry.clone() };
            }
            None => entries.push(entry.clone()),
        }
    }
    Arc::new(Node { span: over.span, kind: Kind::Mapping(entries), anchored: None })
}
