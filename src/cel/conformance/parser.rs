//! The parser table: `expr`, `ast` or `err`, and `opts`.
//!
//! A tree agrees if it does without node numbers and white space. An error agrees if an issue starts on the line that
//! the table names first; a bound that was passed has no line there.

use serde_json::Value;

use super::Verdict;
use crate::cel::errors::IssueKind;
use crate::cel::expand::{ExpandOptions, expand};
use crate::cel::parser::{Macros, ParseOptions, parse};
use crate::cel::{Issue, Limits};

/// How deep expressions of the table may nest: the errors of the table name this bound.
const TABLE_DEPTH: usize = 32;

/// Runs one case.
pub fn check(case: &Value) -> Verdict {
    let Some(text) = case.get("expr").and_then(Value::as_str) else {
        return Verdict::Fail("the case has no `expr`".into());
    };
    let (parse_options, expand_options) = match options(case.get("opts").unwrap_or(&Value::Null)) {
        Ok(options) => options,
        Err(reason) => return Verdict::Fail(reason),
    };
    let (ast, issues) = parse(text, &parse_options);
    let column = |name: &str| case.get(name).and_then(Value::as_str).unwrap_or("").trim();
    let (tree, error) = (column("ast"), column("err"));
    if !error.is_empty() {
        return check_error(text, &issues, error);
    }
    if !issues.is_empty() {
        return Verdict::Fail(format!("it has issues: {}", list(text, &issues)));
    }
    let found = without_numbers(&expand(&ast, &expand_options).debug());
    let expected = without_numbers(tree);
    // A case with neither tree nor error wants no more than that it parses.
    if expected.is_empty() || found == expected {
        return Verdict::Pass(None);
    }
    Verdict::Fail(format!("the trees differ\n  expected {expected}\n  found    {found}"))
}

fn options(value: &Value) -> Result<(ParseOptions, ExpandOptions), String> {
    let limits = Limits { depth: TABLE_DEPTH, ..Limits::default() };
    let mut parse = ParseOptions { limits, macros: Macros::Standard, ..ParseOptions::default() };
    let mut expand = ExpandOptions::default();
    // The table has its options as text that is JSON again.
    let inner = value.as_str().map(serde_json::from_str::<Value>).transpose().map_err(|e| e.to_string())?;
    let value = inner.as_ref().unwrap_or(value);
    let items = value.get("items").and_then(Value::as_array).into_iter().flatten();
    for item in items {
        let name = item.get("call").and_then(Value::as_str).unwrap_or("");
        let argument = item.get("args").and_then(|args| args.get(0)).unwrap_or(&Value::Null);
        let on = argument.as_bool().unwrap_or(false);
        let number = argument.as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
        match name {
            "EnableOptionalSyntax" => parse.optional_syntax = on,
            "EnableIdentEscapeSyntax" => parse.quoted_identifiers = on,
            "EnableHiddenAccumulatorName" => expand.accumulator = if on { "@result" } else { "__result__" },
            "EnableVariadicOperatorASTs" => expand.variadic_logic = on,
            "MaxRecursionDepth" => parse.limits.depth = number,
            "ExpressionSizeCodePointLimit" => parse.limits.bytes = number,
            // How much is recovered from is ours to decide, and macros that do nothing change nothing.
            "ErrorRecoveryLimit" | "ErrorRecoveryLookaheadTokenLimit" | "ErrorReportingLimit" => {}
            "PopulateMacroCalls" | "Macros" => {}
            other => return Err(format!("the option `{other}` is not known")),
        }
    }
    Ok((parse, expand))
}

fn check_error(text: &str, issues: &[Issue], expected: &str) -> Verdict {
    if issues.is_empty() {
        return Verdict::Fail(format!("it has no issue; expected {expected}"));
    }
    let heads: Vec<(i64, i64, &str)> = expected.split("ERROR: ").filter_map(head).collect();
    // Lines of -1 are bounds: of the language, or of the other parser's own recovery.
    let first = heads.iter().find(|(_, _, message)| !message.contains("error recovery"));
    let Some((line, column, message)) = first else { return Verdict::Pass(None) };
    if *line < 0 {
        let limit = |i: &Issue| matches!(&i.kind, IssueKind::Syntax(kind) if kind.is_limit());
        return if issues.iter().any(limit) {
            Verdict::Pass(None)
        } else {
            Verdict::Fail(format!("no issue names a bound: {}", list(text, issues)))
        };
    }
    let places: Vec<(i64, i64)> = issues.iter().map(|i| place(text, i.span.start)).collect();
    if !places.iter().any(|(l, _)| l == line) {
        let found = list(text, issues);
        return Verdict::Fail(format!("no issue starts on line {line} ({message}): {found}"));
    }
    let same = places.contains(&(*line, *column));
    let note = (!same).then(|| format!("expected {line}:{column} {message}; found {}", list(text, issues)));
    Verdict::Pass(note)
}

/// `<input>:line:column: message`
fn head(text: &str) -> Option<(i64, i64, &str)> {
    let text = text.lines().next()?;
    let (_, rest) = text.split_once(':')?;
    let (line, rest) = rest.split_once(':')?;
    let (column, message) = rest.split_once(':')?;
    Some((line.trim().parse().ok()?, column.trim().parse().ok()?, message.trim()))
}

/// Line and column in characters, both from 1.
pub(super) fn place(text: &str, offset: u32) -> (i64, i64) {
    let before = text.get(..offset as usize).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (i64::try_from(line).unwrap_or(i64::MAX), i64::try_from(column).unwrap_or(i64::MAX))
}

fn list(text: &str, issues: &[Issue]) -> String {
    let one = |issue: &Issue| {
        let (line, column) = place(text, issue.span.start);
        format!("{line}:{column} {}", issue.message())
    };
    issues.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// A tree without node numbers (`#12:`, `#`) and white space.
fn without_numbers(tree: &str) -> String {
    let mut out = String::with_capacity(tree.len());
    let mut rest = tree;
    while let Some((before, after)) = rest.split_once('#') {
        out.push_str(before);
        let digits = after.trim_start_matches(|c: char| c.is_ascii_digit());
        rest = if digits.len() < after.len() { digits.strip_prefix(':').unwrap_or(digits) } else { after };
    }
    out.push_str(rest);
    out.retain(|c| !c.is_whitespace());
    out
}
