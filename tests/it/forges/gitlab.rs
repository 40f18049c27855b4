//! The jobs for GitLab, from the lines of `templates/gitlab/irc.yml` to the note.

use std::fs;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{
    Answer, Forge, ROUTER, Release, Repository, Request, Server, TOKEN, VERSION, can_run, cheaper, from_root,
    json, rewritten, text,
};
use crate::read::read;

const BOT: &str = "project_7_bot";

fn answer(forge: &mut Forge, request: &Request) -> Answer {
    let path = request.path().to_owned();
    if let Some(file) = path.strip_prefix("/releases") {
        return forge.release.answer(file);
    }
    if request.header("private-token") != Some(TOKEN) {
        return json(401, &json!({"message": "401 Unauthorized"}));
    }
    let author = |name: &str| if name == BOT { 70 } else { 3 };
    let show = |note: &super::Comment| json!({"id": note.id, "body": note.body, "author": {"id": author(&note.author)}});
    let notes = "/api/v4/projects/5/merge_requests/9/notes";
    let written = || decoded(request.body.strip_prefix("body=").unwrap());
    match (request.method.as_str(), path.as_str(), forge.refuses) {
        ("GET", "/api/v4/user", _) => json(200, &json!({"id": 70})),
        ("GET", path, _) if path == notes => forge.page(request, show),
        ("POST" | "PUT", _, Some(status)) => json(status, &json!({"message": "403 Forbidden"})),
        ("POST", path, _) if path == notes => {
            forge.add(BOT, &written());
            json(201, &show(forge.comments.last().unwrap()))
        }
        ("PUT", path, _) => {
            let id: usize = path.strip_prefix(&format!("{notes}/")).unwrap().parse().unwrap();
            let note = forge.comments.iter_mut().find(|note| note.id == id).unwrap();
            note.body = written();
            json(200, &show(note))
        }
        (method, path, _) => panic!("{method} {path}"),
    }
}

/// A value of a form.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            b'+' => b' ',
            byte => byte,
        });
    }
    String::from_utf8(bytes).unwrap()
}

struct Runner {
    repository: Repository,
    server: Server<Forge>,
}

impl Runner {
    fn new(name: &str) -> Self {
        Self { repository: Repository::new(name), server: Server::new(Forge::new(name), answer) }
    }

    fn notes(&self) -> Vec<String> {
        self.server.state.lock().unwrap().by(BOT)
    }

    /// Runs the lines of a job as GitLab's runner does: those before it and its own in one shell that ends at the first
    /// that fails.
    fn run(&self, job: &str, variables: &[(&str, &str)]) -> (i32, String) {
        let file = read(&from_root("templates/gitlab/irc.yml")).json.remove(0);
        let (shared, job) = (&file[".irc"], &file[job]);
        assert_eq!(job["extends"], ".irc");
        let lines = |list: &Value| -> Vec<String> {
            list.as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
        };
        let script = [lines(&shared["before_script"]), lines(&job["script"])].concat().join("\n");
        let mut command = Command::new("sh");
        command.args(["-e", "-c", &script]).current_dir(&self.repository.session.folder).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", &self.repository.session.folder);
        let address = &self.server.address;
        command.env("IRC_VERSION", VERSION).env("IRC_RELEASES", format!("{address}/releases"));
        command.env("CI_API_V4_URL", format!("{address}/api/v4")).env("CI_JOB_URL", "http://forge/job/1");
        command.env("CI_MERGE_REQUEST_PROJECT_ID", "5").env("CI_MERGE_REQUEST_IID", "9");
        command.env("CI_COMMIT_SHORT_SHA", "abcdef12");
        command.envs(variables.iter().copied());
        // Those of a job win over those of the file.
        for (name, value) in shared["variables"].as_object().unwrap() {
            command.env(name, value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        }
        let output = command.stdin(Stdio::null()).output().unwrap();
        (output.status.code().unwrap(), text(output.stdout) + &text(output.stderr))
    }

    fn diff(&self, base: &str, variables: &[(&str, &str)]) -> (i32, String) {
        let given = [("CI_MERGE_REQUEST_DIFF_BASE_SHA", base), ("IRC_GITLAB_TOKEN", TOKEN)];
        self.run("irc:diff", &[&given[..], variables].concat())
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.repository.session.folder.join(name)).unwrap()
    }
}

#[test]
fn findings_and_tests_are_reports() {
    if !can_run() {
        return;
    }
    let runner = Runner::new("gitlab-reports");
    let tests = "tests:\n  - name: all\n    request: {metadata: {tier: pro}}\n    expect: {route: pro}\n";
    runner.repository.commit(&[("router.yaml", &format!("{ROUTER}{tests}"))]);
    let (code, log) = runner.run("irc:check", &[]);
    assert_eq!(code, 0, "{log}");
    assert_eq!(serde_json::from_str::<Value>(&runner.file("irc-quality.json")).unwrap(), json!([]));
    let (code, log) = runner.run("irc:test", &[]);
    assert_eq!(code, 0, "{log}");
    assert!(runner.file("irc-tests.xml").contains("failures=\"0\""));

    runner.repository.commit(&[("router.yaml", &format!("{}{tests}", ROUTER.replace("tier ==", "teir ==")))]);
    let (code, log) = runner.run("irc:check", &[]);
    assert_eq!(code, 1, "{log}");
    assert!(log.contains("router.yaml:6"), "{log}");
    let found: Value = serde_json::from_str(&runner.file("irc-quality.json")).unwrap();
    assert_eq!(found[0]["location"]["path"], "router.yaml");

    let failing = ROUTER.to_owned() + &tests.replace("route: pro", "route: default");
    runner.repository.commit(&[("router.yaml", &failing)]);
    let (code, log) = runner.run("irc:test", &[]);
    assert_eq!(code, 1, "{log}");
    assert!(log.contains("test `all` fails"), "{log}");
    assert!(runner.file("irc-tests.xml").contains("failures=\"1\""));
    assert_eq!(runner.run("irc:check", &[("IRC_PATH", "$(touch pwned)")]).0, 2);
    assert!(!runner.repository.holds("pwned"));
}

#[test]
fn one_note_is_kept_up_to_date() {
    if !can_run() {
        return;
    }
    let runner = Runner::new("gitlab-note");
    {
        let mut forge = runner.server.state.lock().unwrap();
        for n in 0..130 {
            forge.add("someone", &format!("{n}"));
        }
    }
    let base = runner.repository.commit(&[("router.yaml", ROUTER), ("readme.md", "old")]);
    runner.repository.commit(&[("readme.md", "new")]);
    let (code, log) = runner.diff(&base, &[]);
    assert_eq!((code, runner.notes().len()), (0, 0), "{log}");
    runner.repository.commit(&[("router.yaml", &rewritten())]);
    let (code, log) = runner.diff(&base, &[]);
    assert_eq!(code, 0, "{log}");
    let [note] = runner.notes().try_into().unwrap();
    assert!(note.contains("\n### `support`: no request is routed differently\n"), "{note}");
    assert!(note.contains("as of abcdef12"), "{note}");

    // Somebody copies the note: it stays theirs.
    runner.server.state.lock().unwrap().comments[3].body = note.clone();
    runner.repository.commit(&[("router.yaml", &cheaper())]);
    let (code, log) = runner.diff(&base, &[]);
    assert_eq!(code, 0, "{log}");
    assert!(log.contains("the note is up to date"), "{log}");
    let [again] = runner.notes().try_into().unwrap();
    assert!(again.contains("\n### `support`: requests are routed differently (1 change)\n"), "{again}");
    assert_eq!(runner.server.state.lock().unwrap().comments[3].body, note);
    assert!(again.contains(&runner.file("irc-diff.md")) && log.contains(&runner.file("irc-diff.md")));

    // In a pipeline of merged results the target is another commit.
    let target = runner.repository.head();
    let (code, _) = runner.diff(&base, &[("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", &target)]);
    assert_eq!(code, 0);
    assert!(runner.notes()[0].contains("no request is routed differently"));

    // Bounds, kept and not.
    let (code, log) = runner.diff(&base, &[("IRC_FAIL_IF", "moved>0\ncost>+1%")]);
    assert_eq!(code, 2, "{log}");
    let (code, log) = runner.diff(&base, &[("IRC_FAIL_IF", "\nmoved>0")]);
    assert_eq!(code, 1, "{log}");
    assert!(runner.notes()[0].contains("❌ `moved>0`"));
    let (code, log) = runner.diff(&base, &[("IRC_PATH", "router.yaml"), ("IRC_FAIL_IF", "moved>0")]);
    assert_eq!(code, 1, "{log}");
    assert_eq!(runner.notes().len(), 2, "one for each path");
    let (code, log) = runner.diff(&"0".repeat(40), &[]);
    assert_eq!(code, 0, "{log}");
    assert!(runner.notes()[0].contains("### The routers cannot be compared with the base\n\n    irc: "));
}

#[test]
fn the_first_routers_are_compared_with_nothing() {
    if !can_run() {
        return;
    }
    let runner = Runner::new("gitlab-first");
    let base = runner.repository.commit(&[("readme.md", "old")]);
    runner.repository.commit(&[("routers/a.yaml", ROUTER)]);
    let title = |note: &str| note.lines().nth(1).unwrap().to_owned();
    for path in [".", "routers"] {
        let (code, log) = runner.diff(&base, &[("IRC_PATH", path), ("IRC_FAIL_IF", "moved>0")]);
        assert_eq!(code, 0, "{log}");
        assert_eq!(title(runner.notes().last().unwrap()), "### The first routers", "{path}");
    }
    let (code, log) = runner.diff(&base, &[("IRC_PATH", "elsewhere")]);
    assert_eq!(code, 0, "{log}");
    assert_eq!(title(runner.notes().last().unwrap()), "### The routers cannot be compared with the base");
}

#[test]
fn a_note_that_cannot_be_written_fails_nothing() {
    if !can_run() {
        return;
    }
    let runner = Runner::new("gitlab-refused");
    let base = runner.repository.commit(&[("router.yaml", ROUTER)]);
    runner.repository.commit(&[("router.yaml", &cheaper())]);
    let (code, log) = runner.diff(&base, &[("IRC_GITLAB_TOKEN", "")]);
    assert_eq!(code, 0, "{log}");
    assert!(log.contains("no note is written: IRC_GITLAB_TOKEN is not set"), "{log}");
    let (code, log) = runner.diff(&base, &[("IRC_GITLAB_TOKEN", "another")]);
    assert_eq!(code, 0, "{log}");
    assert!(log.contains("no note was written: status 401, \"401 Unauthorized\""), "{log}");
    runner.server.state.lock().unwrap().refuses = Some(403);
    let (code, log) = runner.diff(&base, &[]);
    assert_eq!(code, 0, "{log}");
    assert!(log.contains("no note was written: status 403, \"403 Forbidden\""), "{log}");
    assert!(log.contains("requests are routed differently"), "{log}");
    let (code, log) = runner.diff(&base, &[("CI_API_V4_URL", "http://127.0.0.1:1")]);
    assert_eq!(code, 0, "{log}");
    assert!(log.contains("no note was written: status 000"), "{log}");
}

#[test]
fn what_is_not_the_file_of_the_release_is_not_run() {
    if !can_run() {
        return;
    }
    let runner = Runner::new("gitlab-checksum");
    runner.repository.commit(&[("router.yaml", ROUTER)]);
    let (code, log) = runner.run("irc:check", &[("IRC_VERSION", "")]);
    assert_eq!(code, 2, "{log}");
    assert!(log.contains("set the variables IRC_VERSION"), "{log}");
    let (code, log) = runner.run("irc:check", &[("IRC_VERSION", "9.9.9")]);
    assert_ne!(code, 0, "{log}");
    assert!(log.contains("404"), "{log}");
    for change in [(|release: &mut Release| release.archive.push(b'x')) as fn(&mut Release), |release| {
        release.sums = release.sums.replace("irc-", "xirc-")
    }] {
        let mut release = Release::new("gitlab-checksum");
        change(&mut release);
        runner.server.state.lock().unwrap().release = release;
        let (code, log) = runner.run("irc:check", &[]);
        assert_eq!(code, 2, "{log}");
        assert!(log.contains("is not the file of the release: its checksum is "), "{log}");
        assert!(!log.contains(&format!("irc {VERSION}\n")), "{log}");
    }
}
