//! `irc graph`: the decision order as a picture.

use std::path::PathBuf;

use super::Outcome;
use super::args::Global;
use super::deciding;
use super::output::{Output, Stream};
use super::session::{Against, Session};
use crate::analyze::never_taken;
use crate::compile::compile;
use crate::diag::Severity;
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
    let mut session = Session::open(global, &args.against, std::slice::from_ref(&args.router), output)?;
    let paths = vec![args.router.clone()];
    let read = match deciding::read(&mut session, paths, Severity::Info, global, output)? {
        Ok(read) => read,
        Err(ended) => return Ok(ended),
    };
    let (sources, checked) = read.only(&args.router)?;
    let plan = compile(checked, &session.catalogue).ok_or_else(deciding::hidden)?;
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
