//! `irc.toml`: where it is found, what it decides, how it is shown.

use std::fs;

use irc::cli::SCHEMAS;
use serde_json::Value;

use crate::diff::git;
use crate::sessions::Session;

/// One warning, `unknown-model`.
fn doubtful(name: &str) -> String {
    format!("name: {name}\ndefault:\n  model: openai/gpt-0\n")
}

fn project(name: &str, config: &str) -> Session {
    let s = Session::new(name);
    s.write("irc.toml", config);
    s
}

fn names(report: &str) -> Vec<String> {
    let report: Value = serde_json::from_str(report).unwrap();
    let found = report["diagnostics"].as_array().unwrap().iter();
    found.map(|d| format!("{} {}", d["file"].as_str().unwrap(), d["severity"].as_str().unwrap())).collect()
}

#[test]
fn what_is_excluded_is_left_out_of_folders_and_read_when_named() {
    let s = project("config-exclude", "exclude = [\"legacy\", \"routers/*.draft.yaml\"]\n");
    for file in ["router.yaml", "legacy/router.yaml", "legacy/deep/router.yaml", "routers/a.draft.yaml"] {
        s.write(file, &doubtful("x"));
    }
    let checked = |arguments: &[&str]| {
        let (code, out, err) = s.run(&[&["check", "--format", "json"], arguments].concat());
        (code, if out.is_empty() { Vec::new() } else { names(&out) }, err)
    };
    let only = |names: &[&str]| names.iter().map(|n| format!("{n} warning")).collect::<Vec<_>>();
    assert_eq!(checked(&[]), (0, only(&["router.yaml"]), String::new()));
    assert_eq!(checked(&["legacy/router.yaml"]), (0, only(&["legacy/router.yaml"]), String::new()));
    let (code, found, err) = checked(&["legacy"]);
    assert_eq!((code, found.len()), (2, 0));
    assert!(
        err.contains("no definitions in legacy: what `exclude` of irc.toml matches is left out"),
        "{err}"
    );
    // Also for the commands that change files.
    let (code, out, _) = s.run(&["fmt", "--check", "."]);
    assert!(code == 0 && !out.contains("legacy"), "{out}");
    // With patterns of one's own, and one by one.
    s.write("irc.toml", "include = [\"**/router.yaml\"]\nexclude = [\"legacy/deep/**\"]\n");
    assert_eq!(checked(&[]).1, only(&["legacy/router.yaml", "router.yaml"]));
    assert_eq!(checked(&["./legacy"]).1, only(&["legacy/router.yaml"]));
}

#[test]
fn the_configuration_lies_above_the_current_folder_or_above_what_is_named() {
    let s = project("config-place", "[lint]\nunknown-model = \"error\"\n");
    s.write("a/router.yaml", &doubtful("a"));
    s.write("b/irc.toml", "[lint]\nunknown-model = \"off\"\n");
    s.write("b/router.yaml", &doubtful("b"));
    s.write("b/deep/router.yaml", &doubtful("c"));
    let from = |folder: &str, arguments: &[&str]| {
        let mut command = s.command(arguments);
        let output = command.current_dir(s.folder.join(folder)).output().unwrap();
        names(&String::from_utf8(output.stdout).unwrap())
    };
    let check = ["check", "--format", "json"];
    // One for the run, also where another is nearer.
    assert_eq!(from(".", &[&check[..], &["a", "b/router.yaml"]].concat()).len(), 2);
    assert_eq!(from("b", &check), [""; 0]);
    assert_eq!(from("b/deep", &check), [""; 0]);
    // Elsewhere: that of the first path.
    assert_eq!(from("a", &[&check[..], &["../b/router.yaml"]].concat()), [""; 0]);
    let both = ["../a/router.yaml", "../b/router.yaml"];
    assert_eq!(from("b/deep", &[&check[..], &["../../a/router.yaml", "../router.yaml"]].concat()).len(), 2);
    // A path of the current folder's own decides, wherever it stands.
    assert_eq!(from("b", &[&check[..], &both].concat()), [""; 0]);
    let absolute = s.folder.join("b/router.yaml").display().to_string();
    assert_eq!(from("a", &[&check[..], &[absolute.as_str()]].concat()), [""; 0]);
    // A text that is said to lie elsewhere.
    let mut command = s.command(&["check", "-", "--stdin-filename", "../b/x.yaml", "--format", "json"]);
    command.current_dir(s.folder.join("a"));
    command.stdin(fs::File::open(s.folder.join("a/router.yaml")).unwrap());
    assert_eq!(names(&String::from_utf8(command.output().unwrap().stdout).unwrap()), [""; 0]);
}

#[test]
fn overrides_are_for_the_file_that_a_finding_stands_in() {
    let config = "[[overrides]]\npaths = [\"legacy/**\"]\nlint = {unknown-model = \"error\"}\n\
                  [[overrides]]\npaths = [\"**/shared.yaml\"]\nlint = {names = \"info\", resilience = \"off\"}\n";
    let s = project("config-overrides", config);
    s.write("router.yaml", &doubtful("a"));
    s.write("legacy/router.yaml", &doubtful("b"));
    let (code, out, _) = s.run(&["check", "--format", "json"]);
    assert_eq!(
        (code, names(&out)),
        (1, vec!["legacy/router.yaml error".into(), "router.yaml warning".into()])
    );
    let (code, out, _) = s.run(&["check", "--format", "json", "--allow", "names"]);
    assert_eq!((code, names(&out)), (0, Vec::new()));
    // What a name stands for is known from below as well, and from a text that is said to be there.
    let mut below = s.command(&["check", "--format", "json", "router.yaml"]);
    let below = below.current_dir(s.folder.join("legacy")).output().unwrap();
    assert_eq!(names(&String::from_utf8(below.stdout).unwrap()), ["router.yaml error"]);
    let piped = ["check", "-", "--format", "json", "--stdin-filename", "legacy/gone.yaml"];
    assert_eq!(names(&s.piped(&piped, &doubtful("c")).1), ["legacy/gone.yaml error"]);
    // A pool that several share, in a file of its own.
    s.write("legacy/shared.yaml", "pools:\n  cheap: [openai/gpt-0]\n");
    s.write(
        "legacy/router.yaml",
        "name: b\nuse: shared.yaml\ndefault:\n  model: openai/gpt-4o-mini\n  fallbacks: [{pool: cheap}]\n",
    );
    let (_, out, _) = s.run(&["check", "--format", "json", "legacy"]);
    assert_eq!(names(&out), ["legacy/shared.yaml info"], "{out}");
}

#[test]
fn overrides_hold_for_a_revision_too() {
    let config = "[lint]\nunknown-model = \"error\"\n\
                  [[overrides]]\npaths = [\"legacy/**\", \".hidden/**\"]\nlint = {unknown-model = \"off\"}\n";
    let s = project("config-revision", config);
    if !git(&s, "init -q") {
        eprintln!("skipped: there is no git");
        return;
    }
    for file in ["router.yaml", "legacy/router.yaml", ".hidden/router.yaml"] {
        s.write(file, &doubtful("a"));
    }
    git(&s, "add .");
    git(&s, "commit -q -m one");
    for (old, new, code) in [
        ("HEAD:router.yaml", "router.yaml", 2),
        ("HEAD:legacy/router.yaml", "legacy/router.yaml", 0),
        ("HEAD:.hidden/router.yaml", ".hidden/router.yaml", 0),
        ("HEAD:./legacy/router.yaml", "legacy/router.yaml", 0),
    ] {
        let run = s.run(&["diff", old, new]);
        assert_eq!(run.0, code, "{old}: {run:?}");
    }
    let mut below = s.command(&["diff", "HEAD:./router.yaml", "router.yaml"]);
    let below = below.current_dir(s.folder.join("legacy")).output().unwrap();
    assert_eq!(below.status.code(), Some(0), "{}", String::from_utf8_lossy(&below.stderr));
}

#[test]
fn format_and_fail_on_come_from_the_command_line_first() {
    let s = project("config-format", "format = \"json\"\nfail-on = \"warning\"\n");
    s.write("router.yaml", &doubtful("a"));
    let (code, out, _) = s.run(&["check"]);
    assert_eq!((code, names(&out)), (1, vec!["router.yaml warning".into()]));
    let (code, out, _) = s.run(&["check", "--format", "short", "--fail-on", "error"]);
    assert!(code == 0 && out.starts_with("router.yaml:3:10: warning"), "{out}");
    // Beside a product as well.
    let (code, out, err) = s.run(&["build"]);
    assert_eq!((code, names(&err)), (1, vec!["router.yaml warning".into()]));
    assert!(out.starts_with("{\n  \"name\": \"a\""), "{out}");
}

#[test]
fn settings_are_shown_with_where_they_come_from() {
    let config = "fail-on = \"info\"\n[lint]\nanalysis = \"info\"\nunknown-model = \"off\"\n\
                  [[overrides]]\npaths = [\"a/**\"]\nlint = {style = \"error\"}\n\
                  [[overrides]]\npaths = [\"b/**\"]\nlint = {style = \"off\"}\n[models]\nextra = [\"openai/x\"]\n";
    let s = project("config-shown", config);
    let schema = SCHEMAS.iter().find(|schema| schema.name == "settings").unwrap().generate();
    let validator = jsonschema::validator_for(schema.as_value()).unwrap();
    let json = |arguments: &[&str]| -> Value {
        let (code, out, err) = s.run(&[&["config", "--format", "json"], arguments].concat());
        assert_eq!((code, err.as_str()), (0, ""), "{arguments:?}");
        let value: Value = serde_json::from_str(&out).unwrap();
        assert!(validator.is_valid(&value), "{out}");
        value
    };
    let arguments = ["a/x.yaml", "--deny", "unknown-model", "--analysis-budget", "7", "--metrics", "m.json"];
    let shown = json(&arguments);
    let setting = |key: &str| {
        let set = &shown["settings"][key];
        (set["value"].to_string(), set["from"].as_str().unwrap(), set["line"].as_u64())
    };
    assert_eq!(shown["file"], "irc.toml");
    assert_eq!(setting("fail-on"), ("\"info\"".into(), "file", Some(1)));
    assert_eq!(setting("format"), ("\"human\"".into(), "default", None));
    assert_eq!(setting("models.extra"), ("[\"openai/x\"]".into(), "file", Some(12)));
    assert_eq!(setting("analysis.budget"), ("7".into(), "command-line", None));
    assert_eq!(setting("metrics"), ("\"m.json\"".into(), "command-line", None));
    let levels: Vec<String> =
        shown["lint"].as_array().unwrap().iter().map(|l| format!("{} {}", l["name"], l["line"])).collect();
    assert_eq!(levels, ["\"analysis\" 3", "\"unknown-model\" null"]);
    assert_eq!(shown["overrides"][0]["applies"], true);
    assert_eq!(shown["overrides"][1]["applies"], false);
    assert_eq!(json(&[])["overrides"][1]["applies"], Value::Null);
    assert_eq!(json(&["."])["overrides"][1]["applies"], Value::Null);
    assert_eq!(json(&["--no-config"])["file"], Value::Null);
    // Every key of the file is a setting that is shown, and the other way round.
    let schema: Value = SCHEMAS.iter().find(|schema| schema.name == "config").unwrap().generate().to_value();
    let mut keys: Vec<String> = schema["properties"].as_object().unwrap().keys().cloned().collect();
    keys.retain(|key| key != "lint" && key != "overrides");
    let shown = json(&[]);
    let shown = shown["settings"].as_object().unwrap().keys();
    let mut shown: Vec<&str> = shown.map(|key| key.split('.').next().unwrap()).collect();
    keys.sort();
    shown.sort_unstable();
    assert_eq!(shown, keys);
    let (_, out, _) = s.run(&["config", "b/x.yaml"]);
    assert!(out.contains("irc.toml:10") && !out.contains("irc.toml:7"), "{out}");
}

#[test]
fn files_that_cannot_be_used_are_told_with_the_line_that_names_them() {
    let s = Session::new("config-named");
    s.write("router.yaml", "name: a\ndefault:\n  model: openai/gpt-4o-mini\n");
    s.write("bad.json", "[");
    for (key, file, said) in [
        ("catalogue", "gone.json", "there is no such file"),
        ("catalogue", "bad.json", "bad.json: "),
        ("metrics", "gone.json", "there is no such file"),
        ("metrics", "bad.json", "bad.json: "),
        ("metadata", "gone.json", "there is no such file"),
        ("baseline", "gone.json", "there is no such file; --write-baseline writes it"),
        ("baseline", "bad.json", "bad.json:1:1: this is no baseline: "),
    ] {
        s.write("irc.toml", &format!("# a comment\n{key} = \"{file}\"\n"));
        let (code, out, err) = s.run(&["check"]);
        assert_eq!((code, out.as_str()), (2, ""), "{key} {file}");
        let column = key.len() + 4;
        assert!(
            err.starts_with(&format!("irc: irc.toml:2:{column}: ")) && err.contains(said),
            "{key}: {err}"
        );
    }
    s.write("irc.toml", "[models]\nextra = [\"no slash\"]\n");
    let (code, _, err) = s.run(&["check"]);
    assert!(code == 2 && err.starts_with("irc: irc.toml:2:9: `models.extra`: "), "{err}");
    // What the command line names is its own fault.
    s.write("irc.toml", "catalogue = \"models.json\"\n");
    let (_, _, err) = s.run(&["check", "--catalog", "gone.json"]);
    assert_eq!(err, "irc: cannot read gone.json: there is no such file\n");
}

#[test]
fn outside_of_any_project_the_defaults_are_shown() {
    let s = Session::new("config-none");
    let (code, out, err) = s.run(&["config"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("there is no irc.toml here or above; these are the defaults\n"), "{out}");
    assert!(out.contains("fail-on          error") && out.contains("analysis.budget  20000000"), "{out}");
    let (code, out, err) = s.run(&["config", "--config", "gone.toml"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(err, "irc: cannot read gone.toml: there is no such file\n");
}
