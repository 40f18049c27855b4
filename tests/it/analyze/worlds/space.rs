//! Small worlds: keys with all the values that they can have, and every request that there is over them.

use std::collections::BTreeMap;

use super::super::{Numbers, Request, parse_json};
use irc::cel::interpret::{self, Activation};
use irc::cel::{Ast, Env, ParseOptions, Value, parse};

/// What conditions may ask of a key: the text, the places that it reads, and whether the analysis takes it apart, so that
/// it has an answer for whatever is built of such parts.
#[derive(Clone, Copy)]
pub(super) struct Atom {
    pub(super) text: &'static str,
    pub(super) reads: &'static [&'static str],
    pub(super) exact: bool,
}

const fn atom(text: &'static str, reads: &'static [&'static str]) -> Atom {
    Atom { text, reads, exact: true }
}

const fn opaque(text: &'static str, reads: &'static [&'static str]) -> Atom {
    Atom { text, reads, exact: false }
}

/// How a request treats a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    /// A value that was declared.
    Plain,
    /// One that was not.
    Beyond,
    /// A map without a key that is always there.
    Hollow,
    Null,
    Absent,
}

/// A key of the metadata, or `messages`.
pub(super) struct Key {
    pub(super) name: &'static str,
    /// Its declaration but for `required` and `nullable`.
    pub(super) ty: &'static str,
    /// Values as JSON; where none are given, one text for each way of passing and failing the tests below.
    values: fn() -> Vec<(Way, String)>,
    /// Whether null is tried.
    pub(super) null: bool,
    pub(super) atoms: &'static [Atom],
}

impl Key {
    pub(super) fn is_messages(&self) -> bool {
        self.name == "messages"
    }
}

use Way::{Beyond, Hollow, Plain};

fn values(list: &[(Way, &str)]) -> Vec<(Way, String)> {
    list.iter().map(|(way, value)| (*way, (*value).to_owned())).collect()
}

const TIER: Key = Key {
    name: "tier",
    ty: "type: string, enum: [a, ab, b]",
    values: || values(&[(Plain, "\"a\""), (Plain, "\"ab\""), (Plain, "\"b\""), (Beyond, "\"xx\"")]),
    null: false,
    atoms: &[
        atom("tier == \"a\"", &["tier"]),
        atom("tier != \"ab\"", &["tier"]),
        atom("tier in [\"a\", \"b\"]", &["tier"]),
        atom("tier in [\"ab\"]", &["tier"]),
        atom("tier.startsWith(\"a\")", &["tier"]),
        atom("tier.endsWith(\"b\")", &["tier"]),
        atom("tier.contains(\"b\")", &["tier"]),
        atom("size(tier) > 1", &["tier"]),
        atom("tier.matches(\"^a\")", &["tier"]),
        atom("tier.matches(\"b$\")", &["tier"]),
    ],
};

const WORD: Key = Key {
    name: "word",
    ty: "type: string",
    values: Vec::new,
    null: false,
    atoms: &[
        atom("word == \"a\"", &["word"]),
        atom("word != \"ab\"", &["word"]),
        atom("word in [\"a\", \"aab\"]", &["word"]),
        atom("word.startsWith(\"a\")", &["word"]),
        atom("word.startsWith(\"ab\")", &["word"]),
        atom("word.endsWith(\"b\")", &["word"]),
        atom("word.contains(\"b\")", &["word"]),
        atom("word.contains(\"ab\")", &["word"]),
        atom("word.matches(\"^[ab]+$\")", &["word"]),
        atom("word.matches(\"a.*b\")", &["word"]),
        atom("word.matches(\"(?i)^AB?$\")", &["word"]),
    ],
};

const SIZED: Key = Key {
    atoms: &[
        atom("size(word) > 1", &["word"]),
        atom("word.size() == 2", &["word"]),
        atom("size(word) < 1", &["word"]),
        atom("word == \"ab\"", &["word"]),
        atom("word.startsWith(\"a\")", &["word"]),
        atom("word.endsWith(\"b\")", &["word"]),
        atom("word.matches(\"^[ab]+$\")", &["word"]),
    ],
    ..WORD
};

const N: Key = Key {
    name: "n",
    ty: "type: int, min: 0, max: 2",
    values: || values(&[(Plain, "0"), (Plain, "1"), (Plain, "2"), (Beyond, "3"), (Beyond, "-1")]),
    null: false,
    atoms: &[
        atom("n < 1", &["n"]),
        atom("n <= 0", &["n"]),
        atom("n > 1", &["n"]),
        atom("n >= 2", &["n"]),
        atom("n == 1", &["n"]),
        atom("n != 2", &["n"]),
        atom("n < 1.5", &["n"]),
        atom("n in [0, 2]", &["n"]),
        atom("n > -1", &["n"]),
        opaque("10 / n > 5", &["n"]),
        opaque("n * n == 4", &["n"]),
    ],
};

const K: Key = Key {
    name: "k",
    ty: "type: int",
    values: || values(&[(Plain, "-1"), (Plain, "0"), (Plain, "1"), (Plain, "2"), (Plain, "3")]),
    null: false,
    atoms: &[
        atom("k < 1", &["k"]),
        atom("k >= 2", &["k"]),
        atom("k > 0.5", &["k"]),
        atom("k == 1.0", &["k"]),
        atom("k == 0.5", &["k"]),
        atom("k in [0, 1]", &["k"]),
        atom("k > 0 && k < 2", &["k"]),
        atom("x < k", &["x", "k"]),
        atom("x == k", &["x", "k"]),
    ],
};

const X: Key = Key {
    name: "x",
    ty: "type: number",
    values: || {
        values(&[
            (Plain, "-1"),
            (Plain, "0"),
            (Plain, "0.25"),
            (Plain, "0.5"),
            (Plain, "0.75"),
            (Plain, "1"),
            (Plain, "2"),
        ])
    },
    null: false,
    atoms: &[
        atom("x < 1", &["x"]),
        atom("x > 0", &["x"]),
        atom("x > 0.5", &["x"]),
        atom("x <= 0.5", &["x"]),
        atom("x == 1.0", &["x"]),
        atom("x != 0", &["x"]),
    ],
};

const FLAG: Key = Key {
    name: "flag",
    ty: "type: bool",
    values: || values(&[(Plain, "true"), (Plain, "false")]),
    null: false,
    atoms: &[
        atom("flag", &["flag"]),
        atom("!flag", &["flag"]),
        atom("flag == true", &["flag"]),
        atom("flag != true", &["flag"]),
    ],
};

const MAYBE_TIER: Key = Key {
    null: true,
    atoms: &[
        atom("tier == \"a\"", &["tier"]),
        atom("tier == null", &["tier"]),
        atom("tier != null", &["tier"]),
        atom("tier in [\"a\", null]", &["tier"]),
        atom("tier.startsWith(\"a\")", &["tier"]),
    ],
    ..TIER
};

const MAYBE_N: Key = Key {
    null: true,
    atoms: &[
        atom("n < 1", &["n"]),
        atom("n == null", &["n"]),
        atom("n != null && n > 1", &["n"]),
        atom("n == 1", &["n"]),
        atom("n > 1", &["n"]),
    ],
    ..N
};

const MAYBE_FLAG: Key = Key {
    null: true,
    atoms: &[
        atom("flag == true", &["flag"]),
        atom("flag == null", &["flag"]),
        atom("flag != false", &["flag"]),
    ],
    ..FLAG
};

const ACCOUNT: Key = Key {
    name: "m",
    ty: "type: map, fields: {k: {type: int, enum: [1, 2]}, s: {type: string, enum: [x, y], required: true}}",
    values: || {
        values(&[
            (Plain, "{\"s\": \"x\"}"),
            (Plain, "{\"s\": \"y\"}"),
            (Plain, "{\"k\": 1, \"s\": \"x\"}"),
            (Plain, "{\"k\": 1, \"s\": \"y\"}"),
            (Plain, "{\"k\": 2, \"s\": \"x\"}"),
            (Plain, "{\"k\": 2, \"s\": \"y\"}"),
            (Hollow, "{}"),
            (Hollow, "{\"k\": 1}"),
            (Beyond, "{\"k\": 3, \"s\": \"x\"}"),
        ])
    },
    null: false,
    atoms: &[
        atom("has(m.k)", &["m"]),
        atom("has(m.s)", &["m"]),
        atom("m.k == 1", &["m", "m.k"]),
        atom("m.k < 2", &["m", "m.k"]),
        atom("m[\"k\"] > 1", &["m", "m.k"]),
        atom("m.s == \"x\"", &["m", "m.s"]),
        atom("m.s != \"x\"", &["m", "m.s"]),
        atom("\"k\" in m", &["m"]),
        atom("has(m.k) && m.k == 2", &["m", "m.k"]),
    ],
};

const TAGS: Key = Key {
    name: "tags",
    ty: "type: list, items: string",
    values: || {
        values(&[
            (Plain, "[]"),
            (Plain, "[\"a\"]"),
            (Plain, "[\"b\"]"),
            (Plain, "[\"c\"]"),
            (Plain, "[\"a\", \"b\"]"),
            (Plain, "[\"a\", \"c\"]"),
            (Plain, "[\"c\", \"b\"]"),
            (Plain, "[\"c\", \"a\"]"),
            (Plain, "[\"b\", \"a\"]"),
            (Plain, "[\"c\", \"a\", \"c\"]"),
            (Plain, "[\"b\", \"a\", \"c\"]"),
            (Plain, "[\"d\"]"),
            (Plain, "[\"d\", \"c\", \"c\"]"),
            (Plain, "[\"ax\"]"),
            (Plain, "[\"ax\", \"c\", \"c\"]"),
            (Plain, "[\"c\", \"c\"]"),
            (Plain, "[\"a\", \"b\", \"c\"]"),
            (Plain, "[\"a\", \"c\", \"c\"]"),
            (Plain, "[\"b\", \"c\", \"c\"]"),
            (Plain, "[\"c\", \"c\", \"c\"]"),
        ])
    },
    null: false,
    atoms: &[
        atom("\"a\" in tags", &["tags"]),
        atom("\"b\" in tags", &["tags"]),
        atom("!(\"a\" in tags)", &["tags"]),
        atom("size(tags) == 0", &["tags"]),
        atom("size(tags) > 2", &["tags"]),
        opaque("tags == [\"a\"]", &["tags"]),
        atom("tags[0] == \"a\"", &["tags", "tags[0]"]),
        atom("tags.exists(t, t == \"b\")", &["tags"]),
        atom("tags.all(t, t == \"c\")", &["tags"]),
        atom("tags.exists(t, t.startsWith(\"a\") || t in [\"b\"])", &["tags"]),
    ],
};

const MESSAGES: Key = Key {
    name: "messages",
    ty: "",
    values: messages,
    null: false,
    atoms: &[
        atom("messages.size() == 0", &["messages"]),
        atom("messages.has()", &["messages"]),
        atom("messages.size() > 1", &["messages"]),
        atom("messages.last().role == \"user\"", &["messages", "messages.last"]),
        atom("messages.last().content.contains(\"a\")", &["messages", "messages.last"]),
        atom("messages.last().content.matches(\"^b\")", &["messages", "messages.last"]),
        opaque("messages.first().role == \"tool\"", &["messages", "messages.first"]),
        opaque("messages.exists(m, m.role == \"tool\")", &["messages"]),
        opaque("messages.all(m, m.role != \"user\")", &["messages"]),
    ],
};

/// None, one or two messages: of the first one only the role is ever asked.
fn messages() -> Vec<(Way, String)> {
    let message = |role: &str, content: &str| format!("{{\"role\": \"{role}\", \"content\": \"{content}\"}}");
    let mut all = vec!["[]".to_owned()];
    for role in ["user", "tool"] {
        for content in ["a", "b", "ba", ""] {
            let last = message(role, content);
            all.push(format!("[{last}]"));
            all.extend(["user", "tool"].map(|first| format!("[{}, {last}]", message(first, ""))));
        }
    }
    all.into_iter().map(|list| (Plain, list)).collect()
}

const ANY_TIER: Key = Key {
    values: Vec::new,
    atoms: &[
        atom("tier == \"a\"", &["tier"]),
        atom("tier != \"ab\"", &["tier"]),
        atom("tier.startsWith(\"a\")", &["tier"]),
        atom("size(tier) > 1", &["tier"]),
    ],
    ..TIER
};

const ANY_X: Key = Key {
    values: || values(&[(Plain, "0.5"), (Plain, "0.75"), (Plain, "1"), (Plain, "2")]),
    atoms: &[atom("x < 1", &["x"]), atom("x > 0.5", &["x"]), atom("x == 1.0", &["x"])],
    ..X
};

/// The worlds: which keys there are, and whether they are declared.
pub(super) const WORLDS: [(&[Key], bool); 8] = [
    (&[TIER, N, FLAG], true),
    (&[WORD, FLAG], true),
    (&[SIZED, TIER], true),
    (&[K, X, FLAG], true),
    (&[MAYBE_TIER, MAYBE_N, MAYBE_FLAG], true),
    (&[ACCOUNT, TAGS], true),
    (&[MESSAGES, TIER], true),
    (&[ANY_TIER, ANY_X, FLAG], false),
];

/// A world with its requests.
pub(super) struct Space {
    pub(super) keys: &'static [Key],
    pub(super) declared: bool,
    pub(super) requests: Vec<Case>,
}

/// A request.
pub(super) struct Case {
    pub(super) request: Request,
    /// As JSON.
    pub(super) text: String,
    /// How it treats each of the keys.
    pub(super) ways: Vec<Way>,
}

impl Space {
    pub(super) fn new((keys, declared): (&'static [Key], bool)) -> Self {
        let mut all: Vec<(Vec<Way>, Vec<String>)> = vec![(Vec::new(), Vec::new())];
        for key in keys {
            let mut values = (key.values)();
            if values.is_empty() {
                values = texts(key).into_iter().map(|text| (Plain, text)).collect();
            }
            if !key.is_messages() {
                values.push((Way::Absent, String::new()));
            }
            values.extend(key.null.then(|| (Way::Null, "null".to_owned())));
            all = all
                .iter()
                .flat_map(|(ways, parts)| {
                    values.iter().map(|(way, value)| {
                        let (mut ways, mut parts) = (ways.clone(), parts.clone());
                        ways.push(*way);
                        if *way != Way::Absent {
                            parts.push(format!("\"{}\": {value}", key.name));
                        }
                        (ways, parts)
                    })
                })
                .collect();
        }
        let case = |(ways, parts): (Vec<Way>, Vec<String>)| {
            let (messages, metadata): (Vec<String>, Vec<String>) =
                parts.into_iter().partition(|part| part.starts_with("\"messages\""));
            let messages = messages.iter().map(|part| format!(", {part}")).collect::<String>();
            let text = format!("{{\"metadata\": {{{}}}{messages}}}", metadata.join(", "));
            Case { request: request(&text), text, ways }
        };
        Self { keys, declared, requests: all.into_iter().map(case).collect() }
    }
}

pub(super) fn request(text: &str) -> Request {
    Request::from_value(&parse_json(text, Numbers::default()).unwrap()).unwrap()
}

/// One text for each way of passing and failing the tests of a key. Longer ones find no other way.
fn texts(key: &Key) -> Vec<String> {
    let tests: Vec<Ast> = key.atoms.iter().map(|atom| parse(atom.text, &ParseOptions::default()).0).collect();
    let mut ways: BTreeMap<Vec<bool>, String> = BTreeMap::new();
    let mut longest = vec![String::new()];
    for length in 0..=6 {
        let before = ways.len();
        for text in &longest {
            let request = request(&format!("{{\"metadata\": {{\"{}\": \"{text}\"}}}}", key.name));
            let way = tests.iter().map(|test| holds(test, &Env::default(), &request) == Some(true)).collect();
            ways.entry(way).or_insert_with(|| format!("\"{text}\""));
        }
        assert!(length < 6 || ways.len() == before, "{}: longer texts find more", key.name);
        longest = longest.iter().flat_map(|text| ["a", "b", "A"].map(|c| format!("{text}{c}"))).collect();
    }
    ways.into_values().collect()
}

/// What a condition comes to, by the interpreter.
pub(super) fn holds(ast: &Ast, env: &Env, request: &Request) -> Option<bool> {
    match interpret::evaluate(ast, env, &Seen(request)) {
        Ok(Value::Bool(value)) => Some(value),
        _ => None,
    }
}

struct Seen<'r>(&'r Request);

impl Activation for Seen<'_> {
    fn variable(&self, name: &str) -> Option<Value> {
        if name == "messages" { Some(self.0.messages.clone()) } else { self.0.metadata(name).cloned() }
    }
}
