//! Routers made at random, the same everywhere.

use super::space::Space;

/// A small generator of numbers.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % n
    }

    /// True once in `n` times.
    fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

/// A condition, the places that it reads, and whether the analysis takes apart all of it.
#[derive(Clone)]
pub(super) struct Condition {
    pub(super) text: String,
    pub(super) reads: Vec<&'static str>,
    pub(super) exact: bool,
}

impl Condition {
    fn join(parts: Vec<Condition>, text: impl Fn(&[String]) -> String) -> Condition {
        let texts: Vec<String> = parts.iter().map(|part| part.text.clone()).collect();
        Condition {
            text: text(&texts),
            exact: parts.iter().all(|part| part.exact),
            reads: parts.into_iter().flat_map(|part| part.reads).collect(),
        }
    }
}

/// A claim of an invariant.
pub(super) struct Invariant {
    /// Of which requests it speaks; whether of those for which the condition does not hold.
    pub(super) scope: Option<(Condition, bool)>,
    /// `never`, `only`, `always` or `survives`.
    pub(super) kind: &'static str,
    /// By `route`, `variant`, `model`, `provider`: patterns.
    pub(super) target: Vec<(&'static str, Vec<&'static str>)>,
}

/// A definition.
pub(super) struct Router {
    pub(super) text: String,
    pub(super) routes: Vec<Condition>,
    pub(super) has_default: bool,
    /// Of each key of the world.
    pub(super) required: Vec<bool>,
    pub(super) nullable: Vec<bool>,
    pub(super) invariants: Vec<Invariant>,
}

impl Router {
    /// Whether the analysis takes apart everything that decides who gets to a route.
    pub(super) fn is_exact(&self) -> bool {
        self.routes.iter().all(|route| route.exact)
    }
}

pub(super) struct Generator<'a> {
    pub(super) random: &'a mut Random,
    pub(super) space: &'a Space,
}

const MODELS: [&str; 11] = [
    "model: openai/gpt-5.2",
    "model: openai/gpt-5.2\nfallbacks: [anthropic/claude-opus-4-6]",
    "model: openai/gpt-4o-mini\nfallbacks: [openai/gpt-5.2, groq/openai/gpt-oss-120b]",
    "model: groq/openai/gpt-oss-120b\nfallbacks: [openai/gpt-5.2]\nignore: [groq]",
    "model: gpt-oss-120b",
    "model: gpt-oss-120b\nprovider: {order: [groq], allow_fallbacks: false}",
    "model: auto",
    "model: auto\nignore: [groq, mistral, openai/gpt-5.2]",
    "model: gpt-oss-120b\nprovider: {order: [groq, openai]}\nignore: [deepinfra]",
    "model: auto\ncandidates: [openai]\nignore: [openai/gpt-5.2]",
    "model: auto\ncandidates: [openai/gpt-5.2, anthropic/claude-opus-4-6, gpt-oss-120b]\nsort: price",
];

impl Generator<'_> {
    pub(super) fn router(&mut self) -> Router {
        let mut routes: Vec<Condition> = Vec::new();
        for _ in 0..1 + self.random.below(4) {
            let condition = match (self.random.below(10), routes.last().cloned()) {
                // What others leave, more than they take, and less.
                (0, Some(last)) => Condition::join(vec![last], |t| format!("!({})", t[0])),
                (1, Some(last)) => {
                    Condition::join(vec![last, self.atom()], |t| format!("({}) || {}", t[0], t[1]))
                }
                (2, Some(last)) => {
                    Condition::join(vec![last, self.atom()], |t| format!("({}) && {}", t[0], t[1]))
                }
                (3, _) => Condition::join(vec![self.atom()], |t| format!("{0} || !({0})", t[0])),
                _ => {
                    let depth = self.random.below(3);
                    self.condition(depth)
                }
            };
            routes.push(condition);
        }
        let keys = self.space.keys;
        let declared = self.space.declared;
        let mut required = Vec::new();
        for key in keys {
            required.push(declared && !key.is_messages() && self.random.once_in(2));
        }
        let nullable: Vec<bool> = keys.iter().map(|key| key.null).collect();
        let has_default = !self.random.once_in(4);
        let invariants: Vec<Invariant> = if self.random.once_in(3) {
            (0..1 + self.random.below(2)).map(|_| self.invariant()).collect()
        } else {
            Vec::new()
        };
        let text = self.text(&routes, (&required, &nullable), has_default, &invariants);
        Router { text, routes, has_default, required, nullable, invariants }
    }

    fn condition(&mut self, depth: usize) -> Condition {
        if depth == 0 {
            return self.atom();
        }
        match self.random.below(7) {
            0..=1 => Condition::join(self.conditions(2, depth), |t| format!("({}) && ({})", t[0], t[1])),
            2..=3 => Condition::join(self.conditions(2, depth), |t| format!("({}) || ({})", t[0], t[1])),
            4..=5 => Condition::join(self.conditions(1, depth), |t| format!("!({})", t[0])),
            _ => Condition::join(self.conditions(3, depth), |t| format!("({} ? {} : {})", t[0], t[1], t[2])),
        }
    }

    fn conditions(&mut self, count: usize, depth: usize) -> Vec<Condition> {
        (0..count).map(|_| self.condition(depth - 1)).collect()
    }

    fn atom(&mut self) -> Condition {
        let key = &self.space.keys[self.random.below(self.space.keys.len())];
        let atom = key.atoms[self.random.below(key.atoms.len())];
        Condition { text: atom.text.to_owned(), reads: atom.reads.to_vec(), exact: atom.exact }
    }

    fn invariant(&mut self) -> Invariant {
        let scope = match self.random.below(3) {
            0 => None,
            unless => Some((self.condition(1), unless == 1)),
        };
        let kind = self.random.pick(&["never", "never", "only", "always", "survives"]);
        let mut target = Vec::new();
        let lists: [(&str, &[&str]); 4] = [
            ("route", &["r0", "r1", "default", "r*"]),
            ("variant", &["main", "a", "b"]),
            ("model", &["gpt-5.2", "openai/*", "gpt-oss*", "*", "openai/gpt-5.2"]),
            ("provider", &["openai", "groq", "anthropic", "o*", "mistral", "*"]),
        ];
        while kind != "survives" && target.is_empty() {
            for (name, patterns) in lists {
                if self.random.once_in(3) {
                    let count = 1 + self.random.below(2);
                    target.push((name, (0..count).map(|_| self.random.pick(patterns)).collect()));
                }
            }
        }
        Invariant { scope, kind, target }
    }

    fn variants(&mut self, elaborate: bool) -> String {
        let indent = |text: &str, by: &str| text.replace('\n', &format!("\n{by}"));
        if !elaborate {
            return format!("    {}\n", MODELS[0]);
        }
        if self.random.once_in(2) {
            return format!("    {}\n", indent(self.random.pick(&MODELS), "    "));
        }
        let first = [50, 100, 0][self.random.below(3)];
        let mut text = "    variants:\n".to_owned();
        for (id, weight) in [("a", first), ("b", 100 - first)] {
            let model = indent(self.random.pick(&MODELS), "        ");
            text += &format!("      - id: {id}\n        weight: {weight}\n        {model}\n");
        }
        text
    }

    fn text(
        &mut self,
        routes: &[Condition],
        (required, nullable): (&[bool], &[bool]),
        has_default: bool,
        invariants: &[Invariant],
    ) -> String {
        let mut text = "name: support\n".to_owned();
        if self.space.declared {
            text += "metadata:\n";
            for ((key, required), nullable) in self.space.keys.iter().zip(required).zip(nullable) {
                if !key.is_messages() {
                    text += &format!(
                        "  {}: {{{}, required: {required}, nullable: {nullable}}}\n",
                        key.name, key.ty
                    );
                }
            }
        }
        text += "routes:\n";
        let elaborate = !invariants.is_empty();
        for (i, condition) in routes.iter().enumerate() {
            text += &format!(
                "  - id: r{i}\n    when: >-\n      {}\n{}",
                condition.text,
                self.variants(elaborate)
            );
        }
        if has_default {
            text += &format!("default:\n{}", self.variants(elaborate));
        }
        if elaborate {
            text += "invariants:\n";
        }
        for Invariant { scope, kind, target } in invariants {
            text += "  - ";
            if let Some((condition, unless)) = scope {
                let word = if *unless { "unless" } else { "when" };
                text += &format!("{word}: >-\n      {}\n    ", condition.text);
            }
            let lists: Vec<String> = target
                .iter()
                .map(|(name, patterns)| {
                    let quoted: Vec<String> = patterns.iter().map(|p| format!("\"{p}\"")).collect();
                    format!("{name}: [{}]", quoted.join(", "))
                })
                .collect();
            text += &match *kind {
                "survives" => "survives: any-provider\n".to_owned(),
                kind => format!("{kind}: {{{}}}\n", lists.join(", ")),
            };
        }
        text
    }
}
