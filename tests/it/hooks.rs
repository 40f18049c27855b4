//! The hooks that `.pre-commit-hooks.yaml` offers.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::diff::git;
use crate::sessions::Session;
use crate::tree::ROOT;

const CLEAN: &str = "name: clean\ndefault:\n  model: openai/gpt-4o-mini\n";

fn hooks() -> String {
    fs::read_to_string(format!("{ROOT}/.pre-commit-hooks.yaml")).unwrap()
}

/// The values of a key, hook by hook.
fn values<'h>(hooks: &'h str, key: &str) -> Vec<&'h str> {
    let values = hooks.lines().filter_map(|line| {
        let (name, value) = line.trim_start_matches("- ").trim_start().split_once(": ")?;
        (name == key && !line.starts_with('#')).then_some(value)
    });
    values.collect()
}

#[test]
fn hooks_are_run_for_whatever_may_be_a_definition() {
    let hooks = hooks();
    assert_eq!(values(&hooks, "id"), ["irc-check", "irc-fmt", "irc-check-system", "irc-fmt-system"]);
    assert_eq!(values(&hooks, "language"), ["rust", "rust", "system", "system"]);
    assert_eq!(values(&hooks, "pass_filenames"), ["false"; 4]);
    let files = values(&hooks, "files");
    assert_eq!(files.len(), 4);
    for pattern in files {
        let pattern = regex::Regex::new(pattern).unwrap();
        let yes =
            ["router.yaml", "a/b.router.json", "routers/x.yml", "shared/keys.yaml", "irc.toml", "a/irc.toml"];
        assert!(yes.iter().all(|path| pattern.is_match(path)));
        assert!(
            !["readme.md", "Cargo.toml", "src/yaml.rs", "xirc.toml"]
                .iter()
                .any(|path| pattern.is_match(path))
        );
    }
    // What they run is there.
    let s = Session::new("hooks-entries");
    s.write("router.yaml", CLEAN);
    for entry in values(&hooks, "entry") {
        let words: Vec<&str> = entry.split(' ').collect();
        assert_eq!(words[0], "irc");
        assert_eq!(s.run(&words[1..]).0, 0, "{entry}");
    }
}

#[test]
fn pre_commit_runs_them() {
    let Ok(version) = Command::new("pre-commit").arg("--version").output() else {
        eprintln!("skipped: there is no pre-commit");
        return;
    };
    assert!(version.status.success());
    // The hooks in a repository of their own, as a project names it, and a project.
    let offered = Session::new("hooks-offered");
    if !git(&offered, "init -q") {
        eprintln!("skipped: there is no git");
        return;
    }
    offered.write(".pre-commit-hooks.yaml", &hooks());
    git(&offered, "add .");
    git(&offered, "commit -q -m hooks");
    let s = Session::new("hooks-project");
    git(&s, "init -q");
    let run = |hook: &str| {
        git(&s, "add .");
        let folder = Path::new(env!("CARGO_BIN_EXE_irc")).parent().unwrap();
        let path = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths([folder.to_owned()].into_iter().chain(env::split_paths(&path))).unwrap();
        let mut command = Command::new("pre-commit");
        command.current_dir(&s.folder).env("PATH", path).env("PRE_COMMIT_HOME", offered.folder.join("home"));
        command.args(["try-repo", offered.folder.to_str().unwrap(), hook]);
        let output = command.output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    };
    s.write("routers/a.yaml", CLEAN);
    let (passed, said) = run("irc-check-system");
    assert!(passed && said.contains("Passed"), "{said}");
    let (passed, said) = run("irc-fmt-system");
    assert!(passed && said.contains("Passed"), "{said}");
    s.write("routers/a.yaml", "name:   clean\ndefault:\n  modle: openai/gpt-4o-mini\n");
    let (passed, said) = run("irc-check-system");
    assert!(!passed && said.contains("unknown-field") && said.contains("modle"), "{said}");
    s.write("routers/a.yaml", &CLEAN.replace("name: ", "name:   "));
    let (passed, said) = run("irc-fmt-system");
    assert!(!passed && said.contains("files were modified by this hook"), "{said}");
    assert_eq!(fs::read_to_string(s.folder.join("routers/a.yaml")).unwrap(), CLEAN);
    // What is shared is checked with those that use it, though they are no part of the commit.
    s.write(
        "routers/a.yaml",
        &format!("use: ../keys.yml\n{CLEAN}").replace(
            "default:",
            "routes:\n  - id: r\n    when: tier == \"a\"\n    model: openai/gpt-5.2\ndefault:",
        ),
    );
    s.write("keys.yml", "metadata: {tier: string}\n");
    git(&s, "add .");
    git(&s, "commit -q -m one");
    s.write("keys.yml", "metadata: {tier: int}\n");
    let (passed, said) = run("irc-check-system");
    assert!(!passed && said.contains("routers/a.yaml"), "{said}");
}
