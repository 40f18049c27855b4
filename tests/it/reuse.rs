//! Names are only a way of writing: what is deployed decides as if everything had been written out.

use std::fmt::Write as _;

use irc::catalogue::Catalogue;
use irc::catalogue::assumptions::{Assumed, Numbers};
use irc::check::Checked;
use irc::diag::Sink;
use irc::emit;
use irc::simulate::{Draw, Request, Workspace, decide, parse_json};
use irc::source::{LoadError, Loader, NoFiles, Sources};

use crate::read::read;

/// A generator of numbers that are the same each time.
struct Numbered(u64);

impl Numbered {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn one_of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len())]
    }
}

const METADATA: &str = "metadata:
  seats: int
  tier: {type: string, enum: [free, pro]}
  beta: bool
  tags: {type: list, items: string}
";

/// Tests of single keys. Some bind variables with names of conditions, and all may fail for want of a key.
const LEAVES: &[&str] = &[
    "seats >= 500",
    "seats / (seats - 3) == 1",
    "tier == \"pro\"",
    "tier != \"free\"",
    "beta",
    "tags.exists(c0, c0 == \"a\")",
    "tags.all(c1, c1 != \"b\" || beta)",
    "\"c0\" in tags",
    "size(tags) > 1",
    "messages.last().content.contains(\"code\")",
];

/// A condition of a few parts over the names of earlier ones, and the same with each name written out.
fn condition(numbers: &mut Numbered, earlier: &[(String, String)], depth: usize) -> (String, String) {
    let both = |text: &str| (text.to_owned(), text.to_owned());
    match numbers.below(if depth == 0 { 2 } else { 7 }) {
        0 => both(numbers.one_of(LEAVES)),
        1 if earlier.is_empty() => both(numbers.one_of(LEAVES)),
        1 => {
            let (name, whole) = &earlier[numbers.below(earlier.len())];
            let dot = numbers.one_of(&["", "", "."]);
            (format!("{dot}{name}"), format!("({whole})"))
        }
        2 => {
            let (a, b) = condition(numbers, earlier, depth - 1);
            (format!("!({a})"), format!("!({b})"))
        }
        3 => {
            let [x, y, z] = [0; 3].map(|_| condition(numbers, earlier, depth - 1));
            (format!("({}) ? ({}) : ({})", x.0, y.0, z.0), format!("({}) ? ({}) : ({})", x.1, y.1, z.1))
        }
        4 => {
            let (a, b) = condition(numbers, earlier, depth - 1);
            (format!("tags.exists(t, t != \"c\" && ({a}))"), format!("tags.exists(t, t != \"c\" && ({b}))"))
        }
        _ => {
            let [x, y] = [0; 2].map(|_| condition(numbers, earlier, depth - 1));
            let op = numbers.one_of(&["&&", "||", "==", "!="]);
            // A name beside an operator, without parentheses of its author's: precedence is what is at stake.
            match earlier.is_empty() {
                true => (format!("({}) {op} ({})", x.0, y.0), format!("({}) {op} ({})", x.1, y.1)),
                false => {
                    let (name, whole) = &earlier[numbers.below(earlier.len())];
                    (
                        format!("{name} {op} ({}) || {name}", x.0),
                        format!("({whole}) {op} ({}) || ({whole})", x.1),
                    )
                }
            }
        }
    }
}

/// A definition with names, its own or in another file, and the same with none.
fn pair(numbers: &mut Numbered) -> (String, String, String) {
    let mut names: Vec<(String, String)> = Vec::new();
    let mut block = String::new();
    for index in 0..1 + numbers.below(5) {
        let (text, whole) = condition(numbers, &names, 2);
        let comment = numbers.one_of(&["", " // c0 && c1", ""]);
        writeln!(block, "  c{index}: '{text}{comment}'").unwrap();
        names.push((format!("c{index}"), whole));
    }
    let mut routes = ["routes:\n".to_owned(), "routes:\n".to_owned()];
    for index in 0..1 + numbers.below(3) {
        let (a, b) = condition(numbers, &names, 2);
        writeln!(routes[0], "  - {{id: r{index}, when: '{a}', model: openai/gpt-5.2}}").unwrap();
        writeln!(routes[1], "  - {{id: r{index}, when: '{b}', model: openai/gpt-5.2}}").unwrap();
    }
    let rest = "default: {model: openai/gpt-4o-mini}\n";
    let [named, written] = routes.map(|routes| format!("name: a\n{METADATA}{routes}{rest}"));
    let (own, shared) = match numbers.below(2) {
        0 => (format!("conditions:\n{block}{named}"), String::new()),
        _ => (format!("use: shared.yaml\n{named}"), format!("conditions:\n{block}")),
    };
    (own, shared, written)
}

struct One(String);

impl Loader for One {
    fn load(&self, _from: &str, path: &str) -> Result<(String, Vec<u8>), LoadError> {
        Ok((path.to_owned(), self.0.clone().into_bytes()))
    }
}

fn checked(text: &str, loader: &dyn Loader, catalogue: &Catalogue) -> Checked {
    let mut options = irc::Options::new(catalogue);
    options.analysis.steps = 0;
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let loaded = irc::load(&mut sources, "router.yaml", text.as_bytes().to_vec(), &options);
    let mut file = irc::check(&mut sources, &loaded, loader, &options, &mut sink);
    let checked = file.definitions.pop().unwrap();
    assert!(checked.sound, "{text}\n{:#?}", sink.as_slice());
    checked
}

fn request(numbers: &mut Numbered) -> Request {
    let mut keys = Vec::new();
    for (key, values) in [
        ("seats", &["1", "3", "500", "\"many\""][..]),
        ("tier", &["\"free\"", "\"pro\"", "7"]),
        ("beta", &["true", "false", "\"yes\""]),
        ("tags", &["[]", "[\"a\"]", "[\"a\",\"b\"]", "[\"c0\",1]", "3"]),
        // What is named is no key, whatever callers send.
        ("c0", &["true", "false"]),
    ] {
        if numbers.below(4) > 0 {
            keys.push(format!("\"{key}\":{}", numbers.one_of(values)));
        }
    }
    let messages = numbers.one_of(&["[]", "[{\"role\":\"user\",\"content\":\"some code\"}]"]);
    let text = format!("{{\"metadata\":{{{}}},\"messages\":{messages}}}", keys.join(","));
    Request::from_value(&parse_json(&text, Numbers::default()).unwrap()).unwrap()
}

#[test]
fn a_definition_with_names_decides_as_the_one_written_out() {
    let catalogue = Catalogue::embedded();
    let mut numbers = Numbered(7);
    let (mut errors, mut taken) = (0, 0);
    for _ in 0..300 {
        let (own, shared, written) = pair(&mut numbers);
        let named = checked(&own, &One(shared.clone()), &catalogue);
        let whole = checked(&written, &NoFiles, &catalogue);
        // What is deployed names nothing.
        let deployed = emit::to_json(&emit::router(&named.definition).unwrap());
        let deployed = checked(&deployed, &NoFiles, &catalogue);
        let plans = [&named, &whole, &deployed].map(|c| irc::compile::compile(c, &catalogue).unwrap());
        for _ in 0..40 {
            let request = request(&mut numbers);
            let decisions = plans.each_ref().map(|plan| {
                let draw = Draw { seed: 0, index: 0 };
                let mut workspace = Workspace::new(plan);
                let decision = decide(plan, &request, draw, &Assumed::default(), &mut workspace);
                (decision.route.map(|r| r.id.to_string()), format!("{:?}", decision.verdicts))
            });
            errors += usize::from(decisions[0].1.contains("Error"));
            taken += usize::from(decisions[0].0.as_deref() != Some("default"));
            assert_eq!(decisions[0].0, decisions[1].0, "{own}\n{shared}\n{written}");
            assert_eq!(decisions[0].0, decisions[2].0, "{own}\n{shared}");
        }
    }
    // The requests find out something.
    assert!(errors > 1_000 && taken > 1_000, "{errors} errors, {taken} taken");
}

/// Whatever is named wherever, nothing takes more time or memory than it should.
#[test]
fn large_definitions_of_names_stay_within_bounds() {
    let catalogue = Catalogue::embedded();
    let options = irc::Options::new(&catalogue);
    let chain = |count: usize| -> String {
        (1..count).fold("  n0: seats > 1\n".to_owned(), |mut text, i| {
            writeln!(text, "  n{i}: n{}", i - 1).unwrap();
            text
        })
    };
    let all = |count: usize| (0..count).map(|i| format!("n{i}")).collect::<Vec<_>>().join(" && ");
    let everyone = (0..300).map(|i| format!("  n{i}: {}\n", all(300))).collect::<String>();
    let pool = (0..5_000).map(|i| format!("openai/m{i}")).collect::<Vec<_>>().join(", ");
    let routes: String = (0..2_000)
        .map(|i| format!("  - {{id: r{i}, when: wide, model: a, fallbacks: {{pool: p}}}}\n"))
        .collect();
    for text in [
        format!("name: a\nconditions:\n{}routes:\n  - {{id: r, when: n9999, model: m}}\n", chain(10_000)),
        format!("name: a\nconditions:\n{everyone}routes:\n  - {{id: r, when: n1, model: m}}\n"),
        format!(
            "name: a\npools: {{p: [{pool}]}}\nconditions:\n  wide: {}\nroutes:\n{routes}",
            "seats > 1 || ".repeat(500) + "x"
        ),
    ] {
        let (mut sources, mut sink) = (Sources::new(), Sink::new());
        let loaded = irc::load(&mut sources, "router.yaml", text.into_bytes(), &options);
        let file = irc::check(&mut sources, &loaded, &NoFiles, &options, &mut sink);
        assert!(!file.definitions[0].sound);
        let found = sink.finish(&file.suppressions);
        let limits = found.iter().filter(|d| matches!(d.meta.name, "reuse-limit" | "condition-cycle"));
        assert!((1..=300).contains(&limits.count()));
    }
}

/// Definitions, and files that they share: whether they are of the right shape.
const SHAPES: &[(bool, &str)] = &[
    (true, "{name: a, use: [a.yaml], default: {model: x, fallbacks: [a/b, {pool: q, x-a: 1}]}}"),
    (true, "{name: a, use: a.yaml, default: {model: auto, candidates: {pool: p}, ignore: [{pool: q}]}}"),
    (true, "{name: a, default: {model: x}, conditions: {_b1: a > 1, c: true, x-d: [1]}}"),
    (true, "{name: a, default: {model: x}, pools: {a b: x/y, c: [x], x-d: 1}}"),
    (true, "{metadata: {tier: string}}"),
    (true, "{irc: 1, description: d, conditions: {a: b > 1}, pools: {c: [d/e]}, x-f: [g]}"),
    (false, "{name: a, default: {model: x}, use: 5}"),
    (false, "{name: a, default: {model: x}, use: {a: b}}"),
    (false, "{name: a, default: {model: x}, conditions: a.yaml}"),
    (false, "{name: a, default: {model: x}, conditions: [a]}"),
    (false, "{name: a, default: {model: x}, conditions: {b-c: a > 1}}"),
    (false, "{name: a, default: {model: x}, conditions: {in: a > 1}}"),
    (false, "{name: a, default: {model: x}, conditions: {messages: a > 1}}"),
    (false, "{name: a, default: {model: x}, conditions: {b: 5}}"),
    (false, "{name: a, default: {model: x}, conditions: {b: {when: a}}}"),
    (false, "{name: a, default: {model: x}, pools: a.yaml}"),
    (false, "{name: a, default: {model: x}, pools: {a: []}}"),
    (false, "{name: a, default: {model: x}, pools: {a: [{pool: b}]}}"),
    (false, "{name: a, default: {model: x}, pools: {' ': [b]}}"),
    (false, "{name: a, default: {model: x, fallbacks: [{pol: a}]}}"),
    (false, "{name: a, default: {model: x, fallbacks: [{pool: a, weight: 1}]}}"),
    (false, "{name: a, default: {model: x, provider: {order: {pool: a}}}}"),
    (false, "{conditions: {a: b > 1}, condtions: {c: d}}"),
    (false, "{irc: 2, conditions: {a: b > 1}}"),
    (false, "{metadata: shared.yaml, conditions: {a: b > 1}}"),
    (false, "{use: a.yaml, conditions: {a: b > 1}}"),
];

#[test]
fn schemas_and_tool_agree() {
    let validator = |text: &str| jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap();
    let routers = validator(include_str!("../../schemas/router.schema.json"));
    let shared = validator(include_str!("../../schemas/shared.schema.json"));
    for (valid, text) in SHAPES {
        let read = read(text);
        assert_eq!(read.errors().is_empty(), *valid, "{text}: {:?}", read.errors());
        let validator = if read.holds_shared { &shared } else { &routers };
        assert_eq!(read.holds_shared, !text.contains("name: a"), "{text}");
        assert_eq!(validator.is_valid(read.json.first().unwrap()), *valid, "{text}");
    }
}
