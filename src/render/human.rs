//! Source text with underlines, for people. The only file that names `miette`.

mod fixes;

use std::fmt;
use std::io::{self, Write};

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use super::escape::{line, lines};
use super::excerpt::Excerpt;
use super::wrap::{self, wrap};
use super::{Options, Report};
use crate::diag::{Diagnostic, Severity};
use crate::source::Sources;

/// Columns that line numbers, gutter and cut marks take beside a line of source.
const GUTTER: usize = 14;
pub(super) fn write(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let options = Options { width: options.width.max(wrap::NARROWEST), ..*options };
    let handler = handler(&options);
    for (sources, diagnostic) in report.findings() {
        let mut text = String::new();
        finding(&handler, sources, diagnostic, &options, &mut text).map_err(io::Error::other)?;
        for line in text.lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
        writeln!(out)?;
    }
    if options.summary { summary(report, &options, out) } else { Ok(()) }
}

fn handler(options: &Options) -> GraphicalReportHandler {
    let theme = GraphicalTheme {
        characters: if options.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() },
        styles: if options.color { ThemeStyles::ansi() } else { ThemeStyles::none() },
    };
    GraphicalReportHandler::new_themed(theme)
        .with_width(options.width)
        .with_links(false)
        .without_syntax_highlighting()
}

fn finding(
    handler: &GraphicalReportHandler,
    sources: &Sources,
    d: &Diagnostic,
    options: &Options,
    out: &mut String,
) -> fmt::Result {
    let head = format!("{}[{}]", d.severity, d.meta.code);
    out.push_str(&paint(options, severity_color(d.severity), &head));
    out.push(' ');
    out.push_str(&paint(options, BOLD, d.meta.name));
    out.push('\n');

    let dots = if options.unicode { "…" } else { "..." };
    let excerpt = Excerpt::new(sources, d, options.width - GUTTER, dots);
    let omitted = excerpt.omitted;
    handler.render_report(out, &Drawn { d, excerpt })?;

    let mut detail = |what: &str, text: &str| {
        let text = wrap(&lines(text.trim_end()), options.width, what.len() + 4);
        out.push_str(&format!("  {} {text}\n", paint(options, CYAN, &format!("{what}:"))));
    };
    match omitted {
        0 => {}
        1 => detail("note", "one more place is not shown"),
        n => detail("note", &format!("{n} more places are not shown")),
    }
    if let Some(note) = &d.note {
        detail("note", note);
    }
    if let Some(help) = &d.help {
        detail("help", help);
    }
    for fix in &d.fixes {
        detail(if fix.safe { "fix" } else { "fix (unsafe)" }, &fix.title);
    }
    if let Some(witness) = &d.witness {
        detail("witness", witness);
    }
    if !d.assumptions.is_empty() {
        detail("assumes", &d.assumptions.join(", "));
    }
    Ok(())
}

fn summary(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let counts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Info]
        .into_iter()
        .map(|severity| (severity, report.count(severity)))
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| {
            let word = match severity {
                Severity::Info => "note",
                other => other.as_str(),
            };
            paint(options, severity_color(severity), &plural(count, word))
        })
        .collect();
    fixes::list(report, options, out)?;
    let before = fixes::count(report);
    let files = plural(report.units.len(), "file");
    if counts.is_empty() {
        return writeln!(out, "{before}no problems in {files}");
    }
    writeln!(out, "{before}{} in {files}", counts.join(", "))?;
    fixes::hint(report, out)?;
    let worst = report.findings().max_by_key(|(_, d)| d.severity).map(|(_, d)| d.severity);
    match report.findings().find(|(_, d)| Some(d.severity) == worst) {
        Some((_, d)) => writeln!(out, "more about a rule: irc explain {}", d.meta.name),
        None => Ok(()),
    }
}

fn plural(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

const BOLD: &str = "1";
const CYAN: &str = "36";

fn severity_color(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "1;31",
        Severity::Warning => "1;33",
        Severity::Info => "1;36",
    }
}

fn paint(options: &Options, style: &str, text: &str) -> String {
    if options.color { format!("\x1b[{style}m{text}\x1b[0m") } else { text.to_owned() }
}

/// A finding as miette sees it: a message and marks in the excerpt.
#[derive(Debug)]
struct Drawn<'a> {
    d: &'a Diagnostic,
    excerpt: Excerpt,
}

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&line(&self.d.message))
    }
}

impl std::error::Error for Drawn<'_> {}

impl miette::Diagnostic for Drawn<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.d.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpt.marks.iter().map(|mark| {
            let words = Some(mark.words.clone()).filter(|words| !words.is_empty());
            let span = (mark.range.start, mark.range.len());
            if mark.primary {
                LabeledSpan::new_primary_with_span(words, span)
            } else {
                LabeledSpan::new_with_span(words, span)
            }
        })))
    }
}

/// miette asks twice for each place: with lines around it to know what to draw, without to know what to write above.
impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        // A span over two windows is none: that is how miette learns that they are to be drawn one by one.
        let window = self
            .windows
            .iter()
            .find(|w| w.range.start <= start && end < w.range.end)
            .ok_or(MietteError::OutOfBounds)?;
        let contents = |range: std::ops::Range<usize>, line: usize, column: usize, count: usize| {
            let data = self.text.as_bytes().get(range.clone()).unwrap_or_default();
            let span = SourceSpan::from((range.start, range.len()));
            Box::new(MietteSpanContents::new_named(window.name.clone(), data, span, line, column, count))
        };
        let mark = self.marks.iter().find(|m| m.range == (start..end));
        Ok(match mark.filter(|_| before == 0) {
            Some(mark) => {
                contents(start..end, mark.position.line as usize - 1, mark.position.column as usize - 1, 1)
            }
            None => contents(window.range.clone(), window.line, 0, window.lines),
        })
    }
}

#[cfg(test)]
mod tests;
