//! What is claimed, and that it is true.

mod cases;
pub(crate) mod exhaustive;
mod invariants;
mod overlap;
mod presence;
mod redundant;
mod worlds;

use irc::analyze::Budget;
use irc::catalogue::Catalogue;
use irc::catalogue::assumptions::{Assumed, Numbers};
use irc::compile::{self, Plan};
use irc::diag::{Diagnostic, Group, Sink};
use irc::simulate::{Decision, Draw, Request, Workspace, decide, parse_json};
use irc::source::{NoFiles, Sources};

/// The findings of the analysis for a definition, the witness of each decided again by the simulator.
fn findings(text: &str) -> Vec<(Diagnostic, Option<Decided>)> {
    let catalogue = Catalogue::embedded();
    let options = irc::Options::new(&catalogue);
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let loaded = irc::load(&mut sources, "router.yaml", text.as_bytes().to_vec(), &options);
    let file = irc::check(&mut sources, &loaded, &NoFiles, &options, &mut sink);
    let found = sink.finish(&file.suppressions);
    let [checked] = file.definitions.as_slice() else { panic!("{found:?}") };
    assert!(checked.sound, "{found:?}\n{text}");
    let plan = compile::compile(checked, &catalogue).unwrap();
    let found = found.into_iter().filter(|d| d.meta.code.starts_with("IRC8"));
    found.map(|d| (d.witness.as_ref().map(|w| simulated(&plan, w)), d)).map(|(w, d)| (d, w)).collect()
}

/// Where a witness goes: the route's place (`usize::MAX` for the default route) and its attempts.
#[derive(Debug)]
struct Decided {
    route: Option<String>,
    models: String,
    failed: usize,
}

fn simulated(plan: &Plan, witness: &str) -> Decided {
    let request = Request::from_value(&parse_json(witness, Numbers::default()).unwrap()).unwrap();
    let mut space = Workspace::new(plan);
    let decision: Decision<'_> =
        decide(plan, &request, Draw { seed: 0, index: 0 }, &Assumed::default(), &mut space);
    let failed = decision.verdicts.iter().filter(|verdict| verdict.is_without_value()).count();
    Decided {
        route: decision.route.map(|r| r.id.to_string()),
        models: format!("{:?}", decision.plan),
        failed,
    }
}

/// A definition with these metadata lines and conditions, and a default route.
fn router(metadata: &str, conditions: &[&str]) -> String {
    let mut text = "name: support\n".to_owned();
    if !metadata.is_empty() {
        text += "metadata:\n";
        text.extend(metadata.lines().map(|line| format!("  {}\n", line.trim())));
    }
    text += "routes:\n";
    for (i, condition) in conditions.iter().enumerate() {
        text += &format!("  - id: r{i}\n    when: >-\n      {condition}\n    model: openai/gpt-5.2\n");
    }
    text + "default:\n  model: openai/gpt-4o-mini\n"
}

/// Rules about single conditions, which have tests of their own.
const OF_CONDITIONS: [&str; 2] = ["lost-when-missing", "redundant-condition"];

/// The findings about which routes are reached, each as its rule, its subject and the routes it points at besides.
fn told(metadata: &str, conditions: &[&str]) -> Vec<String> {
    let text = router(metadata, conditions);
    let found = findings(&text);
    found
        .iter()
        .filter(|(d, _)| !OF_CONDITIONS.contains(&d.meta.name))
        .map(|(d, _)| {
            let route = d.subject.route.clone().unwrap_or_default();
            let by: Vec<&str> =
                d.labels.iter().map(|label| label.message.split('`').nth(1).unwrap()).collect();
            format!("{} {route} {}", d.meta.name, by.join(" ")).trim_end().to_owned()
        })
        .collect()
}

const NOTHING: [&str; 0] = [];

#[test]
fn shadowed_by_the_union_of_two() {
    let conditions = ["tier == \"free\"", "tier != \"free\"", "region == \"eu\""];
    let required = "tier: {type: string, required: true}\nregion: string";
    assert_eq!(told(required, &conditions), ["unreachable-route r2 r0 r1"]);
    assert_eq!(told("tier: string\nregion: string", &conditions), NOTHING);
    assert_eq!(told("", &conditions), NOTHING);
}

#[test]
fn the_claim_names_what_it_rests_on() {
    let text = router(
        "tier: {type: string, required: true}\nregion: string",
        &["tier == \"free\"", "tier != \"free\"", "region == \"eu\""],
    );
    let found = findings(&text);
    let note = found[0].0.note.as_deref().unwrap();
    assert!(note.ends_with("; given that callers always send `tier` (line 3)"), "{note}");
    let text = router("seats: {type: int, min: 1}", &["seats < 1", "seats < 5"]);
    let found = findings(&text);
    assert_eq!(found[0].0.message, "the condition of `r0` is never true");
    let note = found[0].0.note.as_deref().unwrap();
    assert!(note.ends_with("; given that `seats` has one of the values declared for it (line 3)"), "{note}");
}

#[test]
fn the_request_that_gets_past_lacks_the_key() {
    let metadata = "metadata:\n  tier: string\n  region: string\n";
    let routes = "routes:\n  - {id: a, when: 'tier == \"free\"', model: openai/gpt-5.2}\n  \
        - {id: b, when: 'tier != \"free\"', model: openai/gpt-5.2}\n  \
        - {id: c, when: 'region == \"eu\"', model: openai/gpt-4o-mini}\n";
    let text = format!(
        "name: support\n{metadata}{routes}invariants:\n  - name: c is never taken\n    never: {{route: c}}\n\
         default:\n  model: openai/gpt-5.2\n"
    );
    let found = findings(&text);
    let names: Vec<&str> = found.iter().map(|(d, _)| d.meta.name).collect();
    assert_eq!(names, ["lost-when-missing", "invariant-violated"]);
    for (diagnostic, decided) in &found {
        assert_eq!(diagnostic.witness.as_deref(), Some("{\"metadata\":{\"region\":\"eu\"}}"));
        assert_eq!(decided.as_ref().unwrap().route.as_deref(), Some("c"));
    }
}

#[test]
fn numbers() {
    let three = ["score > 80.0", "score > 50.0", "score > 60.0"];
    assert_eq!(told("", &three), ["unreachable-route r2 r1"]);
    let between = ["x > 3 && x < 4"];
    assert_eq!(told("x: int", &between), ["condition-always-false r0"]);
    assert_eq!(told("x: number", &between), NOTHING);
    assert_eq!(told("x: double", &between), NOTHING);
    assert_eq!(told("x: int", &["x > 3.5 && x < 4.5"]), NOTHING);
    assert_eq!(told("x: int", &["x == 3.0", "x == 3"]), ["unreachable-route r1 r0"]);
    assert_eq!(
        told("x: {type: int, min: 1, max: 2, required: true}", &["x == 1", "x == 2"]),
        ["default-unreachable default r0 r1"]
    );
    assert_eq!(
        told("x: {type: number, enum: [1, 2.5]}", &["x < 2 || x > 2.2", "x > 0"]),
        ["unreachable-route r1 r0"]
    );
    // Beyond 2^53 ints are compared with doubles by rounding: nothing is claimed.
    let huge = ["x == 9007199254740993 && x == 9007199254740992.0"];
    assert_eq!(told("x: int", &huge), NOTHING);
}

#[test]
fn texts() {
    let id = ["user_id.startsWith(\"ent-\")", "user_id.startsWith(\"ent-eu-\")"];
    assert_eq!(told("", &id), ["unreachable-route r1 r0"]);
    assert_eq!(told("", &["name.matches(\"^a.*z$\")", "name == \"abcz\""]), ["unreachable-route r1 r0"]);
    assert_eq!(told("", &["name.matches(\"^a.*z$\")", "name == \"abc\""]), NOTHING);
    assert_eq!(told("", &["size(name) > 3", "name == \"abcd\""]), ["unreachable-route r1 r0"]);
    assert_eq!(told("", &["size(name) > 3", "name == \"abc\""]), NOTHING);
    let parts = ["n.startsWith(\"ab\") && n.endsWith(\"bc\") && size(n) < 4 && n != \"abc\""];
    assert_eq!(told("n: string", &parts), ["condition-always-false r0"]);
    assert_eq!(
        told("n: string", &["n.contains(\"b\")", "n.matches(\"^.*abc\")"]),
        ["unreachable-route r1 r0"]
    );
    let two = ["n.matches(\"^[a-f0-9]+$\")", "n.matches(\"^[a-f]{3}$\") && size(n) == 3"];
    assert_eq!(told("n: string", &two), ["unreachable-route r1 r0"]);
    assert_eq!(
        told("n: string", &["n.matches(\"^[ab]$\") && !(n in [\"a\", \"b\"])"]),
        ["condition-always-false r0"]
    );
    assert_eq!(
        told("n: string", &["n.matches(\"(?i)^pro$\")", "n == \"PRO\"", "n == \"pr\""]),
        ["unreachable-route r1 r0"]
    );
}

#[test]
fn keys_compared_with_one_another() {
    assert_eq!(told("", &["a < b", "b > a"]), ["unreachable-route r1 r0"]);
    assert_eq!(told("", &["a < b && b <= a"]), ["condition-always-false r0"]);
    assert_eq!(told("", &["a > 5 && b < 3 && a < b"]), ["condition-always-false r0"]);
    assert_eq!(told("", &["a > 5 && a == b && b < 3", "a > 5 && a < b"]), ["condition-always-false r0"]);
    assert_eq!(told("a: string\nb: string", &["a < b && a > b"]), ["condition-always-false r0"]);
    let ints = "a: int\nb: int\nc: int";
    assert_eq!(told(ints, &["a < b && b < c && c < a"]), ["condition-always-false r0"]);
    assert_eq!(told(ints, &["a > 1 && a < b && b < c && c < 4"]), ["condition-always-false r0"]);
    assert_eq!(told(ints, &["a > 1 && a < b && b < c && c < 5"]), NOTHING);
    // Beyond 2^53 an int and a double are compared by rounding: nothing is claimed of three.
    let numbers = "a: number\nb: number\nc: number";
    assert_eq!(told(numbers, &["a < b && b < c && c < a"]), NOTHING);
    let closed = "a: {type: int, min: 3, required: true}\nb: {type: int, max: 3, required: true}";
    assert_eq!(told(closed, &["a < b", "a >= b"]), ["condition-always-false r0", "condition-always-true r1"]);
    let texts = "s: string\nt: string\nu: string";
    assert_eq!(told(texts, &["s == t", "t == s && s == \"a\""]), ["unreachable-route r1 r0"]);
    assert_eq!(told(texts, &["s == t && s == \"x\" && t == \"y\""]), ["condition-always-false r0"]);
    assert_eq!(
        told(texts, &["s == t && t == u && s.startsWith(\"a\") && u.matches(\"^b\")"]),
        ["condition-always-false r0"]
    );
    assert_eq!(
        told(texts, &["s == t && size(s) > 3 && t.matches(\"^[ab]{1,3}$\")"]),
        ["condition-always-false r0"]
    );
    assert_eq!(
        told("s: {type: string, enum: [x]}\nt: {type: string, enum: [x]}", &["s != t"]),
        ["condition-always-false r0"]
    );
    assert_eq!(told("a: bool\nb: bool", &["a == b && a && !b"]), ["condition-always-false r0"]);
}

#[test]
fn presence_lists_and_maps() {
    let flag = "beta: {type: bool, required: true}";
    assert_eq!(told(flag, &["beta", "!beta"]), ["default-unreachable default r0 r1"]);
    assert_eq!(told("beta: bool", &["beta", "!beta"]), NOTHING);
    let tags = "tags: {type: list, items: string}";
    assert_eq!(told(tags, &["\"a\" in tags", "\"a\" in tags && \"b\" in tags"]), ["unreachable-route r1 r0"]);
    assert_eq!(told(tags, &["size(tags) == 0 && \"a\" in tags"]), ["condition-always-false r0"]);
    let account =
        "account: {type: map, required: true, fields: {plan: {type: string, required: true}, id: string}}";
    assert_eq!(
        told(account, &["account.plan == \"a\" || account[\"plan\"] != \"a\""]),
        ["condition-always-true r0"]
    );
    assert_eq!(told(account, &["has(account.id) || !has(account.id)"]), ["condition-always-true r0"]);
    assert_eq!(told(account, &["has(account.id)", "account.id == \"x\""]), ["unreachable-route r1 r0"]);
    let nullable = "x: {type: string, nullable: true, required: true}";
    assert_eq!(told(nullable, &["x == null", "x != null"]), ["default-unreachable default r0 r1"]);
}

#[test]
fn messages_may_be_empty() {
    let last = ["messages.last().content.contains(\"a\")", "!messages.last().content.contains(\"a\")"];
    assert_eq!(told("", &last), NOTHING);
    let all = ["messages.has()", "messages.size() == 0"];
    assert_eq!(told("", &all), ["default-unreachable default r0 r1"]);
    assert_eq!(
        told("", &["messages.size() > 0", "messages.first().role == \"user\""]),
        ["unreachable-route r1 r0"]
    );
    assert_eq!(
        told("", &["messages.size() > 2", "messages.get(2).role == \"user\""]),
        ["unreachable-route r1 r0"]
    );
}

#[test]
fn what_is_not_taken_apart_is_the_same_wherever_it_stands() {
    let exists =
        ["messages.exists(m, m.role == \"tool\")", "messages.exists(x, x.role == \"tool\") && y == 1"];
    assert_eq!(told("", &exists), ["unreachable-route r1 r0"]);
    assert_eq!(
        told("", &["!messages.exists(m, m.role == \"tool\") && messages.exists(q, q.role == \"tool\")"]),
        ["condition-always-false r0"]
    );
    assert_eq!(
        told("", &["messages.all(m, m.role == \"a\")", "messages.size() == 0"]),
        ["unreachable-route r1 r0"]
    );
    // Not proved, and not claimed.
    assert_eq!(told("n: int", &["n * 2 > 10", "n * 2 > 12"]), NOTHING);
}

#[test]
fn loops_exclude_one_another() {
    let tool = "messages.exists(m, m.role == \"tool\")";
    let refund = "messages.exists(m, m.role == \"tool\" && m.content.contains(\"refund\"))";
    assert_eq!(told("", &[tool, refund]), ["unreachable-route r1 r0"]);
    assert_eq!(told("", &[refund, tool]), NOTHING);
    assert_eq!(
        told(
            "",
            &[tool, "size(messages) > 0 && messages.all(x, x.role in [\"tool\", \"t\"] && x.role != \"t\")"]
        ),
        ["unreachable-route r1 r0"]
    );
    let tags = "tags: {type: list, items: string}";
    assert_eq!(told(tags, &["tags.exists(t, t == \"a\")", "\"a\" in tags"]), ["unreachable-route r1 r0"]);
    assert_eq!(told(tags, &["\"a\" in tags", "tags.exists(t, t == \"a\")"]), ["unreachable-route r1 r0"]);
    assert_eq!(told(tags, &["\"a\" in tags", "tags[3] == \"a\""]), ["unreachable-route r1 r0"]);
    assert_eq!(
        told(
            tags,
            &["tags.exists(t, t.startsWith(\"ent-\"))", "tags.exists(t, t.matches(\"^ent-[a-z]+$\"))"]
        ),
        ["unreachable-route r1 r0"]
    );
    let both = ["tags.exists(t, t.startsWith(\"a\"))", "tags.exists(t, t.startsWith(\"b\"))"];
    let either = "tags.exists(t, t.matches(\"^[ab]\"))";
    assert_eq!(told(tags, &[both[0], both[1], either]), ["unreachable-route r2 r0 r1"]);
    // One element is not the other.
    let narrow = format!("{} && {} && size(tags) > 1", both[0], both[1]);
    assert_eq!(
        told(tags, &["tags.exists(t, t.startsWith(\"a\") && t.startsWith(\"b\"))", &narrow]),
        ["condition-always-false r0"]
    );
    assert_eq!(told(tags, &["tags.exists_one(t, t == \"a\")", "\"a\" in tags"]), NOTHING);
    assert_eq!(told(tags, &["\"a\" in tags", "tags.exists_one(t, t == \"a\")"]), ["unreachable-route r1 r0"]);
    // What may be a list and is a text has no elements.
    let any = "y: {type: dyn, required: true}";
    assert_eq!(told(any, &["y.a == 1", "\"a\" in y", "y == \"b\""]), NOTHING);
    assert_eq!(
        told("y: {type: dyn}", &["y[0] == 1", "\"a\" in y", "y == \"b\"", "y.exists(x, x == 2)"]),
        NOTHING
    );
    let nullable = "tags: {type: list, items: string, nullable: true, required: true}";
    assert_eq!(told(nullable, &["tags[0] == \"a\" || \"b\" in tags", "tags == null"]), NOTHING);
    // That a body has no value for an element leaves the loop without one, unless another decides.
    let mixed = "tags: {type: list, required: true}";
    assert_eq!(told(mixed, &["tags.exists(t, t > 1)", "!tags.exists(t, t > 1)"]), NOTHING);
    assert_eq!(told(mixed, &["tags.all(t, t > 1) && \"a\" in tags"]), ["condition-always-false r0"]);
}

#[test]
fn what_loops_come_to_is_shown() {
    let text = "name: support\nmetadata:\n  tags: {type: list, items: string}\nroutes:\n  \
        - {id: a, when: 'messages.exists(m, m.role == \"tool\" && m.content.contains(\"sql\"))', model: groq/openai/gpt-oss-120b}\n  \
        - {id: b, when: 'tags.all(t, t == \"x\") && size(tags) > 2', model: groq/openai/gpt-oss-120b}\n  \
        - {id: c, when: 'tags.exists_one(t, t.startsWith(\"y\"))', model: groq/openai/gpt-oss-120b}\n\
        invariants:\n  - never: {route: a}\n  - never: {route: b}\n  - never: {route: c}\ndefault:\n  model: openai/gpt-5.2\n";
    let found = findings(text);
    let shown: Vec<(&str, Option<&str>)> =
        found.iter().map(|(d, _)| (d.meta.name, d.witness.as_deref())).collect();
    let wanted = [
        "{\"metadata\":{},\"messages\":[{\"role\":\"tool\",\"content\":\"sql\"}]}",
        "{\"metadata\":{\"tags\":[\"x\",\"x\",\"x\"]},\"messages\":[]}",
        "{\"metadata\":{\"tags\":[\"yother\",\"x\"]},\"messages\":[]}",
    ];
    assert_eq!(shown, wanted.map(|witness| ("invariant-violated", Some(witness))));
}

#[test]
fn who_compares_with_null_may_be_sent_null() {
    assert_eq!(told("", &["y == \"a\"", "y == null"]), NOTHING);
    assert_eq!(told("", &["y.z != null", "y.z == null", "y.z == \"a\""]), ["unreachable-route r2 r0"]);
}

#[test]
fn true_is_a_catch_all() {
    assert_eq!(told("", &["tier == \"a\"", "true"]), NOTHING);
    assert_eq!(told("", &["true", "tier == \"a\""]), ["unreachable-route r1 r0"]);
    assert_eq!(told("", &["false"]), NOTHING);
    assert_eq!(told("", &["false && beta"]), ["condition-always-false r0"]);
    let score = "score: {type: int, required: true}";
    assert_eq!(told(score, &["score > 1 || score <= 1", "score == 3"]), ["unreachable-route r1 r0"]);
    assert_eq!(told(score, &["score == 3", "score > 1 || score <= 1"]), ["condition-always-true r1"]);
}

#[test]
fn conditions_that_fail() {
    let two = "a: {type: int, required: true}\nb: {type: int, required: true}";
    let found = findings(&router(two, &["a / b > 3"]));
    assert_eq!(found[0].0.meta.name, "condition-can-error");
    assert_eq!(found[0].0.message, "the condition of `r0` fails for some requests: division by zero");
    assert_eq!(found[0].1.as_ref().unwrap().failed, 1);
    assert_eq!(told(two, &["b != 0 && a / b > 3"]), NOTHING);
    assert_eq!(told("tags: {type: list, items: string}", &["tags[0] == \"a\""]), NOTHING);
    assert_eq!(told("", &["messages.last().content == \"a\""]), NOTHING);
    let nullable = "x: {type: number, nullable: true, required: true}";
    assert_eq!(told(nullable, &["x > 3"]), ["condition-can-error r0"]);
}

#[test]
fn without_a_default_route() {
    let text = "name: support\nroutes:\n  - {id: a, when: 'tier == \"free\"', model: openai/gpt-5.2}\n";
    let found = findings(text);
    assert_eq!(found.len(), 1);
    let (diagnostic, decided) = &found[0];
    assert_eq!(diagnostic.meta.name, "no-route-for-some-requests");
    assert_eq!(diagnostic.witness.as_deref(), Some("{\"metadata\":{}}"));
    assert!(decided.as_ref().unwrap().route.is_none());
    let text = "name: support\nroutes:\n  - {id: a, when: true, model: openai/gpt-5.2}\n";
    assert!(findings(text).is_empty());
}

#[test]
fn without_steps_nothing_is_claimed() {
    let text = router("", &["score > 80", "score > 80"]);
    let catalogue = Catalogue::embedded();
    let mut options = irc::Options::new(&catalogue);
    options.analysis = Budget { steps: 0, ..Budget::default() };
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let loaded = irc::load(&mut sources, "router.yaml", text.into_bytes(), &options);
    irc::check(&mut sources, &loaded, &NoFiles, &options, &mut sink);
    let of_analysis = sink.as_slice().iter().filter(|d| d.meta.group == Group::Analysis);
    let [found] = of_analysis.collect::<Vec<_>>()[..] else { panic!("{:?}", sink.as_slice()) };
    assert_eq!(found.meta.name, "analysis-incomplete");
    // That requests reach the others, and that no condition fails, is seen without a step.
    assert_eq!(found.message, "the analysis leaves one question open: it is too hard for its bounds");
    assert_eq!(found.note.as_deref(), Some("nothing is claimed about whether requests reach `r1`"));
}
