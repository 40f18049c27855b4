//! `irc graph`: the decision order as a picture.

use std::path::PathBuf;

use anyhow::bail;

use super::Outcome;
use super::args::{Findings, Global, Inputs};
use super::check::{report, worst};
use super::output::{Output, Stream};
use super::session::{Against, Session};
use crate::analyze::never_taken;
use crate::compile;
use crate::render::graph::{self, Graph};

const EXAMPLES: &str = "\
Examples:
  irc graph router.yaml                        Mermaid, for Markdown
  irc graph router.yaml --format svg > router.svg
  irc graph routers.yaml:support";

/// Draw the decision order: conditions, shares, models, fallbacks
///
/// What no request reaches is marked, with the routes that take its requests.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// A definition (FILE:name for one of several routers, - for standard input)
    #[arg(value_name = "ROUTER")]
    router: PathBuf,
    /// How to draw: mermaid or svg
    #[arg(long, value_enum, default_value_t, value_name = "FORM", hide_possible_values = true)]
    format: Form,
    #[command(flatten)]
    against: Against,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
enum Form {
    #[default]
    Mermaid,
    Svg,
}

pub(super) fn run(args: &Args, global: &Global, output: &mut Output) -> anyhow::Result<Outcome> {
    let mut session = Session::open(global, &args.against)?;
    let mut read = session.read(&Inputs { paths: vec![args.router.clone()], stdin_filename: None });
    let findings = Findings::default();
    report(&mut read, &findings, global, Stream::Err, output)?;
    if read.is_undecidable() || !read.problems.is_empty() {
        return Ok(worst(&read, findings.fail_on).max(Outcome::Findings));
    }
    let (sources, checked) = read.only(&args.router)?;
    let Some(plan) = compile::compile(checked, &session.catalogue) else {
        bail!("a definition has errors that a comment or irc.toml hides: it decides nothing");
    };
    let never = never_taken(checked, &session.catalogue, sources, session.analysis);
    let graph = Graph::new(&plan, &checked.definition.router, &never);
    match args.format {
        Form::Mermaid => {
            let drawn = graph::mermaid(&graph);
            output.stream(Stream::Out).write_all(drawn.text.as_bytes())?;
            if drawn.is_large() {
                output.complain("Mermaid draws this only where maxTextSize and maxEdges are raised; SVG has no such bound");
            }
        }
        Form::Svg => output.stream(Stream::Out).write_all(graph::svg(&graph).as_bytes())?,
    }
    Ok(Outcome::Clean)
}
