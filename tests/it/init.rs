//! `irc init`: what it writes is without fault, and it writes over nothing.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::examples::{run_tests, text};
use crate::sessions::Session;

const TEMPLATES: [&str; 4] = ["tiers", "ab-test", "claude-code", "cost"];
const AS_OF: [&str; 2] = ["--as-of", "2026-11-22"];

#[test]
fn what_it_writes_checks_simulates_and_builds() {
    for template in TEMPLATES {
        for name in ["my-router", "support", "0x1f", "true", "1e3"] {
            let s = Session::new(&format!("init-{template}-{name}"));
            let (code, out, err) = s.run(&["init", "--template", template, "--name", name]);
            assert_eq!(code, 0, "{err}");
            let (code, found, err) = s.run(&[&["check", "--fail-on", "info"], &AS_OF[..]].concat());
            assert_eq!((code, &*found, &*err), (0, "no problems in 1 file\n", ""), "{template} {name}");
            // The commands that it proposes, as they stand there.
            let proposed: Vec<&str> = out.lines().filter_map(|line| line.strip_prefix("  irc ")).collect();
            assert_eq!(proposed.len(), 3, "{out}");
            for line in proposed {
                let arguments: Vec<&str> = line.split(' ').chain(AS_OF).collect();
                let (code, out, err) = s.run(&arguments);
                assert_eq!((code, &*err), (0, ""), "{template}: {line}");
                if line.starts_with("build") {
                    let built: serde_json::Value = serde_json::from_str(&out).unwrap();
                    assert_eq!(built["name"], name);
                }
            }
            let definition = fs::read_to_string(s.folder.join("router.yaml")).unwrap();
            assert!(run_tests(&definition, template) >= 2);
        }
    }
}

/// The requests of a template go every way that there is, and none of them is odd.
#[test]
fn requests_take_every_route() {
    for template in TEMPLATES {
        let s = Session::new(&format!("init-requests-{template}"));
        s.run(&["init", "--template", template]);
        let run = ["simulate", "router.yaml", "requests.jsonl", "--format", "jsonl"];
        let (_, out, _) = s.run(&[&run[..], &AS_OF].concat());
        let records: Vec<serde_json::Value> =
            out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let mut routes: Vec<&str> = records.iter().map(|r| r["route"].as_str().unwrap()).collect();
        assert!(records.iter().all(|r| r.get("findings").is_none()), "{out}");
        routes.sort_unstable();
        routes.dedup();
        let (_, built, _) = s.run(&["build", "router.yaml"]);
        let built: serde_json::Value = serde_json::from_str(&built).unwrap();
        assert_eq!(routes.len(), 1 + built["routes"].as_array().unwrap().len(), "{out}");
    }
}

#[test]
fn nothing_is_written_over() {
    let s = Session::new("init-again").with(&[("a/requests.jsonl", "mine\n")]);
    let (code, out, err) = s.run(&["init", "a"]);
    assert_eq!((code, &*out), (2, ""));
    let refusal = "irc: `a/requests.jsonl` is there already, and nothing was written: --force replaces it\n";
    assert!(err.ends_with(refusal), "{err}");
    assert!(!s.folder.join("a/router.yaml").exists() && !s.folder.join(".github").exists());
    let (code, _, _) = s.run(&["init", "a", "--force"]);
    assert_eq!(code, 0);
    assert_ne!(fs::read_to_string(s.folder.join("a/requests.jsonl")).unwrap(), "mine\n");
    assert_eq!(fs::read_dir(s.folder.join("a")).unwrap().count(), 2, "nothing is left beside them");
    // The job that checks both is the same.
    let (code, out, _) = s.run(&["init", "b"]);
    assert_eq!(code, 0);
    assert!(out.contains("kept  .github/workflows/irc.yml"), "{out}");
    // Another job is somebody's work.
    s.write(".gitlab-ci.yml", "test:\n");
    let (code, _, err) = s.run(&["init", "c", "--ci", "gitlab"]);
    assert_eq!(code, 2);
    assert!(err.contains("--ci none leaves the CI job out"), "{err}");
    assert!(!s.folder.join("c").exists());
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let s = Session::new("init-links").with(&[("victim", "precious\n")]);
    std::os::unix::fs::symlink("victim", s.folder.join("router.yaml")).unwrap();
    std::os::unix::fs::symlink("nowhere", s.folder.join("requests.jsonl")).unwrap();
    assert_eq!(s.run(&["init"]).0, 2);
    assert!(!s.folder.join("nowhere").exists());
    assert_eq!(s.run(&["init", "--force"]).0, 0);
    assert_eq!(fs::read_to_string(s.folder.join("victim")).unwrap(), "precious\n");
    assert!(!s.folder.join("nowhere").exists());
    assert!(s.folder.join("router.yaml").symlink_metadata().unwrap().is_file());
}

#[test]
fn hostile_names_are_refused() {
    for name in ["", "../up", "a/b", "A", "-a", "a b", "a\nmodel: x", "a\u{1b}[2J", "é", "routers/a", "a:b"]
    {
        let s = Session::new("init-hostile");
        let (code, out, err) = s.run(&["init", &format!("--name={name}")]);
        assert_eq!((code, &*out), (2, ""), "{name:?}");
        assert!(err.contains("small letters"), "{err}");
        assert!(!err.contains('\u{1b}'), "{err:?}");
        assert_eq!(fs::read_dir(&s.folder).unwrap().count(), 0, "{name:?}");
    }
    // A folder that is no name gives none; one that a shell would take apart is quoted.
    let s = Session::new("init-odd-folder");
    let (code, out, err) = s.run(&["init", "It's a \u{1b}[2Jfolder"]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("--name my-router"), "{err}");
    assert!(out.contains(r"  irc check 'It'\''s a \x1b[2Jfolder/router.yaml'"), "{out}");
    // A file in the way.
    let s = s.with(&[("file", "")]);
    let (code, _, err) = s.run(&["init", "file"]);
    assert_eq!(code, 2);
    assert!(err.contains("cannot write file/router.yaml: "), "{err}");
}

#[test]
fn what_was_not_said_is_told() {
    let s = Session::new("init-defaults");
    let (_, _, err) = s.run(&["init", "x"]);
    assert_eq!(err, "no terminal to ask at: took --template tiers --name x --ci github\n");
    let (_, out, err) = s.run(&["init", "y", "--template", "cost", "--name", "y", "--ci", "none"]);
    assert_eq!(err, "");
    assert!(!out.contains("IRC_GIT"), "{out}");
    let (code, out, err) = s.run(&["init", "z", "--quiet"]);
    assert_eq!((code, &*out, &*err), (0, "", ""));
}

/// The script of a step, as YAML has it.
fn script<'a>(file: &'a str, begin: &str, indent: &str) -> String {
    let below = file.split_once(begin).unwrap().1;
    let lines = below.lines().skip(1).map_while(|line: &'a str| line.strip_prefix(indent));
    lines.map(|line| format!("{line}\n")).collect()
}

/// What the jobs run does what they say: with `irc` at hand they check, without it they ask where it comes from, and
/// install it from there.
#[cfg(unix)]
#[test]
fn the_jobs_install_and_check() {
    use std::os::unix::fs::PermissionsExt;
    let s = Session::new("init-ci");
    s.run(&["init", "routers/a", "--ci", "github"]);
    s.run(&["init", "routers/b", "--ci", "gitlab"]);
    let github = fs::read_to_string(s.folder.join(".github/workflows/irc.yml")).unwrap();
    let gitlab = fs::read_to_string(s.folder.join(".gitlab-ci.yml")).unwrap();
    let empty = s.folder.join("empty");
    fs::create_dir_all(&empty).unwrap();
    let cargo = s.folder.join("bin/cargo");
    s.write("bin/cargo", "#!/bin/sh\necho cargo \"$@\"\n");
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    let bin = Path::new(env!("CARGO_BIN_EXE_irc")).parent().unwrap();
    let sh = |script: &str, path: &Path, git: &str| {
        let mut command = Command::new("/bin/sh");
        command.current_dir(&s.folder).args(["-e", "-c", script]).env("PATH", path).env("IRC_GIT", git);
        let output = command.output().unwrap();
        (output.status.code().unwrap(), text(output.stdout))
    };
    for (file, begin, indent) in [(&github, "run: |", "          "), (&gitlab, "- |", "      ")] {
        let install = script(file, begin, indent);
        assert_eq!(sh(&install, bin, "").0, 0, "{install}");
        let (code, said) = sh(&install, &empty, "");
        assert_eq!(code, 1, "{said}");
        assert!(said.contains("set the") && said.contains("IRC_GIT"), "{said}");
        let (code, said) = sh(&install, cargo.parent().unwrap(), "https://example.org/irc.git");
        assert_eq!((code, &*said), (0, "cargo install --locked --git https://example.org/irc.git\n"));
    }
    for command in ["irc check --format github", "irc check --format short"] {
        assert!(github.contains(command) || gitlab.contains(command));
        assert_eq!(sh(command, bin, ""), (0, String::new()));
    }
}
