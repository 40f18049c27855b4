//! Sessions at the command line: streams, exit codes, what is said when something cannot be done.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder of its own for one test, empty.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn irc(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_irc"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "LC_ALL", "LC_CTYPE", "LANG"] {
        command.env_remove(name);
    }
    command
}

/// Exit code, standard output, standard error.
fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    said(irc(folder, arguments).output().unwrap())
}

fn said(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

const ROUTER: &str = "\
name: support
routes:
  - id: pro
    when: tier == \"pro\"
    model: openai/gpt-5.2
default:
  model: openai/gpt-4o-mini
";

#[test]
fn definitions_are_found_in_folders() {
    let folder = folder("found");
    write(&folder, "router.yaml", ROUTER);
    write(&folder, "a/x.router.yml", ROUTER);
    write(&folder, "routers/deep/b.yaml", ROUTER);
    write(&folder, "routers/b.test.yaml", "router: b.yaml\n");
    write(&folder, "other.yaml", "a: 1\n");
    write(&folder, "ignored/router.yaml", ROUTER);
    write(&folder, ".gitignore", "ignored/\n");
    let (code, out, err) = run(&folder, &["check"]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "no problems in 3 files\n", ""));
    // The same file by two ways is checked once, an ignored one when it is named.
    let (_, out, _) = run(&folder, &["check", "router.yaml", "./router.yaml", ".", "ignored/router.yaml"]);
    assert_eq!(out, "no problems in 4 files\n");
    assert_eq!(run(&folder.join("routers"), &["check", "."]).1, "no problems in 1 file\n");
    assert_eq!(run(&folder, &["check", "--quiet"]).1, "");
    assert_eq!(run(&folder, &["check", "--format", "short"]).1, "");
}

#[test]
fn include_takes_the_place_of_the_patterns() {
    let folder = folder("include");
    write(&folder, "router.yaml", ROUTER);
    write(&folder, "conf/a.yaml", ROUTER);
    write(&folder, "conf/b.yaml", ROUTER);
    write(&folder, "irc.toml", "include = [\"conf/*.yaml\"]\n");
    assert_eq!(run(&folder, &["check"]).1, "no problems in 2 files\n");
    assert_eq!(run(&folder.join("conf"), &["check"]).1, "no problems in 2 files\n");
    assert_eq!(run(&folder, &["check", "--no-config"]).1, "no problems in 1 file\n");
    write(&folder, "other.toml", "include = [\"*.yaml\"]\n");
    assert_eq!(run(&folder, &["check", "--config", "other.toml"]).1, "no problems in 1 file\n");
}

#[test]
fn finding_nothing_says_what_was_looked_for() {
    let folder = folder("nothing");
    write(&folder, "other.yaml", "a: 1\n");
    let (code, out, err) = run(&folder, &["check"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(
        err,
        "irc: no definitions in this folder: looked for router.yaml, *.router.{yaml,yml,json} and \
         **/routers/**/*.{yaml,yml,json}; name a file, or say in irc.toml what to include\n"
    );
}

#[test]
fn every_path_that_cannot_be_read_is_told() {
    let folder = folder("unreadable");
    write(&folder, "router.yaml", ROUTER);
    fs::create_dir(folder.join("empty")).unwrap();
    let (code, out, err) = run(&folder, &["check", "gone.yaml", "router.yaml", "empty", "router.yaml/x"]);
    assert_eq!(code, 2);
    assert_eq!(out, "no problems in 1 file\n");
    assert_eq!(err.lines().count(), 3, "{err}");
    assert!(err.contains("irc: cannot read gone.yaml: there is no such file\n"), "{err}");
    assert!(err.contains("irc: no definitions in empty: "), "{err}");
    assert!(err.contains("irc: cannot read router.yaml/x: a part of the path is no folder\n"), "{err}");
}

#[cfg(unix)]
#[test]
fn devices_and_pipes_do_not_hang() {
    let folder = folder("devices");
    let made = Command::new("mkfifo").arg(folder.join("pipe.yaml")).status().unwrap();
    assert!(made.success());
    let (code, _, err) = run(&folder, &["check", "/dev/zero", "pipe.yaml"]);
    assert_eq!(code, 2);
    assert_eq!(
        err,
        "irc: cannot read /dev/zero: it is no regular file\nirc: cannot read pipe.yaml: it is no regular file\n"
    );
    let zero = fs::File::open("/dev/zero").unwrap();
    let output = irc(&folder, &["check", "-"]).stdin(zero).output().unwrap();
    assert_eq!(
        said(output),
        (2, String::new(), "irc: cannot read <stdin>: it is larger than 16 MiB\n".into())
    );
}

#[test]
fn standard_input_is_a_file() {
    let folder = folder("stdin");
    let mut child = irc(&folder, &["check", "-", "--stdin-filename", "router.yaml"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(ROUTER.as_bytes()).unwrap();
    let said = said(child.wait_with_output().unwrap());
    assert_eq!(said, (0, "no problems in 1 file\n".into(), String::new()));
}

#[test]
fn json_is_one_object_that_fits_its_schema() {
    let folder = folder("json");
    write(&folder, "router.yaml", ROUTER);
    let (code, out, _) = run(&folder, &["check", "--format", "json"]);
    assert_eq!(code, 0);
    let (_, schema, _) = run(&folder, &["schema", "report"]);
    let schema = serde_json::from_str(&schema).unwrap();
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    jsonschema::validator_for(&schema).unwrap().validate(&report).unwrap();
    assert_eq!(report["files"], 1);
    assert_eq!(report["diagnostics"], serde_json::json!([]));
}

#[test]
fn configuration_that_cannot_be_used_stops_the_run() {
    let folder = folder("config");
    write(&folder, "router.yaml", ROUTER);
    write(&folder, "irc.toml", "[lint]\nno-such-rule = \"off\"\n");
    let (code, out, err) = run(&folder, &["check", "--config", "irc.toml"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(err, "irc: irc.toml:2:1: there is no rule or group `no-such-rule`\n");
    let (code, _, err) = run(&folder, &["check", "--config", "gone.toml"]);
    assert_eq!((code, err.as_str()), (2, "irc: cannot read gone.toml: there is no such file\n"));
}

#[test]
fn usage_errors_exit_with_2_and_help_with_0() {
    let folder = folder("usage");
    assert_eq!(run(&folder, &["check", "--no-such-flag"]).0, 2);
    assert_eq!(run(&folder, &["check", "--as-of", "2026-02-30"]).0, 2);
    assert_eq!(run(&folder, &["no-such-command"]).0, 2);
    assert_eq!(run(&folder, &[]).0, 2);
    let (code, out, err) = run(&folder, &["--help"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("Usage: irc"), "{out}");
    assert!(run(&folder, &["--version"]).1.starts_with("irc "));
}

#[test]
fn what_is_unknown_cannot_be_explained() {
    let folder = folder("explain");
    let (code, out, err) = run(&folder, &["explain", "no-such-rule"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.starts_with("irc: nothing is known as `no-such-rule`"), "{err}");
    assert_eq!(run(&folder, &["explain"]).0, 0);
    let (code, _, err) = run(&folder, &["schema", "reprot"]);
    assert_eq!((code, err.as_str()), (2, "irc: there is no schema `reprot`: did you mean `report`?\n"));
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_failure_and_a_full_disk_is() {
    let folder = folder("pipe");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = irc(&folder, &["schema", "report"]).stdout(writer).output().unwrap();
    assert_eq!(said(output), (0, String::new(), String::new()));
    if Path::new("/dev/full").exists() {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = irc(&folder, &["schema", "report"]).stdout(full).output().unwrap();
        let (code, _, err) = said(output);
        assert_eq!((code, err.starts_with("irc: ")), (2, true), "{err}");
    }
}

#[test]
fn names_of_files_cannot_repaint_the_terminal() {
    let (code, _, err) = run(&folder("names"), &["check", "a\x1b[31m.yaml"]);
    assert_eq!((code, err.as_str()), (2, "irc: cannot read a\\x1b[31m.yaml: there is no such file\n"));
}
