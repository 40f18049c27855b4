//! The command as people and machines use it: exit codes, streams, configuration.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder of its own for one test.
pub(crate) struct Session {
    pub(crate) folder: PathBuf,
}

/// What a run came to: exit code, standard output, standard error.
pub(crate) type Run = (i32, String, String);

impl Session {
    pub(crate) fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sessions").join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    pub(crate) fn with(self, files: &[(&str, &str)]) -> Self {
        for (name, text) in files {
            self.write(name, text);
        }
        self
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_irc"));
        command.current_dir(&self.folder).args(arguments).stdin(Stdio::null());
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "LC_ALL", "LC_CTYPE", "LANG"] {
            command.env_remove(name);
        }
        // What is set for whoever runs the tests is none of the session's.
        for (name, _) in std::env::vars_os() {
            let shown = name.to_string_lossy();
            if shown.starts_with("ANTHROPIC_") || shown.starts_with("CLAUDE_CODE_") {
                command.env_remove(&name);
            }
        }
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        finish(self.command(arguments))
    }

    pub(crate) fn piped(&self, arguments: &[&str], text: &str) -> Run {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // Whoever only writes waits for ever on one that waits to be read.
        std::thread::scope(|scope| {
            scope.spawn(move || stdin.write_all(text.as_bytes()).unwrap());
            said(child.wait_with_output().unwrap())
        })
    }
}

fn finish(mut command: Command) -> Run {
    said(command.output().unwrap())
}

fn said(output: std::process::Output) -> Run {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

const CLEAN: &str = "name: clean\nroutes:\n  - id: pro\n    when: tier == \"pro\"\n    model: openai/gpt-5.2\ndefault:\n  model: openai/gpt-4o-mini\n";
/// One error.
const FAULTY: &str = "name: faulty\nroutes:\n  - id: pro\n    when: tier = \"pro\"\n    model: openai/gpt-5.2\ndefault:\n  model: openai/gpt-4o-mini\n";
/// One warning.
const DOUBTFUL: &str = "name: doubtful\ndefault:\n  model: openai/gpt-5.9\n";

fn three(name: &str) -> Session {
    Session::new(name).with(&[("clean.yaml", CLEAN), ("faulty.yaml", FAULTY), ("doubtful.yaml", DOUBTFUL)])
}

#[test]
fn exit_codes_say_what_came_of_it() {
    let s = three("codes");
    for (code, arguments) in [
        (0, "check clean.yaml"),
        (1, "check faulty.yaml"),
        (0, "check doubtful.yaml"),
        (1, "check clean.yaml faulty.yaml doubtful.yaml"),
        (2, "check gone.yaml"),
        (2, "check faulty.yaml gone.yaml"),
        (1, "check doubtful.yaml --fail-on warning"),
        (1, "check doubtful.yaml --fail-on info"),
        (0, "check faulty.yaml --fail-on never"),
        (2, "check gone.yaml --fail-on never"),
        (0, "build clean.yaml"),
        (0, "build doubtful.yaml"),
        (1, "build faulty.yaml"),
        (2, "build gone.yaml"),
        (0, "simulate clean.yaml --request {}"),
        (1, "simulate clean.yaml --request x"),
        (1, "simulate faulty.yaml --request {}"),
        (2, "simulate gone.yaml --request {}"),
        (2, "simulate clean.yaml"),
        (2, "simulate clean.yaml gone.jsonl"),
        (0, "explain weights-not-100"),
        (2, "explain nothing-such"),
        (0, "schema router"),
        (2, "schema nothing-such"),
        (0, "models show openai/gpt-5.2"),
        (2, "check --fail-on sometimes clean.yaml"),
    ] {
        let words: Vec<&str> = arguments.split(' ').collect();
        let (got, out, err) = s.run(&words);
        assert_eq!(got, code, "irc {arguments}\n{out}{err}");
    }
}

#[test]
fn findings_go_where_the_product_does_not() {
    let s = three("streams");
    let (_, out, err) = s.run(&["check", "faulty.yaml"]);
    assert!(out.contains("cel-syntax") && err.is_empty(), "{out}{err}");
    for arguments in [&["build", "faulty.yaml"][..], &["simulate", "faulty.yaml", "--request", "{}"]] {
        let (code, out, err) = s.run(arguments);
        assert_eq!((code, out.as_str()), (1, ""), "{arguments:?}");
        assert!(err.contains("cel-syntax"), "{err}");
    }
    // One that is clean does not come out while another is not.
    let (code, out, _) = s.run(&["build", "clean.yaml", "faulty.yaml"]);
    assert_eq!((code, out.as_str()), (1, ""));
    // A warning is told and does not stop it.
    for arguments in [&["build", "doubtful.yaml"][..], &["simulate", "doubtful.yaml", "--request", "{}"]] {
        let (code, out, err) = s.run(arguments);
        assert_eq!(code, 0, "{arguments:?}");
        assert!(out.contains("openai/gpt-5.9") && err.contains("unknown-model"), "{out}{err}");
    }
    let (code, out, err) = s.run(&["check", "clean.yaml", "gone.yaml"]);
    assert_eq!((code, out.as_str()), (2, "no problems in 1 file\n"));
    assert_eq!(err, "irc: cannot read gone.yaml: there is no such file\n");
}

#[test]
fn every_form_tells_the_same() {
    let s = three("forms");
    let run = |format: &str| {
        let (code, out, err) =
            s.run(&["check", "faulty.yaml", "doubtful.yaml", "clean.yaml", "--format", format]);
        assert_eq!((code, err.as_str()), (1, ""), "{format}");
        out
    };
    let json: serde_json::Value = serde_json::from_str(&run("json")).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["files"], 3);
    assert_eq!(json["summary"], serde_json::json!({"error": 1, "warning": 1, "info": 0}));
    assert_eq!(
        json["diagnostics"][0]["span"]["start"],
        serde_json::json!({"offset": 48, "line": 4, "column": 16})
    );
    let short = run("short");
    assert!(short.starts_with("faulty.yaml:4:16: error[IRC200] cel-syntax: "), "{short}");
    assert!(short.contains("\ndoubtful.yaml:3:10: warning[IRC303] unknown-model: "), "{short}");
    let github = run("github");
    assert!(github.starts_with("::error file=faulty.yaml,line=4,"), "{github}");
    assert_eq!(github.lines().count(), 2);
    let human = run("human");
    assert!(human.contains("faulty.yaml:4:16"), "{human}");
    assert!(human.contains("1 error, 1 warning in 3 files"), "{human}");
}

#[test]
fn colours_follow_the_flag_and_the_environment() {
    let s = three("colours");
    let colourful = |arguments: &[&str], variables: &[&str]| {
        let mut command = s.command(&["check", "faulty.yaml"]);
        command.args(arguments).envs(variables.iter().map(|name| (name, "1")));
        finish(command).1.contains('\u{1b}')
    };
    assert!(!colourful(&[], &[]), "a pipe is no terminal");
    assert!(colourful(&["--color", "always"], &[]));
    assert!(colourful(&[], &["CLICOLOR_FORCE"]));
    assert!(!colourful(&[], &["CLICOLOR_FORCE", "NO_COLOR"]));
    assert!(!colourful(&["--color", "never"], &["CLICOLOR_FORCE"]));
    let (_, out, _) = s.run(&["check", "faulty.yaml", "--format", "json", "--color", "always"]);
    assert!(!out.contains('\u{1b}'));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let many: String = (0..3_000).map(|i| format!("  - {{id: r{i}, when: a =, model: auto}}\n")).collect();
    let s = Session::new("pipe").with(&[("many.yaml", &format!("name: many\nroutes:\n{many}"))]);
    let lines = "{}\n".repeat(50_000);
    s.write("requests.jsonl", &lines);
    s.write("clean.yaml", CLEAN);
    for arguments in [&["check", "many.yaml"][..], &["simulate", "clean.yaml", "requests.jsonl"]] {
        let mut command = s.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut some = [0; 100];
        child.stdout.take().unwrap().read_exact(&mut some).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
}

#[test]
fn standard_input_is_named_and_says_so() {
    let s = Session::new("stdin");
    let (code, out, _) = s.piped(&["check", "-", "--format", "short"], FAULTY);
    assert_eq!(code, 1);
    assert!(out.starts_with("<stdin>:4:16: error"), "{out}");
    let (_, out, _) =
        s.piped(&["check", "-", "--format", "short", "--stdin-filename", "conf/router.yaml"], FAULTY);
    assert!(out.starts_with("conf/router.yaml:4:16: error"), "{out}");
    // What it refers to is looked for beside that name.
    s.write("conf/shared.yaml", "tier: {type: string, enum: [free]}\n");
    let shared = CLEAN.replace("routes:", "metadata: shared.yaml\nroutes:");
    let (code, out, _) =
        s.piped(&["check", "-", "--format", "short", "--stdin-filename", "conf/router.yaml"], &shared);
    assert_eq!(code, 1);
    assert!(out.contains("impossible-value"), "{out}");
    assert!(out.contains("conf/shared.yaml:1:1"), "{out}");
    let (code, out, err) = s.piped(&["build", "-"], CLEAN);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("{\n  \"name\": \"clean\""), "{out}");
    s.write("clean.yaml", CLEAN);
    let (code, out, _) = s.piped(
        &["simulate", "clean.yaml", "-", "--format", "jsonl"],
        "{}\n\n{\"metadata\": {\"tier\": \"pro\"}}",
    );
    assert_eq!((code, out.lines().count()), (0, 2));
}

#[test]
fn configuration_is_found_above_and_obeyed() {
    let s = three("config").with(&[
        (
            "irc.toml",
            "include = [\"routers/*.yaml\"]\nmetadata = \"shared.yaml\"\n[lint]\nunknown-model = \"error\"\n",
        ),
        ("shared.yaml", "metadata:\n  tier: {type: string, enum: [free, gold]}\n"),
        ("routers/clean.yaml", CLEAN),
        ("routers/doubtful.yaml", DOUBTFUL),
        ("elsewhere/router.yaml", CLEAN),
    ]);
    let (code, out, err) = s.run(&["check", "--format", "short"]);
    assert_eq!((code, err.as_str()), (1, ""));
    assert!(out.contains("routers/clean.yaml:4:19: error[IRC204] impossible-value"), "{out}");
    assert!(out.contains("routers/doubtful.yaml:3:10: error[IRC303] unknown-model"), "{out}");
    assert!(!out.contains("elsewhere"), "{out}");
    // From a folder below: the same file, the same metadata.
    let mut below = s.command(&["check", "doubtful.yaml", "clean.yaml", "--format", "short"]);
    below.current_dir(s.folder.join("routers"));
    let (code, out, _) = finish(below);
    assert_eq!((code, out.matches(": error").count()), (1, 2), "{out}");
    let (code, out, _) = s.run(&["check", "--no-config", "--format", "short", "routers/clean.yaml"]);
    assert_eq!((code, out.as_str()), (0, ""));
    // A block of its own wins.
    s.write(
        "routers/own.yaml",
        &CLEAN.replace("routes:", "metadata: {tier: string}\nroutes:").replace("clean", "own"),
    );
    assert_eq!(s.run(&["check", "routers/own.yaml"]).0, 0);
    s.write("irc.toml", "[lint]\nunknown-model = \"off\"\n");
    assert_eq!(s.run(&["check", "doubtful.yaml"]).1, "no problems in 1 file\n");
    s.write("irc.toml", "[models]\nextra = [\"openai/gpt-5.9\"]\n");
    assert_eq!(s.run(&["check", "doubtful.yaml"]).1, "no problems in 1 file\n");
}

#[test]
fn configuration_faults_point_at_their_line() {
    let s = three("config-faults");
    for (text, said) in [
        ("include = [\"[\"]\n", "irc.toml:1:12: "),
        ("[lint]\nunknown-modle = \"off\"\n", "irc.toml:2:1: there is no rule or group `unknown-modle`"),
        ("[lint]\nunknown-model = \"loud\"\n", "irc.toml:2:17: "),
        ("[lnit]\n", "irc.toml:1:2: "),
        ("include = \"a\"\n", "irc.toml:1:11: "),
        ("= 3\n", "irc.toml:1:1: "),
        ("metadata = \"gone.yaml\"\n", "gone.yaml"),
        ("catalogue = \"gone.json\"\n", "gone.json"),
    ] {
        s.write("irc.toml", text);
        let (code, out, err) = s.run(&["check", "clean.yaml"]);
        assert_eq!((code, out.as_str()), (2, ""), "{text}");
        assert!(err.starts_with("irc: ") && err.contains(said), "{text}: {err}");
    }
}

#[test]
fn a_catalogue_of_ones_own_is_the_last_word() {
    let s = three("catalogue");
    let catalogue = r#"{"models": [{"model": "gpt-5.9", "provider": "openai", "pricing": {"promptToken": 0.000001, "completionToken": 0.000002}}]}"#;
    s.write("models.json", catalogue);
    assert_eq!(s.run(&["check", "doubtful.yaml", "--catalog", "models.json"]).1, "no problems in 1 file\n");
    s.write(
        "older.json",
        &catalogue.replace("promptToken", "prompt").replace("completionToken", "completion"),
    );
    assert_eq!(s.run(&["check", "doubtful.yaml", "--catalog", "older.json"]).1, "no problems in 1 file\n");
    let (code, out, _) = s.run(&["models", "show", "openai/gpt-5.9", "--catalog", "models.json"]);
    assert!(code == 0 && out.contains("openai/gpt-5.9"), "{out}");
    // What it does not list is unknown for certain.
    s.write("other.yaml", &DOUBTFUL.replace("gpt-5.9", "some-model"));
    let (code, out, _) = s.run(&["check", "other.yaml", "--catalog", "models.json", "--format", "short"]);
    assert!(code == 1 && out.contains("error[IRC303]"), "{out}");
    for (text, said) in [
        ("[]", "models.json"),
        ("{\"models\": 3}", "models.json"),
        ("no", "models.json"),
        ("", "models.json"),
    ] {
        s.write("models.json", text);
        let (code, out, err) = s.run(&["check", "clean.yaml", "--catalog", "models.json"]);
        assert_eq!((code, out.as_str()), (2, ""), "{text}");
        assert!(err.contains(said), "{text}: {err}");
    }
}

#[test]
fn metadata_of_another_file_serves_definitions_without() {
    let s = three("metadata").with(&[
        ("bare.yaml", "tier: {type: string, enum: [free]}\n"),
        ("block.yaml", "metadata:\n  tier: {type: string, enum: [free]}\n"),
        ("broken.yaml", "tier: strng\n"),
        (
            "wire.json",
            "{\"name\": \"w\", \"routes\": [{\"route\": {\"route_id\": \"r\", \"variants\": [{\"variant\": {\"variant_id\": \"v\", \"model_id\": \"openai/gpt-5.2\"}, \"weight\": 100}]}, \"condition\": {\"cel_expression\": \"tier == 'pro'\"}}]}",
        ),
    ]);
    for file in ["bare.yaml", "block.yaml"] {
        for definition in ["clean.yaml", "wire.json"] {
            let (code, out, _) = s.run(&["check", definition, "--metadata", file, "--format", "short"]);
            assert_eq!(code, 1, "{file} {definition}");
            assert!(out.contains("impossible-value") && out.contains(&format!("{file}:")), "{out}");
        }
    }
    let (code, out, err) = s.run(&["check", "clean.yaml", "--metadata", "broken.yaml", "--format", "short"]);
    assert_ne!(code, 0);
    assert!((out + &err).contains("broken.yaml:1:7"));
    assert_eq!(s.run(&["check", "clean.yaml", "--metadata", "gone.yaml"]).0, 2);
}

#[test]
fn dates_decide_what_is_retired() {
    let s =
        Session::new("dates").with(&[("old.yaml", "name: old\ndefault:\n  model: openai/gpt-3.5-turbo\n")]);
    let (code, out, _) = s.run(&["check", "old.yaml", "--as-of", "2026-11-22", "--format", "short"]);
    assert!(code == 0 && out.contains("retired-model"), "{out}");
    let (_, out, _) = s.run(&["check", "old.yaml", "--as-of", "2020-01-01"]);
    assert_eq!(out, "no problems in 1 file\n");
    assert_eq!(s.run(&["check", "old.yaml", "--as-of", "yesterday"]).0, 2);
    // What rests on the date never stops a build.
    assert_eq!(s.run(&["build", "old.yaml", "--as-of", "2026-11-22"]).0, 0);
}

#[test]
fn rules_and_assumptions_are_explained() {
    let s = Session::new("explain");
    for name in ["weights-not-100", "IRC301", "irc301"] {
        let (code, out, _) = s.run(&["explain", name]);
        assert_eq!(code, 0, "{name}");
        for part in ["weights-not-100", "Fails", "Passes"] {
            assert!(out.contains(part), "{name}: {out}");
        }
    }
    for name in ["A04", "a04"] {
        let (code, out, _) = s.run(&["explain", name]);
        assert!(code == 0 && out.contains("joined with line breaks"), "{name}: {out}");
    }
    let (_, list, _) = s.run(&["explain"]);
    for name in ["weights-not-100", "yaml-ate-condition", "A06"] {
        assert!(list.contains(name), "{name}");
    }
    let (_, _, err) = s.run(&["explain", "weigths-not-100"]);
    assert!(err.contains("did you mean `weights-not-100`?"), "{err}");
}

#[test]
fn models_can_be_looked_up() {
    let s = Session::new("models");
    let (code, out, _) = s.run(&["models", "list", "--provider", "groq"]);
    assert!(code == 0 && out.contains("groq/openai/gpt-oss-120b") && !out.contains("anthropic/"), "{out}");
    let (code, out, _) = s.run(&["models", "show", "gpt-oss-120b"]);
    assert!(
        code == 0 && out.contains("groq/openai/gpt-oss-120b") && out.contains("cerebras/gpt-oss-120b"),
        "{out}"
    );
    let (code, _, err) = s.run(&["models", "show", "openai/gpt-5.2x"]);
    assert!(code != 0 && err.contains("openai/gpt-5.2"), "{err}");
    let (code, _, err) = s.run(&["models", "list", "--provider", "gorq"]);
    assert!(code != 0 && err.contains("groq"), "{err}");
    let (_, out, _) = s.run(&["models", "list", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["version"], 1);
}

#[test]
fn schemas_are_printed() {
    let s = Session::new("schema");
    let (code, list, _) = s.run(&["schema"]);
    assert_eq!(code, 0);
    for name in ["router", "wire", "config", "report"] {
        assert!(list.contains(name), "{name}: {list}");
        let (code, out, _) = s.run(&["schema", name]);
        let json: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert!(code == 0 && json["$schema"].is_string(), "{name}");
    }
    assert!(s.run(&["schema", "ruoter"]).2.contains("router"));
}

#[test]
fn build_writes_all_or_nothing() {
    let s = three("build");
    let (code, out, err) = s.run(&["build", "clean.yaml", "doubtful.yaml", "-o", "out"]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    let built = fs::read_to_string(s.folder.join("out/clean.json")).unwrap();
    assert!(s.folder.join("out/doubtful.json").exists());
    assert_eq!(built, s.run(&["build", "clean.yaml"]).1);
    // Refusing, it leaves what is there alone.
    s.write("clean.yaml", &CLEAN.replace("gpt-5.2", "gpt-5.1"));
    assert_eq!(s.run(&["build", "clean.yaml", "faulty.yaml", "-o", "out"]).0, 1);
    assert_eq!(fs::read_to_string(s.folder.join("out/clean.json")).unwrap(), built);
    let names: Vec<String> = fs::read_dir(s.folder.join("out"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
    s.write("same.yaml", CLEAN);
    let (code, out, err) = s.run(&["build", "clean.yaml", "same.yaml"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("duplicate-router"), "{err}");
    let (code, out, _) = s.run(&["build", "clean.yaml", "--update"]);
    assert_eq!(code, 0);
    let update: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert!(update.to_string().contains("mask"), "{update}");
    s.write("file", "");
    assert_eq!(s.run(&["build", "clean.yaml", "-o", "file/deeper"]).0, 2);
}

#[test]
fn one_router_of_a_file_can_be_picked() {
    let s = Session::new("pick").with(&[("both.yaml", &format!("{CLEAN}---\n{DOUBTFUL}"))]);
    let (code, out, err) = s.run(&["simulate", "both.yaml:clean", "--request", "{}", "--format", "jsonl"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("\"router\":\"clean\""), "{out}");
    let (code, _, err) = s.run(&["simulate", "both.yaml:claen", "--request", "{}"]);
    assert_eq!(code, 2);
    assert!(err.contains("clean"), "{err}");
}

#[test]
fn comments_can_allow_a_finding() {
    let s = Session::new("allow");
    s.write("a.yaml", &DOUBTFUL.replace("gpt-5.9", "gpt-5.9 # irc: allow(unknown-model) it is new"));
    assert_eq!(s.run(&["check", "a.yaml"]).1, "no problems in 1 file\n");
    s.write("b.yaml", &DOUBTFUL.replace("gpt-5.9", "gpt-5.9 # irc: allow(retired-model) it is new"));
    assert!(s.run(&["check", "b.yaml"]).1.contains("unknown-model"));
}

#[test]
fn nine_faults_are_nine_findings_with_help() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/spine");
    let run = |file: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_irc"));
        command.current_dir(&folder).args(["check", "--no-config", "--format", "json", file]);
        finish(command)
    };
    let (code, out, _) = run("nine-faults.yaml");
    assert_eq!(code, 1);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    let found: Vec<_> = report["diagnostics"].as_array().unwrap().iter().collect();
    assert!(found.iter().all(|d| d["help"].is_string()), "{out}");
    let mut names: Vec<&str> = found.iter().map(|d| d["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "duplicate-id",
            "impossible-value",
            "invalid-regex",
            "invalid-value",
            "type-mismatch",
            "undeclared-variable",
            "unknown-field",
            "unknown-model",
            "weights-not-100",
        ]
    );
    let (code, out, _) = run("nine-faults-mended.yaml");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &report["diagnostics"]), (0, &serde_json::json!([])));
}

#[test]
fn figures_of_models_that_nobody_knows_are_pointed_out() {
    let figures = r#"{
        "openai/gpt-4o-minni": {"latency": 0.4}, "google-ai-studio/gemini-2.5-flash": {"latency": 0.3}, "gpt-5.2": {"latency": 1},
        "openai/gpt-5.2:free": {"latency": 2}, "inworld/models/our-fine-tune": {"latency": 0.2}
    }"#;
    let router = "name: shop\ndefault:\n  model: auto\n  candidates: [openai/gpt-4o-mini, google-ai-studio/gemini-2.5-flash]\n  \
                  sort: latency\n";
    let session = Session::new("figures").with(&[("router.yaml", router), ("figures.json", figures)]);
    let simulate = ["simulate", "router.yaml", "--request", "{}", "--metrics", "figures.json"];
    let (code, out, err) = session.run(&simulate);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("nobody gave figures of `latency`"), "{out}");
    let unknown = [
        "`inworld/models/our-fine-tune` is no model that is known, and its figures rank no other: if it is right, add it to `models.extra` of \
         irc.toml",
        "`openai/gpt-4o-minni` is no model that is known, and its figures rank no other: did you mean `openai/gpt-4o-mini`?",
        "`openai/gpt-5.2:free` is no model that is known, and its figures rank no other: did you mean `openai/gpt-5.2`?",
    ];
    let told: String = unknown.map(|what| format!("irc: figures.json: {what}\n")).concat();
    assert_eq!(err, told);

    // Each command that ranks says so, once, and of the configuration's file as well.
    session.write(
        "irc.toml",
        "metrics = \"figures.json\"\n[models]\nextra = [\"inworld/models/our-fine-tune\"]\n",
    );
    for arguments in
        [&["check", "router.yaml"][..], &["diff", "router.yaml", "router.yaml"], &["build", "router.yaml"]]
    {
        let (code, out, err) = session.run(arguments);
        assert_eq!(
            (code, err.matches("irc: ").count(), err.matches("gpt-4o-minni").count()),
            (0, 2, 1),
            "{out}{err}"
        );
    }
    let many: Vec<String> = (0..9).map(|n| format!("\"none-{n}\": {{}}")).collect();
    session.write("figures.json", &format!("{{{}}}", many.join(",")));
    let (_, _, err) = session.run(&["check", "router.yaml"]);
    assert!(err.lines().count() == 6 && err.ends_with("figures.json: 4 more that are not known\n"), "{err}");
}
