//! What is wrong with a setup, for people and as JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::{Options, escape, wrap};
use crate::callers::{Finding, Grade, Layer};

/// The output of `irc doctor --format json`.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Diagnosis {
    /// The version of this shape.
    pub version: u32,
    /// Whose setup it is.
    pub caller: &'static str,
    /// What was looked at, later ones over earlier ones.
    pub looked_at: Vec<String>,
    /// What is not as it should be.
    pub findings: Vec<ListedFinding>,
}

/// Something that is not as it should be. No part of it holds a secret.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ListedFinding {
    /// What is the matter, in one word.
    pub name: &'static str,
    /// `error` or `warning`.
    pub severity: &'static str,
    /// The variable or setting it is about.
    pub about: String,
    /// Where its value comes from; null where it has none.
    pub from: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What happens because of it.
    pub note: String,
    /// What to set.
    pub help: String,
}

/// One JSON object.
pub fn json(layers: &[Layer], findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    super::json::pretty(&diagnosis(layers, findings), out)
}

fn diagnosis(layers: &[Layer], findings: &[Finding]) -> Diagnosis {
    Diagnosis {
        version: 1,
        caller: "claude-code",
        looked_at: layers.iter().map(|layer| layer.from.clone()).collect(),
        findings: findings
            .iter()
            .map(|finding| ListedFinding {
                name: finding.name,
                severity: finding.grade.as_str(),
                about: finding.about.clone(),
                from: finding.from.clone(),
                message: finding.message.clone(),
                note: finding.note.clone(),
                help: finding.help.clone(),
            })
            .collect(),
    }
}

/// For people.
pub fn human(
    layers: &[Layer],
    findings: &[Finding],
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    for finding in findings {
        let colour = if finding.grade == Grade::Error { "\x1b[1;31m" } else { "\x1b[1;33m" };
        let (begin, end) = if options.color { (colour, "\x1b[0m") } else { ("", "") };
        let head = format!("{}: {}", finding.name, finding.message);
        writeln!(out, "{begin}{}{end} {}", finding.grade.as_str(), escape::line(&head))?;
        let from = finding.from.as_deref().map(|from| ("from", from));
        let rest = [("note", finding.note.as_str()), ("help", finding.help.as_str())];
        for (word, text) in from.into_iter().chain(rest) {
            writeln!(out, "  {}", wrap(&format!("{word}: {}", escape::line(text)), options.width, 8))?;
        }
        writeln!(out)?;
    }
    if options.summary {
        let places: Vec<_> = layers.iter().map(|layer| escape::line(&layer.from)).collect();
        let count = match findings.len() {
            0 => "nothing is wrong".to_owned(),
            1 => "1 finding".to_owned(),
            many => format!("{many} findings"),
        };
        writeln!(out, "{count}; looked at {}", places.join(", "))?;
    }
    Ok(())
}
