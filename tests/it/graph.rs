//! `irc graph`: the drawings of the examples, and that nothing a definition holds means anything in them.
//!
//! `tests/drawn/` holds what is drawn and which cases are made of each example; `IRC_BLESS=1` writes them anew.

use std::fs;
use std::path::{Path, PathBuf};

use irc::analyze::{Budget, never_taken};
use irc::catalogue::Catalogue;
use irc::diag::Sink;
use irc::render::graph::{Graph, mermaid, svg};
use irc::source::{NoFiles, Sources};

use crate::examples::{examples, irc, text};
use crate::tree::ROOT;

/// The output of a command, which found no fault.
fn output(arguments: &[&str]) -> String {
    let output = irc(arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(output.stderr));
    text(output.stdout)
}

#[test]
fn examples_are_drawn_as_they_were() {
    let folder = Path::new(ROOT).join("tests/drawn");
    let mut stale = Vec::new();
    let mut count = 0;
    for path in examples() {
        let path = path.to_str().unwrap();
        let name = path.split("/examples/").nth(1).unwrap().replace('/', "-");
        let name = name.strip_suffix("router.yaml").unwrap().trim_end_matches(['-', '.']).to_owned();
        for (form, arguments) in [
            ("mmd", &["graph", path][..]),
            ("svg", &["graph", path, "--format", "svg"]),
            ("tests.yaml", &["cases", path]),
        ] {
            let drawn = output(arguments);
            let file = folder.join(format!("{name}.{form}"));
            count += 1;
            if std::env::var_os("IRC_BLESS").is_some() {
                fs::create_dir_all(&folder).unwrap();
                fs::write(&file, drawn).unwrap();
            } else if fs::read_to_string(&file).ok().as_deref() != Some(&drawn) {
                stale.push(format!("{}\n{drawn}", file.display()));
            }
        }
    }
    assert!(stale.is_empty(), "run with IRC_BLESS=1 and read the difference:\n{}", stale.join("\n"));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), count, "a file of `tests/drawn` belongs to nothing");
}

/// Ids, names and conditions that mean something to Mermaid, Markdown, HTML, XML or CSS.
const HOSTILE: &str = r#"
name: hostile
display_name: 'A "name" <img src=x onerror=alert(1)> & --> %%{init: {"theme":"dark"}}%% `c` *b* _i_ #35; #quot; [a](http://x) $$x^2$$ fa:fa-car'
metadata:
  s: string
  n: int
  tier: {type: string, enum: [a, b], required: true}
routes:
  - id: "1. \"]end; click r0 href javascript:alert(1)"
    when: 's == "</text><script>alert(1)</script>]]> #35; \u202e\u0007" && n > 1'
    model: openai/gpt-5.2
  - id: "- end\n```\n%% x\nstyle r0 fill:#f00;"
    when: 's.contains("style x:y#a;b") || s == "`md` **b** <br/> &lt; &amp;amp; style a:#b;"'
    model: auto
    candidates: [openai, anthropic]
    sort: [latency, throughput desc]
  - id: 日本語-größe
    when: 's == "日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語"'
    model: auto
  - id: split
    when: 'tier == "a"'
    variants:
      - {id: "a: <b>x</b>", model: openai/gpt-5.2, weight: 70, fallbacks: [gpt-oss-120b]}
      - {id: b, model: anthropic/claude-opus-4-6, weight: 30}
      - {id: zero, model: openai/gpt-4o-mini, weight: 0}
  - id: dead
    when: 'tier == "a" && n > 3'
    model: openai/gpt-5.2
  - id: off
    when: false
    model: openai/gpt-5.2
  - id: rest
    when: 'tier == "b"'
    model: openai/gpt-5.2
default:
  model: openai/gpt-4o-mini
"#;

/// Both drawings of each router of a definition that can be decided.
fn drawn(definition: &str) -> Vec<(String, String)> {
    let catalogue = Catalogue::embedded();
    let options = irc::Options::new(&catalogue);
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let loaded = irc::load(&mut sources, "router.yaml", definition.as_bytes().to_vec(), &options);
    let file = irc::check(&mut sources, &loaded, &NoFiles, &options, &mut sink);
    let drawn = file.definitions.iter().filter_map(|checked| {
        let plan = irc::compile::compile(checked, &catalogue)?;
        let never = never_taken(checked, &catalogue, &sources, Budget::default());
        let graph = Graph::new(&plan, &checked.definition.router, &never);
        Some((mermaid(&graph).text, svg(&graph)))
    });
    drawn.collect()
}

#[test]
fn what_is_never_reached_is_marked() {
    let (mermaid, svg) = drawn(HOSTILE).pop().unwrap();
    for (drawing, breaks) in [(&mermaid, "<br/>"), (&svg, "")] {
        for said in [
            "never reached",
            "split takes all its requests",
            "split and rest leave no request over",
            "switched off",
        ] {
            assert!(drawing.contains(said), "{said}{breaks}: {drawing}");
        }
    }
    assert!(mermaid.contains("  class r3_2,r4,r5,otherwise never\n"), "{mermaid}");
    assert_eq!(svg.matches("<g class=\"never\">").count(), 3, "{svg}");
    // Candidates whose order nobody knows are drawn as such.
    assert!(mermaid.contains(", by latency, then throughput (most first)"), "{mermaid}");
    assert!(mermaid.contains("any model"), "{mermaid}");
}

#[test]
fn without_a_default_route_the_refusal_is_drawn() {
    let routes = "routes:\n  - {id: a, when: 'x == 1', model: openai/gpt-5.2}\n";
    let (mermaid, svg) = drawn(&format!("name: a\n{routes}")).pop().unwrap();
    assert!(mermaid.contains("  class otherwise refused\n"), "{mermaid}");
    assert!(svg.contains("no route: the service answers with an error"), "{svg}");
    let (mermaid, _) =
        drawn("name: a\nroutes:\n  - {id: a, when: true, model: openai/gpt-5.2}\n").pop().unwrap();
    assert!(mermaid.contains("never reached#58; a leaves no request over"), "{mermaid}");
}

/// What the page shows as a picture is what its session prints.
#[test]
fn the_page_shows_what_is_drawn() {
    let page = fs::read_to_string(format!("{ROOT}/docs/graph.md")).unwrap();
    let block = |head: &str| page.split(head).nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let (mermaid, _) = drawn(block("```yaml support.yaml\n")).pop().unwrap();
    assert_eq!(block("```mermaid\n"), mermaid);
}

/// All definitions of the fixtures, and those above.
pub(crate) fn definitions() -> Vec<String> {
    let mut found = vec![HOSTILE.to_owned()];
    let mut folders: Vec<PathBuf> =
        ["tests/ui", "tests/emit", "tests/sim"].iter().map(|f| Path::new(ROOT).join(f)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "yaml") {
                found.extend(fs::read_to_string(&path).ok());
            }
        }
    }
    found
}

#[test]
fn nothing_of_a_definition_means_anything() {
    let mut count = 0;
    for definition in definitions() {
        for (mermaid, svg) in drawn(&definition) {
            is_plain_mermaid(&mermaid);
            is_well_formed(&svg);
            count += 1;
        }
    }
    assert!(count > 40, "{count}");
}

/// Each line is one of those that are meant to be there, and labels hold text and breaks only.
fn is_plain_mermaid(drawing: &str) {
    for line in drawing.lines() {
        let labels: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
        let is_head =
            line.starts_with("%%{init: {\"flowchart\": {\"wrappingWidth\": ") || line == "flowchart TD";
        if is_head || line.trim_start().starts_with("class") {
            continue;
        }
        assert_eq!(labels.len().max(1), 1, "{line}");
        let label = labels.first().copied().unwrap_or("").replace("<br/>", " ");
        let mut rest = label.as_str();
        while let Some((_, entity)) = rest.split_once('#') {
            let (name, after) = entity.split_once(';').unwrap_or_else(|| panic!("{line}"));
            assert!(name.chars().all(|c| c.is_ascii_alphanumeric()), "{line}");
            rest = after;
        }
        let text: String =
            label.split('#').map(|part| part.split_once(';').map_or(part, |(_, text)| text)).collect();
        let odd = |c: char| c.is_control() || c.is_ascii_punctuation() && !"-=(),'/?.%".contains(c);
        assert!(!text.contains(odd) && !text.contains("%%"), "{line}");
        let outside: String = line.split('"').step_by(2).collect();
        assert!(outside.chars().all(|c| c.is_ascii_alphanumeric() || " -.>|[](){}_".contains(c)), "{line}");
    }
}

/// Every tag is closed in its turn, and there is nothing that is fetched or run.
fn is_well_formed(drawing: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = drawing;
    while let Some((text, tag)) = rest.split_once('<') {
        if open.last() != Some(&"style") {
            assert!(!text.contains('>'), "{text}");
        }
        for entity in text.split('&').skip(1) {
            let name = entity.split_once(';').map(|(name, _)| name).unwrap_or_default();
            assert!(["amp", "lt", "gt", "quot", "#39"].contains(&name), "{text}");
        }
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
        let (tag, after) = tag.split_once('>').unwrap();
        rest = after;
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        assert!(
            ["svg", "title", "desc", "style", "g", "rect", "circle", "path", "text"].contains(&name),
            "{tag}"
        );
        for word in ["href", "onload", "onclick", "url("] {
            assert!(!tag.contains(&format!(" {word}")), "{tag}");
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{drawing}");
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "{open:?} {rest}");
    assert!(!drawing.contains("@import") && !drawing.contains("<script"));
}

#[test]
fn it_speaks_of_one_router_and_of_none_with_errors() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("graph");
    fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, content: &str| {
        let path = folder.join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let two = write(
        "two.yaml",
        "name: a\ndefault: {model: openai/gpt-5.2}\n---\nname: b\ndefault: {model: openai/gpt-5.2}\n",
    );
    let output = irc(&["graph", &two]);
    assert_eq!((output.status.code(), text(output.stdout).as_str()), (Some(2), ""));
    assert!(text(output.stderr).contains("name one of `a` and `b`, as in FILE:a"));
    assert!(text(irc(&["graph", &format!("{two}:b")]).stdout).contains("inworld/b"));
    let faulty = write("faulty.yaml", "name: a\nroutes:\n  - {id: r, when: x =, model: m}\n");
    let output = irc(&["graph", &faulty]);
    assert_eq!((output.status.code(), text(output.stdout).as_str()), (Some(1), ""));
    // A route that is never reached is drawn as such, though it forbids to deploy.
    let dead = write(
        "dead.yaml",
        "name: a\nroutes:\n  - {id: r, when: x > 3, model: openai/gpt-5.2}\n  - {id: s, when: x > 4, model: openai/gpt-5.2}\ndefault: {model: openai/gpt-5.2}\n",
    );
    let output = irc(&["graph", &dead]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(output.stderr).contains("unreachable-route"));
    assert!(text(output.stdout).contains("never reached#58; r takes all its requests"));
    // Beyond what Mermaid draws by itself it says so.
    let routes: String =
        (0..260).map(|i| format!("  - {{id: r{i}, when: x == {i}, model: openai/gpt-5.2}}\n")).collect();
    let large =
        write("large.yaml", &format!("name: a\nroutes:\n{routes}default: {{model: openai/gpt-5.2}}\n"));
    let output = irc(&["graph", &large]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(output.stderr).contains("maxEdges"));
    assert!(text(irc(&["graph", &large, "--format", "svg"]).stderr).is_empty());
}
