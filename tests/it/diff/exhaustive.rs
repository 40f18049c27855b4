//! Against all requests: pairs of small routers over small domains, each request decided by the simulator on both sides.

use std::collections::BTreeSet;

use super::*;
use crate::analyze::exhaustive::{Random, requests};

/// How many pairs are made; each is decided for some hundreds of requests.
const PAIRS: u64 = 500;

const MODELS: [&str; 3] = ["openai/gpt-5.2", "openai/gpt-4o-mini", "xai/grok-3"];

fn metadata(bits: u64, with_x: bool) -> String {
    let required = |bit: u64| bits & bit != 0;
    let x = if with_x { "\n  x: {type: int, enum: [0, 1]}" } else { "" };
    format!(
        "metadata:\n  tier: {{type: string, enum: [a, ab, b], required: {}}}\n  \
         n: {{type: int, min: 0, max: 2, required: {}}}\n  flag: {{type: bool, required: {}}}{x}\n  \
         m: {{type: map, fields: {{k: {{type: int, enum: [1, 2]}}}}}}\n",
        required(1),
        required(2),
        required(4)
    )
}

#[derive(Clone)]
struct Route {
    id: usize,
    condition: String,
    model: &'static str,
}

fn text(metadata: &str, routes: &[Route], default: Option<&str>) -> String {
    let mut text = format!("name: r\n{metadata}routes:\n");
    for Route { id, condition, model } in routes {
        text += &format!("  - id: r{id}\n    when: >-\n      {condition}\n    model: {model}\n");
    }
    default.map_or(text.clone(), |model| format!("{text}default:\n  model: {model}\n"))
}

/// The other definition: the same with something changed, or one of its own.
fn changed(random: &mut Random, routes: &[Route]) -> Vec<Route> {
    let mut routes = routes.to_vec();
    let at = usize::try_from(random.below(routes.len() as u64)).unwrap();
    match random.below(8) {
        0 => routes[at].condition = random.condition(2),
        1 => routes[at].condition = format!("!(!({}))", routes[at].condition),
        2 => routes[at].condition = format!("({}) && ({})", routes[at].condition, random.condition(1)),
        3 => routes[at].condition = format!("({}) || ({})", routes[at].condition, random.condition(1)),
        4 => routes[at].model = random.pick(&MODELS),
        5 => routes.reverse(),
        6 => {
            let route = Route { id: 9, condition: random.condition(1), model: random.pick(&MODELS) };
            routes.insert(at, route);
        }
        _ => {
            routes.remove(at);
            routes.push(Route { id: 8, condition: random.condition(2), model: random.pick(&MODELS) });
        }
    }
    routes
}

/// What a request gets: the route's place and the model, or no route.
fn decided(plan: &Plan, request: &Request) -> (usize, Option<String>) {
    let draw = Draw { seed: 0, index: 0 };
    let decision: Decision<'_> = decide(plan, request, draw, &Assumed::default(), &mut Workspace::new(plan));
    let place = decision.position.unwrap_or(plan.routes.len());
    (place, decision.route.map(|_| format!("{:?}", decision.plan)))
}

#[test]
fn agrees_with_the_simulator_about_every_request() {
    let catalogue = Catalogue::embedded();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut same, mut moved, mut complete, mut incomplete, mut contracts) = (0, 0, 0, 0, 0);
    for _ in 0..PAIRS {
        let bits = random.below(8);
        let count = 1 + usize::try_from(random.below(3)).unwrap();
        let routes: Vec<Route> = (0..count)
            .map(|id| Route { id, condition: random.condition(2), model: random.pick(&MODELS) })
            .collect();
        let other = changed(&mut random, &routes);
        let default = ["openai/gpt-4o-mini"].into_iter().find(|_| random.below(4) > 0);
        let (other_bits, other_x) =
            if random.below(3) == 0 { (random.below(8), random.below(2) == 0) } else { (bits, true) };
        let texts = [
            text(&metadata(bits, true), &routes, default),
            text(&metadata(other_bits, other_x), &other, default),
        ];
        let [Some(old), Some(new)] = [0, 1].map(|at| checked(&texts[at], &catalogue)) else { continue };
        let sides = [&old, &new].map(|checked| Side::new(checked, &catalogue).unwrap());
        let plans = [&old, &new].map(|checked| compile::compile(checked, &catalogue).unwrap());
        let difference = diff::compare(&sides[0], &sides[1], &diff::Options::default());
        let shown = || {
            let open = (&difference.undecided, difference.exhausted);
            format!("{}\n{}\n{:#?}\n{open:?}", texts[0], texts[1], difference.moves)
        };
        assert!(difference.undecided.is_empty() && !difference.exhausted, "{}", shown());

        let mut all: BTreeSet<String> = BTreeSet::new();
        for (bits, with_x) in [(bits, true), (other_bits, other_x)] {
            let required = [1, 2, 4].map(|bit| bits & bit != 0);
            all.extend(requests(required).into_iter().filter(|text| with_x || !text.contains("\"x\"")));
        }
        let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
        for text in &all {
            let request = request(text);
            let ((was, before), (is, after)) = (decided(&plans[0], &request), decided(&plans[1], &request));
            if before != after {
                pairs.insert((was, is));
            }
            for found in &difference.moves {
                let here = (found.ends[0].place, found.ends[1].place) == (was, is);
                let told = found.cases.iter().any(|case| {
                    case.when.as_ref().is_none_or(|when| is_true(when, &plans[1].env, &request))
                        && !case
                            .unless
                            .as_ref()
                            .is_some_and(|unless| is_true(unless, &plans[1].env, &request))
                        && case.without.iter().all(|key| request.metadata(key).is_none())
                });
                assert!(!told || here, "{text} is told and not moved\n{}", shown());
                assert!(told || !here || !found.complete, "{text} is moved and not told\n{}", shown());
            }
        }
        let claimed: BTreeSet<(usize, usize)> =
            difference.moves.iter().map(|m| (m.ends[0].place, m.ends[1].place)).collect();
        assert_eq!(claimed, pairs, "{}", shown());
        same += u32::from(claimed.is_empty());
        moved += claimed.len();
        complete += difference.moves.iter().filter(|m| m.complete).count();
        incomplete += difference.moves.iter().filter(|m| !m.complete).count();
        contracts += u32::from(difference.contracts == [true, true]);
    }
    println!(
        "{same} same, {moved} moves, {complete} told whole, {incomplete} in part, {contracts} with two contracts"
    );
    // The pairs are worth the time: all sides occur.
    assert!(same > 100 && moved > 250 && contracts > 60, "{same} {moved} {contracts}");
    assert!(complete > 10 * incomplete, "{complete} {incomplete}");
}
