//! Findings for the tests of the forms.

use super::{Report, Unit};
use crate::diag::{Diagnostic, Fix, Fixability, Group, Level, Meta, Subject};
use crate::source::{Sources, Span};

pub(super) static ERROR: Meta = Meta {
    name: "sample-error",
    code: "IRC998",
    level: Level::Error,
    group: Group::Internal,
    since: "0.1.0",
    fixable: Fixability::Sometimes,
    page: "# sample-error\n",
};

pub(super) static WARNING: Meta =
    Meta { name: "sample-warning", code: "IRC999", level: Level::Warning, ..ERROR_FIELDS };

const ERROR_FIELDS: Meta = Meta {
    name: "",
    code: "",
    level: Level::Error,
    group: Group::Internal,
    since: "0.1.0",
    fixable: Fixability::None,
    page: "",
};

pub(super) const ROUTER: &str = "\
name: support
routes:
  - id: pro
    variants:
    - weight: 60
      model: openai/gpt-5.2
    - model: openai/gpt-4o-mini
      weight: 30
default:
  model: openai/gpt-4o-mini
";

/// Two findings, the first with every optional part.
pub(super) fn units() -> Vec<Unit> {
    let mut sources = Sources::new();
    let file = sources.add("router.yaml", ROUTER);
    let shared = sources.add("shared\x1b.yaml", "tier: string\n");
    let find = |text: &str| {
        let start = ROUTER.find(text).unwrap();
        Span::new(file, start, start + text.len())
    };
    let thirty = find("30");
    let mut rich = Diagnostic::new(&ERROR, find("weight: 60"), "weights of route `pro` sum to 90, not 100")
        .label("60")
        .also(thirty, "and 30")
        .also(Span::new(shared, 0, 4), "declared\nhere")
        .note("the service refuses the router")
        .help("write\n  weight: 70")
        .fix(Fix::safe("raise it to 70", find("60"), "70"))
        .fix(Fix::unsafe_("drop the route", find("- id: pro"), ""))
        .assumes("A01")
        .assumes("A09")
        .about(Subject {
            router: Some("support".into()),
            route: Some("pro".into()),
            variant: None,
            path: Some("routes[0].variants".into()),
        });
    rich.witness = Some("{\"metadata\":{\"tier\":\"pro\"}}".into());
    let bare = Diagnostic::new(&WARNING, Span::file_start(file), "nothing `\x1b[31m` here");
    vec![Unit { sources, diagnostics: vec![rich, bare] }]
}

pub(super) fn report(units: &[Unit]) -> Report<'_> {
    Report { catalogue: Some("2026-11-22"), ..Report::new(units, "0.1.0") }
}
