//! What is read from text decides as what is made of the whole value.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::catalogue::assumptions::{Assumed, Missing};
use crate::cel::program::Verdict;
use crate::simulate::decide::variable;
use crate::simulate::testing::plan;
use crate::simulate::{Draw, Workspace, decide, parse_json};

const METADATA: &str = "
metadata:
  tier: {type: string, enum: [free, pro], required: true}
  score: {type: number, nullable: true}
  account: {type: map, fields: {plan: string, seats: int}}
  unread: {type: int, min: 0}
";

const VARIABLES: &str = "
prompt_variables:
  plan: {type: string, required: true}
  seats: int
";

/// Routers that look at more and more.
fn definitions() -> [String; 5] {
    let router = |name: &str, metadata: &str, conditions: &[&str]| {
        let routes: Vec<String> = conditions
            .iter()
            .enumerate()
            .map(|(at, when)| format!("  - {{id: r{at}, when: '{when}', model: openai/gpt-4o}}\n"))
            .collect();
        format!("name: {name}\n{metadata}routes:\n{}default: {{model: openai/gpt-4o}}\n", routes.concat())
    };
    let said = ["messages.exists(m, m.role == \"user\" && m.content.contains(\"a\"))", "messages.size() > 2"];
    let named = [
        "messages.exists(m, has(m.name))",
        "messages.last().content.matches(\"^[a-z ]+$\")",
        "tier == \"pro\"",
    ];
    [
        router(
            "plain",
            "",
            &[
                "tier == \"pro\" && region in [\"eu\", \"ü\"]",
                "score > 80",
                "\"x\" in tags",
                "user_id == \"u\"",
            ],
        ),
        router(
            "declared",
            METADATA,
            &["tier == \"pro\"", "score > 80", "account.plan == \"a\" && account.seats < 3"],
        ),
        router("said", "", &said),
        router("named", &format!("{METADATA}{VARIABLES}"), &named),
        router(
            "whole",
            "",
            &["messages.map(m, m.map(k, k)[0] == \"role\")[0]", "messages == []", "string(tier) == \"1.5\""],
        ),
    ]
}

/// All that anybody gets to see of a request under a plan.
fn seen(plan: &Plan, request: &Request, assumed: &Assumed) -> String {
    // Without `..`: what is new in a request is to be compared, too.
    let Request {
        shape,
        model,
        metadata: _,
        messages: _,
        silent,
        messages_known,
        user,
        user_of_metadata,
        readings,
        notes,
        usage,
        own,
        variables,
        body: _,
    } = request;
    let mut out = format!("{shape:?} {model:?} {user:?} {user_of_metadata} {readings:?} {notes:?} {usage:?}");
    out += &format!("{silent} {messages_known} {own:?}");
    let mut row = plan.programs.row();
    for (at, slot) in plan.programs.slots().iter().enumerate() {
        row.set(at, variable(request, &slot.name, assumed));
    }
    let mut scratch = plan.programs.scratch();
    let mut evaluation = plan.programs.on(&row, &mut scratch);
    let verdicts: Vec<Verdict> = (0..plan.routes.len()).map(|at| evaluation.verdict(at)).collect();
    out += &format!("\n{verdicts:?}\n");
    let draw = Draw { seed: 1, index: 2 };
    let decision = decide(plan, request, draw, assumed, &mut Workspace::new(plan));
    let ids = (decision.route.map(|r| &r.id), decision.variant.map(|v| &v.id));
    out += &format!("{ids:?} {} {:?} {:?}\n", decision.sticky, decision.assumptions, decision.verdicts.len());
    let held = [(&plan.metadata, &*request.metadata), (&plan.prompt_variables, &request.prompt_variables())];
    for (promises, sent) in held.into_iter().filter_map(|(promises, sent)| Some((promises.as_ref()?, sent))) {
        let violations = promises.broken_by(sent, true);
        out += &format!("{violations:?}");
        assert_eq!(promises.kept_by(sent), violations.is_empty(), "{violations:?}");
    }
    if plan.prompt_variables.is_some() {
        out += &format!("{variables:?}");
    }
    out
}

/// Compares both ways of reading one text. True if the fast one took it.
fn agree(plans: &[Plan], readers: &mut [(Reader, Request, Assumed)], text: &str) -> bool {
    let mut taken = true;
    for (reader, request, assumed) in readers {
        let expected =
            parse_json(text, assumed.numbers).ok().and_then(|value| Request::from_value(&value).ok());
        let read = reader.read(text, request).is_some();
        taken &= read;
        if !read {
            continue;
        }
        let expected = expected.unwrap_or_else(|| panic!("this is no request: {text}"));
        for plan in plans {
            assert_eq!(seen(plan, request, assumed), seen(plan, &expected, assumed), "{text}");
        }
    }
    taken
}

/// A reader for each plan alone and for all together, under both readings of what is not documented.
fn checked(texts: impl IntoIterator<Item = String>) -> Vec<bool> {
    thread_local! {
        static PLANS: Vec<Plan> = definitions().iter().map(|text| plan(text)).collect();
    }
    PLANS.with(|plans| {
        let usual = Assumed::default();
        let other = Assumed { missing: Missing::Null, numbers: Numbers::Double };
        let reader =
            |plans, assumed: Assumed| (Reader::new(plans, assumed.numbers), Request::default(), assumed);
        let mut readers: Vec<_> = plans.chunks(1).map(|plan| (plan, vec![reader(plan, usual)])).collect();
        let all = [usual, other].map(|assumed| reader(plans, assumed));
        readers.push((plans, all.into()));
        texts
            .into_iter()
            .map(|text| {
                readers.iter_mut().fold(true, |taken, (plans, readers)| agree(plans, readers, &text) && taken)
            })
            .collect()
    })
}

#[test]
fn usual_requests_are_read_at_once() {
    let usual = [
        r#"{}"#,
        r#"{"metadata": {"tier": "pro", "region": "eu", "score": 91.5, "tags": ["x", 1], "other": {"a": [1]}}}"#,
        r#"{"metadata": null, "messages": null, "user": null}"#,
        r#"{"messages": [{"role": "user", "content": "a \"word\"\n\u00fc \ud83d\ude00"}], "user": "u"}"#,
        r#" {"model":"inworld/plain","messages":[{"role":"user","content":"a"},{"content":null,"role":"assistant","tool_calls":[{"id":"1"}]}],"extra_body":{"metadata":{"tier":"pro"}},"max_tokens":5} "#,
        r#"{"model": "m", "system": "be kind", "messages": [{"role": "user", "content": [{"type": "text", "text": "a"}, "b", {"type": "image"}]}], "metadata": {"user_id": "u"}}"#,
        r#"{"usage": {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12, "details": {"x": [1]}}, "metadata": {}}"#,
        r#"{"usage": {"input_tokens": 10, "output_tokens": 2, "cache_read_input_tokens": 5}, "model": "m"}"#,
        r#"{"system": [{"type": "text", "text": "a"}, {"text": null}], "messages": [{"role": "user", "content": []}]}"#,
        r#"{"extra_body": {"models": null, "metadata": {"score": 3, "tier": "a text that is longer than those that are kept"}}, "metadata": {"tier": "x"}}"#,
        r#"{"metadata": {"tier": "free"}, "prompt_variables": {"plan": "a", "seats": {"x": [1]}}}"#,
        r#"{"model": "m", "prompt_variables": {"plan": 1}, "extra_body": {"prompt_variables": {"seats": 2}, "metadata": {}}}"#,
        r#"{"messages": [{"name": "n", "content": null, "role": "tool"}, {"role": "user"}, {"name": 1, "role": "a", "x": 2, "content": "b"}]}"#,
    ];
    // Several rounds: what one request leaves behind must not show in the next.
    let texts = usual.iter().chain(usual.iter().rev()).chain(&usual).map(|text| (*text).to_owned());
    for (text, taken) in usual.iter().chain(usual.iter().rev()).zip(checked(texts)) {
        assert!(taken, "{text}");
    }
}

#[test]
fn a_text_that_is_expected_is_taken_as_it_is_written() {
    // Each after each: what the one before said in its words or with escapes.
    let texts =
        ["a\\nb", "a\nb", "a\\\\nb", "user", "\\u0075ser", "user\\\"", "use", "users", "\\\"", "\\\\"];
    let request = |text: &str| {
        let messages = format!(r#"[{{"role": "{text}", "content": "{text}"}}]"#);
        format!(r#"{{"model": "{text}", "user": "{text}", "messages": {messages}}}"#)
    };
    let pairs = texts.iter().flat_map(|a| texts.iter().flat_map(move |b| [*a, *b]));
    // A line break has to be escaped.
    let escaped: Vec<bool> = pairs.clone().map(|text| !text.contains('\n')).collect();
    let bodies = pairs.map(request).chain([r#"{"model": null}"#.to_owned(), request("user")]);
    let taken = checked(bodies);
    assert!(taken.starts_with(&escaped));
    assert!(taken.ends_with(&[true, true]));
}

#[test]
fn what_is_no_request_is_left_to_others() {
    let texts = [
        "",
        "[]",
        "1",
        "[{}]",
        "{",
        "{} {}",
        r#"{"metadata": 1}"#,
        r#"{"user": 1}"#,
        r#"{"model": []}"#,
        r#"{"messages": {}}"#,
        r#"{"messages": [1]}"#,
        r#"{"messages": [{}]}"#,
        r#"{"messages": [{"role": 1}]}"#,
        r#"{"messages": [{"role": "a", "content": 1}]}"#,
        r#"{"messages": [{"role": "a", "content": [1]}]}"#,
        r#"{"extra_body": 1}"#,
        r#"{"extra_body": {"metadata": "x"}}"#,
        r#"{"system": true}"#,
        r#"{"model": "m", "metadata": {"user_id": 5}}"#,
        r#"{"x": "\ud800"}"#,
        r#"{"x": 1e999}"#,
    ];
    for (text, taken) in texts.iter().zip(checked(texts.iter().map(|text| (*text).to_owned()))) {
        assert!(!taken, "{text}");
        let whole = parse_json(text, Numbers::Json).ok().map(|value| Request::from_value(&value));
        assert!(!matches!(whole, Some(Ok(_))), "{text}");
    }
}

type Text = BoxedStrategy<String>;

fn one_of(options: &'static [&'static str]) -> Text {
    select(options).prop_map(str::to_owned).boxed()
}

/// An object with such keys and values, in any order, keys more than once too.
fn object(members: Vec<(u32, &'static str, Text)>) -> Text {
    let members = members.into_iter().map(|(weight, key, value)| {
        (weight, value.prop_map(move |value| format!("\"{key}\":{value}")).boxed())
    });
    let member = proptest::strategy::Union::new_weighted(members.collect());
    (prop::collection::vec(member, 0..7), select(vec![",", " , ", ",\n"]))
        .prop_map(|(members, comma)| format!("{{{}}}", members.join(comma)))
        .boxed()
}

fn list(item: Text, most: usize) -> Text {
    prop::collection::vec(item, 0..=most).prop_map(|items| format!("[{}]", items.join(","))).boxed()
}

fn text() -> Text {
    one_of(&[
        r#""pro""#,
        r#""free""#,
        r#""eu""#,
        r#""\u00fc""#,
        r#""a""#,
        r#""a b\nc""#,
        r#""a b\\nc""#,
        r#""user""#,
        r#""assistant""#,
        r#""""#,
        r#""u""#,
        r#""\ud83d\ude00 日本""#,
        r#""text that is longer than sixteen, and longer than forty bytes""#,
        r#""inworld/plain""#,
    ])
}

fn scalar() -> Text {
    prop_oneof![
        6 => text(),
        3 => one_of(&["0", "-1", "81", "91.5", "1.5", "1e2", "-0", "123456789012345678", "99999999999999999999", "0.1", "-2.50"]),
        2 => one_of(&["true", "false", "null"]),
    ]
    .boxed()
}

fn value() -> Text {
    let inner = prop_oneof![scalar(), list(scalar(), 3)].boxed();
    let account =
        object(vec![(1, "plan", scalar()), (1, "seats", inner.clone()), (1, "plan", inner.clone())]);
    prop_oneof![6 => scalar(), 1 => list(inner, 3), 1 => account].boxed()
}

fn variables() -> Text {
    let some =
        object(vec![(2, "plan", text()), (1, "plan", value()), (1, "seats", scalar()), (1, "x", value())]);
    prop_oneof![6 => some, 1 => value()].boxed()
}

fn metadata() -> Text {
    let members =
        ["tier", "region", "score", "tags", "account", "messages", "unread", "user_id", "other", "more"];
    let members = members.map(|key| (if key == "tier" { 3 } else { 1 }, key, value()));
    prop_oneof![12 => object(members.into()), 1 => one_of(&["null", "{}", "[]", "\"x\""])].boxed()
}

fn content() -> Text {
    let part = object(vec![
        (1, "type", text()),
        (2, "text", scalar()),
        (3, "text", text()),
        (1, "image_url", value()),
    ]);
    let part = prop_oneof![6 => part, 2 => text(), 1 => one_of(&["null", "[]", "{}"])].boxed();
    prop_oneof![6 => text(), 3 => list(part, 3), 1 => one_of(&["null", "null", "3"])].boxed()
}

fn message() -> Text {
    let rest = vec![
        (1, "name", scalar()),
        (1, "tool_calls", list(value(), 2)),
        (1, "role", text()),
        (1, "content", content()),
    ];
    let whole = (text(), content(), object(rest), any::<bool>()).prop_map(|(role, content, rest, swap)| {
        let (a, b) = (format!("\"role\":{role}"), format!("\"content\":{content}"));
        let (a, b) = if swap { (b, a) } else { (a, b) };
        let rest = rest.trim_start_matches('{').trim_end_matches('}');
        if rest.is_empty() { format!("{{{a}, {b}}}") } else { format!("{{{a}, {b}, {rest}}}") }
    });
    let loose = object(vec![
        (4, "role", text()),
        (2, "content", content()),
        (1, "name", value()),
        (1, "role", scalar()),
    ]);
    prop_oneof![10 => whole, 2 => loose, 1 => scalar()].boxed()
}

fn body() -> Text {
    let messages = prop_oneof![8 => list(message(), 4), 1 => one_of(&["null", "{}", "3"])].boxed();
    let extra = object(vec![
        (6, "metadata", metadata()),
        (1, "models", value()),
        (1, "sort", value()),
        (1, "prompt_variables", variables()),
        (1, "other", value()),
    ]);
    let extra = prop_oneof![8 => extra, 1 => one_of(&["null", "[]"])].boxed();
    let named = prop_oneof![6 => text(), 1 => one_of(&["null", "5", "[]"])].boxed();
    let tokens = || prop_oneof![3 => one_of(&["0", "12", "7"]), 1 => scalar()].boxed();
    let details = || object(vec![(1, "cached_tokens", tokens()), (1, "prompt_tokens", tokens())]);
    let counts =
        crate::simulate::usage::COUNTS.into_iter().filter(|key| !key.contains('.')).chain(["total_tokens"]);
    let usage = counts.map(|key| (1, key, tokens())).chain(
        ["prompt_tokens_details", "input_tokens_details"]
            .map(|key| (1, key, prop_oneof![5 => details(), 1 => scalar()].boxed())),
    );
    let usage = prop_oneof![6 => object(usage.collect()), 1 => scalar()].boxed();
    let response = object(vec![(3, "usage", usage.clone()), (1, "model", text())]);
    let bare = vec![
        (3, "metadata", metadata()),
        (3, "messages", messages),
        (1, "user", named.clone()),
        (1, "prompt_variables", variables()),
        (1, "usage", usage),
    ];
    let mut api = bare.clone();
    api.extend([
        (3, "extra_body", extra),
        (1, "model", named.clone()),
        (1, "system", prop_oneof![content(), named].boxed()),
        (1, "max_tokens", scalar()),
        (1, "response", prop_oneof![6 => response, 1 => scalar()].boxed()),
        (1, "m\\u0065tadata", metadata()),
        (1, "tools", value()),
    ]);
    prop_oneof![1 => object(bare), 2 => object(api)].boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_ways_of_reading_agree(bodies in prop::collection::vec(body(), 1..6)) {
        checked(bodies);
    }
}
