//! `invariants:` and `tests:`: read and checked here already, so that a wrong name in one of them is found on the day it
//! is written and not on the day it should have helped.

use super::Lower;
use super::fields::is_null;
use crate::model::{Claim, ClaimKind, Expectation, Invariant, Target, TestCase, errors};
use crate::source::Spanned;
use crate::yaml::{Kind, Node, ScalarType};

const INVARIANT_KEYS: &[&str] =
    &["name", "when", "unless", "never", "only", "always", "survives", "description"];
const TARGET_KEYS: &[&str] = &["route", "variant", "model", "provider"];
const TEST_KEYS: &[&str] =
    &["name", "description", "request", "expect", "not", "down", "cases", "requests", "assume"];
const EXPECT_KEYS: &[&str] = &[
    "route", "variant", "model", "provider", "plan", "attempts", "shares", "error", "params", "prompt",
    "cost_usd",
];

impl Lower<'_> {
    pub(super) fn invariants(&mut self, node: &Node) -> Vec<Invariant> {
        let Some(items) = self.blocks(node, "a list of invariants, each beginning with `-`") else {
            return Vec::new();
        };
        let mut out = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let mark = self.enter(&format!("invariants[{index}]"));
            out.extend(self.invariant(item));
            self.leave(mark);
        }
        out
    }

    fn invariant(&mut self, node: &Node) -> Option<Invariant> {
        let mut fields = self.fields(node, "an invariant")?;
        let name = fields.take(self, "name").and_then(|e| self.filled_text(&e.value, "a name, as text"));
        if let Some(entry) = fields.take(self, "description") {
            self.text(&entry.value, "a description, as text");
        }
        let when = fields.take(self, "when");
        let unless = fields.take(self, "unless");
        if let (Some(when), Some(unless)) = (when, unless) {
            self.push(errors::when_and_unless(unless.key.span, when.key.span));
        }
        let when = when.and_then(|e| self.condition(e));
        let unless = unless.and_then(|e| self.condition(e));
        let mut claims = Vec::new();
        for (key, kind) in
            [("never", ClaimKind::Never), ("only", ClaimKind::Only), ("always", ClaimKind::Always)]
        {
            if let Some(entry) = fields.take(self, key)
                && let Some(target) = self.target(&entry.value)
            {
                claims.push(Claim { kind, span: entry.key.span, target });
            }
        }
        if let Some(entry) = fields.take(self, "survives")
            && let Some(word) = self.filled_text(&entry.value, "what it survives, as text")
        {
            if word.value == "any-provider" {
                let target = Target::default();
                claims.push(Claim { kind: ClaimKind::Survives, span: entry.key.span, target });
            } else {
                let known = &["any-provider"];
                self.push(errors::unknown_word(
                    word.span,
                    "`survives`",
                    &word.value,
                    known,
                    crate::diag::suggest::nearest(&word.value, known.iter().copied()),
                ));
            }
        }
        let claimed = ["never", "only", "always", "survives"].iter().any(|k| fields.has(k));
        if !claimed {
            self.push(errors::no_claim(fields.head()));
        }
        fields.finish(self, INVARIANT_KEYS, &[]);
        Some(Invariant { span: node.span, name, when, unless, claims })
    }

    fn target(&mut self, node: &Node) -> Option<Target> {
        let mut fields = self.fields(node, "a target such as `{provider: groq}`")?;
        let mut list = |lower: &mut Self, key: &str| {
            let Some(entry) = fields.take(lower, key) else { return Vec::new() };
            lower
                .texts(&entry.value, "a name or a list of names", "a name, as text", true)
                .unwrap_or_default()
        };
        let target = Target {
            route: list(self, "route"),
            variant: list(self, "variant"),
            model: list(self, "model"),
            provider: list(self, "provider"),
        };
        if !TARGET_KEYS.iter().any(|k| fields.has(k)) {
            self.push(errors::empty_target(fields.head()));
        }
        fields.finish(self, TARGET_KEYS, &[]);
        Some(target)
    }

    pub(super) fn tests(&mut self, node: &Node) -> Vec<TestCase> {
        let Some(items) = self.blocks(node, "a list of tests, each beginning with `-`") else {
            return Vec::new();
        };
        let mut out = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let mark = self.enter(&format!("tests[{index}]"));
            out.extend(self.test(item));
            self.leave(mark);
        }
        out
    }

    fn test(&mut self, node: &Node) -> Option<TestCase> {
        let mut fields = self.fields(node, "a test")?;
        let name = fields.take(self, "name").and_then(|e| self.filled_text(&e.value, "a name, as text"));
        let request = fields.take(self, "request").and_then(|entry| {
            self.fields(&entry.value, "a request")?;
            Some(entry.value.clone())
        });
        let expect = fields.take(self, "expect").and_then(|entry| {
            let mark = self.enter("expect");
            let expect = self.expectation(&entry.value);
            self.leave(mark);
            expect
        });
        if !["expect", "not", "cases"].iter().any(|k| fields.has(k)) && self.lacks(&fields, "expect") {
            self.missing(&fields, "expect");
        }
        // What belongs to the running of tests is read when they are run.
        for key in ["description", "not", "down", "cases", "requests", "assume"] {
            fields.take(self, key);
        }
        fields.finish(self, TEST_KEYS, &[]);
        Some(TestCase { span: node.span, name, request, expect })
    }

    fn expectation(&mut self, node: &Node) -> Option<Expectation> {
        let mut fields = self.fields(node, "an expectation")?;
        let route = fields.take(self, "route").and_then(|entry| {
            if is_null(&entry.value) {
                return Some(None);
            }
            self.filled_text(&entry.value, "a route's id, as text").map(Some)
        });
        let variant =
            fields.take(self, "variant").and_then(|e| self.filled_text(&e.value, "a variant's id, as text"));
        let mut models = Vec::new();
        if let Some(entry) = fields.take(self, "model") {
            models.extend(self.filled_text(&entry.value, "a model id, as text"));
        }
        for key in ["plan", "attempts"] {
            if let Some(entry) = fields.take(self, key) {
                for item in self.items(&entry.value, "a list of model ids").unwrap_or_default() {
                    // Attempts may be objects with an outcome beside the model.
                    if matches!(item.kind, Kind::Scalar(_)) {
                        models.extend(self.filled_text(item, "a model id, as text"));
                    }
                }
            }
        }
        let provider =
            fields.take(self, "provider").and_then(|e| self.filled_text(&e.value, "a provider, as text"));
        let shares = fields.take(self, "shares").map(|e| self.shares(&e.value)).unwrap_or_default();
        for key in ["error", "params", "prompt", "cost_usd"] {
            fields.take(self, key);
        }
        fields.finish(self, EXPECT_KEYS, &[]);
        Some(Expectation { span: node.span, route, variant, shares, models, provider })
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
