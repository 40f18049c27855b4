//! What is for CI servers: SARIF, GitLab's code quality and JUnit, each held to what is published of it, and to what the JSON
//! says of the same run; and `--output`, which writes them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::sessions::Session;
use crate::tree::ROOT;

/// Every definition of `tests/ui` and `tests/off`, by the path from there.
fn fixtures() -> Vec<String> {
    let root = Path::new(ROOT).join("tests");
    let mut folders: Vec<PathBuf> = vec![root.join("ui"), root.join("off")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "yaml" || e == "json") {
                files.push(path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    files.sort();
    files
}

/// All that is said of all fixtures, by format.
fn all() -> &'static BTreeMap<&'static str, String> {
    static ALL: OnceLock<BTreeMap<&str, String>> = OnceLock::new();
    ALL.get_or_init(check_all)
}

fn check_all() -> BTreeMap<&'static str, String> {
    let s = Session::new("ci-formats");
    let mut arguments =
        ["check", "--no-config", "--as-of", "2026-11-22", "--warn", "resilience", "--warn", "nursery"]
            .to_vec();
    let formats = ["json", "sarif", "gitlab", "junit"];
    let outputs = formats.map(|format| format!("{format}={}", s.folder.join(format).display()));
    outputs.iter().for_each(|output| arguments.extend(["--output", output]));
    let files = fixtures();
    arguments.extend(files.iter().map(String::as_str));
    let mut command = s.command(&arguments);
    let output = command.current_dir(Path::new(ROOT).join("tests")).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    formats.map(|format| (format, fs::read_to_string(s.folder.join(format)).unwrap())).into()
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {value}"))
}

/// Holds a log to the schema of the standard.
fn hold_to_sarif(log: &Value) {
    let path = Path::new(ROOT).join("tests/data/ci/sarif-schema-2.1.0.json");
    // One of its patterns has a lone bracket, which is refused where patterns are read strictly.
    let schema = value(&fs::read_to_string(path).unwrap().replace("{2}]?$", "{2}\\\\]?$"));
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(log).map(|e| format!("{}: {e}", e.instance_path())).take(5).collect();
    assert_eq!(faults, [""; 0]);
    // It is a schema that refuses things.
    let mut broken = log.clone();
    broken["runs"][0]["columnKind"] = json!("bytes");
    assert!(!validator.is_valid(&broken));
}

/// The offset of a line and column, read as a program does that knows nothing but what the log says of it: which text
/// ends a line, and that columns are UTF-16 code units.
fn offset(text: &str, run: &Value, line: &Value, column: &Value) -> usize {
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    let ends: Vec<&str> = list(&run["newlineSequences"]).iter().map(|end| end.as_str().unwrap()).collect();
    let body = text.trim_start_matches('\u{feff}');
    let mut at = text.len() - body.len();
    for _ in 1..line.as_u64().unwrap() {
        let next = text[at..].char_indices().find_map(|(i, _)| {
            let end = ends.iter().find(|end| text[at + i..].starts_with(*end))?;
            Some(at + i + end.len())
        });
        at = next.expect("a line that the file does not have");
    }
    let mut units = column.as_u64().unwrap() - 1;
    for c in text[at..].chars() {
        if units == 0 {
            break;
        }
        units = units.checked_sub(c.len_utf16() as u64).expect("a column inside of a character");
        at += c.len_utf8();
    }
    at
}

fn range(text: &str, run: &Value, region: &Value) -> (usize, usize) {
    let at = |line: &str, column: &str| offset(text, run, &region[line], &region[column]);
    (at("startLine", "startColumn"), at("endLine", "endColumn"))
}

fn bytes(span: &Value) -> (usize, usize) {
    let at = |end: &str| usize::try_from(span[end]["offset"].as_u64().unwrap()).unwrap();
    (at("start"), at("end"))
}

/// A fixture, by the URI of it.
fn source(uri: &str) -> String {
    let mut path = Vec::new();
    let mut rest = uri.bytes();
    while let Some(byte) = rest.next() {
        path.push(if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
        } else {
            byte
        });
    }
    let bytes = fs::read(Path::new(ROOT).join("tests").join(String::from_utf8(path).unwrap())).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn sarif_of_all_fixtures_is_what_the_standard_asks_for() {
    let all = all();
    let (log, report) = (value(&all["sarif"]), value(&all["json"]));
    hold_to_sarif(&log);
    let run = &log["runs"][0];
    let (results, findings) = (list(&run["results"]), list(&report["diagnostics"]));
    assert!(results.len() > 500, "{}", results.len());
    assert_eq!(results.len(), findings.len());
    let rules = list(&run["tool"]["driver"]["rules"]);
    let ids: BTreeSet<&str> = rules.iter().map(|rule| text(rule, "/id")).collect();
    assert_eq!(ids.len(), rules.len());
    for rule in rules {
        let (short, help) = (text(rule, "/shortDescription/text"), text(rule, "/help/markdown"));
        assert!(short.len() > 20 && short.len() < 260 && help.contains("## Fails"), "{rule}");
        assert!(!help.contains(".md)"), "{help}");
        assert_eq!(irc::registry::by_name(text(rule, "/id")).unwrap().code, rule["properties"]["code"]);
    }
    let mut skipped = 0;
    for (result, finding) in results.iter().zip(findings) {
        assert_eq!(result["ruleId"], finding["name"]);
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let level = if finding["severity"] == "info" { "note" } else { text(finding, "/severity") };
        assert_eq!(result["level"], level);
        assert_eq!(result["partialFingerprints"]["irc/v1"], finding["fingerprint"]);
        let place = &result["locations"][0]["physicalLocation"];
        let file = source(text(place, "/artifactLocation/uri"));
        // What is no UTF-8 is read up to there.
        if file.contains('\u{fffd}') {
            skipped += 1;
            continue;
        }
        assert_eq!(range(&file, run, &place["region"]), bytes(&finding["span"]), "{result}");
        let own = usize::from(result["locations"][0].get("message").is_some());
        let labels = &list(&finding["labels"])[own..];
        assert_eq!(list(&result["relatedLocations"]).len(), labels.len());
        for (related, label) in list(&result["relatedLocations"]).iter().zip(labels) {
            let place = &related["physicalLocation"];
            let file = source(text(place, "/artifactLocation/uri"));
            assert_eq!(range(&file, run, &place["region"]), bytes(&label["span"]), "{result}");
        }
        hold_fixes(run, result, finding);
    }
    assert!(skipped < 10, "{skipped}");
}

/// The same bytes are replaced by the same texts.
fn hold_fixes(run: &Value, result: &Value, finding: &Value) {
    let (fixes, told) = (list(&result["fixes"]), list(&finding["fixes"]));
    assert_eq!(fixes.len(), told.len());
    for (fix, told) in fixes.iter().zip(told) {
        let mut edits = Vec::new();
        for change in list(&fix["artifactChanges"]) {
            let file = source(text(change, "/artifactLocation/uri"));
            for replacement in list(&change["replacements"]) {
                let range = range(&file, run, &replacement["deletedRegion"]);
                edits.push((range, text(replacement, "/insertedContent/text")));
            }
        }
        let expected: Vec<_> =
            list(&told["edits"]).iter().map(|edit| (bytes(&edit["span"]), text(edit, "/text"))).collect();
        assert_eq!(edits, expected, "{finding}");
        assert_eq!(fix["properties"]["safe"], told["safe"]);
    }
}

/// What GitLab demands of an issue (`app/validators/json_schemas/codeclimate.json` in its source), and what its page on
/// code quality adds: the severities, and a line.
fn hold_to_gitlab(report: &Value) {
    let schema = json!({
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "additionalProperties": false,
            "properties": {
                "description": {"type": "string", "minLength": 1},
                "check_name": {"type": "string", "minLength": 1},
                "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string", "pattern": "^[^./]"},
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {"begin": {"type": "integer", "minimum": 1}}
                        }
                    }
                }
            }
        }
    });
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(report).map(|e| format!("{}: {e}", e.instance_path())).take(5).collect();
    assert_eq!(faults, [""; 0]);
    let prints: BTreeSet<&str> = list(report).iter().map(|issue| text(issue, "/fingerprint")).collect();
    assert_eq!(prints.len(), list(report).len(), "a fingerprint is given twice");
}

#[test]
fn code_quality_of_all_fixtures_is_what_gitlab_asks_for() {
    let all = all();
    let (issues, report) = (value(&all["gitlab"]), value(&all["json"]));
    hold_to_gitlab(&issues);
    assert_eq!(list(&issues).len(), list(&report["diagnostics"]).len());
    for (issue, finding) in list(&issues).iter().zip(list(&report["diagnostics"])) {
        assert_eq!(issue["check_name"], finding["name"]);
        assert_eq!(issue["location"]["path"], finding["file"]);
        assert_eq!(issue["location"]["lines"]["begin"], finding["span"]["start"]["line"]);
        let severity = match text(finding, "/severity") {
            "error" => "critical",
            "warning" => "major",
            _ => "info",
        };
        assert_eq!(issue["severity"], severity);
    }
}

/// An element of Jenkins' `junit-10.xsd`, as far as we write it: what it must have, what else it may have, what may stand in
/// it, and whether text may. There is no reader of XML Schema in Rust that is fit to be relied on, so this is that schema by
/// hand; what is not in the table is not allowed, though the schema knows more.
type Shape = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str], bool);

const JUNIT: &[Shape] = &[
    ("testsuites", &[], &["name", "time", "tests", "failures", "errors"], &["testsuite"], false),
    (
        "testsuite",
        &["name", "tests", "failures", "errors"],
        &["group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"],
        &["testsuite", "properties", "testcase", "system-out", "system-err"],
        false,
    ),
    (
        "testcase",
        &["name"],
        &["time", "classname", "group"],
        &["skipped", "error", "failure", "system-out", "system-err"],
        false,
    ),
    ("failure", &[], &["type", "message"], &[], true),
    ("error", &[], &["type", "message"], &[], true),
    ("skipped", &[], &["type", "message"], &[], true),
    ("system-out", &[], &[], &[], true),
];

/// Holds a document to the schema, and its counts to what it holds.
fn hold_to_junit(xml: &str) {
    let document = roxmltree::Document::parse(xml).unwrap();
    assert_eq!(document.root_element().tag_name().name(), "testsuites");
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        let name = node.tag_name().name();
        let shape = JUNIT.iter().find(|shape| shape.0 == name);
        let (_, required, allowed, children, texts) = shape.unwrap_or_else(|| panic!("<{name}> is unknown"));
        let has: Vec<&str> = node.attributes().map(|attribute| attribute.name()).collect();
        assert!(required.iter().all(|one| has.contains(one)), "<{name}> lacks one of {required:?}");
        assert!(has.iter().all(|one| required.contains(one) || allowed.contains(one)), "<{name}>: {has:?}");
        for child in node.children() {
            let text = child.text().filter(|_| child.is_text()).unwrap_or_default();
            assert!(*texts || text.trim().is_empty(), "text in <{name}>: {text}");
            assert!(
                !child.is_element() || children.contains(&child.tag_name().name()),
                "{child:?} in <{name}>"
            );
        }
        if name.starts_with("testsuite") {
            let count = |what: &str| node.descendants().filter(|inner| inner.has_tag_name(what)).count();
            for (attribute, what) in [("tests", "testcase"), ("failures", "failure"), ("errors", "error")] {
                assert_eq!(node.attribute(attribute), Some(count(what).to_string().as_str()), "{attribute}");
            }
        }
    }
    let cases = document.descendants().filter(|node| node.has_tag_name("testcase"));
    let mut names = BTreeSet::new();
    for case in cases {
        let name = (case.attribute("classname").unwrap(), case.attribute("name").unwrap());
        assert!(names.insert(name), "two tests are called {name:?}");
    }
}

#[test]
fn junit_of_all_fixtures_is_what_the_schema_asks_for() {
    let all = all();
    hold_to_junit(&all["junit"]);
    let report = value(&all["json"]);
    let document = roxmltree::Document::parse(&all["junit"]).unwrap();
    let count = |what: &str| document.descendants().filter(|node| node.has_tag_name(what)).count() as u64;
    let summary = &report["summary"];
    let of = |what: &str| summary[what].as_u64().unwrap();
    assert_eq!(count("failure"), of("error"));
    assert_eq!(count("system-out"), of("warning") + of("info"));
    assert!(of("error") > 100 && of("warning") > 100);
    let files: BTreeSet<&str> = list(&report["diagnostics"]).iter().map(|d| text(d, "/file")).collect();
    let suites: BTreeSet<&str> = document
        .descendants()
        .filter(|node| node.has_tag_name("testsuite"))
        .filter_map(|node| node.attribute("file"))
        .collect();
    assert!(files.is_subset(&suites));
    let named: BTreeSet<String> = fixtures().into_iter().collect();
    assert!(named.iter().all(|file| suites.contains(file.as_str())));
}

const FAULTY: &str = "name: faulty
metadata:
  tier: {type: string, enum: [free, pro]}
routes:
  - id: pro
    when: tier == \"gold\"
    model: openai/gpt-5.2
  - id: rest
    when: tier == \"gold\"
    modle: openai/gpt-5.2
default:
  model: openai/gpt-5.99
";

#[test]
fn fingerprints_stay_where_lines_move() {
    let s = Session::new("ci-shifts");
    let prints = |text: &str| {
        s.write("router.yaml", text);
        let (_, sarif, _) = s.run(&["check", "--no-config", "--format", "sarif", "router.yaml"]);
        let (_, gitlab, _) = s.run(&["check", "--no-config", "--format", "gitlab", "router.yaml"]);
        let (sarif, gitlab) = (value(&sarif), value(&gitlab));
        let results = list(&sarif["runs"][0]["results"]);
        let of = |result: &Value| text_of(result, "/partialFingerprints/irc~1v1");
        let lines: Vec<Value> =
            list(&gitlab).iter().map(|i| i["location"]["lines"]["begin"].clone()).collect();
        let first: Vec<String> = results.iter().map(of).collect();
        let second: Vec<String> = list(&gitlab).iter().map(|issue| text_of(issue, "/fingerprint")).collect();
        (first, second, lines)
    };
    let before = prints(FAULTY);
    assert!(before.0.len() >= 3 && before.0.len() == before.1.len(), "{before:?}");
    let moved = prints(&format!("# one\n# two\n\n{}", FAULTY.replace("routes:", "\n# three\nroutes:")));
    assert_eq!((&before.0, &before.1), (&moved.0, &moved.1));
    assert_ne!(before.2, moved.2);
    let other = prints(&FAULTY.replace("gold", "golden"));
    assert_ne!(before.0, other.0);
    assert_ne!(before.1, other.1);
}

fn text_of(value: &Value, pointer: &str) -> String {
    text(value, pointer).to_owned()
}

#[test]
fn hostile_text_stays_text() {
    // Control bytes, ends of sections and of attributes, what looks like a link, and characters of two units.
    let id = "\"a]]></failure>\\x1b[31m\\0\\uFFFE\\u202E&<b>\\\"'[x](http://evil)::error::\"";
    let text = &format!(
        "name: hostile\nroutes:\n  - {{id: \"🚀🚀\", wen: 1, model: openai/gpt-5.2}}\n  - id: {id}\n    when: a == 1\n    \
         model: \"]]>&amp;<!--\"\n  - id: {id}\n    when: a = 2\n    model: openai/gpt-5.2\ndefault:\n  model: openai/gpt-5.2\n"
    );
    let s = Session::new("ci-hostile");
    let name = "a &<b>\"' 🚀#%?.yaml";
    s.write(name, text);
    let run = |format: &str| s.run(&["check", "--no-config", "--format", format, name]).1;
    let log = value(&run("sarif"));
    hold_to_sarif(&log);
    let results = list(&log["runs"][0]["results"]);
    let uri = "a%20%26%3Cb%3E%22%27%20%F0%9F%9A%80%23%25%3F.yaml";
    for result in results {
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], uri);
        let said = self::text(result, "/message/text");
        assert!(!said.contains('\u{1b}') && !said.contains("[x](") && !said.contains('\u{202e}'), "{said}");
    }
    let misspelt = results.iter().find(|r| r["message"]["text"].as_str().unwrap().contains("wen")).unwrap();
    let place = &misspelt["locations"][0]["physicalLocation"]["region"];
    let at = text.find("wen").unwrap();
    assert_eq!(range(text, &log["runs"][0], place), (at, at + 3));
    assert_eq!(place["startColumn"], 18);
    hold_to_gitlab(&value(&run("gitlab")));
    let xml = run("junit");
    hold_to_junit(&xml);
    let document = roxmltree::Document::parse(&xml).unwrap();
    let suite = document.descendants().find(|node| node.has_tag_name("testsuite")).unwrap();
    assert_eq!(suite.attribute("name"), Some(name));
    assert!(xml.contains("\\x1b[31m\\x00\\u{fffe}"), "{xml}");
    assert!(
        document.descendants().any(|node| node.text().is_some_and(|t| t.contains("a]]></failure>"))),
        "{xml}"
    );
}

#[test]
fn paths_are_those_from_where_it_was_started() {
    let s = Session::new("ci-paths").with(&[("routers/a.yaml", FAULTY)]);
    let whole = s.folder.join("routers/a.yaml");
    for path in ["routers/a.yaml", "./routers/a.yaml", "routers", whole.to_str().unwrap()] {
        let run = |format: &str| s.run(&["check", "--no-config", "--format", format, path]).1;
        let log = value(&run("sarif"));
        let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "routers/a.yaml", "{path}");
        assert_eq!(value(&run("gitlab"))[0]["location"]["path"], "routers/a.yaml", "{path}");
        assert!(run("junit").contains("<testsuite name=\"routers/a.yaml\""), "{path}");
    }
}

#[test]
fn outputs_are_written_besides_what_is_printed() {
    let s = Session::new("ci-output").with(&[("a.yaml", FAULTY), ("out/old.xml", "old")]);
    let arguments = ["check", "--no-config", "a.yaml", "--format", "short"];
    let (code, printed, _) = s.run(&arguments);
    assert_eq!(code, 1);
    let mut more = arguments.to_vec();
    more.extend([
        "--output",
        "sarif=irc.sarif",
        "--output",
        "junit=out/old.xml",
        "--output=human=out/seen.txt",
    ]);
    assert_eq!(s.run(&more), (1, printed, String::new()));
    let written = |name: &str| fs::read_to_string(s.folder.join(name)).unwrap();
    assert_eq!(written("irc.sarif"), s.run(&["check", "--no-config", "a.yaml", "--format", "sarif"]).1);
    assert_eq!(written("out/old.xml"), s.run(&["check", "--no-config", "a.yaml", "--format", "junit"]).1);
    assert!(written("out/seen.txt").contains("unknown-field"));
    let mut left: Vec<_> =
        fs::read_dir(s.folder.join("out")).unwrap().map(|e| e.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["old.xml", "seen.txt"], "nothing is left beside them");
    // What is fixed is no finding any more.
    let (_, _, err) = s.run(&["check", "--no-config", "--fix", "--output", "gitlab=q.json", "a.yaml"]);
    assert_eq!(err, "");
    let issues = value(&written("q.json"));
    hold_to_gitlab(&issues);
    assert!(list(&issues).iter().all(|issue| issue["check_name"] != "unknown-field"), "{issues}");
    assert!(!list(&issues).is_empty());
}

#[test]
fn what_could_not_be_read_is_in_the_files() {
    let s = Session::new("ci-unread").with(&[("a.yaml", FAULTY)]);
    let outputs = ["--output", "sarif=s", "--output", "junit=j"];
    let (code, _, err) = s.run(&[&["check", "--no-config", "a.yaml", "gone.yaml"][..], &outputs].concat());
    assert_eq!((code, err.as_str()), (2, "irc: cannot read gone.yaml: there is no such file\n"));
    let log = value(&fs::read_to_string(s.folder.join("s")).unwrap());
    hold_to_sarif(&log);
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
    let xml = fs::read_to_string(s.folder.join("j")).unwrap();
    hold_to_junit(&xml);
    assert!(xml.contains("<error message=\"cannot read gone.yaml: there is no such file\""), "{xml}");
    // Where nothing at all was read there is nothing to report, and no report that says so.
    let (code, ..) = s.run(&["check", "--no-config", "gone.yaml", "--output", "gitlab=g"]);
    assert_eq!((code, s.folder.join("g").exists()), (2, false));
}

#[test]
fn outputs_that_cannot_be_are_refused_at_once() {
    let s = Session::new("ci-refused").with(&[("a.yaml", FAULTY), ("folder/b", ""), ("irc.sarif", "old")]);
    let refused = |outputs: &[&str], expected: &str| {
        let mut arguments = vec!["check", "--no-config", "--fix", "a.yaml"];
        outputs.iter().for_each(|output| arguments.extend(["--output", output]));
        let (code, out, err) = s.run(&arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{outputs:?}");
        assert!(err.contains(expected), "{err}");
    };
    refused(&["sarfi=x"], "unknown format `sarfi`: did you mean `sarif`?");
    refused(&["x.sarif"], "write a format and a file, as in `sarif=irc.sarif`");
    refused(&["sarif="], "no file is named: write `sarif=FILE`");
    refused(&["sarif=-"], "standard output is for `--format sarif`; name a file here");
    refused(&["sarif=gone/x"], "cannot write gone/x: there is no folder gone\n");
    refused(&["sarif=a.yaml/x"], "cannot write a.yaml/x: a.yaml is no folder\n");
    refused(&["sarif=folder"], "cannot write folder: it is a folder\n");
    refused(&["sarif=x", "junit=./x"], "cannot write ./x twice: each output needs a file of its own\n");
    refused(&["sarif=irc.sarif", "json=folder/../irc.sarif"], "irc.sarif twice");
    refused(
        &["json=folder/../a.yaml"],
        "cannot write folder/../a.yaml: it is one of the files that are checked\n",
    );
    #[cfg(unix)]
    {
        refused(&["junit=/dev/null"], "cannot write /dev/null: it is no regular file\n");
        std::os::unix::fs::symlink("nowhere", s.folder.join("link")).unwrap();
        refused(&["junit=link"], "cannot write link: it is a link to what is not there\n");
    }
    assert_eq!(fs::read_to_string(s.folder.join("a.yaml")).unwrap(), FAULTY);
    assert_eq!(fs::read_to_string(s.folder.join("irc.sarif")).unwrap(), "old");
    assert!(!s.folder.join("x").exists());
}

/// The jobs of `docs/ci.md` run commands that there are, and take in files that those write.
#[test]
fn jobs_of_the_page_work() {
    let page = fs::read_to_string(Path::new(ROOT).join("docs/ci.md")).unwrap();
    // The others are those of the action and of the template, which have tests of their own.
    let blocks = page.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let jobs: Vec<&str> = blocks.filter(|block| block.contains("irc check ")).collect();
    assert_eq!(jobs.len(), 2);
    let s = Session::new("ci-page").with(&[("router.yaml", FAULTY)]);
    let mut taken = 0;
    for job in jobs {
        let commands: Vec<&str> =
            job.lines().filter_map(|line| line.split_once("irc check ")).map(|l| l.1).collect();
        assert_eq!(commands.len(), 1, "{job}");
        let (code, out, err) =
            s.run(&["check"].into_iter().chain(commands[0].split(' ')).collect::<Vec<_>>());
        assert_eq!((code, err.as_str(), out.is_empty()), (1, "", false));
        for key in ["sarif_file: ", "codequality: ", "junit: "] {
            let file = job.lines().find_map(|line| line.trim().strip_prefix(key));
            taken += usize::from(file.is_some());
            assert!(file.is_none_or(|file| s.folder.join(file).is_file()), "{key}");
        }
    }
    assert_eq!(taken, 3);
}
