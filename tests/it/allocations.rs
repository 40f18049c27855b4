//! What runs for every request takes no memory. The counts are those of the test's own thread.

use allocation_counter::measure;
use irc::Options;
use irc::catalogue::Catalogue;
use irc::catalogue::assumptions::Assumed;
use irc::catalogue::functions::router_env;
use irc::cel::program::{ProgramSet, Slot, Verdict};
use irc::cel::value::JsonNumbers;
use irc::cel::{ParseOptions, Value, parse};
use irc::diag::Sink;
use irc::simulate::{Draw, Reader, Request, Workspace, decide};
use irc::source::{NoFiles, Sources};
use serde_json::json;

#[test]
fn conditions_are_evaluated_without_allocating() {
    let conditions = [
        r#"tier == "premium" && region in ["us", "eu"]"#,
        r#"tier != "free" || score >= 80"#,
        "score > 80 && score <= 95.5 || seats in [1, 2, 3]",
        r#"account.plan == "team" && account["seats"] < 10 && has(account.plan) && !has(account.none)"#,
        r#"region.startsWith("e") && tier.contains("mi") && !tier.endsWith("x")"#,
        r#"messages[1].content.matches(r"(?i)\brefund\b")"#,
        r#"messages.exists(m, m.role == "user" && m.content.contains("refund"))"#,
        r#"messages.all(m, m.content.size() > 2) && messages.exists_one(m, m.role == "system")"#,
        r#"messages.size() == 2 && messages.last().content.matches("refund")"#,
        r#"tags.exists(t, t == "beta") ? seats > 3 : beta"#,
        r#""beta" in tags && !(region == "us") && score + 1.0 > 3.0 && seats * 2 == 8"#,
        // What a request lacks is as common as what it has.
        r#"absent == "x" || tier == "premium""#,
        r#"absent == "x""#,
        r#"absent in ["x"] || absent > 3 || absent.startsWith("x") || account.none == 1"#,
    ];
    let env = router_env();
    let trees = conditions.map(|text| {
        let (ast, issues) = parse(text, &ParseOptions::default());
        assert!(issues.is_empty(), "{text}");
        ast
    });
    // Each twice, so that what they have in common is shared.
    let set = ProgramSet::compile(&trees.iter().chain(&trees).collect::<Vec<_>>(), &env);
    let request = json!({
        "tier": "premium", "region": "eu", "score": 91.5, "seats": 4, "beta": true, "tags": ["beta", "x"],
        "account": {"plan": "team", "seats": 4},
        "messages": [{"role": "system", "content": "be kind"}, {"role": "user", "content": "I want a refund"}],
    });
    let value = |slot: &Slot| Some(Value::from_json(request.get(&*slot.name)?, JsonNumbers::default()));
    let values: Vec<Option<Value>> = set.slots().iter().map(value).collect();
    let mut row = set.row();
    values.iter().enumerate().for_each(|(at, value)| row.set(at, value.as_ref()));
    let mut scratch = set.scratch();
    let mut verdicts = || -> Vec<(u64, Verdict)> {
        let mut evaluation = set.on(&row, &mut scratch);
        (0..set.len())
            .map(|at| {
                let mut verdict = Verdict::False;
                let info = measure(|| verdict = evaluation.verdict(at));
                (info.count_total, verdict)
            })
            .collect()
    };
    // Automata and stacks grow in the first round.
    verdicts();
    for (at, (count, verdict)) in verdicts().into_iter().enumerate() {
        let text = conditions[at % conditions.len()];
        // An error that names the key of a map is made when it happens, and so are its words.
        let most = if text.contains("account.none == 1") { 2 } else { 0 };
        assert!(count <= most, "{count} for {text}");
        assert!(text.starts_with("absent") || verdict == Verdict::True, "{text}: {verdict:?}");
    }
    let something = measure(|| drop(vec![0_u8; 100]));
    assert_eq!(something.count_total, 1, "allocations are counted");
}

const ROUTER: &str = r#"
name: r
metadata:
  tier: {type: string, required: true}
  score: number
routes:
  - {id: high, when: score > 80, model: openai/gpt-4o}
  - {id: asked, when: 'messages.exists(m, m.role == "user" && m.content.contains("refund"))', model: openai/gpt-4o}
  - id: pro
    when: tier == "pro"
    variants:
      - {id: a, weight: 70, model: openai/gpt-4o}
      - {id: b, weight: 30, model: openai/gpt-4o-mini}
default: {model: openai/gpt-4o}
"#;

#[test]
fn requests_are_read_and_decided_in_the_memory_of_those_before() {
    let catalogue = Catalogue::embedded();
    let options = Options::new(&catalogue);
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let loaded = irc::load(&mut sources, "router.yaml", ROUTER.into(), &options);
    let file = irc::check(&mut sources, &loaded, &NoFiles, &options, &mut sink);
    let plans = [irc::compile::compile(&file.definitions[0], &catalogue).unwrap()];
    let assumed = Assumed::default();
    let (mut reader, mut request) = (Reader::new(&plans, assumed.numbers), Request::default());
    let mut space = Workspace::new(&plans[0]);
    let texts = [
        r#"{"model": "inworld/r", "user": "u1", "messages": [{"role": "user", "content": "hello"}, {"role": "assistant", "content": "yes?"}], "extra_body": {"metadata": {"tier": "pro"}}, "max_tokens": 100}"#,
        r#"{"metadata": {"score": 91.5, "other": [{}]}, "messages": [{"role": "user", "content": [{"type": "text", "text": "a refund"}]}]}"#,
        r#"{"user": "u2", "metadata": {"tier": "free", "score": 3}}"#,
    ];
    let mut round = || {
        texts.map(|text| {
            let mut route = String::new();
            let info = measure(|| {
                reader.read(text, &mut request).unwrap();
                let decision = decide(&plans[0], &request, Draw { seed: 0, index: 0 }, &assumed, &mut space);
                allocation_counter::opt_out(|| route = decision.route.unwrap().id.to_string());
                space.reuse(decision);
            });
            (info.count_total, route)
        })
    };
    for _ in 0..3 {
        round();
    }
    let found = round();
    let routes = found.each_ref().map(|(_, route)| route.as_str());
    assert_eq!(routes, ["pro", "high", "default"]);
    // Content that was given in parts is put together anew.
    let counts = found.each_ref().map(|(count, _)| *count);
    assert_eq!(counts, [0, 1, 0]);
}
