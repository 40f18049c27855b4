//! `invariants:`: what must hold for every request.

use super::Lower;
use crate::model::{Claim, ClaimKind, Invariant, Target, errors};
use crate::yaml::Node;

const INVARIANT_KEYS: &[&str] =
    &["name", "when", "unless", "never", "only", "always", "survives", "description"];
const TARGET_KEYS: &[&str] = &["route", "variant", "model", "provider"];

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
}
