//! SARIF 2.1.0, the standard that GitHub's code scanning and many editors read.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::escape::lines;
use super::fingerprint::Fingerprints;
use super::{Report, json, place, words};
use crate::diag::{Diagnostic, Fix, Level, Meta, Severity};
use crate::source::{SourceFile, Sources, Span};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    // Those that found something, in the order of their codes.
    let rules: BTreeMap<&str, &Meta> = report.findings().map(|(_, d)| (d.meta.code, d.meta)).collect();
    let index: BTreeMap<&str, usize> = rules.keys().enumerate().map(|(at, code)| (*code, at)).collect();
    let mut prints = Fingerprints::default();
    let results: Vec<Value> = report
        .findings()
        .map(|(sources, d)| {
            let print = prints.next(sources, d);
            result(report, sources, d, index.get(d.meta.code).copied(), &print)
        })
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "irc",
                "fullName": "Inworld Router Compiler",
                "version": report.version,
                "semanticVersion": report.version,
                "rules": rules.values().map(|meta| rule(meta)).collect::<Vec<_>>(),
            }},
            "invocations": [invocation(report)],
            "columnKind": "utf16CodeUnits",
            "newlineSequences": ["\r\n", "\n", "\r"],
            "results": results,
        }],
    });
    json::pretty(&log, out)
}

/// What could not be read was not checked, and whoever reads the results has to know.
fn invocation(report: &Report<'_>) -> Value {
    let notification = |problem: &String| json!({"level": "error", "message": {"text": text(problem)}});
    let problems: Vec<Value> = report.problems.iter().map(notification).collect();
    json!({"executionSuccessful": problems.is_empty(), "toolExecutionNotifications": problems})
}

fn rule(meta: &Meta) -> Value {
    let configuration = match meta.level {
        Level::Off => json!({"enabled": false, "level": "note"}),
        level => json!({"level": word(level.severity())}),
    };
    let (name, page) = (meta.name, meta.description());
    let paragraph = page.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    // A list that follows is left out.
    let full = paragraph.strip_suffix(':').map_or(paragraph.clone(), |sentence| format!("{sentence}."));
    let markdown = format!("{page}\n\n`irc explain {name}` prints this page.\n");
    json!({
        "id": name,
        "shortDescription": {"text": meta.summary()},
        "fullDescription": {"text": full},
        "help": {"text": format!("{full}\n`irc explain {name}` says more."), "markdown": markdown},
        "defaultConfiguration": configuration,
        "properties": {
            "code": meta.code,
            "tags": [meta.group.as_str()],
            "problem.severity": match meta.level.severity() {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "recommendation",
            },
        },
    })
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(report: &Report<'_>, sources: &Sources, d: &Diagnostic, rule: Option<usize>, print: &str) -> Value {
    let mut own = location(report, sources, d.span, &d.label);
    if let Some(logical) = logical(d) {
        own.insert("logicalLocations".into(), json!([logical]));
    }
    let mut result = Map::new();
    let mut set = |key: &str, value: Value| result.insert(key.into(), value);
    set("ruleId", json!(d.meta.name));
    set("ruleIndex", json!(rule));
    set("level", json!(word(d.severity)));
    set("message", json!({"text": text(&words(d))}));
    set("locations", json!([own]));
    if !d.labels.is_empty() {
        let related = d.labels.iter().zip(1..).map(|(label, id)| {
            let mut place = location(report, sources, label.span, &label.message);
            place.insert("id".into(), json!(id));
            place
        });
        set("relatedLocations", related.collect());
    }
    set("partialFingerprints", json!({"irc/v1": print}));
    if !d.fixes.is_empty() {
        set("fixes", d.fixes.iter().map(|f| fix(report, sources, f)).collect());
    }
    let mut bag = Map::new();
    if !d.assumptions.is_empty() {
        bag.insert("assumptions".into(), json!(d.assumptions));
    }
    if let Some(witness) = d.witness.as_deref().and_then(|text| serde_json::from_str(text).ok()) {
        bag.insert("witness".into(), witness);
    }
    if !bag.is_empty() {
        set("properties", bag.into());
    }
    result.into()
}

/// A place and what there is to say about it.
fn location(report: &Report<'_>, sources: &Sources, span: Span, words: &str) -> Map<String, Value> {
    let mut location = Map::new();
    if let Some(file) = sources.get(span.file) {
        let artifact = artifact(report, file);
        let physical = json!({"artifactLocation": artifact, "region": region(file, span)});
        location.insert("physicalLocation".into(), physical);
    }
    if !words.is_empty() {
        location.insert("message".into(), json!({"text": text(words)}));
    }
    location
}

/// What of the definition it is about: `support/pro/flagship`.
fn logical(d: &Diagnostic) -> Option<Value> {
    let subject = &d.subject;
    let parts: Vec<&str> = [&subject.router, &subject.route, &subject.variant]
        .into_iter()
        .filter_map(|p| p.as_deref())
        .collect();
    let name = parts.last()?;
    Some(json!({"name": lines(name), "fullyQualifiedName": lines(&parts.join("/"))}))
}

fn artifact(report: &Report<'_>, file: &SourceFile) -> Value {
    json!({"uri": place::uri(file.name(), report.folder)})
}

fn region(file: &SourceFile, span: Span) -> Value {
    let (start, end) = (position(file, span.start), position(file, span.end));
    json!({"startLine": start.0, "startColumn": start.1, "endLine": end.0, "endColumn": end.1})
}

/// Line and column from 1, the column in UTF-16 code units: what readers count in that do not look at `columnKind`. A byte
/// order mark at the start of a file is not counted, which the standard demands.
fn position(file: &SourceFile, offset: u32) -> (u32, u32) {
    let (line, column) = file.lines().utf16(file.text(), offset);
    let marked = line == 0 && column > 0 && file.text().starts_with('\u{feff}');
    (line.saturating_add(1), column.saturating_add(1) - u32::from(marked))
}

fn fix(report: &Report<'_>, sources: &Sources, fix: &Fix) -> Value {
    let mut changes: Vec<(&SourceFile, Vec<Value>)> = Vec::new();
    for edit in &fix.edits {
        let Some(file) = sources.get(edit.span.file) else { continue };
        let region = region(file, edit.span);
        let replacement = json!({"deletedRegion": region, "insertedContent": {"text": edit.text}});
        match changes.iter_mut().find(|(known, _)| known.id() == file.id()) {
            Some((_, replacements)) => replacements.push(replacement),
            None => changes.push((file, vec![replacement])),
        }
    }
    let changes = changes
        .into_iter()
        .map(|(file, all)| json!({"artifactLocation": artifact(report, file), "replacements": all}));
    let unsafe_ = if fix.safe { "" } else { " (unsafe: it may change what requests get)" };
    json!({
        "description": {"text": text(&format!("{}{unsafe_}", fix.title))},
        "artifactChanges": changes.collect::<Vec<_>>(),
        "properties": {"safe": fix.safe},
    })
}

/// A message. Plain text may hold links, `[text](target)`, and what a user wrote must not become one. Braces stay as they
/// are: nothing is put into messages without arguments.
fn text(words: &str) -> String {
    lines(words).replace("](", "\\](")
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::diag;

    fn written(report: &Report<'_>) -> Value {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn says_everything_there_is_to_say() {
        let units = samples::units();
        let log = written(&samples::report(&units));
        let run = &log["runs"][0];
        let rules = &run["tool"]["driver"]["rules"];
        assert_eq!(rules[0]["id"], "sample-error");
        assert_eq!(rules[1]["id"], "sample-warning");
        assert_eq!(rules[1]["defaultConfiguration"], json!({"level": "warning"}));
        assert_eq!(
            run["invocations"],
            json!([{"executionSuccessful": true, "toolExecutionNotifications": []}])
        );
        let region = |line: u32, start: u32, end: u32| json!({"startLine": line, "startColumn": start, "endLine": line, "endColumn": end});
        let at = |line, start, end| json!({"artifactLocation": {"uri": "router.yaml"}, "region": region(line, start, end)});
        let edit = |line, start, end, text| {
            json!([{"artifactLocation": {"uri": "router.yaml"},
                "replacements": [{"deletedRegion": region(line, start, end), "insertedContent": {"text": text}}]}])
        };
        let first = &run["results"][0];
        assert_eq!(
            *first,
            json!({
                "ruleId": "sample-error", "ruleIndex": 0, "level": "error",
                "message": {"text": "weights of route `pro` sum to 90, not 100\nnote: the service refuses the router\n\
                    help: write\n  weight: 70"},
                "locations": [{"physicalLocation": at(5, 7, 17), "message": {"text": "60"},
                    "logicalLocations": [{"name": "pro", "fullyQualifiedName": "support/pro"}]}],
                "relatedLocations": [
                    {"physicalLocation": at(8, 15, 17), "message": {"text": "and 30"}, "id": 1},
                    {"physicalLocation": {"artifactLocation": {"uri": "shared%1B.yaml"}, "region": region(1, 1, 5)},
                        "message": {"text": "declared\nhere"}, "id": 2},
                ],
                "partialFingerprints": first["partialFingerprints"],
                "fixes": [
                    {"description": {"text": "raise it to 70"}, "artifactChanges": edit(5, 15, 17, "70"),
                        "properties": {"safe": true}},
                    {"description": {"text": "drop the route (unsafe: it may change what requests get)"},
                        "artifactChanges": edit(3, 3, 12, ""), "properties": {"safe": false}},
                ],
                "properties": {"assumptions": ["A01", "A09"], "witness": {"metadata": {"tier": "pro"}}},
            })
        );
        let second = &run["results"][1];
        assert_eq!(second["ruleIndex"], 1);
        assert_eq!(second["message"]["text"], "nothing `\\x1b[31m` here");
        assert_eq!(second["locations"][0]["physicalLocation"], at(1, 1, 1));
        for absent in ["relatedLocations", "fixes", "properties"] {
            assert_eq!(second.get(absent), None);
        }
    }

    #[test]
    fn what_could_not_be_read_is_told() {
        let problems = ["cannot read a.yaml: [it](http://a) is a folder".to_owned()];
        let log = written(&Report { problems: &problems, ..samples::report(&[]) });
        let invocation = &log["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        let told = &invocation["toolExecutionNotifications"][0]["message"]["text"];
        assert_eq!(told, "cannot read a.yaml: [it\\](http://a) is a folder");
        assert_eq!(log["runs"][0]["results"], json!([]));
    }

    #[test]
    fn columns_are_utf16_code_units_without_the_byte_order_mark() {
        let text = "\u{feff}a: 🚀é b\r# c\r\n🚀d";
        let mut sources = Sources::new();
        let id = sources.add("a.yaml", text);
        let file = sources.get(id).unwrap();
        let at = |needle: &str| position(file, u32::try_from(text.find(needle).unwrap()).unwrap());
        assert_eq!(position(file, 0), (1, 1));
        assert_eq!(at("a:"), (1, 1));
        assert_eq!(at("é"), (1, 6));
        assert_eq!(at("b"), (1, 8));
        assert_eq!(at("c"), (2, 3));
        assert_eq!(at("d"), (3, 3));
    }

    #[test]
    fn edits_of_a_fix_stand_with_their_files() {
        let mut sources = Sources::new();
        let (a, b) = (sources.add("a.yaml", "one two"), sources.add("b.yaml", "one"));
        let edit = |file, start, end| diag::Edit { span: Span::new(file, start, end), text: "x".into() };
        let both =
            Fix { title: "t".into(), safe: true, edits: vec![edit(a, 0, 3), edit(b, 0, 3), edit(a, 4, 7)] };
        let changes = fix(&samples::report(&[]), &sources, &both)["artifactChanges"].take();
        let count = |at: usize| changes[at]["replacements"].as_array().unwrap().len();
        assert_eq!((changes.as_array().unwrap().len(), count(0), count(1)), (2, 2, 1));
        assert_eq!(changes[1]["artifactLocation"]["uri"], "b.yaml");
    }
}
