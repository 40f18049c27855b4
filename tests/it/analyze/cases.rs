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
        cases(&self.checked, catalogue, &self.sources, budget(), &[], &[]).unwrap()
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
    let shares = outcome.shares.iter().all(|(id, share)| {
        variants.iter().any(|variant| *variant.id == **id && variant.weight == *share)
    });
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
const ROUTERS: u64 = 300;

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
    assert!(routers > 200 && gaps > 100, "{routers} {gaps}");
}
