//! `irc check --baseline`: a project with old findings takes the tool on, and only new ones count.

use std::fs;

use irc::cli::SCHEMAS;
use serde_json::Value;

use crate::sessions::{Run, Session};

/// A definition with a finding for each of its models.
fn router(name: &str, models: &[&str]) -> String {
    let list: String = models.iter().map(|model| format!("    - {model}\n")).collect();
    format!(
        "name: {name}\ndefault:\n  model: openai/gpt-4o-mini\n  fallbacks:\n    - anthropic/claude-opus-4-6\n{list}"
    )
}

const CHECK: [&str; 9] =
    ["check", "--format", "short", "--fail-on", "warning", "--allow", "resilience", "--allow", "cost"];

fn check(s: &Session, more: &[&str]) -> Run {
    s.run(&[&CHECK, more].concat())
}

/// The findings that are told, in their order.
fn told(run: &Run) -> Vec<&str> {
    run.1.lines().filter(|line| !line.starts_with(' ')).collect()
}

/// Ten definitions with five findings each, which a baseline holds.
fn adopted(name: &str) -> Session {
    let s = Session::new(name);
    for n in 0..10 {
        let models = ["a", "b", "c", "d", "e"].map(|m| format!("openai/none-{m}"));
        let models = models.each_ref().map(String::as_str);
        s.write(&format!("routers/r{n}.yaml"), &router(&format!("r{n}"), &models));
    }
    assert_eq!(told(&check(&s, &[])).len(), 50);
    let (code, out, err) = check(&s, &["--baseline", "known.json", "--write-baseline"]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "wrote 50 findings to known.json\n", ""));
    s
}

fn read(s: &Session, name: &str) -> String {
    fs::read_to_string(s.folder.join(name)).unwrap()
}

const HIDDEN: &str = "irc: 50 findings stand in known.json and are not told\n";

#[test]
fn of_fifty_old_findings_and_a_new_one_only_the_new_one_fails() {
    let s = adopted("baseline-adopted");
    let with = ["--baseline", "known.json"];
    assert_eq!(check(&s, &with), (0, String::new(), HIDDEN.into()));
    let first = read(&s, "known.json");

    s.write("routers/new.yaml", &router("new", &["openai/none-a"]));
    let run = check(&s, &with);
    assert_eq!((run.0, run.2.as_str()), (1, HIDDEN));
    assert!(
        matches!(told(&run).as_slice(), [one] if one.starts_with("routers/new.yaml:6:7: warning[IRC303]")),
        "{}",
        run.1
    );
    // A new one beside old ones as well.
    fs::remove_file(s.folder.join("routers/new.yaml")).unwrap();
    let old = read(&s, "routers/r3.yaml");
    s.write("routers/r3.yaml", &format!("{old}    - openai/none-f\n"));
    let run = check(&s, &with);
    assert_eq!(run.0, 1);
    assert!(matches!(told(&run).as_slice(), [one] if one.contains("none-f")), "{}", run.1);

    // Ten lines above change nothing, nor does writing it anew.
    for n in 0..10 {
        let name = format!("routers/r{n}.yaml");
        let text = if n == 3 { old.clone() } else { read(&s, &name) };
        s.write(&name, &("# a comment\n".repeat(10) + &text));
    }
    assert_eq!(check(&s, &with), (0, String::new(), HIDDEN.into()));
    assert_eq!(check(&s, &["--baseline", "known.json", "--write-baseline"]).0, 0);
    assert_eq!(read(&s, "known.json"), first);
}

#[test]
fn what_is_fixed_is_told_and_goes_when_it_is_written_anew() {
    let s = adopted("baseline-fixed");
    let with = ["--baseline", "known.json"];
    s.write("routers/r0.yaml", &router("r0", &["openai/none-a", "openai/none-b"]));
    let (code, out, err) = check(&s, &with);
    assert_eq!((code, out.as_str()), (0, ""));
    assert_eq!(
        err,
        "irc: 47 findings stand in known.json and are not told\n\
         irc: 3 findings of known.json are fixed: write it anew with --write-baseline\n"
    );
    assert_eq!(check(&s, &["--quiet", "--baseline", "known.json"]).2, "");
    // A run over other files knows nothing of it.
    let (_, _, err) = check(&s, &["--baseline", "known.json", "routers/r1.yaml"]);
    assert_eq!(err, "irc: 5 findings stand in known.json and are not told\n");
    // Neither does one that does not look for it, nor one of a file whose new fault may hide it.
    let (_, _, err) = check(&s, &["--baseline", "known.json", "--allow", "unknown-model"]);
    assert_eq!(err, "");
    s.write("routers/r0.yaml", "name: r0\nroutes: {\n");
    let (code, _, err) = check(&s, &with);
    assert_eq!((code, err.as_str()), (1, "irc: 45 findings stand in known.json and are not told\n"));
    // Written anew for some files it keeps the others.
    s.write("routers/r0.yaml", &router("r0", &["openai/none-a"]));
    let (_, out, _) = check(&s, &["--baseline", "known.json", "--write-baseline", "routers/r0.yaml"]);
    assert_eq!(out, "wrote 1 finding to known.json; 45 that were not looked for now stay\n");
    assert_eq!(check(&s, &with).2, "irc: 46 findings stand in known.json and are not told\n");
    // A definition that is gone is fixed as well.
    fs::remove_file(s.folder.join("routers/r0.yaml")).unwrap();
    let (_, _, err) = check(&s, &with);
    assert!(
        err.ends_with("irc: 1 finding of known.json is fixed: write it anew with --write-baseline\n"),
        "{err}"
    );
    assert_eq!(
        check(&s, &["--baseline", "known.json", "--write-baseline"]).1,
        "wrote 45 findings to known.json\n"
    );
}

#[test]
fn findings_that_agree_are_counted() {
    let s = Session::new("baseline-repeated");
    // Two documents of a file whose findings agree in all but their place.
    let twice = |count: usize| {
        let one = "name: r\ndefault:\n  model: openai/none-a\n";
        vec![one; count].join("---\n").replacen("name: r", "name: r # irc: allow(duplicate-router)", 1)
    };
    s.write("router.yaml", &twice(2));
    let agree = |s: &Session| told(&check(s, &["--allow", "names", "--warn", "unknown-model"])).len();
    assert_eq!(agree(&s), 2);
    let with = ["--allow", "names", "--warn", "unknown-model", "--baseline", "known.json"];
    check(&s, &[&with[..], &["--write-baseline"]].concat());
    assert_eq!(check(&s, &with).0, 0);
    s.write("router.yaml", &twice(3));
    let run = check(&s, &with);
    assert_eq!((run.0, told(&run).len()), (1, 1), "{}", run.1);
    s.write("router.yaml", &twice(1));
    let (code, _, err) = check(&s, &with);
    assert!(code == 0 && err.contains("1 finding of known.json is fixed"), "{err}");
    // A copy of a definition brings findings of its own, a new name for it does not.
    fs::copy(s.folder.join("router.yaml"), s.folder.join("copy.router.yaml")).unwrap();
    assert_eq!(told(&check(&s, &with)).len(), 1);
    fs::remove_file(s.folder.join("router.yaml")).unwrap();
    assert_eq!(told(&check(&s, &with)).len(), 0);
}

#[test]
fn one_router_of_a_file_says_nothing_of_the_others() {
    let s = Session::new("baseline-one-router");
    s.write("router.yaml", &[router("a", &["openai/none-a"]), router("b", &["openai/none-b"])].join("---\n"));
    let with = ["--baseline", "known.json"];
    assert_eq!(
        check(&s, &["--baseline", "known.json", "--write-baseline"]).1,
        "wrote 2 findings to known.json\n"
    );
    let run = check(&s, &["--baseline", "known.json", "router.yaml:b"]);
    assert_eq!(run, (0, String::new(), "irc: 1 finding stands in known.json and is not told\n".into()));
    let (_, out, _) = check(&s, &["--baseline", "known.json", "--write-baseline", "router.yaml:b"]);
    assert_eq!(out, "wrote 1 finding to known.json; 1 that was not looked for now stays\n");
    assert_eq!(check(&s, &with).2, "irc: 2 findings stand in known.json and are not told\n");
}

#[test]
fn shared_files_are_known_by_the_definitions_that_were_checked() {
    let s = Session::new("baseline-shared");
    s.write("shared.yaml", "pools:\n  cheap: [openai/none-a]\n");
    for name in ["a", "b"] {
        let text = format!(
            "name: {name}\nuse: ../shared.yaml\ndefault:\n  model: anthropic/claude-opus-4-6\n  fallbacks: [{{pool: cheap}}]\n"
        );
        s.write(&format!("routers/{name}.yaml"), &text);
    }
    let with = ["--baseline", "known.json"];
    check(&s, &["--baseline", "known.json", "--write-baseline"]);
    let known: Value = serde_json::from_str(&read(&s, "known.json")).unwrap();
    let findings = known["findings"].as_array().unwrap();
    assert!(findings.iter().all(|f| f["file"] == "shared.yaml" && f["for"].is_string()), "{known}");
    assert_eq!((check(&s, &with).0, told(&check(&s, &with)).len()), (0, 0));
    // Each by itself: nothing is new, nothing is taken for fixed.
    for name in ["a", "b"] {
        let run = check(&s, &["--baseline", "known.json", &format!("routers/{name}.yaml")]);
        assert!(run.0 == 0 && !run.2.contains("fixed"), "{name}: {run:?}");
    }
    // One of them no longer has it: who else does is known where all are checked.
    let own = read(&s, "routers/a.yaml");
    s.write(
        "routers/a.yaml",
        "name: a\ndefault: {model: anthropic/claude-opus-4-6, fallbacks: [openai/gpt-5.2]}\n",
    );
    let (code, _, said) = check(&s, &["--baseline", "known.json", "routers/a.yaml"]);
    assert!(code == 0 && !said.contains("fixed"), "{said}");
    let (code, _, said) = check(&s, &with);
    assert!(code == 0 && !said.contains("fixed"), "{said}");
    s.write("shared.yaml", "pools:\n  cheap: [openai/gpt-4o]\n");
    let (_, out, said) = s.run(&[&["check", "--format", "json"][..], &with].concat());
    assert!(said.contains("fixed"), "{said}");
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["baseline"]["hidden"], 0);
    assert!(report["baseline"]["fixed"].as_u64().unwrap() > 0, "{out}");
    s.write("shared.yaml", "pools:\n  cheap: [openai/none-a]\n");
    s.write("routers/a.yaml", &own);
    // Another one that uses it, and comes first, brings nothing new.
    let text = read(&s, "routers/b.yaml").replace("name: b", "name: first");
    s.write("routers/0.yaml", &text);
    assert_eq!((check(&s, &with).0, told(&check(&s, &with)).len()), (0, 0));
}

#[test]
fn it_is_found_from_everywhere_and_may_stand_in_the_configuration() {
    let s = adopted("baseline-configured");
    s.write("irc.toml", "baseline = \"known.json\"\n");
    let mut below = s.command(&[&CHECK[..], &["r1.yaml", "../routers/r2.yaml"]].concat());
    let below = below.current_dir(s.folder.join("routers")).output().unwrap();
    assert_eq!(below.status.code(), Some(0), "{}", String::from_utf8_lossy(&below.stdout));
    let (code, out, _) = check(&s, &["--no-baseline"]);
    assert_eq!((code, out.lines().filter(|line| !line.starts_with(' ')).count()), (1, 50));
    // A text that is said to be a file is that file.
    let text = read(&s, "routers/r5.yaml");
    let piped = [&CHECK[..], &["-", "--stdin-filename", "routers/r5.yaml"]].concat();
    assert_eq!(s.piped(&piped, &text).0, 0);
    // Beside fixes: what stands in it is not told, but mended all the same.
    let (code, out, _) = check(&s, &["--fix", "routers/r5.yaml"]);
    assert_eq!((code, out.as_str()), (0, ""));
    s.write("irc.toml", "");
    let (code, out, err) = check(&s, &["--write-baseline"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("--baseline FILE") && err.contains("irc.toml"), "{err}");
}

#[test]
fn what_is_no_baseline_is_refused() {
    let s = adopted("baseline-refused");
    let schema = SCHEMAS.iter().find(|schema| schema.name == "baseline").unwrap().generate();
    let validator = jsonschema::validator_for(schema.as_value()).unwrap();
    assert!(validator.is_valid(&serde_json::from_str(&read(&s, "known.json")).unwrap()));
    let with = |name: &str| check(&s, &["--baseline", name]);
    assert_eq!(
        with("gone.json"),
        (
            2,
            String::new(),
            "irc: cannot read gone.json: there is no such file; --write-baseline writes it\n".into()
        )
    );
    for (text, said) in [
        ("", "irc: bad.json:1:0: this is no baseline: "),
        ("{\"version\": 1}", "irc: bad.json:1:14: this is no baseline: missing field `findings`\n"),
        ("[]", "irc: bad.json:1:"),
        (
            "{\"version\": 2, \"findings\": []}",
            "irc: bad.json has version 2, and this irc reads version 1: write it anew\n",
        ),
    ] {
        s.write("bad.json", text);
        let (code, out, err) = with("bad.json");
        assert_eq!((code, out.as_str()), (2, ""), "{text}");
        assert!(err.starts_with(said), "{text}: {err}");
    }
    // Nothing is written where something could not be checked.
    let before = read(&s, "known.json");
    let (code, out, err) =
        check(&s, &["--baseline", "known.json", "--write-baseline", "routers", "gone.yaml"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.ends_with("irc: the baseline is not written: not everything could be checked\n"), "{err}");
    assert_eq!(read(&s, "known.json"), before);
}
