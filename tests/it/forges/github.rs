//! The action, from `action.yml` to the comment.

use std::collections::BTreeMap;
use std::env;
use std::process::{Command, Stdio};

use serde_json::json;

use super::{
    Answer, Forge, ROUTER, Release, Repository, Request, Server, TOKEN, VERSION, can_run, cheaper, from_root,
    git, json, rewritten, text,
};
use crate::read::read;
use crate::sessions::Session;
use crate::tree::ROOT;

const BOT: &str = "github-actions[bot]";

fn answer(forge: &mut Forge, request: &Request) -> Answer {
    let path = request.path().to_owned();
    if let Some(file) = path.strip_prefix("/o/irc/releases/download") {
        return forge.release.answer(file);
    }
    if request.header("authorization") != Some(&format!("Bearer {TOKEN}")) {
        return json(401, &json!({"message": "Bad credentials"}));
    }
    let show = |comment: &super::Comment| {
        let kind = if comment.author.ends_with("[bot]") { "Bot" } else { "User" };
        json!({"id": comment.id, "body": comment.body, "user": {"login": comment.author, "type": kind},
            "html_url": format!("http://forge/comment/{}", comment.id)})
    };
    let written = || serde_json::from_str::<serde_json::Value>(&request.body).unwrap()["body"].clone();
    match (request.method.as_str(), path.as_str(), forge.refuses) {
        ("GET", "/user", _) => json(403, &json!({"message": "Resource not accessible by integration"})),
        ("GET", "/repos/o/r/issues/7/comments", _) => forge.page(request, show),
        ("POST" | "PATCH", _, Some(status)) => {
            json(status, &json!({"message": "Resource not accessible by integration"}))
        }
        ("POST", "/repos/o/r/issues/7/comments", _) => {
            forge.add(BOT, written().as_str().unwrap());
            json(201, &show(forge.comments.last().unwrap()))
        }
        ("PATCH", path, _) => {
            let id: usize = path.strip_prefix("/repos/o/r/issues/comments/").unwrap().parse().unwrap();
            let comment = forge.comments.iter_mut().find(|comment| comment.id == id).unwrap();
            written().as_str().unwrap().clone_into(&mut comment.body);
            json(200, &show(comment))
        }
        (method, path, _) => panic!("{method} {path}"),
    }
}

/// What a job came to.
struct Outcome {
    code: i32,
    log: String,
    summary: String,
}

/// A runner, as far as the action needs one.
struct Runner {
    repository: Repository,
    server: Server<Forge>,
    scratch: Session,
}

impl Runner {
    fn new(name: &str) -> Self {
        Self {
            repository: Repository::new(name),
            server: Server::new(Forge::new(name), answer),
            scratch: Session::new(&format!("{name}-runner")),
        }
    }

    fn comments(&self) -> Vec<String> {
        self.server.state.lock().unwrap().by(BOT)
    }

    /// Runs the action on a pull request from one commit to the one that is checked out.
    fn pull_request(&self, base: &str, inputs: &[(&str, &str)]) -> Outcome {
        let pull = json!({"number": 7, "base": {"sha": base}, "head": {"sha": self.repository.head()}});
        self.run(&pull, inputs)
    }

    /// Runs the steps of `action.yml` in their order, up to the first that fails, as a runner does.
    fn run(&self, pull: &serde_json::Value, inputs: &[(&str, &str)]) -> Outcome {
        let action = read(&from_root("action.yml")).json.remove(0);
        let mut given = serde_json::Map::new();
        for (name, input) in action["inputs"].as_object().unwrap() {
            given.insert(name.clone(), input.get("default").cloned().unwrap_or_else(|| json!("")));
        }
        for (name, value) in inputs {
            assert!(given.insert((*name).to_owned(), json!(value)).is_some(), "{name}");
        }
        let github = json!({"action_repository": "o/irc", "token": TOKEN, "event": {"pull_request": pull}});
        let mut context = json!({"github": github, "steps": {}});
        given.values_mut().for_each(|value| *value = json!(evaluated(value.as_str().unwrap(), &context)));
        context["inputs"] = given.into();

        let scratch = &self.scratch;
        for name in ["path", "summary"] {
            scratch.write(name, "");
        }
        let file = |name: &str| scratch.folder.join(name);
        let content = |name: &str| std::fs::read_to_string(file(name)).unwrap();
        let mut outcome = Outcome { code: 0, log: String::new(), summary: String::new() };
        for step in action["runs"]["steps"].as_array().unwrap() {
            assert_eq!(step["shell"], "sh");
            scratch.write("step.sh", step["run"].as_str().unwrap());
            scratch.write("output", "");
            let paths: Vec<_> = content("path").lines().rev().map(std::path::PathBuf::from).collect();
            let path = env::split_paths(&env::var_os("PATH").unwrap()).collect();
            let mut command = Command::new("sh");
            command.arg("-e").arg(file("step.sh")).current_dir(&self.repository.session.folder);
            command.env_clear().env("PATH", env::join_paths([paths, path].concat()).unwrap());
            command.env("HOME", &scratch.folder).env("RUNNER_TEMP", &scratch.folder);
            command
                .env("GITHUB_ACTION_PATH", ROOT)
                .env("GITHUB_REPOSITORY", "o/r")
                .env("GITHUB_RUN_ID", "42");
            command
                .env("GITHUB_SERVER_URL", &self.server.address)
                .env("GITHUB_API_URL", &self.server.address);
            for (name, path) in [("PATH", "path"), ("OUTPUT", "output"), ("STEP_SUMMARY", "summary")] {
                command.env(format!("GITHUB_{name}"), file(path));
            }
            for (name, value) in step.get("env").and_then(|env| env.as_object()).into_iter().flatten() {
                command.env(name, evaluated(value.as_str().unwrap(), &context));
            }
            let output = command.stdin(Stdio::null()).output().unwrap();
            outcome.log += &text(output.stdout);
            outcome.log += &text(output.stderr);
            outcome.code = output.status.code().unwrap();
            if outcome.code != 0 {
                break;
            }
            if let Some(id) = step["id"].as_str() {
                let lines = content("output");
                let outputs: BTreeMap<&str, &str> = lines.lines().filter_map(|l| l.split_once('=')).collect();
                context["steps"][id] = json!({ "outputs": outputs });
            }
        }
        outcome.summary = content("summary");
        outcome
    }
}

/// A text with the values that `${{ … }}` names. What is not known is a mistake in the file.
fn evaluated(text: &str, context: &serde_json::Value) -> String {
    let Some((before, rest)) = text.split_once("${{") else { return text.to_owned() };
    let (name, after) = rest.split_once("}}").unwrap();
    let value = context.pointer(&format!("/{}", name.trim().replace('.', "/")));
    // Of a push there is no pull request, and nothing in it.
    let none = name.contains("pull_request") && context["github"]["event"]["pull_request"].is_null();
    let value = value.or(none.then_some(&serde_json::Value::Null));
    let shown = match value.unwrap_or_else(|| panic!("{name}")) {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    };
    format!("{before}{shown}{}", evaluated(after, context))
}

/// The first line of a comment tells whose it is, the second what came of it.
fn title(comment: &str) -> &str {
    assert!(comment.starts_with("<!-- irc diff "), "{comment}");
    comment.lines().nth(1).unwrap()
}

#[test]
fn the_first_push_comments_and_the_next_ones_say_it_anew() {
    if !can_run() {
        return;
    }
    let runner = Runner::new("action-pushes");
    // More than one page of what others say, and one of them says what the action looks for.
    {
        let mut forge = runner.server.state.lock().unwrap();
        for n in 0..130 {
            forge.add("someone", &format!("{n}"));
        }
    }
    let base = runner.repository.commit(&[("router.yaml", ROUTER)]);
    runner.repository.commit(&[("router.yaml", &cheaper())]);
    let first = runner.pull_request(&base, &[]);
    assert_eq!(first.code, 0, "{}", first.log);
    let [comment] = runner.comments().try_into().unwrap();
    assert_eq!(title(&comment), "### `support`: requests are routed differently (1 change)");
    assert!(comment.contains("| `pro`") && comment.contains("actions/runs/42"), "{comment}");
    assert!(first.summary.starts_with(title(&comment)), "{}", first.summary);
    assert!(first.log.contains(&format!("irc {VERSION}")), "{}", first.log);

    // Somebody copies the comment: it stays theirs.
    runner.server.state.lock().unwrap().comments[3].body = comment.clone();
    runner.repository.commit(&[("router.yaml", &cheaper().replace("[free, pro]", "[free, pro, team]"))]);
    let second = runner.pull_request(&base, &[]);
    assert_eq!(second.code, 0, "{}", second.log);
    let [again] = runner.comments().try_into().unwrap();
    assert!(again.contains("What callers promise") && again != comment, "{again}");
    assert_eq!(runner.server.state.lock().unwrap().comments[3].body, comment);

    // Taken back: there is nothing to say but that.
    runner.repository.commit(&[("router.yaml", ROUTER)]);
    assert_eq!(runner.pull_request(&base, &[]).code, 0);
    let [last] = runner.comments().try_into().unwrap();
    assert_eq!(title(&last), "### `support`: no request is routed differently");
}

#[test]
fn what_touches_no_definition_is_not_commented() {
    if !can_run() {
        return;
    }
    let runner = Runner::new("action-same");
    let base = runner.repository.commit(&[("router.yaml", ROUTER), ("readme.md", "old")]);
    runner.repository.commit(&[("readme.md", "new")]);
    let outcome = runner.pull_request(&base, &[]);
    assert_eq!((outcome.code, runner.comments().len()), (0, 0), "{}", outcome.log);
    // What is not wanted is not done either.
    runner.repository.commit(&[("router.yaml", &cheaper())]);
    assert_eq!(runner.pull_request(&base, &[("diff", "false")]).code, 0);
    assert_eq!(runner.run(&json!(null), &[]).code, 0, "a push");
    assert_eq!(runner.comments().len(), 0);
    // One that is written differently and means the same is worth a proof.
    runner.repository.commit(&[("router.yaml", &rewritten())]);
    assert_eq!(runner.pull_request(&base, &[]).code, 0);
    let [comment] = runner.comments().try_into().unwrap();
    assert_eq!(title(&comment), "### `support`: no request is routed differently");
    assert!(comment.contains("Proved for every request"), "{comment}");
}

#[test]
fn a_token_that_may_not_comment_is_a_warning() {
    if !can_run() {
        return;
    }
    let runner = Runner::new("action-fork");
    runner.server.state.lock().unwrap().refuses = Some(403);
    let base = runner.repository.commit(&[("router.yaml", ROUTER)]);
    runner.repository.commit(&[("router.yaml", &cheaper())]);
    let outcome = runner.pull_request(&base, &[]);
    assert_eq!(outcome.code, 0, "{}", outcome.log);
    let warning = "::warning title=irc::cannot comment on the pull request: status 403, Resource not accessible by integration. The job needs `permissions: pull-requests: write`; a pull request from a fork never has it.";
    assert!(outcome.log.contains(warning), "{}", outcome.log);
    assert!(outcome.summary.contains("requests are routed differently"), "{}", outcome.summary);
    for (token, said) in [("", "there is no token"), ("another", "status 401, Bad credentials")] {
        let outcome = runner.pull_request(&base, &[("token", token)]);
        assert_eq!(outcome.code, 0, "{}", outcome.log);
        assert!(outcome.log.contains(said), "{}", outcome.log);
    }
    assert_eq!(runner.comments().len(), 0);
}

#[test]
fn what_is_not_the_file_of_the_release_is_not_run() {
    if !can_run() {
        return;
    }
    let runner = Runner::new("action-checksum");
    runner.repository.commit(&[("router.yaml", ROUTER)]);
    let run = |change: &dyn Fn(&mut Release), inputs: &[(&str, &str)]| {
        let mut release = Release::new("action-checksum");
        change(&mut release);
        runner.server.state.lock().unwrap().release = release;
        let outcome = runner.run(&json!(null), inputs);
        (outcome.code, outcome.log)
    };
    let (code, log) = run(&|_| (), &[]);
    assert_eq!(code, 0, "{log}");
    let (code, log) = run(&|release| release.archive.push(b'x'), &[]);
    assert_eq!(code, 2, "{log}");
    assert!(log.contains("is not the file of the release: its checksum is "), "{log}");
    assert!(log.contains("It is not used.") && !log.contains(&format!("irc {VERSION}")), "{log}");
    let (code, log) = run(&|release| release.sums = release.sums.replace("irc-", "xirc-"), &[]);
    assert_eq!(code, 2, "{log}");
    assert!(log.contains("does not name irc-"), "{log}");
    for (version, said) in [
        ("9.9.9", "cannot take irc 9.9.9 from a release: http://"),
        ("1;touch pwned", "`1;touch pwned` is no version of irc"),
        ("../../x", "`../../x` is no version of irc"),
    ] {
        let (code, log) = run(&|_| (), &[("version", version)]);
        assert_eq!(code, 2, "{log}");
        assert!(log.contains(&format!("::error title=irc::{said}")), "{log}");
    }
    // With a version and an address of one's own.
    let releases = format!("{}/o/irc/releases/download/", runner.server.address);
    let (code, log) = run(&|_| (), &[("version", &format!("v{VERSION}")), ("releases", &releases)]);
    assert_eq!(code, 0, "{log}");
}

#[test]
fn findings_fail_the_job_when_all_is_said() {
    if !can_run() {
        return;
    }
    let runner = Runner::new("action-findings");
    let base = runner.repository.commit(&[("a.router.yaml", ROUTER)]);
    let tests = "tests:\n  - name: all\n    request: {metadata: {tier: pro}}\n    expect: {route: default}\n";
    let faulty = cheaper().replace("support", "other").replace("tier ==", "teir ==");
    let files = [("a.router.yaml", &*format!("{}{tests}", cheaper())), ("b.router.yaml", &*faulty)];
    runner.repository.commit(&files);
    let outcome = runner.pull_request(&base, &[("test", "true"), ("sarif", "irc-out.sarif")]);
    assert_eq!(outcome.code, 1, "{}", outcome.log);
    for said in [
        "::error file=b.router.yaml,line=6",
        "::error file=a.router.yaml,line=13",
        "irc check: there are findings\n",
        "irc test: a test fails\n",
    ] {
        assert!(outcome.log.contains(said), "{said} in {}", outcome.log);
    }
    assert_eq!(runner.comments().len(), 1);
    let sarif = std::fs::read_to_string(runner.repository.session.folder.join("irc-out.sarif")).unwrap();
    assert!(sarif.contains("\"2.1.0\"") && sarif.contains("b.router.yaml"), "{sarif}");
    // What cannot be done at all is worse than findings.
    let outcome = runner.pull_request(&base, &[("path", "nothing-there")]);
    assert_eq!(outcome.code, 2, "{}", outcome.log);
    assert!(outcome.log.contains("irc check could not do its work: exit code 2"), "{}", outcome.log);
    let outcome = runner.pull_request(&base, &[("test", "yes")]);
    assert_eq!(outcome.code, 2, "{}", outcome.log);
    assert!(outcome.log.contains("the input `test` is true or false, not `yes`"), "{}", outcome.log);
}

#[test]
fn bounds_hold_what_a_pull_request_may_change() {
    if !can_run() {
        return;
    }
    let runner = Runner::new("action-bounds");
    let base = runner.repository.commit(&[("router.yaml", ROUTER)]);
    runner.repository.commit(&[("router.yaml", &cheaper())]);
    let outcome = runner.pull_request(&base, &[("fail-if", "moved>0\n")]);
    assert_eq!(outcome.code, 1, "{}", outcome.log);
    assert!(outcome.log.contains("more is routed differently than `fail-if` allows"), "{}", outcome.log);
    assert!(runner.comments()[0].contains("❌ `moved>0`"));
    // Without an answer a bound is not kept; without bounds it may be what is being mended.
    let base = runner.repository.commit(&[("router.yaml", &ROUTER.replace("default:", "defualt:"))]);
    runner.repository.commit(&[("router.yaml", ROUTER)]);
    let outcome = runner.pull_request(&base, &[]);
    assert_eq!(outcome.code, 0, "{}", outcome.log);
    assert_eq!(title(&runner.comments()[0]), "### The routers cannot be compared with the base");
    let outcome = runner.pull_request(&base, &[("fail-if", "moved>0")]);
    assert_eq!(outcome.code, 2, "{}", outcome.log);
}

#[test]
fn the_first_routers_are_compared_with_nothing() {
    if !can_run() {
        return;
    }
    let runner = Runner::new("action-first");
    let base = runner.repository.commit(&[("readme.md", "old")]);
    runner.repository.commit(&[("routers/a.yaml", ROUTER)]);
    for path in [".", "routers"] {
        let outcome = runner.pull_request(&base, &[("path", path), ("fail-if", "moved>0")]);
        assert_eq!(outcome.code, 0, "{}", outcome.log);
        assert!(!outcome.log.contains("::warning"), "{}", outcome.log);
        assert_eq!(title(runner.comments().last().unwrap()), "### The first routers", "{path}");
    }
}

#[test]
fn the_base_is_the_one_that_was_merged_and_is_fetched() {
    if !can_run() {
        return;
    }
    // The base moves on after the pull request began, and both are merged, as GitHub does for what it checks.
    let runner = Runner::new("action-merge");
    let old = runner.repository.commit(&[("a.router.yaml", ROUTER), ("b.router.yaml", &named("b"))]);
    git(&runner.repository.session, "checkout -q -b change");
    let head = runner.repository.commit(&[("a.router.yaml", &cheaper())]);
    git(&runner.repository.session, "checkout -q main");
    let dearer = named("b").replace("gpt-4o-mini", "gpt-5.2");
    runner.repository.commit(&[("b.router.yaml", &dearer)]);
    git(&runner.repository.session, "merge -q --no-edit -m merge change");
    // Of all that, the runner has the last commit only.
    let clone = Session::new("action-merge-clone");
    let origin = format!("file://{}", runner.repository.session.folder.display());
    git(&clone, &format!("clone -q --depth 1 {origin} checked-out"));
    let folder = clone.folder.join("checked-out");
    let runner = Runner { repository: Repository { session: Session { folder } }, ..runner };
    let pull = json!({"number": 7, "base": {"sha": old}, "head": {"sha": head}});
    let outcome = runner.run(&pull, &[]);
    assert_eq!(outcome.code, 0, "{}", outcome.log);
    let [comment] = runner.comments().try_into().unwrap();
    assert_eq!(title(&comment), "### 2 routers: 1 routed differently, 1 as before");
    assert!(comment.contains("\nNo request is routed differently, proved for every request"), "{comment}");
    // A base that nobody has.
    let pull = json!({"number": 7, "base": {"sha": "0".repeat(40)}, "head": {"sha": old}});
    let outcome = runner.run(&pull, &[]);
    assert_eq!(outcome.code, 0, "{}", outcome.log);
    assert!(outcome.log.contains("::warning title=irc::cannot compare with the base 000"), "{}", outcome.log);
    let outcome = runner.run(&pull, &[("fail-if", "moved>0")]);
    assert_eq!(outcome.code, 2, "{}", outcome.log);
}

fn named(name: &str) -> String {
    ROUTER.replace("name: support", &format!("name: {name}"))
}

#[test]
fn what_is_too_long_for_a_comment_stands_in_the_summary() {
    if !can_run() {
        return;
    }
    let runner = Runner::new("action-long");
    let all = |model: &str| {
        let routers = (0..200).map(|n| named(&format!("r{n}")).replace("openai/gpt-5.2", model));
        routers.collect::<Vec<_>>().join("---\n")
    };
    let base = runner.repository.commit(&[("router.yaml", &all("openai/gpt-5.2"))]);
    runner.repository.commit(&[("router.yaml", &all("openai/gpt-5.1"))]);
    let outcome = runner.pull_request(&base, &[]);
    assert_eq!(outcome.code, 0, "{}", outcome.log);
    assert!(outcome.summary.len() > 65_536);
    let [comment] = runner.comments().try_into().unwrap();
    assert!(comment.len() < 1000 && comment.contains("too long for a comment"), "{comment}");
    assert_eq!(title(&comment), "### 200 routers: 200 routed differently");
}

/// Names of files, branches and inputs are somebody's text: none is run, none reaches the runner as a command.
#[test]
fn text_of_others_is_not_run() {
    if !can_run() {
        return;
    }
    let action = from_root("action.yml");
    let file = read(&action).json.remove(0);
    for step in file["runs"]["steps"].as_array().unwrap() {
        assert!(!step["run"].as_str().unwrap().contains("${{"), "{step}");
    }
    for theirs in ["title", "head_ref", "head.ref", "body", "label"] {
        assert!(!action.contains(&format!("event.pull_request.{theirs}")) && !action.contains("head_ref"));
    }
    let runner = Runner::new("action-hostile");
    let odd = "$(touch pwned);`touch pwned` '\"%0A::set-output";
    git(&runner.repository.session, "checkout -q -b $(touch${IFS}pwned)");
    let (clean, faulty) = (format!("{odd}/a.router.yaml"), format!("{odd}/::error::b.router.yaml"));
    let base = runner.repository.commit(&[(&clean, ROUTER)]);
    runner.repository.commit(&[(&clean, &cheaper()), (&faulty, "name: other\nroutes: []\n")]);
    let outcome = runner.pull_request(&base, &[("path", odd), ("fail-if", "moved>0; touch pwned")]);
    assert_eq!(outcome.code, 2, "{}", outcome.log);
    let outcome = runner.pull_request(&base, &[("path", odd)]);
    assert_eq!(outcome.code, 1, "{}", outcome.log);
    assert_eq!(runner.comments().len(), 1);
    let outcome = runner.pull_request(&base, &[("path", "-x"), ("sarif", "$(touch pwned)")]);
    assert_eq!(outcome.code, 2, "{}", outcome.log);
    assert!(!runner.repository.holds("pwned"));
    // What a program says that is not of the action stands where the runner looks for no commands.
    for line in outcome.log.lines().filter(|line| line.starts_with("::")) {
        let kinds = ["::error ", "::warning ", "::stop-commands::"];
        let end = line.len() == 36 && line.ends_with("::");
        assert!(end || kinds.iter().any(|kind| line.starts_with(kind)), "{line}");
    }
}
