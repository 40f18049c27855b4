//! `tests:`, in a definition or in a suite of its own.

use std::sync::Arc;

use super::Lower;
use super::fields::{Fields, SUITE, is_null};
use crate::diag::Sink;
use crate::model::{
    Data, Expectation, ExpectedAttempt, ExpectedCost, ExpectedError, ExpectedPrompt, Form, Requests,
    Snapshot, Suite, TestCase, errors,
};
use crate::source::{Span, Spanned};
use crate::yaml::{Entry, Kind, Node, ScalarType, Tree};

const SUITE_KEYS: &[&str] = &["irc", "description", "router", "tests"];
const TEST_KEYS: &[&str] =
    &["name", "description", "request", "requests", "expect", "not", "snapshot", "down", "assume", "cases"];
const CASE_KEYS: &[&str] = &["name", "description", "request", "expect", "not", "snapshot", "down", "assume"];
const EXPECT_KEYS: &[&str] = &[
    "route", "variant", "model", "provider", "plan", "attempts", "shares", "error", "params", "prompt",
    "cost_usd",
];

/// Reads a file of tests: a suite in each document.
pub fn lower_suites(tree: &Tree, sink: &mut Sink) -> Vec<Suite> {
    let mut found = Vec::new();
    let mut any = false;
    for document in &tree.documents {
        any |= document.damaged;
        let Some(root) = document.root.as_deref() else { continue };
        any = true;
        let mut lower = Lower::of(document, Form::Authoring, sink);
        found.extend(lower.suite(root));
    }
    if !any {
        sink.push(errors::no_tests(Span::file_start(tree.file)));
    }
    found
}

impl Lower<'_> {
    fn suite(&mut self, root: &Node) -> Option<Suite> {
        let mut fields = self.fields(root, SUITE)?;
        if let Some(entry) = fields.take(self, "irc") {
            self.version(&entry.value);
        }
        if let Some(entry) = fields.take(self, "description") {
            self.text(&entry.value, "a description, as text");
        }
        let router = fields.take(self, "router");
        if router.is_none() && self.lacks(&fields, "router") {
            self.missing(&fields, "router");
        }
        let router = router.and_then(|e| self.filled_text(&e.value, "the path of a definition, as text"));
        let tests = fields.take(self, "tests");
        if tests.is_none() && self.lacks(&fields, "tests") {
            self.missing(&fields, "tests");
        }
        let mut found = Vec::new();
        if let Some(entry) = tests {
            found = self.tests(&entry.value);
            if found.is_empty() && matches!(&entry.value.kind, Kind::Sequence(items) if items.is_empty()) {
                self.push(errors::no_tests(entry.key.span));
            }
        }
        fields.finish(self, SUITE_KEYS, &[]);
        Some(Suite { router: router?, tests: found })
    }

    pub(super) fn tests(&mut self, node: &Node) -> Vec<TestCase> {
        let Some(items) = self.blocks(node, "a list of tests, each beginning with `-`") else {
            return Vec::new();
        };
        let mut out = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let mark = self.enter(&format!("tests[{index}]"));
            out.extend(self.test(item, None));
            self.leave(mark);
        }
        out
    }

    /// A test, or a case of one that says something for all.
    fn test(&mut self, node: &Node, around: Option<&Fields<'_>>) -> Option<TestCase> {
        let mut fields = self.fields(node, if around.is_some() { "a case" } else { "a test" })?;
        let name = fields.take(self, "name").and_then(|e| self.filled_text(&e.value, "a name, as text"));
        if let Some(entry) = fields.take(self, "description") {
            self.text(&entry.value, "a description, as text");
        }
        let request = fields.take(self, "request").and_then(|entry| {
            self.fields(&entry.value, "a request")?;
            Some(Arc::clone(&entry.value))
        });
        let expect = self.expected(&mut fields, "expect");
        let not = self.expected(&mut fields, "not");
        let snapshot = fields.take(self, "snapshot").and_then(|entry| self.snapshot(node, entry));
        let down = match fields.take(self, "down") {
            Some(e) => self.texts(
                &e.value,
                "what is down, as a list",
                "a provider or model that is down, as text",
                true,
            ),
            None => None,
        };
        let assume = fields.take(self, "assume").map(|e| self.assumed(&e.value)).unwrap_or_default();
        let demands = |fields: &Fields<'_>| ["expect", "not", "snapshot"].iter().any(|key| fields.has(key));
        let (mut requests, mut cases) = (None, Vec::new());
        if around.is_none() {
            requests = fields.take(self, "requests").and_then(|entry| self.requests(&entry.value));
            if let Some(entry) = fields.take(self, "cases") {
                for (at, item) in
                    self.blocks(&entry.value, "a list of cases").unwrap_or_default().iter().enumerate()
                {
                    let mark = self.enter(&format!("cases[{at}]"));
                    cases.extend(self.test(item, Some(&fields)));
                    self.leave(mark);
                }
            }
            if let (Some(one), Some(many)) = (fields.key_span("request"), fields.key_span("requests")) {
                self.push(errors::request_and_requests(many, one));
            }
        }
        let around_demands = around.is_some_and(|fields| fields.has("expect") || fields.has("not"));
        // That a case has no cases is said where they stand.
        let own = demands(&fields) || fields.has("cases");
        let is_elsewhere = EXPECT_KEYS.iter().any(|key| fields.has(key));
        if !own && !around_demands && !is_elsewhere && self.lacks(&fields, "expect") {
            self.missing(&fields, "expect");
        }
        self.misplaced(&mut fields, EXPECT_KEYS, "within `expect`");
        fields.finish(self, if around.is_some() { CASE_KEYS } else { TEST_KEYS }, &[]);
        let down = down.unwrap_or_default();
        Some(TestCase {
            span: node.span,
            name,
            request,
            requests,
            expect,
            not,
            snapshot,
            down,
            assume,
            cases,
        })
    }

    /// Nothing, or a mapping; what is in it is compared, and not read.
    fn snapshot(&mut self, test: &Node, entry: &Entry) -> Option<Snapshot> {
        let node = &entry.value;
        let value = match node.kind {
            _ if is_null(node) => None,
            Kind::Mapping(ref entries) if entries.is_empty() => None,
            Kind::Mapping(_) => Some(self.data(node)),
            _ => {
                self.wrong_type(node, "what `irc test --update` writes, or nothing", None);
                return None;
            }
        };
        Some(Snapshot { key: entry.key.span, within: test.span, node: Arc::clone(node), value })
    }

    fn requests(&mut self, node: &Node) -> Option<Requests> {
        if matches!(node.kind, Kind::Scalar(_)) {
            return self.filled_text(node, "the path of a file of requests, as text").map(Requests::File);
        }
        let items = self.items(node, "a list of requests, or the path of a file of them")?;
        let mut out = Vec::new();
        for item in items {
            if self.fields(item, "a request").is_some() {
                out.push(Arc::clone(item));
            }
        }
        Some(Requests::List(out))
    }

    /// `[A06, numbers=double]`, or `{numbers: double}`.
    fn assumed(&mut self, node: &Node) -> Vec<Spanned<String>> {
        let Some(entries) = node.entries() else {
            let texts = self.texts(node, "what is assumed, as a list", "an assumption, as text", true);
            return texts.unwrap_or_default();
        };
        let mut out = Vec::new();
        for entry in entries {
            if let Some(value) = self.filled_text(&entry.value, "what is assumed of it, as text") {
                let text = format!("{}={}", entry.key.text(), value.value);
                out.push(Spanned::new(text, value.span));
            }
        }
        out
    }

    /// Reports keys that have their place elsewhere in a test.
    fn misplaced(&mut self, fields: &mut Fields<'_>, keys: &[&str], place: &str) {
        for key in keys {
            if let Some(entry) = fields.take(self, key) {
                self.push(errors::misplaced_field(entry.key.span, key, fields.what, place));
            }
        }
    }

    fn expected(&mut self, fields: &mut Fields<'_>, key: &'static str) -> Option<Expectation> {
        let entry = fields.take(self, key)?;
        let mark = self.enter(key);
        let expect = self.expectation(&entry.value);
        self.leave(mark);
        expect
    }

    fn expectation(&mut self, node: &Node) -> Option<Expectation> {
        let mut fields = self.fields(node, "an expectation")?;
        let route = fields.take(self, "route").and_then(|entry| {
            if is_null(&entry.value) {
                return Some(Spanned::new(None, entry.value.span));
            }
            let id = self.filled_text(&entry.value, "a route's id, as text")?;
            Some(Spanned::new(Some(id.value), id.span))
        });
        let mut text = |lower: &mut Self, key: &str, what: &str| {
            fields.take(lower, key).and_then(|e| lower.filled_text(&e.value, what))
        };
        let variant = text(self, "variant", "a variant's id, as text");
        let model = text(self, "model", "a model id, as text");
        let provider = text(self, "provider", "a provider, as text");
        let plan = fields.take(self, "plan").and_then(|entry| {
            let items = self.items(&entry.value, "a list of model ids")?;
            let places = items.iter().filter_map(|item| match item.kind {
                Kind::Sequence(_) => self.texts(item, "a list of model ids", "a model id, as text", false),
                _ => self.filled_text(item, "a model id, as text").map(|id| vec![id]),
            });
            Some(Spanned::new(places.collect(), entry.value.span))
        });
        let attempts = fields.take(self, "attempts").and_then(|entry| {
            let items = self.items(&entry.value, "a list of attempts")?;
            let attempts = items.iter().filter_map(|item| self.attempt(item));
            Some(Spanned::new(attempts.collect(), entry.value.span))
        });
        let shares = fields.take(self, "shares").map(|e| self.shares(&e.value)).unwrap_or_default();
        let error = fields.take(self, "error").and_then(|entry| {
            let error = match &entry.value.kind {
                Kind::Scalar(scalar) => match scalar.resolve() {
                    ScalarType::Bool(any) => Some(ExpectedError::Any(any)),
                    ScalarType::Null => Some(ExpectedError::Any(false)),
                    _ => None,
                },
                _ => None,
            };
            let what = "`true`, `false`, or words of the error, as text";
            let error = error.or_else(|| {
                self.filled_text(&entry.value, what).map(|text| ExpectedError::Saying(text.value))
            })?;
            Some(Spanned::new(error, entry.value.span))
        });
        let params = fields.take(self, "params").map(|e| self.params(&e.value)).unwrap_or_default();
        let prompt = fields.take(self, "prompt").and_then(|entry| self.prompt(&entry.value));
        let cost = fields.take(self, "cost_usd").and_then(|entry| self.cost(&entry.value));
        self.misplaced(&mut fields, TEST_KEYS, "beside `expect`");
        fields.finish(self, EXPECT_KEYS, &[]);
        let span = node.span;
        Some(Expectation {
            span,
            route,
            variant,
            shares,
            model,
            provider,
            plan,
            attempts,
            error,
            params,
            prompt,
            cost,
        })
    }

    fn params(&mut self, node: &Node) -> Vec<(Spanned<String>, Data)> {
        let Some(mut fields) = self.fields(node, "parameters") else { return Vec::new() };
        let entries = fields.rest().into_iter();
        entries
            .map(|entry| {
                let name = Spanned::new(entry.key.text().to_owned(), entry.value.span);
                (name, self.data(&entry.value))
            })
            .collect()
    }

    /// A model id, or one with the outcome.
    fn attempt(&mut self, node: &Node) -> Option<ExpectedAttempt> {
        if matches!(node.kind, Kind::Scalar(_)) {
            let model = self.filled_text(node, "a model id, as text")?;
            return Some(ExpectedAttempt { model, outcome: None });
        }
        let mut fields = self.fields(node, "an attempt")?;
        let model = fields.take(self, "model");
        if model.is_none() && self.lacks(&fields, "model") {
            self.missing(&fields, "model");
        }
        let model = model.and_then(|e| self.filled_text(&e.value, "a model id, as text"));
        let outcome = fields.take(self, "outcome").and_then(|entry| match &entry.value.kind {
            // A status is a number to YAML.
            Kind::Scalar(scalar) if !scalar.value.is_empty() => {
                Some(Spanned::new(scalar.value.clone(), entry.value.span))
            }
            _ => self.filled_text(&entry.value, "`ok`, a status, `timeout` or `down`"),
        });
        fields.finish(self, &["model", "outcome"], &[]);
        Some(ExpectedAttempt { model: model?, outcome })
    }

    fn prompt(&mut self, node: &Node) -> Option<Spanned<ExpectedPrompt>> {
        if matches!(node.kind, Kind::Scalar(_)) {
            let text = self.filled_text(node, "words of the prompt, as text")?;
            return Some(Spanned::new(ExpectedPrompt::Saying(text.value), text.span));
        }
        let items = self.items(node, "the messages, or words of one")?;
        let mut messages = Vec::new();
        for item in items {
            let Some(mut fields) = self.fields(item, "a message") else { continue };
            let mut part = |lower: &mut Self, key: &str| {
                let entry = fields.take(lower, key);
                if entry.is_none() && lower.lacks(&fields, key) {
                    lower.missing(&fields, key);
                }
                entry.and_then(|e| lower.text(&e.value, "text"))
            };
            let (role, content) = (part(self, "role"), part(self, "content"));
            fields.finish(self, &["role", "content"], &[]);
            messages.extend(role.zip(content));
        }
        Some(Spanned::new(ExpectedPrompt::Messages(messages), node.span))
    }

    fn cost(&mut self, node: &Node) -> Option<ExpectedCost> {
        let what = "US dollars: the most that it may cost, or `min` and `max`";
        if matches!(node.kind, Kind::Scalar(_)) {
            let max = self.dollars(node, what)?;
            return Some(ExpectedCost { span: node.span, min: None, max: Some(max) });
        }
        if !matches!(node.kind, Kind::Mapping(_)) {
            self.wrong_type(node, what, None);
            return None;
        }
        let mut fields = self.fields(node, "bounds on a cost")?;
        let mut bound = |lower: &mut Self, key: &str| {
            fields.take(lower, key).and_then(|e| lower.dollars(&e.value, "US dollars"))
        };
        let (min, max) = (bound(self, "min"), bound(self, "max"));
        fields.finish(self, &["min", "max"], &[]);
        Some(ExpectedCost { span: node.span, min, max })
    }

    #[expect(clippy::cast_precision_loss, reason = "so many dollars there are not")]
    fn dollars(&mut self, node: &Node, what: &str) -> Option<f64> {
        let number = match &node.kind {
            Kind::Scalar(scalar) => match scalar.resolve() {
                ScalarType::Int(n) => Some(n as f64),
                ScalarType::Float(n) => Some(n),
                _ => None,
            },
            _ => None,
        };
        let Some(number) = number else {
            self.wrong_type(node, what, None);
            return None;
        };
        if !(number.is_finite() && number >= 0.0) {
            self.push(errors::out_of_range(node.span, "cost_usd", &number.to_string(), "US dollars, from 0"));
            return None;
        }
        Some(number)
    }

    fn shares(&mut self, node: &Node) -> Vec<(Spanned<String>, Spanned<f64>)> {
        let Kind::Mapping(entries) = &node.kind else {
            self.wrong_type(node, "a share in percent for each variant", None);
            return Vec::new();
        };
        let mut out = Vec::new();
        for entry in entries {
            let name = Spanned::new(entry.key.text().to_owned(), entry.key.span);
            let Kind::Scalar(scalar) = &entry.value.kind else {
                self.wrong_type(&entry.value, "a share in percent", None);
                continue;
            };
            #[expect(clippy::cast_precision_loss, reason = "a share is a small number")]
            let share = match scalar.resolve() {
                ScalarType::Int(n) => n as f64,
                ScalarType::Float(n) => n,
                _ => {
                    self.wrong_type(&entry.value, "a share in percent", None);
                    continue;
                }
            };
            if !(0.0..=100.0).contains(&share) {
                self.push(errors::out_of_range(
                    entry.value.span,
                    &name.value,
                    &scalar.value,
                    "a share in percent, from 0 to 100",
                ));
                continue;
            }
            out.push((name, Spanned::new(share, entry.value.span)));
        }
        out
    }
}
