//! `irc check --fix` at the command line: which files change, what is said, and what is left alone.

use std::fs;

use serde_json::{Value, json};

use crate::sessions::Session;

/// A misspelt key and an assignment, which are mended, and weights, which are not.
const FAULTS: &str = "\
name: support # a comment
descripton: who owns it
routes:
  - id: pro
    when: tier = \"pro\"
    model: openai/gpt-5.2
default:
  variants:
    - {id: a, weight: 60, model: openai/gpt-5.2}
    - {id: b, weight: 30, model: openai/gpt-4o-mini}
";

fn mended() -> String {
    FAULTS.replace("descripton", "description").replace("tier =", "tier ==")
}

impl Session {
    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap()
    }

    /// No file lies about that was not there.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.folder).unwrap();
        let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

#[test]
fn files_are_mended_and_what_is_left_is_told() {
    let s = Session::new("fix").with(&[("router.yaml", FAULTS)]);
    let (code, out, err) = s.run(&["check", "--fix", "router.yaml"]);
    assert_eq!((code, err.as_str()), (1, ""));
    assert_eq!(s.read("router.yaml"), mended());
    let told = "\
fixed router.yaml: rename `descripton` to `description`
fixed router.yaml: write `==`

2 fixed, 1 left: 1 error in 1 file
";
    assert!(out.contains(told) && out.contains("weights-not-100"), "{out}");
    let (code, out, _) = s.run(&["check", "--fix", "router.yaml"]);
    assert!(code == 1 && out.contains("\n0 fixed, 1 left: 1 error in 1 file\n"), "{out}");
    assert_eq!(s.read("router.yaml"), mended());
    assert_eq!(s.names(), ["router.yaml"]);
    // Without the option the findings say how many it would mend.
    s.write("router.yaml", FAULTS);
    let (_, out, _) = s.run(&["check", "router.yaml"]);
    assert!(out.contains("\n3 errors in 1 file\nirc check --fix mends 2 of them\n"), "{out}");
    assert_eq!(s.read("router.yaml"), FAULTS);
}

#[test]
fn standard_input_comes_out_mended() {
    let s = Session::new("fix-stdin");
    let (code, out, err) = s.piped(&["check", "--fix", "--format", "short", "-"], FAULTS);
    assert_eq!((code, out), (1, mended()));
    assert!(err.starts_with("<stdin>:8:3: error[IRC301]") || err.contains("weights-not-100"), "{err}");
    let (code, out, err) = s.piped(&["check", "--fix", "-"], &mended().replace("weight: 30", "weight: 40"));
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(out, mended().replace("weight: 30", "weight: 40"));
    // A file of that name stays what it is.
    s.write("router.yaml", "a file\n");
    let (_, out, _) = s.piped(&["check", "--fix", "--stdin-filename", "router.yaml", "-"], FAULTS);
    assert_eq!((out, s.read("router.yaml")), (mended(), "a file\n".to_owned()));
}

#[test]
fn a_difference_changes_nothing() {
    let s = Session::new("fix-diff").with(&[("router.yaml", FAULTS)]);
    let (code, out, err) = s.run(&["check", "--diff", "--format", "short", "router.yaml"]);
    let expected = "\
--- router.yaml
+++ router.yaml
@@ -1,8 +1,8 @@
 name: support # a comment
-descripton: who owns it
+description: who owns it
 routes:
   - id: pro
-    when: tier = \"pro\"
+    when: tier == \"pro\"
     model: openai/gpt-5.2
 default:
   variants:
";
    assert_eq!((code, out.as_str()), (1, expected));
    assert_eq!(err.lines().filter(|line| line.contains("error[")).count(), 3, "{err}");
    assert_eq!(s.read("router.yaml"), FAULTS);
    let (_, _, err) = s.run(&["check", "--diff", "router.yaml"]);
    assert!(err.contains("would fix router.yaml: write `==`\n"), "{err}");
    assert!(err.contains("\n2 can be fixed: 3 errors in 1 file\n"), "{err}");
    s.write("router.yaml", &mended().replace("weight: 30", "weight: 40"));
    assert_eq!(s.run(&["check", "--diff", "router.yaml"]), (0, String::new(), String::new()));
}

#[test]
fn the_report_has_a_place_for_it() {
    let s = Session::new("fix-json").with(&[("router.yaml", FAULTS)]);
    let report = |arguments: &[&str]| -> Value { serde_json::from_str(&s.run(arguments).1).unwrap() };
    assert_eq!(report(&["check", "--format", "json", "router.yaml"])["fixes"], Value::Null);
    let fixes = &report(&["check", "--fix", "--format", "json", "router.yaml"])["fixes"];
    let fix = |name: &str, code: &str, title: &str| json!({"file": "router.yaml", "name": name, "code": code, "title": title, "safe": true});
    assert_eq!(
        *fixes,
        json!({"written": true, "left_out": [], "applied": [
            fix("unknown-field", "IRC101", "rename `descripton` to `description`"),
            fix("cel-syntax", "IRC200", "write `==`"),
        ]})
    );
    let metadata = "metadata:\n  tier: {type: string, enum: [free], required: true}";
    s.write(
        "router.yaml",
        &mended().replace("description: who owns it", metadata).replace("tier ==", "teir =="),
    );
    let fixes = &report(&["check", "--fix", "--format", "json", "router.yaml"])["fixes"];
    assert_eq!(
        fixes["left_out"],
        json!([{"fix": fix("undeclared-variable", "IRC201", "write `tier`"),
            "because": {"name": "impossible-value", "code": "IRC204", "message": "`tier` is never `\"pro\"`"}}])
    );
}

#[test]
fn unsafe_ones_only_where_they_are_asked_for() {
    let text = "name: support\ndefault:\n  model: openai/gpt-5.22\n";
    let s = Session::new("fix-unsafe").with(&[("router.yaml", text)]);
    let (_, out, _) = s.run(&["check", "router.yaml"]);
    assert!(out.contains("irc check --fix=unsafe --diff shows guesses for 1 of them\n"), "{out}");
    s.run(&["check", "--fix", "router.yaml"]);
    assert_eq!(s.read("router.yaml"), text);
    let (_, out, _) = s.run(&["check", "--fix=unsafe", "--diff", "router.yaml"]);
    assert!(out.contains("+  model: openai/gpt-5.2\n"), "{out}");
    assert_eq!(s.run(&["check", "--fix=unsafe", "router.yaml"]).0, 0);
    assert_eq!(s.read("router.yaml"), text.replace("5.22", "5.2"));
    let (code, _, err) = s.run(&["check", "--fix", "unsafe", "router.yaml"]);
    assert!(code == 2 && err.contains("cannot read unsafe"), "{err}");
}

#[test]
fn what_nobody_asked_about_is_left_alone() {
    let two = format!("{}---\n{}", FAULTS, FAULTS.replace("support", "sales"));
    let s = Session::new("fix-one").with(&[("router.yaml", &two)]);
    s.run(&["check", "--fix", "router.yaml:sales"]);
    // The misspelt key is told of the file, for it could be the name; the condition is that of a router.
    let text = s.read("router.yaml");
    let (first, second) = text.split_once("---\n").unwrap();
    assert!(first.contains("tier = ") && second.contains("tier == "), "{text}");
    let limit = "    model: openai/gpt-5.2\n    text_generation_config: {max_new_tokens: 5}";
    let old = FAULTS.replace("    model: openai/gpt-5.2", limit);
    let kept = mended().replace("    model: openai/gpt-5.2", limit);
    s.write("router.yaml", &old);
    s.run(&["check", "--fix", "--allow", "legacy-field-name", "router.yaml"]);
    assert_eq!(s.read("router.yaml"), kept);
    s.write("router.yaml", &old.replace("5}\n", "5} # irc: allow(legacy-field-name) theirs\n"));
    s.run(&["check", "--fix", "router.yaml"]);
    assert!(s.read("router.yaml").contains("max_new_tokens"));
}

#[test]
fn a_shared_file_is_mended_once() {
    let definition = "name: NAME\nroutes:\n  - {id: a, when: tier == \"pro\", model: openai/gpt-5.2}\ndefault: {model: openai/gpt-4o-mini}\n";
    let named = |name: &str| definition.replace("NAME", name);
    let referring = |name: &str, path: &str| format!("{}metadata: {path}\n", named(name));
    let types = "tier: {type: strng, required: true} # of all\n";
    let s = Session::new("fix-shared").with(&[
        ("types.yaml", types),
        ("a.yaml", &referring("a", "types.yaml")),
        ("routers/b.yaml", &referring("b", "../types.yaml")),
    ]);
    let (code, out, _) = s.run(&["check", "--fix", "a.yaml", "routers"]);
    assert_eq!((code, s.read("types.yaml")), (0, types.replace("strng", "string")));
    assert!(out.ends_with("\n1 fixed, 0 left: no problems in 2 files\n"), "{out}");
    // The one of all definitions, named in irc.toml.
    s.write("types.yaml", types);
    s.write("irc.toml", "metadata = \"types.yaml\"\n");
    s.write("a.yaml", &named("a"));
    s.write("routers/b.yaml", &named("b"));
    let (code, out, _) = s.run(&["check", "--fix", "a.yaml", "routers"]);
    assert_eq!((code, s.read("types.yaml")), (0, types.replace("strng", "string")), "{out}");
    // What mends it would make a condition of the other definition wrong.
    s.write("types.yaml", types);
    s.write("routers/b.yaml", &named("b").replace("\"pro\"", "3"));
    let (code, out, _) = s.run(&["check", "--fix", "a.yaml", "routers"]);
    assert_eq!((code, s.read("types.yaml").as_str()), (1, types));
    assert!(out.contains("left out") && out.contains("type-mismatch"), "{out}");
}

#[test]
fn bytes_that_are_no_text_stay() {
    let s = Session::new("fix-bytes");
    let bytes = [FAULTS.as_bytes(), b"# caf\xe9\n"].concat();
    fs::write(s.folder.join("router.yaml"), &bytes).unwrap();
    let (code, out, _) = s.run(&["check", "--fix", "router.yaml"]);
    assert!(code == 1 && out.contains("\n0 fixed, "), "{out}");
    assert_eq!(fs::read(s.folder.join("router.yaml")).unwrap(), bytes);
}

#[test]
fn revisions_are_refused() {
    let s = Session::new("fix-revision").with(&[("router.yaml", FAULTS)]);
    let git = |arguments: &[&str]| {
        let mut command = std::process::Command::new("git");
        command.current_dir(&s.folder).args(["-c", "user.name=a", "-c", "user.email=a@example.com"]);
        command.args(arguments).output().is_ok_and(|output| output.status.success())
    };
    if !(git(&["init", "-q"]) && git(&["add", "."]) && git(&["commit", "-q", "-m", "one"])) {
        eprintln!("skipped: there is no git");
        return;
    }
    let (code, out, err) = s.run(&["check", "--fix", "HEAD:router.yaml"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(
        err,
        "irc: cannot fix HEAD:router.yaml: what a revision holds cannot be changed; name the file itself\n"
    );
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let s = Session::new("fix-links").with(&[("real/router.yaml", FAULTS), ("locked.yaml", FAULTS)]);
    let mode = |name: &str, mode: u32| {
        fs::set_permissions(s.folder.join(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    mode("real/router.yaml", 0o640);
    symlink("real/router.yaml", s.folder.join("link.yaml")).unwrap();
    s.run(&["check", "--fix", "link.yaml"]);
    assert!(fs::symlink_metadata(s.folder.join("link.yaml")).unwrap().is_symlink());
    assert_eq!(s.read("real/router.yaml"), mended());
    let permissions = fs::metadata(s.folder.join("real/router.yaml")).unwrap().permissions();
    assert_eq!(permissions.mode() & 0o777, 0o640);
    // None is written where one cannot be.
    s.write("real/router.yaml", FAULTS);
    mode("locked.yaml", 0o444);
    let (code, out, err) = s.run(&["check", "--fix", "real/router.yaml", "locked.yaml"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(
        err.starts_with("irc: cannot write ") && err.ends_with("locked.yaml: it is write-protected\n"),
        "{err}"
    );
    assert_eq!((s.read("real/router.yaml").as_str(), s.read("locked.yaml").as_str()), (FAULTS, FAULTS));
    assert_eq!(fs::read_dir(s.folder.join("real")).unwrap().count(), 1);
}
