//! `irc metadata`: an inferred block accepts every request of its log and repeats none of its secrets; a log is held
//! against a block.

use std::borrow::Cow;
use std::io::Write;

use irc::Options;
use irc::catalogue::Catalogue;
use irc::cel::Value;
use irc::check::contract;
use irc::diag::Sink;
use irc::model::{Declarations, not_a_variable};
use irc::observe::{Inferred, Seen, infer};
use irc::render::metadata::block;
use irc::simulate::{Request, parse_json};
use irc::source::Sources;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::sessions::Session;

/// Reads a block as a file that definitions share.
fn declarations(text: &str) -> Declarations {
    let catalogue = Catalogue::embedded();
    let options = Options::new(&catalogue);
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let loaded = irc::load(&mut sources, "metadata.yaml", text.as_bytes().to_vec(), &options);
    let declared = irc::declarations(&sources, &loaded, &options, &mut sink);
    let found: Vec<String> = sink.as_slice().iter().map(|d| d.message.clone()).collect();
    assert_eq!(found, [""; 0], "{text}");
    declared.unwrap()
}

fn request(metadata: &Json) -> Request {
    let text = json!({"metadata": metadata}).to_string();
    Request::from_value(&parse_json(&text, Default::default()).unwrap()).unwrap()
}

fn seen(requests: &[Request]) -> Seen {
    let mut seen = Seen::default();
    requests.iter().for_each(|request| seen.add(request).unwrap());
    seen
}

fn written(inferred: &Inferred) -> String {
    let mut out = Vec::new();
    block(inferred, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What a request breaks of a block, but for keys that no block can declare.
fn broken(declared: &Declarations, request: &Request) -> Vec<contract::Violation> {
    let keys: Vec<String> = request
        .metadata
        .iter()
        .filter_map(|(key, _)| match key.to_value() {
            Value::String(key) => Some(key.to_string()),
            _ => None,
        })
        .filter(|key| not_a_variable(key).is_none())
        .collect();
    let get = |name: &str| request.metadata(name).map(Cow::Borrowed);
    contract::violations(declared, get, keys.iter().map(String::as_str))
}

fn scalar() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        (-3_i64..4).prop_map(Json::from),
        prop_oneof![Just(i64::MAX), Just(i64::MIN)].prop_map(Json::from),
        Just(json!(u64::MAX)),
        prop_oneof![Just(0.5), Just(-1e300), Just(5.0), Just(1e18)].prop_map(Json::from),
        prop_oneof![
            "[abc]",
            ".{0,12}",
            Just("true".to_owned()),
            Just("5".to_owned()),
            Just("null".to_owned()),
            Just("x".repeat(50)),
            Just("a: b # c\n\u{1b}\u{85}\u{feff}'\"".to_owned()),
        ]
        .prop_map(Json::from),
    ]
}

fn value() -> impl Strategy<Value = Json> {
    scalar().prop_recursive(9, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            prop::collection::vec((key(), inner.clone()), 0..4)
                .prop_map(|entries| Json::Object(entries.into_iter().collect())),
            // A table: its keys are data.
            (inner, 20_usize..30).prop_map(|(value, count)| {
                Json::Object((0..count).map(|at| (format!("k{at}"), value.clone())).collect())
            }),
        ]
    })
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[a-d]",
        1 => prop_oneof![
            Just("true".to_owned()),
            Just("messages".to_owned()),
            Just("user-tier".to_owned()),
            Just(String::new()),
            Just("x-own".to_owned()),
            Just("u_8839201".to_owned()),
            Just("no".to_owned()),
            ".{0,6}",
        ],
    ]
}

fn metadata() -> impl Strategy<Value = Json> {
    prop::collection::vec((key(), value()), 0..5)
        .prop_map(|entries| Json::Object(entries.into_iter().collect()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// The block reads without a finding, every request keeps it, and it does not matter in which parts it was summed up.
    #[test]
    fn the_block_accepts_every_request(
        logs in prop::collection::vec(metadata(), 1..12),
        repeat in 1_usize..5,
        enough in 1_u64..8,
        cut in 0_usize..12,
    ) {
        let requests: Vec<Request> =
            logs.iter().cycle().take(logs.len() * repeat).map(request).collect();
        let whole = seen(&requests);
        let (first, second) = requests.split_at(cut.min(requests.len()));
        let mut parts = seen(first);
        parts.merge(seen(second)).unwrap();
        prop_assert_eq!(&parts, &whole);
        let inferred = infer(&whole, enough);
        let text = written(&inferred);
        let declared = declarations(&text);
        prop_assert_eq!(declared.keys.len(), inferred.keys.len());
        for (key, (name, declaration)) in inferred.keys.iter().zip(&declared.keys) {
            prop_assert_eq!((&key.name, &key.field), (name, &declaration.field), "{}", text);
        }
        for request in &requests {
            prop_assert_eq!(broken(&declared, request), [], "{}", text);
        }
    }
}

fn of(two: [&str; 2], at: u64) -> &str {
    two[usize::from(at % 2 == 1)]
}

fn log(count: u64, line: impl Fn(u64) -> Json) -> String {
    (0..count).map(|at| format!("{}\n", line(at))).collect()
}

#[test]
fn few_values_are_listed_and_private_ones_are_not() {
    let text = log(200, |at| {
        json!({"metadata": {
            "tier": of(["free", "pro"], at),
            "user_id": format!("u-{}", at % 5),
            "contact": of(["anna@example.org", "bert@example.org"], at),
            "session": format!("s{at}"),
            "api_key": "k1",
            "account": {"plan": of(["a", "b"], at), "tokens": at},
            "balances": {(format!("acct-{:07}", at % 4)): 1.5},
        }})
    });
    let s = Session::new("metadata-private").with(&[("log.jsonl", &text)]);
    let (code, block, err) = s.run(&["metadata", "infer", "log.jsonl"]);
    assert_eq!((code, &*err), (0, ""));
    let (code, listing, _) = s.run(&["metadata", "infer", "log.jsonl", "--format", "json"]);
    assert_eq!(code, 0);
    for secret in ["u-1", "example.org", "s17", "k1", "acct-"] {
        assert!(!block.contains(secret) && !listing.contains(secret), "{secret}\n{block}");
    }
    for line in [
        "  tier: {type: string, enum: [free, pro], required: true}",
        "  user_id: {type: string, required: true}",
        "  session: {type: string, required: true}",
        "  balances: {type: map, values: number, required: true}",
    ] {
        assert!(block.lines().any(|other| other == line), "{line}\n{block}");
    }
    assert!(block.contains("plan: {type: string, enum: [a, b], required: true}"), "{block}");
    let listing: Json = serde_json::from_str(&listing).unwrap();
    let withheld: Vec<&str> = listing["keys"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|key| key["withheld"] == true)
        .map(|key| key["name"].as_str().unwrap())
        .collect();
    assert_eq!(withheld, ["user_id", "contact"]);
    assert_eq!(listing["metadata"]["api_key"], json!({"type": "string", "required": true}));
}

/// Whatever a log is written in, and on however many threads it is read, the block is the same.
#[test]
fn every_form_of_a_log_gives_the_same_block() {
    let lines = log(30_000, |at| {
        json!({"at": at, "body": {"model": "inworld/shop", "messages": [{"role": "user", "content": "x".repeat(20)}],
            "extra_body": {"metadata": {"tier": of(["free", "pro"], at), "n": at}}}})
    });
    let s = Session::new("metadata-forms").with(&[("log.jsonl", &lines)]);
    let records: Vec<Json> =
        lines.lines().take(100).map(|line| serde_json::from_str(line).unwrap()).collect();
    let few: String = lines.lines().take(100).map(|line| format!("{line}\n")).collect();
    s.write("few.jsonl", &few);
    s.write("list.json", &json!(records).to_string());
    s.write("docs.yaml", &records.iter().map(|r| format!("---\n{r}\n")).collect::<String>());
    let texts = records.iter().map(|r| format!("{}\n", json!({"body": r["body"].to_string()})));
    s.write("text.jsonl", &texts.collect::<String>());
    let mut gz = flate2_file(&s, "few.jsonl.gz");
    gz.write_all(few.as_bytes()).unwrap();
    gz.finish().unwrap();
    let infer = |arguments: &[&str]| {
        let (code, out, err) =
            s.run(&[&["metadata", "infer", "--request-field", "body"], arguments].concat());
        assert_eq!((code, &*err), (0, ""), "{arguments:?}");
        out
    };
    let one = infer(&["log.jsonl", "--threads", "1"]);
    assert!(one.contains("# From 30,000 requests."), "{one}");
    assert_eq!(one, infer(&["log.jsonl", "--threads", "7"]));
    let few = infer(&["few.jsonl"]);
    for form in ["list.json", "docs.yaml", "text.jsonl", "few.jsonl.gz"] {
        assert_eq!(infer(&[form]), few, "{form}");
    }
    assert_eq!(infer(&["few.jsonl", "--router", "shop"]), few);
    let (code, _, err) =
        s.run(&["metadata", "infer", "few.jsonl", "--request-field", "body", "--router", "other"]);
    assert_eq!((code, &*err), (2, "irc: none of the requests is for `other`\n"));
}

fn flate2_file(s: &Session, name: &str) -> flate2::write::GzEncoder<std::fs::File> {
    let file = std::fs::File::create(s.folder.join(name)).unwrap();
    flate2::write::GzEncoder::new(file, flate2::Compression::fast())
}

#[test]
fn a_log_is_held_against_a_block() {
    let router = "\
name: shop
metadata:
  tier: {type: string, enum: [free, pro], required: true}
  seats: {type: int, min: 2, max: 9}
  tags: {type: list, items: string}
  account: {type: map, fields: {plan: {type: string, required: true}}}
  prices: {type: map, values: number}
  note: {type: string, nullable: true}
  unused: string
default: {model: openai/gpt-5.2}
";
    let lines = [
        json!({"metadata": {"tier": "free", "seats": 2, "tags": ["a"], "account": {"plan": "x"}, "note": null}}),
        json!({"metadata": {"tier": "gold", "seats": 1, "tags": ["a", 2, 3]}}),
        json!({"metadata": {"tier": null, "seats": 10, "account": {}, "prices": {"anna@example.org": "x", "b": "y"}}}),
        json!({"metadata": {"seats": "two", "extra": 1}}),
        json!({"metadata": {"tier": "pro", "extra": 2, "user-tier": 1}}),
        json!({"model": "inworld/other", "messages": [], "metadata": {}}),
        json!({"model": "inworld/shop", "messages": [], "metadata": {"tier": "pro"}}),
    ];
    let log: String = lines.iter().map(|line| format!("{line}\n\n")).collect();
    let s = Session::new("metadata-check").with(&[("shop.yaml", router), ("log.jsonl", &log)]);
    let (code, out, err) = s.run(&["metadata", "check", "shop.yaml", "log.jsonl", "--format", "json"]);
    assert_eq!((code, &*err), (1, ""));
    let found: Json = serde_json::from_str(&out).unwrap();
    let broken: Vec<String> = found["broken"]
        .as_array()
        .unwrap()
        .iter()
        .map(|b| {
            format!(
                "{} {} {} {}",
                b["key"].as_str().unwrap(),
                b["breach"].as_str().unwrap(),
                b["requests"],
                b["first_line"]
            )
        })
        .collect();
    let wanted = [
        "tier absent 2 7",
        "tier value 1 3",
        "seats below 1 3",
        "tags[] type 1 3",
        "tier null 1 5",
        "seats above 1 5",
        "account.plan absent 1 5",
        "prices.* type 1 5",
        "seats type 1 7",
    ];
    assert_eq!(broken, wanted);
    assert_eq!(
        found["undeclared"][0],
        json!({"key": "extra", "requests": 2, "first_request": 3, "first_line": 7})
    );
    assert_eq!(found["undeclared"][1]["key"], "user-tier");
    assert_eq!(found["never_sent"], json!(["unused"]));
    assert_eq!(
        (&found["requests"], &found["elsewhere"], &found["misplaced"]),
        (&json!(6), &json!(1), &json!(1))
    );
    let (_, human, _) = s.run(&["metadata", "check", "shop.yaml", "log.jsonl"]);
    for text in [&out, &human] {
        assert!(!text.contains("example.org") && !text.contains("gold"), "{text}");
    }
    // A block that was made of the log is kept by it.
    let (_, block, _) = s.run(&["metadata", "infer", "log.jsonl", "--enough", "1"]);
    s.write("own.yaml", &format!("name: shop\n{block}default: {{model: openai/gpt-5.2}}\n"));
    let (code, out, _) = s.run(&["metadata", "check", "own.yaml", "log.jsonl", "--format", "json"]);
    let found: Json = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &found["broken"]), (0, &json!([])), "{block}");
    // Neither without a block nor with a broken definition.
    s.write("none.yaml", "name: none\ndefault: {model: openai/gpt-5.2}\n");
    let (code, out, err) = s.run(&["metadata", "check", "none.yaml", "log.jsonl"]);
    assert_eq!((code, &*out), (2, ""));
    assert!(err.contains("declares no metadata"), "{err}");
    s.write("broken.yaml", "name: broken\nmetadata: {tier: strin}\ndefault: {model: openai/gpt-5.2}\n");
    assert_eq!(s.run(&["metadata", "check", "broken.yaml", "log.jsonl"]).0, 1);
}

#[test]
fn what_is_no_request_is_told() {
    let s = Session::new("metadata-bad")
        .with(&[("log.jsonl", "{\"metadata\": {\"a\": 1}}\n[1]\n{\n"), ("empty.jsonl", "\n")]);
    let (code, out, err) = s.run(&["metadata", "infer", "log.jsonl"]);
    assert_eq!(code, 1);
    assert!(out.contains("  a: int\n"), "{out}");
    assert!(err.contains("irc: log.jsonl:2: a request is an object, this is a list\n"), "{err}");
    assert!(
        err.contains("irc: log.jsonl:3: ") && err.ends_with("irc: 2 of 3 records are no requests\n"),
        "{err}"
    );
    assert_eq!(s.run(&["metadata", "infer", "empty.jsonl"]).0, 2);
    assert_eq!(s.run(&["metadata", "infer", "missing.jsonl"]).0, 2);
    assert_eq!(s.run(&["metadata", "infer", "log.jsonl", "--enough", "0"]).0, 2);
}

/// A log that makes up keys costs no memory without bound, and ends with a word.
#[test]
fn keys_without_end_are_refused() {
    let text = log(300, |at| {
        let keys = (0..100).map(|key| (format!("k{at}x{key}"), json!(1)));
        json!({"metadata": Json::Object(keys.collect())})
    });
    let s = Session::new("metadata-many").with(&[("log.jsonl", &text)]);
    let (code, out, err) = s.run(&["metadata", "infer", "log.jsonl"]);
    assert_eq!((code, &*out), (2, ""));
    assert_eq!(
        err,
        "irc: log.jsonl: its metadata has more than 20000 different keys: no block declares them\n"
    );
    s.write("a.yaml", "name: a\nmetadata: {a: int}\ndefault: {model: openai/gpt-5.2}\n");
    let (code, out, _) = s.run(&["metadata", "check", "a.yaml", "log.jsonl"]);
    assert_eq!(code, 0);
    assert!(out.contains("more keys: --format json lists them"), "{out}");
}
