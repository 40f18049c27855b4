//! The command: where definitions come from, exit codes, what is refused.

use std::process::Command;

use crate::sessions::Session;

const SHARED: &str = "tier: {type: string, enum: [free, pro], required: true}\n";

fn router(name: &str, model: &str) -> String {
    format!(
        "name: {name}\nroutes:\n  - id: pro\n    when: tier == \"pro\"\n    model: {model}\ndefault:\n  model: openai/gpt-4o-mini\n"
    )
}

/// Runs git; false where there is none.
pub(crate) fn git(session: &Session, arguments: &str) -> bool {
    let mut command = Command::new("git");
    command.current_dir(&session.folder).args(arguments.split(' '));
    for (key, value) in [
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_AUTHOR_NAME", "a"),
        ("GIT_AUTHOR_EMAIL", "a@example.com"),
        ("GIT_COMMITTER_NAME", "a"),
        ("GIT_COMMITTER_EMAIL", "a@example.com"),
    ] {
        command.env(key, value);
    }
    match command.output() {
        Ok(output) => {
            assert!(output.status.success(), "git {arguments}: {}", String::from_utf8_lossy(&output.stderr));
            true
        }
        Err(_) => false,
    }
}

/// The first line of what is said.
fn first(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[test]
fn revisions_are_read_whole() {
    let s = Session::new("diff-revisions");
    if !git(&s, "init -q") {
        eprintln!("skipped: there is no git");
        return;
    }
    let with_file =
        |model: &str| router("support", model).replace("routes:", "metadata: ../shared/keys.yaml\nroutes:");
    s.write("routers/support.yaml", &with_file("openai/gpt-5.2"));
    s.write("routers/old.yaml", &router("old", "openai/gpt-5.2"));
    s.write("shared/keys.yaml", SHARED);
    s.write("routers/readme.md", "no definition");
    git(&s, "add .");
    git(&s, "commit -q -m one");
    s.write("routers/support.yaml", &with_file("xai/grok-3"));
    s.write("shared/keys.yaml", "tier: {type: string, enum: [free, pro]}\n");
    std::fs::remove_file(s.folder.join("routers/old.yaml")).unwrap();
    s.write("routers/new.yaml", &router("new", "openai/gpt-5.2"));

    let (code, out, err) =
        s.run(&["diff", "HEAD:routers/support.yaml", "routers/support.yaml", "--exit-code"]);
    assert_eq!((code, err.as_str()), (1, ""), "{out}");
    assert_eq!(first(&out), "`support`: requests are routed differently (1 change)");
    // The shared file is read at the same revision: what callers promised then is known.
    assert!(out.contains("`tier` was required and is optional"), "{out}");

    let (code, out, _) = s.run(&["diff", "HEAD:routers", "routers"]);
    assert_eq!(code, 0, "{out}");
    assert_eq!(first(&out), "3 routers: 1 routed differently, 1 new, 1 gone");
    for part in
        ["`new`: a new router\n", "`old`: gone, and callers of `inworld/old` fail\n", "`support`: requests"]
    {
        assert!(out.contains(part), "{out}");
    }
    let (code, out, _) = s.run(&["diff", "HEAD:routers", "HEAD:./routers/", "--exit-code"]);
    assert_eq!((code, first(&out)), (0, "2 routers: 2 as before"), "{out}");

    git(&s, "add .");
    let (code, out, _) = s.run(&["diff", ":routers/support.yaml", "routers/support.yaml", "--exit-code"]);
    assert_eq!((code, first(&out)), (0, "`support`: no request is routed differently"));

    for (argument, complaint) in [
        ("HEAD:gone.yaml", "there is no such file in `HEAD`"),
        ("nowhere:router.yaml", "there is no such file, and git knows no revision `nowhere`"),
        ("HEAD:shared", "no definitions there: looked for router.yaml"),
    ] {
        let (code, out, err) = s.run(&["diff", argument, "routers/support.yaml"]);
        assert_eq!((code, out.as_str()), (2, ""), "{argument}");
        assert!(err.contains(&format!("irc: cannot read {argument}: {complaint}")), "{argument}: {err}");
    }
    let mut command = s.command(&["diff", "HEAD:support.yaml", "support.yaml"]);
    command.current_dir(s.folder.join("routers"));
    let output = command.output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.contains("begin at the top of the repository: write HEAD:./support.yaml"), "{err}");
}

#[test]
fn outside_of_a_repository_a_revision_is_none() {
    let folder = std::env::temp_dir().join(format!("irc-diff-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_irc"));
    command.current_dir(&folder).args(["diff", "main:a.yaml", "main:b.yaml"]);
    command.env("GIT_CEILING_DIRECTORIES", std::env::temp_dir());
    let output = command.output().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(err.contains("in no git repository") || err.contains("there is no `git` here"), "{err}");
}

#[test]
fn what_is_deployed_is_a_list() {
    let s = Session::new("diff-list");
    s.write("routers/support.yaml", &router("support", "openai/gpt-5.2"));
    s.write("routers/voice.yaml", &router("voice", "openai/gpt-5.2"));
    let built = s.run(&["build", "routers/support.yaml"]).1;
    let voice = s.run(&["build", "routers/voice.yaml"]).1.replace("openai/gpt-5.2", "xai/grok-3");
    let list = format!("{{\"routers\": [{built}, {}]}}", voice.replace("\"voice\"", "\"routers/voice\""));
    let (code, out, err) = s.piped(&["diff", "-", "routers", "--exit-code"], &list);
    assert_eq!((code, err.as_str()), (1, ""), "{out}");
    assert_eq!(first(&out), "2 routers: 1 routed differently, 1 as before");
    // A file is about its own routers.
    let (code, out, _) = s.piped(&["diff", "-", "routers/support.yaml", "--exit-code"], &list);
    assert_eq!((code, first(&out)), (0, "`support`: no request is routed differently"), "{out}");
    assert!(out.contains("1 router of the other side is left out"), "{out}");
    // One that is not deployed yet is new.
    s.write("third.yaml", &router("third", "openai/gpt-5.2"));
    let (code, out, _) = s.piped(&["diff", "-", "third.yaml"], &list);
    assert_eq!((code, first(&out)), (0, "`third`: a new router"), "{out}");
}

#[test]
fn what_cannot_be_answered_is_refused() {
    let s = Session::new("diff-refused").with(&[
        ("a.yaml", &router("a", "openai/gpt-5.2")),
        ("b.yaml", &router("a", "xai/grok-3")),
        ("open.yaml", "name: a\ndefault: {model: auto}\n"),
        ("log.jsonl", "{}\n"),
        ("empty.jsonl", "\n"),
    ]);
    for (arguments, complaint) in [
        ("diff a.yaml", "nothing to compare with"),
        ("diff - -", "standard input can be read once"),
        ("diff a.yaml - --requests -", "standard input can be read once"),
        ("diff - --new-catalog x.json", "standard input can be read once"),
        ("diff a.yaml b.yaml --fail-if moved>1%", "give them with --requests, or ask for moved>0"),
        ("diff a.yaml b.yaml --fail-if cost>+10%", "give them with --requests"),
        ("diff a.yaml b.yaml --fail-if moved<1%", "write `moved>0`, `moved>1%` or `cost>+10%`"),
        ("diff a.yaml gone.yaml", "cannot read gone.yaml: there is no such file"),
        ("diff a.yaml b.yaml --requests gone.jsonl", "cannot read gone.jsonl: there is no such file"),
        ("diff a.yaml b.yaml --requests empty.jsonl", "empty.jsonl holds no requests"),
        ("diff a.yaml open.yaml --requests log.jsonl --fail-if cost>+10%", "a price is not known"),
        ("diff a.yaml --new-catalog gone.json", "cannot read gone.json"),
    ] {
        let words: Vec<&str> = arguments.split(' ').collect();
        let (code, out, err) = s.run(&words);
        assert_eq!((code, out.as_str()), (2, ""), "irc {arguments}\n{err}");
        assert!(err.contains(complaint), "irc {arguments}\n{err}");
    }
}

#[test]
fn exit_codes_follow_what_is_asked() {
    let s = Session::new("diff-codes").with(&[
        ("a.yaml", &router("a", "openai/gpt-5.2")),
        ("b.yaml", &router("a", "xai/grok-3")),
        ("fallback.yaml", &router("a", "openai/gpt-5.2\n    fallbacks: [xai/grok-3]")),
        ("other.yaml", &router("b", "openai/gpt-5.2")),
        ("log.jsonl", "{\"metadata\": {\"tier\": \"pro\"}}\n{}\n{}\n{}\n"),
    ]);
    for (code, arguments) in [
        (0, "a.yaml b.yaml"),
        (1, "a.yaml b.yaml --exit-code"),
        (0, "a.yaml a.yaml --exit-code"),
        (1, "a.yaml fallback.yaml --exit-code"),
        (1, "a.yaml other.yaml --exit-code"),
        (1, "a.yaml b.yaml --fail-if moved>0"),
        (0, "a.yaml a.yaml --fail-if moved>0"),
        (0, "a.yaml fallback.yaml --fail-if moved>0"),
        (1, "a.yaml other.yaml --fail-if moved>0"),
        (1, "a.yaml b.yaml --requests log.jsonl --fail-if moved>24.9%"),
        (0, "a.yaml b.yaml --requests log.jsonl --fail-if moved>25%"),
        (1, "a.yaml b.yaml --requests log.jsonl --fail-if moved>=25%"),
        (1, "a.yaml b.yaml --requests log.jsonl --fail-if moved>0"),
        (0, "a.yaml b.yaml --requests log.jsonl --fail-if moved>1"),
        (1, "a.yaml b.yaml --requests log.jsonl --fail-if moved>99% --fail-if cost>+5%"),
        (0, "b.yaml a.yaml --requests log.jsonl --fail-if cost>+5%"),
        (0, "b.yaml a.yaml --requests log.jsonl --fail-if cost>-1%"),
        (1, "b.yaml a.yaml --requests log.jsonl --fail-if cost>-20%"),
    ] {
        let mut words = vec!["diff"];
        words.extend(arguments.split(' '));
        let (got, out, err) = s.run(&words);
        assert_eq!(got, code, "irc diff {arguments}\n{out}{err}");
    }
}

#[test]
fn a_log_is_counted_by_the_router_it_asks_for() {
    let s = Session::new("diff-dispatch");
    for (folder, model) in [("old", "openai/gpt-5.2"), ("new", "xai/grok-3")] {
        s.write(&format!("{folder}/routers/a.yaml"), &router("a", model));
        s.write(&format!("{folder}/routers/b.yaml"), &router("b", "openai/gpt-5.2"));
    }
    let asks = |name: &str| {
        format!(
            "{{\"model\": \"inworld/{name}\", \"extra_body\": {{\"metadata\": {{\"tier\": \"pro\"}}}}}}\n"
        )
    };
    s.write("log.jsonl", &[asks("a"), asks("b"), asks("b"), asks("c"), "{}\n".to_owned()].concat());
    let (code, out, err) = s.run(&["diff", "old", "new", "--requests", "log.jsonl"]);
    assert_eq!((code, err.as_str()), (0, ""));
    for line in [
        "    traffic      33.3% of the log (1 of 3), $0.009625 → $0.0120\n",
        "`log.jsonl`: 3 requests, 33.3% of them with another first attempt",
        "2 requests for other routers are left out\n",
    ] {
        assert!(out.contains(line), "{out}");
    }
}

#[test]
fn prompts_of_a_log_are_not_shown() {
    let s = Session::new("diff-secret").with(&[
        ("a.yaml", &router("a", "openai/gpt-5.2")),
        ("b.yaml", &router("a", "xai/grok-3")),
        ("log.jsonl", "{\"metadata\": {\"tier\": \"pro\"}, \"messages\": [{\"role\": \"user\", \"content\": \"hunter2\"}], \"user\": \"anna\"}\n"),
    ]);
    for format in ["human", "json", "markdown"] {
        let (_, out, _) = s.run(&["diff", "a.yaml", "b.yaml", "--requests", "log.jsonl", "--format", format]);
        assert!(!out.is_empty() && !out.contains("hunter2") && !out.contains("anna"), "{out}");
    }
}
