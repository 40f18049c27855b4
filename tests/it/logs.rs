//! What a log comes to does not depend on how it is read: in one piece or several, on one thread or many, from a file or
//! a pipe, in one shape of requests or another.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::sessions::Session;
use crate::tree::ROOT;

const ROUTER: &str = r#"
name: shop
metadata:
  tier: {type: string, enum: [free, pro], required: true}
routes:
  - id: refunds
    when: messages.last().content.contains("refund")
    model: anthropic/claude-opus-4-6
  - id: pro
    when: tier == "pro"
    variants:
      - {id: control, weight: 70, model: openai/gpt-5.2, fallbacks: [anthropic/claude-sonnet-4-6]}
      - {id: second, weight: 20, model: anthropic/claude-opus-4-6}
      - {id: third, weight: 10, model: google-ai-studio/gemini-2.5-pro}
default:
  model: openai/gpt-4o-mini
"#;

/// Requests with users and without, lines that are blank, and some that are no requests.
fn log(records: usize) -> String {
    let mut out = String::new();
    for at in 0..records {
        if at % 97 == 5 {
            out.push_str("  \n");
        }
        if at % 211 == 7 {
            out.push_str("{\"metadata\": \n");
            continue;
        }
        let tier = if at % 3 == 0 { "free" } else { "pro" };
        let said = if at % 11 == 0 { "a refund, please" } else { "hello" };
        let user = if at % 2 == 0 { format!(", \"user\": \"user-{}\"", at % 500) } else { String::new() };
        writeln!(
            out,
            r#"{{"metadata": {{"tier": "{tier}"}}, "messages": [{{"role": "user", "content": "{said}"}}]{user}}}"#
        )
        .unwrap();
    }
    out
}

fn simulate<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let fixed = ["simulate", "--no-config", "--as-of", "2026-11-22", "--down", "openai=30%", "router.yaml"];
    [&fixed[..], more].concat()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_same_on_any_number_of_threads_and_from_a_pipe() {
    let text = log(6_000);
    let session = Session::new("log-ways").with(&[("router.yaml", ROUTER), ("log.jsonl", &text)]);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    std::fs::write(session.folder.join("log.jsonl.gz"), packed.finish().unwrap()).unwrap();
    for format in ["jsonl", "json", "csv"] {
        let (code, whole, _) = session.run(&simulate(&["log.jsonl", "--format", format, "--threads", "1"]));
        assert_eq!(code, 1, "some lines are no requests");
        assert!(!whole.is_empty());
        for threads in ["2", "7"] {
            let ways = [
                session.run(&simulate(&["log.jsonl", "--format", format, "--threads", threads])),
                session.run(&simulate(&["log.jsonl.gz", "--format", format, "--threads", threads])),
                session.piped(&simulate(&["-", "--format", format, "--threads", threads]), &text),
            ];
            for (code, out, _) in ways {
                assert_eq!(code, 1);
                assert!(out == whole, "{format} with {threads} threads");
            }
        }
    }
}

/// The same requests with the tokens of every other and the time of most.
fn costly(records: usize) -> String {
    let with = |(at, line): (usize, &str)| {
        let Some(start) = line.strip_suffix('}').filter(|_| line.ends_with("}") && line.len() > 20) else {
            return format!("{line}\n");
        };
        let usage = r#"{"prompt_tokens": 900, "completion_tokens": 70, "prompt_tokens_details": {"cached_tokens": 500}}"#;
        let usage = if at % 2 == 0 { format!(", \"usage\": {usage}") } else { String::new() };
        let time = if at % 7 == 0 { String::new() } else { format!(", \"at\": {}", 1_763_800_000 + at * 3) };
        format!("{start}{usage}{time}}}\n")
    };
    log(records).lines().enumerate().map(with).collect()
}

#[test]
fn money_and_minutes_are_the_same_on_any_number_of_threads() {
    let text = costly(4_000);
    let quota = r#"{"openai": {"requests_per_minute": 5, "tokens_per_minute": 9000}, "anthropic": {}}"#;
    let session = Session::new("log-costs").with(&[
        ("router.yaml", ROUTER),
        ("log.jsonl", &text),
        ("quota.json", quota),
    ]);
    let asked = [
        "--cost",
        "--output-tokens",
        "100",
        "--baseline-model",
        "openai/gpt-5.2",
        "--time-field",
        "at",
        "--quota",
        "quota.json",
    ];
    let run = |log: &str, more: &[&str]| session.run(&simulate(&[&[log][..], &asked, more].concat())).1;
    for form in [&["--format", "jsonl"][..], &["--format", "json", "--down", "each"], &["--format", "csv"]] {
        let whole = run("log.jsonl", &[form, &["--threads", "1"]].concat());
        assert!(whole.len() > 1000);
        assert!(run("log.jsonl", &[form, &["--threads", "5"]].concat()) == whole, "{form:?}");
    }
    // The parts come to the whole.
    let decisions = lines(&run("log.jsonl", &["--format", "jsonl"]));
    let sums: Value = serde_json::from_str(&run("log.jsonl", &["--format", "json"])).unwrap();
    let router = &sums["routers"][0];
    let add = |pick: &dyn Fn(&Value) -> f64| decisions.iter().map(pick).sum::<f64>();
    let near = |found: f64, sum: &Value| {
        let sum = sum.as_f64().unwrap();
        assert!(sum > 0.0 && (found - sum).abs() < 1e-9 * sum, "{found} and {sum}");
    };
    near(add(&|d| d["cost_usd"]["answered"].as_f64().unwrap_or(0.0)), &router["cost"]["answered"]["min"]);
    near(add(&|d| d["cost_usd"]["min"].as_f64().unwrap_or(0.0)), &router["cost"]["min"]);
    near(add(&|d| d["cost_usd"]["max"].as_f64().unwrap_or(0.0)), &router["cost"]["max"]);
    let routes = router["routes"].as_array().unwrap().iter();
    let by_route: f64 = routes.map(|route| route["cost"]["answered"]["max"].as_f64().unwrap_or(0.0)).sum();
    near(by_route, &router["cost"]["answered"]["max"]);
    let models = router["models"].as_array().unwrap().iter();
    let by_model: f64 = models.map(|model| model["cost"]["answered"]["max"].as_f64().unwrap_or(0.0)).sum();
    near(by_model, &router["cost"]["answered"]["max"]);
    let load = sums["load"]["providers"].as_array().unwrap();
    let requests: u64 = load.iter().map(|row| row["requests"].as_u64().unwrap()).sum();
    assert_eq!(requests, router["requests"].as_u64().unwrap());
    assert_eq!(load.iter().find(|row| row["name"] == "openai").unwrap()["quota"]["fits"], "no");
    assert!(router["cost"]["lost_tokens"].as_u64().unwrap() > 0);
    assert!(router["cost"]["estimated"].as_u64().unwrap() > 0);
}

#[test]
fn what_users_say_is_printed_on_demand_only() {
    let router = ROUTER.replace(
        "default:",
        "  - {id: odd, when: int(messages.first().content) > 1, model: openai/gpt-5.2}\ndefault:",
    );
    let secret = "my-very-secret-words";
    let request = format!(
        r#"{{"metadata": {{"tier": "free"}}, "messages": [{{"role": "user", "content": "{secret} refund"}}, {{"role": "user", "content": "{secret}"}}], "prompt_variables": {{"who": "{secret}"}}}}"#
    );
    let session = Session::new("log-content")
        .with(&[("router.yaml", &router), ("log.jsonl", &format!("{request}\n{request}"))]);
    let ways = [
        &["--explain"][..],
        &["--explain", "--format", "jsonl"],
        &["--render", "--format", "jsonl"],
        &["--summary", "--cost", "--output-tokens", "9"],
        &["--format", "json"],
        &["--format", "csv", "--report", "report.html"],
    ];
    for way in ways {
        let (code, out, err) = session.run(&simulate(&[&["log.jsonl"][..], way].concat()));
        assert_eq!(code, 0, "{err}");
        assert!(!out.contains(secret) && !err.contains(secret), "{way:?}: {out}{err}");
    }
    let page = std::fs::read_to_string(session.folder.join("report.html")).unwrap();
    assert!(page.contains("odd") && !page.contains(secret));
    let shown = session.run(&simulate(&["log.jsonl", "--explain", "--show-content"])).1;
    assert!(shown.contains(secret));
}

#[test]
fn pieces_come_to_the_whole() {
    let text = log(2_000);
    let session = Session::new("log-pieces").with(&[("router.yaml", ROUTER), ("log.jsonl", &text)]);
    let whole = session.run(&simulate(&["log.jsonl", "--format", "jsonl"])).1;
    let records: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let (mut joined, mut first) = (String::new(), 0);
    for piece in records.chunks(701) {
        let place = first.to_string();
        let arguments = simulate(&["-", "--format", "jsonl", "--first-request", &place]);
        joined.push_str(&session.piped(&arguments, &piece.join("\n")).1);
        first += piece.len();
    }
    assert!(joined == whole);
    let alone = session.piped(&simulate(&["-", "--format", "jsonl"]), &records[701..1402].join("\n")).1;
    assert!(!whole.contains(&alone), "the place in the log decides where there is no user");
}

#[test]
fn every_shape_gives_the_same_decision() {
    let session = Session::new("log-shapes").with(&[("router.yaml", ROUTER)]);
    for (tier, said) in [("free", "hello"), ("pro", "hello"), ("free", "a refund"), ("pro", "refund?")] {
        let metadata = format!(r#"{{"metadata": {{"tier": "{tier}"}}}}"#);
        let shapes = [
            format!(
                r#"{{"metadata": {{"tier": "{tier}"}}, "user": "ada", "messages": [{{"role": "user", "content": "{said}"}}]}}"#
            ),
            format!(
                r#"{{"model": "inworld/shop", "user": "ada", "messages": [{{"role": "user", "content": [{{"type": "text", "text": "{said}"}}]}}], "extra_body": {metadata}}}"#
            ),
            format!(
                r#"{{"model": "inworld/shop", "max_tokens": 9, "metadata": {{"user_id": "ada"}}, "messages": [{{"role": "user", "content": [{{"type": "text", "text": "{said}"}}]}}], "extra_body": {metadata}}}"#
            ),
            format!(
                r#"{{"model": "inworld/shop", "user": "ada", "input": [{{"role": "user", "content": [{{"type": "input_text", "text": "{said}"}}]}}], "extra_body": {metadata}}}"#
            ),
            format!(
                r#"{{"model": "inworld/shop", "user": "ada", "input": "{said}", "extra_body": {metadata}}}"#
            ),
        ];
        // One at a time, so that each is the first of its run.
        let decisions: Vec<Value> = shapes
            .iter()
            .map(|shape| {
                let (code, out, err) = session.run(&simulate(&["--format", "jsonl", "--request", shape]));
                assert_eq!((code, err.as_str()), (0, ""), "{shape}");
                let mut decision = lines(&out).remove(0);
                let parts = decision.as_object_mut().unwrap();
                parts.remove("assumptions");
                parts.remove("findings");
                // What an answer costs rests on how much of one a request asks for.
                parts.remove("cost_usd");
                decision
            })
            .collect();
        for (shape, decision) in shapes.iter().zip(&decisions) {
            assert_eq!(decision, &decisions[0], "{shape}");
        }
        assert_eq!(decisions[0]["sticky"], true);
    }
}

/// The variant of each of many users.
fn variants(session: &Session, router: &str, users: impl Iterator<Item = u32>) -> BTreeMap<String, String> {
    session.write("router.yaml", router);
    let (mut text, mut names) = (String::new(), Vec::new());
    for user in users {
        writeln!(text, r#"{{"metadata": {{"tier": "pro"}}, "user": "user-{user}"}}"#).unwrap();
        names.push(format!("user-{user}"));
    }
    session.write("users.jsonl", &text);
    let arguments = ["simulate", "--no-config", "router.yaml", "users.jsonl", "--format", "jsonl"];
    let (code, out, _) = session.run(&arguments);
    assert_eq!(code, 0);
    let drawn = lines(&out).into_iter().map(|line| line["variant"].as_str().unwrap().to_owned());
    names.into_iter().zip(drawn).collect()
}

#[test]
fn users_keep_their_variant_and_shares_are_as_written() {
    const USERS: u32 = 100_000;
    let session = Session::new("log-users");
    let router = |weights: [u32; 3]| {
        let [first, second, third] = weights;
        format!(
            "name: users\nmetadata:\n  tier: string\nroutes:\n  - id: pro\n    when: tier == \"pro\"\n    variants:\n      - {{id: a, weight: {first}, model: openai/gpt-5.2}}\n      - {{id: b, weight: {second}, model: openai/gpt-5.1}}\n      - {{id: c, weight: {third}, model: openai/gpt-4o}}\n"
        )
    };
    let before = variants(&session, &router([70, 20, 10]), 0..USERS);
    for (variant, share) in [("a", 70.0), ("b", 20.0), ("c", 10.0)] {
        let count = u32::try_from(before.values().filter(|drawn| *drawn == variant).count()).unwrap();
        let observed = f64::from(count) / f64::from(USERS) * 100.0;
        assert!((observed - share).abs() <= 0.5, "{variant}: {observed}");
    }
    let backwards = variants(&session, &router([70, 20, 10]), (0..USERS / 10).rev());
    assert!(backwards.iter().all(|(user, drawn)| *drawn == before[user]), "no order draws anybody anew");
    let after = variants(&session, &router([60, 30, 10]), 0..USERS);
    let mut moved = 0;
    for (user, drawn) in &after {
        if *drawn != before[user] {
            assert_eq!((before[user].as_str(), drawn.as_str()), ("a", "b"), "{user}");
            moved += 1;
        }
    }
    assert!((9_500..=10_500).contains(&moved), "{moved}");
}

#[test]
fn every_kind_of_row_is_documented() {
    let read = |path: &str| fs::read_to_string(Path::new(ROOT).join(path)).unwrap();
    let page = read("docs/simulate.md");
    let table = page.split_once("\n## CSV\n").unwrap().1;
    let kinds = table.lines().filter_map(|line| line.strip_prefix("| ")?.split('|').next());
    let kinds: BTreeSet<&str> = kinds.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    let source = read("src/render/summary/csv.rs");
    for kind in &kinds {
        assert!(source.contains(&format!("\"{kind}\"")), "there is no `{kind}`");
    }
    let mut met = BTreeSet::new();
    for entry in fs::read_dir(Path::new(ROOT).join("tests/sim")).unwrap() {
        let path = entry.unwrap().path();
        let text = if path.is_file() { fs::read(path).unwrap() } else { Vec::new() };
        let text = String::from_utf8_lossy(&text).into_owned();
        if text.starts_with("router,kind,") {
            let rows = text.lines().skip(1).take_while(|row| !row.starts_with("---"));
            met.extend(rows.map(|row| row.split(',').nth(1).unwrap().to_owned()));
        }
    }
    let unknown: Vec<&String> = met.iter().filter(|kind| !kinds.contains(kind.as_str())).collect();
    assert!(met.len() > 20 && unknown.is_empty(), "{unknown:?} of {met:?}");
}

#[test]
fn who_follows_a_pipe_gets_an_answer_at_once() {
    let session = Session::new("follows").with(&[("router.yaml", ROUTER)]);
    for (threads, first) in [("1", ""), ("2", ""), ("2", "\u{feff}\n \n")] {
        let arguments = ["simulate", "router.yaml", "-", "--format", "jsonl", "--threads", threads];
        let mut child =
            session.command(&arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (mut into, out) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (tell, told) = mpsc::channel();
        thread::spawn(move || BufReader::new(out).lines().for_each(|line| tell.send(line.unwrap()).unwrap()));
        into.write_all(first.as_bytes()).unwrap();
        for index in 0..3 {
            into.write_all(b"{\"metadata\": {\"tier\": \"pro\"}}\n").unwrap();
            into.flush().unwrap();
            // Nothing more comes until this was answered.
            let line = told.recv_timeout(Duration::from_secs(60)).expect("an answer");
            assert!(line.contains(&format!("\"request\":{index},")), "{line}");
        }
        drop(into);
        assert!(child.wait().unwrap().success());
        assert!(told.recv().is_err());
    }
}
