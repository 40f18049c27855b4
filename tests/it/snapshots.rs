//! `irc test --update`: snapshots go into the file that they stand in, and nothing else of it changes.

use serde_json::Value;

use crate::sessions::Session;

const ROUTER: &str = r#"name: r
metadata:
  tier: {type: string, enum: [free, pro, ent], required: true}
prompt_variables:
  agent: string
defaults:
  text_generation_config: {temperature: 0.5}
  message_templates:
    - {role: system, content: "You help {{agent}}."}
routes:
  - id: ent
    when: tier == "ent"
    variants:
      - {id: a, weight: 70, model: openai/gpt-5.2, fallbacks: [anthropic/claude-opus-4-6]}
      - {id: b, weight: 30, model: anthropic/claude-opus-4-6}
  - {id: pro, when: tier == "pro", model: openai/gpt-4o, fallbacks: [anthropic/claude-sonnet-4-6]}
default: {model: openai/gpt-4o-mini, message_templates: []}
"#;

const BEFORE: &str = r#"router: r.yaml
tests:
  # stays
  - name:   block   # and this
    request: {metadata: {tier: pro}, prompt_variables: {agent: Ada}}
    snapshot:   # why
    expect: {route: pro}

  - {name: flow, request: {metadata: {tier: free}}, snapshot: }   # trailing
  - {name: bare, request: {metadata: {tier: free}}, snapshot, down: openai}
  - name: shares
    request: {metadata: {tier: ent}}
    snapshot: ~ # c
  - snapshot: null
    name: drawn
    assume: [A06]
    request: {metadata: {tier: ent}, user: ada}
  - name: several
    requests:
      - {metadata: {tier: pro}}
      - {metadata: {tier: free}}
    snapshot:
      # goes with the request
      request 2:   {route: default,   plan: [openai/gpt-4o-mini]}
      request 3: {route: default}
  - name: table
    snapshot:
      route: pro
    request: {metadata: {tier: pro}}
    cases:
      - {name: one, snapshot: {}}
      - name: two
        request: {metadata: {tier: free}}
        snapshot:
            plan:   [openai/gpt-4o-mini]   # laid out otherwise, and right
            route: default
            params: {temperature: 5e-1}
"#;

const AFTER: &str = r#"router: r.yaml
tests:
  # stays
  - name:   block   # and this
    request: {metadata: {tier: pro}, prompt_variables: {agent: Ada}}
    snapshot:   # why
      route: pro
      plan: [openai/gpt-4o, anthropic/claude-sonnet-4-6]
      params: {temperature: 0.5}
      prompt: [{role: system, content: You help Ada.}]
    expect: {route: pro}

  - {name: flow, request: {metadata: {tier: free}}, snapshot: {route: default, plan: [openai/gpt-4o-mini], params: {temperature: 0.5}} }   # trailing
  - {name: bare, request: {metadata: {tier: free}}, snapshot: {route: default, plan: [openai/gpt-4o-mini], attempts: [{model: openai/gpt-4o-mini, outcome: down}], error: every attempt fails, params: {temperature: 0.5}}, down: openai}
  - name: shares
    request: {metadata: {tier: ent}}
    snapshot: # c
      route: ent
      shares: {a: 70, b: 30}
      params: {temperature: 0.5}
      prompt: [{role: system, content: "You help {{agent}}."}]
  - snapshot:
      route: ent
      shares: {a: 70, b: 30}
      variant: a
      plan: [openai/gpt-5.2, anthropic/claude-opus-4-6]
      params: {temperature: 0.5}
      prompt: [{role: system, content: "You help {{agent}}."}]
    name: drawn
    assume: [A06]
    request: {metadata: {tier: ent}, user: ada}
  - name: several
    requests:
      - {metadata: {tier: pro}}
      - {metadata: {tier: free}}
    snapshot:
      # goes with the request
      request 1:
        route: pro
        plan: [openai/gpt-4o, anthropic/claude-sonnet-4-6]
        params: {temperature: 0.5}
        prompt: [{role: system, content: "You help {{agent}}."}]
      request 2: {route: default, plan: [openai/gpt-4o-mini], params: {temperature: 0.5}}
  - name: table
    request: {metadata: {tier: pro}}
    cases:
      - {name: one, snapshot: {route: pro, plan: [openai/gpt-4o, anthropic/claude-sonnet-4-6], params: {temperature: 0.5}, prompt: [{role: system, content: "You help {{agent}}."}]}}
      - name: two
        request: {metadata: {tier: free}}
        snapshot:
            plan:   [openai/gpt-4o-mini]   # laid out otherwise, and right
            route: default
            params: {temperature: 5e-1}
"#;

fn session(name: &str, suite: &str) -> Session {
    let session = Session::new(name);
    session.write("r.yaml", ROUTER);
    session.write("r.test.yaml", suite);
    session
}

fn read(session: &Session, file: &str) -> String {
    std::fs::read_to_string(session.folder.join(file)).unwrap()
}

const TEST: [&str; 3] = ["test", "--no-config", "r.test.yaml"];

#[test]
fn only_snapshots_are_written_and_only_those_that_differ() {
    for crlf in [false, true] {
        let breaks = |text: &str| if crlf { text.replace('\n', "\r\n") } else { text.to_owned() };
        let session = session(&format!("snapshots-{crlf}"), &breaks(BEFORE));
        let (code, out, _) = session.run(&[&TEST[..], &["--format", "short"]].concat());
        assert_eq!(code, 1);
        assert_eq!(
            read(&session, "r.test.yaml"),
            breaks(BEFORE),
            "nothing is written unless it is asked for"
        );
        assert!(out.contains("r.test.yaml:6:5: error[IRC716] snapshot-missing: test `block`"), "{out}");
        assert!(out.contains("warning[IRC717] obsolete-snapshot: the snapshot of `table`"), "{out}");
        assert!(out.contains("- request 3: {route: \"default\"}"), "obsolete entries are told: {out}");
        let (code, out, errors) = session.run(&[&TEST[..], &["--update"]].concat());
        assert_eq!((code, errors.as_str()), (0, ""), "{out}");
        assert_eq!(read(&session, "r.test.yaml"), breaks(AFTER));
        assert!(out.contains("r.test.yaml:6 wrote the new snapshot of `block`\n"), "{out}");
        assert!(out.contains("r.test.yaml:22 wrote the changed snapshot of `several`\n"), "{out}");
        assert!(out.contains("removed the obsolete snapshot of `table`\n"), "{out}");
        assert!(out.ends_with("\n8 tests passed\n") && !out.contains("`table: two`"), "{out}");
        let (code, out, _) = session.run(&[&TEST[..], &["--update"]].concat());
        assert_eq!((code, out.as_str()), (0, "no snapshot to write\n8 tests passed\n"));
        assert_eq!(read(&session, "r.test.yaml"), breaks(AFTER));
    }
}

#[test]
fn a_change_of_the_router_is_a_failure_with_its_difference() {
    let session = session("snapshots-differ", AFTER);
    let router = ROUTER.replace("[anthropic/claude-sonnet-4-6]", "[anthropic/claude-opus-4-6]");
    session.write("r.yaml", &router);
    let (code, out, _) = session.run(&[&TEST[..], &["--filter", "block", "--format", "short"]].concat());
    assert_eq!(code, 1);
    let wanted = "r.test.yaml:8:13: error[IRC715] snapshot-differs: test `block` differs from its snapshot in `plan`\n  \
                  here: is now `[\"openai/gpt-4o\",\"anthropic/claude-opus-4-6\"]`\n  \
                  note: `-` is the snapshot, `+` is what becomes of it now:";
    assert!(out.starts_with(wanted), "{out}");
    assert!(out.contains("- plan: [\"openai/gpt-4o\", \"anthropic/claude-sonnet-4-6\"]"), "{out}");
    assert!(out.contains("+ plan: [\"openai/gpt-4o\", \"anthropic/claude-opus-4-6\"]"), "{out}");
    assert!(out.contains("the condition of `pro`, `tier == \"pro\"`, is true"), "why: {out}");
    // Only what was run is written.
    let (code, out, _) =
        session.run(&[&TEST[..], &["--filter", "block", "--update", "--format", "json"]].concat());
    assert_eq!(code, 0, "{out}");
    let report: Value = serde_json::from_str(&out).unwrap();
    let written = serde_json::json!([{"test": "block", "file": "r.test.yaml", "line": 6, "what": "changed"}]);
    assert_eq!(report["snapshots"], written);
    let wanted = AFTER.replacen("claude-sonnet-4-6]", "claude-opus-4-6]", 1);
    assert_eq!(read(&session, "r.test.yaml"), wanted);
}

#[test]
fn a_test_that_fails_otherwise_keeps_its_snapshot() {
    let suite = "router: r.yaml\ntests:\n  - name: a\n    request: {metadata: {tier: pro}}\n    expect: {route: ent}\n    snapshot:\n";
    let session = session("snapshots-fail", suite);
    let (code, out, _) = session.run(&[&TEST[..], &["--update"]].concat());
    assert_eq!(code, 1);
    assert!(out.contains("test `a` fails: the route is `pro`, not `ent`"), "{out}");
    assert!(out.contains("no snapshot to write"), "{out}");
    assert_eq!(read(&session, "r.test.yaml"), suite);
}

#[test]
fn what_cannot_be_written_is_said() {
    let one = "router: r.yaml\ntests:\n  - name: a\n    request: {metadata: {tier: pro}}\n    snapshot:\n";
    let session = session("snapshots-refused", one);
    let path = session.folder.join("r.test.yaml");
    let may_write = |writable: bool| {
        let mut permissions = std::fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(!writable);
        std::fs::set_permissions(&path, permissions).unwrap();
    };
    may_write(false);
    let (code, out, errors) = session.run(&[&TEST[..], &["--update"]].concat());
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(errors.contains("r.test.yaml: it is write-protected"), "{errors}");
    may_write(true);
    // Two tests that take their snapshot from one place are to say different things of it.
    let shared = "router: r.yaml\ntests:\n  - &base\n    name: a\n    request: {metadata: {tier: pro}}\n    snapshot:\n  - <<: *base\n    name: b\n    request: {metadata: {tier: free}}\n";
    session.write("r.test.yaml", shared);
    let (code, out, errors) = session.run(&[&TEST[..], &["--update"]].concat());
    assert_eq!(code, 2, "{out}{errors}");
    assert!(errors.contains("r.test.yaml:6: the snapshot of `b` is not written"), "{errors}");
    // More requests than anybody reads.
    let lines = "{\"metadata\": {\"tier\": \"pro\"}}\n".repeat(101);
    session.write("many.jsonl", &lines);
    session.write("r.test.yaml", &one.replace("request: {metadata: {tier: pro}}", "requests: many.jsonl"));
    let (code, out, _) = session.run(&[&TEST[..], &["--update"]].concat());
    assert_eq!(code, 1);
    assert!(out.contains("a snapshot is of at most 100 requests, and here are 101"), "{out}");
    session.write("r.test.yaml", &one.replace("snapshot:", "snapshot: pro"));
    let (code, out, _) = session.run(&[&TEST[..], &["--format", "short"]].concat());
    assert_eq!(code, 1);
    assert!(
        out.contains(
            "error[IRC103] wrong-type: expected what `irc test --update` writes, or nothing, found the text `pro`"
        ),
        "{out}"
    );
}

#[test]
fn snapshots_of_a_definition_are_written_into_it() {
    let session = Session::new("snapshots-own");
    let json = r#"{"name": "j", "default": {"model": "openai/gpt-4o-mini"}, "tests": [{"name": "a", "snapshot": null}]}"#;
    session.write("j.json", json);
    let (code, _, errors) = session.run(&["test", "--no-config", "--update", "j.json"]);
    assert_eq!((code, errors.as_str()), (0, ""));
    let wanted = json.replace("null", r#"{"route":"default","plan":["openai/gpt-4o-mini"]}"#);
    assert_eq!(read(&session, "j.json"), wanted);
}
