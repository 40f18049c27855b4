//! The README and the pages of `docs/` say what the tool does: their sessions are run, their files are checked, their
//! generated parts are compared, their links lead somewhere. `IRC_BLESS=1` writes sessions and generated parts anew.
//!
//! In a page, a block whose info string is `console` is a session: lines that begin with `$ ` are run in a folder of
//! the page's own, which holds a copy of `examples/`; what follows is expected of both streams together. A line `…`
//! stands for any lines. `$ echo $?` tells the last exit code, `$ cat FILE` what is in a file. A block whose info string
//! names a file (`yaml router.yaml`) is that file from there on; `diff router.yaml` changes it. A YAML file that no
//! session of the page names is to check without findings.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::tree::ROOT;

/// A fenced block: where its content lies in the page, and what stands behind its fence.
struct Block {
    info: String,
    content: std::ops::Range<usize>,
}

/// The fenced blocks of a page. A fence of more than three backticks holds whatever has fewer.
fn blocks(page: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<(usize, String, usize)> = None;
    let mut at = 0;
    for line in page.split_inclusive('\n') {
        let ticks = line.bytes().take_while(|b| *b == b'`').count();
        let rest = line[ticks..].trim();
        match &open {
            Some((fence, info, start)) if ticks >= *fence && rest.is_empty() => {
                found.push(Block { info: info.clone(), content: *start..at });
                open = None;
            }
            None if ticks >= 3 => open = Some((ticks, rest.to_owned(), at + line.len())),
            _ => {}
        }
        at += line.len();
    }
    found
}

/// All pages with sessions, links and files.
fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "CHANGELOG.md"]
        .iter()
        .map(|name| Path::new(ROOT).join(name))
        .collect();
    for folder in ["docs", "docs/design"] {
        for entry in fs::read_dir(Path::new(ROOT).join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "md") {
                pages.push(path);
            }
        }
    }
    pages.push(Path::new(ROOT).join("docs/diagnostics/README.md"));
    pages.sort();
    pages
}

fn bless() -> bool {
    std::env::var_os("IRC_BLESS").is_some()
}

fn shown(page: &Path) -> String {
    page.strip_prefix(ROOT).unwrap().display().to_string()
}

/// An empty folder for a page, but for the examples.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme").join(name.replace('/', "-"));
    let _ = fs::remove_dir_all(&path);
    copy(&Path::new(ROOT).join("examples"), &path.join("examples"));
    path
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// Runs the tool, as of the day on which the pages hold. What it says on both streams, and its exit code.
fn irc(folder: &Path, arguments: &[String]) -> (String, i32) {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_irc"));
    command.current_dir(folder).args(arguments);
    if arguments
        .first()
        .is_some_and(|a| matches!(a.as_str(), "check" | "build" | "simulate" | "diff" | "cases" | "graph"))
    {
        command.args(["--as-of", "2026-11-22"]);
    }
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "LC_ALL", "LC_CTYPE", "LANG"] {
        command.env_remove(name);
    }
    // What is set for whoever runs the tests is none of the session's.
    for (name, _) in std::env::vars_os() {
        let shown = name.to_string_lossy();
        if shown.starts_with("ANTHROPIC_") || shown.starts_with("CLAUDE_CODE_") {
            command.env_remove(&name);
        }
    }
    command.stdin(Stdio::null()).stdout(writer.try_clone().unwrap()).stderr(writer);
    let mut child = command.spawn().unwrap();
    drop(command);
    let mut said = String::new();
    reader.read_to_string(&mut said).unwrap();
    (said, child.wait().unwrap().code().unwrap())
}

/// The words of a command line: single quotes hold everything, double quotes everything but themselves.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut quote) = (None::<String>, None);
    for c in line.chars() {
        match (c, quote) {
            (_, Some(q)) if c == q => quote = None,
            (_, Some(_)) => word.get_or_insert_default().push(c),
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (' ', None) => words.extend(word.take()),
            (_, None) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// A session: commands, each with the output that is expected.
fn steps(session: &str) -> Vec<(String, String)> {
    let mut steps: Vec<(String, String)> = Vec::new();
    for line in session.split_inclusive('\n') {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push((command.to_owned(), String::new())),
            // A command goes on behind a backslash at its end.
            (None, Some((command, said))) if said.is_empty() && command.trim_end().ends_with('\\') => {
                command.push_str(line);
            }
            (None, Some((_, said))) => said.push_str(line),
            (None, None) => panic!("a session begins with `$ `, not with {line:?}"),
        }
    }
    steps
}

/// Whether a text is what is expected, in which a line `…` stands for any lines.
fn fits(expected: &[&str], said: &[&str]) -> bool {
    match expected {
        [] => said.is_empty(),
        ["…", rest @ ..] => (0..=said.len()).any(|skip| fits(rest, &said[skip..])),
        [line, rest @ ..] => {
            said.split_first().is_some_and(|(first, others)| first == line && fits(rest, others))
        }
    }
}

/// What a page is to show of an output that no longer fits: its lines, with every `…` left where it stands as far as
/// the lines around it still tell where that is.
fn renewed(expected: &str, said: &str) -> String {
    let (expected, said): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), said.lines().collect());
    // What must change at least, from each place in what is expected and each in what is said.
    let mut cost = vec![vec![0_usize; said.len() + 1]; expected.len() + 1];
    let ways = |cost: &[Vec<usize>], i: usize, j: usize| {
        let (line, word) = (expected.get(i), said.get(j));
        let skips = line == Some(&"…");
        // A line that is another costs less than one that is gone: it is not to vanish in the `…` before it.
        let mut ways = Vec::new();
        match (line, word) {
            (Some(_), Some(_)) if skips => ways.push((cost[i][j + 1], 0, 1)),
            (Some(line), Some(word)) => ways.push((cost[i + 1][j + 1] + 2 * usize::from(line != word), 1, 1)),
            _ => {}
        }
        if !skips && word.is_some() {
            ways.push((cost[i][j + 1] + 2, 0, 1));
        }
        if line.is_some() {
            ways.push((cost[i + 1][j] + 3 * usize::from(!skips), 1, 0));
        }
        ways.into_iter().min_by_key(|way| way.0)
    };
    for i in (0..=expected.len()).rev() {
        for j in (0..=said.len()).rev() {
            cost[i][j] = ways(&cost, i, j).map_or(0, |way| way.0);
        }
    }
    let (mut i, mut j, mut fresh) = (0, 0, String::new());
    while let Some((_, lines, words)) = ways(&cost, i, j) {
        let shown = match expected.get(i) {
            Some(&"…") => (lines == 1).then_some("…"),
            _ => (words == 1).then(|| said[j]),
        };
        shown.into_iter().for_each(|line| fresh.extend([line, "\n"]));
        (i, j) = (i + lines, j + words);
    }
    fresh
}

/// Runs a session; the session as it should read.
fn run(folder: &Path, session: &str) -> String {
    let mut actual = String::new();
    let mut code = 0;
    for (command, expected) in steps(session) {
        let line = command.replace("\\\n", " ");
        let arguments = words(line.trim());
        let said = match arguments.split_first() {
            Some((name, arguments)) if name == "irc" => {
                let said;
                (said, code) = irc(folder, arguments);
                said
            }
            Some((name, rest)) if name == "echo" && rest == ["$?"] => format!("{code}\n"),
            Some((name, [file])) if name == "cat" => fs::read_to_string(folder.join(file)).unwrap(),
            _ => panic!("a session cannot run {line:?}"),
        };
        let same = fits(&expected.lines().collect::<Vec<_>>(), &said.lines().collect::<Vec<_>>());
        actual.push_str(&format!("$ {command}{}", if same { expected } else { renewed(&expected, &said) }));
    }
    actual
}

/// A text with a change: lines that begin with `-` go, those with `+` come, all others stand where they are.
fn patched(text: &str, change: &str) -> Result<String, String> {
    let side = |drop: char| -> String {
        let lines = change.split_inclusive('\n').filter(|line| !line.starts_with(drop));
        lines.map(|line| line.get(1..).unwrap_or(line)).collect()
    };
    let (old, new) = (side('+'), side('-'));
    if let Some(line) = change.lines().find(|line| !line.starts_with(['+', '-', ' '])) {
        return Err(format!("a change has no sign: {line:?}"));
    }
    let starts = text.match_indices('\n').map(|(at, _)| at + 1);
    let places: Vec<usize> =
        [0].into_iter().chain(starts).filter(|at| text[*at..].starts_with(&old)).collect();
    match places.as_slice() {
        [at] => Ok(format!("{}{new}{}", &text[..*at], &text[at + old.len()..])),
        many => Err(format!("what is to change is there {} times:\n{old}", many.len())),
    }
}

#[test]
fn sessions_say_what_the_tool_says() {
    let mut faults = Vec::new();
    let mut count = 0;
    for path in pages() {
        let name = shown(&path);
        let page = fs::read_to_string(&path).unwrap();
        let folder = folder(&name);
        let mut fresh = page.clone();
        let mut named = Vec::new();
        let mut sessions = String::new();
        // What comes first in the page is there first; what is blessed last does not move what lies before it.
        let mut changes = Vec::new();
        for block in blocks(&page) {
            let content = &page[block.content.clone()];
            let mut info = block.info.split_whitespace();
            match (info.next(), info.next()) {
                (Some("console"), _) => {
                    count += 1;
                    sessions.push_str(content);
                    let actual = run(&folder, content);
                    if actual != content {
                        changes.push((block.content, actual));
                    }
                }
                (Some("diff"), Some(file)) => {
                    let target = folder.join(file);
                    let text = fs::read_to_string(&target).unwrap_or_else(|_| panic!("{name}: no {file}"));
                    let changed = patched(&text, content).unwrap_or_else(|why| panic!("{name}: {why}"));
                    fs::write(target, changed).unwrap();
                }
                (Some(_), Some(file)) => {
                    let target = folder.join(file);
                    fs::create_dir_all(target.parent().unwrap()).unwrap();
                    fs::write(target, content).unwrap();
                    named.push(file.to_owned());
                }
                _ => {}
            }
        }
        for (place, actual) in changes.into_iter().rev() {
            faults.push(format!("{name}: a session is to read\n\n{actual}"));
            fresh.replace_range(place, &actual);
        }
        if bless() && fresh != page {
            fs::write(&path, fresh).unwrap();
        }
        for file in named.iter().filter(|f| f.ends_with(".yaml") && !sessions.contains(*f)) {
            let (said, _) = irc(&folder, &["check".to_owned(), file.clone()]);
            if said != "no problems in 1 file\n" {
                faults.push(format!("{name}: {file} is to be without findings\n\n{said}"));
            }
        }
    }
    assert!(count > 0, "there are no sessions");
    assert!(bless() || faults.is_empty(), "{}", faults.join("\n"));
}

/// The first shell command of the README that runs cargo, and the second.
fn commands() -> (String, String) {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let mut found = blocks(&readme)
        .into_iter()
        .filter(|block| block.info == "sh")
        .flat_map(|block| readme[block.content].lines().map(str::to_owned).collect::<Vec<_>>())
        .filter(|line| line.starts_with("cargo "));
    (found.next().unwrap(), found.next().unwrap())
}

#[test]
fn the_first_command_of_the_readme_checks_builds_and_simulates() {
    let folder = folder("first-command");
    let mut done = Vec::new();
    for part in commands().0.split(" && ") {
        let arguments = part.strip_prefix("cargo run --release -- ").unwrap_or_else(|| panic!("{part}"));
        let (said, code) = irc(&folder, &words(arguments));
        assert_eq!(code, 0, "{part}\n{said}");
        done.extend(arguments.split(' ').next().map(str::to_owned));
    }
    assert_eq!(done, ["check", "build", "simulate"]);
}

#[test]
fn the_second_command_of_the_readme_is_what_a_change_is_held_to() {
    let command = commands().1;
    let Ok(script) = fs::read_to_string(Path::new(ROOT).join(".ci/run")) else {
        eprintln!("skipped: a package holds no .ci/run");
        return;
    };
    assert!(script.lines().any(|line| line == format!("step {command}")), "{command}");
}

/// Holds a part of a page to what it is made from: the whole page, or what stands between `<!-- name -->` and
/// `<!-- end of name -->`.
pub(crate) fn generated(page: &str, part: Option<&str>, wanted: &str) {
    let path = Path::new(ROOT).join(page);
    let text = fs::read_to_string(&path).unwrap_or_default();
    let fresh = match part {
        None => wanted.to_owned(),
        Some(name) => {
            let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
            let (before, rest) = text.split_once(&open).unwrap_or_else(|| panic!("{page} has no {open}"));
            let (_, after) = rest.split_once(&close).unwrap_or_else(|| panic!("{page} has no {close}"));
            format!("{before}{open}\n{wanted}\n{close}{after}")
        }
    };
    if bless() {
        fs::write(&path, &fresh).unwrap();
    } else {
        assert!(text == fresh, "{page} is out of date: run the tests with IRC_BLESS=1");
    }
}

#[test]
fn the_assumptions_are_documented() {
    let mut page = String::from(
        "# What is assumed of the service\n\nThis page is made from the table in `src/catalogue/assumptions.rs`; \
         `irc explain A01` prints the same.\n\nWhere the service documents nothing, `irc` takes a reading, says which, \
         and names it wherever an answer rests\non it: in decisions, in findings, in claims about all requests.\n",
    );
    for assumption in irc::catalogue::assumptions::ALL {
        let (said, code) = irc(Path::new(ROOT), &["explain".to_owned(), assumption.id.to_owned()]);
        assert_eq!(code, 0);
        page.push_str(&format!("\n#{said}"));
    }
    generated("docs/assumptions.md", None, &page);
}

#[test]
fn the_diagnostics_are_indexed() {
    use irc::diag::Fixability;
    let mut page = String::from(DIAGNOSTICS);
    let mut rules: Vec<_> = irc::registry::all().collect();
    rules.sort_by_key(|rule| rule.code);
    for rule in rules {
        let fix = match rule.fixable {
            Fixability::None => "",
            Fixability::Sometimes => "sometimes",
            Fixability::Always => "always",
        };
        let (name, level, group) = (rule.name, rule.level.as_str(), rule.group.as_str());
        let summary = rule.summary().replace('|', "\\|");
        assert!(summary.len() > 20 && summary.len() < 260, "{name}: {summary}");
        page.push_str(&format!(
            "| {} | [`{name}`]({name}.md) | {level} | {group} | {fix} | {summary} |\n",
            rule.code
        ));
    }
    generated("docs/diagnostics/README.md", None, &page);
}

/// What stands before the table.
const DIAGNOSTICS: &str = "\
# Diagnostics

This page is made from the rules; `irc explain NAME` prints the page of each. Names and codes are never given to another
rule.

A finding is allowed with a comment, on the line before it or at its end: `# irc: allow(NAME) reason`; at the head of a file
it speaks of the whole file. Levels are set by name of a rule or of a group in [`irc.toml`](../cli.md#irctoml), or for one
run with `--allow`, `--warn` and `--deny`. A rule that is `off` is looked at when it is set to something else.

| group | what it holds |
|---|---|
| `yaml`, `shape`, `cel` | what cannot be understood, mostly errors |
| `names` | names, references, ranges |
| `analysis` | claims about all requests |
| `correctness` | certainly a fault, though it could be deployed |
| `suspicious` | probably not what the author meant |
| `cost`, `resilience` | what requests cost, and what happens when a provider fails |
| `style` | the same could be said better |
| `nursery` | not for everybody |
| `test` | tests and the requests in them |

Under *fix* stands whether findings come with one. A safe fix never changes what any request gets.

| code | rule | level | group | fix | what it finds |
|---|---|---|---|---|---|
";

#[test]
fn every_function_of_conditions_is_documented() {
    let page = fs::read_to_string(Path::new(ROOT).join("docs/conditions.md")).unwrap();
    let (said, _) = irc(Path::new(ROOT), &["explain".to_owned()]);
    let list = said.split_once("operators of conditions\n").unwrap().1.split("\n\n").next().unwrap();
    assert!(list.split_whitespace().count() > 40, "{list}");
    let missing: Vec<&str> =
        list.split_whitespace().filter(|name| !page.contains(&format!("`{name}`"))).collect();
    assert_eq!(missing, [""; 0], "docs/conditions.md does not name them");
}

#[test]
fn links_lead_somewhere() {
    let mut faults = Vec::new();
    for path in pages() {
        let page = fs::read_to_string(&path).unwrap();
        for (_, rest) in page.match_indices("](").map(|(at, sign)| (at, &page[at + sign.len()..])) {
            let target = rest.split([')', '#']).next().unwrap();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            if !path.parent().unwrap().join(target).exists() {
                faults.push(format!("{}: {target}", shown(&path)));
            }
        }
    }
    assert_eq!(faults, [""; 0]);
}

#[test]
fn sessions_are_read() {
    let page = "a\n```console\n$ irc x\nb\n```\n````md\n```console\n```\n````\n```yaml a.yaml\nc\n```\n";
    let found: Vec<(String, &str)> = blocks(page).into_iter().map(|b| (b.info, &page[b.content])).collect();
    let inner = "```console\n```\n";
    let wanted = [("console", "$ irc x\nb\n"), ("md", inner), ("yaml a.yaml", "c\n")];
    assert_eq!(found, wanted.map(|(info, content)| (info.to_owned(), content)));
    assert_eq!(words(r#"irc a 'b "c"' "d e"  ''"#), ["irc", "a", r#"b "c""#, "d e", ""]);
    assert_eq!(
        steps("$ irc a \\\n    b\nc\n$ irc d\n"),
        [("irc a \\\n    b\n".to_owned(), "c\n".to_owned()), ("irc d\n".to_owned(), String::new())]
    );
    assert!(fits(&["a", "…", "d"], &["a", "b", "c", "d"]) && fits(&["…"], &[]) && fits(&[], &[]));
    assert_eq!(patched("a\nb\nc\n", " b\n-c\n+d\n").as_deref(), Ok("a\nb\nd\n"));
    assert_eq!(patched("a\nb\n", "-a\n+aa\n").as_deref(), Ok("aa\nb\n"));
    assert!(patched("a\na\n", "-a\n").is_err() && patched("ba\n", "-a\n").is_err());
    assert!(patched("a\n", "a\n").is_err());
    assert!(!fits(&["a", "…", "d"], &["a", "b"]) && !fits(&["a"], &[]) && !fits(&[], &["a"]));
    for (expected, said, wanted) in [
        ("a\n…\nd\ne\n", "a\nb\nc\nd\nf\n", "a\n…\nd\nf\n"),
        ("…\nd\n", "b\nc\ne\n", "…\ne\n"),
        ("a\n…\n", "x\nb\nc\n", "x\n…\n"),
        ("a\n…\nc\n…\n", "a\nb\nnew\nc\n", "a\n…\nc\n…\n"),
        ("a\nb\nc\n", "a\nc\nd\n", "a\nc\nd\n"),
        ("", "a\n", "a\n"),
        ("a\n…\n", "", "…\n"),
    ] {
        assert_eq!(renewed(expected, said), wanted, "{expected:?} {said:?}");
        let (wanted, said): (Vec<&str>, Vec<&str>) = (wanted.lines().collect(), said.lines().collect());
        assert!(fits(&wanted, &said), "{wanted:?} {said:?}");
    }
}
