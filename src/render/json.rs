//! One versioned JSON object a run. The types are its documentation: `irc schema report` is made from them.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::ser::Formatter;

use super::escape::is_hidden;
use super::fingerprint::Fingerprints;
use super::{Held, Place, Report};
use crate::diag;
use crate::fix;
use crate::source::{self, Sources};

/// The version of this shape. It is raised when a reader of the old one could misread the new one; keys may be added
/// without that.
pub const VERSION: u32 = 1;

/// What `irc check --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Output<'a> {
    /// Version of this shape: 1.
    pub version: u32,
    /// What made it.
    pub tool: Tool<'a>,
    /// How many files were checked.
    pub files: usize,
    /// How many findings there are of each severity.
    pub summary: Summary,
    /// The findings, in the order of the files and of the places in them.
    pub diagnostics: Vec<Diagnostic<'a>>,
    /// What became of the fixes; null unless `--fix` or `--diff` asked for them.
    pub fixes: Option<Fixes<'a>>,
    /// What a baseline came to; null without one.
    pub baseline: Option<Held>,
}

/// What became of the fixes that findings offered.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Fixes<'a> {
    /// Whether the files were changed: then `diagnostics` are what is left. With `--diff` they are as they were.
    pub written: bool,
    /// What was fixed, in order.
    pub applied: Vec<Applied<'a>>,
    /// What was left out because it would not have helped.
    pub left_out: Vec<LeftOut<'a>>,
}

/// A fix that was applied.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Applied<'a> {
    /// The file with the finding.
    pub file: &'a str,
    /// Name of the rule whose finding it mends.
    pub name: &'a str,
    /// Code of that rule.
    pub code: &'a str,
    /// What it does, as an order.
    pub title: &'a str,
    /// A safe fix never changes what any request gets.
    pub safe: bool,
}

/// A fix that was left out.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LeftOut<'a> {
    /// The fix.
    pub fix: Applied<'a>,
    /// The finding that it would have brought; null when it would not have mended its own.
    pub because: Option<Because<'a>>,
}

/// A finding that a fix would have brought.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Because<'a> {
    /// Name of its rule.
    pub name: &'a str,
    /// Code of its rule.
    pub code: &'a str,
    /// What would have been wrong.
    pub message: &'a str,
}

/// The tool and the data that findings rest on.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Tool<'a> {
    /// Version of `irc`.
    pub version: &'a str,
    /// Date of the catalogue of models, as `2026-11-22`; null when none was used.
    pub catalogue: Option<&'a str>,
}

/// Findings by severity.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Summary {
    /// Errors.
    pub error: usize,
    /// Warnings.
    pub warning: usize,
    /// Information.
    pub info: usize,
}

/// One finding.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Diagnostic<'a> {
    /// Name of the rule, in kebab-case: never given to another rule.
    pub name: &'a str,
    /// Code of the rule: `IRC` and three digits, never given to another rule.
    pub code: &'a str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub message: &'a str,
    /// The file, as named on the command line or found below a folder named there.
    pub file: &'a str,
    /// 16 hexadecimal digits that stay the same while the finding does, however its lines move. Unique in its file.
    pub fingerprint: String,
    /// What the finding is about.
    pub subject: Subject<'a>,
    /// The smallest text that must change. A fault of a whole file points at its start.
    pub span: Span,
    /// Places with words: first the span's own, if it has words, then other places.
    pub labels: Vec<Label<'a>>,
    /// What happens at run time if this is deployed.
    pub note: Option<&'a str>,
    /// What to write instead.
    pub help: Option<&'a str>,
    /// Ids of the assumptions about the service that the finding rests on; `irc explain A09` tells of one.
    pub assumptions: &'a [&'static str],
    /// Changes that mend it; each of them alone is enough.
    pub fixes: Vec<Fix<'a>>,
    /// A request that shows what the finding claims.
    pub witness: Option<serde_json::Value>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Must not be deployed.
    Error,
    /// Probably not what the author wants.
    Warning,
    /// Worth knowing.
    Info,
}

/// What a finding is about, in the words of the definition. A part that does not apply is null.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Subject<'a> {
    /// Bare name of the router.
    pub router: Option<&'a str>,
    /// Id of the route.
    pub route: Option<&'a str>,
    /// Id of the variant.
    pub variant: Option<&'a str>,
    /// Path in the document, as `routes[0].variants`.
    pub path: Option<&'a str>,
}

/// A half-open range of a file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Span {
    /// The first character.
    pub start: Position,
    /// Behind the last character.
    pub end: Position,
}

/// A place in a file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Position {
    /// Bytes from the start of the file.
    pub offset: u32,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// A place and what there is to say about it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Label<'a> {
    /// The file.
    pub file: &'a str,
    /// The place.
    pub span: Span,
    /// What there is to say.
    pub message: &'a str,
}

/// One way to mend a finding.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Fix<'a> {
    /// What it does, as an order.
    pub title: &'a str,
    /// A safe fix never changes what any request gets.
    pub safe: bool,
    /// Changes that belong together and do not overlap.
    pub edits: Vec<Edit<'a>>,
}

/// Puts a text in place of a span.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Edit<'a> {
    /// The file.
    pub file: &'a str,
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What stands there afterwards.
    pub text: &'a str,
}

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let output = output(report);
    compact(&output, out)?;
    out.write_all(b"\n")
}

/// The findings of a report.
pub(super) fn diagnostics<'a>(report: &Report<'a>) -> Vec<Diagnostic<'a>> {
    let mut prints = Fingerprints::default();
    report.findings().map(|(s, d)| finding(s, d, prints.next(s, d))).collect()
}

fn output<'a>(report: &Report<'a>) -> Output<'a> {
    Output {
        version: VERSION,
        tool: Tool { version: report.version, catalogue: report.catalogue },
        files: report.units.len(),
        summary: Summary {
            error: report.count(diag::Severity::Error),
            warning: report.count(diag::Severity::Warning),
            info: report.count(diag::Severity::Info),
        },
        diagnostics: diagnostics(report),
        fixes: match report.fixes {
            super::Fixes::Unasked | super::Fixes::Offered => None,
            super::Fixes::Applied(fixed) => Some(fixes(fixed, true)),
            super::Fixes::Shown(fixed) => Some(fixes(fixed, false)),
        },
        baseline: report.baseline,
    }
}

fn fixes(fixed: &fix::Fixed, written: bool) -> Fixes<'_> {
    Fixes {
        written,
        applied: fixed.applied.iter().map(applied).collect(),
        left_out: fixed.left_out.iter().map(left_out).collect(),
    }
}

fn applied(fix: &fix::Applied) -> Applied<'_> {
    Applied { file: &fix.file, name: fix.meta.name, code: fix.meta.code, title: &fix.title, safe: fix.safe }
}

fn left_out(left_out: &fix::LeftOut) -> LeftOut<'_> {
    let because = left_out.because.as_ref();
    LeftOut {
        fix: applied(&left_out.fix),
        because: because.map(|(meta, message)| Because { name: meta.name, code: meta.code, message }),
    }
}

fn finding<'a>(sources: &'a Sources, d: &'a diag::Diagnostic, fingerprint: String) -> Diagnostic<'a> {
    let own = Some((d.span, d.label.as_str())).filter(|(_, words)| !words.is_empty());
    let others = d.labels.iter().map(|l| (l.span, l.message.as_str()));
    Diagnostic {
        name: d.meta.name,
        code: d.meta.code,
        severity: match d.severity {
            diag::Severity::Error => Severity::Error,
            diag::Severity::Warning => Severity::Warning,
            diag::Severity::Info => Severity::Info,
        },
        message: &d.message,
        file: Place::of(sources, d.span).file,
        fingerprint,
        subject: Subject {
            router: d.subject.router.as_deref(),
            route: d.subject.route.as_deref(),
            variant: d.subject.variant.as_deref(),
            path: d.subject.path.as_deref(),
        },
        span: span(sources, d.span),
        labels: own
            .into_iter()
            .chain(others)
            .map(|(at, message)| Label {
                file: Place::of(sources, at).file,
                span: span(sources, at),
                message,
            })
            .collect(),
        note: d.note.as_deref(),
        help: d.help.as_deref(),
        assumptions: &d.assumptions,
        fixes: d.fixes.iter().map(|f| fix(sources, f)).collect(),
        witness: d.witness.as_deref().and_then(|text| serde_json::from_str(text).ok()),
    }
}

fn fix<'a>(sources: &'a Sources, fix: &'a diag::Fix) -> Fix<'a> {
    let edit = |e: &'a diag::Edit| Edit {
        file: Place::of(sources, e.span).file,
        span: span(sources, e.span),
        text: &e.text,
    };
    Fix { title: &fix.title, safe: fix.safe, edits: fix.edits.iter().map(edit).collect() }
}

fn span(sources: &Sources, span: source::Span) -> Span {
    let place = Place::of(sources, span);
    let position = |offset, at: source::Position| Position { offset, line: at.line, column: at.column };
    Span { start: position(span.start, place.start), end: position(span.end, place.end) }
}

/// Writes a value on one line.
pub(crate) fn compact(value: &impl Serialize, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(out, Escaping))?;
    Ok(())
}

/// Writes a value on as many lines as read well.
pub(crate) fn pretty(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    for c in crate::emit::to_json(value).chars() {
        // Between strings there is nothing hidden but line feeds, and inside there are none.
        if is_hidden(c) && c != '\n' {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}")));
        } else {
            text.push(c);
        }
    }
    out.write_all(text.as_bytes())
}

/// Compact JSON in which characters that a terminal would act upon are escaped; JSON itself demands it of the
/// first 32 only.
struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        // Nearly all text is plain; what is below a blank is escaped already.
        if fragment.bytes().fold(0, u8::max) < 0x7f {
            return out.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| is_hidden(*c)) {
            let (before, after) = rest.split_at(at);
            out.write_all(before.as_bytes())?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = after.get(c.len_utf8()..).unwrap_or_default();
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::samples;
    use super::*;

    fn written() -> (String, Value) {
        let units = samples::units();
        let mut out = Vec::new();
        write(&samples::report(&units), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let value = serde_json::from_str(&text).unwrap();
        (text, value)
    }

    #[test]
    fn has_the_promised_shape() {
        let (_, mut value) = written();
        let first = value["diagnostics"][0].take();
        let second = value["diagnostics"][1].take();
        assert_eq!(
            value,
            json!({"version": 1, "tool": {"version": "0.1.0", "catalogue": "2026-11-22"}, "files": 1,
                "summary": {"error": 1, "warning": 1, "info": 0}, "diagnostics": [null, null], "fixes": null,
                "baseline": null})
        );
        let at =
            |offset: u32, line: u32, column: u32| json!({"offset": offset, "line": line, "column": column});
        let weight = json!({"start": at(54, 5, 7), "end": at(64, 5, 17)});
        assert_eq!(
            first,
            json!({
                "name": "sample-error", "code": "IRC998", "severity": "error",
                "message": "weights of route `pro` sum to 90, not 100",
                "file": "router.yaml", "fingerprint": first["fingerprint"],
                "subject": {"router": "support", "route": "pro", "variant": null, "path": "routes[0].variants"},
                "span": weight,
                "labels": [
                    {"file": "router.yaml", "span": weight, "message": "60"},
                    {"file": "router.yaml", "span": {"start": at(139, 8, 15), "end": at(141, 8, 17)}, "message": "and 30"},
                    {"file": "shared\u{1b}.yaml", "span": {"start": at(0, 1, 1), "end": at(4, 1, 5)}, "message": "declared\nhere"},
                ],
                "note": "the service refuses the router", "help": "write\n  weight: 70", "assumptions": ["A01", "A09"],
                "fixes": [
                    {"title": "raise it to 70", "safe": true,
                        "edits": [{"file": "router.yaml", "span": {"start": at(62, 5, 15), "end": at(64, 5, 17)}, "text": "70"}]},
                    {"title": "drop the route", "safe": false,
                        "edits": [{"file": "router.yaml", "span": {"start": at(24, 3, 3), "end": at(33, 3, 12)}, "text": ""}]},
                ],
                "witness": {"metadata": {"tier": "pro"}},
            })
        );
        assert_eq!(second["note"], Value::Null);
        assert_eq!(second["witness"], Value::Null);
        assert_eq!(second["fixes"], json!([]));
        assert_eq!(second["span"], json!({"start": at(0, 1, 1), "end": at(0, 1, 1)}));
    }

    #[test]
    fn holds_no_raw_control_characters() {
        let (text, _) = written();
        assert!(!text.trim_end().chars().any(is_hidden), "{text}");
        let mut out = Vec::new();
        "a\u{202e}b\u{9b}c\u{e0041}\"é"
            .serialize(&mut serde_json::Serializer::with_formatter(&mut out, Escaping))
            .unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), r#""a\u202eb\u009bc\udb40\udc41\"é""#);
    }

    #[test]
    fn fits_its_own_schema() {
        let schema = schemars::schema_for!(Output<'static>);
        let validator = jsonschema::validator_for(schema.as_value()).unwrap();
        let (_, mut value) = written();
        assert!(
            validator.is_valid(&value),
            "{:?}",
            validator.iter_errors(&value).map(|e| e.to_string()).collect::<Vec<_>>()
        );
        value["diagnostics"][0]["span"] = Value::Null;
        assert!(!validator.is_valid(&value));
    }
}
