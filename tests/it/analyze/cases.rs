//! Few requests that show all: that they do, that each is needed, and that what they leave out is impossible.

use std::collections::BTreeSet;

use super::exhaustive::{Random, metadata, requests};
use super::*;
use irc::analyze::cases::{Cases, Outcome, What, budget, cases};
use irc::cel::ast::{Kind, LogicalOp, NodeId, UnaryOp};
use irc::cel::{Ast, Value, interpret};
use irc::check::Checked;
use irc::compile::Rank;

/// Something that a request shows: the place of a route (behind the last, the default), the text of a part of its
/// condition, and what that comes to.
type Fact = (usize, String, &'static str);

/// A router, ready to be asked.
struct Subject {
    checked: Checked,
    sources: Sources,
    plan: Plan,
    parts: Vec<Vec<(String, Ast)>>,
}

impl Subject {
    fn new(text: &str, catalogue: &Catalogue) -> Option<Self> {
        let options = irc::Options::new(catalogue);
        let (mut sources, mut sink) = (Sources::new(), Sink::new());
        let loaded = irc::load(&mut sources, "router.yaml", text.as_bytes().to_vec(), &options);
        let file = irc::check(&mut sources, &loaded, &NoFiles, &options, &mut sink);
        let checked = file.definitions.into_iter().next().filter(|checked| checked.sound)?;
        let plan = compile::compile(&checked, catalogue).unwrap();
        let parts = plan.routes.iter().map(|route| {
            let condition = route.condition.as_ref().unwrap();
            let ast = &condition.expression.ast;
            let mut nodes = Vec::new();
            split(ast, ast.root(), &mut nodes);
            let text = |id: NodeId| {
                let place = ast.span(id);
                let text = &condition.text[place.start as usize..place.end as usize];
                text.split_whitespace().collect::<Vec<_>>().join(" ")
            };
            nodes.into_iter().map(|id| (text(id), ast.part(id))).collect()
        });
        let parts = parts.collect();
        Some(Self { checked, sources, plan, parts })
    }

    fn cases(&self, catalogue: &Catalogue) -> Cases {
        cases(&self.checked, catalogue, &self.sources, budget(Budget::default()), &[], &[]).unwrap()
    }

    fn decide(&self, request: &Request) -> Decision<'_> {
        let draw = Draw { seed: 0, index: 0 };
        decide(&self.plan, request, draw, &Assumed::default(), &mut Workspace::new(&self.plan))
    }

    fn facts(&self, request: &Request) -> Vec<Fact> {
        let decision = self.decide(request);
        let taken = decision.position.unwrap_or(self.plan.routes.len());
        let mut out = vec![(taken, String::new(), "taken")];
        for (route, parts) in self.parts.iter().enumerate().take(decision.verdicts.len()) {
            for (text, ast) in parts {
                let variables = |name: &str| match name {
                    "messages" => Some(request.messages.clone()),
                    name => request.metadata(name).cloned(),
                };
                let value = interpret::evaluate(ast, &self.plan.env, &Seen(&variables));
                let value = match value {
                    Ok(Value::Bool(true)) => "true",
                    Ok(Value::Bool(false)) => "false",
                    _ => "nothing",
                };
                out.push((route, text.clone(), value));
            }
        }
        out
    }

    /// What the cases show between them, after each was found to be decided as it says.
    fn shown(&self, cases: &Cases) -> Vec<BTreeSet<Fact>> {
        let mut names = BTreeSet::new();
        let shown = cases.cases.iter().map(|case| {
            assert!(names.insert(case.name.clone()), "{} twice", case.name);
            let request = Request::from_value(&case.request).unwrap();
            let decision = self.decide(&request);
            assert_eq!(decision.route.map(|r| r.id.to_string()), case.outcome.route, "{}", case.name);
            assert!(agrees(&case.outcome, &decision), "{}: {:?}", case.name, case.outcome);
            self.facts(&request).into_iter().collect()
        });
        shown.collect()
    }
}

fn agrees(outcome: &Outcome, decision: &Decision<'_>) -> bool {
    let variants = decision.route.map_or(&[][..], |route| &route.variants);
    let shares = outcome
        .shares
        .iter()
        .all(|(id, share)| variants.iter().any(|variant| *variant.id == **id && variant.weight == *share));
    let model = match (&outcome.model, decision.plan.first()) {
        (Some(model), Some(Rank::Model(id))) => **id == **model,
        (Some(_), _) => false,
        (None, _) => true,
    };
    shares && model && (outcome.shares.is_empty() || outcome.shares.len() == variants.len())
}

struct Seen<'a>(&'a dyn Fn(&str) -> Option<Value>);

impl interpret::Activation for Seen<'_> {
    fn variable(&self, name: &str) -> Option<Value> {
        (self.0)(name)
    }
}

/// The parts of a condition that `&&`, `||`, `!` and `?:` put together.
fn split(ast: &Ast, id: NodeId, out: &mut Vec<NodeId>) {
    match ast.kind(id) {
        Kind::Unary { op: UnaryOp::Not, operand, .. } => split(ast, *operand, out),
        Kind::Logical { op: LogicalOp::And | LogicalOp::Or, operands, .. } => {
            operands.iter().for_each(|id| split(ast, *id, out));
        }
        Kind::Ternary { condition, then, otherwise, .. } => {
            [condition, then, otherwise].into_iter().for_each(|id| split(ast, *id, out));
        }
        Kind::Literal(_) => {}
        _ => out.push(id),
    }
}

/// How many routers are made; each is decided for some hundreds of requests.
const ROUTERS: u64 = 200;

#[test]
fn all_that_any_request_shows_is_shown() {
    let catalogue = Catalogue::embedded();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut routers, mut gaps) = (0, 0);
    for _ in 0..ROUTERS {
        let bits = random.below(8);
        let required = [1, 2, 4].map(|bit| bits & bit != 0);
        let count = 1 + random.below(4);
        let conditions: Vec<String> = (0..count).map(|_| random.condition(2)).collect();
        let conditions: Vec<&str> = conditions.iter().map(String::as_str).collect();
        let text = router(&metadata(required), &conditions);
        let Some(subject) = Subject::new(&text, &catalogue) else { continue };
        let found = subject.cases(&catalogue);
        let shown: BTreeSet<Fact> = subject.shown(&found).into_iter().flatten().collect();
        let mut possible: BTreeSet<Fact> = BTreeSet::new();
        for request in requests(required) {
            let request = Request::from_value(&parse_json(&request, Numbers::default()).unwrap()).unwrap();
            possible.extend(subject.facts(&request));
        }
        let missing: Vec<&Fact> = possible.difference(&shown).collect();
        assert!(missing.is_empty(), "{missing:?}\n{text}\n{found:#?}");
        assert_eq!(found.undecided, [], "{text}");
        for gap in &found.impossible {
            let what = match gap.point.what {
                What::Taken => "taken",
                What::True => "true",
                What::False => "false",
                What::NoValue => "nothing",
                What::At(_) => continue,
            };
            let part = gap.point.part.clone().unwrap_or_default();
            let route = gap.point.route.as_deref().unwrap();
            let at = route.strip_prefix('r').and_then(|n| n.parse().ok()).unwrap_or(conditions.len());
            assert!(!possible.contains(&(at, part, what)), "{gap:?}\n{text}");
            gaps += 1;
        }
        routers += 1;
    }
    assert!(routers > 150 && gaps > 80, "{routers} {gaps}");
}

/// The requests for a router, as JSON, and what no request shows.
fn found(metadata: &str, conditions: &[&str]) -> (Vec<String>, Vec<String>) {
    let catalogue = Catalogue::embedded();
    let text = router(metadata, conditions);
    let subject = Subject::new(&text, &catalogue).unwrap_or_else(|| panic!("{text}"));
    let found = subject.cases(&catalogue);
    subject.shown(&found);
    assert_eq!(found.undecided, [], "{text}");
    let requests = found.cases.iter().map(|case| {
        let json = case.request.to_json().unwrap();
        json.get("metadata").or(json.get("messages")).map_or("{}".to_owned(), ToString::to_string)
    });
    (requests.collect(), found.impossible.iter().map(|gap| gap.reason.clone()).collect())
}

fn sorted(mut requests: Vec<String>) -> Vec<String> {
    requests.sort();
    requests
}

#[test]
fn both_sides_of_numbers_are_near_the_bound() {
    let requests = |metadata: &str, condition: &str| sorted(found(metadata, &[condition]).0);
    assert_eq!(requests("x: int", "x >= 80"), ["{\"x\":79}", "{\"x\":80}", "{}"]);
    assert_eq!(requests("x: int", "x > 80"), ["{\"x\":80}", "{\"x\":81}", "{}"]);
    assert_eq!(requests("x: int", "80 > x"), ["{\"x\":79}", "{\"x\":80}", "{}"]);
    assert_eq!(requests("x: int", "x <= 2.5"), ["{\"x\":2}", "{\"x\":3}", "{}"]);
    assert_eq!(requests("x: number", "x >= 80"), ["{\"x\":79.9}", "{\"x\":80}", "{}"]);
    assert_eq!(requests("x: double", "x < 0.01"), ["{\"x\":0.009}", "{\"x\":0.01}", "{}"]);
    // Of what nobody declared, whole steps are natural.
    assert_eq!(requests("", "x >= 80"), ["{\"x\":79}", "{\"x\":80}", "{}"]);
    assert_eq!(requests("", "x >= 80.5"), ["{\"x\":80.49}", "{\"x\":80.5}", "{}"]);
    let steps = "x: {type: int, enum: [1, 5, 10], required: true}";
    assert_eq!(requests(steps, "x >= 6"), ["{\"x\":10}", "{\"x\":5}"]);
    assert_eq!(
        requests("s: {type: string, required: true}", "size(s) > 3"),
        ["{\"s\":\"xxx\"}", "{\"s\":\"xxxx\"}"]
    );
    // Two bounds in one gap are kept apart.
    let two = sorted(found("x: {type: double, required: true}", &["x >= 80.0", "x > 79.95"]).0);
    assert_eq!(two, [r#"{"x":79.951}"#, r#"{"x":79.95}"#, r#"{"x":79.99}"#, r#"{"x":80.0}"#]);
}

#[test]
fn what_stands_beside_a_part_leaves_the_decision_to_it() {
    let tier = "tier: {type: string, enum: [free, pro], required: true}\nn: {type: int, required: true}";
    let requests = sorted(found(tier, &["tier == \"pro\" && n >= 5"]).0);
    assert_eq!(
        requests,
        ["{\"tier\":\"free\",\"n\":5}", "{\"tier\":\"pro\",\"n\":4}", "{\"tier\":\"pro\",\"n\":5}"]
    );
    let requests = sorted(found(tier, &["tier == \"pro\" || n >= 5"]).0);
    assert_eq!(
        requests,
        ["{\"tier\":\"free\",\"n\":4}", "{\"tier\":\"free\",\"n\":5}", "{\"tier\":\"pro\",\"n\":4}"]
    );
}

#[test]
fn what_is_impossible_is_said_with_its_reason() {
    let conditions = ["tier == \"free\"", "tier != \"free\"", "region == \"eu\""];
    let (requests, impossible) = found("tier: {type: string, required: true}\nregion: string", &conditions);
    assert_eq!(requests, ["{\"tier\":\"free\"}", "{\"tier\":\"other\"}"]);
    let given = "given that callers always send `tier` (line 3)";
    assert_eq!(
        impossible,
        [
            format!("nothing reaches `r2`: `r0` and `r1` take every request that matches it; {given}"),
            format!("nothing reaches `default`: `r0` and `r1` leave no request over; {given}"),
            "`tier != \"free\"` of `r1` is never false: `r0` takes those requests".to_owned(),
        ]
    );
    let (_, impossible) = found("n: {type: int, min: 1, required: true}", &["n > 0"]);
    assert_eq!(
        impossible,
        [
            "nothing reaches `default`: `r0` leaves no request over; given that callers always send `n` (line 3) and `n` has one of the values declared for it (line 3)",
            "`n > 0` of `r0` is never false; given that `n` has one of the values declared for it (line 3)",
        ]
    );
    // Optional, the third is reached by requests that lack the key.
    let (requests, impossible) = found("tier: string\nregion: string", &conditions);
    assert!(requests.contains(&"{\"region\":\"eu\"}".to_owned()), "{requests:?}");
    assert_eq!(impossible, ["`tier != \"free\"` of `r1` is never false: `r0` takes those requests"]);
}

#[test]
fn loops_over_messages_are_shown() {
    let refund = "messages.exists(m, m.role == \"user\" && m.content.contains(\"refund\"))";
    let (requests, _) = found("", &[refund]);
    assert_eq!(requests[0], "[{\"role\":\"user\",\"content\":\"refund\"}]");
    // All that follows from `found` is that both sides were shown.
    for condition in [
        "messages.all(m, m.role != \"tool\")",
        "messages.exists_one(m, m.role == \"system\")",
        "size(messages.filter(m, m.role == \"user\")) > 3",
        "messages.filter(m, m.role == \"user\").size() == 2 && messages.last().role == \"assistant\"",
        "messages.exists(m, m.role == \"tool\") && messages.all(m, m.content.size() < 20)",
        "messages.exists(m, m.content.contains(\"a\")) && messages.exists(m, m.content == \"b\")",
        "tags.exists(t, t.startsWith(\"beta-\")) && \"vip\" in tags",
        "int(s) > 5",
        "a + b > 10 && a < b",
        "n % 2 == 1",
        "timestamp(s) > timestamp(\"2026-01-01T00:00:00Z\")",
        "messages.last().content.matches(\"(?i)\\\\bcode\\\\b\") && size(messages.last().content) >= 200",
    ] {
        let metadata = "tags: {type: list, items: string}\ns: string\na: int\nb: int\nn: int";
        found(metadata, &[condition]);
    }
}

#[test]
fn without_a_default_route_the_service_refuses_some() {
    let catalogue = Catalogue::embedded();
    let text = "name: a\nroutes:\n  - {id: r, when: 'x == 1', model: openai/gpt-5.2}\n";
    let subject = Subject::new(text, &catalogue).unwrap();
    let found = subject.cases(&catalogue);
    let outcomes: Vec<_> = found.cases.iter().map(|case| case.outcome.route.as_deref()).collect();
    assert_eq!(outcomes, [Some("r"), None, None]);
    assert_eq!(found.cases[1].name, "no route: x == 1 is false");
    assert_eq!(found.impossible, []);
}

#[test]
fn the_same_comes_out_every_time_and_nothing_without_steps() {
    let catalogue = Catalogue::embedded();
    let text = router("tier: string\nn: int", &["tier == \"a\" || n > 3", "n < 2 && tier != \"b\""]);
    let subject = Subject::new(&text, &catalogue).unwrap();
    assert_eq!(format!("{:?}", subject.cases(&catalogue)), format!("{:?}", subject.cases(&catalogue)));
    let none = Budget { steps: 0, ..Budget::default() };
    let found = cases(&subject.checked, &catalogue, &subject.sources, none, &[], &[]).unwrap();
    assert_eq!((found.cases.len(), found.impossible.len()), (0, 0));
    let reason = &found.undecided[0].reason;
    assert!(reason.ends_with("too hard for the steps that an analysis may take"), "{reason}");
}

#[test]
fn fixtures_get_cases_that_hold() {
    let catalogue = Catalogue::embedded();
    let mut count = 0;
    for definition in crate::graph::definitions() {
        let Some(subject) = Subject::new(&definition, &catalogue) else { continue };
        let found = subject.cases(&catalogue);
        subject.shown(&found);
        assert!(!found.cases.is_empty(), "{definition}");
        count += 1;
    }
    assert!(count > 30, "{count}");
}
