//! Definitions made up: what they say, and every way of writing it that YAML allows.

/// Numbers that look random and are the same on every machine.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// True once in `of` times.
    pub(crate) fn once_in(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

/// What is written somewhere.
pub(crate) enum Made {
    /// A word, number or boolean that needs no quotes and must have none.
    Bare(String),
    /// Text.
    Text(String),
    /// A condition.
    Condition(String),
    List(Vec<Made>),
    Map(Vec<(String, Made)>),
}

fn bare(text: impl Into<String>) -> Made {
    Made::Bare(text.into())
}

fn text(text: impl Into<String>) -> Made {
    Made::Text(text.into())
}

fn map(entries: Vec<(&str, Made)>) -> Made {
    Made::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

const MODELS: &[&str] = &[
    "openai/gpt-5.2",
    "openai/gpt-4o-mini",
    "anthropic/claude-opus-4-6",
    "google-ai-studio/gemini-2.5-flash",
    "mistral/mistral-large-latest",
];

const CONDITIONS: &[&str] = &[
    "tier == \"pro\"",
    "tier=='free'&&seats>10",
    "!beta",
    "seats >= 500 && (tier == \"pro\" || tier in [\"team\", 'enterprise']) && !messages.last().content.contains(\"a, b: c # d\")",
    "messages.exists(m, m.role == \"user\" && m.content.matches(r\"(?i)\\b(prove|refactor|debug)\\b\"))",
    "messages.size()>2 || tier == \"enterprise\" && region.startsWith('eu-') || seats < 3",
    "beta ? seats > 1 : seats > 2",
    "(tier == \"pro\" || tier == \"team\") && region != \"us\" && messages.last().content.size() + 1 > 2000 - 10 * seats",
    "{'a': 1, 'b': 2}['a'] == 1 && tier.size() > 0",
];

const TEXTS: &[&str] = &[
    "support",
    "Support for everybody",
    "a: b",
    "{{agent_name}}, you are # not a comment",
    "it's \"quoted\"",
    "no",
    "12",
    "- dash",
    "",
    "one line\nand another\n",
    "  indented\n\n    more\n",
    "ends with blank \nhere",
    "tab\there",
    "ümlaut é 漢字",
    "a very long sentence that goes on and on, so that it does not fit the width of a line in any case, or does it?",
];

/// One definition that has no errors.
pub(crate) fn definition(random: &mut Random) -> Made {
    let mut entries = vec![("name", text(format!("made-{}", random.below(1000))))];
    if random.once_in(2) {
        entries.push(("display_name", text(random.pick(&TEXTS[..3]))));
    }
    if random.once_in(3) {
        entries.push(("description", text(random.pick(TEXTS))));
    }
    let string = |random: &mut Random| match random.below(3) {
        0 => map(vec![("type", bare("string")), ("description", text(random.pick(TEXTS)))]),
        1 => map(vec![("type", bare("string")), ("required", bare("true"))]),
        _ => bare("string"),
    };
    let plans = ["free", "pro", "team", "enterprise"].map(text).into();
    let metadata = map(vec![
        (
            "tier",
            map(vec![("type", bare("string")), ("enum", Made::List(plans)), ("required", bare("true"))]),
        ),
        ("region", string(random)),
        ("seats", map(vec![("type", bare("int")), ("min", bare("1")), ("required", bare("true"))])),
        ("beta", bare("bool")),
    ]);
    entries.push(("metadata", metadata));
    if random.once_in(3) {
        let config = map(vec![
            ("temperature", bare("0.30")),
            ("stop_sequences", Made::List(vec![text("\n\n"), text("a")])),
        ]);
        entries.push(("defaults", map(vec![("text_generation_config", config)])));
    }
    let routes = (0..1 + random.below(4)).map(|at| route(random, at)).collect();
    entries.push(("routes", Made::List(routes)));
    entries.push(("default", target(random, Vec::new())));
    if random.once_in(3) {
        let request = map(vec![("metadata", map(vec![("tier", text("pro")), ("seats", bare("3"))]))]);
        let test = map(vec![
            ("name", text(random.pick(&TEXTS[1..4]))),
            ("request", request),
            ("expect", map(vec![("provider", text("openai"))])),
        ]);
        entries.push(("tests", Made::List(vec![test])));
    }
    if random.once_in(4) {
        let nested =
            Made::List(vec![Made::List(vec![text("a"), Made::List(vec![text("b")])]), Made::Map(vec![])]);
        entries.push(("x-notes", map(vec![("when", text(random.pick(&TEXTS[..2]))), ("deep", nested)])));
    }
    map(entries)
}

fn route(random: &mut Random, at: usize) -> Made {
    let condition = Made::Condition(random.pick(CONDITIONS).to_owned());
    let first = vec![("id", text(format!("route-{at}"))), ("when", condition)];
    if random.once_in(4) {
        let half = |random: &mut Random, id: &str, weight: &str| {
            target(random, vec![("id", text(id)), ("weight", bare(weight))])
        };
        let variants = vec![half(random, "a", "70"), half(random, "b", "30")];
        return map(first.into_iter().chain([("variants", Made::List(variants))]).collect());
    }
    target(random, first)
}

fn target(random: &mut Random, mut entries: Vec<(&str, Made)>) -> Made {
    entries.push(("model", text(random.pick(MODELS))));
    if random.once_in(2) {
        let fallbacks = (0..1 + random.below(5)).map(|_| text(random.pick(MODELS))).collect();
        entries.push(("fallbacks", Made::List(fallbacks)));
    }
    if random.once_in(4) {
        entries.push((
            "sort",
            Made::List(vec![
                text("price"),
                map(vec![("metric", text("latency")), ("direction", text("descending"))]),
            ]),
        ));
    }
    if random.once_in(4) {
        let message = map(vec![("role", text("system")), ("content", text(random.pick(TEXTS)))]);
        entries.push(("message_templates", Made::List(vec![message])));
    }
    map(entries)
}

/// Writes what was made up in ways that chance decides, with comments wherever YAML takes them.
pub(crate) struct Writer<'r> {
    random: &'r mut Random,
    pub(crate) out: String,
    pub(crate) comments: Vec<String>,
    /// A block scalar was written last: what is indented below it would be a part of it.
    below_block: bool,
}

impl<'r> Writer<'r> {
    pub(crate) fn new(random: &'r mut Random) -> Self {
        Self { random, out: String::new(), comments: Vec::new(), below_block: false }
    }

    pub(crate) fn document(&mut self, made: &Made) {
        self.above(0);
        if self.random.once_in(4) {
            self.out.push_str("---");
            self.end();
            self.above(0);
        }
        let Made::Map(entries) = made else { panic!("a definition is a mapping") };
        self.entries(entries, 0, false);
        self.above(0);
    }

    fn comment(&mut self) -> String {
        let text = match self.random.below(8) {
            0 => "#".to_owned(),
            1 => format!("#{}", self.comments.len()),
            2 => "# irc: allow(unknown-model, no-such-rule) because".to_owned(),
            3 => "# key: [value # more".to_owned(),
            _ => format!("# comment {}", self.comments.len()),
        };
        self.comments.push(text.clone());
        text
    }

    /// Blank lines and comments on lines of their own.
    fn above(&mut self, indent: usize) {
        let below_block = std::mem::take(&mut self.below_block);
        for _ in 0..self.random.below(3) {
            if self.random.once_in(2) {
                self.out.push_str(self.random.pick(&[
                    "\n",
                    "\n\n",
                    if below_block { "\n" } else { "   \n" },
                ]));
            } else {
                let (comment, blanks) = (self.comment(), self.random.below(3));
                let depth = if self.random.once_in(3) && !below_block { indent + blanks } else { indent };
                self.out.push_str(&format!("{:depth$}{comment}\n", ""));
            }
        }
    }

    /// The end of a line, perhaps with a comment.
    fn end(&mut self) {
        if self.random.once_in(4) {
            let blanks = 1 + self.random.below(4);
            let comment = self.comment();
            self.out.push_str(&format!("{:blanks$}{comment}", ""));
        }
        self.out.push_str(self.random.pick(&["\n", "\n", "\n", "  \n"]));
    }

    fn entries(&mut self, entries: &[(String, Made)], indent: usize, mut open: bool) {
        for (key, value) in entries {
            if !std::mem::take(&mut open) {
                self.above(indent);
                self.out.push_str(&" ".repeat(indent));
            }
            let key = match self.random.below(6) {
                0 => format!("\"{key}\""),
                1 => format!("'{key}'"),
                _ => key.clone(),
            };
            self.out.push_str(&key);
            self.out.push_str(self.random.pick(&[":", ":", ":", " :"]));
            self.value(value, indent, false);
        }
    }

    /// What follows a colon or a dash in a block that is indented so far.
    fn value(&mut self, value: &Made, indent: usize, item: bool) {
        let inner = indent + 1 + self.random.below(4);
        match value {
            Made::Map(entries) if !entries.is_empty() && !self.random.once_in(4) => {
                if item && self.random.once_in(2) {
                    // On the line of the dash.
                    self.out.push(' ');
                    let column = self.out.len() - self.out.rfind('\n').map_or(0, |at| at + 1);
                    return self.entries(entries, column, true);
                }
                self.end();
                self.entries(entries, inner, false);
            }
            Made::List(items) if !items.is_empty() && !self.random.once_in(3) => {
                // Under a key dashes may stand at its column.
                let inner = if !item && self.random.once_in(3) { indent } else { inner };
                self.end();
                for item in items {
                    self.above(inner);
                    self.out.push_str(&" ".repeat(inner));
                    self.out.push('-');
                    self.value(item, inner, true);
                }
            }
            Made::Map(_) | Made::List(_) => {
                self.out.push_str(self.random.pick(&[" ", "  "]));
                self.flow(value, inner);
                self.end();
            }
            Made::Condition(text) => self.scalar(text, indent, true),
            Made::Text(text) => self.scalar(text, indent, false),
            Made::Bare(text) => {
                self.out.push(' ');
                self.out.push_str(text);
                self.end();
            }
        }
    }

    fn scalar(&mut self, text: &str, indent: usize, condition: bool) {
        let plain = !text.is_empty()
            && text.trim() == text
            && !text.contains(['\n', '\t', '#'])
            && !text.contains(": ")
            && !text.starts_with(['-', '!', '{', '[', '"', '\'', '(', '&', '*'])
            && (condition || text.parse::<f64>().is_err());
        let deep = indent + 1 + self.random.below(4);
        let block = !text.trim().is_empty() && !text.starts_with([' ', '\n']) && !text.contains('\t');
        match self.random.below(4) {
            0 if block => {
                let folded = condition || !text.contains('\n');
                let chomp = match text.ends_with('\n') && !condition {
                    true => self.random.pick(&["", "+"]),
                    false => "-",
                };
                self.out.push_str(&format!(" {}{chomp}", if folded { '>' } else { '|' }));
                self.end();
                let (mut lines, joint): (Vec<&str>, &str) = if folded {
                    (text.split(" && ").collect(), "&& ")
                } else {
                    (text.split('\n').collect(), "")
                };
                if text.ends_with('\n') {
                    lines.pop();
                }
                for (at, line) in lines.iter().enumerate() {
                    let joint = if at > 0 { joint } else { "" };
                    let line = format!("{joint}{line}");
                    let blanks = if line.is_empty() { 0 } else { deep };
                    self.out.push_str(&format!("{:blanks$}{line}\n", ""));
                }
                self.below_block = true;
            }
            1 if plain => {
                self.out.push(' ');
                self.out.push_str(text);
                self.end();
            }
            2 if plain && text.contains(' ') && !condition => {
                let (first, rest) = text.split_once(' ').unwrap();
                self.out.push_str(&format!(" {first}\n{:deep$}{rest}", ""));
                self.end();
            }
            3 if !text.contains(['\n', '\t']) => {
                self.out.push_str(&format!(" '{}'", text.replace('\'', "''")));
                self.end();
            }
            _ => {
                self.out.push_str(&format!(" {}", serde_json::to_string(text).unwrap()));
                self.end();
            }
        }
    }

    /// In brackets, perhaps over several lines.
    fn flow(&mut self, value: &Made, indent: usize) {
        let broken = self.random.once_in(4);
        match value {
            Made::List(items) => {
                self.out.push('[');
                for (at, item) in items.iter().enumerate() {
                    self.gap(at, broken, indent);
                    self.flow(item, indent);
                }
                self.closing(items.len(), broken, indent, ']');
            }
            Made::Map(entries) => {
                self.out.push('{');
                for (at, (key, value)) in entries.iter().enumerate() {
                    self.gap(at, broken, indent);
                    self.out.push_str(&format!("{key}: "));
                    self.flow(value, indent);
                }
                self.closing(entries.len(), broken, indent, '}');
            }
            Made::Text(text) | Made::Condition(text) => {
                self.out.push_str(&serde_json::to_string(text).unwrap());
            }
            Made::Bare(text) => self.out.push_str(text),
        }
    }

    fn gap(&mut self, at: usize, broken: bool, indent: usize) {
        if at > 0 {
            self.out.push(',');
        }
        if broken {
            self.end();
            self.above(indent);
            self.out.push_str(&" ".repeat(indent));
        } else if at > 0 || self.random.once_in(3) {
            self.out.push(' ');
        }
    }

    fn closing(&mut self, count: usize, broken: bool, indent: usize, bracket: char) {
        if broken && count > 0 {
            self.out.push_str(self.random.pick(&["", ","]));
            self.end();
            self.above(indent);
            self.out.push_str(&" ".repeat(indent));
        }
        self.out.push(bracket);
    }
}
