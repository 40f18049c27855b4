//! Every page of `docs/diagnostics/` is run: its failing example yields the rule and no other error, its passing
//! example yields nothing. An example with a request is given to `irc simulate` as well.

use std::path::Path;
use std::process::Command;

use irc::Options;
use irc::catalogue::{Catalogue, Date};
use irc::diag::{Diagnostic, Meta, Severity, Sink};
use irc::source::{LoadError, Loader, Sources, Span};

use crate::tree::ROOT;

/// An example may use itself, which has a name of its own, and nothing else.
struct Itself<'a>(&'a str, &'a [u8]);

impl Loader for Itself<'_> {
    fn load(&self, _from: &str, path: &str) -> Result<(String, Vec<u8>), LoadError> {
        match path == self.0 {
            true => Ok((path.to_owned(), self.1.to_vec())),
            false => Err(LoadError { reason: "there is no such file".to_owned() }),
        }
    }
}

/// Checks a file that holds these bytes, as of a day on which the pages about retirement hold. The rule of the page is
/// on, also where it is off otherwise.
fn check(rule: &'static Meta, bytes: &[u8], info: &Info) -> Vec<Diagnostic> {
    let catalogue = Catalogue::embedded();
    let mut options = Options::new(&catalogue);
    options.rules.set(rule, true);
    options.analysis.overlaps = info.overlaps;
    options.as_of = Date::new(2026, 11, 22);
    if info.small_limits {
        options.yaml.limits = irc::yaml::Limits::small();
        options.analysis.steps = 200;
    }
    options.analysis.every_route = info.every_route;
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let name = format!("example.{}", info.language);
    let loaded = irc::load(&mut sources, &name, bytes.to_vec(), &options);
    if info.suite {
        let router = Itself("router.yaml", ROUTER.as_bytes());
        let file = irc::check_suites(&mut sources, &loaded, &router, &options, &mut sink);
        return sink.finish(&file.suppressions);
    }
    let itself = Itself(&name, bytes);
    let file = irc::check(&mut sources, &loaded, &itself, &options, &mut sink);
    for checked in file.definitions.iter().filter(|_| info.tests) {
        let Some(plan) = irc::compile::compile(checked, &catalogue) else { continue };
        let ran = irc::suite::Runner::new(checked, &plan, &catalogue, &itself, &sources).run(|_| true);
        assert!(!ran.tests.is_empty());
        ran.obsolete.into_iter().for_each(|obsolete| sink.push(obsolete.told));
        ran.tests.into_iter().filter_map(|tested| tested.failure).for_each(|failure| sink.push(failure));
    }
    sink.finish(&file.suppressions)
}

/// What suites test.
const ROUTER: &str = "name: support\ndefault: {model: openai/gpt-4o-mini}\n";

/// What `irc simulate` finds in a request for the router of this file.
fn simulate(rule: &'static Meta, bytes: &[u8], request: &str) -> Vec<Diagnostic> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    std::fs::create_dir_all(&folder).unwrap();
    let router = format!("{}.yaml", rule.name);
    std::fs::write(folder.join(&router), bytes).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_irc"))
        .current_dir(&folder)
        .args(["simulate", "--no-config", "--as-of", "2026-11-22", "--format", "jsonl", "--render"])
        .args([&router, "--request", request])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && said.is_empty(), "{}: {said}", rule.name);
    let decision: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let span = Span::file_start(Sources::new().add("request", ""));
    let found = decision["findings"].as_array().map_or(&[][..], Vec::as_slice);
    let text = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap().to_owned();
    found
        .iter()
        .map(|f| (irc::registry::by_name(&text(f, "name")).unwrap(), text(f, "message")))
        .map(|(meta, message)| Diagnostic::new(meta, span, message))
        .collect()
}

/// What stands behind the opening fence of an example.
#[derive(Debug, Default, PartialEq, Eq)]
struct Info {
    /// `yaml` or `json`.
    language: String,
    /// True when the example spells bytes as escapes.
    escaped: bool,
    /// True when limits are to be shrunk.
    small_limits: bool,
    /// True when routes that overlap are looked for, which is off otherwise.
    overlaps: bool,
    /// True when a request is to be found for every route.
    every_route: bool,
    /// True when the tests of the example are run.
    tests: bool,
    /// True when the example is a suite, for a router that has nothing but a default route.
    suite: bool,
}

fn info(text: &str) -> Result<Info, String> {
    let mut words = text.split_whitespace();
    let language = words.next().unwrap_or_default().to_owned();
    if !matches!(language.as_str(), "yaml" | "json") {
        return Err(format!("an example is `yaml` or `json`, not `{language}`"));
    }
    let mut info = Info {
        language,
        escaped: false,
        small_limits: false,
        every_route: false,
        overlaps: false,
        tests: false,
        suite: false,
    };
    for word in words {
        match word {
            "escaped" => info.escaped = true,
            "limits=small" => info.small_limits = true,
            "overlaps=on" => info.overlaps = true,
            "every-route=on" => info.every_route = true,
            "tests" => info.tests = true,
            "suite" => info.suite = true,
            _ => return Err(format!("`{word}` behind a fence means nothing")),
        }
    }
    Ok(info)
}

/// What stands below a heading.
fn section<'p>(page: &'p str, heading: &str) -> Result<&'p str, String> {
    let below = page.split_once(&format!("\n## {heading}\n")).ok_or(format!("there is no `## {heading}`"))?.1;
    Ok(below.split("\n## ").next().unwrap_or_default())
}

/// The request of an example, where it has one.
fn request(page: &str, heading: &str) -> Option<String> {
    let (_, fence) = section(page, heading).ok()?.split_once("\n```json request\n")?;
    Some(fence.split_once("\n```")?.0.to_owned())
}

/// The first fenced block below a heading, decoded.
fn example(page: &str, heading: &str) -> Result<(Info, Vec<u8>), String> {
    let section = section(page, heading)?;
    let fence = format!("\n{section}").split_once("\n```").map(|(_, rest)| rest.to_owned());
    let fence = fence.ok_or(format!("`## {heading}` has no fenced block"))?;
    let (first, rest) = fence.split_once('\n').ok_or("a fence has no end")?;
    let info = info(first)?;
    let text = format!("\n{rest}").split_once("\n```").ok_or("a fence has no end")?.0.to_owned();
    let text = text.strip_prefix('\n').map_or(String::new(), |text| format!("{text}\n"));
    let bytes = if info.escaped { unescape(&text)? } else { text.into_bytes() };
    Ok((info, bytes))
}

fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.extend_from_slice(before.as_bytes());
        let wrong = || format!("`\\{}` is no escape", after.chars().take(4).collect::<String>());
        let kind = after.chars().next().ok_or_else(wrong)?;
        let mut length = 1;
        match kind {
            '\\' => out.push(b'\\'),
            'n' => out.push(b'\n'),
            'r' => out.push(b'\r'),
            't' => out.push(b'\t'),
            '0' => out.push(0),
            'x' => {
                let digits = after.get(1..3).ok_or_else(wrong)?;
                out.push(u8::from_str_radix(digits, 16).map_err(|_| wrong())?);
                length = 3;
            }
            'u' => {
                let digits =
                    after[1..].strip_prefix('{').and_then(|r| r.split_once('}')).ok_or_else(wrong)?.0;
                let c = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).ok_or_else(wrong)?;
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                length = digits.len() + 3;
            }
            _ => return Err(wrong()),
        }
        rest = &after[length..];
    }
    out.extend_from_slice(rest.as_bytes());
    Ok(out)
}

/// What is wrong with a page, given what checks its examples.
fn faults(
    name: &str,
    page: &str,
    check: impl Fn(&[u8], &Info, Option<String>) -> Vec<Diagnostic>,
) -> Vec<String> {
    let run = |heading: &str| {
        example(page, heading).map(|(info, bytes)| check(&bytes, &info, request(page, heading)))
    };
    let list = |found: &[Diagnostic]| {
        found.iter().map(|d| format!("\n    {}: {}", d.meta.name, d.message)).collect::<String>()
    };
    let mut faults = Vec::new();
    match run("Fails") {
        Err(fault) => faults.push(fault),
        Ok(found) => {
            let own = found.iter().filter(|d| d.meta.name == name).count();
            let other_errors = found.iter().any(|d| d.meta.name != name && d.severity == Severity::Error);
            if own != 1 || other_errors {
                faults.push(format!("`## Fails` yields it {own} times, among:{}", list(&found)));
            }
        }
    }
    match run("Passes") {
        Err(fault) => faults.push(fault),
        Ok(found) if found.is_empty() => {}
        Ok(found) => faults.push(format!("`## Passes` yields:{}", list(&found))),
    }
    faults.into_iter().map(|fault| format!("{name}: {fault}")).collect()
}

#[test]
fn every_page_says_the_truth() {
    let run = |rule, bytes: &[u8], info: &Info, request: Option<String>| {
        let mut found = check(rule, bytes, info);
        found.extend(request.iter().flat_map(|request| simulate(rule, bytes, request)));
        found
    };
    let faults: Vec<String> = irc::registry::all()
        .flat_map(|rule| faults(rule.name, rule.page, |b, i, r| run(rule, b, i, r)))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_page_belongs_to_a_rule() {
    let Ok(folder) = std::fs::read_dir(format!("{ROOT}/docs/diagnostics")) else {
        assert_eq!(irc::registry::all().count(), 0, "there are rules and no pages");
        return;
    };
    for entry in folder {
        let name = entry.unwrap().file_name().into_string().unwrap();
        // The index of them.
        if name == "README.md" {
            continue;
        }
        let rule = name.strip_suffix(".md").unwrap_or_else(|| panic!("{name} is no page"));
        assert!(irc::registry::all().any(|meta| meta.name == rule), "{name} belongs to no rule");
    }
}

/// A lint has a definition in which it finds something, and one in which nothing is found.
#[test]
fn every_lint_has_fixtures() {
    let read = |path: String| std::fs::read_to_string(format!("{ROOT}/tests/{path}")).unwrap_or_default();
    let mut lacking = Vec::new();
    for rule in irc::lint::metas() {
        let mut found = false;
        for file in ["ui/lint/%.stdout", "off/lint/%.stdout", "sim/%.out"] {
            found |= read(file.replace('%', rule.name)).contains(&format!("[{}] {}", rule.code, rule.name));
        }
        let fine = ["ui", "off"].iter().any(|area| {
            let path = |ending: &str| format!("{area}/lint/{}-fine.{ending}", rule.name);
            !read(path("yaml")).is_empty() && read(path("stdout")).is_empty()
        });
        if !found || !fine {
            lacking.push(rule.name);
        }
    }
    assert_eq!(lacking, [""; 0]);
}

mod of_the_runner {
    use super::*;
    use irc::diag::{Fixability, Group, Level};

    static RULE: Meta = Meta {
        name: "sample",
        code: "IRC999",
        level: Level::Error,
        group: Group::Internal,
        since: "0.1.0",
        fixable: Fixability::None,
        page: "# sample\n\n## Fails\n\n```yaml escaped\nbad\\xff\n```\n\n## Passes\n\n```json limits=small\n{}\n```\n",
    };

    /// One finding for each `bad`, in the request as well.
    fn bad(bytes: &[u8], _: &Info, request: Option<String>) -> Vec<Diagnostic> {
        let mut sources = Sources::new();
        let span = Span::file_start(sources.add("a", ""));
        let bytes = [bytes, request.unwrap_or_default().as_bytes()].concat();
        let count = bytes.windows(3).filter(|window| window == b"bad").count();
        vec![Diagnostic::new(&RULE, span, "bad"); count]
    }

    #[test]
    fn examples_are_found_and_decoded() {
        let (info, bytes) = example(RULE.page, "Fails").unwrap();
        assert_eq!(info, Info { language: "yaml".into(), escaped: true, ..Info::default() });
        assert_eq!(bytes, b"bad\xff\n");
        let (info, bytes) = example(RULE.page, "Passes").unwrap();
        assert_eq!(info, Info { language: "json".into(), small_limits: true, ..Info::default() });
        assert_eq!(bytes, b"{}\n");
        assert_eq!(unescape("a\\t\\r\\n\\0\\\\\\u{feff}é").unwrap(), "a\t\r\n\0\\\u{feff}é".as_bytes());
        assert!(unescape("\\q").is_err() && unescape("\\").is_err() && unescape("\\xg0").is_err());
        assert_eq!(example("# a\n\n## Fails\n\n```yaml\n```\n", "Fails").unwrap().1, b"");
    }

    #[test]
    fn pages_that_lie_are_found() {
        assert_eq!(faults("sample", RULE.page, bad), Vec::<String>::new());
        let count = |page: &str| faults("sample", page, bad).len();
        assert_eq!(count(&RULE.page.replace("bad", "good")), 1);
        assert_eq!(count(&RULE.page.replace("bad", "bad bad")), 1);
        assert_eq!(count(&RULE.page.replace("{}", "bad")), 1);
        assert_eq!(count(&RULE.page.replace("json", "toml")), 1);
        assert_eq!(count(&RULE.page.replace("## Passes", "## Else")), 1);
        assert_eq!(count("# sample\n"), 2);
        let with = |request| {
            RULE.page.replace("\n\n## Passes", &format!("\n\n```json request\n{request}\n```\n\n## Passes"))
        };
        assert_eq!((count(&with("{}")), count(&with("bad"))), (0, 1));
        assert_eq!(faults("other", RULE.page, bad).len(), 1);
    }
}
