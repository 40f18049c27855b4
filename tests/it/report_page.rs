//! The pages of sums and of coverage in a browser, on a phone and on a wide screen, in light and dark. Without a browser
//! that is skipped, and says so.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::sessions::Session;
use crate::tree::ROOT;

const SCRIPT: &str = include_str!("report_page.js");
const WIDTHS: [u32; 2] = [400, 1_400];

fn browser() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|p| p.is_file())
}

/// What a browser shows of a page: for each width the faults of its texts, and all that can be read.
fn shown(browser: &PathBuf, session: &Session, page: &str, dark: bool) -> Vec<Value> {
    let escaped = page.replace('&', "&amp;").replace('"', "&quot;");
    let frames: Vec<String> = WIDTHS
        .iter()
        .map(|width| {
            format!(
                "<iframe width=\"{width}\" height=\"900\" style=\"border: 0\" srcdoc=\"{escaped}\"></iframe>"
            )
        })
        .collect();
    let scheme = if dark { "dark" } else { "light" };
    let outer = format!(
        "<!doctype html><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"{scheme}\">{}<script>{SCRIPT}</script>",
        frames.join("")
    );
    session.write("outer.html", &outer);
    let profile = session.folder.join(format!("profile-{dark}"));
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
        ])
        .args(["--disable-component-update", "--disable-sync", "--virtual-time-budget=10000", "--dump-dom"])
        .arg(format!("--blink-settings=preferredColorScheme={}", u32::from(!dark)))
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("file://{}", session.folder.join("outer.html").display()))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let dom = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let seen = dom.split_once("<pre id=\"seen\">").and_then(|(_, rest)| rest.split_once("</pre>"));
    let (seen, _) = seen.unwrap_or_else(|| panic!("the browser showed nothing: {dom}{errors}"));
    serde_json::from_slice(&decoded(seen)).unwrap()
}

/// What `encodeURIComponent` made.
fn decoded(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let mut digit = || char::from(bytes.next().unwrap()).to_digit(16).unwrap();
        out.push(if byte == b'%' { u8::try_from(digit() * 16 + digit()).unwrap() } else { byte });
    }
    out
}

/// Every figure of the sums: how many requests, as the page and the table for people write it.
fn figures(sums: &Value) -> Vec<String> {
    let mut out = Vec::new();
    for router in sums["routers"].as_array().unwrap() {
        out.push(router["router"].as_str().unwrap().to_owned());
        for (list, name) in
            [("routes", "route"), ("models", "name"), ("providers", "name"), ("errors", "reason")]
        {
            for row in router[list].as_array().unwrap() {
                out.extend(row[name].as_str().map(|name| name.replace('`', "")));
                out.push(row["requests"].to_string());
                out.extend(row["percent"].as_f64().map(|percent| format!("{percent:.1}%")));
            }
        }
        for variant in
            router["routes"].as_array().unwrap().iter().flat_map(|r| r["variants"].as_array().unwrap())
        {
            out.push(variant["requests"].to_string());
        }
    }
    out
}

#[test]
fn the_report_is_legible_and_whole_on_every_screen() {
    let Some(browser) = browser() else {
        println!("skipped: no chromium and no chrome on the path to look at the report with");
        return;
    };
    let session = Session::new("report-page");
    let path = session.folder.join("report.html");
    let example = |file: &str| format!("{ROOT}/examples/ab-split/{file}");
    let arguments =
        ["simulate", "--no-config", "--as-of", "2026-11-22", "--down", "openai=50%", "--format", "json"];
    let (router, requests) = (example("router.yaml"), example("requests.jsonl"));
    let files = [router.as_str(), requests.as_str(), "--report", path.to_str().unwrap()];
    let (code, sums, errors) = session.run(&[&arguments[..], &files[..]].concat());
    assert_eq!(code, 0, "{errors}");
    let sums: Value = serde_json::from_str(&sums).unwrap();
    let page = std::fs::read_to_string(&path).unwrap();
    assert!(!page.contains("http://") && !page.contains("https://"), "it needs no network");
    look_at(&browser, &session, &page, &figures(&sums));
}

/// Every text of a page is legible on every screen, and these are among them.
fn look_at(browser: &PathBuf, session: &Session, page: &str, wanted: &[String]) {
    for dark in [false, true] {
        let seen = shown(browser, session, page, dark);
        assert_eq!(seen.len(), WIDTHS.len());
        for (view, width) in seen.iter().zip(WIDTHS) {
            assert_eq!(view["width"], width);
            assert_eq!(view["dark"], dark);
            assert_eq!(view["faults"], serde_json::json!([]), "at {width} pixels, dark: {dark}");
            let text = view["text"].as_str().unwrap().replace('`', "");
            for words in wanted {
                assert!(text.contains(words), "{words} is not to be read at {width} pixels:\n{text}");
            }
        }
    }
}

/// A router of which the tests look at a part, and that would be a script if it could.
const PARTLY: &str = r#"name: partly
metadata: {tier: string, "region": string}
conditions:
  eu: region == "eu" || region == "</code><script>document.title = 1</script>"
# 1
# 2
# 3
# 4
# 5
# 6
# 7
# 8
# 9
# 10
# 11
routes:
  - id: "a\"><img src=x>"
    when: tier == "pro" && eu
    variants:
      - {id: b, weight: 40, model: openai/gpt-5.2, fallbacks: [anthropic/claude-opus-4-6]}
      - {id: c, weight: 60, model: openai/gpt-4o}
default: {model: openai/gpt-4o-mini}
tests:
  - name: pro
    request: {metadata: {tier: pro, region: eu}}
    expect: {shares: {b: 40}}
"#;

#[test]
fn coverage_is_legible_and_whole_on_every_screen() {
    let session = Session::new("coverage-page");
    session.write("partly.yaml", PARTLY);
    let arguments = ["test", "--no-config", "partly.yaml", "--html", "page.html", "--format", "json"];
    let (code, report, errors) = session.run(&arguments);
    assert_eq!(code, 0, "{errors}");
    let report: Value = serde_json::from_str(&report).unwrap();
    let coverage = &report["coverage"][0];
    let points = coverage["details"].as_array().unwrap();
    let missing: Vec<&Value> = points.iter().filter(|point| point["covered"] == false).collect();
    assert!(!missing.is_empty() && missing.len() < points.len(), "{coverage}");
    assert!(missing.iter().all(|point| point["request"].is_object()), "each is told how: {coverage}");
    let page = std::fs::read_to_string(session.folder.join("page.html")).unwrap();
    for never in ["http://", "https://", "<script", "<img", "src="] {
        let text = page.replace("&lt;script", "").replace("&lt;img src=", "");
        assert!(!text.contains(never), "{never}");
    }
    // Both sides of a part, in one place, of which one is not covered.
    let part = "<span class=\"part\">region == &quot;eu&quot;</span>\
                <b class=\"hit\" title=\"a test makes it true\">T</b>\
                <b class=\"miss\" title=\"no test makes it false\">F</b>";
    assert!(page.contains(part), "{page}");
    assert!(page.contains("<summary>lines 7 to 14</summary>"), "{page}");
    let Some(browser) = browser() else {
        println!("skipped: no chromium and no chrome on the path to look at the coverage with");
        return;
    };
    let mut wanted: Vec<String> =
        missing.iter().map(|point| point["text"].as_str().unwrap().replace('`', "")).collect();
    wanted.push(format!("{} of {}", coverage["covered"], coverage["points"]));
    wanted.extend(PARTLY.lines().filter(|line| line.contains("model:")).map(|line| line.trim().to_owned()));
    look_at(&browser, &session, &page, &wanted);
}
