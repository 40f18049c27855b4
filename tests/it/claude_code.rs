//! `irc env` and `irc doctor`: what is printed works in the shells it is for, what is wrong is found, and no secret is told.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use irc::callers::{BASE_URL, DEFAULT_MODELS, FINDINGS, Finding, Layer, examine};
use irc::catalogue::Catalogue;
use proptest::prelude::*;
use serde_json::Value as Json;

use crate::examples::text;
use crate::sessions::Session;
use crate::tree::ROOT;

const KEY: &str = "d29ya3NwYWNlOnNlY3JldC10aGF0LW5vYm9keS1tYXktc2Vl";
const ROUTER: &str = "name: support\ndefault: {model: openai/gpt-5.2}\n";

fn session(name: &str) -> Session {
    Session::new(name).with(&[("router.yaml", ROUTER)])
}

/// Runs a script with no more than a path and a key in its environment.
fn sh(s: &Session, script: &str, key: Option<&str>) -> (i32, String, String) {
    let mut command = Command::new("/bin/sh");
    command.current_dir(&s.folder).args(["-c", script]).env_clear();
    command.env("PATH", format!("{}:/usr/bin:/bin", s.folder.join("bin").display()));
    command.env("ANTHROPIC_API_KEY", "old");
    command.envs(key.map(|key| ("INWORLD_API_KEY", key)));
    let output = command.output().unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn variables(text: &str) -> BTreeMap<String, String> {
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn is_set_up(set: &BTreeMap<String, String>) {
    assert_eq!(set.get("ANTHROPIC_BASE_URL").map(String::as_str), Some(BASE_URL));
    assert_eq!(set.get("ANTHROPIC_AUTH_TOKEN").map(String::as_str), Some(KEY));
    assert_eq!(set.get("ANTHROPIC_API_KEY"), None);
    for variable in DEFAULT_MODELS {
        assert_eq!(set.get(variable).map(String::as_str), Some("inworld/support"));
    }
}

#[cfg(unix)]
#[test]
fn a_shell_is_set_up_by_what_is_printed() {
    use std::os::unix::fs::PermissionsExt;
    let s = session("env-sh");
    s.write("bin/claude", "#!/bin/sh\necho \"called with=$*\"\nenv\n");
    fs::set_permissions(s.folder.join("bin/claude"), fs::Permissions::from_mode(0o755)).unwrap();
    let (code, lines, err) = s.run(&["env", "claude-code", "router.yaml"]);
    assert_eq!((code, &*err), (0, ""));
    let (code, out, _) = sh(&s, &format!("{lines}env"), Some(KEY));
    assert_eq!(code, 0);
    is_set_up(&variables(&out));
    // A key that is not there is told, and nothing goes on.
    let (code, out, err) = sh(&s, &format!("{lines}env"), None);
    assert_ne!(code, 0);
    assert!(out.is_empty() && err.contains("INWORLD_API_KEY"), "{err}");

    let (code, line, err) = s.run(&["env", "claude-code", "router.yaml", "--format", "inline"]);
    assert_eq!((code, &*err, line.lines().count()), (0, "", 1));
    let (_, out, _) = sh(&s, &format!("{line}echo after=$ANTHROPIC_API_KEY\n"), Some(KEY));
    let set = variables(&out);
    is_set_up(&set);
    assert_eq!(set.get("called with").map(String::as_str), Some("--model inworld/support"));
    assert_eq!(set.get("after").map(String::as_str), Some("old"), "the shell itself stays as it is");

    let (code, lines, err) = s.run(&["env", "claude-code", "inworld/support", "--format", "powershell"]);
    assert_eq!((code, &*err), (0, ""));
    assert!(lines.contains("$env:ANTHROPIC_AUTH_TOKEN = $env:INWORLD_API_KEY\n"), "{lines}");
    assert!(lines.contains("$env:ANTHROPIC_DEFAULT_HAIKU_MODEL = 'inworld/support'\n"), "{lines}");
}

#[test]
fn a_settings_file_and_a_key_pass_the_doctor() {
    let s = session("env-settings");
    let (code, settings, err) = s.run(&["env", "claude-code", "router.yaml", "--format", "settings-json"]);
    assert_eq!(code, 0);
    assert!(err.contains("export ANTHROPIC_AUTH_TOKEN=\"$INWORLD_API_KEY\""), "{err}");
    s.write("settings.json", &settings);
    let mut command = s.command(&["doctor", "--settings", "settings.json", "--router", "support"]);
    let output = command.env("ANTHROPIC_AUTH_TOKEN", KEY).env("ANTHROPIC_API_KEY", "old").output().unwrap();
    let said = text(output.stdout);
    assert_eq!(said, "nothing is wrong; looked at the environment, settings.json\n");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_is_no_router_is_refused() {
    let s = session("env-refused").with(&[
        ("faulty.yaml", "name: faulty\ndefault: {model: openai/gpt-5.2, modle: x}\n"),
        (
            "two.yaml",
            "name: a\ndefault: {model: openai/gpt-5.2}\n---\nname: b\ndefault: {model: openai/gpt-5.2}\n",
        ),
    ]);
    for (router, wanted) in [("faulty.yaml", 1), ("missing.yaml", 2), ("two.yaml", 2), ("inworld/a b", 2)] {
        let (code, out, err) = s.run(&["env", "claude-code", router]);
        assert_eq!((code, &*out), (wanted, ""), "{router}: {err}");
    }
    assert!(s.run(&["env", "claude-code", "two.yaml:b"]).1.contains("inworld/b"));
    let (code, _, err) = s.run(&["env", "claude-code", "router.yaml", "--key", KEY.trim_end_matches('l')]);
    assert_eq!(code, 0, "a name can look like a key: {err}");
    let (code, out, _) = s.run(&["env", "claude-code", "router.yaml", "--key", "$(id)"]);
    assert_eq!((code, &*out), (2, ""));
}

fn layer(values: &[(&str, &str)]) -> Layer {
    let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Layer { from: "here".to_owned(), values }
}

fn good() -> Layer {
    let mut values =
        vec![("ANTHROPIC_BASE_URL", BASE_URL), ("ANTHROPIC_AUTH_TOKEN", KEY), ("model", "inworld/a")];
    values.extend(DEFAULT_MODELS.map(|variable| (variable, "inworld/a")));
    layer(&values)
}

fn found(layers: &[Layer]) -> Vec<Finding> {
    examine(layers, None, &Catalogue::embedded())
}

/// What is found when a good setup is changed in one place.
fn with(name: &str, value: &str) -> Vec<Finding> {
    found(&[good(), layer(&[(name, value)])])
}

#[test]
fn every_finding_is_found_and_documented() {
    let names = |found: Vec<Finding>| found.into_iter().map(|f| f.name).collect::<Vec<_>>().join(" ");
    assert_eq!(names(found(&[good()])), "");
    let cases = [
        ("ANTHROPIC_BASE_URL", "https://api.inworld.ai/", "base-url-slash"),
        ("ANTHROPIC_BASE_URL", "https://api.inworld.ai//", "base-url-slash"),
        ("ANTHROPIC_BASE_URL", "https://api.inworld.ai/v1", "base-url-path"),
        ("ANTHROPIC_BASE_URL", "https://api.inworld.ai/v1/messages", "base-url-path"),
        ("ANTHROPIC_BASE_URL", "http://api.inworld.ai", "base-url-host"),
        ("ANTHROPIC_BASE_URL", "api.inworld.ai", "base-url-host"),
        ("ANTHROPIC_BASE_URL", "https://api.inworld.ai.example.org", "base-url-host"),
        ("ANTHROPIC_BASE_URL", "https://api.anthropic.com", "base-url-host"),
        ("ANTHROPIC_BASE_URL", " ", "base-url-missing"),
        ("ANTHROPIC_AUTH_TOKEN", "", "token-missing"),
        ("ANTHROPIC_AUTH_TOKEN", "ZDI5eWEzTndZV05sT25ObFkzSmxkQT09", "token-malformed"),
        ("ANTHROPIC_AUTH_TOKEN", "Bearer abc", "token-malformed"),
        ("ANTHROPIC_AUTH_TOKEN", "basic abc", "token-malformed"),
        ("ANTHROPIC_AUTH_TOKEN", "abc\n", "token-malformed"),
        ("ANTHROPIC_AUTH_TOKEN", "$INWORLD_API_KEY", "token-malformed"),
        ("ANTHROPIC_AUTH_TOKEN", "sk-ant-api03-x", "token-malformed"),
        ("ANTHROPIC_API_KEY", "sk-ant-api03-x", "api-key-in-the-way"),
        ("ANTHROPIC_CUSTOM_HEADERS", "X-A: b\nAuthorization: Basic abc", "authorization-header"),
        ("ANTHROPIC_CUSTOM_HEADERS", "x-api-key: abc", "authorization-header"),
        ("ANTHROPIC_CUSTOM_HEADERS", "X-A: b", ""),
        ("CLAUDE_CODE_USE_BEDROCK", "1", "other-service"),
        ("CLAUDE_CODE_USE_VERTEX", "0", ""),
        ("ANTHROPIC_MODEL", "support", "unknown-model-form"),
        ("ANTHROPIC_MODEL", "routers/support", "unknown-model-form"),
        ("ANTHROPIC_MODEL", "inworld/routers/support", "unknown-model-form"),
        ("ANTHROPIC_MODEL", "opnai/gpt-5.2", "unknown-model-form"),
        ("ANTHROPIC_MODEL", "inworld/Support", "unknown-model-form"),
        ("ANTHROPIC_MODEL", "opus", ""),
        ("ANTHROPIC_MODEL", "inworld/a", ""),
        ("ANTHROPIC_MODEL", "auto", "model-bypasses-router"),
        ("ANTHROPIC_MODEL", "anthropic/claude-opus-4-6", "model-bypasses-router"),
        ("ANTHROPIC_DEFAULT_HAIKU_MODEL", "claude-haiku-4-5", "default-model-bypasses-router"),
        ("ANTHROPIC_DEFAULT_OPUS_MODEL", "inworld/models/x", "default-model-bypasses-router"),
        ("ANTHROPIC_DEFAULT_SONNET_MODEL", "", "default-model-missing"),
        ("CLAUDE_CODE_SUBAGENT_MODEL", "openai/gpt-5.2", "default-model-bypasses-router"),
    ];
    let mut seen: BTreeSet<&str> = BTreeSet::from(["not-set-up"]);
    for (name, value, wanted) in cases {
        assert_eq!(names(with(name, value)), wanted, "{name}={value}");
        seen.insert(wanted);
    }
    assert_eq!(names(found(&[])), "not-set-up");
    seen.remove("");
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), FINDINGS);
    let page = fs::read_to_string(format!("{ROOT}/docs/claude-code.md")).unwrap();
    for name in FINDINGS {
        assert!(page.contains(&format!("`{name}`")), "{name}");
    }
    // What leads back to the router is said.
    let help = |value: &str| with("ANTHROPIC_MODEL", value).remove(0).help;
    for wrong in ["support", "routers/support", "inworld/routers/support"] {
        assert_eq!(help(wrong), "write `inworld/support`");
    }
    assert_eq!(help("opnai/gpt-5.2"), "write `inworld/<router>`, `provider/model` or `auto`");
    // A helper prints the key in place of the variable.
    let helper = layer(&[("ANTHROPIC_AUTH_TOKEN", ""), ("apiKeyHelper", "pass show inworld")]);
    assert_eq!(names(found(&[good(), helper])), "");
    // With a router named, all must lead to it.
    let others = examine(&[good()], Some("inworld/b"), &Catalogue::embedded());
    assert_eq!(others.len(), 4, "{others:#?}");
}

/// A later place counts, and is named.
#[test]
fn places_lie_over_one_another() {
    let bad =
        Layer { from: "settings".to_owned(), ..layer(&[("ANTHROPIC_BASE_URL", "https://api.inworld.ai/")]) };
    let found_bad = found(&[good(), bad.clone()]);
    assert_eq!(found_bad[0].from.as_deref(), Some("settings"));
    assert_eq!(found(&[bad, good()]), []);
}

#[test]
fn files_are_gathered_and_what_is_no_json_is_told_without_it() {
    let s = session("doctor-files").with(&[
        ("home/.claude/settings.json", "{\"env\": {\"ANTHROPIC_BASE_URL\": \"https://api.inworld.ai/\"}}"),
        (".claude/settings.json", "{\"env\": {\"ANTHROPIC_BASE_URL\": \"https://api.inworld.ai/v1\"}}"),
        (".claude/settings.local.json", "{\"model\": \"support\", \"env\": {\"ANTHROPIC_AUTH_TOKEN\": 5}}"),
        ("bad.json", "{\"env\": {\"ANTHROPIC_AUTH_TOKEN\": \"sesame\" oops}}"),
    ]);
    let mut command = s.command(&["doctor", "--format", "json"]);
    command.env_clear().env("HOME", s.folder.join("home"));
    let output = command.output().unwrap();
    let found: Json = serde_json::from_slice(&output.stdout).unwrap();
    let names: Vec<String> = found["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| format!("{} {}", f["name"].as_str().unwrap(), f["from"].as_str().unwrap_or("-")))
        .collect();
    let wanted = [
        "base-url-path .claude/settings.json",
        "unknown-model-form .claude/settings.local.json",
        "default-model-missing -",
    ];
    assert_eq!(names, wanted, "{found:#}");
    assert_eq!(output.status.code(), Some(1));
    let mut command = s.command(&["doctor", "--settings", "bad.json"]);
    let output = command.output().unwrap();
    let err = text(output.stderr);
    assert_eq!((output.status.code(), &*err), (Some(2), "irc: bad.json: not JSON, at line 1 column 43\n"));
    assert_eq!(s.run(&["doctor", "--settings", "missing.json"]).0, 2);
    // Nothing is set at all.
    let mut command = s.command(&["doctor"]);
    let output = command.current_dir(s.folder.join("home")).env_clear().output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}

proptest! {
    /// Whatever a secret looks like, no part of it is repeated.
    #[test]
    fn secrets_are_never_told(
        prefix in prop_oneof![Just(""), Just("Bearer "), Just("Basic "), Just("sk-ant-"), Just("$")],
        secret in "[A-Za-z0-9+/=\"' ]{12,40}",
    ) {
        let value = format!("{prefix}{secret}");
        for name in ["ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY", "ANTHROPIC_CUSTOM_HEADERS"] {
            let value = if name == "ANTHROPIC_CUSTOM_HEADERS" { format!("Authorization: {value}") } else { value.clone() };
            let said = format!("{:?}", with(name, &value));
            for at in 0..secret.len() - 8 {
                let part = &secret[at..at + 8];
                prop_assert!(!said.contains(part), "{}", said);
            }
        }
    }
}
