//! `irc check --watch`: an answer after each change that matters, and after no other.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use crate::sessions::Session;

/// Whoever waits longer waits for nothing.
const PATIENCE: Duration = Duration::from_secs(60);

/// A run that goes on, and what it says.
struct Watch {
    child: Child,
    lines: Receiver<String>,
}

impl Watch {
    fn new(s: &Session, arguments: &[&str]) -> Self {
        let mut command = s.command(&[&["check", "--watch", "--format", "short"], arguments].concat());
        // Both streams in one, as at a terminal.
        let (reader, writer) = std::io::pipe().unwrap();
        command.stdout(writer.try_clone().unwrap()).stderr(writer);
        let child = command.spawn().unwrap();
        drop(command);
        let (tell, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(reader).lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, lines }
    }

    /// The next answer, without the lines below findings and without how long it took.
    fn answer(&self) -> Vec<String> {
        let mut answer = Vec::new();
        loop {
            let line = match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => line,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => panic!("only {answer:#?}"),
            };
            if let Some((_, why)) = line.strip_prefix("checked in ").and_then(|rest| rest.split_once(" ms")) {
                answer
                    .push(why.trim_end_matches("; waiting for changes, Ctrl-C ends").trim_start().to_owned());
                return answer;
            }
            if !line.starts_with(' ') {
                answer.push(line);
            }
        }
    }

    /// The next answers until one is this: a change that is made in several steps may be seen in several.
    #[track_caller]
    fn until(&self, expected: &[&str]) {
        let mut seen = Vec::new();
        while seen.len() < 8 {
            let answer = self.answer();
            if answer == expected {
                return;
            }
            seen.push(answer);
        }
        panic!("{expected:?} is not among {seen:#?}");
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn router(name: &str, default: &str) -> String {
    format!("name: {name}\n{default}:\n  model: openai/gpt-4o-mini\n")
}

const SLIP: &str = "router.yaml:2:1: error[IRC101] unknown-field: a router definition has no field `defualt`";

#[test]
fn saves_of_every_kind() {
    let s = Session::new("watch-saves").with(&[("router.yaml", &router("a", "default"))]);
    let watch = Watch::new(&s, &["router.yaml"]);
    assert_eq!(watch.answer(), [""]);
    // In place.
    s.write("router.yaml", &router("a", "defualt"));
    watch.until(&[SLIP, "after a change of router.yaml"]);
    // As most editors do: written beside it, and then moved there.
    s.write("router.yaml.tmp", &router("a", "default"));
    fs::rename(s.folder.join("router.yaml.tmp"), s.folder.join("router.yaml")).unwrap();
    watch.until(&["after a change of router.yaml"]);
    // The other way round: the old one moved away, and a new one written.
    fs::rename(s.folder.join("router.yaml"), s.folder.join("router.yaml~")).unwrap();
    s.write("router.yaml", &router("a", "defualt"));
    fs::remove_file(s.folder.join("router.yaml~")).unwrap();
    watch.until(&[SLIP, "after a change of router.yaml"]);
    fs::remove_file(s.folder.join("router.yaml")).unwrap();
    watch.until(&["irc: cannot read router.yaml: there is no such file", "after a change of router.yaml"]);
    s.write("router.yaml", &router("a", "default"));
    watch.until(&["after a change of router.yaml"]);
}

#[test]
fn what_changes_nothing_brings_no_answer() {
    let s = Session::new("watch-nothing").with(&[("routers/a.yaml", &router("a", "defualt"))]);
    s.write("routers/b.yaml", &router("b", "default"));
    let slip = SLIP.replace("router.yaml", "routers/a.yaml");
    let watch = Watch::new(&s, &[]);
    assert_eq!(watch.answer(), [slip.as_str(), ""]);
    // Another file, the same text once more, a file that is gone again.
    s.write("routers/notes.md", "notes");
    s.write("routers/a.yaml", &router("a", "defualt"));
    s.write("routers/b.test.yaml", "router: b.yaml\n");
    s.write("routers/b.yaml", &router("b", "defualt"));
    let other = slip.replace("a.yaml", "b.yaml");
    let answer = watch.answer();
    // What was not saved is told again.
    assert_eq!(answer, [&slip, &other, "after a change of routers/b.yaml"]);
}

#[test]
fn files_and_folders_come_and_go() {
    let s = Session::new("watch-folders").with(&[("routers/a.yaml", &router("a", "default"))]);
    let watch = Watch::new(&s, &[]);
    assert_eq!(watch.answer(), [""]);
    s.write("routers/b.yaml", &router("b", "default"));
    watch.until(&["after a change of routers/b.yaml"]);
    s.write("more/deep/routers/c.yaml", &router("c", "default"));
    watch.until(&["after a change of more/deep/routers/c.yaml"]);
    s.write("more/deep/routers/c.yaml", &router("c", "defualt"));
    let slip = SLIP.replace("router.yaml", "more/deep/routers/c.yaml");
    watch.until(&[&slip, "after a change of more/deep/routers/c.yaml"]);
    fs::remove_dir_all(s.folder.join("more")).unwrap();
    watch.until(&["after a change of more/deep/routers/c.yaml"]);
    // All of it, and all of it again.
    fs::remove_dir_all(s.folder.join("routers")).unwrap();
    while !watch.answer().concat().contains("no definitions in this folder") {}
    s.write("routers/a.yaml", &router("a", "defualt"));
    let slip = SLIP.replace("router.yaml", "routers/a.yaml");
    watch.until(&[&slip, "after a change of routers/a.yaml"]);
    s.write(".gitignore", "a.yaml\n");
    while !watch.answer().concat().contains("no definitions in this folder") {}
}

#[test]
fn what_a_definition_uses_and_what_settings_say() {
    let s = Session::new("watch-uses");
    s.write("router.yaml", "name: a\nuse: shared/acme.yaml\nroutes:\n  - {id: b, when: paying, model: openai/gpt-5.2}\ndefault:\n  model: openai/gpt-4o-mini\n");
    let acme = |value: &str| {
        format!(
            "metadata:\n  tier: {{type: string, enum: [free, pro], required: true}}\nconditions:\n  paying: tier != \"{value}\"\n"
        )
    };
    s.write("shared/acme.yaml", &acme("free"));
    s.write(
        "tests/a.test.yaml",
        "router: ../router.yaml\ntests:\n  - request: {metadata: {tier: pro}}\n    expect: {route: b}\n",
    );
    let watch = Watch::new(&s, &["router.yaml", "tests/a.test.yaml"]);
    assert_eq!(watch.answer(), [""]);
    s.write("shared/acme.yaml", &acme("fre"));
    let slip = "shared/acme.yaml:4:19: error[IRC204] impossible-value: `tier` always differs from `\"fre\"`";
    assert!(watch.answer().contains(&slip.to_owned()));
    fs::remove_dir_all(s.folder.join("shared")).unwrap();
    while !watch.answer().concat().contains("unreadable-reference") {}
    s.write("shared/acme.yaml", &acme("free"));
    watch.until(&["after a change of shared/acme.yaml"]);
    // A configuration that is new, broken, mended, gone.
    s.write("irc.toml", "[lint]\nimpossible-valu = \"off\"\n");
    watch.until(&[
        "irc: irc.toml:2:1: there is no rule or group `impossible-valu`: did you mean `impossible-value`?",
        "after a change of irc.toml",
    ]);
    s.write("irc.toml", "format = \"github\"\n[lint]\nunanswered-route = \"off\"\n");
    let broken = watch.answer();
    assert!(broken.concat().contains("irc.toml:3:1"), "{broken:?}");
    s.write("irc.toml", "format = \"github\"\nfail-on = \"info\"\n");
    watch.until(&["after a change of irc.toml"]);
    fs::remove_file(s.folder.join("irc.toml")).unwrap();
    watch.until(&["after a change of irc.toml"]);
    s.write("router.yaml", &router("a", "default"));
    let answer = watch.answer();
    assert!(answer.concat().contains("tests/a.test.yaml:4:"), "{answer:?}");
}

#[test]
fn what_does_not_go_together_is_refused() {
    let s = Session::new("watch-refused").with(&[("router.yaml", &router("a", "default"))]);
    let refused = |arguments: &[&str]| {
        let (code, out, err) = s.run(&[&["check", "--watch"], arguments].concat());
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        err.lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(refused(&["-"]), "irc: --watch does not go with standard input: name files or folders");
    assert_eq!(
        refused(&["router.yaml", "--format", "json"]),
        "irc: --watch is for people to read: its formats are `human` and `short`"
    );
    for other in [
        "--fix",
        "--diff",
        "--output=sarif=a.sarif",
        "--write-baseline",
        "--changed-since=HEAD",
        "--stdin-filename=a",
    ] {
        let name = other.split('=').next().unwrap();
        let said = refused(&["router.yaml", other]);
        assert!(
            said.starts_with("error: the argument '--watch' cannot be used with ") && said.contains(name),
            "{said}"
        );
    }
    #[cfg(unix)]
    assert_eq!(refused(&["/dev/null"]), "irc: cannot watch /dev/null: it is no regular file");
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it() {
    use std::os::unix::process::ExitStatusExt;

    let s = Session::new("watch-ends").with(&[("router.yaml", &router("a", "default"))]);
    let mut watch = Watch::new(&s, &["router.yaml"]);
    watch.answer();
    let pid = watch.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert_eq!(watch.child.wait().unwrap().signal(), Some(2));
}
