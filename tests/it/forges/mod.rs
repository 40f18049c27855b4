//! The GitHub Action and the GitLab jobs, run for real: their steps as their files say them, with a server on this machine
//! that stands in for the release that they take `irc` from and for the API that they comment through.

mod files;
mod github;
mod gitlab;
mod server;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::diff::git;
use crate::examples::text;
use crate::sessions::Session;
use crate::tree::ROOT;
use server::{Answer, Request, Server};

const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Who owns the token, as far as the server knows.
const TOKEN: &str = "the-token";

const ROUTER: &str = "name: support\nmetadata:\n  tier: {type: string, enum: [free, pro], required: true}\nroutes:\n  - id: pro\n    when: tier == \"pro\"\n    model: openai/gpt-5.2\ndefault:\n  model: openai/gpt-4o-mini\n";

/// The same for every request, and written differently.
fn rewritten() -> String {
    ROUTER.replace("tier == \"pro\"", "tier != \"free\"")
}

fn cheaper() -> String {
    ROUTER.replace("openai/gpt-5.2", "openai/gpt-4o-mini")
}

/// Whether a machine can do what the scripts ask of a runner. They say themselves that they are for x86-64 only.
fn can_run() -> bool {
    let tools = [("git", "--version"), ("curl", "--version"), ("jq", "--version"), ("tar", "--version")];
    let there = tools.iter().all(|(tool, argument)| Command::new(tool).arg(argument).output().is_ok());
    let can = there && cfg!(all(target_os = "linux", target_arch = "x86_64"));
    if !can {
        eprintln!("skipped: it needs git, curl, jq and tar, on Linux with x86-64");
    }
    can
}

/// A repository with a first commit, and the hashes of the commits that follow.
struct Repository {
    session: Session,
}

impl Repository {
    fn new(name: &str) -> Self {
        let repository = Self { session: Session::new(name) };
        git(&repository.session, "init -q -b main");
        repository.session.write(".gitignore", "/irc-*\n");
        repository
    }

    /// Commits what lies there, and tells the commit.
    fn commit(&self, files: &[(&str, &str)]) -> String {
        files.iter().for_each(|(name, text)| self.session.write(name, text));
        git(&self.session, "add -A");
        git(&self.session, "commit -q --allow-empty -m one");
        self.head()
    }

    fn head(&self) -> String {
        let mut command = Command::new("git");
        let output = command.current_dir(&self.session.folder).args(["rev-parse", "HEAD"]).output().unwrap();
        text(output.stdout).trim().to_owned()
    }

    fn holds(&self, name: &str) -> bool {
        self.session.folder.join(name).exists()
    }
}

/// A release as `release/build.sh` lays it out: the archive, with an `irc` in it that is the one under test, and its
/// checksum.
struct Release {
    archive: Vec<u8>,
    sums: String,
}

impl Release {
    fn new(name: &str) -> Self {
        let s = Session::new(&format!("{name}-release"));
        let folder = format!("irc-{VERSION}-x86_64-unknown-linux-musl");
        let file = format!("{folder}/irc");
        s.write(&file, &format!("#!/bin/sh\nexec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_irc")));
        fs::set_permissions(s.folder.join(&file), fs::Permissions::from_mode(0o755)).unwrap();
        let archive = format!("{folder}.tar.gz");
        let run = |program: &str, arguments: &[&str]| {
            let output = Command::new(program).current_dir(&s.folder).args(arguments).output().unwrap();
            assert!(output.status.success(), "{program}");
            text(output.stdout)
        };
        run("tar", &["-czf", &archive, &folder]);
        let sums = run("sha256sum", &["--", &archive]);
        Self { archive: fs::read(s.folder.join(archive)).unwrap(), sums }
    }

    /// What is below the address of the releases.
    fn answer(&self, path: &str) -> Answer {
        let Some(file) = path.strip_prefix(&format!("/v{VERSION}/")) else { return (404, Vec::new()) };
        if file == "SHA256SUMS" {
            (200, self.sums.clone().into_bytes())
        } else if file == format!("irc-{VERSION}-x86_64-unknown-linux-musl.tar.gz") {
            (200, self.archive.clone())
        } else {
            (404, Vec::new())
        }
    }
}

/// A comment or note: who wrote it, and what it says.
#[derive(Clone, PartialEq, Debug)]
struct Comment {
    id: usize,
    author: String,
    body: String,
}

/// What the server stands in for.
struct Forge {
    release: Release,
    comments: Vec<Comment>,
    /// What becomes of a comment that is to be written: 403 for a token that may only read.
    refuses: Option<u16>,
}

impl Forge {
    fn new(name: &str) -> Self {
        Self { release: Release::new(name), comments: Vec::new(), refuses: None }
    }

    fn add(&mut self, author: &str, body: &str) -> usize {
        let id = 1000 + self.comments.len();
        self.comments.push(Comment { id, author: author.to_owned(), body: body.to_owned() });
        id
    }

    /// The bodies of what somebody wrote.
    fn by(&self, author: &str) -> Vec<String> {
        self.comments.iter().filter(|c| c.author == author).map(|c| c.body.clone()).collect()
    }

    /// A hundred comments a page, as `show` writes each.
    fn page(&self, request: &Request, show: impl Fn(&Comment) -> Value) -> Answer {
        assert_eq!(request.query("per_page"), Some("100"));
        let page: usize = request.query("page").unwrap().parse().unwrap();
        let comments: Value = self.comments.iter().skip((page - 1) * 100).take(100).map(show).collect();
        (200, comments.to_string().into_bytes())
    }
}

fn json(status: u16, value: &Value) -> Answer {
    (status, value.to_string().into_bytes())
}

fn from_root(path: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(path)).unwrap()
}
