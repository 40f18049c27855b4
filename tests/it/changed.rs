//! `irc check --changed-since`: what a change may concern, and nothing else.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::diff::git;
use crate::sessions::{Run, Session};

/// A definition with a warning, and what stands before its default.
fn router(name: &str, more: &str) -> String {
    format!("name: {name}\n{more}default:\n  model: openai/gpt-0\n")
}

/// A repository with a commit; none where there is no git.
fn repository(name: &str) -> Option<Session> {
    // Not below the repository of the tool itself.
    let s = Session::new(name);
    if !git(&s, "init -q") {
        eprintln!("skipped: there is no git");
        return None;
    }
    s.write("routers/plain.yaml", &router("plain", ""));
    s.write("routers/other.yaml", &router("other", ""));
    s.write("routers/keys.yaml", &router("keys", "metadata: ../shared/keys.yml\n"));
    s.write("routers/deep/pools.yaml", &router("pools", "use: ../../shared/pools.yml\n"));
    s.write("shared/keys.yml", "tier: string\n");
    s.write("shared/pools.yml", "pools:\n  cheap: [openai/gpt-4o-mini]\n");
    s.write(".gitignore", "ignored/\n");
    git(&s, "add .");
    git(&s, "commit -q -m one");
    git(&s, "tag first");
    Some(s)
}

/// The files with findings: each definition that is checked has one.
fn checked(run: &Run) -> Vec<String> {
    let report: Value = serde_json::from_str(&run.1).unwrap_or_else(|_| panic!("{run:?}"));
    let found = report["diagnostics"].as_array().unwrap().iter();
    found.map(|d| d["file"].as_str().unwrap().replace("routers/", "").replace(".yaml", "")).collect()
}

fn since(s: &Session, revision: &str, more: &[&str]) -> Run {
    s.run(&[&["check", "--format", "json", "--changed-since", revision], more].concat())
}

#[test]
fn only_what_a_change_concerns_is_checked() {
    let Some(s) = repository("changed") else { return };
    let nothing = since(&s, "HEAD", &[]);
    assert_eq!((nothing.0, checked(&nothing)), (0, vec![]));
    assert_eq!(nothing.2, "irc: nothing differs from `HEAD`: no definition is checked\n");
    let human = s.run(&["check", "--changed-since", "HEAD"]);
    assert_eq!((human.0, human.1.as_str()), (0, "no problems in 0 files\n"));
    assert_eq!(since(&s, "HEAD", &["--quiet"]).2, "");

    // Changed, staged, new, and ignored but named.
    s.write("routers/plain.yaml", &router("plain", "description: d\n"));
    assert_eq!(checked(&since(&s, "HEAD", &[])), ["plain"]);
    git(&s, "add .");
    assert_eq!(checked(&since(&s, "HEAD", &[])), ["plain"]);
    s.write("routers/new.yaml", &router("new", ""));
    assert_eq!(checked(&since(&s, "HEAD", &[])), ["new", "plain"]);
    s.write("ignored/router.yaml", &router("ignored", ""));
    assert_eq!(
        checked(&since(&s, "HEAD", &["ignored/router.yaml", "routers/other.yaml"])),
        ["ignored/router"]
    );
    git(&s, "add .");
    git(&s, "commit -q -m two");
    assert_eq!(checked(&since(&s, "HEAD", &[])), [""; 0]);
    assert_eq!(checked(&since(&s, "first", &[])), ["new", "plain"]);
    assert_eq!(checked(&since(&s, "HEAD~1", &[])), ["new", "plain"]);

    // Files that definitions share: another one, one that is gone, one that git does not know.
    s.write("shared/keys.yml", "tier: {type: string, enum: [a]}\n");
    assert_eq!(checked(&since(&s, "HEAD", &[])), ["keys"]);
    fs::remove_file(s.folder.join("shared/pools.yml")).unwrap();
    let run = since(&s, "HEAD", &[]);
    assert!(run.0 == 1 && checked(&run).contains(&"deep/pools".to_owned()), "{run:?}");
    git(&s, "checkout -q -- .");
    fs::rename(s.folder.join("shared/pools.yml"), s.folder.join("shared/new.yml")).unwrap();
    s.write("shared/pools.yml", "pools:\n  cheap: [openai/gpt-4o-mini]\n");
    assert_eq!(checked(&since(&s, "HEAD", &[])), [""; 0]);

    // From a folder below, and with a setting of git that makes names relative.
    git(&s, "config diff.relative true");
    s.write("shared/keys.yml", "tier: int\n");
    let mut below = s.command(&["check", "--format", "json", "--changed-since", "HEAD", "."]);
    let below = below.current_dir(s.folder.join("routers")).output().unwrap();
    let run = (0, String::from_utf8(below.stdout).unwrap(), String::new());
    assert_eq!(checked(&run), ["keys"]);

    // A text on standard input is what somebody is writing.
    let piped = [
        "check",
        "-",
        "--format",
        "json",
        "--changed-since",
        "HEAD",
        "--stdin-filename",
        "routers/plain.yaml",
    ];
    assert_eq!(checked(&s.piped(&piped, &router("plain", ""))), ["plain"]);
}

#[cfg(unix)]
#[test]
fn links_are_followed() {
    let Some(s) = repository("changed-links") else { return };
    std::os::unix::fs::symlink("../shared/real.yml", s.folder.join("routers/linked.yaml")).unwrap();
    s.write("shared/real.yml", &router("linked", ""));
    git(&s, "add .");
    git(&s, "commit -q -m links");
    assert_eq!(checked(&since(&s, "HEAD", &[])), [""; 0]);
    s.write("shared/real.yml", &router("linked", "description: d\n"));
    assert_eq!(checked(&since(&s, "HEAD", &[])), ["linked"]);
}

#[test]
fn what_settings_rest_on_concerns_every_definition() {
    let Some(s) = repository("changed-settings") else { return };
    s.write("irc.toml", "metadata = \"shared/all.yml\"\n");
    s.write("shared/all.yml", "tier: string\n");
    git(&s, "add .");
    git(&s, "commit -q -m settings");
    assert_eq!(checked(&since(&s, "HEAD", &[])), [""; 0]);
    s.write("shared/all.yml", "tier: int\n");
    let run = since(&s, "HEAD", &[]);
    assert_eq!(checked(&run).len(), 4);
    assert!(run.2.ends_with("all.yml differs from `HEAD`: all definitions are checked\n"), "{}", run.2);
    git(&s, "checkout -q -- .");
    s.write("irc.toml", "metadata = \"shared/all.yml\"\nfail-on = \"warning\"\n");
    let run = since(&s, "HEAD", &["routers/plain.yaml"]);
    assert_eq!((run.0, checked(&run)), (1, vec!["plain".to_owned()]));
    assert_eq!(run.2, "irc: irc.toml differs from `HEAD`: all definitions are checked\n");
    // With a baseline: what was not checked is not taken for fixed.
    git(&s, "checkout -q -- .");
    s.run(&["check", "--baseline", "known.json", "--write-baseline"]);
    s.write("routers/plain.yaml", &router("plain", "description: d\n"));
    let run = since(&s, "HEAD", &["--baseline", "known.json"]);
    assert_eq!((run.0, checked(&run)), (0, vec![]));
    assert_eq!(run.2, "irc: 1 finding stands in known.json and is not told\n");
}

#[test]
fn what_cannot_be_told_is_refused() {
    let Some(s) = repository("changed-refused") else { return };
    for (revision, said) in [
        ("nothing", "git knows no revision `nothing`\n"),
        ("", "git knows no revision ``\n"),
        ("first..HEAD", "git knows no revision `first..HEAD`; one revision is to be named, not two\n"),
    ] {
        let run = since(&s, revision, &[]);
        assert_eq!((run.0, run.1.as_str()), (2, ""), "{revision}");
        assert_eq!(run.2, format!("irc: cannot tell what changed since {revision}: {said}"));
    }
    let run = s.run(&["check", "--changed-since=--help"]);
    assert!(run.0 == 2 && run.2.contains("git knows no revision `--help`"), "{run:?}");
    // What cannot be found is told as ever.
    assert_eq!(since(&s, "HEAD", &["gone.yaml"]).0, 2);
    // A folder that no repository is above.
    let outside = std::env::temp_dir().join(format!("irc-changed-{}", std::process::id()));
    fs::create_dir_all(&outside).unwrap();
    fs::write(outside.join("router.yaml"), router("plain", "")).unwrap();
    if !Path::new("/tmp/.git").exists() {
        let output = s.command(&["check", "--changed-since", "HEAD"]).current_dir(&outside).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(err, "irc: cannot tell what changed since HEAD: this folder is in no git repository\n");
    }
    fs::remove_dir_all(&outside).unwrap();
}
